package policy

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/secret"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/intent"
)

// Test runs a policy against a story: a text of calls, and what should become of
// each. A story is read from top to bottom and keeps its sessions' counters and
// labels on the way, so that limits and sequences can be told. The error is an
// [Errors] with the lines that came out otherwise.
//
//	# An agent fixes a bug, and stays in its folder.
//	session agent=triage owner=human:ada@verified dir=/w/shop repo=github.com/acme/shop
//	Read payments/round.go               => allow read
//	Bash go test ./...                   => allow run-tests
//	Edit infra/main.tf                   => deny unmatched: grant fix is for other paths
//	crm/refund {"amount": 250}           => ask refunds approved
//
// A line names a tool (server/tool for one of an MCP server), then its arguments:
// a JSON object, or a text that is the tool's main argument (the command of a
// shell, the path of a file tool). Behind the last "=>" stands what should come of
// it: allow, ask, deny, or observe for a decision without effect; then words that
// the decision has to name (grants, rules, reasons, crossings), and behind a colon
// a part of its message. An allowed call counts as run; one that is asked about
// does if the line says approved.
//
// Other lines:
//
//	session KEY=VALUE …     begins a session: id, agent, actor, owner (kind:id@assurance),
//	                        dir, root, home, repo, branch, task, parent, param.NAME (a value
//	                        with spaces in double quotes);
//	                        with "=>" behind it, what should come of the session
//	in ID                   goes back to a session with this id
//	wait 90m                lets time pass; every session starts at 2026-01-01T00:00:00Z
//	says TEXT               the owner says it; returns TEXT: so does the last call that ran
//	seen untrusted private  what the session has seen: secret, untrusted, private
//	intent LABEL 0.9        what the session seems to be after; drift 0.7 likewise
//	use KEY=VALUE … => …    a credential is used: subject, ttl, from, to, switch
func Test(p *Policy, file string, story []byte, o Options) error {
	return tell(p, file, story, o, nil)
}

// tell runs a story. With explain it says what comes of each line instead of
// comparing.
func tell(p *Policy, file string, story []byte, o Options, explain func(Explanation)) error {
	if p == nil || len(p.layers) == 0 {
		return errNoPolicy
	}
	if o.Analyzer == nil {
		return Errors{{File: file, Problem: "cannot run: Options.Analyzer is not given"}}
	}
	s := teller{file: file, checker: p, opts: &o, explain: explain, clock: storyStart, sessions: map[string]*told{}}
	s.run(story)
	if len(s.errs) > 0 {
		return s.errs
	}
	return nil
}

// storyStart is when stories begin.
var storyStart = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// A teller runs a story.
type teller struct {
	file     string
	checker  boundary.Checker
	opts     *Options
	explain  func(Explanation) // nil to compare with what the lines want
	clock    time.Time
	sessions map[string]*told
	now      *told
	line     int
	text     string // of the line, without what it wants
	errs     Errors
}

// told is a session of a story.
type told struct {
	info    boundary.SessionInfo
	checker boundary.Checker
	history boundary.History
	intent  intent.Result
	tracker *identity.Tracker // made when an identity is first used
	seq     int64
	above   *told             // the session it is a subagent of
	by      string            // the rule that suspended it
	ran     *boundary.Request // the last call that did
}

// top is the session at the top of the tree that t belongs to.
func (t *told) top() *told {
	for t.above != nil {
		t = t.above
	}
	return t
}

func (s *teller) fail(format string, args ...any) {
	if len(s.errs) < maxErrors {
		s.errs = append(s.errs, &Error{File: s.file, Line: s.line, Column: 1, Problem: fmt.Sprintf(format, args...)})
	}
}

func (s *teller) run(story []byte) {
	for line := range strings.Lines(string(story)) {
		s.line++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		text, want := line, ""
		if i := strings.LastIndex(line, "=>"); i >= 0 {
			text, want = strings.TrimSpace(line[:i]), strings.TrimSpace(line[i+2:])
		}
		s.text = text
		word, rest, _ := strings.Cut(text, " ")
		s.step(word, strings.TrimSpace(rest), want)
	}
}

func (s *teller) step(word, rest, want string) {
	switch word {
	case "session":
		s.session(rest, want)
		return
	case "wait":
		d, err := time.ParseDuration(rest)
		if err != nil {
			s.fail("wait for how long?")
		}
		s.clock = s.clock.Add(d)
		return
	}
	if s.now == nil {
		s.session("", "")
	}
	switch word {
	case "in":
		if t := s.sessions[rest]; t != nil {
			s.now = t
		} else {
			s.fail("no session has this id")
		}
	case "seen":
		for w := range strings.FieldsSeq(rest) {
			s.seen(w)
		}
	case "intent":
		label, score, _ := strings.Cut(rest, " ")
		s.now.intent.Label = intent.Label(label)
		s.now.intent.Anomalous = s.now.intent.Label.Anomalous()
		s.now.intent.Score, _ = parseFloat([]byte(score))
	case "says":
		boundary.Hear(s.now.checker, boundary.Heard{Prompt: true, Text: []byte(rest)})
	case "returns":
		if s.now.ran == nil {
			s.fail("returns what? No call has run")
			return
		}
		boundary.Hear(s.now.checker, boundary.Heard{Tool: s.now.ran.Tool, Server: s.now.ran.Server, Text: []byte(rest)})
	case "drift":
		s.now.intent.Drift, _ = parseFloat([]byte(rest))
	case "use":
		s.use(rest, want)
	default:
		s.call(word, rest, want)
	}
}

func (s *teller) seen(what string) {
	h := &s.now.history
	switch what {
	case "secret":
		h.SecretSeen = true
	case "untrusted":
		h.UntrustedSeen = true
	case "private":
		h.PrivateSeen = true
	case "nothing": // the session came back after it had been forgotten
		h.Lost = true
	default:
		s.fail("seen what? secret, untrusted, private, nothing")
	}
}

// pairs hands the KEY=VALUE words of a line to f, which reports whether it knows
// them. A value with spaces stands in double quotes. It returns the words that
// cannot be read.
func pairs(text string, f func(k, v string) bool) (bad []string) {
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimSpace(text) {
		quoted := false
		end := strings.IndexFunc(text, func(r rune) bool {
			quoted = quoted != (r == '"')
			return r == ' ' && !quoted
		})
		if end < 0 {
			end = len(text)
		}
		k, v, ok := strings.Cut(text[:end], "=")
		if len(v) > 1 && v[0] == '"' {
			v = strings.Trim(v, `"`)
		}
		if !ok || !f(k, v) {
			bad = append(bad, quoteKey(text[:end]))
		}
		text = text[end:]
	}
	return bad
}

// pairs is the same, with the words that cannot be read as failures.
func (s *teller) pairs(text string, f func(k, v string) bool) {
	for _, word := range pairs(text, f) {
		s.fail("cannot read %s", word)
	}
}

// ParseSession reads what the session line of a story says of a session, without
// the word itself: "dir=/w/shop owner=human:ada@verified". See [Test].
func ParseSession(text string) (boundary.SessionInfo, error) {
	var info boundary.SessionInfo
	if bad := pairs(text, func(k, v string) bool { return setSession(&info, k, v) }); len(bad) > 0 {
		return info, fmt.Errorf("policy: a session has no %s", strings.Join(bad, ", "))
	}
	return info, nil
}

// setSession sets one property of a session and reports whether there is such a one.
func setSession(info *boundary.SessionInfo, k, v string) bool {
	switch k {
	case "id":
		info.ID = v
	case "agent":
		info.Agent = v
	case "actor":
		info.Actor = principalOf(v)
	case "owner":
		info.Owner = principalOf(v)
	case "dir":
		info.Dir = v
		if info.Root == "" {
			info.Root = v
		}
	case "root":
		info.Root = v
	case "home":
		info.Home = v
	case "repo":
		info.Repo = v
	case "branch":
		info.Branch = v
	case "task":
		info.Task.ID = v
	default:
		name, ok := strings.CutPrefix(k, "param.")
		if !ok {
			return false
		}
		if info.Task.Params == nil {
			info.Task.Params = map[string]string{}
		}
		info.Task.Params[name] = v
	}
	return true
}

func (s *teller) session(text, want string) {
	info := boundary.SessionInfo{Key: fmt.Sprint("story-", len(s.sessions), "-", s.line), Start: s.clock}
	var above *told
	s.pairs(text, func(k, v string) bool {
		if k != "parent" {
			return setSession(&info, k, v)
		}
		t := s.sessions[v]
		if t == nil {
			return false
		}
		info.Parent, above = t.info.Key, t
		return true
	})
	s.now = &told{info: info, checker: boundary.Bind(s.checker, info), above: above}
	s.sessions[info.ID] = s.now
	if want != "" || s.explain != nil && text != "" {
		d, err := boundary.CheckSession(context.Background(), s.now.checker, info, s.now.history)
		s.expect(d, err, want, nil)
	}
}

// principalOf reads kind:id@assurance.
func principalOf(text string) identity.Principal {
	p := identity.Principal{Assurance: identity.Asserted}
	if id, grade, ok := cutLast(text, "@"); ok {
		for i := 0; i < len(assurances); i += 2 {
			if assurances[i] == grade {
				p.Assurance, _ = assurances[i+1].(identity.Assurance)
				text = id
			}
		}
	}
	kind, id, ok := strings.Cut(text, ":")
	if !ok {
		kind, id = "", text
	}
	p.ID = id
	for i := 0; i < len(principalKinds); i += 2 {
		if principalKinds[i] == kind {
			p.Kind, _ = principalKinds[i+1].(identity.Kind)
		}
	}
	return p
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// request begins a request of the current session.
func (s *teller) request() boundary.Request {
	t := s.now
	t.seq++
	return boundary.Request{
		Session: t.info, Delegation: identity.Delegation{Owner: t.info.Owner}, Seq: t.seq, Dir: t.info.Dir, Time: s.clock,
		Intent: t.intent, History: t.history,
	}
}

func (s *teller) call(tool, rest, want string) {
	req := s.request()
	req.Tool = tool
	if server, name, ok := strings.Cut(tool, "/"); ok {
		req.Server, req.Tool = server, name
	}
	switch {
	case strings.HasPrefix(rest, "{"):
		if !json.Valid([]byte(rest)) {
			s.fail("the arguments are not JSON")
			return
		}
		req.Arguments = []byte(rest)
	case rest != "":
		name := mainArgument(req.Tool)
		if name == "" {
			s.fail("which argument of the tool is that? Write a JSON object")
			return
		}
		req.Arguments, _ = json.Marshal(map[string]string{name: rest}) //nolint:errchkjson // text marshals
	}
	req.Effects = s.opts.Analyzer.Analyze(nil, effect.Call{
		Tool: req.Tool, Server: req.Server, Arguments: req.Arguments, Dir: req.Dir, Root: req.Session.Root, Home: req.Session.Home,
	})
	req.Switches = s.now.switches(req)
	if s.opts.Detector != nil {
		req.Findings = s.opts.Detector.Detect(nil, req.Arguments, secret.Argument)
	}
	s.decide(req, want)
}

// switches are the changes of identity that a call's effects are, as a tracer
// would notice them.
func (t *told) switches(req boundary.Request) (list []identity.Switch) {
	for i := range req.Effects {
		u, ok := identity.UseFromEffect(req.Effects[i].Kind.String(), req.Effects[i].Target)
		if !ok {
			continue
		}
		u.Delegation = req.Delegation
		if t.tracker == nil {
			t.tracker = identity.NewTracker(identity.TrackerOptions{})
		}
		for _, w := range t.tracker.Observe(req.Time, u) {
			if w.Kind != identity.CredentialRotated {
				list = append(list, w)
			}
		}
	}
	return list
}

func (s *teller) use(text, want string) {
	req := s.request()
	req.Phase = boundary.PhaseIdentity
	u := identity.Use{}
	sw := identity.Switch{}
	s.pairs(text, func(k, v string) bool {
		switch k {
		case "subject":
			u.Credential.Subject = v
		case "ttl":
			d, err := time.ParseDuration(v)
			u.Credential.IssuedAt, u.Credential.ExpiresAt = s.clock, s.clock.Add(d)
			return err == nil
		case "from":
			sw.From = v
		case "to":
			sw.To = v
		case "switch":
			for i := 0; i < len(switchKinds); i += 2 {
				if switchKinds[i] == v {
					sw.Kind, _ = switchKinds[i+1].(identity.SwitchKind)
				}
			}
		default:
			return false
		}
		return true
	})
	req.Use = &u
	if sw.Kind != identity.NoSwitch {
		req.Switches = []identity.Switch{sw}
	}
	s.decide(req, want)
}

// decide asks the session's checker, compares, and lets the call run or not.
func (s *teller) decide(req boundary.Request, want string) {
	t := s.now
	var parts []Part
	if b, ok := t.checker.(*bound); ok && s.explain != nil {
		parts = b.view.parts(req) // before the call counts
	}
	var d boundary.Decision
	var err error
	if by := t.top().by; by != "" {
		d.Because, d.Message = []boundary.Determination{{Reason: boundary.ReasonSuspended}}, "the session was suspended by rule "+by
	} else if d, err = boundary.Check(context.Background(), t.checker, req); d.Suspends() {
		t.top().by = d.Determining().Rule
	}
	approved := s.expect(d, err, want, parts)
	ran := !d.Refuses() || approved && d.Verdict == boundary.RequireApproval
	boundary.Observe(t.checker, req, d, boundary.Outcome{Ran: ran, Bytes: -1})
	h := &t.history
	h.Calls++
	if !ran {
		h.Refused++
		return
	}
	t.ran = &req
	h.IdentitySwitched = h.IdentitySwitched || len(req.Switches) > 0
	h.SecretSeen = h.SecretSeen || len(req.Findings) > 0
	for i := range req.Effects {
		e := &req.Effects[i]
		h.SecretSeen = h.SecretSeen || e.Kind == effect.Secret
		h.PrivateSeen = h.PrivateSeen || e.Kind == effect.Data
		h.UntrustedSeen = h.UntrustedSeen || e.Untrusted()
	}
}

// expect compares a decision with what a line wants, or explains it, and reports
// whether the line says that the call was approved.
func (s *teller) expect(d boundary.Decision, err error, want string, parts []Part) (approved bool) {
	want, message, _ := strings.Cut(want, ":")
	words := strings.Fields(want)
	got := verdictWord(d)
	if err != nil {
		s.fail("the policy could not tell: %v", err)
		return false
	}
	if s.explain != nil {
		s.explain(Explanation{Line: s.line, Text: s.text, Decision: d, Parts: parts})
		return slices.Contains(words, "approved")
	}
	if len(words) == 0 {
		s.fail("what should come of it? Got %s", got)
		return false
	}
	has := namesOf(d)
	problem := ""
	if words[0] != got {
		problem = "want " + words[0] + ", got " + got
	}
	for _, w := range words[1:] {
		if w == "approved" {
			approved = true
		} else if !slices.Contains(has, w) && problem == "" {
			problem = "the decision does not name " + quoteKey(w)
		}
	}
	if m := strings.TrimSpace(message); m != "" && !strings.Contains(d.Message, m) && problem == "" {
		problem = "the message says something else"
	}
	if problem != "" {
		s.fail("%s (%s) %s", problem, strings.Join(has, " "), d.Message)
	}
	return approved
}

// verdictWord is how stories call what came of a call.
func verdictWord(d boundary.Decision) string {
	switch {
	case d.Verdict == boundary.NotEvaluated:
		return "silent"
	case d.Observed:
		return "observe"
	case d.Verdict == boundary.Allow:
		return "allow"
	case d.Verdict == boundary.RequireApproval:
		return "ask"
	default:
		return "deny"
	}
}

// namesOf lists what a decision names.
func namesOf(d boundary.Decision) []string {
	var list []string
	add := func(s string) {
		if s != "" && !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	for _, w := range slices.Concat(d.Because, d.Shadowed) {
		add(w.Grant)
		add(w.Rule)
		add(string(w.Reason))
	}
	for _, c := range d.Crossings {
		add(c.Kind.String())
	}
	if d.Privileged {
		add("privileged")
	}
	if d.Suspends() {
		add("suspend")
	}
	return list
}

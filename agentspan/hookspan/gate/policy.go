package gate

// The policy that a session is held to, and what is said of it.

import (
	"cmp"
	"context"
	"crypto/sha256"
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/ambit-go/ambit/agentspan/hookspan/journal"
	"github.com/ambit-go/ambit/agentspan/hookspan/payload"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/policy"
	"github.com/ambit-go/ambit/identity"
)

//go:embed default.yaml
var defaultPolicy []byte

// DefaultPolicy returns the policy that holds where nobody wrote one.
func DefaultPolicy() []byte { return slices.Clone(defaultPolicy) }

// A Source is where a policy comes from. The zero Source is the default policy.
type Source struct{ file string }

// File is the policy in a file. Sessions are held to what it says when they begin and
// to all it says later: a change can only narrow what a running session may do.
func File(path string) Source { return Source{path} }

// read returns the policy's text.
func (s Source) read() ([]byte, error) {
	if s.file == "" {
		return defaultPolicy, nil
	}
	info, err := os.Stat(s.file)
	if err != nil {
		return nil, err //nolint:wrapcheck // names the operation and the path
	}
	if info.Size() > maxSmall {
		return nil, fmt.Errorf("gate: %s is larger than %d bytes", s.file, maxSmall)
	}
	return os.ReadFile(s.file) //nolint:wrapcheck // names the operation and the path
}

// maxVersions bounds how many versions of a policy one session is held to.
const maxVersions = 16

// hold reads what the session is held to. A policy that is being edited, or gone,
// changes nothing: the versions the session has met stay.
func (h *hook) hold() ([]*policy.Policy, error) {
	var texts [][]byte
	now, err := h.Policy.read()
	var current *policy.Policy
	if err == nil {
		current, err = h.parse(now)
	}
	if err != nil && len(h.state.Policy) > 0 {
		h.once("policy_reload_failed", "")
	} else if err == nil {
		digest := journal.Digest(now)
		if !slices.Contains(h.state.Policy, digest) {
			if len(h.state.Policy) >= maxVersions {
				return nil, fmt.Errorf("gate: the policy changed too often during this session")
			}
			h.state.Policy = append(slices.Clip(h.state.Policy), digest)
			if h.Dir != nil { // the default too: another version of the program has another
				_ = h.Dir.KeepPolicy(now)
			}
		}
		texts = append(texts, now)
	}
	var out []*policy.Policy
	if current != nil {
		out = append(out, current)
	}
	for _, digest := range h.state.Policy {
		if len(texts) > 0 && journal.Digest(texts[0]) == digest {
			continue
		}
		text := defaultPolicy
		if journal.Digest(text) != digest {
			if h.Dir == nil {
				continue
			}
			if text, err = h.Dir.Policy(digest); err != nil {
				return nil, fmt.Errorf("gate: the policy this session began with is gone: %w", err)
			}
		}
		p, err := h.parse(text)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	if len(out) == 0 {
		if err == nil {
			err = errNoPolicy
		}
		return nil, err
	}
	return out, nil
}

// parse compiles a policy, and protects what governs the agent.
func (h *hook) parse(text []byte) (*policy.Policy, error) {
	o := policy.Options{Protect: append(slices.Clip(h.Protect), settings...)}
	if key := identity.Hash(h.key, "the words of a session"); key != "" { // without one, words mean nothing to the next hook
		o.HeardKey = sha256.Sum256([]byte(key))
	}
	if h.Dir != nil {
		o.Protect = append(slices.Clip(o.Protect), pattern(h.Dir.Path())+"/**")
	}
	name := h.Policy.file
	if name != "" {
		o.Protect = append(slices.Clip(o.Protect), pattern(name))
	} else {
		name = "default.yaml"
	}
	return policy.Parse(name, text, o) //nolint:wrapcheck // says which file and line
}

// settings are the agents' own settings and hooks. Every policy protects them by their
// names; here they are by their places, so that no folder above them can be removed.
var settings = []string{
	"${home}/.claude/settings.json", "${home}/.claude.json", "${home}/.codex/config.toml", "${home}/.codex/hooks.json",
	"${home}/.gemini/settings.json", "${home}/.cursor/hooks.json", "${home}/.copilot/config.json", "${home}/.copilot/settings.json", "${home}/.copilot/hooks/ambit.json",
	"${repo}/.claude/settings.json", "${repo}/.github/hooks/ambit.json", "${repo}/.gemini/settings.json", "${repo}/.cursor/hooks.json", "${repo}/.codex/hooks.json",
}

// pattern is a path that stands for itself in a policy.
func pattern(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	return strings.NewReplacer("*", "?", "[", "?", "{", "?", "$", "?").Replace(filepath.ToSlash(path))
}

// decide asks the policies about a call, and whether they count the session as
// privileged. An error says why nobody could tell.
func (h *hook) decide(req *boundary.Request) (d boundary.Decision, privileged bool, err error) {
	if h.state.Suspended {
		return boundary.Decision{
			Because: []boundary.Determination{{Reason: boundary.ReasonSuspended}}, Message: "the session was suspended by a rule; start a new one",
		}, false, nil
	}
	p, err := h.hold()
	if err != nil {
		d, err = boundary.Check(h.ctx, failing{err}, *req)
		return d, false, err //nolint:wrapcheck // ours
	}
	h.state.Listens = h.state.Listens || slices.ContainsFunc(p, (*policy.Policy).Listens)
	if slices.ContainsFunc(p, func(p *policy.Policy) bool { return p.ReviewDue(h.now) }) {
		h.once("policy_review_due", "")
	}
	checkers := make([]boundary.Checker, len(p))
	var ledgers []policy.Ledger
	for i, one := range p {
		if req.Session.Parent != "" {
			parent := req.Session
			parent.Key, parent.Parent, parent.Agent = parent.Parent, "", h.state.Info.Agent
			defer keep(boundary.Bind(one, parent)) // alive while it is asked
		}
		bound := boundary.Bind(one, req.Session)
		if one.Counts() {
			if ledger, ok := bound.(policy.Ledger); !ok || h.recount(ledger, req) != nil {
				bound = failing{errNoHistory}
			} else {
				ledgers = append(ledgers, ledger)
			}
		}
		checkers[i] = bound
	}
	all := checkers[0]
	if len(checkers) > 1 {
		all = boundary.All(checkers...)
	}
	whole, err := boundary.CheckSession(h.ctx, all, req.Session, req.History)
	if whole.Privileged {
		h.state.Labels.Privileged = true
		req.History.Privileged = true
	}
	if whole.Refuses() {
		return whole, whole.Privileged, err //nolint:wrapcheck // ours
	}
	if d, err = boundary.Check(h.ctx, all, *req); err == nil {
		d.Source = cmp.Or(d.Source, boundary.ByChecker)
	}
	h.taken = takenOf(ledgers, req.Seq)
	return d, whole.Privileged, err //nolint:wrapcheck // ours
}

// takenOf is what a call took of the limits of any version of the policy. A limit that
// several of them have is taken from once, by the most.
func takenOf(ledgers []policy.Ledger, seq int64) (list []journal.Taken) {
	for _, l := range ledgers {
		for _, t := range l.Taken(seq) {
			same := slices.IndexFunc(list, func(o journal.Taken) bool { return o.Ruleset == t.Ruleset && o.ID == t.ID && o.Limit == t.Limit })
			if same < 0 {
				list = append(list, journal.Taken(t))
			} else {
				list[same].Amount = max(list[same].Amount, t.Amount)
			}
		}
	}
	return list
}

// words are what the policies that the session is held to would remember of a text; nil
// if none of them asks where values come from.
func (h *hook) words(said boundary.Heard) []byte {
	p, err := h.hold()
	if err != nil {
		return nil
	}
	for _, one := range p {
		h.state.Listens = h.state.Listens || one.Listens()
		if w := one.Hears(said); w != nil {
			return w[:min(len(w), maxHeard)]
		}
	}
	return nil
}

// maxHeard bounds the words of one text that a record holds, in bytes: 8 for each.
const maxHeard = 8 << 10

func keep(boundary.Checker) {}

// failing is a checker that cannot tell.
type failing struct{ err error }

func (f failing) Check(context.Context, boundary.Request) (boundary.Decision, error) {
	return boundary.Decision{}, f.err
}

// recount tells a policy that counts of the calls that came before: what each took, and
// how it ended.
func (h *hook) recount(c policy.Ledger, now *boundary.Request) error {
	if h.log == nil {
		return errNoHistory
	}
	records, err := h.log.Records()
	if err != nil {
		return err //nolint:wrapcheck // ours
	}
	running := map[string]boundary.Request{}
	for i := range records {
		r := &records[i]
		if p := r.Prompt; p != nil && p.Words != nil && r.Event.AgentID == "" {
			boundary.Hear(c, boundary.Heard{Prompt: true, Words: p.Words})
		}
		if past := r.Call; past != nil && past.Decision != nil {
			req := boundary.Request{
				Session: now.Session, Seq: int64(-i - 1), CallID: past.ID, Tool: past.Tool, Server: past.Server,
				Time: r.Event.Time, Effects: past.Effects, Findings: past.Findings,
			}
			if past.Answer == payload.Deny.String() {
				boundary.Observe(c, req, boundary.Decision{}, boundary.Outcome{Bytes: -1})
				continue
			}
			taken := make([]policy.Taken, len(past.Taken))
			for j, t := range past.Taken {
				taken[j] = policy.Taken(t)
			}
			c.Take(req, *past.Decision, taken)
			running[past.ID] = req
		}
		if d := r.Done; d != nil {
			if req, ok := running[d.ID]; ok {
				delete(running, d.ID)
				if d.Words != nil {
					boundary.Hear(c, boundary.Heard{Tool: req.Tool, Server: req.Server, Words: d.Words})
				}
				boundary.Observe(c, req, boundary.Decision{Verdict: boundary.Allow}, boundary.Outcome{
					Ran: r.Event.Name != string(payload.PermissionDenied), Bytes: int64(d.Size), Duration: r.Event.Time.Sub(req.Time), Findings: d.Findings,
				})
			}
		}
	}
	return nil
}

// Of asks within a time, after which the answer is no: who is asked too often answers
// without reading.
const (
	maxAsks   = 10
	askWindow = 10 * time.Minute
)

// answerTo says in a hook's words what a decision says. An allowed call gets no word.
func (h *hook) answerTo(d *boundary.Decision, err error) payload.Answer {
	if !d.Refuses() {
		return payload.Answer{}
	}
	a := payload.Answer{Decision: payload.Deny, Reason: h.reason(d)}
	switch {
	case err != nil:
		a.Decision, a.Reason = payload.Ask, "Ambit cannot decide: "+d.Message
	case d.Verdict != boundary.RequireApproval:
	case d.Approval.Assurance > identity.Asserted || d.Approval.NotOwner || len(d.Approval.By) > 0:
		a.Reason += " It takes the approval of somebody the agent cannot ask."
	default:
		a.Decision = payload.Ask
	}
	if a.Decision == payload.Ask && !h.Unattended && h.event.CanAsk() {
		h.state.Asks = slices.DeleteFunc(slices.Clone(h.state.Asks), func(at time.Time) bool { return h.now.Sub(at) >= askWindow })
		if len(h.state.Asks) >= maxAsks {
			h.raise("approval_fatigue", h.event.Tool, "")
			a.Decision = payload.Deny
			a.Reason += " There were too many questions in a short time."
			return a
		}
		h.state.Asks = append(h.state.Asks, h.now)
	}
	return a
}

// reason explains a refusal to a model and to a person, without content.
func (h *hook) reason(d *boundary.Decision) string {
	var b strings.Builder
	why := d.Determining()
	switch {
	case d.Message != "":
		b.WriteString(strings.TrimSuffix(d.Message, "."))
	case why.Reason != "":
		b.WriteString(strings.ReplaceAll(string(why.Reason), "_", " "))
	default:
		b.WriteString("refused by policy")
	}
	b.WriteByte('.')
	if d.Nearest != "" {
		b.WriteString(" Nearest: " + d.Nearest + ".")
	}
	if rule := why.Rule; rule != "" || why.Ruleset != "" {
		fmt.Fprintf(&b, " (Ambit policy %s", why.Ruleset)
		if rule != "" {
			fmt.Fprintf(&b, ", rule %s", rule)
		}
		b.WriteString(")")
	}
	return b.String()
}

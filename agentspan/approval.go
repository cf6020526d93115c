package agentspan

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/semconv"
)

// An Approver asks somebody whether a call may run. It must return soon after
// ctx ends. An error means that nobody could be asked, and the call is refused.
type Approver func(ctx context.Context, a Ask) (Answer, error)

// ErrPending is what an [Approver] returns when the question was put and the
// answer comes with another call, as MCP clients of revision 2026-07-28 bring it.
// The call is refused with its verdict as it was, [boundary.RequireApproval].
var ErrPending = errors.New("agentspan: approval is pending")

// ContextWithApprover asks a about the calls under the context returned, instead
// of the tracer's own approver: a server knows only per request whom it can ask.
func ContextWithApprover(ctx context.Context, a Approver) context.Context {
	return context.WithValue(ctx, approverKey{}, a)
}

type approverKey struct{}

// approverOf returns whom to ask about a call under ctx; nil for nobody.
func (t *Tracer) approverOf(ctx context.Context) Approver {
	if a, ok := ctx.Value(approverKey{}).(Approver); ok && a != nil {
		return a
	}
	return t.approver
}

// An Ask is a question to a person. Its texts are free of control and
// bidirectional characters, of known secrets, and bounded in length.
type Ask struct {
	Session  string // id
	Agent    string
	Owner    identity.Principal
	Tool     string
	Server   string
	Message  string // why approval is needed
	Nearest  string // the grant that came closest
	Effects  []string
	Terms    boundary.Approval // who may answer
	Decision boundary.Decision
	Expires  time.Time
}

// An Answer is what a person said. The zero Answer declines.
type Answer struct {
	Approved bool
	By       identity.Principal // who answered, and how surely that is known
	Groups   []string           // the groups ("group:leads") that By is known to be in
	Remember bool               // for the rest of the session: counts only where the terms allow it
}

// The bounds of asking: a person who is asked too often answers without reading.
const (
	maxDeclines = 3
	maxAsks     = 10
	askWindow   = 10 * time.Minute
	maxRemember = 64
)

// A binding ties an approval to exactly what was asked about: tool, arguments, the
// folder they are used in, effects and identity.
type binding [sha256.Size]byte

// The terms are bound too: what one person may approve says nothing of what it
// takes two for. So is every reason to ask: a yes to one rule is none to another,
// that asks about the same call by now. whole says that the session is asked about,
// and no call.
func bindingOf(r *boundary.Request, d *boundary.Decision, whole bool) (b binding) {
	terms := &d.Approval
	h := sha256.New()
	part := func(s string) {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(s)))
		h.Write(n[:])
		h.Write([]byte(s))
	}
	list := func(all []string) {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(all)))
		h.Write(n[:])
		for _, s := range all {
			part(s)
		}
	}
	flag := func(b bool) {
		if b {
			h.Write([]byte{1})
		} else {
			h.Write([]byte{0})
		}
	}
	flag(whole)
	list(terms.By)
	h.Write([]byte{byte(terms.Assurance)})
	flag(terms.NotOwner)
	flag(terms.Remember)
	for i := range d.Because {
		if w := &d.Because[i]; w.Verdict == boundary.RequireApproval {
			flag(true)
			list([]string{string(w.Reason), w.Checker, w.Ruleset, w.Rule})
		}
	}
	flag(false)
	part(r.Tool)
	part(r.Server)
	part(r.ToolHash)
	part(r.Dir)
	h.Write([]byte{byte(r.Phase)})
	part(string(r.Arguments))
	for i := range r.Effects {
		e := &r.Effects[i]
		h.Write([]byte{byte(e.Kind), byte(e.Access), byte(e.Certainty), byte(e.Direction)})
		part(e.Target)
	}
	for _, p := range append([]identity.Principal{r.Delegation.Owner}, r.Delegation.Actors...) {
		part(p.Issuer)
		part(p.ID)
	}
	if u := r.Use; u != nil {
		c, to := &u.Credential, &u.Target
		for _, s := range [...]string{
			string(c.Kind), c.Issuer, c.Subject, c.Account, c.Instance, c.Handle, c.Fingerprint,
			to.Service, to.Account, to.Host, to.Repository,
		} {
			part(s)
		}
		list(c.Audience)
		list(c.Scopes)
	}
	h.Sum(b[:0])
	return b
}

// asks are the questions of one session; guarded by the session's lock.
type asks struct {
	waiting    map[binding]*pending
	remembered map[binding]struct{}
}

// fatigue is how often a person was asked of late: by a session and its subagents
// together, or each new subagent could ask anew.
type fatigue struct {
	mu       sync.Mutex
	times    []time.Time // of asks within the window, at most maxAsks
	declines int         // in a row
	open     int         // of times, whose answer comes with another call
	told     bool        // of fatigue
}

// tired returns the fatigue that l's session and its subagents share.
func (l *labels) tired() *fatigue {
	f := l.fatigue.Load()
	if f == nil {
		f = new(fatigue)
		if !l.fatigue.CompareAndSwap(nil, f) {
			f = l.fatigue.Load()
		}
	}
	return f
}

// A pending ask is one that identical calls wait for, so that a person has one
// question before them. A no is for all of them. A yes is for the one that asked,
// and the next one asks anew, unless it is to be remembered or is about the session.
type pending struct {
	done    chan struct{}
	answer  Answer
	outcome string
}

// approve asks for approval of a call, and replaces its decision by the answer.
func (t *Tracer) approve(ctx context.Context, c *call) {
	if t.approverOf(ctx) == nil {
		c.decision.Message = strings.TrimSpace(c.decision.Message + " (nobody can be asked here)")
		return
	}
	begin := time.Now()
	var req boundary.Request
	c.request(&req)
	terms := c.decision.Approval
	key := bindingOf(&req, &c.decision, false)
	outcome, answer := t.ask(ctx, c.state, key, false, func() Ask { return c.question(begin.Add(t.approvalTTL)) }, terms)
	c.approvalTime = time.Since(begin)
	if outcome == pendingAnswer {
		return
	}
	c.approval, c.approver = outcome, answer.By.Assurance
	if outcome == tooMany {
		c.approval = unavailable
	}
	if outcome == approved && bindingOf(&req, &c.decision, false) != key {
		outcome, c.approval = unavailable, unavailable
		t.signal(ctx, c.state, Signal{Kind: SignalArgumentsChanged, Tool: c.name})
	}
	if outcome == approved && switchAsked(&c.decision) {
		c.accept(answer.Remember && terms.Remember)
	}
	c.decision = answered(c.decision, outcome)
}

// switchAsked reports whether what a person was asked about was, or was also, that
// somebody else acts.
func switchAsked(d *boundary.Decision) bool {
	return slices.ContainsFunc(d.Crossings, func(x boundary.Crossing) bool { return x.Kind == boundary.IdentitySwitch }) ||
		slices.ContainsFunc(d.Because, func(w boundary.Determination) bool { return w.Reason == boundary.ReasonIdentitySwitch })
}

// accept makes the identity that a person agreed to part of the session's baseline,
// towards the target it was agreed to for: it is not asked about again. That goes for
// the credential that the caller showed. What a command takes on by itself, "sudo"
// for one, was agreed to for this command; it is accepted if the answer is to be
// remembered. An end of the credential's own still counts.
func (c *call) accept(remember bool) {
	st := c.state
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.tracker == nil {
		return
	}
	if c.named {
		st.tracker.Accept(*c.noun.Use)
	}
	if !remember {
		return
	}
	if !c.named && c.noun.Use != nil {
		st.tracker.Accept(*c.noun.Use)
	}
	for i := range c.carried {
		st.tracker.Accept(c.carried[i])
	}
}

// approveSession asks for approval of a session as a whole. It reports whether
// the answer is still to come: then the question stands, and so does d.
func (t *Tracer) approveSession(ctx context.Context, s *state, d boundary.Decision) (_ boundary.Decision, waits bool) {
	if t.approverOf(ctx) == nil {
		return d, false
	}
	req := boundary.Request{Tool: "session", Delegation: s.delegation()}
	ask := func() Ask {
		return Ask{
			Session: s.id, Agent: s.agent(), Owner: s.noun.Owner, Message: t.clean(d.Message), Nearest: t.clean(d.Nearest),
			Terms: d.Approval, Decision: t.shown(d), Expires: time.Now().Add(t.approvalTTL),
		}
	}
	outcome, _ := t.ask(ctx, s, bindingOf(&req, &d, true), true, ask, d.Approval)
	if outcome == pendingAnswer {
		return d, true
	}
	return answered(d, outcome), false
}

// The outcomes of an ask, as they are written.
var (
	approved    = semconv.AmbitApprovalOutcomeApproved.Value.AsString()
	declined    = semconv.AmbitApprovalOutcomeDeclined.Value.AsString()
	timedOut    = semconv.AmbitApprovalOutcomeTimeout.Value.AsString()
	unavailable = semconv.AmbitApprovalOutcomeUnavailable.Value.AsString()
	unanswered  = semconv.AmbitApprovalOutcomeUnanswered.Value.AsString()
)

// askedElsewhere notes what came of asking where the checker says that somebody was
// asked, and not by this tracer. When, and how surely it is known who answered, it
// does not say.
func (c *call) askedElsewhere() {
	if len(c.decision.Because) == 0 {
		return
	}
	outcome, approver := "", identity.Assurance(0)
	switch c.decision.Because[0].Reason {
	case boundary.ReasonApproved, boundary.ReasonApprovalInferred:
		outcome, approver = approved, identity.Asserted
	case boundary.ReasonApprovalDeclined:
		outcome, approver = declined, identity.Asserted
	case boundary.ReasonApprovalTimeout:
		outcome = timedOut
	case boundary.ReasonApprovalUnavailable:
		outcome = unavailable
	case boundary.ReasonApprovalUnanswered:
		outcome = unanswered
	default:
		return
	}
	c.approval, c.approver, c.approvalTime = outcome, approver, -1
}

// The outcomes of an ask that are not written as they are.
const (
	pendingAnswer = "pending" // the answer comes with another call
	tooMany       = "fatigue" // a person was asked, or declined, too often of late, and was not asked again
)

// answered is what a decision becomes by the outcome of asking.
func answered(d boundary.Decision, outcome string) boundary.Decision {
	because := boundary.Determination{Verdict: boundary.Deny}
	d.Verdict, d.Source = boundary.Deny, boundary.ByHuman
	switch outcome {
	case approved:
		because.Verdict, because.Reason = boundary.Allow, boundary.ReasonApproved
		d.Verdict, d.Message = boundary.Allow, ""
	case declined:
		because.Reason, d.Message = boundary.ReasonApprovalDeclined, "a person declined"
	case timedOut:
		because.Reason, d.Message = boundary.ReasonApprovalTimeout, "nobody answered in time"
		d.Source = boundary.ByDefault
	case tooMany:
		because.Reason, d.Message = boundary.ReasonApprovalUnavailable, "a person was asked, or said no, too often of late, and was not asked again"
		d.Source = boundary.ByDefault
	default:
		because.Reason, d.Message = boundary.ReasonApprovalUnavailable, "nobody who may approve this could be asked"
		d.Source = boundary.ByDefault
	}
	why := d.Determining()
	because.Rule, because.Ruleset, because.Grant, because.Effect = why.Rule, why.Ruleset, why.Grant, why.Effect
	d.Because = append([]boundary.Determination{because}, d.Because...)
	return d
}

// ask gets an answer for key: one that is remembered, a no that somebody else was
// given, or a new one. It asks no more than a person can read. whole says that the
// question is about the session.
func (t *Tracer) ask(ctx context.Context, s *state, key binding, whole bool, question func() Ask, terms boundary.Approval) (string, Answer) {
	// Whom only one call can ask answers that call alone: what another one brought
	// back, or failed to, says nothing of this.
	_, own := ctx.Value(approverKey{}).(Approver)
	p := &pending{done: make(chan struct{})}
	for {
		other, remembered := s.enqueue(key, p, own && !whole)
		if remembered {
			return approved, Answer{Approved: true}
		}
		if other == nil {
			break
		}
		select {
		case <-other.done:
		case <-ctx.Done():
			return timedOut, Answer{}
		}
		yes := other.outcome == approved
		if whole && (yes || !own) || !whole && !yes {
			return other.outcome, other.answer
		}
	}
	defer s.dequeue(key, p, terms)
	person := s.labels.tired()
	mayAsk, first := person.ask(time.Now())
	if !mayAsk {
		if first {
			t.signal(ctx, s, Signal{Kind: SignalApprovalFatigue})
		}
		p.outcome = tooMany
		return p.outcome, p.answer
	}
	p.outcome, p.answer = t.askPerson(ctx, question(), terms, s.noun.Owner)
	p.outcome = person.answered(p.outcome)
	return p.outcome, p.answer
}

// enqueue makes p the question that is waited for, unless one about the same is
// already: that is other. remembered says that a yes to it still stands. A question
// that is alone with its call is nobody's to wait for.
func (s *state) enqueue(key binding, p *pending, alone bool) (other *pending, remembered bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.asks == nil {
		s.asks = &asks{waiting: map[binding]*pending{}, remembered: map[binding]struct{}{}}
	}
	if _, ok := s.asks.remembered[key]; ok || alone {
		return nil, ok
	}
	if other = s.asks.waiting[key]; other == nil {
		s.asks.waiting[key] = p
	}
	return other, false
}

// dequeue ends the waiting for p.
func (s *state) dequeue(key binding, p *pending, terms boundary.Approval) {
	s.mu.Lock()
	if s.asks.waiting[key] == p {
		delete(s.asks.waiting, key)
	}
	if p.outcome == approved && p.answer.Remember && terms.Remember && len(s.asks.remembered) < maxRemember {
		s.asks.remembered[key] = struct{}{}
	}
	s.mu.Unlock()
	close(p.done)
}

// ask notes that the person is asked, unless that happened, or was declined, too often
// of late; first is true for the first question that is not put because of that. Where
// questions are open, a call may be what brings the answer to one.
func (f *fatigue) ask(now time.Time) (mayAsk, first bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.times = slices.DeleteFunc(f.times, func(at time.Time) bool { return now.Sub(at) >= askWindow })
	if len(f.times) == 0 {
		f.declines, f.open = 0, 0
	}
	if f.declines >= maxDeclines || len(f.times) >= maxAsks && f.open == 0 {
		first, f.told = !f.told, true
		return false, first
	}
	f.told = false
	f.times = append(f.times, now)
	return true, false
}

// answered notes how it ended, and returns that: a question that comes with the next
// call counts when it is put, and not again when it is answered. One more than a
// person can read is not put.
func (f *fatigue) answered(outcome string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case outcome == pendingAnswer && len(f.times) > maxAsks:
		f.times = f.times[:len(f.times)-1]
		return tooMany
	case outcome == pendingAnswer:
		f.open++
	case f.open > 0 && len(f.times) > 0:
		f.times = f.times[:len(f.times)-1]
		if outcome != unavailable { // which answers nothing
			f.open--
		}
	}
	switch outcome {
	case approved:
		f.declines = 0
	case declined:
		f.declines++
	}
	return outcome
}

func (t *Tracer) askPerson(ctx context.Context, a Ask, terms boundary.Approval, owner identity.Principal) (outcome string, answer Answer) {
	ctx, cancel := context.WithTimeout(ctx, t.approvalTTL)
	defer cancel()
	type reply struct {
		answer Answer
		err    error
	}
	replies := make(chan reply, 1)
	go func() {
		r := reply{err: errPanicked}
		defer func() {
			_ = recover()
			replies <- r
		}()
		answer, err := t.approverOf(ctx)(ctx, a)
		r = reply{answer, err}
	}()
	var r reply
	select {
	case r = <-replies:
	case <-ctx.Done():
		return timedOut, Answer{}
	}
	switch {
	case errors.Is(r.err, ErrPending):
		return pendingAnswer, Answer{}
	case r.err != nil && ctx.Err() != nil:
		return timedOut, Answer{}
	case r.err != nil:
		return unavailable, Answer{}
	case !r.answer.Approved:
		return declined, r.answer
	case !mayApprove(terms, r.answer, owner):
		return unavailable, r.answer
	}
	return approved, r.answer
}

// mayApprove reports whether whoever answered is somebody the terms accept.
func mayApprove(terms boundary.Approval, a Answer, owner identity.Principal) bool {
	if a.By.Assurance < terms.Assurance {
		return false
	}
	if terms.NotOwner && (a.By.IsZero() || a.By.Same(owner)) {
		return false
	}
	if len(terms.By) == 0 {
		return true
	}
	return slices.ContainsFunc(terms.By, func(who string) bool {
		return who == a.By.String() || slices.Contains(a.Groups, who)
	})
}

// question is what a person is shown of a call: what it would touch, not what it
// says.
func (c *call) question(expires time.Time) Ask {
	t := c.tracer
	a := Ask{
		Tool: c.name, Server: t.clean(c.noun.Server), Message: t.clean(c.decision.Message), Nearest: t.clean(c.decision.Nearest),
		Terms: c.decision.Approval, Decision: t.shown(c.decision), Expires: expires,
	}
	if s := c.state; s != nil {
		a.Session, a.Agent, a.Owner = s.id, s.agent(), s.noun.Owner
	}
	for i := range c.effects {
		if i == maxShown {
			break
		}
		e := &c.effects[i]
		what := e.Access.String() + " " + e.Kind.String()
		if e.Target != "" {
			what += " " + t.clean(e.Target)
		}
		if e.Certainty.String() != "exact" {
			what += " (" + e.Certainty.String() + ")"
		}
		a.Effects = append(a.Effects, what)
	}
	return a
}

// shown is d with clean texts, for the eyes of a person.
func (t *Tracer) shown(d boundary.Decision) boundary.Decision {
	d.Message, d.Nearest = t.clean(d.Message), t.clean(d.Nearest)
	d.Because, d.Shadowed = slices.Clone(d.Because), slices.Clone(d.Shadowed) // decisions share them
	for _, list := range [...][]boundary.Determination{d.Because, d.Shadowed} {
		for i := range list {
			w := &list[i]
			w.Reason = boundary.Reason(t.clean(string(w.Reason)))
			w.Checker, w.Ruleset, w.Rule, w.Grant = t.clean(w.Checker), t.clean(w.Ruleset), t.clean(w.Rule), t.clean(w.Grant)
		}
	}
	return d
}

// maxShown bounds the effects a person is shown.
const maxShown = 20

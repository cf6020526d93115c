package agentspan

import (
	"cmp"
	"context"
	"time"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/secret"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/intent"
)

// decide finds out what a call would touch, what the session makes of it, and
// whether it may run. It depends on nothing that is only there when something is
// recorded.
func (t *Tracer) decide(ctx context.Context, c *call) {
	c.gather()
	st := c.state
	if st == nil {
		if t.governed {
			c.deny(boundary.ReasonNoSession, boundary.Unowned, "the call belongs to no session, so nobody answers for it")
			c.count(ctx)
		} else if reason := SessionFromContext(ctx).stopped(); reason != nil {
			c.decision, c.evaluated = suspension(t.clean(*reason)), true // and ended since
			c.count(ctx)
		} else {
			c.decision.Verdict = boundary.NotEvaluated
		}
		return
	}
	c.enter(ctx)
	if err := t.admit(ctx, st); err != nil {
		c.decision, c.err, c.evaluated = err.Decision, err.Err, true
	} else if st.checker != nil {
		c.watcher = st.watcher
		c.ask(ctx, st.checker)
		if c.decision.Suspends() {
			st.suspendTree(suspendedBy(&c.decision))
		}
		c.evaluated = c.decision.Verdict != boundary.NotEvaluated || len(c.decision.Shadowed) > 0
		c.askedElsewhere()
		if c.approval == "" && c.decision.Verdict == boundary.RequireApproval && c.decision.Refuses() {
			t.approve(ctx, c)
		}
	} else {
		c.decision.Verdict = boundary.NotEvaluated
	}
	if reason := st.stopped(); reason != nil && !c.decision.Refuses() {
		c.decision, c.evaluated = suspension(*reason), true // while this call was decided, or somebody was asked about it
	}
	c.leave()
	c.count(ctx)
}

// suspension is what is said of a call of a suspended session.
func suspension(reason string) boundary.Decision {
	return boundary.Decision{Because: []boundary.Determination{{Reason: boundary.ReasonSuspended}}, Message: reason}
}

// suspendedBy says what suspended a session.
func suspendedBy(d *boundary.Decision) string {
	if rule := d.Determining().Rule; rule != "" {
		return "the session was suspended by rule " + rule
	}
	return "the session was suspended by the boundary"
}

// ask asks a checker. A request is large, so this does what [boundary.Check] does
// without passing it on; what cannot be told goes there all the same.
func (c *call) ask(ctx context.Context, ch boundary.Checker) {
	defer func() {
		if recover() != nil {
			c.decision, c.err = boundary.Check(ctx, panicking, boundary.Request{})
		}
	}()
	var req boundary.Request
	c.request(&req)
	if c.decision, c.err = ch.Check(ctx, req); c.err == nil {
		c.decision.Source = cmp.Or(c.decision.Source, boundary.ByChecker)
	} else {
		d, err := c.decision, c.err
		c.decision, c.err = boundary.Check(ctx, boundary.CheckerFunc(func(context.Context, boundary.Request) (boundary.Decision, error) {
			return d, err
		}), boundary.Request{})
	}
}

// panicking stands for a checker that panicked; what it said is not looked at.
var panicking = boundary.CheckerFunc(func(context.Context, boundary.Request) (boundary.Decision, error) { panic("checker") })

// Kinds of effects, as sets: those that say who acts, and those that a session's
// summary counts.
const (
	identities = 1<<effect.Identity | 1<<effect.Secret
	reachable  = identities | 1<<effect.Host | 1<<effect.URL | 1<<effect.Repo | 1<<effect.Data | 1<<effect.Resource
)

// touches reports whether one of effects is of one of kinds.
func touches(effects []effect.Effect, kinds uint32) bool {
	for i := range effects {
		if kinds&(1<<effects[i].Kind) != 0 {
			return true
		}
	}
	return false
}

// deny makes the decision that the tracer itself takes.
func (c *call) deny(why boundary.Reason, x boundary.CrossingKind, message string) {
	c.evaluated = true
	c.decision = boundary.Decision{
		Because:   []boundary.Determination{{Reason: why}},
		Crossings: []boundary.Crossing{{Kind: x}},
		Message:   message,
	}
}

// maxScan bounds what is looked at of one text, in bytes: at some 400 MB/s that
// is 10 ms at worst. What lies behind is not known, and is said to be so.
const maxScan = 4 << 20

// gather finds the facts of a call, once for everybody. A plug-in that panics
// leaves an effect of unknown kind behind.
func (c *call) gather() {
	tc := &c.noun
	c.dir = tc.Dir
	var root, home string
	if c.state != nil {
		n := c.state.noun
		root, home = n.Root, n.Home
		if c.dir == "" {
			c.dir = n.Dir
		}
	}
	c.argsHash = c.argumentsHash()
	a := tc.Annotations
	if c.phase != boundary.PhaseCall {
		c.effects = append(c.effects[:0], c.given...)
		return
	}
	c.effects = c.tracer.analyze(c.effects[:0], effect.Call{
		Tool: tc.Name, Server: tc.Server, Local: tc.Local, Arguments: tc.Arguments, Dir: c.dir, Root: root, Home: home,
		ReadOnly: a.ReadOnly, Destructive: a.Destructive, OpenWorld: a.OpenWorld,
	})
	if len(tc.Arguments) > maxScan {
		c.effects = append(c.effects, effect.Effect{})
	}
	if len(tc.Arguments) == 0 {
		return
	}
	c.findings = c.tracer.detect(c.findings[:0], tc.Arguments, secret.Argument)
	if len(c.findings) > 0 {
		c.carry()
	}
}

func (t *Tracer) analyze(dst []effect.Effect, call effect.Call) (out []effect.Effect) {
	n := len(dst)
	defer func() {
		if recover() != nil {
			out = append(dst[:n], effect.Effect{})
		}
	}()
	return t.analyzer.Analyze(dst, call)
}

func (t *Tracer) detect(dst []secret.Finding, text []byte, place secret.Place) (out []secret.Finding) {
	n := len(dst)
	defer func() {
		if recover() != nil {
			out = append(dst[:n], secret.Finding{Kind: "detector-failed", Place: place})
		}
	}()
	if len(text) > maxScan {
		text = text[:maxScan]
	}
	return t.detector.Detect(dst, text, place)
}

// enter makes the call one of its session's: it gets its number, and the session
// says what it did before and what the call adds up to.
func (c *call) enter(ctx context.Context) {
	st, tc := c.state, &c.noun
	c.seq = st.seq.Add(1)
	if c.phase == boundary.PhaseCall {
		st.calls.Add(1)
		c.numbered()
		c.rerouted = st.labels.rerouted(c)
	}
	c.bits = st.labels.bits.Load()
	c.history = st.history(c.bits)
	c.history.Calls = int(c.seq) - 1
	c.history.InFlight = int(st.inFlight.Add(1)) - 1
	c.history.Refused = int(st.refused.Load())
	if tc.Use != nil || tc.Definition != "" || !tc.Since.IsZero() || len(c.carried) > 0 || touches(c.effects, identities) {
		st.mu.Lock()
		c.switches = st.observe(c.switches[:0], c)
		c.toolDrift = st.pin(tc)
		st.mu.Unlock()
	}
	c.before, c.intent, c.late = st.think(ctx, c.wait(), &intent.Action{
		Time: c.time(), Role: intent.Call, Tool: tc.Name, Server: tc.Server, Text: text(tc.Arguments),
		Effects: c.effects, Findings: c.findings, Switches: c.switches,
	})
}

// wait returns how long the call waits for the classifier: not at all, unless the
// session's checker wants it to.
func (c *call) wait() time.Duration {
	ch := c.state.checker
	if ch == nil || boundary.IntentWait(ch, nil) <= 0 {
		return 0
	}
	var req boundary.Request
	c.request(&req)
	return boundary.IntentWait(ch, &req)
}

// numbered gives the call its number on the wire. A credential that may be used and a
// request that may be sent get none: they have no span that could show it, and a number
// that nobody finds looks like a span that was lost.
func (c *call) numbered() {
	if c.number == 0 && c.state != nil {
		c.number = c.state.number.Add(1)
	}
}

// pin remembers what a tool's definition was when the session first saw it, and
// reports whether it is another one now; st.mu is held. A tool that came after the
// session counts as changed, and so does a new one in a session that has seen too many.
func (s *state) pin(tc *ToolCall) (drift bool) {
	if !tc.Since.IsZero() && tc.Since.UnixNano() > s.start {
		return true
	}
	if tc.Definition == "" {
		return false
	}
	k := toolKey{tc.Server, tc.Name}
	first, ok := s.hashes[k]
	if ok {
		return first != tc.Definition
	}
	if len(s.hashes) >= maxPinned {
		return true
	}
	if s.hashes == nil {
		s.hashes = map[toolKey]string{}
	}
	s.hashes[k] = tc.Definition
	return false
}

// A toolKey names a tool among those of several servers.
type toolKey struct{ server, tool string }

// maxPinned bounds the tool definitions remembered for a session.
const maxPinned = 256

// leave notes what the session has done or seen with this call. What a call that
// will run may bring home is noted before it runs: calls in parallel are judged
// by it too.
func (c *call) leave() {
	st := c.state
	refused := c.decision.Refuses()
	var bits uint32
	if !refused {
		bits = labelsOf(c.effects, c.noun.Annotations)
	}
	if len(c.findings) > 0 {
		bits |= labelSecret
	}
	if len(c.switches) > 0 && !refused { // one that was refused is a crossing, and no switch
		bits |= labelSwitched
	}
	if c.decision.Privileged {
		bits |= labelPrivileged
	}
	if bits&^c.bits != 0 {
		st.labels.set(bits)
	}
	if c.decision.Privileged {
		st.privilegedFor(c.decision)
	}
	if c.decision.Policy != (boundary.PolicyRef{}) {
		if old := st.policy.Load(); old == nil || *old != c.decision.Policy {
			st.policy.Store(policyOf(c.decision))
		}
	}
	if refused {
		st.refused.Add(1)
		st.inFlight.Add(-1)
		if c.phase == boundary.PhaseCall {
			st.labels.deny(c)
		}
		return
	}
	if c.noun.Use == nil && len(c.findings) == 0 && !touches(c.effects, reachable) {
		return
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	st.tally.reachEffects(c.effects)
	st.tally.reachSecrets(c.noun.Arguments, c.findings)
	if u := c.noun.Use; u != nil {
		st.tally.reachUse(u)
	}
	for i := range c.carried {
		st.tally.reachUse(&c.carried[i])
	}
}

// reachUse counts an identity and what it was used towards.
func (t *tally) reachUse(u *identity.Use) {
	t.reach(reachIdentity, u.Delegation.Actor().ID)
	t.reach(reachCredential, cmp.Or(u.Credential.Handle, u.Credential.Fingerprint, string(u.Credential.Kind)))
	t.reach(reachAccount, accountUsed(u))
	t.reachHost(u.Target.Host)
	t.reach(reachRepository, u.Target.Repository)
}

// labelsOf returns what a session has seen once a call with these effects ran.
func labelsOf(effects []effect.Effect, a boundary.Annotations) (bits uint32) {
	for i := range effects {
		e := &effects[i]
		if e.Untrusted() {
			bits |= labelUntrusted
		}
		switch e.Kind {
		case effect.Secret:
			bits |= labelSecret
		case effect.Data:
			bits |= labelPrivate
		default:
		}
	}
	if a.OpenWorld == effect.Yes {
		bits |= labelUntrusted
	}
	return bits
}

// begin binds the session to its checker and its classifier, once.
func (s *state) begin() {
	t, first := s.tracer, false
	s.once.Do(func() {
		first = true
		if t.checker != nil {
			s.checker = bind(t.checker, s.info())
			s.watcher, _ = s.checker.(boundary.Observer)
		}
	})
	if !first {
		return
	}
	if s.noun.Owner.IsZero() { // told outside of once: the handler may use the session
		t.metrics.unowned()
		t.signal(context.Background(), s, Signal{Kind: SignalOwnerMissing})
	}
	t.review(s)
}

// review tells, once a day, that the policy should have been reviewed before this
// session. Whether it is due a checker says that has a method ReviewDue(time.Time) bool.
func (t *Tracer) review(s *state) {
	defer func() { _ = recover() }()
	r, ok := t.checker.(interface{ ReviewDue(at time.Time) bool })
	if !ok {
		return
	}
	at := time.Unix(0, s.start)
	day := at.Unix()/86400 + 1
	if told := t.reviewed.Load(); day > told && r.ReviewDue(at) && t.reviewed.CompareAndSwap(told, day) {
		t.signal(context.Background(), s, Signal{Kind: SignalPolicyReview})
	}
}

// bind binds a checker to a session. One that panics is replaced by one that
// refuses.
func bind(c boundary.Checker, info boundary.SessionInfo) (bound boundary.Checker) {
	defer func() {
		if recover() != nil || bound == nil {
			bound = misconfigured
		}
	}()
	return boundary.Bind(c, info)
}

// admit decides about the session as a whole, at its start and whenever what it
// has seen is not what it was decided under. The answer stands until then.
func (t *Tracer) admit(ctx context.Context, s *state) *boundary.RefusedError {
	if reason := s.stopped(); reason != nil {
		return &boundary.RefusedError{Tool: s.label(), Decision: suspension(*reason)}
	}
	if s.checker == nil {
		return nil
	}
	bits := s.labels.bits.Load()
	if a := s.admitted.Load(); a != nil && a.stands && a.bits == bits {
		return a.refusal
	}
	d, err := boundary.CheckSession(ctx, s.checker, s.info(), s.history(bits))
	s.policy.CompareAndSwap(nil, policyOf(d))
	if d.Privileged {
		s.privilegedFor(d)
	}
	if d.Privileged && !s.labels.has(labelPrivileged) {
		s.labels.set(labelPrivileged)
		t.signal(ctx, s, Signal{Kind: SignalSessionPrivileged, Detail: string(d.Determining().Reason)})
	}
	if d.Privileged {
		bits |= labelPrivileged // that it is so was decided about just now
	}
	var refusal *boundary.RefusedError
	waits := false
	if d.Refuses() {
		if d.Verdict == boundary.RequireApproval && err == nil {
			d, waits = t.approveSession(ctx, s, d)
		}
		if d.Refuses() {
			refusal = &boundary.RefusedError{Tool: s.label(), Decision: d, Err: err}
		}
	}
	// What could not be told is asked again, because the caller gave up or for any
	// other reason; so is what waits for an answer.
	s.admitted.Store(&admission{bits, refusal, err == nil && ctx.Err() == nil && !waits})
	return refusal
}

// privilegedFor notes why the session counts as privileged: the first reason stays.
func (s *state) privilegedFor(d boundary.Decision) {
	if s.privileged.Load() == nil {
		reason := cmp.Or(d.Determining().Reason, boundary.ReasonPrivileged)
		s.privileged.CompareAndSwap(nil, &reason)
	}
}

// An admission is what was decided about a session as a whole, and under which
// labels: one value, since two calls may be deciding at once.
type admission struct {
	bits    uint32
	refusal *boundary.RefusedError // nil if it may go on
	stands  bool
}

func policyOf(d boundary.Decision) *boundary.PolicyRef {
	if d.Policy == (boundary.PolicyRef{}) {
		return nil
	}
	p := d.Policy
	return &p
}

func (s *state) policyRef() *boundary.PolicyRef {
	if s == nil {
		return nil
	}
	return s.policy.Load()
}

// label names the session in errors.
func (s *state) label() string { return spanName("session", s.agent()) }

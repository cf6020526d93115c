package hookspan

// The boundary in front of what has happened already.

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/ambit-go/ambit/agentspan/hookspan/recording"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/secret"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/intent"
)

// Recorded makes c the checker of a tracer that replays: c is asked about each
// recorded call and stops none of those that ran, nor the session. Calls that were
// refused when they were recorded are refused again, with the reason they had. See
// the package documentation for how both are written.
//
// A nil c has no opinion. Calls that are not replayed are for c alone. The checker
// is safe for concurrent use if c is.
func Recorded(c boundary.Checker) boundary.Checker { return &recorded{inner: c} }

type recorded struct{ inner boundary.Checker }

func (r *recorded) Check(ctx context.Context, req boundary.Request) (boundary.Decision, error) {
	return r.Bind(req.Session).Check(ctx, req)
}

func (r *recorded) CheckSession(ctx context.Context, s boundary.SessionInfo, h boundary.History) (boundary.Decision, error) {
	return (&recordedSession{inner: r.inner}).CheckSession(ctx, s, h)
}

// Bind binds the checker inside to a session.
func (r *recorded) Bind(s boundary.SessionInfo) boundary.Checker {
	if r.inner == nil {
		return &recordedSession{}
	}
	return &recordedSession{inner: boundary.Bind(r.inner, s)}
}

// A recordedSession asks about the calls of one session.
type recordedSession struct {
	inner boundary.Checker // nil if nobody is asked

	mu    sync.Mutex
	whole boundary.Decision    // about the session, as inner last said
	under map[int64]*replaying // calls under way, by number
}

// A replaying is a call on its way through the tracer, in the context that the
// tracer hands to the checker.
type replaying struct {
	call    *recording.Call // nil while the session starts
	checked bool            // the tracer's checker is one of ours
	facts   Replayed

	given    bool // decided about when it happened: nobody is asked again
	decision boundary.Decision
	policy   boundary.PolicyRef

	privileged bool // the session was, when the call was decided about
}

type replayKey struct{}

func withReplaying(ctx context.Context, p *replaying) context.Context {
	return context.WithValue(ctx, replayKey{}, p)
}

func replayingIn(ctx context.Context) *replaying {
	p, _ := ctx.Value(replayKey{}).(*replaying)
	return p
}

// ask returns what the checker inside says; an error has become a refusal.
func (s *recordedSession) ask(ctx context.Context, req boundary.Request) boundary.Decision {
	if s.inner == nil {
		return boundary.Decision{Verdict: boundary.NotEvaluated}
	}
	d, _ := boundary.Check(ctx, s.inner, req)
	s.mu.Lock()
	whole := s.whole
	s.mu.Unlock()
	if !whole.Refuses() {
		return d
	}
	// Of a session that is refused no call would have run.
	whole.Because = append(slices.Clone(whole.Because), d.Because...)
	whole.Crossings = append(slices.Clone(whole.Crossings), d.Crossings...)
	return whole
}

func (s *recordedSession) Check(ctx context.Context, req boundary.Request) (boundary.Decision, error) {
	p := replayingIn(ctx)
	if p == nil {
		if s.inner == nil {
			return boundary.Decision{Verdict: boundary.NotEvaluated}, nil
		}
		return s.inner.Check(ctx, req) //nolint:wrapcheck // the checker's own
	}
	p.checked = true
	var d boundary.Decision
	if p.given {
		d = p.decision
	} else {
		d = s.ask(ctx, req)
	}
	said := d
	if p.given && (p.call == nil || !p.call.Refused) {
		// What it says took effect.
	} else if p.call != nil && p.call.Refused {
		d = refusedThen(p.call, d)
		said = d
	} else if d.Refuses() {
		d = observed(d)
	}
	p.facts.take(&req, said)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.under == nil {
		s.under = map[int64]*replaying{}
	}
	s.under[req.Seq] = p
	return d, nil
}

// CheckSession notes what c says about the session, which has run already.
func (s *recordedSession) CheckSession(ctx context.Context, info boundary.SessionInfo, h boundary.History) (boundary.Decision, error) {
	p := replayingIn(ctx)
	if p != nil {
		p.checked = true
	}
	if p != nil && p.given {
		return boundary.Decision{Verdict: boundary.NotEvaluated, Policy: p.policy, Privileged: p.privileged}, nil
	}
	if s.inner == nil {
		return boundary.Decision{Verdict: boundary.NotEvaluated}, nil
	}
	d, err := boundary.CheckSession(ctx, s.inner, info, h)
	if p == nil {
		return d, err //nolint:wrapcheck // the checker's own
	}
	s.mu.Lock()
	s.whole = d
	s.mu.Unlock()
	if d.Refuses() {
		d = observed(d)
	}
	return d, nil
}

// Observe passes on what became of a call, with the decision that c took.
func (s *recordedSession) Observe(req boundary.Request, d boundary.Decision, o boundary.Outcome) {
	s.mu.Lock()
	p := s.under[req.Seq]
	delete(s.under, req.Seq)
	s.mu.Unlock()
	if p != nil {
		d = p.facts.Decision
		p.facts.Found = slices.Clone(o.Findings)
	}
	if s.inner != nil {
		boundary.Observe(s.inner, req, d, o)
	}
}

// observed takes the effect from a refusal, and leaves its reasons.
func observed(d boundary.Decision) boundary.Decision {
	because := d.Because
	if len(because) == 0 {
		because = []boundary.Determination{{Verdict: d.Verdict, Reason: boundary.ReasonChecker}}
	}
	d.Observed = true
	d.Shadowed = append(slices.Clone(because), d.Shadowed...)
	d.Because = nil
	return d
}

// refusedThen is the decision about a call that never ran. What a policy says of it
// now is kept beside it.
func refusedThen(c *recording.Call, now boundary.Decision) boundary.Decision {
	source, reason := whoRefused(c.Error)
	d := boundary.Decision{
		Verdict: boundary.Deny, Source: source, Policy: now.Policy, Privileged: now.Privileged,
		Because:   []boundary.Determination{{Verdict: boundary.Deny, Reason: reason, Checker: "agent"}},
		Crossings: now.Crossings, Nearest: now.Nearest,
		Message: "refused when it was recorded",
	}
	if now.Verdict != boundary.NotEvaluated {
		d.Shadowed = append(slices.Clone(now.Because), now.Shadowed...)
	}
	return d
}

// whoRefused tells from an agent's own words who said no: Claude Code's and Codex
// CLI's for a person, Claude Code's where nobody could be asked. All else are the
// agent's rules and hooks.
func whoRefused(text string) (boundary.Source, boundary.Reason) {
	for _, p := range [...]string{
		"The user doesn't want to ", "[Request interrupted by user", "exec command rejected by user", "patch rejected by user",
	} {
		if strings.HasPrefix(text, p) {
			return boundary.ByHuman, boundary.ReasonApprovalDeclined
		}
	}
	if strings.HasPrefix(text, "Claude requested permissions to ") {
		return boundary.ByChecker, boundary.ReasonApprovalUnavailable
	}
	return boundary.ByChecker, boundary.ReasonDeniedByRule
}

// A Replayed is a recorded call as the tracer judged it.
type Replayed struct {
	recording.Call
	Turn  int // number of its turn in the session, from 0
	Index int // number of the call in its turn, from 0

	// Decision is what the boundary said. Of a call that ran it is the checker's own
	// word, which took no effect: Decision.Refuses says whether it would have been
	// stopped. Of a call that was refused it is that refusal. NotEvaluated if nobody
	// had an opinion.
	Decision boundary.Decision

	Actor    identity.Principal // who acts; zero if not known
	Use      *identity.Use      // the credential the call uses; nil if none is known
	Effects  []effect.Effect
	Findings []secret.Finding // secrets in the arguments
	Found    []secret.Finding // secrets in the result
	Switches []identity.Switch
	Intent   intent.Result

	Privileged bool // the session counted as privileged when the call was decided
}

// take copies the facts that the tracer gathered: a checker must not keep them.
func (r *Replayed) take(req *boundary.Request, d boundary.Decision) {
	r.Decision, r.Intent, r.Privileged = d, req.Intent, req.History.Privileged || d.Privileged
	r.Intent.Evidence = slices.Clone(req.Intent.Evidence)
	if len(req.Delegation.Actors) > 0 {
		r.Actor = req.Delegation.Actors[0]
	}
	if req.Use != nil {
		use := *req.Use
		r.Use = &use
	}
	r.Effects, r.Findings, r.Switches = slices.Clone(req.Effects), slices.Clone(req.Findings), slices.Clone(req.Switches)
}

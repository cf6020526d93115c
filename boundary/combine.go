package boundary

import (
	"context"
	"slices"
	"time"
)

// All is the strictest of several checkers: the call is allowed if none of those
// that have an opinion refuses. All of them run, so every reason is known. A
// checker that cannot tell denies; one that is not enforced ([Shadow], or a
// policy that only observes) or says [NotEvaluated] takes no part. Where several
// require approval it takes somebody whom each of them accepts ([Approval.And]).
// Combining no checkers at all refuses.
func All(checkers ...Checker) Checker { return &combined{slices.Clone(checkers), stricter, true} }

// Any is the mildest of several checkers: one that allows is enough. In all else
// it is like [All].
func Any(checkers ...Checker) Checker { return &combined{slices.Clone(checkers), milder, false} }

func stricter(a, b Verdict) bool { return a < b }
func milder(a, b Verdict) bool   { return a > b }

type combined struct {
	members []Checker
	beats   func(a, b Verdict) bool
	all     bool // every member's approval is needed
}

func (c *combined) Check(ctx context.Context, req Request) (Decision, error) {
	return c.ask(func(m Checker) (Decision, error) { return safely(ctx, m, &req) }, true)
}

// CheckSession asks the members that decide about sessions.
func (c *combined) CheckSession(ctx context.Context, s SessionInfo, h History) (Decision, error) {
	return c.ask(func(m Checker) (Decision, error) { return CheckSession(ctx, m, s, h) }, false)
}

// ask combines what the members say. A single member's decision passes as it is:
// one checker must cost and mean the same with and without All around it.
func (c *combined) ask(one func(Checker) (Decision, error), failing bool) (Decision, error) {
	if len(c.members) == 0 {
		return Decision{Because: reasons(ReasonMisconfigured)}, errEmpty
	}
	if len(c.members) == 1 {
		return one(c.members[0])
	}
	out := Decision{Verdict: NotEvaluated}
	var votes, observed vote
	var firstErr error
	for _, m := range c.members {
		d, err := one(m)
		if err != nil {
			d = cannotTell(d, err)
			if firstErr == nil {
				firstErr = err
			}
		}
		d.Verdict = d.Verdict.known()
		for _, x := range d.Crossings {
			if !slices.Contains(out.Crossings, x) {
				out.Crossings = append(out.Crossings, x)
			}
		}
		out.Privileged = out.Privileged || d.Privileged
		out.Shadowed = append(out.Shadowed, d.Shadowed...)
		switch {
		case d.Verdict == NotEvaluated:
		case d.Observed:
			out.Shadowed = append(out.Shadowed, d.Because...)
			observed.add(d, c)
		default:
			votes.add(d, c)
		}
	}
	switch {
	case votes.any:
		out.takeOver(votes.best)
		out.Because = votes.because(c.beats)
	case observed.any:
		out.takeOver(observed.best)
		out.Observed = true
	}
	if !failing || out.Verdict != Deny {
		firstErr = nil // somebody's error did not decide: it is among the reasons
	}
	return out, firstErr
}

func (d *Decision) takeOver(best Decision) {
	d.Verdict, d.Source, d.Policy = best.Verdict, best.Source, best.Policy
	d.Nearest, d.Message, d.Approval = best.Nearest, best.Message, best.Approval
	d.Suspend = best.Suspend
}

// A vote gathers decisions of one standing, enforced or observed.
type vote struct {
	any  bool
	best Decision
	all  []Determination
}

func (v *vote) add(d Decision, c *combined) {
	switch {
	case !v.any || c.beats(d.Verdict, v.best.Verdict):
		v.any, v.best = true, d
	case d.Suspends() && v.best.Verdict == Deny:
		v.best.Suspend = true
	case c.all && d.Verdict == RequireApproval && v.best.Verdict == RequireApproval:
		both, ok := v.best.Approval.And(d.Approval)
		v.best.Approval = both
		if !ok {
			v.best.Verdict = Deny
			v.all = append(v.all, Determination{Verdict: Deny, Reason: ReasonApprovalUnavailable})
		}
	}
	because := d.Because
	if len(because) == 0 {
		because = []Determination{{Verdict: d.Verdict, Reason: ReasonChecker}}
	}
	v.all = append(v.all, because...)
}

// because returns all reasons, those that led to the verdict first.
func (v *vote) because(beats func(a, b Verdict) bool) []Determination {
	slices.SortStableFunc(v.all, func(a, b Determination) int {
		switch {
		case beats(a.Verdict, b.Verdict):
			return -1
		case beats(b.Verdict, a.Verdict):
			return 1
		}
		return 0
	})
	return v.all
}

func (c *combined) Bind(s SessionInfo) Checker {
	bound := make([]Checker, len(c.members))
	for i, m := range c.members {
		bound[i] = Bind(m, s)
	}
	return &combined{bound, c.beats, c.all}
}

func (c *combined) Observe(req Request, d Decision, o Outcome) {
	for _, m := range c.members {
		Observe(m, req, d, o)
	}
}

// IntentWait is the longest that a member wants to wait.
func (c *combined) IntentWait(req *Request) (d time.Duration) {
	for _, m := range c.members {
		d = max(d, IntentWait(m, req))
	}
	return d
}

func (c *combined) Hear(h Heard) {
	for _, m := range c.members {
		Hear(m, h)
	}
}

func (c *combined) validate() error {
	if len(c.members) == 0 {
		return errEmpty
	}
	for _, m := range c.members {
		if err := Validate(m); err != nil {
			return err
		}
	}
	return nil
}

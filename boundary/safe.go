package boundary

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// errPanic stands for a panic in a plug-in. What the plug-in panicked with is
// left out: it may hold content.
var errPanic = errors.New("boundary: checker panicked")

// errTimeout stands for a checker that did not answer in time.
var errTimeout = errors.New("boundary: checker timed out")

// Check asks c about req and always answers: an error, a panic or a nil checker
// becomes a decision that denies, with the reason in Because. The error says why
// the checker could not tell.
func Check(ctx context.Context, c Checker, req Request) (Decision, error) {
	d, err := safely(ctx, c, &req)
	if err != nil {
		return cannotTell(d, err), err
	}
	return d, nil
}

// CheckSession asks c about a session as a whole if it is a [SessionChecker];
// if not, the answer is [NotEvaluated].
func CheckSession(ctx context.Context, c Checker, s SessionInfo, h History) (d Decision, err error) {
	sc, ok := c.(SessionChecker)
	if !ok {
		return Decision{Verdict: NotEvaluated}, nil
	}
	defer func() {
		if r := recover(); r != nil {
			err = errPanic
		}
		if err != nil {
			d = cannotTell(d, err)
		}
	}()
	return sc.CheckSession(ctx, s, h)
}

// Observe tells c what became of a call if it is an [Observer]. A panic in it is
// contained.
func Observe(c Checker, req Request, d Decision, o Outcome) {
	if ob, ok := c.(Observer); ok {
		defer func() { _ = recover() }()
		ob.Observe(req, d, o)
	}
}

func safely(ctx context.Context, c Checker, req *Request) (d Decision, err error) {
	if c == nil {
		return Decision{}, errNil
	}
	defer func() {
		if r := recover(); r != nil {
			d, err = Decision{}, errPanic
		}
	}()
	return c.Check(ctx, *req)
}

// cannotTell turns an error into the decision it stands for. What d says beside
// its verdict is kept.
func cannotTell(d Decision, err error) Decision {
	d.Verdict, d.Observed, d.Suspend = Deny, false, false // a session does not end on doubt
	reason := ReasonCheckerError
	switch {
	case errors.Is(err, errPanic):
		reason = ReasonCheckerPanic
	case errors.Is(err, errTimeout), errors.Is(err, context.DeadlineExceeded):
		reason = ReasonCheckerTimeout
	case errors.Is(err, errNil), errors.Is(err, errEmpty):
		reason = ReasonMisconfigured
	}
	if !slices.ContainsFunc(d.Because, func(w Determination) bool { return w.Reason == reason }) {
		d.Because = append(reasons(reason), d.Because...)
	}
	if x := (Crossing{Kind: Indeterminate}); !slices.Contains(d.Crossings, x) {
		d.Crossings = append(slices.Clip(d.Crossings), x)
	}
	if d.Message == "" {
		d.Message = "the boundary could not decide, so the call was refused"
	}
	return d
}

func reasons(r Reason) []Determination { return []Determination{{Verdict: Deny, Reason: r}} }

// named wraps an error with a checker's name, for people who read logs.
func named(name string, err error) error { return fmt.Errorf("boundary: checker %q: %w", name, err) }

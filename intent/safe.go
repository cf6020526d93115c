package intent

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
)

// Errors that wrappers of this package return. All mean "cannot tell": the
// session keeps its last label.
var (
	ErrLate    = errors.New("intent: the classifier did not answer in time")
	ErrBudget  = errors.New("intent: the classifier's budget is spent")
	ErrPending = errors.New("intent: the answer is still being worked out")

	errPanic = errors.New("intent: the classifier panicked")
	errNil   = errors.New("intent: nil classifier")
)

// classify asks c. A nil classifier, a panic and a result that breaks the
// contract are errors: what a plug-in does wrong never reaches the session.
func classify(ctx context.Context, c Classifier, window []Action) (r Result, err error) {
	if c == nil {
		return Result{}, errNil
	}
	defer recovered(&r, &err)
	r, err = c.Classify(ctx, window)
	return valid(r, err)
}

// observe is classify for a stream.
func observe(ctx context.Context, s Stream, a Action) (r Result, err error) {
	if s == nil {
		return Result{}, errNil
	}
	defer recovered(&r, &err)
	r, err = s.Observe(ctx, a)
	return valid(r, err)
}

// waited is classify for an answer that is waited for.
func waited(ctx context.Context, wait func(context.Context) (Result, error)) (r Result, err error) {
	defer recovered(&r, &err)
	r, err = wait(ctx)
	return valid(r, err)
}

// recovered turns a panic into an error. The value is dropped: it may hold
// content.
func recovered(r *Result, err *error) {
	if recover() != nil {
		*r, *err = Result{}, errPanic
	}
}

// valid holds a result to its contract.
func valid(r Result, err error) (Result, error) {
	switch {
	case err != nil:
		return Result{}, err
	case math.IsNaN(r.Score) || r.Score < 0 || r.Score > 1:
		return Result{}, fmt.Errorf("intent: %q answered with a score of %v", r.Classifier, r.Score)
	case math.IsNaN(r.Drift) || r.Drift < 0 || r.Drift > 1:
		return Result{}, fmt.Errorf("intent: %q answered with a drift of %v", r.Classifier, r.Drift)
	case r.Anomalous && !r.Label.Anomalous():
		return Result{}, fmt.Errorf("intent: %q raised an alarm with the ordinary label %q", r.Classifier, r.Label)
	}
	return r, nil
}

// shifted returns r with its evidence and departure numbered from the beginning
// of the stream, where r counts from the beginning of a window that begins at
// action number first.
func shifted(r Result, first int) Result {
	if first == 0 {
		return r
	}
	if len(r.Evidence) > 0 {
		r.Evidence = slices.Clone(r.Evidence)
		for i := range r.Evidence {
			r.Evidence[i] += first
		}
	}
	if r.Departed > 0 {
		r.Departed += first
	}
	return r
}

package boundary

import (
	"context"
	"errors"
	"reflect"
	"time"
)

// A Checker decides about one request. Check may be called concurrently, must
// return soon after ctx ends, and must not modify or retain the slices of req.
// An error means "cannot tell", and cannot-tell is refused.
type Checker interface {
	Check(ctx context.Context, req Request) (Decision, error)
}

// CheckerFunc is a function as a [Checker]. A nil CheckerFunc refuses.
type CheckerFunc func(context.Context, Request) (Decision, error)

// Check calls f.
func (f CheckerFunc) Check(ctx context.Context, req Request) (Decision, error) {
	if f == nil {
		return Decision{}, errNil
	}
	return f(ctx, req)
}

// A Binder is a [Checker] that keeps something for each session: counters, a
// pinned policy. Bind is called once when a session starts; the Checker it
// returns decides about that session alone and is dropped with it.
type Binder interface {
	Checker
	Bind(SessionInfo) Checker
}

// An Observer is a [Checker] that wants to know what became of the calls it
// decided about. Observe is called once for each, refused ones included, with
// the request as it was checked; it must not keep its slices.
type Observer interface {
	Checker
	Observe(Request, Decision, Outcome)
}

// A SessionChecker is a [Checker] that decides about a session as a whole, when
// it starts and whenever its history changes. Decision.Privileged says whether
// it counts as privileged.
type SessionChecker interface {
	Checker
	CheckSession(ctx context.Context, s SessionInfo, h History) (Decision, error)
}

// A Listener is a [Checker] that wants to know where the values in a call come from.
// Hear is called with what the session's owner said, before the calls that follow from
// it, and with what tools returned. It must not keep Text.
type Listener interface {
	Checker
	Hear(h Heard)
}

// Heard is something that was said in a session.
type Heard struct {
	Prompt       bool   // by its owner; else Tool returned it
	Tool, Server string // as in the [Request] of the call
	Text         []byte
	Words        []byte // stands for Text where a checker has hashed it before, in its own form; nil otherwise
}

// Hear tells c if it is a [Listener]. A panic in it is contained.
func Hear(c Checker, h Heard) {
	if l, ok := c.(Listener); ok {
		defer func() { _ = recover() }()
		l.Hear(h)
	}
}

// An IntentWaiter is a [Checker] that may rest on what a slow classifier makes of a
// call. IntentWait is asked before Check, without Request.Intent, and returns how long
// the call is worth waiting for; with a nil request, the longest it may come to say.
// Zero waits for nothing. It must not keep req.
type IntentWaiter interface {
	Checker
	IntentWait(req *Request) time.Duration
}

// IntentWait asks c if it is an [IntentWaiter]. A panic in it is contained: nobody knows
// then how long c wants to wait, and the wait is the shortest there is, so that Check is
// told [Request.IntentLate] unless the classifier has answered already.
func IntentWait(c Checker, req *Request) (d time.Duration) {
	w, ok := c.(IntentWaiter)
	if !ok {
		return 0
	}
	defer func() {
		if recover() != nil {
			d = 1
		}
	}()
	return w.IntentWait(req)
}

var (
	errNil   = errors.New("boundary: nil checker")
	errEmpty = errors.New("boundary: no checkers to combine")
)

// Bind binds c to a session if it is a [Binder], and returns it as it is if not.
// One that panics, or returns nothing, is replaced by a checker that cannot tell.
func Bind(c Checker, s SessionInfo) (bound Checker) {
	b, ok := c.(Binder)
	if !ok {
		return c
	}
	defer func() {
		switch {
		case recover() != nil:
			bound = CheckerFunc(func(context.Context, Request) (Decision, error) { return Decision{}, errPanic })
		case bound == nil:
			bound = CheckerFunc(nil)
		}
	}()
	return b.Bind(s)
}

// Validate reports what is wrong with how c was put together: a nil checker
// anywhere inside, or a combination of none. A tracer refuses such a checker at
// start, since it would refuse every call.
func Validate(c Checker) error {
	switch c := c.(type) {
	case nil:
		return errNil
	case CheckerFunc:
		if c == nil {
			return errNil
		}
	case interface{ validate() error }:
		return c.validate()
	default:
		if v := reflect.ValueOf(c); v.Kind() == reflect.Pointer && v.IsNil() {
			return errNil // a load that failed, for one
		}
	}
	return nil
}

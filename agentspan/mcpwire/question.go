package mcpwire

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/boundary"
)

// A Question is what a person may be asked about one call, by way of the client that
// made it. A nil Question is one that nobody can be asked. Its exported fields are
// not to be changed once it is in a context.
type Question struct {
	// What the call is: who asks to do what, in which session, with which tool as it
	// is now.
	Method, Tool, Definition string
	Arguments                []byte
	Session                  agentspan.Session
	Caller                   Caller

	// Elicit asks by a request of the server's own, as up to revision 2025-11-25. If
	// it is set, the rest is not used.
	Elicit func(context.Context, *agentspan.Ask) (action string, content map[string]any, err error)

	// Since 2026-07-28 the answer comes with the call, if it was asked before: the
	// requestState that came, what the client was answered, and what made the state.
	State  string
	Answer func() (action string, content map[string]any, ok bool)
	States *States

	mu       sync.Mutex     // the tracer asks on a goroutine of its own
	ask      *agentspan.Ask // what is to be put; nil if nothing is
	redeemed bool           // what came has been heard
}

var (
	errForeignState = errors.New("mcpwire: the call carries somebody else's state")
	errBadState     = errors.New("mcpwire: the answer does not belong to this question")
)

// In returns ctx with q as whom to ask; ctx itself if nobody can be asked by way of
// the client. The tracer's own approver is then the one that is left.
func (q *Question) In(ctx context.Context) context.Context {
	if q == nil {
		return ctx
	}
	return agentspan.ContextWithApprover(ctx, q.approve)
}

// approve is the [agentspan.Approver] of one call. An answer is heard once: where
// the session is asked about, and then the call, the second question is put by itself.
func (q *Question) approve(ctx context.Context, a agentspan.Ask) (agentspan.Answer, error) {
	person := q.Caller.Person(q.Session.Owner)
	if q.Elicit != nil {
		action, content, err := q.Elicit(ctx, &a)
		if err != nil {
			return agentspan.Answer{}, err
		}
		return answer(action, content, person), nil
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.State == "" || q.redeemed {
		q.ask = &a
		return agentspan.Answer{}, agentspan.ErrPending
	}
	if !isState(q.State) {
		return agentspan.Answer{}, errForeignState
	}
	action, content, ok := q.Answer()
	if !ok || !q.States.redeem(ctx, q.State, q.binding(&a), time.Now()) {
		return agentspan.Answer{}, errBadState
	}
	q.redeemed = true
	return answer(action, content, person), nil
}

// Answered reports whether the call carries an answer to a question of ours, and not
// to one of its tool.
func (q *Question) Answered() bool { return q != nil && q.Elicit == nil && isState(q.State) }

// Put returns the question that is to be put to the client, and the requestState that
// goes with it, for a call that was refused by err; false if there is none.
func (q *Question) Put(err error) (a *agentspan.Ask, state string, ok bool) {
	if q == nil || !errors.Is(err, boundary.ErrApprovalRequired) {
		return nil, "", false
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.ask == nil {
		return nil, "", false
	}
	return q.ask, q.States.issue(q.binding(q.ask), time.Now(), q.ask.Expires), true
}

func (q *Question) binding(a *agentspan.Ask) []byte {
	return bindingOf(q.Method, q.Tool, q.Definition, q.Arguments, &q.Session, &q.Caller, a)
}

package einospan

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"sync"

	"github.com/cloudwego/eino/compose"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/mcpwire"
	"github.com/ambit-go/ambit/boundary"
)

// AskByInterrupt returns a context in whose runs a call that needs a person's approval
// interrupts its graph, as a tool of the library's does that wants to be asked about
// (compose.StatefulInterrupt), in the place of the tracer's own approver. The info of
// the interrupt is the question, as text for that person; the call runs, or is refused,
// when the run is resumed with an answer:
//
//	ctx = einospan.AskByInterrupt(ctx)
//	_, err := graph.Invoke(ctx, in, compose.WithCheckPointID("1"))
//	info, asked := compose.ExtractInterruptInfo(err)
//	…
//	ctx = compose.ResumeWithData(ctx, info.InterruptContexts[0].ID, agentspan.Answer{Approved: true, By: ada})
//	out, err := graph.Invoke(ctx, in, compose.WithCheckPointID("1"))
//
// An answer is for one call, with its arguments, and the rules that asked. Where these
// have changed by the time it comes, or the run is resumed without an answer, it is
// asked anew. A run that nobody resumes does not make the call. Who answered, and how
// surely that is known, is the program's word; the terms of the policy are held against
// it. The graph needs a store of checkpoints, which it trusts.
func AskByInterrupt(ctx context.Context) context.Context {
	return context.WithValue(ctx, interruptsKey{}, true)
}

type interruptsKey struct{}

// A question is what a person may be asked about one call; nil if runs are not
// interrupted.
type question struct {
	arguments string

	mu     sync.Mutex     // the tracer asks on a goroutine of its own
	ask    *agentspan.Ask // what is to be asked; nil if nothing is
	agreed *agreed        // what was answered; nil if nothing was
}

// An agreed is what a checkpoint says of a call that a person agreed to, and whose tool
// then interrupted the run itself: when it is run again, that is one call.
type agreed struct {
	Question string
	Answer   agentspan.Answer
}

func questionOf(ctx context.Context, arguments string) (context.Context, *question) {
	if ctx.Value(interruptsKey{}) == nil {
		return ctx, nil
	}
	q := &question{arguments: arguments}
	return agentspan.ContextWithApprover(ctx, q.approve), q
}

// under is the context of the question about the call in ctx. It is below that of the
// tool, which may interrupt its run itself and must not take our answer for its own.
// The library gives a state and an answer away once.
func under(ctx context.Context) context.Context {
	return compose.AppendAddressSegment(ctx, "approval", mcpwire.ApprovalKey)
}

// approve is the [agentspan.Approver] of one call.
func (q *question) approve(ctx context.Context, a agentspan.Ask) (agentspan.Answer, error) {
	ctx = under(ctx)
	about := q.about(&a)
	_, asked, state := compose.GetInterruptState[string](ctx)
	_, answered, answer := compose.GetResumeContext[agentspan.Answer](ctx)
	q.mu.Lock()
	defer q.mu.Unlock()
	if asked && answered && state == about {
		q.agreed = &agreed{about, answer}
		return answer, nil
	}
	var before agreed
	if asked && json.Unmarshal([]byte(state), &before) == nil && before.Question == about {
		q.agreed = &before
		return before.Answer, nil
	}
	q.ask = &a
	return agentspan.Answer{}, agentspan.ErrPending
}

// about is what an answer must be about.
func (q *question) about(a *agentspan.Ask) string {
	h := sha256.Sum256(append(mcpwire.QuestionHash(a), q.arguments...))
	return hex.EncodeToString(h[:])
}

// interrupt is what ends the run of the graph for a call that was refused by err; nil
// if there is nothing to ask.
func (q *question) interrupt(ctx context.Context, err error) error {
	if q == nil || !errors.Is(err, boundary.ErrApprovalRequired) {
		return nil
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.ask == nil {
		return nil
	}
	return compose.StatefulInterrupt(under(ctx), mcpwire.QuestionText(q.ask), q.about(q.ask))
}

// keep returns err, by which a tool ended. If that interrupts the run, what a person
// agreed to is kept with it.
func (q *question) keep(ctx context.Context, err error) error {
	if q == nil || err == nil {
		return err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.agreed == nil || errors.Is(err, compose.InterruptAndRerun) { //nolint:staticcheck // which has no place for it: it is asked anew
		return err
	}
	if _, waits := compose.IsInterruptRerunError(err); !waits {
		return err
	}
	state, jerr := json.Marshal(q.agreed)
	if jerr != nil {
		return err // never: an answer can always be written
	}
	return compose.CompositeInterrupt(under(ctx), nil, string(state), err)
}

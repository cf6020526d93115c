package mcpspan

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/mcpwire"
)

// A question is about one call, and is asked by the means its client has.
type question struct {
	side      *serverSide
	session   *mcp.ServerSession
	legacy    bool // ask now, by a request of our own
	state     string
	responses mcp.InputResponseMap
	about
	of  agentspan.Session
	who mcpwire.Caller

	mu  sync.Mutex     // the tracer asks on a goroutine of its own
	ask *agentspan.Ask // what is to be asked; nil if nothing is
}

// about names the call that a question is about.
type about struct {
	method, tool, definition string
	arguments                []byte
}

func (q *question) binding() []byte {
	return mcpwire.Binding(q.method, q.tool, q.definition, q.arguments, &q.of, &q.who)
}

// in returns ctx with q as whom to ask; ctx itself if nobody can be asked by way
// of the client. The tracer's own approver is then the one that is left.
func (q *question) in(ctx context.Context) context.Context {
	if q == nil {
		return ctx
	}
	return agentspan.ContextWithApprover(ctx, q.approve)
}

// answered reports whether the call carries an answer to a question of ours.
func (q *question) answered() bool { return q != nil && mcpwire.IsState(q.state) }

// canAsk reports whether the client that sent meta can put a question to a
// person. What it says in _meta is looked at as it is: decoding it, as the SDK
// does, costs 32 KiB a call.
func canAsk(meta map[string]any, decoded func() *mcp.ClientCapabilities) bool {
	if said, ok := meta[mcp.MetaKeyClientCapabilities].(map[string]any); ok {
		e, ok := said["elicitation"].(map[string]any)
		return ok && (e["form"] != nil || e["url"] == nil)
	}
	caps := decoded()
	if caps == nil || caps.Elicitation == nil {
		return false
	}
	e := caps.Elicitation
	return e.Form != nil || e.URL == nil // neither means forms
}

var (
	errForeignState = errors.New("mcpspan: the call carries somebody else's state")
	errBadState     = errors.New("mcpspan: the answer does not belong to this call")
)

// approve is the [agentspan.Approver] of one call.
func (q *question) approve(ctx context.Context, a agentspan.Ask) (agentspan.Answer, error) {
	if q.legacy {
		res, err := q.session.Elicit(ctx, form(&a))
		if err != nil {
			return agentspan.Answer{}, err
		}
		return q.answer(res), nil
	}
	if q.state == "" {
		q.mu.Lock()
		q.ask = &a
		q.mu.Unlock()
		return agentspan.Answer{}, agentspan.ErrPending
	}
	if !mcpwire.IsState(q.state) {
		return agentspan.Answer{}, errForeignState
	}
	res, ok := q.responses[mcpwire.ApprovalKey].(*mcp.ElicitResult)
	if !ok || res == nil || !q.side.states.Redeem(q.state, q.binding(), time.Now()) {
		return agentspan.Answer{}, errBadState
	}
	return q.answer(res), nil
}

// answer reads what a person said, by the word of the client.
func (q *question) answer(r *mcp.ElicitResult) agentspan.Answer {
	return mcpwire.Answer(r.Action, r.Content, q.who.Person(q.of.Owner))
}

// form is a question as a client shows it.
func form(a *agentspan.Ask) *mcp.ElicitParams {
	return &mcp.ElicitParams{Mode: "form", Message: mcpwire.QuestionText(a), RequestedSchema: mcpwire.QuestionSchema()}
}

// inputRequired is the result that asks. The SDK's own result gets its type inside
// the tool dispatch, which a refused call does not reach; without a type other
// clients take it for the answer (MCP 2026-07-28, "Multi round-trip requests").
type inputRequired struct {
	mcp.ResultBase
	ResultType    string              `json:"resultType"`
	InputRequests mcp.InputRequestMap `json:"inputRequests"`
	RequestState  string              `json:"requestState"`
}

// result is the question as a result; nil if there is nothing to ask.
func (q *question) result() mcp.Result {
	if q == nil {
		return nil
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.ask == nil {
		return nil
	}
	return &inputRequired{
		ResultType:    "input_required",
		InputRequests: mcp.InputRequestMap{mcpwire.ApprovalKey: form(q.ask)},
		RequestState:  q.side.states.Issue(q.binding(), time.Now(), q.ask.Expires),
	}
}

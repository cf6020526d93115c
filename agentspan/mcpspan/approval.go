package mcpspan

import (
	"context"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/mcpwire"
)

// askBy completes q with the means that its client has of asking a person.
func (s *serverSide) askBy(q *mcpwire.Question, session *mcp.ServerSession, version, state string, responses mcp.InputResponseMap) *mcpwire.Question {
	if version < mcpwire.Stateless {
		q.Elicit = func(ctx context.Context, a *agentspan.Ask) (string, map[string]any, error) {
			r, err := session.Elicit(ctx, form(a))
			if err != nil {
				return "", nil, err
			}
			return r.Action, r.Content, nil
		}
		return q
	}
	q.States, q.State = s.states, state
	q.Answer = func() (string, map[string]any, bool) {
		r, ok := responses[mcpwire.ApprovalKey].(*mcp.ElicitResult)
		if !ok || r == nil {
			return "", nil, false
		}
		return r.Action, r.Content, true
	}
	return q
}

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

// questionOf is the question of a call that was refused by err, as a result; nil if
// there is nothing to ask.
func questionOf(q *mcpwire.Question, err error) mcp.Result {
	ask, state, ok := q.Put(err)
	if !ok {
		return nil
	}
	return &inputRequired{
		ResultType:    "input_required",
		InputRequests: mcp.InputRequestMap{mcpwire.ApprovalKey: form(ask)},
		RequestState:  state,
	}
}

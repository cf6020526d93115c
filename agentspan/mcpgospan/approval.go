package mcpgospan

import (
	"context"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/mcpwire"
)

// question says how a person can be asked about a call; nil if nobody can. rounds is
// false for what cannot answer with a question: then only a client of revisions up to
// 2025-11-25 can be asked.
func (s *serverSide) question(ctx context.Context, m *message, tc *agentspan.ToolCall, rounds bool, came mcp.MultiRoundTripParams) *mcpwire.Question {
	legacy := !server.IsModernRequest(ctx)
	if !legacy && !rounds || !canAsk(ctx, legacy) {
		return nil
	}
	q := &mcpwire.Question{
		Method: mcpwire.CallTool, Tool: tc.Name, Definition: tc.Definition, Arguments: tc.Arguments, Session: m.noun, Caller: m.who,
	}
	if legacy {
		q.Elicit = func(under context.Context, a *agentspan.Ask) (string, map[string]any, error) {
			r, err := s.askerOf(ctx).RequestElicitation(under, mcp.ElicitationRequest{
				Request: mcp.Request{Method: string(mcp.MethodElicitationCreate)}, Params: form(a),
			})
			if err == nil && r == nil {
				err = errNoAnswer
			}
			if err != nil {
				return "", nil, err
			}
			content, _ := r.Content.(map[string]any)
			return string(r.Action), content, nil
		}
		return q
	}
	q.States, q.State = s.states, came.RequestState
	q.Answer = func() (string, map[string]any, bool) {
		r := server.ElicitationResponse(came.InputResponses, mcpwire.ApprovalKey)
		if r == nil {
			return "", nil, false
		}
		content, _ := r.Content.(map[string]any)
		return string(r.Action), content, true
	}
	return q
}

// canAsk reports whether the client of a request can put a question to a person.
func canAsk(ctx context.Context, legacy bool) bool {
	var e *mcp.ElicitationCapability
	if legacy {
		cs := server.ClientSessionFromContext(ctx)
		if _, ok := cs.(server.SessionWithElicitation); !ok {
			return false
		}
		if known, ok := cs.(server.SessionWithClientInfo); ok {
			e = known.GetClientCapabilities().Elicitation
		}
	} else if info := server.RequestProtocolInfoFromContext(ctx); info != nil && info.ClientCapabilities != nil {
		e = info.ClientCapabilities.Elicitation
	}
	return e != nil && (e.Form != nil || e.URL == nil) // neither means forms
}

// form is a question as a client shows it.
func form(a *agentspan.Ask) mcp.ElicitationParams {
	return mcp.ElicitationParams{Mode: mcp.ElicitationModeForm, Message: mcpwire.QuestionText(a), RequestedSchema: mcpwire.QuestionSchema()}
}

// questionOf is the question of a call that was refused by err, as a result; nil if
// there is nothing to ask.
func questionOf(q *mcpwire.Question, err error) *mcp.CallToolResult {
	ask, state, ok := q.Put(err)
	if !ok {
		return nil
	}
	return server.NewInputRequestBuilder(state).Elicit(mcpwire.ApprovalKey, form(ask)).ToolResult()
}

// strip returns the request without the answer that was meant for us, which the
// tool must not take for one to a question of its own.
func strip(q *mcpwire.Question, req mcp.CallToolRequest) mcp.CallToolRequest {
	if !q.Answered() {
		return req
	}
	rest := make(mcp.InputResponses, len(req.Params.InputResponses))
	for k, v := range req.Params.InputResponses {
		if k != mcpwire.ApprovalKey {
			rest[k] = v
		}
	}
	req.Params.RequestState, req.Params.InputResponses = "", rest
	return req
}

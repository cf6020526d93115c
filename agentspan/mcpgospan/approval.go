package mcpgospan

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/mcpwire"
	"github.com/ambit-go/ambit/identity"
)

// A question is about one call, and is asked by the means its client has.
type question struct {
	side    *serverSide
	ctx     context.Context // of the request, for a question of our own
	legacy  bool            // ask now, by a request of our own
	answers mcp.MultiRoundTripParams
	binding func() []byte
	person  identity.Principal // whom the client speaks for

	mu  sync.Mutex     // the tracer asks on a goroutine of its own
	ask *agentspan.Ask // what is to be asked; nil if nothing is
}

// question says how a person can be asked about a call; nil if nobody can.
func (s *serverSide) question(ctx context.Context, m *message, answers mcp.MultiRoundTripParams, binding func() []byte) *question {
	legacy := !server.IsModernRequest(ctx)
	if !canAsk(ctx, legacy) {
		return nil
	}
	return &question{side: s, ctx: ctx, legacy: legacy, answers: answers, binding: binding, person: m.who.Person(m.noun.Owner)}
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

// in returns ctx with q as whom to ask; ctx itself if nobody can be asked by way
// of the client. The tracer's own approver is then the one that is left.
func (q *question) in(ctx context.Context) context.Context {
	if q == nil {
		return ctx
	}
	return agentspan.ContextWithApprover(ctx, q.approve)
}

var (
	errForeignState = errors.New("mcpgospan: the call carries somebody else's state")
	errBadState     = errors.New("mcpgospan: the answer does not belong to this call")
	errNoAnswer     = errors.New("mcpgospan: the client gave no answer")
)

// approve is the [agentspan.Approver] of one call.
func (q *question) approve(ctx context.Context, a agentspan.Ask) (agentspan.Answer, error) {
	if q.legacy {
		res, err := q.elicit(ctx, &a)
		if err != nil {
			return agentspan.Answer{}, err
		}
		return q.answer(res), nil
	}
	if q.answers.RequestState == "" {
		q.mu.Lock()
		q.ask = &a
		q.mu.Unlock()
		return agentspan.Answer{}, agentspan.ErrPending
	}
	if !mcpwire.IsState(q.answers.RequestState) {
		return agentspan.Answer{}, errForeignState
	}
	res := server.ElicitationResponse(q.answers.InputResponses, mcpwire.ApprovalKey)
	if res == nil || !q.side.states.Redeem(q.answers.RequestState, q.binding(), time.Now()) {
		return agentspan.Answer{}, errBadState
	}
	return q.answer(res), nil
}

// elicit asks by a request to the client, as up to revision 2025-11-25. The
// library tells nobody of such a request, so its span is made here.
func (q *question) elicit(ctx context.Context, a *agentspan.Ask) (res *mcp.ElicitationResult, err error) {
	s := q.side
	op := mcpwire.Operation{Method: string(mcp.MethodElicitationCreate), Version: server.RequestProtocolVersion(q.ctx), Start: time.Now(), Metrics: s.Sent}
	if c := s.of(q.ctx); c != nil {
		op.HTTP, op.Pipe, op.Session = c.m.op.HTTP, c.m.op.Pipe, c.m.op.Session
	}
	ctx = s.Begin(ctx, &op, trace.SpanKindClient, s.About(ctx), nil)
	defer func() { s.End(&op, mcpwire.OutcomeOf(err, 0, false), recover()) }()
	sent := mcpwire.Sent(ctx, s.tracer, s.baggage)
	p := form(a)
	p.Meta = &mcp.Meta{AdditionalFields: sent.Into(nil)}
	res, err = server.ServerFromContext(q.ctx).RequestElicitation(ctx, mcp.ElicitationRequest{
		Request: mcp.Request{Method: string(mcp.MethodElicitationCreate)}, Params: p,
	})
	if err == nil && res == nil {
		err = errNoAnswer
	}
	return res, err
}

// answer reads what a person said, by the word of the client.
func (q *question) answer(r *mcp.ElicitationResult) agentspan.Answer {
	content, _ := r.Content.(map[string]any)
	return mcpwire.Answer(string(r.Action), content, q.person)
}

// form is a question as a client shows it.
func form(a *agentspan.Ask) mcp.ElicitationParams {
	return mcp.ElicitationParams{Mode: mcp.ElicitationModeForm, Message: mcpwire.QuestionText(a), RequestedSchema: mcpwire.QuestionSchema()}
}

// result is the question as a result; nil if there is nothing to ask.
func (q *question) result() *mcp.CallToolResult {
	if q == nil {
		return nil
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.ask == nil {
		return nil
	}
	state := q.side.states.Issue(q.binding(), time.Now(), q.ask.Expires)
	return server.NewInputRequestBuilder(state).Elicit(mcpwire.ApprovalKey, form(q.ask)).ToolResult()
}

// strip returns the request without the answer that was meant for us, which the
// tool must not take for one to a question of its own.
func (q *question) strip(req mcp.CallToolRequest) mcp.CallToolRequest {
	if q == nil || !mcpwire.IsState(req.Params.RequestState) {
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

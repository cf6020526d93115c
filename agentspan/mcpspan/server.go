package mcpspan

import (
	"context"
	"encoding/json"
	"strconv"
	"weak"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	"github.com/modelcontextprotocol/go-sdk/mcp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/mcpwire"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/identity"
)

// A serverSide is an instrumented server.
type serverSide struct {
	*peer
	sessions *mcpwire.Sessions
	tools    *mcpwire.Catalogue
	states   *mcpwire.States
}

// send is the middleware of what the server sends of its own accord.
func (s *serverSide) send(next mcp.MethodHandler) mcp.MethodHandler {
	pass := s.pass(true, next)
	return func(ctx context.Context, method string, req mcp.Request) (mcp.Result, error) {
		if method == mcpwire.ToolsListChanged {
			s.tools.Drop()
		}
		return pass(ctx, method, req)
	}
}

// receive is the middleware of what the server is asked.
func (s *serverSide) receive(next mcp.MethodHandler) mcp.MethodHandler {
	return func(ctx context.Context, method string, req mcp.Request) (res mcp.Result, err error) {
		m := s.describe(method, req)
		m.Metrics = s.Received
		c := received(req)
		ctx, links := c.Adopt(ctx)
		ctx = c.Let(ctx, s.baggage)
		who := callerOf(req)
		n, lasts := s.sessions.Of(&who, c.SessionID(), connectionOf(req))
		ctx = agentspan.ContextWithSession(ctx, n)

		var v mcpwire.Outcome
		defer func() { s.End(&m, v, recover()) }()
		switch params := paramsOf(req).(type) {
		case *mcp.CallToolParamsRaw:
			r, ok := req.(*mcp.CallToolRequest)
			if method != mcpwire.CallTool || !ok {
				break
			}
			_, m.Known = s.tools.Get(params.Name)
			who.Show(s.shown(req))
			ctx = s.Begin(ctx, &m, trace.SpanKindServer, nil, links)
			res, v, err = s.call(ctx, next, r, params, &m, &n, &who)
			return res, err
		case *mcp.ReadResourceParams:
			r, ok := req.(*mcp.ReadResourceRequest)
			if method != mcpwire.ReadResource || !ok {
				break
			}
			who.Show(s.shown(req))
			ctx = s.Begin(ctx, &m, trace.SpanKindServer, s.About(ctx), links)
			res, v, err = s.resource(ctx, next, r, params, &n, &who)
			return res, err
		}
		var attrs []attribute.KeyValue
		if lasts { // a session of one request that decides nothing is none
			attrs = s.About(ctx)
		}
		ctx = s.Begin(ctx, &m, trace.SpanKindServer, attrs, links)
		res, err = next(ctx, method, req)
		v = outcomeOf(res, err, true)
		if ss, ok := req.GetSession().(*mcp.ServerSession); ok && connectionOf(req) != nil {
			follow(ss, s.ServerSessions, m, res, err)
		}
		return res, err
	}
}

// shown describes the token that came with req itself, if it came by HTTP.
func (s *serverSide) shown(req mcp.Request) []identity.Credential {
	e := req.GetExtra()
	if e == nil || e.TokenInfo == nil {
		return nil
	}
	return s.tracer.FromHeader(map[string][]string{"Authorization": e.Header["Authorization"]})
}

// call decides about a tool call and runs it, or says why not.
func (s *serverSide) call(ctx context.Context, next mcp.MethodHandler, req *mcp.CallToolRequest, params *mcp.CallToolParamsRaw,
	m *mcpwire.Operation, n *agentspan.Session, who *mcpwire.Caller,
) (mcp.Result, mcpwire.Outcome, error) {
	refresh(ctx, s.tools, req.Session, next)
	def, known := s.tools.Get(params.Name)
	m.Known = known
	tc := agentspan.ToolCall{
		Name: params.Name, Server: s.name, Local: s.pipe, Arguments: params.Arguments,
		Annotations: def.Annotations, Definition: def.Hash, Since: def.Since, Use: who.Use(s.name),
	}
	var q *mcpwire.Question
	if canAsk(params.Meta, req.ClientCapabilities) {
		q = s.askBy(&mcpwire.Question{
			Method: mcpwire.CallTool, Tool: params.Name, Definition: def.Hash, Arguments: params.Arguments, Session: *n, Caller: *who,
		}, req.Session, m.Version, params.RequestState, params.InputResponses)
	}
	gctx, span, err := s.tracer.GovernCall(q.In(ctx), tc)
	if err != nil {
		m.Span.SetAttributes(s.About(ctx)...) // the decision is on the span of the refusal, below
		if res := questionOf(q, err); res != nil {
			return res, mcpwire.Outcome{Asks: true}, nil
		}
		return refusal(mcpwire.RefusalText(err), m.Version), outcomeOf(nil, err, true), nil
	}
	if q.Answered() { // the answer was meant for us, and not for a question of the tool's own
		p := *params
		p.RequestState, p.InputResponses = "", without(params.InputResponses, mcpwire.ApprovalKey)
		req = &mcp.CallToolRequest{Session: req.Session, Params: &p, Extra: req.Extra}
	}
	return run(span, true, func() (mcp.Result, error) { return next(gctx, mcpwire.CallTool, req) })
}

// resource decides about the reading of a resource like about a call, under the
// name of the method: what it touches is in its address.
func (s *serverSide) resource(ctx context.Context, next mcp.MethodHandler, req *mcp.ReadResourceRequest, params *mcp.ReadResourceParams,
	n *agentspan.Session, who *mcpwire.Caller,
) (mcp.Result, mcpwire.Outcome, error) {
	tc := readCall(params.URI)
	tc.Server, tc.Local, tc.Use = s.name, s.pipe, who.Use(s.name)
	var q *mcpwire.Question
	if canAsk(params.Meta, req.ClientCapabilities) {
		q = s.askBy(&mcpwire.Question{Method: mcpwire.ReadResource, Tool: params.URI, Session: *n, Caller: *who},
			req.Session, req.ProtocolVersion(), params.RequestState, params.InputResponses)
	}
	gctx, span, err := s.tracer.StartToolCall(q.In(ctx), tc)
	if err != nil {
		if res := questionOf(q, err); res != nil {
			return res, mcpwire.Outcome{Asks: true}, nil
		}
		v := outcomeOf(nil, err, true)
		v.Code = strconv.Itoa(mcpwire.CodeRefused)
		return nil, v, &jsonrpc.Error{Code: mcpwire.CodeRefused, Message: mcpwire.RefusalText(err)}
	}
	if q.Answered() {
		p := *params
		p.RequestState, p.InputResponses = "", without(params.InputResponses, mcpwire.ApprovalKey)
		req = &mcp.ReadResourceRequest{Session: req.Session, Params: &p, Extra: req.Extra}
	}
	return run(span, true, func() (mcp.Result, error) { return next(gctx, mcpwire.ReadResource, req) })
}

// readCall is the reading of a resource as a call.
func readCall(uri string) agentspan.ToolCall {
	args, err := json.Marshal(map[string]string{"uri": uri})
	if err != nil {
		args = nil // never: strings can always be written
	}
	return agentspan.ToolCall{Name: mcpwire.ReadResource, Arguments: args, Annotations: boundary.Annotations{ReadOnly: effect.Yes}}
}

// connectionOf names the connection that a request came over; nil if there is none
// that lasts.
func connectionOf(req mcp.Request) any {
	ss, _ := req.GetSession().(*mcp.ServerSession)
	if ss == nil {
		return nil
	}
	if e := req.GetExtra(); e != nil && e.Header != nil && ss.ID() == "" {
		return nil // each request to a stateless server is given a session of its own
	}
	return weak.Make(ss)
}

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
)

// A serverSide is an instrumented server.
type serverSide struct {
	*peer
	sessions *mcpwire.Sessions
	tools    *catalogue
	states   *mcpwire.States
}

// send is the middleware of what the server sends of its own accord.
func (s *serverSide) send(next mcp.MethodHandler) mcp.MethodHandler {
	pass := s.pass(true, next)
	return func(ctx context.Context, method string, req mcp.Request) (mcp.Result, error) {
		if method == mcpwire.ToolsListChanged {
			s.tools.drop()
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
			ctx = s.Begin(ctx, &m, trace.SpanKindServer, nil, links)
			res, v, err = s.call(ctx, next, r, params, &m, &n, &who)
			return res, err
		case *mcp.ReadResourceParams:
			r, ok := req.(*mcp.ReadResourceRequest)
			if method != mcpwire.ReadResource || !ok {
				break
			}
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
		return res, err
	}
}

// call decides about a tool call and runs it, or says why not.
func (s *serverSide) call(ctx context.Context, next mcp.MethodHandler, req *mcp.CallToolRequest, params *mcp.CallToolParamsRaw,
	m *mcpwire.Operation, n *agentspan.Session, who *mcpwire.Caller,
) (mcp.Result, mcpwire.Outcome, error) {
	s.tools.refresh(ctx, req.Session, next)
	def, known := s.tools.get(params.Name)
	m.Known = known
	tc := agentspan.ToolCall{
		Name: params.Name, Server: s.name, Local: s.pipe, Arguments: params.Arguments,
		Annotations: def.annotations, Definition: def.hash, Use: who.Use(s.name),
	}
	q := s.question(req.Session, m.Version, canAsk(params.Meta, req.ClientCapabilities), params.RequestState, params.InputResponses, n, who,
		func() []byte {
			return mcpwire.Binding(mcpwire.CallTool, params.Name, def.hash, params.Arguments, n, who)
		})
	gctx, span, err := s.tracer.GovernCall(q.in(ctx), tc)
	if err != nil {
		m.Span.SetAttributes(s.About(ctx)...) // the decision is on the span of the refusal, below
		if res := q.result(); res != nil {
			return res, mcpwire.Outcome{}, nil
		}
		return refusal(mcpwire.RefusalText(err)), outcomeOf(nil, err, true), nil
	}
	ran := false
	var v mcpwire.Outcome
	defer func() {
		if !ran { // a panic, which the caller's deferred function records as well
			v.ErrorType = "panic"
		}
		cause := v.Cause()
		span.End(&cause)
	}()
	res, err := next(gctx, mcpwire.CallTool, q.strip(req, params))
	ran = true
	v = outcomeOf(res, err, true)
	if r, ok := res.(*mcp.CallToolResult); ok && err == nil && r != nil {
		span.SetResult(resultText(r))
	}
	return res, v, err
}

// resource decides about the reading of a resource like about a call, under the
// name of the method: what it touches is in its address.
func (s *serverSide) resource(ctx context.Context, next mcp.MethodHandler, req *mcp.ReadResourceRequest, params *mcp.ReadResourceParams,
	n *agentspan.Session, who *mcpwire.Caller,
) (mcp.Result, mcpwire.Outcome, error) {
	tc := readCall(params.URI)
	tc.Server, tc.Local, tc.Use = s.name, s.pipe, who.Use(s.name)
	q := s.question(req.Session, req.ProtocolVersion(), canAsk(params.Meta, req.ClientCapabilities), params.RequestState, params.InputResponses, n, who,
		func() []byte { return mcpwire.Binding(mcpwire.ReadResource, params.URI, "", nil, n, who) })
	gctx, span, err := s.tracer.StartToolCall(q.in(ctx), tc)
	if err != nil {
		if res := q.result(); res != nil {
			return res, mcpwire.Outcome{}, nil
		}
		v := outcomeOf(nil, err, true)
		v.Code = strconv.Itoa(mcpwire.CodeRefused)
		return nil, v, &jsonrpc.Error{Code: mcpwire.CodeRefused, Message: mcpwire.RefusalText(err)}
	}
	var v mcpwire.Outcome
	ran := false
	defer func() {
		if !ran {
			v.ErrorType = "panic"
		}
		cause := v.Cause()
		span.End(&cause)
	}()
	if q != nil && mcpwire.IsState(params.RequestState) {
		p := *params
		p.RequestState, p.InputResponses = "", without(params.InputResponses, mcpwire.ApprovalKey)
		req = &mcp.ReadResourceRequest{Session: req.Session, Params: &p, Extra: req.Extra}
	}
	res, err := next(gctx, mcpwire.ReadResource, req)
	ran = true
	v = outcomeOf(res, err, true)
	if r, ok := res.(*mcp.ReadResourceResult); ok && err == nil && r != nil {
		span.SetResult(r.Contents)
	}
	return res, v, err
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

// question says how a person can be asked about a call; nil if nobody can.
func (s *serverSide) question(ss *mcp.ServerSession, version string, able bool, state string,
	responses mcp.InputResponseMap, n *agentspan.Session, who *mcpwire.Caller, binding func() []byte,
) *question {
	if !able {
		return nil
	}
	return &question{
		side: s, session: ss, legacy: version < mcpwire.Stateless, state: state, responses: responses, binding: binding, person: who.Person(n.Owner),
	}
}

// in returns ctx with q as whom to ask; ctx itself if nobody can be asked by way
// of the client. The tracer's own approver is then the one that is left.
func (q *question) in(ctx context.Context) context.Context {
	if q == nil {
		return ctx
	}
	return agentspan.ContextWithApprover(ctx, q.approve)
}

// strip returns the request without the answer that was meant for us, which the
// tool must not take for one to a question of its own.
func (q *question) strip(req *mcp.CallToolRequest, params *mcp.CallToolParamsRaw) *mcp.CallToolRequest {
	if q == nil || !mcpwire.IsState(params.RequestState) {
		return req
	}
	p := *params
	p.RequestState, p.InputResponses = "", without(params.InputResponses, mcpwire.ApprovalKey)
	return &mcp.CallToolRequest{Session: req.Session, Params: &p, Extra: req.Extra}
}

// resultText is what a result holds for the model, without what stands in it
// twice: typed tools write their output as text and as structured content.
func resultText(r *mcp.CallToolResult) any {
	if len(r.Content) == 1 {
		if t, ok := r.Content[0].(*mcp.TextContent); ok && t != nil {
			if r.StructuredContent == nil {
				return t.Text
			}
			if raw, ok := r.StructuredContent.(json.RawMessage); ok && string(raw) == t.Text {
				return t.Text
			}
		}
	}
	return []any{r.Content, r.StructuredContent}
}

package mcpspan

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	"github.com/modelcontextprotocol/go-sdk/mcp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/identity"
)

// A serverSide is an instrumented server.
type serverSide struct {
	*peer
	pins      *pins
	tools     *catalogue
	approvals *approvals
}

// send is the middleware of what the server sends of its own accord.
func (s *serverSide) send(next mcp.MethodHandler) mcp.MethodHandler {
	pass := s.pass(true, next)
	return func(ctx context.Context, method string, req mcp.Request) (mcp.Result, error) {
		if method == toolsListChanged {
			s.tools.drop()
		}
		return pass(ctx, method, req)
	}
}

// receive is the middleware of what the server is asked.
func (s *serverSide) receive(next mcp.MethodHandler) mcp.MethodHandler {
	return func(ctx context.Context, method string, req mcp.Request) (res mcp.Result, err error) {
		m := s.describe(method, req)
		m.metrics = s.received
		c := arrived(req)
		ctx, links := c.adopt(ctx)
		ctx = s.let(ctx, c.baggage)
		who := callerOf(req)
		n, lasts := s.session(req, &who, sessionID(c.baggage))
		if lasts {
			who.session = n.ID
		}
		ctx = agentspan.ContextWithSession(ctx, n)

		var v verdict
		defer func() { s.end(&m, v, recover()) }()
		switch params := paramsOf(req).(type) {
		case *mcp.CallToolParamsRaw:
			r, ok := req.(*mcp.CallToolRequest)
			if method != callTool || !ok {
				break
			}
			ctx = s.begin(ctx, &m, trace.SpanKindServer, nil, links)
			res, v, err = s.call(ctx, next, r, params, &m, &n, &who)
			return res, err
		case *mcp.ReadResourceParams:
			r, ok := req.(*mcp.ReadResourceRequest)
			if method != readResource || !ok {
				break
			}
			ctx = s.begin(ctx, &m, trace.SpanKindServer, s.about(ctx), links)
			res, v, err = s.resource(ctx, next, r, params, &n, &who)
			return res, err
		}
		var attrs []attribute.KeyValue
		if lasts { // a session of one request that decides nothing is none
			attrs = s.about(ctx)
		}
		ctx = s.begin(ctx, &m, trace.SpanKindServer, attrs, links)
		res, err = next(ctx, method, req)
		v = verdictOf(res, err, true)
		return res, err
	}
}

// call decides about a tool call and runs it, or says why not.
func (s *serverSide) call(ctx context.Context, next mcp.MethodHandler, req *mcp.CallToolRequest, params *mcp.CallToolParamsRaw,
	m *message, n *agentspan.Session, who *caller,
) (mcp.Result, verdict, error) {
	s.tools.refresh(ctx, req.Session, next)
	def, known := s.tools.get(params.Name)
	m.known = known
	tc := agentspan.ToolCall{
		Name: params.Name, Server: s.name, Local: s.pipe, Arguments: params.Arguments,
		Annotations: def.annotations, Definition: def.hash, Use: who.use(s.name),
	}
	q := s.question(req.Session, m.version, canAsk(params.Meta, req.ClientCapabilities), params.RequestState, params.InputResponses, n, who,
		func() []byte { return bindingOf(callTool, params.Name, def.hash, params.Arguments, n, who) })
	gctx, span, err := s.tracer.GovernCall(q.in(ctx), tc)
	if err != nil {
		m.span.SetAttributes(s.about(ctx)...) // the decision is on the span of the refusal, below
		if res := q.result(); res != nil {
			return res, verdict{}, nil
		}
		return refusal(refusalText(err)), verdictOf(nil, err, true), nil
	}
	ran := false
	var v verdict
	defer func() {
		if !ran { // a panic, which the caller's deferred function records as well
			v.errorType = "panic"
		}
		cause := v.cause()
		span.End(&cause)
	}()
	res, err := next(gctx, callTool, q.strip(req, params))
	ran = true
	v = verdictOf(res, err, true)
	if r, ok := res.(*mcp.CallToolResult); ok && err == nil && r != nil {
		span.SetResult(resultText(r))
	}
	return res, v, err
}

// resource decides about the reading of a resource like about a call, under the
// name of the method: what it touches is in its address.
func (s *serverSide) resource(ctx context.Context, next mcp.MethodHandler, req *mcp.ReadResourceRequest, params *mcp.ReadResourceParams,
	n *agentspan.Session, who *caller,
) (mcp.Result, verdict, error) {
	tc := readCall(params.URI)
	tc.Server, tc.Local, tc.Use = s.name, s.pipe, who.use(s.name)
	q := s.question(req.Session, req.ProtocolVersion(), canAsk(params.Meta, req.ClientCapabilities), params.RequestState, params.InputResponses, n, who,
		func() []byte { return bindingOf(readResource, params.URI, "", nil, n, who) })
	gctx, span, err := s.tracer.StartToolCall(q.in(ctx), tc)
	if err != nil {
		if res := q.result(); res != nil {
			return res, verdict{}, nil
		}
		v := verdictOf(nil, err, true)
		v.code = "-32003"
		return nil, v, &jsonrpc.Error{Code: codeRefused, Message: refusalText(err)}
	}
	var v verdict
	ran := false
	defer func() {
		if !ran {
			v.errorType = "panic"
		}
		cause := v.cause()
		span.End(&cause)
	}()
	if q != nil && strings.HasPrefix(params.RequestState, statePrefix) {
		p := *params
		p.RequestState, p.InputResponses = "", without(params.InputResponses, approvalKey)
		req = &mcp.ReadResourceRequest{Session: req.Session, Params: &p, Extra: req.Extra}
	}
	res, err := next(gctx, readResource, req)
	ran = true
	v = verdictOf(res, err, true)
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
	return agentspan.ToolCall{Name: readResource, Arguments: args, Annotations: boundary.Annotations{ReadOnly: effect.Yes}}
}

// question says how a person can be asked about a call; nil if nobody can.
func (s *serverSide) question(ss *mcp.ServerSession, version string, able bool, state string,
	responses mcp.InputResponseMap, n *agentspan.Session, who *caller, binding func() []byte,
) *question {
	if !able {
		return nil
	}
	person := n.Owner
	if who.known {
		person = who.proof.Delegation.Owner
	}
	if person.Kind != identity.Human && person.Kind != identity.UnknownKind {
		person = identity.Principal{}
	}
	return &question{
		side: s, session: ss, legacy: version < stateless, state: state, responses: responses, binding: binding, person: person,
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
	if q == nil || !strings.HasPrefix(params.RequestState, statePrefix) {
		return req
	}
	p := *params
	p.RequestState, p.InputResponses = "", without(params.InputResponses, approvalKey)
	return &mcp.CallToolRequest{Session: req.Session, Params: &p, Extra: req.Extra}
}

// refusalText is what a model and its user are told: which rule, and what would
// help. It holds nothing of the call but the tool's name.
func refusalText(err error) string {
	r, ok := errors.AsType[*boundary.RefusedError](err)
	if !ok {
		return "refused"
	}
	text := r.Error()
	if r.Decision.Nearest != "" {
		text += "; nearest: " + r.Decision.Nearest
	}
	return text
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

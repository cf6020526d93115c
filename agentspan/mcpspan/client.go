package mcpspan

import (
	"context"
	"encoding/json"
	"runtime"
	"sync"
	"weak"

	"github.com/modelcontextprotocol/go-sdk/mcp"
	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/mcpwire"
	"github.com/ambit-go/ambit/semconv"
)

// A clientSide is an instrumented client. It may be connected to several servers,
// each of which has its own tools.
type clientSide struct {
	*peer
	mu    sync.Mutex
	tools map[weak.Pointer[mcp.ClientSession]]*mcpwire.Catalogue
}

// catalogue returns the tools of the server at the other end of cs.
func (c *clientSide) catalogue(cs *mcp.ClientSession) *mcpwire.Catalogue {
	if cs == nil {
		return &mcpwire.Catalogue{}
	}
	k := weak.Make(cs)
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.tools[k]
	if t == nil {
		t = &mcpwire.Catalogue{}
		c.tools[k] = t
		runtime.AddCleanup(cs, func(k weak.Pointer[mcp.ClientSession]) {
			c.mu.Lock()
			defer c.mu.Unlock()
			delete(c.tools, k)
		}, k)
	}
	return t
}

// receive is the middleware of what the server asks of the client.
func (c *clientSide) receive(next mcp.MethodHandler) mcp.MethodHandler { return c.pass(false, next) }

// send is the middleware of what the client asks of the server. One span covers
// all rounds of a call: the SDK's own loop is below.
func (c *clientSide) send(next mcp.MethodHandler) mcp.MethodHandler {
	return func(ctx context.Context, method string, req mcp.Request) (res mcp.Result, err error) {
		m := c.describe(method, req)
		m.Metrics = c.Sent
		cs, _ := req.GetSession().(*mcp.ClientSession)

		var v mcpwire.Outcome
		defer func() { c.End(&m, v, recover()) }()
		switch params := paramsOf(req).(type) {
		case *mcp.CallToolParams:
			if method == mcpwire.CallTool {
				res, v, err = c.call(ctx, next, req, params, &m, cs)
				return res, err
			}
		case *mcp.ReadResourceParams:
			if method == mcpwire.ReadResource {
				res, v, err = c.resource(ctx, next, req, params, &m, cs)
				return res, err
			}
		}
		ctx = c.Begin(ctx, &m, trace.SpanKindClient, c.About(ctx), nil)
		res, err = next(ctx, method, c.inject(ctx, method, req, nil))
		v = outcomeOf(res, err, false)
		if list, ok := res.(*mcp.ListToolsResult); ok && err == nil && list != nil {
			learn(c.catalogue(cs), list)
		}
		if cs != nil {
			follow(cs, c.ClientSessions, m, res, err)
		}
		return res, err
	}
}

// call decides about a tool call and sends it. Inside the call of an agent that is
// this very call, the span is there and the decision taken.
func (c *clientSide) call(ctx context.Context, next mcp.MethodHandler, req mcp.Request, params *mcp.CallToolParams,
	m *mcpwire.Operation, cs *mcp.ClientSession,
) (mcp.Result, mcpwire.Outcome, error) {
	args, err := argumentsOf(params.Arguments)
	if err != nil {
		// What cannot be written cannot be sent: the SDK says so.
		ctx = c.Begin(ctx, m, trace.SpanKindClient, c.About(ctx), nil)
		res, err := next(ctx, mcpwire.CallTool, req)
		return res, outcomeOf(res, err, false), err
	}
	def, known := c.catalogue(cs).Get(params.Name)
	m.Known = known
	tc := agentspan.ToolCall{
		Name: params.Name, Server: c.serverName(cs), Local: c.pipe, Arguments: args, Annotations: def.Annotations, Definition: def.Hash,
		Since: def.Since,
	}
	if outer := c.tracer.Enclosing(ctx, tc); outer != nil {
		m.Enclose, m.Span = true, trace.SpanFromContext(ctx)
		outer.SetAttributes(append(c.Protocol(nil, m), semconv.MCPMethodName(mcpwire.CallTool))...)
		res, err := next(ctx, mcpwire.CallTool, c.inject(ctx, mcpwire.CallTool, req, args))
		v := outcomeOf(res, err, false)
		if v.ErrorType != "" {
			outer.SetError(v.ErrorType)
		}
		take(outer, res, err)
		return res, v, err
	}
	ctx = c.Begin(ctx, m, trace.SpanKindClient, nil, nil)
	gctx, span, err := c.tracer.GovernCall(ctx, tc)
	if err != nil {
		m.Span.SetAttributes(c.About(ctx)...)
		return nil, outcomeOf(nil, err, false), err
	}
	return run(span, false, func() (mcp.Result, error) {
		return next(gctx, mcpwire.CallTool, c.inject(gctx, mcpwire.CallTool, req, args))
	})
}

// resource decides about the reading of a resource and asks for it.
func (c *clientSide) resource(ctx context.Context, next mcp.MethodHandler, req mcp.Request, params *mcp.ReadResourceParams,
	m *mcpwire.Operation, cs *mcp.ClientSession,
) (mcp.Result, mcpwire.Outcome, error) {
	ctx = c.Begin(ctx, m, trace.SpanKindClient, c.About(ctx), nil)
	tc := readCall(params.URI)
	tc.Server, tc.Local = c.serverName(cs), c.pipe
	_, span, err := c.tracer.StartToolCall(ctx, tc)
	if err != nil {
		return nil, outcomeOf(nil, err, false), err
	}
	return run(span, false, func() (mcp.Result, error) {
		return next(ctx, mcpwire.ReadResource, c.inject(ctx, mcpwire.ReadResource, req, nil))
	})
}

// argumentsOf is what a call's arguments will be on the wire.
func argumentsOf(v any) ([]byte, error) {
	switch x := v.(type) {
	case nil:
		return nil, nil
	case json.RawMessage:
		return x, nil
	}
	return json.Marshal(v)
}

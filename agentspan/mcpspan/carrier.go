package mcpspan

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"reflect"

	"github.com/modelcontextprotocol/go-sdk/mcp"
	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/agentspan/mcpwire"
)

// SessionKey is the member of the W3C baggage that holds the id of the agent's
// session. What a server finds there is a claim: it tells whose calls belong
// together, and never who somebody is.
const SessionKey = mcpwire.SessionKey

// received reads the trace context of a request.
func received(req mcp.Request) mcpwire.TraceContext {
	var header http.Header
	if e := req.GetExtra(); e != nil {
		header = e.Header
	}
	return mcpwire.Received(metaOf(req), header)
}

// incoming begins the span of a message that nobody decides about, under the span
// its sender named.
func (p *peer) incoming(ctx context.Context, m *mcpwire.Operation, req mcp.Request) context.Context {
	c := received(req)
	ctx, links := c.Adopt(ctx)
	m.Metrics = p.Received
	return p.Begin(c.Let(ctx, p.baggage), m, trace.SpanKindServer, p.About(ctx), links)
}

// outgoing begins the span of a message to the peer and returns the request that
// carries its context. The request given is not written to.
func (p *peer) outgoing(ctx context.Context, m *mcpwire.Operation, req mcp.Request) (context.Context, mcp.Request) {
	m.Metrics = p.Sent
	ctx = p.Begin(ctx, m, trace.SpanKindClient, p.About(ctx), nil)
	return ctx, p.inject(ctx, m.Method, req, nil)
}

// inject returns a request like req that carries the context of the span in ctx.
// Params and _meta are copied: callers may share them between goroutines, and
// what was left in them by an earlier call must not travel on. args, if there are any,
// are a call's arguments as they were decided about, and are sent: the caller's own may
// have been written to since.
func (p *peer) inject(ctx context.Context, method string, req mcp.Request, args json.RawMessage) mcp.Request {
	params := copied(method, paramsOf(req), args)
	if params == nil {
		return req
	}
	old := params.GetMeta()
	meta := p.Inject(ctx, p.baggage, old)
	if len(meta) == 0 && len(old) == 0 {
		return req
	}
	params.SetMeta(meta)
	switch s := req.GetSession().(type) {
	case *mcp.ClientSession:
		return &mcp.ClientRequest[mcp.Params]{Session: s, Params: params}
	case *mcp.ServerSession:
		return &mcp.ServerRequest[mcp.Params]{Session: s, Params: params, Extra: req.GetExtra()}
	}
	return req
}

// copied returns a copy of params, or new ones if the method has none; nil if it
// can have none that we know.
func copied(method string, params mcp.Params, args json.RawMessage) mcp.Params {
	switch x := params.(type) {
	case nil:
		if f := blank[method]; f != nil {
			return f()
		}
		return nil
	case *mcp.CallToolParams:
		c := &struct { // one allocation for both
			params mcp.CallToolParams
			args   json.RawMessage
		}{*x, args}
		if args != nil {
			c.params.Arguments = &c.args
		}
		return &c.params
	}
	v := reflect.ValueOf(params)
	if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
		return nil
	}
	c := reflect.New(v.Elem().Type())
	c.Elem().Set(v.Elem())
	out, _ := reflect.TypeAssert[mcp.Params](c)
	return out
}

// blank makes params for methods that callers may send without.
var blank = map[string]func() mcp.Params{
	"ping":                                 func() mcp.Params { return &mcp.PingParams{} },
	mcpwire.ListTools:                      func() mcp.Params { return &mcp.ListToolsParams{} },
	"prompts/list":                         func() mcp.Params { return &mcp.ListPromptsParams{} },
	"resources/list":                       func() mcp.Params { return &mcp.ListResourcesParams{} },
	"resources/templates/list":             func() mcp.Params { return &mcp.ListResourceTemplatesParams{} },
	"roots/list":                           func() mcp.Params { return &mcp.ListRootsParams{} }, //nolint:staticcheck // clients of older revisions have roots
	"notifications/initialized":            func() mcp.Params { return &mcp.InitializedParams{} },
	"notifications/roots/list_changed":     func() mcp.Params { return &mcp.RootsListChangedParams{} }, //nolint:staticcheck // clients of older revisions have roots
	mcpwire.ToolsListChanged:               func() mcp.Params { return &mcp.ToolListChangedParams{} },
	"notifications/prompts/list_changed":   func() mcp.Params { return &mcp.PromptListChangedParams{} },
	"notifications/resources/list_changed": func() mcp.Params { return &mcp.ResourceListChangedParams{} },
}

// without returns responses without the one that was meant for us.
func without(responses mcp.InputResponseMap, key string) mcp.InputResponseMap {
	rest := maps.Clone(responses)
	delete(rest, key)
	return rest
}

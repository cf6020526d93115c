package mcpspan

import (
	"context"
	"maps"
	"net/url"
	"reflect"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/mcp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/semconv"
)

// SessionKey is the member of the W3C baggage that holds the id of the agent's
// session. What a server finds there is a claim: it tells whose calls belong
// together, and never who somebody is.
const SessionKey = string(semconv.AmbitSessionIDKey)

// The keys of _meta that the specification reserves for trace context (MCP
// 2026-07-28, "_meta"; SEP-414).
const (
	traceparent = "traceparent"
	tracestate  = "tracestate"
	baggageKey  = "baggage"
)

// The bounds of what a peer may send: of a traceparent, of a tracestate (W3C Trace
// Context §3.3.1.5), of a baggage header (W3C Baggage §3.3.2) and of the id of a
// session, in bytes. What is longer is taken as absent.
const (
	maxTraceparent = 128
	maxTracestate  = 512
	maxBaggage     = 8192
	maxSessionID   = 128
)

// A carrier holds trace context that came with a request, or that goes with one.
type carrier struct{ traceparent, tracestate, baggage string }

func (c *carrier) Get(key string) string {
	switch key {
	case traceparent:
		return c.traceparent
	case tracestate:
		return c.tracestate
	}
	return ""
}

func (c *carrier) Set(key, value string) {
	switch key {
	case traceparent:
		c.traceparent = value
	case tracestate:
		c.tracestate = value
	}
}

func (*carrier) Keys() []string { return []string{traceparent, tracestate} }

// arrived reads the trace context of a request: what its _meta says, else the
// headers of the HTTP request it came with. Values of other types count as absent.
func arrived(req mcp.Request) (c carrier) {
	meta := metaOf(req)
	text := func(key string, limit int) string {
		if s, ok := meta[key].(string); ok && len(s) <= limit {
			return s
		}
		return ""
	}
	c = carrier{text(traceparent, maxTraceparent), text(tracestate, maxTracestate), text(baggageKey, maxBaggage)}
	e := req.GetExtra()
	if e == nil || e.Header == nil {
		return c
	}
	header := func(key string, limit int) string {
		if s := strings.Join(e.Header.Values(key), ","); len(s) <= limit {
			return s
		}
		return ""
	}
	if c.traceparent == "" {
		c.traceparent, c.tracestate = header(traceparent, maxTraceparent), header(tracestate, maxTracestate)
	}
	if c.baggage == "" {
		c.baggage = header(baggageKey, maxBaggage)
	}
	return c
}

var traceContext propagation.TraceContext

// adopt returns ctx under the span that the peer named, and not under the one it
// was under: on a stateful HTTP server that is the span of the request that opened
// the connection, for every later call. It stays as a link.
func (c *carrier) adopt(ctx context.Context) (context.Context, []trace.Link) {
	var links []trace.Link
	if ambient := trace.SpanContextFromContext(ctx); ambient.IsValid() {
		links = []trace.Link{{SpanContext: ambient}}
		ctx = trace.ContextWithSpan(ctx, nil)
	}
	if c.traceparent != "" {
		ctx = traceContext.Extract(ctx, c)
	}
	return ctx, links
}

// member returns the value of a member of a baggage header; empty if it has none.
// Nothing but that member is looked at: a header may hold 8 KiB of others.
func member(header, key string) string {
	for part := range strings.SplitSeq(header, ",") {
		k, v, ok := strings.Cut(part, "=")
		if !ok || strings.TrimSpace(k) != key {
			continue
		}
		v, _, _ = strings.Cut(v, ";")
		if v, err := url.PathUnescape(strings.TrimSpace(v)); err == nil {
			return v
		}
		return ""
	}
	return ""
}

// let returns ctx with those members of the header, and no others, that may pass.
func (p *peer) let(ctx context.Context, header string) context.Context {
	if baggage.FromContext(ctx).Len() > 0 { // of whoever opened the connection
		ctx = baggage.ContextWithoutBaggage(ctx)
	}
	if header == "" || len(p.baggage) == 0 {
		return ctx
	}
	var members []baggage.Member
	for _, k := range p.baggage {
		if v := member(header, k); v != "" {
			if m, err := baggage.NewMemberRaw(k, v); err == nil {
				members = append(members, m)
			}
		}
	}
	if b, err := baggage.New(members...); err == nil && len(members) > 0 {
		ctx = baggage.ContextWithBaggage(ctx, b)
	}
	return ctx
}

// sessionID reads the id of a session that a peer claims; empty if there is none,
// or none that an id can be.
func sessionID(header string) string {
	if header == "" {
		return ""
	}
	if id := member(header, SessionKey); plainID(id) {
		return id
	}
	return ""
}

func plainID(s string) bool {
	if s == "" || len(s) > maxSessionID {
		return false
	}
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// incoming begins the span of a message that nobody decides about, under the span
// its sender named.
func (p *peer) incoming(ctx context.Context, m *message, req mcp.Request) context.Context {
	c := arrived(req)
	ctx, links := c.adopt(ctx)
	m.metrics = p.received
	ctx = p.begin(p.let(ctx, c.baggage), m, trace.SpanKindServer, p.about(ctx), links)
	return ctx
}

// outgoing begins the span of a message to the peer and returns the request that
// carries its context. The request given is not written to.
func (p *peer) outgoing(ctx context.Context, m *message, req mcp.Request) (context.Context, mcp.Request) {
	m.metrics = p.sent
	ctx = p.begin(ctx, m, trace.SpanKindClient, p.about(ctx), nil)
	return ctx, p.inject(ctx, m.method, req)
}

// about is what the span says of the session in ctx.
func (p *peer) about(ctx context.Context) []attribute.KeyValue {
	return p.tracer.SessionAttributes(ctx, make([]attribute.KeyValue, 0, 24))
}

// inject returns a request like req that carries the context of the span in ctx.
// Params and _meta are copied: callers may share them between goroutines, and
// what was left in them by an earlier call must not travel on.
func (p *peer) inject(ctx context.Context, method string, req mcp.Request) mcp.Request {
	params := copied(method, paramsOf(req))
	if params == nil {
		return req
	}
	var c carrier
	traceContext.Inject(ctx, &c)
	c.baggage = p.outgoingBaggage(ctx)
	old := params.GetMeta()
	meta := make(map[string]any, len(old)+3)
	maps.Copy(meta, old)
	for _, kv := range [...]struct{ key, value string }{{traceparent, c.traceparent}, {tracestate, c.tracestate}, {baggageKey, c.baggage}} {
		delete(meta, kv.key)
		if kv.value != "" {
			meta[kv.key] = kv.value
		}
	}
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
func copied(method string, params mcp.Params) mcp.Params {
	switch x := params.(type) {
	case nil:
		if f := blank[method]; f != nil {
			return f()
		}
		return nil
	case *mcp.CallToolParams:
		c := *x
		return &c
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
	listTools:                              func() mcp.Params { return &mcp.ListToolsParams{} },
	"prompts/list":                         func() mcp.Params { return &mcp.ListPromptsParams{} },
	"resources/list":                       func() mcp.Params { return &mcp.ListResourcesParams{} },
	"resources/templates/list":             func() mcp.Params { return &mcp.ListResourceTemplatesParams{} },
	"roots/list":                           func() mcp.Params { return &mcp.ListRootsParams{} }, //nolint:staticcheck // clients of older revisions have roots
	"notifications/initialized":            func() mcp.Params { return &mcp.InitializedParams{} },
	"notifications/roots/list_changed":     func() mcp.Params { return &mcp.RootsListChangedParams{} }, //nolint:staticcheck // clients of older revisions have roots
	toolsListChanged:                       func() mcp.Params { return &mcp.ToolListChangedParams{} },
	"notifications/prompts/list_changed":   func() mcp.Params { return &mcp.PromptListChangedParams{} },
	"notifications/resources/list_changed": func() mcp.Params { return &mcp.ResourceListChangedParams{} },
}

// outgoingBaggage is what of the baggage goes out: the session's id, if it has one
// that can travel, and the members that may pass.
func (p *peer) outgoingBaggage(ctx context.Context) string {
	var b strings.Builder
	add := func(k, v string) {
		b.Grow(len(k) + len(v) + 2)
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		b.WriteString(k)
		b.WriteByte('=')
		b.WriteString(v)
	}
	if id := agentspan.SessionFromContext(ctx).ID(); plainID(id) && p.tracer.Clean(id) == id {
		add(SessionKey, url.PathEscape(id))
	}
	if len(p.baggage) > 0 {
		members := baggage.FromContext(ctx)
		for _, k := range p.baggage {
			if m := members.Member(k); m.Value() != "" && k != SessionKey {
				add(k, url.PathEscape(m.Value()))
			}
		}
	}
	if b.Len() > maxBaggage {
		return ""
	}
	return b.String()
}

// without returns responses without the one that was meant for us.
func without(responses mcp.InputResponseMap, key string) mcp.InputResponseMap {
	rest := maps.Clone(responses)
	delete(rest, key)
	return rest
}

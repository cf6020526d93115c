package mcpgospan

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
	"github.com/mark3labs/mcp-go/tracing"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/mcpwire"
)

// A message is one request to the server under way. The library tells of it in
// pieces: first its _meta, then its headers, then its method, and what it asks for
// only to a hook, which cannot change the context. So the context that handlers
// get is made before the span is, and learns of the span when the hook begins it.
type message struct {
	side   *serverSide
	op     mcpwire.Operation
	from   mcpwire.TraceContext
	who    mcpwire.Caller
	noun   agentspan.Session
	lasts  bool            // other requests can belong to the same session
	parent context.Context // under which the span begins
	links  []trace.Link

	begun    bool
	outcome  *mcpwire.Outcome   // nil until a hook told of it
	erred    bool               // the answer is an error
	def      mcpwire.Definition // of the tool that is called
	task     *agentspan.Span    // a call that becomes a task; nil if there is none
	taskCtx  context.Context    // the context of that call
	followed bool               // a hook will tell of its end
}

// A messageContext is the context of a message: the one the library made, and
// beneath it the span, from when there is one.
type messageContext struct {
	context.Context // of the library: when the request ends

	m     *message
	under context.Context // of the span; nil before
}

type messageKey struct{}

func (c *messageContext) Value(key any) any {
	if key == (messageKey{}) {
		return c
	}
	if c.under != nil {
		return c.under.Value(key)
	}
	return c.m.parent.Value(key)
}

func messageOf(ctx context.Context) *messageContext {
	c, _ := ctx.Value(messageKey{}).(*messageContext)
	return c
}

// of returns the message that ctx belongs to; nil if it is of another server, whose
// hooks may be shared with this one.
func (s *serverSide) of(ctx context.Context) *messageContext {
	if c := messageOf(ctx); c != nil && c.m.side == s {
		return c
	}
	return nil
}

// metaReader is told of the _meta of a request, if that can be read.
type metaReader struct{ side *serverSide }

type metaKey struct{}

// ExtractMeta keeps the _meta for when the headers are known too.
func (r metaReader) ExtractMeta(ctx context.Context, meta *mcp.Meta) context.Context {
	if meta == nil || len(meta.AdditionalFields) == 0 {
		return ctx
	}
	return context.WithValue(ctx, metaKey{}, meta.AdditionalFields)
}

// InjectMeta does nothing: a server's propagator only reads.
func (metaReader) InjectMeta(_ context.Context, meta *mcp.Meta) *mcp.Meta { return meta }

// headerReader is told of the HTTP headers of a request, after its _meta.
type headerReader struct{ side *serverSide }

// Inject does nothing: a server's propagator only reads.
func (headerReader) Inject(context.Context, http.Header) {}

// Extract begins the message.
func (r headerReader) Extract(ctx context.Context, header http.Header) context.Context {
	s := r.side
	if srv, cs := server.ServerFromContext(ctx), server.ClientSessionFromContext(ctx); srv != nil && cs != nil {
		ctx = srv.WithContext(ctx, s.watch(cs))
	}
	meta, _ := ctx.Value(metaKey{}).(map[string]any)
	return &messageContext{Context: ctx, m: s.arrived(ctx, mcpwire.Received(meta, header), len(header) > 0)}
}

// arrived is a message that came under ctx with from.
func (s *serverSide) arrived(ctx context.Context, from mcpwire.TraceContext, http bool) *message {
	m := &message{side: s, from: from, who: callerOf(ctx)}
	m.op = mcpwire.Operation{HTTP: http, Version: server.RequestProtocolVersion(ctx), Start: time.Now(), Metrics: s.Received}
	var conn any
	if cs := server.ClientSessionFromContext(ctx); cs != nil {
		id := cs.SessionID()
		m.op.Pipe = !http && id == stdioSession
		if http && !server.IsModernRequest(ctx) {
			m.op.Session = id
		}
		if id != "" {
			owner := m.who.Proof.Delegation.Owner
			conn = connection{id: id, owner: owner.ID, issuer: owner.Issuer, verified: m.who.Verified()}
		}
	}
	m.noun, m.lasts = s.sessions.Of(&m.who, m.from.SessionID(), conn)
	under, links := m.from.Adopt(ctx)
	m.links = links
	m.parent = agentspan.ContextWithSession(m.from.Let(under, s.baggage), m.noun)
	return m
}

// Notified returns h such that s records the notifications it is called with, and the
// context h gets is under their span. The library has no middleware for them:
//
//	s.AddNotificationHandler("notifications/progress", mcpgospan.Notified(s, onProgress))
//
// A nil h does nothing else. A server that is not instrumented records nothing.
func Notified(s *server.MCPServer, h server.NotificationHandlerFunc) server.NotificationHandlerFunc {
	return func(ctx context.Context, n mcp.JSONRPCNotification) {
		if side := sideOf(s); side != nil {
			_, http := server.ClientSessionFromContext(ctx).(server.SessionWithStreamableHTTPConfig)
			m := side.arrived(ctx, mcpwire.Received(n.Params.Meta, nil), http)
			m.op.Method = n.Method
			var attrs []attribute.KeyValue
			if m.lasts {
				attrs = side.About(m.parent)
			}
			ctx = side.Begin(m.parent, &m.op, trace.SpanKindServer, attrs, m.links)
			defer func() { side.End(&m.op, mcpwire.Outcome{}, recover()) }()
		}
		if h != nil {
			h(ctx, n)
		}
	}
}

// stdioSession is what the library calls the one session of a server over stdio.
const stdioSession = "stdio"

// A connection is what the library calls a session. A client of an old revision
// sends its id in a header, which others can send too: it holds together only the
// requests of one owner.
type connection struct {
	id, owner, issuer string
	verified          bool
}

// starter is told of the method of a request, after its headers.
type starter struct{ side *serverSide }

// Start says that a request of that method begins. The spans the library wants
// around tools are left out: the one of the request says all they would.
func (s starter) Start(ctx context.Context, _ string, kind tracing.SpanKind, attrs ...tracing.Attribute) (context.Context, tracing.Span) {
	c := s.side.of(ctx)
	if c == nil || kind != tracing.SpanKindServer || c.m.op.Method != "" {
		return ctx, noSpan{}
	}
	for _, a := range attrs {
		if a.Key == "mcp.method" {
			c.m.op.Method = a.Value
		}
	}
	return ctx, (*requestSpan)(c)
}

// before is the hook that learns what a request asks for. It begins the span.
func (s *serverSide) before(ctx context.Context, id any, _ mcp.MCPMethod, request any) {
	c := s.of(ctx)
	if c == nil || c.m.begun {
		return
	}
	op := &c.m.op
	op.ID = requestID(id)
	decided := false // the session is written with the decision
	switch r := request.(type) {
	case *mcp.CallToolRequest:
		op.Tool, decided = r.Params.Name, true
		_, op.Known = s.dates.Get(op.Tool)
	case *mcp.GetPromptRequest:
		op.Prompt = r.Params.Name
	case *mcp.ReadResourceRequest:
		op.URI = r.Params.URI
	case *mcp.SubscribeRequest:
		op.URI = r.Params.URI
	case *mcp.UnsubscribeRequest:
		op.URI = r.Params.URI
	}
	c.begin(!decided && c.m.lasts)
}

func (c *messageContext) begin(about bool) {
	m := c.m
	m.begun = true
	var attrs []attribute.KeyValue
	if about { // a session of one request that decides nothing is none
		attrs = m.side.About(m.parent)
	}
	c.under = m.side.Begin(m.parent, &m.op, trace.SpanKindServer, attrs, m.links)
}

// requestID writes the id of a request as the conventions want it; empty if it has
// none.
func requestID(id any) string {
	switch x := id.(type) {
	case string:
		return x
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64)
	case int64:
		return strconv.FormatInt(x, 10)
	case mcp.RequestId:
		return requestID(x.Value())
	case nil:
		return ""
	case fmt.Stringer:
		return x.String()
	}
	return ""
}

// succeeded is the hook of requests that were answered.
func (s *serverSide) succeeded(ctx context.Context, _ any, _ mcp.MCPMethod, _, result any) {
	c := s.of(ctx)
	if c == nil {
		return
	}
	out := mcpwire.Outcome{}
	if r, ok := result.(*mcp.CallToolResult); ok && r != nil && r.IsError {
		out = mcpwire.ToolError
	}
	if c.m.outcome == nil { // a refusal has said more
		c.m.outcome = &out
	}
	if c.m.task != nil && !c.m.followed && server.ServerFromContext(ctx).GetTool(c.m.op.Tool) == nil {
		// A task tool: no middleware runs around it, so this is all that is learned.
		c.m.task.End(nil)
	}
}

// failed is the hook of requests that were answered with an error.
func (s *serverSide) failed(ctx context.Context, _ any, _ mcp.MCPMethod, _ any, err error) {
	c := s.of(ctx)
	if c == nil || c.m.outcome != nil {
		return
	}
	var code int64
	if e, ok := err.(interface{ ToJSONRPCError() mcp.JSONRPCError }); ok {
		code = int64(e.ToJSONRPCError().Error.Code)
	}
	out := mcpwire.OutcomeOf(err, code, true)
	c.m.outcome = &out
}

// noSpan is where the library's own spans go.
type noSpan struct{}

func (noSpan) SetAttributes(...tracing.Attribute)   {}
func (noSpan) RecordError(error)                    {}
func (noSpan) SetStatus(tracing.StatusCode, string) {}
func (noSpan) End()                                 {}

// requestSpan is the library's handle on the span of a request. What it would
// write is left out: hooks know more, and the texts of errors are content.
type requestSpan messageContext

func (*requestSpan) SetAttributes(...tracing.Attribute) {}
func (*requestSpan) RecordError(error)                  {}

// SetStatus notes that the answer is an error.
func (r *requestSpan) SetStatus(code tracing.StatusCode, _ string) {
	if code == tracing.StatusError {
		r.m.erred = true
	}
}

// End ends the span. The library calls it however the request ended: without an
// outcome and without an answer, the handler panicked.
func (r *requestSpan) End() {
	c := (*messageContext)(r)
	m := c.m
	if !m.begun { // refused before any hook: unknown, not supported, or not to be read
		c.begin(false)
	}
	out := mcpwire.Panicked
	switch {
	case m.outcome != nil:
		out = *m.outcome
	case m.erred:
		out = mcpwire.Outcome{Code: strconv.Itoa(mcp.METHOD_NOT_FOUND)} // the one answer without a hook
	}
	m.side.End(&m.op, out, nil)
}

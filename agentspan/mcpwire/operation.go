package mcpwire

import (
	"context"
	"hash/maphash"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/semconv"
)

// The methods that are more than a name and a span.
const (
	CallTool         = "tools/call"
	ListTools        = "tools/list"
	ReadResource     = "resources/read"
	ToolsListChanged = "notifications/tools/list_changed"
)

// Stateless is the first revision of the protocol without sessions.
const Stateless = "2026-07-28"

// An Operation is a request or a notification under way, and its span.
type Operation struct {
	Method  string
	Tool    string // as it was sent
	Prompt  string
	URI     string
	ID      string // of the request; empty if it is not known, or there is none
	Version string // of the protocol
	Session string // of the protocol, up to 2025-11-25; never the agent's
	HTTP    bool
	Pipe    bool
	Known   bool       // Tool is one the server has: metrics may name it
	Enclose bool       // Span is that of the call around it, and not ours to end
	Span    trace.Span // set by [Recorder.Begin]
	Start   time.Time
	Metrics *Durations // what counts it
}

// A Recorder makes the spans and metrics of one end of a connection. It is safe
// for concurrent use.
type Recorder struct {
	Received *Durations // of what arrives
	Sent     *Durations // of what is sent

	// Of the protocol's sessions, which revisions up to 2025-11-25 have.
	ServerSessions *Durations
	ClientSessions *Durations

	tracer   *agentspan.Tracer
	spans    trace.Tracer
	openings openings
	sessions sentSessions
	seed     maphash.Seed
}

// NewRecorder returns a recorder that records with the providers of t, under the
// instrumentation scope of that name.
func NewRecorder(t *agentspan.Tracer, scope string) *Recorder {
	tp, mp := t.Providers()
	m := mp.Meter(scope, metricVersion...)
	return &Recorder{
		tracer:   t,
		seed:     maphash.MakeSeed(),
		spans:    tp.Tracer(scope, trace.WithSchemaURL(semconv.SchemaURL), trace.WithInstrumentationVersion(agentspan.Version)),
		Received: newDurations(semconv.NewMCPServerOperationDuration(m)),
		Sent:     newDurations(semconv.NewMCPClientOperationDuration(m)),

		ServerSessions: newDurations(semconv.NewMCPServerSessionDuration(m)),
		ClientSessions: newDurations(semconv.NewMCPClientSessionDuration(m)),
	}
}

// Begin starts the span of o, by the GenAI conventions for MCP, and returns a
// context under it. What is in attrs is there for samplers.
func (r *Recorder) Begin(ctx context.Context, o *Operation, kind trace.SpanKind, attrs []attribute.KeyValue, links []trace.Link) context.Context {
	open := r.opening(o, kind)
	opts := open.opts
	if attrs = r.own(attrs, o); len(attrs) > 0 {
		opts = append(opts, trace.WithAttributes(attrs...))
	}
	if len(links) > 0 {
		opts = append(opts, trace.WithLinks(links...))
	}
	ctx, o.Span = r.spans.Start(ctx, open.name, opts...)
	return ctx
}

// Protocol appends what is known of the transport and the revision, and which
// resource and request it is.
func (r *Recorder) Protocol(dst []attribute.KeyValue, o *Operation) []attribute.KeyValue {
	return r.own(r.shared(dst, o), o)
}

// shared appends what many messages have in common.
func (r *Recorder) shared(dst []attribute.KeyValue, o *Operation) []attribute.KeyValue {
	if o.Version != "" {
		version := o.Version
		if !versions[version] {
			version = r.tracer.Clean(version)
		}
		dst = append(dst, semconv.MCPProtocolVersion(version))
	}
	switch {
	case o.HTTP:
		dst = append(dst, semconv.NetworkTransport("tcp"), semconv.NetworkProtocolName("http"))
	case o.Pipe:
		dst = append(dst, semconv.NetworkTransport("pipe"))
	}
	return dst
}

// own appends what the message has for itself.
func (r *Recorder) own(dst []attribute.KeyValue, o *Operation) []attribute.KeyValue {
	t := r.tracer
	if o.URI != "" {
		dst = append(dst, semconv.MCPResourceURI(t.Clean(o.URI)))
	}
	if o.ID != "" {
		dst = append(dst, semconv.JSONRPCRequestID(t.Clean(o.ID)))
	}
	if o.Session != "" {
		dst = append(dst, semconv.MCPSessionID(t.Clean(o.Session)))
	}
	return dst
}

// About is what the span of a message says of the session in ctx.
func (r *Recorder) About(ctx context.Context) []attribute.KeyValue {
	return r.tracer.SessionAttributes(ctx, make([]attribute.KeyValue, 0, 24))
}

// Panicked is the outcome of a handler that panicked.
var Panicked = Outcome{ErrorType: "panic"}

// End ends the span of o and counts it. panicked is what the handler panicked
// with, as recover returns it; it goes on.
func (r *Recorder) End(o *Operation, out Outcome, panicked any) {
	if panicked != nil {
		out = Panicked
		defer panic(panicked)
	}
	if o.Span == nil { // what panicked did so before there was one
		o.Span = trace.SpanFromContext(context.Background())
	}
	if o.Span.IsRecording() {
		if out.Code != "" {
			o.Span.SetAttributes(semconv.RPCResponseStatusCode(out.Code))
		}
		if out.Asks {
			o.Span.SetAttributes(semconv.AmbitMCPInputRequired(true))
		}
		if out.ErrorType != "" && !o.Enclose {
			o.Span.SetAttributes(semconv.ErrorType(out.ErrorType))
			o.Span.SetStatus(codes.Error, out.ErrorType)
		}
	}
	if !o.Enclose {
		o.Span.End()
	}
	o.Metrics.record(o, out)
}

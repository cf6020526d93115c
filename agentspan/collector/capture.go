package collector

// OpenTelemetry's API over the Collector's data: a tracer writes onto spans that are
// there already, and what it makes itself is sent on.

import (
	"context"
	"crypto/rand"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/embedded"

	"github.com/ambit-go/ambit/semconv"
)

// A target is the span that a turn is to be written onto.
type targetKey struct{}

// onto returns a context in which the next span is s, and not a new one.
func onto(ctx context.Context, s trace.Span) context.Context {
	return context.WithValue(ctx, targetKey{}, s)
}

// A provider makes spans of the Collector's own, or hands out those that are there.
type provider struct {
	embedded.TracerProvider
	send func(ptrace.Traces) // a span that the tracer made itself; nil if nobody wants one
}

// Tracer returns p itself, whatever the name.
func (p *provider) Tracer(string, ...trace.TracerOption) trace.Tracer { return &tracer{provider: p} }

type tracer struct {
	embedded.Tracer
	provider *provider
}

// Start hands out the target in ctx, or makes a span: the summary of a conversation.
func (t *tracer) Start(ctx context.Context, name string, opts ...trace.SpanStartOption) (context.Context, trace.Span) {
	c := trace.NewSpanStartConfig(opts...)
	if s, ok := ctx.Value(targetKey{}).(*span); ok && s != nil {
		s.SetAttributes(c.Attributes()...)
		return trace.ContextWithSpan(onto(ctx, nil), s), s
	}
	if t.provider.send == nil {
		s := trace.SpanFromContext(context.Background()) // records nothing
		return ctx, s
	}
	td := ptrace.NewTraces()
	rs := td.ResourceSpans().AppendEmpty()
	ss := rs.ScopeSpans().AppendEmpty()
	ss.Scope().SetName(scopeName)
	ss.SetSchemaUrl(semconv.SchemaURL)
	p := ss.Spans().AppendEmpty()
	p.SetName(name)
	p.SetKind(ptrace.SpanKindInternal)
	var id [24]byte
	_, _ = rand.Read(id[:]) // never fails since Go 1.24
	p.SetTraceID(pcommon.TraceID(id[:16]))
	p.SetSpanID(pcommon.SpanID(id[16:]))
	p.SetStartTimestamp(pcommon.NewTimestampFromTime(orNow(c.Timestamp())))
	s := newSpan(p)
	s.own, s.provider = td, t.provider
	s.SetAttributes(c.Attributes()...)
	return trace.ContextWithSpan(ctx, s), s
}

const scopeName = "github.com/ambit-go/ambit/agentspan/collector"

func orNow(t time.Time) time.Time {
	if t.IsZero() {
		return time.Now()
	}
	return t
}

// A span writes onto a span of the Collector's. It belongs to one goroutine, as the
// batch does.
type span struct {
	embedded.Span
	to       ptrace.Span
	sc       trace.SpanContext
	own      ptrace.Traces // of a span that the tracer made
	provider *provider
	whose    bool // write whose it is, and nothing of what it is
}

func newSpan(to ptrace.Span) *span {
	return &span{to: to, sc: trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: trace.TraceID(to.TraceID()), SpanID: trace.SpanID(to.SpanID()), TraceFlags: trace.FlagsSampled,
	})}
}

func (s *span) IsRecording() bool              { return true }
func (s *span) SpanContext() trace.SpanContext { return s.sc }
func (s *span) SetName(string)                 {} // the sender's
func (s *span) AddLink(trace.Link)             {}

// RecordError does nothing: the sender has said what failed.
func (s *span) RecordError(error, ...trace.EventOption) {}

// SetStatus is for spans of our own: that of others is the sender's.
func (s *span) SetStatus(code codes.Code, text string) {
	if s.provider != nil && code == codes.Error {
		s.to.Status().SetCode(ptrace.StatusCodeError)
		s.to.Status().SetMessage(text)
	}
}

// TracerProvider returns one that records nothing.
func (s *span) TracerProvider() trace.TracerProvider {
	return trace.SpanFromContext(context.Background()).TracerProvider()
}

// SetAttributes writes what is ours, and of what is not what the sender left out.
func (s *span) SetAttributes(attrs ...attribute.KeyValue) {
	m := s.to.Attributes()
	for _, kv := range attrs {
		key := string(kv.Key)
		if s.whose && !whoseKey(key) {
			continue
		}
		if _, there := m.Get(key); there && !ours(key) && s.provider == nil {
			continue
		}
		put(m, key, kv.Value)
	}
}

// whoseKey reports whether an attribute says whose a span is.
func whoseKey(key string) bool {
	return strings.HasPrefix(key, "ambit.") || key == string(semconv.GenAIConversationIDKey) || key == string(semconv.GenAIAgentNameKey) || key == string(semconv.UserIDKey)
}

// ours reports whether a key is for us alone to write.
func ours(key string) bool {
	return strings.HasPrefix(key, "ambit.") || strings.HasPrefix(key, "security_rule.")
}

// AddEvent writes a moment of ours.
func (s *span) AddEvent(name string, opts ...trace.EventOption) {
	c := trace.NewEventConfig(opts...)
	e := s.to.Events().AppendEmpty()
	e.SetName(name)
	e.SetTimestamp(pcommon.NewTimestampFromTime(orNow(c.Timestamp())))
	for _, kv := range c.Attributes() {
		put(e.Attributes(), string(kv.Key), kv.Value)
	}
}

// End sends a span of our own on its way. That of a sender has ended.
func (s *span) End(opts ...trace.SpanEndOption) {
	if s.provider == nil {
		return
	}
	c := trace.NewSpanEndConfig(opts...)
	s.to.SetEndTimestamp(pcommon.NewTimestampFromTime(orNow(c.Timestamp())))
	s.provider.send(s.own)
}

func put(m pcommon.Map, key string, v attribute.Value) {
	switch v.Type() {
	case attribute.BOOL:
		m.PutBool(key, v.AsBool())
	case attribute.INT64:
		m.PutInt(key, v.AsInt64())
	case attribute.FLOAT64:
		m.PutDouble(key, v.AsFloat64())
	default:
		m.PutStr(key, v.String())
	}
}

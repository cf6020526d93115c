package mcpwire

import (
	"context"
	"hash/maphash"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"

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

// A TraceContext is what came with a message, or goes with one, in the fields of
// W3C Trace Context and Baggage.
type TraceContext struct{ Traceparent, Tracestate, Baggage string }

// Received reads the trace context of a message: what its _meta says, else the
// headers of the HTTP request that it came with. Values of other types count as
// absent. Either may be nil.
func Received(meta map[string]any, header http.Header) (c TraceContext) {
	text := func(key string, limit int) string {
		if s, ok := meta[key].(string); ok && len(s) <= limit {
			return s
		}
		return ""
	}
	c = TraceContext{text(traceparent, maxTraceparent), text(tracestate, maxTracestate), text(baggageKey, maxBaggage)}
	if header == nil {
		return c
	}
	joined := func(key string, limit int) string {
		if s := strings.Join(header.Values(key), ","); len(s) <= limit {
			return s
		}
		return ""
	}
	if c.Traceparent == "" {
		c.Traceparent, c.Tracestate = joined(traceparent, maxTraceparent), joined(tracestate, maxTracestate)
	}
	if c.Baggage == "" {
		c.Baggage = joined(baggageKey, maxBaggage)
	}
	return c
}

var w3c propagation.TraceContext

// carrier is the part of a TraceContext that the propagator reads and writes.
type carrier TraceContext

func (c *carrier) Get(key string) string {
	switch key {
	case traceparent:
		return c.Traceparent
	case tracestate:
		return c.Tracestate
	}
	return ""
}

func (c *carrier) Set(key, value string) {
	switch key {
	case traceparent:
		c.Traceparent = value
	case tracestate:
		c.Tracestate = value
	}
}

func (*carrier) Keys() []string { return []string{traceparent, tracestate} }

// carriers are those that no propagator has now. It takes an interface, for which
// each of them would be allocated, and keeps none.
var carriers = sync.Pool{New: func() any { return new(carrier) }}

// hold returns a carrier like c that a propagator may have, until release.
func hold(c carrier) *carrier {
	held := carriers.Get().(*carrier)
	*held = c
	return held
}

func (c *carrier) release() {
	*c = carrier{}
	carriers.Put(c)
}

// Adopt returns ctx under the span that the peer named, and not under the one it
// was under: on a stateful HTTP server that may be the span of the request that
// opened the connection, for every later call. It stays as a link.
func (c *TraceContext) Adopt(ctx context.Context) (context.Context, []trace.Link) {
	var links []trace.Link
	if ambient := trace.SpanContextFromContext(ctx); ambient.IsValid() {
		links = []trace.Link{{SpanContext: ambient}}
		ctx = trace.ContextWithSpan(ctx, nil)
	}
	if c.Traceparent != "" {
		held := hold(carrier(*c))
		ctx = w3c.Extract(ctx, held)
		held.release()
	}
	return ctx, links
}

// Let returns ctx with those members of the baggage that have one of keys, and no
// others: neither the peer's, nor those of whoever opened the connection.
func (c *TraceContext) Let(ctx context.Context, keys []string) context.Context {
	if baggage.FromContext(ctx).Len() > 0 {
		ctx = baggage.ContextWithoutBaggage(ctx)
	}
	if c.Baggage == "" || len(keys) == 0 {
		return ctx
	}
	var members []baggage.Member
	for _, k := range keys {
		if v := member(c.Baggage, k); v != "" {
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

// SessionID returns the id of the session that the peer claims; empty if it claims
// none, or none that an id can be.
func (c *TraceContext) SessionID() string {
	if c.Baggage == "" {
		return ""
	}
	if id := member(c.Baggage, SessionKey); plainID(id) {
		return id
	}
	return ""
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

// Inject returns a copy of meta, the _meta of a message sent under ctx, that carries
// its span, the id of its session if that can travel, and those members of its baggage
// that have one of keys, and no trace context besides: callers may share a _meta between
// goroutines, and what an earlier call left in it must not travel on.
func (r *Recorder) Inject(ctx context.Context, keys []string, meta map[string]any) map[string]any {
	out := make(map[string]any, len(meta)+3)
	maps.Copy(out, meta)
	delete(out, traceparent)
	delete(out, tracestate)
	delete(out, baggageKey)
	held := hold(carrier{})
	w3c.Inject(ctx, held)
	if held.Traceparent != "" {
		out[traceparent] = held.Traceparent
	}
	if held.Tracestate != "" {
		out[tracestate] = held.Tracestate
	}
	held.release()
	session := r.sentSession(agentspan.SessionFromContext(ctx).ID())
	switch b := otherBaggage(ctx, session.header, keys); b {
	case "":
	case session.header:
		out[baggageKey] = session.boxed
	default:
		out[baggageKey] = b
	}
	return out
}

// A sentSession is a session as it travels: what there is to say of it takes longer
// than the rest of a message's context.
type sentSession struct {
	id     string
	header string // empty if the id cannot travel
	boxed  any    // header
}

// sentSessions are those that messages were sent for of late, each in the place that
// its id has.
type sentSessions [64]atomic.Pointer[sentSession]

var noSession sentSession

func (r *Recorder) sentSession(id string) *sentSession {
	if id == "" {
		return &noSession
	}
	at := &r.sessions[maphash.String(r.seed, id)%uint64(len(r.sessions))]
	if s := at.Load(); s != nil && s.id == id {
		return s
	}
	s := &sentSession{id: id}
	if plainID(id) && r.tracer.Clean(id) == id {
		s.header = SessionKey + "=" + url.PathEscape(id)
		s.boxed = s.header
	}
	at.Store(s)
	return s
}

// otherBaggage appends the members of the baggage in ctx that have one of keys.
func otherBaggage(ctx context.Context, header string, keys []string) string {
	if len(keys) == 0 {
		return header
	}
	var b strings.Builder
	b.WriteString(header)
	members := baggage.FromContext(ctx)
	for _, k := range keys {
		if m := members.Member(k); m.Value() != "" && k != SessionKey {
			if b.Len() > 0 {
				b.WriteByte(',')
			}
			b.WriteString(k + "=" + url.PathEscape(m.Value()))
		}
	}
	if b.Len() > maxBaggage {
		return ""
	}
	return b.String()
}

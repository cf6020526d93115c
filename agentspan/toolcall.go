package agentspan

import (
	"context"
	"slices"
	"time"

	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/internal/spanid"
	"github.com/ambit-go/ambit/semconv"
)

// A ToolCall is one attempted use of a tool.
type ToolCall struct {
	Name        string // the tool's name as the model uses it
	ID          string // of the call, from the model; empty if there is none
	Type        string // "function", "extension" or "datastore"; empty if not known
	Server      string // MCP server; empty for a local tool
	Local       bool   // Server runs on this machine and speaks over a pipe
	Arguments   []byte // JSON object; neither changed nor kept
	Dir         string // working folder, absolute; the session's if empty
	Annotations boundary.Annotations
	Definition  string         // hash of the tool's definition; one that differs from the session's first is drift
	Since       time.Time      // when Server showed the tool, if it had shown others before; drift if the session is older
	Use         *identity.Use  // the credential the call uses, if known
	Beside      []identity.Use // further ones; of more than seven the rest is not told
	Start       time.Time      // for replay; now if zero
}

// StartToolCall decides about a call and begins its span. If err is not nil, a
// [*boundary.RefusedError], the call must not run; its refusal is recorded and
// there is nothing to end. Otherwise run the tool with the returned context and
// end the span with defer span.End(&err). Most programs use [Do], in which a
// refused function cannot run.
//
// A call is decided once: inside a call of the same tool with the same arguments,
// about which nothing is known that was not known there, StartToolCall returns ctx,
// a nil span and no error.
func (t *Tracer) StartToolCall(ctx context.Context, tc ToolCall) (context.Context, *Span, error) {
	if t.off() {
		return ctx, nil, nil
	}
	tr := t.spans.tracer()
	if tr == nil && t.quiet(ctx) {
		return ctx, nil, nil
	}
	if covered(ctx, t, &tc) {
		return ctx, nil, nil
	}
	if t.quiet(ctx) && !t.startAttrs {
		return t.startUngoverned(ctx, tr, tc)
	}
	c := t.newCall(ctx, &tc)
	t.decide(ctx, c)
	if c.decision.Refuses() {
		return ctx, nil, c.refuse(ctx, tr, false)
	}
	ctx, s := c.start(ctx, tr)
	return ctx, s, nil
}

// Do runs f as the tool of a call if the boundary allows it. If not, f does not
// run, and err is a [*boundary.RefusedError]. What f returns is looked at for
// secrets and outside content, in bounded time, unless f hands its result over
// itself (see [Span.SetResult]).
func Do[T any](ctx context.Context, t *Tracer, tc ToolCall, f func(context.Context) (T, error)) (out T, err error) {
	ctx, span, err := t.StartToolCall(ctx, tc)
	if err != nil {
		return out, err
	}
	defer span.End(&err)
	out, err = f(ctx)
	if err == nil && span.wantsResult() {
		span.SetResult(out)
	}
	return out, err
}

// GovernCall is [Tracer.StartToolCall] for frameworks that make their own tool
// spans: it writes onto the span that is open in ctx, which the framework ends.
// End joins the outcome. If the span in ctx is one that t made, for a turn or
// another call, or another process did, or there is none, GovernCall begins a tool
// span of its own.
func (t *Tracer) GovernCall(ctx context.Context, tc ToolCall) (context.Context, *Span, error) {
	if t.off() {
		return ctx, nil, nil
	}
	open := trace.SpanFromContext(ctx)
	if sc := open.SpanContext(); !sc.IsValid() || sc.IsRemote() || ownSpan(ctx, sc) {
		return t.StartToolCall(ctx, tc)
	}
	if covered(ctx, t, &tc) {
		return ctx, nil, nil
	}
	if t.quiet(ctx) && !open.IsRecording() {
		return ctx, nil, nil
	}
	c := t.newCall(ctx, &tc)
	c.adopted = true
	t.decide(ctx, c)
	if c.decision.Refuses() {
		return ctx, nil, c.refuse(ctx, t.spans.tracer(), true)
	}
	ctx, s := c.adopt(ctx, open)
	return ctx, s, nil
}

// quiet reports whether nobody but a recorded span would learn of a call: nobody
// decides about it, either.
func (t *Tracer) quiet(ctx context.Context) bool {
	return !t.governed && t.classifier == nil && t.onEvent == nil && t.onSignal == nil && !t.metrics.enabled(ctx) &&
		!t.suspends.Load() && SessionFromContext(ctx).stopped() == nil
}

// startUngoverned begins the span of a call that nobody decides about. What it
// would touch is found out only if somebody will see it.
func (t *Tracer) startUngoverned(ctx context.Context, tr trace.Tracer, tc ToolCall) (context.Context, *Span, error) {
	name := t.clean(tc.Name)
	octx, span := t.startSpan(ctx, tr, t.callIDs(ctx, tc.ID), t.executes(name), startOptions(tc.Start)...)
	if !span.IsRecording() {
		return octx, nil, nil
	}
	c := t.newCall(ctx, &tc)
	t.decide(ctx, c)
	ctx, s := c.opened(octx, span, true)
	c.write(span)
	return ctx, s, nil
}

// start begins the span of a call that may run.
func (c *call) start(ctx context.Context, tr trace.Tracer) (context.Context, *Span) {
	if tr == nil {
		c.events(ctx, nil)
		return c.opened(ctx, nil, true)
	}
	t := c.tracer
	opts := startOptions(c.noun.Start)
	if t.startAttrs {
		opts = append(slices.Clip(opts), trace.WithAttributes(c.attributes(false)...))
	}
	octx, span := t.startSpan(ctx, tr, t.callIDs(ctx, c.noun.ID), c.title(), opts...)
	ctx, s := c.opened(octx, span, true)
	if span.IsRecording() {
		if !t.startAttrs {
			span.SetAttributes(c.attributes(false)...)
		}
		c.events(octx, span)
	} else {
		c.events(octx, nil)
	}
	return ctx, s
}

// adopt takes over the span that a framework opened for the call.
func (c *call) adopt(ctx context.Context, open trace.Span) (context.Context, *Span) {
	ctx, s := c.opened(ctx, open, false)
	if open.IsRecording() {
		c.write(open)
	} else {
		c.events(ctx, nil)
	}
	return ctx, s
}

// write puts everything that is known before the call onto its span.
func (c *call) write(span trace.Span) {
	span.SetAttributes(c.attributes(false)...)
	c.events(c.ctx, span)
}

var internalKind = []trace.SpanStartOption{trace.WithSpanKind(trace.SpanKindInternal)}

func startOptions(start time.Time) []trace.SpanStartOption {
	if start.IsZero() {
		return internalKind
	}
	return []trace.SpanStartOption{trace.WithSpanKind(trace.SpanKindInternal), trace.WithTimestamp(start)}
}

// callIDs says what the span of a call stands for; zero if its ids are not to be
// made from that.
func (t *Tracer) callIDs(ctx context.Context, id string) (r spanid.Request) {
	if t.ids == nil || id == "" {
		return r
	}
	st := t.sessionState(ctx)
	if st == nil {
		return r
	}
	r = st.spanIDs(spanid.Call, trace.SpanKindInternal)
	r.Turn, r.Call = turnID(ctx), id
	return r
}

func (s *state) spanIDs(role spanid.Role, kind trace.SpanKind) spanid.Request {
	return spanid.Request{Role: role, Kind: int(kind), Epoch: s.noun.Epoch, Session: s.id, Whole: s.tracer.sessionTrace}
}

// startSpan starts a span. What its ids are made of reaches the generator and
// nobody else: the context returned does not have it.
func (t *Tracer) startSpan(ctx context.Context, tr trace.Tracer, ids spanid.Request, name string, opts ...trace.SpanStartOption) (context.Context, trace.Span) {
	if ids.Role == 0 {
		return tr.Start(ctx, name, opts...)
	}
	_, span := tr.Start(spanid.With(ctx, ids), name, opts...)
	return trace.ContextWithSpan(ctx, span), span
}

// refuse records a call that must not run, and returns why. The span is
// back-dated to when the call was asked for and gets everything at its start, so
// that a sampler can keep every refusal.
func (c *call) refuse(ctx context.Context, tr trace.Tracer, inside bool) error {
	defer c.free()
	c.numbered()
	err := &boundary.RefusedError{Tool: c.name, Decision: c.decision, Err: c.err}
	c.watch(boundary.Outcome{Bytes: -1})
	if tr == nil {
		c.events(ctx, nil)
		return err
	}
	var ids spanid.Request
	if !inside {
		ids = c.tracer.callIDs(ctx, c.noun.ID)
	}
	end := time.Now()
	begin := c.begin
	if !c.noun.Start.IsZero() {
		begin, end = c.noun.Start, c.noun.Start.Add(end.Sub(c.begin))
	}
	attrs := append(c.attributes(true), semconv.ErrorType(err.ErrorType()))
	opts := []trace.SpanStartOption{
		trace.WithSpanKind(trace.SpanKindInternal), trace.WithTimestamp(begin), trace.WithAttributes(attrs...),
	}
	t := c.tracer
	name := spanName("refuse_tool", c.name)
	octx, span := t.startSpan(ctx, tr, ids, name, opts...)
	if parent := trace.SpanContextFromContext(ctx); !span.IsRecording() && parent.IsValid() && !parent.IsSampled() {
		// Somebody else's decision not to record does not stop the record of a
		// refusal: it becomes a root that links to where it belongs, if the sampler
		// takes it as one. The parent need not be remote: spans of our own, or of an
		// instrumentation, may stand between and only repeat what was decided far away.
		span.End()
		octx, span = t.startSpan(ctx, tr, ids, name, append(opts, trace.WithNewRoot(), trace.WithLinks(trace.Link{SpanContext: parent}))...)
	}
	setError(span, err.ErrorType())
	c.events(octx, span)
	span.End(trace.WithTimestamp(end))
	return err
}

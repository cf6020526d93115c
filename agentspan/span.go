package agentspan

import (
	"context"
	"errors"
	"reflect"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/boundary"
)

// A Span is a turn, a tool call or a model call under way. Its methods are safe
// for concurrent use; the first End counts and later ones are ignored. All
// methods of a nil Span do nothing.
type Span struct {
	inner  context.Context // of the span; a Span is also the context that carries it
	span   trace.Span      // nil if nothing is recorded
	tracer *Tracer
	owned  bool // End ends the OpenTelemetry span as well

	mu      sync.Mutex // guards what follows; what rec points to is somebody else's after the end
	rec     record
	foreign int32 // attributes of the caller's own
	using   int32 // who reads what rec points to without holding mu: plug-ins may call back
}

// An ending is a record that was ended while somebody still reads it, and with what.
type ending struct {
	record
	at    time.Time
	cause error
}

// A record is what a span is about: a turn, a call or a model call.
type record interface {
	finish(s *Span, at time.Time, cause error)
}

// spanContext is a [Span] in its part as a context: one allocation for both.
type spanContext Span

type spanKey struct{}

func (s *spanContext) Deadline() (time.Time, bool) { return s.inner.Deadline() }
func (s *spanContext) Done() <-chan struct{}       { return s.inner.Done() }
func (s *spanContext) Err() error                  { return s.inner.Err() }
func (s *spanContext) Value(key any) any {
	if key == (spanKey{}) {
		return (*Span)(s)
	}
	return s.inner.Value(key)
}

// SpanFromContext returns the turn, tool call or model call that ctx belongs to;
// nil if there is none.
func SpanFromContext(ctx context.Context) *Span {
	s, _ := ctx.Value(spanKey{}).(*Span)
	return s
}

// opened makes the Span of a call that may run, and the context for its tool.
func (c *call) opened(ctx context.Context, span trace.Span, owned bool) (context.Context, *Span) {
	c.ctx, c.span = ctx, span
	s := &Span{inner: ctx, span: span, tracer: c.tracer, owned: owned && span != nil, rec: c}
	return (*spanContext)(s), s
}

// End ends the span. err is where the function keeps its error, and may be nil;
// used as defer span.End(&err), End also records a panic, which goes on.
func (s *Span) End(err *error) {
	if s == nil {
		return
	}
	var cause error
	if err != nil {
		cause = *err
	}
	if r := recover(); r != nil { // only as a deferred call of its own does End see a panic
		defer panic(r)
		cause = errPanicked
	}
	s.end(time.Time{}, cause)
}

// EndAt is [Span.End] at a given time, for replay.
func (s *Span) EndAt(at time.Time, err *error) {
	if s == nil {
		return
	}
	var cause error
	if err != nil {
		cause = *err
	}
	s.end(at, cause)
}

func (s *Span) end(at time.Time, cause error) {
	s.mu.Lock()
	rec := s.rec
	s.rec = nil
	if rec != nil && s.using > 0 {
		if _, ended := rec.(*ending); !ended {
			rec = &ending{rec, at, cause}
		}
		s.rec, rec = rec, nil
	}
	s.mu.Unlock()
	if rec != nil {
		rec.finish(s, at, cause)
	}
}

// borrow returns the call that s is about, which stays one until it is given back,
// whoever ends it meanwhile; nil if there is none, or it has ended.
func (s *Span) borrow() *call {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.rec.(*call)
	if !ok {
		return nil
	}
	s.using++
	return c
}

// giveBack ends what borrow began, and then what was ended meanwhile.
func (s *Span) giveBack() {
	s.mu.Lock()
	s.using--
	late, ended := s.rec.(*ending)
	if ended = ended && s.using == 0; ended {
		s.rec = nil
	}
	s.mu.Unlock()
	if ended {
		late.finish(s, late.at, late.cause)
	}
}

// finishSpan ends the OpenTelemetry span, if it is ours to end.
func (s *Span) finishSpan(at time.Time) {
	switch {
	case !s.owned:
	case at.IsZero():
		s.span.End()
	default:
		s.span.End(trace.WithTimestamp(at))
	}
}

// withCall runs f on the call that s is about, if it is about one that has not
// ended. Calls are pooled, so nothing may hold on to one beside its span.
func (s *Span) withCall(f func(*call)) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if c, ok := s.rec.(*call); ok {
		f(c)
	}
}

// SetResult hands over what the tool returned, so that it can be looked at for
// secrets and outside content. It takes a string or a pointer to one, bytes, or any value whose
// strings are then looked at, those in exported fields; it reads a bounded part of it and keeps
// nothing. Of a value that shows nothing, as a reader or an opaque message does, hand over the text.
func (s *Span) SetResult(result any) {
	if c := s.borrow(); c != nil {
		defer s.giveBack()
		c.takeResult(s, result)
	}
}

// SetError marks the call as failed though its function returned no error, as an
// MCP result with isError does: errorType becomes error.type. Call it before
// [Span.SetResult], so that the classifier reads the result as that of a failure.
func (s *Span) SetError(errorType string) {
	s.withCall(func(c *call) { c.isError = c.tracer.word(errorType) })
}

// SetAttributes adds attributes of the caller's own to the span, at most 64 in
// all: a span takes 128, and what we say at its end needs room. Keys under
// "ambit." are ours and are ignored. Texts are written as [Tracer.Clean] returns them,
// which is no longer than 1,000 bytes and without secrets.
func (s *Span) SetAttributes(attrs ...attribute.KeyValue) {
	if s == nil || s.span == nil || !s.span.IsRecording() {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	kept := make([]attribute.KeyValue, 0, min(len(attrs), maxForeign))
	for _, a := range attrs {
		if !ours(a.Key) && s.foreign < maxForeign {
			s.foreign++
			kept = append(kept, s.tracer.cleanAttribute(a))
		}
	}
	s.span.SetAttributes(kept...)
}

const maxForeign = 64

func ours(k attribute.Key) bool { return len(k) > 6 && k[:6] == "ambit." }

// Decision returns what the boundary said about the call; zero for other spans
// and after the end.
func (s *Span) Decision() (d boundary.Decision) {
	s.withCall(func(c *call) { d = c.decision })
	return d
}

// wantsResult reports whether the tool's result is still to be looked at.
func (s *Span) wantsResult() (wants bool) {
	s.withCall(func(c *call) { wants = !c.result })
	return wants
}

var errPanicked = panicked{}

type panicked struct{}

func (panicked) Error() string     { return "panic" }
func (panicked) ErrorType() string { return "panic" }

func setError(span trace.Span, errorType string) { span.SetStatus(codes.Error, errorType) }

// errorType returns the value of error.type for err: what the error says of
// itself, else the name of its type. It is "_OTHER" where that says nothing.
func errorType(err error) (name string) {
	if err == nil {
		return ""
	}
	defer func() {
		if recover() != nil { // in a method of the error, as of a nil pointer that is one
			name = other
		}
	}()
	if e, ok := errors.AsType[interface {
		error
		ErrorType() string
	}](err); ok {
		if s := e.ErrorType(); s != "" {
			return s
		}
	}
	switch {
	case errors.Is(err, context.Canceled):
		return "canceled"
	case errors.Is(err, context.DeadlineExceeded):
		return "timeout"
	}
	for {
		switch typ := reflect.TypeOf(err).String(); typ {
		case "*fmt.wrapError":
			if inner := errors.Unwrap(err); inner != nil {
				err = inner
				continue
			}
			return other
		case "*errors.errorString", "*fmt.wrapErrors", "*errors.joinError":
			return other
		default:
			return typ
		}
	}
}

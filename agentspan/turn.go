package agentspan

import (
	"context"
	"slices"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/intent"
	"github.com/ambit-go/ambit/internal/spanid"
	"github.com/ambit-go/ambit/semconv"
)

// A Turn is what an agent does from one prompt to its answer.
type Turn struct {
	ID     string // of the program's own making; empty if there is none
	Prompt string // recorded only as a keyed hash, unless switched on (see [WithContent])
	Model  string // if the agent is bound to one
	Start  time.Time

	// PromptHash is the keyed hash of a prompt whose text is not at hand, as another
	// process recorded it ([identity.Hash]). It is for a turn without Prompt.
	PromptHash string
}

// A turn is a [Turn] under way.
type turn struct {
	state *state
	noun  Turn
	begin time.Time
}

// StartTurn begins a turn: a span that is a child of the one in ctx, or a root.
func (t *Tracer) StartTurn(ctx context.Context, u Turn) (context.Context, *Span) {
	if t.off() {
		return ctx, nil
	}
	tr := t.spans.tracer()
	st := t.sessionState(ctx)
	r := &turn{state: st, noun: u, begin: time.Now()}
	if !u.Start.IsZero() {
		r.begin = u.Start
	}
	var before said
	var now intent.Result
	if st != nil {
		st.mu.Lock()
		st.tally.turns++
		st.mu.Unlock()
		if u.Prompt != "" && st.above == nil && st.checker != nil { // what a subagent is told the agent wrote
			boundary.Hear(st.checker, boundary.Heard{Prompt: true, Text: readOnly(u.Prompt)})
		}
		if u.Prompt != "" || u.PromptHash != "" {
			before, now, _ = st.think(ctx, 0, &intent.Action{Time: r.begin, Role: intent.Prompt, Text: cut(u.Prompt, maxScan)})
		}
	}
	if tr == nil {
		if t.quiet(ctx) {
			return ctx, nil
		}
		if st != nil {
			scene{t, ctx, nil, st, u.Start, nil}.turned("", before, &now)
		}
		s := &Span{inner: ctx, tracer: t, rec: r}
		return (*spanContext)(s), s
	}
	opts := startOptions(u.Start)
	opts = append(slices.Clip(opts), trace.WithAttributes(t.turnAttributes(ctx, st, u)...))
	var ids spanid.Request
	if st != nil && t.ids != nil {
		if sc := t.ids.SessionSpan(st.id, st.noun.Epoch, t.sessionTrace); sc.IsValid() {
			opts = append(opts, trace.WithLinks(trace.Link{SpanContext: sc}))
		}
		if u.ID != "" {
			ids = st.spanIDs(spanid.Turn, trace.SpanKindInternal)
			ids.Turn = u.ID
		}
	}
	octx, span := t.startSpan(ctx, tr, ids, spanName("invoke_agent", st.agent()), opts...)
	s := &Span{inner: octx, span: span, tracer: t, owned: true, rec: r}
	in := scene{t, octx, span, st, u.Start, nil}
	if st != nil {
		in.turned("", before, &now)
	}
	if text := t.contentText(Prompts, u.Prompt); text != "" {
		in.writeContent(semconv.GenAIInputMessagesKey.String(message("user", text)))
	}
	return (*spanContext)(s), s
}

func (t *Tracer) turnAttributes(ctx context.Context, st *state, u Turn) []attribute.KeyValue {
	attrs := make([]attribute.KeyValue, 0, 32)
	attrs = append(attrs, semconv.GenAIOperationNameInvokeAgent)
	attrs = appendText(attrs, t, semconv.GenAIRequestModelKey, u.Model)
	if st != nil {
		attrs = t.appendUnder(ctx, st.appendBeginning(st.appendSession(attrs, 0, st.labels.bits.Load())))
	}
	switch {
	case u.Prompt != "":
		attrs = append(attrs, semconv.AmbitPromptHash(identity.Hash(t.hashKey, cut(u.Prompt, maxScan))))
	case u.PromptHash != "":
		attrs = appendText(attrs, t, semconv.AmbitPromptHashKey, u.PromptHash)
	}
	return attrs
}

func (u *turn) finish(s *Span, at time.Time, cause error) {
	errType := s.tracer.word(errorType(cause))
	took := time.Since(u.begin)
	if !at.IsZero() {
		took = at.Sub(u.begin)
	}
	s.tracer.metrics.turnDone(s.inner, u.state.agent(), errType, took)
	if s.span == nil {
		return
	}
	if errType != "" {
		s.span.SetAttributes(semconv.ErrorType(errType))
		setError(s.span, errType)
	}
	s.finishSpan(at)
}

// turnID returns the id of the turn that ctx belongs to.
func turnID(ctx context.Context) string {
	for s := SpanFromContext(ctx); s != nil; s = SpanFromContext(s.inner) {
		s.mu.Lock()
		u, ok := s.rec.(*turn)
		s.mu.Unlock()
		if ok {
			return u.noun.ID
		}
	}
	return ""
}

// ownSpan reports whether open is a span that a tracer made for what ctx belongs
// to: it says something else already.
func ownSpan(ctx context.Context, open trace.SpanContext) bool {
	s := SpanFromContext(ctx)
	return s != nil && s.span != nil && s.owned && s.span.SpanContext().Equal(open)
}

package agentspan

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/semconv"
)

// A ModelCall is one request to a model, for frameworks that make no span of
// their own for it.
type ModelCall struct {
	Provider  string // "anthropic", "openai" …: a value of gen_ai.provider.name
	Model     string
	Operation string // "chat" if empty; one of the documented values of gen_ai.operation.name
	Server    string // the host it goes to
	Port      int
	Start     time.Time
}

// Usage is what a model call used, in tokens. Input includes what was read from
// and written to a cache (GenAI conventions, "gen_ai.usage.input_tokens"):
// providers that count those apart need them added.
type Usage struct {
	Input, Output, CacheRead, CacheWrite, Reasoning int
}

type model struct{ begin time.Time }

// StartModelCall begins the span of a model call.
func (t *Tracer) StartModelCall(ctx context.Context, m ModelCall) (context.Context, *Span) {
	if t.off() {
		return ctx, nil
	}
	tr := t.spans.tracer()
	if tr == nil {
		return ctx, nil
	}
	op := m.Operation
	if op == "" {
		op = semconv.GenAIOperationNameChat.Value.AsString()
	}
	attrs := make([]attribute.KeyValue, 0, 24)
	attrs = append(attrs, semconv.GenAIOperationNameKey.String(t.clean(op)))
	attrs = appendText(attrs, t, semconv.GenAIProviderNameKey, m.Provider)
	attrs = appendText(attrs, t, semconv.GenAIRequestModelKey, m.Model)
	attrs = appendText(attrs, t, semconv.ServerAddressKey, m.Server)
	if m.Port > 0 {
		attrs = append(attrs, semconv.ServerPort(m.Port))
	}
	if st := t.sessionState(ctx); st != nil {
		attrs = t.appendUnder(ctx, st.appendSession(attrs, 0, st.labels.bits.Load()))
	}
	opts := []trace.SpanStartOption{trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(attrs...)}
	if !m.Start.IsZero() {
		opts = append(opts, trace.WithTimestamp(m.Start))
	}
	octx, span := tr.Start(ctx, spanName(t.clean(op), t.clean(m.Model)), opts...)
	s := &Span{inner: octx, span: span, tracer: t, owned: true, rec: &model{begin: time.Now()}}
	return (*spanContext)(s), s
}

// SetUsage writes what a model call used and how it ended: the model that
// answered and why it stopped, as the provider says.
func (s *Span) SetUsage(u Usage, responseModel string, finish ...string) {
	if s == nil || s.span == nil || !s.span.IsRecording() {
		return
	}
	t := s.tracer
	attrs := make([]attribute.KeyValue, 0, 8)
	attrs = appendText(attrs, t, semconv.GenAIResponseModelKey, responseModel)
	if len(finish) > 0 {
		reasons := make([]string, len(finish))
		for i, f := range finish {
			reasons[i] = t.clean(f)
		}
		attrs = append(attrs, semconv.GenAIResponseFinishReasons(reasons...))
	}
	count := func(k attribute.Key, n int) {
		if n > 0 {
			attrs = append(attrs, k.Int(n))
		}
	}
	count(semconv.GenAIUsageInputTokensKey, u.Input)
	count(semconv.GenAIUsageOutputTokensKey, u.Output)
	count(semconv.GenAIUsageCacheReadInputTokensKey, u.CacheRead)
	count(semconv.GenAIUsageCacheWriteInputTokensKey, u.CacheWrite)
	count(semconv.GenAIUsageReasoningOutputTokensKey, u.Reasoning)
	s.span.SetAttributes(attrs...)
}

func (*model) finish(s *Span, at time.Time, cause error) {
	if errType := s.tracer.word(errorType(cause)); errType != "" {
		s.span.SetAttributes(semconv.ErrorType(errType))
		setError(s.span, errType)
	}
	s.finishSpan(at)
}

// message is one message in the form of gen_ai.input.messages, as JSON text:
// Jaeger and Tempo can show that and neither can search in maps.
func message(role, text string) string {
	type part struct {
		Type    string `json:"type"`
		Content string `json:"content"`
	}
	type message struct {
		Role  string `json:"role"`
		Parts []part `json:"parts"`
	}
	// JSON that was cut is none, so the text is: until its encoding fits.
	for {
		b, err := json.Marshal([]message{{role, []part{{"text", text}}}})
		if err != nil {
			return "" // strings always marshal
		}
		if len(b) <= maxContent || text == "" {
			return string(b)
		}
		rest := strings.TrimPrefix(text, truncated)
		if rest = cut(rest, len(rest)*maxContent/len(b)); rest != "" { // what is escaped takes up to six times its length
			rest = truncated + rest
		}
		text = rest
	}
}

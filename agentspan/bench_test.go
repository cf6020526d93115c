package agentspan_test

import (
	"context"
	"sync"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/intent"
	"github.com/ambit-go/ambit/internal/duel"
)

// The benchmarks compare a governed tool call with a span written by hand, with
// the same attributes, as well as the SDK allows: one pooled array, one
// SetAttributes, behind IsRecording.

// drop is a processor that lets go of every span at once.
type drop struct{}

func (drop) OnStart(context.Context, sdktrace.ReadWriteSpan) {}
func (drop) OnEnd(sdktrace.ReadOnlySpan)                     {}
func (drop) Shutdown(context.Context) error                  { return nil }
func (drop) ForceFlush(context.Context) error                { return nil }

func recording() trace.TracerProvider {
	return sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(drop{}))
}

func sampledOut() trace.TracerProvider {
	return sdktrace.NewTracerProvider(sdktrace.WithSampler(sdktrace.NeverSample()), sdktrace.WithSpanProcessor(drop{}))
}

// allowed is a checker that costs nothing, so that what is measured is ours.
var allowed boundary.Checker = allows{}

type allows struct{}

func (allows) Check(context.Context, boundary.Request) (boundary.Decision, error) {
	return boundary.Decision{Verdict: boundary.Allow, Source: boundary.ByPolicy, Because: because}, nil
}

var because = []boundary.Determination{{Verdict: boundary.Allow, Reason: boundary.ReasonGranted, Rule: "read", Grant: "read"}}

// steady is a classifier that always says the same.
type steady struct{}

func (steady) Classify(context.Context, []intent.Action) (intent.Result, error) { return said, nil }
func (steady) NewStream([]intent.Label) intent.Stream                           { return steady{} }
func (steady) Observe(context.Context, intent.Action) (intent.Result, error)    { return said, nil }

var said = intent.Result{Label: intent.Explore, Score: 0.9, Classifier: "steady"}

// oneFile is an analyzer that finds one effect, whatever the call.
var oneFile = effect.AnalyzerFunc(func(dst []effect.Effect, _ effect.Call) []effect.Effect {
	return append(dst, effect.Effect{Kind: effect.Path, Access: effect.Read, Target: "/repo/go.mod", Certainty: effect.Exact})
})

// governed returns a tracer with everything on, and a context in a session whose
// part of a span is ten attributes.
func governed(tb testing.TB, p trace.TracerProvider, opts ...agentspan.Option) (context.Context, *agentspan.Tracer) {
	tb.Helper()
	opts = append([]agentspan.Option{
		agentspan.WithTracerProvider(p), agentspan.WithMeterProvider(metricnoop.NewMeterProvider()), agentspan.WithAnalyzer(oneFile),
	}, opts...)
	tracer, err := agentspan.New(opts...)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = tracer.Close(context.Background()) })
	ctx, _, err := tracer.StartSession(context.Background(), agentspan.Session{
		ID: "s-1", Agent: "triage", Owner: ada, Task: agentspan.Task{ID: "PAY-7"},
	})
	if err != nil {
		tb.Fatal(err)
	}
	return ctx, tracer
}

var toolCall = agentspan.ToolCall{Name: "read_file", ID: "call_7"}

func run(ctx context.Context, tracer *agentspan.Tracer) {
	_, span, err := tracer.StartToolCall(ctx, toolCall)
	span.End(&err)
}

// byHand is the baseline: n attributes, as well as it can be done.
type byHand struct {
	tracer trace.Tracer
	pool   sync.Pool
	attrs  []attribute.KeyValue
	kind   []trace.SpanStartOption
}

func newByHand(p trace.TracerProvider, attrs []attribute.KeyValue) *byHand {
	return &byHand{
		tracer: p.Tracer("bench"), attrs: attrs, kind: []trace.SpanStartOption{trace.WithSpanKind(trace.SpanKindInternal)},
		pool: sync.Pool{New: func() any { s := make([]attribute.KeyValue, 0, 64); return &s }},
	}
}

func (h *byHand) run(ctx context.Context) {
	_, span := h.tracer.Start(ctx, "execute_tool read_file", h.kind...)
	if span.IsRecording() {
		buf := h.pool.Get().(*[]attribute.KeyValue)
		attrs := (*buf)[:0]
		for i := range h.attrs { // built in place, as one does who has values rather than attributes
			kv := &h.attrs[i]
			switch kv.Value.Type() {
			case attribute.STRING:
				attrs = append(attrs, kv.Key.String(kv.Value.AsString()))
			case attribute.BOOL:
				attrs = append(attrs, kv.Key.Bool(kv.Value.AsBool()))
			case attribute.INT64:
				attrs = append(attrs, kv.Key.Int64(kv.Value.AsInt64()))
			default:
				attrs = append(attrs, *kv)
			}
		}
		span.SetAttributes(attrs...)
		*buf = attrs
		h.pool.Put(buf)
	}
	span.End()
}

// attributesOf returns what the governed call writes, for the baseline to write
// the same.
func attributesOf(tb testing.TB) []attribute.KeyValue {
	tb.Helper()
	var got []attribute.KeyValue
	p := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(onEnd(func(s sdktrace.ReadOnlySpan) {
		if s.Name() == "execute_tool read_file" {
			got = s.Attributes()
		}
	})))
	ctx, tracer := governed(tb, p, agentspan.WithChecker(allowed), agentspan.WithClassifier(steady{}))
	run(ctx, tracer)
	return got
}

type onEnd func(sdktrace.ReadOnlySpan)

func (onEnd) OnStart(context.Context, sdktrace.ReadWriteSpan) {}
func (f onEnd) OnEnd(s sdktrace.ReadOnlySpan)                 { f(s) }
func (onEnd) Shutdown(context.Context) error                  { return nil }
func (onEnd) ForceFlush(context.Context) error                { return nil }

func BenchmarkToolCall(b *testing.B) {
	attrs := attributesOf(b)
	b.Logf("%d attributes", len(attrs))
	for _, mode := range []struct {
		name     string
		provider trace.TracerProvider
	}{{"recording", recording()}, {"sampledout", sampledOut()}, {"noop", noop.NewTracerProvider()}} {
		hand := newByHand(mode.provider, attrs)
		full, fullTracer := governed(b, mode.provider, agentspan.WithChecker(allowed), agentspan.WithClassifier(steady{}))
		plain, plainTracer := governed(b, mode.provider)
		ctx := context.Background()
		calls := map[string]func(){
			"hand":       func() { hand.run(ctx) },
			"governed":   func() { run(full, fullTracer) },
			"ungoverned": func() { run(plain, plainTracer) },
		}
		for _, by := range []string{"hand", "governed", "ungoverned"} {
			b.Run("mode="+mode.name+"/by="+by, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					calls[by]()
				}
			})
		}
		b.Run("mode="+mode.name+"/duel", func(b *testing.B) {
			duel.Run(b, []string{"hand", "governed", "ungoverned"}, calls["hand"], calls["governed"], calls["ungoverned"])
		})
	}
}

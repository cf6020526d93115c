package pipeline_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/agentspan/pipeline"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/internal/duel"
	"github.com/ambit-go/ambit/semconv"
)

var (
	ada = identity.Principal{Kind: identity.Human, ID: "ada", Assurance: identity.Asserted}
	key = bytes.Repeat([]byte("k"), 32)
)

func value(s sdktrace.ReadOnlySpan, k attribute.Key) string {
	for _, kv := range s.Attributes() {
		if kv.Key == k {
			return kv.Value.String()
		}
	}
	return ""
}

func named(t *testing.T, spans []sdktrace.ReadOnlySpan, name string) sdktrace.ReadOnlySpan {
	t.Helper()
	for _, s := range spans {
		if s.Name() == name {
			return s
		}
	}
	t.Fatalf("no span %q among %d", name, len(spans))
	return nil
}

func setup(t testing.TB, opts ...sdktrace.TracerProviderOption) (*agentspantest.Recorder, *agentspan.Tracer, context.Context) {
	t.Helper()
	rec := agentspantest.NewRecorder(opts...)
	tracer, err := agentspan.New(append(rec.Options(), agentspan.WithChecker(boundary.Tools("read_*")))...)
	if err != nil {
		t.Fatal(err)
	}
	ctx, _, err := tracer.StartSession(context.Background(), agentspan.Session{ID: "s-1", Agent: "triage", Owner: ada, Task: agentspan.Task{ID: "PAY-7"}})
	if err != nil {
		t.Fatal(err)
	}
	return rec, tracer, ctx
}

func TestProcessorStampsSpansOfOthers(t *testing.T) {
	rec, _, ctx := setup(t, sdktrace.WithSpanProcessor(pipeline.NewProcessor()))
	_, s := rec.TracerProvider().Tracer("otelhttp").Start(ctx, "GET", trace.WithAttributes(
		attribute.String("http.request.method", "GET"), semconv.AmbitOwnerID("mallory"), attribute.String("user.id", "theirs")))
	s.End()
	got := named(t, rec.Spans(), "GET")
	for k, want := range map[attribute.Key]string{
		semconv.AmbitOwnerIDKey: "ada", semconv.AmbitSessionIDKey: "s-1", semconv.AmbitTaskIDKey: "PAY-7",
		"http.request.method": "GET", "user.id": "theirs", semconv.GenAIAgentNameKey: "",
	} {
		if v := value(got, k); v != want {
			t.Errorf("%s = %q, want %q", k, v, want)
		}
	}
}

func TestProcessorWritesSemanticAttributesWhenAsked(t *testing.T) {
	rec, _, ctx := setup(t, sdktrace.WithSpanProcessor(pipeline.NewProcessor(pipeline.WithSemanticAttributes())))
	_, s := rec.TracerProvider().Tracer("otelhttp").Start(ctx, "GET", trace.WithAttributes(attribute.String("user.id", "theirs"), semconv.AmbitOwnerID("mallory")))
	s.End()
	got := named(t, rec.Spans(), "GET")
	for k, want := range map[attribute.Key]string{semconv.GenAIAgentNameKey: "triage", "user.id": "theirs", semconv.AmbitOwnerIDKey: "ada"} {
		if v := value(got, k); v != want {
			t.Errorf("%s = %q, want %q", k, v, want)
		}
	}
}

func TestProcessorLeavesSpansOutsideOfSessionsAlone(t *testing.T) {
	rec, _, _ := setup(t, sdktrace.WithSpanProcessor(pipeline.NewProcessor()))
	_, s := rec.TracerProvider().Tracer("otelhttp").Start(context.Background(), "GET")
	s.End()
	if n := len(named(t, rec.Spans(), "GET").Attributes()); n != 0 {
		t.Errorf("%d attributes", n)
	}
}

func TestKeepRefusalsKeepsThemUnderEverySampler(t *testing.T) {
	for name, base := range map[string]sdktrace.Sampler{
		"never": sdktrace.NeverSample(), "parent says no": sdktrace.ParentBased(sdktrace.NeverSample()), "default": nil,
	} {
		t.Run(name, func(t *testing.T) {
			rec, tracer, ctx := setup(t, sdktrace.WithSampler(pipeline.KeepRefusals(base)))
			ctx = trace.ContextWithRemoteSpanContext(ctx, trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{7}, SpanID: trace.SpanID{7}, Remote: true}))
			ok := func(context.Context) (string, error) { return "", nil }
			_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "read_file"}, ok)
			_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "delete_file"}, ok)
			spans := rec.Spans()
			if len(spans) != 1 || spans[0].Name() != "refuse_tool delete_file" {
				t.Fatalf("kept %d spans", len(spans))
			}
			if spans[0].Parent().TraceID() != (trace.TraceID{7}) {
				t.Error("the refusal is not in its trace")
			}
		})
	}
}

// What would have been refused, and what holds a secret, shows at the start only if the
// attributes are given then.
func TestKeepRefusalsKeepsCrossingsThatStartSaysOf(t *testing.T) {
	token := []byte(`{"k":"ghp_` + strings.Repeat("a1B2c3D4", 4) + `e5F6"}`)
	for _, tt := range []struct {
		name string
		opts []agentspan.Option
		want []string
	}{
		{"with start attributes", []agentspan.Option{agentspan.WithStartAttributes()}, []string{"execute_tool delete_file", "execute_tool write_file"}},
		{"without", nil, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rec := agentspantest.NewRecorder(sdktrace.WithSampler(pipeline.KeepRefusals(sdktrace.NeverSample())))
			observed := boundary.CheckerFunc(func(_ context.Context, r boundary.Request) (boundary.Decision, error) {
				if r.Tool == "delete_file" {
					return boundary.Decision{Observed: true, Crossings: []boundary.Crossing{{Kind: boundary.OutOfScope}}}, nil
				}
				return boundary.Decision{Verdict: boundary.Allow}, nil
			})
			tracer, err := agentspan.New(append(append(rec.Options(), agentspan.WithChecker(observed)), tt.opts...)...)
			if err != nil {
				t.Fatal(err)
			}
			ctx, _, err := tracer.StartSession(context.Background(), agentspan.Session{Owner: ada})
			if err != nil {
				t.Fatal(err)
			}
			for _, call := range []agentspan.ToolCall{{Name: "read_file"}, {Name: "delete_file"}, {Name: "write_file", Arguments: token}} {
				if _, err := agentspan.Do(ctx, tracer, call, func(context.Context) (string, error) { return "", nil }); err != nil {
					t.Fatal(err)
				}
			}
			var kept []string
			for _, s := range rec.Spans() {
				kept = append(kept, s.Name())
			}
			if !slices.Equal(kept, tt.want) {
				t.Errorf("kept %q, want %q", kept, tt.want)
			}
			if err := agentspantest.Conforms(rec.Spans()); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestVital(t *testing.T) {
	for _, tt := range []struct {
		kv   attribute.KeyValue
		want bool
	}{
		{semconv.AmbitDecisionOutcomeDeny, true},
		{semconv.AmbitDecisionOutcomeRequireApproval, true},
		{semconv.AmbitDecisionOutcomeAllow, false},
		{semconv.AmbitCrossingKindKey.String("flow"), true},
		{semconv.AmbitIdentitySwitchKindKey.String("actor_changed"), true},
		{semconv.AmbitSecretFound(true), true},
		{semconv.AmbitSecretFound(false), false},
		{semconv.AmbitSessionBlastRadius(0), true},
		{semconv.AmbitSessionSeq(7), false},
		{attribute.KeyValue{}, false},
	} {
		if got := pipeline.Vital(tt.kv); got != tt.want {
			t.Errorf("Vital(%v) = %v", tt.kv, got)
		}
	}
}

func TestTwoProcessesMeetInOneTrace(t *testing.T) {
	run := func() (agent []sdktrace.ReadOnlySpan) {
		ids, err := pipeline.DeterministicIDs(key)
		if err != nil {
			t.Fatal(err)
		}
		rec := agentspantest.NewRecorder(sdktrace.WithIDGenerator(ids))
		tracer, err := agentspan.New(append(rec.Options(), agentspan.WithSpanIDs(ids))...)
		if err != nil {
			t.Fatal(err)
		}
		ctx, s, _ := tracer.StartSession(context.Background(), agentspan.Session{ID: "s-1", Agent: "a", Owner: ada})
		ctx, turn := tracer.StartTurn(ctx, agentspan.Turn{ID: "t-1"})
		_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x", ID: "call_1"}, func(ctx context.Context) (string, error) {
			_, inner := rec.TracerProvider().Tracer("http").Start(ctx, "GET")
			inner.End()
			return "", nil
		})
		turn.End(nil)
		s.End(nil)
		return rec.Spans()
	}
	one, two := run(), run()
	for _, name := range []string{"invoke_agent a", "execute_tool x", "session a"} {
		a, b := named(t, one, name).SpanContext(), named(t, two, name).SpanContext()
		if a.TraceID() != b.TraceID() || a.SpanID() != b.SpanID() {
			t.Errorf("%s: %v and %v", name, a, b)
		}
	}
	if a, b := named(t, one, "GET").SpanContext().SpanID(), named(t, two, "GET").SpanContext().SpanID(); a == b {
		t.Error("the request for an id reached a child")
	}
	turn, summary := named(t, one, "invoke_agent a"), named(t, one, "session a")
	if len(turn.Links()) != 1 || turn.Links()[0].SpanContext.SpanID() != summary.SpanContext().SpanID() ||
		turn.Links()[0].SpanContext.TraceID() != summary.SpanContext().TraceID() {
		t.Errorf("the turn links to %v, the summary is %v", turn.Links(), summary.SpanContext())
	}
	if summary.Parent().IsValid() || turn.Parent().IsValid() {
		t.Error("a forged parent")
	}
	if turn.SpanContext().TraceID() == summary.SpanContext().TraceID() {
		t.Error("turn and summary are in one trace without being asked to")
	}
}

func TestASessionCanBeOneTraceWithParentlessTurns(t *testing.T) {
	ids, err := pipeline.DeterministicIDs(key)
	if err != nil {
		t.Fatal(err)
	}
	rec := agentspantest.NewRecorder(sdktrace.WithIDGenerator(ids))
	tracer, err := agentspan.New(append(rec.Options(), agentspan.WithSpanIDs(ids), agentspan.WithSessionTrace())...)
	if err != nil {
		t.Fatal(err)
	}
	ctx, s, _ := tracer.StartSession(context.Background(), agentspan.Session{ID: "s-1", Agent: "a", Owner: ada})
	for _, id := range []string{"1", "2"} {
		_, turn := tracer.StartTurn(ctx, agentspan.Turn{ID: id})
		turn.End(nil)
	}
	s.End(nil)
	seen := map[trace.TraceID]bool{}
	for _, s := range rec.Spans() {
		seen[s.SpanContext().TraceID()] = true
		if s.Parent().IsValid() {
			t.Errorf("%s has a parent", s.Name())
		}
	}
	if len(seen) != 1 {
		t.Errorf("%d traces", len(seen))
	}
}

func TestARemoteParentKeepsItsTrace(t *testing.T) {
	ids, _ := pipeline.DeterministicIDs(key)
	rec := agentspantest.NewRecorder(sdktrace.WithIDGenerator(ids))
	tracer, _ := agentspan.New(append(rec.Options(), agentspan.WithSpanIDs(ids))...)
	ctx, _, _ := tracer.StartSession(context.Background(), agentspan.Session{ID: "s-1", Agent: "a", Owner: ada})
	parent := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{9}, SpanID: trace.SpanID{9}, TraceFlags: trace.FlagsSampled, Remote: true})
	_, turn := tracer.StartTurn(trace.ContextWithRemoteSpanContext(ctx, parent), agentspan.Turn{ID: "1"})
	turn.End(nil)
	if got := named(t, rec.Spans(), "invoke_agent a").SpanContext().TraceID(); got != parent.TraceID() {
		t.Errorf("trace %v", got)
	}
}

// A session that went on after it had to be dropped has a summary each time, each with
// an id of its own; the first is where others look for it.
func TestNoTwoSummariesHaveOneID(t *testing.T) {
	for name, held := range map[string]bool{"held": true, "named again": false} {
		t.Run(name, func(t *testing.T) {
			ids, err := pipeline.DeterministicIDs(key)
			if err != nil {
				t.Fatal(err)
			}
			rec := agentspantest.NewRecorder(sdktrace.WithIDGenerator(ids))
			tracer, err := agentspan.New(append(rec.Options(), agentspan.WithSpanIDs(ids), agentspan.WithSessionLimits(2, 2, time.Hour))...)
			if err != nil {
				t.Fatal(err)
			}
			call := func(ctx context.Context) {
				_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, func(context.Context) (string, error) { return "", nil })
			}
			named := func(id string) context.Context {
				return agentspan.ContextWithSession(t.Context(), agentspan.Session{ID: id, Agent: id, Owner: ada})
			}
			again, end := func() context.Context { return named("s-1") }, func() {}
			if held {
				ctx, session, err := tracer.StartSession(t.Context(), agentspan.Session{ID: "s-1", Agent: "s-1", Owner: ada})
				if err != nil {
					t.Fatal(err)
				}
				again, end = func() context.Context { return ctx }, func() { session.End(nil) }
			}
			for range 3 {
				call(again())
				for _, id := range []string{"a", "b", "c"} {
					_, other, err := tracer.StartSession(t.Context(), agentspan.Session{ID: id, Agent: id, Owner: ada})
					if err != nil {
						t.Fatal(err)
					}
					defer other.End(nil)
				}
			}
			call(again())
			end()
			if err := tracer.Close(t.Context()); err != nil {
				t.Fatal(err)
			}
			spanIDs, first := map[trace.SpanID]bool{}, ids.SessionSpan("s-1", "", false).SpanID()
			n := 0
			for _, s := range rec.Spans() {
				if s.Name() == "session s-1" {
					n++
					spanIDs[s.SpanContext().SpanID()] = true
				}
			}
			if n != 4 || len(spanIDs) != n || !spanIDs[first] {
				t.Errorf("%d summaries with %d ids, the one to look for among them: %v; want 4 and 4", n, len(spanIDs), spanIDs[first])
			}
		})
	}
}

func TestIDsNeedAKey(t *testing.T) {
	if _, err := pipeline.DeterministicIDs([]byte("short")); err == nil {
		t.Error("a short key is taken")
	}
	a, _ := pipeline.DeterministicIDs(key)
	b, _ := pipeline.DeterministicIDs(bytes.Repeat([]byte("x"), 32))
	if a.SessionSpan("s", "", false).TraceID() == b.SessionSpan("s", "", false).TraceID() {
		t.Error("two deployments make the same ids")
	}
	if a.SessionSpan("s", "1", false).TraceID() == a.SessionSpan("s", "2", false).TraceID() {
		t.Error("a resumed session has the ids of what it resumes")
	}
}

// drop stands for the exporter in the baseline, so that the SDK does the same work.
type drop struct{}

func (drop) OnStart(context.Context, sdktrace.ReadWriteSpan) {}
func (drop) OnEnd(sdktrace.ReadOnlySpan)                     {}
func (drop) Shutdown(context.Context) error                  { return nil }
func (drop) ForceFlush(context.Context) error                { return nil }

func BenchmarkProcessor(b *testing.B) {
	_, tracer, ctx := setup(b)
	_ = tracer
	attrs := agentspan.SessionFromContext(ctx).AppendAttributes(nil, false)
	plain := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(drop{})).Tracer("http")
	stamped := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(pipeline.NewProcessor())).Tracer("http")
	byHand := func() {
		_, s := plain.Start(ctx, "GET")
		s.SetAttributes(attrs...)
		s.End()
	}
	byProcessor := func() {
		_, s := stamped.Start(ctx, "GET")
		s.End()
	}
	b.Run("by=hand", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			byHand()
		}
	})
	b.Run("by=processor", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			byProcessor()
		}
	})
	b.Run("duel", func(b *testing.B) { duel.Run(b, []string{"hand", "processor"}, byHand, byProcessor) })
}

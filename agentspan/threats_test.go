package agentspan_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/agentspan/pipeline"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/secret"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/semconv"
)

// The tests of this file each hold one sentence of the threat model.

func nothing(context.Context) (string, error) { return "", nil }

func start(t *testing.T, tracer *agentspan.Tracer, s agentspan.Session) (context.Context, *agentspan.ActiveSession) {
	t.Helper()
	ctx, a, err := tracer.StartSession(t.Context(), s)
	if err != nil {
		t.Fatalf("StartSession: %v", err)
	}
	return ctx, a
}

func reasonOf(err error) boundary.Reason {
	if r, ok := errors.AsType[*boundary.RefusedError](err); ok {
		return r.Decision.Determining().Reason
	}
	return ""
}

func find(spans []sdktrace.ReadOnlySpan, name string) sdktrace.ReadOnlySpan {
	for _, s := range spans {
		if s.Name() == name {
			return s
		}
	}
	return nil
}

func value(s sdktrace.ReadOnlySpan, key attribute.Key) string {
	if s == nil {
		return ""
	}
	for _, kv := range s.Attributes() {
		if kv.Key == key {
			return kv.Value.String()
		}
	}
	return ""
}

func TestACallWithoutASessionIsRefusedByAGovernedTracer(t *testing.T) {
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(allowed))
	_, err := agentspan.Do(t.Context(), tracer, agentspan.ToolCall{Name: "read_file"}, nothing)
	if got := reasonOf(err); got != boundary.ReasonNoSession {
		t.Errorf("reason = %q, want %q", got, boundary.ReasonNoSession)
	}
	if find(rec.Spans(), "refuse_tool read_file") == nil {
		t.Error("the refusal is not recorded")
	}
}

func TestACallWithoutASessionRunsWhereNothingGoverns(t *testing.T) {
	tracer, rec := agentspantest.New(t)
	if _, err := agentspan.Do(t.Context(), tracer, agentspan.ToolCall{Name: "read_file"}, nothing); err != nil {
		t.Fatal(err)
	}
	s := find(rec.Spans(), "execute_tool read_file")
	if got := value(s, semconv.AmbitDecisionOutcomeKey); got != "not_evaluated" {
		t.Errorf("outcome = %q, want not_evaluated, never allow", got)
	}
}

type analyzes struct{}

func (*analyzes) Analyze(dst []effect.Effect, _ effect.Call) []effect.Effect { return dst }

func TestAFailedNewRefusesEverything(t *testing.T) {
	for _, c := range []struct {
		name string
		opt  agentspan.Option
		want string
	}{
		{"checker", agentspan.WithChecker(nil), "checker"},
		{"nested checker", agentspan.WithChecker(boundary.All(allowed, boundary.Named("x", nil))), "checker"},
		{"nothing combined", agentspan.WithChecker(boundary.All()), "checker"},
		{"classifier", agentspan.WithClassifier(nil), "classifier"},
		{"analyzer", agentspan.WithAnalyzer(nil), "analyzer"},
		{"detector", agentspan.WithDetector(nil), "detector"},
		{"approver", agentspan.WithApprover(nil, 0), "approver"},
		{"redactor", agentspan.WithRedactor(nil), "redactor"},
		{"event handler", agentspan.WithEventHandler(nil), "event handler"},
		{"signal handler", agentspan.WithSignalHandler(nil), "signal handler"},
		{"privacy key", agentspan.WithPrivacy(identity.Key{}), "privacy key"},
		{"hash key", agentspan.WithHashKey(identity.Key{}), "hash key"},
		{"span ids", agentspan.WithSpanIDs(nil), "span ids"},
		{"nil pointer as tracer provider", agentspan.WithTracerProvider((*sdktrace.TracerProvider)(nil)), "tracer provider"},
		{"nil pointer as meter provider", agentspan.WithMeterProvider((*sdkmetric.MeterProvider)(nil)), "meter provider"},
		{"nil pointer as checker", agentspan.WithChecker((*seen)(nil)), "checker"},
		{"nil pointer as nested checker", agentspan.WithChecker(boundary.Any(allowed, (*seen)(nil))), "checker"},
		{"nil function as checker", agentspan.WithChecker(boundary.CheckerFunc(nil)), "checker"},
		{"nil pointer as classifier", agentspan.WithClassifier((*steady)(nil)), "classifier"},
		{"nil pointer as analyzer", agentspan.WithAnalyzer((*analyzes)(nil)), "analyzer"},
		{"nil function as analyzer", agentspan.WithAnalyzer(effect.AnalyzerFunc(nil)), "analyzer"},
		{"nil pointer as detector", agentspan.WithDetector((*panickingDetector)(nil)), "detector"},
		{"nil function as detector", agentspan.WithDetector(secret.DetectorFunc(nil)), "detector"},
		{"nil pointer as span ids", agentspan.WithSpanIDs((*pipeline.IDs)(nil)), "span ids"},
		{"session trace", agentspan.WithSessionTrace(), "WithSpanIDs"},
		{"option", nil, "nil option"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tracer, err := agentspan.New(agentspan.WithTracerProvider(noop.NewTracerProvider()), c.opt)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("New: %v, want an error that names %q", err, c.want)
			}
			ctx, _, err := tracer.StartSession(t.Context(), session())
			_ = err // the session may start; no call may run
			if _, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing); reasonOf(err) != boundary.ReasonMisconfigured {
				t.Errorf("a call under a failed tracer: %v", err)
			}
		})
	}
}

func TestARefusalDoesNotDependOnTelemetry(t *testing.T) {
	for _, c := range []struct {
		name string
		p    trace.TracerProvider
	}{
		{"recording", recording()},
		{"sampled out", sampledOut()},
		{"no-op", noop.NewTracerProvider()},
	} {
		t.Run(c.name, func(t *testing.T) {
			tracer, err := agentspan.New(agentspan.WithTracerProvider(c.p), agentspan.WithChecker(boundary.Tools("read_*")))
			if err != nil {
				t.Fatal(err)
			}
			ctx, _ := start(t, tracer, session())
			if _, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "delete_file"}, nothing); !errors.Is(err, boundary.ErrDenied) {
				t.Errorf("delete_file: %v", err)
			}
			if _, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "read_file"}, nothing); err != nil {
				t.Errorf("read_file: %v", err)
			}
		})
	}
}

func TestWhoCannotTellRefuses(t *testing.T) {
	never := boundary.CheckerFunc(func(ctx context.Context, _ boundary.Request) (boundary.Decision, error) {
		<-ctx.Done()
		return boundary.Decision{Verdict: boundary.Allow}, nil
	})
	for _, c := range []struct {
		name    string
		checker boundary.Checker
		want    boundary.Reason
	}{
		{"error", boundary.CheckerFunc(func(context.Context, boundary.Request) (boundary.Decision, error) {
			return boundary.Decision{Verdict: boundary.Allow}, errors.New("no connection")
		}), boundary.ReasonCheckerError},
		{"panic", boundary.CheckerFunc(func(context.Context, boundary.Request) (boundary.Decision, error) { panic("no") }), boundary.ReasonCheckerPanic},
		{"timeout", boundary.Timeout(never, time.Millisecond), boundary.ReasonCheckerTimeout},
		{"zero decision", boundary.CheckerFunc(func(context.Context, boundary.Request) (boundary.Decision, error) {
			return boundary.Decision{}, nil
		}), boundary.ReasonUnstated},
	} {
		t.Run(c.name, func(t *testing.T) {
			tracer, rec := agentspantest.New(t, agentspan.WithChecker(c.checker))
			ctx, _ := start(t, tracer, session())
			_, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing)
			if !errors.Is(err, boundary.ErrDenied) || reasonOf(err) != c.want {
				t.Errorf("Do = %v (reason %q), want a refusal with reason %q", err, reasonOf(err), c.want)
			}
			if find(rec.Spans(), "refuse_tool x") == nil {
				t.Error("the refusal is not recorded")
			}
		})
	}
}

func TestAnUnsampledRemoteParentDoesNotHideARefusal(t *testing.T) {
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(boundary.Tools("none")))
	parent := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, Remote: true})
	ctx, _ := start(t, tracer, session())
	ctx = trace.ContextWithRemoteSpanContext(ctx, parent)
	_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing)
	s := find(rec.Spans(), "refuse_tool x")
	if s == nil {
		t.Fatal("the refusal is not recorded")
	}
	if s.Parent().IsValid() || len(s.Links()) != 1 || s.Links()[0].SpanContext.TraceID() != parent.TraceID() {
		t.Errorf("want a root that links to the parent; parent %v, links %v", s.Parent(), s.Links())
	}
}

func TestASpanBetweenDoesNotHideARefusal(t *testing.T) {
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(boundary.Tools("none")))
	remote := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, Remote: true})
	ctx, _ := start(t, tracer, session())
	ctx, turn := tracer.StartTurn(trace.ContextWithRemoteSpanContext(ctx, remote), agentspan.Turn{})
	defer turn.End(nil)
	between := trace.SpanContextFromContext(ctx)
	if between.IsRemote() || between.IsSampled() || between.TraceID() != remote.TraceID() {
		t.Fatalf("the turn is %v, want a local span of %v that is not sampled", between, remote)
	}
	_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing)
	s := find(rec.Spans(), "refuse_tool x")
	if s == nil {
		t.Fatal("the refusal is not recorded")
	}
	if s.Parent().IsValid() || len(s.Links()) != 1 || !s.Links()[0].SpanContext.Equal(between) {
		t.Errorf("want a root that links to the turn; parent %v, links %v", s.Parent(), s.Links())
	}
}

func TestAnEvictedSessionHasLostItsHistory(t *testing.T) {
	var last boundary.History
	watch := boundary.CheckerFunc(func(_ context.Context, r boundary.Request) (boundary.Decision, error) {
		last = r.History
		return boundary.Decision{Verdict: boundary.Allow}, nil
	})
	tracer, _ := agentspantest.New(t, agentspan.WithChecker(watch), agentspan.WithSessionLimits(2, 2, time.Hour))
	in := func(id string) context.Context {
		return agentspan.ContextWithSession(t.Context(), agentspan.Session{ID: id, Owner: ada})
	}
	touch := func(id string) { _, _ = agentspan.Do(in(id), tracer, agentspan.ToolCall{Name: "x"}, nothing) }
	touch("a")
	if last.Lost {
		t.Error("a new session has lost its history")
	}
	touch("b")
	touch("c") // a makes room
	touch("a")
	if !last.Lost {
		t.Error("a session that came back after it was dropped has a history")
	}
}

func TestASessionExpiresAndItsSummaryIsWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rec := agentspantest.NewRecorder()
		tracer, err := agentspan.New(append(rec.Options(), agentspan.WithChecker(allowed), agentspan.WithSessionLimits(0, 0, time.Minute))...)
		if err != nil {
			t.Fatal(err)
		}
		ctx := agentspan.ContextWithSession(t.Context(), agentspan.Session{ID: "s", Agent: "a", Owner: ada})
		_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing)
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if find(rec.Spans(), "session a") == nil {
			t.Error("no summary of the session that expired")
		}
		_ = tracer.Close(t.Context())
	})
}

func TestTwoTeamsMayBothSayS1(t *testing.T) {
	tracer, _ := agentspantest.New(t, agentspan.WithChecker(once{}))
	as := func(id string) context.Context {
		who := identity.Principal{Kind: identity.Agent, ID: id, Issuer: "https://idp.example", Assurance: identity.Verified}
		return agentspan.ContextWithSession(t.Context(), agentspan.Session{ID: "s-1", Claimed: true, Actor: who})
	}
	for _, team := range []string{"red", "blue"} {
		if _, err := agentspan.Do(as(team), tracer, agentspan.ToolCall{Name: "x"}, nothing); err != nil {
			t.Errorf("%s: %v: it met the other team's session", team, err)
		}
	}
	if _, err := agentspan.Do(as("red"), tracer, agentspan.ToolCall{Name: "x"}, nothing); err == nil {
		t.Error("the second call of red did not meet red's session")
	}
}

// once allows one call a session.
type once struct{ calls *int }

func (o once) Bind(boundary.SessionInfo) boundary.Checker { return once{new(int)} }
func (o once) Check(context.Context, boundary.Request) (boundary.Decision, error) {
	*o.calls++
	if *o.calls > 1 {
		return boundary.Decision{}, nil
	}
	return boundary.Decision{Verdict: boundary.Allow}, nil
}

func TestMetricsNameOnlyWhatIsListed(t *testing.T) {
	tracer, rec := agentspantest.New(t, agentspan.WithNames("read_file"))
	ctx, _ := start(t, tracer, session())
	for i := range 50 {
		_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: fmt.Sprintf("made_up_%d", i)}, nothing)
	}
	_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "read_file"}, nothing)
	m, err := rec.Metrics(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprint(m)
	if strings.Contains(text, "made_up") || !strings.Contains(text, "_OTHER") || !strings.Contains(text, "read_file") {
		t.Errorf("metrics: %s", text)
	}
}

func TestMetricsNameTheRulesInsideWrappers(t *testing.T) {
	checker := boundary.All(boundary.Timeout(boundary.Named("tools", boundary.Tools("read_*")), time.Minute), boundary.Shadow(boundary.Tools("write_*")))
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(checker))
	ctx, _ := start(t, tracer, session())
	_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "read_file"}, nothing)
	_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "write_file"}, nothing)
	rules := map[string]int64{}
	m, err := rec.Metrics(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range m.ScopeMetrics {
		for _, m := range s.Metrics {
			if sum, ok := m.Data.(metricdata.Sum[int64]); ok && m.Name == semconv.MetricAmbitDecisions {
				for _, p := range sum.DataPoints {
					v, _ := p.Attributes.Value(semconv.SecurityRuleNameKey)
					rules[v.AsString()] += p.Value
				}
			}
		}
	}
	if diff := cmp.Diff(map[string]int64{"read_*": 1, "no_match": 1}, rules); diff != "" {
		t.Errorf("decisions by rule (-want +got):\n%s", diff)
	}
}

func TestASuspendedSessionRefusesEveryCall(t *testing.T) {
	tracer, _ := agentspantest.New(t, agentspan.WithChecker(allowed))
	ctx, s := start(t, tracer, session())
	s.Suspend("being looked into")
	_, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing)
	if reasonOf(err) != boundary.ReasonSuspended || !strings.Contains(err.Error(), "being looked into") {
		t.Errorf("Do = %v", err)
	}
}

func TestACallAfterTheSessionsEndIsRefused(t *testing.T) {
	tracer, _ := agentspantest.New(t, agentspan.WithChecker(allowed))
	ctx, s := start(t, tracer, session())
	s.End(nil)
	s.End(nil) // the first counts
	if _, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing); reasonOf(err) != boundary.ReasonNoSession {
		t.Errorf("Do = %v", err)
	}
}

func TestAPanickingToolIsRecordedAndGoesOn(t *testing.T) {
	tracer, rec := agentspantest.New(t)
	ctx, _ := start(t, tracer, session())
	func() {
		defer func() {
			if r := recover(); r != "boom" {
				t.Errorf("recovered %v, want the tool's own panic", r)
			}
		}()
		_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, func(context.Context) (string, error) { panic("boom") })
	}()
	if got := value(find(rec.Spans(), "execute_tool x"), semconv.ErrorTypeKey); got != "panic" {
		t.Errorf("error.type = %q, want panic", got)
	}
}

func TestACancelledContextStopsACheckAndNotTheRecord(t *testing.T) {
	waits := boundary.CheckerFunc(func(ctx context.Context, _ boundary.Request) (boundary.Decision, error) {
		return boundary.Decision{Verdict: boundary.Allow}, ctx.Err()
	})
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(waits))
	ctx, _ := start(t, tracer, session())
	ctx, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing); !errors.Is(err, boundary.ErrDenied) {
		t.Errorf("Do = %v", err)
	}
	if find(rec.Spans(), "refuse_tool x") == nil {
		t.Error("the refusal is not recorded")
	}
}

func TestNilAndZeroAreQuiet(t *testing.T) {
	var zero agentspan.Tracer
	for name, tracer := range map[string]*agentspan.Tracer{"nil": nil, "zero": &zero} {
		t.Run(name, func(t *testing.T) {
			ctx, s, err := tracer.StartSession(t.Context(), session())
			if s != nil || err != nil {
				t.Errorf("StartSession = %v, %v", s, err)
			}
			ctx, turn := tracer.StartTurn(ctx, agentspan.Turn{})
			ctx, call, err := tracer.StartToolCall(ctx, agentspan.ToolCall{Name: "x"})
			if err != nil {
				t.Errorf("StartToolCall: %v", err)
			}
			_, model := tracer.StartModelCall(ctx, agentspan.ModelCall{})
			model.SetUsage(agentspan.Usage{Input: 1}, "m")
			call.SetResult("r")
			call.SetError("e")
			call.SetAttributes(attribute.String("k", "v"))
			_ = call.Decision()
			for _, span := range []*agentspan.Span{model, call, turn} {
				span.End(nil)
				span.EndAt(time.Now(), nil)
			}
			s.Suspend("x")
			_ = s.ID()
			s.End(nil)
			if _, err := tracer.UseIdentity(ctx, identity.Use{}); err != nil {
				t.Errorf("UseIdentity: %v", err)
			}
			if _, _, err := tracer.GovernCall(ctx, agentspan.ToolCall{Name: "x"}); err != nil {
				t.Errorf("GovernCall: %v", err)
			}
			tracer.Signal(ctx, agentspan.Signal{})
			if err := tracer.Close(ctx); err != nil {
				t.Errorf("Close: %v", err)
			}
		})
	}
}

func TestEndTwiceAndWithoutStart(t *testing.T) {
	tracer, rec := agentspantest.New(t)
	ctx, _ := start(t, tracer, session())
	_, span, err := tracer.StartToolCall(ctx, agentspan.ToolCall{Name: "x"})
	if err != nil {
		t.Fatal(err)
	}
	span.End(nil)
	later := errors.New("too late")
	span.End(&later)
	new(agentspan.Span).End(nil)
	if n := len(rec.Spans()); n != 1 {
		t.Fatalf("%d spans, want 1", n)
	}
	if got := value(rec.Spans()[0], semconv.ErrorTypeKey); got != "" {
		t.Errorf("error.type = %q: a later End counted", got)
	}
}

func TestCallsOfOneSessionAreConcurrentSafe(t *testing.T) {
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(allowed), agentspan.WithClassifier(steady{}))
	ctx, s := start(t, tracer, session())
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			ctx, span, err := tracer.StartToolCall(ctx, agentspan.ToolCall{Name: "x", Arguments: []byte(`{"path":"a"}`)})
			if err != nil {
				t.Error(err)
			}
			agentspan.SpanFromContext(ctx).SetResult("fine")
			span.End(nil)
			span.SetResult("too late")
		})
	}
	wg.Wait()
	s.End(nil)
	seen := map[string]bool{}
	for _, s := range rec.Spans() {
		if s.Name() == "execute_tool x" {
			seen[value(s, semconv.AmbitSessionSeqKey)] = true
		}
	}
	if len(seen) != 64 {
		t.Errorf("%d different numbers for 64 calls", len(seen))
	}
	if got := value(find(rec.Spans(), "session triage"), semconv.AmbitSessionCallCountKey); got != "64" {
		t.Errorf("the summary counts %s calls", got)
	}
}

func TestTenThousandSessions(t *testing.T) {
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(allowed))
	for i := range 10_000 {
		ctx := agentspan.ContextWithSession(t.Context(), agentspan.Session{ID: fmt.Sprint(i), Agent: "a", Owner: ada})
		_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing)
	}
	rec.Reset()
	if err := tracer.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := len(rec.Spans()); n != 10_000 {
		t.Errorf("%d summaries", n)
	}
}

func TestBadInputIsCutAndNeverLosesABatch(t *testing.T) {
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(allowed))
	ctx, s := start(t, tracer, agentspan.Session{
		ID: "s\x00\x1b[31m\u202e", Agent: "bad\xff\xfe", Owner: identity.Principal{Kind: identity.Human, ID: strings.Repeat("ä", 4000)},
	})
	call := agentspan.ToolCall{Name: "tool\n\xc3\x28", ID: strings.Repeat("x", 5000), Arguments: append([]byte(`{"a":"`), bytes.Repeat([]byte("a"), 10<<20)...)}
	_, err := agentspan.Do(ctx, tracer, call, func(ctx context.Context) (string, error) {
		for i := range 5000 {
			agentspan.SpanFromContext(ctx).SetAttributes(attribute.Int(fmt.Sprint("k", i), i))
		}
		return "\xff\xfe", errors.New("bad \xff")
	})
	if err == nil {
		t.Error("the tool's own error is gone")
	}
	s.End(&err)
	if err := agentspantest.Conforms(rec.Spans()); err != nil {
		t.Error(err)
	}
	if got := value(rec.Spans()[1], semconv.AmbitDecisionOutcomeKey); got != "allow" {
		t.Errorf("outcome = %q: attributes of the tool pushed ours out", got)
	}
}

func TestSecretsAndContentStayInTheProcess(t *testing.T) {
	token := "ghp_" + strings.Repeat("a1B2c3D4", 4) + "e5F6"
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(boundary.Tools("read_*")))
	ctx, s := start(t, tracer, agentspan.Session{ID: "s " + token, Agent: token, Owner: ada, Task: agentspan.Task{ID: token}})
	ctx, turn := tracer.StartTurn(ctx, agentspan.Turn{Prompt: "my name is secret-prompt " + token})
	_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "read_x", ID: token, Arguments: []byte(`{"q":"secret-argument ` + token + `"}`)},
		func(context.Context) (string, error) {
			return "secret-result " + token, errors.New("secret-error " + token)
		})
	_, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: token, Arguments: []byte(token)}, nothing)
	if err == nil || strings.Contains(err.Error(), token[4:12]) {
		t.Errorf("refusal: %v", err)
	}
	turn.End(&err)
	s.End(&err)
	for _, span := range rec.Spans() {
		text := span.Name() + fmt.Sprint(span.Attributes(), span.Events(), span.Status())
		for _, bad := range []string{token[4:12], "secret-prompt", "secret-argument", "secret-result", "secret-error"} {
			if strings.Contains(text, bad) {
				t.Errorf("%q is in span %q:\n%s", bad, span.Name(), text)
			}
		}
	}
}

func TestDoAroundAnInstrumentedClientCountsOnce(t *testing.T) {
	for _, c := range []struct {
		name string
		p    trace.TracerProvider
		out  []byte
		in   []byte
		want int64
	}{
		{"the same call", recording(), []byte(`{"a":1, "b":2}`), []byte(`{"b":2,"a":1}`), 1},
		{"the same call, nothing recorded", noop.NewTracerProvider(), nil, []byte(`{}`), 1},
		{"other arguments", recording(), []byte(`{"a":1}`), []byte(`{"a":2}`), 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := int64(0)
			count := boundary.CheckerFunc(func(context.Context, boundary.Request) (boundary.Decision, error) {
				n++
				return boundary.Decision{Verdict: boundary.Allow}, nil
			})
			tracer, err := agentspan.New(agentspan.WithTracerProvider(c.p), agentspan.WithChecker(count))
			if err != nil {
				t.Fatal(err)
			}
			ctx, _ := start(t, tracer, session())
			_, err = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "search", Arguments: c.out}, func(ctx context.Context) (string, error) {
				return agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "search", Server: "web", Arguments: c.in}, nothing)
			})
			if err != nil || n != c.want {
				t.Errorf("decided %d times (%v), want %d", n, err, c.want)
			}
		})
	}
}

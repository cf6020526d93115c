package otellog_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/log/noop"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/agentspan/otellog"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/semconv"
)

// A recorder is a log processor that keeps what it gets, from a severity on.
type recorder struct {
	least log.Severity

	mu      sync.Mutex
	records []sdklog.Record
}

func (r *recorder) Enabled(_ context.Context, p sdklog.EnabledParameters) bool {
	return p.Severity >= r.least
}

func (r *recorder) OnEmit(_ context.Context, rec *sdklog.Record) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.records = append(r.records, rec.Clone())
	return nil
}

func (*recorder) Shutdown(context.Context) error   { return nil }
func (*recorder) ForceFlush(context.Context) error { return nil }

func (r *recorder) provider() *sdklog.LoggerProvider {
	return sdklog.NewLoggerProvider(sdklog.WithProcessor(r))
}

// attributes returns the attributes of a record by key.
func attributes(r *sdklog.Record) map[attribute.Key]attribute.Value {
	m := map[attribute.Key]attribute.Value{}
	r.WalkAttributes(func(kv attribute.KeyValue) bool {
		m[kv.Key] = kv.Value
		return true
	})
	return m
}

func TestACrossingIsAWarningInItsTrace(t *testing.T) {
	var logs recorder
	tracer, spans := agentspantest.New(t, agentspan.WithChecker(boundary.Tools("read_*")), agentspan.WithEventHandler(otellog.Handler(logs.provider())))
	ctx, session, err := tracer.StartSession(t.Context(), agentspan.Session{ID: "s-1", Agent: "triage"})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := tracer.StartToolCall(ctx, agentspan.ToolCall{Name: "delete_file"}); err == nil {
		t.Fatal("delete_file was allowed")
	}
	session.End(nil)
	var crossed []sdklog.Record
	for _, r := range logs.records {
		if r.EventName() == semconv.EventAmbitBoundaryCrossed {
			crossed = append(crossed, r)
		}
	}
	if len(crossed) != 1 {
		t.Fatalf("%d records of a crossing, want 1", len(crossed))
	}
	r := &crossed[0]
	if r.Severity() != log.SeverityWarn || r.SeverityText() != "WARN" {
		t.Errorf("severity %v %q, want WARN", r.Severity(), r.SeverityText())
	}
	if r.Timestamp().IsZero() || time.Since(r.Timestamp()) > time.Minute {
		t.Errorf("time %v", r.Timestamp())
	}
	attrs := attributes(r)
	want := map[attribute.Key]string{semconv.AmbitSessionIDKey: "s-1", semconv.AmbitDecisionOutcomeKey: "deny", semconv.GenAIAgentNameKey: "triage"}
	got := map[attribute.Key]string{}
	for k := range want {
		if v, ok := attrs[k]; ok {
			got[k] = v.AsString()
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
	for _, s := range spans.Spans() {
		if strings.HasPrefix(s.Name(), "refuse_tool") {
			if sc := s.SpanContext(); r.TraceID() != sc.TraceID() || r.SpanID() != sc.SpanID() {
				t.Errorf("the record is in span %s of trace %s, want that of the refusal", r.SpanID(), r.TraceID())
			}
		}
	}
	scope := r.InstrumentationScope()
	if scope.Name != agentspan.ScopeName || scope.Version != agentspan.Version || scope.SchemaURL != semconv.SchemaURL {
		t.Errorf("scope %+v", scope)
	}
}

func TestSeverities(t *testing.T) {
	for _, tt := range []struct {
		name  string
		event agentspan.Event
		want  log.Severity
	}{
		{"crossing", agentspan.Event{Name: semconv.EventAmbitBoundaryCrossed}, log.SeverityWarn},
		{"secret", agentspan.Event{Name: semconv.EventAmbitSecretAccessed}, log.SeverityWarn},
		{"use", agentspan.Event{Name: semconv.EventAmbitIdentityUsed}, log.SeverityInfo},
		{"switch", agentspan.Event{Name: semconv.EventAmbitIdentitySwitched}, log.SeverityWarn},
		{"intent", agentspan.Event{Name: semconv.EventAmbitIntentChanged}, log.SeverityInfo},
		{"intent that is not anomalous", agentspan.Event{
			Name: semconv.EventAmbitIntentChanged, Attributes: []attribute.KeyValue{semconv.AmbitIntentAnomalous(false)},
		}, log.SeverityInfo},
		{"anomalous intent", agentspan.Event{
			Name: semconv.EventAmbitIntentChanged, Attributes: []attribute.KeyValue{semconv.AmbitIntentAnomalous(true)},
		}, log.SeverityWarn},
		{"drift", agentspan.Event{Name: semconv.EventAmbitIntentDrifted}, log.SeverityWarn},
		{"signal", agentspan.Event{Name: semconv.EventAmbitSignalRaised}, log.SeverityWarn},
		{"approval", agentspan.Event{Name: semconv.EventAmbitApprovalResolved}, log.SeverityInfo},
		{"content", agentspan.Event{Name: semconv.EventGenAIClientInferenceOperationDetails}, log.SeverityInfo},
		{"nobody knows", agentspan.Event{Name: "x"}, log.SeverityInfo},
		{"nothing", agentspan.Event{}, log.SeverityInfo},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var logs recorder
			otellog.Handler(logs.provider())(t.Context(), tt.event)
			if len(logs.records) != 1 || logs.records[0].Severity() != tt.want || logs.records[0].EventName() != tt.event.Name {
				t.Errorf("records %+v, want one of severity %v", logs.records, tt.want)
			}
		})
	}
}

func TestContentGoesToTheLogAndNotToTheSpan(t *testing.T) {
	var logs recorder
	tracer, spans := agentspantest.New(t, agentspan.WithContent(agentspan.Arguments), agentspan.WithEventHandler(otellog.Handler(logs.provider())))
	ctx, _, err := tracer.StartSession(t.Context(), agentspan.Session{ID: "s-1"})
	if err != nil {
		t.Fatal(err)
	}
	_, span, err := tracer.StartToolCall(ctx, agentspan.ToolCall{Name: "grep", Arguments: []byte(`{"pattern":"rounding"}`)})
	if err != nil {
		t.Fatal(err)
	}
	span.End(nil)
	found := false
	for _, r := range logs.records {
		v := attributes(&r)[semconv.GenAIToolCallArgumentsKey]
		found = found || v.AsString() == `{"pattern":"rounding"}`
	}
	if !found {
		t.Error("the arguments are in no record")
	}
	for _, s := range spans.Spans() {
		for _, kv := range s.Attributes() {
			if kv.Key == semconv.GenAIToolCallArgumentsKey {
				t.Error("the arguments are on the span as well")
			}
		}
	}
}

func TestWhatNobodyKeepsIsNotWritten(t *testing.T) {
	logs := recorder{least: log.SeverityWarn}
	handle := otellog.Handler(logs.provider())
	handle(t.Context(), agentspan.Event{Name: semconv.EventAmbitIdentityUsed})
	handle(t.Context(), agentspan.Event{Name: semconv.EventAmbitIdentitySwitched})
	if len(logs.records) != 1 || logs.records[0].EventName() != semconv.EventAmbitIdentitySwitched {
		t.Errorf("records %+v, want the switch alone", logs.records)
	}
}

// An event of a call that is not recorded, and one outside of any span.
func TestWithoutASpan(t *testing.T) {
	var logs recorder
	otellog.Handler(logs.provider())(t.Context(), agentspan.Event{Name: "x"})
	if len(logs.records) != 1 || logs.records[0].TraceID() != (trace.TraceID{}) {
		t.Errorf("records %+v, want one without a trace", logs.records)
	}
}

func TestANilProviderMakesNewFail(t *testing.T) {
	if _, err := agentspan.New(agentspan.WithEventHandler(otellog.Handler(nil))); err == nil {
		t.Error("New went on without a handler")
	}
}

func TestAProviderThatDoesNothingCostsNothing(t *testing.T) {
	handle := otellog.Handler(noop.NewLoggerProvider())
	e := agentspan.Event{Name: semconv.EventAmbitBoundaryCrossed, Attributes: []attribute.KeyValue{semconv.AmbitDecisionOutcomeDeny}}
	ctx := t.Context()
	if n := testing.AllocsPerRun(100, func() { handle(ctx, e) }); n != 0 {
		t.Errorf("%v allocations, want 0", n)
	}
}

func TestHandlerConcurrentSafe(t *testing.T) {
	var logs recorder
	handle := otellog.Handler(logs.provider())
	var work sync.WaitGroup
	for range 8 {
		work.Go(func() {
			for range 100 {
				handle(t.Context(), agentspan.Event{Name: "x"})
			}
		})
	}
	work.Wait()
	if len(logs.records) != 800 {
		t.Errorf("%d records, want 800", len(logs.records))
	}
}

// Away from its span, an event says which call it is about, and loses nothing of
// its own to what its session says of itself.
func TestASwitchSaysWhoItSwitchedToAndInWhichCall(t *testing.T) {
	var logs recorder
	tracer, _ := agentspantest.New(t, agentspan.WithChecker(boundary.Tools("*")), agentspan.WithEventHandler(otellog.Handler(logs.provider())))
	ctx, session, err := tracer.StartSession(t.Context(), agentspan.Session{
		ID: "s-1", Actor: identity.Principal{Kind: identity.Agent, ID: "agent:triage", Assurance: identity.Asserted},
	})
	if err != nil {
		t.Fatal(err)
	}
	_, span, err := tracer.StartToolCall(ctx, agentspan.ToolCall{Name: "Bash", ID: "call_1", Arguments: []byte(`{"command":"sudo -u deploy id"}`)})
	if err != nil {
		t.Fatal(err)
	}
	span.End(nil)
	session.End(nil)
	var got []map[attribute.Key]string
	for _, r := range logs.records {
		if r.EventName() != semconv.EventAmbitIdentitySwitched {
			continue
		}
		attrs, said := attributes(&r), map[attribute.Key]string{}
		for _, k := range []attribute.Key{semconv.AmbitIdentityIDKey, semconv.AmbitSessionSeqKey, semconv.GenAIToolNameKey, semconv.GenAIToolCallIDKey, semconv.AmbitTargetCommandKey} {
			said[k] = attrs[k].String()
		}
		got = append(got, said)
	}
	want := []map[attribute.Key]string{{
		semconv.AmbitIdentityIDKey: "deploy", semconv.AmbitSessionSeqKey: "1",
		semconv.GenAIToolNameKey: "Bash", semconv.GenAIToolCallIDKey: "call_1", semconv.AmbitTargetCommandKey: "sudo",
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("switches (-want +got):\n%s", diff)
	}
}

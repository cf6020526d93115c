package agentspan_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/otel/trace/noop"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/intent"
)

// alarmed is a classifier that thinks badly of whatever a tool returns.
type alarmed struct{}

func (alarmed) Classify(context.Context, []intent.Action) (intent.Result, error) {
	return intent.Result{}, nil
}
func (alarmed) NewStream([]intent.Label) intent.Stream { return alarmed{} }
func (alarmed) Observe(_ context.Context, a intent.Action) (intent.Result, error) {
	if a.Role == intent.Output {
		return intent.Result{Label: intent.Exfiltration, Score: 1, Anomalous: true}, nil
	}
	return intent.Result{}, nil
}

func TestARecordedCallHappensWhenItDid(t *testing.T) {
	then := time.Date(2025, 3, 1, 9, 0, 0, 0, time.UTC)
	var events []agentspan.Event
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(boundary.Tools("none")), agentspan.WithClassifier(alarmed{}),
		agentspan.WithEventHandler(func(_ context.Context, e agentspan.Event) { events = append(events, e) }))
	noun := session()
	noun.Start = then
	ctx, s := start(t, tracer, noun)
	ctx, turn := tracer.StartTurn(ctx, agentspan.Turn{Start: then})
	_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x", Start: then.Add(time.Second)}, nothing)
	turn.EndAt(then.Add(2*time.Second), nil)
	s.EndAt(then.Add(3*time.Second), nil)
	for _, span := range rec.Spans() {
		if span.StartTime().Year() != 2025 || span.EndTime().Year() != 2025 {
			t.Errorf("%s: %v to %v", span.Name(), span.StartTime(), span.EndTime())
		}
		for _, e := range span.Events() {
			if e.Time.Before(span.StartTime()) || e.Time.After(span.EndTime()) {
				t.Errorf("%s: event %s at %v, outside of its span", span.Name(), e.Name, e.Time)
			}
		}
	}
	for _, e := range events {
		if e.Time.Year() != 2025 {
			t.Errorf("event %s at %v", e.Name, e.Time)
		}
	}
}

func TestAnAlarmOverAResultIsRaisedWithNothingRecorded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var kinds []string
		tracer, err := agentspan.New(agentspan.WithTracerProvider(noop.NewTracerProvider()), agentspan.WithClassifier(alarmed{}),
			agentspan.WithSignalHandler(func(_ context.Context, s agentspan.Signal) { kinds = append(kinds, string(s.Kind)+" "+s.Detail) }))
		if err != nil {
			t.Fatal(err)
		}
		ctx, _ := start(t, tracer, session())
		_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, func(context.Context) (string, error) { return "out", nil })
		_ = tracer.Close(t.Context())
		if got := strings.Join(kinds, ","); got != "intent_anomalous exfiltration" {
			t.Errorf("signals: %q", got)
		}
	})
}

package agentspan_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/intent"
	"github.com/ambit-go/ambit/semconv"
)

// Handlers may use what they are told about: no lock is held while one runs.

// returns runs f, which must come back.
func returns(t *testing.T, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
	case <-time.After(2 * time.Minute):
		t.Fatal("waits for a lock that is held while the handler runs")
	}
}

// fickle says another label at each step.
type fickle struct{}

func (fickle) Classify(context.Context, []intent.Action) (intent.Result, error) {
	return intent.Result{}, nil
}
func (fickle) NewStream([]intent.Label) intent.Stream { return new(fickleStream) }

type fickleStream struct{ n int }

func (s *fickleStream) Observe(context.Context, intent.Action) (intent.Result, error) {
	s.n++
	return intent.Result{Label: []intent.Label{intent.Explore, intent.Exfiltration}[s.n%2], Anomalous: s.n%2 == 1}, nil
}

func TestAnEventHandlerMayUseTheSpan(t *testing.T) {
	var verdict boundary.Verdict
	var span *agentspan.Span
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(allowed), agentspan.WithClassifier(fickle{}), agentspan.WithContent(agentspan.Results),
		agentspan.WithEventHandler(func(_ context.Context, e agentspan.Event) {
			if e.Name != semconv.EventAmbitIntentChanged || span == nil {
				return
			}
			if d := span.Decision(); d.Verdict == boundary.Allow {
				verdict = d.Verdict
			}
			span.SetError("handled")
			span.End(nil) // ends when the result has been looked at
			span.SetResult("too late")
		}))
	ctx, _ := start(t, tracer, session())
	_, s, err := tracer.StartToolCall(ctx, agentspan.ToolCall{Name: "x"})
	if err != nil {
		t.Fatal(err)
	}
	span = s
	returns(t, func() { span.SetResult("a result of 20 bytes") })
	span.End(nil)
	x := find(rec.Spans(), "execute_tool x")
	if verdict != boundary.Allow || value(x, semconv.ErrorTypeKey) != "handled" || value(x, semconv.AmbitCallResultSizeKey) != "20" {
		t.Errorf("verdict %v, error %q, size %q", verdict, value(x, semconv.ErrorTypeKey), value(x, semconv.AmbitCallResultSizeKey))
	}
}

func TestAHandlerMayUseASessionThatBegins(t *testing.T) {
	var tracer *agentspan.Tracer
	var ctx context.Context
	var calls int
	var err error
	tracer, err = agentspan.New(agentspan.WithChecker(allowed), agentspan.WithEventHandler(func(_ context.Context, e agentspan.Event) {
		if e.Name == semconv.EventAmbitSignalRaised && calls == 0 {
			calls++
			_, err = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing)
		}
	}))
	if err != nil {
		t.Fatal(err)
	}
	defer tracer.Close(t.Context())
	ctx = agentspan.ContextWithSession(t.Context(), agentspan.Session{ID: "s"}) // without an owner: a signal
	returns(t, func() { tracer.SessionAttributes(ctx, nil) })
	if calls != 1 || err != nil {
		t.Errorf("%d calls, %v", calls, err)
	}
}

func TestResultsAreConcurrentSafe(t *testing.T) {
	tracer, _ := agentspantest.New(t, agentspan.WithChecker(allowed), agentspan.WithClassifier(fickle{}))
	ctx, _ := start(t, tracer, session())
	for range 50 {
		_, span, err := tracer.StartToolCall(ctx, agentspan.ToolCall{Name: "x"})
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for i := range 4 {
			wg.Go(func() { span.SetResult(strings.Repeat("r", i)) })
			wg.Go(func() { span.SetError("e") })
		}
		wg.Go(func() { span.End(nil) })
		wg.Wait()
	}
}

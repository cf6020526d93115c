package agentspan_test

import (
	"context"
	"fmt"
	"testing"

	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/semconv"
)

// A numbered error has a type of its own, as no error should.
type numbered int

func (n numbered) Error() string     { return "numbered" }
func (n numbered) ErrorType() string { return fmt.Sprint("error_", int(n)) }

func TestNoErrorTypeBlowsUpAMetric(t *testing.T) {
	tracer, rec := agentspantest.New(t)
	ctx, _ := start(t, tracer, session())
	const calls, bound = 6000, 4096
	for i := range calls {
		_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, func(context.Context) (string, error) { return "", numbered(i) })
	}
	m, err := rec.Metrics(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	series, count := 0, uint64(0)
	for _, scope := range m.ScopeMetrics {
		for _, d := range scope.Metrics {
			if h, ok := d.Data.(metricdata.Histogram[float64]); ok && d.Name == semconv.MetricGenAIExecuteToolDuration {
				series = len(h.DataPoints)
				for _, p := range h.DataPoints {
					count += p.Count
				}
			}
		}
	}
	if count != calls || series > bound+1 || series == 0 {
		t.Errorf("%d calls in %d series, want %d in at most %d", count, series, calls, bound+1)
	}
}

// A session of a tracer that was closed is kept by nobody, and so counts for none that
// is open.
func TestNoSessionStaysOpenBehindAClosedTracer(t *testing.T) {
	tracer, rec := agentspantest.New(t)
	open := func() (n int64) {
		m, err := rec.Metrics(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, scope := range m.ScopeMetrics {
			for _, d := range scope.Metrics {
				if s, ok := d.Data.(metricdata.Sum[int64]); ok && d.Name == semconv.MetricAmbitSessionCount {
					for _, p := range s.DataPoints {
						n += p.Value
					}
				}
			}
		}
		return n
	}
	_, before := start(t, tracer, session())
	if n := open(); n != 1 {
		t.Fatalf("%d sessions are open, want 1", n)
	}
	if err := tracer.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	before.End(nil)
	if n := open(); n != 0 {
		t.Errorf("%d sessions are open behind Close", n)
	}
	_, late, err := tracer.StartSession(t.Context(), agentspan.Session{ID: "late", Owner: ada})
	if err != nil {
		t.Fatal(err)
	}
	if n := open(); n != 0 {
		t.Errorf("%d sessions are open, want none: the tracer is closed", n)
	}
	late.End(nil)
	if n := open(); n != 0 {
		t.Errorf("%d sessions are open in the end", n)
	}
}

// Who does not keep up with signals loses some, and the metric says how many.
func TestSignalsThatNobodyTakesAreCounted(t *testing.T) {
	entered, gate, handled := make(chan struct{}, 1), make(chan struct{}), 0
	tracer, rec := agentspantest.New(t, agentspan.WithSignalHandler(func(context.Context, agentspan.Signal) {
		select {
		case entered <- struct{}{}:
		default:
		}
		<-gate
		handled++
	}))
	ctx, _ := start(t, tracer, session())
	raise := func(n int) {
		for range n {
			tracer.Signal(ctx, agentspan.Signal{Kind: agentspan.SignalConfigChanged})
		}
	}
	raise(1)
	<-entered // one is being handled, and none waits
	const room, more = 256, 10
	raise(room + more)
	close(gate)
	if err := tracer.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := rec.Counter(semconv.MetricAmbitExportDropped, semconv.ErrorType("signal_queue_full")); got != more || handled != room+1 {
		t.Errorf("%d handled and %d counted as dropped, want %d and %d", handled, got, room+1, more)
	}
}

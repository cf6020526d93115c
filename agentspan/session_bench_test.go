package agentspan_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"

	metricnoop "go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/intent"
)

// stepwise is a classifier whose streams hold what the default one may: 2 KiB
// without pointers.
type stepwise struct{}

type stepwiseStream struct{ state [2048]byte }

func (stepwise) Classify(context.Context, []intent.Action) (intent.Result, error) { return said, nil }

func (stepwise) NewStream([]intent.Label) intent.Stream { return new(stepwiseStream) }

func (s *stepwiseStream) Observe(context.Context, intent.Action) (intent.Result, error) {
	s.state[0]++
	return said, nil
}

// BenchmarkSessions measures what a live session holds, and how long the
// collector takes with 100,000 of them. The name of each session is the caller's
// and included.
func BenchmarkSessions(b *testing.B) {
	touches := effect.AnalyzerFunc(func(dst []effect.Effect, c effect.Call) []effect.Effect {
		return append(dst, effect.Effect{Kind: effect.Host, Access: effect.Connect, Target: c.Tool, Certainty: effect.Exact})
	})
	for _, load := range []struct {
		name  string
		calls int
	}{{"idle", 0}, {"working", 1}, {"full", 200}} {
		b.Run("load="+load.name, func(b *testing.B) {
			n := 100_000
			if load.calls > 1 {
				n = 5_000
			}
			names := make([]string, load.calls)
			for i := range names {
				names[i] = fmt.Sprintf("host%d.example", i)
			}
			for b.Loop() {
				b.StopTimer()
				tracer, err := agentspan.New(agentspan.WithTracerProvider(noop.NewTracerProvider()), agentspan.WithMeterProvider(metricnoop.NewMeterProvider()),
					agentspan.WithAnalyzer(touches), agentspan.WithChecker(allowed), agentspan.WithClassifier(stepwise{}), agentspan.WithSessionLimits(n, n, time.Hour))
				if err != nil {
					b.Fatal(err)
				}
				before := heap()
				b.StartTimer()
				for i := range n {
					ctx := agentspan.ContextWithSession(context.Background(), agentspan.Session{
						ID: fmt.Sprintf("session-%d", i), Agent: "triage", Owner: ada, Actor: bot, Task: agentspan.Task{ID: "PAY-7"},
					})
					if load.calls == 0 {
						tracer.SessionAttributes(ctx, nil) // the session begins, and does nothing
					}
					for _, name := range names {
						_, span, err := tracer.StartToolCall(ctx, agentspan.ToolCall{Name: name})
						span.End(&err)
					}
				}
				b.StopTimer()
				after := heap()
				start := time.Now()
				runtime.GC()
				b.ReportMetric(float64(time.Since(start).Milliseconds()), "gc-ms")
				b.ReportMetric(float64(after-before)/float64(n), "B/session")
				b.ReportMetric(float64(after-before)/(1<<20), "MiB")
				_ = tracer.Close(context.Background())
				b.StartTimer()
			}
		})
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

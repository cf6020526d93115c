//go:build !race

// The race detector allocates as well.

package agentspan_test

import (
	"context"
	"testing"

	metricnoop "go.opentelemetry.io/otel/metric/noop"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/ambit-go/ambit/agentspan"
)

// TestAllocations holds what the documentation says a call allocates. The SDK's
// own span takes 7 recorded and 2 sampled out.
func TestAllocations(t *testing.T) {
	var zero agentspan.Tracer
	full := []agentspan.Option{agentspan.WithChecker(allowed), agentspan.WithClassifier(steady{})}
	counted := func() agentspan.Option {
		return agentspan.WithMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewManualReader())))
	}
	for _, c := range []struct {
		name     string
		tracer   *agentspan.Tracer
		provider trace.TracerProvider
		opts     []agentspan.Option
		want     float64
	}{
		{name: "nil tracer", want: 0},
		{name: "zero tracer", tracer: &zero, want: 0},
		{name: "no-op provider", provider: noop.NewTracerProvider(), want: 0},
		{name: "no-op provider, checker", provider: noop.NewTracerProvider(), opts: full, want: 1},
		{name: "no-op provider, checker and metrics", provider: noop.NewTracerProvider(), opts: append(full, counted()), want: 1},
		{name: "sampled out", provider: sampledOut(), want: 2},
		{name: "sampled out, checker", provider: sampledOut(), opts: full, want: 3},
		{name: "recorded", provider: recording(), opts: full, want: 8},
		{name: "recorded, with metrics", provider: recording(), opts: append(full, counted()), want: 8},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, tracer := context.Background(), c.tracer
			if c.provider != nil {
				ctx, tracer = governed(t, c.provider, append([]agentspan.Option{agentspan.WithMeterProvider(metricnoop.NewMeterProvider())}, c.opts...)...)
			}
			run(ctx, tracer) // fills what is kept
			if got := testing.AllocsPerRun(500, func() { run(ctx, tracer) }); got > c.want {
				t.Errorf("%v allocations, want at most %v", got, c.want)
			}
		})
	}
}

package collector

import (
	"context"
	"testing"

	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/ambit-go/ambit/internal/duel"
)

// BenchmarkDuel is what a batch costs in multiples of decoding it, which every
// Collector does first.
func BenchmarkDuel(b *testing.B) {
	const n = 100
	td := batch(n)
	wire, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(td)
	if err != nil {
		b.Fatal(err)
	}
	plain := batch(n) // spans that are none of an agent's
	for _, s := range plain.ResourceSpans().At(0).ScopeSpans().At(0).Spans().All() {
		s.Attributes().Remove("gen_ai.operation.name")
	}
	decode := func() {
		if _, err := (&ptrace.ProtoUnmarshaler{}).UnmarshalTraces(wire); err != nil {
			b.Fatal(err)
		}
	}
	through := func(from ptrace.Traces, policy string, intent bool) func() {
		cfg := defaultConfig().(*Config)
		cfg.Policy, cfg.Intent = policy, intent
		g, err := newGovernor(componenttest.NewNopTelemetrySettings(), cfg, consumertest.NewNop())
		if err != nil {
			b.Fatal(err)
		}
		return func() {
			td := ptrace.NewTraces()
			from.CopyTo(td)
			if err := g.ConsumeTraces(context.Background(), td); err != nil {
				b.Fatal(err)
			}
		}
	}
	duel.RunFor(b, 60, []string{"decode", "other", "facts", "policy", "policy+intent"},
		decode, through(plain, "testdata/task.yaml", true), through(td, "", false), through(td, "testdata/task.yaml", false), through(td, "testdata/task.yaml", true))
}

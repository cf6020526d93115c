package collector

import (
	"context"
	"fmt"
	"testing"

	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// batch has n tool calls of one conversation, as an SDK sends them.
func batch(n int) ptrace.Traces {
	td := ptrace.NewTraces()
	rs := td.ResourceSpans().AppendEmpty()
	rs.Resource().Attributes().PutStr("process.working_directory", "/srv/weather")
	spans := rs.ScopeSpans().AppendEmpty().Spans()
	for i := range n {
		s := spans.AppendEmpty()
		s.SetName("execute_tool read_file")
		s.SetTraceID([16]byte{1})
		s.SetSpanID([8]byte{2, byte(i >> 8), byte(i)})
		s.SetStartTimestamp(1_790_000_000_000_000_000)
		a := s.Attributes()
		a.PutStr("gen_ai.operation.name", "execute_tool")
		a.PutStr("gen_ai.tool.name", "read_file")
		a.PutStr("gen_ai.conversation.id", "c-1")
		a.PutStr("gen_ai.tool.call.id", fmt.Sprint("call_", i))
		a.PutStr("gen_ai.tool.call.arguments", `{"path":"/srv/weather/reports/w48.md"}`)
		a.PutStr("gen_ai.tool.call.result", "Rain on Monday, and on Tuesday; on Wednesday wind from the north.")
	}
	return td
}

// BenchmarkSpan is the cost of one span, beside that of handing it on untouched.
func BenchmarkSpan(b *testing.B) {
	const n = 100
	for _, mode := range []string{"nothing", "other", "facts", "policy", "policy+intent"} {
		b.Run("mode="+mode, func(b *testing.B) {
			cfg := defaultConfig().(*Config)
			cfg.Intent = mode == "policy+intent"
			if mode == "policy" || cfg.Intent {
				cfg.Policy = "testdata/task.yaml"
			}
			next := consumertest.NewNop()
			consume := next.ConsumeTraces
			if mode != "nothing" {
				g, err := newGovernor(componenttest.NewNopTelemetrySettings(), cfg, next)
				if err != nil {
					b.Fatal(err)
				}
				consume = g.ConsumeTraces
			}
			from := batch(n)
			if mode == "other" { // spans that are none of ours
				for _, s := range from.ResourceSpans().At(0).ScopeSpans().At(0).Spans().All() {
					s.Attributes().Remove("gen_ai.operation.name")
				}
			}
			b.ReportAllocs()
			for b.Loop() {
				td := ptrace.NewTraces()
				from.CopyTo(td) // in all modes: what came in is written to
				if err := consume(context.Background(), td); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/span")
		})
	}
}

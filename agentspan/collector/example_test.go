package collector_test

import (
	"context"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor/processortest"

	"github.com/ambit-go/ambit/agentspan/collector"
)

// A Collector lists the factory; this is what it then does with the spans of an agent.
func ExampleNewFactory() {
	ctx, factory, sink := context.Background(), collector.NewFactory(), new(consumertest.TracesSink)
	cfg := factory.CreateDefaultConfig().(*collector.Config)
	cfg.Policy, cfg.Summaries = "testdata/task.yaml", false // grants read_file in the repository, and no key
	p, err := factory.CreateTraces(ctx, processortest.NewNopSettings(collector.Type), cfg, sink)
	if err != nil {
		panic(err)
	}
	if err := p.Start(ctx, componenttest.NewNopHost()); err != nil {
		panic(err)
	}

	// Two tool calls, as an SDK for Python tells them.
	td := ptrace.NewTraces()
	rs := td.ResourceSpans().AppendEmpty()
	rs.Resource().Attributes().PutStr("process.working_directory", "/srv/weather")
	spans := rs.ScopeSpans().AppendEmpty().Spans()
	for i, arguments := range []string{`{"path":"notes.md"}`, `{"path":".env"}`} {
		s := spans.AppendEmpty()
		s.SetName("execute_tool read_file")
		s.SetTraceID(pcommon.TraceID{1})
		s.SetSpanID(pcommon.SpanID{byte(i + 1)})
		s.SetStartTimestamp(pcommon.NewTimestampFromTime(time.Unix(int64(i), 0)))
		s.Attributes().PutStr("gen_ai.operation.name", "execute_tool")
		s.Attributes().PutStr("gen_ai.conversation.id", "conv-1")
		s.Attributes().PutStr("gen_ai.tool.name", "read_file")
		s.Attributes().PutStr("gen_ai.tool.call.arguments", arguments)
	}
	if err := p.ConsumeTraces(ctx, td); err != nil {
		panic(err)
	}
	if err := p.Shutdown(ctx); err != nil {
		panic(err)
	}
	for _, s := range sink.AllTraces()[0].ResourceSpans().At(0).ScopeSpans().At(0).Spans().All() {
		for _, key := range []string{"ambit.target.path", "ambit.decision.would", "ambit.decision.reason"} {
			v, _ := s.Attributes().Get(key)
			fmt.Println(key, v.AsString())
		}
	}
	// Output:
	// ambit.target.path /srv/weather/notes.md
	// ambit.decision.would allow
	// ambit.decision.reason granted
	// ambit.target.path /srv/weather/.env
	// ambit.decision.would deny
	// ambit.decision.reason secret
}

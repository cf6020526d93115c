package collector

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

var update = flag.Bool("update", false, "rewrite what is wanted")

// key looks like a credential. It is made of parts, so that no scanner takes this test
// for a leak.
const key = "AKIA" + "QYLPMN5HFIQR7XYA"

func fixture(t testing.TB, name string) ptrace.Traces {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	td, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(b)
	if err != nil {
		t.Fatal(err)
	}
	return td
}

func start(t testing.TB, change func(*Config)) (*governor, *consumertest.TracesSink) {
	t.Helper()
	cfg := defaultConfig().(*Config)
	cfg.Policy = "testdata/task.yaml"
	if change != nil {
		change(cfg)
	}
	if err := cfg.Validate(); err != nil {
		t.Fatal(err)
	}
	sink := new(consumertest.TracesSink)
	g, err := newGovernor(componenttest.NewNopTelemetrySettings(), cfg, sink)
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Start(t.Context(), componenttest.NewNopHost()); err != nil {
		t.Fatal(err)
	}
	return g, sink
}

// spansOf returns all spans in a sink, by start.
func spansOf(sink *consumertest.TracesSink) (all []ptrace.Span) {
	for _, td := range sink.AllTraces() {
		for _, rs := range td.ResourceSpans().All() {
			for _, ss := range rs.ScopeSpans().All() {
				for _, s := range ss.Spans().All() {
					all = append(all, s)
				}
			}
		}
	}
	slices.SortStableFunc(all, func(a, b ptrace.Span) int { return int(int64(a.StartTimestamp()) - int64(b.StartTimestamp())) })
	return all
}

// tell writes what matters of a span: its name, what is ours on it without what the
// classifier and a hash say, its events, and its content.
func tell(s ptrace.Span) string {
	var lines []string
	for k, v := range s.Attributes().All() {
		switch {
		case strings.HasPrefix(s.Name(), "session ") && k != "ambit.session.call.count" && k != "ambit.session.id" && k != "ambit.session.seq":
		case strings.HasPrefix(k, "ambit.intent."), strings.HasSuffix(k, ".hash"), strings.HasPrefix(k, "ambit.identity."), strings.HasPrefix(k, "ambit.delegation."):
		case strings.HasPrefix(k, "ambit."), strings.HasPrefix(k, "security_rule."), strings.HasSuffix(k, "arguments"), strings.HasSuffix(k, "result"), strings.HasSuffix(k, ".value"),
			strings.HasPrefix(k, "gen_ai.conversation"), strings.HasPrefix(k, "traceloop.entity"), strings.HasSuffix(k, ".args"):
			lines = append(lines, fmt.Sprintf("    %s = %s", k, v.AsString()))
		}
	}
	slices.Sort(lines)
	for _, e := range s.Events().All() {
		if strings.HasPrefix(e.Name(), "ambit.intent.") {
			continue
		}
		line := "    event " + e.Name()
		if v, ok := e.Attributes().Get("content"); ok {
			line += " content = " + v.AsString()
		}
		lines = append(lines, line)
	}
	return s.Name() + "\n" + strings.Join(lines, "\n") + "\n"
}

// TestSDKs is what comes out for spans as SDKs for Python and TypeScript send them.
func TestSDKs(t *testing.T) {
	for _, name := range []string{"python", "typescript", "openinference", "traceloop", "mcp"} {
		t.Run(name, func(t *testing.T) {
			g, sink := start(t, nil)
			if err := g.ConsumeTraces(t.Context(), fixture(t, name)); err != nil {
				t.Fatal(err)
			}
			if err := g.Shutdown(t.Context()); err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			for _, s := range spansOf(sink) {
				b.WriteString(tell(s))
			}
			if strings.Contains(strings.ReplaceAll(b.String(), "ambit.credential.handle = "+key, ""), key) {
				t.Error("a secret is on a span")
			}
			file := filepath.Join("testdata", name+".txt")
			if *update {
				if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), b.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestOrderOfTheBatchIsOfNoMatter holds that spans are judged by when they began.
func TestOrderOfTheBatchIsOfNoMatter(t *testing.T) {
	var told []string
	for _, backwards := range []bool{false, true} {
		td := fixture(t, "python")
		if backwards {
			in := td.ResourceSpans().At(0).ScopeSpans().At(0).Spans()
			out := ptrace.NewSpanSlice()
			for i := in.Len() - 1; i >= 0; i-- {
				in.At(i).CopyTo(out.AppendEmpty())
			}
			out.CopyTo(in)
		}
		g, sink := start(t, nil)
		if err := g.ConsumeTraces(t.Context(), td); err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for _, s := range spansOf(sink) {
			b.WriteString(tell(s))
		}
		told = append(told, b.String())
	}
	if diff := cmp.Diff(told[0], told[1]); diff != "" {
		t.Errorf("in order, and backwards:\n%s", diff)
	}
}

// TestForgedKeysAreTakenOff holds that nobody else speaks in our name, on resources,
// scopes, spans, events or links, whatever the span is about.
func TestForgedKeysAreTakenOff(t *testing.T) {
	td := ptrace.NewTraces()
	rs := td.ResourceSpans().AppendEmpty()
	ss := rs.ScopeSpans().AppendEmpty()
	s := ss.Spans().AppendEmpty()
	forge := func(m pcommon.Map) { m.PutStr("ambit.owner.id", "forged") }
	forge(rs.Resource().Attributes())
	forge(ss.Scope().Attributes())
	forge(s.Attributes())
	forge(s.Events().AppendEmpty().Attributes())
	s.Events().AppendEmpty().SetName("ambit.approval.resolved")
	forge(s.Links().AppendEmpty().Attributes())
	rs.CopyTo(td.ResourceSpans().AppendEmpty())
	td.ResourceSpans().At(1).Resource().Attributes().PutStr("service.name", "ours")
	g, sink := start(t, func(c *Config) { c.GovernedServices = []string{"ours"} })
	if err := g.ConsumeTraces(t.Context(), td); err != nil {
		t.Fatal(err)
	}
	out := sink.AllTraces()[0]
	text, err := (&ptrace.JSONMarshaler{}).MarshalTraces(out)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(text), "forged"); n != 5 {
		t.Errorf("%d forged values are left, want the 5 of the service that is governed already:\n%s", n, text)
	}
	if n := strings.Count(string(text), "ambit.approval.resolved"); n != 1 {
		t.Errorf("%d forged events are left, want that of the governed service", n)
	}
}

// TestContent holds what becomes of content.
func TestContent(t *testing.T) {
	for mode, want := range map[string][3]bool{ // the secret, the arguments, the model's name
		keep: {true, true, true}, redact: {false, true, true}, drop: {false, false, true},
	} {
		g, sink := start(t, func(c *Config) { c.Content = mode })
		if err := g.ConsumeTraces(t.Context(), fixture(t, "python")); err != nil {
			t.Fatal(err)
		}
		text, err := (&ptrace.JSONMarshaler{}).MarshalTraces(sink.AllTraces()[0])
		if err != nil {
			t.Fatal(err)
		}
		text = bytes.ReplaceAll(text, []byte(`"ambit.credential.handle","value":{"stringValue":"`+key), nil)
		got := [3]bool{strings.Contains(string(text), key), strings.Contains(string(text), `"gen_ai.tool.call.arguments"`), strings.Contains(string(text), "gpt-5")}
		if mode == drop { // the event's own attribute is none that we know, so it is redacted
			got[0] = got[0] || !strings.Contains(string(text), "posted [")
		}
		if got != want {
			t.Errorf("%s: secret, argument, model: %v, want %v\n%s", mode, got, want, text)
		}
	}
}

// TestLaterBatchesBelong holds that a conversation goes on over batches, also where
// only its first span names it, and that another's does not know of it.
func TestLaterBatchesBelong(t *testing.T) {
	g, sink := start(t, nil)
	send := func(traceID byte, conversation, path string) ptrace.Span {
		td := ptrace.NewTraces()
		rs := td.ResourceSpans().AppendEmpty()
		rs.Resource().Attributes().PutStr("process.working_directory", "/srv/weather")
		s := rs.ScopeSpans().AppendEmpty().Spans().AppendEmpty()
		s.SetTraceID([16]byte{traceID})
		s.SetSpanID([8]byte{byte(len(sink.AllTraces()) + 1)})
		s.SetStartTimestamp(pcommon.NewTimestampFromTime(time.Unix(1_790_000_000, 0)))
		s.Attributes().PutStr("gen_ai.operation.name", "execute_tool")
		s.Attributes().PutStr("gen_ai.tool.name", "read_file")
		s.Attributes().PutStr("gen_ai.tool.call.arguments", `{"path":"`+path+`"}`)
		if conversation != "" {
			s.Attributes().PutStr("gen_ai.conversation.id", conversation)
		}
		if err := g.ConsumeTraces(t.Context(), td); err != nil {
			t.Fatal(err)
		}
		return s
	}
	send(1, "c-1", "/home/ada/.aws/credentials")
	second, third, fourth := send(1, "", "/srv/weather/a"), send(2, "c-2", "/srv/weather/a"), send(3, "", "/srv/weather/a")
	for _, tt := range []struct {
		s       ptrace.Span
		session string
		seq     int64
		seen    bool
	}{{second, "c-1", 2, true}, {third, "c-2", 1, false}, {fourth, "trace:03000000000000000000000000000000", 1, false}} {
		a := tt.s.Attributes()
		seq, _ := a.Get("ambit.session.seq")
		_, seen := a.Get("ambit.session.secret_seen")
		_, named := a.Get("gen_ai.conversation.id")
		if str(a, "ambit.session.id") != tt.session || seq.Int() != tt.seq || seen != tt.seen || named != !strings.HasPrefix(tt.session, "trace:") {
			t.Errorf("session %s seq %d seen %v conversation %v, want %+v", str(a, "ambit.session.id"), seq.Int(), seen, named, tt)
		}
	}
}

// TestThisDiskSaysNothing holds that a link which happens to lie here at the path of
// an agent's file is not what the agent read.
func TestThisDiskSaysNothing(t *testing.T) {
	dir := t.TempDir()
	if err := os.Symlink("/home/ada/.aws/credentials", filepath.Join(dir, "a")); err != nil {
		t.Fatal(err)
	}
	g, _ := start(t, nil)
	td := ptrace.NewTraces()
	rs := td.ResourceSpans().AppendEmpty()
	rs.Resource().Attributes().PutStr("process.working_directory", dir)
	s := rs.ScopeSpans().AppendEmpty().Spans().AppendEmpty()
	s.SetTraceID([16]byte{1})
	s.SetSpanID([8]byte{1})
	s.Attributes().PutStr("gen_ai.operation.name", "execute_tool")
	s.Attributes().PutStr("gen_ai.tool.name", "read_file")
	s.Attributes().PutStr("gen_ai.tool.call.arguments", `{"path":"a"}`)
	if err := g.ConsumeTraces(t.Context(), td); err != nil {
		t.Fatal(err)
	}
	if would := str(s.Attributes(), "ambit.decision.would"); would != "allow" {
		t.Errorf("the policy would %q what it grants, a file in the repository", would)
	}
}

// TestStateIsBounded holds that conversations without end do not fill memory, and
// that each that is let go is summed up.
func TestStateIsBounded(t *testing.T) {
	g, sink := start(t, func(c *Config) { c.MaxConversations = 10 })
	for i := range 100 {
		td := fixture(t, "mcp")
		for _, s := range td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().All() {
			s.SetTraceID([16]byte{1, byte(i)})
			s.Attributes().PutStr("gen_ai.conversation.id", fmt.Sprint("conv-", i))
		}
		if err := g.ConsumeTraces(t.Context(), td); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(g.traces.now) + len(g.traces.old) + len(g.services.now) + len(g.services.old); n > 40 {
		t.Errorf("%d things are remembered of 100 conversations, want at most 40", n)
	}
	if err := g.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	summaries := 0
	for _, s := range spansOf(sink) {
		if strings.HasPrefix(s.Name(), "session ") {
			summaries++
		}
	}
	if summaries != 100 {
		t.Errorf("%d summaries of 100 conversations", summaries)
	}
}

func TestMetrics(t *testing.T) {
	reader := metric.NewManualReader()
	set := componenttest.NewNopTelemetrySettings()
	set.MeterProvider = metric.NewMeterProvider(metric.WithReader(reader))
	cfg := defaultConfig().(*Config)
	cfg.Policy = "testdata/task.yaml"
	g, err := newGovernor(set, cfg, new(consumertest.TracesSink))
	if err != nil {
		t.Fatal(err)
	}
	if err := g.ConsumeTraces(t.Context(), fixture(t, "python")); err != nil {
		t.Fatal(err)
	}
	var rm metricdata.ResourceMetrics
	if err := reader.Collect(context.Background(), &rm); err != nil {
		t.Fatal(err)
	}
	got := map[string]int64{}
	for _, sm := range rm.ScopeMetrics {
		for _, m := range sm.Metrics {
			if sum, ok := m.Data.(metricdata.Sum[int64]); ok {
				for _, p := range sum.DataPoints {
					got[m.Name] += p.Value
				}
			}
		}
	}
	for name, want := range map[string]int64{"otelcol_processor_ambit_spans": 5, "otelcol_processor_ambit_forged": 2, "otelcol_processor_ambit_redacted": 3, "ambit.decisions": 3} {
		if got[name] != want {
			t.Errorf("%s is %d, want %d", name, got[name], want)
		}
	}
}

// TestConcurrentSafe sends batches side by side.
func TestConcurrentSafe(t *testing.T) {
	g, sink := start(t, nil)
	done := make(chan error)
	const n = 8
	for i := range n {
		td := fixture(t, []string{"python", "typescript", "openinference", "traceloop"}[i%4])
		go func() { done <- g.ConsumeTraces(context.Background(), td) }()
	}
	for range n {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if err := g.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	if got := len(spansOf(sink)); got != 2*(6+4+4+2)+4 {
		t.Errorf("%d spans came out", got)
	}
}

// TestDetectorThatPanics holds that what cannot be looked at does not pass, and does
// not end the Collector.
func TestDetectorThatPanics(t *testing.T) {
	g, sink := start(t, nil)
	g.detector = panicking{}
	if err := g.ConsumeTraces(t.Context(), fixture(t, "python")); err != nil {
		t.Fatal(err)
	}
	for _, s := range spansOf(sink) {
		if strings.Contains(strings.ReplaceAll(tell(s), "ambit.credential.handle = "+key, ""), key) {
			t.Errorf("a secret passed:\n%s", tell(s))
		}
	}
}

// TestSpanThatCannotBeGoverned holds that it passes, and nothing of its content does.
func TestSpanThatCannotBeGoverned(t *testing.T) {
	g, sink := start(t, nil)
	g.services = nil // so that it panics
	td, s := aCall("fetch", `{"q":"content"}`)
	s.Events().AppendEmpty().Attributes().PutStr("gen_ai.input.messages", "content")
	s.Links().AppendEmpty().Attributes().PutStr("input.value", "content")
	if err := g.ConsumeTraces(t.Context(), td); err != nil {
		t.Fatal(err)
	}
	text, err := (&ptrace.JSONMarshaler{}).MarshalTraces(sink.AllTraces()[0])
	if err != nil || strings.Contains(string(text), "content") {
		t.Errorf("%s %v", text, err)
	}
}

// TestCallsInsideCalls holds that a call is judged once, and that a tool which calls itself
// with other arguments makes another call, whatever becomes of the content.
func TestCallsInsideCalls(t *testing.T) {
	for _, content := range []string{keep, redact, drop} {
		for _, tt := range []struct {
			outer, inner string
			judged       bool
		}{
			{`{"a": 1, "b": 2}`, `{"b":2,"a":1}`, false},
			{`{"k":"` + key + `"}`, `{"k":"` + key + `"}`, false},
			{"", `{"a":1}`, false},
			{`{"a":1}`, "", false},
			{`{"a":1}`, `{"a":2}`, true},
			{`{"a":9007199254740992}`, `{"a":9007199254740993}`, true},
			{`{"p":"a"}`, `{"p":"/etc/passwd","p":"a"}`, true},
		} {
			g, _ := start(t, func(c *Config) { c.Content = content })
			td, outer := aCall("ask", tt.outer)
			s := td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().AppendEmpty()
			outer.CopyTo(s)
			s.SetParentSpanID(outer.SpanID())
			s.SetSpanID([8]byte{8})
			s.Attributes().PutStr("gen_ai.tool.call.arguments", tt.inner)
			if err := g.ConsumeTraces(t.Context(), td); err != nil {
				t.Fatal(err)
			}
			if _, judged := s.Attributes().Get("ambit.decision.outcome"); judged != tt.judged {
				t.Errorf("%s: %s inside %s is judged: %v", content, tt.inner, tt.outer, judged)
			}
		}
	}
}

// TestConditionsOfAPolicy holds that a policy may have conditions, and that they see
// what the span says.
func TestConditionsOfAPolicy(t *testing.T) {
	file := filepath.Join(t.TempDir(), "task.yaml")
	const text = "version: 1\nid: pay\ngrants:\n  - {id: small, tools: [pay], when: args.amount < 100}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	g, _ := start(t, func(c *Config) { c.Policy = file })
	for amount, want := range map[string]string{"20": "allow", "200": "deny"} {
		td, s := aCall("pay", `{"amount":`+amount+`}`)
		if err := g.ConsumeTraces(t.Context(), td); err != nil {
			t.Fatal(err)
		}
		if would := str(s.Attributes(), "ambit.decision.would"); would != want {
			t.Errorf("the policy would %q a payment of %s, want %s", would, amount, want)
		}
	}
	if err := os.WriteFile(file, []byte(strings.Replace(text, "args.amount < 100", "args.amount <", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := newGovernor(componenttest.NewNopTelemetrySettings(), g.cfg, g.next); err == nil {
		t.Error("a condition that is none was taken")
	}
}

// aCall is a batch of one tool call, of a conversation by the tool's name.
func aCall(tool, arguments string) (ptrace.Traces, ptrace.Span) {
	td := ptrace.NewTraces()
	s := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty()
	s.SetTraceID([16]byte{7})
	s.SetSpanID([8]byte{7})
	s.Attributes().PutStr("gen_ai.operation.name", "execute_tool")
	s.Attributes().PutStr("gen_ai.tool.name", tool)
	s.Attributes().PutStr("gen_ai.tool.call.arguments", arguments)
	return td, s
}

// TestThePolicyIsFollowed holds that a changed file is taken up, that one which does
// not load changes nothing, and that both are counted.
func TestThePolicyIsFollowed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "task.yaml")
	grant := func(tool string) {
		text := "version: 1\nid: follow\ngrants:\n  - {id: only, tools: [" + tool + "]}\n"
		if tool == "" {
			text = "version: 1\nid: [\n"
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	grant("first")
	synctest.Test(t, func(t *testing.T) {
		reader := metric.NewManualReader()
		set := componenttest.NewNopTelemetrySettings()
		set.MeterProvider = metric.NewMeterProvider(metric.WithReader(reader))
		cfg := defaultConfig().(*Config)
		cfg.Policy, cfg.Summaries = file, false
		g, err := newGovernor(set, cfg, new(consumertest.TracesSink))
		if err != nil {
			t.Fatal(err)
		}
		if err := g.Start(t.Context(), componenttest.NewNopHost()); err != nil {
			t.Fatal(err)
		}
		would := func(conversation string) string {
			td, s := aCall("second", "{}")
			s.Attributes().PutStr("gen_ai.conversation.id", conversation)
			if err := g.ConsumeTraces(t.Context(), td); err != nil {
				t.Fatal(err)
			}
			return str(s.Attributes(), "ambit.decision.would")
		}
		look := func() {
			<-time.After(cfg.Reload)
			synctest.Wait()
		}
		before := would("old")
		grant("second")
		look()
		after, still := would("new"), would("old")
		grant("")
		look()
		if broken := would("another"); before != "deny" || after != "allow" || still != "deny" || broken != "allow" {
			t.Errorf("before %s, after %s, in the conversation that began before %s, with a broken file %s; want deny, allow, deny, allow", before, after, still, broken)
		}
		if err := g.Shutdown(t.Context()); err != nil {
			t.Fatal(err)
		}
		var rm metricdata.ResourceMetrics
		if err := reader.Collect(context.Background(), &rm); err != nil {
			t.Fatal(err)
		}
		reloads := map[bool]int64{}
		for _, sm := range rm.ScopeMetrics {
			for _, m := range sm.Metrics {
				if sum, ok := m.Data.(metricdata.Sum[int64]); ok && m.Name == "otelcol_processor_ambit_policy_reloads" {
					for _, p := range sum.DataPoints {
						loaded, _ := p.Attributes.Value("loaded")
						reloads[loaded.AsBool()] = p.Value
					}
				}
			}
		}
		if reloads[true] != 1 || reloads[false] != 1 {
			t.Errorf("reloads by whether they loaded: %v, want one each", reloads)
		}
	})
}

// TestSecretsAreTakenOutEverywhere holds that a secret leaves from nowhere on an
// agent's span, whatever becomes of its content.
func TestSecretsAreTakenOutEverywhere(t *testing.T) {
	for _, mode := range []string{redact, drop} {
		g, _ := start(t, func(c *Config) { c.Content = mode })
		td, s := aCall("fetch", "{}")
		s.SetName("execute_tool with " + key)
		s.Status().SetMessage("no access with " + key)
		s.Attributes().PutStr("note", "uses "+key)
		s.Attributes().PutEmptySlice("list").AppendEmpty().SetEmptyMap().PutStr("deep", "is "+key)
		s.Attributes().PutStr("security_rule.description", "finds "+key)
		s.Attributes().PutEmptyMap("by key").PutEmptyMap(key).PutInt("n", 1)
		s.Events().AppendEmpty().Attributes().PutStr("exception.message", "bad "+key)
		s.Events().At(0).SetName("met " + key)
		td.ResourceSpans().At(0).Resource().Attributes().PutEmptySlice("process.command_args").AppendEmpty().SetStr("--token=" + key)
		td.ResourceSpans().At(0).ScopeSpans().At(0).Scope().Attributes().PutStr("note", "by "+key)
		s.Links().AppendEmpty().Attributes().PutStr("why", "for "+key)
		if err := g.ConsumeTraces(t.Context(), td); err != nil {
			t.Fatal(err)
		}
		text, err := (&ptrace.JSONMarshaler{}).MarshalTraces(td)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), key) || !strings.HasPrefix(s.Name(), "execute_tool with ") || !strings.HasPrefix(s.Status().Message(), "no access with ") {
			t.Errorf("%s: %s", mode, text)
		}
	}
}

package collector

// A conversation whose spans come in several batches, and over several Collectors:
// the real Collector, with groupbytrace and the load-balancing exporter as
// docs/collector.md says.

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.yaml.in/yaml/v3"

	"github.com/ambit-go/ambit/internal/backendtest"
)

// run starts a Collector with settings from testdata, changed.
func run(t *testing.T, name string, changes []string, env ...string) *backendtest.Collector {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(strings.NewReplacer(changes...).Replace(string(text))), 0o600); err != nil {
		t.Fatal(err)
	}
	return backendtest.StartCollector(t, file, env...)
}

var (
	quick     = []string{"wait_duration: 10s", "wait_duration: 3s"} // longer than both parts of a turn take to arrive on a busy machine
	ungrouped = []string{"[groupbytrace, ambit]", "[ambit]"}
)

// send sends a batch as an SDK does.
func send(t *testing.T, to *backendtest.Collector, td ptrace.Traces) {
	t.Helper()
	doc, err := (&ptrace.JSONMarshaler{}).MarshalTraces(td)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.Post(to.OTLPURL+"/v1/traces", "application/json", bytes.NewReader(doc))
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Fatal(res.Status)
	}
}

// turnOf returns the two batches in which an SDK sends a turn: two calls, and later
// the agent's own span, which alone names the conversation. The second call is an MCP
// server's as well, which is another service.
func turnOf(conversation string, n byte) (calls, root ptrace.Traces) {
	calls, root = ptrace.NewTraces(), ptrace.NewTraces()
	span := func(td ptrace.Traces, service string, id byte, start uint64) ptrace.Span {
		rs := td.ResourceSpans().AppendEmpty()
		rs.Resource().Attributes().PutStr("service.name", service)
		rs.Resource().Attributes().PutStr("process.working_directory", "/srv/weather")
		s := rs.ScopeSpans().AppendEmpty().Spans().AppendEmpty()
		s.SetTraceID(pcommon.TraceID{0xa, conversation[len(conversation)-1], n})
		s.SetSpanID(pcommon.SpanID{0xb, id})
		s.SetStartTimestamp(pcommon.Timestamp(1_790_000_000_000_000_000 + uint64(n)*1_000_000_000 + start))
		s.SetEndTimestamp(s.StartTimestamp() + 1000)
		return s
	}
	call := func(service string, id byte, tool, arguments string) ptrace.Span {
		s := span(calls, service, id, uint64(id))
		s.SetName("execute_tool " + tool)
		s.SetParentSpanID(pcommon.SpanID{0xb, 1})
		s.Attributes().PutStr("gen_ai.operation.name", "execute_tool")
		s.Attributes().PutStr("gen_ai.tool.name", tool)
		s.Attributes().PutStr("gen_ai.tool.call.arguments", arguments)
		return s
	}
	call("agent", 2, "read_file", fmt.Sprintf(`{"path":"/srv/weather/%d.env"}`, n))
	call("agent", 3, "fetch", `{"url":"https://api.weather.example/"}`)
	served := call("weather-server", 4, "fetch", `{"url":"https://api.weather.example/"}`)
	served.SetName("tools/call fetch")
	served.SetKind(ptrace.SpanKindServer)
	served.Attributes().Remove("gen_ai.operation.name")
	served.Attributes().PutStr("mcp.method.name", "tools/call")
	served.SetParentSpanID(pcommon.SpanID{0xb, 3})
	s := span(root, "agent", 1, 1)
	s.SetName("invoke_agent weather")
	s.SetEndTimestamp(s.StartTimestamp() + 5000)
	s.Attributes().PutStr("gen_ai.operation.name", "invoke_agent")
	s.Attributes().PutStr("gen_ai.conversation.id", conversation)
	return calls, root
}

// told writes what a Collector says of the spans of turns: to whom each belongs, its
// number, what the conversation had seen, and what the policy would have said.
func told(spans []backendtest.Span) string {
	var lines []string
	for _, s := range spans {
		if strings.HasPrefix(s.Name, "session ") {
			continue
		}
		line := fmt.Sprintf("%s %s %s", s.TraceID[2:6], s.SpanID[:4], s.Name)
		for _, k := range []string{"gen_ai.conversation.id", "ambit.session.id", "ambit.session.seq", "ambit.session.secret_seen", "ambit.decision.would", "ambit.decision.outcome", "ambit.intent.label"} {
			line += fmt.Sprintf(" %v", s.Attributes[k])
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// together is a turn in one batch.
func together(calls, root ptrace.Traces) ptrace.Traces {
	td := ptrace.NewTraces()
	for _, part := range []ptrace.Traces{calls, root} {
		for _, rs := range part.ResourceSpans().All() {
			rs.CopyTo(td.ResourceSpans().AppendEmpty())
		}
	}
	return td
}

const spansOfTurn = 4

// TestAConversationOverSeveralBatches holds that behind groupbytrace calls belong to
// the conversation that only a later span names, as they do where all comes at once;
// and that without it they are judged with their trace, and nothing is made up.
func TestAConversationOverSeveralBatches(t *testing.T) {
	grouped, plain, whole := run(t, "judge.yaml", quick), run(t, "judge.yaml", ungrouped), run(t, "judge.yaml", ungrouped)
	for n := range byte(2) {
		calls, root := turnOf("c-a", n)
		for _, c := range []*backendtest.Collector{grouped, plain} {
			send(t, c, calls)
			send(t, c, root)
		}
		send(t, whole, together(calls, root))
		for _, c := range []*backendtest.Collector{grouped, plain, whole} { // the next turn begins when this one was judged
			c.WaitSpans(t, (int(n)+1)*spansOfTurn)
		}
	}
	if diff := cmp.Diff(told(whole.Spans(t)), told(grouped.Spans(t))); diff != "" {
		t.Errorf("all at once, and in batches behind groupbytrace (-once +batches):\n%s", diff)
	}
	for _, s := range whole.Spans(t) {
		if s.Attributes["ambit.session.id"] != "c-a" {
			t.Errorf("%s is of the session %v", s.Name, s.Attributes["ambit.session.id"])
		}
	}
	if text := told(whole.Spans(t)); !strings.Contains(text, "c-a c-a 4 true allow not_evaluated") {
		t.Errorf("the fourth call of two turns does not know of the secret in the first:\n%s", text)
	}
	for _, s := range plain.Spans(t) {
		_, named := s.Attributes["gen_ai.conversation.id"]
		if call := s.Attributes["gen_ai.tool.name"] != nil; call && (named || s.Attributes["ambit.session.id"] != "trace:"+s.TraceID) {
			t.Errorf("%s without its conversation is of the session %v", s.Name, s.Attributes["ambit.session.id"])
		}
	}
}

// TestSeveralCollectorsJudgeAsOne holds that Collectors behind the load-balancing
// exporter say what one Collector says, with each conversation in one place and no
// span in two.
func TestSeveralCollectorsJudgeAsOne(t *testing.T) {
	alone, first, second := run(t, "judge.yaml", ungrouped), run(t, "judge.yaml", ungrouped), run(t, "judge.yaml", ungrouped)
	front := run(t, "front.yaml", quick, "AMBIT_JUDGE_1="+first.OTLPEndpoint, "AMBIT_JUDGE_2="+second.OTLPEndpoint)
	conversations := []string{"c-a", "c-b", "c-c", "c-d", "c-e", "c-f", "c-g", "c-h"}
	for n := range byte(2) {
		for _, c := range conversations {
			calls, root := turnOf(c, n)
			send(t, front, calls)
			send(t, front, root)
			send(t, alone, together(calls, root))
		}
		// The next turn begins when this one was judged.
		want := (int(n) + 1) * spansOfTurn * len(conversations)
		backendtest.Await(t, func() (bool, string) {
			got := len(first.Spans(t)) + len(second.Spans(t))
			return got >= want, fmt.Sprintf("%d spans of %d", got, want)
		})
		alone.WaitSpans(t, want)
	}
	where := map[string][]int{}
	for i, c := range []*backendtest.Collector{first, second} {
		for _, s := range c.Spans(t) {
			id, _ := s.Attributes["gen_ai.conversation.id"].(string)
			if !slices.Contains(where[id], i) {
				where[id] = append(where[id], i)
			}
			for k := range s.Resource {
				if strings.HasPrefix(k, "ambit.") {
					t.Errorf("%s is left on the resource of %s", k, s.Name)
				}
			}
		}
	}
	used := map[int]bool{}
	for _, c := range conversations {
		if len(where[c]) != 1 {
			t.Errorf("%s was judged in %d places", c, len(where[c]))
			continue
		}
		used[where[c][0]] = true
	}
	if len(used) != 2 {
		t.Errorf("%d of 2 Collectors got something", len(used))
	}
	if diff := cmp.Diff(told(alone.Spans(t)), told(slices.Concat(first.Spans(t), second.Spans(t)))); diff != "" {
		t.Errorf("one Collector, and two (-one +two):\n%s", diff)
	}
}

// TestTracesStayTogether holds what a tail sampler behind the load-balancing exporter
// needs, and what examples/observability says of it: by trace id, all of a trace comes
// to one Collector, in however many batches it is sent.
func TestTracesStayTogether(t *testing.T) {
	first, second := run(t, "judge.yaml", ungrouped), run(t, "judge.yaml", ungrouped)
	front := run(t, "front.yaml", []string{"[groupbytrace, ambit]", "[]", "routing_key: attributes", "routing_key: traceID", "    routing_attributes: [collector.route]\n", ""},
		"AMBIT_JUDGE_1="+first.OTLPEndpoint, "AMBIT_JUDGE_2="+second.OTLPEndpoint)
	const turns = 12
	for n := range byte(turns) {
		calls, root := turnOf("c-a", n)
		send(t, front, calls)
		send(t, front, root)
	}
	var one, two []backendtest.Span
	backendtest.Await(t, func() (bool, string) {
		one, two = first.Spans(t), second.Spans(t)
		return len(one)+len(two) >= turns*spansOfTurn, fmt.Sprintf("%d and %d spans", len(one), len(two))
	})
	for _, a := range one {
		if slices.ContainsFunc(two, func(b backendtest.Span) bool { return a.TraceID == b.TraceID }) {
			t.Errorf("the trace %s is in two places", a.TraceID)
		}
	}
	if len(one) == 0 || len(two) == 0 {
		t.Errorf("%d and %d spans: one Collector got everything", len(one), len(two))
	}
}

// TestASplitConversationSaysLess holds what happens where turns of a conversation
// reach different Collectors all the same, as when one of them went away: each judges
// what it sees, and claims nothing of what it does not.
func TestASplitConversationSaysLess(t *testing.T) {
	first, second := run(t, "judge.yaml", ungrouped), run(t, "judge.yaml", ungrouped)
	for n, c := range []*backendtest.Collector{first, second} {
		send(t, c, together(turnOf("c-a", byte(n))))
		c.WaitSpans(t, spansOfTurn)
	}
	one, two := told(first.Spans(t)), told(second.Spans(t))
	if two = strings.ReplaceAll(two, "6101 ", "6100 "); one != two {
		t.Errorf("the second turn is not judged as one of its own (-first +second):\n%s", cmp.Diff(one, two))
	}
	if !strings.Contains(two, "deny not_evaluated") {
		t.Errorf("nothing is judged:\n%s", two)
	}
}

// TestThePageShowsWhatIsRun holds that the settings which docs/collector.md shows are
// those of these tests, but for the Collectors' names and the policy's place.
func TestThePageShowsWhatIsRun(t *testing.T) {
	page, err := os.ReadFile("../../docs/collector.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]bool{}
	for _, m := range regexp.MustCompile("(?s)\n  ```yaml\n(.*?)  ```\n").FindAllStringSubmatch(string(page), -1) {
		name := "judge.yaml"
		if strings.Contains(m[1], "mode: route") {
			name = "front.yaml"
		}
		file, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		var here, there map[string]any
		places := strings.NewReplacer("/etc/ambit/", "testdata/", "[judge-1:4317, judge-2:4317]", `["${env:AMBIT_JUDGE_1}", "${env:AMBIT_JUDGE_2}"]`)
		if err := yaml.Unmarshal([]byte(places.Replace(m[1])), &here); err != nil {
			t.Fatal(err)
		}
		if err := yaml.Unmarshal(file, &there); err != nil {
			t.Fatal(err)
		}
		part(t, name, here, there)
		shown[name] = true
	}
	if len(shown) != 2 {
		t.Errorf("the page shows %v", shown)
	}
}

// part reports what is said here and not there.
func part(t *testing.T, at string, here, there any) {
	t.Helper()
	h, isMap := here.(map[string]any)
	if !isMap {
		if diff := cmp.Diff(there, here); diff != "" {
			t.Errorf("%s (-run +shown):\n%s", at, diff)
		}
		return
	}
	for k, v := range h {
		m, _ := there.(map[string]any)
		part(t, at+"."+k, v, m[k])
	}
}

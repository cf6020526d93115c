package observability_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A sent span, in OTLP's JSON.
type sent struct {
	trace, span, name string
	attributes        map[string]any
	event             map[string]any // attributes of one event
}

func otlpSpans(spans ...sent) any {
	at := time.Now().UnixNano()
	var out []any
	for _, s := range spans {
		span := map[string]any{
			"traceId": s.trace, "spanId": s.span, "name": s.name, "kind": 1, "attributes": keyValues(s.attributes),
			"startTimeUnixNano": fmt.Sprint(at), "endTimeUnixNano": fmt.Sprint(at + 1000),
		}
		if s.event != nil {
			span["events"] = []any{map[string]any{"timeUnixNano": fmt.Sprint(at), "name": "moment", "attributes": keyValues(s.event)}}
		}
		out = append(out, span)
	}
	return map[string]any{"resourceSpans": []any{map[string]any{
		"resource":   map[string]any{"attributes": keyValues(map[string]any{"service.name": "by-hand"})},
		"scopeSpans": []any{map[string]any{"spans": out}},
	}}}
}

func keyValues(m map[string]any) []any {
	out := []any{}
	for k, v := range m {
		value := map[string]any{"stringValue": v}
		if b, ok := v.(bool); ok {
			value = map[string]any{"boolValue": b}
		}
		out = append(out, map[string]any{"key": k, "value": value})
	}
	return out
}

// The trap of tail sampling: what it decided about a trace holds for the spans that
// come later, and a turn of an hour is decided about in its first seconds.
func TestWhatMattersArrivesHoweverLateItComes(t *testing.T) {
	s := start(t)
	const long, control, after = "a0000000000000000000000000000001", "b0000000000000000000000000000002", "c0000000000000000000000000000003"
	work := map[string]any{"gen_ai.operation.name": "execute_tool", "ambit.decision.outcome": "allow"}
	refusal := map[string]any{"ambit.decision.outcome": "deny"}
	names := func(trace string, n int) []string {
		var names []string
		for _, sp := range s.jaeger.WaitTrace(t, trace, n) {
			names = append(names, sp.Name)
		}
		slices.Sort(names)
		return names
	}

	s.post(t, "traces", otlpSpans(sent{trace: long, span: "a000000000000001", name: "early work", attributes: work}))
	// The work around a refusal comes once its trace was decided about, and then the trace before it was, too.
	s.post(t, "traces", otlpSpans(
		sent{trace: control, span: "b000000000000001", name: "work", attributes: work},
		sent{trace: control, span: "b000000000000002", name: "refusal", attributes: refusal},
	))
	if diff := cmp.Diff([]string{"refusal", "work"}, names(control, 2)); diff != "" {
		t.Errorf("a trace with a refusal (-want +got):\n%s", diff)
	}

	want := []string{"after a secret", "credential", "crossing", "intent", "other way", "refusal", "secret", "session", "shadowed", "switch", "turn", "waiting"}
	s.post(t, "traces", otlpSpans(
		sent{trace: long, span: "a000000000000002", name: "late work", attributes: work},
		sent{trace: long, span: "a000000000000003", name: "refusal", attributes: refusal},
		sent{trace: long, span: "a000000000000004", name: "waiting", attributes: map[string]any{"ambit.decision.outcome": "require_approval"}},
		sent{trace: long, span: "a000000000000005", name: "switch", attributes: map[string]any{"ambit.identity.switch.kind": "subject_changed"}},
		sent{trace: long, span: "a000000000000006", name: "secret", attributes: map[string]any{"ambit.secret.found": true}},
		sent{trace: long, span: "a000000000000007", name: "after a secret", attributes: map[string]any{"ambit.decision.outcome": "allow", "ambit.session.secret_seen": true}},
		sent{trace: long, span: "a000000000000008", name: "crossing", attributes: map[string]any{"ambit.crossing.kind": "out_of_scope"}},
		sent{trace: long, span: "a000000000000009", name: "shadowed", attributes: map[string]any{"ambit.decision.would": "deny"}},
		sent{trace: long, span: "a00000000000000a", name: "intent", attributes: map[string]any{"ambit.intent.anomalous": true}},
		sent{trace: long, span: "a00000000000000d", name: "credential", attributes: map[string]any{"ambit.credential.kind": "jwt"}},
		sent{trace: long, span: "a00000000000000e", name: "other way", attributes: map[string]any{"ambit.decision.outcome": "allow", "ambit.call.rerouted": true}},
		sent{trace: long, span: "a00000000000000b", name: "turn", attributes: map[string]any{"gen_ai.operation.name": "invoke_agent"}},
		sent{trace: long, span: "a00000000000000c", name: "session", attributes: map[string]any{"ambit.session.call.count": "1"}},
	))
	names(long, len(want))
	// Once more: when the work of a trace sent afterwards is there, what the earlier one lets through is.
	s.post(t, "traces", otlpSpans(
		sent{trace: after, span: "c000000000000001", name: "work", attributes: work},
		sent{trace: after, span: "c000000000000002", name: "refusal", attributes: refusal},
	))
	names(after, 2)
	if diff := cmp.Diff(want, names(long, len(want))); diff != "" {
		t.Errorf("a long turn, decided about before (-want +got):\n%s", diff)
	}
	left := map[string]int{}
	for _, sp := range s.collector.WaitSpans(t, len(want)+4) {
		if left[sp.SpanID]++; left[sp.SpanID] > 1 {
			t.Errorf("span %s leaves %d times", sp.Name, left[sp.SpanID])
		}
	}
	for _, sp := range s.jaeger.Trace(t, long) {
		if _, marked := sp.Attributes["keep"]; marked {
			t.Errorf("span %s leaves with the Collector's own mark", sp.Name)
		}
	}
}

func TestSecretsAndContentOfOtherSDKsStayBehind(t *testing.T) {
	s := start(t)
	const trace = "d0000000000000000000000000000004"
	key, token := "AKIA"+"QYLPMN5HFIQR7XYA", "ghp_"+strings.Repeat("a1B2", 9)
	s.post(t, "traces", otlpSpans(sent{trace: trace, span: "d000000000000001", name: "tool", attributes: map[string]any{
		"ambit.decision.outcome":            "deny",
		"note":                              "uses " + key,
		"url.full":                          "https://ada:hunter2@git.example/x?t=" + token,
		"http.request.header.authorization": "Bearer abc",
		"gen_ai.input.messages":             `[{"role":"user","parts":[]}]`,
		"gen_ai.tool.call.arguments":        `{"file":"a"}`,
		"gen_ai.usage.input_tokens":         "7",
		"ambit.credential.handle":           "SHA256:abc",
	}, event: map[string]any{"exception.message": "bad token " + token}}))
	span := s.jaeger.WaitTrace(t, trace, 1)[0]
	told := fmt.Sprint(span)
	for _, secret := range []string{key, token, "hunter2", "Bearer abc"} {
		if strings.Contains(told, secret) {
			t.Errorf("%q reached the backend: %s", secret, told)
		}
	}
	for _, gone := range []string{"gen_ai.input.messages", "gen_ai.tool.call.arguments"} {
		if v, ok := span.Attributes[gone]; ok {
			t.Errorf("content reached the backend: %s=%v", gone, v)
		}
	}
	for kept, want := range map[string]string{"gen_ai.usage.input_tokens": "7", "ambit.credential.handle": "SHA256:abc"} {
		if got := span.Attributes[kept]; got != want {
			t.Errorf("%s = %v, want %q", kept, got, want)
		}
	}
}

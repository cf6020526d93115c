package observability_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/internal/backendtest"
)

// A record is a log record as the SIEM's end of the Collector has it.
type record struct {
	name       string
	severity   string
	trace      string
	attributes map[string]string
}

// records reads what the Collector has written to a file of log records.
func records(t *testing.T, path string) []record {
	t.Helper()
	f, err := os.Open(path)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []record
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var m struct {
			ResourceLogs []struct {
				ScopeLogs []struct {
					LogRecords []struct {
						EventName    string `json:"eventName"`
						SeverityText string `json:"severityText"`
						TraceID      string `json:"traceId"`
						Attributes   []struct {
							Key   string         `json:"key"`
							Value map[string]any `json:"value"`
						} `json:"attributes"`
					} `json:"logRecords"`
				} `json:"scopeLogs"`
			} `json:"resourceLogs"`
		}
		if err := json.Unmarshal(lines.Bytes(), &m); err != nil {
			continue // a line that is still being written
		}
		for _, r := range m.ResourceLogs {
			for _, s := range r.ScopeLogs {
				for _, l := range s.LogRecords {
					rec := record{name: l.EventName, severity: l.SeverityText, trace: l.TraceID, attributes: map[string]string{}}
					for _, a := range l.Attributes {
						for _, v := range a.Value { // one of stringValue, boolValue …
							rec.attributes[a.Key] = fmt.Sprint(v)
						}
					}
					all = append(all, rec)
				}
			}
		}
	}
	return all
}

// waitRecords returns the records once n of those sent by hand are there.
func waitRecords(t *testing.T, s *stack, path string, n int) []record {
	t.Helper()
	var got []record
	// Prometheus's clock ticks for us: it is asked again and again until the records are there.
	s.prometheus.WaitQuery(t, "vector(1)", func([]backendtest.Sample) bool {
		got = records(t, path)
		sent := 0
		for _, r := range got {
			if r.attributes["gen_ai.agent.name"] == "by-hand" {
				sent++
			}
		}
		return sent >= n
	})
	return got
}

func otlpLogs(names ...string) any {
	var out []any
	for _, n := range names {
		attributes := map[string]any{"ambit.session.id": "s-1", "gen_ai.agent.name": "by-hand"}
		if n == "gen_ai.client.inference.operation.details" {
			attributes["gen_ai.input.messages"] = "the prompt, with AKIA" + "QYLPMN5HFIQR7XYA"
		}
		if n == "ambit.boundary.crossed" {
			maps.Copy(attributes, map[string]any{
				"ambit.crossing.kind": "sequence", "ambit.decision.outcome": "allow", "ambit.session.secret_seen": true, "ambit.target.host": "paste.example",
			})
		}
		if n == "ambit.signal.raised" {
			attributes["ambit.signal.kind"] = "refusal_ignored"
		}
		out = append(out, map[string]any{"timeUnixNano": fmt.Sprint(time.Now().UnixNano()), "eventName": n, "severityText": "WARN", "attributes": keyValues(attributes)})
	}
	return map[string]any{"resourceLogs": []any{map[string]any{
		"resource":  map[string]any{"attributes": keyValues(map[string]any{"service.name": "by-hand"})},
		"scopeLogs": []any{map[string]any{"logRecords": out}},
	}}}
}

// Prompts and answers go to a store of their own, and events to the SIEM.
func TestContentAndEventsPart(t *testing.T) {
	s := start(t)
	s.post(t, "logs", otlpLogs("gen_ai.client.inference.operation.details", "ambit.boundary.crossed", "ambit.signal.raised"))
	var events, content []string
	for _, r := range waitRecords(t, s, s.events, 2) {
		events = append(events, r.name)
	}
	for _, r := range waitRecords(t, s, s.content, 1) {
		content = append(content, r.name)
		if got := r.attributes["gen_ai.input.messages"]; !strings.HasPrefix(got, "the prompt, with ") || strings.Contains(got, "AKIA") {
			t.Errorf("content %q, want it without the key", got)
		}
	}
	slices.Sort(events)
	if diff := cmp.Diff([]string{"ambit.boundary.crossed", "ambit.signal.raised"}, events); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"gen_ai.client.inference.operation.details"}, content); diff != "" {
		t.Errorf("content (-want +got):\n%s", diff)
	}
	s.prometheus.WaitAlerts(t, "AmbitRefusalIgnored")
}

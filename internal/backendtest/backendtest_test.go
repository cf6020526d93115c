package backendtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const (
	traceID = "5b8efff798038103d269b633813fc60c"
	rootID  = "eee19b7ec3c1b173"
	childID = "eee19b7ec3c1b174"
)

// sent is a trace of two spans with one value of every type.
const sent = `{"resourceSpans": [{
  "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "self-test"}}]},
  "scopeSpans": [{
    "scope": {"name": "backendtest", "version": "1"},
    "spans": [{
      "traceId": "` + traceID + `", "spanId": "` + childID + `", "parentSpanId": "` + rootID + `",
      "name": "execute_tool read_file", "kind": 1,
      "startTimeUnixNano": "1544712660000000002", "endTimeUnixNano": "1544712661000000000",
      "attributes": [
        {"key": "text", "value": {"stringValue": "allow"}},
        {"key": "whole", "value": {"intValue": "7"}},
        {"key": "real", "value": {"doubleValue": 1.5}},
        {"key": "true", "value": {"boolValue": true}},
        {"key": "list", "value": {"arrayValue": {"values": [{"stringValue": "a"}, {"stringValue": "b"}]}}}
      ],
      "events": [{"timeUnixNano": "1544712660500000000", "name": "moment", "attributes": [{"key": "k", "value": {"stringValue": "v"}}]}],
      "links": [{"traceId": "5b8efff798038103d269b633813fc60d", "spanId": "eee19b7ec3c1b175"}],
      "status": {"code": 2, "message": "no"}
    }, {
      "traceId": "` + traceID + `", "spanId": "` + rootID + `", "name": "invoke_agent triage", "kind": 1,
      "startTimeUnixNano": "1544712660000000001", "endTimeUnixNano": "1544712662000000000"
    }]
  }]
}]}`

// want is what a backend should tell of sent, by start time.
func want() []Span {
	resource := map[string]any{"service.name": "self-test"}
	return []Span{{
		TraceID: traceID, SpanID: rootID, Name: "invoke_agent triage", Kind: "INTERNAL",
		Start: time.Unix(1544712660, 1).UTC(), End: time.Unix(1544712662, 0).UTC(),
		Scope: "backendtest", ScopeVersion: "1", Resource: resource,
	}, {
		TraceID: traceID, SpanID: childID, ParentID: rootID, Name: "execute_tool read_file", Kind: "INTERNAL",
		Start: time.Unix(1544712660, 2).UTC(), End: time.Unix(1544712661, 0).UTC(),
		Attributes: map[string]any{"text": "allow", "whole": int64(7), "real": 1.5, "true": true, "list": []any{"a", "b"}},
		Events:     []Event{{Name: "moment", Time: time.Unix(1544712660, 500000000).UTC(), Attributes: map[string]any{"k": "v"}}},
		Links:      []Link{{TraceID: "5b8efff798038103d269b633813fc60d", SpanID: "eee19b7ec3c1b175"}},
		StatusCode: "ERROR", StatusMessage: "no",
		Scope: "backendtest", ScopeVersion: "1", Resource: resource,
	}}
}

func post(t *testing.T, base, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/v1/traces", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK {
		t.Fatalf("send spans: status %d", res.StatusCode)
	}
}

func TestJaegerStartsEmpty(t *testing.T) {
	j := StartJaeger(t)
	if got := j.Services(t); len(got) != 0 {
		t.Errorf("Services() = %q, want none: a Jaeger that nobody has sent to traces nothing of its own", got)
	}
	if got := j.Trace(t, traceID); got != nil {
		t.Errorf("Trace() of an unknown id = %+v, want nil", got)
	}
}

func TestJaegerTellsWhatItWasSent(t *testing.T) {
	j := StartJaeger(t)
	post(t, j.OTLPURL, sent)
	if diff := cmp.Diff(want(), j.WaitTrace(t, traceID, 2)); diff != "" {
		t.Errorf("trace (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"self-test"}, j.Services(t)); diff != "" {
		t.Errorf("services (-want +got):\n%s", diff)
	}
	for _, tt := range []struct {
		name string
		tags map[string]string
		want []string
	}{
		{"all", nil, []string{traceID}},
		{"text", map[string]string{"text": "allow"}, []string{traceID}},
		{"number", map[string]string{"whole": "7"}, []string{traceID}},
		{"boolean", map[string]string{"true": "true"}, []string{traceID}},
		{"both", map[string]string{"text": "allow", "whole": "7"}, []string{traceID}},
		{"one of two", map[string]string{"text": "allow", "whole": "8"}, []string{}},
		{"none", map[string]string{"text": "deny"}, []string{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, j.Find(t, "self-test", tt.tags)); diff != "" {
				t.Errorf("Find(%v) (-want +got):\n%s", tt.tags, diff)
			}
		})
	}
}

func TestJaegerWarnsOfMissingParent(t *testing.T) {
	j := StartJaeger(t)
	post(t, j.OTLPURL, strings.ReplaceAll(sent, `"spanId": "`+rootID, `"spanId": "eee19b7ec3c1b17f`))
	warned := false
	for _, s := range j.WaitTrace(t, traceID, 2) {
		warned = warned || len(s.Warnings) > 0
		if _, ok := s.Attributes[warningsKey]; ok {
			t.Errorf("span %q still has the attribute %s", s.Name, warningsKey)
		}
	}
	if !warned {
		t.Error("no span has a warning, want one about the missing parent")
	}
}

func TestCollectorMarksRedactsAndCounts(t *testing.T) {
	c := StartCollector(t, "")
	secret := "sk-" + strings.Repeat("a", 24)
	post(t, c.OTLPURL, strings.Replace(sent, `"stringValue": "allow"`, `"stringValue": "`+secret+`"`, 1))
	spans := c.WaitSpans(t, 2)
	child := spans[1]
	if got := child.Attributes["collector.seen"]; got != true {
		t.Errorf("collector.seen = %v, want true", got)
	}
	if got, ok := child.Attributes["text"].(string); !ok || strings.Contains(got, secret) {
		t.Errorf("text = %q, want it without the secret", got)
	}
	Await(t, func() (bool, string) {
		m := c.Metrics(t)
		return strings.Contains(m, `span_name="execute_tool read_file"`), "no metric of the span in\n" + m
	})
}

func TestCollectorTakesAConfiguration(t *testing.T) {
	content, err := os.ReadFile(filepath.Join("collector", "config.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(t.TempDir(), "config.yaml")
	changed := strings.Replace(string(content), "collector.seen", "own.config", 1)
	if err := os.WriteFile(config, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	c := StartCollector(t, config)
	post(t, c.OTLPURL, sent)
	if got := c.WaitSpans(t, 2)[0].Attributes["own.config"]; got != true {
		t.Errorf("own.config = %v, want true", got)
	}
}

func TestPrometheusScrapesAndAlerts(t *testing.T) {
	served := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "# TYPE refused counter\nrefused_total{rule=\"no-secrets\"} 3\n")
	}))
	defer served.Close()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"prometheus.yaml": "global: {scrape_interval: 1s, evaluation_interval: 1s}\nrule_files: [rules.yaml]\nscrape_configs:\n" +
			"  - {job_name: self, static_configs: [{targets: [\"" + strings.TrimPrefix(served.URL, "http://") + "\"]}]}\n",
		"rules.yaml":  "groups:\n  - name: self\n    rules: [{alert: Refused, expr: refused_total > 2}]\n",
		"broken.yaml": "groups:\n  - name: self\n    rules: [{alert: Refused, expr: refused_total >}]\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p := StartPrometheus(t, filepath.Join(dir, "prometheus.yaml"))
	alerts := p.WaitAlerts(t, "Refused")
	if len(alerts) != 1 || alerts[0].State != "firing" || alerts[0].Labels["rule"] != "no-secrets" {
		t.Errorf("alerts %+v, want the one of no-secrets", alerts)
	}
	want := []Sample{{Labels: map[string]string{"rule": "no-secrets"}, Value: 3}}
	if diff := cmp.Diff(want, p.WaitQuery(t, "sum by (rule) (refused_total)", func(s []Sample) bool { return len(s) > 0 })); diff != "" {
		t.Errorf("query (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]Sample{{Value: 2}}, p.Query(t, "1 + 1")); diff != "" {
		t.Errorf("scalar (-want +got):\n%s", diff)
	}
	if out, err := Promtool(t, dir, "check", "rules", "rules.yaml"); err != nil {
		t.Errorf("promtool check rules: %v\n%s", err, out)
	}
	if out, err := Promtool(t, dir, "check", "rules", "broken.yaml"); err == nil {
		t.Errorf("promtool finds nothing wrong with a broken rule:\n%s", out)
	}
}

func TestReadsEveryOTLPValue(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     any
	}{
		{"text", `{"stringValue": "a"}`, "a"},
		{"empty text", `{"stringValue": ""}`, ""},
		{"true", `{"boolValue": true}`, true},
		{"whole as text", `{"intValue": "-9223372036854775808"}`, int64(-1 << 63)},
		{"whole as number", `{"intValue": 7}`, int64(7)},
		{"real", `{"doubleValue": 0.5}`, 0.5},
		{"bytes", `{"bytesValue": "AAE="}`, []byte{0, 1}},
		{"list", `{"arrayValue": {"values": [{"intValue": "1"}, {"stringValue": "b"}]}}`, []any{int64(1), "b"}},
		{"empty list", `{"arrayValue": {}}`, []any{}},
		{"map", `{"kvlistValue": {"values": [{"key": "k", "value": {"boolValue": false}}]}}`, map[string]any{"k": false}},
		{"nothing", `{}`, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var v value
			if err := json.Unmarshal([]byte(tt.in), &v); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, v.v); diff != "" {
				t.Errorf("value (-want +got):\n%s", diff)
			}
		})
	}
	for _, in := range []string{`{"intValue": "seven"}`, `{"bytesValue": "?"}`, `{"stringValue": 7}`} {
		var v value
		if err := json.Unmarshal([]byte(in), &v); err == nil {
			t.Errorf("Unmarshal(%s) = %v, want an error", in, v.v)
		}
	}
}

func TestReadsOTLPMessage(t *testing.T) {
	var d tracesData
	if err := json.Unmarshal([]byte(sent), &d); err != nil {
		t.Fatal(err)
	}
	got := d.spans()
	sortByStart(got)
	if diff := cmp.Diff(want(), got); diff != "" {
		t.Errorf("spans (-want +got):\n%s", diff)
	}
}

func TestTailKeepsTheEnd(t *testing.T) {
	var o tail
	for i := range 10_000 {
		fmt.Fprintf(&o, "line %d of many\n", i)
	}
	got := o.String()
	if len(got) > maxTail || !strings.HasSuffix(got, "line 9999 of many\n") {
		t.Errorf("%d bytes ending in %q, want at most %d ending in the last line", len(got), got[len(got)-20:], maxTail)
	}
}

func TestFreePortsDiffer(t *testing.T) {
	seen := make(map[string]string)
	for name, port := range FreePorts(t, "a", "b", "c", "d", "e") {
		if other, ok := seen[port]; ok {
			t.Errorf("%s and %s both have port %s", name, other, port)
		}
		seen[port] = name
	}
}

// recorder is a testing.TB that keeps a skip to itself.
type recorder struct {
	testing.TB
	skipped string
}

func (*recorder) Helper() {}

func (r *recorder) Skipf(format string, args ...any) { r.skipped = fmt.Sprintf(format, args...) }

func TestSkipsOnlyWhenNotAskedFor(t *testing.T) {
	for _, tt := range []struct{ name, env, want string }{
		{"not asked", "", "needs a real Jaeger: set AMBIT_E2E=1 to build it (minutes, the first time) and run this test"},
		{"asked", "1", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv(askedFor, tt.env)
			r := &recorder{TB: t}
			skipUnlessAsked(r, "Jaeger")
			if diff := cmp.Diff(tt.want, r.skipped); diff != "" {
				t.Errorf("skipped with (-want +got):\n%s", diff)
			}
		})
	}
}

func TestProcessThatEndsEarlyIsNotReady(t *testing.T) {
	r := &run{name: "go", cmd: exec.Command("go", "version"), ended: make(chan struct{})}
	r.cmd.Stdout, r.cmd.Stderr = &r.output, &r.output
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go r.wait()
	defer r.end()
	err := r.untilReady(t.Context(), "http://"+host+":"+FreePorts(t, "p")["p"])
	if err == nil || !strings.Contains(err.Error(), "ended early") {
		t.Errorf("untilReady() = %v, want an error that says it ended early", err)
	}
	if got := r.output.String(); !strings.HasPrefix(got, "go version ") {
		t.Errorf("output = %q, want what the process printed", got)
	}
}

package backendtest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"
)

// A Jaeger is a running Jaeger v2 that keeps its spans in memory. Its methods are safe for
// concurrent use.
type Jaeger struct {
	OTLPEndpoint string // host:port for OTLP over gRPC, without TLS
	OTLPURL      string // http://host:port for OTLP over HTTP, without the path /v1/traces
	QueryURL     string // http://host:port of the query API
}

// StartJaeger starts a Jaeger of the test's own and returns when it takes spans. It ends with
// the test, and its output is shown if the test failed. The test is skipped unless AMBIT_E2E is
// set.
func StartJaeger(t testing.TB) *Jaeger {
	t.Helper()
	skipUnlessAsked(t, "Jaeger")
	const (
		health   = "JAEGER_HEALTH_PORT"
		query    = "JAEGER_QUERY_HTTP_PORT"
		queryRPC = "JAEGER_QUERY_GRPC_PORT"
		otlp     = "JAEGER_OTLP_GRPC_PORT"
		otlpHTTP = "JAEGER_OTLP_HTTP_PORT"
	)
	dir, err := jaeger.locate(t.Context())
	if err != nil {
		t.Fatalf("find Jaeger's configuration: %v", err)
	}
	port := jaeger.start(t, launch{
		ports: []string{health, query, queryRPC, otlp, otlpHTTP},
		env:   []string{"JAEGER_HOST=" + host},
		args:  []string{"--config", filepath.Join(dir, "config.yaml")},
		ready: func(port map[string]string) string { return "http://" + host + ":" + port[health] + "/status" },
	})
	return &Jaeger{
		OTLPEndpoint: host + ":" + port[otlp],
		OTLPURL:      "http://" + host + ":" + port[otlpHTTP],
		QueryURL:     "http://" + host + ":" + port[query],
	}
}

// ValidateJaeger has Jaeger read a configuration file and returns what it printed; an error says
// that it would not start with it. The test is skipped unless AMBIT_E2E is set.
func ValidateJaeger(t testing.TB, file string) (string, error) {
	t.Helper()
	skipUnlessAsked(t, "Jaeger")
	out, err := exec.CommandContext(t.Context(), jaeger.executable(t), "validate", "--config", file).CombinedOutput()
	return string(out), err
}

// Services returns the names of the services that have sent spans, sorted.
func (j *Jaeger) Services(t testing.TB) []string {
	t.Helper()
	var answer struct {
		Data []string `json:"data"`
	}
	j.ask(t, "/api/services", nil, &answer)
	slices.Sort(answer.Data)
	return answer.Data
}

// Trace returns the spans of a trace, by start time, or nil if Jaeger has none of it.
func (j *Jaeger) Trace(t testing.TB, traceID string) []Span {
	t.Helper()
	var answer struct {
		Result tracesData `json:"result"`
	}
	j.ask(t, "/api/v3/traces/"+url.PathEscape(traceID), nil, &answer)
	spans := answer.Result.spans()
	sortByStart(spans)
	return spans
}

// WaitTrace returns the spans of a trace, by start time, once there are at least n of them, and
// fails the test if they do not come.
func (j *Jaeger) WaitTrace(t testing.TB, traceID string, n int) []Span {
	t.Helper()
	var spans []Span
	Await(t, func() (bool, string) {
		spans = j.Trace(t, traceID)
		return len(spans) >= n, fmt.Sprintf("trace %s has %d spans, want %d", traceID, len(spans), n)
	})
	return spans
}

// Find returns the ids of the traces, sorted, that have a span of the service with all of the
// tags. Tags are compared as Jaeger compares them: as text, "true" for a boolean. Spans, process
// and events are searched alike; at most 1,000 traces are returned.
func (j *Jaeger) Find(t testing.TB, service string, tags map[string]string) []string {
	t.Helper()
	query := url.Values{
		"service": {service},
		"limit":   {"1000"},
		// Without a start Jaeger looks back two days only, and recorded sessions are older.
		"start": {"1"},
		"end":   {strconv.FormatInt(time.Now().Add(24*time.Hour).UnixMicro(), 10)},
	}
	if len(tags) > 0 {
		list, err := json.Marshal(tags)
		if err != nil {
			t.Fatalf("search tags: %v", err)
		}
		query.Set("tags", string(list))
	}
	var answer struct {
		Data []struct {
			TraceID string `json:"traceID"`
		} `json:"data"`
	}
	j.ask(t, "/api/traces", query, &answer)
	ids := make([]string, 0, len(answer.Data))
	for _, d := range answer.Data {
		ids = append(ids, d.TraceID)
	}
	slices.Sort(ids)
	return ids
}

// ask reads one answer of the query API into v. What Jaeger does not know (404) leaves v as it
// is; any other status fails the test.
func (j *Jaeger) ask(t testing.TB, path string, query url.Values, v any) {
	t.Helper()
	address := j.QueryURL + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	status, body, err := get(t.Context(), address)
	switch {
	case err != nil:
		t.Fatalf("ask Jaeger: %v", err)
	case status == http.StatusNotFound:
		return
	case status != http.StatusOK:
		t.Fatalf("ask Jaeger: %s: status %d: %s", path, status, body)
	}
	if err := json.Unmarshal(body, v); err != nil {
		t.Fatalf("ask Jaeger: %s: %v in %s", path, err, body)
	}
}

// sortByStart orders spans by start time, and by id where two started at once.
func sortByStart(spans []Span) {
	slices.SortFunc(spans, func(a, b Span) int {
		return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.SpanID, b.SpanID))
	})
}

package backendtest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
)

// A Collector is a running OpenTelemetry Collector. Its methods are safe for concurrent use.
type Collector struct {
	OTLPEndpoint string // host:port for OTLP over gRPC, without TLS
	OTLPURL      string // http://host:port for OTLP over HTTP, without the path /v1/traces
	MetricsURL   string // what its Prometheus exporter serves
	File         string // what its file exporter writes: OTLP JSON, one message a line
}

// StartCollector starts a Collector of the test's own and returns when it takes spans. It ends
// with the test, and its output is shown if the test failed. The test is skipped unless
// AMBIT_E2E is set.
//
// config is the path of a configuration, or empty for collector/config.yaml, which marks, redacts
// and counts spans and writes them to File. A configuration of the test's own may use the parts
// that collector/builder.yaml names. It must bind the ports and the file it finds in the
// environment, OTELCOL_HEALTH_PORT (a health_check extension) among them:
//
//	OTELCOL_HOST  OTELCOL_HEALTH_PORT  OTELCOL_OTLP_GRPC_PORT  OTELCOL_OTLP_HTTP_PORT  OTELCOL_PROM_PORT  OTELCOL_FILE
//
// env adds variables of its own, as NAME=value.
func StartCollector(t testing.TB, config string, env ...string) *Collector {
	t.Helper()
	skipUnlessAsked(t, "Collector")
	const (
		health   = "OTELCOL_HEALTH_PORT"
		otlp     = "OTELCOL_OTLP_GRPC_PORT"
		otlpHTTP = "OTELCOL_OTLP_HTTP_PORT"
		metrics  = "OTELCOL_PROM_PORT"
	)
	if config == "" {
		dir, err := collector.locate(t.Context())
		if err != nil {
			t.Fatalf("find the Collector's configuration: %v", err)
		}
		config = filepath.Join(dir, "config.yaml")
	}
	file := filepath.Join(t.TempDir(), "traces.jsonl")
	port := collector.start(t, launch{
		ports: []string{health, otlp, otlpHTTP, metrics},
		env:   append([]string{"OTELCOL_HOST=" + host, "OTELCOL_FILE=" + file}, env...),
		args:  []string{"--config", config},
		ready: func(port map[string]string) string { return "http://" + host + ":" + port[health] + "/" },
	})
	return &Collector{
		OTLPEndpoint: host + ":" + port[otlp],
		OTLPURL:      "http://" + host + ":" + port[otlpHTTP],
		MetricsURL:   "http://" + host + ":" + port[metrics] + "/metrics",
		File:         file,
	}
}

// Spans returns what the Collector has written to its file so far, by start time. A line that is
// still being written is left for the next call.
func (c *Collector) Spans(t testing.TB) []Span {
	t.Helper()
	content, err := os.ReadFile(c.File)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		t.Fatalf("read the Collector's file: %v", err)
	}
	content = content[:bytes.LastIndexByte(content, '\n')+1]
	var all []Span
	lines := bufio.NewScanner(bytes.NewReader(content))
	lines.Buffer(nil, maxAnswer)
	for lines.Scan() {
		var d tracesData
		if err := json.Unmarshal(lines.Bytes(), &d); err != nil {
			t.Fatalf("read the Collector's file: %v in %s", err, lines.Bytes())
		}
		all = append(all, d.spans()...)
	}
	if err := lines.Err(); err != nil {
		t.Fatalf("read the Collector's file: %v", err)
	}
	sortByStart(all)
	return all
}

// WaitSpans returns what the Collector has written, by start time, once there are at least n
// spans, and fails the test if they do not come.
func (c *Collector) WaitSpans(t testing.TB, n int) []Span {
	t.Helper()
	var spans []Span
	Await(t, func() (bool, string) {
		spans = c.Spans(t)
		return len(spans) >= n, fmt.Sprintf("the Collector has written %d spans, want %d", len(spans), n)
	})
	return spans
}

// Metrics returns what the Collector's Prometheus exporter serves, in the text format.
func (c *Collector) Metrics(t testing.TB) string {
	t.Helper()
	status, body, err := get(t.Context(), c.MetricsURL)
	if err != nil || status != http.StatusOK {
		t.Fatalf("ask the Collector for its metrics: status %d, %v", status, err)
	}
	return string(body)
}

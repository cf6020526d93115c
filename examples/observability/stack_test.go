package observability_test

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ambit-go/ambit/internal/backendtest"
)

// A stack is what a team would run: agents send to the Collector, which sends spans
// to Jaeger and is asked for metrics by Prometheus.
type stack struct {
	jaeger     *backendtest.Jaeger
	collector  *backendtest.Collector
	prometheus *backendtest.Prometheus
	events     string // file with what goes to the SIEM
	content    string // file with what goes to the store that few may read
}

// start starts the real programs with the settings of this directory, made quick,
// and with nothing sampled but what is kept anyway. The test is skipped unless
// AMBIT_E2E is set.
func start(t *testing.T) *stack {
	t.Helper()
	dir := t.TempDir()
	s := &stack{jaeger: backendtest.StartJaeger(t), events: filepath.Join(dir, "events.jsonl"), content: filepath.Join(dir, "content.jsonl")}
	// What leaves for Jaeger is written down as well: Jaeger shows a span that came twice once.
	settings := strings.NewReplacer("[otlp_grpc/traces]", "[otlp_grpc/traces, file/leaving]",
		"\nexporters:\n", "\nexporters:\n  file/leaving: {path: \"${env:OTELCOL_FILE}\", flush_interval: 100ms}\n").Replace(read(t, "collector.yaml"))
	write(t, filepath.Join(dir, "collector.yaml"), settings)
	s.collector = backendtest.StartCollector(t, filepath.Join(dir, "collector.yaml"),
		"TRACES_ENDPOINT="+s.jaeger.OTLPEndpoint, "OTELCOL_EVENTS_FILE="+s.events, "OTELCOL_CONTENT_FILE="+s.content,
		"OTELCOL_DECISION_WAIT=1s", "OTELCOL_SAMPLE_PERCENT=0", "OTELCOL_FLUSH_INTERVAL=500ms", "OTELCOL_BATCH_TIMEOUT=100ms")
	scraped := strings.TrimSuffix(strings.TrimPrefix(s.collector.MetricsURL, "http://"), "/metrics")
	config := read(t, "prometheus.yaml")
	for from, to := range map[string]string{"127.0.0.1:8889": scraped, "_interval: 5s": "_interval: 1s"} {
		if !strings.Contains(config, from) {
			t.Fatalf("prometheus.yaml does not say %q", from)
		}
		config = strings.ReplaceAll(config, from, to)
	}
	write(t, filepath.Join(dir, "prometheus.yaml"), config)
	write(t, filepath.Join(dir, "alerts.yaml"), read(t, "alerts.yaml"))
	s.prometheus = backendtest.StartPrometheus(t, filepath.Join(dir, "prometheus.yaml"))
	return s
}

// run runs an example as its reader would, towards the Collector.
func (s *stack) run(t *testing.T, example string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "run", "./"+example)
	cmd.Dir = ".." // the module of the examples
	cmd.Env = append(cmd.Environ(),
		"OTEL_EXPORTER_OTLP_ENDPOINT=http://"+s.collector.OTLPEndpoint, "OTEL_METRICS_EXPORTER=otlp", "OTEL_LOGS_EXPORTER=otlp")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go run ./%s: %v\n%s", example, err, out)
	}
}

// post sends one OTLP message of a signal ("traces", "logs") as JSON.
func (s *stack) post(t *testing.T, signal string, message any) {
	t.Helper()
	body, err := json.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), http.MethodPost, s.collector.OTLPURL+"/v1/"+signal, strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK {
		t.Fatalf("send %s: status %d", signal, res.StatusCode)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

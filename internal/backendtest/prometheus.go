package backendtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"os/exec"
	"strconv"
	"testing"
	"time"
)

// A Prometheus is a running Prometheus. Its methods are safe for concurrent use.
type Prometheus struct {
	URL string // http://host:port
}

// StartPrometheus starts a Prometheus of the test's own that follows the configuration in the file
// config, and returns when it answers. It ends with the test, and its output is shown if the test
// failed. The test is skipped unless AMBIT_E2E is set.
func StartPrometheus(t testing.TB, config string) *Prometheus {
	t.Helper()
	skipUnlessAsked(t, "Prometheus")
	const web = "PROMETHEUS_PORT"
	port := prometheus.start(t, launch{
		ports: []string{web},
		args: []string{
			"--config.file=" + config, "--storage.tsdb.path=" + t.TempDir(),
			"--web.listen-address=" + host + ":${" + web + "}", "--log.level=warn",
		},
		ready: func(port map[string]string) string { return "http://" + host + ":" + port[web] + "/-/ready" },
	})
	return &Prometheus{URL: "http://" + host + ":" + port[web]}
}

// A Sample is one series of an instant query.
type Sample struct {
	Labels map[string]string
	Value  float64
}

// Query returns what an instant query answers now, a scalar as one sample without labels. A query
// that Prometheus refuses fails the test.
func (p *Prometheus) Query(t testing.TB, query string) []Sample {
	t.Helper()
	var answer struct {
		ResultType string          `json:"resultType"`
		Result     json.RawMessage `json:"result"`
	}
	p.ask(t, "/api/v1/query", url.Values{"query": {query}}, &answer)
	if answer.ResultType == "scalar" {
		var v point
		if err := json.Unmarshal(answer.Result, &v); err != nil {
			t.Fatalf("ask Prometheus: %s: %v in %s", query, err, answer.Result)
		}
		return []Sample{{Value: v.value}}
	}
	var series []struct {
		Metric map[string]string `json:"metric"`
		Value  point             `json:"value"`
	}
	if err := json.Unmarshal(answer.Result, &series); err != nil {
		t.Fatalf("ask Prometheus: %s: %v in %s", query, err, answer.Result)
	}
	samples := make([]Sample, 0, len(series))
	for _, s := range series {
		samples = append(samples, Sample{Labels: s.Metric, Value: s.Value.value})
	}
	return samples
}

// WaitQuery returns what an instant query answers once enough says that it is enough, and fails the
// test if it never does.
func (p *Prometheus) WaitQuery(t testing.TB, query string, enough func([]Sample) bool) []Sample {
	t.Helper()
	var samples []Sample
	Await(t, func() (bool, string) {
		samples = p.Query(t, query)
		return enough(samples), fmt.Sprintf("%s answers %v", query, samples)
	})
	return samples
}

// An Alert is an alert that is pending or firing.
type Alert struct {
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
	State       string            `json:"state"`
	ActiveAt    time.Time         `json:"activeAt"`
}

// Alerts returns the alerts that are pending or firing now.
func (p *Prometheus) Alerts(t testing.TB) []Alert {
	t.Helper()
	var answer struct {
		Alerts []Alert `json:"alerts"`
	}
	p.ask(t, "/api/v1/alerts", nil, &answer)
	return answer.Alerts
}

// WaitAlerts returns the alerts once each of the names is firing, and fails the test if they do not.
func (p *Prometheus) WaitAlerts(t testing.TB, names ...string) []Alert {
	t.Helper()
	var alerts []Alert
	Await(t, func() (bool, string) {
		alerts = p.Alerts(t)
		firing := map[string]bool{}
		for _, a := range alerts {
			firing[a.Labels["alertname"]] = firing[a.Labels["alertname"]] || a.State == "firing"
		}
		for _, n := range names {
			if !firing[n] {
				return false, fmt.Sprintf("%s does not fire; firing are %v", n, firing)
			}
		}
		return true, ""
	})
	return alerts
}

// ask reads the data of one answer into v. An answer that is no success fails the test.
func (p *Prometheus) ask(t testing.TB, path string, query url.Values, v any) {
	t.Helper()
	address := p.URL + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	status, body, err := get(t.Context(), address)
	if err != nil {
		t.Fatalf("ask Prometheus: %v", err)
	}
	var answer struct {
		Data  json.RawMessage `json:"data"`
		Error string          `json:"error"`
	}
	if err := json.Unmarshal(body, &answer); err != nil || status != http.StatusOK {
		t.Fatalf("ask Prometheus: %s: status %d: %s", query.Get("query"), status, body)
	}
	if err := json.Unmarshal(answer.Data, v); err != nil {
		t.Fatalf("ask Prometheus: %s: %v in %s", query.Get("query"), err, body)
	}
}

// point is a value as the query API writes it: a pair of a time and of a number in a string.
type point struct{ value float64 }

func (p *point) UnmarshalJSON(b []byte) error {
	var at float64
	var text string
	if err := json.Unmarshal(b, &[]any{&at, &text}); err != nil {
		return err
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil && !math.IsInf(v, 0) {
		return err
	}
	p.value = v
	return nil
}

// Promtool runs Prometheus's promtool in dir and returns what it printed; an error says that it
// found something wrong. The test is skipped unless AMBIT_E2E is set.
func Promtool(t testing.TB, dir string, args ...string) (string, error) {
	t.Helper()
	skipUnlessAsked(t, "promtool")
	var out bytes.Buffer
	cmd := exec.CommandContext(t.Context(), promtool.executable(t), args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &out
	err := cmd.Run()
	return out.String(), err
}

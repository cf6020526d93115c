package observability_test

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/ambit-go/ambit/internal/backendtest"
)

func TestAlertRulesPassTheirUnitTests(t *testing.T) {
	if out, err := backendtest.Promtool(t, ".", "check", "config", "prometheus.yaml"); err != nil {
		t.Errorf("promtool check config: %v\n%s", err, out)
	}
	if out, err := backendtest.Promtool(t, ".", "test", "rules", "alerts_test.yaml"); err != nil {
		t.Errorf("promtool test rules: %v\n%s", err, out)
	}
}

// The unit tests notice when a rule is not what it was: each alert with a limit, or a
// selector, that lets nothing through.
func TestAlertRulesAreTestedEach(t *testing.T) {
	rules := read(t, "alerts.yaml")
	alerts := regexp.MustCompile(`- alert: (\w+)\n`).FindAllStringSubmatchIndex(rules, -1)
	if len(alerts) < 10 {
		t.Fatalf("%d alerts", len(alerts))
	}
	for _, at := range alerts {
		name := rules[at[2]:at[3]]
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			changed := rules[:at[2]] + name + "Gone" + rules[at[3]:]
			write(t, filepath.Join(dir, "alerts.yaml"), changed)
			write(t, filepath.Join(dir, "alerts_test.yaml"), read(t, "alerts_test.yaml"))
			if out, err := backendtest.Promtool(t, dir, "test", "rules", "alerts_test.yaml"); err == nil {
				t.Errorf("nothing is missed without the alert %s:\n%s", name, out)
			}
		})
	}
	// The trap that the recorded growth is there for.
	dir := t.TempDir()
	write(t, filepath.Join(dir, "alerts.yaml"), regexp.MustCompile(`expr: \((\w+) unless \w+ offset 5m\) or `).ReplaceAllString(rules, "expr: "))
	write(t, filepath.Join(dir, "alerts_test.yaml"), read(t, "alerts_test.yaml"))
	if out, err := backendtest.Promtool(t, dir, "test", "rules", "alerts_test.yaml"); err == nil {
		t.Errorf("increase() alone passes too, so the first refusal of its kind is not tested:\n%s", out)
	}
}

// What README.md says: start it, and see the alerts fire.
func TestANewcomerSeesTheAlertsFire(t *testing.T) {
	if out, err := backendtest.Promtool(t, ".", "--version"); err != nil { // builds it, or skips
		t.Fatalf("promtool: %v\n%s", err, out)
	}
	if !strings.Contains(read(t, "README.md"), "\nexamples/observability/up\n") {
		t.Error("README.md does not say: examples/observability/up")
	}
	cmd := exec.CommandContext(t.Context(), "./up", "-once")
	cmd.Env = append(cmd.Environ(), "AMBIT_OBSERVABILITY_DIR="+t.TempDir())
	cmd.Env = append(cmd.Env, ports(t)...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("up -once: %v\n%s", err, out)
	}
	_, firing, _ := strings.Cut(string(out), "\nFiring:\n")
	for _, want := range []string{
		`{alertname="AmbitEgressRefused", ambit_decision_reason="unmatched", gen_ai_agent_name="triage", severity="ticket"}`,
		`{alertname="AmbitSecretAccessed", ambit_secret_kind="aws-access-key-id", gen_ai_agent_name="triage", severity="page"}`,
		`{alertname="AmbitIdentitySwitched", ambit_identity_switch_kind="subject_changed", gen_ai_agent_name="triage", severity="page"}`,
	} {
		if !strings.Contains(firing, want) {
			t.Errorf("does not fire: %s; it printed\n%s", want, out)
		}
	}
}

// ports gives every port that up takes a free one.
func ports(t *testing.T) (env []string) {
	t.Helper()
	for name, port := range backendtest.FreePorts(t,
		"OTELCOL_OTLP_GRPC_PORT", "OTELCOL_OTLP_HTTP_PORT", "OTELCOL_HEALTH_PORT", "OTELCOL_PROM_PORT", "PROMETHEUS_PORT",
		"JAEGER_QUERY_HTTP_PORT", "JAEGER_QUERY_GRPC_PORT", "JAEGER_OTLP_GRPC_PORT", "JAEGER_OTLP_HTTP_PORT", "JAEGER_HEALTH_PORT",
	) {
		env = append(env, name+"="+port)
	}
	return env
}

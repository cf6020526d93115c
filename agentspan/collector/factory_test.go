package collector

import (
	"errors"
	"strings"
	"testing"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor/processortest"

	"github.com/ambit-go/ambit/boundary/secret"
)

type panicking struct{}

func (panicking) Detect([]secret.Finding, []byte, secret.Place) []secret.Finding { panic("detector") }

// TestLifecycle is what the Collector does with every component.
func TestLifecycle(t *testing.T) {
	f := NewFactory()
	if f.Type() != component.MustNewType("ambit") || f.TracesStability() != component.StabilityLevelAlpha {
		t.Errorf("factory %v, %v", f.Type(), f.TracesStability())
	}
	cfg := f.CreateDefaultConfig()
	if err := componenttest.CheckConfigStruct(cfg); err != nil {
		t.Error(err)
	}
	if err := confmap.New().Unmarshal(cfg); err != nil {
		t.Error(err)
	}
	if err := cfg.(*Config).Validate(); err != nil {
		t.Errorf("the default configuration: %v", err)
	}
	set := processortest.NewNopSettings(f.Type())
	for _, started := range []bool{false, true} { // one that was never started has to shut down too
		p, err := f.CreateTraces(t.Context(), set, cfg, consumertest.NewNop())
		if err != nil {
			t.Fatal(err)
		}
		if !p.Capabilities().MutatesData {
			t.Error("it writes to spans, and does not say so")
		}
		if started {
			if err := p.Start(t.Context(), componenttest.NewNopHost()); err != nil {
				t.Error(err)
			}
			if err := p.ConsumeTraces(t.Context(), fixture(t, "python")); err != nil {
				t.Error(err)
			}
			if err := p.ConsumeTraces(t.Context(), ptrace.NewTraces()); err != nil {
				t.Error(err)
			}
		}
		for range 2 {
			if err := p.Shutdown(t.Context()); err != nil {
				t.Error(err)
			}
		}
	}
	if _, err := f.CreateLogs(t.Context(), set, cfg, consumertest.NewNop()); err == nil {
		t.Error("it takes logs")
	}
}

// TestNextConsumerErrors holds that what the next component says goes back to the
// sender, who sends again.
func TestNextConsumerErrors(t *testing.T) {
	cfg := defaultConfig().(*Config)
	want := errors.New("full")
	g, err := newGovernor(componenttest.NewNopTelemetrySettings(), cfg, consumertest.NewErr(want))
	if err != nil {
		t.Fatal(err)
	}
	if err := g.ConsumeTraces(t.Context(), fixture(t, "python")); err != want { //nolint:errorlint // the same one
		t.Errorf("error %v, want %v", err, want)
	}
	if err := g.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestConfig(t *testing.T) {
	for _, tt := range []struct {
		yaml map[string]any
		want string // in the error; empty for none
	}{
		{map[string]any{"policy": "testdata/task.yaml", "content": "drop", "idle": "10m", "hash_key": "0123456789abcdef", "owner_keys": []any{"who"}}, ""},
		{map[string]any{"mode": "enforce"}, "has happened already"},
		{map[string]any{"mode": "route"}, ""},
		{map[string]any{"mode": "route", "policy": "testdata/task.yaml"}, "nothing is judged"},
		{map[string]any{"reload": "0s"}, ""},
		{map[string]any{"reload": "10ms"}, "reload"},
		{map[string]any{"content": "hide"}, "keep, redact or drop"},
		{map[string]any{"max_conversations": 0}, "max_conversations"},
		{map[string]any{"idle": "1ms"}, "idle"},
		{map[string]any{"hash_key": "short"}, "hash_key"},
		{map[string]any{"argument_keys": []any{""}}, "empty key"},
		{map[string]any{"plicy": "x"}, "plicy"},
	} {
		cfg := defaultConfig().(*Config)
		err := confmap.NewFromStringMap(tt.yaml).Unmarshal(cfg)
		if err == nil {
			err = cfg.Validate()
		}
		switch {
		case tt.want == "" && err != nil:
			t.Errorf("%v: %v", tt.yaml, err)
		case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
			t.Errorf("%v: error %v, want one with %q", tt.yaml, err, tt.want)
		case strings.Contains(tt.want, "hash_key") && strings.Contains(err.Error(), "short"):
			t.Error("the error tells the key")
		}
	}
	cfg := defaultConfig().(*Config)
	cfg.Policy = "testdata/no-such-file.yaml"
	if _, err := newGovernor(componenttest.NewNopTelemetrySettings(), cfg, consumertest.NewNop()); err == nil {
		t.Error("a policy that is not there is taken: a missing policy must be noticed at start")
	}
}

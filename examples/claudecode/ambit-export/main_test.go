package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// at runs a command with a state folder of its own.
func at(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	for _, name := range []string{"POLICY", "MODE", "OWNER", "ENDPOINT", "AGENT", "HEADERS"} {
		t.Setenv("AMBIT_HOOK_"+name, "")
	}
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "")
	t.Setenv("AMBIT_HOOK_STATE", filepath.Join(t.TempDir(), "state"))
	var out, errs bytes.Buffer
	code = run(t.Context(), args, &out, &errs)
	return code, out.String(), errs.String()
}

func TestCommands(t *testing.T) {
	if code, out, _ := at(t, "version"); code != 0 || strings.TrimSpace(out) == "" {
		t.Errorf("version: %d %q", code, out)
	}
	if code, out, _ := at(t, "status"); code != 0 || !strings.Contains(out, "sessions 0") {
		t.Errorf("status: %d %q", code, out)
	}
	if code, out, _ := at(t, "status", "-o", "json"); code != 0 || !strings.HasPrefix(out, "{") {
		t.Errorf("status -o json: %d %q", code, out)
	}
	// A test's own program is not beside ambit-hook.
	if code, out, _ := at(t, "doctor"); code != 1 || !strings.Contains(out, "ambit-hook is missing") {
		t.Errorf("doctor: %d %q", code, out)
	}
	if code, _, errs := at(t, "export"); code != 0 || errs != "" {
		t.Errorf("export without a collector: %d %q", code, errs)
	}
	if code, _, errs := at(t, "serve", "-listen", "0.0.0.0:0"); code != 1 || !strings.Contains(errs, "this machine") {
		t.Errorf("serve to everybody: %d %q", code, errs)
	}
	if code, out, errs := at(t, "replay", filepath.Join("..", "..", "internal", "replay", "testdata", "transcript.jsonl")); code != 0 || !strings.Contains(out, "invoke_agent") {
		t.Errorf("replay: %d %q %q", code, out, errs)
	}
}

func TestUsage(t *testing.T) {
	for _, args := range [][]string{nil, {"-h"}, {"dance"}} {
		code, out, errs := at(t, args...)
		if code != 2 || out != "" {
			t.Errorf("%q: %d %q", args, code, out)
		}
		for _, c := range append([]command{{name: "hook"}}, commands...) {
			if !strings.Contains(errs, "\n  "+c.name) {
				t.Errorf("%q: does not tell of %s", args, c.name)
			}
		}
	}
	if code, _, errs := at(t, "status", "-no-such-flag"); code != 1 || !strings.Contains(errs, "no-such-flag") {
		t.Errorf("a flag that is none: %d %q", code, errs)
	}
	if code, _, _ := at(t, "status", "-h"); code != 0 {
		t.Errorf("-h: %d", code)
	}
	state := t.TempDir()
	if err := os.WriteFile(filepath.Join(state, "config.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := at(t, "status", "-state", state); code != 1 || !strings.Contains(errs, "config.json") {
		t.Errorf("a broken config.json: %d %q", code, errs)
	}
}

package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/hookspan/payload"
	"github.com/ambit-go/ambit/examples/claudecode/internal/settings"
)

func read(t *testing.T, name string, v any) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, v); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return text
}

func TestOneVersion(t *testing.T) {
	var plugin struct{ Version string }
	read(t, "plugin/.claude-plugin/plugin.json", &plugin)
	if plugin.Version != settings.Version || settings.Version != agentspan.Version {
		t.Errorf("plugin %s, programs %s, library %s", plugin.Version, settings.Version, agentspan.Version)
	}
}

// TestOptions: each option of the plugin is one that the programs read.
func TestOptions(t *testing.T) {
	var plugin struct {
		Options map[string]any `json:"userConfig"`
	}
	read(t, "plugin/.claude-plugin/plugin.json", &plugin)
	for name := range plugin.Options {
		t.Setenv("CLAUDE_PLUGIN_OPTION_"+strings.ToUpper(name), "true")
		s, err := settings.Load(settings.Settings{State: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		if name == "headers" { // a list, and "true" is none
			t.Setenv("CLAUDE_PLUGIN_OPTION_HEADERS", "a=b")
			if s, _ = settings.Load(s); s.Headers["a"] != "b" {
				t.Errorf("%s is not read", name)
			}
			continue
		}
		if diff := cmp.Diff(settings.Settings{State: s.State}, s); !strings.Contains(diff, "true") {
			t.Errorf("%s is not read", name)
		}
		t.Setenv("CLAUDE_PLUGIN_OPTION_"+strings.ToUpper(name), "")
	}
	if len(plugin.Options) < 3 {
		t.Errorf("%d options", len(plugin.Options))
	}
}

// TestHookFiles: every event that an agent is told to call us for is one that its
// payload reader knows, and those without which a call is not decided or a turn never
// ends are among them.
func TestHookFiles(t *testing.T) {
	for name, agent := range map[string]string{
		"plugin/hooks/hooks.json": "claude-code", "agents/codex/hooks.json": "codex", "agents/copilot/ambit.json": "copilot",
		"agents/gemini/settings.json": "gemini-cli", "agents/cursor/hooks.json": "cursor", "agents/vscode/ambit.json": "vscode",
	} {
		t.Run(agent, func(t *testing.T) {
			var file struct {
				Hooks map[string]json.RawMessage `json:"hooks"`
			}
			text := read(t, name, &file)
			dialect, ok := payload.ParseDialect(agent)
			if !ok {
				t.Fatalf("no agent %q", agent)
			}
			found := map[payload.EventName]bool{}
			for event, registered := range file.Hooks {
				if !bytes.Contains(registered, []byte("ambit-hook")) || !strings.Contains(strings.Join(strings.Fields(string(text)), ""), agent) {
					t.Errorf("%s does not call ambit-hook for %s", event, agent)
				}
				e, err := payload.DecodeAs(dialect, []byte(`{"hook_event_name": "`+event+`", "session_id": "s"}`))
				if err != nil {
					t.Fatal(err)
				}
				found[e.Name] = true
				switch e.Name {
				case payload.SessionStart, payload.UserPromptSubmit, payload.PreToolUse, payload.PermissionDenied, payload.PostToolUse, payload.PostToolUseFailure,
					payload.PostToolBatch, payload.SubagentStart, payload.SubagentStop, payload.Stop, payload.StopFailure, payload.ConfigChange,
					payload.CwdChanged, payload.SessionEnd:
				default:
					t.Errorf("%s is called for %s, which the gate does nothing about", agent, event)
				}
			}
			for _, e := range []payload.EventName{payload.SessionStart, payload.UserPromptSubmit, payload.PreToolUse, payload.PostToolUse, payload.Stop} {
				if !found[e] {
					t.Errorf("%s is not called for %s", agent, e)
				}
			}
		})
	}
}

func TestFit(t *testing.T) {
	text, err := os.ReadFile("../plugin/hooks/hooks.json")
	if err != nil {
		t.Fatal(err)
	}
	if same, err := fit(text, "linux", false); err != nil || !bytes.Equal(same, text) {
		t.Errorf("building on Linux changes hooks.json (%v):\n%s", err, cmp.Diff(string(text), string(same)))
	}
	closed, err := fit(text, "linux", true)
	if err != nil || bytes.Count(closed, []byte(`"onFailure": "block"`)) != 1 {
		t.Errorf("not exactly the calls fail closed (%v): %s", err, closed)
	}
	windows, err := fit(closed, "windows", false)
	if err != nil || bytes.Contains(windows, []byte("onFailure")) || bytes.Count(windows, []byte("ambit-hook.exe")) != bytes.Count(text, []byte("ambit-hook")) {
		t.Errorf("Windows (%v): %s", err, windows)
	}
	if back, err := fit(windows, "linux", false); err != nil || !bytes.Equal(back, text) {
		t.Error("there is no way back")
	}
	if _, err := fit([]byte(`{"hooks": {"Stop": [{"hooks": [1]}]}}`), "linux", false); err == nil {
		t.Error("a broken file passes")
	}
}

func TestArchivesRepeat(t *testing.T) {
	files := map[string][]byte{"hooks/ambit-hook": []byte("program"), "README.md": []byte("text")}
	a, err := pack(files)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := pack(files); err != nil || !bytes.Equal(a, b) {
		t.Errorf("the same files make two archives (%v)", err)
	}
	r, err := zip.NewReader(bytes.NewReader(a), int64(len(a)))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, f := range r.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		got[f.Name] = f.Mode().String() + " " + string(text)
	}
	want := map[string]string{"hooks/ambit-hook": "-rwxr-xr-x program", "README.md": "-rw-r--r-- text"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestBuild makes the plugin as it lies there: what its README's first command does.
func TestBuild(t *testing.T) {
	var out bytes.Buffer
	if err := run(nil, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "claude plugin install ambit") {
		t.Errorf("does not say what comes next: %s", &out)
	}
	if err := run([]string{"-no-such-flag"}, io.Discard, io.Discard); err == nil {
		t.Error("takes any flag")
	}
}

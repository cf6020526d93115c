package doctor

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ambit-go/ambit/agentspan/hookspan/journal"
	"github.com/ambit-go/ambit/examples/claudecode/internal/settings"
)

// healthy is a machine on which everything is as it should be: the plugin is enabled,
// both programs are there, and the collector answers.
func healthy(t *testing.T) (Machine, func(name, text string)) {
	t.Helper()
	root := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	write("programs/ambit-hook", "")
	write("programs/ambit-export", "")
	write("home/.claude/settings.json", `{"enabledPlugins": {"ambit@ambit-go": true}}`)
	write("project/main.go", "package main")
	if err := os.MkdirAll(filepath.Join(root, "state"), 0o700); err != nil {
		t.Fatal(err)
	}
	return Machine{
		Settings: settings.Settings{State: filepath.Join(root, "state"), Owner: "ada@example.com", Endpoint: "http://127.0.0.1:4317"},
		Programs: filepath.Join(root, "programs"), Version: "1.2.3", Agent: "claude-code", System: "linux",
		Home: filepath.Join(root, "home"), Project: filepath.Join(root, "project"), Managed: filepath.Join(root, "managed"),
		Env: func(string) string { return "" }, Now: time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC),
		Run:  func(context.Context, string, ...string) (string, error) { return "1.2.3", nil },
		Dial: func(context.Context, string) error { return nil },
	}, write
}

func TestHealthy(t *testing.T) {
	m, _ := healthy(t)
	for _, f := range Examine(t.Context(), m) {
		if f.Level != OK {
			t.Errorf("%s: %s", f.Level, f.What)
		}
	}
}

const handler = `{"hooks": [{"type": "command", "command": "/opt/ambit-hook", "args": ["hook"]}]}`

// settingsWith is a settings file that registers the hook program for every wanted
// event, with another registration for one of them.
func settingsWith(event, registration string) string {
	parts := []string{}
	for _, w := range wanted {
		if w.event != event {
			parts = append(parts, `"`+w.event+`": [`+handler+`]`)
		}
	}
	if registration != "" {
		parts = append(parts, `"`+event+`": [`+registration+`]`)
	}
	return `{"hooks": {` + strings.Join(parts, ", ") + `}}`
}

// TestMisconfigurations breaks one thing at a time.
func TestMisconfigurations(t *testing.T) {
	const mine, shared = "home/.claude/settings.json", "project/.claude/settings.json"
	for _, test := range []struct {
		name  string
		upset func(m *Machine, write func(name, text string))
		level Level
		want  string // of what is said
	}{
		{"not registered", func(_ *Machine, write func(_, _ string)) { write(mine, `{}`) }, Problem, "knows of no hook of ours"},
		{"plugin disabled", func(_ *Machine, write func(_, _ string)) {
			write(mine, `{"enabledPlugins": {"ambit@ambit-go": false}}`)
		}, Problem, "ambit@ambit-go disabled"},
		{"registered twice", func(_ *Machine, write func(_, _ string)) { write(shared, settingsWith("", "")) }, Problem, "registered more than once"},
		{"hooks switched off", func(_ *Machine, write func(_, _ string)) { write(shared, `{"disableAllHooks": true}`) }, Problem, "disableAllHooks"},
		{"only an administrator's hooks", func(_ *Machine, write func(_, _ string)) {
			write("managed/managed-settings.json", `{"allowManagedHooksOnly": true}`)
		}, Problem, "allowManagedHooksOnly"},
		{"a malformed switch counts as on", func(_ *Machine, write func(_, _ string)) {
			write("managed/managed-settings.d/10.json", `{"allowManagedHooksOnly": "no"}`)
		}, Problem, "allowManagedHooksOnly"},
		{"calls not registered", func(_ *Machine, write func(_, _ string)) { write(mine, settingsWith("PreToolUse", "")) }, Problem, "does not register PreToolUse"},
		{"results not registered", func(_ *Machine, write func(_, _ string)) { write(mine, settingsWith("PostToolUse", "")) }, Warning, "does not register PostToolUse"},
		{"some tools only", func(_ *Machine, write func(_, _ string)) {
			write(mine, settingsWith("PreToolUse", `{"matcher": "Bash", "hooks": [{"type": "command", "command": "ambit-hook hook"}]}`))
		}, Warning, "for some tools only (Bash)"},
		{"asynchronous", func(_ *Machine, write func(_, _ string)) {
			write(mine, settingsWith("PreToolUse", `{"hooks": [{"type": "command", "command": "ambit-hook hook", "async": true}]}`))
		}, Problem, "cannot stop a call"},
		{"too little time", func(_ *Machine, write func(_, _ string)) {
			write(mine, settingsWith("PreToolUse", `{"hooks": [{"type": "command", "command": "ambit-hook hook", "timeout": 1}]}`))
		}, Warning, "gives PreToolUse 1 s"},
		{"where a path is expected", func(_ *Machine, write func(_, _ string)) { write(mine, settingsWith("WorktreeCreate", handler)) }, Problem, "WorktreeCreate"},
		{"a session's start by HTTP", func(_ *Machine, write func(_, _ string)) {
			write(mine, settingsWith("SessionStart", `{"hooks": [{"type": "http", "url": "http://127.0.0.1:4319/hook"}]}`))
		}, Warning, "SessionStart by HTTP"},
		{"nobody can be asked", func(_ *Machine, write func(_, _ string)) {
			write(shared, `{"permissions": {"defaultMode": "bypassPermissions"}}`)
		}, Warning, "bypassPermissions"},
		{"broken settings", func(_ *Machine, write func(_, _ string)) { write(shared, `{"hooks": `) }, Problem, "cannot be read"},
		{"untrusted folder", func(m *Machine, write func(_, _ string)) {
			write(mine, settingsWith("", ""))
			write("home/.claude.json", `{"projects": {"`+m.Project+`": {"hasTrustDialogAccepted": false}}}`)
		}, Warning, "is not trusted yet"},

		{"program missing", func(m *Machine, _ func(_, _ string)) { _ = os.Remove(filepath.Join(m.Programs, "ambit-hook")) }, Problem, "ambit-hook is missing"},
		{"exporter missing", func(m *Machine, _ func(_, _ string)) { _ = os.Remove(filepath.Join(m.Programs, "ambit-export")) }, Problem, "ambit-export is missing"},
		{"not executable", func(m *Machine, _ func(_, _ string)) { _ = os.Chmod(filepath.Join(m.Programs, "ambit-hook"), 0o600) }, Problem, "is not executable"},
		{"for another system", func(m *Machine, _ func(_, _ string)) {
			m.Run = func(context.Context, string, ...string) (string, error) { return "", errors.New("exec format error") }
		}, Problem, "exec format error"},
		{"two versions", func(m *Machine, _ func(_, _ string)) { m.Version = "1.2.4" }, Problem, `is version "1.2.3"`},

		{"policy gone", func(m *Machine, _ func(_, _ string)) { m.Settings.Policy = "/nowhere/policy.yaml" }, Problem, "policy cannot be used"},
		{"policy broken", func(m *Machine, write func(_, _ string)) {
			write("policy.yaml", "version: 1\nid: x\ngrants:\n  - {id: read, tolls: [Read]}\n")
			m.Settings.Policy = filepath.Join(filepath.Dir(m.Home), "policy.yaml")
		}, Problem, "policy.yaml:4"},
		{"policy expired", func(m *Machine, write func(_, _ string)) {
			write("policy.yaml", "version: 1\nid: x\nexpires: 2026-11-01T00:00:00Z\ngrants:\n  - {id: read, tools: [Read], paths: [\"${repo}/**\"]}\n")
			m.Settings.Policy = filepath.Join(filepath.Dir(m.Home), "policy.yaml")
		}, Warning, "expire"},
		{"policy in the project", func(m *Machine, write func(_, _ string)) {
			write("project/policy.yaml", "version: 1\nid: x\ngrants:\n  - {id: read, tools: [Read], paths: [\"${repo}/**\"]}\n")
			m.Settings.Policy = filepath.Join(m.Project, "policy.yaml")
		}, Warning, "lies in the project"},
		{"policy by half a path", func(m *Machine, _ func(_, _ string)) { m.Settings.Policy = "policy.yaml" }, Warning, "whichever folder the agent is in"},
		{"no such mode", func(m *Machine, _ func(_, _ string)) { m.Settings.Mode = "strict" }, Problem, `the mode is "strict"`},
		{"no owner", func(m *Machine, _ func(_, _ string)) { m.Settings.Owner = "" }, Warning, "no owner is set"},
		{"settings of our own broken", func(m *Machine, _ func(_, _ string)) { m.SettingsErr = errors.New("config.json: unexpected end") }, Problem, "config.json"},

		{"state is a file", func(m *Machine, write func(_, _ string)) {
			write("file", "")
			m.Settings.State = filepath.Join(filepath.Dir(m.Home), "file")
		}, Problem, "sessions have no history"},
		{"state for everybody", func(m *Machine, _ func(_, _ string)) { _ = os.Chmod(m.Settings.State, 0o755) }, Warning, "others can read"},
		{"state in the project", func(m *Machine, write func(_, _ string)) {
			write("project/state/x", "")
			m.Settings.State = filepath.Join(m.Project, "state")
		}, Warning, "lies in the project"},
		{"a clock that jumped", func(m *Machine, _ func(_, _ string)) { m.Now = m.Now.AddDate(-1, 0, 0) }, Warning, "in the future"},

		{"lines that are cut", func(m *Machine, _ func(_, _ string)) { leave(t, m, "00000000 {\"v\":1") }, Warning, "1 lines of session"},
		{"a newer version on the same sessions", func(m *Machine, _ func(_, _ string)) {
			body := fmt.Sprintf(`{"v":%d,"state":"?"}`, journal.Version+1)
			h := fnv.New64a()
			_, _ = h.Write([]byte(body))
			leave(t, m, fmt.Sprintf("%08x %s", uint32(h.Sum64()^h.Sum64()>>32), body))
		}, Problem, "of a newer version"},

		{"no collector", func(m *Machine, _ func(_, _ string)) { m.Settings.Endpoint = "" }, Warning, "no collector is set"},
		{"a variable that hooks do not see", func(m *Machine, _ func(_, _ string)) {
			m.Settings.Endpoint = ""
			m.Env = func(string) string { return "http://localhost:4317" }
		}, Problem, "keeps OTEL_* variables from its hooks"},
		{"no scheme", func(m *Machine, _ func(_, _ string)) { m.Settings.Endpoint = "localhost:4317" }, Problem, "scheme"},
		{"the port of HTTP", func(m *Machine, _ func(_, _ string)) { m.Settings.Endpoint = "http://localhost:4318" }, Warning, "OTLP over HTTP"},
		{"nobody answers", func(m *Machine, _ func(_, _ string)) {
			m.Dial = func(context.Context, string) error { return errors.New("connection refused") }
		}, Problem, "nobody answers"},
		{"export fails", func(_ *Machine, write func(_, _ string)) {
			write("state/status.json", `{"error": "unauthenticated", "error_at": "2026-11-30T11:00:00Z"}`)
		}, Problem, "unauthenticated"},
		{"spans dropped", func(_ *Machine, write func(_, _ string)) { write("state/status.json", `{"dropped": 12}`) }, Warning, "12 spans or calls were dropped"},

		{"another agent, not registered", func(m *Machine, _ func(_, _ string)) { m.Agent = "codex" }, Problem, "codex knows of no hook"},
		{"another agent, told from what it sends", func(m *Machine, write func(_, _ string)) {
			m.Agent = "cursor"
			write("home/.cursor/hooks.json", `{"hooks": {"stop": [{"command": "ambit-hook hook"}]}}`)
		}, Warning, "does not say whose hooks"},
		{"hooks of a repository, before it is trusted", func(m *Machine, write func(_, _ string)) {
			m.Agent = "copilot"
			write("project/.github/hooks/ambit.json", `{"hooks": {"PreToolUse": [{"bash": "ambit-hook hook -agent copilot"}]}}`)
		}, Warning, "only where its user has trusted the folder"},
		{"an agent nobody knows", func(m *Machine, _ func(_, _ string)) { m.Agent = "hal" }, Problem, `no agent is called "hal"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			m, write := healthy(t)
			record(t, m)
			test.upset(&m, write)
			var said []string
			for _, f := range Examine(t.Context(), m) {
				if f.Level == test.level && strings.Contains(f.What, test.want) {
					if f.Fix == "" && f.Level == Problem && test.name != "export fails" {
						t.Errorf("says what is wrong and not what to do: %s", f.What)
					}
					return
				}
				said = append(said, string(f.Level)+" "+f.What)
			}
			t.Errorf("no %s that says %q:\n%s", test.level, test.want, strings.Join(said, "\n"))
		})
	}
}

// leave adds a line to the session.
func leave(t *testing.T, m *Machine, line string) {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(m.Settings.State, "sessions", journal.Name("s-1")+".log"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.WriteString(line + "\n")
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}

// record leaves a session behind, as hooks do.
func record(t *testing.T, m Machine) {
	t.Helper()
	dir, err := journal.Open(m.Settings.State)
	if err != nil {
		t.Fatal(err)
	}
	log, err := dir.Lock("s-1", time.Second)
	if err != nil {
		t.Fatal(err)
	}
	r := journal.Record{Version: journal.Version, State: journal.State{Seq: 1, Last: m.Now.Add(-time.Minute)}}
	if err := errors.Join(log.Append(&r), log.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestOtherAgents(t *testing.T) {
	for agent, path := range map[string]string{
		"codex": "home/.codex/hooks.json", "copilot": "project/.github/hooks/ambit.json", "gemini-cli": "home/.gemini/settings.json",
		"cursor": "project/.cursor/hooks.json", "vscode": "project/.github/hooks/ambit.json", "grok": "home/.grok/hooks.json",
	} {
		t.Run(agent, func(t *testing.T) {
			m, write := healthy(t)
			m.Agent = agent
			write(path, `{"hooks": "ambit-hook hook -agent `+agent+`"}`)
			for _, f := range Examine(t.Context(), m) {
				if f.Level == Problem {
					t.Errorf("%s", f.What)
				}
			}
		})
	}
}

func TestWrite(t *testing.T) {
	var b strings.Builder
	if !Write(&b, []Finding{{Level: OK, What: "all is well"}, {Level: Warning, What: "not as you think", Fix: "think again"}}) {
		t.Error("a warning counts as a problem")
	}
	if Write(&b, []Finding{{Level: Problem, What: "broken", Fix: "mend it"}}) {
		t.Error("a problem does not count")
	}
	for _, want := range []string{"ok       all is well", "warning  not as you think\n         think again", "problem  broken\n         mend it"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in:\n%s", want, &b)
		}
	}
}

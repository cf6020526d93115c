// Package kin_test has Codex CLI, Copilot CLI and Gemini CLI, as they are installed, call the hooks of
// the settings files beside the plugin, with models that run in the test.
package kin_test

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/examples/claudecode/internal/scratch"
	"github.com/ambit-go/ambit/internal/backendtest"
)

// An agent is one with a home folder, a repository and our programs on its path.
type agent struct {
	*testing.T
	home, project string
	env           []string
}

func newAgent(t *testing.T, endpoint string) *agent {
	t.Helper()
	backendtest.Node(t, ".") // says how to install what is missing
	root, programs := t.TempDir(), t.TempDir()
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", programs+"/", "../ambit-hook", "../ambit-export")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	a := &agent{T: t, home: filepath.Join(root, "home"), project: filepath.Join(root, "shop")}
	a.write("home/.aws/credentials", "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n")
	a.write("shop/main.go", "package main\n")
	a.env = []string{
		"PATH=" + programs + string(os.PathListSeparator) + os.Getenv("PATH"), "HOME=" + a.home, "TMPDIR=" + t.TempDir(),
		"AMBIT_HOOK_STATE=" + filepath.Join(scratch.Dir(t), "state"), "AMBIT_HOOK_ENDPOINT=http://" + endpoint, "AMBIT_HOOK_OWNER=ada@example.com",
	}
	a.run("git", "init", "-q", ".")
	return a
}

// write makes a file beside the home folder.
func (a *agent) write(name, text string) {
	a.Helper()
	path := filepath.Join(filepath.Dir(a.home), filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		a.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		a.Fatal(err)
	}
}

// run runs a program in the repository.
func (a *agent) run(program string, args ...string) {
	a.Helper()
	ctx, cancel := context.WithTimeout(a.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir, cmd.Env = a.project, a.env
	out, err := cmd.CombinedOutput()
	if err != nil {
		a.Fatalf("%s %s: %v\n%s", filepath.Base(program), strings.Join(args, " "), err, out)
	}
}

// installed is the agent's program.
func (a *agent) installed(name string) string {
	a.Helper()
	path, err := filepath.Abs(filepath.Join("node_modules", ".bin", name))
	if err != nil {
		a.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		a.Fatalf("%v: run .ci/node", err)
	}
	return path
}

// shipped returns a settings file that is beside the plugin, with more members.
func (a *agent) shipped(name string, more map[string]any) string {
	a.Helper()
	text, err := os.ReadFile(filepath.Join("..", "agents", filepath.FromSlash(name)))
	if err != nil {
		a.Fatal(err)
	}
	settings := map[string]any{}
	if err := json.Unmarshal(text, &settings); err != nil {
		a.Fatal(err)
	}
	maps.Copy(settings, more)
	if text, err = json.Marshal(settings); err != nil {
		a.Fatal(err)
	}
	return string(text)
}

// commands are what the models ask for, one a turn.
var commands = []string{"ls", "cat ~/.aws/credentials", "git status --short"}

// examine holds what the model was told, and what Jaeger has of the session.
func (a *agent) examine(j *backendtest.Jaeger, name, version string, said []string) {
	a.Helper()
	if len(said) != len(commands) {
		a.Fatalf("the model got %d results: %q", len(said), said)
	}
	for i, s := range said {
		switch {
		case i == 1 && (!strings.Contains(s, "touches a secret") || !strings.Contains(s, "rule secrets")):
			a.Errorf("the refused call: the model reads %s, want which rule, and why", s)
		case strings.Contains(s, "AKIA"), i != 1 && strings.Contains(s, "Ambit"):
			a.Errorf("call %d: the model reads %s", i, s)
		}
	}
	var spans []backendtest.Span
	for deadline := time.Now().Add(2 * time.Minute); len(spans) < 4 && time.Now().Before(deadline); {
		for _, id := range j.Find(a.T, name, map[string]string{"gen_ai.operation.name": "invoke_agent"}) {
			spans = j.Trace(a.T, id)
		}
		if len(spans) < 4 {
			<-time.After(100 * time.Millisecond) // before Jaeger is asked again
		}
	}
	var got []string
	for _, s := range spans {
		line := s.Name
		if rule := s.Attributes["security_rule.name"]; rule != nil && strings.HasPrefix(s.Name, "refuse") {
			line += " " + rule.(string)
		}
		got = append(got, line)
		if s.Attributes["ambit.owner.id"] != "ada@example.com" || s.Attributes["gen_ai.agent.name"] != name {
			a.Errorf("%s: owner %v, agent %v", s.Name, s.Attributes["ambit.owner.id"], s.Attributes["gen_ai.agent.name"])
		}
		if v, _ := s.Attributes["gen_ai.agent.version"].(string); v != version {
			a.Errorf("%s: of version %q, want %q", s.Name, v, version)
		}
		for k, v := range s.Attributes {
			if text, ok := v.(string); ok && strings.Contains(text, "AKIA") {
				a.Errorf("%s: a secret in %s", s.Name, k)
			}
			if k == "ambit.signal.kind" {
				a.Errorf("%s: the signal %v of an ordinary session", s.Name, v)
			}
		}
	}
	slices.Sort(got)
	if diff := cmp.Diff([]string{"execute_tool Bash", "execute_tool Bash", "invoke_agent " + name, "refuse_tool Bash secrets"}, got); diff != "" {
		a.Errorf("Jaeger (-want +got):\n%s", diff)
	}
}

// TestCodex runs Codex CLI with nobody to ask.
func TestCodex(t *testing.T) {
	jaeger := backendtest.StartJaeger(t)
	a := newAgent(t, jaeger.OTLPEndpoint)
	m := startModel(t, responses)
	a.write("home/.codex/config.toml", `model = "a-model"
model_provider = "test"
[model_providers.test]
name = "test"
base_url = "`+m.URL+`/v1"
wire_api = "responses"
env_key = "TEST_KEY"
`)
	a.write("home/.codex/hooks.json", a.shipped("codex/hooks.json", nil))
	a.env = append(a.env, "TEST_KEY=none")
	// Hooks are trusted by a person who is asked; here nobody is.
	a.run(a.installed("codex"), "exec", "--dangerously-bypass-hook-trust", "--dangerously-bypass-approvals-and-sandbox", "look around in this shop")
	a.examine(jaeger, "codex", "0.171.0", m.said())
}

// TestCopilot runs Copilot CLI with a provider of one's own and nobody to ask. Hooks of a
// repository it runs where a person trusts that; those of its user always.
func TestCopilot(t *testing.T) {
	jaeger := backendtest.StartJaeger(t)
	a := newAgent(t, jaeger.OTLPEndpoint)
	m := startModel(t, messages)
	a.write("home/.copilot/hooks/ambit.json", a.shipped("copilot/ambit.json", nil))
	a.env = append(a.env, "COPILOT_OFFLINE=true", "COPILOT_PROVIDER_BASE_URL="+m.URL, "COPILOT_PROVIDER_TYPE=anthropic", "COPILOT_PROVIDER_API_KEY=none",
		"COPILOT_MODEL=claude-sonnet-4.5", "AMBIT_HOOK_UNATTENDED=true")
	a.run(a.installed("copilot"), "-p", "look around in this shop", "--allow-all-tools", "--allow-all-paths")
	a.examine(jaeger, "copilot", "1.0.102", m.said())
}

// TestGemini runs Gemini CLI, which asks nobody in a run without a terminal.
func TestGemini(t *testing.T) {
	jaeger := backendtest.StartJaeger(t)
	a := newAgent(t, jaeger.OTLPEndpoint)
	m := startModel(t, generateContent)
	a.write("home/.gemini/settings.json", a.shipped("gemini/settings.json", map[string]any{
		"security": map[string]any{"auth": map[string]any{"selectedType": "gemini-api-key"}},
		"privacy":  map[string]any{"usageStatisticsEnabled": false},
	}))
	a.env = append(a.env, "GEMINI_API_KEY=none", "GOOGLE_GEMINI_BASE_URL="+m.URL, "GEMINI_CLI_TRUST_WORKSPACE=true", "GEMINI_CLI_NO_RELAUNCH=true")
	a.run(a.installed("gemini"), "-m", "gemini-2.5-pro", "-p", "look around in this shop", "--approval-mode", "yolo")
	a.examine(jaeger, "gemini-cli", "", m.said()) // of its version it tells nobody
}

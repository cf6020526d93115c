// Package claude_test installs the plugin into the real Claude Code and has it work,
// with a model that runs in the test.
package claude_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/agentspan/hookspan"
	"github.com/ambit-go/ambit/agentspan/hookspan/recording"
	"github.com/ambit-go/ambit/examples/claudecode/internal/scratch"
	"github.com/ambit-go/ambit/intent"
	"github.com/ambit-go/ambit/internal/backendtest"
)

// An agent is Claude Code with a home folder of its own.
type agent struct {
	t       *testing.T
	program string
	home    string
	project string
	env     []string
}

func newAgent(t *testing.T) *agent {
	t.Helper()
	backendtest.Node(t, ".") // says how to install what is missing
	arch := map[string]string{"amd64": "x64"}[runtime.GOARCH]
	if arch == "" {
		arch = runtime.GOARCH
	}
	program, err := filepath.Abs(filepath.Join("node_modules", "@anthropic-ai", "claude-code-"+runtime.GOOS+"-"+arch, "claude"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(program); err != nil {
		t.Fatalf("Claude Code is not installed: %v; run .ci/node", err)
	}
	root := scratch.Dir(t) // with the state folder in it
	a := &agent{t: t, program: program, home: filepath.Join(root, "home"), project: filepath.Join(root, "shop")}
	a.write("home/.aws/credentials", "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n")
	a.write("shop/main.go", "package main\n")
	a.write("shop/.mcp.json", `{"mcpServers":{"tracker":{"command":"tracker-mcp"}}}`)
	a.env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + a.home, "TMPDIR=" + t.TempDir(), "ANTHROPIC_API_KEY=sk-test",
		"CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1", "DISABLE_AUTOUPDATER=1",
	}
	if out, err := a.command("git", "init", "-q", ".").CombinedOutput(); err != nil {
		t.Fatalf("git: %v\n%s", err, out)
	}
	return a
}

// write makes a file beside the home folder.
func (a *agent) write(name, text string) {
	a.t.Helper()
	path := filepath.Join(filepath.Dir(a.home), filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		a.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		a.t.Fatal(err)
	}
}

func (a *agent) command(program string, args ...string) *exec.Cmd {
	ctx, cancel := context.WithTimeout(a.t.Context(), 5*time.Minute)
	a.t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir, cmd.Env = a.project, a.env
	return cmd
}

// claude runs the agent and returns what it printed.
func (a *agent) claude(args ...string) string {
	a.t.Helper()
	cmd := a.command(a.program, args...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		a.t.Fatalf("claude %s: %v\n%s%s", strings.Join(args, " "), err, out, &stderr)
	}
	return string(out)
}

// plugin copies the plugin and its marketplace, and builds its programs there.
func plugin(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, part := range []string{".claude-plugin", "plugin"} {
		if err := os.CopyFS(filepath.Join(dir, part), os.DirFS(filepath.Join("..", part))); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"ambit-hook", "ambit-export"} {
		cmd := exec.CommandContext(t.Context(), "go", "build", "-o", filepath.Join(dir, "plugin", "hooks", name), "../"+name)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("build %s: %v\n%s", name, err, out)
		}
	}
	return dir
}

var work = []toolUse{
	{"Bash", map[string]any{"command": "ls", "description": "list"}},
	{"Read", map[string]any{"file_path": "main.go"}},
	{"Bash", map[string]any{"command": "cat ~/.aws/credentials", "description": "look"}},
	{"Bash", map[string]any{"command": "git status --short", "description": "state"}},
}

// TestClaudeCode installs the plugin as its README says, has the agent make four
// calls, and asks Jaeger what came of them.
func TestClaudeCode(t *testing.T) {
	a := newAgent(t)
	dir := plugin(t)
	jaeger := backendtest.StartJaeger(t)
	for _, path := range []string{dir, filepath.Join(dir, "plugin")} {
		if out := a.claude("plugin", "validate", "--strict", path); !strings.Contains(out, "Validation passed") {
			t.Errorf("validate %s:\n%s", path, out)
		}
	}
	a.claude("plugin", "install", "ambit", "--marketplace", dir, "--config", "endpoint=http://"+jaeger.OTLPEndpoint, "--config", "owner=ada@example.com")

	m := startModel(t, work...)
	a.env = append(a.env, "ANTHROPIC_BASE_URL="+m.URL)
	var end struct {
		Session string `json:"session_id"`
		Denials []struct {
			ID string `json:"tool_use_id"`
		} `json:"permission_denials"`
	}
	out := a.claude("-p", "look around in this shop", "--allowedTools", "Bash", "Read", "--output-format", "json")
	if err := json.Unmarshal([]byte(out), &end); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if len(end.Denials) != 1 || end.Denials[0].ID != "toolu_02" {
		t.Errorf("the agent says of refusals: %+v, want the one of toolu_02", end.Denials)
	}
	said := m.said()
	if len(said) != len(work) {
		t.Fatalf("the model got %d results: %q", len(said), said)
	}
	for i, s := range said {
		switch {
		case i == 2 && (!strings.Contains(s, "touches a secret") || !strings.Contains(s, "rule secrets")):
			t.Errorf("the refused call: the model reads %s, want which rule, and why", s)
		case i == 2 && strings.Contains(s, "AKIA"), i != 2 && strings.Contains(s, "Ambit"):
			t.Errorf("call %d: the model reads %s", i, s)
		}
	}

	spans := turn(t, jaeger, end.Session, 5)
	var tree []string
	for _, s := range spans {
		tree = append(tree, s.Name)
		if s.Attributes["ambit.owner.id"] != "ada@example.com" || s.Attributes["gen_ai.conversation.id"] != end.Session {
			t.Errorf("%s: owner %v, conversation %v", s.Name, s.Attributes["ambit.owner.id"], s.Attributes["gen_ai.conversation.id"])
		}
		if v := s.Attributes["gen_ai.agent.version"]; v != "2.1.332" {
			t.Errorf("%s: of version %v, want that of package.json", s.Name, v)
		}
		if strings.HasPrefix(s.Name, "invoke_agent") {
			if mode, servers := s.Attributes["ambit.agent.permission_mode"], s.Attributes["ambit.agent.mcp_server.names"]; mode != "default" || servers != "tracker" {
				t.Errorf("the session began in mode %v with the MCP servers %v", mode, servers)
			}
		}
	}
	slices.Sort(tree)
	want := []string{"execute_tool Bash", "execute_tool Bash", "execute_tool Read", "invoke_agent claude-code", "refuse_tool Bash"}
	if !slices.Equal(tree, want) {
		t.Errorf("Jaeger has %q, want %q", tree, want)
	}
	for _, s := range spans {
		if s.Name == "refuse_tool Bash" && (s.Attributes["security_rule.name"] != "secrets" || s.Attributes["gen_ai.tool.call.id"] != "toolu_02") {
			t.Errorf("the refusal: %v", s.Attributes)
		}
		for k, v := range s.Attributes {
			if text, ok := v.(string); ok && strings.Contains(text, "AKIA") {
				t.Errorf("%s: a secret in %s", s.Name, k)
			}
		}
	}
	a.transcript(end.Session, spans)
}

// transcript holds what hooks said of a session against the agent's own transcript of it:
// the same turn and calls, as far as a transcript can know them. That a call was refused it
// knows, and neither by which rule nor whether it was for want of somebody to ask.
func (a *agent) transcript(session string, hooked []backendtest.Span) {
	a.t.Helper()
	files, err := filepath.Glob(filepath.Join(a.home, ".claude", "projects", "*", session+".jsonl"))
	if err != nil || len(files) != 1 {
		a.t.Fatalf("transcripts of the session: %q, %v", files, err)
	}
	f, err := os.Open(files[0])
	if err != nil {
		a.t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var r recording.Reader
	if err := r.Add(files[0], f); err != nil {
		a.t.Fatal(err)
	}
	rec := agentspantest.NewRecorder()
	tracer, err := agentspan.New(append(rec.Options(), agentspan.WithChecker(hookspan.Recorded(nil)), agentspan.WithClassifier(intent.Default()),
		agentspan.WithAnalyzer(hookspan.Analyzer()))...)
	if err != nil {
		a.t.Fatal(err)
	}
	for _, s := range r.Sessions() {
		o := hookspan.ReplayOptions{Session: agentspan.Session{Home: a.home, Root: a.project}}
		if err := hookspan.Replay(a.t.Context(), tracer, s, o); err != nil {
			a.t.Fatal(err)
		}
	}
	both := []string{
		"gen_ai.tool.call.id", "gen_ai.tool.name", "gen_ai.conversation.id", "gen_ai.agent.name", "gen_ai.agent.version", "prompt.id",
		"ambit.session.seq", "ambit.call.ran", "ambit.effect.access", "ambit.effect.count", "ambit.target.path", "ambit.target.command", "ambit.agent.permission_mode",
	}
	line := func(name string, value func(string) string) string {
		for _, key := range both {
			if v := value(key); v != "" {
				name += " " + key + "=" + v
			}
		}
		return name
	}
	var want, got []string
	for _, s := range hooked {
		want = append(want, line(s.Name, func(key string) string {
			if v, ok := s.Attributes[key]; ok {
				return fmt.Sprint(v)
			}
			return ""
		}))
	}
	for _, s := range rec.Spans() {
		if strings.HasPrefix(s.Name(), "session ") {
			continue
		}
		set := attribute.NewSet(s.Attributes()...)
		got = append(got, line(s.Name(), func(key string) string {
			v, _ := set.Value(attribute.Key(key))
			return v.String()
		}))
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		a.t.Errorf("spans (-of hooks +of the transcript):\n%s", diff)
	}
}

// turn waits for the trace of the session's turn.
func turn(t *testing.T, j *backendtest.Jaeger, session string, n int) []backendtest.Span {
	t.Helper()
	deadline := time.Now().Add(2 * time.Minute)
	for time.Now().Before(deadline) {
		for _, id := range j.Find(t, "claude-code", map[string]string{"gen_ai.conversation.id": session}) {
			if spans := j.Trace(t, id); len(spans) >= n {
				return spans
			}
		}
		<-time.After(100 * time.Millisecond) // before Jaeger is asked again
	}
	t.Fatalf("Jaeger has no trace of session %s with %d spans", session, n)
	return nil
}

// TestFailClosed: a plugin that was built to fail closed blocks calls when its
// program is gone. The ordinary one lets them run, as the agent has it.
func TestFailClosed(t *testing.T) {
	a := newAgent(t)
	open := t.TempDir()
	if err := os.CopyFS(open, os.DirFS(filepath.Join("..", "plugin"))); err != nil {
		t.Fatal(err)
	}
	closed := t.TempDir()
	if err := os.CopyFS(closed, os.DirFS(open)); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{open, closed} { // a program that was built there before
		_ = os.Remove(filepath.Join(dir, "hooks", "ambit-hook"))
	}
	name := filepath.Join(closed, "hooks", "hooks.json")
	var file struct {
		Hooks map[string][]struct {
			Hooks []map[string]any `json:"hooks"`
		} `json:"hooks"`
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	file.Hooks["PreToolUse"][0].Hooks[0]["onFailure"] = "block" // what build -fail-closed writes
	if text, err = json.Marshal(file); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, text, 0o600); err != nil {
		t.Fatal(err)
	}
	for dir, ran := range map[string]bool{open: true, closed: false} {
		m := startModel(t, toolUse{"Bash", map[string]any{"command": "echo it-ran", "description": "say so"}})
		b := *a
		b.env = append(slices.Clone(a.env), "ANTHROPIC_BASE_URL="+m.URL)
		b.claude("-p", "say it", "--plugin-dir", dir, "--allowedTools", "Bash", "--output-format", "json")
		if said := m.said(); len(said) != 1 || strings.Contains(said[0], `it-ran`) != ran {
			t.Errorf("fail closed %v: the model reads %q", !ran, said)
		}
	}
}

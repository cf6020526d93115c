// Package jaeger_test runs a scripted session through the hook program, one process a
// hook, and asks a real Jaeger what came of it.
package jaeger_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/examples/claudecode/internal/scratch"
	"github.com/ambit-go/ambit/internal/backendtest"
)

// An agent calls hooks, with the programs as they are installed.
type agent struct {
	*testing.T
	dir, root, state, endpoint string
}

func newAgent(t *testing.T) *agent {
	t.Helper()
	a := &agent{T: t, dir: t.TempDir(), root: filepath.Join(t.TempDir(), "shop"), state: filepath.Join(scratch.Dir(t), "state")}
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", a.dir+"/", "../ambit-hook", "../ambit-export")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if err := os.MkdirAll(filepath.Join(a.root, ".git"), 0o700); err != nil {
		t.Fatal(err)
	}
	return a
}

func (a *agent) run(command, stdin string) string {
	a.Helper()
	cmd := exec.CommandContext(a.Context(), filepath.Join(a.dir, "ambit-hook"), command)
	cmd.Stdin = strings.NewReader(stdin)
	cmd.Env = []string{
		"HOME=/home/ada", "PATH=" + os.Getenv("PATH"), "AMBIT_HOOK_STATE=" + a.state, "AMBIT_HOOK_OWNER=ada@example.com", "AMBIT_HOOK_ENDPOINT=" + a.endpoint,
	}
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil && command == "hook" {
		a.Errorf("%s: %v %s", stdin, err, &stderr)
	}
	return string(out) + stderr.String()
}

func (a *agent) hook(event, prompt, fields string) string {
	a.Helper()
	return a.run("hook", fmt.Sprintf(`{"session_id":"s-1","prompt_id":%q,"cwd":%q,"permission_mode":"default","transcript_path":"/x","hook_event_name":%q%s}`,
		prompt, a.root, event, fields))
}

// together calls hooks side by side.
func (a *agent) together(calls ...func()) {
	var wg sync.WaitGroup
	for _, f := range calls {
		wg.Go(f)
	}
	wg.Wait()
}

func tool(name, input, id string) string {
	return fmt.Sprintf(`,"tool_name":%q,"tool_input":%s,"tool_use_id":%q`, name, input, id)
}

const done = `,"tool_response":{"stdout":"ok"},"duration_ms":3`

// TestOneTreePerTurn runs two turns: parallel calls, a subagent with a call of its own, a
// failure, a refusal; the collector is away during the first.
func TestOneTreePerTurn(t *testing.T) {
	jaeger := backendtest.StartJaeger(t)
	a := newAgent(t)
	a.endpoint = "http://127.0.0.1:9" // nobody is there
	ls, read, look := `{"command":"ls"}`, `{"file_path":"main.go"}`, `{"subagent_type":"Explore","prompt":"look"}`
	settings := `{"file_path":"/home/ada/.claude/settings.json","content":"{}"}`
	sub := `,"agent_id":"a1","agent_type":"Explore"`

	a.hook("SessionStart", "", `,"source":"startup"`)
	a.hook("UserPromptSubmit", "p1", `,"prompt":"find the bug"`)
	a.together(
		func() { a.hook("PreToolUse", "p1", tool("Bash", ls, "t1")) },
		func() { a.hook("PreToolUse", "p1", tool("Read", read, "t2")) },
		func() { a.hook("PreToolUse", "p1", tool("Agent", look, "t3")) },
	)
	a.hook("SubagentStart", "p1", sub)
	a.hook("PreToolUse", "p1", sub+tool("Bash", ls, "t4"))
	a.hook("PostToolUse", "p1", sub+tool("Bash", ls, "t4")+done)
	a.hook("SubagentStop", "p1", sub)
	a.together(
		func() { a.hook("PostToolUse", "p1", tool("Bash", ls, "t1")+done) },
		func() { a.hook("PostToolUseFailure", "p1", tool("Read", read, "t2")+`,"error":"no such file"`) },
		func() {
			a.hook("PostToolUse", "p1", tool("Agent", look, "t3")+`,"tool_response":{"status":"completed","agentId":"a1"}`)
		},
	)
	a.hook("Stop", "p1", "")

	a.endpoint = "http://" + jaeger.OTLPEndpoint
	a.hook("UserPromptSubmit", "p2", `,"prompt":"now fix it"`)
	if out := a.hook("PreToolUse", "p2", tool("Write", settings, "t5")); !strings.Contains(out, `"deny"`) {
		t.Errorf("a change of the agent's settings: %s", out)
	}
	a.hook("Stop", "p2", "")
	a.hook("SessionEnd", "p2", `,"reason":"other"`)
	if out := a.run("export", ""); out != "" {
		t.Errorf("export: %s", out)
	}

	traces := jaeger.Find(t, "claude-code", map[string]string{"gen_ai.conversation.id": "s-1"})
	var got []string
	for _, id := range traces {
		got = append(got, tree(jaeger.Trace(t, id)))
	}
	slices.Sort(got)
	want := []string{
		"invoke_agent claude-code\n" +
			"  execute_tool Agent\n" +
			"    invoke_agent Explore\n" +
			"      execute_tool Bash\n" +
			"  execute_tool Bash\n" +
			"  execute_tool Read error=tool_error\n",
		"invoke_agent claude-code\n" +
			"  refuse_tool Write error=policy_denied\n",
		"session Explore\n",
		"session claude-code\n",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Jaeger (-want +got):\n%s", diff)
	}

	a.run("export", "") // sends nothing twice
	for _, id := range traces {
		ids := map[string]bool{}
		for _, s := range jaeger.Trace(t, id) {
			if ids[s.SpanID] {
				t.Errorf("span %s of trace %s arrived twice", s.SpanID, id)
			}
			ids[s.SpanID] = true
			if s.Attributes["ambit.owner.id"] != "ada@example.com" {
				t.Errorf("%s: owner %v", s.Name, s.Attributes["ambit.owner.id"])
			}
		}
	}
}

// tree writes a trace, children below their parents and by name.
func tree(spans []backendtest.Span) string {
	var b strings.Builder
	ids := map[string]bool{}
	for _, s := range spans {
		ids[s.SpanID] = true
	}
	var below func(parent string, depth int)
	below = func(parent string, depth int) {
		var lines []backendtest.Span
		for _, s := range spans {
			if s.ParentID == parent || parent == "" && !ids[s.ParentID] {
				lines = append(lines, s)
			}
		}
		slices.SortFunc(lines, func(a, b backendtest.Span) int { return strings.Compare(a.Name, b.Name) })
		for _, s := range lines {
			b.WriteString(strings.Repeat("  ", depth) + s.Name)
			if e := s.Attributes["error.type"]; e != nil {
				fmt.Fprintf(&b, " error=%v", e)
			}
			b.WriteByte('\n')
			below(s.SpanID, depth+1)
		}
	}
	below("", 0)
	return b.String()
}

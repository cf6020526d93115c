// Package process_test runs the hook program as agents do: one process a hook.
package process_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/agentspan/hookspan"
	"github.com/ambit-go/ambit/agentspan/hookspan/journal"
	"github.com/ambit-go/ambit/examples/claudecode/internal/scratch"
)

// program is the hook program, built once.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "ambit-hook")
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "ambit-hook"), build(dir, "../ambit-hook", "../testdata/reader")
})

func build(dir string, args ...string) error {
	cmd := exec.CommandContext(context.Background(), "go", append([]string{"build", "-trimpath", "-ldflags", "-s -w", "-o", dir + "/"}, args...)...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	return nil
}

func TestMain(m *testing.M) {
	// What runs side by side here waits for exporters that wait for collectors, and does
	// not work: it takes no processor from anybody.
	flag.Parse()
	if err := flag.Set("test.parallel", "16"); err != nil {
		panic(err)
	}
	code := m.Run()
	if path, err := program(); err == nil {
		_ = os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// An agent calls hooks.
type agent struct {
	testing.TB
	state, root string
	path        string
}

func newAgent(tb testing.TB) *agent {
	tb.Helper()
	path, err := program()
	if err != nil {
		tb.Fatal(err)
	}
	a := &agent{TB: tb, state: filepath.Join(scratch.Dir(tb), "state"), root: filepath.Join(tb.TempDir(), "repo"), path: path}
	if err := os.MkdirAll(filepath.Join(a.root, ".git"), 0o700); err != nil {
		tb.Fatal(err)
	}
	return a
}

// command is the process of one hook.
func (a *agent) command(event, fields string) *exec.Cmd {
	cmd := exec.CommandContext(a.Context(), a.path, "hook", "-state", a.state, "-agent", "claude-code")
	cmd.Stdin = strings.NewReader(a.payload(event, fields))
	cmd.Env = []string{"HOME=/home/ada", "PATH=" + os.Getenv("PATH"), "AMBIT_HOOK_OWNER=ada"}
	return cmd
}

func (a *agent) payload(event, fields string) string {
	return fmt.Sprintf(`{"session_id":"s-1","prompt_id":"p1","cwd":%q,"permission_mode":"default","hook_event_name":%q%s}`, a.root, event, fields)
}

// hook calls one hook and returns what it wrote.
func (a *agent) hook(event, fields string) string {
	a.Helper()
	out, err := a.command(event, fields).Output()
	if err != nil {
		a.Fatalf("%s: %v", event, err)
	}
	return string(out)
}

func pre(id, command string) string {
	return fmt.Sprintf(`,"tool_name":"Bash","tool_input":{"command":%q},"tool_use_id":%q`, command, id)
}

func post(id, command string) string {
	return pre(id, command) + `,"tool_response":{"stdout":"ok"},"duration_ms":5`
}

func (a *agent) records() (records []journal.Record, unread journal.Unread) {
	a.Helper()
	dir, err := journal.Open(a.state)
	if err != nil {
		a.Fatal(err)
	}
	records, unread, err = dir.Records(journal.Name("s-1"))
	if err != nil {
		a.Fatal(err)
	}
	return records, unread
}

// TestScriptedSession runs a session whose hooks come side by side where agents do that,
// and looks at the tree of its spans.
func TestScriptedSession(t *testing.T) {
	a := newAgent(t)
	a.hook("SessionStart", `,"source":"startup"`)
	a.hook("UserPromptSubmit", `,"prompt":"tidy up"`)
	const parallel = 8
	for _, event := range []string{"PreToolUse", "PostToolUse"} {
		var wg sync.WaitGroup
		for i := range parallel {
			wg.Go(func() {
				fields := pre(fmt.Sprintf("t%d", i), "ls")
				if event == "PostToolUse" {
					fields = post(fmt.Sprintf("t%d", i), "ls")
				}
				if out, err := a.command(event, fields).Output(); err != nil || len(out) > 0 {
					t.Errorf("%s %d: %q, %v", event, i, out, err)
				}
			})
		}
		wg.Wait()
	}
	if out := a.hook("PreToolUse", pre("refused", "echo {} > /home/ada/.claude/settings.json")); !strings.Contains(out, `"permissionDecision":"deny"`) {
		t.Errorf("the refused call: %s", out)
	}
	a.hook("Stop", "")

	records, unread := a.records()
	if unread != (journal.Unread{}) {
		t.Errorf("%+v lines cannot be read", unread)
	}
	rec := agentspantest.NewRecorder()
	if err := hookspan.Emit(t.Context(), records, hookspan.EmitOptions{Tracer: rec.Options()}); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	form := agentspantest.Form{Hide: []string{"outcome", "actor", "subject", "owner"}}
	if err := form.Write(&b, rec.Spans()); err != nil {
		t.Fatal(err)
	}
	var got []string
	for line := range strings.Lines(b.String()) {
		name, _, _ := strings.Cut(strings.TrimRight(line, "\n"), " ambit.")
		words := strings.Fields(name)
		got = append(got, strings.Repeat(" ", len(name)-len(strings.TrimLeft(name, " ")))+strings.Join(words[:2], " "))
	}
	want := append([]string{"session claude-code", "invoke_agent claude-code"}, slices.Repeat([]string{"  execute_tool Bash"}, parallel)...)
	want = append(want, "  refuse_tool Bash")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("spans (-want +got):\n%s", diff)
	}
}

// TestKilledAnywhere kills hooks at any moment of their lives. Whatever a hook that was not
// killed wrote down stays, and the next one goes on.
func TestKilledAnywhere(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Fatal("not written for Windows yet")
	}
	a := newAgent(t)
	a.hook("SessionStart", `,"source":"startup"`)
	const runs = 60
	var finished []string
	killed := 0
	for i := range runs {
		id := fmt.Sprintf("t%d", i)
		for _, event := range []string{"PreToolUse", "PostToolUse"} {
			fields := pre(id, "ls")
			if event == "PostToolUse" {
				fields = post(id, "ls")
			}
			cmd := a.command(event, fields)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			kill := time.AfterFunc(time.Duration(rand.IntN(8000))*time.Microsecond, func() { _ = cmd.Process.Kill() })
			err := cmd.Wait()
			kill.Stop()
			if _, ok := errors.AsType[*exec.ExitError](err); ok {
				killed++
			} else if err != nil {
				t.Fatal(err)
			} else if event == "PostToolUse" {
				finished = append(finished, id)
			}
		}
	}
	a.hook("PreToolUse", pre("last", "ls"))
	a.hook("PostToolUse", post("last", "ls"))
	finished = append(finished, "last")
	records, _ := a.records()
	ended := map[string]bool{}
	for _, r := range records {
		if r.Done != nil {
			ended[r.Done.ID] = true
		}
	}
	for _, id := range finished {
		if !ended[id] {
			t.Errorf("call %s ended and is not recorded", id)
		}
	}
	t.Logf("%d of %d hooks were killed, %d calls finished", killed, 2*runs, len(finished))
	for i, r := range records {
		if r.State.Seq != i+1 {
			t.Errorf("record %d has number %d", i+1, r.State.Seq)
		}
	}
	rec := agentspantest.NewRecorder()
	if err := hookspan.Emit(t.Context(), records, hookspan.EmitOptions{Tracer: rec.Options()}); err != nil {
		t.Fatal(err)
	}
	spans := map[string]bool{}
	for _, s := range rec.Spans() {
		for _, kv := range s.Attributes() {
			if kv.Key == "gen_ai.tool.call.id" {
				spans[kv.Value.AsString()] = true
			}
		}
	}
	for _, id := range finished {
		if !spans[id] {
			t.Errorf("call %s has no span", id)
		}
	}
}

// TestWhereNothingCanBeWritten holds that the agent goes on, and that what depends on the
// session's history asks.
func TestWhereNothingCanBeWritten(t *testing.T) {
	a := newAgent(t)
	full := ""
	if _, err := os.Stat("/dev/full"); err == nil { // a disk without room
		full = filepath.Join(t.TempDir(), "state")
		if err := os.MkdirAll(filepath.Join(full, "sessions"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink("/dev/full", filepath.Join(full, "sessions", journal.Name("s-1")+".log")); err != nil {
			t.Fatal(err)
		}
	}
	for name, state := range map[string]string{"no folder": filepath.Join(os.DevNull, "state"), "no room": full} {
		if state == "" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			b := *a
			b.TB, b.state = t, state
			if out := b.hook("PreToolUse", pre("t1", "go test ./...")); out != "" {
				t.Errorf("an ordinary call: %s", out)
			}
			if out := b.hook("PreToolUse", pre("t2", "cat /home/ada/.aws/credentials")); !strings.Contains(out, `"ask"`) {
				t.Errorf("a secret: %s", out)
			}
			if out := b.hook("PostToolUse", post("t1", "go test ./...")); out != "" {
				t.Errorf("its end: %s", out)
			}
			if out := b.hook("PreToolUse", pre("t3", "curl https://x.example")); !strings.Contains(out, `"ask"`) {
				t.Errorf("a contact of a session that may have read a secret: %s", out)
			}
			b.hook("Stop", "")
		})
	}
}

// TestHooksLinkNoTelemetry holds what the hook program is made of: everything else is
// linked by the one beside it.
func TestHooksLinkNoTelemetry(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "../ambit-hook").Output()
	if err != nil {
		t.Fatal(err)
	}
	for path := range strings.FieldsSeq(string(out)) {
		for _, no := range []string{"go.opentelemetry.io/", "google.golang.org/", "github.com/ambit-go/ambit/agentspan/otlp", "net/http", "crypto/tls"} {
			if path == no || strings.HasPrefix(path, strings.TrimSuffix(no, "/")+"/") {
				t.Errorf("the hook program links %s", path)
			}
		}
	}
}

func TestOtherCommandsAreBeside(t *testing.T) {
	alone := filepath.Join(t.TempDir(), "ambit-hook")
	text, err := os.ReadFile(newAgent(t).path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(alone, text, 0o700); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), alone, "status").CombinedOutput()
	if err == nil || !bytes.Contains(out, []byte("ambit-export")) {
		t.Errorf("without the program beside it: %q, %v", out, err)
	}
}

// BenchmarkHook measures whole processes on the processor's clock: a hook that decides
// about one call, beside a Go program that reads the same payload, decodes it and exits,
// and beside jq if there is one. The two take turns, so that what else the machine does
// touches both.
func BenchmarkHook(b *testing.B) {
	a := newAgent(b)
	a.hook("SessionStart", `,"source":"startup"`)
	a.hook("UserPromptSubmit", `,"prompt":"find the bug"`)
	programs := [][]string{
		{filepath.Join(filepath.Dir(a.path), "reader")},
		{a.path, "hook", "-state", a.state, "-agent", "claude-code"},
	}
	if jq, err := exec.LookPath("jq"); err == nil {
		programs = append(programs, []string{jq, ".tool_name"})
	}
	took := make([][]time.Duration, len(programs))
	n := 0
	for b.Loop() {
		for i, p := range programs {
			n++
			cmd := exec.CommandContext(b.Context(), p[0], p[1:]...)
			cmd.Env = []string{"HOME=/home/ada", "AMBIT_HOOK_OWNER=ada"}
			cmd.Stdin = strings.NewReader(a.payload("PreToolUse", pre(fmt.Sprintf("b%d", n), "go test ./... -run TestParse")))
			if out, err := cmd.Output(); err != nil || i == 1 && len(out) > 0 {
				b.Fatalf("%v: %s, %v", p, out, err)
			}
			took[i] = append(took[i], cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
			if i == 1 { // it comes to its end, as calls do, which is not counted
				a.hook("PostToolUse", post(fmt.Sprintf("b%d", n), "go test ./... -run TestParse"))
			}
		}
	}
	for i := range took {
		slices.Sort(took[i])
	}
	// The quarter that was disturbed least: the median of a busy machine says most of it.
	low := func(d []time.Duration) float64 { return float64(d[len(d)/4]) }
	b.ReportMetric(low(took[1])/low(took[0]), "×reader")
	b.ReportMetric(low(took[1])/1e6, "cpu-ms/hook")
	if len(took) > 2 {
		b.ReportMetric(low(took[2])/low(took[0]), "jq×reader")
	}
	b.ReportMetric(0, "ns/op")
}

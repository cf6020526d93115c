package gate

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/agentspan/hookspan/journal"
	"github.com/ambit-go/ambit/agentspan/hookspan/payload"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/identity"
)

// A bench is a gate with a session to work in.
type bench struct {
	*testing.T
	*Gate
	root string
	more map[string]string // fields that every payload has
}

func newBench(t *testing.T) *bench {
	t.Helper()
	dir, err := journal.Open(filepath.Join(t.TempDir(), "state"))
	if err != nil {
		t.Fatal(err)
	}
	root := filepath.Join(t.TempDir(), "repo")
	if err := os.MkdirAll(filepath.Join(root, ".git"), 0o700); err != nil {
		t.Fatal(err)
	}
	ada := identity.Principal{Kind: identity.Human, ID: "ada", Issuer: "config", Assurance: identity.Asserted}
	return &bench{T: t, root: root, Gate: &Gate{
		Dir: dir, Owner: ada, Home: "/home/ada", Env: func(string) string { return "" }, Dialect: payload.ClaudeCode,
	}}
}

// send sends one payload: an event's name and its own fields, as JSON without braces.
func (b *bench) send(event, fields string) Reply {
	b.Helper()
	head := map[string]any{"session_id": "s", "cwd": b.root, "permission_mode": "default", "hook_event_name": event}
	for k, v := range b.more {
		head[k] = v
	}
	text, err := json.Marshal(head)
	if err != nil {
		b.Fatal(err)
	}
	body := string(text[:len(text)-1])
	if fields != "" {
		body += "," + strings.ReplaceAll(fields, "ROOT", b.root)
	}
	return b.Handle(b.Context(), []byte(body+"}"))
}

var calls int

// call asks about a call and, if the answer is not deny, tells that it has run; the
// answer is what came of it.
func (b *bench) call(tool, input string) string {
	b.Helper()
	id, answer := b.pre(tool, input)
	if answer != "deny" {
		b.send("PostToolUse", fmt.Sprintf(`"tool_name":%q,"tool_input":%s,"tool_use_id":%q,"tool_response":{"stdout":"ok"}`, tool, input, id))
	}
	return answer
}

// pre asks about a call.
func (b *bench) pre(tool, input string) (id, answer string) {
	b.Helper()
	calls++
	id = fmt.Sprintf("t%d", calls)
	r := b.send("PreToolUse", fmt.Sprintf(`"tool_name":%q,"tool_input":%s,"tool_use_id":%q`, tool, input, id))
	return id, said(b.T, r)
}

// said is what a reply tells Claude Code.
func said(t *testing.T, r Reply) string {
	t.Helper()
	if r.ExitCode != 0 {
		t.Errorf("exit code %d", r.ExitCode)
	}
	if len(r.Stdout) == 0 {
		return "silent"
	}
	var out struct {
		Hook struct {
			Decision string `json:"permissionDecision"`
			Reason   string `json:"permissionDecisionReason"`
		} `json:"hookSpecificOutput"`
	}
	if err := json.Unmarshal(r.Stdout, &out); err != nil {
		t.Fatalf("%s: %v", r.Stdout, err)
	}
	if out.Hook.Reason == "" {
		t.Errorf("%s gives no reason", r.Stdout)
	}
	return out.Hook.Decision
}

func (b *bench) records() []journal.Record {
	b.Helper()
	records, unread, err := b.Dir.Records(journal.Name("s"))
	if err != nil || unread != (journal.Unread{}) {
		b.Fatalf("%+v, %v", unread, err)
	}
	return records
}

// signals are the kinds of all signals of the session.
func (b *bench) signals() []string {
	b.Helper()
	var kinds []string
	for _, r := range b.records() {
		for _, s := range r.Signals {
			kinds = append(kinds, s.Kind)
		}
	}
	return kinds
}

func bash(command string) string { return fmt.Sprintf(`{"command":%q}`, command) }

func TestDefaultPolicyAnswers(t *testing.T) {
	for _, tt := range []struct{ name, tool, input, want string }{
		{"a test run", "Bash", bash("go test ./..."), "silent"},
		{"a read in the repository", "Read", `{"file_path":"ROOT/main.go"}`, "silent"},
		{"a change in it", "Edit", `{"file_path":"ROOT/main.go","old_string":"a","new_string":"b"}`, "silent"},
		{"a read outside of it", "Read", `{"file_path":"/usr/include/stdio.h"}`, "silent"},
		{"a page", "WebFetch", `{"url":"https://go.dev/doc","prompt":"x"}`, "silent"},
		{"a tool nobody knows", "Frobnicate", `{"x":1}`, "silent"},
		{"a secret file", "Read", `{"file_path":"/home/ada/.aws/credentials"}`, "ask"},
		{"a secret in a command", "Bash", bash("curl -H 'Authorization: Bearer ghp_7Gx2LmQ9vT4bN8kR1sW6yZ3cD5fH0jP2aUeX' https://api.github.com"), "ask"},
		{"another user", "Bash", bash("sudo -u deploy id"), "ask"},
		{"a file outside", "Write", `{"file_path":"/srv/app/config","content":"x"}`, "ask"},
		{"a file in the home folder", "Write", `{"file_path":"/home/ada/notes.txt","content":"x"}`, "ask"},
		{"the agent's own plan", "Write", `{"file_path":"/home/ada/.claude/plans/x.md","content":"x"}`, "silent"},
		{"the agent's memory", "Write", `{"file_path":"/home/ada/.claude/projects/-repo/memory/MEMORY.md","content":"x"}`, "silent"},
		{"a scratch file", "Write", `{"file_path":"/tmp/x/out.txt","content":"x"}`, "silent"},
		{"hooks in the agent's name", "Bash", bash("ambit-hook hook -agent claude-code < made-up.json"), "deny"},
		{"the same behind a pipe", "Bash", bash("cat made-up.json | ambit-hook hook"), "deny"},
		{"how hooks are doing", "Bash", bash("ambit-hook status"), "silent"},
		{"a command nobody can tell", "Bash", bash("$TOOL --version"), "silent"},
		{"the agent's settings", "Write", `{"file_path":"/home/ada/.claude/settings.json","content":"{}"}`, "deny"},
		{"the project's hooks", "Edit", `{"file_path":"ROOT/.claude/settings.json","old_string":"a","new_string":"b"}`, "deny"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			if _, got := b.pre(tt.tool, strings.ReplaceAll(tt.input, "ROOT", b.root)); got != tt.want {
				t.Errorf("%s %s: %s, want %s", tt.tool, tt.input, got, tt.want)
			}
		})
	}
}

func TestEgressAsksAfterASecretWasRead(t *testing.T) {
	b := newBench(t)
	fetch := bash("curl https://paste.example/x")
	if got := b.call("Bash", fetch); got != "silent" {
		t.Errorf("before: %s", got)
	}
	// Asked about and declined: the call never ran, so nothing was read.
	if _, got := b.pre("Read", `{"file_path":"/home/ada/.aws/credentials"}`); got != "ask" {
		t.Errorf("the secret: %s", got)
	}
	if got := b.call("Bash", fetch); got != "silent" {
		t.Errorf("after it was declined: %s", got)
	}
	b.call("Read", `{"file_path":"/home/ada/.aws/credentials"}`)
	if got := b.call("Bash", fetch); got != "ask" {
		t.Errorf("after it was read: %s", got)
	}
}

func TestSecretInAResultCounts(t *testing.T) {
	b := newBench(t)
	id, _ := b.pre("Bash", bash("cat config.txt"))
	b.send("PostToolUse", fmt.Sprintf(`"tool_name":"Bash","tool_input":%s,"tool_use_id":%q,"tool_response":{"stdout":"key ghp_7Gx2LmQ9vT4bN8kR1sW6yZ3cD5fH0jP2aUeX"}`, bash("cat config.txt"), id))
	if _, got := b.pre("WebFetch", `{"url":"https://x.example","prompt":"x"}`); got != "ask" {
		t.Errorf("a contact after a token was in a result: %s", got)
	}
	text, err := os.ReadFile(filepath.Join(b.Dir.Path(), "sessions", journal.Name("s")+".log"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "ghp_7Gx2") {
		t.Error("the token stands in the session's file")
	}
}

// TestWhereNobodyCanAnswer holds that an ask becomes a denial there.
func TestWhereNobodyCanAnswer(t *testing.T) {
	input := `{"file_path":"/home/ada/.aws/credentials"}`
	for _, mode := range []string{"bypassPermissions", "auto", "dontAsk"} {
		b := newBench(t)
		b.more = map[string]string{"permission_mode": mode}
		if _, got := b.pre("Read", input); got != "deny" {
			t.Errorf("%s: %s", mode, got)
		}
	}
	b := newBench(t)
	b.Unattended = true
	if _, got := b.pre("Read", input); got != "deny" {
		t.Errorf("headless: %s", got)
	}
	if r := b.records(); r[0].Call.Answer != "deny" || r[0].Call.Decision.Verdict != boundary.RequireApproval {
		t.Errorf("recorded: %s, %v", r[0].Call.Answer, r[0].Call.Decision.Verdict)
	}
}

// TestOtherAgents asks about a secret in each agent's own words.
func TestOtherAgents(t *testing.T) {
	for _, tt := range []struct {
		dialect payload.Dialect
		payload string
		want    string
		exit    int
	}{
		{
			payload.Codex, `{"session_id":"s","turn_id":"1","cwd":"/repo","hook_event_name":"PreToolUse","tool_name":"Bash","tool_use_id":"c","tool_input":{"command":"cat /home/ada/.aws/credentials"}}`,
			`"permissionDecision":"deny"`, 0,
		},
		{
			payload.VSCode, `{"sessionId":"s","timestamp":"2026-03-01T10:00:00Z","cwd":"/repo","hookEventName":"PreToolUse","tool_name":"read_file","tool_input":{"filePath":"/home/ada/.aws/credentials"},"tool_use_id":"c"}`,
			`"permissionDecision":"ask"`, 0,
		},
		{
			payload.Copilot, `{"session_id":"s","timestamp":1772359200000,"cwd":"/repo","hook_event_name":"PreToolUse","tool_name":"view","tool_input":{"path":"/home/ada/.aws/credentials"}}`,
			`{"permissionDecision":"ask"`, 0,
		},
		{
			payload.Gemini, `{"session_id":"s","cwd":"/repo","hook_event_name":"BeforeTool","timestamp":"2026-03-01T10:00:00Z","tool_name":"read_file","tool_input":{"absolute_path":"/home/ada/.aws/credentials"}}`,
			`{"decision":"deny"`, 0,
		},
		{
			payload.Grok, `{"sessionId":"s","cwd":"/repo","hookEventName":"pre_tool_use","toolName":"read_file","toolUseId":"c","toolInput":{"target_file":"/home/ada/.aws/credentials"}}`,
			`{"decision":"deny"`, 0,
		},
		{
			payload.Cursor, `{"conversation_id":"s","generation_id":"g","hook_event_name":"beforeShellExecution","workspace_roots":["/repo"],"command":"cat /home/ada/.aws/credentials","cwd":"/repo"}`,
			`{"permission":"ask"`, 0,
		},
		{
			payload.Cursor, `{"conversation_id":"s","generation_id":"g","hook_event_name":"beforeReadFile","workspace_roots":["/repo"],"file_path":"/home/ada/.aws/credentials","content":"x"}`,
			`{"permission":"deny"`, 0,
		},
	} {
		t.Run(tt.dialect.String(), func(t *testing.T) {
			b := newBench(t)
			b.Dialect = tt.dialect
			r := b.Handle(t.Context(), []byte(tt.payload))
			if !strings.Contains(string(r.Stdout), tt.want) || r.ExitCode != tt.exit {
				t.Errorf("%s (exit %d), want %s", r.Stdout, r.ExitCode, tt.want)
			}
			b.Gate.Dialect = payload.Unknown // and without being told who calls
			if got := b.Handle(t.Context(), []byte(strings.ReplaceAll(tt.payload, `"s"`, `"s2"`))); string(got.Stdout) != string(r.Stdout) {
				t.Errorf("told by its look: %s, want %s", got.Stdout, r.Stdout)
			}
		})
	}
}

func TestObserveAnswersNothing(t *testing.T) {
	b := newBench(t)
	b.Observe = true
	for _, c := range [][2]string{
		{"Read", `{"file_path":"/home/ada/.aws/credentials"}`},
		{"Write", `{"file_path":"/home/ada/.claude/settings.json","content":"{}"}`},
	} {
		if got := b.call(c[0], c[1]); got != "silent" {
			t.Errorf("%s: %s", c[1], got)
		}
	}
	if r := b.Handle(t.Context(), []byte(`{"hook_event_name":"PreToolUse","tool_na`)); len(r.Stdout) > 0 {
		t.Errorf("a cut payload: %s", r.Stdout)
	}
	for _, r := range b.records() {
		if c := r.Call; c != nil && (!c.Decision.Observed || c.Decision.Verdict == boundary.Allow) {
			t.Errorf("recorded: %+v", c.Decision)
		}
	}
	if !slices.Contains(b.signals(), "governance_tamper") {
		t.Errorf("signals %v, want governance_tamper", b.signals())
	}
}

// TestGovernanceIsOutOfReach lists what no call may write.
func TestGovernanceIsOutOfReach(t *testing.T) {
	b := newBench(t)
	file := filepath.Join(t.TempDir(), "policy.yaml")
	if err := os.WriteFile(file, DefaultPolicy(), 0o600); err != nil {
		t.Fatal(err)
	}
	b.Policy = File(file)
	b.Protect = []string{"/opt/ambit/bin/ambit-*"}
	state := b.Dir.Path()
	for _, input := range []string{
		bash("echo x > " + file), bash("rm " + file), bash("sed -i s/a/b/ " + file),
		bash("rm -rf " + state), bash("echo > " + state + "/sessions/x.log"), bash("mv " + state + " /tmp/y"), bash("chmod -R a+w " + state),
		bash("cp /bin/true /opt/ambit/bin/ambit-hook"), bash("rm -rf /home/ada/.claude"), bash("rm -rf " + filepath.Dir(state)),
	} {
		if _, got := b.pre("Bash", input); got != "deny" {
			t.Errorf("%s: %s", input, got)
		}
	}
	if _, got := b.pre("Bash", bash("cat "+file)); got == "deny" {
		t.Error("the policy may be read")
	}
}

// TestProtectedPlaces holds that a gate decides wherever its own files are: in a folder
// that was named as it looks from here, and on a drive.
func TestProtectedPlaces(t *testing.T) {
	b := newBench(t)
	t.Chdir(t.TempDir())
	dir, err := journal.Open("state")
	if err != nil {
		t.Fatal(err)
	}
	b.Dir, b.Protect = dir, []string{"C:/Program Files/ambit/ambit-*"}
	if err := os.WriteFile("policy.yaml", []byte("version: 1\nid: p\non_unmatched: observe\non_unknown: observe\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	b.Policy = File("policy.yaml")
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"ROOT/main.go": "silent", here + "/state/key": "deny", here + "/policy.yaml": "deny", "/Program Files/ambit/ambit-hook": "deny",
	} {
		if _, got := b.pre("Write", `{"file_path":"`+path+`","content":"x"}`); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}

func TestBrokenPayloads(t *testing.T) {
	whole := `{"session_id":"s","cwd":"/repo","permission_mode":"default","hook_event_name":"PreToolUse","tool_name":"Bash","tool_input":{"command":"ls"},"tool_use_id":"t"}`
	for n := range len(whole) {
		b := newBench(t)
		r := b.Handle(t.Context(), []byte(whole[:n]))
		if got := said(t, r); got != "ask" {
			t.Errorf("%s: %s, want ask", whole[:n], got)
		}
	}
	for _, text := range []string{"", "null", "[]", `"x"`, "{}", "\x00", strings.Repeat("[", 100_000), strings.Repeat(`{"a":`, 100_000), `{"hook_event_name":5}`} {
		b := newBench(t)
		b.Handle(t.Context(), []byte(text)) // what is no payload gets some answer
	}
	b := newBench(t)
	for _, event := range []string{"PostToolUse", "Stop", "UserPromptSubmit", "SessionStart"} {
		r := b.Handle(t.Context(), []byte(`{"session_id":"s","hook_event_name":"`+event+`","tool_name":"Ba`))
		if len(r.Stdout)+r.ExitCode > 0 {
			t.Errorf("a cut %s stops the agent: %s", event, r.Stdout)
		}
	}
}

// TestEveryEvent sends each of Claude Code's events and one that nobody knows.
func TestEveryEvent(t *testing.T) {
	b := newBench(t)
	for _, event := range []payload.EventName{
		payload.SessionStart, payload.Setup, payload.InstructionsLoaded, payload.UserPromptSubmit, payload.UserPromptExpansion,
		payload.MessageDisplay, payload.PreToolUse, payload.PermissionRequest, payload.PermissionDenied, payload.PostToolUse,
		payload.PostToolUseFailure, payload.PostToolBatch, payload.Notification, payload.SubagentStart, payload.SubagentStop,
		payload.TaskCreated, payload.TaskCompleted, payload.TeammateIdle, payload.Stop, payload.StopFailure, payload.PreCompact,
		payload.PostCompact, payload.PreModelSwitch, payload.PostModelSwitch, payload.ConfigChange, payload.CwdChanged,
		payload.DirectoryAdded, payload.FileChanged, payload.WorktreeCreate, payload.WorktreeRemove, payload.Elicitation,
		payload.ElicitationResult, payload.SessionEnd, "NextYearsEvent",
	} {
		r := b.send(string(event), `"tool_name":"Read","tool_input":{"file_path":"ROOT/a"},"tool_use_id":"t","prompt":"hello","source":"startup","unknown_field":{"x":[1]}`)
		if len(r.Stdout)+len(r.Stderr)+r.ExitCode > 0 {
			t.Errorf("%s: %s %s %d", event, r.Stdout, r.Stderr, r.ExitCode)
		}
		want := event == payload.Stop || event == payload.StopFailure || event == payload.SessionEnd || event == payload.SessionStart
		if r.Due != want {
			t.Errorf("%s: due %v", event, r.Due)
		}
	}
}

func TestPolicyThatCannotBeRead(t *testing.T) {
	b := newBench(t)
	file := filepath.Join(t.TempDir(), "policy.yaml")
	b.Policy = File(file)
	if _, got := b.pre("Bash", bash("ls")); got != "ask" {
		t.Errorf("no policy: %s, want ask", got)
	}
	if err := os.WriteFile(file, []byte("version: 1\nid: x\ngrants: [{id: a, paths: [\"${re"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, got := b.pre("Bash", bash("ls")); got != "ask" {
		t.Errorf("half a policy: %s, want ask", got)
	}
	b.Observe = true
	if _, got := b.pre("Bash", bash("ls")); got != "silent" {
		t.Errorf("half a policy, observing: %s", got)
	}
	if c := b.records()[0].Call; c.Failed == "" || !slices.ContainsFunc(c.Decision.Crossings, func(x boundary.Crossing) bool { return x.Kind == boundary.Indeterminate }) {
		t.Errorf("recorded: %+v", c)
	}
}

// TestPolicyThatIsEdited holds that a session stays with what it began with, and takes up
// what is narrower.
func TestPolicyThatIsEdited(t *testing.T) {
	b := newBench(t)
	file := filepath.Join(t.TempDir(), "policy.yaml")
	b.Policy = File(file)
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const open = "version: 1\nid: p\nmode: enforce\non_unmatched: observe\non_unknown: observe\nrules:\n"
	write(open + "  - {id: no-push, deny: {commands: [\"git push *\"]}}\n")
	push, ls := bash("git push origin main"), bash("ls")
	if _, got := b.pre("Bash", push); got != "deny" {
		t.Errorf("as it began: %s", got)
	}
	write(open[:len(open)/2])
	if _, got := b.pre("Bash", ls); got != "silent" {
		t.Errorf("while the file is half written: %s", got)
	}
	if _, got := b.pre("Bash", push); got != "deny" {
		t.Errorf("while the file is half written: %s", got)
	}
	write(open + "  - {id: no-ls, deny: {commands: [\"ls\", \"ls *\"]}}\n")
	if _, got := b.pre("Bash", ls); got != "deny" {
		t.Errorf("what the new file forbids: %s", got)
	}
	if _, got := b.pre("Bash", push); got != "deny" {
		t.Errorf("what the new file does not forbid any more: %s", got)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if _, got := b.pre("Bash", ls); got != "deny" {
		t.Errorf("after the file was removed: %s", got)
	}
	b.more = map[string]string{"session_id": "later"}
	write(open + "  - {id: other, deny: {commands: [\"make *\"]}}\n")
	if _, got := b.pre("Bash", push); got != "silent" {
		t.Errorf("a session that begins later: %s", got)
	}
	if !slices.Contains(b.signals(), "policy_reload_failed") {
		t.Errorf("signals %v", b.signals())
	}
}

// TestPolicyThatCounts holds that calls of earlier hooks count.
func TestPolicyThatCounts(t *testing.T) {
	b := newBench(t)
	file := filepath.Join(t.TempDir(), "policy.yaml")
	text := "version: 1\nid: p\nmode: enforce\non_unmatched: observe\non_unknown: observe\nbudgets: {calls: 3}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	b.Policy = File(file)
	var got []string
	for range 5 {
		got = append(got, b.call("Bash", bash("ls")))
	}
	if diff := cmp.Diff([]string{"silent", "silent", "silent", "deny", "deny"}, got); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
}

func TestWithoutAState(t *testing.T) {
	b := newBench(t)
	b.Dir = nil
	if _, got := b.pre("Bash", bash("go test ./...")); got != "silent" {
		t.Errorf("a call: %s", got)
	}
	// What came before is not known, so it may have been a secret.
	if _, got := b.pre("WebFetch", `{"url":"https://x.example","prompt":"x"}`); got != "ask" {
		t.Errorf("a contact: %s", got)
	}
}

func TestSignals(t *testing.T) {
	b := newBench(t)
	post := func(id, input string) {
		b.send("PostToolUse", fmt.Sprintf(`"tool_name":"Bash","tool_input":%s,"tool_use_id":%q,"tool_response":{"stdout":"ok"}`, input, id))
	}
	post("never-asked", bash("ls"))
	id, _ := b.pre("Bash", bash("ls"))
	post(id, bash("ls -la"))
	id, answer := b.pre("Write", `{"file_path":"/home/ada/.claude/settings.json","content":"{}"}`)
	if answer != "deny" {
		t.Fatal(answer)
	}
	b.send("PostToolUse", fmt.Sprintf(`"tool_name":"Write","tool_input":{"file_path":"/home/ada/.claude/settings.json","content":"{}"},"tool_use_id":%q,"tool_response":"ok"`, id))
	b.send("ConfigChange", `"source":"project_settings","file_path":"ROOT/.claude/settings.json"`)
	b.more = map[string]string{"permission_mode": "bypassPermissions"}
	b.send("Stop", "")
	b.send("Stop", "")
	want := []string{"post_without_pre", "arguments_changed", "governance_tamper", "refusal_ignored", "config_changed", "bypass_permissions"}
	if diff := cmp.Diff(want, b.signals()); diff != "" {
		t.Errorf("signals (-want +got):\n%s", diff)
	}
}

func TestOwner(t *testing.T) {
	b := newBench(t)
	b.Owner = identity.Principal{}
	config := "[user]\n\temail = grace@example.com\n[remote \"origin\"]\n\turl = git@github.com:acme/shop.git\n"
	for file, text := range map[string]string{"config": config, "HEAD": "ref: refs/heads/fix/rounding\n"} {
		if err := os.WriteFile(filepath.Join(b.root, ".git", file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	b.send("SessionStart", `"source":"startup","model":"m-1"`)
	i := b.records()[0].Session
	if i == nil || i.Owner.ID != "grace@example.com" || i.Owner.Issuer != "git" || i.Repo != "github.com/acme/shop" || i.Branch != "fix/rounding" ||
		i.Root != b.root || i.Agent != "claude-code" || i.Model != "m-1" || i.Mode != "default" {
		t.Errorf("the session is %+v", i)
	}
}

func TestSessionThatGoesOn(t *testing.T) {
	b := newBench(t)
	b.send("SessionStart", `"source":"startup"`)
	b.call("Read", `{"file_path":"/home/ada/.aws/credentials"}`)
	b.send("SessionEnd", `"reason":"other"`)
	b.send("SessionStart", `"source":"resume"`)
	if _, got := b.pre("WebFetch", `{"url":"https://x.example","prompt":"x"}`); got != "ask" {
		t.Errorf("what it had seen before it ended is forgotten: %s", got)
	}
	records := b.records()
	if last := records[len(records)-1].State; last.Epoch != 1 || last.Ended {
		t.Errorf("epoch %d, ended %v", last.Epoch, last.Ended)
	}
}

// TestYesStandsForTheFile holds that the same file outside the repository is asked about
// once, and no other file with it.
func TestYesStandsForTheFile(t *testing.T) {
	b := newBench(t)
	edit := func(file, text string) string {
		return fmt.Sprintf(`{"file_path":%q,"old_string":"a","new_string":%q}`, file, text)
	}
	var got []string
	for _, input := range []string{edit("/srv/a", "1"), edit("/srv/a", "2"), edit("/srv/b", "1"), edit("/srv/a", "3")} {
		got = append(got, b.call("Edit", input))
	}
	if diff := cmp.Diff([]string{"ask", "silent", "ask", "silent"}, got); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
	b.call("Read", `{"file_path":"/home/ada/.netrc"}`)
	if _, got := b.pre("Read", `{"file_path":"/home/ada/.netrc"}`); got != "ask" {
		t.Errorf("a yes to a secret stands: %s", got)
	}
}

// TestYesIsToTheRulesThatAsked holds that a yes to one rule is none to another that
// asks about the same file later.
func TestYesIsToTheRulesThatAsked(t *testing.T) {
	b := newBench(t)
	file := filepath.Join(t.TempDir(), "policy.yaml")
	text := `version: 1
id: p
mode: enforce
on_unmatched: observe
on_unknown: observe
rules:
  - {id: outside, require_approval: {paths: ["/srv/**"], access: [write]}, approval: {remember: true}}
  - {id: after-web, after: {untrusted: read}, require_approval: {paths: ["/srv/**"], access: [write]}, approval: {remember: true}}
`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	b.Policy = File(file)
	write := `{"file_path":"/srv/a","old_string":"a","new_string":"b"}`
	var got []string
	got = append(got, b.call("Edit", write), b.call("Edit", write))
	b.call("WebFetch", `{"url":"https://x.example","prompt":"x"}`)
	got = append(got, b.call("Edit", write), b.call("Edit", write))
	if diff := cmp.Diff([]string{"ask", "silent", "ask", "silent"}, got); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
}

// TestTwoHooksForOneCall holds that each of them says what was decided.
func TestTwoHooksForOneCall(t *testing.T) {
	for _, tt := range []struct{ tool, input, want string }{
		{"Read", `{"file_path":"ROOT/a"}`, "silent"},
		{"Read", `{"file_path":"/home/ada/.netrc"}`, "ask"},
		{"Edit", `{"file_path":"/home/ada/.claude/settings.json","old_string":"a","new_string":"b"}`, "deny"},
	} {
		b := newBench(t)
		fields := fmt.Sprintf(`"tool_name":%q,"tool_input":%s,"tool_use_id":"one"`, tt.tool, tt.input)
		for range 2 {
			if got := said(t, b.send("PreToolUse", fields)); got != tt.want {
				t.Errorf("%s %s: %s, want %s", tt.tool, tt.input, got, tt.want)
			}
		}
	}
}

// TestTwoCallsWithOneID holds that what was decided about one of them is no answer for
// the other.
func TestTwoCallsWithOneID(t *testing.T) {
	b := newBench(t)
	ask := func(tool string) string {
		return said(t, b.send("PreToolUse", fmt.Sprintf(`"tool_name":%q,"tool_input":{"file_path":"/srv/a"},"tool_use_id":"one"`, tool)))
	}
	if got := ask("Read"); got != "silent" {
		t.Errorf("the first: %s", got)
	}
	if got := ask("Write"); got != "ask" {
		t.Errorf("another tool: %s, want ask", got)
	}
	b.more = map[string]string{"agent_id": "helper"}
	if got := ask("Read"); got != "ask" {
		t.Errorf("somebody else: %s, want ask", got)
	}
}

// TestWhatCannotBeWrittenDown holds that a call no later one will know of is judged as
// one whose history is lost.
func TestWhatCannotBeWrittenDown(t *testing.T) {
	b := newBench(t)
	fetch := `{"url":"https://x.example","prompt":"x"}`
	b.send("UserPromptSubmit", `"prompt":"fix the bug"`)
	if _, got := b.pre("WebFetch", fetch); got != "silent" {
		t.Errorf("a contact: %s, want silent", got)
	}
	b.more = map[string]string{"agent_type": strings.Repeat("a", journal.MaxRecord)} // a record that is too large
	if _, got := b.pre("Read", `{"file_path":"ROOT/a"}`); got != "silent" {
		t.Errorf("an ordinary call: %s, want silent", got)
	}
	if _, got := b.pre("WebFetch", fetch); got != "ask" {
		t.Errorf("a contact: %s, want ask", got)
	}
	b.Observe = true
	if _, got := b.pre("WebFetch", fetch); got != "silent" {
		t.Errorf("observed: %s, want silent", got)
	}
}

func TestTooManyQuestions(t *testing.T) {
	b := newBench(t)
	b.Recorded = false
	for range maxAsks {
		if _, got := b.pre("Read", `{"file_path":"/home/ada/.netrc"}`); got != "ask" {
			t.Fatal(got)
		}
	}
	if _, got := b.pre("Read", `{"file_path":"/home/ada/.netrc"}`); got != "deny" {
		t.Errorf("one more: %s, want deny", got)
	}
	if !slices.Contains(b.signals(), "approval_fatigue") {
		t.Errorf("signals %v", b.signals())
	}
}

func TestCredentials(t *testing.T) {
	b := newBench(t)
	env := map[string]string{"AWS_PROFILE": "prod", "GH_TOKEN": "ghp_7Gx2LmQ9vT4bN8kR1sW6yZ3cD5fH0jP2aUeX", "ISSUES_TOKEN": "glpat-Xk29fLmQ8vT3nR7sW1yZ"}
	b.Env = func(name string) string { return env[name] }
	servers := `{"mcpServers":{"forge":{"command":"forge-mcp","env":{"GITLAB_TOKEN":"${ISSUES_TOKEN}"}},"docs":{"url":"https://docs.example/mcp"}}}`
	if err := os.WriteFile(filepath.Join(b.root, ".mcp.json"), []byte(servers), 0o600); err != nil {
		t.Fatal(err)
	}
	b.pre("Bash", bash("aws s3 ls"))
	b.pre("Bash", bash("gh pr list"))
	b.pre("mcp__forge__list_issues", `{"project":"x"}`)
	var got []string
	for _, r := range b.records() {
		u := r.Call.Use
		if u == nil {
			got = append(got, "none")
			continue
		}
		got = append(got, fmt.Sprint(u.Credential.Kind, " ", u.Target.Service, " ", u.Target.Account, " ", u.Credential.Fingerprint != ""))
	}
	if diff := cmp.Diff([]string{"aws-profile aws prod false", "github-pat github  true", "gitlab-pat mcp:forge  true"}, got); diff != "" {
		t.Errorf("credentials (-want +got):\n%s", diff)
	}
	i := b.records()[0].Session
	if diff := cmp.Diff([]string{"docs", "forge"}, i.Servers); diff != "" {
		t.Errorf("servers (-want +got):\n%s", diff)
	}
	text, err := os.ReadFile(filepath.Join(b.Dir.Path(), "sessions", journal.Name("s")+".log"))
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"ghp_7Gx2", "glpat-Xk29"} {
		if strings.Contains(string(text), secret) {
			t.Errorf("%s stands in the session's file", secret)
		}
	}
}

func TestTwentyMebibytes(t *testing.T) {
	b := newBench(t)
	id, _ := b.pre("Bash", bash("cat big"))
	big := strings.Repeat("0123456789abcdef\\n", 20<<20/18)
	b.send("PostToolUse", fmt.Sprintf(`"tool_name":"Bash","tool_input":%s,"tool_use_id":%q,"tool_response":{"stdout":"%s"}`, bash("cat big"), id, big))
	r := b.records()
	if d := r[len(r)-1].Done; d == nil || d.ID != id || d.Size < 18<<20 {
		t.Errorf("the end of the call: %+v", d)
	}
	if info, err := b.Dir.Files(); err != nil || info[0].Size > 64<<10 {
		t.Errorf("the session's file: %+v, %v", info, err)
	}
	name := strings.Repeat("many/", 1000)
	_, got := b.pre("Bash", bash("cat "+strings.Repeat("/x/"+name+" ", 300)))
	if got != "silent" {
		t.Errorf("a call with more effects than a record holds: %s", got)
	}
	if r := b.records(); r[len(r)-1].Call == nil {
		t.Error("it is not recorded")
	}
}

func TestClockThatJumps(t *testing.T) {
	b := newBench(t)
	b.Recorded = true
	for _, at := range []string{"2026-03-01T10:00:00Z", "2031-01-01T00:00:00Z", "1999-01-01T00:00:00Z", "2026-03-01T10:00:01Z"} {
		b.more = map[string]string{"timestamp": at}
		b.send("UserPromptSubmit", `"prompt":"x","prompt_id":"`+at+`"`)
	}
	last := time.Time{}
	for _, r := range b.records() {
		if !r.Event.Time.After(last) {
			t.Errorf("%v comes after %v", r.Event.Time, last)
		}
		last = r.Event.Time
	}
}

// TestCallsInParallel begins three calls before any ends.
func TestCallsInParallel(t *testing.T) {
	b := newBench(t)
	var ids []string
	for _, f := range []string{"a", "b", "c"} {
		id, _ := b.pre("Read", fmt.Sprintf(`{"file_path":"ROOT/%s"}`, f))
		ids = append(ids, id)
	}
	for _, i := range []int{1, 2, 0} {
		b.send("PostToolUse", fmt.Sprintf(`"tool_name":"Read","tool_input":{"file_path":"ROOT/%c"},"tool_use_id":%q,"tool_response":"x"`, "abc"[i], ids[i]))
	}
	r := b.records()
	if s := r[len(r)-1].State; len(s.Calls) > 0 || s.Actors[0].InFlight != 0 || s.Actors[0].Calls != 3 {
		t.Errorf("the state is %+v", s)
	}
	if got := b.signals(); len(got) > 0 {
		t.Errorf("signals %v", got)
	}
}

// TestCallsWithoutIDs joins ends to beginnings by arguments, as agents without ids need.
func TestCallsWithoutIDs(t *testing.T) {
	b := newBench(t)
	for _, f := range []string{"a", "b"} {
		b.send("PreToolUse", fmt.Sprintf(`"tool_name":"Read","tool_input":{"file_path":"ROOT/%s"}`, f))
	}
	for _, f := range []string{"b", "a"} {
		b.send("PostToolUse", fmt.Sprintf(`"tool_name":"Read","tool_input":{ "file_path" : "ROOT/%s" },"tool_response":"x"`, f))
	}
	var begun, ended []string
	for _, r := range b.records() {
		if r.Call != nil {
			begun = append(begun, r.Call.ID)
		}
		if r.Done != nil {
			ended = append(ended, r.Done.ID)
		}
	}
	slices.Reverse(ended)
	if diff := cmp.Diff(begun, ended); diff != "" || len(begun) != 2 {
		t.Errorf("calls (-begun +ended):\n%s", diff)
	}
}

func TestBatchEndsWhatNoHookEnded(t *testing.T) {
	b := newBench(t)
	id, _ := b.pre("Read", `{"file_path":"ROOT/a"}`)
	b.send("PostToolBatch", fmt.Sprintf(`"tool_calls":[{"tool_name":"Read","tool_input":{"file_path":"ROOT/a"},"tool_use_id":%q,"tool_response":"content"}]`, id))
	found := false
	for _, r := range b.records() {
		found = found || r.Done != nil && r.Done.ID == id && r.Done.Size == len("content")
	}
	if !found {
		t.Error("the call has no end")
	}
}

// TestAnotherVersionsMind holds that a classifier's state of another version is no
// reason to stop.
func TestAnotherVersionsMind(t *testing.T) {
	b := newBench(t)
	b.send("UserPromptSubmit", `"prompt":"fix the bug"`)
	log, err := b.Dir.Lock("s", 0)
	if err != nil {
		t.Fatal(err)
	}
	s := log.State()
	s.Actors[0].Mind = []byte("of another version")
	if err := log.Append(&journal.Record{State: s}); err != nil {
		t.Fatal(err)
	}
	log.Close()
	if _, got := b.pre("Bash", bash("ls")); got != "silent" {
		t.Error(got)
	}
	if got := b.signals(); !slices.Contains(got, "history_lost") {
		t.Errorf("signals %v", got)
	}
}

func TestSessionThatIsHeld(t *testing.T) {
	b := newBench(t)
	b.Wait = time.Millisecond
	held, err := b.Dir.Lock("s", 0)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	if _, got := b.pre("Bash", bash("ls")); got != "silent" {
		t.Errorf("a call: %s", got)
	}
	if _, got := b.pre("WebFetch", `{"url":"https://x.example","prompt":"x"}`); got != "ask" {
		t.Errorf("a contact of a session nobody can look at: %s", got)
	}
}

func FuzzHandle(f *testing.F) {
	for _, s := range []string{
		`{"hook_event_name":"PreToolUse","session_id":"s","tool_name":"Bash","tool_input":{"command":"ls"},"tool_use_id":"t"}`,
		`{"hook_event_name":"PostToolUse","session_id":"s","tool_name":"Bash","tool_input":{"command":"ls"},"tool_response":{"stdout":"x"}}`,
		`{"hook_event_name":"PostToolBatch","session_id":"s","tool_calls":[{"tool_name":"Read"}]}`,
		`{"hook_event_name":"SessionStart","session_id":"..","cwd":"/"}`, `{"hookEventName":"stop"}`, "\xef\xbb\xbf{}",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		dir, err := journal.Open(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		g := Gate{Dir: dir, Home: "/home/ada", Recorded: true, Env: func(string) string { return "" }}
		for range 2 {
			if r := g.Handle(t.Context(), data); len(r.Stdout) > 0 && !json.Valid(r.Stdout) {
				t.Errorf("answers %q", r.Stdout)
			}
		}
	})
}

package payload

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// claude returns a Claude Code payload with the common fields and more members.
func claude(event, more string) string {
	if more != "" {
		more = "," + more
	}
	return `{"session_id":"s-1","transcript_path":"/home/ada/.claude/projects/p/s-1.jsonl","cwd":"/src/shop",` +
		`"permission_mode":"default","hook_event_name":"` + event + `"` + more + `}`
}

// summary is what the dialect table decides, on one line.
func summary(e Event) string {
	return fmt.Sprintf("%s %s session=%s prompt=%s tool=%s server=%s input=%s", e.Dialect, e.Name, e.SessionID, e.PromptID,
		e.Tool, e.MCP.Name(), e.ToolInput)
}

func TestDecodeDialects(t *testing.T) {
	for _, tt := range []struct {
		name, in, want string
	}{
		{
			name: "claude code",
			in:   claude("PreToolUse", `"prompt_id":"p-1","tool_name":"Bash","tool_input":{"command":"ls"},"tool_use_id":"toolu_1"`),
			want: `claude-code PreToolUse session=s-1 prompt=p-1 tool=Bash server= input={"command":"ls"}`,
		},
		{
			name: "claude code with a logger's timestamp is not copilot",
			in:   claude("PreToolUse", `"timestamp":"2026-03-01T10:00:00.5","tool_name":"Bash","tool_input":{"command":"ls"}`),
			want: `claude-code PreToolUse session=s-1 prompt= tool=Bash server= input={"command":"ls"}`,
		},
		{
			name: "codex by turn_id",
			in:   `{"session_id":"s-2","turn_id":"t-1","transcript_path":null,"cwd":"/src","hook_event_name":"PreToolUse","model":"m","permission_mode":"default","tool_name":"Bash","tool_input":{"command":"ls"},"tool_use_id":"call_1"}`,
			want: `codex PreToolUse session=s-2 prompt=t-1 tool=Bash server= input={"command":"ls"}`,
		},
		{
			name: "codex before turn_id, by the model in every payload",
			in:   `{"session_id":"s-2","transcript_path":"/tmp/rollout.jsonl","cwd":"/src","hook_event_name":"UserPromptSubmit","model":"m","permission_mode":"default","prompt":"go"}`,
			want: `codex UserPromptSubmit session=s-2 prompt= tool= server= input=`,
		},
		{
			name: "vs code: camelCase frame, snake_case tool",
			in:   `{"timestamp":"2026-02-09T10:30:00.000Z","cwd":"/src","sessionId":"s-3","hookEventName":"PreToolUse","transcript_path":"/t.json","tool_name":"replace_string_in_file","tool_input":{"filePath":"/src/a.go","oldString":"a","newString":"b"},"tool_use_id":"t-1"}`,
			want: `vscode PreToolUse session=s-3 prompt= tool=Edit server= input={"file_path":"/src/a.go","old_string":"a","new_string":"b"}`,
		},
		{
			name: "copilot in PascalCase",
			in:   `{"hook_event_name":"PreToolUse","session_id":"s-4","timestamp":"2026-02-09T10:30:00Z","cwd":"/src","tool_name":"view","tool_input":{"path":"/src/a.go"}}`,
			want: `copilot PreToolUse session=s-4 prompt= tool=Read server= input={"file_path":"/src/a.go"}`,
		},
		{
			name: "copilot in PascalCase at the end of a turn",
			in:   `{"hook_event_name":"Stop","session_id":"s-4","timestamp":"2026-02-09T10:30:00Z","cwd":"/src","transcript_path":"/t.jsonl","stop_reason":"end_turn"}`,
			want: `copilot Stop session=s-4 prompt= tool= server= input=`,
		},
		{
			name: "copilot in camelCase names no event",
			in:   `{"sessionId":"s-4","timestamp":1760000000000,"cwd":"/src","toolName":"bash","toolArgs":"{\"command\":\"ls\"}"}`,
			want: `copilot PreToolUse session=s-4 prompt= tool=Bash server= input={"command":"ls"}`,
		},
		{
			name: "copilot in camelCase after the tool",
			in:   `{"sessionId":"s-4","timestamp":1760000000000,"cwd":"/src","toolName":"bash","toolArgs":{"command":"ls"},"toolResult":{"resultType":"success","textResultForLlm":"a.go"}}`,
			want: `copilot PostToolUse session=s-4 prompt= tool=Bash server= input={"command":"ls"}`,
		},
		{
			name: "copilot notification names its event in snake_case",
			in:   `{"sessionId":"s-4","timestamp":1,"cwd":"/src","hook_event_name":"Notification","message":"m","notification_type":"agent_idle"}`,
			want: `copilot Notification session=s-4 prompt= tool= server= input=`,
		},
		{
			name: "gemini tool",
			in:   `{"session_id":"s-5","transcript_path":"/g/chat.json","cwd":"/src","hook_event_name":"BeforeTool","timestamp":"2026-02-09T10:30:00Z","tool_name":"run_shell_command","tool_input":{"command":"ls"}}`,
			want: `gemini-cli PreToolUse session=s-5 prompt= tool=Bash server= input={"command":"ls"}`,
		},
		{
			name: "gemini mcp tool by its context",
			in:   `{"session_id":"s-5","cwd":"/src","hook_event_name":"AfterTool","tool_name":"mcp_my_jira_get_issue","tool_input":{"key":"PAY-7"},"mcp_context":{"server_name":"my_jira","tool_name":"get_issue","command":"npx","args":["-y","jira"]},"tool_response":{"llmContent":"ok"}}`,
			want: `gemini-cli PostToolUse session=s-5 prompt= tool=get_issue server=my_jira input={"key":"PAY-7"}`,
		},
		{
			name: "gemini session start by its transcript",
			in:   `{"session_id":"s-5","transcript_path":"/home/ada/.gemini/tmp/chat.json","cwd":"/src","hook_event_name":"SessionStart","timestamp":"2026-02-09T10:30:00Z","source":"startup"}`,
			want: `gemini-cli SessionStart session=s-5 prompt= tool= server= input=`,
		},
		{
			name: "grok: the camelCase twin",
			in:   `{"hookEventName":"pre_tool_use","sessionId":"s-6","cwd":"/src","workspaceRoot":"/src","timestamp":"2026-07-02T14:13:19.8+00:00","promptId":"p-6","toolName":"read_file","toolUseId":"k","toolInput":{"target_file":"/src/a.go"},"permissionMode":"default"}`,
			want: `grok PreToolUse session=s-6 prompt=p-6 tool=Read server= input={"file_path":"/src/a.go"}`,
		},
		{
			name: "cursor: the tool is in the event's name",
			in:   "\xef\xbb\xbf" + `{"conversation_id":"s-7","generation_id":"g-1","hook_event_name":"beforeShellExecution","cursor_version":"2.4.0","workspace_roots":["/src"],"user_email":"ada@example.com","command":"ls -la","cwd":""}`,
			want: `cursor PreToolUse session=s-7 prompt=g-1 tool=Bash server= input={"command":"ls -la"}`,
		},
		{
			name: "cursor: an MCP server known by its address, arguments quoted",
			in:   `{"conversation_id":"s-7","hook_event_name":"beforeMCPExecution","workspace_roots":["/src"],"tool_name":"get_issue","tool_input":"{\"key\":\"PAY-7\"}","url":"https://jira.example/mcp"}`,
			want: `cursor PreToolUse session=s-7 prompt= tool=get_issue server= input={"key":"PAY-7"}`,
		},
		{
			name: "cursor: a generic event of an MCP tool",
			in:   `{"conversation_id":"s-7","hook_event_name":"preToolUse","workspace_roots":["/src"],"tool_name":"MCP:jira:get_issue","tool_input":{"key":"PAY-7"}}`,
			want: `cursor PreToolUse session=s-7 prompt= tool=get_issue server=jira input={"key":"PAY-7"}`,
		},
		{
			name: "cursor: an edit",
			in:   `{"conversation_id":"s-7","hook_event_name":"afterFileEdit","workspace_roots":["/src"],"file_path":"/src/a.go","edits":[{"old_string":"a","new_string":"b"}]}`,
			want: `cursor PostToolUse session=s-7 prompt= tool=Edit server= input={"file_path":"/src/a.go","edits":[{"old_string":"a","new_string":"b"}]}`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, err := Decode([]byte(tt.in))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, summary(e)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// TestDecodeEvents reads one field of its own from each of the 33 events, in the
// names of its documentation.
func TestDecodeEvents(t *testing.T) {
	own := map[EventName]string{
		SessionStart: "source", Setup: "trigger", InstructionsLoaded: "load_reason", UserPromptSubmit: "prompt",
		UserPromptExpansion: "command_name", MessageDisplay: "turn_id", PreToolUse: "tool_use_id",
		PermissionRequest: "tool_name", PermissionDenied: "reason", PostToolUse: "tool_use_id", PostToolUseFailure: "error",
		PostToolBatch: "note", Notification: "notification_type", SubagentStart: "agent_type", SubagentStop: "agent_transcript_path",
		TaskCreated: "task_subject", TaskCompleted: "task_id", TeammateIdle: "teammate_name", Stop: "last_assistant_message",
		StopFailure: "error", PreCompact: "trigger", PostCompact: "compact_summary", PreModelSwitch: "to_model",
		PostModelSwitch: "from_model", ConfigChange: "file_path", CwdChanged: "new_cwd", DirectoryAdded: "directory",
		FileChanged: "event", WorktreeCreate: "name", WorktreeRemove: "worktree_path", Elicitation: "mcp_server_name",
		ElicitationResult: "action", SessionEnd: "reason",
	}
	if len(own) != 33 || len(events) != 33 {
		t.Fatalf("%d samples, %d events, want 33", len(own), len(events))
	}
	for name, field := range own {
		t.Run(string(name), func(t *testing.T) {
			e, err := Decode([]byte(claude(string(name), `"`+field+`":"value"`)))
			if err != nil {
				t.Fatal(err)
			}
			got := []string{string(e.Name), e.Dialect.String(), e.Text(field)}
			if diff := cmp.Diff([]string{string(name), "claude-code", "value"}, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestDecodeFields(t *testing.T) {
	in := claude("PostToolUse", `"prompt_id":"p","agent_id":"a-1","agent_type":"Explore","tool_name":"mcp__jira__get_issue",
		"tool_input":{"key":"PAY-7"},"tool_response":[{"type":"text","text":"done"}],"tool_use_id":"toolu_1","duration_ms":12.5,
		"timestamp":"2026-03-01T10:00:00Z","mcp_server":{"name":"plugin:acme:jira","source":"plugin"},"model":"m"`)
	e, err := Decode([]byte(in))
	if err != nil {
		t.Fatal(err)
	}
	e.Raw = nil
	want := Event{
		Dialect: ClaudeCode, Name: PostToolUse, Native: "PostToolUse", SessionID: "s-1", PromptID: "p", AgentID: "a-1",
		AgentType: "Explore", Cwd: "/src/shop", Mode: "default", Transcript: "/home/ada/.claude/projects/p/s-1.jsonl", Model: "m",
		Time: time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC), Tool: "get_issue", NativeTool: "mcp__jira__get_issue",
		MCP:       MCP{Server: "jira", Plugin: "acme", Tool: "get_issue", Source: "plugin"},
		ToolInput: json.RawMessage(`{"key":"PAY-7"}`), NativeInput: json.RawMessage(`{"key":"PAY-7"}`), ToolUseID: "toolu_1",
		ToolResponse: json.RawMessage(`[{"type":"text","text":"done"}]`), Duration: 12500 * time.Microsecond,
	}
	if diff := cmp.Diff(want, e); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if !e.Subagent() {
		t.Error("a payload with agent_id is a subagent's")
	}
}

// What real payloads hold, one trap each.
func TestDecodeTraps(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		got      func(Event) any
		want     any
	}{
		{"byte-order mark", "\xef\xbb\xbf" + claude("Stop", ""), func(e Event) any { return e.Name }, Stop},
		{"lone surrogate", claude("UserPromptSubmit", `"prompt":"a\ud800b\udc00\ud83d\ude00"`), func(e Event) any { return e.Prompt }, "a\uFFFDb\uFFFD\U0001F600"},
		{"bytes that are no UTF-8", claude("UserPromptSubmit", "\"prompt\":\"a\xffb\""), func(e Event) any { return e.Prompt }, "a\uFFFDb"},
		{"null transcript", `{"hook_event_name":"Stop","session_id":"s","transcript_path":null}`, func(e Event) any { return e.Transcript }, ""},
		{"no ids at all", `{"hook_event_name":"PreToolUse","tool_name":"Bash","tool_input":{"command":"ls"}}`, func(e Event) any { return e.Tool }, "Bash"},
		{"null for every field", `{"hook_event_name":"Stop","session_id":null,"cwd":null,"agent_id":null,"duration_ms":null,"error":null}`, func(e Event) any { return e.SessionID + e.Cwd + e.AgentID + e.Error }, ""},
		{"fields of the wrong type", `{"hook_event_name":"Stop","session_id":7,"cwd":["x"],"prompt":{},"is_interrupt":"yes","duration_ms":"soon"}`, func(e Event) any { return e.SessionID + e.Cwd + e.Prompt }, ""},
		{"unknown event keeps its name", claude("QuantumLeap", ""), func(e Event) any { return e.Name }, EventName("QuantumLeap")},
		{"unknown field is found", claude("Stop", `"brand_new":{"a":1}`), func(e Event) any { return string(e.Field("brand_new")) }, `{"a":1}`},
		{"unknown field is found in the other case", `{"hook_event_name":"Stop","brandNew":"x"}`, func(e Event) any { return e.Text("brand_new") }, "x"},
		{"the later of two equal names counts, as in JSON.parse", `{"hook_event_name":"PreToolUse","tool_name":"Read","tool_name":"Bash"}`, func(e Event) any { return e.Tool }, "Bash"},
		{"a field's own name beats its alias", `{"hook_event_name":"PreToolUse","session_id":"own","conversation_id":"alias"}`, func(e Event) any { return e.SessionID }, "own"},
		{"escaped name", `{"hook_event_name":"Stop","session\u005fid":"s"}`, func(e Event) any { return e.SessionID }, "s"},
		{"a logger's agent_id is none", claude("PreToolUse", `"agent_id":"unknown"`), func(e Event) any { return e.Subagent() }, false},
		{"a time without zone", claude("Stop", `"timestamp":"2026-03-01T10:00:00.123456"`), func(e Event) any { return e.Time.Format(time.RFC3339Nano) }, "2026-03-01T10:00:00.123456Z"},
		{"a time in milliseconds", claude("Stop", `"timestamp":1760000000123`), func(e Event) any { return e.Time.UnixMilli() }, int64(1760000000123)},
		{"a time that is none", claude("Stop", `"timestamp":"yesterday"`), func(e Event) any { return e.Time.IsZero() }, true},
		{"old tool names stay", claude("PreToolUse", `"tool_name":"MultiEdit"`), func(e Event) any { return e.Tool }, "MultiEdit"},
		{"an error that is an object", `{"sessionId":"s","hookEventName":"x_y","workspaceRoot":"/","error":{"message":"boom"}}`, func(e Event) any { return e.Error }, "boom"},
		{"the prompt in grok's element", `{"hookEventName":"user_prompt_submit","sessionId":"s","prompt":"<user_query>\nfix it\n</user_query>"}`, func(e Event) any { return e.Prompt }, "fix it"},
		{"windows paths", `{"hook_event_name":"Stop","transcript_path":"C:\\Users\\a\\.codex\\r.jsonl"}`, func(e Event) any { return e.Dialect }, Codex},
		{"cursor's working directory is its first root", `{"hook_event_name":"stop","conversation_id":"c","workspace_roots":["/a","/b"]}`, func(e Event) any { return e.Cwd }, "/a"},
		{"a string that only looks like an object stays", claude("PreToolUse", `"tool_name":"X","tool_input":"{not json"`), func(e Event) any { return string(e.ToolInput) }, `"{not json"`},
		{"elicitation names its server", claude("Elicitation", `"mcp_server_name":"jira","message":"m"`), func(e Event) any { return e.MCP.Server }, "jira"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, err := Decode([]byte(tt.in))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, tt.got(e)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestDecodeErrors(t *testing.T) {
	whole := claude("PreToolUse", `"tool_name":"Bash","tool_input":{"command":"secret value"}`)
	for _, tt := range []struct {
		name, in string
		want     error
	}{
		{"cut", whole[:len(whole)-10], io.ErrUnexpectedEOF},
		{"empty", "", io.ErrUnexpectedEOF},
		{"an array", "[1]", errSyntax},
		{"garbage", "<html>", errSyntax},
		{"two values", whole + whole, errSyntax},
		{"no event", `{"session_id":"s"}`, ErrNoEvent},
		{"too deep", `{"a":` + strings.Repeat("[", maxDepth+2), errDepth},
		{"too large", `{"a":"` + strings.Repeat("x", MaxSize) + `"}`, ErrTooLarge},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Decode([]byte(tt.in))
			if !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
			if strings.Contains(fmt.Sprint(err), "secret") {
				t.Errorf("error %q holds content", err)
			}
		})
	}
}

// A cut payload still says whom to answer: cannot-tell must be answered too.
func TestDecodeCutPayloadKeepsWhatCameBefore(t *testing.T) {
	e, err := Decode([]byte(`{"hook_event_name":"PreToolUse","session_id":"s","tool_name":"Bash","tool_input":{"command":"rm -r`))
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatal(err)
	}
	if diff := cmp.Diff("claude-code PreToolUse session=s prompt= tool=Bash server= input=", summary(e)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got := e.Answer(Answer{Decision: Ask}); got.Decision != Ask || len(got.Stdout) == 0 {
		t.Errorf("answer %+v", got)
	}
}

func TestDecodeAs(t *testing.T) {
	in := `{"hook_event_name":"PreToolUse","session_id":"s","tool_name":"bash","tool_input":{"command":"ls"}}`
	if e, _ := Decode([]byte(in)); e.Dialect != ClaudeCode || e.Tool != "bash" {
		t.Errorf("Decode: %s", summary(e))
	}
	if e, _ := DecodeAs(Copilot, []byte(in)); e.Dialect != Copilot || e.Tool != "Bash" {
		t.Errorf("DecodeAs: %s", summary(e))
	}
	if e, err := DecodeAs(Dialect(99), []byte(in)); err != nil || e.Name != PreToolUse {
		t.Errorf("unknown dialect: %s, %v", summary(e), err)
	}
}

func TestDecodeLargeResponseIsNotCopied(t *testing.T) {
	const size = 20 << 20
	in := []byte(claude("PostToolUse", `"tool_name":"Bash","tool_input":{"command":"cat"},"tool_response":{"stdout":"`+strings.Repeat("x", size)+`"}`))
	var e Event
	r := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			e, _ = Decode(in)
		}
	})
	if len(e.ToolResponse) < size {
		t.Errorf("response has %d bytes", len(e.ToolResponse))
	}
	if r.AllocedBytesPerOp() > 64<<10 {
		t.Errorf("%d bytes allocated", r.AllocedBytesPerOp())
	}
}

func TestToolCalls(t *testing.T) {
	e, err := Decode([]byte(claude("PostToolBatch", `"tool_calls":[{"tool_name":"Read","tool_input":{"file_path":"a"},"tool_use_id":"t1","tool_response":"text"},{"tool_name":"mcp__j__x","tool_use_id":"t2"},7]`)))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range e.ToolCalls() {
		got = append(got, c.ToolUseID+" "+c.Tool+" "+Text(c.ToolResponse))
	}
	if diff := cmp.Diff([]string{"t1 Read text", "t2 x "}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestSplitMCP(t *testing.T) {
	for _, tt := range []struct {
		name    string
		dialect Dialect
		tool    string
		want    MCP
		server  string
	}{
		{"server and tool", ClaudeCode, "mcp__jira__get_issue", MCP{Server: "jira", Tool: "get_issue"}, "jira"},
		{"single underscores belong to the names", ClaudeCode, "mcp__my_jira__get_issue", MCP{Server: "my_jira", Tool: "get_issue"}, "my_jira"},
		{"the first separator counts", ClaudeCode, "mcp__a__b__c", MCP{Server: "a", Tool: "b__c"}, "a"},
		{"a plugin's server", ClaudeCode, "mcp__plugin_acme-tools_jira__get_issue", MCP{Plugin: "acme-tools", Server: "jira", Tool: "get_issue"}, "plugin:acme-tools:jira"},
		{"a server called plugin", ClaudeCode, "mcp__plugin__x", MCP{Server: "plugin", Tool: "x"}, "plugin"},
		{"no tool", ClaudeCode, "mcp__jira", MCP{}, ""},
		{"empty server", ClaudeCode, "mcp____x", MCP{}, ""},
		{"gemini", Gemini, "mcp_jira_get_issue", MCP{Server: "jira", Tool: "get_issue"}, "jira"},
		{"gemini's older form", Gemini, "mcp__jira__get_issue", MCP{Server: "jira", Tool: "get_issue"}, "jira"},
		{"vs code", VSCode, "mcp_jira_get", MCP{Server: "jira", Tool: "get"}, "jira"},
		{"claude code has no single underscores", ClaudeCode, "mcp_jira_get", MCP{}, ""},
		{"cursor", Cursor, "MCP:jira:get", MCP{Server: "jira", Tool: "get"}, "jira"},
		{"cursor without server", Cursor, "MCP:get", MCP{Tool: "get"}, ""},
		{"no mcp tool", ClaudeCode, "Bash", MCP{}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := SplitMCP(tt.dialect, tt.tool)
			if diff := cmp.Diff(tt.want, got); diff != "" || ok == got.IsZero() {
				t.Errorf("ok %v (-want +got)\n%s", ok, diff)
			}
			if got.Name() != tt.server {
				t.Errorf("name %q, want %q", got.Name(), tt.server)
			}
		})
	}
}

func TestCanonical(t *testing.T) {
	for _, tt := range []struct {
		name     string
		dialect  Dialect
		tool, in string
		wantTool string
		want     string
	}{
		{"claude code is never changed", ClaudeCode, "Read", `{"path":"a"}`, "Read", `{"path":"a"}`},
		{"a shell's line", Codex, "shell", `{"command":["bash","-lc","ls && pwd"],"timeout_ms":9}`, "Bash", `{"command":"ls && pwd","timeout_ms":9}`},
		{"words become a line", Codex, "shell", `{"command":["grep","-r","it's","a b"]}`, "Bash", `{"command":"grep -r 'it'\\''s' 'a b'"}`},
		{"an empty word is kept", Codex, "shell", `{"command":["printf",""]}`, "Bash", `{"command":"printf ''"}`},
		{"a list with other things stays", Codex, "shell", `{"command":["a",1]}`, "Bash", `{"command":["a",1]}`},
		{"an empty list stays", Codex, "shell", `{"command":[]}`, "Bash", `{"command":[]}`},
		{"cmd", Codex, "exec_command", `{"cmd":"ls"}`, "Bash", `{"command":"ls"}`},
		{"a patch by the shell", Codex, "shell", `{"command":["apply_patch","*** Begin Patch"]}`, "apply_patch", `{"command":"*** Begin Patch"}`},
		{"an alias never overwrites", Grok, "read_file", `{"file_path":"a","target_file":"b"}`, "Read", `{"file_path":"a","target_file":"b"}`},
		{"unknown tools stay", Gemini, "save_memory", `{"fact":"x"}`, "save_memory", `{"fact":"x"}`},
		{"no object", Grok, "read_file", `"x"`, "Read", `"x"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tool, got := Canonical(tt.dialect, tt.tool, json.RawMessage(tt.in))
			if diff := cmp.Diff([]string{tt.wantTool, tt.want}, []string{tool, string(got)}); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestText(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"string", `"a\nb"`, "a\nb"},
		{"null", `null`, ""},
		{"nothing", ``, ""},
		{"blocks", `[{"type":"text","text":"a"},{"type":"image","source":{}},{"type":"text","text":"b"}]`, "a\nb"},
		{"bash", `{"stdout":"out","stderr":"err","interrupted":false,"isImage":false}`, "out\nerr"},
		{"silent bash", `{"stdout":"","stderr":"","interrupted":false}`, ""},
		{"read", `{"type":"text","file":{"filePath":"/a","content":"x"}}`, "x"},
		{"copilot", `{"result_type":"success","text_result_for_llm":"x"}`, "x"},
		{"gemini", `{"llmContent":[{"text":"x"}],"returnDisplay":"y"}`, "x"},
		{"grok: what the model saw", `{"type":"Bash","output":[97,98],"output_for_prompt":"exit: 0\nab","exit_code":0}`, "exit: 0\nab"},
		{"grok: a list of byte values", `{"type":"Bash","output":[104,105,10]}`, "hi\n"},
		{"a list of other numbers is no text", `[1,2,300]`, "[1,2,300]"},
		{"no text at all", `{"filenames":["a"],"numFiles":1}`, `{"filenames":["a"],"numFiles":1}`},
		{"broken", `{"stdout":`, `{"stdout":`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, Text(json.RawMessage(tt.in))); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestDialectNames(t *testing.T) {
	for d := range Dialect(len(dialects)) {
		got, ok := ParseDialect(d.String())
		if want := d; ok != (d != Unknown) || got != want {
			t.Errorf("ParseDialect(%q) = %v, %v", d, got, ok)
		}
	}
	if got := Dialect(99).String(); got != "unknown" {
		t.Errorf("String of no dialect: %q", got)
	}
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{
		claude("PreToolUse", `"tool_name":"Bash","tool_input":{"command":"ls"}`),
		`{"sessionId":"s","toolName":"bash","toolArgs":"{\"command\":[\"a\"]}"}`,
		`{"hook_event_name":"beforeMCPExecution","workspace_roots":["/"],"tool_name":"MCP:a:b","url":"u"}`,
		`{"hook_event_name":"AfterTool","tool_name":"mcp_a_b","mcp_context":{"args":["x",1]},"tool_response":{"error":{"message":"e"}}}`,
		"\xef\xbb\xbf{\"hook_event_name\":\"Stop\",\"prompt\":\"\\ud800\xff\"}",
		`{"hook_event_name":"PostToolBatch","tool_calls":[{"tool_name":"x"}]}`,
	} {
		f.Add([]byte(s), uint8(0), uint8(4))
	}
	f.Fuzz(func(t *testing.T, data []byte, dialect, decision uint8) {
		e, err := DecodeAs(Dialect(dialect%uint8(len(dialects))), data)
		if err == nil {
			if !json.Valid(e.Raw) {
				t.Error("accepted what is no JSON")
			}
			for _, v := range []json.RawMessage{e.ToolInput, e.NativeInput, e.ToolResponse} {
				if len(v) > 0 && !json.Valid(v) {
					t.Errorf("%q is no JSON", v)
				}
			}
			_ = e.ToolCalls()
			_ = Text(e.ToolResponse)
		} else if errors.Is(err, errSyntax) && json.Valid(e.Raw) && len(e.Raw) > 0 && strings.TrimSpace(string(e.Raw))[0] == '{' {
			t.Errorf("refused JSON: %v", err)
		}
		out := e.Answer(Answer{Decision: Decision(decision), Reason: string(data), Context: "c", Notice: "n", Input: data, Stop: decision%2 == 0})
		if len(out.Stdout) > 0 && !json.Valid(out.Stdout) {
			t.Errorf("answer %q is no JSON", out.Stdout)
		}
		if Decision(decision) == Silent && out.ExitCode == 2 && len(out.Stderr) == 0 {
			t.Error("silence refuses")
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	pre := []byte(claude("PreToolUse", `"prompt_id":"d76ca698-a7eb-40c2-9f39-c2508ffcd402","effort":{"level":"high"},"tool_name":"Bash","tool_input":{"command":"go test ./... 2>&1 | tail -40","description":"Run the tests"},"tool_use_id":"toolu_0115uch3EwVYE7pAZZyXo2va"`))
	post := []byte(claude("PostToolUse", `"tool_name":"Bash","tool_input":{"command":"cat a"},"tool_response":{"stdout":"`+strings.Repeat(`line of output\n`, 64<<10)+`","stderr":""}`))
	for _, bb := range []struct {
		name string
		in   []byte
	}{{"pre", pre}, {"post-1MiB", post}} {
		b.Run("event="+bb.name+"/by=payload", func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(bb.in)))
			for b.Loop() {
				if _, err := Decode(bb.in); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("event="+bb.name+"/by=encoding-json", func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(bb.in)))
			for b.Loop() {
				var e struct {
					SessionID      string          `json:"session_id"`
					TranscriptPath string          `json:"transcript_path"`
					Cwd            string          `json:"cwd"`
					PermissionMode string          `json:"permission_mode"`
					HookEventName  string          `json:"hook_event_name"`
					PromptID       string          `json:"prompt_id"`
					ToolName       string          `json:"tool_name"`
					ToolInput      json.RawMessage `json:"tool_input"`
					ToolResponse   json.RawMessage `json:"tool_response"`
					ToolUseID      string          `json:"tool_use_id"`
				}
				if err := json.Unmarshal(bb.in, &e); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestDecodeAllocs(t *testing.T) {
	in := []byte(claude("PreToolUse", `"prompt_id":"p","tool_name":"Bash","tool_input":{"command":"ls"},"tool_use_id":"toolu_1"`))
	// Session, transcript, cwd, event, prompt id and call id; mode and tool are interned.
	const want = 6
	if got := testing.AllocsPerRun(100, func() { _, _ = Decode(in) }); got > want {
		t.Errorf("%v allocations, want at most %d", got, want)
	}
}

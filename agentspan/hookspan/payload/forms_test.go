package payload

// What each agent is told about each of its events, payloads and answers both as the
// agents' own documentation has them.

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A frame is what all payloads of one agent have: %s is the event's name, and its own
// fields follow.
var frames = map[Dialect]string{
	ClaudeCode: `{"session_id":"s","transcript_path":"/home/ada/.claude/projects/w/s.jsonl","cwd":"/w","prompt_id":"p","permission_mode":"default","hook_event_name":"%s"%s}`,
	Codex:      `{"session_id":"s","turn_id":"t","transcript_path":null,"cwd":"/w","hook_event_name":"%s","model":"m","permission_mode":"default"%s}`,
	VSCode:     `{"timestamp":"2026-03-01T10:00:00Z","cwd":"/w","sessionId":"s","hookEventName":"%s","transcript_path":"/t"%s}`,
	Copilot:    `{"hook_event_name":"%s","session_id":"s","timestamp":"2026-03-01T10:00:00Z","cwd":"/w"%s}`,
	Gemini:     `{"session_id":"s","transcript_path":"/home/ada/.gemini/tmp/w/chats/s.json","cwd":"/w","hook_event_name":"%s","timestamp":"2026-03-01T10:00:00Z"%s}`,
	Grok:       `{"hookEventName":"%s","sessionId":"s","cwd":"/w","workspaceRoot":"/w","transcriptPath":"/t","permissionMode":"default","promptId":"p"%s}`,
	Cursor:     `{"conversation_id":"s","generation_id":"g","hook_event_name":"%s","cursor_version":"1.7.2","workspace_roots":["/w"],"user_email":"ada@example.com","model":"m"%s}`,
}

// Ways to say no. Silence is nothing, but for Cursor, which wants an object.
const (
	block    = `{"decision":"block","reason":"no"}`
	halt     = `{"continue":false,"stopReason":"no"}`
	geminiNo = `{"decision":"deny","reason":"no"}`
	exit2    = "exit 2: no"
)

// permission is a decision about a call in the envelope that most agents read.
func permission(event, decision string) string {
	return fmt.Sprintf(`{"hookSpecificOutput":{"hookEventName":%q,"permissionDecision":%q,"permissionDecisionReason":"no"}}`, event, decision)
}

const (
	call   = `,"tool_name":"Bash","tool_input":{"command":"ls"},"tool_use_id":"t1"`
	dialog = `{"hookSpecificOutput":{"hookEventName":"PermissionRequest","decision":{"behavior":"deny","message":"no"}}}`
)

// asRefusal is what a decision to ask becomes where there is nothing special about it: the
// refusal, since an agent that cannot ask must not go on as if nothing had been said.
const asRefusal = "as a refusal"

var forms = map[Dialect][]struct {
	event  string // as the agent names it
	fields string
	name   EventName
	deny   string
	ask    string
}{
	ClaudeCode: {
		{"SessionStart", `,"source":"startup","model":"m"`, SessionStart, "", ""},
		{"Setup", `,"trigger":"init"`, Setup, "", ""},
		{"InstructionsLoaded", `,"file_path":"/w/CLAUDE.md","memory_type":"Project","load_reason":"startup"`, InstructionsLoaded, "", ""},
		{"UserPromptSubmit", `,"prompt":"go"`, UserPromptSubmit, block, asRefusal},
		{"UserPromptExpansion", `,"expansion_type":"slash_command","command_name":"x","command_args":""`, UserPromptExpansion, block, asRefusal},
		{"MessageDisplay", `,"turn_id":"t","message_id":"m","index":0,"final":true,"delta":"x"`, MessageDisplay, "", ""},
		{"PreToolUse", call, PreToolUse, permission("PreToolUse", "deny"), permission("PreToolUse", "ask")},
		{"PermissionRequest", `,"tool_name":"Bash","tool_input":{"command":"ls"}`, PermissionRequest, dialog, ""}, // its dialog is the question
		{"PermissionDenied", call + `,"reason":"classifier"`, PermissionDenied, "", ""},
		{"PostToolUse", call + `,"tool_response":{"stdout":"x"}`, PostToolUse, block, asRefusal},
		{"PostToolUseFailure", call + `,"error":"exit 1"`, PostToolUseFailure, "", ""},
		{"PostToolBatch", `,"tool_calls":[]`, PostToolBatch, block, asRefusal},
		{"Notification", `,"message":"m","notification_type":"idle"`, Notification, "", ""},
		{"SubagentStart", `,"agent_id":"a","agent_type":"Explore"`, SubagentStart, "", ""},
		{"SubagentStop", `,"agent_id":"a","agent_type":"Explore","stop_hook_active":false`, SubagentStop, block, asRefusal},
		{"TaskCreated", `,"task_id":"1","task_subject":"s"`, TaskCreated, exit2, asRefusal},
		{"TaskCompleted", `,"task_id":"1","task_subject":"s"`, TaskCompleted, exit2, asRefusal},
		{"TeammateIdle", `,"teammate_name":"b"`, TeammateIdle, exit2, asRefusal},
		{"Stop", `,"stop_hook_active":false`, Stop, block, asRefusal},
		{"StopFailure", `,"error":"rate_limit"`, StopFailure, "", ""},
		{"PreCompact", `,"trigger":"auto","custom_instructions":null`, PreCompact, block, asRefusal},
		{"PostCompact", `,"trigger":"auto","compact_summary":"x"`, PostCompact, "", ""},
		{"PreModelSwitch", `,"from_model":"a","to_model":"b","source":"user"`, PreModelSwitch, permission("PreModelSwitch", "deny"), permission("PreModelSwitch", "ask")},
		{"PostModelSwitch", `,"from_model":"a","to_model":"b","source":"auto"`, PostModelSwitch, "", ""},
		{"ConfigChange", `,"source":"user_settings"`, ConfigChange, block, asRefusal},
		{"ConfigChange", `,"source":"policy_settings"`, ConfigChange, "", ""},
		{"CwdChanged", `,"old_cwd":"/w","new_cwd":"/x"`, CwdChanged, "", ""},
		{"DirectoryAdded", `,"directory":"/x","source":"slash_command"`, DirectoryAdded, "", ""},
		{"FileChanged", `,"file_path":"/w/a","event":"change"`, FileChanged, "", ""},
		{"WorktreeCreate", `,"name":"x"`, WorktreeCreate, exit2, asRefusal},
		{"WorktreeRemove", `,"worktree_path":"/x"`, WorktreeRemove, "", ""},
		{"Elicitation", `,"mcp_server_name":"m","message":"?"`, Elicitation, `{"hookSpecificOutput":{"hookEventName":"Elicitation","action":"decline"}}`, asRefusal},
		{"ElicitationResult", `,"mcp_server_name":"m","action":"accept"`, ElicitationResult, `{"hookSpecificOutput":{"hookEventName":"ElicitationResult","action":"decline"}}`, asRefusal},
		{"SessionEnd", `,"reason":"other"`, SessionEnd, "", ""},
		{"EventOfTomorrow", ``, "EventOfTomorrow", "", ""},
	},
	Codex: {
		{"SessionStart", `,"source":"startup"`, SessionStart, "", ""},
		{"UserPromptSubmit", `,"prompt":"go"`, UserPromptSubmit, block, asRefusal},
		{"PreToolUse", call, PreToolUse, permission("PreToolUse", "deny"), asRefusal},
		{"PermissionRequest", `,"tool_name":"Bash","tool_input":{"command":"ls"}`, PermissionRequest, dialog, ""},
		{"PostToolUse", call + `,"tool_response":"x"`, PostToolUse, block, asRefusal},
		{"PreCompact", `,"trigger":"auto"`, PreCompact, halt, asRefusal},
		{"PostCompact", `,"trigger":"auto"`, PostCompact, "", ""},
		{"SubagentStart", `,"agent_id":"a","agent_type":"x"`, SubagentStart, "", ""},
		{"SubagentStop", `,"agent_id":"a","agent_type":"x"`, SubagentStop, block, asRefusal},
		{"Stop", `,"stop_hook_active":false,"last_assistant_message":"x"`, Stop, block, asRefusal},
		{"StopFailure", `,"error":"x"`, StopFailure, "", ""},
		{"Interrupt", ``, "Interrupt", "", ""},
		{"SessionEnd", `,"reason":"other"`, SessionEnd, "", ""},
	},
	VSCode: {
		{"SessionStart", `,"source":"new"`, SessionStart, "", ""},
		{"UserPromptSubmit", `,"prompt":"go"`, UserPromptSubmit, halt, asRefusal},
		{"PreToolUse", call, PreToolUse, permission("PreToolUse", "deny"), permission("PreToolUse", "ask")},
		{"PostToolUse", call + `,"tool_response":"x"`, PostToolUse, block, asRefusal},
		{"PreCompact", `,"trigger":"auto"`, PreCompact, "", ""},
		{"SubagentStart", `,"agent_id":"a","agent_type":"x"`, SubagentStart, "", ""},
		{
			"SubagentStop", `,"agent_id":"a","agent_type":"x"`, SubagentStop,
			`{"decision":"block","reason":"no","hookSpecificOutput":{"hookEventName":"SubagentStop","decision":"block","reason":"no"}}`, asRefusal,
		},
		{"Stop", `,"stop_hook_active":false`, Stop, `{"decision":"block","reason":"no","hookSpecificOutput":{"hookEventName":"Stop","decision":"block","reason":"no"}}`, asRefusal},
	},
	Copilot: { // of its two forms the one in PascalCase
		{"SessionStart", `,"source":"new","initial_prompt":"go"`, SessionStart, "", ""},
		{"SessionEnd", `,"reason":"complete"`, SessionEnd, "", ""},
		{"UserPromptSubmit", `,"prompt":"go"`, UserPromptSubmit, "", ""},
		{
			"PreToolUse", `,"tool_name":"bash","tool_input":{"command":"ls"}`, PreToolUse,
			`{"permissionDecision":"deny","permissionDecisionReason":"no"}`, `{"permissionDecision":"ask","permissionDecisionReason":"no"}`,
		},
		{"PermissionRequest", `,"tool_name":"bash","tool_input":{"command":"ls"}`, PermissionRequest, `{"behavior":"deny","message":"no"}`, ""},
		{"PostToolUse", `,"tool_name":"bash","tool_input":{},"tool_result":{"result_type":"success","text_result_for_llm":"x"}`, PostToolUse, "", ""},
		{"PostToolUseFailure", `,"tool_name":"bash","tool_input":{},"error":"x"`, PostToolUseFailure, "", ""},
		{"SubagentStart", `,"agent_name":"x"`, SubagentStart, "", ""},
		{"SubagentStop", `,"agent_name":"x","stop_reason":"end"`, SubagentStop, block, asRefusal},
		{"Stop", `,"stop_reason":"end","transcript_path":"/t"`, Stop, block, asRefusal},
		{"PreCompact", `,"trigger":"auto"`, PreCompact, "", ""},
		{"Notification", `,"message":"m"`, Notification, "", ""},
		{"ErrorOccurred", `,"error":{"message":"x"}`, "ErrorOccurred", "", ""},
	},
	Gemini: {
		{"SessionStart", `,"source":"startup"`, SessionStart, "", ""},
		{"BeforeAgent", `,"prompt":"go"`, UserPromptSubmit, geminiNo, asRefusal},
		{"BeforeModel", `,"llm_request":{}`, "BeforeModel", geminiNo, asRefusal},
		{"BeforeToolSelection", `,"llm_request":{}`, "BeforeToolSelection", "", ""},
		{"AfterModel", `,"llm_request":{},"llm_response":{}`, "AfterModel", geminiNo, asRefusal},
		{"BeforeTool", `,"tool_name":"run_shell_command","tool_input":{"command":"ls"}`, PreToolUse, geminiNo, asRefusal},
		{"AfterTool", `,"tool_name":"run_shell_command","tool_input":{"command":"ls"},"tool_response":{"llmContent":"x"}`, PostToolUse, geminiNo, asRefusal},
		{"AfterAgent", `,"prompt":"go","prompt_response":"x","stop_hook_active":false`, Stop, geminiNo, asRefusal},
		{"PreCompress", `,"trigger":"auto"`, PreCompact, "", ""},
		{"Notification", `,"notification_type":"ToolPermission","message":"m"`, Notification, "", ""},
		{"SessionEnd", `,"reason":"exit"`, SessionEnd, "", ""},
	},
	Grok: {
		{"session_start", ``, SessionStart, "", ""},
		{"user_prompt_submit", `,"prompt":"<user_query>go</user_query>"`, UserPromptSubmit, "", ""},
		{"pre_tool_use", `,"toolName":"run_terminal_command","toolUseId":"t1","toolInput":{"command":"ls"}`, PreToolUse, geminiNo, asRefusal},
		{"post_tool_use", `,"toolName":"run_terminal_command","toolUseId":"t1","toolInput":{"command":"ls"},"toolResult":"x"`, PostToolUse, "", ""},
		{"stop", ``, Stop, "", ""},
		{"notification", `,"message":"m"`, Notification, "", ""},
	},
	Cursor: {
		{"sessionStart", ``, SessionStart, "{}", "{}"},
		{"beforeSubmitPrompt", `,"prompt":"go"`, UserPromptSubmit, `{"continue":false,"user_message":"no"}`, asRefusal},
		{"preToolUse", `,"tool_name":"Shell","tool_input":{"command":"ls"},"tool_use_id":"t1"`, PreToolUse, `{"permission":"deny","user_message":"no","agent_message":"no"}`, asRefusal},
		{"postToolUse", `,"tool_name":"Shell","tool_input":{"command":"ls"},"tool_output":"x","tool_use_id":"t1"`, PostToolUse, "{}", "{}"},
		{"postToolUseFailure", `,"tool_name":"Shell","tool_input":{"command":"ls"},"error_message":"x","tool_use_id":"t1"`, PostToolUseFailure, "{}", "{}"},
		{
			"beforeShellExecution", `,"command":"ls","cwd":"/w"`, PreToolUse,
			`{"permission":"deny","user_message":"no","agent_message":"no"}`, `{"permission":"ask","user_message":"no","agent_message":"no"}`,
		},
		{"afterShellExecution", `,"command":"ls","output":"x","duration":5`, PostToolUse, "{}", "{}"},
		{
			"beforeMCPExecution", `,"tool_name":"get","tool_input":"{}","url":"https://m.example"`, PreToolUse,
			`{"permission":"deny","user_message":"no","agent_message":"no"}`, `{"permission":"ask","user_message":"no","agent_message":"no"}`,
		},
		{"afterMCPExecution", `,"tool_name":"get","tool_input":"{}","result_json":"{}"`, PostToolUse, "{}", "{}"},
		{"beforeReadFile", `,"file_path":"/w/a","content":"x"`, PreToolUse, `{"permission":"deny","user_message":"no"}`, asRefusal},
		{"afterFileEdit", `,"file_path":"/w/a","edits":[]`, PostToolUse, "{}", "{}"},
		{"subagentStart", `,"subagent_id":"a","subagent_type":"x"`, SubagentStart, `{"permission":"deny","user_message":"no"}`, asRefusal},
		{"subagentStop", `,"subagent_type":"x","status":"completed"`, SubagentStop, `{"followup_message":"no"}`, asRefusal},
		{"stop", `,"status":"completed","loop_count":0`, Stop, `{"followup_message":"no"}`, asRefusal},
		{"sessionEnd", `,"reason":"completed"`, SessionEnd, "{}", "{}"},
	},
}

// said is an answer on one line.
func said(o Output) string {
	if o.ExitCode != 0 {
		return fmt.Sprintf("exit %d: %s", o.ExitCode, strings.TrimSpace(string(o.Stderr)))
	}
	return strings.TrimSuffix(string(o.Stdout), "\n")
}

// TestEveryEventOfEveryAgent reads each agent's every event, with a field nobody knows,
// and answers it in each way: nothing where the call is allowed or only observed, a
// refusal, and a question, which is a refusal where nobody is asked.
func TestEveryEventOfEveryAgent(t *testing.T) {
	claude := map[EventName]bool{}
	for dialect, rows := range forms {
		for _, row := range rows {
			payload := fmt.Sprintf(frames[dialect], row.event, row.fields+`,"new_field":{"of":["tomorrow"]}`)
			t.Run(fmt.Sprint(dialect, " ", row.event), func(t *testing.T) {
				e, err := Decode([]byte(payload))
				if err != nil {
					t.Fatal(err)
				}
				if e.Dialect != dialect || e.Name != row.name || e.Native != row.event || e.SessionID != "s" || e.Cwd != "/w" {
					t.Errorf("read as %s %s (%s), session %q, in %q", e.Dialect, e.Name, e.Native, e.SessionID, e.Cwd)
				}
				if got := string(e.Field("newField")); got != `{"of":["tomorrow"]}` {
					t.Errorf("a field nobody knows: %s", got)
				}
				silence := ""
				if dialect == Cursor {
					silence = "{}"
				}
				ask := row.ask
				if ask == asRefusal {
					ask = row.deny
				}
				unattended := row.deny
				headless := e
				headless.Mode = "bypassPermissions"
				got := [5]string{
					said(e.Answer(Answer{})),
					said(e.Answer(Answer{Decision: Deny, Reason: "no"})),
					said(e.Answer(Answer{Decision: Ask, Reason: "no"})),
					said(e.Answer(Answer{Decision: Ask, Reason: "no", Unattended: true})),
					said(headless.Answer(Answer{Decision: Ask, Reason: "no"})),
				}
				want := [5]string{silence, row.deny, ask, unattended, unattended}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("allowed or observed, denied, asked, asked with nobody there, asked where nobody is asked (-want +got):\n%s", diff)
				}
				out := e.Answer(Answer{Decision: Deny, Reason: "no"})
				if refused := said(out) != silence; refused != (out.Decision == Deny) {
					t.Errorf("told %q, and takes it for %s", said(out), out.Decision)
				}
			})
			if dialect == ClaudeCode {
				claude[row.name] = true
			}
		}
	}
	for _, name := range events {
		if !claude[name] {
			t.Errorf("no row for Claude Code's %s", name)
		}
	}
	if len(claude) != len(events)+1 || len(events) != 33 { // and one nobody knows
		t.Errorf("%d events, %d rows", len(events), len(claude))
	}
}

package payload

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// event returns an event as a dialect's Decode would.
func event(d Dialect, native string, name EventName) Event {
	return Event{Dialect: d, Native: native, Name: name, Mode: "default"}
}

func TestAnswer(t *testing.T) {
	deny := Answer{Decision: Deny, Reason: "no"}
	ask := Answer{Decision: Ask, Reason: "sure?"}
	input := json.RawMessage(`{"command":"ls"}`)
	for _, tt := range []struct {
		name     string
		event    Event
		answer   Answer
		decision Decision
		stdout   string
		stderr   string
		exit     int
	}{
		// Claude Code.
		{"silence says nothing", event(ClaudeCode, "PreToolUse", PreToolUse), Answer{}, Silent, "", "", 0},
		{
			"deny", event(ClaudeCode, "PreToolUse", PreToolUse), deny, Deny,
			`{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"deny","permissionDecisionReason":"no"}}`, "", 0,
		},
		{
			"ask", event(ClaudeCode, "PreToolUse", PreToolUse), ask, Ask,
			`{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"ask","permissionDecisionReason":"sure?"}}`, "", 0,
		},
		{
			"defer", event(ClaudeCode, "PreToolUse", PreToolUse),
			Answer{Decision: Defer, Reason: "later"},
			Defer,
			`{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"defer","permissionDecisionReason":"later"}}`, "", 0,
		},
		{
			"allow with other arguments", event(ClaudeCode, "PreToolUse", PreToolUse),
			Answer{Decision: Allow, Input: input, Context: "note"},
			Allow,
			`{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"allow","updatedInput":{"command":"ls"},"additionalContext":"note"}}`, "", 0,
		},
		{
			"a refusal takes no arguments", event(ClaudeCode, "PreToolUse", PreToolUse),
			Answer{Decision: Deny, Reason: "no", Input: input},
			Deny,
			`{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"deny","permissionDecisionReason":"no"}}`, "", 0,
		},
		{
			"a model switch is decided like a call", event(ClaudeCode, "PreModelSwitch", PreModelSwitch), deny, Deny,
			`{"hookSpecificOutput":{"hookEventName":"PreModelSwitch","permissionDecision":"deny","permissionDecisionReason":"no"}}`, "", 0,
		},
		{
			"a model switch cannot be deferred", event(ClaudeCode, "PreModelSwitch", PreModelSwitch),
			Answer{Decision: Defer, Reason: "no"},
			Deny,
			`{"hookSpecificOutput":{"hookEventName":"PreModelSwitch","permissionDecision":"deny","permissionDecisionReason":"no"}}`, "", 0,
		},
		{
			"permission request: deny and stop", event(ClaudeCode, "PermissionRequest", PermissionRequest),
			Answer{Decision: Deny, Reason: "no", Stop: true},
			Deny,
			`{"continue":false,"stopReason":"no","hookSpecificOutput":{"hookEventName":"PermissionRequest","decision":{"behavior":"deny","message":"no","interrupt":true}}}`, "", 0,
		},
		{
			"permission request: allow", event(ClaudeCode, "PermissionRequest", PermissionRequest),
			Answer{Decision: Allow, Input: input},
			Allow,
			`{"hookSpecificOutput":{"hookEventName":"PermissionRequest","decision":{"behavior":"allow","updatedInput":{"command":"ls"}}}}`, "", 0,
		},
		{"permission request: the agent's dialog is the question", event(ClaudeCode, "PermissionRequest", PermissionRequest), ask, Ask, "", "", 0},
		{"a prompt is blocked", event(ClaudeCode, "UserPromptSubmit", UserPromptSubmit), deny, Deny, `{"decision":"block","reason":"no"}`, "", 0},
		{"a prompt cannot be asked about", event(ClaudeCode, "UserPromptSubmit", UserPromptSubmit), ask, Deny, `{"decision":"block","reason":"sure?"}`, "", 0},
		{
			"a prompt's context", event(ClaudeCode, "UserPromptSubmit", UserPromptSubmit),
			Answer{Context: "c"},
			Silent,
			`{"hookSpecificOutput":{"hookEventName":"UserPromptSubmit","additionalContext":"c"}}`, "", 0,
		},
		{"feedback after the tool", event(ClaudeCode, "PostToolUse", PostToolUse), deny, Deny, `{"decision":"block","reason":"no"}`, "", 0},
		{"a batch", event(ClaudeCode, "PostToolBatch", PostToolBatch), deny, Deny, `{"decision":"block","reason":"no"}`, "", 0},
		{"an expansion", event(ClaudeCode, "UserPromptExpansion", UserPromptExpansion), deny, Deny, `{"decision":"block","reason":"no"}`, "", 0},
		{"a compaction", event(ClaudeCode, "PreCompact", PreCompact), deny, Deny, `{"decision":"block","reason":"no"}`, "", 0},
		{"stop goes on", event(ClaudeCode, "Stop", Stop), deny, Deny, `{"decision":"block","reason":"no"}`, "", 0},
		{"a subagent goes on", event(ClaudeCode, "SubagentStop", SubagentStop), deny, Deny, `{"decision":"block","reason":"no"}`, "", 0},
		{"a setting", event(ClaudeCode, "ConfigChange", ConfigChange), deny, Deny, `{"decision":"block","reason":"no"}`, "", 0},
		{"managed settings cannot be blocked", Event{Dialect: ClaudeCode, Name: ConfigChange, Source: "policy_settings"}, deny, Silent, "", "", 0},
		{"a task", event(ClaudeCode, "TaskCreated", TaskCreated), deny, Deny, "", "no\n", 2},
		{"a worktree", event(ClaudeCode, "WorktreeCreate", WorktreeCreate), deny, Deny, "", "no\n", 2},
		{
			"a form", event(ClaudeCode, "Elicitation", Elicitation), deny, Deny,
			`{"hookSpecificOutput":{"hookEventName":"Elicitation","action":"decline"}}`, "", 0,
		},
		{
			"a form is accepted", event(ClaudeCode, "ElicitationResult", ElicitationResult),
			Answer{Decision: Allow},
			Allow,
			`{"hookSpecificOutput":{"hookEventName":"ElicitationResult","action":"accept"}}`, "", 0,
		},
		{
			"a failed tool takes context only", event(ClaudeCode, "PostToolUseFailure", PostToolUseFailure),
			Answer{Decision: Deny, Reason: "no", Context: "c"},
			Silent,
			`{"hookSpecificOutput":{"hookEventName":"PostToolUseFailure","additionalContext":"c"}}`, "", 0,
		},
		{
			"session start", event(ClaudeCode, "SessionStart", SessionStart),
			Answer{Context: "c", Notice: "n"},
			Silent,
			`{"systemMessage":"n","hookSpecificOutput":{"hookEventName":"SessionStart","additionalContext":"c"}}`, "", 0,
		},
		{"session end has no answer", event(ClaudeCode, "SessionEnd", SessionEnd), Answer{Decision: Deny, Reason: "no", Notice: "n"}, Silent, "", "", 0},
		{"an unknown event has no answer", event(ClaudeCode, "New", "New"), deny, Silent, "", "", 0},
		{"the run is stopped", event(ClaudeCode, "PostToolUse", PostToolUse), Answer{Stop: true, Reason: "enough"}, Silent, `{"continue":false,"stopReason":"enough"}`, "", 0},
		{
			"a refusal has a reason", event(ClaudeCode, "PreToolUse", PreToolUse),
			Answer{Decision: Deny},
			Deny,
			`{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"deny","permissionDecisionReason":"refused by policy"}}`, "", 0,
		},
		{"a decision that is none denies", event(ClaudeCode, "UserPromptSubmit", UserPromptSubmit), Answer{Decision: 99, Reason: "no"}, Deny, `{"decision":"block","reason":"no"}`, "", 0},

		// Nobody can answer.
		{
			"ask in bypassPermissions",
			Event{Dialect: ClaudeCode, Name: PreToolUse, Mode: "bypassPermissions"},
			ask, Deny,
			`{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"deny","permissionDecisionReason":"sure?"}}`, "", 0,
		},
		{
			"ask in auto",
			Event{Dialect: ClaudeCode, Name: PermissionRequest, Mode: "auto"},
			ask, Deny,
			`{"hookSpecificOutput":{"hookEventName":"PermissionRequest","decision":{"behavior":"deny","message":"sure?"}}}`, "", 0,
		},
		{"ask in dontAsk", Event{Dialect: Copilot, Name: PreToolUse, Mode: "dontAsk"}, ask, Deny, `{"permissionDecision":"deny","permissionDecisionReason":"sure?"}`, "", 0},
		{
			"ask in a headless run", event(ClaudeCode, "PreToolUse", PreToolUse),
			Answer{Decision: Ask, Reason: "sure?", Unattended: true},
			Deny,
			`{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"deny","permissionDecisionReason":"sure?"}}`, "", 0,
		},

		// Codex: an ask, an allow, or a refusal without a reason would be void, and the call would run.
		{
			"codex cannot ask", event(Codex, "PreToolUse", PreToolUse), ask, Deny,
			`{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"deny","permissionDecisionReason":"sure?"}}`, "", 0,
		},
		{"codex knows no allow", event(Codex, "PreToolUse", PreToolUse), Answer{Decision: Allow}, Silent, "", "", 0},
		{
			"codex takes arguments with an allow", event(Codex, "PreToolUse", PreToolUse),
			Answer{Input: input},
			Silent,
			`{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"allow","updatedInput":{"command":"ls"}}}`, "", 0,
		},
		{
			"codex ignores a stop before a tool", event(Codex, "PreToolUse", PreToolUse),
			Answer{Stop: true, Reason: "enough"},
			Deny,
			`{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"deny","permissionDecisionReason":"enough"}}`, "", 0,
		},
		{
			"codex permission request", event(Codex, "PermissionRequest", PermissionRequest),
			Answer{Decision: Deny, Reason: "no", Stop: true, Input: input},
			Deny,
			`{"hookSpecificOutput":{"hookEventName":"PermissionRequest","decision":{"behavior":"deny","message":"no"}}}`, "", 0,
		},
		{
			"codex permission request takes no arguments", event(Codex, "PermissionRequest", PermissionRequest),
			Answer{Decision: Allow, Input: input},
			Allow,
			`{"hookSpecificOutput":{"hookEventName":"PermissionRequest","decision":{"behavior":"allow"}}}`, "", 0,
		},
		{"codex prompt", event(Codex, "UserPromptSubmit", UserPromptSubmit), Answer{Decision: Deny}, Deny, `{"decision":"block","reason":"refused by policy"}`, "", 0},
		{"codex compaction", event(Codex, "PreCompact", PreCompact), deny, Deny, `{"continue":false,"stopReason":"no"}`, "", 0},
		{"codex interrupt", event(Codex, "Interrupt", "Interrupt"), deny, Silent, "", "", 0},

		// VS Code.
		{
			"vs code", event(VSCode, "PreToolUse", PreToolUse), ask, Ask,
			`{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"ask","permissionDecisionReason":"sure?"}}`, "", 0,
		},
		{"vs code prompt has no decision", event(VSCode, "UserPromptSubmit", UserPromptSubmit), deny, Deny, `{"continue":false,"stopReason":"no"}`, "", 0},
		{
			"vs code stop", event(VSCode, "Stop", Stop), deny, Deny,
			`{"decision":"block","reason":"no","hookSpecificOutput":{"hookEventName":"Stop","decision":"block","reason":"no"}}`, "", 0,
		},

		// Copilot CLI: no envelope.
		{"copilot", event(Copilot, "PreToolUse", PreToolUse), deny, Deny, `{"permissionDecision":"deny","permissionDecisionReason":"no"}`, "", 0},
		{"copilot asks", event(Copilot, "", PreToolUse), ask, Ask, `{"permissionDecision":"ask","permissionDecisionReason":"sure?"}`, "", 0},
		{"copilot arguments", event(Copilot, "PreToolUse", PreToolUse), Answer{Decision: Allow, Input: input}, Allow, `{"permissionDecision":"allow","modifiedArgs":{"command":"ls"}}`, "", 0},
		{"copilot permission request", event(Copilot, "PermissionRequest", PermissionRequest), Answer{Decision: Deny, Reason: "no", Stop: true}, Deny, `{"behavior":"deny","message":"no","interrupt":true}`, "", 0},
		{"copilot stop", event(Copilot, "Stop", Stop), deny, Deny, `{"decision":"block","reason":"no"}`, "", 0},
		{"copilot prompts cannot be blocked", event(Copilot, "UserPromptSubmit", UserPromptSubmit), deny, Silent, "", "", 0},
		{"copilot notification", event(Copilot, "Notification", Notification), Answer{Context: "c"}, Silent, `{"additionalContext":"c"}`, "", 0},
		{"copilot guidance after a failure", event(Copilot, "PostToolUseFailure", PostToolUseFailure), Answer{Context: "c"}, Silent, "", "c\n", 2},

		// Gemini CLI.
		{"gemini", event(Gemini, "BeforeTool", PreToolUse), deny, Deny, `{"decision":"deny","reason":"no"}`, "", 0},
		{"gemini cannot ask", event(Gemini, "BeforeTool", PreToolUse), ask, Deny, `{"decision":"deny","reason":"sure?"}`, "", 0},
		{"gemini arguments", event(Gemini, "BeforeTool", PreToolUse), Answer{Input: input}, Silent, `{"hookSpecificOutput":{"hookEventName":"BeforeTool","tool_input":{"command":"ls"}}}`, "", 0},
		{
			"gemini prompt", event(Gemini, "BeforeAgent", UserPromptSubmit),
			Answer{Decision: Deny, Reason: "no", Stop: true, Notice: "n"},
			Deny,
			`{"decision":"deny","reason":"no","continue":false,"stopReason":"no","systemMessage":"n"}`, "", 0,
		},
		{"gemini model request", event(Gemini, "BeforeModel", "BeforeModel"), deny, Deny, `{"decision":"deny","reason":"no"}`, "", 0},
		{"gemini tool selection", event(Gemini, "BeforeToolSelection", "BeforeToolSelection"), deny, Silent, "", "", 0},
		{"gemini is silent", event(Gemini, "BeforeTool", PreToolUse), Answer{}, Silent, "", "", 0},

		// Grok CLI: a deny with a reason before a tool, and nothing else.
		{"grok", event(Grok, "pre_tool_use", PreToolUse), Answer{Decision: Deny, Reason: "no", Notice: "n", Context: "c"}, Deny, `{"decision":"deny","reason":"no"}`, "", 0},
		{"grok cannot ask", event(Grok, "pre_tool_use", PreToolUse), ask, Deny, `{"decision":"deny","reason":"sure?"}`, "", 0},
		{"grok blocks nothing else", event(Grok, "user_prompt_submit", UserPromptSubmit), deny, Silent, "", "", 0},

		// Cursor.
		{"cursor shell", event(Cursor, "beforeShellExecution", PreToolUse), ask, Ask, `{"permission":"ask","user_message":"sure?","agent_message":"sure?"}`, "", 0},
		{"cursor does not enforce ask for preToolUse", event(Cursor, "preToolUse", PreToolUse), ask, Deny, `{"permission":"deny","user_message":"sure?","agent_message":"sure?"}`, "", 0},
		{"cursor arguments", event(Cursor, "preToolUse", PreToolUse), Answer{Decision: Allow, Input: input}, Allow, `{"permission":"allow","updated_input":{"command":"ls"}}`, "", 0},
		{"cursor read", event(Cursor, "beforeReadFile", PreToolUse), deny, Deny, `{"permission":"deny","user_message":"no"}`, "", 0},
		{"cursor prompt", event(Cursor, "beforeSubmitPrompt", UserPromptSubmit), deny, Deny, `{"continue":false,"user_message":"no"}`, "", 0},
		{"cursor stop", event(Cursor, "stop", Stop), deny, Deny, `{"followup_message":"no"}`, "", 0},
		{"cursor expects JSON even of silence", event(Cursor, "preToolUse", PreToolUse), Answer{}, Silent, `{}`, "", 0},
		{"cursor context", event(Cursor, "postToolUse", PostToolUse), Answer{Context: "c", Decision: Deny}, Silent, `{"additional_context":"c"}`, "", 0},
		{"cursor event without an answer", event(Cursor, "afterAgentThought", "afterAgentThought"), deny, Silent, `{}`, "", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.event.Answer(tt.answer)
			type output struct {
				Decision       Decision
				Stdout, Stderr string
				Exit           int
			}
			want := output{tt.decision, tt.stdout, tt.stderr, tt.exit}
			if diff := cmp.Diff(want, output{got.Decision, strings.TrimSuffix(string(got.Stdout), "\n"), string(got.Stderr), got.ExitCode}); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestAnswerTexts(t *testing.T) {
	e := event(ClaudeCode, "UserPromptSubmit", UserPromptSubmit)
	var got struct{ Reason string }
	reason := func(s string) string {
		if err := json.Unmarshal(e.Answer(Answer{Decision: Deny, Reason: s}).Stdout, &got); err != nil {
			t.Fatal(err)
		}
		return got.Reason
	}
	if got := len([]rune(reason(strings.Repeat("é", MaxText+5)))); got != MaxText {
		t.Errorf("%d characters, want %d", got, MaxText)
	}
	if diff := cmp.Diff("rm -rf /tmp\n<a&b>", reason("rm \x1b-rf \u202e/tmp\u2066\n<a&b>\u0085")); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// What is no object is never handed to an agent as arguments.
func TestAnswerInputIsAnObject(t *testing.T) {
	e := event(ClaudeCode, "PreToolUse", PreToolUse)
	for _, in := range []string{``, `"x"`, `[1]`, `{"a":`, `{} {}`, `null`} {
		if out := e.Answer(Answer{Input: json.RawMessage(in)}); len(out.Stdout) > 0 {
			t.Errorf("%q: %s", in, out.Stdout)
		}
	}
}

// Which events each agent lets a hook refuse.
func TestCanRefuse(t *testing.T) {
	want := map[Dialect][]EventName{
		ClaudeCode: {
			UserPromptSubmit, UserPromptExpansion, PreToolUse, PermissionRequest, PostToolUse, PostToolBatch, SubagentStop,
			TaskCreated, TaskCompleted, TeammateIdle, Stop, PreCompact, PreModelSwitch, ConfigChange, WorktreeCreate, Elicitation, ElicitationResult,
		},
		Codex:   {UserPromptSubmit, PreToolUse, PermissionRequest, PostToolUse, SubagentStop, Stop, PreCompact},
		VSCode:  {UserPromptSubmit, PreToolUse, PostToolUse, SubagentStop, Stop},
		Copilot: {PreToolUse, PermissionRequest, SubagentStop, Stop},
		Gemini:  {UserPromptSubmit, PreToolUse, PostToolUse, Stop},
		Grok:    {PreToolUse},
		Cursor:  {UserPromptSubmit, PreToolUse, SubagentStart, SubagentStop, Stop},
	}
	for d, names := range want {
		set := map[EventName]bool{}
		for _, n := range names {
			set[n] = true
		}
		for _, n := range events {
			if got := (Event{Dialect: d, Name: n}).CanRefuse(); got != set[n] {
				t.Errorf("%s %s: %v", d, n, got)
			}
		}
	}
}

func TestZeroEventAnswers(t *testing.T) {
	if diff := cmp.Diff(Output{}, Event{}.Answer(Answer{Decision: Deny, Reason: "no"})); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

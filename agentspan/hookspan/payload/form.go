package payload

// Which form an agent reads for which event.

// A form is one way to answer. The comment names whose it is.
type form uint8

const (
	formNone             form = iota
	formContext               // additional context only
	formPermission            // hookSpecificOutput.permissionDecision, Copilot: top-level permissionDecision
	formRequest               // hookSpecificOutput.decision{behavior}, Copilot: top-level behavior
	formBlock                 // top-level decision: block, reason
	formStop                  // formBlock; VS Code wants it in hookSpecificOutput too
	formContinue              // continue: false, stopReason (VS Code's and Codex's events without a decision)
	formExit                  // exit 2, the reason on stderr
	formElicit                // hookSpecificOutput.action: decline
	formGemini                // decision: deny, reason
	formCursorPermission      // permission, user_message, agent_message
	formCursorPrompt          // continue: false, user_message
	formCursorStop            // followup_message
)

// form finds how this agent is answered about this event.
func (e Event) form() form {
	switch e.Dialect {
	case Gemini:
		switch e.Name {
		case PreToolUse, PostToolUse, UserPromptSubmit, Stop, "BeforeModel", "AfterModel":
			return formGemini
		case SessionStart:
			return formContext
		}
		return formNone
	case Grok:
		if e.Name == PreToolUse {
			return formGemini // {"decision":"deny","reason":…}; its only blocking event
		}
		return formNone
	case Cursor:
		switch e.Name {
		case PreToolUse, SubagentStart:
			return formCursorPermission
		case UserPromptSubmit:
			return formCursorPrompt
		case Stop, SubagentStop:
			return formCursorStop
		case SessionStart, PostToolUse:
			return formContext
		}
		return formNone
	case Copilot:
		switch e.Name {
		case PreToolUse:
			return formPermission
		case PermissionRequest:
			return formRequest
		case Stop, SubagentStop:
			return formBlock
		case Notification, SubagentStart, PostToolUseFailure:
			return formContext
		}
		return formNone
	case VSCode:
		switch e.Name {
		case PreToolUse:
			return formPermission
		case PostToolUse:
			return formBlock
		case Stop, SubagentStop:
			return formStop
		case UserPromptSubmit:
			return formContinue
		case SessionStart, SubagentStart:
			return formContext
		}
		return formNone
	case Codex:
		switch e.Name {
		case PreToolUse:
			return formPermission
		case PermissionRequest:
			return formRequest
		case UserPromptSubmit, PostToolUse, Stop, SubagentStop:
			return formBlock
		case PreCompact:
			return formContinue
		case SessionStart, SubagentStart:
			return formContext
		}
		return formNone
	}
	switch e.Name {
	case PreToolUse, PreModelSwitch:
		return formPermission
	case PermissionRequest:
		return formRequest
	case UserPromptSubmit, UserPromptExpansion, PostToolUse, PostToolBatch, Stop, SubagentStop, PreCompact:
		return formBlock
	case ConfigChange:
		if e.Source == "policy_settings" {
			return formNone // managed policy cannot be blocked
		}
		return formBlock
	case TaskCreated, TaskCompleted, TeammateIdle, WorktreeCreate:
		return formExit
	case Elicitation, ElicitationResult:
		return formElicit
	case SessionStart, Setup, SubagentStart, Notification, PostToolUseFailure:
		return formContext
	}
	return formNone
}

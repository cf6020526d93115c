package payload

// The JSON each agent reads.

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"
)

// body is what Claude Code and those with its form read. Pointers and the empty
// body keep an answer that says nothing from being written.
type body struct {
	Continue       *bool     `json:"continue,omitempty"`
	StopReason     string    `json:"stopReason,omitempty"`
	SystemMessage  string    `json:"systemMessage,omitempty"`
	Decision       string    `json:"decision,omitempty"`
	Reason         string    `json:"reason,omitempty"`
	Permission     string    `json:"permissionDecision,omitempty"` // Copilot
	PermissionWhy  string    `json:"permissionDecisionReason,omitempty"`
	ModifiedArgs   *rawInput `json:"modifiedArgs,omitempty"`
	Behavior       string    `json:"behavior,omitempty"`
	Message        string    `json:"message,omitempty"`
	Interrupt      bool      `json:"interrupt,omitempty"`
	Context        string    `json:"additionalContext,omitempty"`
	HookSpecificOf *specific `json:"hookSpecificOutput,omitempty"`
}

type specific struct {
	Event         string    `json:"hookEventName"`
	Permission    string    `json:"permissionDecision,omitempty"`
	PermissionWhy string    `json:"permissionDecisionReason,omitempty"`
	UpdatedInput  *rawInput `json:"updatedInput,omitempty"`
	Decision      any       `json:"decision,omitempty"` // *request, or VS Code's "block"
	Reason        string    `json:"reason,omitempty"`
	Context       string    `json:"additionalContext,omitempty"`
	Action        string    `json:"action,omitempty"`
}

type request struct {
	Behavior     string    `json:"behavior"`
	Message      string    `json:"message,omitempty"`
	Interrupt    bool      `json:"interrupt,omitempty"`
	UpdatedInput *rawInput `json:"updatedInput,omitempty"`
}

// rawInput is a JSON value that may be compared by its address.
type rawInput struct{ v json.RawMessage }

func (r *rawInput) MarshalJSON() ([]byte, error) { return r.v, nil }

func input(v json.RawMessage) *rawInput {
	s := scanner{data: bytes.TrimSpace(v)}
	if s.peek() != '{' {
		return nil
	}
	if _, err := s.value(0); err != nil || s.pos != len(s.data) {
		return nil
	}
	return &rawInput{s.data}
}

func (e Event) body(f form, d Decision, a Answer) (b body) {
	own := specific{Event: string(e.Name)}
	if f != formNone {
		b.SystemMessage = a.Notice
	}
	if a.Stop && e.stoppable(f) {
		b.Continue, b.StopReason = new(bool), a.Reason
	}
	if e.takesContext() {
		own.Context = a.Context
	}
	switch f {
	case formPermission:
		if d != Silent {
			own.Permission, own.PermissionWhy = d.String(), a.Reason
		}
		if d < Ask {
			own.UpdatedInput = input(a.Input)
			if e.Dialect == Codex && own.UpdatedInput != nil {
				own.Permission = Allow.String() // Codex takes new arguments with an allow only
			}
		}
		if e.Dialect == Codex && own.Permission == Allow.String() && own.UpdatedInput == nil {
			own.Permission, own.PermissionWhy = "", ""
		}
		if e.Dialect == Copilot {
			b.Permission, b.PermissionWhy, b.ModifiedArgs = own.Permission, own.PermissionWhy, own.UpdatedInput
			return b
		}
	case formRequest:
		var r request
		switch d {
		case Allow:
			r.Behavior = "allow"
			if e.Dialect == ClaudeCode {
				r.UpdatedInput = input(a.Input)
			}
		case Deny:
			r = request{Behavior: "deny", Message: a.Reason, Interrupt: a.Stop && e.Dialect != Codex}
		default:
			return b
		}
		if e.Dialect == Copilot {
			b.Behavior, b.Message, b.Interrupt = r.Behavior, r.Message, r.Interrupt
			return b
		}
		own.Decision = &r
	case formBlock, formStop:
		if d == Deny {
			b.Decision, b.Reason = "block", a.Reason
			if f == formStop {
				own.Decision, own.Reason = "block", a.Reason
			}
		}
	case formContinue:
		if d == Deny {
			b.Continue, b.StopReason = new(bool), a.Reason
		}
	case formElicit:
		switch d {
		case Deny:
			own.Action = "decline"
		case Allow:
			own.Action = "accept"
		}
	}
	if e.Dialect == Copilot {
		b.Context, b.SystemMessage = own.Context, ""
		return b
	}
	if own != (specific{Event: own.Event}) {
		b.HookSpecificOf = &own
	}
	return b
}

// takesContext reports whether the event's answer may add to what the model sees.
func (e Event) takesContext() bool {
	switch e.Name {
	case PreToolUse:
		return e.Dialect != Copilot
	case UserPromptSubmit:
		return e.Dialect == ClaudeCode || e.Dialect == Codex
	case SessionStart:
		return e.Dialect != Copilot
	case PostToolUse, SubagentStart:
		return true
	case Setup, Notification, PostToolUseFailure, PostToolBatch, UserPromptExpansion:
		return e.Dialect == ClaudeCode || e.Dialect == Unknown || e.Dialect == Copilot
	}
	return false
}

// stoppable reports whether the agent reads "continue": false here. Codex takes it
// for a broken answer, and then goes on, where a tool call is at stake.
func (e Event) stoppable(f form) bool {
	switch e.Dialect {
	case Copilot, Grok, Cursor:
		return false
	case Codex:
		return f != formPermission && f != formRequest && f != formNone
	}
	return true
}

// geminiBody is Gemini CLI's answer, and Grok CLI's, which knows decision and reason only.
type geminiBody struct {
	Decision      string     `json:"decision,omitempty"`
	Reason        string     `json:"reason,omitempty"`
	Continue      *bool      `json:"continue,omitempty"`
	StopReason    string     `json:"stopReason,omitempty"`
	SystemMessage string     `json:"systemMessage,omitempty"`
	Own           *geminiOwn `json:"hookSpecificOutput,omitempty"`
}

type geminiOwn struct {
	Event   string    `json:"hookEventName"`
	Input   *rawInput `json:"tool_input,omitempty"` // merged over the model's arguments
	Context string    `json:"additionalContext,omitempty"`
}

func (e Event) geminiBody(d Decision, a Answer) (b geminiBody) {
	if d == Deny {
		b.Decision, b.Reason = "deny", a.Reason
	}
	if e.Dialect != Gemini {
		return b
	}
	b.SystemMessage = a.Notice
	if a.Stop {
		b.Continue, b.StopReason = new(bool), a.Reason
	}
	own := geminiOwn{Event: e.Native}
	if e.Name == PreToolUse && d < Ask {
		own.Input = input(a.Input)
	}
	if e.Name == PostToolUse || e.Name == UserPromptSubmit {
		own.Context = a.Context
	}
	if own.Input != nil || own.Context != "" {
		b.Own = &own
	}
	return b
}

// cursorBody is Cursor's answer. Cursor expects JSON from every hook, so that one
// with nothing to say writes {}.
type cursorBody struct {
	Permission   string    `json:"permission,omitempty"`
	Continue     *bool     `json:"continue,omitempty"`
	UserMessage  string    `json:"user_message,omitempty"`
	AgentMessage string    `json:"agent_message,omitempty"`
	UpdatedInput *rawInput `json:"updated_input,omitempty"`
	Followup     string    `json:"followup_message,omitempty"`
	Context      string    `json:"additional_context,omitempty"`
}

func (e Event) cursorBody(f form, d Decision, a Answer) cursorBody {
	var b cursorBody
	switch f {
	case formCursorPermission:
		if d != Silent {
			b.Permission = d.String()
			b.UserMessage = a.Reason
			if e.Native != "beforeReadFile" && e.Native != "beforeTabFileRead" && e.Name != SubagentStart {
				b.AgentMessage = a.Reason
			}
		}
		if d < Ask && e.Native == "preToolUse" {
			b.UpdatedInput = input(a.Input)
		}
	case formCursorPrompt:
		if d == Deny {
			b.Continue, b.UserMessage = new(bool), a.Reason
		}
	case formCursorStop:
		if d == Deny {
			b.Followup = a.Reason
		}
	}
	return b
}

// encode writes an answer on one line. Agents look at standard output as JSON only
// if it starts with a brace.
func encode(v any) []byte {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if enc.Encode(v) != nil {
		return nil
	}
	return buf.Bytes()
}

// clean frees a text of what could deceive the person who reads it, and cuts it.
func clean(s string) string {
	if utf8.RuneCountInString(s) > MaxText {
		n := 0
		for i := range s {
			if n == MaxText {
				s = s[:i]
				break
			}
			n++
		}
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r), r == 0x200E, r == 0x200F, r == 0x061C,
			r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069:
			return -1
		}
		return r
	}, s)
}

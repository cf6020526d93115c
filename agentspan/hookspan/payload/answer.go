package payload

// Answers: one decision in each agent's own form.

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Decision is what a hook says to what the event announces.
type Decision uint8

const (
	// Silent says nothing: the agent's own rules decide. The zero Decision.
	Silent Decision = iota
	// Allow lets it happen without asking anybody, which may overrule the agent's
	// own prompt. A boundary that allows stays Silent instead.
	Allow
	// Ask has the agent's user decide. Where the agent cannot ask for this event, or
	// nobody is there to answer, it becomes Deny.
	Ask
	// Defer ends a headless Claude Code run with the call undecided; it is for a
	// single PreToolUse call of "claude -p" only, and Deny everywhere else.
	Defer
	// Deny refuses. For Stop it refuses to stop: the agent goes on with the reason.
	// For PostToolUse, where the tool has run, it is feedback to the model.
	Deny
)

var decisionNames = [...]string{"silent", "allow", "ask", "defer", "deny"}

// String returns the decision's name.
func (d Decision) String() string {
	if int(d) < len(decisionNames) {
		return decisionNames[d]
	}
	return decisionNames[Deny]
}

// MaxText is how many characters of a text an agent reads (Claude Code: 10,000);
// [Event.Answer] cuts what is longer.
const MaxText = 10_000

// An Answer is what a hook wants to say to an event. The zero Answer says nothing.
type Answer struct {
	Decision Decision
	Reason   string // for the model, or the person who is asked
	Context  string // added to what the model sees, where the event takes it
	Notice   string // shown to the user, where the agent takes it

	Input      json.RawMessage // replaces the tool's arguments as the agent names them, with Silent or Allow
	Stop       bool            // end the whole run, where the agent can
	Unattended bool            // nobody can answer an ask: a headless run
}

// An Output is what the hook process does: what it writes and how it exits.
type Output struct {
	Stdout   []byte
	Stderr   []byte
	ExitCode int
	// Decision is what takes effect by the agent's contract. It is Silent if the
	// event cannot be refused, and Deny if nobody could be asked.
	Decision Decision
}

// CanRefuse reports whether the agent lets a hook stop what the event announces.
func (e Event) CanRefuse() bool { return e.form() != formNone && e.form() != formContext }

// CanAsk reports whether the agent can put the event to its user: it has a form
// for that, and its permission mode is none in which nobody is asked.
func (e Event) CanAsk() bool {
	switch e.Mode {
	case "bypassPermissions", "auto", "dontAsk":
		return false
	}
	switch e.form() {
	case formPermission:
		return e.Dialect == ClaudeCode || e.Dialect == VSCode || e.Dialect == Copilot
	case formRequest:
		return true // staying silent leaves the agent's own dialog standing
	case formCursorPermission:
		// The schema of preToolUse takes "ask" and does not enforce it.
		return e.Native == "beforeShellExecution" || e.Native == "beforeMCPExecution"
	}
	return false
}

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

// Answer writes a in the form the event's agent reads. It never fails: what the
// agent has no form for is left out, and [Output.Decision] says what remains.
//
// Texts are cut at [MaxText] characters and freed of control and bidirectional
// characters. A refusal without a reason gets one, since Codex ignores refusals
// that have none.
//
// An agent does not wait for an answer for ever, and goes on without one: hooks
// fail open. Claude Code's WorktreeCreate is no place for a hook that only decides,
// since its standard output is the new worktree's path.
func (e Event) Answer(a Answer) Output {
	f := e.form()
	a.Reason, a.Context, a.Notice = clean(a.Reason), clean(a.Context), clean(a.Notice)
	d := e.effective(f, a)
	if d >= Ask && a.Reason == "" {
		a.Reason = "refused by policy"
		if d == Ask {
			a.Reason = "policy asks for your approval"
		}
	}
	out := Output{Decision: d}
	switch f {
	case formExit:
		if d == Deny {
			out.Stderr, out.ExitCode = []byte(a.Reason+"\n"), 2
			return out
		}
	case formCursorPermission, formCursorPrompt, formCursorStop:
		out.Stdout = encode(e.cursorBody(f, d, a))
		return out
	case formGemini:
		if b := e.geminiBody(d, a); b != (geminiBody{}) {
			out.Stdout = encode(b)
		}
		return out
	}
	if e.Dialect == Cursor {
		var b cursorBody
		if f == formContext {
			b.Context = a.Context
		}
		out.Stdout = encode(b)
		return out
	}
	b := e.body(f, d, a)
	if e.Dialect == Copilot && f == formContext && e.Name == PostToolUseFailure && a.Context != "" {
		// Command hooks hand guidance back on stderr with exit 2.
		out.Stderr, out.ExitCode = []byte(a.Context+"\n"), 2
		return out
	}
	if b != (body{}) {
		out.Stdout = encode(b)
	}
	return out
}

// effective is the decision that takes effect.
func (e Event) effective(f form, a Answer) Decision {
	d := min(a.Decision, Deny)
	if a.Stop && (e.Dialect == Codex && (f == formPermission || f == formRequest) || e.Dialect == Copilot || e.Dialect == Grok || e.Dialect == Cursor) {
		d = Deny // these cannot end the run from here
	}
	switch f {
	case formNone, formContext:
		return Silent
	}
	if d == Defer && !(e.Dialect == ClaudeCode && e.Name == PreToolUse) {
		d = Deny
	}
	if d == Ask && (a.Unattended || !e.CanAsk()) {
		d = Deny
	}
	if d == Allow {
		switch {
		case f == formRequest, f == formElicit, f == formCursorPermission:
		case f == formPermission && (e.Dialect != Codex || len(a.Input) > 0):
		default:
			d = Silent
		}
	}
	return d
}

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

package payload

// Answers: one decision in each agent's own form.

import "encoding/json"

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

// Package payload reads what coding agents send to their hooks, and answers in the
// form each of them understands. It imports nothing but the standard library.
//
//	event, err := payload.Decode(stdin)
//	if event.Name == payload.PreToolUse && event.Tool == "Bash" {
//		out := event.Answer(payload.Answer{Decision: payload.Deny, Reason: "not in this repository"})
//		os.Stdout.Write(out.Stdout)
//		os.Exit(out.ExitCode)
//	}
//
// # One form for all agents
//
// Most agents copied Claude Code's hooks, with other names for the events, the
// fields and the tools. One table holds the differences ([Dialect]); an [Event]
// has Claude Code's names whoever sent it, and keeps the agent's own beside them.
// A program that is called by one agent only should say so with [DecodeAs].
//
// Events and fields nobody knew when this was written are kept: an unknown event
// has its own name, and [Event.Field] finds any field.
//
// # Answers
//
// An [Answer] is one [Decision] with its reason; [Event.Answer] gives the bytes and
// the exit code. The zero Answer is silent: the agent's own rules decide. To allow
// is to be silent, since an explicit [Allow] overrules the agent's prompt. Where an
// agent cannot ask, or nobody is there to answer, [Ask] becomes [Deny], and
// [Output] says so.
//
// Hooks fail open. A hook that crashes, times out or writes what the agent cannot
// read has allowed the call; an ask that Codex does not know is such an answer.
// That is why forms are chosen here and not by the caller.
//
// # Cursor
//
// Cursor calls both preToolUse and the event of the kind of tool, such as
// beforeShellExecution, for the same call; subscribe to one of them. Its payloads
// hold user_email, which is personal data: it is no field of [Event], and
// [Event.Field] finds it.
//
// Recorded sessions are read by package recording beside this one.
package payload

// Package recording reads recorded sessions of coding agents: hook logs,
// transcripts and plain lists of actions, in one neutral form.
//
//	sessions, problems, err := recording.Read(f, "session.jsonl", recording.Auto)
//	for _, s := range sessions {
//		for _, turn := range s.Turns {
//			for _, call := range turn.Calls {
//				fmt.Println(turn.Prompt, call.Tool, call.Failed)
//			}
//		}
//	}
//
// # Formats
//
//   - claude-hooks: one hook payload per line or a JSON array of them, of any agent
//     that package payload knows. A log may be spread over several files, one per
//     event; give all of them to one [Reader].
//   - claude-transcript: Claude Code's session .jsonl, its subagents' files included.
//   - codex: Codex CLI's rollout .jsonl.
//   - actions: one session per line, {"id","prompt","actions":[{"tool","server","input":{…},"result"}]}.
//
// Each may be plain or gzip. [Auto] looks at each file.
//
// # What real files hold
//
// Unknown events and fields, missing ids, cut last lines, byte-order marks, lone
// surrogates, versions mixed in one file, lines of many megabytes. A [Reader] takes
// all of it. What it cannot read is a [Problem] with file and line, never an error
// and never silent; lines that hold no call and no prompt are counted, see
// [Reader.Other]. A problem's reason holds no content.
//
// # What is joined
//
// The events before and after a call are joined by its id; where ids are missing,
// by session, tool and arguments in order. A call whose beginning was never seen
// has Begun false (its hook was skipped, timed out, or the log is cut), one whose
// end was not, Finished false. Calls belong to the turn of their prompt id, else to
// the turn their time or their place in the file says. Where none of that is known
// they stand in a turn without a prompt, and a problem says so.
//
// A turn's prompt is what a person wrote. Transcripts hold many user lines that
// nobody wrote (command output, notifications, summaries, hook feedback); those
// start no turn of their own.
package recording

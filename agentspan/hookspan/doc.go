// Package hookspan turns what coding agents recorded into governed spans.
//
// Package [github.com/ambit-go/ambit/agentspan/hookspan/recording] reads hook logs
// and transcripts into sessions, turns and calls. [Replay] drives one such session
// through a tracer, as if it happened now, at the times it happened:
//
//	var r recording.Reader
//	err := r.Add("session.jsonl", file)
//	tracer, err := agentspan.New(agentspan.WithChecker(hookspan.Recorded(policy)), agentspan.WithAnalyzer(hookspan.Analyzer()))
//	for _, s := range r.Sessions() {
//		err = hookspan.Replay(ctx, tracer, s, hookspan.ReplayOptions{})
//	}
//
// The spans are those of a live session: one tree per turn, subagents as sessions
// of their own below the call that started them, refused calls as refuse_tool, and
// a summary at the end. Effects, secrets, identities and intent are found in the
// same way.
//
// # What a policy says of the past
//
// What is recorded has happened. A policy that is given to [Recorded] is asked about
// each call and stops none: a call that ran stays an executed one. Where the policy
// allows it, the span says so. Where it would have refused, the decision is written
// as one that was only observed: ambit.decision.outcome is not_evaluated,
// ambit.decision.would says deny or require_approval, and rule, reason and crossings
// say why. So a record never claims that a call was stopped that was not, and each
// call is judged by what the session had really seen before it.
//
// A call that the agent's own rules, one of its hooks or a person refused when it
// was recorded never ran. It is a refuse_tool span that was enforced, whatever the
// policy says; ambit.decision.would then holds the policy's word if it differs.
//
// # What a recording does not say
//
// It names no owner, so spans say that there is none unless [ReplayOptions] does. It
// does not say where the repository's top folder is, or the home folder: the folder
// that the session started in is taken for the first, and the second is read off
// that folder's path where it has the usual form. A session without times is
// replayed at the present time, in order. Where several calls have one time they are
// set apart by microseconds, so that backends keep their order.
//
// What a hook learns from the machine when a session begins stands in its journal
// alone: the MCP servers that are configured, whom git names as author, the remote of
// the repository, and the version of a Claude Code whose transcript is not at hand.
// [Emit] has it; for other recordings [ReplayOptions] may say it.
//
// It does not hold the disk either. A session whose folder is not on this machine is
// judged by its text alone, see [Analyzer].
//
// A call whose end was never recorded has no duration, no result and no error: what
// became of it is not known.
package hookspan

// Package agentspan records what AI agents do, for whom and with which identity,
// and decides whether they may.
//
// A session is one run of an agent for one owner and one task. A turn goes from
// one prompt to the agent's answer. A tool call is one attempted use of a tool:
//
//	tracer, err := agentspan.New(agentspan.WithChecker(checker))
//	ctx, session, err := tracer.StartSession(ctx, agentspan.Session{Agent: "triage", Owner: ada, Actor: bot})
//	defer session.End(&err)
//	ctx, turn := tracer.StartTurn(ctx, agentspan.Turn{Prompt: prompt})
//	defer turn.End(&err)
//	out, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "read_file", Arguments: args}, readFile)
//
// Each turn is one tree of OpenTelemetry spans, by the GenAI conventions, in the
// backend the team already runs. The session, its owner, the identity that acts,
// the decision and its reason are on every span of it.
//
// # Deciding
//
// Before a call runs, the tracer finds out what it would touch, which secrets its
// arguments hold, whether it acts as somebody else, and what the session's actions
// add up to. The checker decides on these facts (package
// [github.com/ambit-go/ambit/boundary]). A refused call does not run: [Do] does
// not call the function, [Tracer.StartToolCall] returns an error. It becomes a
// span of its own, "refuse_tool", since a call that never ran is no execution.
//
// A decision never depends on telemetry. With no provider, sampled out, or with
// the backend gone, the answer is the same. Who cannot tell refuses: a checker
// that errs, panics or comes too late, a call that belongs to no session, a tracer
// that could not be made.
//
// # Frameworks
//
// Frameworks that make tool spans of their own call [Tracer.GovernCall], which
// writes onto the span that is open. Servers that are told of sessions rather than
// begin them put one into the context with [ContextWithSession]. [Transport]
// governs HTTP requests, [Tracer.UseIdentity] the use of a credential in any other
// way. The span processor of package
// [github.com/ambit-go/ambit/agentspan/pipeline] writes the session onto the spans
// that HTTP, gRPC and database instrumentations make below.
//
// # What is recorded
//
// Prompts, arguments, results and error texts are content, and off
// ([WithContent]). Secrets never leave the process, whatever is on: every string
// that is written, names and ids included, passes the detector. Keyed hashes stand
// for people in privacy mode ([WithPrivacy]).
//
// What somebody should look at is a [Signal] ([WithSignalHandler]). What a SIEM
// should have is an [Event] ([WithEventHandler]).
//
// # Cost
//
// A nil or zero Tracer costs nothing. With nothing recorded, a call costs its
// decision and at most one allocation. Recorded, a call allocates once more than a
// span written by hand. Sessions are bounded in number and time
// ([WithSessionLimits]); what one holds is bounded too.
package agentspan

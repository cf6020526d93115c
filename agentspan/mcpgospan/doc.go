// Package mcpgospan governs and records what goes through
// github.com/mark3labs/mcp-go, with one line for a server and one for a client:
//
//	mcpgospan.InstrumentServer(server, tracer)
//	client.NewClient(mcpgospan.Transport(transport, tracer))
//
// The tracer is an [github.com/ambit-go/ambit/agentspan.Tracer]. Its checker
// decides about each tool call before the tool runs. A refusal is a result with
// isError whose text names the rule and what would help, so that a model can act
// on it. All this is as in github.com/ambit-go/ambit/agentspan/mcpspan, for the
// official SDK, as far as the library lets us; what it does not is said below.
//
// # Spans
//
// Every request to a server, what its handlers ask of its client, and every message
// of a client in both directions, is a span by the GenAI conventions for MCP; a
// notification to a server is one where its handler is given to [Notified]. Owner, agent, session and decision are
// on the span of the call itself. The decision about a refused call is on a
// "refuse_tool" span below it, which counts refusals once.
//
// The parent of a server's span is what the client wrote into _meta, else the
// headers of this HTTP request; the span that the context was under is a link. A
// client call that is made inside a governed call of the same tool and arguments
// writes onto that call's span and makes none of its own. The library's own
// tracer, and its adapter for OpenTelemetry, are not needed beside this package:
// [InstrumentServer] takes their place.
//
// # Who calls
//
// The library has no notion of who calls. [RequireToken] goes in front of its HTTP
// handler, proves the token of each request, and tells the server; a server with a
// middleware of its own calls [ContextWithProof] in it. Nothing else is believed:
// not clientInfo, which is what a client calls itself, and no header or _meta.
// Another agent in the middle of a session is an identity switch; another owner is
// another session, whatever id either of them sends. Over stdio there is no token,
// and the owner is configured ([WithSession]).
//
// # Sessions
//
// A session is one run of an agent. A client sends the id of the one in its
// context as W3C baggage ([SessionKey]), in _meta. A server takes it for a claim:
// it is recorded as such, and the sessions of different owners are different ones
// whatever they claim. Without a claim the configured session counts
// ([WithSession]), else there is one for each connection and owner. In revision
// 2026-07-28 over HTTP there are no connections: the requests of one verified
// owner are a session, and any other request is one of its own.
//
// # Approval
//
// Where the boundary wants a person's approval, the client is asked to ask: by
// elicitation up to revision 2025-11-25, by an "input_required" result since. The
// requestState of such a result is bound by HMAC to principal, session, tool, its
// definition, the arguments and the rules that asked; it ends with the question,
// counts once and tells nothing. A yes is for one call: one that is the same is
// asked about by itself. The answer is the client's word, so the person is asserted. A client
// that cannot ask gets a refusal.
//
// # Tools
//
// The definition of a tool (name, description, schema, annotations) is pinned by
// its hash: one that changes within a session is drift. A tool that takes the
// place of another is noticed at the next call, one that is changed in place after
// ten seconds. A client learns tools from the lists that pass through. Results are
// looked at for secrets. Reading a resource is decided like a call of a tool named
// "resources/read" with the address as its argument.
//
// # What the library does not let us do
//
//   - What a server tells of its own accord leaves no span at the server: no hook
//     sees it. The notifications it receives leave one where [Notified] is around
//     their handler; a cancellation reaches no handler.
//   - What a handler asks of its client (elicitation, sampling, roots) is recorded on
//     the library's own sessions, and not on those of a transport of one's own. Only
//     elicitation carries the trace to the client.
//   - No middleware runs around a task tool. A call that becomes a task is decided
//     before it does, and recorded as an "execute_tool" below the request, which ends
//     first; its refusal is a JSON-RPC error whose text says why, since a hook cannot
//     answer; in revision 2026-07-28 nobody can be asked about it through the client.
//     Its definition is the one that was last listed. How the task ended is known
//     where the program shares its hooks ([WithTaskHooks]); what a task tool returns
//     is not looked at.
//   - Nobody tells when a session's own tool came, so a new one is no drift.
//   - The refusal of a resource is a JSON-RPC error with the code for an internal
//     error, -32603, as for every error of a resource, and nobody can be asked about
//     it in revision 2026-07-28: the handler of a resource returns contents alone.
//   - What is rejected before the tracer leaves no span: no JSON, an unknown
//     revision, headers that do not fit. Count those where HTTP is served.
//   - Middleware that is added before [InstrumentServer] runs around the decision.
//     One that answers from a cache, say, does so undecided.
//   - A client's transport sees each round of a question by itself: a span for each,
//     and each is decided.
//   - The transport of a client is replaced when it is made, not later. What only
//     the transport given has is reached through its Unwrap method.
//
// # Content
//
// Arguments, results and error texts are content and off
// ([github.com/ambit-go/ambit/agentspan.WithContent]). Names that a peer sends are
// cleaned as everything else is. Metrics name the tools of the server and the
// methods of the protocol; all others count as "_OTHER".
package mcpgospan

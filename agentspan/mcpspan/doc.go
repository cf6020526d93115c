// Package mcpspan governs and records what goes through the official Go SDK of the
// Model Context Protocol, with one line for a server and one for a client:
//
//	mcpspan.InstrumentServer(server, tracer)
//	mcpspan.InstrumentClient(client, tracer)
//
// The tracer is an [github.com/ambit-go/ambit/agentspan.Tracer]. Its checker
// decides about each tool call before the tool runs. A refusal is a result with
// isError whose text names the rule and what would help, so that a model can act
// on it.
//
// # Spans
//
// Every request and notification, in both directions, is a span by the GenAI
// conventions for MCP: CLIENT where it is sent, SERVER where it arrives, named by
// its method and tool. Owner, agent, session and decision are on the span of the
// call itself. The decision about a refused call is on a "refuse_tool" span below
// it, which counts refusals once.
//
// The parent of a server's span is what the client wrote into _meta, else the
// headers of this HTTP request. The span that the context was under is a link: on
// a stateful HTTP server it is the one of the request that opened the connection,
// for every later call. A client call that is made inside a governed call of the
// same tool and arguments writes onto that call's span and makes none of its own.
//
// A question to a person in revision 2026-07-28 takes several rounds: one client
// span, and below it a server span for each round.
//
// # Who calls
//
// A server knows its callers by the token of each request, RequestExtra.TokenInfo,
// and by nothing else: not by the context, which holds the token that opened the
// connection, and not by clientInfo, which is what a client calls itself. These
// keys of TokenInfo.Extra are read:
//
//	sub, iss         the owner, with who vouches for them; TokenInfo.UserID where there is no "sub"
//	act              who acts for them, a chain (RFC 8693)
//	client_id, azp   who acts where there is no "act"
//	scope, aud       what the token is for; TokenInfo.Scopes comes first
//	jti              what the issuer's log knows the token by
//	cnf              what it is bound to: "jkt" (DPoP), "x5t#S256" (mutual TLS)
//	exp, iat         how long it is good for; the earlier of "exp" and TokenInfo.Expiration counts
//	org_id, tid …    the tenant it belongs to
//	amr, auth_time … that a person signed in with it
//	ambit/assurance  "verified" or "attested"; "parsed" is all that is taken without
//
// [TokenVerifier] fills them from a token that it proved. Of a token that was let in
// so, RequestExtra.Header tells the fingerprint, and what a token of known make is
// known by. Another agent or another
// client in the middle of a session is an identity switch, which the SDK does not
// notice as long as the user stays the same. Over stdio there is no token, and the
// owner is configured ([WithSession]).
//
// # Sessions
//
// A session is one run of an agent. The protocol has no id for it, so a client
// sends the one in its context as W3C baggage ([SessionKey]), in _meta. A server
// takes it for a claim: it is recorded as such, and the sessions of different
// owners are different ones whatever they claim. Without a claim the configured
// session counts ([WithSession]), else there is one for each connection. On a
// stateless HTTP server there are no connections: the requests of one verified
// owner are a session, and any other request is one of its own. The session id of
// the protocol is recorded for old revisions and used for nothing.
//
// # Approval
//
// Where the boundary wants a person's approval, the client is asked to ask: by
// elicitation up to revision 2025-11-25, by an "input_required" result since. The
// requestState of such a result is bound by HMAC to principal, session, tool, its
// definition, the arguments and the rules that asked; it ends with the question,
// counts once and tells nothing. A yes is for one call: one that is the same is
// asked about by itself. The answer is the client's word, so the person is asserted: a policy
// that asks for more assurance, or for somebody other than the owner, is not
// satisfied by it. A client that cannot ask gets a refusal. A tool that asks for
// input itself is asked about in its first round only if it keeps no state: a call
// that carries a tool's requestState is refused where it needs approval.
//
// # Tools
//
// The definition of a tool (name, description, schema, annotations) is pinned by
// its hash: one that changes within a session is drift, and so is a tool that was
// not there when the session began. A server reads its own
// tools when it says that they changed, and every ten seconds; a client learns
// them from the lists that pass through. Results are looked at for secrets.
//
// The reading of a resource is decided like a call of a tool named
// "resources/read" with the address as its argument, and is recorded as one under
// the span of the request. Its refusal is a JSON-RPC error, code -32003. Prompts,
// lists and notifications are recorded and not decided.
//
// # What the SDK does not let us do
//
// Its middleware does not see what is rejected before it: unknown methods, params
// that cannot be read, wrong revisions, requests without a token. Count those where
// HTTP is served. It does not know the id of a request, so jsonrpc.request.id is
// left out, nor the transport: network.transport is left out unless there are HTTP
// headers or [WithPipe]. A question in revision 2026-07-28 reaches the client's
// elicitation handler without passing its middleware.
//
// # Content
//
// Arguments, results and error texts are content and off
// ([github.com/ambit-go/ambit/agentspan.WithContent]). Names that a peer sends are
// cleaned as everything else is. Metrics name the tools of the server and the
// methods of the protocol; all others count as "_OTHER".
package mcpspan

// Package mcpwire holds what governing the Model Context Protocol has in common,
// whichever SDK speaks it. Programs use it through
// github.com/ambit-go/ambit/agentspan/mcpspan (the official SDK) or
// github.com/ambit-go/ambit/agentspan/mcpgospan (mark3labs/mcp-go); whoever
// attaches a third one begins here:
//
//	from := mcpwire.Received(meta, header)          // _meta first, then the headers of this request
//	ctx, links := from.Adopt(ctx)                   // the ambient span becomes a link
//	session, lasts := sessions.Of(&caller, from.SessionID(), connection)
//	ctx = recorder.Begin(ctx, &op, trace.SpanKindServer, nil, links)
//	defer func() { recorder.End(&op, outcome, recover()) }()
//
// A [TraceContext] is what travels in _meta. A [Caller] is who sent a message, by
// its token and nothing else; [Sessions] tells which session the message belongs
// to. A [Recorder] makes the spans and metrics of the conventions. A [Question] is
// put to a person by the means that a client has, and [States] carries it through one
// that keeps nothing. A [Catalogue] holds its tools, and [DefinitionHash] pins
// what a model was told of a tool, and [RefusalText] is what it is told instead of
// a result.
//
// Everything that a peer sends is bounded and taken for what it is, or for
// nothing; no function here fails or panics on it.
package mcpwire

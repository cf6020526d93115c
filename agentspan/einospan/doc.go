// Package einospan governs and records agents and graphs on
// github.com/cloudwego/eino: a callbacks handler makes their spans, and a tool
// middleware decides about their calls before the tools run.
//
//	callbacks.AppendGlobalHandlers(einospan.NewHandler(tracer))
//	config.ToolsConfig.ToolCallMiddlewares = []compose.ToolMiddleware{einospan.ToolMiddleware(tracer)}
//
// Runs belong to the session in their context
// ([github.com/ambit-go/ambit/agentspan.Tracer.StartSession]).
//
// # Deciding
//
// A call that the boundary refuses does not reach its tool, nor the callbacks of
// it. What the model reads in place of a result is the text of the refusal: which
// rule, and what would help. The graph goes on.
//
// The middleware belongs first in the list: what stands before it sees calls that
// are then refused, and what answers in the tool's place does so undecided. The
// library has no middleware around an UnknownToolsHandler; that is the program's
// own function, for names that are no tools.
//
// # Asking
//
// Where the boundary wants a person's approval, the tracer's approver is asked while
// the call waits. With [AskByInterrupt] the run is interrupted instead, as by a tool
// that interrupts it itself, and goes on when it is resumed with the answer: minutes or
// days later, in another process.
//
// # Spans
//
// The outermost run of a graph, chain or workflow is a turn, "invoke_agent"; so is
// each run of an agent of the library's adk package, which is a chain. Runs inside
// it, sub-agents and graphs in tools included, are part of that turn. A program
// that starts turns itself ([github.com/ambit-go/ambit/agentspan.Tracer.StartTurn])
// gets no second one: it should where the input is a stream, which is not read for
// a prompt. A request to a model is "chat", with what it used, one to an embedder
// "embeddings", one to a retriever "retrieval"; a call of a tool is "execute_tool",
// made by the middleware. Prompts, loaders, transformers and indexers make no span: the
// conventions have none for them. Only calls of tools are decided about.
//
// A handler that is registered twice, once for all runs and once for one, makes
// one set of spans. Beside another handler that makes spans, which are then those
// of the models and graphs too, leave [NewHandler] out and govern the tools
// themselves with [Tools]: each call is written onto the span that is open for it.
//
// # Streams
//
// The span of a stream ends with the stream: at its end, at its first error, or when
// its reader closes it. The result of a streaming tool is looked at when it is
// complete; a secret in it is noticed then, and what was passed on is not taken
// back.
//
// # Panics
//
// The library turns the panic of a node into an error of its graph. The spans that
// were open under it end with the turn, as failed.
package einospan

package mcpgospan

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/mcpwire"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
)

// A serverSide is an instrumented server.
type serverSide struct {
	*peer
	sessions *mcpwire.Sessions
	states   *mcpwire.States
	tools    *definitions
	dates    mcpwire.Catalogue // since when the server's tools are there
	listed   mcpwire.Catalogue // tools that may be called as tasks, as they were last listed
	tasks    *tasks            // nil if nothing tells of their end
}

// toolCall is a request for a tool as a call.
func (s *serverSide) toolCall(m *message, p *mcp.CallToolParams) agentspan.ToolCall {
	return agentspan.ToolCall{
		Name: p.Name, Server: s.name, Local: m.op.Pipe, Arguments: argumentsOf(p),
		Annotations: m.def.Annotations, Definition: m.def.Hash, Since: m.def.Since, Use: m.who.Use(s.name),
	}
}

// tool is the middleware around the tools of the server.
func (s *serverSide) tool(next server.ToolHandlerFunc) server.ToolHandlerFunc {
	return func(ctx context.Context, req mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		c := s.of(ctx)
		if c == nil {
			// A request that did not come through the server's tracer has no parent, no
			// caller and no session of its own: it is decided as what it is.
			return s.plain(ctx, next, req)
		}
		m := c.m
		if req.Params.Task != nil && m.task != nil { // decided by the hook, before it became a task
			return run(m.taskCtx, m.task, next, req)
		}
		tc := s.toolCall(m, &req.Params)
		q := s.question(ctx, m, &tc, req.Params.Task == nil, req.Params.MultiRoundTripParams)
		start := s.tracer.GovernCall
		if req.Params.Task != nil {
			start = s.tracer.StartToolCall // the request, and its span, have ended by now
		}
		gctx, span, err := start(q.In(ctx), tc)
		if err != nil {
			m.op.Span.SetAttributes(s.About(ctx)...) // the decision is on the span of the refusal, below
			if res := questionOf(q, err); res != nil {
				return res, nil
			}
			out := mcpwire.OutcomeOf(err, 0, true)
			m.outcome = &out
			return mcp.NewToolResultError(mcpwire.RefusalText(err)), nil
		}
		return run(gctx, span, next, strip(q, req))
	}
}

// plain decides about a call that belongs to no message.
func (s *serverSide) plain(ctx context.Context, next server.ToolHandlerFunc, req mcp.CallToolRequest) (*mcp.CallToolResult, error) {
	ctx, span, err := s.tracer.StartToolCall(ctx, agentspan.ToolCall{Name: req.Params.Name, Server: s.name, Arguments: argumentsOf(&req.Params)})
	if err != nil {
		return mcp.NewToolResultError(mcpwire.RefusalText(err)), nil
	}
	return run(ctx, span, next, req)
}

// run runs the tool of a call that may run, and joins its outcome to the decision.
func run(ctx context.Context, span *agentspan.Span, next server.ToolHandlerFunc, req mcp.CallToolRequest) (res *mcp.CallToolResult, err error) {
	out := mcpwire.Panicked // which the library's own recovery turns into an error, further out
	defer func() {
		cause := out.Cause()
		span.End(&cause)
	}()
	res, err = next(ctx, req)
	out = toolOutcome(res, err)
	if err == nil && res != nil && !res.NeedsInput() {
		if res.IsError {
			span.SetError(out.ErrorType)
		}
		span.SetResult(resultText(res))
	}
	return res, err
}

// toolOutcome is how a tool ended. The library answers every error of a tool with
// the code for an internal error.
func toolOutcome(res *mcp.CallToolResult, err error) mcpwire.Outcome {
	switch {
	case err == nil && res != nil && res.IsError:
		return mcpwire.ToolError
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return mcpwire.OutcomeOf(err, 0, true)
	}
	return mcpwire.OutcomeOf(err, mcp.INTERNAL_ERROR, true)
}

// beforeCall is the hook before a tool is looked up. It decides about calls that
// become tasks: the library runs no middleware around a task tool. Of such a
// request a hook can change nothing but what it asks for, and the one text of its
// refusal that reaches the client is the name that was not found, so a refused
// call goes on as one of a tool that is named by its refusal.
func (s *serverSide) beforeCall(ctx context.Context, _ any, req *mcp.CallToolRequest) {
	c := s.of(ctx)
	if c == nil || req.Params.Task == nil || ownTool(ctx, req.Params.Name) {
		return
	}
	m := c.m
	m.def, m.op.Known = s.listed.Get(req.Params.Name)
	tc := s.toolCall(m, &req.Params)
	q := s.question(ctx, m, &tc, false, mcp.MultiRoundTripParams{}) // a task cannot answer that input is required
	m.op.Span.SetAttributes(s.About(ctx)...)
	gctx, span, err := s.tracer.StartToolCall(q.In(ctx), tc) // the request, and its span, end before the task does
	if err != nil {
		out := mcpwire.OutcomeOf(err, 0, true)
		m.outcome = &out
		req.Params.Task, req.Params.Name = nil, mcpwire.RefusalText(err)
		return
	}
	m.task, m.taskCtx = span, gctx
}

// ownTool reports whether the session in ctx has a tool of that name to itself:
// those come first, and middleware runs around all of them.
func ownTool(ctx context.Context, name string) bool {
	cs, ok := server.ClientSessionFromContext(ctx).(server.SessionWithTools)
	if !ok {
		return false
	}
	_, own := cs.GetSessionTools()[name]
	return own
}

// resource is the middleware around the resources of the server. Reading one is
// decided like a call, under the name of the method: what it touches is in its
// address.
func (s *serverSide) resource(next server.ResourceHandlerFunc) server.ResourceHandlerFunc {
	return func(ctx context.Context, req mcp.ReadResourceRequest) (contents []mcp.ResourceContents, err error) {
		tc := readCall(req.Params.URI)
		tc.Server = s.name
		gctx := ctx
		if c := s.of(ctx); c != nil {
			tc.Local, tc.Use = c.m.op.Pipe, c.m.who.Use(s.name)
			// The handler of a resource returns contents, and cannot ask.
			gctx = s.question(ctx, c.m, &tc, false, mcp.MultiRoundTripParams{}).In(ctx)
		}
		gctx, span, err := s.tracer.StartToolCall(gctx, tc)
		if err != nil {
			return nil, readRefusedError{err}
		}
		out := mcpwire.Panicked
		defer func() {
			cause := out.Cause()
			span.End(&cause)
		}()
		contents, err = next(gctx, req)
		out = toolOutcome(nil, err)
		if err == nil {
			span.SetResult(contents)
		}
		return contents, err
	}
}

// readCall is the reading of a resource as a call.
func readCall(uri string) agentspan.ToolCall {
	args, err := json.Marshal(map[string]string{"uri": uri})
	if err != nil {
		args = nil // never: strings can always be written
	}
	return agentspan.ToolCall{Name: mcpwire.ReadResource, Arguments: args, Annotations: boundary.Annotations{ReadOnly: effect.Yes}}
}

// readRefusedError is a refusal as the client reads it.
type readRefusedError struct{ error }

func (r readRefusedError) Error() string { return mcpwire.RefusalText(r.error) }
func (r readRefusedError) Unwrap() error { return r.error }

// argumentsOf is what a tool will read of its arguments. The library has them
// twice, as they came and decoded; middleware further out may have changed either,
// and the tool may read either. What it reads must be what was decided about.
func argumentsOf(p *mcp.CallToolParams) []byte {
	if len(p.RawArguments) > 0 {
		var v any
		if json.Unmarshal(p.RawArguments, &v) == nil && reflect.DeepEqual(v, p.Arguments) {
			return p.RawArguments
		}
	}
	if p.Arguments == nil {
		p.RawArguments = nil
		return nil
	}
	b, err := json.Marshal(p.Arguments)
	if err != nil {
		b = []byte("null") // a value that is no JSON: nothing is known of it, and no rule lets it pass by mistake
	}
	p.RawArguments = b
	return b
}

// resultText is what a result holds for the model, without what stands in it
// twice: the library writes structured content as text as well.
func resultText(r *mcp.CallToolResult) any {
	var content any = r.Content
	if len(r.Content) == 1 {
		switch t := r.Content[0].(type) {
		case mcp.TextContent:
			content = t.Text
		case *mcp.TextContent:
			if t != nil {
				content = t.Text
			}
		}
	}
	if r.StructuredContent == nil {
		return content
	}
	if text, ok := content.(string); ok {
		if b, err := json.Marshal(r.StructuredContent); err == nil && string(b) == text {
			return text
		}
	}
	return []any{content, r.StructuredContent}
}

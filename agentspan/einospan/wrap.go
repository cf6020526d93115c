package einospan

import (
	"context"

	"github.com/cloudwego/eino/components"
	"github.com/cloudwego/eino/components/tool"
	"github.com/cloudwego/eino/compose"
	"github.com/cloudwego/eino/schema"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/mcpwire"
)

// Tools returns tools whose calls t decides about and writes onto the span that is
// open in their context, for programs whose callbacks handler makes a span for each
// call of a tool: callbacks run around the tool and inside a [ToolMiddleware],
// which would make a second span. Such a handler's span of a refused call is there
// too; the decision is on the span of the refusal below it.
//
// A tool that runs its callbacks itself (components.Checker) has no span of its own
// yet when it is decided about. What else a tool implements is not passed on.
func Tools(t *agentspan.Tracer, tools ...tool.BaseTool) []tool.BaseTool {
	out := make([]tool.BaseTool, len(tools))
	for i, b := range tools {
		out[i] = wrap(governed{b, t})
	}
	return out
}

// wrap returns g with the ways in which its tool can be run, and no others: the
// library asks for each of them.
func wrap(g governed) tool.BaseTool {
	text, isText := g.BaseTool.(tool.InvokableTool)
	parts, isParts := g.BaseTool.(tool.EnhancedInvokableTool)
	texts, isTexts := g.BaseTool.(tool.StreamableTool)
	partss, isPartss := g.BaseTool.(tool.EnhancedStreamableTool)
	a, b, c, d := textRun{g, text}, partsRun{g, parts}, textStream{g, texts}, partsStream{g, partss}
	switch {
	case isText && isTexts:
		return struct {
			governed
			textRun
			textStream
		}{g, a, c}
	case isText && isPartss:
		return struct {
			governed
			textRun
			partsStream
		}{g, a, d}
	case isParts && isTexts:
		return struct {
			governed
			partsRun
			textStream
		}{g, b, c}
	case isParts && isPartss:
		return struct {
			governed
			partsRun
			partsStream
		}{g, b, d}
	case isText:
		return struct {
			governed
			textRun
		}{g, a}
	case isParts:
		return struct {
			governed
			partsRun
		}{g, b}
	case isTexts:
		return struct {
			governed
			textStream
		}{g, c}
	case isPartss:
		return struct {
			governed
			partsStream
		}{g, d}
	}
	return g.BaseTool // the library refuses what cannot be run
}

// A governed is what the wrapped tools have in common.
type governed struct {
	tool.BaseTool

	tracer *agentspan.Tracer
}

// GetType is the tool's own, which names it in callbacks.
func (g governed) GetType() string {
	typ, _ := components.GetType(g.BaseTool)
	return typ
}

// IsCallbacksEnabled says whether the tool runs its callbacks itself.
func (g governed) IsCallbacksEnabled() bool { return components.IsCallbacksEnabled(g.BaseTool) }

// govern decides about a call. A tool that does not say its name is refused with
// the error by which it does not.
func (g governed) govern(ctx context.Context, arguments string) call {
	info, err := g.Info(ctx)
	if err != nil {
		return call{ctx: ctx, outer: ctx, refused: err}
	}
	return decide(ctx, g.tracer.GovernCall, agentspan.ToolCall{Name: info.Name, ID: compose.GetToolCallID(ctx), Type: "function", Arguments: []byte(arguments)})
}

type textRun struct {
	g     governed
	inner tool.InvokableTool
}

// InvokableRun runs the tool if it may run.
func (r textRun) InvokableRun(ctx context.Context, arguments string, opts ...tool.Option) (string, error) {
	return run(r.g.govern(ctx, arguments), mcpwire.RefusalText, func(ctx context.Context) (string, error) {
		return r.inner.InvokableRun(ctx, arguments, opts...)
	})
}

type partsRun struct {
	g     governed
	inner tool.EnhancedInvokableTool
}

// InvokableRun runs the tool if it may run.
func (r partsRun) InvokableRun(ctx context.Context, arguments *schema.ToolArgument, opts ...tool.Option) (*schema.ToolResult, error) {
	return run(r.g.govern(ctx, arguments.Text), refusalResult, func(ctx context.Context) (*schema.ToolResult, error) {
		return r.inner.InvokableRun(ctx, arguments, opts...)
	})
}

type textStream struct {
	g     governed
	inner tool.StreamableTool
}

// StreamableRun runs the tool if it may run.
func (r textStream) StreamableRun(ctx context.Context, arguments string, opts ...tool.Option) (*schema.StreamReader[string], error) {
	return stream(r.g.govern(ctx, arguments), mcpwire.RefusalText, textOf, func(ctx context.Context) (*schema.StreamReader[string], error) {
		return r.inner.StreamableRun(ctx, arguments, opts...)
	})
}

type partsStream struct {
	g     governed
	inner tool.EnhancedStreamableTool
}

// StreamableRun runs the tool if it may run.
func (r partsStream) StreamableRun(ctx context.Context, arguments *schema.ToolArgument, opts ...tool.Option) (*schema.StreamReader[*schema.ToolResult], error) {
	return stream(r.g.govern(ctx, arguments.Text), refusalResult, partsOf, func(ctx context.Context) (*schema.StreamReader[*schema.ToolResult], error) {
		return r.inner.StreamableRun(ctx, arguments, opts...)
	})
}

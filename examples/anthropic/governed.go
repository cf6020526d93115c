package main

import (
	"context"
	"encoding/json"

	"github.com/anthropics/anthropic-sdk-go"

	"github.com/ambit-go/ambit/agentspan"
)

// governed wraps tools: a call that is refused does not reach its tool, and the
// model reads why.
func governed(t *agentspan.Tracer, tools ...anthropic.BetaTool) []anthropic.BetaTool {
	for i, tool := range tools {
		tools[i] = governedTool{tool, t}
	}
	return tools
}

type governedTool struct {
	anthropic.BetaTool

	tracer *agentspan.Tracer
}

// Execute decides about the call on the span that the SDK has opened for it.
func (g governedTool) Execute(ctx context.Context, input json.RawMessage) (out []anthropic.BetaToolResultBlockParamContentUnion, err error) {
	ctx, span, err := g.tracer.GovernCall(ctx, agentspan.ToolCall{Name: g.Name(), Type: "function", Arguments: input})
	if err != nil {
		return nil, err
	}
	defer span.End(&err)
	if out, err = g.BetaTool.Execute(ctx, input); err == nil {
		span.SetResult(out)
	}
	return out, err
}

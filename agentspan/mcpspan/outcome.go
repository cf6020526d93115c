package mcpspan

import (
	"errors"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/ambit-go/ambit/agentspan/mcpwire"
)

// outcomeOf says how a message ended.
func outcomeOf(res mcp.Result, err error, server bool) mcpwire.Outcome {
	if err == nil {
		if r, ok := res.(*mcp.CallToolResult); ok && r != nil && r.IsError {
			return mcpwire.ToolError
		}
		return mcpwire.Outcome{}
	}
	var code int64
	if e, ok := errors.AsType[*jsonrpc.Error](err); ok {
		code = e.Code
	}
	return mcpwire.OutcomeOf(err, code, server)
}

// refusal is the result of a tool call that must not run.
func refusal(text string) *mcp.CallToolResult {
	return &mcp.CallToolResult{IsError: true, Content: []mcp.Content{&mcp.TextContent{Text: text}}}
}

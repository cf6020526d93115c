package mcpspan

import (
	"encoding/json"
	"errors"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/mcpwire"
)

// outcomeOf says how a message ended.
func outcomeOf(res mcp.Result, err error, server bool) mcpwire.Outcome {
	if err == nil {
		switch r := res.(type) {
		case *mcp.CallToolResult:
			if r != nil && r.IsError {
				return mcpwire.ToolError
			}
			return mcpwire.Outcome{Asks: r != nil && r.NeedsInput()}
		case *mcp.GetPromptResult:
			return mcpwire.Outcome{Asks: r != nil && r.NeedsInput()}
		case *mcp.ReadResourceResult:
			return mcpwire.Outcome{Asks: r != nil && r.NeedsInput()}
		}
		return mcpwire.Outcome{}
	}
	var code int64
	if e, ok := errors.AsType[*jsonrpc.Error](err); ok {
		code = e.Code
	}
	return mcpwire.OutcomeOf(err, code, server)
}

// refusal is the result of a tool call that must not run. Since 2026-07-28 a result
// needs a type, or clients take it for none; the SDK gives it in its dispatch, which
// a refused call does not reach, and otherwise only to what it reads.
func refusal(text, version string) *mcp.CallToolResult {
	r := &mcp.CallToolResult{}
	if version >= mcpwire.Stateless {
		_ = json.Unmarshal([]byte(`{"content":[],"resultType":"complete"}`), r) // as the SDK writes one
	}
	r.IsError, r.Content = true, []mcp.Content{&mcp.TextContent{Text: text}}
	return r
}

// run runs what may run, and joins how it ended to the record of the call.
func run(span *agentspan.Span, server bool, f func() (mcp.Result, error)) (res mcp.Result, v mcpwire.Outcome, err error) {
	v = mcpwire.Panicked // until it is known better; whoever called records it as well
	defer func() {
		cause := v.Cause()
		span.End(&cause)
	}()
	res, err = f()
	v = outcomeOf(res, err, server)
	take(span, res, err)
	return res, v, err
}

// take hands over what a result holds, so that it can be looked at: as that of a
// failure, if it says so of itself.
func take(span *agentspan.Span, res mcp.Result, err error) {
	if err != nil {
		return
	}
	switch r := res.(type) {
	case *mcp.CallToolResult:
		if r != nil {
			if r.IsError {
				span.SetError(mcpwire.ToolError.ErrorType)
			}
			span.SetResult(resultText(r))
		}
	case *mcp.ReadResourceResult:
		if r != nil {
			span.SetResult(r.Contents)
		}
	}
}

// resultText is what a result holds for the model, without what stands in it
// twice: typed tools write their output as text and as structured content.
func resultText(r *mcp.CallToolResult) any {
	if len(r.Content) == 1 {
		if t, ok := r.Content[0].(*mcp.TextContent); ok && t != nil {
			if r.StructuredContent == nil {
				return &t.Text // by pointer, which needs no copy of it
			}
			if raw, ok := r.StructuredContent.(json.RawMessage); ok && string(raw) == t.Text {
				return &t.Text
			}
		}
	}
	return []any{r.Content, r.StructuredContent}
}

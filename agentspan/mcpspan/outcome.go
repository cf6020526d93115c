package mcpspan

import (
	"context"
	"errors"
	"strconv"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/semconv"
)

// A verdict is how a message ended, as spans and metrics say it.
type verdict struct {
	errorType string // empty if it went well
	code      string // JSON-RPC error code; empty if there was none
}

// toolError is the error type of a result that says of itself that it is one.
const toolError = "tool_error"

// verdictOf says how a message ended. On servers what is the caller's own fault
// does not count as an error (GenAI conventions, "MCP", server spans).
func verdictOf(res mcp.Result, err error, server bool) verdict {
	if err == nil {
		if r, ok := res.(*mcp.CallToolResult); ok && r != nil && r.IsError {
			return verdict{errorType: toolError}
		}
		return verdict{}
	}
	if r, ok := errors.AsType[*boundary.RefusedError](err); ok {
		return verdict{errorType: r.ErrorType()}
	}
	if e, ok := errors.AsType[*jsonrpc.Error](err); ok && e.Code != 0 {
		v := verdict{code: strconv.FormatInt(e.Code, 10)}
		if !server || !callersFault(e.Code) {
			v.errorType = v.code
		}
		return v
	}
	switch {
	case errors.Is(err, context.Canceled):
		return verdict{errorType: "canceled"}
	case errors.Is(err, context.DeadlineExceeded):
		return verdict{errorType: "timeout"}
	}
	return verdict{errorType: semconv.ErrorTypeOther.Value.AsString()}
}

// codeResourceNotFound is what "resource not found" was before 2026-07-28.
const codeResourceNotFound = -32002

func callersFault(code int64) bool {
	switch code {
	case jsonrpc.CodeParseError, jsonrpc.CodeInvalidRequest, jsonrpc.CodeMethodNotFound, jsonrpc.CodeInvalidParams, codeResourceNotFound:
		return true
	}
	return false
}

// failure is an error by its type alone, for the record of a call: what a tool
// says of its errors is content.
type failure string

func (f failure) Error() string     { return string(f) }
func (f failure) ErrorType() string { return string(f) }

// cause is what the record of a call gets of a verdict; nil if the call went well.
func (v verdict) cause() error {
	if v.errorType == "" {
		return nil
	}
	return failure(v.errorType)
}

// codeRefused is the JSON-RPC code of a refusal where a result cannot be an
// error: of the range the specification leaves to servers.
const codeRefused = -32003

// refusal is the result of a tool call that must not run.
func refusal(text string) *mcp.CallToolResult {
	return &mcp.CallToolResult{IsError: true, Content: []mcp.Content{&mcp.TextContent{Text: text}}}
}

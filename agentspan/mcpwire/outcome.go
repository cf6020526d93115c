package mcpwire

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/semconv"
)

// An Outcome is how a message ended, as spans and metrics say it.
type Outcome struct {
	ErrorType string // empty if it went well
	Code      string // JSON-RPC error code; empty if there was none
	Asks      bool   // the answer asks for input: the request will come again
}

// ToolError is the outcome of a result that says of itself that it is an error.
var ToolError = Outcome{ErrorType: "tool_error"}

// OutcomeOf says how a message ended that failed with err, or went well. code is
// the JSON-RPC error code in err; 0 if there is none. On servers what is the
// caller's own fault does not count as an error (GenAI conventions, "MCP", server
// spans).
func OutcomeOf(err error, code int64, server bool) Outcome {
	if err == nil {
		return Outcome{}
	}
	if r, ok := errors.AsType[*boundary.RefusedError](err); ok {
		return Outcome{ErrorType: r.ErrorType()}
	}
	if code != 0 {
		o := Outcome{Code: strconv.FormatInt(code, 10)}
		if !server || !callersFault(code) {
			o.ErrorType = o.Code
		}
		return o
	}
	switch {
	case errors.Is(err, context.Canceled):
		return Outcome{ErrorType: "canceled"}
	case errors.Is(err, context.DeadlineExceeded):
		return Outcome{ErrorType: "timeout"}
	}
	return Outcome{ErrorType: semconv.ErrorTypeOther.Value.AsString()}
}

// The JSON-RPC error codes that say whose fault it was (JSON-RPC 2.0 §5.1), and
// what "resource not found" was before 2026-07-28.
const (
	codeParseError       = -32700
	codeInvalidRequest   = -32600
	codeMethodNotFound   = -32601
	codeInvalidParams    = -32602
	codeResourceNotFound = -32002
)

func callersFault(code int64) bool {
	switch code {
	case codeParseError, codeInvalidRequest, codeMethodNotFound, codeInvalidParams, codeResourceNotFound:
		return true
	}
	return false
}

// failure is an error by its type alone, for the record of a call: what a tool
// says of its errors is content.
type failure string

func (f failure) Error() string     { return string(f) }
func (f failure) ErrorType() string { return string(f) }

// Cause is what the record of a call gets of an outcome; nil if the call went well.
func (o Outcome) Cause() error {
	if o.ErrorType == "" {
		return nil
	}
	return failure(o.ErrorType)
}

// CodeRefused is the JSON-RPC code of a refusal where a result cannot be an error:
// of the range the specification leaves to servers.
const CodeRefused = -32003

// RefusalText is what a model and its user are told: which rule, and what would
// help. It holds nothing of the call but the tool's name.
func RefusalText(err error) string {
	r, ok := errors.AsType[*boundary.RefusedError](err)
	if !ok {
		return "refused"
	}
	text := r.Error()
	if !strings.Contains(text, r.Decision.Nearest) { // a policy's message says it already
		text += "; nearest: " + r.Decision.Nearest
	}
	return text
}

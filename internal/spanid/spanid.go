// Package spanid carries a request for a span's ids from the tracer that knows
// what the span stands for to the id generator that makes the ids. The request
// is in the context of one Start alone and never reaches the span's children.
package spanid

import "context"

// A Role is what a span stands for.
type Role uint8

const (
	Session Role = iota + 1 // the summary of a session
	Turn
	Call
)

// A Request says what ids are wanted for.
type Request struct {
	Role    Role
	Kind    int    // span kind: an agent and its MCP server both have a span for one call
	Epoch   string // sets a resumed session apart from what it resumes
	Session string
	Turn    string // empty for the session's own span
	Call    string // empty but for calls, and for the summary of a session that has one already
	Whole   bool   // one trace for the whole session rather than for each turn
}

type key struct{}

// With returns ctx with a request for the ids of the next span.
func With(ctx context.Context, r Request) context.Context { return context.WithValue(ctx, key{}, r) }

// From returns the request in ctx.
func From(ctx context.Context) (Request, bool) {
	r, ok := ctx.Value(key{}).(Request)
	return r, ok
}

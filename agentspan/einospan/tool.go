package einospan

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/cloudwego/eino/compose"
	"github.com/cloudwego/eino/schema"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/mcpwire"
)

// ToolMiddleware returns a middleware by which t decides about each tool call and
// records it. A nil tracer decides nothing and records nothing.
func ToolMiddleware(t *agentspan.Tracer) compose.ToolMiddleware {
	decided := func(ctx context.Context, in *compose.ToolInput) call {
		return decide(ctx, t.StartToolCall, agentspan.ToolCall{Name: in.Name, ID: in.CallID, Type: "function", Arguments: []byte(in.Arguments)})
	}
	return compose.ToolMiddleware{
		Invokable: func(next compose.InvokableToolEndpoint) compose.InvokableToolEndpoint {
			return func(ctx context.Context, in *compose.ToolInput) (*compose.ToolOutput, error) {
				r, err := run(decided(ctx, in), mcpwire.RefusalText, func(ctx context.Context) (string, error) {
					out, err := next(ctx, in)
					if err != nil || out == nil {
						return "", err
					}
					return out.Result, nil
				})
				return &compose.ToolOutput{Result: r}, err
			}
		},
		Streamable: func(next compose.StreamableToolEndpoint) compose.StreamableToolEndpoint {
			return func(ctx context.Context, in *compose.ToolInput) (*compose.StreamToolOutput, error) {
				r, err := stream(decided(ctx, in), mcpwire.RefusalText, textOf, func(ctx context.Context) (*schema.StreamReader[string], error) {
					out, err := next(ctx, in)
					if err != nil || out == nil {
						return nil, err
					}
					return out.Result, nil
				})
				return &compose.StreamToolOutput{Result: r}, err
			}
		},
		EnhancedInvokable: func(next compose.EnhancedInvokableToolEndpoint) compose.EnhancedInvokableToolEndpoint {
			return func(ctx context.Context, in *compose.ToolInput) (*compose.EnhancedInvokableToolOutput, error) {
				r, err := run(decided(ctx, in), refusalResult, func(ctx context.Context) (*schema.ToolResult, error) {
					out, err := next(ctx, in)
					if err != nil || out == nil {
						return nil, err
					}
					return out.Result, nil
				})
				return &compose.EnhancedInvokableToolOutput{Result: r}, err
			}
		},
		EnhancedStreamable: func(next compose.EnhancedStreamableToolEndpoint) compose.EnhancedStreamableToolEndpoint {
			return func(ctx context.Context, in *compose.ToolInput) (*compose.EnhancedStreamableToolOutput, error) {
				r, err := stream(decided(ctx, in), refusalResult, partsOf, func(ctx context.Context) (*schema.StreamReader[*schema.ToolResult], error) {
					out, err := next(ctx, in)
					if err != nil || out == nil {
						return nil, err
					}
					return out.Result, nil
				})
				return &compose.EnhancedStreamableToolOutput{Result: r}, err
			}
		},
	}
}

// A call is one that was decided about.
type call struct {
	ctx     context.Context
	span    *agentspan.Span
	refused error // why it must not run
	asks    error // what interrupts the run, where a person is to be asked about it

	q     *question
	outer context.Context
}

// decide decides about a call by begin.
func decide(ctx context.Context, begin func(context.Context, agentspan.ToolCall) (context.Context, *agentspan.Span, error), tc agentspan.ToolCall) call {
	asking, q := questionOf(ctx, string(tc.Arguments))
	c := call{q: q, outer: ctx}
	c.ctx, c.span, c.refused = begin(asking, tc)
	if c.refused != nil {
		c.asks = q.interrupt(ctx, c.refused)
	}
	return c
}

func refusalResult(err error) *schema.ToolResult {
	return &schema.ToolResult{Parts: []schema.ToolOutputPart{{Type: schema.ToolPartTypeText, Text: mcpwire.RefusalText(err)}}}
}

// run runs a tool, and joins its outcome to the decision. What must not run is answered
// in its place.
func run[T any](c call, refusal func(error) T, tool func(context.Context) (T, error)) (out T, err error) {
	if c.asks != nil {
		return out, c.asks
	}
	if c.refused != nil {
		return refusal(c.refused), nil
	}
	cause := error(panicked{}) // until the tool returns
	defer func() { c.span.End(&cause) }()
	out, err = tool(c.ctx)
	if cause = failure(err); err == nil {
		c.span.SetResult(out)
	}
	return out, c.q.keep(c.outer, err)
}

// failure is what err says of a call or a run. One that waits for a person to let it
// go on has not failed.
func failure(err error) error {
	if err == nil {
		return nil
	}
	if _, waits := compose.IsInterruptRerunError(err); waits {
		return nil
	}
	if _, waits := compose.ExtractInterruptInfo(err); waits {
		return nil
	}
	return err
}

// stream opens a stream, and ends the span with it, or at once if there is none. What
// must not run is answered in its place.
func stream[T any](c call, refusal func(error) T, text func(T) string, open func(context.Context) (*schema.StreamReader[T], error)) (*schema.StreamReader[T], error) {
	if c.asks != nil {
		return nil, c.asks
	}
	if c.refused != nil {
		return schema.StreamReaderFromArray([]T{refusal(c.refused)}), nil
	}
	cause, flows := error(panicked{}), false // until open returns
	defer func() {
		if !flows {
			c.span.End(&cause)
		}
	}()
	r, err := open(c.ctx)
	if cause = failure(err); err != nil || r == nil {
		return r, c.q.keep(c.outer, err)
	}
	flows = true
	return watched(r, c.span, text), nil
}

type panicked struct{}

func (panicked) Error() string     { return "panic" }
func (panicked) ErrorType() string { return "panic" }

// abandoned is why a stream ended that its reader closed.
type abandoned struct{}

func (abandoned) Error() string     { return "the reader closed the stream" }
func (abandoned) ErrorType() string { return "canceled" }

// maxResult bounds what is kept of a stream to be looked at, in bytes: no more is
// looked at of any result.
const maxResult = 256 << 10

// watched passes src on and ends the span with it. The span has ended when the
// reader is told that the stream has.
func watched[T any](src *schema.StreamReader[T], span *agentspan.Span, text func(T) string) *schema.StreamReader[T] {
	out, in := schema.Pipe[T](1)
	go func() {
		var cause error
		var kept []byte
		defer in.Close()
		defer func() {
			if cause == nil {
				span.SetResult(kept)
			}
			span.End(&cause)
		}()
		defer src.Close()
		defer func() { // what panics here would do so on the reader's goroutine, which may have a way out
			if p := recover(); p != nil {
				cause = panicked{}
				var none T
				in.Send(none, fmt.Errorf("the tool's stream panicked: %v", p))
			}
		}()
		for {
			v, err := src.Recv()
			if errors.Is(err, io.EOF) {
				return
			}
			if err == nil && len(kept) < maxResult {
				s := text(v)
				kept = append(kept, s[:min(len(s), maxResult-len(kept))]...)
			}
			if in.Send(v, err) && err == nil {
				err = abandoned{}
			}
			if err != nil {
				cause = err
				return
			}
		}
	}()
	return out
}

func textOf(s string) string { return s }

func partsOf(r *schema.ToolResult) string {
	if r == nil {
		return ""
	}
	var b strings.Builder
	for _, p := range r.Parts {
		b.WriteString(p.Text)
	}
	return b.String()
}

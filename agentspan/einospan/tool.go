package einospan

import (
	"context"
	"errors"
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
	return compose.ToolMiddleware{
		Invokable: func(next compose.InvokableToolEndpoint) compose.InvokableToolEndpoint {
			return func(ctx context.Context, in *compose.ToolInput) (*compose.ToolOutput, error) {
				ctx, span, refused := t.StartToolCall(ctx, callOf(in))
				if refused != nil {
					return &compose.ToolOutput{Result: mcpwire.RefusalText(refused)}, nil
				}
				return run(span, func() (*compose.ToolOutput, error) { return next(ctx, in) }, func(o *compose.ToolOutput) any { return o.Result })
			}
		},
		Streamable: func(next compose.StreamableToolEndpoint) compose.StreamableToolEndpoint {
			return func(ctx context.Context, in *compose.ToolInput) (*compose.StreamToolOutput, error) {
				ctx, span, refused := t.StartToolCall(ctx, callOf(in))
				if refused != nil {
					return &compose.StreamToolOutput{Result: schema.StreamReaderFromArray([]string{mcpwire.RefusalText(refused)})}, nil
				}
				r, err := stream(span, textOf, func() (*schema.StreamReader[string], error) {
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
				ctx, span, refused := t.StartToolCall(ctx, callOf(in))
				if refused != nil {
					return &compose.EnhancedInvokableToolOutput{Result: refusalResult(refused)}, nil
				}
				return run(span, func() (*compose.EnhancedInvokableToolOutput, error) { return next(ctx, in) }, func(o *compose.EnhancedInvokableToolOutput) any { return o.Result })
			}
		},
		EnhancedStreamable: func(next compose.EnhancedStreamableToolEndpoint) compose.EnhancedStreamableToolEndpoint {
			return func(ctx context.Context, in *compose.ToolInput) (*compose.EnhancedStreamableToolOutput, error) {
				ctx, span, refused := t.StartToolCall(ctx, callOf(in))
				if refused != nil {
					return &compose.EnhancedStreamableToolOutput{Result: schema.StreamReaderFromArray([]*schema.ToolResult{refusalResult(refused)})}, nil
				}
				r, err := stream(span, partsOf, func() (*schema.StreamReader[*schema.ToolResult], error) {
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

func callOf(in *compose.ToolInput) agentspan.ToolCall {
	return agentspan.ToolCall{Name: in.Name, ID: in.CallID, Type: "function", Arguments: []byte(in.Arguments)}
}

func refusalResult(err error) *schema.ToolResult {
	return &schema.ToolResult{Parts: []schema.ToolOutputPart{{Type: schema.ToolPartTypeText, Text: mcpwire.RefusalText(err)}}}
}

// run runs a tool, and joins its outcome to the decision.
func run[T any](span *agentspan.Span, tool func() (*T, error), result func(*T) any) (*T, error) {
	cause := error(panicked{}) // until the tool returns
	defer func() { span.End(&cause) }()
	out, err := tool()
	if cause = failure(err); err == nil && out != nil {
		span.SetResult(result(out))
	}
	return out, err
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

// stream opens a stream, and ends the span with it, or at once if there is none.
func stream[T any](span *agentspan.Span, text func(T) string, open func() (*schema.StreamReader[T], error)) (*schema.StreamReader[T], error) {
	cause, flows := error(panicked{}), false // until open returns
	defer func() {
		if !flows {
			span.End(&cause)
		}
	}()
	r, err := open()
	if cause = failure(err); err != nil || r == nil {
		return r, err
	}
	flows = true
	return watched(r, span, text), nil
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

package einospan_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/cloudwego/eino/components/tool"
	"github.com/cloudwego/eino/components/tool/utils"
	"github.com/cloudwego/eino/compose"
	"go.opentelemetry.io/otel/attribute"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/einospan"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/internal/duel"
)

// The benchmarks compare a tools node with one call, 1 KB of arguments and a 4 KB
// result: bare, with a span as one writes it by hand, and governed, in which the call is
// decided, and arguments and result are looked at for secrets.

// drop is a processor that lets go of every span at once.
type drop struct{}

func (drop) OnStart(context.Context, sdktrace.ReadWriteSpan) {}
func (drop) OnEnd(sdktrace.ReadOnlySpan)                     {}
func (drop) Shutdown(context.Context) error                  { return nil }
func (drop) ForceFlush(context.Context) error                { return nil }

var (
	small = strings.Repeat("what a tool is asked to do ", 1024/27)
	large = strings.Repeat("and what it answers to that ", 4096/28)
)

func byHand(tracer trace.Tracer) compose.ToolMiddleware {
	return compose.ToolMiddleware{Invokable: func(next compose.InvokableToolEndpoint) compose.InvokableToolEndpoint {
		return func(ctx context.Context, in *compose.ToolInput) (*compose.ToolOutput, error) {
			ctx, span := tracer.Start(ctx, "execute_tool "+in.Name, trace.WithAttributes(
				attribute.String("gen_ai.tool.name", in.Name), attribute.String("gen_ai.tool.call.id", in.CallID),
				attribute.String("gen_ai.operation.name", "execute_tool"), attribute.String("gen_ai.tool.type", "function")))
			defer span.End()
			return next(ctx, in)
		}
	}}
}

func benchCall(tb testing.TB, way string) func() {
	tb.Helper()
	tp := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(drop{}))
	ctx := tb.Context()
	var mw []compose.ToolMiddleware
	switch way {
	case "byhand":
		mw = append(mw, byHand(tp.Tracer("byhand")))
	case "governed":
		tracer, err := agentspan.New(agentspan.WithTracerProvider(tp), agentspan.WithMeterProvider(metricnoop.NewMeterProvider()), agentspan.WithChecker(boundary.Tools("read_*")))
		if err != nil {
			tb.Fatal(err)
		}
		tb.Cleanup(func() { _ = tracer.Close(context.Background()) })
		mw = append(mw, einospan.ToolMiddleware(tracer))
		ctx = agentspan.ContextWithSession(ctx, agentspan.Session{ID: "s-1"})
	}
	type note struct {
		Note string `json:"note"`
	}
	read, err := utils.InferTool("read_note", "reads", func(context.Context, note) (string, error) { return large, nil })
	if err != nil {
		tb.Fatal(err)
	}
	node, err := compose.NewToolNode(ctx, &compose.ToolsNodeConfig{Tools: []tool.BaseTool{read}, ToolCallMiddlewares: mw})
	if err != nil {
		tb.Fatal(err)
	}
	message := asks("read_note", fmt.Sprintf(`{"note":%q}`, small))()
	return func() {
		out, err := node.Invoke(ctx, message)
		if err != nil || len(out) != 1 || out[0].Content != large {
			tb.Error(err, out)
		}
	}
}

var ways = []string{"bare", "byhand", "governed"}

func BenchmarkCall(b *testing.B) {
	for _, way := range ways {
		b.Run("mode="+way, func(b *testing.B) {
			f := benchCall(b, way)
			b.ReportAllocs()
			for b.Loop() {
				f()
			}
		})
	}
}

// BenchmarkDuel compares them on a machine that others use as well.
func BenchmarkDuel(b *testing.B) {
	calls := make([]func(), len(ways))
	for i, way := range ways {
		calls[i] = benchCall(b, way)
	}
	duel.Run(b, ways, calls...)
}

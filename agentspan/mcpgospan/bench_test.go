package mcpgospan_test

import (
	"context"
	"testing"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/client/transport"
	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/mcpgospan"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/internal/duel"
	"github.com/ambit-go/ambit/internal/mcptest"
)

// The benchmarks compare a call in process with 1 KB of arguments and a 4 KB result:
// bare, with a minimal pair as one writes it by hand for OpenTelemetry, and governed, in
// which the call is decided, and arguments and result are looked at for secrets, at both
// ends.
func benchCall(tb testing.TB, way string) func() {
	tb.Helper()
	tp := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(mcptest.Drop{}))
	spans, prop := tp.Tracer("byhand"), propagation.TraceContext{}
	var opts []server.ServerOption
	if way == "byhand" {
		opts = append(opts, server.WithToolHandlerMiddleware(func(next server.ToolHandlerFunc) server.ToolHandlerFunc {
			return func(ctx context.Context, r mcp.CallToolRequest) (*mcp.CallToolResult, error) {
				ctx = prop.Extract(ctx, mcptest.Meta(r.Params.Meta.AdditionalFields))
				ctx, span := spans.Start(ctx, "tools/call "+r.Params.Name, trace.WithSpanKind(trace.SpanKindServer), mcptest.ByHand("tools/call", r.Params.Name))
				defer span.End()
				return next(ctx, r)
			}
		}))
	}
	s := server.NewMCPServer("bench", "1", opts...)
	s.AddTool(mcp.NewTool("read_note", mcp.WithString("note")), func(context.Context, mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		return mcp.NewToolResultText(mcptest.Large), nil
	})
	ctx := tb.Context()
	var tracer *agentspan.Tracer
	if way == "governed" {
		var err error
		tracer, err = agentspan.New(agentspan.WithTracerProvider(tp), agentspan.WithMeterProvider(metricnoop.NewMeterProvider()), agentspan.WithChecker(boundary.Tools("read_*")))
		if err != nil {
			tb.Fatal(err)
		}
		tb.Cleanup(func() { _ = tracer.Close(context.Background()) })
		mcpgospan.InstrumentServer(s, tracer)
		ctx = agentspan.ContextWithSession(ctx, agentspan.Session{ID: "s-1"})
	}
	c := connect(tb, mcpgospan.Transport(transport.NewInProcessTransport(s), tracer, mcpgospan.WithName("bench")), mcptest.Current)
	ask := func(ctx context.Context, c *client.Client, meta *mcp.Meta) (*mcp.CallToolResult, error) {
		r := callRequest("read_note", map[string]any{"note": mcptest.Small})
		r.Params.Meta = meta
		return c.CallTool(ctx, r)
	}
	return func() {
		var res *mcp.CallToolResult
		var err error
		if way == "byhand" {
			ctx, span := spans.Start(ctx, "tools/call read_note", trace.WithSpanKind(trace.SpanKindClient), mcptest.ByHand("tools/call", "read_note"))
			meta := mcptest.Meta{}
			prop.Inject(ctx, meta)
			res, err = ask(ctx, c, &mcp.Meta{AdditionalFields: meta})
			span.End()
		} else {
			res, err = ask(ctx, c, nil)
		}
		if err != nil || res.IsError {
			tb.Error(err, textOf(res))
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

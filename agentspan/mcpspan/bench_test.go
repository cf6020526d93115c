package mcpspan_test

import (
	"context"
	"maps"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/mcpspan"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/secret"
	"github.com/ambit-go/ambit/internal/duel"
	"github.com/ambit-go/ambit/internal/mcptest"
)

// The benchmarks compare a call with 1 KB of arguments and a 4 KB result: bare, with
// a minimal pair of middlewares as one writes by hand for OpenTelemetry, and with
// ours, in which the call is decided, and arguments and result are looked at for
// secrets, at both ends. In "unread" it is decided at both ends, and nobody looks at
// what the call would touch and what it holds: the difference is the looking.

type note struct {
	Note string `json:"note"`
}

func benchServer() *mcp.Server {
	s := mcp.NewServer(&mcp.Implementation{Name: "bench", Version: "1"}, nil)
	mcp.AddTool(s, &mcp.Tool{Name: "read_note"}, func(context.Context, *mcp.CallToolRequest, note) (*mcp.CallToolResult, any, error) {
		return text(mcptest.Large), nil, nil
	})
	return s
}

// byHand is the pair that one writes by hand.
func byHand(s *mcp.Server, c *mcp.Client, tp trace.TracerProvider) {
	tracer, prop := tp.Tracer("byhand"), propagation.TraceContext{}
	c.AddSendingMiddleware(func(next mcp.MethodHandler) mcp.MethodHandler {
		return func(ctx context.Context, method string, req mcp.Request) (mcp.Result, error) {
			p, ok := req.GetParams().(*mcp.CallToolParams)
			if !ok {
				return next(ctx, method, req)
			}
			ctx, span := tracer.Start(ctx, method+" "+p.Name, trace.WithSpanKind(trace.SpanKindClient), mcptest.ByHand(method, p.Name))
			defer span.End()
			meta := maps.Clone(p.Meta)
			prop.Inject(ctx, mcptest.Meta(meta))
			q := *p
			q.Meta = meta
			return next(ctx, method, &mcp.ClientRequest[mcp.Params]{Session: req.GetSession().(*mcp.ClientSession), Params: &q})
		}
	})
	s.AddReceivingMiddleware(func(next mcp.MethodHandler) mcp.MethodHandler {
		return func(ctx context.Context, method string, req mcp.Request) (mcp.Result, error) {
			p, ok := req.GetParams().(*mcp.CallToolParamsRaw)
			if !ok {
				return next(ctx, method, req)
			}
			ctx = prop.Extract(ctx, mcptest.Meta(p.Meta))
			ctx, span := tracer.Start(ctx, method+" "+p.Name, trace.WithSpanKind(trace.SpanKindServer), mcptest.ByHand(method, p.Name))
			defer span.End()
			return next(ctx, method, req)
		}
	})
}

func benchCall(tb testing.TB, way string) func() {
	tb.Helper()
	tp := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(mcptest.Drop{}))
	s, c := benchServer(), newClient(nil)
	ctx := tb.Context()
	switch way {
	case "byhand":
		byHand(s, c, tp)
	case "governed", "unread":
		opts := []agentspan.Option{
			agentspan.WithTracerProvider(tp), agentspan.WithMeterProvider(metricnoop.NewMeterProvider()), agentspan.WithChecker(boundary.Tools("read_*")),
		}
		if way == "unread" {
			opts = append(opts, agentspan.WithDetector(unread{}), agentspan.WithAnalyzer(unread{}))
		}
		tracer, err := agentspan.New(opts...)
		if err != nil {
			tb.Fatal(err)
		}
		tb.Cleanup(func() { _ = tracer.Close(context.Background()) })
		mcpspan.InstrumentServer(s, tracer)
		mcpspan.InstrumentClient(c, tracer, mcpspan.WithName("bench"))
		ctx = agentspan.ContextWithSession(ctx, agentspan.Session{ID: "s-1"})
	}
	cs := inMemory(tb, s, c, mcptest.Current)
	args := note{mcptest.Small}
	return func() {
		if res, err := cs.CallTool(ctx, &mcp.CallToolParams{Name: "read_note", Arguments: args}); err != nil || res.IsError {
			tb.Error(err, textOf(res))
		}
	}
}

// unread looks at nothing.
type unread struct{}

func (unread) Detect(dst []secret.Finding, _ []byte, _ secret.Place) []secret.Finding { return dst }
func (unread) Analyze(dst []effect.Effect, _ effect.Call) []effect.Effect             { return dst }

var ways = []string{"bare", "byhand", "unread", "governed"}

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

// BenchmarkApart compares them as their users meet them, each in a process of its own.
func BenchmarkApart(b *testing.B) {
	duel.Apart(b, ways, func(way string) func() { return benchCall(b, way) })
}

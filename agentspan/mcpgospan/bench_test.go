//go:build unix

package mcpgospan_test

import (
	"context"
	"strings"
	"testing"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/client/transport"
	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/mcpgospan"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/internal/mcptest"
)

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

// benchClient is a client in process of a server with a tool that takes 1 KB and
// gives 4 KB; bare, or with both sides governed and recorded.
func benchClient(b *testing.B, governed bool) *client.Client {
	b.Helper()
	s := server.NewMCPServer("bench", "1")
	s.AddTool(mcp.NewTool("read_note", mcp.WithString("note")), func(context.Context, mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		return mcp.NewToolResultText(large), nil
	})
	var tracer *agentspan.Tracer
	if governed {
		var err error
		tracer, err = agentspan.New(agentspan.WithChecker(boundary.Tools("read_*")), agentspan.WithMeterProvider(metricnoop.NewMeterProvider()),
			agentspan.WithTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(drop{}))))
		if err != nil {
			b.Fatal(err)
		}
		mcpgospan.InstrumentServer(s, tracer, mcpgospan.WithSession(agentspan.Session{ID: "served", Owner: identity.Principal{ID: "ada"}}))
	}
	return connect(b, mcpgospan.Transport(transport.NewInProcessTransport(s), tracer), mcptest.Current)
}

// BenchmarkCall measures a call with 1 KB of arguments and a 4 KB result, bare and
// governed on both sides: decided, recorded, and looked at for secrets.
func BenchmarkCall(b *testing.B) {
	for _, mode := range []string{"bare", "governed"} {
		b.Run("mode="+mode, func(b *testing.B) {
			c := benchClient(b, mode == "governed")
			ctx := agentspan.ContextWithSession(b.Context(), agentspan.Session{ID: "s-1", Owner: identity.Principal{ID: "ada"}})
			args := map[string]any{"note": small}
			b.ReportAllocs()
			for b.Loop() {
				if res := call(b, ctx, c, "read_note", args); res.IsError {
					b.Fatal(textOf(res))
				}
			}
		})
	}
}

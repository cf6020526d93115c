package mcpspan_test

import (
	"context"
	"fmt"
	"log"
	"slices"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/agentspan/mcpspan"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/internal/mcptest"
)

// An MCP server as it was, and one more line.
func ExampleInstrumentServer() {
	tracer, err := agentspan.New(agentspan.WithChecker(boundary.Tools("read_*")))
	if err != nil {
		log.Fatal(err)
	}
	server := mcp.NewServer(&mcp.Implementation{Name: "files", Version: "v1"}, nil)
	mcp.AddTool(server, &mcp.Tool{Name: "read_file"}, readFile)
	mcp.AddTool(server, &mcp.Tool{Name: "delete_file"}, deleteFile)
	mcpspan.InstrumentServer(server, tracer) // this one

	session := connect(server, mcp.NewClient(&mcp.Implementation{Name: "agent", Version: "v1"}, nil))
	for _, tool := range []string{"read_file", "delete_file"} {
		result, err := session.CallTool(context.Background(), &mcp.CallToolParams{Name: tool, Arguments: file{"notes.txt"}})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(result.IsError, result.Content[0].(*mcp.TextContent).Text)
	}
	// Output:
	// false contents of notes.txt
	// true delete_file: denied by policy (rule no_match): this task has no use for the tool
}

// An agent's call, from its session to the server's tool, is one trace.
func ExampleInstrumentClient() {
	rec := agentspantest.NewRecorder()
	tracer, err := agentspan.New(rec.Options()...)
	if err != nil {
		log.Fatal(err)
	}
	server := mcp.NewServer(&mcp.Implementation{Name: "files", Version: "v1"}, nil)
	mcp.AddTool(server, &mcp.Tool{Name: "read_file"}, readFile)
	mcpspan.InstrumentServer(server, tracer)

	client := mcp.NewClient(&mcp.Implementation{Name: "agent", Version: "v1"}, nil)
	mcpspan.InstrumentClient(client, tracer, mcpspan.WithName("files"))

	ada := identity.Principal{Kind: identity.Human, ID: "ada", Assurance: identity.Asserted}
	ctx, run, err := tracer.StartSession(context.Background(), agentspan.Session{ID: "s-1", Agent: "triage", Owner: ada})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := connect(server, client).CallTool(ctx, &mcp.CallToolParams{Name: "read_file", Arguments: file{"notes.txt"}}); err != nil {
		log.Fatal(err)
	}
	run.End(nil)

	var spans []sdktrace.ReadOnlySpan
	for len(spans) < 2 { // the server ends its span after it has answered
		spans = slices.DeleteFunc(rec.Spans(), func(s sdktrace.ReadOnlySpan) bool { return s.Name() != "tools/call read_file" })
		<-time.After(time.Millisecond)
	}
	fmt.Println(spans[0].SpanKind(), mcptest.Attr(spans[0], "ambit.session.id"), mcptest.Attr(spans[0], "ambit.owner.id"))
	fmt.Println(spans[1].SpanKind(), mcptest.Attr(spans[1], "ambit.session.id"), "claimed:", mcptest.Attr(spans[1], "ambit.session.claimed"))
	fmt.Println(spans[1].Parent().SpanID() == spans[0].SpanContext().SpanID())
	// Output:
	// client s-1 ada
	// server s-1 claimed: true
	// true
}

type file struct {
	Path string `json:"path"`
}

func readFile(_ context.Context, _ *mcp.CallToolRequest, f file) (*mcp.CallToolResult, any, error) {
	return text("contents of " + f.Path), nil, nil
}

func deleteFile(_ context.Context, _ *mcp.CallToolRequest, f file) (*mcp.CallToolResult, any, error) {
	return text("deleted " + f.Path), nil, nil
}

func connect(s *mcp.Server, c *mcp.Client) *mcp.ClientSession {
	st, ct := mcp.NewInMemoryTransports()
	if _, err := s.Connect(context.Background(), st, nil); err != nil {
		log.Fatal(err)
	}
	session, err := c.Connect(context.Background(), ct, nil)
	if err != nil {
		log.Fatal(err)
	}
	return session
}

package mcpgospan_test

import (
	"context"
	"fmt"
	"net/http"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/client/transport"
	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/mcpgospan"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/identity"
)

func Example() {
	tracer, err := agentspan.New(agentspan.WithChecker(boundary.Tools("read_*")))
	if err != nil {
		panic(err)
	}
	s := server.NewMCPServer("files", "1")
	s.AddTool(mcp.NewTool("read_file"), func(context.Context, mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		return mcp.NewToolResultText("hello"), nil
	})
	s.AddTool(mcp.NewTool("delete_file"), func(context.Context, mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		return mcp.NewToolResultText("never said"), nil
	})
	mcpgospan.InstrumentServer(s, tracer) // this one

	ctx := context.Background()
	c := client.NewClient(transport.NewInProcessTransport(s))
	if err := c.Start(ctx); err != nil {
		panic(err)
	}
	defer c.Close()
	if _, err := c.Initialize(ctx, mcp.InitializeRequest{}); err != nil {
		panic(err)
	}
	for _, tool := range []string{"read_file", "delete_file"} {
		var req mcp.CallToolRequest
		req.Params.Name = tool
		res, err := c.CallTool(ctx, req)
		if err != nil {
			panic(err)
		}
		fmt.Println(res.IsError, res.Content[0].(mcp.TextContent).Text)
	}
	// Output:
	// false hello
	// true delete_file: denied by policy (rule no_match): this task has no use for the tool
}

// An agent's calls are decided before they are sent.
func ExampleTransport() {
	tracer, err := agentspan.New(agentspan.WithChecker(boundary.Tools("read_*")))
	if err != nil {
		panic(err)
	}
	ctx, session, err := tracer.StartSession(context.Background(), agentspan.Session{Agent: "triage"})
	defer session.End(&err)

	s := server.NewMCPServer("files", "1")
	c := client.NewClient(mcpgospan.Transport(transport.NewInProcessTransport(s), tracer, mcpgospan.WithName("files")))
	if err := c.Start(ctx); err != nil {
		panic(err)
	}
	defer c.Close()
	if _, err := c.Initialize(ctx, mcp.InitializeRequest{}); err != nil {
		panic(err)
	}
	var req mcp.CallToolRequest
	req.Params.Name = "delete_file"
	_, err = c.CallTool(ctx, req)
	fmt.Println(err)
	// Output: transport error: delete_file: denied by policy (rule no_match): this task has no use for the tool
}

// Over HTTP, who calls is what a token proves.
func ExampleRequireToken() {
	tracer, err := agentspan.New(agentspan.WithChecker(boundary.Tools("read_*")))
	if err != nil {
		panic(err)
	}
	s := server.NewMCPServer("files", "1")
	mcpgospan.InstrumentServer(s, tracer)

	var verifier identity.Verifier = people{"t": proofOf("ada", "ide")} // identity/oidc has one for OpenID providers
	mux := http.NewServeMux()
	mux.Handle("/mcp", mcpgospan.RequireToken(verifier, identity.Want{Audience: []string{"https://files.example.com"}}, server.NewStreamableHTTPServer(s)))
}

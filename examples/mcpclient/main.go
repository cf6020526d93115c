// Mcpclient is an agent that uses mcpserver, in a process of its own: over stdio,
// or with -http over HTTP. It prints what became of each call, and the one trace
// that the two processes make. With OTEL_EXPORTER_OTLP_ENDPOINT set the trace goes
// there instead.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/mcpspan"
	"github.com/ambit-go/ambit/agentspan/otlp"
	"github.com/ambit-go/ambit/identity"
)

func main() {
	http := flag.Bool("http", false, "over HTTP, with a bearer token")
	flag.Parse()
	if err := run(context.Background(), os.Stdout, *http, os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT")); err != nil {
		log.Fatal(err)
	}
}

// run is the whole program; endpoint is where traces go, "" to print the trace.
func run(ctx context.Context, w io.Writer, http bool, endpoint string) (err error) {
	world, err := open(ctx, endpoint)
	if err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, world.close(w)) }()
	exporter, err := otlp.Setup(ctx, otlp.WithEndpoint(world.endpoint), otlp.WithService("mcpclient", ""))
	if err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, exporter.Shutdown(ctx)) }()
	tracer, err := agentspan.New(agentspan.WithTracerProvider(exporter.TracerProvider()))
	if err != nil {
		return err
	}
	defer tracer.Close(ctx)

	client := mcp.NewClient(&mcp.Implementation{Name: "scribe", Version: "v1"}, &mcp.ClientOptions{ElicitationHandler: ada(w)})
	options := []mcpspan.Option{mcpspan.WithName("files")}
	if !http {
		options = append(options, mcpspan.WithPipe())
	}
	mcpspan.InstrumentClient(client, tracer, options...)

	ctx, session, err := tracer.StartSession(ctx, agentspan.Session{
		ID: "s-1", Agent: "scribe",
		Owner: identity.Principal{Kind: identity.Human, ID: "ada", Assurance: identity.Asserted},
		Actor: identity.Principal{Kind: identity.Agent, ID: "agent:scribe", Assurance: identity.Asserted},
	})
	if err != nil {
		return err
	}
	defer session.End(&err)
	ctx, turn := tracer.StartTurn(ctx, agentspan.Turn{Prompt: "Write a summary that quotes the standard."})
	defer turn.End(&err)
	server, err := world.connect(ctx, client, http)
	if err != nil {
		return err
	}
	for _, c := range calls() { // as a model would ask for them
		result, err := server.CallTool(ctx, &mcp.CallToolParams{Name: c.tool, Arguments: c.arguments})
		fmt.Fprintf(w, "%-32s %s\n", c.says, outcome(result, err))
	}
	return server.Close()
}

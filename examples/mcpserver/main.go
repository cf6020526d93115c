// Mcpserver serves the files below a folder, and pages of the web, to agents. What
// its callers may do is in task.yaml. Over stdio it works for whoever started it,
// over HTTP for those who bring a bearer token of its issuer's.
package main

import (
	"cmp"
	"context"
	_ "embed"
	"flag"
	"log"
	"net/http"
	"os"
	"os/signal"

	"github.com/modelcontextprotocol/go-sdk/auth"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/mcpspan"
	"github.com/ambit-go/ambit/agentspan/otlp"
	"github.com/ambit-go/ambit/boundary/policy"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/identity/oidc"
)

//go:embed task.yaml
var task []byte

func main() {
	folder := flag.String("folder", ".", "the folder to serve")
	address := flag.String("http", "", "the address to serve HTTP at")
	issuer := flag.String("issuer", "", "over HTTP, whose bearer tokens count; its keys are at /keys")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *folder, *address, *issuer); err != nil {
		log.Fatal(err)
	}
}

// run serves until ctx ends, or the client goes. Spans go to OTEL_EXPORTER_OTLP_ENDPOINT.
func run(ctx context.Context, folder, address, issuer string) (err error) {
	scope, err := policy.Parse("task.yaml", task, policy.Options{})
	if err != nil {
		return err
	}
	exporter, err := otlp.Setup(ctx, otlp.WithService("mcpserver", ""))
	if err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, exporter.Shutdown(context.WithoutCancel(ctx))) }()
	tracer, err := agentspan.New(agentspan.WithTracerProvider(exporter.TracerProvider()), agentspan.WithChecker(scope))
	if err != nil {
		return err
	}
	defer tracer.Close(context.WithoutCancel(ctx))
	server, dir, err := files(folder)
	if err != nil {
		return err
	}
	session := agentspan.Session{Dir: dir, Task: agentspan.Task{ID: "SUM-1"}}
	if address == "" {
		session.Owner = identity.Principal{Kind: identity.Human, ID: os.Getenv("USER"), Assurance: identity.Asserted}
		mcpspan.InstrumentServer(server, tracer, mcpspan.WithSession(session), mcpspan.WithPipe())
		return server.Run(ctx, &mcp.StdioTransport{})
	}
	mcpspan.InstrumentServer(server, tracer, mcpspan.WithSession(session))
	keys, err := oidc.New(oidc.Options{Issuer: issuer, JWKS: issuer + "/keys"})
	if err != nil {
		return err
	}
	verify := mcpspan.TokenVerifier(keys, identity.Want{Audience: []string{"https://files.example.com/mcp"}})
	handler := mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return server }, &mcp.StreamableHTTPOptions{Stateless: true})
	return serve(ctx, address, auth.RequireBearerToken(verify, nil)(handler))
}

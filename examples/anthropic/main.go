// Anthropic governs the tool runner of anthropic-sdk-go, which makes spans of its
// own: one for the loop, one for each request, one for each tool. None of them is
// doubled. Each tool is wrapped, so that its call is decided before it runs and the
// decision is on the SDK's span for it; the span processor writes session, owner
// and task onto all of them. With -stream the model's answers come in pieces, which
// changes nothing of that. A stand-in for the Messages API answers on this machine, so
// that nothing leaves it.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/anthropics/anthropic-sdk-go"
	"github.com/anthropics/anthropic-sdk-go/option"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/agentspan/pipeline"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/identity"
)

func main() {
	stream := flag.Bool("stream", false, "read the model's answers as they come")
	flag.Parse()
	if err := run(context.Background(), os.Stdout, *stream); err != nil {
		fmt.Fprintln(os.Stderr, "anthropic:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, w io.Writer, stream bool) (err error) {
	api := startMessagesAPI()
	defer api.Close()
	rec := agentspantest.NewRecorder(sdktrace.WithSpanProcessor(pipeline.NewProcessor()))
	tracer, err := agentspan.New(append(rec.Options(), agentspan.WithChecker(boundary.Tools("read_*")))...)
	if err != nil {
		return err
	}
	defer tracer.Close(ctx)
	client := anthropic.NewClient(option.WithBaseURL(api.URL), option.WithAPIKey("none"), option.WithTracerProvider(rec.TracerProvider()))

	ctx, session, err := tracer.StartSession(ctx, agentspan.Session{
		Agent: "triage", Owner: identity.Principal{Kind: identity.Human, ID: "ada@example.com"}, Task: agentspan.Task{ID: "PAY-7"},
	})
	if err != nil {
		return err
	}
	answer, err := converse(ctx, &client, governed(tracer, tools()...), stream)
	session.End(&err)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%s\n\n", answer.Content[0].Text)
	return agentspantest.Tree(w, rec.Spans())
}

// Command spans prints the name and the call of each span that a state folder's sessions
// make: what an exporter of this version would send.
package main

import (
	"context"
	"fmt"
	"os"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/hookspan"
	"github.com/ambit-go/ambit/agentspan/hookspan/journal"
)

func main() {
	if err := run(context.Background(), os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, state string) error {
	dir, err := journal.Open(state)
	if err != nil {
		return err
	}
	files, err := dir.Files()
	if err != nil {
		return err
	}
	for _, f := range files {
		records, unread, err := dir.Records(f.Name)
		if err != nil {
			return err
		}
		if unread != (journal.Unread{}) {
			return fmt.Errorf("%s: %+v", f.Name, unread)
		}
		spans := tracetest.NewSpanRecorder()
		provider := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans))
		if err := hookspan.Emit(ctx, records, hookspan.EmitOptions{Tracer: []agentspan.Option{agentspan.WithTracerProvider(provider)}}); err != nil {
			return err
		}
		for _, s := range spans.Ended() {
			set := attribute.NewSet(s.Attributes()...)
			id, _ := set.Value("gen_ai.tool.call.id")
			fmt.Println(s.Name(), id.AsString())
		}
	}
	return nil
}

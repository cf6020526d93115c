// Delegation is a person who hands a task to an agent, which hands part of it to a
// second. They call three services of a shop with three kinds of credential, and one
// of the calls is refused, because the second agent is suddenly somebody else. The
// governed trace tells all of it, and the services' own logs name the same
// credentials. With OTEL_EXPORTER_OTLP_ENDPOINT set the trace goes there as well.
package main

import (
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"io"
	"os"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/agentspan/otlp"
	"github.com/ambit-go/ambit/agentspan/pipeline"
	"github.com/ambit-go/ambit/boundary/policy"
	"github.com/ambit-go/ambit/semconv"
)

//go:embed task.yaml
var task []byte

func main() {
	if err := run(context.Background(), os.Stdout, os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT")); err != nil {
		fmt.Fprintln(os.Stderr, "delegation:", err)
		os.Exit(1)
	}
}

// run is the whole program; endpoint is where traces go, "" for nowhere else.
func run(ctx context.Context, w io.Writer, endpoint string) (err error) {
	scope, err := policy.Parse("task.yaml", task, policy.Options{})
	if err != nil {
		return err
	}
	// The processor says on the spans that otelhttp makes who acts, and for whom.
	rec := agentspantest.NewRecorder(sdktrace.WithSpanProcessor(pipeline.NewProcessor()))
	provider := rec.TracerProvider()
	if endpoint != "" {
		exporter, setup := otlp.Setup(ctx, otlp.WithEndpoint(endpoint), otlp.WithService("delegation", ""), otlp.WithSpanProcessor(rec.Processor()))
		if setup != nil {
			return setup
		}
		defer func() { err = cmp.Or(err, exporter.Shutdown(ctx)) }()
		provider = exporter.TracerProvider()
	}
	tracer, err := agentspan.New(agentspan.WithTracerProvider(provider), agentspan.WithChecker(scope))
	if err != nil {
		return err
	}
	defer tracer.Close(ctx)

	shop, err := open(ctx)
	if err != nil {
		return err
	}
	defer shop.close()
	if err := ada(ctx, w, tracer, shop); err != nil {
		return err
	}
	fmt.Fprintf(w, "\nwhat the services logged\n%s\nthe trace\n", shop.log())
	form := agentspantest.Form{
		Hide: []string{"task", "grant", "crossing"},
		Keys: []attribute.Key{
			semconv.AmbitDelegationDepthKey, semconv.AmbitCredentialHandleKey,
			semconv.AmbitSessionCredentialCountKey, semconv.AmbitSessionSwitchCountKey,
		},
	}
	return form.Write(w, rec.Spans())
}

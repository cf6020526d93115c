package otlp_test

import (
	"context"
	"fmt"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/otlp"
	"github.com/ambit-go/ambit/agentspan/pipeline"
	"github.com/ambit-go/ambit/boundary"
)

// A refused call and the summary of its session are sent though nothing else is
// sampled. Here nobody listens at the endpoint, and Shutdown says so.
func Example() {
	ctx := context.Background()
	p, err := otlp.Setup(ctx,
		otlp.WithEndpoint("http://127.0.0.1:1"),
		otlp.WithService("triage", "1.2.0"),
		otlp.WithSampler(sdktrace.NeverSample()),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	tracer, err := agentspan.New(agentspan.WithTracerProvider(p.TracerProvider()), agentspan.WithChecker(boundary.Tools("read_*")))
	if err != nil {
		fmt.Println(err)
		return
	}
	sctx, session, err := tracer.StartSession(ctx, agentspan.Session{ID: "s-1", Agent: "triage"})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = agentspan.Do(sctx, tracer, agentspan.ToolCall{Name: "delete_file"}, func(context.Context) (string, error) { return "gone", nil })
	fmt.Println(err != nil)
	session.End(nil)

	end, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
	defer cancel()
	err = p.Shutdown(end)
	s := p.Stats()
	fmt.Println(err != nil, s.Ended, s.Sent, s.Dropped, s.Causes)
	// Output:
	// true
	// true 2 0 2 map[shutdown:2]
}

// What others instrument lands in the same traces once the provider is the global
// one.
func ExampleProvider_TracerProvider() {
	p, err := otlp.Setup(context.Background(), otlp.WithEndpoint("http://127.0.0.1:4317"))
	if err != nil {
		fmt.Println(err)
		return
	}
	otel.SetTracerProvider(p.TracerProvider())
	otel.SetTextMapPropagator(propagation.TraceContext{})
	fmt.Println(p.Shutdown(context.Background()))
	// Output: <nil>
}

// Processes that share a key meet in one trace.
func ExampleWithIDs() {
	ids, err := pipeline.DeterministicIDs([]byte("the key of this deployment"))
	if err != nil {
		fmt.Println(err)
		return
	}
	p, err := otlp.Setup(context.Background(), otlp.WithEndpoint("http://127.0.0.1:4317"), otlp.WithIDs(ids))
	if err != nil {
		fmt.Println(err)
		return
	}
	tracer, err := agentspan.New(agentspan.WithTracerProvider(p.TracerProvider()), agentspan.WithSpanIDs(ids))
	fmt.Println(tracer != nil, err)
	fmt.Println(p.Shutdown(context.Background()))
	// Output:
	// true <nil>
	// <nil>
}

// An endpoint that cannot work is an error at the start.
func ExampleWithEndpoint() {
	_, err := otlp.Setup(context.Background(), otlp.WithEndpoint("localhost:4317"))
	fmt.Println(err)
	// Output: otlp: the endpoint is no URL with a scheme and a host, such as http://127.0.0.1:4317
}

package pipeline_test

import (
	"context"
	"fmt"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/agentspan/pipeline"
	"github.com/ambit-go/ambit/boundary"
)

// A sampler that takes nothing takes refusals all the same, and the summary of each
// session.
func ExampleKeepRefusals() {
	rec := agentspantest.NewRecorder(sdktrace.WithSampler(pipeline.KeepRefusals(sdktrace.NeverSample())))
	tracer, err := agentspan.New(append(rec.Options(), agentspan.WithChecker(boundary.Tools("read_*")))...)
	if err != nil {
		panic(err)
	}
	ctx, session, err := tracer.StartSession(context.Background(), agentspan.Session{Agent: "triage"})
	if err != nil {
		panic(err)
	}
	for _, name := range []string{"read_file", "delete_file"} {
		_, span, err := tracer.StartToolCall(ctx, agentspan.ToolCall{Name: name})
		span.End(&err)
	}
	session.End(nil)
	for _, s := range rec.Spans() {
		fmt.Println(s.Name())
	}
	// Output:
	// session triage
	// refuse_tool delete_file
}

// Spans of others that begin in a session say whose it is.
func ExampleNewProcessor() {
	rec := agentspantest.NewRecorder(sdktrace.WithSpanProcessor(pipeline.NewProcessor()))
	tracer, err := agentspan.New(rec.Options()...)
	if err != nil {
		panic(err)
	}
	ctx, session, err := tracer.StartSession(context.Background(), agentspan.Session{Agent: "triage", Owner: ada})
	if err != nil {
		panic(err)
	}
	_, span := rec.TracerProvider().Tracer("otelsql").Start(ctx, "SELECT orders")
	span.End()
	session.End(nil)
	fmt.Print(agentspantest.String(rec.Spans()))
	// Output:
	// session triage owner=ada
	// SELECT orders owner=ada
}

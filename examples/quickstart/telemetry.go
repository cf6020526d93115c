package main

import (
	"context"
	"errors"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/agentspan/otlp"
	"github.com/ambit-go/ambit/examples/internal/signals"
)

// telemetry returns the options of a tracer that records with rec and sends to
// endpoint, if that is not empty, and what sends the rest at the end: its error
// says how many spans did not arrive.
func telemetry(ctx context.Context, rec *agentspantest.Recorder, endpoint string) ([]agentspan.Option, func(context.Context) error, error) {
	if endpoint == "" {
		return rec.Options(), func(context.Context) error { return nil }, nil
	}
	spans, err := otlp.Setup(ctx, otlp.WithEndpoint(endpoint), otlp.WithService("quickstart", ""), otlp.WithSpanProcessor(rec.Processor()))
	if err != nil {
		return nil, nil, err
	}
	options, stop, err := signals.Start(ctx, endpoint, "quickstart")
	if err != nil {
		return nil, nil, errors.Join(err, spans.Shutdown(ctx))
	}
	finish := func(ctx context.Context) error { return errors.Join(spans.Shutdown(ctx), stop(ctx)) }
	return append(options, agentspan.WithTracerProvider(spans.TracerProvider())), finish, nil
}

// Package pipeline holds the parts of the OpenTelemetry SDK's pipeline that know
// about governed spans. Programs that set up their own provider add them to it:
//
//	ids, err := pipeline.DeterministicIDs(key) // the same in every process
//	provider := sdktrace.NewTracerProvider(
//		sdktrace.WithSampler(pipeline.KeepRefusals(sdktrace.TraceIDRatioBased(0.1))),
//		sdktrace.WithSpanProcessor(pipeline.NewProcessor()),
//		sdktrace.WithIDGenerator(ids),
//		sdktrace.WithBatcher(exporter),
//	)
//	tracer, err := agentspan.New(agentspan.WithTracerProvider(provider), agentspan.WithSpanIDs(ids))
//
// [NewProcessor] writes session, owner, identity, task and policy onto every
// span begun under a session, those of otelhttp, otelgrpc and database
// instrumentations included, so that a search by owner finds what a tool did.
// [KeepRefusals] samples what must not be lost, which is what [Vital] says.
// [DeterministicIDs] lets processes that share nothing but a key write into one trace.
//
// Programs without a provider of their own need none of this: the module
// github.com/ambit-go/ambit/agentspan/otlp sets all of it up.
package pipeline

// Package otlp is for programs that have no OpenTelemetry set up: it makes a
// provider whose spans go to Jaeger, Tempo, an OpenTelemetry Collector or anything
// else that takes OTLP over gRPC.
//
//	p, err := otlp.Setup(ctx, otlp.WithEndpoint("http://127.0.0.1:4317"), otlp.WithService("triage", "1.2.0"))
//	if err != nil {
//		return err
//	}
//	defer func() {
//		if err := p.Shutdown(context.Background()); err != nil {
//			log.Print(err) // how many spans did not arrive, and why
//		}
//	}()
//	tracer, err := agentspan.New(agentspan.WithTracerProvider(p.TracerProvider()), agentspan.WithChecker(policy))
//	if err != nil {
//		return err
//	}
//	defer tracer.Close(ctx) // before Shutdown: it writes the summaries of open sessions
//
// A program that has a provider needs package pipeline and nothing of this.
// Nothing global is touched: for otelhttp, otelgrpc and others to write into the
// same traces, hand the provider and a propagator on.
//
//	otel.SetTracerProvider(p.TracerProvider())
//	otel.SetTextMapPropagator(propagation.TraceContext{})
//
// # The collector is away, slow or hostile
//
// Ending a span costs the agent a lock and an append, whatever the collector does.
// What waits is bounded: 8,192 spans and about 32 MiB. An eighth of that is for
// refused calls, crossings and summaries of sessions alone, so that no flood of
// other calls can push them out.
//
// A request that fails is tried again for two minutes where that may help, which
// outlasts the restart of a collector, and then given up for those behind it.
// Requests stay below 3.5 MiB, since collectors refuse one above 4 MiB with every
// span in it; a span that is larger by itself loses its longest values instead. A
// string that is not UTF-8 is repaired, since it too would cost a whole request.
// Where only the answer of a collector got lost, its spans arrive twice; backends
// keep one of each id.
//
// # What did not arrive
//
// Every span that was sampled and ended is sent, waits, or was dropped for a reason
// that has a name: [Provider.Stats] says how many of each, ambit.export.dropped
// counts the last, OpenTelemetry's error handler hears of them once a minute at
// most, and the error of [Provider.Shutdown] sums up the run. Causes are
// queue_full, shutdown, too_large, rejected (the collector took the request and not
// the span), panic, or the code that gRPC gave (UNAVAILABLE).
//
// # Settings
//
// The environment is read as OpenTelemetry specifies it, and options win:
// OTEL_EXPORTER_OTLP_ENDPOINT, _HEADERS, _TIMEOUT (of one attempt), _COMPRESSION,
// _CERTIFICATE, _CLIENT_CERTIFICATE, _CLIENT_KEY and _INSECURE, each also with
// TRACES_ before its last word; OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES;
// OTEL_TRACES_SAMPLER and its _ARG, behind which refusals are kept all the same;
// the OTEL_SPAN_ limits; OTEL_TRACES_EXPORTER=none; OTEL_SDK_DISABLED. Of the batch
// processor, OTEL_BSP_MAX_QUEUE_SIZE is 8,192 where nobody says otherwise,
// OTEL_BSP_MAX_EXPORT_BATCH_SIZE 512, OTEL_BSP_SCHEDULE_DELAY 5,000, and
// OTEL_BSP_EXPORT_TIMEOUT, the time for one request with all of its attempts,
// 120,000.
//
// Without an endpoint spans go to https://localhost:4317. Plain text takes a URL
// that says so: http://127.0.0.1:4317. The scheme decides, whatever certificates or
// OTEL_EXPORTER_OTLP_INSECURE say, and a path is ignored: gRPC has none.
//
// # Tempo
//
// Tempo cuts values at 2,048 bytes and refuses traces above 5 MB, and tells the
// sender of neither. No value that Ambit writes is longer. A trace grows by about
// 850 bytes a call, so sessions of more than some 5,000 calls do not fit into one
// trace of a turn, or of a session with agentspan.WithSessionTrace.
package otlp

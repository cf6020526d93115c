package otlp

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/pipeline"
	"github.com/ambit-go/ambit/semconv"
)

// scopeName is the instrumentation scope of the metric made here.
const scopeName = "github.com/ambit-go/ambit/agentspan/otlp"

// A Provider makes spans and sends them to a collector. It is safe for concurrent
// use. A nil Provider, and one that the environment disabled, makes spans that
// record nothing.
type Provider struct {
	sdk    *sdktrace.TracerProvider
	queue  *queue // nil if nothing is exported
	guests bool   // processors of the caller's stand beside the queue
}

// Setup makes a provider that exports by OTLP over gRPC. It neither waits for the
// collector nor needs it to be there. A setting that cannot work is an error: a nil
// plug-in, an endpoint that is none, a protocol that is not spoken here. Beside an
// error Setup returns a nil Provider, which records nothing.
func Setup(ctx context.Context, opts ...Option) (*Provider, error) {
	c := config{size: maxSize}
	for _, o := range opts {
		if c.need(o != nil, "option") {
			o.apply(&c)
		}
	}
	off := disabled()
	if !off && !unexported() {
		c.settle()
	}
	switch err := errors.Join(c.errs...); {
	case err != nil:
		return nil, err
	case off:
		return &Provider{}, nil
	}
	return c.provider(ctx, otlptracegrpc.NewClient(c.client()...))
}

// provider makes a provider whose spans go out by client.
func (c *config) provider(ctx context.Context, client otlptrace.Client) (*Provider, error) {
	if c.sampler == nil {
		c.sampler = sampler()
	}
	sdk := []sdktrace.TracerProviderOption{
		sdktrace.WithResource(c.resource(ctx)),
		sdktrace.WithSampler(pipeline.KeepRefusals(c.sampler)),
		sdktrace.WithSpanProcessor(pipeline.NewProcessor()),
	}
	for _, p := range c.processors {
		sdk = append(sdk, sdktrace.WithSpanProcessor(p))
	}
	if c.ids != nil {
		sdk = append(sdk, sdktrace.WithIDGenerator(c.ids))
	}
	p := &Provider{guests: len(c.processors) > 0}
	if !unexported() {
		q, err := c.export(ctx, client)
		if err != nil {
			return nil, err
		}
		p.queue = q
		sdk = append(sdk, sdktrace.WithSpanProcessor(q))
	}
	p.sdk = sdktrace.NewTracerProvider(sdk...)
	return p, nil
}

// export starts a queue whose spans go out by client.
func (c *config) export(ctx context.Context, client otlptrace.Client) (*queue, error) {
	meters := c.meters
	if meters == nil {
		meters = otel.GetMeterProvider()
	}
	// An instrument that cannot be made is one that does nothing: the API promises
	// a usable one beside the error, and a metric must not stop a program.
	counter, _ := semconv.NewAmbitExportDropped(meters.Meter(scopeName,
		metric.WithSchemaURL(semconv.SchemaURL), metric.WithInstrumentationVersion(agentspan.Version)))
	lim := envLimits()
	l := newLedger(c.target, counter)
	exporter, err := otlptrace.New(ctx, &uploader{Client: client, ledger: l, size: c.size, patience: lim.patience})
	if err != nil {
		return nil, fmt.Errorf("otlp: %w", err)
	}
	return newQueue(l, lim, exporter), nil
}

// resource says which program this is. The environment can say more, and options
// win. Our schema is that of our spans and not of these attributes, so its URL is
// not on the resource.
func (c *config) resource(ctx context.Context) *resource.Resource {
	r, err := resource.New(ctx,
		resource.WithAttributes(unnamed()), resource.WithTelemetrySDK(), resource.WithFromEnv(), resource.WithAttributes(c.service...))
	if err != nil {
		otel.Handle(fmt.Errorf("otlp: resource: %w", err)) // r has the rest
	}
	return r
}

// client returns what the exporter's own options say. It reads the environment for
// what is not said here.
func (c *config) client() []otlptracegrpc.Option {
	opts := []otlptracegrpc.Option{
		otlptracegrpc.WithRetry(otlptracegrpc.RetryConfig{}), // the uploader tries again, and knows when not to
		otlptracegrpc.WithMaxRequestSize(0),                  // the uploader keeps to less
		otlptracegrpc.WithDialOption(
			grpc.WithChainUnaryInterceptor(listen),
			// gRPC's own pause between connections grows to two minutes, in which a
			// collector that is back is not noticed.
			grpc.WithConnectParams(grpc.ConnectParams{
				Backoff:           backoff.Config{BaseDelay: firstPause, Multiplier: 1.6, Jitter: 0.2, MaxDelay: maxPause},
				MinConnectTimeout: 5 * time.Second,
			}),
		),
	}
	if c.endpoint != nil {
		opts = append(opts, otlptracegrpc.WithEndpointURL(c.endpoint.String()))
		if c.endpoint.Scheme == "http" {
			// Said twice: a certificate in the environment would win over the scheme.
			opts = append(opts, otlptracegrpc.WithTLSCredentials(insecure.NewCredentials()))
		}
	}
	if c.tls != nil {
		opts = append(opts, otlptracegrpc.WithTLSCredentials(credentials.NewTLS(c.tls)))
	}
	if c.headers != nil {
		opts = append(opts, otlptracegrpc.WithHeaders(c.headers))
	}
	return opts
}

// TracerProvider returns what to make spans with: give it to
// agentspan.WithTracerProvider, and to otel.SetTracerProvider so that otelhttp,
// otelgrpc and others write into the same traces.
func (p *Provider) TracerProvider() trace.TracerProvider {
	if p == nil || p.sdk == nil {
		return noop.NewTracerProvider()
	}
	return p.sdk
}

// SpanProcessor returns what takes spans that have ended and sends them, for spans that
// a provider of the program's own makes: one that filters or keeps them before. It is
// nil where nothing is exported (OTEL_SDK_DISABLED, OTEL_TRACES_EXPORTER=none).
func (p *Provider) SpanProcessor() sdktrace.SpanProcessor {
	if p == nil || p.queue == nil {
		return nil
	}
	return p.queue
}

// Stats says what became of the spans so far.
func (p *Provider) Stats() Stats {
	if p == nil || p.queue == nil {
		return Stats{}
	}
	return p.queue.stats()
}

// ForceFlush sends what waits, for as long as ctx lives, or 5 s if it has no
// deadline. Its error says that spans were lost since it was called, or that some
// still wait; they are then tried further.
func (p *Provider) ForceFlush(ctx context.Context) error {
	if p == nil || p.sdk == nil {
		return nil
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	return p.sdk.ForceFlush(ctx)
}

// Shutdown sends what waits, for as long as ctx lives, or 5 s if it has no
// deadline, and stops. Its error says how many spans of the whole run did not
// arrive, and why. A context that has ended already, such as the one that a signal
// cancelled, leaves no time: give Shutdown another one. Spans that end afterwards
// are not sent. Call it after agentspan's Tracer.Close, which writes summaries.
func (p *Provider) Shutdown(ctx context.Context) error {
	if p == nil || p.sdk == nil {
		return nil
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	var err error
	if p.queue != nil {
		err = p.queue.Shutdown(ctx) // first: the SDK asks no processor once ctx has ended
	}
	other := p.sdk.Shutdown(ctx)
	if ctx.Err() != nil && (err != nil || !p.guests) {
		return err // what is lost is in it, and nobody else was there to be asked
	}
	return errors.Join(err, other)
}

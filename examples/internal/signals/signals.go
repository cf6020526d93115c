// Package signals sends what is not a span: metrics, and events as log records.
// It is for examples, whose traces go to backends that may take nothing else, so
// each has to be asked for in OpenTelemetry's own variables:
// OTEL_METRICS_EXPORTER=otlp and OTEL_LOGS_EXPORTER=otlp.
package signals

import (
	"context"
	"errors"
	"os"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploggrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/otellog"
)

// Start returns the options of a tracer whose metrics and events go to endpoint,
// as far as the environment asks for them, and what sends the rest at the end.
func Start(ctx context.Context, endpoint, service string) (options []agentspan.Option, stop func(context.Context) error, err error) {
	var stops []func(context.Context) error
	stop = func(ctx context.Context) (err error) {
		for _, s := range stops {
			err = errors.Join(err, s(ctx))
		}
		return err
	}
	about := resource.NewSchemaless(attribute.String("service.name", service))
	if asked("OTEL_METRICS_EXPORTER") {
		e, err := otlpmetricgrpc.New(ctx, otlpmetricgrpc.WithEndpointURL(endpoint))
		if err != nil {
			return nil, nil, err
		}
		p := sdkmetric.NewMeterProvider(sdkmetric.WithResource(about), sdkmetric.WithReader(sdkmetric.NewPeriodicReader(e)))
		options, stops = append(options, agentspan.WithMeterProvider(p)), append(stops, p.Shutdown)
	}
	if asked("OTEL_LOGS_EXPORTER") {
		e, err := otlploggrpc.New(ctx, otlploggrpc.WithEndpointURL(endpoint))
		if err != nil {
			return nil, nil, errors.Join(err, stop(ctx))
		}
		p := sdklog.NewLoggerProvider(sdklog.WithResource(about), sdklog.WithProcessor(sdklog.NewBatchProcessor(e)))
		options, stops = append(options, agentspan.WithEventHandler(otellog.Handler(p))), append(stops, p.Shutdown)
	}
	return options, stop, nil
}

func asked(variable string) bool { return os.Getenv(variable) == "otlp" }

package otlp

// This file reads what the SDK and the exporter leave to the program: the sampler,
// which stands behind one of ours, the batch processor's variables, since the queue
// is ours, and the variables that neither of them honours (OpenTelemetry
// specification v1.50, "Environment Variables"). All others are read by the
// exporter and the SDK themselves.

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// Keys of the resource. They are stable, and the same in every version of the
// conventions.
const (
	serviceName    = attribute.Key("service.name")
	serviceVersion = attribute.Key("service.version")
)

// env returns an environment variable without the space around it: an empty one
// counts as not set.
func env(name string) string { return strings.TrimSpace(os.Getenv(name)) }

// envOf returns the variable of the traces alone, or the one of all signals, and
// the name it was found under.
func envOf(name string) (key, value string) {
	for _, key := range []string{"OTEL_EXPORTER_OTLP_TRACES_" + name, "OTEL_EXPORTER_OTLP_" + name} {
		if v := env(key); v != "" {
			return key, v
		}
	}
	return "", ""
}

// disabled reports whether the environment switches the whole SDK off.
func disabled() bool { return strings.EqualFold(env("OTEL_SDK_DISABLED"), "true") }

// unexported reports whether the environment wants no spans exported.
func unexported() bool { return strings.EqualFold(env("OTEL_TRACES_EXPORTER"), "none") }

// defaultTarget is where the exporter sends to if nobody says otherwise.
const defaultTarget = "localhost:4317"

// settle says where spans go. Settings under which the exporter would send
// nowhere, or to somebody who speaks something else, are errors here, since it says
// so at debug level only. It takes the path of an endpoint for a part of the host's
// name, and a certificate beside http:// for a wish for TLS, so it is told what the
// endpoint is.
func (c *config) settle() {
	c.target = defaultTarget
	if c.endpoint == nil {
		c.endpoint = c.endpointOfEnv()
	}
	if c.endpoint == nil {
		return
	}
	c.target = c.endpoint.Host
	if c.tls != nil && c.endpoint.Scheme == "http" {
		c.errs = append(c.errs, fmt.Errorf("otlp: WithTLS and an endpoint in plain text; write https://%s", c.endpoint.Host))
	}
}

// endpointOfEnv returns the endpoint of the environment; nil if it has none.
func (c *config) endpointOfEnv() *url.URL {
	if key, protocol := envOf("PROTOCOL"); protocol != "" && protocol != "grpc" {
		c.errs = append(c.errs, fmt.Errorf("otlp: %s asks for %q, and this package speaks grpc: change it, or set the endpoint by WithEndpoint", key, protocol))
	}
	key, endpoint := envOf("ENDPOINT")
	if endpoint == "" {
		return nil
	}
	u, err := parseEndpoint(endpoint)
	if err != nil {
		c.errs = append(c.errs, fmt.Errorf("otlp: %s %w", key, err))
	}
	return u
}

// sampler returns what OTEL_TRACES_SAMPLER asks for, to stand behind ours; nil if
// it says nothing, or nothing that is known. The SDK reads it too, to no effect
// but that it reports what it cannot read.
func sampler() sdktrace.Sampler {
	switch strings.ToLower(env("OTEL_TRACES_SAMPLER")) {
	case "":
		return nil
	case "always_on":
		return sdktrace.AlwaysSample()
	case "always_off":
		return sdktrace.NeverSample()
	case "traceidratio":
		return ratio()
	case "parentbased_always_on":
		return sdktrace.ParentBased(sdktrace.AlwaysSample())
	case "parentbased_always_off":
		return sdktrace.ParentBased(sdktrace.NeverSample())
	case "parentbased_traceidratio":
		return sdktrace.ParentBased(ratio())
	default:
		return nil
	}
}

// ratio returns the sampler for OTEL_TRACES_SAMPLER_ARG. It keeps every span if
// that is no number from 0 to 1, as the SDK does.
func ratio() sdktrace.Sampler {
	r, err := strconv.ParseFloat(env("OTEL_TRACES_SAMPLER_ARG"), 64)
	if err != nil || !(r >= 0 && r <= 1) {
		r = 1
	}
	return sdktrace.TraceIDRatioBased(r)
}

// limits are the variables of the batch processor.
type limits struct {
	queue, batch int           // spans
	delay        time.Duration // between exports of what waits
	patience     time.Duration // with one request, however often it is tried
}

// The defaults. Queue and patience are more than the specification's 2,048 spans
// and 30 s: a fan-out of 3,000 calls within some ten milliseconds lost a tenth of
// its spans to a queue of 2,048, and a collector takes a minute to be replaced.
const (
	defaultQueue    = 8192
	defaultBatch    = 512
	defaultDelay    = 5 * time.Second
	defaultPatience = 2 * time.Minute
)

func envLimits() limits {
	ms := func(name string, d time.Duration) time.Duration {
		return time.Duration(number(name, int(d.Milliseconds()))) * time.Millisecond
	}
	l := limits{
		queue:    number("OTEL_BSP_MAX_QUEUE_SIZE", defaultQueue),
		batch:    number("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", defaultBatch),
		delay:    ms("OTEL_BSP_SCHEDULE_DELAY", defaultDelay),
		patience: ms("OTEL_BSP_EXPORT_TIMEOUT", defaultPatience),
	}
	l.batch = min(l.batch, l.queue)
	return l
}

// number returns a variable that must be a positive number, or instead otherwise.
func number(name string, instead int) int {
	v := env(name)
	if v == "" {
		return instead
	}
	n, err := strconv.ParseInt(v, 10, 32) // milliseconds of 24 days, and far more spans than fit
	if err != nil || n <= 0 {
		otel.Handle(fmt.Errorf("otlp: %s is no positive number: %d is used", name, instead))
		return instead
	}
	return int(n)
}

// unnamed is the name of a service that nobody named, as the conventions want it.
func unnamed() attribute.KeyValue {
	if len(os.Args) > 0 && os.Args[0] != "" {
		return serviceName.String("unknown_service:" + filepath.Base(os.Args[0]))
	}
	return serviceName.String("unknown_service:go")
}

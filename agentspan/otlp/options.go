package otlp

import (
	"crypto/tls"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/ambit-go/ambit/agentspan/pipeline"
)

// An Option configures [Setup]. What an option says wins over the environment.
type Option interface{ apply(*config) }

type optionFunc func(*config)

func (f optionFunc) apply(c *config) { f(c) }

type config struct {
	target     string // host and port, for messages
	endpoint   *url.URL
	headers    map[string]string
	tls        *tls.Config
	service    []attribute.KeyValue
	sampler    sdktrace.Sampler
	ids        *pipeline.IDs
	meters     metric.MeterProvider
	processors []sdktrace.SpanProcessor
	size       int // of a request, in bytes, at most
	errs       []error
}

func (c *config) need(ok bool, what string) bool {
	if !ok {
		c.errs = append(c.errs, fmt.Errorf("otlp: nil %s", what))
	}
	return ok
}

// WithEndpoint sends to rawURL: "http://127.0.0.1:4317" in plain text,
// "https://collector.example:4317" over TLS. A path is ignored: gRPC has none.
// A URL without one of these schemes, without a host, or without a port in plain
// text makes [Setup] fail. It wins over OTEL_EXPORTER_OTLP_ENDPOINT and OTEL_EXPORTER_OTLP_TRACES_ENDPOINT.
func WithEndpoint(rawURL string) Option {
	return optionFunc(func(c *config) {
		u, err := parseEndpoint(rawURL)
		if err != nil {
			c.errs = append(c.errs, fmt.Errorf("otlp: the endpoint %w", err))
			return
		}
		c.endpoint = u
	})
}

// WithHeaders sends headers with each request, such as the token that the
// collector asks for, instead of those of OTEL_EXPORTER_OTLP_HEADERS and
// OTEL_EXPORTER_OTLP_TRACES_HEADERS. A name or a value that no header may have,
// such as a token with the newline of the file it came from, makes [Setup] fail;
// the error does not show the value.
func WithHeaders(headers map[string]string) Option {
	return optionFunc(func(c *config) {
		for name, value := range headers {
			if !validHeader(name, value) {
				c.errs = append(c.errs, fmt.Errorf("otlp: the header %q has a character that no header may have", name))
			}
		}
		c.headers = maps.Clone(headers)
	})
}

// WithTLS sets the certificates and the server name for an https endpoint,
// instead of those of OTEL_EXPORTER_OTLP_CERTIFICATE and its companions. A nil
// configuration makes [Setup] fail.
func WithTLS(t *tls.Config) Option {
	return optionFunc(func(c *config) {
		if c.need(t != nil, "TLS configuration") {
			c.tls = t.Clone()
		}
	})
}

// WithService names the program: service.name and, if it is not empty,
// service.version of the resource. An empty name makes [Setup] fail. It wins over
// OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES, which can say more.
func WithService(name, version string) Option {
	return optionFunc(func(c *config) {
		if name == "" {
			c.errs = append(c.errs, errors.New("otlp: a service without a name"))
			return
		}
		c.service = []attribute.KeyValue{serviceName.String(name)}
		if version != "" {
			c.service = append(c.service, serviceVersion.String(version))
		}
	})
}

// WithSampler asks s about every span but those that start with something that must
// not be lost, refusals and summaries of sessions; they are kept whatever it says (see
// [pipeline.KeepRefusals]). It wins over
// OTEL_TRACES_SAMPLER. A nil sampler makes [Setup] fail.
func WithSampler(s sdktrace.Sampler) Option {
	return optionFunc(func(c *config) {
		c.need(s != nil, "sampler")
		c.sampler = s
	})
}

// WithIDs makes trace and span ids with ids, so that processes which share its
// key meet in one trace. Give the same ids to agentspan.WithSpanIDs. A nil
// generator makes [Setup] fail.
func WithIDs(ids *pipeline.IDs) Option {
	return optionFunc(func(c *config) {
		c.need(ids != nil, "id generator")
		c.ids = ids
	})
}

// WithMeterProvider counts spans that did not arrive (ambit.export.dropped) with
// p instead of the global provider. A nil provider makes [Setup] fail.
func WithMeterProvider(p metric.MeterProvider) Option {
	return optionFunc(func(c *config) {
		c.need(p != nil, "meter provider")
		c.meters = p
	})
}

// WithSpanProcessor adds a processor beside the one that exports: a recorder, or
// pipeline.NewProcessor(pipeline.WithSemanticAttributes()) where spans of others
// are to carry user.id and gen_ai.* too. Processors are called in the order they
// are given, before the one that exports. A nil processor makes [Setup] fail.
func WithSpanProcessor(p sdktrace.SpanProcessor) Option {
	return optionFunc(func(c *config) {
		if c.need(p != nil, "span processor") {
			c.processors = append(c.processors, p)
		}
	})
}

// parseEndpoint reads the URL of a collector. Its errors do not show the URL,
// which may hold a password.
func parseEndpoint(rawURL string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(rawURL))
	if err != nil || u.Host == "" {
		return nil, errors.New("is no URL with a scheme and a host, such as http://127.0.0.1:4317")
	}
	switch u.Scheme = strings.ToLower(u.Scheme); {
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, errors.New("must start with http:// for plain text or https:// for TLS")
	case u.Scheme == "http" && u.Port() == "":
		return nil, errors.New("has no port, for which gRPC takes 443 even in plain text; OTLP's own is 4317")
	default:
		return u, nil
	}
}

// validHeader reports whether gRPC can send a header: lower-case letters, digits
// and a few signs in its name, visible ASCII in its value (gRPC over HTTP/2,
// "Custom-Metadata"). Capitals in a name are lowered before it is sent.
func validHeader(name, value string) bool {
	for i := range len(name) {
		switch c := name[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '_', c == '-', c == '.':
		default:
			return false
		}
	}
	if strings.HasSuffix(strings.ToLower(name), "-bin") {
		return true // sent in base64
	}
	for i := range len(value) {
		if c := value[i]; c < 0x20 || c > 0x7e {
			return false
		}
	}
	return name != ""
}

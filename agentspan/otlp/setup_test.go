package otlp

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/pipeline"
	"github.com/ambit-go/ambit/semconv"
)

// With a backend that is not there, Setup neither fails nor waits.
func TestSetupNeedsNoBackend(t *testing.T) {
	p, err := Setup(t.Context(), WithEndpoint("http://127.0.0.1:1"))
	if err != nil {
		t.Fatal(err)
	}
	emit(p, 1)
	says(t, p.Shutdown(ended()), "1 of 1 spans did not arrive at 127.0.0.1:1")
}

func TestSetupFailsOnWhatCannotWork(t *testing.T) {
	for _, tt := range []struct {
		name string
		env  string // NAME=value
		opts []Option
		says string
	}{
		{"nil option", "", []Option{nil}, "nil option"},
		{"nil sampler", "", []Option{WithSampler(nil)}, "nil sampler"},
		{"nil ids", "", []Option{WithIDs(nil)}, "nil id generator"},
		{"nil meter provider", "", []Option{WithMeterProvider(nil)}, "nil meter provider"},
		{"nil processor", "", []Option{WithSpanProcessor(nil)}, "nil span processor"},
		{"nil TLS", "", []Option{WithTLS(nil)}, "nil TLS configuration"},
		{"no service name", "", []Option{WithService("", "1")}, "service without a name"},
		{"endpoint without a scheme", "", []Option{WithEndpoint("127.0.0.1:4317")}, "such as http://127.0.0.1:4317"},
		{"endpoint that looks like a scheme", "", []Option{WithEndpoint("localhost:4317")}, "such as http://127.0.0.1:4317"},
		{"endpoint with another scheme", "", []Option{WithEndpoint("ftp://localhost:4317")}, "must start with http://"},
		{"plain text without a port", "", []Option{WithEndpoint("http://collector.example")}, "has no port"},
		{"no endpoint", "", []Option{WithEndpoint("")}, "the endpoint is no URL"},
		{"TLS and plain text", "", []Option{WithEndpoint("http://localhost:1"), WithTLS(&tls.Config{})}, "write https://localhost:1"},
		{"endpoint of the environment", "OTEL_EXPORTER_OTLP_ENDPOINT=localhost:4317", nil, "OTEL_EXPORTER_OTLP_ENDPOINT is no URL"},
		{"endpoint of the traces", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=::", nil, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is no URL"},
		{"another protocol", "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", nil, `OTEL_EXPORTER_OTLP_PROTOCOL asks for "http/protobuf"`},
		{"header name", "", []Option{WithHeaders(map[string]string{"a b": "c"})}, `header "a b"`},
		{"header value", "", []Option{WithHeaders(map[string]string{"authorization": "Bearer hunter2\n"})}, `header "authorization"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if name, value, ok := strings.Cut(tt.env, "="); ok {
				t.Setenv(name, value)
			}
			p, err := Setup(t.Context(), tt.opts...)
			says(t, err, tt.says)
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error shows a header: %v", err)
			}
			checkQuiet(t, p)
		})
	}
}

// An endpoint may hold a password, which no message shows.
func TestThePasswordOfAnEndpointIsNotShown(t *testing.T) {
	for _, endpoint := range []string{"http://ada:hunter2@127.0.0.1:1", "http://ada:hunter2@127.0.0.1:1:1", "ftp://ada:hunter2@127.0.0.1", "ada:hunter2@127.0.0.1"} {
		p, err := Setup(t.Context(), WithEndpoint(endpoint))
		if err == nil {
			emit(p, 1)
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			err = p.Shutdown(ctx)
		}
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v", endpoint, err)
		}
	}
}

func checkQuiet(t *testing.T, p *Provider) {
	t.Helper()
	if tp := p.TracerProvider(); tp != (noop.TracerProvider{}) {
		t.Errorf("TracerProvider is a %T, want one that does nothing", tp)
	}
	emit(p, 1)
	if diff := cmp.Diff(Stats{}, p.Stats()); diff != "" {
		t.Errorf("stats (-want +got):\n%s", diff)
	}
	if err := p.ForceFlush(t.Context()); err != nil {
		t.Error(err)
	}
	if err := shutdown(t, p); err != nil {
		t.Error(err)
	}
}

func TestANilProviderIsQuiet(t *testing.T) {
	checkQuiet(t, nil)
	checkQuiet(t, &Provider{})
}

func TestTheSDKCanBeDisabled(t *testing.T) {
	t.Setenv("OTEL_SDK_DISABLED", "True")
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "nonsense") // nobody asks
	p, err := Setup(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	checkQuiet(t, p)
}

func TestExportCanBeSwitchedOff(t *testing.T) {
	t.Setenv("OTEL_TRACES_EXPORTER", "none")
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "nonsense") // nobody asks
	recorder := tracetest.NewSpanRecorder()
	p, err := Setup(t.Context(), WithSpanProcessor(recorder))
	if err != nil {
		t.Fatal(err)
	}
	emit(p, 3)
	if err := shutdown(t, p); err != nil {
		t.Error(err)
	}
	if got := len(recorder.Ended()); got != 3 {
		t.Errorf("%d spans reached the program's own processor, want 3", got)
	}
}

func TestTheEnvironmentIsRead(t *testing.T) {
	c := startCollector(t, nil)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", c.url())
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20token,x-team=blue")
	t.Setenv("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "grpc")
	t.Setenv("OTEL_SERVICE_NAME", "triage")
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test,service.name=loses")
	p, err := Setup(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	emit(p, 1)
	if err := shutdown(t, p); err != nil {
		t.Fatal(err)
	}
	checkResource(t, c, map[string]string{"service.name": "triage", "deployment.environment.name": "test"})
	if got := c.headers[0].Get("authorization"); len(got) != 1 || got[0] != "Bearer token" {
		t.Errorf("authorization header %q", got)
	}
	if got := c.headers[0].Get("x-team"); len(got) != 1 || got[0] != "blue" {
		t.Errorf("x-team header %q", got)
	}
}

func TestOptionsWinOverTheEnvironment(t *testing.T) {
	c := startCollector(t, nil)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "https://elsewhere.invalid:4317")
	t.Setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "nonsense")
	t.Setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json")
	t.Setenv("OTEL_EXPORTER_OTLP_INSECURE", "false")
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-team=red")
	t.Setenv("OTEL_SERVICE_NAME", "theirs")
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "service.version=0,service.instance.id=7")
	t.Setenv("OTEL_TRACES_SAMPLER", "always_off")
	p := connect(t, c, WithService("ours", "1.2"), WithHeaders(map[string]string{"X-Team": "blue"}), WithSampler(sdktrace.AlwaysSample()))
	emit(p, 1)
	if err := shutdown(t, p); err != nil {
		t.Fatal(err)
	}
	checkArrived(t, c, 1)
	checkResource(t, c, map[string]string{"service.name": "ours", "service.version": "1.2", "service.instance.id": "7"})
	if got := c.headers[0].Get("x-team"); len(got) != 1 || got[0] != "blue" {
		t.Errorf("x-team header %q", got)
	}
}

// gRPC has no path. The exporter would take one for a part of the host's name.
func TestThePathOfAnEndpointIsIgnored(t *testing.T) {
	c := startCollector(t, nil)
	t.Setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", c.url()+"/v1/traces")
	p, err := Setup(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	emit(p, 1)
	if err := shutdown(t, p); err != nil {
		t.Error(err)
	}
}

// checkResource fails the test unless the first request has these attributes on its
// resource.
func checkResource(t *testing.T, c *collector, want map[string]string) {
	t.Helper()
	got := map[string]string{}
	for _, kv := range c.requests[0].GetResourceSpans()[0].GetResource().GetAttributes() {
		if _, ok := want[kv.GetKey()]; ok {
			got[kv.GetKey()] = kv.GetValue().GetStringValue()
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("resource (-want +got):\n%s", diff)
	}
}

// The schema is that of the spans; the resource's attributes are OpenTelemetry's.
func TestOurSchemaIsOnTheSpansAlone(t *testing.T) {
	c := startCollector(t, nil)
	p := connect(t, c)
	tracer := governed(t, p)
	_, turn := tracer.StartTurn(t.Context(), agentspan.Turn{})
	turn.End(nil)
	if err := shutdown(t, p); err != nil {
		t.Fatal(err)
	}
	rs := c.requests[0].GetResourceSpans()[0]
	if rs.GetSchemaUrl() == semconv.SchemaURL {
		t.Errorf("the resource has the schema URL %s", rs.GetSchemaUrl())
	}
	if got := rs.GetScopeSpans()[0].GetSchemaUrl(); got != semconv.SchemaURL {
		t.Errorf("the scope has the schema URL %q", got)
	}
	checkResource(t, c, map[string]string{"telemetry.sdk.language": "go", "service.name": "unknown_service:" + filepath.Base(os.Args[0])})
}

func TestAResourceThatCannotBeReadIsToldOf(t *testing.T) {
	told := errorsTold(t)
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "no value,team=blue")
	p := setup(t, takes)
	emit(p, 1)
	if got := told(); len(got) == 0 || !strings.Contains(got[0], "resource") {
		t.Errorf("told %q", got)
	}
}

func TestSamplers(t *testing.T) {
	const none, all = 0, 1000
	for _, tt := range []struct {
		name, sampler, arg string
		min, max           int // of 1,000 spans
	}{
		{"unset", "", "", all, all},
		{"always_on", "always_on", "", all, all},
		{"always_off", "always_off", "", none, none},
		{"spelling", " Always_Off ", "", none, none},
		{"traceidratio", "traceidratio", "0.5", 350, 650},
		{"traceidratio without one", "traceidratio", "", all, all},
		{"traceidratio too large", "traceidratio", "2", all, all},
		{"traceidratio no number", "traceidratio", "NaN", all, all},
		{"parentbased_always_on", "parentbased_always_on", "", all, all},
		{"parentbased_always_off", "parentbased_always_off", "", none, none},
		{"parentbased_traceidratio", "parentbased_traceidratio", "0.5", 350, 650},
		{"unknown", "jaeger_remote", "", all, all},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("OTEL_TRACES_SAMPLER", tt.sampler)
			t.Setenv("OTEL_TRACES_SAMPLER_ARG", tt.arg)
			synctest.Test(t, func(t *testing.T) {
				p := setup(t, takes)
				emit(p, 1000)
				if got := int(p.Stats().Ended); got < tt.min || got > tt.max {
					t.Errorf("%d spans of 1,000, want %d to %d", got, tt.min, tt.max)
				}
			})
		})
	}
}

// Whatever the sampler says, and whoever called us without sampling: a refusal is
// exported, and so is the summary of its session.
func TestARefusalIsExportedWhateverIsSampled(t *testing.T) {
	t.Setenv("OTEL_TRACES_SAMPLER", "always_off")
	c := startCollector(t, nil)
	p := connect(t, c)
	tracer := governed(t, p)
	ctx, session, err := tracer.StartSession(t.Context(), agentspan.Session{ID: "s-1", Agent: "triage"})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := tracer.StartToolCall(ctx, agentspan.ToolCall{Name: "delete_file"}); err == nil {
		t.Fatal("delete_file was allowed")
	}
	_, span, err := tracer.StartToolCall(ctx, agentspan.ToolCall{Name: "read_file"})
	span.End(&err)
	session.End(nil)
	if err := shutdown(t, p); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range c.spans() {
		names = append(names, s.GetName())
	}
	if diff := cmp.Diff([]string{"refuse_tool delete_file", "session triage"}, names); diff != "" {
		t.Errorf("spans (-want +got):\n%s", diff)
	}
}

func TestSpansOfOthersSayWhoseTheyAre(t *testing.T) {
	c := startCollector(t, nil)
	p := connect(t, c)
	tracer := governed(t, p)
	ctx, session, err := tracer.StartSession(t.Context(), agentspan.Session{ID: "s-1", Agent: "triage"})
	if err != nil {
		t.Fatal(err)
	}
	_, span := p.TracerProvider().Tracer("otelhttp").Start(ctx, "GET", trace.WithAttributes(attribute.String("http.request.method", "GET")))
	span.End()
	session.End(nil)
	if err := shutdown(t, p); err != nil {
		t.Fatal(err)
	}
	for _, s := range c.spans() {
		if s.GetName() != "GET" {
			continue
		}
		for _, kv := range s.GetAttributes() {
			if kv.GetKey() == string(semconv.AmbitSessionIDKey) && kv.GetValue().GetStringValue() == "s-1" {
				return
			}
		}
	}
	t.Error("the span of somebody else does not say whose session it is")
}

func TestTwoProcessesMeetInOneTrace(t *testing.T) {
	c := startCollector(t, nil)
	for range 2 {
		ids, err := pipeline.DeterministicIDs([]byte("sixteen bytes or more"))
		if err != nil {
			t.Fatal(err)
		}
		p := connect(t, c, WithIDs(ids))
		tracer, err := agentspan.New(agentspan.WithTracerProvider(p.TracerProvider()), agentspan.WithSpanIDs(ids))
		if err != nil {
			t.Fatal(err)
		}
		ctx, _, err := tracer.StartSession(t.Context(), agentspan.Session{ID: "s-1"})
		if err != nil {
			t.Fatal(err)
		}
		_, turn := tracer.StartTurn(ctx, agentspan.Turn{ID: "t-1"})
		turn.End(nil)
		if err := shutdown(t, p); err != nil {
			t.Fatal(err)
		}
	}
	spans := c.spans()
	if len(spans) != 2 || string(spans[0].GetTraceId()) != string(spans[1].GetTraceId()) {
		t.Errorf("%d spans, want two of one trace", len(spans))
	}
}

func TestLimitsOfTheEnvironment(t *testing.T) {
	usual := limits{queue: defaultQueue, batch: defaultBatch, delay: defaultDelay, patience: defaultPatience}
	for _, tt := range []struct {
		name string
		env  map[string]string
		want func(*limits)
		told int
	}{
		{"unset", nil, func(*limits) {}, 0},
		{
			"all",
			map[string]string{"OTEL_BSP_MAX_QUEUE_SIZE": "1000", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "100", "OTEL_BSP_SCHEDULE_DELAY": "10", "OTEL_BSP_EXPORT_TIMEOUT": "30000"},
			func(l *limits) { *l = limits{1000, 100, 10 * time.Millisecond, 30 * time.Second} }, 0,
		},
		{"a batch above the queue", map[string]string{"OTEL_BSP_MAX_QUEUE_SIZE": "100"}, func(l *limits) { l.queue, l.batch = 100, 100 }, 0},
		{
			"nonsense",
			map[string]string{"OTEL_BSP_MAX_QUEUE_SIZE": "many", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "-1", "OTEL_BSP_SCHEDULE_DELAY": "0", "OTEL_BSP_EXPORT_TIMEOUT": "99999999999999999999"},
			func(*limits) {}, 4,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			told := errorsTold(t)
			for name, value := range tt.env {
				t.Setenv(name, value)
			}
			want := usual
			tt.want(&want)
			if diff := cmp.Diff(want, envLimits(), cmp.AllowUnexported(limits{})); diff != "" {
				t.Errorf("limits (-want +got):\n%s", diff)
			}
			if got := told(); len(got) != tt.told {
				t.Errorf("told %q", got)
			}
		})
	}
}

// A queue of one span still takes one.
func TestTheSmallestQueue(t *testing.T) {
	t.Setenv("OTEL_BSP_MAX_QUEUE_SIZE", "1")
	synctest.Test(t, func(t *testing.T) {
		p := setup(t, takes)
		for range 3 {
			emit(p, 1)
			synctest.Wait()
		}
		if got := p.Stats().Sent; got != 3 {
			t.Errorf("%d spans sent", got)
		}
	})
}

func TestTLS(t *testing.T) {
	cert, pool, file := certificate(t)
	server := grpc.Creds(credentials.NewServerTLSFromCert(&cert))
	t.Run("option", func(t *testing.T) {
		c := startCollector(t, nil, server)
		p, err := Setup(t.Context(), WithEndpoint("https://"+c.addr), WithTLS(&tls.Config{RootCAs: pool}))
		if err != nil {
			t.Fatal(err)
		}
		emit(p, 1)
		if err := shutdown(t, p); err != nil {
			t.Error(err)
		}
	})
	t.Run("environment", func(t *testing.T) {
		c := startCollector(t, nil, server)
		t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "https://"+c.addr)
		t.Setenv("OTEL_EXPORTER_OTLP_CERTIFICATE", file)
		p, err := Setup(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		emit(p, 1)
		if err := shutdown(t, p); err != nil {
			t.Error(err)
		}
	})
	t.Run("a certificate nobody knows", func(t *testing.T) {
		c := startCollector(t, nil, server)
		p, err := Setup(t.Context(), WithEndpoint("https://"+c.addr))
		if err != nil {
			t.Fatal(err)
		}
		emit(p, 1)
		flushed := flushing(t, p)
		waitFor(t, func() bool { return p.Stats().LastError != nil })
		says(t, p.Stats().LastError, "UNAVAILABLE", "certificate")
		says(t, p.Shutdown(ended()), "1 of 1")
		<-flushed // whatever it says of a queue that is gone
	})
	for _, where := range []string{"option", "environment"} {
		t.Run("plain text beside a certificate, endpoint by "+where, func(t *testing.T) {
			c := startCollector(t, nil)
			t.Setenv("OTEL_EXPORTER_OTLP_CERTIFICATE", file)
			var opts []Option
			if where == "option" {
				opts = append(opts, WithEndpoint(c.url()))
			} else {
				t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", c.url())
			}
			p, err := Setup(t.Context(), opts...)
			if err != nil {
				t.Fatal(err)
			}
			emit(p, 1)
			if err := shutdown(t, p); err != nil {
				t.Error(err)
			}
		})
	}
}

// certificate returns a certificate for 127.0.0.1, a pool that trusts it, and a
// file with it.
func certificate(t *testing.T) (tls.Certificate, *x509.CertPool, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(text)
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool, file
}

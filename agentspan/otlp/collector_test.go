package otlp

// This file holds what the tests export to: an OTLP server in the test's process
// that answers as it is told to, and a client without a network for tests in which
// time passes.

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	"go.opentelemetry.io/otel/trace"
	collectorpb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

func TestMain(m *testing.M) {
	for _, kv := range os.Environ() {
		if name, _, _ := strings.Cut(kv, "="); strings.HasPrefix(name, "OTEL_") {
			_ = os.Unsetenv(name) // the machine's settings are not the tests'
		}
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(error) {})) // tests that care set their own
	os.Exit(m.Run())
}

// A collector is an OTLP server on loopback.
type collector struct {
	collectorpb.UnimplementedTraceServiceServer

	addr string // host:port

	// answer is what the nth request, from 0, gets; nil takes everything.
	answer func(ctx context.Context, n int) (*collectorpb.ExportTraceServiceResponse, error)

	mu       sync.Mutex
	seen     int
	requests []*collectorpb.ExportTraceServiceRequest // that were taken
	headers  []metadata.MD
	stop     func() // closes every connection
}

// startCollector starts a collector on a free port. It ends with the test.
func startCollector(t testing.TB, answer func(ctx context.Context, n int) (*collectorpb.ExportTraceServiceResponse, error), opts ...grpc.ServerOption) *collector {
	t.Helper()
	c := &collector{answer: answer}
	c.listen(t, "127.0.0.1:0", opts...)
	return c
}

func (c *collector) listen(t testing.TB, addr string, opts ...grpc.ServerOption) {
	t.Helper()
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer(opts...)
	collectorpb.RegisterTraceServiceServer(server, c)
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(l) }) // ends with Stop
	c.addr = l.Addr().String()
	c.stop = func() {
		server.Stop()
		serving.Wait()
	}
	t.Cleanup(c.stop)
}

func (c *collector) url() string { return "http://" + c.addr }

// Export takes a request.
func (c *collector) Export(ctx context.Context, r *collectorpb.ExportTraceServiceRequest) (*collectorpb.ExportTraceServiceResponse, error) {
	c.mu.Lock()
	n := c.seen
	c.seen++
	md, _ := metadata.FromIncomingContext(ctx)
	c.headers = append(c.headers, md)
	c.mu.Unlock()
	reply := &collectorpb.ExportTraceServiceResponse{}
	if c.answer != nil {
		var err error
		if reply, err = c.answer(ctx, n); err != nil {
			return nil, err
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.requests = append(c.requests, r)
	return reply, nil
}

// spans returns the spans that were taken.
func (c *collector) spans() []*tracepb.Span {
	c.mu.Lock()
	defer c.mu.Unlock()
	var spans []*tracepb.Span
	for _, r := range c.requests {
		spans = append(spans, spansOf(r.GetResourceSpans())...)
	}
	return spans
}

// count returns how many requests there were.
func (c *collector) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.seen
}

func spansOf(rss []*tracepb.ResourceSpans) (spans []*tracepb.Span) {
	for _, rs := range rss {
		for _, ss := range rs.GetScopeSpans() {
			spans = append(spans, ss.GetSpans()...)
		}
	}
	return spans
}

// A wire is a client without a network: what it does with a request is the test's.
type wire func(ctx context.Context, rss []*tracepb.ResourceSpans) error

var _ otlptrace.Client = wire(nil)

func (wire) Start(context.Context) error { return nil }
func (wire) Stop(context.Context) error  { return nil }

func (w wire) UploadTraces(ctx context.Context, rss []*tracepb.ResourceSpans) error {
	return w(ctx, rss)
}

// takes is a wire that takes everything.
func takes(context.Context, []*tracepb.ResourceSpans) error { return nil }

// hangs is a wire behind which nobody ever answers.
func hangs(ctx context.Context, _ []*tracepb.ResourceSpans) error {
	<-ctx.Done()
	return status.FromContextError(ctx.Err()).Err()
}

// away is a wire behind which there is nobody for a while, counted from its first
// use.
func away(d time.Duration) wire {
	var since time.Time
	return func(context.Context, []*tracepb.ResourceSpans) error {
		if since.IsZero() {
			since = time.Now()
		}
		if time.Since(since) < d {
			return status.Error(codes.Unavailable, "connection refused")
		}
		return nil
	}
}

// refuses is a wire behind which every request fails with code.
func refuses(code codes.Code) wire {
	return func(context.Context, []*tracepb.ResourceSpans) error { return status.Error(code, "no") }
}

// setup makes a provider whose spans go out by w.
func setup(t testing.TB, w wire, opts ...Option) *Provider {
	t.Helper()
	c := config{target: "collector:4317", size: maxSize}
	for _, o := range opts {
		o.apply(&c)
	}
	p, err := c.provider(t.Context(), w)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Shutdown(ended()) })
	return p
}

// connect makes a provider that exports to c.
func connect(t testing.TB, c *collector, opts ...Option) *Provider {
	t.Helper()
	p, err := Setup(t.Context(), append([]Option{WithEndpoint(c.url())}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Shutdown(ended()) })
	return p
}

// withSize bounds requests as a collector with another limit would want it.
func withSize(n int) Option { return optionFunc(func(c *config) { c.size = n }) }

// shutdown shuts p down, with time enough for a machine that is busy.
func shutdown(t testing.TB, p *Provider) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	return p.Shutdown(ctx)
}

// flushing flushes p beside the test.
func flushing(t testing.TB, p *Provider) <-chan error {
	t.Helper()
	done := make(chan error, 1)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	go func() { done <- p.ForceFlush(ctx) }()
	return done
}

// ended returns a context that has ended.
func ended() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

// emit begins and ends n spans.
func emit(p *Provider, n int, opts ...trace.SpanStartOption) {
	tracer := p.TracerProvider().Tracer("test")
	for i := range n {
		_, span := tracer.Start(context.Background(), fmt.Sprintf("span %d", i), opts...)
		span.End()
	}
}

// errorsTold collects what OpenTelemetry's error handler hears until the test ends.
func errorsTold(t testing.TB) func() []string {
	t.Helper()
	var mu sync.Mutex
	var told []string
	before := otel.GetErrorHandler()
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
		mu.Lock()
		defer mu.Unlock()
		told = append(told, err.Error())
	}))
	t.Cleanup(func() { otel.SetErrorHandler(before) })
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(told)
	}
}

// settled returns the numbers of s alone, for comparing.
func settled(s Stats) Stats {
	s.LastError = nil
	if len(s.Causes) == 0 {
		s.Causes = nil
	}
	return s
}

// says fails the test unless err is an error that says all of words.
func says(t testing.TB, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want one that says %q", words)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("error %q does not say %q", err, w)
		}
	}
}

var errBroken = errors.New("broken")

type keyValue = commonpb.KeyValue

func text(key, value string) *keyValue {
	return &keyValue{Key: key, Value: &commonpb.AnyValue{Value: &commonpb.AnyValue_StringValue{StringValue: value}}}
}

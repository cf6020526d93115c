package otlp

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	otelcodes "go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/trace"
	collectorpb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/ambit-go/ambit/semconv"
)

const bad = "ok \xff\xc3\x28 \x00 ok" // not UTF-8; the NUL byte is

// One string that is not UTF-8, anywhere, costs nothing but itself.
func TestAStringThatIsNotUTF8LosesNothing(t *testing.T) {
	for _, tt := range []struct {
		name string
		span func(trace.Tracer) trace.Span
	}{
		{"span name", func(tr trace.Tracer) trace.Span { return start(tr, bad) }},
		{"attribute", func(tr trace.Tracer) trace.Span {
			return start(tr, "x", trace.WithAttributes(attribute.String("k", bad)))
		}},
		{"attribute key", func(tr trace.Tracer) trace.Span {
			return start(tr, "x", trace.WithAttributes(attribute.String(bad, "v")))
		}},
		{"attribute list", func(tr trace.Tracer) trace.Span {
			return start(tr, "x", trace.WithAttributes(attribute.StringSlice("k", []string{"fine", bad})))
		}},
		{"attribute map", func(tr trace.Tracer) trace.Span {
			return start(tr, "x", trace.WithAttributes(attribute.Map("k", attribute.String(bad, bad), attribute.Slice("l", attribute.StringValue(bad)))))
		}},
		{"event name", func(tr trace.Tracer) trace.Span {
			s := start(tr, "x")
			s.AddEvent(bad)
			return s
		}},
		{"event attribute", func(tr trace.Tracer) trace.Span {
			s := start(tr, "x")
			s.AddEvent("e", trace.WithAttributes(attribute.String(bad, bad)))
			return s
		}},
		{"link attribute", func(tr trace.Tracer) trace.Span {
			sc := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{1}})
			return start(tr, "x", trace.WithLinks(trace.Link{SpanContext: sc, Attributes: []attribute.KeyValue{attribute.String("k", bad)}}))
		}},
		{"status text", func(tr trace.Tracer) trace.Span {
			s := start(tr, "x")
			s.SetStatus(otelcodes.Error, bad)
			return s
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := startCollector(t, nil)
			p := connect(t, c)
			emit(p, 50)
			tt.span(p.TracerProvider().Tracer("test")).End()
			emit(p, 50)
			if err := shutdown(t, p); err != nil {
				t.Error(err)
			}
			if got := len(c.spans()); got != 101 {
				t.Errorf("%d spans arrived, want 101", got)
			}
		})
	}
	t.Run("scope", func(t *testing.T) {
		c := startCollector(t, nil)
		p := connect(t, c)
		tr := p.TracerProvider().Tracer(bad, trace.WithInstrumentationVersion(bad), trace.WithSchemaURL(bad),
			trace.WithInstrumentationAttributes(attribute.String("k", bad)))
		start(tr, "x").End()
		if err := shutdown(t, p); err != nil {
			t.Error(err)
		}
	})
	t.Run("resource", func(t *testing.T) {
		t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "k=%FF%FE")
		c := startCollector(t, nil)
		p := connect(t, c, WithService(bad, bad))
		emit(p, 1)
		if err := shutdown(t, p); err != nil {
			t.Error(err)
		}
	})
}

func start(tr trace.Tracer, name string, opts ...trace.SpanStartOption) trace.Span {
	_, span := tr.Start(context.Background(), name, opts...)
	return span
}

// A batch above 4 MiB is refused whole by Jaeger, Tempo and the Collector, which
// keep gRPC's default, as this server does.
func TestABatchAbove4MiBArrivesInParts(t *testing.T) {
	for _, compression := range []string{"", "gzip"} { // the limit is after decompression
		t.Run("compression="+compression, func(t *testing.T) {
			t.Setenv("OTEL_EXPORTER_OTLP_COMPRESSION", compression)
			c := startCollector(t, nil)
			p := connect(t, c)
			emit(p, 256, trace.WithAttributes(attribute.String("body", strings.Repeat("x", 20_000))))
			if err := shutdown(t, p); err != nil {
				t.Fatal(err)
			}
			checkArrived(t, c, 256)
			if s := p.Stats(); s.Cut != 0 {
				t.Errorf("%d spans were cut, want none", s.Cut)
			}
			for _, r := range c.requests {
				if n := proto.Size(r); n > maxSize {
					t.Errorf("a request has %d bytes", n)
				}
			}
		})
	}
}

// A fan-out of thousands of calls within some milliseconds, of which the SDK's own
// queue of 2,048 would lose more than half.
func TestABurstFromRestArrives(t *testing.T) {
	c := startCollector(t, nil)
	p := connect(t, c)
	emit(p, 7000)
	if err := shutdown(t, p); err != nil {
		t.Error(err)
	}
	checkArrived(t, c, 7000)
}

// checkArrived fails the test unless n spans arrived, each of them once.
func checkArrived(t *testing.T, c *collector, n int) {
	t.Helper()
	ids := map[string]bool{}
	spans := c.spans()
	for _, s := range spans {
		ids[string(s.GetSpanId())] = true
	}
	if len(spans) != n || len(ids) != n {
		t.Errorf("%d spans arrived, %d of them different, want %d", len(spans), len(ids), n)
	}
}

func TestASpanThatIsTooLargeArrivesWithoutItsLongestValues(t *testing.T) {
	const limit = 64 << 10
	huge := strings.Repeat("\u00e9", limit)
	sc := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{1}})
	for _, tt := range []struct {
		name string
		opts []trace.SpanStartOption
		more func(trace.Span)
	}{
		{"value", []trace.SpanStartOption{trace.WithAttributes(attribute.String("body", huge))}, nil},
		{"bytes", []trace.SpanStartOption{trace.WithAttributes(attribute.ByteSlice("body", []byte(huge)))}, nil},
		{"many values", []trace.SpanStartOption{trace.WithAttributes(values(100, 1000)...)}, nil},
		{"list", []trace.SpanStartOption{trace.WithAttributes(attribute.Int64Slice("list", make([]int64, limit)))}, nil},
		{"list of texts", []trace.SpanStartOption{trace.WithAttributes(attribute.StringSlice("list", slices.Repeat([]string{"text"}, limit)))}, nil},
		{"map", []trace.SpanStartOption{trace.WithAttributes(attribute.Map("map", values(1000, 100)...))}, nil},
		{"events", nil, func(s trace.Span) {
			for range 120 {
				s.AddEvent("exception", trace.WithAttributes(values(100, 10)...))
			}
		}},
		{"links", []trace.SpanStartOption{trace.WithLinks(slices.Repeat([]trace.Link{{SpanContext: sc, Attributes: values(100, 10)}}, 120)...)}, nil},
		{"status", nil, func(s trace.Span) { s.SetStatus(otelcodes.Error, huge) }},
		{"key", []trace.SpanStartOption{trace.WithAttributes(attribute.String(huge, "v"))}, nil},
		{"name", nil, func(s trace.Span) { s.SetName(huge) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := startCollector(t, nil, grpc.MaxRecvMsgSize(limit))
			p := connect(t, c, withSize(limit))
			emit(p, 10)
			opts := append([]trace.SpanStartOption{trace.WithAttributes(semconv.AmbitDecisionOutcomeDeny)}, tt.opts...)
			s := start(p.TracerProvider().Tracer("test"), "huge", opts...)
			if tt.more != nil {
				tt.more(s)
			}
			s.End()
			emit(p, 10)
			if err := shutdown(t, p); err != nil {
				t.Fatal(err)
			}
			checkArrived(t, c, 21)
			if s := p.Stats(); s.Cut != 1 {
				t.Errorf("%d spans were cut, want 1", s.Cut)
			}
			i := slices.IndexFunc(c.spans(), func(s *tracepb.Span) bool {
				return slices.ContainsFunc(s.GetAttributes(), func(kv *keyValue) bool {
					return kv.GetKey() == string(semconv.AmbitDecisionOutcomeKey) && kv.GetValue().GetStringValue() == "deny"
				})
			})
			if i < 0 {
				t.Error("the decision was lost")
			}
		})
	}
}

func values(n, size int) []attribute.KeyValue {
	kvs := make([]attribute.KeyValue, n)
	for i := range kvs {
		kvs[i] = attribute.String(fmt.Sprintf("key.%d", i), strings.Repeat("x", size))
	}
	return kvs
}

func TestABackendWithASmallerLimit(t *testing.T) {
	const limit = 64 << 10
	c := startCollector(t, nil, grpc.MaxRecvMsgSize(limit))
	p := connect(t, c)
	emit(p, 512, trace.WithAttributes(attribute.String("body", strings.Repeat("x", 1000))))
	start(p.TracerProvider().Tracer("test"), "large", trace.WithAttributes(attribute.String("body", strings.Repeat("x", 3*limit)))).End()
	if err := shutdown(t, p); err != nil {
		t.Fatal(err)
	}
	checkArrived(t, c, 513)
	if s := p.Stats(); s.Cut != 1 {
		t.Errorf("%d spans were cut, want 1", s.Cut)
	}
	if c.count() > 40 {
		t.Errorf("it took %d requests", c.count())
	}
}

func TestASpanThatNoRequestCanHoldIsDroppedAlone(t *testing.T) {
	c := startCollector(t, nil, grpc.MaxRecvMsgSize(100)) // less than the resource takes
	p := connect(t, c)
	emit(p, 3)
	says(t, shutdown(t, p), "3 of 3 spans", "too_large 3", "bytes is too large")
}

// A resource or a scope is in every request: a large one must not take its room.
func TestALargeResourceAndScope(t *testing.T) {
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "large="+strings.Repeat("x", 100_000))
	c := startCollector(t, nil)
	p := connect(t, c, WithService(strings.Repeat("s", 1<<20), ""))
	tr := p.TracerProvider().Tracer("test", trace.WithInstrumentationAttributes(values(300, 100_000)...))
	for range 100 {
		start(tr, "x").End()
	}
	if err := shutdown(t, p); err != nil {
		t.Fatal(err)
	}
	checkArrived(t, c, 100)
	if c.count() != 1 {
		t.Errorf("it took %d requests, want 1", c.count())
	}
}

func TestNestingIsBounded(t *testing.T) {
	v := attribute.StringValue("deep")
	for range 10_000 {
		v = attribute.SliceValue(v)
	}
	c := startCollector(t, nil)
	p := connect(t, c)
	start(p.TracerProvider().Tracer("test"), "x", trace.WithAttributes(attribute.KeyValue{Key: "deep", Value: v})).End()
	if err := shutdown(t, p); err != nil {
		t.Error(err)
	}
}

func TestWhatIsTriedAgain(t *testing.T) {
	soon, in10s, in10years := durationpb.New(0), durationpb.New(10*time.Second), durationpb.New(10*365*24*time.Hour)
	for _, tt := range []struct {
		name string
		err  error
		want Stats // of one span, when the second attempt would go well
		late time.Duration
	}{
		{"unavailable", status.Error(codes.Unavailable, ""), Stats{Ended: 1, Sent: 1}, 0},
		{"deadline", status.Error(codes.DeadlineExceeded, ""), Stats{Ended: 1, Sent: 1}, 0},
		{"aborted", status.Error(codes.Aborted, ""), Stats{Ended: 1, Sent: 1}, 0},
		{"out of range", status.Error(codes.OutOfRange, ""), Stats{Ended: 1, Sent: 1}, 0},
		{"data loss", status.Error(codes.DataLoss, ""), Stats{Ended: 1, Sent: 1}, 0},
		{"cancelled", status.Error(codes.Canceled, ""), Stats{Ended: 1, Sent: 1}, 0},
		{"exhausted for good", status.Error(codes.ResourceExhausted, "quota"), lostTo("RESOURCE_EXHAUSTED"), 0},
		{"exhausted for a while", retryIn(codes.ResourceExhausted, soon), Stats{Ended: 1, Sent: 1}, 0},
		{"asks for a pause", retryIn(codes.Unavailable, in10s), Stats{Ended: 1, Sent: 1}, 10 * time.Second},
		{"asks for ten years", retryIn(codes.Unavailable, in10years), Stats{Ended: 1, Sent: 1}, maxThrottle},
		{"asks for the past", retryIn(codes.Unavailable, durationpb.New(-time.Hour)), Stats{Ended: 1, Sent: 1}, 0},
		{"no permission", status.Error(codes.PermissionDenied, ""), lostTo("PERMISSION_DENIED"), 0},
		{"invalid", status.Error(codes.InvalidArgument, ""), lostTo("INVALID_ARGUMENT"), 0},
		{"not there", status.Error(codes.Unimplemented, ""), lostTo("UNIMPLEMENTED"), 0},
		{"a code that is none", status.Error(codes.Code(99), ""), lostTo(causeOther), 0},
		{"no status", errBroken, lostTo("UNKNOWN"), 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var begin time.Time
				var took time.Duration
				p := setup(t, func(context.Context, []*tracepb.ResourceSpans) error {
					if begin.IsZero() {
						begin = time.Now()
						return tt.err
					}
					took = time.Since(begin)
					return nil
				})
				emit(p, 1)
				time.Sleep(time.Minute)
				synctest.Wait()
				if diff := cmp.Diff(tt.want, settled(p.Stats())); diff != "" {
					t.Errorf("stats (-want +got):\n%s", diff)
				}
				if took < tt.late || took > tt.late+firstPause {
					t.Errorf("the next attempt came after %v, want %v", took, tt.late)
				}
			})
		})
	}
}

func lostTo(cause string) Stats {
	return Stats{Ended: 1, Dropped: 1, Causes: map[string]int64{cause: 1}}
}

func retryIn(code codes.Code, d *durationpb.Duration) error {
	s, err := status.New(code, "busy").WithDetails(&errdetails.RetryInfo{RetryDelay: d})
	if err != nil {
		panic(err)
	}
	return s.Err()
}

func TestACollectorThatRejectsSpans(t *testing.T) {
	for _, tt := range []struct {
		name     string
		rejected int64
		message  string
		want     Stats
	}{
		{"some", 3, "no span kind", Stats{Ended: 10, Sent: 7, Dropped: 3, Causes: map[string]int64{causeRejected: 3}}},
		{"some, without a word", 3, "", Stats{Ended: 10, Sent: 7, Dropped: 3, Causes: map[string]int64{causeRejected: 3}}},
		{"none: a warning", 0, "this will be removed", Stats{Ended: 10, Sent: 10}},
		{"more than there are", math.MaxInt64, "", Stats{Ended: 10, Dropped: 10, Causes: map[string]int64{causeRejected: 10}}},
		{"less than none", -5, "", Stats{Ended: 10, Sent: 10}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := startCollector(t, func(context.Context, int) (*collectorpb.ExportTraceServiceResponse, error) {
				return &collectorpb.ExportTraceServiceResponse{PartialSuccess: &collectorpb.ExportTracePartialSuccess{
					RejectedSpans: tt.rejected, ErrorMessage: tt.message,
				}}, nil
			})
			p := connect(t, c)
			emit(p, 10)
			err := shutdown(t, p)
			if diff := cmp.Diff(tt.want, settled(p.Stats())); diff != "" {
				t.Errorf("stats (-want +got):\n%s", diff)
			}
			if (err != nil) != (tt.want.Dropped > 0) {
				t.Errorf("Shutdown: %v", err)
			}
			if tt.message != "" {
				says(t, p.Stats().LastError, tt.message)
			}
		})
	}
}

// What a collector writes reaches logs and terminals.
func TestWhatACollectorSaysIsFitForALog(t *testing.T) {
	evil := "\x1b]0;owned\x07\u202e\xff" + strings.Repeat("A", 10_000) + "\n"
	for name, answer := range map[string]func(context.Context, int) (*collectorpb.ExportTraceServiceResponse, error){
		"error": func(context.Context, int) (*collectorpb.ExportTraceServiceResponse, error) {
			return nil, status.Error(codes.InvalidArgument, strings.ToValidUTF8(evil, "?"))
		},
		"rejection": func(context.Context, int) (*collectorpb.ExportTraceServiceResponse, error) {
			return &collectorpb.ExportTraceServiceResponse{PartialSuccess: &collectorpb.ExportTracePartialSuccess{
				RejectedSpans: 1, ErrorMessage: strings.ToValidUTF8(evil, "?"),
			}}, nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := connect(t, startCollector(t, answer))
			emit(p, 1)
			err := shutdown(t, p)
			if err == nil {
				t.Fatal("no error")
			}
			text := err.Error()
			if len(text) > 600 || !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
				t.Errorf("error of %d bytes: %q", len(text), text)
			}
		})
	}
}

func TestACollectorThatHangsIsLeft(t *testing.T) {
	t.Setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "50")
	c := startCollector(t, func(ctx context.Context, n int) (*collectorpb.ExportTraceServiceResponse, error) {
		if n == 0 {
			<-ctx.Done() // the exporter's own timeout
		}
		return &collectorpb.ExportTraceServiceResponse{}, nil
	})
	p := connect(t, c)
	emit(p, 1)
	if err := shutdown(t, p); err != nil {
		t.Errorf("Shutdown: %v", err)
	}
}

func TestACollectorThatNeverAnswers(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	c := startCollector(t, func(ctx context.Context, _ int) (*collectorpb.ExportTraceServiceResponse, error) {
		cancel() // time is over while the request is on its way
		<-ctx.Done()
		return nil, ctx.Err()
	})
	p := connect(t, c)
	emit(p, 1)
	says(t, p.Shutdown(ctx), "1 of 1 spans did not arrive at "+c.addr)
	waitFor(t, func() bool { return p.Stats().Causes[causeShutdown] == 1 }) // Shutdown waits for that, a moment only
	says(t, p.Stats().LastError, "no answer in time")
}

func TestACollectorThatDisconnects(t *testing.T) {
	c := startCollector(t, func(ctx context.Context, n int) (*collectorpb.ExportTraceServiceResponse, error) {
		if n == 0 {
			<-ctx.Done() // the connection closes under the request
			return nil, ctx.Err()
		}
		return &collectorpb.ExportTraceServiceResponse{}, nil
	})
	p := connect(t, c)
	emit(p, 10)
	flushed := flushing(t, p)
	waitFor(t, func() bool { return c.count() == 1 })
	c.stop()
	c.listen(t, c.addr) // it is back, where it was
	if err := <-flushed; err != nil {
		t.Errorf("ForceFlush: %v", err)
	}
	checkArrived(t, c, 10)
}

// The backend is not there yet when the program starts.
func TestABackendThatComesLater(t *testing.T) {
	c := startCollector(t, nil)
	c.stop()
	p := connect(t, c)
	emit(p, 10)
	flushed := flushing(t, p)
	waitFor(t, func() bool { return p.Stats().LastError != nil })
	says(t, p.Stats().LastError, "UNAVAILABLE", "connection refused")
	c.listen(t, c.addr)
	if err := <-flushed; err != nil {
		t.Errorf("ForceFlush: %v", err)
	}
	checkArrived(t, c, 10)
}

// waitFor waits until something that happens beside the test has happened.
func waitFor(t *testing.T, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-t.Context().Done():
			t.Fatal("the test ended")
		}
	}
}

func TestLossesAreCounted(t *testing.T) {
	reader := metric.NewManualReader()
	meters := metric.NewMeterProvider(metric.WithReader(reader))
	t.Setenv("OTEL_BSP_MAX_QUEUE_SIZE", "80")
	synctest.Test(t, func(t *testing.T) {
		p := setup(t, refuses(codes.PermissionDenied), WithMeterProvider(meters))
		emit(p, 5)
		_ = p.ForceFlush(t.Context()) // says that 5 were lost
		emit(p, 200)
		_ = p.Shutdown(t.Context()) // says that all were lost
	})
	var m metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &m); err != nil {
		t.Fatal(err)
	}
	got := map[string]int64{}
	for _, s := range m.ScopeMetrics {
		if s.Scope.SchemaURL != semconv.SchemaURL || s.Scope.Name != scopeName {
			t.Errorf("scope %+v", s.Scope)
		}
		for _, d := range s.Metrics {
			if d.Name != semconv.MetricAmbitExportDropped {
				t.Errorf("metric %s", d.Name)
			}
			sum, ok := d.Data.(metricdata.Sum[int64])
			if !ok {
				t.Fatalf("metric is a %T", d.Data)
			}
			for _, p := range sum.DataPoints {
				cause, _ := p.Attributes.Value(semconv.ErrorTypeKey)
				got[cause.AsString()] += p.Value
			}
		}
	}
	total := got["PERMISSION_DENIED"] + got[causeQueueFull]
	if total != 205 || got["PERMISSION_DENIED"] == 0 || got[causeQueueFull] == 0 {
		t.Errorf("counted %v, want 205 in all", slices.Sorted(maps.Keys(got)))
	}
}

// Whoever writes a span's strings: the request is valid, no larger than it may be,
// and every span is in it once.
func FuzzRequest(f *testing.F) {
	const limit = 16 << 10
	f.Add("name", "key", "value", 3, 1000)
	f.Add(bad, bad, bad, 50, limit)
	f.Add("", "", strings.Repeat("\u00e9", 100), 1, 5*limit)
	f.Add("ambit.x", "ambit.x", "\xf0\x9f", 2, limit-100)
	f.Fuzz(func(t *testing.T, name, key, value string, n, size int) {
		n, size = min(max(n, 1), 40), min(max(size, 0), 8*limit)
		key, name, value = cutString(key, 1000), cutString(name, 1000), cutString(value, 1000)
		ids := map[string]bool{}
		u := &uploader{
			Client: wire(func(_ context.Context, rss []*tracepb.ResourceSpans) error {
				b, err := proto.Marshal(&collectorpb.ExportTraceServiceRequest{ResourceSpans: rss})
				if err != nil {
					t.Fatal(err)
				}
				if len(b) > limit {
					t.Fatalf("a request of %d bytes", len(b))
				}
				for _, s := range spansOf(rss) {
					if ids[string(s.GetSpanId())] {
						t.Fatal("a span was sent twice")
					}
					ids[string(s.GetSpanId())] = true
				}
				return nil
			}),
			ledger: newLedger("x", nil), size: limit, patience: time.Second,
		}
		long := value
		if value != "" {
			long = strings.Repeat(value, size/len(value)+1)
		}
		var spans []*tracepb.Span
		for i := range n {
			s := &tracepb.Span{SpanId: fmt.Appendf(nil, "%08d", i), Name: name, Attributes: []*keyValue{text(key, value), text(value, name)}}
			if i%10 == 0 {
				s.Attributes = append(s.Attributes, text(key, long))
			}
			spans = append(spans, s)
		}
		rss := []*tracepb.ResourceSpans{{ScopeSpans: []*tracepb.ScopeSpans{{Spans: spans[:n/2]}, {SchemaUrl: key, Spans: spans[n/2:]}}}}
		if err := u.UploadTraces(t.Context(), rss); err != nil {
			t.Fatal(err)
		}
		if len(ids) != n || u.ledger.sent != int64(n) {
			t.Fatalf("%d of %d spans arrived", len(ids), n)
		}
	})
}

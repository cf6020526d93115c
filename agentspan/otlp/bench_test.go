package otlp

import (
	"context"
	"strconv"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	collectorpb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// twenty are the attributes of a span as a governed call has them.
var twenty = func() (kvs []attribute.KeyValue) {
	for i := range 20 {
		kvs = append(kvs, attribute.String("ambit.some.key."+strconv.Itoa(i), "a value of usual length"))
	}
	return kvs
}()

// BenchmarkSpan is what the agent pays for a span of 20 attributes: beside the
// SDK's batch processor, both with an exporter that costs nothing.
func BenchmarkSpan(b *testing.B) {
	for _, mode := range []string{"batcher", "queue"} {
		b.Run("mode="+mode, func(b *testing.B) {
			var p sdktrace.SpanProcessor
			if mode == "batcher" {
				p = sdktrace.NewBatchSpanProcessor(discard{})
			} else {
				p = newQueue(newLedger("", nil), envLimits(), discard{})
			}
			provider := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(p))
			tracer := provider.Tracer("bench")
			ctx := context.Background()
			b.ReportAllocs()
			for b.Loop() {
				_, span := tracer.Start(ctx, "span")
				span.SetAttributes(twenty...)
				span.End()
			}
			_ = provider.Shutdown(ended()) // says what was dropped
		})
	}
}

type discard struct{}

func (discard) ExportSpans(context.Context, []sdktrace.ReadOnlySpan) error { return nil }
func (discard) Shutdown(context.Context) error                             { return nil }

// BenchmarkExport is what a batch of 512 spans costs beside the agent, up to the
// bytes: with what is done here, and without.
func BenchmarkExport(b *testing.B) {
	marshal := wire(func(_ context.Context, rss []*tracepb.ResourceSpans) error {
		_, err := proto.Marshal(&collectorpb.ExportTraceServiceRequest{ResourceSpans: rss})
		return err
	})
	for _, mode := range []string{"plain", "uploader"} {
		b.Run("mode="+mode, func(b *testing.B) {
			var client otlptrace.Client = marshal
			if mode == "uploader" {
				client = &uploader{Client: marshal, ledger: newLedger("", nil), size: maxSize, patience: time.Minute}
			}
			exporter, err := otlptrace.New(b.Context(), client)
			if err != nil {
				b.Fatal(err)
			}
			var spans keep
			provider := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(&spans))
			tracer := provider.Tracer("bench")
			for range 512 {
				_, span := tracer.Start(context.Background(), "span", trace.WithAttributes(twenty...))
				span.End()
			}
			b.ReportAllocs()
			for b.Loop() {
				if err := exporter.ExportSpans(context.Background(), spans); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

type keep []sdktrace.ReadOnlySpan

func (*keep) OnStart(context.Context, sdktrace.ReadWriteSpan) {}
func (k *keep) OnEnd(s sdktrace.ReadOnlySpan)                 { *k = append(*k, s) }
func (*keep) Shutdown(context.Context) error                  { return nil }
func (*keep) ForceFlush(context.Context) error                { return nil }

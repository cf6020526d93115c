// Package onetrace takes the spans of several processes, so that an example can
// print the one trace they make together where no backend runs.
package onetrace

import (
	"context"
	"net"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	collectorpb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/grpc"
)

// A Collector takes what is sent to its address by OTLP over gRPC.
type Collector struct {
	collectorpb.UnimplementedTraceServiceServer
	server  *grpc.Server
	address string

	mu    sync.Mutex
	spans tracetest.SpanStubs
}

// Start starts a collector on a free port of this machine.
func Start(ctx context.Context) (*Collector, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	c := &Collector{server: grpc.NewServer(), address: l.Addr().String()}
	collectorpb.RegisterTraceServiceServer(c.server, c)
	go func() { _ = c.server.Serve(l) }() // it ends with Close
	return c, nil
}

// Close ends the collector.
func (c *Collector) Close() { c.server.Stop() }

// Endpoint is where spans are to be sent.
func (c *Collector) Endpoint() string { return "http://" + c.address }

// Spans returns what has arrived, which is all that was sent once the providers
// of the senders are shut down.
func (c *Collector) Spans() []sdktrace.ReadOnlySpan {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.spans.Snapshots()
}

// Export takes spans.
func (c *Collector) Export(_ context.Context, r *collectorpb.ExportTraceServiceRequest) (*collectorpb.ExportTraceServiceResponse, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, rs := range r.GetResourceSpans() {
		for _, ss := range rs.GetScopeSpans() {
			for _, s := range ss.GetSpans() {
				c.spans = append(c.spans, stub(s))
			}
		}
	}
	return &collectorpb.ExportTraceServiceResponse{}, nil
}

func stub(s *tracepb.Span) tracetest.SpanStub {
	kinds := map[tracepb.Span_SpanKind]trace.SpanKind{
		tracepb.Span_SPAN_KIND_INTERNAL: trace.SpanKindInternal,
		tracepb.Span_SPAN_KIND_CLIENT:   trace.SpanKindClient, tracepb.Span_SPAN_KIND_SERVER: trace.SpanKindServer,
	}
	return tracetest.SpanStub{
		Name: s.GetName(), SpanKind: kinds[s.GetKind()], Attributes: attributes(s.GetAttributes()),
		SpanContext: spanContext(s.GetTraceId(), s.GetSpanId()), Parent: spanContext(s.GetTraceId(), s.GetParentSpanId()),
		StartTime: time.Unix(0, int64(s.GetStartTimeUnixNano())), EndTime: time.Unix(0, int64(s.GetEndTimeUnixNano())),
	}
}

func spanContext(traceID, spanID []byte) trace.SpanContext {
	var c trace.SpanContextConfig
	copy(c.TraceID[:], traceID)
	copy(c.SpanID[:], spanID)
	return trace.NewSpanContext(c)
}

func attributes(all []*commonpb.KeyValue) (out []attribute.KeyValue) {
	for _, kv := range all {
		k := attribute.Key(kv.GetKey())
		switch v := kv.GetValue().GetValue().(type) {
		case *commonpb.AnyValue_StringValue:
			out = append(out, k.String(v.StringValue))
		case *commonpb.AnyValue_BoolValue:
			out = append(out, k.Bool(v.BoolValue))
		case *commonpb.AnyValue_IntValue:
			out = append(out, k.Int64(v.IntValue))
		case *commonpb.AnyValue_DoubleValue:
			out = append(out, k.Float64(v.DoubleValue))
		}
	}
	return out
}

package agentspantest

import (
	"context"
	"slices"
	"sync"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/agentspan"
)

// A Recorder keeps what a tracer makes, in memory. It is safe for concurrent use.
type Recorder struct {
	provider *sdktrace.TracerProvider
	keeper   keeper
	meters   *metric.MeterProvider
	reader   *metric.ManualReader
}

// NewRecorder returns a recorder with a provider of its own. opts go to the
// provider: a sampler, an id generator, a processor.
func NewRecorder(opts ...sdktrace.TracerProviderOption) *Recorder {
	r := &Recorder{reader: metric.NewManualReader()}
	r.provider = sdktrace.NewTracerProvider(append([]sdktrace.TracerProviderOption{sdktrace.WithSpanProcessor(&r.keeper)}, opts...)...)
	r.meters = metric.NewMeterProvider(metric.WithReader(r.reader))
	return r
}

// New returns a tracer and the recorder of what it makes. It fails the test if
// the tracer cannot be made, and closes the tracer when the test ends.
func New(t testing.TB, opts ...agentspan.Option) (*agentspan.Tracer, *Recorder) {
	t.Helper()
	r := NewRecorder()
	tracer, err := agentspan.New(append(r.Options(), opts...)...)
	if err != nil {
		t.Fatalf("agentspan.New: %v", err)
	}
	t.Cleanup(func() { _ = tracer.Close(context.Background()) })
	return tracer, r
}

// Options make a tracer record into r.
func (r *Recorder) Options() []agentspan.Option {
	return []agentspan.Option{agentspan.WithTracerProvider(r.provider), agentspan.WithMeterProvider(r.meters)}
}

// TracerProvider returns r's provider, for instrumentations beside the tracer.
func (r *Recorder) TracerProvider() trace.TracerProvider { return r.provider }

// Processor returns what keeps spans, to record beside the exporter of a provider
// that is set up elsewhere.
func (r *Recorder) Processor() sdktrace.SpanProcessor { return &r.keeper }

// Spans returns the spans that have ended, in the order of their start.
func (r *Recorder) Spans() []sdktrace.ReadOnlySpan { return r.keeper.spans() }

// Reset forgets the spans kept so far.
func (r *Recorder) Reset() { r.keeper.reset() }

// Metrics collects what was counted so far.
func (r *Recorder) Metrics(ctx context.Context) (metricdata.ResourceMetrics, error) {
	var m metricdata.ResourceMetrics
	err := r.reader.Collect(ctx, &m)
	return m, err
}

// Counter returns the sum of a counter over all sets of attributes that hold
// all of attrs; 0 if nothing was counted.
func (r *Recorder) Counter(name string, attrs ...attribute.KeyValue) int64 {
	m, err := r.Metrics(context.Background())
	if err != nil {
		return 0
	}
	var n int64
	for _, s := range m.ScopeMetrics {
		for _, d := range s.Metrics {
			sum, ok := d.Data.(metricdata.Sum[int64])
			if !ok || d.Name != name {
				continue
			}
			for _, p := range sum.DataPoints {
				if holds(p.Attributes, attrs) {
					n += p.Value
				}
			}
		}
	}
	return n
}

func holds(set attribute.Set, attrs []attribute.KeyValue) bool {
	return !slices.ContainsFunc(attrs, func(kv attribute.KeyValue) bool {
		v, ok := set.Value(kv.Key)
		return !ok || v != kv.Value
	})
}

// keeper is a span processor that keeps ended spans.
type keeper struct {
	mu    sync.Mutex
	ended []sdktrace.ReadOnlySpan
}

func (*keeper) OnStart(context.Context, sdktrace.ReadWriteSpan) {}
func (*keeper) Shutdown(context.Context) error                  { return nil }
func (*keeper) ForceFlush(context.Context) error                { return nil }

func (k *keeper) OnEnd(s sdktrace.ReadOnlySpan) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.ended = append(k.ended, s)
}

func (k *keeper) reset() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.ended = nil
}

func (k *keeper) spans() []sdktrace.ReadOnlySpan {
	k.mu.Lock()
	spans := slices.Clone(k.ended)
	k.mu.Unlock()
	slices.SortStableFunc(spans, func(a, b sdktrace.ReadOnlySpan) int { return a.StartTime().Compare(b.StartTime()) })
	return spans
}

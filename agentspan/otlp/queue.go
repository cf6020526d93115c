package otlp

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/pipeline"
)

// maxWaiting bounds the memory of a queue, roughly: frameworks put whole prompts
// on their spans, and a collector may be away for long.
const maxWaiting = 32 << 20

// reserved is the part of the queue, one in so many, that only what must not be
// lost may fill. Without it an agent could bury a refusal under calls that were
// allowed.
const reserved = 8

// closeTimeout bounds Shutdown and ForceFlush whose context has no deadline.
const closeTimeout = 5 * time.Second

// grace is how long Shutdown waits, its time being over, for the request that it
// cuts short to be counted.
// The client gives up at once: nobody waits that long but on a machine that is busy.
const grace = time.Second

// A queue is the span processor that exports. It stands in for the SDK's batch
// processor, which drops without counting and shuts down without saying what was
// lost. End costs the agent a lock and an append; all else happens on a goroutine
// of the queue's own. It is safe for concurrent use.
type queue struct {
	*ledger
	limits
	exporter sdktrace.SpanExporter
	wake     chan struct{}      // a batch is full
	flush    chan chan struct{} // closed when everything that waited was tried
	stop     chan struct{}
	done     chan struct{}
	cancel   context.CancelFunc // gives up on what is on its way

	// guarded by the ledger's lock
	waiting []waiting
	bytes   int // of waiting, roughly
	stopped bool

	once sync.Once
}

type waiting struct {
	span sdktrace.ReadOnlySpan
	size int
}

var _ sdktrace.SpanProcessor = (*queue)(nil)

func newQueue(l *ledger, lim limits, exporter sdktrace.SpanExporter) *queue {
	ctx, cancel := context.WithCancel(context.Background())
	q := &queue{
		ledger: l, limits: lim, exporter: exporter, cancel: cancel,
		wake: make(chan struct{}, 1), flush: make(chan chan struct{}), stop: make(chan struct{}), done: make(chan struct{}),
	}
	go q.run(ctx)
	return q
}

// OnStart does nothing.
func (*queue) OnStart(context.Context, sdktrace.ReadWriteSpan) {}

// OnEnd takes a span that was sampled, or counts it as dropped. It never waits
// for the collector.
func (q *queue) OnEnd(s sdktrace.ReadOnlySpan) {
	if !s.SpanContext().IsSampled() {
		return
	}
	size, vital := weigh(s)
	if q.offer(waiting{s, size}, vital) {
		select {
		case q.wake <- struct{}{}:
		default:
		}
	}
}

// offer queues a span if there is room, and reports whether a batch is full.
func (q *queue) offer(w waiting, vital bool) (full bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.ended++
	spans, bytes := q.queue, maxWaiting
	if !vital {
		spans, bytes = max(spans-spans/reserved, 1), bytes-bytes/reserved
	}
	switch {
	case q.stopped:
		q.drop(1, causeShutdown, nil)
		return false
	case len(q.waiting) >= spans, len(q.waiting) > 0 && q.bytes+w.size > bytes:
		q.drop(1, causeQueueFull, nil)
	default:
		q.waiting = append(q.waiting, w)
		q.bytes += w.size
	}
	return len(q.waiting) >= q.batch
}

// weigh returns about how much memory a span takes, and whether it must not be
// lost ([pipeline.Vital]), which only a span of ours can say. The sizes are those of
// a queue that was measured: 416 bytes bare and 1,824 with 20 attributes.
func weigh(s sdktrace.ReadOnlySpan) (size int, vital bool) {
	const span, attr = 416, 64
	size = span + len(s.Name()) + len(s.Status().Description)
	attrs := s.Attributes()
	for i := range attrs {
		size += attr + weight(attrs[i].Value)
	}
	for _, e := range s.Events() {
		size += attr + len(e.Name)
		for i := range e.Attributes {
			size += attr + weight(e.Attributes[i].Value)
		}
	}
	for _, l := range s.Links() {
		size += attr
		for i := range l.Attributes {
			size += attr + weight(l.Attributes[i].Value)
		}
	}
	if s.InstrumentationScope().Name != agentspan.ScopeName {
		return size, false
	}
	return size, slices.ContainsFunc(attrs, pipeline.Vital)
}

func weight(v attribute.Value) (n int) {
	switch v.Type() {
	case attribute.STRING:
		return len(v.AsString())
	case attribute.STRINGSLICE:
		for _, s := range v.AsStringSlice() {
			n += 16 + len(s)
		}
	case attribute.BYTESLICE:
		return len(v.AsByteSlice())
	case attribute.INT64SLICE, attribute.FLOAT64SLICE, attribute.BOOLSLICE, attribute.SLICE, attribute.MAP:
		return len(v.String()) // rare
	default:
	}
	return n
}

// run exports until it is told to stop, and then what is left.
func (q *queue) run(ctx context.Context) {
	defer close(q.done)
	defer func() { _ = q.exporter.Shutdown(ctx) }() // closes the connection; what arrived is counted already
	timer := time.NewTimer(q.delay)
	defer timer.Stop()
	for {
		select {
		case <-q.wake:
			for q.length() >= q.batch {
				q.export(ctx)
			}
		case flushed := <-q.flush:
			q.drain(ctx)
			close(flushed)
		case <-timer.C:
			q.drain(ctx)
		case <-q.stop:
			q.drain(ctx)
			return
		}
		q.report()
		timer.Reset(q.delay)
	}
}

func (q *queue) length() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.waiting)
}

// drain exports what waits now; what comes meanwhile is for the next time.
func (q *queue) drain(ctx context.Context) {
	for n := q.length(); n > 0; n -= q.batch {
		q.export(ctx)
	}
}

// export sends one batch, and sees to it that every span of it is accounted for.
func (q *queue) export(ctx context.Context) {
	spans := q.take()
	if len(spans) == 0 {
		return
	}
	cause, err := causeOther, error(nil)
	defer func() {
		if r := recover(); r != nil {
			cause, err = causePanic, fmt.Errorf("panic in the exporter: %T", r)
		}
		q.mu.Lock()
		rest := q.flying
		q.mu.Unlock()
		if rest > 0 {
			q.lost(rest, cause, err)
		}
	}()
	err = q.exporter.ExportSpans(ctx, spans)
}

// take takes the spans of one batch out of the queue.
func (q *queue) take() []sdktrace.ReadOnlySpan {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := min(len(q.waiting), q.batch)
	spans := make([]sdktrace.ReadOnlySpan, n)
	for i, w := range q.waiting[:n] {
		spans[i] = w.span
		q.bytes -= w.size
	}
	kept := copy(q.waiting, q.waiting[n:])
	clear(q.waiting[kept:])
	q.waiting = q.waiting[:kept]
	q.flying = int64(n)
	return spans
}

// ForceFlush exports what waits. Its error says if spans were lost meanwhile, or
// how many still wait when ctx ends; a context without a deadline gets 5 s.
func (q *queue) ForceFlush(ctx context.Context) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	before := q.stats().Dropped
	flushed := make(chan struct{})
	select {
	case q.flush <- flushed:
		select {
		case <-flushed:
		case <-q.done:
		case <-ctx.Done():
		}
	case <-q.done:
		return nil
	case <-ctx.Done():
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if err := ctx.Err(); err != nil && q.waits() > 0 {
		return fmt.Errorf("otlp: flush: %d spans still wait for %s: %w", q.waits(), q.target, err)
	}
	if q.dropped > before {
		return q.loss(q.dropped)
	}
	return nil
}

// Shutdown exports what waits, for as long as ctx lives, or 5 s if it has no
// deadline, and stops. Its error says how many spans of the program did not
// arrive, and why. The first call counts.
func (q *queue) Shutdown(ctx context.Context) (err error) {
	q.once.Do(func() {
		ctx, cancel := bounded(ctx)
		defer cancel()
		defer q.cancel()
		q.mu.Lock()
		q.stopped = true
		q.mu.Unlock()
		close(q.stop)
		select {
		case <-q.done:
		case <-ctx.Done():
			q.abandon()
		}
		q.count() // the error says the rest
		q.mu.Lock()
		defer q.mu.Unlock()
		err = q.loss(q.ended - q.sent)
	})
	return err
}

// abandon gives up on what waits and on what is on its way.
func (q *queue) abandon() {
	q.mu.Lock()
	q.drop(int64(len(q.waiting)), causeShutdown, nil)
	clear(q.waiting)
	q.waiting, q.bytes = nil, 0
	q.mu.Unlock()
	q.cancel()
	over := time.NewTimer(grace)
	defer over.Stop()
	select {
	case <-q.done:
	case <-over.C:
	}
}

// bounded gives a context without a deadline one.
func bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, closeTimeout)
}

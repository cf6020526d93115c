package otlp

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"

	"github.com/ambit-go/ambit/semconv"
)

// Stats says what became of the spans of a [Provider]. Each span that was sampled
// and has ended is in exactly one of Sent, Waiting and Dropped.
type Stats struct {
	Ended     int64            // sampled spans that ended
	Sent      int64            // the collector took them
	Waiting   int64            // in the queue, or on their way
	Dropped   int64            // did not and will not arrive
	Causes    map[string]int64 // Dropped by cause: those of ambit.export.dropped
	Cut       int64            // of Sent: without some of their values, being larger than a request may be
	LastError error            // of the last attempt that failed, also if a later one went well; nil if none did
}

// Causes of a loss beside the codes of gRPC ("UNAVAILABLE"), as error.type.
const (
	causeQueueFull = "queue_full" // more spans ended than could be sent
	causeShutdown  = "shutdown"   // there was no time left, or the span ended after the end
	causeTooLarge  = "too_large"  // one span that no request can hold
	causeRejected  = "rejected"   // the collector took the request, and not this span
	causePanic     = "panic"      // in the exporter
	causeOther     = "_OTHER"
)

// How often the same trouble is told to OpenTelemetry's error handler, and how
// long a collector may be away before that is worth telling.
const (
	tellEvery = time.Minute
	tellAfter = 10 * time.Second
)

// A ledger counts what becomes of spans. It is safe for concurrent use.
type ledger struct {
	target  string
	counter metric.Int64Counter

	mu      sync.Mutex
	ended   int64
	sent    int64
	dropped int64
	flying  int64 // of those that wait: taken from the queue and not settled yet
	cut     int64
	causes  map[string]int64
	last    error

	counted map[string]int64 // of causes: what the metric knows
	told    int64            // of dropped: what the error handler knows
	toldAt  time.Time
	trouble time.Time // since when the collector takes nothing; zero if it does
}

func newLedger(target string, counter metric.Int64Counter) *ledger {
	return &ledger{target: target, counter: counter, causes: map[string]int64{}, counted: map[string]int64{}}
}

func (l *ledger) stats() Stats {
	l.mu.Lock()
	defer l.mu.Unlock()
	return Stats{
		Ended: l.ended, Sent: l.sent, Waiting: l.waits(), Dropped: l.dropped,
		Causes: maps.Clone(l.causes), Cut: l.cut, LastError: l.last,
	}
}

// took notes that the collector took n spans that were on their way, of which it
// rejected some.
func (l *ledger) took(n, rejected int64, complaint error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	rejected = min(max(rejected, 0), n) // a collector may say anything
	l.flying -= n
	l.sent += n - rejected
	l.drop(rejected, causeRejected, complaint)
	l.trouble = time.Time{}
}

// lost notes that n spans that were on their way will not arrive.
func (l *ledger) lost(n int64, cause string, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.flying -= n
	l.drop(n, cause, err)
}

// drop notes a loss; the lock is held.
func (l *ledger) drop(n int64, cause string, err error) {
	if err != nil {
		l.last = err
	}
	if n > 0 {
		l.dropped += n
		l.causes[cause] += n
	}
}

// failed notes an attempt that will be repeated.
func (l *ledger) failed(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last = err
	if l.trouble.IsZero() {
		l.trouble = time.Now()
	}
}

func (l *ledger) shortened() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut++
}

// report hands what is new to the metric, and to the error handler if that has not
// heard of anything for a while. It runs beside the agent, never in its path.
func (l *ledger) report() {
	defer func() { _ = recover() }() // the handler belongs to the program
	l.count()
	if err := l.news(); err != nil {
		otel.Handle(err)
	}
}

// count hands losses that are new to the metric.
func (l *ledger) count() {
	defer func() { _ = recover() }() // so does the meter provider
	l.mu.Lock()
	var fresh map[string]int64
	for cause, n := range l.causes {
		if d := n - l.counted[cause]; d > 0 {
			if fresh == nil {
				fresh = map[string]int64{}
			}
			fresh[cause] = d
			l.counted[cause] = n
		}
	}
	l.mu.Unlock()
	for cause, n := range fresh {
		l.counter.Add(context.Background(), n, metric.WithAttributes(semconv.ErrorType(cause)))
	}
}

// news returns what the error handler should hear; nil if there is nothing, or it
// heard something lately.
func (l *ledger) news() (news error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if !l.toldAt.IsZero() && now.Sub(l.toldAt) < tellEvery {
		return nil
	}
	switch {
	case l.dropped > l.told:
		news = l.loss(l.dropped)
	case !l.trouble.IsZero() && now.Sub(l.trouble) >= tellAfter && l.waits() > 0:
		news = fmt.Errorf("otlp: %s takes no spans, %d wait: %w", l.target, l.waits(), l.last)
	default:
		return nil
	}
	l.told, l.toldAt = l.dropped, now
	return news
}

// waits is how many spans are not settled; the lock is held.
func (l *ledger) waits() int64 { return l.ended - l.sent - l.dropped }

// loss says that so many spans did not arrive, and why; nil if none are missing.
// Those that are missing and not dropped are on their way. The lock is held.
func (l *ledger) loss(missing int64) error {
	if missing == 0 {
		return nil
	}
	causes := slices.SortedFunc(maps.Keys(l.causes), func(a, b string) int {
		return cmp.Or(cmp.Compare(l.causes[b], l.causes[a]), cmp.Compare(a, b))
	})
	var why []string
	for _, c := range causes {
		why = append(why, c+" "+strconv.FormatInt(l.causes[c], 10))
	}
	if n := missing - l.dropped; n > 0 {
		why = append(why, "on their way "+strconv.FormatInt(n, 10))
	}
	err := fmt.Errorf("otlp: %d of %d spans did not arrive at %s (%s)", missing, l.ended, l.target, strings.Join(why, ", "))
	if l.last != nil {
		err = fmt.Errorf("%w: %w", err, l.last)
	}
	return err
}

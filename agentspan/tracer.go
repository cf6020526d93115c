package agentspan

import (
	"context"
	"crypto/rand"
	"errors"
	"iter"
	"reflect"
	"strings"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/trace"
	tracenoop "go.opentelemetry.io/otel/trace/noop"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect/analyze"
	"github.com/ambit-go/ambit/boundary/secret"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/semconv"
)

// ScopeName is the instrumentation scope of everything a [Tracer] makes.
const ScopeName = "github.com/ambit-go/ambit/agentspan"

// A Tracer governs and records what agents do. It is safe for concurrent use.
// The nil and the zero Tracer record nothing, decide nothing and cost nothing.
type Tracer struct {
	config
	on        bool // made by New
	governed  bool // has a checker: a call without a session is refused
	broken    bool // New failed: everything is refused
	spans     spanSource
	harmless  harmless
	toolSpans known
	reasons   known
	metrics   *metrics // nil if nobody listens
	store     *store
	signals   *signalQueue
	holders   *identity.Holders // notices a credential in the hands of two agents
	closed    atomic.Bool
	suspends  atomic.Bool  // a session was suspended: calls are decided, whoever else wants to know of them
	reviewed  atomic.Int64 // day, counted from 1970, on which it was last told that a review is due
}

// New makes a tracer. A plug-in that is nil, or a setting that cannot work, is an
// error, and the tracer returned beside it refuses every call: a program that
// goes on regardless is not ungoverned.
func New(opts ...Option) (*Tracer, error) {
	t := &Tracer{on: true}
	t.maxSessions, t.idle, t.approvalTTL = defaultSessions, defaultIdle, defaultApprovalTTL
	t.maxPerParty = defaultSessions / 4
	for _, o := range opts {
		if o == nil {
			t.errs = append(t.errs, errors.New("agentspan: nil option"))
			continue
		}
		o.apply(&t.config)
	}
	if t.sessionTrace && t.ids == nil {
		t.errs = append(t.errs, errors.New("agentspan: a trace for the whole session needs WithSpanIDs"))
	}
	if t.analyzer == nil {
		t.analyzer = analyze.Default()
	}
	if t.detector == nil {
		t.detector = secret.Default()
	}
	if t.detector == secret.Default() {
		t.harmless.init()
	}
	if t.hashKey.IsZero() {
		t.hashKey = randomKey()
	}
	t.governed = t.checker != nil
	t.spans.init(t.tracerProvider)
	t.metrics = newMetrics(t.meterProvider, append(t.listed, vocabulary(t.checker)...), grantsOf(t.checker))
	t.store = newStore(t)
	t.holders = identity.NewHolders()
	t.signals = newSignalQueue(t.onSignal, t.metrics)
	if err := errors.Join(t.errs...); err != nil {
		t.broken, t.governed = true, true
		t.checker = misconfigured
		return t, err
	}
	return t, nil
}

// misconfigured is the checker of a tracer that could not be made.
var misconfigured = boundary.CheckerFunc(func(context.Context, boundary.Request) (boundary.Decision, error) {
	return boundary.Decision{
		Because: []boundary.Determination{{Reason: boundary.ReasonMisconfigured}},
		Message: "the boundary is not set up correctly, so everything is refused",
	}, nil
})

const (
	defaultSessions    = 100_000
	defaultIdle        = time.Hour
	defaultApprovalTTL = 5 * time.Minute
)

// off reports whether t does nothing at all.
func (t *Tracer) off() bool { return t == nil || !t.on }

// Close writes the summaries of the sessions that are still open and waits for
// signals on their way, at most until ctx ends. Afterwards no session can start.
// A signal handler that closes the tracer must pass on the context that it was given:
// Close then waits for no signal, since it would wait for the handler. With another
// context it returns when that one ends.
// Spans are delivered by the provider: shut it down after the tracer.
func (t *Tracer) Close(ctx context.Context) error {
	if t.off() || t.closed.Swap(true) {
		return nil
	}
	t.store.close()
	return t.signals.close(ctx)
}

// Providers returns what t records with, for integrations that make spans and
// metrics of their own beside it: those given, else the global ones.
func (t *Tracer) Providers() (trace.TracerProvider, metric.MeterProvider) {
	tp, mp := trace.TracerProvider(tracenoop.NewTracerProvider()), metric.MeterProvider(metricnoop.NewMeterProvider())
	if t.off() {
		return tp, mp
	}
	if tp = t.tracerProvider; tp == nil {
		tp = otel.GetTracerProvider()
	}
	if mp = t.meterProvider; mp == nil {
		mp = otel.GetMeterProvider()
	}
	return tp, mp
}

// A Vocabulary is a checker that knows the names of its rules and of the tools
// and agents it governs, so that metrics may use them. One that also has a method
// Grants() iter.Seq2[string, string], of pairs of a ruleset and a grant, has the
// uses of each counted, from zero on.
type Vocabulary interface{ Names() []string }

func vocabulary(c boundary.Checker) []string {
	if v, ok := c.(Vocabulary); ok {
		return v.Names()
	}
	return nil
}

func grantsOf(c boundary.Checker) iter.Seq2[string, string] {
	if g, ok := c.(interface {
		Grants() iter.Seq2[string, string]
	}); ok {
		return g.Grants()
	}
	return nil
}

// spanSource makes spans, and knows when there is no use in trying.
type spanSource struct {
	global bool // follow the global provider, which may be set later
	none   bool // a provider that never records
	own    trace.Tracer
	found  atomic.Pointer[globalTracer]
}

type globalTracer struct {
	provider trace.TracerProvider
	tracer   trace.Tracer
}

func (s *spanSource) init(p trace.TracerProvider) {
	switch p.(type) {
	case nil:
		s.global = true
	case tracenoop.TracerProvider, *tracenoop.TracerProvider:
		s.none = true
	default:
		s.own = tracerOf(p)
	}
}

func tracerOf(p trace.TracerProvider) trace.Tracer {
	return p.Tracer(ScopeName, trace.WithSchemaURL(semconv.SchemaURL), trace.WithInstrumentationVersion(Version))
}

// tracer returns what to make spans with; nil if no span could be recorded.
// Starting a span on a provider that does nothing is not free, so that is found
// out before.
func (s *spanSource) tracer() trace.Tracer {
	if !s.global {
		return s.own
	}
	p := otel.GetTracerProvider()
	if f := s.found.Load(); f != nil && f.provider == p {
		return f.tracer
	}
	f := &globalTracer{provider: p}
	switch p.(type) {
	case tracenoop.TracerProvider, *tracenoop.TracerProvider:
	default:
		if !placeholder(p) {
			f.tracer = tracerOf(p)
		}
	}
	if reflect.TypeOf(p).Comparable() {
		s.found.Store(f)
	}
	return f.tracer
}

// placeholder reports whether p is what the API hands out as long as no program
// has set a provider. Its type is internal, so its package is what is left to ask.
func placeholder(p any) bool {
	t := reflect.TypeOf(p)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return strings.HasSuffix(t.PkgPath(), "otel/internal/global")
}

// randomKey returns a key that no other process has.
func randomKey() identity.Key {
	secret := make([]byte, 32)
	_, _ = rand.Read(secret)          // never fails since Go 1.24
	key, _ := identity.NewKey(secret) // long enough
	return key
}

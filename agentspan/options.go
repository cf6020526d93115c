package agentspan

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/secret"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/intent"
)

// An Option configures a [Tracer].
type Option interface{ apply(*config) }

type optionFunc func(*config)

func (f optionFunc) apply(c *config) { f(c) }

type config struct {
	tracerProvider trace.TracerProvider
	meterProvider  metric.MeterProvider
	checker        boundary.Checker
	classifier     intent.Classifier
	analyzer       effect.Analyzer
	detector       secret.Detector
	approver       Approver
	approvalTTL    time.Duration
	onSignal       func(context.Context, Signal)
	onEvent        func(context.Context, Event)
	redact         func(Content, string) string
	content        Content
	privacyKey     identity.Key
	hashKey        identity.Key
	ids            SpanIDs
	sessionTrace   bool
	noHandles      bool
	startAttrs     bool
	maxSessions    int
	maxPerParty    int
	idle           time.Duration
	listed         []string
	errs           []error
}

// use puts v, a plug-in, into *field, and is an error if it is nil: the pointer or
// the function in it included, as where a constructor failed and nobody looked.
func use[T any](c *config, field *T, v T, what string) {
	switch r := reflect.ValueOf(&v).Elem(); r.Kind() {
	case reflect.Interface:
		if r = r.Elem(); !r.IsValid() || (r.Kind() == reflect.Pointer || r.Kind() == reflect.Func) && r.IsNil() {
			c.missing(what)
			return
		}
	case reflect.Func:
		if r.IsNil() {
			c.missing(what)
			return
		}
	default:
	}
	*field = v
}

func (c *config) key(field *identity.Key, k identity.Key, what string) {
	if k.IsZero() {
		c.missing(what)
		return
	}
	*field = k
}

func (c *config) missing(what string) {
	c.errs = append(c.errs, fmt.Errorf("agentspan: nil %s", what))
}

// WithTracerProvider makes spans with p instead of the global provider.
func WithTracerProvider(p trace.TracerProvider) Option {
	return optionFunc(func(c *config) { use(c, &c.tracerProvider, p, "tracer provider") })
}

// WithMeterProvider makes metrics with p instead of the global provider.
func WithMeterProvider(p metric.MeterProvider) Option {
	return optionFunc(func(c *config) { use(c, &c.meterProvider, p, "meter provider") })
}

// WithChecker makes every tool call ask ch first. A nil checker, or a nil one
// anywhere inside a combination, makes [New] fail: a missing policy must be
// noticed at start, not after an incident.
func WithChecker(ch boundary.Checker) Option {
	return optionFunc(func(c *config) {
		if err := boundary.Validate(ch); err != nil {
			c.errs = append(c.errs, fmt.Errorf("agentspan: checker: %w", err))
			return
		}
		c.checker = ch
	})
}

// WithClassifier says what the actions of each session add up to. A nil
// classifier makes [New] fail.
func WithClassifier(cl intent.Classifier) Option {
	return optionFunc(func(c *config) { use(c, &c.classifier, cl, "classifier") })
}

// WithAnalyzer finds out what a call would touch with a instead of the default
// analyzer. A nil analyzer makes [New] fail.
func WithAnalyzer(a effect.Analyzer) Option {
	return optionFunc(func(c *config) { use(c, &c.analyzer, a, "analyzer") })
}

// WithDetector looks for secrets with d instead of the default detector. A nil
// detector makes [New] fail.
func WithDetector(d secret.Detector) Option {
	return optionFunc(func(c *config) { use(c, &c.detector, d, "detector") })
}

// WithApprover asks a when a call needs approval, and waits at most timeout for
// the answer (5 minutes if it is not positive). Without an approver such a call
// is refused. A nil approver makes [New] fail.
func WithApprover(a Approver, timeout time.Duration) Option {
	return optionFunc(func(c *config) {
		use(c, &c.approver, a, "approver")
		if timeout > 0 {
			c.approvalTTL = timeout
		}
	})
}

// WithSignalHandler calls f for each [Signal], one after the other, on a
// goroutine of its own. Signals that wait while f is busy are bounded; those
// above the bound are dropped and counted. It may close the tracer, with the context
// that it is given ([Tracer.Close]).
func WithSignalHandler(f func(context.Context, Signal)) Option {
	return optionFunc(func(c *config) { use(c, &c.onSignal, f, "signal handler") })
}

// WithEventHandler calls f for each [Event], beside writing it onto its span,
// whether that span is recorded or not. f is called on the agent's goroutine,
// possibly concurrently, and must return soon; a panic in it is contained.
func WithEventHandler(f func(context.Context, Event)) Option {
	return optionFunc(func(c *config) { use(c, &c.onEvent, f, "event handler") })
}

// Content is a kind of text that may hold what people and tools said. All of it
// is off unless switched on.
type Content uint8

const (
	Prompts   Content = 1 << iota // what the owner asked
	Arguments                     // arguments of tool calls
	Results                       // what tools returned
	Errors                        // error messages
)

// WithContent records the given kinds of content, cut to 2,000 bytes and with
// secrets replaced. It goes to the event handler where there is one
// ([WithEventHandler]) and onto spans where not.
func WithContent(kinds ...Content) Option {
	return optionFunc(func(c *config) {
		for _, k := range kinds {
			c.content |= k
		}
	})
}

// WithRedactor passes content through f before it is recorded, after known
// secrets were replaced. A nil redactor makes [New] fail.
func WithRedactor(f func(kind Content, text string) string) Option {
	return optionFunc(func(c *config) { use(c, &c.redact, f, "redactor") })
}

// WithPrivacy writes keyed hashes of the ids of people, and of owners whatever they
// are, instead of the ids (user.hash instead of user.id): on spans, in events, in the
// handles of credentials and in the paths of home folders. Names in other texts, a
// repository's or a session's id, are written as they are. A zero key makes [New] fail.
func WithPrivacy(key identity.Key) Option {
	return optionFunc(func(c *config) { c.key(&c.privacyKey, key, "privacy key") })
}

// WithoutHandles leaves the handles of credentials out of all that is written, for
// where it must not be seen which credential of an account was used. Fingerprints
// stay: nobody without the deployment's key can make one. Checkers see both.
func WithoutHandles() Option { return optionFunc(func(c *config) { c.noHandles = true }) }

// WithHashKey is the deployment's key for hashes of prompts and fingerprints of
// credentials, so that two processes of one deployment write the same ones.
// Without it each process makes a key of its own at start. A zero key makes
// [New] fail.
func WithHashKey(key identity.Key) Option {
	return optionFunc(func(c *config) { c.key(&c.hashKey, key, "hash key") })
}

// SpanIDs tells the ids of spans before they exist. Package pipeline has one,
// which is also the id generator the provider needs.
type SpanIDs interface {
	// SessionSpan returns the context that the summary of a session will have;
	// whole says that all turns of the session are in one trace.
	SessionSpan(session, epoch string, whole bool) trace.SpanContext
}

// WithSpanIDs says that the provider makes ids with ids, so that turns can link
// to the summary of their session before it is written.
func WithSpanIDs(ids SpanIDs) Option {
	return optionFunc(func(c *config) { use(c, &c.ids, ids, "span ids") })
}

// WithSessionTrace puts all turns of a session into one trace. It needs
// [WithSpanIDs]; without, [New] fails.
func WithSessionTrace() Option { return optionFunc(func(c *config) { c.sessionTrace = true }) }

// WithStartAttributes gives the attributes of a tool call to samplers as well,
// at the price of copying them twice.
func WithStartAttributes() Option { return optionFunc(func(c *config) { c.startAttrs = true }) }

// WithSessionLimits bounds the sessions that are kept: total of them, perParty
// of one verified party (sessions of parties that are not verified share one
// such quota), each for as long as idle after its last use. The defaults are
// 100,000, a quarter of total, and an hour; a value that is not positive keeps
// its default. The session that was used longest ago makes room.
func WithSessionLimits(total, perParty int, idle time.Duration) Option {
	return optionFunc(func(c *config) {
		if total > 0 {
			c.maxSessions, c.maxPerParty = total, max(total/4, 1)
		}
		if perParty > 0 {
			c.maxPerParty = perParty
		}
		if idle > 0 {
			c.idle = idle
		}
	})
}

// WithNames lists the tools, agents and rules that metrics may name. Checkers
// that know theirs need not be repeated here. All others count as "_OTHER", so
// that no agent can blow up a metric.
func WithNames(names ...string) Option {
	return optionFunc(func(c *config) { c.listed = append(c.listed, names...) })
}

package agentspan

import (
	"context"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"

	"github.com/ambit-go/ambit/semconv"
)

// A Signal is a thing somebody should look at. It holds no content. Signals also
// reach the event handler, as ambit.signal.raised.
type Signal struct {
	Kind    SignalKind
	Time    time.Time
	Session string // id of the session; empty if there is none
	Agent   string
	Tool    string
	Detail  string // a code or a name from a closed list, or what [ActiveSession.Suspend] was told
}

// A SignalKind is what a signal is about, from a closed list.
type SignalKind string

// The kinds of signals.
const (
	SignalOwnerMissing      SignalKind = "owner_missing"           // a session without an owner
	SignalRefusalIgnored    SignalKind = "refusal_ignored"         // a refused call ran
	SignalArgumentsChanged  SignalKind = "arguments_changed"       // a call ran with other arguments than were decided about
	SignalIdentitySwitched  SignalKind = "identity_switched"       // the session departed from its identity baseline
	SignalSecretAccessed    SignalKind = "secret_accessed"         // a secret was found or touched
	SignalIntentAnomalous   SignalKind = "intent_anomalous"        // the actions add up to something hostile
	SignalIntentDrifted     SignalKind = "intent_drifted"          // the actions depart from the task
	SignalGovernanceTamper  SignalKind = "governance_tamper"       // a call reached for what governs the agent
	SignalApprovalFatigue   SignalKind = "approval_fatigue"        // too many asks, or declines, in a short time
	SignalToolChanged       SignalKind = "tool_definition_changed" // a tool is not what it was
	SignalPolicyReload      SignalKind = "policy_reload_failed"    // a new policy did not load, the last valid one stays
	SignalPolicyReview      SignalKind = "policy_review_due"       // the day to review the policy has passed; at a session's start, once a day
	SignalPostWithoutPre    SignalKind = "post_without_pre"        // a call ran and nobody had asked
	SignalBypassPermissions SignalKind = "bypass_permissions"      // the agent runs without its own permission checks
	SignalConfigChanged     SignalKind = "config_changed"          // the agent's settings changed
	SignalSessionSuspended  SignalKind = "session_suspended"
	SignalSessionPrivileged SignalKind = "session_privileged"
	SignalHistoryLost       SignalKind = "history_lost" // a session came back after it had to be dropped
	SignalMalformed         SignalKind = "delegation_malformed"
	SignalDropped           SignalKind = "export_dropped" // records did not arrive
)

// Signal raises a signal about the session in ctx, for integrations that see
// what this package cannot. Detail must hold no content.
func (t *Tracer) Signal(ctx context.Context, s Signal) {
	if !t.off() {
		t.signal(ctx, t.sessionState(ctx), s)
	}
}

func (t *Tracer) signal(ctx context.Context, st *state, s Signal) {
	if t.signals == nil && t.onEvent == nil {
		return
	}
	if s.Time.IsZero() {
		s.Time = time.Now()
	}
	if st != nil {
		s.Session, s.Agent = st.id, st.agent()
	}
	s.Tool, s.Detail = t.clean(s.Tool), t.clean(s.Detail)
	if t.onEvent != nil {
		t.hand(ctx, st, nil, s.Time, semconv.EventAmbitSignalRaised, appendKnown([]attribute.KeyValue{semconv.AmbitSignalKind(string(s.Kind))}, semconv.GenAIToolNameKey, s.Tool))
	}
	if t.signals != nil {
		t.signals.put(context.WithoutCancel(ctx), s)
	}
}

// A signalQueue calls the handler on a goroutine of its own, so that somebody
// who pages people does not make the agent wait.
type signalQueue struct {
	handle  func(context.Context, Signal)
	metrics *metrics
	mu      sync.RWMutex
	closed  bool
	queue   chan queued
	done    chan struct{}
}

type queued struct {
	ctx context.Context
	s   Signal
}

// maxSignals bounds the signals that wait.
const maxSignals = 256

func newSignalQueue(handle func(context.Context, Signal), m *metrics) *signalQueue {
	if handle == nil {
		return nil
	}
	q := &signalQueue{handle: handle, metrics: m, queue: make(chan queued, maxSignals), done: make(chan struct{})}
	go q.run()
	return q
}

func (q *signalQueue) run() {
	defer close(q.done)
	for e := range q.queue {
		q.call(e)
	}
}

func (q *signalQueue) call(e queued) {
	defer func() { _ = recover() }()
	if e.ctx.Value(handling{q}) == nil { // else the handler raised it
		e.ctx = context.WithValue(e.ctx, handling{q}, true)
	}
	q.handle(e.ctx, e.s)
}

// handling marks the contexts of a queue's own handler.
type handling struct{ q *signalQueue }

func (q *signalQueue) put(ctx context.Context, s Signal) {
	q.mu.RLock()
	defer q.mu.RUnlock()
	if q.closed {
		return
	}
	select {
	case q.queue <- queued{ctx, s}:
	default:
		q.metrics.drop("signal_queue_full")
	}
}

// close waits for the signals on their way, at most until ctx ends. The handler
// itself waits for none: the one that it has in hand would be among them.
func (q *signalQueue) close(ctx context.Context) error {
	if q == nil {
		return nil
	}
	q.mu.Lock()
	if !q.closed {
		q.closed = true
		close(q.queue)
	}
	q.mu.Unlock()
	if ctx.Value(handling{q}) != nil {
		return nil
	}
	select {
	case <-q.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

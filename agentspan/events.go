package agentspan

import (
	"context"
	"slices"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/semconv"
)

// An Event is a moment of a session worth a record of its own. It is also
// written onto its span, but for content, which goes where the handler is.
type Event struct {
	Name       string // one of the names in package semconv
	Time       time.Time
	Session    string               // id; empty if there is none
	Attributes []attribute.KeyValue // of the event, and the session's own
}

// emit writes an event onto span, if it is recorded, and hands it to the handler.
func (t *Tracer) emit(ctx context.Context, span trace.Span, st *state, name string, attrs ...attribute.KeyValue) {
	if span != nil && span.IsRecording() {
		span.AddEvent(name, trace.WithAttributes(attrs...))
	}
	t.hand(ctx, st, name, attrs)
}

// hand gives an event to the handler; a panic in it is contained.
func (t *Tracer) hand(ctx context.Context, st *state, name string, attrs []attribute.KeyValue) {
	if t.onEvent == nil {
		return
	}
	defer func() { _ = recover() }()
	e := Event{Name: name, Time: time.Now(), Attributes: slices.Clone(attrs)}
	if st != nil {
		e.Session = st.id
		e.Attributes = st.appendSession(e.Attributes, 0, st.labels.bits.Load())
	}
	t.onEvent(ctx, e)
}

// events tells of everything remarkable about a call, once it is decided.
func (c *call) events(ctx context.Context, span trace.Span) {
	t, st, d, use := c.tracer, c.state, &c.decision, c.noun.Use
	if len(d.Crossings) > 0 {
		attrs := append(make([]attribute.KeyValue, 0, 8), semconv.AmbitCrossingKind(d.Crossings[0].Kind.String()),
			semconv.AmbitDecisionOutcome(d.Outcome().String()), semconv.AmbitDecisionEnforced(!d.Observed))
		attrs = appendText(attrs, t, semconv.AmbitDecisionReasonKey, string(d.Determining().Reason))
		attrs = appendText(attrs, t, semconv.SecurityRuleNameKey, d.Determining().Rule)
		if len(c.effects) > 0 {
			attrs = append(attrs, semconv.AmbitEffectAccess(effect.Strongest(c.effects).String()),
				semconv.AmbitEffectCertainty(effect.Certain(c.effects).String()))
		}
		t.emit(ctx, span, st, semconv.EventAmbitBoundaryCrossed, attrs...)
		for _, x := range d.Crossings {
			switch x.Kind {
			case boundary.GovernanceTamper:
				t.signal(ctx, st, Signal{Kind: SignalGovernanceTamper, Tool: c.name})
			default:
			}
		}
	}
	c.secretEvents(ctx, span)
	if use != nil {
		t.emitUse(ctx, span, st, use)
	}
	for i := range c.carried {
		t.emitUse(ctx, span, st, &c.carried[i])
	}
	t.emitSwitches(ctx, span, st, use, c.switches)
	if c.changed {
		r := c.intent
		attrs := []attribute.KeyValue{semconv.AmbitIntentLabel(string(r.Label)), semconv.AmbitIntentScore(r.Score), semconv.AmbitIntentAnomalous(r.Anomalous)}
		if c.before != "" {
			attrs = append(attrs, semconv.AmbitIntentPreviousLabel(c.before))
		}
		t.emit(ctx, span, st, semconv.EventAmbitIntentChanged, attrs...)
		if r.Anomalous {
			t.signal(ctx, st, Signal{Kind: SignalIntentAnomalous, Tool: c.name, Detail: string(r.Label)})
		}
	}
	if c.drifted {
		r := c.intent
		t.emit(ctx, span, st, semconv.EventAmbitIntentDrifted,
			semconv.AmbitIntentLabel(string(r.Label)), semconv.AmbitIntentDrift(r.Drift), semconv.AmbitIntentScore(r.Score))
		t.signal(ctx, st, Signal{Kind: SignalIntentDrifted, Tool: c.name, Detail: string(r.Label)})
	}
	if c.toolDrift {
		t.signal(ctx, st, Signal{Kind: SignalToolChanged, Tool: c.name})
	}
	if c.approval != "" {
		t.emit(ctx, span, st, semconv.EventAmbitApprovalResolved,
			semconv.AmbitApprovalOutcome(c.approval), semconv.AmbitApprovalLatencyMS(int(c.approvalTime.Milliseconds())))
	}
	if text := t.contentText(Arguments, text(c.noun.Arguments)); text != "" {
		t.writeContent(ctx, span, st, semconv.GenAIToolCallArgumentsKey.String(text))
	}
}

// secretEvents tells of the secrets a call names or reaches for: what was found
// in its arguments, and the places it would read.
func (c *call) secretEvents(ctx context.Context, span trace.Span) {
	t, st := c.tracer, c.state
	told := 0
	for i := range c.findings {
		f := &c.findings[i]
		if told++; told > maxTold {
			break
		}
		t.emit(ctx, span, st, semconv.EventAmbitSecretAccessed,
			semconv.AmbitSecretKind(t.clean(f.Kind)), semconv.AmbitSecretPlace(f.Place.String()))
	}
	for i := range c.effects {
		e := &c.effects[i]
		if e.Kind != effect.Secret {
			continue
		}
		if told++; told > maxTold {
			break
		}
		kind, place := secretPlace(e.Target)
		t.emit(ctx, span, st, semconv.EventAmbitSecretAccessed, semconv.AmbitSecretKind(kind), semconv.AmbitSecretPlace(place))
	}
	if told > 0 {
		t.signal(ctx, st, Signal{Kind: SignalSecretAccessed, Tool: c.name})
	}
}

// maxTold bounds the events of one sort that one call can make.
const maxTold = 8

// writeContent puts recorded content where it belongs: to the event handler if
// there is one, else onto the span.
func (t *Tracer) writeContent(ctx context.Context, span trace.Span, st *state, kv attribute.KeyValue) {
	if t.onEvent != nil {
		t.hand(ctx, st, semconv.EventGenAIClientInferenceOperationDetails, []attribute.KeyValue{kv})
		return
	}
	if span != nil && span.IsRecording() {
		span.SetAttributes(kv)
	}
}

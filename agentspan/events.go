package agentspan

import (
	"cmp"
	"context"
	"slices"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/intent"
	"github.com/ambit-go/ambit/semconv"
)

// An Event is a moment of a session worth a record of its own. It is also
// written onto its span, but for content, which goes where the handler is.
type Event struct {
	Name       string // one of the names in package semconv
	Time       time.Time
	Session    string               // id; empty if there is none
	Attributes []attribute.KeyValue // of the event, its call and its session; no key twice
}

// A scene is where something happens: the span it is written onto, the session it
// belongs to, and when, if that is not now.
type scene struct {
	t     *Tracer
	ctx   context.Context
	span  trace.Span // nil if nothing is recorded
	state *state     // nil without a session
	at    time.Time  // zero for now; the recording's time in a replay
	call  *call      // whose moment it is; nil for a turn's
}

// scene is where the call c is, on span.
func (c *call) scene(ctx context.Context, span trace.Span) scene {
	return scene{c.tracer, ctx, span, c.state, c.noun.Start, c}
}

// emit writes an event onto the span, if it is recorded, and hands it to the
// handler.
func (in scene) emit(name string, attrs ...attribute.KeyValue) {
	if in.span != nil && in.span.IsRecording() {
		if in.at.IsZero() {
			in.span.AddEvent(name, trace.WithAttributes(attrs...))
		} else {
			in.span.AddEvent(name, trace.WithAttributes(attrs...), trace.WithTimestamp(in.at))
		}
	}
	in.t.hand(in.ctx, in.state, in.call, in.at, name, attrs)
}

func (in scene) signal(s Signal) {
	s.Time = in.at
	in.t.signal(in.ctx, in.state, s)
}

// turned tells of what the classifier says now, where that is not what it said
// before.
func (in scene) turned(tool string, before said, now *intent.Result) {
	label := in.t.word(string(now.Label))
	if before.label != now.Label && now.Label != "" {
		attrs := []attribute.KeyValue{
			semconv.AmbitIntentLabel(label), semconv.AmbitIntentScore(share(now.Score)), semconv.AmbitIntentAnomalous(now.Anomalous),
		}
		attrs = appendKnown(attrs, semconv.AmbitIntentPreviousLabelKey, in.t.word(string(before.label)))
		in.emit(semconv.EventAmbitIntentChanged, attrs...)
		in.state.mu.Lock()
		in.state.tally.reach(reachIntent, string(now.Label))
		in.state.mu.Unlock()
	}
	if now.Anomalous && (!before.anomalous || before.label != now.Label) {
		in.signal(Signal{Kind: SignalIntentAnomalous, Tool: tool, Detail: label})
	}
	if !before.departed && now.Departed != 0 {
		in.emit(semconv.EventAmbitIntentDrifted,
			semconv.AmbitIntentLabel(label), semconv.AmbitIntentDrift(share(now.Drift)), semconv.AmbitIntentScore(share(now.Score)))
		in.signal(Signal{Kind: SignalIntentDrifted, Tool: tool, Detail: label})
	}
}

// hand gives an event to the handler; a panic in it is contained. Away from its
// span an event has to say whose it is: what it does not say itself is taken from
// the call it is about and from the session.
func (t *Tracer) hand(ctx context.Context, st *state, c *call, at time.Time, name string, attrs []attribute.KeyValue) {
	if t.onEvent == nil {
		return
	}
	defer func() { _ = recover() }()
	if at.IsZero() {
		at = time.Now()
	}
	e := Event{Name: name, Time: at, Attributes: slices.Clone(attrs)}
	seq := int64(0)
	if c != nil {
		seq = c.number
		more := appendText([]attribute.KeyValue{semconv.GenAIToolName(c.name)}, t, semconv.GenAIToolCallIDKey, c.noun.ID)
		e.Attributes = appendMissing(e.Attributes, c.appendReached(more))
	}
	if st != nil {
		e.Session = st.id
		own := st.appendSession(nil, seq, st.labels.bits.Load())
		if slices.ContainsFunc(e.Attributes, func(kv attribute.KeyValue) bool { return kv.Key == semconv.AmbitIdentityIDKey }) {
			own = slices.DeleteFunc(own, describesIdentity) // another's kind is not that of the session's
		}
		e.Attributes = appendMissing(e.Attributes, own)
	}
	t.onEvent(ctx, e)
}

// describesIdentity reports whether kv says more of an identity that has an id.
func describesIdentity(kv attribute.KeyValue) bool {
	switch kv.Key {
	case semconv.AmbitIdentityKindKey, semconv.AmbitIdentityIssuerKey, semconv.AmbitIdentityAssuranceKey, semconv.AmbitDelegationDepthKey:
		return true
	}
	return false
}

// appendMissing appends those of more whose keys dst does not have: an event that
// names the identity it switched to must not lose it to the session's own.
func appendMissing(dst, more []attribute.KeyValue) []attribute.KeyValue {
	for _, kv := range more {
		if !slices.ContainsFunc(dst, func(has attribute.KeyValue) bool { return has.Key == kv.Key }) {
			dst = append(dst, kv)
		}
	}
	return dst
}

// events tells of everything remarkable about a call, once it is decided.
func (c *call) events(ctx context.Context, span trace.Span) {
	if c.unremarkable() {
		return
	}
	t, d, use, in := c.tracer, &c.decision, c.noun.Use, c.scene(ctx, span)
	if len(d.Crossings) > 0 {
		attrs := append(make([]attribute.KeyValue, 0, 8), semconv.AmbitCrossingKind(d.Crossings[0].Kind.String()),
			semconv.AmbitDecisionOutcome(d.Outcome().String()), semconv.AmbitDecisionEnforced(!d.Observed))
		attrs = append(attrs, semconv.AmbitDecisionReason(t.reason(cmp.Or(d.Determining().Reason, boundary.ReasonChecker))))
		attrs = appendText(attrs, t, semconv.SecurityRuleNameKey, d.Determining().Rule)
		if len(c.effects) > 0 {
			attrs = append(attrs, semconv.AmbitEffectAccess(effect.Strongest(c.effects).String()),
				semconv.AmbitEffectCertainty(effect.Certain(c.effects).String()))
		}
		in.emit(semconv.EventAmbitBoundaryCrossed, attrs...)
		for _, x := range d.Crossings {
			switch x.Kind {
			case boundary.GovernanceTamper:
				in.signal(Signal{Kind: SignalGovernanceTamper, Tool: c.name})
			default:
			}
		}
	}
	c.secretEvents(in)
	if used := !d.Refuses(); use != nil {
		in.emitUse(use, used)
		for i := range c.carried {
			in.emitUse(&c.carried[i], used)
		}
	}
	in.emitSwitches(use, c.switches)
	if c.before != saidIn(&c.intent) {
		in.turned(c.name, c.before, &c.intent)
	}
	if c.toolDrift {
		in.signal(Signal{Kind: SignalToolChanged, Tool: c.name})
	}
	if c.approval != "" {
		in.emit(semconv.EventAmbitApprovalResolved, c.appendApproval(nil)...)
	}
	if args := c.noun.Arguments; t.content&Arguments != 0 { // a copy: the memory is the caller's
		if s := t.contentText(Arguments, string(args[:min(len(args), maxScan)])); s != "" {
			in.writeContent(semconv.GenAIToolCallArgumentsKey.String(s))
		}
	}
}

// unremarkable reports whether there is nothing to tell, which is so for most calls.
func (c *call) unremarkable() bool {
	return len(c.decision.Crossings)+len(c.findings)+len(c.carried)+len(c.switches) == 0 && c.noun.Use == nil && c.before == saidIn(&c.intent) &&
		!c.toolDrift && c.approval == "" && (c.tracer.content&Arguments == 0 || len(c.noun.Arguments) == 0) && !touches(c.effects, 1<<effect.Secret)
}

// secretEvents tells of the secrets a call names or reaches for: what was found
// in its arguments, and the places it would read.
func (c *call) secretEvents(in scene) {
	t := c.tracer
	told := 0
	for i := range c.findings {
		f := &c.findings[i]
		if told++; told > maxTold {
			break
		}
		in.emit(semconv.EventAmbitSecretAccessed,
			semconv.AmbitSecretKind(t.word(f.Kind)), semconv.AmbitSecretPlace(f.Place.String()))
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
		in.emit(semconv.EventAmbitSecretAccessed, semconv.AmbitSecretKind(kind), semconv.AmbitSecretPlace(place))
	}
	if told > 0 {
		in.signal(Signal{Kind: SignalSecretAccessed, Tool: c.name})
	}
}

// maxTold bounds the events of one sort that one call can make.
const maxTold = 8

// writeContent puts recorded content where it belongs: to the event handler if
// there is one, else onto the span.
func (in scene) writeContent(kv attribute.KeyValue) {
	if in.t.onEvent != nil {
		in.t.hand(in.ctx, in.state, in.call, in.at, semconv.EventGenAIClientInferenceOperationDetails, []attribute.KeyValue{kv})
		return
	}
	if in.span != nil && in.span.IsRecording() {
		in.span.SetAttributes(kv)
	}
}

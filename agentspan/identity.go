package agentspan

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/semconv"
)

// UseIdentity says that a credential is about to be used. The session's identity
// baseline is compared, the boundary decides, and what follows under the context
// returned is stamped with the identity that acts. If err is not nil, a
// [*boundary.RefusedError], the credential must not be used.
func (t *Tracer) UseIdentity(ctx context.Context, u identity.Use) (context.Context, error) {
	if t.off() {
		return ctx, nil
	}
	return t.use(ctx, boundary.PhaseIdentity, "use_identity", &u, nil)
}

// use decides about something that is done within a call, or outside of any, and
// has no span of its own: a credential, or a request.
func (t *Tracer) use(ctx context.Context, phase boundary.Phase, name string, u *identity.Use, effects []effect.Effect) (context.Context, error) {
	c := t.newCall(ctx, ToolCall{Name: name, Use: u})
	c.phase, c.given = phase, effects
	if outer := SpanFromContext(ctx); outer != nil {
		outer.withCall(func(o *call) { c.name, c.noun.Name, c.noun.Server = o.name, o.noun.Name, o.noun.Server })
	}
	t.decide(ctx, c)
	if c.decision.Refuses() {
		return ctx, c.refuse(ctx, t.spans.tracer(), true)
	}
	span := trace.SpanFromContext(ctx)
	if u != nil && span.IsRecording() {
		attrs := t.appendCredential(make([]attribute.KeyValue, 0, 8), u.Credential)
		attrs = t.appendActor(attrs, u.Delegation.Actor())
		if len(c.switches) > 0 {
			attrs = append(attrs, semconv.AmbitIdentitySwitchKind(c.switches[0].Kind.String()))
		}
		span.SetAttributes(attrs...)
	}
	c.events(ctx, span)
	c.done()
	c.free()
	if u != nil {
		ctx = context.WithValue(ctx, useKey{}, u)
	}
	return ctx, nil
}

type useKey struct{}

// UseFromContext returns the use of a credential that ctx is under; nil if there
// is none.
func UseFromContext(ctx context.Context) *identity.Use {
	u, _ := ctx.Value(useKey{}).(*identity.Use)
	return u
}

// done takes a call that has no duration out of those in flight.
func (c *call) done() {
	if c.state != nil {
		c.state.inFlight.Add(-1)
	}
	c.watch(boundary.Outcome{Ran: true, Bytes: -1})
}

// appendActor names the identity that acts.
func (t *Tracer) appendActor(dst []attribute.KeyValue, p identity.Principal) []attribute.KeyValue {
	if p.IsZero() {
		return dst
	}
	dst = append(dst,
		semconv.AmbitIdentityID(t.person(p)),
		semconv.AmbitIdentityKind(p.Kind.String()),
		semconv.AmbitIdentityAssurance(p.Assurance.String()))
	return appendText(dst, t, semconv.AmbitIdentityIssuerKey, p.Issuer)
}

// emitUse tells that a credential is used, and towards what.
func (t *Tracer) emitUse(ctx context.Context, span trace.Span, st *state, u *identity.Use) {
	attrs := t.appendCredential(make([]attribute.KeyValue, 0, 12), u.Credential)
	attrs = t.appendActor(attrs, u.Delegation.Actor())
	if d := u.Delegation.Depth(); d > 0 {
		attrs = append(attrs, semconv.AmbitDelegationDepth(d))
	}
	attrs = appendText(attrs, t, semconv.AmbitTargetHostKey, u.Target.Host)
	attrs = appendText(attrs, t, semconv.AmbitTargetServiceKey, u.Target.Service)
	attrs = appendText(attrs, t, semconv.AmbitTargetAccountKey, u.Target.Account)
	t.emit(ctx, span, st, semconv.EventAmbitIdentityUsed, attrs...)
	if u.Delegation.Malformed != "" || u.Delegation.Truncated > 0 {
		t.signal(ctx, st, Signal{Kind: SignalMalformed})
	}
}

// emitSwitches tells how a use departs from what the session did before: once for
// each departure, though each of them was there for the checker to judge. Nobody
// is called for a token of unknown make that gave way to another, as such tokens
// do every hour.
func (t *Tracer) emitSwitches(ctx context.Context, span trace.Span, st *state, u *identity.Use, switches []identity.Switch) {
	for _, w := range switches {
		if w.Repeated {
			continue
		}
		attrs := append(make([]attribute.KeyValue, 0, 6), semconv.AmbitIdentitySwitchKind(w.Kind.String()))
		attrs = appendText(attrs, t, semconv.AmbitIdentityPreviousIDKey, w.From)
		attrs = appendText(attrs, t, semconv.AmbitIdentityIDKey, w.To)
		if u != nil {
			attrs = appendText(attrs, t, semconv.AmbitCredentialKindKey, string(u.Credential.Kind))
		}
		attrs = appendText(attrs, t, semconv.AmbitTargetServiceKey, w.Target.Service)
		t.emit(ctx, span, st, semconv.EventAmbitIdentitySwitched, attrs...)
		if !w.Unsure || w.Kind != identity.CredentialChanged {
			t.signal(ctx, st, Signal{Kind: SignalIdentitySwitched, Detail: w.Kind.String()})
		}
	}
}

// observe tells the session's tracker what a call uses: the credential its caller
// named, and what its command takes on. s.mu is held.
func (s *state) observe(dst []identity.Switch, c *call) []identity.Switch {
	if c.noun.Use != nil {
		dst = s.track(dst, c, *c.noun.Use)
	}
	for i := range c.effects {
		e := &c.effects[i]
		if e.Kind != effect.Identity && e.Kind != effect.Secret {
			continue
		}
		u, ok := identity.UseFromEffect(e.Kind.String(), e.Target)
		if !ok {
			continue
		}
		u.Delegation = c.delegation()
		if c.noun.Use == nil {
			c.noun.Use = &u
		}
		dst = s.track(dst, c, u)
	}
	return dst
}

func (s *state) track(dst []identity.Switch, c *call, u identity.Use) []identity.Switch {
	if s.tracker == nil {
		s.tracker = identity.NewTracker(identity.TrackerOptions{Baseline: s.noun.Identities, Holders: s.tracer.holders})
	}
	for _, w := range s.tracker.Observe(c.time(), u) {
		if w.Kind == identity.CredentialRotated || len(dst) == maxTold {
			continue
		}
		dst = append(dst, w)
		if !w.Repeated {
			s.tally.switches++
		}
	}
	return dst
}

package agentspan

import (
	"cmp"
	"context"
	"slices"
	"strings"

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
// [*boundary.RefusedError], the credential must not be used. A session that begins
// under that context acts as itself again.
func (t *Tracer) UseIdentity(ctx context.Context, u identity.Use) (context.Context, error) {
	if t.off() {
		return ctx, nil
	}
	return t.use(ctx, boundary.PhaseIdentity, "use_identity", &u, nil)
}

// use decides about something that is done within a call, or outside of any, and
// has no span of its own: a credential, or a request.
func (t *Tracer) use(ctx context.Context, phase boundary.Phase, name string, u *identity.Use, effects []effect.Effect, beside ...identity.Use) (context.Context, error) {
	c := t.newCall(ctx, &ToolCall{Name: name, Use: u})
	c.phase, c.given, c.carried = phase, effects, beside
	if outer := SpanFromContext(ctx); outer != nil {
		outer.withCall(func(o *call) { c.name, c.noun.Name, c.noun.Server = o.name, o.noun.Name, o.noun.Server })
	}
	t.decide(ctx, c)
	if c.decision.Refuses() {
		return ctx, c.refuse(ctx, t.spans.tracer(), true)
	}
	span := trace.SpanFromContext(ctx)
	if u != nil && span.IsRecording() {
		attrs := t.appendUse(make([]attribute.KeyValue, 0, 10), c.state, u)
		if len(c.switches) > 0 {
			attrs = append(attrs, semconv.AmbitIdentitySwitchKind(c.switches[0].Kind.String()))
		}
		span.SetAttributes(attrs...)
	}
	c.events(ctx, span)
	c.done()
	c.free()
	if u != nil {
		ctx = context.WithValue(ctx, useKey{}, &usedIn{u, SessionFromContext(ctx)})
	}
	return ctx, nil
}

// FromHeader describes the credentials in the headers of a request that came to this
// program, as [identity.FromHeader] does, with the fingerprints that t gives to those
// it sees elsewhere.
func (t *Tracer) FromHeader(h map[string][]string) []identity.Credential {
	if t == nil {
		return nil
	}
	return identity.FromHeader(h, identity.InspectOptions{Key: t.hashKey})
}

type useKey struct{}

// A usedIn is a use and the session it belongs to: a subagent that begins under it
// acts as itself.
type usedIn struct {
	use     *identity.Use
	session *ActiveSession
}

// UseFromContext returns the use of a credential that ctx is under; nil if there
// is none, or a session has begun since.
func UseFromContext(ctx context.Context) *identity.Use {
	in, _ := ctx.Value(useKey{}).(*usedIn)
	if in == nil || in.session != SessionFromContext(ctx) {
		return nil
	}
	return in.use
}

// AppendUse appends what spans under ctx say of the credential that
// [Tracer.UseIdentity] named there: by what it is known, and who acts with it, after
// what AppendAttributes says of that. It appends nothing if there is none.
func (a *ActiveSession) AppendUse(ctx context.Context, dst []attribute.KeyValue) []attribute.KeyValue {
	if a == nil {
		return dst
	}
	st, u := a.state.Load(), UseFromContext(ctx)
	if st == nil || u == nil {
		return dst
	}
	return st.tracer.appendUse(dst, st, u)
}

// appendUse appends what a span says of the credential it is done with.
func (t *Tracer) appendUse(dst []attribute.KeyValue, st *state, u *identity.Use) []attribute.KeyValue {
	return t.appendActing(t.appendCredential(dst, u.Credential), st, &u.Delegation)
}

// appendUnder names who acts by the credential that ctx is under.
func (t *Tracer) appendUnder(ctx context.Context, dst []attribute.KeyValue) []attribute.KeyValue {
	if u := UseFromContext(ctx); u != nil {
		return t.appendActing(dst, t.sessionState(ctx), &u.Delegation)
	}
	return dst
}

// appendActing names who acts by a credential's own account, where it gives one.
// It comes after what the session says of that, and replaces it.
func (t *Tracer) appendActing(dst []attribute.KeyValue, st *state, d *identity.Delegation) []attribute.KeyValue {
	if len(d.Actors) == 0 {
		return dst
	}
	actor := d.Actors[0]
	if st != nil {
		actor = st.knownParty(actor)
	}
	return append(t.appendActor(dst, actor, st), semconv.AmbitDelegationDepth(d.Depth()))
}

// done takes a call that has no duration out of those in flight.
func (c *call) done() {
	if c.state != nil {
		c.state.inFlight.Add(-1)
	}
	c.watch(boundary.Outcome{Ran: true, Bytes: -1})
}

// appendActor names the identity that acts.
func (t *Tracer) appendActor(dst []attribute.KeyValue, p identity.Principal, st *state) []attribute.KeyValue {
	if p.IsZero() {
		return dst
	}
	dst = append(dst,
		semconv.AmbitIdentityID(t.person(p, st.session())),
		semconv.AmbitIdentityKind(p.Kind.String()),
		semconv.AmbitIdentityAssurance(p.Assurance.String()))
	return appendText(dst, t, semconv.AmbitIdentityIssuerKey, p.Issuer)
}

// emitUse tells that a credential is used, and towards what, unless that was refused:
// who acts is as well founded here as the credential is. Of a chain that could not be
// read whole somebody should know either way.
func (in scene) emitUse(u *identity.Use, used bool) {
	if u.Delegation.Malformed != "" || u.Delegation.Truncated > 0 {
		in.signal(Signal{Kind: SignalMalformed})
	}
	if !used {
		return
	}
	t := in.t
	attrs := t.appendCredential(make([]attribute.KeyValue, 0, 12), u.Credential)
	actor := u.Delegation.Actor()
	if in.state != nil {
		actor.Kind = in.state.knownParty(actor).Kind
	}
	attrs = t.appendActor(attrs, actor, in.state)
	if d := u.Delegation.Depth(); d > 0 {
		attrs = append(attrs, semconv.AmbitDelegationDepth(d))
	}
	attrs = appendText(attrs, t, semconv.AmbitTargetHostKey, u.Target.Host)
	attrs = appendText(attrs, t, semconv.AmbitTargetServiceKey, u.Target.Service)
	attrs = appendKnown(attrs, semconv.AmbitTargetAccountKey, t.account(accountUsed(u)))
	in.emit(semconv.EventAmbitIdentityUsed, attrs...)
}

// accountUsed is the account that a use is about: the target's, else the one that
// the credential belongs to.
func accountUsed(u *identity.Use) string { return cmp.Or(u.Target.Account, u.Credential.Account) }

// emitSwitches tells how a use departs from what the session did before: once for
// each departure, though each of them was there for the checker to judge. Nobody
// is called for a token of unknown make that gave way to another, as such tokens
// do every hour.
func (in scene) emitSwitches(u *identity.Use, switches []identity.Switch) {
	t := in.t
	for _, w := range switches {
		if w.Repeated {
			continue
		}
		attrs := append(make([]attribute.KeyValue, 0, 6), semconv.AmbitIdentitySwitchKind(w.Kind.String()))
		attrs = appendKnown(attrs, semconv.AmbitIdentityPreviousIDKey, t.changed(in.state, u, &w, w.From))
		attrs = appendKnown(attrs, semconv.AmbitIdentityIDKey, t.changed(in.state, u, &w, w.To))
		if u != nil {
			attrs = appendKnown(attrs, semconv.AmbitCredentialKindKey, t.word(string(u.Credential.Kind)))
		}
		attrs = appendText(attrs, t, semconv.AmbitTargetServiceKey, w.Target.Service)
		in.emit(semconv.EventAmbitIdentitySwitched, attrs...)
		if !w.Unsure || w.Kind != identity.CredentialChanged {
			in.signal(Signal{Kind: SignalIdentitySwitched, Detail: w.Kind.String()})
		}
	}
}

// changed returns what a switch says changed, as it may be written. A switch knows
// parties by their ids alone, so privacy mode looks for who that is: one that is
// not known to be no person is hashed as one, with the issuer that the other
// parties of the use have.
func (t *Tracer) changed(st *state, u *identity.Use, w *identity.Switch, name string) string {
	if !namesParties(w.Kind) {
		if t.noHandles {
			name, _, _ = strings.Cut(name, " ") // the kind of a credential stands before its handle
		}
		if kind, id, ok := strings.Cut(name, " "); ok && !t.privacyKey.IsZero() {
			return t.clean(kind) + " " + t.handle(id)
		}
		return t.handle(name)
	}
	if t.privacyKey.IsZero() || name == "" {
		return t.clean(name)
	}
	if w.Kind == identity.DelegationDropped && (name == "1 actor" || strings.HasSuffix(name, " actors")) {
		return name // how long a chain is
	}
	known := make([]identity.Principal, 0, 8)
	issuer := ""
	if u != nil {
		known = append(append(known, u.Delegation.Owner), u.Delegation.Actors...)
		issuer = u.Credential.Issuer
	}
	if st != nil {
		known = append(append(known, st.noun.Owner, st.noun.Actor), st.noun.Actors...)
	}
	if i := slices.IndexFunc(known, func(p identity.Principal) bool { return p.ID == name }); i >= 0 {
		return t.person(known[i], st.session())
	}
	return t.person(identity.Principal{ID: name, Issuer: issuer}, st.session())
}

// namesParties reports whether what such a switch is from and to are parties.
func namesParties(k identity.SwitchKind) bool {
	switch k {
	case identity.SubjectChanged, identity.ActorChanged, identity.DelegationDropped, identity.DelegationSpliced, identity.SharedCredential:
		return true
	default:
		return false
	}
}

// observe tells the session's tracker what a call uses: the credential its caller
// named, and what its command takes on. s.mu is held.
func (s *state) observe(dst []identity.Switch, c *call) []identity.Switch {
	if c.noun.Use != nil {
		dst = s.track(dst, c, *c.noun.Use)
	}
	for i := range c.carried {
		dst = s.track(dst, c, c.carried[i])
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
		c.uses(u)
		dst = s.track(dst, c, u)
	}
	return dst
}

// uses notes one more credential that a call uses: the first is what its span names.
func (c *call) uses(u identity.Use) {
	switch {
	case c.noun.Use == nil:
		c.noun.Use = &u
	case sameUse(c.noun.Use, &u) || slices.ContainsFunc(c.carried, func(v identity.Use) bool { return sameUse(&u, &v) }):
	case len(c.carried) < maxTold-1:
		c.carried = append(c.carried, u)
	}
}

// sameUse reports whether two uses are of one credential towards one target.
func sameUse(u, v *identity.Use) bool {
	a, b := &u.Credential, &v.Credential
	return u.Target == v.Target && a.Kind == b.Kind && a.Issuer == b.Issuer && a.Subject == b.Subject && a.Account == b.Account &&
		a.Instance == b.Instance && a.Handle == b.Handle && a.Fingerprint == b.Fingerprint
}

func (s *state) track(dst []identity.Switch, c *call, u identity.Use) []identity.Switch {
	if s.tracker == nil {
		s.tracker = identity.NewTracker(identity.TrackerOptions{Baseline: s.noun.Identities, Holders: s.tracer.holders})
	}
	departs := false
	for _, w := range s.tracker.Observe(c.time(), u) {
		if w.Kind == identity.CredentialRotated || len(dst) == maxTold {
			continue
		}
		dst = append(dst, w)
		departs = departs || !w.Repeated
	}
	if departs { // one switch, in however many ways
		s.tally.switches++
	}
	return dst
}

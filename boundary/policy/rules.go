package policy

import (
	"slices"
	"time"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/secret"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/intent"
)

// This file asks what refuses a call whatever the grants say: the time, the owner,
// the budgets and the identities of the session, and the rules.

// session checks what belongs to the session rather than to the call.
func (c *caller) session(i int) {
	l, v := c.p.layers[i], &c.layers[i]
	if !l.notBefore.IsZero() && c.now.Before(l.notBefore) || !l.expires.IsZero() && !c.now.Before(l.expires) {
		c.note(note{reason: boundary.ReasonExpired, crossing: boundary.Expired, layer: i})
	}
	owner := c.req.Delegation.Owner
	if owner.IsZero() {
		owner = c.req.Session.Owner
	}
	if !l.owner.accepts(owner, &v.env) {
		c.note(note{reason: boundary.ReasonOwnerMissing, crossing: boundary.Unowned, layer: i})
	}
	c.budgets(i, l)
	c.identities(i, l, v)
}

func (o *ownerRule) accepts(p identity.Principal, e *env) bool {
	if !o.stated {
		return true
	}
	return !p.IsZero() && p.Assurance >= o.assurance &&
		(len(o.kinds) == 0 || slices.Contains(o.kinds, p.Kind)) &&
		(len(o.ids) == 0 || anyGlob(o.ids, p.String(), e, false) || anyGlob(o.ids, p.ID, e, false))
}

func (c *caller) budgets(i int, l *layer) {
	b := &l.budgets
	over := b.duration > 0 && !c.req.Session.Start.IsZero() && c.now.Sub(c.req.Session.Start) >= b.duration
	if c.phase == boundary.PhaseCall {
		calls, refused, bytes := c.req.History.Calls, c.req.History.Refused, int64(0)
		if c.st != nil {
			calls, refused, bytes = c.st.calls, c.st.refused, c.st.bytes
		}
		over = over || b.calls > 0 && calls >= b.calls || b.refusals > 0 && refused >= b.refusals || b.bytes > 0 && bytes >= b.bytes
	}
	if over {
		c.note(note{reason: boundary.ReasonBudget, crossing: boundary.Budget, layer: i})
	}
	if c.req.History.Lost && (b.calls > 0 || b.refusals > 0 || b.bytes > 0) {
		c.note(note{reason: boundary.ReasonEvicted, crossing: boundary.Budget, layer: i})
	}
}

// identities checks who acts against who may.
func (c *caller) identities(i int, l *layer, v *viewLayer) {
	r := &l.identities
	if !r.stated {
		return
	}
	if len(r.allow) > 0 {
		actor := c.actor()
		if !anyGlob(r.allow, actor.String(), &v.env, false) && !r.expects("", actor.String(), 0, &v.env) {
			c.note(note{reason: boundary.ReasonIdentitySwitch, crossing: boundary.IdentitySwitch, layer: i})
		}
	}
	verdict, observed := boundary.RequireApproval, false
	if r.onSwitch != fallbackUnset {
		verdict, observed = r.onSwitch.verdict()
	}
	for j := range c.req.Switches {
		s := &c.req.Switches[j]
		if s.Kind == identity.NoSwitch || s.Kind == identity.CredentialRotated || r.expects(s.From, s.To, c.ttl(), &v.env) {
			continue
		}
		c.note(note{verdict: verdict, observed: observed, reason: boundary.ReasonIdentitySwitch, crossing: boundary.IdentitySwitch, layer: i})
		return
	}
}

// actor returns who acts: the outermost of the delegation, else the session's. Of a
// delegation that cannot be read it is nobody that a policy could name.
func (c *caller) actor() identity.Principal {
	d := &c.req.Delegation
	if len(d.Actors) > 0 {
		return d.Actors[0]
	}
	if d.Malformed != "" {
		return identity.Principal{}
	}
	return c.req.Session.Actor
}

// ttl returns how long the credential in use lives; a negative one is not known.
func (c *caller) ttl() time.Duration {
	if c.req.Use == nil || c.req.Use.Credential.ExpiresAt.IsZero() {
		return -1
	}
	from := c.req.Use.Credential.IssuedAt
	if from.IsZero() {
		from = c.now
	}
	return c.req.Use.Credential.ExpiresAt.Sub(from)
}

// expects reports whether a change of identity belongs to the task. A limit on
// how long the new one may last is not met by one that does not say.
func (r *identityRule) expects(from, to string, ttl time.Duration, e *env) bool {
	return slices.ContainsFunc(r.expect, func(x expectation) bool {
		return matchID(x.to, to, e) && (x.from == nil || from == "" || matchID(x.from, from, e)) &&
			(x.maxTTL == 0 || ttl >= 0 && ttl <= x.maxTTL)
	})
}

// matchID matches "kind:id", and a bare id against what follows the kind.
func matchID(g *glob, id string, e *env) bool {
	if g == nil || id == "" {
		return false
	}
	if g.match(id, e, whole, false) {
		return true
	}
	for i := range len(g.text) {
		if g.text[i] == ':' {
			bare := glob{elems: g.elems[min(i+1, len(g.elems)):], params: g.params}
			return g.literal && bare.match(id, e, whole, false)
		}
	}
	return false
}

// rules asks every rule that may be about the call.
func (c *caller) rules(i int) {
	l := c.p.layers[i]
	for _, group := range l.rulesOf.plan(c.tool.server, c.tool.tool) {
		if group.kinds != 0 && group.kinds&c.kinds == 0 && !c.kinds.has(effect.AnyKind) {
			continue
		}
		if group.find == nil {
			for _, k := range group.items {
				c.rule(i, l.rules[k])
			}
			continue
		}
		c.asked = c.asked[:0]
		for k := range c.req.Effects {
			group.find.find(&c.req.Effects[k], &c.layers[i].env, func(k int) bool {
				c.asked = append(c.asked, k)
				return false
			})
		}
		slices.Sort(c.asked)
		for _, k := range slices.Compact(c.asked) {
			c.rule(i, l.rules[k])
		}
	}
}

func (c *caller) rule(i int, r *rule) {
	v := &c.layers[i]
	if len(r.calls.agents) > 0 && !anyGlob(r.calls.agents, c.req.Session.Agent, nil, true) {
		return
	}
	if len(r.calls.args) > 0 {
		if r.otherwise {
			if t, _ := holds(r.calls.args, c.req.Arguments, &v.env); t == yes {
				return
			}
		} else if !c.looksFor(r.calls.args, &v.env) {
			return
		}
	}
	at, t := 0, yes
	if r.effects != nil {
		if at, t = c.caught(r.effects, &v.env); t == no {
			return
		}
	}
	x := note{verdict: r.verdict, shadow: r.shadow, suspend: r.suspend, layer: i, rule: r, effect: at, reason: boundary.ReasonDeniedByRule, crossing: boundary.OutOfScope}
	if r.verdict == boundary.RequireApproval {
		x.reason = boundary.ReasonApprovalByRule
	}
	failed := false
	if r.calls.whenSrc != "" {
		ok, err := r.calls.when(c.ctx, c.req)
		if err == nil && !ok {
			return
		}
		failed = err != nil
	}
	if !c.conditions(r, v, &x) { // last: it counts the call
		return
	}
	if failed {
		x.crossing = boundary.Indeterminate
	}
	if t == doubt {
		// The rule may be meant or not: what cannot be told decides, and asks for
		// no more than the rule does.
		verdict, observed := c.p.unknown.verdict()
		x.verdict, x.observed = max(x.verdict, verdict), observed
		x.reason, x.crossing = boundary.ReasonUnknownEffect, boundary.Indeterminate
	}
	if x.suspend {
		x.suspend = x.crossing != boundary.Indeterminate && x.reason != boundary.ReasonMisconfigured &&
			!(r.conditions > 0 && c.req.History.Lost) && c.surely(r.effects, &v.env)
	}
	c.note(x)
}

// surely reports whether a selector catches what is known for certain. A call is
// refused on a guess; a session ends on what is known.
func (c *caller) surely(s *selector, e *env) bool {
	return s == nil || slices.ContainsFunc(c.req.Effects, func(x effect.Effect) bool {
		return x.Certainty == effect.Exact && s.catches(&x, e) == yes
	})
}

// looksFor reports whether the arguments are those a rule looks for, or may be.
func (c *caller) looksFor(args []argument, e *env) bool {
	for i := range args {
		if args[i].some(c.req.Arguments, e) == no {
			return false
		}
	}
	return true
}

// caught returns the first effect that a selector means; those it may mean count
// only if their target is known in part. What is wholly unknown has an answer of
// its own.
func (c *caller) caught(s *selector, e *env) (at int, t truth) {
	for i := range c.req.Effects {
		x := &c.req.Effects[i]
		switch s.catches(x, e) {
		case yes:
			return i + 1, yes
		case doubt:
			if t == no && x.Certainty == effect.Prefix {
				at, t = i+1, doubt
			}
		case no:
		}
	}
	return at, t
}

// conditions asks the conditions of a rule that are about more than the effects.
// All must hold.
func (c *caller) conditions(r *rule, v *viewLayer, x *note) bool {
	if r.conditions == 0 {
		return true
	}
	h := &c.req.History
	if r.after != nil {
		if !c.after(r, x) {
			return false
		}
	}
	if r.secrets != nil {
		at, ok := c.secrets(r.secrets, &v.env)
		if !ok {
			return false
		}
		x.reason, x.crossing, x.effect = boundary.ReasonSecret, boundary.SecretAccess, at
	}
	if r.identity != nil {
		if !c.acts(r.identity, &v.env) {
			return false
		}
		x.reason, x.crossing = boundary.ReasonIdentitySwitch, boundary.IdentitySwitch
	}
	if r.toolDrift {
		if !c.req.ToolDrift {
			return false
		}
		x.reason, x.crossing = boundary.ReasonToolDrift, boundary.Drift
	}
	late := r.wait > 0 && c.req.IntentLate // a condition that cannot be told counts as met
	if r.intents != nil && !c.intent(r.intents, x) && !late {
		return false
	}
	if r.drift > 0 {
		if c.req.Intent.Drift < r.drift && !late {
			return false
		}
		x.reason, x.crossing = boundary.ReasonDrift, boundary.Drift
	}
	if late {
		x.crossing = boundary.Indeterminate
	}
	if r.ruleOfTwo {
		untrusted := h.UntrustedSeen || h.Lost || c.fetches
		sensitive := h.SecretSeen || h.PrivateSeen || h.Lost || c.secret
		acts := c.changes || c.leaves || h.Lost || c.st != nil && c.st.acted
		if !untrusted || !sensitive || !acts || !(c.changes || c.leaves || c.secret || c.fetches) {
			return false
		}
		x.reason, x.crossing = boundary.ReasonRuleOfTwo, boundary.Flow
	}
	if r.count != nil || r.sum != nil {
		return c.counted(r, x)
	}
	return true
}

func (c *caller) secrets(s *secretCondition, e *env) (at int, ok bool) {
	if s.used {
		for i := range c.req.Effects {
			if x := &c.req.Effects[i]; x.Kind == effect.Secret && !slices.ContainsFunc(s.except, func(p secretPattern) bool {
				return x.Certainty == effect.Exact && p.covers(x.Target, e, whole)
			}) {
				return i + 1, true
			}
		}
	}
	return 0, s.found && slices.ContainsFunc(c.req.Findings, func(f secret.Finding) bool { return !anyGlob(s.kinds, f.Kind, nil, false) })
}

func (c *caller) acts(r *identityCondition, e *env) bool {
	if (r.anySwitch || len(r.switches) > 0) && !slices.ContainsFunc(c.req.Switches, func(s identity.Switch) bool {
		if r.anySwitch {
			return s.Kind != identity.NoSwitch && s.Kind != identity.CredentialRotated
		}
		return slices.Contains(r.switches, s.Kind)
	}) {
		return false
	}
	actor := c.actor()
	return (len(r.actors) == 0 || anyGlob(r.actors, actor.String(), e, true)) &&
		(len(r.kinds) == 0 || slices.Contains(r.kinds, actor.Kind)) &&
		(r.below == identity.NoAssurance || actor.Assurance < r.below)
}

func (c *caller) intent(r *intentCondition, x *note) bool {
	in := &c.req.Intent
	x.reason, x.crossing = boundary.ReasonIntent, boundary.Drift
	switch {
	case r.anomalous:
		return in.Anomalous
	case r.injected:
		x.crossing = boundary.Injected
		return in.Injected
	case r.outside:
		declared := c.p.layers[c.last].intents
		if len(declared) == 0 {
			declared = c.req.Session.Task.Intents
		}
		return in.Label != intent.Unknown && len(declared) > 0 && !slices.Contains(declared, in.Label)
	}
	return slices.Contains(r.labels, in.Label) && in.Score >= r.score
}

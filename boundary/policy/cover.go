package policy

import (
	"slices"
	"strings"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/identity"
)

// This file asks whether grants cover a call: every effect, in every layer that
// bounds it, by a grant that admits the call. Several grants may combine.

// admissions keeps what grants say to the call as a whole, each in the place its
// number leads to: two that share one are asked again.
type admissions [16]struct {
	grant  *grant
	failed failure
}

// grants asks the grants of all layers.
func (c *caller) grants() {
	switch c.phase {
	case boundary.PhaseIdentity:
		if len(c.req.Effects) == 0 {
			return // the identity rules have spoken
		}
	case boundary.PhaseRequest:
		if len(c.req.Effects) == 0 {
			c.unknown(0) // a request to nobody knows whom
			return
		}
	case boundary.PhaseCall:
	}
	c.unknowns()
	for i, l := range c.p.layers {
		switch {
		case !l.ceiling, !c.layers[i].applies && i < c.last:
		default:
			c.layer(i, l)
		}
	}
}

// unknowns answers for effects that cannot be told, once for the call.
func (c *caller) unknowns() {
	for i := range c.req.Effects {
		e := &c.req.Effects[i]
		if certainty(e) == effect.Unknown {
			c.unknown(i + 1)
			return
		}
	}
}

func (c *caller) unknown(at int) {
	verdict, observed := c.p.unknown.verdict()
	c.note(note{verdict: verdict, observed: observed, reason: boundary.ReasonUnknownEffect, crossing: boundary.Indeterminate, layer: c.last, effect: at})
}

func (c *caller) layer(i int, l *layer) {
	v := &c.layers[i]
	p := l.grantsOf.plan(c.tool.server, c.tool.tool)
	if !v.applies {
		p = nil
	}
	needed := false
	for k := range c.req.Effects {
		e := &c.req.Effects[k]
		if certainty(e) == effect.Unknown || c.implied(e) || c.plain(e, l, &v.env) || c.awaits(&l.identities, e, &v.env) {
			continue
		}
		needed = true
		c.effect(i, l, v, p, k)
	}
	if !needed {
		c.named(i, l, v, p)
	}
}

// implied reports whether a host is named more closely by another effect of the
// call: a URL or a repository on it.
func (c *caller) implied(e *effect.Effect) bool {
	if e.Kind != effect.Host || e.Direction == effect.Out {
		return false
	}
	for i := range c.req.Effects {
		switch x := &c.req.Effects[i]; x.Kind {
		case effect.URL:
			if x.Certainty != effect.Unknown && hostOfURL(x.Target) == e.Target {
				return true
			}
		case effect.Repo:
			host, _, ok := strings.Cut(x.Target, "/")
			if ok && x.Certainty != effect.Unknown && (host == e.Target || strings.HasPrefix(e.Target, "api.") && e.Target[4:] == host) {
				return true
			}
		default:
		}
	}
	return false
}

// plain reports whether a command does nothing but what the call's other effects
// say, which an analyzer expresses by [effect.Read]: those effects need grants,
// and the command needs none.
func (c *caller) plain(e *effect.Effect, l *layer, env *env) bool {
	if e.Kind != effect.Command || e.Certainty != effect.Exact {
		return false
	}
	return e.Access == effect.Read || slices.ContainsFunc(l.inertCmds, func(p commandPattern) bool { return p.match(e.Target, e.Raw, env, false) })
}

// awaits reports whether e takes on an identity that the task expects, of who acts or
// of what was taken on before. How long it will last an effect does not say, so an
// expectation with a limit does not do.
func (c *caller) awaits(r *identityRule, e *effect.Effect, env *env) bool {
	return e.Kind == effect.Identity && e.Certainty == effect.Exact && slices.ContainsFunc(r.expect, func(x expectation) bool {
		return x.maxTTL == 0 && x.to.match(e.Target, env, whole, false) && (x.from == nil || matchID(x.from, c.actor().String(), env) ||
			slices.ContainsFunc(c.req.Switches, func(s identity.Switch) bool { return matchID(x.from, s.From, env) && matchID(x.to, s.To, env) }))
	})
}

// effect looks for a grant that covers one effect.
func (c *caller) effect(i int, l *layer, v *viewLayer, p plan, k int) {
	e := &c.req.Effects[k]
	try := offer{layer: i, v: v, e: e, at: k + 1}
	for _, group := range p {
		if !group.kinds.has(e.Kind) {
			continue
		}
		if group.find != nil {
			if group.find.find(e, &v.env, func(gi int) bool { return c.offer(&try, l.grants[gi]) }) {
				return
			}
			continue
		}
		for _, gi := range group.items {
			if c.offer(&try, l.grants[gi]) {
				return
			}
		}
	}
	switch {
	case try.limited != nil:
		c.carry(i, try.limited, k+1)
		c.spend(use{useGrant, i, try.limited.number, 1})
	case try.lapsed.grant != nil:
		c.note(try.lapsed)
	case certainty(e) == effect.Prefix && c.maybe(l, v, p, e):
		c.unknown(k + 1)
	default:
		c.unmatched(i, k+1)
	}
}

// An offer is an effect that grants are asked to cover.
type offer struct {
	layer   int
	v       *viewLayer
	e       *effect.Effect
	at      int
	limited *grant // would do, and counts its uses: one without a limit is to be preferred
	lapsed  note   // would have done
}

// offer asks one grant; true ends the search.
func (c *caller) offer(o *offer, g *grant) bool {
	if ok, _ := g.covers(o.e, &o.v.env, &c.tool); !ok {
		return false
	}
	switch c.admits(o.layer, o.v, g) {
	case failNothing:
		if g.maxUses > 0 {
			if o.limited == nil {
				o.limited = g
			}
			return false
		}
		c.carry(o.layer, g, o.at)
		return true
	case failExpired:
		o.lapsed = note{reason: boundary.ReasonExpired, crossing: boundary.Expired, grant: g, failed: failExpired, layer: o.layer, effect: o.at}
	case failUses:
		if o.lapsed.grant == nil {
			o.lapsed = note{reason: c.exhausted(), crossing: boundary.Budget, grant: g, failed: failUses, layer: o.layer, effect: o.at}
		}
	default:
	}
	return false
}

// maybe reports whether some grant would cover what e may turn out to be.
func (c *caller) maybe(l *layer, v *viewLayer, p plan, e *effect.Effect) bool {
	for _, group := range p {
		if !group.kinds.has(e.Kind) {
			continue
		}
		for _, gi := range group.items {
			s := &l.grants[gi].targets
			if s.admits(e) && s.hitsAs(e, &v.env, possible) {
				return true
			}
		}
	}
	return false
}

// exhausted is the reason of a grant whose uses are gone, or may be.
func (c *caller) exhausted() boundary.Reason {
	switch {
	case c.st == nil:
		return boundary.ReasonMisconfigured
	case c.req.History.Lost:
		return boundary.ReasonEvicted
	}
	return boundary.ReasonBudget
}

func (c *caller) unmatched(i, at int) {
	verdict, observed := c.p.unmatched.verdict()
	c.note(note{verdict: verdict, observed: observed, reason: boundary.ReasonUnmatched, crossing: boundary.OutOfScope, layer: i, effect: at})
}

// named looks for a grant that names the tool of a call without effects.
func (c *caller) named(i int, l *layer, v *viewLayer, p plan) {
	if c.phase != boundary.PhaseCall {
		return
	}
	if c.tool.server == "" && (inertTools[c.tool.tool] || anyGlob(l.inertTools, c.tool.tool, nil, false)) {
		return
	}
	lapsed := note{}
	for _, group := range p {
		for _, gi := range group.items {
			g := l.grants[gi]
			if !g.calls.names() {
				continue
			}
			switch c.admits(i, v, g) {
			case failNothing:
				c.carry(i, g, 0)
				if g.maxUses > 0 {
					c.spend(use{useGrant, i, g.number, 1})
				}
				return
			case failExpired:
				lapsed = note{reason: boundary.ReasonExpired, crossing: boundary.Expired, grant: g, failed: failExpired, layer: i}
			case failUses:
				lapsed = note{reason: c.exhausted(), crossing: boundary.Budget, grant: g, failed: failUses, layer: i}
			default:
			}
		}
	}
	if lapsed.grant != nil {
		c.note(lapsed)
		return
	}
	c.unmatched(i, 0)
}

// carry notes that a grant carries an effect.
func (c *caller) carry(i int, g *grant, at int) {
	c.p.layers[i].usage.grants[g.number].Add(1)
	if i != c.last || slices.Contains(c.n.grants, g) {
		return
	}
	c.n.grants, c.n.at = append(c.n.grants, g), append(c.n.at, at)
}

// spend notes something to count, once.
func (c *caller) spend(u use) {
	if c.phase == boundary.PhaseCall && !slices.Contains(c.n.uses, u) {
		c.n.uses = append(c.n.uses, u)
	}
}

// admits asks a grant about the call as a whole.
func (c *caller) admits(i int, v *viewLayer, g *grant) failure {
	said := &c.said[g.number%len(c.said)]
	if said.grant != g {
		said.grant, said.failed = g, c.ask(i, v, g)
	}
	return said.failed
}

func (c *caller) ask(i int, v *viewLayer, g *grant) failure {
	switch {
	case v.kept != nil && !v.kept[g.number]:
		return failSubagent
	case len(g.calls.agents) > 0 && !anyGlob(g.calls.agents, c.req.Session.Agent, nil, false):
		return failSubagent
	}
	if c.recorded {
		return failNothing
	}
	if len(g.calls.args) > 0 {
		if t, _ := holds(g.calls.args, c.req.Arguments, &v.env); t != yes {
			return failArgument
		}
	}
	if g.calls.whenSrc != "" {
		if ok, err := g.calls.when(c.ctx, c.req); err != nil || !ok {
			return failWhen
		}
	}
	if !g.until.IsZero() && !c.now.Before(g.until) {
		return failExpired
	}
	if g.maxUses > 0 && (c.st == nil || c.req.History.Lost || c.st.layers[i].uses[g.number] >= int64(g.maxUses)) {
		return failUses
	}
	return failNothing
}

package policy

import (
	"slices"
	"strings"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
)

// This file asks whether grants cover a call: every effect, in every layer that
// bounds it, by a grant that admits the call. Several grants may combine.

// maxAdmissions bounds how many answers of grants about one call are kept; past
// it they are asked again.
const maxAdmissions = 64

// admissions keeps what grants say to the call as a whole.
type admissions [maxAdmissions]struct {
	asked  bool
	failed failure
}

// grants asks the grants of all layers.
func (c *caller) grants() {
	switch c.req.Phase {
	case boundary.PhaseIdentity:
		if len(c.req.Effects) == 0 {
			return // the identity rules have spoken
		}
	case boundary.PhaseCall, boundary.PhaseRequest:
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
		if e.Certainty == effect.Unknown || e.Kind == effect.AnyKind {
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
	p := l.grantsOf.plan(c.req.Server, c.req.Tool)
	if !v.applies {
		p = nil
	}
	said := &c.said
	*said = admissions{}
	needed := false
	for k := range c.req.Effects {
		e := &c.req.Effects[k]
		if e.Certainty == effect.Unknown || e.Kind == effect.AnyKind || c.implied(e) || c.plain(e, l) {
			continue
		}
		needed = true
		c.effect(i, l, v, p, k, said)
	}
	if !needed {
		c.named(i, l, v, p, said)
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
func (c *caller) plain(e *effect.Effect, l *layer) bool {
	if e.Kind != effect.Command || e.Certainty != effect.Exact {
		return false
	}
	return e.Access == effect.Read || slices.ContainsFunc(l.inertCmds, func(p commandPattern) bool { return p.match(e.Target, e.Raw, nil, false) })
}

// effect looks for a grant that covers one effect.
func (c *caller) effect(i int, l *layer, v *viewLayer, p plan, k int, said *admissions) {
	e := &c.req.Effects[k]
	lapsed := note{}
	nth := 0
	var limited *grant
	for _, group := range p {
		if !group.kinds.has(e.Kind) {
			nth += len(group.items)
			continue
		}
		for _, gi := range group.items {
			g := l.grants[gi]
			nth++
			if ok, _ := g.targets.covers(e, &v.env, c.req.Server, len(g.calls.servers) > 0); !ok {
				continue
			}
			switch c.admits(i, l, v, g, nth-1, said) {
			case failNothing:
				if g.maxUses > 0 {
					if limited == nil {
						limited = g
					}
					continue // one without a limit is to be preferred
				}
				c.carry(i, g, k+1)
				return
			case failExpired:
				lapsed = note{reason: boundary.ReasonExpired, crossing: boundary.Expired, grant: g, failed: failExpired}
			case failUses:
				if lapsed.grant == nil {
					lapsed = note{reason: c.exhausted(), crossing: boundary.Budget, grant: g, failed: failUses}
				}
			default:
			}
		}
	}
	if limited != nil {
		c.carry(i, limited, k+1)
		c.spend(use{useGrant, i, limited.number, 1})
		return
	}
	if lapsed.grant != nil {
		lapsed.layer, lapsed.effect = i, k+1
		c.note(lapsed)
		return
	}
	if e.Certainty == effect.Prefix && c.maybe(l, v, p, e) {
		c.unknown(k + 1)
		return
	}
	c.unmatched(i, k+1)
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
func (c *caller) named(i int, l *layer, v *viewLayer, p plan, said *admissions) {
	if c.req.Phase != boundary.PhaseCall {
		return
	}
	if c.req.Server == "" && (inertTools[c.req.Tool] || anyGlob(l.inertTools, c.req.Tool, nil, false)) {
		return
	}
	nth := 0
	lapsed := note{}
	for _, group := range p {
		for _, gi := range group.items {
			g := l.grants[gi]
			nth++
			if !g.calls.names() {
				continue
			}
			switch c.admits(i, l, v, g, nth-1, said) {
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
	if c.req.Phase == boundary.PhaseCall && !slices.Contains(c.n.uses, u) {
		c.n.uses = append(c.n.uses, u)
	}
}

// admits asks a grant about the call as a whole.
func (c *caller) admits(i int, l *layer, v *viewLayer, g *grant, nth int, said *admissions) failure {
	if nth < len(said) && said[nth].asked {
		return said[nth].failed
	}
	f := c.ask(i, v, g)
	if nth < len(said) {
		said[nth].asked, said[nth].failed = true, f
	}
	return f
}

func (c *caller) ask(i int, v *viewLayer, g *grant) failure {
	switch {
	case v.kept != nil && !v.kept[g.number]:
		return failSubagent
	case len(g.calls.agents) > 0 && !anyGlob(g.calls.agents, c.req.Session.Agent, nil, false):
		return failSubagent
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

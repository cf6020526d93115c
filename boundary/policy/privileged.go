package policy

import (
	"context"
	"slices"
	"time"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
)

// This file decides about sessions as a whole: whether one is privileged, and
// whether it may start or go on.

// A reach is a set of reasons why a session is privileged.
type reach uint8

const (
	reachSecrets reach = 1 << iota
	reachProduction
	reachExternal
)

var reachTexts = []struct {
	bit  reach
	text string
}{
	{reachSecrets, "secrets"}, {reachProduction, "production"}, {reachExternal, "external tools that change state"},
}

// reaches returns what of that this call's effects reach.
func (c *caller) reaches() reach {
	var r reach
	if c.secret {
		r |= reachSecrets
	}
	if c.product {
		r |= reachProduction
	}
	if c.external {
		r |= reachExternal
	}
	return r
}

// grantsReach says what the grants that a session has may reach, and by which
// grant.
func (v *view) grantsReach() (r reach, by *grant) {
	layer := len(v.layers) - 1
	l, vl := v.p.layers[layer], &v.layers[layer]
	if !vl.applies {
		return 0, nil
	}
	for i, g := range l.grants {
		if vl.kept != nil && !vl.kept[i] {
			continue
		}
		var one reach
		for j := range v.p.layers {
			if v.layers[j].applies {
				one |= g.reach(&v.p.layers[j].session.production, &v.layers[j].env)
			}
		}
		if one != 0 && by == nil {
			by = g
		}
		r |= one
	}
	for _, x := range l.identities.expect {
		for j := range v.p.layers {
			if p := v.p.layers[j].session.production.identities; v.layers[j].applies && slices.ContainsFunc(p, func(g glob) bool { return overlap(&g, x.to) }) {
				r |= reachProduction
			}
		}
	}
	return r, by
}

// reach says what a grant may reach.
func (g *grant) reach(production *selector, e *env) reach {
	var r reach
	t := &g.targets
	if len(t.secrets) > 0 {
		r |= reachSecrets
	}
	changing := t.access.has(effect.Write) || t.access.has(effect.Delete) || t.access.has(effect.Exec) || t.access.has(effect.Grant)
	if len(g.calls.servers) > 0 && (changing || t.access == 0) {
		r |= reachExternal
	}
	if production.kinds == 0 {
		return r
	}
	for i := range t.hosts {
		if slices.ContainsFunc(production.hosts, func(h hostPattern) bool {
			return t.hosts[i].exact != "" && h.match(t.hosts[i].exact, e, true) || h.exact != "" && t.hosts[i].match(h.exact, e, true)
		}) {
			r |= reachProduction
		}
	}
	for i := range t.resources {
		if slices.ContainsFunc(production.resources, func(p resourcePattern) bool { return p.overlaps(&t.resources[i]) }) {
			r |= reachProduction
		}
	}
	for _, pair := range [][2][]glob{{t.repos, production.repos}, {t.data, production.data}, {t.identities, production.identities}} {
		for i := range pair[0] {
			if slices.ContainsFunc(pair[1], func(g glob) bool { return overlap(&g, &pair[0][i]) }) {
				r |= reachProduction
			}
		}
	}
	return r
}

// overlaps reports whether some resource may be both patterns'.
func (r *resourcePattern) overlaps(o *resourcePattern) bool {
	for i := range r.fields {
		for j := range o.fields {
			if r.fields[i].name != o.fields[j].name {
				continue
			}
			if !slices.ContainsFunc(r.fields[i].any, func(a glob) bool {
				return slices.ContainsFunc(o.fields[j].any, func(b glob) bool { return overlap(&a, &b) })
			}) {
				return false
			}
		}
	}
	return true
}

// overlap reports whether two patterns may mean the same text. Two with
// wildcards may.
func overlap(a, b *glob) bool {
	switch {
	case a.literal && b.literal:
		return a.text == b.text
	case a.literal:
		return b.matchUnset(a.text, nil, whole, false)
	case b.literal:
		return a.matchUnset(b.text, nil, whole, false)
	}
	return true
}

// CheckSession decides about a session as if nothing had been counted for it.
func (p *Policy) CheckSession(_ context.Context, s boundary.SessionInfo, h boundary.History) (boundary.Decision, error) {
	if p == nil || len(p.layers) == 0 {
		return boundary.Decision{}, errNoPolicy
	}
	var v view
	p.view(&v, &s)
	return v.checkSession(&s, &h), nil
}

func (v *view) checkSession(s *boundary.SessionInfo, h *boundary.History) boundary.Decision {
	if !slices.ContainsFunc(v.layers, func(l viewLayer) bool { return l.applies }) {
		return boundary.Decision{Verdict: boundary.NotEvaluated, Policy: v.p.ref}
	}
	d := boundary.Decision{Verdict: boundary.Allow, Source: boundary.ByPolicy, Policy: v.p.ref}
	now := time.Now()
	refuse := func(i int, why boundary.Reason, k boundary.CrossingKind, message string) {
		d.Verdict = boundary.Deny
		d.Because = append(d.Because, boundary.Determination{Reason: why, Ruleset: v.p.layers[i].id})
		d.Crossings = append(d.Crossings, boundary.Crossing{Kind: k})
		if d.Message == "" {
			d.Message = message
		}
	}
	for i, l := range v.p.layers {
		if !v.layers[i].applies {
			continue
		}
		if !l.notBefore.IsZero() && now.Before(l.notBefore) || !l.expires.IsZero() && !now.Before(l.expires) {
			refuse(i, boundary.ReasonExpired, boundary.Expired, "the task's time is over, or has not begun")
		}
		if !l.owner.accepts(s.Owner, &v.layers[i].env) {
			refuse(i, boundary.ReasonOwnerMissing, boundary.Unowned, "the task needs an owner who is better known than this session's")
		}
		if r := &l.identities; len(r.allow) > 0 && !s.Actor.IsZero() && !anyGlob(r.allow, s.Actor.String(), &v.layers[i].env, false) &&
			!r.expects("", s.Actor.String(), 0, &v.layers[i].env) {
			refuse(i, boundary.ReasonIdentitySwitch, boundary.IdentitySwitch, "acts with an identity that the task does not have")
		}
		if b := l.budgets.duration; b > 0 && !s.Start.IsZero() && now.Sub(s.Start) >= b {
			refuse(i, boundary.ReasonBudget, boundary.Budget, "the session has run longer than the task allows")
		}
	}
	v.privilege(h, &d)
	if v.p.mode == modeObserve && d.Verdict != boundary.NotEvaluated {
		d.Observed = true
		d.Shadowed, d.Because = d.Because, nil
	}
	return d
}

// privilege says whether the session is privileged, why, and what then.
func (v *view) privilege(h *boundary.History, d *boundary.Decision) {
	r, by := v.grantsReach()
	if h.SecretSeen {
		r |= reachSecrets
	}
	if v.st != nil {
		v.st.mu.Lock()
		r |= v.st.reached
		v.st.mu.Unlock()
	}
	if d.Privileged = r != 0 || h.Privileged; !d.Privileged {
		if len(d.Because) == 0 {
			d.Because = []boundary.Determination{{Verdict: boundary.Allow, Reason: boundary.ReasonGranted, Ruleset: v.p.ref.ID}}
		}
		return
	}
	answer := fallbackUnset
	terms, somebody := boundary.Approval{Remember: true}, true
	for i, l := range v.p.layers {
		if v.layers[i].applies {
			answer = max(answer, l.session.privileged)
		}
		if v.layers[i].applies && l.session.privileged == fallbackApproval {
			both, ok := terms.And(l.approval)
			terms, somebody = both, somebody && ok
		}
	}
	why := boundary.Determination{Verdict: boundary.Allow, Reason: boundary.ReasonPrivileged, Ruleset: v.p.ref.ID}
	if by != nil {
		why.Grant = by.id
	}
	message := "the session is privileged: it reaches " + r.String()
	switch answer {
	case fallbackDeny:
		why.Verdict, d.Verdict = boundary.Deny, boundary.Deny
		d.Message = message + ", which this policy does not let a session do"
	case fallbackApproval:
		why.Verdict = boundary.RequireApproval
		switch {
		case d.Verdict != boundary.Allow:
		case somebody:
			d.Verdict, d.Message, d.Approval = boundary.RequireApproval, message+"; a person has to agree first", terms
		default:
			d.Verdict, d.Message = boundary.Deny, message+"; nobody can be who its policies want to agree"
		}
	default:
		if d.Message == "" {
			d.Message = message
		}
	}
	d.Because = append(d.Because, why)
}

// String lists what is reached.
func (r reach) String() string {
	text := ""
	for _, t := range reachTexts {
		if r&t.bit != 0 {
			if text != "" {
				text += ", "
			}
			text += t.text
		}
	}
	if text == "" {
		return "more than it did at first"
	}
	return text
}

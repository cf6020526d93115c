package policy

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
)

// A Report says how a policy fared with what was recorded.
type Report struct {
	Calls   int // recorded calls
	Allowed int // of them, those that ran as granted
	Refused int // of them, those that were refused, or would have been

	Grants []GrantUse // in the order of the file
	Misses []Miss     // refusals by the grant that came closest, the most frequent first

	// Proposed is a narrower policy that still allows every recorded call that
	// was allowed: grants that were never used are gone, and tools, targets and
	// accesses are those that were used. It is the file with these changes, its
	// comments included; nil if there is nothing to narrow.
	Proposed []byte
}

// A GrantUse is how much a grant was used.
type GrantUse struct {
	ID    string
	Calls int      // recorded calls that it carried; 0 means it could go
	Broad []string // patterns of which only a part was used: "paths: ${repo}/**"
}

// A Miss is a group of refusals with one cause.
type Miss struct {
	Grant     string // the grant that came closest
	Condition string // what kept it from covering the call, as decisions say it
	Calls     int
	Example   string // what one of the calls touched: kind and target
}

// Review holds a policy against recorded calls of sessions like s: s gives the
// folders and parameters that patterns stand for. Calls are judged anew by their
// effects; constraints on arguments, which records do not hold, are taken to have
// been met by what ran. Of a merged policy the task's own file is reviewed.
func Review(p *Policy, records []Record, s boundary.SessionInfo) Report {
	rep := Report{Calls: len(records)}
	if p == nil || len(p.layers) == 0 {
		return rep
	}
	l := p.layers[len(p.layers)-1]
	used := newUsed(l)
	misses := map[[2]string]*Miss{}
	for i := range records {
		r := &records[i]
		req := r.request(s)
		switch {
		case r.allowed():
			rep.Allowed++
			used.note(&req, r.Grant)
		case r.refused():
			rep.Refused++
			p.missed(&req, misses)
		}
	}
	for i, g := range l.grants {
		u := used.grants[i]
		rep.Grants = append(rep.Grants, GrantUse{ID: g.id, Calls: u.calls, Broad: u.broad(g)})
	}
	for _, m := range misses {
		rep.Misses = append(rep.Misses, *m)
	}
	slices.SortFunc(rep.Misses, func(a, b Miss) int {
		return cmp.Or(cmp.Compare(b.Calls, a.Calls), cmp.Compare(a.Grant, b.Grant), cmp.Compare(a.Condition, b.Condition))
	})
	if rep.Allowed > 0 {
		rep.Proposed = narrower(l, used)
	}
	return rep
}

// missed adds the nearest grant of a refused call.
func (p *Policy) missed(req *boundary.Request, misses map[[2]string]*Miss) {
	c := caller{req: *req}
	p.view(&c.own, &c.req.Session)
	c.begin(context.Background(), &c.own)
	c.recorded = true
	c.facts()
	c.grants()
	c.order()
	for i := range c.n.list {
		x := &c.n.list[i]
		if x.reason != boundary.ReasonUnmatched && x.grant == nil {
			continue
		}
		g, f := x.grant, x.failed
		if g == nil {
			if g, f = c.nearest(x); g == nil {
				continue
			}
		}
		var b strings.Builder
		c.miss(&b, g, f, x)
		condition := strings.TrimPrefix(b.String(), "grant "+g.id+" ")
		key := [2]string{g.id, condition}
		m := misses[key]
		if m == nil {
			m = &Miss{Grant: g.id, Condition: condition, Example: "call " + c.tool.tool}
			if x.effect > 0 {
				e := &req.Effects[x.effect-1]
				m.Example = fmt.Sprintf("%s %s %s", e.Access, e.Kind, e.Target)
			}
			misses[key] = m
		}
		m.Calls++
		return
	}
}

// used is what the grants of a layer were used for.
type used struct {
	layer  *layer
	grants []grantUsed
}

type grantUsed struct {
	calls          int
	tools, servers []string
	effects        []usedEffect
}

// A usedEffect is an effect that a grant carried, and where it was.
type usedEffect struct {
	effect.Effect
	env *env
}

func newUsed(l *layer) *used { return &used{layer: l, grants: make([]grantUsed, len(l.grants))} }

// note adds an allowed call. hint is the grant that was recorded for it.
func (u *used) note(req *boundary.Request, hint string) {
	e := u.layer.env(&req.Session)
	tool := nameOf(req.Server, req.Tool)
	kept := u.layer.keeps(&req.Session)
	touched := map[int]bool{}
	carry := func(i int, x *effect.Effect) {
		g := &u.grants[i]
		if !touched[i] {
			touched[i] = true
			g.calls++
			g.tools, g.servers = addText(g.tools, tool.tool), addText(g.servers, tool.server)
		}
		if x != nil {
			g.effects = append(g.effects, usedEffect{*x, &e})
		}
	}
	admits := func(g *grant) bool {
		return g.calls.isAbout(tool.server, tool.tool, false) && (kept == nil || kept[g.number]) &&
			(len(g.calls.agents) == 0 || anyGlob(g.calls.agents, req.Session.Agent, nil, false))
	}
	c := caller{req: *req}
	c.view, c.tool = &c.own, tool
	needed := false
	for k := range req.Effects {
		x := &req.Effects[k]
		if certainty(x) == effect.Unknown || c.implied(x) || c.plain(x, u.layer, &e) || c.awaits(&u.layer.identities, x, &e) {
			continue
		}
		needed = true
		best := -1
		for i, g := range u.layer.grants {
			if !admits(g) {
				continue
			}
			if ok, _ := g.covers(x, &e, &tool); ok && (best < 0 || g.id == hint) {
				best = i
			}
		}
		if best >= 0 {
			carry(best, x)
		}
	}
	if needed || tool.server == "" && (inertTools[tool.tool] || anyGlob(u.layer.inertTools, tool.tool, nil, false)) {
		return
	}
	best := -1
	for i, g := range u.layer.grants {
		if admits(g) && g.calls.names() && (best < 0 || g.id == hint) {
			best = i
		}
	}
	if best >= 0 {
		carry(best, nil)
	}
}

func addText(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

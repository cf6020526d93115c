package policy

import (
	"context"
	"strings"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
)

// An Explanation is what becomes of one line of a story, and why.
type Explanation struct {
	Line     int    // in the story, from 1
	Text     string // the line, without what should come of it
	Decision boundary.Decision
	Parts    []Part // what the call would touch
}

// A Part is one thing that a call would touch, and the grant it rests on.
type Part struct {
	Effect effect.Effect
	Grant  string // the grant that covers it
	Missed string // where none does: the one that came closest, and the condition that failed; empty if none is needed
}

// Explain tells what becomes of the calls of a story, see [Test], and for each
// thing they would touch the grant that covers it or the one that was missed. What
// the lines want makes no difference; a line without "=>" is one like any other.
//
// An explanation names what the calls name: it is for who wrote them. What a model
// or a log may see is the decision's message.
func Explain(p *Policy, file string, story []byte, o Options) ([]Explanation, error) {
	var list []Explanation
	err := tell(p, file, story, o, func(e Explanation) { list = append(list, e) })
	return list, err
}

// parts says of each effect of a call which grant of the last file that has any
// covers it. Nothing is counted by that.
func (v *view) parts(req boundary.Request) []Part {
	c := &caller{req: req}
	c.begin(context.Background(), v)
	if v.st != nil {
		v.st.mu.Lock()
		defer v.st.mu.Unlock()
	}
	parts := make([]Part, len(req.Effects))
	for k := range req.Effects {
		parts[k].Effect = req.Effects[k]
		c.part(&parts[k], k)
	}
	return parts
}

func (c *caller) part(p *Part, k int) {
	e := &c.req.Effects[k]
	if certainty(e) == effect.Unknown {
		p.Missed = "cannot be told"
	}
	for i, l := range c.p.layers {
		lv := &c.layers[i]
		if !l.ceiling || !lv.applies && i < c.last || c.implied(e) || c.plain(e, l, &lv.env) || c.awaits(&l.identities, e, &lv.env) {
			continue
		}
		grant := c.coveredBy(i, l, lv, e)
		if grant == nil {
			x := note{reason: boundary.ReasonUnmatched, layer: i, effect: k + 1}
			p.Grant = ""
			g, why := c.nearest(&x)
			if g == nil {
				p.Missed = "no grant names the tool or what it touches"
				if c.strange(i) {
					p.Missed = "no grant names server " + c.tool.server
				}
				return
			}
			var b strings.Builder
			c.miss(&b, g, why, &x)
			p.Missed = b.String()
			return
		}
		p.Grant = grant.id
	}
}

func (c *caller) coveredBy(i int, l *layer, v *viewLayer, e *effect.Effect) *grant {
	if !v.applies {
		return nil
	}
	for _, group := range l.grantsOf.plan(c.tool.server, c.tool.tool) {
		for _, gi := range group.items {
			g := l.grants[gi]
			if ok, _ := g.covers(e, &v.env, &c.tool); ok && c.admits(i, v, g) == failNothing {
				return g
			}
		}
	}
	return nil
}

package policy

import (
	"slices"
	"sync"

	"github.com/ambit-go/ambit/boundary"
)

// decide turns the notes into a decision.
func (c *caller) decide() boundary.Decision {
	d := boundary.Decision{Verdict: boundary.Allow, Source: boundary.ByPolicy, Policy: c.p.ref}
	if c.phase == boundary.PhaseIdentity && len(c.n.list) == 0 && len(c.n.grants) == 0 && !c.speaksOfIdentity() {
		d.Verdict, d.Source = boundary.NotEvaluated, boundary.ByDefault
		return d
	}
	enforced, observed := false, false // something speaks against the call, with and without effect
	shadows := 0
	for i := range c.n.list {
		x := &c.n.list[i]
		switch {
		case x.shadow:
			shadows++
		case x.observed:
			observed = true
			shadows++
		default:
			enforced = true
			d.Verdict = min(d.Verdict, x.verdict)
			d.Suspend = d.Suspend || x.suspend
		}
	}
	if !enforced && observed { // only what is merely observed speaks against it
		d.Verdict, d.Observed = boundary.Allow, true
		for i := range c.n.list {
			if x := &c.n.list[i]; x.observed && !x.shadow {
				d.Verdict = min(d.Verdict, x.verdict)
			}
		}
	}
	c.countRules(d.Verdict)
	if len(c.n.list) == 0 {
		d.Because = c.granted()
		return c.finish(d)
	}
	c.order()
	block, crossings := room(len(c.n.list))
	d.Crossings = crossings
	for i := range c.n.list {
		x := &c.n.list[i]
		if !x.shadow && !x.observed {
			block = append(block, c.determination(x))
		}
		if crossing := (boundary.Crossing{Kind: x.crossing, Effect: x.effect}); !slices.Contains(d.Crossings, crossing) {
			d.Crossings = append(d.Crossings, crossing)
		}
	}
	d.Because = slices.Clip(block)
	if shadows > 0 {
		from := len(block)
		for i := range c.n.list {
			if x := &c.n.list[i]; x.shadow || x.observed {
				block = append(block, c.determination(x))
			}
		}
		d.Shadowed = block[from:len(block):len(block)]
	}
	if !enforced {
		if !d.Observed {
			d.Because = c.granted()
		}
	} else {
		c.approve(&d)
	}
	if enforced || d.Observed {
		d.Nearest, d.Message = c.explain(&d)
	}
	return c.finish(d)
}

// room makes room for what a decision points to, in one block where it fits.
func room(n int) ([]boundary.Determination, []boundary.Crossing) {
	if n <= 2 {
		block := new(struct {
			why  [2]boundary.Determination
			kind [2]boundary.Crossing
		})
		return block.why[:0], block.kind[:0]
	}
	return make([]boundary.Determination, 0, n), make([]boundary.Crossing, 0, n)
}

// finish gives the decision no effect if the policy only observes, and says
// whether a call that runs makes its session privileged.
func (c *caller) finish(d boundary.Decision) boundary.Decision {
	if c.p.mode == modeObserve && !d.Observed {
		d.Observed = true
		d.Shadowed = append(slices.Clip(d.Because), d.Shadowed...)
		d.Because = nil
	}
	d.Privileged = !d.Refuses() && c.reaches() != 0
	return d
}

// order puts what decides first.
func (c *caller) order() {
	slices.SortStableFunc(c.n.list, func(a, b note) int { return a.weight() - b.weight() })
}

func (c *caller) determination(x *note) boundary.Determination {
	t := boundary.Determination{Verdict: x.verdict, Reason: x.reason, Ruleset: c.p.layers[x.layer].id, Effect: x.effect}
	if x.rule != nil {
		t.Rule = x.rule.id
	}
	if x.grant != nil {
		t.Grant = x.grant.id
	}
	return t
}

// granted returns the grants that carry the call.
func (c *caller) granted() []boundary.Determination {
	l := c.p.layers[c.last]
	key, ok := carriedBy(c.n.grants, c.n.at)
	if !ok {
		return say(l, c.n.grants, c.n.at)
	}
	l.answers.mu.RLock()
	list := l.answers.by[key]
	l.answers.mu.RUnlock()
	if list != nil {
		return list
	}
	list = say(l, c.n.grants, c.n.at)
	l.answers.mu.Lock()
	if len(l.answers.by) < maxAnswers {
		l.answers.by[key] = list
	}
	l.answers.mu.Unlock()
	return list
}

func say(l *layer, grants []*grant, at []int) []boundary.Determination {
	if len(grants) == 0 {
		return []boundary.Determination{{Verdict: boundary.Allow, Reason: boundary.ReasonGranted, Ruleset: l.id}}
	}
	list := make([]boundary.Determination, len(grants))
	for i, g := range grants {
		list[i] = boundary.Determination{Verdict: boundary.Allow, Reason: boundary.ReasonGranted, Ruleset: l.id, Grant: g.id, Effect: at[i]}
	}
	return list
}

// An answerCache keeps what decisions say of calls that are allowed, so that the
// most common answers cost nothing. Decisions share them; nobody writes to them.
type answerCache struct {
	mu sync.RWMutex
	by map[carried][]boundary.Determination
}

func newAnswers() *answerCache {
	return &answerCache{by: map[carried][]boundary.Determination{}}
}

// maxAnswers bounds how many answers are kept for one file.
const maxAnswers = 256

// carried is up to four grants and the first effect that each carries.
type carried struct {
	grants [4]*grant
	at     [4]int
}

func carriedBy(grants []*grant, at []int) (key carried, ok bool) {
	return key, copy(key.grants[:], grants) == len(grants) && copy(key.at[:], at) == len(at)
}

// countRules notes which rules spoke and which on trial would have changed the
// outcome.
func (c *caller) countRules(v boundary.Verdict) {
	for i := range c.n.list {
		x := &c.n.list[i]
		if x.rule == nil {
			continue
		}
		u := c.p.layers[x.layer].usage
		u.rules[x.rule.number].Add(1)
		if x.shadow && !x.observed && x.verdict < v {
			u.flips[x.rule.number].Add(1)
		}
	}
}

// terms adds who may approve by what one note says.
func (c *caller) terms(x *note) {
	a := c.p.layers[x.layer].approval
	if x.rule != nil && x.rule.hasApproval() {
		a = x.rule.approval
	}
	if !c.asking {
		c.approval, c.asking = a, true
		return
	}
	both, ok := c.approval.And(a)
	c.approval, c.nobody = both, c.nobody || !ok
}

// approve puts the terms of an approval into the decision; a call that nobody may
// approve is denied.
func (c *caller) approve(d *boundary.Decision) {
	switch {
	case d.Verdict != boundary.RequireApproval:
	case c.nobody:
		d.Verdict = boundary.Deny
		d.Because = append([]boundary.Determination{{Reason: boundary.ReasonApprovalUnavailable, Ruleset: c.p.ref.ID}}, d.Because...)
	default:
		d.Approval = c.approval
	}
}

func (r *rule) hasApproval() bool {
	return len(r.approval.By) > 0 || r.approval.Assurance != 0 || r.approval.NotOwner || r.approval.Remember
}

func (c *caller) speaksOfIdentity() bool {
	for i, l := range c.p.layers {
		if c.layers[i].applies && l.speaks {
			return true
		}
	}
	return false
}

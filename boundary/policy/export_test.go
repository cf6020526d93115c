package policy

import (
	"fmt"
	"slices"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
)

// Plans returns how many plans are kept for the names of tools.
func (p *Policy) Plans() int {
	n := 0
	for _, l := range p.layers {
		n += len(l.grantsOf.plans.plans) + len(l.rulesOf.plans.plans)
	}
	return n
}

// Registered returns how many sessions' counters can be found.
func (p *Policy) Registered() int {
	p.sessions.mu.Lock()
	defer p.sessions.mu.Unlock()
	return len(p.sessions.by)
}

// FoldPaths sets whether prohibitions take no regard of case, and returns what
// undoes it.
func FoldPaths(on bool) func() {
	was := foldPaths
	foldPaths = on
	return func() { foldPaths = was }
}

// OtherNames sets whether one file may have several names, and returns what undoes
// it.
func OtherNames(on bool) func() {
	was := otherNames
	otherNames = on
	return func() { otherNames = was }
}

// Asked returns how many grants and rules a call of a local tool with one effect
// would ask.
func (p *Policy) Asked(info boundary.SessionInfo, tool string, e effect.Effect) int {
	asked := map[string]bool{}
	for i, l := range p.layers {
		env := l.env(&info)
		for j, index := range []*index{&l.grantsOf, &l.rulesOf} {
			for _, g := range index.plan("", tool) {
				if !g.kinds.has(e.Kind) {
					continue
				}
				note := func(k int) bool {
					asked[fmt.Sprint(i, j, k)] = true
					return false
				}
				if g.find == nil {
					_ = slices.ContainsFunc(g.items, note)
				} else {
					g.find.find(&e, &env, note)
				}
			}
		}
	}
	return len(asked)
}

// Request makes a request of a record.
func (r *Record) Request(s boundary.SessionInfo) boundary.Request { return r.request(s) }

package policy

import (
	"context"
	"slices"

	"github.com/ambit-go/ambit/boundary"
)

// A Ledger is what [Policy.Bind] returns, for those who bind a session in one process
// after the other, as hooks of coding agents do: what a call took of the policy's limits
// is written down in one, and told to the binding of the next. To decide about the call
// anew would need its arguments, which nobody should keep.
type Ledger interface {
	boundary.Checker

	// Taken returns what the call decided about last took, if it may run and has this
	// number in the session ([boundary.Request].Seq).
	Taken(seq int64) []Taken

	// Take counts a call that another binding let run, or asked about. Of req it takes
	// number, time, effects and findings; how the call ended is told by Observe.
	Take(req boundary.Request, d boundary.Decision, taken []Taken)
}

// Taken is what a call took of one limit: a use of a grant with max_uses, a place in a
// rule's count, an amount of its sum, or that it is what a rule looks for in "after". A
// limit is known by its name, so that it goes on in a newer version of the file. The amount
// is a number out of the call's arguments; nothing else of them is in it.
type Taken struct {
	Ruleset string  // id of the file
	ID      string  // of the grant or rule
	Limit   string  // max_uses, count, sum or after
	Amount  float64 // 1, but for a sum
}

// Taken tells what the newest call took.
func (b *bound) Taken(seq int64) (list []Taken) {
	st := b.view.st
	if st == nil {
		return nil
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.newest != seq {
		return nil
	}
	for _, u := range st.newestUses {
		l := b.view.p.layers[u.layer]
		list = append(list, l.limits[slices.IndexFunc(l.limits, func(x limit) bool { return x.kind == u.kind && x.slot == u.slot })].taken(l, u.amount))
	}
	return list
}

// Take counts a call as reserve does.
func (b *bound) Take(req boundary.Request, d boundary.Decision, taken []Taken) {
	st := b.view.st
	if st == nil || req.Phase != boundary.PhaseCall {
		return
	}
	c := callers.Get().(*caller) //nolint:forcetypeassert // the pool holds nothing else
	c.req = req
	c.begin(context.Background(), &b.view)
	st.mu.Lock()
	defer st.mu.Unlock()
	c.facts()
	for i, l := range b.view.p.layers {
		for _, t := range taken {
			for _, x := range l.limits {
				if t == x.taken(l, t.Amount) {
					c.spend(use{x.kind, i, x.slot, t.Amount})
				}
			}
		}
	}
	st.take(c, !d.Refuses())
	c.end()
}

// A limit is something that is counted for one grant or rule of a file.
type limit struct {
	name string // the key in the file
	id   string
	kind useKind
	slot int
}

func (x *limit) taken(l *layer, amount float64) Taken { return Taken{l.id, x.id, x.name, amount} }

// limitsOf lists what a file counts.
func limitsOf(doc *document) (list []limit) {
	for _, g := range doc.grants {
		if g.maxUses > 0 {
			list = append(list, limit{"max_uses", g.id, useGrant, g.number})
		}
	}
	for _, r := range doc.rules {
		if r.count != nil {
			list = append(list, limit{"count", r.id, useWindow, r.count.slot})
		}
		if r.sum != nil {
			list = append(list, limit{"sum", r.id, useWindow, r.sum.slot})
		}
		if r.after != nil && r.after.calls != nil {
			list = append(list, limit{"after", r.id, useMemory, r.after.slot})
		}
	}
	return list
}

package policy

import "sync/atomic"

// Usage is what a policy's grants and rules were good for since it was loaded, over
// all sessions, in the order of the files.
type Usage struct {
	Grants, Rules []Use
}

// A Use is how often a grant carried something, or a rule spoke.
type Use struct {
	Ruleset string // id of the file
	ID      string
	Count   int64 // effects that the grant carried, or calls that the rule refused or asked about
	Flips   int64 // for a rule on trial: calls that would have come out otherwise
}

// Usage returns what p's grants and rules were good for so far.
func (p *Policy) Usage() Usage {
	var u Usage
	if p == nil {
		return u
	}
	for _, l := range p.layers {
		for i, g := range l.grants {
			u.Grants = append(u.Grants, Use{Ruleset: l.id, ID: g.id, Count: l.usage.grants[i].Load()})
		}
		for i, r := range l.rules {
			u.Rules = append(u.Rules, Use{Ruleset: l.id, ID: r.id, Count: l.usage.rules[i].Load(), Flips: l.usage.flips[i].Load()})
		}
	}
	return u
}

// usage counts, over all sessions, what a layer's grants and rules were good for.
type usage struct {
	grants []atomic.Int64
	rules  []atomic.Int64 // times a rule refused or would have
	flips  []atomic.Int64 // times a shadowed rule would have changed the outcome
}

func newUsage(doc *document) *usage {
	return &usage{make([]atomic.Int64, len(doc.grants)), make([]atomic.Int64, len(doc.rules)), make([]atomic.Int64, len(doc.rules))}
}

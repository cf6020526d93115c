package policy

import (
	"iter"
	"slices"
	"time"
)

// Names returns what the files call their rules, and the tools, servers and agents
// that their grants and rules name in full. It is the closed list from which
// metrics may take names, so that no agent can make up one.
func (p *Policy) Names() []string {
	if p == nil {
		return nil
	}
	var names []string
	add := func(f *callFilter) {
		for _, list := range [][]glob{f.tools, f.servers, f.agents} {
			for i := range list {
				if list[i].literal {
					names = append(names, list[i].text)
				}
			}
		}
	}
	for _, l := range p.layers {
		for _, g := range l.grants {
			add(&g.calls)
		}
		for _, r := range l.rules {
			names = append(names, r.id)
			add(&r.calls)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Grants returns the grants there are: the id of each with that of its file, in the
// order of the files.
func (p *Policy) Grants() iter.Seq2[string, string] {
	return func(yield func(ruleset, grant string) bool) {
		if p == nil {
			return
		}
		for _, l := range p.layers {
			for _, g := range l.grants {
				if !yield(l.id, g.id) {
					return
				}
			}
		}
	}
}

// ReviewDue is that of the policy in force; see [Policy.ReviewDue].
func (l *Live) ReviewDue(t time.Time) bool { return l.Policy().ReviewDue(t) }

// Names returns those of the policy in force; see [Policy.Names].
func (l *Live) Names() []string { return l.Policy().Names() }

// Grants returns those of the policy in force; see [Policy.Grants].
func (l *Live) Grants() iter.Seq2[string, string] { return l.Policy().Grants() }

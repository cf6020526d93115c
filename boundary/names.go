package boundary

import (
	"iter"
	"slices"
	"time"
)

// What a checker is known to say, metrics may name. Wrappers and combinations say
// what their members do; Tools knows its patterns.

func namesOf(c Checker) []string {
	if v, ok := c.(interface{ Names() []string }); ok {
		return v.Names()
	}
	return nil
}

func grantsOf(c Checker) iter.Seq2[string, string] {
	if g, ok := c.(interface {
		Grants() iter.Seq2[string, string]
	}); ok {
		return g.Grants()
	}
	return nil
}

// Names returns the names of the wrapped checker.
func (f forward) Names() []string { return namesOf(f.inner) }

// Grants returns the grants of the wrapped checker; nil if it has none.
func (f forward) Grants() iter.Seq2[string, string] { return grantsOf(f.inner) }

func reviewDue(c Checker, at time.Time) bool {
	r, ok := c.(interface{ ReviewDue(at time.Time) bool })
	return ok && r.ReviewDue(at)
}

// ReviewDue reports whether the wrapped checker says that it should have been reviewed.
func (f forward) ReviewDue(at time.Time) bool { return reviewDue(f.inner, at) }

// ReviewDue reports whether a member says that it should have been reviewed.
func (c *combined) ReviewDue(at time.Time) bool {
	return slices.ContainsFunc(c.members, func(m Checker) bool { return reviewDue(m, at) })
}

// Names returns the names of all members.
func (c *combined) Names() (all []string) {
	for _, m := range c.members {
		all = append(all, namesOf(m)...)
	}
	return all
}

// Grants returns the grants of all members; nil if none has any.
func (c *combined) Grants() iter.Seq2[string, string] {
	var all []iter.Seq2[string, string]
	for _, m := range c.members {
		if g := grantsOf(m); g != nil {
			all = append(all, g)
		}
	}
	if len(all) == 0 {
		return nil
	}
	return func(yield func(ruleset, grant string) bool) {
		for _, g := range all {
			for ruleset, grant := range g {
				if !yield(ruleset, grant) {
					return
				}
			}
		}
	}
}

// Names returns the patterns, which are what a decision names as its rule, and
// with those that are no patterns the tools.
func (t tools) Names() []string {
	names := []string{noMatch}
	for i := range t {
		names = append(names, t[i].pattern)
	}
	return names
}

// noMatch stands for the rule where none of the patterns matches.
const noMatch = "no_match"

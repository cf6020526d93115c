package policy_test

import (
	"testing"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/boundarytest"
	"github.com/ambit-go/ambit/boundary/effect"
)

// A policy keeps the contract of a checker, bound and not, merged and watched.
func TestConformance(t *testing.T) {
	counting := fixPolicy + `
budgets: {calls: 1000}
`
	requests := func(s boundarytest.Suite) boundarytest.Suite {
		s.Allow = []boundary.Request{
			{Session: shop, Seq: 1, Tool: "Read", Effects: []effect.Effect{path("/w/shop/a.go", effect.Read)}},
			{Session: shop, Seq: 2, Tool: "Edit", Effects: []effect.Effect{path("/w/shop/payments/a.go", effect.Write)}},
		}
		s.Refuse = []boundary.Request{
			{Session: shop, Seq: 3, Tool: "Read", Effects: []effect.Effect{path("/etc/passwd", effect.Read)}},
			{Session: shop, Seq: 4, Tool: "Edit", Effects: []effect.Effect{path("/w/shop/.claude/settings.json", effect.Write)}},
			{Session: shop, Seq: 5, Tool: "Bash", Effects: []effect.Effect{{}}},
			{Session: shop, Seq: 6, Tool: "Bash"},
		}
		s.Refuse[3].Tool = "unheard_of"
		return s
	}
	for name, text := range map[string]string{"plain": fixPolicy, "counting": counting} {
		t.Run(name, func(t *testing.T) {
			boundarytest.Run(t, requests(boundarytest.Suite{New: func(t *testing.T) boundary.Checker {
				c := boundary.Checker(load(t, text))
				return sessions{c}
			}}))
		})
	}
}

// sessions binds to the sessions of these tests: what the suite's own lack, their
// folders, is filled in.
type sessions struct{ boundary.Checker }

func (s sessions) Bind(i boundary.SessionInfo) boundary.Checker {
	full := shop
	full.Key = i.Key
	return boundary.Bind(s.Checker, full)
}

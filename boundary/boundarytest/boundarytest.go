// Package boundarytest holds checkers to the contract of package boundary.
//
//	func TestChecker(t *testing.T) {
//		boundarytest.Run(t, boundarytest.Suite{
//			New:    func(*testing.T) boundary.Checker { return mychecker.New() },
//			Allow:  []boundary.Request{{Tool: "read_file"}},
//			Refuse: []boundary.Request{{Tool: "delete_file"}},
//		})
//	}
//
// Each check says, when it fails, what a checker that fails it does to those who
// rely on it. Run with -race: two of the checks look for what only the race
// detector can see.
package boundarytest

import (
	"testing"

	"github.com/ambit-go/ambit/boundary"
)

// A Suite says what to test a checker with.
type Suite struct {
	// New makes a checker as a program would; each check starts with a new one.
	New func(t *testing.T) boundary.Checker

	// Allow are requests that must not be refused, each as the first of its
	// session, and Refuse are those that must. Both should hold requests of every
	// kind that the checker has an opinion on. They are only read.
	Allow, Refuse []boundary.Request
}

// Run runs all checks, each as a subtest. A suite that could not tell a checker
// from one that always says the same is an error too.
func Run(t *testing.T, s Suite) {
	t.Helper()
	if s.New == nil {
		t.Fatal("boundarytest: Suite.New is nil")
	}
	if len(s.Allow) == 0 || len(s.Refuse) == 0 {
		t.Error("boundarytest: give at least one request to allow and one to refuse: without both, a checker that always says the same would pass")
	}
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) {
			for _, problem := range c.run(probe{t, s}) {
				t.Errorf("%s\n\twhy: %s", problem, c.why)
			}
		})
	}
}

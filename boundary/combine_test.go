package boundary_test

import (
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"testing/quick"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/boundary"
)

// says is a checker with a fixed answer.
type says struct {
	decision boundary.Decision
	err      error
	panics   bool
}

func (s says) Check(context.Context, boundary.Request) (boundary.Decision, error) {
	if s.panics {
		panic("content that must not be seen")
	}
	return s.decision, s.err
}

// Generate makes a checker that votes, observes, has no opinion or fails.
func (says) Generate(r *rand0, _ int) reflect.Value { return reflect.ValueOf(randomSays(r)) }

func verdict(v boundary.Verdict, rule string) says {
	return says{decision: boundary.Decision{Verdict: v, Because: []boundary.Determination{{Verdict: v, Reason: boundary.ReasonChecker, Rule: rule}}}}
}

// A group is a random list of random checkers.
type group []says

func (g group) checkers() []boundary.Checker {
	list := make([]boundary.Checker, len(g))
	for i, s := range g {
		list[i] = s
	}
	return list
}

func (g group) shuffled() group {
	g = slices.Clone(g)
	rand.Shuffle(len(g), func(i, j int) { g[i], g[j] = g[j], g[i] })
	return g
}

// An answer is what is left of a decision when the order of reasons is taken out.
type answer struct {
	Verdict  boundary.Verdict
	Observed bool
	Refuses  bool
	Because  []boundary.Determination
	Shadowed []boundary.Determination
}

func ask(c boundary.Checker) answer {
	d, _ := boundary.Check(context.Background(), c, boundary.Request{Tool: "t"})
	return answer{d.Verdict, d.Observed, d.Refuses(), bag(d.Because), bag(d.Shadowed)}
}

// outcome leaves the reasons out as well: nesting may say the same reason of a
// failure in other words.
func outcome(c boundary.Checker) answer {
	a := ask(c)
	a.Because, a.Shadowed = nil, nil
	return a
}

func bag(list []boundary.Determination) []boundary.Determination {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b boundary.Determination) int {
		return cmp.Or(cmp.Compare(a.Verdict, b.Verdict), cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Checker, b.Checker))
	})
	return list
}

// check runs a law on random values.
func check(t *testing.T, law any) {
	t.Helper()
	if err := quick.Check(law, &quick.Config{MaxCount: 2000}); err != nil {
		t.Error(err)
	}
}

type combiner struct {
	name string
	of   func(...boundary.Checker) boundary.Checker
}

var combiners = []combiner{{"all", boundary.All}, {"any", boundary.Any}}

func TestLawOrderDoesNotMatter(t *testing.T) {
	for _, c := range combiners {
		t.Run(c.name, func(t *testing.T) {
			check(t, func(g group) bool {
				return gocmp.Equal(ask(c.of(g.checkers()...)), ask(c.of(g.shuffled().checkers()...)))
			})
		})
	}
}

func TestLawNestingDoesNotMatter(t *testing.T) {
	for _, c := range combiners {
		t.Run(c.name, func(t *testing.T) {
			check(t, func(a, b group) bool {
				if len(a) == 0 || len(b) == 0 {
					return true
				}
				flat := c.of(append(a.checkers(), b.checkers()...)...)
				nested := c.of(c.of(a.checkers()...), c.of(b.checkers()...))
				return gocmp.Equal(outcome(flat), outcome(nested))
			})
		})
	}
}

func TestLawTwiceIsOnce(t *testing.T) {
	for _, c := range combiners {
		t.Run(c.name, func(t *testing.T) {
			check(t, func(s says) bool { return gocmp.Equal(outcome(c.of(s)), outcome(c.of(s, s))) })
		})
	}
}

func TestLawOneAloneIsItself(t *testing.T) {
	for _, c := range combiners {
		t.Run(c.name, func(t *testing.T) {
			check(t, func(s says) bool { return gocmp.Equal(ask(s), ask(c.of(s))) })
		})
	}
}

func TestLawNoOpinionChangesNothing(t *testing.T) {
	silent := says{decision: boundary.Decision{Verdict: boundary.NotEvaluated}}
	for _, c := range combiners {
		t.Run(c.name, func(t *testing.T) {
			check(t, func(s says) bool { return gocmp.Equal(outcome(s), outcome(c.of(s, silent))) })
		})
	}
}

func TestLawAllIsTheMinimumAndAnyTheMaximum(t *testing.T) {
	check(t, func(g group) bool {
		low, high, votes := boundary.Allow, boundary.Deny, 0
		for _, s := range g {
			d, err := boundary.Check(context.Background(), s, boundary.Request{})
			if d.Verdict == boundary.NotEvaluated || d.Observed && err == nil {
				continue
			}
			votes++
			low, high = min(low, d.Verdict), max(high, d.Verdict)
		}
		if votes == 0 {
			return true
		}
		return ask(boundary.All(g.checkers()...)).Verdict == low && ask(boundary.Any(g.checkers()...)).Verdict == high
	})
}

func TestLawAddingACheckerNeverWidensAll(t *testing.T) {
	check(t, func(g group, s says) bool {
		before, after := ask(boundary.All(g.checkers()...)), ask(boundary.All(append(g.checkers(), s)...))
		return len(g) == 0 || !before.Refuses || after.Refuses
	})
}

func TestLawShadowNeverChangesTheOutcome(t *testing.T) {
	check(t, func(g group, s says) bool {
		if len(g) == 0 {
			return !ask(boundary.All(boundary.Shadow(s))).Refuses
		}
		without, with := ask(boundary.All(g.checkers()...)), ask(boundary.All(append(g.checkers(), boundary.Shadow(s))...))
		return without.Refuses == with.Refuses && (without.Observed || without.Verdict == boundary.NotEvaluated || without.Verdict == with.Verdict)
	})
}

func TestLawFailOpenIsAbsence(t *testing.T) {
	check(t, func(g group) bool {
		broken := says{err: errors.New("down")}
		return len(g) == 0 || gocmp.Equal(outcome(boundary.All(g.checkers()...)), outcome(boundary.All(append(g.checkers(), boundary.FailOpen(broken))...)))
	})
}

func TestLawEveryReasonIsKept(t *testing.T) {
	for _, c := range combiners {
		t.Run(c.name, func(t *testing.T) {
			check(t, func(g group) bool {
				a := ask(c.of(g.checkers()...))
				all := append(slices.Clone(a.Because), a.Shadowed...)
				for _, s := range g {
					if s.err != nil || s.panics || s.decision.Verdict == boundary.NotEvaluated {
						continue
					}
					if !slices.Contains(all, s.decision.Because[0]) {
						return false
					}
				}
				return true
			})
		})
	}
}

func TestNothingCombinedRefuses(t *testing.T) {
	for _, c := range combiners {
		d, err := boundary.Check(t.Context(), c.of(), boundary.Request{})
		if !d.Refuses() || err == nil || d.Determining().Reason != boundary.ReasonMisconfigured {
			t.Errorf("%s of nothing: %+v, %v", c.name, d, err)
		}
		if boundary.Validate(c.of()) == nil {
			t.Errorf("%s of nothing is valid", c.name)
		}
	}
}

func TestAnUnknownVerdictDenies(t *testing.T) {
	odd := says{decision: boundary.Decision{Verdict: 200}}
	for _, c := range []boundary.Checker{odd, boundary.All(odd), boundary.All(odd, verdict(boundary.Allow, "a")), boundary.All(verdict(boundary.Allow, "a"), odd)} {
		if a := ask(c); !a.Refuses {
			t.Errorf("a verdict that is none lets the call run: %+v", a)
		}
	}
}

func TestAllNeedsEveryApproval(t *testing.T) {
	by := func(who ...string) says {
		s := verdict(boundary.RequireApproval, "r")
		s.decision.Approval.By = who
		return s
	}
	tests := []struct {
		name string
		of   []boundary.Checker
		want boundary.Verdict
		by   []string
	}{
		{"anybody and leads", []boundary.Checker{by(), by("group:leads")}, boundary.RequireApproval, []string{"group:leads"}},
		{"who is in both", []boundary.Checker{by("group:leads", "human:ada"), by("human:ada")}, boundary.RequireApproval, []string{"human:ada"}},
		{"nobody is in both", []boundary.Checker{by("group:leads"), by("human:ada")}, boundary.Deny, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, order := range [][]boundary.Checker{tt.of, {tt.of[1], tt.of[0]}} {
				d, err := boundary.Check(t.Context(), boundary.All(order...), boundary.Request{})
				if err != nil || d.Verdict != tt.want {
					t.Fatalf("got %v, %v; want %v", d.Verdict, err, tt.want)
				}
				if d.Verdict == boundary.RequireApproval {
					if diff := gocmp.Diff(tt.by, d.Approval.By); diff != "" {
						t.Errorf("who may approve (-want +got):\n%s", diff)
					}
				} else if d.Determining().Reason != boundary.ReasonApprovalUnavailable {
					t.Errorf("reason %q", d.Determining().Reason)
				}
			}
		})
	}
}

package boundary_test

import (
	"context"
	"iter"
	"maps"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/boundary"
)

// scope is a checker that knows its rule and its grant.
type scope struct{ rule, grant string }

func (scope) Check(context.Context, boundary.Request) (boundary.Decision, error) {
	return boundary.Decision{Verdict: boundary.Allow}, nil
}
func (s scope) Names() []string { return []string{s.rule} }
func (s scope) Grants() iter.Seq2[string, string] {
	return maps.All(map[string]string{"task": s.grant})
}

func TestWrappersNameWhatTheyWrap(t *testing.T) {
	one, two := scope{"a", "x"}, scope{"b", "y"}
	for name, c := range map[string]boundary.Checker{
		"All":      boundary.All(one, two),
		"Any":      boundary.Any(one, boundary.CheckerFunc(nil), two),
		"Named":    boundary.All(boundary.Named("n", one), two),
		"Timeout":  boundary.All(boundary.Timeout(one, time.Second), two),
		"Shadow":   boundary.All(boundary.Shadow(one), two),
		"FailOpen": boundary.All(boundary.FailOpen(one), two),
		"nested":   boundary.Shadow(boundary.Timeout(boundary.Named("n", boundary.Any(one, boundary.FailOpen(two))), time.Second)),
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff([]string{"a", "b"}, c.(interface{ Names() []string }).Names()); diff != "" {
				t.Errorf("names (-want +got):\n%s", diff)
			}
			var grants []string
			for ruleset, grant := range c.(interface {
				Grants() iter.Seq2[string, string]
			}).Grants() {
				grants = append(grants, ruleset+"/"+grant)
			}
			if diff := cmp.Diff([]string{"task/x", "task/y"}, grants); diff != "" {
				t.Errorf("grants (-want +got):\n%s", diff)
			}
		})
	}
}

func TestToolsNamesItsPatterns(t *testing.T) {
	c := boundary.Named("n", boundary.Tools("read_*", "search"))
	if diff := cmp.Diff([]string{"no_match", "read_*", "search"}, c.(interface{ Names() []string }).Names()); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	if c.(interface {
		Grants() iter.Seq2[string, string]
	}).Grants() != nil {
		t.Error("grants of a checker that has none")
	}
}

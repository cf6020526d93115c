package boundary_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ambit-go/ambit/boundary"
)

func TestARefusalSaysWhatItIs(t *testing.T) {
	tests := []struct {
		name     string
		decision boundary.Decision
		is       error
		typ      string
		text     string
	}{
		{
			"denied by a rule",
			boundary.Decision{Because: []boundary.Determination{{Rule: "no-secrets", Reason: boundary.ReasonSecret}}, Message: "touches a secret"},
			boundary.ErrDenied, "policy_denied", "t: denied by policy (rule no-secrets): touches a secret",
		},
		{
			"wants approval",
			boundary.Decision{Verdict: boundary.RequireApproval, Because: []boundary.Determination{{Checker: "mine"}}},
			boundary.ErrApprovalRequired, "approval_required", "t: approval required (checker mine)",
		},
		{
			"by reason alone",
			boundary.Decision{Because: []boundary.Determination{{Reason: boundary.ReasonExpired}}},
			boundary.ErrDenied, "policy_denied", "t: denied by policy (expired)",
		},
		{"the zero decision", boundary.Decision{}, boundary.ErrDenied, "policy_denied", "t: denied by policy"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := error(&boundary.RefusedError{Tool: "t", Decision: tt.decision})
			if !errors.Is(err, tt.is) {
				t.Errorf("is not %v", tt.is)
			}
			r, ok := errors.AsType[*boundary.RefusedError](fmt.Errorf("outer: %w", err))
			if !ok || r.ErrorType() != tt.typ || err.Error() != tt.text {
				t.Errorf("type %q, text %q; want %q, %q", r.ErrorType(), err.Error(), tt.typ, tt.text)
			}
		})
	}
}

func TestARefusalKeepsTheCauseAndNotItsText(t *testing.T) {
	cause := errors.New("token=hunter2")
	err := &boundary.RefusedError{Tool: "t", Err: cause}
	if !errors.Is(err, cause) {
		t.Error("the cause is lost")
	}
	if strings.Contains(err.Error(), "hunter2") {
		t.Errorf("a plug-in's error text is shown: %v", err)
	}
}

func TestNamesOnTheWire(t *testing.T) {
	if got := boundary.Verdict(77).String(); got != "deny" {
		t.Errorf("a verdict that is none: %q", got)
	}
	if got := boundary.CrossingKind(77).String(); got != "indeterminate" {
		t.Errorf("a crossing that is none: %q", got)
	}
	if got := boundary.Source(77).String(); got != "default" {
		t.Errorf("a source that is none: %q", got)
	}
	seen := map[string]bool{}
	for k := boundary.OutOfScope; k <= boundary.Injected; k++ {
		if seen[k.String()] {
			t.Errorf("two crossings are %q", k)
		}
		seen[k.String()] = true
	}
}

func TestTheZeroDecisionRefuses(t *testing.T) {
	var d boundary.Decision
	if !d.Refuses() || d.Outcome() != boundary.Deny || d.Determining() != (boundary.Determination{}) {
		t.Errorf("%+v", d)
	}
}

func TestAnObservedDecisionTellsWhy(t *testing.T) {
	d := boundary.Decision{Observed: true, Shadowed: []boundary.Determination{{Rule: "r"}}}
	if d.Refuses() || d.Determining().Rule != "r" {
		t.Errorf("%+v", d)
	}
}

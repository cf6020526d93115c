package boundarytest_test

import (
	"context"
	"testing"
	"time"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/boundarytest"
)

// An officeHours is a checker that lets no refund happen at night.
type officeHours struct{}

func (officeHours) Check(_ context.Context, req boundary.Request) (boundary.Decision, error) {
	if req.Tool != "refund" {
		return boundary.Decision{Verdict: boundary.NotEvaluated}, nil
	}
	d := boundary.Decision{Verdict: boundary.Deny, Message: "refunds wait for the morning"}
	if h := req.Time.Hour(); !req.Time.IsZero() && h >= 8 && h < 18 {
		d = boundary.Decision{Verdict: boundary.Allow}
	}
	d.Because = []boundary.Determination{{Verdict: d.Verdict, Reason: boundary.ReasonChecker, Rule: "office-hours"}}
	return d, nil
}

// A test of the checker says what it allows and refuses, and holds it to the contract
// whatever it is asked.
func ExampleRun() {
	at := func(hour int) time.Time { return time.Date(2026, 12, 1, hour, 0, 0, 0, time.UTC) }
	_ = func(t *testing.T) { //nolint:thelper // it is TestOfficeHours, in a package of your own
		boundarytest.Run(t, boundarytest.Suite{
			New:    func(*testing.T) boundary.Checker { return officeHours{} },
			Allow:  []boundary.Request{{Tool: "refund", Time: at(10)}, {Tool: "read_order", Time: at(3)}},
			Refuse: []boundary.Request{{Tool: "refund", Time: at(3)}},
		})
	}
}

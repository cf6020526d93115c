package intenttest_test

import (
	"context"
	"testing"

	"github.com/ambit-go/ambit/intent"
	"github.com/ambit-go/ambit/intent/intenttest"
)

// A payouts is a classifier that knows a tool of the shop's own.
type payouts struct{}

func (payouts) Classify(_ context.Context, window []intent.Action) (intent.Result, error) {
	for i, a := range window {
		if a.Tool == "list_payouts" {
			return intent.Result{Label: intent.DataAnalysis, Score: 0.7, Evidence: []int{i}, Classifier: "payouts"}, nil
		}
	}
	return intent.Result{}, nil // unknown, rather than a guess
}

// A test of the classifier says what some actions add up to, and holds it to the
// contract whatever it is shown.
func ExampleRun() {
	_ = func(t *testing.T) { //nolint:thelper // it is TestPayouts, in a package of your own
		intenttest.Run(t, intenttest.Suite{
			New: func(*testing.T) intent.Classifier { return payouts{} },
			Cases: []intenttest.Case{
				{Name: "a report", Actions: []intent.Action{{Tool: "list_payouts"}}, Want: intent.DataAnalysis},
				{Name: "another's tool", Actions: []intent.Action{{Tool: "Read"}}},
			},
		})
	}
}

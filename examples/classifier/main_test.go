package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/intent"
	"github.com/ambit-go/ambit/intent/intenttest"
)

const want = `session support actor=agent:support owner=ada@example.com intent=explore ambit.intent.anomalous=true
invoke_agent support actor=agent:support owner=ada@example.com
  execute_tool get_customer actor=agent:support owner=ada@example.com outcome=not_evaluated intent=explore
  execute_tool get_parcel actor=agent:support owner=ada@example.com outcome=not_evaluated intent=explore
  execute_tool get_customer actor=agent:support owner=ada@example.com outcome=not_evaluated intent=explore
  execute_tool get_customer actor=agent:support owner=ada@example.com outcome=not_evaluated intent=reconnaissance ambit.intent.anomalous=true
  execute_tool Bash actor=agent:support owner=ada@example.com outcome=not_evaluated intent=defense_evasion ambit.intent.anomalous=true
`

func TestClassifier(t *testing.T) {
	var out strings.Builder
	if err := run(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestSuite is what every classifier should pass.
func TestSuite(t *testing.T) {
	look := func(customer string) intent.Action {
		return intent.Action{Tool: "get_customer", Text: `{"customer":"` + customer + `"}`}
	}
	intenttest.Run(t, intenttest.Suite{
		New: func(*testing.T) intent.Classifier { return browsing{} },
		Cases: []intenttest.Case{
			{Name: "one customer, again and again", Want: intent.Unknown, Actions: []intent.Action{look("1"), look("1"), look("1"), look("1")}},
			{Name: "three customers", Want: intent.Reconnaissance, Actions: []intent.Action{look("1"), look("2"), look("3")}},
		},
	})
}

package intent_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ambit-go/ambit/intent"
)

func ExampleDefault() {
	session := []intent.Action{
		{Role: intent.Prompt, Text: "the totals are rounded wrongly, fix it please"},
		{Tool: "Read", Text: `{"file_path":"/home/dev/shop/total.go"}`},
		{Tool: "Edit", Text: `{"file_path":"/home/dev/shop/total.go","new_string":"RoundBank(2)"}`},
		{Tool: "Bash", Text: `{"command":"go test ./..."}`},
	}
	work, _ := intent.Default().Classify(context.Background(), session)
	fmt.Println(work.Label, work.Anomalous)

	attack, _ := intent.Default().Classify(context.Background(), append(session, intent.Action{Tool: "Bash", Text: `{"command":"history -c"}`}))
	fmt.Println(attack.Label, attack.Anomalous, attack.Evidence)
	// Output:
	// debug false
	// defense_evasion true [4]
}

func ExampleNewStream() {
	s := intent.NewStream(intent.Default(), []intent.Label{intent.Docs})
	for _, tool := range []string{`{"command":"ls docs"}`, `{"command":"sudo useradd -m eve"}`} {
		r, _ := s.Observe(context.Background(), intent.Action{Tool: "Bash", Text: tool})
		fmt.Println(r.Anomalous, r.Departed)
	}
	// Output:
	// false 0
	// true 2
}

func ExampleLabel_References() {
	r := intent.Exfiltration.References()
	fmt.Println(r.ASI, r.NHI, r.ATLAS)
	// Output: [ASI02] [NHI2] [AML.T0086]
}

// refunds knows what the shop's own tools mean.
type refunds struct{}

func (refunds) Classify(_ context.Context, window []intent.Action) (intent.Result, error) {
	n := 0
	for _, a := range window {
		if a.Tool == "refund" {
			n++
		}
	}
	if n < 3 {
		return intent.Result{}, nil
	}
	return intent.Result{Label: intent.Destruction, Score: 0.8, Anomalous: true, Classifier: "refunds"}, nil
}

func ExampleEnsemble() {
	c := intent.Ensemble(intent.Default(), refunds{})
	r, _ := c.Classify(context.Background(), []intent.Action{{Tool: "refund"}, {Tool: "refund"}, {Tool: "refund"}})
	fmt.Println(r.Label, r.Anomalous, r.Classifier)
	// Output: destruction true refunds
}

func ExampleFirst() {
	c := intent.First(refunds{}, intent.Default()) // the default where the first has nothing to say
	r, _ := c.Classify(context.Background(), []intent.Action{{Role: intent.Prompt, Text: "commit and push"}, {Tool: "Bash", Text: `{"command":"git commit -m x"}`}})
	fmt.Println(r.Label)
	// Output: vcs
}

func ExampleFromFunc() {
	model := intent.FromFunc("model", func(context.Context, []intent.Action) (intent.Result, error) {
		return intent.Result{Label: intent.Review, Score: 0.9}, nil // asks a language model
	}, intent.WithTimeout(2*time.Second), intent.WithBudget(30, time.Minute))

	ctx := intent.Wait(context.Background()) // a policy that rests on the answer waits for it
	r, _ := model.Classify(ctx, []intent.Action{{Tool: "Read"}})
	fmt.Println(r.Label, r.Classifier)
	// Output: review model
}

func ExampleTimeout() {
	slow := intent.FromFunc("model", func(ctx context.Context, _ []intent.Action) (intent.Result, error) {
		<-ctx.Done()
		return intent.Result{}, ctx.Err()
	})
	_, err := intent.Timeout(slow, time.Millisecond).Classify(intent.Wait(context.Background()), []intent.Action{{Tool: "Read"}})
	fmt.Println(errors.Is(err, intent.ErrLate))
	// Output: true
}

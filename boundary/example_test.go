package boundary_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
)

// A checker is a function of what a call would touch. Several are combined; each
// reason is kept.
func Example() {
	noEgress := boundary.CheckerFunc(func(_ context.Context, req boundary.Request) (boundary.Decision, error) {
		if effect.Strongest(req.Effects) == effect.Connect {
			return boundary.Decision{Message: "this task stays off the network"}, nil
		}
		return boundary.Decision{Verdict: boundary.Allow}, nil
	})
	guard := boundary.All(
		boundary.Tools("read_*", "fetch"),
		boundary.Named("egress", noEgress),
	)
	for _, req := range []boundary.Request{
		{Tool: "read_file"},
		{Tool: "fetch", Effects: []effect.Effect{{Kind: effect.Host, Access: effect.Connect, Target: "evil.example", Certainty: effect.Exact}}},
		{Tool: "delete_file"},
	} {
		d, err := boundary.Check(context.Background(), guard, req)
		fmt.Println(req.Tool, d.Verdict, d.Determining().Checker, err)
	}
	// Output:
	// read_file allow  <nil>
	// fetch deny egress <nil>
	// delete_file deny  <nil>
}

func ExampleFailOpen() {
	remote := boundary.CheckerFunc(func(context.Context, boundary.Request) (boundary.Decision, error) {
		return boundary.Decision{}, errors.New("no answer")
	})
	guarded, _ := boundary.Check(context.Background(), boundary.Timeout(remote, time.Second), boundary.Request{})
	open, _ := boundary.Check(context.Background(), boundary.FailOpen(remote), boundary.Request{})
	fmt.Println(guarded.Outcome(), guarded.Determining().Reason)
	fmt.Println(open.Outcome(), open.Shadowed[0].Reason)
	// Output:
	// deny checker_error
	// not_evaluated checker_error
}

func ExampleShadow() {
	trial := boundary.CheckerFunc(func(context.Context, boundary.Request) (boundary.Decision, error) {
		return boundary.Decision{Because: []boundary.Determination{{Rule: "trial"}}}, nil
	})
	d, _ := boundary.Check(context.Background(), boundary.All(boundary.Tools("*"), boundary.Shadow(trial)), boundary.Request{Tool: "read_file"})
	fmt.Println(d.Outcome(), "but", d.Shadowed[0].Rule, "would", d.Shadowed[0].Verdict)
	// Output: allow but trial would deny
}

func ExampleRefusedError() {
	err := error(&boundary.RefusedError{Tool: "delete_file", Decision: boundary.Decision{
		Because: []boundary.Determination{{Rule: "no-deletes"}},
		Message: "this task deletes nothing",
	}})
	fmt.Println(err)
	fmt.Println(errors.Is(err, boundary.ErrDenied))
	// Output:
	// delete_file: denied by policy (rule no-deletes): this task deletes nothing
	// true
}

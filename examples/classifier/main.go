// Classifier puts a classifier of one's own beside the default: a shop knows that a
// support agent who looks up one customer after another is not answering a ticket.
// The default classifier, which knows shells, files and clouds, cannot know that;
// what it knows still counts.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"go.opentelemetry.io/otel/attribute"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/intent"
	"github.com/ambit-go/ambit/semconv"
)

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "classifier:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, w io.Writer) error {
	rec := agentspantest.NewRecorder()
	both := intent.Ensemble(intent.Default(), browsing{})
	tracer, err := agentspan.New(agentspan.WithTracerProvider(rec.TracerProvider()), agentspan.WithClassifier(both))
	if err != nil {
		return err
	}
	defer tracer.Close(ctx)
	ada := identity.Principal{ID: "ada@example.com", Kind: identity.Human}
	ctx, session, err := tracer.StartSession(ctx, agentspan.Session{ID: "s-1", Agent: "support", Owner: ada, Actor: identity.Principal{ID: "agent:support", Kind: identity.Agent}})
	if err != nil {
		return err
	}
	ctx, turn := tracer.StartTurn(ctx, agentspan.Turn{Prompt: "customer 17 asks where the parcel is, please answer"})
	for _, call := range []agentspan.ToolCall{
		{Name: "get_customer", Arguments: []byte(`{"customer":"17"}`)},
		{Name: "get_parcel", Arguments: []byte(`{"customer":"17"}`)},
		{Name: "get_customer", Arguments: []byte(`{"customer":"18"}`)},
		{Name: "get_customer", Arguments: []byte(`{"customer":"19"}`)},
		{Name: "Bash", Arguments: []byte(`{"command":"history -c"}`)},
	} {
		_, err := agentspan.Do(ctx, tracer, call, func(context.Context) (string, error) { return "ok", nil })
		if err != nil {
			return err
		}
	}
	turn.End(nil)
	session.End(nil)
	form := agentspantest.Form{Keys: []attribute.Key{semconv.AmbitIntentAnomalousKey}}
	return form.Write(w, rec.Spans())
}

// browsing raises the alarm when a third customer is looked up in one window.
type browsing struct{}

func (browsing) Classify(_ context.Context, window []intent.Action) (intent.Result, error) {
	var seen []int // which actions looked up a customer nobody had looked up before
	known := map[string]bool{}
	for i, a := range window {
		var args struct{ Customer string }
		if a.Role == intent.Call && a.Tool == "get_customer" && json.Unmarshal([]byte(a.Text), &args) == nil && !known[args.Customer] {
			known[args.Customer] = true
			seen = append(seen, i)
		}
	}
	if len(seen) < 3 {
		return intent.Result{}, nil // nothing to say: the default has its own opinion
	}
	return intent.Result{Label: intent.Reconnaissance, Score: 0.75, Anomalous: true, Evidence: seen, Classifier: "browsing"}, nil
}

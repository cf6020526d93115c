package agentspan_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/policy"
	"github.com/ambit-go/ambit/intent"
)

const careful = `
version: 1
id: careful
grants:
  - {id: any, tools: [look, deploy]}
rules:
  - {id: sure, tools: [deploy], intent: anomalous, wait: 3s, deny: true, suspend: true}
`

// model takes a while to say what a session is after.
func model(takes time.Duration, says intent.Result) intent.Classifier {
	return intent.FromFunc("model", func(ctx context.Context, _ []intent.Action) (intent.Result, error) {
		select {
		case <-time.After(takes):
			return says, nil
		case <-ctx.Done():
			return intent.Result{}, ctx.Err()
		}
	})
}

func TestAPolicyMayWaitForTheClassifier(t *testing.T) {
	p, err := policy.Parse("careful.yaml", []byte(careful), policy.Options{})
	if err != nil {
		t.Fatal(err)
	}
	bad, fine := intent.Result{Label: intent.Exfiltration, Score: 0.9, Anomalous: true}, intent.Result{Label: intent.Deploy, Score: 0.9}
	tests := []struct {
		name       string
		classifier intent.Classifier
		checker    boundary.Checker
		refused    string // a part of why; empty if the call runs
		took       time.Duration
		after      boundary.Reason // what then becomes of another call
	}{
		{"an attack", model(time.Second, bad), p, "not what its task is for", time.Second, boundary.ReasonSuspended},
		{"honest work", model(time.Second, fine), p, "", time.Second, ""},
		{"beside the default", intent.Ensemble(intent.Default(), model(time.Second, bad)), p, "not what its task is for", time.Second, boundary.ReasonSuspended},
		{"an answer that comes too late", model(4*time.Second, fine), p, "could not be told in time", 3 * time.Second, ""},
		{"no classifier", nil, p, "could not be told in time", 0, ""},
		{"a policy on trial", model(time.Second, bad), boundary.Shadow(p), "", 0, ""},
		{"one of several", model(time.Second, bad), boundary.All(boundary.Tools("*"), boundary.Named("org", p)), "not what its task is for", time.Second, boundary.ReasonSuspended},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				opts := []agentspan.Option{agentspan.WithChecker(tt.checker)}
				if tt.classifier != nil {
					opts = append(opts, agentspan.WithClassifier(tt.classifier))
				}
				tracer, _ := agentspantest.New(t, opts...)
				ctx, _ := start(t, tracer, session())
				var wg sync.WaitGroup
				begun := time.Now()
				wg.Go(func() {
					_, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "deploy"}, nothing)
					switch {
					case tt.refused == "" && err != nil:
						t.Errorf("refused: %v", err)
					case tt.refused != "" && (err == nil || !strings.Contains(err.Error(), tt.refused)):
						t.Errorf("got %v, want %s", err, tt.refused)
					}
					if took := time.Since(begun); took != tt.took {
						t.Errorf("took %v, want %v", took, tt.took)
					}
				})
				synctest.Wait()
				if _, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "look"}, nothing); err != nil || time.Since(begun) != 0 {
					t.Errorf("a call that no such rule is about: %v after %v", err, time.Since(begun))
				}
				wg.Wait()
				if _, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "look"}, nothing); tt.after != "" && reasonOf(err) != tt.after || tt.after == "" && err != nil {
					t.Errorf("afterwards: %v, want %s", err, tt.after)
				}
				time.Sleep(5 * time.Second) // what the model still works on ends
				_ = tracer.Close(t.Context())
			})
		})
	}
}

// unsure is a checker that cannot say how long it wants to wait.
type unsure struct{ late *[]bool }

func (unsure) IntentWait(*boundary.Request) time.Duration { panic("unsure") }

func (u unsure) Check(_ context.Context, req boundary.Request) (boundary.Decision, error) {
	*u.late = append(*u.late, req.IntentLate)
	return boundary.Decision{Verdict: boundary.Allow}, nil
}

// A checker that panics when it is asked how long it wants to wait is told that there
// was no answer, unless there was one at once.
func TestAPanicInsteadOfAWaitIsToldAsLate(t *testing.T) {
	for _, tt := range []struct {
		name       string
		classifier intent.Classifier
		late       bool
	}{
		{"no classifier", nil, true},
		{"one that is slow", model(time.Second, intent.Result{Label: intent.Deploy, Score: 0.9}), true},
		{"one that answers at once", intent.Default(), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var late []bool
				opts := []agentspan.Option{agentspan.WithChecker(boundary.All(boundary.Tools("*"), unsure{&late}))}
				if tt.classifier != nil {
					opts = append(opts, agentspan.WithClassifier(tt.classifier))
				}
				tracer, _ := agentspantest.New(t, opts...)
				ctx, _ := start(t, tracer, session())
				if _, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "deploy"}, nothing); err != nil {
					t.Error(err)
				}
				if len(late) == 0 || slices.Contains(late, !tt.late) {
					t.Errorf("told that the classifier is late: %v, want %v", late, tt.late)
				}
				time.Sleep(5 * time.Second) // what the model still works on ends
				_ = tracer.Close(t.Context())
			})
		})
	}
}

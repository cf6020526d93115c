package agentspan_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	metricnoop "go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/policy"
)

const canary = `
version: 1
id: canary
grants:
  - {id: any, tools: [look, ask]}
rules:
  - {id: wire, tools: [canary], deny: true, suspend: true}
  - {id: asks, tools: [ask], require_approval: true}
`

func TestARuleSuspendsTheSession(t *testing.T) {
	p, err := policy.Parse("canary.yaml", []byte(canary), policy.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for name, checker := range map[string]boundary.Checker{
		"a policy": p, "a policy among others": boundary.All(boundary.Tools("*"), p), "under a name": boundary.Named("org", p),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var mu sync.Mutex
				var told []agentspan.Signal
				tracer, rec := agentspantest.New(t, agentspan.WithChecker(checker), agentspan.WithSignalHandler(func(_ context.Context, s agentspan.Signal) {
					mu.Lock()
					told = append(told, s)
					mu.Unlock()
				}))
				ctx, _ := start(t, tracer, session())
				under, _, err := tracer.StartSession(ctx, agentspan.Session{ID: "helper", Subagent: "helper", Owner: ada})
				if err != nil {
					t.Fatal(err)
				}
				if _, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "look"}, nothing); err != nil {
					t.Fatal(err)
				}
				_, err = agentspan.Do(under, tracer, agentspan.ToolCall{Name: "canary"}, nothing)
				if r, ok := errors.AsType[*boundary.RefusedError](err); !ok || r.Decision.Determining().Rule != "wire" || !strings.Contains(r.Decision.Message, "suspended") {
					t.Errorf("the call itself: %v", err)
				}
				for who, ctx := range map[string]context.Context{"the session": ctx, "its subagent": under} {
					_, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "look"}, nothing)
					if reasonOf(err) != boundary.ReasonSuspended || !strings.Contains(err.Error(), "rule wire") {
						t.Errorf("%s, afterwards: %v", who, err)
					}
				}
				other, _ := start(t, tracer, agentspan.Session{ID: "other", Owner: ada})
				if _, err := agentspan.Do(other, tracer, agentspan.ToolCall{Name: "look"}, nothing); err != nil {
					t.Errorf("another session: %v", err)
				}
				_ = tracer.Close(t.Context())
				n := 0
				for _, s := range told {
					if s.Kind == agentspan.SignalSessionSuspended && strings.Contains(s.Detail, "wire") {
						n++
					}
				}
				if n != 1 {
					t.Errorf("told %d times", n)
				}
				if err := agentspantest.Conforms(rec.Spans()); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// What is only observed, or one of several that need not agree, ends nothing.
func TestWhatDoesNotTakeEffectSuspendsNothing(t *testing.T) {
	p, err := policy.Parse("canary.yaml", []byte(canary), policy.Options{})
	if err != nil {
		t.Fatal(err)
	}
	observing, err := policy.Parse("canary.yaml", []byte("mode: observe"+canary), policy.Options{})
	if err != nil {
		t.Fatal(err)
	}
	doubtful := boundary.CheckerFunc(func(context.Context, boundary.Request) (boundary.Decision, error) {
		return boundary.Decision{Suspend: true}, errors.New("cannot tell")
	})
	for name, checker := range map[string]boundary.Checker{
		"shadow": boundary.Shadow(p), "observe": observing, "any": boundary.Any(p, boundary.Tools("*")), "an error": boundary.Any(doubtful, boundary.Tools("look")),
	} {
		tracer, _ := agentspantest.New(t, agentspan.WithChecker(checker))
		ctx, _ := start(t, tracer, session())
		_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "canary"}, nothing)
		if _, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "look"}, nothing); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A person who says yes says it to a call of a session that is not suspended.
func TestAYesComesTooLateForASuspendedSession(t *testing.T) {
	p, err := policy.Parse("canary.yaml", []byte(canary), policy.Options{})
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		tracer, _ := agentspantest.New(t, agentspan.WithChecker(p), agentspan.WithApprover(func(ctx context.Context, _ agentspan.Ask) (agentspan.Answer, error) {
			select {
			case <-ctx.Done():
			case <-time.After(time.Minute):
			}
			return agentspan.Answer{Approved: true, By: ada}, nil
		}, time.Hour))
		ctx, _ := start(t, tracer, session())
		var waited error
		var wg sync.WaitGroup
		wg.Go(func() { _, waited = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "ask"}, nothing) })
		synctest.Wait()
		_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "canary"}, nothing)
		wg.Wait()
		if reasonOf(waited) != boundary.ReasonSuspended {
			t.Errorf("the call that was asked about: %v", waited)
		}
		_ = tracer.Close(t.Context())
	})
}

// No call that is decided after the one that suspends the session gets through.
func TestSuspensionHoldsAtOnceConcurrentSafe(t *testing.T) {
	p, err := policy.Parse("canary.yaml", []byte(canary), policy.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for range 50 {
		tracer, _ := agentspantest.New(t, agentspan.WithChecker(p))
		ctx, _ := start(t, tracer, session())
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "canary"}, nothing)
				if _, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "look"}, nothing); reasonOf(err) != boundary.ReasonSuspended {
					t.Errorf("after the refusal: %v", err)
				}
			})
		}
		wg.Wait()
	}
}

// Suspension needs no checker, and nobody who looks.
func TestASuspendedSessionIsRefusedWhereNothingElseDecides(t *testing.T) {
	for name, p := range map[string]trace.TracerProvider{"recording": recording(), "sampled out": sampledOut(), "no-op": noop.NewTracerProvider()} {
		for when, over := range map[string]bool{"under way": false, "ended since": true} {
			t.Run(name+", "+when, func(t *testing.T) {
				tracer, err := agentspan.New(agentspan.WithTracerProvider(p), agentspan.WithMeterProvider(metricnoop.NewMeterProvider()))
				if err != nil {
					t.Fatal(err)
				}
				ctx, s := start(t, tracer, session())
				if _, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing); err != nil {
					t.Fatal(err)
				}
				s.Suspend("being looked into")
				if over {
					s.End(nil)
				}
				_, _, governed := tracer.GovernCall(ctx, agentspan.ToolCall{Name: "x"})
				_, called := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, func(context.Context) (string, error) {
					t.Error("the call ran")
					return "", nil
				})
				for what, err := range map[string]error{
					"Do": called, "GovernCall": governed, "Transport": request(ctx, t, tracer, "https://a.example/", "Bearer x"),
				} {
					if reasonOf(err) != boundary.ReasonSuspended {
						t.Errorf("%s: %v", what, err)
					}
				}
			})
		}
	}
}

// Whoever suspends a session before its first call is told like any other.
func TestSuspensionIsTold(t *testing.T) {
	for name, before := range map[string]bool{"before its first call": true, "after": false} {
		var signals told
		tracer, _ := agentspantest.New(t, agentspan.WithChecker(allowed), signals.option())
		ctx := agentspan.ContextWithSession(t.Context(), session())
		for _, suspend := range []bool{before, !before, false} {
			if suspend {
				agentspan.SessionFromContext(ctx).Suspend("being looked into")
			}
			_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing)
		}
		_ = tracer.Close(t.Context()) // the handler has been told by then
		if n := signals.count(agentspan.SignalSessionSuspended); n != 1 {
			t.Errorf("%s: told %d times", name, n)
		}
	}
}

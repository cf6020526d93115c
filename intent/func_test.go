package intent_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ambit-go/ambit/intent"
	"github.com/ambit-go/ambit/intent/intenttest"
)

// slow is a model behind a network: it takes a second and says debug.
func slow(calls *atomic.Int32) func(context.Context, []intent.Action) (intent.Result, error) {
	return func(ctx context.Context, _ []intent.Action) (intent.Result, error) {
		calls.Add(1)
		select {
		case <-time.After(time.Second):
			return intent.Result{Label: intent.Debug, Score: 0.9}, nil
		case <-ctx.Done():
			return intent.Result{}, ctx.Err()
		}
	}
}

func call(tool string) intent.Action { return intent.Action{Tool: tool} }

func TestFromFuncNeverMakesTheCallerWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int32
		s := intent.FromFunc("model", slow(&calls)).NewStream(nil)
		begun := time.Now()
		r, err := s.Observe(t.Context(), call("Read"))
		if err != nil || r.Label != intent.Unknown {
			t.Errorf("first answer: %q, %v; want unknown and no error", r.Label, err)
		}
		if took := time.Since(begun); took != 0 {
			t.Errorf("Observe took %v, want no time", took)
		}
		time.Sleep(2 * time.Second)
		r, err = s.Observe(t.Context(), call("Edit"))
		if err != nil || r.Label != intent.Debug || r.Classifier != "model" {
			t.Errorf("once the model has answered: %+v, %v; want debug by model", r, err)
		}
		time.Sleep(2 * time.Second) // the second call ends
	})
}

func TestFromFuncWaitsWhenAskedTo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int32
		c := intent.FromFunc("model", slow(&calls))
		ctx := intent.Wait(t.Context())
		begun := time.Now()
		r, err := c.NewStream(nil).Observe(ctx, call("Read"))
		if err != nil || r.Label != intent.Debug {
			t.Errorf("got %+v, %v", r, err)
		}
		if took := time.Since(begun); took != time.Second {
			t.Errorf("took %v, want the second the model takes", took)
		}
		r, err = c.Classify(t.Context(), []intent.Action{call("Read")})
		if err != nil || r.Label != intent.Debug || calls.Load() != 1 {
			t.Errorf("the same window again: %+v, %v after %d calls; want the kept answer of one", r, err, calls.Load())
		}
	})
}

func TestFromFuncClassifyIsPendingUntilKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int32
		c := intent.FromFunc("model", slow(&calls))
		window := []intent.Action{call("Read")}
		if _, err := c.Classify(t.Context(), window); !errors.Is(err, intent.ErrPending) {
			t.Errorf("got %v, want ErrPending", err)
		}
		if _, err := c.Classify(t.Context(), window); !errors.Is(err, intent.ErrPending) {
			t.Errorf("asked again at once: %v, want ErrPending", err)
		}
		time.Sleep(2 * time.Second)
		r, err := c.Classify(t.Context(), window)
		if err != nil || r.Label != intent.Debug {
			t.Errorf("got %+v, %v", r, err)
		}
		if n := calls.Load(); n != 1 {
			t.Errorf("%d calls, want one for one window", n)
		}
	})
}

func TestFromFuncTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int32
		c := intent.FromFunc("model", slow(&calls), intent.WithTimeout(100*time.Millisecond))
		if _, err := c.Classify(intent.Wait(t.Context()), []intent.Action{call("Read")}); !errors.Is(err, intent.ErrLate) && !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want that it came too late", err)
		}
		if _, err := c.Classify(intent.Wait(t.Context()), []intent.Action{call("Read")}); err == nil || calls.Load() != 2 {
			t.Errorf("a failure was kept: %v after %d calls", err, calls.Load())
		}
		synctest.Wait()
	})
}

func TestFromFuncBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int32
		c := intent.FromFunc("model", slow(&calls), intent.WithBudget(2, time.Minute))
		ctx := intent.Wait(t.Context())
		for _, tool := range []string{"a", "b"} {
			if _, err := c.Classify(ctx, []intent.Action{call(tool)}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := c.Classify(ctx, []intent.Action{call("c")}); !errors.Is(err, intent.ErrBudget) {
			t.Errorf("third call within a minute: %v, want ErrBudget", err)
		}
		time.Sleep(time.Minute)
		if _, err := c.Classify(ctx, []intent.Action{call("c")}); err != nil {
			t.Errorf("a minute later: %v", err)
		}
	})
}

// TestFromFuncQueue: while four calls run, a session that does not wait keeps its
// label at no cost of the budget, and one that waits gets its turn.
func TestFromFuncQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int32
		c := intent.FromFunc("model", slow(&calls), intent.WithBudget(6, time.Hour))
		for _, tool := range []string{"a", "b", "c", "d"} {
			if r, err := c.NewStream(nil).Observe(t.Context(), call(tool)); err != nil || r.Label != intent.Unknown {
				t.Fatalf("%q, %v", r.Label, err)
			}
		}
		synctest.Wait()
		for range 3 {
			if r, err := c.NewStream(nil).Observe(t.Context(), call("e")); err != nil || r.Label != intent.Unknown {
				t.Errorf("without waiting: %q, %v", r.Label, err)
			}
		}
		begun := time.Now()
		r, err := c.NewStream(nil).Observe(intent.Wait(t.Context()), call("f"))
		if err != nil || r.Label != intent.Debug {
			t.Errorf("waiting: %q, %v", r.Label, err)
		}
		if took := time.Since(begun); took != 2*time.Second {
			t.Errorf("took %v, want a second for those before and one of its own", took)
		}
		if _, err := c.NewStream(nil).Observe(intent.Wait(t.Context()), call("g")); err != nil {
			t.Errorf("the sixth call: %v; what had no turn was counted", err)
		}
		if _, err := c.NewStream(nil).Observe(intent.Wait(t.Context()), call("h")); !errors.Is(err, intent.ErrBudget) {
			t.Errorf("the seventh call: %v, want ErrBudget", err)
		}
	})
}

// TestFromFuncQueueEndsWithTheTimeout: a turn that does not come in time is late.
func TestFromFuncQueueEndsWithTheTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		c := intent.FromFunc("model", func(context.Context, []intent.Action) (intent.Result, error) {
			<-release // does not watch its context
			return intent.Result{Label: intent.Docs}, nil
		}, intent.WithTimeout(time.Second))
		for _, tool := range []string{"a", "b", "c", "d"} {
			if _, err := c.Classify(t.Context(), []intent.Action{call(tool)}); !errors.Is(err, intent.ErrPending) {
				t.Fatal(err)
			}
		}
		begun := time.Now()
		if _, err := c.Classify(intent.Wait(t.Context()), []intent.Action{call("e")}); !errors.Is(err, intent.ErrLate) {
			t.Errorf("got %v, want ErrLate", err)
		}
		if took := time.Since(begun); took != time.Second {
			t.Errorf("took %v", took)
		}
		close(release)
	})
}

// TestFromFuncGivesUpWithItsCaller: the caller's context ends the wait and not the
// call, whose answer is there for who asks next.
func TestFromFuncGivesUpWithItsCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int32
		c := intent.FromFunc("model", slow(&calls))
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		window := []intent.Action{call("Read")}
		if _, err := c.Classify(intent.Wait(ctx), window); !errors.Is(err, intent.ErrLate) {
			t.Errorf("got %v, want ErrLate", err)
		}
		if r, err := c.Classify(intent.Wait(t.Context()), window); err != nil || r.Label != intent.Debug || calls.Load() != 1 {
			t.Errorf("%q, %v after %d calls; want the answer of the first", r.Label, err, calls.Load())
		}
	})
}

// TestFromFuncKeepsWhatItHeard: a call that fails, and a budget that is spent, change
// nothing.
func TestFromFuncKeepsWhatItHeard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		s := intent.FromFunc("model", func(context.Context, []intent.Action) (intent.Result, error) {
			if n++; n > 1 {
				return intent.Result{}, errModel
			}
			return intent.Result{Label: intent.Docs}, nil
		}, intent.WithBudget(2, time.Hour)).NewStream(nil)
		for i := range 5 {
			r, err := s.Observe(t.Context(), call("Read"))
			synctest.Wait()
			if err != nil || i > 0 && r.Label != intent.Docs {
				t.Errorf("action %d: %q, %v", i, r.Label, err)
			}
		}
	})
}

func TestFromFuncCacheForgetsTheOldest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int32
		c := intent.FromFunc("model", slow(&calls), intent.WithCache(1))
		ctx := intent.Wait(t.Context())
		for _, tool := range []string{"a", "b", "b", "a"} {
			if _, err := c.Classify(ctx, []intent.Action{call(tool)}); err != nil {
				t.Fatal(err)
			}
		}
		if n := calls.Load(); n != 3 {
			t.Errorf("%d calls for a, b, b, a with one answer kept; want 3", n)
		}
	})
}

func TestFromFuncPanicIsAnError(t *testing.T) {
	c := intent.FromFunc("model", func(context.Context, []intent.Action) (intent.Result, error) { panic("password=hunter2") })
	_, err := c.Classify(intent.Wait(t.Context()), []intent.Action{call("Read")})
	if err == nil {
		t.Fatal("no error")
	}
	if got := err.Error(); got != "intent: the classifier panicked" {
		t.Errorf("error %q: what was panicked with may be content", got)
	}
}

func TestFromFuncHoldsResultsToTheContract(t *testing.T) {
	for name, r := range map[string]intent.Result{
		"score above 1":       {Label: intent.Debug, Score: 1.5},
		"negative drift":      {Label: intent.Debug, Drift: -1},
		"alarm without cause": {Label: intent.Debug, Anomalous: true},
	} {
		t.Run(name, func(t *testing.T) {
			c := intent.FromFunc("model", func(context.Context, []intent.Action) (intent.Result, error) { return r, nil })
			if got, err := c.Classify(intent.Wait(t.Context()), []intent.Action{call("Read")}); err == nil {
				t.Errorf("%+v passed", got)
			}
		})
	}
}

func TestFromFuncNil(t *testing.T) {
	if _, err := intent.FromFunc("none", nil).Classify(intent.Wait(t.Context()), []intent.Action{call("Read")}); err == nil {
		t.Error("a nil function answered")
	}
}

// TestFromFuncKeepsSessionsApart: what one session hears must not become another's label.
func TestFromFuncKeepsSessionsApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := intent.FromFunc("echo", func(_ context.Context, window []intent.Action) (intent.Result, error) {
			return intent.Result{Label: intent.Label(window[0].Tool)}, nil
		})
		one, other := c.NewStream(nil), c.NewStream(nil)
		for range 3 {
			a, _ := one.Observe(t.Context(), call("docs"))
			b, _ := other.Observe(t.Context(), call("test"))
			if a.Label == intent.Test || b.Label == intent.Docs {
				t.Fatalf("labels crossed: %q and %q", a.Label, b.Label)
			}
			synctest.Wait()
		}
	})
}

func TestFromFuncEvidenceCountsFromTheBeginning(t *testing.T) {
	c := intent.FromFunc("model", func(_ context.Context, window []intent.Action) (intent.Result, error) {
		return intent.Result{Label: intent.Destruction, Score: 1, Anomalous: true, Evidence: []int{len(window) - 1}, Departed: 1}, nil
	})
	s := c.NewStream(nil)
	var r intent.Result
	for range 20 {
		var err error
		if r, err = s.Observe(intent.Wait(t.Context()), intent.Action{Tool: "Bash", Text: time.Now().String()}); err != nil {
			t.Fatal(err)
		}
	}
	if len(r.Evidence) != 1 || r.Evidence[0] != 19 || r.Departed != 5 {
		t.Errorf("evidence %v, departed %d; want the last of 20 actions, and the first of the window, which is the 5th", r.Evidence, r.Departed)
	}
}

func TestFromFuncSuite(t *testing.T) {
	intenttest.Run(t, intenttest.Suite{
		Nondeterministic: true, // answers come a moment later
		New: func(*testing.T) intent.Classifier {
			return intent.FromFunc("count", func(_ context.Context, window []intent.Action) (intent.Result, error) {
				return intent.Result{Label: intent.Explore, Score: 0.5}, nil
			}, intent.WithBudget(1<<20, time.Minute))
		},
	})
}

// TestFromFuncConcurrentSafe runs many sessions on one function.
func TestFromFuncConcurrentSafe(t *testing.T) {
	c := intent.FromFunc("model", func(_ context.Context, window []intent.Action) (intent.Result, error) {
		return intent.Result{Label: intent.Explore, Score: float64(len(window)) / 16}, nil
	}, intent.WithBudget(1<<20, time.Minute), intent.WithCache(8))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			s := c.NewStream(nil)
			for i := range 50 {
				ctx := t.Context()
				if i%3 == 0 {
					ctx = intent.Wait(ctx)
				}
				if _, err := s.Observe(ctx, work[i%len(work)]); err != nil && !errors.Is(err, intent.ErrBudget) {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

// A session goes on while somebody waits for what a model makes of it.
func TestAwaitWaitsForTheWindowAsItIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int32
		model := intent.FromFunc("model", slow(&calls))
		quick := intent.Classifier(fixed{result: intent.Result{Label: intent.Explore, Score: 0.4}})
		for name, s := range map[string]intent.Stream{
			"alone": model.NewStream(nil), "among others": intent.Ensemble(quick, model).NewStream(nil), "asked first": intent.First(model, quick).NewStream(nil),
		} {
			if _, err := s.Observe(t.Context(), call(name)); err != nil {
				t.Fatal(err)
			}
			w, ok := s.(intent.Waiter)
			if !ok {
				t.Fatalf("%s: %T cannot be waited for", name, s)
			}
			begun := time.Now()
			first, late := w.Await(t.Context()), w.Await(t.Context())
			if _, err := s.Observe(t.Context(), call("Edit")); err != nil || time.Since(begun) != 0 {
				t.Errorf("%s: the session stood still for %v: %v", name, time.Since(begun), err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
			if r, err := late(ctx); err == nil {
				t.Errorf("%s: too early: %+v", name, r)
			}
			cancel()
			if r, err := first(t.Context()); err != nil || r.Label != intent.Debug {
				t.Errorf("%s: %+v, %v", name, r, err)
			}
			if took := time.Since(begun); took != time.Second {
				t.Errorf("%s: took %v, want the second that the model takes", name, took)
			}
			time.Sleep(2 * time.Second)
		}
	})
}

// What the first of several knows needs nobody else.
func TestAwaitWaitsForNothingThatIsNotNeeded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int32
		s := intent.First(fixed{result: intent.Result{Label: intent.Explore, Score: 0.4}}, intent.FromFunc("model", slow(&calls))).NewStream(nil)
		if _, err := s.Observe(t.Context(), call("Read")); err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		r, err := s.(intent.Waiter).Await(t.Context())(t.Context())
		if err != nil || r.Label != intent.Explore || time.Since(begun) != 0 {
			t.Errorf("%+v, %v after %v", r, err, time.Since(begun))
		}
		time.Sleep(2 * time.Second)
	})
}

package intent_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/intent"
	"github.com/ambit-go/ambit/intent/intenttest"
)

// fixed says the same of every window but the empty one.
type fixed struct {
	result intent.Result
	err    error
}

func (f fixed) Classify(_ context.Context, window []intent.Action) (intent.Result, error) {
	if len(window) == 0 {
		return intent.Result{}, nil
	}
	return f.result, f.err
}

var errModel = errors.New("no model")

func TestFirst(t *testing.T) {
	debug := fixed{result: intent.Result{Label: intent.Debug, Score: 0.8}}
	unknown, failing := fixed{}, fixed{err: errModel}
	for _, tt := range []struct {
		name string
		c    intent.Classifier
		want intent.Label
		err  bool
	}{
		{"the first that knows", intent.First(unknown, debug, fixed{result: intent.Result{Label: intent.Docs}}), intent.Debug, false},
		{"an error is passed over", intent.First(failing, debug), intent.Debug, false},
		{"nobody knows", intent.First(unknown, failing), intent.Unknown, false},
		{"all fail", intent.First(failing, failing), intent.Unknown, true},
		{"nobody at all", intent.First(), intent.Unknown, true},
		{"nil is a failure", intent.First(nil), intent.Unknown, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			window := []intent.Action{call("Read")}
			r, err := tt.c.Classify(t.Context(), window)
			if r.Label != tt.want || (err != nil) != tt.err {
				t.Errorf("Classify: %q, %v", r.Label, err)
			}
			r, err = intent.NewStream(tt.c, nil).Observe(t.Context(), window[0])
			if r.Label != tt.want || (err != nil) != tt.err {
				t.Errorf("Observe: %q, %v", r.Label, err)
			}
		})
	}
}

func TestEnsemble(t *testing.T) {
	of := func(l intent.Label, score float64) fixed { return fixed{result: intent.Result{Label: l, Score: score}} }
	alarm := func(l intent.Label, score float64) fixed {
		return fixed{result: intent.Result{Label: l, Score: score, Anomalous: true, Evidence: []int{0}, Classifier: string(l)}}
	}
	for _, tt := range []struct {
		name string
		c    intent.Classifier
		want intent.Result
		err  bool
	}{
		{"scores add up", intent.Ensemble(of(intent.Debug, 0.5), of(intent.Docs, 0.6), of(intent.Debug, 0.25)), intent.Result{Label: intent.Debug, Score: 0.25}, false},
		{
			"one alarm is an alarm", intent.Ensemble(of(intent.Debug, 0.99), alarm(intent.Exfiltration, 0.6)),
			intent.Result{Label: intent.Exfiltration, Score: 0.6, Anomalous: true, Evidence: []int{0}, Classifier: "exfiltration"},
			false,
		},
		{
			"the surest alarm", intent.Ensemble(alarm(intent.Exfiltration, 0.6), alarm(intent.Destruction, 0.9)),
			intent.Result{Label: intent.Destruction, Score: 0.9, Anomalous: true, Evidence: []int{0}, Classifier: "destruction"},
			false,
		},
		{
			"farthest drift, any injection", intent.Ensemble(fixed{result: intent.Result{Drift: 0.2, Departed: 1}}, fixed{result: intent.Result{Drift: 0.7, Departed: 3, Injected: true}}),
			intent.Result{Drift: 0.7, Departed: 3, Injected: true},
			false,
		},
		{"a failure has no say", intent.Ensemble(fixed{err: errModel}, of(intent.Docs, 0.5)), intent.Result{Label: intent.Docs, Score: 0.5}, false},
		{"all fail", intent.Ensemble(fixed{err: errModel}), intent.Result{}, true},
		{"nobody at all", intent.Ensemble(), intent.Result{}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.c.Classify(t.Context(), []intent.Action{call("Read")})
			if (err != nil) != tt.err {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}

func TestTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		var seen []intent.Action
		c := intent.Timeout(classifier(func(_ context.Context, window []intent.Action) (intent.Result, error) {
			<-release // a plug-in that does not watch its context
			seen = window
			return intent.Result{Label: intent.Docs}, nil
		}), 10*time.Millisecond)
		window := []intent.Action{{Tool: "Read", Effects: work[0].Effects}}
		begun := time.Now()
		if _, err := c.Classify(t.Context(), window); !errors.Is(err, intent.ErrLate) {
			t.Errorf("got %v, want ErrLate", err)
		}
		if took := time.Since(begun); took != 10*time.Millisecond {
			t.Errorf("took %v", took)
		}
		close(release)
		synctest.Wait()
		if len(seen) != 1 || &seen[0] == &window[0] || &seen[0].Effects[0] == &window[0].Effects[0] {
			t.Error("a call that comes late shares the caller's window")
		}
	})
}

func TestTimeoutPassesAnswersOn(t *testing.T) {
	c := intent.Timeout(fixed{result: intent.Result{Label: intent.Docs, Score: 0.4}}, time.Minute)
	if r, err := c.Classify(t.Context(), []intent.Action{call("Read")}); err != nil || r.Label != intent.Docs {
		t.Errorf("got %+v, %v", r, err)
	}
}

// TestTimeoutDoesNotPileUp: a plug-in that hangs is not called without end.
func TestTimeoutDoesNotPileUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		var running atomic.Int32
		c := intent.Timeout(classifier(func(context.Context, []intent.Action) (intent.Result, error) {
			running.Add(1)
			<-release
			return intent.Result{}, nil
		}), time.Millisecond)
		for range 50 {
			if _, err := c.Classify(t.Context(), []intent.Action{call("Read")}); !errors.Is(err, intent.ErrLate) {
				t.Fatal(err)
			}
		}
		if n := running.Load(); n > 4 {
			t.Errorf("%d calls hang, want at most 4", n)
		}
		close(release)
	})
}

// TestTimeoutServesManyAtOnce: only calls that come late keep others away.
func TestTimeoutServesManyAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := intent.Timeout(classifier(func(context.Context, []intent.Action) (intent.Result, error) {
			<-time.After(time.Second)
			return intent.Result{Label: intent.Docs}, nil
		}), time.Minute)
		for range 20 {
			go func() {
				if r, err := c.Classify(t.Context(), []intent.Action{call("Read")}); err != nil || r.Label != intent.Docs {
					t.Errorf("%q, %v", r.Label, err)
				}
			}()
		}
		<-time.After(2 * time.Second)
	})
}

// TestTimeoutRecovers: once late calls have ended, c is asked again.
func TestTimeoutRecovers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wait := time.Hour
		c := intent.Timeout(classifier(func(context.Context, []intent.Action) (intent.Result, error) {
			<-time.After(wait)
			return intent.Result{Label: intent.Docs}, nil
		}), time.Minute)
		for range 6 {
			if _, err := c.Classify(t.Context(), []intent.Action{call("Read")}); !errors.Is(err, intent.ErrLate) {
				t.Fatal(err)
			}
		}
		<-time.After(2 * time.Hour)
		wait = time.Second
		if r, err := c.Classify(t.Context(), []intent.Action{call("Read")}); err != nil || r.Label != intent.Docs {
			t.Errorf("%q, %v", r.Label, err)
		}
	})
}

// panicky panics wherever it is asked.
type panicky struct{}

func (panicky) Classify(context.Context, []intent.Action) (intent.Result, error) { panic("x") }
func (panicky) NewStream([]intent.Label) intent.Stream                           { panic("x") }

// TestOneThatPanicsIsPassedOver: a member that cannot even begin leaves the others.
func TestOneThatPanicsIsPassedOver(t *testing.T) {
	docs := fixed{result: intent.Result{Label: intent.Docs, Score: 0.5}}
	for name, c := range map[string]intent.Classifier{"First": intent.First(panicky{}, docs), "Ensemble": intent.Ensemble(panicky{}, docs)} {
		t.Run(name, func(t *testing.T) {
			if r, err := intent.NewStream(c, nil).Observe(t.Context(), call("Read")); err != nil || r.Label != intent.Docs {
				t.Errorf("%q, %v", r.Label, err)
			}
			if r, err := c.Classify(t.Context(), []intent.Action{call("Read")}); err != nil || r.Label != intent.Docs {
				t.Errorf("Classify: %q, %v", r.Label, err)
			}
		})
	}
}

type classifier func(context.Context, []intent.Action) (intent.Result, error)

func (c classifier) Classify(ctx context.Context, window []intent.Action) (intent.Result, error) {
	return c(ctx, window)
}

func TestCombinationsSuite(t *testing.T) {
	for name, c := range map[string]intent.Classifier{
		"First":    intent.First(fixed{}, intent.Default()),
		"Ensemble": intent.Ensemble(intent.Default(), fixed{result: intent.Result{Label: intent.Docs, Score: 0.2}}),
		"Timeout":  intent.Timeout(fixed{result: intent.Result{Label: intent.Docs, Score: 0.2}}, time.Minute),
	} {
		t.Run(name, func(t *testing.T) {
			intenttest.Run(t, intenttest.Suite{New: func(*testing.T) intent.Classifier { return c }})
		})
	}
}

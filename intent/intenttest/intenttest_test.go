package intenttest

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ambit-go/ambit/intent"
)

// A classifier that keeps every rule, and one for each way of breaking one.
type good struct{}

func (g good) Classify(_ context.Context, window []intent.Action) (intent.Result, error) {
	if len(window) == 0 {
		return intent.Result{}, nil
	}
	return intent.Result{Label: intent.Explore, Score: 0.5, Classifier: "good"}, nil
}

type function func(ctx context.Context, window []intent.Action) (intent.Result, error)

func (f function) Classify(ctx context.Context, window []intent.Action) (intent.Result, error) {
	if len(window) == 0 {
		return intent.Result{}, nil
	}
	return f(ctx, window)
}

// streamer drives step for each session; Classify goes through a new stream.
type streamer struct {
	step func(seen []intent.Action, a intent.Action) intent.Result
	keep bool // keep the actions as they are handed in
}

func (s streamer) Classify(ctx context.Context, window []intent.Action) (r intent.Result, err error) {
	st := s.NewStream(nil)
	for _, a := range window {
		r, err = st.Observe(ctx, a)
	}
	return r, err
}

func (s streamer) NewStream([]intent.Label) intent.Stream { return &session{streamer: s} }

type session struct {
	streamer
	seen []intent.Action
}

func (s *session) Observe(_ context.Context, a intent.Action) (intent.Result, error) {
	if s.keep {
		s.seen = append(s.seen, a)
	} else {
		s.seen = append(s.seen, clone([]intent.Action{a})...)
	}
	return s.step(s.seen, a), nil
}

var shared int

func TestEachCheckFindsWhatBreaksItsRule(t *testing.T) {
	explore := intent.Result{Label: intent.Explore, Score: 0.5}
	result := func(r intent.Result) function {
		return func(context.Context, []intent.Action) (intent.Result, error) { return r, nil }
	}
	for _, tt := range []struct {
		name  string
		check string
		c     intent.Classifier
	}{
		{"guesses about nothing", "EmptyWindowIsUnknown", always{explore}},
		{"fails on nothing", "EmptyWindowIsUnknown", failing{}},
		{"changes the window", "WindowUnmodified", function(func(_ context.Context, w []intent.Action) (intent.Result, error) {
			w[0].Tool = "changed"
			return explore, nil
		})},
		{"changes an effect", "WindowUnmodified", function(func(_ context.Context, w []intent.Action) (intent.Result, error) {
			for i := range w {
				if len(w[i].Effects) > 0 {
					w[i].Effects[0].Target = "changed"
				}
			}
			return explore, nil
		})},
		{"keeps slices", "WindowNotRetained", streamer{keep: true, step: func(seen []intent.Action, _ intent.Action) intent.Result {
			r := explore
			for _, a := range seen {
				for _, e := range a.Effects {
					if strings.HasPrefix(e.Target, "/over") {
						r.Label = intent.Docs
					}
				}
			}
			return r
		}}},
		{"stream and window differ", "StreamAgreesWithWindow", differs{}},
		{"sessions share a count", "StreamsIndependent", streamer{step: func([]intent.Action, intent.Action) intent.Result {
			shared++
			return intent.Result{Label: intent.Explore, Score: float64(shared%7) / 7}
		}}},
		{"fails now and then", "ConcurrentSafe", function(func(context.Context, []intent.Action) (intent.Result, error) {
			return intent.Result{}, errors.New("lost count")
		})},
		{"score above one", "ResultInBounds", result(intent.Result{Label: intent.Explore, Score: 1.01})},
		{"score is no number", "ResultInBounds", result(intent.Result{Label: intent.Explore, Score: math.NaN()})},
		{"drift below zero", "ResultInBounds", result(intent.Result{Drift: -0.1})},
		{"departed with a later action", "ResultInBounds", result(intent.Result{Drift: 1, Departed: 1000})},
		{"alarm with an ordinary label", "ResultInBounds", result(intent.Result{Label: intent.Explore, Anomalous: true, Evidence: []int{0}})},
		{"alarm without evidence", "ResultInBounds", result(intent.Result{Label: intent.Destruction, Anomalous: true})},
		{"evidence out of the window", "ResultInBounds", result(intent.Result{Label: intent.Destruction, Anomalous: true, Evidence: []int{-1}})},
		{"does not mind its context", "EndedContext", function(func(context.Context, []intent.Action) (intent.Result, error) {
			return intent.Result{Score: 2}, nil // what it answers instead still counts
		})},
	} {
		t.Run(tt.name, func(t *testing.T) {
			i := slices.IndexFunc(checks, func(c check) bool { return c.name == tt.check })
			if i < 0 {
				t.Fatalf("no check %q", tt.check)
			}
			for _, seq := range sequences(nil) {
				if err := checks[i].run(t.Context(), tt.c, seq); err != nil {
					return
				}
			}
			t.Errorf("%s passed a classifier that %s", tt.check, tt.name)
		})
	}
}

type always struct{ r intent.Result }

func (a always) Classify(context.Context, []intent.Action) (intent.Result, error) { return a.r, nil }

type failing struct{}

func (failing) Classify(context.Context, []intent.Action) (intent.Result, error) {
	return intent.Result{}, errors.New("nothing to see")
}

// differs says one thing of a window and another step by step.
type differs struct{}

func (differs) Classify(context.Context, []intent.Action) (intent.Result, error) {
	return intent.Result{Label: intent.Docs}, nil
}

func (differs) NewStream([]intent.Label) intent.Stream {
	return &session{streamer: streamer{step: func([]intent.Action, intent.Action) intent.Result { return intent.Result{Label: intent.Test} }}}
}

func TestARightClassifierPasses(t *testing.T) {
	Run(t, Suite{
		New: func(*testing.T) intent.Classifier { return good{} },
		Cases: []Case{
			{Name: "anything", Actions: []intent.Action{{Tool: "Read"}}, Want: intent.Explore},
		},
	})
}

// TestPendingIsNoFailure: "not yet" is an answer that the contract allows.
func TestPendingIsNoFailure(t *testing.T) {
	Run(t, Suite{
		Nondeterministic: true,
		New: func(*testing.T) intent.Classifier {
			return intent.FromFunc("slow", func(ctx context.Context, _ []intent.Action) (intent.Result, error) {
				select {
				case <-time.After(time.Hour):
				case <-ctx.Done():
				}
				return intent.Result{}, ctx.Err()
			}, intent.WithTimeout(time.Millisecond))
		},
	})
}

package intent

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"time"
)

// First asks classifiers in turn and takes the first answer that is neither an
// error nor [Unknown]. If nobody knows, the answer is unknown, and an error only
// if all of them failed. As a stream it keeps each of them up to date.
func First(classifiers ...Classifier) Streamer {
	return &combined{slices.Clone(classifiers), first}
}

// Ensemble asks all classifiers and joins what they say. An alarm of one is an
// alarm of all, and the surest alarm gives its label; without one the label is
// the one whose scores add up to most, and the score their mean over those that
// answered. Drift is the farthest, with the departure of whoever saw it, and
// Injected holds if anybody says so. Those that fail have no say; the answer is an
// error only if all of them failed.
func Ensemble(classifiers ...Classifier) Streamer {
	return &combined{slices.Clone(classifiers), join}
}

type combined struct {
	members []Classifier
	// pick makes one answer of what ask says for each of n members.
	pick func(n int, ask func(i int) (Result, error)) (Result, error)
}

func (c *combined) Classify(ctx context.Context, actions []Action) (Result, error) {
	return c.pick(len(c.members), func(i int) (Result, error) { return classify(ctx, c.members[i], actions) })
}

func (c *combined) NewStream(task []Label) Stream {
	s := &combinedStream{combined: c, streams: make([]Stream, len(c.members)), answers: make([]reply, len(c.members))}
	for i, m := range c.members {
		s.streams[i] = begin(m, task)
	}
	return s
}

// begin is [NewStream] for a member. One that panics at it is a stream that always
// fails.
func begin(c Classifier, task []Label) (s Stream) {
	defer func() {
		if recover() != nil {
			s = nil
		}
	}()
	return NewStream(c, slices.Clone(task))
}

type reply struct {
	result Result
	err    error
}

type combinedStream struct {
	*combined
	streams []Stream
	answers []reply
}

func (s *combinedStream) Observe(ctx context.Context, a Action) (Result, error) {
	for i, m := range s.streams { // all of them: one that is asked later must have seen this too
		s.answers[i].result, s.answers[i].err = observe(ctx, m, a)
	}
	return s.pick(len(s.answers), func(i int) (Result, error) { return s.answers[i].result, s.answers[i].err })
}

// Await waits for the members that an answer rests on; that one of them does not come
// is an error, whatever the others say. See [Waiter].
func (s *combinedStream) Await(ctx context.Context) func(context.Context) (Result, error) {
	answers, pending := slices.Clone(s.answers), make([]func(context.Context) (Result, error), len(s.streams))
	for i, m := range s.streams {
		if w, ok := m.(Waiter); ok {
			pending[i] = w.Await(ctx)
		}
	}
	return func(ctx context.Context) (Result, error) {
		var missing error
		r, err := s.pick(len(answers), func(i int) (Result, error) {
			if pending[i] == nil {
				return answers[i].result, answers[i].err
			}
			r, err := waited(ctx, pending[i])
			missing = errors.Join(missing, err)
			return r, err
		})
		if missing != nil {
			return Result{}, missing
		}
		return r, err
	}
}

func first(n int, ask func(i int) (Result, error)) (Result, error) {
	var errs []error
	for i := range n {
		r, err := ask(i)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if r.Label != Unknown {
			return r, nil
		}
	}
	return Result{}, failure(n, errs)
}

// failure is an error if all of n members failed, or there are none at all.
func failure(n int, errs []error) error {
	switch {
	case n == 0:
		return errNil
	case len(errs) == n:
		return errors.Join(errs...)
	}
	return nil
}

func join(n int, ask func(i int) (Result, error)) (Result, error) {
	var (
		errs     []error
		answered int
		out      Result
		alarm    bool
		all      []Result
	)
	for i := range n {
		r, err := ask(i)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		answered++
		all = append(all, r)
		if r.Anomalous && (!alarm || r.Score > out.Score) {
			alarm = true
			out.Label, out.Score, out.Anomalous, out.Evidence, out.Classifier = r.Label, r.Score, true, r.Evidence, r.Classifier
		}
		if r.Drift > out.Drift {
			out.Drift, out.Departed = r.Drift, r.Departed
		}
		out.Injected = out.Injected || r.Injected
	}
	if err := failure(n, errs); err != nil {
		return Result{}, err
	}
	if alarm {
		return out, nil
	}
	best := 0.0
	for i, r := range all { // few members: no map
		sum := 0.0
		for _, o := range all {
			if o.Label == r.Label {
				sum += o.Score
			}
		}
		if r.Label != Unknown && sum > best {
			best = sum
			out.Label, out.Score, out.Classifier = r.Label, sum/float64(answered), all[i].Classifier
		}
	}
	return out, nil
}

// Timeout gives c at most d for each answer; after that it is [ErrLate]. c is
// asked about windows of the last 16 actions, even if it is a [Streamer], since
// one that is still busy cannot be given the next action. A call that comes late
// goes on with a copy, so that nothing of the caller's is shared with it; while four
// late calls are still running, c is not asked again.
func Timeout(c Classifier, d time.Duration) Classifier {
	return &timeout{classifier: c, d: d}
}

type timeout struct {
	classifier Classifier
	d          time.Duration
	late       atomic.Int32 // calls that nobody waits for any more
}

// What became of a call: whoever comes first, its caller's patience or its answer, says.
const (
	running int32 = iota
	tooLate
	answered
)

func (t *timeout) Classify(ctx context.Context, actions []Action) (Result, error) {
	if t.late.Load() >= maxCalls {
		return Result{}, ErrLate
	}
	actions, left := last(actions)
	own := make([]Action, len(actions))
	for i := range actions {
		own[i] = bounded(actions[i])
	}
	ctx, cancel := context.WithTimeout(ctx, t.d)
	defer cancel()
	var state atomic.Int32
	out := make(chan reply, 1)
	go func() {
		defer func() {
			if !state.CompareAndSwap(running, answered) {
				t.late.Add(-1)
			}
		}()
		r, err := classify(ctx, t.classifier, own)
		out <- reply{r, err}
	}()
	select {
	case r := <-out:
		return shifted(r.result, left), r.err
	case <-ctx.Done():
		t.late.Add(1)
		if !state.CompareAndSwap(running, tooLate) {
			t.late.Add(-1)
		}
		return Result{}, ErrLate
	}
}

package agentspan

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/ambit-go/ambit/intent"
)

// A mind is what a session's classifier makes of it so far. It is made at the
// first action: a session that does nothing has none.
type mind struct {
	mu     sync.Mutex // a stream belongs to one goroutine at a time
	stream intent.Stream
	last   intent.Result
	steps  int // actions taken in

	labels    []labelled // how often it gave each
	anomalous bool       // it raised an alarm
}

type labelled struct {
	label intent.Label
	n     int32
	score float64 // the last one given with it
}

// said is the part of what a classifier says that tells whether it changed its mind.
type said struct {
	label     intent.Label
	anomalous bool
	departed  bool
}

func saidIn(r *intent.Result) said { return said{r.Label, r.Anomalous, r.Departed != 0} }

// think tells the session's classifier of one more action, and returns what it
// said before and what it says now. What it cannot tell changes nothing. Who gives it
// time to answer is told whether that was too late; other calls of the session do not
// stand still meanwhile.
func (s *state) think(ctx context.Context, wait time.Duration, a *intent.Action) (before said, now intent.Result, late bool) {
	if s.tracer.classifier == nil {
		return before, now, wait > 0
	}
	m := s.mind.Load()
	if m == nil {
		m = s.wake()
	}
	m.mu.Lock() // step contains what could panic
	before = saidIn(&m.last)
	var answer func(context.Context) (intent.Result, error)
	told := false
	if m.stream != nil {
		told = m.step(ctx, a)
		if wait > 0 && told {
			answer = m.await(ctx)
		}
		m.note()
	}
	now, late = m.last, wait > 0 && !told
	steps := m.steps
	m.mu.Unlock()
	if answer == nil {
		return before, now, late
	}
	r, err := waitFor(ctx, wait, answer)
	if err != nil {
		return before, now, true
	}
	m.mu.Lock()
	if m.steps == steps { // nothing newer was said
		m.last = r
	}
	m.anomalous = m.anomalous || r.Anomalous
	m.mu.Unlock()
	return before, r, false
}

// await begins to wait for what the stream has not worked out yet; nil if there is no
// such thing. m.mu is held.
func (m *mind) await(ctx context.Context) (answer func(context.Context) (intent.Result, error)) {
	w, ok := m.stream.(intent.Waiter)
	if !ok {
		return nil
	}
	defer func() {
		if recover() != nil || answer == nil {
			answer = func(context.Context) (intent.Result, error) { return intent.Result{}, intent.ErrLate }
		}
	}()
	return w.Await(ctx)
}

// waitFor waits for an answer, and no longer than wait even if answer does.
func waitFor(ctx context.Context, wait time.Duration, answer func(context.Context) (intent.Result, error)) (intent.Result, error) {
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	type reply struct {
		r   intent.Result
		err error
	}
	replies := make(chan reply, 1)
	go func() {
		out := reply{err: intent.ErrLate}
		defer func() {
			_ = recover()
			replies <- out
		}()
		r, err := answer(ctx)
		out = reply{r, err}
	}()
	select {
	case out := <-replies:
		return out.r, out.err
	case <-ctx.Done():
		return intent.Result{}, intent.ErrLate
	}
}

func (s *state) wake() *mind {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.mind.Load(); m != nil {
		return m
	}
	m := &mind{stream: newStream(s.tracer.classifier, s.noun.Task.Intents)}
	s.mind.Store(m)
	return m
}

// A summaryOf is what a classifier said of a session as a whole.
type summaryOf struct {
	label     intent.Label
	score     float64
	anomalous bool // at any time
}

// thought is the label that the classifier gave most of the session's actions, and
// how sure it was of it last.
func (s *state) thought() (most summaryOf) {
	m := s.mind.Load()
	if m == nil {
		return most
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	n := int32(0)
	for i := range m.labels {
		if l := &m.labels[i]; l.n > n {
			n, most.label, most.score = l.n, l.label, l.score
		}
	}
	most.anomalous = m.anomalous
	return most
}

// note counts what was said last; m.mu is held.
func (m *mind) note() {
	m.anomalous = m.anomalous || m.last.Anomalous
	if m.last.Label == "" {
		return
	}
	for i := range m.labels {
		if l := &m.labels[i]; l.label == m.last.Label {
			l.n++
			l.score = m.last.Score
			return
		}
	}
	if len(m.labels) < maxLabels {
		m.labels = append(m.labels, labelled{m.last.Label, 1, m.last.Score})
	}
}

// maxLabels bounds the labels counted for one session: those there are, and a few of
// a plug-in's own.
const maxLabels = 32

// step takes in one more action, and reports whether the stream could tell. One that
// errs or panics changes nothing.
func (m *mind) step(ctx context.Context, a *intent.Action) (told bool) {
	defer func() { _ = recover() }()
	m.steps++
	if r, err := m.stream.Observe(ctx, *a); err == nil {
		m.last, told = r, true
	}
	return told
}

// newStream begins a session's stream; nil if the classifier panics at that.
func newStream(c intent.Classifier, task []intent.Label) (s intent.Stream) {
	defer func() {
		if recover() != nil {
			s = nil
		}
	}()
	return intent.NewStream(c, slices.Clone(task))
}

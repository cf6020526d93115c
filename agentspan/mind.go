package agentspan

import (
	"context"
	"slices"
	"sync"

	"github.com/ambit-go/ambit/intent"
)

// A mind is what a session's classifier makes of it so far. It is made at the
// first action: a session that does nothing has none.
type mind struct {
	mu     sync.Mutex // a stream belongs to one goroutine at a time
	stream intent.Stream
	last   intent.Result
}

// said is the part of what a classifier says that tells whether it changed its mind.
type said struct {
	label     intent.Label
	anomalous bool
	departed  bool
}

func saidIn(r *intent.Result) said { return said{r.Label, r.Anomalous, r.Departed != 0} }

// think tells the session's classifier of one more action, and returns what it
// said before and what it says now. What it cannot tell changes nothing.
func (s *state) think(ctx context.Context, a *intent.Action) (before said, now intent.Result) {
	if s.tracer.classifier == nil {
		return before, now
	}
	m := s.mind.Load()
	if m == nil {
		m = s.wake()
	}
	m.mu.Lock() // step contains what could panic
	before = saidIn(&m.last)
	if m.stream != nil {
		m.step(ctx, a)
	}
	now = m.last
	m.mu.Unlock()
	return before, now
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

// thought is what the classifier said last.
func (s *state) thought() intent.Result {
	m := s.mind.Load()
	if m == nil {
		return intent.Result{}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.last
}

// step takes in one more action. A stream that errs or panics changes nothing.
func (m *mind) step(ctx context.Context, a *intent.Action) {
	defer func() { _ = recover() }()
	if r, err := m.stream.Observe(ctx, *a); err == nil {
		m.last = r
	}
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

package intent

import (
	"context"
	"hash/maphash"
	"slices"
	"sync"
	"time"
)

// A FuncOption changes how [FromFunc] calls its function.
type FuncOption interface{ apply(funcConfig) funcConfig }

type funcConfig struct {
	timeout time.Duration
	calls   int
	per     time.Duration
	cache   int
}

type funcOption func(funcConfig) funcConfig

func (o funcOption) apply(c funcConfig) funcConfig { return o(c) }

// WithTimeout gives each call at most d; 5 seconds if not given. The function
// must watch its context: one that does not keeps its place among the calls that
// may run at once.
func WithTimeout(d time.Duration) FuncOption {
	return funcOption(func(c funcConfig) funcConfig {
		if d > 0 {
			c.timeout = d
		}
		return c
	})
}

// WithBudget lets the function be called n times in any stretch of length per,
// all sessions together; n times and never again if per is 0; 60 times a minute if not
// given. Beyond it sessions keep their labels, and who waits gets [ErrBudget].
func WithBudget(n int, per time.Duration) FuncOption {
	return funcOption(func(c funcConfig) funcConfig {
		c.calls, c.per = max(n, 0), max(per, 0)
		return c
	})
}

// WithCache keeps the answers about the last n windows; 256 if not given, none
// at 0.
func WithCache(n int) FuncOption {
	return funcOption(func(c funcConfig) funcConfig {
		c.cache = max(n, 0)
		return c
	})
}

type waitKey struct{}

// Wait marks ctx so that a classifier made by [FromFunc] answers about the window
// it is asked about before it returns, at most its timeout later. Without the
// mark it never makes its caller wait. A boundary whose policy rests on a model's
// answer asks with it.
func Wait(ctx context.Context) context.Context { return context.WithValue(ctx, waitKey{}, true) }

func waits(ctx context.Context) bool { return ctx.Value(waitKey{}) != nil }

// maxCalls is how many calls of one function may run at once.
const maxCalls = 4

// FromFunc makes a classifier of a function that is slow, costs money or crosses
// a network: a language model, for one. It stands in [Result.Classifier] under
// name unless f says otherwise.
//
// Nothing waits for f. Observe hands a copy of the last 16 actions to a call in
// the background and returns the newest answer the session has, which is about a
// moment ago; Classify returns [ErrPending] for a window it is not done with. A
// context marked by [Wait] changes that, and so does who waits by [Waiter]. A session
// begins one call at a time, and one more for who waits; four run at once in all, and
// who waits comes next. Answers are kept by the hash of the window, and windows that are
// the same are asked about once. A call that fails or comes late leaves what a session
// has heard as it is, and is no answer to keep. f must be safe for concurrent use, and a
// panic in it is an error.
func FromFunc(name string, f func(ctx context.Context, window []Action) (Result, error), opts ...FuncOption) Streamer {
	c := funcConfig{timeout: 5 * time.Second, calls: 60, per: time.Minute, cache: 256}
	for _, o := range opts {
		if o != nil {
			c = o.apply(c)
		}
	}
	return &funcClassifier{
		name: name, f: f, config: c, seed: maphash.MakeSeed(),
		answers: make(map[uint64]*answer), slots: make(chan struct{}, maxCalls),
	}
}

type funcClassifier struct {
	name   string
	f      func(context.Context, []Action) (Result, error)
	config funcConfig
	seed   maphash.Seed
	slots  chan struct{}

	mu      sync.Mutex
	answers map[uint64]*answer // finished and running, by the hash of the window
	order   []uint64           // finished ones that are kept, oldest first
	starts  []time.Time        // of the calls that count against the budget, oldest first
}

// An answer is what f says about one window. done is closed when it is known.
type answer struct {
	done   chan struct{}
	result Result
	err    error
}

func (a *answer) known() bool {
	select {
	case <-a.done:
		return true
	default:
		return false
	}
}

func (c *funcClassifier) Classify(ctx context.Context, actions []Action) (Result, error) {
	if len(actions) == 0 {
		return Result{}, nil
	}
	actions, first := last(actions)
	a, err := c.ask(ctx, actions, true, waits(ctx))
	if err != nil {
		return Result{}, err
	}
	if !a.known() {
		if !waits(ctx) {
			return Result{}, ErrPending
		}
		if err := a.wait(ctx); err != nil {
			return Result{}, err
		}
	}
	return shifted(a.result, first), a.err
}

func (a *answer) wait(ctx context.Context) error {
	select {
	case <-a.done:
		return nil
	case <-ctx.Done():
		return ErrLate
	}
}

// ask returns the answer about actions, which may still be worked out, and begins
// a call if there is none. copies says that actions belong to the caller; queue that the
// call waits for its turn where others run.
func (c *funcClassifier) ask(ctx context.Context, actions []Action, copies, queue bool) (*answer, error) {
	key := c.hash(actions)
	c.mu.Lock()
	defer c.mu.Unlock()
	if a, ok := c.answers[key]; ok {
		return a, nil
	}
	turn := false
	select {
	case c.slots <- struct{}{}:
		turn = true
	default:
		if !queue {
			return nil, ErrBudget
		}
	}
	if !c.affords(time.Now()) {
		if turn {
			<-c.slots
		}
		return nil, ErrBudget
	}
	if copies {
		own := make([]Action, len(actions))
		for i := range actions {
			own[i] = bounded(actions[i])
		}
		actions = own
	} else {
		actions = slices.Clone(actions)
	}
	a := &answer{done: make(chan struct{})}
	c.answers[key] = a
	go c.call(context.WithoutCancel(ctx), key, a, actions, turn)
	return a, nil
}

// affords reports whether the budget has room for one more call, and takes it.
func (c *funcClassifier) affords(now time.Time) bool {
	if c.config.per > 0 {
		gone := 0
		for gone < len(c.starts) && now.Sub(c.starts[gone]) >= c.config.per {
			gone++
		}
		c.starts = slices.Delete(c.starts, 0, gone)
	}
	if len(c.starts) >= c.config.calls {
		return false
	}
	c.starts = append(c.starts, now)
	return true
}

// call runs f once, when it is its turn. The caller's context may end first: what is
// worked out is still of use to the next action.
func (c *funcClassifier) call(ctx context.Context, key uint64, a *answer, actions []Action, turn bool) {
	ctx, cancel := context.WithTimeout(ctx, c.config.timeout)
	defer cancel()
	if !turn {
		select {
		case c.slots <- struct{}{}:
		case <-ctx.Done():
			c.finish(key, a, Result{}, ErrLate)
			return
		}
	}
	type result struct {
		r   Result
		err error
	}
	out := make(chan result, 1)
	go func() {
		defer func() { <-c.slots }()
		r, err := classify(ctx, classifierFunc(c.f), actions)
		out <- result{r, err}
	}()
	select {
	case res := <-out:
		c.finish(key, a, res.r, res.err)
	case <-ctx.Done():
		c.finish(key, a, Result{}, ErrLate)
	}
}

// finish makes an answer known.
func (c *funcClassifier) finish(key uint64, a *answer, r Result, err error) {
	if r.Classifier == "" {
		r.Classifier = c.name
	}
	a.result, a.err = r, err
	c.mu.Lock()
	c.keep(key, a)
	c.mu.Unlock()
	close(a.done)
}

// keep puts a finished answer into the cache, or forgets it: a failure is asked
// again.
func (c *funcClassifier) keep(key uint64, a *answer) {
	if a.err != nil || c.config.cache == 0 {
		delete(c.answers, key)
		return
	}
	if len(c.order) == c.config.cache {
		delete(c.answers, c.order[0])
		copy(c.order, c.order[1:])
		c.order = c.order[:len(c.order)-1]
	}
	c.order = append(c.order, key)
}

type classifierFunc func(context.Context, []Action) (Result, error)

func (f classifierFunc) Classify(ctx context.Context, window []Action) (Result, error) {
	if f == nil {
		return Result{}, errNil
	}
	return f(ctx, window)
}

// hash tells windows apart by what their actions are and do. The seed is the
// process's own, so nobody can prepare two windows with one hash. Times are left
// out: the same actions mean the same later.
func (c *funcClassifier) hash(actions []Action) uint64 {
	var h maphash.Hash
	h.SetSeed(c.seed)
	text := func(s string) {
		maphash.WriteComparable(&h, len(s))
		h.WriteString(s)
	}
	for i := range actions {
		a := &actions[i]
		failed := byte(0)
		if a.Failed {
			failed = 1
		}
		h.Write([]byte{byte(a.Role), failed, byte(len(a.Effects)), byte(len(a.Findings)), byte(len(a.Switches))})
		text(cut(a.Tool, maxName))
		text(cut(a.Server, maxName))
		for _, e := range a.Effects[:min(len(a.Effects), maxEffects)] {
			h.Write([]byte{byte(e.Kind), byte(e.Access), byte(e.Certainty), byte(e.Direction)})
			text(cut(e.Target, maxTarget))
		}
		for _, f := range a.Findings[:min(len(a.Findings), maxFindings)] {
			text(cut(f.Kind, maxName/2))
		}
		for _, s := range a.Switches[:min(len(a.Switches), maxSwitches)] {
			h.WriteByte(byte(s.Kind))
		}
		text(a.Text)
	}
	return h.Sum64()
}

// NewStream begins a session. See [FromFunc].
func (c *funcClassifier) NewStream([]Label) Stream { return &funcStream{classifier: c} }

type funcStream struct {
	classifier *funcClassifier
	window     window
	last       Result
	running    *answer
	first      int // number of the first action running is about
}

func (s *funcStream) Observe(ctx context.Context, a Action) (Result, error) {
	s.window.push(a)
	s.collect()
	if s.running != nil && !waits(ctx) {
		return s.last, nil
	}
	next, err := s.classifier.ask(ctx, s.window.actions, false, waits(ctx))
	if err != nil {
		if waits(ctx) {
			return Result{}, err
		}
		return s.last, nil
	}
	s.running, s.first = next, s.window.first
	if waits(ctx) {
		if err := next.wait(ctx); err != nil {
			return Result{}, err
		}
		s.collect()
		if next.err != nil {
			return Result{}, next.err
		}
		return s.last, nil
	}
	s.collect()
	return s.last, nil
}

// Await asks about the window as it is. See [Waiter].
func (s *funcStream) Await(ctx context.Context) func(context.Context) (Result, error) {
	s.collect()
	a, err := s.classifier.ask(ctx, s.window.actions, false, true)
	first := s.window.first
	if err == nil {
		s.running, s.first = a, first
	}
	return func(ctx context.Context) (Result, error) {
		if err != nil {
			return Result{}, err
		}
		if err := a.wait(ctx); err != nil {
			return Result{}, err
		}
		return shifted(a.result, first), a.err
	}
}

// collect takes over the answer of a call that has ended. A failed one changes
// nothing.
func (s *funcStream) collect() {
	if s.running == nil || !s.running.known() {
		return
	}
	if s.running.err == nil {
		s.last = shifted(s.running.result, s.first)
	}
	s.running = nil
}

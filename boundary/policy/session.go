package policy

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"time"
	"weak"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
)

// This file keeps what a policy counts and remembers for a session.

// Limits of what one session holds for one policy: 256 moments of 32 bytes for
// each window, one moment for each "after", and 1,024 calls in flight of about 100
// bytes. A session whose policy counts nothing holds nothing of these.
const (
	maxMoments  = 256
	maxInFlight = 1024
)

// counters is what a policy counts for a session and its subagents.
type counters struct {
	mu      sync.Mutex
	calls   int   // that may have run
	refused int   // that did not
	bytes   int64 // of results
	acted   bool  // something outside the workspace was changed, or data left
	reached reach
	layers  []layerCounters
	pending map[int64]pendingCall
	heard   heard

	newest     int64 // the call counted last, and what it took
	newestUses []use
}

type layerCounters struct {
	uses     []int64 // by grant; nil without max_uses
	windows  []moments
	memories []memory
}

// pendingCall is a call that was let go and is not known to have ended.
type pendingCall struct {
	uses    []use
	at      time.Time
	calls   int
	acts    bool  // changes something outside the workspace, or sends data
	reaches reach // what makes a session privileged
}

// moments is what happened within a window, oldest first.
type moments struct {
	list []moment
}

type moment struct {
	at     time.Time
	amount float64
}

// add notes an amount. When there are too many moments the two oldest become
// one, at the time of the later: the window then counts rather more than less.
func (m *moments) add(at time.Time, amount float64) {
	if len(m.list) == maxMoments {
		m.list[1].amount += m.list[0].amount
		m.list = append(m.list[:0], m.list[1:]...)
	}
	m.list = append(m.list, moment{at, amount})
}

// take removes one amount that was noted at a time; a merged one is left.
func (m *moments) take(at time.Time, amount float64) {
	for i, x := range slices.Backward(m.list) {
		if x.amount == amount && x.at.Equal(at) {
			m.list = slices.Delete(m.list, i, i+1)
			return
		}
	}
}

// sum returns what was noted within a time before now; 0 means ever.
func (m *moments) sum(now time.Time, within time.Duration) float64 {
	if within > 0 {
		old := 0
		for old < len(m.list) && now.Sub(m.list[old].at) >= within {
			old++
		}
		if old > 0 {
			m.list = append(m.list[:0], m.list[old:]...)
		}
	} else if len(m.list) > 1 {
		for _, x := range m.list[1:] {
			m.list[0].amount += x.amount
		}
		m.list = m.list[:1]
	}
	total := 0.0
	for _, x := range m.list {
		total += x.amount
	}
	return total
}

// A memory is when a call of one sort last ran, and how many are running.
type memory struct {
	last    time.Time
	running int
}

// newCounters makes room for what p counts; nil if it counts nothing.
func (p *Policy) newCounters() *counters {
	if !p.counting {
		return nil
	}
	st := &counters{layers: make([]layerCounters, len(p.layers)), heard: heard{key: p.heardKey}}
	for i, l := range p.layers {
		if l.limited {
			st.layers[i].uses = make([]int64, len(l.grants))
		}
		if l.windows > 0 {
			st.layers[i].windows = make([]moments, l.windows)
		}
		if l.memories > 0 {
			st.layers[i].memories = make([]memory, l.memories+1)
		}
	}
	return st
}

// after asks what the session did before this call, this call included where it
// does both.
func (c *caller) after(r *rule, x *note) bool {
	a, h := r.after, &c.req.History
	x.reason, x.crossing = boundary.ReasonSequence, boundary.Sequence
	if a.calls == nil {
		known := a.secret && (h.SecretSeen || c.secret) ||
			a.untrusted && (h.UntrustedSeen || c.fetches && c.besides(r.effects, x.layer, fetched)) ||
			a.private && (h.PrivateSeen || c.kinds.has(effect.Data) && c.besides(r.effects, x.layer, queried)) ||
			a.switched && (h.IdentitySwitched || len(c.req.Switches) > 0)
		if !known && h.Lost {
			x.reason = boundary.ReasonEvicted
		}
		return known || h.Lost
	}
	if h.Lost {
		x.reason = boundary.ReasonEvicted
		return true
	}
	if c.st == nil {
		x.reason = boundary.ReasonMisconfigured
		return true
	}
	m := &c.st.layers[x.layer].memories[a.slot]
	if m.running > 0 || !m.last.IsZero() && (a.within == 0 || c.now.Sub(m.last) < a.within) {
		return true
	}
	return false
}

// fetched and queried are the effects that themselves bring in what others wrote, or
// private data.
func fetched(e *effect.Effect) bool {
	return (e.Kind == effect.Host || e.Kind == effect.URL) && e.Direction != effect.Out
}

func queried(e *effect.Effect) bool { return e.Kind == effect.Data || fetched(e) }

// besides reports whether a selector catches an effect of the call beside those that
// bring something in: "curl x | psql" does both, and a fetch alone is not after itself.
func (c *caller) besides(s *selector, layer int, brings func(*effect.Effect) bool) bool {
	return s != nil && slices.ContainsFunc(c.req.Effects, func(x effect.Effect) bool {
		return !brings(&x) && (x.Kind != effect.Command || x.Access != effect.Read) && s.catches(&x, &c.layers[layer].env) == yes
	})
}

// remember notes which memories a call that may run belongs to.
func (c *caller) remember() {
	for i, l := range c.p.layers {
		if l.memories == 0 || !c.layers[i].applies {
			continue
		}
		e := &c.layers[i].env
		for _, r := range l.remember {
			a := r.after
			if !a.calls.isAbout(c.tool.server, c.tool.tool, true) {
				continue
			}
			if len(a.calls.args) > 0 && !c.looksFor(a.calls.args, e) {
				continue
			}
			if a.effects != nil {
				if _, t := c.caught(a.effects, e); t == no {
					continue
				}
			}
			c.spend(use{useMemory, i, a.slot, 1})
		}
	}
}

// counted asks a rule's window, with this call and those in flight.
func (c *caller) counted(r *rule, x *note) bool {
	x.reason, x.crossing = boundary.ReasonBudget, boundary.Budget
	if c.phase != boundary.PhaseCall {
		return false
	}
	if c.req.History.Lost || c.st == nil {
		x.reason = c.exhausted()
		return true
	}
	fires := false
	if w := r.count; w != nil {
		fires = c.st.layers[x.layer].windows[w.slot].sum(c.now, w.within)+1 > w.max
		c.spend(use{useWindow, x.layer, w.slot, 1})
	}
	if w := r.sum; w != nil {
		amount, ok := amountOf(c.req.Arguments, w.arg)
		if !ok { // an amount that cannot be told is too much
			x.crossing = boundary.Indeterminate
			return true
		}
		fires = fires || c.st.layers[x.layer].windows[w.slot].sum(c.now, w.within)+amount > w.max
		c.spend(use{useWindow, x.layer, w.slot, amount})
	}
	return fires
}

// amountOf reads a number that is not negative.
func amountOf(args []byte, path []string) (float64, bool) {
	value, is := member(args, path)
	if is != present || kindOf(value) != 'n' {
		return 0, false
	}
	f, ok := parseFloat(value)
	return f, ok && f >= 0
}

// reserve counts a call that may run, before it does.
func (st *counters) reserve(d *boundary.Decision, c *caller) {
	if c.req.Phase != boundary.PhaseCall || d.Verdict == boundary.Deny && !d.Observed {
		return
	}
	c.remember()
	st.take(c, !d.Refuses())
}

// take counts a call and what it uses. One that waits for approval may not run.
func (st *counters) take(c *caller, runs bool) {
	req, now, uses := &c.req, c.now, c.n.uses
	p := pendingCall{at: now, calls: 1, acts: c.changes || c.leaves, reaches: c.reaches()}
	st.calls++
	if runs {
		st.acted, st.reached = st.acted || p.acts, st.reached|p.reaches
	}
	for _, u := range uses {
		l := &st.layers[u.layer]
		switch u.kind {
		case useGrant:
			l.uses[u.slot]++
		case useWindow:
			l.windows[u.slot].add(now, u.amount)
		case useMemory:
			l.memories[u.slot].running++
		}
	}
	if len(uses) > 0 {
		p.uses = slices.Clone(uses)
	}
	st.newest, st.newestUses = req.Seq, p.uses
	if req.Seq == 0 || len(st.pending) >= maxInFlight { // nobody will say how it ends: it has run
		st.acted, st.reached = st.acted || p.acts, st.reached|p.reaches
		for _, u := range uses {
			if u.kind == useMemory {
				m := &st.layers[u.layer].memories[u.slot]
				m.running--
				m.last = now
			}
		}
		return
	}
	if st.pending == nil {
		st.pending = map[int64]pendingCall{}
	}
	if old, twice := st.pending[req.Seq]; twice { // one number for two calls: both count
		p.uses, p.calls = append(p.uses, old.uses...), p.calls+old.calls
		p.acts, p.reaches = p.acts || old.acts, p.reaches|old.reaches
	}
	st.pending[req.Seq] = p
}

// settle counts how a call ended: one that did not run gives back what it took.
func (st *counters) settle(req *boundary.Request, o *boundary.Outcome, now time.Time) {
	if req.Phase != boundary.PhaseCall {
		return
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	if o.Ran && o.Bytes > 0 {
		st.bytes += o.Bytes
	}
	if !o.Ran {
		st.refused++
	}
	p, ok := st.pending[req.Seq]
	if !ok {
		if o.Ran && req.Seq != 0 {
			st.calls++ // refused here, and ran all the same
		}
		return
	}
	delete(st.pending, req.Seq)
	if o.Ran {
		st.acted, st.reached = st.acted || p.acts, st.reached|p.reaches
	} else {
		st.calls -= p.calls
	}
	for _, u := range p.uses {
		l := &st.layers[u.layer]
		switch u.kind {
		case useGrant:
			if !o.Ran {
				l.uses[u.slot]--
			}
		case useWindow:
			if !o.Ran {
				l.windows[u.slot].take(p.at, u.amount)
			}
		case useMemory:
			l.memories[u.slot].running--
			if o.Ran {
				l.memories[u.slot].last = now
			}
		}
	}
}

// A registry finds what belongs to a running session by its key, so that a
// subagent counts with its parent. It keeps nothing alive.
type registry[T any] struct {
	mu sync.Mutex
	by map[string]weak.Pointer[T]
}

func (r *registry[T]) find(key string) *T {
	if key == "" {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.by[key].Value()
}

func (r *registry[T]) put(key string, v *T) {
	if key == "" || v == nil {
		return
	}
	w := weak.Make(v)
	r.mu.Lock()
	if r.by == nil {
		r.by = map[string]weak.Pointer[T]{}
	}
	r.by[key] = w
	r.mu.Unlock()
	runtime.AddCleanup(v, func(key string) {
		r.mu.Lock()
		if r.by[key] == w {
			delete(r.by, key)
		}
		r.mu.Unlock()
	}, key)
}

// counters returns the counters for a session: its parent's if it is a subagent,
// else new ones.
func (p *Policy) counters(s *boundary.SessionInfo) *counters {
	if !p.counting {
		return nil
	}
	st := p.sessions.find(s.Parent)
	if st == nil {
		st = p.newCounters()
	}
	p.sessions.put(s.Key, st)
	return st
}

// Bind returns a checker for one session, which counts. Subagents count with the
// session they belong to, as long as that is bound to the same policy.
func (p *Policy) Bind(s boundary.SessionInfo) boundary.Checker {
	if p == nil || len(p.layers) == 0 {
		return p
	}
	b := &bound{}
	p.view(&b.view, &s)
	if b.view.st = p.counters(&s); b.view.st != nil && len(p.listens) > 0 {
		for i := range b.view.layers {
			b.view.layers[i].env.heard = &b.view.st.heard
		}
	}
	return b
}

// bound is a policy bound to a session.
type bound struct{ view view }

func (b *bound) Check(ctx context.Context, req boundary.Request) (boundary.Decision, error) {
	return b.view.check(ctx, req), nil
}

func (b *bound) Observe(req boundary.Request, _ boundary.Decision, o boundary.Outcome) {
	if b.view.st != nil {
		now := req.Time.Add(o.Duration)
		if req.Time.IsZero() {
			now = time.Now()
		}
		b.view.st.settle(&req, &o, now)
	}
}

// IntentWait returns how long a call should wait for the classifier: the longest that
// a rule asks for which may be about the call and is enforced.
func (b *bound) IntentWait(req *boundary.Request) time.Duration {
	v := &b.view
	if v.p.mode == modeObserve {
		return 0
	}
	var most time.Duration
	for i, l := range v.p.layers {
		if !v.layers[i].applies {
			continue
		}
		for _, r := range l.waiting {
			if r.wait > most && (req == nil || r.mayBeAbout(req, &v.layers[i].env)) {
				most = r.wait
			}
		}
	}
	return most
}

// mayBeAbout reports whether r may speak of a call once its intent is known.
func (r *rule) mayBeAbout(req *boundary.Request, e *env) bool {
	name := nameOf(req.Server, req.Tool)
	if !r.calls.isAbout(name.server, name.tool, true) || len(r.calls.agents) > 0 && !anyGlob(r.calls.agents, req.Session.Agent, nil, true) {
		return false
	}
	return r.effects == nil || slices.ContainsFunc(req.Effects, func(x effect.Effect) bool { return r.effects.catches(&x, e) != no })
}

func (b *bound) CheckSession(_ context.Context, s boundary.SessionInfo, h boundary.History) (boundary.Decision, error) {
	return b.view.checkSession(&s, &h), nil
}

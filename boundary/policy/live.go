package policy

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ambit-go/ambit/boundary"
)

// A Live is a policy that follows its files. It is a [boundary.Checker], safe for
// concurrent use.
//
// A session pins the policy it started with. A newer one binds it as well, so
// that a reload can only narrow what a running session may do; what a new policy
// grants beyond the old one is for sessions that start after it. A file that
// does not load changes nothing: the last valid policy stays, and the error is
// reported.
type Live struct {
	files   []string
	opts    Options
	current atomic.Pointer[Policy]
	mu      sync.Mutex // one reload at a time
	seen    [][]byte

	sessions registry[pinned]
}

// A Reload is what came of looking at the files.
type Reload struct {
	Policy  boundary.PolicyRef // in force now
	Changed bool               // it was not in force before
	Err     error              // why the files did not load; the policy is the last valid one
}

// Open loads a task's policy and, before it, those of the organisations it stands
// under, the outermost first; see [Merge]. Files changed later are taken up by
// [Live.Reload] and [Live.Watch].
func Open(o Options, files ...string) (*Live, error) {
	l := &Live{files: files, opts: o}
	if _, err := l.reload(); err != nil {
		return nil, err
	}
	return l, nil
}

// Policy returns the policy in force; nil for a nil Live.
func (l *Live) Policy() *Policy {
	if l == nil {
		return nil
	}
	return l.current.Load()
}

// Reload looks at the files and takes up what changed.
func (l *Live) Reload() Reload {
	changed, err := l.reload()
	return Reload{Policy: l.Policy().PolicyRef(), Changed: changed, Err: err}
}

func (l *Live) reload() (changed bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	data := make([][]byte, len(l.files))
	same := len(l.seen) == len(l.files)
	for i, f := range l.files {
		if data[i], err = readFile(f); err != nil {
			return false, err
		}
		same = same && bytes.Equal(data[i], l.seen[i])
	}
	if same && l.current.Load() != nil {
		return false, nil
	}
	policies := make([]*Policy, len(l.files))
	for i, f := range l.files {
		if policies[i], err = Parse(f, data[i], l.opts.protecting(l.files...)); err != nil {
			return false, err
		}
	}
	p, err := Merge(policies...)
	if err != nil {
		return false, err
	}
	l.seen = data
	old := l.current.Swap(p)
	return old.PolicyRef() != p.PolicyRef(), nil
}

// Watch looks at the files every so often, until ctx ends, and reports what
// changed and what did not load: a broken file once for each state it is in.
// report may be nil.
func (l *Live) Watch(ctx context.Context, every time.Duration, report func(Reload)) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	said := ""
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		r := l.Reload()
		text := ""
		if r.Err != nil {
			text = r.Err.Error()
		}
		if (r.Changed || text != said) && report != nil {
			report(r)
		}
		said = text
	}
}

// Check decides by the policy in force, without counting; see [Policy.Check].
func (l *Live) Check(ctx context.Context, req boundary.Request) (boundary.Decision, error) {
	return l.Policy().Check(ctx, req)
}

// CheckSession decides about a session by the policy in force.
func (l *Live) CheckSession(ctx context.Context, s boundary.SessionInfo, h boundary.History) (boundary.Decision, error) {
	return l.Policy().CheckSession(ctx, s, h)
}

// Bind pins the policy in force for a session; a subagent is also held to all that
// its parent is held to.
func (l *Live) Bind(s boundary.SessionInfo) boundary.Checker {
	p := l.Policy()
	if p == nil {
		return p
	}
	b := &pinned{live: l, info: s}
	b.info.Task.Params = maps.Clone(s.Task.Params)
	if b.parent = l.sessions.find(s.Parent); b.parent != nil {
		list, _ := b.parent.held() // a subagent gets no wider policy than its parent has
		for _, x := range list {
			b.join(x.view.p)
		}
	}
	b.join(p)
	l.sessions.put(s.Key, b)
	return b
}

// maxVersions bounds how many versions of a policy one session is held to. A
// session that sees more is refused: which of them to forget is not for it to say.
const maxVersions = 16

// pinned is a session that is held to the policy it started with and to all that
// came after.
type pinned struct {
	live   *Live
	info   boundary.SessionInfo
	parent *pinned // of a subagent, with which it counts; nil if there is none

	mu       sync.Mutex
	versions atomic.Pointer[[]*bound]
}

// held returns what the session is held to, the newest policy included; false if
// that is more than it can hold.
func (b *pinned) held() ([]*bound, bool) {
	p := b.live.Policy()
	if list := *b.versions.Load(); isHeld(list, p) {
		return list, true
	}
	b.join(p)
	list := *b.versions.Load()
	return list, isHeld(list, p)
}

func isHeld(list []*bound, p *Policy) bool {
	return slices.ContainsFunc(list, func(b *bound) bool { return b.view.p.ref == p.ref })
}

// join holds the session to one more policy, if it can hold more. What was counted so
// far counts there too.
func (b *pinned) join(p *Policy) {
	if b.parent != nil { // it counts for both of them
		b.parent.join(p)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	var list []*bound
	if old := b.versions.Load(); old != nil {
		list = slices.Clone(*old)
	}
	if isHeld(list, p) || len(list) >= maxVersions {
		return
	}
	n, _ := p.Bind(b.info).(*bound)
	if len(list) > 0 && n.view.st != nil {
		n.view.st.inherit(list[len(list)-1].view.p, list[len(list)-1].view.st, p)
	}
	list = append(list, n)
	b.versions.Store(&list)
}

var errVersions = boundary.Determination{Reason: boundary.ReasonMisconfigured}

func (b *pinned) Check(ctx context.Context, req boundary.Request) (boundary.Decision, error) {
	list, ok := b.held()
	if !ok {
		return boundary.Decision{
			Source: boundary.ByPolicy, Policy: b.live.Policy().ref, Because: []boundary.Determination{errVersions},
			Message: "the policy changed too often during this session; start a new one",
		}, nil
	}
	if len(list) == 1 {
		return list[0].Check(ctx, req)
	}
	return b.all(list).Check(ctx, req) //nolint:wrapcheck // ours
}

func (b *pinned) all(list []*bound) boundary.Checker {
	members := make([]boundary.Checker, len(list))
	for i, x := range list {
		members[len(list)-1-i] = x // the newest first: among equals its reasons are given
	}
	return boundary.All(members...)
}

func (b *pinned) CheckSession(ctx context.Context, s boundary.SessionInfo, h boundary.History) (boundary.Decision, error) {
	list, _ := b.held()
	return boundary.CheckSession(ctx, b.all(list), s, h) //nolint:wrapcheck // ours
}

// Hear tells every policy of what was said.
func (b *pinned) Hear(h boundary.Heard) {
	for _, x := range *b.versions.Load() {
		x.Hear(h)
	}
}

// IntentWait is the longest that one of the policies wants to wait.
func (b *pinned) IntentWait(req *boundary.Request) (d time.Duration) {
	list, _ := b.held()
	for _, x := range list {
		d = max(d, x.IntentWait(req))
	}
	return d
}

func (b *pinned) Observe(req boundary.Request, d boundary.Decision, o boundary.Outcome) {
	for _, x := range *b.versions.Load() {
		x.Observe(req, d, o)
	}
}

// inherit takes over what an older version counted, grant by grant and rule by
// rule of the same name.
func (st *counters) inherit(was *Policy, old *counters, now *Policy) {
	if old == nil || old == st {
		return
	}
	old.mu.Lock()
	defer old.mu.Unlock()
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.calls > 0 {
		return // a parent's counters, which inherited already
	}
	st.calls, st.refused, st.bytes, st.acted, st.reached = old.calls, old.refused, old.bytes, old.acted, old.reached
	st.heard.prompt = slices.Clone(old.heard.prompt)
	st.heard.tools = slices.Clone(old.heard.tools)
	for i := range min(len(was.layers), len(now.layers)) {
		from, to := was.layers[len(was.layers)-1-i], now.layers[len(now.layers)-1-i]
		a, b := &old.layers[len(old.layers)-1-i], &st.layers[len(st.layers)-1-i]
		for _, g := range from.grants {
			for _, h := range to.grants {
				if g.id == h.id && a.uses != nil && b.uses != nil {
					b.uses[h.number] = a.uses[g.number]
				}
			}
		}
		for _, r := range from.rules {
			for _, q := range to.rules {
				if r.id == q.id {
					inheritRule(r, q, a, b)
				}
			}
		}
	}
}

func inheritRule(r, q *rule, from, to *layerCounters) {
	if r.count != nil && q.count != nil {
		to.windows[q.count.slot].list = append([]moment(nil), from.windows[r.count.slot].list...)
	}
	if r.sum != nil && q.sum != nil {
		to.windows[q.sum.slot].list = append([]moment(nil), from.windows[r.sum.slot].list...)
	}
	if r.after != nil && q.after != nil && r.after.slot > 0 && q.after.slot > 0 {
		to.memories[q.after.slot].last = from.memories[r.after.slot].last
	}
}

package policy

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
)

var errNoPolicy = errors.New("policy: no policy")

// Check decides about one call as if it were its session's first. A policy that
// counts refuses what it would have to count; bind it to a session for that.
func (p *Policy) Check(ctx context.Context, req boundary.Request) (boundary.Decision, error) {
	if p == nil || len(p.layers) == 0 {
		return boundary.Decision{}, errNoPolicy
	}
	c := callers.Get().(*caller) //nolint:forcetypeassert // the pool holds nothing else
	c.req = req
	p.view(&c.own, &c.req.Session)
	return c.own.decide(ctx, c), nil
}

// A view is a policy as it stands for one session.
type view struct {
	p      *Policy
	layers []viewLayer
	few    [2]viewLayer
	st     *counters // nil where nothing counts
	sample bool      // an example: times, owners and identities are left aside
}

type viewLayer struct {
	env     env
	applies bool
	kept    []bool // by grant, for a subagent; nil for all
}

// view makes a view of p in v.
func (p *Policy) view(v *view, s *boundary.SessionInfo) {
	v.p = p
	v.layers = v.few[:0]
	for _, l := range p.layers {
		v.layers = append(v.layers, viewLayer{env: l.env(s), applies: l.selects.match(s), kept: l.keeps(s)})
	}
}

func (l *layer) env(s *boundary.SessionInfo) env {
	var e env
	for i, dir := range [varCount]string{varCwd: s.Dir, varRepo: s.Root, varHome: s.Home} {
		if dir == "" {
			continue
		}
		for len(dir) > 0 && dir[len(dir)-1] == '/' {
			dir = dir[:len(dir)-1]
		}
		e.vars[i], e.set[i] = dir, true
	}
	if len(l.params) > 0 {
		e.params = make([]paramValue, len(l.params))
		for i, p := range l.params {
			if p.given {
				e.params[i] = paramValue{p.value, true}
				continue
			}
			text, ok := s.Task.Params[p.name]
			e.params[i] = paramValue{text, ok && text != "" && len(text) <= maxPattern/2}
		}
	}
	return e
}

// match reports whether a policy is meant for the session. What the session does
// not know of itself excludes nothing.
func (s *selection) match(info *boundary.SessionInfo) bool {
	one := func(patterns []glob, text string) bool {
		if len(patterns) == 0 || text == "" {
			return true
		}
		return slices.ContainsFunc(patterns, func(g glob) bool { return g.match(text, nil, whole, g.sep == '/' && foldsCase(text)) })
	}
	return one(s.repo, info.Repo) && one(s.branch, info.Branch) && one(s.agent, info.Agent) && one(s.task, info.Task.ID) && one(s.dir, info.Dir)
}

// keeps returns which grants a subagent keeps; nil for all.
func (l *layer) keeps(s *boundary.SessionInfo) []bool {
	if s.Parent == "" || len(l.subagents) == 0 {
		return nil
	}
	pick := slices.IndexFunc(l.subagents, func(a subagent) bool { return a.agent == s.Agent && s.Agent != "default" })
	if pick < 0 {
		pick = slices.IndexFunc(l.subagents, func(a subagent) bool { return a.agent == "default" })
	}
	kept := make([]bool, len(l.grants))
	if pick < 0 {
		return kept
	}
	for i, g := range l.grants {
		kept[i] = slices.Contains(l.subagents[pick].grants, g.id)
	}
	return kept
}

// A note is one thing that speaks about a call.
type note struct {
	verdict  boundary.Verdict
	reason   boundary.Reason
	crossing boundary.CrossingKind
	observed bool // said, and without effect: a fallback that observes
	shadow   bool // said by a rule on trial
	suspend  bool // by a rule that ends the session, and that surely is met
	layer    int
	rule     *rule
	grant    *grant
	effect   int // from 1; 0 for the call
	failed   failure
}

// notes gathers what speaks against a call, and the grants that carry it.
type notes struct {
	list   []note
	grants []*grant // of the last layer
	at     []int    // the first effect each of them covers
	uses   []use    // to be counted if the call may run

	few      [4]note
	carriers [8]*grant
	first    [8]int
	taken    [4]use
}

// A use is one thing to count for a call that may run.
type use struct {
	kind   useKind
	layer  int
	slot   int
	amount float64
}

type useKind uint8

const (
	useGrant useKind = iota
	useWindow
	useMemory
)

// maxNotes bounds what a decision says: beyond it more of the same adds nothing.
const maxNotes = 16

// note adds what speaks about the call. When there is too much the mildest goes.
func (c *caller) note(x note) {
	if !x.shadow && !x.observed && x.verdict == boundary.RequireApproval {
		c.terms(&x)
	}
	if len(c.n.list) < maxNotes {
		c.n.list = append(c.n.list, x)
		return
	}
	mildest := 0
	for i := range c.n.list {
		if c.n.list[i].weight() >= c.n.list[mildest].weight() {
			mildest = i
		}
	}
	if x.weight() < c.n.list[mildest].weight() {
		c.n.list[mildest] = x
	}
}

// weight orders notes: what decides comes first, the strictest before the milder,
// and among equals what nobody can grant, or ends the session, before other rules, and
// rules before what no grant covers.
func (x *note) weight() int {
	w := int(x.verdict) * 10
	switch {
	case x.shadow, x.observed:
		return w + 100
	case x.reason == boundary.ReasonTamper, x.suspend:
		return w
	case x.rule != nil:
		return w + 1
	case x.reason == boundary.ReasonUnmatched:
		return w + 4
	case x.reason == boundary.ReasonUnknownEffect:
		return w + 3
	}
	return w + 2
}

// callers holds what deciding takes, so that a decision allocates only what it
// says.
var callers = sync.Pool{New: func() any { return new(caller) }}

// check decides about a call.
func (v *view) check(ctx context.Context, req boundary.Request) boundary.Decision {
	c := callers.Get().(*caller) //nolint:forcetypeassert // the pool holds nothing else
	c.req = req
	return v.decide(ctx, c)
}

// decide decides about c's call and gives c back to the pool.
func (v *view) decide(ctx context.Context, c *caller) boundary.Decision {
	if !slices.ContainsFunc(v.layers, func(l viewLayer) bool { return l.applies }) {
		return boundary.Decision{Verdict: boundary.NotEvaluated, Policy: v.p.ref}
	}
	c.begin(ctx, v)
	if v.st != nil {
		v.st.mu.Lock()
		defer v.st.mu.Unlock()
	}
	c.facts()
	c.tamper()
	for i := range v.layers {
		if v.layers[i].applies {
			if !v.sample {
				c.session(i)
			}
			c.rules(i)
		}
	}
	c.grants()
	d := c.decide()
	if v.st != nil {
		v.st.reserve(&d, c)
	}
	c.end()
	return d
}

// A caller is one call being decided.
type caller struct {
	*view
	ctx   context.Context //nolint:containedctx // lives as long as the call that brought it
	req   boundary.Request
	own   view // for a policy that is not bound
	now   time.Time
	n     notes
	said  admissions
	last  int
	tool  toolName
	phase boundary.Phase

	recorded bool // judged by its effects alone: arguments, conditions, times and uses are left aside

	approval boundary.Approval // who may approve: whoever all that asks agrees on
	asking   bool
	nobody   bool  // they agree on nobody
	asked    []int // rules found for the effects; kept between calls

	kinds    kindSet // of the effects
	secret   bool    // the call touches a secret, or brings one
	leaves   bool    // it reaches beyond the machine, other than to fetch
	fetches  bool    // it gets what others wrote; the answer to what it sends comes behind it
	changes  bool    // it changes something outside the workspace
	external bool    // it changes something through an MCP server
	product  bool    // it touches production
}

// begin makes c ready for the call in c.req.
func (c *caller) begin(ctx context.Context, v *view) {
	c.view, c.ctx, c.now, c.last = v, ctx, c.req.Time, len(v.layers)-1
	if c.now.IsZero() {
		c.now = time.Now()
	}
	c.tool = nameOf(c.req.Server, c.req.Tool)
	if c.phase = c.req.Phase; c.phase > boundary.PhaseRequest {
		c.phase = boundary.PhaseCall // the strictest
	}
	n := &c.n
	n.list, n.grants, n.at, n.uses = n.few[:0], n.carriers[:0], n.first[:0], n.taken[:0]
}

// end forgets the call and gives c back.
func (c *caller) end() {
	asked := c.asked[:0]
	if cap(asked) > 1024 {
		asked = nil
	}
	*c = caller{asked: asked}
	callers.Put(c)
}

// facts sums the effects up.
func (c *caller) facts() {
	c.secret = len(c.req.Findings) > 0
	for i := range c.req.Effects {
		e := &c.req.Effects[i]
		c.kinds |= 1 << min(e.Kind, effect.Data)
		c.secret = c.secret || e.Kind == effect.Secret
		c.leaves = c.leaves || leaves(e) && e.Direction != effect.In
		c.fetches = c.fetches || fetched(e)
		if e.Access >= effect.Write && e.Kind != effect.Command && e.Kind != effect.Code {
			if e.Kind != effect.Path || !c.workspace(e.Target) {
				c.changes = true
			}
			c.external = c.external || c.tool.server != "" && (e.Kind == effect.Data || e.Kind == effect.Resource || e.Kind == effect.Repo || e.Kind == effect.AnyKind)
		}
		for j := range c.layers {
			if p := &c.p.layers[j].session.production; c.layers[j].applies && p.kinds != 0 && !c.product {
				c.product = p.catches(e, &c.layers[j].env) == yes
			}
		}
	}
}

// workspace reports whether a path belongs to the session's repository or folder.
func (c *caller) workspace(path string) bool {
	e := &c.layers[c.last].env
	for _, v := range [...]int{varCwd, varRepo} {
		if dir := e.vars[v]; e.set[v] && len(path) > len(dir) && path[:len(dir)] == dir && path[len(dir)] == '/' {
			return true
		}
	}
	return false
}

// tamper looks for changes to what governs the agent.
func (c *caller) tamper() {
	for i := range c.req.Effects {
		e := &c.req.Effects[i]
		if e.Kind != effect.Path || e.Access < effect.Write && e.Access != effect.NoAccess || !c.protected(e) {
			continue
		}
		if e.Access == effect.NoAccess { // may change it: no grant says otherwise
			c.unknown(i + 1)
		} else {
			c.note(note{reason: boundary.ReasonTamper, crossing: boundary.GovernanceTamper, effect: i + 1, layer: c.last})
			return
		}
	}
}

// protected reports whether what e changes may govern the agent.
func (c *caller) protected(e *effect.Effect) bool {
	if e.Target == "" {
		return false
	}
	env := &c.layers[c.last].env
	whatever := e.Access > effect.Write && e.Certainty == effect.Exact // happens to what is below it too
	if whatever && slices.ContainsFunc(agentFolders[:], func(end string) bool { return endsIn(strings.TrimSuffix(e.Target, "/"), end) }) {
		return true
	}
	if whatever || foldPaths || slices.ContainsFunc(agentParts[:], func(part string) bool { return strings.Contains(e.Target, part) }) {
		for i := range agentPatterns {
			p := &agentPatterns[i]
			if p.catches(e.Target, env, whole) || whatever && p.text[0] != '*' && p.catches(withSlash(e), env, possible) {
				return true
			}
		}
	}
	wide := e.Certainty == effect.Prefix || e.Access > effect.Write
	for i := range c.p.protect {
		p := &c.p.protect[i]
		if p.catches(e.Target, env, whole) {
			return true
		}
		// What begins so, or lies below what is deleted or opened up.
		if wide && p.text[0] != '*' && p.catches(withSlash(e), env, possible) {
			return true
		}
	}
	return false
}

// endsIn reports whether target ends in end, in any case where file systems ignore it.
func endsIn(target, end string) bool {
	n := len(target) - len(end)
	return n >= 0 && (target[n:] == end || foldPaths && strings.EqualFold(target[n:], end))
}

// withSlash returns how everything below an effect's folder begins; a prefix as
// it is.
func withSlash(e *effect.Effect) string {
	if e.Certainty == effect.Prefix || e.Target[len(e.Target)-1] == '/' {
		return e.Target
	}
	return e.Target + "/"
}

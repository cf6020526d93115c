package policy

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/secret"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/intent"
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
	d := c.own.decide(ctx, c)
	c.own = view{}
	return d, nil
}

// A view is a policy as it stands for one session.
type view struct {
	p      *Policy
	info   *boundary.SessionInfo
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
	v.p, v.info = p, s
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

func (c *caller) note(x note) {
	if len(c.n.list) < maxNotes {
		c.n.list = append(c.n.list, x)
	}
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
	ctx  context.Context //nolint:containedctx // lives as long as the call that brought it
	req  boundary.Request
	own  view // for a policy that is not bound
	now  time.Time
	n    notes
	said admissions
	last int
	tool toolName

	recorded bool  // judged by its effects alone: arguments, conditions, times and uses are left aside
	asked    []int // rules found for the effects; kept between calls

	kinds    kindSet // of the effects
	secret   bool    // the call touches a secret, or brings one
	leaves   bool    // it reaches beyond the machine
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
		c.leaves = c.leaves || leaves(e) && !(e.Access == effect.Read && e.Direction == effect.In)
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
		if e.Kind != effect.Path || e.Access < effect.Write {
			continue
		}
		for j := range c.p.protect {
			p := &c.p.protect[j]
			hit := e.Target != "" && p.catches(e.Target, nil, whole)
			if !hit && (e.Certainty == effect.Prefix || e.Access > effect.Write) && e.Target != "" {
				// What begins so, or lies below what is deleted or opened up.
				hit = p.text[0] == '/' && p.catches(withSlash(e), nil, possible)
			}
			if hit {
				c.note(note{reason: boundary.ReasonTamper, crossing: boundary.GovernanceTamper, effect: i + 1, layer: c.last})
				return
			}
		}
	}
}

// withSlash returns how everything below an effect's folder begins; a prefix as
// it is.
func withSlash(e *effect.Effect) string {
	if e.Certainty == effect.Prefix || e.Target[len(e.Target)-1] == '/' {
		return e.Target
	}
	return e.Target + "/"
}

// session checks what belongs to the session rather than to the call.
func (c *caller) session(i int) {
	l, v := c.p.layers[i], &c.layers[i]
	if !l.notBefore.IsZero() && c.now.Before(l.notBefore) || !l.expires.IsZero() && !c.now.Before(l.expires) {
		c.note(note{reason: boundary.ReasonExpired, crossing: boundary.Expired, layer: i})
	}
	owner := c.req.Delegation.Owner
	if owner.IsZero() {
		owner = c.req.Session.Owner
	}
	if !l.owner.accepts(owner, &v.env) {
		c.note(note{reason: boundary.ReasonOwnerMissing, crossing: boundary.Unowned, layer: i})
	}
	c.budgets(i, l)
	c.identities(i, l, v)
}

func (o *ownerRule) accepts(p identity.Principal, e *env) bool {
	if !o.stated {
		return true
	}
	return !p.IsZero() && p.Assurance >= o.assurance &&
		(len(o.kinds) == 0 || slices.Contains(o.kinds, p.Kind)) &&
		(len(o.ids) == 0 || anyGlob(o.ids, p.String(), e, false) || anyGlob(o.ids, p.ID, e, false))
}

func (c *caller) budgets(i int, l *layer) {
	b := &l.budgets
	over := b.duration > 0 && !c.req.Session.Start.IsZero() && c.now.Sub(c.req.Session.Start) >= b.duration
	if c.req.Phase == boundary.PhaseCall {
		calls, refused, bytes := c.req.History.Calls, c.req.History.Refused, int64(0)
		if c.st != nil {
			calls, refused, bytes = c.st.calls, c.st.refused, c.st.bytes
		}
		over = over || b.calls > 0 && calls >= b.calls || b.refusals > 0 && refused >= b.refusals || b.bytes > 0 && bytes >= b.bytes
	}
	if over {
		c.note(note{reason: boundary.ReasonBudget, crossing: boundary.Budget, layer: i})
	}
	if c.req.History.Lost && (b.calls > 0 || b.refusals > 0 || b.bytes > 0) {
		c.note(note{reason: boundary.ReasonEvicted, crossing: boundary.Budget, layer: i})
	}
}

// identities checks who acts against who may.
func (c *caller) identities(i int, l *layer, v *viewLayer) {
	r := &l.identities
	if !r.stated {
		return
	}
	if len(r.allow) > 0 {
		actor := c.req.Delegation.Actor()
		if len(c.req.Delegation.Actors) == 0 {
			actor = c.req.Session.Actor
		}
		if !anyGlob(r.allow, actor.String(), &v.env, false) && !r.expects("", actor.String(), 0, &v.env) {
			c.note(note{reason: boundary.ReasonIdentitySwitch, crossing: boundary.IdentitySwitch, layer: i})
		}
	}
	verdict, observed := boundary.RequireApproval, false
	if r.onSwitch != fallbackUnset {
		verdict, observed = r.onSwitch.verdict()
	}
	for j := range c.req.Switches {
		s := &c.req.Switches[j]
		if s.Kind == identity.NoSwitch || s.Kind == identity.CredentialRotated || r.expects(s.From, s.To, c.ttl(), &v.env) {
			continue
		}
		c.note(note{verdict: verdict, observed: observed, reason: boundary.ReasonIdentitySwitch, crossing: boundary.IdentitySwitch, layer: i})
		return
	}
}

// ttl returns how long the credential in use lives; a negative one is not known.
func (c *caller) ttl() time.Duration {
	if c.req.Use == nil || c.req.Use.Credential.ExpiresAt.IsZero() {
		return -1
	}
	from := c.req.Use.Credential.IssuedAt
	if from.IsZero() {
		from = c.now
	}
	return c.req.Use.Credential.ExpiresAt.Sub(from)
}

// expects reports whether a change of identity belongs to the task. A limit on
// how long the new one may last is not met by one that does not say.
func (r *identityRule) expects(from, to string, ttl time.Duration, e *env) bool {
	return slices.ContainsFunc(r.expect, func(x expectation) bool {
		return matchID(x.to, to, e) && (x.from == nil || from == "" || matchID(x.from, from, e)) &&
			(x.maxTTL == 0 || ttl >= 0 && ttl <= x.maxTTL)
	})
}

// matchID matches "kind:id", and a bare id against what follows the kind.
func matchID(g *glob, id string, e *env) bool {
	if g == nil || id == "" {
		return false
	}
	if g.match(id, e, whole, false) {
		return true
	}
	for i := range len(g.text) {
		if g.text[i] == ':' {
			bare := glob{elems: g.elems[min(i+1, len(g.elems)):], params: g.params}
			return g.literal && bare.match(id, e, whole, false)
		}
	}
	return false
}

// rules asks every rule that may be about the call.
func (c *caller) rules(i int) {
	l := c.p.layers[i]
	for _, group := range l.rulesOf.plan(c.tool.server, c.tool.tool) {
		if group.kinds != 0 && group.kinds&c.kinds == 0 && !c.kinds.has(effect.AnyKind) {
			continue
		}
		if group.find == nil {
			for _, k := range group.items {
				c.rule(i, l.rules[k])
			}
			continue
		}
		c.asked = c.asked[:0]
		for k := range c.req.Effects {
			group.find.find(&c.req.Effects[k], &c.layers[i].env, func(k int) bool {
				c.asked = append(c.asked, k)
				return false
			})
		}
		slices.Sort(c.asked)
		for _, k := range slices.Compact(c.asked) {
			c.rule(i, l.rules[k])
		}
	}
}

func (c *caller) rule(i int, r *rule) {
	v := &c.layers[i]
	if len(r.calls.agents) > 0 && !anyGlob(r.calls.agents, c.req.Session.Agent, nil, true) {
		return
	}
	if len(r.calls.args) > 0 {
		if r.otherwise {
			if t, _ := holds(r.calls.args, c.req.Arguments, &v.env); t == yes {
				return
			}
		} else if !c.looksFor(r.calls.args, &v.env) {
			return
		}
	}
	at, t := 0, yes
	if r.effects != nil {
		if at, t = c.caught(r.effects, &v.env); t == no {
			return
		}
	}
	x := note{verdict: r.verdict, shadow: r.shadow, layer: i, rule: r, effect: at, reason: boundary.ReasonDeniedByRule, crossing: boundary.OutOfScope}
	if r.verdict == boundary.RequireApproval {
		x.reason = boundary.ReasonApprovalByRule
	}
	if !c.conditions(r, v, &x) {
		return
	}
	if r.calls.whenSrc != "" {
		ok, err := r.calls.when(c.ctx, c.req)
		if err == nil && !ok {
			return
		}
		if err != nil {
			x.crossing = boundary.Indeterminate
		}
	}
	if t == doubt {
		// The rule may be meant or not: what cannot be told decides, and asks for
		// no more than the rule does.
		verdict, observed := c.p.unknown.verdict()
		x.verdict, x.observed = max(x.verdict, verdict), observed
		x.reason, x.crossing = boundary.ReasonUnknownEffect, boundary.Indeterminate
	}
	c.note(x)
}

// looksFor reports whether the arguments are those a rule looks for, or may be.
func (c *caller) looksFor(args []argument, e *env) bool {
	for i := range args {
		if args[i].some(c.req.Arguments, e) == no {
			return false
		}
	}
	return true
}

// caught returns the first effect that a selector means; those it may mean count
// only if their target is known in part. What is wholly unknown has an answer of
// its own.
func (c *caller) caught(s *selector, e *env) (at int, t truth) {
	for i := range c.req.Effects {
		x := &c.req.Effects[i]
		switch s.catches(x, e) {
		case yes:
			return i + 1, yes
		case doubt:
			if t == no && x.Certainty == effect.Prefix {
				at, t = i+1, doubt
			}
		case no:
		}
	}
	return at, t
}

// conditions asks the conditions of a rule that are about more than the effects.
// All must hold.
func (c *caller) conditions(r *rule, v *viewLayer, x *note) bool {
	if r.conditions == 0 {
		return true
	}
	h := &c.req.History
	if r.after != nil {
		if !c.after(r, x) {
			return false
		}
	}
	if r.secrets != nil {
		at, ok := c.secrets(r.secrets, &v.env)
		if !ok {
			return false
		}
		x.reason, x.crossing, x.effect = boundary.ReasonSecret, boundary.SecretAccess, at
	}
	if r.identity != nil {
		if !c.acts(r.identity, &v.env) {
			return false
		}
		x.reason, x.crossing = boundary.ReasonIdentitySwitch, boundary.IdentitySwitch
	}
	if r.toolDrift {
		if !c.req.ToolDrift {
			return false
		}
		x.reason, x.crossing = boundary.ReasonToolDrift, boundary.Drift
	}
	if r.intents != nil {
		if !c.intent(r.intents, x) {
			return false
		}
	}
	if r.drift > 0 {
		if c.req.Intent.Drift < r.drift {
			return false
		}
		x.reason, x.crossing = boundary.ReasonDrift, boundary.Drift
	}
	if r.ruleOfTwo {
		untrusted := h.UntrustedSeen || h.Lost
		sensitive := h.SecretSeen || h.PrivateSeen || h.Lost || c.secret
		acts := c.changes || c.leaves || c.st != nil && c.st.acted
		if !untrusted || !sensitive || !acts || !(c.changes || c.leaves || c.secret) {
			return false
		}
		x.reason, x.crossing = boundary.ReasonRuleOfTwo, boundary.Flow
	}
	if r.count != nil || r.sum != nil {
		return c.counted(r, x)
	}
	return true
}

func (c *caller) secrets(s *secretCondition, e *env) (at int, ok bool) {
	if s.used {
		for i := range c.req.Effects {
			if x := &c.req.Effects[i]; x.Kind == effect.Secret && !slices.ContainsFunc(s.except, func(p secretPattern) bool {
				return x.Certainty == effect.Exact && p.covers(x.Target, e, whole)
			}) {
				return i + 1, true
			}
		}
	}
	return 0, s.found && slices.ContainsFunc(c.req.Findings, func(f secret.Finding) bool { return !anyGlob(s.kinds, f.Kind, nil, false) })
}

func (c *caller) acts(r *identityCondition, e *env) bool {
	if r.anySwitch || len(r.switches) > 0 {
		return slices.ContainsFunc(c.req.Switches, func(s identity.Switch) bool {
			if r.anySwitch {
				return s.Kind != identity.NoSwitch && s.Kind != identity.CredentialRotated
			}
			return slices.Contains(r.switches, s.Kind)
		})
	}
	actor := c.req.Delegation.Actor()
	if actor.IsZero() {
		actor = c.req.Session.Actor
	}
	return (len(r.actors) == 0 || anyGlob(r.actors, actor.String(), e, true)) &&
		(len(r.kinds) == 0 || slices.Contains(r.kinds, actor.Kind)) &&
		(r.below == identity.NoAssurance || actor.Assurance < r.below)
}

func (c *caller) intent(r *intentCondition, x *note) bool {
	in := &c.req.Intent
	x.reason, x.crossing = boundary.ReasonIntent, boundary.Drift
	switch {
	case r.anomalous:
		return in.Anomalous
	case r.injected:
		x.crossing = boundary.Injected
		return in.Injected
	case r.outside:
		declared := c.p.layers[c.last].intents
		if len(declared) == 0 {
			declared = c.req.Session.Task.Intents
		}
		return in.Label != intent.Unknown && len(declared) > 0 && !slices.Contains(declared, in.Label)
	}
	return slices.Contains(r.labels, in.Label) && in.Score >= r.score
}

package policy

import (
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/intent"
)

// A Policy is a compiled policy: a [boundary.Checker] that is immutable and safe
// for concurrent use. Bound to a session ([boundary.Bind], which the tracer does)
// it also counts: budgets, max_uses, windows and what came before. A Policy that
// is not bound refuses what would have to be counted.
//
// Some paths are protected whatever a policy grants: writing them is the crossing
// governance_tamper. They are the files the policy came from, those of
// [Options].Protect, and the settings, hooks and plug-ins of the usual coding
// agents.
//
// A nil Policy and a zero Policy refuse everything.
type Policy struct {
	layers []*layer
	ref    boundary.PolicyRef

	mode      mode
	unmatched fallback
	unknown   fallback
	expires   time.Time // the earliest of the layers; zero for never
	reviewBy  time.Time

	protect  []pathPattern
	counting bool // something has to be counted or remembered
	sessions *registry[counters]
	listens  []source // where constraints want values to come from
	heardKey *[32]byte
}

// A layer is one file of a policy. All of a policy's layers have to cover a call.
type layer struct {
	*document
	hash     string
	grantsOf index
	rulesOf  index
	ceiling  bool    // its grants bound the call: it has some, or is the task's own
	windows  int     // slots of count and sum
	memories int     // slots of after
	remember []*rule // rules that remember earlier calls
	waiting  []*rule // rules that wait for a classifier
	speaks   bool    // something is said about who acts
	limited  bool    // some grant has max_uses
	limits   []limit // all that is counted
	usage    *usage
	answers  *answerCache
}

// newLayer puts a document together.
func newLayer(doc *document, o *Options) *layer {
	l := &layer{document: doc, hash: hashOf(doc), answers: newAnswers()}
	for _, g := range doc.grants {
		l.limited = l.limited || g.maxUses > 0
	}
	for _, r := range doc.rules {
		for _, w := range []*window{r.count, r.sum} {
			if w != nil {
				w.slot = l.windows
				l.windows++
			}
		}
		if r.after != nil && r.after.calls != nil {
			l.memories++
			r.after.slot = l.memories
			l.remember = append(l.remember, r)
		}
		if r.wait > 0 && !r.shadow {
			l.waiting = append(l.waiting, r)
		}
		l.speaks = l.speaks || r.identity != nil
	}
	l.speaks = l.speaks || doc.identities.stated
	l.limits = limitsOf(doc)
	if !o.Elsewhere {
		resolveAll(doc)
	}
	l.grantsOf = newIndex(len(doc.grants), func(i int) (*callFilter, kindSet) {
		kinds := doc.grants[i].targets.kinds
		if doc.grants[i].calls.names() {
			kinds |= 1<<effect.Host | 1<<effect.Data // the tool's own
		}
		return &doc.grants[i].calls, kinds
	}, func(i int) *selector { return &doc.grants[i].targets }, false)
	l.rulesOf = newIndex(len(doc.rules), func(i int) (*callFilter, kindSet) {
		r := doc.rules[i]
		if r.effects == nil {
			return &r.calls, 0
		}
		if r.effects.kinds == 0 {
			return &r.calls, allKinds
		}
		return &r.calls, r.effects.kinds
	}, func(i int) *selector { return doc.rules[i].effects }, true)
	l.usage = newUsage(doc)
	return l
}

// newPolicy makes a policy of layers, the organisation's first and the task's last.
func newPolicy(layers []*layer, protect []pathPattern) *Policy {
	p := &Policy{layers: layers, protect: protect, sessions: &registry[counters]{}}
	task := layers[len(layers)-1]
	p.ref = boundary.PolicyRef{ID: task.id, Hash: hashLayers(layers)}
	for i, l := range layers {
		l.ceiling = l.hasGrants || i == len(layers)-1
		p.mode = max(p.mode, l.mode)
		p.unmatched = max(p.unmatched, l.unmatched)
		p.unknown = max(p.unknown, l.unknown)
		p.expires = earlier(p.expires, l.expires)
		p.reviewBy = earlier(p.reviewBy, l.reviewBy)
		p.counting = p.counting || l.limited || l.windows+l.memories > 0 || l.budgets != (budgets{}) ||
			slices.ContainsFunc(l.rules, func(r *rule) bool { return r.ruleOfTwo }) || l.session.privileged != fallbackUnset
	}
	p.listen()
	p.counting = p.counting || len(p.listens) > 0
	if p.mode == modeUnset {
		p.mode = modeEnforce
	}
	if p.unmatched == fallbackUnset {
		p.unmatched = fallbackDeny
	}
	if p.unknown == fallbackUnset {
		p.unknown = fallbackDeny
	}
	return p
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// An index finds the grants or rules that a call of a tool of a server may match.
// What is found is kept, so that the others cost nothing from the second call on.
type index struct {
	filter  func(i int) (*callFilter, kindSet)
	targets func(i int) *selector
	forbids bool             // a filter without servers is about all of them, not about local tools
	byTool  map[string][]int // those that name all their tools
	rest    []int            // those with wildcards, and those about any tool
	plans   *planCache
}

// A plan is what an index knows for one tool, in groups that are about the same
// kinds of effects.
type plan []planGroup

type planGroup struct {
	kinds kindSet // 0 for those about the call as a whole
	items []int
	find  *finder // nil for few
}

type planKey struct{ server, tool string }

// A planCache is bounded, since names come from models. Past its size a plan is
// made anew for each call.
type planCache struct {
	mu    sync.RWMutex
	plans map[planKey]plan
}

const maxPlans = 1024

func newIndex(size int, filter func(int) (*callFilter, kindSet), targets func(int) *selector, forbids bool) index {
	x := index{filter: filter, targets: targets, forbids: forbids, byTool: map[string][]int{}, plans: &planCache{plans: map[planKey]plan{}}}
	for i := range size {
		c, _ := filter(i)
		literal := len(c.tools) > 0
		for j := range c.tools {
			literal = literal && c.tools[j].literal
		}
		if !literal {
			x.rest = append(x.rest, i)
			continue
		}
		for j := range c.tools {
			t := c.tools[j].text
			if list := x.byTool[t]; len(list) == 0 || list[len(list)-1] != i {
				x.byTool[t] = append(list, i)
			}
		}
	}
	return x
}

// plan returns what may match a call.
func (x *index) plan(server, tool string) plan {
	key := planKey{server, tool}
	x.plans.mu.RLock()
	p, ok := x.plans.plans[key]
	x.plans.mu.RUnlock()
	if ok {
		return p
	}
	p = x.make(server, tool)
	x.plans.mu.Lock()
	if len(x.plans.plans) < maxPlans && len(server)+len(tool) <= 512 {
		x.plans.plans[planKey{strings.Clone(server), strings.Clone(tool)}] = p
	}
	x.plans.mu.Unlock()
	return p
}

func (x *index) make(server, tool string) plan {
	var p plan
	add := func(i int) {
		c, kinds := x.filter(i)
		if !c.isAbout(server, tool, x.forbids) {
			return
		}
		at := slices.IndexFunc(p, func(g planGroup) bool { return g.kinds == kinds })
		if at < 0 {
			at = len(p)
			p = append(p, planGroup{kinds: kinds})
		}
		p[at].items = append(p[at].items, i)
	}
	// Both lists are in the order of the file; so is what comes out.
	a, b := x.byTool[tool], x.rest
	for len(a) > 0 || len(b) > 0 {
		if len(b) == 0 || len(a) > 0 && a[0] < b[0] {
			add(a[0])
			a = a[1:]
			continue
		}
		add(b[0])
		b = b[1:]
	}
	for i := range p {
		if p[i].kinds != 0 {
			p[i].find = newFinder(p[i].items, x.targets)
		}
	}
	return p
}

// isAbout reports whether c is about a tool of a server. A grant without servers
// is about local tools: a name alone says nothing on a server that nobody named.
func (c *callFilter) isAbout(server, tool string, forbids bool) bool {
	return c.isAboutServer(server, forbids) && c.isAboutTool(tool)
}

func (c *callFilter) isAboutServer(server string, forbids bool) bool {
	if len(c.servers) > 0 {
		return anyGlob(c.servers, server, nil, forbids)
	}
	return forbids || server == ""
}

func (c *callFilter) isAboutTool(tool string) bool {
	return len(c.tools) == 0 || anyGlob(c.tools, tool, nil, false)
}

// names reports whether a grant names the tool, or its server as a whole. What is
// a tool's own comes with its name alone, and "*" is no name: whoever writes it
// means what the grant says may be touched, by whatever tool.
func (c *callFilter) names() bool { return c.namesTool || len(c.servers) > 0 }

// nameless reports whether a pattern is made of wildcards alone.
func nameless(g glob) bool { return strings.Trim(g.text, "*?") == "" }

// resolveAll resolves the symbolic links in the fixed beginnings of path patterns,
// so that a grant of /tmp means what the analyzer calls /private/tmp.
func resolveAll(doc *document) {
	known := map[string]string{}
	for _, g := range doc.grants {
		g.targets.resolve(known)
	}
	for _, r := range doc.rules {
		if r.effects != nil {
			r.effects.resolve(known)
		}
		if r.after != nil && r.after.effects != nil {
			r.after.effects.resolve(known)
		}
	}
}

func (s *selector) resolve(known map[string]string) {
	for i := range s.paths {
		s.paths[i].resolve(known)
	}
	for i := range s.secrets {
		if s.secrets[i].file {
			s.secrets[i].resolve(known)
		}
	}
	if s.except != nil {
		s.except.resolve(known)
	}
}

// maxResolved bounds how many folders are looked up for one file.
const maxResolved = 256

func (p *pathPattern) resolve(known map[string]string) {
	if p.variable > 0 || p.text[0] != '/' {
		return
	}
	dir := p.text
	if i := strings.IndexAny(dir, "*?$"); i >= 0 {
		dir = dir[:strings.LastIndexByte(dir[:i], '/')]
	}
	if dir == "" {
		return
	}
	real, ok := known[dir]
	if !ok {
		if len(known) >= maxResolved {
			return
		}
		real = realPath(dir)
		known[dir] = real
	}
	if real == dir {
		return
	}
	g := p.glob
	g.elems = nil
	for _, c := range []byte(real) {
		g.elems = append(g.elems, elem(c))
	}
	// The elements of dir are its bytes: it has no wildcard. A "/**" right behind
	// it is one element that begins with the slash.
	g.elems = append(g.elems, p.elems[len(dir):]...)
	p.real = &g
}

// realPath resolves the links of the deepest part of p that exists.
func realPath(p string) string {
	rest := ""
	for dir := p; ; {
		if real, err := filepath.EvalSymlinks(dir); err == nil {
			return strings.TrimSuffix(filepath.ToSlash(real), "/") + rest
		}
		i := strings.LastIndexByte(dir, '/')
		if i <= 0 {
			return p
		}
		rest = dir[i:] + rest
		dir = dir[:i]
	}
}

// ID returns the policy's id.
func (p *Policy) ID() string { return p.PolicyRef().ID }

// PolicyRef returns what decisions carry: id and canonical hash. The hash does
// not change with layout, comments and the order of what has no order.
func (p *Policy) PolicyRef() boundary.PolicyRef {
	if p == nil {
		return boundary.PolicyRef{}
	}
	return p.ref
}

// Purpose returns what the task is for, in the words of the file.
func (p *Policy) Purpose() string {
	if p == nil || len(p.layers) == 0 {
		return ""
	}
	return p.layers[len(p.layers)-1].purpose
}

// Intents returns the intents the task is declared to have. A tracer's session
// takes them as its own, so that drift has something to depart from.
func (p *Policy) Intents() []intent.Label {
	if p == nil || len(p.layers) == 0 {
		return nil
	}
	return slices.Clone(p.layers[len(p.layers)-1].intents)
}

// ReviewDue reports whether the day to review the policy has passed at t. A tracer
// asks when a session begins, and raises a signal.
func (p *Policy) ReviewDue(t time.Time) bool {
	return p != nil && !p.reviewBy.IsZero() && t.After(p.reviewBy.AddDate(0, 0, 1))
}

package policy

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/identity"
)

// This file computes the canonical hash of a policy: over what it says, with the
// order taken out where it has no meaning, defaults written out where leaving a
// key out says the same, and times and lengths of time in one form. It also is
// the inventory of everything a file can say: a field that decides and is not
// here would let a policy change unseen, so a test holds the two together.

type canonical map[string]any

// set adds a value unless it is empty.
func (c canonical) set(key string, v any) {
	switch x := v.(type) {
	case string:
		if x == "" {
			return
		}
	case []string:
		if len(x) == 0 {
			return
		}
		x = slices.Clone(x)
		slices.Sort(x)
		v = slices.Compact(x)
	case bool:
		if !x {
			return
		}
	case int:
		if x == 0 {
			return
		}
	case int64:
		if x == 0 {
			return
		}
	case float64:
		if x == 0 {
			return
		}
	case time.Duration:
		if x == 0 {
			return
		}
		v = x.String()
	case time.Time:
		if x.IsZero() {
			return
		}
		v = x.UTC().Format(time.RFC3339Nano)
	case canonical:
		if len(x) == 0 {
			return
		}
	case []canonical:
		if len(x) == 0 {
			return
		}
	}
	c[key] = v
}

// hashOf returns the canonical hash of one file.
func hashOf(doc *document) string {
	data, err := json.Marshal(doc.canonical())
	if err != nil {
		return "" // maps, slices, text and numbers always marshal
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// hashLayers returns the hash of a policy of several files.
func hashLayers(layers []*layer) string {
	if len(layers) == 1 {
		return layers[0].hash
	}
	h := sha256.New()
	for _, l := range layers {
		h.Write([]byte(l.hash))
	}
	return hex.EncodeToString(h.Sum(nil))
}

func (doc *document) canonical() canonical {
	c := canonical{"version": 1, "id": doc.id}
	c.set("purpose", doc.purpose)
	c.set("select", doc.selects.canonical())
	if doc.owner.stated {
		o := canonical{}
		o.set("require", int(doc.owner.assurance))
		o.set("kinds", kindTexts(doc.owner.kinds))
		o.set("allow", globTexts(doc.owner.ids))
		c["owner"] = o
	}
	c.set("mode", int(doc.mode))
	c.set("not_before", doc.notBefore)
	c.set("expires", doc.expires)
	c.set("review_by", doc.reviewBy)
	c.set("on_unmatched", int(doc.unmatched))
	c.set("on_unknown", int(doc.unknown))
	params := canonical{}
	for _, p := range doc.params {
		params[p.name] = []any{p.given, p.value}
	}
	c.set("params", params)
	intents := make([]string, len(doc.intents))
	for i, l := range doc.intents {
		intents[i] = string(l)
	}
	c.set("intents", intents)
	if doc.identities.stated {
		c["identities"] = doc.identities.canonical()
	}
	s := canonical{}
	s.set("privileged", int(doc.session.privileged))
	s.set("production", doc.session.production.canonical())
	c.set("session", s)
	c.set("approval", approvalCanonical(doc.approval))
	if doc.hasGrants {
		c["grants"] = sortedByID(doc.grants, func(g *grant) string { return g.id }, (*grant).canonical)
	}
	c.set("rules", sortedByID(doc.rules, func(r *rule) string { return r.id }, (*rule).canonical))
	subagents := canonical{}
	for _, a := range doc.subagents {
		list := slices.Clone(a.grants)
		slices.Sort(list)
		subagents[a.agent] = slices.Compact(list)
	}
	c.set("subagents", subagents)
	b := canonical{}
	b.set("calls", doc.budgets.calls)
	b.set("refusals", doc.budgets.refusals)
	b.set("bytes", doc.budgets.bytes)
	b.set("duration", doc.budgets.duration)
	c.set("budgets", b)
	inert := canonical{}
	inert.set("tools", globTexts(doc.inertTools))
	inert.set("commands", commandTexts(doc.inertCmds))
	c.set("inert", inert)
	return c // examples say nothing that the rest does not
}

func sortedByID[T any](list []T, id func(T) string, f func(T) canonical) []canonical {
	list = slices.SortedFunc(slices.Values(list), func(a, b T) int { return cmp.Compare(id(a), id(b)) })
	out := make([]canonical, len(list))
	for i, x := range list {
		out[i] = f(x)
	}
	return out
}

func (s *selection) canonical() canonical {
	c := canonical{}
	c.set("repo", globTexts(s.repo))
	c.set("branch", globTexts(s.branch))
	c.set("agent", globTexts(s.agent))
	c.set("task", globTexts(s.task))
	c.set("dir", globTexts(s.dir))
	return c
}

func (r *identityRule) canonical() canonical {
	c := canonical{}
	c.set("allow", globTexts(r.allow))
	c.set("on_switch", int(r.onSwitch))
	var expect []string
	for _, x := range r.expect {
		from := ""
		if x.from != nil {
			from = x.from.text
		}
		expect = append(expect, from+"\x00"+x.to.text+"\x00"+x.maxTTL.String())
	}
	c.set("expect", expect)
	return c
}

func approvalCanonical(a boundary.Approval) canonical {
	c := canonical{}
	c.set("by", a.By)
	c.set("assurance", int(a.Assurance))
	c.set("not_owner", a.NotOwner)
	c.set("remember", a.Remember)
	return c
}

func (g *grant) canonical() canonical {
	c := g.targets.canonical()
	c["id"] = g.id
	g.calls.into(c)
	c.set("until", g.until)
	c.set("max_uses", g.maxUses)
	return c
}

func (f *callFilter) into(c canonical) {
	c.set("servers", globTexts(f.servers))
	c.set("tools", globTexts(f.tools))
	c.set("agents", globTexts(f.agents))
	c.set("when", f.whenSrc)
	args := canonical{}
	for i := range f.args {
		a := &f.args[i]
		one := canonical{}
		one.set("tests", testTexts(a.tests))
		one.set("each", testTexts(a.each))
		args[a.name] = one
	}
	c.set("args", args)
}

func testTexts(tests []test) []string {
	var list []string
	for i := range tests {
		t := &tests[i]
		text := opNames[t.op] + "\x00" + t.text + "\x00" + string(rune(t.kind)) + "\x00"
		if t.limit != nil {
			text += t.limit.RatString()
		}
		if t.op == opMaxLength {
			text += time.Duration(t.length).String()
		}
		var values []string
		for _, v := range t.texts {
			values = append(values, string(rune(v.json))+v.text)
		}
		slices.Sort(values)
		list = append(list, text+"\x00"+strings.Join(values, "\x01"))
	}
	return list
}

func (s *selector) canonical() canonical {
	c := canonical{}
	if s == nil {
		return c
	}
	c.set("paths", texts(s.paths, func(p pathPattern) string { return p.text }))
	c.set("hosts", texts(s.hosts, func(h hostPattern) string { return h.text }))
	c.set("urls", texts(s.urls, func(u urlPattern) string { return u.text }))
	c.set("repos", globTexts(s.repos))
	c.set("refs", globTexts(s.refs))
	c.set("commands", commandTexts(s.commands))
	c.set("code", s.code)
	c.set("secrets", secretTexts(s.secrets))
	c.set("identities", globTexts(s.identities))
	c.set("resources", texts(s.resources, resourcePattern.canonicalText))
	c.set("data", globTexts(s.data))
	var access []string
	for a := effect.NoAccess; a <= effect.Grant; a++ {
		if s.access.has(a) {
			access = append(access, a.String())
		}
	}
	c.set("access", access)
	c.set("direction", s.direction.String())
	c.set("except", s.except.canonical())
	return c
}

func (r resourcePattern) canonicalText() string {
	var list []string
	for _, f := range r.fields {
		values := globTexts(f.any)
		slices.Sort(values)
		list = append(list, f.name+"="+strings.Join(values, "\x01"))
	}
	slices.Sort(list)
	return strings.Join(list, "\x00")
}

func (r *rule) canonical() canonical {
	c := canonical{"id": r.id, "verdict": r.verdict.String()}
	r.calls.into(c)
	c.set("otherwise", r.otherwise)
	c.set("effects", r.effects.canonical())
	c.set("shadow", r.shadow)
	c.set("suspend", r.suspend)
	c.set("wait", r.wait)
	c.set("message", r.message)
	c.set("approval", approvalCanonical(r.approval))
	if a := r.after; a != nil {
		one := canonical{}
		one.set("secret", a.secret)
		one.set("untrusted", a.untrusted)
		one.set("private", a.private)
		one.set("switched", a.switched)
		one.set("within", a.within)
		one.set("effects", a.effects.canonical())
		if a.calls != nil {
			calls := canonical{}
			a.calls.into(calls)
			one["calls"] = calls
		}
		c["after"] = one
	}
	for key, w := range map[string]*window{"count": r.count, "sum": r.sum} {
		if w != nil {
			c[key] = []any{w.max, w.within.String(), w.arg}
		}
	}
	if s := r.secrets; s != nil {
		c["secrets"] = []any{s.used, s.found, sorted(secretTexts(s.except)), sorted(globTexts(s.kinds))}
	}
	if i := r.identity; i != nil {
		switches := texts(i.switches, identity.SwitchKind.String)
		c["identity"] = []any{sorted(switches), sorted(globTexts(i.actors)), sorted(kindTexts(i.kinds)), int(i.below), i.anySwitch}
	}
	if i := r.intents; i != nil {
		var labels []string
		for _, l := range i.labels {
			labels = append(labels, string(l))
		}
		c["intent"] = []any{i.anomalous, i.outside, i.injected, sorted(labels), i.score}
	}
	c.set("drift", r.drift)
	c.set("tool_drift", r.toolDrift)
	c.set("rule_of_two", r.ruleOfTwo)
	return c
}

func sorted(list []string) []string {
	slices.Sort(list)
	return list
}

func texts[T any](list []T, f func(T) string) []string {
	out := make([]string, len(list))
	for i, x := range list {
		out[i] = f(x)
	}
	return out
}

func globTexts(list []glob) []string { return texts(list, func(g glob) string { return g.text }) }

func commandTexts(list []commandPattern) []string {
	return texts(list, func(c commandPattern) string { return strings.Join(strings.Fields(c.text), " ") })
}

func secretTexts(list []secretPattern) []string {
	return texts(list, func(p secretPattern) string {
		if p.file {
			return "file:" + p.text
		}
		return p.text
	})
}

func kindTexts(list []identity.Kind) []string { return texts(list, identity.Kind.String) }

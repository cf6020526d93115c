package policy

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
)

// This file says why, in a sentence for the model or a person. What it may name:
// ids of the policy, kinds, hosts, repositories, programs, and paths below the
// repository. Never arguments, never what an effect was read from, never the
// name of a place that holds a secret, and no target of an argument in which a
// secret was found.

// maxCandidates bounds how many grants are looked at for the nearest one, so that
// explaining costs the same however many there are.
const maxCandidates = 32

// explain returns the nearest grant with the condition that failed, and the
// sentence.
func (c *caller) explain(d *boundary.Decision) (nearest, message string) {
	x := &c.n.list[0]
	var b strings.Builder
	b.Grow(192)
	c.why(&b, x)
	if x.rule == nil && (x.reason == boundary.ReasonUnmatched || x.reason == boundary.ReasonUnknownEffect) {
		g, f := c.nearest(x)
		if g != nil {
			b.WriteString("; nearest: ")
			from := b.Len()
			c.miss(&b, g, f, x)
			nearest = b.String()[from:]
		} else if c.strange(x.layer) {
			b.WriteString("; no grant names the server")
		}
	} else if x.grant != nil {
		b.WriteString("; ")
		from := b.Len()
		c.miss(&b, x.grant, x.failed, x)
		nearest = b.String()[from:]
	}
	if d.Verdict == boundary.RequireApproval {
		b.WriteString("; a person has to agree first")
	}
	if d.Suspends() {
		b.WriteString("; the session is suspended")
	}
	message = b.String()
	if nearest != "" {
		i := strings.Index(message, nearest)
		nearest = message[i : i+len(nearest)]
	}
	return nearest, message
}

// why says what was wrong.
func (c *caller) why(b *strings.Builder, x *note) {
	if x.rule != nil && x.rule.message != "" {
		b.WriteString(x.rule.message)
		return
	}
	switch x.reason {
	case boundary.ReasonTamper:
		b.WriteString("changes what governs the agent, which no task may do")
	case boundary.ReasonExpired:
		if x.grant == nil {
			b.WriteString("the task's time is over, or has not begun")
			return
		}
		c.what(b, x)
		b.WriteString(" is no longer granted")
	case boundary.ReasonOwnerMissing:
		b.WriteString("the task needs an owner who is better known than this session's")
	case boundary.ReasonBudget:
		switch {
		case x.rule != nil:
			b.WriteString("rule " + x.rule.id + ": more than it allows in its time")
		case x.grant != nil:
			c.what(b, x)
			b.WriteString(" was granted a number of times, and they are used up")
		default:
			b.WriteString("the task's budget is used up")
		}
	case boundary.ReasonEvicted:
		b.WriteString("what the session did before is no longer known, so what depends on it is refused; start a new session")
	case boundary.ReasonMisconfigured:
		b.WriteString("the policy counts, and was not bound to a session")
	case boundary.ReasonIdentitySwitch:
		b.WriteString("acts with an identity that the task does not have")
		c.ruled(b, x)
	case boundary.ReasonSecret:
		b.WriteString("touches a secret")
		c.ruled(b, x)
	case boundary.ReasonSequence:
		c.what(b, x)
		b.WriteString(" is not allowed after what the session did before")
		c.ruled(b, x)
	case boundary.ReasonRuleOfTwo:
		b.WriteString("untrusted content, sensitive data and a way out would meet in one session")
		c.ruled(b, x)
	case boundary.ReasonToolDrift:
		b.WriteString("the tool's definition is not the one the session first saw")
		c.ruled(b, x)
	case boundary.ReasonIntent, boundary.ReasonDrift:
		if x.crossing == boundary.Indeterminate {
			b.WriteString("what the session is after could not be told in time")
			c.ruled(b, x)
			return
		}
		b.WriteString("what the session does is not what its task is for")
		c.ruled(b, x)
	case boundary.ReasonUnknownEffect:
		c.what(b, x)
		b.WriteString(" cannot be told beforehand; write it out plainly")
		c.ruled(b, x)
	case boundary.ReasonUnmatched:
		c.what(b, x)
		b.WriteString(" is not granted for this task")
	default:
		c.what(b, x)
		b.WriteString(" is against")
		if x.rule != nil {
			b.WriteString(" rule " + x.rule.id)
		} else {
			b.WriteString(" the policy")
		}
	}
}

func (c *caller) ruled(b *strings.Builder, x *note) {
	if x.rule != nil {
		b.WriteString(" (rule " + x.rule.id + ")")
	}
}

var verbs = [...]string{"touching", "reading", "connecting to", "writing", "deleting", "running", "changing rights on"}

// what names the effect a note is about, or the call.
func (c *caller) what(b *strings.Builder, x *note) {
	if x.effect == 0 || c.tool.owns(&c.req.Effects[x.effect-1]) {
		b.WriteString("calling ")
		writeName(b, c.tool.tool)
		if c.tool.server != "" {
			b.WriteString(" of server ")
			writeName(b, c.tool.server)
		}
		return
	}
	e := &c.req.Effects[x.effect-1]
	verb := verbs[0]
	if int(e.Access) < len(verbs) {
		verb = verbs[e.Access]
	}
	switch e.Kind {
	case effect.Identity:
		verb = "acting as"
	case effect.Code, effect.Command:
		verb = "running"
	case effect.Host, effect.URL:
		if e.Direction == effect.Out && e.Access <= effect.Write {
			verb = "sending data to"
		}
	default:
	}
	b.WriteString(verb)
	b.WriteByte(' ')
	c.target(b, e)
}

// target names what an effect touches, as far as that may be said.
func (c *caller) target(b *strings.Builder, e *effect.Effect) {
	if e.Target == "" || e.Certainty == effect.Unknown || c.found(e) {
		b.WriteString(kindPhrases[min(int(e.Kind), len(kindPhrases)-1)])
		return
	}
	switch e.Kind {
	case effect.Path:
		env := &c.layers[c.last].env
		for _, v := range [...]int{varRepo, varCwd} {
			dir := env.vars[v]
			if env.set[v] && e.Target == dir {
				b.WriteString([...]string{varCwd: "the working folder", varRepo: "the repository"}[v])
				return
			}
			if !env.set[v] || len(e.Target) <= len(dir)+1 || e.Target[:len(dir)] != dir || e.Target[len(dir)] != '/' {
				continue
			}
			writeName(b, e.Target[len(dir)+1:])
			return
		}
		b.WriteString("a path outside the repository")
	case effect.URL:
		b.WriteString("a page of ")
		writeName(b, hostOfURL(e.Target))
	case effect.Secret:
		place, _, _ := strings.Cut(e.Target, ":")
		b.WriteString("a secret (")
		writeName(b, place)
		b.WriteByte(')')
	case effect.Identity:
		kind, _, _ := strings.Cut(e.Target, ":")
		b.WriteString("another identity (")
		writeName(b, kind)
		b.WriteByte(')')
	case effect.Resource:
		provider, _, _ := strings.Cut(e.Target, ":")
		b.WriteString("a resource of ")
		writeName(b, provider)
	case effect.Code:
		b.WriteString("code (")
		writeName(b, e.Target)
		b.WriteByte(')')
	default:
		writeName(b, e.Target)
	}
}

var kindPhrases = [...]string{
	"something", "a path", "a host", "an address", "a repository", "a command", "code", "a secret", "another identity", "a resource", "data",
}

// found reports whether a secret was found in the argument an effect comes from.
func (c *caller) found(e *effect.Effect) bool {
	for i := range c.req.Findings {
		if at := c.req.Findings[i].At; at == "" || e.At == "" || at == e.At {
			return true
		}
	}
	return false
}

// writeName writes a name of a bounded length, free of characters that could
// make it read as something else.
func writeName(b *strings.Builder, s string) {
	const most = 80
	n := 0
	for _, r := range s {
		if n++; n > most {
			b.WriteString("…")
			return
		}
		if r == utf8.RuneError || unprintable(r) {
			r = '?'
		}
		b.WriteRune(r)
	}
}

// unprintable reports whether r is a control or formatting character, those that
// reverse the direction of text included.
func unprintable(r rune) bool {
	return r < ' ' || r == 0x7f || r > 0x7f && (unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp))
}

// nearest returns the grant that came closest to covering what a note is about,
// and the condition that failed.
func (c *caller) nearest(x *note) (best *grant, why failure) {
	l, v := c.p.layers[x.layer], &c.layers[x.layer]
	if why = failKind + 1; c.strange(x.layer) {
		return nil, why
	}
	try := func(g *grant, about bool) {
		if f := c.distance(x, v, g, about); f < why {
			best, why = g, f
		}
	}
	left := maxCandidates
	for _, group := range l.grantsOf.plan(c.tool.server, c.tool.tool) {
		for _, gi := range group.items {
			if left--; left < 0 {
				return best, why
			}
			try(l.grants[gi], true)
		}
	}
	if why <= failTarget {
		return best, why
	}
	for i, g := range l.grants {
		if i >= maxCandidates {
			break
		}
		if !g.calls.isAbout(c.tool.server, c.tool.tool, false) {
			try(g, false)
		}
	}
	return best, why
}

// strange reports whether the call is to a server that no grant names, and to no
// tool that one grants of another server.
func (c *caller) strange(layer int) bool {
	return c.tool.server != "" && !slices.ContainsFunc(c.p.layers[layer].grants, func(g *grant) bool {
		f := &g.calls
		return f.isAboutServer(c.tool.server, false) || len(f.servers) > 0 && len(f.tools) > 0 && f.isAboutTool(c.tool.tool)
	})
}

// distance returns the first condition by which g fails, if it is the only one;
// a grant that fails more is as far as one that says nothing.
func (c *caller) distance(x *note, v *viewLayer, g *grant, about bool) failure {
	call := c.ask(x.layer, v, g)
	if !about && call == failArgument {
		call = failNothing // another tool's arguments
	}
	covers, target := true, failNothing
	if x.effect > 0 {
		covers, target = g.covers(&c.req.Effects[x.effect-1], &v.env, &c.tool)
	} else if !g.calls.names() {
		return failKind
	}
	switch {
	case !about && (!covers && !c.tool.owns(&c.req.Effects[x.effect-1]) || call != failNothing || !g.calls.names()):
		return failKind
	case !about:
		if g.calls.isAboutServer(c.tool.server, false) || len(g.calls.tools) > 0 && g.calls.isAboutTool(c.tool.tool) {
			return failTool
		}
		return failKind
	case covers:
		return call
	case call != failNothing:
		return failKind
	}
	return target
}

// miss says by what a grant failed.
func (c *caller) miss(b *strings.Builder, g *grant, f failure, x *note) {
	b.WriteString("grant ")
	b.WriteString(g.id)
	switch f {
	case failExpired:
		b.WriteString(" has ended")
	case failUses:
		b.WriteString(" may be used " + strconv.Itoa(g.maxUses) + " times")
	case failAccess:
		b.WriteString(" is for " + g.targets.access.String())
	case failExcept:
		b.WriteString(" excepts it")
	case failRef:
		b.WriteString(" is for other refs")
	case failArgument:
		b.WriteString(" holds for other arguments")
		if _, a := holds(g.calls.args, c.req.Arguments, &c.layers[x.layer].env); a != nil {
			b.WriteString(" (")
			b.WriteString(a.name)
			if slices.ContainsFunc(append(slices.Clip(a.tests), a.each...), func(t test) bool { return t.op == opFrom }) {
				b.WriteString(", which has to come from somebody who may say it")
			}
			b.WriteByte(')')
		}
	case failWhen:
		b.WriteString(" holds under a condition that is not met")
	case failTarget:
		b.WriteString(" is for other " + plurals[min(int(c.req.Effects[x.effect-1].Kind), len(plurals)-1)])
	case failSubagent:
		b.WriteString(" is not for this agent")
	case failTool:
		c.elsewhere(b, g)
	case failUnknown:
		b.WriteString(" needs to know what is touched")
	case failKind:
		if x.effect > 0 && c.tool.owns(&c.req.Effects[x.effect-1]) && !g.calls.isAbout(c.tool.server, c.tool.tool, false) {
			c.elsewhere(b, g)
			return
		}
		b.WriteString(" names no ")
		if x.effect > 0 {
			b.WriteString(plurals[min(int(c.req.Effects[x.effect-1].Kind), len(plurals)-1)])
		} else {
			b.WriteString("tools")
		}
	default:
		b.WriteString(" does not cover it")
	}
}

// elsewhere says which tools or server a grant is for, if not for this call's.
func (c *caller) elsewhere(b *strings.Builder, g *grant) {
	switch {
	case g.calls.isAboutServer(c.tool.server, false):
		b.WriteString(" is for other tools (")
		for i := range g.calls.tools {
			if i == 3 {
				b.WriteString(" …")
				break
			}
			if i > 0 {
				b.WriteString(", ")
			}
			writeName(b, g.calls.tools[i].text)
		}
		b.WriteByte(')')
	case len(g.calls.servers) == 0:
		b.WriteString(" is for local tools")
	default:
		b.WriteString(" is for another server")
	}
}

var plurals = [...]string{
	"things", "paths", "hosts", "addresses", "repositories", "commands", "code", "secrets", "identities", "resources", "data",
}

// String lists the accesses of a grant.
func (s accessSet) String() string {
	if s == 0 {
		return "reading"
	}
	text := ""
	for a := effect.NoAccess; a <= effect.Grant; a++ {
		if s.has(a) {
			if text != "" {
				text += ", "
			}
			if a == effect.NoAccess {
				text += "unknown access"
				continue
			}
			text += a.String()
		}
	}
	return text
}

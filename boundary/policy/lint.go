package policy

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
)

// An Issue is something in a policy that is valid and probably not meant.
type Issue struct {
	File         string
	Line, Column int
	About        string // "grant read", "rule no-secrets"; empty for the file
	Code         string // what sort of issue: see [Policy.Lint]
	Text         string
}

// String returns "file:line:column: about: text (code)".
func (i Issue) String() string {
	about := ""
	if i.About != "" {
		about = i.About + ": "
	}
	return fmt.Sprintf("%s:%d:%d: %s%s (%s)", i.File, i.Line, i.Column, about, i.Text, i.Code)
}

// LintOptions say what a policy is held against.
type LintOptions struct {
	Now   time.Time // zero for now
	Tools []string  // tools there are, as "tool" or "server/tool"; empty for not known

	// Analyzer tells what the commands that grants name also touch. It may be nil.
	Analyzer effect.Analyzer
}

// Lint finds what a policy says in vain, or too widely. Codes are:
//
//	unreachable   a grant or rule that can never decide, because another always does
//	contradicted  a grant whose targets a rule always refuses
//	broad         a grant that covers nearly everything of a kind
//	unknown_tool  a name that none of the known tools has
//	expired       a time that has passed, or that cannot come
//	review_due    the day to review the policy has passed
//	unused        a parameter, intent or subagent entry that nothing uses
//	incomplete    a grant that lacks what its tools or commands also need
//	open          a setting under which calls that nothing covers run
func (p *Policy) Lint(o LintOptions) []Issue {
	if p == nil {
		return nil
	}
	if o.Now.IsZero() {
		o.Now = time.Now()
	}
	var all []Issue
	for i, l := range p.layers {
		li := linter{ctx: context.Background(), layer: l, opts: &o}
		li.run()
		if i == len(p.layers)-1 {
			for _, g := range l.grants {
				li.commands(p, g)
			}
		}
		slices.SortStableFunc(li.issues, func(a, b Issue) int { return cmp.Compare(a.Line, b.Line) })
		all = append(all, li.issues...)
	}
	return all
}

type linter struct {
	ctx    context.Context //nolint:containedctx // lives as long as the call that brought it
	layer  *layer
	opts   *LintOptions
	issues []Issue
}

func (l *linter) add(at position, about, code, format string, args ...any) {
	l.issues = append(l.issues, Issue{
		File: l.layer.file, Line: max(at.line, 1), Column: max(at.column, 1), About: about, Code: code, Text: fmt.Sprintf(format, args...),
	})
}

func (l *linter) grant(g *grant, code, format string, args ...any) {
	l.add(g.pos, "grant "+g.id, code, format, args...)
}

func (l *linter) rule(r *rule, code, format string, args ...any) {
	l.add(r.pos, "rule "+r.id, code, format, args...)
}

func (l *linter) run() {
	l.times()
	l.settings()
	for i, g := range l.layer.grants {
		l.broad(g)
		l.incomplete(g)
		l.comes(&g.calls, func(format string, args ...any) { l.grant(g, "incomplete", format, args...) })
		l.names(&g.calls, func(format string, args ...any) { l.grant(g, "unknown_tool", format, args...) })
		for j, o := range l.layer.grants {
			if i != j && o.includes(g) && (!g.includes(o) || j < i) {
				l.grant(g, "unreachable", "grant %s covers all of it", o.id)
				break
			}
		}
		for _, r := range l.layer.rules {
			if r.forbids(g) {
				l.grant(g, "contradicted", "rule %s refuses all that it names", r.id)
				break
			}
		}
	}
	for i, r := range l.layer.rules {
		l.names(&r.calls, func(format string, args ...any) { l.rule(r, "unknown_tool", format, args...) })
		for j, o := range l.layer.rules {
			if i != j && o.includes(r) && (!r.includes(o) || j < i) {
				l.rule(r, "unreachable", "rule %s always says at least as much", o.id)
				break
			}
		}
		l.ends(r)
		l.comes(&r.calls, func(format string, args ...any) { l.rule(r, "incomplete", format, args...) })
		if r.intents != nil && r.intents.outside && len(l.layer.intents) == 0 {
			l.rule(r, "incomplete", "outside of what? The policy declares no intents, so this depends on each session's task")
		}
	}
	l.unused()
}

// ends looks at what a rule does to the session as a whole.
func (l *linter) ends(r *rule) {
	f := &r.calls
	switch {
	case r.suspend && l.layer.mode == modeObserve:
		l.rule(r, "unused", "suspend ends nothing under mode: observe")
	case r.suspend && !r.shadow && r.conditions == 0 && r.effects == nil && len(f.tools)+len(f.servers)+len(f.agents)+len(f.args) == 0 && f.whenSrc == "":
		l.rule(r, "broad", "it suspends every session at its first call")
	case r.wait > 0 && (r.shadow || l.layer.mode == modeObserve):
		l.rule(r, "unused", "wait waits for nothing where the rule takes no effect")
	}
}

// comes looks for sources of values that no grant lets return anything.
func (l *linter) comes(f *callFilter, add func(format string, args ...any)) {
	for i := range f.args {
		a := &f.args[i]
		for _, t := range append(slices.Clip(a.tests), a.each...) {
			if t.op != opFrom {
				continue
			}
			for _, name := range t.texts {
				server, tool, ok := strings.Cut(name.text, "/")
				if !ok {
					server, tool = "", name.text
				}
				if name.text != "prompt" && !slices.ContainsFunc(l.layer.grants, func(g *grant) bool { return g.calls.isAbout(server, tool, false) }) {
					add("%s: nothing grants %s, so no value comes from it", a.name, name.text)
				}
			}
		}
	}
}

func (l *linter) times() {
	now, doc := l.opts.Now, l.layer.document
	if !doc.expires.IsZero() && !now.Before(doc.expires) {
		l.add(position{}, "", "expired", "the policy has expired: it refuses every call")
	}
	if !doc.expires.IsZero() && !doc.notBefore.IsZero() && !doc.notBefore.Before(doc.expires) {
		l.add(position{}, "", "expired", "not_before is not before expires: the policy never holds")
	}
	if !doc.reviewBy.IsZero() && now.After(doc.reviewBy.AddDate(0, 0, 1)) {
		l.add(position{}, "", "review_due", "the policy should have been reviewed by %s", doc.reviewBy.Format(time.DateOnly))
	}
	for _, g := range doc.grants {
		switch {
		case g.until.IsZero():
		case !now.Before(g.until):
			l.grant(g, "expired", "ended at %s", g.until.Format(time.RFC3339))
		case !doc.expires.IsZero() && g.until.After(doc.expires):
			l.grant(g, "expired", "ends after the policy does")
		}
	}
}

func (l *linter) settings() {
	doc := l.layer.document
	if doc.unmatched == fallbackObserve && doc.mode != modeObserve {
		l.add(position{}, "", "open", "on_unmatched: observe lets calls run that no grant covers")
	}
	if doc.unknown == fallbackObserve && doc.mode != modeObserve {
		l.add(position{}, "", "open", "on_unknown: observe lets calls run whose effects cannot be told")
	}
}

// broad looks for grants that are next to everything.
func (l *linter) broad(g *grant) {
	t := &g.targets
	changes := t.access&^(1<<effect.NoAccess|1<<effect.Read|1<<effect.Connect) != 0
	for i := range t.paths {
		text := t.paths[i].text
		switch {
		case text == "**" || text == "/**" || text == "**/**":
			l.grant(g, "broad", "paths: %s is every file there is", text)
		case text == "${home}/**" && changes:
			l.grant(g, "broad", "paths: ${home}/** with %s: start-up files and credentials are below it", t.access)
		}
	}
	for i := range g.calls.tools {
		if strings.Trim(g.calls.tools[i].text, "*") == "" {
			l.grant(g, "broad", "tools: %s is every local tool, also those that come later", g.calls.tools[i].text)
		}
	}
	if t.access.has(effect.NoAccess) {
		l.grant(g, "broad", "access: unknown is whatever an analyzer cannot tell, changes included")
	}
	if len(g.calls.servers) > 0 && len(g.calls.tools) == 0 && changes {
		l.grant(g, "broad", "every tool of the server, with %s", t.access)
	}
	for i := range t.commands {
		c := &t.commands[i]
		switch {
		case len(c.words) == 0:
			l.grant(g, "broad", "commands: * is every program")
		case c.open && len(c.words) == 1 && slices.Contains(interpreters, c.words[0].text):
			l.grant(g, "broad", "commands: %s runs any program in its own language", c.text)
		}
	}
	if slices.Contains(t.code, "remote") {
		l.grant(g, "broad", "code: remote is whatever somebody else serves")
	}
	for i := range t.secrets {
		if t.secrets[i].text == "**" {
			l.grant(g, "broad", "secrets: ** is every secret there is")
		}
	}
	for i := range t.refs {
		if t.refs[i].text == "**" || t.refs[i].text == "refs/**" || t.refs[i].text == "refs/heads/**" {
			l.grant(g, "broad", "refs: %s includes the main branch", t.refs[i].text)
		}
	}
	for i := range t.repos {
		if strings.Count(t.repos[i].text, "*") > 1 || strings.HasSuffix(t.repos[i].text, "/**") {
			l.grant(g, "broad", "repos: %s is everybody's", t.repos[i].text)
		}
	}
}

// interpreters run what they are given.
var interpreters = []string{"bash", "sh", "zsh", "python", "python3", "node", "ruby", "perl", "npx", "uvx", "eval", "env", "xargs", "sudo", "ssh", "docker", "pwsh"}

// changers are tools of coding agents that write.
var changers = []string{"Edit", "Write", "MultiEdit", "NotebookEdit", "apply_patch", "write_file", "replace"}

// builders run code of the workspace.
var builders = []string{
	"go test", "go run", "go generate", "make", "npm", "npm run", "npm test", "yarn", "pnpm", "cargo test", "cargo build", "cargo run",
	"pytest", "tox", "mvn", "gradle", "./gradlew", "bundle", "rake", "jest", "vitest", "just", "task", "bazel",
}

// incomplete looks for what people forget.
func (l *linter) incomplete(g *grant) {
	t := &g.targets
	if len(t.paths) > 0 && t.access == 0 {
		for i := range g.calls.tools {
			if name := g.calls.tools[i].text; slices.Contains(changers, name) {
				l.grant(g, "incomplete", "%s writes, and without access the grant is for reading", name)
				break
			}
		}
	}
	if t.kinds == 0 && t.access != 0 && len(g.calls.servers) == 0 {
		l.grant(g, "incomplete", "access says how, and nothing says what: name paths, hosts, repos …")
	}
	if len(t.repos) > 0 && len(t.refs) == 0 && t.access.has(effect.Write) {
		l.grant(g, "incomplete", "writes to repositories, and names no refs that may change")
	}
	if l.opts.Analyzer == nil && len(t.code) == 0 && !slices.ContainsFunc(l.layer.grants, func(o *grant) bool {
		return slices.Contains(o.targets.code, "workspace") && (len(o.calls.tools) == 0 || sharesTool(o, g))
	}) {
		for i := range t.commands {
			if words := strings.TrimSuffix(strings.TrimSuffix(t.commands[i].text, "*"), " "); slices.ContainsFunc(builders, func(b string) bool {
				return words == b || strings.HasPrefix(words, b+" ")
			}) {
				l.grant(g, "incomplete", "%s runs code of the workspace, which needs code: [workspace]", words)
				break
			}
		}
	}
}

func sharesTool(a, b *grant) bool {
	return slices.ContainsFunc(a.calls.tools, func(x glob) bool {
		return slices.ContainsFunc(b.calls.tools, func(y glob) bool { return overlap(&x, &y) })
	})
}

// names holds the tools that are named against those there are.
func (l *linter) names(c *callFilter, warn func(string, ...any)) {
	if len(l.opts.Tools) == 0 {
		return
	}
	for i := range c.tools {
		known := slices.ContainsFunc(l.opts.Tools, func(full string) bool {
			server, tool, ok := strings.Cut(full, "/")
			if !ok {
				server, tool = "", full
			}
			return c.isAboutServer(server, len(c.servers) == 0) && c.tools[i].match(tool, nil, whole, false)
		})
		if !known {
			warn("no tool is called %s%s", c.tools[i].text, l.nearest(c.tools[i].text))
		}
	}
	for i := range c.servers {
		if !slices.ContainsFunc(l.opts.Tools, func(full string) bool {
			server, _, ok := strings.Cut(full, "/")
			return ok && c.servers[i].match(server, nil, whole, false)
		}) {
			warn("no server is called %s", c.servers[i].text)
		}
	}
}

func (l *linter) nearest(name string) string {
	best, distance := "", 3
	for _, full := range l.opts.Tools {
		tool := full[strings.LastIndexByte(full, '/')+1:]
		if n := edits(strings.ToLower(name), strings.ToLower(tool), distance); n < distance {
			best, distance = tool, n
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + best + "?"
}

// unused looks for what nothing refers to.
func (l *linter) unused() {
	doc := l.layer.document
	text := string(doc.source)
	for _, p := range doc.params {
		if !strings.Contains(text, "${param."+p.name+"}") {
			l.add(position{}, "", "unused", "parameter %s stands nowhere", p.name)
		}
	}
}

// includes reports whether o always covers what g does, and lasts as long.
func (o *grant) includes(g *grant) bool {
	if !o.until.IsZero() || o.maxUses > 0 || len(o.calls.args) > 0 || o.calls.whenSrc != "" || len(o.calls.agents) > 0 || o.targets.except != nil || o.targets.direction != effect.NoDirection {
		return false
	}
	t, u := &o.targets, &g.targets
	if g.calls.names() && !o.ownsLike(g) {
		return false
	}
	return globsInclude(o.calls.servers, g.calls.servers, len(o.calls.servers) == 0 && len(g.calls.servers) == 0) &&
		globsInclude(o.calls.tools, g.calls.tools, len(o.calls.tools) == 0) &&
		u.kinds&^t.kinds == 0 && (t.kinds == u.kinds || t.kinds != 0 && u.kinds != 0) && accessIncludes(t, u) && t.targetsInclude(u)
}

// ownsLike reports whether o covers what is a tool's own where g, which names the
// tool, does.
func (o *grant) ownsLike(g *grant) bool {
	t, u := &o.targets, &g.targets
	switch {
	case !o.calls.names():
		return false
	case u.kinds.has(effect.Data):
		return true // its patterns are compared
	case t.kinds.has(effect.Data):
		return false
	case u.access != 0 && t.access != 0:
		return u.access&^t.access == 0
	case u.access != 0:
		return o.calls.namesTool || u.access&^(1<<effect.Read) == 0
	case g.calls.namesTool:
		return t.access == 0 && o.calls.namesTool
	}
	return t.access == 0 || t.access.has(effect.Read) && t.access.has(effect.Connect)
}

// accessIncludes compares what two grants give; without a list it is the mildest
// of each kind.
func accessIncludes(t, u *selector) bool {
	if u.access == 0 {
		return t.access == 0 || t.access.has(effect.Read) && t.access.has(effect.Connect)
	}
	return u.access&^t.access == 0 && t.access != 0
}

func (s *selector) targetsInclude(u *selector) bool {
	text := func(a, b []string) bool {
		return !slices.ContainsFunc(b, func(x string) bool { return !slices.Contains(a, x) })
	}
	paths := func(list []pathPattern) []glob {
		out := make([]glob, len(list))
		for i := range list {
			out[i] = list[i].glob
		}
		return out
	}
	hosts := func(list []hostPattern) []string { return texts(list, func(h hostPattern) string { return h.text }) }
	urls := func(list []urlPattern) []string { return texts(list, func(p urlPattern) string { return p.text }) }
	resources := func(list []resourcePattern) []string { return texts(list, resourcePattern.canonicalText) }
	return globsInclude(paths(s.paths), paths(u.paths), len(u.paths) == 0) && text(hosts(s.hosts), hosts(u.hosts)) && text(urls(s.urls), urls(u.urls)) &&
		globsInclude(s.repos, u.repos, len(u.repos) == 0) && globsInclude(s.refs, u.refs, len(u.refs) == 0) &&
		text(commandTexts(s.commands), commandTexts(u.commands)) && text(s.code, u.code) && text(secretTexts(s.secrets), secretTexts(u.secrets)) &&
		globsInclude(s.identities, u.identities, len(u.identities) == 0) && text(resources(s.resources), resources(u.resources)) &&
		globsInclude(s.data, u.data, len(u.data) == 0)
}

// globsInclude reports whether each pattern of b surely lies within one of a.
func globsInclude(a, b []glob, otherwise bool) bool {
	if len(a) == 0 || len(b) == 0 {
		return otherwise
	}
	return !slices.ContainsFunc(b, func(x glob) bool {
		return !slices.ContainsFunc(a, func(y glob) bool { return y.within(&x) })
	})
}

// within reports whether all that x matches surely matches g too.
func (g *glob) within(x *glob) bool {
	switch {
	case g.text == x.text, g.text == "/**" && g.sep == '/':
		return true
	case g.params || x.params || g.variable != x.variable:
		return false
	case x.variable == 0 && x.literal:
		return g.match(x.text, nil, whole, false)
	}
	base, deep := strings.CutSuffix(g.text, "/**")
	return deep && !strings.ContainsAny(base, "*?") && strings.HasPrefix(x.text, base+"/")
}

// includes reports whether r always says what s does, or something stricter.
func (r *rule) includes(s *rule) bool {
	if r.shadow || r.otherwise || s.otherwise || r.conditions > 0 || len(r.calls.args) > 0 || r.calls.whenSrc != "" || len(r.calls.agents) > 0 || r.verdict > s.verdict || s.suspend && !r.suspend {
		return false
	}
	if s.shadow || s.conditions > 0 && r.effects != nil {
		return false
	}
	if !globsInclude(r.calls.servers, s.calls.servers, len(r.calls.servers) == 0) || !globsInclude(r.calls.tools, s.calls.tools, len(r.calls.tools) == 0) {
		return false
	}
	switch {
	case r.effects == nil:
		return true
	case s.effects == nil || r.effects.except != nil || r.effects.direction != effect.NoDirection:
		return false
	}
	return s.effects.kinds != 0 && s.effects.kinds&^r.effects.kinds == 0 && (r.effects.access == 0 || s.effects.access != 0 && s.effects.access&^r.effects.access == 0) && r.effects.targetsInclude(s.effects)
}

// forbids reports whether r refuses all that g grants.
func (r *rule) forbids(g *grant) bool {
	if r.verdict != boundary.Deny || r.shadow || r.otherwise || r.conditions > 0 || len(r.calls.args) > 0 || r.calls.whenSrc != "" || len(r.calls.agents) > 0 {
		return false
	}
	if !globsInclude(r.calls.tools, g.calls.tools, len(r.calls.tools) == 0) {
		return false
	}
	if len(r.calls.servers) > 0 && !globsInclude(r.calls.servers, g.calls.servers, false) {
		return false
	}
	if r.effects == nil {
		return true
	}
	e, t := r.effects, &g.targets
	if t.kinds == 0 || t.kinds&^e.kinds != 0 || e.except != nil || e.direction != effect.NoDirection {
		return false
	}
	if e.access != 0 {
		mild := e.access.has(effect.Read)
		if t.access == 0 && !mild || t.access != 0 && t.access&^e.access != 0 {
			return false
		}
	}
	return e.targetsInclude(t)
}

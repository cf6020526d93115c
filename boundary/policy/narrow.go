package policy

import (
	"context"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
)

// This file makes patterns narrower: by what was used, and never beyond what the
// pattern meant before.

const (
	maxFolders = 6 // folders that paths are gathered into
	maxNames   = 8 // hosts, repositories, data … that are named one by one
)

// place writes a path with the variable that its beginning stands for.
func place(path string, e *env) string {
	for _, v := range [...]int{varRepo, varCwd, varHome} {
		dir := e.vars[v]
		if !e.set[v] || dir == "" || !strings.HasPrefix(path, dir) || len(path) > len(dir) && path[len(dir)] != '/' {
			continue
		}
		return "${" + varNames[v] + "}" + path[len(dir):]
	}
	return path
}

// folder returns the folder, with the variable it begins with, that a pattern has
// to cover for x. The folder that a variable stands for is one itself.
func folder(x *usedEffect) string {
	t := x.Target
	if x.Certainty == effect.Exact {
		if p := place(t, x.env); p != t && !strings.Contains(p, "/") {
			return p
		}
		t = strings.TrimSuffix(t, "/")
	}
	return place(t[:max(strings.LastIndexByte(t, '/'), 0)], x.env)
}

// wild reports whether a path cannot be written as a pattern.
func wild(s string) bool {
	s = strings.TrimPrefix(s, "file:")
	for _, v := range varNames {
		s = strings.TrimPrefix(s, "${"+v+"}")
	}
	return strings.ContainsAny(s, "*?") || strings.Contains(s, "${") || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}

// folders gathers paths into at most maxFolders patterns. Each stays at or below
// floor, which is a folder that all of them lie in.
func folders(paths []string, floor string) []string {
	dirs := map[string]bool{}
	for _, p := range paths {
		dirs[p] = true
	}
	list := func() []string {
		var out []string
		for d := range dirs {
			if !slices.ContainsFunc(keys(dirs), func(o string) bool { return o != d && under(d, o) }) {
				out = append(out, d)
			}
		}
		slices.Sort(out)
		return out
	}
	for {
		now := list()
		if len(now) <= maxFolders {
			return now
		}
		// The deepest goes up one; in the end all meet at the floor.
		deepest := slices.MaxFunc(now, func(a, b string) int { return strings.Count(a, "/") - strings.Count(b, "/") })
		delete(dirs, deepest)
		up := deepest[:strings.LastIndexByte(deepest, '/')]
		if up == "" || !under(up, floor) {
			up = floor
		}
		dirs[up] = true
	}
}

func keys(m map[string]bool) []string {
	list := make([]string, 0, len(m))
	for k := range m {
		list = append(list, k)
	}
	return list
}

// under reports whether p is dir or lies below it.
func under(p, dir string) bool {
	return dir == "" || p == dir || strings.HasPrefix(p, dir) && p[len(dir)] == '/'
}

// narrowPaths returns patterns for the paths that were used of one pattern, and
// whether they are narrower than it.
func narrowPaths(g *glob, effects []usedEffect) (patterns []string, narrower bool) {
	base, deep := strings.CutSuffix(g.text, "/**")
	if !deep || strings.ContainsAny(base, "*?") || strings.Contains(base, "${param.") {
		return []string{g.text}, false
	}
	var dirs []string
	for _, x := range effects {
		p := folder(&x)
		if whole := place(x.Target, x.env); x.Certainty == effect.Exact && whole == base {
			p = base
		}
		if !under(p, base) || wild(p) {
			return []string{g.text}, false
		}
		dirs = append(dirs, p)
	}
	for _, d := range folders(dirs, base) {
		patterns = append(patterns, d+"/**")
	}
	return patterns, !slices.Contains(patterns, g.text)
}

// targets returns the effects of a kind that a pattern of a grant matched.
func (u *grantUsed) targets(k effect.Kind, match func(x *usedEffect) bool) []usedEffect {
	var list []usedEffect
	for i := range u.effects {
		if x := &u.effects[i]; x.Kind == k && match(x) {
			list = append(list, *x)
		}
	}
	return list
}

// how is the comparison that fits an effect's certainty.
func (x *usedEffect) how() compare {
	if certainty(&x.Effect) == effect.Prefix {
		return every
	}
	return whole
}

// A narrowed is what is left of one list of a grant.
type narrowed struct {
	key   string
	was   []string
	now   []string
	broad []string
}

// narrow returns what is left of a grant's lists. Each used effect is given to
// the first pattern that covers it, so that what remains still covers it.
func (u *grantUsed) narrow(g *grant) []narrowed {
	var lists []narrowed
	t := &g.targets
	paths := narrowed{key: "paths", was: texts(t.paths, func(p pathPattern) string { return p.text })}
	given := map[int]bool{}
	for i := range t.paths {
		var mine []usedEffect
		for j := range u.effects {
			if x := &u.effects[j]; x.Kind == effect.Path && !given[j] && t.paths[i].covers(x.Target, x.env, x.how()) {
				given[j] = true
				mine = append(mine, *x)
			}
		}
		if len(mine) == 0 {
			continue
		}
		patterns, narrower := narrowPaths(&t.paths[i].glob, mine)
		if narrower {
			paths.broad = append(paths.broad, t.paths[i].text)
		}
		for _, p := range patterns {
			paths.now = addText(paths.now, p)
		}
	}
	if len(t.paths) > 0 {
		lists = append(lists, paths)
	}
	lists = append(lists, u.narrowHosts(t)...)
	if len(t.commands) > 0 {
		lists = append(lists, u.narrowCommands(t))
	}
	exact := func(key string, k effect.Kind, was []string, covered func(i int, x *usedEffect) bool, text func(x *usedEffect) string) {
		if len(was) == 0 {
			return
		}
		n := narrowed{key: key, was: was}
		for i, w := range was {
			mine := u.targets(k, func(x *usedEffect) bool { return covered(i, x) })
			n.take(w, mine, func(x *usedEffect) string {
				if wild(text(x)) {
					return ""
				}
				return text(x)
			})
		}
		lists = append(lists, n)
	}
	exact("repos", effect.Repo, globTexts(t.repos), func(i int, x *usedEffect) bool {
		repo, _ := splitRepo(x.Target)
		return t.repos[i].match(repo, x.env, whole, foldsCase(repo))
	}, func(x *usedEffect) string { repo, _ := splitRepo(x.Target); return repo })
	exact("refs", effect.Repo, globTexts(t.refs), func(i int, x *usedEffect) bool {
		_, ref := splitRepo(x.Target)
		return ref != "" && (t.refs[i].match(ref, x.env, x.how(), false) || x.how() == every)
	}, func(x *usedEffect) string {
		_, ref := splitRepo(x.Target)
		if x.how() == every {
			return ""
		}
		return ref
	})
	exact("code", effect.Code, t.code, func(i int, x *usedEffect) bool { return t.code[i] == x.Target }, func(x *usedEffect) string { return x.Target })
	exact("secrets", effect.Secret, secretTexts(t.secrets), func(i int, x *usedEffect) bool { return t.secrets[i].covers(x.Target, x.env, x.how()) }, func(x *usedEffect) string {
		if x.how() == every {
			return ""
		}
		if rest, ok := strings.CutPrefix(x.Target, "file:"); ok {
			return "file:" + place(rest, x.env)
		}
		return x.Target
	})
	exact("identities", effect.Identity, globTexts(t.identities), func(i int, x *usedEffect) bool { return t.identities[i].match(x.Target, x.env, whole, false) }, func(x *usedEffect) string { return x.Target })
	exact("data", effect.Data, globTexts(t.data), func(i int, x *usedEffect) bool { return t.data[i].match(x.Target, x.env, whole, false) }, func(x *usedEffect) string { return x.Target })
	if len(t.resources) > 0 {
		n := narrowed{key: "resources", was: []string{"any"}}
		if slices.ContainsFunc(u.effects, func(x usedEffect) bool { return x.Kind == effect.Resource }) {
			n.now = n.was // as they are
		}
		lists = append(lists, n)
	}
	return lists
}

// take adds what was used of one pattern, by name as long as that is a few.
func (n *narrowed) take(pattern string, mine []usedEffect, text func(x *usedEffect) string) {
	if len(mine) == 0 {
		return
	}
	var names []string
	for i := range mine {
		name := text(&mine[i])
		if name == "" || len(names) > maxNames {
			n.now = addText(n.now, pattern)
			return
		}
		names = addText(names, name)
	}
	if len(names) > maxNames {
		n.now = addText(n.now, pattern)
		return
	}
	if !slices.Contains(names, pattern) && strings.ContainsAny(pattern, "*?") {
		n.broad = append(n.broad, pattern)
	}
	for _, name := range names {
		n.now = addText(n.now, name)
	}
}

// narrowHosts narrows hosts and urls: an address may be covered by either.
func (u *grantUsed) narrowHosts(t *selector) []narrowed {
	hosts := narrowed{key: "hosts", was: texts(t.hosts, func(h hostPattern) string { return h.text })}
	urls := narrowed{key: "urls", was: texts(t.urls, func(p urlPattern) string { return p.text })}
	for i := range t.hosts {
		mine := u.targets(effect.Host, func(x *usedEffect) bool { return t.hosts[i].match(x.Target, x.env, false) })
		mine = append(mine, u.targets(effect.URL, func(x *usedEffect) bool { return t.hosts[i].match(hostOfURL(x.Target), x.env, false) })...)
		hosts.take(t.hosts[i].text, mine, func(x *usedEffect) string {
			host := x.Target
			if x.Kind == effect.URL {
				host = hostOfURL(host)
			}
			if _, err := compileHost(host, nil, false); err != nil || wild(host) {
				return ""
			}
			return host
		})
	}
	for i := range t.urls {
		if slices.ContainsFunc(u.effects, func(x usedEffect) bool {
			return x.Kind == effect.URL && t.urls[i].match(x.Target, x.env, x.how(), false) || x.Kind == effect.Host && t.urls[i].host.match(x.Target, x.env, false)
		}) {
			urls.now = addText(urls.now, t.urls[i].text)
		}
	}
	var lists []narrowed
	for _, n := range []narrowed{hosts, urls} {
		if len(n.was) > 0 {
			lists = append(lists, n)
		}
	}
	return lists
}

// narrowCommands writes out the subcommands that were used of a program.
func (u *grantUsed) narrowCommands(t *selector) narrowed {
	n := narrowed{key: "commands", was: commandTexts(t.commands)}
	for i := range t.commands {
		p := &t.commands[i]
		mine := u.targets(effect.Command, func(x *usedEffect) bool {
			return p.match(x.Target, x.Raw, x.env, false) || p.open && p.match(x.Target, "", x.env, false)
		})
		n.take(n.was[i], mine, func(x *usedEffect) string {
			if !p.open || x.how() == every || wild(x.Target) || strings.Count(x.Target, " ")+1 <= len(p.words) {
				return n.was[i]
			}
			return x.Target + " *"
		})
	}
	return n
}

// broad lists the patterns of which only a part was used.
func (u *grantUsed) broad(g *grant) []string {
	if u.calls == 0 {
		return nil
	}
	var list []string
	for _, n := range u.narrow(g) {
		for _, p := range n.broad {
			list = append(list, n.key+": "+p)
		}
	}
	return list
}

// access returns the accesses that were used, out of those a grant gives.
func (u *grantUsed) access(g *grant) accessSet {
	var s accessSet
	has := g.targets.access
	for i := range u.effects {
		x := &u.effects[i]
		switch x.Kind {
		case effect.Command, effect.Code, effect.Identity:
		case effect.Host, effect.URL:
			one := x.Access
			switch {
			case x.Direction == effect.Out && has.has(effect.Write):
				one = effect.Write
			case x.Access > effect.Connect:
			case has.has(effect.Connect):
				one = effect.Connect
			case has.has(effect.Read):
				one = effect.Read
			default:
				one = effect.Write
			}
			s |= 1 << one
		default:
			s |= 1 << x.Access
		}
	}
	return s & has
}

// narrower writes the file of a layer with only what was used; nil if that is
// all of it.
func narrower(l *layer, u *used) []byte {
	root, err := parseTree(l.file, l.source)
	if err != nil || root.Kind != yaml.MappingNode {
		return nil
	}
	d := decoder{}
	grants := d.child(node{root, ""}, "grants")
	if grants.Node == nil || grants.Kind != yaml.SequenceNode || len(grants.Content) != len(l.grants) {
		return nil
	}
	changed := false
	var kept []*yaml.Node
	gone := map[string]bool{}
	for i, g := range l.grants {
		if u.grants[i].calls == 0 {
			gone[g.id] = true
			changed = true
			continue
		}
		changed = u.grants[i].edit(g, grants.Content[i]) || changed
		kept = append(kept, grants.Content[i])
	}
	if !changed {
		return nil
	}
	grants.Content = kept
	if agents := d.child(node{root, ""}, "subagents"); agents.Node != nil {
		for i := 1; i < len(agents.Content); i += 2 {
			agents.Content[i].Content = slices.DeleteFunc(agents.Content[i].Content, func(n *yaml.Node) bool { return gone[n.Value] })
		}
	}
	if _, err := decode(l.file, root, &Options{When: anyCondition}); err != nil {
		return nil // something recorded cannot be written as a pattern
	}
	out, err := yaml.Marshal(root)
	if err != nil {
		return nil
	}
	return out
}

// anyCondition stands for a compiler of conditions where none is asked.
func anyCondition(string) (Condition, error) {
	return func(context.Context, boundary.Request) (bool, error) { return false, errNoPolicy }, nil
}

// edit narrows the node of a grant, and reports whether that changed it.
func (u *grantUsed) edit(g *grant, n *yaml.Node) bool {
	changed := false
	lists := append(u.narrow(g), narrowed{key: "tools", was: globTexts(g.calls.tools), now: u.literalTools(g)})
	if len(g.calls.servers) > 0 {
		lists = append(lists, narrowed{key: "servers", was: globTexts(g.calls.servers), now: slices.Clone(u.servers)})
	}
	for _, list := range lists {
		if sameTexts(list.was, list.now) || list.key == "data" && len(list.now) == 0 && g.calls.names() {
			continue // without its list a grant would cover all of the tool's own data
		}
		changed = true
		setList(n, list.key, list.now)
	}
	if s := u.access(g); s != 0 && s != g.targets.access {
		setList(n, "access", s.words())
		changed = true
	}
	if changed { // what they show need not hold any more
		setList(n, "examples", nil)
	}
	return changed
}

// literalTools returns the tools that were used, if the grant names any.
func (u *grantUsed) literalTools(g *grant) []string {
	if len(g.calls.tools) == 0 {
		return nil
	}
	if !g.calls.namesTool && len(g.calls.servers) == 0 {
		return globTexts(g.calls.tools) // to name them would grant what is their own
	}
	list := slices.Sorted(slices.Values(u.tools))
	if slices.ContainsFunc(list, func(s string) bool { return wild(s) || strings.HasPrefix(s, "mcp__") }) || len(list) > maxNames {
		return globTexts(g.calls.tools)
	}
	return list
}

func sameTexts(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

func (s accessSet) words() []string {
	var list []string
	for a := effect.NoAccess; a <= effect.Grant; a++ {
		if s.has(a) {
			list = append(list, a.String())
		}
	}
	return list
}

// setList replaces a list in a mapping; an empty one is taken out.
func setList(n *yaml.Node, key string, list []string) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value != key {
			continue
		}
		if len(list) == 0 {
			n.Content = slices.Delete(n.Content, i, i+2)
			return
		}
		n.Content[i+1] = textList(list)
		return
	}
}

// textList makes a list of texts on one line.
func textList(list []string) *yaml.Node {
	seq := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Style: yaml.FlowStyle}
	for _, s := range list {
		n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
		if strings.ContainsAny(s, "*${}[]:,#&!|>'\"%@` ") || s == "" {
			n.Style = yaml.DoubleQuotedStyle
		}
		seq.Content = append(seq.Content, n)
	}
	return seq
}

package policy

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
)

// Suggest writes the least policy that covers the recorded calls that ran, as a
// YAML file to be read by a person first: what a session did is not what its task
// needed. Paths are gathered into a few folders, everything else is named one by
// one. Effects that could not be told are not covered; neither are changes to
// what governs the agent. s gives the folders that ${repo}, ${cwd} and ${home}
// stand for.
func Suggest(id string, records []Record, s boundary.SessionInfo) []byte {
	if !goodName(id) {
		id = "suggested"
	}
	var needs []*need
	e := (&layer{document: &document{}}).env(&s)
	c := caller{}
	for i := range records {
		r := &records[i]
		if !r.Ran {
			continue
		}
		c.req = r.request(s)
		c.tool = nameOf(r.Server, r.Tool)
		if wild(c.tool.tool) || wild(c.tool.server) || strings.HasPrefix(c.tool.tool, "mcp__") || c.tool.tool == "" {
			continue
		}
		own := needOf(&needs, c.tool, "calls", 0)
		own.calls++
		for k := range c.req.Effects {
			x := &c.req.Effects[k]
			if certainty(x) == effect.Unknown || c.implied(x) || x.Kind == effect.Command && x.Access == effect.Read && x.Certainty == effect.Exact {
				continue
			}
			if c.tool.owns(x) {
				own.access |= 1 << x.Access
				continue
			}
			needOf(&needs, c.tool, group(x), groupAccess(x)).effects = append(needOf(&needs, c.tool, group(x), groupAccess(x)).effects, usedEffect{*x, &e})
		}
	}
	return writeNeeds(id, merge(needs))
}

// A need is what one tool, or several, needs of one sort.
type need struct {
	server  string
	tools   []string
	group   string
	access  accessSet
	calls   int
	effects []usedEffect
	lists   map[string][]string
}

// group is the grant that an effect goes into.
func group(e *effect.Effect) string {
	switch e.Kind {
	case effect.Path:
		if e.Access == effect.Read {
			return "read"
		}
		return "change"
	case effect.Host, effect.URL:
		if e.Direction == effect.Out {
			return "send"
		}
		return "reach"
	case effect.Command, effect.Code:
		return "run"
	case effect.Repo:
		if e.Access == effect.Read {
			return "fetch"
		}
		return "push"
	case effect.Secret:
		return "secrets"
	case effect.Identity:
		return "identities"
	case effect.Resource:
		return "resources"
	default:
		return "data"
	}
}

// groupAccess is the access that an effect needs stated.
func groupAccess(e *effect.Effect) accessSet {
	switch e.Kind {
	case effect.Command, effect.Code, effect.Identity:
		return 0
	case effect.Host, effect.URL:
		if e.Direction == effect.Out {
			return 1 << effect.Write
		}
		return 1 << max(e.Access, effect.Connect)
	default:
		return 1 << e.Access
	}
}

// needOf finds or makes the need of a tool.
func needOf(needs *[]*need, t toolName, group string, access accessSet) *need {
	for _, n := range *needs {
		if n.server == t.server && n.tools[0] == t.tool && n.group == group {
			n.access |= access
			return n
		}
	}
	n := &need{server: t.server, tools: []string{t.tool}, group: group, access: access}
	*needs = append(*needs, n)
	return n
}

// merge writes each need's targets, and joins the tools whose needs are equal. A
// tool is named for its own sake if it has something of its own, or if nothing
// else names it.
func merge(needs []*need) []*need {
	var out []*need
	put := func(n *need) {
		i := slices.IndexFunc(out, func(o *need) bool {
			return o.server == n.server && o.group == n.group && o.access == n.access && o.group != "resources" && fmt.Sprint(o.lists) == fmt.Sprint(n.lists)
		})
		if i >= 0 {
			out[i].tools = append(out[i].tools, n.tools...)
			return
		}
		out = append(out, n)
	}
	for _, n := range needs {
		if n.group == "calls" {
			continue
		}
		if n.write(); len(n.lists) > 0 || n.group == "resources" {
			put(n)
		}
	}
	for _, n := range needs {
		if n.group != "calls" || n.server == "" && inertTools[n.tools[0]] && n.access == 0 {
			continue
		}
		if n.server != "" || n.access != 0 || !slices.ContainsFunc(out, func(o *need) bool { return o.server == n.server && slices.Contains(o.tools, n.tools[0]) }) {
			n.access = 0
			put(n)
		}
	}
	return out
}

// write turns effects into patterns.
func (n *need) write() {
	lists := map[string][]string{}
	add := func(key, text string) {
		if !slices.Contains(lists[key], text) {
			lists[key] = append(lists[key], text)
		}
	}
	var dirs []string
	for i := range n.effects {
		x := &n.effects[i]
		if x.Kind != effect.Path {
			n.name(x, add)
			continue
		}
		p := folder(x)
		if one := place(x.Target, x.env); x.Certainty == effect.Exact && crowded(p) && !wild(one) && len(lists["paths"]) < maxFolders {
			add("paths", one) // by itself: what lies beside it is everything
			continue
		}
		if !wild(p) && p != "" {
			dirs = append(dirs, p)
		}
	}
	for root, group := range roots(dirs) {
		for _, d := range folders(group, root) {
			add("paths", d+"/**")
		}
	}
	for k := range lists {
		slices.Sort(lists[k])
	}
	n.lists = lists
}

// crowded reports whether a folder holds more than a task is about: a home, or a
// folder at the top.
func crowded(dir string) bool {
	return dir == "${"+varNames[varHome]+"}" || strings.Count(dir, "/") == 1 && dir[0] == '/'
}

// roots parts paths by what they begin with, so that gathering them never reaches
// above.
func roots(dirs []string) map[string][]string {
	m := map[string][]string{}
	for _, d := range dirs {
		root := d
		if i := strings.IndexByte(d[1:], '/'); i >= 0 {
			root = d[:i+1]
		}
		m[root] = append(m[root], d)
	}
	return m
}

// name adds what an effect touches by its name.
func (n *need) name(x *usedEffect, add func(key, text string)) {
	prefix := x.how() == every
	switch x.Kind {
	case effect.Host, effect.URL:
		host := x.Target
		if x.Kind == effect.URL {
			host = hostOfURL(host)
		}
		if _, err := compileHost(host, nil, false); err == nil && (x.Kind == effect.URL || !prefix) {
			add("hosts", host)
		}
	case effect.Repo:
		repo, ref := splitRepo(x.Target)
		if wild(repo) || prefix && ref == "" || strings.HasSuffix(repo, ".git") || strings.ContainsAny(repo, "@") {
			return
		}
		add("repos", repo)
		switch {
		case prefix:
			add("refs", ref[:strings.LastIndexByte(ref, '/')+1]+"**")
		case ref != "" && !wild(ref):
			add("refs", ref)
		}
	case effect.Command:
		if _, err := compileCommand(x.Target+" *", nil); err == nil && !prefix && !wild(x.Target) {
			add("commands", x.Target+" *")
		}
	case effect.Code:
		if slices.Contains(codeKinds, x.Target) {
			add("code", x.Target)
		}
	case effect.Secret:
		text := x.Target
		if rest, ok := strings.CutPrefix(text, "file:"); ok {
			text = "file:" + place(strings.TrimSuffix(rest, "/"), x.env)
		}
		if prefix && strings.HasPrefix(text, "file:") {
			text = text[:strings.LastIndexByte(text, '/')]
		}
		d := decoder{}
		if _, err := d.secretPattern(text); err == nil && !wild(text) && (!prefix || strings.HasPrefix(text, "file:")) {
			if prefix {
				text += "/**"
			}
			add("secrets", text)
		}
	case effect.Identity:
		if !wild(x.Target) && !prefix {
			add("identities", x.Target)
		}
	case effect.Data:
		if !wild(x.Target) && !prefix {
			add("data", x.Target)
		}
	case effect.Resource, effect.Path, effect.AnyKind:
	}
}

// writeNeeds writes the file.
func writeNeeds(id string, needs []*need) []byte {
	text := func(s string) *yaml.Node { return textList([]string{s}).Content[0] }
	grants := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
	taken := map[string]int{}
	for _, n := range needs {
		g := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Style: yaml.FlowStyle}
		set := func(key string, v *yaml.Node) { g.Content = append(g.Content, text(key), v) }
		name := n.group
		if n.server != "" && goodName(n.server) {
			name = n.server + "-" + n.group
		}
		if taken[name]++; taken[name] > 1 {
			name = fmt.Sprintf("%s-%d", name, taken[name])
		}
		set("id", text(name))
		if n.server != "" {
			set("servers", textList([]string{n.server}))
		}
		set("tools", textList(n.tools))
		for _, key := range []string{"paths", "hosts", "repos", "refs", "commands", "code", "secrets", "identities", "data"} {
			if len(n.lists[key]) > 0 {
				set(key, textList(n.lists[key]))
			}
		}
		if n.group == "resources" {
			list := resourceNodes(n.effects)
			if len(list.Content) == 0 {
				continue
			}
			set("resources", list)
		}
		if n.access != 0 && n.group != "calls" {
			set("access", textList(n.access.words()))
		}
		grants.Content = append(grants.Content, g)
	}
	doc := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	version := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: "1"}
	doc.Content = append(doc.Content, text("version"), version, text("id"), text(id), text("on_unknown"), text("require_approval"), text("grants"), grants)
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if enc.Encode(doc) != nil || enc.Close() != nil {
		return nil
	}
	return out.Bytes()
}

// resourceNodes writes resources with all their known fields.
func resourceNodes(effects []usedEffect) *yaml.Node {
	list := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Style: yaml.FlowStyle}
	seen := map[string]bool{}
	for i := range effects {
		id, ok := effect.ParseResource(effects[i].Target)
		if !ok || seen[effects[i].Target] || wild(effects[i].Target) {
			continue
		}
		seen[effects[i].Target] = true
		m := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Style: yaml.FlowStyle}
		set := func(k, v string) {
			if v != "" {
				m.Content = append(m.Content, quoted(k), quoted(v))
			}
		}
		set("provider", id.Provider)
		for _, k := range sorted(keysOf(id.Fields)) {
			set(k, id.Fields[k])
		}
		if len(m.Content) > 0 {
			list.Content = append(list.Content, m)
		}
	}
	return list
}

func quoted(s string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s, Style: yaml.DoubleQuotedStyle}
}

func keysOf(m map[string]string) []string {
	list := make([]string, 0, len(m))
	for k := range m {
		list = append(list, k)
	}
	return list
}

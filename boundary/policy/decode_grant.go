package policy

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/ambit-go/ambit/boundary/effect"
)

// grant reads one grant.
func (d *decoder) grant(n node, number int) *grant {
	g := &grant{pos: position{n.Line, n.Column}, number: number}
	f := d.selectorFields(&g.targets, false)
	d.callFields(f, &g.calls)
	f["id"] = d.unique("grant", &g.id)
	f["until"] = d.time(&g.until)
	f["max_uses"] = d.number(&g.maxUses, 1, 1<<30)
	f["examples"] = d.examples(&g.examples)
	if !d.object(n, f) {
		return g
	}
	if g.id == "" && !d.has(n, "id") {
		d.fail(n, "id is missing: decisions name the grant by it")
	}
	t := &g.targets
	switch {
	case t.kinds == 0 && !g.calls.names() && len(g.calls.tools) > 0:
		d.fail(d.child(n, "tools"), "grants nothing: wildcards alone name no tool; name tools, or say what may be touched")
	case t.kinds == 0 && !g.calls.names():
		d.fail(n, "grants nothing: name tools, servers, or what may be touched")
	}
	if len(t.refs) > 0 && len(t.repos) == 0 {
		d.fail(d.child(n, "refs"), "refs belong to repos: name them too")
	}
	for i := range g.calls.servers {
		if !g.calls.servers[i].literal {
			d.fail(d.child(n, "servers"), "a grant names its servers; a wildcard would trust servers nobody looked at")
			break
		}
	}
	return g
}

// callFields adds the keys that say which calls a grant or rule is about.
func (d *decoder) callFields(f fields, c *callFilter) {
	tools := d.names(&c.tools)
	f["tools"] = func(n node) {
		tools(n)
		c.namesTool = slices.ContainsFunc(c.tools, func(g glob) bool { return !nameless(g) })
	}
	f["servers"] = d.names(&c.servers)
	f["agents"] = d.names(&c.agents)
	f["args"] = func(n node) { c.args = d.arguments(n) }
	f["when"] = func(n node) {
		text, ok := d.str(n)
		if !ok {
			return
		}
		c.whenSrc = text
		if d.opts.When == nil {
			d.fail(n, "nothing here can evaluate conditions: give Options.When, as boundary/cel does")
			return
		}
		cond, err := d.opts.When(text)
		if err == nil && cond == nil {
			err = fmt.Errorf("no condition came of it")
		}
		if err != nil {
			d.fail(n, "not a condition: "+err.Error())
			return
		}
		c.when = cond
	}
}

// names reads patterns of names, which take no parameters.
func (d *decoder) names(into *[]glob) func(node) {
	return func(n node) {
		d.some(n, func(n node) {
			if s, ok := d.str(n); ok {
				g, err := compileGlob(s, 0, nil, false)
				if err != nil {
					d.fail(n, err.Error())
					return
				}
				if strings.HasPrefix(s, "mcp__") {
					d.fail(n, "name the server under servers and the tool without it")
					return
				}
				*into = append(*into, g)
			}
		})
	}
}

// selectorFields are the keys that say which effects are meant. forbids is
// whether that is to refuse them, which may reach wider.
func (d *decoder) selectorFields(s *selector, forbids bool) fields {
	mention := func(kinds kindSet, read func(node)) func(node) {
		return func(n node) {
			s.kinds |= kinds
			read(n)
		}
	}
	return fields{
		"paths": mention(1<<effect.Path, d.paths(&s.paths)),
		"hosts": mention(1<<effect.Host|1<<effect.URL, func(n node) {
			d.some(n, func(n node) {
				if text, ok := d.str(n); ok {
					h, err := compileHost(text, d.params, forbids)
					if err != nil {
						d.fail(n, err.Error())
						return
					}
					s.hosts = append(s.hosts, h)
				}
			})
		}),
		"urls": mention(1<<effect.URL|1<<effect.Host, func(n node) {
			d.some(n, func(n node) {
				if text, ok := d.str(n); ok {
					u, err := compileURL(text, d.params, forbids)
					if err != nil {
						d.fail(n, err.Error())
						return
					}
					s.urls = append(s.urls, u)
				}
			})
		}),
		"repos":      mention(1<<effect.Repo, d.repos(&s.repos, forbids)),
		"refs":       mention(1<<effect.Repo, d.globs(&s.refs, '/')),
		"commands":   mention(1<<effect.Command, d.commands(&s.commands)),
		"code":       mention(1<<effect.Code, d.code(&s.code)),
		"secrets":    mention(1<<effect.Secret, d.secrets(&s.secrets)),
		"identities": mention(1<<effect.Identity, d.globs(&s.identities, 0)),
		"resources":  mention(1<<effect.Resource, d.resources(&s.resources)),
		"data":       mention(1<<effect.Data, d.globs(&s.data, 0)),
		"access":     d.access(&s.access),
		"direction":  oneOf(d, &s.direction, "in", effect.In, "out", effect.Out),
		"except": func(n node) {
			s.except = &selector{}
			if n.Kind == yaml.SequenceNode { // the short form: paths
				s.except.kinds = 1 << effect.Path
				d.paths(&s.except.paths)(n)
				return
			}
			f := d.selectorFields(s.except, true)
			delete(f, "except")
			if d.object(n, f) && s.except.kinds == 0 && s.except.access == 0 && s.except.direction == effect.NoDirection {
				d.fail(n, "excepts nothing: name paths, hosts …")
			}
		},
	}
}

func (d *decoder) paths(into *[]pathPattern) func(node) {
	return func(n node) {
		d.some(n, func(n node) {
			text, ok := d.str(n)
			if !ok {
				return
			}
			p, err := d.path(text)
			if err != nil {
				d.fail(n, err.Error())
				return
			}
			*into = append(*into, p)
		})
	}
}

func (d *decoder) path(text string) (pathPattern, error) {
	switch {
	case strings.HasPrefix(text, "~"):
		return pathPattern{}, fmt.Errorf("write ${home} for the home folder")
	case !strings.HasPrefix(text, "/") && !strings.HasPrefix(text, "${") && !strings.HasPrefix(text, "**"):
		return pathPattern{}, fmt.Errorf("relative to what? Start with /, ${cwd}, ${repo}, ${home} or **/")
	}
	for seg := range strings.SplitSeq(text, "/") {
		if seg == ".." || seg == "." {
			return pathPattern{}, fmt.Errorf("a canonical path has no . and .. in it, so this matches nothing")
		}
	}
	text = strings.TrimSuffix(text, "/")
	if text == "" {
		text = "/"
	}
	g, err := compileGlob(text, '/', d.params, true)
	if err != nil {
		return pathPattern{}, err
	}
	if strings.HasPrefix(text, "${param.") {
		return pathPattern{}, fmt.Errorf("a path must not start with a parameter: it could be any")
	}
	return pathPattern{glob: g}, nil
}

func (d *decoder) repos(into *[]glob, forbids bool) func(node) {
	return func(n node) {
		d.some(n, func(n node) {
			g, ok := d.glob(n, '/')
			if !ok {
				return
			}
			host, _, _ := strings.Cut(g.text, "/")
			if strings.Contains(g.text, "://") || strings.Contains(g.text, "@") || strings.HasSuffix(g.text, ".git") {
				d.fail(n, "write a repository as host/owner/name, without scheme, user and .git")
				return
			}
			if !forbids && strings.ContainsAny(host, "*?$") {
				d.fail(n, "a grant names the host of its repositories")
				return
			}
			*into = append(*into, g)
		})
	}
}

func (d *decoder) commands(into *[]commandPattern) func(node) {
	return func(n node) {
		d.some(n, func(n node) {
			text, ok := d.str(n)
			if !ok {
				return
			}
			c, err := compileCommand(text, d.params)
			if err != nil {
				d.fail(n, err.Error())
				return
			}
			*into = append(*into, c)
		})
	}
}

var codeKinds = []string{"workspace", "inline", "remote", "plugin"}

func (d *decoder) code(into *[]string) func(node) {
	return func(n node) {
		d.some(n, func(n node) {
			if s, ok := d.str(n); ok {
				if !slices.Contains(codeKinds, s) {
					d.fail(n, "want "+strings.Join(codeKinds, ", "))
					return
				}
				*into = append(*into, s)
			}
		})
	}
}

// secrets reads a list of patterns, or a mapping with them under allow.
func (d *decoder) secrets(into *[]secretPattern) func(node) {
	return func(n node) {
		read := func(n node) {
			d.some(n, func(n node) {
				if text, ok := d.str(n); ok {
					p, err := d.secretPattern(text)
					if err != nil {
						d.fail(n, err.Error())
						return
					}
					*into = append(*into, p)
				}
			})
		}
		if n.Kind == yaml.MappingNode {
			d.object(n, fields{"allow": read})
			return
		}
		read(n)
	}
}

func (d *decoder) secretPattern(text string) (secretPattern, error) {
	if rest, ok := strings.CutPrefix(text, "file:"); ok {
		p, err := d.path(rest)
		return secretPattern{file: true, pathPattern: p}, err
	}
	scheme, _, ok := strings.Cut(text, ":")
	if text != "**" && text != "keychain" && (!ok || !slices.Contains([]string{"env", "metadata", "store"}, scheme)) {
		return secretPattern{}, fmt.Errorf("want file:PATH, env:NAME, store:SERVICE/NAME, metadata:HOST, keychain or **")
	}
	g, err := compileGlob(text, '/', d.params, false)
	return secretPattern{pathPattern: pathPattern{glob: g}}, err
}

func (d *decoder) resources(into *[]resourcePattern) func(node) {
	return func(n node) {
		one := func(n node) {
			var r resourcePattern
			if n.Kind != yaml.MappingNode {
				d.fail(n, "want fields, as in {provider: k8s, namespace: shop}")
				return
			}
			f := fields{}
			for i := 0; i+1 < len(n.Content); i += 2 {
				name := n.Content[i].Value
				f[name] = func(n node) {
					if n.Kind == yaml.MappingNode { // labels: {team: shop}
						sub := fields{}
						for i := 0; i+1 < len(n.Content); i += 2 {
							label := n.Content[i].Value
							sub[label] = d.resourceField(&r, name+"."+label)
						}
						d.object(n, sub)
						return
					}
					d.resourceField(&r, name)(n)
				}
			}
			if d.object(n, f) && len(r.fields) == 0 {
				d.fail(n, errNoFields.Error())
			}
			*into = append(*into, r)
		}
		if n.Kind == yaml.MappingNode {
			one(n)
			return
		}
		d.some(n, one)
	}
}

func (d *decoder) resourceField(r *resourcePattern, name string) func(node) {
	return func(n node) {
		f := resourceField{name: name}
		if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!int" { // account numbers
			g, err := compileGlob(n.Value, 0, nil, false)
			if err != nil || strings.HasPrefix(n.Value, "0") {
				d.fail(n, "put quotes around it")
				return
			}
			f.any = append(f.any, g)
		} else {
			d.oneOrMore(&f.any, 0)(n)
		}
		r.fields = append(r.fields, f)
	}
}

var accesses = []any{
	"unknown", effect.NoAccess, "read", effect.Read, "connect", effect.Connect, "write", effect.Write, "delete", effect.Delete, "exec", effect.Exec, "grant", effect.Grant,
}

func (d *decoder) access(into *accessSet) func(node) {
	return func(n node) {
		d.some(n, func(n node) {
			a := effect.Grant + 1
			if oneOf(d, &a, accesses...)(n); a <= effect.Grant {
				*into |= 1 << a
			}
		})
	}
}

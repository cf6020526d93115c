package policy

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/intent"
)

// A decoder reads the tree of a file into a document and notes everything that
// is wrong on the way.
type decoder struct {
	file   string
	opts   *Options
	errs   Errors
	params []string // names, once they are known
	ids    map[string]position
}

func (d *decoder) fail(n node, problem string) {
	if len(d.errs) < maxErrors {
		d.errs = append(d.errs, &Error{File: d.file, Line: n.Line, Column: n.Column, Field: n.field, Problem: problem})
	}
}

func (d *decoder) full() bool { return len(d.errs) >= maxErrors }

// decode reads the whole file.
func decode(file string, root *yaml.Node, opts *Options) (*document, error) {
	d := &decoder{file: file, opts: opts, ids: map[string]position{}}
	doc := &document{file: file}
	top := node{root, ""}
	d.readParams(top, doc) // patterns anywhere may use them
	version := 0
	d.object(top, fields{
		"version":      d.number(&version, 1, 1),
		"id":           d.name(&doc.id),
		"purpose":      d.text(&doc.purpose),
		"select":       func(n node) { d.selection(n, &doc.selects) },
		"owner":        func(n node) { d.owner(n, &doc.owner) },
		"mode":         oneOf(d, &doc.mode, "enforce", modeEnforce, "observe", modeObserve),
		"not_before":   d.time(&doc.notBefore),
		"expires":      d.time(&doc.expires),
		"review_by":    d.date(&doc.reviewBy),
		"on_unmatched": d.fallback(&doc.unmatched),
		"on_unknown":   d.fallback(&doc.unknown),
		"params":       func(node) {},
		"intents":      func(n node) { d.intents(n, &doc.intents) },
		"identities":   func(n node) { d.identities(n, &doc.identities) },
		"session":      func(n node) { d.session(n, &doc.session) },
		"approval":     d.approval(&doc.approval),
		"grants": func(n node) {
			doc.hasGrants = true
			d.list(n, func(n node) { doc.grants = append(doc.grants, d.grant(n, len(doc.grants))) })
		},
		"rules": func(n node) {
			d.list(n, func(n node) { doc.rules = append(doc.rules, d.rule(n, len(doc.rules))) })
		},
		"subagents": func(n node) { d.subagents(n, doc) },
		"budgets":   func(n node) { d.budgets(n, &doc.budgets) },
		"inert": func(n node) {
			d.object(n, fields{
				"tools":    d.names(&doc.inertTools),
				"commands": d.commands(&doc.inertCmds),
			})
		},
		"examples": func(n node) {
			read := func(want boundary.Verdict) func(node) {
				return func(n node) {
					d.list(n, func(n node) {
						doc.examples = append(doc.examples, d.example(n, example{whole: true, match: true, want: want}))
					})
				}
			}
			d.object(n, fields{"allow": read(boundary.Allow), "require_approval": read(boundary.RequireApproval), "deny": read(boundary.Deny)})
		},
	})
	if root.Kind == yaml.MappingNode {
		if version == 0 && !d.has(top, "version") {
			d.fail(top, "version is missing: write version: 1")
		}
		if doc.id == "" && !d.has(top, "id") {
			d.fail(top, "id is missing: name the policy")
		}
		for _, s := range doc.subagents {
			d.known(top, s, doc)
		}
	}
	if len(d.errs) > 0 {
		return nil, d.errs.sorted()
	}
	return doc, nil
}

func (d *decoder) has(n node, key string) bool { return d.child(n, key).Node != nil }

// child returns the value under a key of a mapping, or a node without a Node.
func (d *decoder) child(n node, key string) node {
	if n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == key {
				return node{n.Content[i+1], join(n.field, key)}
			}
		}
	}
	return node{}
}

// maxParams bounds the parameters of a policy.
const maxParams = 64

func (d *decoder) readParams(top node, doc *document) {
	n := d.child(top, "params")
	if n.Node == nil {
		return
	}
	if n.Kind != yaml.MappingNode {
		d.fail(n, "want a mapping of names to values")
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, val := node{n.Content[i], n.field}, node{n.Content[i+1], join(n.field, n.Content[i].Value)}
		p := param{name: key.Value}
		switch {
		case key.Kind != yaml.ScalarNode || !goodName(p.name):
			d.fail(key, "want a name of letters, digits, - and _")
			continue
		case slices.Contains(d.params, p.name):
			d.fail(val, "the key occurs twice")
			continue
		case len(d.params) == maxParams:
			d.fail(val, fmt.Sprintf("more than %d parameters", maxParams))
			return
		case val.Kind != yaml.ScalarNode:
			d.fail(val, "want a single value, or nothing if each session brings its own")
			continue
		}
		if val.ShortTag() != "!!null" {
			p.value, p.given = val.Value, true
		}
		if p.given && (p.value == "" || len(p.value) > maxPattern/2) {
			d.fail(val, "want 1 to 256 bytes, or nothing if each session brings its own")
		}
		d.params = append(d.params, p.name)
		doc.params = append(doc.params, p)
	}
}

// goodName reports whether s is fit for an id: it stands on spans and in metrics.
func goodName(s string) bool {
	if s == "" || len(s) > 100 {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_', c == '.', c == '/':
		default:
			return false
		}
	}
	return true
}

func (d *decoder) name(into *string) func(node) {
	return func(n node) {
		s, ok := d.str(n)
		if !ok {
			return
		}
		if !goodName(s) {
			d.fail(n, "want up to 100 letters, digits and - _ . /")
			return
		}
		*into = s
	}
}

// unique reads an id and holds it against the others of the file.
func (d *decoder) unique(what string, into *string) func(node) {
	read := d.name(into)
	return func(n node) {
		read(n)
		if *into == "" {
			return
		}
		if at, taken := d.ids[what+*into]; taken {
			d.fail(n, fmt.Sprintf("the id is taken by the %s at line %d", what, at.line))
			return
		}
		d.ids[what+*into] = position{n.Line, n.Column}
	}
}

// oneOf reads one of two or more words; pairs are word and value in turn.
func oneOf[T any](d *decoder, into *T, pairs ...any) func(node) {
	return func(n node) {
		var words []string
		for i := 0; i < len(pairs); i += 2 {
			word, _ := pairs[i].(string)
			if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!str" && n.Value == word {
				*into, _ = pairs[i+1].(T)
				return
			}
			words = append(words, word)
		}
		d.fail(n, "want "+strings.Join(words, ", "))
	}
}

func (d *decoder) fallback(into *fallback) func(node) {
	return oneOf(d, into, "deny", fallbackDeny, "require_approval", fallbackApproval, "observe", fallbackObserve)
}

func (d *decoder) verdict(into *boundary.Verdict) func(node) {
	return oneOf(d, into, "deny", boundary.Deny, "require_approval", boundary.RequireApproval)
}

// time reads a moment. A local time without an offset is an error: it would mean
// another moment on another machine.
func (d *decoder) time(into *time.Time) func(node) {
	return func(n node) {
		t, err := time.Parse(time.RFC3339, n.Value)
		if n.Kind != yaml.ScalarNode || err != nil {
			d.fail(n, "want a time with its offset, as in 2026-12-01T18:00:00+01:00")
			return
		}
		*into = t
	}
}

func (d *decoder) date(into *time.Time) func(node) {
	return func(n node) {
		t, err := time.Parse(time.DateOnly, n.Value)
		if n.Kind != yaml.ScalarNode || err != nil {
			d.fail(n, "want a date, as in 2026-12-15")
			return
		}
		*into = t
	}
}

// duration reads "90s", "1h30m", "7d".
func (d *decoder) duration(into *time.Duration) func(node) {
	return func(n node) {
		text := n.Value
		var days int
		if head, ok := strings.CutSuffix(text, "d"); ok {
			if _, err := fmt.Sscanf(head+";", "%d;", &days); err == nil && days > 0 && days <= 3660 {
				*into = time.Duration(days) * 24 * time.Hour
				return
			}
		}
		v, err := time.ParseDuration(text)
		if n.Kind != yaml.ScalarNode || err != nil || v <= 0 {
			d.fail(n, "want a length of time, as in 30m, 2h or 7d")
			return
		}
		*into = v
	}
}

func (d *decoder) selection(n node, s *selection) {
	params := d.params
	d.params = nil // which session it is, is asked before there are any
	defer func() { d.params = params }()
	d.object(n, fields{
		"repo":   d.oneOrMore(&s.repo, '/'),
		"branch": d.oneOrMore(&s.branch, '/'),
		"agent":  d.oneOrMore(&s.agent, 0),
		"task":   d.oneOrMore(&s.task, 0),
		"dir":    d.oneOrMore(&s.dir, '/'),
	})
}

// oneOrMore reads a pattern, or a list of them.
func (d *decoder) oneOrMore(into *[]glob, sep byte) func(node) {
	return func(n node) {
		if n.Kind == yaml.SequenceNode {
			d.globs(into, sep)(n)
			return
		}
		if g, ok := d.glob(n, sep); ok {
			*into = append(*into, g)
		}
	}
}

func (d *decoder) glob(n node, sep byte) (glob, bool) {
	s, ok := d.str(n)
	if !ok {
		return glob{}, false
	}
	g, err := compileGlob(s, sep, d.params, false)
	if err != nil {
		d.fail(n, err.Error())
		return glob{}, false
	}
	return g, true
}

func (d *decoder) globs(into *[]glob, sep byte) func(node) {
	return func(n node) {
		d.some(n, func(n node) {
			if g, ok := d.glob(n, sep); ok {
				*into = append(*into, g)
			}
		})
	}
}

// some reads a list that must not be empty.
func (d *decoder) some(n node, read func(node)) {
	if n.Kind == yaml.SequenceNode && len(n.Content) == 0 {
		d.fail(n, "an empty list matches nothing; leave the key out or name something")
		return
	}
	d.list(n, read)
}

var assurances = []any{
	"asserted", identity.Asserted, "parsed", identity.Parsed, "verified", identity.Verified, "attested", identity.Attested,
}

var principalKinds = []any{
	"human", identity.Human, "agent", identity.Agent, "workload", identity.Workload, "service", identity.Service, "device", identity.Device,
}

func (d *decoder) kinds(into *[]identity.Kind) func(node) {
	return func(n node) {
		d.some(n, func(n node) {
			var k identity.Kind
			if oneOf(d, &k, principalKinds...)(n); k != identity.UnknownKind {
				*into = append(*into, k)
			}
		})
	}
}

func (d *decoder) owner(n node, o *ownerRule) {
	o.stated = true
	d.object(n, fields{
		"require": oneOf(d, &o.assurance, assurances...),
		"kinds":   d.kinds(&o.kinds),
		"allow":   d.globs(&o.ids, 0),
	})
}

func (d *decoder) intents(n node, into *[]intent.Label) {
	d.some(n, func(n node) {
		s, ok := d.str(n)
		if !ok {
			return
		}
		l := intent.Label(s)
		if !knownLabel(l) {
			d.fail(n, "not a known intent")
			return
		}
		*into = append(*into, l)
	})
}

var labels = []intent.Label{
	intent.Refactor, intent.Debug, intent.Explore, intent.Test, intent.Build, intent.Dependency, intent.Docs, intent.Feature,
	intent.Review, intent.Deploy, intent.DataAnalysis, intent.Config, intent.VCS,
	intent.SecretHarvesting, intent.Reconnaissance, intent.Exfiltration, intent.PrivilegeEscalation, intent.Persistence,
	intent.Destruction, intent.DefenseEvasion, intent.LateralMovement, intent.Injection,
}

func knownLabel(l intent.Label) bool { return slices.Contains(labels, l) }

func (d *decoder) identities(n node, r *identityRule) {
	r.stated = true
	d.object(n, fields{
		"allow":     d.globs(&r.allow, 0),
		"on_switch": d.fallback(&r.onSwitch),
		"expect": func(n node) {
			d.some(n, func(n node) {
				var x expectation
				one := func(into **glob) func(node) {
					return func(n node) {
						if g, ok := d.glob(n, 0); ok {
							*into = &g
						}
					}
				}
				if d.object(n, fields{"from": one(&x.from), "to": one(&x.to), "max_ttl": d.duration(&x.maxTTL)}) && x.to == nil {
					d.fail(n, "to is missing: whom may the agent become?")
				}
				r.expect = append(r.expect, x)
			})
		},
	})
}

func (d *decoder) session(n node, s *sessionRule) {
	d.object(n, fields{
		"privileged": d.fallback(&s.privileged),
		"production": func(n node) {
			if d.object(n, d.selectorFields(&s.production, true)) && s.production.kinds == 0 {
				d.fail(n, "name what production is: resources, hosts, data …")
			}
		},
	})
}

func (d *decoder) approval(a *boundary.Approval) func(node) {
	return func(n node) {
		d.object(n, fields{
			"by":        d.texts(&a.By),
			"assurance": oneOf(d, &a.Assurance, assurances...),
			"not_owner": d.boolean(&a.NotOwner),
			"remember":  d.boolean(&a.Remember),
		})
	}
}

func (d *decoder) budgets(n node, b *budgets) {
	var kib int
	d.object(n, fields{
		"calls":    d.number(&b.calls, 1, 1<<30),
		"refusals": d.number(&b.refusals, 1, 1<<30),
		"kib":      d.number(&kib, 1, 1<<30),
		"duration": d.duration(&b.duration),
	})
	b.bytes = int64(kib) << 10
}

func (d *decoder) subagents(n node, doc *document) {
	if n.Kind != yaml.MappingNode {
		d.fail(n, "want a mapping of agents (or default) to lists of grants")
		return
	}
	f := fields{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		agent := n.Content[i].Value
		f[agent] = func(n node) {
			s := subagent{agent: agent}
			d.list(n, func(n node) {
				if id, ok := d.str(n); ok {
					s.grants = append(s.grants, id)
				}
			})
			doc.subagents = append(doc.subagents, s)
		}
	}
	d.object(n, f)
}

// known reports grants that a subagent is to keep and that do not exist.
func (d *decoder) known(top node, s subagent, doc *document) {
	at := d.child(d.child(top, "subagents"), s.agent)
	for i, id := range s.grants {
		if !slices.ContainsFunc(doc.grants, func(g *grant) bool { return g.id == id }) && i < len(at.Content) {
			d.fail(node{at.Content[i], at.field}, "no grant has this id")
		}
	}
}

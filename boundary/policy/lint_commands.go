package policy

import (
	"strings"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
)

// commands looks for what the commands of a grant also touch, as the analyzer
// tells it, and no grant covers: each as it stands, and one that takes arguments
// with the name of a file as well.
func (l *linter) commands(p *Policy, g *grant) {
	if l.opts.Analyzer == nil {
		return
	}
	said := map[string]bool{}
	for i := range g.targets.commands {
		text := strings.TrimSpace(strings.TrimSuffix(g.targets.commands[i].text, "*"))
		if text == "" || strings.ContainsAny(text, "*?[{$") {
			continue
		}
		l.command(p, g, text, text, said)
		if g.targets.commands[i].open {
			l.command(p, g, text, text+" ./"+exampleFile, said)
		}
	}
}

// exampleFile stands for the files that a command may name.
const exampleFile = "named-file"

func (l *linter) command(p *Policy, g *grant, text, call string, said map[string]bool) {
	v, req := p.example(&g.calls, &g.targets, &example{text: call}, &Options{Analyzer: l.opts.Analyzer})
	c := &caller{req: req}
	c.begin(l.ctx, v)
	for k := range req.Effects {
		e := &req.Effects[k]
		named := strings.HasSuffix(e.Target, "/"+exampleFile)
		if certainty(e) == effect.Unknown || text != call && !(named && e.Kind == effect.Path) {
			continue
		}
		var part Part
		if c.part(&part, k); part.Missed == "" {
			continue
		}
		var b strings.Builder
		if named {
			b.WriteString(verbs[min(int(e.Access), len(verbs)-1)] + " the files it is given")
		} else {
			c.what(&b, &note{reason: boundary.ReasonUnmatched, layer: c.last, effect: k + 1})
		}
		if need := b.String(); !said[need] {
			said[need] = true
			l.grant(g, "incomplete", "%s also means %s, which no grant covers%s", text, need, remedy(e))
		}
	}
}

// remedy says what a grant would need to cover an effect.
func remedy(e *effect.Effect) string {
	switch e.Kind {
	case effect.Code:
		return ": it needs code: [" + e.Target + "]"
	case effect.Path:
		if e.Target == exampleRepo || strings.HasPrefix(e.Target, exampleRepo+"/") {
			if e.Access != effect.Read {
				return `: it needs paths: ["${repo}/**"] with access: [` + e.Access.String() + "]"
			}
			return `: it needs paths: ["${repo}/**"]`
		}
	default:
	}
	return ""
}

package analyze

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/ambit-go/ambit/boundary/effect"
)

// Text that a shell evaluates where people see a name, a number or a definition:
// subscripts, prompts, callbacks of builtins, functions that are kept for later.

// subscript adds code for a text that is taken for a variable or a number: the
// shell evaluates what stands in a subscript of it, "a[$(id)]".
func (s *scan) subscript(text, raw string) {
	if strings.Contains(text, "$(") || strings.IndexByte(text, '`') >= 0 {
		s.code(inline, effect.Unknown, raw)
	}
}

// subscripts is the same for the arguments of a builtin that takes names.
func (c *cmd) subscripts(args []word) {
	for i := range args {
		c.subscript(args[i].text, c.raw)
	}
}

// evaluated looks at the words of an arithmetic expression, whose quotes and
// variables are read as expressions themselves.
func (s *scan) evaluated(st *state, n syntax.Node) {
	if n == nil {
		return
	}
	syntax.Walk(n, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.CmdSubst, *syntax.ProcSubst:
			return false // looked at as commands
		case *syntax.SglQuoted:
			s.subscript(n.Value, source(s.src, n))
		case *syntax.ParamExp:
			if n.Param != nil {
				s.evaluatedName(st, n.Param.Value)
			}
		case *syntax.Lit:
			s.evaluatedName(st, n.Value)
		}
		return !s.full
	})
}

// evaluatedName follows a variable whose value is an expression in its turn.
func (s *scan) evaluatedName(st *state, name string) {
	for range 4 {
		b := st.lookup(name)
		if b == nil || b.isArr || b.fn != nil || b.val.text == "" {
			return
		}
		s.subscript(b.val.text, name)
		name = b.val.text
	}
}

// asPrompt adds code for ${v@P}, which expands v once more.
func (s *scan) asPrompt(v value, raw string) {
	if !v.exact || strings.Contains(v.text, "$(") || strings.IndexByte(v.text, '`') >= 0 {
		s.code(inline, effect.Unknown, raw)
	}
}

// runCallback looks at builtins that are given a command for later, as the value
// of an option: mapfile -C, complete -C, bind -x, jobs -x.
func runCallback(c *cmd, sp spec, args []word) {
	c.out = feed{}
	for i := range args {
		t := args[i].text
		switch {
		case !args[i].exact && args[i].mayDash():
			c.code(inline, effect.Unknown, c.raw)
		case sp.name == "bind" && (t == "-x" || t == "-f"), sp.name == "enable" && strings.HasPrefix(t, "-f"), sp.name == "zmodload":
			c.code(plugin, effect.Unknown, c.raw)
		case sp.name == "jobs" && t == "-x":
			c.rest(args[i+1:])
			return
		case (sp.name == "complete" || sp.name == "compgen") && t == "-C" && i+1 < len(args):
			c.text(args[i+1].value, args[i+1].raw)
			c.out = feed{}
		}
	}
}

// runHash looks at hash, which can make a name stand for another program.
func runHash(c *cmd, _ spec, args []word) {
	c.out = feed{}
	for i := range args {
		if !strings.HasPrefix(args[i].text, "-p") {
			continue
		}
		path, names := args[i].after(2), args[i+1:]
		if args[i].is("-p") && len(names) > 0 {
			path, names = names[0].value, names[1:]
		}
		c.script(path, c.raw)
		for _, w := range names {
			c.bind(&c.st, binding{name: w.text + "=", val: path})
		}
		return
	}
}

// runHistory looks at fc and history: what they run again nobody sees here.
func runHistory(c *cmd, sp spec, args []word) {
	if sp.name == "fc" && !slices.ContainsFunc(args, func(w word) bool { return strings.HasPrefix(w.text, "-l") }) {
		c.code(inline, effect.Unknown, c.raw)
	}
	c.plainly(sp, args)
}

// A definition is a function that a command defines.
type definition struct {
	body *syntax.Stmt
	src  string
	st   state
}

// uncalled looks, behind everything else, at functions that were defined and not called: a shell that
// stays open runs them in place of what the next command names.
func (s *scan) uncalled() {
	for i := 0; i < len(s.defined) && !s.full; i++ { // there may be more inside
		d := s.defined[i]
		if slices.Contains(s.called, d.body) || !s.enter() {
			continue
		}
		st := d.st
		s.bind(&st, binding{name: "@", list: []word{{many: true}}, isArr: true})
		s.bind(&st, binding{name: "*", list: []word{{many: true}}, isArr: true})
		for i := range 9 {
			s.bind(&st, binding{name: string(rune('1' + i))})
		}
		src := s.src
		s.src = d.src
		s.stmt(d.body, st, feed{kind: feedAny})
		s.src = src
		s.leave()
	}
}

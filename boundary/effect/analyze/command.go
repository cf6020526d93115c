package analyze

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/ambit-go/ambit/boundary/effect"
)

// A cmd is one simple command: a program and its arguments, after expansion.
type cmd struct {
	*scan
	st     state // where it runs; a handler changes it to what it leaves behind
	failed state // what is left behind on failure, if split
	split  bool
	words  []word
	raw    string // as written, for the Raw of effects
	in     feed
	out    feed
}

// simple looks at a simple command of a parsed text.
func (s *scan) simple(c *syntax.CallExpr, st state, in feed) result {
	if len(c.Args) == 0 {
		for _, a := range c.Assigns {
			s.assign(&st, a)
		}
		return unchanged(st, feed{})
	}
	base := len(s.words)
	for _, w := range c.Args {
		s.expand(&st, w, s.src)
	}
	words := s.words[base:]
	if len(words) == 0 {
		s.words = s.words[:base]
		return unchanged(st, feed{})
	}
	raw := ""
	if from, to := int(c.Args[0].Pos().Offset()), int(c.Args[len(c.Args)-1].End().Offset()); from <= to && to <= len(s.src) {
		raw = s.src[from:to]
	}
	in2 := st
	for _, a := range c.Assigns {
		s.assign(&in2, a)
	}
	r := s.exec(words, raw, in2, in)
	s.words = s.words[:base]
	for _, a := range c.Assigns { // they hold for this command only
		if a.Name == nil {
			continue
		}
		old := binding{name: a.Name.Value}
		if old.name == "IFS" {
			old.val = known(blanks)
		}
		if b := st.lookup(a.Name.Value); b != nil {
			old = *b
			old.next, old.depth = nil, 0
		}
		s.bind(&r.ok, old)
		s.bind(&r.fail, old)
	}
	return r
}

// assign binds a variable and adds what its name means to programs.
func (s *scan) assign(st *state, a *syntax.Assign) {
	if a.Name == nil {
		if a.Value != nil {
			s.wordValue(st, a.Value)
		}
		return
	}
	name := a.Name.Value
	if a.Array != nil {
		base := len(s.words)
		for _, e := range a.Array.Elems {
			if e.Value != nil {
				s.expand(st, e.Value, s.src)
			}
			s.inside(st, e.Index)
		}
		list := append([]word(nil), s.words[base:]...)
		s.words = s.words[:base]
		if a.Append {
			if b := st.lookup(name); b != nil && b.isArr {
				list = append(append([]word(nil), b.list...), list...)
			} else {
				list = append(list, word{many: true})
			}
		}
		s.bind(st, binding{name: name, list: list, isArr: true})
		return
	}
	if a.Index != nil {
		s.inside(st, a.Index)
		s.wordValue(st, a.Value)
		s.bind(st, binding{name: name})
		return
	}
	v := s.assigned(st, a.Value)
	if a.Append {
		before, _ := s.variable(st, name, true)
		if before.exact && v.exact && len(before.text)+len(v.text) <= maxValue {
			v = known(before.text + v.text)
		} else {
			v = value{text: before.text}
		}
	}
	s.setenv(st, name, v, source(s.src, a))
	s.bind(st, binding{name: name, val: v})
}

// assigned is the value of the right side of an assignment: "~" counts after
// every colon there, patterns do not.
func (s *scan) assigned(st *state, w *syntax.Word) value {
	v := s.wordValue(st, w)
	if v.glob {
		v.glob = false
	}
	return v
}

// declare looks at export, local, readonly, declare and typeset.
func (s *scan) declare(c *syntax.DeclClause, st *state) {
	local := c.Variant.Value != "export" && c.Variant.Value != "readonly"
	folds, named := false, false // the value is not what is written; some argument is no option
	for _, a := range c.Args {
		if a.Naked && a.Name == nil { // options
			t := s.wordValue(st, a.Value).text
			s.subscript(t, c.Variant.Value)
			named = named || t != "" && t[0] != '-'
			if strings.HasPrefix(t, "-") || t == "" {
				local = local && !strings.Contains(t, "g")
				folds = folds || strings.ContainsAny(t, "iulc") || t == ""
				if strings.Contains(t, "n") && c.Variant.Value != "export" || c.Variant.Value == "nameref" {
					s.unknown(effect.AnyKind, effect.NoAccess, c.Variant.Value) // another name for a variable: what is set here is set there
				}
			}
			continue
		}
		if a.Naked {
			if c.Variant.Value != "export" && c.Variant.Value != "readonly" {
				s.bind(st, binding{name: a.Name.Value, val: known(""), local: local})
			}
			continue
		}
		s.assign(st, a)
		if st.vars == nil || a.Name == nil || st.vars.name != a.Name.Value {
			continue
		}
		st.vars.local = st.vars.local || local // just bound
		if folds {
			st.vars.val = value{}
		}
	}
	if len(c.Args) == 0 || len(c.Args) == 1 && c.Args[0].Name == nil && !named {
		s.secret(effect.Read, "env:", effect.Prefix, c.Variant.Value)
	}
}

// exec looks at one simple command.
func (s *scan) exec(words []word, raw string, st state, in feed) result {
	if !s.step() || len(words) == 0 {
		return unchanged(st, feed{kind: feedAny})
	}
	var c *cmd
	if n := len(s.cmds); n > 0 {
		c, s.cmds = s.cmds[n-1], s.cmds[:n-1]
	} else {
		c = new(cmd)
	}
	c.scan, c.st, c.words, c.raw, c.in, c.out = s, st, words, raw, in, feed{kind: feedAny}
	c.dispatch()
	if !c.split {
		c.failed = c.st
	}
	r := result{ok: c.st, fail: c.failed, out: c.out}
	*c = cmd{}
	if len(s.cmds) < maxDepth {
		s.cmds = append(s.cmds, c)
	}
	return r
}

func (c *cmd) dispatch() {
	w := &c.words[0]
	name, ok := w.lit()
	if !ok || w.many && !w.exact {
		c.unknown(effect.Command, effect.Exec, c.raw)
		return
	}
	if name == "" {
		c.unknown(effect.Command, effect.Exec, c.raw)
		return
	}
	if c.st.vars != nil {
		if b := c.st.lookup(name + "()"); b != nil {
			c.function(b)
			return
		}
		if c.st.lookup(name+"=") != nil { // an alias of this command's own making
			c.unknown(effect.Command, effect.Exec, c.raw)
			return
		}
	}
	if strings.IndexByte(name, '/') >= 0 {
		short, ok := systemProgram(name)
		if !ok || short == "" {
			c.ownProgram(w.value)
			return
		}
		name = short
	}
	if short, ok := strings.CutSuffix(name, ".exe"); ok && short != "" {
		name = short
	}
	sp := specOf(name)
	if sp.row == nil {
		c.other(name)
		return
	}
	c.program(sp, c.words[1:])
}

// program looks at a program that has a spec.
func (c *cmd) program(sp spec, args []word) {
	if sp.run != nil {
		sp.run(c, sp, args)
		return
	}
	if sp.sub {
		c.subcommand(sp, args)
		return
	}
	c.plainly(sp, args)
}

// plainly adds what a line of the tables says.
func (c *cmd) plainly(sp spec, args []word) {
	c.ran(sp.name, sp.access, effect.Exact)
	c.done(sp, args)
}

// done is plainly without the Command effect.
func (c *cmd) done(sp spec, args []word) {
	c.apply(sp, args)
	if sp.code != "" {
		c.code(sp.code, effect.Exact, c.raw)
	}
	if sp.away {
		c.add(effect.Effect{Kind: effect.Host, Access: effect.Connect, Raw: c.raw, Direction: effect.Out})
	}
	if sp.host != "" {
		c.add(effect.Effect{Kind: effect.Host, Access: effect.Connect, Target: sp.host, Raw: c.raw, Certainty: effect.Exact, Direction: sp.direction()})
	}
	switch {
	case sp.pass && len(args) == 0, sp.pass && c.in.kind != feedNone && c.in.kind != feedText:
		c.out = c.in
	case sp.pass && len(c.words) > 1 && c.in.kind == feedNone:
		c.out = feed{kind: feedFile, val: lastOperand(args)}
	case sp.pass:
		c.out = feed{kind: feedAny}
	default:
		c.out = feed{kind: sp.out}
		if sp.out == feedNone && sp.access == effect.Read && sp.star != roleNone {
			c.out.kind = feedAny
		}
	}
}

// lastOperand is the last of args that is no option.
func lastOperand(args []word) value {
	for _, arg := range slices.Backward(args) {
		if !arg.mayDash() {
			return arg.value
		}
	}
	return value{}
}

// ran adds the Command effect of a program: its name and subcommand. Access
// Read says that the other effects tell all it does.
func (c *cmd) ran(name string, access effect.Access, sure effect.Certainty) {
	if c.st.away != nil {
		access = effect.Exec
	}
	c.add(effect.Effect{Kind: effect.Command, Access: access, Target: name, Raw: c.raw, Certainty: sure})
}

// subcommand looks up "tool word", the word being the first operand.
func (c *cmd) subcommand(sp spec, args []word) {
	i := c.global(sp, args)
	if i >= len(args) {
		c.ran(sp.name, effect.Read, effect.Exact)
		return
	}
	word, ok := args[i].lit()
	if !ok {
		c.add(effect.Effect{Kind: effect.Command, Access: effect.Exec, Target: sp.name, Raw: c.raw, Certainty: effect.Prefix})
		c.unknown(effect.AnyKind, effect.NoAccess, c.raw)
		return
	}
	sub := specOf(sp.name + " " + word)
	if sub.row == nil {
		c.ran(sp.name+" "+word, effect.Exec, effect.Exact)
		c.names(args[i+1:])
		return
	}
	c.program(sub, args[i+1:])
}

// global reads the options before the subcommand, and returns its index.
func (c *cmd) global(sp spec, args []word) int {
	i := 0
	for ; i < len(args); i++ {
		w := &args[i]
		if !w.mayDash() || w.text == "" {
			break
		}
		n, _ := c.option(sp, args, i)
		i += n
	}
	return i
}

// systemProgram returns the plain name of a program given by its path in a
// folder of the system.
func systemProgram(path string) (string, bool) {
	switch dir := parent(path); dir {
	case "/bin", "/usr/bin", "/sbin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "/opt/homebrew/bin", "/usr/local/go/bin", "/snap/bin":
		return base(path), true
	}
	return "", false
}

// ownProgram runs a file that is given by its path.
func (c *cmd) ownProgram(v value) {
	name := c.script(v, c.raw)
	sure := effect.Exact
	if name == "" {
		sure = effect.Unknown
	}
	c.ran(name, effect.Exec, sure)
	c.names(c.words[1:])
}

// script adds a file that is executed, and returns how policies name it: from
// the top of the repository ("./scripts/x.sh"), or absolute.
func (c *cmd) script(v value, raw string) string {
	text, ok := v.lit()
	if c.st.away != nil {
		c.path(&c.st, v, raw, effect.Exec, self)
		return text
	}
	if !ok {
		c.path(&c.st, v, raw, effect.Exec, self)
		c.code(workspace, effect.Unknown, raw)
		return ""
	}
	if text == "" {
		return ""
	}
	if text == "/dev/fd/0" || text == "-" || text == "/dev/stdin" {
		c.fedCode(raw)
		return ""
	}
	before := len(c.dst)
	c.path(&c.st, v, raw, effect.Exec, self)
	name := ""
	for _, e := range c.dst[before:] {
		if e.Kind == effect.Path && e.Certainty == effect.Exact {
			name = e.Target
			break
		}
	}
	if name == "" && !c.full && text[0] == '/' {
		name = clean(text) // seen before in this call
	} else if name == "" && !c.st.lost {
		name = clean(join(c.st.dir, text))
	}
	root := c.call.Root
	if root == "" {
		root = c.call.Dir
	}
	if in := c.relativeTo(root, name); in != "" {
		c.code(workspace, effect.Exact, raw)
		return "./" + in
	}
	return name
}

// relativeTo returns name from the folder root, resolved as name is; "" if it
// does not lie there.
func (s *scan) relativeTo(root, name string) string {
	if root == "" || name == "" {
		return ""
	}
	for _, r := range [...]string{root, s.paths.walk(root, 0).path} {
		if r != "" && within(name, r) && len(name) > len(r) {
			return strings.TrimPrefix(name[len(r):], "/")
		}
	}
	return ""
}

// other looks at a program without a spec.
func (c *cmd) other(name string) {
	c.ran(name, effect.Exec, effect.Exact)
	c.names(c.words[1:])
}

// names adds what the arguments of a program we do not know look like.
func (c *cmd) names(args []word) {
	for i := range args {
		w := args[i]
		if len(w.text) > 1 && w.text[0] == '-' {
			eq := strings.IndexByte(w.text, '=')
			if eq < 0 {
				continue
			}
			w.value = w.after(eq + 1)
		}
		c.named(w.value, w.raw)
	}
}

// named adds what v looks like: an address, a path, or nothing.
func (c *cmd) named(v value, raw string) {
	t := v.text
	if t == "" || len(t) > maxPath || strings.ContainsAny(t, "\n ") && !strings.HasPrefix(t, "/") {
		return
	}
	if scheme, _, ok := strings.Cut(t, "://"); ok && schemeLike(scheme) {
		c.url(v, raw, effect.NoDirection)
		return
	}
	if pathLike(t) {
		c.path(&c.st, v, raw, effect.NoAccess, self)
	}
}

// schemeLike reports whether t may be the scheme of a URL.
func schemeLike(t string) bool {
	for i := range len(t) {
		if !letter(t[i]) && (i == 0 || strings.IndexByte("0123456789+.-", t[i]) < 0) {
			return false
		}
	}
	return t != ""
}

// pathLike reports whether t is meant as a path rather than a word.
func pathLike(t string) bool {
	switch {
	case t[0] == '/', strings.HasPrefix(t, "./"), strings.HasPrefix(t, "../"), t == ".", t == "..", strings.HasPrefix(t, "~/"):
		return true
	case strings.ContainsAny(t, "@:=,;|&<>$`\"'(){}!^"):
		return false
	}
	if strings.Contains(t, "/") {
		return true
	}
	dot := strings.LastIndexByte(t, '.')
	return dot >= 0 && dot < len(t)-1 && len(t)-dot <= 6 && !digits(t[dot+1:]) || strings.HasPrefix(t, ".env")
}

// function runs a function that the text defined.
func (c *cmd) function(b *binding) {
	c.called = append(c.called, b.fn)
	if !c.enter() {
		return
	}
	defer c.leave()
	st := c.st
	args := append([]word(nil), c.words[1:]...)
	for i, w := range args {
		if i < 9 {
			c.bind(&st, binding{name: string(rune('1' + i)), val: w.value})
		}
		if w.many {
			break
		}
	}
	c.bind(&st, binding{name: "@", list: args, isArr: true})
	c.bind(&st, binding{name: "*", list: args, isArr: true})
	src := c.src
	c.src = b.src
	r := c.stmt(b.fn, st, c.in)
	c.src = src
	own := c.st
	c.st, c.failed, c.split, c.out = r.ok, r.fail, true, r.out
	c.restore(&c.st, &own)
	c.restore(&c.failed, &own)
	c.st.dead, c.failed.dead = false, false // return, not exit; a function that exits is rare
	if c.st.dir == "" {
		c.st.dir = st.dir
	}
	if c.failed.dir == "" {
		c.failed.dir = st.dir
	}
}

// restore gives st, what a function leaves behind, the caller's parameters, and
// makes unknown what was local to the function.
func (c *cmd) restore(st, caller *state) {
	for b := st.vars; b != nil && b != caller.vars && !c.full; b = b.next {
		switch {
		case b.local || b.name == "@" || b.name == "*" || len(b.name) == 1 && '1' <= b.name[0] && b.name[0] <= '9':
			old := binding{name: b.name}
			if was := caller.lookup(b.name); was != nil {
				old = *was
				old.next, old.depth = nil, 0
			} else if b.name == "@" || b.name == "*" {
				old.list, old.isArr = []word{{many: true}}, true
			}
			if latest := st.lookup(b.name); latest == b { // not seen yet
				c.bind(st, old)
			}
		}
	}
}

// rest runs what follows as a command of its own: what a wrapper does.
func (c *cmd) rest(words []word) {
	c.wrapped(words, c.st, c.in)
}

func (c *cmd) wrapped(words []word, st state, in feed) {
	if len(words) == 0 || !c.enter() {
		return
	}
	r := c.exec(words, joinRaw(words), st, in)
	c.leave()
	c.out = r.out
}

// joinRaw is the text of words.
func joinRaw(words []word) string {
	n := 0
	for i := range words {
		n += len(words[i].raw) + 1
	}
	if n > 2048 {
		return words[0].raw
	}
	var b strings.Builder
	b.Grow(n)
	for i := range words {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(words[i].raw)
	}
	return b.String()
}

// text runs a value as the text of a shell command.
func (c *cmd) text(v value, raw string) {
	t, ok := v.lit()
	if !ok {
		c.code(inline, effect.Unknown, raw)
		if v.text != "" { // evidence
			c.shell(firstLine(v.text), c.st, feed{kind: feedAny})
		}
		return
	}
	c.out = c.shell(t, c.st, c.in).out
}

// firstLine cuts a text that is not known to its end behind the last whole command.
func firstLine(t string) string {
	if i := strings.LastIndexAny(t, ";\n|&"); i > 0 {
		return t[:i]
	}
	return ""
}

// fedCode runs what comes in from standard input as code.
func (c *cmd) fedCode(raw string) {
	switch c.in.kind {
	case feedText:
		if c.in.val.exact {
			c.code(inline, effect.Exact, raw)
			return
		}
		c.code(inline, effect.Unknown, raw)
	case feedNet:
		c.code(remote, effect.Exact, raw)
	case feedFile:
		c.script(c.in.val, raw)
	case feedNone:
	default:
		c.code(inline, effect.Unknown, raw)
	}
}

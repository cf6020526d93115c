package analyze

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/ambit-go/ambit/boundary/effect"
)

// What the shell does itself. Most builtins touch nothing, and then they are no
// effect at all: a policy that lets "go test" run has no interest in the "cd"
// before it.

func (c *cmd) inert(_ spec, _ []word) { c.out = feed{} }

// chdir is cd for this command: git -C, make -C, env -C.
func (c *cmd) chdir(v value, raw string) { c.cd(v, raw) }

// cd changes the folder of c.st. A shell follows ".." by text there.
func (c *cmd) cd(v value, raw string) {
	if c.st.away != nil {
		c.st.lost = true
		return
	}
	text, ok := v.lit()
	if !ok {
		c.path(&c.st, v, raw, effect.Read, self)
		c.st.lost = true
		return
	}
	if text == "" {
		return
	}
	if c.disk == nil && c.st.alt == "" && (text[0] == '/' || !c.st.lost) {
		// As a shell reads "..", links or not, unless it is told otherwise.
		if text[0] == '/' {
			v = known(clean(text))
		} else {
			v = known(clean(join(c.st.dir, text)))
		}
	}
	c.path(&c.st, v, raw, effect.Read, self)
	if text[0] != '/' {
		if c.st.lost {
			return
		}
		if text[0] != '.' && c.st.lookup("CDPATH") != nil { // it may lie in a folder of that list
			c.st.lost = true
			return
		}
		if c.st.alt != "" {
			c.st.alt = clean(join(c.st.alt, text))
		}
		text = join(c.st.dir, text)
	} else {
		c.st.alt, c.st.lost = "", false
	}
	c.st.dir = clean(text)
}

func runCd(c *cmd, sp spec, args []word) {
	c.out = feed{}
	for len(args) > 0 && len(args[0].text) > 1 && args[0].text[0] == '-' {
		args = args[1:]
	}
	before := c.st
	if sp.name == "popd" {
		c.popd()
		return
	}
	var v value
	raw := "~"
	switch {
	case len(args) == 0:
		v = c.homeOf(&c.st, "")
	case args[0].is("-"):
		if b := c.st.lookup("OLDPWD"); b != nil {
			v = b.val
		}
	default:
		v, raw = args[0].value, args[0].raw
	}
	c.cd(v, raw)
	if !c.full {
		old := value{}
		if !before.lost && before.alt == "" {
			old = known(before.dir)
		}
		c.bind(&c.st, binding{name: "OLDPWD", val: old})
	}
	c.split, c.failed = true, before
	if c.isFolder(c.st.dir) && !c.st.lost && c.st.alt == "" && c.st.away == nil {
		c.failed.dead = true // it is there: the command behind a ";" runs in it
	}
	if sp.name == "pushd" && !c.full {
		c.out = feed{kind: feedAny}
		stack := binding{name: "pushd", isArr: true}
		if b := before.lookup("pushd"); b != nil {
			stack.list = b.list
		}
		old := word{}
		if !before.lost && before.alt == "" {
			old.value = known(before.dir)
		}
		stack.list = append(slices.Clip(stack.list), old)
		c.bind(&c.st, stack)
	}
}

// popd goes back to where the last pushd came from.
func (c *cmd) popd() {
	c.out = feed{kind: feedAny}
	b := c.st.lookup("pushd")
	if b == nil || len(b.list) == 0 {
		c.st.lost = true
		return
	}
	to := b.list[len(b.list)-1]
	c.bind(&c.st, binding{name: "pushd", isArr: true, list: b.list[:len(b.list)-1]})
	c.cdQuiet(to.value)
}

func runEcho(c *cmd, _ spec, args []word) {
	escapes := false
	for len(args) > 0 && len(args[0].text) > 1 && args[0].text[0] == '-' && strings.Trim(args[0].text[1:], "neE") == "" {
		escapes = escapes || strings.Contains(args[0].text, "e")
		args = args[1:]
	}
	if len(args) == 0 {
		c.out = feed{kind: feedText, val: known("")}
		return
	}
	v := args[0].value
	if len(args) > 1 {
		var b strings.Builder
		v = value{exact: true}
		for i, w := range args {
			if i > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(w.text)
			if !w.exact || w.glob || b.Len() > maxValue {
				v.exact = false
				break
			}
		}
		v.text = b.String()
	}
	if escapes && strings.Contains(v.text, "\\") || v.glob {
		v = value{}
	}
	c.out = feed{kind: feedText, val: v}
}

func runPrintf(c *cmd, _ spec, args []word) {
	c.out = feed{kind: feedAny}
	if len(args) > 1 && args[0].is("-v") {
		c.subscripts(args[1:2])
		if name, ok := args[1].lit(); ok {
			c.bind(&c.st, binding{name: name})
		}
		c.out = feed{}
		return
	}
	if len(args) == 1 && args[0].exact && !strings.ContainsAny(args[0].text, "%\\") {
		c.out = feed{kind: feedText, val: args[0].value}
	}
	if len(args) == 2 && args[1].exact && (args[0].is("%s") || args[0].is(`%s\n`)) {
		c.out = feed{kind: feedText, val: args[1].value}
	}
}

func runPwd(c *cmd, _ spec, _ []word) {
	c.out = feed{kind: feedText, val: known(c.st.dir)}
	if c.st.lost || c.st.alt != "" || c.st.away != nil {
		c.out.val = value{}
	}
}

func runExit(c *cmd, _ spec, _ []word) {
	c.st.dead = true
	c.out = feed{}
}

// runTest looks at [ and test: files they ask about are looked at.
func runTest(c *cmd, _ spec, args []word) {
	c.out = feed{}
	for i := 0; i+1 < len(args); i++ {
		if args[i].is("-v") {
			c.subscripts(args[i+1 : i+2])
		}
		if t := args[i].text; len(t) == 2 && t[0] == '-' && strings.IndexByte("abcdefghkLNOGprsSuwx", t[1]) >= 0 {
			c.path(&c.st, args[i+1].value, args[i+1].raw, effect.Read, self)
		}
	}
}

// runRead binds the names that read, mapfile and readarray set from their input.
func runRead(c *cmd, sp spec, args []word) {
	v := value{}
	switch c.in.kind {
	case feedNames, feedToken:
		v = c.in.asValue()
	}
	names := 0
	c.subscripts(args)
	for i := 0; i < len(args); i++ {
		t, ok := args[i].lit()
		if !ok {
			continue
		}
		if len(t) > 1 && t[0] == '-' {
			if t == "-C" && sp.name != "read" && i+1 < len(args) {
				c.text(args[i+1].value, args[i+1].raw)
			}
			if strings.IndexByte("adinNptuOsC", t[len(t)-1]) >= 0 && t != "-s" && t != "-t" {
				if t[len(t)-1] == 'a' {
					continue
				}
				i++
			}
			continue
		}
		names++
		switch {
		case sp.name != "read":
			c.bind(&c.st, binding{name: t, list: []word{{value: v, many: true}}, isArr: true})
		case i < len(args)-1 || names > 1: // the line is cut at blanks
			c.bind(&c.st, binding{name: t})
		default:
			c.bind(&c.st, binding{name: t, val: v})
		}
	}
	if names == 0 {
		c.bind(&c.st, binding{name: "REPLY", val: v})
	}
	c.out = feed{}
}

func runEval(c *cmd, _ spec, args []word) {
	if len(args) == 0 {
		return
	}
	c.ran("eval", effect.Read, effect.Exact)
	var b strings.Builder
	for i, w := range args {
		t, ok := w.lit()
		if !ok || w.many {
			c.code(inline, effect.Unknown, c.raw)
			c.st.lost = true
			c.forgetAll()
			return
		}
		if i > 0 {
			b.WriteByte(' ')
		}
		if b.WriteString(t); b.Len() > maxShell {
			c.limit()
			return
		}
	}
	r := c.shell(b.String(), c.st, c.in)
	c.st, c.failed, c.split, c.out = r.ok, r.fail, true, r.out
}

// forgetAll makes every variable unknown.
func (c *cmd) forgetAll() {
	names := map[string]bool{}
	for b := c.st.vars; b != nil; b = b.next {
		names[b.name] = true
	}
	for n := range names {
		if !strings.HasSuffix(n, "()") {
			c.bind(&c.st, binding{name: n})
		}
	}
}

// runSource looks at "." and source: a file whose code changes this shell.
func runSource(c *cmd, _ spec, args []word) {
	if len(args) == 0 {
		return
	}
	if args[0].proc != nil {
		c.in = *args[0].proc
		c.fedCode(c.raw)
	} else {
		c.ran("source", effect.Read, effect.Exact)
		c.script(args[0].value, args[0].raw)
	}
	c.forgetAll() // it may set any of them
	c.out = feed{kind: feedAny}
}

func runExec(c *cmd, _ spec, args []word) {
	c.out = feed{}
	for len(args) > 0 && len(args[0].text) > 1 && args[0].text[0] == '-' {
		if args[0].is("-a") && len(args) > 1 {
			args = args[1:]
		}
		args = args[1:]
	}
	if len(args) > 0 {
		c.rest(args)
		c.st.dead = true
	}
}

// runCommand looks at command, builtin and their kin. "command -v x" only asks.
func runCommand(c *cmd, _ spec, args []word) {
	for len(args) > 0 && len(args[0].text) > 1 && args[0].text[0] == '-' {
		if strings.ContainsAny(args[0].text, "vV") {
			c.out = feed{kind: feedAny}
			return
		}
		args = args[1:]
	}
	if len(args) == 0 {
		return
	}
	if !c.enter() {
		return
	}
	r := c.exec(args, joinRaw(args), c.st, c.in)
	c.leave()
	c.st, c.failed, c.split, c.out = r.ok, r.fail, true, r.out
}

func runSet(c *cmd, _ spec, args []word) {
	c.out = feed{}
	if len(args) == 0 {
		c.secret(effect.Read, "env:", effect.Prefix, c.raw)
		c.out = feed{kind: feedAny}
		return
	}
	for i, w := range args {
		switch {
		case w.is("--"):
			c.positional(args[i+1:])
			return
		case w.is("-o") || w.is("+o"):
			if i+1 < len(args) && args[i+1].is("errexit") {
				c.st.errexit = w.text == "-o"
			}
		case len(w.text) > 1 && w.text[0] == '-' && w.exact:
			c.st.errexit = c.st.errexit || strings.Contains(w.text, "e")
		case len(w.text) > 1 && w.text[0] == '+':
			c.st.errexit = c.st.errexit && !strings.Contains(w.text, "e")
		case i == 0:
			c.positional(args)
			return
		}
	}
}

func (c *cmd) positional(args []word) {
	list := append([]word(nil), args...)
	c.bind(&c.st, binding{name: "@", list: list, isArr: true})
	c.bind(&c.st, binding{name: "*", list: list, isArr: true})
	for i := range min(len(list), 9) {
		c.bind(&c.st, binding{name: string(rune('1' + i)), val: list[i].value})
	}
}

// runShift makes the numbered parameters unknown.
func runShift(c *cmd, _ spec, _ []word) {
	c.out = feed{}
	for i := range 9 {
		c.bind(&c.st, binding{name: string(rune('1' + i))})
	}
	c.bind(&c.st, binding{name: "@", list: []word{{many: true}}, isArr: true})
}

func runUnset(c *cmd, _ spec, args []word) {
	c.out = feed{}
	c.subscripts(args)
	for _, w := range args {
		if t, ok := w.lit(); ok && syntax.ValidName(t) {
			c.bind(&c.st, binding{name: t, val: known("")})
		}
	}
}

// runAlias notes names that now mean something else, and looks at what.
func runAlias(c *cmd, _ spec, args []word) {
	c.out = feed{}
	for _, w := range args {
		if w.text == "-g" || w.text == "-s" || !w.exact { // zsh: anywhere in a command
			c.unknown(effect.Command, effect.Exec, c.raw)
			continue
		}
		if name, text, ok := strings.Cut(w.text, "="); ok {
			c.text(known(text), w.raw) // a shell that stays open runs it later
			c.out = feed{}
			c.bind(&c.st, binding{name: name + "=", val: known(text)})
		}
	}
}

// runTrap looks at the command a trap will run.
func runTrap(c *cmd, _ spec, args []word) {
	c.out = feed{}
	for len(args) > 0 && args[0].mayDash() && args[0].text != "" {
		if args[0].is("-") {
			return
		}
		args = args[1:]
	}
	if len(args) > 1 {
		c.text(args[0].value, args[0].raw)
		c.out = feed{}
	}
}

func runExport(c *cmd, _ spec, args []word) { // as in "command export A=b", or in a list of words
	c.out = feed{}
	c.subscripts(args)
	for _, w := range args {
		if name, _, ok := strings.Cut(w.text, "="); ok && syntax.ValidName(name) {
			v := w.after(len(name) + 1)
			c.setenv(&c.st, name, v, w.raw)
			c.bind(&c.st, binding{name: name, val: v})
		}
	}
}

// runLookup looks at which, type and hash: they name programs and touch none.
func runLookup(c *cmd, _ spec, _ []word) { c.out = feed{kind: feedAny} }

// runSecretEnv looks at env and printenv without a command: all variables.
func (c *cmd) printEnv(names []word) {
	c.ran("printenv", effect.Read, effect.Exact)
	c.out = feed{kind: feedAny}
	if len(names) == 0 {
		c.secret(effect.Read, "env:", effect.Prefix, c.raw)
	}
	for _, w := range names {
		t, ok := w.lit()
		switch {
		case !ok:
			c.secret(effect.Read, "env:", effect.Prefix, w.raw)
		case c.secretEnv(t):
			c.secret(effect.Read, "env:"+t, effect.Exact, w.raw)
		}
	}
}

func runPrintenv(c *cmd, _ spec, args []word) {
	names := args
	for len(names) > 0 && names[0].text != "" && names[0].text[0] == '-' {
		names = names[1:]
	}
	c.printEnv(names)
}

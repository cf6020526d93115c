package analyze

import (
	"strings"

	"github.com/ambit-go/ambit/boundary/effect"
)

// Programs that run other programs.

// runWrapper looks at the wrappers that a table line describes: options, then
// a command. The command's folder and identity may have been changed by them.
func runWrapper(c *cmd, sp spec, args []word) {
	c.ran(sp.name, sp.access, effect.Exact)
	here := c.st
	c.apply(sp, args)
	c.st = here
}

// runSudo looks at sudo and doas.
func runSudo(c *cmd, sp spec, args []word) {
	c.ran(sp.name, effect.Read, effect.Exact)
	user, shell, i := "root", false, 0
	here := c.st
	edit := sp.name == "sudoedit"
options:
	for ; i < len(args); i++ {
		w := &args[i]
		t := w.text
		switch {
		case !w.mayDash():
			break options
		case w.text == "":
			c.unknown(effect.Command, effect.Exec, c.raw)
			return
		case w.is("--"):
			i++
			break options
		}
		name, val, hasVal := strings.Cut(strings.TrimLeft(t, "-"), "=")
		if !strings.HasPrefix(t, "--") {
			name, hasVal = t[1:], false
		}
		takes := func() (value, string) {
			if hasVal {
				v := w.value
				v.text = val
				return v, w.raw
			}
			if len(name) > 1 && !strings.HasPrefix(t, "--") { // -uroot
				return w.after(2), w.raw
			}
			if i++; i < len(args) {
				return args[i].value, args[i].raw
			}
			return value{}, ""
		}
		switch {
		case name == "user" || name[:min(1, len(name))] == "u" && !strings.HasPrefix(t, "--"):
			v, _ := takes()
			user = v.text
			if !v.exact {
				c.identity("user:", effect.Unknown, c.raw)
			}
		case name == "chdir" || name == "D":
			c.cd(takes())
		case name == "group" || name == "g" || name == "prompt" || name == "p" || name == "host" || name == "h" && i+1 < len(args) && len(args) > 2 && !args[i+1].mayDash() ||
			name == "close-from" || name == "C" || name == "role" || name == "r" || name == "type" || name == "t" || name == "other-user" || name == "U" || name == "command-timeout" || name == "T" || name == "chroot" || name == "R" || name == "a":
			takes()
		case name == "edit" || name == "e":
			edit = true
		case strings.ContainsAny(name, "is") && !strings.HasPrefix(t, "--") || name == "login" || name == "shell":
			shell = true
		}
	}
	for i < len(args) && isAssignment(args[i].text) {
		n, _, _ := strings.Cut(args[i].text, "=")
		c.setenv(&c.st, n, args[i].after(len(n)+1), args[i].raw)
		i++
	}
	c.identity("user:"+user, effect.Exact, c.raw)
	switch {
	case edit:
		for _, w := range args[i:] {
			c.path(&c.st, w.value, w.raw, effect.Write, self)
		}
	case i < len(args):
		c.rest(args[i:])
	case shell:
		c.fedShell()
	}
	c.st = here
}

func isAssignment(t string) bool {
	n := strings.IndexByte(t, '=')
	if n <= 0 {
		return false
	}
	for i := range n {
		if ch := t[i]; ch != '_' && !letter(ch) && (i == 0 || ch < '0' || ch > '9') {
			return false
		}
	}
	return true
}

// runSu looks at su and runuser: [options] [-] [user [argument …]] [-c command], where
// what follows the user are arguments of its shell; and runuser -u user command.
func runSu(c *cmd, sp spec, args []word) {
	c.ran(sp.name, effect.Read, effect.Exact)
	user, direct, ran := "", false, false
	name := func(v value) {
		if user, _ = v.lit(); !v.exact {
			c.identity("user:", effect.Unknown, c.raw)
		}
	}
	for i := 0; i < len(args); i++ {
		option, v, has := suOption(&args[i])
		take := func() value {
			if !has {
				if i++; i >= len(args) {
					return value{}
				}
				v = args[i].value
			}
			return v
		}
		switch option {
		case "-c", "--command", "--session-command":
			c.text(take(), c.raw)
			ran = true
		case "-u", "--user":
			name(take())
			direct = true
		case "-s", "--shell":
			c.rest([]word{{value: take(), raw: c.raw}})
		case "-g", "--group", "-G", "--supp-group", "-w", "--whitelist-environment":
			take()
		case "--":
			if direct || user != "" {
				c.rest(args[i+1:])
				ran = true
				i = len(args)
			}
		case "":
			switch {
			case direct:
				c.rest(args[i:])
				ran = true
				i = len(args)
			case user == "":
				name(args[i].value)
			case !ran: // a script, or options of the shell
				c.unknown(effect.Command, effect.Exec, c.raw)
			}
		}
	}
	if user == "" {
		user = "root"
	}
	c.identity("user:"+user, effect.Exact, c.raw)
	if !ran {
		c.fedShell()
	}
}

// suOption splits an argument of su: the option, and the value that stands in the
// same word, if one does. What is no option is "".
func suOption(w *word) (option string, v value, has bool) {
	t := w.text
	switch {
	case t == "" || t[0] != '-':
		return "", value{}, false
	case strings.HasPrefix(t, "--"):
		name, _, found := strings.Cut(t, "=")
		if !found {
			return t, value{}, false
		}
		return name, w.after(len(name) + 1), true
	case len(t) > 2 && strings.IndexByte("cusgGw", t[1]) >= 0:
		return t[:2], w.after(2), true
	}
	return t, value{}, false
}

// runEnv looks at env: assignments, options, then a command.
func runEnv(c *cmd, _ spec, args []word) {
	here := c.st
	i := 0
	for ; i < len(args); i++ {
		w := &args[i]
		t := w.text
		switch {
		case isAssignment(t):
			n, _, _ := strings.Cut(t, "=")
			v := w.after(len(n) + 1)
			c.setenv(&c.st, n, v, w.raw)
			c.bind(&c.st, binding{name: n, val: v})
			continue
		case !w.mayDash():
		case t == "":
			c.unknown(effect.Command, effect.Exec, c.raw)
			return
		case t == "-u" || t == "--unset" || t == "-P":
			i++
			continue
		case t == "-C" || t == "--chdir":
			if i++; i < len(args) {
				c.cd(args[i].value, args[i].raw)
			}
			continue
		case strings.HasPrefix(t, "--chdir="):
			c.cd(w.after(len("--chdir=")), w.raw)
			continue
		case t == "-S" || t == "--split-string" || strings.HasPrefix(t, "-S") || strings.HasPrefix(t, "--split-string="):
			v := w.value
			if t == "-S" || t == "--split-string" {
				if i++; i >= len(args) {
					return
				}
				v = args[i].value
			} else {
				v = v.after(max(strings.IndexByte(t, '=')+1, 2))
			}
			text, ok := v.lit()
			if !ok {
				c.unknown(effect.Command, effect.Exec, c.raw)
				return
			}
			rest := ""
			if i+1 < len(args) {
				rest = " " + joinRaw(args[i+1:])
			}
			c.out = c.shell(text+rest, c.st, c.in).out
			c.st = here
			return
		default:
			continue
		}
		break
	}
	if i >= len(args) {
		c.printEnv(nil)
		return
	}
	c.rest(args[i:])
	c.st = here
}

// runShell looks at sh, bash and their kin.
func runShell(c *cmd, sp spec, args []word) {
	c.ran(sp.name, effect.Read, effect.Exact)
	here := c.st
	defer func() { c.st = here }()
	for i := 0; i < len(args); i++ {
		w := &args[i]
		t := w.text
		switch {
		case !w.mayDash():
			if w.proc != nil {
				c.in = *w.proc
				c.fedShell()
				return
			}
			c.script(w.value, w.raw)
			c.names(args[i+1:])
			return
		case t == "":
			c.unknown(effect.Command, effect.Exec, c.raw)
			return
		case t == "-":
			continue
		case t == "--rcfile" || t == "--init-file" || t == "-o" || t == "-O" || t == "+o" || t == "+O":
			if i++; i < len(args) && t[0] == '-' && t[1] == '-' {
				c.script(args[i].value, args[i].raw)
			}
		case t == "--command", t[0] == '-' && !strings.HasPrefix(t, "--") && strings.Contains(t, "c"):
			for i++; i < len(args) && args[i].text != "" && args[i].text[0] == '-' && args[i].exact; i++ {
			}
			if i >= len(args) {
				return
			}
			rest := args[i+1:]
			if len(rest) > 0 {
				rest = rest[1:] // $0
			}
			st := c.st
			c.positional(rest)
			c.text(args[i].value, args[i].raw)
			c.st = st
			return
		case t == "-C" && c.words[0].is("fish"):
			if i++; i < len(args) {
				c.text(args[i].value, args[i].raw)
			}
		case strings.HasPrefix(t, "--init-command="):
			c.text(w.after(len("--init-command=")), w.raw)
		case t == "--init-command":
			if i++; i < len(args) {
				c.text(args[i].value, args[i].raw)
			}
		case t == "-s":
		}
	}
	c.fedShell()
}

// fedShell runs what comes in from standard input as shell commands.
func (c *cmd) fedShell() {
	if c.in.kind == feedText {
		if t, ok := c.in.val.lit(); ok {
			in := c.in
			c.in = feed{}
			c.out = c.shell(t, c.st, feed{}).out
			c.in = in
			return
		}
	}
	c.fedCode(c.raw)
}

// runXargs looks at xargs and parallel: a command whose last arguments come in.
func runXargs(c *cmd, sp spec, args []word) {
	c.ran(sp.name, effect.Read, effect.Exact)
	replace, i := "", 0
	for ; i < len(args); i++ {
		w := &args[i]
		t := w.text
		if !w.mayDash() {
			break
		}
		if t == "" {
			c.unknown(effect.Command, effect.Exec, c.raw)
			return
		}
		switch {
		case t == "-I" || t == "--replace" && sp.name == "xargs":
			if replace = "{}"; t == "-I" && i+1 < len(args) {
				i++
				replace = args[i].text
			}
		case strings.HasPrefix(t, "-I") && len(t) > 2:
			replace = t[2:]
		case strings.HasPrefix(t, "-i") && sp.name == "xargs":
			if replace = t[2:]; replace == "" {
				replace = "{}"
			}
		case strings.HasPrefix(t, "--replace="):
			replace = t[len("--replace="):]
		case t == "-a" || t == "--arg-file":
			if i++; i < len(args) {
				c.path(&c.st, args[i].value, args[i].raw, effect.Read, self)
				c.in = feed{kind: feedAny}
			}
		case strings.HasPrefix(t, "--arg-file="):
			c.path(&c.st, w.after(len("--arg-file=")), w.raw, effect.Read, self)
			c.in = feed{kind: feedAny}
		case t == "--process-slot-var" || t == "--max-procs" && sp.name == "xargs" || t == "--max-args" || t == "--max-lines" || t == "--delimiter" || t == "--jobs" || t == "--colsep":
			i++
		case len(t) == 2 && strings.IndexByte("nPLsdEjJRNC", t[1]) >= 0:
			i++
		}
	}
	words := append([]word(nil), args[min(i, len(args)):]...)
	if len(words) == 0 {
		if sp.name == "parallel" { // each line is a command
			c.fedShell()
			return
		}
		c.out = c.in // echo
		return
	}
	item := c.in.asValue()
	if c.in.kind == feedText && item.exact { // each blank ends an argument
		item = oneOf(item.text)
	}
	item = c.undash(&c.st, item)
	if sp.name == "parallel" {
		if replace == "" {
			replace = "{}"
		}
		for j, w := range words {
			if strings.HasPrefix(w.text, ":::") {
				item = value{exact: len(words)-j == 2}
				for k, a := range words[j+1:] {
					if k == 0 {
						item = a.value
					} else {
						item = either(item, a.value)
					}
				}
				words = words[:j]
				break
			}
		}
		if len(words) == 1 && strings.ContainsAny(words[0].text, " |;&") { // a whole command line
			c.text(substitute(words[0].value, replace, item), words[0].raw)
			return
		}
	}
	found := false
	if replace != "" {
		for j := range words {
			if strings.Contains(words[j].text, replace) {
				words[j].value = substitute(words[j].value, replace, item)
				found = true
			}
		}
	}
	if replace == "" || sp.name == "parallel" && !found {
		words = append(words, word{value: item, many: true, raw: "{}"})
	}
	c.wrapped(words, c.st, feed{})
}

// oneOf is what is known of any one of the blank-separated items of text.
func oneOf(text string) value {
	v, n := value{exact: true}, 0
	for f := range strings.FieldsSeq(text) {
		if n++; n > 256 || strings.ContainsAny(f, "'\"\\") {
			return value{}
		}
		if n == 1 {
			v = known(f)
		} else {
			v = either(v, known(f))
		}
	}
	return v
}

// substitute puts item in the place of the first mark in v.
func substitute(v value, mark string, item value) value {
	i := strings.Index(v.text, mark)
	if i < 0 {
		return v
	}
	x := expansion{}
	x.literal(v.text[:i])
	x.unknown(item)
	rest := v.after(i + len(mark))
	rest = substitute(rest, mark, item)
	x.unknown(rest)
	if !v.exact {
		x.open, x.wild = true, true
	}
	return x.word("").value
}

// runFind looks at find: where it looks, what it deletes, writes and runs.
func runFind(c *cmd, sp spec, args []word) {
	c.ran("find", effect.Read, effect.Exact)
	i := 0
	for i < len(args) && (args[i].is("-H") || args[i].is("-L") || args[i].is("-P") || strings.HasPrefix(args[i].text, "-O") || args[i].is("-D")) {
		if args[i].is("-D") {
			i++
		}
		i++
	}
	first := i
	for i < len(args) && !args[i].mayDash() && !args[i].is("(") && !args[i].is("!") && !args[i].is(")") && !args[i].is(",") {
		i++
	}
	roots := args[first:i]
	if len(roots) == 0 {
		roots = []word{{value: known("."), raw: "."}}
	}
	for _, r := range roots {
		c.path(&c.st, r.value, r.raw, effect.Read, tree)
	}
	one := value{} // what a name that find prints begins with
	for n, r := range roots {
		v := r.value
		if v.exact {
			v = value{text: under(v.text), tame: !v.glob}
		}
		if n == 0 {
			one = v
		} else {
			one = either(one, v)
		}
	}
	c.out = feed{kind: feedNames, val: one}
	for ; i < len(args); i++ {
		w := &args[i]
		if w.mayDash() && w.text == "" {
			c.unknown(effect.AnyKind, effect.NoAccess, w.raw)
			continue
		}
		switch strings.TrimPrefix(w.text, "-") {
		case "delete":
			for _, r := range roots {
				c.path(&c.st, r.value, r.raw, effect.Delete, tree)
			}
		case "fprint", "fprint0", "fls", "fprintf":
			if i++; i < len(args) {
				c.path(&c.st, args[i].value, args[i].raw, effect.Write, self)
			}
		case "files0-from":
			if i++; i < len(args) {
				c.path(&c.st, args[i].value, args[i].raw, effect.Read, self)
				c.unknown(effect.Path, effect.Read, args[i].raw) // where to begin stands in there
				roots, one = append(roots, word{}), value{}
			}
		case "newer", "anewer", "cnewer", "samefile", "newerXY":
			if i++; i < len(args) {
				c.path(&c.st, args[i].value, args[i].raw, effect.Read, self)
			}
		case "name", "iname", "path", "ipath", "wholename", "regex", "iregex", "type", "size", "mtime", "mmin", "ctime", "atime", "maxdepth", "mindepth", "perm", "user", "group", "printf":
			i++
		case "exec", "execdir", "ok", "okdir":
			from := i + 1
			to := from
			for to < len(args) && !args[to].is(";") && !(args[to].is("+") && to > from && args[to-1].is("{}")) {
				to++
			}
			words := append([]word(nil), args[from:min(to, len(args))]...)
			for j := range words {
				if words[j].exact {
					words[j].value = substitute(words[j].value, "{}", one)
				}
			}
			out := c.out
			here := c.st
			if strings.HasSuffix(w.text, "dir") {
				c.st.lost = true
			}
			if len(words) > 0 {
				c.wrapped(words, c.st, feed{})
			}
			c.st, c.out = here, out
			i = to
		}
	}
}

// runFd looks at fd, whose -x and -X run what follows.
func runFd(c *cmd, _ spec, args []word) {
	c.ran("fd", effect.Read, effect.Exact)
	operands := 0
	root := word{value: known("."), raw: "."}
	for i := 0; i < len(args); i++ {
		t := args[i].text
		switch {
		case t == "-x" || t == "--exec" || t == "-X" || t == "--exec-batch":
			c.path(&c.st, root.value, root.raw, effect.Read, tree)
			words := append([]word(nil), args[i+1:]...)
			found := false
			one := value{text: under(root.text), tame: root.exact}
			for j := range words {
				if strings.Contains(words[j].text, "{") {
					words[j].value = substitute(words[j].value, "{}", one)
					if strings.Contains(words[j].text, "{") {
						words[j].value = value{}
					}
					found = true
				}
			}
			if !found {
				words = append(words, word{value: one, many: true, raw: "{}"})
			}
			c.wrapped(words, c.st, feed{})
			return
		case t == "-e" || t == "--extension" || t == "-t" || t == "--type" || t == "-d" || t == "--max-depth" || t == "-E" || t == "--exclude" || t == "-j" || t == "-S" || t == "-c" || t == "-o":
			i++
		case args[i].mayDash():
		default:
			if operands++; operands > 1 {
				root = args[i]
			}
		}
	}
	c.path(&c.st, root.value, root.raw, effect.Read, tree)
	c.out = feed{kind: feedNames, val: value{text: under(root.text), tame: root.exact && !root.glob}}
	if root.is(".") {
		c.out.val.text = ""
	}
}

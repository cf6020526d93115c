package analyze

import (
	"slices"
	"strings"

	"github.com/ambit-go/ambit/boundary/effect"
)

// Programs that read and write files in ways a table line cannot say.

// runGrep looks at grep and its kin: the first operand is a pattern unless one
// was given by an option.
func runGrep(c *cmd, sp spec, args []word) {
	c.ran(sp.name, effect.Read, effect.Exact)
	own := sp.changed()
	own.first = "."
	names, recursive := false, sp.name == "rg" || sp.name == "ag" || sp.name == "ack"
	own.tree = recursive
	for _, w := range args {
		t := w.text
		if t == "--" {
			break
		}
		if t == "" || t[0] != '-' {
			continue
		}
		if strings.HasPrefix(t, "--") {
			switch {
			case strings.HasPrefix(t, "--regexp"), strings.HasPrefix(t, "--file"), t == "--files":
				own.first = ""
				names = names || t == "--files"
			case t == "--files-with-matches", t == "--files-without-match", t == "--files-with-match":
				names = true
			case t == "--recursive", t == "--dereference-recursive":
				recursive, own.tree = true, true
			}
			continue
		}
		cluster := t[1:]
		if i := strings.IndexAny(cluster, "efABCmdD"); i >= 0 {
			if cluster[i] == 'e' || cluster[i] == 'f' {
				own.first = ""
			}
			cluster = cluster[:i]
		}
		names = names || strings.ContainsAny(cluster, "lL")
		if strings.ContainsAny(cluster, "rR") && sp.name != "rg" {
			recursive, own.tree = true, true
		}
	}
	own.cwd = recursive && c.in.kind == feedNone
	own.star = roleRead
	c.apply(own, args)
	switch {
	case names:
		c.out = feed{kind: feedNames, val: c.namesBelow(own, args)}
	case recursive || c.in.kind == feedNone || c.in.kind == feedText:
		c.out = feed{kind: feedAny}
	default:
		c.out = c.in
	}
}

// namesBelow is how the names begin that a program prints for its operands.
func (c *cmd) namesBelow(sp spec, args []word) value {
	v, n := value{tame: true}, 0
	skip := len(sp.first)
	for i := 0; i < len(args); i++ {
		w := args[i]
		if w.mayDash() && w.text != "" {
			if role, ok := sp.takes(strings.TrimLeft(w.text, "-")); ok && role != 0 && role != roleMode && role != roleEdit && !strings.Contains(w.text, "=") {
				i++
			}
			continue
		}
		if skip > 0 {
			skip--
			continue
		}
		one := w.value
		switch {
		case one.glob:
			one = globbed(one)
		case one.exact && one.text == ".":
			one = value{text: "./", tame: true}
		case one.exact:
			one.exact, one.tame = false, true
		}
		if n == 0 {
			v = one
		} else {
			v = either(v, one)
		}
		n++
	}
	return v
}

// runList looks at ls, whose output is names when it is short.
func runList(c *cmd, sp spec, args []word) {
	c.plainly(sp, args)
	for _, w := range args {
		if w.text != "" && w.text[0] == '-' && strings.ContainsAny(w.text, "lsi") {
			c.out = feed{kind: feedAny}
			return
		}
	}
	v := c.namesBelow(spec{row: &row{}}, args)
	if len(args) == 1 && !args[0].glob && args[0].exact && args[0].text != "" && args[0].text[0] != '-' {
		v = value{tame: true} // of a folder ls prints bare names
	}
	c.out = feed{kind: feedNames, val: v}
}

// runSed looks at sed: the script may write, read and run.
func runSed(c *cmd, sp spec, args []word) {
	c.ran(sp.name, effect.Read, effect.Exact)
	own := sp.changed()
	own.first = "."
	scripts := []value(nil)
	for i := 0; i < len(args); i++ {
		w := args[i]
		switch t := w.text; {
		case w.is("--"):
			i = len(args)
		case !w.mayDash() || t == "":
		case t == "-e" || t == "--expression" || t == "-f" || t == "--file" || !strings.HasPrefix(t, "--") && len(t) > 2 && !strings.Contains(t, "i") && (strings.HasSuffix(t, "e") || strings.HasSuffix(t, "f")):
			own.first = ""
			if i+1 < len(args) && (strings.HasSuffix(t, "e") || t == "--expression") {
				scripts = append(scripts, args[i+1].value)
			}
			i++
		case strings.HasPrefix(t, "--expression="):
			own.first = ""
			scripts = append(scripts, w.after(len("--expression=")))
		case strings.HasPrefix(t, "--file="):
			own.first = ""
		}
	}
	if own.first != "" { // the first operand is the script
		for _, w := range args {
			if w.text == "" || w.text[0] != '-' || !w.exact {
				scripts = append(scripts, w.value)
				break
			}
		}
	}
	for _, v := range scripts {
		c.sedScript(v)
	}
	c.apply(own, args)
	c.out = c.in
	if c.in.kind == feedNames || c.in.kind == feedText || c.in.kind == feedNone {
		c.out = feed{kind: feedAny}
	}
}

// sedScript adds what the commands of a sed script do besides editing.
func (c *cmd) sedScript(v value) {
	t, ok := v.lit()
	if v.glob { // a script in the clear that happens to look like a pattern
		t, ok = v.text, true
	}
	if !ok {
		// Interpolated text can end one command and begin another; a number cannot.
		if v.tame && v.plain || v.tame && v.text != "" && strings.Trim(v.text, "0123456789,") == "" {
			return
		}
		if len(v.text) > 0 && strings.ContainsAny(v.text[:1], "s/0123456789$") && !strings.Contains(v.text, "\n") {
			c.unknown(effect.Code, effect.Exec, v.text)
			return
		}
		c.code(inline, effect.Unknown, v.text)
		return
	}
	i := 0
	for i < len(t) {
		switch ch := t[i]; {
		case ch <= ' ' || ch == ';' || ch == '{' || ch == '}' || ch == '!' || ch == ',' || ch == '+' || ch == '~' || ch == '$' || '0' <= ch && ch <= '9':
			i++
		case ch == '/':
			if i = sedSpan(t, i+1, '/'); i < 0 {
				return
			}
			for i < len(t) && (t[i] == 'I' || t[i] == 'M') {
				i++
			}
		case ch == '\\' && i+1 < len(t):
			if i = sedSpan(t, i+2, t[i+1]); i < 0 {
				return
			}
		case ch == 's' || ch == 'y':
			if i+1 >= len(t) {
				return
			}
			d := t[i+1]
			if i = sedSpan(t, i+2, d); i < 0 {
				return
			}
			if i = sedSpan(t, i, d); i < 0 {
				return
			}
			for ch == 's' && i < len(t) && strings.IndexByte("gpiImMe0123456789w", t[i]) >= 0 {
				if t[i] == 'e' {
					c.code(inline, effect.Unknown, t)
				}
				if t[i] == 'w' {
					i = c.sedFile(t, i+1, effect.Write)
					break
				}
				i++
			}
		case ch == 'w' || ch == 'W':
			i = c.sedFile(t, i+1, effect.Write)
		case ch == 'r' || ch == 'R':
			i = c.sedFile(t, i+1, effect.Read)
		case ch == 'e':
			c.code(inline, effect.Unknown, t)
			i = sedLine(t, i)
		case ch == 'a' || ch == 'i' || ch == 'c' || ch == '#' || ch == ':':
			i = sedLine(t, i)
		case strings.IndexByte("pPdDnNgGhHxqQl=zFbtTv", ch) >= 0:
			i++
			if strings.IndexByte("btTv", ch) >= 0 {
				for i < len(t) && t[i] != ';' && t[i] != '\n' && t[i] != '}' {
					i++
				}
			}
		default:
			c.code(inline, effect.Unknown, t)
			return
		}
	}
}

// sedSpan returns the index behind the next d that is not escaped, or -1.
func sedSpan(t string, i int, d byte) int {
	for ; i < len(t); i++ {
		switch t[i] {
		case '\\':
			i++
		case d:
			return i + 1
		}
	}
	return -1
}

// sedLine returns the index of the end of the line, backslashes at ends respected.
func sedLine(t string, i int) int {
	for ; i < len(t); i++ {
		if t[i] == '\\' {
			i++
		} else if t[i] == '\n' {
			return i
		}
	}
	return len(t)
}

func (c *cmd) sedFile(t string, i int, access effect.Access) int {
	end := strings.IndexByte(t[i:], '\n')
	if end < 0 {
		end = len(t) - i
	}
	if name := strings.TrimSpace(t[i : i+end]); name != "" {
		c.path(&c.st, known(name), name, access, self)
	}
	return i + end
}

// runAwk looks at awk: programs that only print are nothing but a read.
func runAwk(c *cmd, sp spec, args []word) {
	c.ran(sp.name, effect.Read, effect.Exact)
	c.out = feed{kind: feedAny}
	program := false
	for i := 0; i < len(args); i++ {
		w := args[i]
		t := w.text
		switch {
		case w.is("-f") || w.is("--file"):
			program = true
			if i++; i < len(args) {
				c.script(args[i].value, args[i].raw)
			}
		case w.is("-e") || w.is("--source"):
			program = true
			if i++; i < len(args) {
				c.awkProgram(args[i])
			}
		case strings.HasPrefix(t, "--source="):
			program = true
			c.awkProgram(word{value: w.after(len("--source=")), raw: w.raw})
		case w.is("-E") || w.is("--exec"):
			program = true
			if i++; i < len(args) {
				c.script(args[i].value, args[i].raw)
			}
		case sp.name == "gawk" && (strings.HasPrefix(t, "-d") || strings.HasPrefix(t, "-o") || strings.HasPrefix(t, "-p")):
			v := w.after(2)
			if v.text == "" && v.exact { // where they write unless told otherwise
				v = known(map[byte]string{'d': "awkvars.out", 'o': "awkprof.out", 'p': "awkprof.out"}[t[1]])
			}
			c.path(&c.st, v, w.raw, effect.Write, self)
		case strings.HasPrefix(t, "--dump-variables") || strings.HasPrefix(t, "--pretty-print") || strings.HasPrefix(t, "--profile"):
			_, file, has := strings.Cut(t, "=")
			if !has {
				file = "awkprof.out"
			}
			c.path(&c.st, value{text: file, exact: w.exact}, w.raw, effect.Write, self)
		case w.is("-F") || w.is("-v") || w.is("--assign") || w.is("--field-separator"):
			i++
		case w.is("-i") || w.is("--include") || w.is("-l") || w.is("--load"):
			i++
			c.code(plugin, effect.Unknown, w.raw)
		case strings.HasPrefix(t, "-i") && len(t) > 2 || strings.HasPrefix(t, "--include=") || strings.HasPrefix(t, "--load="):
			c.code(plugin, effect.Unknown, w.raw)
		case len(t) > 1 && t[0] == '-':
		case !program:
			program = true
			c.awkProgram(w)
		default:
			if name, _, ok := strings.Cut(t, "="); ok && isAssignment(t) && name != "" {
				continue
			}
			c.path(&c.st, w.value, w.raw, effect.Read, self)
		}
	}
}

// awkProgram adds what an awk program may do besides printing.
func (c *cmd) awkProgram(w word) {
	t := w.text
	if !w.exact {
		if !strings.ContainsAny(t, "|>") && w.tame {
			return // a number or a name in the middle
		}
		c.code(inline, effect.Unknown, w.raw)
		return
	}
	bare := awkCode(t)
	if hasWord(bare, "system") || strings.Contains(bare, "getline") || strings.Contains(bare, "@load") || strings.Contains(bare, "@include") ||
		strings.Contains(strings.ReplaceAll(bare, "||", ""), "|") || strings.Contains(bare, "ENVIRON") {
		c.code(inline, effect.Unknown, w.raw)
		return
	}
	for _, verb := range [...]string{"print", "printf"} {
		for rest := bare; ; {
			i := strings.Index(rest, verb)
			if i < 0 {
				break
			}
			rest = rest[i+len(verb):]
			end := strings.IndexAny(rest, ";}\n")
			if end < 0 {
				end = len(rest)
			}
			if strings.Contains(outsideParens(rest[:end]), ">") {
				c.code(inline, effect.Unknown, w.raw)
				return
			}
		}
	}
}

// awkCode removes strings and regular expressions from an awk program.
func awkCode(t string) string {
	if strings.IndexByte(t, '"') < 0 && strings.IndexByte(t, '/') < 0 {
		return t
	}
	var b strings.Builder
	last := byte(0) // the last byte that is no blank: a "/" behind an operand divides
	for i := 0; i < len(t); i++ {
		c := t[i]
		if c == '"' || c == '/' && (last == 0 || strings.IndexByte("~!(,{};&|\n", last) >= 0) {
			for i++; i < len(t) && t[i] != c; i++ {
				if t[i] == '\\' {
					i++
				}
			}
			b.WriteByte(' ')
			last = '0'
			continue
		}
		b.WriteByte(c)
		if c != ' ' && c != '\t' {
			last = c
		}
	}
	return b.String()
}

// hasWord reports whether t has w as a word of its own.
func hasWord(t, w string) bool {
	for i := 0; ; {
		n := strings.Index(t[i:], w)
		if n < 0 {
			return false
		}
		i += n
		end := i + len(w)
		if (i == 0 || !wordByte(t[i-1])) && (end == len(t) || !wordByte(t[end])) {
			return true
		}
		i = end
	}
}

func wordByte(c byte) bool { return letter(c) || c == '_' || '0' <= c && c <= '9' }

func outsideParens(t string) string {
	if strings.IndexByte(t, '(') < 0 {
		return t
	}
	var b strings.Builder
	depth := 0
	for i := range len(t) {
		switch t[i] {
		case '(':
			depth++
		case ')':
			depth--
		default:
			if depth <= 0 {
				b.WriteByte(t[i])
			}
		}
	}
	return b.String()
}

// runJq looks at jq, yq and their kin: a filter, then files.
func runJq(c *cmd, sp spec, args []word) {
	c.ran(sp.name, effect.Read, effect.Exact)
	filter, edit := false, false
	var files []word
	for i := 0; i < len(args); i++ {
		w := args[i]
		t := w.text
		switch {
		case w.is("-f") || w.is("--from-file"):
			filter = true
			if i++; i < len(args) {
				c.path(&c.st, args[i].value, args[i].raw, effect.Read, self)
			}
		case w.is("--arg") || w.is("--argjson"):
			i += 2
		case w.is("--slurpfile") || w.is("--rawfile") || w.is("--argfile"):
			if i += 2; i < len(args) {
				c.path(&c.st, args[i].value, args[i].raw, effect.Read, self)
			}
		case w.is("-L") || w.is("--indent") || sp.name == "yq" && (w.is("-o") || w.is("-p") || w.is("-I")):
			i++
		case w.is("--args") || w.is("--jsonargs"):
			if !filter && i+1 < len(args) {
				c.jqFilter(args[i+1])
			}
			i = len(args)
		case len(t) > 1 && t[0] == '-' && w.exact:
			edit = edit || sp.name == "yq" && (strings.HasPrefix(t, "-i") || strings.HasPrefix(t, "--in"))
		case !filter && sp.name == "yq" && (t == "eval" || t == "e" || t == "eval-all" || t == "ea" || t == "r" || t == "read"):
		case !filter:
			filter = true
			c.jqFilter(w)
		default:
			files = append(files, w)
		}
	}
	for _, w := range files {
		c.path(&c.st, w.value, w.raw, effect.Read, self)
		if edit {
			c.path(&c.st, w.value, w.raw, effect.Write, self)
		}
	}
	c.out = feed{kind: feedAny}
}

func (c *cmd) jqFilter(w word) {
	t := w.text
	word := func(name string) bool { // a function, and neither a key nor a part of a name
		for at := 0; ; {
			i := strings.Index(t[at:], name)
			if i < 0 {
				return false
			}
			i += at
			at = i + len(name)
			before, after := i == 0 || !letter(t[i-1]) && strings.IndexByte(`."$_0123456789`, t[i-1]) < 0, at == len(t) || !letter(t[at]) && t[at] != '_' && t[at] != '"'
			if before && after {
				return true
			}
		}
	}
	if strings.Contains(t, "$ENV") || word("env") || word("strenv") || word("envsubst") {
		c.secret(effect.Read, "env:", effect.Prefix, w.raw)
	}
	for _, name := range [...]string{"load", "load_str", "load_xml", "load_props", "load_base64"} {
		if !word(name) {
			continue
		}
		_, rest, _ := strings.Cut(t, name+`("`)
		file, _, closed := strings.Cut(rest, `"`)
		c.path(&c.st, value{text: file, exact: closed && w.exact}, w.raw, effect.Read, self)
	}
}

// runTar looks at tar, bsdtar and their options that run programs.
func runTar(c *cmd, sp spec, args []word) {
	c.ran(sp.name, effect.Read, effect.Exact)
	mode := byte(0)
	archive, dir, toStdout := word{}, word{}, false
	var ops []word
	for i := 0; i < len(args); i++ {
		w := args[i]
		t := w.text
		if t == "" {
			if w.many || i == 0 {
				c.unknown(effect.AnyKind, effect.NoAccess, w.raw)
			}
			ops = append(ops, w)
			continue
		}
		if w.glob && c.globDash(&c.st, t) {
			c.unknown(effect.AnyKind, effect.NoAccess, w.raw)
		}
		name, _, has := strings.Cut(t, "=")
		if strings.HasPrefix(t, "--") {
			v, raw := w.value, w.raw
			if has {
				v = w.after(len(name) + 1)
			}
			next := func() {
				if !has && i+1 < len(args) {
					i++
					v, raw = args[i].value, args[i].raw
				}
			}
			switch {
			case name == "--create" || name == "--append" || name == "--update" || name == "--concatenate":
				mode = 'c'
			case name == "--extract" || name == "--get":
				mode = 'x'
			case name == "--list" || name == "--diff" || name == "--compare":
				mode = 't'
			case name == "--delete":
				mode = 'c'
			case name == "--file":
				next()
				archive = word{value: v, raw: raw}
			case name == "--directory":
				next()
				dir = word{value: v, raw: raw}
			case name == "--to-stdout":
				toStdout = true
			case name == "--remove-files":
				c.unknown(effect.Path, effect.Delete, w.raw)
			case strings.HasPrefix("--to-command", name) && len(name) > 5 || strings.HasPrefix("--use-compress-program", name) && len(name) > 4 || strings.HasPrefix("--rsh-command", name) && len(name) > 4 ||
				strings.HasPrefix("--info-script", name) && len(name) > 5 || strings.HasPrefix("--new-volume-script", name) && len(name) > 5 || strings.HasPrefix("--rmt-command", name) && len(name) > 4:
				next()
				c.text(v, raw)
			case strings.HasPrefix("--checkpoint-action", name) && len(name) > 13:
				next()
				if cmdText, ok := strings.CutPrefix(v.text, "exec="); ok {
					v.text = cmdText
					c.text(v, raw)
				} else if !v.exact {
					c.code(plugin, effect.Unknown, raw)
				}
			case name == "--files-from" || name == "--exclude-from" || name == "--newer":
				next()
				c.path(&c.st, v, raw, effect.Read, self)
				if name == "--files-from" {
					ops = append(ops, word{})
				}
			case name == "--index-file" || name == "--listed-incremental" || name == "--volno-file":
				next()
				c.path(&c.st, v, raw, effect.Write, self)
			case name == "--one-top-level" && has:
				c.path(&c.st, v, raw, effect.Write, tree)
			case name == "--exclude" || name == "--transform" || name == "--owner" || name == "--group" || name == "--mode" || name == "--mtime" || name == "--strip-components" || name == "--format":
				next()
			}
			continue
		}
		if t[0] != '-' && i > 0 || t == "-" {
			ops = append(ops, w)
			continue
		}
		letters := strings.TrimPrefix(t, "-") // "tar xzf a" has no dash
		for j := 0; j < len(letters); j++ {
			takes := strings.IndexByte("fCITXbFgKLNVHo", letters[j]) >= 0 && letters[j] != 'o'
			var v word
			if takes {
				if t[0] == '-' && j+1 < len(letters) {
					v = word{value: w.after(len(t) - len(letters) + j + 1), raw: w.raw}
					letters = letters[:j+1]
				} else if i+1 < len(args) {
					i++
					v = args[i]
				}
			}
			switch letters[j] {
			case 'c', 'r', 'u', 'A':
				mode = 'c'
			case 'x', 't', 'd':
				mode = letters[j]
			case 'f':
				archive = v
			case 'C':
				dir = v
			case 'O':
				toStdout = true
			case 'I', 'F':
				c.text(v.value, v.raw)
			case 'g':
				c.path(&c.st, v.value, v.raw, effect.Write, self)
			case 'T', 'X':
				c.path(&c.st, v.value, v.raw, effect.Read, self)
				if letters[j] == 'T' {
					ops = append(ops, word{})
				}
			}
		}
	}
	named := archive.raw != "" && !archive.is("-")
	local := slices.ContainsFunc(args, func(w word) bool { return w.is("--force-local") })
	if host, rest, ok := strings.Cut(archive.text, ":"); named && ok && !local && sp.name != "bsdtar" && !strings.Contains(host, "/") { // over rsh
		c.copyHost(host, rest, archive, effect.NoDirection, effect.Write)
		named = false
	}
	here := c.st
	switch mode {
	case 'c':
		if named {
			c.path(&c.st, archive.value, archive.raw, effect.Write, self)
		}
		if dir.raw != "" {
			c.cdQuiet(dir.value)
		}
		for _, w := range ops {
			c.path(&c.st, w.value, w.raw, effect.Read, tree)
			if w.raw == "" {
				c.unknown(effect.Path, effect.Read, c.raw)
			}
		}
		c.out = feed{kind: feedAny}
	case 'x', 0:
		if named {
			c.path(&c.st, archive.value, archive.raw, effect.Read, self)
		}
		if dir.raw == "" {
			dir = word{value: known("."), raw: "."}
		}
		if !toStdout {
			c.path(&c.st, dir.value, dir.raw, effect.Write, tree)
		}
		for _, w := range args { // names in the archive are its own unless told otherwise
			if w.is("-P") || w.is("--absolute-names") {
				c.unknown(effect.Path, effect.Write, c.raw)
			}
		}
		c.out = feed{kind: feedAny}
	default:
		if named {
			c.path(&c.st, archive.value, archive.raw, effect.Read, self)
		}
		c.out = feed{kind: feedAny}
	}
	c.st = here
}

// runDd looks at dd: if= and of=.
func runDd(c *cmd, _ spec, args []word) {
	c.ran("dd", effect.Read, effect.Exact)
	for _, w := range args {
		switch name, _, _ := strings.Cut(w.text, "="); name {
		case "if":
			c.path(&c.st, w.after(3), w.raw, effect.Read, self)
		case "of":
			c.path(&c.st, w.after(3), w.raw, effect.Write, self)
		case "":
			c.unknown(effect.Path, effect.Write, w.raw)
		}
	}
	c.out = feed{kind: feedAny}
}

// runLn looks at ln: a link makes what it names reachable by another name.
func runLn(c *cmd, _ spec, args []word) {
	c.ran("ln", effect.Read, effect.Exact)
	var ops []word
	symbolic := false
	target, use := word{}, entry
	for i := 0; i < len(args); i++ {
		w := args[i]
		dir, has := strings.CutPrefix(w.text, "--target-directory=")
		if !has && !strings.HasPrefix(w.text, "--") {
			dir, has = strings.CutPrefix(w.text, "-t")
			has = has && dir != ""
		}
		switch {
		case !w.mayDash() || w.text == "" || w.text == "-":
			ops = append(ops, w)
		case has:
			target, use = word{value: value{text: dir, exact: w.exact}, raw: w.raw}, tree
		case w.is("-t") || w.is("--target-directory"):
			if i++; i < len(args) {
				target, use = args[i], tree // the links lie in the folder
			}
		case w.is("--symbolic"), w.text[1] != '-' && strings.Contains(w.text, "s"):
			symbolic = true
		}
	}
	if target.raw == "" && len(ops) > 1 {
		target = ops[len(ops)-1]
		ops = ops[:len(ops)-1]
	}
	if target.raw == "" {
		target = word{value: known("."), raw: "."}
	}
	for _, w := range ops {
		if t, ok := w.lit(); ok && symbolic && !strings.HasPrefix(t, "/") && target.exact && target.text != "" && !c.st.lost {
			v := known(join(parent(clean(absolute(c.st.dir, target.text))), t)) // a relative link starts where it lies
			c.path(&c.st, v, w.raw, effect.Read, self)
			continue
		}
		c.path(&c.st, w.value, w.raw, effect.Read, self)
	}
	c.path(&c.st, target.value, target.raw, effect.Write, use)
}

func absolute(dir, p string) string {
	if strings.HasPrefix(p, "/") {
		return p
	}
	return join(dir, p)
}

// runMktemp looks at mktemp: a new name in the folder for such.
func runMktemp(c *cmd, _ spec, args []word) {
	c.ran("mktemp", effect.Read, effect.Exact)
	v := value{text: c.tempDir() + "/tmp.", tame: true}
	for i, w := range args {
		t := w.text
		if t == "-p" && i+1 < len(args) {
			v = args[i+1].value
			v.text = under(v.text)
			v.exact, v.tame = false, v.exact || v.tame
			break
		}
		if t != "" && t[0] != '-' && w.exact && strings.HasPrefix(t, "/") {
			v = value{text: strings.TrimRight(t, "X"), tame: true}
		}
		if t != "" && t[0] != '-' && w.exact && !strings.HasPrefix(t, "/") && i > 0 && (args[0].is("-t") || args[0].is("-dt")) {
			v = value{text: c.tempDir() + "/", tame: true}
		} else if t != "" && t[0] != '-' && w.exact && !strings.HasPrefix(t, "/") && len(args) == 1 {
			v = value{text: strings.TrimRight(t, "X"), tame: true}
		}
	}
	c.path(&c.st, v, c.raw, effect.Write, self)
	c.out = feed{kind: feedText, val: v}
}

// runPathText looks at basename, dirname, realpath and readlink: they print names.
func runPathText(c *cmd, sp spec, args []word) {
	c.out = feed{kind: feedAny}
	if sp.name == "realpath" || sp.name == "readlink" {
		c.plainly(sp, args)
	}
	if len(args) == 0 {
		return
	}
	v := args[len(args)-1].value
	switch sp.name {
	case "basename":
		c.out.kind = feedToken
		if len(args) == 1 && v.exact && !v.glob {
			c.out = feed{kind: feedText, val: known(base(strings.TrimRight(v.text, "/")))}
		}
	case "dirname":
		if len(args) == 1 && v.exact && !v.glob {
			if i := strings.LastIndexByte(strings.TrimRight(v.text, "/"), '/'); i > 0 {
				c.out = feed{kind: feedText, val: known(v.text[:i])}
			} else if i < 0 {
				c.out = feed{kind: feedText, val: known(".")}
			}
		}
	}
}

// runUnzip looks at unzip, whose archive is an operand and whose target an option.
func runUnzip(c *cmd, sp spec, args []word) {
	c.ran(sp.name, effect.Read, effect.Exact)
	dir, list := word{value: known("."), raw: "."}, false
	first := true
	for i := 0; i < len(args); i++ {
		w := args[i]
		switch {
		case w.is("-d"):
			if i++; i < len(args) {
				dir = args[i]
			}
		case w.is("-x"):
			i = len(args)
		case w.is("-P"):
			i++
		case len(w.text) > 1 && w.text[0] == '-':
			list = list || strings.ContainsAny(w.text[1:], "ltvzpc")
		case first:
			first = false
			c.path(&c.st, w.value, w.raw, effect.Read, self)
		}
	}
	if !list {
		c.path(&c.st, dir.value, dir.raw, effect.Write, tree)
	}
	c.out = feed{kind: feedAny}
}

// runGzip looks at compressors, which replace files unless told to print.
func runGzip(c *cmd, sp spec, args []word) {
	own := sp.changed()
	own.star = roleMove
	for _, w := range args {
		t := w.text
		if t == "--stdout" || t == "--to-stdout" || t == "--test" || t == "--list" || len(t) > 1 && t[0] == '-' && t[1] != '-' && strings.ContainsAny(t, "ctl") {
			own.star = roleRead
		}
	}
	c.plainly(own, args)
	if own.star == roleMove {
		for _, w := range args {
			if !w.mayDash() {
				v := w.value
				if v.exact && !v.glob {
					v.exact, v.tame = false, true // the name with another ending
					v.text = strings.TrimSuffix(v.text, base(v.text)) + strings.SplitN(base(v.text), ".", 2)[0]
				}
				c.path(&c.st, v, w.raw, effect.Write, self)
			}
		}
	}
	c.out = feed{kind: feedAny}
	if len(args) == 0 || c.in.kind == feedNet {
		c.out = c.in
	}
}

// runChmod looks at chmod and its kin: "-x" is a mode, not an option.
func runChmod(c *cmd, sp spec, args []word) {
	own := sp.changed()
	words := args
	for i, w := range args {
		if len(w.text) > 1 && w.text[0] == '-' && w.exact && strings.Trim(w.text[1:], "rwxXstugo,=+-0123456789") == "" {
			own.first = ""
			words = append(append([]word(nil), args[:i]...), args[i+1:]...)
			break
		}
	}
	c.plainly(own, words)
}

// runEditor looks at editors: "+text" is a command for them.
func runEditor(c *cmd, sp spec, args []word) {
	words := make([]word, 0, len(args))
	for _, w := range args {
		if rest, ok := strings.CutPrefix(w.text, "+"); ok {
			if !w.exact || rest != "" && !digits(rest) && rest[0] != '/' && !(isOneOf(sp.name, " less more ") && isOneOf(rest, " G F g ")) {
				c.code(plugin, effect.Unknown, w.raw)
			}
			continue
		}
		words = append(words, w)
	}
	c.plainly(sp, words)
	if (sp.name == "ed" || sp.name == "red" || sp.name == "ex") && c.in.kind != feedNone { // its commands come in there
		c.code(inline, effect.Unknown, c.raw)
	}
}

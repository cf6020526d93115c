package analyze

import (
	"strings"

	"github.com/ambit-go/ambit/boundary/effect"
)

// Interpreters: a script is a file that runs; code on the command line is
// Code "inline", unless it is so simple that everything it does can be seen.

// runPython looks at python.
func runPython(c *cmd, sp spec, args []word) {
	for i := 0; i < len(args); i++ {
		w := args[i]
		t := w.text
		switch {
		case !w.mayDash():
			c.ran(sp.name, effect.Read, effect.Exact)
			c.script(w.value, w.raw)
			c.names(args[i+1:])
			return
		case t == "":
			c.unknown(effect.Command, effect.Exec, c.raw)
			return
		case t == "-":
			c.ran(sp.name, effect.Read, effect.Exact)
			c.fedInline(sp.name)
			return
		case t == "-W" || t == "-X" || t == "--check-hash-based-pycs":
			i++
		case t == "--version" || t == "-V" || t == "-VV" || t == "--help" || t == "-h":
			c.ran(sp.name, effect.Read, effect.Exact)
			return
		case !strings.HasPrefix(t, "--") && strings.Contains(t, "c"):
			v, raw := w.after(strings.IndexByte(t, 'c')+1), w.raw
			if v.text == "" && w.exact && i+1 < len(args) {
				v, raw = args[i+1].value, args[i+1].raw
			}
			c.ran(sp.name, effect.Read, effect.Exact)
			c.inlineCode("python", v, raw)
			return
		case !strings.HasPrefix(t, "--") && strings.Contains(t, "m"):
			v := w.after(strings.IndexByte(t, 'm') + 1)
			if v.text == "" && w.exact && i+1 < len(args) {
				i++
				v = args[i].value
			}
			c.pythonModule(sp, v, args[i+1:])
			return
		}
	}
	c.ran(sp.name, effect.Read, effect.Exact)
	c.fedInline(sp.name)
}

// pythonModule looks at python -m.
func (c *cmd) pythonModule(sp spec, v value, args []word) {
	name, ok := v.lit()
	if !ok {
		c.ran(sp.name, effect.Exec, effect.Exact)
		c.code(plugin, effect.Unknown, c.raw)
		return
	}
	switch name {
	case "json.tool":
		c.ran("python json.tool", effect.Read, effect.Exact)
		c.readAll(operandsOf(args))
		return
	case "timeit":
		c.ran("python timeit", effect.Read, effect.Exact)
		for i, w := range args {
			if s := i > 0 && isOneOf(args[i-1].text, " -s --setup "); s || w.text != "" && w.text[0] != '-' && !digits(w.text) {
				c.inlineCode("python", w.value, w.raw)
			}
		}
		return
	case "venv", "virtualenv":
		c.ran("python venv", effect.Exec, effect.Exact)
		for _, w := range operandsOf(args) {
			c.path(&c.st, w.value, w.raw, effect.Write, tree)
		}
		return
	case "http.server", "SimpleHTTPServer":
		c.ran("python http.server", effect.Exec, effect.Exact)
		c.path(&c.st, known("."), c.raw, effect.Read, tree)
		c.unknown(effect.Host, effect.Connect, c.raw)
		return
	case "py_compile", "compileall", "tokenize", "ast", "dis", "this", "site", "platform", "sysconfig", "calendar", "base64", "gzip", "zipfile", "tarfile":
		c.ran("python "+name, effect.Read, effect.Exact)
		for _, w := range operandsOf(args) {
			c.path(&c.st, w.value, w.raw, effect.Write, self)
		}
		return
	}
	if tool := specOf(name); tool.row != nil { // pip, pytest, black, mypy …
		c.program(tool, args)
		return
	}
	c.ran("python -m "+name, effect.Exec, effect.Exact)
	c.code(workspace, effect.Exact, c.raw)
	c.names(args)
}

// operandsOf returns the arguments that are no options.
func operandsOf(args []word) []word {
	var out []word
	for _, w := range args {
		if w.text == "" || w.text[0] != '-' {
			out = append(out, w)
		}
	}
	return out
}

// fedInline runs what comes in from standard input as code of an interpreter.
func (c *cmd) fedInline(lang string) {
	if c.in.kind == feedText {
		c.inlineCode(strings.TrimRight(lang, "0123456789."), c.in.val, c.raw)
		return
	}
	if c.in.kind == feedFile {
		c.script(c.in.val, c.raw)
		return
	}
	c.fedCode(c.raw)
}

// runNode looks at node, deno, ruby, perl, php, lua and their kin: options with
// code, then a script.
func runNode(c *cmd, sp spec, args []word) {
	evals, lang := " -e --eval -p --print -pe ", "node"
	loads := " -r --require --import --loader --experimental-loader "
	takes := " -C --conditions --input-type --env-file --max-old-space-size --title "
	switch sp.name {
	case "ruby":
		evals, lang, loads, takes = " -e ", "ruby", " -r ", " -I -C "
	case "perl":
		evals, lang, loads, takes = " -e -E ", "perl", " -M -m ", " -I -F "
	case "php":
		evals, lang, loads, takes = " -r -B -R -E ", "php", " -z ", " -d -c -t "
	case "lua", "luajit":
		evals, lang, loads, takes = " -e ", "lua", " -l ", " "
	case "Rscript", "R":
		evals, lang, loads, takes = " -e ", "r", " ", " -g "
	case "osascript":
		evals, lang, loads, takes = " -e ", "osascript", " ", " -l "
	}
	c.ran(sp.name, effect.Read, effect.Exact)
	ran := false
	for i := 0; i < len(args); i++ {
		w := args[i]
		t := w.text
		if !w.mayDash() {
			if ran { // file operands of perl -pe
				c.interpreted(args[i:], args)
				return
			}
			if lang == "node" && (t == "test" || t == "inspect") && sp.name != "node" {
				continue
			}
			c.script(w.value, w.raw)
			c.names(args[i+1:])
			return
		}
		if t == "" {
			c.unknown(effect.Command, effect.Exec, c.raw)
			return
		}
		if t == "-" {
			c.fedInline(lang)
			return
		}
		name, _, has := strings.Cut(t, "=")
		v, raw := value{}, w.raw
		if has {
			v = w.after(len(name) + 1)
		}
		cluster := !strings.HasPrefix(t, "--") && len(t) > 2
		last := "-" + t[len(t)-1:]
		switch {
		case lang == "perl" && (strings.HasPrefix(t, "-d:") || strings.HasPrefix(t, "-dt:")):
			c.code(plugin, effect.Unknown, w.raw)
		case lang == "perl" && strings.HasPrefix(t, "-I") && len(t) > 2: // where modules are loaded from
			c.path(&c.st, w.after(2), w.raw, effect.Exec, tree)
		case strings.Contains(evals, " "+name+" ") || cluster && (lang == "perl" || lang == "ruby") && strings.Contains(evals, " "+last+" ") && !strings.Contains(loads, " "+t[:2]+" "):
			if !has {
				if i++; i < len(args) {
					v, raw = args[i].value, args[i].raw
				}
			}
			ran = true
			c.inlineCode(lang, v, raw)
		case strings.Contains(loads, " "+name+" ") || cluster && strings.Contains(loads, " "+t[:2]+" "):
			if !has && !cluster {
				i++
			}
			m := t[2:]
			if m == "" && i < len(args) {
				m = args[i].text
			}
			if lang == "perl" && perlCore(m) || lang == "ruby" && rubyCore(m) {
				continue
			}
			c.code(plugin, effect.Unknown, raw)
		case strings.Contains(takes, " "+name+" ") && !has:
			i++
		case t == "--test":
			ran = true
			c.code(workspace, effect.Exact, c.raw)
		case t == "-v" || t == "--version" || t == "-h" || t == "--help":
			return
		}
	}
	if !ran {
		c.fedInline(lang)
	}
}

// perlCore reports whether a module of perl -M is harmless by itself.
func perlCore(name string) bool {
	name, _, _ = strings.Cut(name, "=")
	switch name {
	case "strict", "warnings", "JSON::PP", "List::Util", "POSIX", "Data::Dumper", "utf8", "feature", "open", "Encode", "MIME::Base64", "Digest::SHA", "Digest::MD5":
		return true
	}
	return false
}

// rubyCore reports whether a library of ruby -r is harmless by itself.
func rubyCore(name string) bool {
	switch name {
	case "json", "yaml", "csv", "date", "time", "set", "digest", "base64", "securerandom", "pp", "optparse", "bigdecimal", "stringio", "ostruct":
		return true
	}
	return false
}

// interpreted adds the files that a one-liner works on: read, and written with -i.
func (c *cmd) interpreted(files, all []word) {
	edit := false
	for _, w := range all {
		if strings.HasPrefix(w.text, "-") && !strings.HasPrefix(w.text, "--") && strings.Contains(w.text, "i") && !strings.HasPrefix(w.text, "-I") && !strings.HasPrefix(w.text, "-M") {
			edit = true
		}
	}
	for _, w := range files {
		if w.text != "" && w.text[0] == '-' {
			continue
		}
		c.path(&c.st, w.value, w.raw, effect.Read, self)
		if edit {
			c.path(&c.st, w.value, w.raw, effect.Write, self)
		}
	}
}

// inlineCode looks at code on the command line.
func (c *cmd) inlineCode(lang string, v value, raw string) {
	t, ok := v.lit()
	if v.glob {
		t, ok = v.text, true
	}
	if !ok {
		c.code(inline, effect.Unknown, raw)
	} else if len(t) < 8<<10 && c.trivialCode(lang, t) {
		return
	} else {
		c.code(inline, effect.Exact, raw)
	}
	c.literals(v.text)
}

// literals adds what the strings in a program look like: addresses, absolute
// paths, names of secrets. It is evidence, not proof of anything.
func (c *cmd) literals(code string) {
	n := 0
	for i := 0; i < len(code) && n < 48; i++ {
		q := code[i]
		if q != '"' && q != '\'' && q != '`' {
			continue
		}
		end := strings.IndexByte(code[i+1:], q)
		if end < 0 {
			return
		}
		lit := code[i+1 : i+1+end]
		i += end + 1
		if len(lit) < 3 || len(lit) > 300 || strings.ContainsAny(lit, "\n\\") {
			continue
		}
		n++
		switch {
		case strings.Contains(lit, "://"):
			c.named(known(strings.Fields(lit + " ")[0]), lit)
		case (lit[0] == '/' && len(lit) > 3 || strings.HasPrefix(lit, "~/")) && !strings.ContainsAny(lit, " *?<>|"):
			if strings.HasPrefix(lit, "~/") {
				if c.call.Home == "" {
					continue
				}
				lit = c.call.Home + lit[1:]
			}
			c.named(known(lit), lit)
		case strings.HasPrefix(lit, ".env"):
			c.named(known(lit), lit)
		case c.secretEnv(lit):
			c.secret(effect.Read, "env:"+lit, effect.Exact, lit)
		}
	}
}

// safeModule reports whether a module of Python only computes.
func safeModule(name string) bool {
	switch name {
	case "json", "sys", "re", "math", "datetime", "time", "collections", "itertools", "functools", "string", "random", "statistics", "decimal", "fractions", "textwrap", "operator",
		"typing", "base64", "hashlib", "hmac", "uuid", "struct", "binascii", "pprint", "html", "csv", "unicodedata", "bisect", "heapq", "copy", "enum", "dataclasses", "zlib", "difflib",
		"ipaddress", "calendar", "locale", "tomllib", "secrets", "colorsys", "numbers", "ast", "keyword", "platform", "abc":
		return true
	}
	return false
}

// unsafeName reports whether a name gets out of computing, in any of the languages.
func unsafeName(name string) bool {
	switch name {
	case "exec", "eval", "compile", "getattr", "setattr", "delattr", "globals", "locals", "vars", "input", "breakpoint", "os", "subprocess", "socket", "shutil", "pathlib", "Path",
		"requests", "urllib", "http", "ctypes", "importlib", "system", "popen", "Popen", "modules", "path", "meta_path", "path_hooks", "builtins", "memoryview", "pickle", "marshal", "yaml",
		"pty", "signal", "threading", "multiprocessing", "asyncio", "glob", "tempfile", "sqlite3", "urlopen", "exit_code", "fileinput", "io", "codecs", "execfile", "file", "setprofile",
		"settrace", "_getframe", "displayhook", "excepthook", "literal_eval_file", "child_process", "fetch", "Function", "globalThis", "constructor", "Deno", "Bun", "XMLHttpRequest",
		"WebSocket", "fs", "net", "dns", "vm", "worker_threads", "cluster", "global", "root", "mainModule", "binding", "dlopen", "kill", "env", "import", "Worker", "spawn", "execSync":
		return true
	}
	return false
}

// trivialCode reports whether all that the code does can be seen, and adds the
// files it opens if so.
func (c *cmd) trivialCode(lang, code string) bool {
	switch lang {
	case "python", "node":
	case "perl":
		return trivialPerl(code)
	default:
		return false
	}
	type opened struct {
		path  string
		write bool
	}
	var files []opened
	for i := 0; i < len(code); {
		ch := code[i]
		switch {
		case ch == '#' && lang == "python":
			i = lineEnd(code, i)
		case ch == '/' && lang == "node" && i+1 < len(code) && code[i+1] == '/':
			i = lineEnd(code, i)
		case ch == '`' && lang == "node":
			return false // templates hold code
		case ch == '"' || ch == '\'':
			end := stringEnd(code, i)
			if end < 0 {
				return false
			}
			if lang == "python" && i > 0 && (code[i-1] == 'f' || code[i-1] == 'F') && strings.ContainsAny(code[i:end], "{") && !c.trivialCode(lang, fields(code[i+1:end-1])) {
				return false
			}
			i = end
		case letter(ch) || ch == '_':
			end := i
			for end < len(code) && (letter(code[end]) || code[end] == '_' || '0' <= code[end] && code[end] <= '9') {
				end++
			}
			name := code[i:end]
			if strings.HasPrefix(name, "__") {
				return false
			}
			rest := strings.TrimLeft(code[end:], " \t")
			switch {
			case lang == "python" && (name == "import" || name == "from") && statementStart(code, i):
				n, ok := c.safeImport(name, code[end:])
				if !ok {
					return false
				}
				end += n
			case lang == "python" && name == "open" || lang == "node" && name == "require":
				path, mode, n, ok := literalCall(code[end:])
				if !ok || lang == "node" && !(strings.HasSuffix(path, ".json") && (strings.HasPrefix(path, "./") || strings.HasPrefix(path, "../") || strings.HasPrefix(path, "/"))) {
					return false
				}
				files = append(files, opened{path, strings.ContainsAny(mode, "wax+")})
				end += n
			case lang == "node" && name == "process":
				if !hasAnyPrefix(rest, ".argv", ".version", ".platform", ".arch", ".stdout.write", ".stdin", ".exit", ".cwd()", ".memoryUsage", ".uptime", ".hrtime") {
					return false
				}
			default:
				if unsafeName(name) && !(lang == "python" && name == "env") {
					return false
				}
			}
			i = end
		default:
			i++
		}
	}
	for _, f := range files {
		access := effect.Read
		if f.write {
			access = effect.Write
		}
		c.path(&c.st, known(f.path), f.path, access, self)
	}
	return true
}

func lineEnd(t string, i int) int {
	if n := strings.IndexByte(t[i:], '\n'); n >= 0 {
		return i + n
	}
	return len(t)
}

// stringEnd returns the index behind the string literal that begins at i, or -1.
func stringEnd(t string, i int) int {
	q := t[i : i+1]
	if strings.HasPrefix(t[i:], q+q+q) {
		if n := strings.Index(t[i+3:], q+q+q); n >= 0 {
			return i + 3 + n + 3
		}
		return -1
	}
	for j := i + 1; j < len(t); j++ {
		switch t[j] {
		case '\\':
			j++
		case q[0]:
			return j + 1
		case '\n':
			return -1
		}
	}
	return -1
}

// fields returns the code inside the braces of an f-string.
func fields(t string) string {
	var b strings.Builder
	depth := 0
	for i := range len(t) {
		switch t[i] {
		case '{':
			depth++
			b.WriteByte(' ')
		case '}':
			depth--
			b.WriteByte(' ')
		default:
			if depth > 0 && t[i] != '\\' {
				b.WriteByte(t[i])
			}
		}
	}
	return b.String()
}

func statementStart(t string, i int) bool {
	before := strings.TrimRight(t[:i], " \t")
	return before == "" || strings.HasSuffix(before, ";") || strings.HasSuffix(before, "\n") || strings.HasSuffix(before, ":")
}

// safeImport reads the modules of an import statement, up to its end.
func (c *cmd) safeImport(kind, rest string) (int, bool) {
	end := strings.IndexAny(rest, ";\n")
	if end < 0 {
		end = len(rest)
	}
	list := rest[:end]
	if kind == "from" {
		module, names, ok := strings.Cut(list, " import ")
		if !ok || strings.Contains(names, "*") {
			return 0, false
		}
		for n := range strings.FieldsFuncSeq(names, func(r rune) bool { return r == ',' || r == ' ' || r == '(' || r == ')' }) {
			if unsafeName(n) {
				return 0, false
			}
		}
		list = module
	}
	for m := range strings.SplitSeq(list, ",") {
		f := strings.Fields(m)
		if len(f) == 0 || len(f) > 1 && f[1] != "as" {
			return 0, false
		}
		if !safeModule(f[0]) {
			return 0, false
		}
		if c.st.lost || c.st.away != nil || c.disk == nil {
			continue
		}
		if c.exists(join(c.st.dir, f[0]) + ".py") {
			return 0, false // a file of the folder is imported instead
		}
	}
	return end, true
}

// literalCall reads ("path") or ("path", "mode") behind a name.
func literalCall(t string) (path, mode string, n int, ok bool) {
	s := strings.TrimLeft(t, " ")
	if !strings.HasPrefix(s, "(") || len(s) < 3 || s[1] != '"' && s[1] != '\'' {
		return "", "", 0, false
	}
	end := stringEnd(s, 1)
	if end < 0 {
		return "", "", 0, false
	}
	path = s[2 : end-1]
	if strings.IndexByte(path, '\\') >= 0 {
		return "", "", 0, false
	}
	rest := strings.TrimLeft(s[end:], " ")
	if strings.HasPrefix(rest, ",") {
		rest = strings.TrimLeft(rest[1:], " ")
		rest = strings.TrimPrefix(rest, "mode=")
		if rest == "" || rest[0] != '"' && rest[0] != '\'' {
			return "", "", 0, false
		}
		close := stringEnd(rest, 0)
		if close < 0 {
			return "", "", 0, false
		}
		mode = rest[1 : close-1]
		rest = strings.TrimLeft(rest[close:], " ")
	}
	if !strings.HasPrefix(rest, ")") {
		return "", "", 0, false
	}
	return path, mode, len(t) - len(rest), true
}

func hasAnyPrefix(t string, prefixes ...string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(t, p) {
			return true
		}
	}
	return false
}

// trivialPerl reports whether code is nothing but substitutions and prints.
func trivialPerl(code string) bool {
	for stmt := range strings.SplitSeq(code, ";") {
		s := strings.TrimSpace(stmt)
		switch {
		case s == "" || s == "print" || s == "next" || s == "last" || s == "chomp":
		case strings.HasPrefix(s, "s/") || strings.HasPrefix(s, "s|") || strings.HasPrefix(s, "s,") || strings.HasPrefix(s, "s#") || strings.HasPrefix(s, "tr/") || strings.HasPrefix(s, "y/"):
			d := s[strings.IndexAny(s, "/|,#")]
			from := strings.IndexByte(s, d)
			end := sedSpan(s, from+1, d)
			if end < 0 {
				return false
			}
			if end = sedSpan(s, end, d); end < 0 || strings.Trim(s[end:], "gimsxo ") != "" || strings.Contains(s, "(?{") || strings.Contains(s, "(??{") || strings.Contains(s, "@{") || strings.Contains(s, "${") {
				return false
			}
		default:
			return false
		}
	}
	return true
}

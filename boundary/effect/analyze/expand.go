package analyze

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"mvdan.cc/sh/v3/syntax"

	"github.com/ambit-go/ambit/boundary/effect"
)

// expansion puts the parts of one shell word together.
type expansion struct {
	s     *scan
	st    *state
	text  string // what is known so far
	open  bool   // something unknown came: text is complete as a prefix
	wild  bool   // what came since is not tame
	glob  bool   // an unquoted pattern character came
	fixed bool   // a quoted or escaped pattern character came: the text is not its own pattern
	many  bool
	dash  bool // the first thing was unknown and may begin with a dash
	any   bool // something came, if only ""
	proc  *feed
}

func (x *expansion) literal(t string) {
	if x.any = true; t == "" {
		return
	}
	if x.open {
		x.wild = x.wild || climbs(t)
		return
	}
	switch {
	case x.text == "":
		x.text = t
	case len(x.text)+len(t) > maxValue: // a=$a$a doubles each time
		x.open, x.wild = true, true
	default:
		x.text += t
	}
}

// climbs reports whether a literal after something unknown may lead upwards.
func climbs(t string) bool {
	first, _, _ := strings.Cut(t, "/")
	return first == "." || first == ".." || strings.Contains(t, "/../") || strings.HasSuffix(t, "/..")
}

// unknown appends something of which v is known.
func (x *expansion) unknown(v value) {
	x.any = true
	if v.exact {
		x.literal(v.text)
		return
	}
	if x.open {
		x.wild = x.wild || !v.tame || climbs(v.text)
		return
	}
	x.literal(v.text)
	x.dash = x.text == "" && !v.plain
	x.open = true
	x.wild = !v.tame || v.text == "" && strings.HasSuffix(x.text, ".")
}

func (x *expansion) word(raw string) word {
	w := word{many: x.many, proc: x.proc, raw: raw}
	w.text, w.exact, w.tame, w.plain = x.text, !x.open, x.open && !x.wild, x.open && !x.dash
	if x.glob {
		w.many = true
		switch {
		case x.open:
			if i := meta(x.text); i >= 0 {
				w.text, w.tame = x.text[:i], false
			}
		case x.fixed:
			w.text, w.exact = x.text[:max(meta(x.text), 0)], false
		default:
			w.glob = true
		}
	}
	return w
}

// expand appends the words that the shell word w becomes.
func (s *scan) expand(st *state, w *syntax.Word, src string) {
	if len(w.Parts) == 1 {
		if lit, ok := w.Parts[0].(*syntax.Lit); ok && plain(lit.Value) {
			s.words = append(s.words, word{value: known(lit.Value), raw: lit.Value})
			return
		}
	}
	if len(s.words) > maxWords {
		s.limit()
		return
	}
	raw := source(src, w)
	if open(w) {
		if len(w.Parts) > 200 {
			s.limit()
			return
		}
		split := &syntax.Word{Parts: slices.Clone(w.Parts)} // loops look at w again
		if syntax.SplitBraces(split) {
			budget := 512
			s.braces(st, split.Parts, nil, raw, &budget)
			return
		}
	}
	s.fields(st, w.Parts, raw)
}

// open reports whether a word has a brace that may be expanded.
func open(w *syntax.Word) bool {
	for _, p := range w.Parts {
		if lit, ok := p.(*syntax.Lit); ok && strings.IndexByte(lit.Value, '{') >= 0 {
			return true
		}
	}
	return false
}

// plain reports whether an unquoted literal stands for itself.
func plain(t string) bool {
	for i := range len(t) {
		switch t[i] {
		case '\\', '*', '?', '[', '{', '~':
			return false
		}
	}
	return true
}

// source returns the text of a node.
func source(src string, n syntax.Node) string {
	from, to := int(n.Pos().Offset()), int(n.End().Offset())
	if from < 0 || to > len(src) || from > to {
		return ""
	}
	return src[from:to]
}

// braces multiplies brace expressions out: done is what stands before parts.
func (s *scan) braces(st *state, parts, done []syntax.WordPart, raw string, budget *int) {
	for i, p := range parts {
		b, ok := p.(*syntax.BraceExp)
		if !ok {
			continue
		}
		head := append(append([]syntax.WordPart{}, done...), parts[:i]...)
		if *budget--; *budget < 0 || b.Sequence || s.full {
			if !b.Sequence {
				s.limit()
				return
			}
			// {1..9}: names of one kind, none of which climbs.
			x := expansion{s: s, st: st}
			x.parts(head, false)
			x.unknown(value{tame: true, plain: true})
			x.parts(parts[i+1:], false)
			w := x.word(raw)
			w.many, w.glob = true, false
			s.words = append(s.words, w)
			return
		}
		for _, e := range b.Elems {
			s.braces(st, append(append([]syntax.WordPart{}, e.Parts...), parts[i+1:]...), head, raw, budget)
		}
		return
	}
	s.fields(st, append(append([]syntax.WordPart{}, done...), parts...), raw)
}

// fields appends the words that parts become, without braces.
func (s *scan) fields(st *state, parts []syntax.WordPart, raw string) {
	if list, ok := s.listOf(st, parts); ok {
		if len(s.words)+len(list) > maxWords {
			s.limit()
			return
		}
		s.words = append(s.words, list...)
		return
	}
	x := expansion{s: s, st: st}
	x.parts(parts, true)
	if x.any {
		s.words = append(s.words, x.word(raw))
	}
}

// listOf returns the elements of "$@" and "${a[@]}", where the word is nothing else.
func (s *scan) listOf(st *state, parts []syntax.WordPart) ([]word, bool) {
	if len(parts) != 1 {
		return nil, false
	}
	p := parts[0]
	if q, ok := p.(*syntax.DblQuoted); ok && len(q.Parts) == 1 {
		p = q.Parts[0]
	}
	pe, ok := p.(*syntax.ParamExp)
	if !ok || pe.Param == nil || pe.Excl || pe.Length || pe.Slice != nil || pe.Repl != nil || pe.Exp != nil || pe.Flags != nil {
		return nil, false
	}
	if pe.Param.Value != "@" && pe.Param.Value != "*" {
		ix, ok := pe.Index.(*syntax.Word)
		if !ok || ix.Lit() != "@" && ix.Lit() != "*" {
			return nil, false
		}
	}
	if b := st.lookup(pe.Param.Value); b != nil && b.isArr {
		return b.list, true
	}
	return []word{{many: true, raw: "$" + pe.Param.Value}}, true
}

// parts expands word parts outside of double quotes. With split, a known value
// that has blanks in it ends one word and begins another.
func (x *expansion) parts(parts []syntax.WordPart, split bool) {
	for i, p := range parts {
		switch p := p.(type) {
		case *syntax.Lit:
			x.unquoted(p.Value, i == 0 && x.text == "" && !x.open)
		case *syntax.SglQuoted:
			t, ok := p.Value, true
			if p.Dollar {
				t, ok = ansiC(t)
			}
			if !ok {
				x.unknown(value{})
				continue
			}
			x.fixed = x.fixed || meta(t) >= 0
			x.literal(t)
		case *syntax.DblQuoted:
			x.any = true
			x.quoted(p.Parts)
		case *syntax.ExtGlob:
			x.glob, x.many = true, true
			x.unknown(value{tame: !strings.Contains(p.Pattern.Value, "..")})
			x.fixed = true
		default:
			x.substitute(p, split)
		}
	}
}

// quoted expands the parts of a double-quoted string.
func (x *expansion) quoted(parts []syntax.WordPart) {
	for _, p := range parts {
		if lit, ok := p.(*syntax.Lit); ok {
			t := unescapeQuoted(lit.Value)
			x.fixed = x.fixed || meta(t) >= 0
			x.literal(t)
			continue
		}
		x.unknown(x.s.part(x.st, p))
	}
}

// substitute expands a part whose value comes from elsewhere, unquoted.
func (x *expansion) substitute(p syntax.WordPart, split bool) {
	if ps, ok := p.(*syntax.ProcSubst); ok {
		f := x.s.procSubst(x.st, ps)
		x.proc = &f
		x.literal("/dev/fd/0")
		return
	}
	v := x.s.part(x.st, p)
	if !v.exact {
		x.many = x.many || !v.tame || v.text != ""
		x.unknown(v)
		return
	}
	if meta(v.text) >= 0 {
		x.glob = true
	}
	blank := blanks
	if b := x.st.lookup("IFS"); b != nil && split {
		if !b.val.exact {
			x.many = true
			x.unknown(value{})
			return
		}
		blank = b.val.text
	}
	if !split || !strings.ContainsAny(v.text, blank) {
		if v.text == "" && !x.any {
			return // an unquoted empty value is no word at all
		}
		x.literal(v.text)
		return
	}
	for n, f := range strings.FieldsFunc(v.text, func(r rune) bool { return strings.ContainsRune(blank, r) }) {
		if n > 0 || x.any && strings.ContainsAny(v.text[:1], blank) {
			if len(x.s.words) > maxWords {
				x.s.limit()
				return
			}
			x.s.words = append(x.s.words, x.word(f))
			*x = expansion{s: x.s, st: x.st, glob: x.glob}
		}
		x.literal(f)
	}
}

// unquoted appends a literal that stands outside of quotes.
func (x *expansion) unquoted(t string, first bool) {
	if first && t != "" && t[0] == '~' {
		user, _, _ := strings.Cut(t[1:], "/")
		if !strings.ContainsAny(user, "\\*?[") {
			v := x.s.homeOf(x.st, user)
			x.unknown(v)
			t = t[1+len(user):]
		}
	}
	if plain(t) {
		x.literal(t)
		return
	}
	var b strings.Builder
	for i := 0; i < len(t); i++ {
		switch c := t[i]; c {
		case '\\':
			if i++; i < len(t) && t[i] != '\n' {
				x.fixed = x.fixed || t[i] == '*' || t[i] == '?' || t[i] == '['
				b.WriteByte(t[i])
			}
		case '*', '?', '[':
			if c == '[' && !strings.Contains(t[i:], "]") {
				b.WriteByte(c)
				continue
			}
			x.glob = true
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
	}
	x.literal(b.String())
}

// homeOf is what ~user stands for.
func (s *scan) homeOf(st *state, user string) value {
	switch user {
	case "":
		if b := st.lookup("HOME"); b != nil {
			return b.val
		}
		if st.away == nil && s.call.Home != "" {
			return known(s.call.Home)
		}
	case "+":
		if st.alt == "" && !st.lost {
			return known(st.dir)
		}
	}
	return value{}
}

// part is the value of one part of a word.
func (s *scan) part(st *state, p syntax.WordPart) value {
	switch p := p.(type) {
	case *syntax.ParamExp:
		return s.param(st, p)
	case *syntax.CmdSubst:
		return s.cmdSubst(st, p).asValue()
	case *syntax.ArithmExp:
		s.inside(st, p.X)
		s.evaluated(st, p.X)
		return value{tame: true, plain: true}
	case *syntax.ProcSubst:
		s.procSubst(st, p)
	case *syntax.SglQuoted:
		return known(p.Value)
	}
	return value{}
}

// wordValue is the value of a word that is not split into fields.
func (s *scan) wordValue(st *state, w *syntax.Word) value {
	if w == nil {
		return value{exact: true}
	}
	x := expansion{s: s, st: st}
	x.parts(w.Parts, false)
	return x.word("").value
}

// inside looks for commands in an arithmetic expression or a test.
func (s *scan) inside(st *state, n syntax.Node) {
	if n == nil {
		return
	}
	syntax.Walk(n, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.CmdSubst:
			s.cmdSubst(st, n)
			return false
		case *syntax.ProcSubst:
			s.procSubst(st, n)
			return false
		case *syntax.ParamExp:
			s.param(st, n)
			return false
		}
		return !s.full
	})
}

// ansiC decodes the inside of $'…'. It reports false for what it does not know.
func ansiC(t string) (string, bool) {
	var b []byte
	for i := 0; i < len(t); i++ {
		if t[i] != '\\' || i+1 >= len(t) {
			b = append(b, t[i])
			continue
		}
		i++
		if n := strings.IndexByte("abefnrtv", t[i]); n >= 0 {
			b = append(b, "\a\b\x1b\f\n\r\t\v"[n])
			continue
		}
		base, size := 0, 0
		switch t[i] {
		case '\\', '\'', '"', '?':
			b = append(b, t[i])
			continue
		case 'x':
			base, size = 16, 2
		case 'u':
			base, size = 16, 4
		case 'U':
			base, size = 16, 8
		case '0', '1', '2', '3', '4', '5', '6', '7':
			base, size = 8, 3
			i--
		default:
			return "", false
		}
		kind, end := t[min(i, len(t)-1)], i+1
		for end < len(t) && end-i-1 < size {
			if _, err := strconv.ParseUint(t[end:end+1], base, 8); err != nil {
				break
			}
			end++
		}
		n, err := strconv.ParseUint(t[i+1:end], base, 32)
		if err != nil || n == 0 {
			return "", false // \x00 ends the word in bash
		}
		if base == 16 && kind != 'x' {
			b = utf8.AppendRune(b, rune(n))
		} else {
			b = append(b, byte(n))
		}
		i = end - 1
	}
	return string(b), true
}

// unescapeQuoted removes the backslashes that mean something in double quotes.
func unescapeQuoted(t string) string {
	if strings.IndexByte(t, '\\') < 0 {
		return t
	}
	var b strings.Builder
	for i := 0; i < len(t); i++ {
		if t[i] == '\\' && i+1 < len(t) {
			switch t[i+1] {
			case '\\', '"', '$', '`':
				i++
			case '\n':
				i++
				continue
			}
		}
		b.WriteByte(t[i])
	}
	return b.String()
}

// param is the value of a parameter expansion.
func (s *scan) param(st *state, p *syntax.ParamExp) value {
	if p.Param == nil || p.NestedParam != nil || p.Flags != nil {
		s.inParam(st, p)
		return value{}
	}
	name := p.Param.Value
	v, set := s.variable(st, name, p.Length || p.Names != 0)
	if p.Index != nil {
		s.inside(st, p.Index)
		v, set = value{}, false
	}
	switch {
	case p.Length:
		return value{tame: true, plain: true}
	case p.Excl, p.Names != 0, len(p.Modifiers) > 0:
		s.inParam(st, p)
		s.subscript(v.text, name) // ${!v}: what v names
		return value{}
	case p.Slice != nil, p.Repl != nil:
		s.inParam(st, p)
		return value{tame: v.exact && !strings.Contains(v.text, ".") && !strings.Contains(v.text, "/") && p.Repl == nil}
	case p.Exp == nil:
		return v
	}
	arg := s.wordValue(st, p.Exp.Word)
	switch p.Exp.Op {
	case syntax.OtherParamOps:
		if !arg.exact || strings.Contains(arg.text, "P") {
			s.asPrompt(v, name)
		}
	case syntax.DefaultUnset, syntax.DefaultUnsetOrNull, syntax.AssignUnset, syntax.AssignUnsetOrNull:
		if set && v.exact && (v.text != "" || p.Exp.Op == syntax.DefaultUnset) {
			return v
		}
		if set && v.is("") {
			return arg
		}
		return value{}
	case syntax.ErrorUnset, syntax.ErrorUnsetOrNull:
		return v
	case syntax.RemSmallPrefix, syntax.RemLargePrefix, syntax.RemSmallSuffix, syntax.RemLargeSuffix:
		return trimmed(v, arg, p.Exp.Op)
	case syntax.LowerAll:
		if v.exact {
			return known(strings.ToLower(v.text))
		}
	case syntax.UpperAll:
		if v.exact {
			return known(strings.ToUpper(v.text))
		}
	}
	return value{}
}

// inParam looks for commands in the parts of a parameter expansion that are not followed.
func (s *scan) inParam(st *state, p *syntax.ParamExp) {
	if p.Slice != nil {
		s.inside(st, p.Slice.Offset)
		s.inside(st, p.Slice.Length)
	}
	if p.Repl != nil {
		s.wordValue(st, p.Repl.Orig)
		s.wordValue(st, p.Repl.With)
	}
	if p.NestedParam != nil {
		s.part(st, p.NestedParam)
	}
	if p.Exp != nil {
		s.wordValue(st, p.Exp.Word)
	}
}

// variable is the value of a variable, and whether the command set it itself.
// A read of one that by its name holds a secret is an effect.
func (s *scan) variable(st *state, name string, onlyShape bool) (value, bool) {
	if b := st.lookup(name); b != nil {
		if b.isArr {
			if len(b.list) == 1 {
				return b.list[0].value, true
			}
			return value{}, true
		}
		return b.val, true
	}
	switch name {
	case "HOME":
		return s.homeOf(st, ""), false
	case "PWD":
		if st.alt == "" && !st.lost && st.away == nil {
			return known(st.dir), true
		}
	case "?", "#", "$", "!", "UID", "EUID", "PPID", "RANDOM", "SECONDS", "LINENO", "EPOCHSECONDS", "SHLVL", "COLUMNS", "LINES", "HOSTNAME", "OSTYPE", "MACHTYPE", "USER", "LOGNAME":
		return value{tame: true, plain: true}, false
	case "IFS":
		return value{tame: true}, false
	}
	if !onlyShape && s.secretEnv(name) {
		s.secret(effect.Read, "env:"+name, effect.Exact, "$"+name)
	}
	return value{}, false
}

// trimmed is ${v#pattern} and its kin.
func trimmed(v, pattern value, op syntax.ParExpOperator) value {
	if !v.exact || v.glob || !pattern.exact || strings.ContainsAny(pattern.text, "[\\") || len(v.text) > 1024 || len(pattern.text) > 64 {
		return value{}
	}
	t, p := v.text, pattern.text
	switch op {
	case syntax.RemSmallPrefix:
		for i := 0; i <= len(t); i++ {
			if wildcard(p, t[:i]) {
				return known(t[i:])
			}
		}
	case syntax.RemLargePrefix:
		for i := len(t); i >= 0; i-- {
			if wildcard(p, t[:i]) {
				return known(t[i:])
			}
		}
	case syntax.RemSmallSuffix:
		for i := len(t); i >= 0; i-- {
			if wildcard(p, t[i:]) {
				return known(t[:i])
			}
		}
	default:
		for i := 0; i <= len(t); i++ {
			if wildcard(p, t[i:]) {
				return known(t[:i])
			}
		}
	}
	return v
}

// wildcard reports whether t matches p, where "*" is any text and "?" any byte.
// It takes time proportional to len(p) times len(t) at most.
func wildcard(p, t string) bool {
	i, j, star, mark := 0, 0, -1, 0
	for j < len(t) {
		switch {
		case i < len(p) && p[i] == '*':
			star, mark = i, j
			i++
		case i < len(p) && (p[i] == '?' || p[i] == t[j]):
			i++
			j++
		case star >= 0:
			mark++
			i, j = star+1, mark
		default:
			return false
		}
	}
	for i < len(p) && p[i] == '*' {
		i++
	}
	return i == len(p)
}

package analyze

import (
	"strings"
	"sync"

	"mvdan.cc/sh/v3/syntax"

	"github.com/ambit-go/ambit/boundary/effect"
)

var parsers = sync.Pool{New: func() any { return syntax.NewParser(syntax.Variant(syntax.LangBash)) }}

// A result is where a command leads: the state if it succeeded, the state if it
// failed, and what it wrote to its output.
type result struct {
	ok, fail state
	out      feed
}

// after is the state behind a command whose success nobody asks for.
func (s *scan) after(r result) state {
	if r.ok.errexit {
		return r.ok
	}
	return s.merge(r.ok, r.fail)
}

// same is a command that changes nothing about the shell.
func unchanged(st state, out feed) result { return result{ok: st, fail: st, out: out} }

// shell looks at the text of a shell command that starts in st and reads in.
func (s *scan) shell(text string, st state, in feed) result {
	r := unchanged(st, feed{kind: feedAny})
	if !s.enter() {
		return r
	}
	defer s.leave()
	if len(text) > maxShell {
		s.limit()
		return r
	}
	if fast, ok := s.fast(text, st, in); ok {
		r = fast
	} else {
		if tooDeep(text) {
			s.limit()
			return r
		}
		r = s.parsed(text, st, in)
	}
	if s.depth == 1 && len(s.defined) > 0 {
		s.uncalled()
	}
	return r
}

// parsed is shell by the full parser.
func (s *scan) parsed(text string, st state, in feed) result {
	p := parsers.Get().(*syntax.Parser)
	file, err := p.Parse(strings.NewReader(text), "")
	parsers.Put(p)
	if err != nil {
		// Nobody knows what another shell makes of it. What could be read is evidence all the same.
		s.unknown(effect.Command, effect.Exec, text)
		st.lost = true
	}
	src := s.src
	s.src = text
	r := unchanged(st, feed{})
	if file != nil {
		r = s.list(file.Stmts, st, in)
	}
	s.src = src
	if err != nil {
		r = unchanged(state{lost: true, away: st.away}, feed{kind: feedAny})
	}
	return r
}

// tooDeep reports whether a text may nest, or chain, so much that parsing it
// would cost a deep stack: the parser recurses without a limit of its own.
// Quotes are not looked at, so text that merely looks deep is "cannot tell".
func tooDeep(text string) bool {
	const maxNest = 150
	nest, joins, words := 0, 0, 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '(', '{':
			if nest++; nest > maxNest {
				return true
			}
		case ')', '}':
			nest = max(nest-1, 0)
		case '`', '|', '&', '!', '~', '?', '=', '*', '+', '-', '<', '>', '$', ':', '^', '%', ',':
			joins++
		case 'f', 'e', 'o', 'c', 'n': // if, while, until, do, for, select, case, function, coproc, time
			if i+1 == len(text) || text[i+1] <= ' ' {
				switch lastWord(text[:i+1]) {
				case "if", "while", "do", "for", "case", "time", "coproc", "function", "until", "select", "elif":
					if words++; words > 4*maxNest {
						return true
					}
				}
			}
		}
	}
	return joins > maxOperators
}

func lastWord(t string) string {
	i := len(t)
	for i > 0 && len(t)-i < 10 && 'a' <= t[i-1] && t[i-1] <= 'z' {
		i--
	}
	return t[i:]
}

// list runs statements one after the other.
func (s *scan) list(stmts []*syntax.Stmt, st state, in feed) result {
	r := unchanged(st, feed{})
	for i, stmt := range stmts {
		if s.full {
			break
		}
		from := r.ok
		if i > 0 {
			from = s.after(r)
		}
		if from.dead {
			break
		}
		out := r.out
		r = s.stmt(stmt, from, in)
		if i > 0 {
			r.out = both(out, r.out)
		}
	}
	return r
}

// both is what two commands write one after the other.
func both(a, b feed) feed {
	switch {
	case a.kind == feedNone, a.kind == feedText && a.val.is(""):
		return b
	case b.kind == feedNone, b.kind == feedText && b.val.is(""):
		return a
	case a.kind == feedText && b.kind == feedText && a.val.exact && b.val.exact && len(a.val.text)+len(b.val.text) < maxValue:
		return feed{kind: feedText, val: known(a.val.text + "\n" + b.val.text)}
	case a.kind == feedNet, b.kind == feedNet:
		return feed{kind: feedNet}
	case a.kind == feedNames && b.kind == feedNames:
		return feed{kind: feedNames, val: either(a.val, b.val)}
	}
	return feed{kind: feedAny}
}

func (s *scan) stmt(stmt *syntax.Stmt, st state, in feed) result {
	if s.full || stmt == nil || st.dead {
		return unchanged(st, feed{})
	}
	in, toFile, st := s.redirects(stmt, st, in)
	r := s.command(stmt, st, in)
	if toFile {
		r.out = feed{}
	}
	if stmt.Negated {
		r.ok, r.fail = r.fail, r.ok
	}
	if stmt.Background || stmt.Coprocess || stmt.Disown {
		r.ok, r.fail, r.out = st, st, feed{}
	}
	return r
}

// redirects adds what the redirections of a statement touch.
func (s *scan) redirects(stmt *syntax.Stmt, st state, in feed) (feed, bool, state) {
	toFile := false
	for _, rd := range stmt.Redirs {
		if rd.Hdoc != nil {
			in = feed{kind: feedText, val: s.hereDoc(&st, rd)}
			continue
		}
		if rd.Op == syntax.WordHdoc {
			in = feed{kind: feedText, val: s.wordValue(&st, rd.Word)}
			continue
		}
		if rd.Word == nil {
			continue
		}
		base := len(s.words)
		s.expand(&st, rd.Word, s.src)
		var w word
		if len(s.words) == base+1 {
			w = s.words[base]
		} else {
			w.raw = source(s.src, rd.Word)
		}
		s.words = s.words[:base]
		fd := ""
		if rd.N != nil {
			fd = rd.N.Value
		}
		var out bool
		in, out = s.redirect(&st, rd.Op, fd, w, in)
		toFile = toFile || out
	}
	return in, toFile, st
}

// hereDoc is the content of a here-document.
func (s *scan) hereDoc(st *state, rd *syntax.Redirect) value {
	for _, part := range rd.Word.Parts {
		if lit, ok := part.(*syntax.Lit); !ok || strings.IndexByte(lit.Value, '\\') >= 0 {
			return known(rd.Hdoc.Lit()) // a quoted delimiter: nothing inside is expanded
		}
	}
	x := expansion{s: s, st: st}
	x.quoted(rd.Hdoc.Parts)
	return x.word("").value
}

// redirect adds what one redirection touches. It returns the input of the
// command and whether its output goes to a file.
func (s *scan) redirect(st *state, op syntax.RedirOperator, fd string, w word, in feed) (feed, bool) {
	access := effect.Write
	switch op {
	case syntax.RdrIn:
		access = effect.Read
	case syntax.DplIn, syntax.DplOut:
		if w.exact && (digits(strings.TrimSuffix(w.text, "-")) || w.text == "-") {
			return in, false
		}
		if op == syntax.DplIn || fd != "" && fd != "1" {
			if !w.exact { // >&$fd
				return in, false
			}
			return in, false
		}
	}
	if w.proc != nil {
		if access == effect.Read {
			return *w.proc, false
		}
		return in, true
	}
	if rest, ok := strings.CutPrefix(w.text, "/dev/tcp/"); ok || strings.HasPrefix(w.text, "/dev/udp/") {
		if !ok {
			rest = w.text[len("/dev/udp/"):]
		}
		host, port, _ := strings.Cut(rest, "/")
		target := w.value
		target.text = host
		if port != "" {
			target.text += ":" + port
		}
		s.host(target, w.raw, effect.NoDirection)
		return feed{kind: feedNet}, true
	}
	v := w.value
	if v.glob { // bash does not match patterns here unless one name results, sh never
		v = value{text: v.text[:meta(v.text)]}
	}
	s.path(st, v, w.raw, access, self)
	if op == syntax.RdrInOut {
		s.path(st, v, w.raw, effect.Read, self)
	}
	if access == effect.Read {
		return feed{kind: feedFile, val: v}, false
	}
	return in, fd == "" || fd == "1" || op == syntax.RdrAll || op == syntax.AppAll
}

func (s *scan) command(stmt *syntax.Stmt, st state, in feed) result {
	if !s.step() {
		return unchanged(st, feed{})
	}
	switch c := stmt.Cmd.(type) {
	case nil:
		if in.kind == feedFile { // $(<file)
			return unchanged(st, in)
		}
		return unchanged(st, feed{})
	case *syntax.CallExpr:
		return s.simple(c, st, in)
	case *syntax.BinaryCmd:
		return s.binary(c, st, in)
	case *syntax.Block:
		return s.list(c.Stmts, st, in)
	case *syntax.Subshell:
		return unchanged(st, s.list(c.Stmts, st, in).out)
	case *syntax.IfClause:
		return s.ifClause(c, st, in)
	case *syntax.WhileClause:
		return s.while(c, st, in)
	case *syntax.ForClause:
		return s.forClause(c, st, in)
	case *syntax.CaseClause:
		return s.caseClause(c, st, in)
	case *syntax.FuncDecl:
		if c.Name != nil {
			s.bind(&st, binding{name: c.Name.Value + "()", fn: c.Body, src: s.src})
			s.defined = append(s.defined, definition{c.Body, s.src, st})
		} else {
			s.unknown(effect.Command, effect.Exec, "")
		}
		return unchanged(st, feed{})
	case *syntax.DeclClause:
		s.declare(c, &st)
		return unchanged(st, feed{})
	case *syntax.TimeClause:
		return s.stmt(c.Stmt, st, in)
	case *syntax.CoprocClause:
		s.stmt(c.Stmt, st, feed{kind: feedAny})
		return unchanged(st, feed{})
	case *syntax.TestClause:
		s.test(c.X, &st)
		return unchanged(st, feed{})
	case *syntax.ArithmCmd, *syntax.LetClause:
		s.inside(&st, c)
		s.evaluated(&st, c)
		s.forget(&st, c)
		return unchanged(st, feed{})
	}
	s.unknown(effect.Command, effect.Exec, source(s.src, stmt))
	return unchanged(st, feed{kind: feedAny})
}

// forget notes what an arithmetic command assigns: numbers.
func (s *scan) forget(st *state, n syntax.Node) {
	syntax.Walk(n, func(n syntax.Node) bool {
		var x syntax.ArithmExpr
		switch n := n.(type) {
		case *syntax.UnaryArithm:
			if n.Op == syntax.Inc || n.Op == syntax.Dec {
				x = n.X
			}
		case *syntax.BinaryArithm:
			switch n.Op {
			case syntax.Assgn, syntax.AddAssgn, syntax.SubAssgn, syntax.MulAssgn, syntax.QuoAssgn, syntax.RemAssgn, syntax.AndAssgn, syntax.OrAssgn, syntax.XorAssgn, syntax.ShlAssgn, syntax.ShrAssgn:
				x = n.X
			default:
			}
		}
		if w, ok := x.(*syntax.Word); ok {
			if name := w.Lit(); syntax.ValidName(name) {
				s.bind(st, binding{name: name, val: value{tame: true, plain: true}})
			}
		}
		return !s.full
	})
}

// test looks at the inside of [[ … ]]: files that are asked about, commands.
func (s *scan) test(x syntax.TestExpr, st *state) {
	syntax.Walk(x, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.UnaryTest:
			if w, ok := n.X.(*syntax.Word); ok && n.Op == syntax.TsVarSet {
				s.subscript(s.wordValue(st, w).text, source(s.src, w))
			}
		case *syntax.BinaryTest:
			switch n.Op {
			case syntax.TsEql, syntax.TsNeq, syntax.TsLeq, syntax.TsGeq, syntax.TsLss, syntax.TsGtr: // [[ 'a[$(id)]' -eq 1 ]]
				s.evaluated(st, n)
			default:
			}
		}
		if u, ok := n.(*syntax.UnaryTest); ok && u.Op >= syntax.TsExists && u.Op <= syntax.TsGrpOwn {
			if w, ok := u.X.(*syntax.Word); ok {
				s.path(st, s.wordValue(st, w), source(s.src, w), effect.Read, self)
				return false
			}
		}
		switch n := n.(type) {
		case *syntax.CmdSubst, *syntax.ProcSubst, *syntax.ParamExp:
			s.inside(st, n)
			return false
		}
		return !s.full
	})
}

func (s *scan) binary(c *syntax.BinaryCmd, st state, in feed) result {
	switch c.Op {
	case syntax.AndStmt:
		x := s.stmt(c.X, st, in)
		if x.ok.dead {
			return x
		}
		y := s.stmt(c.Y, x.ok, in)
		return result{ok: y.ok, fail: s.merge(x.fail, y.fail), out: both(x.out, y.out)}
	case syntax.OrStmt:
		x := s.stmt(c.X, st, in)
		if x.fail.dead {
			return x
		}
		y := s.stmt(c.Y, x.fail, in)
		return result{ok: s.merge(x.ok, y.ok), fail: y.fail, out: either2(x.out, y.out)}
	}
	// A pipeline: each part in a shell of its own.
	var parts [8]*syntax.Stmt
	stages := append(pipeline(parts[:0], c.X), c.Y)
	for _, stage := range stages {
		in = s.stmt(stage, st, in).out
	}
	return unchanged(st, in)
}

// either2 is what a || b writes: mostly only one of them does.
func either2(a, b feed) feed {
	if a == b || b.kind == feedNone || b.kind == feedText && (b.val.is("") || a.kind != feedText) {
		return a
	}
	return both(a, b)
}

func pipeline(dst []*syntax.Stmt, s *syntax.Stmt) []*syntax.Stmt {
	if b, ok := s.Cmd.(*syntax.BinaryCmd); ok && (b.Op == syntax.Pipe || b.Op == syntax.PipeAll) && len(s.Redirs) == 0 {
		return append(pipeline(dst, b.X), b.Y)
	}
	return append(dst, s)
}

func (s *scan) ifClause(c *syntax.IfClause, st state, in feed) result {
	if len(c.Cond) == 0 { // else
		return s.list(c.Then, st, in)
	}
	cond := s.list(c.Cond, st, in)
	then := result{ok: cond.ok, fail: cond.ok}
	if !cond.ok.dead {
		then = s.list(c.Then, cond.ok, in)
	}
	other := unchanged(cond.fail, feed{})
	if c.Else != nil && !cond.fail.dead {
		other = s.ifClause(c.Else, cond.fail, in)
	}
	return result{ok: s.merge(then.ok, other.ok), fail: s.merge(then.fail, other.fail), out: either2(then.out, other.out)}
}

func (s *scan) while(c *syntax.WhileClause, st state, in feed) result {
	body := func(st state) result {
		cond := s.list(c.Cond, st, in)
		enter, leave := cond.ok, cond.fail
		if c.Until {
			enter, leave = leave, enter
		}
		do := s.list(c.Do, enter, in)
		end := s.merge(leave, s.after(do))
		return result{ok: end, fail: end, out: do.out}
	}
	return s.loop(st, body)
}

// loop runs body once, and once more on what it may have changed.
func (s *scan) loop(st state, body func(state) result) result {
	first := body(st)
	end := s.merge(st, s.after(first))
	if end == st {
		return result{ok: end, fail: end, out: loopOut(first.out)}
	}
	second := body(s.widen(st, end))
	end = s.merge(end, s.after(second))
	return result{ok: end, fail: end, out: loopOut(second.out)}
}

// loopOut is what a loop writes whose body writes f.
func loopOut(f feed) feed {
	if f.kind == feedText {
		return feed{kind: feedAny}
	}
	return f
}

// widen forgets what differs between a and b: after any number of rounds it may
// be anything.
func (s *scan) widen(a, b state) state {
	out := b
	out.lost = out.lost || a.dir != b.dir || a.alt != b.alt
	for x := b.vars; x != nil && x != a.vars; x = x.next {
		if s.full {
			break
		}
		if x.fn == nil && !(x.name == "IFS" && x.val.is(blanks)) {
			s.bind(&out, binding{name: x.name})
		}
	}
	return out
}

// maxRounds is how many items of a loop are looked at one by one.
const maxRounds = 12

func (s *scan) forClause(c *syntax.ForClause, st state, in feed) result {
	it, ok := c.Loop.(*syntax.WordIter)
	if !ok {
		s.inside(&st, c.Loop)
		s.forget(&st, c.Loop)
		return s.loop(st, func(st state) result { return s.list(c.Do, st, in) })
	}
	base := len(s.words)
	if it.InPos.IsValid() {
		for _, w := range it.Items {
			s.expand(&st, w, s.src)
		}
	} else {
		s.words = append(s.words, word{many: true})
	}
	items := append([]word(nil), s.words[base:]...)
	s.words = s.words[:base]
	if len(items) == 0 {
		return unchanged(st, feed{})
	}
	one := items[0].value
	each := len(items) <= maxRounds
	for i, w := range items {
		if w.many || !w.exact {
			each = false
		}
		if w.glob {
			dash := s.globDash(&st, w.text)
			w.value = globbed(w.value)
			w.plain = !dash
			items[i] = w
		} else if w.many {
			w.value = s.undash(&st, w.value)
		}
		if i == 0 {
			one = w.value
			continue
		}
		one = either(one, w.value)
	}
	if !each {
		r := s.loop(st, func(st state) result {
			s.bind(&st, binding{name: it.Name.Value, val: one})
			return s.list(c.Do, st, in)
		})
		s.bind(&r.ok, binding{name: it.Name.Value, val: one})
		r.fail = r.ok
		return r
	}
	r := unchanged(st, feed{})
	end := st
	for _, w := range items {
		from := s.after(r)
		s.bind(&from, binding{name: it.Name.Value, val: w.value})
		out := r.out
		r = s.list(c.Do, from, in)
		r.out = both(out, r.out)
		end = s.merge(end, s.after(r)) // break
	}
	return result{ok: end, fail: end, out: r.out}
}

// globbed is what is known of one name that the pattern v matched, or of the
// pattern itself, which stays when nothing did.
func globbed(v value) value {
	return value{text: v.text[:max(meta(v.text), 0)], tame: !strings.Contains(v.text, "..") && v.text != "" && !strings.HasPrefix(base(v.text), ".*")}
}

func (s *scan) caseClause(c *syntax.CaseClause, st state, in feed) result {
	s.wordValue(&st, c.Word)
	r := unchanged(st, feed{})
	for _, item := range c.Items {
		for _, w := range item.Patterns {
			s.wordValue(&st, w)
		}
		b := s.list(item.Stmts, st, in)
		r.ok, r.fail, r.out = s.merge(r.ok, b.ok), s.merge(r.fail, b.fail), either2(r.out, b.out)
	}
	return r
}

// cmdSubst runs a command substitution and returns what it writes.
func (s *scan) cmdSubst(st *state, c *syntax.CmdSubst) feed {
	if !s.enter() {
		return feed{kind: feedAny}
	}
	defer s.leave()
	f := s.list(c.Stmts, *st, feed{}).out
	if f.kind == feedText {
		f.val.text = trimNewlines(f.val)
	}
	return f
}

func trimNewlines(v value) string {
	if !v.exact {
		return v.text
	}
	return strings.TrimRight(v.text, "\n")
}

// procSubst runs a process substitution.
func (s *scan) procSubst(st *state, c *syntax.ProcSubst) feed {
	if !s.enter() {
		return feed{kind: feedAny}
	}
	defer s.leave()
	in := feed{}
	if c.Op == syntax.CmdOut {
		in.kind = feedAny
	}
	return s.list(c.Stmts, *st, in).out
}

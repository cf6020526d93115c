package analyze

import (
	"strings"
	"unicode/utf8"

	"mvdan.cc/sh/v3/syntax"
)

// Most commands of agents are plain: words, quotes without expansions, pipes,
// "&&", ";" and redirections to a named file. They are read here in one pass,
// twelve times faster than by the parser, and then go the same way. Whatever is
// not plain is left to the parser: [FuzzFastPath] holds that both find the same.

type pieceKind uint8

const (
	pieceWord pieceKind = iota
	pieceRedirect
	piecePipe
	pieceAnd
	pieceOr
	pieceThen // ";" or a newline
)

// A piece is one word or operator of a plain command.
type piece struct {
	kind       pieceKind
	op         syntax.RedirOperator
	text       string // value of a word; target of a redirection
	raw        string
	fd         string
	start, end int // of a word, in the text
}

// maxPieces bounds what the fast path takes on.
const maxPieces = 256

// fast looks at text if it is plain.
func (s *scan) fast(text string, st state, in feed) (result, bool) {
	base := len(s.pieces)
	if !s.split(text) {
		clear(s.pieces[base:])
		s.pieces = s.pieces[:base]
		return result{}, false
	}
	end := len(s.pieces)
	src := s.src
	s.src = text
	r := s.plainList(text, base, end, st, in)
	s.src = src
	clear(s.pieces[base:])
	s.pieces = s.pieces[:base]
	return r, true
}

// plainList runs pipelines the way [scan.binary] and [scan.list] do.
func (s *scan) plainList(text string, from, end int, st state, in feed) result {
	// r is the whole list, cur the chain of "&&" and "||" since the last ";".
	r := unchanged(st, feed{})
	first := true
	for from < end && !s.full {
		stop := from
		for stop < end && s.pieces[stop].kind != pieceThen {
			stop++
		}
		start := r.ok
		if !first {
			start = s.after(r)
		}
		if start.dead {
			break
		}
		out := r.out
		r = s.plainChain(text, from, stop, start, in)
		if !first {
			r.out = both(out, r.out)
		}
		first = false
		from = stop + 1
	}
	return r
}

func (s *scan) plainChain(text string, from, end int, st state, in feed) result {
	stop := s.operator(from, end)
	r := s.plainPipe(text, from, stop, st, in)
	for stop < end && !s.full {
		op := s.pieces[stop].kind
		from = stop + 1
		stop = s.operator(from, end)
		if op == pieceAnd {
			if r.ok.dead {
				continue
			}
			y := s.plainPipe(text, from, stop, r.ok, in)
			r = result{ok: y.ok, fail: s.merge(r.fail, y.fail), out: both(r.out, y.out)}
			continue
		}
		if r.fail.dead {
			continue
		}
		y := s.plainPipe(text, from, stop, r.fail, in)
		r = result{ok: s.merge(r.ok, y.ok), fail: y.fail, out: either2(r.out, y.out)}
	}
	return r
}

// operator returns the index of the next "&&" or "||".
func (s *scan) operator(from, end int) int {
	for from < end && s.pieces[from].kind != pieceAnd && s.pieces[from].kind != pieceOr {
		from++
	}
	return from
}

func (s *scan) plainPipe(text string, from, end int, st state, in feed) result {
	piped := false
	for {
		stop := from
		for stop < end && s.pieces[stop].kind != piecePipe {
			stop++
		}
		if stop == end && !piped {
			return s.plainCommand(text, from, end, st, in)
		}
		piped = true
		in = s.plainCommand(text, from, stop, st, in).out
		if stop == end || s.full {
			return unchanged(st, in)
		}
		from = stop + 1
	}
}

func (s *scan) plainCommand(text string, from, end int, st state, in feed) result {
	if s.full || st.dead {
		return unchanged(st, feed{})
	}
	toFile := false
	base := len(s.words)
	first, last := -1, 0
	for i := from; i < end; i++ {
		p := &s.pieces[i]
		if p.kind == pieceRedirect {
			var out bool
			in, out = s.redirect(&st, p.op, p.fd, word{value: known(p.text), raw: p.raw}, in)
			toFile = toFile || out
			continue
		}
		if first < 0 {
			first = p.start
		}
		last = p.end
		s.words = append(s.words, word{value: known(p.text), raw: p.raw})
	}
	words := s.words[base:]
	r := unchanged(st, feed{})
	if s.step() {
		r = s.exec(words, text[first:last], st, in)
	}
	s.words = s.words[:base]
	if toFile {
		r.out = feed{}
	}
	return r
}

// split reads text into pieces. It reports false as soon as there is something
// that is not plain.
func (s *scan) split(text string) bool {
	base := len(s.pieces)
	words := 0      // of the simple command being read
	pending := true // an operator wants a command
	for i := 0; i < len(text); {
		c := text[i]
		switch c {
		case ' ', '\t':
			i++
			continue
		case '\n', ';':
			if c == '\n' && words == 0 {
				i++
				if len(s.pieces) == base || s.pieces[len(s.pieces)-1].kind != pieceRedirect {
					continue
				}
			}
			if words == 0 {
				return false
			}
			s.pieces = append(s.pieces, piece{kind: pieceThen})
			words, pending = 0, false
			i++
			continue
		case '|', '&':
			if words == 0 || i+1 >= len(text) {
				return false
			}
			kind := piecePipe
			switch {
			case text[i+1] == c && c == '|':
				kind = pieceOr
				i++
			case text[i+1] == c:
				kind = pieceAnd
				i++
			case c == '&', text[i+1] == '&':
				return false
			}
			i++
			s.pieces = append(s.pieces, piece{kind: kind})
			words, pending = 0, true
			continue
		}
		if len(s.pieces)-base >= maxPieces {
			return false
		}
		n, ok := s.piece(text, i, words == 0)
		if !ok {
			return false
		}
		i = n
		if s.pieces[len(s.pieces)-1].kind == pieceWord {
			words++
			pending = false
		}
	}
	if pending || len(s.pieces) == base {
		return false
	}
	if s.pieces[len(s.pieces)-1].kind == pieceThen {
		s.pieces = s.pieces[:len(s.pieces)-1]
	} else if words == 0 {
		return false
	}
	return true
}

// piece reads one word or redirection at i.
func (s *scan) piece(text string, i int, command bool) (int, bool) {
	start := i
	for i < len(text) && '0' <= text[i] && text[i] <= '9' {
		i++
	}
	if i < len(text) && (text[i] == '>' || text[i] == '<') {
		return s.redirection(text, text[start:i], i)
	}
	value, end, ok := plainWord(text, start)
	if !ok || end == start {
		return 0, false
	}
	raw := text[start:end]
	if end < len(text) && (text[end] == '<' || text[end] == '>' || text[end] == '(') {
		return 0, false // "a>b": not what people write
	}
	if command && (reserved(raw) || strings.IndexByte(raw, '=') > 0 && isAssignment(strings.Replace(raw, "+=", "=", 1))) {
		return 0, false
	}
	s.pieces = append(s.pieces, piece{})
	p := &s.pieces[len(s.pieces)-1] // in place: a piece is large to copy
	p.text, p.raw, p.start, p.end = value, raw, start, end
	return end, true
}

// redirection reads ">", ">>", "<", ">&1" and their target.
func (s *scan) redirection(text, fd string, i int) (int, bool) {
	op := syntax.RdrOut
	switch rest := text[i:]; {
	case strings.HasPrefix(rest, ">>"):
		op = syntax.AppOut
		i += 2
	case strings.HasPrefix(rest, ">&"):
		n := i + 2
		for n < len(text) && '0' <= text[n] && text[n] <= '9' {
			n++
		}
		if n == i+2 || n < len(text) && !wordEnd(text[n]) {
			return 0, false
		}
		s.pieces = append(s.pieces, piece{kind: pieceRedirect, op: syntax.DplOut, fd: fd, text: text[i+2 : n], raw: text[i+2 : n]})
		return n, true
	case strings.HasPrefix(rest, ">|"), strings.HasPrefix(rest, ">("), strings.HasPrefix(rest, "<<"), strings.HasPrefix(rest, "<("), strings.HasPrefix(rest, "<&"), strings.HasPrefix(rest, "<>"):
		return 0, false
	case rest[0] == '<':
		op = syntax.RdrIn
		i++
	default:
		i++
	}
	for i < len(text) && (text[i] == ' ' || text[i] == '\t') {
		i++
	}
	value, end, ok := plainWord(text, i)
	if !ok || end == i || end < len(text) && !wordEnd(text[end]) {
		return 0, false
	}
	s.pieces = append(s.pieces, piece{kind: pieceRedirect, op: op, fd: fd, text: value, raw: text[i:end]})
	return end, true
}

func wordEnd(c byte) bool {
	switch c {
	case ' ', '\t', '\n', ';', '|', '&':
		return true
	}
	return false
}

// plainWord reads a word that stands for itself, quotes apart.
func plainWord(text string, i int) (value string, end int, ok bool) {
	start := i
	from := i // of the run not yet in b
	var b []byte
	built := false
	for i < len(text) {
		switch c := text[i]; c {
		case ' ', '\t', '\n', ';', '|', '&', '<', '>', '(':
			if !built {
				return text[start:i], i, true
			}
			return string(append(b, text[from:i]...)), i, true
		case '\'', '"':
			n := strings.IndexByte(text[i+1:], c)
			if n < 0 {
				return "", 0, false
			}
			in := text[i+1 : i+1+n]
			if c == '"' && strings.ContainsAny(in, "$`\\") || strings.IndexByte(in, '\r') >= 0 || strings.IndexByte(in, 0) >= 0 || !utf8.ValidString(in) {
				return "", 0, false
			}
			next := i + 2 + n
			if !built && i == start && (next == len(text) || wordEnd(text[next])) {
				return in, next, true // one quoted string and nothing else
			}
			b = append(b, text[from:i]...)
			b = append(b, in...)
			built = true
			i, from = next, next
			continue
		case '$', '`', '\\', '*', '?', '[', ']', '{', '}', '~', '!', ')', '\r':
			return "", 0, false
		case '#':
			if i == start {
				return "", 0, false
			}
		default:
			if c < ' ' || c == 0x7f || c >= 0x80 {
				r, size := utf8.DecodeRuneInString(text[i:])
				if c < 0x80 || r == utf8.RuneError && size == 1 || r == 0xFEFF {
					return "", 0, false
				}
				i += size
				continue
			}
		}
		i++
	}
	if !built {
		return text[start:i], i, true
	}
	return string(append(b, text[from:i]...)), i, true
}

// reserved reports whether a first word makes something else than a simple command.
func reserved(w string) bool {
	if len(w) > 8 {
		return false
	}
	switch w {
	case "if", "then", "elif", "else", "fi", "for", "while", "until", "do", "done", "case", "esac", "in", "select", "function", "time", "coproc", "let",
		"declare", "local", "export", "readonly", "typeset", "nameref", "[[", "]]", "!", "{", "}", "@test":
		return true
	}
	return false
}

package secret

import (
	"bytes"
	"encoding/binary"

	"github.com/ambit-go/ambit/internal/credshape"
)

// pem handles a PEM block (RFC 7468) that begins at text[at:]. A private key is
// found with all its lines, quoted or escaped as they may be, to its end or the end of
// what looks like it; the lines of a public block are passed over.
func (s *scan) pem(at, end int) {
	label := s.text[end:min(len(s.text), end+64)]
	n := bytes.Index(label, dashes)
	if n < 0 {
		return
	}
	label = label[:n]
	body := end + n + len(dashes)
	// No body has five dashes in a row: the next ones are the END, or this block was cut.
	stop, next := len(s.text), bytes.Index(s.text[body:], dashes)
	if next >= 0 {
		stop = body + next
	}
	if next >= 0 && bytes.HasPrefix(s.text[stop:], []byte("-----END")) {
		stop += len("-----END")
		if i := bytes.Index(s.text[stop:min(len(s.text), stop+72)], dashes); i >= 0 {
			stop += i + len(dashes)
		}
	} else {
		stop = keyEnd(s.text[:stop], body)
	}
	private := bytes.Contains(label, []byte("PRIVATE KEY"))
	if !private {
		s.public = max(s.public, stop)
		return
	}
	if hasKey(s.text[body:stop]) || cutOff(s.text[body:]) {
		s.add("private-key", at, stop)
	}
}

var dashes = []byte("-----")

// keyEnd returns where the base64 lines that begin at text[from:] end.
func keyEnd(text []byte, from int) int {
	end := from
	for i := from; i < len(text); i++ {
		switch c := text[i]; {
		case isBase64(c), c == '=':
			end = i + 1
		case c == '\n', c == '\r', c == ' ', c == '\t', c == '"', c == '\'', c == '\\', c == ',', c == '-', c == ':', c == '.':
			// between lines, and in the headers of old keys
		default:
			return end
		}
	}
	return end
}

// cutOff reports whether nothing follows the header of a block: the text ends where
// the key begins.
func cutOff(rest []byte) bool {
	for i, c := range rest {
		switch c {
		case ' ', '\t', '\n', '\r', '\\', '"', '\'', '+', ';', ',':
		case 'n', 'r':
			if i == 0 || rest[i-1] != '\\' {
				return false
			}
		default:
			return false
		}
		if i > 16 {
			return false
		}
	}
	return true
}

// hasKey reports whether there is key material in the body of a block: without, it is a
// template, or a program that looks for keys itself.
func hasKey(body []byte) bool {
	n, distinct := 0, 0
	var seen [128]bool
	for _, c := range body[:min(len(body), 8192)] {
		if !isBase64(c) {
			n = 0
			continue
		}
		n++
		if !seen[c] {
			seen[c] = true
			distinct++
		}
		if n >= 24 && distinct >= 16 {
			return true
		}
	}
	return false
}

// longStep is the distance at which long looks at the text: a run of at least
// twice that, less one, covers two places that follow each other.
const longStep = 22

// long looks for what has no literal to look for: tokens of three parts, and lines of
// a private key whose header is out of sight, as in a window of a file or a log.
func (s *scan) long() {
	t := s.text
	for i := longStep - 1; i+longStep < len(t); i += longStep {
		// Most places end here: a blank, a quote or a bracket is among the next 16 bytes.
		if below(binary.LittleEndian.Uint64(t[i:])) || below(binary.LittleEndian.Uint64(t[i+8:])) {
			continue
		}
		if !isToken(t[i]) || !isToken(t[i+longStep]) || !isToken(t[i+longStep/2]) {
			continue
		}
		from, to := i, i
		for from > 0 && isToken(t[from-1]) {
			from--
		}
		for to < len(t) && isToken(t[to]) {
			to++
		}
		if to-from >= 2*longStep-1 {
			s.run64(from, to)
			s.within(from, to)
		}
		i = to - 1 // the next place is a step behind the run
	}
}

// below reports whether one of eight bytes is less than the least that a token has.
// (Subtracting borrows into the highest bit of a byte that is; bytes from 128 on have that
// bit set before, and are none.)
func below(eight uint64) bool {
	const each = 0x0101010101010101
	return (eight-each*'+')&^eight&(each<<7) != 0
}

// within tries the anchors that are too short for the automaton at each place in a run.
func (s *scan) within(from, to int) {
	for at := from; at < to; at++ {
		t := s.loose[s.text[at]]
		if t == 0 {
			continue
		}
		if b, e, ok := t.anchor().Find(s.text, at); ok {
			s.add(t.anchor().Shape().Kind, b, e)
			at = e
		}
	}
}

// run64 looks at a run of base64 that is a line of its own: PEM breaks lines at 64
// characters (RFC 7468 §2), OpenSSH at 70.
func (s *scan) run64(from, to int) {
	t := s.text
	if n := to - from; n != 64 && n != 70 || s.inPublic(from) {
		return
	}
	var k uint8
	for _, c := range t[from:to] {
		if !isBase64(c) {
			return
		}
		k |= kindOf(c)
	}
	if k&7 != 7 || !s.alone(from, to) || credshape.Entropy(t[from:to]) < 4.4 {
		return
	}
	s.add("private-key-line", from, to)
}

func (s *scan) inPublic(at int) bool { return at < s.public }

// alone reports whether text[from:to] is the last word of its line and no value of a name.
func (s *scan) alone(from, to int) bool {
	t := s.text
	p := from
	for p > 0 && (t[p-1] == '"' || t[p-1] == '\'' || t[p-1] == ' ' || t[p-1] == '\t') {
		p--
	}
	if p > 0 && (p == from && t[p-1] != '\n' && !escapedBreak(t, p) || t[p-1] == '=' || t[p-1] == ':' || t[p-1] == ',' || t[p-1] == '-') {
		return false
	}
	for n := 0; n < 8 && to < len(t); n++ {
		switch t[to] {
		case '\n', '\r', '\\':
			return true
		case '"', '\'', ' ', '+', ';', ',', ')', '\t':
			to++
		default:
			return false
		}
	}
	return to >= len(t)
}

func escapedBreak(t []byte, p int) bool {
	return p >= 2 && t[p-2] == '\\' && (t[p-1] == 'n' || t[p-1] == 'r')
}

func isBase64(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '+' || c == '/'
}

func kindOf(c byte) uint8 {
	switch {
	case c >= 'a' && c <= 'z':
		return 1
	case c >= 'A' && c <= 'Z':
		return 2
	case c >= '0' && c <= '9':
		return 4
	}
	return 8
}

// isToken reports whether c may stand in a long token.
func isToken(c byte) bool { return tokenBytes[c] }

var tokenBytes = func() (t [256]bool) {
	for c := range 256 {
		b := byte(c)
		t[c] = isBase64(b) || b == '_' || b == '-' || b == '.'
	}
	return t
}()

package credshape

import (
	"bytes"
	"sync"
	"unicode/utf8"
)

// An Anchor is a literal that stands in every match of one alternative of a
// shape: an automaton that knows all anchors finds every place where a match can
// be. Literals are in lower case; the text may have either case there, [Anchor.Find]
// looks at it exactly.
type Anchor struct {
	Shape   *Shape
	Literal string

	alternative int // of the shape's pattern
	least, most int // bytes of the match before the literal
}

// Anchors returns the anchors of every distinctive shape that opens something:
// at least three bytes long in tokens, and those of short ones in loose, which
// are worth looking for only inside a long run of characters.
func Anchors() (tokens, loose []*Anchor) { a := anchors(); return a[0], a[1] }

// anchors makes the anchors of anchorRows, which were found when this was written: to
// find them, every pattern has to be compiled, which takes a program that looks at one
// text longer than everything else.
var anchors = sync.OnceValue(func() [2][]*Anchor {
	var out [2][]*Anchor
	all := make([]Anchor, len(anchorRows))
	for i, r := range anchorRows {
		all[i] = Anchor{Shape: table[r.shape], Literal: r.literal, alternative: int(r.alternative), least: int(r.least), most: int(r.most)}
		k := 0
		if len(r.literal) < minAnchor {
			k = 1
		}
		out[k] = append(out[k], &all[i])
	}
	return out
})

// An anchorRow is an anchor with its shape as a number in table.
type anchorRow struct {
	literal     string
	shape       uint16
	alternative uint16
	least, most uint16
}

// findAnchors finds what anchorRows holds.
func findAnchors() (rows []anchorRow) {
	for n, s := range table {
		if len(s.Near) > 0 || s.Class != Secret {
			continue
		}
		for i, q := range s.sequences() {
			words, least, most := q.anchors()
			for _, w := range words {
				rows = append(rows, anchorRow{w, uint16(n), uint16(i), uint16(least), uint16(most)})
			}
		}
	}
	return rows
}

const (
	minAnchor   = 3  // shorter ones occur everywhere
	goodAnchor  = 4  // longer ones need no help
	maxVariants = 24 // spellings of one anchor, where a small set of bytes is part of it
	maxBefore   = 96 // bytes before an anchor
)

// anchors chooses the literal of q that is longest, the earlier one of two. A short one
// grows by the small sets beside it, each spelling an anchor of its own.
func (q sequence) anchors() (words []string, least, most int) {
	best, from, to := 0, 0, 0
	for i := 0; i < len(q); i++ {
		n, j := 0, i
		for j < len(q) && q[j].folded() != 0 && q[j].min == q[j].max {
			n += q[j].min
			j++
		}
		if n > best && most <= maxBefore {
			best, from, to = n, i, j
		}
		if j > i { // the rest of this run cannot be better than the whole
			for ; i < j; i++ {
				least, most = least+q[i].min, most+q[i].max
			}
			if i == len(q) {
				break
			}
		}
		least, most = least+q[i].min, most+q[i].max
	}
	words = []string{""}
	for _, st := range q[from:to] {
		for range st.min {
			for i := range words {
				words[i] += string(st.folded())
			}
		}
	}
	short := words
	grow := func(i int, before bool) bool {
		if i < 0 || i >= len(q) || q[i].min < 1 || before && q[i].max > 1 || len(words[0]) >= goodAnchor {
			return false
		}
		var next []string
		for _, c := range q[i].set.folded() {
			for _, w := range words {
				if before {
					next = append(next, string(c)+w)
				} else {
					next = append(next, w+string(c))
				}
			}
		}
		if len(next) > maxVariants || len(words[0]) >= minAnchor && len(next) > 4*len(words) {
			return false
		}
		words = next
		return true
	}
	for i := to; grow(i, false) && q[i].max == 1; i++ {
	}
	at := from
	for len(words[0]) < minAnchor && grow(at-1, true) {
		at--
	}
	if len(words[0]) < minAnchor {
		words = short // it stays too short: no use in its variants
	} else {
		from = at
	}
	least, most = q[:from].length()
	return words, least, most
}

// folded returns the only byte of st in lower case, 0 if there are several.
func (st step) folded() byte {
	if all := st.set.folded(); len(all) == 1 {
		return all[0]
	}
	return 0
}

// folded returns the bytes of s with capitals turned into small letters, each once.
func (s *set) folded() []byte {
	var all []byte
	for c := range byte(utf8.RuneSelf) {
		if c >= 'A' && c <= 'Z' {
			continue
		}
		if s.has(c) || c >= 'a' && c <= 'z' && s.has(c-'a'+'A') {
			all = append(all, c)
		}
	}
	return all
}

// Find returns where the token is that has the anchor's literal at text[at:], by
// the rules of [Shape.At].
func (a *Anchor) Find(text []byte, at int) (start, end int, ok bool) {
	q := a.Shape.sequences()[a.alternative]
	for n := a.least; n <= min(a.most, at); n++ {
		if end, ok := a.Shape.at(q, text, at-n); ok && end >= at+len(a.Literal) {
			return at - n, end, true
		}
	}
	return 0, 0, false
}

// At returns where a token of the shape ends that begins at text[start]. It begins
// at the edge of a word unless the shape is Glued, does not go on as a word behind its
// end, and is as random as the shape asks for.
func (s *Shape) At(text []byte, start int) (end int, ok bool) {
	for _, q := range s.sequences() {
		if end, ok := s.at(q, text, start); ok {
			return end, true
		}
	}
	return 0, false
}

func (s *Shape) at(q sequence, text []byte, start int) (end int, ok bool) {
	if !s.Glued && !Edge(text, start) {
		return 0, false
	}
	if start > 0 {
		if c := text[start-1]; q.runs(c) && isWord(c) != Edge(text, start) {
			return 0, false // inside such a run: to look from each place in it would take quadratic time
		}
	}
	m := q.match(text[start:], false)
	if m < 0 {
		return 0, false
	}
	end = start + m
	if end < len(text) && isWord(text[end]) {
		if !s.Glued {
			return 0, false
		}
		for end < len(text) && end-start < maxGlued && (isWord(text[end]) || text[end] == '-') {
			end++ // what is glued on behind may belong to a longer, newer form
		}
	}
	return end, s.Plausible(text[start : start+m])
}

// Plausible reports whether a token of the shape is a real one, as far as its bytes
// tell: as random as the shape asks for, and none of the examples in vendors' documentation.
func (s *Shape) Plausible(token []byte) bool {
	if s.checked && s.Check(token) != Valid {
		return false
	}
	return (s.Entropy == 0 || Entropy(token) >= s.Entropy) && !bytes.Contains(token, []byte("EXAMPLE"))
}

// runs reports whether c belongs to a part of q that may run on for long.
func (q sequence) runs(c byte) bool {
	for _, st := range q {
		if st.max > maxGlued && st.set.has(c) {
			return true
		}
	}
	return false
}

// maxGlued bounds a token with something glued on.
const maxGlued = 512

// Edge reports whether a word can begin at text[i]: at the beginning, behind
// anything that is no letter, digit or underscore, and behind an escape (\n in a
// JSON string, %3D in a URL).
func Edge(text []byte, i int) bool {
	if i == 0 || !isWord(text[i-1]) {
		return true
	}
	switch {
	case i >= 2 && text[i-2] == '\\':
		return text[i-1] == 'n' || text[i-1] == 'r' || text[i-1] == 't'
	case i >= 3 && text[i-3] == '%':
		return isHex(text[i-1]) && isHex(text[i-2])
	case i >= 6 && text[i-6] == '\\' && text[i-5] == 'u':
		return isHex(text[i-1]) && isHex(text[i-2]) && isHex(text[i-3]) && isHex(text[i-4])
	}
	return false
}

func isWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

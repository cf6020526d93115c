package credshape

import (
	"bytes"
	"iter"
)

// An Anchor is a literal that stands in every match of one alternative of a
// shape: an automaton that knows all anchors finds every place where a match can
// be. Literals are in lower case; the text may have either case there, [Anchor.Find]
// looks at it exactly. It is a number, which costs a garbage collector nothing.
type Anchor uint16

// Anchors yields the anchors of every distinctive shape that opens something.
func Anchors() iter.Seq[Anchor] {
	return func(yield func(Anchor) bool) {
		for i := range anchorRows {
			if !yield(Anchor(i)) {
				return
			}
		}
	}
}

// Shape returns the shape whose anchor a is.
func (a Anchor) Shape() *Shape { return table[anchorRows[a].shape] }

// Literal returns what has to stand in a text.
func (a Anchor) Literal() string { return anchorRows[a].literal }

// Loose reports whether the literal is shorter than three bytes, and worth looking for
// only inside a long run of characters.
func (a Anchor) Loose() bool { return len(anchorRows[a].literal) < minAnchor }

const minAnchor = 3 // shorter ones occur everywhere

// An anchorRow is an anchor with its shape as a number in table. They were found when
// this was written: to find them, every pattern has to be compiled, which takes a program
// that looks at one text longer than everything else.
type anchorRow struct {
	literal     string
	shape       uint16
	alternative uint16 // of the shape's pattern
	least, most uint16 // bytes of the match before the literal
}

// Find returns where the token is that has the anchor's literal at text[at:], by
// the rules of [Shape.At].
func (a Anchor) Find(text []byte, at int) (start, end int, ok bool) {
	r := &anchorRows[a]
	s := table[r.shape]
	q := s.sequences()[r.alternative]
	for n := int(r.least); n <= min(int(r.most), at); n++ {
		if end, ok := s.at(q, text, at-n); ok && end >= at+len(r.literal) {
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

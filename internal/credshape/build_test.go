package credshape

import (
	"slices"
	"unicode/utf8"
)

// What rows_gen.go is made of and how.

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
	goodAnchor  = 4  // longer ones need no help
	maxAnchor   = 20 // and what is longer yet says nothing more
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
	for i, w := range words {
		words[i] = w[:min(len(w), maxAnchor)]
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

// findNear finds what nearRows holds: words in the order of their first shapes.
func findNear() (rows []nearRow) {
	var words []string
	for _, s := range table {
		for _, w := range s.Near {
			if !slices.Contains(words, w) {
				words = append(words, w)
			}
		}
	}
	for _, w := range words {
		for n, s := range table {
			if slices.Contains(s.Near, w) {
				rows = append(rows, nearRow{w, uint16(n)})
			}
		}
	}
	return rows
}

// findFrom finds what shapesFrom returns: the distinctive shapes whose tokens can begin
// with c.
func findFrom(c byte) (shapes []uint16) {
	for n, s := range table {
		if len(s.Near) == 0 && slices.ContainsFunc(s.sequences(), func(q sequence) bool { return q.begins(c) }) {
			shapes = append(shapes, uint16(n))
		}
	}
	return shapes
}

// begins reports whether a match can begin with c.
func (q sequence) begins(c byte) bool {
	for _, st := range q {
		if st.set.has(c) {
			return true
		}
		if st.min > 0 {
			return false
		}
	}
	return false
}

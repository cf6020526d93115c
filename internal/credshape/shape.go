package credshape

import (
	"iter"
	"slices"
	"sync"
)

// A Class says what somebody who holds the token can do with it.
type Class uint8

const (
	Secret     Class = iota // it opens something
	Identifier              // it names an account or key and opens nothing by itself
	Public                  // it is made to be published: a publishable or public key
)

// A Check is what a checksum inside a token says.
type Check uint8

const (
	NoCheck Check = iota // the vendor has none, or how it is made is not published
	Valid                // right: the vendor's own program made this token
	Invalid              // wrong: made up, cut off, or a format newer than ours
)

// A Shape is what the tokens of one kind look like.
type Shape struct {
	Kind    string // low cardinality, stable on the wire: "github-pat"
	Vendor  string // lower case: "github", "aws"; empty if no vendor owns the shape
	Class   Class
	Pattern string   // RE2 syntax: literals, classes, bounded repeats and alternatives; no anchors, no flags but (?i:…)
	Near    []string // words, lower case, one of which must be in the name the value is assigned to; empty if the shape is distinctive enough alone
	Glued   bool     // may begin in the middle of a word: the prefix occurs in no other
	Entropy float64  // entropy in bits per byte that a random part of the token has at least; 0: not asked

	checksum *checksum
	checked  bool // looks like any other text: only the checksum tells

	once        sync.Once
	seqs        []sequence
	least, most int // bytes of a token
}

// All yields every shape, the more specific ones first.
func All() iter.Seq[*Shape] {
	return func(yield func(*Shape) bool) {
		for i := range table {
			if !yield(table[i]) {
				return
			}
		}
	}
}

// Match returns the shape that the whole of token has. Shapes that need a name
// beside them ([Shape.Near]) are not tried.
func Match(token []byte) (*Shape, bool) {
	for _, s := range byFirst()[first(token)] {
		if s.Match(token) {
			return s, true
		}
	}
	return nil, false
}

// ByKind returns the first shape of that kind, nil if there is none.
func ByKind(kind string) *Shape { return kinds()[kind] }

var kinds = sync.OnceValue(func() map[string]*Shape {
	m := make(map[string]*Shape, len(table))
	for _, s := range slices.Backward(table) {
		m[s.Kind] = s
	}
	return m
})

// byFirst indexes the distinctive shapes by the byte a token begins with.
var byFirst = sync.OnceValue(func() *[256][]*Shape {
	var m [256][]*Shape
	for _, s := range table {
		if len(s.Near) > 0 {
			continue
		}
		for c := range 256 {
			for _, q := range s.sequences() {
				if q.begins(byte(c)) {
					m[c] = append(m[c], s)
					break
				}
			}
		}
	}
	return &m
})

func first(token []byte) byte {
	if len(token) == 0 {
		return 0
	}
	return token[0]
}

// Match reports whether the whole of token has the shape.
func (s *Shape) Match(token []byte) bool {
	qs := s.sequences()
	if len(token) < s.least || len(token) > s.most {
		return false
	}
	for _, q := range qs {
		if q.matchAll(token) {
			return !s.checked || s.Check(token) == Valid
		}
	}
	return false
}

// Check verifies the checksum in a token that has the shape.
func (s *Shape) Check(token []byte) Check {
	if s.checksum == nil {
		return NoCheck
	}
	return s.checksum.check(token)
}

func (s *Shape) sequences() []sequence {
	s.once.Do(func() {
		s.seqs = mustCompile(s.Pattern)
		s.least = maxRepeat
		for _, q := range s.seqs {
			least, most := q.length()
			s.least, s.most = min(s.least, least), max(s.most, most)
		}
	})
	return s.seqs
}

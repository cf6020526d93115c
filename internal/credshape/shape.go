package credshape

import (
	"bytes"
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
	for _, n := range shapesFrom(first(token)) {
		if l := &lengths[n]; len(token) < int(l.least) || len(token) > int(l.most) {
			continue
		}
		if s := table[n]; s.Match(token) {
			return s, true
		}
	}
	return nil, false
}

// MatchNear returns the first shape that the whole of token has and that a word in name,
// in lower case, vouches for; nil if there is none.
func MatchNear(name, token []byte) *Shape {
	word, has := "", false
	for i := range nearRows {
		r := &nearRows[i]
		if r.word != word {
			word, has = r.word, bytes.Contains(name, []byte(r.word))
		}
		if has && table[r.shape].Match(token) {
			return table[r.shape]
		}
	}
	return nil
}

// NearWords returns the words that vouch for shapes.
func NearWords() []string {
	words := make([]string, len(nearRows))
	for i, r := range nearRows {
		words[i] = r.word
	}
	return slices.Compact(words)
}

// A nearRow is a word and a shape that it vouches for, as a number in table. Those of one
// word are beside each other.
type nearRow struct {
	word  string
	shape uint16
}

// ByKind returns the first shape of that kind, nil if there is none.
func ByKind(kind string) *Shape {
	for _, s := range table {
		if s.Kind == kind {
			return s
		}
	}
	return nil
}

func first(token []byte) byte {
	if len(token) == 0 {
		return 0
	}
	return token[0]
}

// A span is how few and how many bytes a token of a shape has.
type span struct{ least, most uint32 }

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

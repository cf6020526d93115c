package assign

import (
	"strings"
	"sync"
)

// A dict says what class a word has. It is asked several times for each name with a
// keyword in it, and mostly does not have the word: a look at its length and three of its
// bytes then is enough, where a map has to read and hash all of it first.
type dict struct {
	slots   []slot // a power of two of them, at most a quarter in use
	longest int    // bytes of a word
}

type slot struct {
	word  string
	class class
}

func newDict(words []slot) *dict {
	n := 4
	for n < 4*len(words) {
		n *= 2
	}
	d := &dict{slots: make([]slot, n)}
	for _, w := range words {
		d.longest = max(d.longest, len(w.word))
		*d.slot([]byte(w.word)) = w
	}
	return d
}

// slot returns where w is, or would be put. The next slot is taken where one is in use
// already, and there are always free ones.
func (d *dict) slot(w []byte) *slot {
	n := len(w)
	h := uint32(w[0]) | uint32(w[n/2])<<8 | uint32(w[n-1])<<16 | uint32(n)<<24
	h *= 0x9E3779B1 // Knuth's multiplier: the upper bits depend on all of h
	for i := int(h >> 16); ; i++ {
		if s := &d.slots[i&(len(d.slots)-1)]; s.word == "" || s.word == string(w) {
			return s
		}
	}
}

// class returns the class of w, none if d does not have it.
func (d *dict) class(w []byte) class {
	if len(w) == 0 || len(w) > d.longest {
		return none
	}
	return d.slot(w).class
}

// has reports whether d has w, for one whose words all have some class.
func (d *dict) has(w []byte) bool { return d.class(w) != none }

// listed is the class of words in a set, where nothing but being there counts.
const listed class = 1

// words returns a set of words, which is made when it is first asked for.
func words(s string) func() *dict {
	return sync.OnceValue(func() *dict {
		var all []slot
		for f := range strings.FieldsSeq(s) {
			all = append(all, slot{f, listed})
		}
		return newDict(all)
	})
}

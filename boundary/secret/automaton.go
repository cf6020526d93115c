package secret

import (
	"cmp"
	"slices"
)

// An automaton finds every place where one of its words stands, in one pass with
// one table look-up a byte (Aho and Corasick 1975, made into a dense table). Bytes
// are folded into classes first: a letter and its capital are one class, all bytes
// no word has are another.
type automaton struct {
	class  [256]uint8
	shift  uint     // log2 of a row's length in next
	next   []uint16 // next state, by state and class; states that end words have the highest numbers
	ends   uint16   // the first state that ends a word
	from   []uint32 // ends of words at state s: outs[from[s-ends]:from[s-ends+1]]
	outs   []uint16 // words, the longest first
	length []uint8  // of each word
}

// newAutomaton builds the automaton of words, which are in lower case.
func newAutomaton(words []string) *automaton {
	a := &automaton{length: make([]uint8, len(words))}
	classes := 1 // class 0 is every byte that no word has
	for i, w := range words {
		a.length[i] = uint8(len(w))
		for _, c := range []byte(w) {
			if a.class[c] == 0 {
				a.class[c] = uint8(classes)
				classes++
			}
		}
	}
	for c := byte('a'); c <= 'z'; c++ {
		a.class[c-'a'+'A'] = a.class[c]
	}
	for 1<<a.shift < classes {
		a.shift++
	}

	// The trie, then the links to the longest suffix that is in it, level by level.
	type node struct {
		next [64]int32
		fail int32
		outs []uint16
	}
	trie := []node{{}}
	for i, w := range words {
		s := int32(0)
		for _, c := range []byte(w) {
			k := a.class[c]
			if trie[s].next[k] == 0 {
				trie = append(trie, node{})
				trie[s].next[k] = int32(len(trie) - 1)
			}
			s = trie[s].next[k]
		}
		trie[s].outs = append(trie[s].outs, uint16(i))
	}
	queue := make([]int32, 0, len(trie))
	for k := range classes {
		if t := trie[0].next[k]; t != 0 {
			queue = append(queue, t)
		}
	}
	for i := 0; i < len(queue); i++ {
		s := queue[i]
		trie[s].outs = append(trie[s].outs, trie[trie[s].fail].outs...)
		for k := range classes {
			t := trie[s].next[k]
			f := trie[trie[s].fail].next[k]
			if t == 0 {
				trie[s].next[k] = f
				continue
			}
			trie[t].fail = f
			queue = append(queue, t)
		}
	}

	// Numbers: states that end a word last, so that one comparison tells them.
	order := make([]int32, len(trie))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(x, y int32) int {
		return cmp.Compare(min(len(trie[x].outs), 1), min(len(trie[y].outs), 1))
	})
	number := make([]uint16, len(trie))
	a.ends = uint16(len(trie))
	for i, s := range order {
		number[s] = uint16(i)
		if len(trie[s].outs) > 0 {
			a.ends = min(a.ends, uint16(i))
		}
	}
	a.next = make([]uint16, len(trie)<<a.shift)
	for s := range trie {
		row := a.next[int(number[s])<<a.shift:]
		for k := range classes {
			row[k] = number[trie[s].next[k]]
		}
	}
	for _, s := range order[a.ends:] {
		a.from = append(a.from, uint32(len(a.outs)))
		a.outs = append(a.outs, trie[s].outs...)
	}
	a.from = append(a.from, uint32(len(a.outs)))
	return a
}

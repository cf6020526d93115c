package secret

import (
	"encoding/binary"
	"math/bits"
	"testing"

	"github.com/ambit-go/ambit/boundary/secret/internal/assign"
	"github.com/ambit-go/ambit/internal/credshape"
)

// What automaton.bin is made of and how. A program finds it there: to build it takes
// milliseconds, which a hook program has not.

// detectorWords are the words of the detector's automaton, and what they trigger.
func detectorWords() (words []string, does []trigger) {
	add := func(w string, t trigger) { words, does = append(words, w), append(does, t) }
	for a := range credshape.Anchors() {
		if !a.Loose() {
			add(a.Literal(), triggerOf(anchored, a))
		}
	}
	names, vendors := assign.Keywords()
	for _, w := range names {
		add(w, triggerOf(named, 0))
	}
	for _, w := range vendors {
		add(w, triggerOf(vendor, 0))
	}
	add("://", triggerOf(userinfo, 0))
	add("-----begin", triggerOf(pem, 0))
	add("basic ", triggerOf(scheme, 0))
	add("bearer ", triggerOf(scheme, 0))
	add("curl ", triggerOf(curl, 0))
	add("identified ", triggerOf(sql, 0))
	for _, c := range sinks {
		add(c.words, triggerOf(sink, 0))
	}
	return words, does
}

// looseAnchors are those that are no words, by their byte.
func looseAnchors(t *testing.T) []trigger {
	t.Helper()
	by := make([]trigger, 256)
	for a := range credshape.Anchors() {
		if !a.Loose() {
			continue
		}
		c := a.Literal()[0]
		if by[c] != 0 || len(a.Literal()) > 1 {
			t.Fatalf("anchor %q: the automaton keeps one byte, and one anchor for it", a.Literal())
		}
		by[c] = triggerOf(anchored, a)
		if c >= 'a' && c <= 'z' {
			by[c-'a'+'A'] = by[c]
		}
	}
	return by
}

// buildDetector builds what automaton.bin holds.
func buildDetector(t *testing.T) *automaton {
	t.Helper()
	words, does := detectorWords()
	a := newAutomaton(t, words)
	a.does, a.loose = does, looseAnchors(t)
	return a
}

// appendTables appends a: sizes, and the tables, those of bytes last so that numbers lie
// at even places.
func (a *automaton) appendTables(dst []byte) []byte {
	for _, n := range [headNumbers]int{int(a.ends), len(a.next), len(a.from), len(a.outs), len(a.does)} {
		dst = binary.LittleEndian.AppendUint32(dst, uint32(n))
	}
	for _, table := range [...][]uint16{a.next, a.from, a.outs} {
		for _, v := range table {
			dst = binary.LittleEndian.AppendUint16(dst, v)
		}
	}
	for _, table := range [...][]trigger{a.does, a.loose} {
		for _, v := range table {
			dst = binary.LittleEndian.AppendUint16(dst, uint16(v))
		}
	}
	return append(append(dst, a.length...), a.class[:]...)
}

// common is what texts mostly consist of, the commonest first. These bytes are the first
// classes, so that what is used of a state's row lies in the first of its two lines in the processor's
// cache: by the next text it has left the cache.
const common = " etaoinsrhldcumpfgw\"/:.-_=0123456789bykvxjqz"

// newAutomaton builds the automaton of words, which are in lower case.
func newAutomaton(tb testing.TB, words []string) *automaton {
	tb.Helper()
	a := &automaton{}
	length := make([]byte, len(words))
	in := [256]bool{}
	for i, w := range words {
		length[i] = uint8(len(w))
		for _, c := range []byte(w) {
			in[c] = true
		}
	}
	a.length = string(length)
	classes := 1 // class 0 is every byte that no word has
	add := func(c byte) {
		if in[c] && a.class[c] == 0 {
			a.class[c] = uint8(classes)
			classes++
		}
	}
	for _, c := range []byte(common) {
		add(c)
	}
	for c := range in {
		add(byte(c))
	}
	for c := byte('a'); c <= 'z'; c++ {
		a.class[c-'a'+'A'] = a.class[c]
	}
	if classes > rowSize {
		tb.Fatalf("%d classes of bytes", classes)
	}

	t := newTrie(words, &a.class)
	t.link()

	// Numbers: states that end a word last, and behind a gap, so that one bit tells them
	// of several states at once.
	number := make([]uint16, len(t.nodes))
	n := 0
	for _, ending := range [...]bool{false, true} {
		if ending {
			a.ends = 1 << bits.Len32(uint32(n)*nextRow)
			n = int(a.ends / nextRow)
		}
		for _, s := range t.order { // those near the root, which most of a text goes through, side by side
			if (t.nodes[s].outs > 0) == ending {
				number[s] = uint16(n * nextRow)
				n++
			}
		}
	}
	if n*nextRow > 1<<16 {
		tb.Fatalf("%d states", n)
	}
	// A state goes where the longest suffix of it that is a state too goes, but for its
	// own children. The order is that of their depth: a suffix's row is there already.
	a.next = make([]uint16, n*rowSize)
	row := func(s uint16) []uint16 { return a.next[4*int(number[s]):][:rowSize] }
	a.from = make([]uint16, n-int(a.ends/nextRow)+1)
	for _, s := range t.order {
		x := &t.nodes[s]
		to := row(s)
		if s != 0 {
			copy(to, row(x.fail))
		} else {
			for k := range to {
				to[k] = number[0]
			}
		}
		for c := x.child; c != 0; c = t.nodes[c].next {
			to[t.nodes[c].class] = number[c]
		}
	}
	for _, s := range t.order { // in the order of their numbers
		if t.nodes[s].outs == 0 {
			continue
		}
		a.from[(uint32(number[s])-a.ends)/nextRow] = uint16(len(a.outs))
		for x := &t.nodes[s]; x.outs > 0; x = &t.nodes[x.fail] {
			a.outs = append(a.outs, t.own[x.own:x.own+x.owns]...)
		}
	}
	a.from[len(a.from)-1] = uint16(len(a.outs))
	return a
}

// A trie holds words by their beginnings. A node is found from its parent by way of
// its siblings: most nodes have one child, and rows of all classes would be a hundred
// times as much memory to touch.
type trie struct {
	nodes []trieNode // the root first
	first [64]uint16 // children of the root, by class: it has too many to search
	own   []uint16   // words, those of one node beside each other
	order []uint16   // nodes by their depth
}

type trieNode struct {
	class       uint8
	child, next uint16 // first child, next sibling; 0 for none
	fail        uint16 // the longest suffix that is in the trie
	outs        uint16 // words that end here, those of suffixes included
	own, owns   uint16 // the node's own words: where in trie.own, and how many
}

func newTrie(words []string, class *[256]uint8) *trie {
	size := 1
	for _, w := range words {
		size += len(w)
	}
	t := &trie{nodes: make([]trieNode, 1, size)}
	ends := make([]uint16, len(words))
	for i, w := range words {
		s := uint16(0)
		for _, c := range []byte(w) {
			k := class[c]
			next := t.step(s, k)
			if next == 0 {
				next = uint16(len(t.nodes))
				t.nodes = append(t.nodes, trieNode{class: k, next: t.nodes[s].child})
				t.nodes[s].child = next
				if s == 0 {
					t.first[k] = next
				}
			}
			s = next
		}
		ends[i] = s
		t.nodes[s].owns++
	}
	at := uint16(0)
	for i := range t.nodes {
		t.nodes[i].own = at
		at += t.nodes[i].owns
		t.nodes[i].owns = 0
	}
	t.own = make([]uint16, len(words))
	for i, s := range ends {
		x := &t.nodes[s]
		t.own[x.own+x.owns] = uint16(i)
		x.owns++
	}
	return t
}

// step returns the child of s for a class, 0 if there is none.
func (t *trie) step(s uint16, class uint8) uint16 {
	if s == 0 {
		return t.first[class]
	}
	c := t.nodes[s].child
	for c != 0 && t.nodes[c].class != class {
		c = t.nodes[c].next
	}
	return c
}

// link finds the longest suffix of each node that is in the trie, level by level.
func (t *trie) link() {
	t.order = make([]uint16, 1, len(t.nodes))
	for i := 0; i < len(t.order); i++ {
		s := t.order[i]
		for c := t.nodes[s].child; c != 0; c = t.nodes[c].next {
			x := &t.nodes[c]
			if s != 0 {
				f := t.nodes[s].fail
				for f != 0 && t.step(f, x.class) == 0 {
					f = t.nodes[f].fail
				}
				x.fail = t.step(f, x.class)
			}
			x.outs = x.owns + t.nodes[x.fail].outs
			t.order = append(t.order, c)
		}
	}
}

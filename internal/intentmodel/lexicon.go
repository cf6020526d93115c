package intentmodel

import (
	_ "embed"
	"encoding/binary"
	"fmt"
	"maps"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed signs.txt
var signsText string

// A sign is something one action does, by its number in the lexicon, from 1.
type sign uint8

// signs is a set of signs.
type signs [signWords]uint64

const (
	signWords = 3
	maxSigns  = signWords*64 - 1 // number 0 is none
)

func (s *signs) add(n sign)      { s[n>>6] |= 1 << (n & 63) }
func (s *signs) has(n sign) bool { return s[n>>6]&(1<<(n&63)) != 0 }
func (s *signs) empty() bool     { return s[0]|s[1]|s[2] == 0 }
func (s *signs) len() int {
	return bits.OnesCount64(s[0]) + bits.OnesCount64(s[1]) + bits.OnesCount64(s[2])
}

func (s *signs) union(o signs) {
	s[0] |= o[0]
	s[1] |= o[1]
	s[2] |= o[2]
}

func (s *signs) without(o signs) {
	s[0] &^= o[0]
	s[1] &^= o[1]
	s[2] &^= o[2]
}

func (s *signs) meets(o signs) bool { return s[0]&o[0]|s[1]&o[1]|s[2]&o[2] != 0 }

func meet(a, b signs) signs { return signs{a[0] & b[0], a[1] & b[1], a[2] & b[2]} }

func popcount(v uint16) int { return bits.OnesCount16(v) }

// each calls f with every sign of s, in order.
func (s *signs) each(f func(sign)) {
	for w := range s {
		for b := s[w]; b != 0; b &= b - 1 {
			f(sign(w<<6 + bits.TrailingZeros64(b)))
		}
	}
}

// A signInfo is what signs.txt says of a sign.
type signInfo struct {
	name  string
	class Class
	tier  uint8
}

// A kind of key keeps the patterns of one kind apart in the table.
type kind uint64

const (
	kindProg   kind = iota + 1 // a program
	kindPair                   // a program and a word
	kindTriple                 // a program, its subcommand and a word
	kindAny                    // a word
	kindPart                   // a part of a word
	kindArg                    // a word that is not the name of a program
	kindCode                   // an identifier
	kindMember                 // object.member
	kindRead                   // paths, by what is done to them
	kindWrite
	kindDelete
	kindExec
	kindTo // hosts, by where data goes
	kindFrom
)

// Paths have several shapes, told apart by a second salt.
const (
	shapeExact uint64 = (iota + 1) << 8
	shapeTree
	shapeName
	shapeExt
	shapeDir
)

// key makes one number of a kind and up to three hashes.
func key(k kind, a, b, c uint64) uint64 {
	h := uint64(k)*0x9e3779b97f4a7c15 ^ a
	h = bits.RotateLeft64(h*prime, 23) ^ b
	h = bits.RotateLeft64(h*prime, 23) ^ c
	h *= prime
	return h ^ h>>29
}

// FNV-1a, which can be carried on byte by byte while a text is read.
const (
	offset uint64 = 14695981039346656037
	prime  uint64 = 1099511628211
)

func hash[T string | []byte](s T) uint64 {
	h := offset
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * prime
	}
	return h
}

// A lexicon is signs.txt, ready to be looked up.
type lexicon struct {
	signs []signInfo // by number; 0 is unused
	table table

	byClass [classes]signs // the signs of each class
	byTier  [4]signs
	strong  signs // those of tier 1 and up
	names   map[string]sign
	known   *known
}

// loaded is what the three texts say, taken up once: from tables.bin, or by reading
// them. A mistake in a text is a mistake in the program, which a test finds: it never
// reaches a user.
var loaded = sync.OnceValue(func() (a struct {
	lexicon *lexicon
	words   *wordlist
	model   *Model // nil if the texts were read
},
) {
	if l, w, m, ok := tables(); ok {
		a.lexicon, a.words, a.model = l, w, m
		return a
	}
	var err error
	if a.lexicon, err = parseLexicon(signsText); err != nil {
		a.lexicon = &lexicon{signs: make([]signInfo, 1), names: map[string]sign{}, table: newTable(nil)}
		a.lexicon.finish()
	}
	if a.words, err = parseWords(wordsText); err != nil {
		a.words = &wordlist{words: newTable(nil), commands: newTable(nil), orders: newTable(nil)}
	}
	return a
})

func loadLexicon() *lexicon { return loaded().lexicon }
func loadWords() *wordlist  { return loaded().words }

func parseLexicon(text string) (*lexicon, error) {
	l := &lexicon{signs: make([]signInfo, 1), names: map[string]sign{}}
	entries := map[uint64]*[4]sign{}
	no := 0
	for line := range strings.SplitSeq(text, "\n") {
		no++
		if line == "" || line[0] == '#' {
			continue
		}
		word, rest, _ := strings.Cut(line, " ")
		var err error
		if word == "sign" {
			err = l.define(rest)
		} else {
			err = l.patterns(entries, word, rest)
		}
		if err != nil {
			return nil, fmt.Errorf("signs.txt:%d: %w", no, err)
		}
	}
	l.table = newTable(entries)
	l.finish()
	return l, nil
}

// finish fills in what follows from the signs.
func (l *lexicon) finish() {
	for _, t := range l.byTier[1:] {
		l.strong.union(t)
	}
	l.known = knownSigns(l)
}

// define reads "NAME LABEL TIER COMMENT".
func (l *lexicon) define(rest string) error {
	f := strings.Fields(rest)
	if len(f) < 3 {
		return fmt.Errorf("want a name, a label and a tier, got %q", rest)
	}
	class, ok := classByName(f[1])
	tier, err := strconv.Atoi(f[2])
	switch {
	case !ok:
		return fmt.Errorf("%q is no label of an attack", f[1])
	case err != nil || tier < 0 || tier > 3:
		return fmt.Errorf("%q is no tier", f[2])
	case l.names[f[0]] != 0:
		return fmt.Errorf("sign %q twice", f[0])
	case len(l.signs) > maxSigns:
		return fmt.Errorf("more than %d signs", maxSigns)
	}
	n := sign(len(l.signs))
	l.signs = append(l.signs, signInfo{name: f[0], class: class, tier: uint8(tier)})
	l.names[f[0]] = n
	l.byClass[class].add(n)
	l.byTier[tier].add(n)
	return nil
}

// patterns adds patterns of one kind to the last sign.
func (l *lexicon) patterns(entries map[uint64]*[4]sign, word, rest string) error {
	n := sign(len(l.signs) - 1)
	if n == 0 {
		return fmt.Errorf("pattern before the first sign")
	}
	for p := range strings.SplitSeq(rest, " | ") {
		if p == "" {
			return fmt.Errorf("empty pattern")
		}
		keys, err := patternKeys(word, p)
		if err != nil {
			return err
		}
		for _, k := range keys {
			if err := insert(entries, k, n); err != nil {
				return fmt.Errorf("%q: %w", p, err)
			}
		}
	}
	return nil
}

func insert(entries map[uint64]*[4]sign, k uint64, n sign) error {
	e := entries[k]
	if e == nil {
		e = new([4]sign)
		entries[k] = e
	}
	for i, have := range e {
		switch have {
		case n:
			return nil
		case 0:
			e[i] = n
			return nil
		}
	}
	return fmt.Errorf("in more than %d signs", len(e))
}

func patternKeys(word, p string) ([]uint64, error) {
	switch word {
	case "cmd":
		f := strings.Fields(p)
		switch len(f) {
		case 1:
			return []uint64{key(kindProg, hash(fold(f[0])), 0, 0)}, nil
		case 2:
			return []uint64{key(kindPair, hash(fold(f[0])), hash(fold(f[1])), 0)}, nil
		case 3:
			return []uint64{key(kindTriple, hash(fold(f[0])), hash(fold(f[1])), hash(fold(f[2])))}, nil
		}
		return nil, fmt.Errorf("%q has more than three words", p)
	case "any":
		if strings.ContainsAny(p, " \t") {
			return nil, fmt.Errorf("%q is no single word", p)
		}
		return []uint64{key(kindAny, hash(fold(p)), 0, 0)}, nil
	case "arg":
		return []uint64{key(kindArg, hash(fold(p)), 0, 0)}, nil
	case "part":
		for _, c := range []byte(p) {
			if c < 'a' || c > 'z' {
				return nil, fmt.Errorf("%q is no part of a word: letters only", p)
			}
		}
		return []uint64{key(kindPart, hash(p), 0, 0)}, nil
	case "code":
		object, member, ok := cutLast(p, ".")
		if !ok {
			return []uint64{key(kindCode, hash(p), 0, 0)}, nil
		}
		if _, last, ok := cutLast(object, "."); ok {
			object = last
		}
		return []uint64{key(kindMember, hash(object), hash(member), 0)}, nil
	case "read":
		return []uint64{pathKey(kindRead, p)}, nil
	case "write":
		return []uint64{pathKey(kindWrite, p)}, nil
	case "delete":
		return []uint64{pathKey(kindDelete, p)}, nil
	case "exec":
		return []uint64{pathKey(kindExec, p)}, nil
	case "to":
		return []uint64{hostKey(kindTo, p)}, nil
	case "from":
		return []uint64{hostKey(kindFrom, p)}, nil
	case "host":
		return []uint64{hostKey(kindTo, p), hostKey(kindFrom, p)}, nil
	}
	return nil, fmt.Errorf("%q is no kind of pattern", word)
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// fold is what a word is before it is hashed: lower case, except for options,
// where case makes a difference.
func fold(w string) string {
	if strings.HasPrefix(w, "-") {
		return w
	}
	return strings.ToLower(w)
}

func pathKey(k kind, p string) uint64 {
	switch {
	case strings.HasPrefix(p, "*."):
		return key(k, shapeExt, hash(p[2:]), 0)
	case strings.HasPrefix(p, "*/") && strings.HasSuffix(p, "/"):
		return key(k, shapeDir, hash(p[2:len(p)-1]), 0)
	case strings.HasPrefix(p, "*/"):
		return key(k, shapeName, hash(p[2:]), 0)
	case strings.HasSuffix(p, "/") && len(p) > 1:
		return key(k, shapeTree, hash(p[:len(p)-1]), 0)
	}
	return key(k, shapeExact, hash(p), 0)
}

func hostKey(k kind, p string) uint64 {
	if strings.HasPrefix(p, ".") {
		return key(k, shapeTree, hash(p[1:]), 0)
	}
	return key(k, shapeExact, hash(p), 0)
}

// A table maps keys to at most four signs each. Most words of a command are in
// no pattern: a filter of one bit per key, which stays in the first cache, tells
// so without touching the table. Both are strings, so that tables of the program's
// own file are used where they lie.
type table struct {
	filter string // filterSize bytes
	slots  string // slotSize bytes each: the key, least byte first, and four signs
	mask   uint64
}

const (
	filterSize = 8192 // 65,536 bits for some 3,000 keys
	slotSize   = 12
)

func newTable(entries map[uint64]*[4]sign) table {
	size := 1
	for size < 2*len(entries) {
		size *= 2
	}
	mask := uint64(size - 1)
	filter, slots := make([]byte, filterSize), make([]byte, size*slotSize)
	for _, k := range slices.Sorted(maps.Keys(entries)) { // one order, so that one text gives one table
		filter[k>>3&(filterSize-1)] |= 1 << (k & 7)
		i := k >> 16 & mask
		for slots[i*slotSize+8] != 0 {
			i = (i + 1) & mask
		}
		to := slots[i*slotSize:][:slotSize]
		binary.LittleEndian.PutUint64(to, k)
		for j, n := range entries[k] {
			to[8+j] = byte(n)
		}
	}
	return table{string(filter), string(slots), mask}
}

// find adds the signs of key k to s and reports whether there are any.
func (t *table) find(s *signs, k uint64) bool {
	if f := t.filter; len(f) != filterSize || f[k>>3&(filterSize-1)]&(1<<(k&7)) == 0 {
		return false
	}
	return t.lookup(s, k)
}

func (t *table) lookup(s *signs, k uint64) bool {
	for i := k >> 16 & t.mask; ; i = (i + 1) & t.mask {
		b := t.slots[i*slotSize:][:slotSize]
		if b[8] == 0 {
			return false
		}
		key := uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
			uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
		if key != k {
			continue
		}
		for j := 8; j < slotSize && b[j] != 0; j++ {
			s.add(sign(b[j]))
		}
		return true
	}
}

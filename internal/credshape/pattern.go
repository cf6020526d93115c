package credshape

import (
	"fmt"
	"regexp/syntax"
	"strings"
	"unicode/utf8"
)

// A step is a run of bytes of one set, at least min and at most max of them.
type step struct {
	set      *set
	min, max int
}

// A set is a set of bytes.
type set [4]uint64

func (s *set) has(c byte) bool { return s[c>>6]&(1<<(c&63)) != 0 }
func (s *set) add(c byte)      { s[c>>6] |= 1 << (c & 63) }

// maxRepeat stands for "any number": longer tokens exist (a JWT with a
// certificate chain in it), and none that we know is longer than this.
const maxRepeat = 16 << 10

// A sequence is one alternative of a pattern: steps one after the other.
type sequence []step

// length returns how few and how many bytes q matches.
func (q sequence) length() (least, most int) {
	for _, st := range q {
		least, most = least+st.min, most+st.max
	}
	return least, most
}

// matchAll reports whether q matches the whole of b.
func (q sequence) matchAll(b []byte) bool { return q.match(b, true) == len(b) }

// match returns the length of the longest match at the beginning of b, -1 if
// there is none; with whole set only a match of all of b counts.
func (q sequence) match(b []byte, whole bool) int {
	at := 0
	for i, st := range q {
		n := 0
		for n < st.max && at+n < len(b) && st.set.has(b[at+n]) {
			n++
		}
		if n < st.min {
			return -1
		}
		rest := q[i+1:]
		if len(rest) == 0 || n == st.min {
			at += n
			continue
		}
		for ; n >= st.min; n-- { // longest first, giving back what the rest needs
			if !rest.canFollow(b[at+n:]) {
				continue
			}
			if m := rest.match(b[at+n:], whole); m >= 0 && (!whole || at+n+m == len(b)) {
				return at + n + m
			}
		}
		return -1
	}
	if whole && at != len(b) {
		return -1
	}
	return at
}

// canFollow is a quick test whether q can match at the beginning of b.
func (q sequence) canFollow(b []byte) bool {
	if q[0].min == 0 {
		return true
	}
	return len(b) > 0 && q[0].set.has(b[0])
}

// mustCompile turns a pattern of the table into its alternatives. It panics on a
// pattern outside the subset, which a test of the table shows before a release.
func mustCompile(pattern string) []sequence {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		panic(fmt.Sprintf("credshape: pattern %q: %v", pattern, err))
	}
	qs, err := alternatives(re)
	if err != nil {
		panic(fmt.Sprintf("credshape: pattern %q: %v", pattern, err))
	}
	return qs
}

// alternatives expands re into the sequences it stands for.
func alternatives(re *syntax.Regexp) ([]sequence, error) {
	switch re.Op {
	case syntax.OpEmptyMatch:
		return []sequence{nil}, nil
	case syntax.OpLiteral:
		var q sequence
		for _, r := range re.Rune {
			if r >= utf8.RuneSelf {
				return nil, fmt.Errorf("literal %q is not ASCII", r)
			}
			s := new(set)
			s.add(byte(r))
			if re.Flags&syntax.FoldCase != 0 {
				s.add(strings.ToLower(string(r))[0])
				s.add(strings.ToUpper(string(r))[0])
			}
			q = append(q, step{s, 1, 1})
		}
		return []sequence{q}, nil
	case syntax.OpCharClass:
		s := new(set)
		for i := 0; i < len(re.Rune); i += 2 {
			for r := re.Rune[i]; r <= min(re.Rune[i+1], utf8.RuneSelf-1); r++ {
				s.add(byte(r))
			}
		}
		return []sequence{{step{s, 1, 1}}}, nil
	case syntax.OpCapture:
		return alternatives(re.Sub[0])
	case syntax.OpQuest, syntax.OpStar, syntax.OpPlus, syntax.OpRepeat:
		return repeat(re)
	case syntax.OpAlternate:
		var all []sequence
		for _, sub := range re.Sub {
			qs, err := alternatives(sub)
			if err != nil {
				return nil, err
			}
			all = append(all, qs...)
		}
		return all, nil
	case syntax.OpConcat:
		all := []sequence{nil}
		for _, sub := range re.Sub {
			qs, err := alternatives(sub)
			if err != nil {
				return nil, err
			}
			var next []sequence
			for _, a := range all {
				for _, b := range qs {
					next = append(next, append(append(sequence{}, a...), b...))
				}
			}
			all = next
		}
		return all, nil
	default:
		return nil, fmt.Errorf("%v is outside the subset", re.Op)
	}
}

// repeat expands a repeat: of one class it is a step, of anything longer it is
// spelled out, so it must be short.
func repeat(re *syntax.Regexp) ([]sequence, error) {
	lo, hi := re.Min, re.Max
	switch re.Op {
	case syntax.OpQuest:
		lo, hi = 0, 1
	case syntax.OpStar:
		lo, hi = 0, -1
	case syntax.OpPlus:
		lo, hi = 1, -1
	}
	qs, err := alternatives(re.Sub[0])
	if err != nil {
		return nil, err
	}
	if len(qs) == 1 && len(qs[0]) == 1 && qs[0][0].min == 1 && qs[0][0].max == 1 {
		if hi < 0 {
			hi = maxRepeat
		}
		return []sequence{{step{qs[0][0].set, lo, hi}}}, nil
	}
	if hi < 0 || hi > 4 {
		return nil, fmt.Errorf("repeat of %v is too long to spell out", re.Sub[0])
	}
	var all []sequence
	for n := hi; n >= lo; n-- {
		power := []sequence{nil}
		for range n {
			var next []sequence
			for _, a := range power {
				for _, b := range qs {
					next = append(next, append(append(sequence{}, a...), b...))
				}
			}
			power = next
		}
		all = append(all, power...)
	}
	return all, nil
}

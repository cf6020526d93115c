package intentmodel

import (
	"slices"
	"unicode"
	"unicode/utf8"

	"github.com/ambit-go/ambit/boundary/effect"
)

const (
	maxResult   = 4096 // bytes of a result that are read: the beginning and the end
	enoughOrder = 4    // what makes a text an order
)

// ordered reports whether a result tells its reader what to do. Phrases count once
// each time they occur in a short stretch; a long manual that says "you must" here
// and there is no order.
func (w *wordlist) ordered(text string) bool {
	var (
		before [2]uint64
		weight int
		strong bool
		from   int // where the stretch began
	)
	for i := 0; i < len(text); {
		if i-from > 600 {
			weight, strong, from = weight/2, false, i
		}
		c := text[i]
		if c < utf8.RuneSelf && chars[c]&isIdent == 0 {
			if c == '\n' || c == '"' {
				before = [2]uint64{}
			}
			i++
			continue
		}
		h := offset
		start := i
		for i < len(text) {
			c := text[i]
			if c >= utf8.RuneSelf {
				r, size := utf8.DecodeRuneInString(text[i:])
				if r == '\u2019' {
					h = (h ^ '\'') * prime
				} else if ideographic(r) {
					if i > start {
						break
					}
					weight += w.orderRun(text[i:])
					i += size
					h = 0
					break
				} else if !unicode.IsLetter(r) {
					break
				} else {
					h = foldRune(h, r)
				}
				i += size
				continue
			}
			if chars[c]&isIdent == 0 && c != '\'' {
				break
			}
			if chars[c]&isUpper != 0 {
				c |= 0x20
			}
			h = (h ^ uint64(c)) * prime
			i++
		}
		if i == start {
			i++
			continue
		}
		n := w.order(key(101, h, 0, 0))
		if before[1] != 0 {
			n += w.order(key(102, before[1], h, 0))
			if before[0] != 0 {
				n += w.order(key(103, before[0], before[1], h))
			}
		}
		weight += n
		strong = strong || n >= 3
		before = [2]uint64{before[1], h}
		if weight >= enoughOrder && (strong || weight >= 2*enoughOrder) {
			return true
		}
	}
	return false
}

func (w *wordlist) order(k uint64) int {
	var s signs
	if !w.orders.find(&s, k) {
		return 0
	}
	n := 0
	for i := sign(1); i < 10; i++ {
		if s.has(i) {
			n += int(i)
		}
	}
	return n
}

func (w *wordlist) orderRun(text string) int {
	h, n := offset, 0
	for i, runes := 0, 0; i < len(text) && runes < 5; runes++ {
		r, size := utf8.DecodeRuneInString(text[i:])
		if !ideographic(r) {
			break
		}
		for _, c := range []byte(text[i : i+size]) {
			h = (h ^ uint64(c)) * prime
		}
		n += w.order(key(101, h, 0, 0))
		i += size
	}
	return n
}

// targets calls f with the hash of everything in text that something could be sent
// to: addresses of hosts and people, account numbers.
func targets(text string, f func(uint32)) {
	if len(text) > maxResult {
		text = text[:maxResult]
	}
	for i := 0; i < len(text); {
		from := i
		var letters, digits, dots, ats int
		for i < len(text) {
			c := text[i]
			switch {
			case c >= '0' && c <= '9':
				digits++
			case chars[c]&isIdent != 0 || c == '-' || c == '+':
				letters++
			case c == '.' && i+1 < len(text) && chars[text[i+1]]&isIdent != 0:
				dots++
			case c == '@':
				ats++
			default:
				goto end
			}
			i++
		}
	end:
		if i == from {
			i++
			continue
		}
		word := text[from:i]
		switch {
		case len(word) > 128:
		case ats == 1 && dots > 0, dots > 0 && letters > 2 && domainLike(word), digits >= 8 && letters+digits >= 12 && dots == 0 && ats == 0:
			f(targetHash(word))
		}
	}
}

// domainLike reports whether the last part of word could end a host name.
func domainLike(word string) bool {
	n := 0
	for i := len(word) - 1; i >= 0 && word[i] != '.'; i-- {
		if c := word[i] | 0x20; c < 'a' || c > 'z' {
			return false
		}
		n++
	}
	return n >= 2 && n <= 10 && fileKind(word) == fileOther
}

func targetHash(word string) uint32 {
	h := hashFolded(word)
	return uint32(h^h>>32) | 1
}

func in(list []uint32, h uint32) bool {
	return slices.Contains(list, h)
}

// ask notes what the owner's prompt names.
func (s *State) ask(text string) {
	targets(text, func(h uint32) {
		if !in(s.prompted[:], h) {
			s.prompted[s.nextAsked] = h
			s.nextAsked = (s.nextAsked + 1) % uint8(len(s.prompted))
		}
	})
}

// hear notes what a result that is shaped like an order names.
func (s *State) hear(text string) {
	s.last.instruction = max(s.calls, 1)
	targets(text, func(h uint32) {
		if !in(s.prompted[:], h) && !in(s.returned[:], h) {
			s.returned[s.nextGiven] = h
			s.nextGiven = (s.nextGiven + 1) % uint8(len(s.returned))
		}
	})
}

// fromResult reports whether a call names something that a result, shaped like
// an order, was the first to name.
func (s *State) fromResult(a *Action) bool {
	found := false
	see := func(h uint32) { found = found || in(s.returned[:], h) }
	for i := range a.Effects[:min(len(a.Effects), maxEffects)] {
		switch e := &a.Effects[i]; e.Kind {
		case effect.Host, effect.URL, effect.Repo, effect.Data, effect.Identity, effect.Resource:
			targets(e.Target, see)
		case effect.AnyKind, effect.Path, effect.Command, effect.Code, effect.Secret:
		}
	}
	if !found {
		targets(a.Text, see)
	}
	return found
}

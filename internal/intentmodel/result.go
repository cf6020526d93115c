package intentmodel

import (
	"slices"
	"unicode"
	"unicode/utf8"
)

const (
	maxResult   = 4096 // bytes of a result that are read: the beginning and the end
	enoughOrder = 4    // what makes a text an order
)

// ordered reports whether a result tells its reader what to do, and where in it.
// Phrases count once each time they occur in a short stretch; a long manual that says
// "you must" here and there is no order. Until then it calls act with the place of each
// word that says to send, pay, give or remove something.
func (w *wordlist) ordered(text string, act func()) (at int, yes bool) {
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
					n, acts := w.orderRun(text[i:])
					if weight += n; acts && act != nil {
						act()
					}
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
		n, acts := w.order(key(101, h, 0, 0))
		if acts && act != nil {
			act()
		}
		if before[1] != 0 {
			two, _ := w.order(key(102, before[1], h, 0))
			n += two
			if before[0] != 0 {
				three, _ := w.order(key(103, before[0], before[1], h))
				n += three
			}
		}
		weight += n
		strong = strong || n >= 3
		before = [2]uint64{before[1], h}
		if weight >= enoughOrder && (strong || weight >= 2*enoughOrder) {
			return i, true
		}
	}
	return 0, false
}

// actWeight stands in words.txt for words that say what is to be done.
const actWeight = 9

// order returns what a phrase weighs, and whether it says what is to be done.
func (w *wordlist) order(k uint64) (n int, acts bool) {
	var s signs
	if !w.orders.find(&s, k) {
		return 0, false
	}
	for i := sign(1); i < actWeight; i++ {
		if s.has(i) {
			n += int(i)
		}
	}
	return n, s.has(actWeight)
}

// orderRun is order for what begins at text in a script without spaces.
func (w *wordlist) orderRun(text string) (n int, acts bool) {
	h := offset
	for i, runes := 0, 0; i < len(text) && runes < 5; runes++ {
		r, size := utf8.DecodeRuneInString(text[i:])
		if !ideographic(r) {
			break
		}
		for _, c := range []byte(text[i : i+size]) {
			h = (h ^ uint64(c)) * prime
		}
		one, act := w.order(key(101, h, 0, 0))
		n, acts = n+one, acts || act
		i += size
	}
	return n, acts
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

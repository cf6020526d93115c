package intentmodel

import (
	"strings"
	"unsafe"
)

// A word is one word of a command. Hashes are of its folded text.
type word struct {
	from, end int
	full      uint64 // all of it
	base      uint64 // what follows the last slash
	slash     bool
	option    bool // begins with "-"

	// of "name=value": the name, the name with its "=", and the value
	equal           int // where the value begins; 0 if there is none
	name, nameEqual uint64
	value           uint64
}

// last returns the hash of the last element of a word that may be a path.
func (w *word) last() uint64 {
	if w.slash {
		return w.base
	}
	return w.full
}

// valueAt returns where the value of "name=value" begins in the word; 0 if it is
// no such word.
func (w *word) valueAt() int {
	if w.equal == 0 {
		return 0
	}
	return w.equal - w.from
}

// word reads the word at i. Quotes and backslashes inside it are passed over, as a
// shell does.
func (x *scan) word(b []byte, i int, quote byte) word {
	w := word{from: i, option: b[i] == '-'}
	var (
		full, base = offset, offset
		fold       = !w.option
		hexes      = 0
	)
loop:
	for ; i < len(b); i++ {
		ch := b[i]
		cl := chars[ch]
		if cl&isPlain != 0 {
			if cl&isUpper != 0 && fold {
				ch |= 0x20
			}
			full = (full ^ uint64(ch)) * prime
			base = (base ^ uint64(ch)) * prime
			continue
		}
		switch {
		case ch == '/':
			w.slash = true
			base = offset
			full = (full ^ '/') * prime
			continue
		case cl&isQuote != 0:
			if quote != 0 && ch == quote || !x.broken(b, &w, i, quote) {
				break loop
			}
			continue // c'ur'l is one word for a shell
		case cl&(isSpace|isOperator) != 0, ch == ',' && quote != 0:
			break loop
		case w.equal == 0 && i > w.from && (ch == '=' || ch == ':' && windowsOption(b[w.from:i])):
			w.name, w.nameEqual = full, (full^'=')*prime
			w.equal = i + 1
			full, base = w.nameEqual, offset
			fold = true
			continue
		case ch == '\\' && quote != 0 && i+1 < len(b) && chars[b[i+1]]&isUpper != 0:
			x.find(kindAny, base) // C:\Windows\System32\
			w.slash = true
			base = offset
			continue
		case ch == '\\' && quote != '\'':
			if i+1 < len(b) && (b[i+1] == 'x' || b[i+1] >= '0' && b[i+1] <= '7') {
				hexes++
			}
			if i+1 < len(b) && b[i+1] == '\n' {
				if i == w.from {
					i++ // the line goes on
				}
				break loop
			}
			continue
		}
		full = (full ^ uint64(ch)) * prime
		base = (base ^ uint64(ch)) * prime
	}
	w.full, w.base = full, base
	w.end = min(max(i, w.from+1), len(b))
	if hexes >= 4 {
		x.facts |= factEscapes
	}
	if w.equal > 0 {
		w.value = hashFolded(view(b[min(w.equal, w.end):w.end]))
	}
	if w.end-w.from >= blobBytes {
		x.blobs(b[w.from:w.end])
	}
	return w
}

// windowsOption reports whether b is "/name", which a colon makes "/name:value".
func windowsOption(b []byte) bool {
	if b[0] != '/' || len(b) < 2 || len(b) > 16 {
		return false
	}
	for _, c := range b[1:] {
		if chars[c]&isIdent == 0 {
			return false
		}
	}
	return true
}

// broken reports whether the quote at i only breaks up a word.
func (x *scan) broken(b []byte, w *word, i int, quote byte) bool {
	if quote != 0 || w.option || w.equal != 0 || i == w.from || i+1 >= len(b) || chars[b[i-1]]&isIdent == 0 {
		return false
	}
	if chars[b[i+1]]&isIdent == 0 && b[i+1] != b[i] || closing(b, i)-i > 3 {
		return false
	}
	x.facts |= factBroken
	return true
}

// blobBytes is how long letters and digits have to be to be taken for data.
const blobBytes = 48

// blobs looks for data in a long word: 48 letters and digits in a row that mix
// cases and digits throughout, as names do not.
func (x *scan) blobs(b []byte) {
	run := 0
	for i, c := range b {
		if chars[c]&isIdent == 0 && c != '+' && c != '/' {
			run = 0
			continue
		}
		run++
		if run%blobBytes == 0 && mixed(b[i+1-blobBytes:i+1]) {
			x.facts |= factBlob
			return
		}
	}
}

func mixed(b []byte) bool {
	var upper, low, digit, slash int
	for _, c := range b {
		switch {
		case c >= '0' && c <= '9':
			digit++
		case chars[c]&isUpper != 0:
			upper++
		case c == '/':
			slash++
		default:
			low++
		}
	}
	return upper >= 6 && low >= 6 && digit >= 2 && slash <= 4
}

// words looks a word up for what it says wherever it stands: whole, by its last
// element, by its parts, without the signs of a search pattern, and as an address.
func (x *scan) words(text []byte, w *word) {
	x.find(kindAny, w.full)
	x.parts(text)
	if w.slash {
		x.find(kindAny, w.base)
		x.address(text[w.valueAt():])
	}
	if core := pattern(text); len(core) < len(text) {
		h := hashFolded(view(core))
		x.find(kindAny, h)
		x.find(kindArg, h)
	}
	if stem := stem(text); stem != "" {
		x.find(kindAny, hashFolded(stem))
	}
	if w.equal > 0 {
		x.find(kindAny, w.name)
		x.find(kindAny, w.value)
	}
	x.connects(text)
	if text[0] == '$' && startsWith(text, "$IFS") {
		x.facts |= factBroken
	}
}

// stem returns the last element of a word without its extension; empty if it has
// none.
func stem(text []byte) string {
	end := 0
	for i := len(text) - 1; i > 0 && len(text)-i <= 6; i-- {
		if text[i] == '.' {
			end = i
			break
		}
	}
	from := end
	for from > 0 && chars[text[from-1]]&isIdent != 0 || from > 0 && text[from-1] == '-' {
		from--
	}
	if end-from < 4 || end-from > 32 {
		return ""
	}
	return view(text[from:end])
}

// connects looks for the paths that shells and awk make connections of:
// "/dev/tcp/HOST/PORT".
func (x *scan) connects(text []byte) {
	for _, p := range [...]string{"/dev/tcp/", "/dev/udp/", "/inet/tcp/"} {
		if i := strings.Index(view(text), p); i >= 0 && i <= 2 {
			x.find(kindAny, hash(p))
		}
	}
}

// find looks up what a single hash stands for.
func (x *scan) find(k kind, h uint64) { x.t.find(x.to(), key(k, h, 0, 0)) }

// parts looks up the parts of a word: "MacKeylogger.swift" has mac, keylogger and
// swift.
func (x *scan) parts(text []byte) {
	h, n := offset, 0
	lower := false // the letter before is a small one
	for _, c := range text {
		cl := chars[c]
		switch {
		case cl&isUpper != 0:
			if lower {
				x.part(h, n)
				h, n = offset, 0
			}
			c |= 0x20
			lower = false
		case c >= 'a' && c <= 'z':
			lower = true
		default:
			x.part(h, n)
			h, n, lower = offset, 0, false
			continue
		}
		h = (h ^ uint64(c)) * prime
		n++
	}
	x.part(h, n)
}

func (x *scan) part(h uint64, n int) {
	if n >= 4 {
		x.find(kindPart, h)
	}
}

// pattern returns the word inside a search pattern: ^name$, /name/, *name*.
func pattern(text []byte) []byte {
	n := len(text)
	if n < 3 || n > 64 || text[0] != '^' && text[n-1] != '$' && (text[0] != '/' || text[n-1] != '/') && (text[0] != '*' || text[n-1] != '*') {
		return text
	}
	for len(text) > 0 && (text[0] == '^' || text[0] == '/' || text[0] == '*') {
		text = text[1:]
	}
	for n = len(text); n > 0 && (text[n-1] == '$' || text[n-1] == '/' || text[n-1] == '*'); n-- {
		text = text[:n-1]
	}
	return text
}

func startsWith(b []byte, s string) bool { return len(b) >= len(s) && string(b[:len(s)]) == s }

// place looks up a path that a word names, if effects do not tell of it.
func (x *scan) place(p []byte, k kind) {
	if len(p) == 0 || len(p) > maxPath || ordinaryDevice(p) || !x.paths && !startsWith(p, "/dev/") {
		return
	}
	if p[0] != '/' && p[0] != '~' && p[0] != '$' && p[0] != '.' {
		x.t.name(x.to(), k, view(p))
		return
	}
	x.t.path(x.to(), k, view(p))
}

// view is b as a string for as long as b is left alone: a lookup, which keeps
// nothing.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) } //nolint:gosec // nobody who gets it may keep it

func ordinaryDevice[T string | []byte](p T) bool {
	switch string(p) {
	case "/dev/null", "/dev/stdout", "/dev/stderr", "/dev/stdin", "/dev/tty", "/dev/fd", "/dev/zero", "/dev/urandom", "/dev/random", "/dev/full":
		return true
	}
	return false
}

// address looks up the host of an address in a word.
func (x *scan) address(text []byte) {
	i := indexScheme(text)
	if i < 0 {
		return
	}
	h := text[i:]
	for j, c := range h {
		if c == '/' || c == '?' || c == '#' {
			h = h[:j]
			break
		}
		if c == '@' {
			h = h[j+1:]
			break
		}
	}
	x.hostName(h, x.to())
}

func (x *scan) hostName(h []byte, to *signs) {
	if len(h) == 0 || len(h) > 128 {
		return
	}
	var s [128]byte
	n := 0
	for _, c := range h {
		if c == '/' {
			break
		}
		if chars[c]&isUpper != 0 {
			c |= 0x20
		}
		s[n] = c
		n++
	}
	if name := view(s[:n]); !local(name) && !forge(name) {
		x.facts |= factStranger
	}
	x.t.host(to, kindTo, view(s[:n]))
}

// indexScheme returns where the host of "scheme://host" begins; -1 if there is none.
func indexScheme(b []byte) int {
	for i := 3; i+3 < len(b) && i < 16; i++ {
		if b[i] == ':' && b[i+1] == '/' && b[i+2] == '/' {
			return i + 3
		}
		if chars[b[i]]&isIdent == 0 && b[i] != '+' {
			return -1
		}
	}
	return -1
}

package intentmodel

import (
	"slices"
	"unicode"
	"unicode/utf8"
)

const (
	maxPrompt = 4096 // bytes of a prompt that are read
	headBytes = 180  // what it begins with says most
)

// Shapes of a prompt that say something of their own.
const (
	shapeQuestion = iota // ends in a question mark
	shapeAsks            // begins with a word that asks
	shapeCan             // begins with "can you", "could we" and their like
	shapeTiny            // a few words
	shapeShort
	shapeLong
	shapeLines    // several lines
	shapeSlash    // a command of the agent's own: "/review"
	shapeLog      // lines of a log or a listing were pasted
	shapePath     // names a file
	shapeTestPath // names a file that holds tests
	shapeDocPath  // names a document
	shapePresent  // there is a prompt
	shapes
)

var shapePromptNames = [shapes]string{"question", "asks", "can", "tiny", "short", "long", "lines", "slash", "log", "path", "path.test", "path.docs", "present"}

// A said is what a prompt says: concepts at its beginning, concepts anywhere, and
// its shape.
type said struct {
	head, body uint64
	shape      uint32
}

// listen reads a prompt.
func (w *wordlist) listen(text string) said {
	var s said
	s.shape = 1 << shapePresent
	whole := text
	if len(text) > maxPrompt {
		text = text[:maxPrompt]
	}
	var (
		before [2]uint64 // hashes of the two words before
		n      int       // words
		lines  int
		digits int
	)
	for i := 0; i < len(text); {
		c := text[i]
		if c < utf8.RuneSelf {
			switch {
			case c == '\n':
				lines++
			case c >= '0' && c <= '9':
				digits++
			}
			if chars[c]&isIdent == 0 && c != '/' && c != '@' {
				if c != ' ' && c != '-' && c != '\'' && c != '"' && c != '`' && c != ',' {
					before = [2]uint64{}
				}
				i++
				continue
			}
			from := i
			h := offset
			for i < len(text) {
				r := rune(text[i])
				if r >= utf8.RuneSelf {
					var size int
					r, size = utf8.DecodeRuneInString(text[i:])
					if r == '\u2019' {
						h = (h ^ '\'') * prime
						i += size
						continue
					}
					if !unicode.IsLetter(r) || ideographic(r) {
						break
					}
					h = foldRune(h, r)
					i += size
					continue
				}
				if chars[byte(r)]&isIdent == 0 && !inner(text, i) {
					break
				}
				if chars[byte(r)]&isUpper != 0 {
					r |= 0x20
				}
				h = (h ^ uint64(r)) * prime
				i++
			}
			if i == from {
				i++
				continue
			}
			word := text[from:i]
			w.word(&s, word, h, from < headBytes)
			w.phrase(&s, before, h, from < headBytes)
			s.name(word)
			if n == 0 && word[0] == '/' && len(word) > 2 {
				s.shape |= 1 << shapeSlash
			}
			if n == 0 && (word == "can" || word == "Can" || word == "could" || word == "Could" || word == "please" || word == "Please" || word == "would" || word == "let") {
				s.shape |= 1 << shapeCan
			}
			if n == 0 && s.head&1 != 0 { // the first concept is asking
				s.shape |= 1 << shapeAsks
			}
			before = [2]uint64{before[1], h}
			n++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case ideographic(r):
			w.run(&s, text[i:], i < headBytes)
			n++
		case unicode.IsLetter(r):
			from := i
			h := offset
			for i < len(text) {
				r, size := utf8.DecodeRuneInString(text[i:])
				if !unicode.IsLetter(r) || ideographic(r) {
					break
				}
				h = foldRune(h, r)
				i += size
			}
			w.word(&s, "", h, from < headBytes)
			w.phrase(&s, before, h, from < headBytes)
			before = [2]uint64{before[1], h}
			n++
			continue
		case r == '\uff1f':
			s.shape |= 1 << shapeQuestion
		}
		i += size
	}
	s.body |= s.head
	set := func(shape int, yes bool) {
		if yes {
			s.shape |= 1 << shape
		}
	}
	end := len(whole)
	for end > 0 && (whole[end-1] <= ' ' || whole[end-1] == ')') {
		end--
	}
	set(shapeQuestion, end > 0 && whole[end-1] == '?')
	set(shapeTiny, n > 0 && n <= 4)
	set(shapeShort, n > 4 && n <= 15)
	set(shapeLong, n > 60)
	set(shapeLines, lines >= 3)
	set(shapeLog, lines >= 3 && digits*12 > len(text))
	return s
}

// continues reports whether a prompt only says to go on.
func (s *said) continues() bool {
	const asks = 1<<shapeQuestion | 1<<shapeAsks | 1<<shapeLong | 1<<shapeLines | 1<<shapeSlash
	var goes uint64
	if i := slices.Index(loadWords().concepts, "go"); i > 0 {
		goes = 1 << (i - 1)
	}
	return s.shape&asks == 0 && s.shape&(1<<shapeTiny|1<<shapeShort) != 0 && s.body&^goes == 0
}

// inner reports whether the byte at i holds a word together: readme.md, test:ci,
// don't, cherry-pick, origin/main.
func inner(text string, i int) bool {
	switch text[i] {
	case '.', ':', '-', '/', '\'', '@':
		return i+1 < len(text) && (chars[text[i+1]]&isIdent != 0 || text[i+1] == '/' || text[i+1] == '.')
	}
	return false
}

func foldRune(h uint64, r rune) uint64 {
	var b [utf8.UTFMax]byte
	for _, c := range b[:utf8.EncodeRune(b[:], unicode.ToLower(r))] {
		h = (h ^ uint64(c)) * prime
	}
	return h
}

// ideographic reports whether r belongs to a script that puts no space between
// words.
func ideographic(r rune) bool {
	return r >= 0x2e80 && r <= 0x9fff || r >= 0xac00 && r <= 0xd7af || r >= 0xf900 && r <= 0xfaff || r >= 0x20000 && r <= 0x3ffff
}

// word looks a single word up, and its stems.
func (w *wordlist) word(s *said, text string, h uint64, head bool) {
	w.concept(s, key(101, h, 0, 0), head)
	n := len(text)
	if from := 0; n < 64 && joined(text) { // pr-review, mise/test
		for i := range n + 1 {
			if i < n && chars[text[i]]&isIdent != 0 && text[i] != '_' {
				continue
			}
			if i > from && i-from < n {
				w.word(s, text[from:i], hashFolded(text[from:i]), head)
			}
			from = i + 1
		}
		return
	}
	if n < 4 || n > 24 {
		return
	}
	cutEnd := func(suffix string) {
		if n > len(suffix)+2 && text[n-len(suffix):] == suffix {
			w.concept(s, key(101, hashFolded(text[:n-len(suffix)]), 0, 0), head)
		}
	}
	cutEnd("s")
	cutEnd("es")
	cutEnd("ed")
	cutEnd("d")
	cutEnd("ing")
	if n > 6 && text[n-3:] == "ing" { // removing, remov-e
		w.concept(s, key(101, (hashFolded(text[:n-3])^'e')*prime, 0, 0), head)
	}
}

// joined reports whether text is several words in one.
func joined(text string) bool {
	for i := range len(text) {
		if text[i] == '_' || chars[text[i]]&isIdent == 0 && text[i] != '\'' && text[i] < utf8.RuneSelf {
			return true
		}
	}
	return false
}

func hashFolded(text string) uint64 {
	h := offset
	for i := range len(text) {
		c := text[i]
		if chars[c]&isUpper != 0 {
			c |= 0x20
		}
		h = (h ^ uint64(c)) * prime
	}
	return h
}

func (w *wordlist) phrase(s *said, before [2]uint64, h uint64, head bool) {
	if before[1] == 0 {
		return
	}
	w.concept(s, key(102, before[1], h, 0), head)
	if before[0] != 0 {
		w.concept(s, key(103, before[0], before[1], h), head)
	}
}

// run looks up what begins at text in a script without spaces: one to four
// characters.
func (w *wordlist) run(s *said, text string, head bool) {
	h := offset
	for i, n := 0, 0; i < len(text) && n < 5; n++ {
		r, size := utf8.DecodeRuneInString(text[i:])
		if !ideographic(r) {
			return
		}
		for _, c := range []byte(text[i : i+size]) {
			h = (h ^ uint64(c)) * prime
		}
		w.concept(s, key(101, h, 0, 0), head)
		i += size
	}
}

func (w *wordlist) concept(s *said, k uint64, head bool) {
	var found signs
	if !w.words.find(&found, k) {
		return
	}
	bits := found[0] >> 1 // concepts count from 1
	if head {
		s.head |= bits
	} else {
		s.body |= bits
	}
}

// name notes what kind of file a word of the prompt names.
func (s *said) name(word string) {
	dot := false
	for i := len(word) - 1; i > 0 && i > len(word)-7; i-- {
		if word[i] == '.' {
			dot = i < len(word)-1
			break
		}
	}
	if !dot {
		return
	}
	switch fileKind(word) {
	case fileTest:
		s.shape |= 1<<shapeTestPath | 1<<shapePath
	case fileDocs:
		s.shape |= 1<<shapeDocPath | 1<<shapePath
	case fileSource, fileConfig:
		s.shape |= 1 << shapePath
	case fileOther:
	}
}

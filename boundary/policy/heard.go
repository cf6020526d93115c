package policy

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"hash/maphash"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/ambit-go/ambit/boundary"
)

// This file knows where a value came from: what the session's owner said, and what
// the tools that a policy trusts in this returned, as keyed hashes of words. A value
// comes from there if all its words were said in a row. What is forgotten did not.

// Limits of what one session remembers: the last 8,192 words of the owner and as many
// of tools, 8 bytes each, of which one text gives 4,096 at most, from its first 256 KiB.
const (
	maxHeard     = 8192
	maxHeardText = 256 << 10
	maxWords     = maxHeard / 2
)

// A source is where a value may come from, by number: the owner's prompt, or the
// results of a tool, whose number is a hash of its name in this process.
type source uint64

const fromPrompt source = 1

var sourceSeed = maphash.MakeSeed()

func sourceOf(t toolName) source {
	return source(maphash.Comparable(sourceSeed, t)) &^ fromPrompt
}

// heard is what a session remembers, oldest first. Between two texts stands a 0.
type heard struct {
	key    *[32]byte
	prompt []uint64
	tools  []said
}

type said struct {
	word uint64
	from source
}

// processKey is the key of all policies that were given none.
var processKey = sync.OnceValue(func() *[32]byte {
	var k [32]byte
	_, _ = rand.Read(k[:]) // never fails
	return &k
})

// hash is the keyed hash of one word; never 0.
func hashWord(key *[32]byte, word []byte) uint64 {
	var buf [96]byte
	sum := sha256.Sum256(append(append(buf[:0], key[:]...), word...))
	return binary.LittleEndian.Uint64(sum[:]) | 1
}

// words appends the hashes of the words in a text. Case is folded; blanks, quotes,
// brackets, commas and the like stand between words, and punctuation at the end of a
// word, or one of "$#@" at its start, is none of it.
func words(dst []uint64, key *[32]byte, text []byte) []uint64 {
	text = text[:min(len(text), maxHeardText)]
	var buf [128]byte
	word, most := buf[:0], len(dst)+maxWords
	flush := func() {
		w := bytes.TrimRight(bytes.TrimLeft(word, "$#@*"), ".:!?*")
		if len(w) > 0 && len(dst) < most {
			dst = append(dst, hashWord(key, w))
		}
		word = word[:0]
	}
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		switch {
		case r == '\\' && i+1 < len(text): // an escape of JSON
			flush()
			n++
		case unicode.IsSpace(r) || unicode.IsControl(r) || between(r):
			flush()
		default:
			word = utf8.AppendRune(word, unicode.ToLower(r))
		}
		i += n
	}
	flush()
	return dst
}

// between reports whether r stands between words.
func between(r rune) bool {
	switch r {
	case '"', '\'', '`', ',', ';', '(', ')', '[', ']', '{', '}', '<', '>', '|', '«', '»', '“', '”', '„', '‘', '’', '\u200b', '\ufeff':
		return true
	}
	return false
}

// listensTo returns the source that a text comes from, if p has a use for it.
func (p *Policy) listensTo(h *boundary.Heard) (source, bool) {
	from := fromPrompt
	if !h.Prompt {
		from = sourceOf(nameOf(h.Server, h.Tool))
	}
	return from, slices.Contains(p.listens, from)
}

// listen gathers the sources that constraints name.
func (p *Policy) listen() {
	add := func(args []argument) {
		for i := range args {
			for _, tests := range [...][]test{args[i].tests, args[i].each} {
				for j := range tests {
					p.listens = append(p.listens, tests[j].from...)
				}
			}
		}
	}
	for _, l := range p.layers {
		for _, g := range l.grants {
			add(g.calls.args)
		}
		for _, r := range l.rules {
			add(r.calls.args)
			if r.after != nil && r.after.calls != nil {
				add(r.after.calls.args)
			}
		}
	}
}

// Listens reports whether p asks where values come from.
func (p *Policy) Listens() bool { return p != nil && len(p.listens) > 0 }

// Hears returns what a session bound to p would remember of a text: hashes of its
// words under [Options.HeardKey], nothing of it in the clear; nil if p has no use for
// it. [boundary.Heard.Words] takes it, so that another process can tell a binding of its
// own what was said before.
func (p *Policy) Hears(h boundary.Heard) []byte {
	if p == nil {
		return nil
	}
	if _, ok := p.listensTo(&h); !ok {
		return nil
	}
	var out []byte
	for _, w := range words(nil, p.heardKey, h.Text) {
		out = binary.LittleEndian.AppendUint64(out, w)
	}
	return out
}

// Hear remembers a text, if the policy listens to where it comes from.
func (b *bound) Hear(h boundary.Heard) {
	v := &b.view
	from, ok := v.p.listensTo(&h)
	if !ok || v.st == nil {
		return
	}
	var list []uint64
	if h.Words == nil {
		list = words(nil, v.p.heardKey, h.Text)
	}
	for at := h.Words; len(at) >= 8 && len(list) < maxWords; at = at[8:] {
		list = append(list, binary.LittleEndian.Uint64(at))
	}
	if len(list) == 0 {
		return
	}
	v.st.mu.Lock()
	defer v.st.mu.Unlock()
	m := &v.st.heard
	if h.Prompt {
		m.prompt = append(last(m.prompt, maxHeard-len(list)-1), 0)
		m.prompt = append(m.prompt, list...)
		return
	}
	m.tools = append(last(m.tools, maxHeard-len(list)-1), said{0, from})
	for _, w := range list {
		m.tools = append(m.tools, said{w, from})
	}
}

// last returns the last n elements of a list.
func last[T any](list []T, n int) []T {
	if len(list) <= n {
		return list
	}
	return append(list[:0], list[len(list)-n:]...)
}

// came reports whether a value came from one of the sources.
func (m *heard) came(value []byte, from []source) bool {
	if m == nil || m.key == nil {
		return false
	}
	var buf [16]uint64
	want := words(buf[:0], m.key, value)
	if len(want) == 0 || len(value) > maxHeardText || len(want) >= maxWords {
		return false
	}
	for _, s := range from {
		if s == fromPrompt && runs(m.prompt, want, func(x uint64) uint64 { return x }) {
			return true
		}
		if s != fromPrompt && runs(m.tools, want, func(x said) uint64 {
			if x.from != s {
				return 0
			}
			return x.word
		}) {
			return true
		}
	}
	return false
}

// runs reports whether list has the words of want in a row.
func runs[T any](list []T, want []uint64, word func(T) uint64) bool {
next:
	for i := 0; i+len(want) <= len(list); i++ {
		for j, w := range want {
			if word(list[i+j]) != w {
				continue next
			}
		}
		return true
	}
	return false
}

// came says whether a value of an argument comes from where a test wants it to: a text,
// a number, or each element of a list of such.
func (t *test) came(kind byte, value []byte, e *env) truth {
	if e == nil {
		return no
	}
	if e.sample { // an example has no session in which anything was said
		return truthOf(kind == 's' || kind == 'n' || kind == 'a')
	}
	switch kind {
	case 's':
		s, ok := unquote(value)
		if !ok {
			return doubt
		}
		// What a shell, a pattern or a header reads as more than a name was not named.
		return truthOf(!strings.ContainsAny(s, "*?;|<>`{}\\") && !strings.ContainsFunc(s, unprintable) && e.heard.came([]byte(s), t.from))
	case 'n':
		return truthOf(e.heard.came(value, t.from))
	case 'a':
		result, n := yes, 0
		elements(value, func(v []byte) bool {
			n++
			if k := kindOf(v); k == 's' || k == 'n' {
				result = min(result, t.came(k, v, e))
			} else {
				result = no
			}
			return result != no
		})
		if n == 0 {
			return no
		}
		return result
	}
	return no
}

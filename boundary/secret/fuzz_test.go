package secret

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ambit-go/ambit/internal/credshape"
)

// FuzzDetect holds what every caller relies on: findings lie in the text, in order,
// apart from each other, and what is left after redaction is still text.
func FuzzDetect(f *testing.F) {
	for _, s := range []string{
		"", "password='x", "a://b:c@d", "-----BEGIN PRIVATE KEY-----", "curl -u a:b", "Authorization: Bearer ", "pw:é\xff", "IDENTIFIED BY '", "echo 'x' | pass insert",
		"docker login -p ", `"token": \"`, "<token>\n", "key \xe2\x86\x92", token("github-pat"), "\x00\x00key=\x00", "/home/ada/.aws/credentials", "0xa9fea9fe",
	} {
		f.Add([]byte(s), uint8(0))
	}
	f.Fuzz(func(t *testing.T, text []byte, p uint8) {
		place := Place(p % 8)
		before := string(text)
		found := Default().Detect(nil, text, place)
		if string(text) != before {
			t.Fatal("the text was changed")
		}
		end := 0
		for _, x := range found {
			if x.Kind == "" || x.Offset < end || x.Length < 0 || x.Offset+x.Length > len(text) {
				t.Fatalf("%+v behind %d in %d bytes", x, end, len(text))
			}
			end = x.Offset + x.Length
		}
		if Has(text, place) != (len(found) > 0) {
			t.Errorf("Has says otherwise than Detect: %v", found)
		}
		if out := Redact(nil, text, found); utf8.Valid(text) && !utf8.Valid(out) {
			t.Errorf("no UTF-8 any more: %q", out)
		}
	})
}

// FuzzNoShapeIsMissed compares with a search that tries every shape at every place:
// what it finds has to lie inside something found.
func FuzzNoShapeIsMissed(f *testing.F) {
	r := rand.New(rand.NewPCG(7, 7))
	var shapes []*credshape.Shape
	for s := range credshape.All() {
		if s.Class == credshape.Secret && len(s.Near) == 0 {
			shapes = append(shapes, s)
			f.Add([]byte(" "), s.Example(r), []byte(" "), uint8(0))
		}
	}
	f.Add([]byte("token="), []byte("abcdefgh"), []byte(",x"), uint8(3))
	f.Fuzz(func(t *testing.T, before, middle, after []byte, pick uint8) {
		r := rand.New(rand.NewPCG(uint64(pick), uint64(len(before))))
		text := append([]byte(nil), before...)
		text = append(text, middle...)
		text = append(text, shapes[int(pick)%len(shapes)].Example(r)...)
		text = append(text, after...)
		if len(text) > 4<<10 {
			return
		}
		found := Default().Detect(nil, text, Result)
		for at := range text {
			for _, s := range shapes {
				end, ok := s.At(text, at)
				if ok && !covered(found, at, end) {
					t.Errorf("%s at %d to %d of %q is not in %v", s.Kind, at, end, text, found)
				}
			}
		}
	})
}

// FuzzNoWordIsMissed compares with a scan that looks for each word at each place: what
// is found has to be the same, wherever in its parts of the text the automaton meets a word.
func FuzzNoWordIsMissed(f *testing.F) {
	long := strings.Repeat("what a tool answers to that, ", 100)
	for i, s := range []string{"", "password = 'x8Kq2mZp'", "a://b:c8Kq2mZp@d", "curl -u a:b8Kq2mZp", "token: " + token("github-pat"), "KEY=" + token("aws-access-key-id")} {
		f.Add([]byte(s), []byte("the pass key of auth tokens "), uint16(i*731))
	}
	f.Fuzz(func(t *testing.T, secret, filler []byte, at uint16) {
		text := append([]byte(long[:int(at)%len(long)]), secret...)
		for len(filler) > 0 && len(text) < 3000 {
			text = append(text, filler...)
		}
		text = append(text[:min(len(text), 6<<10)], secret...)
		want := slowly(text, Result)
		if got := Default().Detect(nil, text, Result); !slices.Equal(got, want) {
			t.Errorf("found %v in %q, want %v", got, text, want)
		}
	})
}

// slowly is detect without its automaton.
func slowly(text []byte, place Place) []Finding {
	s := scan{automaton: theAutomaton(), text: text, place: place, dst: namedPlace(nil, text, place)}
	s.begin = len(s.dst)
	low := make([]byte, len(text))
	for i, c := range text {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		low[i] = c
	}
	all, _ := detectorWords()
	var byLast [256][]int // words, by their last byte, the longest first
	for w, t := range all {
		c := t[len(t)-1]
		byLast[c] = append(byLast[c], w)
	}
	for _, words := range byLast {
		slices.SortStableFunc(words, func(a, b int) int { return len(all[b]) - len(all[a]) })
	}
	for i, c := range low {
		for _, w := range byLast[c] {
			if bytes.HasSuffix(low[:i+1], []byte(all[w])) {
				s.word(w, i+1)
			}
		}
	}
	s.long()
	s.order()
	return s.dst
}

// covered reports whether findings, side by side, cover text[from:to].
func covered(found []Finding, from, to int) bool {
	for _, f := range found {
		if f.Offset <= from && from < f.Offset+f.Length {
			from = f.Offset + f.Length
		}
	}
	return from >= to
}

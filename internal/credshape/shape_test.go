package credshape

import (
	"bytes"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// random is the same in every run: a failure can be repeated.
func random() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

func TestTableIsWellFormed(t *testing.T) {
	kind := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	for s := range All() {
		if !kind.MatchString(s.Kind) {
			t.Errorf("kind %q is no lower-case name with hyphens", s.Kind)
		}
		if s.Vendor != strings.ToLower(s.Vendor) {
			t.Errorf("%s: vendor %q is not in lower case", s.Kind, s.Vendor)
		}
		for _, w := range s.Near {
			if strings.Trim(w, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
				t.Errorf("%s: word %q beside it can never be found", s.Kind, w)
			}
		}
		if s.checked && s.checksum == nil {
			t.Errorf("%s: has no checksum to be told by", s.Kind)
		}
	}
}

// A pattern means what Go's regexp package says it means.
func TestPatternsMatchAsRegexpDoes(t *testing.T) {
	r := random()
	for s := range All() {
		re := regexp.MustCompile(`\A(?:` + s.Pattern + `)\z`)
		for range 20 {
			token := s.Example(r)
			for range 4 {
				if got, want := s.matchPattern(token), re.Match(token); got != want {
					t.Errorf("%s: %q matches: %v, by regexp: %v", s.Kind, token, got, want)
				}
				token = mutate(r, token)
			}
		}
	}
}

func (s *Shape) matchPattern(token []byte) bool {
	return slices.ContainsFunc(s.sequences(), func(q sequence) bool { return q.matchAll(token) })
}

func mutate(r *rand.Rand, token []byte) []byte {
	token = bytes.Clone(token)
	if len(token) == 0 {
		return token
	}
	i := r.IntN(len(token))
	switch r.IntN(3) {
	case 0:
		token[i] = byte(r.IntN(128))
	case 1:
		token = slices.Delete(token, i, i+1)
	case 2:
		token = slices.Insert(token, i, byte('0'+r.IntN(75)))
	}
	return token
}

func TestExamplesAreRecognisedWhole(t *testing.T) {
	r := random()
	for s := range All() {
		if len(s.Near) > 0 {
			continue
		}
		for range 20 {
			token := s.Example(r)
			got, ok := Match(token)
			if !ok {
				t.Errorf("%s: %q is not recognised", s.Kind, token)
				continue
			}
			if got != s && got.Vendor != s.Vendor && got.Pattern != s.Pattern {
				t.Errorf("%s: %q is taken for %s", s.Kind, token, got.Kind)
			}
		}
	}
}

func TestExamplesAreFoundByTheirAnchors(t *testing.T) {
	r := random()
	for s := range All() {
		if len(s.Near) > 0 || s.Class != Secret {
			continue
		}
		for range 20 {
			text := append(append([]byte(`{"x": "`), s.Example(r)...), `"}`...)
			found := false
			low := bytes.ToLower(text)
			for a := range Anchors() {
				if a.Shape() != s {
					continue
				}
				for at := range text {
					if bytes.HasPrefix(low[at:], []byte(a.Literal())) {
						_, _, ok := a.Find(text, at)
						found = found || ok
					}
				}
			}
			if !found {
				t.Errorf("%s: no anchor finds it in %s", s.Kind, text)
			}
		}
	}
}

func TestAnchorsAreLongEnough(t *testing.T) {
	for a := range Anchors() {
		word, most := a.Literal(), anchorRows[a].most
		switch {
		case word == "":
			t.Errorf("%s: a pattern without any literal cannot be looked for", a.Shape().Kind)
		case !a.Loose() && (word != strings.ToLower(word) || most > maxBefore):
			t.Errorf("%s: anchor %q behind up to %d bytes", a.Shape().Kind, word, most)
		}
	}
}

func TestChecksums(t *testing.T) {
	r := random()
	for s := range All() {
		if s.checksum == nil {
			continue
		}
		t.Run(s.Kind, func(t *testing.T) {
			for range 50 {
				token := s.Example(r)
				switch s.Check(token) {
				case NoCheck: // a format of this kind that has none
				case Invalid:
					t.Errorf("%q: its own checksum is wrong", token)
				case Valid:
					bad := bytes.Clone(token)
					i := len(bad) / 2
					bad[i] ^= 1
					if s.Check(bad) == Valid {
						t.Errorf("%q: right although a byte was changed", bad)
					}
				}
			}
		})
	}
}

// The vectors were made by the vendors' programs and revoked: a publisher's example of
// a GitHub token and a seed from the documentation of NATS.
func TestChecksumsOfVendors(t *testing.T) {
	tests := []struct{ name, kind, token string }{
		{"GitHub", "github-pat", "ghp_" + "zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ" + "0mLq17"},
		{"NATS", "nats-seed", "SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6B" + "FDTJ7M6USDXIEDNPPQYYYCU3VY"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, ok := Match([]byte(tt.token))
			if !ok || s.Kind != tt.kind {
				t.Fatalf("Match = %v, %v; want %s", s, ok, tt.kind)
			}
			if got := s.Check([]byte(tt.token)); got != Valid {
				t.Errorf("Check = %v; want Valid", got)
			}
		})
	}
}

func TestGluedTokenIsTakenWhole(t *testing.T) {
	token := string(ByKind("gitlab-pat").Example(random()))
	text := []byte("x" + token + "AAAA-more ")
	s := ByKind("gitlab-pat")
	if end, ok := s.At(text, 1); !ok || end != len(text)-1 {
		t.Errorf("At = %d, %v; want %d: what is glued on may belong to it", end, ok, len(text)-1)
	}
}

func TestTokenInsideAWordIsNone(t *testing.T) {
	key := ByKind("aws-access-key-id")
	token := string(key.Example(random()))
	for name, text := range map[string]string{
		"letter before": "x" + token,
		"digit behind":  token + "0",
		"letter behind": token + "q",
	} {
		t.Run(name, func(t *testing.T) {
			if end, ok := key.At([]byte(text), strings.Index(text, token)); ok {
				t.Errorf("At(%q) found a token that ends at %d", text, end)
			}
		})
	}
}

func TestEdge(t *testing.T) {
	tests := []struct {
		name, before string
		want         bool
	}{
		{"nothing", "", true},
		{"blank", " ", true},
		{"quote", `"`, true},
		{"letter", "n", false},
		{"underscore", "_", false},
		{"new line escaped in JSON", `\n`, true},
		{"tab escaped in JSON", `\t`, true},
		{"any other escape", `\d`, false},
		{"percent encoding", "%3D", true},
		{"rune escaped in JSON", `\u0022`, true},
		{"no percent encoding", "%3G", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := []byte(tt.before + "ghp_")
			if got := Edge(text, len(tt.before)); got != tt.want {
				t.Errorf("Edge(%q, %d) = %v, want %v", text, len(tt.before), got, tt.want)
			}
		})
	}
}

func TestExampleInDocumentationIsNotPlausible(t *testing.T) {
	if s := ByKind("aws-access-key-id"); s.Plausible([]byte("AKIAIOSFODNN7" + "EXAMPLE")) {
		t.Error("the example of the AWS documentation counts as a key")
	}
}

func TestEntropy(t *testing.T) {
	tests := []struct {
		name, text string
		want       float64
	}{
		{"nothing", "", 0},
		{"one byte over and over", "aaaaaaaa", 0},
		{"two bytes", "abababab", 1},
		{"sixteen bytes, each once", "0123456789abcdef", 4},
		{"more than is looked at", strings.Repeat("ab", 10_000), 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Entropy([]byte(tt.text)); got < tt.want-1e-9 || got > tt.want+1e-9 {
				t.Errorf("Entropy = %v, want %v", got, tt.want)
			}
		})
	}
}

func TestMatchAllocatesNothing(t *testing.T) {
	token := ByKind("github-pat").Example(random())
	Match(token) // builds the tables
	if n := testing.AllocsPerRun(100, func() { Match(token) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzMatch(f *testing.F) {
	r := random()
	for s := range All() {
		f.Add(s.Example(r))
	}
	f.Fuzz(func(t *testing.T, token []byte) {
		s, ok := Match(token)
		if !ok {
			return
		}
		if !regexp.MustCompile(`\A(?:` + s.Pattern + `)\z`).Match(token) {
			t.Errorf("%q is taken for %s, whose pattern does not match", token, s.Kind)
		}
		s.Check(token)
	})
}

func BenchmarkMatch(b *testing.B) {
	r := random()
	for _, kind := range []string{"github-pat", "jwt", "sk-key"} {
		token := ByKind(kind).Example(r)
		b.Run(kind, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Match(token)
			}
		})
	}
	b.Run("none", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			Match([]byte("supercalifragilistic"))
		}
	})
}

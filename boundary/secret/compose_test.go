package secret

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// finds returns a detector of each occurrence of a word.
func finds(w, kind string) Detector {
	return DetectorFunc(func(dst []Finding, text []byte, place Place) []Finding {
		for at := 0; ; {
			i := bytes.Index(text[at:], []byte(w))
			if i < 0 {
				return dst
			}
			dst = append(dst, Finding{Kind: kind, Place: place, Offset: at + i, Length: len(w)})
			at += i + len(w)
		}
	})
}

func TestLimit(t *testing.T) {
	pat := token("github-pat")
	tests := []struct {
		name, text string
		n          int
		want       []Finding
	}{
		{"short enough", "abc", 3, nil},
		{"too long", "abcd", 3, []Finding{{Kind: Unscanned, Place: Result, Offset: 3, Length: 1}}},
		{"nothing at all", "ab", 0, []Finding{{Kind: Unscanned, Place: Result, Length: 2}}},
		{"less than nothing", "ab", -5, []Finding{{Kind: Unscanned, Place: Result, Length: 2}}},
		{"no secret is cut in two", "a " + pat, 20, []Finding{{Kind: Unscanned, Place: Result, Offset: 2, Length: len(pat)}}},
		{
			"secret before", pat + strings.Repeat(" ", 60), 80,
			[]Finding{{Kind: "github-pat", Place: Result, Length: len(pat)}, {Kind: Unscanned, Place: Result, Offset: 80, Length: len(pat) - 20}},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Limit(nil, tt.n).Detect(nil, []byte(tt.text), Result)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestJoin(t *testing.T) {
	tests := []struct {
		name string
		d    Detector
		want []Finding
	}{
		{"none", Join(), nil},
		{"nil", Join(nil), nil},
		{"one", Join(finds("cd", "k")), []Finding{{Kind: "k", Offset: 2, Length: 2}}},
		{"in the order of offsets", Join(finds("fg", "k"), finds("ab", "l")), []Finding{{Kind: "l", Length: 2}, {Kind: "k", Offset: 5, Length: 2}}},
		{"the same from both", Join(finds("cd", "k"), finds("cd", "k")), []Finding{{Kind: "k", Offset: 2, Length: 2}}},
		{"overlap takes the earlier detector's kind", Join(finds("cde", "k"), finds("bcd", "l")), []Finding{{Kind: "k", Offset: 1, Length: 4}}},
		{"a chain becomes one", Join(finds("ab", "k"), finds("bc", "l"), finds("cd", "m")), []Finding{{Kind: "k", Length: 4}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.d.Detect(nil, []byte("abcdefg"), Anywhere)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

package secret

import (
	"math"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestRedact(t *testing.T) {
	tests := []struct {
		name, text string
		found      []Finding
		want       string
	}{
		{"nothing found", "abc", nil, "abc"},
		{"one", "a secret z", []Finding{{Kind: "k", Offset: 2, Length: 6}}, "a [redacted:k] z"},
		{"all of it", "secret", []Finding{{Kind: "k", Length: 6}}, "[redacted:k]"},
		{"two", "a bb c dd e", []Finding{{Kind: "k", Offset: 2, Length: 2}, {Kind: "l", Offset: 7, Length: 2}}, "a [redacted:k] c [redacted:l] e"},
		{"out of order", "a bb c dd e", []Finding{{Kind: "l", Offset: 7, Length: 2}, {Kind: "k", Offset: 2, Length: 2}}, "a [redacted:k] c [redacted:l] e"},
		{"overlapping", "abcdefgh", []Finding{{Kind: "k", Offset: 1, Length: 3}, {Kind: "l", Offset: 2, Length: 4}}, "a[redacted:k]gh"},
		{"one inside another", "abcdefgh", []Finding{{Kind: "k", Offset: 1, Length: 6}, {Kind: "l", Offset: 2, Length: 2}}, "a[redacted:k]h"},
		{"side by side", "abcdef", []Finding{{Kind: "k", Offset: 1, Length: 2}, {Kind: "l", Offset: 3, Length: 2}}, "a[redacted:k][redacted:l]f"},
		{"name of a place", ".env", []Finding{{Kind: "env-file"}}, ".env"},
		{"without a kind", "abc", []Finding{{Offset: 1, Length: 1}}, "a[redacted:secret]c"},
		{"inside a rune", "aéz", []Finding{{Kind: "k", Offset: 2, Length: 1}}, "a[redacted:k]z"},
		{"ends inside a rune", "abéz", []Finding{{Kind: "k", Offset: 1, Length: 2}}, "a[redacted:k]z"},
		{"beyond the end", "abc", []Finding{{Kind: "k", Offset: 2, Length: 9}}, "ab[redacted:k]"},
		{"outside", "abc", []Finding{{Kind: "k", Offset: 7, Length: 2}, {Kind: "k", Offset: -1, Length: 2}}, "abc"},
		{"length that overflows", "abc", []Finding{{Kind: "k", Offset: 1, Length: math.MaxInt}}, "a[redacted:k]"},
		{"bytes that are no text", "a\xff\xfe\xfdz", []Finding{{Kind: "k", Offset: 2, Length: 1}}, "a\xff[redacted:k]\xfdz"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := string(Redact([]byte("> "), []byte(tt.text), tt.found))
			if got != "> "+tt.want {
				t.Errorf("Redact(%q, %v) = %q, want %q", tt.text, tt.found, got, tt.want)
			}
			if utf8.ValidString(tt.text) && !utf8.ValidString(got) {
				t.Errorf("%q is no UTF-8", got)
			}
		})
	}
}

func TestRedactString(t *testing.T) {
	pat := token("github-pat")
	for name, d := range map[string]Detector{"nil is the default": nil, "default": Default()} {
		t.Run(name, func(t *testing.T) {
			if got, want := RedactString(d, "use "+pat+" now", Result), "use [redacted:github-pat] now"; got != want {
				t.Errorf("RedactString = %q, want %q", got, want)
			}
			if got := RedactString(d, "nothing here", Result); got != "nothing here" {
				t.Errorf("RedactString = %q", got)
			}
		})
	}
}

// What was redacted once stays as it is: the mark itself is no secret.
func TestRedactedIsNotFoundAgain(t *testing.T) {
	text := "password=" + noise(20) + " " + token("jwt") + " -----BEGIN PRIVATE KEY-----\n" + keyLine() + "\n-----END PRIVATE KEY-----"
	once := RedactString(nil, text, Result)
	if twice := RedactString(nil, once, Result); twice != once || !strings.Contains(once, "[redacted:") {
		t.Errorf("once  %q\ntwice %q", once, twice)
	}
}

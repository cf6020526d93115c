package identity

// clean.go makes names out of what a token, a certificate or a header says, so
// that they are safe to show: short, valid UTF-8, without control characters.

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode/utf8"
)

const (
	// maxName bounds one name in bytes. The longest names seen in the wild are AWS
	// role ARNs (at most 2,048 by their grammar, below 200 in practice) and Azure
	// resource ids (below 250).
	maxName = 256
	// maxList bounds audiences and scopes, each.
	maxList = 64
)

// clean returns s if it is safe to show, and a safe form of it otherwise. Two
// different names stay different: a long one is cut and ends in a piece of its
// SHA-256.
func clean(s string) string {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c >= 0x7f {
			s = strings.Map(visible, strings.ToValidUTF8(s, "\uFFFD"))
			break
		}
	}
	if len(s) <= maxName {
		return s
	}
	sum := sha256.Sum256([]byte(s))
	cut := maxName - 10
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "~" + hex.EncodeToString(sum[:4])
}

// visible replaces what could break a line, a terminal or the order of reading.
func visible(r rune) rune {
	switch {
	case r < ' ', r >= 0x7f && r < 0xa0, // controls
		r >= 0x200b && r <= 0x200f, r >= 0x2028 && r <= 0x202e, // zero width, separators, bidirectional
		r >= 0x2060 && r <= 0x206f, r == 0xfeff, r == 0x061c:
		return utf8.RuneError
	}
	return r
}

package policy

import (
	_ "embed"
	"strings"
)

// suffixes are the rules of the public suffix list (publicsuffix.org, MPL 2.0), as
// golang.org/x/net/publicsuffix has them: a test holds the two against each other. That
// package brings net/http and TLS with it, which a program that is started for each
// hook of an agent pays for at every start.
//
//go:embed suffixes.txt
var suffixes string

// publicSuffix reports whether names below name can be registered by anybody: it is a
// public suffix on the list. A top level domain that nobody manages is none.
func publicSuffix(name string) bool {
	if listed("!" + name) {
		return false
	}
	_, parent, below := strings.Cut(name, ".")
	return listed(name) || below && listed("*."+parent)
}

// listed looks for a rule in the list, whose lines are sorted.
func listed(rule string) bool {
	rest := suffixes
	for len(rest) > 0 {
		begin := strings.LastIndexByte(rest[:len(rest)/2], '\n') + 1 // of the line in the middle
		end := begin + strings.IndexByte(rest[begin:], '\n')
		switch strings.Compare(rule, rest[begin:end]) {
		case 0:
			return true
		case -1:
			rest = rest[:begin]
		default:
			rest = rest[end+1:]
		}
	}
	return false
}

// Package publicsuffix knows below which names anybody can register another one.
package publicsuffix

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

// Is reports whether names below name, in lower case and ASCII, can be registered by
// anybody: it is a public suffix on the list, a registry's or a private one. A top level
// domain that is not listed is none.
func Is(name string) bool {
	if listed("!" + name) {
		return false
	}
	_, parent, below := strings.Cut(name, ".")
	return listed(name) || below && listed("*."+parent)
}

// Below reports whether name stands below a public suffix, as the names of hosts on the
// Internet do.
func Below(name string) bool {
	for {
		_, parent, below := strings.Cut(name, ".")
		if !below {
			return false
		}
		if Is(parent) || listed("!"+name) {
			return true
		}
		name = parent
	}
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

package agentspan

import (
	"strings"
	"unicode/utf8"
	"unsafe"

	"go.opentelemetry.io/otel/attribute"

	"github.com/ambit-go/ambit/boundary/secret"
	"github.com/ambit-go/ambit/identity"
)

// maxValue bounds the strings written as attributes, in bytes: Tempo cuts at
// 2,048 without telling anybody, and a fact that was cut is no fact.
const maxValue = 1000

// maxContent bounds recorded content, in bytes, for the same reason.
const maxContent = 2000

// hidden stands for a string that held a secret.
const hidden = "[redacted]"

// clean returns s fit for the wire: valid UTF-8 (one invalid string loses a whole
// OTLP batch), no control or bidirectional characters, at most maxValue bytes
// cut between characters, and nothing that looks like a secret. An ordinary
// string is returned as it is and costs no allocation.
func (t *Tracer) clean(s string) string {
	if len(s) < minSecret && plain(s) {
		return s
	}
	h, known := t.harmless.knows(s)
	if known {
		return s
	}
	seen := cut(s, maxChecked)
	if t.hasSecret(seen) {
		return hidden
	}
	if plain(seen) {
		t.harmless.learn(s, h)
		return cut(seen, maxValue)
	}
	// What is left out may have stood in the middle of a secret.
	if seen = printable(seen); t.hasSecret(seen) {
		return hidden
	}
	return cut(seen, maxValue)
}

// word is clean for what should be a word from a list, and comes from a plug-in.
func (t *Tracer) word(s string) string { return cut(t.clean(s), maxWord) }

// maxWord bounds such words, error.type among them, in bytes.
const maxWord = 100

// code is s, a kind of something from a plug-in's own list, as a metric may say
// it: "_OTHER" unless it looks like a code. How many codes there are is the plug-in's
// affair, up to the number of sets that are kept.
func (t *Tracer) code(s string) string {
	for i := range len(s) {
		if c := s[i]; c != '_' && c != '-' && c != '.' && (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return other
		}
	}
	if len(s) > maxWord || t.hasSecret(s) {
		return other
	}
	return s
}

// share returns f as the part of a whole that it should be.
func share(f float64) float64 {
	if !(f > 0) { // not a number, too
		return 0
	}
	return min(f, 1)
}

// Clean returns s as t would write it on a span: valid UTF-8 without control and
// bidirectional characters, at most 1,000 bytes, and "[redacted]" if it holds what
// looks like a secret. It is for integrations that make spans of their own. A
// tracer that does nothing returns s as it is.
func (t *Tracer) Clean(s string) string {
	if t.off() {
		return s
	}
	return t.clean(s)
}

// cleanAttribute is clean for an attribute of the caller's own.
func (t *Tracer) cleanAttribute(kv attribute.KeyValue) attribute.KeyValue {
	switch v := kv.Value; v.Type() {
	case attribute.STRING:
		return kv.Key.String(t.clean(v.AsString()))
	case attribute.STRINGSLICE:
		list := v.AsStringSlice() // a copy
		for i := range list {
			list[i] = t.clean(list[i])
		}
		return kv.Key.StringSlice(list)
	case attribute.BYTESLICE:
		if t.hasSecret(string(v.AsByteSlice())) {
			return kv.Key.String(hidden)
		}
	case attribute.SLICE, attribute.MAP:
		if t.hasSecret(v.String()) {
			return kv.Key.String(hidden)
		}
	default: // numbers
	}
	return kv
}

// cleanHandle is clean for what names a credential, alone or after its kind. An
// AWS access key id looks like a secret and is none: it is what CloudTrail prints.
// So what the credential it stands for is known by may be written, and nothing else
// that looks like a secret.
func (t *Tracer) cleanHandle(s string) string {
	out := t.clean(s)
	if out != hidden {
		return out
	}
	at := strings.LastIndexByte(s, ' ') + 1
	c, ok := identity.Inspect([]byte(s[at:]), identity.InspectOptions{})
	if !ok || c.Handle != s[at:] {
		return hidden
	}
	return t.clean(s[:at]) + c.Handle
}

// maxChecked bounds what clean looks at: more than it keeps, so that no secret
// is cut before it is seen.
const maxChecked = 4 * maxValue

// minSecret is the length below which no string is looked at for secrets: the
// shortest credential any vendor issues is longer.
const minSecret = 12

// hasSecret reports whether s holds what looks like a secret. A detector that
// panics cannot tell, so it does.
func (t *Tracer) hasSecret(s string) (has bool) {
	if len(s) < minSecret {
		return false
	}
	if t.harmless.slots != nil { // the detector is ours
		return secret.Has(s, secret.Result)
	}
	defer func() {
		if recover() != nil {
			has = true
		}
	}()
	var buf [1]secret.Finding
	return len(t.detector.Detect(buf[:0], readOnly(s), secret.Result)) > 0
}

// readOnly is s as bytes that must not be written to.
func readOnly(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) } //nolint:gosec // nobody who gets it may write to it

// plain reports whether s is printable ASCII.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c > 0x7e {
			return false
		}
	}
	return true
}

// printable replaces what is not a character by U+FFFD, and leaves out control
// characters and those that change the direction of text.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case r < 0x20, r >= 0x7f && r < 0xa0, r == 0x61c, r == 0x200e, r == 0x200f,
			r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0xfeff:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
}

// cut returns the beginning of s, at most n bytes, ending between characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// contentText prepares content for recording: known secrets replaced, then the
// program's own redactor, then cut. It returns "" for content that is off.
// What a detector panics on is not recorded.
func (t *Tracer) contentText(kind Content, s string) (out string) {
	if t.content&kind == 0 || s == "" {
		return ""
	}
	defer func() {
		if recover() != nil {
			out = hidden
		}
	}()
	s = strings.ToValidUTF8(cut(s, maxScan), "\ufffd")
	place := secret.Result
	switch kind {
	case Prompts:
		place = secret.Prompt
	case Arguments:
		place = secret.Argument
	case Results, Errors:
	}
	if found := t.detector.Detect(nil, readOnly(s), place); len(found) > 0 {
		s = string(secret.Redact(nil, readOnly(s), found))
	}
	if t.redact != nil {
		s = t.redacted(kind, s)
	}
	if len(s) > maxContent {
		s = truncated + cut(s, maxContent-len(truncated))
	}
	return s
}

// truncated comes first, so that nobody takes the rest for whole JSON.
const truncated = "[truncated] "

// redacted calls the program's redactor; what it panics on is not recorded.
func (t *Tracer) redacted(kind Content, s string) (out string) {
	defer func() {
		if recover() != nil {
			out = hidden
		}
	}()
	return strings.ToValidUTF8(t.redact(kind, s), "\ufffd")
}

package payload

// What a tool answered, as text.

import (
	"encoding/json"
	"strconv"
	"strings"
)

// resultFields are where the agents put the text of a tool's response. A text
// that another field repeats stands first and ends the search.
var resultFields = [...]struct {
	name string
	last bool
}{
	{"output_for_prompt", true},   // Grok: what the model saw
	{"text_result_for_llm", true}, // Copilot
	{"textResultForLlm", true},
	{"llmContent", true}, // Gemini
	{"stdout", false},    // Claude Code: Bash
	{"stderr", false},
	{"output", true}, // Codex
	{"content", false},
	{"result", false}, // WebFetch
	{"text", false},
	{"file", false}, // Claude Code: Read
	{"FileContent", false},
	{"error", false},
}

// Text returns the text of a tool's response, or of anything else that may be a
// string, a list of content blocks or an object: a string as it is, blocks joined
// by line ends, of an object the fields that hold its text. Lists of byte values,
// in which Grok CLI sends output, are the bytes. What has no text is its JSON.
//
// The text is for detectors and people; the response itself is the JSON value.
func Text(v json.RawMessage) string {
	s := scanner{data: v}
	s.space()
	v = v[s.pos:]
	if isNull(v) {
		return ""
	}
	if out, ok := plain(v, 0); ok {
		return out
	}
	return string(v)
}

// plain returns the text in v. It reports false if it found none.
func plain(v []byte, depth int) (string, bool) {
	switch {
	case depth > 4 || len(v) == 0:
		return "", false
	case isString(v):
		return text(v), true
	case v[0] == '[':
		return list(v, depth)
	case v[0] != '{':
		return "", false
	}
	var values [len(resultFields)][]byte
	_ = members(v, func(key, value []byte) {
		name := string(key[1 : len(key)-1])
		for i, f := range resultFields {
			if f.name == name {
				values[i] = value
			}
		}
	})
	var parts []string
	found := false
	for i, f := range resultFields {
		if isNull(values[i]) {
			continue
		}
		t, ok := plain(values[i], depth+1)
		found = found || ok
		if ok && t != "" {
			parts = append(parts, t)
		}
		if ok && f.last {
			break
		}
	}
	return strings.Join(parts, "\n"), found
}

// list joins content blocks, or turns a list of byte values into the bytes.
func list(v []byte, depth int) (string, bool) {
	var parts []string
	var raw []byte
	bytesOnly, found := true, false
	elements(v, func(e []byte) {
		if n, err := strconv.ParseUint(string(e[:min(len(e), 4)]), 10, 8); bytesOnly && err == nil && len(e) < 4 {
			raw = append(raw, byte(n))
			return
		}
		bytesOnly = false
		if t, ok := plain(e, depth+1); ok {
			found = true
			parts = append(parts, t)
		}
	})
	if bytesOnly && len(raw) > 0 {
		return strings.ToValidUTF8(string(raw), "\uFFFD"), true
	}
	return strings.Join(parts, "\n"), found
}

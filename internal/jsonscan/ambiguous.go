package jsonscan

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// Ambiguous reports whether programs may read b, which is valid JSON, in more than one
// way (RFC 8259, sections 4 and 8.2): an object has a name twice, or a string has
// characters that are none, which all become the same one. Unlike the rest of this package
// it allocates. Any escape of a surrogate counts, of a pair too.
func Ambiguous(b []byte) bool {
	return !utf8.Valid(b) || bytes.Contains(bytes.ToLower(b), []byte(`\ud`)) || namesTwice(json.NewDecoder(bytes.NewReader(b)))
}

// namesTwice reports whether an object in valid JSON has a name twice.
func namesTwice(d *json.Decoder) bool {
	var open []map[string]bool // nil for a list
	name := false              // the next token is a name, unless it closes an object
	for {
		t, err := d.Token()
		if err != nil {
			return false // the end
		}
		switch t {
		case json.Delim('{'):
			open = append(open, map[string]bool{})
		case json.Delim('['):
			open = append(open, nil)
		case json.Delim('}'), json.Delim(']'):
			open = open[:len(open)-1]
		default:
			if s, ok := t.(string); ok && name {
				names := open[len(open)-1]
				if names[s] {
					return true
				}
				names[s] = true
				name = false
				continue
			}
		}
		name = len(open) > 0 && open[len(open)-1] != nil
	}
}

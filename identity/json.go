package identity

// json.go reads JSON that an untrusted party wrote, in one pass and without
// building a tree: it is strict (RFC 8259), iterative and linear, and visits
// nothing below maxNesting. encoding/json takes the last of two members of one
// name; here the visitor sees both and can tell.

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"

	"github.com/ambit-go/ambit/internal/jsonscan"
)

// maxNesting is down to where content is visited: a delegation chain of the depth
// we keep takes 17 levels, and what is cut off is still counted far below.
const maxNesting = 128

// A value is one JSON value, or a Go value that stands for one. Kind is the first
// byte of its JSON form, with 't' for both booleans and '0' for all numbers.
type value struct {
	kind byte // { [ " 0 t n
	raw  []byte
	str  string
	num  float64
}

// text returns a string's text and reports whether v is a string.
func (v value) text() (string, bool) {
	if v.kind != '"' {
		return "", false
	}
	if v.raw == nil {
		return v.str, true
	}
	return unquote(v.raw), true
}

// number returns a number and reports whether v is a finite one.
func (v value) number() (float64, bool) {
	if v.kind != '0' {
		return 0, false
	}
	if v.raw == nil {
		return v.num, !math.IsNaN(v.num) && !math.IsInf(v.num, 0)
	}
	if len(v.raw) > 32 { // no date has as many digits
		return 0, false
	}
	f, err := strconv.ParseFloat(string(v.raw), 64)
	return f, err == nil
}

// unquote decodes a valid JSON string, its quotes included.
func unquote(raw []byte) string {
	body := raw[1 : len(raw)-1]
	if !escaped(body) {
		return string(body)
	}
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}

// A place is where a visitor stands: what sort of container a value is in. The
// content of the zero place, placeNowhere, is not visited.
type place uint8

// walk reads the JSON object b and calls visit for each member and element at
// places that are not zero: where it is, how deep (members of b are at 1), its
// name (nil for an array's element), and the value. What visit returns is the
// place of the value's own content. walk reports whether b is one valid JSON
// object of at most 16 KiB and nothing else.
func walk(b []byte, top place, visit func(at place, depth int, name []byte, v value) place) bool {
	var (
		places [maxNesting + 1]place
		arrays [maxMaterial/64 + 1]uint64 // a bit for each open container: it is an array
		depth  int
		i      = jsonscan.Space(b, 0)
		name   []byte
	)
	if i >= len(b) || b[i] != '{' || len(b) > maxMaterial {
		return false
	}
	i++
	depth, places[1] = 1, top
	begun := false // something stands in the current container already
	for {
		i = jsonscan.Space(b, i)
		if i >= len(b) {
			return false
		}
		array := arrays[depth/64]&(1<<(depth%64)) != 0
		if c := b[i]; c == '}' && !array || c == ']' && array {
			i++
			depth--
			begun = true
			if depth == 0 {
				return jsonscan.Space(b, i) == len(b)
			}
			continue
		}
		if begun {
			if b[i] != ',' {
				return false
			}
			i = jsonscan.Space(b, i+1)
		}
		name = nil
		if !array {
			end := jsonscan.String(b, i)
			if end < 0 {
				return false
			}
			name = b[i+1 : end-1]
			if escaped(name) {
				name = []byte(unquote(b[i:end]))
			}
			if i = jsonscan.Space(b, end); i >= len(b) || b[i] != ':' {
				return false
			}
			i = jsonscan.Space(b, i+1)
		}
		if i >= len(b) {
			return false
		}
		begun = true
		at := placeNowhere
		if depth <= maxNesting {
			at = places[depth]
		}
		switch c := b[i]; c {
		case '{', '[':
			into := placeNowhere
			if at != placeNowhere {
				into = visit(at, depth, name, value{kind: c})
			}
			depth++
			if depth <= maxNesting {
				places[depth] = into
			}
			arrays[depth/64] &^= 1 << (depth % 64)
			if c == '[' {
				arrays[depth/64] |= 1 << (depth % 64)
			}
			begun = false
			i++
		default:
			end, kind := jsonscan.Scalar(b, i)
			if end < 0 {
				return false
			}
			if at != placeNowhere {
				visit(at, depth, name, value{kind: kind, raw: b[i:end]})
			}
			i = end
		}
	}
}

func escaped(b []byte) bool { return bytes.IndexByte(b, '\\') >= 0 }

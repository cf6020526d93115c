package agentspan

import (
	"bytes"
	"encoding/json"
	"reflect"

	"github.com/ambit-go/ambit/internal/jsonscan"
)

// maxCompared bounds the JSON that is compared by meaning, in bytes. Longer texts
// are the same only to the letter.
const maxCompared = 64 << 10

// sameJSON reports whether a and b mean the same to everybody: nothing and an empty
// object do, and neither order nor white space matters. What programs may read in more
// than one way is the same as itself alone, to the letter.
func sameJSON(a, b []byte) bool {
	if bytes.Equal(a, b) {
		return true
	}
	if len(a) > maxCompared || len(b) > maxCompared {
		return false
	}
	x, okA := decode(a)
	y, okB := decode(b)
	return okA && okB && reflect.DeepEqual(x, y)
}

func decode(b []byte) (v any, ok bool) {
	if b = bytes.TrimSpace(b); len(b) == 0 || string(b) == "null" {
		return map[string]any{}, true
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if d.Decode(&v) != nil || !json.Valid(b) || jsonscan.Ambiguous(b) {
		return nil, false
	}
	return v, true
}

package mcpwire

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/ambit-go/ambit/boundary/effect"
)

// DefinitionHash pins what a model is told of a tool: name, description, schema of
// the arguments and annotations, each as it is written as JSON. The members of
// objects are put in order, so that the hash is the same on both sides. It is
// empty if they cannot be written.
func DefinitionHash(name, description string, inputSchema, annotations any) string {
	body, err := json.Marshal(struct {
		Name        string `json:"name"`
		Description string `json:"description"`
		InputSchema any    `json:"inputSchema"`
		Annotations any    `json:"annotations"`
	}{name, description, inputSchema, annotations})
	if err != nil {
		return ""
	}
	if canonical, ok := canonicalJSON(body); ok {
		body = canonical
	}
	sum := sha256.Sum256(body)
	return "sha256:" + hex.EncodeToString(sum[:16])
}

// canonicalJSON returns b with the members of objects in order and without white
// space; false if it is no JSON.
func canonicalJSON(b []byte) ([]byte, bool) {
	var v any
	if json.Unmarshal(b, &v) != nil {
		return nil, false
	}
	out, err := json.Marshal(v)
	return out, err == nil
}

// Hint is what a tool says of itself. What it leaves out is not said; the defaults
// of the specification are the worse, and are for whoever judges.
func Hint(b *bool) effect.Hint {
	switch {
	case b == nil:
		return effect.NoHint
	case *b:
		return effect.Yes
	}
	return effect.No
}

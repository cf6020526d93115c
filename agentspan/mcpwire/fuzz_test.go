package mcpwire_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/ambit-go/ambit/agentspan/mcpwire"
)

// A definition has the same hash however its JSON is written.
func FuzzDefinitionHash(f *testing.F) {
	f.Add("read", "Read.", []byte(`{"type":"object","properties":{"b":{},"a":{"type":"string"}}}`))
	f.Add("", "", []byte(`[1e3,1000,"\u0061"]`))
	f.Fuzz(func(t *testing.T, name, description string, schema []byte) {
		var v any
		if json.Unmarshal(schema, &v) != nil {
			return
		}
		var wide bytes.Buffer
		if json.Indent(&wide, schema, "", "\t") != nil {
			return
		}
		a := mcpwire.DefinitionHash(name, description, json.RawMessage(schema), nil)
		b := mcpwire.DefinitionHash(name, description, v, nil)
		c := mcpwire.DefinitionHash(name, description, json.RawMessage(wide.Bytes()), nil)
		if a != b || a != c {
			t.Errorf("hashes %q, %q, %q", a, b, c)
		}
		if other := mcpwire.DefinitionHash(name, description+".", v, nil); other == a && a != "" {
			t.Errorf("another description has the same hash")
		}
	})
}

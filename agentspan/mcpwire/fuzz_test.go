package mcpwire_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/ambit-go/ambit/agentspan/mcpwire"
)

// No state counts but the one that was issued, for the call that it was issued for.
func FuzzState(f *testing.F) {
	f.Add("ambit1.AAAA", []byte("call"))
	f.Add("", []byte{})
	f.Add("ambit1."+string(bytes.Repeat([]byte("A"), 75)), []byte("another"))
	key := bytes.Repeat([]byte("k"), 32)
	f.Fuzz(func(t *testing.T, state string, binding []byte) {
		now := time.Now()
		if mcpwire.NewStates(key).Redeem(state, binding, now) {
			t.Errorf("a made-up state counts: %q", state)
		}
		s := mcpwire.NewStates(key)
		issued := s.Issue([]byte("call"), now, time.Time{})
		if got := s.Redeem(issued, binding, now); got != bytes.Equal(binding, []byte("call")) {
			t.Errorf("for the call %q it counts: %v", binding, got)
		}
		at := len(state) % len(issued)
		edited := []byte(issued)
		edited[at] ^= 1 + byte(len(binding))&0x7e
		if string(edited) != issued && mcpwire.NewStates(key).Redeem(string(edited), []byte("call"), now) {
			t.Errorf("edited at %d it counts: %s", at, edited)
		}
	})
}

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

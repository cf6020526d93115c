package mcpgospan

import (
	"context"
	"encoding/json"
	"reflect"
	"sync"
	"time"

	"github.com/mark3labs/mcp-go/mcp"

	"github.com/ambit-go/ambit/agentspan/mcpwire"
	"github.com/ambit-go/ambit/boundary"
)

// A definition is what the record of a call says of its tool.
type definition struct {
	hash        string
	annotations boundary.Annotations
}

// definitions are the tools of a server as far as they were called. Hashing one
// takes longer than deciding about a call, so it is done once for each definition:
// as long as the tool is the same value, and ten seconds at most, for one that is
// changed in place.
type definitions struct {
	mu    sync.RWMutex
	known map[definitionKey]dated
}

// A definitionKey tells one value of a tool from another that takes its place.
type definitionKey struct {
	name, description  string
	annotations        boundary.Annotations
	properties, schema uintptr
}

type dated struct {
	definition

	made time.Time
}

const (
	maxDefinitions = 4096
	maxAge         = 10 * time.Second
)

func newDefinitions() *definitions {
	return &definitions{known: map[definitionKey]dated{}}
}

func (d *definitions) of(t *mcp.Tool) definition {
	k := definitionKey{
		name: t.Name, description: t.Description, annotations: toolHints(t),
		properties: reflect.ValueOf(t.InputSchema.Properties).Pointer(), schema: reflect.ValueOf(t.RawInputSchema).Pointer(),
	}
	now := time.Now()
	d.mu.RLock()
	found, ok := d.known[k]
	d.mu.RUnlock()
	if ok && now.Sub(found.made) < maxAge {
		return found.definition
	}
	made := dated{definitionOf(t), now}
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.known) >= maxDefinitions {
		clear(d.known)
	}
	d.known[k] = made
	return made.definition
}

// definitionOf pins what a model is told of a tool, as it is told over the wire.
func definitionOf(t *mcp.Tool) definition {
	d := definition{annotations: toolHints(t)}
	body, err := json.Marshal(t)
	if err != nil {
		return d
	}
	var w wireTool
	if json.Unmarshal(body, &w) == nil {
		d.hash = w.hash()
	}
	return d
}

// A wireTool is what a list of tools says of one.
type wireTool struct {
	Name        string          `json:"name"`
	Description string          `json:"description"`
	InputSchema json.RawMessage `json:"inputSchema"`
	Annotations json.RawMessage `json:"annotations"`
}

func (w *wireTool) hash() string {
	return mcpwire.DefinitionHash(w.Name, w.Description, w.InputSchema, w.Annotations)
}

// definition is what a client takes over of a tool it was told of.
func (w *wireTool) definition() definition {
	var a struct{ ReadOnlyHint, DestructiveHint, IdempotentHint, OpenWorldHint *bool }
	_ = json.Unmarshal(w.Annotations, &a) // what cannot be read is not said
	return definition{hash: w.hash(), annotations: hints(a.ReadOnlyHint, a.DestructiveHint, a.IdempotentHint, a.OpenWorldHint)}
}

func toolHints(t *mcp.Tool) boundary.Annotations {
	return hints(t.Annotations.ReadOnlyHint, t.Annotations.DestructiveHint, t.Annotations.IdempotentHint, t.Annotations.OpenWorldHint)
}

func hints(readOnly, destructive, idempotent, openWorld *bool) boundary.Annotations {
	return boundary.Annotations{
		ReadOnly: mcpwire.Hint(readOnly), Destructive: mcpwire.Hint(destructive),
		Idempotent: mcpwire.Hint(idempotent), OpenWorld: mcpwire.Hint(openWorld),
	}
}

// seeTools is the filter by which the library asks whether a tool may be called,
// which is the one place where it shows its definition. It filters nothing.
func (s *serverSide) seeTools(ctx context.Context, tools []mcp.Tool) []mcp.Tool {
	if c := s.of(ctx); c != nil && c.m.op.Method == mcpwire.CallTool && len(tools) == 1 && tools[0].Name == c.m.op.Tool {
		c.m.def, c.m.op.Known = s.tools.of(&tools[0]), true
	}
	return tools
}

package mcpgospan

import (
	"context"
	"encoding/json"
	"reflect"
	"sync"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"github.com/ambit-go/ambit/agentspan/mcpwire"
	"github.com/ambit-go/ambit/boundary"
)

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
	mcpwire.Definition

	made time.Time
}

const maxAge = 10 * time.Second

func newDefinitions() *definitions {
	return &definitions{known: map[definitionKey]dated{}}
}

func (d *definitions) of(t *mcp.Tool) mcpwire.Definition {
	k := definitionKey{
		name: t.Name, description: t.Description, annotations: toolHints(t),
		properties: reflect.ValueOf(t.InputSchema.Properties).Pointer(), schema: reflect.ValueOf(t.RawInputSchema).Pointer(),
	}
	now := time.Now()
	d.mu.RLock()
	found, ok := d.known[k]
	d.mu.RUnlock()
	if ok && now.Sub(found.made) < maxAge {
		return found.Definition
	}
	made := dated{definitionOf(t), now}
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.known) >= mcpwire.MaxTools {
		clear(d.known)
	}
	d.known[k] = made
	return made.Definition
}

// definitionOf pins what a model is told of a tool, as it is told over the wire.
func definitionOf(t *mcp.Tool) mcpwire.Definition {
	d := mcpwire.Definition{Annotations: toolHints(t)}
	body, err := json.Marshal(t)
	if err != nil {
		return d
	}
	var w wireTool
	if json.Unmarshal(body, &w) == nil {
		d.Hash = w.hash()
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
func (w *wireTool) definition() mcpwire.Definition {
	var a struct{ ReadOnlyHint, DestructiveHint, IdempotentHint, OpenWorldHint *bool }
	_ = json.Unmarshal(w.Annotations, &a) // what cannot be read is not said
	return mcpwire.Definition{Hash: w.hash(), Annotations: hints(a.ReadOnlyHint, a.DestructiveHint, a.IdempotentHint, a.OpenWorldHint)}
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

// seeTools is the filter by which the library asks whether a tool may be called, or
// listed, which is the one place where it shows its definition. It filters nothing.
func (s *serverSide) seeTools(ctx context.Context, tools []mcp.Tool) []mcp.Tool {
	c := s.of(ctx)
	switch {
	case c == nil:
	case c.m.op.Method == mcpwire.ListTools:
		s.learnTasks(tools)
	case c.m.op.Method == mcpwire.CallTool && len(tools) == 1 && tools[0].Name == c.m.op.Tool:
		c.m.def, c.m.op.Known = s.tools.of(&tools[0]), true
		if !ownTool(ctx, c.m.op.Tool) { // of a session's own nobody tells when it came
			c.m.def.Since = s.since(server.ServerFromContext(ctx), c.m.op.Tool)
		}
	}
	return tools
}

// since is when a tool of the server came; zero if it was among the first.
func (s *serverSide) since(srv *server.MCPServer, name string) time.Time {
	read := func(all *mcpwire.Catalogue) {
		tools := srv.ListTools()
		made := make(map[string]mcpwire.Definition, len(tools))
		for n := range tools {
			made[n] = mcpwire.Definition{}
		}
		all.Learn(made, true)
	}
	s.dates.Refresh(read)
	d, ok := s.dates.Get(name)
	if !ok {
		s.dates.Drop()
		s.dates.Refresh(read)
		d, _ = s.dates.Get(name)
	}
	return d.Since
}

// learnTasks takes over the definitions of tools that may be called as tasks: such a
// call is decided before the library shows its tool.
func (s *serverSide) learnTasks(tools []mcp.Tool) {
	made := map[string]mcpwire.Definition{}
	for i := range tools {
		if e := tools[i].Execution; e != nil && e.TaskSupport != "" {
			made[tools[i].Name] = s.tools.of(&tools[i])
		}
	}
	s.listed.Learn(made, false) // one list may show less than another, so none is the first
}

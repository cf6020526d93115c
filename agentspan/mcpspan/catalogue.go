package mcpspan

import (
	"context"
	"sync"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/ambit-go/ambit/agentspan/mcpwire"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
)

// A definition is what the record of a call says of its tool.
type definition struct {
	hash        string
	annotations boundary.Annotations
	since       time.Time // when it came; zero if it was among the first
}

// A catalogue holds the definitions of the tools of one server.
type catalogue struct {
	mu      sync.RWMutex
	tools   map[string]definition
	whole   bool      // all that were there first are known: others came later
	read    time.Time // when it was last read as a whole; zero if it is stale
	reading sync.Mutex
}

// The bounds of a catalogue. A server tells its clients of a change, and so us,
// only while one is connected; between two requests of a stateless one nobody is.
// So it is read again after a while.
const (
	maxTools = 4096
	maxPages = 64
	maxAge   = 10 * time.Second
)

func (c *catalogue) get(name string) (d definition, ok bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	d, ok = c.tools[name]
	return d, ok
}

func (c *catalogue) fresh() bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return !c.read.IsZero() && time.Since(c.read) < maxAge
}

// drop makes the catalogue be read again before it is next used.
func (c *catalogue) drop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.read = time.Time{}
}

// learn adds what a page of a list of tools says; definitions that are there are
// replaced.
func (c *catalogue) learn(list *mcp.ListToolsResult) {
	made := make(map[string]definition, len(list.Tools))
	for _, t := range list.Tools[:min(len(list.Tools), maxTools)] {
		if t != nil {
			made[t.Name] = definitionOf(t)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.date(made)
	if c.tools == nil {
		c.tools = map[string]definition{}
	}
	for name, d := range made {
		if _, ok := c.tools[name]; ok || len(c.tools) < maxTools {
			c.tools[name] = d
		}
	}
	c.whole = c.whole || list.NextCursor == ""
}

// date says of tools since when they are there; c.mu is held.
func (c *catalogue) date(tools map[string]definition) {
	now := time.Now()
	for name, d := range tools {
		if old, ok := c.tools[name]; ok {
			d.since = old.since
		} else if c.whole {
			d.since = now
		}
		tools[name] = d
	}
}

// refresh asks the server for its own tools, by the handler below the middleware,
// since the SDK has no other way. Tools that could not be listed have no
// definition; nothing is guessed.
func (c *catalogue) refresh(ctx context.Context, ss *mcp.ServerSession, next mcp.MethodHandler) {
	if c.fresh() {
		return
	}
	c.reading.Lock()
	defer c.reading.Unlock()
	if c.fresh() {
		return
	}
	all := &catalogue{}
	for cursor, page := "", 0; page < maxPages; page++ {
		res, err := next(ctx, mcpwire.ListTools, &mcp.ListToolsRequest{Session: ss, Params: &mcp.ListToolsParams{Cursor: cursor}})
		list, ok := res.(*mcp.ListToolsResult)
		if err != nil || !ok || list == nil {
			break
		}
		all.learn(list)
		if cursor = list.NextCursor; cursor == "" {
			break
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.date(all.tools)
	c.tools, c.whole, c.read = all.tools, all.whole, time.Now()
}

// definitionOf pins what a model is told of a tool: name, description, schema and
// annotations. Maps are written in order, so the hash is the same on both sides.
func definitionOf(t *mcp.Tool) definition {
	return definition{
		annotations: hints(t.Annotations),
		hash:        mcpwire.DefinitionHash(t.Name, t.Description, t.InputSchema, t.Annotations),
	}
}

// hints are what a tool says of itself. What it leaves out is not said; the
// defaults of the specification are the worse and are for whoever judges.
func hints(a *mcp.ToolAnnotations) (h boundary.Annotations) {
	if a == nil {
		return h
	}
	h.Destructive, h.OpenWorld = mcpwire.Hint(a.DestructiveHint), mcpwire.Hint(a.OpenWorldHint)
	if a.ReadOnlyHint {
		h.ReadOnly = effect.Yes
	}
	if a.IdempotentHint {
		h.Idempotent = effect.Yes
	}
	return h
}

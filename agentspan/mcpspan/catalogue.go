package mcpspan

import (
	"context"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/ambit-go/ambit/agentspan/mcpwire"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
)

// maxPages bounds the list of a server's own tools.
const maxPages = 64

// learn adds what a page of a list of tools says to c.
func learn(c *mcpwire.Catalogue, list *mcp.ListToolsResult) {
	made := make(map[string]mcpwire.Definition, len(list.Tools))
	for _, t := range list.Tools[:min(len(list.Tools), mcpwire.MaxTools)] {
		if t != nil {
			made[t.Name] = definitionOf(t)
		}
	}
	c.Learn(made, list.NextCursor == "")
}

// refresh asks the server for its own tools, by the handler below the middleware,
// since the SDK has no other way.
func refresh(ctx context.Context, c *mcpwire.Catalogue, ss *mcp.ServerSession, next mcp.MethodHandler) {
	c.Refresh(func(all *mcpwire.Catalogue) {
		for cursor, page := "", 0; page < maxPages; page++ {
			res, err := next(ctx, mcpwire.ListTools, &mcp.ListToolsRequest{Session: ss, Params: &mcp.ListToolsParams{Cursor: cursor}})
			list, ok := res.(*mcp.ListToolsResult)
			if err != nil || !ok || list == nil {
				return
			}
			learn(all, list)
			if cursor = list.NextCursor; cursor == "" {
				return
			}
		}
	})
}

// definitionOf pins what a model is told of a tool: name, description, schema and
// annotations. Maps are written in order, so the hash is the same on both sides.
func definitionOf(t *mcp.Tool) mcpwire.Definition {
	return mcpwire.Definition{
		Annotations: hints(t.Annotations),
		Hash:        mcpwire.DefinitionHash(t.Name, t.Description, t.InputSchema, t.Annotations),
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

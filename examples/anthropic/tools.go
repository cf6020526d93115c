package main

import (
	"context"

	"github.com/anthropics/anthropic-sdk-go"
	"github.com/anthropics/anthropic-sdk-go/toolrunner"
)

// A path is what both tools ask for.
type path struct {
	Path string `json:"path"`
}

var schema = []byte(`{"type":"object","properties":{"path":{"type":"string"}}}`)

// tools are those of the agent: one that its task is for, and one that it is not.
func tools() []anthropic.BetaTool {
	return []anthropic.BetaTool{
		tool("read_notes", func(p path) string { return "the notes in " + p.Path }),
		tool("delete_notes", func(p path) string { return "deleted " + p.Path }),
	}
}

func tool(name string, f func(path) string) anthropic.BetaTool {
	t, err := toolrunner.NewBetaToolFromBytes(name, name, schema, func(_ context.Context, p path) (anthropic.BetaToolResultBlockParamContentUnion, error) {
		return anthropic.BetaToolResultBlockParamContentUnion{OfText: &anthropic.BetaTextBlockParam{Text: f(p)}}, nil
	})
	if err != nil {
		panic(err) // the schema above is wrong
	}
	return t
}

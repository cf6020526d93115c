package main

import (
	"strings"
	"unicode"
)

// initialisms keep their capitals in Go names. A change here renames exported
// identifiers.
var initialisms = map[string]string{
	"ai": "AI", "aws": "AWS", "deepseek": "DeepSeek", "gcp": "GCP", "ibm": "IBM", "id": "ID", "ip": "IP",
	"json": "JSON", "jsonrpc": "JSONRPC", "mcp": "MCP", "ms": "MS", "openai": "OpenAI", "quic": "QUIC",
	"rpc": "RPC", "tcp": "TCP", "ttl": "TTL", "udp": "UDP", "uri": "URI", "url": "URL", "vcs": "VCS",
}

// goName is the name of a key in Go: gen_ai.tool.call.id becomes GenAIToolCallID.
func goName(key string) string {
	var b strings.Builder
	for part := range strings.FieldsFuncSeq(key, func(r rune) bool { return r == '.' || r == '_' }) {
		if s, ok := initialisms[part]; ok {
			b.WriteString(s)
			continue
		}
		for i, r := range part {
			if i == 0 {
				r = unicode.ToUpper(r)
			}
			b.WriteRune(r)
		}
	}
	return b.String()
}

// An identifier is an exported Go name and what it was made from.
type identifier struct {
	name, from string
}

// reserved are the names written by hand in package semconv.
var reserved = []string{"Declared", "ErrUndeclared", "SchemaURL", "Span", "Spans", "Validate"}

// identifiers lists every exported name the outputs will hold.
func (r *registry) identifiers() []identifier {
	var ids []identifier
	add := func(name, from string) { ids = append(ids, identifier{name, from}) }
	for _, name := range reserved {
		add(name, "package semconv")
	}
	for _, a := range r.attributes {
		add(goName(a.Key)+"Key", a.Key)
		add(goName(a.Key), a.Key)
		for _, m := range a.Type.Members {
			add(goName(a.Key)+goName(m.ID), a.Key+"="+m.ID)
		}
	}
	for _, e := range r.events {
		add("Event"+goName(e.Name), "event "+e.Name)
	}
	for _, m := range r.metrics {
		add("Metric"+goName(m.Name), "metric "+m.Name)
		add("New"+goName(m.Name), "metric "+m.Name)
	}
	return ids
}

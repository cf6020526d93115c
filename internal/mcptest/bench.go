package mcptest

import (
	"context"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// Drop is a span processor that lets go of every span at once.
type Drop struct{}

func (Drop) OnStart(context.Context, sdktrace.ReadWriteSpan) {}             //nolint:revive // of the interface
func (Drop) OnEnd(sdktrace.ReadOnlySpan)                     {}             //nolint:revive // of the interface
func (Drop) Shutdown(context.Context) error                  { return nil } //nolint:revive // of the interface
func (Drop) ForceFlush(context.Context) error                { return nil } //nolint:revive // of the interface

// What a benchmark's call takes, 1 KB, and gives, 4 KB.
var (
	Small = strings.Repeat("what a tool is asked to do ", 1024/27)
	Large = strings.Repeat("and what it answers to that ", 4096/28)
)

// ByHand are the attributes of a span of a call as one writes it by hand.
func ByHand(method, tool string) trace.SpanStartOption {
	return trace.WithAttributes(attribute.String("mcp.method.name", method), attribute.String("gen_ai.tool.name", tool),
		attribute.String("gen_ai.operation.name", "execute_tool"), attribute.String("mcp.protocol.version", Current))
}

// Meta is _meta as a propagator's carrier.
type Meta map[string]any

// Get returns the text of a member.
func (c Meta) Get(k string) string { s, _ := c[k].(string); return s }

// Set writes one.
func (c Meta) Set(k, v string) { c[k] = v }

// Keys is not needed.
func (Meta) Keys() []string { return nil }

package semconv

import (
	"errors"
	"fmt"
	"slices"

	"go.opentelemetry.io/otel/attribute"
)

// A Span is one kind of span of the conventions.
type Span struct {
	Type     string          // name in the registry, "ambit.execute_tool"; not on the wire
	Kind     string          // span kind in lower case: "client", "server", "internal"
	Prefix   string          // what the span's name begins with; empty for MCP, where it is the method
	Required []attribute.Key // what the span must have
}

// declaration is what the registry says of one key.
type declaration struct {
	kind   attribute.Type
	closed []string // the only values, where the enumeration is closed
	any    bool     // every type of value will do
}

// ErrUndeclared is what [Validate] wraps for a key that is not in the registry.
var ErrUndeclared = errors.New("not declared")

// Declared reports whether key is in the registry: one of ours, or one of the
// conventions that we write.
func Declared(key attribute.Key) bool {
	_, ok := lookup(key)
	return ok
}

// Validate reports whether kv is as the registry declares it: a declared key,
// a value of its type and, where the enumeration is closed, one of its members.
// The error names the key and never the value, which may be anything.
func Validate(kv attribute.KeyValue) error {
	d, ok := lookup(kv.Key)
	switch {
	case !ok:
		return fmt.Errorf("semconv: %s: %w", kv.Key, ErrUndeclared)
	case d.any:
		return nil
	case kv.Value.Type() != d.kind:
		return fmt.Errorf("semconv: %s: value of type %v, want %v", kv.Key, kv.Value.Type(), d.kind)
	case d.closed != nil && !slices.Contains(d.closed, kv.Value.AsString()):
		return fmt.Errorf("semconv: %s: not a value of its closed enumeration", kv.Key)
	}
	return nil
}

package mcpwire

import (
	"slices"
	"sync"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/semconv"
)

// An opening is how the span of a message begins: its name, and the options that
// it has in common with every other message of its kind. It is made once for each
// kind, since making it takes longer than the span's beginning.
type opening struct {
	name string
	opts []trace.SpanStartOption // full: what is appended goes elsewhere
}

type openingKey struct {
	kind                  trace.SpanKind
	method, tool, version string
	http, pipe            bool
}

// openings are those that were made. Their number and their size are bounded, and
// names that a peer made up are not among them.
type openings struct {
	mu   sync.RWMutex
	made map[openingKey]*opening
}

// opening returns how the span of o begins.
func (r *Recorder) opening(o *Operation, kind trace.SpanKind) *opening {
	// A client names tools before it has seen the server's list, and what it names is
	// its own program's choice.
	named := o.Prompt == "" && len(o.Tool) <= maxTarget && (o.Tool == "" || o.Known || kind == trace.SpanKindClient)
	if !named || !methods[o.Method] || o.Version != "" && !versions[o.Version] {
		return r.open(o, kind)
	}
	k := openingKey{kind, o.Method, o.Tool, o.Version, o.HTTP, o.Pipe}
	c := &r.openings
	c.mu.RLock()
	found := c.made[k]
	c.mu.RUnlock()
	if found != nil {
		return found
	}
	found = r.open(o, kind)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.made == nil {
		c.made = map[openingKey]*opening{}
	}
	if len(c.made) < maxSets {
		c.made[k] = found
	}
	return found
}

// maxTarget bounds the target in a span's name, in bytes.
const maxTarget = 128

// open makes an opening.
func (r *Recorder) open(o *Operation, kind trace.SpanKind) *opening {
	t := r.tracer
	method := o.Method
	if !methods[method] {
		method = t.Clean(method)
	}
	name := method
	target := func(s string) string {
		if s = t.Clean(s); s != "" && len(s) <= maxTarget {
			name += " " + s
		}
		return s
	}
	attrs := []attribute.KeyValue{semconv.MCPMethodName(method)}
	if o.Tool != "" {
		attrs = append(attrs, semconv.GenAIToolName(target(o.Tool)))
		if kind == trace.SpanKindClient {
			attrs = append(attrs, semconv.GenAIOperationNameExecuteTool)
		}
	}
	if o.Prompt != "" {
		attrs = append(attrs, semconv.GenAIPromptName(target(o.Prompt)))
	}
	attrs = r.shared(attrs, o)
	return &opening{name, slices.Clip([]trace.SpanStartOption{trace.WithSpanKind(kind), trace.WithAttributes(attrs...)})}
}

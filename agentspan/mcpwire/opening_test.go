package mcpwire

import (
	"strconv"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/agentspan"
)

// How a span begins is kept for what the server has and for what the client's program
// names, up to a bound, and for nothing that a peer makes up.
func TestOpeningsAreBounded(t *testing.T) {
	tracer, err := agentspan.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		kind trace.SpanKind
		op   func(i int) Operation
		want int
	}{
		{"tools of the server", trace.SpanKindServer, func(i int) Operation {
			return Operation{Method: CallTool, Tool: strconv.Itoa(i), Known: true, Version: Stateless}
		}, maxSets},
		{"tools that a peer makes up", trace.SpanKindServer, func(i int) Operation {
			return Operation{Method: CallTool, Tool: strconv.Itoa(i), Version: Stateless}
		}, 0},
		{"tools of the client's program", trace.SpanKindClient, func(i int) Operation { return Operation{Method: CallTool, Tool: strconv.Itoa(i)} }, maxSets},
		{"long ones", trace.SpanKindClient, func(i int) Operation {
			return Operation{Method: CallTool, Tool: strings.Repeat("x", 1<<10) + strconv.Itoa(i)}
		}, 0},
		{"methods", trace.SpanKindServer, func(i int) Operation { return Operation{Method: strconv.Itoa(i)} }, 0},
		{"revisions", trace.SpanKindServer, func(i int) Operation { return Operation{Method: "ping", Version: strconv.Itoa(i)} }, 0},
		{"prompts", trace.SpanKindServer, func(i int) Operation { return Operation{Method: "prompts/get", Prompt: strconv.Itoa(i)} }, 0},
		{"one method", trace.SpanKindServer, func(int) Operation { return Operation{Method: "ping", Version: Stateless} }, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := NewRecorder(tracer, "test")
			for i := range maxSets + 10 {
				o := c.op(i)
				r.Begin(t.Context(), &o, c.kind, nil, nil)
				o.Span.End()
			}
			if got := len(r.openings.made); got != c.want {
				t.Errorf("%d are kept, want %d", got, c.want)
			}
		})
	}
}

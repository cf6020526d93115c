package collector

// In front of several Collectors: what belongs together is marked, so that the
// load-balancing exporter sends it to one of them.

import (
	"cmp"
	"context"
	"slices"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// routeKey is the resource attribute that traces are routed by: the conversation, or
// the trace where nothing names one. It is a matter between two Collectors and no part
// of the conventions: the one that judges takes it off.
const routeKey = "collector.route"

// A router marks and judges nothing. The load-balancing exporter reads the attribute
// it routes by from the first span of each resource of a trace, and sends the trace
// to as many Collectors as it finds values: so each resource of a trace has it, and
// all have the same. A resource that holds spans of several conversations is parted.
type router struct {
	component.StartFunc
	component.ShutdownFunc
	keys   []string
	next   consumer.Traces
	traces *memory[pcommon.TraceID, string]
}

func newRouter(cfg *Config, next consumer.Traces) *router {
	return &router{
		keys: slices.Concat(cfg.ConversationKeys, conversationKeys), next: next, traces: newMemory[pcommon.TraceID, string](2 * cfg.MaxConversations),
	}
}

// Capabilities says that resources are written to.
func (*router) Capabilities() consumer.Capabilities { return consumer.Capabilities{MutatesData: true} }

// ConsumeTraces marks a batch and sends it on.
func (r *router) ConsumeTraces(ctx context.Context, td ptrace.Traces) error {
	routes := r.routes(td)
	for i := range td.ResourceSpans().Len() { // those that are added have their mark
		split(td.ResourceSpans().At(i), routes, td.ResourceSpans().AppendEmpty)
	}
	return r.next.ConsumeTraces(ctx, td)
}

// split leaves a resource what goes where its first span does, and puts each further route
// into a resource of its own. It goes through the spans once, however many routes there are.
func split(rs ptrace.ResourceSpans, routes map[pcommon.TraceID]string, add func() ptrace.ResourceSpans) {
	parts := map[string]ptrace.ResourceSpans{}
	for _, ss := range rs.ScopeSpans().All() {
		scopes := map[string]ptrace.ScopeSpans{}
		ss.Spans().RemoveIf(func(s ptrace.Span) bool {
			to := routes[s.TraceID()]
			resource, known := parts[to]
			if !known {
				if resource = rs; len(parts) > 0 {
					resource = add()
					rs.Resource().CopyTo(resource.Resource())
					resource.SetSchemaUrl(rs.SchemaUrl())
				}
				parts[to] = resource
				resource.Resource().Attributes().PutStr(routeKey, to)
			}
			if resource == rs {
				return false
			}
			scope, known := scopes[to]
			if !known {
				scope = resource.ScopeSpans().AppendEmpty()
				ss.Scope().CopyTo(scope.Scope())
				scope.SetSchemaUrl(ss.SchemaUrl())
				scopes[to] = scope
			}
			s.MoveTo(scope.Spans().AppendEmpty())
			return true
		})
	}
	if len(parts) > 1 {
		rs.ScopeSpans().RemoveIf(func(ss ptrace.ScopeSpans) bool { return ss.Spans().Len() == 0 })
	}
}

// routes finds where each trace of a batch goes. Of several conversations that one
// trace names, the one that was named first counts: all of a trace stays together.
func (r *router) routes(td ptrace.Traces) map[pcommon.TraceID]string {
	type named struct {
		id string
		at pcommon.Timestamp
	}
	told := map[pcommon.TraceID]named{}
	for _, rs := range td.ResourceSpans().All() {
		for _, ss := range rs.ScopeSpans().All() {
			for _, s := range ss.Spans().All() {
				n, there := told[s.TraceID()]
				id := first(s.Attributes(), r.keys)
				if id != "" && (n.id == "" || s.StartTimestamp() < n.at) {
					n = named{id, s.StartTimestamp()}
				}
				if id != "" || !there {
					told[s.TraceID()] = n
				}
			}
		}
	}
	routes := make(map[pcommon.TraceID]string, len(told))
	for trace, n := range told {
		known, _ := r.traces.get(trace)
		route := cmp.Or(known, n.id)
		if known == "" && route != "" {
			r.traces.set(trace, route)
		}
		routes[trace] = cmp.Or(route, trace.String())
	}
	return routes
}

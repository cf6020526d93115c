package collector

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor/processortest"
)

func startRouter(t *testing.T) (*router, *consumertest.TracesSink) {
	t.Helper()
	cfg := defaultConfig().(*Config)
	cfg.Mode = modeRoute
	if err := cfg.Validate(); err != nil {
		t.Fatal(err)
	}
	sink := new(consumertest.TracesSink)
	f := NewFactory()
	p, err := f.CreateTraces(t.Context(), processortest.NewNopSettings(f.Type()), cfg, sink)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(t.Context(), componenttest.NewNopHost()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	})
	r, ok := p.(*router)
	if !ok {
		t.Fatalf("the mode route is a %T", p)
	}
	return r, sink
}

// at is where a span was sent: its trace and span, and the route of its resource.
type at struct {
	service, scope, route string
	trace                 pcommon.TraceID
	span                  pcommon.SpanID
}

func sent(sink *consumertest.TracesSink) (all []at) {
	for _, td := range sink.AllTraces() {
		for _, rs := range td.ResourceSpans().All() {
			for _, ss := range rs.ScopeSpans().All() {
				for _, s := range ss.Spans().All() {
					all = append(all, at{str(rs.Resource().Attributes(), "service.name"), ss.Scope().Name(), str(rs.Resource().Attributes(), routeKey), s.TraceID(), s.SpanID()})
				}
			}
		}
	}
	return all
}

// TestTracesAreRoutedWhole holds of any batch: nothing is lost, told twice or moved to
// another resource or scope; all of a trace has one route, which is the conversation
// it names, and no resource has two.
func TestTracesAreRoutedWhole(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		router, sink := startRouter(t)
		td := ptrace.NewTraces()
		want := map[pcommon.SpanID]at{}
		for i := range 1 + r.IntN(4) {
			rs := td.ResourceSpans().AppendEmpty()
			service := fmt.Sprint("service-", i)
			rs.Resource().Attributes().PutStr("service.name", service)
			for j := range r.IntN(3) {
				ss := rs.ScopeSpans().AppendEmpty()
				ss.Scope().SetName(fmt.Sprint("scope-", j))
				for range r.IntN(6) {
					s := ss.Spans().AppendEmpty()
					trace := byte(1 + r.IntN(4))
					s.SetTraceID(pcommon.TraceID{trace})
					s.SetSpanID(pcommon.SpanID{1, byte(len(want))})
					s.SetStartTimestamp(pcommon.Timestamp(r.IntN(1000)))
					if trace != 4 && r.IntN(2) == 0 { // nothing names the fourth; the second and third are of one conversation
						s.Attributes().PutStr("gen_ai.conversation.id", map[byte]string{1: "a", 2: "b", 3: "b"}[trace])
					}
					want[s.SpanID()] = at{service: service, scope: ss.Scope().Name(), trace: s.TraceID(), span: s.SpanID()}
				}
			}
		}
		named := map[pcommon.TraceID]string{}
		for _, rs := range td.ResourceSpans().All() {
			for _, ss := range rs.ScopeSpans().All() {
				for _, s := range ss.Spans().All() {
					if id := str(s.Attributes(), "gen_ai.conversation.id"); id != "" {
						named[s.TraceID()] = id
					}
				}
			}
		}
		if err := router.ConsumeTraces(t.Context(), td); err != nil {
			t.Fatal(err)
		}
		got := sent(sink)
		if len(got) != len(want) {
			t.Fatalf("seed %d: %d spans of %d", seed, len(got), len(want))
		}
		for _, g := range got {
			w := want[g.span]
			delete(want, g.span)
			w.route = named[g.trace]
			if w.route == "" {
				w.route = g.trace.String()
			}
			if g != w {
				t.Errorf("seed %d: %+v, want %+v", seed, g, w)
			}
		}
	}
}

// TestManyTracesInOneResource holds that a resource with spans of very many traces is parted
// in one go: a batch of some ten thousand is nothing unusual.
func TestManyTracesInOneResource(t *testing.T) {
	router, sink := startRouter(t)
	td := ptrace.NewTraces()
	ss := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty()
	const n = 150_000
	for i := range n {
		s := ss.Spans().AppendEmpty()
		s.SetTraceID(pcommon.TraceID{1, byte(i >> 16), byte(i >> 8), byte(i)})
	}
	if err := router.ConsumeTraces(t.Context(), td); err != nil {
		t.Fatal(err)
	}
	all := sent(sink)
	if len(all) != n || td.ResourceSpans().Len() != n {
		t.Fatalf("%d spans in %d resources", len(all), td.ResourceSpans().Len())
	}
	for _, a := range all {
		if a.route != a.trace.String() {
			t.Fatalf("%+v", a)
		}
	}
}

// TestOneTraceOneRoute holds that a trace stays where it went, whatever it names later,
// and that one which named nothing goes to its conversation once that is known.
func TestOneTraceOneRoute(t *testing.T) {
	router, sink := startRouter(t)
	send := func(trace byte, start int, conversation string) {
		td := ptrace.NewTraces()
		s := td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans().AppendEmpty()
		s.SetTraceID(pcommon.TraceID{trace})
		s.SetStartTimestamp(pcommon.Timestamp(start))
		if conversation != "" {
			s.Attributes().PutStr("session.id", conversation)
		}
		if err := router.ConsumeTraces(t.Context(), td); err != nil {
			t.Fatal(err)
		}
	}
	send(1, 5, "")
	send(1, 4, "a")
	send(1, 3, "b")
	send(1, 6, "")
	send(2, 1, "a")
	var routes []string
	for _, a := range sent(sink) {
		routes = append(routes, a.route)
	}
	if want := []string{pcommon.TraceID{1}.String(), "a", "a", "a", "a"}; !slices.Equal(routes, want) {
		t.Errorf("routes %q, want %q", routes, want)
	}
}

// TestTheMarkIsTakenOff holds that the Collector that judges does not send it on, and
// does not take it for somebody's forgery.
func TestTheMarkIsTakenOff(t *testing.T) {
	router, marked := startRouter(t)
	if err := router.ConsumeTraces(t.Context(), fixture(t, "python")); err != nil {
		t.Fatal(err)
	}
	for _, a := range sent(marked) {
		if a.route != "conv-py-1" {
			t.Errorf("no mark: %+v", a)
		}
	}
	g, sink := start(t, func(c *Config) { c.GovernedServices = []string{"weather-agent"} })
	for _, td := range marked.AllTraces() {
		if err := g.ConsumeTraces(t.Context(), td); err != nil {
			t.Fatal(err)
		}
	}
	got := sent(sink)
	for _, a := range got {
		if a.route != "" {
			t.Errorf("a mark is left: %+v", a)
		}
	}
	if len(got) == 0 {
		t.Error("nothing came through")
	}
}

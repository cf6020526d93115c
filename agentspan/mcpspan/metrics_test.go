package mcpspan_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/agentspan/mcpspan"
	"github.com/ambit-go/ambit/internal/mcptest"
	"github.com/ambit-go/ambit/semconv"
)

// histogram writes the points of a histogram, one a line, after its bounds, once
// there are some.
func histogram(t *testing.T, rec *agentspantest.Recorder, name string) string {
	t.Helper()
	return untilPoints(t, rec, name, func(s string) bool { return strings.Count(s, "tools/call") >= 2 })
}

func untilPoints(t *testing.T, rec *agentspantest.Recorder, name string, enough func(string) bool) string {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); ; {
		if s := points(t, rec, name); enough(s) {
			return s
		} else if time.Now().After(deadline) {
			t.Fatalf("%s:\n%s", name, s)
		}
		<-time.After(time.Millisecond)
	}
}

func points(t *testing.T, rec *agentspantest.Recorder, name string) string {
	t.Helper()
	all, err := rec.Metrics(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	bounds := ""
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			h, ok := m.Data.(metricdata.Histogram[float64])
			if m.Name != name || !ok {
				continue
			}
			for _, p := range h.DataPoints {
				bounds = strings.Trim(fmt.Sprint(p.Bounds), "[]")
				lines = append(lines, fmt.Sprintf("%s %d\n", p.Attributes.Encoded(attribute.DefaultEncoder()), p.Count))
			}
		}
	}
	slices.Sort(lines)
	return "bounds " + bounds + "\n" + strings.Join(lines, "")
}

// The protocol's sessions are counted when they end, where there are any.
func TestSessionDurations(t *testing.T) {
	for _, version := range mcptest.Revisions {
		t.Run(version, func(t *testing.T) {
			tracer, rec := agentspantest.New(t)
			s, c := newServer(), newClient(nil)
			mcpspan.InstrumentServer(s, tracer, mcpspan.WithPipe())
			mcpspan.InstrumentClient(c, tracer, mcpspan.WithPipe())
			cs := inMemory(t, s, c, version)
			call(t, t.Context(), cs, "read_file", path)
			if err := cs.Close(); err != nil {
				t.Fatal(err)
			}
			mcptest.SpansOf(t, rec, "tools/call read_file", 2)
			for _, name := range []string{semconv.MetricMCPClientSessionDuration, semconv.MetricMCPServerSessionDuration} {
				want := "mcp.protocol.version=2025-11-25,network.transport=pipe 1\n"
				if version == mcptest.Current {
					if got := points(t, rec, name); got != "bounds \n" {
						t.Errorf("a revision without sessions has\n%s", got)
					}
					continue
				}
				got := untilPoints(t, rec, name, func(s string) bool { return strings.Contains(s, " 1\n") })
				if got != "bounds 0.01 0.02 0.05 0.1 0.2 0.5 1 2 5 10 30 60 120 300\n"+want {
					t.Errorf("%s:\n%s", name, got)
				}
			}
		})
	}
}

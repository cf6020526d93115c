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
)

// histogram writes the points of a histogram, one a line, after its bounds, once
// there are some.
func histogram(t *testing.T, rec *agentspantest.Recorder, name string) string {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; {
		if s := points(t, rec, name); strings.Count(s, "tools/call") >= 2 {
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

package main

import (
	"fmt"
	"strconv"
	"strings"
)

// instrumentTypes maps instrument and value type to the metric API's words.
var instrumentTypes = map[string]string{
	"counter int":          "Int64Counter",
	"counter double":       "Float64Counter",
	"updowncounter int":    "Int64UpDownCounter",
	"updowncounter double": "Float64UpDownCounter",
	"gauge int":            "Int64Gauge",
	"gauge double":         "Float64Gauge",
	"histogram int":        "Int64Histogram",
	"histogram double":     "Float64Histogram",
}

func renderMetrics(r *registry) ([]byte, error) {
	s := newSource("errors", "", "go.opentelemetry.io/otel/metric")
	s.line("// Names of the metrics, for those who look for them in what was recorded.")
	s.line("const (")
	for _, m := range r.metrics {
		s.line("Metric%s = %q", goName(m.Name), m.Name)
	}
	s.line(")")
	s.line("")
	s.line(`var errNoMeter = errors.New("semconv: nil meter")`)
	s.line("")
	for _, m := range r.metrics {
		s.metric(r, m)
	}
	return s.source()
}

func (s *source) metric(r *registry, m metric) {
	name := goName(m.Name)
	typ := instrumentTypes[m.Instrument+" "+m.Annotations.CodeGeneration.MetricValueType]
	s.comment(fmt.Sprintf("New%s makes %q, a %s in %s. %s A nil meter is an error.",
		name, m.Name, m.Instrument, m.Unit, sentence(m.Brief)))
	if m.Note != "" {
		s.line("//")
		s.comment(m.Note)
	}
	s.line("//")
	s.comment("Attributes: " + metricAttributes(r, m) + ".")
	s.line("func New%s(m metric.Meter) (metric.%s, error) {", name, typ)
	s.line("if m == nil {")
	s.line("return nil, errNoMeter")
	s.line("}")
	s.line("return m.%s(Metric%s,", typ, name)
	s.line("metric.WithUnit(%q),", m.Unit)
	s.line("metric.WithDescription(%q),", sentence(strings.ReplaceAll(m.Brief, "`", "")))
	if b := m.Annotations.Buckets; len(b) > 0 {
		s.line("metric.WithExplicitBucketBoundaries(%s),", boundsText(b))
	}
	s.line(")")
	s.line("}")
	s.line("")
}

func boundsText(bounds []float64) string {
	parts := make([]string, len(bounds))
	for i, v := range bounds {
		parts[i] = strconv.FormatFloat(v, 'f', -1, 64)
	}
	return strings.Join(parts, ", ")
}

func metricAttributes(r *registry, m metric) string {
	refs := r.flat(m.Attributes)
	if len(refs) == 0 {
		return "none"
	}
	parts := make([]string, len(refs))
	for i, x := range refs {
		parts[i] = fmt.Sprintf("%s (%s)", x.Ref, strings.ReplaceAll(x.Level.Name, "_", " "))
	}
	return strings.Join(parts, ", ")
}

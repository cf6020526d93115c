package collector

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// metrics are the processor's own, beside those of the tracer (ambit.decisions and
// the like). Names follow the Collector's.
type metrics struct {
	spans, redacted, forgery, failures, reloads metric.Int64Counter
	of                                          [kinds][2]metric.MeasurementOption
}

func newMetrics(p metric.MeterProvider) (*metrics, error) {
	m := &metrics{}
	meter := p.Meter(scopeName)
	for _, c := range []struct {
		dst              *metric.Int64Counter
		name, unit, what string
	}{
		{&m.spans, "otelcol_processor_ambit_spans", "{span}", "Spans of agents, by what they are about and whether they name their conversation."},
		{&m.redacted, "otelcol_processor_ambit_redacted", "{value}", "Values of spans that were redacted or dropped."},
		{&m.forgery, "otelcol_processor_ambit_forged", "{attribute}", "Attributes and events under ambit. that came from outside and were taken off."},
		{&m.reloads, "otelcol_processor_ambit_policy_reloads", "{reload}", "Changes of the policy's file, by whether it loaded."},
		{&m.failures, "otelcol_processor_ambit_failures", "{span}", "Spans that could not be governed."},
	} {
		var err error
		if *c.dst, err = meter.Int64Counter(c.name, metric.WithUnit(c.unit), metric.WithDescription(c.what)); err != nil {
			return nil, err
		}
	}
	for k := range kinds {
		for i, named := range [...]bool{false, true} {
			m.of[k][i] = metric.WithAttributeSet(attribute.NewSet(attribute.String("kind", kindNames[k]), attribute.Bool("conversation", named)))
		}
	}
	return m, nil
}

func (m *metrics) span(ctx context.Context, k kind, named bool, redacted int) {
	i := 0
	if named {
		i = 1
	}
	m.spans.Add(ctx, 1, m.of[k][i])
	if redacted > 0 {
		m.redacted.Add(ctx, int64(redacted))
	}
}

func (m *metrics) forged(ctx context.Context, n int) {
	if n > 0 {
		m.forgery.Add(ctx, int64(n))
	}
}

func (m *metrics) failed(ctx context.Context) { m.failures.Add(ctx, 1) }

func (m *metrics) reloaded(ctx context.Context, loaded bool) {
	m.reloads.Add(ctx, 1, metric.WithAttributes(attribute.Bool("loaded", loaded)))
}

package otellog

import (
	"context"
	"slices"

	"go.opentelemetry.io/otel/log"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/semconv"
)

// Handler returns a handler for agentspan.WithEventHandler that writes each event
// as a log record by p. The handler is safe for concurrent use. A nil provider
// gives a nil handler, which makes agentspan.New fail rather than lose events.
func Handler(p log.LoggerProvider) func(context.Context, agentspan.Event) {
	if p == nil {
		return nil
	}
	logger := p.Logger(agentspan.ScopeName, log.WithSchemaURL(semconv.SchemaURL), log.WithInstrumentationVersion(agentspan.Version))
	return func(ctx context.Context, e agentspan.Event) {
		s := severity(&e)
		if !logger.Enabled(ctx, log.EnabledParameters{Severity: s, EventName: e.Name}) {
			return
		}
		var r log.Record
		r.SetEventName(e.Name)
		r.SetTimestamp(e.Time)
		r.SetSeverity(s)
		r.SetSeverityText(s.String())
		r.AddAttributes(e.Attributes...)
		logger.Emit(ctx, r)
	}
}

// severity returns how much an event matters.
func severity(e *agentspan.Event) log.Severity {
	switch e.Name {
	case semconv.EventAmbitBoundaryCrossed, semconv.EventAmbitSecretAccessed,
		semconv.EventAmbitIdentitySwitched, semconv.EventAmbitIntentDrifted, semconv.EventAmbitSignalRaised:
		return log.SeverityWarn
	case semconv.EventAmbitIntentChanged:
		if slices.Contains(e.Attributes, semconv.AmbitIntentAnomalous(true)) {
			return log.SeverityWarn
		}
	}
	return log.SeverityInfo
}

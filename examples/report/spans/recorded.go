package spans

import (
	"strings"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// FromRecorded returns the spans that a recorder in this process has kept.
func FromRecorded(recorded []sdktrace.ReadOnlySpan) []Span {
	all := make([]Span, 0, len(recorded))
	for _, r := range recorded {
		s := Span{
			TraceID: r.SpanContext().TraceID().String(), ID: r.SpanContext().SpanID().String(), Name: r.Name(),
			Kind: strings.ToUpper(r.SpanKind().String()), Start: r.StartTime().UTC(), End: r.EndTime().UTC(), Attrs: values(r.Attributes()),
			Message: r.Status().Description, Scope: r.InstrumentationScope().Name,
			Dropped: r.DroppedAttributes() + r.DroppedEvents() + r.DroppedLinks(),
		}
		if p := r.Parent(); p.HasSpanID() {
			s.Parent = p.SpanID().String()
		}
		if code := strings.ToUpper(r.Status().Code.String()); code != "UNSET" {
			s.Status = code
		}
		for _, e := range r.Events() {
			s.Events = append(s.Events, Event{e.Name, e.Time.UTC(), values(e.Attributes)})
		}
		for _, l := range r.Links() {
			s.Links = append(s.Links, Link{l.SpanContext.TraceID().String(), l.SpanContext.SpanID().String()})
		}
		all = append(all, s)
	}
	return Join(all)
}

func values(attrs []attribute.KeyValue) map[string]any {
	m := make(map[string]any, len(attrs))
	for _, kv := range attrs {
		m[string(kv.Key)] = kv.Value.AsInterface()
	}
	return m
}

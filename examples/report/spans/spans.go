// Package spans holds spans as a report reads them, whichever backend or file they
// come from.
package spans

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"go.opentelemetry.io/otel/attribute"
)

// A Span is one span. What a backend leaves out is zero.
type Span struct {
	TraceID string         `json:"trace_id"` // 32 lower-case hexadecimal digits
	ID      string         `json:"span_id"`  // 16 of them
	Parent  string         `json:"parent_span_id,omitempty"`
	Name    string         `json:"name"`
	Kind    string         `json:"kind,omitempty"` // INTERNAL, SERVER, CLIENT, PRODUCER, CONSUMER
	Start   time.Time      `json:"start"`
	End     time.Time      `json:"end"`
	Attrs   map[string]any `json:"attributes,omitempty"` // string, int64, float64, bool, []any or map[string]any
	Events  []Event        `json:"events,omitempty"`
	Links   []Link         `json:"links,omitempty"`
	Status  string         `json:"status,omitempty"` // OK or ERROR
	Message string         `json:"status_message,omitempty"`
	Service string         `json:"service,omitempty"` // service.name
	Process string         `json:"process,omitempty"` // what sets one run of the service apart from another
	Scope   string         `json:"scope,omitempty"`   // instrumentation that made it
	Dropped int            `json:"dropped,omitempty"` // attributes, events and links that its maker dropped
}

// An Event is a moment of a span.
type Event struct {
	Name  string         `json:"name"`
	Time  time.Time      `json:"time"`
	Attrs map[string]any `json:"attributes,omitempty"`
}

// A Link points at another span.
type Link struct {
	TraceID string `json:"trace_id"`
	SpanID  string `json:"span_id"`
}

// Str returns a string attribute; empty if it is not there or no string.
func (s *Span) Str(key attribute.Key) string { return str(s.Attrs, key) }

// Str returns a string attribute of the event.
func (e *Event) Str(key attribute.Key) string { return str(e.Attrs, key) }

func str(attrs map[string]any, key attribute.Key) string {
	v, _ := attrs[string(key)].(string)
	return v
}

// Int returns a whole number, and whether there is one.
func (s *Span) Int(key attribute.Key) (int64, bool) {
	v, ok := s.Attrs[string(key)].(int64)
	return v, ok
}

// Num returns a number; 0 if there is none.
func (s *Span) Num(key attribute.Key) float64 {
	switch v := s.Attrs[string(key)].(type) {
	case float64:
		return v
	case int64:
		return float64(v)
	}
	return 0
}

// True reports whether a boolean attribute is there and true.
func (s *Span) True(key attribute.Key) bool { return s.Attrs[string(key)] == true }

// Has reports whether an attribute is there.
func (s *Span) Has(key attribute.Key) bool {
	_, ok := s.Attrs[string(key)]
	return ok
}

// Text writes a value as text.
func Text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case nil:
		return ""
	}
	return fmt.Sprint(v)
}

// Join puts lists of spans together, by start, each span once: backends answer with
// the same trace for several services, and clients send again what they do not know
// to have arrived.
func Join(lists ...[]Span) []Span {
	type id struct{ trace, span, kind string } // Zipkin's form shares one id between client and server
	seen := map[id]bool{}
	var all []Span
	for _, l := range lists {
		for i := range l {
			k := id{l[i].TraceID, l[i].ID, l[i].Kind}
			if !seen[k] {
				seen[k] = true
				all = append(all, l[i])
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Span) int {
		return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.TraceID, b.TraceID), cmp.Compare(a.ID, b.ID))
	})
	return all
}

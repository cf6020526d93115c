package backendtest

// This file reads the OTLP JSON that Jaeger's query API and the Collector's file exporter write
// (opentelemetry-proto v1.9.0, "JSON Protobuf Encoding") into spans that a test can compare.

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// A Span is one span as a backend tells it.
type Span struct {
	TraceID, SpanID, ParentID string // lower-case hex; ParentID is empty at a root
	Name                      string
	Kind                      string // INTERNAL, SERVER, CLIENT, PRODUCER, CONSUMER, or empty
	Start, End                time.Time
	Attributes                map[string]any // string, int64, float64, bool, []any, map[string]any or []byte
	Events                    []Event
	Links                     []Link
	StatusCode                string // OK, ERROR, or empty when it was not set
	StatusMessage             string
	Scope, ScopeVersion       string
	Resource                  map[string]any
	Warnings                  []string // what Jaeger had to say about the span, a missing parent for one
}

// An Event is a named moment of a span.
type Event struct {
	Name       string
	Time       time.Time
	Attributes map[string]any
}

// A Link points at a span of this or another trace.
type Link struct {
	TraceID, SpanID string
	Attributes      map[string]any
}

// warningsKey is the attribute under which Jaeger hands out its own warnings. It is not the
// sender's, so it is moved to [Span.Warnings].
const warningsKey = "@jaeger@warnings"

var (
	kinds       = []string{"", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"}
	statusCodes = []string{"", "OK", "ERROR"}
)

// tracesData is the message TracesData.
type tracesData struct {
	ResourceSpans []struct {
		Resource struct {
			Attributes attributes `json:"attributes"`
		} `json:"resource"`
		ScopeSpans []struct {
			Scope struct {
				Name    string `json:"name"`
				Version string `json:"version"`
			} `json:"scope"`
			Spans []wireSpan `json:"spans"`
		} `json:"scopeSpans"`
	} `json:"resourceSpans"`
}

type wireSpan struct {
	TraceID      string     `json:"traceId"`
	SpanID       string     `json:"spanId"`
	ParentSpanID string     `json:"parentSpanId"`
	Name         string     `json:"name"`
	Kind         int        `json:"kind"`
	Start        nanos      `json:"startTimeUnixNano"`
	End          nanos      `json:"endTimeUnixNano"`
	Attributes   attributes `json:"attributes"`
	Events       []struct {
		Time       nanos      `json:"timeUnixNano"`
		Name       string     `json:"name"`
		Attributes attributes `json:"attributes"`
	} `json:"events"`
	Links []struct {
		TraceID    string     `json:"traceId"`
		SpanID     string     `json:"spanId"`
		Attributes attributes `json:"attributes"`
	} `json:"links"`
	Status struct {
		Message string `json:"message"`
		Code    int    `json:"code"`
	} `json:"status"`
}

// spans flattens the message, in the order it is told in.
func (d *tracesData) spans() []Span {
	var all []Span
	for _, r := range d.ResourceSpans {
		for _, s := range r.ScopeSpans {
			for _, w := range s.Spans {
				span := w.span()
				span.Resource = r.Resource.Attributes
				span.Scope, span.ScopeVersion = s.Scope.Name, s.Scope.Version
				all = append(all, span)
			}
		}
	}
	return all
}

func (w *wireSpan) span() Span {
	s := Span{
		TraceID: w.TraceID, SpanID: w.SpanID, ParentID: w.ParentSpanID,
		Name: w.Name, Kind: enumName(kinds, w.Kind),
		Start: time.Time(w.Start), End: time.Time(w.End),
		Attributes: w.Attributes,
		StatusCode: enumName(statusCodes, w.Status.Code), StatusMessage: w.Status.Message,
	}
	if list, ok := s.Attributes[warningsKey].([]any); ok {
		for _, v := range list {
			s.Warnings = append(s.Warnings, fmt.Sprint(v))
		}
		delete(s.Attributes, warningsKey)
	}
	for _, e := range w.Events {
		s.Events = append(s.Events, Event{Name: e.Name, Time: time.Time(e.Time), Attributes: e.Attributes})
	}
	for _, l := range w.Links {
		s.Links = append(s.Links, Link{TraceID: l.TraceID, SpanID: l.SpanID, Attributes: l.Attributes})
	}
	return s
}

// enumName returns the name behind an enum's number, or the number where there is none.
func enumName(names []string, n int) string {
	if n >= 0 && n < len(names) {
		return names[n]
	}
	return strconv.Itoa(n)
}

// nanos is a time as OTLP JSON writes it: nanoseconds since 1970, in a string.
type nanos time.Time

func (n *nanos) UnmarshalJSON(b []byte) error {
	var s json.Number // takes the string that the specification wants, and a plain number
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	i, err := s.Int64()
	if err != nil {
		return fmt.Errorf("time %q: %w", s, err)
	}
	*n = nanos(time.Unix(0, i).UTC())
	return nil
}

// attributes is a list of KeyValue as a map. It is never nil once read, so that a test may
// compare an empty one.
type attributes map[string]any

func (a *attributes) UnmarshalJSON(b []byte) error {
	var list []keyValue
	if err := json.Unmarshal(b, &list); err != nil {
		return err
	}
	*a = toMap(list)
	return nil
}

type keyValue struct {
	Key   string `json:"key"`
	Value value  `json:"value"`
}

func toMap(list []keyValue) map[string]any {
	m := make(map[string]any, len(list))
	for _, kv := range list {
		m[kv.Key] = kv.Value.v
	}
	return m
}

// value is an AnyValue: one of its fields is set, or none for the empty value.
type value struct{ v any }

func (v *value) UnmarshalJSON(b []byte) error {
	var w struct {
		String *string      `json:"stringValue"`
		Bool   *bool        `json:"boolValue"`
		Int    *json.Number `json:"intValue"`
		Double *float64     `json:"doubleValue"`
		Bytes  *string      `json:"bytesValue"`
		Array  *struct {
			Values []value `json:"values"`
		} `json:"arrayValue"`
		List *struct {
			Values []keyValue `json:"values"`
		} `json:"kvlistValue"`
	}
	if err := json.Unmarshal(b, &w); err != nil {
		return err
	}
	var err error
	switch {
	case w.String != nil:
		v.v = *w.String
	case w.Bool != nil:
		v.v = *w.Bool
	case w.Int != nil:
		v.v, err = w.Int.Int64()
	case w.Double != nil:
		v.v = *w.Double
	case w.Bytes != nil:
		v.v, err = base64.StdEncoding.DecodeString(*w.Bytes)
	case w.Array != nil:
		list := make([]any, 0, len(w.Array.Values))
		for _, e := range w.Array.Values {
			list = append(list, e.v)
		}
		v.v = list
	case w.List != nil:
		v.v = toMap(w.List.Values)
	}
	return err
}

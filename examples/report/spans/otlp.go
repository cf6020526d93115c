package spans

// OTLP JSON as collectors, SDKs, Jaeger and Tempo write it: the "JSON Protobuf
// Encoding" of opentelemetry-proto v1.9.0, ids in hexadecimal, enumerations as
// numbers; and protobuf's own mapping, which Tempo uses: ids in base64, enumerations
// by name.

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// Decode reads one or more JSON messages of traces: as they are, one a line or not,
// and inside the envelopes of Jaeger ("result") and Tempo ("trace", "batches").
// Spans before a broken message are returned with the error.
func Decode(r io.Reader) ([]Span, error) {
	var all []Span
	dec := json.NewDecoder(r)
	for n := 1; ; n++ {
		var m message
		if err := dec.Decode(&m); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return all, fmt.Errorf("message %d: %w", n, err)
		}
		all = m.append(all)
	}
}

type message struct {
	ResourceSpans []resourceSpans `json:"resourceSpans"`
	Batches       []resourceSpans `json:"batches"`
	Result        *message        `json:"result"`
	Trace         *message        `json:"trace"`
}

func (m *message) append(all []Span) []Span {
	for _, list := range [][]resourceSpans{m.ResourceSpans, m.Batches} {
		for i := range list {
			all = list[i].append(all)
		}
	}
	if m.Result != nil {
		all = m.Result.append(all)
	}
	if m.Trace != nil {
		all = m.Trace.append(all)
	}
	return all
}

type resourceSpans struct {
	Resource struct {
		Attributes keyValues `json:"attributes"`
	} `json:"resource"`
	ScopeSpans                  []scopeSpans `json:"scopeSpans"`
	InstrumentationLibrarySpans []scopeSpans `json:"instrumentationLibrarySpans"` // before OTLP 0.19
}

type scopeSpans struct {
	Scope struct {
		Name string `json:"name"`
	} `json:"scope"`
	Spans []wireSpan `json:"spans"`
}

func (r *resourceSpans) append(all []Span) []Span {
	of := func(key string) string { return Text(r.Resource.Attributes[key]) }
	process := strings.Join([]string{of("service.instance.id"), of("host.name"), of("process.pid")}, "/")
	for _, list := range [][]scopeSpans{r.ScopeSpans, r.InstrumentationLibrarySpans} {
		for i := range list {
			for j := range list[i].Spans {
				s := list[i].Spans[j].span()
				s.Service, s.Process, s.Scope = of("service.name"), strings.Trim(process, "/"), list[i].Scope.Name
				all = append(all, s)
			}
		}
	}
	return all
}

type wireSpan struct {
	TraceID           traceID   `json:"traceId"`
	SpanID            spanID    `json:"spanId"`
	ParentSpanID      spanID    `json:"parentSpanId"`
	Name              string    `json:"name"`
	Kind              enum      `json:"kind"`
	Start             nanos     `json:"startTimeUnixNano"`
	End               nanos     `json:"endTimeUnixNano"`
	Attributes        keyValues `json:"attributes"`
	DroppedAttributes int       `json:"droppedAttributesCount"`
	Events            []struct {
		Time       nanos     `json:"timeUnixNano"`
		Name       string    `json:"name"`
		Attributes keyValues `json:"attributes"`
	} `json:"events"`
	DroppedEvents int `json:"droppedEventsCount"`
	Links         []struct {
		TraceID traceID `json:"traceId"`
		SpanID  spanID  `json:"spanId"`
	} `json:"links"`
	DroppedLinks int `json:"droppedLinksCount"`
	Status       struct {
		Message string `json:"message"`
		Code    enum   `json:"code"`
	} `json:"status"`
}

func (w *wireSpan) span() Span {
	s := Span{
		TraceID: string(w.TraceID), ID: string(w.SpanID), Parent: string(w.ParentSpanID), Name: w.Name,
		Kind:  w.Kind.name("SPAN_KIND_", "", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"),
		Start: time.Time(w.Start), End: time.Time(w.End), Attrs: w.Attributes,
		Status: w.Status.Code.name("STATUS_CODE_", "", "OK", "ERROR"), Message: w.Status.Message,
		Dropped: w.DroppedAttributes + w.DroppedEvents + w.DroppedLinks,
	}
	delete(s.Attrs, "@jaeger@warnings") // Jaeger's word, not the sender's
	for _, e := range w.Events {
		s.Events = append(s.Events, Event{e.Name, time.Time(e.Time), e.Attributes})
	}
	for _, l := range w.Links {
		s.Links = append(s.Links, Link{string(l.TraceID), string(l.SpanID)})
	}
	return s
}

type (
	traceID string
	spanID  string
)

func (id *traceID) UnmarshalText(b []byte) (err error) {
	*id, err = decodeID[traceID](b, 16)
	return err
}

func (id *spanID) UnmarshalText(b []byte) (err error) {
	*id, err = decodeID[spanID](b, 8)
	return err
}

// decodeID reads an id of n bytes in hexadecimal or base64, which differ in length.
func decodeID[T ~string](b []byte, n int) (T, error) {
	if len(b) == 0 {
		return "", nil
	}
	if len(b) == hex.EncodedLen(n) {
		if _, err := hex.DecodeString(string(b)); err == nil {
			return T(strings.ToLower(string(b))), nil
		}
	}
	raw, err := base64.StdEncoding.DecodeString(string(b))
	if err != nil || len(raw) != n {
		return "", fmt.Errorf("id %.40q is neither %d hexadecimal digits nor base64 of %d bytes", b, hex.EncodedLen(n), n)
	}
	return T(hex.EncodeToString(raw)), nil
}

// An enum is a number, or a name with a prefix.
type enum struct {
	number int
	text   string
}

func (e *enum) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		return json.Unmarshal(b, &e.text)
	}
	return json.Unmarshal(b, &e.number)
}

func (e enum) name(prefix string, names ...string) string {
	if e.text != "" {
		name := strings.TrimPrefix(e.text, prefix)
		if name == "UNSPECIFIED" || name == "UNSET" {
			return ""
		}
		return name
	}
	if e.number >= 0 && e.number < len(names) {
		return names[e.number]
	}
	return strconv.Itoa(e.number)
}

// nanos is a time in nanoseconds since 1970, in a string or as a number.
type nanos time.Time

func (n *nanos) UnmarshalJSON(b []byte) error {
	s := strings.Trim(string(b), `"`)
	if s == "" || s == "null" || s == "0" {
		return nil
	}
	i, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return fmt.Errorf("time %.40q: %w", s, err)
	}
	*n = nanos(time.Unix(0, i).UTC())
	return nil
}

// keyValues is a list of KeyValue as a map.
type keyValues map[string]any

func (m *keyValues) UnmarshalJSON(b []byte) error {
	var list []struct {
		Key   string `json:"key"`
		Value value  `json:"value"`
	}
	if err := json.Unmarshal(b, &list); err != nil {
		return err
	}
	*m = make(keyValues, len(list))
	for _, kv := range list {
		(*m)[kv.Key] = kv.Value.v
	}
	return nil
}

// value is an AnyValue; one without a field is the empty value.
type value struct{ v any }

func (v *value) UnmarshalJSON(b []byte) error {
	var w struct {
		String *string          `json:"stringValue"`
		Bool   *bool            `json:"boolValue"`
		Int    *json.RawMessage `json:"intValue"`
		Double *float64         `json:"doubleValue"`
		Bytes  *string          `json:"bytesValue"`
		Array  *struct {
			Values []value `json:"values"`
		} `json:"arrayValue"`
		List *struct {
			Values keyValues `json:"values"`
		} `json:"kvlistValue"`
	}
	if err := json.Unmarshal(b, &w); err != nil {
		return err
	}
	switch {
	case w.String != nil:
		v.v = *w.String
	case w.Bool != nil:
		v.v = *w.Bool
	case w.Int != nil:
		i, err := strconv.ParseInt(strings.Trim(string(*w.Int), `"`), 10, 64)
		if err != nil {
			return fmt.Errorf("intValue: %w", err)
		}
		v.v = i
	case w.Double != nil:
		v.v = *w.Double
	case w.Bytes != nil:
		v.v = *w.Bytes // base64, as it came
	case w.Array != nil:
		list := make([]any, 0, len(w.Array.Values))
		for _, e := range w.Array.Values {
			list = append(list, e.v)
		}
		v.v = list
	case w.List != nil:
		v.v = map[string]any(w.List.Values)
	}
	return nil
}

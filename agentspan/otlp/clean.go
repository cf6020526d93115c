package otlp

import (
	"strings"
	"unicode/utf8"

	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
)

// maxDepth bounds values within values: protobuf's readers give up on a request
// that is nested too deeply.
const maxDepth = 32

// clean makes every string of a request valid UTF-8: one that is not loses the
// whole request, whichever span it is on and whoever wrote it.
func clean(spans []*tracepb.ResourceSpans) {
	for _, rs := range spans {
		valid(&rs.SchemaUrl)
		cleanAttributes(rs.GetResource().GetAttributes(), 0)
		for _, ss := range rs.GetScopeSpans() {
			valid(&ss.SchemaUrl)
			if c := ss.GetScope(); c != nil {
				valid(&c.Name)
				valid(&c.Version)
				cleanAttributes(c.GetAttributes(), 0)
			}
			for _, s := range ss.GetSpans() {
				cleanSpan(s)
			}
		}
	}
}

func cleanSpan(s *tracepb.Span) {
	valid(&s.Name)
	valid(&s.TraceState)
	cleanAttributes(s.GetAttributes(), 0)
	if st := s.GetStatus(); st != nil {
		valid(&st.Message)
	}
	for _, e := range s.GetEvents() {
		valid(&e.Name)
		cleanAttributes(e.GetAttributes(), 0)
	}
	for _, l := range s.GetLinks() {
		valid(&l.TraceState)
		cleanAttributes(l.GetAttributes(), 0)
	}
}

func cleanAttributes(attrs []*commonpb.KeyValue, depth int) {
	for _, kv := range attrs {
		valid(&kv.Key)
		cleanValue(kv.GetValue(), depth)
	}
}

func cleanValue(v *commonpb.AnyValue, depth int) {
	if v == nil {
		return
	}
	if depth == maxDepth {
		v.Value = nil
		return
	}
	switch w := v.GetValue().(type) {
	case *commonpb.AnyValue_StringValue:
		valid(&w.StringValue)
	case *commonpb.AnyValue_ArrayValue:
		for _, e := range w.ArrayValue.GetValues() {
			cleanValue(e, depth+1)
		}
	case *commonpb.AnyValue_KvlistValue:
		cleanAttributes(w.KvlistValue.GetValues(), depth+1)
	}
}

// valid replaces what is not UTF-8 in s by U+FFFD.
func valid(s *string) {
	if !utf8.ValidString(*s) {
		*s = strings.ToValidUTF8(*s, "\ufffd")
	}
}

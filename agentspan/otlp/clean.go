package otlp

import (
	"strings"
	"unicode/utf8"

	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
)

// This file makes every string of a request valid UTF-8: one that is not loses the
// whole request, whichever span it is on and whoever wrote it. On the way it adds
// up how large the request can be at most. The exact size would cost a fifth more
// of the whole export, and is needed only where it is close.

// What messages take beside their texts, in bytes, at most.
const (
	sizeSpan  = 160 // ids, times, kind, flags, status, counts of what was dropped
	sizeEvent = 48
	sizeLink  = 64
	sizeAttr  = 32 // a key and a value, each with a length, or a number
	sizeText  = 6  // a text with a length
)

// maxDepth bounds values within values: protobuf's readers give up on a request
// that is nested too deeply.
const maxDepth = 32

func cleanSpan(s *tracepb.Span) int {
	n := sizeSpan + clean(&s.Name) + clean(&s.TraceState) + cleanAttributes(s.GetAttributes(), 0)
	if st := s.GetStatus(); st != nil {
		n += clean(&st.Message)
	}
	for _, e := range s.GetEvents() {
		n += sizeEvent + clean(&e.Name) + cleanAttributes(e.GetAttributes(), 0)
	}
	for _, l := range s.GetLinks() {
		n += sizeLink + clean(&l.TraceState) + cleanAttributes(l.GetAttributes(), 0)
	}
	return n
}

func cleanAttributes(attrs []*commonpb.KeyValue, depth int) (n int) {
	for _, kv := range attrs {
		n += sizeAttr + clean(&kv.Key) + cleanValue(kv.GetValue(), depth)
	}
	return n
}

func cleanValue(v *commonpb.AnyValue, depth int) (n int) {
	if v == nil {
		return 0
	}
	if depth == maxDepth {
		v.Value = nil
		return 0
	}
	switch w := v.GetValue().(type) {
	case *commonpb.AnyValue_StringValue:
		return clean(&w.StringValue)
	case *commonpb.AnyValue_BytesValue:
		return sizeText + len(w.BytesValue)
	case *commonpb.AnyValue_ArrayValue:
		for _, e := range w.ArrayValue.GetValues() {
			n += sizeAttr + cleanValue(e, depth+1)
		}
	case *commonpb.AnyValue_KvlistValue:
		n = sizeAttr + cleanAttributes(w.KvlistValue.GetValues(), depth+1)
	}
	return n
}

// clean replaces what is not UTF-8 in s by U+FFFD, and returns what s takes.
func clean(s *string) int {
	if !utf8.ValidString(*s) {
		*s = strings.ToValidUTF8(*s, "\ufffd")
	}
	return sizeText + len(*s)
}

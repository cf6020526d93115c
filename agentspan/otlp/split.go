package otlp

import (
	"strings"
	"unicode/utf8"

	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// maxSize bounds a request, in bytes before compression. Jaeger, Tempo and the
// Collector refuse a request above 4 MiB, and every span in it, unless they are
// told otherwise: it is gRPC's default. minSize is where learning of a smaller
// bound ends.
const (
	maxSize = 7 << 19 // 3.5 MiB
	minSize = 16 << 10
)

// An item is a span with the resource and the scope it belongs to.
type item struct {
	resource *tracepb.ResourceSpans
	scope    *tracepb.ScopeSpans
	span     *tracepb.Span
	cut      bool // has lost values

	// what they take of a request, in bytes, at most
	size, resourceSize, scopeSize int
}

// measure makes the size of the item's span exact.
func (it *item) measure() { it.size = sizeText + proto.Size(it.span) }

// total is the size of a request with the item alone.
func (it *item) total() int { return it.size + it.scopeSize + it.resourceSize }

// after is what the item adds to a request that ends with prev.
func (it *item) after(prev *item) int {
	switch {
	case it.resource != prev.resource:
		return it.total()
	case it.scope != prev.scope:
		return it.size + it.scopeSize
	default:
		return it.size
	}
}

// total is the size of a request with these items.
func total(part []item) int {
	n := part[0].total()
	for i := 1; i < len(part); i++ {
		n += part[i].after(&part[i-1])
	}
	return n
}

// fit returns how many of the items, from the first on, a request of size bytes
// can hold.
func fit(items []item, size int) int {
	used := items[0].total()
	if used > size {
		return 0
	}
	for i := 1; i < len(items); i++ {
		if used += items[i].after(&items[i-1]); used > size {
			return i
		}
	}
	return len(items)
}

// flatten lists the spans of a request, cleaned, with their sizes.
func flatten(spans []*tracepb.ResourceSpans) []item {
	n := 0
	for _, rs := range spans {
		for _, ss := range rs.GetScopeSpans() {
			n += len(ss.GetSpans())
		}
	}
	items := make([]item, 0, n)
	for _, rs := range spans {
		resourceSize := cleanResource(rs)
		for _, ss := range rs.GetScopeSpans() {
			scopeSize := cleanScope(ss)
			for _, s := range ss.GetSpans() {
				items = append(items, item{resource: rs, scope: ss, span: s, size: cleanSpan(s), resourceSize: resourceSize, scopeSize: scopeSize})
			}
		}
	}
	return items
}

// assemble makes a request of items that lie beside each other.
func assemble(part []item) []*tracepb.ResourceSpans {
	var request []*tracepb.ResourceSpans
	for i := range part {
		it := &part[i]
		if i == 0 || it.resource != part[i-1].resource {
			request = append(request, &tracepb.ResourceSpans{Resource: it.resource.GetResource(), SchemaUrl: it.resource.GetSchemaUrl()})
		}
		rs := request[len(request)-1]
		if len(rs.ScopeSpans) == 0 || it.scope != part[i-1].scope {
			rs.ScopeSpans = append(rs.ScopeSpans, &tracepb.ScopeSpans{Scope: it.scope.GetScope(), SchemaUrl: it.scope.GetSchemaUrl()})
		}
		ss := rs.ScopeSpans[len(rs.ScopeSpans)-1]
		ss.Spans = append(ss.Spans, it.span)
	}
	return request
}

// A resource or a scope is in every request, so it may take a sixteenth of one.
const (
	maxHead      = maxSize / 16
	maxHeadValue = 1 << 10
)

func cleanResource(rs *tracepb.ResourceSpans) int {
	r := rs.GetResource()
	n := sizeAttr + clean(&rs.SchemaUrl) + cleanAttributes(r.GetAttributes(), 0)
	if n <= maxHead {
		return n
	}
	rs.SchemaUrl = cutString(rs.GetSchemaUrl(), maxHeadValue)
	if r != nil {
		kept := trim(r.GetAttributes(), maxHeadValue)
		r.DroppedAttributesCount += uint32(len(r.GetAttributes()) - len(kept))
		r.Attributes = kept
	}
	return sizeAttr + proto.Size(&tracepb.ResourceSpans{Resource: r, SchemaUrl: rs.GetSchemaUrl()})
}

func cleanScope(ss *tracepb.ScopeSpans) int {
	n := sizeAttr + clean(&ss.SchemaUrl)
	c := ss.GetScope()
	if c != nil {
		n += clean(&c.Name) + clean(&c.Version) + cleanAttributes(c.GetAttributes(), 0)
	}
	if n <= maxHead {
		return n
	}
	ss.SchemaUrl = cutString(ss.GetSchemaUrl(), maxHeadValue)
	if c != nil {
		c.Name, c.Version = cutString(c.GetName(), maxHeadValue), cutString(c.GetVersion(), maxHeadValue)
		kept := trim(c.GetAttributes(), maxHeadValue)
		c.DroppedAttributesCount += uint32(len(c.GetAttributes()) - len(kept))
		c.Attributes = kept
	}
	return sizeAttr + proto.Size(&tracepb.ScopeSpans{Scope: c, SchemaUrl: ss.GetSchemaUrl()})
}

// maxKept is how many attributes a span, a scope or a resource keeps that was far
// too large: as many as the SDK allows a span from the start.
const maxKept = 128

// shrink makes a span fit into a request of size bytes, and reports whether it
// does. What goes first is what there is most of: the long values, each time
// shorter; then events and links, and attributes beyond the usual number, ours
// last. What is left out is counted on the span.
func (it *item) shrink(size int) bool {
	size -= it.scopeSize + it.resourceSize
	for length := 64 << 10; length >= 256; length /= 8 {
		it.shorten(length)
		if it.measure(); it.size <= size {
			return true
		}
	}
	s := it.span
	s.DroppedEventsCount += uint32(len(s.GetEvents()))
	s.DroppedLinksCount += uint32(len(s.GetLinks()))
	s.Events, s.Links = nil, nil
	if it.measure(); it.size > size {
		kept := trim(s.GetAttributes(), 128)
		s.DroppedAttributesCount += uint32(len(s.GetAttributes()) - len(kept))
		s.Attributes = kept
		it.measure()
	}
	return it.size <= size
}

// shorten cuts every text of a span to length bytes.
func (it *item) shorten(length int) {
	s := it.span
	s.Name = cutString(s.GetName(), length)
	if len(s.GetTraceState()) > length {
		s.TraceState = "" // a part of one is none
	}
	if st := s.GetStatus(); st != nil {
		st.Message = cutString(st.GetMessage(), length)
	}
	cutAttributes(s.GetAttributes(), length)
	for _, e := range s.GetEvents() {
		e.Name = cutString(e.GetName(), length)
		cutAttributes(e.GetAttributes(), length)
	}
	for _, l := range s.GetLinks() {
		if len(l.GetTraceState()) > length {
			l.TraceState = ""
		}
		cutAttributes(l.GetAttributes(), length)
	}
}

// trim returns at most maxKept attributes, ours before others, without those whose
// key is longer than length, and cuts the values of the rest to length bytes.
func trim(attrs []*commonpb.KeyValue, length int) []*commonpb.KeyValue {
	kept := make([]*commonpb.KeyValue, 0, min(len(attrs), maxKept))
	for _, ours := range []bool{true, false} {
		for _, kv := range attrs {
			if len(kept) < maxKept && len(kv.GetKey()) <= length && strings.HasPrefix(kv.GetKey(), "ambit.") == ours {
				kept = append(kept, kv)
			}
		}
	}
	cutAttributes(kept, length)
	return kept
}

func cutAttributes(attrs []*commonpb.KeyValue, length int) {
	for _, kv := range attrs {
		cutValue(kv.GetValue(), length)
	}
}

// cutValue cuts a text to length bytes, and a list to as many elements as would
// take about that.
func cutValue(v *commonpb.AnyValue, length int) {
	elements := max(length/16, 1)
	switch v := v.GetValue().(type) {
	case *commonpb.AnyValue_StringValue:
		v.StringValue = cutString(v.StringValue, length)
	case *commonpb.AnyValue_BytesValue:
		v.BytesValue = v.BytesValue[:min(len(v.BytesValue), length)]
	case *commonpb.AnyValue_ArrayValue:
		if a := v.ArrayValue; a != nil {
			a.Values = a.Values[:min(len(a.Values), elements)]
			for _, e := range a.Values {
				cutValue(e, length)
			}
		}
	case *commonpb.AnyValue_KvlistValue:
		if m := v.KvlistValue; m != nil {
			m.Values = m.Values[:min(len(m.Values), elements)]
			cutAttributes(m.Values, length)
		}
	}
}

// cutString returns the beginning of s, at most n bytes, ending between characters.
func cutString(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

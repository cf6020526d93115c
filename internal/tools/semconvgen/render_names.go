package main

import (
	"fmt"
	"strings"
)

// renderNames writes what is asked by name: events, spans, and the switch
// behind Declared and Validate. A switch costs nothing at start, as a map
// would, and programs that live for one hook call start often.
func renderNames(r *registry) ([]byte, error) {
	s := newSource(attributePackage)
	s.line("// Names of the events.")
	s.line("const (")
	for _, e := range r.events {
		name := "Event" + goName(e.Name)
		s.comment(fmt.Sprintf("%s is %q. %s", name, e.Name, sentence(e.Brief)))
		s.line("%s = %q", name, e.Name)
	}
	s.line(")")
	s.line("")
	s.spans(r)
	s.lookup(r)
	return s.source()
}

func (s *source) spans(r *registry) {
	s.line("// Spans lists the spans of the conventions that carry governance, with what each must have.")
	s.line("func Spans() []Span {")
	s.line("return []Span{")
	for _, sp := range r.spans {
		var required []string
		for _, x := range r.flat(sp.Attributes) {
			if x.Level.Name == "required" {
				required = append(required, goName(x.Ref)+"Key")
			}
		}
		s.line("{Type: %q, Kind: %q, Prefix: %q, Required: []attribute.Key{%s}},",
			sp.Type, sp.Kind, sp.Annotations.Prefix, strings.Join(required, ", "))
	}
	s.line("}")
	s.line("}")
	s.line("")
}

func (s *source) lookup(r *registry) {
	s.line("// lookup finds what is declared about key.")
	s.line("func lookup(key attribute.Key) (declaration, bool) {")
	s.line("switch key {")
	for _, a := range r.attributes {
		s.line("case %sKey:", goName(a.Key))
		switch {
		case a.Type.Name == "any":
			s.line("return declaration{any: true}, true")
		case a.Annotations.Closed:
			values := make([]string, len(a.Type.Members))
			for i, m := range a.Type.Members {
				values[i] = fmt.Sprintf("%q", m.Value)
			}
			s.line("return declaration{kind: attribute.STRING, closed: []string{%s}}, true", strings.Join(values, ", "))
		default:
			s.line("return declaration{kind: attribute.%s}, true", attributeKinds[a.Type.Name])
		}
	}
	s.line("}")
	s.line("return declaration{}, false")
	s.line("}")
}

var attributeKinds = map[string]string{
	"string": "STRING", "enum": "STRING", "int": "INT64", "double": "FLOAT64", "boolean": "BOOL",
	"string[]": "STRINGSLICE", "int[]": "INT64SLICE", "double[]": "FLOAT64SLICE", "boolean[]": "BOOLSLICE",
}

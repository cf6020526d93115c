package main

import (
	"bytes"
	"fmt"
	"go/format"
	"strings"
)

// A source is a Go file in the making.
type source struct{ bytes.Buffer }

func newSource(imports ...string) *source {
	s := &source{}
	s.line("// Code generated from semconv/model by semconvgen; DO NOT EDIT.")
	s.line("")
	s.line("package semconv")
	s.line("")
	if len(imports) > 0 {
		s.line("import (")
		for _, path := range imports {
			if path == "" { // between the standard library and the rest
				s.line("")
				continue
			}
			s.line("\t%q", path)
		}
		s.line(")")
		s.line("")
	}
	return s
}

func (s *source) line(format string, args ...any) {
	fmt.Fprintf(s, format+"\n", args...)
}

// comment writes text as comment lines of at most 100 bytes, where its words let it.
func (s *source) comment(text string) {
	const width = 97
	line := ""
	for word := range strings.FieldsSeq(strings.ReplaceAll(text, "`", "")) {
		if line != "" && len(line)+1+len(word) > width {
			s.line("// %s", line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	s.line("// %s", line)
}

func (s *source) source() ([]byte, error) { return format.Source(s.Bytes()) }

const attributePackage = "go.opentelemetry.io/otel/attribute"

func renderOurs(r *registry) ([]byte, error)   { return r.renderAttributes(false) }
func renderPinned(r *registry) ([]byte, error) { return r.renderAttributes(true) }

func (r *registry) renderAttributes(pinned bool) ([]byte, error) {
	s := newSource(attributePackage)
	uses := r.uses()
	for _, a := range r.attributes {
		if a.pinned == pinned {
			s.attribute(a, uses[a.Key])
		}
	}
	return s.source()
}

func (s *source) attribute(a attribute, uses []use) {
	name := goName(a.Key)
	s.comment(fmt.Sprintf("%sKey is %q. %s", name, a.Key, sentence(a.Brief)))
	if a.Note != "" {
		s.line("//")
		s.comment(a.Note)
	}
	s.line("//")
	s.comment(fmt.Sprintf("Type: %s. Stability: %s. Example: %s.", typeText(a), a.Stability, exampleText(a)))
	for _, level := range levels {
		if where := whereText(uses, level); where != "" {
			s.line("//")
			s.comment(fmt.Sprintf("%s %s.", levelTexts[level], where))
		}
	}
	if a.Annotations.PII != "" {
		s.line("//")
		s.comment("Privacy: " + sentence(a.Annotations.PII))
	}
	if d := a.Deprecated; d != nil {
		s.line("//")
		s.comment("Deprecated: " + deprecationText(*d))
	}
	s.line("const %sKey = attribute.Key(%q)", name, a.Key)
	s.line("")
	if len(a.Type.Members) > 0 {
		s.line("// Values of [%sKey].", name)
		s.line("var (")
		for _, m := range a.Type.Members {
			member := name + goName(m.ID)
			s.comment(fmt.Sprintf("%s is %q. %s", member, m.Value, sentence(m.Brief)))
			s.line("%s = %sKey.String(%q)", member, name, m.Value)
		}
		s.line(")")
		s.line("")
	}
	s.constructor(a, name)
}

func (s *source) constructor(a attribute, name string) {
	s.comment(fmt.Sprintf("%s returns %q with value v.", name, a.Key))
	if d := a.Deprecated; d != nil {
		s.line("//")
		s.comment("Deprecated: " + deprecationText(*d))
	}
	param, method := "string", "String"
	switch a.Type.Name {
	case "int":
		param, method = "int", "Int"
	case "double":
		param, method = "float64", "Float64"
	case "boolean":
		param, method = "bool", "Bool"
	case "string[]":
		param, method = "...string", "StringSlice"
	case "int[]":
		param, method = "...int", "IntSlice"
	case "double[]":
		param, method = "...float64", "Float64Slice"
	case "boolean[]":
		param, method = "...bool", "BoolSlice"
	case "any":
		s.line("func %s(v attribute.Value) attribute.KeyValue { return attribute.KeyValue{Key: %sKey, Value: v} }", name, name)
		s.line("")
		return
	}
	s.line("func %s(v %s) attribute.KeyValue { return %sKey.%s(v) }", name, param, name, method)
	s.line("")
}

func renderSchema(r *registry) ([]byte, error) {
	s := newSource()
	s.comment("SchemaURL names this version of the conventions. It goes onto the tracer, the meter and the logger, " +
		"not onto the resource, since resources with different schema URLs cannot be merged.")
	s.line("const SchemaURL = %q", r.manifest.SchemaURL)
	return s.source()
}

func sentence(text string) string {
	text = strings.TrimSpace(text)
	if !strings.HasSuffix(text, ".") && !strings.HasSuffix(text, "?") {
		text += "."
	}
	return text
}

func typeText(a attribute) string {
	if a.Type.Name != "enum" {
		return a.Type.Name
	}
	text := "enum, open"
	if a.Annotations.Closed {
		text = "enum, closed"
	}
	if a.Annotations.Ordered {
		text += ", ordered"
	}
	return text
}

func exampleText(a attribute) string {
	switch ex := a.Examples[0].(type) {
	case string:
		return fmt.Sprintf("%q", ex)
	case []any:
		parts := make([]string, len(ex))
		for i, e := range ex {
			parts[i] = fmt.Sprintf("%q", fmt.Sprint(e))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	default:
		return fmt.Sprint(ex)
	}
}

var levelTexts = map[string]string{
	"required":               "Required on",
	"conditionally_required": "Conditionally required on",
	"recommended":            "Recommended on",
	"opt_in":                 "Opt-in on",
}

// whereText says which signals carry an attribute at a level: "spans a, b; event c".
func whereText(uses []use, level string) string {
	var parts []string
	for _, kind := range []string{"span", "event", "metric"} {
		var names []string
		for _, u := range uses {
			if u.kind == kind && u.level.Name == level {
				names = append(names, u.name)
			}
		}
		switch len(names) {
		case 0:
		case 1:
			parts = append(parts, kind+" "+names[0])
		default:
			parts = append(parts, kind+"s "+strings.Join(names, ", "))
		}
	}
	return strings.Join(parts, "; ")
}

func deprecationText(d deprecation) string {
	if d.RenamedTo != "" {
		return sentence("renamed to " + d.RenamedTo)
	}
	return sentence(d.Note)
}

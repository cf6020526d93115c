package main

import (
	"bytes"
	"fmt"
	"strings"
)

// table renders keys.md, the registry for people.
func (r *registry) table() []byte {
	var b bytes.Buffer
	p := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	p("<!-- Generated from semconv/model by semconvgen; DO NOT EDIT. -->")
	p("")
	p("# Telemetry names")
	p("")
	p("%s Schema URL: `%s`. Everything here has the stability it is listed with; a name is not reused.", sentence(r.manifest.Description), r.manifest.SchemaURL)
	p("")
	p("\"At start\" marks what a head sampler looks at. In the lists of events and metrics the required attributes are bold.")
	p("")
	r.spanTables(p)
	p("## Events")
	p("")
	p("On spans, and as log records where a log bridge is set.")
	p("")
	p("| event | when | attributes |")
	p("| --- | --- | --- |")
	for _, e := range r.events {
		p("| `%s` | %s | %s |", e.Name, cell(e.Brief), refList(r.flat(e.Attributes)))
	}
	p("")
	p("## Metrics")
	p("")
	p("| metric | instrument, unit | what | attributes | buckets |")
	p("| --- | --- | --- | --- | --- |")
	for _, m := range r.metrics {
		p("| `%s` | %s, `%s` | %s | %s | %s |", m.Name, m.Instrument, m.Unit, cell(m.Brief),
			refList(r.flat(m.Attributes)), boundsText(m.Annotations.Buckets))
	}
	p("")
	r.attributeTable(p, "Attributes of our own", false)
	r.attributeTable(p, "Attributes of the conventions that we write", true)
	r.enumTables(p)
	return bytes.TrimRight(b.Bytes(), "\n")
}

func (r *registry) spanTables(p func(string, ...any)) {
	p("## Spans")
	p("")
	p("| span | kind | name | what |")
	p("| --- | --- | --- | --- |")
	for _, s := range r.spans {
		what := sentence(s.Brief)
		if s.Note != "" {
			what += " " + sentence(s.Note)
		}
		p("| `%s` | %s | %s | %s |", s.Type, strings.ToUpper(s.Kind), cell(s.Name.Note), cell(what))
	}
	p("")
	for _, g := range r.groups {
		p("### `%s`", g.ID)
		p("")
		if g.Brief != "" {
			p("%s", sentence(g.Brief))
			p("")
		}
		refTable(p, g.Attributes)
	}
	for _, sp := range r.spans {
		p("### `%s`", sp.Type)
		p("")
		refTable(p, sp.Attributes)
	}
}

// refTable says which attributes a span carries, and when.
func refTable(p func(string, ...any), refs []ref) {
	p("| attribute | level | when |")
	p("| --- | --- | --- |")
	for _, x := range refs {
		if x.RefGroup != "" {
			p("| all of `%s` | | |", x.RefGroup)
			continue
		}
		level := strings.ReplaceAll(x.Level.Name, "_", " ")
		if x.SamplingRelevant {
			level += ", at start"
		}
		p("| `%s` | %s | %s |", x.Ref, level, cell(x.Level.When))
	}
	p("")
}

func (r *registry) attributeTable(p func(string, ...any), title string, pinned bool) {
	p("## %s", title)
	p("")
	p("| key | type | what | example | stability | privacy |")
	p("| --- | --- | --- | --- | --- | --- |")
	for _, a := range r.attributes {
		if a.pinned != pinned {
			continue
		}
		what := sentence(a.Brief)
		if a.Note != "" {
			what += " " + sentence(a.Note)
		}
		if a.Deprecated != nil {
			what += " Deprecated: " + deprecationText(*a.Deprecated)
		}
		p("| `%s` | %s | %s | `%s` | %s | %s |", a.Key, typeText(a), cell(what),
			strings.ReplaceAll(exampleText(a), "|", `\|`), a.Stability, cell(a.Annotations.PII))
	}
	p("")
}

func (r *registry) enumTables(p func(string, ...any)) {
	p("## Values")
	p("")
	for _, a := range r.attributes {
		if len(a.Type.Members) == 0 {
			continue
		}
		p("### `%s` (%s)", a.Key, typeText(a))
		p("")
		p("| value | means |")
		p("| --- | --- |")
		for _, m := range a.Type.Members {
			p("| `%s` | %s |", m.Value, cell(m.Brief))
		}
		p("")
	}
}

// refList names the attributes of an event or a metric, the required ones in bold.
func refList(refs []ref) string {
	parts := make([]string, len(refs))
	for i, x := range refs {
		parts[i] = "`" + x.Ref + "`"
		if x.Level.Name == "required" {
			parts[i] = "**" + parts[i] + "**"
		}
	}
	return strings.Join(parts, ", ")
}

// cell makes text fit into one cell of a table.
func cell(text string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(text), " "), "|", `\|`)
}

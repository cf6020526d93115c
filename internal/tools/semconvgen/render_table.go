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
	p("Levels: **R** required, **C** conditionally required, **r** recommended, **o** opt-in. Keys that a head sampler may want are given at the start of a span and marked *start*.")
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
		buckets := strings.Trim(strings.Join(strings.Fields(fmt.Sprint(m.Annotations.Buckets)), ", "), "[]")
		p("| `%s` | %s, `%s` | %s | %s | %s |", m.Name, m.Instrument, m.Unit, cell(m.Brief), refList(r.flat(m.Attributes)), buckets)
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
		p("**`%s`**", g.ID)
		p("")
		p("%s", refList(g.Attributes))
		p("")
	}
	for _, s := range r.spans {
		p("**`%s`**", s.Type)
		p("")
		p("%s", refList(s.Attributes))
		p("")
	}
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

var levelMarks = map[string]string{"required": "R", "conditionally_required": "C", "recommended": "r", "opt_in": "o"}

func refList(refs []ref) string {
	parts := make([]string, len(refs))
	for i, x := range refs {
		switch {
		case x.RefGroup != "":
			parts[i] = fmt.Sprintf("all of `%s`", x.RefGroup)
		case x.SamplingRelevant:
			parts[i] = fmt.Sprintf("`%s` (%s, *start*)", x.Ref, levelMarks[x.Level.Name])
		default:
			parts[i] = fmt.Sprintf("`%s` (%s)", x.Ref, levelMarks[x.Level.Name])
		}
	}
	return strings.Join(parts, ", ")
}

// cell makes text fit into one cell of a table.
func cell(text string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(text), " "), "|", `\|`)
}

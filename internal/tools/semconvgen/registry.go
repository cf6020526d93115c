package main

import (
	"cmp"
	"slices"
	"strings"
)

// A registry is everything that was loaded: our names and the pinned ones.
type registry struct {
	manifest   manifest
	documents  []document
	attributes []attribute
	groups     []group
	spans      []span
	events     []event
	metrics    []metric
	imported   []string // "event …" and "metric …", what our model takes from the conventions
}

func (r *registry) add(d document) {
	r.documents = append(r.documents, d)
	for _, a := range d.Attributes {
		a.file, a.pinned = d.file, d.pinned
		r.attributes = append(r.attributes, a)
	}
	for _, g := range d.Groups {
		g.file = d.file
		r.groups = append(r.groups, g)
	}
	for _, s := range d.Spans {
		s.file = d.file
		r.spans = append(r.spans, s)
	}
	for _, e := range d.Events {
		e.file, e.pinned = d.file, d.pinned
		r.events = append(r.events, e)
	}
	for _, m := range d.Metrics {
		m.file, m.pinned = d.file, d.pinned
		r.metrics = append(r.metrics, m)
	}
	for _, name := range d.Imports.Events {
		r.imported = append(r.imported, "event "+name)
	}
	for _, name := range d.Imports.Metrics {
		r.imported = append(r.imported, "metric "+name)
	}
}

// sort makes the outputs independent of the order and the names of the files.
// Spans keep the order they were written in: a turn before its calls.
func (r *registry) sort() {
	slices.SortStableFunc(r.attributes, func(a, b attribute) int { return compareKeys(a.Key, b.Key) })
	slices.SortStableFunc(r.events, func(a, b event) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortStableFunc(r.metrics, func(a, b metric) int { return cmp.Compare(a.Name, b.Name) })
}

// compareKeys compares segment by segment, so that a namespace stays together.
func compareKeys(a, b string) int {
	return slices.Compare(strings.Split(a, "."), strings.Split(b, "."))
}

func (r *registry) attribute(key string) (attribute, bool) {
	i := slices.IndexFunc(r.attributes, func(a attribute) bool { return a.Key == key })
	if i < 0 {
		return attribute{}, false
	}
	return r.attributes[i], true
}

// flat resolves groups into single references. A reference beside a group
// overrides the group's own to the same attribute, as the format has it. A group
// that is not declared resolves to nothing; check reports it.
func (r *registry) flat(refs []ref) []ref {
	var direct []string
	for _, x := range refs {
		direct = append(direct, x.Ref)
	}
	var out []ref
	for _, x := range refs {
		if x.RefGroup == "" {
			out = append(out, x)
			continue
		}
		for _, g := range r.groups {
			if g.ID != x.RefGroup {
				continue
			}
			for _, y := range g.Attributes {
				if y.RefGroup == "" && !slices.Contains(direct, y.Ref) {
					out = append(out, y)
				}
			}
		}
	}
	return out
}

// A use says where an attribute is found and how binding it is there.
type use struct {
	kind, name string // "span", "ambit.execute_tool"
	level      level
}

// uses lists for each key the signals that carry it: spans, events, metrics.
func (r *registry) uses() map[string][]use {
	all := make(map[string][]use)
	add := func(kind, name string, refs []ref) {
		for _, x := range r.flat(refs) {
			all[x.Ref] = append(all[x.Ref], use{kind, name, x.Level})
		}
	}
	for _, s := range r.spans {
		add("span", s.Type, s.Attributes)
	}
	for _, e := range r.events {
		add("event", e.Name, e.Attributes)
	}
	for _, m := range r.metrics {
		add("metric", m.Name, m.Attributes)
	}
	return all
}

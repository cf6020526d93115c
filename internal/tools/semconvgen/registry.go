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
	imported   []string // metric names our model imports
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
		e.file = d.file
		r.events = append(r.events, e)
	}
	for _, m := range d.Metrics {
		m.file, m.pinned = d.file, d.pinned
		r.metrics = append(r.metrics, m)
	}
	r.imported = append(r.imported, d.Imports.Metrics...)
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

// flat resolves groups into single references. An unknown group, or a group
// within itself, resolves to nothing; check reports both.
func (r *registry) flat(refs []ref) []ref { return r.flatten(refs, nil) }

func (r *registry) flatten(refs []ref, open []string) []ref {
	var out []ref
	for _, x := range refs {
		if x.RefGroup == "" {
			out = append(out, x)
			continue
		}
		i := slices.IndexFunc(r.groups, func(g group) bool { return g.ID == x.RefGroup })
		if i < 0 || slices.Contains(open, x.RefGroup) {
			continue
		}
		out = append(out, r.flatten(r.groups[i].Attributes, append(open, x.RefGroup))...)
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

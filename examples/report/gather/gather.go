// Package gather collects all spans of one session: from Jaeger's or Tempo's query
// API, over all services, traces and pages, or from files.
package gather

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ambit-go/ambit/examples/report/spans"
	"github.com/ambit-go/ambit/semconv"
)

// A Gathered session is its spans, where they came from, and what may be missing.
type Gathered struct {
	Session  string
	Spans    []spans.Span
	Source   Source
	Problems []string // reasons for which the record may not be whole
}

// A Source says where spans came from and how they were asked for.
type Source struct {
	Kind     string   `json:"kind"`  // jaeger, tempo, otlp or recording
	Where    string   `json:"where"` // address or files
	Services []string `json:"services,omitempty"`
	Traces   int      `json:"traces,omitempty"`   // that hold spans of the session
	Searches int      `json:"searches,omitempty"` // pages that were asked for
}

// ErrNotFound says that there is nothing of the session.
var ErrNotFound = errors.New("no span of this session")

// A Window is the time that is searched.
type Window struct{ From, To time.Time }

// A Backend is a place that can be searched for traces.
type Backend interface {
	// Source describes the backend, and lists the services to search one by one. No
	// services: all are searched at once.
	Source(ctx context.Context) (Source, error)

	// Find returns the ids of traces with a span of the session that began in w, and
	// whether there may be more than one answer holds. least is the narrowest window
	// it can tell apart.
	Find(ctx context.Context, service, session string, w Window) (ids []string, full bool, err error)
	Least() time.Duration

	// Widest is the widest window that may be asked for; 0 for any.
	Widest() time.Duration

	// Trace returns all spans of a trace, and what the backend says is missing of it.
	Trace(ctx context.Context, id string) (all []spans.Span, missing string, err error)
}

// Session gathers a session from a backend.
//
// Neither query API has pages: an answer holds at most so many traces, and does not
// say whether there are more. So a window whose answer is full is searched again in
// halves, until no answer is.
func Session(ctx context.Context, b Backend, session string, w Window) (Gathered, error) {
	g := Gathered{Session: session}
	var err error
	if g.Source, err = b.Source(ctx); err != nil {
		return g, err
	}
	services := g.Source.Services
	if len(services) == 0 {
		services = []string{""}
	}
	found := map[string]bool{}
	s := search{ctx: ctx, backend: b, session: session, gathered: &g, found: found}
	for _, service := range services {
		for _, part := range parts(w, b.Widest()) {
			if err := s.window(service, part); err != nil {
				return g, err
			}
		}
	}
	ids := make([]string, 0, len(found))
	for id := range found {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		all, missing, err := b.Trace(ctx, id)
		if err != nil {
			return g, err
		}
		if missing != "" {
			g.Problems = append(g.Problems, fmt.Sprintf("trace %s: %s", id, missing))
		}
		g.Spans = append(g.Spans, Of(session, all)...)
	}
	g.Source.Traces = len(ids)
	g.Spans = spans.Join(g.Spans)
	if len(g.Spans) == 0 {
		return g, fmt.Errorf("%w: %q, from %s to %s", ErrNotFound, session, w.From.UTC().Format(time.DateTime), w.To.UTC().Format(time.DateTime))
	}
	return g, nil
}

type search struct {
	ctx      context.Context
	backend  Backend
	session  string
	gathered *Gathered
	found    map[string]bool
}

// window searches w, and its halves if there may be more than one answer holds.
func (s *search) window(service string, w Window) error {
	ids, full, err := s.backend.Find(s.ctx, service, s.session, w)
	if err != nil {
		return err
	}
	s.gathered.Source.Searches++
	for _, id := range ids {
		s.found[id] = true
	}
	if !full {
		return nil
	}
	if w.To.Sub(w.From) < 2*s.backend.Least() {
		s.gathered.Problems = append(s.gathered.Problems,
			fmt.Sprintf("more traces began at %s than one answer of the query API holds", w.From.UTC().Format(time.RFC3339Nano)))
		return nil
	}
	middle := w.From.Add(w.To.Sub(w.From) / 2).Truncate(s.backend.Least())
	if err := s.window(service, Window{w.From, middle}); err != nil {
		return err
	}
	return s.window(service, Window{middle, w.To})
}

// parts cuts w into windows of at most the given width.
func parts(w Window, widest time.Duration) (list []Window) {
	for widest > 0 && w.To.Sub(w.From) > widest {
		next := w.From.Add(widest)
		list = append(list, Window{w.From, next})
		w.From = next
	}
	return append(list, w)
}

// Of returns the spans of a session: those that say so, and those below them, which
// others made on the session's behalf.
func Of(session string, all []spans.Span) []spans.Span {
	type id struct{ trace, span string }
	children := map[id][]int{}
	for i := range all {
		s := &all[i]
		children[id{s.TraceID, s.Parent}] = append(children[id{s.TraceID, s.Parent}], i)
	}
	keep := make([]bool, len(all))
	var work []int
	for i := range all {
		if all[i].Str(semconv.AmbitSessionIDKey) == session {
			work = append(work, i)
		}
	}
	for len(work) > 0 {
		i := work[len(work)-1]
		work = work[:len(work)-1]
		if keep[i] {
			continue
		}
		keep[i] = true
		if all[i].ID != "" {
			work = append(work, children[id{all[i].TraceID, all[i].ID}]...)
		}
	}
	var of []spans.Span
	for i := range all {
		if keep[i] {
			of = append(of, all[i])
		}
	}
	return of
}

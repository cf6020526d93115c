package gather

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/ambit-go/ambit/agentspan/hookspan/recording"
	"github.com/ambit-go/ambit/examples/internal/recordings"
	"github.com/ambit-go/ambit/examples/report/spans"
	"github.com/ambit-go/ambit/semconv"
)

// Files gathers a session from files: traces as OTLP JSON, or what a coding agent
// recorded, which is replayed. session may be empty if they hold one session only.
func Files(ctx context.Context, names []string, session string, o Replay) (Gathered, error) {
	g := Gathered{Session: session, Source: Source{Kind: "otlp", Where: strings.Join(names, ", ")}}
	files, errs := recordings.Files(names)
	if len(errs) > 0 {
		return g, errors.Join(errs...)
	}
	var all []spans.Span
	reader := &recording.Reader{}
	recorded := false
	for _, name := range files {
		list, isOTLP, err := read(name)
		if err != nil && !isOTLP {
			return g, err
		}
		if err != nil {
			g.Problems = append(g.Problems, fmt.Sprintf("%s: %v", name, err))
		}
		all = append(all, list...)
		if isOTLP {
			continue
		}
		recorded = true
		if err := recordings.Add(reader, name); err != nil {
			return g, err
		}
	}
	if !recorded {
		return g.choose(all)
	}
	g.Source.Kind = "recording"
	for _, p := range reader.Problems() {
		g.Problems = append(g.Problems, p.String())
	}
	return g.replay(ctx, reader.Sessions(), o)
}

// choose takes the session that is asked for, or the only one.
func (g Gathered) choose(all []spans.Span) (Gathered, error) {
	all = spans.Join(all)
	counts := map[string]int{}
	var order []string
	for i := range all {
		id := all[i].Str(semconv.AmbitSessionIDKey)
		if id == "" {
			continue
		}
		if counts[id] == 0 {
			order = append(order, id)
		}
		counts[id]++
	}
	if g.Session == "" {
		if len(order) != 1 {
			return g, several(order, func(id string) string { return fmt.Sprintf("%d spans", counts[id]) })
		}
		g.Session = order[0]
	}
	g.Spans = Of(g.Session, all)
	traces := map[string]bool{}
	for i := range g.Spans {
		traces[g.Spans[i].TraceID] = true
	}
	g.Source.Traces = len(traces)
	if len(g.Spans) == 0 {
		return g, fmt.Errorf("%w: %q", ErrNotFound, g.Session)
	}
	return g, nil
}

// several says that somebody has to choose, and among what.
func several(ids []string, about func(string) string) error {
	if len(ids) == 0 {
		return fmt.Errorf("%w", ErrNotFound)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d sessions; choose one with -session:", len(ids))
	for _, id := range ids {
		fmt.Fprintf(&b, "\n  %s  %s", id, about(id))
	}
	return fmt.Errorf("%s", b.String())
}

// maxPeek is how much of a file is looked at to tell what it is.
const maxPeek = 64 << 10

// read reads a file of OTLP JSON; isOTLP is false if it is something else.
func read(name string) (all []spans.Span, isOTLP bool, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, false, err
	}
	defer f.Close()
	r, err := plain(f)
	if err != nil {
		return nil, false, fmt.Errorf("%s: %w", name, err)
	}
	head, _ := r.Peek(maxPeek)
	for _, key := range [...]string{`"resourceSpans"`, `"batches"`} {
		if i := bytes.Index(head, []byte(key)); i >= 0 && i < 200 { // the first key, or that of an envelope
			all, err = spans.Decode(r)
			return all, true, err
		}
	}
	return nil, false, nil
}

// plain takes off gzip, if that is there.
func plain(r io.Reader) (*bufio.Reader, error) {
	b := bufio.NewReaderSize(r, maxPeek)
	if head, _ := b.Peek(2); !bytes.Equal(head, []byte{0x1f, 0x8b}) {
		return b, nil
	}
	z, err := gzip.NewReader(b)
	if err != nil {
		return nil, err
	}
	return bufio.NewReaderSize(z, maxPeek), nil
}

// when says how much a recorded session is, and of when.
func when(s *recording.Session) string {
	if s.Start.IsZero() {
		return fmt.Sprintf("%d calls, %s", s.Calls(), s.Format)
	}
	return fmt.Sprintf("%d calls, %s, %s", s.Calls(), s.Format, s.Start.UTC().Format(time.DateTime))
}

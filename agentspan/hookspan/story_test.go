package hookspan_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/agentspan/hookspan"
	"github.com/ambit-go/ambit/agentspan/hookspan/recording"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/semconv"
)

var update = flag.Bool("update", false, "rewrite the want section of the stories")

// TestStories replays the recordings of each story in testdata and compares the tree
// of their spans with its last section, want. The comment above the first file says
// what it is about; a section policy names tools that are denied ("deny Write"), need
// approval ("ask Write"), or says that the whole session is denied ("session").
func TestStories(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".txtar")
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			story, want, _ := strings.Cut(string(data), "-- want --\n")
			got := tell(t, story)
			if *update {
				if err := os.WriteFile(path, []byte(story+"-- want --\n"+got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(want, got); diff != "" {
				comment, _, _ := strings.Cut(story, "-- ")
				t.Errorf("%s(-want +got)\n%s", comment, diff)
			}
		})
	}
}

// tell replays the files of a story and returns what came of them.
func tell(t *testing.T, story string) string {
	t.Helper()
	var checker boundary.Checker
	var r recording.Reader
	for name, text := range sections(story) {
		switch {
		case name == "policy":
			checker = newPolicy(text)
		default:
			if err := r.Add(name, strings.NewReader(text)); err != nil {
				t.Fatal(err)
			}
		}
	}
	tracer, rec := newTracer(t, checker)
	var b strings.Builder
	for _, s := range r.Sessions() {
		rec.Reset()
		if err := hookspan.Replay(t.Context(), tracer, s, hookspan.ReplayOptions{}); err != nil {
			t.Fatal(err)
		}
		if err := agentspantest.Conforms(rec.Spans()); err != nil {
			t.Error(err)
		}
		form := agentspantest.Form{
			Hide: []string{"owner_missing"},
			Keys: []attribute.Key{semconv.AmbitDecisionSourceKey, semconv.AmbitCallRanKey, semconv.AmbitCallResultSizeKey, semconv.AmbitSessionCallCountKey},
		}
		if checker == nil {
			form.Hide = append(form.Hide, "outcome")
		}
		if err := form.Write(&b, rec.Spans()); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range r.Problems() {
		fmt.Fprintln(&b, p)
	}
	return b.String()
}

// sections yields the files of a story.
func sections(story string) func(func(name, text string) bool) {
	return func(yield func(name, text string) bool) {
		_, rest, ok := strings.Cut(story, "-- ")
		for ok {
			name, more, found := strings.Cut(rest, " --\n")
			if !found {
				return
			}
			var text string
			text, rest, ok = strings.Cut(more, "\n-- ")
			if !yield(name, strings.TrimSuffix(text, "\n")+"\n") {
				return
			}
		}
	}
}

// newTracer returns a tracer that replays, with effects that are told simply: what
// these tests are about is not how they are found.
func newTracer(t *testing.T, c boundary.Checker, opts ...agentspan.Option) (*agentspan.Tracer, *agentspantest.Recorder) {
	t.Helper()
	analyzer := effect.AnalyzerFunc(func(dst []effect.Effect, c effect.Call) []effect.Effect {
		return append(dst, effect.Effect{Kind: effect.Command, Access: effect.Exec, Target: c.Tool, Certainty: effect.Exact})
	})
	return agentspantest.New(t, append(opts, agentspan.WithAnalyzer(analyzer), agentspan.WithChecker(hookspan.Recorded(c)))...)
}

// A policy denies tools, or asks about them, by name.
type policy struct {
	verdicts map[string]boundary.Verdict
	session  bool // the session is denied
}

func newPolicy(text string) policy {
	p := policy{verdicts: map[string]boundary.Verdict{}}
	for line := range strings.Lines(text) {
		word, tool, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch word {
		case "deny":
			p.verdicts[tool] = boundary.Deny
		case "ask":
			p.verdicts[tool] = boundary.RequireApproval
		case "session":
			p.session = true
		}
	}
	return p
}

func (p policy) Check(_ context.Context, req boundary.Request) (boundary.Decision, error) {
	v, ok := p.verdicts[req.Tool]
	if !ok {
		return boundary.Decision{
			Verdict: boundary.Allow, Source: boundary.ByPolicy,
			Because: []boundary.Determination{{Verdict: boundary.Allow, Reason: boundary.ReasonGranted, Grant: "others"}},
		}, nil
	}
	return boundary.Decision{
		Verdict: v, Source: boundary.ByPolicy,
		Because:   []boundary.Determination{{Verdict: v, Reason: boundary.ReasonDeniedByRule, Rule: "no-" + strings.ToLower(req.Tool)}},
		Crossings: []boundary.Crossing{{Kind: boundary.OutOfScope}},
	}, nil
}

func (p policy) CheckSession(context.Context, boundary.SessionInfo, boundary.History) (boundary.Decision, error) {
	if !p.session {
		return boundary.Decision{Verdict: boundary.NotEvaluated}, nil
	}
	return boundary.Decision{
		Source: boundary.ByPolicy, Because: []boundary.Determination{{Reason: boundary.ReasonOwnerMissing}},
		Crossings: []boundary.Crossing{{Kind: boundary.Unowned}},
	}, nil
}

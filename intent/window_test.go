package intent_test

import (
	"context"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/secret"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/intent"
)

// keeper records the last window it was asked about.
type keeper struct{ window []intent.Action }

func (k *keeper) Classify(_ context.Context, window []intent.Action) (intent.Result, error) {
	k.window = slices.Clone(window)
	return intent.Result{Label: intent.Destruction, Anomalous: true, Score: 1, Evidence: []int{0}, Departed: 1}, nil
}

func TestWindowStreamKeepsTheLastSixteen(t *testing.T) {
	var k keeper
	s := intent.WindowStream(&k)
	var r intent.Result
	for i := range 40 {
		var err error
		if r, err = s.Observe(t.Context(), intent.Action{Tool: "Bash", Text: strings.Repeat("x", i)}); err != nil {
			t.Fatal(err)
		}
	}
	if len(k.window) != 16 || len(k.window[0].Text) != 24 || len(k.window[15].Text) != 39 {
		t.Errorf("window of %d from %d to %d; want the last 16, oldest first", len(k.window), len(k.window[0].Text), len(k.window[15].Text))
	}
	if !slices.Equal(r.Evidence, []int{24}) || r.Departed != 25 {
		t.Errorf("evidence %v, departed %d; want them counted from the beginning of the stream", r.Evidence, r.Departed)
	}
}

func TestWindowStreamBoundsAnAction(t *testing.T) {
	var k keeper
	long := strings.Repeat("é", 4000)
	a := intent.Action{
		Tool: long, Server: long, Text: long,
		Effects:  slices.Repeat([]effect.Effect{{Kind: effect.Path, Access: effect.Read, Target: long, Raw: "cat secret", At: "/command", Certainty: effect.Exact}}, 50),
		Findings: slices.Repeat([]secret.Finding{{Kind: long}}, 50),
		Switches: slices.Repeat([]identity.Switch{{Kind: identity.SubjectChanged, From: long}}, 50),
	}
	if _, err := intent.WindowStream(&k).Observe(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	got := k.window[0]
	texts := len(got.Tool) + len(got.Server) + len(got.Text)
	for _, e := range got.Effects {
		texts += len(e.Target)
		if e.Raw != "" || !utf8.ValidString(e.Target) || e.Target != "" && e.Certainty == effect.Exact {
			t.Errorf("effect %+v: raw text kept, a rune split, or a cut target called exact", e)
		}
	}
	if texts > 768 || len(got.Effects) > 8 || len(got.Findings) > 4 || len(got.Switches) > 2 {
		t.Errorf("kept %d bytes, %d effects, %d findings, %d switches", texts, len(got.Effects), len(got.Findings), len(got.Switches))
	}
	if !utf8.ValidString(got.Text) || !utf8.ValidString(got.Tool) {
		t.Error("a rune was split")
	}
}

func TestWindowStreamCopies(t *testing.T) {
	var k keeper
	s := intent.WindowStream(&k)
	effects := []effect.Effect{{Kind: effect.Path, Access: effect.Read, Target: "/repo/a.go", Certainty: effect.Exact}}
	if _, err := s.Observe(t.Context(), intent.Action{Tool: "Read", Effects: effects}); err != nil {
		t.Fatal(err)
	}
	effects[0].Target = "/overwritten"
	if _, err := s.Observe(t.Context(), call("Edit")); err != nil {
		t.Fatal(err)
	}
	want := []effect.Effect{{Kind: effect.Path, Access: effect.Read, Target: "/repo/a.go", Certainty: effect.Exact}}
	if d := cmp.Diff(want, k.window[0].Effects); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

// TestWindowStreamMemory holds the promise of 32 KiB a session, for actions as
// large as they come.
func TestWindowStreamMemory(t *testing.T) {
	const sessions = 200
	a := intent.Action{
		Tool: "Bash", Server: "shell", Text: strings.Repeat("x", 1<<16),
		Effects:  slices.Repeat([]effect.Effect{{Kind: effect.Path, Access: effect.Read, Target: strings.Repeat("/folder", 40)}}, 40),
		Findings: slices.Repeat([]secret.Finding{{Kind: "github-pat"}}, 40),
		Switches: slices.Repeat([]identity.Switch{{Kind: identity.SubjectChanged}}, 40),
	}
	streams := make([]intent.Stream, sessions)
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for i := range streams {
		streams[i] = intent.WindowStream(fixed{})
		for range 20 {
			if _, err := streams[i].Observe(t.Context(), a); err != nil {
				t.Fatal(err)
			}
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	each := int(after.HeapAlloc-before.HeapAlloc) / sessions
	t.Logf("%d bytes a session", each)
	if each > 32<<10 {
		t.Errorf("%d bytes a session, want at most 32 KiB", each)
	}
	runtime.KeepAlive(streams)
}

func TestNewStreamPrefersTheClassifiersOwn(t *testing.T) {
	s := intent.NewStream(intent.Default(), []intent.Label{intent.Docs})
	if _, err := s.Observe(t.Context(), call("Read")); err != nil {
		t.Fatal(err)
	}
	if _, err := intent.NewStream(nil, nil).Observe(t.Context(), call("Read")); err == nil {
		t.Error("a nil classifier answered")
	}
}

func contextWithCancel(t *testing.T) (context.Context, context.CancelFunc) {
	t.Helper()
	return context.WithCancel(t.Context())
}

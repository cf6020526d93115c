package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/examples/report/render"
	"github.com/ambit-go/ambit/examples/report/spans"
	"github.com/ambit-go/ambit/examples/report/story"
)

var update = flag.Bool("update", false, "rewrite what is wanted")

// golden compares text with testdata/NAME.txt.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".txt")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func textOf(t *testing.T, session string, all []spans.Span) string {
	t.Helper()
	g := gathered(session, all)
	var b strings.Builder
	if err := render.Text(&b, &g, story.New(session, g.Spans)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestText is the report as a person reads it, without what the classifier says, which
// learns, and what a summary counts, which is the tracer's to say.
func TestText(t *testing.T) {
	unjudged := newWorker(t, "mode: observe\n")
	tests := []struct {
		name string
		all  []spans.Span
	}{
		{"enforced", governed(t)},
		{"observed", unjudged.session("s-1", working(), straying())},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for i := range tt.all {
				s := &tt.all[i]
				for k := range s.Attrs {
					counted := strings.HasPrefix(k, "ambit.session.") && (strings.HasSuffix(k, ".count") || strings.HasSuffix(k, "_radius"))
					if strings.HasPrefix(k, "ambit.intent.") || counted && k != "ambit.session.call.count" {
						delete(s.Attrs, k)
					}
				}
				s.Events = slices.DeleteFunc(s.Events, func(e spans.Event) bool { return strings.HasPrefix(e.Name, "ambit.intent.") })
			}
			golden(t, tt.name, textOf(t, "s-1", tt.all))
		})
	}
}

// TestAnotherWayIsTold holds that the report says which call got to what another one
// was refused for.
func TestAnotherWayIsTold(t *testing.T) {
	text := textOf(t, "s-1", newWorker(t, "").session("s-1", []step{
		{tool: "Bash", args: map[string]string{"command": "curl https://pkg.go.dev/math"}}, {tool: "WebFetch", args: map[string]string{"url": "https://pkg.go.dev/math"}},
	}))
	for _, want := range []string{"1 call that ran got to what another was refused for  (#2)", "WebFetch  pkg.go.dev  [refused another way before]"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}

// TestAnUnknownTimeIsNotTold holds that an approval of which nobody knows when it came,
// as in a recording, has no time.
func TestAnUnknownTimeIsNotTold(t *testing.T) {
	for _, tt := range []struct {
		latency any
		want    string
	}{{nil, "[approval: approved]"}, {int64(5200), "[approval: approved after 5.2 s]"}} {
		all := governed(t)
		for i := range all {
			if all[i].Attrs["ambit.session.seq"] == int64(3) {
				all[i].Attrs["ambit.approval.outcome"] = "approved"
				if tt.latency != nil {
					all[i].Attrs["ambit.approval.latency_ms"] = tt.latency
				}
			}
		}
		if text := textOf(t, "s-1", all); !strings.Contains(text, tt.want) {
			t.Errorf("%q is not in\n%s", tt.want, text)
		}
	}
}

// TestTheLastSummaryCounts holds that a session which was dropped and went on, and so has
// two summaries, is no two sessions, of one of which nothing is there.
func TestTheLastSummaryCounts(t *testing.T) {
	all := governed(t)
	want := story.New("s-1", all)
	i := slices.IndexFunc(all, func(s spans.Span) bool { return s.Name == "session triage" })
	early := all[i]
	early.ID, early.End, early.Attrs = "00000000000000aa", early.Start.Add(time.Second), maps.Clone(early.Attrs)
	early.Attrs["ambit.session.seq"], early.Attrs["ambit.session.call.count"] = int64(2), int64(2)
	for name, both := range map[string][]spans.Span{
		"first": append([]spans.Span{early}, all...),
		"last":  append(slices.Clone(all), early),
	} {
		got := story.New("s-1", both)
		if diff := cmp.Diff(len(want.Counters), len(got.Counters)); diff != "" || got.Missing() != want.Missing() {
			t.Errorf("the early one %s: %d numbers are missing, want %d; counters (-want +got):\n%s", name, got.Missing(), want.Missing(), diff)
		}
		if got.Summary == nil || got.Summary.ID != all[i].ID {
			t.Errorf("the early one %s: it is taken for the session's", name)
		}
	}
}

// TestGuessesAreNotTold holds that a label which the classifier hardly believes itself
// is no part of the story.
func TestGuessesAreNotTold(t *testing.T) {
	all := governed(t)
	for i := range all {
		if all[i].Attrs["ambit.session.seq"] == int64(5) {
			all[i].Attrs["ambit.intent.label"], all[i].Attrs["ambit.intent.score"] = "destruction", 0.11
			all[i].Events = append(all[i].Events, spans.Event{Name: "ambit.intent.changed", Attrs: map[string]any{"ambit.intent.label": "destruction", "ambit.intent.score": 0.11}})
		}
	}
	if text := textOf(t, "s-1", all); strings.Contains(text, "destruction") {
		t.Errorf("a guess is told:\n%s", text)
	}
}

// TestTerminalObeysNothing holds that no value of a span reaches a terminal as a
// command, nor turns the direction of a line.
func TestTerminalObeysNothing(t *testing.T) {
	text := textOf(t, evil[0], hostile())
	for _, bad := range []string{"\x1b", "\x07", "\u202e", "\u2066", "\u200b", "\u2028", "\xff"} {
		if strings.Contains(text, bad) {
			t.Errorf("the text holds %q", bad)
		}
	}
	if !strings.Contains(text, "⟨U+202E⟩") || !strings.Contains(text, "⟨U+001B⟩") {
		t.Error("what was hidden is not shown")
	}
}

// TestEvidence holds that the evidence says what it leaves out, and keeps values to
// the letter.
func TestEvidence(t *testing.T) {
	g := gathered(evil[0], hostile())
	doc, sum, err := render.Evidence(&g, story.New(evil[0], g.Spans), noon)
	if err != nil {
		t.Fatal(err)
	}
	again, same, err := render.Evidence(&g, story.New(evil[0], g.Spans), noon)
	if err != nil || same != sum || !bytes.Equal(doc, again) {
		t.Errorf("the same evidence, made twice, differs: %v", err)
	}
	for _, bad := range []string{"<", ">", "\u202e", "\x1b"} {
		if bytes.Contains(doc, []byte(bad)) {
			t.Errorf("the evidence holds %q as it is", bad)
		}
	}
	var e struct {
		Format  string
		Session string
		Record  struct{ Complete, Summary bool }
		Calls   []struct{ Call int }
		Spans   []spans.Span
	}
	if err := json.Unmarshal(doc, &e); err != nil {
		t.Fatal(err)
	}
	if e.Format != "ambit-session-report/1" || e.Session != evil[0] || e.Record.Complete || e.Record.Summary || len(e.Calls) != len(evil) || len(e.Spans) != len(evil)+1 {
		t.Errorf("evidence %+v", e)
	}
	if got := e.Spans[7].Attrs["gen_ai.tool.name"]; got != evil[6] && got != evil[7] {
		t.Errorf("a value came back as %q", got)
	}
}

func TestFiles(t *testing.T) {
	var stdout bytes.Buffer
	recording := "../internal/replay/testdata/transcript.jsonl"
	if err := run(t.Context(), []string{"-o", "text", "-owner", "ada", "-prompts", "-policy", "../internal/replay/testdata/task.yaml", recording}, "", &stdout, io.Discard); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"1 OF 4 CALLS RAN THAT POLICY WOULD REFUSE; 1 MORE WAS REFUSED", "for ada on payments-rounding", "Subagent Explore, started by #1", "a person said no", "“"} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("the report does not say %q:\n%s", want, &stdout)
		}
	}
	out := filepath.Join(t.TempDir(), "report.html")
	if err := run(t.Context(), []string{"-out", out, recording}, "", io.Discard, io.Discard); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(out); err != nil || info.Mode().Perm() != 0o600 || info.Size() < 10_000 {
		t.Errorf("report %v, %v: nobody else may read it", info, err)
	}
}

func TestOTLPFile(t *testing.T) {
	var stdout bytes.Buffer
	err := run(t.Context(), []string{"-o", "text", "testdata/two-sessions.json"}, "", &stdout, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "a-1") || !strings.Contains(err.Error(), "b-1") {
		t.Errorf("error %v, want both sessions named", err)
	}
	if err := run(t.Context(), []string{"-o", "text", "-session", "b-1", "testdata/two-sessions.json"}, "", &stdout, io.Discard); err != nil {
		t.Fatal(err)
	}
	golden(t, "otlp", stdout.String())
}

func TestUsage(t *testing.T) {
	for _, args := range [][]string{{}, {"-jaeger", "x"}, {"-jaeger", "x", "-tempo", "y", "-session", "s"}, {"-o", "pdf", "f"}, {"no-such-file"}, {"testdata"}} {
		if err := run(t.Context(), args, "", io.Discard, io.Discard); err == nil {
			t.Errorf("%q is taken", args)
		}
	}
}

// FuzzReport feeds what a backend may answer. Whatever it is, there is a report, and
// nothing hidden in it.
func FuzzReport(f *testing.F) {
	f.Add([]byte(`{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0000000000000000000000000000000a","spanId":"0000000000000001","name":"invoke_agent","attributes":[{"key":"ambit.session.id","value":{"stringValue":"s"}},{"key":"gen_ai.operation.name","value":{"stringValue":"invoke_agent"}}]},{"traceId":"0000000000000000000000000000000a","spanId":"0000000000000002","parentSpanId":"0000000000000001","name":"refuse_tool x","startTimeUnixNano":"5","attributes":[{"key":"ambit.session.id","value":{"stringValue":"s"}},{"key":"ambit.session.seq","value":{"intValue":"3"}}],"events":[{"name":"ambit.identity.switched"}]},{"name":"session","attributes":[{"key":"ambit.session.call.count","value":{"intValue":"9"}}]}]}]}]}`), "s")
	f.Add([]byte(`{"batches":[{"scopeSpans":[{"spans":[{"traceId":"AAAAAAAAAAAAAAAAAAAAAQ==","spanId":"AAAAAAAAAAE=","parentSpanId":"AAAAAAAAAAE=","name":"execute_tool","kind":"SPAN_KIND_CLIENT","attributes":[{"key":"ambit.session.id","value":{"stringValue":"s"}},{"key":"ambit.session.seq","value":{"intValue":9223372036854775807}},{"key":"gen_ai.operation.name","value":{"stringValue":"execute_tool"}}]}]}]}]}`), "s")
	f.Fuzz(func(t *testing.T, doc []byte, session string) {
		all, err := spans.Decode(bytes.NewReader(doc))
		if err != nil {
			return
		}
		all = spans.Join(all)
		g := gathered(session, all)
		s := story.New(session, all)
		var text, page bytes.Buffer
		if err := render.Text(&text, &g, s); err != nil {
			t.Fatal(err)
		}
		if err := render.HTML(&page, &g, s, noon); err != nil {
			t.Fatal(err)
		}
		for _, out := range []*bytes.Buffer{&text, &page} {
			if bytes.ContainsAny(out.Bytes(), "\x1b\u202e\u2066") {
				t.Errorf("hidden characters in %q", out)
			}
		}
	})
}

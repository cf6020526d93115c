package render

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ambit-go/ambit/examples/report/gather"
	"github.com/ambit-go/ambit/examples/report/story"
)

// Text writes a session for a terminal. Nothing in it depends on colour, and nothing
// that came from a span reaches the terminal as a command.
func Text(w io.Writer, g *gather.Gathered, s *story.Story) error {
	b := bufio.NewWriter(w)
	t := &text{w: b, s: s}
	t.head(g)
	t.findings()
	t.reach()
	t.refused()
	t.timeline()
	t.record(g)
	return b.Flush()
}

type text struct {
	w *bufio.Writer
	s *story.Story
}

// line writes a line; every argument is made visible.
func (t *text) line(format string, args ...any) {
	for i, a := range args {
		if s, ok := a.(string); ok {
			args[i] = visible(s)
		}
	}
	fmt.Fprintf(t.w, format+"\n", args...) // a bufio.Writer keeps its first error for Flush
}

func (t *text) title(s string) {
	t.line("")
	t.line("%s", strings.ToUpper(s))
}

func (t *text) head(g *gather.Gathered) {
	s := t.s
	t.line("%s", strings.ToUpper(s.Headline()))
	t.line("%s", sentence(s))
	t.line("")
	for _, f := range facts(s) {
		t.line("  %-12s %s", f.Name, f.Value)
	}
	t.line("  %-12s %s", "calls", verdictLine(s.Counts))
	n, counted := s.Radius()
	by := "as its spans name it"
	if counted {
		by = "as the session counted it"
	}
	t.line("  %-12s %d, %s", "reached", n, by)
	t.line("  %-12s %s", "record", completeness(s, len(g.Problems)))
}

func (t *text) findings() {
	t.title("what to look at")
	if len(t.s.Findings) == 0 {
		t.line("  nothing")
	}
	for _, f := range t.s.Findings {
		t.line("  %s %s%s", mark[f.Grade], f.Title, callList(f.Calls))
		if f.Why != "" {
			t.line("      %s", f.Why)
		}
	}
}

var mark = [...]string{story.Grave: "!!", story.Held: " x", story.Note: " -"}

// callList names calls by number.
func callList(calls []*story.Call) string {
	if len(calls) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("  (")
	for i, c := range calls {
		if i == 8 {
			fmt.Fprintf(&b, " and %d more", len(calls)-i)
			break
		}
		if i > 0 {
			b.WriteString(" ")
		}
		fmt.Fprintf(&b, "#%d", c.Number)
	}
	return b.String() + ")"
}

// perGroup bounds the things listed of one kind.
const perGroup = 12

func (t *text) reach() {
	t.title("what it reached")
	if len(t.s.Reach) == 0 {
		t.line("  nothing that spans name")
	}
	for i := range t.s.Reach {
		g := &t.s.Reach[i]
		t.line("  %s", groupTitle(g))
		for j, th := range g.Reached {
			if j == perGroup {
				t.line("      and %d more", len(g.Reached)-j)
				break
			}
			t.line("%s", strings.TrimRight("      "+middle(t.s.Short(story.Target{Kind: g.Kind, Name: th.Name}), 90)+"  "+times(&th), " "))
		}
		for j, th := range g.Tried {
			if j == perGroup {
				t.line("    x and %d more", len(g.Tried)-j)
				break
			}
			t.line("    x %s  refused", middle(t.s.Short(story.Target{Kind: g.Kind, Name: th.Name}), 90))
		}
	}
}

func (t *text) refused() {
	list := turnedAway(t.s)
	if len(list) == 0 {
		return
	}
	t.title("refused and near-missed")
	for i, c := range list {
		if i == 200 {
			t.line("  and %d more: see the timeline", len(list)-i)
			break
		}
		t.line("  #%-5d %-9s %s  %s", c.Number, short(c.Verdict), c.Tool, aim(t.s, c))
		t.line("         %s", c.Because())
		if c.Nearest != "" {
			t.line("         nearest: %s", c.Nearest)
		}
	}
}

func (t *text) timeline() {
	t.title("what happened")
	for _, turn := range t.s.Turns {
		pad := strings.Repeat("  ", turn.Depth)
		t.line("%s%s", pad, turnTitle(turn))
		if turn.Prompt != "" {
			t.line("%s    “%s”", pad, cut(strings.Join(strings.Fields(turn.Prompt), " "), 300))
		}
		for _, it := range turn.Items {
			if it.Gap != nil {
				t.line("%s  ?? %s", pad, gapLine(it.Gap))
				continue
			}
			c := it.Call
			line := []string{fmt.Sprintf("%s  #%-5d %9s  %-9s %s", pad, c.Number, offset(c.Span.Start.Sub(t.s.Start)), short(c.Verdict), c.Tool)}
			if to := aim(t.s, c); to != "" {
				line = append(line, to)
			}
			for _, chip := range chips(c) {
				line = append(line, "["+chip.Text+"]")
			}
			t.line("%s", strings.Join(line, "  "))
			if c.Verdict.Stopped() || c.Verdict == story.Against || c.Verdict == story.Ignored {
				t.line("%s         %s", pad, c.Because())
			}
			for _, d := range c.Below {
				t.line("%s         as %s saw it: %s; %s", pad, orUnknown(d.Span.Service), string(d.Verdict), d.Because())
			}
		}
	}
}

func (t *text) record(g *gather.Gathered) {
	t.title("the record")
	t.line("  from %s: %s", g.Source.Kind, g.Source.Where)
	t.line("  %s in %s; services: %s", plural(t.s.Spans, "span"), plural(t.s.Traces, "trace"), strings.Join(t.s.Services, ", "))
	for i := range t.s.Counters {
		t.line("  %s", counterLine(&t.s.Counters[i]))
	}
	for _, p := range g.Problems {
		t.line("  problem: %s", p)
	}
}

// turnedAway returns the calls that were refused or would have been.
func turnedAway(s *story.Story) []*story.Call {
	return slices.DeleteFunc(slices.Clone(s.Calls), func(c *story.Call) bool {
		return !c.Verdict.Stopped() && c.Verdict != story.Against && c.Verdict != story.Ignored
	})
}

package render

// From the story to what the page's template writes.

import (
	"fmt"
	"strconv"

	"github.com/ambit-go/ambit/examples/report/gather"
	"github.com/ambit-go/ambit/examples/report/spans"
	"github.com/ambit-go/ambit/examples/report/story"
)

type view struct {
	s  *story.Story
	at map[*spans.Span]int // index in the evidence
}

var verdictClass = map[story.Verdict]string{
	story.Allowed: "allowed", story.Unjudged: "ran", story.Against: "against", story.Denied: "refused", story.Waiting: "refused", story.Ignored: "against",
}

// Marks stand beside words, so that nothing depends on colour.
var verdictMark = map[story.Verdict]string{
	story.Allowed: "✓ allowed", story.Unjudged: "○ ran", story.Against: "! ran against policy", story.Denied: "✕ refused",
	story.Waiting: "✕ not approved", story.Ignored: "!! ran although refused",
}

func (v *view) cards(g *gather.Gathered) []card {
	s, n := v.s, v.s.Counts
	radius, counted := s.Radius()
	note := "as its spans name it"
	if counted {
		note = "as the session counted it"
	}
	seen, missing := s.Numbered(), s.Missing()
	record := card{"Record", "complete", "all " + plural(seen, "action") + " are here", "good"}
	switch {
	case missing > 0:
		record = card{"Record", "incomplete", fmt.Sprintf("%s of %s actions are missing", story.Number(missing), story.Number(missing+int64(seen))), "bad"}
	case len(g.Problems) > 0:
		record = card{"Record", "in doubt", "not all could be read: see The record", "warn"}
	case s.Summary == nil:
		record = card{"Record", "no end", plural(seen, "action") + ", no gap; no summary yet", "warn"}
	}
	list := []card{
		{"Refused", story.Number(int64(n.Refused())), "of " + plural(n.Calls, "call"), tone(n.Refused(), "refused")},
		{"Ran against policy", strconv.Itoa(n.Against + n.Ignored), ranNote(n), tone(n.Against+n.Ignored, "bad")},
		{"Secrets", story.Number(int64(n.Secrets)), "calls that saw or touched one", tone(n.Secrets, "warn")},
		{"Identity changes", strconv.Itoa(len(s.Switches)), "from " + orUnknown(cut(s.Actor.ID, 30)), tone(len(s.Switches), "warn")},
		{"Blast radius", strconv.FormatInt(radius, 10), note, ""},
	}
	return append(list, record)
}

func ranNote(n story.Counts) string {
	switch {
	case n.Unjudged > 0 && n.Unjudged == n.Ran():
		return "no policy had a say"
	case n.Ignored > 0:
		return plural(n.Ignored, "call") + " although refused"
	}
	return "of " + story.Number(int64(n.Ran())) + " that ran"
}

func tone(n int, class string) string {
	if n == 0 {
		return ""
	}
	return class
}

func (v *view) found() (list []found) {
	for _, f := range v.s.Findings {
		n := found{Class: grades[f.Grade], Mark: findingMark[f.Grade], Title: visible(f.Title), Why: visible(f.Why)}
		for i, c := range f.Calls {
			if i == linksUpTo {
				n.More = len(f.Calls) - i
				break
			}
			n.Links = append(n.Links, c.Number)
		}
		list = append(list, n)
	}
	return list
}

var findingMark = [...]string{story.Grave: "Act", story.Held: "Held", story.Note: "Note"}

func (v *view) groups() (list []groupView) {
	for i := range v.s.Reach {
		g := &v.s.Reach[i]
		n := groupView{Title: groupTitle(g)}
		add := func(dst *[]thingView, things []story.Thing) {
			for j := range things {
				if j == groupUpTo {
					n.More += len(things) - j
					return
				}
				t := &things[j]
				*dst = append(*dst, thingView{visible(t.Name), times(t), t.Calls[0].Number})
			}
		}
		add(&n.Reached, g.Reached)
		add(&n.Refused, g.Tried)
		list = append(list, n)
	}
	return list
}

func (v *view) intents() (list []intentView) {
	for _, i := range v.s.Intents {
		n := intentView{Label: story.Words(visible(i.Label)), Odd: i.Anomalous, At: offset(i.Time.Sub(v.s.Start))}
		if i.Call != nil {
			n.Call = i.Call.Number
		}
		list = append(list, n)
	}
	return list
}

func (v *view) legend() (list []legend) {
	n := v.s.Counts
	for _, l := range []legend{
		{"allowed", "✓ allowed", strconv.Itoa(n.Allowed)},
		{"ran", "○ ran, no policy had a say", strconv.Itoa(n.Unjudged)},
		{"against", "! ran against policy", strconv.Itoa(n.Against + n.Ignored)},
		{"refused", "✕ refused", strconv.Itoa(n.Refused())},
	} {
		if l.N != "0" {
			list = append(list, l)
		}
	}
	return list
}

func (v *view) turns() (list []turnView) {
	many := len(v.s.Calls) > manyCalls
	for i, t := range v.s.Turns {
		n := turnView{
			ID: fmt.Sprintf("t%d", i+1), Title: visible(turnTitle(t)), Prompt: visible(cut(t.Prompt, 2000)), Depth: t.Depth,
			Open: !many && len(t.Calls) <= openUpTo || i == 0 && len(t.Calls) <= openUpTo,
		}
		n.Blocks = v.blocks(t.Items)
		list = append(list, n)
	}
	return list
}

// blocks folds long lists.
func (v *view) blocks(items []story.Item) (list []block) {
	for from := 0; from < len(items); from += blockSize {
		part := items[from:min(from+blockSize, len(items))]
		b := block{Fold: len(items) > blockSize}
		refused, gaps, first, last := 0, 0, 0, 0
		for _, it := range part {
			if it.Gap != nil {
				b.Lines = append(b.Lines, lineView{Gap: gapLine(it.Gap)})
				gaps++
				continue
			}
			r := v.row(it.Call)
			if first == 0 {
				first = r.Number
			}
			last = r.Number
			if r.Class == "refused" || r.Class == "against" {
				refused++
			}
			b.Lines = append(b.Lines, lineView{Call: r})
		}
		b.Title = fmt.Sprintf("Calls %d to %d", first, last)
		if refused > 0 {
			b.Title += fmt.Sprintf(" · %d refused or against policy", refused)
		}
		if gaps > 0 {
			b.Title += " · " + plural(gaps, "gap")
		}
		list = append(list, b)
	}
	return list
}

func (v *view) row(c *story.Call) *rowView {
	r := &rowView{
		Number: c.Number, Seq: c.Seq, Span: v.at[c.Span], Offset: offset(c.Span.Start.Sub(v.s.Start)), Time: day(c.Span.Start),
		Class: verdictClass[c.Verdict], Verdict: verdictMark[c.Verdict], Tool: visible(c.Tool), Aim: visible(aim(v.s, c)), Chips: chips(c), Nearest: visible(c.Nearest),
	}
	if c.Agent != v.s.Agent {
		r.Agent = visible(c.Agent)
	}
	if c.Verdict != story.Unjudged {
		r.Because = visible(c.Because())
	}
	for _, d := range c.Below {
		r.Beyond = append(r.Beyond, visible("as "+orUnknown(d.Span.Service)+" saw it: "+string(d.Verdict)+"; "+d.Because()))
	}
	return r
}

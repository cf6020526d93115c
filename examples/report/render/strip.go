package render

// All calls in one line: how far each got, left to right.

import (
	"html/template"

	"github.com/ambit-go/ambit/examples/report/story"
)

// maxBars bounds the bars of the strip. A bar of many calls shows the worst of them.
const maxBars = 160

// strip draws the calls in their order. Bars that pass the line ran; those that end
// below it were refused.
func strip(s *story.Story) template.HTML {
	n := len(s.Calls)
	if n < 2 {
		return ""
	}
	bars := min(n, maxBars)
	const width, height, line = 960, 74, 34
	step := float64(width) / float64(max(bars, 24))
	gap := min(step*0.25, 4)
	b := &svg{}
	b.add(`<svg class="strip" viewBox="0 0 %d %d" preserveAspectRatio="none" role="img" aria-label="%s">`, width, height, "All calls in order: "+verdictLine(s.Counts)+".")
	var turn *story.Turn
	for i := range bars {
		calls := s.Calls[i*n/bars : (i+1)*n/bars]
		x := float64(i) * step
		if t := calls[0].Turn; t != turn {
			if turn != nil && i > 0 {
				b.add(`<path class="turn" d="M%.1f 0 V%d"/>`, x-gap/2, height)
			}
			turn = t
		}
		class, top := bar(calls)
		b.add(`<rect class="%s" x="%.1f" y="%d" width="%.1f" height="%d"/>`, class, x, top, step-gap, height-top)
	}
	b.add(`<path class="bound" d="M0 %d H%d"/></svg>`, line, width)
	return template.HTML(b.String()) //nolint:gosec // made here, every value escaped
}

// bar returns how calls are drawn: by the gravest of them.
func bar(calls []*story.Call) (class string, top int) {
	worst := -1
	for _, c := range calls {
		worst = max(worst, gravity[c.Verdict])
	}
	switch worst {
	case 0:
		return "b-ran", 18
	case 1:
		return "b-allowed", 18
	case 2:
		return "b-refused", 44
	}
	return "b-against", 4
}

var gravity = map[story.Verdict]int{
	story.Unjudged: 0, story.Allowed: 1, story.Denied: 2, story.Waiting: 2, story.Against: 3, story.Ignored: 3,
}

package render

// The blast radius, drawn: the session in the middle, its boundary around it, and
// what it reached outside. A refused attempt ends at the boundary.

import (
	"fmt"
	"html"
	"html/template"
	"math"
	"strings"

	"github.com/ambit-go/ambit/examples/report/story"
)

// A row is one line of the drawing: the name of a group, or a thing in it.
type row struct {
	text, title string
	head        bool
	refused     bool
	over        bool // reached by a call that policy would refuse
	more        bool // stands for those that have no row
}

// perSide bounds the things drawn of one group.
const perSide = 6

// rows lays out one group.
func rows(s *story.Story, g *story.Group, width int) (list []row) {
	list = append(list, row{text: strings.ToUpper(g.Plural[:1]) + g.Plural[1:], head: true})
	shown := 0
	add := func(t *story.Thing, refused bool) {
		if shown++; shown > perSide {
			return
		}
		name := visible(t.Name)
		r := row{text: middle(visible(s.Short(story.Target{Kind: g.Kind, Name: t.Name})), width), title: name, refused: refused, over: !refused && t.Against()}
		if r.over {
			r.text = "! " + r.text
		}
		list = append(list, r)
	}
	for i := range g.Reached {
		add(&g.Reached[i], false)
	}
	for i := range g.Tried {
		add(&g.Tried[i], true)
	}
	if shown > perSide {
		list = append(list, row{text: fmt.Sprintf("and %d more", shown-perSide), more: true})
	}
	if n := g.Counted - int64(len(g.Reached)); n > 0 {
		list = append(list, row{text: fmt.Sprintf("%d more, counted and not named", n), more: true})
	}
	return list
}

// drawn returns the groups worth drawing: those that count, and files.
func drawn(s *story.Story) (list []*story.Group) {
	for i := range s.Reach {
		if g := &s.Reach[i]; g.Counts() || g.Kind == "path" || g.Kind == "service" {
			list = append(list, g)
		}
	}
	return list
}

// graph draws the blast radius twice: side by side for a screen, and in one column
// for a phone. A style sheet shows one of them.
func graph(s *story.Story) template.HTML {
	groups := drawn(s)
	if len(groups) == 0 {
		return ""
	}
	return template.HTML(wide(s, groups) + narrow(s, groups)) //nolint:gosec // made here, every value escaped
}

const rowHeight = 26

// svg gathers a drawing.
type svg struct{ strings.Builder }

func (b *svg) add(format string, args ...any) {
	for i, a := range args {
		if s, ok := a.(string); ok {
			args[i] = html.EscapeString(s)
		}
	}
	fmt.Fprintf(b, format, args...)
}

func (b *svg) open(class string, width, height int, s *story.Story) {
	b.add(`<svg class="graph %s" viewBox="0 0 %d %d" role="img" aria-label="%s">`, class, width, height, visible(describe(s)))
}

// describe is the drawing in a sentence, for those who cannot see it; the list below
// it says the rest.
func describe(s *story.Story) string {
	var parts []string
	for _, g := range drawn(s) {
		p := fmt.Sprintf("%d %s reached", len(g.Reached), g.Plural)
		if len(g.Tried) > 0 {
			p += fmt.Sprintf(" and %d refused", len(g.Tried))
		}
		parts = append(parts, p)
	}
	return "What the session reached: " + strings.Join(parts, ", ") + "."
}

// wide draws groups on both sides of the session.
func wide(s *story.Story, groups []*story.Group) string {
	const width, center, radius, boundary, column = 960, 480, 62, 112, 290
	var sides [2][][]row
	var heights [2]int
	for _, g := range groups {
		side := 0
		if heights[1] < heights[0] {
			side = 1
		}
		r := rows(s, g, 34)
		sides[side] = append(sides[side], r)
		heights[side] += len(r)*rowHeight + 14
	}
	height := max(heights[0], heights[1], 2*boundary+70) + 20
	middle := height / 2
	b := &svg{}
	b.open("wide", width, height, s)
	b.add(`<circle class="bound" cx="%d" cy="%d" r="%d"/>`, center, middle, boundary)
	b.add(`<text class="boundname" x="%d" y="%d" text-anchor="middle">boundary of the task</text>`, center, middle-boundary-10)
	for side, list := range sides {
		sign := 2*side - 1
		y := middle - heights[side]/2 + rowHeight/2 + 7
		x := center + sign*(width/2-column)
		anchor := "end"
		if side == 1 {
			anchor = "start"
		}
		for _, r := range list {
			for _, line := range r {
				b.line(line, x, y, sign, anchor, center, middle, radius, boundary)
				y += rowHeight
			}
			y += 14
		}
	}
	b.hub(s, center, middle, radius)
	b.add(`</svg>`)
	return b.String()
}

// class sets apart what policy would have refused.
func (r row) class() string {
	if r.over {
		return " over"
	}
	return ""
}

// line draws one row with its way from the session.
func (b *svg) line(r row, x, y, sign int, anchor string, cx, cy, radius, boundary int) {
	if r.head {
		b.add(`<text class="head" x="%d" y="%d" text-anchor="%s">%s</text>`, x+sign*2, y+5, anchor, r.text)
		return
	}
	b.add(`<g>`)
	if r.title != "" && r.title != r.text {
		b.add(`<title>%s</title>`, r.title)
	}
	switch {
	case r.more:
		b.add(`<text class="more" x="%d" y="%d" text-anchor="%s">%s</text>`, x+sign*14, y+5, anchor, r.text)
	case r.refused:
		// The way in ends at the boundary, where it meets a cross.
		dx, dy := float64(x-cx), float64(y-cy)
		k := float64(boundary) / max(math.Hypot(dx, dy), 1)
		ex, ey := cx+int(dx*k), cy+int(dy*k)
		b.add(`<path class="way no" d="M%d %d L%d %d"/>`, cx, cy, ex, ey)
		b.add(`<path class="way off" d="M%d %d L%d %d"/>`, ex, ey, x, y)
		b.cross(ex, ey)
		b.add(`<circle class="dot no" cx="%d" cy="%d" r="4.5"/>`, x, y)
		b.add(`<text class="no" x="%d" y="%d" text-anchor="%s">%s</text>`, x+sign*14, y+5, anchor, r.text)
	default:
		start := cx + sign*radius
		b.add(`<path class="way%s" d="M%d %d C%d %d %d %d %d %d"/>`, r.class(), start, cy+(y-cy)/8, cx+sign*(boundary+20), cy+(y-cy)/3, x-sign*70, y, x-sign*6, y)
		b.add(`<circle class="dot%s" cx="%d" cy="%d" r="5"/>`, r.class(), x, y)
		b.add(`<text class="%s" x="%d" y="%d" text-anchor="%s">%s</text>`, strings.TrimSpace(r.class()), x+sign*14, y+5, anchor, r.text)
	}
	b.add(`</g>`)
}

func (b *svg) cross(x, y int) {
	b.add(`<g class="cross"><circle cx="%d" cy="%d" r="9"/><path d="M%d %d l8 8 m0 -8 l-8 8"/></g>`, x, y, x-4, y-4)
}

// hub draws the session.
func (b *svg) hub(s *story.Story, x, y, radius int) {
	n, _ := s.Radius()
	b.add(`<g class="hub"><circle cx="%d" cy="%d" r="%d"/>`, x, y, radius)
	b.add(`<text class="big" x="%d" y="%d" text-anchor="middle">%d</text>`, x, y+4, n)
	b.add(`<text x="%d" y="%d" text-anchor="middle">reached</text></g>`, x, y+28)
}

// narrow draws one column under the session.
func narrow(s *story.Story, groups []*story.Group) string {
	const width, x, radius = 360, 26, 44
	y := 2*radius + 56
	b := &svg{}
	var body svg
	last := y
	for _, g := range groups {
		for _, r := range rows(s, g, 36) {
			switch {
			case r.head:
				y += 8
				body.add(`<text class="head" x="%d" y="%d">%s</text>`, x+22, y+5, r.text)
			case r.more:
				body.add(`<text class="more" x="%d" y="%d">%s</text>`, x+22, y+5, r.text)
			case r.refused:
				body.add(`<path class="way no" d="M%d %d h14"/>`, x-14, y)
				body.cross(x, y)
				body.add(`<text class="no" x="%d" y="%d">%s</text>`, x+22, y+5, r.text)
				last = y
			default:
				body.add(`<path class="way%s" d="M%d %d h10"/><circle class="dot%s" cx="%d" cy="%d" r="5"/>`, r.class(), x-14, y, r.class(), x, y)
				body.add(`<text class="%s" x="%d" y="%d">%s</text>`, strings.TrimSpace(r.class()), x+22, y+5, r.text)
				last = y
			}
			y += rowHeight
		}
	}
	b.open("narrow", width, y, s)
	b.add(`<path class="way" d="M%d %d V%d"/>`, x-14, radius+10, last)
	b.add(`<path class="way" d="M%d %d H%d"/>`, x-14, radius+10, width/2-radius)
	b.add(`<path class="bound" d="M8 %d H%d"/><text class="boundname" x="%d" y="%d" text-anchor="end">boundary of the task</text>`,
		2*radius+26, width-8, width-8, 2*radius+44)
	b.hub(s, width/2, radius+10, radius)
	b.WriteString(body.String())
	b.add(`</svg>`)
	return b.String()
}

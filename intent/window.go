package intent

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/secret"
	"github.com/ambit-go/ambit/identity"
)

// What one session holds for a classifier that only sees windows: 16 actions of
// at most 2 KiB, together under 32 KiB.
const (
	maxWindow   = 16
	maxText     = 768 // bytes of all the texts of one action
	maxName     = 64  // bytes of a tool's or server's name
	maxTarget   = 128 // bytes of an effect's target
	maxEffects  = 8
	maxFindings = 4
	maxSwitches = 2
)

// NewStream begins a session with c: with c's own stream if it is a [Streamer],
// else with a [WindowStream]. task holds the intents the session was declared to
// have, if any; a classifier of windows does not see them.
func NewStream(c Classifier, task []Label) Stream {
	if s, ok := c.(Streamer); ok {
		return s.NewStream(task)
	}
	return WindowStream(c)
}

// WindowStream drives a classifier that only sees windows step by step. The
// stream keeps copies of the last 16 actions: the first 8 effects of each, 4
// findings and 2 switches, and 768 bytes of text in all, names and targets
// before [Action.Text], which is cut on a rune boundary. A session takes less than
// 32 KiB. Evidence and departures come back numbered from the beginning of the
// stream.
func WindowStream(c Classifier) Stream { return &windowStream{classifier: c} }

type windowStream struct {
	classifier Classifier
	window     window
}

func (s *windowStream) Observe(ctx context.Context, a Action) (Result, error) {
	s.window.push(a)
	r, err := classify(ctx, s.classifier, s.window.actions)
	return shifted(r, s.window.first), err
}

// A window holds the last actions of a session, oldest first.
type window struct {
	actions []Action
	first   int // number of actions[0] in the session, from 0
}

// push adds a copy of a and drops the oldest action when there is no room.
func (w *window) push(a Action) {
	if len(w.actions) == maxWindow {
		copy(w.actions, w.actions[1:])
		w.actions[maxWindow-1] = bounded(a)
		w.first++
		return
	}
	if w.actions == nil {
		w.actions = make([]Action, 0, maxWindow)
	}
	w.actions = append(w.actions, bounded(a))
}

// last returns the end of actions that a window has room for, and how many were
// left out.
func last(actions []Action) ([]Action, int) {
	out := max(0, len(actions)-maxWindow)
	return actions[out:], out
}

// bounded returns a copy of a that shares nothing with it and has at most maxText
// bytes of text. Raw is dropped: it may hold what the owner never wanted kept.
func bounded(a Action) Action {
	texts := packer{room: maxText}
	texts.b.Grow(min(maxText, size(a)))
	tool, server := texts.add(a.Tool, maxName), texts.add(a.Server, maxName)

	effects := slices.Clone(a.Effects[:min(len(a.Effects), maxEffects)])
	var targets [maxEffects]span
	for i := range effects {
		targets[i] = texts.add(effects[i].Target, maxTarget)
	}
	findings := slices.Clone(a.Findings[:min(len(a.Findings), maxFindings)])
	switches := slices.Clone(a.Switches[:min(len(a.Switches), maxSwitches)])
	text := texts.add(a.Text, maxText)

	all := texts.b.String()
	for i := range effects {
		whole := len(effects[i].Target)
		effects[i].Target, effects[i].Raw, effects[i].At = targets[i].of(all), "", ""
		if len(effects[i].Target) < whole {
			effects[i].Certainty = min(effects[i].Certainty, effect.Prefix)
		}
	}
	for i := range findings {
		findings[i] = secret.Finding{Kind: strings.Clone(cut(findings[i].Kind, maxName/2)), Place: findings[i].Place, Offset: findings[i].Offset, Length: findings[i].Length}
	}
	for i := range switches {
		switches[i] = identity.Switch{Kind: switches[i].Kind}
	}
	a.Tool, a.Server, a.Text = tool.of(all), server.of(all), text.of(all)
	a.Effects, a.Findings, a.Switches = effects, findings, switches
	return a
}

// size returns how many bytes of text a holds.
func size(a Action) int {
	n := len(a.Tool) + len(a.Server) + len(a.Text)
	for i := range a.Effects {
		n += len(a.Effects[i].Target)
	}
	return n
}

// A packer gathers texts in one string, so that an action costs one allocation
// for all of them.
type packer struct {
	b    strings.Builder
	room int
}

type span struct{ from, to int }

func (s span) of(all string) string { return all[s.from:s.to] }

// add appends at most limit bytes of text, and no more than there is room for.
func (p *packer) add(text string, limit int) span {
	text = cut(text, min(limit, p.room))
	from := p.b.Len()
	p.b.WriteString(text)
	p.room -= len(text)
	return span{from, from + len(text)}
}

// cut returns the first n bytes of text, less what would split a rune.
func cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}

package story

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ambit-go/ambit/examples/report/spans"
	"github.com/ambit-go/ambit/semconv"
)

// findings lists what somebody should look at.
func (b *builder) findings() {
	b.moments()
	b.throughs()
	b.record()
	b.stops()
	b.notes()
	slices.SortStableFunc(b.Findings, func(x, y Finding) int { return int(x.Grade) - int(y.Grade) })
}

func (b *builder) find(g Grade, calls []*Call, title, why string) {
	b.Findings = append(b.Findings, Finding{g, title, why, calls})
}

// moments gathers switches and intents, which turns have as well as calls.
func (b *builder) moments() {
	for _, c := range b.Calls {
		for _, s := range c.Switches {
			if !s.Again {
				b.Switches = append(b.Switches, s)
			}
		}
	}
	last := ""
	say := func(i Intent) {
		if i.Label != "" && i.Label != last && i.Sure() {
			i.Before, last = last, i.Label
			b.Intents = append(b.Intents, i)
		}
	}
	for _, t := range b.Turns {
		if t.Depth > 0 {
			continue // a subagent has a purpose of its own
		}
		if t.Span != nil {
			for i := range t.Span.Events {
				if e := &t.Span.Events[i]; e.Name == semconv.EventAmbitIntentChanged {
					say(intentOf(e))
				}
			}
		}
		for _, c := range t.Calls {
			if c.Turned != nil {
				say(*c.Turned)
			} else {
				say(c.Intent)
			}
		}
	}
}

func intentOf(e *spans.Event) Intent {
	i := Intent{
		Label: e.Str(semconv.AmbitIntentLabelKey), Before: e.Str(semconv.AmbitIntentPreviousLabelKey),
		Anomalous: e.Attrs[string(semconv.AmbitIntentAnomalousKey)] == true, Time: e.Time,
	}
	i.Score, _ = e.Attrs[string(semconv.AmbitIntentScoreKey)].(float64)
	return i
}

// throughs is what got through.
func (b *builder) throughs() {
	if calls := b.where(func(c *Call) bool { return c.Verdict == Ignored }); len(calls) > 0 {
		b.find(Grave, calls, count(len(calls), "refused call")+" ran all the same", "the decision was enforced, and the tool ran")
	}
	for _, g := range by(b.where(func(c *Call) bool { return c.Verdict == Against })) {
		b.find(Grave, g.calls, count(len(g.calls), "call")+" ran that policy would refuse: "+g.name, "the policy was only observed, so nothing was stopped")
	}
	for _, label := range b.anomalies() {
		// An alarm stays on for a while; what matters is where it began.
		calls := b.where(func(c *Call) bool { return c.Turned != nil && c.Turned.Anomalous && c.Turned.Label == label })
		if len(calls) == 0 {
			calls = b.where(func(c *Call) bool { return c.Intent.Anomalous && c.Intent.Label == label })[:1]
		}
		grade := Held
		if slices.ContainsFunc(calls, func(c *Call) bool { return !c.Verdict.Stopped() }) {
			grade = Grave
		}
		b.find(grade, calls, "It looks like "+Words(label), "what the actions add up to, in the classifier's eyes; an opinion, and no proof")
	}
}

func (b *builder) anomalies() (labels []string) {
	for _, c := range b.Calls {
		if c.Intent.Anomalous && !slices.Contains(labels, c.Intent.Label) {
			labels = append(labels, c.Intent.Label)
		}
	}
	return labels
}

// record is what is wrong with the record itself.
func (b *builder) record() {
	if n := b.Missing(); n > 0 {
		b.find(Grave, nil, fmt.Sprintf("%s of %s missing from this record", count(int(n), "action"), Number(n+int64(b.Numbered()))),
			"their numbers are on no span: lost on the way, sampled out, or written elsewhere")
	}
	for i := range b.Counters {
		if c := &b.Counters[i]; len(c.Twice) > 0 {
			b.find(Note, nil, fmt.Sprintf("%s given twice in %s", count(len(c.Twice), "number"), nameOf(c)), "two processes counted for one session, or one was started anew")
		}
	}
	if b.Summary == nil {
		b.find(Note, nil, "The session wrote no summary", "it is still running, or its process ended without a word; what came last may be missing and leave no gap")
	}
}

func nameOf(c *Counter) string {
	if c.Agent != "" {
		return c.Agent
	}
	return "the session"
}

// stops is what was stopped.
func (b *builder) stops() {
	for _, g := range by(b.where(func(c *Call) bool { return c.Verdict == Denied })) {
		b.find(Held, g.calls, count(len(g.calls), "call")+" refused: "+g.name, g.calls[0].Because())
	}
	beyond := b.where(func(c *Call) bool {
		return slices.ContainsFunc(c.Below, func(d *Call) bool { return d.Verdict.Stopped() })
	})
	if len(beyond) > 0 {
		b.find(Held, beyond, count(len(beyond), "call")+" refused on the other side", "the agent's own boundary let it go, and that of the server did not")
	}
	for _, g := range by(b.where(func(c *Call) bool { return c.Verdict == Waiting })) {
		b.find(Held, g.calls, count(len(g.calls), "call")+" needed an approval that nobody gave: "+g.name, g.calls[0].Because())
	}
}

// notes is what is worth knowing.
func (b *builder) notes() {
	if b.Owner.ID == "" {
		grade := Grave
		if len(b.Policies) == 0 { // and nobody asks for one
			grade = Note
		}
		b.find(grade, nil, "Nobody answers for this session", "it has no owner")
	}
	if b.Claimed {
		b.find(Note, nil, "A peer named the session", "the id proves nothing")
	}
	if b.Privileged {
		b.find(Note, nil, "The session is privileged", "it can reach secrets, production, or tools that change things elsewhere")
	}
	if calls := b.where(func(c *Call) bool { return c.Rerouted && !c.Verdict.Stopped() }); len(calls) > 0 {
		b.find(Note, calls, count(len(calls), "call")+" that ran got to what another was refused for", "if that is the way it was meant to take, all is well; if not, a grant is wider than the rule beside it")
	}
	if calls := b.where(func(c *Call) bool { return len(c.Secrets) > 0 && !c.Verdict.Stopped() }); len(calls) > 0 {
		b.find(Note, calls, count(len(calls), "call")+" that ran saw or touched a secret", strings.Join(secretKinds(calls), ", "))
	}
	if calls := b.where(func(c *Call) bool { return len(c.Switches) > 0 && !c.Verdict.Stopped() }); len(calls) > 0 {
		b.find(Note, calls, "The identity changed in "+count(len(calls), "call")+" that ran", switchKinds(calls))
	}
	if calls := b.where(func(c *Call) bool { return c.Drifted }); len(calls) > 0 {
		b.find(Note, calls, "The work drifted from the task", "what is done is not what the task is for")
	}
	if calls := b.where(func(c *Call) bool { return c.Certainty == "unknown" && !c.Verdict.Stopped() }); len(calls) > 0 {
		b.find(Note, calls, count(len(calls), "call")+" that ran could touch more than can be told", "scripts, builds and programs of unknown effect")
	}
}

func (b *builder) where(is func(*Call) bool) (list []*Call) {
	for _, c := range b.Calls {
		if is(c) {
			list = append(list, c)
		}
	}
	return list
}

type group struct {
	name  string
	calls []*Call
}

// by groups calls by the line they stepped over.
func by(calls []*Call) (groups []group) {
	at := map[string]int{}
	for _, c := range calls {
		name := c.Line()
		i, ok := at[name]
		if !ok {
			i = len(groups)
			at[name] = i
			groups = append(groups, group{name: name})
		}
		groups[i].calls = append(groups[i].calls, c)
	}
	return groups
}

func secretKinds(calls []*Call) (kinds []string) {
	for _, c := range calls {
		for _, s := range c.Secrets {
			if !slices.Contains(kinds, s.Kind) && s.Kind != "" {
				kinds = append(kinds, s.Kind)
			}
		}
	}
	return kinds
}

func switchKinds(calls []*Call) string {
	var kinds []string
	for _, c := range calls {
		for _, s := range c.Switches {
			if w := Words(s.Kind); !slices.Contains(kinds, w) {
				kinds = append(kinds, w)
			}
		}
	}
	return strings.Join(kinds, ", ")
}

// count writes a number and what it counts.
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return Number(int64(n)) + " " + what + "s"
}

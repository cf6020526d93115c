package render

// The sentences that page and terminal share.

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/ambit-go/ambit/examples/report/story"
)

// sentence says who did what for whom, and when.
func sentence(s *story.Story) string {
	who := cmp.Or(s.Agent, s.Actor.ID, "An agent")
	whom := "for nobody who is named"
	if s.Owner.ID != "" {
		whom = "for " + s.Owner.ID
	}
	what := ""
	if s.Task != "" {
		what = " on " + s.Task
	}
	at := ""
	if !s.Start.IsZero() {
		at = ", " + lasted(s.End.Sub(s.Start)) + " from " + day(s.Start)
	}
	return fmt.Sprintf("%s worked %s%s%s.", who, whom, what, at)
}

type fact struct{ Name, Value string }

// facts is who and by what rules.
func facts(s *story.Story) []fact {
	session := s.Session
	if s.Claimed {
		session += " (claimed by a peer)"
	}
	list := []fact{{"session", session}}
	if s.Conversation != "" && s.Conversation != s.Session {
		list = append(list, fact{"conversation", s.Conversation})
	}
	owner := "nobody is named"
	if s.Owner.ID != "" {
		owner = s.Owner.ID + about(s.Owner)
	}
	list = append(list, fact{"owner", owner}, fact{"agent", strings.TrimSpace(orUnknown(s.Agent) + " " + s.Version)})
	identity := orUnknown(s.Actor.ID)
	if s.Actor.ID != "" {
		identity += about(s.Actor)
	}
	if s.Depth > 1 {
		identity += fmt.Sprintf(", %d actors away from the owner", s.Depth)
	}
	list = append(list, fact{"identity", identity}, fact{"task", orNone(s.Task)})
	policies := make([]string, len(s.Policies))
	for i, p := range s.Policies {
		policies[i] = strings.TrimSpace(p.ID + " " + cut(p.Hash, 12))
	}
	list = append(list, fact{"policy", orNone(strings.Join(policies, ", "))})
	if s.Folder != "" {
		list = append(list, fact{"folder", s.Folder})
	}
	return list
}

func about(p story.Party) string {
	parts := []string{}
	for _, s := range []string{p.Kind, p.Assurance, p.Issuer} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

func orUnknown(s string) string { return cmp.Or(s, "not known") }
func orNone(s string) string    { return cmp.Or(s, "none") }

// verdictLine counts calls by what became of them.
func verdictLine(n story.Counts) string {
	parts := []string{story.Number(int64(n.Calls))}
	for _, p := range []struct {
		n    int
		what string
	}{
		{n.Allowed, "allowed"},
		{n.Unjudged, "ran unjudged"},
		{n.Against, "ran that policy would refuse"},
		{n.Ignored, "ran although refused"},
		{n.Denied, "refused"},
		{n.Waiting, "without the approval they need"},
		{n.Failed, "failed"},
	} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.what))
		}
	}
	return strings.Join(parts, ", ")
}

// completeness says whether all of the session is here.
func completeness(s *story.Story, problems int) string {
	seen, missing := s.Numbered(), s.Missing()
	switch {
	case missing > 0:
		return fmt.Sprintf("INCOMPLETE: %s of %s numbered actions are here", story.Number(int64(seen)), story.Number(int64(seen)+missing))
	case problems > 0:
		return fmt.Sprintf("%d numbered actions, none missing between them; but not all could be read", seen)
	case s.Summary == nil:
		return fmt.Sprintf("%d numbered actions, none missing between them; no summary says how many there were", seen)
	case seen == 0:
		return "no actions, and the summary says the same"
	}
	return fmt.Sprintf("complete: all %s are here", plural(seen, "numbered action"))
}

// short is a verdict in one column.
func short(v story.Verdict) string {
	switch v {
	case story.Allowed:
		return "allowed"
	case story.Unjudged:
		return "ran"
	case story.Against:
		return "! ran"
	case story.Denied:
		return "x refused"
	case story.Waiting:
		return "x waits"
	case story.Ignored:
		return "!! ran"
	}
	return string(v)
}

// aim says what a call runs and where it goes; a path below the session's folder
// without that.
func aim(s *story.Story, c *story.Call) string {
	command, to := c.Named("command"), ""
	if command == c.Tool {
		command = ""
	}
	if t := c.Target(); t.Kind != "command" {
		to = s.Short(t)
	}
	switch {
	case command != "" && to == ".": // where everything is
		return command
	case command != "" && to != "":
		return command + " → " + middle(to, 70)
	}
	return middle(command+to, 90)
}

// A chip is one further thing to say of a call.
type chip struct {
	Text string
	Kind string // mark: look at it; odd: an alarm of the classifier; empty: worth knowing
}

// chips are the further things to say of a call.
func chips(c *story.Call) (list []chip) {
	say := func(kind, text string) { list = append(list, chip{visible(text), kind}) }
	for _, s := range c.Secrets {
		text := "secret: " + orUnknown(s.Kind)
		if s.Place != "" && s.Place != "anywhere" {
			text += " in " + s.Place
		}
		say("mark", text)
	}
	for _, w := range c.Switches {
		say("mark", switched(w))
	}
	switch {
	case c.Turned != nil && c.Turned.Anomalous:
		say("odd", "intent: "+story.Words(c.Turned.Label))
	case c.Turned != nil:
		say("", "intent: "+story.Words(c.Turned.Label))
	}
	if c.Drifted {
		say("odd", "drifts from the task")
	}
	if c.Rerouted {
		say("mark", "refused another way before")
	}
	if c.Approval != "" {
		text := "approval: " + c.Approval
		if c.Waited >= 0 {
			text += " after " + lasted(c.Waited)
		}
		say("mark", text)
	}
	if c.Failed != "" {
		say("", "failed: "+c.Failed)
	}
	if c.Certainty == "unknown" {
		say("", "reach not known")
	}
	return list
}

func switched(w story.Switch) string {
	s := "identity: " + story.Words(w.Kind)
	switch {
	case w.From != "" && w.To != "":
		s += ", " + w.From + " → " + w.To
	case w.To != "":
		s += " → " + w.To
	}
	return s
}

// turnTitle names a turn.
func turnTitle(t *story.Turn) string {
	if t.Span == nil {
		return "Outside of any turn: " + plural(len(t.Calls), "call")
	}
	name := fmt.Sprintf("Turn %d", t.Number)
	if t.Depth > 0 {
		name = "Subagent " + orUnknown(t.Agent)
		if t.Under != nil {
			name += fmt.Sprintf(", started by #%d", t.Under.Number)
		}
	}
	parts := []string{name, clock(t.Start), lasted(t.End.Sub(t.Start)), plural(len(t.Calls), "call")}
	if t.Refused > 0 {
		parts = append(parts, fmt.Sprintf("%d refused", t.Refused))
	}
	if t.Against > 0 {
		parts = append(parts, fmt.Sprintf("%d against policy", t.Against))
	}
	if t.Model != "" {
		parts = append(parts, t.Model)
	}
	if t.Error != "" {
		ended := "ended: " + t.Error
		if t.Error == "canceled" {
			ended = "interrupted"
		}
		parts = append(parts, ended)
	}
	return strings.Join(parts, " · ")
}

// gapLine says what is missing.
func gapLine(g *story.Gap) string {
	if g.From == g.To {
		return fmt.Sprintf("1 action is missing: number %d", g.From)
	}
	return fmt.Sprintf("%d actions are missing: numbers %d to %d", g.Missing(), g.From, g.To)
}

func counterLine(c *story.Counter) string {
	var b strings.Builder
	b.WriteString(cmp.Or(c.Agent, "the session"))
	if c.Service != "" && c.Service != c.Agent {
		b.WriteString(" in " + c.Service)
	}
	fmt.Fprintf(&b, ": %s of %s", story.Number(int64(c.Seen)), plural(int(c.Last), "number"))
	if !c.Summarized {
		b.WriteString(", and no summary to say how many there were")
	}
	for i, g := range c.Gaps {
		if i == 10 {
			fmt.Fprintf(&b, "; and %d more gaps", len(c.Gaps)-i)
			break
		}
		b.WriteString("; " + gapLine(&g))
	}
	if len(c.Twice) > 0 {
		fmt.Fprintf(&b, "; %s twice", plural(len(c.Twice), "number"))
	}
	return b.String()
}

// groupTitle names a group with its numbers.
func groupTitle(g *story.Group) string {
	s := fmt.Sprintf("%s: %d", g.Plural, len(g.Reached))
	if g.Counted >= 0 && g.Counted != int64(len(g.Reached)) {
		s += fmt.Sprintf(" named, %d counted by the session", g.Counted)
	}
	if n := len(g.Tried); n > 0 {
		s += fmt.Sprintf(", %d refused", n)
	}
	return s
}

func times(t *story.Thing) string {
	if n := len(t.Ran()); n > 1 {
		return fmt.Sprintf("×%d", n)
	}
	return ""
}

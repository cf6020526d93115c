package recording

// A session in the making, shared by all formats.

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"slices"
	"time"

	"github.com/ambit-go/ambit/agentspan/hookspan/payload"
)

// A session collects turns and calls. Hook events are kept apart until build, since
// their order is known only when all files are read.
type session struct {
	Session
	turns []*turn
	order []*call          // as met
	calls map[string]*call // by id
	seen  map[string]bool  // ids of transcript lines
	hooks []hookEvent

	agents map[string]agent // subagents, by id
	chain  map[string]string
}

type turn struct {
	Turn
	unplaced bool
}

type call struct {
	Call
	turn *turn
	key  callKey // of calls without id
}

// An agent is a subagent: what started it.
type agent struct{ parent, kind string }

// A callKey stands for a tool and its arguments.
type callKey [sha256.Size]byte

func keyOf(tool string, input json.RawMessage) callKey {
	var b bytes.Buffer
	b.WriteString(tool)
	b.WriteByte(0)
	if json.Compact(&b, input) != nil {
		b.Write(input)
	}
	return sha256.Sum256(b.Bytes())
}

// same reports whether two inputs are the same but for white space.
func same(a, b json.RawMessage) bool {
	return bytes.Equal(a, b) || keyOf("", a) == keyOf("", b)
}

// at widens the session's time.
func (s *session) at(t time.Time) {
	if t.IsZero() {
		return
	}
	if s.Start.IsZero() || t.Before(s.Start) {
		s.Start = t
	}
	if t.After(s.End) {
		s.End = t
	}
}

// current returns the running turn, beginning one without a prompt if there is none.
func (s *session) current() *turn {
	if len(s.turns) == 0 {
		s.turns = append(s.turns, &turn{})
	}
	return s.turns[len(s.turns)-1]
}

// turnByID returns the turn of a prompt id, nil if there is none.
func (s *session) turnByID(id string) *turn {
	if id == "" {
		return nil
	}
	for _, t := range slices.Backward(s.turns) {
		if t.ID == id {
			return t
		}
	}
	return nil
}

// turnAt returns the last turn that had begun at a time, nil if times do not tell.
func (s *session) turnAt(at time.Time) *turn {
	if at.IsZero() {
		return nil
	}
	for _, t := range slices.Backward(s.turns) {
		if !t.Start.IsZero() && !t.Start.After(at) {
			return t
		}
	}
	return nil
}

// add appends a call.
func (s *session) add(c *call) {
	s.order = append(s.order, c)
	if c.ID != "" {
		s.calls[c.ID] = c
	}
}

// subagent notes what started a subagent. The first parent known counts.
func (s *session) subagent(id, parent, kind string) {
	if id == "" {
		return
	}
	if s.agents == nil {
		s.agents = map[string]agent{}
	}
	a := s.agents[id]
	if a.parent == "" {
		a.parent = parent
	}
	if a.kind == "" {
		a.kind = kind
	}
	s.agents[id] = a
}

// unplaced counts the calls that stand in no prompt's turn though prompts are known.
func (s *session) unplaced() int {
	n := 0
	for _, t := range s.build().Turns {
		if t.Prompt == "" && t.ID == "" && t.Start.IsZero() {
			n += len(t.Calls)
		}
	}
	if prompts := slices.ContainsFunc(s.build().Turns, func(t Turn) bool { return t.Prompt != "" }); !prompts {
		return 0
	}
	return n
}

// build returns the session as it is now. It changes nothing.
func (s *session) build() Session {
	if s.hooks != nil {
		s = s.replay()
	}
	place := func(c *call) *turn {
		for range len(s.agents) + 1 { // nested subagents end where their first parent is
			if c.turn != nil {
				return c.turn
			}
			parent := s.calls[s.agents[c.Agent].parent]
			if parent == nil || parent == c {
				break
			}
			if t := s.turnAt(c.Start); t != nil && parent.turn == nil {
				return t
			}
			c = parent
		}
		return s.turnAt(c.Start)
	}
	var home turn
	byTurn := map[*turn][]Call{}
	for _, c := range s.order {
		t := place(c)
		if t == nil && len(s.turns) > 0 {
			t = s.turns[len(s.turns)-1]
		}
		if t == nil {
			t = &home
		}
		out := c.Call
		if a, ok := s.agents[out.Agent]; ok && out.Agent != "" {
			if out.Parent == "" && a.parent != out.ID {
				out.Parent = a.parent
			}
			if out.AgentType == "" {
				out.AgentType = a.kind
			}
		}
		byTurn[t] = append(byTurn[t], out)
	}
	built := s.Session
	built.Turns = nil
	for _, t := range append(s.turns, &home) {
		out := t.Turn
		out.Calls = byTurn[t]
		if out.Prompt == "" && len(out.Calls) == 0 {
			continue
		}
		if !slices.ContainsFunc(out.Calls, func(c Call) bool { return c.Start.IsZero() }) {
			slices.SortStableFunc(out.Calls, func(a, b Call) int { return a.Start.Compare(b.Start) })
		}
		for _, c := range out.Calls {
			if out.Start.IsZero() || !c.Start.IsZero() && c.Start.Before(out.Start) {
				out.Start = c.Start
			}
			if c.End.After(out.End) {
				out.End = c.End
			}
		}
		built.Turns = append(built.Turns, out)
	}
	return built
}

// named gives a call its tool in canonical form.
func (c *Call) named(d payload.Dialect, tool string, input json.RawMessage) {
	c.NativeTool = tool
	if m, ok := payload.SplitMCP(d, tool); ok {
		c.Tool, c.Server, c.Input = m.Tool, m.Name(), input
		return
	}
	c.Tool, c.Input = payload.Canonical(d, tool, input)
}

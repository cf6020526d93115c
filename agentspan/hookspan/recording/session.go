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
	byID  map[string]*turn // turns with an id
	calls map[string]*call // calls with an id
	hooks []hookEvent
	mode  string // the permission mode now

	agents map[string]agent  // subagents, by id
	seen   map[string]bool   // transcript lines read, by uuid
	chain  map[string]string // sidechain lines' subagent, by uuid
	clock  []*turn           // turns by time, made when first needed
}

type turn struct {
	Turn
	unplaced bool // holds calls whose prompt cannot be told
	after    *turn
}

type call struct {
	Call
	turn    *turn
	after   *call // in hook logs of unknown order, the call that ended before
	claimed bool  // a subagent is known to be this call's
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
		s.begin(&turn{})
	}
	return s.turns[len(s.turns)-1]
}

// begin appends a turn.
func (s *session) begin(t *turn) *turn {
	s.turns = append(s.turns, t)
	s.name(t)
	return t
}

// name makes a turn known by its id. The first of an id counts.
func (s *session) name(t *turn) {
	if t.ID == "" || s.byID[t.ID] != nil {
		return
	}
	if s.byID == nil {
		s.byID = map[string]*turn{}
	}
	s.byID[t.ID] = t
}

// turnAt returns the last turn that had begun at a time, nil if times do not tell.
// It is for when all prompts are known.
func (s *session) turnAt(at time.Time) *turn {
	if at.IsZero() {
		return nil
	}
	if s.clock == nil {
		s.clock = []*turn{}
		for _, t := range s.turns {
			if !t.Start.IsZero() {
				s.clock = append(s.clock, t)
			}
		}
		slices.SortStableFunc(s.clock, func(a, b *turn) int { return a.Start.Compare(b.Start) })
	}
	i, _ := slices.BinarySearchFunc(s.clock, at, func(t *turn, at time.Time) int {
		if t.Start.After(at) {
			return 1
		}
		return -1
	})
	if i == 0 {
		return nil
	}
	return s.clock[i-1]
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

// maxNesting bounds how far a subagent's parents are followed.
const maxNesting = 32

// place finds the turn of a call: its own, that of the call that started its
// subagent, or the one its time says.
func (s *session) place(c *call) *turn {
	first := c
	for range maxNesting {
		if c.turn != nil {
			return c.turn
		}
		parent := s.calls[s.agents[c.Agent].parent]
		if parent == nil || parent == c {
			break
		}
		c = parent
	}
	if t := s.turnAt(first.Start); t != nil {
		return t
	}
	return s.current()
}

// build returns the session as it is now, and how many calls stand in no prompt's
// turn though there are prompts.
func (s *session) build() (Session, int) {
	if s.hooks != nil {
		s = s.replay()
	}
	s.clock = nil
	calls := map[*turn][]Call{}
	for _, c := range s.order {
		out := c.Call
		if a, ok := s.agents[out.Agent]; ok && out.Agent != "" {
			if a.parent != out.ID {
				set(&out.Parent, a.parent)
			}
			set(&out.AgentType, a.kind)
		}
		t := s.place(c)
		calls[t] = append(calls[t], out)
	}
	built, unplaced, prompts := s.Session, 0, 0
	built.Turns = nil
	for _, t := range s.turns {
		out := t.Turn
		out.Calls = calls[t]
		if out.Prompt == "" && len(out.Calls) == 0 {
			continue
		}
		if out.Prompt != "" {
			prompts++
		}
		if t.unplaced {
			unplaced += len(out.Calls)
		}
		out.time()
		built.Turns = append(built.Turns, out)
	}
	if prompts == 0 {
		unplaced = 0
	}
	return built, unplaced
}

// time sorts a turn's calls by time if all have one, and widens the turn to them.
func (t *Turn) time() {
	if !slices.ContainsFunc(t.Calls, func(c Call) bool { return c.Start.IsZero() }) {
		slices.SortStableFunc(t.Calls, func(a, b Call) int { return a.Start.Compare(b.Start) })
	}
	for _, c := range t.Calls {
		if t.Start.IsZero() || !c.Start.IsZero() && c.Start.Before(t.Start) {
			t.Start = c.Start
		}
		for _, at := range [...]time.Time{c.Start, c.End} {
			if at.After(t.End) {
				t.End = at
			}
		}
	}
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

package recording

// Hook logs: events first, joined when all files are read.

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/ambit-go/ambit/agentspan/hookspan/payload"
)

// A hookEvent is what is kept of one payload.
type hookEvent struct {
	payload.Event
	file    int
	result  string
	size    int
	started string // id of the subagent a finished Agent call started
	batch   []hookEvent
}

// wrapped returns the payload inside a logger's envelope, nil if there is none.
func wrapped(b []byte) []byte {
	var o struct {
		Payload   json.RawMessage
		Data      json.RawMessage
		HookInput json.RawMessage `json:"hook_input"`
		Input     json.RawMessage
		HookData  json.RawMessage `json:"hook_data"`
	}
	_ = json.Unmarshal(b, &o)
	for _, inner := range []json.RawMessage{o.Payload, o.Data, o.HookInput, o.Input, o.HookData} {
		if len(inner) == 0 || inner[0] != '{' {
			continue
		}
		if e, err := payload.Decode(inner); err == nil && (e.SessionID != "" || e.Native != "") {
			return inner
		}
	}
	return nil
}

// hook takes one payload.
func (f *file) hook(b []byte) {
	e, err := payload.Decode(b)
	if err != nil || e.SessionID == "" && e.NativeTool == "" && e.Prompt == "" {
		if inner := wrapped(b); inner != nil {
			outer := e.Time
			if e, err = payload.Decode(inner); e.Time.IsZero() {
				e.Time = outer
			}
		}
	}
	if err != nil {
		f.problem(f.name, f.line, "no hook payload")
		return
	}
	h, ok := f.keep(e)
	if !ok {
		return
	}
	s := f.session(ClaudeHooks, e.SessionID)
	s.hooks = append(s.hooks, h)
	switch e.Name {
	case payload.UserPromptSubmit, payload.PreToolUse, payload.PostToolUse, payload.PostToolUseFailure, payload.PermissionDenied:
	default:
		f.count(string(e.Name))
	}
}

// keep copies of an event what the session needs, so that the line can go.
func (f *file) keep(e payload.Event) (hookEvent, bool) {
	h := hookEvent{Event: e, file: f.index}
	text := payload.Text(e.ToolResponse)
	h.size = len(text)
	h.result = f.cut(text)
	if e.Tool == "Agent" || e.Tool == "Task" {
		h.started = agentID(e.ToolResponse)
	}
	if h.Error == "" && e.Failed() {
		h.Error = text
	}
	h.Error = f.cut(h.Error)
	h.ToolInput = bytes.Clone(e.ToolInput)
	h.LastMessage = ""
	if !f.room(len(h.result) + len(h.Error) + len(h.ToolInput) + len(h.Prompt)) {
		return h, false
	}
	if e.Name == payload.PostToolBatch {
		for _, c := range e.ToolCalls() {
			if b, ok := f.keep(c); ok {
				h.batch = append(h.batch, b)
			}
		}
	}
	h.Raw, h.NativeInput, h.ToolResponse = nil, nil, nil
	return h, true
}

// agentID finds the subagent's id in the response of the tool that started it.
func agentID(v json.RawMessage) string {
	if len(v) == 0 || v[0] != '{' {
		return ""
	}
	var r struct {
		AgentID string `json:"agentId"`
	}
	_ = json.Unmarshal(v, &r)
	return r.AgentID
}

// replay makes turns and calls of the events, on a copy of the session.
func (s *session) replay() *session {
	j := &joiner{
		session: &session{Session: s.Session, calls: map[string]*call{}},
		open:    map[callKey][]*call{}, openNoID: map[callKey][]*call{}, openTool: map[string][]*call{},
	}
	events := slices.Clone(s.hooks)
	switch {
	case !slices.ContainsFunc(events, func(e hookEvent) bool { return e.Time.IsZero() }):
		slices.SortStableFunc(events, func(a, b hookEvent) int { return a.Time.Compare(b.Time) })
		j.ordered = true
	case !slices.ContainsFunc(events, func(e hookEvent) bool { return e.file != events[0].file }):
		j.ordered = true
	default:
		// The order between files is not known. Prompts first, so that calls can be
		// placed among them; beginnings before ends, so that they can be joined.
		slices.SortStableFunc(events, func(a, b hookEvent) int { return phase(a.Name) - phase(b.Name) })
	}
	dialects, most := map[payload.Dialect]int{}, 0
	for _, e := range events {
		j.at(e.Time)
		// A payload with few fields may look like another agent's.
		if dialects[e.Dialect]++; dialects[e.Dialect] > most {
			most = dialects[e.Dialect]
			j.Agent = e.Dialect.String()
		}
		set(&j.Cwd, e.Cwd)
		set(&j.Mode, e.Mode)
		set(&j.Model, e.Model)
		set(&j.Version, e.Version)
		j.event(e)
	}
	j.order = flatten(j.order, j.lateCalls, func(c *call) *call { return c.after })
	j.turns = flatten(j.turns, j.lateTurns, func(t *turn) *turn { return t.after })
	return j.session
}

// flatten puts each late item behind the one it follows, those that follow none
// before everything else.
func flatten[T comparable](items, late []T, after func(T) T) []T {
	if len(late) == 0 {
		return items
	}
	var none T
	followers := map[T][]T{}
	for _, x := range late {
		followers[after(x)] = append(followers[after(x)], x)
	}
	out := make([]T, 0, len(items)+len(late))
	var stack []T
	walk := func(roots []T) {
		for _, x := range slices.Backward(roots) {
			stack = append(stack, x)
		}
		for len(stack) > 0 {
			x := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			out = append(out, x)
			for _, f := range slices.Backward(followers[x]) {
				stack = append(stack, f)
			}
		}
	}
	walk(followers[none])
	walk(items)
	return out
}

func set(to *string, v string) {
	if *to == "" {
		*to = v
	}
}

func phase(n payload.EventName) int {
	switch n {
	case payload.SessionStart:
		return 0
	case payload.UserPromptSubmit:
		return 1
	case payload.PreToolUse:
		return 2
	case payload.SubagentStart:
		return 3
	}
	return 4
}

// A joiner walks a session's events.
type joiner struct {
	*session
	ordered bool // events come in the order in which they happened

	// Calls that have begun and perhaps not ended: by tool and arguments, the same
	// for those without id, and those without id by tool.
	open, openNoID map[callKey][]*call
	openTool       map[string][]*call
	openAgents     []*call

	last      *call // the call of the event before
	lateCalls []*call
	lateTurns []*turn
	lost      *turn // of calls whose prompt cannot be told
}

func (j *joiner) event(e hookEvent) {
	switch e.Name {
	case payload.UserPromptSubmit:
		if t := j.byID[e.PromptID]; t != nil && t.Prompt == "" {
			t.Prompt, t.Start = e.Prompt, e.Time
			return
		}
		j.begin(&turn{Turn: Turn{ID: e.PromptID, Prompt: e.Prompt, Start: e.Time}})
	case payload.PreToolUse:
		j.start(e)
	case payload.PostToolUse, payload.PostToolUseFailure, payload.PermissionDenied:
		j.finish(e)
	case payload.PostToolBatch:
		for _, b := range e.batch {
			if c := j.calls[b.ToolUseID]; c != nil && !c.Finished {
				b.Time = e.Time
				j.close(c, b)
			}
		}
	case payload.SubagentStart:
		parent := ""
		if j.ordered {
			parent = j.openAgent()
		}
		j.subagent(e.AgentID, parent, e.AgentType)
	case payload.SubagentStop:
		j.subagent(e.AgentID, "", e.AgentType)
	case payload.Stop, payload.StopFailure:
		t := j.byID[e.PromptID]
		if t == nil && j.ordered && len(j.turns) > 0 && e.AgentID == "" {
			t = j.current()
		}
		if t != nil && e.Time.After(t.End) {
			t.End = e.Time
		}
	}
}

// openAgent returns the id of the latest call that runs a subagent nobody claimed.
func (j *joiner) openAgent() string {
	for n := len(j.openAgents); n > 0; n = len(j.openAgents) {
		c := j.openAgents[n-1]
		j.openAgents = j.openAgents[:n-1]
		if !c.Finished && !c.claimed {
			c.claimed = true
			return c.ID
		}
	}
	return ""
}

// turnOf finds the turn of an event.
func (j *joiner) turnOf(e hookEvent) *turn {
	if t := j.byID[e.PromptID]; t != nil {
		return t
	}
	if e.PromptID != "" {
		return j.insert(&turn{Turn: Turn{ID: e.PromptID, Start: e.Time}})
	}
	if j.ordered {
		return j.current()
	}
	if t := j.turnAt(e.Time); t != nil {
		return t
	}
	if len(j.turns) <= 1 {
		return j.current()
	}
	if j.lost == nil {
		j.lost = j.insert(&turn{unplaced: true})
	}
	return j.lost
}

// insert adds a turn whose prompt is not recorded, after the turn of the call before.
func (j *joiner) insert(t *turn) *turn {
	if j.ordered {
		return j.begin(t)
	}
	if j.last != nil {
		t.after = j.last.turn
	}
	j.lateTurns = append(j.lateTurns, t)
	j.name(t)
	return t
}

func (j *joiner) newCall(e hookEvent) *call {
	c := &call{turn: j.turnOf(e)}
	c.Call = Call{
		ID: e.ToolUseID, Tool: e.Tool, Server: e.MCP.Name(), NativeTool: e.NativeTool, Input: e.ToolInput,
		Dir: e.Cwd, Mode: e.Mode, Agent: e.AgentID,
	}
	if c.Agent != "" {
		c.AgentType = e.AgentType
	}
	return c
}

// start takes the event before a call.
func (j *joiner) start(e hookEvent) {
	if e.ToolUseID != "" && j.calls[e.ToolUseID] != nil {
		return // two hooks logged the same call
	}
	c := j.newCall(e)
	c.Begun, c.Start = true, e.Time
	j.add(c)
	key := keyOf(e.NativeTool, e.ToolInput)
	j.open[key] = append(j.open[key], c)
	if c.ID == "" {
		j.openNoID[key] = append(j.openNoID[key], c)
		j.openTool[c.NativeTool] = append(j.openTool[c.NativeTool], c)
	}
	if isAgent(c.Tool) && c.ID != "" {
		j.openAgents = append(j.openAgents, c)
	}
	j.last = c
}

func isAgent(tool string) bool { return tool == "Agent" || tool == "Task" }

// finish takes the event after a call.
func (j *joiner) finish(e hookEvent) {
	c := j.calls[e.ToolUseID]
	if c != nil && c.Finished {
		return // two hooks logged the same end
	}
	if c == nil {
		c = j.match(e)
	}
	if c == nil {
		c = j.newCall(e)
		if e.Duration > 0 && !e.Time.IsZero() {
			c.Start = e.Time.Add(-e.Duration)
		}
		if j.ordered || j.last == nil {
			j.add(c)
		} else {
			c.after = j.last
			j.lateCalls = append(j.lateCalls, c)
			if c.ID != "" {
				j.calls[c.ID] = c
			}
		}
	}
	j.close(c, e)
	j.last = c
}

// match finds the beginning of a call whose end names no id that is known.
func (j *joiner) match(e hookEvent) *call {
	key := keyOf(e.NativeTool, e.ToolInput)
	if e.ToolUseID != "" {
		return pop(j.openNoID, key)
	}
	if c := pop(j.open, key); c != nil {
		return c
	}
	if !j.ordered {
		return nil
	}
	// Other arguments than were asked for: a hook may have replaced them. If one
	// call of the tool is open it can only be this one.
	open := slices.DeleteFunc(j.openTool[e.NativeTool], func(c *call) bool { return c.Finished || c.turn != j.current() })
	j.openTool[e.NativeTool] = open
	if len(open) != 1 || e.PromptID != "" && e.PromptID != open[0].turn.ID {
		return nil
	}
	return open[0]
}

// pop takes the first call that has not ended.
func pop(open map[callKey][]*call, key callKey) *call {
	list := open[key]
	for len(list) > 0 && list[0].Finished {
		list = list[1:]
	}
	if len(list) == 0 {
		delete(open, key)
		return nil
	}
	open[key] = list[1:]
	return list[0]
}

// close fills in how a call ended.
func (j *joiner) close(c *call, e hookEvent) {
	c.Finished = true
	c.Result, c.ResultSize, c.Error = e.result, e.size, e.Error
	c.Duration, c.End = e.Duration, e.Time
	c.Refused = e.Name == payload.PermissionDenied
	if c.Refused {
		set(&c.Error, e.Reason)
	}
	c.Failed = c.Error != "" || e.Name == payload.PostToolUseFailure || c.Refused
	if c.Begun && len(e.ToolInput) > 0 && !same(c.Input, e.ToolInput) {
		c.RanWith = e.ToolInput
	}
	set(&c.ID, e.ToolUseID)
	j.subagent(e.started, c.ID, "")
}

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
	h, ok := f.kept(e)
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

// kept copies of an event what the session needs, so that the line can go.
func (f *file) kept(e payload.Event) (hookEvent, bool) {
	h := hookEvent{Event: e, file: f.index}
	text := payload.Text(e.ToolResponse)
	h.size = len(text)
	h.result = f.cut(text)
	if e.Tool == "Agent" || e.Tool == "Task" {
		h.started = agentID(e.ToolResponse)
	}
	if h.Error == "" && failed(e) {
		h.Error = text
	}
	h.Error = f.cut(h.Error)
	h.ToolInput = bytes.Clone(e.ToolInput)
	h.LastMessage = ""
	if !f.room(f.Self(), len(h.result)+len(h.Error)+len(h.ToolInput)+len(h.Prompt)) {
		return h, false
	}
	if e.Name == payload.PostToolBatch {
		for _, c := range e.ToolCalls() {
			if b, ok := f.kept(c); ok {
				h.batch = append(h.batch, b)
			}
		}
	}
	h.Raw, h.NativeInput, h.ToolResponse = nil, nil, nil
	return h, true
}

// Self is the file, under the name room wants it.
func (f *file) Self() *file { return f }

// failed reports whether a response says that the tool failed, for agents that
// have no event for it.
func failed(e payload.Event) bool {
	if e.Name != payload.PostToolUse || len(e.ToolResponse) == 0 || e.ToolResponse[0] != '{' {
		return false
	}
	var r struct {
		ResultType string `json:"result_type"`
		Camel      string `json:"resultType"`
		IsError    bool   `json:"is_error"`
		MCPError   bool   `json:"isError"`
		ExitCode   *int   `json:"exit_code"`
	}
	_ = json.Unmarshal(e.ToolResponse, &r)
	switch r.ResultType + r.Camel {
	case "failure", "error", "denied":
		return true
	}
	return r.IsError || r.MCPError || e.Dialect == payload.Grok && r.ExitCode != nil && *r.ExitCode != 0
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
	out := &session{Session: s.Session, calls: map[string]*call{}}
	j := &joiner{session: out, byKey: map[callKey][]*call{}}
	events := slices.Clone(s.hooks)
	timed := !slices.ContainsFunc(events, func(e hookEvent) bool { return e.Time.IsZero() })
	oneFile := !slices.ContainsFunc(events, func(e hookEvent) bool { return e.file != events[0].file })
	switch {
	case timed:
		slices.SortStableFunc(events, func(a, b hookEvent) int { return a.Time.Compare(b.Time) })
		j.ordered = true
	case oneFile:
		j.ordered = true
	default:
		// The order between files is not known. Prompts first, so that calls can be
		// placed among them; beginnings before ends, so that they can be joined.
		slices.SortStableFunc(events, func(a, b hookEvent) int { return phase(a.Name) - phase(b.Name) })
	}
	for _, e := range events {
		out.at(e.Time)
		if out.Agent == "" {
			out.Agent = e.Dialect.String()
		}
		set(&out.Cwd, e.Cwd)
		set(&out.Mode, e.Mode)
		set(&out.Model, e.Model)
		set(&out.Version, e.Version)
		j.event(e)
	}
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
	ordered bool
	byKey   map[callKey][]*call // calls that have begun and not ended
	last    *call               // the call of the event before
}

func (j *joiner) event(e hookEvent) {
	switch e.Name {
	case payload.UserPromptSubmit:
		if t := j.turnByID(e.PromptID); t != nil && t.Prompt == "" {
			t.Prompt, t.Start = e.Prompt, e.Time
			return
		}
		j.turns = append(j.turns, &turn{Turn: Turn{ID: e.PromptID, Prompt: e.Prompt, Start: e.Time}})
	case payload.PreToolUse:
		j.begin(e)
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
		if j.ordered {
			j.subagent(e.AgentID, j.openAgent(), e.AgentType)
		} else {
			j.subagent(e.AgentID, "", e.AgentType)
		}
	case payload.SubagentStop:
		j.subagent(e.AgentID, "", e.AgentType)
	case payload.Stop, payload.StopFailure:
		t := j.turnByID(e.PromptID)
		if t == nil && j.ordered && len(j.turns) > 0 && e.AgentID == "" {
			t = j.turns[len(j.turns)-1]
		}
		if t != nil && e.Time.After(t.End) {
			t.End = e.Time
		}
	}
}

// openAgent returns the id of the latest call that runs a subagent nobody claimed.
func (j *joiner) openAgent() string {
	for _, c := range slices.Backward(j.order) {
		if (c.Tool == "Agent" || c.Tool == "Task") && !c.Finished && c.ID != "" {
			claimed := false
			for _, a := range j.agents {
				claimed = claimed || a.parent == c.ID
			}
			if !claimed {
				return c.ID
			}
		}
	}
	return ""
}

// place finds the turn of an event.
func (j *joiner) place(e hookEvent) *turn {
	if t := j.turnByID(e.PromptID); t != nil {
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
	if prompts := len(j.turns); prompts == 1 && !e.Time.IsZero() == !j.turns[0].Start.IsZero() || prompts == 0 {
		return j.current()
	}
	for _, t := range j.turns {
		if t.unplaced {
			return t
		}
	}
	return j.insert(&turn{unplaced: true})
}

// insert puts a turn whose prompt is not recorded where its first call says: after
// the turn of the call before it.
func (j *joiner) insert(t *turn) *turn {
	at := 0
	if j.ordered {
		at = len(j.turns)
	} else if j.last != nil {
		at = slices.Index(j.turns, j.last.turn) + 1
	}
	j.turns = slices.Insert(j.turns, at, t)
	return t
}

func (j *joiner) open(e hookEvent) *call {
	c := &call{turn: j.place(e), key: keyOf(e.Tool, e.ToolInput)}
	c.Call = Call{
		ID: e.ToolUseID, Tool: e.Tool, Server: e.MCP.Name(), NativeTool: e.NativeTool, Input: e.ToolInput,
		Dir: e.Cwd, Mode: e.Mode, Agent: e.AgentID, AgentType: e.AgentType,
	}
	if c.Agent == "" {
		c.AgentType = ""
	}
	return c
}

func (j *joiner) begin(e hookEvent) {
	if e.ToolUseID != "" && j.calls[e.ToolUseID] != nil {
		return // two hooks logged the same call
	}
	c := j.open(e)
	c.Begun, c.Start = true, e.Time
	j.add(c)
	j.byKey[c.key] = append(j.byKey[c.key], c)
	j.last = c
}

// finish joins the end of a call to its beginning.
func (j *joiner) finish(e hookEvent) {
	c := j.match(e)
	if c == nil {
		if e.ToolUseID != "" && j.calls[e.ToolUseID] != nil {
			return // two hooks logged the same end
		}
		c = j.open(e)
		if e.Duration > 0 && !e.Time.IsZero() {
			c.Start = e.Time.Add(-e.Duration)
		}
		j.order = slices.Insert(j.order, slices.Index(j.order, j.last)+1, c)
		if j.ordered || j.last == nil {
			j.order = append(slices.DeleteFunc(j.order, func(o *call) bool { return o == c }), c)
		}
		if c.ID != "" {
			j.calls[c.ID] = c
		}
	}
	j.close(c, e)
	j.last = c
}

// match finds the call an end event belongs to, nil if its beginning is not recorded.
func (j *joiner) match(e hookEvent) *call {
	if c := j.calls[e.ToolUseID]; e.ToolUseID != "" && c != nil {
		if c.Finished {
			return nil
		}
		return c
	}
	key := keyOf(e.Tool, e.ToolInput)
	open := j.byKey[key]
	for i, c := range open {
		if c.Finished {
			continue
		}
		if e.ToolUseID == "" || c.ID == "" {
			j.byKey[key] = slices.Clone(open[i+1:])
			return c
		}
	}
	if e.ToolUseID != "" || !j.ordered {
		return nil
	}
	// Other arguments than asked for: a hook may have replaced them. One open call
	// of the tool can only be this one.
	var found *call
	for _, c := range j.order {
		if !c.Finished && c.Begun && c.ID == "" && c.NativeTool == e.NativeTool && c.turn == j.current() {
			if found != nil {
				return nil
			}
			found = c
		}
	}
	return found
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
	if c.ID == "" {
		c.ID = e.ToolUseID
	}
	j.subagent(e.started, c.ID, "")
}

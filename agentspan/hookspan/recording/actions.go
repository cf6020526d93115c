package recording

// Plain lists of actions: one session per line.

import (
	"encoding/json"
	"strconv"

	"github.com/ambit-go/ambit/agentspan/hookspan/payload"
)

// An actionsLine is one session. Calls and action, args and name are accepted as
// other words for actions, input and tool.
type actionsLine struct {
	ID      json.RawMessage `json:"id"`
	Prompt  string          `json:"prompt"`
	Agent   string          `json:"agent"`
	Cwd     string          `json:"cwd"`
	Time    string          `json:"timestamp"`
	Actions []action        `json:"actions"`
	Calls   []action        `json:"calls"`
	Action  *action         `json:"action"`
}

type action struct {
	ID     string          `json:"id"`
	Tool   string          `json:"tool"`
	Name   string          `json:"name"`
	Server string          `json:"server"`
	Input  json.RawMessage `json:"input"`
	Args   json.RawMessage `json:"args"`
	Result json.RawMessage `json:"result"`
	Error  string          `json:"error"`
	Time   string          `json:"timestamp"`
}

// actions takes one session.
func (f *file) actions(b []byte) {
	var l actionsLine
	if err := json.Unmarshal(b, &l); err != nil {
		f.problem(f.name, f.line, "a field has an unexpected type")
	}
	id := payload.Text(l.ID)
	if id == "" {
		id = f.name + "#" + strconv.Itoa(f.line)
	}
	s := f.session(Actions, id)
	set(&s.Agent, l.Agent)
	set(&s.Cwd, l.Cwd)
	at := payload.ParseTime(l.Time)
	s.at(at)
	dialect, _ := payload.ParseDialect(l.Agent)
	if dialect == payload.Unknown {
		dialect = payload.ClaudeCode
	}
	if !f.room(len(l.Prompt)) {
		return
	}
	t := s.begin(&turn{Turn: Turn{Prompt: l.Prompt, Start: at}})
	list := append(l.Actions, l.Calls...)
	if l.Action != nil {
		list = append(list, *l.Action)
	}
	for _, a := range list {
		set(&a.Tool, a.Name)
		if a.Input == nil {
			a.Input = a.Args
		}
		text := payload.Text(a.Result)
		if !f.room(len(a.Input) + len(text)) {
			return
		}
		c := &call{turn: t}
		c.named(dialect, a.Tool, a.Input)
		if a.Server != "" {
			c.Server = a.Server
		}
		c.ID, c.Dir = a.ID, l.Cwd
		c.Begun, c.Finished = true, true // a list of what was done
		c.Result, c.ResultSize, c.Error = f.cut(text), len(text), f.cut(a.Error)
		c.Failed = a.Error != ""
		c.Start = payload.ParseTime(a.Time)
		s.at(c.Start)
		s.add(c)
	}
}

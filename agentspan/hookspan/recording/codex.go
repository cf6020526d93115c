package recording

// Codex CLI's rollouts: {"timestamp","type","payload"} per line; early versions
// wrote the payloads bare.

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/ambit-go/ambit/agentspan/hookspan/payload"
)

type rolloutLine struct {
	Time    string          `json:"timestamp"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload"`
}

// A rolloutItem is any payload; which fields it has depends on its type.
type rolloutItem struct {
	Type      string          `json:"type"`
	ID        string          `json:"id"`
	Role      string          `json:"role"`
	Content   json.RawMessage `json:"content"`
	Message   json.RawMessage `json:"message"`
	Name      string          `json:"name"`
	Namespace string          `json:"namespace"`
	Arguments json.RawMessage `json:"arguments"`
	Input     json.RawMessage `json:"input"`
	Action    json.RawMessage `json:"action"`
	CallID    string          `json:"call_id"`
	Output    json.RawMessage `json:"output"`
	Cwd       string          `json:"cwd"`
	Version   string          `json:"cli_version"`
	Model     string          `json:"model"`
	Approval  string          `json:"approval_policy"`
	TurnID    string          `json:"turn_id"`
	Status    string          `json:"status"`
	Git       *struct {
		Branch string `json:"branch"`
	} `json:"git"`
	Invocation *struct {
		Server    string          `json:"server"`
		Tool      string          `json:"tool"`
		Arguments json.RawMessage `json:"arguments"`
	} `json:"invocation"`
}

// codexState is what later lines of a rollout need of earlier ones.
type codexState struct {
	id     string
	cwd    string
	turnID string
	said   string // the running turn's prompt comes from an item, and its event is still to come
}

// rollout takes one line.
func (f *file) rollout(b []byte) {
	if f.codex == nil {
		f.codex = &codexState{}
	}
	st := f.codex
	var l rolloutLine
	var p rolloutItem
	err := json.Unmarshal(b, &l)
	if len(l.Payload) == 0 {
		err = json.Unmarshal(b, &p)
		l.Type = "response_item"
		if p.ID != "" && p.Type == "" {
			l.Type = "session_meta"
		}
	} else if err2 := json.Unmarshal(l.Payload, &p); err == nil {
		err = err2
	}
	if err != nil {
		f.problem(f.name, f.line, "a field has an unexpected type")
	}
	if l.Type == "session_meta" && st.id == "" {
		st.id = p.ID
	}
	s := f.session(Codex, st.id)
	at := payload.ParseTime(l.Time)
	s.at(at)
	s.Agent = payload.Codex.String()
	set(&s.Version, p.Version)
	set(&s.Model, p.Model)
	set(&s.Mode, p.Approval)
	if p.Cwd != "" {
		st.cwd = p.Cwd
		set(&s.Cwd, p.Cwd)
	}
	if p.Git != nil {
		set(&s.Branch, p.Git.Branch)
	}
	switch l.Type {
	case "response_item":
		f.item(s, &p, at)
	case "event_msg":
		f.event(s, &p, at)
	case "turn_context":
		if p.TurnID != "" {
			st.turnID = p.TurnID
		}
	default:
		if l.Type != "session_meta" {
			f.count(l.Type)
		}
	}
}

// item takes a response item: what the model saw and said.
func (f *file) item(s *session, p *rolloutItem, at time.Time) {
	switch p.Type {
	case "message":
		if p.Role == "user" {
			f.said(s, payload.Text(p.Content), at, false)
		}
	case "function_call":
		name := p.Name
		if p.Namespace != "" && !strings.HasPrefix(name, "mcp__") {
			name = strings.TrimSuffix(p.Namespace, "__") + "__" + name
		}
		f.codexCall(s, p.CallID, name, f.arguments(p.Arguments), at)
	case "custom_tool_call":
		f.codexCall(s, p.CallID, p.Name, object("command", p.Input), at)
	case "local_shell_call":
		id := p.CallID
		set(&id, p.ID)
		f.codexCall(s, id, "local_shell", p.Action, at)
	case "web_search_call":
		f.codexCall(s, p.ID, "web_search", p.Action, at)
		if c := s.order; len(c) > 0 && c[len(c)-1].NativeTool == "web_search" {
			c[len(c)-1].Finished = p.Status == "" || p.Status == "completed"
		}
	case "function_call_output", "custom_tool_call_output", "local_shell_call_output":
		f.output(s, p, at)
	case "":
		f.count("(no type)")
	default:
		f.count(p.Type)
	}
}

// event takes an event message: what the person saw.
func (f *file) event(s *session, p *rolloutItem, at time.Time) {
	switch p.Type {
	case "user_message":
		f.said(s, payload.Text(p.Message), at, true)
	case "turn_aborted":
		t := s.current()
		t.Interrupted, t.End = true, at
	case "task_complete", "turn_complete":
		if len(s.turns) > 0 {
			s.current().End = at
		}
	case "task_started", "turn_started":
		set(&f.codex.turnID, "")
		if p.TurnID != "" {
			f.codex.turnID = p.TurnID
		}
	case "mcp_tool_call_begin", "mcp_tool_call_end":
		if c := s.calls[p.CallID]; c != nil && p.Invocation != nil {
			c.Server, c.Tool = p.Invocation.Server, p.Invocation.Tool
		}
	default:
		f.count(p.Type)
	}
}

// context are the openings of user messages that Codex CLI writes itself.
var context = [...]string{
	"<environment_context>", "<user_instructions>", "<INSTRUCTIONS>", "# AGENTS.md instructions", "<turn_aborted>",
	"<user_shell_command", "<permissions instructions>", "<skill", "<subagent_notification>", "<collaboration_mode>",
	"<user_action>",
}

// said begins a turn. The same prompt stands twice in a rollout: as the item the
// model saw and as the event the person saw. Early rollouts have the item only.
func (f *file) said(s *session, prompt string, at time.Time, event bool) {
	prompt = strings.TrimSpace(prompt)
	for _, c := range context {
		if strings.HasPrefix(prompt, c) {
			f.count("user/no prompt")
			return
		}
	}
	if prompt == "" || event && f.codex.said == prompt {
		f.codex.said = ""
		return
	}
	f.codex.said = ""
	if !event {
		f.codex.said = prompt
	}
	if !f.room(len(prompt)) {
		return
	}
	s.begin(&turn{Turn: Turn{ID: f.codex.turnID, Prompt: prompt, Start: at}})
	f.codex.turnID = ""
}

// arguments undoes the quoting of a function call's arguments. What is not JSON
// inside stays a string.
func (f *file) arguments(v json.RawMessage) json.RawMessage {
	var s string
	if json.Unmarshal(v, &s) != nil {
		return v
	}
	if inner := []byte(s); json.Valid(inner) {
		return inner
	}
	f.problem(f.name, f.line, "a call's arguments are no JSON; kept as text")
	return v
}

// object wraps a value that is no object into one.
func object(name string, v json.RawMessage) json.RawMessage {
	if len(v) == 0 || v[0] == '{' {
		return v
	}
	out := append([]byte(`{"`+name+`":`), v...)
	return append(out, '}')
}

func (f *file) codexCall(s *session, id, name string, input json.RawMessage, at time.Time) {
	if id != "" && s.calls[id] != nil {
		return
	}
	if !f.room(len(input)) {
		return
	}
	c := &call{turn: s.current()}
	c.named(payload.Codex, name, input)
	c.ID, c.Start, c.Begun, c.Dir = id, at, true, f.codex.cwd
	c.Mode = s.Mode
	var dir struct {
		Workdir          string `json:"workdir"`
		WorkingDirectory string `json:"working_directory"`
	}
	if json.Unmarshal(input, &dir) == nil {
		set(&dir.Workdir, dir.WorkingDirectory)
		if dir.Workdir != "" {
			c.Dir = dir.Workdir
		}
	}
	s.add(c)
}

// output joins a call's output to it.
func (f *file) output(s *session, p *rolloutItem, at time.Time) {
	c := s.calls[p.CallID]
	if c == nil {
		f.problem(f.name, f.line, "a tool result without its call")
		return
	}
	if c.Finished {
		return
	}
	out := p.Output
	var quoted string
	if json.Unmarshal(out, &quoted) == nil {
		out = json.RawMessage(quoted)
	}
	text := quoted
	var r struct {
		Output   json.RawMessage `json:"output"`
		Content  json.RawMessage `json:"content"`
		Success  *bool           `json:"success"`
		Metadata struct {
			ExitCode *int    `json:"exit_code"`
			Seconds  float64 `json:"duration_seconds"`
		} `json:"metadata"`
	}
	failed := false
	if len(out) > 0 && out[0] == '{' && json.Unmarshal(out, &r) == nil && (r.Output != nil || r.Content != nil) {
		text = payload.Text(r.Output)
		if r.Output == nil {
			text = payload.Text(r.Content)
		}
		failed = r.Metadata.ExitCode != nil && *r.Metadata.ExitCode != 0 || r.Success != nil && !*r.Success
		if d := r.Metadata.Seconds; d > 0 && d < 1e7 {
			c.Duration = time.Duration(d * float64(time.Second))
		}
	} else if quoted == "" {
		text = payload.Text(p.Output)
	}
	if code, ok := exitCode(text); ok {
		failed = failed || code != "0"
	}
	if !f.room(min(len(text), f.limit())) {
		return
	}
	c.Finished, c.End = true, at
	c.Result, c.ResultSize = f.cut(text), len(text)
	c.Refused = strings.HasPrefix(text, "exec command rejected by user") || strings.HasPrefix(text, "patch rejected by user")
	if c.Failed = failed || c.Refused; c.Failed {
		c.Error = c.Result
	}
}

// exitCode finds the exit code in the text form of a command's output, whose first
// lines are "Exit code: 1" or "Process exited with code 1".
func exitCode(text string) (string, bool) {
	head := text[:min(len(text), 400)]
	head, _, _ = strings.Cut(head, "Output:")
	for line := range strings.Lines(head) {
		line = strings.TrimSpace(line)
		for _, p := range [...]string{"Exit code: ", "Process exited with code "} {
			if code, ok := strings.CutPrefix(line, p); ok && code != "" {
				return code, true
			}
		}
	}
	return "", false
}

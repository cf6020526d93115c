package recording

// Claude Code's transcripts: one line per block of a message. The format is
// declared internal; what is read here is what real files of 2.0 to 2.1 hold.

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/ambit-go/ambit/agentspan/hookspan/payload"
)

type transcriptLine struct {
	Type       string          `json:"type"`
	Subtype    string          `json:"subtype"`
	UUID       string          `json:"uuid"`
	Parent     string          `json:"parentUuid"`
	Session    string          `json:"sessionId"`
	SessionToo string          `json:"session_id"` // newer lines have both
	Prompt     string          `json:"promptId"`
	Cwd        string          `json:"cwd"`
	Version    string          `json:"version"`
	Branch     string          `json:"gitBranch"`
	Time       string          `json:"timestamp"`
	Sidechain  bool            `json:"isSidechain"`
	Meta       bool            `json:"isMeta"`
	Summary    bool            `json:"isCompactSummary"`
	Hidden     bool            `json:"isVisibleInTranscriptOnly"`
	Agent      string          `json:"agentId"`
	Mode       string          `json:"permissionMode"`
	Message    *message        `json:"message"`
	Result     json.RawMessage `json:"toolUseResult"`
	Data       *progress       `json:"data"`
	ParentCall string          `json:"parentToolUseID"`
	Origin     *origin         `json:"origin"`
	Attachment *attachment     `json:"attachment"`
	EndsTurnIn float64         `json:"durationMs"`
}

type origin struct {
	Kind string `json:"kind"`
}

type message struct {
	Role    string          `json:"role"`
	Model   string          `json:"model"`
	Content json.RawMessage `json:"content"`
}

type block struct {
	Type    string          `json:"type"`
	Text    string          `json:"text"`
	ID      string          `json:"id"`
	Name    string          `json:"name"`
	Input   json.RawMessage `json:"input"`
	CallID  string          `json:"tool_use_id"`
	Content json.RawMessage `json:"content"`
	IsError bool            `json:"is_error"`
}

// progress is what a progress line reports; a subagent's messages travel in it.
type progress struct {
	Type    string `json:"type"`
	Agent   string `json:"agentId"`
	Prompt  string `json:"prompt"`
	Message *struct {
		Time    string   `json:"timestamp"`
		Message *message `json:"message"`
	} `json:"message"`
}

type attachment struct {
	Type string `json:"type"`
}

// transcript takes one line.
func (f *file) transcript(b []byte) {
	var l transcriptLine
	if err := json.Unmarshal(b, &l); err != nil {
		f.problem(f.name, f.line, "a field has an unexpected type")
	}
	id := l.Session
	set(&id, l.SessionToo)
	if id == "" {
		// Summaries and snapshots of files name no session; they hold no call either.
		f.count(kind(l))
		if l.Message != nil {
			f.problem(f.name, f.line, "a message without session")
		}
		return
	}
	s := f.session(ClaudeTranscript, id)
	if l.UUID != "" {
		if s.seen[l.UUID] {
			f.count("(repeated line)")
			return
		}
		if s.seen == nil {
			s.seen = map[string]bool{}
		}
		s.seen[l.UUID] = true
	}
	at := payload.ParseTime(l.Time)
	s.at(at)
	s.Agent = payload.ClaudeCode.String()
	set(&s.Cwd, l.Cwd)
	set(&s.Version, l.Version)
	set(&s.Branch, l.Branch)
	set(&s.Mode, l.Mode)
	if l.Mode != "" {
		s.mode = l.Mode
	}
	w := transcriptWalk{file: f, session: s, line: &l, at: at}
	switch {
	case l.Type == "user" && l.Message != nil:
		w.side()
		w.user(l.Message)
	case l.Type == "assistant" && l.Message != nil:
		w.side()
		if l.Message.Model != "<synthetic>" {
			set(&s.Model, l.Message.Model)
		}
		w.assistant(l.Message)
	case l.Type == "progress" && l.Data != nil && l.Data.Message != nil && l.Data.Message.Message != nil:
		w.agent, w.parent, w.inline = l.Data.Agent, l.ParentCall, true
		set(&w.agent, l.ParentCall)
		s.subagent(w.agent, l.ParentCall, "")
		if t := payload.ParseTime(l.Data.Message.Time); !t.IsZero() {
			w.at = t
		}
		if m := l.Data.Message.Message; m.Role == "assistant" {
			w.assistant(m)
		} else {
			w.results(m)
		}
	case l.Type == "system" && l.Subtype == "turn_duration" && len(s.turns) > 0:
		s.current().End = at
	default:
		f.count(kind(l))
	}
}

// kind names a line for the count of lines that hold no call.
func kind(l transcriptLine) string {
	k := l.Type
	switch {
	case l.Subtype != "":
		k += "/" + l.Subtype
	case l.Data != nil && l.Data.Type != "":
		k += "/" + l.Data.Type
	case l.Attachment != nil && l.Attachment.Type != "":
		k += "/" + l.Attachment.Type
	}
	if k == "" {
		return "(no type)"
	}
	return k
}

// A transcriptWalk is one line on its way into a session.
type transcriptWalk struct {
	*file
	session *session
	line    *transcriptLine
	at      time.Time
	agent   string // the subagent that speaks
	parent  string
	inline  bool // the subagent's lines stand where they happened
}

// side finds out which subagent a line belongs to. Older versions wrote subagents
// into the main file without an id: there the chain of lines tells.
func (w *transcriptWalk) side() {
	l, s := w.line, w.session
	if !l.Sidechain {
		return
	}
	w.agent = l.Agent
	if w.agent != "" {
		return
	}
	w.inline = true
	if s.chain == nil {
		s.chain = map[string]string{}
	}
	w.agent = s.chain[l.Parent]
	if w.agent == "" {
		w.agent = l.UUID
		s.subagent(w.agent, w.starter(), "")
	}
	s.chain[l.UUID] = w.agent
}

// starter finds the call that started the subagent whose first line this is: the
// one that was given the same prompt, else the latest that is open.
func (w *transcriptWalk) starter() string {
	var prompt string
	if w.line.Message != nil {
		prompt = payload.Text(w.line.Message.Content)
	}
	latest := ""
	n := 0
	for i := len(w.session.order) - 1; i >= 0 && n < 64; i-- {
		c := w.session.order[i]
		if !isAgent(c.Tool) || c.Finished || c.claimed {
			continue
		}
		n++
		var in struct{ Prompt string }
		_ = json.Unmarshal(c.Input, &in)
		if in.Prompt == prompt && prompt != "" {
			c.claimed = true
			return c.ID
		}
		set(&latest, c.ID)
	}
	return latest
}

// assistant takes the blocks of an answer. One answer is spread over several lines,
// each with blocks of its own.
func (w *transcriptWalk) assistant(m *message) {
	for _, b := range w.blocks(m) {
		switch b.Type {
		case "tool_use", "server_tool_use", "mcp_tool_use":
			w.call(b)
		case "tool_result", "web_search_tool_result", "mcp_tool_result", "web_fetch_tool_result":
			w.result(b)
		}
	}
}

// blocks returns a message's content as blocks.
func (w *transcriptWalk) blocks(m *message) []block {
	var blocks []block
	if len(m.Content) == 0 || m.Content[0] != '[' {
		return nil
	}
	if json.Unmarshal(m.Content, &blocks) != nil {
		w.problem(w.name, w.file.line, "a content block has an unexpected type")
	}
	return blocks
}

func (w *transcriptWalk) call(b block) {
	s := w.session
	if b.ID != "" && s.calls[b.ID] != nil {
		return // the subagent's own file and its progress lines hold the same calls
	}
	if !w.room(len(b.Input)) {
		return
	}
	c := &call{}
	c.named(payload.ClaudeCode, b.Name, b.Input)
	c.ID, c.Start, c.Begun = b.ID, w.at, true
	c.Dir, c.Mode = w.line.Cwd, s.mode
	c.Agent, c.Parent = w.agent, w.parent
	switch {
	case w.agent == "":
		c.turn = w.turn()
	case w.inline:
		c.turn = s.current()
	default:
		c.turn = s.byID[w.line.Prompt]
	}
	s.add(c)
}

// turn returns the running turn; a new one if the line belongs to another prompt,
// which nobody wrote.
func (w *transcriptWalk) turn() *turn {
	id := w.line.Prompt
	if t := w.session.byID[id]; t != nil {
		return t
	}
	t := w.session.current()
	if id == "" || t.ID == id {
		return t
	}
	if t.ID == "" && t.Prompt == "" {
		t.ID = id
		w.session.name(t)
		return t
	}
	return w.session.begin(&turn{Turn: Turn{ID: id, Start: w.at}})
}

func (w *transcriptWalk) results(m *message) {
	for _, b := range w.blocks(m) {
		if b.Type == "tool_result" {
			w.result(b)
		}
	}
}

// result joins a tool's answer to its call.
func (w *transcriptWalk) result(b block) {
	c := w.session.calls[b.CallID]
	if c == nil {
		w.problem(w.name, w.file.line, "a tool result without its call")
		return
	}
	if c.Finished {
		return
	}
	text := payload.Text(b.Content)
	if !w.room(min(len(text), w.limit())) {
		return
	}
	c.Finished, c.End = true, w.at
	c.Result, c.ResultSize = w.cut(text), len(text)
	c.Failed = b.IsError
	if b.IsError {
		c.Error = c.Result
		c.Refused = refused(text)
	}
	w.session.subagent(agentID(w.line.Result), c.ID, "")
}

// refusals are how Claude Code tells the model that a call never ran.
var refusals = [...]string{
	"The user doesn't want to proceed with this tool use",
	"The user doesn't want to take this action right now",
	"[Request interrupted by user for tool use]",
	"Permission to use ",
	"Permission for this action",
	"Claude requested permissions to ",
	"PreToolUse:",
}

func refused(text string) bool {
	for _, r := range refusals {
		if strings.HasPrefix(text, r) {
			return true
		}
	}
	return false
}

// user takes a user line: a tool's answer, a prompt, or neither.
func (w *transcriptWalk) user(m *message) {
	w.results(m)
	l := w.line
	if w.agent != "" || l.Meta || l.Summary || l.Hidden || l.Origin != nil && l.Origin.Kind != "" && l.Origin.Kind != "human" {
		return
	}
	texts, answer := w.texts(m)
	prompt := ""
	for _, t := range texts {
		if strings.HasPrefix(t, "[Request interrupted by user") {
			w.session.current().Interrupted = true
			continue
		}
		if t = human(t); t != "" {
			if prompt != "" {
				prompt += "\n"
			}
			prompt += t
		}
	}
	if prompt == "" || answer {
		if !answer {
			w.count("user/no prompt")
		}
		return
	}
	if !w.room(len(prompt)) {
		return
	}
	if t := w.session.byID[l.Prompt]; t != nil && t.Prompt == "" {
		t.Prompt, t.Start = prompt, w.at
		return
	}
	w.session.begin(&turn{Turn: Turn{ID: l.Prompt, Prompt: prompt, Start: w.at}})
}

// texts returns a user message's texts, and whether it answers a tool.
func (w *transcriptWalk) texts(m *message) (texts []string, answer bool) {
	if len(m.Content) > 0 && m.Content[0] == '"' {
		return []string{payload.Text(m.Content)}, false
	}
	for _, b := range w.blocks(m) {
		switch b.Type {
		case "text":
			texts = append(texts, b.Text)
		case "tool_result":
			answer = true
		}
	}
	return texts, answer
}

// machine are the openings of user lines that no person wrote.
var machine = [...]string{
	"<local-command-", "<bash-input>", "<bash-stdout>", "<bash-stderr>", "<system-reminder>", "<task-notification>",
	"<teammate-message", "<agent-message", "<user-memory-input>", "<ide_", "<user-prompt-submit-hook>", "<command-stdout>",
	"<background-task", "Caveat: The messages below were generated by the user while running local commands",
	"This session is being continued from a previous conversation", "Stop hook feedback:", "[Subagent hand-back]",
	"[Image: source:",
}

// human returns what a person wrote, "" if nobody did. A slash command stands as it
// was typed.
func human(text string) string {
	t := strings.TrimSpace(text)
	for _, m := range machine {
		if strings.HasPrefix(t, m) {
			return ""
		}
	}
	if !strings.HasPrefix(t, "<command-") {
		return t
	}
	name := element(t, "command-name")
	if name == "" {
		return ""
	}
	return strings.TrimSpace("/" + strings.TrimPrefix(name, "/") + " " + element(t, "command-args"))
}

// element returns the text between <name> and </name>.
func element(s, name string) string {
	_, rest, ok := strings.Cut(s, "<"+name+">")
	if !ok {
		return ""
	}
	inner, _, ok := strings.Cut(rest, "</"+name+">")
	if !ok {
		return ""
	}
	return strings.TrimSpace(inner)
}

package payload

// Event, and the way from bytes to it.

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"
)

// MaxSize is the largest payload [Decode] looks at, in bytes. Agents put whole
// tool responses into a payload; 20 MiB have been seen.
const MaxSize = 64 << 20

// Errors of [Decode]. Truncated input is io.ErrUnexpectedEOF.
var (
	ErrNoEvent  = errors.New("payload: names no event")
	ErrTooLarge = errors.New("payload: larger than MaxSize")
)

// An Event is one hook call, in one form for all dialects.
//
// Names and arguments are canonical: those of Claude Code. What the agent really
// wrote stands in Native, NativeTool, NativeInput and Raw. A field that the agent
// did not send is zero. The raw fields are slices of the decoded data, which must
// not be changed while the Event is used.
type Event struct {
	Dialect Dialect
	Name    EventName // canonical; an unknown event keeps its own name
	Native  string    // the event's name as sent; empty if it was told from the other fields

	SessionID  string
	PromptID   string // prompt_id; Codex: turn_id; Cursor: generation_id
	AgentID    string // only inside a subagent
	AgentType  string
	Cwd        string // follows the agent's cd; Cursor: the first workspace root
	Mode       string // permission mode: default, plan, acceptEdits, auto, dontAsk, bypassPermissions
	Transcript string // empty if null
	Model      string
	Version    string    // the agent's version, if it says
	Time       time.Time // when the agent or a logger stamped it; without a zone it is read as UTC

	Prompt string // what the user wrote

	Tool        string          // canonical name; of an MCP tool, the server's own name for it
	NativeTool  string          // as sent
	MCP         MCP             // zero if the tool is not an MCP server's
	ToolInput   json.RawMessage // canonical arguments
	NativeInput json.RawMessage // as sent
	ToolUseID   string

	ToolResponse json.RawMessage // any JSON value; see [Text]
	Duration     time.Duration   // of the tool alone
	Error        string
	Interrupted  bool

	Source          string // SessionStart, ConfigChange, DirectoryAdded, PreModelSwitch
	Reason          string // SessionEnd, PermissionDenied; Copilot's stop reason
	Trigger         string // Setup, PreCompact
	Message         string // Notification, Elicitation
	LastMessage     string // Stop, SubagentStop, StopFailure
	AgentTranscript string // SubagentStop
	StopActive      bool   // Stop, SubagentStop: the agent already goes on because of a hook

	Raw json.RawMessage // the whole payload without a byte-order mark; see [Event.Field]
}

// Subagent reports whether the event comes from inside a subagent.
func (e Event) Subagent() bool { return e.AgentID != "" }

// Field returns a field of the payload by the agent's own name for it, in either
// case: session_title also finds sessionTitle. It returns nil if there is none.
// Fields nobody knew when this package was written are found too.
func (e Event) Field(name string) json.RawMessage {
	var want, buf foldBuf
	w := want.fold([]byte(name))
	var found json.RawMessage
	_ = members(e.Raw, func(key, value []byte) {
		if k := buf.fold(key[1 : len(key)-1]); len(k) > 0 && bytes.Equal(k, w) {
			found = value
		}
	})
	return found
}

// Text returns a field that is a string, see [Event.Field]; else "".
func (e Event) Text(name string) string { return text(e.Field(name)) }

// ToolCalls returns the calls of a PostToolBatch.
func (e Event) ToolCalls() []Event {
	var calls []Event
	elements(e.Field("tool_calls"), func(v []byte) {
		d := decoder{Event: Event{Dialect: e.Dialect, Name: e.Name}}
		if members(v, d.member) == nil {
			d.finish()
			calls = append(calls, d.Event)
		}
	})
	return calls
}

// Decode reads the payload of one hook call, whichever agent it comes from.
//
// It accepts a byte-order mark, both cases of field names, lone surrogates, bytes
// that are no UTF-8, absent ids, null for any field, unknown fields and unknown
// events. If the payload is cut or broken, Decode returns the error together with
// everything it read before: a hook must know which agent to answer even when it
// cannot tell what was asked. Errors hold no content of the payload.
func Decode(data []byte) (Event, error) { return DecodeAs(Unknown, data) }

// DecodeAs is [Decode] for a program that knows which agent calls it, which is
// surer than a look at the fields. [Unknown] looks.
func DecodeAs(dialect Dialect, data []byte) (Event, error) {
	if len(data) > MaxSize {
		return Event{Dialect: dialect}, ErrTooLarge
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	d := decoder{Event: Event{Dialect: dialect, Raw: data}}
	err := members(data, d.member)
	d.finish()
	if err == nil && d.Name == "" {
		err = ErrNoEvent
	}
	return d.Event, err
}

// A decoder is an Event in the making.
type decoder struct {
	Event
	have [fCount]uint8 // rank+1 of the name that set the field

	// Habits that tell the agents apart, see detect.
	camelEvent, camelSession bool // hookEventName, sessionId
	workspaceRoot, turnID    bool // these fields were sent
	stamped, nullTranscript  bool // a timestamp was sent; transcript_path was null

	roots, command, path, edits, output, url, mcpServer, mcpContext, response []byte
	mcpName                                                                   string
}

// member takes one member of the payload.
func (d *decoder) member(key, value []byte) {
	var buf foldBuf
	name := key[1 : len(key)-1]
	if bytes.IndexByte(name, '\\') >= 0 {
		name = []byte(unquote(name))
	}
	folded := buf.fold(name)
	if len(folded) == 0 {
		return
	}
	a, ok := fieldOf(folded)
	if !ok {
		return
	}
	switch {
	case a.field == fCwd && a.rank == 0:
		d.workspaceRoot = true
	case a.field == fTranscript && isNull(value):
		d.nullTranscript = true
	}
	if isNull(value) || d.have[a.field] > a.rank+1 {
		return
	}
	d.have[a.field] = a.rank + 1
	switch a.field {
	case fEvent:
		d.Native = text(value)
		d.camelEvent = bytes.IndexByte(name, '_') < 0
	case fSession:
		d.SessionID = text(value)
		d.camelSession = bytes.IndexByte(name, '_') < 0
	case fPromptID:
		d.PromptID = text(value)
		d.turnID = string(folded) == "turnid"
	case fTranscript:
		d.Transcript = text(value)
	case fAgentTranscript:
		d.AgentTranscript = text(value)
	case fCwd:
		d.Cwd = text(value)
	case fRoots:
		d.roots = value
	case fMode:
		d.Mode = mode(value)
	case fAgentID:
		// Loggers write "unknown" where the agent sent nothing.
		if id := text(value); id != "unknown" {
			d.AgentID = id
		}
	case fAgentType:
		d.AgentType = text(value)
	case fModel:
		d.Model = text(value)
	case fVersion:
		d.Version = text(value)
	case fTime:
		d.stamped = true
		d.Time = stamp(value)
	case fPrompt:
		d.Prompt = text(value)
	case fTool:
		d.NativeTool = tool(value)
	case fInput:
		d.NativeInput = value
	case fResponse:
		d.response = value
	case fToolUseID:
		d.ToolUseID = text(value)
	case fDuration:
		d.Duration = millis(value)
	case fError:
		d.Error = text(value)
		if isObject(value) {
			d.Error = text(member(value, "message"))
		}
	case fInterrupt:
		d.Interrupted = value[0] == 't'
	case fStopActive:
		d.StopActive = value[0] == 't'
	case fMCPServer:
		d.mcpServer = value
	case fMCPContext:
		d.mcpContext = value
	case fMCPName:
		d.mcpName = text(value)
	case fSource:
		d.Source = text(value)
	case fReason:
		d.Reason = text(value)
	case fTrigger:
		d.Trigger = text(value)
	case fMessage:
		d.Message = text(value)
	case fLast:
		d.LastMessage = text(value)
	case fCommand:
		d.command = value
	case fPath:
		d.path = value
	case fEdits:
		d.edits = value
	case fOutput:
		d.output = value
	case fURL:
		d.url = value
	}
}

// finish says whose payload it is and makes everything canonical.
func (d *decoder) finish() {
	if d.Dialect == Unknown {
		d.Dialect = d.detect()
	}
	row := &dialects[Unknown]
	if int(d.Dialect) < len(dialects) {
		row = &dialects[d.Dialect]
	}
	implied := d.nameEvent(row)
	if d.Cwd == "" && d.roots != nil {
		first := true
		elements(d.roots, func(v []byte) {
			if first {
				d.Cwd, first = text(v), false
			}
		})
	}
	if d.Dialect == Cursor {
		d.cursor(implied)
	}
	d.NativeInput = unwrap(d.NativeInput)
	d.ToolResponse = unwrap(d.response)
	d.nameTool(implied)
	if d.Dialect == Grok {
		d.Prompt = userQuery(d.Prompt)
	}
	if d.Error == "" && d.Dialect == Gemini && isObject(d.ToolResponse) {
		d.Error = errorText(member(d.ToolResponse, "error"))
	}
}

// nameEvent finds the canonical name, and the tool the event's name implies.
func (d *decoder) nameEvent(row *dialect) (impliedTool string) {
	if d.Native == "" {
		if d.Name == "" {
			d.Name = d.infer()
		}
		return ""
	}
	var buf foldBuf
	name := buf.fold([]byte(d.Native))
	if a, ok := row.event(name); ok {
		d.Name = a.name
		return a.tool
	}
	if n, ok := canonical(name); ok {
		d.Name = n
		return ""
	}
	d.Name = EventName(d.Native)
	return ""
}

// infer tells the event from the fields, for payloads that do not name it: those
// of Copilot CLI when its hooks are configured in camelCase.
func (d *decoder) infer() EventName {
	switch {
	case d.NativeTool != "" && d.response != nil:
		return PostToolUse
	case d.NativeTool != "" && d.have[fError] > 0:
		return PostToolUseFailure
	case d.NativeTool != "":
		return PreToolUse
	case d.have[fPrompt] > 0:
		return UserPromptSubmit
	case d.SessionID == "":
		return ""
	case d.have[fSource] > 0:
		return SessionStart
	case d.have[fReason] == 2:
		return SessionEnd
	case d.have[fReason] == 1 && d.AgentType != "":
		return SubagentStop
	case d.have[fReason] == 1:
		return Stop
	case d.have[fTrigger] > 0:
		return PreCompact
	}
	return ""
}

// cursor fills the tool fields of the events that hold them at the top level.
func (d *decoder) cursor(implied string) {
	switch {
	case d.NativeTool != "" && d.mcpContext == nil && (d.url != nil || d.command != nil):
		// before/afterMCPExecution: the server is known by its address only.
		d.MCP.Address = text(d.url)
		if d.MCP.Address == "" {
			d.MCP.Address = text(d.command)
		}
		d.MCP.Tool = d.NativeTool
	case implied == "Bash" && d.NativeInput == nil && d.command != nil:
		d.NativeInput = object("command", d.command)
	case implied != "" && d.NativeInput == nil && d.path != nil:
		d.NativeInput = object("file_path", d.path)
		if d.edits != nil {
			d.NativeInput = object("file_path", d.path, "edits", d.edits)
		}
	}
	if d.response == nil && implied == "Bash" {
		d.response = d.output
	}
}

// object writes a JSON object from names and raw values.
func object(pairs ...any) []byte {
	out := []byte{'{'}
	for i := 0; i+1 < len(pairs); i += 2 {
		if i > 0 {
			out = append(out, ',')
		}
		name, _ := pairs[i].(string)
		value, _ := pairs[i+1].([]byte)
		out = strconv.AppendQuote(out, name)
		out = append(append(out, ':'), value...)
	}
	return append(out, '}')
}

// unwrap undoes one level of quoting: some agents send an object as the text of
// its JSON. Any other value comes back as it is.
func unwrap(v []byte) []byte {
	if !isString(v) || len(v) < 4 || v[1] != '{' && v[1] != '[' {
		return v
	}
	inner := []byte(text(v))
	s := scanner{data: inner}
	if _, err := s.value(0); err != nil {
		return v
	}
	s.space()
	if s.pos != len(inner) {
		return v
	}
	return inner
}

// userQuery takes the prompt out of the element Grok CLI wraps around it.
func userQuery(prompt string) string {
	inner, ok := strings.CutPrefix(prompt, "<user_query>")
	if !ok {
		return prompt
	}
	return strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(inner), "</user_query>"))
}

func errorText(v []byte) string {
	if isObject(v) {
		return text(member(v, "message"))
	}
	return text(v)
}

// mode and tool spare an allocation for the values almost every payload has.
func mode(v []byte) string {
	switch string(v) {
	case `"default"`:
		return "default"
	case `"bypassPermissions"`:
		return "bypassPermissions"
	case `"acceptEdits"`:
		return "acceptEdits"
	case `"plan"`:
		return "plan"
	}
	return text(v)
}

func tool(v []byte) string {
	switch string(v) {
	case `"Bash"`:
		return "Bash"
	case `"Read"`:
		return "Read"
	case `"Edit"`:
		return "Edit"
	case `"Write"`:
		return "Write"
	case `"Grep"`:
		return "Grep"
	}
	return text(v)
}

// millis reads a number of milliseconds. What is no sensible duration is zero.
func millis(v []byte) time.Duration {
	f, err := strconv.ParseFloat(string(v), 64)
	if err != nil || !(f > 0) || f > 1e12 {
		return 0
	}
	return time.Duration(f * float64(time.Millisecond))
}

// stamp reads a time: RFC 3339, the same without a zone, or a number of seconds
// or milliseconds since 1970.
func stamp(v []byte) time.Time {
	if !isString(v) {
		return ParseTime(string(v))
	}
	return ParseTime(text(v))
}

// ParseTime reads the times that hook payloads, loggers and transcripts hold: RFC
// 3339, the same without a zone (read as UTC) or with a space, or a number of
// seconds or milliseconds since 1970. What it cannot read is the zero time.
func ParseTime(s string) time.Time {
	if len(s) > 64 {
		return time.Time{}
	}
	for _, layout := range [...]string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC()
		}
	}
	f, err := strconv.ParseFloat(s, 64)
	switch {
	case err != nil || !(f > 1e8) || f > 1e14:
		return time.Time{}
	case f > 1e11:
		return time.UnixMilli(int64(f)).UTC()
	}
	return time.UnixMicro(int64(f * 1e6)).UTC()
}

package payload

// The one table of dialects: what each agent calls its events, fields and tools.
// Canonical names are Claude Code's, since most other agents copied them.

import "strings"

// A Dialect is one agent's form of the hook contract.
type Dialect uint8

// The dialects. The zero Dialect is none: [DecodeAs] then looks at the payload.
const (
	Unknown    Dialect = iota
	ClaudeCode         // code.claude.com/docs/en/hooks: snake_case, 33 events
	Codex              // openai/codex codex-rs/hooks: Claude Code's names, turn_id, no ask
	VSCode             // code.visualstudio.com agent hooks: sessionId and hookEventName beside snake_case
	Copilot            // GitHub Copilot CLI: PascalCase and camelCase configurations
	Gemini             // google-gemini/gemini-cli: BeforeTool, AfterTool, BeforeAgent, ...
	Grok               // docs.x.ai build/features/hooks: the camelCase twin, snake_case events
	Cursor             // cursor.com/docs/hooks: its own events, some without a tool name
)

// String returns the agent's name as it stands in gen_ai.agent.name and in -agent flags.
func (d Dialect) String() string {
	if int(d) < len(dialects) {
		return dialects[d].name
	}
	return dialects[Unknown].name
}

// ParseDialect is the inverse of [Dialect.String]. It reports whether the name is known.
func ParseDialect(name string) (Dialect, bool) {
	for d := range dialects {
		if d != int(Unknown) && dialects[d].name == name {
			return Dialect(d), true
		}
	}
	return Unknown, false
}

// An EventName names a hook event. The constants are Claude Code's 33 events; the
// events of other agents that mean the same have these names too, and all others
// keep their own.
type EventName string

// Claude Code's events (2.1.296). CanRefuse tells which can stop something.
const (
	SessionStart        EventName = "SessionStart"
	Setup               EventName = "Setup"
	InstructionsLoaded  EventName = "InstructionsLoaded"
	UserPromptSubmit    EventName = "UserPromptSubmit"
	UserPromptExpansion EventName = "UserPromptExpansion"
	MessageDisplay      EventName = "MessageDisplay"
	PreToolUse          EventName = "PreToolUse"
	PermissionRequest   EventName = "PermissionRequest"
	PermissionDenied    EventName = "PermissionDenied"
	PostToolUse         EventName = "PostToolUse"
	PostToolUseFailure  EventName = "PostToolUseFailure"
	PostToolBatch       EventName = "PostToolBatch"
	Notification        EventName = "Notification"
	SubagentStart       EventName = "SubagentStart"
	SubagentStop        EventName = "SubagentStop"
	TaskCreated         EventName = "TaskCreated"
	TaskCompleted       EventName = "TaskCompleted"
	TeammateIdle        EventName = "TeammateIdle"
	Stop                EventName = "Stop"
	StopFailure         EventName = "StopFailure"
	PreCompact          EventName = "PreCompact"
	PostCompact         EventName = "PostCompact"
	PreModelSwitch      EventName = "PreModelSwitch"
	PostModelSwitch     EventName = "PostModelSwitch"
	ConfigChange        EventName = "ConfigChange"
	CwdChanged          EventName = "CwdChanged"
	DirectoryAdded      EventName = "DirectoryAdded"
	FileChanged         EventName = "FileChanged"
	WorktreeCreate      EventName = "WorktreeCreate"
	WorktreeRemove      EventName = "WorktreeRemove"
	Elicitation         EventName = "Elicitation"
	ElicitationResult   EventName = "ElicitationResult"
	SessionEnd          EventName = "SessionEnd"
)

// events are all of them. Tables of this package are lists that are part of the program:
// a hook process makes no map for the one name it looks up.
var events = [...]EventName{
	SessionStart, Setup, InstructionsLoaded, UserPromptSubmit, UserPromptExpansion, MessageDisplay,
	PreToolUse, PermissionRequest, PermissionDenied, PostToolUse, PostToolUseFailure, PostToolBatch, Notification,
	SubagentStart, SubagentStop, TaskCreated, TaskCompleted, TeammateIdle, Stop, StopFailure, PreCompact, PostCompact,
	PreModelSwitch, PostModelSwitch, ConfigChange, CwdChanged, DirectoryAdded, FileChanged, WorktreeCreate,
	WorktreeRemove, Elicitation, ElicitationResult, SessionEnd,
}

// canonical finds a name by the folded one (lower case, no underscores), so that
// PreToolUse, preToolUse and pre_tool_use are one event.
func canonical(folded []byte) (EventName, bool) {
	for _, n := range events {
		if len(n) == len(folded) && strings.EqualFold(string(n), string(folded)) {
			return n, true
		}
	}
	return "", false
}

// A dialect is one row of the table.
type dialect struct {
	name   string
	events []alias  // what its own events mean
	tools  []naming // own tool name to Claude Code's
	mcp    string   // prefix of MCP tools beside mcp__server__tool: "mcp_" or "MCP:"
}

// An alias is an event under another name, and the tool it speaks of if the
// payload does not say.
type alias struct {
	own  string // folded
	name EventName
	tool string
}

// A naming is something under one agent's name and under Claude Code's.
type naming struct{ own, name string }

// named finds something by its own name.
func named(list []naming, own string) (string, bool) {
	for i := range list {
		if list[i].own == own {
			return list[i].name, true
		}
	}
	return "", false
}

// event finds an event of the agent's by its folded name.
func (d *dialect) event(folded []byte) (alias, bool) {
	for i := range d.events {
		if d.events[i].own == string(folded) {
			return d.events[i], true
		}
	}
	return alias{}, false
}

var dialects = [...]dialect{
	Unknown:    {name: "unknown"},
	ClaudeCode: {name: "claude-code"},
	Codex: {
		name: "codex",
		tools: []naming{
			{"shell", "Bash"},
			{"local_shell", "Bash"},
			{"shell_command", "Bash"},
			{"exec_command", "Bash"},
			{"container.exec", "Bash"},
			{"view_image", "Read"},
			{"web_search", "WebSearch"},
			{"update_plan", "TodoWrite"},
			{"spawn_agent", "Agent"},
		},
	},
	VSCode: {
		name: "vscode",
		tools: []naming{
			{"run_in_terminal", "Bash"},
			{"runInTerminal", "Bash"},
			{"runCommands", "Bash"},
			{"read_file", "Read"},
			{"readFile", "Read"},
			{"create_file", "Write"},
			{"createFile", "Write"},
			{"replace_string_in_file", "Edit"},
			{"insert_edit_into_file", "Edit"},
			{"editFiles", "Edit"},
			{"list_dir", "LS"},
			{"file_search", "Glob"},
			{"grep_search", "Grep"},
			{"fetch_webpage", "WebFetch"},
			{"fetch", "WebFetch"},
			{"runSubagent", "Agent"},
			{"manage_todo_list", "TodoWrite"},
		},
		mcp: "mcp_",
	},
	Copilot: {
		name: "copilot",
		events: []alias{
			{own: "userpromptsubmitted", name: UserPromptSubmit},
			{own: "agentstop", name: Stop},
		},
		tools: []naming{
			{"bash", "Bash"},
			{"powershell", "PowerShell"},
			{"view", "Read"},
			{"create", "Write"},
			{"edit", "Edit"},
			{"glob", "Glob"},
			{"grep", "Grep"},
			{"rg", "Grep"},
			{"web_fetch", "WebFetch"},
			{"web_search", "WebSearch"},
			{"task", "Agent"},
			{"ask_user", "AskUserQuestion"},
			{"update_todo", "TodoWrite"},
			{"skill", "Skill"},
		},
	},
	Gemini: {
		name: "gemini-cli",
		events: []alias{
			{own: "beforetool", name: PreToolUse},
			{own: "aftertool", name: PostToolUse},
			{own: "beforeagent", name: UserPromptSubmit},
			{own: "afteragent", name: Stop},
			{own: "precompress", name: PreCompact},
		},
		tools: []naming{
			{"run_shell_command", "Bash"},
			{"read_file", "Read"},
			{"write_file", "Write"},
			{"replace", "Edit"},
			{"glob", "Glob"},
			{"search_file_content", "Grep"},
			{"grep_search", "Grep"},
			{"list_directory", "LS"},
			{"web_fetch", "WebFetch"},
			{"google_web_search", "WebSearch"},
			{"write_todos", "TodoWrite"},
			{"ask_user", "AskUserQuestion"},
			{"delegate_to_agent", "Agent"},
			{"activate_skill", "Skill"},
		},
		mcp: "mcp_",
	},
	Grok: {
		name: "grok",
		tools: []naming{
			{"run_terminal_command", "Bash"},
			{"run_terminal_cmd", "Bash"},
			{"bash", "Bash"},
			{"read_file", "Read"},
			{"search_replace", "Edit"},
			{"write", "Write"},
			{"write_file", "Write"},
			{"create_file", "Write"},
			{"list_dir", "LS"},
			{"grep", "Grep"},
			{"grep_search", "Grep"},
			{"file_search", "Glob"},
			{"glob", "Glob"},
			{"web_search", "WebSearch"},
			{"web_fetch", "WebFetch"},
			{"todo_write", "TodoWrite"},
			{"task", "Agent"},
		},
	},
	Cursor: {
		name: "cursor",
		events: []alias{
			{own: "beforesubmitprompt", name: UserPromptSubmit},
			{own: "beforeshellexecution", name: PreToolUse, tool: "Bash"},
			{own: "aftershellexecution", name: PostToolUse, tool: "Bash"},
			{own: "beforemcpexecution", name: PreToolUse},
			{own: "aftermcpexecution", name: PostToolUse},
			{own: "beforereadfile", name: PreToolUse, tool: "Read"},
			{own: "beforetabfileread", name: PreToolUse, tool: "Read"},
			{own: "afterfileedit", name: PostToolUse, tool: "Edit"},
			{own: "aftertabfileedit", name: PostToolUse, tool: "Edit"},
		},
		tools: []naming{
			{"Shell", "Bash"}, {"StrReplace", "Edit"}, {"Task", "Agent"}, {"TabRead", "Read"}, {"TabWrite", "Edit"},
		},
		mcp: "MCP:",
	},
}

// arguments are the other names of a tool's arguments, by Claude Code's tool and
// argument name. They apply to every dialect but Claude Code's own.
var arguments = [...]struct {
	tool  string
	names []naming
}{
	{"Bash", []naming{{"cmd", "command"}}},
	{"Read", []naming{{"target_file", "file_path"}, {"absolute_path", "file_path"}, {"filePath", "file_path"}, {"path", "file_path"}}},
	{"Write", []naming{{"target_file", "file_path"}, {"filePath", "file_path"}, {"path", "file_path"}, {"file_text", "content"}, {"contents", "content"}}},
	{"Edit", []naming{
		{"target_file", "file_path"},
		{"filePath", "file_path"},
		{"path", "file_path"},
		{"old_str", "old_string"},
		{"oldString", "old_string"},
		{"new_str", "new_string"},
		{"newString", "new_string"},
	}},
	{"LS", []naming{{"dir_path", "path"}, {"target_directory", "path"}, {"directory", "path"}}},
	{"Glob", []naming{{"glob_pattern", "pattern"}, {"query", "pattern"}}},
	{"Grep", []naming{{"query", "pattern"}, {"includePattern", "glob"}, {"include", "glob"}}},
}

// argumentsOf returns the other names of a tool's arguments.
func argumentsOf(tool string) []naming {
	for i := range arguments {
		if arguments[i].tool == tool {
			return arguments[i].names
		}
	}
	return nil
}

// A field is a place in Event.
type field uint8

const (
	fNone field = iota
	fEvent
	fSession
	fPromptID
	fTranscript
	fAgentTranscript
	fCwd
	fRoots
	fMode
	fAgentID
	fAgentType
	fModel
	fVersion
	fTime
	fPrompt
	fTool
	fInput
	fResponse
	fToolUseID
	fDuration
	fError
	fInterrupt
	fStopActive
	fMCPServer
	fMCPContext
	fMCPName
	fSource
	fReason
	fTrigger
	fMessage
	fLast
	fCommand
	fPath
	fEdits
	fOutput
	fURL
	fCount
)

// A fieldAlias is a field under one of its names. Of two names in one payload the
// higher rank counts; of the same name twice the later, as in JSON.parse.
type fieldAlias struct {
	field field
	rank  uint8
}

// fieldOf finds a field by its folded name, so that both cases are one.
func fieldOf(folded []byte) (fieldAlias, bool) {
	switch string(folded) {
	case "hookeventname":
		return fieldAlias{fEvent, 1}, true
	case "sessionid":
		return fieldAlias{fSession, 1}, true
	case "conversationid": // Cursor
		return fieldAlias{fSession, 0}, true
	case "promptid":
		return fieldAlias{fPromptID, 1}, true
	case "turnid": // Codex
		return fieldAlias{fPromptID, 0}, true
	case "generationid": // Cursor
		return fieldAlias{fPromptID, 0}, true
	case "transcriptpath":
		return fieldAlias{fTranscript, 1}, true
	case "agenttranscriptpath":
		return fieldAlias{fAgentTranscript, 1}, true
	case "cwd":
		return fieldAlias{fCwd, 1}, true
	case "workspaceroot":
		return fieldAlias{fCwd, 0}, true
	case "workspaceroots": // Cursor
		return fieldAlias{fRoots, 0}, true
	case "permissionmode":
		return fieldAlias{fMode, 1}, true
	case "agentid":
		return fieldAlias{fAgentID, 1}, true
	case "subagentid": // Cursor
		return fieldAlias{fAgentID, 0}, true
	case "agenttype":
		return fieldAlias{fAgentType, 1}, true
	case "subagenttype": // Cursor
		return fieldAlias{fAgentType, 0}, true
	case "agentname": // Copilot
		return fieldAlias{fAgentType, 0}, true
	case "model":
		return fieldAlias{fModel, 1}, true
	case "cursorversion":
		return fieldAlias{fVersion, 1}, true
	case "timestamp":
		return fieldAlias{fTime, 1}, true
	case "loggedat": // written by hook loggers
		return fieldAlias{fTime, 0}, true
	case "prompt":
		return fieldAlias{fPrompt, 1}, true
	case "toolname":
		return fieldAlias{fTool, 1}, true
	case "toolinput":
		return fieldAlias{fInput, 1}, true
	case "toolargs": // Copilot in camelCase
		return fieldAlias{fInput, 0}, true
	case "toolresponse":
		return fieldAlias{fResponse, 1}, true
	case "toolresult": // Copilot, Grok
		return fieldAlias{fResponse, 0}, true
	case "tooloutput": // Cursor
		return fieldAlias{fResponse, 0}, true
	case "resultjson": // Cursor, afterMCPExecution
		return fieldAlias{fResponse, 0}, true
	case "tooluseid":
		return fieldAlias{fToolUseID, 1}, true
	case "toolcallid":
		return fieldAlias{fToolUseID, 0}, true
	case "durationms":
		return fieldAlias{fDuration, 1}, true
	case "duration": // Cursor; milliseconds too
		return fieldAlias{fDuration, 0}, true
	case "error":
		return fieldAlias{fError, 1}, true
	case "errormessage": // Cursor
		return fieldAlias{fError, 0}, true
	case "isinterrupt":
		return fieldAlias{fInterrupt, 1}, true
	case "stophookactive":
		return fieldAlias{fStopActive, 1}, true
	case "mcpserver":
		return fieldAlias{fMCPServer, 1}, true
	case "mcpcontext": // Gemini
		return fieldAlias{fMCPContext, 1}, true
	case "mcpservername":
		return fieldAlias{fMCPName, 1}, true
	case "source":
		return fieldAlias{fSource, 1}, true
	case "reason":
		return fieldAlias{fReason, 1}, true
	case "stopreason": // Copilot
		return fieldAlias{fReason, 0}, true
	case "trigger":
		return fieldAlias{fTrigger, 1}, true
	case "message":
		return fieldAlias{fMessage, 1}, true
	case "lastassistantmessage":
		return fieldAlias{fLast, 1}, true
	case "promptresponse": // Gemini, AfterAgent
		return fieldAlias{fLast, 0}, true
	case "command":
		return fieldAlias{fCommand, 1}, true
	case "filepath":
		return fieldAlias{fPath, 1}, true
	case "edits":
		return fieldAlias{fEdits, 1}, true
	case "output":
		return fieldAlias{fOutput, 1}, true
	case "url":
		return fieldAlias{fURL, 1}, true
	}
	return fieldAlias{}, false
}

// foldBuf holds a folded name. Names that are longer than it are no name of ours.
type foldBuf [40]byte

// fold lowers ASCII letters and drops underscores: sessionId and session_id are one.
func (b *foldBuf) fold(name []byte) []byte {
	n := 0
	for _, c := range name {
		if c == '_' {
			continue
		}
		if n == len(b) {
			return nil
		}
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		b[n] = c
		n++
	}
	return b[:n]
}

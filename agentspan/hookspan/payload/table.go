package payload

// The one table of dialects: what each agent calls its events, fields and tools.
// Canonical names are Claude Code's, since most other agents copied them.

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

// events finds the canonical name by the folded one (lower case, no underscores),
// so that PreToolUse, preToolUse and pre_tool_use are one event.
var events = folded(SessionStart, Setup, InstructionsLoaded, UserPromptSubmit, UserPromptExpansion, MessageDisplay,
	PreToolUse, PermissionRequest, PermissionDenied, PostToolUse, PostToolUseFailure, PostToolBatch, Notification,
	SubagentStart, SubagentStop, TaskCreated, TaskCompleted, TeammateIdle, Stop, StopFailure, PreCompact, PostCompact,
	PreModelSwitch, PostModelSwitch, ConfigChange, CwdChanged, DirectoryAdded, FileChanged, WorktreeCreate,
	WorktreeRemove, Elicitation, ElicitationResult, SessionEnd)

func folded(names ...EventName) map[string]EventName {
	m := make(map[string]EventName, len(names))
	for _, n := range names {
		var buf foldBuf
		m[string(buf.fold([]byte(n)))] = n
	}
	return m
}

// A dialect is one row of the table.
type dialect struct {
	name   string
	events map[string]alias  // folded event name to what it means here
	tools  map[string]string // own tool name to Claude Code's
	mcp    string            // prefix of MCP tools beside mcp__server__tool: "mcp_" or "MCP:"
}

// An alias is an event under another name, and the tool it speaks of if the
// payload does not say.
type alias struct {
	name EventName
	tool string
}

var dialects = [...]dialect{
	Unknown:    {name: "unknown"},
	ClaudeCode: {name: "claude-code"},
	Codex: {
		name: "codex",
		tools: map[string]string{
			"shell": "Bash", "local_shell": "Bash", "shell_command": "Bash", "exec_command": "Bash", "container.exec": "Bash",
			"view_image": "Read", "web_search": "WebSearch", "update_plan": "TodoWrite", "spawn_agent": "Agent",
		},
	},
	VSCode: {
		name: "vscode",
		tools: map[string]string{
			"run_in_terminal": "Bash", "runInTerminal": "Bash", "runCommands": "Bash",
			"read_file": "Read", "readFile": "Read", "create_file": "Write", "createFile": "Write",
			"replace_string_in_file": "Edit", "insert_edit_into_file": "Edit", "editFiles": "Edit",
			"list_dir": "LS", "file_search": "Glob", "grep_search": "Grep", "fetch_webpage": "WebFetch", "fetch": "WebFetch",
			"runSubagent": "Agent", "manage_todo_list": "TodoWrite",
		},
		mcp: "mcp_",
	},
	Copilot: {
		name: "copilot",
		events: map[string]alias{
			"userpromptsubmitted": {name: UserPromptSubmit},
			"agentstop":           {name: Stop},
		},
		tools: map[string]string{
			"bash": "Bash", "powershell": "PowerShell", "view": "Read", "create": "Write", "edit": "Edit",
			"glob": "Glob", "grep": "Grep", "rg": "Grep", "web_fetch": "WebFetch", "web_search": "WebSearch",
			"task": "Agent", "ask_user": "AskUserQuestion", "update_todo": "TodoWrite", "skill": "Skill",
		},
	},
	Gemini: {
		name: "gemini-cli",
		events: map[string]alias{
			"beforetool":  {name: PreToolUse},
			"aftertool":   {name: PostToolUse},
			"beforeagent": {name: UserPromptSubmit},
			"afteragent":  {name: Stop},
			"precompress": {name: PreCompact},
		},
		tools: map[string]string{
			"run_shell_command": "Bash", "read_file": "Read", "write_file": "Write", "replace": "Edit", "glob": "Glob",
			"search_file_content": "Grep", "grep_search": "Grep", "list_directory": "LS", "web_fetch": "WebFetch",
			"google_web_search": "WebSearch", "write_todos": "TodoWrite", "ask_user": "AskUserQuestion",
			"delegate_to_agent": "Agent", "activate_skill": "Skill",
		},
		mcp: "mcp_",
	},
	Grok: {
		name: "grok",
		tools: map[string]string{
			"run_terminal_command": "Bash", "run_terminal_cmd": "Bash", "bash": "Bash", "read_file": "Read",
			"search_replace": "Edit", "write": "Write", "write_file": "Write", "create_file": "Write", "list_dir": "LS",
			"grep": "Grep", "grep_search": "Grep", "file_search": "Glob", "glob": "Glob", "web_search": "WebSearch",
			"web_fetch": "WebFetch", "todo_write": "TodoWrite", "task": "Agent",
		},
	},
	Cursor: {
		name: "cursor",
		events: map[string]alias{
			"beforesubmitprompt":   {name: UserPromptSubmit},
			"beforeshellexecution": {name: PreToolUse, tool: "Bash"},
			"aftershellexecution":  {name: PostToolUse, tool: "Bash"},
			"beforemcpexecution":   {name: PreToolUse},
			"aftermcpexecution":    {name: PostToolUse},
			"beforereadfile":       {name: PreToolUse, tool: "Read"},
			"beforetabfileread":    {name: PreToolUse, tool: "Read"},
			"afterfileedit":        {name: PostToolUse, tool: "Edit"},
			"aftertabfileedit":     {name: PostToolUse, tool: "Edit"},
		},
		tools: map[string]string{
			"Shell": "Bash", "StrReplace": "Edit", "Task": "Agent", "TabRead": "Read", "TabWrite": "Edit",
		},
		mcp: "MCP:",
	},
}

// arguments are the other names of a tool's arguments, by Claude Code's tool and
// argument name. They apply to every dialect but Claude Code's own.
var arguments = map[string]map[string]string{
	"Bash":  {"cmd": "command"},
	"Read":  {"target_file": "file_path", "absolute_path": "file_path", "filePath": "file_path", "path": "file_path"},
	"Write": {"target_file": "file_path", "filePath": "file_path", "path": "file_path", "file_text": "content", "contents": "content"},
	"Edit": {
		"target_file": "file_path", "filePath": "file_path", "path": "file_path",
		"old_str": "old_string", "oldString": "old_string", "new_str": "new_string", "newString": "new_string",
	},
	"LS":   {"dir_path": "path", "target_directory": "path", "directory": "path"},
	"Glob": {"glob_pattern": "pattern", "query": "pattern"},
	"Grep": {"query": "pattern", "includePattern": "glob", "include": "glob"},
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

// fields finds a field by its folded name, so that both cases are one.
var fields = map[string]fieldAlias{
	"hookeventname":        {fEvent, 1},
	"sessionid":            {fSession, 1},
	"conversationid":       {fSession, 0}, // Cursor
	"promptid":             {fPromptID, 1},
	"turnid":               {fPromptID, 0}, // Codex
	"generationid":         {fPromptID, 0}, // Cursor
	"transcriptpath":       {fTranscript, 1},
	"agenttranscriptpath":  {fAgentTranscript, 1},
	"cwd":                  {fCwd, 1},
	"workspaceroot":        {fCwd, 0},   // Grok
	"workspaceroots":       {fRoots, 0}, // Cursor
	"permissionmode":       {fMode, 1},
	"agentid":              {fAgentID, 1},
	"subagentid":           {fAgentID, 0}, // Cursor
	"agenttype":            {fAgentType, 1},
	"subagenttype":         {fAgentType, 0}, // Cursor
	"agentname":            {fAgentType, 0}, // Copilot
	"model":                {fModel, 1},
	"cursorversion":        {fVersion, 1},
	"timestamp":            {fTime, 1},
	"loggedat":             {fTime, 0}, // written by hook loggers
	"prompt":               {fPrompt, 1},
	"toolname":             {fTool, 1},
	"toolinput":            {fInput, 1},
	"toolargs":             {fInput, 0}, // Copilot in camelCase
	"toolresponse":         {fResponse, 1},
	"toolresult":           {fResponse, 0}, // Copilot, Grok
	"tooloutput":           {fResponse, 0}, // Cursor
	"resultjson":           {fResponse, 0}, // Cursor, afterMCPExecution
	"tooluseid":            {fToolUseID, 1},
	"toolcallid":           {fToolUseID, 0},
	"durationms":           {fDuration, 1},
	"duration":             {fDuration, 0}, // Cursor; milliseconds too
	"error":                {fError, 1},
	"errormessage":         {fError, 0}, // Cursor
	"isinterrupt":          {fInterrupt, 1},
	"stophookactive":       {fStopActive, 1},
	"mcpserver":            {fMCPServer, 1},
	"mcpcontext":           {fMCPContext, 1}, // Gemini
	"mcpservername":        {fMCPName, 1},    // Elicitation
	"source":               {fSource, 1},
	"reason":               {fReason, 1},
	"stopreason":           {fReason, 0}, // Copilot
	"trigger":              {fTrigger, 1},
	"message":              {fMessage, 1},
	"lastassistantmessage": {fLast, 1},
	"promptresponse":       {fLast, 0}, // Gemini, AfterAgent
	"command":              {fCommand, 1},
	"filepath":             {fPath, 1},
	"edits":                {fEdits, 1},
	"output":               {fOutput, 1},
	"url":                  {fURL, 1},
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

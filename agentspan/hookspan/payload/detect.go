package payload

// Whose payload is this? Agents do not sign them; their habits tell them apart.

import "strings"

// detect tells the dialect from the fields. Where nothing speaks for another
// agent it is Claude Code, whose form the others copied.
func (d *decoder) detect() Dialect {
	var buf foldBuf
	event := string(buf.fold([]byte(d.Native)))
	switch {
	case has(Cursor, event), d.Version != "", d.have[fRoots] > 0, d.have[fSession] == 1:
		return Cursor // cursor_version, workspace_roots, conversation_id
	case has(Gemini, event), event == "beforemodel", event == "aftermodel", event == "beforetoolselection", d.mcpContext != nil:
		return Gemini
	case d.workspaceRoot, d.camelEvent && d.Native == strings.ToLower(d.Native):
		return Grok // workspaceRoot; pre_tool_use
	case d.camelEvent:
		return VSCode
	case d.camelSession:
		return Copilot // configured in camelCase it names no event, or hook_event_name
	}
	switch agentDir(d.Transcript) {
	case ".claude":
		return ClaudeCode
	case ".codex":
		return Codex
	case ".gemini":
		return Gemini
	case ".grok":
		return Grok
	case ".copilot":
		return Copilot
	}
	switch {
	case d.turnID && event != "messagedisplay",
		d.nullTranscript,
		d.Model != "" && d.Mode != "" && d.have[fPromptID] < 2 && event != "premodelswitch" && event != "postmodelswitch":
		return Codex // turn_id, a null transcript, a model in every payload
	case d.stamped && d.Cwd != "" && d.Mode == "" && d.ToolUseID == "" && (d.Transcript == "" || d.have[fReason] == 1):
		return Copilot // a timestamp, no mode, no call id, no transcript before Stop
	}
	return ClaudeCode
}

func has(d Dialect, event string) bool {
	_, ok := dialects[d].event([]byte(event))
	return ok
}

// agentDir returns the directory of the agent a transcript path leads through.
func agentDir(path string) string {
	for _, dir := range [...]string{".claude", ".codex", ".gemini", ".grok", ".copilot"} {
		if i := strings.Index(path, dir); i > 0 && i+len(dir) < len(path) && isSeparator(path[i-1]) && isSeparator(path[i+len(dir)]) {
			return dir
		}
	}
	return ""
}

func isSeparator(c byte) bool { return c == '/' || c == '\\' }

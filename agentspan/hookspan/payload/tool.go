package payload

// Tools: names, MCP servers and arguments in one form.

import (
	"bytes"
	"encoding/json"
	"strings"
)

// An MCP is where an MCP tool comes from.
type MCP struct {
	Server  string // as configured; empty if the payload does not say
	Plugin  string // the plugin that brought the server, if one did
	Tool    string // the server's own name for the tool
	Source  string // Claude Code's mcp_server.source: user, project, plugin, managed, ...
	Address string // URL or command line of the server, where the payload has it (Gemini, Cursor)
}

// IsZero reports whether the tool is no MCP tool.
func (m MCP) IsZero() bool { return m == MCP{} }

// Name returns the server's name as Claude Code writes it: a plugin's server is
// "plugin:<plugin>:<server>", so that a plugin cannot pass for the user's own
// server of the same name.
func (m MCP) Name() string {
	if m.Plugin != "" {
		return "plugin:" + m.Plugin + ":" + m.Server
	}
	return m.Server
}

// SplitMCP splits the name of an MCP tool: mcp__<server>__<tool>,
// mcp__plugin_<plugin>_<server>__<tool>, in Gemini and VS Code mcp_<server>_<tool>,
// in Cursor MCP:<server>:<tool>. It reports false for any other name.
//
// The names are ambiguous where a server's name holds the separator; as in Claude
// Code the first one counts. [Event.MCP] uses the server's name the payload sends
// beside the tool, where it sends one.
func SplitMCP(d Dialect, name string) (MCP, bool) {
	if rest, ok := strings.CutPrefix(name, "mcp__"); ok {
		server, tool, ok := strings.Cut(rest, "__")
		if !ok || server == "" || tool == "" {
			return MCP{}, false
		}
		m := MCP{Server: server, Tool: tool}
		if rest, ok := strings.CutPrefix(server, "plugin_"); ok {
			if plugin, s, ok := strings.Cut(rest, "_"); ok && plugin != "" && s != "" {
				m.Plugin, m.Server = plugin, s
			}
		}
		return m, true
	}
	if int(d) >= len(dialects) || dialects[d].mcp == "" {
		return MCP{}, false
	}
	rest, ok := strings.CutPrefix(name, dialects[d].mcp)
	if !ok || rest == "" {
		return MCP{}, false
	}
	sep := dialects[d].mcp[len(dialects[d].mcp)-1:]
	server, tool, ok := strings.Cut(rest, sep)
	switch {
	case ok && server != "" && tool != "":
		return MCP{Server: server, Tool: tool}, true
	case sep == ":":
		return MCP{Tool: rest}, true
	}
	return MCP{}, false
}

// Canonical returns a tool and its arguments under Claude Code's names: Gemini's
// run_shell_command is Bash, Grok's target_file is file_path, Codex's list of
// words is one command line. What has no counterpart comes back unchanged, and so
// does everything of Claude Code.
func Canonical(d Dialect, tool string, input json.RawMessage) (string, json.RawMessage) {
	if d == ClaudeCode || int(d) >= len(dialects) {
		return tool, input
	}
	if name, ok := named(dialects[d].tools, tool); ok {
		tool = name
	}
	if d == Codex && tool == "Bash" && argv0(input) == "apply_patch" {
		tool = "apply_patch"
	}
	return tool, rename(tool, input)
}

// nameTool fills Tool, MCP and ToolInput.
func (d *decoder) nameTool(implied string) {
	if d.NativeTool == "" && d.MCP.Tool == "" {
		d.Tool = implied
		d.ToolInput = d.NativeInput
		if d.mcpName != "" {
			d.MCP.Server = d.mcpName
		}
		return
	}
	if m, ok := SplitMCP(d.Dialect, d.NativeTool); ok {
		m.Address = d.MCP.Address
		d.MCP = m
	}
	if isObject(d.mcpContext) {
		d.MCP.context(d.mcpContext)
	}
	if isObject(d.mcpServer) {
		d.MCP.server(d.mcpServer)
	}
	if !d.MCP.IsZero() {
		if d.MCP.Tool == "" {
			d.MCP.Tool = d.NativeTool
		}
		d.Tool, d.ToolInput = d.MCP.Tool, d.NativeInput
		return
	}
	d.Tool, d.ToolInput = Canonical(d.Dialect, d.NativeTool, d.NativeInput)
}

// context takes Gemini's mcp_context.
func (m *MCP) context(v []byte) {
	var args []byte
	_ = members(v, func(key, value []byte) {
		switch string(key) {
		case `"server_name"`:
			m.Server = text(value)
		case `"tool_name"`:
			m.Tool = text(value)
		case `"url"`, `"tcp"`, `"command"`:
			m.Address = text(value)
		case `"args"`:
			args = value
		}
	})
	elements(args, func(v []byte) { m.Address += " " + text(v) })
}

// server takes Claude Code's mcp_server{name, source}. Its name is authoritative.
func (m *MCP) server(v []byte) {
	name := text(member(v, "name"))
	m.Source = text(member(v, "source"))
	if name == "" {
		return
	}
	m.Plugin = ""
	if rest, ok := strings.CutPrefix(name, "plugin:"); ok {
		if plugin, server, ok := strings.Cut(rest, ":"); ok {
			m.Plugin, name = plugin, server
		}
	}
	m.Server = name
}

// rename gives a tool's arguments their canonical names, and a command that is a
// list of words the form of a command line. Arguments that need neither are not copied.
func rename(tool string, input []byte) []byte {
	if !isObject(input) {
		return input
	}
	names := argumentsOf(tool)
	change := false
	taken := map[string]bool{}
	if members(input, func(key, value []byte) {
		name := string(key[1 : len(key)-1])
		taken[name] = true
		_, alias := named(names, name)
		change = change || alias || name == "command" && value[0] == '['
	}) != nil || !change {
		return input
	}
	out := make([]byte, 0, len(input)+16)
	_ = members(input, func(key, value []byte) {
		out = append(out, ',')
		name := string(key[1 : len(key)-1])
		if to, ok := named(names, name); ok && !taken[to] {
			taken[to] = true
			out = append(out, '"')
			out = append(append(out, to...), '"')
			name = to
		} else {
			out = append(out, key...)
		}
		out = append(out, ':')
		if name == "command" && value[0] == '[' {
			out = append(out, commandLine(tool, value)...)
			return
		}
		out = append(out, value...)
	})
	out[0] = '{'
	return append(out, '}')
}

// words returns the strings of a JSON array, or nil.
func words(v []byte) []string {
	var argv []string
	whole := true
	if !elements(v, func(e []byte) {
		whole = whole && isString(e)
		argv = append(argv, text(e))
	}) || !whole {
		return nil
	}
	return argv
}

func argv0(input []byte) string {
	if argv := words(member(input, "command")); len(argv) > 0 {
		return argv[0]
	}
	return ""
}

// commandLine writes a list of words as one shell command line that means the
// same. The list Codex wraps around every command, ["bash", "-lc", line], is the
// line. A list that holds anything but strings stays.
func commandLine(tool string, v []byte) []byte {
	argv := words(v)
	var line string
	switch {
	case len(argv) == 0:
		return v
	case tool == "apply_patch" && len(argv) == 2:
		line = argv[1]
	case len(argv) == 3 && (argv[1] == "-lc" || argv[1] == "-c") && isShell(argv[0]):
		line = argv[2]
	default:
		var b strings.Builder
		for i, w := range argv {
			if i > 0 {
				b.WriteByte(' ')
			}
			quote(&b, w)
		}
		line = b.String()
	}
	return bytes.TrimSuffix(encode(line), []byte("\n"))
}

func isShell(word string) bool {
	switch word[strings.LastIndexByte(word, '/')+1:] {
	case "sh", "bash", "zsh", "dash":
		return true
	}
	return false
}

// quote writes one word so that a POSIX shell reads it back unchanged.
func quote(b *strings.Builder, w string) {
	plain := w != ""
	for i := range len(w) {
		c := w[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("_-./:,+@%", c) >= 0) {
			plain = false
			break
		}
	}
	if plain {
		b.WriteString(w)
		return
	}
	b.WriteByte('\'')
	b.WriteString(strings.ReplaceAll(w, "'", `'\''`))
	b.WriteByte('\'')
}

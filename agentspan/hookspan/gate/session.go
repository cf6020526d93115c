package gate

// Sessions: what is known when one begins, and turns.

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/ambit-go/ambit/agentspan/hookspan/journal"
	"github.com/ambit-go/ambit/agentspan/hookspan/payload"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/effect/analyze"
	"github.com/ambit-go/ambit/boundary/secret"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/intent"
)

// start gathers what is known of a session that begins: who answers for it, what it
// works on, and which policy it is held to.
func (h *hook) start() {
	e := &h.event
	i := journal.Info{
		Dialect: e.Dialect.String(), Agent: e.Dialect.String(), Version: e.Version, Model: e.Model, Owner: h.Owner,
		Dir: e.Cwd, Mode: e.Mode, Start: h.now, Home: h.Home, Parent: h.env("TRACEPARENT"),
	}
	i.Actor = identity.Principal{Kind: identity.Agent, ID: "agent:" + i.Agent, Assurance: identity.Asserted}
	if i.Home == "" {
		i.Home, _ = os.UserHomeDir()
	}
	if project := h.env("CLAUDE_PROJECT_DIR"); project != "" && filepath.IsAbs(project) {
		i.Dir = project
	}
	i.Root = i.Dir
	if filepath.IsAbs(i.Dir) {
		root, git := repository(i.Dir)
		i.Root = cmp.Or(root, i.Dir)
		i.Repo, i.Branch = remoteOf(git), branchOf(git)
	}
	author := identity.OwnerFromGit(i.Dir)
	if i.Owner.IsZero() {
		if i.Owner = author; i.Owner.IsZero() {
			i.Owner = identity.OwnerFromOS()
		}
	}
	if !h.Recorded { // what this machine says today is nothing of a session that was recorded
		i.Git = author.ID
	}
	if !h.Recorded {
		switch e.Dialect {
		case payload.ClaudeCode:
			i.Version = claudeVersion(h.env("AI_AGENT"))
		case payload.Codex:
			i.Version = codexVersion(e.Transcript)
		case payload.Copilot:
			if v := h.env("COPILOT_CLI_BINARY_VERSION"); len(v) <= 32 {
				i.Version = v
			}
		default:
		}
	}
	i.Servers = h.servers(&i)
	h.state.Info = i
	h.record.Session = &i
	if i.Owner.IsZero() {
		h.once("owner_missing", "")
	}
	if h.state.Labels.Lost {
		h.once("history_lost", "")
	}
}

// claudeVersion reads the version out of how Claude Code names itself to its child
// processes: claude-code_2-1-332_harness.
func claudeVersion(agent string) string {
	name, rest, _ := strings.Cut(agent, "_")
	version, _, _ := strings.Cut(rest, "_")
	if name != "claude-code" || len(version) > 32 || strings.Trim(version, "0123456789-") != "" {
		return ""
	}
	return strings.ReplaceAll(version, "-", ".")
}

// codexVersion reads the version out of the beginning of a session's transcript, where
// Codex CLI writes it before it calls a hook.
func codexVersion(transcript string) string {
	if info, err := os.Stat(transcript); err != nil || !info.Mode().IsRegular() {
		return ""
	}
	f, err := os.Open(transcript)
	if err != nil {
		return ""
	}
	defer func() { _ = f.Close() }()
	head := make([]byte, 4<<10)
	n, _ := io.ReadFull(f, head)
	_, rest, ok := bytes.Cut(head[:n], []byte(`"cli_version":"`))
	version, _, ended := bytes.Cut(rest, []byte{'"'})
	if !ok || !ended || len(version) > 32 {
		return ""
	}
	return string(version)
}

// resume notes that a session that had ended goes on.
func (h *hook) resume() {
	if h.state.Ended {
		h.state.Ended = false
		h.state.Epoch++
		i := h.state.Info
		i.Start, i.Mode, i.Model = h.now, h.event.Mode, cmp.Or(h.event.Model, i.Model)
		h.state.Info = i
		h.record.Session = &i
	}
}

// wake looks at what every event says.
func (h *hook) wake() {
	if h.state.Info.Mode == "" { // Claude Code does not say it when a session starts
		h.state.Info.Mode = h.event.Mode
	}
	if h.event.Mode == "bypassPermissions" {
		h.once("bypass_permissions", h.event.Mode)
	}
	if id := h.event.PromptID; id != "" && id != h.state.Turn && h.event.Name != payload.SessionEnd {
		h.state.Turn = id
		h.state.Turns++
		h.state.Open = true
	}
}

// prompt begins a turn.
func (h *hook) prompt() {
	if h.event.PromptID == "" {
		h.state.Turns++
		h.state.Turn = turnID(h.state.Turns)
	}
	h.state.Open = true
	text := h.event.Prompt
	if text == "" {
		return
	}
	if len(text) > maxScan {
		text = text[:maxScan]
	}
	p := &journal.Prompt{Hash: identity.Hash(h.key, text)}
	if h.event.AgentID == "" {
		p.Words = h.words(boundary.Heard{Prompt: true, Text: []byte(text)})
	}
	p.Intent = h.think(h.actor(), intent.Action{Time: h.now, Role: intent.Prompt, Text: text})
	h.record.Prompt = p
}

// maxParents bounds the folders above a session's that are looked at.
const maxParents = 64

// repository returns the top folder of the repository that dir is in, and its git
// folder.
func repository(dir string) (root, git string) {
	for range maxParents {
		path := filepath.Join(dir, ".git")
		if info, err := os.Stat(path); err == nil {
			if info.IsDir() {
				return dir, path
			}
			return dir, linked(dir, path)
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			break
		}
		dir = parent
	}
	return "", ""
}

// linked returns the git folder of a worktree or a submodule.
func linked(dir, file string) string {
	text := readSmall(file)
	to, ok := strings.CutPrefix(strings.TrimSpace(string(text)), "gitdir: ")
	if !ok {
		return ""
	}
	if !filepath.IsAbs(to) {
		to = filepath.Join(dir, to)
	}
	return to
}

// maxSmall bounds git's and agents' own files that are read.
const maxSmall = 8 << 20

func readSmall(path string) []byte {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxSmall {
		return nil
	}
	text, _ := os.ReadFile(path)
	return text
}

// branchOf returns the branch that is checked out.
func branchOf(git string) string {
	if git == "" {
		return ""
	}
	head := strings.TrimSpace(string(readSmall(filepath.Join(git, "HEAD"))))
	branch, _ := strings.CutPrefix(head, "ref: refs/heads/")
	if branch == head {
		return ""
	}
	return branch
}

// remoteOf returns the repository at origin, as host/owner/name.
func remoteOf(git string) string {
	if git == "" {
		return ""
	}
	config := readSmall(filepath.Join(git, "config"))
	if common := strings.TrimSpace(string(readSmall(filepath.Join(git, "commondir")))); config == nil && common != "" {
		if !filepath.IsAbs(common) {
			common = filepath.Join(git, common)
		}
		config = readSmall(filepath.Join(common, "config"))
	}
	origin := false
	for line := range bytes.Lines(config) {
		line = bytes.TrimSpace(line)
		if len(line) > 0 && line[0] == '[' {
			origin = string(line) == `[remote "origin"]`
			continue
		}
		name, value, ok := bytes.Cut(line, []byte{'='})
		if origin && ok && string(bytes.TrimSpace(name)) == "url" {
			if repo, c := analyze.Repo(string(bytes.TrimSpace(value))); c == effect.Exact {
				return repo
			}
		}
	}
	return ""
}

// An mcpServer is what an agent's settings say of one MCP server.
type mcpServer struct {
	Command string            `json:"command"`
	URL     string            `json:"url"`
	Env     map[string]string `json:"env"`
	Headers map[string]string `json:"headers"`
}

// maxServers bounds the MCP servers that are named, and looked at for credentials.
const maxServers = 64

// servers returns the names of the MCP servers that are configured for a session, and
// notes by which account each acts.
func (h *hook) servers(i *journal.Info) []string {
	found := map[string]mcpServer{}
	type settings struct {
		Servers  map[string]mcpServer `json:"mcpServers"`
		VSCode   map[string]mcpServer `json:"servers"`
		Projects map[string]struct {
			Servers map[string]mcpServer `json:"mcpServers"`
		} `json:"projects"`
	}
	for _, file := range h.serverFiles(i) {
		text := readSmall(file)
		if filepath.Ext(file) == ".toml" {
			maps.Copy(found, tomlServers(text))
			continue
		}
		var s settings
		if json.Unmarshal(text, &s) != nil {
			continue
		}
		maps.Copy(found, s.Servers)
		maps.Copy(found, s.VSCode)
		maps.Copy(found, s.Projects[i.Dir].Servers)
	}
	names := make([]string, 0, len(found))
	for name := range found {
		if len(name) <= 100 {
			names = append(names, secret.RedactString(detector, name, secret.Anywhere))
		}
	}
	slices.Sort(names)
	names = names[:min(len(names), maxServers)]
	for _, name := range names {
		server := found[name]
		if server.Command != "" && server.URL == "" {
			i.Local = append(i.Local, name)
		}
		if use, ok := h.account(name, &server); ok {
			if i.Accounts == nil {
				i.Accounts = map[string]identity.Use{}
			}
			i.Accounts[name] = use
		}
	}
	return names
}

// serverFiles are where an agent's MCP servers are configured, the user's before the
// repository's. Servers that an agent brings itself, or a plugin of it, stand in none.
func (h *hook) serverFiles(i *journal.Info) []string {
	if h.Recorded {
		return nil
	}
	home := func(elem ...string) string { return filepath.Join(append([]string{i.Home}, elem...)...) }
	root := func(elem ...string) string { return filepath.Join(append([]string{i.Root}, elem...)...) }
	switch h.event.Dialect {
	case payload.Cursor:
		return []string{home(".cursor", "mcp.json"), root(".cursor", "mcp.json")}
	case payload.Gemini:
		return []string{home(".gemini", "settings.json"), root(".gemini", "settings.json")}
	case payload.Codex:
		return []string{home(".codex", "config.toml"), root(".codex", "config.toml")}
	case payload.Copilot:
		return []string{home(".copilot", "mcp-config.json"), root(".mcp.json")}
	case payload.VSCode:
		return []string{root(".vscode", "mcp.json")}
	case payload.ClaudeCode:
		return []string{managedServers(), home(".claude.json"), root(".mcp.json")}
	}
	return nil
}

// managedServers is where an organisation configures Claude Code's MCP servers.
func managedServers() string {
	switch runtime.GOOS {
	case "darwin":
		return "/Library/Application Support/ClaudeCode/managed-mcp.json"
	case "windows":
		return `C:\Program Files\ClaudeCode\managed-mcp.json`
	}
	return "/etc/claude-code/managed-mcp.json"
}

// tomlServers reads the tables [mcp_servers.NAME] of Codex's settings: whether one is a
// program of this machine or an address, and no more of it.
func tomlServers(text []byte) map[string]mcpServer {
	found := map[string]mcpServer{}
	name := ""
	for line := range bytes.Lines(text) {
		line = bytes.TrimSpace(line)
		if len(line) > 0 && line[0] == '[' {
			table, _, _ := bytes.Cut(line[1:], []byte{']'})
			var ok bool
			if name, ok = strings.CutPrefix(string(table), "mcp_servers."); !ok {
				name = ""
			}
			if inner, ok := strings.CutPrefix(name, `"`); ok {
				name, _, _ = strings.Cut(inner, `"`)
			}
			name, _, _ = strings.Cut(name, ".") // a table of the server's own, such as its environment
			if _, ok := found[name]; !ok && name != "" {
				found[name] = mcpServer{} // there, whatever it says
			}
			continue
		}
		key, value, ok := bytes.Cut(line, []byte{'='})
		if !ok || name == "" {
			continue
		}
		server := found[name]
		switch string(bytes.TrimSpace(key)) {
		case "command":
			server.Command = string(bytes.TrimSpace(value))
		case "url":
			server.URL = string(bytes.TrimSpace(value))
		}
		found[name] = server
	}
	return found
}

// account returns the credential that a server is configured with.
func (h *hook) account(name string, s *mcpServer) (identity.Use, bool) {
	to := identity.Target{Service: "mcp:" + name}
	inspect := func(material string, from identity.Source) (identity.Use, bool) {
		if name, ok := strings.CutPrefix(material, "${"); ok { // taken from the environment
			material = h.env(strings.TrimSuffix(name, "}"))
		}
		c, ok := identity.Inspect([]byte(material), identity.InspectOptions{Key: h.key, Source: from})
		return identity.Use{Credential: c, Target: to}, ok
	}
	for _, key := range sorted(s.Headers) {
		value := s.Headers[key]
		if _, token, ok := strings.Cut(value, " "); ok && strings.EqualFold(key, "authorization") {
			value = token
		}
		if u, ok := inspect(value, identity.InHeader); ok {
			return u, true
		}
	}
	for _, key := range sorted(s.Env) {
		if u, ok := inspect(s.Env[key], identity.FromEnv); ok {
			return u, true
		}
	}
	return identity.Use{}, false
}

func sorted(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

package gate

// Sessions: what is known when one begins, and turns.

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ambit-go/ambit/agentspan/hookspan/journal"
	"github.com/ambit-go/ambit/agentspan/hookspan/payload"
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
	} else if author.ID != i.Owner.ID {
		i.Git = author.ID
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
		Projects map[string]struct {
			Servers map[string]mcpServer `json:"mcpServers"`
		} `json:"projects"`
	}
	var files []string
	switch h.event.Dialect {
	case payload.Cursor:
		files = []string{filepath.Join(i.Home, ".cursor", "mcp.json"), filepath.Join(i.Root, ".cursor", "mcp.json")}
	case payload.Gemini:
		files = []string{filepath.Join(i.Home, ".gemini", "settings.json"), filepath.Join(i.Root, ".gemini", "settings.json")}
	default:
		files = []string{filepath.Join(i.Home, ".claude.json"), filepath.Join(i.Root, ".mcp.json")}
	}
	if h.Recorded {
		files = nil
	}
	for _, file := range files {
		var s settings
		if json.Unmarshal(readSmall(file), &s) != nil {
			continue
		}
		maps.Copy(found, s.Servers)
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

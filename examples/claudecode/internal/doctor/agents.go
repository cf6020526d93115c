package doctor

// Where other agents read of hooks.

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ambit-go/ambit/agentspan/hookspan/payload"
)

// places are the files, below the home folder (~) and the project (.).
var places = map[string][]string{
	"codex":      {"~/.codex/hooks.json", "~/.codex/config.toml", "./.codex/hooks.json", "./.codex/config.toml"},
	"copilot":    {"~/.copilot/hooks/*.json", "~/.copilot/settings.json", "./.github/hooks/*.json"},
	"gemini-cli": {"~/.gemini/settings.json", "./.gemini/settings.json"},
	"cursor":     {"~/.cursor/hooks.json", "./.cursor/hooks.json"},
	"vscode":     {"./.github/hooks/*.json", "~/.claude/settings.json", "./.claude/settings.json", "./.claude/settings.local.json"},
	"grok":       {"~/.grok/hooks.json", "~/.grok/settings.json", "./.grok/hooks.json", "./.grok/settings.json"},
}

// other looks for the hooks of an agent that is not Claude Code.
func (d *doctor) other() {
	if _, ok := payload.ParseDialect(d.Agent); !ok {
		names := []string{"claude-code"}
		for name := range places {
			names = append(names, name)
		}
		slices.Sort(names)
		d.problem("name one of "+strings.Join(names, ", "), "no agent is called %q", d.Agent)
		return
	}
	var registered []string
	for _, place := range places[d.Agent] {
		dir := d.Project
		if strings.HasPrefix(place, "~") {
			dir = d.Home
		}
		found, _ := filepath.Glob(filepath.Join(dir, filepath.FromSlash(place[2:])))
		for _, path := range found {
			text, err := os.ReadFile(path)
			if err != nil || !strings.Contains(string(text), "ambit-hook") {
				continue
			}
			registered = append(registered, path)
			if d.Agent != "vscode" && !strings.Contains(string(text), "-agent "+d.Agent) {
				d.warn("add -agent "+d.Agent+" to the command", "%s does not say whose hooks these are: they are told from what they send", path)
			}
		}
	}
	switch len(registered) {
	case 0:
		d.problem("see examples/claudecode/agents for a file to put there", "%s knows of no hook of ours: looked at %s", d.Agent, strings.Join(places[d.Agent], ", "))
	case 1:
		d.ok("registered by %s", registered[0])
	default:
		d.problem("keep one of them", "registered more than once, so each call is decided and counted as often: %s", strings.Join(registered, ", "))
	}
	if d.Agent == "copilot" && len(registered) == 1 && strings.HasPrefix(registered[0], d.Project) {
		d.warn("put the file into ~/.copilot/hooks, or have the folder trusted", "Copilot CLI runs the hooks of a repository only where its user has trusted the folder")
	}
	if d.Agent == "codex" && len(registered) > 0 {
		d.warn("start codex, and answer its question", "Codex runs hooks only once their user has trusted them, and again after each change")
	}
}

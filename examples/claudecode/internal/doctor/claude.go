package doctor

// How Claude Code was told of the hooks: by a plugin, by settings files, by an
// administrator. Sources: code.claude.com/docs/en/hooks, /settings, /plugins-reference.

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// claudeSettings is what is read of one settings file.
type claudeSettings struct {
	path    string
	managed bool

	Hooks                 map[string][]hookGroup `json:"hooks"`
	EnabledPlugins        map[string]any         `json:"enabledPlugins"`
	DisableAllHooks       bool                   `json:"disableAllHooks"`
	AllowManagedHooksOnly json.RawMessage        `json:"allowManagedHooksOnly"`
	Env                   map[string]string      `json:"env"`
	Permissions           struct {
		DefaultMode string `json:"defaultMode"`
	} `json:"permissions"`
	AllowedHTTPHookURLs []string `json:"allowedHttpHookUrls"`
}

type hookGroup struct {
	Matcher string        `json:"matcher"`
	Hooks   []hookHandler `json:"hooks"`
}

type hookHandler struct {
	Type      string   `json:"type"`
	Command   string   `json:"command"`
	Args      []string `json:"args"`
	URL       string   `json:"url"`
	If        string   `json:"if"`
	Async     bool     `json:"async"`
	Timeout   float64  `json:"timeout"`
	OnFailure string   `json:"onFailure"`
}

// ours reports whether a handler calls the hook program.
func (h hookHandler) ours() bool {
	return strings.Contains(h.Command, "ambit-hook") || slices.ContainsFunc(h.Args, func(a string) bool { return strings.Contains(a, "ambit-hook") }) ||
		h.Type == "http" && strings.HasSuffix(h.URL, "/hook")
}

// wanted are the events without which something is missed, and what.
var wanted = []struct{ event, missed string }{
	{"PreToolUse", "calls are not decided about"},
	{"PostToolUse", "what calls returned is not looked at"},
	{"PostToolUseFailure", "calls that fail look as if they never ended"},
	{"UserPromptSubmit", "turns have no prompt, and no intent to hold calls against"},
	{"Stop", "turns never end, so their traces come late"},
	{"SessionStart", "a session begins at its first call, without what the agent says of it"},
	{"SessionEnd", "a session's summary comes an hour late"},
	{"PermissionDenied", "calls that the agent itself refused look as if they never ended"},
	{"ConfigChange", "a change of the agent's settings mid-session is not told"},
}

// claudeCode looks at each place where hooks can be registered.
func (d *doctor) claudeCode() {
	files := d.claudeFiles()
	var registered []string
	for i := range files {
		f := &files[i]
		if f.DisableAllHooks {
			d.problem("remove it, or put the hooks into managed settings, which it does not reach", "%s says disableAllHooks: no hook runs", f.path)
		}
		if f.Permissions.DefaultMode == "bypassPermissions" {
			d.warn("", "%s starts sessions in bypassPermissions: nobody can be asked, so what the policy wants a person to agree to is refused", f.path)
		}
		if d.inFile(f) {
			registered = append(registered, f.path)
		}
	}
	enabled, forced := d.inPlugins(files)
	registered = append(registered, enabled...)
	for _, f := range files {
		if f.managed && set(f.AllowManagedHooksOnly) && !forced && !slices.Contains(registered, f.path) {
			d.problem(`enable the plugin there too: "enabledPlugins": {"ambit@ambit-go": true}`, "%s says allowManagedHooksOnly, and does not enable the plugin: its hooks do not run", f.path)
		}
	}
	switch len(registered) {
	case 0:
		d.problem("claude plugin install ambit --marketplace <the folder that holds .claude-plugin/marketplace.json>", "Claude Code knows of no hook of ours: neither the plugin nor a settings file names it")
	case 1:
		d.ok("registered by %s", registered[0])
	default:
		d.problem("keep one of them", "registered more than once, so each call is decided and counted as often: %s", strings.Join(registered, ", "))
	}
	d.trust(files, enabled)
}

// set reports whether a switch is on. Claude Code takes a malformed value for true.
func set(v json.RawMessage) bool { return len(v) > 0 && string(v) != "false" && string(v) != "null" }

// claudeFiles reads every settings file that there is.
func (d *doctor) claudeFiles() []claudeSettings {
	managed, _ := filepath.Glob(filepath.Join(d.Managed, "managed-settings.d", "*.json"))
	managed = append(managed, filepath.Join(d.Managed, "managed-settings.json"))
	var files []claudeSettings
	for _, path := range append(slices.Clone(managed),
		filepath.Join(d.Home, ".claude", "settings.json"),
		filepath.Join(d.Project, ".claude", "settings.json"),
		filepath.Join(d.Project, ".claude", "settings.local.json")) {
		if slices.ContainsFunc(files, func(f claudeSettings) bool { return f.path == path }) {
			continue // the home folder is the project
		}
		f := claudeSettings{path: path, managed: slices.Contains(managed, path)}
		if d.read(path, &f) {
			files = append(files, f)
		}
	}
	return files
}

// read reads a JSON file, and says if it is broken. It reports whether it is there.
func (d *doctor) read(path string, v any) bool {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false
	}
	if err == nil {
		err = json.Unmarshal(text, v)
	}
	if err != nil {
		d.problem("mend the file: the agent ignores what it cannot read", "%s cannot be read: %v", path, err)
		return false
	}
	return true
}

// inFile looks at hooks that a settings file registers.
func (d *doctor) inFile(f *claudeSettings) bool {
	events := map[string]bool{}
	for event, groups := range f.Hooks {
		for _, g := range groups {
			for _, h := range g.Hooks {
				if h.ours() {
					events[event] = true
					d.handler(f.path, event, g.Matcher, h)
				}
			}
		}
	}
	if len(events) == 0 {
		return false
	}
	for _, w := range wanted {
		switch {
		case events[w.event]:
		case w.event == "PreToolUse":
			d.problem("register it as the plugin's hooks/hooks.json does", "%s does not register %s: %s", f.path, w.event, w.missed)
		default:
			d.warn("register it as the plugin's hooks/hooks.json does", "%s does not register %s: %s", f.path, w.event, w.missed)
		}
	}
	return true
}

// handler looks at one registration.
func (d *doctor) handler(path, event, matcher string, h hookHandler) {
	switch {
	case event == "WorktreeCreate":
		d.problem("remove it", "%s registers WorktreeCreate: what a hook prints there is the new worktree's path", path)
	case event != "PreToolUse":
	case h.Async:
		d.problem("remove async", "%s registers PreToolUse as async: it cannot stop a call", path)
	case matcher != "" && matcher != "*" && matcher != ".*", h.If != "":
		d.warn("remove the matcher and the condition", "%s registers PreToolUse for some tools only (%s%s): the others are not decided about", path, matcher, h.If)
	case h.Timeout > 0 && h.Timeout < 3:
		d.warn("give it 10 seconds", "%s gives PreToolUse %g s: a slow disk is enough for a call to go on undecided", path, h.Timeout)
	}
	if h.Type == "http" && event == "SessionStart" {
		d.warn("use the hook program there", "%s registers SessionStart by HTTP, which Claude Code does not call", path)
	}
}

// inPlugins returns which settings enable the plugin, and whether an administrator's do.
func (d *doctor) inPlugins(files []claudeSettings) (enabled []string, forced bool) {
	for _, f := range files {
		for plugin, on := range f.EnabledPlugins {
			name, _, _ := strings.Cut(plugin, "@")
			if name != "ambit" && !strings.HasPrefix(name, "ambit-") {
				continue
			}
			if on == false {
				d.problem("claude plugin enable "+plugin, "%s has the plugin %s disabled", f.path, plugin)
				continue
			}
			enabled, forced = append(enabled, f.path+" (plugin "+plugin+")"), forced || f.managed
		}
	}
	slices.Sort(enabled)
	return slices.Compact(enabled), forced
}

// trust looks at whether hooks run in this folder: an interactive session runs none of
// its settings' hooks before its user trusts it.
func (d *doctor) trust(files []claudeSettings, plugins []string) {
	var state struct {
		Projects map[string]struct {
			Trusted bool `json:"hasTrustDialogAccepted"`
		} `json:"projects"`
	}
	if !d.read(filepath.Join(d.Home, ".claude.json"), &state) {
		return
	}
	if p, known := state.Projects[d.Project]; known && !p.Trusted && len(plugins) == 0 && len(files) > 0 {
		d.warn("start claude there once, and answer its question", "%s is not trusted yet: until it is, settings files' hooks do not run in interactive sessions", d.Project)
	}
}

// Package settings finds out how the hook program was set up: by the agent's plugin
// options, by its command line, or by the file config.json in its state folder.
package settings

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/ambit-go/ambit/agentspan/hookspan/gate"
	"github.com/ambit-go/ambit/agentspan/hookspan/journal"
	"github.com/ambit-go/ambit/agentspan/hookspan/payload"
	"github.com/ambit-go/ambit/identity"
)

// A Settings says how hooks decide and where spans go. Empty fields have defaults.
type Settings struct {
	State    string            `json:"state,omitempty"`    // folder of sessions
	Policy   string            `json:"policy,omitempty"`   // file; the default policy if empty
	Mode     string            `json:"mode,omitempty"`     // "observe" answers nothing; else the policy's own mode holds
	Owner    string            `json:"owner,omitempty"`    // who answers for the sessions
	Endpoint string            `json:"endpoint,omitempty"` // of a collector that takes OTLP over gRPC; none: nothing is sent
	Headers  map[string]string `json:"headers,omitempty"`  // that the collector asks for
	Agent    string            `json:"agent,omitempty"`    // whose hooks call, as in gen_ai.agent.name; found out if empty
	Parent   bool              `json:"parent,omitempty"`   // TRACEPARENT is the parent of turns
	Privacy  bool              `json:"privacy,omitempty"`  // people are written as keyed hashes
	SpoolMiB int               `json:"spool_mib,omitempty"`
}

// Version is that of the programs and of the plugin that carries them. The two
// programs read each other's files, so they are of one version.
const Version = "0.1.0"

// Defaults of what is kept.
const (
	DefaultSpool = 256 << 20 // bytes of all sessions
)

// options are the plugin's userConfig fields, as Claude Code hands them over.
const options = "CLAUDE_PLUGIN_OPTION_"

// Load returns the settings: what the command line says, else the plugin's options,
// else AMBIT_HOOK_*, else config.json in the state folder. A file that cannot be read
// is an error beside the settings without it.
func Load(flags Settings) (Settings, error) {
	s := flags
	option := func(name string) string { return cmp.Or(os.Getenv(options+name), os.Getenv("AMBIT_HOOK_"+name)) }
	s.State = cmp.Or(s.State, option("STATE"), defaultState())
	if abs, err := filepath.Abs(s.State); err == nil {
		s.State = abs
	}
	var file Settings
	text, err := os.ReadFile(filepath.Join(s.State, "config.json"))
	switch {
	case err == nil:
		if err = json.Unmarshal(text, &file); err != nil {
			err = fmt.Errorf("%s: %w", filepath.Join(s.State, "config.json"), err)
		}
	case errors.Is(err, fs.ErrNotExist):
		err = nil
	}
	s.Policy = cmp.Or(s.Policy, option("POLICY"), file.Policy)
	s.Mode = cmp.Or(s.Mode, option("MODE"), file.Mode)
	s.Owner = cmp.Or(s.Owner, option("OWNER"), file.Owner)
	s.Endpoint = cmp.Or(s.Endpoint, option("ENDPOINT"), file.Endpoint)
	s.Agent = cmp.Or(s.Agent, option("AGENT"), file.Agent)
	s.Parent = s.Parent || file.Parent || option("PARENT") == "true"
	s.Privacy = s.Privacy || file.Privacy || option("PRIVACY") == "true"
	s.SpoolMiB = cmp.Or(s.SpoolMiB, file.SpoolMiB)
	if len(s.Headers) == 0 {
		if s.Headers = file.Headers; len(s.Headers) == 0 {
			s.Headers = headers(option("HEADERS"))
		}
	}
	return s, err
}

// headers reads "name=value,name=value", as OTEL_EXPORTER_OTLP_HEADERS does.
func headers(list string) map[string]string {
	var m map[string]string
	for pair := range strings.SplitSeq(list, ",") {
		name, value, ok := strings.Cut(pair, "=")
		if !ok || strings.TrimSpace(name) == "" {
			continue
		}
		if m == nil {
			m = map[string]string{}
		}
		if decoded, err := url.PathUnescape(strings.TrimSpace(value)); err == nil {
			m[strings.ToLower(strings.TrimSpace(name))] = decoded
		}
	}
	return m
}

// defaultState is where sessions are kept if nobody says: the plugin's data folder,
// else the user's.
func defaultState() string {
	if dir := os.Getenv("CLAUDE_PLUGIN_DATA"); dir != "" {
		return dir
	}
	if dir := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "ambit")
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return filepath.Join(os.TempDir(), "ambit")
	}
	switch runtime.GOOS {
	case "darwin":
		return filepath.Join(home, "Library", "Application Support", "ambit")
	case "windows":
		return filepath.Join(cmp.Or(os.Getenv("LOCALAPPDATA"), home), "ambit")
	}
	return filepath.Join(home, ".local", "state", "ambit")
}

// Spool is how many bytes of sessions are kept.
func (s Settings) Spool() int64 {
	if s.SpoolMiB > 0 {
		return int64(s.SpoolMiB) << 20
	}
	return DefaultSpool
}

// Gate returns the gate that these settings describe. It works in any case: without a
// folder that can be written, sessions have no history.
func (s Settings) Gate() (*gate.Gate, error) {
	g := &gate.Gate{Observe: s.Mode == "observe"}
	dir, err := journal.Open(s.State)
	if err == nil {
		g.Dir = dir
	}
	if s.Policy != "" {
		g.Policy = gate.File(s.Policy)
	}
	if d, ok := payload.ParseDialect(s.Agent); ok {
		g.Dialect = d
	}
	if s.Owner != "" {
		g.Owner = identity.Principal{Kind: identity.Human, ID: s.Owner, Issuer: "config", Assurance: identity.Asserted}
	}
	g.Unattended = unattended()
	if exe, err := os.Executable(); err == nil {
		g.Protect = append(g.Protect, filepath.ToSlash(filepath.Dir(exe))+"/ambit-*")
	}
	if root := os.Getenv("CLAUDE_PLUGIN_ROOT"); filepath.IsAbs(root) {
		g.Protect = append(g.Protect, filepath.ToSlash(root)+"/**")
	}
	return g, err
}

// unattended reports whether nobody can answer: Claude Code says so, or by which door its
// process was entered, and its SDK and "claude -p" are doors without a person.
func unattended() bool {
	return os.Getenv("CLAUDE_CODE_SESSION_ATTENDED") == "0" || strings.HasPrefix(os.Getenv("CLAUDE_CODE_ENTRYPOINT"), "sdk") || Unattended()
}

// Unattended reports whether the user said that nobody can answer.
func Unattended() bool { return os.Getenv("AMBIT_HOOK_UNATTENDED") == "true" }

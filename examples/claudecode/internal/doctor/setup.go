package doctor

// What the hooks themselves were told: settings, policy, state, collector.

import (
	"errors"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/ambit-go/ambit/agentspan/hookspan/journal"
	"github.com/ambit-go/ambit/boundary/policy"
	"github.com/ambit-go/ambit/examples/claudecode/internal/export"
)

func (d *doctor) settings() {
	s := d.Settings
	if d.SettingsErr != nil {
		d.problem("mend the file", "settings cannot be read: %v", d.SettingsErr)
	}
	if s.Mode != "" && s.Mode != "observe" && s.Mode != "enforce" {
		d.problem("say observe or enforce", "the mode is %q, which is none: what the policy says holds", s.Mode)
	}
	if s.Owner == "" {
		d.warn("set the owner: the plugin's option, AMBIT_HOOK_OWNER or config.json", "no owner is set: git's author stands for one, or the account of this machine")
	}
}

// policy looks at the policy file.
func (d *doctor) policy() {
	path := d.Settings.Policy
	if path == "" {
		d.ok("policy: built in")
		return
	}
	if !filepath.IsAbs(path) {
		d.warn("give its whole path", "the policy %s is looked for in whichever folder the agent is in", path)
	}
	p, err := policy.Load(path, policy.Options{})
	if err != nil {
		d.problem("mend it: ambit-hook asks about every call of a new session until then", "the policy cannot be used: %v", err)
		return
	}
	d.ok("policy: %s (%s)", p.ID(), path)
	if inside(path, d.Project) {
		d.warn("keep it outside of what the agent works on", "the policy %s lies in the project: whoever can change the project can change it for the next session", path)
	}
	for _, issue := range p.Lint(policy.LintOptions{Now: d.Now}) {
		d.warn("ambit's policy example says more: go run ./examples/policy lint "+path, "policy: %v", issue)
	}
}

// inside reports whether path lies below dir.
func inside(path, dir string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && dir != "" && filepath.IsLocal(rel)
}

// state looks at the folder in which sessions are kept.
func (d *doctor) state() {
	dir := d.Settings.State
	info, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		d.ok("state: %s will be made", dir)
		return
	}
	if err != nil || !info.IsDir() {
		d.problem("set another folder: AMBIT_HOOK_STATE", "the state folder %s is none (%v): sessions have no history, and nothing is recorded", dir, err)
		return
	}
	probe, err := os.CreateTemp(dir, ".doctor-*")
	if err != nil {
		d.problem("make it writable, or set another folder: AMBIT_HOOK_STATE", "the state folder cannot be written (%v): sessions have no history, and nothing is recorded", err)
		return
	}
	_ = probe.Close()
	_ = os.Remove(probe.Name())
	if d.System != "windows" && info.Mode()&0o077 != 0 {
		d.warn("chmod 700 "+dir, "others can read the state folder %s", dir)
	}
	if inside(dir, d.Project) {
		d.warn("set another folder: AMBIT_HOOK_STATE", "the state folder %s lies in the project", dir)
	}
	d.ok("state: %s", dir)
	d.sessions(dir)
}

// ahead is by how much a clock may differ from that of a moment ago.
const ahead = 5 * time.Minute

// sessions looks at what was written down.
func (d *doctor) sessions(dir string) {
	j, err := journal.Open(dir)
	if err != nil {
		return
	}
	files, err := j.Files()
	if err != nil || len(files) == 0 {
		return
	}
	last := files[len(files)-1]
	records, unread, err := j.Records(last.Name)
	if err != nil {
		return
	}
	if unread.Newer > 0 {
		d.problem("update this program, or the plugin that has the older one", "%d records of session %s are of a newer version of the program: two versions are in use", unread.Newer, last.Name)
	}
	if unread.Broken > 0 {
		d.warn("look at the disk; hooks go on", "%d lines of session %s cannot be read", unread.Broken, last.Name)
	}
	if len(records) == 0 {
		return
	}
	state := records[len(records)-1].State
	if state.Last.After(d.Now.Add(ahead)) {
		d.warn("set the clock", "the last hook ran in the future (%s): the clock has jumped", state.Last.Format(time.RFC3339))
	}
}

// collector looks at where traces go.
func (d *doctor) collector() {
	endpoint := d.Settings.Endpoint
	if endpoint == "" {
		if other := d.Env("OTEL_EXPORTER_OTLP_ENDPOINT"); other != "" {
			d.problem("set the endpoint: the plugin's option, AMBIT_HOOK_ENDPOINT or config.json", "OTEL_EXPORTER_OTLP_ENDPOINT is set, but Claude Code keeps OTEL_* variables from its hooks")
			return
		}
		d.warn("set the endpoint: the plugin's option, AMBIT_HOOK_ENDPOINT or config.json", "no collector is set: sessions are kept here and sent nowhere")
		return
	}
	address, ok := d.address(endpoint)
	if !ok {
		return
	}
	if err := d.Dial(d.ctx, address); err != nil {
		d.problem("start the collector, or correct the address; nothing is lost meanwhile", "nobody answers at %s: %v", address, err)
		return
	}
	d.ok("collector: %s answers", address)
	if s := export.ReadStatus(d.Settings.State); s.Error != "" {
		d.problem("", "the last export failed at %s: %s", s.ErrorAt.Format(time.RFC3339), s.Error)
	} else if s.Dropped > 0 {
		d.warn("give more room: spool_mib in config.json", "%d spans or calls were dropped since the first export", s.Dropped)
	}
}

// address is what to connect to.
func (d *doctor) address(endpoint string) (string, bool) {
	const fix = "write http://host:4317, or https:// with TLS"
	u, err := url.Parse(endpoint)
	switch {
	case err != nil || u.Host == "":
		d.problem(fix, "the endpoint %q is no address with a scheme", endpoint)
		return "", false
	case u.Scheme != "http" && u.Scheme != "https":
		d.problem(fix, "the endpoint's scheme is %q", u.Scheme)
		return "", false
	case u.Port() == "4318" || strings.HasPrefix(u.Path, "/v1/"):
		d.warn("use the collector's gRPC port, 4317 as a rule", "the endpoint %s looks like one for OTLP over HTTP", endpoint)
	}
	port := u.Port()
	if port == "" {
		port = "4317"
	}
	return net.JoinHostPort(u.Hostname(), port), true
}

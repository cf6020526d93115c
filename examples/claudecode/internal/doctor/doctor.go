// Package doctor finds what keeps hooks from deciding or traces from arriving, and says
// what to do about it.
package doctor

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/ambit-go/ambit/examples/claudecode/internal/settings"
)

// A Level is how bad a finding is.
type Level string

// The levels.
const (
	OK      Level = "ok"
	Warning Level = "warning" // works, and not as somebody may think
	Problem Level = "problem" // calls are not decided about, or traces do not arrive
)

// A Finding is one thing that was looked at.
type Finding struct {
	Level Level  `json:"level"`
	What  string `json:"what"`
	Fix   string `json:"fix,omitempty"` // what to do
}

// A Machine is what the doctor looks at. [Here] is the machine it runs on; tests have
// others.
type Machine struct {
	Settings    settings.Settings
	SettingsErr error
	Programs    string // folder of the hook program
	Version     string // of the program that asks
	Home        string
	Project     string // where the agent works
	Managed     string // folder of the settings an administrator wrote
	Agent       string // whose hooks are looked for
	System      string // runtime.GOOS
	Env         func(string) string
	Now         time.Time

	// Run runs a program and returns what it printed; Dial opens a connection.
	Run  func(ctx context.Context, program string, args ...string) (string, error)
	Dial func(ctx context.Context, address string) error
}

// Here is the machine this program runs on.
func Here(s settings.Settings, settingsErr error, version string) Machine {
	m := Machine{
		Settings: s, SettingsErr: settingsErr, Version: version, Agent: cmp.Or(s.Agent, "claude-code"), System: runtime.GOOS,
		Env: os.Getenv, Now: time.Now(),
		Run: func(ctx context.Context, program string, args ...string) (string, error) {
			out, err := exec.CommandContext(ctx, program, args...).Output()
			return strings.TrimSpace(string(out)), err //nolint:wrapcheck // said in a finding
		},
		Dial: func(ctx context.Context, address string) error {
			var d net.Dialer
			c, err := d.DialContext(ctx, "tcp", address)
			if err == nil {
				_ = c.Close()
			}
			return err //nolint:wrapcheck // said in a finding
		},
	}
	if exe, err := os.Executable(); err == nil {
		m.Programs = filepath.Dir(exe)
	}
	m.Home, _ = os.UserHomeDir()
	m.Project = m.Env("CLAUDE_PROJECT_DIR")
	if m.Project == "" {
		m.Project, _ = os.Getwd()
	}
	switch m.System {
	case "darwin":
		m.Managed = "/Library/Application Support/ClaudeCode"
	case "windows":
		m.Managed = filepath.Join(cmp.Or(m.Env("ProgramFiles"), `C:\Program Files`), "ClaudeCode")
	default:
		m.Managed = "/etc/claude-code"
	}
	return m
}

// Examine looks at everything.
func Examine(ctx context.Context, m Machine) []Finding {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	d := doctor{Machine: m, ctx: ctx}
	d.programs()
	if m.Agent == "claude-code" {
		d.claudeCode()
	} else {
		d.other()
	}
	d.settings()
	d.policy()
	d.state()
	d.collector()
	return d.findings
}

type doctor struct {
	Machine
	ctx      context.Context //nolint:containedctx // lives as long as the call that brought it
	findings []Finding
}

func (d *doctor) ok(format string, args ...any) {
	d.findings = append(d.findings, Finding{Level: OK, What: fmt.Sprintf(format, args...)})
}

func (d *doctor) warn(fix, format string, args ...any) {
	d.findings = append(d.findings, Finding{Level: Warning, What: fmt.Sprintf(format, args...), Fix: fix})
}

func (d *doctor) problem(fix, format string, args ...any) {
	d.findings = append(d.findings, Finding{Level: Problem, What: fmt.Sprintf(format, args...), Fix: fix})
}

// Write writes findings for people, and reports whether nothing is wrong.
func Write(w io.Writer, findings []Finding) (well bool) {
	well = true
	for _, f := range findings {
		fmt.Fprintf(w, "%-8s %s\n", f.Level, f.What)
		if f.Fix != "" {
			fmt.Fprintf(w, "         %s\n", f.Fix)
		}
		well = well && f.Level != Problem
	}
	return well
}

// programs looks at the two programs.
func (d *doctor) programs() {
	const build = "build the plugin again: go run ./examples/claudecode/build"
	for _, name := range []string{"ambit-hook", "ambit-export"} {
		path := filepath.Join(d.Programs, name)
		if d.System == "windows" {
			path += ".exe"
		}
		info, err := os.Stat(path)
		switch {
		case err != nil:
			d.problem(build, "%s is missing: the agent goes on without it", path)
			continue
		case d.System != "windows" && info.Mode()&0o111 == 0:
			d.problem("chmod +x "+path, "%s is not executable: the agent goes on without it", path)
			continue
		}
		version, err := d.Run(d.ctx, path, "version")
		switch {
		case err != nil:
			d.problem(build+" for "+d.System, "%s does not start (%v): is it for another system?", path, err)
		case version != d.Version:
			d.problem(build, "%s is version %q, and this program %q: they read each other's files, and may not understand them", path, version, d.Version)
		default:
			d.ok("%s %s", path, version)
		}
	}
}

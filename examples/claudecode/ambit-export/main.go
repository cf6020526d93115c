// Command ambit-export is the part of ambit-hook that no agent waits for.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/ambit-go/ambit/examples/claudecode/internal/doctor"
	"github.com/ambit-go/ambit/examples/claudecode/internal/export"
	"github.com/ambit-go/ambit/examples/claudecode/internal/settings"
	"github.com/ambit-go/ambit/examples/claudecode/internal/status"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// A command is one of the program's.
type command struct {
	name, does string
	run        func(ctx context.Context, c *call) error
}

var commands = []command{
	{"status", "which sessions there are, and what of them was sent", showStatus},
	{"doctor", "what keeps hooks from deciding or traces from arriving", examine},
	{"serve", "answer HTTP hooks", serveHooks},
	{"replay", "show recorded sessions as traces, and send them if a collector is set", replayFiles},
	{"export", "send what is due", exportDue},
	{"version", "which version this is", showVersion},
}

// errSaid ends a command that has said already what is wrong.
var errSaid = errors.New("said")

// run is the whole program; it returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) > 0 {
		for _, c := range commands {
			if c.name != args[0] {
				continue
			}
			switch err := c.run(ctx, &call{name: c.name, args: args[1:], stdout: stdout, stderr: stderr}); {
			case err == nil, errors.Is(err, flag.ErrHelp):
				return 0
			case !errors.Is(err, errSaid):
				fmt.Fprintf(stderr, "ambit-hook %s: %v\n", c.name, err)
			}
			return 1
		}
	}
	var b strings.Builder
	b.WriteString("usage: ambit-hook COMMAND [-h]\n\n  hook     answer one hook of an agent: its payload is read from standard input\n")
	for _, c := range commands {
		fmt.Fprintf(&b, "  %-8s %s\n", c.name, c.does)
	}
	fmt.Fprint(stderr, b.String())
	return 2
}

// A call is a command with its arguments.
type call struct {
	name           string
	args           []string
	stdout, stderr io.Writer
}

// parse reads the flags that every command has, and its own.
func (c *call) parse(own func(*flag.FlagSet)) (settings.Settings, error) {
	var flags settings.Settings
	set := flag.NewFlagSet("ambit-hook "+c.name, flag.ContinueOnError)
	set.SetOutput(c.stderr)
	set.StringVar(&flags.State, "state", "", "state `folder`")
	set.StringVar(&flags.Agent, "agent", "", "whose hooks: claude-code, codex, vscode, copilot, gemini-cli, grok, cursor")
	set.StringVar(&flags.Policy, "policy", "", "policy `file`")
	set.StringVar(&flags.Mode, "mode", "", "observe, or enforce")
	set.StringVar(&flags.Endpoint, "endpoint", "", "`URL` of a collector that takes OTLP over gRPC")
	if own != nil {
		own(set)
	}
	if err := set.Parse(c.args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return flags, err //nolint:wrapcheck // asked for
		}
		return flags, errSaid
	}
	return settings.Load(flags)
}

// exportDue sends what is due.
func exportDue(ctx context.Context, c *call) error {
	s, err := c.parse(nil)
	if err != nil {
		return err
	}
	_, err = export.Run(ctx, s)
	return err
}

// showStatus says how things are.
func showStatus(_ context.Context, c *call) error {
	output := ""
	s, err := c.parse(func(set *flag.FlagSet) { set.StringVar(&output, "o", "text", "text or json") })
	if err != nil {
		return err
	}
	st, err := status.Read(s)
	if err != nil {
		return err
	}
	if output == "json" {
		return st.JSON(c.stdout)
	}
	st.Text(c.stdout, time.Now())
	return nil
}

// examine says what is wrong.
func examine(ctx context.Context, c *call) error {
	s, err := c.parse(nil)
	if errors.Is(err, errSaid) || errors.Is(err, flag.ErrHelp) {
		return err
	}
	if !doctor.Write(c.stdout, doctor.Examine(ctx, doctor.Here(s, err, settings.Version))) {
		return errSaid
	}
	return nil
}

func showVersion(_ context.Context, c *call) error {
	fmt.Fprintln(c.stdout, settings.Version)
	return nil
}

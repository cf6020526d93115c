// Command ambit-hook is what a coding agent calls at each hook. It reads one payload
// from standard input, decides, writes down what it saw, and answers.
//
//	ambit-hook hook [-agent NAME] [-policy FILE] [-observe] [-state FOLDER]
//
// Its other commands (serve, replay, status, doctor, export) are ambit-export's, the
// program beside it: the agent waits for this one, so it links no exporter and no
// network.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/ambit-go/ambit/agentspan/hookspan/payload"
	"github.com/ambit-go/ambit/examples/claudecode/internal/settings"
)

func main() {
	if len(os.Args) == 2 && os.Args[1] == "version" {
		fmt.Println(settings.Version)
		return
	}
	if len(os.Args) < 2 || os.Args[1] != "hook" {
		os.Exit(beside(os.Args[1:]))
	}
	os.Exit(hook(os.Args[2:], os.Stdin, os.Stdout, os.Stderr))
}

// hook handles one payload.
func hook(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	var flags settings.Settings
	set := flag.NewFlagSet("ambit-hook hook", flag.ContinueOnError)
	set.SetOutput(stderr)
	set.StringVar(&flags.Agent, "agent", "", "whose hooks call: claude-code, codex, vscode, copilot, gemini-cli, grok, cursor")
	set.StringVar(&flags.Policy, "policy", "", "policy `file`")
	set.StringVar(&flags.State, "state", "", "state `folder`")
	set.StringVar(&flags.Mode, "mode", "", "observe, or enforce")
	if err := set.Parse(args); err != nil {
		return 1 // not 2, which would block whatever the agent is doing
	}
	data, err := io.ReadAll(io.LimitReader(stdin, payload.MaxSize+1))
	if err != nil {
		data = append(data, 0) // a payload that could not be read whole is a broken one
	}
	s, _ := settings.Load(flags)
	g, _ := s.Gate()
	out := g.Handle(context.Background(), data)
	_, _ = stdout.Write(out.Stdout)
	_, _ = stderr.Write(out.Stderr)
	if out.Due && s.Endpoint != "" {
		export(s)
	}
	return out.ExitCode
}

// tool is the program with everything an agent does not wait for.
func tool() (string, error) {
	exe, err := os.Executable()
	if err != nil {
		return "", err
	}
	return filepath.Join(filepath.Dir(exe), "ambit-export"+filepath.Ext(exe)), nil
}

// export starts an exporter that outlives this process and that nobody waits for.
func export(s settings.Settings) {
	path, err := tool()
	if err != nil {
		return
	}
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return
	}
	defer null.Close()
	p, err := os.StartProcess(path, []string{path, "export", "-state", s.State}, &os.ProcAttr{
		Dir: filepath.Dir(path), Env: os.Environ(), Files: []*os.File{null, null, null}, Sys: detached(),
	})
	if err == nil {
		_ = p.Release()
	}
}

// beside runs another command in the program beside this one.
func beside(args []string) int {
	path, err := tool()
	if err == nil {
		var p *os.Process
		if p, err = os.StartProcess(path, append([]string{path}, args...), &os.ProcAttr{ //nolint:gosec // what the user typed, for the program beside this one
			Env: os.Environ(), Files: []*os.File{os.Stdin, os.Stdout, os.Stderr},
		}); err == nil {
			if state, err := p.Wait(); err == nil {
				return state.ExitCode()
			}
		}
	}
	fmt.Fprintln(os.Stderr, "ambit-hook:", err)
	return 1
}

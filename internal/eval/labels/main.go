// Command labels prints recorded sessions with what the default classifier says of
// each step, for a reader to judge whether a person would say the same:
//
//	go run ./internal/eval/labels FILE|FOLDER…
//
// It reads whatever package recording reads, plain or compressed with gzip; of a
// folder, everything below it. A line is a prompt or a call, behind the label it
// leaves the session with: "!" is an alarm, "?" a suspicion without one, a number how
// sure, "drift" how far from the task, "injected" what follows from a result.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/ambit-go/ambit/agentspan/hookspan/recording"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/effect/analyze"
	"github.com/ambit-go/ambit/boundary/secret"
	"github.com/ambit-go/ambit/intent"
)

func main() {
	if err := run(context.Background(), os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "labels:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, w io.Writer, args []string) error {
	if len(args) == 0 {
		return errors.New("usage: labels FILE|FOLDER…")
	}
	for _, arg := range args {
		var r recording.Reader
		err := filepath.WalkDir(arg, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() || path != arg && !strings.HasSuffix(strings.TrimSuffix(path, ".gz"), ".jsonl") {
				return err
			}
			f, err := os.Open(path)
			if err != nil {
				return err
			}
			defer f.Close()
			return r.Add(path, f)
		})
		if err != nil {
			return err
		}
		for _, s := range r.Sessions() {
			if err := label(ctx, w, &s); err != nil {
				return err
			}
		}
	}
	return nil
}

// label prints one session.
func label(ctx context.Context, w io.Writer, s *recording.Session) error {
	fmt.Fprintf(w, "session %s (%s)\n", s.ID, s.Format)
	stream := intent.Default().NewStream(nil)
	detector, analyzer := secret.Default(), analyze.Default()
	see := func(a intent.Action, line string) error {
		r, err := stream.Observe(ctx, a)
		if err != nil || line == "" {
			return err
		}
		mark := " "
		switch {
		case r.Anomalous:
			mark = "!"
		case r.Label.Anomalous():
			mark = "?"
		}
		fmt.Fprintf(w, "%s %-18s %.2f  %s", mark, r.Label, r.Score, line)
		if r.Drift >= 0.3 {
			fmt.Fprintf(w, "  [drift %.2f]", r.Drift)
		}
		if r.Injected {
			fmt.Fprint(w, "  [injected]")
		}
		fmt.Fprintln(w)
		return nil
	}
	for _, t := range s.Turns {
		if t.Prompt != "" {
			a := intent.Action{Role: intent.Prompt, Text: t.Prompt, Findings: detector.Detect(nil, []byte(t.Prompt), secret.Prompt)}
			if err := see(a, "> "+short(t.Prompt)); err != nil {
				return err
			}
		}
		for _, c := range t.Calls {
			dir := c.Dir
			if dir == "" {
				dir = s.Cwd
			}
			a := intent.Action{
				Tool: c.Tool, Server: c.Server, Text: string(c.Input),
				Effects:  analyzer.Analyze(nil, effect.Call{Tool: c.Tool, Server: c.Server, Arguments: c.Input, Dir: dir, Root: s.Cwd, Home: home(dir)}),
				Findings: detector.Detect(nil, c.Input, secret.Argument),
			}
			if err := see(a, "  "+c.Tool+" "+short(string(c.Input))); err != nil {
				return err
			}
			if !c.Finished {
				continue
			}
			out := intent.Action{Role: intent.Output, Tool: c.Tool, Server: c.Server, Text: c.Result, Failed: c.Failed}
			out.Findings = detector.Detect(nil, []byte(c.Result), secret.Result)
			if err := see(out, ""); err != nil {
				return err
			}
		}
	}
	return nil
}

// home is the home folder that dir lies in, as far as its name says.
func home(dir string) string {
	parts := strings.SplitN(dir, "/", 4)
	if len(parts) < 3 || parts[1] != "home" && parts[1] != "Users" {
		return ""
	}
	return strings.Join(parts[:3], "/")
}

// short is the beginning of a text, on one line.
func short(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > 150 {
		text = string(r[:150]) + "…"
	}
	return text
}

// Command answers writes what the SDK says about labelled rows, one line of JSON
// for each, for the score command to count:
//
//	go run ./internal/eval/answers secrets creddata.jsonl.gz > answers.jsonl
//
// It reads what the SDK would see and nothing else: never a label, a group or a source.
package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

// A mode answers for one kind of rows.
type mode func(w io.Writer, o options, files []string) error

type options struct {
	policyFrom string // "scope" or "prompt": what a task's policy is made from
	opaque     bool   // tools get names that say nothing
}

var modes = map[string]mode{
	"boundary": boundaries,
	"intent":   func(w io.Writer, _ options, files []string) error { return intents(w, files) },
	"secrets":  func(w io.Writer, _ options, files []string) error { return secrets(w, files) },
}

func main() {
	if err := run(os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "answers:", err)
		os.Exit(1)
	}
}

func run(w io.Writer, args []string) error {
	const usage = "usage: answers intent|boundary|secrets [-policy-from scope|prompt] [-opaque] FILE…"
	if len(args) == 0 {
		return errors.New(usage)
	}
	m := modes[args[0]]
	if m == nil {
		return fmt.Errorf("unknown mode %q; %s", args[0], usage)
	}
	var o options
	fs := flag.NewFlagSet(args[0], flag.ContinueOnError)
	fs.StringVar(&o.policyFrom, "policy-from", "scope", "make the policy from the row's `scope` or from its prompt alone")
	fs.BoolVar(&o.opaque, "opaque", false, "boundary: give tools names that say nothing")
	if err := fs.Parse(args[1:]); err != nil {
		return err
	}
	if fs.NArg() == 0 {
		return errors.New(usage)
	}
	if o.policyFrom != "scope" && o.policyFrom != "prompt" {
		return fmt.Errorf("-policy-from must be scope or prompt, not %q", o.policyFrom)
	}
	out := bufio.NewWriter(w)
	if err := m(out, o, fs.Args()); err != nil {
		return err
	}
	return out.Flush()
}

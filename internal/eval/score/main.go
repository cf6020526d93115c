// Command score counts answers against labels:
//
//	go run ./internal/eval/score secrets -answers answers.jsonl creddata.jsonl.gz agent_context.jsonl.gz
//
// and measures how long the detector of secrets takes:
//
//	go run ./internal/eval/score speed some.log
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

type mode func(w io.Writer, o options, files []string) error

type options struct {
	answers string // file of answers
	errors  bool   // list the rows that were answered wrongly
}

var modes = map[string]mode{"boundary": boundaries, "intent": intents, "secrets": secrets, "speed": speed}

func main() {
	if err := run(os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "score:", err)
		os.Exit(1)
	}
}

func run(w io.Writer, args []string) error {
	const usage = "usage: score boundary|intent|secrets -answers FILE [-errors] ROWS…\n       score speed TEXT…"
	if len(args) == 0 || modes[args[0]] == nil {
		return errors.New(usage)
	}
	var o options
	fs := flag.NewFlagSet(args[0], flag.ContinueOnError)
	fs.StringVar(&o.answers, "answers", "", "the `file` the answers command wrote")
	fs.BoolVar(&o.errors, "errors", false, "list the ids of rows that were answered wrongly")
	if err := fs.Parse(args[1:]); err != nil {
		return err
	}
	if o.answers == "" && args[0] != "speed" || fs.NArg() == 0 {
		return errors.New(usage)
	}
	return modes[args[0]](w, o, fs.Args())
}

// ratio is a/b, 0 if there is nothing to count.
func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// Package replay reads what coding agents recorded and shows it as governed traces:
// the program examples/replay, and the command of that name of the hook program.
package replay

import (
	"context"
	"flag"
	"fmt"
	"io"
	"strings"

	"github.com/ambit-go/ambit/agentspan/hookspan/recording"
)

// Run is the whole program; it returns the exit status.
func Run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("replay", flag.ContinueOnError)
	flags.SetOutput(stderr)
	format := flags.String("format", "auto", "how the files are written: "+formats())
	policyFile := flags.String("policy", "", "judge each call by the policy in this file")
	output := flags.String("o", "tree", "what to write: tree or json")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	switch {
	case flags.NArg() == 0:
		fmt.Fprintln(stderr, "replay: no files; see -h")
		return 2
	case *output != "tree" && *output != "json":
		fmt.Fprintf(stderr, "replay: -o %s: want tree or json\n", *output)
		return 2
	case !strings.Contains("|"+formats()+"|", "|"+*format+"|"):
		fmt.Fprintf(stderr, "replay: -format %s: want %s\n", *format, formats())
		return 2
	}
	p, err := newPlayer(ctx, *policyFile, *output, stdout)
	if err != nil {
		fmt.Fprintln(stderr, "replay:", err)
		return 1
	}
	ok := play(ctx, p, recording.Format(*format), flags.Args(), stderr)
	if err := p.close(ctx); err != nil {
		fmt.Fprintln(stderr, "replay:", err)
		ok = false
	}
	fmt.Fprintln(stderr, p.counts)
	if !ok {
		return 1
	}
	return 0
}

func formats() string {
	var names []string
	for _, f := range recording.Formats() {
		names = append(names, string(f))
	}
	return strings.Join(names, "|")
}

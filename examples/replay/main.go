// Replay reads what coding agents recorded and shows it as governed traces.
//
//	go run ./examples/replay [-format auto|claude-hooks|claude-transcript|codex|actions] [-policy FILE] [-o tree|json] FILE...
//
// Files are plain or gzip; of a folder, all recordings below it are read. Files that
// lie in one folder belong together, as a hook log with one file per event does. With
// a policy each call is judged by it: nothing that ran is undone, and what it would
// have refused says so. With OTEL_EXPORTER_OTLP_ENDPOINT set the traces go there as
// well.
//
// What cannot be read is reported on standard error with file and line, and so are
// counts at the end. The exit status is 1 if a file could not be opened, if nothing
// could be read, or if traces did not arrive.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"

	"github.com/ambit-go/ambit/agentspan/hookspan/recording"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is the whole program; it returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
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

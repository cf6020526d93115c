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
	"os"
	"os/signal"

	"github.com/ambit-go/ambit/examples/internal/replay"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := replay.Run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// Report tells one session's story: who worked for whom with which identity, what
// was called, decided and reached, what was refused and how near it was, and what of
// the record is missing.
//
//	go run ./examples/report -jaeger http://localhost:16686 -session s-1 > report.html
//	go run ./examples/report -tempo http://localhost:3200 -session s-1 -o text
//	go run ./examples/report -policy task.yaml ~/.claude/projects/shop/0198.jsonl > report.html
//
// Files are traces as OTLP JSON, or recordings as examples/replay reads them. The
// page needs no network and no server. Headers for a query API, one "Name: value" a
// line, come from the environment variable REPORT_HEADERS.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"github.com/ambit-go/ambit/examples/report/gather"
	"github.com/ambit-go/ambit/examples/report/render"
	"github.com/ambit-go/ambit/examples/report/story"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Getenv("REPORT_HEADERS"), os.Stdout, os.Stderr)
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "report:", err)
		os.Exit(1)
	}
}

type options struct {
	jaeger, tempo, session, output, file string
	since                                time.Duration
	limit                                int
	replay                               gather.Replay
	files                                []string
}

func parse(args []string, stderr io.Writer) (o options, err error) {
	f := flag.NewFlagSet("report", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&o.jaeger, "jaeger", "", "address of Jaeger's query API, http://localhost:16686")
	f.StringVar(&o.tempo, "tempo", "", "address of Tempo, http://localhost:3200")
	f.StringVar(&o.session, "session", "", "id of the session (ambit.session.id)")
	f.StringVar(&o.output, "o", "html", "what to write: html, text or json")
	f.StringVar(&o.file, "out", "", "where to write it; standard output if empty")
	f.DurationVar(&o.since, "since", 30*24*time.Hour, "how far back to search")
	f.IntVar(&o.limit, "page", 0, "traces in one answer of the query API; 200 if 0")
	f.StringVar(&o.replay.Policy, "policy", "", "judge a recording by the policy in this file")
	f.StringVar(&o.replay.Owner, "owner", "", "who answers for a recording")
	f.BoolVar(&o.replay.Prompts, "prompts", false, "show what people wrote in a recording, without the secrets in it")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	o.files = f.Args()
	sources := 0
	for _, given := range []bool{o.jaeger != "", o.tempo != "", len(o.files) > 0} {
		if given {
			sources++
		}
	}
	switch {
	case sources != 1:
		return o, errors.New("want one of -jaeger, -tempo and files; see -h")
	case len(o.files) == 0 && o.session == "":
		return o, errors.New("want -session; the id is on every span as ambit.session.id")
	case o.output != "html" && o.output != "text" && o.output != "json":
		return o, fmt.Errorf("-o %s: want html, text or json", o.output)
	}
	return o, nil
}

// run is the whole program.
func run(ctx context.Context, args []string, headers string, stdout, stderr io.Writer) error {
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	g, err := o.gather(ctx, headers)
	if err != nil {
		return err
	}
	s := story.New(g.Session, g.Spans)
	var out bytes.Buffer
	if err := write(&out, o.output, &g, s, time.Now(), stderr); err != nil {
		return err
	}
	if o.file != "" {
		return os.WriteFile(o.file, out.Bytes(), 0o600) // it says what somebody did
	}
	_, err = out.WriteTo(stdout)
	return err
}

func write(w io.Writer, output string, g *gather.Gathered, s *story.Story, now time.Time, stderr io.Writer) error {
	switch output {
	case "text":
		return render.Text(w, g, s)
	case "json":
		doc, sum, err := render.Evidence(g, s, now)
		if err != nil {
			return err
		}
		fmt.Fprintln(stderr, "sha256", sum)
		_, err = w.Write(doc)
		return err
	}
	return render.HTML(w, g, s, now)
}

func (o *options) gather(ctx context.Context, headers string) (gather.Gathered, error) {
	if len(o.files) > 0 {
		return gather.Files(ctx, o.files, o.session, o.replay)
	}
	h, err := gather.Headers(headers)
	if err != nil {
		return gather.Gathered{}, err
	}
	client := gather.Client{Header: h}
	var b gather.Backend = &gather.Jaeger{URL: o.jaeger, Limit: o.limit, Client: client}
	if o.tempo != "" {
		b = &gather.Tempo{URL: o.tempo, Limit: o.limit, Client: client}
	}
	// A day ahead: clocks differ.
	return gather.Session(ctx, b, o.session, gather.Window{From: time.Now().Add(-o.since), To: time.Now().Add(24 * time.Hour)})
}

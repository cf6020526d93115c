// Agents is a day of a small team's agents, without models and in a second: some do
// their work, and each of the others does one thing that somebody will ask about.
// It fills the dashboards, and answers the questions of docs/queries.md. Nothing is
// run, read or sent: the calls are decided, and their tools do nothing.
//
//	OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4317 OTEL_METRICS_EXPORTER=otlp OTEL_LOGS_EXPORTER=otlp go run ./examples/observability/agents
package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/otlp"
	"github.com/ambit-go/ambit/examples/internal/signals"
	"github.com/ambit-go/ambit/intent"
)

//go:embed task.yaml
var task string

func main() {
	if err := run(context.Background(), os.Stdout, os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT")); err != nil {
		fmt.Fprintln(os.Stderr, "agents:", err)
		os.Exit(1)
	}
}

// run is the whole program; endpoint is where it all goes, "" for nowhere.
func run(ctx context.Context, w io.Writer, endpoint string) error {
	if endpoint == "" {
		return day(ctx, w, nil)
	}
	spans, err := otlp.Setup(ctx, otlp.WithEndpoint(endpoint), otlp.WithService("agents", ""))
	if err != nil {
		return err
	}
	options, stop, err := signals.Start(ctx, endpoint, "agents")
	if err != nil {
		return errors.Join(err, spans.Shutdown(ctx))
	}
	err = day(ctx, w, append(options, agentspan.WithTracerProvider(spans.TracerProvider())))
	return errors.Join(err, spans.Shutdown(ctx), stop(ctx))
}

// day lets each agent do its work.
func day(ctx context.Context, w io.Writer, options []agentspan.Option) error {
	repo, err := os.MkdirTemp("", "agents")
	if err != nil {
		return err
	}
	defer os.RemoveAll(repo)
	if repo, err = filepath.EvalSymlinks(repo); err != nil {
		return err
	}
	governed, err := tracer(options, task)
	if err != nil {
		return err
	}
	defer governed.Close(ctx)
	older, err := tracer(options, strings.Replace(task, `hosts: ["pkg.go.dev"]`, `hosts: ["pkg.go.dev", "golang.org"]`, 1))
	if err != nil {
		return err
	}
	defer older.Close(ctx)
	loose, err := agentspan.New(append(slices.Clip(options), agentspan.WithClassifier(intent.Default()), agentspan.WithNames(agents()...))...)
	if err != nil {
		return err
	}
	defer loose.Close(ctx)
	for _, s := range stories(repo) {
		t := governed
		switch s.under {
		case olderPolicy:
			t = older
		case noPolicy:
			t = loose
		}
		if err := s.tell(ctx, w, t, repo); err != nil {
			return err
		}
	}
	return nil
}

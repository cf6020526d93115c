// Quickstart is an agent without a model: it does five things that its task is
// for, or is not, and prints the governed trace. With OTEL_EXPORTER_OTLP_ENDPOINT
// set it sends the trace there as well, and with OTEL_METRICS_EXPORTER=otlp and
// OTEL_LOGS_EXPORTER=otlp its metrics and events, for a Collector that takes them.
package main

import (
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"io"
	"os"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/boundary/effect/analyze"
	"github.com/ambit-go/ambit/boundary/policy"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/intent"
)

//go:embed task.yaml
var task []byte

func main() {
	if err := run(context.Background(), os.Stdout, os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT")); err != nil {
		fmt.Fprintln(os.Stderr, "quickstart:", err)
		os.Exit(1)
	}
}

// run is the whole program; endpoint is where traces go, "" for nowhere else.
func run(ctx context.Context, w io.Writer, endpoint string) (err error) {
	repo, clean, err := workspace()
	if err != nil {
		return err
	}
	defer clean()

	scope, err := policy.Parse("task.yaml", task, policy.Options{Analyzer: analyze.Default()})
	if err != nil {
		return err
	}
	rec := agentspantest.NewRecorder()
	options, finish, err := telemetry(ctx, rec, endpoint)
	if err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, finish(ctx)) }()
	tracer, err := agentspan.New(append(options, agentspan.WithChecker(scope), agentspan.WithClassifier(intent.Default()))...)
	if err != nil {
		return err
	}
	defer tracer.Close(ctx)

	if err := agent(ctx, w, tracer, repo); err != nil {
		return err
	}
	fmt.Fprintln(w)
	return agentspantest.Form{Hide: []string{"task", "intent"}}.Write(w, rec.Spans())
}

// agent works through one turn. A refusal goes back to the model, which would
// read it and try something else; this one just goes on.
func agent(ctx context.Context, w io.Writer, tracer *agentspan.Tracer, repo string) (err error) {
	ctx, session, err := tracer.StartSession(ctx, agentspan.Session{
		Agent: "triage",
		Owner: identity.Principal{Kind: identity.Human, ID: "ada@example.com", Assurance: identity.Asserted},
		Actor: identity.Principal{Kind: identity.Agent, ID: "agent:triage", Assurance: identity.Asserted},
		Task:  agentspan.Task{ID: "PAY-7", Intents: []intent.Label{intent.Debug, intent.Test}},
		Dir:   repo, Root: repo,
	})
	if err != nil {
		return err
	}
	defer session.End(&err)
	ctx, turn := tracer.StartTurn(ctx, agentspan.Turn{Prompt: "The total is a cent off. Find out why and fix it."})
	defer turn.End(&err)
	for _, step := range steps(repo) {
		out, err := agentspan.Do(ctx, tracer, step.call, step.tool)
		if err != nil {
			out = err.Error()
		}
		fmt.Fprintf(w, "%-32s %s\n", step.says, out)
	}
	return nil
}

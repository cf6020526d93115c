package main

// A tracer with everything on, and what is done with the sessions that went
// through it.

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"go.opentelemetry.io/otel/attribute"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/agentspan/hookspan"
	"github.com/ambit-go/ambit/agentspan/hookspan/recording"
	"github.com/ambit-go/ambit/agentspan/otlp"
	"github.com/ambit-go/ambit/agentspan/pipeline"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect/analyze"
	"github.com/ambit-go/ambit/boundary/policy"
	"github.com/ambit-go/ambit/intent"
	"github.com/ambit-go/ambit/semconv"
)

// A player replays sessions and writes what came of them.
type player struct {
	tracer   *agentspan.Tracer
	recorder *agentspantest.Recorder
	exporter *otlp.Provider // nil if nothing is sent
	policy   *policy.Policy // nil if there is none
	write    func(*player, recording.Session, []hookspan.Replayed) error
	stdout   io.Writer
	seen     map[string]bool // sessions, by id
	counts   counts
}

func newPlayer(ctx context.Context, policyFile, output string, stdout io.Writer) (p *player, err error) {
	p = &player{recorder: agentspantest.NewRecorder(), write: (*player).tree, stdout: stdout, seen: map[string]bool{}}
	p.counts.signals = map[agentspan.SignalKind]int{}
	if output == "json" {
		p.write = (*player).json
	}
	var checker boundary.Checker
	if policyFile != "" {
		p.policy, err = policy.Load(policyFile, policy.Options{Analyzer: analyze.Default()})
		if err != nil {
			return nil, err
		}
		checker = p.policy
	}
	options := append(p.recorder.Options(),
		agentspan.WithChecker(hookspan.Recorded(checker)), agentspan.WithClassifier(intent.Default()),
		agentspan.WithSignalHandler(func(_ context.Context, s agentspan.Signal) { p.counts.signals[s.Kind]++ }))
	if os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") != "" {
		// Ids are made of the recording's own, so replaying it twice makes the same
		// traces, and turns link to the summary of their session.
		ids, err := pipeline.DeterministicIDs([]byte("ambit/examples/replay"))
		if err != nil {
			return nil, err
		}
		p.exporter, err = otlp.Setup(ctx, otlp.WithService("replay", agentspan.Version), otlp.WithIDs(ids), otlp.WithSpanProcessor(p.recorder.Processor()))
		if err != nil {
			return nil, err
		}
		options = append(options, agentspan.WithTracerProvider(p.exporter.TracerProvider()), agentspan.WithSpanIDs(ids))
	}
	p.tracer, err = agentspan.New(options...)
	return p, err
}

// close waits for signals, and for traces to arrive.
func (p *player) close(ctx context.Context) error {
	err := p.tracer.Close(ctx)
	return cmp.Or(err, p.exporter.Shutdown(ctx))
}

// flushEvery is how many calls are sent at once: fewer than the exporter can hold.
const flushEvery = 1000

// replay drives one session through the tracer and writes what came of it.
func (p *player) replay(ctx context.Context, s recording.Session) error {
	var calls []hookspan.Replayed
	o := hookspan.ReplayOptions{Call: func(c hookspan.Replayed) {
		c.Result, c.Error, c.Input = "", "", nil
		calls = append(calls, c)
		if p.exporter != nil && len(calls)%flushEvery == 0 {
			_ = p.exporter.ForceFlush(ctx) // what does not arrive is reported at the end
		}
	}}
	if p.policy != nil {
		o.Session.Task = agentspan.Task{ID: p.policy.ID(), Purpose: p.policy.Purpose(), Intents: p.policy.Intents()}
	}
	if p.seen[s.ID] { // the same session from another recording makes spans of its own
		o.Session.Epoch = fmt.Sprintf("%s/%d", s.Format, p.counts.sessions)
	}
	p.seen[s.ID] = true
	p.recorder.Reset()
	if err := hookspan.Replay(ctx, p.tracer, s, o); err != nil {
		return err
	}
	if p.exporter != nil {
		_ = p.exporter.ForceFlush(ctx)
	}
	p.counts.add(s, calls)
	return p.write(p, s, calls)
}

// tree writes a session's spans. Who acts is the same on all of them, and said once.
func (p *player) tree(s recording.Session, _ []hookspan.Replayed) error {
	fmt.Fprintf(p.stdout, "# %s\n", clean(cmp.Or(s.ID, "a session without id")))
	form := agentspantest.Form{
		Hide: []string{"actor", "owner_missing", "task"},
		Keys: []attribute.Key{
			semconv.AmbitSessionTurnCountKey, semconv.AmbitSessionCallCountKey, semconv.AmbitSessionRefusalCountKey, semconv.AmbitSessionBlastRadiusKey,
			semconv.AmbitTargetCommandKey, semconv.AmbitTargetPathKey, semconv.AmbitTargetHostKey, semconv.AmbitTargetRepositoryKey,
		},
	}
	if p.policy == nil {
		form.Hide = append(form.Hide, "outcome") // nobody was asked
	}
	if err := form.Write(p.stdout, p.recorder.Spans()); err != nil {
		return err
	}
	_, err := fmt.Fprintln(p.stdout)
	return err
}

// counts is what all sessions add up to.
type counts struct {
	sessions, turns, calls, failed, refused, stopped, unknown, secrets, switched, anomalous int

	problems, other int
	signals         map[agentspan.SignalKind]int // read them when the tracer is closed
}

func (n *counts) add(s recording.Session, calls []hookspan.Replayed) {
	sum := summarize(s, calls)
	n.sessions++
	n.turns += sum.Turns
	n.calls += sum.Calls
	n.failed += sum.Failed
	n.refused += sum.Refusals
	n.stopped += sum.WouldRefuse
	n.unknown += sum.Unknown
	n.anomalous += sum.Anomalous
	for i := range calls {
		n.secrets += min(len(secrets(&calls[i])), 1)
		n.switched += min(len(calls[i].Switches), 1)
	}
}

func (n counts) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d sessions, %d turns, %d calls: %d failed, %d refused when recorded, %d ran that the policy would refuse,\n",
		n.sessions, n.turns, n.calls, n.failed, n.refused, n.stopped)
	fmt.Fprintf(&b, "%d with effects that cannot be told, %d with secrets, %d with a switch of identity, %d anomalous\n",
		n.unknown, n.secrets, n.switched, n.anomalous)
	for _, k := range slices.Sorted(maps.Keys(n.signals)) {
		fmt.Fprintf(&b, "signal %s: %d\n", k, n.signals[k])
	}
	fmt.Fprintf(&b, "%d problems; %d other lines hold no call and no prompt", n.problems, n.other)
	return b.String()
}

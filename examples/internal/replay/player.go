package replay

// A tracer with everything on, and what is done with the sessions that went
// through it.

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"slices"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

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
	recorder *agentspantest.Recorder // nil if nobody looks at spans
	exporter *otlp.Provider          // nil if nothing is sent
	policy   *policy.Policy          // nil if there is none
	write    func(*player, recording.Session, []played) error
	stdout   io.Writer
	unsent   int             // calls since the exporter was waited for
	seen     map[string]bool // sessions, by id
	counts   counts
}

func newPlayer(ctx context.Context, policyFile, output string, stdout io.Writer) (p *player, err error) {
	p = &player{stdout: stdout, seen: map[string]bool{}}
	p.counts.signals = map[agentspan.SignalKind]int{}
	options := []agentspan.Option{
		agentspan.WithClassifier(intent.Default()),
		agentspan.WithSignalHandler(func(_ context.Context, s agentspan.Signal) { p.counts.signals[s.Kind]++ }),
	}
	var checker boundary.Checker
	if policyFile != "" {
		p.policy, err = policy.Load(policyFile, policy.Options{Analyzer: analyze.Default()})
		if err != nil {
			return nil, err
		}
		checker = p.policy
	}
	options = append(options, agentspan.WithChecker(hookspan.Recorded(checker)), agentspan.WithAnalyzer(hookspan.Analyzer()))
	switch output {
	case "json": // what it says needs no spans, so none are kept
		p.write = (*player).json
		options = append(options, agentspan.WithTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithSampler(sdktrace.NeverSample()))))
	default:
		p.write, p.recorder = (*player).tree, agentspantest.NewRecorder()
		options = append(options, p.recorder.Options()...)
	}
	if os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") != "" {
		exporting, err := p.export(ctx)
		if err != nil {
			return nil, err
		}
		options = append(options, exporting...)
	}
	p.tracer, err = agentspan.New(options...)
	return p, err
}

// export sets up the exporter. Ids are made of the recording's own, so replaying it
// twice makes the same traces, and turns link to the summary of their session.
func (p *player) export(ctx context.Context) ([]agentspan.Option, error) {
	ids, err := pipeline.DeterministicIDs([]byte("ambit/examples/replay"))
	if err != nil {
		return nil, err
	}
	options := []otlp.Option{otlp.WithService("replay", agentspan.Version), otlp.WithIDs(ids)}
	if p.recorder != nil {
		options = append(options, otlp.WithSpanProcessor(p.recorder.Processor()))
	}
	p.exporter, err = otlp.Setup(ctx, options...)
	return []agentspan.Option{agentspan.WithTracerProvider(p.exporter.TracerProvider()), agentspan.WithSpanIDs(ids)}, err
}

// close waits for signals, and for traces to arrive, even if ctx has ended.
func (p *player) close(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	err := p.tracer.Close(ctx)
	return cmp.Or(err, p.exporter.Shutdown(ctx))
}

// flushEvery is how many calls are sent at once: fewer than the exporter can hold.
// An agent never is that fast; a replay is.
const flushEvery = 1000

// flush waits for the exporter now and then, unless it turned out to be in vain:
// close says what did not arrive.
func (p *player) flush(ctx context.Context) {
	if p.unsent++; p.exporter == nil || p.unsent < flushEvery {
		return
	}
	p.unsent = 0
	if p.exporter.ForceFlush(ctx) != nil {
		p.unsent = math.MinInt
	}
}

// replay drives one session through the tracer and writes what came of it.
func (p *player) replay(ctx context.Context, s recording.Session) error {
	var calls []played
	o := hookspan.ReplayOptions{Call: func(c hookspan.Replayed) {
		values := append(valuesIn(string(c.Input), c.Findings), valuesIn(cmp.Or(c.Result, c.Error), c.Found)...)
		c.Result, c.Error, c.Input, c.RanWith = "", "", nil, nil
		calls = append(calls, played{c, values})
		p.flush(ctx)
	}}
	if p.policy != nil {
		o.Session.Task = agentspan.Task{ID: p.policy.ID(), Purpose: p.policy.Purpose(), Intents: p.policy.Intents()}
	}
	if p.seen[s.ID] { // the same session from another recording makes spans of its own
		o.Session.Epoch = fmt.Sprintf("%s/%d", s.Format, p.counts.sessions)
	}
	p.seen[s.ID] = true
	if p.recorder != nil {
		p.recorder.Reset()
	}
	if err := hookspan.Replay(ctx, p.tracer, s, o); err != nil {
		return err
	}
	p.counts.add(s, calls)
	return p.write(p, s, calls)
}

// tree writes a session's spans. Who acts is the same on all of them, and said once.
func (p *player) tree(s recording.Session, _ []played) error {
	fmt.Fprintf(p.stdout, "# %s\n", clean(cmp.Or(s.ID, "a session without id")))
	form := agentspantest.Form{
		Hide: []string{"actor", "owner_missing", "task"},
		Keys: []attribute.Key{
			semconv.AmbitSessionTurnCountKey, semconv.AmbitSessionCallCountKey, semconv.AmbitSessionRefusalCountKey, semconv.AmbitSessionBlastRadiusKey,
			semconv.AmbitTargetCommandKey, semconv.AmbitTargetPathKey, semconv.AmbitTargetHostKey, semconv.AmbitTargetServiceKey, semconv.AmbitTargetRepositoryKey,
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

func (n *counts) add(s recording.Session, calls []played) {
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
		n.switched += min(switched(&calls[i]), 1)
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

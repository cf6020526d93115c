package hookspan

// What hooks wrote down while an agent ran, as spans.

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/hookspan/journal"
	"github.com/ambit-go/ambit/agentspan/hookspan/payload"
	"github.com/ambit-go/ambit/agentspan/hookspan/recording"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/secret"
	"github.com/ambit-go/ambit/intent"
	"github.com/ambit-go/ambit/internal/spanid"
	"github.com/ambit-go/ambit/semconv"
)

var errNotSaid = errors.New("hookspan: nobody said anything then")

// EmitOptions say how [Emit] makes spans. The zero value is ready to use.
type EmitOptions struct {
	// Tracer are options of the tracer that makes the spans: where they go, their ids,
	// privacy. What decides and analyzes is Emit's own: that was done when it happened.
	Tracer []agentspan.Option

	// Parent makes each turn a child of the span that the agent's process was started
	// under (TRACEPARENT), rather than one that links to it.
	Parent bool

	// Idle is how long ago a session's last record is when nothing more is expected of
	// it: what is open is then written as it is. One hour if it is not positive.
	Idle time.Duration

	// Done is called before a span ends whose subject is complete or not: a turn that is
	// under way, a call that has not ended. Emit calls it on its own goroutine; spans end
	// before its next call.
	Done func(complete bool)
}

// Emit makes the spans of one session's records. Everything in them was found out and
// decided when it happened, so the same records make the same spans, with the same
// ids under a generator of package pipeline: an exporter goes through a session as
// often as it likes, and sends what it has not sent.
func Emit(ctx context.Context, records []journal.Record, o EmitOptions) error {
	idle := cmp.Or(max(o.Idle, 0), time.Hour)
	for i, part := range epochs(records) {
		if err := emit(ctx, part, i, idle, &o); err != nil {
			return err
		}
	}
	return nil
}

// epochs cuts a session where it ended and went on.
func epochs(records []journal.Record) [][]journal.Record {
	var parts [][]journal.Record
	begin := 0
	for i := range records {
		if i > 0 && records[i].State.Epoch != records[i-1].State.Epoch {
			parts = append(parts, records[begin:i])
			begin = i
		}
	}
	return append(parts, records[begin:])
}

func emit(ctx context.Context, records []journal.Record, epoch int, idle time.Duration, o *EmitOptions) error {
	if len(records) == 0 {
		return nil
	}
	j := &journaled{calls: map[string]*journalCall{}, prompts: map[string]*journal.Prompt{}, done: o.Done}
	session, err := j.read(records)
	if err != nil || len(session.Turns) == 0 {
		return err
	}
	end := &records[len(records)-1].State
	j.over = end.Ended || time.Since(end.Last) >= idle
	if !j.over && end.Open {
		j.open = end.Turn
	}
	tracer, err := agentspan.New(append(slices.Clip(o.Tracer),
		agentspan.WithChecker(Recorded(nil)), agentspan.WithAnalyzer(j), agentspan.WithDetector(j), agentspan.WithClassifier(j),
		SignalEvents())...)
	if err != nil {
		return err //nolint:wrapcheck // ours
	}
	defer func() { _ = tracer.Close(context.WithoutCancel(ctx)) }()
	return Replay(j.under(ctx, end.Info.Parent, o.Parent), tracer, session, ReplayOptions{Session: sessionOf(&end.Info, records[0].State.Info, epoch), journal: j})
}

// SignalEvents writes signals onto the turn or call they are about, as events: a
// program that only has a trace backend sees them there.
func SignalEvents() agentspan.Option {
	return agentspan.WithEventHandler(func(ctx context.Context, e agentspan.Event) {
		if e.Name == semconv.EventAmbitSignalRaised {
			trace.SpanFromContext(ctx).AddEvent(e.Name, trace.WithTimestamp(e.Time), trace.WithAttributes(ofSignal(e.Attributes)...))
		}
	})
}

// ofSignal returns what an event says of the signal: what it says of the session, its
// span says too.
func ofSignal(attrs []attribute.KeyValue) []attribute.KeyValue {
	return slices.DeleteFunc(slices.Clone(attrs), func(a attribute.KeyValue) bool {
		return a.Key != semconv.AmbitSignalKindKey && a.Key != semconv.GenAIToolNameKey
	})
}

// sessionOf is a session as it was when it began.
func sessionOf(now *journal.Info, first journal.Info, epoch int) agentspan.Session {
	s := agentspan.Session{
		Agent: now.Agent, AgentVersion: now.Version, Owner: first.Owner, Actor: now.Actor,
		Dir: now.Dir, Root: now.Root, Home: now.Home, Repo: now.Repo, Branch: now.Branch,
		Author: now.Git, PermissionMode: now.Mode, MCPServers: now.Servers,
	}
	if epoch > 0 {
		s.Epoch = strconv.Itoa(epoch)
	}
	return s
}

// A journaled session answers for the plug-ins of a tracer with what was found out
// when it happened. It belongs to the goroutine that replays.
type journaled struct {
	calls   map[string]*journalCall // by id
	prompts map[string]*journal.Prompt
	signals []raised
	done    func(bool)
	over    bool // nothing more is expected
	policy  boundary.PolicyRef
	link    trace.Link // to the span that the agent's process was started under
	open    string     // the turn under way

	now    *journalCall // being replayed
	prompt *journal.Prompt
	result bool // its end is

	detector secret.Detector // for all that is no part of a call
}

type journalCall struct {
	journal.Call
	done     *journal.Done
	finished bool
}

type raised struct {
	journal.Raise
	at   time.Time
	call string
}

// read makes a recorded session of the records, by the same joins as one that was
// recorded by a logger.
func (j *journaled) read(records []journal.Record) (recording.Session, error) {
	j.detector = secret.Default()
	var log bytes.Buffer
	enc := json.NewEncoder(&log)
	for i := range records {
		r := &records[i]
		if c := r.Call; c != nil {
			j.calls[c.ID] = &journalCall{Call: *c}
			if c.Decision != nil && j.policy == (boundary.PolicyRef{}) {
				j.policy = c.Decision.Policy
			}
		}
		if d := r.Done; d != nil {
			c := j.calls[d.ID]
			if c == nil {
				c = &journalCall{Call: journal.Call{ID: d.ID}}
				j.calls[d.ID] = c
			}
			c.done, c.finished = d, true
		}
		if p := r.Prompt; p != nil {
			j.prompts[r.State.Turn] = p
		}
		for _, s := range r.Signals {
			j.signals = append(j.signals, raised{s, r.Event.Time, r.Event.CallID})
		}
		if err := enc.Encode(&r.Event); err != nil {
			return recording.Session{}, err //nolint:wrapcheck // cannot happen: they were read from JSON
		}
	}
	sessions, _, err := recording.Read(&log, "journal", recording.ClaudeHooks)
	if err != nil || len(sessions) == 0 {
		return recording.Session{}, err //nolint:wrapcheck // says all there is
	}
	s := sessions[0]
	for t := range s.Turns {
		for i := range s.Turns[t].Calls {
			c := &s.Turns[t].Calls[i]
			if own := j.calls[c.ID]; own != nil { // the names as the agent's dialect reads them
				c.Tool, c.Server = cmp.Or(own.Tool, c.Tool), own.Server
			}
			c.Input, c.Result = nil, ""
		}
	}
	return s, nil
}

// under is the context of a session's turns: below the span that the agent's process was
// started under, or beside it with a link, since a variable that happens to be set must
// not move every trace.
func (j *journaled) under(ctx context.Context, traceparent string, parent bool) context.Context {
	sc, ok := parseTraceparent(traceparent)
	switch {
	case !ok:
	case parent:
		return trace.ContextWithRemoteSpanContext(ctx, sc)
	default:
		j.link = trace.Link{SpanContext: sc}
	}
	return ctx
}

// linked links a turn that has begun.
func (j *journaled) linked(ctx context.Context) {
	if j != nil && j.link.SpanContext.IsValid() {
		trace.SpanFromContext(ctx).AddLink(j.link)
	}
}

// start is a session on its way through the tracer.
func (j *journaled) start() *replaying {
	if j == nil {
		return &replaying{}
	}
	return &replaying{given: true, policy: j.policy}
}

// isOver reports whether nothing more is expected of the session.
func (j *journaled) isOver() bool { return j == nil || j.over }

// closed reports whether a turn has come to its end.
func (j *journaled) closed(turn string) bool { return j == nil || j.over || turn != j.open }

// tell says of a span that is about to end whether its subject is complete.
func (j *journaled) tell(complete bool) {
	if j != nil && j.done != nil {
		j.done(complete)
	}
}

// prompted makes the prompt of a turn the one that is replayed, and returns its hash.
func (j *journaled) prompted(turn string) string {
	if j.prompt = j.prompts[turn]; j.prompt == nil {
		return ""
	}
	return j.prompt.Hash
}

// begin makes c the call that is replayed, and returns the context to begin it under:
// one that asks for ids, where the agent gave the call none.
func (j *journaled) begin(ctx context.Context, r *replay, c *callState, t *turnState, call *agentspan.ToolCall) context.Context {
	j.now, j.result = j.calls[c.ID], false
	c.facts.given = true
	if j.now != nil {
		c.facts.decision, c.facts.privileged = j.decision(j.now), j.now.Privileged
		call.Use, call.Beside = j.now.Use, j.now.Beside
	} else {
		c.facts.decision.Verdict = boundary.NotEvaluated
	}
	j.raise(ctx, r, c.ID, time.Time{})
	j.tell(j.closed(t.ID)) // if it is refused, its span ends where it begins
	if len(c.ID) > 0 && c.ID[0] == '#' {
		call.ID = ""
		return spanid.With(ctx, spanid.Request{
			Role: spanid.Call, Kind: int(trace.SpanKindInternal), Epoch: r.noun.Epoch, Session: r.noun.ID, Turn: t.ID, Call: c.ID,
		})
	}
	return ctx
}

// end hands over what is known of a call's result.
func (j *journaled) end(r *replay, c *callState) {
	j.now, j.result = j.calls[c.ID], true
	if j.now != nil && j.now.done != nil && j.now.done.Size >= 0 {
		c.span.SetResult(resultOf(j.now.done.Size))
	}
	j.raise(c.ctx, r, c.ID, time.Time{})
	j.tell(j.over || c.Finished && j.closed(r.turnOf(c)))
	j.result = false
}

// raise raises the signals of a call, or those of no call up to a time: at is zero for
// all that are left. Those that the tracer or the replay finds out by itself are not
// raised again.
func (j *journaled) raise(ctx context.Context, r *replay, call string, at time.Time) {
	if j == nil {
		return
	}
	j.signals = slices.DeleteFunc(j.signals, func(s raised) bool {
		if s.call != call || !at.IsZero() && s.at.After(at) {
			return false
		}
		switch kind := agentspan.SignalKind(s.Kind); kind {
		case agentspan.SignalConfigChanged, agentspan.SignalRefusalIgnored, agentspan.SignalPolicyReload,
			agentspan.SignalApprovalFatigue, agentspan.SignalHistoryLost, agentspan.SignalSessionSuspended, agentspan.SignalPolicyReview:
			r.tracer.Signal(ctx, agentspan.Signal{Kind: kind, Time: s.at, Tool: s.Tool, Detail: s.Detail})
		default:
		}
		return true
	})
}

// decision is what was decided about a call, and what became of it.
func (j *journaled) decision(c *journalCall) boundary.Decision {
	if c.Decision == nil {
		return boundary.Decision{Verdict: boundary.NotEvaluated}
	}
	d := *c.Decision
	d.Suspend = false // what came after was decided too, and recorded
	if !d.Refuses() || c.Answer == payload.Deny.String() {
		return d // if it ran all the same, that is a signal
	}
	why := d.Determining()
	came := boundary.Determination{Rule: why.Rule, Ruleset: why.Ruleset, Grant: why.Grant, Effect: why.Effect}
	switch ran := c.finished && c.done.Size >= 0; {
	case ran:
		// It was asked about, and ran: somebody said yes. Who is not known, and no more than
		// that the agent's own client says so.
		came.Verdict, came.Reason = boundary.Allow, boundary.ReasonApprovalInferred
		d.Verdict, d.Source, d.Message = boundary.Allow, boundary.ByHuman, ""
	case c.Answer == payload.Ask.String():
		came.Verdict, came.Reason = d.Verdict, boundary.ReasonApprovalUnanswered
	default:
		return d
	}
	d.Because = append([]boundary.Determination{came}, d.Because...)
	return d
}

// Analyze returns the effects of the call that is replayed.
func (j *journaled) Analyze(dst []effect.Effect, _ effect.Call) []effect.Effect {
	if j.now == nil {
		return dst
	}
	return append(dst, j.now.Effects...)
}

// Detect returns the findings in the arguments and the result of the call that is
// replayed, and looks at everything else.
func (j *journaled) Detect(dst []secret.Finding, text []byte, place secret.Place) []secret.Finding {
	switch {
	case place == secret.Argument && len(text) == 0:
		if j.now != nil {
			dst = append(dst, j.now.Findings...)
		}
		return dst
	case j.result && isStandIn(text):
		if j.now != nil && j.now.done != nil {
			dst = append(dst, j.now.done.Findings...)
		}
		return dst
	}
	return j.detector.Detect(dst, text, place)
}

// Classify and NewStream answer with what the classifier said when it happened.
func (j *journaled) Classify(context.Context, []intent.Action) (intent.Result, error) {
	return intent.Result{}, nil
}

func (j *journaled) NewStream([]intent.Label) intent.Stream { return j }

// Observe returns what was made of an action.
func (j *journaled) Observe(_ context.Context, a intent.Action) (intent.Result, error) {
	switch {
	case a.Role == intent.Prompt && j.prompt != nil:
		return j.prompt.Intent, nil
	case a.Role == intent.Call && j.now != nil:
		return j.now.Intent, nil
	case a.Role == intent.Output && j.now != nil && j.now.done != nil:
		return j.now.done.Intent, nil
	}
	return intent.Result{}, errNotSaid
}

// standIn stands for results, of which only the size is known. Nobody reads it: the
// pages are never there.
var standIn = make([]byte, payload.MaxSize)

func resultOf(size int) []byte { return standIn[:max(0, min(size, len(standIn)))] }

func isStandIn(text []byte) bool {
	return len(text) > 0 && &text[0] == &standIn[0]
}

// parseTraceparent reads a W3C traceparent, version 00 (Trace Context, 3.2).
func parseTraceparent(s string) (trace.SpanContext, bool) {
	if len(s) != 55 || s[:3] != "00-" || s[35] != '-' || s[52] != '-' {
		return trace.SpanContext{}, false
	}
	t, err1 := trace.TraceIDFromHex(s[3:35])
	id, err2 := trace.SpanIDFromHex(s[36:52])
	flags, err3 := strconv.ParseUint(s[53:], 16, 8)
	if err1 != nil || err2 != nil || err3 != nil {
		return trace.SpanContext{}, false
	}
	return trace.NewSpanContext(trace.SpanContextConfig{TraceID: t, SpanID: id, TraceFlags: trace.TraceFlags(flags), Remote: true}), true
}

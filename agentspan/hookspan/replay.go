package hookspan

// A recorded session on its way through a tracer.

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/hookspan/recording"
	"github.com/ambit-go/ambit/identity"
)

// ReplayOptions say what a recording does not. The zero value is ready to use.
type ReplayOptions struct {
	// Session holds what is known of the session beside its recording: the owner, the
	// task, the repository. Where it is empty the recording fills it in, and what that
	// does not say either stays unknown.
	Session agentspan.Session

	// Call is called with each call, when it ends. It may keep what it is given. It
	// is called on Replay's own goroutine and must not panic.
	Call func(Replayed)

	journal *journaled // if the session is one that hooks wrote down
}

var errNotRecorded = errors.New("hookspan: the tracer's checker is not a Recorded one: it would stop what has happened already")

// Replay drives a recorded session through t, whose checker must be made by
// [Recorded]: else it would refuse what has happened already, and Replay returns an
// error without replaying a call. A nil or zero tracer replays nothing.
//
// Times are the recording's, and so is the order of what ran side by side. Ids are
// the recording's where it has them; with a generator of package pipeline, replaying
// a session twice makes the same spans, and a session that is replayed from two
// recordings needs two values of Session.Epoch.
//
// If ctx ends, Replay ends what is open and returns its error. It may be called
// concurrently for different sessions.
func Replay(ctx context.Context, t *agentspan.Tracer, s recording.Session, o ReplayOptions) error {
	r := &replay{tracer: t, session: s, each: o.Call, noun: o.Session, journal: o.journal}
	r.complete()
	start := o.journal.start()
	sctx, active, err := t.StartSession(withReplaying(ctx, start), r.noun)
	switch {
	case active == nil:
		return nil
	case !start.checked:
		active.EndAt(r.noun.Start, nil)
		return errNotRecorded
	case err != nil: // the tracer's own, since a Recorded checker refuses no session
		active.EndAt(r.noun.Start, &err)
		return err //nolint:wrapcheck // ours
	}
	r.ctx = sctx
	r.lay()
	err = r.run(ctx)
	r.journal.tell(r.journal.isOver())
	active.EndAt(r.at(later(r.session.End, r.last)), nil)
	return err
}

// complete fills in what the caller left out.
func (r *replay) complete() {
	s, n := &r.session, &r.noun
	n.ID = cmp.Or(n.ID, s.ID)
	if s.Format != recording.Actions { // a list of actions has an id, but is nobody's conversation
		n.ConversationID = cmp.Or(n.ConversationID, s.ID)
	}
	n.Agent, n.AgentVersion = cmp.Or(n.Agent, s.Agent), cmp.Or(n.AgentVersion, s.Version)
	if n.Actor.IsZero() && n.Agent != "" {
		n.Actor = identity.Principal{Kind: identity.Agent, ID: "agent:" + n.Agent, Assurance: identity.Asserted}
	}
	n.Dir = cmp.Or(n.Dir, s.Cwd)
	n.Root = cmp.Or(n.Root, n.Dir)
	n.Home = cmp.Or(n.Home, homeOf(n.Dir))
	n.Branch = cmp.Or(n.Branch, s.Branch)
	n.PermissionMode = cmp.Or(n.PermissionMode, s.Mode)
	if r.timed = !s.Start.IsZero(); r.timed {
		n.Start = r.clock.free(s.Start)
	}
}

// A replay is a session under way.
type replay struct {
	tracer  *agentspan.Tracer
	session recording.Session
	noun    agentspan.Session
	each    func(Replayed)
	journal *journaled // nil if the recording is not a journal

	ctx    context.Context
	timed  bool // the recording has times
	clock  clock
	last   time.Time // the latest end
	both   bool      // beginning and end of some call were recorded, so one alone is remarkable
	bypass bool      // that the agent runs without its own checks has been told

	steps  []step
	byID   map[string]*callState
	agents map[string]*agentState
}

type turnState struct {
	*recording.Turn
	number int
	ctx    context.Context
	span   *agentspan.Span
}

type callState struct {
	*recording.Call
	turn, index int
	begin, end  time.Time
	ctx         context.Context // under which it runs; nil before it has begun, and if it was refused
	span        *agentspan.Span
	facts       *replaying
}

// An agentState is a subagent: a session of its own with one turn.
type agentState struct {
	ctx     context.Context
	session *agentspan.ActiveSession
	turn    *agentspan.Span
	left    int // calls to come or under way
	last    time.Time
	of      string // id of the turn it began in
}

// A step is a moment of the session.
type step struct {
	at   time.Time
	do   stepKind
	turn *turnState
	call *callState
}

type stepKind uint8

const (
	beginTurn stepKind = iota
	beginCall
	endCall
	endTurn
)

// lay lays out the session's moments in the order in which they happened. Those of
// one time stay in the order of the recording; so do all, if it has no times.
func (r *replay) lay() {
	r.byID, r.agents = map[string]*callState{}, map[string]*agentState{}
	now := r.session.Start
	for i := range r.session.Turns {
		t := &turnState{Turn: &r.session.Turns[i], number: i}
		now = cmp.Or(t.Start, now)
		r.steps = append(r.steps, step{now, beginTurn, t, nil})
		now = r.layCalls(t, now)
		r.steps = append(r.steps, step{later(t.End, now), endTurn, t, nil})
	}
	if r.timed {
		slices.SortStableFunc(r.steps, func(a, b step) int { return a.at.Compare(b.at) })
	}
}

// layCalls lays out the calls of one turn, and returns when the last one ended.
func (r *replay) layCalls(t *turnState, now time.Time) (end time.Time) {
	end = now
	calls := make([]*callState, len(t.Calls))
	for i := range calls {
		c := &callState{Call: &t.Calls[i], turn: t.number, index: i}
		calls[i] = c
		if c.ID != "" && r.byID[c.ID] == nil {
			r.byID[c.ID] = c
		}
		r.both = r.both || c.Begun && c.Finished
		if c.Agent != "" {
			a := r.agents[c.Agent]
			if a == nil {
				a = &agentState{}
				r.agents[c.Agent] = a
			}
			a.left++
		}
		now = cmp.Or(c.Start, now)
		c.begin, c.end = now, later(now, c.End)
		if c.End.IsZero() && r.timed {
			c.end = now.Add(max(c.Duration, 0))
		}
		end = later(end, c.end)
	}
	behind := lastOf(calls)
	waiting := map[int][]*callState{} // calls whose end is laid behind that of another
	for i, c := range calls {
		r.steps = append(r.steps, step{c.begin, beginCall, t, c})
		if behind[i] > i && !r.timed {
			waiting[behind[i]] = append(waiting[behind[i]], c)
			continue
		}
		r.steps = append(r.steps, step{c.end, endCall, t, c})
		for _, w := range slices.Backward(waiting[i]) {
			r.steps = append(r.steps, step{w.end, endCall, t, w})
		}
	}
	return end
}

// lastOf returns for each call the last one that was made by the subagent it
// started, or by one that this started in turn; itself if there is none. Where times
// do not tell, that is when the call ended.
func lastOf(calls []*callState) []int {
	last := make([]int, len(calls))
	of := map[string]int{} // by the id of the call that started the subagent
	for i, c := range slices.Backward(calls) {
		last[i] = i
		if c.ID != "" {
			last[i] = max(i, of[c.ID])
		}
		if c.Parent != "" {
			of[c.Parent] = max(of[c.Parent], last[i])
		}
	}
	return last
}

// run walks through the moments.
func (r *replay) run(ctx context.Context) error {
	for i, s := range r.steps {
		if err := ctx.Err(); err != nil {
			r.abandon(i)
			return err //nolint:wrapcheck // the caller's own
		}
		r.step(s)
	}
	return nil
}

func (r *replay) step(s step) {
	switch s.do {
	case beginTurn:
		r.beginTurn(s.turn, s.at)
	case beginCall:
		r.beginCall(s.call, s.turn)
	case endCall:
		r.endCall(s.call)
	case endTurn:
		r.endTurn(s.turn, s.at)
	}
}

// abandon ends what is open before step i, and begins nothing more.
func (r *replay) abandon(i int) {
	for _, s := range r.steps[i:] {
		if s.do == endCall && s.call.facts != nil || s.do == endTurn && s.turn.span != nil {
			r.step(s)
		}
	}
	for _, a := range r.agents {
		r.endAgent(a)
	}
}

func (r *replay) beginTurn(t *turnState, at time.Time) {
	id := t.ID
	if id == "" { // so that its spans can have ids of their own making
		id = "turn-" + strconv.Itoa(t.number)
	}
	turn := agentspan.Turn{ID: id, Prompt: t.Prompt, Model: r.session.Model, Start: r.tick(at)}
	if r.journal != nil {
		turn.Prompt, turn.PromptHash = "", r.journal.prompted(t.ID)
	}
	t.ctx, t.span = r.tracer.StartTurn(r.ctx, turn)
	if t.ID != "" && !strings.HasPrefix(t.ID, "turn-") { // the agent's, and not one of ours
		t.span.SetAttributes(promptID.String(r.tracer.Clean(t.ID)))
	}
	r.journal.linked(t.ctx)
	r.journal.raise(t.ctx, r, "", at)
}

// promptID is what Claude Code calls a prompt's id on its own telemetry, which so can
// be joined with ours; a call's id has a name that both share.
const promptID = attribute.Key("prompt.id")

func (r *replay) endTurn(t *turnState, at time.Time) {
	var err error
	if t.Interrupted {
		err = context.Canceled
	}
	r.last = later(r.last, at)
	r.journal.raise(t.ctx, r, "", time.Time{})
	r.journal.tell(r.journal.closed(t.ID))
	t.span.EndAt(r.at(at), &err)
}

func (r *replay) beginCall(c *callState, t *turnState) {
	ctx := t.ctx
	if c.Agent != "" {
		ctx = r.agent(c, t).ctx
	}
	c.facts = &replaying{call: c.Call, facts: Replayed{Call: *c.Call, Turn: c.turn, Index: c.index}}
	call := agentspan.ToolCall{
		Name: c.Tool, ID: c.ID, Server: c.Server, Arguments: c.Input, Dir: cmp.Or(c.Dir, r.noun.Dir), Start: r.tick(c.begin),
	}
	parent := ctx
	if r.journal != nil {
		ctx = r.journal.begin(ctx, r, c, t, &call)
	}
	cctx, span, err := r.tracer.StartToolCall(withReplaying(ctx, c.facts), call)
	r.signals(parent, c)
	if err != nil {
		return // refused when it was recorded, and written as that
	}
	c.ctx, c.span = cctx, span
}

// signals tells what only the recording shows of a call.
func (r *replay) signals(ctx context.Context, c *callState) {
	tell := func(kind agentspan.SignalKind, detail string) {
		r.tracer.Signal(ctx, agentspan.Signal{Kind: kind, Time: c.begin, Tool: c.Tool, Detail: detail})
	}
	if c.Mode == "bypassPermissions" && !r.bypass {
		r.bypass = true
		tell(agentspan.SignalBypassPermissions, c.Mode)
	}
	if !c.Begun && r.both {
		tell(agentspan.SignalPostWithoutPre, "")
	}
	if c.RanWith != nil {
		tell(agentspan.SignalArgumentsChanged, "")
	}
}

// failure is how a tool's own failure is written: what it said is content.
type failure struct{}

func (failure) Error() string     { return "the tool failed" }
func (failure) ErrorType() string { return "tool_error" }

func (r *replay) endCall(c *callState) {
	if c.span != nil {
		var err error
		if c.Failed {
			err = failure{}
			c.span.SetError(failure{}.ErrorType()) // so that its text is known to be that of a failure
		}
		if r.journal != nil {
			r.journal.end(r, c)
		} else if text := cmp.Or(c.Result, c.Error); c.Finished && (text != "" || r.session.Format != recording.Actions) {
			c.span.SetResult(text)
		}
		c.span.EndAt(r.at(later(c.begin, c.end)), &err)
		r.last = later(r.last, c.end)
	}
	if a := r.agents[c.Agent]; c.Agent != "" {
		a.last = later(a.last, c.end)
		if a.left--; a.left == 0 {
			r.endAgent(a)
		}
	}
	if r.each != nil {
		r.each(c.facts.facts)
	}
}

// agent returns the subagent that makes a call, which begins with its first. It
// stands below the call that started it, if that is known, and has the identity of
// the agent it works for. Its prompt was written by that agent and by no person, so
// it is not taken for one.
func (r *replay) agent(c *callState, t *turnState) *agentState {
	a := r.agents[c.Agent]
	if a.session != nil {
		return a
	}
	ctx, p := t.ctx, r.byID[c.Parent]
	if p != nil && p.ctx != nil {
		ctx = p.ctx
	}
	at := r.tick(c.begin)
	noun := r.noun
	noun.Subagent, noun.Start = c.Agent, at
	noun.Agent = cmp.Or(c.AgentType, kindAsked(p), "subagent")
	noun.Epoch += "/" + c.Agent // the summary is another span than that of the session
	ctx, a.session, _ = r.tracer.StartSession(withReplaying(ctx, r.journal.start()), noun)
	a.ctx, a.turn = r.tracer.StartTurn(ctx, agentspan.Turn{ID: c.Agent, Start: r.tick(c.begin)})
	a.last, a.of = c.begin, t.ID
	return a
}

// kindAsked returns the kind of subagent that a call asked for, in Claude Code's
// words.
func kindAsked(c *callState) string {
	var in struct {
		Kind string `json:"subagent_type"`
	}
	if c == nil || json.Unmarshal(c.Input, &in) != nil {
		return ""
	}
	return in.Kind
}

func (r *replay) endAgent(a *agentState) {
	r.journal.tell(r.journal.closed(a.of))
	a.turn.EndAt(r.at(a.last), nil)
	a.session.EndAt(r.at(a.last), nil)
}

// tick returns the time for something that begins: that of the recording, set apart
// from all before.
func (r *replay) tick(at time.Time) time.Time {
	if !r.timed {
		return time.Time{}
	}
	return r.clock.free(at)
}

// at returns the time for something that ends; zero, which is now, if the recording
// has none. What ends does not end before the last moment that was given away in its
// millisecond, so that nothing ends before it began.
func (r *replay) at(at time.Time) time.Time {
	if !r.timed {
		return time.Time{}
	}
	return r.clock.end(at)
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// turnOf returns the id of the turn that a call stands in.
func (r *replay) turnOf(c *callState) string { return r.session.Turns[c.turn].ID }

package agentspan

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/intent"
)

// A Session is one run of an agent for one owner and one task. All fields are
// optional; what is not known stays empty and is never invented.
type Session struct {
	ID             string // of the program's own making; two sessions of one party with one ID are one session
	Claimed        bool   // ID was brought by a peer and proves nothing
	ConversationID string // gen_ai.conversation.id, if the application has one
	Agent          string // the agent's name
	AgentVersion   string
	Owner          identity.Principal   // who answers for it; missing is a signal
	Actor          identity.Principal   // the identity the agent acts with
	Actors         []identity.Principal // who delegated to Actor, nearest first
	Identities     []identity.Use       // what it is expected to use; what is not named here is learned from the first use
	Task           Task
	Dir            string    // working folder at the start; pinned for policies
	Root           string    // top folder of the repository the task is about
	Home           string    // home folder that tools expand "~" to
	Repo           string    // host/owner/name
	Branch         string    //
	Author         string    // whom version control names as author of what is committed there
	PermissionMode string    // by which of its own rules the agent asks before it acts, in its own words
	MCPServers     []string  // names of the MCP servers the agent is configured with
	Epoch          string    // sets a resumed session apart from what it resumes
	Subagent       string    // name of a subagent: the session in the context is its parent, and they share what they have seen
	Start          time.Time // for replay; now if zero
}

// A Task is what a session is for.
type Task struct {
	ID      string
	Purpose string            // for people and policies; not recorded
	Intents []intent.Label    // what its actions may add up to
	Params  map[string]string // for policies
}

// An ActiveSession is a session under way. It is safe for concurrent use. All
// methods of a nil ActiveSession do nothing.
type ActiveSession struct {
	noun      Session
	made      string         // stands for the id if there is none: nobody can name it, so nobody can join it
	above     *ActiveSession // what it is a subagent of; nil if it is none
	tracer    *Tracer
	state     atomic.Pointer[state]
	suspended atomic.Pointer[string] // why; holds for whatever state it gets next
	ended     atomic.Bool
	started   bool // by StartSession: End counts
}

// newActive pins s: what the caller does with its lists afterwards changes nothing.
func newActive(ctx context.Context, s Session) *ActiveSession {
	s.Actors, s.Identities = slices.Clone(s.Actors), slices.Clone(s.Identities)
	s.Task.Intents, s.Task.Params = slices.Clone(s.Task.Intents), maps.Clone(s.Task.Params)
	a := &ActiveSession{noun: s}
	if s.ID == "" {
		a.made = randomID()
	}
	if s.Subagent != "" {
		a.above = SessionFromContext(ctx)
	}
	return a
}

// StartSession begins a session and returns a context that carries it. The
// boundary may refuse the session as a whole; err is then a
// [*boundary.RefusedError], and every call under ctx is refused as well. End the
// session with defer session.End(&err).
func (t *Tracer) StartSession(ctx context.Context, s Session) (context.Context, *ActiveSession, error) {
	if t.off() {
		return ctx, nil, nil
	}
	a := newActive(ctx, s)
	a.tracer, a.started = t, true
	st := t.store.open(a, t.stateOf(a.above), true)
	a.state.Store(st)
	ctx = context.WithValue(ctx, sessionKey{}, a)
	if err := t.admit(ctx, st); err != nil {
		return ctx, a, err
	}
	return ctx, a, nil
}

// ContextWithSession returns a context in which calls belong to s, for programs
// that are told of sessions rather than begin them, such as an MCP server that
// sees one request at a time. The session begins at its first call and ends when
// it was idle for long enough.
func ContextWithSession(ctx context.Context, s Session) context.Context {
	return context.WithValue(ctx, sessionKey{}, newActive(ctx, s))
}

// SessionFromContext returns the session in ctx; nil if there is none.
func SessionFromContext(ctx context.Context) *ActiveSession {
	a, _ := ctx.Value(sessionKey{}).(*ActiveSession)
	return a
}

type sessionKey struct{}

// sessionState returns what t keeps of the session in ctx; nil if there is no
// session, or it has ended.
func (t *Tracer) sessionState(ctx context.Context) *state {
	return t.stateOf(SessionFromContext(ctx))
}

// stateOf returns what t keeps of a. A session that had to be dropped while a held
// it goes on as if it had not been. One that another holder has ended, or that a
// second tracer dropped, begins again as what it was: suspended, a subagent, without
// a history.
func (t *Tracer) stateOf(a *ActiveSession) *state {
	if a == nil || a.ended.Load() || t.closed.Load() {
		return nil
	}
	old := a.state.Load()
	if old != nil && old.tracer == t && !old.gone.Load() {
		return old
	}
	var st *state
	if old != nil && old.tracer == t {
		st = t.store.again(old)
	}
	if st == nil {
		st = t.store.open(a, t.stateOf(a.above), false)
	}
	if (a.tracer == nil || a.tracer == t) && a.state.CompareAndSwap(old, st) && a.started && st != old {
		t.store.hold(st) // a is one more who will end it
	}
	if reason := a.stopped(); reason != nil {
		st.suspend(*reason)
	}
	return st
}

// ID returns the session's id: the one given, or the one made for it.
func (a *ActiveSession) ID() string {
	if a == nil {
		return ""
	}
	if st := a.state.Load(); st != nil {
		return st.id
	}
	return cmp.Or(a.noun.ID, a.made)
}

// AppendAttributes appends what every span under the session says of it: session,
// owner, identity, task and policy. They are all under "ambit.", so that they can
// be put onto spans of others; all adds gen_ai.* and user.* ones.
func (a *ActiveSession) AppendAttributes(dst []attribute.KeyValue, all bool) []attribute.KeyValue {
	if a == nil {
		return dst
	}
	st := a.state.Load()
	if st == nil {
		return dst
	}
	bits := st.labels.bits.Load()
	if all {
		return st.appendSession(dst, 0, bits)
	}
	return st.appendGovernance(dst, 0, bits)
}

// SessionAttributes appends what every governed span says of the session in ctx,
// for integrations that make spans of their own; nothing if there is none.
func (t *Tracer) SessionAttributes(ctx context.Context, dst []attribute.KeyValue) []attribute.KeyValue {
	if t.off() {
		return dst
	}
	st := t.sessionState(ctx)
	if st == nil {
		return dst
	}
	return t.appendUnder(ctx, st.appendSession(dst, 0, st.labels.bits.Load()))
}

// Suspend refuses every later call of the session and of its subagents, whatever
// the boundary says. reason is for people; it is shown with each refusal and must hold no content. It
// holds before the first call, and after the session had to be dropped, as well.
func (a *ActiveSession) Suspend(reason string) {
	if a == nil {
		return
	}
	a.suspended.CompareAndSwap(nil, &reason)
	st := a.state.Load()
	if st == nil {
		return
	}
	st.suspend(reason)
	if st.gone.Load() {
		st.tracer.stateOf(a) // whoever comes with the same id meets that one
	}
}

// stopped returns why a was suspended by name; nil if it was not. A session that is
// suspended as one of several, or as a subagent, is asked for by its state.
func (a *ActiveSession) stopped() *string {
	if a == nil {
		return nil
	}
	return a.suspended.Load()
}

func (s *state) suspend(reason string) {
	if s.suspended.Load() != nil {
		return
	}
	reason = s.tracer.clean(reason)
	s.tracer.suspends.Store(true)
	if s.suspended.CompareAndSwap(nil, &reason) {
		s.tracer.signal(context.Background(), s, Signal{Kind: SignalSessionSuspended, Detail: reason})
	}
}

// suspendTree suspends the session at the top of the tree that s belongs to: what a
// subagent did its parent could have another one do.
func (s *state) suspendTree(reason string) {
	for s.above != nil {
		s = s.above
	}
	s.suspend(reason)
	if s.gone.Load() {
		s.tracer.store.again(s) // whoever comes with the same id meets that one
	}
}

// End ends the session and writes its summary as a span. err is where the
// program keeps its error, and may be nil. The first End counts.
func (a *ActiveSession) End(err *error) { a.EndAt(time.Time{}, err) }

// EndAt is [ActiveSession.End] at a given time, for replay.
func (a *ActiveSession) EndAt(at time.Time, err *error) {
	if a == nil || !a.started || a.ended.Swap(true) {
		return
	}
	var cause error
	if err != nil {
		cause = *err
	}
	if st := a.state.Load(); st != nil {
		st.tracer.store.release(st, at, cause)
	}
}

// A state is what a tracer keeps of one session. It is bounded: less than 1 KiB
// idle, the caller's own [Session] included, and below 4 KiB with a classifier
// that keeps 2 KiB. The tracker of identities comes on top where there are any.
type state struct {
	tracer *Tracer
	noun   *Session // pinned at the start
	id     string   // the one given, or the one made; cleaned
	key    string   // for checkers; opaque
	parent string   // key of the session this one is a subagent of
	above  *state   // that session; nil if there is none
	wire   *wire    // nil if the session may be written as it is
	labels *labels  // its own, or those of the session it is a subagent of
	own    labels
	start  int64 // Unix nanoseconds

	once       sync.Once         // begin
	checker    boundary.Checker  // bound to the session
	watcher    boundary.Observer // checker, if it wants to know what becomes of calls
	admitted   atomic.Pointer[admission]
	suspended  atomic.Pointer[string]
	privileged atomic.Pointer[boundary.Reason]
	policy     atomic.Pointer[boundary.PolicyRef]
	mind       atomic.Pointer[mind]
	chain      atomic.Pointer[[]identity.Principal] // who acts, the current one first; made when first asked for
	number     atomic.Int64                         // calls and refusals, each of which has a span
	seq        atomic.Int64                         // all that was decided
	calls      atomic.Int64                         // of tools
	refused    atomic.Int32
	inFlight   atomic.Int32
	gone       atomic.Bool // evicted, expired or ended

	mu      sync.Mutex // guards what follows; never held while a plug-in that may wait runs
	tracker *identity.Tracker
	tally   tally
	asks    *asks
	hashes  map[toolKey]string // of tool definitions

	// guarded by the store's lock
	refs      int32
	subagents int32 // that are kept
	over      bool  // ended, and not just dropped
	used      int64 // Unix nanoseconds
	revived   int64 // when it last came back after it had to be dropped, in Unix nanoseconds; 0 if it never did
	links     [2]links
}

// delegation is for whom and by whom the session acts.
func (s *state) delegation() identity.Delegation {
	d := identity.Delegation{Owner: s.noun.Owner}
	if s.noun.Actor.IsZero() {
		return d
	}
	chain := s.chain.Load()
	if chain == nil {
		made := append([]identity.Principal{s.noun.Actor}, s.noun.Actors...)
		chain = &made
		s.chain.Store(chain)
	}
	d.Actors = *chain
	return d
}

// info is what checkers may know of the session.
func (s *state) info() (i boundary.SessionInfo) {
	s.describe(&i)
	return i
}

// describe is info for a place that is there already: the value is large.
func (s *state) describe(i *boundary.SessionInfo) {
	n := s.noun
	i.Key, i.ID, i.Claimed, i.Agent, i.Owner, i.Actor = s.key, n.ID, n.Claimed, n.Agent, n.Owner, n.Actor
	i.Task.ID, i.Task.Purpose, i.Task.Intents, i.Task.Params = n.Task.ID, n.Task.Purpose, n.Task.Intents, n.Task.Params
	i.Start, i.Dir, i.Root, i.Home, i.Repo, i.Branch, i.Parent = time.Unix(0, s.start), n.Dir, n.Root, n.Home, n.Repo, n.Branch, s.parent
}

// stopped returns why the session is suspended, itself or as the subagent of one that
// is; nil if it is not.
func (s *state) stopped() *string {
	for ; s != nil; s = s.above {
		if reason := s.suspended.Load(); reason != nil {
			return reason
		}
	}
	return nil
}

// labels are what a session has seen. They are sticky, and shared by a session
// and its subagents. So is how tired the person is who answers for them, and what
// they were refused.
type labels struct {
	bits    atomic.Uint32
	fatigue atomic.Pointer[fatigue] // made when somebody is first asked
	denied  atomic.Pointer[denied]  // made at the first refusal
}

const (
	labelSecret uint32 = 1 << iota
	labelUntrusted
	labelPrivate
	labelSwitched
	labelPrivileged
	labelLost
	labelSuspended // only in what is remembered of a session that was dropped
)

// wasSuspended is why a session that comes back is suspended: the reason given is
// not kept that long.
var wasSuspended = "the session was suspended"

func (l *labels) has(b uint32) bool { return l.bits.Load()&b != 0 }
func (l *labels) set(b uint32)      { l.bits.Or(b) }

// history is what the session carried before a call.
func (s *state) history(bits uint32) boundary.History {
	return boundary.History{
		SecretSeen:       bits&labelSecret != 0,
		UntrustedSeen:    bits&labelUntrusted != 0,
		PrivateSeen:      bits&labelPrivate != 0,
		IdentitySwitched: bits&labelSwitched != 0,
		Privileged:       bits&labelPrivileged != 0,
		Lost:             bits&labelLost != 0,
	}
}

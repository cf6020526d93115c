package agentspan_test

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.opentelemetry.io/otel/trace/noop"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/boundary"
)

// What a session is does not depend on whether the store had to drop it.

// seen is a checker that allows everything and notes what it was told.
type seen struct {
	mu   sync.Mutex
	reqs []boundary.Request
}

func (s *seen) Check(_ context.Context, r boundary.Request) (boundary.Decision, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reqs = append(s.reqs, boundary.Request{Session: r.Session, History: r.History})
	return boundary.Decision{Verdict: boundary.Allow}, nil
}

func (s *seen) last() boundary.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reqs[len(s.reqs)-1]
}

// crowded returns a tracer that keeps two sessions, and a function that makes it
// drop all those it has.
func crowded(t *testing.T, c boundary.Checker) (*agentspan.Tracer, func()) {
	t.Helper()
	tracer, _ := agentspantest.New(t, agentspan.WithChecker(c), agentspan.WithSessionLimits(2, 2, time.Hour))
	return tracer, func() {
		for _, id := range []string{"x", "y", "z"} {
			ctx := agentspan.ContextWithSession(t.Context(), agentspan.Session{ID: id, Owner: ada})
			_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing)
		}
	}
}

func TestASuspendedSessionIsSuspendedAfterEviction(t *testing.T) {
	for _, c := range []struct {
		name  string
		again bool // comes back by its id alone
	}{{"in its own context", false}, {"named again", true}} {
		t.Run(c.name, func(t *testing.T) {
			tracer, evict := crowded(t, &seen{})
			s := agentspan.Session{ID: "s", Owner: ada}
			ctx := agentspan.ContextWithSession(t.Context(), s)
			if _, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing); err != nil {
				t.Fatal(err)
			}
			agentspan.SessionFromContext(ctx).Suspend("under investigation")
			evict()
			if c.again {
				ctx = agentspan.ContextWithSession(t.Context(), s)
			}
			if _, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing); reasonOf(err) != boundary.ReasonSuspended {
				t.Errorf("a call of a suspended session that was dropped: %v", err)
			}
		})
	}
}

func TestASessionIsSuspendedBeforeItsFirstCall(t *testing.T) {
	tracer, _ := crowded(t, &seen{})
	ctx := agentspan.ContextWithSession(t.Context(), agentspan.Session{ID: "s", Owner: ada})
	agentspan.SessionFromContext(ctx).Suspend("not yet")
	if _, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing); reasonOf(err) != boundary.ReasonSuspended {
		t.Errorf("the first call of a suspended session: %v", err)
	}
}

func TestASessionIsSuspendedWhileItIsDropped(t *testing.T) {
	tracer, evict := crowded(t, &seen{})
	ctx, a := start(t, tracer, agentspan.Session{ID: "s", Owner: ada})
	evict()
	a.Suspend("under investigation")
	if _, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing); reasonOf(err) != boundary.ReasonSuspended {
		t.Errorf("a call of a session that was suspended while it was dropped: %v", err)
	}
}

func TestASubagentIsOneAfterEviction(t *testing.T) {
	all := &seen{}
	tracer, evict := crowded(t, all)
	ctx, _ := start(t, tracer, agentspan.Session{ID: "s", Owner: ada})
	ctx, _, err := tracer.StartSession(ctx, agentspan.Session{ID: "s", Subagent: "helper", Owner: ada})
	if err != nil {
		t.Fatal(err)
	}
	_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing)
	parent := all.last().Session.Parent
	evict()
	_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing)
	if got := all.last(); parent == "" || got.Session.Parent != parent {
		t.Errorf("a subagent that was dropped: parent %q, want %q", got.Session.Parent, parent)
	}
}

// secretive shows a secret, so that the session is not what it was.
func secretive(ctx context.Context, tracer *agentspan.Tracer) error {
	_, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x", Arguments: []byte(`{"k":"ghp_` + strings.Repeat("a1B2c3D4", 4) + `e5F6"}`)}, nothing)
	return err
}

// budget allows a session two calls.
type budget struct{ left int }

func (b *budget) Bind(boundary.SessionInfo) boundary.Checker { return &budget{left: 2} }

func (b *budget) Check(context.Context, boundary.Request) (boundary.Decision, error) {
	if b.left--; b.left < 0 {
		return boundary.Decision{Because: []boundary.Determination{{Reason: boundary.ReasonBudget}}}, nil
	}
	return boundary.Decision{Verdict: boundary.Allow}, nil
}

func TestASessionThatAContextHoldsLosesNothing(t *testing.T) {
	for _, c := range []struct {
		name    string
		session agentspan.Session
	}{{"with an id", agentspan.Session{ID: "s", Owner: ada}}, {"without", agentspan.Session{Owner: ada}}} {
		t.Run(c.name, func(t *testing.T) {
			all := &seen{}
			tracer, evict := crowded(t, all)
			ctx := agentspan.ContextWithSession(t.Context(), c.session)
			if err := secretive(ctx, tracer); err != nil {
				t.Fatal(err)
			}
			id := agentspan.SessionFromContext(ctx).ID()
			evict()
			_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing)
			want := boundary.History{SecretSeen: true, Calls: 1}
			if got := all.last().History; got != want || agentspan.SessionFromContext(ctx).ID() != id {
				t.Errorf("after eviction the history of %q is %+v, want that of %q: %+v", agentspan.SessionFromContext(ctx).ID(), got, id, want)
			}
		})
	}
}

func TestABudgetOutlivesEviction(t *testing.T) {
	tracer, evict := crowded(t, &budget{})
	ctx := agentspan.ContextWithSession(t.Context(), agentspan.Session{ID: "s", Owner: ada})
	var err error
	for range 3 {
		_, err = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing)
		evict()
	}
	if reasonOf(err) != boundary.ReasonBudget {
		t.Errorf("the third call of two: %v", err)
	}
}

func TestWhoClaimsIDsDoesNotDropTheProgramsOwnSessions(t *testing.T) {
	all := &seen{}
	tracer, _ := agentspantest.New(t, agentspan.WithChecker(all), agentspan.WithSessionLimits(64, 8, time.Hour))
	own := agentspan.Session{ID: "s", Owner: ada} // not verified, as those who claim ids are not
	if err := secretive(agentspan.ContextWithSession(t.Context(), own), tracer); err != nil {
		t.Fatal(err)
	}
	for i := range 100 {
		ctx := agentspan.ContextWithSession(t.Context(), agentspan.Session{ID: strconv.Itoa(i), Claimed: true})
		_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing)
	}
	_, _ = agentspan.Do(agentspan.ContextWithSession(t.Context(), own), tracer, agentspan.ToolCall{Name: "x"}, nothing)
	if got := all.last().History; !got.SecretSeen || got.Lost {
		t.Errorf("after a flood of claimed ids: %+v", got)
	}
}

func TestASessionThatIsHeldDoesNotMakeRoom(t *testing.T) {
	all := &seen{}
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(all), agentspan.WithSessionLimits(4, 4, time.Hour))
	_, held := start(t, tracer, agentspan.Session{ID: "held", Agent: "held", Owner: ada})
	for i := range 20 {
		ctx := agentspan.ContextWithSession(t.Context(), agentspan.Session{ID: strconv.Itoa(i), Owner: ada})
		_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing)
	}
	if find(rec.Spans(), "session held") != nil {
		t.Error("a session that its program has not ended was dropped for others that nobody holds")
	}
	held.End(nil)
	if find(rec.Spans(), "session held") == nil {
		t.Error("no summary after the end")
	}
}

func TestAFloodDoesNotMakeTheStoreForget(t *testing.T) {
	all := &seen{}
	tracer, err := agentspan.New(agentspan.WithTracerProvider(noop.NewTracerProvider()), agentspan.WithChecker(all),
		agentspan.WithSessionLimits(2, 2, time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	defer tracer.Close(t.Context())
	call := func(s agentspan.Session) error {
		_, err := agentspan.Do(agentspan.ContextWithSession(t.Context(), s), tracer, agentspan.ToolCall{Name: "x"}, nothing)
		return err
	}
	own, suspended := agentspan.Session{ID: "own", Owner: ada}, agentspan.Session{ID: "suspended", Claimed: true}
	ctx := agentspan.ContextWithSession(t.Context(), suspended)
	agentspan.SessionFromContext(ctx).Suspend("under investigation")
	for _, s := range []agentspan.Session{own, suspended, {ID: "x", Owner: ada}, {ID: "y", Owner: ada}, {ID: "z", Owner: ada}} {
		_ = call(s)
	}
	_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing)
	for i := range 70_000 {
		tracer.SessionAttributes(agentspan.ContextWithSession(t.Context(), agentspan.Session{ID: strconv.Itoa(i), Claimed: true}), nil)
	}
	if _ = call(own); !all.last().History.Lost {
		t.Error("the flood made the store forget that it dropped one of the program's own sessions")
	}
	if err := call(suspended); reasonOf(err) != boundary.ReasonSuspended {
		t.Errorf("the flood made the store forget that a session is suspended: %v", err)
	}
}

func TestSuspensionReachesSubagents(t *testing.T) {
	tracer, evict := crowded(t, &seen{})
	ctx, parent := start(t, tracer, agentspan.Session{ID: "s", Owner: ada})
	var under []context.Context
	for _, name := range []string{"helper", "helper of the helper"} {
		var err error
		if ctx, _, err = tracer.StartSession(ctx, agentspan.Session{ID: "s", Subagent: name, Owner: ada}); err != nil {
			t.Fatal(err)
		}
		under = append(under, ctx)
	}
	agentspan.SessionFromContext(under[1]).Suspend("only this one")
	if _, err := agentspan.Do(under[0], tracer, agentspan.ToolCall{Name: "x"}, nothing); err != nil {
		t.Errorf("a session whose subagent is suspended: %v", err)
	}
	parent.Suspend("under investigation")
	for _, ctx := range under {
		if _, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing); reasonOf(err) != boundary.ReasonSuspended {
			t.Errorf("a subagent of a suspended session: %v", err)
		}
	}
	evict()
	if _, err := agentspan.Do(under[0], tracer, agentspan.ToolCall{Name: "x"}, nothing); reasonOf(err) != boundary.ReasonSuspended {
		t.Errorf("a subagent of a suspended session, after both were dropped: %v", err)
	}
	if _, _, err := tracer.StartSession(under[0], agentspan.Session{ID: "t", Subagent: "late", Owner: ada}); reasonOf(err) != boundary.ReasonSuspended {
		t.Errorf("a subagent that a suspended session starts: %v", err)
	}
}

func TestFirstCallsInParallelAreOfOneSession(t *testing.T) {
	all := &seen{}
	tracer, _ := agentspantest.New(t, agentspan.WithChecker(all))
	ctx := agentspan.ContextWithSession(t.Context(), agentspan.Session{Owner: ada})
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() { _, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing) })
	}
	wg.Wait()
	keys := map[string]bool{}
	for _, r := range all.reqs {
		keys[r.Session.Key] = true
	}
	if len(keys) != 1 {
		t.Errorf("calls of one session were decided in %d", len(keys))
	}
}

func TestASessionIsPinnedAtItsStart(t *testing.T) {
	all := &seen{}
	tracer, _ := agentspantest.New(t, agentspan.WithChecker(all))
	params := map[string]string{"ticket": "PAY-7"}
	ctx, _ := start(t, tracer, agentspan.Session{Owner: ada, Task: agentspan.Task{Params: params}})
	params["ticket"] = "PAY-8"
	_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing)
	if got := all.last().Session.Task.Params["ticket"]; got != "PAY-7" {
		t.Errorf("parameter changed to %s under way", got)
	}
}

// sessionly refuses sessions that have seen a secret.
type sessionly struct{ seen }

func (*sessionly) CheckSession(_ context.Context, _ boundary.SessionInfo, h boundary.History) (boundary.Decision, error) {
	if h.SecretSeen {
		return boundary.Decision{Because: []boundary.Determination{{Reason: boundary.ReasonPrivileged}}}, nil
	}
	return boundary.Decision{Verdict: boundary.Allow}, nil
}

func TestARefusedSessionStaysRefusedWhateverRunsBeside(t *testing.T) {
	secret := []byte(`{"k":"ghp_` + strings.Repeat("a1B2c3D4", 4) + `e5F6"}`)
	for range 40 {
		tracer, _ := agentspantest.New(t, agentspan.WithChecker(&sessionly{}))
		ctx, _ := start(t, tracer, agentspan.Session{Owner: ada})
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				call := agentspan.ToolCall{Name: "x"}
				if i%2 == 0 {
					call.Arguments = secret
				}
				_, _ = agentspan.Do(ctx, tracer, call, nothing)
			})
		}
		wg.Wait()
		if _, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing); reasonOf(err) != boundary.ReasonPrivileged {
			t.Fatalf("a call of a session that is refused: %v", err)
		}
	}
}

// Who began a session ends it, and nobody else: it may have been dropped meanwhile
// and begun anew by another.
func TestASessionEndsWithItsLastHolder(t *testing.T) {
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(&seen{}), agentspan.WithSessionLimits(2, 2, time.Hour))
	ctx, one := start(t, tracer, session())
	for _, id := range []string{"x", "y"} {
		start(t, tracer, agentspan.Session{ID: id, Owner: ada})
	}
	_, two := start(t, tracer, session())
	_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing) // goes on in what the other began
	rec.Reset()
	one.End(nil)
	if find(rec.Spans(), "session triage") != nil {
		t.Error("the session ended while another held it")
	}
	two.End(nil)
	if find(rec.Spans(), "session triage") == nil {
		t.Error("the session did not end with its last holder")
	}
}

func TestASessionHasItsIDFromTheStart(t *testing.T) {
	tracer, _ := agentspantest.New(t)
	for _, given := range []string{"", "s-1"} {
		ctx := agentspan.ContextWithSession(t.Context(), agentspan.Session{ID: given})
		before := agentspan.SessionFromContext(ctx).ID()
		_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing)
		if after := agentspan.SessionFromContext(ctx).ID(); before == "" || after != before || given != "" && before != given {
			t.Errorf("given %q: %q, and after the first call %q", given, before, after)
		}
	}
}

// A program that is told of sessions has subagents, too.
func TestASubagentThatIsToldOfIsOne(t *testing.T) {
	all := &seen{}
	tracer, _ := agentspantest.New(t, agentspan.WithChecker(all))
	top := agentspan.ContextWithSession(t.Context(), agentspan.Session{ID: "s", Owner: ada})
	under := agentspan.ContextWithSession(top, agentspan.Session{ID: "s", Subagent: "helper", Owner: ada})
	if err := secretive(under, tracer); err != nil || all.last().Session.Parent == "" {
		t.Errorf("the parent of a subagent is %q (%v)", all.last().Session.Parent, err)
	}
	if _, err := agentspan.Do(top, tracer, agentspan.ToolCall{Name: "x"}, nothing); err != nil || !all.last().History.SecretSeen {
		t.Errorf("after a subagent saw a secret, its parent: %+v (%v)", all.last().History, err)
	}
	agentspan.SessionFromContext(top).Suspend("under investigation")
	if _, err := agentspan.Do(under, tracer, agentspan.ToolCall{Name: "x"}, nothing); reasonOf(err) != boundary.ReasonSuspended {
		t.Errorf("a subagent of a suspended session: %v", err)
	}
}

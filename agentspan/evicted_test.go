package agentspan_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

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
	if got := all.last(); parent == "" || got.Session.Parent != parent || !got.History.Lost {
		t.Errorf("a subagent that was dropped: parent %q, want %q; history lost %v", got.Session.Parent, parent, got.History.Lost)
	}
}

func TestASessionWithoutAnIDHasLostItsHistory(t *testing.T) {
	all := &seen{}
	tracer, evict := crowded(t, all)
	ctx, a := start(t, tracer, agentspan.Session{Owner: ada})
	_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing)
	id := a.ID()
	evict()
	_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing)
	if !all.last().History.Lost || a.ID() != id {
		t.Errorf("a session without an id that was dropped: lost %v, id %q, was %q", all.last().History.Lost, a.ID(), id)
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

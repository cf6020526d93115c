package mcpspan_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/agentspan/mcpspan"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/internal/mcptest"
)

// askingBy wants approval of every deletion by the rule that holds at the time.
func askingBy(rule *atomic.Value) boundary.Checker {
	return boundary.CheckerFunc(func(_ context.Context, r boundary.Request) (boundary.Decision, error) {
		if r.Tool != "delete_file" {
			return boundary.Decision{Verdict: boundary.Allow}, nil
		}
		return boundary.Decision{
			Verdict: boundary.RequireApproval,
			Because: []boundary.Determination{{Verdict: boundary.RequireApproval, Reason: boundary.ReasonApprovalByRule, Rule: rule.Load().(string)}},
		}, nil
	})
}

// A yes to one rule is none to another that asks about the same call by the time the
// answer comes. The next call is asked about by that one.
func TestRequestStateIsOfTheRuleThatAsked(t *testing.T) {
	var rule atomic.Value
	rule.Store("ask-delete")
	tracer, _ := agentspantest.New(t, agentspan.WithChecker(askingBy(&rule)))
	cs := manual(t, tracer)
	state := ask(t, cs).RequestState
	rule.Store("production")
	if res := answer(t, cs, path, state); !res.IsError || !strings.Contains(textOf(res), "production") {
		t.Errorf("a yes to another rule was accepted: %s", textOf(res))
	}
	if res := answer(t, cs, path, ask(t, cs).RequestState); res.IsError {
		t.Errorf("a yes to the rule that asks: %s", textOf(res))
	}
}

// sessionFirst wants approval of the session, and of every deletion in it.
type sessionFirst struct{ boundary.Checker }

func (sessionFirst) CheckSession(context.Context, boundary.SessionInfo, boundary.History) (boundary.Decision, error) {
	return boundary.Decision{
		Verdict: boundary.RequireApproval,
		Because: []boundary.Determination{{Verdict: boundary.RequireApproval, Reason: boundary.ReasonApprovalByRule, Rule: "ask-session"}},
	}, nil
}

// A session that needs a yes and a call that needs one are two questions, each with
// its answer, in the rounds of one call.
func TestTheSessionAndTheCallAreTwoQuestions(t *testing.T) {
	for _, version := range mcptest.Revisions {
		t.Run(version, func(t *testing.T) {
			tracer, rec := agentspantest.New(t, agentspan.WithChecker(sessionFirst{mcptest.Asking(boundary.Approval{})}))
			s := newServer()
			mcpspan.InstrumentServer(s, tracer)
			var mu sync.Mutex
			var asked []string
			cs := inMemory(t, s, newClient(&mcp.ClientOptions{ElicitationHandler: func(_ context.Context, r *mcp.ElicitRequest) (*mcp.ElicitResult, error) {
				mu.Lock()
				defer mu.Unlock()
				asked = append(asked, strings.SplitN(r.Params.Message, "\n", 2)[0])
				return &mcp.ElicitResult{Action: "accept", Content: map[string]any{"approve": true}}, nil
			}}), version)
			if res := call(t, t.Context(), cs, "delete_file", path); res.IsError {
				t.Fatalf("refused: %s", textOf(res))
			}
			want := "Allow this session of the agent to go on? Allow the tool delete_file to run?"
			if got := strings.Join(asked, " "); got != want {
				t.Errorf("asked %q, want %q", got, want)
			}
			mcptest.Conforms(t, rec)
		})
	}
}

// An answer that comes several times at once counts once, and what one call brought
// back is no other one's answer.
func TestRequestStateCountsOnceConcurrentSafe(t *testing.T) {
	tracer, _ := agentspantest.New(t, agentspan.WithChecker(mcptest.Asking(boundary.Approval{})))
	cs := manual(t, tracer)
	state := ask(t, cs).RequestState
	var wg sync.WaitGroup
	var ran atomic.Int32
	for i := range 16 {
		wg.Go(func() {
			p := &mcp.CallToolParams{Name: "delete_file", Arguments: path}
			if i%2 == 0 {
				p.RequestState, p.InputResponses = state, mcp.InputResponseMap{
					"ambit/approval": &mcp.ElicitResult{Action: "accept", Content: map[string]any{"approve": true}},
				}
			}
			res, err := cs.CallTool(t.Context(), p)
			if err != nil {
				t.Error(err)
			} else if !res.IsError && !res.NeedsInput() {
				ran.Add(1)
			}
		})
	}
	wg.Wait()
	if ran.Load() != 1 {
		t.Errorf("one yes, and %d calls ran", ran.Load())
	}
}

// Ten questions in ten minutes is what a person can read, by either way of asking. A
// question and its answer are one, though they are two requests since 2026-07-28.
func TestTenApprovalsInTenMinutes(t *testing.T) {
	for _, version := range mcptest.Revisions {
		t.Run(version, func(t *testing.T) {
			tracer, _ := agentspantest.New(t, agentspan.WithChecker(mcptest.Asking(boundary.Approval{})))
			s := newServer()
			mcpspan.InstrumentServer(s, tracer)
			asked := 0
			cs := inMemory(t, s, newClient(&mcp.ClientOptions{ElicitationHandler: func(context.Context, *mcp.ElicitRequest) (*mcp.ElicitResult, error) {
				asked++
				return &mcp.ElicitResult{Action: "accept", Content: map[string]any{"approve": true}}, nil
			}}), version)
			ran := 0
			for range 12 {
				if res := call(t, t.Context(), cs, "delete_file", path); !res.IsError {
					ran++
				}
			}
			if ran != 10 || asked != 10 {
				t.Errorf("asked %d times, ran %d times, want 10 and 10", asked, ran)
			}
		})
	}
}

// Questions that nobody answers are questions, too.
func TestAbandonedQuestionsTireAsWell(t *testing.T) {
	tracer, _ := agentspantest.New(t, agentspan.WithChecker(mcptest.Asking(boundary.Approval{})))
	cs := manual(t, tracer)
	var last *mcp.CallToolResult
	for range 10 {
		last = ask(t, cs)
	}
	if res := call(t, t.Context(), cs, "delete_file", path); res.NeedsInput() || !res.IsError {
		t.Error("an eleventh question was put")
	}
	if res := answer(t, cs, path, last.RequestState); res.IsError {
		t.Errorf("the answer to the tenth: %s", textOf(res))
	}
}

// A question that is put stays put where telemetry is off.
func TestApprovalDoesNotDependOnTelemetry(t *testing.T) {
	tracer, err := agentspan.New(agentspan.WithChecker(mcptest.Asking(boundary.Approval{})))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { err = errors.Join(err, tracer.Close(context.Background())) })
	cs := manual(t, tracer)
	if res := answer(t, cs, path, ask(t, cs).RequestState); res.IsError {
		t.Errorf("refused: %s", textOf(res))
	}
}

// Behind one address an answer may come to another process than the question went out
// from. Where they share what was used it counts once in all of them.
func TestRequestStateCountsOnceInAllProcesses(t *testing.T) {
	people := claims{"a": verified("ada", "agent-1")}
	for _, shared := range []bool{false, true} {
		t.Run(fmt.Sprintf("shared=%v", shared), func(t *testing.T) {
			opts := []mcpspan.Option{mcpspan.WithStateKey([]byte(strings.Repeat("k", 32)))}
			if shared {
				var used sync.Map
				opts = append(opts, mcpspan.WithFirstUse(func(_ context.Context, id string, _ time.Time) bool {
					_, met := used.LoadOrStore(id, true)
					return !met
				}))
			}
			quiet, _ := agentspantest.New(t)
			ctx := agentspan.ContextWithSession(t.Context(), agentspan.Session{ID: "s-1"})
			process := func() *mcp.ClientSession {
				tracer, _ := agentspantest.New(t, agentspan.WithChecker(mcptest.Asking(boundary.Approval{})))
				s := newServer()
				mcpspan.InstrumentServer(s, tracer, opts...)
				c := newClient(&mcp.ClientOptions{ElicitationHandler: say("accept", true), MultiRoundTrip: &mcp.MultiRoundTripOptions{Disabled: true}})
				mcpspan.InstrumentClient(c, quiet)
				return overHTTP(t, s, c, mcptest.Current, people.protect, bearer{func() string { return "a" }})
			}
			one, two := process(), process()
			state := call(t, ctx, one, "delete_file", path).RequestState
			runs := func(cs *mcp.ClientSession) bool {
				res, err := cs.CallTool(ctx, &mcp.CallToolParams{Name: "delete_file", Arguments: path, RequestState: state, InputResponses: mcp.InputResponseMap{
					"ambit/approval": &mcp.ElicitResult{Action: "accept", Content: map[string]any{"approve": true}},
				}})
				if err != nil {
					t.Fatal(err)
				}
				return !res.IsError && !res.NeedsInput()
			}
			if !runs(two) || runs(two) || runs(one) == shared {
				t.Errorf("an answer does not count as often as it should")
			}
		})
	}
}

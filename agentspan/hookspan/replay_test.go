package hookspan_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/agentspan/hookspan"
	"github.com/ambit-go/ambit/agentspan/hookspan/recording"
	"github.com/ambit-go/ambit/agentspan/pipeline"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/secret"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/semconv"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func at(seconds float64) time.Time { return noon.Add(time.Duration(seconds * float64(time.Second))) }

// twoCalls is a session of one turn and two calls that ran side by side.
func twoCalls() recording.Session {
	return recording.Session{
		ID: "s-1", Format: recording.ClaudeTranscript, Agent: "claude-code", Version: "2.1.9", Model: "m-1", Cwd: "/home/ada/shop", Branch: "main",
		Start: at(0), End: at(10),
		Turns: []recording.Turn{{ID: "p1", Prompt: "go", Start: at(1), End: at(9), Calls: []recording.Call{
			{ID: "c1", Tool: "Read", Begun: true, Finished: true, Start: at(2), End: at(5), Result: "one", ResultSize: 3},
			{ID: "c2", Tool: "Bash", Begun: true, Finished: true, Start: at(3), End: at(4), Result: "two", ResultSize: 3},
		}}},
	}
}

func TestTimesAreTheRecordings(t *testing.T) {
	tracer, rec := newTracer(t, nil)
	if err := hookspan.Replay(t.Context(), tracer, twoCalls(), hookspan.ReplayOptions{}); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range rec.Spans() {
		got = append(got, fmt.Sprintf("%s %s-%s", s.Name(), s.StartTime().Sub(noon), s.EndTime().Sub(noon)))
	}
	want := []string{"session claude-code 0s-10s", "invoke_agent claude-code 1s-9s", "execute_tool Read 2s-5s", "execute_tool Bash 3s-4s"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestCallsAreJudgedAsTheyHappened holds that what a call brought home counts from
// when it ended, not from when the recording lists it.
func TestCallsAreJudgedAsTheyHappened(t *testing.T) {
	var got []string
	checker := boundary.CheckerFunc(func(_ context.Context, req boundary.Request) (boundary.Decision, error) {
		got = append(got, fmt.Sprintf("%s at %s, %d running, secret seen %v", req.Tool, req.Time.Sub(noon), req.History.InFlight, req.History.SecretSeen))
		return boundary.Decision{Verdict: boundary.Allow}, nil
	})
	detector := secret.DetectorFunc(func(dst []secret.Finding, text []byte, place secret.Place) []secret.Finding {
		if string(text) == "two" {
			dst = append(dst, secret.Finding{Kind: "github-pat", Place: place, Length: 3})
		}
		return dst
	})
	s := twoCalls()
	s.Turns[0].Calls = append(s.Turns[0].Calls, recording.Call{ID: "c3", Tool: "Grep", Begun: true, Start: at(4.5)})
	tracer, _ := newTracer(t, checker, agentspan.WithDetector(detector))
	if err := hookspan.Replay(t.Context(), tracer, s, hookspan.ReplayOptions{}); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"Read at 2s, 0 running, secret seen false",
		"Bash at 3s, 1 running, secret seen false",
		"Grep at 4.5s, 1 running, secret seen true",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestSessionIsFilledIn(t *testing.T) {
	ada := identity.Principal{Kind: identity.Human, ID: "ada", Assurance: identity.Asserted}
	bot := identity.Principal{Kind: identity.Agent, ID: "agent:claude-code", Assurance: identity.Asserted}
	tests := []struct {
		name  string
		given agentspan.Session
		want  boundary.SessionInfo
	}{
		{"from the recording", agentspan.Session{}, boundary.SessionInfo{
			ID: "s-1", Agent: "claude-code", Actor: bot, Start: at(0), Dir: "/home/ada/shop", Root: "/home/ada/shop", Home: "/home/ada", Branch: "main",
		}},
		{"what is given counts", agentspan.Session{ID: "other", Agent: "triage", Owner: ada, Actor: ada, Root: "/home/ada", Home: "/root", Repo: "github.com/acme/shop"}, boundary.SessionInfo{
			ID: "other", Agent: "triage", Owner: ada, Actor: ada, Start: at(0), Dir: "/home/ada/shop", Root: "/home/ada", Home: "/root", Repo: "github.com/acme/shop", Branch: "main",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got boundary.SessionInfo
			tracer, _ := newTracer(t, boundary.CheckerFunc(func(_ context.Context, req boundary.Request) (boundary.Decision, error) {
				got = req.Session
				return boundary.Decision{Verdict: boundary.Allow}, nil
			}))
			if err := hookspan.Replay(t.Context(), tracer, twoCalls(), hookspan.ReplayOptions{Session: tt.given}); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got, cmpopts.IgnoreFields(boundary.SessionInfo{}, "Key", "Task")); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// TestReplayedFacts holds that the callback gets what the tracer knew of each call,
// and the checker's own word where it took no effect.
func TestReplayedFacts(t *testing.T) {
	detector := secret.DetectorFunc(func(dst []secret.Finding, text []byte, place secret.Place) []secret.Finding {
		if strings.Contains(string(text), "hush") {
			dst = append(dst, secret.Finding{Kind: "password", Place: place, Length: 4})
		}
		return dst
	})
	s := twoCalls()
	s.Turns[0].Calls[0].Result = "hush"
	s.Turns[0].Calls[1].Input = []byte(`{"command":"echo hush"}`)
	var got []hookspan.Replayed
	tracer, _ := newTracer(t, newPolicy("deny Bash"), agentspan.WithDetector(detector))
	err := hookspan.Replay(t.Context(), tracer, s, hookspan.ReplayOptions{Call: func(r hookspan.Replayed) { got = append(got, r) }})
	if err != nil {
		t.Fatal(err)
	}
	command := func(name string) []effect.Effect {
		return []effect.Effect{{Kind: effect.Command, Access: effect.Exec, Target: name, Certainty: effect.Exact}}
	}
	actor := identity.Principal{Kind: identity.Agent, ID: "agent:claude-code", Assurance: identity.Asserted}
	calls := s.Turns[0].Calls
	want := []hookspan.Replayed{ // in the order in which they ended
		{
			Call: calls[1], Index: 1, Actor: actor, Effects: command("Bash"), Findings: []secret.Finding{{Kind: "password", Place: secret.Argument, Length: 4}},
			Decision: boundary.Decision{
				Source:    boundary.ByPolicy,
				Because:   []boundary.Determination{{Reason: boundary.ReasonDeniedByRule, Rule: "no-bash"}},
				Crossings: []boundary.Crossing{{Kind: boundary.OutOfScope}},
			},
		},
		{
			Call: calls[0], Actor: actor, Effects: command("Read"), Found: []secret.Finding{{Kind: "password", Place: secret.Result, Length: 4}},
			Decision: boundary.Decision{
				Verdict: boundary.Allow, Source: boundary.ByPolicy,
				Because: []boundary.Determination{{Verdict: boundary.Allow, Reason: boundary.ReasonGranted, Grant: "others"}},
			},
		},
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if !got[0].Decision.Refuses() {
		t.Error("the checker's word does not refuse")
	}
}

// A watcher is a checker that counts for each session and wants to know what became
// of calls.
type watcher struct {
	policy
	bound *[]string
	ended *[]string
}

func (w watcher) Bind(s boundary.SessionInfo) boundary.Checker {
	*w.bound = append(*w.bound, s.ID)
	return w
}

func (w watcher) Observe(req boundary.Request, d boundary.Decision, o boundary.Outcome) {
	*w.ended = append(*w.ended, fmt.Sprintf("%s %s observed=%v ran=%v failed=%v", req.Tool, d.Verdict, d.Observed, o.Ran, o.Failed))
}

func TestCheckerIsBoundAndToldWhatBecame(t *testing.T) {
	var bound, ended []string
	s := twoCalls()
	s.Turns[0].Calls[0].Failed = true
	s.Turns[0].Calls = append(s.Turns[0].Calls, recording.Call{Tool: "Edit", Begun: true, Finished: true, Refused: true, Failed: true, Start: at(6), Error: "no"})
	tracer, _ := newTracer(t, watcher{newPolicy("deny Bash"), &bound, &ended})
	if err := hookspan.Replay(t.Context(), tracer, s, hookspan.ReplayOptions{}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"s-1"}, bound); diff != "" {
		t.Errorf("bound (-want +got)\n%s", diff)
	}
	want := []string{
		"Bash deny observed=false ran=true failed=false",
		"Read allow observed=false ran=true failed=true",
		"Edit deny observed=false ran=false failed=false",
	}
	if diff := cmp.Diff(want, ended); diff != "" {
		t.Errorf("told (-want +got)\n%s", diff)
	}
}

func TestCheckerThatCannotTellStopsNothing(t *testing.T) {
	for name, c := range map[string]boundary.Checker{
		"error": boundary.CheckerFunc(func(context.Context, boundary.Request) (boundary.Decision, error) {
			return boundary.Decision{}, errors.New("away")
		}),
		"panic": boundary.CheckerFunc(func(context.Context, boundary.Request) (boundary.Decision, error) { panic("oops") }),
		"nil":   boundary.CheckerFunc(nil),
	} {
		t.Run(name, func(t *testing.T) {
			tracer, rec := newTracer(t, c)
			if err := hookspan.Replay(t.Context(), tracer, twoCalls(), hookspan.ReplayOptions{}); err != nil {
				t.Fatal(err)
			}
			tree := agentspantest.String(rec.Spans())
			if n := strings.Count(tree, "execute_tool"); n != 2 || strings.Count(tree, "would=deny") != 2 {
				t.Errorf("want two calls that would have been refused:\n%s", tree)
			}
			if err := agentspantest.Conforms(rec.Spans()); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestOtherCheckerIsAnError(t *testing.T) {
	for name, opts := range map[string][]agentspan.Option{
		"no checker":    nil,
		"a live policy": {agentspan.WithChecker(newPolicy("deny Read"))},
	} {
		t.Run(name, func(t *testing.T) {
			tracer, rec := agentspantest.New(t, opts...)
			called := false
			err := hookspan.Replay(t.Context(), tracer, twoCalls(), hookspan.ReplayOptions{Call: func(hookspan.Replayed) { called = true }})
			if err == nil || called {
				t.Errorf("err %v, called %v: want an error before the first call", err, called)
			}
			if tree := agentspantest.String(rec.Spans()); strings.Contains(tree, "_tool") {
				t.Errorf("calls were recorded:\n%s", tree)
			}
		})
	}
}

// TestLiveCallsAreForTheChecker holds that a Recorded checker changes nothing for
// calls that are not replayed.
func TestLiveCallsAreForTheChecker(t *testing.T) {
	for _, tt := range []struct {
		name    string
		checker boundary.Checker
		refused bool
	}{
		{"refused", newPolicy("deny Bash"), true},
		{"allowed", newPolicy("deny Edit"), false},
		{"nobody is asked", nil, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tracer, _ := newTracer(t, tt.checker)
			ctx, session, err := tracer.StartSession(t.Context(), agentspan.Session{})
			if err != nil {
				t.Fatal(err)
			}
			defer session.End(nil)
			_, span, err := tracer.StartToolCall(ctx, agentspan.ToolCall{Name: "Bash"})
			span.End(nil)
			if errors.Is(err, boundary.ErrDenied) != tt.refused {
				t.Errorf("err = %v", err)
			}
		})
	}
	t.Run("refused session", func(t *testing.T) {
		tracer, _ := newTracer(t, newPolicy("session"))
		if _, _, err := tracer.StartSession(t.Context(), agentspan.Session{}); !errors.Is(err, boundary.ErrDenied) {
			t.Errorf("err = %v", err)
		}
	})
	t.Run("not bound", func(t *testing.T) {
		c := hookspan.Recorded(newPolicy("deny Bash"))
		if d, err := c.Check(t.Context(), boundary.Request{Tool: "Bash"}); err != nil || !d.Refuses() {
			t.Errorf("%v, %v", d, err)
		}
		if d, err := boundary.CheckSession(t.Context(), c, boundary.SessionInfo{}, boundary.History{}); err != nil || d.Verdict != boundary.NotEvaluated {
			t.Errorf("%v, %v", d, err)
		}
	})
}

func TestQuietTracers(t *testing.T) {
	for name, tracer := range map[string]*agentspan.Tracer{"nil": nil, "zero": {}} {
		if err := hookspan.Replay(t.Context(), tracer, twoCalls(), hookspan.ReplayOptions{}); err != nil {
			t.Errorf("%s tracer: %v", name, err)
		}
	}
}

func TestEmptySession(t *testing.T) {
	tracer, rec := newTracer(t, nil)
	if err := hookspan.Replay(t.Context(), tracer, recording.Session{}, hookspan.ReplayOptions{}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("session owner_missing=true\n", agentspantest.String(rec.Spans())); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestCancelEndsWhatIsOpen cancels while the first call runs.
func TestCancelEndsWhatIsOpen(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	tracer, rec := newTracer(t, boundary.CheckerFunc(func(context.Context, boundary.Request) (boundary.Decision, error) {
		cancel()
		return boundary.Decision{Verdict: boundary.Allow}, nil
	}))
	s := twoCalls()
	s.Turns[0].Calls[0].Agent = "a1"
	if err := hookspan.Replay(ctx, tracer, s, hookspan.ReplayOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v", err)
	}
	want := []string{"session claude-code", "invoke_agent claude-code", "invoke_agent subagent", "session subagent", "execute_tool Read"}
	if diff := cmp.Diff(want, names(rec.Spans()), cmpopts.SortSlices(strings.Compare)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func names(spans []sdktrace.ReadOnlySpan) []string {
	var list []string
	for _, s := range spans {
		list = append(list, s.Name())
	}
	return list
}

func TestSignals(t *testing.T) {
	call := func(tool string, c recording.Call) recording.Call {
		c.Tool, c.Start, c.End = tool, at(2), at(3)
		return c
	}
	seen := call("Read", recording.Call{Begun: true, Finished: true})
	tests := []struct {
		name  string
		calls []recording.Call
		want  []string
	}{
		{"nothing but the owner", []recording.Call{seen}, nil},
		{"no checks of its own", []recording.Call{call("Bash", recording.Call{Begun: true, Mode: "bypassPermissions"}), call("Bash", recording.Call{Begun: true, Mode: "bypassPermissions"})}, []string{"bypass_permissions Bash bypassPermissions 2s"}},
		{"an end without a beginning", []recording.Call{seen, call("Bash", recording.Call{Finished: true})}, []string{"post_without_pre Bash  2s"}},
		{"a log of ends alone", []recording.Call{call("Bash", recording.Call{Finished: true})}, nil},
		{"a log cut at both ends", []recording.Call{call("Read", recording.Call{Begun: true}), call("Bash", recording.Call{Finished: true})}, nil},
		{"other arguments than were asked about", []recording.Call{call("Edit", recording.Call{Begun: true, Finished: true, RanWith: []byte(`{}`)})}, []string{"arguments_changed Edit  2s"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var got []string
				tracer, _ := newTracer(t, nil, agentspan.WithSignalHandler(func(_ context.Context, s agentspan.Signal) {
					if s.Kind == agentspan.SignalOwnerMissing {
						return
					}
					if s.Session != "s-1" {
						t.Errorf("signal %s of session %q", s.Kind, s.Session)
					}
					got = append(got, fmt.Sprintf("%s %s %s %s", s.Kind, s.Tool, s.Detail, s.Time.Sub(noon)))
				}))
				s := twoCalls()
				s.Turns[0].Calls = tt.calls
				if err := hookspan.Replay(t.Context(), tracer, s, hookspan.ReplayOptions{}); err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("(-want +got)\n%s", diff)
				}
				_ = tracer.Close(t.Context())
			})
		})
	}
}

// TestSameSpansTwice holds that with ids made of the recording's own, a second
// replay makes the same spans, that another epoch makes others, and that no two
// spans of a session share an id.
func TestSameSpansTwice(t *testing.T) {
	ids, err := pipeline.DeterministicIDs([]byte("0123456789abcdef"))
	if err != nil {
		t.Fatal(err)
	}
	s := twoCalls()
	s.Turns[0].Calls = append(s.Turns[0].Calls, recording.Call{ID: "c4", Tool: "Read", Agent: "a1", Parent: "c1", Start: at(2.5)})
	s.Turns = append(s.Turns, recording.Turn{Prompt: "and", Start: at(9.5), Calls: []recording.Call{{ID: "c5", Tool: "Read", Start: at(9.5)}}})
	play := func(epoch string) map[trace.SpanID]string {
		rec := agentspantest.NewRecorder(sdktrace.WithIDGenerator(ids))
		tracer, err := agentspan.New(append(rec.Options(), agentspan.WithSpanIDs(ids), agentspan.WithChecker(hookspan.Recorded(nil)))...)
		if err != nil {
			t.Fatal(err)
		}
		defer tracer.Close(t.Context())
		if err := hookspan.Replay(t.Context(), tracer, s, hookspan.ReplayOptions{Session: agentspan.Session{Epoch: epoch}}); err != nil {
			t.Fatal(err)
		}
		m := map[trace.SpanID]string{}
		for _, s := range rec.Spans() {
			if other, ok := m[s.SpanContext().SpanID()]; ok {
				t.Errorf("%s and %s have one id", other, s.Name())
			}
			m[s.SpanContext().SpanID()] = s.SpanContext().TraceID().String() + " " + s.Name()
		}
		return m
	}
	first := play("")
	if diff := cmp.Diff(first, play("")); diff != "" {
		t.Errorf("second time (-first +second)\n%s", diff)
	}
	for id, name := range play("again") {
		if _, ok := first[id]; ok {
			t.Errorf("%s has its old id in another epoch", name)
		}
	}
}

// TestConversation holds that only what was a conversation is called one.
func TestConversation(t *testing.T) {
	for format, want := range map[recording.Format]string{recording.ClaudeHooks: "s-1", recording.Codex: "s-1", recording.Actions: ""} {
		tracer, rec := newTracer(t, nil)
		s := twoCalls()
		s.Format = format
		if err := hookspan.Replay(t.Context(), tracer, s, hookspan.ReplayOptions{}); err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, kv := range rec.Spans()[0].Attributes() {
			if kv.Key == semconv.GenAIConversationIDKey {
				got = kv.Value.AsString()
			}
		}
		if got != want {
			t.Errorf("%s: conversation %q, want %q", format, got, want)
		}
	}
}

// TestBackgroundSubagent holds that a subagent which outlives its turn keeps its
// place below the call that started it, and that the session ends after it.
func TestBackgroundSubagent(t *testing.T) {
	s := twoCalls()
	s.Turns = append(s.Turns, recording.Turn{Prompt: "more", Start: at(12), End: at(13)})
	s.Turns[0].Calls = append(s.Turns[0].Calls, recording.Call{ID: "c3", Tool: "Bash", Agent: "a1", AgentType: "Explore", Parent: "c1", Start: at(8), End: at(20)})
	tracer, rec := newTracer(t, nil)
	if err := hookspan.Replay(t.Context(), tracer, s, hookspan.ReplayOptions{}); err != nil {
		t.Fatal(err)
	}
	form := agentspantest.Form{Hide: []string{"actor", "owner_missing", "outcome"}}
	var b strings.Builder
	if err := form.Write(&b, rec.Spans()); err != nil {
		t.Fatal(err)
	}
	want := `session claude-code
invoke_agent claude-code
  execute_tool Read
    invoke_agent Explore
      execute_tool Bash
  execute_tool Bash
session Explore
invoke_agent claude-code
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if end := rec.Spans()[0].EndTime(); !end.Equal(at(20)) {
		t.Errorf("the session ends at %v, want %v", end, at(20))
	}
}

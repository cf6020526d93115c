package agentspan_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/policy"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/semconv"
)

// The tests of this file each hold a sentence about what a decision is bound to, and
// what becomes of a session that is no longer what was decided about.

// told collects the signals of a tracer.
type told struct {
	mu   sync.Mutex
	list []agentspan.SignalKind
}

func (s *told) option() agentspan.Option {
	return agentspan.WithSignalHandler(func(_ context.Context, g agentspan.Signal) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.list = append(s.list, g.Kind)
	})
}

func (s *told) count(k agentspan.SignalKind) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, g := range s.list {
		if g == k {
			n++
		}
	}
	return n
}

func TestAnApprovalIsForWhatWasShown(t *testing.T) {
	first := agentspan.ToolCall{Name: "x", Server: "crm", Arguments: []byte(`{"id":1}`), Definition: "d1"}
	with := func(change func(*agentspan.ToolCall)) agentspan.ToolCall {
		c := first
		change(&c)
		return c
	}
	for _, tt := range []struct {
		name    string
		then    agentspan.ToolCall
		touches string // then
		want    int
	}{
		{"the same", first, "/a", 1},
		{"another tool", with(func(c *agentspan.ToolCall) { c.Name = "y" }), "/a", 2},
		{"the tool of another server", with(func(c *agentspan.ToolCall) { c.Server = "evil" }), "/a", 2},
		{"other arguments", with(func(c *agentspan.ToolCall) { c.Arguments = []byte(`{"id":2}`) }), "/a", 2},
		{"another folder", with(func(c *agentspan.ToolCall) { c.Dir = "/elsewhere" }), "/a", 2}, // "make deploy" does there what it says there
		{"another definition", with(func(c *agentspan.ToolCall) { c.Definition = "d2" }), "/a", 2},
		{"other effects of the same call", first, "/b", 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			asked, touches := 0, "/a"
			tracer, _ := agentspantest.New(t, agentspan.WithChecker(asks(boundary.Approval{Remember: true})),
				agentspan.WithAnalyzer(effect.AnalyzerFunc(func(dst []effect.Effect, _ effect.Call) []effect.Effect {
					return append(dst, effect.Effect{Kind: effect.Path, Access: effect.Read, Target: touches, Certainty: effect.Exact})
				})),
				agentspan.WithApprover(func(context.Context, agentspan.Ask) (agentspan.Answer, error) {
					asked++
					return agentspan.Answer{Approved: true, Remember: true}, nil
				}, time.Minute))
			ctx, _ := start(t, tracer, session())
			for _, c := range []agentspan.ToolCall{first, tt.then} {
				if _, err := agentspan.Do(ctx, tracer, c, nothing); err != nil {
					t.Fatal(err)
				}
				touches = tt.touches
			}
			if asked != tt.want {
				t.Errorf("asked %d times, want %d", asked, tt.want)
			}
		})
	}
}

func TestArgumentsThatChangeAfterTheDecisionAreASignal(t *testing.T) {
	for _, tt := range []struct {
		name          string
		asking, later bool // changed while a person thinks, or by what runs
		ran           bool
		want          int
	}{
		{"as they were", false, false, true, 0},
		{"while a person thinks", true, false, false, 1},
		{"while the call runs", false, true, true, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			args := []byte(`{"amount":10}`)
			var signals told
			tracer, _ := agentspantest.New(t, agentspan.WithChecker(asks(boundary.Approval{})), signals.option(),
				agentspan.WithApprover(func(context.Context, agentspan.Ask) (agentspan.Answer, error) {
					if tt.asking {
						copy(args, `{"amount":99}`)
					}
					return agentspan.Answer{Approved: true}, nil
				}, 0))
			ctx, _ := start(t, tracer, session())
			ran := false
			_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "refund", Arguments: args}, func(context.Context) (string, error) {
				if ran = true; tt.later {
					copy(args, `{"amount":99}`)
				}
				return "", nil
			})
			_ = tracer.Close(t.Context()) // the handler has been told by then
			if got := signals.count(agentspan.SignalArgumentsChanged); got != tt.want || ran != tt.ran {
				t.Errorf("ran %v with %d signals, want %v and %d", ran, got, tt.ran, tt.want)
			}
		})
	}
}

func TestAnApprovalIsRecordedWithItsSourceAndLatency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tracer, rec := agentspantest.New(t, agentspan.WithChecker(asks(boundary.Approval{})),
			agentspan.WithApprover(func(context.Context, agentspan.Ask) (agentspan.Answer, error) {
				<-time.After(1500 * time.Millisecond)
				return agentspan.Answer{Approved: true, By: lead}, nil
			}, time.Minute))
		ctx, _ := start(t, tracer, session())
		if _, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing); err != nil {
			t.Fatal(err)
		}
		s := find(rec.Spans(), "execute_tool x")
		got := []string{
			value(s, semconv.AmbitApprovalOutcomeKey), value(s, semconv.AmbitApprovalAssuranceKey), value(s, semconv.AmbitApprovalLatencyMSKey),
			value(s, semconv.AmbitDecisionSourceKey),
		}
		if diff := cmp.Diff([]string{"approved", "verified", "1500", "human"}, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		_ = tracer.Close(t.Context())
	})
}

func TestEverythingAPersonIsShownIsClean(t *testing.T) {
	const dirty = "a\u202eb\x1b[2Jc\u2066d\u200fe\nf\u0085g"
	var shown agentspan.Ask
	checker := boundary.CheckerFunc(func(context.Context, boundary.Request) (boundary.Decision, error) {
		return boundary.Decision{
			Verdict: boundary.RequireApproval, Message: dirty, Nearest: dirty,
			Because: []boundary.Determination{{Verdict: boundary.RequireApproval, Reason: boundary.ReasonUnmatched, Rule: dirty}},
		}, nil
	})
	tracer, _ := agentspantest.New(t, agentspan.WithChecker(checker),
		agentspan.WithAnalyzer(effect.AnalyzerFunc(func(dst []effect.Effect, _ effect.Call) []effect.Effect {
			return append(dst, effect.Effect{Kind: effect.Path, Access: effect.Write, Target: "/w/" + dirty, Raw: dirty, Certainty: effect.Exact})
		})),
		agentspan.WithApprover(func(_ context.Context, a agentspan.Ask) (agentspan.Answer, error) {
			shown = a
			return agentspan.Answer{}, nil
		}, 0))
	ctx, _ := start(t, tracer, agentspan.Session{ID: "s" + dirty, Agent: "g" + dirty, Owner: ada})
	_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x" + dirty, Server: "y" + dirty}, nothing)
	texts := append([]string{shown.Session, shown.Agent, shown.Tool, shown.Server, shown.Message, shown.Nearest, shown.Decision.Message, shown.Decision.Nearest}, shown.Effects...)
	for _, w := range shown.Decision.Because {
		texts = append(texts, w.Rule)
	}
	if shown.Tool == "" || len(shown.Effects) != 1 {
		t.Fatalf("nothing was shown: %+v", shown)
	}
	for i, text := range texts {
		if strings.ContainsAny(text, "\x1b\n\u0085\u202e\u2066\u200f") {
			t.Errorf("text %d shown: %q", i, text)
		}
	}
}

func TestASignalHandlerMaySuspendTheSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		token := "ghp_" + strings.Repeat("a1B2c3D4", 4) + "e5F6"
		var s *agentspan.ActiveSession
		tracer, _ := agentspantest.New(t, agentspan.WithChecker(allowed), agentspan.WithSignalHandler(func(_ context.Context, g agentspan.Signal) {
			if g.Kind == agentspan.SignalSecretAccessed {
				s.Suspend("a secret came out")
			}
		}))
		ctx, active := start(t, tracer, session())
		s = active
		if _, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, func(context.Context) (string, error) { return token, nil }); err != nil {
			t.Errorf("the call that was running: %v", err)
		}
		synctest.Wait()
		if _, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing); reasonOf(err) != boundary.ReasonSuspended {
			t.Errorf("the next call: %v", err)
		}
		_ = tracer.Close(t.Context())
	})
}

func TestWhatOneOfATreeHasSeenAllHaveSeen(t *testing.T) {
	all := &seen{}
	tracer, _ := agentspantest.New(t, agentspan.WithChecker(all))
	top, _ := start(t, tracer, session())
	var under []context.Context
	for _, name := range []string{"one", "two"} {
		ctx, _, err := tracer.StartSession(top, agentspan.Session{ID: "s-1", Subagent: name, Owner: ada})
		if err != nil {
			t.Fatal(err)
		}
		under = append(under, ctx)
	}
	if err := secretive(under[0], tracer); err != nil {
		t.Fatal(err)
	}
	for name, ctx := range map[string]context.Context{"its parent": top, "its sibling": under[1], "itself": under[0]} {
		if _, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing); err != nil || !all.last().History.SecretSeen {
			t.Errorf("after a subagent saw a secret, %s: %+v, %v", name, all.last().History, err)
		}
	}
	other, _ := start(t, tracer, agentspan.Session{ID: "s-2", Owner: ada})
	if _, err := agentspan.Do(other, tracer, agentspan.ToolCall{Name: "x"}, nothing); err != nil || all.last().History.SecretSeen {
		t.Errorf("another session: %+v, %v", all.last().History, err)
	}
}

// Reaching for what governs the agent is refused where a policy is enforced, and a
// signal where it only observes.
// A handler that has seen enough may close the tracer that tells it: what waits behind
// it is told all the same, and Close waits for nobody who waits for Close.
func TestASignalHandlerMayCloseTheTracer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tracer *agentspan.Tracer
		begun, ended, gate := make(chan error, 1), 0, make(chan struct{})
		tracer, _ = agentspantest.New(t, agentspan.WithSignalHandler(func(ctx context.Context, _ agentspan.Signal) {
			if ended++; ended > 1 {
				return
			}
			<-gate
			begun <- tracer.Close(ctx)
		}))
		ctx, _ := start(t, tracer, session())
		for range 3 {
			tracer.Signal(ctx, agentspan.Signal{Kind: agentspan.SignalConfigChanged})
		}
		close(gate)
		synctest.Wait() // a deadlock, if Close waits for its caller
		select {
		case err := <-begun:
			if err != nil {
				t.Errorf("Close = %v", err)
			}
		default:
			t.Fatal("Close waits for the handler that called it")
		}
		if ended != 3 {
			t.Errorf("%d signals were told, want 3", ended)
		}
	})
}

func TestGovernanceTamperIsASignal(t *testing.T) {
	for mode, wantRun := range map[string]bool{"enforce": false, "observe": true} {
		p, err := policy.Parse("p.yaml", []byte("version: 1\nid: x\nmode: "+mode+"\ngrants: [{id: g, tools: [Write], paths: [\"/**\"], access: [write, exec]}]\n"), policy.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var signals told
		tracer, rec := agentspantest.New(t, agentspan.WithChecker(p), signals.option())
		s := session()
		s.Dir = "/w/shop"
		ctx, _ := start(t, tracer, s)
		ran := false
		_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "Write", Arguments: []byte(`{"file_path":"/w/shop/.claude/settings.json","content":"{}"}`)},
			func(context.Context) (string, error) { ran = true; return "", nil })
		_ = tracer.Close(t.Context()) // the handler has been told by then
		tampers := slices.ContainsFunc(rec.Spans(), func(s sdktrace.ReadOnlySpan) bool {
			return value(s, semconv.AmbitCrossingKindKey) == "governance_tamper"
		})
		if got := signals.count(agentspan.SignalGovernanceTamper); ran != wantRun || got != 1 || !tampers {
			t.Errorf("%s: ran %v, %d signals, crossing %v", mode, ran, got, tampers)
		}
	}
}

// Who acts by a chain that cannot be read is not taken for the session's own agent.
func TestAChainThatCannotBeReadNamesNobody(t *testing.T) {
	p, err := policy.Parse("p.yaml", []byte("version: 1\nid: x\nidentities: {allow: [\"agent:triage\"]}\ngrants: [{id: g, tools: [x]}]\n"), policy.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for claims, want := range map[string]boundary.Reason{
		`"sub":"ada"`:         "",
		`"sub":"ada","act":7`: boundary.ReasonIdentitySwitch,
		`"sub":"ada","act":{"sub":"x"},"act":{"sub":"y"}`:            boundary.ReasonIdentitySwitch,
		`"sub":"ada","act":{"sub":"mallory","act":{"sub":"triage"}}`: boundary.ReasonIdentitySwitch,
	} {
		var signals told
		tracer, _ := agentspantest.New(t, agentspan.WithChecker(p), signals.option())
		ctx, _ := start(t, tracer, session())
		d, ok := identity.ParseDelegation([]byte(token(claims)))
		if !ok {
			t.Fatal("no token")
		}
		u := &identity.Use{Credential: identity.Credential{Kind: "jwt", Subject: "ada"}, Target: identity.Target{Service: "jira"}, Delegation: d}
		_, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x", Use: u}, nothing)
		_ = tracer.Close(t.Context())
		if reasonOf(err) != want || (signals.count(agentspan.SignalMalformed) > 0) != (d.Malformed != "") {
			t.Errorf("%s: %v, signals %v", claims, err, signals.list)
		}
	}
}

// A person is no less tired of questions for their coming from another subagent.
func TestSubagentsTireTheSamePerson(t *testing.T) {
	for name, tt := range map[string]struct {
		approves bool
		want     int
	}{"declines": {false, 3}, "asks": {true, 10}} {
		t.Run(name, func(t *testing.T) {
			asked := 0
			var signals told
			tracer, _ := agentspantest.New(t, agentspan.WithChecker(asks(boundary.Approval{})), signals.option(),
				agentspan.WithApprover(func(context.Context, agentspan.Ask) (agentspan.Answer, error) {
					asked++
					return agentspan.Answer{Approved: tt.approves}, nil
				}, 0))
			ctx, _ := start(t, tracer, session())
			for name := range strings.FieldsSeq("a b c d e f g h i j k l m n o") {
				under, _, err := tracer.StartSession(ctx, agentspan.Session{ID: "s-1", Subagent: name, Owner: ada, Actor: bot})
				if err != nil {
					t.Fatal(err)
				}
				_, _ = agentspan.Do(under, tracer, agentspan.ToolCall{Name: "x"}, nothing)
			}
			_ = tracer.Close(t.Context())
			if got := signals.count(agentspan.SignalApprovalFatigue); asked != tt.want || got != 1 {
				t.Errorf("asked %d times with %d signals, want %d and 1", asked, got, tt.want)
			}
		})
	}
}

// A session becomes privileged by what its calls reach, too, and is decided anew then:
// what runs, runs; the next call is refused.
func TestACallThatReachesProductionHasItsSessionDecidedAgain(t *testing.T) {
	p, err := policy.Parse("p.yaml", []byte(`
version: 1
id: x
session: {privileged: deny, production: {paths: ["/prod/**"]}}
grants: [{id: g, tools: [Write], paths: ["/**"], access: [write]}]
`), policy.Options{})
	if err != nil {
		t.Fatal(err)
	}
	tracer, _ := agentspantest.New(t, agentspan.WithChecker(p))
	ctx, _ := start(t, tracer, session())
	for _, tt := range []struct {
		path string
		want boundary.Reason
	}{{"/w/a", ""}, {"/prod/a", ""}, {"/w/a", boundary.ReasonPrivileged}} {
		_, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "Write", Arguments: []byte(`{"file_path":"` + tt.path + `","content":"x"}`)}, nothing)
		if reasonOf(err) != tt.want {
			t.Errorf("%s: %v, want %q", tt.path, err, tt.want)
		}
	}
}

// A person who agreed to a privileged session is not asked again because it is one.
func TestAPrivilegedSessionIsAskedAboutOnce(t *testing.T) {
	p, err := policy.Parse("p.yaml", []byte(`
version: 1
id: x
session: {privileged: require_approval, production: {paths: ["/prod/**"]}}
grants: [{id: g, tools: [Write], paths: ["/**"], access: [write]}, {id: later, tools: [x], paths: ["/prod/x"]}]
`), policy.Options{})
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	tracer, _ := agentspantest.New(t, agentspan.WithChecker(p), agentspan.WithApprover(func(context.Context, agentspan.Ask) (agentspan.Answer, error) {
		asked++
		return agentspan.Answer{Approved: true}, nil
	}, 0))
	ctx, _ := start(t, tracer, session())
	for _, path := range []string{"/w/a", "/prod/a", "/w/b", "/prod/b", "/w/c"} {
		if _, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "Write", Arguments: []byte(`{"file_path":"` + path + `","content":"x"}`)}, nothing); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	if asked != 1 {
		t.Errorf("asked %d times, want 1", asked)
	}
}

// Every span says who owns the session, of which kind and how surely; or that nobody
// does. It never says both, nor half of it.
func TestEverySpanSaysWhoOwnsTheSession(t *testing.T) {
	keys := []attribute.Key{semconv.AmbitOwnerIDKey, semconv.AmbitOwnerKindKey, semconv.AmbitOwnerAssuranceKey, semconv.AmbitOwnerMissingKey}
	for name, tt := range map[string]struct {
		owner identity.Principal
		want  []string
	}{
		"a person":            {ada, []string{"ada", "human", "asserted", ""}},
		"a service":           {identity.Principal{Kind: identity.Service, ID: "ci", Assurance: identity.Attested}, []string{"ci", "service", "attested", ""}},
		"of a kind not known": {identity.Principal{ID: "x"}, []string{"x", "unknown", "none", ""}},
		"nobody":              {identity.Principal{}, []string{"", "", "", "true"}},
	} {
		t.Run(name, func(t *testing.T) {
			tracer, rec := agentspantest.New(t, agentspan.WithChecker(boundary.Tools("a")))
			ctx, s := start(t, tracer, agentspan.Session{ID: "s", Agent: "g", Owner: tt.owner})
			ctx, turn := tracer.StartTurn(ctx, agentspan.Turn{})
			_, model := tracer.StartModelCall(ctx, agentspan.ModelCall{Model: "m"})
			model.End(nil)
			for _, tool := range []string{"a", "refused"} {
				_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: tool}, nothing) // one is refused
			}
			turn.End(nil)
			s.End(nil)
			spans := rec.Spans()
			if len(spans) != 5 {
				t.Errorf("%d spans", len(spans))
			}
			for _, span := range spans {
				var got []string
				for _, k := range keys {
					got = append(got, value(span, k))
				}
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("%s (-want +got):\n%s", span.Name(), diff)
				}
			}
		})
	}
}

package agentspan_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/semconv"
)

// asks is a checker that wants approval of every call.
func asks(terms boundary.Approval) boundary.Checker {
	return boundary.CheckerFunc(func(context.Context, boundary.Request) (boundary.Decision, error) {
		return boundary.Decision{
			Verdict: boundary.RequireApproval, Source: boundary.ByPolicy, Approval: terms, Message: "outside the task",
			Because: []boundary.Determination{{Verdict: boundary.RequireApproval, Reason: boundary.ReasonUnmatched, Rule: "ask"}},
		}, nil
	})
}

func answer(a agentspan.Answer, err error) agentspan.Approver {
	return func(context.Context, agentspan.Ask) (agentspan.Answer, error) { return a, err }
}

var lead = identity.Principal{Kind: identity.Human, ID: "lin", Issuer: "https://idp.example", Assurance: identity.Verified}

func TestApproval(t *testing.T) {
	hangs := func(ctx context.Context, _ agentspan.Ask) (agentspan.Answer, error) {
		<-ctx.Done()
		return agentspan.Answer{Approved: true}, nil
	}
	panics := func(context.Context, agentspan.Ask) (agentspan.Answer, error) { panic("no") }
	for _, c := range []struct {
		name   string
		terms  boundary.Approval
		ask    agentspan.Approver
		want   boundary.Reason // empty: the call runs
		writes string          // ambit.approval.outcome
	}{
		{"nobody to ask", boundary.Approval{}, nil, boundary.ReasonUnmatched, ""},
		{"approved", boundary.Approval{}, answer(agentspan.Answer{Approved: true}, nil), "", "approved"},
		{"declined", boundary.Approval{}, answer(agentspan.Answer{}, nil), boundary.ReasonApprovalDeclined, "declined"},
		{"asking fails", boundary.Approval{}, answer(agentspan.Answer{Approved: true}, errors.New("no terminal")), boundary.ReasonApprovalUnavailable, "unavailable"},
		{"asking panics", boundary.Approval{}, panics, boundary.ReasonApprovalUnavailable, "unavailable"},
		{"no answer in time", boundary.Approval{}, hangs, boundary.ReasonApprovalTimeout, "timeout"},
		{"not assured enough", boundary.Approval{Assurance: identity.Verified}, answer(agentspan.Answer{Approved: true, By: ada}, nil), boundary.ReasonApprovalUnavailable, "unavailable"},
		{"assured", boundary.Approval{Assurance: identity.Verified}, answer(agentspan.Answer{Approved: true, By: lead}, nil), "", "approved"},
		{"the owner herself", boundary.Approval{NotOwner: true}, answer(agentspan.Answer{Approved: true, By: ada}, nil), boundary.ReasonApprovalUnavailable, "unavailable"},
		{"nobody in particular", boundary.Approval{NotOwner: true}, answer(agentspan.Answer{Approved: true}, nil), boundary.ReasonApprovalUnavailable, "unavailable"},
		{"somebody else", boundary.Approval{NotOwner: true}, answer(agentspan.Answer{Approved: true, By: lead}, nil), "", "approved"},
		{"by name", boundary.Approval{By: []string{"human:lin"}}, answer(agentspan.Answer{Approved: true, By: lead}, nil), "", "approved"},
		{"not in the group", boundary.Approval{By: []string{"group:leads"}}, answer(agentspan.Answer{Approved: true, By: lead}, nil), boundary.ReasonApprovalUnavailable, "unavailable"},
		{"in the group", boundary.Approval{By: []string{"group:leads"}}, answer(agentspan.Answer{Approved: true, By: lead, Groups: []string{"group:leads"}}, nil), "", "approved"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				opts := []agentspan.Option{agentspan.WithChecker(asks(c.terms))}
				if c.ask != nil {
					opts = append(opts, agentspan.WithApprover(c.ask, time.Minute))
				}
				tracer, rec := agentspantest.New(t, opts...)
				ctx, _ := start(t, tracer, session())
				ran := false
				_, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, func(context.Context) (string, error) { ran = true; return "", nil })
				if ran != (c.want == "") || reasonOf(err) != c.want {
					t.Errorf("ran %v, reason %q, want %q", ran, reasonOf(err), c.want)
				}
				if got := value(rec.Spans()[0], semconv.AmbitApprovalOutcomeKey); got != c.writes {
					t.Errorf("outcome on the span = %q, want %q", got, c.writes)
				}
				if err := agentspantest.Conforms(rec.Spans()); err != nil {
					t.Error(err)
				}
				_ = tracer.Close(t.Context())
			})
		})
	}
}

// A person has one question before them about calls that are the same. A no is for
// all of them, a yes for one: whoever agreed to one payment did not agree to two.
func TestIdenticalCallsAskOneByOne(t *testing.T) {
	for _, c := range []struct {
		name      string
		answer    agentspan.Answer
		remember  bool
		asked, ok int
	}{
		{"yes", agentspan.Answer{Approved: true}, false, 5, 5},
		{"a yes that stands", agentspan.Answer{Approved: true, Remember: true}, true, 1, 5},
		{"no", agentspan.Answer{}, false, 1, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				asked := make(chan string)
				answer := make(chan agentspan.Answer)
				tracer, _ := agentspantest.New(t, agentspan.WithChecker(asks(boundary.Approval{Remember: c.remember})), agentspan.WithApprover(
					func(_ context.Context, a agentspan.Ask) (agentspan.Answer, error) {
						asked <- a.Tool
						return <-answer, nil
					}, time.Minute))
				ctx, _ := start(t, tracer, session())
				var wg sync.WaitGroup
				var ran atomic.Int32
				for range 5 {
					wg.Go(func() {
						_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "pay", Arguments: []byte(`{}`)}, func(context.Context) (string, error) { ran.Add(1); return "", nil })
					})
				}
				waits := func() bool { // for an answer
					synctest.Wait()
					select {
					case <-asked:
						return true
					default:
						return false
					}
				}
				n := 0
				for ; waits(); n++ {
					if waits() {
						t.Fatal("two questions about the same at one time")
					}
					answer <- c.answer
				}
				if n != c.asked || int(ran.Load()) != c.ok {
					t.Errorf("asked %d times, and %d calls ran; want %d and %d", n, ran.Load(), c.asked, c.ok)
				}
				wg.Wait()
				_ = tracer.Close(t.Context())
			})
		})
	}
}

// Whom only one call can ask answers that call alone, as a client of MCP does: an
// answer that came with one request is not that of another, which brought none.
func TestAnAnswerThatCameWithACallIsThatCallsAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tracer, _ := agentspantest.New(t, agentspan.WithChecker(asks(boundary.Approval{})))
		base, _ := start(t, tracer, session())
		release := make(chan struct{})
		var wg sync.WaitGroup
		call := func(answer agentspan.Answer, pending error, want error) {
			ctx := agentspan.ContextWithApprover(base, func(context.Context, agentspan.Ask) (agentspan.Answer, error) { <-release; return answer, pending })
			wg.Go(func() {
				if _, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "pay"}, nothing); !errors.Is(err, want) {
					t.Errorf("Do = %v, want %v", err, want)
				}
			})
			synctest.Wait()
		}
		call(agentspan.Answer{Approved: true}, nil, nil)
		call(agentspan.Answer{}, agentspan.ErrPending, boundary.ErrApprovalRequired)
		call(agentspan.Answer{}, nil, boundary.ErrDenied)
		close(release)
		wg.Wait()
		_ = tracer.Close(t.Context())
	})
}

func TestAfterThreeDeclinesNobodyIsAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		signals := make(chan agentspan.Signal, 10)
		tracer, _ := agentspantest.New(t, agentspan.WithChecker(asks(boundary.Approval{})),
			agentspan.WithApprover(func(context.Context, agentspan.Ask) (agentspan.Answer, error) {
				asked++
				return agentspan.Answer{}, nil
			}, 0),
			agentspan.WithSignalHandler(func(_ context.Context, s agentspan.Signal) { signals <- s }))
		ctx, _ := start(t, tracer, session())
		try := func() error { _, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing); return err }
		for i := range 6 {
			err := try()
			want := boundary.ReasonApprovalDeclined
			if i >= 3 {
				want = boundary.ReasonApprovalUnavailable // nobody said no to these
			}
			refused, ok := errors.AsType[*boundary.RefusedError](err)
			if !ok || !errors.Is(err, boundary.ErrDenied) || refused.Decision.Determining().Reason != want {
				t.Errorf("call %d: Do = %v, want %s", i+1, err, want)
			}
			if person := strings.Contains(err.Error(), "a person declined"); person != (i < 3) {
				t.Errorf("call %d: %v", i+1, err)
			}
		}
		if asked != 3 {
			t.Errorf("asked %d times, want 3", asked)
		}
		synctest.Wait()
		if s := <-signals; s.Kind != agentspan.SignalApprovalFatigue || len(signals) != 0 {
			t.Errorf("signal %q and %d more, want one of fatigue", s.Kind, len(signals))
		}
		time.Sleep(11 * time.Minute)
		if _ = try(); asked != 4 {
			t.Errorf("after ten minutes: asked %d times, want 4", asked)
		}
		_ = tracer.Close(t.Context())
	})
}

func TestNobodyIsAskedMoreThanTenTimesInTenMinutes(t *testing.T) {
	asked := 0
	tracer, _ := agentspantest.New(t, agentspan.WithChecker(asks(boundary.Approval{})),
		agentspan.WithApprover(func(context.Context, agentspan.Ask) (agentspan.Answer, error) {
			asked++
			return agentspan.Answer{Approved: true}, nil
		}, 0))
	ctx, _ := start(t, tracer, session())
	for range 15 {
		_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing)
	}
	if asked != 10 {
		t.Errorf("asked %d times, want 10", asked)
	}
}

func TestAnApprovalIsRememberedOnlyWhereBothSaySo(t *testing.T) {
	for _, c := range []struct {
		name         string
		terms, asked bool
		want         int
	}{{"terms and person", true, true, 1}, {"terms alone", true, false, 3}, {"person alone", false, true, 3}} {
		t.Run(c.name, func(t *testing.T) {
			n := 0
			tracer, _ := agentspantest.New(t, agentspan.WithChecker(asks(boundary.Approval{Remember: c.terms})),
				agentspan.WithApprover(func(context.Context, agentspan.Ask) (agentspan.Answer, error) {
					n++
					return agentspan.Answer{Approved: true, Remember: c.asked}, nil
				}, 0))
			ctx, _ := start(t, tracer, session())
			for range 3 {
				if _, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing); err != nil {
					t.Error(err)
				}
			}
			if n != c.want {
				t.Errorf("asked %d times, want %d", n, c.want)
			}
		})
	}
}

func TestArgumentsChangedWhileAPersonThinks(t *testing.T) {
	args := []byte(`{"amount":10}`)
	tracer, _ := agentspantest.New(t, agentspan.WithChecker(asks(boundary.Approval{})),
		agentspan.WithApprover(func(context.Context, agentspan.Ask) (agentspan.Answer, error) {
			copy(args, `{"amount":99}`)
			return agentspan.Answer{Approved: true}, nil
		}, 0))
	ctx, _ := start(t, tracer, session())
	if _, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "refund", Arguments: args}, nothing); !errors.Is(err, boundary.ErrDenied) {
		t.Errorf("Do = %v: what was approved is not what would run", err)
	}
}

func TestWhatAPersonIsShownIsClean(t *testing.T) {
	var shown agentspan.Ask
	token := "ghp_" + strings.Repeat("a1B2c3D4", 4) + "e5F6"
	tracer, _ := agentspantest.New(t, agentspan.WithChecker(asks(boundary.Approval{})),
		agentspan.WithApprover(func(_ context.Context, a agentspan.Ask) (agentspan.Answer, error) {
			shown = a
			return agentspan.Answer{}, nil
		}, 0))
	ctx, _ := start(t, tracer, session())
	_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x\u202e\x1b[2J", Server: token}, nothing)
	text := shown.Tool + shown.Server + shown.Message
	if strings.ContainsAny(text, "\x1b\u202e") || strings.Contains(text, token) {
		t.Errorf("shown: %q", text)
	}
	if shown.Message != "outside the task" || shown.Owner != ada {
		t.Errorf("shown: %+v", shown)
	}
}

// guarded decides about sessions as a whole.
type guarded struct {
	boundary.Checker
	decide func(boundary.History) boundary.Decision
}

func (g guarded) CheckSession(_ context.Context, _ boundary.SessionInfo, h boundary.History) (boundary.Decision, error) {
	return g.decide(h), nil
}

func TestASessionThatIsRefusedDoesNotStart(t *testing.T) {
	g := guarded{allowed, func(boundary.History) boundary.Decision {
		return boundary.Decision{Privileged: true, Because: []boundary.Determination{{Reason: boundary.ReasonPrivileged}}}
	}}
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(g))
	ctx, s, err := tracer.StartSession(t.Context(), session())
	if !errors.Is(err, boundary.ErrDenied) || reasonOf(err) != boundary.ReasonPrivileged {
		t.Errorf("StartSession = %v", err)
	}
	if _, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing); reasonOf(err) != boundary.ReasonPrivileged {
		t.Errorf("a call in a session that was refused: %v", err)
	}
	s.End(&err)
	if got := value(find(rec.Spans(), "session triage"), semconv.AmbitSessionPrivilegedKey); got != "true" {
		t.Errorf("privileged = %q on the summary", got)
	}
	if err := agentspantest.Conforms(rec.Spans()); err != nil {
		t.Error(err)
	}
}

func TestASessionIsDecidedAgainWhenItHasSeenMore(t *testing.T) {
	g := guarded{allowed, func(h boundary.History) boundary.Decision {
		if h.SecretSeen {
			return boundary.Decision{Because: []boundary.Determination{{Reason: boundary.ReasonPrivileged}}}
		}
		return boundary.Decision{Verdict: boundary.Allow}
	}}
	token := "ghp_" + strings.Repeat("a1B2c3D4", 4) + "e5F6"
	tracer, _ := agentspantest.New(t, agentspan.WithChecker(g))
	ctx, _ := start(t, tracer, session())
	if _, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "read"}, func(context.Context) (string, error) { return token, nil }); err != nil {
		t.Fatal(err)
	}
	if _, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "read"}, nothing); reasonOf(err) != boundary.ReasonPrivileged {
		t.Errorf("after a secret was seen: %v", err)
	}
}

// unreachable is a checker that cannot be asked about sessions at first.
type unreachable struct {
	allows
	tries int
}

func (u *unreachable) CheckSession(context.Context, boundary.SessionInfo, boundary.History) (boundary.Decision, error) {
	if u.tries++; u.tries == 1 {
		return boundary.Decision{}, errors.New("no connection")
	}
	return boundary.Decision{Verdict: boundary.Allow}, nil
}

func TestASessionThatCouldNotBeDecidedAboutIsDecidedAnew(t *testing.T) {
	u := &unreachable{}
	tracer, _ := agentspantest.New(t, agentspan.WithChecker(u))
	ctx, s, err := tracer.StartSession(t.Context(), session())
	defer s.End(nil)
	if reasonOf(err) != boundary.ReasonCheckerError {
		t.Errorf("StartSession: %v", err)
	}
	for range 2 {
		if _, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing); err != nil {
			t.Errorf("a call once the checker can be asked: %v", err)
		}
	}
	if u.tries != 2 {
		t.Errorf("asked %d times, want twice: its answer stands", u.tries)
	}
}

func TestAnApprovalIsForOneIdentity(t *testing.T) {
	role := func(subject string) identity.Use {
		return identity.Use{Credential: identity.Credential{Kind: "aws-role", Subject: subject}, Target: identity.Target{Service: "aws", Account: "1"}}
	}
	other := role("reader")
	other.Target.Account = "2"
	for _, c := range []struct {
		name string
		use  identity.Use
		want int
	}{{"the same", role("reader"), 1}, {"another subject", role("admin"), 2}, {"another account", other, 2}} {
		t.Run(c.name, func(t *testing.T) {
			asked := 0
			ask := func(context.Context, agentspan.Ask) (agentspan.Answer, error) {
				asked++
				return agentspan.Answer{Approved: true, Remember: true}, nil
			}
			tracer, _ := agentspantest.New(t, agentspan.WithChecker(asks(boundary.Approval{Remember: true})), agentspan.WithApprover(ask, time.Minute))
			ctx, _ := start(t, tracer, session())
			for _, u := range []identity.Use{role("reader"), c.use} {
				if _, err := tracer.UseIdentity(ctx, u); err != nil {
					t.Fatal(err)
				}
			}
			if asked != c.want {
				t.Errorf("asked %d times, want %d", asked, c.want)
			}
		})
	}
}

// guards asks a person about each switch of identity, and allows everything else.
var guards = boundary.CheckerFunc(func(_ context.Context, r boundary.Request) (boundary.Decision, error) {
	if len(r.Switches) == 0 {
		return boundary.Decision{Verdict: boundary.Allow}, nil
	}
	return boundary.Decision{
		Verdict: boundary.RequireApproval, Approval: boundary.Approval{Remember: true},
		Because:   []boundary.Determination{{Verdict: boundary.RequireApproval, Reason: boundary.ReasonIdentitySwitch}},
		Crossings: []boundary.Crossing{{Kind: boundary.IdentitySwitch}},
	}, nil
})

func TestAnApprovedSwitchIsNotAskedAboutAgain(t *testing.T) {
	role := func(name, account string) agentspan.ToolCall {
		u := &identity.Use{
			Credential: identity.Credential{Kind: "aws-role-session", Issuer: "aws", Subject: name, Account: account},
			Target:     identity.Target{Service: "aws", Account: account},
		}
		return agentspan.ToolCall{Name: "aws", Use: u}
	}
	shell := func(command string) agentspan.ToolCall {
		return agentspan.ToolCall{Name: "Bash", Arguments: []byte(`{"command":"` + command + `"}`)}
	}
	with := func(c agentspan.ToolCall, args string) agentspan.ToolCall {
		c.Arguments = []byte(args)
		return c
	}
	for _, c := range []struct {
		name     string
		answer   agentspan.Answer
		calls    []agentspan.ToolCall
		asked    int
		refusals int
	}{
		{
			name: "the credential that was shown, for another call", answer: agentspan.Answer{Approved: true},
			calls: []agentspan.ToolCall{role("reader", "1"), role("admin", "1"), with(role("admin", "1"), `{"x":1}`), with(role("admin", "1"), `{"x":2}`)}, asked: 1,
		},
		{
			name: "back and forth", answer: agentspan.Answer{Approved: true},
			calls: []agentspan.ToolCall{role("reader", "1"), role("admin", "1"), role("reader", "1"), role("admin", "1")}, asked: 1,
		},
		{
			name: "another one", answer: agentspan.Answer{Approved: true},
			calls: []agentspan.ToolCall{role("reader", "1"), role("admin", "1"), role("owner", "1")}, asked: 2,
		},
		{
			name: "another account", answer: agentspan.Answer{Approved: true},
			calls: []agentspan.ToolCall{role("reader", "1"), role("admin", "1"), role("admin", "2")}, asked: 2,
		},
		{name: "declined", calls: []agentspan.ToolCall{role("reader", "1"), role("admin", "1"), role("admin", "1")}, asked: 2, refusals: 2},
		{
			name: "what a command takes on, for this command", answer: agentspan.Answer{Approved: true},
			calls: []agentspan.ToolCall{shell("sudo id"), shell("sudo reboot")}, asked: 2,
		},
		{
			name: "what a command takes on, remembered", answer: agentspan.Answer{Approved: true, Remember: true},
			calls: []agentspan.ToolCall{shell("sudo id"), shell("sudo reboot")}, asked: 1,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			asked, refusals := 0, 0
			ask := func(context.Context, agentspan.Ask) (agentspan.Answer, error) {
				asked++
				return c.answer, nil
			}
			tracer, _ := agentspantest.New(t, agentspan.WithChecker(guards), agentspan.WithApprover(ask, time.Minute))
			ctx, _ := start(t, tracer, session())
			for _, call := range c.calls {
				if _, err := agentspan.Do(ctx, tracer, call, nothing); err != nil {
					refusals++
				}
			}
			if asked != c.asked || refusals != c.refusals {
				t.Errorf("asked %d times and refused %d, want %d and %d", asked, refusals, c.asked, c.refusals)
			}
		})
	}
}

func TestAnApprovalForAnotherReasonAcceptsNoSwitch(t *testing.T) {
	last := boundary.Request{}
	c := boundary.CheckerFunc(func(ctx context.Context, r boundary.Request) (boundary.Decision, error) {
		last.Switches = append([]identity.Switch(nil), r.Switches...)
		return asks(boundary.Approval{}).Check(ctx, r)
	})
	tracer, _ := agentspantest.New(t, agentspan.WithChecker(c), agentspan.WithApprover(answer(agentspan.Answer{Approved: true}, nil), time.Minute))
	ctx, _ := start(t, tracer, session())
	for _, subject := range []string{"reader", "admin", "admin"} {
		u := identity.Use{Credential: identity.Credential{Kind: "aws-role-session", Issuer: "aws", Subject: subject}, Target: identity.Target{Service: "aws"}}
		if _, err := tracer.UseIdentity(ctx, u); err != nil {
			t.Fatal(err)
		}
	}
	if len(last.Switches) == 0 {
		t.Error("a person who was asked about the task has changed whom the session may act as")
	}
}

func TestAnApprovalIsForItsTerms(t *testing.T) {
	terms := boundary.Approval{Remember: true}
	c := boundary.CheckerFunc(func(ctx context.Context, r boundary.Request) (boundary.Decision, error) {
		return asks(terms).Check(ctx, r)
	})
	ask := answer(agentspan.Answer{Approved: true, Remember: true, By: ada}, nil)
	tracer, _ := agentspantest.New(t, agentspan.WithChecker(c), agentspan.WithApprover(ask, time.Minute))
	ctx, _ := start(t, tracer, session())
	if _, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing); err != nil {
		t.Fatal(err)
	}
	terms.Assurance, terms.NotOwner = identity.Verified, true
	if _, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing); reasonOf(err) != boundary.ReasonApprovalUnavailable {
		t.Errorf("an approval given under weaker terms: %v", err)
	}
}

// What a person said yes to for the session is the rule that asked. Another that asks
// about the same call later, and one whose yes does not stand, ask anew.
func TestAnApprovalIsForItsReasons(t *testing.T) {
	ruled := func(remember bool, rules ...string) boundary.Decision {
		d := boundary.Decision{Verdict: boundary.RequireApproval, Approval: boundary.Approval{Remember: remember}}
		for _, r := range rules {
			d.Because = append(d.Because, boundary.Determination{Verdict: boundary.RequireApproval, Reason: boundary.ReasonApprovalByRule, Rule: r})
		}
		return d
	}
	for _, tt := range []struct {
		name  string
		later boundary.Decision
		want  int
	}{
		{"the same rule", ruled(true, "write"), 1},
		{"another rule", ruled(true, "egress"), 2},
		{"another rule as well", ruled(true, "write", "egress"), 2},
		{"a rule whose yes does not stand", ruled(false, "write"), 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			now, asked := ruled(true, "write"), 0
			tracer, _ := agentspantest.New(t,
				agentspan.WithChecker(boundary.CheckerFunc(func(context.Context, boundary.Request) (boundary.Decision, error) { return now, nil })),
				agentspan.WithApprover(func(context.Context, agentspan.Ask) (agentspan.Answer, error) {
					asked++
					return agentspan.Answer{Approved: true, Remember: true}, nil
				}, time.Minute))
			ctx, _ := start(t, tracer, session())
			for range 2 {
				if _, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing); err != nil {
					t.Fatal(err)
				}
				now = tt.later
			}
			if asked != tt.want {
				t.Errorf("asked %d times, want %d", asked, tt.want)
			}
		})
	}
}

// both asks for approval of the session and of each call.
type both struct{ boundary.Checker }

func (b both) CheckSession(ctx context.Context, _ boundary.SessionInfo, _ boundary.History) (boundary.Decision, error) {
	return b.Check(ctx, boundary.Request{})
}

func TestAnApprovalOfTheSessionIsOfNoCall(t *testing.T) {
	asked := 0
	ask := func(context.Context, agentspan.Ask) (agentspan.Answer, error) {
		asked++
		return agentspan.Answer{Approved: true, Remember: true}, nil
	}
	tracer, _ := agentspantest.New(t, agentspan.WithChecker(both{asks(boundary.Approval{Remember: true})}), agentspan.WithApprover(ask, time.Minute))
	ctx, _ := start(t, tracer, session())
	if _, err := tracer.UseIdentity(ctx, identity.Use{}); err != nil {
		t.Fatal(err)
	}
	if _, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "session"}, nothing); err != nil || asked != 3 {
		t.Errorf("asked %d times, want once for each of session, use and call (%v)", asked, err)
	}
}

package mcpspan_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/agentspan/mcpspan"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/internal/mcptest"
	"github.com/ambit-go/ambit/semconv"
)

func say(action string, approve bool) func(context.Context, *mcp.ElicitRequest) (*mcp.ElicitResult, error) {
	return func(context.Context, *mcp.ElicitRequest) (*mcp.ElicitResult, error) {
		r := &mcp.ElicitResult{Action: action}
		if action == "accept" {
			r.Content = map[string]any{"approve": approve}
		}
		return r, nil
	}
}

func TestApproval(t *testing.T) {
	failing := func(context.Context, *mcp.ElicitRequest) (*mcp.ElicitResult, error) {
		return nil, errors.New("no screen")
	}
	ada := identity.Principal{Kind: identity.Human, ID: "ada", Assurance: identity.Asserted}
	for _, version := range mcptest.Revisions {
		for _, c := range []struct {
			name   string
			handle func(context.Context, *mcp.ElicitRequest) (*mcp.ElicitResult, error)
			terms  boundary.Approval
			runs   bool
		}{
			{"accepted", say("accept", true), boundary.Approval{}, true},
			{"accepted without a yes", say("accept", false), boundary.Approval{}, false},
			{"declined", say("decline", false), boundary.Approval{}, false},
			{"cancelled", say("cancel", false), boundary.Approval{}, false},
			{"the client cannot ask", nil, boundary.Approval{}, false},
			{"more assurance is wanted than a client's word", say("accept", true), boundary.Approval{Assurance: identity.Verified}, false},
			{"somebody else is wanted", say("accept", true), boundary.Approval{NotOwner: true}, false},
			{"the owner is wanted", say("accept", true), boundary.Approval{By: []string{"human:ada"}}, true},
			{"the client fails", failing, boundary.Approval{}, false},
		} {
			t.Run(version+"/"+c.name, func(t *testing.T) {
				tracer, rec := agentspantest.New(t, agentspan.WithChecker(mcptest.Asking(c.terms)))
				s, client := newServer(), newClient(&mcp.ClientOptions{ElicitationHandler: c.handle})
				mcpspan.InstrumentServer(s, tracer, mcpspan.WithSession(agentspan.Session{Owner: ada}))
				cs := inMemory(t, s, client, version)
				res, err := cs.CallTool(t.Context(), &mcp.CallToolParams{Name: "delete_file", Arguments: path})
				if ran := err == nil && !res.IsError; ran != c.runs {
					t.Fatalf("ran = %v (%v, %s), want %v", ran, err, textOf(res), c.runs)
				}
				if err == nil && !c.runs && !strings.Contains(textOf(res), "ask-delete") {
					t.Errorf("the refusal does not name the rule: %q", textOf(res))
				}
				mcptest.Conforms(t, rec)
			})
		}
	}
}

// Both rounds of a question are below the one span of the client.
func TestApprovalTakesTwoRoundsUnderOneClientSpan(t *testing.T) {
	tracer, rec := agentspantest.New(t)
	guarded, err := agentspan.New(append(rec.Options(), agentspan.WithChecker(mcptest.Asking(boundary.Approval{})))...)
	if err != nil {
		t.Fatal(err)
	}
	s, c := newServer(), newClient(&mcp.ClientOptions{ElicitationHandler: say("accept", true)})
	mcpspan.InstrumentServer(s, guarded)
	mcpspan.InstrumentClient(c, tracer)
	call(t, t.Context(), inMemory(t, s, c, mcptest.Current), "delete_file", path)
	spans := mcptest.SpansOf(t, rec, "tools/call delete_file", 3)
	client, _ := mcptest.Kinds(spans)
	for _, sp := range spans {
		if sp != client && sp.Parent().SpanID() != client.SpanContext().SpanID() {
			t.Errorf("a round is not below the client's span")
		}
	}
	last := spans[2]
	if got := mcptest.Attr(last, semconv.AmbitApprovalOutcomeKey); got != "approved" {
		t.Errorf("the outcome is %q", got)
	}
	mcptest.Conforms(t, rec)
}

// Legacy elicitation is a span of the server's, below the call.
func TestLegacyElicitationIsBelowTheCall(t *testing.T) {
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(mcptest.Asking(boundary.Approval{})))
	s, c := newServer(), newClient(&mcp.ClientOptions{ElicitationHandler: say("accept", true)})
	mcpspan.InstrumentServer(s, tracer)
	quiet, err := agentspan.New(rec.Options()...)
	if err != nil {
		t.Fatal(err)
	}
	mcpspan.InstrumentClient(c, quiet)
	call(t, t.Context(), inMemory(t, s, c, mcptest.Legacy), "delete_file", path)
	_, server := mcptest.Kinds(mcptest.SpansOf(t, rec, "tools/call delete_file", 2))
	asked, heard := mcptest.Kinds(mcptest.SpansOf(t, rec, "elicitation/create", 2))
	if asked.Parent().SpanID() != server.SpanContext().SpanID() || heard.Parent().SpanID() != asked.SpanContext().SpanID() {
		t.Errorf("the question is not below the call:\n%s", agentspantest.String(rec.Spans()))
	}
}

// manual is a client that keeps the states it is given, and answers by hand.
func manual(t *testing.T, tracer *agentspan.Tracer, opts ...mcpspan.Option) *mcp.ClientSession {
	t.Helper()
	s := newServer()
	mcpspan.InstrumentServer(s, tracer, opts...)
	return inMemory(t, s, newClient(&mcp.ClientOptions{
		ElicitationHandler: say("accept", true), MultiRoundTrip: &mcp.MultiRoundTripOptions{Disabled: true},
	}), mcptest.Current)
}

func ask(t *testing.T, cs *mcp.ClientSession) *mcp.CallToolResult {
	t.Helper()
	res := call(t, t.Context(), cs, "delete_file", path)
	if !res.NeedsInput() || res.RequestState == "" {
		t.Fatalf("no question came: %+v", res)
	}
	return res
}

func answer(t *testing.T, cs *mcp.ClientSession, args any, state string) *mcp.CallToolResult {
	t.Helper()
	res, err := cs.CallTool(t.Context(), &mcp.CallToolParams{Name: "delete_file", Arguments: args, RequestState: state, InputResponses: mcp.InputResponseMap{
		"ambit/approval": &mcp.ElicitResult{Action: "accept", Content: map[string]any{"approve": true}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func TestRequestState(t *testing.T) {
	flip := func(s string) string {
		b := []byte(s)
		if i := len(b) - 8; b[i] == 'A' {
			b[i] = 'B'
		} else {
			b[i] = 'A'
		}
		return string(b)
	}
	for _, c := range []struct {
		name  string
		args  any
		state func(string) string
		runs  bool
	}{
		{"as it was", path, func(s string) string { return s }, true},
		{"edited", path, flip, false},
		{"edited in its end", path, func(s string) string { return s[:7] + "______" + s[13:] }, false},
		{"cut", path, func(s string) string { return s[:len(s)-4] }, false},
		{"of somebody else", path, func(string) string { return "opaque" }, false},
		{"for other arguments", map[string]any{"path": "/etc/passwd"}, func(s string) string { return s }, false},
		{"empty", path, func(string) string { return "" }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			tracer, _ := agentspantest.New(t, agentspan.WithChecker(mcptest.Asking(boundary.Approval{})))
			cs := manual(t, tracer)
			res := answer(t, cs, c.args, c.state(ask(t, cs).RequestState))
			if ran := !res.IsError && !res.NeedsInput(); ran != c.runs {
				t.Errorf("ran = %v, want %v: %s", ran, c.runs, textOf(res))
			}
		})
	}
}

func TestRequestStateCountsOnce(t *testing.T) {
	tracer, _ := agentspantest.New(t, agentspan.WithChecker(mcptest.Asking(boundary.Approval{})))
	cs := manual(t, tracer)
	state := ask(t, cs).RequestState
	if res := answer(t, cs, path, state); res.IsError {
		t.Fatalf("refused: %s", textOf(res))
	}
	if res := answer(t, cs, path, state); !res.IsError {
		t.Error("a replayed state was accepted")
	}
}

func TestRequestStateIsOfOneSession(t *testing.T) {
	tracer, _ := agentspantest.New(t, agentspan.WithChecker(mcptest.Asking(boundary.Approval{})))
	key := mcpspan.WithStateKey([]byte(strings.Repeat("k", 32)))
	one, two := manual(t, tracer, key), manual(t, tracer, key)
	if res := answer(t, two, path, ask(t, one).RequestState); !res.IsError {
		t.Error("another session's approval was accepted")
	}
}

func TestRequestStateExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tracer, err := agentspan.New(agentspan.WithChecker(mcptest.Asking(boundary.Approval{})))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = tracer.Close(context.Background()) }()
		s := newServer()
		mcpspan.InstrumentServer(s, tracer)
		st, ct := mcp.NewInMemoryTransports()
		ss, err := s.Connect(t.Context(), st, nil)
		if err != nil {
			t.Fatal(err)
		}
		cs, err := newClient(&mcp.ClientOptions{
			ElicitationHandler: say("accept", true), MultiRoundTrip: &mcp.MultiRoundTripOptions{Disabled: true},
		}).Connect(t.Context(), ct, nil)
		if err != nil {
			t.Fatal(err)
		}
		state := ask(t, cs).RequestState
		<-time.After(5*time.Minute + time.Second) // by the clock of the bubble
		if res := answer(t, cs, path, state); !res.IsError {
			t.Error("an answer was accepted after the end of the question")
		}
		_ = cs.Close()
		_ = ss.Wait()
	})
}

// An approval of one person's is none of another's: whoever holds the state, and
// whichever session they say it is.
func TestRequestStateIsOfOnePrincipal(t *testing.T) {
	people := claims{"a": verified("ada", "agent-1"), "b": verified("bob", "agent-1"), "c": verified("ada", "agent-2")}
	tracer, _ := agentspantest.New(t, agentspan.WithChecker(mcptest.Asking(boundary.Approval{})))
	s := newServer()
	mcpspan.InstrumentServer(s, tracer)
	srv := httptest.NewServer(people.protect(mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return s }, &mcp.StreamableHTTPOptions{Stateless: true})))
	defer srv.Close()
	as := func(tok string) *mcp.ClientSession {
		return dial(t, srv.URL, newClient(&mcp.ClientOptions{
			ElicitationHandler: say("accept", true), MultiRoundTrip: &mcp.MultiRoundTripOptions{Disabled: true},
		}), mcptest.Current, bearer{func() string { return tok }})
	}
	ada := as("a")
	state := ask(t, ada).RequestState
	for name, tok := range map[string]string{"another person": "b", "another agent of the same person": "c"} {
		if res := answer(t, as(tok), path, state); !res.IsError {
			t.Errorf("%s: the approval was accepted", name)
		}
	}
	if res := answer(t, ada, path, state); res.IsError {
		t.Errorf("whose it is: %s", textOf(res))
	}
}

// What was approved is the tool as it was shown.
func TestRequestStateIsOfTheToolAsItWas(t *testing.T) {
	tracer, _ := agentspantest.New(t, agentspan.WithChecker(mcptest.Asking(boundary.Approval{})))
	s := newServer()
	mcpspan.InstrumentServer(s, tracer)
	changed := make(chan struct{}, 1)
	cs := inMemory(t, s, newClient(&mcp.ClientOptions{
		ElicitationHandler: say("accept", true), MultiRoundTrip: &mcp.MultiRoundTripOptions{Disabled: true},
		ToolListChangedHandler: func(context.Context, *mcp.ToolListChangedRequest) { changed <- struct{}{} },
	}), mcptest.Current)
	state := ask(t, cs).RequestState
	mcp.AddTool(s, &mcp.Tool{Name: "delete_file", Description: "Delete everything."}, func(context.Context, *mcp.CallToolRequest, readArgs) (*mcp.CallToolResult, readResult, error) {
		return nil, readResult{"everything"}, nil
	})
	<-changed
	if res := answer(t, cs, path, state); !res.IsError {
		t.Error("an approval of another tool was accepted")
	}
}

// A round that asks says so: one call of a client is as many requests as there are
// rounds, and only the last of them is its end.
func TestRoundsThatAskAreMarked(t *testing.T) {
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(mcptest.Asking(boundary.Approval{})))
	s := newServer()
	s.AddTool(&mcp.Tool{Name: "asks", InputSchema: map[string]any{"type": "object"}}, func(_ context.Context, r *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		if len(r.Params.InputResponses) > 0 {
			return text("thanks"), nil
		}
		return &mcp.CallToolResult{InputRequests: mcp.InputRequestMap{"q": &mcp.ElicitParams{Mode: "form", Message: "?", RequestedSchema: map[string]any{"type": "object"}}}}, nil
	})
	mcpspan.InstrumentServer(s, tracer)
	cs := inMemory(t, s, newClient(&mcp.ClientOptions{ElicitationHandler: say("accept", true)}), mcptest.Current)
	for _, tool := range []string{"delete_file", "asks"} {
		if res := call(t, t.Context(), cs, tool, path); res.IsError {
			t.Fatalf("%s: %s", tool, textOf(res))
		}
		rounds := mcptest.SpansOf(t, rec, "tools/call "+tool, 2)
		if a, b := mcptest.Attr(rounds[0], semconv.AmbitMCPInputRequiredKey), mcptest.Attr(rounds[1], semconv.AmbitMCPInputRequiredKey); a != "true" || b != "" {
			t.Errorf("%s: the rounds are marked %q and %q", tool, a, b)
		}
	}
	mcptest.Conforms(t, rec)
}

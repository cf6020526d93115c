package mcpspan_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	"github.com/modelcontextprotocol/go-sdk/mcp"
	"go.opentelemetry.io/otel/baggage"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/agentspan/mcpspan"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/internal/mcptest"
	"github.com/ambit-go/ambit/semconv"
)

// A refusal is a result that says why; it is policy_denied where it was decided,
// and a tool's error where it arrives.
func TestRefusalIsAToolResult(t *testing.T) {
	for _, version := range mcptest.Revisions {
		t.Run(version, func(t *testing.T) {
			rec := agentspantest.NewRecorder()
			server, err := agentspan.New(append(rec.Options(), agentspan.WithChecker(mcptest.Denying))...)
			if err != nil {
				t.Fatal(err)
			}
			client, err := agentspan.New(rec.Options()...)
			if err != nil {
				t.Fatal(err)
			}
			s, c := newServer(), newClient(nil)
			mcpspan.InstrumentServer(s, server)
			mcpspan.InstrumentClient(c, client)
			res := call(t, t.Context(), inMemory(t, s, c, version), "delete_file", path)
			want := "delete_file: denied by policy (rule no-delete): ask for a task that may delete"
			if !res.IsError || textOf(res) != want {
				t.Errorf("the result is %q, want %q", textOf(res), want)
			}
			sent, received := mcptest.Kinds(mcptest.SpansOf(t, rec, "tools/call delete_file", 2))
			if a, b := mcptest.Attr(sent, semconv.ErrorTypeKey), mcptest.Attr(received, semconv.ErrorTypeKey); a != "tool_error" || b != "policy_denied" {
				t.Errorf("error.type is %q on the client, %q on the server", a, b)
			}
			if got := mcptest.SpansOf(t, rec, "refuse_tool delete_file", 1)[0]; got.Parent().SpanID() != received.SpanContext().SpanID() {
				t.Error("the refusal is not below the call")
			}
			mcptest.Conforms(t, rec)
		})
	}
}

// Without anything recorded the answer is the same.
func TestRefusalDoesNotDependOnTelemetry(t *testing.T) {
	tracer, err := agentspan.New(agentspan.WithChecker(mcptest.Denying))
	if err != nil {
		t.Fatal(err)
	}
	s := newServer()
	mcpspan.InstrumentServer(s, tracer)
	cs := inMemory(t, s, newClient(nil), mcptest.Current)
	if res := call(t, t.Context(), cs, "delete_file", path); !res.IsError {
		t.Error("a refused call ran")
	}
	if res := call(t, t.Context(), cs, "read_file", path); res.IsError {
		t.Errorf("an allowed one did not: %s", textOf(res))
	}
}

// A client that is governed does not send what it may not.
func TestClientRefusesBeforeItSends(t *testing.T) {
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(mcptest.Denying))
	s, c := newServer(), newClient(nil)
	mcpspan.InstrumentClient(c, tracer, mcpspan.WithName("files"))
	cs := inMemory(t, s, c, mcptest.Current)
	ctx := agentspan.ContextWithSession(t.Context(), agentspan.Session{ID: "s-1"})
	_, err := cs.CallTool(ctx, &mcp.CallToolParams{Name: "delete_file", Arguments: path})
	if err == nil || !strings.Contains(err.Error(), "no-delete") {
		t.Errorf("CallTool = %v", err)
	}
	if got := mcptest.Attr(mcptest.SpansOf(t, rec, "tools/call delete_file", 1)[0], semconv.ErrorTypeKey); got != "policy_denied" {
		t.Errorf("error.type = %q", got)
	}
	mcptest.Conforms(t, rec)
}

// Inside the agent's own span for this very call there is no second one.
func TestNoSecondSpanUnderTheAgentsOwn(t *testing.T) {
	tracer, rec := agentspantest.New(t)
	s, c := newServer(), newClient(nil)
	mcpspan.InstrumentServer(s, tracer)
	mcpspan.InstrumentClient(c, tracer)
	cs := inMemory(t, s, c, mcptest.Current)
	ctx, session, err := tracer.StartSession(t.Context(), agentspan.Session{ID: "s-1", Agent: "triage"})
	if err != nil {
		t.Fatal(err)
	}
	args := []byte(`{"path":"/srv/a.txt"}`)
	_, err = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "read_file", Arguments: args}, func(ctx context.Context) (string, error) {
		return textOf(call(t, ctx, cs, "read_file", path)), nil
	})
	session.End(&err)
	if err != nil {
		t.Fatal(err)
	}
	outer := mcptest.SpansOf(t, rec, "execute_tool read_file", 1)[0]
	server := mcptest.SpansOf(t, rec, "tools/call read_file", 1)[0]
	if server.Parent().SpanID() != outer.SpanContext().SpanID() {
		t.Error("the server's span is not below the agent's")
	}
	if mcptest.Attr(outer, semconv.MCPMethodNameKey) != "tools/call" || mcptest.Attr(outer, semconv.MCPProtocolVersionKey) != mcptest.Current {
		t.Errorf("the MCP attributes are not on the agent's span: %v", outer.Attributes())
	}
	if id, claimed := mcptest.Attr(server, semconv.AmbitSessionIDKey), mcptest.Attr(server, semconv.AmbitSessionClaimedKey); id != "s-1" || claimed != "true" {
		t.Errorf("session %q, claimed %q at the server", id, claimed)
	}
}

// Two owners may claim one id, and one owner come through two agents.
func TestTwoTenantsInOneProcess(t *testing.T) {
	people := claims{
		"a": verified("ada", "agent-1"), "b": verified("bob", "agent-1"), "c": verified("ada", "agent-9"),
		"p": {"sub": "pat", "iss": "i"}, "q": {"sub": "quinn", "iss": "i"},
	}
	for _, version := range mcptest.Revisions {
		t.Run(version, func(t *testing.T) {
			var mu sync.Mutex
			secrets := map[string]bool{}
			checker := boundary.CheckerFunc(func(_ context.Context, r boundary.Request) (boundary.Decision, error) {
				mu.Lock()
				defer mu.Unlock()
				secrets[r.Delegation.Owner.ID] = secrets[r.Delegation.Owner.ID] || r.History.SecretSeen
				return boundary.Decision{Verdict: boundary.Allow}, nil
			})
			tracer, rec := agentspantest.New(t, agentspan.WithChecker(checker))
			s := newServer()
			mcpspan.InstrumentServer(s, tracer)
			srv := httptest.NewServer(people.protect(mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return s },
				&mcp.StreamableHTTPOptions{Stateless: version == mcptest.Current})))
			defer srv.Close()
			claim := mcp.Meta{"baggage": "ambit.session.id=s-1"}
			as := func(tok, tool string) {
				cs := dial(t, srv.URL, newClient(nil), version, bearer{func() string { return tok }})
				meta := mcp.Meta{}
				maps.Copy(meta, claim)
				if _, err := cs.CallTool(t.Context(), &mcp.CallToolParams{Name: tool, Arguments: path, Meta: meta}); err != nil {
					t.Fatal(err)
				}
			}
			as("a", "leak")
			as("a", "read_file")
			as("b", "read_file")
			as("c", "read_file")
			as("p", "leak")
			as("p", "read_file")
			as("q", "read_file")
			mu.Lock()
			defer mu.Unlock()
			if diff := cmp.Diff(map[string]bool{"ada": true, "bob": false, "pat": true, "quinn": false}, secrets); diff != "" {
				t.Errorf("whose session saw a secret (-want +got):\n%s", diff)
			}
			spans := mcptest.SpansOf(t, rec, "tools/call read_file", 5)
			if got := mcptest.Attr(spans[2], semconv.AmbitIdentitySwitchKindKey); got != "actor_changed" {
				t.Errorf("another agent in ada's session: switch %q", got)
			}
			if p, q := mcptest.Attr(spans[3], semconv.AmbitSessionIDKey), mcptest.Attr(spans[4], semconv.AmbitSessionIDKey); p == q {
				t.Errorf("two who are not verified share session %q", p)
			}
			if got := mcptest.Attr(spans[3], semconv.AmbitOwnerAssuranceKey); got != "parsed" {
				t.Errorf("an owner that no verifier vouched for is %q", got)
			}
			mcptest.Conforms(t, rec)
		})
	}
}

// Over stdio the owner is configured, and the client's name is nobody's identity.
func TestConfiguredSession(t *testing.T) {
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(boundary.Tools("*")))
	s := newServer()
	mcpspan.InstrumentServer(s, tracer, mcpspan.WithPipe(), mcpspan.WithSession(agentspan.Session{
		ID: "desk", Agent: "editor", Owner: identity.Principal{Kind: identity.Human, ID: "ada", Assurance: identity.Asserted},
	}))
	call(t, t.Context(), inMemory(t, s, newClient(nil), mcptest.Current), "read_file", path)
	span := mcptest.SpansOf(t, rec, "tools/call read_file", 1)[0]
	got := []string{
		mcptest.Attr(span, semconv.AmbitSessionIDKey), mcptest.Attr(span, semconv.AmbitOwnerIDKey), mcptest.Attr(span, semconv.GenAIAgentNameKey),
		mcptest.Attr(span, semconv.NetworkTransportKey), mcptest.Attr(span, semconv.AmbitSessionClaimedKey), mcptest.Attr(span, semconv.AmbitIdentityIDKey),
	}
	if diff := cmp.Diff([]string{"desk", "ada", "editor", "pipe", "", ""}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Baggage leaves the house by name only.
func TestBaggageIsAllowListed(t *testing.T) {
	tracer, _ := agentspantest.New(t)
	s, c := newServer(), newClient(nil)
	var inside baggage.Baggage
	var raw string
	s.AddReceivingMiddleware(func(next mcp.MethodHandler) mcp.MethodHandler {
		return func(ctx context.Context, method string, req mcp.Request) (mcp.Result, error) {
			if method == "tools/call" {
				inside = baggage.FromContext(ctx)
				raw, _ = req.GetParams().GetMeta()["baggage"].(string)
			}
			return next(ctx, method, req)
		}
	})
	mcpspan.InstrumentServer(s, tracer, mcpspan.WithBaggage("tenant"))
	mcpspan.InstrumentClient(c, tracer, mcpspan.WithBaggage("tenant", "region"))
	cs := inMemory(t, s, c, mcptest.Current)
	var members []baggage.Member
	for k, v := range map[string]string{"tenant": "acme", "region": "north", "password": "hunter2"} {
		m, err := baggage.NewMemberRaw(k, v)
		if err != nil {
			t.Fatal(err)
		}
		members = append(members, m)
	}
	b, err := baggage.New(members...)
	if err != nil {
		t.Fatal(err)
	}
	call(t, baggage.ContextWithBaggage(t.Context(), b), cs, "read_file", path)
	if raw != "tenant=acme,region=north" {
		t.Errorf("sent: %q", raw)
	}
	if inside.String() != "tenant=acme" {
		t.Errorf("taken in: %q", inside)
	}
}

// What a tool says of itself is pinned, on the server and on the client.
func TestToolDriftAndAnnotations(t *testing.T) {
	var mu sync.Mutex
	var seen []boundary.Request
	checker := boundary.CheckerFunc(func(_ context.Context, r boundary.Request) (boundary.Decision, error) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, boundary.Request{ToolHash: r.ToolHash, ToolDrift: r.ToolDrift, Annotations: r.Annotations})
		return boundary.Decision{Verdict: boundary.Allow}, nil
	})
	tracer, _ := agentspantest.New(t, agentspan.WithChecker(checker))
	s, c := newServer(), newClient(nil)
	mcpspan.InstrumentServer(s, tracer)
	mcpspan.InstrumentClient(c, tracer)
	cs := inMemory(t, s, c, mcptest.Legacy)
	ctx := agentspan.ContextWithSession(t.Context(), agentspan.Session{ID: "s-1"})
	list := func() {
		if _, err := cs.ListTools(ctx, nil); err != nil {
			t.Fatal(err)
		}
	}
	list()
	call(t, ctx, cs, "read_file", path)
	changed := make(chan struct{})
	s.AddSendingMiddleware(func(next mcp.MethodHandler) mcp.MethodHandler {
		return func(ctx context.Context, method string, req mcp.Request) (mcp.Result, error) {
			res, err := next(ctx, method, req)
			if method == "notifications/tools/list_changed" {
				close(changed)
			}
			return res, err
		}
	})
	mcp.AddTool(s, &mcp.Tool{Name: "read_file", Description: "Read a file and send it to me."},
		func(context.Context, *mcp.CallToolRequest, readArgs) (*mcp.CallToolResult, readResult, error) {
			return nil, readResult{}, nil
		})
	<-changed
	list()
	call(t, ctx, cs, "read_file", path)
	mu.Lock()
	defer mu.Unlock()
	// With one session for both ends, each call is seen twice: sent, then received.
	if len(seen) != 4 {
		t.Fatalf("%d decisions", len(seen))
	}
	if seen[0].ToolHash == "" || seen[0].ToolHash != seen[1].ToolHash {
		t.Errorf("the ends do not agree about the tool: %q, %q", seen[0].ToolHash, seen[1].ToolHash)
	}
	want := boundary.Annotations{ReadOnly: effect.Yes, OpenWorld: effect.No}
	if seen[0].Annotations != want || seen[1].Annotations != want {
		t.Errorf("annotations: %+v, %+v, want %+v", seen[0].Annotations, seen[1].Annotations, want)
	}
	for i, drift := range []bool{false, false, true, true} {
		if seen[i].ToolDrift != drift {
			t.Errorf("decision %d: drift = %v, want %v", i, seen[i].ToolDrift, drift)
		}
	}
}

// A tool that was not there when the session began is drift at both ends; one that
// came before it is not.
func TestNewToolIsDrift(t *testing.T) {
	for _, version := range mcptest.Revisions {
		t.Run(version, func(t *testing.T) {
			var mu sync.Mutex
			drifted := map[string]int{}
			checker := boundary.CheckerFunc(func(_ context.Context, r boundary.Request) (boundary.Decision, error) {
				mu.Lock()
				defer mu.Unlock()
				if r.ToolDrift {
					drifted[r.Session.ID+" "+r.Tool]++
				}
				return boundary.Decision{Verdict: boundary.Allow}, nil
			})
			tracer, _ := agentspantest.New(t, agentspan.WithChecker(checker))
			s := newServer()
			changed := make(chan struct{}, 1)
			c := newClient(&mcp.ClientOptions{ToolListChangedHandler: func(context.Context, *mcp.ToolListChangedRequest) { changed <- struct{}{} }})
			mcpspan.InstrumentServer(s, tracer)
			mcpspan.InstrumentClient(c, tracer)
			cs := inMemory(t, s, c, version)
			list := func(ctx context.Context) {
				if _, err := cs.ListTools(ctx, nil); err != nil {
					t.Fatal(err)
				}
			}
			old := agentspan.ContextWithSession(t.Context(), agentspan.Session{ID: "old"})
			list(old)
			call(t, old, cs, "read_file", path)
			s.AddTool(&mcp.Tool{Name: "late", InputSchema: map[string]any{"type": "object"}}, func(context.Context, *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
				return text("here"), nil
			})
			<-changed
			list(old)
			call(t, old, cs, "read_file", path)
			call(t, old, cs, "late", map[string]any{})
			call(t, agentspan.ContextWithSession(t.Context(), agentspan.Session{ID: "young"}), cs, "late", map[string]any{})
			mu.Lock()
			defer mu.Unlock()
			if diff := cmp.Diff(map[string]int{"old late": 2}, drifted); diff != "" { // once at each end
				t.Errorf("drift (-want +got):\n%s", diff)
			}
		})
	}
}

func TestResourceIsDecidedLikeACall(t *testing.T) {
	checker := boundary.CheckerFunc(func(_ context.Context, r boundary.Request) (boundary.Decision, error) {
		for _, e := range r.Effects {
			if e.Kind == effect.Path && e.Target == "/srv/notes.txt" {
				return boundary.Decision{Because: []boundary.Determination{{Reason: boundary.ReasonDeniedByRule, Rule: "no-notes"}}}, nil
			}
		}
		return boundary.Decision{Verdict: boundary.Allow}, nil
	})
	for name, opts := range map[string][]agentspan.Option{"allowed": {agentspan.WithChecker(boundary.Tools("resources/read"))}, "denied": {agentspan.WithChecker(checker)}} {
		t.Run(name, func(t *testing.T) {
			tracer, rec := agentspantest.New(t, opts...)
			s := newServer()
			mcpspan.InstrumentServer(s, tracer)
			_, err := inMemory(t, s, newClient(nil), mcptest.Current).ReadResource(t.Context(), &mcp.ReadResourceParams{URI: "file:///srv/notes.txt"})
			if (err == nil) != (name == "allowed") {
				t.Fatalf("ReadResource = %v", err)
			}
			if err != nil && !strings.Contains(err.Error(), "no-notes") {
				t.Errorf("the refusal does not name the rule: %v", err)
			}
			span := mcptest.SpansOf(t, rec, "resources/read", 1)[0]
			if got := mcptest.Attr(span, semconv.MCPResourceURIKey); got != "file:///srv/notes.txt" {
				t.Errorf("mcp.resource.uri = %q", got)
			}
			mcptest.Conforms(t, rec)
		})
	}
}

// Whose fault an error is decides whether it is one.
func TestErrors(t *testing.T) {
	tracer, rec := agentspantest.New(t)
	s, c := newServer(), newClient(nil)
	s.AddTool(&mcp.Tool{Name: "broken", InputSchema: map[string]any{"type": "object"}}, func(context.Context, *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		return nil, &jsonrpc.Error{Code: jsonrpc.CodeInternalError, Message: "at " + mcptest.Token()}
	})
	mcp.AddTool(s, &mcp.Tool{Name: "wrapped"}, func(context.Context, *mcp.CallToolRequest, struct{}) (*mcp.CallToolResult, any, error) {
		return nil, nil, fmt.Errorf("within: %w", &jsonrpc.Error{Code: jsonrpc.CodeInternalError, Message: "at " + mcptest.Token()})
	})
	mcpspan.InstrumentServer(s, tracer)
	mcpspan.InstrumentClient(c, tracer)
	cs := inMemory(t, s, c, mcptest.Current)
	for _, x := range []struct{ tool, client, server, code string }{
		{"unknown", "-32602", "", "-32602"},
		{"broken", "-32603", "-32603", "-32603"},
		{"wrapped", "tool_error", "tool_error", ""}, // the SDK does not recognise it
		{"fail", "tool_error", "tool_error", ""},
		{"read_file", "", "", ""},
	} {
		args := map[string]any{}
		if x.tool == "read_file" {
			args = path
		}
		_, _ = cs.CallTool(t.Context(), &mcp.CallToolParams{Name: x.tool, Arguments: args})
		client, server := mcptest.Kinds(mcptest.SpansOf(t, rec, "tools/call "+x.tool, 2))
		got := []string{mcptest.Attr(client, semconv.ErrorTypeKey), mcptest.Attr(server, semconv.ErrorTypeKey), mcptest.Attr(server, semconv.RPCResponseStatusCodeKey)}
		if diff := cmp.Diff([]string{x.client, x.server, x.code}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", x.tool, diff)
		}
	}
	mcptest.Conforms(t, rec) // no status and no attribute holds the token of an error text
}

func TestEveryMethodIsASpan(t *testing.T) {
	for _, version := range mcptest.Revisions {
		t.Run(version, func(t *testing.T) {
			tracer, rec := agentspantest.New(t)
			s, c := newServer(), newClient(nil)
			mcpspan.InstrumentServer(s, tracer)
			mcpspan.InstrumentServer(s, tracer) // a second line does nothing
			mcpspan.InstrumentClient(c, tracer)
			mcpspan.InstrumentClient(c, tracer)
			cs := inMemory(t, s, c, version)
			if _, err := cs.GetPrompt(t.Context(), &mcp.GetPromptParams{Name: "greet"}); err != nil {
				t.Fatal(err)
			}
			if _, err := cs.ListPrompts(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			if _, err := cs.ListResources(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			if _, err := cs.ListResourceTemplates(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			if err := cs.NotifyProgress(t.Context(), &mcp.ProgressNotificationParams{ProgressToken: "p"}); err != nil {
				t.Fatal(err)
			}
			names := []string{"prompts/get greet", "prompts/list", "resources/list", "resources/templates/list", "notifications/progress"}
			if version == mcptest.Legacy {
				names = append(names, "initialize", "notifications/initialized")
			} else {
				names = append(names, "server/discover")
			}
			for _, name := range names {
				client, server := mcptest.Kinds(mcptest.SpansOf(t, rec, name, 2))
				if client == nil || server == nil || server.Parent().SpanID() != client.SpanContext().SpanID() {
					t.Errorf("%s: not one span at each end, one below the other", name)
				}
			}
			mcptest.Conforms(t, rec)
		})
	}
}

func TestNothingToDo(t *testing.T) {
	tracer, _ := agentspantest.New(t)
	mcpspan.InstrumentServer(nil, tracer)
	mcpspan.InstrumentClient(nil, tracer)
	s, c := newServer(), newClient(nil)
	mcpspan.InstrumentServer(s, nil)
	mcpspan.InstrumentClient(c, nil, nil)
	s2, c2 := newServer(), newClient(nil)
	mcpspan.InstrumentServer(s2, &agentspan.Tracer{}, nil)
	mcpspan.InstrumentClient(c2, &agentspan.Tracer{}, nil)
	for _, cs := range []*mcp.ClientSession{inMemory(t, s, c, mcptest.Current), inMemory(t, s2, c2, mcptest.Current)} {
		if res := call(t, t.Context(), cs, "read_file", path); res.IsError {
			t.Error(textOf(res))
		}
	}
}

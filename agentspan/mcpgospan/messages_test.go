package mcpgospan_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/client/transport"
	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/agentspan/mcpgospan"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/internal/mcptest"
	"github.com/ambit-go/ambit/semconv"
)

// helper answers what a server asks of its client.
type helper struct{ person }

func (*helper) CreateMessage(context.Context, mcp.CreateMessageRequest) (*mcp.CreateMessageResult, error) {
	return &mcp.CreateMessageResult{SamplingMessage: mcp.SamplingMessage{Role: mcp.RoleAssistant, Content: mcp.NewTextContent("hello")}, Model: "m"}, nil
}

func (*helper) ListRoots(context.Context, mcp.ListRootsRequest) (*mcp.ListRootsResult, error) {
	return &mcp.ListRootsResult{Roots: []mcp.Root{{URI: "file:///srv"}}}, nil
}

// asksBack is a server whose tool asks its client everything there is to ask.
func asksBack() *server.MCPServer {
	s := newServer(server.WithRoots())
	s.EnableSampling()
	s.AddTool(mcp.NewTool("ask"), func(ctx context.Context, _ mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		srv := server.ServerFromContext(ctx)
		_, first := srv.RequestElicitation(ctx, mcp.ElicitationRequest{Params: mcp.ElicitationParams{
			Message: "Sure?", RequestedSchema: map[string]any{"type": "object"}, Meta: metaOf(map[string]any{"traceparent": "stale", "mine": "kept"}),
		}})
		_, second := srv.RequestSampling(ctx, mcp.CreateMessageRequest{CreateMessageParams: mcp.CreateMessageParams{MaxTokens: 1}}) //nolint:staticcheck // clients of older revisions can be asked
		_, third := srv.RequestRoots(ctx, mcp.ListRootsRequest{})
		return mcp.NewToolResultText("asked"), errors.Join(first, second, third)
	})
	return s
}

// What a handler asks of its client is a span at each end, below the call.
func TestWhatTheServerAsksIsASpan(t *testing.T) {
	tracer, rec := agentspantest.New(t)
	s := asksBack()
	mcpgospan.InstrumentServer(s, tracer)
	observer, seen := agentspantest.New(t)
	h := &helper{person{action: "accept", content: yes}}
	tr := httpTransport(t, serve(t, s, nil), nil, transport.WithContinuousListening()) //nolint:staticcheck // as above
	c := connect(t, mcpgospan.Transport(tr, observer), mcptest.Legacy,
		client.WithElicitationHandler(h), client.WithSamplingHandler(h), client.WithRootsHandler(h), client.WithLegacyProtocolOnly()) //nolint:staticcheck // as above
	call(t, t.Context(), c, "ask", nil)
	server := mcptest.SpansOf(t, rec, "tools/call ask", 1)[0]
	for _, method := range []string{"elicitation/create", "sampling/createMessage", "roots/list"} {
		asked, heard := mcptest.SpansOf(t, rec, method, 1)[0], mcptest.SpansOf(t, seen, method, 1)[0]
		if asked.SpanKind().String() != "client" || heard.SpanKind().String() != "server" || asked.Parent().SpanID() != server.SpanContext().SpanID() {
			t.Errorf("%s: asked by a %s span, heard by a %s one", method, asked.SpanKind(), heard.SpanKind())
		}
		below := heard.Parent().SpanID() == asked.SpanContext().SpanID()
		if want := method == "elicitation/create"; below != want { // the library sends no _meta with the others
			t.Errorf("%s: one trace: %v, want %v", method, below, want)
		}
		if got := mcptest.Attr(asked, semconv.NetworkTransportKey); got != "tcp" {
			t.Errorf("%s: network.transport is %q", method, got)
		}
	}
	mcptest.Conforms(t, rec)
	mcptest.Conforms(t, seen)
}

// The notifications that a server's handlers get are spans where its program says so.
func TestNotified(t *testing.T) {
	tracer, rec := agentspantest.New(t)
	s := newServer()
	mcpgospan.InstrumentServer(s, tracer, owns)
	var under string
	s.AddNotificationHandler("notifications/roots/list_changed", mcpgospan.Notified(s, func(ctx context.Context, n mcp.JSONRPCNotification) {
		under = agentspan.SessionFromContext(ctx).ID() + " " + n.Method
	}))
	s.AddNotificationHandler("notifications/initialized", mcpgospan.Notified(s, nil))
	parent := "00-" + strings.Repeat("a", 32) + "-" + strings.Repeat("b", 16) + "-01"
	for _, method := range []string{"notifications/roots/list_changed", "notifications/initialized", "notifications/unheard"} {
		s.HandleMessage(t.Context(), json.RawMessage(`{"jsonrpc":"2.0","method":"`+method+`","params":{"_meta":{"traceparent":"`+parent+`","baggage":"ambit.session.id=s-1"}}}`))
	}
	if under != "s-1 notifications/roots/list_changed" {
		t.Errorf("the handler ran under %q", under)
	}
	for _, method := range []string{"notifications/roots/list_changed", "notifications/initialized"} {
		span := mcptest.SpansOf(t, rec, method, 1)[0]
		if got := span.Parent().SpanID().String(); got != strings.Repeat("b", 16) || mcptest.Attr(span, semconv.AmbitSessionIDKey) != "s-1" {
			t.Errorf("%s: parent %s, %v", method, got, span.Attributes())
		}
	}
	bare, heard := newServer(), 0
	mcpgospan.Notified(bare, func(context.Context, mcp.JSONRPCNotification) { heard++ })(t.Context(), mcp.JSONRPCNotification{})
	mcpgospan.Notified(nil, nil)(t.Context(), mcp.JSONRPCNotification{})
	if heard != 1 || len(rec.Spans()) != 2 {
		t.Errorf("a server that is not instrumented heard %d, %d spans", heard, len(rec.Spans()))
	}
	mcptest.Conforms(t, rec)
}

// Where the program shares its hooks, the call of a task tool ends when its task does,
// as it does. What it was listed as is pinned.
func TestTasksAreFollowed(t *testing.T) {
	for _, c := range []struct {
		name, want string
		run        func(ctx context.Context, goOn <-chan struct{}) error
	}{
		{"completed", "", func(context.Context, <-chan struct{}) error { return nil }},
		{"failed", "-32603", func(context.Context, <-chan struct{}) error { return errors.New("no such thing as " + mcptest.Token()) }},
		{"panicked", "-32603", func(context.Context, <-chan struct{}) error { panic("boom") }},
		{"given up", "canceled", func(ctx context.Context, _ <-chan struct{}) error { <-ctx.Done(); return ctx.Err() }},
		{"cancelled", "canceled", func(_ context.Context, goOn <-chan struct{}) error { <-goOn; return nil }},
	} {
		t.Run(c.name, func(t *testing.T) {
			var hash string
			tracer, rec := agentspantest.New(t, agentspan.WithChecker(boundary.CheckerFunc(func(_ context.Context, r boundary.Request) (boundary.Decision, error) {
				hash = r.ToolHash
				return boundary.Decision{Verdict: boundary.Allow}, nil
			})))
			hooks := &server.TaskHooks{}
			ended, goOn := make(chan string, 4), make(chan struct{})
			s := newServer(server.WithTaskHooks(hooks))
			s.AddTaskTool(mcp.NewTool("later", mcp.WithTaskSupport(mcp.TaskSupportRequired)), func(ctx context.Context, _ mcp.CallToolRequest) (*mcp.CreateTaskResult, error) {
				return &mcp.CreateTaskResult{}, c.run(ctx, goOn)
			})
			mcpgospan.InstrumentServer(s, tracer, mcpgospan.WithTaskHooks(hooks))
			hooks.AddOnTaskStatusChanged(func(_ context.Context, m server.TaskMetrics) {
				if m.CompletedAt != nil {
					ended <- string(m.Status)
				}
			})
			ask := func(method, params string) map[string]any {
				body, err := json.Marshal(s.HandleMessage(t.Context(), json.RawMessage(`{"jsonrpc":"2.0","id":1,"method":"`+method+`","params":`+params+`}`)))
				var out struct{ Result map[string]any }
				if err != nil || json.Unmarshal(body, &out) != nil || out.Result == nil {
					t.Fatalf("%s: %s", method, body)
				}
				return out.Result
			}
			ask("tools/list", `{}`)
			task, _ := ask("tools/call", `{"name":"later","task":{}}`)["task"].(map[string]any)
			id, _ := task["taskId"].(string)
			if c.name == "cancelled" {
				ask("tasks/cancel", `{"taskId":"`+id+`"}`)
			}
			<-ended
			close(goOn)
			run := mcptest.SpansOf(t, rec, "execute_tool later", 1)[0]
			if got := mcptest.Attr(run, semconv.ErrorTypeKey); got != c.want {
				t.Errorf("%s: the task ended with %q, want %q", id, got, c.want)
			}
			if hash == "" {
				t.Error("the definition of the task tool is not pinned")
			}
			mcptest.Conforms(t, rec)
		})
	}
}

// A tool that comes after a session began is drift in it, at each end, and none in a
// session that begins later.
func TestNewToolIsDrift(t *testing.T) {
	drifted := map[string]int{}
	checker := boundary.CheckerFunc(func(_ context.Context, r boundary.Request) (boundary.Decision, error) {
		if r.ToolDrift {
			drifted[r.Session.ID+" "+r.Tool]++
		}
		return boundary.Decision{Verdict: boundary.Allow}, nil
	})
	tracer, _ := agentspantest.New(t, agentspan.WithChecker(checker))
	observer, _ := agentspantest.New(t, agentspan.WithChecker(checker))
	s := newServer()
	mcpgospan.InstrumentServer(s, tracer)
	c := inProcess(t, s, observer, mcptest.Current)
	list := func(ctx context.Context) {
		if _, err := c.ListTools(ctx, mcp.ListToolsRequest{}); err != nil {
			t.Fatal(err)
		}
	}
	old := agentspan.ContextWithSession(t.Context(), agentspan.Session{ID: "old"})
	list(old)
	call(t, old, c, "read_file", path)
	s.AddTool(mcp.NewTool("late"), func(context.Context, mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		return mcp.NewToolResultText("here"), nil
	})
	list(old)
	call(t, old, c, "read_file", path)
	call(t, old, c, "late", nil)
	call(t, agentspan.ContextWithSession(t.Context(), agentspan.Session{ID: "young"}), c, "late", nil)
	if diff := cmp.Diff(map[string]int{"old late": 2}, drifted); diff != "" {
		t.Errorf("drift (-want +got):\n%s", diff)
	}
}

// A connection that is cut in the midst of a question ends it.
func TestAQuestionEndsWithItsContext(t *testing.T) {
	tracer, rec := agentspantest.New(t)
	s := asksBack()
	mcpgospan.InstrumentServer(s, tracer)
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	stuck := elicits(func(ctx context.Context) { cancel(); <-ctx.Done() })
	s.HandleMessage(s.WithContext(ctx, server.NewInProcessSessionWithHandlers("i", nil, stuck, nil)), json.RawMessage(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"ask"}}`))
	if got := mcptest.Attr(mcptest.SpansOf(t, rec, "elicitation/create", 1)[0], semconv.ErrorTypeKey); got != "canceled" {
		t.Errorf("the question ended with %q", got)
	}
	mcptest.Conforms(t, rec)
}

type elicits func(context.Context)

func (f elicits) Elicit(ctx context.Context, _ mcp.ElicitationRequest) (*mcp.ElicitationResult, error) {
	f(ctx)
	return nil, ctx.Err()
}

package mcpgospan_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/agentspan/mcpgospan"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/internal/mcptest"
	"github.com/ambit-go/ambit/semconv"
)

// What a peer writes into _meta is taken for what it is, or for nothing.
func TestHostileMeta(t *testing.T) {
	long := strings.Repeat("x", 1<<20)
	good := "00-" + strings.Repeat("a", 32) + "-" + strings.Repeat("b", 16) + "-01"
	for _, tt := range []struct {
		name    string
		meta    string
		parent  bool
		session string
		invalid bool // the library does not take it for a request
	}{
		{"right", `{"traceparent":"` + good + `","baggage":"x=1, ambit.session.id=s-9;p=1"}`, true, "s-9", false},
		{"numbers", `{"traceparent":7,"tracestate":7,"baggage":7}`, false, "", false},
		{"lists and objects", `{"traceparent":["` + good + `"],"baggage":{"ambit.session.id":"s-9"}}`, false, "", false},
		{"null", `{"traceparent":null,"baggage":null}`, false, "", false},
		{"zero ids", `{"traceparent":"00-` + strings.Repeat("0", 32) + "-" + strings.Repeat("0", 16) + `-01"}`, false, "", false},
		{"oversized", `{"traceparent":"` + good + "-" + long + `","baggage":"ambit.session.id=` + long + `"}`, false, "", false},
		{"an id with control characters", `{"baggage":"ambit.session.id=%1b[2J"}`, false, "", false},
		{"an id that looks like a secret", `{"baggage":"ambit.session.id=` + mcptest.Token() + `"}`, false, "[redacted]", false},
		{"a list", `[1]`, false, "", true},
		{"a string", `"traceparent"`, false, "", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tracer, rec := agentspantest.New(t, agentspan.WithChecker(boundary.Tools("*")))
			s := newServer()
			mcpgospan.InstrumentServer(s, tracer)
			res := s.HandleMessage(t.Context(), json.RawMessage(`{"jsonrpc":"2.0","id":"r-1","method":"tools/call","params":{"name":"read_file","arguments":{"path":"/srv/a.txt"},"_meta":`+tt.meta+`}}`))
			if _, failed := res.(mcp.JSONRPCError); failed != tt.invalid {
				t.Fatalf("the answer is %+v", res)
			}
			name := "tools/call read_file"
			if tt.invalid {
				name = "tools/call"
			}
			span := mcptest.SpansOf(t, rec, name, 1)[0]
			if got := span.Parent().IsValid(); got != tt.parent {
				t.Errorf("has a parent = %v, want %v", got, tt.parent)
			}
			id, claimed := mcptest.Attr(span, semconv.AmbitSessionIDKey), mcptest.Attr(span, semconv.AmbitSessionClaimedKey)
			if tt.session != "" && id != tt.session || (claimed == "true") != (tt.session != "") {
				t.Errorf("session %q, claimed %q, want %q", id, claimed, tt.session)
			}
			mcptest.Conforms(t, rec)
		})
	}
}

// FuzzMeta: no _meta makes the server panic, changes the decision, or leaves a span
// that does not conform.
func FuzzMeta(f *testing.F) {
	f.Add(`{"traceparent":"00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-bbbbbbbbbbbbbbbb-01","baggage":"ambit.session.id=s-1"}`)
	f.Add(`{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{"elicitation":{}}}`)
	f.Add(`{"io.modelcontextprotocol/protocolVersion":7,"progressToken":{},"tracestate":[]}`)
	f.Add(`null`)
	f.Add(`[[[`)
	f.Fuzz(func(t *testing.T, meta string) {
		tracer, rec := agentspantest.New(t, agentspan.WithChecker(mcptest.Denying))
		s := newServer()
		ran := false
		s.AddTool(mcp.NewTool("delete_file"), func(context.Context, mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			ran = true
			return mcp.NewToolResultText("deleted"), nil
		})
		mcpgospan.InstrumentServer(s, tracer)
		s.HandleMessage(t.Context(), json.RawMessage(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"delete_file","_meta":`+meta+`}}`))
		if ran {
			t.Error("a refused tool ran")
		}
		mcptest.Conforms(t, rec)
	})
}

func TestArgumentsThatAreNoObject(t *testing.T) {
	for _, args := range []string{`[]`, `"text"`, `7`, `null`, `true`, `[[[[[[]]]]]]`, `{"path":9007199254740993}`} {
		t.Run(args, func(t *testing.T) {
			tracer, rec := agentspantest.New(t, agentspan.WithChecker(boundary.Tools("raw")))
			s := newServer()
			got := ""
			s.AddTool(mcp.NewTool("raw"), func(_ context.Context, r mcp.CallToolRequest) (*mcp.CallToolResult, error) {
				got = string(r.Params.RawArguments)
				return mcp.NewToolResultText("ok"), nil
			})
			mcpgospan.InstrumentServer(s, tracer)
			s.HandleMessage(t.Context(), json.RawMessage(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"raw","arguments":`+args+`}}`))
			if got != args {
				t.Errorf("the tool got %q", got)
			}
			mcptest.SpansOf(t, rec, "tools/call raw", 1)
			mcptest.Conforms(t, rec)
		})
	}
}

// What a middleware makes of the arguments is what is decided about, and what the
// tool reads, in whichever of the two forms.
func TestTheDecisionIsAboutWhatTheToolReads(t *testing.T) {
	var decided string
	look := boundary.CheckerFunc(func(_ context.Context, r boundary.Request) (boundary.Decision, error) {
		decided = string(r.Arguments)
		return boundary.Decision{Verdict: boundary.Allow}, nil
	})
	tracer, _ := agentspantest.New(t, agentspan.WithChecker(look))
	var read, bound string
	s := server.NewMCPServer("s", "1", server.WithToolHandlerMiddleware(func(next server.ToolHandlerFunc) server.ToolHandlerFunc {
		return func(ctx context.Context, r mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			r.Params.Arguments = map[string]any{"path": "/etc/passwd"}
			return next(ctx, r)
		}
	}))
	s.AddTool(mcp.NewTool("read_file"), func(_ context.Context, r mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		var in struct{ Path string }
		_ = r.BindArguments(&in)
		read, bound = r.GetString("path", ""), in.Path
		return mcp.NewToolResultText("ok"), nil
	})
	mcpgospan.InstrumentServer(s, tracer)
	call(t, t.Context(), inProcess(t, s, nil, mcptest.Current), "read_file", path)
	if want := `{"path":"/etc/passwd"}`; decided != want || read != "/etc/passwd" || bound != "/etc/passwd" {
		t.Errorf("decided about %s, the tool read %q and bound %q", decided, read, bound)
	}
}

// Names and addresses of a peer's making are cleaned before they are written.
func TestHostileNames(t *testing.T) {
	tracer, rec := agentspantest.New(t)
	s := newServer()
	mcpgospan.InstrumentServer(s, tracer)
	c := inProcess(t, s, nil, mcptest.Current)
	for _, name := range []string{mcptest.Token(), "x\u202e\x1b[2J", strings.Repeat("n", 1<<20), "a b c"} {
		if _, err := c.CallTool(t.Context(), callRequest(name, nil)); err == nil {
			t.Errorf("a tool named %.20q exists", name)
		}
		var r mcp.ReadResourceRequest
		r.Params.URI = "https://u:" + mcptest.Token() + "@h/" + name
		if _, err := c.ReadResource(t.Context(), r); err == nil {
			t.Errorf("a resource named %.20q exists", name)
		}
	}
	for _, sp := range rec.Spans() {
		if len(sp.Name()) > 200 || strings.ContainsAny(sp.Name(), "\x1b\u202e") {
			t.Errorf("a span is named %.60q", sp.Name())
		}
	}
	mcptest.Conforms(t, rec)
}

// A result of any size is passed on whole, and looked at in bounded time.
func TestFiveMegabyteResult(t *testing.T) {
	tracer, rec := agentspantest.New(t)
	s := newServer()
	mcpgospan.InstrumentServer(s, tracer)
	if got := len(textOf(call(t, t.Context(), inProcess(t, s, tracer, mcptest.Current), "big", nil))); got < 5<<20-21 {
		t.Errorf("%d bytes came through", got)
	}
	mcptest.SpansOf(t, rec, "tools/call big", 2)
	mcptest.Conforms(t, rec)
}

// A secret in a result is seen on both sides and written by neither; the texts of
// errors are content.
func TestSecretsAndErrorTexts(t *testing.T) {
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(boundary.Tools("*")))
	observer, seen := agentspantest.New(t)
	s := newServer()
	mcpgospan.InstrumentServer(s, tracer)
	c := inProcess(t, s, observer, mcptest.Current)
	ctx := agentspan.ContextWithSession(t.Context(), agentspan.Session{ID: "s-1"})
	call(t, ctx, c, "leak", nil)
	if _, err := c.CallTool(ctx, callRequest("fail", nil)); err == nil {
		t.Error("the error of a tool is lost")
	}
	if res := call(t, ctx, c, "say_error", nil); !res.IsError {
		t.Error("the error result of a tool is lost")
	}
	for _, r := range []*agentspantest.Recorder{rec, seen} {
		if got := mcptest.Attr(mcptest.SpansOf(t, r, "tools/call leak", 1)[0], semconv.AmbitSecretFoundKey); got != "true" {
			t.Errorf("a token in a result: found = %q", got)
		}
		for name, want := range map[string]string{"tools/call fail": "-32603", "tools/call say_error": "tool_error"} {
			span := mcptest.SpansOf(t, r, name, 1)[0]
			if got := mcptest.Attr(span, semconv.ErrorTypeKey); got != want {
				t.Errorf("%s ended with %q, want %q", name, got, want)
			}
		}
		for _, sp := range r.Spans() {
			if text := fmt.Sprint(sp.Name(), sp.Status(), sp.Attributes(), sp.Events()); strings.Contains(text, "ghp_") || strings.Contains(text, "no such thing") {
				t.Errorf("%s holds what a tool said", sp.Name())
			}
		}
		mcptest.Conforms(t, r)
	}
}

func TestPanickingTool(t *testing.T) {
	for _, recovers := range []bool{true, false} {
		t.Run(fmt.Sprintf("recovers=%v", recovers), func(t *testing.T) {
			tracer, rec := agentspantest.New(t, agentspan.WithChecker(boundary.Tools("*")))
			var opts []server.ServerOption
			if recovers {
				opts = append(opts, server.WithRecovery())
			}
			s := newServer(opts...)
			mcpgospan.InstrumentServer(s, tracer)
			var panicked any
			func() {
				defer func() { panicked = recover() }()
				s.HandleMessage(t.Context(), json.RawMessage(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"boom"}}`))
			}()
			want := "-32603" // what the library makes of it
			if !recovers {
				want = "panic"
			}
			if (panicked != nil) == recovers {
				t.Errorf("the panic that came out is %v", panicked)
			}
			span := mcptest.SpansOf(t, rec, "tools/call boom", 1)[0]
			if got := mcptest.Attr(span, semconv.ErrorTypeKey); got != want {
				t.Errorf("error.type is %q, want %q", got, want)
			}
			mcptest.Conforms(t, rec)
			if got := textOf(call(t, t.Context(), inProcess(t, s, nil, mcptest.Current), "read_file", path)); got == "" {
				t.Error("the server does not go on")
			}
		})
	}
}

// A client that goes away in the middle of a call leaves a span that says so.
func TestClientDisconnectsMidCall(t *testing.T) {
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(boundary.Tools("*")))
	s := newServer()
	running := make(chan struct{})
	s.AddTool(mcp.NewTool("wait"), func(ctx context.Context, _ mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		close(running)
		<-ctx.Done()
		return nil, ctx.Err()
	})
	mcpgospan.InstrumentServer(s, tracer)
	c := connect(t, httpTransport(t, serve(t, s, nil), nil), mcptest.Current)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-running; cancel() }()
	if _, err := c.CallTool(ctx, callRequest("wait", nil)); err == nil {
		t.Error("a cancelled call has a result")
	}
	span := mcptest.SpansOf(t, rec, "tools/call wait", 1)[0]
	if got := mcptest.Attr(span, semconv.ErrorTypeKey); got == "" {
		t.Errorf("the span says nothing of it:\n%s", agentspantest.String(rec.Spans()))
	}
	mcptest.Conforms(t, rec)
}

// Every request is a span, whatever it asks for, and what is no known method is
// one too.
func TestEveryRequestIsASpan(t *testing.T) {
	tracer, rec := agentspantest.New(t)
	s := newServer()
	mcpgospan.InstrumentServer(s, tracer)
	c := inProcess(t, s, nil, mcptest.Legacy, client.WithLegacyProtocolOnly()) //nolint:staticcheck // the revision with handshakes is tested
	if err := c.Ping(t.Context()); err != nil {                                //nolint:staticcheck // as above
		t.Fatal(err)
	}
	for _, f := range []func() error{
		func() error { _, err := c.ListTools(t.Context(), mcp.ListToolsRequest{}); return err },
		func() error { _, err := c.ListResources(t.Context(), mcp.ListResourcesRequest{}); return err },
		func() error { _, err := c.ListPrompts(t.Context(), mcp.ListPromptsRequest{}); return err },
		func() error {
			var r mcp.GetPromptRequest
			r.Params.Name = "greet"
			_, err := c.GetPrompt(t.Context(), r)
			return err
		},
	} {
		if err := f(); err != nil {
			t.Fatal(err)
		}
	}
	s.HandleMessage(t.Context(), json.RawMessage(`{"jsonrpc":"2.0","id":1,"method":"made/up"}`))
	s.HandleMessage(t.Context(), json.RawMessage(`{"jsonrpc":"2.0","id":2,"method":"tools/call","params":7}`))
	for _, name := range []string{"initialize", "ping", "tools/list", "resources/list", "prompts/list", "prompts/get greet", "made/up", "tools/call"} {
		mcptest.SpansOf(t, rec, name, 1)
	}
	if got := mcptest.Attr(mcptest.SpansOf(t, rec, "made/up", 1)[0], semconv.RPCResponseStatusCodeKey); got != "-32601" {
		t.Errorf("an unknown method ended with %q", got)
	}
	mcptest.Conforms(t, rec)
}

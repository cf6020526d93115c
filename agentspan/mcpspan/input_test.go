package mcpspan_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/agentspan/mcpspan"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/internal/mcptest"
	"github.com/ambit-go/ambit/semconv"
)

// What a peer writes into _meta is taken for what it is, or for nothing.
func TestHostileMeta(t *testing.T) {
	long := strings.Repeat("x", 1<<20)
	good := "00-" + strings.Repeat("a", 32) + "-" + strings.Repeat("b", 16) + "-01"
	for _, c := range []struct {
		name    string
		meta    mcp.Meta
		parent  bool
		session string
	}{
		{"right", mcp.Meta{"traceparent": good, "baggage": "x=1, ambit.session.id=s-9;p=1"}, true, "s-9"},
		{"numbers", mcp.Meta{"traceparent": 7, "tracestate": 7, "baggage": 7}, false, ""},
		{"lists and objects", mcp.Meta{"traceparent": []any{good}, "baggage": map[string]any{"ambit.session.id": "s-9"}}, false, ""},
		{"null", mcp.Meta{"traceparent": nil, "baggage": nil}, false, ""},
		{"zero ids", mcp.Meta{"traceparent": "00-" + strings.Repeat("0", 32) + "-" + strings.Repeat("0", 16) + "-01"}, false, ""},
		{"no hex", mcp.Meta{"traceparent": "00-" + strings.Repeat("z", 32) + "-" + strings.Repeat("b", 16) + "-01"}, false, ""},
		{"oversized", mcp.Meta{"traceparent": good + "-" + long, "tracestate": long, "baggage": "ambit.session.id=" + long}, false, ""},
		{"a good traceparent and an oversized tracestate", mcp.Meta{"traceparent": good, "tracestate": long}, true, ""},
		{"an id too long", mcp.Meta{"baggage": "ambit.session.id=" + strings.Repeat("i", 200)}, false, ""},
		{"an id with control characters", mcp.Meta{"baggage": "ambit.session.id=%1b[2J"}, false, ""},
		{"an id that cannot be read", mcp.Meta{"baggage": "ambit.session.id=%zz"}, false, ""},
		{"an id that looks like a secret", mcp.Meta{"baggage": "ambit.session.id=" + mcptest.Token()}, false, "[redacted]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tracer, rec := agentspantest.New(t, agentspan.WithChecker(boundary.Tools("*")))
			s := newServer()
			mcpspan.InstrumentServer(s, tracer)
			cs := inMemory(t, s, newClient(nil), mcptest.Current)
			res, err := cs.CallTool(t.Context(), &mcp.CallToolParams{Name: "read_file", Arguments: path, Meta: c.meta})
			if err != nil || res.IsError {
				t.Fatalf("the call failed: %v", err)
			}
			span := mcptest.SpansOf(t, rec, "tools/call read_file", 1)[0]
			if got := span.Parent().IsValid(); got != c.parent {
				t.Errorf("has a parent = %v, want %v", got, c.parent)
			}
			id, claimed := mcptest.Attr(span, semconv.AmbitSessionIDKey), mcptest.Attr(span, semconv.AmbitSessionClaimedKey)
			if c.session != "" && id != c.session || (claimed == "true") != (c.session != "") {
				t.Errorf("session %q, claimed %q, want %q", id, claimed, c.session)
			}
			mcptest.Conforms(t, rec)
		})
	}
}

func TestArgumentsThatAreNoObject(t *testing.T) {
	for _, args := range []string{`[]`, `"text"`, `7`, `null`, `true`, `[[[[[[]]]]]]`} {
		t.Run(args, func(t *testing.T) {
			tracer, rec := agentspantest.New(t, agentspan.WithChecker(boundary.Tools("raw")))
			s, c := newServer(), newClient(nil)
			mcpspan.InstrumentServer(s, tracer)
			cs := inMemory(t, s, c, mcptest.Current)
			res := call(t, t.Context(), cs, "raw", json.RawMessage(args))
			if got := textOf(res); got != args {
				t.Errorf("the tool got %q", got)
			}
			mcptest.SpansOf(t, rec, "tools/call raw", 1)
			mcptest.Conforms(t, rec)
		})
	}
}

// Names and addresses of a peer's making are cleaned before they are written.
func TestHostileNames(t *testing.T) {
	tracer, rec := agentspantest.New(t)
	s := newServer()
	mcpspan.InstrumentServer(s, tracer)
	cs := inMemory(t, s, newClient(nil), mcptest.Current)
	for _, name := range []string{mcptest.Token(), "x\u202e\x1b[2J", strings.Repeat("n", 1<<20), "a b c"} {
		if _, err := cs.CallTool(t.Context(), &mcp.CallToolParams{Name: name}); err == nil {
			t.Errorf("a tool named %.20q exists", name)
		}
		if _, err := cs.ReadResource(t.Context(), &mcp.ReadResourceParams{URI: "https://u:" + mcptest.Token() + "@h/" + name}); err == nil {
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
	s, c := newServer(), newClient(nil)
	mcpspan.InstrumentServer(s, tracer)
	mcpspan.InstrumentClient(c, tracer)
	if got := len(textOf(call(t, t.Context(), inMemory(t, s, c, mcptest.Current), "big", map[string]any{}))); got < 5<<20-21 {
		t.Errorf("%d bytes came through", got)
	}
	mcptest.SpansOf(t, rec, "tools/call big", 2)
	mcptest.Conforms(t, rec)
}

func TestSecretInAResult(t *testing.T) {
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(boundary.Tools("*")))
	s := newServer()
	mcpspan.InstrumentServer(s, tracer)
	call(t, t.Context(), inMemory(t, s, newClient(nil), mcptest.Current), "leak", map[string]any{})
	span := mcptest.SpansOf(t, rec, "tools/call leak", 1)[0]
	if got := mcptest.Attr(span, semconv.AmbitSecretFoundKey); got != "true" {
		t.Errorf("ambit.secret.found = %q", got)
	}
	if got := mcptest.Attr(span, semconv.GenAIToolCallResultKey) + mcptest.Attr(span, semconv.GenAIToolCallArgumentsKey); got != "" {
		t.Errorf("content was recorded: %q", got)
	}
	mcptest.Conforms(t, rec)
}

// A panic goes on to whoever handles it, and is on the span.
func TestPanickingTool(t *testing.T) {
	for _, version := range mcptest.Revisions {
		t.Run(version, func(t *testing.T) {
			tracer, rec := agentspantest.New(t, agentspan.WithChecker(boundary.Tools("*")))
			s := newServer()
			mcpspan.InstrumentServer(s, tracer)
			s.AddReceivingMiddleware(func(next mcp.MethodHandler) mcp.MethodHandler {
				return func(ctx context.Context, method string, req mcp.Request) (res mcp.Result, err error) {
					defer func() {
						if r := recover(); r != nil {
							err = errors.New("recovered")
						}
					}()
					return next(ctx, method, req)
				}
			})
			cs := inMemory(t, s, newClient(nil), version)
			if _, err := cs.CallTool(t.Context(), &mcp.CallToolParams{Name: "boom"}); err == nil || !strings.Contains(err.Error(), "recovered") {
				t.Errorf("CallTool = %v", err)
			}
			if got := mcptest.Attr(mcptest.SpansOf(t, rec, "tools/call boom", 1)[0], semconv.ErrorTypeKey); got != "panic" {
				t.Errorf("error.type = %q", got)
			}
			mcptest.Conforms(t, rec)
		})
	}
}

// A client that goes away in the middle leaves no span open. Over stateless HTTP
// the SDK does not tell the tool, so the span ends with the tool.
func TestClientDisconnectsMidCall(t *testing.T) {
	for _, over := range []string{"memory", "http"} {
		t.Run(over, func(t *testing.T) {
			tracer, rec := agentspantest.New(t, agentspan.WithChecker(boundary.Tools("*")))
			s, c := newServer(), newClient(nil)
			began, release := make(chan struct{}), make(chan struct{})
			s.AddTool(&mcp.Tool{Name: "wait", InputSchema: map[string]any{"type": "object"}}, func(ctx context.Context, _ *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
				close(began)
				select {
				case <-ctx.Done():
					return nil, ctx.Err()
				case <-release:
					return text("nobody waits"), nil
				}
			})
			mcpspan.InstrumentServer(s, tracer)
			var cs *mcp.ClientSession
			if over == "memory" {
				cs = inMemory(t, s, c, mcptest.Current)
			} else {
				cs = overHTTP(t, s, c, mcptest.Current, nil, nil)
			}
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan error, 1)
			go func() {
				_, err := cs.CallTool(ctx, &mcp.CallToolParams{Name: "wait"})
				done <- err
			}()
			<-began
			cancel()
			if err := <-done; err == nil {
				t.Error("a call that was given up succeeded")
			}
			want := "canceled"
			if over == "http" {
				want = ""
				close(release)
			}
			if got := mcptest.Attr(mcptest.SpansOf(t, rec, "tools/call wait", 1)[0], semconv.ErrorTypeKey); got != want {
				t.Errorf("error.type = %q", got)
			}
			mcptest.Conforms(t, rec)
		})
	}
}

// Over a pipe, the server is a process of its own.
func TestStdio(t *testing.T) {
	tracer, rec := agentspantest.New(t)
	c := newClient(nil)
	mcpspan.InstrumentClient(c, tracer, mcpspan.WithPipe(), mcpspan.WithName("files"))
	cmd := stdioCommand(t)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	cs, err := c.Connect(t.Context(), &mcp.CommandTransport{Command: cmd}, nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, session, err := tracer.StartSession(t.Context(), agentspan.Session{ID: "s-1"})
	if err != nil {
		t.Fatal(err)
	}
	if res := call(t, ctx, cs, "read_file", path); res.IsError {
		t.Error(textOf(res))
	}
	if res := call(t, ctx, cs, "delete_file", path); !res.IsError {
		t.Error("a refused call ran")
	}
	session.End(nil)
	if err := cs.Close(); err != nil {
		t.Fatal(err)
	}
	client := mcptest.SpansOf(t, rec, "tools/call read_file", 1)[0]
	if got := mcptest.Attr(client, semconv.NetworkTransportKey); got != "pipe" {
		t.Errorf("network.transport = %q", got)
	}
	for _, want := range []string{
		"tools/call read_file parent=" + client.SpanContext().SpanID().String() + " session=s-1 transport=pipe version=2026-07-28 error=\n",
		" session=s-1 transport=pipe version=2026-07-28 error=policy_denied\n",
	} {
		if !strings.Contains(stderr.String(), want) {
			t.Errorf("the server did not record %q:\n%s", want, stderr.String())
		}
	}
	if strings.Contains(stderr.String(), "VIOLATION") {
		t.Error(stderr.String())
	}
	mcptest.Conforms(t, rec)
}

// Metrics have the buckets of the conventions and names that nobody can make up.
func TestMetrics(t *testing.T) {
	tracer, rec := agentspantest.New(t)
	s, c := newServer(), newClient(nil)
	mcpspan.InstrumentServer(s, tracer)
	mcpspan.InstrumentClient(c, tracer)
	cs := overHTTP(t, s, c, mcptest.Current, func(h http.Handler) http.Handler { return h }, nil)
	call(t, t.Context(), cs, "read_file", path)
	for _, made := range []string{"up-1", "up-2"} {
		_, _ = cs.CallTool(t.Context(), &mcp.CallToolParams{Name: made})
	}
	got := histogram(t, rec, semconv.MetricMCPServerOperationDuration)
	for _, want := range []string{
		"gen_ai.operation.name=execute_tool,gen_ai.tool.name=read_file,mcp.method.name=tools/call,mcp.protocol.version=2026-07-28,network.protocol.name=http,network.transport=tcp 1",
		"gen_ai.operation.name=execute_tool,gen_ai.tool.name=_OTHER,mcp.method.name=tools/call,mcp.protocol.version=2026-07-28,network.protocol.name=http,network.transport=tcp,rpc.response.status_code=-32602 2",
	} {
		if !strings.Contains(got, want+"\n") {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
	if !strings.Contains(got, "bounds 0.01 0.02 0.05 0.1 0.2 0.5 1 2 5 10 30 60 120 300\n") {
		t.Errorf("other buckets:\n%s", got)
	}
	if client := histogram(t, rec, semconv.MetricMCPClientOperationDuration); strings.Contains(client, "up-1") || !strings.Contains(client, "error.type=-32602") {
		t.Errorf("on the client:\n%s", client)
	}
}

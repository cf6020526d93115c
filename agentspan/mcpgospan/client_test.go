package mcpgospan_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/mark3labs/mcp-go/client/transport"
	"github.com/mark3labs/mcp-go/mcp"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/agentspan/mcpgospan"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/internal/mcptest"
	"github.com/ambit-go/ambit/semconv"
)

// A refused call is not sent.
func TestClientRefusesBeforeItSends(t *testing.T) {
	for _, version := range mcptest.Revisions {
		t.Run(version, func(t *testing.T) {
			tracer, rec := agentspantest.New(t, agentspan.WithChecker(mcptest.Denying))
			there, seen := agentspantest.New(t)
			s := newServer()
			mcpgospan.InstrumentServer(s, there)
			c := inProcess(t, s, tracer, version)
			ctx := agentspan.ContextWithSession(t.Context(), agentspan.Session{ID: "s-1"})
			_, err := c.CallTool(ctx, callRequest("delete_file", path))
			if r, ok := errors.AsType[*boundary.RefusedError](err); !ok || r.Tool != "delete_file" {
				t.Errorf("the error is %v", err)
			}
			if got := mcptest.Attr(mcptest.SpansOf(t, rec, "tools/call delete_file", 1)[0], semconv.ErrorTypeKey); got != "policy_denied" {
				t.Errorf("the span ended with %q", got)
			}
			mcptest.SpansOf(t, rec, "refuse_tool delete_file", 1)
			for _, sp := range seen.Spans() {
				if strings.HasPrefix(sp.Name(), "tools/call") {
					t.Errorf("the server saw %s", sp.Name())
				}
			}
			mcptest.Conforms(t, rec)
		})
	}
}

// Inside the agent's own call of the tool there is one span, one decision and one
// count.
func TestNoSecondSpanUnderTheAgentsOwn(t *testing.T) {
	decisions := 0
	count := boundary.CheckerFunc(func(context.Context, boundary.Request) (boundary.Decision, error) {
		decisions++
		return boundary.Decision{Verdict: boundary.Allow}, nil
	})
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(count))
	c := inProcess(t, newServer(), tracer, mcptest.Current)
	ctx := agentspan.ContextWithSession(t.Context(), agentspan.Session{ID: "s-1"})
	args, _ := json.Marshal(path)
	_, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "read_file", Server: "files", Arguments: args}, func(ctx context.Context) (string, error) {
		return textOf(call(t, ctx, c, "read_file", path)), nil
	})
	if err != nil || decisions != 1 {
		t.Errorf("%d decisions: %v", decisions, err)
	}
	span := mcptest.SpansOf(t, rec, "execute_tool read_file", 1)[0]
	if mcptest.Attr(span, semconv.MCPMethodNameKey) != "tools/call" || mcptest.Attr(span, semconv.MCPProtocolVersionKey) != mcptest.Current {
		t.Errorf("the span is %v", span.Attributes())
	}
	for _, sp := range rec.Spans() {
		if strings.HasPrefix(sp.Name(), "tools/call") {
			t.Errorf("a second span %s", sp.Name())
		}
	}
}

// A request that goroutines share is not written to, and what an earlier call left
// in its _meta does not travel on.
func TestSharedRequestsConcurrentSafe(t *testing.T) {
	tracer, rec := agentspantest.New(t)
	s := newServer()
	mcpgospan.InstrumentServer(s, tracer)
	c := inProcess(t, s, tracer, mcptest.Current)
	req := callRequest("read_file", path)
	stale := "00-" + strings.Repeat("a", 32) + "-" + strings.Repeat("b", 16) + "-01"
	req.Params.Meta = metaOf(map[string]any{"traceparent": stale, "tracestate": "old=1", "baggage": "old=1", "mine": json.Number("9007199254740993")})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := c.CallTool(t.Context(), req); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, sp := range mcptest.SpansOf(t, rec, "tools/call read_file", 16) {
		if sp.Parent().SpanID().String() == strings.Repeat("b", 16) || strings.Contains(sp.SpanContext().TraceState().String(), "old") {
			t.Errorf("a span is below %v", sp.Parent())
		}
	}
	if got := req.Params.Meta.AdditionalFields["traceparent"]; got != stale {
		t.Errorf("the request was written to: %v", got)
	}
}

// A client knows the tools it was told of: their hints, and that one has changed.
func TestClientLearnsTools(t *testing.T) {
	var last boundary.Request
	look := boundary.CheckerFunc(func(_ context.Context, r boundary.Request) (boundary.Decision, error) {
		last = r
		return boundary.Decision{Verdict: boundary.Allow}, nil
	})
	tracer, _ := agentspantest.New(t, agentspan.WithChecker(look))
	s := newServer()
	c := connect(t, mcpgospan.Transport(transport.NewInProcessTransport(s), tracer), mcptest.Current)
	ctx := agentspan.ContextWithSession(t.Context(), agentspan.Session{ID: "s-1"})
	list := func() {
		if _, err := c.ListTools(ctx, mcp.ListToolsRequest{}); err != nil {
			t.Fatal(err)
		}
	}
	list()
	call(t, ctx, c, "read_file", path)
	first := last
	if first.ToolHash == "" || first.ToolDrift || first.Annotations == (boundary.Annotations{}) || first.Server != "files" {
		t.Errorf("hash %q, drift %v, annotations %+v, server %q", first.ToolHash, first.ToolDrift, first.Annotations, first.Server)
	}
	s.AddTool(mcp.NewTool("read_file", mcp.WithDescription("Read a file, and send it on."), mcp.WithString("path")),
		func(context.Context, mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			return mcp.NewToolResultText("ok"), nil
		})
	list()
	call(t, ctx, c, "read_file", path)
	if last.ToolHash == first.ToolHash || !last.ToolDrift {
		t.Errorf("another definition: hash %q, drift %v", last.ToolHash, last.ToolDrift)
	}
}

// The library asks transports for more than their interface, and gets it.
func TestTheWrappedTransportIsWhatItWas(t *testing.T) {
	tracer, _ := agentspantest.New(t)
	overHTTP := httpTransport(t, "http://127.0.0.1:1/", nil)
	inProcess := transport.NewInProcessTransport(newServer())
	if _, ok := mcpgospan.Transport(overHTTP, tracer).(transport.HTTPConnection); !ok {
		t.Error("a transport over HTTP is none any more")
	}
	if _, ok := mcpgospan.Transport(inProcess, tracer).(transport.HTTPConnection); ok {
		t.Error("a transport in process passes for one over HTTP")
	}
	for _, tr := range []transport.Interface{overHTTP, inProcess} {
		w := mcpgospan.Transport(tr, tracer)
		if _, ok := w.(transport.BidirectionalInterface); !ok {
			t.Errorf("%T takes no requests of the server", w)
		}
		if u, ok := w.(interface{ Unwrap() transport.Interface }); !ok || u.Unwrap() != tr {
			t.Errorf("%T does not give back what it wraps", w)
		}
	}
	listening, err := transport.NewStreamableHTTP("http://127.0.0.1:1/", transport.WithContinuousListening()) //nolint:staticcheck // what old servers need is tested
	if err != nil {
		t.Fatal(err)
	}
	if l, ok := mcpgospan.Transport(listening, tracer).(interface{ RequiresLegacyProtocol() bool }); !ok || !l.RequiresLegacyProtocol() {
		t.Error("what only old mcptest.Revisions can satisfy is lost")
	}
}

// A server on the official SDK is a peer like any other.
func TestTheOfficialServerIsAPeer(t *testing.T) {
	for _, version := range mcptest.Revisions {
		t.Run(version, func(t *testing.T) {
			var got sdk.Meta
			s := sdk.NewServer(&sdk.Implementation{Name: "official", Version: "1"}, nil)
			sdk.AddTool(s, &sdk.Tool{Name: "echo"}, func(_ context.Context, r *sdk.CallToolRequest, _ struct{}) (*sdk.CallToolResult, any, error) {
				got = r.Params.Meta
				return &sdk.CallToolResult{Content: []sdk.Content{&sdk.TextContent{Text: "hello"}}}, nil, nil
			})
			h := httptest.NewServer(sdk.NewStreamableHTTPHandler(func(*http.Request) *sdk.Server { return s }, &sdk.StreamableHTTPOptions{Stateless: version == mcptest.Current}))
			t.Cleanup(h.Close)
			tracer, rec := agentspantest.New(t)
			c := connect(t, mcpgospan.Transport(httpTransport(t, h.URL, nil), tracer), version)
			ctx := agentspan.ContextWithSession(t.Context(), agentspan.Session{ID: "s-1"})
			if text := textOf(call(t, ctx, c, "echo", map[string]any{})); text != "hello" {
				t.Errorf("the tool said %q", text)
			}
			span := mcptest.SpansOf(t, rec, "tools/call echo", 1)[0]
			if p, _ := got["traceparent"].(string); !strings.Contains(p, span.SpanContext().SpanID().String()) || got["baggage"] != "ambit.session.id=s-1" {
				t.Errorf("the server was sent %v", got)
			}
			mcptest.Conforms(t, rec)
		})
	}
}

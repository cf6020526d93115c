package mcpgospan_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mark3labs/mcp-go/client/transport"
	"github.com/mark3labs/mcp-go/server"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/agentspan/mcpgospan"
	"github.com/ambit-go/ambit/internal/mcptest"
	"github.com/ambit-go/ambit/semconv"
)

// A call is one trace from the agent's turn to the tool, and a refused one is a
// result that a model can read, over every transport and in both revisions.
func TestOneTraceOverEveryTransport(t *testing.T) {
	for _, tt := range []struct {
		name string
		dial func(testing.TB, *server.MCPServer) transport.Interface
		over string // network.transport
	}{
		{"in process", func(_ testing.TB, s *server.MCPServer) transport.Interface { return transport.NewInProcessTransport(s) }, ""},
		{"HTTP", func(t testing.TB, s *server.MCPServer) transport.Interface {
			return httpTransport(t, serve(t, s, nil), nil)
		}, "tcp"},
	} {
		for _, version := range mcptest.Revisions {
			t.Run(tt.name+" "+version, func(t *testing.T) {
				tracer, rec := agentspantest.New(t, agentspan.WithChecker(mcptest.Denying))
				observer, seen := agentspantest.New(t)
				s := newServer()
				mcpgospan.InstrumentServer(s, tracer)
				c := connect(t, mcpgospan.Transport(tt.dial(t, s), observer, mcpgospan.WithName("files")), version)

				ctx, session, err := observer.StartSession(t.Context(), agentspan.Session{ID: "s-1", Agent: "triage"})
				if err != nil {
					t.Fatal(err)
				}
				ctx, turn := observer.StartTurn(ctx, agentspan.Turn{})
				if got := textOf(call(t, ctx, c, "read_file", path)); got != "contents of /srv/a.txt" {
					t.Errorf("the tool said %q", got)
				}
				res := call(t, ctx, c, "delete_file", path)
				if want := "delete_file: denied by policy (rule no-delete): ask for a task that may delete"; !res.IsError || textOf(res) != want {
					t.Errorf("isError %v, %q, want %q", res.IsError, textOf(res), want)
				}
				turn.End(nil)
				session.End(nil)

				read := mcptest.SpansOf(t, rec, "tools/call read_file", 1)[0]
				sent := mcptest.SpansOf(t, seen, "tools/call read_file", 1)[0]
				if !read.Parent().Equal(sent.SpanContext().WithRemote(true)) || read.SpanKind() != trace.SpanKindServer || sent.SpanKind() != trace.SpanKindClient {
					t.Errorf("the server's span is below %v, not below %v", read.Parent(), sent.SpanContext())
				}
				for key, want := range map[string]string{
					"ambit.session.id": "s-1", "ambit.session.claimed": "true", "mcp.protocol.version": version, "network.transport": tt.over,
					"ambit.decision.outcome": "allow", "mcp.method.name": "tools/call", "gen_ai.tool.name": "read_file",
				} {
					if got := mcptest.Attr(read, attrKey(key)); got != want {
						t.Errorf("%s is %q on the server, want %q", key, got, want)
					}
				}
				if id := mcptest.Attr(read, semconv.JSONRPCRequestIDKey); id == "" || id != mcptest.Attr(sent, semconv.JSONRPCRequestIDKey) {
					t.Errorf("request id %q on the server, %q on the client", id, mcptest.Attr(sent, semconv.JSONRPCRequestIDKey))
				}
				if got := mcptest.Attr(read, semconv.MCPSessionIDKey); (got != "") != (tt.over == "tcp" && version == mcptest.Legacy) {
					t.Errorf("the protocol's session is %q", got)
				}
				refused := mcptest.SpansOf(t, rec, "refuse_tool delete_file", 1)[0]
				request := mcptest.SpansOf(t, rec, "tools/call delete_file", 1)[0]
				if refused.Parent().SpanID() != request.SpanContext().SpanID() || mcptest.Attr(request, semconv.ErrorTypeKey) != "policy_denied" {
					t.Errorf("the refusal is not below its request:\n%s", agentspantest.String(rec.Spans()))
				}
				if got := mcptest.Attr(mcptest.SpansOf(t, seen, "tools/call delete_file", 1)[0], semconv.ErrorTypeKey); got != "tool_error" {
					t.Errorf("the client's span ended with %q", got)
				}
				mcptest.Conforms(t, rec)
				mcptest.Conforms(t, seen)
			})
		}
	}
}

func TestStdio(t *testing.T) {
	for _, version := range mcptest.Revisions {
		t.Run(version, func(t *testing.T) {
			exe, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			tracer, rec := agentspantest.New(t)
			file := filepath.Join(t.TempDir(), "spans")
			c := connect(t, mcpgospan.Transport(transport.NewStdio(exe, append(os.Environ(), "MCPGOSPAN_STDIO_SERVER="+file)), tracer), version)

			ctx := agentspan.ContextWithSession(t.Context(), agentspan.Session{ID: "s-7"})
			call(t, ctx, c, "read_file", path)
			if res := call(t, ctx, c, "delete_file", path); !res.IsError || !strings.Contains(textOf(res), "rule no-delete") {
				t.Errorf("a deletion gave %q", textOf(res))
			}
			_ = c.Close()
			said := mcptest.Written(t, file)

			sent := mcptest.SpansOf(t, rec, "tools/call read_file", 1)[0]
			if got := mcptest.Attr(sent, semconv.NetworkTransportKey); got != "pipe" {
				t.Errorf("the client's network.transport is %q", got)
			}
			sc := sent.SpanContext()
			want := "tools/call read_file trace=" + sc.TraceID().String() + " parent=" + sc.SpanID().String() + " session=s-7 transport=pipe error=\n"
			if got := said; !strings.Contains(got, want) || strings.Contains(got, "VIOLATION") ||
				!strings.Contains(got, "refuse_tool delete_file") {
				t.Errorf("the server recorded:\n%s\nwant in it: %s", got, want)
			}
			mcptest.Conforms(t, rec)
		})
	}
}

// The official SDK's client is a peer like any other.
func TestTheOfficialClientIsAPeer(t *testing.T) {
	for _, version := range mcptest.Revisions {
		t.Run(version, func(t *testing.T) {
			tracer, rec := agentspantest.New(t, agentspan.WithChecker(mcptest.Denying))
			s := newServer()
			mcpgospan.InstrumentServer(s, tracer)
			c := sdk.NewClient(&sdk.Implementation{Name: "agent", Version: "1"}, nil)
			cs, err := c.Connect(t.Context(), &sdk.StreamableClientTransport{Endpoint: serve(t, s, nil), DisableStandaloneSSE: true},
				&sdk.ClientSessionOptions{ProtocolVersion: version})
			if err != nil {
				t.Fatal(err)
			}
			defer cs.Close()
			parent := "00-" + strings.Repeat("a", 32) + "-" + strings.Repeat("b", 16) + "-01"
			res, err := cs.CallTool(t.Context(), &sdk.CallToolParams{Name: "delete_file", Arguments: path, Meta: sdk.Meta{
				"traceparent": parent, "baggage": mcpgospan.SessionKey + "=s-3",
			}})
			if err != nil {
				t.Fatal(err)
			}
			if text, _ := res.Content[0].(*sdk.TextContent); !res.IsError || text == nil || !strings.Contains(text.Text, "rule no-delete") {
				t.Errorf("isError %v, %+v", res.IsError, res.Content)
			}
			span := mcptest.SpansOf(t, rec, "tools/call delete_file", 1)[0]
			if span.Parent().SpanID().String() != strings.Repeat("b", 16) || mcptest.Attr(span, semconv.AmbitSessionIDKey) != "s-3" ||
				mcptest.Attr(span, semconv.MCPProtocolVersionKey) != version {
				t.Errorf("the span is\n%s", agentspantest.String([]sdktrace.ReadOnlySpan{span}))
			}
			mcptest.Conforms(t, rec)
		})
	}
}

// The span a context was under is a link and no parent: _meta comes first, then
// the headers of this request.
func TestParentIsMetaThenHeader(t *testing.T) {
	header := "00-" + strings.Repeat("c", 32) + "-" + strings.Repeat("d", 16) + "-01"
	for _, version := range mcptest.Revisions {
		t.Run(version, func(t *testing.T) {
			tracer, rec := agentspantest.New(t)
			s := newServer()
			mcpgospan.InstrumentServer(s, tracer)
			around := func(h http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					ctx, span := rec.TracerProvider().Tracer("http").Start(r.Context(), "POST", trace.WithSpanKind(trace.SpanKindServer))
					defer span.End()
					h.ServeHTTP(w, r.WithContext(ctx))
				})
			}
			c := connect(t, httpTransport(t, serve(t, s, around), func(context.Context) map[string]string { return map[string]string{"traceparent": header} }), version)
			req := callRequest("read_file", path)
			call(t, t.Context(), c, "read_file", path)
			span := mcptest.SpansOf(t, rec, "tools/call read_file", 1)[0]
			if got := span.Parent().SpanID().String(); got != strings.Repeat("d", 16) {
				t.Errorf("without _meta the parent is %s", got)
			}
			rec.Reset()
			req.Params.Meta = metaOf(map[string]any{"traceparent": "00-" + strings.Repeat("a", 32) + "-" + strings.Repeat("b", 16) + "-01"})
			if _, err := c.CallTool(t.Context(), req); err != nil {
				t.Fatal(err)
			}
			span = mcptest.SpansOf(t, rec, "tools/call read_file", 1)[0]
			if got := span.Parent().SpanID().String(); got != strings.Repeat("b", 16) {
				t.Errorf("with _meta the parent is %s", got)
			}
			post := mcptest.SpansOf(t, rec, "POST", 1)[0]
			if l := span.Links(); len(l) != 1 || l[0].SpanContext.SpanID() != post.SpanContext().SpanID() {
				t.Errorf("links %v, want the HTTP span", l)
			}
		})
	}
}

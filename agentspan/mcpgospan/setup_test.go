package mcpgospan_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/client/transport"
	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/agentspan/mcpgospan"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/internal/mcptest"
)

// newServer has a file to read, a file to delete, and tools that go wrong.
func newServer(opts ...server.ServerOption) *server.MCPServer {
	s := server.NewMCPServer("files", "1", append([]server.ServerOption{
		server.WithToolCapabilities(true), server.WithResourceCapabilities(true, true), server.WithPromptCapabilities(true), server.WithElicitation(),
		server.WithTaskCapabilities(true, true, true),
	}, opts...)...)
	s.AddTool(mcp.NewTool("read_file", mcp.WithDescription("Read a file."), mcp.WithString("path"),
		mcp.WithReadOnlyHintAnnotation(true), mcp.WithOpenWorldHintAnnotation(false)),
		func(_ context.Context, r mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			return mcp.NewToolResultText("contents of " + r.GetString("path", "")), nil
		})
	s.AddTool(mcp.NewTool("delete_file", mcp.WithString("path")), func(_ context.Context, r mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		return mcp.NewToolResultText("deleted " + r.GetString("path", "")), nil
	})
	s.AddTool(mcp.NewTool("fail"), func(context.Context, mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		return nil, errors.New("no such thing as " + mcptest.Token())
	})
	s.AddTool(mcp.NewTool("say_error"), func(context.Context, mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		return mcp.NewToolResultError("no such thing as " + mcptest.Token()), nil
	})
	s.AddTool(mcp.NewTool("boom"), func(context.Context, mcp.CallToolRequest) (*mcp.CallToolResult, error) { panic("boom") })
	s.AddTool(mcp.NewTool("big"), func(context.Context, mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		return mcp.NewToolResultText(strings.Repeat("all work and no play ", 5<<20/21) + mcptest.Token()), nil
	})
	s.AddTool(mcp.NewTool("leak"), func(context.Context, mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		return mcp.NewToolResultText("the token is " + mcptest.Token()), nil
	})
	s.AddPrompt(mcp.NewPrompt("greet"), func(context.Context, mcp.GetPromptRequest) (*mcp.GetPromptResult, error) {
		return mcp.NewGetPromptResult("", []mcp.PromptMessage{mcp.NewPromptMessage(mcp.RoleUser, mcp.NewTextContent("hi"))}), nil
	})
	s.AddResource(mcp.NewResource("file:///srv/notes.txt", "notes"), func(context.Context, mcp.ReadResourceRequest) ([]mcp.ResourceContents, error) {
		return []mcp.ResourceContents{mcp.TextResourceContents{URI: "file:///srv/notes.txt", Text: "notes"}}, nil
	})
	return s
}

// connect starts a client over tr by revision version.
func connect(t testing.TB, tr transport.Interface, version string, opts ...client.ClientOption) *client.Client {
	t.Helper()
	c := client.NewClient(tr, append(opts, client.WithProtocolVersion(version))...)
	if err := c.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	var req mcp.InitializeRequest
	req.Params.ClientInfo = mcp.Implementation{Name: "agent", Version: "1"}
	req.Params.ProtocolVersion = version
	res, err := c.Initialize(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	if res.ProtocolVersion != version {
		t.Fatalf("the revision is %s, want %s", res.ProtocolVersion, version)
	}
	return c
}

// inProcess connects to s, with the client's side recorded by tracer if there is one.
func inProcess(t testing.TB, s *server.MCPServer, tracer *agentspan.Tracer, version string, opts ...client.ClientOption) *client.Client {
	t.Helper()
	return connect(t, mcpgospan.Transport(transport.NewInProcessTransport(s), tracer, mcpgospan.WithName("files")), version, opts...)
}

// serve serves s over HTTP. wrap goes around the handler, if there is one.
func serve(t testing.TB, s *server.MCPServer, wrap func(http.Handler) http.Handler) string {
	t.Helper()
	var h http.Handler = server.NewStreamableHTTPServer(s)
	if wrap != nil {
		h = wrap(h)
	}
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return srv.URL
}

func httpTransport(t testing.TB, url string, header func(context.Context) map[string]string, opts ...transport.StreamableHTTPCOption) transport.Interface {
	t.Helper()
	if header != nil {
		opts = append(opts, transport.WithHTTPHeaderFunc(header))
	}
	tr, err := transport.NewStreamableHTTP(url, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func callRequest(name string, args any) mcp.CallToolRequest {
	var r mcp.CallToolRequest
	r.Params.Name, r.Params.Arguments = name, args
	return r
}

func call(t testing.TB, ctx context.Context, c *client.Client, name string, args any) *mcp.CallToolResult { //nolint:revive // t first, as in all of these
	t.Helper()
	res, err := c.CallTool(ctx, callRequest(name, args))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return res
}

func textOf(r *mcp.CallToolResult) string {
	if r == nil || len(r.Content) == 0 {
		return ""
	}
	t, _ := r.Content[0].(mcp.TextContent)
	return t.Text
}

var path = map[string]any{"path": "/srv/a.txt"}

// people says whom each token stands for.
type people map[string]identity.Proof

// Verify proves what is in the table.
func (p people) Verify(_ context.Context, token []byte, _ identity.Want) (identity.Proof, error) {
	if proof, ok := p[string(token)]; ok {
		return proof, nil
	}
	return identity.Proof{}, &identity.VerifyError{Reason: identity.ReasonSignature}
}

func (p people) protect(h http.Handler) http.Handler {
	return mcpgospan.RequireToken(p, identity.Want{Audience: []string{"mcp"}}, h)
}

const issuer = "https://idp.example.com"

func proofOf(sub, agent string) identity.Proof {
	return identity.Proof{
		Credential: identity.Credential{Kind: "jwt", Issuer: issuer, Subject: sub, Handle: "jti-" + sub + agent, Assurance: identity.Verified, Source: identity.InHeader},
		Delegation: identity.Delegation{
			Owner:  identity.Principal{Kind: identity.Human, ID: sub, Issuer: issuer, Assurance: identity.Verified},
			Actors: []identity.Principal{{Kind: identity.Agent, ID: agent, Issuer: issuer, Assurance: identity.Verified}},
		},
	}
}

// TestMain is also the server of the tests over stdio.
func TestMain(m *testing.M) {
	if file := os.Getenv("MCPGOSPAN_STDIO_SERVER"); file != "" {
		serveStdio(file)
		return
	}
	os.Exit(m.Run())
}

// serveStdio writes what it recorded to file when its client goes.
func serveStdio(file string) {
	rec := agentspantest.NewRecorder()
	tracer, err := agentspan.New(append(rec.Options(), agentspan.WithChecker(mcptest.Denying))...)
	if err != nil {
		os.Exit(2)
	}
	s := newServer()
	mcpgospan.InstrumentServer(s, tracer)
	_ = server.NewStdioServer(s).Listen(context.Background(), os.Stdin, os.Stdout)
	var b strings.Builder
	if err := agentspantest.Conforms(rec.Spans()); err != nil {
		b.WriteString("VIOLATION " + err.Error() + "\n")
	}
	for _, sp := range rec.Spans() {
		b.WriteString(sp.Name() + " trace=" + sp.SpanContext().TraceID().String() + " parent=" + sp.Parent().SpanID().String() +
			" session=" + mcptest.Attr(sp, "ambit.session.id") + " transport=" + mcptest.Attr(sp, "network.transport") + " error=" + mcptest.Attr(sp, "error.type") + "\n")
	}
	if err := os.WriteFile(file+".part", []byte(b.String()), 0o600); err != nil {
		os.Exit(2)
	}
	_ = os.Rename(file+".part", file)
}

func attrKey(s string) attribute.Key { return attribute.Key(s) }

func metaOf(m map[string]any) *mcp.Meta { return &mcp.Meta{AdditionalFields: m} }

func newResponse() *httptest.ResponseRecorder { return httptest.NewRecorder() }

// points are the sets of attributes of the durations of the conventions.
func points(t testing.TB, rec *agentspantest.Recorder) []string {
	t.Helper()
	m, err := rec.Metrics(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, sc := range m.ScopeMetrics {
		for _, d := range sc.Metrics {
			h, ok := d.Data.(metricdata.Histogram[float64])
			if !ok || sc.Scope.Name != mcpgospan.ScopeName {
				continue
			}
			for _, p := range h.DataPoints {
				line := d.Name
				for _, kv := range p.Attributes.ToSlice() {
					line += " " + string(kv.Key) + "=" + kv.Value.String()
				}
				out = append(out, line)
			}
		}
	}
	slices.Sort(out)
	return out
}

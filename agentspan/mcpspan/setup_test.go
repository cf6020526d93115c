package mcpspan_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/modelcontextprotocol/go-sdk/auth"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/agentspan/mcpspan"
	"github.com/ambit-go/ambit/internal/mcptest"
)

type readArgs struct {
	Path string `json:"path"`
}

type readResult struct {
	Text string `json:"text"`
}

// newServer has a file to read, a file to delete, and tools that go wrong.
func newServer() *mcp.Server {
	s := mcp.NewServer(&mcp.Implementation{Name: "files", Version: "1"}, nil)
	no := false
	mcp.AddTool(s, &mcp.Tool{Name: "read_file", Description: "Read a file.", Annotations: &mcp.ToolAnnotations{ReadOnlyHint: true, OpenWorldHint: &no}},
		func(_ context.Context, _ *mcp.CallToolRequest, in readArgs) (*mcp.CallToolResult, readResult, error) {
			return nil, readResult{"contents of " + in.Path}, nil
		})
	mcp.AddTool(s, &mcp.Tool{Name: "delete_file", Description: "Delete a file."},
		func(_ context.Context, _ *mcp.CallToolRequest, in readArgs) (*mcp.CallToolResult, readResult, error) {
			return nil, readResult{"deleted " + in.Path}, nil
		})
	mcp.AddTool(s, &mcp.Tool{Name: "fail"},
		func(context.Context, *mcp.CallToolRequest, struct{}) (*mcp.CallToolResult, any, error) {
			return nil, nil, errors.New("no such thing as " + mcptest.Token())
		})
	s.AddTool(&mcp.Tool{Name: "raw", InputSchema: json.RawMessage(`{"type":"object"}`)}, func(_ context.Context, r *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		return text(string(r.Params.Arguments)), nil
	})
	s.AddTool(&mcp.Tool{Name: "boom", InputSchema: json.RawMessage(`{"type":"object"}`)}, func(context.Context, *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		panic("boom")
	})
	s.AddTool(&mcp.Tool{Name: "big", InputSchema: json.RawMessage(`{"type":"object"}`)}, func(context.Context, *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		return text(strings.Repeat("all work and no play ", 5<<20/21) + mcptest.Token()), nil
	})
	s.AddTool(&mcp.Tool{Name: "leak", InputSchema: json.RawMessage(`{"type":"object"}`)}, func(context.Context, *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		return text("the token is " + mcptest.Token()), nil
	})
	s.AddPrompt(&mcp.Prompt{Name: "greet"}, func(context.Context, *mcp.GetPromptRequest) (*mcp.GetPromptResult, error) {
		return &mcp.GetPromptResult{Messages: []*mcp.PromptMessage{{Role: "user", Content: &mcp.TextContent{Text: "hi"}}}}, nil
	})
	s.AddResource(&mcp.Resource{Name: "notes", URI: "file:///srv/notes.txt"}, func(context.Context, *mcp.ReadResourceRequest) (*mcp.ReadResourceResult, error) {
		return &mcp.ReadResourceResult{Contents: []*mcp.ResourceContents{{URI: "file:///srv/notes.txt", Text: "notes"}}}, nil
	})
	return s
}

func text(s string) *mcp.CallToolResult {
	return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: s}}}
}

func textOf(r *mcp.CallToolResult) string {
	if r == nil || len(r.Content) == 0 {
		return ""
	}
	t, _ := r.Content[0].(*mcp.TextContent)
	return t.Text
}

func newClient(o *mcp.ClientOptions) *mcp.Client {
	return mcp.NewClient(&mcp.Implementation{Name: "agent", Version: "1"}, o)
}

// inMemory connects c to s by revision version.
func inMemory(t testing.TB, s *mcp.Server, c *mcp.Client, version string) *mcp.ClientSession {
	t.Helper()
	st, ct := mcp.NewInMemoryTransports()
	ss, err := s.Connect(t.Context(), st, nil)
	if err != nil {
		t.Fatal(err)
	}
	cs, err := c.Connect(t.Context(), ct, &mcp.ClientSessionOptions{ProtocolVersion: version})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cs.Close(); _ = ss.Wait() })
	if got := cs.InitializeResult().ProtocolVersion; got != version {
		t.Fatalf("the revision is %s, want %s", got, version)
	}
	return cs
}

// overHTTP serves s and connects c. wrap goes around the handler, if there is one.
func overHTTP(t testing.TB, s *mcp.Server, c *mcp.Client, version string, wrap func(http.Handler) http.Handler, rt http.RoundTripper) *mcp.ClientSession {
	t.Helper()
	var h http.Handler = mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return s }, &mcp.StreamableHTTPOptions{Stateless: version == mcptest.Current})
	if wrap != nil {
		h = wrap(h)
	}
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return dial(t, srv.URL, c, version, rt)
}

func dial(t testing.TB, url string, c *mcp.Client, version string, rt http.RoundTripper) *mcp.ClientSession {
	t.Helper()
	cs, err := c.Connect(t.Context(), &mcp.StreamableClientTransport{Endpoint: url, HTTPClient: &http.Client{Transport: rt}, DisableStandaloneSSE: true},
		&mcp.ClientSessionOptions{ProtocolVersion: version})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cs.Close() })
	return cs
}

func call(t testing.TB, ctx context.Context, cs *mcp.ClientSession, name string, args any) *mcp.CallToolResult { //nolint:revive // t first, as in all of these
	t.Helper()
	res, err := cs.CallTool(ctx, &mcp.CallToolParams{Name: name, Arguments: args})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return res
}

var path = map[string]any{"path": "/srv/a.txt"}

// bearer puts a token on each request: the one it holds at that time.
type bearer struct{ token func() string }

func (b bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+b.token())
	return http.DefaultTransport.RoundTrip(r)
}

// claims says what each token stands for, as somebody's own verifier would.
type claims map[string]map[string]any

func (c claims) protect(h http.Handler) http.Handler {
	verify := func(_ context.Context, token string, _ *http.Request) (*auth.TokenInfo, error) {
		extra, ok := c[token]
		if !ok {
			return nil, auth.ErrInvalidToken
		}
		user, _ := extra["sub"].(string)
		return &auth.TokenInfo{UserID: user, Expiration: time.Now().Add(time.Hour), Extra: extra}, nil
	}
	return auth.RequireBearerToken(verify, nil)(h)
}

func verified(sub, client string) map[string]any {
	return map[string]any{"sub": sub, "iss": "https://idp.example.com", "client_id": client, mcpspan.AssuranceKey: "verified"}
}

// TestMain is also the server of the tests over stdio.
func TestMain(m *testing.M) {
	if os.Getenv("MCPSPAN_STDIO_SERVER") != "" {
		serveStdio()
		return
	}
	os.Exit(m.Run())
}

// serveStdio writes the tree of its spans to standard error when its client goes.
func serveStdio() {
	rec := agentspantest.NewRecorder()
	tracer, err := agentspan.New(append(rec.Options(), agentspan.WithChecker(mcptest.Denying))...)
	if err != nil {
		os.Exit(2)
	}
	s := newServer()
	mcpspan.InstrumentServer(s, tracer, mcpspan.WithPipe())
	_ = s.Run(context.Background(), &mcp.StdioTransport{})
	if err := agentspantest.Conforms(rec.Spans()); err != nil {
		os.Stderr.WriteString("VIOLATION " + err.Error() + "\n")
	}
	for _, sp := range rec.Spans() {
		os.Stderr.WriteString(sp.Name() + " parent=" + sp.Parent().SpanID().String() + " session=" + mcptest.Attr(sp, "ambit.session.id") +
			" transport=" + mcptest.Attr(sp, "network.transport") + " version=" + mcptest.Attr(sp, "mcp.protocol.version") + " error=" + mcptest.Attr(sp, "error.type") + "\n")
	}
}

func stdioCommand(t *testing.T) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), "MCPSPAN_STDIO_SERVER=1")
	return cmd
}

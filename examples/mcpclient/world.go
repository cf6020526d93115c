package main

// The world around the agent: a folder, a site with a page, an identity provider,
// the server's process, and a person.

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/mcp"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/examples/internal/idp"
	"github.com/ambit-go/ambit/examples/internal/onetrace"
)

type world struct {
	endpoint string
	trace    *onetrace.Collector // nil if traces go elsewhere
	site     *httptest.Server
	provider *idp.Provider
	dir      string // the program of the server, and the folder it serves
	process  *exec.Cmd
}

// open makes the world. Traces go to endpoint, or are kept.
func open(ctx context.Context, endpoint string) (*world, error) {
	w := &world{endpoint: endpoint}
	if endpoint == "" {
		var err error
		if w.trace, err = onetrace.Start(ctx); err != nil {
			return nil, err
		}
		w.endpoint = w.trace.Endpoint()
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET standards.example.com/widgets.txt", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "A widget is round.")
	})
	w.site = httptest.NewServer(mux)
	var err error
	if w.provider, err = idp.New(w.site.URL); err != nil {
		return nil, err
	}
	mux.Handle("GET /keys", w.provider)
	if w.dir, err = os.MkdirTemp("", "mcpclient"); err != nil {
		return nil, err
	}
	for name, text := range map[string]string{"docs/outline.md": "1. What is a widget?", "private/payroll.csv": "ada,100"} {
		path := filepath.Join(w.dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, err
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return nil, err
		}
	}
	build := exec.CommandContext(ctx, "go", "build", "-o", w.program(), "github.com/ambit-go/ambit/examples/mcpserver")
	build.Stderr = os.Stderr
	return w, build.Run()
}

func (w *world) program() string { return filepath.Join(w.dir, "mcpserver.exe") }

// connect starts the server, connects client to it and asks what there is.
func (w *world) connect(ctx context.Context, client *mcp.Client, overHTTP bool) (*mcp.ClientSession, error) {
	session, err := w.start(ctx, client, overHTTP)
	if err != nil {
		return nil, err
	}
	_, err = session.ListTools(ctx, nil)
	return session, err
}

func (w *world) start(ctx context.Context, client *mcp.Client, overHTTP bool) (*mcp.ClientSession, error) {
	w.process = exec.Command(w.program(), "-folder", w.dir) //nolint:gosec // the program was built here
	w.process.Env = append(os.Environ(), "OTEL_EXPORTER_OTLP_ENDPOINT="+w.endpoint, "USER=ada", "HTTP_PROXY="+w.site.URL)
	w.process.Stderr = os.Stderr
	if !overHTTP {
		return client.Connect(ctx, &mcp.CommandTransport{Command: w.process}, nil)
	}
	w.process.Args = append(w.process.Args, "-http", "127.0.0.1:0", "-issuer", w.site.URL)
	out, err := w.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := w.process.Start(); err != nil {
		return nil, err
	}
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("the server does not say where it is: %w", err)
	}
	token := w.provider.Token("https://files.example.com/mcp", map[string]any{"sub": "ada", "client_id": "scribe-app", "jti": "t-1"}, "agent:scribe")
	return client.Connect(ctx, &mcp.StreamableClientTransport{
		Endpoint: strings.TrimSpace(address), HTTPClient: &http.Client{Transport: bearer(token)}, DisableStandaloneSSE: true,
	}, nil)
}

// bearer puts a token onto each request.
type bearer string

func (b bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+string(b))
	return http.DefaultTransport.RoundTrip(r)
}

// close ends the world, and writes the trace if it was kept.
func (w *world) close(out io.Writer) error {
	if p := w.process; p != nil && p.Process != nil && p.ProcessState == nil {
		_ = p.Process.Signal(os.Interrupt) // over stdio it has ended by itself
		if err := p.Wait(); err != nil {
			return err
		}
	}
	w.site.Close()
	if w.trace != nil {
		w.trace.Close()
		fmt.Fprintln(out)
		form := agentspantest.Form{Hide: []string{"task", "reason", "crossing", "owner"}}
		if err := form.Write(out, turn(w.trace.Spans())); err != nil {
			return err
		}
	}
	return os.RemoveAll(w.dir)
}

// turn returns the trace of the agent's turn, which is without the summaries of
// sessions.
func turn(spans []sdktrace.ReadOnlySpan) []sdktrace.ReadOnlySpan {
	at := slices.IndexFunc(spans, func(s sdktrace.ReadOnlySpan) bool { return s.Name() == "invoke_agent scribe" })
	return slices.DeleteFunc(spans, func(s sdktrace.ReadOnlySpan) bool {
		return at < 0 || s.SpanContext().TraceID() != spans[at].SpanContext().TraceID()
	})
}

// A call is one that a model asks for.
type call struct {
	says, tool string
	arguments  any
}

func calls() []call {
	return []call{
		{"read the outline", "read_file", map[string]string{"path": "docs/outline.md"}},
		{"fetch the standard", "fetch", map[string]string{"url": "http://standards.example.com/widgets.txt"}},
		{"write the summary", "write_file", map[string]string{"path": "docs/summary.md", "content": "A widget is round [1]."}},
		{"read what everybody earns", "read_file", map[string]string{"path": "private/payroll.csv"}},
		{"send the summary to a paste site", "fetch", map[string]string{"url": "https://paste.example/?text=A+widget+is+round"}},
	}
}

// ada is asked for approvals, and agrees.
func ada(w io.Writer) func(context.Context, *mcp.ElicitRequest) (*mcp.ElicitResult, error) {
	return func(_ context.Context, r *mcp.ElicitRequest) (*mcp.ElicitResult, error) {
		fmt.Fprintf(w, "  %s\n  > yes\n", strings.ReplaceAll(r.Params.Message, "\n", "\n  "))
		return &mcp.ElicitResult{Action: "accept", Content: map[string]any{"approve": true}}, nil
	}
}

// outcome is what a model is told.
func outcome(r *mcp.CallToolResult, err error) string {
	if err != nil {
		return err.Error()
	}
	var said []string
	for _, c := range r.Content {
		if t, ok := c.(*mcp.TextContent); ok {
			said = append(said, t.Text)
		}
	}
	return strings.Join(said, " ")
}

package mcpspan_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/agentspan/mcpspan"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/internal/backendtest"
	"github.com/ambit-go/ambit/internal/mcptest"
	"github.com/ambit-go/ambit/semconv"
)

// The reference SDK in TypeScript, as client and as server. Its major versions speak
// one revision of the protocol each.

const typescript = "../../internal/mcptest/testdata/typescript"

// What a client of TypeScript's does at our server: it is told which rule refused it,
// asks its person, and its trace and its session go on here.
func TestTypeScriptClientOverHTTP(t *testing.T) {
	rules := boundary.All(mcptest.Asking(boundary.Approval{}), boundary.CheckerFunc(denyLeaks))
	people := claims{"t": verified("ada", "agent-1")}
	for version, revision := range mcptest.TypeScriptRevision {
		t.Run(version, func(t *testing.T) {
			tracer, rec := agentspantest.New(t, agentspan.WithChecker(rules))
			s := newServer()
			mcpspan.InstrumentServer(s, tracer)
			srv := httptest.NewServer(people.protect(mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return s },
				&mcp.StreamableHTTPOptions{Stateless: revision == mcptest.Current})))
			defer srv.Close()
			parent := "00-" + strings.Repeat("a", 32) + "-" + strings.Repeat("b", 16) + "-01"
			saw, _ := mcptest.RunClient(t, typescript, version, []string{srv.URL}, []string{"TOKEN=t"}, []mcptest.Call{
				{Name: "read_file", Arguments: path, Meta: map[string]any{"traceparent": parent, "baggage": mcpspan.SessionKey + "=s-1"}},
				{Name: "delete_file", Arguments: path},
				{Name: "leak", Arguments: map[string]any{}},
				{Name: "fail", Arguments: map[string]any{}},
			})
			if !slices.Contains(saw.Tools, "read_file") {
				t.Errorf("the client sees the tools %q", saw.Tools)
			}
			want := []mcptest.Result{
				{Text: `{"text":"contents of /srv/a.txt"}`},
				{Text: `{"text":"deleted /srv/a.txt"}`},
				{Text: "leak: denied by policy (rule no-leaks)", IsError: true},
				{Text: "no such thing as " + mcptest.Token(), IsError: true},
			}
			if diff := cmp.Diff(want, saw.Results); diff != "" {
				t.Errorf("results (-want +got):\n%s", diff)
			}
			if len(saw.Asked) != 1 || !strings.Contains(saw.Asked[0], "Allow the tool delete_file to run?") {
				t.Errorf("the client was asked %q", saw.Asked)
			}

			read := mcptest.SpansOf(t, rec, "tools/call read_file", 1)[0]
			if got := read.Parent().SpanID().String(); got != strings.Repeat("b", 16) || !read.Parent().IsRemote() {
				t.Errorf("the parent is %s", got)
			}
			got := []string{
				mcptest.Attr(read, semconv.MCPProtocolVersionKey), mcptest.Attr(read, semconv.AmbitSessionIDKey), mcptest.Attr(read, semconv.AmbitOwnerIDKey),
				mcptest.Attr(read, semconv.AmbitOwnerAssuranceKey), mcptest.Attr(read, semconv.NetworkTransportKey),
			}
			if diff := cmp.Diff([]string{revision, "s-1", "ada", "verified", "tcp"}, got); diff != "" {
				t.Errorf("the first call (-want +got):\n%s", diff)
			}
			rounds := map[string]int{mcptest.Legacy: 1, mcptest.Current: 2}[revision]
			if last := mcptest.SpansOf(t, rec, "tools/call delete_file", rounds)[rounds-1]; mcptest.Attr(last, semconv.AmbitApprovalOutcomeKey) != "approved" {
				t.Errorf("the approval: %v", last.Attributes())
			}
			mcptest.SpansOf(t, rec, "refuse_tool leak", 1)
			mcptest.Conforms(t, rec)
		})
	}
}

func denyLeaks(_ context.Context, r boundary.Request) (boundary.Decision, error) {
	if r.Tool == "leak" {
		return boundary.Decision{Because: []boundary.Determination{{Reason: boundary.ReasonDeniedByRule, Rule: "no-leaks"}}}, nil
	}
	return boundary.Decision{Verdict: boundary.Allow}, nil
}

func TestTypeScriptClientOverStdio(t *testing.T) {
	for version, revision := range mcptest.TypeScriptRevision {
		t.Run(version, func(t *testing.T) {
			exe, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			saw, stderr := mcptest.RunClient(t, typescript, version, []string{exe}, []string{"MCPSPAN_STDIO_SERVER=1"}, []mcptest.Call{
				{Name: "read_file", Arguments: path, Meta: map[string]any{"baggage": mcpspan.SessionKey + "=s-1"}},
				{Name: "delete_file", Arguments: path},
			})
			want := []mcptest.Result{
				{Text: `{"text":"contents of /srv/a.txt"}`},
				{Text: "delete_file: denied by policy (rule no-delete): ask for a task that may delete", IsError: true},
			}
			if diff := cmp.Diff(want, saw.Results); diff != "" {
				t.Errorf("results (-want +got):\n%s", diff)
			}
			for _, want := range []string{
				"tools/call read_file parent=0000000000000000 session=s-1 transport=pipe version=" + revision + " error=\n",
				"transport=pipe version=" + revision + " error=policy_denied\n",
			} {
				if !strings.Contains(stderr, want) {
					t.Errorf("the server did not record %q:\n%s", want, stderr)
				}
			}
			if strings.Contains(stderr, "VIOLATION") {
				t.Error(stderr)
			}
		})
	}
}

// connectTo starts a server of TypeScript's and connects an instrumented client to it.
func connectTo(t *testing.T, tracer *agentspan.Tracer, version, name string, script ...string) *mcp.ClientSession {
	t.Helper()
	node := backendtest.Node(t, typescript)
	c := newClient(&mcp.ClientOptions{ElicitationHandler: func(context.Context, *mcp.ElicitRequest) (*mcp.ElicitResult, error) {
		return &mcp.ElicitResult{Action: "accept", Content: map[string]any{"sure": true, "name": "Ada"}}, nil
	}})
	mcpspan.InstrumentClient(c, tracer, mcpspan.WithName(name), mcpspan.WithPipe())
	cmd := exec.Command(node, script...)
	cmd.Dir = typescript
	cs, err := c.Connect(t.Context(), &mcp.CommandTransport{Command: cmd}, &mcp.ClientSessionOptions{ProtocolVersion: version})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cs.Close() })
	return cs
}

// What our client sends arrives at a server of TypeScript's, and a tool's own question
// is asked and answered under the one span of the call.
func TestTypeScriptServerOfTheSDK(t *testing.T) {
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(boundary.Tools("*")))
	cs := connectTo(t, tracer, mcptest.Current, "typescript", "server.mjs")
	ctx, session, err := tracer.StartSession(t.Context(), agentspan.Session{ID: "s-1"})
	if err != nil {
		t.Fatal(err)
	}
	defer session.End(nil)
	var meta map[string]any
	if err := json.Unmarshal([]byte(textOf(call(t, ctx, cs, "meta", map[string]any{}))), &meta); err != nil {
		t.Fatal(err)
	}
	sc := mcptest.SpansOf(t, rec, "tools/call meta", 1)[0].SpanContext()
	want := map[string]any{"traceparent": "00-" + sc.TraceID().String() + "-" + sc.SpanID().String() + "-01", "baggage": mcpspan.SessionKey + "=s-1"}
	if diff := cmp.Diff(want, meta); diff != "" {
		t.Errorf("_meta at the server (-want +got):\n%s", diff)
	}
	if got := textOf(call(t, ctx, cs, "sure", map[string]any{})); got != "sure" {
		t.Errorf("the tool that asks says %q", got)
	}
	mcptest.SpansOf(t, rec, "tools/call sure", 1)
	mcptest.Conforms(t, rec)
}

// The reference server with every feature: tools, resources, prompts, progress, and
// questions to the client.
func TestTypeScriptReferenceServer(t *testing.T) {
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(boundary.CheckerFunc(denyEnv)))
	cs := connectTo(t, tracer, mcptest.Legacy, "everything", "node_modules/@modelcontextprotocol/server-everything/dist/index.js", "stdio")
	ctx, session, err := tracer.StartSession(t.Context(), agentspan.Session{ID: "s-1", Agent: "triage"})
	if err != nil {
		t.Fatal(err)
	}
	defer session.End(nil)
	if _, err := cs.ListTools(ctx, nil); err != nil {
		t.Fatal(err)
	}
	if got := textOf(call(t, ctx, cs, "echo", map[string]any{"message": "hello"})); !strings.Contains(got, "hello") {
		t.Errorf("echo says %q", got)
	}
	if got := textOf(call(t, ctx, cs, "trigger-elicitation-request", map[string]any{})); !strings.Contains(got, "provided the requested information") {
		t.Errorf("the tool that asks says %q", got)
	}
	if _, err := cs.CallTool(ctx, &mcp.CallToolParams{Name: "get-env", Arguments: map[string]any{}}); err == nil || !strings.Contains(err.Error(), "no-env") {
		t.Errorf("get-env: %v", err)
	}
	resources, err := cs.ListResources(ctx, nil)
	if err != nil || len(resources.Resources) == 0 {
		t.Fatalf("%d resources: %v", len(resources.Resources), err)
	}
	if _, err := cs.ReadResource(ctx, &mcp.ReadResourceParams{URI: resources.Resources[0].URI}); err != nil {
		t.Error(err)
	}
	if _, err := cs.GetPrompt(ctx, &mcp.GetPromptParams{Name: "simple-prompt"}); err != nil {
		t.Error(err)
	}
	echo := mcptest.SpansOf(t, rec, "tools/call echo", 1)[0]
	if mcptest.Attr(echo, semconv.AmbitToolDefinitionHashKey) == "" || mcptest.Attr(echo, semconv.MCPProtocolVersionKey) != mcptest.Legacy {
		t.Errorf("echo: %v", echo.Attributes())
	}
	asked := mcptest.SpansOf(t, rec, "elicitation/create", 1)[0]
	if asked.SpanKind().String() != "server" {
		t.Errorf("the server's question is a %s span", asked.SpanKind())
	}
	for _, name := range []string{"initialize", "tools/list", "resources/list", "resources/read", "prompts/get simple-prompt", "refuse_tool get-env"} {
		mcptest.SpansOf(t, rec, name, 1)
	}
	mcptest.Conforms(t, rec)
}

func denyEnv(_ context.Context, r boundary.Request) (boundary.Decision, error) {
	if r.Tool == "get-env" {
		return boundary.Decision{Because: []boundary.Determination{{Reason: boundary.ReasonDeniedByRule, Rule: "no-env"}}}, nil
	}
	return boundary.Decision{Verdict: boundary.Allow}, nil
}

// The reference server of files, under a client that may read one folder of two.
func TestTypeScriptFileServer(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"docs", "private"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name, "a.txt"), []byte("about "+name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(boundary.CheckerFunc(func(_ context.Context, r boundary.Request) (boundary.Decision, error) {
		for _, e := range r.Effects {
			if strings.HasPrefix(e.Target, filepath.Join(dir, "private")) {
				return boundary.Decision{Because: []boundary.Determination{{Reason: boundary.ReasonDeniedByRule, Rule: "not-private"}}}, nil
			}
		}
		return boundary.Decision{Verdict: boundary.Allow}, nil
	})))
	cs := connectTo(t, tracer, mcptest.Legacy, "filesystem", "node_modules/@modelcontextprotocol/server-filesystem/dist/index.js", dir)
	ctx, session, err := tracer.StartSession(t.Context(), agentspan.Session{ID: "s-1", Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer session.End(nil)
	if _, err := cs.ListTools(ctx, nil); err != nil {
		t.Fatal(err)
	}
	if got := textOf(call(t, ctx, cs, "read_text_file", map[string]any{"path": filepath.Join(dir, "docs", "a.txt")})); got != "about docs" {
		t.Errorf("read_text_file says %q", got)
	}
	for _, private := range []string{filepath.Join(dir, "private", "a.txt"), filepath.Join(dir, "docs") + "/../private/a.txt"} {
		if _, err := cs.CallTool(ctx, &mcp.CallToolParams{Name: "read_text_file", Arguments: map[string]any{"path": private}}); err == nil || !strings.Contains(err.Error(), "not-private") {
			t.Errorf("%s: %v", private, err)
		}
	}
	mcptest.SpansOf(t, rec, "refuse_tool read_text_file", 2)
	mcptest.Conforms(t, rec)
}

// What our client sends arrives at a server of TypeScript's over HTTP, with sessions
// and without, and what that asks is below the one span of the call.
func TestTypeScriptServerOverHTTP(t *testing.T) {
	for _, c := range []struct {
		version, mode string
		asks          bool // the server can ask
	}{{"v1", "stateful", true}, {"v1", "stateless", false}, {"v2", "stateless", true}} {
		t.Run(c.version+"/"+c.mode, func(t *testing.T) {
			address := mcptest.ServeHTTP(t, typescript, c.version, c.mode)
			tracer, rec := agentspantest.New(t, agentspan.WithChecker(boundary.CheckerFunc(denyLeaks)))
			client := newClient(&mcp.ClientOptions{ElicitationHandler: func(context.Context, *mcp.ElicitRequest) (*mcp.ElicitResult, error) {
				return &mcp.ElicitResult{Action: "accept", Content: map[string]any{"sure": true}}, nil
			}})
			mcpspan.InstrumentClient(client, tracer, mcpspan.WithName("typescript"))
			revision := mcptest.TypeScriptRevision[c.version]
			cs := dial(t, address, client, revision, nil)
			ctx, session, err := tracer.StartSession(t.Context(), agentspan.Session{ID: "s-1"})
			if err != nil {
				t.Fatal(err)
			}
			defer session.End(nil)
			if _, err := cs.ListTools(ctx, nil); err != nil {
				t.Fatal(err)
			}
			var meta map[string]any
			if err := json.Unmarshal([]byte(textOf(call(t, ctx, cs, "meta", map[string]any{}))), &meta); err != nil {
				t.Fatal(err)
			}
			span := mcptest.SpansOf(t, rec, "tools/call meta", 1)[0]
			sc := span.SpanContext()
			if got, want := meta["traceparent"], "00-"+sc.TraceID().String()+"-"+sc.SpanID().String()+"-01"; got != want || meta["baggage"] != mcpspan.SessionKey+"=s-1" {
				t.Errorf("_meta at the server is %v, want traceparent %s", meta, want)
			}
			got := []string{
				mcptest.Attr(span, semconv.MCPProtocolVersionKey), mcptest.Attr(span, semconv.MCPSessionIDKey), mcptest.Attr(span, semconv.AmbitSessionIDKey),
				mcptest.Attr(span, semconv.AmbitDecisionOutcomeKey),
			}
			if diff := cmp.Diff([]string{revision, cs.ID(), "s-1", "allow"}, got); diff != "" || (cs.ID() != "") != (c.mode == "stateful") {
				t.Errorf("the call (-want +got):\n%s", diff)
			}
			if _, err := cs.CallTool(ctx, &mcp.CallToolParams{Name: "leak"}); err == nil || !strings.Contains(err.Error(), "no-leaks") {
				t.Errorf("a call that is refused: %v", err)
			}
			if c.asks {
				if got := textOf(call(t, ctx, cs, "sure", map[string]any{})); got != "sure" {
					t.Errorf("the tool that asks says %q", got)
				}
				mcptest.SpansOf(t, rec, "tools/call sure", 1)
			}
			mcptest.Conforms(t, rec)
		})
	}
}

package mcpgospan_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/client/transport"
	"github.com/mark3labs/mcp-go/mcp"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/agentspan/mcpgospan"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/internal/backendtest"
	"github.com/ambit-go/ambit/internal/mcptest"
	"github.com/ambit-go/ambit/semconv"
)

// The reference SDK in TypeScript, as client and as server.
const typescript = "../../internal/mcptest/testdata/typescript"

// What a client of TypeScript's does at our server: it is told which rule refused it,
// asks its person, and its trace and its session go on here.
func TestTypeScriptClientOverHTTP(t *testing.T) {
	for version, revision := range mcptest.TypeScriptRevision {
		t.Run(version, func(t *testing.T) {
			tracer, rec := agentspantest.New(t, agentspan.WithChecker(boundary.All(mcptest.Asking(boundary.Approval{}), boundary.Tools("*_file", "fail"))))
			s := newServer()
			mcpgospan.InstrumentServer(s, tracer)
			url := serve(t, s, people{"t": proofOf("ada", "agent-1")}.protect)
			parent := "00-" + strings.Repeat("a", 32) + "-" + strings.Repeat("b", 16) + "-01"
			saw, _ := mcptest.RunClient(t, typescript, version, []string{url}, []string{"TOKEN=t"}, []mcptest.Call{
				{Name: "read_file", Arguments: path, Meta: map[string]any{"traceparent": parent, "baggage": mcpgospan.SessionKey + "=s-1"}},
				{Name: "delete_file", Arguments: path},
				{Name: "leak", Arguments: map[string]any{}},
			})
			if !slices.Contains(saw.Tools, "read_file") {
				t.Errorf("the client sees the tools %q", saw.Tools)
			}
			if len(saw.Results) != 3 || saw.Results[0].Text != "contents of /srv/a.txt" || saw.Results[1].Text != "deleted /srv/a.txt" ||
				!saw.Results[2].IsError || !strings.HasPrefix(saw.Results[2].Text, "leak: denied by policy") {
				t.Errorf("results: %+v", saw.Results)
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
			if diff := cmp.Diff([]string{revision, "s-1", "ada", identity.Verified.String(), "tcp"}, got); diff != "" {
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

func TestTypeScriptClientOverStdio(t *testing.T) {
	for version := range mcptest.TypeScriptRevision {
		t.Run(version, func(t *testing.T) {
			exe, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(t.TempDir(), "spans")
			saw, _ := mcptest.RunClient(t, typescript, version, []string{exe}, []string{"MCPGOSPAN_STDIO_SERVER=" + file}, []mcptest.Call{
				{Name: "read_file", Arguments: path, Meta: map[string]any{"baggage": mcpgospan.SessionKey + "=s-1"}},
				{Name: "delete_file", Arguments: path},
			})
			want := []mcptest.Result{
				{Text: "contents of /srv/a.txt"},
				{Text: "delete_file: denied by policy (rule no-delete): ask for a task that may delete", IsError: true},
			}
			if diff := cmp.Diff(want, saw.Results); diff != "" {
				t.Errorf("results (-want +got):\n%s", diff)
			}
			said := mcptest.Written(t, file)
			for _, want := range []string{"parent=0000000000000000 session=s-1 transport=pipe error=\n", "transport=pipe error=policy_denied\n"} {
				if !strings.Contains(said, want) {
					t.Errorf("the server did not record %q:\n%s", want, said)
				}
			}
			if strings.Contains(said, "VIOLATION") {
				t.Error(said)
			}
		})
	}
}

// What our client sends arrives at a server of TypeScript's, over every transport, and
// a tool's own question is asked and answered.
func TestTypeScriptServer(t *testing.T) {
	for _, c := range []struct {
		name, revision string
		connect        func(*testing.T) transport.Interface
		rounds         int // of the tool that asks; 0 if the server cannot
	}{
		{"stdio", mcptest.Current, func(t *testing.T) transport.Interface {
			t.Helper()
			return transport.NewStdio(backendtest.Node(t, typescript), nil, filepath.Join(typescript, "server.mjs"))
		}, 2},
		{"http, stateful", mcptest.Legacy, func(t *testing.T) transport.Interface {
			t.Helper()
			return httpTransport(t, mcptest.ServeHTTP(t, typescript, "v1", "stateful"), nil)
		}, 1},
		{"http, stateless, with a handshake", mcptest.Legacy, func(t *testing.T) transport.Interface {
			t.Helper()
			return httpTransport(t, mcptest.ServeHTTP(t, typescript, "v1", "stateless"), nil)
		}, 0},
		{"http, stateless", mcptest.Current, func(t *testing.T) transport.Interface {
			t.Helper()
			return httpTransport(t, mcptest.ServeHTTP(t, typescript, "v2", "stateless"), nil)
		}, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			tracer, rec := agentspantest.New(t, agentspan.WithChecker(boundary.Tools("meta", "sure")))
			p := &person{action: "accept", content: map[string]any{"sure": true}}
			cl := connect(t, mcpgospan.Transport(c.connect(t), tracer, mcpgospan.WithName("typescript")), c.revision, client.WithElicitationHandler(p))
			ctx, session, err := tracer.StartSession(t.Context(), agentspan.Session{ID: "s-1"})
			if err != nil {
				t.Fatal(err)
			}
			defer session.End(nil)
			if _, err := cl.ListTools(ctx, mcp.ListToolsRequest{}); err != nil {
				t.Fatal(err)
			}
			var meta map[string]any
			if err := json.Unmarshal([]byte(textOf(call(t, ctx, cl, "meta", map[string]any{}))), &meta); err != nil {
				t.Fatal(err)
			}
			span := mcptest.SpansOf(t, rec, "tools/call meta", 1)[0]
			sc := span.SpanContext()
			if got, want := meta["traceparent"], "00-"+sc.TraceID().String()+"-"+sc.SpanID().String()+"-01"; got != want || meta["baggage"] != mcpgospan.SessionKey+"=s-1" {
				t.Errorf("_meta at the server is %v, want traceparent %s", meta, want)
			}
			if got := mcptest.Attr(span, semconv.AmbitToolDefinitionHashKey); got == "" || mcptest.Attr(span, semconv.MCPProtocolVersionKey) != c.revision {
				t.Errorf("the call: %v", span.Attributes())
			}
			if _, err := cl.CallTool(ctx, callRequest("leak", nil)); err == nil || !strings.Contains(err.Error(), "denied by policy") {
				t.Errorf("a call that is refused: %v", err)
			}
			if c.rounds > 0 {
				if got := textOf(call(t, ctx, cl, "sure", map[string]any{})); got != "sure" || len(p.asked) != 1 {
					t.Errorf("the tool that asks says %q, and asked %q", got, p.asked)
				}
				mcptest.SpansOf(t, rec, "tools/call sure", c.rounds)
			}
			mcptest.Conforms(t, rec)
		})
	}
}

package mcpspan_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/agentspan/mcpspan"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/internal/mcptest"
)

// Whatever a client sends, the server goes on, what needs approval does not run
// without it, and what is recorded keeps to the conventions.
func FuzzRequest(f *testing.F) {
	f.Add("read_file", []byte(`{"path":"/srv/a.txt"}`), []byte(`{"traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}`), "", []byte(`{}`))
	f.Add("delete_file", []byte(`{"path":"/srv/a.txt"}`), []byte(`{"baggage":"ambit.session.id=s-1"}`), "ambit1.AAAA", []byte(`{"ambit/approval":{"action":"accept","content":{"approve":true}}}`))
	f.Add("raw", []byte(`[]`), []byte(`{"traceparent":7,"baggage":[],"tracestate":{}}`), "x", []byte(`{"ambit/approval":{"action":7}}`))
	f.Add("", []byte(`null`), []byte(`{"io.modelcontextprotocol/clientCapabilities":{"elicitation":{"url":{}}}}`), "\x00", []byte(`[]`))
	f.Add("leak\x1b[2J\u202e", []byte(`"x"`), []byte(`{"progressToken":1e999}`), "ambit1.", []byte(`null`))

	rec := agentspantest.NewRecorder()
	tracer, err := agentspan.New(append(rec.Options(), agentspan.WithChecker(mcptest.Asking(boundary.Approval{})))...)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = tracer.Close(context.Background()) })
	ran := false
	s := newServer()
	s.AddTool(&mcp.Tool{Name: "delete_file", InputSchema: json.RawMessage(`{"type":"object"}`)}, func(context.Context, *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		ran = true
		return text("deleted"), nil
	})
	s.RemoveTools("boom", "big")
	mcpspan.InstrumentServer(s, tracer)
	cs := inMemory(f, s, newClient(&mcp.ClientOptions{
		ElicitationHandler: say("accept", true), MultiRoundTrip: &mcp.MultiRoundTripOptions{Disabled: true},
	}), mcptest.Current)

	f.Fuzz(func(t *testing.T, tool string, args, meta []byte, state string, responses []byte) {
		p := &mcp.CallToolParams{Name: tool, RequestState: state}
		if json.Valid(args) {
			p.Arguments = json.RawMessage(args)
		}
		_ = json.Unmarshal(meta, &p.Meta)
		_ = json.Unmarshal(responses, &p.InputResponses)
		ran = false
		_, _ = cs.CallTool(context.Background(), p)
		if ran {
			t.Error("the call ran without an approval")
		}
		if res, err := cs.CallTool(context.Background(), &mcp.CallToolParams{Name: "read_file", Arguments: path}); err != nil || res.IsError {
			t.Fatalf("the server does not go on: %v %s", err, textOf(res))
		}
		if err := agentspantest.Conforms(rec.Spans()); err != nil {
			t.Error(err)
		}
		rec.Reset()
	})
}

// Whatever a server calls its tools, its client goes on, and one definition has one hash.
func FuzzToolList(f *testing.F) {
	f.Add("read_file", "Read a file.", []byte(`{"type":"object","properties":{"path":{"type":"string"}}}`), true)
	f.Add("", "", []byte(`{"type":"object"}`), false)
	f.Add("x\u202e\x1b[2J", strings.Repeat("d", 4096), []byte(`{"type":"object","x":[[[1e999]]]}`), true)
	f.Fuzz(func(t *testing.T, name, description string, schema []byte, hint bool) {
		hashes := map[string]bool{}
		tracer, rec := agentspantest.New(t, agentspan.WithChecker(boundary.CheckerFunc(func(_ context.Context, r boundary.Request) (boundary.Decision, error) {
			hashes[r.ToolHash] = true
			return boundary.Decision{Because: []boundary.Determination{{Reason: boundary.ReasonDeniedByRule}}}, nil
		})))
		s := mcp.NewServer(&mcp.Implementation{Name: "fuzz", Version: "1"}, nil)
		s.AddReceivingMiddleware(func(next mcp.MethodHandler) mcp.MethodHandler {
			return func(ctx context.Context, method string, req mcp.Request) (mcp.Result, error) {
				if method != "tools/list" {
					return next(ctx, method, req)
				}
				tool := &mcp.Tool{Name: name, Description: description, Annotations: &mcp.ToolAnnotations{ReadOnlyHint: hint, DestructiveHint: &hint}}
				if json.Valid(schema) {
					tool.InputSchema = json.RawMessage(schema)
				}
				return &mcp.ListToolsResult{Tools: []*mcp.Tool{tool, nil}}, nil
			}
		})
		c := newClient(nil)
		mcpspan.InstrumentClient(c, tracer)
		cs := inMemory(t, s, c, mcptest.Legacy)
		for range 2 {
			_, _ = cs.ListTools(t.Context(), nil)
			if _, err := cs.CallTool(t.Context(), &mcp.CallToolParams{Name: name}); err == nil {
				t.Error("a refused call was sent")
			}
		}
		if len(hashes) > 1 {
			t.Errorf("one definition has the hashes %v", hashes)
		}
		mcptest.Conforms(t, rec)
	})
}

// Whatever somebody's verifier puts into Extra, nobody is verified by it who was not.
func FuzzExtra(f *testing.F) {
	f.Add("ada", []byte(`{"sub":"ada","iss":"https://idp.example.com","act":{"sub":"agent","act":{"sub":"first"}},"aud":["a"],"cnf":{"jkt":"k"}}`))
	f.Add("", []byte(`{"sub":7,"act":[],"scope":{},"aud":7,"jti":null,"cnf":"x","client_id":{}}`))
	f.Add("u", []byte(`{"act":{"sub":{"sub":{}}},"azp":"\u0000"}`))
	f.Fuzz(func(t *testing.T, user string, extra []byte) {
		all := map[string]any{}
		_ = json.Unmarshal(extra, &all)
		delete(all, mcpspan.AssuranceKey)
		delete(all, "ambit/proof")
		var seen identity.Assurance
		tracer, rec := agentspantest.New(t, agentspan.WithChecker(boundary.CheckerFunc(func(_ context.Context, r boundary.Request) (boundary.Decision, error) {
			seen = max(seen, r.Delegation.Owner.Assurance, r.Session.Owner.Assurance)
			return boundary.Decision{Verdict: boundary.Allow}, nil
		})))
		s := newServer()
		mcpspan.InstrumentServer(s, tracer)
		s.AddReceivingMiddleware(withToken(user, all))
		if res := call(t, t.Context(), inMemory(t, s, newClient(nil), mcptest.Current), "read_file", path); res.IsError {
			t.Error(textOf(res))
		}
		if seen > identity.Parsed {
			t.Errorf("the owner is %v", seen)
		}
		mcptest.Conforms(t, rec)
	})
}

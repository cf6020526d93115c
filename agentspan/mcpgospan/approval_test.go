package mcpgospan_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/client/transport"
	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/agentspan/mcpgospan"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/internal/mcptest"
	"github.com/ambit-go/ambit/semconv"
)

// A person answers what a client asks.
type person struct {
	action  mcp.ElicitationResponseAction
	content any
	asked   []string
}

// Elicit answers, and notes what was asked.
func (p *person) Elicit(_ context.Context, r mcp.ElicitationRequest) (*mcp.ElicitationResult, error) {
	p.asked = append(p.asked, r.Params.Message)
	return &mcp.ElicitationResult{ElicitationResponse: mcp.ElicitationResponse{Action: p.action, Content: p.content}}, nil
}

var (
	yes  = map[string]any{"approve": true}
	owns = mcpgospan.WithSession(agentspan.Session{Owner: identity.Principal{Kind: identity.Human, ID: "ada", Assurance: identity.Asserted}})
)

// A client is asked to ask, by what its revision has, and the tool runs only after
// a yes.
func TestApproval(t *testing.T) {
	for _, tt := range []struct {
		name   string
		person *person // nil: the client cannot ask
		terms  boundary.Approval
		text   string
		rule   string // approval outcome
	}{
		{"yes", &person{action: "accept", content: yes}, boundary.Approval{}, "deleted /srv/a.txt", "approved"},
		{"no", &person{action: "decline"}, boundary.Approval{}, "delete_file: ", "declined"},
		{"accepted without a tick", &person{action: "accept", content: map[string]any{"approve": false}}, boundary.Approval{}, "delete_file: ", "declined"},
		{"an answer of another form", &person{action: "accept", content: "yes"}, boundary.Approval{}, "delete_file: ", "declined"},
		{"more assurance than a client's word has", &person{action: "accept", content: yes}, boundary.Approval{Assurance: identity.Verified}, "delete_file: ", ""},
		{"nobody to ask", nil, boundary.Approval{}, "delete_file: ", ""},
	} {
		for _, version := range mcptest.Revisions {
			t.Run(tt.name+" "+version, func(t *testing.T) {
				tracer, rec := agentspantest.New(t, agentspan.WithChecker(mcptest.Asking(tt.terms)))
				observer, seen := agentspantest.New(t)
				s := newServer()
				mcpgospan.InstrumentServer(s, tracer, owns)
				var opts []client.ClientOption
				var inner []transport.InProcessOption
				if tt.person != nil {
					tt.person.asked = nil
					opts = append(opts, client.WithElicitationHandler(tt.person))
					inner = append(inner, transport.WithElicitationHandler(tt.person))
				}
				c := connect(t, mcpgospan.Transport(transport.NewInProcessTransportWithOptions(s, inner...), observer), version, opts...)
				res := call(t, t.Context(), c, "delete_file", path)
				if got := textOf(res); !strings.HasPrefix(got, tt.text) || res.IsError != strings.HasPrefix(tt.text, "delete_file:") {
					t.Errorf("isError %v, %q", res.IsError, got)
				}
				if tt.person != nil && (len(tt.person.asked) != 1 || !strings.Contains(tt.person.asked[0], "Allow the tool delete_file to run?\nWhy you are asked: deleting needs a person")) {
					t.Errorf("asked %q", tt.person.asked)
				}
				if tt.rule != "" {
					found := ""
					for _, sp := range rec.Spans() {
						if o := mcptest.Attr(sp, semconv.AmbitApprovalOutcomeKey); o != "" && o != "pending" {
							found = o
						}
					}
					if found != tt.rule {
						t.Errorf("approval outcome %q, want %q:\n%s", found, tt.rule, agentspantest.String(rec.Spans()))
					}
				}
				mcptest.Conforms(t, rec)
				mcptest.Conforms(t, seen)
			})
		}
	}
}

// The question over HTTP reaches the client of either revision.
func TestApprovalOverHTTP(t *testing.T) {
	for _, version := range mcptest.Revisions {
		t.Run(version, func(t *testing.T) {
			tracer, rec := agentspantest.New(t, agentspan.WithChecker(mcptest.Asking(boundary.Approval{})))
			s := newServer()
			mcpgospan.InstrumentServer(s, tracer, owns)
			observer, seen := agentspantest.New(t)
			p := &person{action: "accept", content: yes}
			c := connect(t, mcpgospan.Transport(httpTransport(t, serve(t, s, nil), nil), observer), version, client.WithElicitationHandler(p))
			res := call(t, t.Context(), c, "delete_file", path)
			if got := textOf(res); got != "deleted /srv/a.txt" {
				t.Errorf("%q, asked %d times:\n%s", got, len(p.asked), agentspantest.String(rec.Spans()))
			}
			if version == mcptest.Legacy {
				client, server := mcptest.Kinds(append(mcptest.SpansOf(t, rec, "elicitation/create", 1), mcptest.SpansOf(t, seen, "elicitation/create", 1)...))
				if client == nil || server == nil || server.Parent().SpanID() != client.SpanContext().SpanID() {
					t.Errorf("the question is not one trace:\n%s%s", agentspantest.String(rec.Spans()), agentspantest.String(seen.Spans()))
				}
			}
			mcptest.Conforms(t, rec)
			mcptest.Conforms(t, seen)
		})
	}
}

const modern = `"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{"elicitation":{}}`

// send is one round of a call of revision 2026-07-28, as a client writes it.
func send(t testing.TB, ctx context.Context, s *server.MCPServer, params string) map[string]any { //nolint:revive // t first, as in all of these
	t.Helper()
	msg := s.HandleMessage(ctx, json.RawMessage(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{`+params+`,"_meta":{`+modern+`}}}`))
	body, err := json.Marshal(msg)
	if err != nil {
		t.Fatal(err)
	}
	var out struct{ Result map[string]any }
	if err := json.Unmarshal(body, &out); err != nil || out.Result == nil {
		t.Fatalf("the answer is %s", body)
	}
	return out.Result
}

// The state of a question counts once, for its own call, by its own caller.
func TestRequestState(t *testing.T) {
	const ask = `"name":"delete_file","arguments":{"path":"/srv/a.txt"}`
	answer := func(call, state string) string {
		return call + `,"requestState":"` + state + `","inputResponses":{"ambit/approval":{"action":"accept","content":{"approve":true}}}`
	}
	for _, tt := range []struct {
		name  string
		retry func(state string) string
		proof identity.Proof
		runs  bool
	}{
		{"its own", func(s string) string { return answer(ask, s) }, proofOf("ada", "ide"), true},
		{"the same arguments in another order", func(s string) string {
			return answer(`"name":"delete_file","arguments":{ "path" : "/srv/a.txt" }`, s)
		}, proofOf("ada", "ide"), true},
		{"other arguments", func(s string) string {
			return answer(`"name":"delete_file","arguments":{"path":"/srv/b.txt"}`, s)
		}, proofOf("ada", "ide"), false},
		{"edited", func(s string) string { return answer(ask, s[:len(s)-2]+"AA") }, proofOf("ada", "ide"), false},
		{"made up", func(string) string { return answer(ask, "ambit1.x") }, proofOf("ada", "ide"), false},
		{"a tool's", func(string) string { return answer(ask, "state of a tool") }, proofOf("ada", "ide"), false},
		{"another owner's", func(s string) string { return answer(ask, s) }, proofOf("bob", "ide"), false},
		{"another agent's", func(s string) string { return answer(ask, s) }, proofOf("ada", "other"), false},
		{"without an answer", func(s string) string { return ask + `,"requestState":"` + s + `"` }, proofOf("ada", "ide"), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tracer, rec := agentspantest.New(t, agentspan.WithChecker(mcptest.Asking(boundary.Approval{})))
			s := newServer()
			var got mcp.CallToolRequest
			s.AddTool(mcp.NewTool("delete_file"), func(_ context.Context, r mcp.CallToolRequest) (*mcp.CallToolResult, error) {
				got = r
				return mcp.NewToolResultText("deleted"), nil
			})
			mcpgospan.InstrumentServer(s, tracer)
			ada := mcpgospan.ContextWithProof(t.Context(), proofOf("ada", "ide"))
			first := send(t, ada, s, ask)
			state, _ := first["requestState"].(string)
			if first["resultType"] != "input_required" || state == "" || strings.Contains(state, "delete") {
				t.Fatalf("the question is %v", first)
			}
			again := func() bool {
				res := send(t, mcpgospan.ContextWithProof(t.Context(), tt.proof), s, tt.retry(state))
				return res["isError"] != true && res["resultType"] != "input_required"
			}
			if ran := again(); ran != tt.runs {
				t.Errorf("it ran: %v, want %v", ran, tt.runs)
			}
			if tt.runs {
				if got.Params.RequestState != "" || len(got.Params.InputResponses) > 0 {
					t.Errorf("the tool was given our answer: %+v", got.Params.MultiRoundTripParams)
				}
				if again() {
					t.Error("the state counts twice")
				}
			}
			mcptest.Conforms(t, rec)
		})
	}
}

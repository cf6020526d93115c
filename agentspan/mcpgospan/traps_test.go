package mcpgospan_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/mcp"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/agentspan/mcpgospan"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/internal/mcptest"
	"github.com/ambit-go/ambit/semconv"
)

// The traps of the library, and of the protocol, for whoever instruments it are tests,
// here or beside what they are about:
//
//	headers win over _meta in the library's own reading     TestParentIsMetaThenHeader
//	its client writes _meta before there is a span          TestOneTraceOverEveryTransport
//	a hook cannot change the context of the handler         TestHandlersRunUnderTheSpan
//	it has spans of its own, with texts of errors           TestNoSecondSetOfSpans, TestSecretsAndErrorTexts
//	it has arguments twice, and a tool may read either      TestTheDecisionIsAboutWhatTheToolReads
//	a token is that of a request, not of a connection       TestTokenRotatedMidSession
//	nobody may be asked in revision 2026-07-28              TestApproval, TestRequestState
//	params and _meta are shared between goroutines          TestSharedRequestsConcurrentSafe
//	what clients call themselves is nobody's identity       TestClientInfoIsNobody
//	a connection is no conversation                         TestSessionsInterleaveOnOneConnection

// What a tool does is below the span of its request, and in its session.
func TestHandlersRunUnderTheSpan(t *testing.T) {
	tracer, rec := agentspantest.New(t)
	s := newServer()
	s.AddTool(mcp.NewTool("nest"), func(ctx context.Context, _ mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		_, span := rec.TracerProvider().Tracer("tool").Start(ctx, "query")
		span.End()
		return mcp.NewToolResultText(agentspan.SessionFromContext(ctx).ID()), nil
	})
	mcpgospan.InstrumentServer(s, tracer, mcpgospan.WithSession(agentspan.Session{ID: "desk"}))
	if got := textOf(call(t, t.Context(), inProcess(t, s, nil, mcptest.Current), "nest", nil)); got != "desk" {
		t.Errorf("the tool ran in the session %q", got)
	}
	under, request := mcptest.SpansOf(t, rec, "query", 1)[0], mcptest.SpansOf(t, rec, "tools/call nest", 1)[0]
	if under.Parent().SpanID() != request.SpanContext().SpanID() {
		t.Errorf("not below the request:\n%s", agentspantest.String(rec.Spans()))
	}
}

func TestClientInfoIsNobody(t *testing.T) {
	for _, version := range mcptest.Revisions {
		t.Run(version, func(t *testing.T) {
			var saw boundary.Request
			tracer, rec := agentspantest.New(t, agentspan.WithChecker(boundary.CheckerFunc(func(_ context.Context, r boundary.Request) (boundary.Decision, error) {
				saw = r
				return boundary.Decision{Verdict: boundary.Allow}, nil
			})))
			s := newServer()
			mcpgospan.InstrumentServer(s, tracer)
			c := client.NewClient(httpTransport(t, serve(t, s, nil), nil), client.WithProtocolVersion(version))
			if err := c.Start(t.Context()); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = c.Close() })
			var hello mcp.InitializeRequest
			hello.Params.ClientInfo = mcp.Implementation{Name: "human:rosamund", Title: "agent:triage", Version: "1"}
			hello.Params.ProtocolVersion = version
			if _, err := c.Initialize(t.Context(), hello); err != nil {
				t.Fatal(err)
			}
			call(t, t.Context(), c, "read_file", path)
			if !saw.Delegation.Owner.IsZero() || len(saw.Delegation.Actors) > 0 || saw.Use != nil {
				t.Errorf("the caller is taken for %+v, by %+v", saw.Delegation, saw.Use)
			}
			for _, sp := range rec.Spans() {
				for _, kv := range sp.Attributes() {
					if strings.Contains(kv.Value.String(), "rosamund") || strings.Contains(kv.Value.String(), "triage") {
						t.Errorf("%s has %s=%s", sp.Name(), kv.Key, kv.Value.String())
					}
				}
			}
		})
	}
}

func TestSessionsInterleaveOnOneConnection(t *testing.T) {
	for _, version := range mcptest.Revisions {
		t.Run(version, func(t *testing.T) {
			tracer, rec := agentspantest.New(t)
			quiet, _ := agentspantest.New(t)
			s := newServer()
			mcpgospan.InstrumentServer(s, tracer)
			c := inProcess(t, s, quiet, version)
			one := agentspan.ContextWithSession(t.Context(), agentspan.Session{ID: "one"})
			two := agentspan.ContextWithSession(t.Context(), agentspan.Session{ID: "two"})
			call(t, one, c, "leak", nil)
			call(t, two, c, "read_file", path)
			call(t, one, c, "read_file", path)
			seen := map[string]string{}
			for _, sp := range mcptest.SpansOf(t, rec, "tools/call read_file", 2) {
				seen[mcptest.Attr(sp, semconv.AmbitSessionIDKey)] = mcptest.Attr(sp, semconv.AmbitSessionSecretSeenKey)
			}
			if diff := cmp.Diff(map[string]string{"one": "true", "two": ""}, seen); diff != "" {
				t.Errorf("who has seen a secret (-want +got):\n%s", diff)
			}
		})
	}
}

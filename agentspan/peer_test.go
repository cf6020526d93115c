package agentspan_test

import (
	"context"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/secret"
	"github.com/ambit-go/ambit/semconv"
)

// What integrations with a peer of their own need: clean strings for their own
// spans, and answers that come with another request.

func TestClean(t *testing.T) {
	tracer, _ := agentspantest.New(t)
	token := "ghp_" + strings.Repeat("aB3dE6gH9", 4)
	for _, c := range []struct{ name, in, want string }{
		{"plain", "read_file", "read_file"},
		{"control characters", "read\x1b[31m\u202efile", "read[31mfile"},
		{"invalid", "a\xffb", "a\ufffdb"},
		{"secret", "call " + token, "[redacted]"},
		{"long", strings.Repeat("x", 5000), strings.Repeat("x", 1000)},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := tracer.Clean(c.in); got != c.want {
				t.Errorf("Clean = %.40q, want %.40q", got, c.want)
			}
		})
	}
	var none *agentspan.Tracer
	if got := none.Clean("a\x00"); got != "a\x00" {
		t.Errorf("a nil tracer changed %q", got)
	}
}

// askFirst wants approval of the session as a whole.
type askFirst struct{}

func (askFirst) Check(context.Context, boundary.Request) (boundary.Decision, error) {
	return boundary.Decision{Verdict: boundary.Allow}, nil
}

func (askFirst) CheckSession(context.Context, boundary.SessionInfo, boundary.History) (boundary.Decision, error) {
	return boundary.Decision{Verdict: boundary.RequireApproval}, nil
}

func TestPendingSessionApprovalIsAskedAgain(t *testing.T) {
	tracer, _ := agentspantest.New(t, agentspan.WithChecker(askFirst{}))
	base := agentspan.ContextWithSession(t.Context(), agentspan.Session{ID: "s"})
	call := func(answer agentspan.Answer, err error) error {
		ctx := agentspan.ContextWithApprover(base, func(context.Context, agentspan.Ask) (agentspan.Answer, error) { return answer, err })
		_, span, refused := tracer.StartToolCall(ctx, agentspan.ToolCall{Name: "read_file"})
		span.End(nil)
		return refused
	}
	if err := call(agentspan.Answer{}, agentspan.ErrPending); err == nil {
		t.Fatal("a call ran while its session waited for an answer")
	}
	if err := call(agentspan.Answer{Approved: true}, nil); err != nil {
		t.Fatalf("the answer came and was not heard: %v", err)
	}
}

func TestAClaimedIDDoesNotReachTheProgramsOwnSession(t *testing.T) {
	tracer, _ := agentspantest.New(t, agentspan.WithChecker(boundary.Tools("*")))
	ctx, own := start(t, tracer, agentspan.Session{ID: "s-1"})
	own.Suspend("stopped")
	peer := agentspan.ContextWithSession(t.Context(), agentspan.Session{ID: "s-1", Claimed: true})
	for _, c := range []struct {
		name string
		ctx  context.Context
		runs bool
	}{{"its own", ctx, false}, {"a peer's", peer, true}} {
		if _, err := agentspan.Do(c.ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing); (err == nil) != c.runs {
			t.Errorf("a call in %s: %v", c.name, err)
		}
	}
}

func TestASecretIsNotPutTogetherByCleaning(t *testing.T) {
	tracer, _ := agentspantest.New(t)
	for _, gap := range []string{"\x00", "\u202e", "\ufeff", "\x7f"} {
		s := "gh" + "p_" + gap + strings.Repeat("a1B2c3D4", 4) + gap + "e5F6"
		if got := tracer.Clean(s); strings.Contains(got, strings.Repeat("a1B2c3D4", 4)) {
			t.Errorf("Clean(%q) = %q", s, got)
		}
	}
}

type panickingDetector struct{}

func (panickingDetector) Detect([]secret.Finding, []byte, secret.Place) []secret.Finding {
	panic("detector")
}

func TestADetectorThatPanicsHidesEverything(t *testing.T) {
	tracer, rec := agentspantest.New(t, agentspan.WithDetector(panickingDetector{}), agentspan.WithContent(agentspan.Prompts, agentspan.Arguments))
	ctx, session := start(t, tracer, agentspan.Session{ID: "a-session-of-ours", Agent: "an-agent-of-ours", Owner: ada})
	ctx, turn := tracer.StartTurn(ctx, agentspan.Turn{Prompt: "what the owner asked"})
	_, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "a_tool_of_ours", Arguments: []byte(`{"said":"in confidence"}`)}, nothing)
	turn.End(nil)
	session.End(nil)
	if err != nil {
		t.Error(err)
	}
	for _, s := range rec.Spans() {
		for _, kv := range s.Attributes() {
			if v := kv.Value.String(); strings.Contains(v, "owner asked") || strings.Contains(v, "confidence") || strings.Contains(v, "ours") {
				t.Errorf("%s: %s = %q", s.Name(), kv.Key, v)
			}
		}
	}
}

// Attributes of the caller's own are written like everything else.
func TestAttributesOfTheCallersOwnAreClean(t *testing.T) {
	tracer, rec := agentspantest.New(t)
	ctx, _ := start(t, tracer, session())
	_, span, err := tracer.StartToolCall(ctx, agentspan.ToolCall{Name: "x"})
	if err != nil {
		t.Fatal(err)
	}
	token := githubToken("ghp_", "a")
	span.SetAttributes(attribute.String("text", "it is "+token), attribute.StringSlice("list", []string{"b\xff", token}),
		attribute.ByteSlice("bytes", []byte(token)), attribute.Int("number", 7))
	span.End(nil)
	x := find(rec.Spans(), "execute_tool x")
	for key, want := range map[attribute.Key]string{"text": "[redacted]", "bytes": "[redacted]", "list": "[\"b\ufffd\",\"[redacted]\"]", "number": "7"} {
		if got := value(x, key); got != want {
			t.Errorf("%s = %q, want %q", key, got, want)
		}
	}
	if err := agentspantest.Conforms(rec.Spans()); err != nil {
		t.Error(err)
	}
}

func TestASecretIsNotPutTogetherInAList(t *testing.T) {
	tracer, rec := agentspantest.New(t)
	n, token := session(), githubToken("ghp_", "a")
	n.MCPServers = []string{token[:10] + "," + token[10:], "wiki"}
	_, s := start(t, tracer, n)
	s.End(nil)
	if got := value(find(rec.Spans(), "session triage"), semconv.AmbitAgentMCPServerNamesKey); got != "[redacted],wiki" {
		t.Errorf("names = %q", got)
	}
}

package otlp

// Tempo cannot be built from the module system, so its limits are tests (v2.10,
// distributor.max_attribute_bytes and overrides.max_bytes_per_trace; the first is
// the same in v3.0.3). It does not tell the sender that it cut or refused.

import (
	"context"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	"google.golang.org/protobuf/proto"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/pipeline"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/identity"
)

const (
	tempoValue = 2048    // bytes of a key or a value; the rest is cut
	tempoTrace = 5 << 20 // bytes of a trace; what is above is refused
)

// Whatever a program hands over, with all content switched on, no key and no value
// of ours is cut.
func TestTempoCutsNoValueOfOurs(t *testing.T) {
	for name, unit := range map[string]string{"ASCII": "abcdefgh ", "wide": "\u00e9\U0001F600", "not UTF-8": "a\xff\xc3", "control": "\x00\x1b[31m\u202e"} {
		t.Run(name, func(t *testing.T) {
			long := strings.Repeat(unit, 20_000)
			c := startCollector(t, nil)
			p := connect(t, c)
			refuse := boundary.CheckerFunc(func(_ context.Context, r boundary.Request) (boundary.Decision, error) {
				d := boundary.Decision{Verdict: boundary.Allow, Message: long, Nearest: long}
				if strings.HasPrefix(r.CallID, "no") {
					d.Verdict = boundary.Deny
				}
				d.Because = []boundary.Determination{{Verdict: d.Verdict, Reason: boundary.Reason(long), Checker: long, Ruleset: long, Rule: long, Grant: long}}
				return d, nil
			})
			tracer, err := agentspan.New(agentspan.WithTracerProvider(p.TracerProvider()), agentspan.WithChecker(refuse),
				agentspan.WithContent(agentspan.Prompts, agentspan.Arguments, agentspan.Results, agentspan.Errors))
			if err != nil {
				t.Fatal(err)
			}
			who := identity.Principal{Kind: identity.Human, ID: long, Issuer: long, Assurance: identity.Verified}
			ctx, session, err := tracer.StartSession(t.Context(), agentspan.Session{
				ID: long, ConversationID: long, Agent: long, AgentVersion: long, Owner: who, Actor: who,
				Task: agentspan.Task{ID: long, Purpose: long}, Dir: "/" + long, Repo: long, Branch: long,
			})
			if err != nil {
				t.Fatal(err)
			}
			tctx, turn := tracer.StartTurn(ctx, agentspan.Turn{ID: long, Prompt: long, Model: long})
			for _, id := range []string{"yes", "no"} {
				call := agentspan.ToolCall{Name: long, ID: id + long, Type: long, Server: long, Arguments: []byte(`{"path":"/` + long + `"}`), Dir: "/" + long}
				// A refusal and a failure are what the test wants.
				_, _ = agentspan.Do(tctx, tracer, call, func(context.Context) (string, error) { return long, errors.New(long) })
			}
			_, span, err := tracer.StartToolCall(tctx, agentspan.ToolCall{Name: "x", ID: "yes"})
			if err != nil {
				t.Fatal(err)
			}
			span.SetResult(long)
			span.SetError(long)
			span.End(nil)
			failed := errors.New(long)
			turn.End(&failed)
			session.End(&failed)
			if err := shutdown(t, p); err != nil {
				t.Fatal(err)
			}
			spans := c.spans()
			if len(spans) != 5 {
				t.Errorf("%d spans, want 5", len(spans))
			}
			for _, s := range spans {
				if n := len(s.GetName()); n > tempoValue {
					t.Errorf("a span's name has %d bytes", n)
				}
				checkValues(t, s.GetName(), s.GetAttributes())
				for _, e := range s.GetEvents() {
					checkValues(t, e.GetName(), e.GetAttributes())
				}
				for _, l := range s.GetLinks() {
					checkValues(t, "link", l.GetAttributes())
				}
			}
		})
	}
}

func checkValues(t *testing.T, where string, attrs []*commonpb.KeyValue) {
	t.Helper()
	for _, kv := range attrs {
		v := kv.GetValue().GetStringValue()
		if len(kv.GetKey()) > tempoValue || len(v) > tempoValue || proto.Size(kv.GetValue()) > tempoValue+8 {
			t.Errorf("%.40q: %s has %d bytes, and Tempo keeps %d", where, kv.GetKey(), len(v), tempoValue)
		}
		if !utf8.ValidString(v) {
			t.Errorf("%.40q: %s is not UTF-8", where, kv.GetKey())
		}
	}
}

// One trace for a whole session (agentspan.WithSessionTrace) grows with it. The
// test says by how much, and that a session of a thousand calls fits.
func TestTempoTakesTheTraceOfALongSession(t *testing.T) {
	const calls = 1000
	c := startCollector(t, nil)
	ids, err := pipeline.DeterministicIDs([]byte("sixteen bytes or more"))
	if err != nil {
		t.Fatal(err)
	}
	p := connect(t, c, WithIDs(ids))
	tracer, err := agentspan.New(agentspan.WithTracerProvider(p.TracerProvider()), agentspan.WithSpanIDs(ids), agentspan.WithSessionTrace(),
		agentspan.WithChecker(boundary.Tools("read_*")))
	if err != nil {
		t.Fatal(err)
	}
	who := identity.Principal{Kind: identity.Human, ID: "ada@shop.example", Issuer: "https://id.shop.example", Assurance: identity.Verified}
	ctx, session, err := tracer.StartSession(t.Context(), agentspan.Session{ID: "s-1", Agent: "triage", Owner: who, Actor: who, Task: agentspan.Task{ID: "PAY-7"}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, turn := tracer.StartTurn(ctx, agentspan.Turn{ID: "t-1", Prompt: "look into it"})
	for i := range calls {
		call := agentspan.ToolCall{Name: "read_file", Arguments: []byte(`{"path":"/src/shop/payments/internal/rounding/round.go"}`)}
		if i%10 == 0 {
			call.Name = "delete_file"
		}
		// Every tenth is refused, as it should be.
		_, _ = agentspan.Do(ctx, tracer, call, func(context.Context) (string, error) { return "", nil })
	}
	turn.End(nil)
	session.End(nil)
	if err := shutdown(t, p); err != nil {
		t.Fatal(err)
	}
	bytes := map[string]int{}
	for _, s := range c.spans() {
		bytes[string(s.GetTraceId())] += proto.Size(s)
	}
	largest := 0
	for _, n := range bytes {
		largest = max(largest, n)
	}
	t.Logf("a trace of %d calls has %d bytes, %d a call: Tempo takes about %d of them in one trace",
		calls, largest, largest/calls, tempoTrace/(largest/calls))
	if largest > tempoTrace {
		t.Errorf("a trace of %d calls has %d bytes, and Tempo takes %d", calls, largest, tempoTrace)
	}
}

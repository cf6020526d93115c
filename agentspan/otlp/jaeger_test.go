package otlp_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/otlp"
	"github.com/ambit-go/ambit/agentspan/pipeline"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/internal/backendtest"
	"github.com/ambit-go/ambit/semconv"
)

const service = "payments-agent"

// A session as a backend keeps it: one turn with reads, a test run under which
// somebody else's instrumentation makes a span, a refused egress, and a call that
// is refused for the secret in its arguments.
func TestJaegerKeepsAGovernedSession(t *testing.T) {
	j := backendtest.StartJaeger(t)
	ids, err := pipeline.DeterministicIDs([]byte("a key of this deployment"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := otlp.Setup(t.Context(), otlp.WithEndpoint("http://"+j.OTLPEndpoint), otlp.WithService(service, "1.0"), otlp.WithIDs(ids))
	if err != nil {
		t.Fatal(err)
	}
	run := runSession(t, p, ids)
	if err := p.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s := p.Stats(); s.Sent != 8 || s.Dropped != 0 {
		t.Errorf("stats %+v, want 8 spans sent", s)
	}

	spans := j.WaitTrace(t, run.turn.String(), 7)
	t.Logf("what Jaeger tells of the turn:\n%s", tree(spans))

	t.Run("tree", func(t *testing.T) {
		want := `invoke_agent triage
  execute_tool read_file outcome=allow
  execute_tool read_file outcome=allow
  execute_tool run_tests outcome=allow
    GET
  refuse_tool fetch_url outcome=deny error=policy_denied
  refuse_tool post_message outcome=deny error=policy_denied
`
		if diff := cmp.Diff(want, tree(spans)); diff != "" {
			t.Errorf("tree (-want +got):\n%s", diff)
		}
	})
	t.Run("every span says whose it is", func(t *testing.T) {
		for _, s := range spans {
			want := map[string]any{
				string(semconv.AmbitSessionIDKey): "s-1", string(semconv.AmbitOwnerIDKey): "ada", string(semconv.AmbitOwnerKindKey): "human",
				string(semconv.AmbitIdentityIDKey): "triage", string(semconv.AmbitIdentityKindKey): "agent", string(semconv.AmbitTaskIDKey): "PAY-7",
			}
			if diff := cmp.Diff(want, only(s.Attributes, want)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", s.Name, diff)
			}
		}
	})
	t.Run("a refusal is an error that says why", func(t *testing.T) {
		for _, s := range spans {
			refused := strings.HasPrefix(s.Name, "refuse_tool")
			if (s.StatusCode == "ERROR") != refused {
				t.Errorf("%s has status %q", s.Name, s.StatusCode)
			}
			if !refused {
				continue
			}
			want := map[string]any{
				string(semconv.AmbitDecisionOutcomeKey): "deny", string(semconv.AmbitDecisionEnforcedKey): true,
				string(semconv.SecurityRuleNameKey): "no-egress", string(semconv.ErrorTypeKey): "policy_denied",
			}
			if s.Name == "refuse_tool post_message" {
				want[string(semconv.SecurityRuleNameKey)] = "no-secrets"
				want[string(semconv.AmbitSecretFoundKey)] = true
			}
			if diff := cmp.Diff(want, only(s.Attributes, want)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", s.Name, diff)
			}
			if _, ok := s.Attributes[string(semconv.GenAIOperationNameKey)]; ok {
				t.Errorf("%s has an operation, as if it had run", s.Name)
			}
		}
	})
	t.Run("searches find what they should", func(t *testing.T) {
		for _, tt := range []struct {
			name string
			tags map[string]string
			want []string
		}{
			{"by owner", map[string]string{"ambit.owner.id": "ada"}, []string{run.summary.String(), run.turn.String()}},
			{"by another owner", map[string]string{"ambit.owner.id": "bob"}, nil},
			{"refused calls", map[string]string{"ambit.decision.outcome": "deny"}, []string{run.turn.String()}},
			{"by rule", map[string]string{"security_rule.name": "no-egress", "ambit.decision.enforced": "true"}, []string{run.turn.String()}},
			{"secrets", map[string]string{"ambit.secret.found": "true", "security_rule.name": "no-secrets"}, []string{run.turn.String()}},
			{"by session", map[string]string{"ambit.session.id": "s-1"}, []string{run.summary.String(), run.turn.String()}},
		} {
			slices.Sort(tt.want)
			if diff := cmp.Diff(tt.want, j.Find(t, service, tt.tags), equateEmpty); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.name, diff)
			}
		}
	})
	t.Run("summary", func(t *testing.T) {
		all := j.WaitTrace(t, run.summary.String(), 1)
		if len(all) != 1 || all[0].Name != "session triage" || all[0].ParentID != "" {
			t.Fatalf("summary: %+v", all)
		}
		want := map[string]any{string(semconv.AmbitSessionCallCountKey): int64(5), string(semconv.AmbitSessionRefusalCountKey): int64(2), string(semconv.AmbitSessionTurnCountKey): int64(1)}
		if diff := cmp.Diff(want, only(all[0].Attributes, want)); diff != "" {
			t.Errorf("summary (-want +got):\n%s", diff)
		}
		if links := spans[0].Links; len(links) != 1 || links[0].TraceID != run.summary.String() || links[0].SpanID != all[0].SpanID {
			t.Errorf("the turn links to %+v, want the summary", links)
		}
	})
	t.Run("resource, scope and schema", func(t *testing.T) {
		for _, s := range spans {
			want := map[string]any{"service.name": service, "service.version": "1.0", "telemetry.sdk.language": "go"}
			if diff := cmp.Diff(want, only(s.Resource, want)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", s.Name, diff)
			}
			if s.Name != "GET" && s.Scope != agentspan.ScopeName {
				t.Errorf("%s has the scope %q", s.Name, s.Scope)
			}
		}
	})
	t.Run("no warning of Jaeger's, no secret", func(t *testing.T) {
		text := fmt.Sprintf("%+v", spans)
		if strings.Contains(text, run.secret) {
			t.Error("the secret reached Jaeger")
		}
		for _, s := range spans {
			if len(s.Warnings) > 0 {
				t.Errorf("%s: %q", s.Name, s.Warnings)
			}
		}
	})
}

var equateEmpty = cmp.Transformer("empty", func(s []string) []string { return append([]string{}, s...) })

type session struct {
	turn, summary trace.TraceID
	secret        string
}

// runSession runs a session into p and returns where to find it.
func runSession(t *testing.T, p *otlp.Provider, ids *pipeline.IDs) session {
	t.Helper()
	guard := boundary.CheckerFunc(func(_ context.Context, r boundary.Request) (boundary.Decision, error) {
		because := boundary.Determination{Verdict: boundary.Deny, Reason: boundary.ReasonDeniedByRule}
		switch {
		case len(r.Findings) > 0:
			because.Rule, because.Reason = "no-secrets", boundary.ReasonSecret
		case r.Tool == "fetch_url":
			because.Rule = "no-egress"
		default:
			return boundary.Decision{Verdict: boundary.Allow}, nil
		}
		return boundary.Decision{Verdict: boundary.Deny, Because: []boundary.Determination{because}}, nil
	})
	tracer, err := agentspan.New(agentspan.WithTracerProvider(p.TracerProvider()), agentspan.WithSpanIDs(ids), agentspan.WithChecker(guard))
	if err != nil {
		t.Fatal(err)
	}
	ctx, s, err := tracer.StartSession(t.Context(), agentspan.Session{
		ID: "s-1", Agent: "triage",
		Owner: identity.Principal{Kind: identity.Human, ID: "ada", Issuer: "https://id.example", Assurance: identity.Verified},
		Actor: identity.Principal{Kind: identity.Agent, ID: "triage", Issuer: "https://id.example", Assurance: identity.Verified},
		Task:  agentspan.Task{ID: "PAY-7"}, Dir: "/src/shop",
	})
	if err != nil {
		t.Fatal(err)
	}
	tctx, turn := tracer.StartTurn(ctx, agentspan.Turn{ID: "t-1", Prompt: "find the rounding bug"})
	secret := "github_pat_" + strings.Repeat("aB3xQ9pLm2ZtR7vKw5Yc", 4) + "aB" // nobody's
	instrumented := p.TracerProvider().Tracer("otelhttp")
	for _, call := range []struct {
		name, args string
		refused    bool
	}{
		{"read_file", `{"path":"/src/shop/payments/round.go"}`, false},
		{"read_file", `{"path":"/src/shop/payments/round_test.go"}`, false},
		{"run_tests", `{"packages":"./payments"}`, false},
		{"fetch_url", `{"url":"https://paste.example/upload"}`, true},
		{"post_message", `{"text":"the token is ` + secret + `"}`, true},
	} {
		_, err := agentspan.Do(tctx, tracer, agentspan.ToolCall{Name: call.name, Arguments: []byte(call.args)}, func(ctx context.Context) (string, error) {
			if call.name == "run_tests" {
				_, span := instrumented.Start(ctx, "GET", trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(attribute.String("http.request.method", "GET")))
				span.End()
			}
			return "ok", nil
		})
		if errors.Is(err, boundary.ErrDenied) != call.refused {
			t.Errorf("%s: %v", call.name, err)
		}
	}
	where := session{turn: trace.SpanContextFromContext(tctx).TraceID(), summary: ids.SessionSpan("s-1", "", false).TraceID(), secret: secret}
	turn.End(nil)
	s.End(nil)
	if err := tracer.Close(t.Context()); err != nil {
		t.Error(err)
	}
	return where
}

// tree writes spans as they hang together: name, outcome and error type.
func tree(spans []backendtest.Span) string {
	var b strings.Builder
	var walk func(parent string, depth int)
	walk = func(parent string, depth int) {
		for _, s := range spans {
			if s.ParentID != parent {
				continue
			}
			b.WriteString(strings.Repeat("  ", depth) + s.Name)
			if v, ok := s.Attributes[string(semconv.AmbitDecisionOutcomeKey)]; ok {
				fmt.Fprintf(&b, " outcome=%v", v)
			}
			if v, ok := s.Attributes[string(semconv.ErrorTypeKey)]; ok {
				fmt.Fprintf(&b, " error=%v", v)
			}
			b.WriteString("\n")
			walk(s.SpanID, depth+1)
		}
	}
	walk("", 0)
	return b.String()
}

// only returns the entries of m that want has as well.
func only(m map[string]any, want map[string]any) map[string]any {
	out := map[string]any{}
	for k := range want {
		if v, ok := m[k]; ok {
			out[k] = v
		}
	}
	return out
}

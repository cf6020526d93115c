package agentspantest_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/semconv"
)

// make records one span with attributes, as any program would.
func record(name string, kind trace.SpanKind, fill func(trace.Span), attrs ...attribute.KeyValue) []sdktrace.ReadOnlySpan {
	rec := agentspantest.NewRecorder()
	_, s := rec.TracerProvider().Tracer("test").Start(context.Background(), name, trace.WithSpanKind(kind), trace.WithAttributes(attrs...))
	if fill != nil {
		fill(s)
	}
	s.End()
	return rec.Spans()
}

func broken(err error) []string {
	var names []string
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return nil
	}
	for _, e := range joined.Unwrap() {
		if v, ok := errors.AsType[*agentspantest.Violation](e); ok {
			names = append(names, v.Rule)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// accessKeyID is nobody's.
const accessKeyID = "ASIA" + "Y34FZKBOKMUTVV7A"

func TestEachRuleFires(t *testing.T) {
	const client, internal = trace.SpanKindClient, trace.SpanKindInternal
	op := semconv.GenAIOperationNameKey.String
	tool := semconv.GenAIToolName
	failed := func(s trace.Span) { s.SetStatus(codes.Error, "") }
	token := "ghp_" + strings.Repeat("a1B2c3D4", 4) + "e5F6"
	doubled := func() []sdktrace.ReadOnlySpan {
		rec := agentspantest.NewRecorder()
		tr := rec.TracerProvider().Tracer("test")
		attrs := trace.WithAttributes(op("execute_tool"), tool("x"), semconv.GenAIToolCallID("7"))
		ctx, outer := tr.Start(context.Background(), "execute_tool x", attrs)
		_, inner := tr.Start(ctx, "execute_tool x", attrs)
		inner.End()
		outer.End()
		return rec.Spans()
	}
	conversation := func() []sdktrace.ReadOnlySpan {
		rec := agentspantest.NewRecorder()
		_, s := rec.TracerProvider().Tracer("test").Start(context.Background(), "chat")
		s.SetAttributes(op("chat"), semconv.GenAIProviderNameKey.String("anthropic"), semconv.GenAIConversationID(s.SpanContext().TraceID().String()))
		s.End()
		return rec.Spans()
	}
	unversioned := func() []sdktrace.ReadOnlySpan {
		rec := agentspantest.NewRecorder()
		_, s := rec.TracerProvider().Tracer(agentspan.ScopeName).Start(context.Background(), "x")
		s.End()
		return rec.Spans()
	}
	fired := map[string]bool{}
	for _, c := range []struct {
		name  string
		rule  string
		spans []sdktrace.ReadOnlySpan
	}{
		{"made-up operation", "operation-name", record("guard", internal, nil, op("guard"))},
		{"name without operation", "span-name", record("read", internal, nil, op("execute_tool"), tool("read"))},
		{"name with another tool", "span-name", record("execute_tool write", internal, nil, op("execute_tool"), tool("read"))},
		{"tool as client", "span-kind", record("execute_tool x", client, nil, op("execute_tool"), tool("x"))},
		{"method as internal", "span-kind", record("tools/call x", internal, nil, semconv.MCPMethodNameKey.String("tools/call"), tool("x"))},
		{"tool without name", "required", record("execute_tool", internal, nil, op("execute_tool"))},
		{"chat without provider", "required", record("chat", client, nil, op("chat"))},
		{"status Ok", "status", record("chat", client, func(s trace.Span) { s.SetStatus(codes.Ok, "") }, op("chat"), semconv.GenAIProviderNameKey.String("openai"))},
		{"error without type", "status", record("chat", client, failed, op("chat"), semconv.GenAIProviderNameKey.String("openai"))},
		{"type without error", "status", record("chat", client, nil, op("chat"), semconv.GenAIProviderNameKey.String("openai"), semconv.ErrorType("x"))},
		{"undeclared key", "declared", record("x", internal, nil, attribute.String("ambit"+".made.up", "x"))},
		{"wrong type", "declared", record("x", internal, nil, semconv.AmbitSessionSeqKey.String("1"))},
		{"unknown member", "declared", record("x", internal, nil, semconv.AmbitDecisionOutcomeKey.String("perhaps"))},
		{"long value", "value", record("x", internal, nil, semconv.AmbitTaskID(strings.Repeat("x", 1025)))},
		{"list of ours", "value", record("x", internal, nil, semconv.AmbitTaskIDKey.StringSlice([]string{"a"}))},
		{"not UTF-8", "value", record("x", internal, nil, attribute.String("k", "\xff"))},
		{"refusal with an operation", "refusal", record("refuse_tool x", internal, failed, op("execute_tool"), tool("x"), semconv.AmbitDecisionOutcomeDeny, semconv.AmbitDecisionReasonNoGrant, semconv.ErrorType("policy_denied"))},
		{"refusal that allows", "refusal", record("refuse_tool x", internal, failed, tool("x"), semconv.AmbitDecisionOutcomeAllow, semconv.AmbitDecisionReasonNoGrant, semconv.ErrorType("policy_denied"))},
		{"refusal without a reason", "refusal", record("refuse_tool x", internal, failed, tool("x"), semconv.AmbitDecisionOutcomeDeny, semconv.ErrorType("policy_denied"))},
		{"refusal that ran", "refusal", record("refuse_tool x", internal, failed, tool("x"), semconv.AmbitDecisionOutcomeDeny, semconv.AmbitDecisionReasonNoGrant, semconv.AmbitCallRan(true), semconv.ErrorType("policy_denied"))},
		{"refusal without an error", "refusal", record("refuse_tool x", internal, nil, tool("x"), semconv.AmbitDecisionOutcomeDeny, semconv.AmbitDecisionReasonNoGrant)},
		{"denied and executed", "denied-ran", record("execute_tool x", internal, nil, op("execute_tool"), tool("x"), semconv.AmbitDecisionOutcomeDeny)},
		{"two spans of one call", "doubled", doubled()},
		{"conversation from the trace", "conversation", conversation()},
		{"no schema URL", "schema-url", unversioned()},
		{"operation on a list", "mcp-operation", record("tools/list", client, nil, op("execute_tool"), semconv.MCPMethodNameKey.String("tools/list"), tool("x"))},
		{"undeclared event", "event", record("x", internal, func(s trace.Span) { s.AddEvent("ambit" + ".made.up") })},
		{"undeclared attribute of an event", "event", record("x", internal, func(s trace.Span) {
			s.AddEvent(semconv.EventAmbitBoundaryCrossed, trace.WithAttributes(attribute.String("made.up", "x")))
		})},
		{"messages cut in the middle", "content", record("x", internal, nil, semconv.GenAIInputMessagesKey.String(`[{"role":"user","parts":[{"ty`))},
		{"a message without parts", "content", record("x", internal, nil, semconv.GenAIInputMessagesKey.String(`[{"role":"user","content":"x"}]`))},
		{"a part without type", "content", record("x", internal, nil, attribute.String("gen_ai.output.messages", `[{"role":"assistant","parts":[{"content":"x"}]}]`))},
		{"an access key id that is no handle", "secret", record("x", internal, nil, attribute.String("k", accessKeyID))},
		{"a secret as a handle", "secret", record("x", internal, nil, semconv.AmbitCredentialHandle(token))},
		{"a secret", "secret", record("x", internal, nil, attribute.String("k", "token "+token))},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := agentspantest.Conforms(c.spans)
			if !slices.Contains(broken(err), c.rule) {
				t.Errorf("%q does not fire; got: %v", c.rule, err)
			}
			if err != nil && strings.Contains(err.Error(), token) {
				t.Error("the error shows the secret")
			}
		})
		fired[c.rule] = true
	}
	for _, name := range slices.Sorted(maps.Keys(agentspantest.Rules())) {
		if !fired[name] {
			t.Errorf("nothing here breaks rule %q", name)
		}
	}
}

func TestWhatTheConventionsAllowIsNoViolation(t *testing.T) {
	op := semconv.GenAIOperationNameKey.String
	for name, spans := range map[string][]sdktrace.ReadOnlySpan{
		"handle of AWS":     record("GET", trace.SpanKindClient, nil, semconv.AmbitCredentialHandle(accessKeyID)),
		"database span":     record("SELECT shop", trace.SpanKindClient, nil, attribute.String("db.system.name", "postgresql")),
		"command execution": record("execute_tool Bash git", trace.SpanKindInternal, nil, op("execute_tool"), semconv.GenAIToolName("Bash")),
		"mcp list":          record("tools/list", trace.SpanKindServer, nil, semconv.MCPMethodNameKey.String("tools/list")),
		"messages": record("chat m", trace.SpanKindClient, nil, op("chat"), semconv.GenAIProviderNameKey.String("openai"), semconv.GenAIRequestModel("m"),
			semconv.GenAIInputMessagesKey.String(`[{"role":"user","parts":[{"type":"text","content":"x"}]}]`)),
		"agent without name": record("invoke_agent", trace.SpanKindInternal, nil, op("invoke_agent")),
		"gen_ai key of others": record("chat m", trace.SpanKindClient, nil, op("chat"), semconv.GenAIProviderNameKey.String("openai"),
			semconv.GenAIRequestModel("m"), attribute.String("gen_ai.some.future.key", "x")),
	} {
		t.Run(name, func(t *testing.T) {
			if err := agentspantest.Conforms(spans); err != nil {
				t.Error(err)
			}
		})
	}
}

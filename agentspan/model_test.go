package agentspan_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/semconv"
)

func TestAModelCallSaysWhatItUsed(t *testing.T) {
	tracer, rec := agentspantest.New(t)
	ctx, _ := start(t, tracer, session())
	_, span := tracer.StartModelCall(ctx, agentspan.ModelCall{Provider: "anthropic", Model: "claude", Server: "api.anthropic.com", Port: 443})
	span.SetUsage(agentspan.Usage{Input: 100, Output: 20, CacheRead: 60, CacheWrite: 30, Reasoning: 5}, "claude-1", "end_turn", "bad\xff")
	span.End(nil)
	_, span = tracer.StartModelCall(ctx, agentspan.ModelCall{Provider: "openai", Model: "embed", Operation: "embeddings"})
	span.SetUsage(agentspan.Usage{Input: 7}, "")
	failed := errors.New("overloaded")
	span.End(&failed)

	spans := rec.Spans()
	for name, want := range map[string]map[attribute.Key]string{
		"chat claude": {
			semconv.GenAIProviderNameKey: "anthropic", semconv.GenAIRequestModelKey: "claude", semconv.GenAIResponseModelKey: "claude-1",
			semconv.ServerAddressKey: "api.anthropic.com", semconv.ServerPortKey: "443", semconv.GenAIResponseFinishReasonsKey: "[\"end_turn\",\"bad\ufffd\"]",
			semconv.GenAIUsageInputTokensKey: "100", semconv.GenAIUsageOutputTokensKey: "20", semconv.GenAIUsageCacheReadInputTokensKey: "60",
			semconv.GenAIUsageCacheWriteInputTokensKey: "30", semconv.GenAIUsageReasoningOutputTokensKey: "5",
			semconv.AmbitSessionIDKey: "s-1", semconv.ErrorTypeKey: "",
		},
		"embeddings embed": {semconv.GenAIUsageInputTokensKey: "7", semconv.GenAIUsageOutputTokensKey: "", semconv.GenAIResponseModelKey: "", semconv.ErrorTypeKey: "_OTHER"},
	} {
		s := find(spans, name)
		if s == nil || s.SpanKind() != trace.SpanKindClient {
			t.Errorf("no client span %q", name)
			continue
		}
		got := map[attribute.Key]string{}
		for k := range want {
			got[k] = value(s, k)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if err := agentspantest.Conforms(spans); err != nil {
		t.Error(err)
	}
}

// A prompt of any length and any characters is a message: JSON that is cut is none.
func TestALongPromptIsAMessage(t *testing.T) {
	for name, prompt := range map[string]string{
		"plain": strings.Repeat("find the bug ", 1000), "control characters": strings.Repeat("\x01", 5000),
		"quotes": strings.Repeat(`"\`, 3000), "other alphabets": strings.Repeat("ошибка", 2000),
	} {
		tracer, rec := agentspantest.New(t, agentspan.WithContent(agentspan.Prompts))
		_, turn := tracer.StartTurn(context.Background(), agentspan.Turn{Prompt: prompt})
		turn.End(nil)
		got := value(rec.Spans()[0], semconv.GenAIInputMessagesKey)
		var messages []struct {
			Role  string
			Parts []struct{ Type, Content string }
		}
		if err := json.Unmarshal([]byte(got), &messages); err != nil || len(got) > 2000 || len(got) < 1800 {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
			continue
		}
		if c := messages[0].Parts[0].Content; messages[0].Role != "user" || !strings.HasPrefix(c, "[truncated] "+prompt[:20]) || strings.Count(c, "[truncated]") != 1 {
			t.Errorf("%s: %.60q", name, c)
		}
	}
}

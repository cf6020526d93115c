package agentspan_test

import (
	"context"
	"testing"

	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/semconv"
)

// What looks like the call outside, and is not.

func TestACallOfAnotherSessionIsDecided(t *testing.T) {
	all := &seen{}
	tracer, _ := agentspantest.New(t, agentspan.WithChecker(all))
	ctx, _ := start(t, tracer, session())
	_, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "search"}, func(ctx context.Context) (string, error) {
		ctx = agentspan.ContextWithSession(ctx, agentspan.Session{ID: "another", Owner: lead})
		return agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "search"}, nothing)
	})
	if err != nil || len(all.reqs) != 2 || all.last().Session.ID != "another" {
		t.Errorf("decided %d times (%v), want one for each session", len(all.reqs), err)
	}
}

func TestACallOfAnotherServerIsDecided(t *testing.T) {
	all := &seen{}
	tracer, _ := agentspantest.New(t, agentspan.WithChecker(all))
	ctx, _ := start(t, tracer, session())
	_, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "search", Server: "wiki"}, func(ctx context.Context) (string, error) {
		return agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "search", Server: "web"}, nothing)
	})
	if err != nil || len(all.reqs) != 2 {
		t.Errorf("decided %d times (%v), want one for each server", len(all.reqs), err)
	}
}

func TestGovernCallUnderARemoteParentIsRecorded(t *testing.T) {
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(allowed))
	ctx, _ := start(t, tracer, session())
	ctx = trace.ContextWithRemoteSpanContext(ctx, trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: trace.FlagsSampled,
	}))
	_, span, err := tracer.GovernCall(ctx, agentspan.ToolCall{Name: "search"})
	if err != nil {
		t.Fatal(err)
	}
	span.End(nil)
	if find(rec.Spans(), "execute_tool search") == nil {
		t.Error("no span of a call that ran under a remote parent")
	}
}

func TestGovernCallLeavesTheSpanOfAnotherCallAlone(t *testing.T) {
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(boundary.Tools("*")))
	ctx, _ := start(t, tracer, session())
	_, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "outer"}, func(ctx context.Context) (string, error) {
		_, span, err := tracer.GovernCall(ctx, agentspan.ToolCall{Name: "inner"})
		span.End(nil)
		return "", err
	})
	outer, inner := find(rec.Spans(), "execute_tool outer"), find(rec.Spans(), "execute_tool inner")
	if err != nil || inner == nil || value(outer, semconv.GenAIToolNameKey) != "outer" {
		t.Errorf("outer span is of %q, inner span there: %v (%v)", value(outer, semconv.GenAIToolNameKey), inner != nil, err)
	}
}

package agentspan_test

import (
	"context"
	"testing"
	"time"

	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/identity"
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

// Arguments that are the same only to one reader are other arguments: which of two
// values a tool takes, the outer call does not say.
func TestACallWithOtherArgumentsIsDecided(t *testing.T) {
	for _, c := range []struct {
		name          string
		outside, here string
		want          int // decisions about the two
	}{
		{"in another order", `{"a":1,"b":2}`, `{"b":2, "a":1}`, 1},
		{"nothing", "", `{}`, 1},
		{"to the letter", `{"p":"x","p":"y"}`, `{"p":"x","p":"y"}`, 1},
		{"another value", `{"p":"y"}`, `{"p":"x"}`, 2},
		{"a name twice", `{"p":"y"}`, `{"p":"x","p":"y"}`, 2},
		{"a name twice outside", `{"p":"x","p":"y"}`, `{"p":"y"}`, 2},
		{"a name twice, deep", `{"a":[{"p":"y"}]}`, `{"a":[{"p":"x","p":"y"}]}`, 2},
		{"a name twice, escaped", `{"p":"y"}`, `{"\u0070":"x","p":"y"}`, 2},
		{"characters that are none", `{"p":"\ud800"}`, `{"p":"\udfff"}`, 2},
		{"what follows", `{"p":"y"}`, `{"p":"y"}]`, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			all := &seen{}
			tracer, _ := agentspantest.New(t, agentspan.WithChecker(all))
			ctx, _ := start(t, tracer, session())
			_, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x", Arguments: []byte(c.outside)}, func(ctx context.Context) (string, error) {
				return agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x", Arguments: []byte(c.here)}, nothing)
			})
			if err != nil || len(all.reqs) != c.want {
				t.Errorf("decided %d times (%v), want %d", len(all.reqs), err, c.want)
			}
		})
	}
}

func TestWhatWasNotKnownOutsideIsDecided(t *testing.T) {
	token := func(handle string) *identity.Use {
		return &identity.Use{Credential: identity.Credential{Kind: identity.CredentialKind("github-pat"), Handle: handle}}
	}
	for _, c := range []struct {
		name          string
		before        string // a definition that the session has seen
		outside, here agentspan.ToolCall
		want          int // decisions about the two
	}{
		{name: "the same", want: 1},
		{name: "a definition that the session sees first", here: agentspan.ToolCall{Definition: "a"}, want: 1},
		{name: "a definition that it knows", before: "a", here: agentspan.ToolCall{Definition: "a"}, want: 1},
		{name: "a definition that changed", before: "a", here: agentspan.ToolCall{Definition: "b"}, want: 2},
		{name: "two definitions", outside: agentspan.ToolCall{Definition: "a"}, here: agentspan.ToolCall{Definition: "b"}, want: 2},
		{name: "a definition known outside alone", outside: agentspan.ToolCall{Definition: "a"}, want: 1},
		{name: "a tool that was there before", here: agentspan.ToolCall{Since: time.Now().Add(-time.Hour)}, want: 1},
		{name: "a tool that came later", here: agentspan.ToolCall{Since: time.Now().Add(time.Hour)}, want: 2},
		{name: "a credential", here: agentspan.ToolCall{Use: token("a")}, want: 2},
		{name: "the same credential", outside: agentspan.ToolCall{Use: token("a")}, here: agentspan.ToolCall{Use: token("a")}, want: 1},
		{name: "another credential", outside: agentspan.ToolCall{Use: token("a")}, here: agentspan.ToolCall{Use: token("b")}, want: 2},
		{name: "a credential known outside alone", outside: agentspan.ToolCall{Use: token("a")}, want: 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			all := &seen{}
			tracer, _ := agentspantest.New(t, agentspan.WithChecker(all))
			ctx, _ := start(t, tracer, session())
			c.outside.Name, c.here.Name = "search", "search"
			if c.before != "" {
				_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "search", Definition: c.before}, nothing)
			}
			before := len(all.reqs)
			_, err := agentspan.Do(ctx, tracer, c.outside, func(ctx context.Context) (string, error) {
				return agentspan.Do(ctx, tracer, c.here, nothing)
			})
			if got := len(all.reqs) - before; err != nil || got != c.want {
				t.Errorf("decided %d times (%v), want %d", got, err, c.want)
			}
		})
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

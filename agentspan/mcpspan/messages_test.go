package mcpspan_test

import (
	"context"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/agentspan/mcpspan"
	"github.com/ambit-go/ambit/internal/mcptest"
	"github.com/ambit-go/ambit/semconv"
)

// What goes the other way, and what a revision with sessions has besides: all of it
// is a span where it is sent, and one below it where it arrives.
//
//nolint:staticcheck // what the newest revision gave up is in use
func TestEveryMessageInBothDirectionsIsASpan(t *testing.T) {
	tracer, rec := agentspantest.New(t)
	heard := make(chan string, 64)
	s := mcp.NewServer(&mcp.Implementation{Name: "talks", Version: "1"}, &mcp.ServerOptions{
		CompletionHandler: func(context.Context, *mcp.CompleteRequest) (*mcp.CompleteResult, error) {
			return &mcp.CompleteResult{}, nil
		},
		SubscribeHandler: func(context.Context, *mcp.SubscribeRequest) error { return nil },
		UnsubscribeHandler: func(context.Context, *mcp.UnsubscribeRequest) error {
			return nil
		},
		RootsListChangedHandler: func(context.Context, *mcp.RootsListChangedRequest) { heard <- "notifications/roots/list_changed" },
	})
	s.AddResource(&mcp.Resource{Name: "notes", URI: "file:///n"}, func(context.Context, *mcp.ReadResourceRequest) (*mcp.ReadResourceResult, error) {
		return &mcp.ReadResourceResult{}, nil
	})
	c := newClient(&mcp.ClientOptions{
		CreateMessageHandler: func(context.Context, *mcp.CreateMessageRequest) (*mcp.CreateMessageResult, error) {
			return &mcp.CreateMessageResult{Role: "assistant", Model: "m", Content: &mcp.TextContent{Text: "hi"}}, nil
		},
		ElicitationHandler:          say("accept", true),
		ProgressNotificationHandler: func(context.Context, *mcp.ProgressNotificationClientRequest) { heard <- "notifications/progress" },
		LoggingMessageHandler:       func(context.Context, *mcp.LoggingMessageRequest) { heard <- "notifications/message" },
		ResourceUpdatedHandler: func(context.Context, *mcp.ResourceUpdatedNotificationRequest) {
			heard <- "notifications/resources/updated"
		},
		ToolListChangedHandler:   func(context.Context, *mcp.ToolListChangedRequest) { heard <- "notifications/tools/list_changed" },
		PromptListChangedHandler: func(context.Context, *mcp.PromptListChangedRequest) { heard <- "notifications/prompts/list_changed" },
		ResourceListChangedHandler: func(context.Context, *mcp.ResourceListChangedRequest) {
			heard <- "notifications/resources/list_changed"
		},
	})
	mcpspan.InstrumentServer(s, tracer)
	mcpspan.InstrumentClient(c, tracer)
	cs := inMemory(t, s, c, mcptest.Legacy)
	var ss *mcp.ServerSession
	for ss = range s.Sessions() {
	}

	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
	}
	_, err := cs.Complete(ctx, &mcp.CompleteParams{
		Ref:      &mcp.CompleteReference{Type: "ref/resource", URI: "file:///n"},
		Argument: mcp.CompleteParamsArgument{Name: "a", Value: "b"},
	})
	must(err)
	must(cs.SetLoggingLevel(ctx, &mcp.SetLoggingLevelParams{Level: "info"}))
	must(cs.Subscribe(ctx, &mcp.SubscribeParams{URI: "file:///n"}))
	must(s.ResourceUpdated(ctx, &mcp.ResourceUpdatedNotificationParams{URI: "file:///n"}))
	must(cs.Unsubscribe(ctx, &mcp.UnsubscribeParams{URI: "file:///n"}))
	c.AddRoots(&mcp.Root{URI: "file:///r"})
	must(ss.Ping(ctx, nil))
	_, err = ss.ListRoots(ctx, nil)
	must(err)
	_, err = ss.CreateMessage(ctx, &mcp.CreateMessageParams{MaxTokens: 1})
	must(err)
	_, err = ss.Elicit(ctx, &mcp.ElicitParams{Message: "?", RequestedSchema: map[string]any{"type": "object"}})
	must(err)
	must(ss.Log(ctx, &mcp.LoggingMessageParams{Level: "info", Data: "x"}))
	must(ss.NotifyProgress(ctx, &mcp.ProgressNotificationParams{ProgressToken: "p"}))
	s.AddTool(&mcp.Tool{Name: "late", InputSchema: map[string]any{"type": "object"}}, func(context.Context, *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		return text(""), nil
	})
	s.AddPrompt(&mcp.Prompt{Name: "late"}, func(context.Context, *mcp.GetPromptRequest) (*mcp.GetPromptResult, error) {
		return &mcp.GetPromptResult{}, nil
	})
	s.AddResource(&mcp.Resource{Name: "late", URI: "file:///l"}, func(context.Context, *mcp.ReadResourceRequest) (*mcp.ReadResourceResult, error) {
		return &mcp.ReadResourceResult{}, nil
	})
	notifications := map[string]bool{
		"notifications/roots/list_changed": true, "notifications/resources/updated": true, "notifications/message": true, "notifications/progress": true,
		"notifications/tools/list_changed": true, "notifications/prompts/list_changed": true, "notifications/resources/list_changed": true,
	}
	for left := len(notifications); left > 0; left-- {
		<-heard
	}

	names := []string{
		"completion/complete", "logging/setLevel", "resources/subscribe", "resources/unsubscribe",
		"ping", "roots/list", "sampling/createMessage", "elicitation/create",
	}
	for name := range notifications {
		names = append(names, name)
	}
	for _, name := range names {
		sent, received := mcptest.Kinds(mcptest.SpansOf(t, rec, name, 2))
		if sent == nil || received == nil || received.Parent().SpanID() != sent.SpanContext().SpanID() {
			t.Errorf("%s: not one span at each end, one below the other", name)
		}
		if got := mcptest.Attr(received, semconv.MCPProtocolVersionKey); got != mcptest.Legacy {
			t.Errorf("%s: the revision is %q", name, got)
		}
	}
	for _, name := range []string{"resources/subscribe", "resources/unsubscribe", "notifications/resources/updated"} {
		for _, sp := range mcptest.SpansOf(t, rec, name, 2) {
			if got := mcptest.Attr(sp, semconv.MCPResourceURIKey); got != "file:///n" {
				t.Errorf("%s: mcp.resource.uri = %q", name, got)
			}
		}
	}
	mcptest.Conforms(t, rec)
}

// Since 2026-07-28 a client listens for notifications by a request of its own, which
// lasts as long as it listens.
func TestListeningIsASpan(t *testing.T) {
	tracer, rec := agentspantest.New(t)
	heard := make(chan struct{}, 8)
	c := newClient(&mcp.ClientOptions{ToolListChangedHandler: func(context.Context, *mcp.ToolListChangedRequest) { heard <- struct{}{} }})
	s := newServer()
	mcpspan.InstrumentServer(s, tracer)
	mcpspan.InstrumentClient(c, tracer)
	cs := inMemory(t, s, c, mcptest.Current)
	mcptest.SpansOf(t, rec, "notifications/subscriptions/acknowledged", 2)
	s.AddTool(&mcp.Tool{Name: "late", InputSchema: map[string]any{"type": "object"}}, func(context.Context, *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		return text(""), nil
	})
	<-heard
	if err := cs.Close(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"subscriptions/listen", "notifications/tools/list_changed"} {
		sent, received := mcptest.Kinds(mcptest.SpansOf(t, rec, name, 2))
		if sent == nil || received == nil || received.Parent().SpanID() != sent.SpanContext().SpanID() {
			t.Errorf("%s: not one span at each end, one below the other", name)
		}
	}
	mcptest.Conforms(t, rec)
}

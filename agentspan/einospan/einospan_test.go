package einospan_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cloudwego/eino/adk"
	"github.com/cloudwego/eino/callbacks"
	"github.com/cloudwego/eino/components"
	"github.com/cloudwego/eino/components/model"
	"github.com/cloudwego/eino/components/tool"
	"github.com/cloudwego/eino/components/tool/utils"
	"github.com/cloudwego/eino/compose"
	"github.com/cloudwego/eino/schema"
	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/agentspan/einospan"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/semconv"
)

// token looks like a secret and is none.
func token() string { return "ghp_" + strings.Repeat("a1B2c3D4", 4) + "e5F6" }

// A script is a model that says what stands in it, line by line, and keeps what it
// was told.
type script struct {
	mu    sync.Mutex
	lines []func() *schema.Message
	told  [][]*schema.Message
}

func (s *script) GetType() string { return "Claude" }

func (s *script) WithTools([]*schema.ToolInfo) (model.ToolCallingChatModel, error) { return s, nil }

func (s *script) next(in []*schema.Message) *schema.Message {
	s.mu.Lock()
	s.told = append(s.told, append([]*schema.Message{}, in...))
	line := s.lines[0]
	s.lines = s.lines[1:]
	s.mu.Unlock()
	return line()
}

func (s *script) Generate(_ context.Context, in []*schema.Message, _ ...model.Option) (*schema.Message, error) {
	m := s.next(in)
	if m == nil {
		return nil, errors.New("overloaded, " + token())
	}
	return m, nil
}

func (s *script) Stream(_ context.Context, in []*schema.Message, _ ...model.Option) (*schema.StreamReader[*schema.Message], error) {
	m := s.next(in)
	if m == nil {
		return nil, errors.New("overloaded, " + token())
	}
	out, w := schema.Pipe[*schema.Message](4)
	go func() {
		defer w.Close()
		head := *m
		head.ResponseMeta = nil
		w.Send(&head, nil)
		w.Send(&schema.Message{Role: schema.Assistant, ResponseMeta: m.ResponseMeta}, nil)
	}()
	return out, nil
}

// read returns what the model was told as the results of tools, in its last round.
func (s *script) read() (out []string) {
	for _, m := range s.told[len(s.told)-1] {
		if m.Role == schema.Tool {
			out = append(out, m.Content)
		}
	}
	return out
}

func says(text string) func() *schema.Message {
	return func() *schema.Message {
		return &schema.Message{Role: schema.Assistant, Content: text, ResponseMeta: &schema.ResponseMeta{
			FinishReason: "stop", Usage: &schema.TokenUsage{PromptTokens: 20, CompletionTokens: 5, PromptTokenDetails: schema.PromptTokenDetails{CachedTokens: 10}},
		}}
	}
}

// asks wants tools called: pairs of a name and arguments.
func asks(calls ...string) func() *schema.Message {
	return func() *schema.Message {
		m := says("")()
		m.ResponseMeta.FinishReason = "tool_calls"
		for i := 0; i < len(calls); i += 2 {
			m.ToolCalls = append(m.ToolCalls, schema.ToolCall{ID: fmt.Sprintf("call_%d", i/2), Type: "function", Function: schema.FunctionCall{Name: calls[i], Arguments: calls[i+1]}})
		}
		return m
	}
}

type fileArgs struct {
	Path string `json:"path"`
}

// ran is which tools ran.
type ran struct {
	mu    sync.Mutex
	names []string
}

func (r *ran) add(name string) { r.mu.Lock(); defer r.mu.Unlock(); r.names = append(r.names, name) }

func toolNamed(t testing.TB, r *ran, name string, f func(context.Context, fileArgs) (string, error)) tool.BaseTool {
	t.Helper()
	b, err := utils.InferTool(name, "does "+name, func(ctx context.Context, in fileArgs) (string, error) {
		r.add(name)
		return f(ctx, in)
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func tools(t testing.TB, r *ran) []tool.BaseTool {
	t.Helper()
	stream, err := utils.InferStreamTool("tail_file", "follows a file", func(_ context.Context, in fileArgs) (*schema.StreamReader[string], error) {
		r.add("tail_file")
		return schema.StreamReaderFromArray([]string{"tail of ", in.Path, ": " + token()[:10], token()[10:]}), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return []tool.BaseTool{
		toolNamed(t, r, "read_file", func(_ context.Context, in fileArgs) (string, error) { return "contents of " + in.Path, nil }),
		toolNamed(t, r, "delete_file", func(_ context.Context, in fileArgs) (string, error) { return "deleted " + in.Path, nil }),
		toolNamed(t, r, "boom", func(context.Context, fileArgs) (string, error) { panic("boom") }),
		toolNamed(t, r, "fail", func(context.Context, fileArgs) (string, error) { return "", errors.New("no such thing as " + token()) }),
		toolNamed(t, r, "ask_first", func(ctx context.Context, _ fileArgs) (string, error) { return "", tool.Interrupt(ctx, "may I?") }),
		stream,
	}
}

// denying denies deletions by a rule that has a name.
var denying = boundary.CheckerFunc(func(_ context.Context, r boundary.Request) (boundary.Decision, error) {
	if r.Tool == "delete_file" {
		return boundary.Decision{Message: "ask for a task that may delete", Because: []boundary.Determination{{Reason: boundary.ReasonDeniedByRule, Rule: "no-delete"}}}, nil
	}
	return boundary.Decision{Verdict: boundary.Allow}, nil
})

const refusal = "delete_file: denied by policy (rule no-delete): ask for a task that may delete"

func agent(t testing.TB, tracer *agentspan.Tracer, m model.ToolCallingChatModel, tools []tool.BaseTool) adk.Agent {
	t.Helper()
	a, err := adk.NewChatModelAgent(t.Context(), &adk.ChatModelAgentConfig{
		Name: "triage", Description: "reads files", Model: m,
		ToolsConfig: adk.ToolsConfig{ToolsNodeConfig: compose.ToolsNodeConfig{Tools: tools, ToolCallMiddlewares: []compose.ToolMiddleware{einospan.ToolMiddleware(tracer)}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// query runs an agent to its end and returns what it said last, or the error.
func query(ctx context.Context, a adk.Agent, streams bool) (last string, err error) {
	it := adk.NewRunner(ctx, adk.RunnerConfig{Agent: a, EnableStreaming: streams}).Query(ctx, "what is in a.txt?")
	for {
		e, ok := it.Next()
		if !ok {
			return last, err
		}
		if e.Err != nil {
			err = e.Err
			continue
		}
		if e.Output == nil || e.Output.MessageOutput == nil {
			continue
		}
		m, merr := e.Output.MessageOutput.GetMessage()
		if merr != nil {
			err = merr
			continue
		}
		last = m.Content
	}
}

// with registers handlers for all runs, as long as the test runs.
func with(t testing.TB, handlers ...callbacks.Handler) {
	t.Helper()
	callbacks.InitCallbackHandlers(handlers) // the one way to take handlers away again
	t.Cleanup(func() { callbacks.InitCallbackHandlers(nil) })
}

func session(t testing.TB, tracer *agentspan.Tracer) context.Context {
	t.Helper()
	ctx, s, err := tracer.StartSession(t.Context(), agentspan.Session{ID: "s-1", Agent: "triage"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.End(nil) })
	return ctx
}

// settled returns the spans, once as many have ended as are wanted: those of a
// stream may end after its reader has gone on.
func settled(t testing.TB, rec *agentspantest.Recorder, want int) []sdktrace.ReadOnlySpan {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); ; {
		spans := rec.Spans()
		if len(spans) >= want {
			return spans
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d spans, want %d:\n%s", len(spans), want, agentspantest.String(spans))
		}
		<-time.After(time.Millisecond)
	}
}

func tree(spans []sdktrace.ReadOnlySpan) string {
	var b strings.Builder
	_ = agentspantest.Form{Hide: []string{"owner_missing", "reason"}}.Write(&b, spans)
	return b.String()
}

func find(spans []sdktrace.ReadOnlySpan, name string) sdktrace.ReadOnlySpan {
	for _, s := range spans {
		if s.Name() == name {
			return s
		}
	}
	return nil
}

func attr(s sdktrace.ReadOnlySpan, k attribute.Key) string {
	if s == nil {
		return "(no span)"
	}
	for _, kv := range s.Attributes() {
		if kv.Key == k {
			return kv.Value.String()
		}
	}
	return ""
}

func conforms(t testing.TB, rec *agentspantest.Recorder) {
	t.Helper()
	if err := agentspantest.Conforms(rec.Spans()); err != nil {
		t.Error(err)
	}
}

// An agent's run is one tree; a refused tool does not run, and the model reads why.
func TestAgent(t *testing.T) {
	const want = `invoke_agent triage
  chat [client]
  execute_tool read_file outcome=allow
  refuse_tool delete_file outcome=deny rule=no-delete error=policy_denied
  chat [client]
`
	for _, streams := range []bool{false, true} {
		t.Run(fmt.Sprintf("streams=%v", streams), func(t *testing.T) {
			tracer, rec := agentspantest.New(t, agentspan.WithChecker(denying))
			h := einospan.NewHandler(tracer)
			with(t, h, h) // registered twice is registered once
			m := &script{lines: []func() *schema.Message{asks("read_file", `{"path":"a.txt"}`, "delete_file", `{"path":"a.txt"}`), says("done")}}
			r := &ran{}
			a := agent(t, tracer, m, tools(t, r))
			last, err := query(session(t, tracer), a, streams)
			if err != nil || last != "done" {
				t.Errorf("the agent said %q: %v", last, err)
			}
			if diff := cmp.Diff([]string{"read_file"}, r.names); diff != "" {
				t.Errorf("tools that ran (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([]string{"contents of a.txt", refusal}, m.read()); diff != "" {
				t.Errorf("what the model read (-want +got):\n%s", diff)
			}
			spans := settled(t, rec, 5)
			if diff := cmp.Diff(sorted(want), sorted(tree(spans))); diff != "" {
				t.Errorf("tree (-want +got):\n%s", diff)
			}
			chat := find(spans, "chat")
			got := []string{
				attr(chat, semconv.GenAIProviderNameKey), attr(chat, semconv.GenAIUsageInputTokensKey), attr(chat, semconv.GenAIUsageOutputTokensKey),
				attr(chat, semconv.GenAIUsageCacheReadInputTokensKey), attr(chat, semconv.GenAIResponseFinishReasonsKey),
			}
			if diff := cmp.Diff([]string{"anthropic", "20", "5", "10", `["tool_calls"]`}, got); diff != "" {
				t.Errorf("usage (-want +got):\n%s", diff)
			}
			if id := attr(find(spans, "execute_tool read_file"), semconv.GenAIToolCallIDKey); id != "call_0" {
				t.Errorf("the call's id is %q", id)
			}
			turn := find(spans, "invoke_agent triage")
			if hash := attr(turn, semconv.AmbitPromptHashKey); (hash != "") == streams {
				t.Errorf("the prompt's hash is %q", hash)
			}
			conforms(t, rec)
		})
	}
}

// sorted puts the lines of a tree in order: calls of one message run at once.
func sorted(tree string) []string {
	lines := strings.Split(strings.TrimSpace(tree), "\n")
	for i := range lines { // five lines
		for j := i + 1; j < len(lines); j++ {
			if lines[j] < lines[i] {
				lines[i], lines[j] = lines[j], lines[i]
			}
		}
	}
	return lines
}

// Without a session nobody can tell, so nothing runs.
func TestACallWithoutASessionIsRefused(t *testing.T) {
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(denying))
	m := &script{lines: []func() *schema.Message{asks("read_file", `{}`), says("done")}}
	r := &ran{}
	if _, err := query(t.Context(), agent(t, tracer, m, tools(t, r)), false); err != nil {
		t.Error(err)
	}
	if len(r.names) != 0 || !strings.HasPrefix(m.read()[0], "read_file: ") {
		t.Errorf("%v ran, and the model read %q", r.names, m.read())
	}
	conforms(t, rec)
}

// A turn that the program began itself is the turn.
func TestTheProgramsOwnTurn(t *testing.T) {
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(denying))
	with(t, einospan.NewHandler(tracer))
	m := &script{lines: []func() *schema.Message{says("done")}}
	ctx, turn := tracer.StartTurn(session(t, tracer), agentspan.Turn{Prompt: "what is in a.txt?"})
	if _, err := query(ctx, agent(t, tracer, m, tools(t, &ran{})), true); err != nil {
		t.Error(err)
	}
	settled(t, rec, 1)
	turn.End(nil)
	if got, want := tree(settled(t, rec, 2)), "invoke_agent triage\n  chat [client]\n"; got != want {
		t.Errorf("tree:\n%s", got)
	}
	conforms(t, rec)
}

// An agent that is the tool of another is part of the turn.
func TestAnAgentAsATool(t *testing.T) {
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(denying))
	with(t, einospan.NewHandler(tracer))
	inner := agent(t, tracer, &script{lines: []func() *schema.Message{asks("read_file", `{"path":"b.txt"}`), says("inner done")}}, tools(t, &ran{}))
	outer := agent(t, tracer, &script{lines: []func() *schema.Message{asks("triage", `{"request":"look"}`), says("done")}}, []tool.BaseTool{adk.NewAgentTool(t.Context(), inner)})
	if _, err := query(session(t, tracer), outer, false); err != nil {
		t.Error(err)
	}
	want := `invoke_agent triage
  chat [client]
  execute_tool triage outcome=allow
    chat [client]
    execute_tool read_file outcome=allow
    chat [client]
  chat [client]
`
	if diff := cmp.Diff(want, tree(settled(t, rec, 7))); diff != "" {
		t.Errorf("tree (-want +got):\n%s", diff)
	}
	conforms(t, rec)
}

// What fails is recorded as failed, by its type and not its text.
func TestFailures(t *testing.T) {
	for _, tt := range []struct {
		name  string
		lines []func() *schema.Message
		span  string
		want  string // error.type; empty: none
	}{
		{"a tool fails", []func() *schema.Message{asks("fail", `{}`)}, "execute_tool fail", "_OTHER"},
		{"a tool panics", []func() *schema.Message{asks("boom", `{}`)}, "execute_tool boom", "panic"},
		{"a tool waits for a person", []func() *schema.Message{asks("ask_first", `{}`)}, "execute_tool ask_first", ""},
		{"a model fails", []func() *schema.Message{func() *schema.Message { return nil }}, "chat", "_OTHER"},
		{"a model panics", []func() *schema.Message{func() *schema.Message { panic("boom") }}, "chat", "panic"},
	} {
		for _, streams := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s streams=%v", tt.name, streams), func(t *testing.T) {
				tracer, rec := agentspantest.New(t, agentspan.WithChecker(denying))
				with(t, einospan.NewHandler(tracer))
				_, err := query(session(t, tracer), agent(t, tracer, &script{lines: tt.lines}, tools(t, &ran{})), streams)
				if err == nil && tt.want != "" {
					t.Error("the run did not fail")
				}
				spans := settled(t, rec, 2)
				if strings.HasPrefix(tt.span, "execute") {
					spans = settled(t, rec, 3)
				}
				s := find(spans, tt.span)
				if got := attr(s, semconv.ErrorTypeKey); got != tt.want {
					t.Errorf("%s ended with %q, want %q:\n%s", tt.span, got, tt.want, tree(spans))
				}
				if turn := find(spans, "invoke_agent triage"); turn == nil || (attr(turn, semconv.ErrorTypeKey) != "") != (tt.want != "") {
					t.Errorf("the turn:\n%s", tree(spans))
				}
				if text := fmt.Sprint(s.Attributes(), s.Events(), s.Status()); strings.Contains(text, "ghp_") {
					t.Errorf("the span holds the text of an error: %s", text)
				}
				conforms(t, rec)
			})
		}
	}
}

// A graph without the agent package is governed in the same way, and calls that run
// at once are told apart.
func TestConcurrentToolsNodeConcurrentSafe(t *testing.T) {
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(denying))
	r := &ran{}
	node, err := compose.NewToolNode(t.Context(), &compose.ToolsNodeConfig{Tools: tools(t, r), ToolCallMiddlewares: []compose.ToolMiddleware{einospan.ToolMiddleware(tracer)}})
	if err != nil {
		t.Fatal(err)
	}
	g := compose.NewGraph[*schema.Message, []*schema.Message]()
	_ = g.AddToolsNode("tools", node)
	_ = g.AddEdge(compose.START, "tools")
	_ = g.AddEdge("tools", compose.END)
	run, err := g.Compile(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var calls []string
	for i := range 12 {
		name := "read_file"
		if i%3 == 0 {
			name = "delete_file"
		}
		calls = append(calls, name, fmt.Sprintf(`{"path":"%d.txt"}`, i))
	}
	out, err := run.Invoke(session(t, tracer), asks(calls...)(), compose.WithCallbacks(einospan.NewHandler(tracer)))
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range out {
		want := fmt.Sprintf("contents of %d.txt", i)
		if i%3 == 0 {
			want = refusal
		}
		if m.Content != want {
			t.Errorf("call %d gave %q", i, m.Content)
		}
	}
	spans := settled(t, rec, 13)
	if len(spans) != 13 || len(r.names) != 8 {
		t.Errorf("%d spans, %d ran:\n%s", len(spans), len(r.names), tree(spans))
	}
	conforms(t, rec)
}

// The result of a stream is looked at, whole, and the span ends with the stream.
func TestStreamingTool(t *testing.T) {
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(denying))
	next := func(_ context.Context, in *compose.ToolInput) (*compose.StreamToolOutput, error) {
		return &compose.StreamToolOutput{Result: schema.StreamReaderFromArray([]string{"tail: ", token()[:10], token()[10:]})}, nil
	}
	mw := einospan.ToolMiddleware(tracer).Streamable
	ctx := session(t, tracer)
	out, err := mw(next)(ctx, &compose.ToolInput{Name: "tail_file", Arguments: `{"path":"a.txt"}`})
	if err != nil {
		t.Fatal(err)
	}
	text := ""
	for {
		s, err := out.Result.Recv()
		if errors.Is(err, io.EOF) {
			break
		}
		text += s
	}
	if text != "tail: "+token() {
		t.Errorf("the stream said %q", text)
	}
	span := find(rec.Spans(), "execute_tool tail_file") // has ended by now
	if attr(span, semconv.AmbitSecretFoundKey) != "true" || attr(span, semconv.AmbitCallResultSizeKey) == "" {
		t.Errorf("the span is\n%s", tree(rec.Spans()))
	}

	rec.Reset()
	endless, w := schema.Pipe[string](0)
	go func() {
		defer w.Close()
		for !w.Send("more", nil) {
		}
	}()
	out, err = mw(func(context.Context, *compose.ToolInput) (*compose.StreamToolOutput, error) {
		return &compose.StreamToolOutput{Result: endless}, nil
	})(ctx, &compose.ToolInput{Name: "tail_file"})
	if err != nil {
		t.Fatal(err)
	}
	_, _ = out.Result.Recv()
	out.Result.Close()
	if got := attr(settled(t, rec, 1)[0], semconv.ErrorTypeKey); got != "canceled" {
		t.Errorf("a stream that was left ended with %q", got)
	}

	rec.Reset()
	out, err = mw(next)(ctx, &compose.ToolInput{Name: "delete_file"})
	if err != nil {
		t.Fatal(err)
	}
	if s, _ := out.Result.Recv(); s != refusal {
		t.Errorf("the refusal reads %q", s)
	}
	conforms(t, rec)
}

// What panics in a stream is an error to whoever reads it, and not the end of the
// process: streams are read on goroutines of ours.
func TestStreamsThatPanic(t *testing.T) {
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(denying))
	ctx := session(t, tracer)
	out, err := einospan.ToolMiddleware(tracer).Streamable(func(context.Context, *compose.ToolInput) (*compose.StreamToolOutput, error) {
		broken := schema.StreamReaderWithConvert(schema.StreamReaderFromArray([]string{"a"}), func(string) (string, error) { panic("broken") })
		return &compose.StreamToolOutput{Result: broken}, nil
	})(ctx, &compose.ToolInput{Name: "tail_file", Arguments: `{"path":"a.txt"}`})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := out.Result.Recv(); err == nil || !strings.Contains(err.Error(), "broken") {
		t.Errorf("the reader got %v", err)
	}
	if _, err := out.Result.Recv(); !errors.Is(err, io.EOF) {
		t.Errorf("and then %v", err)
	}
	h, info := einospan.NewHandler(tracer), &callbacks.RunInfo{Component: components.ComponentOfChatModel, Type: "Claude"}
	h.OnEndWithStreamOutput(h.OnStart(ctx, info, nil), info,
		schema.StreamReaderWithConvert(schema.StreamReaderFromArray([]int{1}), func(int) (callbacks.CallbackOutput, error) { panic("broken") }))
	for _, s := range settled(t, rec, 2) {
		if got := attr(s, semconv.ErrorTypeKey); got != "panic" {
			t.Errorf("%s ended with %q", s.Name(), got)
		}
	}
	conforms(t, rec)
}

// Multimodal tools are decided like others.
func TestEnhancedTools(t *testing.T) {
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(denying))
	mw := einospan.ToolMiddleware(tracer)
	ctx := session(t, tracer)
	part := &schema.ToolResult{Parts: []schema.ToolOutputPart{{Type: schema.ToolPartTypeText, Text: "seen " + token()}}}
	one := mw.EnhancedInvokable(func(context.Context, *compose.ToolInput) (*compose.EnhancedInvokableToolOutput, error) {
		return &compose.EnhancedInvokableToolOutput{Result: part}, nil
	})
	many := mw.EnhancedStreamable(func(context.Context, *compose.ToolInput) (*compose.EnhancedStreamableToolOutput, error) {
		return &compose.EnhancedStreamableToolOutput{Result: schema.StreamReaderFromArray([]*schema.ToolResult{part, nil})}, nil
	})
	for _, name := range []string{"look", "delete_file"} {
		in := &compose.ToolInput{Name: name, Arguments: `{}`}
		o, err := one(ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		s, err := many(ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		first, _ := s.Result.Recv()
		for err == nil {
			_, err = s.Result.Recv()
		}
		want := "seen " + token()
		if name == "delete_file" {
			want = refusal
		}
		if o.Result.Parts[0].Text != want || first.Parts[0].Text != want {
			t.Errorf("%s gave %q and %q", name, o.Result.Parts[0].Text, first.Parts[0].Text)
		}
	}
	found := 0
	for _, s := range rec.Spans() {
		if attr(s, semconv.AmbitSecretFoundKey) == "true" {
			found++
		}
	}
	if found != 2 {
		t.Errorf("%d secrets found:\n%s", found, tree(rec.Spans()))
	}
	conforms(t, rec)
}

// other is a callbacks handler that makes spans of its own, as a tracing product's
// does.
func other(tp trace.TracerProvider) callbacks.Handler {
	tracer := tp.Tracer("other")
	return callbacks.NewHandlerBuilder().
		OnStartFn(func(ctx context.Context, info *callbacks.RunInfo, _ callbacks.CallbackInput) context.Context {
			if info.Component != components.ComponentOfTool && info.Component != components.ComponentOfChatModel {
				return ctx
			}
			ctx, _ = tracer.Start(ctx, "other "+string(info.Component)+" "+info.Name)
			return ctx
		}).
		OnEndFn(func(ctx context.Context, info *callbacks.RunInfo, _ callbacks.CallbackOutput) context.Context {
			if info.Component == components.ComponentOfTool || info.Component == components.ComponentOfChatModel {
				trace.SpanFromContext(ctx).End()
			}
			return ctx
		}).Build()
}

// Beside another handler that makes spans, calls are decided and written onto its.
func TestBesideAnotherHandler(t *testing.T) {
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(denying))
	with(t, other(rec.TracerProvider()))
	m := &script{lines: []func() *schema.Message{asks("read_file", `{"path":"a.txt"}`, "delete_file", `{"path":"a.txt"}`), says("done")}}
	r := &ran{}
	a := agent(t, nil, m, einospan.Tools(tracer, tools(t, r)...))
	if _, err := query(session(t, tracer), a, false); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"contents of a.txt", refusal}, m.read()); diff != "" {
		t.Errorf("what the model read (-want +got):\n%s", diff)
	}
	want := `other ChatModel ChatModel
other Tool read_file outcome=allow
other Tool delete_file
  refuse_tool delete_file outcome=deny rule=no-delete error=policy_denied
other ChatModel ChatModel
`
	if diff := cmp.Diff(sorted(want), sorted(tree(settled(t, rec, 5)))); diff != "" {
		t.Errorf("tree (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"read_file"}, r.names); diff != "" {
		t.Errorf("tools that ran (-want +got):\n%s", diff)
	}
}

// Wrapped tools can be run in the ways the given ones could, and in no others.
func TestWrappedToolsAreWhatTheyWere(t *testing.T) {
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(denying))
	ctx := session(t, tracer)
	given := append(tools(t, &ran{}), both{}, enhanced{})
	for i, w := range einospan.Tools(tracer, given...) {
		g := given[i]
		kinds := func(b tool.BaseTool) (k [4]bool) {
			_, k[0] = b.(tool.InvokableTool)
			_, k[1] = b.(tool.StreamableTool)
			_, k[2] = b.(tool.EnhancedInvokableTool)
			_, k[3] = b.(tool.EnhancedStreamableTool)
			return k
		}
		if kinds(g) != kinds(w) {
			t.Errorf("%T runs as %v, wrapped as %v", g, kinds(g), kinds(w))
		}
		if s, ok := w.(tool.StreamableTool); ok {
			r, err := s.StreamableRun(ctx, `{"path":"a.txt"}`)
			if err != nil {
				t.Error(err)
				continue
			}
			r.Close()
		}
		if e, ok := w.(tool.EnhancedInvokableTool); ok {
			if r, err := e.InvokableRun(ctx, &schema.ToolArgument{Text: `{}`}); err != nil || r.Parts[0].Text != "e" {
				t.Errorf("%v: %v", r, err)
			}
		}
		if e, ok := w.(tool.EnhancedStreamableTool); ok {
			if r, err := e.StreamableRun(ctx, &schema.ToolArgument{Text: `{}`}); err != nil {
				t.Error(err)
			} else {
				r.Close()
			}
		}
	}
	settled(t, rec, 4)
	conforms(t, rec)
}

type both struct{}

func (both) Info(context.Context) (*schema.ToolInfo, error) {
	return &schema.ToolInfo{Name: "both"}, nil
}

func (both) InvokableRun(context.Context, string, ...tool.Option) (string, error) { return "b", nil }

func (both) StreamableRun(context.Context, string, ...tool.Option) (*schema.StreamReader[string], error) {
	return schema.StreamReaderFromArray([]string{"b"}), nil
}

type enhanced struct{}

func (enhanced) Info(context.Context) (*schema.ToolInfo, error) {
	return &schema.ToolInfo{Name: "enhanced"}, nil
}

func (enhanced) InvokableRun(context.Context, *schema.ToolArgument, ...tool.Option) (*schema.ToolResult, error) {
	return &schema.ToolResult{Parts: []schema.ToolOutputPart{{Text: "e"}}}, nil
}

func (enhanced) StreamableRun(context.Context, *schema.ToolArgument, ...tool.Option) (*schema.StreamReader[*schema.ToolResult], error) {
	return schema.StreamReaderFromArray([]*schema.ToolResult{{Parts: []schema.ToolOutputPart{{Text: "e"}}}}), nil
}

// Nil tracers record nothing and refuse nothing.
func TestNilTracer(t *testing.T) {
	with(t, einospan.NewHandler(nil))
	m := &script{lines: []func() *schema.Message{asks("read_file", `{"path":"a.txt"}`), says("done")}}
	if last, err := query(t.Context(), agent(t, nil, m, einospan.Tools(nil, tools(t, &ran{})...)), true); err != nil || last != "done" {
		t.Errorf("the agent said %q: %v", last, err)
	}
}

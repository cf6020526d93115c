package einospan

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/cloudwego/eino/adk"
	"github.com/cloudwego/eino/callbacks"
	"github.com/cloudwego/eino/components"
	"github.com/cloudwego/eino/components/embedding"
	"github.com/cloudwego/eino/components/model"
	"github.com/cloudwego/eino/compose"
	"github.com/cloudwego/eino/schema"

	"github.com/ambit-go/ambit/agentspan"
)

// NewHandler returns a callbacks handler by which t records runs, and requests to
// models, embedders and retrievers. Register it once for all runs (callbacks.AppendGlobalHandlers) or with
// the runs it is for (compose.WithCallbacks); both at once is the same as one. A
// nil tracer records nothing.
func NewHandler(t *agentspan.Tracer) callbacks.Handler { return &handler{tracer: t} }

type handler struct{ tracer *agentspan.Tracer }

// A frame is what a handler began for one component, and stands in the context of
// it. Components that it began nothing for have none.
type frame struct {
	of   *callbacks.RunInfo
	span *agentspan.Span
	run  *runState
}

type frameKey struct{}

func frameOf(ctx context.Context) *frame {
	f, _ := ctx.Value(frameKey{}).(*frame)
	return f
}

// A runState is a turn under way: it knows what is open under it, since a node that
// panics does not say that it ended.
type runState struct {
	mu   sync.Mutex
	open map[*agentspan.Span]bool
}

func (r *runState) opened(s *agentspan.Span) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.open[s] = true
}

func (r *runState) closed(s *agentspan.Span) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.open, s)
}

// abandon ends what is still open.
func (r *runState) abandon() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for s := range r.open {
		cause := error(panicked{})
		s.End(&cause)
	}
	clear(r.open)
}

// Needed spares the library copies of streams that nobody would read.
func (h *handler) Needed(_ context.Context, info *callbacks.RunInfo, _ callbacks.CallbackTiming) bool {
	return h.tracer != nil && info != nil && (isRun(info) || isRequest(info))
}

func isRun(info *callbacks.RunInfo) bool {
	c := info.Component
	return c == compose.ComponentOfGraph || c == compose.ComponentOfChain || c == compose.ComponentOfWorkflow
}

// isRequest reports whether the component asks something elsewhere: a model, one that
// makes vectors, or a store of documents.
func isRequest(info *callbacks.RunInfo) bool {
	c := info.Component
	return c == components.ComponentOfChatModel || c == components.ComponentOfEmbedding || c == components.ComponentOfRetriever
}

// OnStart begins the span of a run or of a request.
func (h *handler) OnStart(ctx context.Context, info *callbacks.RunInfo, input callbacks.CallbackInput) context.Context {
	if info == nil {
		return ctx
	}
	if f := frameOf(ctx); f != nil && f.of == info { // registered twice
		return ctx
	}
	switch {
	case isRun(info):
		return h.startRun(ctx, info, input)
	case isRequest(info):
		return h.startRequest(ctx, info, input)
	}
	return ctx
}

// OnStartWithStreamInput is OnStart where the input is a stream, which is left
// alone: whoever writes it may wait for the run to begin.
func (h *handler) OnStartWithStreamInput(ctx context.Context, info *callbacks.RunInfo, input *schema.StreamReader[callbacks.CallbackInput]) context.Context {
	input.Close()
	return h.OnStart(ctx, info, nil)
}

// startRun begins a turn, unless ctx belongs to a turn or a call already.
func (h *handler) startRun(ctx context.Context, info *callbacks.RunInfo, input callbacks.CallbackInput) context.Context {
	f := &frame{of: info}
	if agentspan.SpanFromContext(ctx) == nil {
		f.run = &runState{open: map[*agentspan.Span]bool{}}
		ctx, f.span = h.tracer.StartTurn(ctx, agentspan.Turn{Prompt: promptOf(input)})
	} else if outer := frameOf(ctx); outer != nil {
		f.run = outer.run
	}
	return context.WithValue(ctx, frameKey{}, f)
}

// promptOf returns what a person asked for last, as far as the input says.
func promptOf(input callbacks.CallbackInput) string {
	switch x := input.(type) {
	case string:
		return x
	case *schema.Message:
		return lastOf([]*schema.Message{x})
	case []*schema.Message:
		return lastOf(x)
	case *adk.AgentInput:
		if x != nil {
			return lastOf(x.Messages)
		}
	}
	return ""
}

func lastOf(messages []*schema.Message) string {
	for _, m := range slices.Backward(messages) {
		if m == nil || m.Role != schema.User {
			continue
		}
		var b strings.Builder
		b.WriteString(m.Content)
		for _, p := range m.UserInputMultiContent {
			b.WriteString(p.Text)
		}
		return b.String()
	}
	return ""
}

// startRequest begins the span of a request, unless ctx belongs to one of its kind: a
// model may be made of models, and a retriever of retrievers.
func (h *handler) startRequest(ctx context.Context, info *callbacks.RunInfo, input callbacks.CallbackInput) context.Context {
	f := &frame{of: info}
	if outer := frameOf(ctx); outer != nil {
		if outer.of.Component == info.Component {
			return context.WithValue(ctx, frameKey{}, f)
		}
		f.run = outer.run
	}
	m := agentspan.ModelCall{Provider: providerOf(info.Type)}
	switch info.Component {
	case components.ComponentOfEmbedding:
		m.Operation = "embeddings"
		if in := embedding.ConvCallbackInput(input); in != nil && in.Config != nil {
			m.Model = in.Config.Model
		}
	case components.ComponentOfRetriever:
		m.Operation = "retrieval"
	default:
		if in := model.ConvCallbackInput(input); in != nil && in.Config != nil {
			m.Model = in.Config.Model
		}
	}
	ctx, f.span = h.tracer.StartModelCall(ctx, m)
	f.run.opened(f.span)
	return context.WithValue(ctx, frameKey{}, f)
}

// providers are the names of the conventions for what the library's components
// call themselves; others keep their own, in small letters.
var providers = map[string]string{
	"claude": "anthropic", "gemini": "gcp.gemini", "deepseek": "deepseek", "openai": "openai", "bedrock": "aws.bedrock",
}

func providerOf(typ string) string {
	typ = strings.ToLower(typ)
	if p, ok := providers[typ]; ok {
		return p
	}
	return typ
}

// OnEnd ends the span of a run or of a request.
func (h *handler) OnEnd(ctx context.Context, info *callbacks.RunInfo, output callbacks.CallbackOutput) context.Context {
	f := frameOf(ctx)
	if f == nil || f.of != info || f.span == nil {
		return ctx
	}
	var a answer
	switch info.Component {
	case components.ComponentOfChatModel:
		a.add(model.ConvCallbackOutput(output))
		a.write(f.span)
	case components.ComponentOfEmbedding:
		if o := embedding.ConvCallbackOutput(output); o != nil {
			if o.Config != nil {
				a.model = o.Config.Model
			}
			if o.TokenUsage != nil {
				a.usage.Input = o.TokenUsage.PromptTokens
			}
			a.write(f.span)
		}
	default: // says nothing of itself
	}
	f.end(nil)
	return ctx
}

// OnError ends it as failed.
func (h *handler) OnError(ctx context.Context, info *callbacks.RunInfo, err error) context.Context {
	if f := frameOf(ctx); f != nil && f.of == info && f.span != nil {
		f.end(err)
	}
	return ctx
}

// OnEndWithStreamOutput ends it with its stream.
func (h *handler) OnEndWithStreamOutput(ctx context.Context, info *callbacks.RunInfo, output *schema.StreamReader[callbacks.CallbackOutput]) context.Context {
	f := frameOf(ctx)
	if f == nil || f.of != info || f.span == nil {
		output.Close()
		return ctx
	}
	if info.Component == components.ComponentOfChatModel {
		f.run.closed(f.span) // the stream says when it ends, which may be after the turn
	}
	go func() {
		defer output.Close()
		defer func() { // whoever comes first; to the readers of other copies the stream has then ended
			if recover() != nil {
				f.end(panicked{})
			}
		}()
		var a answer
		for {
			chunk, err := output.Recv()
			if err != nil {
				if info.Component == components.ComponentOfChatModel {
					a.write(f.span)
				}
				if errors.Is(err, io.EOF) {
					err = nil
				}
				f.end(err)
				return
			}
			if info.Component == components.ComponentOfChatModel {
				a.add(model.ConvCallbackOutput(chunk))
			}
		}
	}()
	return ctx
}

func (f *frame) end(err error) {
	if isRequest(f.of) {
		f.run.closed(f.span)
	} else {
		f.run.abandon()
	}
	err = failure(err)
	f.span.End(&err)
}

// An answer is what a model said of itself, in one piece or in many.
type answer struct {
	usage  agentspan.Usage
	model  string
	finish string
}

func (a *answer) add(o *model.CallbackOutput) {
	if o == nil {
		return
	}
	if o.Config != nil && o.Config.Model != "" {
		a.model = o.Config.Model
	}
	if u := o.TokenUsage; u != nil {
		a.most(u.PromptTokens, u.CompletionTokens, u.PromptTokenDetails.CachedTokens, u.CompletionTokensDetails.ReasoningTokens)
	}
	if o.Message == nil || o.Message.ResponseMeta == nil {
		return
	}
	if r := o.Message.ResponseMeta; r.FinishReason != "" {
		a.finish = r.FinishReason
	}
	if u := o.Message.ResponseMeta.Usage; u != nil {
		a.most(u.PromptTokens, u.CompletionTokens, u.PromptTokenDetails.CachedTokens, u.CompletionTokensDetails.ReasoningTokens)
	}
}

// most keeps the larger of what was said before and now: in a stream each piece
// that counts says the total so far.
func (a *answer) most(in, out, cached, reasoning int) {
	u := &a.usage
	u.Input, u.Output = max(u.Input, in), max(u.Output, out)
	u.CacheRead, u.Reasoning = max(u.CacheRead, cached), max(u.Reasoning, reasoning)
}

func (a *answer) write(s *agentspan.Span) {
	if a.finish == "" {
		s.SetUsage(a.usage, a.model)
		return
	}
	s.SetUsage(a.usage, a.model, a.finish)
}

package einospan_test

import (
	"context"
	"errors"
	"testing"

	"github.com/cloudwego/eino/callbacks"
	"github.com/cloudwego/eino/components"
	"github.com/cloudwego/eino/components/embedding"
	"github.com/cloudwego/eino/components/prompt"
	"github.com/cloudwego/eino/components/retriever"
	"github.com/cloudwego/eino/compose"
	"github.com/cloudwego/eino/schema"
	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/agentspan/einospan"
	"github.com/ambit-go/ambit/semconv"
)

// vectors makes vectors, and tells of itself what its kind does.
type vectors struct{ err error }

func (vectors) GetType() string          { return "OpenAI" }
func (vectors) IsCallbacksEnabled() bool { return true }

func (v vectors) EmbedStrings(ctx context.Context, texts []string, _ ...embedding.Option) ([][]float64, error) {
	ctx = callbacks.EnsureRunInfo(ctx, "OpenAI", components.ComponentOfEmbedding)
	ctx = callbacks.OnStart(ctx, &embedding.CallbackInput{Texts: texts, Config: &embedding.Config{Model: "text-embedding-3"}})
	if v.err != nil {
		callbacks.OnError(ctx, v.err)
		return nil, v.err
	}
	callbacks.OnEnd(ctx, &embedding.CallbackOutput{
		Config: &embedding.Config{Model: "text-embedding-3-small"}, TokenUsage: &embedding.TokenUsage{PromptTokens: 7},
	})
	return [][]float64{{1}}, nil
}

// library is a store of documents, which asks for vectors first.
type library struct{ embedder embedding.Embedder }

func (library) GetType() string { return "Milvus" }

func (l library) Retrieve(ctx context.Context, query string, _ ...retriever.Option) ([]*schema.Document, error) {
	ctx = callbacks.ReuseHandlers(ctx, &callbacks.RunInfo{Name: "vectors", Type: "OpenAI", Component: components.ComponentOfEmbedding})
	if _, err := l.embedder.EmbedStrings(ctx, []string{query}); err != nil {
		return nil, err
	}
	return []*schema.Document{{ID: "1", Content: "the token is " + token()}}, nil
}

// Retrievals and embeddings are spans below the turn; a prompt that is filled in is
// none, since that asks nobody.
func TestRetrievalsAndEmbeddings(t *testing.T) {
	for _, c := range []struct {
		name, want string
		err        error
	}{
		{"found", "", nil},
		{"failed", "_OTHER", errors.New("no such thing as " + token())},
	} {
		t.Run(c.name, func(t *testing.T) {
			tracer, rec := agentspantest.New(t)
			chain := compose.NewChain[string, []*schema.Message]()
			chain.AppendRetriever(library{vectors{c.err}}).
				AppendLambda(compose.InvokableLambda(func(_ context.Context, docs []*schema.Document) (map[string]any, error) {
					return map[string]any{"doc": docs[0].ID}, nil
				})).
				AppendChatTemplate(prompt.FromMessages(schema.FString, schema.UserMessage("read {doc}")))
			run, err := chain.Compile(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := run.Invoke(session(t, tracer), "where is it?", compose.WithCallbacks(einospan.NewHandler(tracer))); (err != nil) != (c.err != nil) {
				t.Fatal(err)
			}
			spans := settled(t, rec, 3)
			turn, found, made := find(spans, "invoke_agent triage"), find(spans, "retrieval"), find(spans, "embeddings text-embedding-3")
			if len(spans) != 3 || turn == nil || found == nil || made == nil ||
				found.Parent().SpanID() != turn.SpanContext().SpanID() || made.Parent().SpanID() != found.SpanContext().SpanID() {
				t.Fatalf("spans:\n%s", tree(spans))
			}
			got := []string{
				attr(found, semconv.GenAIProviderNameKey), attr(found, semconv.ErrorTypeKey), found.SpanKind().String(),
				attr(made, semconv.GenAIProviderNameKey), attr(made, semconv.ErrorTypeKey),
			}
			if diff := cmp.Diff([]string{"milvus", c.want, "client", "openai", c.want}, got); diff != "" {
				t.Errorf("attributes (-want +got):\n%s", diff)
			}
			if c.err == nil {
				got := []string{attr(made, semconv.GenAIResponseModelKey), attr(made, semconv.GenAIUsageInputTokensKey)}
				if diff := cmp.Diff([]string{"text-embedding-3-small", "7"}, got); diff != "" {
					t.Errorf("what the embedder says (-want +got):\n%s", diff)
				}
			}
			conforms(t, rec)
		})
	}
}

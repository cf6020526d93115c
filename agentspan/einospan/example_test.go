package einospan_test

import (
	"context"
	"fmt"

	"github.com/cloudwego/eino/adk"
	"github.com/cloudwego/eino/callbacks"
	"github.com/cloudwego/eino/components/tool"
	"github.com/cloudwego/eino/components/tool/utils"
	"github.com/cloudwego/eino/compose"
	"github.com/cloudwego/eino/schema"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/einospan"
	"github.com/ambit-go/ambit/boundary"
)

// An agent on eino's adk: its model asks for a tool that is outside of its task,
// reads why it may not, and goes on.
func Example() {
	tracer, err := agentspan.New(agentspan.WithChecker(boundary.Tools("read_*")))
	if err != nil {
		panic(err)
	}
	callbacks.AppendGlobalHandlers(einospan.NewHandler(tracer))
	defer callbacks.InitCallbackHandlers(nil) // of the example alone

	remove, err := utils.InferTool("delete_file", "deletes a file", func(context.Context, fileArgs) (string, error) {
		return "never said", nil
	})
	if err != nil {
		panic(err)
	}
	ctx := context.Background()
	model := &script{lines: []func() *schema.Message{asks("delete_file", `{"path":"a.txt"}`), says("I may not delete files.")}}
	agent, err := adk.NewChatModelAgent(ctx, &adk.ChatModelAgentConfig{
		Name: "triage", Description: "looks into things", Model: model,
		ToolsConfig: adk.ToolsConfig{ToolsNodeConfig: compose.ToolsNodeConfig{
			Tools:               []tool.BaseTool{remove},
			ToolCallMiddlewares: []compose.ToolMiddleware{einospan.ToolMiddleware(tracer)},
		}},
	})
	if err != nil {
		panic(err)
	}
	ctx, session, err := tracer.StartSession(ctx, agentspan.Session{Agent: "triage"})
	defer session.End(&err)

	said, err := query(ctx, agent, false) // runs it, and returns what it said last
	fmt.Println("the model read:", model.read()[0])
	fmt.Println("the agent said:", said)
	// Output:
	// the model read: delete_file: denied by policy (rule no_match): this task has no use for the tool
	// the agent said: I may not delete files.
}

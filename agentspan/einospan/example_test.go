package einospan_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/cloudwego/eino/adk"
	"github.com/cloudwego/eino/callbacks"
	"github.com/cloudwego/eino/components/tool"
	"github.com/cloudwego/eino/components/tool/utils"
	"github.com/cloudwego/eino/compose"
	"github.com/cloudwego/eino/schema"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/einospan"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/identity"
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

// A call that needs a person's approval interrupts the run. Later, maybe in another
// process, somebody says yes, and the run is resumed.
func ExampleAskByInterrupt() {
	ask := boundary.CheckerFunc(func(_ context.Context, r boundary.Request) (boundary.Decision, error) {
		return boundary.Decision{Verdict: boundary.RequireApproval, Message: "deleting needs a person"}, nil
	})
	tracer, err := agentspan.New(agentspan.WithChecker(ask))
	if err != nil {
		panic(err)
	}
	remove, err := utils.InferTool("delete_file", "deletes a file", func(_ context.Context, in fileArgs) (string, error) {
		return "deleted " + in.Path, nil
	})
	if err != nil {
		panic(err)
	}
	ctx := context.Background()
	model := &script{lines: []func() *schema.Message{asks("delete_file", `{"path":"a.txt"}`), says("It is gone.")}}
	agent, err := adk.NewChatModelAgent(ctx, &adk.ChatModelAgentConfig{
		Name: "triage", Description: "tidies up", Model: model,
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

	runner := adk.NewRunner(ctx, adk.RunnerConfig{Agent: agent, CheckPointStore: &shelf{}})
	ctx = einospan.AskByInterrupt(ctx)
	_, waits, err := events(runner.Query(ctx, "Tidy up.", adk.WithCheckPointID("1"))) // runs it, and returns what it waits for
	fmt.Println(strings.Split(fmt.Sprint(waits[0].Info), "\n")[0])

	yes := agentspan.Answer{Approved: true, By: identity.Principal{Kind: identity.Human, ID: "ada"}}
	resumed, err := runner.ResumeWithParams(ctx, "1", &adk.ResumeParams{Targets: map[string]any{waits[0].ID: yes}})
	if err != nil {
		panic(err)
	}
	said, _, err := events(resumed)
	fmt.Println("the model read:", model.read()[0])
	fmt.Println("the agent said:", said)
	// Output:
	// Allow the tool delete_file to run?
	// the model read: deleted a.txt
	// the agent said: It is gone.
}

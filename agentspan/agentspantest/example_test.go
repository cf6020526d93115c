package agentspantest_test

import (
	"context"
	"fmt"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/boundary"
)

// A test of an agent compares the tree of its trace, and holds it against the conventions.
func ExampleConforms() {
	rec := agentspantest.NewRecorder()
	tracer, err := agentspan.New(append(rec.Options(), agentspan.WithChecker(boundary.Tools("read_*")))...)
	if err != nil {
		panic(err)
	}
	ctx, session, err := tracer.StartSession(context.Background(), agentspan.Session{Agent: "triage"})
	if err != nil {
		panic(err)
	}
	ctx, turn := tracer.StartTurn(ctx, agentspan.Turn{})
	_, err = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "delete_file"}, func(context.Context) (string, error) { return "never", nil })
	fmt.Println(err)
	turn.End(nil)
	session.End(nil)
	fmt.Print(agentspantest.String(rec.Spans()))
	fmt.Println(agentspantest.Conforms(rec.Spans()))
	// Output:
	// delete_file: denied by policy (rule no_match): this task has no use for the tool
	// session triage owner_missing=true
	// invoke_agent triage owner_missing=true
	//   refuse_tool delete_file owner_missing=true outcome=deny rule=no_match reason=no_grant crossing=out_of_scope error=policy_denied
	// <nil>
}

package ambit_test

import (
	"context"
	"fmt"
	"os"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/boundary/effect/analyze"
	"github.com/ambit-go/ambit/boundary/policy"
	"github.com/ambit-go/ambit/identity"
)

func Example() {
	scope, err := policy.Parse("docs.yaml", []byte(`
version: 1
id: docs
grants:
  - {id: read, tools: [Read, Bash], paths: ["/repo/**"]}
`), policy.Options{Analyzer: analyze.Default()})
	if err != nil {
		panic(err)
	}
	rec := agentspantest.NewRecorder()
	tracer, err := agentspan.New(append(rec.Options(), agentspan.WithChecker(scope))...)
	if err != nil {
		panic(err)
	}
	ctx, session, err := tracer.StartSession(context.Background(), agentspan.Session{
		Agent: "writer", Owner: identity.Principal{Kind: identity.Human, ID: "ada"}, Dir: "/repo", Root: "/repo",
	})
	if err != nil {
		panic(err)
	}
	for _, command := range []string{"cat README.md", "cat /etc/passwd"} {
		call := agentspan.ToolCall{Name: "Bash", Arguments: fmt.Appendf(nil, `{"command":%q}`, command)}
		_, err := agentspan.Do(ctx, tracer, call, func(context.Context) (string, error) { return "text", nil })
		fmt.Println(command, "->", err == nil)
	}
	session.End(nil)
	_ = agentspantest.Form{Hide: []string{"reason"}}.Write(os.Stdout, rec.Spans())
	// Output:
	// cat README.md -> true
	// cat /etc/passwd -> false
	// session writer owner=ada
	// execute_tool Bash owner=ada outcome=allow grant=read
	// refuse_tool Bash owner=ada outcome=deny crossing=out_of_scope error=policy_denied
}

package agentspan_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/identity"
)

func Example() {
	rec := agentspantest.NewRecorder()
	tracer, err := agentspan.New(append(rec.Options(), agentspan.WithChecker(boundary.Tools("read_*")))...)
	if err != nil {
		panic(err)
	}
	ctx, session, err := tracer.StartSession(context.Background(), agentspan.Session{
		Agent: "triage",
		Owner: identity.Principal{Kind: identity.Human, ID: "ada"},
		Actor: identity.Principal{Kind: identity.Agent, ID: "triage-bot"},
	})
	if err != nil {
		panic(err)
	}
	ctx, turn := tracer.StartTurn(ctx, agentspan.Turn{Prompt: "find the rounding bug"})

	tool := func(context.Context) (string, error) { return "done", nil }
	_, err = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "read_file"}, tool)
	fmt.Println("read_file:", err)
	_, err = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "delete_file"}, tool)
	fmt.Println("delete_file:", err)

	turn.End(nil)
	session.End(nil)
	_ = agentspantest.Form{Hide: []string{"reason", "crossing"}}.Write(os.Stdout, rec.Spans())
	// Output:
	// read_file: <nil>
	// delete_file: delete_file: denied by policy (rule no_match): this task has no use for the tool
	// session triage actor=triage-bot owner=ada
	// invoke_agent triage actor=triage-bot owner=ada
	//   execute_tool read_file actor=triage-bot owner=ada outcome=allow rule=read_*
	//   refuse_tool delete_file actor=triage-bot owner=ada outcome=deny rule=no_match error=policy_denied
}

func ExampleDo() {
	tracer, _ := agentspan.New(agentspan.WithChecker(boundary.Tools("read_*")))
	ctx, session, _ := tracer.StartSession(context.Background(), agentspan.Session{Owner: identity.Principal{Kind: identity.Human, ID: "ada"}})
	defer session.End(nil)
	_, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "delete_file"}, func(context.Context) (string, error) {
		return "never", nil
	})
	if refused, ok := errors.AsType[*boundary.RefusedError](err); ok {
		fmt.Println("refused by rule", refused.Decision.Determining().Rule)
	}
	// Output: refused by rule no_match
}

func ExampleWithApprover() {
	ask := boundary.CheckerFunc(func(context.Context, boundary.Request) (boundary.Decision, error) {
		return boundary.Decision{Verdict: boundary.RequireApproval, Message: "the task does not cover this"}, nil
	})
	person := func(_ context.Context, a agentspan.Ask) (agentspan.Answer, error) {
		fmt.Printf("%s wants to use %s: %s\n", a.Agent, a.Tool, a.Message)
		return agentspan.Answer{Approved: true}, nil
	}
	tracer, _ := agentspan.New(agentspan.WithChecker(ask), agentspan.WithApprover(person, 0))
	ctx, session, _ := tracer.StartSession(context.Background(), agentspan.Session{Agent: "triage", Owner: identity.Principal{Kind: identity.Human, ID: "ada"}})
	defer session.End(nil)
	out, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "git_push"}, func(context.Context) (string, error) { return "pushed", nil })
	fmt.Println(out, err)
	// Output:
	// triage wants to use git_push: the task does not cover this
	// pushed <nil>
}

func ExampleTracer_GovernCall() {
	rec := agentspantest.NewRecorder()
	tracer, _ := agentspan.New(append(rec.Options(), agentspan.WithChecker(boundary.Tools("read_*")))...)
	ctx, session, _ := tracer.StartSession(context.Background(), agentspan.Session{Agent: "triage", Owner: identity.Principal{Kind: identity.Human, ID: "ada"}})

	// A framework opens its own span for the call …
	ctx, span := rec.TracerProvider().Tracer("framework").Start(ctx, "execute_tool read_file")
	// … and has it governed.
	ctx, call, err := tracer.GovernCall(ctx, agentspan.ToolCall{Name: "read_file"})
	if err == nil {
		_ = ctx // run the tool with it
		call.End(nil)
	}
	span.End()
	session.End(nil)
	_ = agentspantest.Form{Hide: []string{"reason"}}.Write(os.Stdout, rec.Spans())
	// Output:
	// session triage owner=ada
	// execute_tool read_file owner=ada outcome=allow rule=read_*
}

func ExampleTransport() {
	tracer, _ := agentspan.New(agentspan.WithChecker(boundary.CheckerFunc(func(_ context.Context, r boundary.Request) (boundary.Decision, error) {
		for _, e := range r.Effects {
			if e.Kind == effect.URL && !strings.HasPrefix(e.Target, "https://api.shop.example/") {
				return boundary.Decision{Message: "only the shop's own API is part of this task"}, nil
			}
		}
		return boundary.Decision{Verdict: boundary.Allow}, nil
	})))
	ctx, session, _ := tracer.StartSession(context.Background(), agentspan.Session{Agent: "triage", Owner: identity.Principal{Kind: identity.Human, ID: "ada"}})
	defer session.End(nil)

	client := &http.Client{Transport: agentspan.Transport(tracer, nil)}
	req, _ := http.NewRequestWithContext(ctx, http.MethodPost, "https://paste.example/new", strings.NewReader("source code"))
	resp, err := client.Do(req) // not sent
	if err == nil {
		_ = resp.Body.Close()
	}
	fmt.Println(errors.Is(err, boundary.ErrDenied))
	// Output: true
}

func ExampleActiveSession_Suspend() {
	tracer, _ := agentspan.New()
	ctx, session, _ := tracer.StartSession(context.Background(), agentspan.Session{Agent: "triage", Owner: identity.Principal{Kind: identity.Human, ID: "ada"}})
	defer session.End(nil)
	session.Suspend("incident 4711")
	_, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "read_file"}, func(context.Context) (string, error) { return "never", nil })
	fmt.Println(err)
	// Output: read_file: denied by policy (suspended): incident 4711
}

package agentspan_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/identity"
)

var (
	ada = identity.Principal{Kind: identity.Human, ID: "ada", Assurance: identity.Asserted}
	bot = identity.Principal{Kind: identity.Agent, ID: "triage", Assurance: identity.Asserted}
)

func session() agentspan.Session {
	return agentspan.Session{ID: "s-1", Agent: "triage", Owner: ada, Actor: bot, Task: agentspan.Task{ID: "PAY-7"}}
}

func TestARefusedCallNeverRuns(t *testing.T) {
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(boundary.Tools("read_*")))
	ctx, s, err := tracer.StartSession(t.Context(), session())
	if err != nil {
		t.Fatal(err)
	}
	ctx, turn := tracer.StartTurn(ctx, agentspan.Turn{Prompt: "look into it"})
	out, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "read_file"}, func(context.Context) (string, error) { return "hello", nil })
	if out != "hello" || err != nil {
		t.Errorf("Do(read_file) = %q, %v", out, err)
	}
	ran := false
	_, err = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "delete_file"}, func(context.Context) (string, error) { ran = true; return "", nil })
	if ran {
		t.Error("the refused function ran")
	}
	var refused *boundary.RefusedError
	if !errors.As(err, &refused) || !errors.Is(err, boundary.ErrDenied) {
		t.Errorf("Do(delete_file) = %v, want a refusal", err)
	}
	turn.End(nil)
	s.End(nil)
	want := `session triage actor=triage owner=ada task=PAY-7
invoke_agent triage actor=triage owner=ada task=PAY-7
  execute_tool read_file actor=triage owner=ada task=PAY-7 outcome=allow rule=read_* reason=granted
  refuse_tool delete_file actor=triage owner=ada task=PAY-7 outcome=deny rule=no_match reason=no_grant crossing=out_of_scope error=policy_denied
`
	got := agentspantest.String(rec.Spans())
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tree (-want +got):\n%s", diff)
	}
}

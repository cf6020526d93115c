package hookspan_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/ambit-go/ambit/agentspan/hookspan"
	"github.com/ambit-go/ambit/agentspan/hookspan/gate"
)

// A hookCall is one call of a session: its beginning, and its end if it has one.
type hookCall struct {
	command string
	ran     bool
}

// calls runs calls through g, and returns their spans by the call's number.
func calls(t *testing.T, g *gate.Gate, list ...hookCall) map[string]sdktrace.ReadOnlySpan {
	t.Helper()
	root := workspace(t)
	hook := func(event, fields string) {
		g.Handle(t.Context(), fmt.Appendf(nil, `{"session_id":"s-1","prompt_id":"p1","cwd":%q,"permission_mode":"default","transcript_path":"/t","hook_event_name":%q%s}`,
			root, event, fields))
	}
	hook("SessionStart", `,"source":"startup"`)
	hook("UserPromptSubmit", `,"prompt":"go on"`)
	for i, c := range list {
		call := fmt.Sprintf(`,"tool_name":"Bash","tool_input":{"command":%q},"tool_use_id":"%d"`, c.command, i)
		hook("PreToolUse", call)
		if c.ran {
			hook("PostToolUse", call+`,"tool_response":{"stdout":"ok"}`)
		}
	}
	hook("Stop", "")
	hook("SessionEnd", `,"reason":"other"`)
	spans := map[string]sdktrace.ReadOnlySpan{}
	for _, s := range emit(t, g, hookspan.EmitOptions{}) {
		if id, ok := value(s.Attributes(), "gen_ai.tool.call.id"); ok {
			spans[id] = s
		}
	}
	return spans
}

func value(attrs []attribute.KeyValue, key attribute.Key) (string, bool) {
	for _, a := range attrs {
		if a.Key == key {
			return a.Value.String(), true
		}
	}
	return "", false
}

// TestEveryCredentialOfACall holds that a command with several credentials has an event
// for each, and one with a single one says no more than before.
func TestEveryCredentialOfACall(t *testing.T) {
	env := map[string]string{"AWS_PROFILE": "staging", "GH_TOKEN": "ghp_" + "abcdefghijklmnopqrstuvwxyz0123456789"}
	g := gateFor(t, func(g *gate.Gate) {
		g.Recorded, g.Observe = false, true
		g.Env = func(name string) string { return env[name] }
	})
	spans := calls(t, g,
		hookCall{"ls", true},
		hookCall{"aws s3 ls", true},
		hookCall{"aws s3 ls s3://shop && gh pr list", true},
		hookCall{"aws --profile prod s3 ls", true},
		hookCall{"aws --profile prod s3 ls && aws --profile dev s3 ls && gh pr list", true},
	)
	for id, want := range map[string][]string{
		"0": nil,
		"1": {"aws-profile"},
		"2": {"aws-profile", "github-pat"},
		"3": {"aws-profile"}, // what the command says, and not what it would find around it
		"4": {"aws-profile", "aws-profile", "github-pat"},
	} {
		var used []string
		for _, e := range spans[id].Events() {
			if e.Name == "ambit.identity.used" {
				kind, _ := value(e.Attributes, "ambit.credential.kind")
				used = append(used, kind)
			}
		}
		slices.Sort(used)
		if diff := cmp.Diff(want, used); diff != "" {
			t.Errorf("call %s: credentials told of (-want +got):\n%s", id, diff)
		}
		count, told := value(spans[id].Attributes(), "ambit.credential.count")
		if told != (len(want) > 1) || told && count != fmt.Sprint(len(want)) {
			t.Errorf("call %s: ambit.credential.count %q, want it for %d", id, count, len(want))
		}
	}
}

// TestWhatCameOfAsking holds that a question to the agent's user can be searched for by
// what came of it, and that nothing claims to have heard an answer.
func TestWhatCameOfAsking(t *testing.T) {
	g := gateFor(t, func(g *gate.Gate) { g.Recorded = false })
	spans := calls(t, g, hookCall{"cat /home/ada/.aws/credentials", true}, hookCall{"cat /home/ada/.ssh/id_ed25519", false}, hookCall{"ls", true})
	for id, want := range map[string][4]string{
		"0": {"execute_tool Bash", "approved", "approval_inferred", "human"},
		"1": {"refuse_tool Bash", "unanswered", "approval_unanswered", "policy"},
		"2": {"execute_tool Bash", "", "granted", "policy"},
	} {
		s := spans[id]
		got := [4]string{s.Name()}
		got[1], _ = value(s.Attributes(), "ambit.approval.outcome")
		got[2], _ = value(s.Attributes(), "ambit.decision.reason")
		got[3], _ = value(s.Attributes(), "ambit.decision.source")
		if _, ok := value(s.Attributes(), "ambit.approval.latency_ms"); ok {
			t.Errorf("call %s: nobody knows how long the answer took", id)
		}
		if id == "2" {
			got[2] = want[2] // whatever else allowed it
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("call %s (-want +got):\n%s", id, diff)
		}
	}
}

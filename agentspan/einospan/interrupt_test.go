package einospan_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/cloudwego/eino/adk"
	"github.com/cloudwego/eino/components/tool"
	"github.com/cloudwego/eino/compose"
	"github.com/cloudwego/eino/schema"
	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/agentspan/einospan"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/identity"
)

// A shelf keeps checkpoints.
type shelf struct{ sync.Map }

func (s *shelf) Get(_ context.Context, id string) ([]byte, bool, error) {
	v, ok := s.Load(id)
	b, _ := v.([]byte)
	return b, ok, nil
}

func (s *shelf) Set(_ context.Context, id string, b []byte) error { s.Store(id, b); return nil }

// askingBy wants approval of deletions by the rule that holds at the time.
func askingBy(rule *atomic.Value, terms boundary.Approval) boundary.Checker {
	return boundary.CheckerFunc(func(_ context.Context, r boundary.Request) (boundary.Decision, error) {
		if r.Tool != "delete_file" && r.Tool != "ask_first" {
			return boundary.Decision{Verdict: boundary.Allow}, nil
		}
		return boundary.Decision{
			Verdict: boundary.RequireApproval, Approval: terms, Message: "deleting needs a person",
			Because: []boundary.Determination{{Verdict: boundary.RequireApproval, Reason: boundary.ReasonApprovalByRule, Rule: rule.Load().(string)}},
		}, nil
	})
}

// events reads a run to its end: what was said last, and what it waits for.
func events(it *adk.AsyncIterator[*adk.AgentEvent]) (last string, waits []*adk.InterruptCtx, err error) {
	for {
		e, ok := it.Next()
		if !ok {
			return last, waits, err
		}
		if e.Err != nil {
			err = e.Err
			continue
		}
		if e.Action != nil && e.Action.Interrupted != nil {
			for _, c := range e.Action.Interrupted.InterruptContexts {
				if c.IsRootCause {
					waits = append(waits, c)
				}
			}
		}
		if e.Output != nil && e.Output.MessageOutput != nil {
			if m, merr := e.Output.MessageOutput.GetMessage(); merr == nil {
				last = m.Content
			} else {
				err = merr
			}
		}
	}
}

var ada = identity.Principal{Kind: identity.Human, ID: "ada", Assurance: identity.Verified}

// A call that needs a person's approval interrupts the run, and the run is resumed with
// the answer, in streams and without, by the middleware and by wrapped tools.
func TestAnApprovalByInterrupt(t *testing.T) {
	const question = "Allow the tool delete_file to run?\nWhy you are asked: deleting needs a person"
	for _, c := range []struct {
		name   string
		answer any
		terms  boundary.Approval
		tools  []string // what the model reads in the end
		ran    []string
		waits  int // further questions
	}{
		{"yes", agentspan.Answer{Approved: true, By: ada}, boundary.Approval{}, []string{"contents of a.txt", "deleted a.txt"}, []string{"delete_file", "read_file"}, 0},
		{"yes, by whom the terms want", agentspan.Answer{Approved: true, By: ada}, boundary.Approval{Assurance: identity.Verified, By: []string{"human:ada"}}, []string{"contents of a.txt", "deleted a.txt"}, []string{"delete_file", "read_file"}, 0},
		{"yes, by nobody known", agentspan.Answer{Approved: true}, boundary.Approval{Assurance: identity.Verified}, []string{"contents of a.txt", "delete_file: denied by policy (rule ask-delete): nobody who may approve this could be asked"}, []string{"read_file"}, 0},
		{"no", agentspan.Answer{}, boundary.Approval{}, []string{"contents of a.txt", "delete_file: denied by policy (rule ask-delete): a person declined"}, []string{"read_file"}, 0},
		{"no answer", nil, boundary.Approval{}, nil, []string{"read_file"}, 1},
		{"something else", true, boundary.Approval{}, nil, []string{"read_file"}, 1},
	} {
		for _, wrapped := range []bool{false, true} {
			for _, streams := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s/wrapped=%v/streams=%v", c.name, wrapped, streams), func(t *testing.T) {
					var rule atomic.Value
					rule.Store("ask-delete")
					tracer, rec := agentspantest.New(t, agentspan.WithChecker(askingBy(&rule, c.terms)))
					with(t, einospan.NewHandler(tracer))
					m := &script{lines: []func() *schema.Message{asks("read_file", `{"path":"a.txt"}`, "delete_file", `{"path":"a.txt"}`), says("done")}}
					r := &ran{}
					a := agent(t, tracer, m, tools(t, r))
					if wrapped {
						a = agent(t, nil, m, einospan.Tools(tracer, tools(t, r)...))
					}
					runner := adk.NewRunner(t.Context(), adk.RunnerConfig{Agent: a, EnableStreaming: streams, CheckPointStore: &shelf{}})
					ctx := einospan.AskByInterrupt(session(t, tracer))
					_, waits, err := events(runner.Query(ctx, "tidy up", adk.WithCheckPointID("1")))
					if err != nil || len(waits) != 1 || !strings.HasPrefix(fmt.Sprint(waits[0].Info), question) {
						t.Fatalf("the run waits for %d answers: %v", len(waits), err)
					}
					it, err := runner.ResumeWithParams(ctx, "1", &adk.ResumeParams{Targets: map[string]any{waits[0].ID: c.answer}})
					if err != nil {
						t.Fatal(err)
					}
					last, waits, err := events(it)
					if err != nil || len(waits) != c.waits || (last == "done") != (c.waits == 0) {
						t.Fatalf("resumed it says %q and waits for %d: %v", last, len(waits), err)
					}
					if c.waits == 0 {
						if diff := cmp.Diff(c.tools, m.read()); diff != "" {
							t.Errorf("what the model read (-want +got):\n%s", diff)
						}
					}
					slices.Sort(r.names)
					if streams { // the library runs those that were done again
						r.names = slices.Compact(r.names)
					}
					if diff := cmp.Diff(c.ran, r.names); diff != "" {
						t.Errorf("tools that ran (-want +got):\n%s", diff)
					}
					conforms(t, rec)
				})
			}
		}
	}
}

// An answer is for the call that was asked about and for the rule that asked, once.
func TestAnAnswerIsForItsQuestion(t *testing.T) {
	var rule atomic.Value
	rule.Store("ask-delete")
	tracer, _ := agentspantest.New(t, agentspan.WithChecker(askingBy(&rule, boundary.Approval{})))
	m := &script{lines: []func() *schema.Message{asks("delete_file", `{"path":"a.txt"}`, "delete_file", `{"path":"b.txt"}`), says("done")}}
	r := &ran{}
	runner := adk.NewRunner(t.Context(), adk.RunnerConfig{Agent: agent(t, tracer, m, tools(t, r)), CheckPointStore: &shelf{}})
	ctx := einospan.AskByInterrupt(session(t, tracer))
	resume := func(targets map[string]any) []*adk.InterruptCtx {
		t.Helper()
		it, err := runner.ResumeWithParams(ctx, "1", &adk.ResumeParams{Targets: targets})
		if err != nil {
			t.Fatal(err)
		}
		_, waits, err := events(it)
		if err != nil {
			t.Fatal(err)
		}
		return waits
	}
	_, waits, err := events(runner.Query(ctx, "tidy up", adk.WithCheckPointID("1")))
	if err != nil || len(waits) != 2 {
		t.Fatalf("the run waits for %d answers: %v", len(waits), err)
	}
	yes := agentspan.Answer{Approved: true, By: ada}
	if waits = resume(map[string]any{waits[0].ID: yes}); len(waits) != 1 || len(r.names) != 1 {
		t.Fatalf("after one yes %d ran, and %d wait", len(r.names), len(waits))
	}
	rule.Store("production")
	if waits = resume(map[string]any{waits[0].ID: yes}); len(waits) != 1 || len(r.names) != 1 {
		t.Fatalf("after a yes to another rule %d ran, and %d wait", len(r.names), len(waits))
	}
	if waits = resume(map[string]any{waits[0].ID: yes}); len(waits) != 0 || len(r.names) != 2 {
		t.Fatalf("after the yes to this rule %d ran, and %d wait", len(r.names), len(waits))
	}
}

// A tool that wants to be asked about itself does not take our answer for its own.
func TestAToolThatInterruptsItself(t *testing.T) {
	var rule atomic.Value
	rule.Store("ask-first")
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(askingBy(&rule, boundary.Approval{})))
	r := &ran{}
	own := toolNamed(t, r, "ask_first", func(ctx context.Context, _ fileArgs) (string, error) {
		was, _, _ := tool.GetInterruptState[any](ctx)
		if _, has, said := tool.GetResumeContext[string](ctx); was && has {
			return "they said " + said, nil
		}
		if was {
			return "", errors.New("somebody else's answer")
		}
		return "", tool.StatefulInterrupt(ctx, "may I?", "own")
	})
	m := &script{lines: []func() *schema.Message{asks("ask_first", `{"path":"a.txt"}`), says("done")}}
	runner := adk.NewRunner(t.Context(), adk.RunnerConfig{Agent: agent(t, tracer, m, []tool.BaseTool{own}), CheckPointStore: &shelf{}})
	ctx := einospan.AskByInterrupt(session(t, tracer))
	_, waits, err := events(runner.Query(ctx, "go on", adk.WithCheckPointID("1")))
	last := ""
	for _, step := range []struct {
		info   string
		answer any
	}{{"Allow the tool ask_first to run?", agentspan.Answer{Approved: true, By: ada}}, {"may I?", "yes"}} {
		if err != nil || len(waits) != 1 || strings.SplitN(fmt.Sprint(waits[0].Info), "\n", 2)[0] != step.info {
			t.Fatalf("%s: the run waits for %d answers: %v", step.info, len(waits), err)
		}
		it, rerr := runner.ResumeWithParams(ctx, "1", &adk.ResumeParams{Targets: map[string]any{waits[0].ID: step.answer}})
		if rerr != nil {
			t.Fatal(rerr)
		}
		last, waits, err = events(it)
	}
	if err != nil || last != "done" || len(r.names) != 2 {
		t.Fatalf("the agent said %q, and the tool ran %d times: %v", last, len(r.names), err)
	}
	if diff := cmp.Diff([]string{"they said yes"}, m.read()); diff != "" {
		t.Errorf("what the model read (-want +got):\n%s", diff)
	}
	conforms(t, rec)
}

// Without the option nobody interrupts anything.
func TestNoInterruptUnlessAsked(t *testing.T) {
	var rule atomic.Value
	rule.Store("ask-delete")
	tracer, _ := agentspantest.New(t, agentspan.WithChecker(askingBy(&rule, boundary.Approval{})))
	m := &script{lines: []func() *schema.Message{asks("delete_file", `{"path":"a.txt"}`), says("done")}}
	last, err := query(session(t, tracer), agent(t, tracer, m, tools(t, &ran{})), false)
	if _, waits := compose.ExtractInterruptInfo(err); err != nil || waits || last != "done" {
		t.Errorf("the agent said %q: %v", last, err)
	}
}

package agentspan_test

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/identity"
)

var update = flag.Bool("update", false, "write what the stories tell into their files")

// TestStories tells each story in testdata/stories and compares the trace. A
// story is lines of what happens, then the tree after "-- want --":
//
//	allow PATTERN…         tools that may be called; without this line nobody decides
//	ask yes|no             somebody answers when approval is needed
//	approve PATTERN…       tools that need approval
//	session AGENT owner=ID actor=ID id=ID task=ID
//	turn PROMPT            ends the turn before
//	call TOOL [JSON]       a tool that returns "ok"
//	returns TEXT           what the tools return from here on
//	fails TOOL             a tool that returns an error
//	suspend REASON
//	end                    the session ends
func TestStories(t *testing.T) {
	files, err := filepath.Glob("testdata/stories/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			script, want, _ := strings.Cut(string(b), "-- want --\n")
			got := tell(t, script)
			if *update {
				if err := os.WriteFile(file, []byte(script+"-- want --\n"+got), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A teller is a story under way.
type teller struct {
	t       *testing.T
	opts    []agentspan.Option
	checks  []boundary.Checker
	tracer  *agentspan.Tracer
	rec     *agentspantest.Recorder
	ctx     context.Context
	base    context.Context
	session *agentspan.ActiveSession
	turn    *agentspan.Span
	result  string
}

func tell(t *testing.T, script string) string {
	t.Helper()
	s := &teller{t: t, result: "ok", base: t.Context(), ctx: t.Context()}
	lines := bufio.NewScanner(strings.NewReader(script))
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		verb, rest, _ := strings.Cut(line, " ")
		s.line(verb, rest)
	}
	s.turn.End(nil)
	if err := agentspantest.Conforms(s.rec.Spans()); err != nil {
		t.Error(err)
	}
	return agentspantest.String(s.rec.Spans())
}

func (s *teller) line(verb, rest string) {
	switch verb {
	case "allow":
		s.checks = append(s.checks, boundary.Tools(strings.Fields(rest)...))
	case "approve":
		only := boundary.Tools(strings.Fields(rest)...)
		s.checks = append(s.checks, boundary.Named("careful", boundary.CheckerFunc(func(ctx context.Context, r boundary.Request) (boundary.Decision, error) {
			d, err := only.Check(ctx, r)
			if d.Verdict == boundary.Allow {
				d.Verdict, d.Message = boundary.RequireApproval, "somebody should look at this first"
				d.Because = []boundary.Determination{{Verdict: boundary.RequireApproval, Reason: boundary.ReasonApprovalByRule, Rule: "careful"}}
				return d, err
			}
			return boundary.Decision{Verdict: boundary.NotEvaluated}, err
		})))
	case "ask":
		s.opts = append(s.opts, agentspan.WithApprover(answer(agentspan.Answer{Approved: rest == "yes"}, nil), 0))
	case "session":
		s.begin(rest)
	case "turn":
		s.turn.End(nil)
		s.ctx, s.turn = s.tracer.StartTurn(s.base, agentspan.Turn{Prompt: rest})
	case "returns":
		s.result = rest
	case "call":
		name, args, _ := strings.Cut(rest, " ")
		_, _ = agentspan.Do(s.ctx, s.tracer, agentspan.ToolCall{Name: name, Arguments: []byte(args)}, func(context.Context) (string, error) { return s.result, nil })
	case "fails":
		_, _ = agentspan.Do(s.ctx, s.tracer, agentspan.ToolCall{Name: rest}, func(context.Context) (string, error) { return "", errors.New("not today") })
	case "suspend":
		s.session.Suspend(rest)
	case "end":
		s.turn.End(nil)
		s.session.End(nil)
	default:
		s.t.Fatalf("a story does not know %q", verb)
	}
}

func (s *teller) begin(rest string) {
	if s.tracer == nil {
		opts := s.opts
		if len(s.checks) > 0 {
			opts = append(opts, agentspan.WithChecker(boundary.All(s.checks...)))
		}
		s.tracer, s.rec = agentspantest.New(s.t, opts...)
	}
	var noun agentspan.Session
	for i, word := range strings.Fields(rest) {
		key, v, _ := strings.Cut(word, "=")
		switch {
		case i == 0:
			noun.Agent = word
		case key == "owner":
			noun.Owner = identity.Principal{Kind: identity.Human, ID: v, Assurance: identity.Asserted}
		case key == "actor":
			noun.Actor = identity.Principal{Kind: identity.Agent, ID: v, Assurance: identity.Asserted}
		case key == "id":
			noun.ID = v
		case key == "task":
			noun.Task.ID = v
		default:
			s.t.Fatalf("a session does not know %q", word)
		}
	}
	var err error
	s.base, s.session, err = s.tracer.StartSession(s.t.Context(), noun)
	if err != nil {
		s.t.Fatal(fmt.Errorf("session: %w", err))
	}
	s.ctx = s.base
}

package agentspan_test

import (
	"context"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/boundary"
)

func TestTerminalApprover(t *testing.T) {
	for _, c := range []struct {
		line               string
		approved, remember bool
	}{{"y", true, false}, {" YES ", true, false}, {"always", true, true}, {"", false, false}, {"n", false, false}, {"yes please", false, false}} {
		t.Run(c.line, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				in, typed := io.Pipe()
				var out strings.Builder
				ask := agentspan.TerminalApprover(in, &out, lead)
				go func() {
					time.Sleep(time.Second) // a person reads first
					_, _ = io.WriteString(typed, c.line+"\n")
					_ = typed.Close()
				}()
				got, err := ask(t.Context(), agentspan.Ask{Agent: "triage", Tool: "git_push", Effects: []string{"write repo"}, Terms: boundary.Approval{Remember: true}})
				if err != nil || got.Approved != c.approved || got.Remember != c.remember || got.By != lead {
					t.Errorf("%q: %+v, %v", c.line, got, err)
				}
				if want := "triage wants to use git_push.\n  would write repo\nAllow it? [y/N/always] "; !strings.Contains(out.String(), want) {
					t.Errorf("asked: %q", out.String())
				}
			})
		})
	}
}

func TestWhatWasTypedBeforeTheQuestionIsNoAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in, typed := io.Pipe()
		ask := agentspan.TerminalApprover(in, io.Discard, lead)
		go func() {
			time.Sleep(time.Second)
			_, _ = io.WriteString(typed, "n\ny\ny\n") // the first answers, the others come early
		}()
		if got, err := ask(t.Context(), agentspan.Ask{}); err != nil || got.Approved {
			t.Fatalf("%+v, %v", got, err)
		}
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		got, err := ask(ctx, agentspan.Ask{})
		if got.Approved {
			t.Error("a line typed before its question approved it")
		}
		_ = err
		_ = typed.Close()
	})
}

func TestATerminalThatIsGoneAnswersNothing(t *testing.T) {
	ask := agentspan.TerminalApprover(strings.NewReader(""), io.Discard, lead)
	if got, err := ask(t.Context(), agentspan.Ask{}); err == nil || got.Approved {
		t.Errorf("%+v, %v", got, err)
	}
}

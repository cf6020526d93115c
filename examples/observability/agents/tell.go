package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/policy"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/intent"
)

// tracer returns a tracer under a policy whose approver is quick: it says yes
// before anybody could have read the question.
func tracer(options []agentspan.Option, text string) (*agentspan.Tracer, error) {
	scope, err := policy.Parse("task.yaml", []byte(text), policy.Options{})
	if err != nil {
		return nil, err
	}
	quick := func(context.Context, agentspan.Ask) (agentspan.Answer, error) {
		return agentspan.Answer{Approved: true, By: ada}, nil
	}
	return agentspan.New(append(slices.Clip(options), agentspan.WithChecker(scope), agentspan.WithClassifier(intent.Default()),
		agentspan.WithApprover(quick, 0), agentspan.WithNames(agents()...))...)
}

// tell runs one story in a session and a turn of its own.
func (s story) tell(ctx context.Context, w io.Writer, t *agentspan.Tracer, repo string) (err error) {
	bot := identity.Principal{Kind: identity.Agent, ID: "agent:" + s.agent, Assurance: identity.Asserted}
	ctx, session, err := t.StartSession(ctx, agentspan.Session{
		ID: "session-" + s.agent, Agent: s.agent, Owner: s.owner, Actor: bot,
		Task: agentspan.Task{ID: "SHOP-1", Intents: []intent.Label{intent.Debug, intent.Test, intent.Feature}}, Dir: repo, Root: repo, Home: "/home/dev", Repo: "github.com/acme/shop",
	})
	if err != nil {
		return err
	}
	defer session.End(nil)
	tctx, turn := t.StartTurn(ctx, agentspan.Turn{Prompt: "Keep the shop in order."})
	defer turn.End(nil)
	for i, c := range s.calls {
		args, err := json.Marshal(c.args)
		if err != nil {
			return err
		}
		call := agentspan.ToolCall{Name: c.tool, ID: fmt.Sprintf("%s-%d", s.agent, i+1), Arguments: args}
		what := "ran"
		_, err = agentspan.Do(tctx, t, call, func(ctx context.Context) (string, error) {
			if c.use == nil {
				return c.result, nil
			}
			use := *c.use
			use.Delegation = identity.Delegation{Owner: s.owner, Actors: []identity.Principal{bot}}
			_, err := t.UseIdentity(ctx, use)
			return c.result, err
		})
		if refused, ok := errors.AsType[*boundary.RefusedError](err); ok {
			what = refused.Error()
		} else if err != nil {
			return err
		}
		fmt.Fprintf(w, "%-14s %-32s %s\n", s.agent, c.tool+" "+cmp.Or(c.args["command"], c.args["url"], strings.TrimPrefix(c.args["file_path"], repo+"/")), what)
	}
	return nil
}

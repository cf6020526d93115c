package main

// The people and agents of the story.

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/identity"
)

var (
	planner = identity.Principal{Kind: identity.Agent, ID: "agent:planner", Issuer: issuer, Assurance: identity.Asserted}
	coder   = identity.Principal{Kind: identity.Agent, ID: "agent:coder", Issuer: issuer, Assurance: identity.Asserted}
)

// A worker is one agent at work.
type worker struct {
	w      io.Writer
	tracer *agentspan.Tracer
	shop   *shop
	client *http.Client
	owner  identity.Principal
}

// ada signs in and hands the ticket to the planner. Her sign-in is verified, so who
// answers for all that follows is known and not just claimed.
func ada(ctx context.Context, w io.Writer, tracer *agentspan.Tracer, s *shop) (err error) {
	signIn := s.token("sign-in", "agents.shop.example", "ada")
	proof, err := s.verifier.Verify(ctx, []byte(signIn), identity.Want{Audience: []string{"https://agents.shop.example"}})
	if err != nil {
		return err
	}
	owner := proof.Delegation.Owner
	owner.Kind = identity.Human // only people sign in here
	fmt.Fprintf(w, "%-26s %s, %s\n", "Ada signs in", owner, owner.Assurance)

	ctx, session, err := tracer.StartSession(ctx, agentspan.Session{
		Agent: "planner", Owner: owner, Actor: planner, Task: agentspan.Task{ID: "SHOP-7"},
	})
	if err != nil {
		return err
	}
	defer session.End(&err)
	ctx, turn := tracer.StartTurn(ctx, agentspan.Turn{Prompt: "Fix SHOP-7."})
	defer turn.End(&err)

	provider, _ := tracer.Providers()
	governed := agentspan.Transport(tracer, s.dial())
	client := &http.Client{Transport: otelhttp.NewTransport(governed, otelhttp.WithTracerProvider(provider))}
	a := &worker{w, tracer, s, client, owner}
	a.call(ctx, "planner reads the ticket", "read_ticket", http.MethodGet, "tickets.shop.example/SHOP-7",
		"Bearer "+s.token("planner-1", "tickets.shop.example", "ada", planner.ID))
	_, err = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "delegate", Arguments: []byte(`{"agent":"coder"}`)},
		func(ctx context.Context) (string, error) { return "done", a.delegate(ctx) })
	return err
}

// delegate is the coder's part: a session below the planner's, for the same owner.
func (a *worker) delegate(ctx context.Context) (err error) {
	ctx, session, err := a.tracer.StartSession(ctx, agentspan.Session{
		Agent: "coder", Subagent: "coder", Owner: a.owner, Actor: coder, Actors: []identity.Principal{planner}, Task: agentspan.Task{ID: "SHOP-7"},
	})
	if err != nil {
		return err
	}
	defer session.End(&err)
	ctx, turn := a.tracer.StartTurn(ctx, agentspan.Turn{Prompt: "Round half to even in payments."})
	defer turn.End(&err)

	// Three services, three kinds of credential, all of them the coder's own.
	a.call(ctx, "coder reads the ticket", "read_ticket", http.MethodGet, "tickets.shop.example/SHOP-7",
		"Bearer "+a.shop.token("coder-1", "tickets.shop.example", "ada", coder.ID, planner.ID))
	a.call(ctx, "coder fetches the code", "fetch_code", http.MethodGet, "git.shop.example/shop/payments", "Bearer "+installation)
	a.call(ctx, "coder stores a patch", "store_patch", http.MethodPut, "storage.shop.example/patches/SHOP-7", signed)
	// The installation may not merge. Ada may, and her own token lies about.
	a.call(ctx, "coder merges as Ada", "merge", http.MethodPut, "git.shop.example/shop/payments/merge", "Bearer "+personal)
	return nil
}

// call is one tool that makes one request. A refusal goes back to the model, which
// would read it and try something else; these just go on.
func (a *worker) call(ctx context.Context, says, tool, method, address, authorization string) {
	status, err := agentspan.Do(ctx, a.tracer, agentspan.ToolCall{Name: tool}, func(ctx context.Context) (string, error) {
		r, err := http.NewRequestWithContext(ctx, method, "http://"+address, nil)
		if err != nil {
			return "", err
		}
		r.Header.Set("Authorization", authorization)
		resp, err := a.client.Do(r)
		if err != nil {
			return "", err
		}
		return resp.Status, resp.Body.Close()
	})
	if err != nil {
		status = err.Error()
	}
	fmt.Fprintf(a.w, "%-26s %s\n", says, status)
}

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/effect/analyze"
	"github.com/ambit-go/ambit/boundary/policy"
	"github.com/ambit-go/ambit/boundary/secret"
	"github.com/ambit-go/ambit/internal/eval/rows"
)

// A boundaryRow is what a boundary sees of a row: what the owner asked for, what
// the task needs, and the calls in order. Who wanted a call is not read.
type boundaryRow struct {
	ID     string         `json:"id"`
	Prompt string         `json:"prompt"`
	Dir    string         `json:"cwd"`
	Scope  taskScope      `json:"scope"`
	Action *boundaryCall  `json:"action"`
	Calls  []boundaryCall `json:"calls"`
}

type taskScope struct {
	Tools   []string            `json:"tools"`
	Paths   []string            `json:"paths"`
	Targets map[string][]string `json:"targets"` // by name of argument
}

type boundaryCall struct {
	Tool string          `json:"tool"`
	Args json.RawMessage `json:"args"`
}

type boundaryAnswer struct {
	ID        string   `json:"id"`
	Decision  string   `json:"decision,omitempty"`
	Decisions []string `json:"decisions,omitempty"`
}

// boundaries answers each call by the policy of its task, as a tracer would ask it.
func boundaries(w io.Writer, o options, files []string) error {
	enc := json.NewEncoder(w)
	for r, err := range rows.Read[boundaryRow](files...) {
		if err != nil {
			return err
		}
		if o.opaque {
			r.opaque()
		}
		task := fromScope(r)
		if o.policyFrom == "prompt" {
			task = fromPrompt(r)
		}
		decisions, err := decide(r, task)
		if err != nil {
			return fmt.Errorf("row %s: %w", r.ID, err)
		}
		a := boundaryAnswer{ID: r.ID, Decisions: decisions}
		if r.Action != nil {
			a = boundaryAnswer{ID: r.ID, Decision: decisions[0]}
		}
		if err := enc.Encode(a); err != nil {
			return err
		}
	}
	return nil
}

// calls returns the calls of a row in order.
func (r *boundaryRow) calls() []boundaryCall {
	if r.Action != nil {
		return []boundaryCall{*r.Action}
	}
	return r.Calls
}

// opaque gives every tool a name that says nothing, the same in calls and scope.
func (r *boundaryRow) opaque() {
	names := map[string]string{}
	rename := func(s *string) {
		if names[*s] == "" {
			names[*s] = "t" + strconv.Itoa(len(names)+1)
		}
		*s = names[*s]
	}
	for i := range r.Scope.Tools {
		rename(&r.Scope.Tools[i])
	}
	if r.Action != nil {
		rename(&r.Action.Tool)
	}
	for i := range r.Calls {
		rename(&r.Calls[i].Tool)
	}
}

// decide runs the calls of one session. What a granted tool was let look at is
// from then on known to the task, and its policy is written anew.
func decide(r *boundaryRow, t task) ([]string, error) {
	s := t.session
	s.Key, s.Agent, s.Start = r.ID, "agent", time.Unix(0, 0)
	bound, err := t.bind(s)
	if err != nil {
		return nil, err
	}
	decisions := []string{}
	for i, c := range r.calls() {
		req := boundary.Request{
			Session: s, Seq: int64(i + 1), CallID: strconv.Itoa(i), Tool: c.Tool, Dir: s.Dir,
			Time: s.Start.Add(time.Duration(i) * time.Second), Arguments: c.Args,
			Effects:  effects(c, s),
			Findings: secret.Default().Detect(nil, c.Args, secret.Argument),
		}
		if t.meet(req.Effects) {
			if bound, err = t.bind(s); err != nil {
				return nil, err
			}
		}
		d, err := boundary.Check(context.Background(), bound, req)
		if err != nil {
			return nil, err
		}
		boundary.Observe(bound, req, d, boundary.Outcome{Ran: !d.Refuses(), Bytes: -1})
		decisions = append(decisions, d.Verdict.String())
		if !d.Refuses() && t.learn(c, req.Effects) {
			if bound, err = t.bind(s); err != nil {
				return nil, err
			}
		}
	}
	return decisions, nil
}

// bind writes the task's policy and binds it to a session.
func (t *task) bind(s boundary.SessionInfo) (boundary.Checker, error) {
	doc, err := json.Marshal(t.document())
	if err != nil {
		return nil, err
	}
	p, err := policy.Parse("task.json", doc, policy.Options{})
	if err != nil {
		return nil, err
	}
	return boundary.Bind(p, s), nil
}

// effects are those of the default analyzer.
func effects(c boundaryCall, s boundary.SessionInfo) []effect.Effect {
	return analyze.Default().Analyze(nil, effect.Call{Tool: c.Tool, Arguments: c.Args, Dir: s.Dir, Root: s.Root, Home: s.Home})
}

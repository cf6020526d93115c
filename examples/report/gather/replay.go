package gather

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/agentspan/hookspan"
	"github.com/ambit-go/ambit/agentspan/hookspan/recording"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect/analyze"
	"github.com/ambit-go/ambit/boundary/policy"
	"github.com/ambit-go/ambit/examples/report/spans"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/intent"
)

// Replay says what a recording does not: whose session it was, and which policy to
// judge it by.
type Replay struct {
	Owner  string // who answers for it; empty if nobody knows
	Policy string // file of a policy; empty for none

	Prompts bool // what people wrote is in the report, without the secrets in it
}

// replay makes the spans of the chosen session of a recording.
func (g Gathered) replay(ctx context.Context, sessions []recording.Session, o Replay) (Gathered, error) {
	i, err := pick(sessions, g.Session)
	if err != nil {
		return g, err
	}
	s := sessions[i]
	g.Session = cmp.Or(s.ID, "a session without id")
	noun := agentspan.Session{ID: g.Session}
	var checker boundary.Checker
	if o.Policy != "" {
		p, err := policy.Load(o.Policy, policy.Options{Analyzer: analyze.Default()})
		if err != nil {
			return g, err
		}
		checker = p
		noun.Task = agentspan.Task{ID: p.ID(), Purpose: p.Purpose(), Intents: p.Intents()}
	}
	if o.Owner != "" {
		noun.Owner = identity.Principal{Kind: identity.Human, ID: o.Owner, Assurance: identity.Asserted}
	}
	rec := agentspantest.NewRecorder()
	options := append(rec.Options(), agentspan.WithClassifier(intent.Default()), agentspan.WithChecker(hookspan.Recorded(checker)), agentspan.WithAnalyzer(hookspan.Analyzer()))
	if o.Prompts {
		options = append(options, agentspan.WithContent(agentspan.Prompts))
	}
	tracer, err := agentspan.New(options...)
	if err != nil {
		return g, err
	}
	if err := hookspan.Replay(ctx, tracer, s, hookspan.ReplayOptions{Session: noun}); err != nil {
		return g, err
	}
	if err := tracer.Close(ctx); err != nil {
		return g, err
	}
	g.Spans = spans.FromRecorded(rec.Spans())
	for i := range g.Spans {
		g.Spans[i].Service = cmp.Or(s.Agent, "recording")
	}
	return g, nil
}

// pick returns the session with an id, or the only one.
func pick(sessions []recording.Session, id string) (int, error) {
	if id == "" && len(sessions) == 1 {
		return 0, nil
	}
	ids := make([]string, len(sessions))
	about := map[string]string{}
	for i := range sessions {
		ids[i] = sessions[i].ID
		about[ids[i]] = when(&sessions[i])
	}
	if id == "" {
		return 0, several(ids, func(id string) string { return about[id] })
	}
	if i := slices.Index(ids, id); i >= 0 {
		return i, nil
	}
	return 0, fmt.Errorf("%w: %q", ErrNotFound, id)
}

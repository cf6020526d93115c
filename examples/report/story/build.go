package story

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/ambit-go/ambit/examples/report/spans"
	"github.com/ambit-go/ambit/semconv"
)

// New tells the story of a session by its spans.
func New(session string, all []spans.Span) *Story {
	b := &builder{
		Story: &Story{Session: session, Spans: len(all)},
		at:    map[id]*spans.Span{}, callOf: map[*spans.Span]*Call{}, turnOf: map[*spans.Span]*Turn{}, ownTurn: map[*spans.Span]*Turn{},
	}
	for i := range all {
		b.at[id{all[i].TraceID, all[i].ID}] = &all[i]
	}
	for i := range all {
		b.span(&all[i])
	}
	for i := range all {
		b.below(&all[i])
	}
	b.order()
	b.who(all)
	b.count()
	b.folder()
	b.reached()
	b.numbers(all)
	b.items()
	b.findings()
	return b.Story
}

type id struct{ trace, span string }

type builder struct {
	*Story
	at      map[id]*spans.Span
	callOf  map[*spans.Span]*Call
	turnOf  map[*spans.Span]*Turn // by the turn's own span
	ownTurn map[*spans.Span]*Turn // memo of turnAbove
	outside *Turn
}

func (b *builder) parent(s *spans.Span) *spans.Span {
	if s.Parent == "" {
		return nil
	}
	return b.at[id{s.TraceID, s.Parent}]
}

// maxDepth bounds the way up: parents come from the wire and may go round.
const maxDepth = 200

// span takes up one span. All come in the order of their start, so that a parent
// comes before its children unless clocks disagree.
func (b *builder) span(s *spans.Span) {
	switch {
	case strings.HasPrefix(s.Name, "session") && s.Has(semconv.AmbitSessionCallCountKey):
		if s.Str(semconv.AmbitSessionIDKey) == b.Session && (b.Summary == nil || supersedes(s, b.Summary)) {
			b.Summary = s
		}
	case s.Str(semconv.GenAIOperationNameKey) == "invoke_agent":
		b.turn(s)
	case isCall(s):
		b.call(s)
	}
}

func isCall(s *spans.Span) bool {
	return s.Has(semconv.AmbitDecisionOutcomeKey) || s.Str(semconv.GenAIOperationNameKey) == "execute_tool" || strings.HasPrefix(s.Name, "refuse_tool")
}

func (b *builder) turn(s *spans.Span) {
	t := &Turn{
		Span: s, Agent: s.Str(semconv.GenAIAgentNameKey), Model: s.Str(semconv.GenAIRequestModelKey), Hash: s.Str(semconv.AmbitPromptHashKey),
		Prompt: promptOf(s), Start: s.Start, End: s.End, Error: s.Str(semconv.ErrorTypeKey),
	}
	b.turnOf[s] = t
	b.Turns = append(b.Turns, t)
}

// promptOf returns what a person wrote, if the span holds it.
func promptOf(s *spans.Span) string {
	var messages []struct {
		Role  string
		Parts []struct{ Type, Content string }
	}
	text := s.Str(semconv.GenAIInputMessagesKey)
	if json.Unmarshal([]byte(text), &messages) != nil {
		return text // cut, so no JSON any more; or another's own form
	}
	for _, m := range slices.Backward(messages) {
		for _, p := range m.Parts {
			if m.Role == "user" && p.Content != "" {
				return p.Content
			}
		}
	}
	return ""
}

func (b *builder) call(s *spans.Span) {
	c := &Call{Span: s}
	c.read(s)
	b.callOf[s] = c
	b.Calls = append(b.Calls, c)
}

// below counts what others did below a call.
func (b *builder) below(s *spans.Span) {
	if b.callOf[s] != nil || b.turnOf[s] != nil {
		return
	}
	if c := b.callAbove(s); c != nil {
		c.Within++
	}
}

// callAbove returns the call that a span was made in, with no turn between.
func (b *builder) callAbove(s *spans.Span) *Call {
	p := b.parent(s)
	for range maxDepth {
		if p == nil || b.turnOf[p] != nil {
			return nil
		}
		if c := b.callOf[p]; c != nil {
			return c
		}
		p = b.parent(p)
	}
	return nil
}

// turnAbove returns the turn a span belongs to; nil if there is none.
func (b *builder) turnAbove(s *spans.Span) *Turn {
	p := b.parent(s)
	for range maxDepth {
		if p == nil {
			return nil
		}
		if t := b.turnOf[p]; t != nil {
			return t
		}
		p = b.parent(p)
	}
	return nil
}

// order puts calls into turns and turns under the calls that started them, and
// numbers both.
func (b *builder) order() {
	slices.SortStableFunc(b.Turns, func(x, y *Turn) int { return x.Start.Compare(y.Start) })
	b.fold()
	slices.SortStableFunc(b.Calls, func(x, y *Call) int {
		return cmp.Or(x.Span.Start.Compare(y.Span.Start), cmp.Compare(x.Seq, y.Seq))
	})
	for i, c := range b.Calls {
		c.Number = i + 1
		c.Turn = b.turnAbove(c.Span)
		if c.Turn == nil {
			c.Turn = b.outsideTurn(c)
		}
		c.Turn.Calls = append(c.Turn.Calls, c)
		if c.Agent == "" {
			c.Agent = c.Turn.Agent
		}
	}
	number := 0
	for _, t := range b.Turns {
		if t.Span == nil {
			continue
		}
		t.Under = b.callAbove(t.Span)
		up := b.turnAbove(t.Span)
		if up == nil {
			number++
			t.Number = number
			continue
		}
		t.Depth, t.Number = min(up.Depth+1, 6), up.Number
	}
}

// outsideTurn holds the calls that belong to no turn.
func (b *builder) outsideTurn(c *Call) *Turn {
	if b.outside == nil {
		b.outside = &Turn{Start: c.Span.Start, End: c.Span.End}
		b.Turns = append(b.Turns, b.outside)
	}
	if c.Span.End.After(b.outside.End) {
		b.outside.End = c.Span.End
	}
	return b.outside
}

// fold puts calls that are another's, seen again, under that one: a server's span
// under its client's, and the refusal of a request below the request's own span.
func (b *builder) fold() {
	calls := b.Calls[:0]
	for _, c := range b.Calls {
		up := b.callAbove(c.Span)
		if up == nil || !sameTool(up.Tool, c.Tool) {
			calls = append(calls, c)
			continue
		}
		if up.Verdict == Unjudged && up.Span.Str(semconv.AmbitDecisionOutcomeKey) == "" {
			up.decide(c) // the span of a request that was refused: its decision is below it
			if up.Seq == 0 {
				up.Seq = c.Seq
			}
			continue
		}
		up.Below = append(up.Below, c)
	}
	b.Calls = calls
}

func sameTool(a, b string) bool {
	return a == b || strings.HasPrefix(a, "mcp__") && strings.HasSuffix(a, "__"+b)
}

// who gathers what the spans say of the session as a whole. The first that says
// something counts.
func (b *builder) who(all []spans.Span) {
	services, traces := map[string]bool{}, map[string]bool{}
	for i := range all {
		s := &all[i]
		if s.Service != "" && !services[s.Service] {
			services[s.Service] = true
			b.Services = append(b.Services, s.Service)
		}
		traces[s.TraceID] = true
		if b.Start.IsZero() || s.Start.Before(b.Start) {
			b.Start = s.Start
		}
		if s.End.After(b.End) && !s.Has(semconv.AmbitSessionCallCountKey) { // a summary may come long after
			b.End = s.End
		}
		if s.Str(semconv.AmbitSessionIDKey) != b.Session {
			continue
		}
		b.Claimed = b.Claimed || s.True(semconv.AmbitSessionClaimedKey)
		b.Privileged = b.Privileged || s.True(semconv.AmbitSessionPrivilegedKey)
		b.policy(s)
		fill := func(dst *string, src string) { *dst = cmp.Or(*dst, src) }
		fill(&b.Conversation, s.Str(semconv.GenAIConversationIDKey))
		fill(&b.Task, s.Str(semconv.AmbitTaskIDKey))
		if b.Owner.ID == "" && s.Has(semconv.AmbitOwnerIDKey) {
			b.Owner = Party{ID: s.Str(semconv.AmbitOwnerIDKey), Kind: s.Str(semconv.AmbitOwnerKindKey), Assurance: s.Str(semconv.AmbitOwnerAssuranceKey)}
		}
	}
	if b.End.Before(b.Start) && b.Summary != nil { // nothing but the summary
		b.End = b.Summary.End
	}
	slices.Sort(b.Services)
	b.Traces = len(traces)
	b.actor(all)
}

// actor names the agent and the identity that it began with: by the summary, or by
// the first turn that is no subagent's.
func (b *builder) actor(all []spans.Span) {
	from := b.Summary
	for i := 0; from == nil && i < len(b.Turns); i++ {
		if b.Turns[i].Span != nil && b.Turns[i].Depth == 0 {
			from = b.Turns[i].Span
		}
	}
	for i := 0; from == nil && i < len(all); i++ {
		if all[i].Str(semconv.AmbitSessionIDKey) == b.Session {
			from = &all[i]
		}
	}
	if from == nil {
		return
	}
	b.Agent, b.Version = from.Str(semconv.GenAIAgentNameKey), from.Str(semconv.GenAIAgentVersionKey)
	b.Depth, _ = from.Int(semconv.AmbitDelegationDepthKey)
	b.Actor = Party{
		ID: from.Str(semconv.AmbitIdentityIDKey), Kind: from.Str(semconv.AmbitIdentityKindKey),
		Assurance: from.Str(semconv.AmbitIdentityAssuranceKey), Issuer: from.Str(semconv.AmbitIdentityIssuerKey),
	}
}

func (b *builder) policy(s *spans.Span) {
	p := Policy{ID: s.Str(semconv.AmbitPolicyIDKey), Hash: s.Str(semconv.AmbitPolicyHashKey)}
	if p != (Policy{}) && !slices.Contains(b.Policies, p) {
		b.Policies = append(b.Policies, p)
	}
}

func (b *builder) count() {
	for _, c := range b.Calls {
		n := &b.Counts
		n.Calls++
		switch c.Verdict {
		case Allowed:
			n.Allowed++
		case Unjudged:
			n.Unjudged++
		case Against:
			n.Against++
			c.Turn.Against++
		case Denied:
			n.Denied++
			c.Turn.Refused++
		case Waiting:
			n.Waiting++
			c.Turn.Refused++
		case Ignored:
			n.Ignored++
			c.Turn.Against++
		}
		if c.Failed != "" {
			n.Failed++
		}
		if c.Intent.Anomalous {
			n.Anomalous++
		}
		if len(c.Secrets) > 0 {
			n.Secrets++
		}
		if c.Certainty == "unknown" {
			n.Unclear++
		}
		if (c.Verdict.Stopped() || c.Verdict == Against) && c.Nearest != "" {
			b.Near = append(b.Near, c)
		}
	}
}

package story

// Whether all of it is here. A session numbers its governed actions, so what was
// lost or sampled out leaves a gap.

import (
	"cmp"
	"slices"

	"github.com/ambit-go/ambit/examples/report/spans"
	"github.com/ambit-go/ambit/semconv"
)

// A subagent and another process count for themselves.
type counterKey struct {
	service, process string
	turn             *Turn // of a subagent; nil for the session's own
}

type counting struct {
	Counter
	key   counterKey
	first *spans.Span
	calls map[int64]*Call // nil for actions that are no call of their own here
}

func (b *builder) numbers(all []spans.Span) {
	var list []*counting
	at := map[counterKey]*counting{}
	callOf := map[*spans.Span]*Call{}
	for _, c := range b.Calls {
		callOf[c.Span] = c
		for _, d := range c.Below {
			callOf[d.Span] = nil
		}
	}
	var summaries []*spans.Span
	for i := range all {
		s := &all[i]
		if s.Str(semconv.AmbitSessionIDKey) != b.Session {
			continue
		}
		if s.Has(semconv.AmbitSessionCallCountKey) {
			if i := slices.IndexFunc(summaries, func(o *spans.Span) bool { return supersedes(s, o) || supersedes(o, s) }); i < 0 {
				summaries = append(summaries, s)
			} else if supersedes(s, summaries[i]) {
				summaries[i] = s
			}
			continue
		}
		n, ok := s.Int(semconv.AmbitSessionSeqKey)
		if !ok || n <= 0 {
			continue
		}
		k := counterKey{s.Service, s.Process, b.subagent(s)}
		c := at[k]
		if c == nil {
			c = &counting{key: k, first: s, calls: map[int64]*Call{}}
			c.Agent, c.Service, c.Process = s.Str(semconv.GenAIAgentNameKey), s.Service, s.Process
			at[k] = c
			list = append(list, c)
		}
		c.see(n, callOf[s])
	}
	list = resumed(list)
	for _, s := range summaries {
		list = summarize(list, s)
	}
	for _, c := range list {
		c.finish()
		b.Counters = append(b.Counters, c.Counter)
	}
}

// see takes up one number.
func (c *counting) see(n int64, call *Call) {
	if _, twice := c.calls[n]; twice {
		c.Twice = append(c.Twice, n)
		return
	}
	c.calls[n] = call
	c.Last = max(c.Last, n)
}

// subagent returns the turn of the subagent that a span belongs to; nil if it is
// the session's own.
func (b *builder) subagent(s *spans.Span) *Turn {
	t := b.turnAbove(s)
	if t == nil || t.Depth == 0 {
		return nil
	}
	return t
}

// resumed joins a subagent's turns: one that goes on counts on.
func resumed(list []*counting) (joined []*counting) {
	for _, c := range list {
		i := slices.IndexFunc(joined, func(o *counting) bool {
			return c.key.turn != nil && o.key.turn != nil && o.Agent == c.Agent && o.Service == c.Service && o.Last+1 == c.lowest()
		})
		if i < 0 {
			joined = append(joined, c)
			continue
		}
		for n, call := range c.calls {
			joined[i].see(n, call)
		}
	}
	return joined
}

func (c *counting) lowest() int64 {
	var low int64
	for n := range c.calls {
		if low == 0 || n < low {
			low = n
		}
	}
	return low
}

// supersedes reports whether a summary is a later one of the same session as another: a
// session that its tracer had to drop, and that went on, has one each time.
func supersedes(s, other *spans.Span) bool {
	return s.Name == other.Name && s.Service == other.Service && s.Process == other.Process && s.Start.Equal(other.Start) && s.End.After(other.End)
}

// summarize gives a summary to the counter it is about: that of its agent and
// service which began nearest to it. A summary without one is a counter of which
// nothing is there.
func summarize(list []*counting, s *spans.Span) []*counting {
	last, _ := s.Int(semconv.AmbitSessionSeqKey)
	agent := s.Str(semconv.GenAIAgentNameKey)
	var best *counting
	for _, c := range list {
		if c.Summarized || c.Agent != agent || c.Service != s.Service {
			continue
		}
		if best == nil || distance(c, s) < distance(best, s) {
			best = c
		}
	}
	if best == nil {
		if last == 0 {
			return list
		}
		best = &counting{calls: map[int64]*Call{}}
		best.Agent, best.Service, best.Process = agent, s.Service, s.Process
		list = append(list, best)
	}
	best.Summarized, best.Last = true, max(best.Last, last)
	return list
}

func distance(c *counting, s *spans.Span) int64 {
	if c.first == nil {
		return 1<<63 - 1
	}
	return c.first.Start.Sub(s.Start).Abs().Nanoseconds()
}

// finish finds the gaps.
func (c *counting) finish() {
	seen := make([]int64, 0, len(c.calls))
	for n := range c.calls {
		seen = append(seen, n)
	}
	slices.Sort(seen)
	slices.Sort(c.Twice)
	c.Seen = len(seen)
	var after *Call
	next := int64(1)
	for _, n := range seen {
		if n > next {
			c.Gaps = append(c.Gaps, Gap{next, n - 1, after})
		}
		next = n + 1
		after = cmp.Or(c.calls[n], after)
	}
	if c.Last >= next {
		c.Gaps = append(c.Gaps, Gap{next, c.Last, after})
	}
}

// items puts gaps between the calls of their turns.
func (b *builder) items() {
	after := map[*Call][]*Gap{}
	for i := range b.Counters {
		gaps := b.Counters[i].Gaps
		for j := range gaps {
			after[gaps[j].After] = append(after[gaps[j].After], &gaps[j])
		}
	}
	first := after[nil]
	for _, t := range b.Turns {
		for _, g := range first { // before the first call that is there
			t.Items = append(t.Items, Item{Gap: g})
		}
		first = nil
		for _, c := range t.Calls {
			t.Items = append(t.Items, Item{Call: c})
			for _, g := range after[c] {
				t.Items = append(t.Items, Item{Gap: g})
			}
		}
	}
}

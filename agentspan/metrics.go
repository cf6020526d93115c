package agentspan

import (
	"context"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/semconv"
)

// metrics are the instruments of a tracer. A nil one counts nothing. Sets of
// attributes are made once and kept: their parts come from closed lists, so
// there are few of them.
type metrics struct {
	names    map[string]bool           // what metrics may name
	grants   iter.Seq2[string, string] // what the checker can grant: ruleset and grant; nil if it does not say
	granted  map[[2]string]bool        // those of them that metrics may name
	declared sync.Once

	decisions, flips, grantUses, crossings, switches, secrets, indeterminate, ownerless, dropped metric.Int64Counter
	sessions                                                                                     metric.Int64UpDownCounter
	check, tool, agent                                                                           metric.Float64Histogram

	mu   sync.RWMutex
	sets map[setKey]*set
}

// A setKey stands for one set of attributes: what it is for, and its values.
type setKey struct {
	kind    setKind
	a, b, c string
	flag    bool
}

type setKind uint8

const (
	setDecision setKind = iota
	setFlip
	setCrossing
	setSwitch
	setSecret
	setTool
	setAgent
	setOutcome
	setGrant
	setDropped
	setName
)

// A set is a set of attributes in the forms that instruments take.
type set struct {
	add    []metric.AddOption
	record []metric.RecordOption
}

// maxSets bounds the sets that are kept. Beyond it there is one for all others.
const maxSets = 4096

// other stands for every name that is on no closed list.
const other = "_OTHER"

func newMetrics(p metric.MeterProvider, names []string, grants iter.Seq2[string, string]) *metrics {
	if p == nil {
		p = otel.GetMeterProvider()
	}
	switch p.(type) {
	case noop.MeterProvider, *noop.MeterProvider:
		return nil
	}
	meter := p.Meter(ScopeName, metric.WithSchemaURL(semconv.SchemaURL), metric.WithInstrumentationVersion(Version))
	m := &metrics{names: make(map[string]bool, len(names)), grants: grants, granted: map[[2]string]bool{}, sets: map[setKey]*set{}}
	for _, n := range names {
		m.names[n] = true
	}
	if grants != nil {
		for ruleset, grant := range grants {
			m.granted[[2]string{ruleset, grant}] = true
		}
	}
	// An instrument that cannot be made is one that does nothing: the API promises
	// a usable one beside the error, and a metric must not stop a program.
	m.decisions, _ = semconv.NewAmbitDecisions(meter)
	m.flips, _ = semconv.NewAmbitDecisionFlips(meter)
	m.grantUses, _ = semconv.NewAmbitGrantUses(meter)
	m.crossings, _ = semconv.NewAmbitCrossings(meter)
	m.switches, _ = semconv.NewAmbitIdentitySwitches(meter)
	m.secrets, _ = semconv.NewAmbitSecretAccesses(meter)
	m.indeterminate, _ = semconv.NewAmbitEffectsIndeterminate(meter)
	m.ownerless, _ = semconv.NewAmbitSessionsUnowned(meter)
	m.dropped, _ = semconv.NewAmbitExportDropped(meter)
	m.sessions, _ = semconv.NewAmbitSessionCount(meter)
	m.check, _ = semconv.NewAmbitCheckDuration(meter)
	m.tool, _ = semconv.NewGenAIExecuteToolDuration(meter)
	m.agent, _ = semconv.NewGenAIInvokeAgentDuration(meter)
	return m
}

// enabled reports whether anybody listens.
func (m *metrics) enabled(ctx context.Context) bool { return m != nil && m.decisions.Enabled(ctx) }

// named returns name if metrics may say it.
func (m *metrics) named(name string) string {
	if name == "" || m.names[name] {
		return name
	}
	return other
}

// get returns the set for k, made by attrs if it is new.
func (m *metrics) get(k setKey) *set {
	m.mu.RLock()
	s := m.sets[k]
	m.mu.RUnlock()
	if s != nil {
		return s
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if s = m.sets[k]; s != nil {
		return s
	}
	if len(m.sets) >= maxSets {
		k.a, k.b, k.c = other, other, other
		if s = m.sets[k]; s != nil {
			return s
		}
	}
	// The key's strings may be parts of larger ones that must not be kept.
	k.a, k.b, k.c = strings.Clone(k.a), strings.Clone(k.b), strings.Clone(k.c)
	as := metric.WithAttributeSet(attribute.NewSet(k.attributes()...))
	s = &set{add: []metric.AddOption{as}, record: []metric.RecordOption{as}}
	m.sets[k] = s
	return s
}

func (k setKey) attributes() (kvs []attribute.KeyValue) {
	text := func(key attribute.Key, v string) {
		if v != "" {
			kvs = append(kvs, key.String(v))
		}
	}
	switch k.kind {
	case setDecision:
		text(semconv.AmbitDecisionOutcomeKey, k.a)
		kvs = append(kvs, semconv.AmbitDecisionEnforced(k.flag))
		text(semconv.SecurityRuleNameKey, k.b)
	case setFlip:
		text(semconv.AmbitDecisionOutcomeKey, k.a)
		text(semconv.AmbitDecisionWouldKey, k.b)
		text(semconv.SecurityRuleNameKey, k.c)
	case setCrossing:
		text(semconv.AmbitCrossingKindKey, k.a)
	case setSwitch:
		text(semconv.AmbitIdentitySwitchKindKey, k.a)
	case setSecret:
		text(semconv.AmbitSecretKindKey, k.a)
	case setTool:
		text(semconv.GenAIToolNameKey, k.a)
		text(semconv.GenAIAgentNameKey, k.b)
		text(semconv.ErrorTypeKey, k.c)
	case setAgent:
		text(semconv.GenAIAgentNameKey, k.a)
		text(semconv.ErrorTypeKey, k.c)
	case setOutcome:
		text(semconv.AmbitDecisionOutcomeKey, k.a)
	case setGrant:
		text(semconv.SecurityRuleRulesetNameKey, k.a)
		text(semconv.AmbitDecisionGrantKey, k.b)
	case setDropped:
		text(semconv.ErrorTypeKey, k.a)
	case setName:
		text(semconv.GenAIToolNameKey, k.a)
	}
	return kvs
}

func (m *metrics) count(ctx context.Context, c metric.Int64Counter, n int64, k setKey) {
	c.Add(ctx, n, m.get(k).add...)
}

// count counts what is known of a call, and the decision about it if there was
// one.
func (c *call) count(ctx context.Context) {
	m := c.tracer.metrics
	if !m.enabled(ctx) {
		return
	}
	if c.evaluated {
		c.countDecision(ctx)
	}
	m.countSwitches(ctx, c.switches)
	for i := range c.findings {
		m.count(ctx, m.secrets, 1, setKey{kind: setSecret, a: c.tracer.code(c.findings[i].Kind)})
	}
	unknown := int64(0)
	for i := range c.effects {
		if c.effects[i].Certainty == 0 {
			unknown++
		}
	}
	if unknown > 0 {
		m.count(ctx, m.indeterminate, unknown, setKey{kind: setName, a: m.named(c.name)})
	}
}

func (c *call) countDecision(ctx context.Context) {
	m, d := c.tracer.metrics, &c.decision
	outcome, rule := d.Outcome().String(), m.named(d.Determining().Rule)
	m.count(ctx, m.decisions, 1, setKey{kind: setDecision, a: outcome, b: rule, flag: !d.Observed})
	m.check.Record(ctx, time.Since(c.begin).Seconds()-c.approvalTime.Seconds(), m.get(setKey{kind: setOutcome, a: outcome}).record...)
	if d.Outcome() == boundary.Allow {
		m.countGrants(ctx, d.Because)
	}
	if d.Observed && d.Verdict != boundary.Allow {
		m.count(ctx, m.flips, 1, setKey{kind: setFlip, a: outcome, b: d.Verdict.String(), c: rule})
	}
	was := d.Verdict
	if c.approval != "" {
		was = min(was, boundary.RequireApproval) // before a person said yes
	}
	for _, w := range d.Shadowed { // a milder one changes nothing, for the strictest holds
		if !d.Observed && w.Verdict < was && w.Verdict != boundary.NotEvaluated {
			m.count(ctx, m.flips, 1, setKey{kind: setFlip, a: outcome, b: w.Verdict.String(), c: m.named(w.Rule)})
		}
	}
	var seen uint32
	for _, x := range d.Crossings {
		if bit := uint32(1) << x.Kind; seen&bit == 0 {
			seen |= bit
			m.count(ctx, m.crossings, 1, setKey{kind: setCrossing, a: x.Kind.String()})
		}
	}
}

// countGrants counts a call once for each grant that carried some of it.
func (m *metrics) countGrants(ctx context.Context, because []boundary.Determination) {
	for i := range because {
		w := &because[i]
		same := func(b boundary.Determination) bool { return b.Grant == w.Grant && b.Ruleset == w.Ruleset }
		if w.Grant != "" && w.Verdict == boundary.Allow && !slices.ContainsFunc(because[:i], same) && m.granted[[2]string{w.Ruleset, w.Grant}] {
			m.count(ctx, m.grantUses, 1, setKey{kind: setGrant, a: w.Ruleset, b: w.Grant})
		}
	}
}

// declareGrants makes every grant known as not used yet: a series that is not there
// cannot be found.
func (m *metrics) declareGrants(ctx context.Context) {
	if m.grants == nil || !m.enabled(ctx) {
		return
	}
	m.declared.Do(func() {
		for ruleset, grant := range m.grants {
			m.count(ctx, m.grantUses, 0, setKey{kind: setGrant, a: ruleset, b: grant})
		}
	})
}

func (m *metrics) countSwitches(ctx context.Context, switches []identity.Switch) {
	if !m.enabled(ctx) {
		return
	}
	for _, w := range switches {
		if w.Repeated {
			continue
		}
		m.count(ctx, m.switches, 1, setKey{kind: setSwitch, a: w.Kind.String()})
	}
}

func (m *metrics) toolDone(ctx context.Context, tool, agent, errType string, d time.Duration) {
	if m.enabled(ctx) {
		m.tool.Record(ctx, d.Seconds(), m.get(setKey{kind: setTool, a: m.named(tool), b: m.named(agent), c: errType}).record...)
	}
}

func (m *metrics) turnDone(ctx context.Context, agent, errType string, d time.Duration) {
	if m.enabled(ctx) {
		m.agent.Record(ctx, d.Seconds(), m.get(setKey{kind: setAgent, a: m.named(agent), c: errType}).record...)
	}
}

func (m *metrics) session(n int64) {
	if m != nil {
		m.declareGrants(context.Background())
		m.sessions.Add(context.Background(), n)
	}
}

func (m *metrics) unowned() {
	if m != nil {
		m.ownerless.Add(context.Background(), 1)
	}
}

// drop counts what could not be delivered.
func (m *metrics) drop(what string) {
	if m != nil {
		m.count(context.Background(), m.dropped, 1, setKey{kind: setDropped, a: what})
	}
}

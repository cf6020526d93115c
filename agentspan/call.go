package agentspan

import (
	"context"
	"slices"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/secret"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/intent"
	"github.com/ambit-go/ambit/semconv"
)

// A call is everything known of one call while it is decided and while it runs.
// Calls are pooled: a call belongs to its span until End takes it back.
type call struct {
	tracer *Tracer
	state  *state // nil without a session
	ctx    context.Context
	span   trace.Span // nil if there is none
	noun   ToolCall
	name   string // of the tool, cleaned
	begin  time.Time
	bits   uint32 // labels of the session before the call

	seq       int64 // among all that was decided; for checkers
	number    int64 // among what has a span; on the wire
	phase     boundary.Phase
	given     []effect.Effect // found out by somebody else
	dir       string
	history   boundary.History
	intent    intent.Result
	late      bool // a classifier that was waited for did not answer
	toolDrift bool
	rerouted  bool              // another call was refused for what this one reaches for
	watcher   boundary.Observer // the checker, if it wants to know what becomes of the call
	decision  boundary.Decision
	evaluated bool
	err       error // why nobody could tell
	adopted   bool  // the span is a framework's
	named     bool  // the caller named the credential
	before    said  // what the classifier said before the call

	approval     string
	approvalTime time.Duration
	approver     identity.Assurance // how surely it is known who answered

	effects  []effect.Effect
	findings []secret.Finding
	switches []identity.Switch
	carried  []identity.Use // further credentials: of the caller's, in the arguments on their way to a system, taken on by a command
	under    *identity.Use  // the credential that the context names, if the call names none
	attrs    []attribute.KeyValue
	session  sessionPart
	titled   title

	toolType string
	argsHash uint64 // of the arguments as they were decided about
	claimed  bool   // the same call was met again inside; guarded by the span

	// What the tool handed over while it ran; guarded by the span.
	result  bool
	size    int64 // -1: not known
	found   []secret.Finding
	isError string
}

var calls = sync.Pool{New: func() any { return new(call) }}

// The bounds of what a pooled call keeps. A call that had more lets it go.
const (
	keepEffects = 64
	keepAttrs   = 64
)

func (t *Tracer) newCall(ctx context.Context, tc *ToolCall) *call {
	c := calls.Get().(*call)
	c.tracer, c.ctx, c.noun = t, ctx, *tc
	c.state = t.sessionState(ctx)
	c.named = tc.Use != nil
	if tc.Use == nil {
		c.under = UseFromContext(ctx)
	}
	if len(tc.Beside) > 0 {
		c.carried = slices.Clone(tc.Beside[:min(len(tc.Beside), maxTold-1)])
	}
	c.name, c.toolType = t.clean(tc.Name), tc.Type
	c.begin = time.Now()
	c.size = -1
	return c
}

// free gives c back. Nothing of the call may be used afterwards. Its attributes
// stay where they are until the next call writes over them, or the pool is emptied:
// they are what was written, and clearing them costs as much as writing half of them.
func (c *call) free() {
	clear(c.effects)
	effects, findings, switches, attrs := c.effects[:0], c.findings[:0], c.switches[:0], c.attrs[:0]
	if cap(effects) > keepEffects {
		effects = nil
	}
	if cap(attrs) > keepAttrs {
		attrs = nil
	}
	session, named := c.session, c.titled
	*c = call{} // and then what is kept: cheaper than a new one put together and copied
	c.effects, c.findings, c.switches, c.attrs, c.session, c.titled = effects, findings, switches, attrs, session, named
	calls.Put(c)
}

// attributes gathers everything for the call's span, in c's own slice.
func (c *call) attributes(refused bool) []attribute.KeyValue {
	dst := c.attrs[:0]
	if c.state != nil {
		dst = append(dst, c.session.of(c.state, c.bits)...)
		dst = append(dst, semconv.AmbitSessionSeq(int(c.number)))
	}
	dst = c.appendCall(dst, refused)
	c.attrs = dst
	return dst
}

// A sessionPart is what a session's spans say of it, as the last call that was
// written said it. It goes with the pooled call: the next one is often of the same
// session. It is copied from and never handed out, so nobody can change it.
type sessionPart struct {
	state  *state
	policy *boundary.PolicyRef
	bits   uint32
	attrs  []attribute.KeyValue
}

// of returns what st says of itself under the labels bits.
func (p *sessionPart) of(st *state, bits uint32) []attribute.KeyValue {
	if policy := st.policy.Load(); p.state != st || p.bits != bits || p.policy != policy {
		p.state, p.bits, p.policy = st, bits, policy
		p.attrs = st.appendSession(p.attrs[:0], 0, bits)
	}
	return p.attrs
}

// A title is the name of a span and the tool it was made of, the last one.
type title struct{ tool, span string }

// title names the span of the call, which may run.
func (c *call) title() string {
	if c.titled.tool != c.name || c.titled.span == "" {
		c.titled = title{c.name, c.tracer.executes(c.name)}
	}
	return c.titled.span
}

// request fills in the call as checkers see it. It is made anew for each of them,
// on the caller's stack, and is large: it goes by pointer as far as it can.
func (c *call) request(req *boundary.Request) {
	tc := &c.noun
	req.Seq, req.CallID, req.Tool, req.Server = c.seq, tc.ID, tc.Name, tc.Server
	req.ToolHash, req.ToolDrift, req.Dir, req.Phase, req.Time = tc.Definition, c.toolDrift, c.dir, c.phase, c.time()
	req.Arguments, req.Annotations, req.Effects, req.Findings = tc.Arguments, tc.Annotations, c.effects, c.findings
	req.Use, req.Switches, req.Intent, req.History = tc.Use, c.switches, c.intent, c.history
	req.IntentLate = c.late
	req.Delegation = c.delegation()
	if c.state != nil {
		c.state.describe(&req.Session)
	}
}

// acting is the credential that the call is done with, as far as that is known.
func (c *call) acting() *identity.Use {
	if c.noun.Use != nil {
		return c.noun.Use
	}
	return c.under
}

// delegation is for whom and by whom the call is done: the credential's own
// account of it, else the session's.
func (c *call) delegation() identity.Delegation {
	u := c.acting()
	if u == nil || len(u.Delegation.Actors) == 0 {
		if c.state == nil {
			return identity.Delegation{}
		}
		d := c.state.delegation()
		if u != nil && u.Delegation.Malformed != "" {
			d.Actors, d.Malformed = nil, u.Delegation.Malformed // somebody acts, and nobody can read who
		}
		return d
	}
	return c.state.known(u.Delegation)
}

// known returns d with its parties as well known as the session knows them: who
// was verified when it began is no less so for being named by a token that nobody
// verified, and a token seldom says what kind of party it names.
func (s *state) known(d identity.Delegation) identity.Delegation {
	if s == nil {
		return d
	}
	d.Owner = s.knownParty(d.Owner)
	d.Actors = slices.Clone(d.Actors)
	for i := range d.Actors {
		d.Actors[i] = s.knownParty(d.Actors[i])
	}
	return d
}

func (s *state) knownParty(p identity.Principal) identity.Principal {
	if p.ID == "" {
		return p
	}
	n := s.noun
	better := func(q identity.Principal) bool {
		if !p.Same(q) || p.Kind != identity.UnknownKind && p.Kind != q.Kind {
			return false
		}
		p.Kind, p.Assurance = q.Kind, max(p.Assurance, q.Assurance)
		return true
	}
	_ = better(n.Owner) || better(n.Actor) || slices.ContainsFunc(n.Actors, better)
	return p
}

// time is when the call was asked for: by the clock, or by the recording.
func (c *call) time() time.Time {
	if c.noun.Start.IsZero() {
		return c.begin
	}
	return c.noun.Start
}

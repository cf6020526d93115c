package agentspan

import (
	"context"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/secret"
	"github.com/ambit-go/ambit/identity"
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

	req       boundary.Request
	watcher   boundary.Observer // the checker, if it wants to know what becomes of the call
	decision  boundary.Decision
	evaluated bool
	err       error // why nobody could tell
	adopted   bool  // the span is a framework's
	changed   bool  // the intent's label is not what it was
	drifted   bool
	before    string // the label before

	approval     string
	approvalTime time.Duration

	effects  []effect.Effect
	findings []secret.Finding
	switches []identity.Switch
	attrs    []attribute.KeyValue

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

func (t *Tracer) newCall(ctx context.Context, tc ToolCall) *call {
	c := calls.Get().(*call)
	c.tracer, c.ctx, c.noun = t, ctx, tc
	c.state = t.sessionState(ctx)
	c.name, c.toolType = t.clean(tc.Name), tc.Type
	c.begin = time.Now()
	c.size = -1
	return c
}

// free gives c back. Nothing of the call may be used afterwards.
func (c *call) free() {
	clear(c.effects)
	clear(c.attrs)
	effects, findings, switches, attrs := c.effects[:0], c.findings[:0], c.switches[:0], c.attrs[:0]
	if cap(effects) > keepEffects {
		effects = nil
	}
	if cap(attrs) > keepAttrs {
		attrs = nil
	}
	*c = call{effects: effects, findings: findings, switches: switches, attrs: attrs}
	calls.Put(c)
}

// attributes gathers everything for the call's span, in c's own slice.
func (c *call) attributes(refused bool) []attribute.KeyValue {
	dst := c.attrs[:0]
	if c.state != nil {
		dst = c.state.appendSession(dst, c.req.Seq, c.bits)
	}
	dst = c.appendCall(dst, refused)
	c.attrs = dst
	return dst
}

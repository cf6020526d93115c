package pipeline

import (
	"context"
	"slices"
	"strings"
	"sync"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/ambit-go/ambit/agentspan"
)

// A ProcessorOption configures [NewProcessor].
type ProcessorOption interface{ apply(*processor) }

type processorOption func(*processor)

func (f processorOption) apply(p *processor) { f(p) }

// WithSemanticAttributes writes user.id and the session's gen_ai.* attributes
// too. Off by default: any gen_ai.* key makes Jaeger show an HTTP span as one of
// a model.
func WithSemanticAttributes() ProcessorOption {
	return processorOption(func(p *processor) { p.all = true })
}

// NewProcessor returns a span processor that writes what is known of the session
// onto every span begun under it, and of the credential that was named for it. It
// overwrites nothing but keys under "ambit.", which are ours; one there that it does
// not write itself stays. Register it before the processor that exports. It is safe
// for concurrent use.
func NewProcessor(opts ...ProcessorOption) sdktrace.SpanProcessor {
	p := &processor{}
	for _, o := range opts {
		o.apply(p)
	}
	return p
}

type processor struct{ all bool }

// scratch holds slices to gather attributes in: the SDK copies what it is given.
var scratch = sync.Pool{New: func() any { s := make([]attribute.KeyValue, 0, 32); return &s }}

// OnStart stamps the span, unless the tracer made it: those say more already.
func (p *processor) OnStart(ctx context.Context, s sdktrace.ReadWriteSpan) {
	session := agentspan.SessionFromContext(ctx)
	if session == nil || s.InstrumentationScope().Name == agentspan.ScopeName {
		return
	}
	buf := scratch.Get().(*[]attribute.KeyValue)
	attrs := session.AppendUse(ctx, session.AppendAttributes((*buf)[:0], p.all))
	if p.all {
		theirs := s.Attributes()
		attrs = slices.DeleteFunc(attrs, func(kv attribute.KeyValue) bool {
			return !strings.HasPrefix(string(kv.Key), "ambit.") &&
				slices.ContainsFunc(theirs, func(has attribute.KeyValue) bool { return has.Key == kv.Key })
		})
	}
	if len(attrs) > 0 {
		s.SetAttributes(attrs...)
	}
	*buf = attrs[:0] // what is left in it are strings of one session, overwritten by the next
	scratch.Put(buf)
}

func (*processor) OnEnd(sdktrace.ReadOnlySpan)      {}
func (*processor) Shutdown(context.Context) error   { return nil }
func (*processor) ForceFlush(context.Context) error { return nil }

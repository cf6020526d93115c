package mcpgospan

import (
	"context"
	"sync/atomic"

	"github.com/mark3labs/mcp-go/client/transport"
	"github.com/mark3labs/mcp-go/mcp"
	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/agentspan/mcpwire"
)

// A wrapped is an instrumented transport: all that a client sends and receives
// passes through it.
type wrapped struct {
	*peer
	inner transport.Interface
	http  bool
	pipe  bool // a pipe to a process on this machine
	local bool // that, or no process of its own

	version atomic.Pointer[string] // of the protocol, as negotiated
	server  atomic.Pointer[string] // what the server calls itself

	tools mcpwire.Catalogue // of the server at the other end
}

func newWrapped(tr transport.Interface, p *peer) *wrapped {
	w := &wrapped{peer: p, inner: tr}
	switch tr.(type) {
	case *transport.Stdio:
		w.pipe, w.local = true, true
	case *transport.InProcessTransport:
		w.local = true
	}
	return w
}

// A wrappedHTTP is one over HTTP: the library asks of those what it does not ask of
// others, and tells them from others by this method.
type wrappedHTTP struct {
	*wrapped

	conn transport.HTTPConnection
}

// SetProtocolVersion notes the revision that was negotiated.
func (w *wrappedHTTP) SetProtocolVersion(version string) {
	w.version.Store(&version)
	w.conn.SetProtocolVersion(version)
}

func (w *wrapped) Start(ctx context.Context) error { return w.inner.Start(ctx) }
func (w *wrapped) Close() error                    { return w.inner.Close() }
func (w *wrapped) GetSessionId() string            { return w.inner.GetSessionId() }

// Unwrap returns the transport that was given to [Transport], for what only that
// one has.
func (w *wrapped) Unwrap() transport.Interface { return w.inner }

// RequiresLegacyProtocol says whether the transport was set up in a way that only
// revisions before 2026-07-28 can satisfy.
func (w *wrapped) RequiresLegacyProtocol() bool {
	l, ok := w.inner.(interface{ RequiresLegacyProtocol() bool })
	return ok && l.RequiresLegacyProtocol()
}

// SetConnectionLostHandler hands f to the transport, if that can lose its
// connection.
func (w *wrapped) SetConnectionLostHandler(f func(error)) {
	if l, ok := w.inner.(interface{ SetConnectionLostHandler(func(error)) }); ok {
		l.SetConnectionLostHandler(f)
	}
}

// SetNotificationHandler records what the server tells of its own accord.
func (w *wrapped) SetNotificationHandler(f func(mcp.JSONRPCNotification)) {
	w.inner.SetNotificationHandler(func(n mcp.JSONRPCNotification) {
		op := w.operation(n.Method)
		w.received(context.Background(), &op, n.Params.Meta)
		defer func() { w.End(&op, mcpwire.Outcome{}, recover()) }()
		f(n)
	})
}

// SetRequestHandler records what the server asks of the client. Nobody decides
// about that: the client's own handlers do.
func (w *wrapped) SetRequestHandler(f transport.RequestHandler) {
	b, ok := w.inner.(transport.BidirectionalInterface)
	if !ok {
		return
	}
	b.SetRequestHandler(func(ctx context.Context, req transport.JSONRPCRequest) (res *transport.JSONRPCResponse, err error) {
		op := w.operation(req.Method)
		op.ID = requestID(req.ID)
		ctx = w.received(ctx, &op, paramsOf(req.Params).metadata())
		defer func() { w.End(&op, responseOutcome(res, err, true), recover()) }()
		return f(ctx, req)
	})
}

// received begins the span of what the server sent, under the span it named.
func (w *wrapped) received(ctx context.Context, op *mcpwire.Operation, meta map[string]any) context.Context {
	op.Metrics = w.Received
	from := mcpwire.Received(meta, nil)
	ctx, links := from.Adopt(ctx)
	return w.Begin(from.Let(ctx, w.baggage), op, trace.SpanKindServer, w.About(ctx), links)
}

// SendNotification records what the client tells of its own accord.
func (w *wrapped) SendNotification(ctx context.Context, n mcp.JSONRPCNotification) (err error) {
	op := w.operation(n.Method)
	op.Metrics = w.Sent
	ctx = w.Begin(ctx, &op, trace.SpanKindClient, w.About(ctx), nil)
	defer func() { w.End(&op, mcpwire.OutcomeOf(err, 0, false), recover()) }()
	n.Params.Meta = w.Inject(ctx, w.baggage, n.Params.Meta)
	return w.inner.SendNotification(ctx, n)
}

// responseOutcome says how a request ended.
func responseOutcome(res *transport.JSONRPCResponse, err error, server bool) mcpwire.Outcome {
	if err != nil || res == nil || res.Error == nil {
		return mcpwire.OutcomeOf(err, 0, server)
	}
	return mcpwire.OutcomeOf(res.Error.AsError(), int64(res.Error.Code), server)
}

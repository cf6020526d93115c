package mcpspan

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"weak"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/mcpwire"
)

// ScopeName is the instrumentation scope of the spans and metrics of this package.
const ScopeName = "github.com/ambit-go/ambit/agentspan/mcpspan"

// An Option configures [InstrumentServer] or [InstrumentClient].
type Option interface{ apply(*config) }

type optionFunc func(*config)

func (f optionFunc) apply(c *config) { f(c) }

type config struct {
	name     string
	session  agentspan.Session
	baggage  []string
	pipe     bool
	stateKey []byte
	firstUse mcpwire.FirstUse
}

// WithName names the MCP server, as policies and spans know it. A server's own
// tools are local to it, so it needs no name; a client should be given one, since
// what it takes instead is what the server calls itself, which proves nothing.
func WithName(name string) Option { return optionFunc(func(c *config) { c.name = name }) }

// WithSession says what is known of the session of callers that do not bring it:
// agent, owner, task, folders. Over stdio, where the protocol has no identity,
// this is where the owner comes from. A verified token's owner and agent, and a
// session id in the baggage, take the place of the ones here. It has no effect on
// clients, whose session is the one in the context of the call.
func WithSession(s agentspan.Session) Option { return optionFunc(func(c *config) { c.session = s }) }

// WithBaggage lets members of the W3C baggage with these keys pass, beside the
// session id ([SessionKey]): a client sends them, a server takes them into the
// context of its handlers. All others are dropped, since baggage leaves the house.
func WithBaggage(keys ...string) Option {
	return optionFunc(func(c *config) { c.baggage = append(c.baggage, keys...) })
}

// WithPipe says that client and server speak over a pipe on one machine, as with
// stdio. The protocol's middleware cannot tell.
func WithPipe() Option { return optionFunc(func(c *config) { c.pipe = true }) }

// WithStateKey is the key of the requestState in which a question to a person
// travels through a client of revision 2026-07-28: 32 random bytes, the same in
// all processes that serve one address. Without it, or with less than 16 bytes,
// each server makes a key of its own, and an answer that comes to another process
// is refused. What was used is remembered by each process for itself, unless they share
// it ([WithFirstUse]).
func WithStateKey(key []byte) Option {
	return optionFunc(func(c *config) { c.stateKey = slices.Clone(key) })
}

// WithFirstUse makes an answer count once in all processes that have the same state key,
// by what they share: first reports whether it is told of a used state's id for the
// first time, as a "SET NX" of a common store does until the time it is given.
func WithFirstUse(first mcpwire.FirstUse) Option {
	return optionFunc(func(c *config) { c.firstUse = first })
}

// InstrumentServer governs and records what server receives and sends, with t. It
// is called once for each server, before or after it is connected; a second call
// for the same server does nothing. A nil server or tracer is left alone.
//
// Other middleware should be added before it, so that a refused call does not
// reach it.
func InstrumentServer(server *mcp.Server, t *agentspan.Tracer, opts ...Option) {
	if server == nil || t == nil || !first(server, &servers) {
		return
	}
	p := newPeer(t, opts)
	s := &serverSide{peer: p, sessions: mcpwire.NewSessions(p.config.session), tools: &mcpwire.Catalogue{}, states: mcpwire.NewStates(p.stateKey, p.firstUse)}
	server.AddReceivingMiddleware(s.receive)
	server.AddSendingMiddleware(s.send)
}

// InstrumentClient governs and records what client sends and receives, with t. It
// is called once for each client; a second call for the same client does nothing.
// A nil client or tracer is left alone.
//
// Calls belong to the session in their context ([agentspan.Tracer.StartSession]).
// A call that the tracer's checker refuses is not sent; its error is a
// [*github.com/ambit-go/ambit/boundary.RefusedError].
func InstrumentClient(client *mcp.Client, t *agentspan.Tracer, opts ...Option) {
	if client == nil || t == nil || !first(client, &clients) {
		return
	}
	c := &clientSide{
		peer:  newPeer(t, opts),
		tools: map[weak.Pointer[mcp.ClientSession]]*mcpwire.Catalogue{},
	}
	client.AddSendingMiddleware(c.send)
	client.AddReceivingMiddleware(c.receive)
}

// servers and clients are those that were instrumented, for as long as they live.
var servers, clients sync.Map

// first reports whether v was not met before.
func first[T any](v *T, seen *sync.Map) bool {
	k := weak.Make(v)
	if _, met := seen.LoadOrStore(k, struct{}{}); met {
		return false
	}
	runtime.AddCleanup(v, func(k weak.Pointer[T]) { seen.Delete(k) }, k)
	return true
}

// A peer is what both ends have in common: one of them receives a message, the
// other one sent it.
type peer struct {
	config
	*mcpwire.Recorder
	tracer *agentspan.Tracer
}

func newPeer(t *agentspan.Tracer, opts []Option) *peer {
	p := &peer{tracer: t, Recorder: mcpwire.NewRecorder(t, ScopeName)}
	for _, o := range opts {
		if o != nil {
			o.apply(&p.config)
		}
	}
	return p
}

// serverName is what policies know the server by.
func (p *peer) serverName(cs *mcp.ClientSession) string {
	if p.name != "" || cs == nil {
		return p.name
	}
	if r := cs.InitializeResult(); r != nil && r.ServerInfo != nil {
		return p.tracer.Clean(r.ServerInfo.Name)
	}
	return ""
}

// pass is the middleware of messages that nobody decides about: those of a server
// to its client.
func (p *peer) pass(sending bool, next mcp.MethodHandler) mcp.MethodHandler {
	return func(ctx context.Context, method string, req mcp.Request) (res mcp.Result, err error) {
		m := p.describe(method, req)
		if sending {
			ctx, req = p.outgoing(ctx, &m, req)
		} else {
			ctx = p.incoming(ctx, &m, req)
		}
		defer func() { p.End(&m, outcomeOf(res, err, !sending), recover()) }()
		return next(ctx, method, req)
	}
}

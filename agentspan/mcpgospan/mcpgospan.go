package mcpgospan

import (
	"runtime"
	"slices"
	"sync"
	"weak"

	"github.com/mark3labs/mcp-go/client/transport"
	"github.com/mark3labs/mcp-go/server"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/mcpwire"
)

// ScopeName is the instrumentation scope of the spans and metrics of this package.
const ScopeName = "github.com/ambit-go/ambit/agentspan/mcpgospan"

// SessionKey is the member of the W3C baggage that holds the id of the agent's
// session. What a server finds there is a claim: it tells whose calls belong
// together, and never who somebody is.
const SessionKey = mcpwire.SessionKey

// An Option configures [InstrumentServer] or [Transport].
type Option interface{ apply(*config) }

type optionFunc func(*config)

func (f optionFunc) apply(c *config) { f(c) }

type config struct {
	name     string
	session  agentspan.Session
	baggage  []string
	stateKey []byte
	firstUse mcpwire.FirstUse
	tasks    *server.TaskHooks
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

// WithTaskHooks are the hooks that the server was made with (server.WithTaskHooks),
// to which ours are added: they tell when a task of a task tool ends, and how. The
// library does not tell which hooks a server has, and has one set of them. Without
// this option the record of such a call ends when the task begins.
func WithTaskHooks(hooks *server.TaskHooks) Option {
	return optionFunc(func(c *config) { c.tasks = hooks })
}

// A peer is what both ends have in common.
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

// InstrumentServer governs and records what s is asked, with t. It is called once,
// before s serves and after its other options: it becomes the server's tracer and
// propagator, in the place of any that were set. A second call for the same server
// does nothing. A nil server or tracer is left alone.
//
// The decision is the innermost middleware of those there are by then, so that it
// is about what the tool gets. Middleware that runs around it must be one that may
// see a call that is then refused, and none that answers calls in the tool's
// place.
func InstrumentServer(s *server.MCPServer, t *agentspan.Tracer, opts ...Option) {
	if s == nil || t == nil {
		return
	}
	p := newPeer(t, opts)
	side := &serverSide{
		peer: p, sessions: mcpwire.NewSessions(p.session), states: mcpwire.NewStates(p.stateKey, p.firstUse), tools: newDefinitions(),
	}
	if !first(s, side) {
		return
	}
	server.WithTracer(starter{side})(s)
	server.WithMetaPropagator(metaReader{side})(s)
	server.WithPropagator(headerReader{side})(s)
	server.WithToolFilter(side.seeTools)(s)
	server.WithToolHandlerMiddleware(side.tool)(s)
	server.WithResourceHandlerMiddleware(side.resource)(s)
	if s.GetHooks() == nil {
		server.WithHooks(&server.Hooks{})(s)
	}
	h := s.GetHooks()
	h.AddBeforeAny(side.before)
	h.AddOnSuccess(side.succeeded)
	h.AddOnError(side.failed)
	h.AddBeforeCallTool(side.beforeCall)
	side.followTasks(p.tasks)
}

// Transport returns a transport that governs and records what a client sends and
// receives over tr, with t:
//
//	c := client.NewClient(mcpgospan.Transport(tr, tracer))
//
// A client that was made by another function is made anew around its transport,
// before it starts: client.NewClient(mcpgospan.Transport(c.GetTransport(), tracer)).
//
// Calls belong to the session in their context ([agentspan.Tracer.StartSession]).
// A call that the tracer's checker refuses is not sent; its error wraps a
// [*github.com/ambit-go/ambit/boundary.RefusedError]. A nil transport or tracer
// gives tr itself.
func Transport(tr transport.Interface, t *agentspan.Tracer, opts ...Option) transport.Interface {
	if tr == nil || t == nil {
		return tr
	}
	w := newWrapped(tr, newPeer(t, opts))
	if h, ok := tr.(transport.HTTPConnection); ok {
		w.http = true
		return &wrappedHTTP{wrapped: w, conn: h}
	}
	return w
}

// servers are those that were instrumented, for as long as they live.
var servers sync.Map // of *serverSide by weak pointer

// first reports whether s was not met before.
func first(s *server.MCPServer, side *serverSide) bool {
	k := weak.Make(s)
	if _, met := servers.LoadOrStore(k, side); met {
		return false
	}
	runtime.AddCleanup(s, func(k weak.Pointer[server.MCPServer]) { servers.Delete(k) }, k)
	return true
}

// sideOf returns what instrumented s; nil if nothing did.
func sideOf(s *server.MCPServer) *serverSide {
	side, _ := servers.Load(weak.Make(s))
	found, _ := side.(*serverSide)
	return found
}

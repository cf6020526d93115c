package mcpgospan

import (
	"context"
	"errors"
	"reflect"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/agentspan/mcpwire"
)

// The library has no hook for what a server asks its client: it takes the session
// from the context and asks it. So the context of a request holds a session whose
// questions are recorded, where the session is one of the library's own, whose
// methods are known. Somebody else's is left as it is.

// An asker asks a client, on behalf of the handlers of a server.
type asker struct {
	side *serverSide
	cs   server.ClientSession
}

var (
	errCannotAsk = errors.New("mcpgospan: the session cannot ask this")
	errNoAnswer  = errors.New("mcpgospan: the client gave no answer")
)

// ask records one question. f sends it under the span.
func (a asker) ask(ctx context.Context, method mcp.MCPMethod, f func(context.Context) error) (err error) {
	s := a.side
	op := mcpwire.Operation{Method: string(method), Version: server.RequestProtocolVersion(ctx), Start: time.Now(), Metrics: s.Sent}
	if c := s.of(ctx); c != nil {
		op.HTTP, op.Pipe, op.Session = c.m.op.HTTP, c.m.op.Pipe, c.m.op.Session
	}
	ctx = s.Begin(ctx, &op, trace.SpanKindClient, s.About(ctx), nil)
	defer func() { s.End(&op, mcpwire.OutcomeOf(err, 0, false), recover()) }()
	return f(ctx)
}

// RequestElicitation asks a person something.
func (a asker) RequestElicitation(ctx context.Context, r mcp.ElicitationRequest) (res *mcp.ElicitationResult, err error) {
	cs, ok := a.cs.(server.SessionWithElicitation)
	if !ok {
		return nil, server.ErrElicitationNotSupported
	}
	err = a.ask(ctx, mcp.MethodElicitationCreate, func(ctx context.Context) (err error) {
		meta := mcp.Meta{}
		if r.Params.Meta != nil {
			meta = *r.Params.Meta
		}
		meta.AdditionalFields = a.side.Inject(ctx, a.side.baggage, meta.AdditionalFields)
		r.Params.Meta = &meta
		res, err = cs.RequestElicitation(ctx, r)
		return err
	})
	return res, err
}

// RequestSampling asks a model something. The library sends no _meta with it.
func (a asker) RequestSampling(ctx context.Context, r mcp.CreateMessageRequest) (res *mcp.CreateMessageResult, err error) {
	cs, ok := a.cs.(server.SessionWithSampling)
	if !ok {
		return nil, errCannotAsk
	}
	err = a.ask(ctx, mcp.MethodSamplingCreateMessage, func(ctx context.Context) (err error) {
		res, err = cs.RequestSampling(ctx, r)
		return err
	})
	return res, err
}

// ListRoots asks which folders there are. The library sends no _meta with it.
func (a asker) ListRoots(ctx context.Context, r mcp.ListRootsRequest) (res *mcp.ListRootsResult, err error) {
	cs, ok := a.cs.(server.SessionWithRoots)
	if !ok {
		return nil, errCannotAsk
	}
	err = a.ask(ctx, mcp.MethodListRoots, func(ctx context.Context) (err error) {
		res, err = cs.ListRoots(ctx, r)
		return err
	})
	return res, err
}

func (a asker) itself() asker { return a }

// What the library's own sessions can do.
type (
	pipeSession interface {
		server.SessionWithLogging
		server.SessionWithClientInfo
		server.SessionWithProtocolVersion
		SetProtocolVersion(version string)
		server.SessionWithSampling
		server.SessionWithElicitation
		server.SessionWithRoots
	}
	httpSession interface {
		pipeSession
		server.SessionWithTools
		server.SessionWithResources
		server.SessionWithResourceTemplates
		server.SessionWithStreamableHTTPConfig
		server.SessionWithSubscriptionFilter
	}
)

// Sessions whose questions are recorded: the asker's methods are nearer than those of
// the session below it.
type (
	watchedPipe struct {
		asker
		belowPipe
	}
	belowPipe struct{ pipeSession }

	watchedHTTP struct {
		asker
		belowHTTP
	}
	belowHTTP struct{ httpSession }

	watchedInProcess struct {
		asker
		belowInProcess
	}
	belowInProcess struct{ *server.InProcessSession }
)

// watch returns cs with its questions recorded, if it is one of the library's own.
func (s *serverSide) watch(cs server.ClientSession) server.ClientSession {
	if cs == nil || reflect.TypeOf(cs).Kind() != reflect.Pointer || reflect.TypeOf(cs).Elem().PkgPath() != libraryPath {
		return cs
	}
	a := asker{s, cs}
	switch cs := cs.(type) {
	case *server.InProcessSession:
		return &watchedInProcess{a, belowInProcess{cs}}
	case httpSession:
		return &watchedHTTP{a, belowHTTP{cs}}
	case server.SessionWithTools: // over SSE, which asks nothing
		return cs
	case pipeSession:
		return &watchedPipe{a, belowPipe{cs}}
	}
	return cs
}

// libraryPath is the package of the library's own sessions.
var libraryPath = reflect.TypeFor[server.MCPServer]().PkgPath()

// askerOf returns how the client of a request is asked.
func (s *serverSide) askerOf(ctx context.Context) asker {
	cs := server.ClientSessionFromContext(ctx)
	if w, ok := cs.(interface{ itself() asker }); ok {
		return w.itself()
	}
	return asker{s, cs}
}

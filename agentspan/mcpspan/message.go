package mcpspan

import (
	"errors"
	"io"
	"net"
	"os"
	"reflect"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/ambit-go/ambit/agentspan/mcpwire"
)

// describe reads off a request what its span says of it.
func (p *peer) describe(method string, req mcp.Request) mcpwire.Operation {
	m := mcpwire.Operation{Method: method, Pipe: p.pipe, Start: time.Now()}
	switch params := paramsOf(req).(type) {
	case *mcp.CallToolParamsRaw:
		m.Tool = params.Name
	case *mcp.CallToolParams:
		m.Tool = params.Name
	case *mcp.GetPromptParams:
		m.Prompt = params.Name
	case *mcp.ReadResourceParams:
		m.URI = params.URI
	case *mcp.SubscribeParams:
		m.URI = params.URI
	case *mcp.UnsubscribeParams:
		m.URI = params.URI
	case *mcp.ResourceUpdatedNotificationParams:
		m.URI = params.URI
	}
	switch s := req.GetSession().(type) {
	case *mcp.ClientSession:
		if s == nil {
			break
		}
		if r := s.InitializeResult(); r != nil {
			m.Version = r.ProtocolVersion
		}
		m.Session = s.ID()
	case *mcp.ServerSession:
		if s == nil {
			break
		}
		if v, ok := req.(interface{ ProtocolVersion() string }); ok && paramsOf(req) != nil {
			m.Version = v.ProtocolVersion()
		} else if i := s.InitializeParams(); i != nil {
			m.Version = i.ProtocolVersion
		}
		m.Session = s.ID()
	}
	if e := req.GetExtra(); e != nil && e.Header != nil {
		m.HTTP = true
	} else if m.Session != "" {
		m.HTTP = true // only streamable HTTP has ids
	}
	if m.Version >= mcpwire.Stateless {
		m.Session = ""
	}
	return m
}

// paramsOf returns the params of a request; nil if it has none, in whatever way
// (the SDK has a typed nil on servers and an untyped one on clients).
func paramsOf(req mcp.Request) mcp.Params {
	switch r := req.(type) {
	case nil:
		return nil
	case *mcp.CallToolRequest: // by far the most frequent one
		if r.Params == nil {
			return nil
		}
		return r.Params
	}
	params := req.GetParams()
	if params == nil {
		return nil
	}
	if v := reflect.ValueOf(params); v.Kind() == reflect.Pointer && v.IsNil() {
		return nil
	}
	return params
}

// metaOf returns the _meta of a request; nil if it has none.
func metaOf(req mcp.Request) map[string]any {
	if params := paramsOf(req); params != nil {
		return params.GetMeta()
	}
	return nil
}

// A session is one of the protocol's, at either end.
type session interface {
	ID() string
	Wait() error
}

// follow counts the session that a handshake began, once it has ended. Revisions
// without sessions have no handshake.
func follow(s session, d *mcpwire.Durations, m mcpwire.Operation, res mcp.Result, err error) {
	r, ok := res.(*mcp.InitializeResult)
	if !ok || r == nil || err != nil || !d.Enabled() {
		return
	}
	m.Version, m.HTTP = r.ProtocolVersion, m.HTTP || s.ID() != ""
	go func() { // ends with the session
		err := s.Wait()
		if closed(err) {
			err = nil
		}
		d.Session(&m, outcomeOf(nil, err, false))
	}()
}

// closed reports whether an error says no more than that one side hung up, which is how
// sessions end: the peer, or this process while its reader was waiting.
func closed(err error) bool {
	for _, end := range []error{io.EOF, io.ErrClosedPipe, os.ErrClosed, net.ErrClosed} {
		if errors.Is(err, end) {
			return true
		}
	}
	return false
}

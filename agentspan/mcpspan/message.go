package mcpspan

import (
	"context"
	"reflect"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/semconv"
)

// The methods that are more than a name and a span.
const (
	callTool         = "tools/call"
	listTools        = "tools/list"
	readResource     = "resources/read"
	toolsListChanged = "notifications/tools/list_changed"
)

// stateless is the first revision of the protocol without sessions.
const stateless = "2026-07-28"

// A message is a request or a notification under way, and its span.
type message struct {
	method  string
	tool    string // as it was sent
	prompt  string
	uri     string
	version string // of the protocol
	session string // of the protocol; never the agent's
	http    bool
	pipe    bool
	known   bool // tool is one the server has: metrics may name it
	start   time.Time
	span    trace.Span
	enclose bool // span is that of the call around it, and not ours to end
	metrics *durations
}

// describe reads off a request what its span says of it.
func (p *peer) describe(method string, req mcp.Request) message {
	m := message{method: method, pipe: p.pipe, start: time.Now()}
	switch params := paramsOf(req).(type) {
	case *mcp.CallToolParamsRaw:
		m.tool = params.Name
	case *mcp.CallToolParams:
		m.tool = params.Name
	case *mcp.GetPromptParams:
		m.prompt = params.Name
	case *mcp.ReadResourceParams:
		m.uri = params.URI
	case *mcp.SubscribeParams:
		m.uri = params.URI
	case *mcp.UnsubscribeParams:
		m.uri = params.URI
	case *mcp.ResourceUpdatedNotificationParams:
		m.uri = params.URI
	}
	switch s := req.GetSession().(type) {
	case *mcp.ClientSession:
		if s == nil {
			break
		}
		if r := s.InitializeResult(); r != nil {
			m.version = r.ProtocolVersion
		}
		m.session = s.ID()
	case *mcp.ServerSession:
		if s == nil {
			break
		}
		if v, ok := req.(interface{ ProtocolVersion() string }); ok && paramsOf(req) != nil {
			m.version = v.ProtocolVersion()
		} else if i := s.InitializeParams(); i != nil {
			m.version = i.ProtocolVersion
		}
		m.session = s.ID()
	}
	if e := req.GetExtra(); e != nil && e.Header != nil {
		m.http = true
	} else if m.session != "" {
		m.http = true // only streamable HTTP has ids
	}
	if m.version >= stateless {
		m.session = ""
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

// maxTarget bounds the target in a span's name, in bytes.
const maxTarget = 128

// begin starts the span of m. What is appended to attrs is there for samplers.
func (p *peer) begin(ctx context.Context, m *message, kind trace.SpanKind, attrs []attribute.KeyValue, links []trace.Link) context.Context {
	t := p.tracer
	if attrs == nil {
		attrs = make([]attribute.KeyValue, 0, 8)
	}
	method := m.method
	if !methods[method] {
		method = t.Clean(method)
	}
	name := method
	attrs = append(attrs, semconv.MCPMethodName(method))
	if m.tool != "" {
		tool := t.Clean(m.tool)
		attrs = append(attrs, semconv.GenAIToolName(tool))
		if len(tool) <= maxTarget {
			name += " " + tool
		}
		if kind == trace.SpanKindClient {
			attrs = append(attrs, semconv.GenAIOperationNameExecuteTool)
		}
	}
	if m.prompt != "" {
		prompt := t.Clean(m.prompt)
		attrs = append(attrs, semconv.GenAIPromptName(prompt))
		if len(prompt) <= maxTarget {
			name += " " + prompt
		}
	}
	attrs = p.protocol(attrs, m)
	opts := make([]trace.SpanStartOption, 0, 3)
	opts = append(opts, kindOption[kind], trace.WithAttributes(attrs...))
	if len(links) > 0 {
		opts = append(opts, trace.WithLinks(links...))
	}
	ctx, m.span = p.spans.Start(ctx, name, opts...)
	return ctx
}

// kindOption holds the kinds a message can have, made once.
var kindOption = [...]trace.SpanStartOption{
	trace.SpanKindServer: trace.WithSpanKind(trace.SpanKindServer),
	trace.SpanKindClient: trace.WithSpanKind(trace.SpanKindClient),
}

// protocol appends what the transport and the revision are, as far as they show.
func (p *peer) protocol(dst []attribute.KeyValue, m *message) []attribute.KeyValue {
	if m.uri != "" {
		dst = append(dst, semconv.MCPResourceURI(p.tracer.Clean(m.uri)))
	}
	if m.version != "" {
		version := m.version
		if !versions[version] {
			version = p.tracer.Clean(version)
		}
		dst = append(dst, semconv.MCPProtocolVersion(version))
	}
	if m.session != "" {
		dst = append(dst, semconv.MCPSessionID(p.tracer.Clean(m.session)))
	}
	switch {
	case m.http:
		dst = append(dst, semconv.NetworkTransport("tcp"), semconv.NetworkProtocolName("http"))
	case m.pipe:
		dst = append(dst, semconv.NetworkTransport("pipe"))
	}
	return dst
}

// end ends the span of m and counts it. panicked is what the handler panicked
// with, which goes on.
func (p *peer) end(m *message, v verdict, panicked any) {
	if panicked != nil {
		v = verdict{errorType: "panic"}
		defer panic(panicked)
	}
	if m.span == nil { // what panicked did so before there was one
		m.span = trace.SpanFromContext(context.Background())
	}
	if m.span.IsRecording() {
		if v.code != "" {
			m.span.SetAttributes(semconv.RPCResponseStatusCode(v.code))
		}
		if v.errorType != "" && !m.enclose {
			m.span.SetAttributes(semconv.ErrorType(v.errorType))
			m.span.SetStatus(codes.Error, v.errorType)
		}
	}
	if !m.enclose {
		m.span.End()
	}
	m.metrics.record(m, v)
}

package mcpgospan

import (
	"context"
	"encoding/json"
	"maps"
	"time"

	"github.com/mark3labs/mcp-go/client/transport"
	"github.com/mark3labs/mcp-go/mcp"
	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/mcpwire"
	"github.com/ambit-go/ambit/semconv"
)

// params are those of a request, by name, as they go onto the wire. The library's
// are structs for old revisions and such a map for new ones.
type params map[string]json.RawMessage

// paramsOf returns a copy of v; nil if it is no JSON object.
func paramsOf(v any) params {
	p := params{}
	switch x := v.(type) {
	case nil:
		return p
	case map[string]json.RawMessage:
		maps.Copy(p, x)
		return p
	}
	body, err := json.Marshal(v)
	if err != nil || json.Unmarshal(body, &p) != nil {
		return nil
	}
	if p == nil { // JSON null
		p = params{}
	}
	return p
}

func (p params) text(key string) (s string) {
	if raw, ok := p[key]; ok {
		_ = json.Unmarshal(raw, &s) // what is no string is none
	}
	return s
}

// metadata returns the _meta of p.
func (p params) metadata() (meta map[string]any) {
	if raw, ok := p["_meta"]; ok {
		_ = json.Unmarshal(raw, &meta) // what is no object is none
	}
	return meta
}

// carry has inject write into the _meta of p. What else is in it stays as it is written.
func (p params) carry(inject func(map[string]any) map[string]any) {
	var written map[string]json.RawMessage
	if raw, ok := p["_meta"]; ok && json.Unmarshal(raw, &written) != nil {
		return // somebody else's, and not to be replaced
	}
	meta := make(map[string]any, len(written))
	for k, v := range written {
		meta[k] = v
	}
	out := inject(meta)
	if len(out) == 0 {
		return
	}
	if body, err := json.Marshal(out); err == nil {
		p["_meta"] = body
	}
}

// version is the revision of the protocol that p says it is of.
func (p params) version() string {
	var meta struct {
		Version string `json:"io.modelcontextprotocol/protocolVersion"`
	}
	_ = json.Unmarshal(p["_meta"], &meta) // what is no object has none
	return meta.Version
}

func (w *wrapped) operation(method string) mcpwire.Operation {
	op := mcpwire.Operation{Method: method, HTTP: w.http, Pipe: w.pipe, Start: time.Now()}
	if v := w.version.Load(); v != nil {
		op.Version = *v
	}
	if op.HTTP && op.Version != "" && op.Version < mcpwire.Stateless {
		op.Session = w.inner.GetSessionId()
	}
	return op
}

// SendRequest decides about what is asked of the server and sends it.
func (w *wrapped) SendRequest(ctx context.Context, req transport.JSONRPCRequest) (res *transport.JSONRPCResponse, err error) {
	op := w.operation(req.Method)
	op.ID, op.Metrics = requestID(req.ID), w.Sent
	p := paramsOf(req.Params)
	if v := p.version(); v != "" {
		op.Version = v
	}
	send := func(ctx context.Context) (*transport.JSONRPCResponse, error) {
		if p != nil {
			p.carry(func(meta map[string]any) map[string]any { return w.Inject(ctx, w.baggage, meta) })
			req.Params = p
		}
		return w.inner.SendRequest(ctx, req)
	}

	var out mcpwire.Outcome
	defer func() { w.End(&op, out, recover()) }()
	switch req.Method {
	case mcpwire.CallTool:
		res, out, err = w.call(ctx, &op, p, send)
		return res, err
	case mcpwire.ReadResource:
		op.URI = p.text("uri")
		res, out, err = w.read(ctx, &op, send)
		return res, err
	case string(mcp.MethodPromptsGet):
		op.Prompt = p.text("name")
	case string(mcp.MethodResourcesSubscribe), string(mcp.MethodResourcesUnsubscribe):
		op.URI = p.text("uri")
	}
	ctx = w.Begin(ctx, &op, trace.SpanKindClient, w.About(ctx), nil)
	res, err = send(ctx)
	out = responseOutcome(res, err, false)
	if out == (mcpwire.Outcome{}) && res != nil {
		w.learn(req.Method, res.Result)
	}
	return res, err
}

// call decides about a tool call and sends it. Inside the call of an agent that is
// this very call, the span is there and the decision taken.
func (w *wrapped) call(ctx context.Context, op *mcpwire.Operation, p params, send func(context.Context) (*transport.JSONRPCResponse, error)) (*transport.JSONRPCResponse, mcpwire.Outcome, error) {
	op.Tool = p.text("name")
	def, known := w.tools.Get(op.Tool)
	op.Known = known
	tc := agentspan.ToolCall{
		Name: op.Tool, Server: w.serverName(), Local: w.local, Arguments: p["arguments"], Annotations: def.Annotations, Definition: def.Hash,
		Since: def.Since,
	}
	if outer := w.tracer.Enclosing(ctx, tc); outer != nil {
		op.Enclose, op.Span = true, trace.SpanFromContext(ctx)
		outer.SetAttributes(append(w.Protocol(nil, op), methodCallTool)...)
		res, err := send(ctx)
		out := w.result(outer, res, err)
		if out.ErrorType != "" {
			outer.SetError(out.ErrorType)
		}
		return res, out, err
	}
	ctx = w.Begin(ctx, op, trace.SpanKindClient, nil, nil)
	gctx, span, err := w.tracer.GovernCall(ctx, tc)
	if err != nil {
		op.Span.SetAttributes(w.About(ctx)...) // the decision is on the span of the refusal, below
		return nil, mcpwire.OutcomeOf(err, 0, false), err
	}
	return w.finish(gctx, span, send)
}

// read decides about the reading of a resource and asks for it.
func (w *wrapped) read(ctx context.Context, op *mcpwire.Operation, send func(context.Context) (*transport.JSONRPCResponse, error)) (*transport.JSONRPCResponse, mcpwire.Outcome, error) {
	ctx = w.Begin(ctx, op, trace.SpanKindClient, w.About(ctx), nil)
	tc := readCall(op.URI)
	tc.Server, tc.Local = w.serverName(), w.local
	gctx, span, err := w.tracer.StartToolCall(ctx, tc)
	if err != nil {
		return nil, mcpwire.OutcomeOf(err, 0, false), err
	}
	return w.finish(gctx, span, send)
}

// finish sends what may be sent, and joins its outcome to the decision.
func (w *wrapped) finish(ctx context.Context, span *agentspan.Span, send func(context.Context) (*transport.JSONRPCResponse, error)) (res *transport.JSONRPCResponse, out mcpwire.Outcome, err error) {
	out = mcpwire.Panicked
	defer func() {
		cause := out.Cause()
		span.End(&cause)
	}()
	res, err = send(ctx)
	out = w.result(span, res, err)
	return res, out, err
}

// result says how a call ended, and hands over what came back.
func (w *wrapped) result(span *agentspan.Span, res *transport.JSONRPCResponse, err error) mcpwire.Outcome {
	out := responseOutcome(res, err, false)
	if out != (mcpwire.Outcome{}) || res == nil {
		return out
	}
	var r struct {
		IsError           bool   `json:"isError"`
		ResultType        string `json:"resultType"`
		Content           any    `json:"content"`
		Contents          any    `json:"contents"`
		StructuredContent any    `json:"structuredContent"`
	}
	err = json.Unmarshal(res.Result, &r)
	if r.IsError {
		span.SetError(mcpwire.ToolError.ErrorType)
	}
	switch {
	case err != nil:
		span.SetResult([]byte(res.Result)) // not what the protocol wants, and still what came
	case r.ResultType == string(mcp.ResultTypeInputRequired):
	default:
		span.SetResult([]any{r.Content, r.Contents, r.StructuredContent})
	}
	if r.IsError {
		return mcpwire.ToolError
	}
	return out
}

// learn reads off a result what later calls want to know of the server.
func (w *wrapped) learn(method string, body json.RawMessage) {
	var r struct {
		ProtocolVersion string     `json:"protocolVersion"`
		ServerInfo      named      `json:"serverInfo"`
		Meta            withServer `json:"_meta"`
		Tools           []wireTool `json:"tools"`
		NextCursor      string     `json:"nextCursor"`
	}
	switch method {
	case string(mcp.MethodInitialize), string(mcp.MethodServerDiscover):
		_ = json.Unmarshal(body, &r) // a member of another type is absent; the others are there
		if r.ProtocolVersion != "" {
			w.version.Store(&r.ProtocolVersion)
		}
		name := r.ServerInfo.Name
		if name == "" {
			name = r.Meta.ServerInfo.Name
		}
		name = w.tracer.Clean(name)
		w.server.Store(&name)
	case mcpwire.ListTools:
		_ = json.Unmarshal(body, &r)
		made := make(map[string]mcpwire.Definition, len(r.Tools))
		for i := range r.Tools[:min(len(r.Tools), mcpwire.MaxTools)] {
			made[r.Tools[i].Name] = r.Tools[i].definition()
		}
		w.tools.Learn(made, r.NextCursor == "")
	}
}

// methodCallTool is written onto a span that is the call already.
var methodCallTool = semconv.MCPMethodName(mcpwire.CallTool)

type named struct {
	Name string `json:"name"`
}

type withServer struct {
	ServerInfo named `json:"io.modelcontextprotocol/serverInfo"`
}

// serverName is what policies know the server by.
func (w *wrapped) serverName() string {
	if w.name != "" {
		return w.name
	}
	if s := w.server.Load(); s != nil {
		return *s
	}
	return ""
}

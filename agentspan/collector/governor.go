package collector

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/otel/trace"
	"go.uber.org/zap"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/cel"
	"github.com/ambit-go/ambit/boundary/effect/analyze"
	"github.com/ambit-go/ambit/boundary/policy"
	"github.com/ambit-go/ambit/boundary/secret"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/intent"
	"github.com/ambit-go/ambit/semconv"
)

// A governor is the processor.
type governor struct {
	cfg      *Config
	next     consumer.Traces
	log      *zap.Logger
	tracer   *agentspan.Tracer
	policy   *policy.Live // nil if there is none
	watch    sync.WaitGroup
	unwatch  context.CancelFunc
	detector secret.Detector
	metrics  *metrics
	content  []string
	keys     struct{ conversation, owner, arguments, results []string }
	traces   *memory[pcommon.TraceID, string] // the conversation that a trace belongs to
	services *memory[string, string]          // the service that a session was last seen in
}

// elsewhere finds what calls touch. They ran where the agent is, of whose disk this
// machine's knows nothing.
var elsewhere = analyze.Analyzer{Elsewhere: true}

func newGovernor(set component.TelemetrySettings, cfg *Config, next consumer.Traces) (*governor, error) {
	g := &governor{
		cfg: cfg, next: next, log: set.Logger, detector: secret.Default(), unwatch: func() {},
		traces: newMemory[pcommon.TraceID, string](2 * cfg.MaxConversations), services: newMemory[string, string](2 * cfg.MaxConversations),
	}
	g.keys.conversation = slices.Concat(cfg.ConversationKeys, conversationKeys)
	g.keys.owner = slices.Concat(cfg.OwnerKeys, ownerKeys)
	g.keys.arguments = slices.Concat(cfg.ArgumentKeys, argumentKeys)
	g.keys.results = slices.Concat(cfg.ResultKeys, resultKeys)
	g.content = slices.Concat(contentPrefixes, cfg.ArgumentKeys, cfg.ResultKeys)
	p := &provider{}
	if cfg.Summaries {
		p.send = g.summary
	}
	options := []agentspan.Option{
		agentspan.WithTracerProvider(p), agentspan.WithMeterProvider(set.MeterProvider), agentspan.WithDetector(g.detector),
		agentspan.WithAnalyzer(elsewhere),
		agentspan.WithSessionLimits(cfg.MaxConversations, cfg.MaxConversations, cfg.Idle),
	}
	if !cfg.Handles {
		options = append(options, agentspan.WithoutHandles())
	}
	if cfg.Intent {
		options = append(options, agentspan.WithClassifier(intent.Default()))
	}
	if cfg.HashKey != "" {
		key, err := identity.NewKey([]byte(cfg.HashKey))
		if err != nil {
			return nil, fmt.Errorf("hash_key: %w", err)
		}
		options = append(options, agentspan.WithHashKey(key))
	}
	if cfg.Policy != "" {
		var err error
		// The analyzer is for the policy's examples, which hold where the agent is.
		if g.policy, err = policy.Open(policy.Options{Analyzer: analyze.Default(), Elsewhere: true, When: cel.Compile}, cfg.Policy); err != nil {
			return nil, err
		}
		options = append(options, agentspan.WithChecker(boundary.Shadow(g.policy)), agentspan.WithNames(g.policy.Policy().Names()...))
	}
	var err error
	if g.metrics, err = newMetrics(set.MeterProvider); err != nil {
		return nil, err
	}
	g.tracer, err = agentspan.New(options...)
	return g, err
}

// Capabilities says that spans are written to.
func (*governor) Capabilities() consumer.Capabilities {
	return consumer.Capabilities{MutatesData: true}
}

// Start begins to follow the policy's file.
func (g *governor) Start(context.Context, component.Host) error {
	if g.policy == nil || g.cfg.Reload == 0 {
		return nil
	}
	ctx, cancel := context.WithCancel(context.Background()) // what Start is given ends with it
	g.unwatch = cancel
	g.watch.Go(func() { g.policy.Watch(ctx, g.cfg.Reload, g.reloaded) })
	return nil
}

// reloaded says what came of a look at the policy's file.
func (g *governor) reloaded(r policy.Reload) {
	g.metrics.reloaded(context.Background(), r.Err == nil)
	if r.Err != nil {
		g.log.Error("the policy did not load, and the last valid one stays", zap.String("policy", r.Policy.ID), zap.String("hash", r.Policy.Hash), zap.Error(r.Err))
		return
	}
	g.log.Info("another policy is in force", zap.String("policy", r.Policy.ID), zap.String("hash", r.Policy.Hash))
}

// task is what conversations that begin now are there for.
func (g *governor) task() agentspan.Task {
	if g.policy == nil {
		return agentspan.Task{}
	}
	p := g.policy.Policy()
	return agentspan.Task{ID: p.ID(), Purpose: p.Purpose(), Intents: p.Intents()}
}

// Shutdown sends the summaries of the conversations that are held.
func (g *governor) Shutdown(ctx context.Context) error {
	g.unwatch()
	g.watch.Wait()
	return g.tracer.Close(ctx)
}

// A work is a span that says what an agent did.
type work struct {
	span    ptrace.Span
	kind    kind
	service string
	about   *conversation
	call    made // of a tool
}

// made is what a span tells of a call.
type made struct {
	tool      string
	arguments []byte
}

// ConsumeTraces governs a batch and sends it on.
func (g *governor) ConsumeTraces(ctx context.Context, td ptrace.Traces) error {
	var list []work
	for _, rs := range td.ResourceSpans().All() {
		before := len(list)
		service := str(rs.Resource().Attributes(), "service.name")
		rs.Resource().Attributes().Remove(routeKey) // which has led here
		if slices.Contains(g.cfg.GovernedServices, service) {
			continue
		}
		n := forged(rs.Resource().Attributes())
		dir := str(rs.Resource().Attributes(), "process.working_directory")
		for _, ss := range rs.ScopeSpans().All() {
			n += forged(ss.Scope().Attributes())
			for _, s := range ss.Spans().All() {
				n += forgedSpan(s)
				if k := kindOf(s); k != other {
					list = append(list, work{span: s, kind: k, service: service, about: &conversation{dir: dir, traces: s.TraceID()}})
				}
			}
		}
		g.metrics.forged(ctx, n)
		if len(list) > before && g.cfg.Content != keep { // an agent's command line is in there, too
			g.metrics.redacted.Add(ctx, int64(g.redactAll(rs.Resource().Attributes())))
			for _, ss := range rs.ScopeSpans().All() {
				g.metrics.redacted.Add(ctx, int64(g.redactAll(ss.Scope().Attributes())))
			}
		}
	}
	above := g.belong(list, td)
	slices.SortStableFunc(list, func(a, b work) int {
		// What began at the same time began above first.
		return cmp.Or(cmp.Compare(a.span.StartTimestamp(), b.span.StartTimestamp()), cmp.Compare(b.span.EndTimestamp(), a.span.EndTimestamp()))
	})
	seen := map[spanKey]made{} // calls of this batch
	for i := range list {
		g.govern(ctx, &list[i], seen, above)
	}
	return g.next.ConsumeTraces(ctx, td)
}

// A spanKey is where a span stands.
type spanKey struct {
	trace pcommon.TraceID
	span  pcommon.SpanID
}

func keyOf(s ptrace.Span) spanKey { return spanKey{s.TraceID(), s.SpanID()} }

// belong finds the conversation of each span: its own word, that of a span above it
// in the batch, or what an earlier batch said of its trace. What any span says of a
// conversation holds for all of it. It returns each span's parent in the batch.
func (g *governor) belong(list []work, td ptrace.Traces) (up map[spanKey]pcommon.SpanID) {
	if len(list) == 0 {
		return nil
	}
	named := map[spanKey]string{}
	up = make(map[spanKey]pcommon.SpanID, td.SpanCount())
	for _, rs := range td.ResourceSpans().All() {
		for _, ss := range rs.ScopeSpans().All() {
			for _, s := range ss.Spans().All() {
				k := keyOf(s)
				up[k] = s.ParentSpanID()
				if id := first(s.Attributes(), g.keys.conversation); id != "" {
					named[k] = id
					g.traces.set(s.TraceID(), id)
				}
			}
		}
	}
	all := map[string]*conversation{}
	for i := range list {
		w := &list[i]
		k := keyOf(w.span)
		for range maxDepth {
			if id := named[k]; id != "" {
				w.about.id = id
				break
			}
			parent, ok := up[k]
			if !ok || parent.IsEmpty() {
				break
			}
			k.span = parent
		}
		if w.about.id == "" {
			w.about.id, _ = g.traces.get(w.span.TraceID())
		}
		c := all[w.about.session()]
		if c == nil {
			c = w.about
			all[c.session()] = c
		}
		a := w.span.Attributes()
		c.owner, c.agent, c.dir = cmp.Or(c.owner, first(a, g.keys.owner)), cmp.Or(c.agent, first(a, agentKeys)), cmp.Or(c.dir, w.about.dir)
		w.about = c
	}
	return up
}

// govern writes onto one span.
func (g *governor) govern(ctx context.Context, w *work, seen map[spanKey]made, above map[spanKey]pcommon.SpanID) {
	// Telemetry must not end the process that carries it: what cannot be governed
	// passes without its content.
	defer func() {
		if recover() == nil {
			return
		}
		g.metrics.failed(ctx)
		g.log.Error("a span could not be governed", zap.String("trace", w.span.TraceID().String()))
		if g.cfg.Content != keep {
			g.without(w.span)
		}
	}()
	ctx = agentspan.ContextWithSession(ctx, g.session(w))
	g.services.set(w.about.session(), w.service)
	if w.kind == tool {
		w.call = made{toolName(w.span), g.argumentsOf(w.span.Attributes())}
	}
	switch {
	case w.kind == turn:
		g.turn(ctx, w)
	case w.kind == tool && !again(w.span, w.call, seen, above):
		g.call(ctx, w)
	default:
		g.stamp(ctx, w.span)
	}
	if w.kind == tool {
		seen[keyOf(w.span)] = w.call
	}
	g.metrics.span(ctx, w.kind, w.about.id != "", g.contents(w.span))
}

// again reports whether a call is one that a span above it in the batch has told of:
// a client's span inside a framework's. A tool that calls itself with other arguments
// makes another call.
func again(s ptrace.Span, call made, seen map[spanKey]made, above map[spanKey]pcommon.SpanID) bool {
	k := spanKey{s.TraceID(), s.ParentSpanID()}
	for range maxDepth {
		if outer, ok := seen[k]; ok {
			return outer.tool == call.tool && sameJSON(outer.arguments, call.arguments)
		}
		var ok bool
		if k.span, ok = above[k]; !ok {
			return false
		}
	}
	return false
}

// sameJSON reports whether two texts say the same to every reader, or one of them says nothing.
func sameJSON(a, b []byte) bool {
	if len(a) == 0 || len(b) == 0 || bytes.Equal(a, b) {
		return true
	}
	if !json.Valid(a) || !json.Valid(b) {
		return false
	}
	x, xOK := readJSON(exact(a))
	y, yOK := readJSON(exact(b))
	return xOK && yOK && reflect.DeepEqual(x, y)
}

// exact decodes numbers as they are written.
func exact(b []byte) *json.Decoder {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	return d
}

// readJSON reads a value of valid JSON, which is not nested without end. An object that
// has a name twice is another one to every reader, and so none.
func readJSON(d *json.Decoder) (any, bool) {
	t, err := d.Token()
	if err != nil {
		return nil, false
	}
	switch t {
	case json.Delim('{'):
		members := map[string]any{}
		for d.More() {
			name, _ := d.Token()
			key, _ := name.(string)
			_, twice := members[key]
			v, ok := readJSON(d)
			if twice || !ok {
				return nil, false
			}
			members[key] = v
		}
		_, err = d.Token()
		return members, err == nil
	case json.Delim('['):
		elements := []any{}
		for d.More() {
			v, ok := readJSON(d)
			if !ok {
				return nil, false
			}
			elements = append(elements, v)
		}
		_, err = d.Token()
		return elements, err == nil
	}
	return t, true
}

// session is what spans say of a conversation, which proves nothing.
func (g *governor) session(w *work) agentspan.Session {
	c := w.about
	s := agentspan.Session{
		ID: c.session(), Claimed: true, ConversationID: c.id, Agent: cmp.Or(c.agent, w.service), Task: g.task(),
		Dir: c.dir, Root: c.dir, Start: w.span.StartTimestamp().AsTime(),
	}
	if c.owner != "" {
		s.Owner = identity.Principal{Kind: identity.Human, ID: c.owner, Assurance: identity.Asserted}
	}
	if s.Agent != "" {
		s.Actor = identity.Principal{Kind: identity.Agent, ID: "agent:" + s.Agent, Assurance: identity.Asserted}
	}
	return s
}

// turn writes onto an agent's span whose it is, and hears its prompt.
func (g *governor) turn(ctx context.Context, w *work) {
	a := w.span.Attributes()
	_, t := g.tracer.StartTurn(onto(ctx, newSpan(w.span)), agentspan.Turn{
		Prompt: promptOf(a), Model: str(a, "gen_ai.request.model"), Start: w.span.StartTimestamp().AsTime(),
	})
	t.EndAt(w.span.EndTimestamp().AsTime(), nil)
}

// call judges a tool call that was made.
func (g *governor) call(ctx context.Context, w *work) {
	a := w.span.Attributes()
	to := newSpan(w.span)
	call := agentspan.ToolCall{
		Name: w.call.tool, ID: first(a, callKeys), Server: serverOf(a), Arguments: w.call.arguments, Start: w.span.StartTimestamp().AsTime(),
	}
	result := first(a, g.keys.results)
	ctx, done, err := g.tracer.GovernCall(trace.ContextWithSpan(ctx, to), call)
	if err != nil { // a shadowed policy refuses nothing; what does is the tracer, when it is closed
		g.stamp(ctx, w.span)
		return
	}
	if result != "" {
		done.SetResult(result)
	}
	var failed error
	if w.span.Status().Code() == ptrace.StatusCodeError || str(a, "error.type") != "" {
		failed = failure(cmp.Or(str(a, "error.type"), "_OTHER"))
	}
	done.EndAt(w.span.EndTimestamp().AsTime(), &failed)
}

// failure is a tool's own, by the type that its span gives.
type failure string

func (failure) Error() string       { return "the tool failed" }
func (f failure) ErrorType() string { return string(f) }

// serverOf names the MCP server of a call, where something does.
func serverOf(a pcommon.Map) string {
	if str(a, "mcp.method.name") == "" {
		return ""
	}
	return cmp.Or(str(a, "mcp.server.name"), str(a, "server.address"))
}

// stamp writes whose a span is.
func (g *governor) stamp(ctx context.Context, s ptrace.Span) {
	to := newSpan(s)
	to.whose = true
	g.tracer.StartModelCall(onto(ctx, to), agentspan.ModelCall{}) // which has ended
}

// summary sends on the span that sums up a conversation.
func (g *governor) summary(td ptrace.Traces) {
	rs := td.ResourceSpans().At(0)
	a := rs.ScopeSpans().At(0).Spans().At(0).Attributes()
	if service, ok := g.services.get(str(a, string(semconv.AmbitSessionIDKey))); ok && service != "" {
		rs.Resource().Attributes().PutStr("service.name", service)
	}
	if err := g.next.ConsumeTraces(context.Background(), td); err != nil {
		g.log.Warn("a conversation's summary was not taken", zap.Error(err))
	}
}

package agentspan

import (
	"context"
	"hash/maphash"
	"reflect"
	"strings"
	"time"
	"unsafe"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/secret"
	"github.com/ambit-go/ambit/intent"
	"github.com/ambit-go/ambit/semconv"
)

// takeResult looks at what a tool returned. The call is borrowed: whoever is told of
// what is found may use the span.
func (c *call) takeResult(s *Span, result any) {
	var body []byte
	switch v := result.(type) {
	case nil:
	case string:
		body = readOnly(v)
	case *string:
		if v != nil {
			body = readOnly(*v)
		}
	case []byte:
		body = v
	default:
		in := reader{left: maxValues}
		in.read(reflect.ValueOf(v), 0)
		body = in.text
	}
	var found []secret.Finding
	if len(body) > 0 {
		found = c.tracer.detect(nil, body, secret.Result)
	}
	s.mu.Lock()
	c.result, c.size, c.found = true, int64(len(body)), found
	failed := c.isError != ""
	s.mu.Unlock()
	st := c.state
	if st == nil || result == nil {
		return
	}
	if len(found) > 0 {
		st.labels.set(labelSecret)
		st.mu.Lock()
		st.tally.reachSecrets(body, found)
		st.mu.Unlock()
	}
	if st.checker != nil {
		boundary.Hear(st.checker, boundary.Heard{Tool: c.noun.Name, Server: c.noun.Server, Text: body})
	}
	before, now, _ := st.think(c.ctx, 0, &intent.Action{
		Time: c.time(), Role: intent.Output, Tool: c.noun.Name, Server: c.noun.Server, Text: text(body[:min(len(body), maxScan)]),
		Findings: found, Failed: failed,
	})
	in := c.scene(c.ctx, c.span)
	in.turned(c.name, before, &now)
	if c.tracer.content&Results != 0 {
		if s := c.tracer.contentText(Results, string(body[:min(len(body), maxScan)])); s != "" {
			in.writeContent(semconv.GenAIToolCallResultKey.String(s))
		}
	}
}

// text is b as a string, for readers who must not keep it.
func text(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) } //nolint:gosec // nobody who gets it may keep it

// A reader gathers the strings in a value, one a line, without calling any of its
// methods: to a depth of 16, from maxValues values, and to maxScan bytes. A value
// that refers to itself has more paths than anybody can follow. Fields that are not
// exported are left alone: a response or a client has locks there, and goroutines
// that write behind them, and a map that is read meanwhile ends the program.
type reader struct {
	text []byte
	left int // values that may still be looked at
}

func (r *reader) read(v reflect.Value, depth int) {
	if r.left--; depth > 16 || r.left < 0 || len(r.text) >= maxScan {
		return
	}
	switch v.Kind() {
	case reflect.String:
		r.text = append(append(r.text, cut(v.String(), maxScan-len(r.text))...), '\n')
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			r.read(v.Elem(), depth+1)
		}
	case reflect.Struct:
		for field, f := range v.Fields() {
			if field.IsExported() || field.Anonymous && f.Kind() == reflect.Struct {
				r.read(f, depth+1)
			}
		}
	case reflect.Slice, reflect.Array:
		if v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8 {
			b := v.Bytes()
			r.text = append(append(r.text, b[:min(len(b), maxScan-len(r.text))]...), '\n')
			return
		}
		switch v.Type().Elem().Kind() {
		case reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8,
			reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Float32, reflect.Float64:
			return // no strings, however many there are
		}
		for i := 0; i < min(v.Len(), maxElements) && r.left > 0; i++ {
			r.read(v.Index(i), depth+1)
		}
	case reflect.Map:
		for n, it := 0, v.MapRange(); n < maxElements && r.left > 0 && it.Next(); n++ {
			r.read(it.Key(), depth+1)
			r.read(it.Value(), depth+1)
		}
	default:
	}
}

// maxValues bounds the values of one result that are looked at.
const maxValues = 200_000

// maxElements bounds the elements of one list or map that are looked at.
const maxElements = 10_000

// finish joins a call's outcome to its decision, and gives the call back.
func (c *call) finish(s *Span, at time.Time, cause error) {
	defer c.free()
	t, st := c.tracer, c.state
	errType := c.isError
	if cause != nil {
		errType = t.word(errorType(cause))
	}
	c.after(s, errType)
	if st != nil {
		st.settle(c, errType)
	}
	if c.watcher != nil {
		c.watch(boundary.Outcome{
			Ran: true, Failed: errType != "", ErrorType: errType, Bytes: c.size, Duration: c.took(at), Findings: c.found,
		})
	}
	if !c.adopted && t.metrics.enabled(c.ctx) {
		t.metrics.toolDone(c.ctx, c.name, c.state.agent(), errType, c.took(at))
	}
	s.finishSpan(at)
}

// took is how long the tool ran, waiting for an approval not included.
func (c *call) took(at time.Time) time.Duration {
	if !at.IsZero() && !c.noun.Start.IsZero() {
		return at.Sub(c.noun.Start)
	}
	return time.Since(c.begin) - c.approvalTime
}

// after writes what is only known once the tool has run. A call that went well
// and returned nothing remarkable adds nothing.
func (c *call) after(s *Span, errType string) {
	t := c.tracer
	attrs, written := c.attrs, len(c.attrs)
	if errType != "" && s.owned { // a framework's span gets its error, and its status, from the framework
		attrs = append(attrs, semconv.ErrorType(errType))
	}
	if c.size >= 0 {
		attrs = append(attrs, semconv.AmbitCallResultSize(int(c.size)))
	}
	if len(c.found) > 0 {
		attrs = append(attrs, semconv.AmbitSecretFound(true), semconv.AmbitSecretKind(t.word(c.found[0].Kind)))
		in := c.scene(c.ctx, s.span)
		for i := range c.found[:min(len(c.found), maxTold)] {
			in.emit(semconv.EventAmbitSecretAccessed,
				semconv.AmbitSecretKind(t.word(c.found[i].Kind)), semconv.AmbitSecretPlace(c.found[i].Place.String()))
			if t.metrics.enabled(c.ctx) {
				t.metrics.count(c.ctx, t.metrics.secrets, 1, setKey{kind: setSecret, a: t.code(c.found[i].Kind)})
			}
		}
		in.signal(Signal{Kind: SignalSecretAccessed, Tool: c.name})
	}
	if c.argumentsHash() != c.argsHash {
		c.scene(c.ctx, s.span).signal(Signal{Kind: SignalArgumentsChanged, Tool: c.name})
	}
	c.attrs = attrs
	if len(attrs) == written || s.span == nil || !s.span.IsRecording() {
		return
	}
	s.span.SetAttributes(attrs[written:]...)
	if errType != "" && s.owned {
		setError(s.span, errType)
	}
}

// argumentsHash is a hash of the arguments as they are now.
func (c *call) argumentsHash() uint64 {
	if len(c.noun.Arguments) == 0 {
		return 0
	}
	return maphash.Bytes(tallySeed, c.noun.Arguments)
}

// settle takes a call out of those in flight. A call that went well and handed
// over no result tells the classifier nothing it does not know.
func (s *state) settle(c *call, errType string) {
	if !c.result && errType != "" {
		before, now, _ := s.think(c.ctx, 0, &intent.Action{
			Time: c.time(), Role: intent.Output, Tool: c.noun.Name, Server: c.noun.Server, Failed: true,
		})
		c.scene(c.ctx, c.span).turned(c.name, before, &now)
	}
	s.inFlight.Add(-1)
}

// watch tells the checker what became of a call.
func (c *call) watch(o boundary.Outcome) {
	if c.watcher != nil {
		var req boundary.Request
		c.request(&req)
		boundary.Observe(c.watcher, req, c.decision, o)
	}
}

// Enclosing returns the span of the call that ctx belongs to, if that is tc, seen
// again: of the same tool with the same arguments, let through by t. Integrations
// that would make a span of their own for tc write onto that one instead. It
// counts once: a second call inside is a call of its own. Nil if there is none.
func (t *Tracer) Enclosing(ctx context.Context, tc ToolCall) *Span {
	if t.off() || !covered(ctx, t, &tc) {
		return nil
	}
	return SpanFromContext(ctx)
}

// covered reports whether ctx is that of a call, under way and let through by t,
// of the same tool with the same arguments in the same session: then this is the
// same call, seen again by an instrumented client inside. That counts once. Who
// named a server outside meant that one. A credential that the outer call did not
// name, or a definition of the tool that is not the session's, was not decided about.
func covered(ctx context.Context, t *Tracer, tc *ToolCall) (yes bool) {
	s := SpanFromContext(ctx)
	if s == nil || s.tracer != t {
		return false
	}
	st := t.sessionState(ctx)
	s.withCall(func(c *call) {
		if c.state != st || c.noun.Server != "" && c.noun.Server != tc.Server {
			return
		}
		if c.claimed || c.noun.Name != tc.Name && c.noun.Name != "mcp__"+tc.Server+"__"+tc.Name {
			return
		}
		if c.argumentsHash() != c.argsHash || !sameJSON(c.noun.Arguments, tc.Arguments) {
			return
		}
		if tc.Use != nil && !reflect.DeepEqual(c.acting(), tc.Use) || c.redefined(tc) {
			return
		}
		c.claimed, yes = true, true
	})
	return yes
}

// redefined reports whether tc, met inside c, has another definition than c, or than
// the session knows if c has none.
func (c *call) redefined(tc *ToolCall) bool {
	switch {
	case tc.Definition == "" && tc.Since.IsZero():
		return false
	case c.noun.Definition != "" && (tc.Since.IsZero() || tc.Since.Equal(c.noun.Since)):
		return c.noun.Definition != tc.Definition
	case c.state == nil:
		return false // there is nothing to have drifted from
	}
	c.state.mu.Lock()
	defer c.state.mu.Unlock()
	return c.state.pin(tc)
}

// secretPlace splits the target of a secret effect into what it is and where.
func secretPlace(target string) (kind, place string) {
	kind, _, _ = strings.Cut(target, ":")
	switch kind {
	case "file":
		return "file", secret.Path.String()
	case "env":
		return "env", secret.EnvName.String()
	case "metadata":
		return "metadata", secret.Host.String()
	case "":
		return "unknown", secret.Anywhere.String()
	}
	return kind, secret.Anywhere.String()
}

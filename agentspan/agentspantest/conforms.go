package agentspantest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/boundary/secret"
	"github.com/ambit-go/ambit/semconv"
)

// A Violation is one rule that one span breaks.
type Violation struct {
	Span   string // the span's name
	Rule   string // the rule's name: one of those in [Rules]
	Detail string
}

// Error says which span breaks which rule.
func (v *Violation) Error() string { return fmt.Sprintf("span %q: %s: %s", v.Span, v.Rule, v.Detail) }

// Conforms reports what spans do against the conventions, as [*Violation] errors
// joined; nil if they keep them all.
func Conforms(spans []sdktrace.ReadOnlySpan) error {
	index := map[trace.SpanID]*span{}
	all := make([]*span, len(spans))
	for i, s := range spans {
		all[i] = look(s)
		index[s.SpanContext().SpanID()] = all[i]
	}
	var errs []error
	for _, s := range all {
		s.parent = index[s.Parent().SpanID()]
		for _, r := range rules {
			for _, detail := range r.check(s) {
				errs = append(errs, &Violation{Span: s.Name(), Rule: r.name, Detail: detail})
			}
		}
	}
	return errors.Join(errs...)
}

// Rules returns the names of the rules and what each demands.
func Rules() map[string]string {
	m := make(map[string]string, len(rules))
	for _, r := range rules {
		m[r.name] = r.demand
	}
	return m
}

// A span is a span with its attributes by key.
type span struct {
	sdktrace.ReadOnlySpan
	attrs  map[attribute.Key]attribute.Value
	parent *span // nil if it is not among the spans
}

func look(s sdktrace.ReadOnlySpan) *span {
	v := &span{ReadOnlySpan: s, attrs: map[attribute.Key]attribute.Value{}}
	for _, kv := range s.Attributes() {
		v.attrs[kv.Key] = kv.Value
	}
	return v
}

func (s *span) text(k attribute.Key) string { return s.attrs[k].AsString() }
func (s *span) has(k attribute.Key) bool    { _, ok := s.attrs[k]; return ok }
func (s *span) op() string                  { return s.text(semconv.GenAIOperationNameKey) }
func (s *span) method() string              { return s.text(semconv.MCPMethodNameKey) }
func (s *span) refused() bool               { return strings.HasPrefix(s.Name(), "refuse_tool") }
func (s *span) ours() bool                  { return s.InstrumentationScope().Name == agentspan.ScopeName }

// genAI reports whether the GenAI or MCP conventions have a say about s.
func (s *span) genAI() bool { return s.op() != "" || s.method() != "" }

type rule struct {
	name, demand string
	check        func(*span) []string // what is wrong; nil if nothing is
}

// The rules, each with the text that demands it. "GenAI" and "MCP" are the
// conventions at the revision pinned in semconv/model/manifest.yaml; the checks
// follow open-telemetry/semantic-conventions-conformance (August 2026).
var rules = []rule{
	{"operation-name", "gen_ai.operation.name is one of the documented values (GenAI, conformance policies)", checkOperation},
	{"span-name", "the name is the operation or method, alone or with its target (GenAI spans; MCP spans)", checkName},
	{"span-kind", "the kind is one the operation allows (GenAI spans; MCP spans)", checkKind},
	{"required", "required attributes are there (GenAI spans; MCP spans; registry)", checkRequired},
	{"status", "never Ok; Error if and only if error.type is set (core, recording errors)", checkStatus},
	{"declared", "keys of ours, of gen_ai and of mcp are declared, with the declared type and value (registry)", checkDeclared},
	{"value", "values of ours are scalars of at most 1 KiB; all strings are valid UTF-8 (Tempo's limits; OTLP)", checkValues},
	{"refusal", "a refused call is no executed one: no operation, an outcome that refuses, a reason, an error", checkRefusal},
	{"denied-ran", "a call that was denied and enforced has no execute_tool span", checkDenied},
	{"doubled", "one call has one span: none of the same tool and call id under another (MCP, duplicate spans)", checkDoubled},
	{"conversation", "gen_ai.conversation.id is not made up from the trace id (GenAI)", checkConversation},
	{"schema-url", "spans of ours carry the schema URL", checkSchema},
	{"mcp-operation", "gen_ai.operation.name on an MCP span is execute_tool, on tools/call alone (MCP)", checkMCPOperation},
	{"event", "events of ours are declared, and so are their attributes (registry)", checkEvents},
	{"content", "messages are JSON of the conventions' form: a list of role and parts, each with its type (GenAI, message schemas)", checkContent},
	{"secret", "no string looks like a secret", checkSecrets},
}

func one(bad bool, format string, args ...any) []string {
	if !bad {
		return nil
	}
	return []string{fmt.Sprintf(format, args...)}
}

var operations = map[string][]trace.SpanKind{
	"chat":                {trace.SpanKindClient, trace.SpanKindInternal},
	"generate_content":    {trace.SpanKindClient, trace.SpanKindInternal},
	"text_completion":     {trace.SpanKindClient, trace.SpanKindInternal},
	"embeddings":          {trace.SpanKindClient},
	"retrieval":           {trace.SpanKindClient},
	"fetch_response":      {trace.SpanKindClient},
	"create_agent":        {trace.SpanKindClient},
	"invoke_agent":        {trace.SpanKindClient, trace.SpanKindInternal},
	"execute_tool":        {trace.SpanKindInternal, trace.SpanKindClient, trace.SpanKindServer},
	"invoke_workflow":     {trace.SpanKindInternal},
	"plan":                {trace.SpanKindInternal},
	"search_memory":       {trace.SpanKindClient, trace.SpanKindInternal},
	"create_memory":       {trace.SpanKindClient, trace.SpanKindInternal},
	"update_memory":       {trace.SpanKindClient, trace.SpanKindInternal},
	"upsert_memory":       {trace.SpanKindClient, trace.SpanKindInternal},
	"delete_memory":       {trace.SpanKindClient, trace.SpanKindInternal},
	"create_memory_store": {trace.SpanKindClient, trace.SpanKindInternal},
	"delete_memory_store": {trace.SpanKindClient, trace.SpanKindInternal},
}

func checkOperation(s *span) []string {
	if !s.has(semconv.GenAIOperationNameKey) {
		return nil
	}
	_, ok := operations[s.op()]
	return one(!ok, "%q is not documented", s.op())
}

// targets are the keys one of which may follow the operation in a span's name.
var targets = map[string][]attribute.Key{
	"execute_tool":    {semconv.GenAIToolNameKey},
	"invoke_agent":    {semconv.GenAIAgentNameKey},
	"create_agent":    {semconv.GenAIAgentNameKey},
	"plan":            {semconv.GenAIAgentNameKey},
	"invoke_workflow": {"gen_ai.workflow.name"},
	"retrieval":       {"gen_ai.data_source.id"},
}

func checkName(s *span) []string {
	head, keys := s.op(), targets[s.op()]
	switch {
	case s.method() != "":
		head, keys = s.method(), []attribute.Key{semconv.GenAIToolNameKey, semconv.GenAIPromptNameKey, semconv.MCPResourceURIKey}
	case s.refused():
		head, keys = "refuse_tool", []attribute.Key{semconv.GenAIToolNameKey}
	case head == "":
		return nil
	case keys == nil:
		keys = []attribute.Key{semconv.GenAIRequestModelKey}
	}
	if s.Name() == head {
		return nil
	}
	rest, ok := strings.CutPrefix(s.Name(), head+" ")
	if !ok {
		return one(true, "does not begin with %q", head)
	}
	for _, k := range keys {
		// Refinements append further words to the target ("execute_tool Bash git").
		if t := s.text(k); t != "" && (rest == t || strings.HasPrefix(rest, t+" ")) {
			return nil
		}
	}
	return one(true, "%q is not what %v says", rest, keys)
}

func checkKind(s *span) []string {
	if s.method() != "" {
		k := s.SpanKind()
		return one(k != trace.SpanKindClient && k != trace.SpanKindServer, "%v, want client or server", k)
	}
	kinds, ok := operations[s.op()]
	if s.op() == "execute_tool" {
		kinds = []trace.SpanKind{trace.SpanKindInternal}
	}
	return one(ok && !slices.Contains(kinds, s.SpanKind()), "%v, want one of %v", s.SpanKind(), kinds)
}

func checkRequired(s *span) (bad []string) {
	want := func(keys ...attribute.Key) {
		for _, k := range keys {
			bad = append(bad, one(!s.has(k), "%s is missing", k)...)
		}
	}
	switch s.op() {
	case "execute_tool":
		want(semconv.GenAIToolNameKey)
	case "chat", "generate_content", "text_completion", "embeddings", "create_agent":
		want(semconv.GenAIProviderNameKey)
	case "invoke_agent":
		if s.SpanKind() == trace.SpanKindClient {
			want(semconv.GenAIProviderNameKey)
		}
	}
	if !s.ours() {
		return bad
	}
	for _, declared := range semconv.Spans() {
		if declared.Prefix != "" && (s.Name() == declared.Prefix || strings.HasPrefix(s.Name(), declared.Prefix+" ")) {
			want(declared.Required...)
		}
	}
	slices.Sort(bad)
	return slices.Compact(bad)
}

func checkStatus(s *span) []string {
	if !s.genAI() && !s.ours() {
		return nil
	}
	code, failed := s.Status().Code, s.text(semconv.ErrorTypeKey) != ""
	switch {
	case code == codes.Ok:
		return one(true, "Ok")
	case code == codes.Error && !failed:
		return one(true, "Error without error.type")
	case code != codes.Error && failed:
		return one(true, "error.type %q without Error", s.text(semconv.ErrorTypeKey))
	}
	return nil
}

// governed reports whether key is in a namespace that the registry speaks for.
// Other SDKs write gen_ai.* and mcp.* keys that we do not use: those are theirs.
func (s *span) governed(k attribute.Key) bool {
	return strings.HasPrefix(string(k), "ambit.") ||
		s.ours() && (strings.HasPrefix(string(k), "gen_ai.") || strings.HasPrefix(string(k), "mcp."))
}

func checkDeclared(s *span) (bad []string) {
	for k, v := range s.attrs {
		if !s.governed(k) {
			continue
		}
		if err := semconv.Validate(attribute.KeyValue{Key: k, Value: v}); err != nil {
			bad = append(bad, err.Error())
		}
	}
	slices.Sort(bad)
	return bad
}

// maxFact is the largest value of ours, in bytes.
const maxFact = 1024

func checkValues(s *span) (bad []string) {
	for k, v := range s.attrs {
		bad = append(bad, valueFaults(k, v)...)
	}
	for _, e := range s.Events() {
		for _, kv := range e.Attributes {
			bad = append(bad, valueFaults(kv.Key, kv.Value)...)
		}
	}
	bad = append(bad, one(!utf8.ValidString(s.Name()), "the name is not UTF-8")...)
	bad = append(bad, one(!utf8.ValidString(s.Status().Description), "the status is not UTF-8")...)
	slices.Sort(bad)
	return bad
}

func valueFaults(k attribute.Key, v attribute.Value) (bad []string) {
	if v.Type() == attribute.STRING && !utf8.ValidString(v.AsString()) {
		bad = append(bad, string(k)+" is not UTF-8")
	}
	if !strings.HasPrefix(string(k), "ambit.") {
		return bad
	}
	switch v.Type() {
	case attribute.BOOL, attribute.INT64, attribute.FLOAT64:
	case attribute.STRING:
		bad = append(bad, one(len(v.AsString()) > maxFact, "%s has %d bytes", k, len(v.AsString()))...)
	default:
		bad = append(bad, string(k)+" is no scalar")
	}
	return bad
}

func checkRefusal(s *span) (bad []string) {
	if !s.refused() {
		return nil
	}
	outcome := s.text(semconv.AmbitDecisionOutcomeKey)
	bad = append(bad, one(s.has(semconv.GenAIOperationNameKey), "has gen_ai.operation.name")...)
	bad = append(bad, one(outcome != "deny" && outcome != "require_approval", "outcome is %q", outcome)...)
	bad = append(bad, one(!s.has(semconv.AmbitDecisionReasonKey), "no reason")...)
	bad = append(bad, one(s.attrs[semconv.AmbitCallRanKey].AsBool(), "says that the call ran")...)
	return append(bad, one(s.Status().Code != codes.Error, "status is not Error")...)
}

func checkDenied(s *span) []string {
	outcome := s.text(semconv.AmbitDecisionOutcomeKey)
	denied := outcome == "deny" || outcome == "require_approval"
	return one(s.op() == "execute_tool" && s.method() == "" && denied, "outcome is %q", outcome)
}

func checkDoubled(s *span) []string {
	if s.op() != "execute_tool" || s.SpanKind() == trace.SpanKindServer {
		return nil
	}
	name, id := s.text(semconv.GenAIToolNameKey), s.text(semconv.GenAIToolCallIDKey)
	for p := s.parent; p != nil; p = p.parent {
		if p.op() != "execute_tool" || p.text(semconv.GenAIToolNameKey) != name {
			continue
		}
		if pid := p.text(semconv.GenAIToolCallIDKey); pid == id && (id != "" || p == s.parent) {
			return one(true, "a span of the same call is above it")
		}
	}
	return nil
}

func checkConversation(s *span) []string {
	id := s.text(semconv.GenAIConversationIDKey)
	return one(id != "" && strings.EqualFold(strings.ReplaceAll(id, "-", ""), s.SpanContext().TraceID().String()), "is the trace id")
}

func checkSchema(s *span) []string {
	return one(s.ours() && s.InstrumentationScope().SchemaURL != semconv.SchemaURL, "%q", s.InstrumentationScope().SchemaURL)
}

func checkMCPOperation(s *span) []string {
	if s.method() == "" || !s.has(semconv.GenAIOperationNameKey) {
		return nil
	}
	return one(s.method() != "tools/call" || s.op() != "execute_tool", "%q on %q", s.op(), s.method())
}

// events are the declared events of ours.
var events = []string{
	semconv.EventAmbitApprovalResolved, semconv.EventAmbitBoundaryCrossed, semconv.EventAmbitIdentitySwitched,
	semconv.EventAmbitIdentityUsed, semconv.EventAmbitIntentChanged, semconv.EventAmbitIntentDrifted,
	semconv.EventAmbitSecretAccessed, semconv.EventAmbitSignalRaised,
}

func checkEvents(s *span) (bad []string) {
	for _, e := range s.Events() {
		if !strings.HasPrefix(e.Name, "ambit.") {
			continue
		}
		bad = append(bad, one(!slices.Contains(events, e.Name), "%q is not declared", e.Name)...)
		for _, kv := range e.Attributes {
			if err := semconv.Validate(kv); err != nil {
				bad = append(bad, e.Name+": "+err.Error())
			}
		}
	}
	return bad
}

// checkContent looks at the form of messages that are written as JSON text. What
// stands in them is not told.
func checkContent(s *span) (bad []string) {
	for _, k := range []attribute.Key{semconv.GenAIInputMessagesKey, "gen_ai.output.messages"} {
		v, ok := s.attrs[k]
		if !ok || v.Type() != attribute.STRING {
			continue
		}
		var messages []struct {
			Role  string `json:"role"`
			Parts []struct {
				Type string `json:"type"`
			} `json:"parts"`
		}
		if json.Unmarshal([]byte(v.AsString()), &messages) != nil {
			bad = append(bad, string(k)+" is no list of messages")
			continue
		}
		for _, m := range messages {
			bad = append(bad, one(m.Role == "" || m.Parts == nil, "%s: a message without role or parts", k)...)
			for _, p := range m.Parts {
				bad = append(bad, one(p.Type == "", "%s: a part without type", k)...)
			}
		}
	}
	return bad
}

func checkSecrets(s *span) (bad []string) {
	d := secret.Default()
	suspect := func(where string, key attribute.Key, text string) {
		for _, f := range d.Detect(nil, []byte(text), secret.Result) {
			if !isHandle(key, f) {
				bad = append(bad, where)
				return
			}
		}
	}
	suspect("the name", "", s.Name())
	suspect("the status", "", s.Status().Description)
	for k, v := range s.attrs {
		suspect(string(k), k, v.String())
	}
	for _, e := range s.Events() {
		for _, kv := range e.Attributes {
			suspect(e.Name+" "+string(kv.Key), kv.Key, kv.Value.String())
		}
	}
	slices.Sort(bad)
	return bad
}

// isHandle reports whether what looks like a secret is where the handle of a
// credential stands, and is what AWS itself prints there: the id of an access key.
func isHandle(key attribute.Key, f secret.Finding) bool {
	switch key {
	case semconv.AmbitCredentialHandleKey, semconv.AmbitIdentityIDKey, semconv.AmbitIdentityPreviousIDKey:
		return f.Kind == "aws-access-key-id" || f.Kind == "aws-temporary-access-key-id"
	}
	return false
}

package collector

// What spans say, in the words of those who make them.

import (
	"cmp"
	"encoding/json"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// A kind is what a span is about.
type kind uint8

const (
	other  kind = iota
	turn        // an agent at work, from a prompt to an answer
	model       // a call of a model
	tool        // a call of a tool
	server      // the same call as its MCP server sees it
	kinds
)

var kindNames = [kinds]string{"other", "turn", "model", "tool", "server"}

// Keys that spans are read by. OpenTelemetry's come first, then those of
// OpenInference, OpenLLMetry and the Vercel AI SDK.
var (
	conversationKeys = []string{
		"gen_ai.conversation.id", "session.id", "traceloop.association.properties.session_id", "traceloop.association.properties.conversation_id",
		"traceloop.association.properties.thread_id", "traceloop.association.properties.chat_id",
		"ai.telemetry.metadata.sessionId", "ai.telemetry.metadata.conversationId", "ai.telemetry.metadata.threadId",
	}
	ownerKeys    = []string{"user.id", "enduser.id", "traceloop.association.properties.user_id", "ai.telemetry.metadata.userId"}
	agentKeys    = []string{"gen_ai.agent.name", "agent.name", "traceloop.workflow.name", "ai.telemetry.functionId"}
	toolKeys     = []string{"gen_ai.tool.name", "tool.name", "tool_call.function.name", "ai.toolCall.name", "traceloop.entity.name"}
	callKeys     = []string{"gen_ai.tool.call.id", "tool_call.id", "tool.id", "ai.toolCall.id"}
	argumentKeys = []string{
		"gen_ai.tool.call.arguments", "tool_call.function.arguments", "tool.parameters", "ai.toolCall.args", "ai.toolCall.input", "traceloop.entity.input", "input.value",
	}
	resultKeys = []string{"gen_ai.tool.call.result", "ai.toolCall.result", "ai.toolCall.output", "traceloop.entity.output", "output.value"}
	promptKeys = []string{"gen_ai.input.messages", "input.value", "ai.prompt.messages", "ai.prompt", "traceloop.entity.input"}
)

// contentPrefixes are what holds prompts, arguments and results, beside the lists
// above: message by message and in the older forms.
var contentPrefixes = []string{
	"gen_ai.input.messages", "gen_ai.output.messages", "gen_ai.system_instructions", "gen_ai.tool.call.arguments", "gen_ai.tool.call.result", "gen_ai.tool.definitions",
	"gen_ai.prompt", "gen_ai.completion", "gen_ai.retrieval.", "gen_ai.memory.query", "gen_ai.memory.records",
	"input.value", "output.value", "llm.input_messages", "llm.output_messages", "llm.prompts", "llm.completions", "llm.prompt_template", "tool.parameters", "tool_call.function.arguments",
	"retrieval.documents", "traceloop.entity.input", "traceloop.entity.output", "ai.prompt", "ai.response.text", "ai.response.object", "ai.response.toolCalls",
	"ai.toolCall.args", "ai.toolCall.input", "ai.toolCall.result", "ai.toolCall.output",
}

// isContent reports whether an attribute holds content.
func (g *governor) isContent(key string) bool {
	for _, p := range g.content {
		if strings.HasPrefix(key, p) {
			return true
		}
	}
	return false
}

// kindOf tells what a span is about.
func kindOf(s ptrace.Span) kind {
	a := s.Attributes()
	if m := str(a, "mcp.method.name"); m != "" {
		switch {
		case m != "tools/call":
			return other
		case s.Kind() == ptrace.SpanKindServer:
			return server
		}
		return tool
	}
	switch str(a, "gen_ai.operation.name") {
	case "execute_tool":
		return tool
	case "invoke_agent", "invoke_workflow":
		return turn
	case "chat", "generate_content", "text_completion":
		return model
	}
	switch strings.ToUpper(cmp.Or(str(a, "openinference.span.kind"), str(a, "traceloop.span.kind"))) {
	case "TOOL":
		return tool
	case "AGENT", "WORKFLOW":
		return turn
	case "LLM":
		return model
	}
	switch op := str(a, "ai.operationId"); {
	case op == "ai.toolCall":
		return tool
	case strings.HasSuffix(op, ".doGenerate"), strings.HasSuffix(op, ".doStream"):
		return model
	case op == "ai.generateText", op == "ai.streamText", op == "ai.generateObject", op == "ai.streamObject":
		return turn
	}
	return other
}

// str returns a string attribute.
func str(a pcommon.Map, key string) string {
	if v, ok := a.Get(key); ok && v.Type() == pcommon.ValueTypeStr {
		return v.Str()
	}
	return ""
}

// first returns the first of keys that is there, as text.
func first(a pcommon.Map, keys []string) string {
	for _, k := range keys {
		if v, ok := a.Get(k); ok {
			if s := v.AsString(); s != "" {
				return s
			}
		}
	}
	return ""
}

// toolName names the tool of a call.
func toolName(s ptrace.Span) string {
	if name := first(s.Attributes(), toolKeys); name != "" {
		return name
	}
	name := s.Name()
	for _, prefix := range [...]string{"execute_tool ", "tools/call "} {
		name = strings.TrimPrefix(name, prefix)
	}
	return strings.TrimSuffix(name, ".tool")
}

// argumentsOf returns what a call was made with, as a JSON object.
func (g *governor) argumentsOf(a pcommon.Map) []byte {
	text := first(a, g.keys.arguments)
	if text == "" {
		return nil
	}
	return object(text)
}

// wrappers are keys under which instrumentations put the arguments of a call beside
// other things; each is tried in turn.
var wrappers = []string{"kwargs", "arguments", "inputs", "input", "args", "parameters"}

// object makes an object of arguments: itself, what it wraps, or a text of unknown
// form under "input".
func object(text string) []byte {
	for range 3 { // JSON in a JSON string, and wrappers in wrappers
		trimmed := strings.TrimSpace(text)
		switch {
		case strings.HasPrefix(trimmed, "{"):
			var m map[string]json.RawMessage
			if json.Unmarshal([]byte(trimmed), &m) != nil {
				return wrapped(text)
			}
			inner := unwrap(m)
			if inner == "" {
				return []byte(trimmed)
			}
			text = inner
		case strings.HasPrefix(trimmed, `"`):
			var s string
			if json.Unmarshal([]byte(trimmed), &s) != nil {
				return wrapped(text)
			}
			text = s
		default:
			return wrapped(text)
		}
	}
	return wrapped(text)
}

// unwrap returns what an object holds for the tool, if it is one of the forms in
// which instrumentations wrap it: nothing but the wrapper's own keys beside it.
func unwrap(m map[string]json.RawMessage) string {
	for k := range m {
		switch k {
		case "kwargs", "arguments", "inputs", "args", "input_str", "tool_name", "name", "tags", "metadata", "tool_call_id", "type", "id":
		default:
			return ""
		}
	}
	for _, k := range wrappers {
		v := strings.TrimSpace(string(m[k]))
		if strings.HasPrefix(v, "{") && v != "{}" || k == "arguments" && strings.HasPrefix(v, `"`) {
			return v
		}
	}
	return ""
}

func wrapped(text string) []byte {
	b, err := json.Marshal(map[string]string{"input": text})
	if err != nil {
		return nil // a map of strings always marshals
	}
	return b
}

// promptOf returns what a person wrote last, of the messages that a span holds.
func promptOf(a pcommon.Map) string {
	text := first(a, promptKeys)
	if !strings.HasPrefix(strings.TrimSpace(text), "[") {
		return text
	}
	var messages []struct {
		Role    string          `json:"role"`
		Content json.RawMessage `json:"content"`
		Parts   []struct {
			Type    string `json:"type"`
			Content string `json:"content"`
			Text    string `json:"text"`
		} `json:"parts"`
	}
	if json.Unmarshal([]byte(text), &messages) != nil {
		return text // cut, or another form: a text is a text
	}
	for i := len(messages) - 1; i >= 0; i-- {
		m := &messages[i]
		if m.Role != "user" {
			continue
		}
		var said string
		if json.Unmarshal(m.Content, &said) == nil && said != "" {
			return said
		}
		for _, p := range m.Parts {
			if s := cmp.Or(p.Content, p.Text); s != "" {
				return s
			}
		}
	}
	return ""
}

package kin_test

// Models that ask for the test's commands, one a turn, in the forms of three vendors' APIs.

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// A form reads a request and writes what the model says next. It returns what came back
// of the calls before, as the model reads it; nil if the request is none of the agent's
// work.
type form func(path string, body []byte) (answer string, results []string)

type model struct {
	*httptest.Server
	mu      sync.Mutex
	results []string
}

func startModel(t *testing.T, f form) *model {
	t.Helper()
	m := &model{}
	m.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.Method != http.MethodPost {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		answer, results := f(r.URL.Path, body)
		m.mu.Lock()
		if len(results) > len(m.results) {
			m.results = results
		}
		m.mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		if strings.HasPrefix(answer, "data:") || strings.HasPrefix(answer, "event:") {
			w.Header().Set("Content-Type", "text/event-stream")
		}
		_, _ = io.WriteString(w, answer)
	}))
	t.Cleanup(m.Close)
	return m
}

// said returns what came back of the calls.
func (m *model) said() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.results
}

func encode(v any) string {
	text, _ := json.Marshal(v) // of maps and strings
	return string(text)
}

// responses is the Responses API, as Codex streams it.
func responses(_ string, body []byte) (string, []string) {
	var req struct {
		Input []struct {
			Type   string
			Output json.RawMessage
		}
		Tools []struct{ Name string }
	}
	_ = json.Unmarshal(body, &req) // one that is none gets the answer of the end
	var results []string
	for _, i := range req.Input {
		if i.Type == "function_call_output" {
			results = append(results, string(i.Output))
		}
	}
	item := map[string]any{
		"type": "message", "id": "m", "role": "assistant", "content": []any{map[string]any{"type": "output_text", "text": "Done."}},
	}
	if n := len(results); n < len(commands) && len(req.Tools) > 0 {
		name, args := "shell", encode(map[string]any{"command": []string{"bash", "-lc", commands[n]}})
		for _, t := range req.Tools {
			if t.Name == "exec_command" {
				name, args = t.Name, encode(map[string]any{"cmd": commands[n]})
			}
		}
		item = map[string]any{"type": "function_call", "id": fmt.Sprintf("f%d", n), "call_id": fmt.Sprintf("c%d", n), "name": name, "arguments": args}
	}
	id := fmt.Sprintf("r%d", len(results))
	var b strings.Builder
	for _, event := range []map[string]any{
		{"type": "response.created", "response": map[string]any{"id": id}},
		{"type": "response.output_item.done", "output_index": 0, "item": item},
		{"type": "response.completed", "response": map[string]any{"id": id, "usage": map[string]any{"input_tokens": 1, "output_tokens": 1, "total_tokens": 2}}},
	} {
		fmt.Fprintf(&b, "event: %s\ndata: %s\n\n", event["type"], encode(event))
	}
	return b.String(), results
}

// generateContent is the Gemini API.
func generateContent(path string, body []byte) (string, []string) {
	var req struct {
		Contents []struct {
			Parts []struct {
				Response *struct {
					Response json.RawMessage
				} `json:"functionResponse"`
			}
		}
		Tools []any
	}
	_ = json.Unmarshal(body, &req) // one that is none gets the answer of the end
	if strings.HasSuffix(path, ":countTokens") {
		return encode(map[string]any{"totalTokens": 1}), nil
	}
	var results []string
	for _, c := range req.Contents {
		for _, p := range c.Parts {
			if p.Response != nil {
				results = append(results, string(p.Response.Response))
			}
		}
	}
	part := map[string]any{"text": "Done."}
	if n := len(results); n < len(commands) && len(req.Tools) > 0 {
		part = map[string]any{"functionCall": map[string]any{"name": "run_shell_command", "args": map[string]any{"command": commands[n]}}}
	}
	answer := encode(map[string]any{
		"candidates":    []any{map[string]any{"content": map[string]any{"role": "model", "parts": []any{part}}, "finishReason": "STOP", "index": 0}},
		"usageMetadata": map[string]any{"promptTokenCount": 1, "candidatesTokenCount": 1, "totalTokenCount": 2},
	})
	if strings.Contains(path, ":stream") {
		answer = "data: " + answer + "\r\n\r\n"
	}
	return answer, results
}

// messages is the Messages API, which Copilot CLI speaks to a provider of one's own.
func messages(path string, body []byte) (string, []string) {
	var req struct {
		Tools    []any
		Messages []struct{ Content json.RawMessage }
	}
	if json.Unmarshal(body, &req) != nil || !strings.HasSuffix(path, "/messages") {
		return "{}", nil
	}
	var results []string
	for _, m := range req.Messages {
		var blocks []struct {
			Type    string
			Content json.RawMessage
		}
		_ = json.Unmarshal(m.Content, &blocks) // a string has no results
		for _, b := range blocks {
			if b.Type == "tool_result" {
				results = append(results, string(b.Content))
			}
		}
	}
	block, delta, stop := map[string]any{"type": "text", "text": ""}, map[string]any{"type": "text_delta", "text": "Done."}, "end_turn"
	if n := len(results); n < len(commands) && len(req.Tools) > 0 {
		block = map[string]any{"type": "tool_use", "id": fmt.Sprintf("toolu_%d", n), "name": "bash", "input": map[string]any{}}
		delta = map[string]any{"type": "input_json_delta", "partial_json": encode(map[string]any{"command": commands[n], "description": "look"})}
		stop = "tool_use"
	}
	var b strings.Builder
	for _, event := range []map[string]any{
		{"type": "message_start", "message": map[string]any{
			"id": "m", "type": "message", "role": "assistant", "model": "a-model", "content": []any{}, "stop_reason": nil, "stop_sequence": nil,
			"usage": map[string]int{"input_tokens": 1, "output_tokens": 1},
		}},
		{"type": "content_block_start", "index": 0, "content_block": block},
		{"type": "content_block_delta", "index": 0, "delta": delta},
		{"type": "content_block_stop", "index": 0},
		{"type": "message_delta", "delta": map[string]any{"stop_reason": stop, "stop_sequence": nil}, "usage": map[string]int{"output_tokens": 1}},
		{"type": "message_stop"},
	} {
		fmt.Fprintf(&b, "event: %s\ndata: %s\n\n", event["type"], encode(event))
	}
	return b.String(), results
}

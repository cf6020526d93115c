package claude_test

// A model that makes the calls it is told to, one a turn, over the Messages API.

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

// A toolUse is a call that the model asks for.
type toolUse struct {
	name  string
	input map[string]any
}

// A model answers Messages API requests with its calls in order, then "Done.".
type model struct {
	calls []toolUse
	*httptest.Server

	mu      sync.Mutex
	results []string // what came back of each call, as the model reads it
}

func startModel(t *testing.T, calls ...toolUse) *model {
	t.Helper()
	m := &model{calls: calls}
	m.Server = httptest.NewServer(m)
	t.Cleanup(m.Close)
	return m
}

// block is a part of a message.
type block struct {
	Type    string          `json:"type"`
	Content json.RawMessage `json:"content"`
}

func (m *model) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var req struct {
		Model    string
		Stream   bool
		Tools    []any
		Messages []struct {
			Role    string
			Content json.RawMessage
		}
	}
	body, err := io.ReadAll(r.Body)
	if err != nil || !strings.HasSuffix(r.URL.Path, "/messages") || json.Unmarshal(body, &req) != nil {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	var results []string
	for _, msg := range req.Messages {
		var blocks []block
		_ = json.Unmarshal(msg.Content, &blocks) // a string has no results
		for _, b := range blocks {
			if b.Type == "tool_result" {
				results = append(results, string(b.Content))
			}
		}
	}
	done := len(results)
	content := map[string]any{"type": "text", "text": ""}
	delta, stop := map[string]any{"type": "text_delta", "text": "Done."}, "end_turn"
	if len(req.Tools) > 0 {
		m.mu.Lock()
		m.results = results
		m.mu.Unlock()
		if done < len(m.calls) {
			input, _ := json.Marshal(m.calls[done].input) // of strings
			content = map[string]any{"type": "tool_use", "id": fmt.Sprintf("toolu_%02d", done), "name": m.calls[done].name, "input": map[string]any{}}
			delta, stop = map[string]any{"type": "input_json_delta", "partial_json": string(input)}, "tool_use"
		}
	}
	w.Header().Set("Content-Type", "text/event-stream")
	for _, event := range []map[string]any{
		{"type": "message_start", "message": map[string]any{
			"id": fmt.Sprintf("msg_%d", done), "type": "message", "role": "assistant", "model": req.Model, "content": []any{},
			"stop_reason": nil, "stop_sequence": nil, "usage": map[string]int{"input_tokens": 10, "output_tokens": 1},
		}},
		{"type": "content_block_start", "index": 0, "content_block": content},
		{"type": "content_block_delta", "index": 0, "delta": delta},
		{"type": "content_block_stop", "index": 0},
		{"type": "message_delta", "delta": map[string]any{"stop_reason": stop, "stop_sequence": nil}, "usage": map[string]int{"output_tokens": 5}},
		{"type": "message_stop"},
	} {
		text, _ := json.Marshal(event) // of maps and strings
		fmt.Fprintf(w, "event: %s\ndata: %s\n\n", event["type"], text)
	}
}

// said returns what came back of the calls.
func (m *model) said() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.results
}

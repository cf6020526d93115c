package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
)

// startMessagesAPI starts a stand-in for Anthropic's Messages API: a model that
// wants one tool, then another, reads what came of them, and says so.
func startMessagesAPI() *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var req struct {
			Messages []message
			Stream   bool
		}
		if err := json.NewDecoder(r.Body).Decode(&req); err != nil || r.URL.Path != "/v1/messages" {
			http.Error(w, "not the Messages API", http.StatusBadRequest)
			return
		}
		answer := message{
			ID: "msg_1", Type: "message", Role: "assistant", Model: "claude-stand-in", StopReason: "tool_use", Usage: usage{InputTokens: 40, OutputTokens: 12},
		}
		switch told := results(req.Messages); len(told) {
		case 0:
			answer.Content = []block{{Type: "tool_use", ID: "toolu_1", Name: "read_notes", Input: map[string]any{"path": "notes.txt"}}}
		case 1:
			answer.Content = []block{{Type: "tool_use", ID: "toolu_2", Name: "delete_notes", Input: map[string]any{"path": "notes.txt"}}}
		default:
			answer.StopReason = "end_turn"
			answer.Content = []block{{Type: "text", Text: "I was told:\n- " + strings.Join(told, "\n- ")}}
		}
		if req.Stream {
			answer.stream(w)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(answer)
	}))
}

// stream writes m as the API does where it is asked for a stream, event by event.
func (m message) stream(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/event-stream")
	send := func(kind string, fields map[string]any) {
		fields["type"] = kind
		body, err := json.Marshal(fields)
		if err == nil {
			_, _ = fmt.Fprintf(w, "event: %s\ndata: %s\n\n", kind, body)
		}
	}
	begin := m
	begin.Content, begin.StopReason = []block{}, ""
	send("message_start", map[string]any{"message": begin})
	for i, b := range m.Content {
		delta := map[string]any{"type": "text_delta", "text": b.Text}
		if b.Type == "tool_use" {
			input, _ := json.Marshal(b.Input) // a map of strings
			delta = map[string]any{"type": "input_json_delta", "partial_json": string(input)}
		}
		send("content_block_start", map[string]any{"index": i, "content_block": block{Type: b.Type, ID: b.ID, Name: b.Name, Input: map[string]any{}}})
		send("content_block_delta", map[string]any{"index": i, "delta": delta})
		send("content_block_stop", map[string]any{"index": i})
	}
	send("message_delta", map[string]any{"delta": map[string]any{"stop_reason": m.StopReason}, "usage": m.Usage})
	send("message_stop", map[string]any{})
}

// results are the texts that tools gave so far.
func results(messages []message) (said []string) {
	for _, m := range messages {
		for _, b := range m.Content {
			for _, c := range b.Content {
				said = append(said, c.Text)
			}
		}
	}
	return said
}

// A message is one that was sent, or an answer, and a block a part of it, as far as
// this program has them.
type message struct {
	ID         string  `json:"id"`
	Type       string  `json:"type"`
	Role       string  `json:"role"`
	Model      string  `json:"model"`
	StopReason string  `json:"stop_reason"`
	Content    []block `json:"content"`
	Usage      usage   `json:"usage"`
}

type block struct {
	Type    string         `json:"type"`
	ID      string         `json:"id,omitempty"`
	Name    string         `json:"name,omitempty"`
	Text    string         `json:"text,omitempty"`
	Input   map[string]any `json:"input,omitempty"`
	Content []block        `json:"content,omitempty"`
}

type usage struct {
	InputTokens  int `json:"input_tokens"`
	OutputTokens int `json:"output_tokens"`
}

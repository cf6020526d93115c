package recording_test

import (
	"fmt"
	"strings"

	"github.com/ambit-go/ambit/agentspan/hookspan/recording"
)

func ExampleRead() {
	log := `{"session_id":"s-1","hook_event_name":"UserPromptSubmit","prompt":"run the tests"}
{"session_id":"s-1","hook_event_name":"PreToolUse","tool_name":"Bash","tool_input":{"command":"go test ./..."},"tool_use_id":"t1"}
{"session_id":"s-1","hook_event_name":"PostToolUse","tool_name":"Bash","tool_input":{"command":"go test ./..."},"tool_response":{"stdout":"ok"},"tool_use_id":"t1"}
{"session_id":"s-1","hook_event_name":"PreToolUse","tool_name":"Re`

	sessions, problems, err := recording.Read(strings.NewReader(log), "hooks.jsonl", recording.Auto)
	if err != nil {
		fmt.Println(err)
	}
	for _, s := range sessions {
		for _, turn := range s.Turns {
			for _, call := range turn.Calls {
				fmt.Println(s.ID, turn.Prompt, call.Tool, string(call.Input), call.Result)
			}
		}
	}
	for _, p := range problems {
		fmt.Println(p)
	}
	// Output:
	// s-1 run the tests Bash {"command":"go test ./..."} ok
	// hooks.jsonl:4: invalid or cut JSON
}

// A hook log is often one file per event. One Reader takes all of them.
func ExampleReader() {
	var r recording.Reader
	_ = r.Add("PreToolUse.jsonl", strings.NewReader(`{"session_id":"s-1","hook_event_name":"PreToolUse","tool_name":"Read","tool_input":{"file_path":"a.go"},"tool_use_id":"t1"}`))
	_ = r.Add("PostToolUse.jsonl", strings.NewReader(`{"session_id":"s-1","hook_event_name":"PostToolUse","tool_name":"Read","tool_input":{"file_path":"a.go"},"tool_response":"package a","tool_use_id":"t1"}`))
	call := r.Sessions()[0].Turns[0].Calls[0]
	fmt.Println(call.Tool, call.Begun, call.Finished, call.Result)
	// Output: Read true true package a
}

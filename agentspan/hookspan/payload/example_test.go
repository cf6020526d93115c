package payload_test

import (
	"fmt"
	"os"

	"github.com/ambit-go/ambit/agentspan/hookspan/payload"
)

// A hook that keeps the agent away from production, for whichever agent calls it.
func Example() {
	stdin := []byte(`{"session_id":"s-1","cwd":"/src","hook_event_name":"BeforeTool","timestamp":"2026-03-01T10:00:00Z",
		"tool_name":"run_shell_command","tool_input":{"command":"kubectl --context prod delete pod web-1"}}`)

	event, err := payload.Decode(stdin)
	if err != nil {
		fmt.Println(err)
	}
	fmt.Println(event.Dialect, event.Name, event.Tool, string(event.ToolInput))

	out := event.Answer(payload.Answer{Decision: payload.Ask, Reason: "production is outside this task"})
	fmt.Println(out.Decision) // Gemini CLI cannot ask
	os.Stdout.Write(out.Stdout)
	// Output:
	// gemini-cli PreToolUse Bash {"command":"kubectl --context prod delete pod web-1"}
	// deny
	// {"decision":"deny","reason":"production is outside this task"}
}

func ExampleSplitMCP() {
	m, ok := payload.SplitMCP(payload.ClaudeCode, "mcp__plugin_acme_jira__get_issue")
	fmt.Println(m.Name(), m.Tool, ok)
	// Output: plugin:acme:jira get_issue true
}

func ExampleText() {
	fmt.Println(payload.Text([]byte(`[{"type":"text","text":"2 files"},{"type":"text","text":"changed"}]`)))
	// Output:
	// 2 files
	// changed
}

func ExampleEvent_Field() {
	event, _ := payload.Decode([]byte(`{"hook_event_name":"PreCompact","session_id":"s","trigger":"auto","something_new":{"level":3}}`))
	fmt.Println(event.Trigger, string(event.Field("something_new")))
	// Output: auto {"level":3}
}

func ExampleCanonical() {
	tool, input := payload.Canonical(payload.Codex, "shell", []byte(`{"command":["bash","-lc","go test ./..."]}`))
	fmt.Println(tool, string(input))
	// Output: Bash {"command":"go test ./..."}
}

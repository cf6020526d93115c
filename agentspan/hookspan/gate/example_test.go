package gate_test

import (
	"context"
	"fmt"

	"github.com/ambit-go/ambit/agentspan/hookspan/gate"
	"github.com/ambit-go/ambit/identity"
)

// A hook's payload goes in, and what the hook process writes comes out: nothing where
// a call may run.
func ExampleGate_Handle() {
	g := gate.Gate{Home: "/home/ada", Owner: identity.Principal{Kind: identity.Human, ID: "ada"}, Env: func(string) string { return "" }}
	for _, path := range []string{"/srv/shop/round.go", "/home/ada/.netrc"} {
		out := g.Handle(context.Background(), fmt.Appendf(nil,
			`{"hook_event_name":"PreToolUse","session_id":"s","cwd":"/srv/shop","tool_name":"Read","tool_input":{"file_path":%q},"tool_use_id":%q}`, path, path))
		fmt.Printf("%s: %s\n", path, out.Decision)
	}
	// Output:
	// /srv/shop/round.go: silent
	// /home/ada/.netrc: ask
}

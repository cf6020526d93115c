package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The SDK's own spans are there once each, with the session on all of them and the
// decision on the tool's. Ours beside them are the refusal and the session's
// summary, which the SDK has nothing for.
const want = `I was told:
- the notes in notes.txt
- Error: delete_notes: denied by policy (rule no_match): this task has no use for the tool

session triage owner=ada@example.com task=PAY-7
anthropic.messages.tool_runner owner=ada@example.com task=PAY-7
  anthropic.messages.create [client] owner=ada@example.com task=PAY-7
  anthropic.custom_tool_use read_notes owner=ada@example.com task=PAY-7 outcome=allow rule=read_* reason=granted
  anthropic.messages.create [client] owner=ada@example.com task=PAY-7
  anthropic.custom_tool_use delete_notes owner=ada@example.com task=PAY-7 error=tool_error
    refuse_tool delete_notes owner=ada@example.com task=PAY-7 outcome=deny rule=no_match reason=no_grant crossing=out_of_scope error=policy_denied
  anthropic.messages.create [client] owner=ada@example.com task=PAY-7
`

func TestNativeSpansAreGovernedAndNotDoubled(t *testing.T) {
	for _, stream := range []bool{false, true} {
		t.Run(fmt.Sprintf("stream=%v", stream), func(t *testing.T) {
			var out strings.Builder
			if err := run(t.Context(), &out, stream); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, out.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

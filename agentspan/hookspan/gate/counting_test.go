package gate

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestWhatIsCountedByArguments holds that what depends on the arguments of earlier
// calls is counted as within one process, though no hook writes arguments down.
func TestWhatIsCountedByArguments(t *testing.T) {
	pay := func(n string) string { return `{"amount":` + n + `,"to":"ada"}` }
	for _, tt := range []struct {
		name, policy string
		calls        [][2]string
		want         []string
	}{
		{
			"a sum", `
grants: [{id: pay, servers: [bank], tools: [pay], access: [unknown, read, write]}]
rules: [{id: most, servers: [bank], tools: [pay], sum: {arg: amount, max: 100}, deny: true}]`,
			[][2]string{{"mcp__bank__pay", pay("60")}, {"mcp__bank__pay", pay("60")}, {"mcp__bank__pay", pay("40")}},
			[]string{"silent", "deny", "silent"},
		},
		{
			"uses of a grant with arguments", `
grants: [{id: pay, servers: [bank], tools: [pay], args: {to: {equals: ada}}, max_uses: 1, access: [unknown, read, write]}]`,
			[][2]string{{"mcp__bank__pay", pay("1")}, {"mcp__bank__pay", pay("1")}},
			[]string{"silent", "deny"},
		},
		{
			"a count of calls with arguments", `
grants: [{id: pay, servers: [bank], tools: [pay], access: [unknown, read, write]}]
rules: [{id: most, servers: [bank], tools: [pay], args: {to: {equals: ada}}, count: {max: 1}, deny: true}]`,
			[][2]string{{"mcp__bank__pay", pay("1")}, {"mcp__bank__pay", pay("1")}},
			[]string{"silent", "deny"},
		},
		{
			"after a call with arguments", `
grants: [{id: pay, servers: [bank], tools: [pay, close], access: [unknown, read, write]}]
rules: [{id: done, after: {servers: [bank], tools: [pay], args: {to: {equals: ada}}}, servers: [bank], tools: [close], deny: true}]`,
			[][2]string{{"mcp__bank__close", `{}`}, {"mcp__bank__pay", pay("1")}, {"mcp__bank__close", `{}`}},
			[]string{"silent", "silent", "deny"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			file := filepath.Join(t.TempDir(), "policy.yaml")
			if err := os.WriteFile(file, []byte("version: 1\nid: p\n"+tt.policy), 0o600); err != nil {
				t.Fatal(err)
			}
			b.Policy = File(file)
			var got []string
			for _, c := range tt.calls {
				got = append(got, b.call(c[0], c[1]))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("answers (-want +got):\n%s", diff)
			}
		})
	}
}

// TestLimitsGoOnInANewerPolicy holds that what was taken of a limit is known to a newer
// version of the file, that calls nobody told the end of count, and that a call which did
// not run gives back what it took.
func TestLimitsGoOnInANewerPolicy(t *testing.T) {
	b := newBench(t)
	file := filepath.Join(t.TempDir(), "policy.yaml")
	write := func(purpose string) {
		t.Helper()
		text := "version: 1\nid: p\npurpose: " + purpose + `
grants: [{id: pay, servers: [bank], tools: [pay], args: {to: {equals: ada}}, access: [unknown, read, write]}]
rules: [{id: most, servers: [bank], tools: [pay], sum: {arg: amount, max: 100}, deny: true}]`
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	b.Policy = File(file)
	ask := func(amount string) (id, answer string) {
		return b.pre("mcp__bank__pay", `{"to":"ada","amount":`+amount+`}`)
	}
	write("one")
	var got []string
	note := func(_, answer string) { got = append(got, answer) }
	note(ask("60")) // and nothing more is heard of it
	write("two")
	note(ask("60"))
	id, answer := ask("40")
	note(id, answer)
	note(ask("1"))
	b.send("PermissionDenied", `"tool_name":"mcp__bank__pay","tool_input":{"to":"ada","amount":40},"tool_use_id":"`+id+`"`)
	note(ask("40"))
	note(ask("1"))
	if diff := cmp.Diff([]string{"silent", "deny", "silent", "deny", "silent", "deny"}, got); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
}

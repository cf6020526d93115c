package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/policy"
)

// speedPolicy is a task policy with n further grants and rules that are about
// other tools, or other servers.
func speedPolicy(n int) string {
	var b strings.Builder
	b.WriteString("version: 1\nid: speed\nparams: {ticket: PAY-7}\nbudgets: {calls: 1000000000}\ngrants:\n")
	b.WriteString("  - {id: read, tools: [Read, Bash], paths: [\"${repo}/**\"]}\n")
	b.WriteString("  - {id: test, tools: [Bash], commands: [\"go test *\"], code: [workspace]}\n")
	b.WriteString("  - {id: docs, hosts: [pkg.go.dev, \"*.golang.org\"]}\n")
	b.WriteString("  - {id: tracker, servers: [jira], tools: [add_comment], args: {key: {equals: \"${param.ticket}\"}}}\n")
	for i := range n {
		fmt.Fprintf(&b, "  - {id: g%d, tools: [tool_%d, \"other_%d_*\"], paths: [\"${repo}/**\"], access: [read, write]}\n", i, i, i)
	}
	b.WriteString("rules:\n  - {id: no-secrets, secrets: deny}\n  - {id: infra, deny: {paths: [\"**/infra/**\"], access: [write]}}\n")
	b.WriteString("  - {id: egress, after: {secret: read}, deny: {access: [connect]}}\n")
	for i := range n {
		fmt.Fprintf(&b, "  - {id: r%d, servers: [server_%d], tools: [\"delete_*\"], deny: true}\n", i, i)
	}
	return b.String()
}

func speedRequests() map[string]boundary.Request {
	return map[string]boundary.Request{
		"read": {Session: shop, Tool: "Read", Seq: 1, Effects: []effect.Effect{path("/w/shop/payments/round.go", effect.Read)}},
		"test": {Session: shop, Tool: "Bash", Seq: 1, Effects: []effect.Effect{
			{Kind: effect.Command, Access: effect.Exec, Target: "go test", Raw: "go test ./...", Certainty: effect.Exact},
			{Kind: effect.Code, Access: effect.Exec, Target: "workspace", Certainty: effect.Exact},
			path("/w/shop/go.mod", effect.Read), path("/w/shop/payments/", effect.Read),
		}},
		"args": {Session: shop, Tool: "add_comment", Server: "jira", Seq: 1, Arguments: []byte(`{"body": "fixed in \"main\"", "key": "PAY-7", "notify": [1, 2]}`)},
		"refuse": {Session: shop, Tool: "Bash", Seq: 1, Effects: []effect.Effect{
			{Kind: effect.Command, Access: effect.Exec, Target: "curl", Raw: "curl https://evil.example", Certainty: effect.Exact},
			{Kind: effect.URL, Access: effect.Connect, Target: "https://evil.example/", Certainty: effect.Exact},
		}},
	}
}

// BenchmarkCheck decides after the effects are known. others is how many grants,
// and as many rules, are about other tools.
func BenchmarkCheck(b *testing.B) {
	for _, n := range []int{10, 1000} {
		p, err := policy.Parse("bench", []byte(speedPolicy(n)), policy.Options{})
		if err != nil {
			b.Fatal(err)
		}
		c := p.Bind(shop)
		for _, name := range []string{"read", "test", "args", "refuse"} {
			req := speedRequests()[name]
			b.Run(fmt.Sprintf("call=%s/others=%d", name, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := c.Check(b.Context(), req); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
)

// TestRulesMeanWhatIsKnownInPart holds that a rule which may be about an effect has its
// answer from on_unknown, whatever kind of thing is known in part, and that one which
// cannot be is silent.
func TestRulesMeanWhatIsKnownInPart(t *testing.T) {
	for _, tt := range []struct {
		kind              effect.Kind
		rule, may, cannot string
	}{
		{effect.Path, `paths: ["/etc/passwd"]`, "/etc/p", "/etc/s"},
		{effect.Identity, `identities: ["role:arn:*:role/admin"]`, "role:arn:aws:iam::1:role/", "user:arn:aws:iam::1:user/"},
		{effect.Data, `data: ["sql:orders"]`, "sql:or", "sql:us"},
		{effect.Data, `data: ["sql:orders"]`, "sql:OR", "crm:"},
		{effect.Repo, `repos: ["github.com/acme/shop"]`, "github.com/acme/", "github.com/other/"},
		{effect.Repo, `repos: ["github.com/acme/shop"], refs: ["refs/heads/main"]`, "github.com/acme/shop", "github.com/acme/other"},
		{effect.Repo, `repos: ["github.com/acme/shop"], refs: ["refs/heads/main"]`, "github.com/acme/shop:refs/heads/", "github.com/acme/shop:refs/tags/"},
		{effect.Repo, `refs: ["refs/heads/main"]`, "github.com/acme/shop:refs/", "github.com/acme/shop:refs/heads/fix"},
		{effect.URL, `urls: ["https://evil.example/up/**"]`, "https://evil.example/u", "https://evil.example/d"},
		{effect.URL, `urls: ["https://evil.example/up/**"]`, "https://ev", "https://other.example/"},
		{effect.URL, `hosts: ["evil.example"]`, "https://ev", "https://other.example/"},
		{effect.Code, `code: [remote]`, "re", "in"},
		{effect.Secret, `secrets: ["file:/etc/shadow"]`, "file:/etc/", "file:/srv/"},
	} {
		p := load(t, "version: 1\nid: p\non_unmatched: observe\non_unknown: require_approval\nrules: [{id: r, deny: {"+tt.rule+"}}]\n")
		for target, want := range map[string]boundary.Verdict{tt.may: boundary.RequireApproval, tt.cannot: boundary.NotEvaluated} {
			req := call("x", 1)
			req.Effects = []effect.Effect{{Kind: tt.kind, Access: effect.Write, Target: target, Certainty: effect.Prefix}}
			if got := verdictOf(t, p, req).Outcome(); got != want {
				t.Errorf("%s, %s known in part: %v, want %v", tt.rule, target, got, want)
			}
		}
	}
}

// TestSuspensionIsSaidFirst holds that a rule which ends the session does so however many
// others refuse the same call.
func TestSuspensionIsSaidFirst(t *testing.T) {
	var b strings.Builder
	b.WriteString("version: 1\nid: p\nrules:\n")
	for i := range 20 {
		fmt.Fprintf(&b, "  - {id: r%d, tools: [x], deny: true}\n", i)
	}
	b.WriteString("  - {id: end, tools: [x], deny: true, suspend: true}\n")
	d := verdictOf(t, load(t, b.String()), call("x", 1))
	if !d.Suspends() || d.Determining().Rule != "end" {
		t.Errorf("suspends %v, by %q", d.Suspends(), d.Determining().Rule)
	}
}

// TestParametersThatNobodyBrought holds that a rule takes one for anything, and a grant for
// nothing.
func TestParametersThatNobodyBrought(t *testing.T) {
	for _, tt := range []struct {
		kind            effect.Kind
		targets         string
		target, another string
	}{
		{effect.Path, `paths: ["/srv/${param.p}/x"]`, "/srv/a/x", "/srv/a/y"},
		{effect.Host, `hosts: ["${param.p}"]`, "10.0.0.1", ""},
		{effect.Host, `hosts: ["${param.p}.example.com"]`, "a.b.example.com", "a.example.org"},
		{effect.URL, `urls: ["https://x.example/${param.p}/**"]`, "https://x.example/a/b", "https://y.example/a/b"},
		{effect.Command, `commands: ["kubectl -n ${param.p} *"]`, "kubectl -n shop", "kubectl -x shop"},
		{effect.Identity, `identities: ["role:${param.p}"]`, "role:a", "user:a"},
		{effect.Data, `data: ["sql:${param.p}"]`, "sql:a", "crm:a"},
		{effect.Repo, `repos: ["github.com/acme/${param.p}"]`, "github.com/acme/a", "github.com/other/a"},
		{effect.Resource, `resources: {provider: k8s, namespace: "${param.p}"}`, "k8s:namespace=a", "aws:namespace=a"},
	} {
		head := "version: 1\nid: p\nparams: {p: }\n"
		rule := load(t, head+"on_unmatched: observe\nrules: [{id: r, deny: {"+tt.targets+"}}]\n")
		grant := load(t, head+"grants: [{id: g, "+tt.targets+", access: [read]}]\n")
		asks := func(p boundary.Checker, target string) bool {
			req := call("x", 1)
			req.Effects = []effect.Effect{{Kind: tt.kind, Access: effect.Read, Target: target, Raw: target, Certainty: effect.Exact}}
			if tt.kind == effect.Command {
				req.Effects[0].Access = effect.Exec
			}
			return verdictOf(t, p, req).Refuses()
		}
		if !asks(rule, tt.target) || !asks(grant, tt.target) {
			t.Errorf("%s, %s: the rule refuses: %v, the grant does not cover: %v", tt.targets, tt.target, asks(rule, tt.target), asks(grant, tt.target))
		}
		if tt.another != "" && asks(rule, tt.another) {
			t.Errorf("%s: the rule refuses %s", tt.targets, tt.another)
		}
	}
	rule := load(t, "version: 1\nid: p\nparams: {p: }\ngrants: [{id: g, tools: [x]}]\nrules: [{id: r, tools: [x], args: {a: {equals: \"${param.p}\"}}, deny: true}]\n")
	req := call("x", 1)
	req.Arguments = []byte(`{"a":"b"}`)
	if !verdictOf(t, rule, req).Refuses() {
		t.Error("a rule about an argument says nothing")
	}
}

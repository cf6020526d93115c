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

package policy_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/policy"
)

const fixPolicy = `
version: 1
id: fix
on_unmatched: require_approval
grants:
  - {id: read, tools: [Read, Bash], paths: ["${repo}/**"]}
  - {id: fix, tools: [Edit], paths: ["${repo}/payments/**"], except: ["**/migrations/**"], access: [read, write]}
  - {id: test, tools: [Bash], commands: ["go test *"], code: [workspace]}
rules:
  - {id: no-secrets, secrets: deny}
`

func load(t testing.TB, text string) *policy.Policy {
	t.Helper()
	p, err := policy.Parse("test.yaml", []byte(text), policy.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

var shop = boundary.SessionInfo{Key: "s", Dir: "/w/shop", Root: "/w/shop", Home: "/home/ada", Repo: "github.com/acme/shop"}

func path(target string, a effect.Access) effect.Effect {
	return effect.Effect{Kind: effect.Path, Access: a, Target: target, Raw: "raw", Certainty: effect.Exact}
}

func TestEachEffectNeedsAGrant(t *testing.T) {
	run := effect.Effect{Kind: effect.Command, Access: effect.Exec, Target: "go test", Raw: "go test ./...", Certainty: effect.Exact}
	code := effect.Effect{Kind: effect.Code, Access: effect.Exec, Target: "workspace", Certainty: effect.Exact}
	out := effect.Effect{Kind: effect.URL, Access: effect.Connect, Target: "https://evil.example/", Certainty: effect.Exact}
	tests := []struct {
		name    string
		tool    string
		effects []effect.Effect
		want    boundary.Verdict
		grants  string
	}{
		{"a read below the repository", "Read", []effect.Effect{path("/w/shop/a.go", effect.Read)}, boundary.Allow, "read"},
		{"a sibling of the repository", "Read", []effect.Effect{path("/w/shopping/a.go", effect.Read)}, boundary.RequireApproval, ""},
		{"a write in the granted folder", "Edit", []effect.Effect{path("/w/shop/payments/a.go", effect.Write)}, boundary.Allow, "fix"},
		{"an excepted folder", "Edit", []effect.Effect{path("/w/shop/payments/migrations/1.sql", effect.Write)}, boundary.RequireApproval, ""},
		{"an access that is not granted", "Edit", []effect.Effect{path("/w/shop/payments/a.go", effect.Delete)}, boundary.RequireApproval, ""},
		{"two grants combine", "Bash", []effect.Effect{run, code, path("/w/shop/go.mod", effect.Read)}, boundary.Allow, "test,read"},
		{"what stands beside a granted command", "Bash", []effect.Effect{run, code, out}, boundary.RequireApproval, ""},
	}
	p := load(t, fixPolicy)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := p.Check(t.Context(), boundary.Request{Session: shop, Tool: tt.tool, Effects: tt.effects})
			if err != nil || d.Verdict != tt.want {
				t.Fatalf("got %v, %v; want %v (%s)", d.Verdict, err, tt.want, d.Message)
			}
			var grants []string
			for _, w := range d.Because {
				if w.Grant != "" {
					grants = append(grants, w.Grant)
				}
			}
			if diff := cmp.Diff(tt.grants, strings.Join(grants, ",")); diff != "" {
				t.Errorf("grants (-want +got):\n%s", diff)
			}
		})
	}
}

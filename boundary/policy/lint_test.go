package policy_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/boundary/effect/analyze"
	"github.com/ambit-go/ambit/boundary/policy"
)

func TestLint(t *testing.T) {
	const grants, rules = "grants:\n  - ", "rules:\n  - "
	tests := []struct {
		name, text string
		want       []string
	}{
		{"nothing to say", grants + `{id: read, tools: [Read, Bash], paths: ["${repo}/**"]}` + "\n  - " + `{id: fix, tools: [Edit], paths: ["${repo}/src/**"], access: [read, write]}`, nil},
		{"a grant within another", grants + `{id: a, tools: [Read, Bash], paths: ["${repo}/**"]}` + "\n  - " + `{id: b, tools: [Read], paths: ["${repo}/src/**"]}`, []string{
			"grant b: grant a covers all of it (unreachable)",
		}},
		{"a grant twice", grants + `{id: a, tools: [Read], paths: ["/x"]}` + "\n  - " + `{id: b, tools: [Read], paths: ["/x"]}`, []string{"grant b: grant a covers all of it (unreachable)"}},
		{"not within: another access", grants + `{id: a, tools: [Edit], paths: ["/x/**"], access: [read]}` + "\n  - " + `{id: b, tools: [Edit], paths: ["/x/y"], access: [write]}`, nil},
		{"not within: an exception", grants + `{id: a, tools: [Read], paths: ["/x/**"], except: ["/x/y/**"]}` + "\n  - " + `{id: b, tools: [Read], paths: ["/x/y/z"]}`, nil},
		{"not within: it ends", grants + `{id: a, tools: [Read], paths: ["/x/**"], until: 2030-01-01T00:00:00Z}` + "\n  - " + `{id: b, tools: [Read], paths: ["/x/y"]}`, nil},
		{"a grant that a rule refuses", grants + `{id: a, tools: [Edit], paths: ["/x/infra/**"], access: [write]}` + "\n" + rules + `{id: r, deny: {paths: ["/x/**"]}}`, []string{"grant a: rule r refuses all that it names (contradicted)"}},
		{"a grant that a rule refuses in part", grants + `{id: a, tools: [Edit], paths: ["/x/infra/**"], access: [read, write]}` + "\n" + rules + `{id: r, deny: {paths: ["/x/**"], access: [write]}}`, nil},
		{"a rule on trial refuses nothing", grants + `{id: a, tools: [Edit], paths: ["/x/**"], access: [write]}` + "\n" + rules + `{id: r, shadow: true, deny: {paths: ["/x/**"]}}`, nil},
		{"a rule within another", rules + `{id: r, deny: {paths: ["/x/**"]}}` + "\n  - " + `{id: s, require_approval: {paths: ["/x/y"], access: [write]}}`, []string{"rule s: rule r always says at least as much (unreachable)"}},
		{"a stricter rule within a milder one", rules + `{id: r, require_approval: {paths: ["/x/**"]}}` + "\n  - " + `{id: s, deny: {paths: ["/x/y"]}}`, nil},
		{"everything", grants + `{id: a, tools: ["*"], paths: ["/**"], commands: ["*", "bash *"], code: [remote], secrets: ["**"], repos: [github.com/**], refs: ["**"], access: [write]}`, []string{
			"grant a: paths: /** is every file there is (broad)",
			"grant a: tools: * is every local tool, also those that come later (broad)",
			"grant a: commands: * is every program (broad)",
			"grant a: commands: bash * runs any program in its own language (broad)",
			"grant a: code: remote is whatever somebody else serves (broad)",
			"grant a: secrets: ** is every secret there is (broad)",
			"grant a: refs: ** includes the main branch (broad)",
			"grant a: repos: github.com/** is everybody's (broad)",
		}},
		{"a whole home", grants + `{id: a, tools: [Bash], paths: ["${home}/**"], access: [write]}`, []string{"grant a: paths: ${home}/** with write: start-up files and credentials are below it (broad)"}},
		{"a whole server", grants + `{id: a, servers: [crm], access: [read, write]}`, []string{
			"grant a: every tool of the server, with read, write (broad)",
		}},
		{"a whole server, to be read", grants + `{id: a, servers: [crm], access: [read]}`, nil},
		{"whatever cannot be told", grants + `{id: a, data: ["tool:x"], access: [read, unknown]}`, []string{
			"grant a: access: unknown is whatever an analyzer cannot tell, changes included (broad)",
		}},
		{"an access to nothing", grants + `{id: a, tools: [t], access: [read]}`, []string{"grant a: access says how, and nothing says what: name paths, hosts, repos … (incomplete)"}},
		{"what has ended", "expires: 2026-01-01T00:00:00Z\nreview_by: 2026-01-01\n" + grants + `{id: a, tools: [t], until: 2026-01-01T00:00:00Z}`, []string{
			"the policy has expired: it refuses every call (expired)",
			"the policy should have been reviewed by 2026-01-01 (review_due)",
			"grant a: ended at 2026-01-01T00:00:00Z (expired)",
		}},
		{"what never comes", "not_before: 2030-01-01T00:00:00Z\nexpires: 2029-01-01T00:00:00Z\n" + grants + `{id: a, tools: [t], until: 2031-01-01T00:00:00Z}`, []string{
			"not_before is not before expires: the policy never holds (expired)", "grant a: ends after the policy does (expired)",
		}},
		{"what people forget", grants + `{id: a, tools: [Edit], paths: ["/x/**"]}` + "\n  - " + `{id: b, tools: [Bash], commands: ["go test *"]}` + "\n  - " + `{id: c, tools: [Bash], repos: [github.com/a/b], access: [write]}`, []string{
			"grant a: Edit writes, and without access the grant is for reading (incomplete)",
			"grant b: go test runs code of the workspace, which needs code: [workspace] (incomplete)",
			"grant c: writes to repositories, and names no refs that may change (incomplete)",
		}},
		{"tools that there are not", grants + `{id: a, tools: [Reed, "Ed*", "X*"]}` + "\n  - " + `{id: b, servers: [crm], tools: [get_customr]}` + "\n  - " + `{id: c, servers: [cmr]}`, []string{
			"grant a: no tool is called Reed; did you mean Read? (unknown_tool)",
			"grant a: no tool is called X* (unknown_tool)",
			"grant b: no tool is called get_customr; did you mean get_customer? (unknown_tool)",
			"grant c: no server is called cmr (unknown_tool)",
		}},
		{"a session that is over before it begins", "rules:\n  - {id: a, deny: true, suspend: true}\n  - {id: b, tools: [t], deny: true, suspend: true}\n", []string{
			"rule a: it suspends every session at its first call (broad)",
			"rule b: rule a always says at least as much (unreachable)",
		}},
		{"what only observes", "mode: observe\nrules:\n  - {id: a, tools: [t], deny: true, suspend: true}\n  - {id: b, intent: anomalous, wait: 2s, deny: true}\n", []string{
			"rule a: suspend ends nothing under mode: observe (unused)", "rule b: wait waits for nothing where the rule takes no effect (unused)",
		}},
		{"where no value comes from", grants + `{id: a, tools: [t, look], args: {x: {from: [prompt, look, crm/get_customer]}}}`, []string{
			"grant a: x: nothing grants crm/get_customer, so no value comes from it (incomplete)",
		}},
		{"what nothing uses", "params: {a: 1, b: 2}\n" + grants + `{id: a, tools: [t], args: {x: {equals: "${param.a}"}}}`, []string{"parameter b stands nowhere (unused)"}},
		{"what lets calls run", "on_unmatched: observe\non_unknown: observe\n", []string{
			"on_unmatched: observe lets calls run that no grant covers (open)", "on_unknown: observe lets calls run whose effects cannot be told (open)",
		}},
	}
	now := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := policy.LintOptions{Now: now}
			if strings.Contains(tt.name, "tools that there are not") {
				o.Tools = []string{"Read", "Edit", "Bash", "crm/get_customer"}
			}
			var got []string
			for _, i := range load(t, "version: 1\nid: x\n"+tt.text+"\n").Lint(o) {
				_, text, _ := strings.Cut(i.String(), ": ")
				got = append(got, text)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("issues (-want +got):\n%s", diff)
			}
		})
	}
}

func TestIssuesHaveTheirPlace(t *testing.T) {
	issues := load(t, "version: 1\nid: x\ngrants:\n  - {id: a, tools: [\"*\"], paths: [\"/w\"]}\n").Lint(policy.LintOptions{})
	if len(issues) != 1 || issues[0].Line != 4 || issues[0].Column != 5 || issues[0].String() != "test.yaml:4:5: grant a: tools: * is every local tool, also those that come later (broad)" {
		t.Errorf("%v", issues)
	}
	if (*policy.Policy)(nil).Lint(policy.LintOptions{}) != nil {
		t.Error("a nil policy has issues")
	}
}

// What lint calls unreachable never decides: without it everything is allowed, or
// refused, as with it.
func TestUnreachableMeansThatNothingChanges(t *testing.T) {
	pick := func(list ...string) string { return list[rand.IntN(len(list))] }
	part := func(list ...string) string {
		if rand.IntN(3) > 0 {
			return ""
		}
		return pick(list...)
	}
	targets := func() string {
		return part(`, paths: ["/w/**"]`, `, paths: ["/w/shop/**", "/tmp/*"]`, `, paths: ["${repo}/**"]`, `, paths: ["${repo}/a/**"]`, `, paths: ["**"]`) +
			part(`, hosts: [go.dev, "*.golang.org"]`, `, hosts: ["*.golang.org"]`) + part(`, data: ["sql:*"]`, `, data: ["sql:orders"]`) +
			part(`, commands: ["go *"]`, `, commands: ["go test *"]`) + part(`, secrets: ["env:CI_*"]`) + part(`, repos: [github.com/acme/shop], refs: ["**"]`, `, repos: ["github.com/acme/*"]`) +
			part(`, access: [read, connect]`, `, access: [read, write]`, `, access: [write]`, `, access: [read, connect, write, delete]`)
	}
	calls := func() string {
		return part(`, tools: [t]`, `, tools: [t, Read]`, `, tools: ["*"]`) + part(`, servers: [crm]`)
	}
	found := 0
	for range 1200 {
		var lines []string
		for i := range 3 {
			lines = append(lines, fmt.Sprintf("  - {id: g%d%s%s}\n", i, calls(), targets()))
		}
		rules := fmt.Sprintf("rules:\n  - {id: r0%s, %s: {x: y%s}}\n  - {id: r1%s, %s: {x: y%s}}\n", calls(), pick("deny", "require_approval"), targets(), calls(), pick("deny", "require_approval"), targets())
		rules = strings.ReplaceAll(strings.ReplaceAll(rules, "{x: y, ", "{"), "{x: y}", "true")
		text := func(without string) string {
			out := "version: 1\nid: x\ngrants:\n"
			for _, line := range append(slices.Clone(lines), strings.SplitAfter(rules, "\n")...) {
				if without == "" || !strings.Contains(line, "{id: "+without+",") {
					out += line
				}
			}
			return strings.Replace(strings.Replace(out, "grants:\nrules:", "grants: []\nrules:", 1), "rules:\n\n", "rules: []\n", 1)
		}
		all, err := policy.Parse("all", []byte(text("")), policy.Options{})
		if err != nil {
			continue
		}
		for _, issue := range all.Lint(policy.LintOptions{}) {
			if issue.Code != "unreachable" {
				continue
			}
			found++
			_, id, _ := strings.Cut(issue.About, " ")
			less, err := policy.Parse("less", []byte(text(id)), policy.Options{})
			if err != nil {
				t.Fatalf("%v\n%s", err, text(id))
			}
			for range 30 {
				r := randomRecords(1)[0]
				req := r.Request(shop)
				if a, b := verdictOf(t, all, req), verdictOf(t, less, req); a.Verdict != b.Verdict {
					t.Fatalf("%v\n%+v: %v with it, %v without\n%s", issue, r, a.Verdict, b.Verdict, text(""))
				}
			}
		}
	}
	if found < 50 {
		t.Errorf("%d unreachable ones: the test tells little", found)
	}
}

// TestLintTellsWhatCommandsAlsoNeed gives the linter an analyzer: a newcomer names a
// command and forgets what it reads and runs.
func TestLintTellsWhatCommandsAlsoNeed(t *testing.T) {
	const head = "version: 1\nid: t\npurpose: x\ngrants:\n  - "
	tests := []struct {
		name, text string
		want       []string
	}{
		{"tests", `{id: a, tools: [Bash], commands: ["go test *"]}`, []string{
			`grant a: go test also means running code (workspace), which no grant covers: it needs code: [workspace] (incomplete)`,
			`grant a: go test also means reading the files it is given, which no grant covers: it needs paths: ["${repo}/**"] (incomplete)`,
		}},
		{"tests with all they need", `{id: a, tools: [Bash], commands: ["go test *"], code: [workspace], paths: ["${repo}/**"]}`, nil},
		{"what another grant brings", `{id: a, tools: [Bash], commands: ["go test *"], code: [workspace]}` + "\n  - " + `{id: b, tools: [Bash], paths: ["${repo}/**"]}`, nil},
		{"reading", `{id: a, tools: [Bash], commands: ["cat *"]}`, []string{
			`grant a: cat also means reading the files it is given, which no grant covers: it needs paths: ["${repo}/**"] (incomplete)`,
		}},
		{"deleting", `{id: a, tools: [Bash], commands: ["rm *"]}`, []string{
			`grant a: rm also means deleting the files it is given, which no grant covers: it needs paths: ["${repo}/**"] with access: [delete] (incomplete)`,
		}},
		{"a network", `{id: a, tools: [Bash], commands: ["npm install *"], code: [workspace, remote], paths: ["${repo}/**"], access: [read, write]}`, []string{
			`grant a: code: remote is whatever somebody else serves (broad)`,
			`grant a: npm install also means connecting to registry.npmjs.org, which no grant covers (incomplete)`,
		}},
		{"nothing more", `{id: a, tools: [Bash], commands: ["echo *", "date"]}`, nil},
		{"a pattern in the middle", `{id: a, tools: [Bash], commands: ["kubectl * pods"]}`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := policy.Parse("t.yaml", []byte(head+tt.text), policy.Options{})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, i := range p.Lint(policy.LintOptions{Analyzer: analyze.Default()}) {
				got = append(got, strings.SplitN(i.String(), ": ", 2)[1])
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

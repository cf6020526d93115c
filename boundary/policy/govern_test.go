package policy_test

import (
	"strings"
	"testing"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/policy"
	"github.com/ambit-go/ambit/boundary/secret"
	"github.com/ambit-go/ambit/identity"
)

const everything = `
version: 1
id: wide
on_unmatched: require_approval
on_unknown: observe
grants:
  - {id: all, tools: [t], paths: ["/**"], access: [read, write, delete, exec, grant]}
`

func TestGovernanceCannotBeTurnedOffFromInside(t *testing.T) {
	p, err := policy.Parse("p.yaml", []byte(everything), policy.Options{Protect: []string{"/var/lib/ambit/**", "/etc/ambit.yaml"}})
	if err != nil {
		t.Fatal(err)
	}
	prefix := func(target string, a effect.Access) effect.Effect {
		e := path(target, a)
		e.Certainty = effect.Prefix
		return e
	}
	tests := []struct {
		name   string
		effect effect.Effect
		tamper bool
	}{
		{"the agent's settings", path("/w/shop/.claude/settings.json", effect.Write), true},
		{"its hooks", path("/home/ada/.claude/hooks/pre.sh", effect.Exec), true},
		{"another agent's", path("/home/ada/.codex/config.toml", effect.Write), true},
		{"its servers", path("/w/shop/.mcp.json", effect.Exec), true},
		{"an organisation's settings", path("/etc/claude-code/managed-settings.d/1.json", effect.Write), true},
		{"an organisation's settings on macOS", path("/Library/Application Support/ClaudeCode/managed-settings.json", effect.Write), true},
		{"an organisation's settings on macOS, where /etc leads", path("/private/etc/codex/config.toml", effect.Write), true},
		{"an organisation's settings on Windows", path("C:/ProgramData/gemini-cli/settings.json", effect.Write), true},
		{"the folder of an organisation's settings", path("/Library/Application Support/ClaudeCode", effect.Delete), true},
		{"the folder that is in", path("/Library/Application Support", effect.Delete), true},
		{"the agent's folder", path("/w/shop/.claude", effect.Delete), true},
		{"the rights on it, with a slash", path("/home/ada/.codex/", effect.Grant), true},
		{"a new file in it", path("/w/shop/.claude/notes.md", effect.Write), false},
		{"a folder that is called so in part", path("/w/shop/x.claude", effect.Delete), false},
		{"another folder of an organisation's", path("/Library/Application Support/Notes", effect.Delete), false},
		{"the state", path("/var/lib/ambit/s-1.jsonl", effect.Write), true},
		{"deleting the state", path("/var/lib/ambit/s-1.jsonl", effect.Delete), true},
		{"the rights on it", path("/var/lib/ambit", effect.Grant), true},
		{"the folder it is in", path("/var/lib", effect.Delete), true},
		{"everything", path("/", effect.Delete), true},
		{"a file whose name is not known", prefix("/etc/amb", effect.Write), true},
		{"everything below a folder", prefix("/var/", effect.Write), true},
		{"a guess", effect.Effect{Kind: effect.Path, Access: effect.Write, Target: "/etc/ambit.yaml"}, true},
		{"reading the state", path("/var/lib/ambit/s-1.jsonl", effect.Read), false},
		{"a folder beside it", path("/var/lib/ambition/x", effect.Write), false},
		{"writing into the folder above", path("/var/lib/x", effect.Write), false},
		{"settings of something else", path("/w/shop/settings.json", effect.Write), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := verdictOf(t, p, boundary.Request{Session: shop, Tool: "t", Effects: []effect.Effect{tt.effect}})
			if got := d.Determining().Reason == boundary.ReasonTamper; got != tt.tamper {
				t.Fatalf("%+v", d)
			}
			if tt.tamper && (d.Verdict != boundary.Deny || d.Observed || d.Crossings[0].Kind != boundary.GovernanceTamper) {
				t.Errorf("tampering can be granted or approved: %+v", d)
			}
		})
	}
}

func TestCaseFoldsForProhibitionsWhereFileSystemsDo(t *testing.T) {
	p := load(t, "version: 1\nid: x\ngrants: [{id: g, tools: [t], paths: [\"/w/**\"], access: [write]}]\nrules: [{id: r, deny: {paths: [\"**/infra/**\"]}}]\n")
	ask := func(target string) boundary.Verdict {
		return verdictOf(t, p, boundary.Request{Session: shop, Tool: "t", Effects: []effect.Effect{path(target, effect.Write)}}).Verdict
	}
	defer policy.FoldPaths(true)()
	if ask("/w/shop/INFRA/x") != boundary.Deny {
		t.Error("a rule misses another case of the same folder")
	}
	if ask("/W/shop/x") != boundary.Deny {
		t.Error("a grant takes another case")
	}
	policy.FoldPaths(false)
	if ask("/w/shop/INFRA/x") != boundary.Allow {
		t.Error("a rule takes another folder")
	}
}

func TestPathsThatAreNotCanonicalAreNotKnown(t *testing.T) {
	p := load(t, strings.Replace(everything, "observe", "require_approval", 1))
	for _, target := range []string{"/w/shop/../../etc/passwd", "/w/./x", "/w//x", "w/x", "/w/..", "/w/x/.", "", "/w\x00/x", "/" + strings.Repeat("x", 9000)} {
		d := verdictOf(t, p, boundary.Request{Session: shop, Tool: "t", Effects: []effect.Effect{path(target, effect.Read)}})
		if d.Determining().Reason != boundary.ReasonUnknownEffect {
			t.Errorf("%.20q: %+v", target, d)
		}
	}
	for _, target := range []string{"/w/..x", "/w/x..", "/w/.git/config", "/w/...", "/w/"} {
		if d := verdictOf(t, p, boundary.Request{Session: shop, Tool: "t", Effects: []effect.Effect{path(target, effect.Read)}}); d.Verdict != boundary.Allow {
			t.Errorf("%q: %+v", target, d)
		}
	}
}

// A grant of "*" names no tool: what it covers is what it mentions. Otherwise one
// for paths would bring all that tools nobody described do to things of their own.
func TestAWildcardNamesNoTool(t *testing.T) {
	own := func(access effect.Access) effect.Effect {
		return effect.Effect{Kind: effect.Data, Access: access, Target: "tool:account/7", Certainty: effect.Exact}
	}
	tests := []struct {
		name, grant string
		effects     []effect.Effect
		want        boundary.Verdict
	}{
		{"what it mentions", `{id: g, tools: ["*"], paths: ["/w/**"]}`, []effect.Effect{path("/w/x", effect.Read)}, boundary.Allow},
		{"a change of the tool's own", `{id: g, tools: ["*"], paths: ["/w/**"]}`, []effect.Effect{own(effect.Write)}, boundary.Deny},
		{"a look at it", `{id: g, tools: ["*"], paths: ["/w/**"]}`, []effect.Effect{own(effect.Read)}, boundary.Deny},
		{"with access, too", `{id: g, tools: ["*"], paths: ["/w/**"], access: [read, write]}`, []effect.Effect{own(effect.Write)}, boundary.Deny},
		{"beside what it mentions", `{id: g, tools: ["*"], paths: ["/w/**"]}`, []effect.Effect{path("/w/x", effect.Read), own(effect.Delete)}, boundary.Deny},
		{"nothing at all", `{id: g, tools: ["*"], paths: ["/w/**"]}`, nil, boundary.Deny},
		{"data that is mentioned", `{id: g, tools: ["*"], data: ["tool:account/*"]}`, []effect.Effect{own(effect.Read)}, boundary.Allow},
		{"a family of tools", `{id: g, tools: ["pay_*"]}`, []effect.Effect{own(effect.Write)}, boundary.Allow},
		{"all tools of a server that is named", `{id: g, servers: [bank], tools: ["*"]}`, []effect.Effect{{Kind: effect.Host, Access: effect.Connect, Target: "mcp:bank", Certainty: effect.Exact}}, boundary.Allow},
		{"changes by all tools of a server", `{id: g, servers: [bank], tools: ["*"]}`, []effect.Effect{{Kind: effect.Data, Access: effect.Write, Target: "bank:account/7", Certainty: effect.Exact}}, boundary.Deny},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := load(t, "version: 1\nid: x\ngrants:\n  - "+tt.grant+"\n")
			req := boundary.Request{Session: shop, Tool: "pay_bill", Effects: tt.effects}
			if strings.Contains(tt.grant, "bank") {
				req.Server = "bank"
			}
			if d := verdictOf(t, p, req); d.Verdict != tt.want {
				t.Errorf("%v, want %v: %s", d.Verdict, tt.want, d.Message)
			}
		})
	}
	if _, err := policy.Parse("x", []byte("version: 1\nid: x\ngrants: [{id: g, tools: [\"*\"]}]\n"), policy.Options{}); err == nil || !strings.Contains(err.Error(), "wildcards alone name no tool") {
		t.Errorf("a grant of nothing but a wildcard: %v", err)
	}
}

// What is touched, and how is not known, has a word.
func TestUnknownAccessHasAWord(t *testing.T) {
	tests := []struct {
		access string
		effect effect.Access
		want   boundary.Verdict
	}{
		{"[unknown]", effect.NoAccess, boundary.Allow},
		{"[read, unknown]", effect.NoAccess, boundary.Allow},
		{"[read, unknown]", effect.Read, boundary.Allow},
		{"[unknown]", effect.Read, boundary.Deny},
		{"[unknown]", effect.Write, boundary.Deny},
		{"[read, write, delete, exec, grant, connect]", effect.NoAccess, boundary.Deny},
	}
	for _, tt := range tests {
		p := load(t, "version: 1\nid: x\ngrants: [{id: g, tools: [\"*\"], data: [\"tool:account/*\"], access: "+tt.access+"}]\n")
		d := verdictOf(t, p, boundary.Request{Session: shop, Tool: "t", Effects: []effect.Effect{{Kind: effect.Data, Access: tt.effect, Target: "tool:account/7", Certainty: effect.Exact}}})
		if d.Verdict != tt.want {
			t.Errorf("access %s, effect %v: %v, want %v: %s", tt.access, tt.effect, d.Verdict, tt.want, d.Message)
		}
	}
	a := load(t, "version: 1\nid: x\ngrants: [{id: g, data: [\"tool:a\"], access: [read]}]\n")
	b := load(t, "version: 1\nid: x\ngrants: [{id: g, data: [\"tool:a\"], access: [read, unknown]}]\n")
	if a.PolicyRef() == b.PolicyRef() {
		t.Error("the hash does not know of it")
	}
}

// A tool of a server does not pass for a local one, whichever way its name is
// written.
func TestAServersToolIsNotALocalOne(t *testing.T) {
	p := load(t, "version: 1\nid: x\ngrants: [{id: g, tools: [\"g*\", \"d*\", \"m*\"]}, {id: s, servers: [crm], tools: [get]}]\n")
	for _, tt := range []struct {
		server, tool string
		want         boundary.Verdict
	}{
		{"", "get", boundary.Allow},
		{"crm", "get", boundary.Allow},
		{"", "mcp__crm__get", boundary.Allow},
		{"crm", "mcp_crm_get", boundary.Allow},
		{"crm", "crm__get", boundary.Allow},
		{"crm", "delete", boundary.Deny},
		{"", "mcp__crm__delete", boundary.Deny},
		{"", "mcp__evil__get", boundary.Deny},
		{"evil", "get", boundary.Deny},
		{"evil", "mcp__crm__get", boundary.Deny},
		{"evil", "crm__get", boundary.Deny},
	} {
		if d := verdictOf(t, p, boundary.Request{Session: shop, Server: tt.server, Tool: tt.tool}); d.Verdict != tt.want {
			t.Errorf("%q %q: %v, want %v", tt.server, tt.tool, d.Verdict, tt.want)
		}
	}
	if _, err := policy.Parse("x", []byte("version: 1\nid: x\ngrants: [{id: g, tools: [mcp__crm__get]}]\n"), policy.Options{}); err == nil {
		t.Error("a grant that could never match loads")
	}
}

func TestWhatMakesASessionPrivileged(t *testing.T) {
	const text = "version: 1\nid: x\nsession: {privileged: require_approval, production: {resources: {cluster: prod}, hosts: [db.acme.example]}}\ngrants:\n  - "
	tests := []struct {
		name, grant string
		history     boundary.History
		want        string // part of the message; empty for not privileged
	}{
		{"nothing of the sort", `{id: g, tools: [Read], paths: ["/**"], access: [read, write]}`, boundary.History{}, ""},
		{"a grant of secrets", `{id: g, secrets: ["env:TOKEN"]}`, boundary.History{}, "secrets"},
		{"a grant of production", `{id: g, resources: {provider: k8s, cluster: "*"}}`, boundary.History{}, "production"},
		{"another cluster", `{id: g, resources: {provider: k8s, cluster: staging}}`, boundary.History{}, ""},
		{"any cluster, for it is not said which", `{id: g, resources: {provider: k8s}}`, boundary.History{}, "production"},
		{"a host of production", `{id: g, hosts: ["*.acme.example"]}`, boundary.History{}, "production"},
		{"a server that may change something", `{id: g, servers: [crm], tools: [refund]}`, boundary.History{}, "external tools"},
		{"a server that is only read", `{id: g, servers: [crm], tools: [get], access: [read]}`, boundary.History{}, ""},
		{"a secret that was seen", `{id: g, tools: [Read]}`, boundary.History{SecretSeen: true}, "secrets"},
		{"what it was before", `{id: g, tools: [Read]}`, boundary.History{Privileged: true}, "privileged"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := load(t, text+tt.grant+"\n")
			d, err := boundary.CheckSession(t.Context(), boundary.Bind(p, shop), shop, tt.history)
			if err != nil {
				t.Fatal(err)
			}
			if d.Privileged != (tt.want != "") || d.Privileged != (d.Verdict == boundary.RequireApproval) || !strings.Contains(d.Message, tt.want) {
				t.Errorf("%+v", d)
			}
			if d.Privileged && d.Determining().Reason != boundary.ReasonPrivileged {
				t.Errorf("reason %q", d.Determining().Reason)
			}
		})
	}
	for word, want := range map[string]boundary.Verdict{"deny": boundary.Deny, "observe": boundary.Allow} {
		p := load(t, strings.Replace(text, "require_approval", word, 1)+`{id: g, secrets: ["env:TOKEN"]}`+"\n")
		if d, err := p.CheckSession(t.Context(), shop, boundary.History{}); err != nil || d.Verdict != want || !d.Privileged {
			t.Errorf("%s: %+v, %v", word, d, err)
		}
	}
}

func TestACallThatReachesASecretMakesItsSessionPrivileged(t *testing.T) {
	c := boundary.Bind(load(t, "version: 1\nid: x\non_unmatched: require_approval\nsession: {privileged: deny}\ngrants: [{id: g, tools: [t], paths: [\"/**\"]}]\n"), shop)
	reads := boundary.Request{Session: shop, Tool: "t", Seq: 1, Effects: []effect.Effect{{Kind: effect.Secret, Access: effect.Read, Target: "env:TOKEN", Certainty: effect.Exact}}}
	privileged := func() bool {
		d, err := boundary.CheckSession(t.Context(), c, shop, boundary.History{})
		return err == nil && d.Privileged && d.Verdict == boundary.Deny
	}
	d := verdictOf(t, c, reads)
	if d.Verdict != boundary.RequireApproval || d.Privileged || privileged() {
		t.Fatalf("before anybody agreed: %+v", d)
	}
	boundary.Observe(c, reads, d, boundary.Outcome{Ran: true})
	if !privileged() {
		t.Error("the secret was read, and the session is what it was")
	}
}

func TestIdentitiesAreChecked(t *testing.T) {
	p := load(t, "version: 1\nid: x\nidentities: {allow: [\"agent:triage\"], on_switch: deny, expect: [{from: \"agent:triage\", to: \"role:reader\", max_ttl: 1h}]}\ngrants: [{id: g, tools: [t]}]\n")
	triage := identity.Principal{Kind: identity.Agent, ID: "triage"}
	req := func(actor identity.Principal, switches ...identity.Switch) boundary.Request {
		r := call("t", 1)
		r.Delegation.Actors = []identity.Principal{actor}
		r.Switches = switches
		return r
	}
	if d := verdictOf(t, p, req(triage)); d.Verdict != boundary.Allow {
		t.Errorf("the task's agent: %+v", d)
	}
	if d := verdictOf(t, p, req(identity.Principal{Kind: identity.Human, ID: "triage"})); d.Determining().Reason != boundary.ReasonIdentitySwitch {
		t.Errorf("a person of the same name: %+v", d)
	}
	mallory := identity.Principal{Kind: identity.Agent, ID: "mallory"}
	for name, tt := range map[string]struct {
		chain identity.Delegation
		want  boundary.Verdict
	}{
		"the task's agent, for another":   {identity.Delegation{Actors: []identity.Principal{triage, mallory}}, boundary.Allow},
		"another, for the task's agent":   {identity.Delegation{Actors: []identity.Principal{mallory, triage}}, boundary.Deny},
		"a chain that cannot be read":     {identity.Delegation{Malformed: "act_not_object"}, boundary.Deny},
		"a chain whose end is cut off":    {identity.Delegation{Actors: []identity.Principal{triage}, Truncated: 3}, boundary.Allow},
		"no chain: the session's actor":   {identity.Delegation{}, boundary.Allow},
		"unreadable behind the outermost": {identity.Delegation{Actors: []identity.Principal{triage}, Malformed: "nested_act_not_object"}, boundary.Allow},
	} {
		r := call("t", 1)
		r.Session.Actor, r.Delegation = triage, tt.chain
		if d := verdictOf(t, p, r); d.Verdict != tt.want {
			t.Errorf("%s: %+v", name, d)
		}
	}
	if d := verdictOf(t, p, req(identity.Principal{})); !d.Refuses() {
		t.Errorf("nobody: %+v", d)
	}
	if d := verdictOf(t, p, req(triage, identity.Switch{Kind: identity.CredentialRotated})); d.Refuses() {
		t.Errorf("a rotated credential: %+v", d)
	}
	if d := verdictOf(t, p, req(triage, identity.Switch{Kind: identity.TenantChanged, From: "a", To: "b"})); d.Verdict != boundary.Deny {
		t.Errorf("another tenant: %+v", d)
	}
}

// An expected change is one from somebody, too: whoever else takes the identity on needs
// a grant.
func TestAnExpectedIdentityIsForWhomItIsExpectedOf(t *testing.T) {
	p := load(t, "version: 1\nid: x\nidentities: {on_switch: observe, expect: [{from: \"agent:triage\", to: \"aws-profile:reader\"}, {from: \"aws-profile:dev\", to: \"aws-profile:prod\"}]}\ngrants: [{id: g, tools: [t]}]\n")
	dev := []identity.Switch{{Kind: identity.TenantChanged, From: "dev", To: "prod"}}
	for _, tt := range []struct {
		name, actor, takes string
		switches           []identity.Switch
		want               boundary.Verdict
	}{
		{"who is expected to", "triage", "aws-profile:reader", nil, boundary.Allow},
		{"somebody else", "mallory", "aws-profile:reader", nil, boundary.Deny},
		{"another identity", "triage", "aws-profile:admin", nil, boundary.Deny},
		{"from what was taken on before", "triage", "aws-profile:prod", dev, boundary.Allow},
		{"from nothing that is known", "triage", "aws-profile:prod", nil, boundary.Deny},
	} {
		r := call("t", 1)
		r.Session.Actor, r.Switches = identity.Principal{Kind: identity.Agent, ID: tt.actor}, tt.switches
		r.Effects = []effect.Effect{{Kind: effect.Identity, Access: effect.Grant, Target: tt.takes, Certainty: effect.Exact}}
		if d := verdictOf(t, p, r); d.Verdict != tt.want {
			t.Errorf("%s: %+v", tt.name, d)
		}
	}
}

func TestConditionsThatFail(t *testing.T) {
	truth := map[string]bool{"yes": true, "no": false}
	o := policy.Options{When: func(text string) (policy.Condition, error) { return condition(text, truth), nil }}
	p, err := policy.Parse("p", []byte(`
version: 1
id: x
grants:
  - {id: yes, tools: [yes], when: "yes"}
  - {id: no, tools: [no], when: "no"}
  - {id: fails, tools: [fails], when: fails}
  - {id: plain, tools: [ruled, unruled, broken]}
rules:
  - {id: r, tools: [ruled], when: "yes", deny: true}
  - {id: s, tools: [unruled], when: "no", deny: true}
  - {id: t, tools: [broken], when: fails, deny: true}
`), o)
	if err != nil {
		t.Fatal(err)
	}
	for tool, want := range map[string]boundary.Verdict{
		"yes": boundary.Allow, "no": boundary.Deny, "fails": boundary.Deny,
		"ruled": boundary.Deny, "unruled": boundary.Allow, "broken": boundary.Deny,
	} {
		d := verdictOf(t, p, call(tool, 1))
		if d.Verdict != want {
			t.Errorf("%s: %+v", tool, d)
		}
		if tool == "broken" && (d.Crossings[0].Kind != boundary.Indeterminate || d.Determining().Rule != "t") {
			t.Errorf("the decision does not say that the condition failed: %+v", d)
		}
	}
}

func TestSecretsInRulesHaveTheirExceptions(t *testing.T) {
	p := load(t, `
version: 1
id: x
grants: [{id: g, tools: [t], secrets: ["**"]}]
rules: [{id: r, secrets: {except: ["env:CI_*", "file:${home}/.netrc", "found:test-*"]}, deny: true}]
`)
	at := func(target string) boundary.Request {
		r := call("t", 1)
		r.Effects = []effect.Effect{{Kind: effect.Secret, Access: effect.Read, Target: target, Certainty: effect.Exact}}
		return r
	}
	for target, want := range map[string]boundary.Verdict{
		"env:CI_TOKEN": boundary.Allow, "env:TOKEN": boundary.Deny, "file:/home/ada/.netrc": boundary.Allow, "file:/home/eve/.netrc": boundary.Deny,
	} {
		if d := verdictOf(t, p, at(target)); d.Verdict != want {
			t.Errorf("%s: %+v", target, d)
		}
	}
	for kind, want := range map[string]boundary.Verdict{"test-key": boundary.Allow, "github-pat": boundary.Deny} {
		r := call("t", 1)
		r.Findings = []secret.Finding{{Kind: kind}}
		if d := verdictOf(t, p, r); d.Verdict != want {
			t.Errorf("found %s: %+v", kind, d)
		}
	}
}

func TestMergingNarrows(t *testing.T) {
	org := load(t, "version: 1\nid: org\non_unmatched: require_approval\nreview_by: 2026-01-01\nrules: [{id: r, tools: [b], deny: true}]\n")
	task := load(t, "version: 1\nid: task\nmode: observe\ngrants: [{id: g, tools: [a, b]}]\n")
	strict := load(t, "version: 1\nid: strict\nmode: enforce\non_unmatched: deny\n")
	both, err := policy.Merge(org, task)
	if err != nil {
		t.Fatal(err)
	}
	all, err := policy.Merge(strict, org, task)
	if err != nil {
		t.Fatal(err)
	}
	if both.ID() != "task" || both.PolicyRef().Hash == task.PolicyRef().Hash || both.PolicyRef().Hash == all.PolicyRef().Hash {
		t.Errorf("id %q, hashes %v", both.ID(), both.PolicyRef())
	}
	for _, tt := range []struct {
		name, tool string
		p          *policy.Policy
		want       boundary.Verdict
		refuses    bool
	}{
		{"a file without grants bounds nothing", "a", both, boundary.Allow, false},
		{"what only the task's mode observes", "b", both, boundary.Deny, false},
		{"the stated fallback holds over the default", "c", both, boundary.RequireApproval, false},
		{"the strictest mode", "b", all, boundary.Deny, true},
		{"the strictest fallback", "c", all, boundary.Deny, true},
	} {
		d := verdictOf(t, tt.p, call(tt.tool, 1))
		if d.Verdict != tt.want || d.Refuses() != tt.refuses {
			t.Errorf("%s: %+v", tt.name, d)
		}
	}
	for name, list := range map[string][]*policy.Policy{"nothing": nil, "nil": {org, nil}, "nil alone": {nil}} {
		if _, err := policy.Merge(list...); err == nil {
			t.Errorf("%s merges", name)
		}
	}
}

package policy_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/policy"
)

const recorded = `
{"session":"s1","turn":0,"index":0,"tool":"Read","ran":true,"outcome":"allow","enforced":true,"grant":"read","effects":[{"kind":"path","access":"read","target":"/w/shop/payments/a.go","certainty":"exact"}],"intent":{"label":"debug"}}
{"session":"s1","turn":0,"index":1,"tool":"Edit","ran":true,"outcome":"allow","effects":[{"kind":"path","access":"write","target":"/w/shop/payments/a.go","certainty":"exact"}]}
{"session":"s1","turn":0,"index":2,"tool":"Bash","ran":true,"outcome":"allow","effects":[{"kind":"command","access":"exec","target":"go test","certainty":"exact"},{"kind":"code","access":"exec","target":"workspace","certainty":"exact"},{"kind":"path","access":"read","target":"/w/shop/payments/","certainty":"prefix"}]}
{"session":"s1","turn":0,"index":3,"tool":"WebFetch","ran":true,"outcome":"allow","effects":[{"kind":"url","access":"connect","target":"https://go.dev/doc/","certainty":"exact","direction":"in"}]}
{"session":"s1","turn":1,"index":0,"tool":"Edit","ran":false,"outcome":"deny","reason":"unmatched","effects":[{"kind":"path","access":"write","target":"/w/shop/infra/main.tf","certainty":"exact"}]}
{"session":"s1","turn":1,"index":1,"tool":"Edit","ran":false,"outcome":"require_approval","reason":"unmatched","effects":[{"kind":"path","access":"write","target":"/w/shop/docs/x.md","certainty":"exact"}]}
{"session":"s1","turn":1,"index":2,"tool":"Bash","ran":false,"outcome":"deny","reason":"unmatched","effects":[{"kind":"command","access":"exec","target":"go test","certainty":"exact"},{"kind":"path","access":"delete","target":"/w/shop/payments/a.go","certainty":"exact"}]}
{"session":"s1","summary":{"calls":7}}
`

const reviewed = `# What the agent may do.
version: 1
id: fix
grants:
  # Reading is harmless.
  - {id: read, tools: [Read, Grep, Bash], paths: ["${repo}/**"]}
  - {id: fix, tools: [Edit, Write], paths: ["${repo}/payments/**"], access: [read, write, delete]}
  - {id: test, tools: [Bash], commands: ["go *", "make *"], code: [workspace, inline]}
  - {id: web, tools: [WebFetch], hosts: ["*.golang.org", go.dev, pkg.go.dev]}
  - {id: deploy, tools: [Bash], commands: ["kubectl *"]}
subagents: {default: [read, deploy]}
rules:
  - {id: no-secrets, secrets: deny}
`

func records(t testing.TB, text string) []policy.Record {
	t.Helper()
	list, err := policy.ReadRecords(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestReview(t *testing.T) {
	rep := policy.Review(load(t, reviewed), records(t, recorded), shop)
	if rep.Calls != 7 || rep.Allowed != 4 || rep.Refused != 3 {
		t.Errorf("%d calls, %d allowed, %d refused", rep.Calls, rep.Allowed, rep.Refused)
	}
	wantGrants := []policy.GrantUse{
		{ID: "read", Calls: 2, Broad: []string{"paths: ${repo}/**"}},
		{ID: "fix", Calls: 1},
		{ID: "test", Calls: 1, Broad: []string{"commands: go *"}},
		{ID: "web", Calls: 1},
		{ID: "deploy"},
	}
	if diff := cmp.Diff(wantGrants, rep.Grants); diff != "" {
		t.Errorf("grants (-want +got):\n%s", diff)
	}
	wantMisses := []policy.Miss{
		{Grant: "fix", Condition: "is for other paths", Calls: 2, Example: "write path /w/shop/infra/main.tf"},
		{Grant: "read", Condition: "is for reading", Calls: 1, Example: "delete path /w/shop/payments/a.go"},
	}
	if diff := cmp.Diff(wantMisses, rep.Misses); diff != "" {
		t.Errorf("misses (-want +got):\n%s", diff)
	}
	want := `# What the agent may do.
version: 1
id: fix
grants:
    # Reading is harmless.
    - {id: read, tools: [Bash, Read], paths: ["${repo}/payments/**"]}
    - {id: fix, tools: [Edit], paths: ["${repo}/payments/**"], access: [write]}
    - {id: test, tools: [Bash], commands: ["go test *"], code: [workspace]}
    - {id: web, tools: [WebFetch], hosts: [go.dev]}
subagents: {default: [read]}
rules:
    - {id: no-secrets, secrets: deny}
`
	if diff := cmp.Diff(want, string(rep.Proposed)); diff != "" {
		t.Errorf("proposed (-want +got):\n%s", diff)
	}
	again := policy.Review(load(t, string(rep.Proposed)), records(t, recorded), shop)
	if again.Proposed != nil {
		t.Errorf("what was narrowed can be narrowed again:\n%s", again.Proposed)
	}
}

func TestSuggest(t *testing.T) {
	got := string(policy.Suggest("fix", records(t, recorded), shop))
	want := `version: 1
id: fix
on_unknown: require_approval
grants:
  - {id: read, tools: [Read, Bash], paths: ["${repo}/payments/**"], access: [read]}
  - {id: change, tools: [Edit], paths: ["${repo}/payments/**"], access: [write]}
  - {id: run, tools: [Bash], commands: ["go test *"], code: [workspace]}
  - {id: reach, tools: [WebFetch], hosts: [go.dev], access: [connect]}
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("suggested (-want +got):\n%s", diff)
	}
	load(t, got)
}

func TestRecordsAreReadAsTheyAre(t *testing.T) {
	list, err := policy.ReadRecords(strings.NewReader("\xef\xbb\xbf{\"tool\":\"a\",\"unheard\":1}\n\nnonsense\n{\"tool\":\"b\",\"effects\":[{\"kind\":\"unheard\",\"certainty\":\"exact\"}]}\n{\"session\":\"s\",\"summary\":{}}\n"))
	if err == nil || !strings.Contains(err.Error(), "line 3") {
		t.Errorf("error %v", err)
	}
	if len(list) != 2 || list[1].Effects[0].Kind != effect.AnyKind {
		t.Errorf("%+v", list)
	}
	if strings.Contains(err.Error(), "nonsense") {
		t.Error("the error repeats the line")
	}
}

func TestReviewOfNothing(t *testing.T) {
	if rep := policy.Review(nil, nil, shop); rep.Calls != 0 || rep.Proposed != nil {
		t.Errorf("%+v", rep)
	}
	if rep := policy.Review(load(t, reviewed), nil, shop); rep.Proposed != nil || len(rep.Grants) != 5 {
		t.Errorf("without a recording something is proposed: %+v", rep)
	}
	load(t, string(policy.Suggest("", nil, shop)))
}

// world makes random effects that look like those of real calls.
func randomEffect() effect.Effect {
	pick := func(list ...string) string { return list[rand.IntN(len(list))] }
	name := func() string { return pick("a", "b", "cc", "d.go", "x*y", "e f", "ü", "g:h", "${x}", "#1") }
	e := effect.Effect{Certainty: effect.Exact, Raw: "raw"}
	if rand.IntN(4) == 0 {
		e.Certainty = effect.Certainty(rand.IntN(3))
	}
	switch rand.IntN(11) {
	case 0, 1, 2:
		e.Kind = effect.Path
		e.Access = []effect.Access{effect.Read, effect.Read, effect.Write, effect.Delete, effect.Exec}[rand.IntN(5)]
		e.Target = pick("/w/shop", "/w/shop", "/home/ada", "/tmp", "/etc")
		for range rand.IntN(4) {
			e.Target += "/" + name()
		}
		if e.Certainty == effect.Prefix && rand.IntN(2) == 0 {
			e.Target += "/"
		}
	case 3:
		e.Kind, e.Access = effect.Host, effect.Connect
		e.Target = pick("go.dev", "a.golang.org", "b.golang.org", "10.1.2.3", "[::1]:80", "x.example:8080", "mcp:crm", "mcp:x")
		e.Direction = effect.Direction(rand.IntN(3))
	case 4:
		e.Kind, e.Access = effect.URL, effect.Connect
		e.Target = "https://" + pick("go.dev", "a.golang.org", "x.example:8080", "u.example") + pick("/", "/v1/a", "/v1/b", "/v2/../x")
		e.Direction = effect.Direction(rand.IntN(3))
	case 5:
		e.Kind, e.Access = effect.Command, effect.Exec
		e.Target = pick("go test", "go vet", "make", "git push", "curl", "npm run")
		if rand.IntN(4) == 0 {
			e.Access = effect.Read
		}
	case 6:
		e.Kind, e.Access, e.Target = effect.Code, effect.Exec, pick("workspace", "inline", "remote", "else")
	case 7:
		e.Kind, e.Access = effect.Repo, []effect.Access{effect.Read, effect.Write}[rand.IntN(2)]
		e.Target = pick("github.com/acme/shop", "github.com/Acme/Shop", "git.x.example:22/a/b", "github.com/acme/shop:refs/heads/fix/x", "github.com/acme/shop:refs/heads/main", "github.com/acme/other:refs/heads/fix/")
		e.Direction = effect.Out
	case 8:
		e.Kind, e.Access = effect.Secret, effect.Read
		e.Target = pick("env:TOKEN", "env:CI_X", "file:/home/ada/.netrc", "store:vault/a/b", "keychain", "metadata:169.254.169.254", "file:/w/shop/.env")
	case 9:
		e.Kind, e.Access = effect.Data, []effect.Access{effect.Read, effect.Write, effect.Delete}[rand.IntN(3)]
		e.Target = pick("sql:orders", "sql:shop.x", "tool:t/1", "crm:customer/42", "crm:x*", "x:y")
		e.Direction = effect.Out
	case 10:
		e.Kind, e.Access = effect.Resource, []effect.Access{effect.Read, effect.Write}[rand.IntN(2)]
		e.Target = pick("k8s:cluster=prod,namespace=shop", "k8s:namespace=x", "aws:account=123,service=s3", "docker:name=a%2Cb", "gcp:")
		if rand.IntN(3) == 0 {
			e.Kind, e.Access, e.Target = effect.Identity, effect.Grant, pick("role:arn:aws:iam::1:role/x", "user:root", "kube-context:prod")
		}
	}
	return e
}

func randomRecords(n int) []policy.Record {
	pick := func(list ...string) string { return list[rand.IntN(len(list))] }
	list := make([]policy.Record, n)
	for i := range list {
		r := &list[i]
		*r = policy.Record{Session: "s", Tool: pick("Read", "Bash", "Edit", "t", "get_customer", "mcp__crm__get_customer", "odd*name", "TodoWrite"), Ran: true, Outcome: "allow"}
		r.Server = pick("", "", "", "crm", "x")
		if r.Agent = pick("", "", "", "helper"); r.Agent != "" && rand.IntN(2) == 0 {
			r.Agent = ""
		}
		for range rand.IntN(4) {
			r.Effects = append(r.Effects, policy.Effect(randomEffect()))
		}
	}
	return list
}

// wide is a policy that grants much in many ways, so that random calls find
// something to be allowed by.
const wide = `
version: 1
id: wide
grants:
  - {id: repo, tools: [Read, Bash, "Ed*"], paths: ["${repo}/**", "/tmp/*", "/etc/a"], access: [read, write]}
  - {id: home, paths: ["${home}/**", "**/b/**"], except: ["**/cc/**"]}
  - {id: gone, tools: [Bash], paths: ["/w/shop/a/**"], access: [delete, exec], except: {access: [exec]}}
  - {id: net, hosts: ["*.golang.org", go.dev, "x.example:*", 10.0.0.0/8], access: [connect, write]}
  - {id: page, tools: [Bash, t], urls: ["https://u.example/v1/**"], hosts: ["[::1]:80"]}
  - {id: go, tools: [Bash], commands: ["go *", "make", "npm run *"], code: [workspace, inline, plugin], secrets: ["env:CI_*", "file:${home}/**"], data: ["sql:*"]}
  - {id: push, tools: [Bash, Edit], repos: ["github.com/acme/*"], refs: ["refs/heads/fix/*", "refs/**"], access: [read, write]}
  - {id: cloud, resources: [{provider: k8s, cluster: "*"}, {provider: aws}], identities: ["role:*", "kube-context:*"], access: [read, write]}
  - {id: crm, servers: [crm], tools: ["get_*", t]}
  - {id: crm-data, servers: [crm, x], data: ["crm:customer/*", "x:*"], access: [read, write]}
  - {id: own, tools: [t, "odd*"]}
subagents: {default: [repo, own], helper: [go, repo]}
rules:
  - {id: r, deny: {paths: ["**/e f/**"]}}
`

func TestWhatIsProposedAllowsAllThatWasUsed(t *testing.T) {
	p := load(t, wide)
	proposals, allowed := 0, 0
	for range 600 {
		list := randomRecords(1 + rand.IntN(8))
		var used []policy.Record
		for _, r := range list {
			if verdictOf(t, p, r.Request(shop)).Verdict == boundary.Allow {
				used = append(used, r)
			}
		}
		allowed += len(used)
		rep := policy.Review(p, used, shop)
		if rep.Proposed == nil {
			continue
		}
		proposals++
		narrow, err := policy.Parse("proposed", rep.Proposed, policy.Options{})
		if err != nil {
			t.Fatalf("the proposal does not load: %v\n%s", err, rep.Proposed)
		}
		for _, r := range used {
			if d := verdictOf(t, narrow, r.Request(shop)); d.Verdict != boundary.Allow {
				t.Fatalf("the proposal refuses what was used: %+v\n%s\n%s", r, d.Message, rep.Proposed)
			}
		}
		for _, r := range randomRecords(20) { // and is narrower
			if verdictOf(t, narrow, r.Request(shop)).Verdict == boundary.Allow && verdictOf(t, p, r.Request(shop)).Verdict != boundary.Allow {
				t.Fatalf("the proposal allows what the policy does not: %+v\n%s", r, rep.Proposed)
			}
		}
	}
	if proposals < 50 || allowed < 400 {
		t.Errorf("%d proposals for %d allowed calls: the test tells little", proposals, allowed)
	}
}

func TestWhatIsSuggestedCoversTheRecording(t *testing.T) {
	covered := 0
	for range 600 {
		list := randomRecords(1 + rand.IntN(8))
		for i := range list {
			list[i].Agent = ""
		}
		text := policy.Suggest("s", list, shop)
		p, err := policy.Parse("suggested", text, policy.Options{})
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		for _, r := range list {
			if !coverable(&r) {
				continue
			}
			covered++
			if d := verdictOf(t, p, r.Request(shop)); d.Verdict != boundary.Allow {
				t.Fatalf("not covered: %+v\n%s\n%s", r, d.Message, text)
			}
		}
	}
	if covered < 200 {
		t.Errorf("%d calls could be covered: the test tells little", covered)
	}
}

// coverable reports whether a policy can name all that a call touches.
func coverable(r *policy.Record) bool {
	if strings.ContainsAny(r.Tool, "*") {
		return false
	}
	for _, e := range r.Effects {
		host := strings.HasPrefix(e.Target, "mcp:")
		switch {
		case e.Certainty == effect.Unknown, strings.ContainsAny(e.Target, "*$"), strings.Contains(e.Target, "/.."), e.Target == "gcp:", e.Target == "else":
			return false
		case e.Certainty == effect.Prefix && e.Kind != effect.Path, host && e.Certainty != effect.Exact:
			return false
		case e.Kind == effect.Path && (strings.Count(e.Target, "/") < 2 || strings.Count(strings.TrimSuffix(e.Target, "/"), "/") < 2):
			return false
		}
	}
	return true
}

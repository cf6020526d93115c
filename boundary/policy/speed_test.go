package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/policy"
)

func TestAllocationsOfADecision(t *testing.T) {
	want := map[string]float64{"read": 0, "test": 0, "args": 0, "refuse": 2}
	for _, n := range []int{10, 1000} {
		c := boundary.Bind(load(t, speedPolicy(n)), shop)
		for name, req := range speedRequests() {
			got := testing.AllocsPerRun(200, func() {
				if _, err := c.Check(t.Context(), req); err != nil {
					t.Fatal(err)
				}
			})
			if got > want[name] {
				t.Errorf("%s among %d others: %v allocations, want at most %v", name, n, got, want[name])
			}
		}
	}
}

// manyTargets is a policy whose grants and rules are all about one tool and
// differ in what they are about.
func manyTargets(n int) string {
	var b strings.Builder
	b.WriteString("version: 1\nid: many\ngrants:\n")
	for i := range n {
		fmt.Fprintf(&b, "  - {id: p%d, tools: [t], paths: [\"/data/%d/**\", \"${repo}/d%d/*.csv\"], access: [read, write]}\n", i, i, i)
		fmt.Fprintf(&b, "  - {id: h%d, tools: [t], hosts: [h%d.example, \"*.z%d.example\"]}\n", i, i, i)
		fmt.Fprintf(&b, "  - {id: c%d, tools: [t], commands: [\"cmd%d *\"], data: [\"sql:t%d\"]}\n", i, i, i)
	}
	b.WriteString("rules:\n")
	for i := range n {
		fmt.Fprintf(&b, "  - {id: r%d, deny: {paths: [\"/data/%d/private/**\"], hosts: [bad.h%d.example]}}\n", i, i, i)
	}
	return b.String()
}

// What cannot match is not asked: neither among the grants and rules of other
// tools, nor among those that are about other targets.
func TestWhatCannotMatchIsNotAsked(t *testing.T) {
	file := path("/data/7/x.csv", effect.Write)
	host := effect.Effect{Kind: effect.URL, Access: effect.Connect, Target: "https://a.z7.example/", Certainty: effect.Exact}
	run := effect.Effect{Kind: effect.Command, Access: effect.Exec, Target: "cmd7 x", Raw: "cmd7 x", Certainty: effect.Exact}
	few, many := load(t, manyTargets(20)), load(t, manyTargets(1000))
	for _, p := range []*policy.Policy{few, many} {
		if d := verdictOf(t, p, boundary.Request{Session: shop, Tool: "t", Effects: []effect.Effect{file, host, run}}); d.Verdict != boundary.Allow || len(d.Because) != 3 {
			t.Fatalf("%+v", d)
		}
		if d := verdictOf(t, p, boundary.Request{Session: shop, Tool: "t", Effects: []effect.Effect{path("/data/7/private/x", effect.Read)}}); d.Determining().Rule != "r7" {
			t.Fatalf("%+v", d)
		}
		for _, e := range []effect.Effect{file, host, run, path("/w/shop/d7/x.csv", effect.Read)} {
			if asked := p.Asked(shop, "t", e); asked < 1 || asked > 4 {
				t.Errorf("%v: %d of the grants and rules are asked", e.Target, asked)
			}
		}
	}
	a, b := load(t, speedPolicy(10)), load(t, speedPolicy(1000))
	for _, req := range speedRequests() {
		for _, e := range req.Effects {
			if x, y := a.Asked(shop, req.Tool, e), b.Asked(shop, req.Tool, e); x != y {
				t.Errorf("%s %v: %d asked among 10 others, %d among 1000", req.Tool, e.Kind, x, y)
			}
		}
	}
}

// Filing leaves nothing out: a large policy decides as a small one does.
func TestFilingChangesNoDecision(t *testing.T) {
	filler := ""
	for i := range 40 {
		filler += fmt.Sprintf("  - {id: f%d, tools: [t], paths: [\"/none/%d\"], hosts: [none%d.example], commands: [none%d], data: [\"sql:none%d\"], identities: [\"user:none%d\"], secrets: [\"env:NONE%d\"], repos: [none%d.example/a/b], code: [plugin], resources: {provider: none%d}}\n", i, i, i, i, i, i, i, i, i)
	}
	rules := ""
	for i := range 40 {
		rules += fmt.Sprintf("  - {id: n%d, deny: {paths: [\"/none/%d\"], hosts: [none%d.example], commands: [none%d]}}\n", i, i, i, i)
	}
	grants := `  - {id: a, tools: [t], paths: ["/a", "/b/**", "${repo}/x*/**", "**/deep/*", "/c/*/d", "${home}/**"], access: [read, write]}
  - {id: b, tools: [t], hosts: [h.example, "*.w.example", "api-*.example.org", 10.0.0.0/8, "v.example:8080"], urls: ["https://u.example/v1/**"]}
  - {id: c, tools: [t], commands: ["go test *", "npm run test", "make"], code: [workspace], data: ["sql:orders", "sql:shop.*"], identities: ["role:*", "user:ci"]}
  - {id: d, tools: [t], repos: ["github.com/acme/*"], refs: ["**"], secrets: ["env:CI_*"], resources: {provider: k8s}, access: [read, write]}
`
	deny := `  - {id: x, deny: {paths: ["**/x1/**", "/b/no/**"], access: [write]}}
  - {id: y, deny: {hosts: ["*.bad.w.example", "10.1.0.0/16"]}}
  - {id: z, deny: {access: [delete]}}
`
	small := load(t, "version: 1\nid: x\ngrants:\n"+grants+"rules:\n"+deny)
	large := load(t, "version: 1\nid: x\ngrants:\n"+grants+filler+"rules:\n"+deny+rules)
	var effects []effect.Effect
	add := func(k effect.Kind, targets ...string) {
		for _, target := range targets {
			for _, a := range []effect.Access{effect.Read, effect.Connect, effect.Write, effect.Delete, effect.Exec} {
				for _, c := range []effect.Certainty{effect.Exact, effect.Prefix, effect.Unknown} {
					effects = append(effects, effect.Effect{Kind: k, Access: a, Target: target, Raw: target, Certainty: c})
				}
			}
		}
	}
	add(effect.Path, "/a", "/ab", "/b", "/b/c", "/b/no/x", "/w/shop/x1/y", "/w/shop/x", "/q/deep/r", "/deep/r", "/c/e/d", "/home/ada/z", "/w/shop")
	add(effect.Host, "h.example", "a.w.example", "x.bad.w.example", "api-1.example.org", "10.2.3.4", "10.1.3.4", "v.example:8080", "v.example", "mcp:x")
	add(effect.URL, "https://h.example/x", "https://u.example/v1/x", "https://u.example/v2", "https://a.w.example:443/")
	add(effect.Command, "go test", "npm run", "make", "gone")
	add(effect.Code, "workspace", "inline")
	add(effect.Data, "sql:orders", "sql:shop.x", "tool:y", "other:z")
	add(effect.Identity, "role:x", "user:ci", "user:root")
	add(effect.Repo, "github.com/acme/a:refs/heads/x", "github.com/eve/a")
	add(effect.Secret, "env:CI_X", "env:X")
	add(effect.Resource, "k8s:namespace=a", "aws:name=b")
	add(effect.AnyKind, "")
	for _, info := range []boundary.SessionInfo{shop, {Key: "bare"}} {
		for _, e := range effects {
			req := boundary.Request{Session: info, Tool: "t", Effects: []effect.Effect{e}}
			a, b := verdictOf(t, small, req), verdictOf(t, large, req)
			if a.Verdict != b.Verdict || a.Determining().Rule != b.Determining().Rule || a.Determining().Reason != b.Determining().Reason {
				t.Errorf("%v %v %q (%v): %v %+v alone, %v %+v among many", e.Access, e.Kind, e.Target, e.Certainty, a.Verdict, a.Determining(), b.Verdict, b.Determining())
			}
		}
	}
}

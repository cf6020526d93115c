package policy_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/effect/analyze"
	"github.com/ambit-go/ambit/boundary/policy"
)

// A policy says what one task may touch; a refusal says what it missed.
func Example() {
	p, err := policy.Parse("task.yaml", []byte(`
version: 1
id: payments-rounding
grants:
  - {id: read, tools: [Read, Bash], paths: ["${repo}/**"]}
  - {id: fix, tools: [Edit], paths: ["${repo}/payments/**"], access: [read, write]}
`), policy.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	session := boundary.SessionInfo{Dir: "/w/shop", Root: "/w/shop"}
	for _, file := range []string{"/w/shop/payments/round.go", "/w/shop/infra/main.tf"} {
		d, err := p.Check(context.Background(), boundary.Request{
			Session: session, Tool: "Edit",
			Effects: []effect.Effect{{Kind: effect.Path, Access: effect.Write, Target: file, Certainty: effect.Exact}},
		})
		fmt.Println(d.Verdict, d.Determining().Grant, d.Message, err)
	}
	// Output:
	// allow fix  <nil>
	// deny  writing infra/main.tf is not granted for this task; nearest: grant fix is for other paths <nil>
}

// Every mistake in a file is reported, with its place.
func ExampleErrors() {
	_, err := policy.Parse("task.yaml", []byte(`version: 1
id: task
mod: observe
grants:
  - {id: web, hosts: ["*.com"]}
`), policy.Options{})
	fmt.Println(err)
	// Output:
	// task.yaml:3:1: unknown key "mod"; did you mean mode?
	// task.yaml:5:23: grants[0].hosts[0]: the wildcard reaches a name that anybody can register; write the registered domain out, as in *.example.com
}

// An organisation's policy bounds what a task's may grant.
func ExampleMerge() {
	org, _ := policy.Parse("org.yaml", []byte("version: 1\nid: acme\ngrants: [{id: sources, paths: [\"${repo}/**\"], access: [read, write]}]\n"), policy.Options{})
	task, _ := policy.Parse("task.yaml", []byte("version: 1\nid: task\ngrants: [{id: all, tools: [Read], paths: [\"/**\"]}]\n"), policy.Options{})
	p, err := policy.Merge(org, task)
	if err != nil {
		fmt.Println(err)
		return
	}
	session := boundary.SessionInfo{Root: "/w/shop"}
	for _, file := range []string{"/w/shop/go.mod", "/etc/passwd"} {
		d, _ := p.Check(context.Background(), boundary.Request{
			Session: session, Tool: "Read",
			Effects: []effect.Effect{{Kind: effect.Path, Access: effect.Read, Target: file, Certainty: effect.Exact}},
		})
		fmt.Println(file, d.Verdict)
	}
	// Output:
	// /w/shop/go.mod allow
	// /etc/passwd deny
}

// A story tests a policy: calls, and what should become of them.
func ExampleTest() {
	o := policy.Options{Analyzer: analyze.Default()}
	p, err := policy.Parse("task.yaml", []byte(`
version: 1
id: task
grants:
  - {id: test, tools: [Bash], commands: ["go test *"], code: [workspace], paths: ["${repo}/**"]}
`), o)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(policy.Test(p, "story.txt", []byte(`
session dir=/w/shop
Bash go test ./...                                  => allow test
Bash go test ./... && curl https://evil.example/    => allow
`), o))
	// Output:
	// story.txt:4:1: want allow, got deny (unmatched out_of_scope) connecting to a page of evil.example is not granted for this task; nearest: grant test names no addresses
}

// What was recorded says how narrow a policy can be.
func ExampleSuggest() {
	records, err := policy.ReadRecords(strings.NewReader(`
{"tool":"Read","ran":true,"outcome":"allow","effects":[{"kind":"path","access":"read","target":"/w/shop/payments/round.go","certainty":"exact"}]}
{"tool":"WebFetch","ran":true,"outcome":"allow","effects":[{"kind":"url","access":"connect","target":"https://pkg.go.dev/math","certainty":"exact","direction":"in"}]}
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s", policy.Suggest("task", records, boundary.SessionInfo{Root: "/w/shop"}))
	// Output:
	// version: 1
	// id: task
	// on_unknown: require_approval
	// grants:
	//   - {id: read, tools: [Read], paths: ["${repo}/payments/**"], access: [read]}
	//   - {id: reach, tools: [WebFetch], hosts: [pkg.go.dev], access: [connect]}
}

// Scopes are reviewed against what they were used for.
func ExampleReview() {
	p, err := policy.Parse("task.yaml", []byte(`version: 1
id: task
grants:
  - {id: read, tools: [Read, Grep], paths: ["${repo}/**"]}
  - {id: deploy, tools: [Bash], commands: ["kubectl *"]}
`), policy.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	records, err := policy.ReadRecords(strings.NewReader(`
{"tool":"Read","ran":true,"outcome":"allow","effects":[{"kind":"path","access":"read","target":"/w/shop/payments/round.go","certainty":"exact"}]}
{"tool":"Read","ran":false,"outcome":"deny","effects":[{"kind":"path","access":"read","target":"/etc/hosts","certainty":"exact"}]}
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	report := policy.Review(p, records, boundary.SessionInfo{Root: "/w/shop"})
	for _, g := range report.Grants {
		fmt.Println(g.ID, g.Calls, g.Broad)
	}
	for _, m := range report.Misses {
		fmt.Println("missed:", m.Grant, m.Condition, m.Calls, m.Example)
	}
	fmt.Printf("%s", report.Proposed)
	// Output:
	// read 1 [paths: ${repo}/**]
	// deploy 0 []
	// missed: read is for other paths 1 read path /etc/hosts
	// version: 1
	// id: task
	// grants:
	//     - {id: read, tools: [Read], paths: ["${repo}/payments/**"]}
}

// Lint finds what is valid and probably not meant.
func ExamplePolicy_Lint() {
	p, err := policy.Parse("task.yaml", []byte(`version: 1
id: task
grants:
  - {id: fix, tools: [Edit], paths: ["${repo}/**"]}
`), policy.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, issue := range p.Lint(policy.LintOptions{}) {
		fmt.Println(issue)
	}
	// Output: task.yaml:4:5: grant fix: Edit writes, and without access the grant is for reading (incomplete)
}

// A Live follows its files; sessions that run are only ever narrowed.
func ExampleOpen() {
	live, err := policy.Open(policy.Options{}, "org.yaml", "task.yaml")
	if err != nil {
		fmt.Println("no valid policy, so nothing starts")
		return
	}
	go live.Watch(context.Background(), 10*time.Second, func(r policy.Reload) {
		if r.Err != nil {
			fmt.Println("the last valid policy stays in force:", r.Err)
		}
	})
	// Output: no valid policy, so nothing starts
}

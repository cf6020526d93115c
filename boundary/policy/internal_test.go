package policy

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ambit-go/ambit/boundary"
)

// The paths that every policy protects are looked for only in targets that have
// what all of them have.
func TestTheFilesOfAgentsAreFoundByWhatTheyHave(t *testing.T) {
	for i, text := range agentFiles {
		if _, err := compileGlob(text, '/', nil, false); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if !slices.ContainsFunc(agentParts[:], func(part string) bool { return strings.Contains(text, part) }) {
			t.Errorf("%s would not be looked for", text)
		}
		if g := &agentPatterns[i]; g.text != text || len(g.elems) == 0 {
			t.Errorf("%s is not compiled", text)
		}
	}
}

// Every key of the format is in the hash: a policy cannot change unseen.
func TestEveryKeyIsInTheHash(t *testing.T) {
	const inGrant, inRule = "grants:\n  - {id: g, tools: [t], %s}\n", "rules:\n  - {id: r, %s}\n"
	keys := map[string][]string{
		"": {
			"purpose: a\n", "select: {repo: a}\n", "select: {branch: a}\n", "select: {agent: a}\n", "select: {task: a}\n", "select: {dir: /a}\n",
			"owner: {}\n", "owner: {require: verified}\n", "owner: {kinds: [human]}\n", "owner: {allow: [a]}\n",
			"mode: observe\n", "mode: enforce\n", "not_before: 2026-01-01T00:00:00Z\n", "expires: 2026-01-01T00:00:00Z\n", "review_by: 2026-01-01\n",
			"on_unmatched: deny\n", "on_unmatched: observe\n", "on_unknown: deny\n", "on_unknown: require_approval\n", "params: {a: }\n", "params: {a: b}\n", "intents: [debug]\n",
			"identities: {}\n", "identities: {allow: [a]}\n", "identities: {on_switch: deny}\n", "identities: {expect: [{to: a}]}\n", "identities: {expect: [{to: a, from: b}]}\n", "identities: {expect: [{to: a, max_ttl: 1h}]}\n",
			"session: {privileged: deny}\n", "session: {production: {hosts: [a.example]}}\n",
			"approval: {by: [a]}\n", "approval: {assurance: verified}\n", "approval: {not_owner: true}\n", "approval: {remember: true}\n",
			"grants: []\n", "subagents: {default: []}\n", "budgets: {calls: 1}\n", "budgets: {refusals: 1}\n", "budgets: {kib: 1}\n", "budgets: {duration: 1h}\n",
			"inert: {tools: [a]}\n", "inert: {commands: [a]}\n",
		},
		inGrant: {
			"tools: [u]", "servers: [s]", "agents: [a]", "when: a", "until: 2026-01-01T00:00:00Z", "max_uses: 1",
			"args: {a: {equals: x}}", "args: {a: {equals: 1}}", "args: {a: {in: [x, y]}}", "args: {a: {prefix: x}}", "args: {a: {suffix: x}}", "args: {a: {contains: x}}", "args: {a: {matches: x}}",
			"args: {a: {min: 1}}", "args: {a: {max: 1}}", "args: {a: {max_length: 1}}", "args: {a: {type: string}}", "args: {a: {absent: true}}", "args: {a: {each: {equals: x}}}", "args: {a: {from: [prompt]}}", "args: {a: {from: [t]}}", "args: {a: {from: [s/t]}}", "args: {b: {equals: x}}",
			"paths: [/a]", "hosts: [a.example]", "urls: [\"https://a.example/\"]", "repos: [a.example/b/c]", "repos: [a.example/b/c], refs: [d]", "commands: [a]", "commands: [a *]", "code: [inline]",
			"secrets: [\"env:a\"]", "secrets: [\"file:/a\"]", "identities: [a]", "resources: {provider: a}", "resources: {name: a}", "data: [a]", "access: [read]", "access: [write]", "direction: in", "direction: out",
			"paths: [/a], except: [/a/b]", "paths: [/a], except: {access: [write]}",
		},
		inRule: {
			"deny: true", "require_approval: true", "deny: {paths: [/a]}", "deny: {access: [write]}", "deny: true, tools: [a]", "deny: true, shadow: true", "deny: true, suspend: true", "deny: true, message: a", "deny: true, approval: {by: [a]}",
			"tools: [a], args: {a: {max: 1}}, otherwise: deny", "tools: [a], args: {a: {max: 1}}, deny: true",
			"after: {secret: read}, deny: true", "after: {untrusted: read}, deny: true", "after: {private: read}, deny: true", "after: {identity: switched}, deny: true", "after: {tools: [a]}, deny: true", "after: {paths: [/a]}, deny: true", "after: {tools: [a], within: 1h}, deny: true",
			"count: {max: 1}, deny: true", "count: {max: 2}, deny: true", "count: {max: 1, within: 1h}, deny: true", "sum: {max: 1, arg: a}, deny: true", "sum: {max: 1, arg: b}, deny: true",
			"secrets: deny", "secrets: {on: [used]}, deny: true", "secrets: {on: [found]}, deny: true", "secrets: {except: [\"env:a\"]}, deny: true", "secrets: {except: [\"found:a\"]}, deny: true",
			"identity: switched, deny: true", "identity: {switched: [expired]}, deny: true", "identity: {actors: [a]}, deny: true", "identity: {kinds: [human]}, deny: true", "identity: {below: verified}, deny: true",
			"rule_of_two: deny", "tool_drift: deny", "intent: anomalous, deny: true", "intent: outside, deny: true", "intent: injected, deny: true", "intent: {labels: [debug]}, deny: true", "intent: {labels: [debug], score: 0.5}, deny: true", "drift: 0.5, deny: true", "drift: 0.5, wait: 1s, deny: true", "intent: anomalous, wait: 1s, deny: true",
		},
	}
	seen := map[string]string{}
	for frame, variants := range keys {
		for _, v := range variants {
			text := v
			if frame != "" {
				text = strings.Replace(frame, "%s", v, 1)
				text = strings.Replace(text, "tools: [t], tools", "tools", 1)
			}
			p, err := Parse("x", []byte("version: 1\nid: x\n"+text), Options{When: anyCondition})
			if err != nil {
				t.Errorf("%s: %v", text, err)
				continue
			}
			if other, same := seen[p.ref.Hash]; same {
				t.Errorf("%q and %q have one hash", other, v)
			}
			seen[p.ref.Hash] = v
		}
	}
	// A field that is new here is one that the hash may not know yet.
	for _, x := range []struct {
		of    any
		known int
	}{
		{document{}, 25},
		{grant{}, 8},
		{rule{}, 23},
		{callFilter{}, 7}, // namesTool follows from tools
		{selector{}, 15},
		{afterCondition{}, 8},
		{window{}, 4},
		{secretCondition{}, 4},
		{identityCondition{}, 5},
		{intentCondition{}, 5},
		{test{}, 10},
		{argument{}, 4},
		{expectation{}, 3},
		{budgets{}, 4},
	} {
		if n := reflect.TypeOf(x.of).NumField(); n != x.known {
			t.Errorf("%T has %d fields, this test knows %d: are all of them in the hash?", x.of, n, x.known)
		}
	}
}

// What one session remembers is bounded, and what it forgot was not said.
func TestWhatWasSaidIsForgottenInTheEnd(t *testing.T) {
	p, err := Parse("x", []byte("version: 1\nid: x\ngrants:\n  - {id: g, tools: [t], args: {to: {from: [prompt, look]}}}\n"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	b, _ := p.Bind(boundary.SessionInfo{Key: "s"}).(*bound)
	says := func(word string) bool {
		v := []byte(strconv.Quote(word))
		return (&test{op: opFrom, from: []source{fromPrompt}}).holds(v, &b.view.layers[0].env) == yes
	}
	b.Hear(boundary.Heard{Prompt: true, Text: []byte("first")})
	if !says("first") {
		t.Fatal("forgotten at once")
	}
	long := strings.Repeat("w ", 3*maxWords)
	for range 3 {
		b.Hear(boundary.Heard{Prompt: true, Text: []byte(long)})
		b.Hear(boundary.Heard{Tool: "look", Text: []byte(long)})
		b.Hear(boundary.Heard{Tool: "other", Text: []byte("first")})
	}
	if says("first") {
		t.Error("remembered for ever")
	}
	if m := &b.view.st.heard; len(m.prompt) > maxHeard || len(m.tools) > maxHeard || cap(m.prompt) > 2*maxHeard || cap(m.tools) > 2*maxHeard {
		t.Errorf("remembers %d and %d", len(m.prompt), len(m.tools))
	}
	b.Hear(boundary.Heard{Prompt: true, Words: []byte{1, 2, 3}})
	b.Hear(boundary.Heard{Prompt: true, Words: p.Hears(boundary.Heard{Prompt: true, Text: []byte("last one")})})
	if !says("Last One") || says("one last") || says("w last") {
		t.Error("words that were hashed before")
	}
	if !p.Listens() || p.Hears(boundary.Heard{Tool: "other", Text: []byte("x")}) != nil {
		t.Error("hashes of what nobody listens to")
	}
}

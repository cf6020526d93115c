package policy_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/policy"
)

// head is what every file needs, on one line, so that line 2 is the test's.
const head = "{version: 1, id: x}"

func TestEveryMistakeIsReportedWithItsPlace(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{"an unknown key", "version: 1\nid: x\ngrant: []\n", []string{`3:1: unknown key "grant"; did you mean grants?`}},
		{"an unknown key inside", "version: 1\nid: x\ngrants:\n  - {id: a, path: [\"/x\"]}\n", []string{
			`4:13: grants[0]: unknown key "path"; did you mean paths?`,
		}},
		{"a key twice", "version: 1\nid: x\nid: y\n", []string{"3:1: id: the key occurs twice"}},
		{"no version", "id: x\n", []string{"1:1: version is missing: write version: 1"}},
		{"another version", "version: 2\nid: x\n", []string{"1:10: version: want a whole number from 1 to 1"}},
		{"no id", "version: 1\n", []string{"1:1: id is missing: name the policy"}},
		{"an id that could not stand on a span", "version: 1\nid: a b\n", []string{"2:5: id: want up to 100 letters, digits and - _ . /"}},
		{"a word that is none", "version: 1\nid: x\nmode: enforced\non_unmatched: ask\n", []string{
			"3:7: mode: want enforce, observe", "4:15: on_unmatched: want deny, require_approval, observe",
		}},
		{"a number where text belongs", "version: 1\nid: x\ngrants:\n  - {id: 7, tools: [1]}\n", []string{
			"4:10: grants[0].id: want text; put quotes around it", "4:21: grants[0].tools[0]: want text; put quotes around it",
		}},
		{"a time without an offset", "version: 1\nid: x\nexpires: 2026-12-01T18:00:00\n", []string{"3:10: expires: want a time with its offset, as in 2026-12-01T18:00:00+01:00"}},
		{"a day that is none", "version: 1\nid: x\nreview_by: 2026-13-01\n", []string{"3:12: review_by: want a date, as in 2026-12-15"}},
		{"a length of time", "version: 1\nid: x\nbudgets: {duration: 2}\n", []string{"3:21: budgets.duration: want a length of time, as in 30m, 2h or 7d"}},
		{"an id twice", "version: 1\nid: x\ngrants:\n  - {id: a, tools: [t]}\n  - {id: a, tools: [u]}\n", []string{"5:10: grants[1].id: the id is taken by the grant at line 4"}},
		{"a relative path", "version: 1\nid: x\ngrants:\n  - {id: a, paths: [src/x, ~/x, /a/../b]}\n", []string{
			"4:21: grants[0].paths[0]: relative to what? Start with /, ${cwd}, ${repo}, ${home} or **/",
			"4:28: grants[0].paths[1]: write ${home} for the home folder",
			"4:33: grants[0].paths[2]: a canonical path has no . and .. in it, so this matches nothing",
		}},
		{"a host that anybody can be", "version: 1\nid: x\ngrants:\n  - {id: a, hosts: [\"*\", \"*.com\"]}\n", []string{
			"4:21: grants[0].hosts[0]: the wildcard reaches a name that anybody can register; write the registered domain out, as in *.example.com",
			"4:26: grants[0].hosts[1]: the wildcard reaches a name that anybody can register; write the registered domain out, as in *.example.com",
		}},
		{"a server that anybody can be", "version: 1\nid: x\ngrants:\n  - {id: a, servers: [\"*\"], tools: [t]}\n", []string{
			"4:22: grants[0].servers: a grant names its servers; a wildcard would trust servers nobody looked at",
		}},
		{"a session that ends with a question", "version: 1\nid: x\nrules:\n  - {id: a, tools: [t], require_approval: true, suspend: true}\n", []string{
			"4:58: rules[0].suspend: only what is denied suspends the session",
		}},
		{"waiting for nothing", "version: 1\nid: x\nrules:\n  - {id: a, secrets: deny, wait: 2s}\n  - {id: b, intent: anomalous, deny: true, wait: 2m}\n", []string{
			"4:34: rules[0].wait: wait for what? A classifier answers intent and drift",
			"5:50: rules[1].wait: want a minute at most: a call stands still meanwhile",
		}},
		{"an expression that is none", "version: 1\nid: x\ngrants:\n  - {id: a, tools: [t], args: {q: {matches: \"(\"}, r: {}, s: {equals: [1]}}}\n", []string{
			"4:45: grants[0].args.q.matches: not a regular expression of RE2",
			"4:54: grants[0].args.r: names no constraint: equals, in, prefix, suffix, contains, matches, min, max, max_length, type, from, absent or each",
			"4:70: grants[0].args.s.equals: want text, a number, true, false or null",
		}},
		{"an expression that closes our own group", "version: 1\nid: x\ngrants:\n  - {id: a, tools: [t], args: {q: {matches: \"a)|(?:b\"}}}\n", []string{"4:45: grants[0].args.q.matches: not a regular expression of RE2"}},
		{"a parameter nobody declared", "version: 1\nid: x\nparams: {a: 1}\ngrants:\n  - {id: g, tools: [t], args: {k: {equals: \"${param.b}\"}}}\n", []string{"5:44: grants[0].args.k.equals: a parameter that params does not list"}},
		{"a parameter in the middle", "version: 1\nid: x\nparams: {a: 1}\ngrants:\n  - {id: g, tools: [t], args: {k: {prefix: \"x${param.a}\"}}}\n", []string{"5:44: grants[0].args.k.prefix: a parameter must be the whole value, as in ${param.ticket}"}},
		{"a path that starts with a parameter", "version: 1\nid: x\nparams: {a: /}\ngrants:\n  - {id: g, paths: [\"${param.a}/x\"]}\n", []string{"5:21: grants[0].paths[0]: a path must not start with a parameter: it could be any"}},
		{"a condition nobody can evaluate", "version: 1\nid: x\ngrants:\n  - {id: g, tools: [t], when: \"true\"}\n", []string{"4:31: grants[0].when: nothing here can evaluate conditions: give Options.When, as boundary/cel does"}},
		{"an example nobody can check", "version: 1\nid: x\ngrants:\n  - {id: g, tools: [t], examples: {match: [x]}}\n", []string{"4:44: grants[0].examples.match[0]: cannot check: Options.Analyzer is not given"}},
		{"a rule that does nothing", "version: 1\nid: x\nrules:\n  - {id: r, tools: [t]}\n", []string{"4:5: rules[0]: does nothing: write deny or require_approval"}},
		{"a rule that does two things", "version: 1\nid: x\nrules:\n  - {id: r, tools: [t], deny: true, require_approval: true}\n", []string{"4:5: rules[0]: has more than one outcome: one of deny, require_approval, otherwise, or a condition with its verdict"}},
		{"a rule that denies nothing", "version: 1\nid: x\nrules:\n  - {id: r, deny: {}}\n  - {id: s, deny: false}\n", []string{
			"4:19: rules[0].deny: names nothing: write true for the call as a whole", "5:19: rules[1].deny: want true, or the effects that are meant",
		}},
		{"otherwise of nothing", "version: 1\nid: x\nrules:\n  - {id: r, tools: [t], otherwise: deny}\n", []string{"4:5: rules[0]: otherwise needs args: what else would it be the opposite of?"}},
		{"after nothing", "version: 1\nid: x\nrules:\n  - {id: r, after: {within: 1h}, deny: true}\n", []string{"4:20: rules[0].after: after what? secret: read, untrusted: read, private: read, identity: switched, or tools, paths …"}},
		{"a sum of nothing", "version: 1\nid: x\nrules:\n  - {id: r, sum: {within: 1h}, deny: true}\n", []string{"4:18: rules[0].sum: max is missing", "4:18: rules[0].sum: arg is missing: where does the amount stand?"}},
		{"an empty list", "version: 1\nid: x\ngrants:\n  - {id: g, tools: []}\n", []string{
			"4:20: grants[0].tools: an empty list matches nothing; leave the key out or name something",
		}},
		{"a subagent with a grant that is not there", "version: 1\nid: x\nsubagents: {default: [read]}\n", []string{"3:23: subagents.default: no grant has this id"}},
		{"an anchor", "version: 1\nid: &a x\npurpose: *a\n", []string{
			"2:5: anchors and aliases are not supported; a pattern that starts with * must be quoted",
			"3:10: anchors and aliases are not supported; a pattern that starts with * must be quoted",
		}},
		{"a pattern without quotes", "version: 1\nid: x\ngrants:\n  - {id: g, tools: [*_file]}\n", []string{"0:0: not readable as YAML: anchors and aliases are not supported; a pattern that starts with * must be quoted"}},
		{"a merge", "version: 1\nid: x\n<<: {mode: observe}\n", []string{"3:1: tags and merge keys are not supported"}},
		{"a tag", "version: 1\nid: !!str x\n", []string{"2:5: tags and merge keys are not supported"}},
		{"a second document", head + "\n---\n" + head, []string{"2:1: a file holds one policy: remove the second document"}},
		{"nothing", "", []string{"0:0: the file is empty"}},
		{"only a comment", "# x\n", []string{"0:0: the file is empty"}},
		{"no mapping", "- a\n", []string{"1:1: want a mapping"}},
		{"not YAML", "a: [1,\nb: 2", []string{"2:1: not readable as YAML: did not find expected ',' or ']'"}},
		{"not UTF-8", "version: 1\nid: \xff\n", []string{"0:0: the file is not UTF-8"}},
		{"JSON has its places too", "{\n\t\"version\": 1,\n\t\"id\": \"x\",\n\t\"grants\": [{\"id\": \"a\", \"pths\": [\"/x\"], \"tools\": [\"t\"]}],\n\t\"id\": \"y\"\n}", []string{
			`4:25: grants[0]: unknown key "pths"; did you mean paths?`, "5:2: id: the key occurs twice",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := policy.Parse("p.yaml", []byte(tt.text), policy.Options{})
			list, ok := errors.AsType[policy.Errors](err)
			if !ok {
				t.Fatalf("error %v is no Errors", err)
			}
			var got []string
			for _, e := range list {
				text := fmt.Sprintf("%d:%d: ", e.Line, e.Column)
				if e.Field != "" {
					text += e.Field + ": "
				}
				got = append(got, text+e.Problem)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("mistakes (-want +got):\n%s", diff)
			}
		})
	}
}

func TestErrorsReadWellAndUnwrap(t *testing.T) {
	_, err := policy.Parse("task.yaml", []byte("version: 1\nid: x\nmod: y\ngrnts: z\n"), policy.Options{})
	want := "task.yaml:3:1: unknown key \"mod\"; did you mean mode?\ntask.yaml:4:1: unknown key \"grnts\"; did you mean grants?"
	if err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
	if one, ok := errors.AsType[*policy.Error](err); !ok || one.Line != 3 {
		t.Errorf("the first of them: %+v", one)
	}
}

// The wrong file may be named: what stands in it is not printed.
func TestErrorsDoNotPrintTheFile(t *testing.T) {
	secret := "AKIA" + strings.Repeat("Z", 16)
	_, err := policy.Parse("x", []byte("version: "+secret+"\nid: "+secret+"!\nmode: "+secret+"\n"+strings.Repeat("k", 200)+": "+secret+"\n"), policy.Options{})
	if err == nil || strings.Contains(err.Error(), secret) || len(err.Error()) > 400 {
		t.Errorf("error: %v", err)
	}
}

func TestMistakesAreNotListedWithoutEnd(t *testing.T) {
	_, err := policy.Parse("x", []byte("version: 1\nid: x\nrules:\n"+strings.Repeat("  - {id: '!', nope: 1}\n", 5000)), policy.Options{})
	if list, _ := errors.AsType[policy.Errors](err); len(list) == 0 || len(list) > 100 {
		t.Errorf("%d mistakes", len(list))
	}
}

// hashOf returns the hash of a policy with these lines.
func hashOf(t *testing.T, lines string) string {
	t.Helper()
	return load(t, "version: 1\nid: x\n"+lines).PolicyRef().Hash
}

func TestTheHashIsCanonical(t *testing.T) {
	base := "grants:\n  - {id: a, tools: [t, u], paths: [\"/x\", \"/y\"], access: [read, write], until: 2026-12-01T18:00:00+01:00}\n  - {id: b, hosts: [h.example], args: {p: {in: [1, 2]}}}\n" +
		"rules:\n  - {id: r, secrets: deny}\n  - {id: s, count: {max: 1, within: 60m}, deny: true}\n"
	same := map[string]string{
		"order of grants":   "grants:\n  - {id: b, hosts: [h.example], args: {p: {in: [1, 2]}}}\n  - {id: a, tools: [t, u], paths: [\"/x\", \"/y\"], access: [read, write], until: 2026-12-01T18:00:00+01:00}\nrules:\n  - {id: r, secrets: deny}\n  - {id: s, count: {max: 1, within: 60m}, deny: true}\n",
		"order of lists":    strings.NewReplacer("[t, u]", "[u, t]", "[read, write]", "[write, read]", "[1, 2]", "[2, 1]", `"/x", "/y"`, `"/y", "/x"`).Replace(base),
		"layout":            strings.ReplaceAll(base, "  - ", "     # why\n     -   "),
		"another offset":    strings.Replace(base, "18:00:00+01:00", "17:00:00Z", 1),
		"another unit":      strings.Replace(base, "60m", "1h", 1),
		"quotes":            strings.Replace(base, "h.example", `"h.example"`, 1),
		"a name said twice": strings.Replace(base, "[t, u]", "[t, u, t]", 1),
	}
	want := hashOf(t, base)
	if len(want) != 64 {
		t.Errorf("hash %q", want)
	}
	for name, text := range same {
		if got := hashOf(t, text); got != want {
			t.Errorf("%s changes the hash", name)
		}
	}
	for name, text := range map[string]string{
		"a tool":          strings.Replace(base, "[t, u]", "[t]", 1),
		"a path":          strings.Replace(base, `"/x"`, `"/z"`, 1),
		"access":          strings.Replace(base, "[read, write]", "[read]", 1),
		"a moment":        strings.Replace(base, "18:00", "18:01", 1),
		"a value":         strings.Replace(base, "[1, 2]", "[1, 3]", 1),
		"a limit":         strings.Replace(base, "max: 1", "max: 2", 1),
		"a rule on trial": strings.Replace(base, "secrets: deny", "secrets: deny, shadow: true", 1),
		"mode":            base + "mode: observe\n",
		"a default said":  base + "on_unmatched: deny\n",
	} {
		if hashOf(t, text) == want {
			t.Errorf("%s does not change the hash", name)
		}
	}
}

func TestJSONAndYAMLAreOne(t *testing.T) {
	a := load(t, "version: 1\nid: x\nparams: {p: 7}\ngrants:\n  - {id: g, tools: [t], args: {k: {equals: \"${param.p}\"}}, max_uses: 3}\n")
	b := load(t, "\ufeff{\n\t\"version\": 1, \"id\": \"x\", \"params\": {\"p\": 7},\n\t\"grants\": [{\"id\": \"g\", \"tools\": [\"t\"], \"args\": {\"k\": {\"equals\": \"\\u0024{param.p}\"}}, \"max_uses\": 3}]\n}\n")
	if a.PolicyRef() != b.PolicyRef() {
		t.Errorf("%v and %v", a.PolicyRef(), b.PolicyRef())
	}
}

func TestTenThousandRulesLoadInBoundedTime(t *testing.T) {
	var b strings.Builder
	b.WriteString("version: 1\nid: big\nrules:\n")
	for i := range 10000 {
		fmt.Fprintf(&b, "  - {id: r%d, tools: [t%d, \"u%d_*\"], deny: {paths: [\"${repo}/a%d/**\", \"/tmp/x%d/*.log\"], access: [write]}}\n", i, i%100, i, i, i)
	}
	start := time.Now()
	p := load(t, b.String())
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("loading took %v", took)
	}
	start = time.Now()
	for range 100 {
		if _, err := p.Check(t.Context(), boundary.Request{Session: shop, Tool: "t7"}); err != nil {
			t.Fatal(err)
		}
	}
	if took := time.Since(start); took > 30*time.Second {
		t.Errorf("100 decisions took %v", took)
	}
}

func TestLargeFilesAreRefusedUnread(t *testing.T) {
	if _, err := policy.Parse("x", make([]byte, 9<<20), policy.Options{}); err == nil {
		t.Error("nine mebibytes are read")
	}
	f := filepath.Join(t.TempDir(), "big.yaml")
	if err := os.WriteFile(f, make([]byte, 9<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := policy.Load(f, policy.Options{}); err == nil {
		t.Error("nine mebibytes are loaded")
	}
	if _, err := policy.Load(filepath.Join(t.TempDir(), "none.yaml"), policy.Options{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(fixPolicy))
	f.Add([]byte(speedPolicy(2)))
	f.Add([]byte(`{"version": 1, "id": "x", "rules": [{"id": "r", "after": {"tools": ["a"], "within": "1d"}, "deny": true}]}`))
	f.Add([]byte("version: 1\nid: x\nrules:\n  - {id: r, tools: [t], sum: {arg: /a/b, max: 1e3}, args: {x: {each: {matches: \"a+\"}}}, otherwise: deny}\nparams: {a: }\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<14 {
			return
		}
		p, err := policy.Parse("fuzz", data, policy.Options{})
		if (p == nil) == (err == nil) {
			t.Fatalf("policy %v, error %v", p != nil, err)
		}
		if err != nil {
			return
		}
		bound := p.Bind(shop)
		for _, req := range speedRequests() {
			for _, c := range []boundary.Checker{p, bound} {
				if _, err := c.Check(t.Context(), req); err != nil {
					t.Errorf("deciding fails: %v", err)
				}
			}
		}
		if _, err := p.CheckSession(t.Context(), shop, boundary.History{}); err != nil {
			t.Errorf("deciding about a session fails: %v", err)
		}
	})
}

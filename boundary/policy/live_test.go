package policy_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/policy"
)

// file writes a policy that grants some tools.
func file(t testing.TB, name string, tools string, more string) string {
	t.Helper()
	if !filepath.IsAbs(name) {
		name = filepath.Join(t.TempDir(), name)
	}
	text := "version: 1\nid: task\ngrants:\n  - {id: g, tools: [" + tools + "]}\n" + more
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestAReloadOnlyNarrowsARunningSession(t *testing.T) {
	name := file(t, "task.yaml", "a, b", "")
	live, err := policy.Open(policy.Options{}, name)
	if err != nil {
		t.Fatal(err)
	}
	old := boundary.Bind(live, shop)
	allows := func(c boundary.Checker) string {
		got := ""
		for tool := range strings.SplitSeq("abc", "") {
			if !verdictOf(t, c, boundary.Request{Session: shop, Tool: tool}).Refuses() {
				got += tool
			}
		}
		return got
	}
	steps := []struct {
		name, tools    string
		running, later string
	}{
		{"as it was", "a, b", "ab", "ab"},
		{"narrower", "a", "a", "a"},
		{"wider again, for sessions that start now", "a, b, c", "a", "abc"},
		{"another one", "b, c", "", "bc"},
	}
	for _, s := range steps {
		file(t, name, s.tools, "")
		if r := live.Reload(); r.Err != nil {
			t.Fatal(r.Err)
		}
		if got := allows(old); got != s.running {
			t.Errorf("%s: the running session may %q, want %q", s.name, got, s.running)
		}
		if got := allows(boundary.Bind(live, shop)); got != s.later {
			t.Errorf("%s: a new session may %q, want %q", s.name, got, s.later)
		}
	}
}

func TestTheLastValidPolicyStays(t *testing.T) {
	name := file(t, "task.yaml", "a", "")
	live, err := policy.Open(policy.Options{}, name)
	if err != nil {
		t.Fatal(err)
	}
	before := live.Policy().PolicyRef()
	for what, text := range map[string]string{"broken": "version: 1\nid: [", "empty": "", "another format": "version: 3\nid: x\n"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if r := live.Reload(); r.Err == nil || r.Changed || r.Policy != before {
			t.Errorf("%s: %+v", what, r)
		}
	}
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
	if r := live.Reload(); r.Err == nil || r.Policy != before {
		t.Errorf("gone: %+v", r)
	}
	if verdictOf(t, live, boundary.Request{Session: shop, Tool: "a"}).Refuses() {
		t.Error("the last valid policy does not hold")
	}
}

func TestOpenFailsWithoutAValidPolicy(t *testing.T) {
	for name, files := range map[string][]string{"no file": nil, "not there": {filepath.Join(t.TempDir(), "x.yaml")}} {
		if _, err := policy.Open(policy.Options{}, files...); err == nil {
			t.Errorf("%s opens", name)
		}
	}
}

func TestWatchReportsEachStateOnce(t *testing.T) {
	name := file(t, "task.yaml", "a", "")
	synctest.Test(t, func(t *testing.T) {
		live, err := policy.Open(policy.Options{}, name)
		if err != nil {
			t.Fatal(err)
		}
		var said []string
		go live.Watch(t.Context(), time.Second, func(r policy.Reload) {
			said = append(said, fmt.Sprintf("changed=%v err=%v", r.Changed, r.Err != nil))
		})
		pass := func() {
			<-time.After(3*time.Second + time.Millisecond)
			synctest.Wait()
		}
		pass()
		file(t, name, "a, b", "")
		pass()
		if err := os.WriteFile(name, []byte("nonsense"), 0o600); err != nil {
			t.Fatal(err)
		}
		pass()
		file(t, name, "a, b", "")
		pass()
		file(t, name, "a, c", "# a comment\n")
		pass()
		want := "[changed=true err=false changed=false err=true changed=false err=false changed=true err=false]"
		if got := fmt.Sprint(said); got != want {
			t.Errorf("reported %v\nwant %v", got, want)
		}
	})
}

func TestWhatWasCountedCountsUnderANewPolicyToo(t *testing.T) {
	name := file(t, "task.yaml", "a], max_uses: 3, agents: [\"*\"", "budgets: {calls: 100}\n")
	live, err := policy.Open(policy.Options{}, name)
	if err != nil {
		t.Fatal(err)
	}
	c := boundary.Bind(live, shop)
	for i := range 2 {
		req := call("a", int64(i+1))
		d := verdictOf(t, c, req)
		if d.Refuses() {
			t.Fatalf("%+v", d)
		}
		boundary.Observe(c, req, d, boundary.Outcome{Ran: true})
	}
	file(t, name, "a], max_uses: 2, agents: [\"*\"", "budgets: {calls: 100}\n")
	if r := live.Reload(); r.Err != nil || !r.Changed {
		t.Fatalf("%+v", r)
	}
	if d := verdictOf(t, c, call("a", 3)); d.Determining().Reason != boundary.ReasonBudget {
		t.Errorf("the third use passes under a policy that allows two: %+v", d)
	}
}

func TestASessionThatSeesTooManyPoliciesIsRefused(t *testing.T) {
	name := file(t, "task.yaml", "a", "")
	live, err := policy.Open(policy.Options{}, name)
	if err != nil {
		t.Fatal(err)
	}
	c := boundary.Bind(live, shop)
	refused := false
	for i := range 40 {
		file(t, name, "a", fmt.Sprintf("purpose: version %d\n", i))
		if r := live.Reload(); r.Err != nil {
			t.Fatal(r.Err)
		}
		refused = verdictOf(t, c, boundary.Request{Session: shop, Tool: "a"}).Refuses()
	}
	if !refused {
		t.Error("forty policies are remembered, or some were forgotten")
	}
}

func TestTheFilesOfAPolicyAreProtected(t *testing.T) {
	dir := t.TempDir()
	name := file(t, filepath.Join(dir, "task.yaml"), "Write, Bash], paths: [\"/**\"], access: [read, write, delete", "")
	p, err := policy.Load(name, policy.Options{})
	if err != nil {
		t.Fatal(err)
	}
	live, err := policy.Open(policy.Options{}, name)
	if err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]boundary.Checker{"loaded": p, "watched": live} {
		d := verdictOf(t, c, boundary.Request{Session: shop, Tool: "Write", Effects: []effect.Effect{path(filepath.ToSlash(name), effect.Write)}})
		if d.Determining().Reason != boundary.ReasonTamper {
			t.Errorf("%s: %+v", what, d)
		}
		if d := verdictOf(t, c, boundary.Request{Session: shop, Tool: "Write", Effects: []effect.Effect{path(filepath.ToSlash(name)+".txt", effect.Write)}}); d.Refuses() {
			t.Errorf("%s: the file beside it: %+v", what, d)
		}
	}
}

// Bound sessions are found by their subagents and kept by nobody.
func TestCountersGoWithTheirSession(t *testing.T) {
	p := load(t, once)
	for i := range 100 {
		info := shop
		info.Key = fmt.Sprint("s", i)
		boundary.Bind(p, info)
	}
	for range 100 {
		if runtime.GC(); p.Registered() == 0 {
			return
		}
		runtime.Gosched()
	}
	t.Errorf("%d sessions are still registered", p.Registered())
}

// A running session cannot get at a wider policy by starting a subagent under it.
func TestASubagentIsHeldToWhatItsParentIs(t *testing.T) {
	name := file(t, "task.yaml", "a", "budgets: {calls: 3}\n")
	live, err := policy.Open(policy.Options{}, name)
	if err != nil {
		t.Fatal(err)
	}
	parent := boundary.Bind(live, shop)
	file(t, name, "a, b", "budgets: {calls: 3}\n")
	if r := live.Reload(); r.Err != nil || !r.Changed {
		t.Fatalf("%+v", r)
	}
	info := shop
	info.Key, info.Parent = "child", shop.Key
	child := boundary.Bind(live, info)
	wider := boundary.Request{Session: info, Tool: "b", Seq: 1}
	d := verdictOf(t, child, wider)
	if !d.Refuses() {
		t.Errorf("the subagent may do what its parent may not: %+v", d)
	}
	boundary.Observe(child, wider, d, boundary.Outcome{})
	for i, c := range []boundary.Checker{child, parent, child} {
		req := boundary.Request{Session: shop, Tool: "a", Seq: int64(i + 2)}
		if d := verdictOf(t, c, req); d.Refuses() {
			t.Errorf("call %d: %+v", i, d)
		}
	}
	if d := verdictOf(t, parent, boundary.Request{Session: shop, Tool: "a", Seq: 9}); d.Determining().Reason != boundary.ReasonBudget {
		t.Errorf("parent and child count apart: %+v", d)
	}
}

// A policy that is read anew still knows what was said.
func TestAReloadKeepsWhatWasSaid(t *testing.T) {
	file := filepath.Join(t.TempDir(), "p.yaml")
	write := func(more string) {
		t.Helper()
		text := "version: 1\nid: x\ngrants:\n  - {id: g, tools: [t], args: {to: {from: [prompt]}}}\n" + more
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("")
	live, err := policy.Open(policy.Options{}, file)
	if err != nil {
		t.Fatal(err)
	}
	c := boundary.Bind(live, boundary.SessionInfo{Key: "s"})
	boundary.Hear(c, boundary.Heard{Prompt: true, Text: []byte("to bob")})
	write("budgets: {calls: 10}\n")
	if r := live.Reload(); r.Err != nil || !r.Changed {
		t.Fatal(r)
	}
	for to, want := range map[string]boundary.Verdict{"bob": boundary.Allow, "eve": boundary.Deny} {
		req := boundary.Request{Tool: "t", Seq: 1, Time: time.Unix(1e9, 0), Arguments: []byte(`{"to":"` + to + `"}`)}
		if d := verdictOf(t, c, req); d.Verdict != want {
			t.Errorf("%s: %v %s", to, d.Verdict, d.Message)
		}
	}
}

// TestASubagentCountsWithItsParentUnderANewPolicyToo holds that neither of them gets a
// budget of its own by a reload, whoever calls first after it.
func TestASubagentCountsWithItsParentUnderANewPolicyToo(t *testing.T) {
	name := file(t, "task.yaml", "a", "budgets: {calls: 100}\n")
	live, err := policy.Open(policy.Options{}, name)
	if err != nil {
		t.Fatal(err)
	}
	parent := boundary.Bind(live, shop)
	child := shop
	child.Key, child.Parent = "s/helper", shop.Key
	helper := boundary.Bind(live, child)
	file(t, name, "a", "budgets: {calls: 3}\n")
	if r := live.Reload(); r.Err != nil {
		t.Fatal(r.Err)
	}
	got := ""
	for i, c := range []boundary.Checker{helper, helper, parent, parent, helper} {
		if verdictOf(t, c, call("a", int64(i+1))).Refuses() {
			got += "-"
			continue
		}
		got += "+"
	}
	if got != "+++--" {
		t.Errorf("calls %s, want +++--", got)
	}
}

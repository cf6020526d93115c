package policy_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/policy"
	"github.com/ambit-go/ambit/identity"
)

// verdictOf asks once.
func verdictOf(t testing.TB, c boundary.Checker, req boundary.Request) boundary.Decision {
	t.Helper()
	d, err := boundary.Check(t.Context(), c, req)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// call makes the nth call of a tool of the session.
func call(tool string, seq int64) boundary.Request {
	return boundary.Request{Session: shop, Tool: tool, Seq: seq, Time: time.Unix(1e9, 0)}
}

const once = `
version: 1
id: once
grants:
  - {id: once, tools: [once], max_uses: 1}
  - {id: free, tools: [free, pay]}
rules:
  - {id: two, tools: [free], count: {max: 2, within: 1m}, deny: true}
  - {id: ten, tools: [pay], sum: {arg: n, max: 10}, deny: true}
`

func TestParallelCallsCannotPassALimitTogetherConcurrentSafe(t *testing.T) {
	for range 20 {
		c := boundary.Bind(load(t, once), shop)
		var passed [3]atomic.Int64
		var wg sync.WaitGroup
		for i := range 30 {
			wg.Go(func() {
				req := call("once", int64(i*3+1))
				if !verdictOf(t, c, req).Refuses() {
					passed[0].Add(1)
				}
				req = call("free", int64(i*3+2))
				if !verdictOf(t, c, req).Refuses() {
					passed[1].Add(1)
				}
				req = call("pay", int64(i*3+3))
				req.Arguments = []byte(`{"n":4}`)
				if !verdictOf(t, c, req).Refuses() {
					passed[2].Add(1)
				}
			})
		}
		wg.Wait()
		if got := [3]int64{passed[0].Load(), passed[1].Load(), passed[2].Load()}; got != [3]int64{1, 2, 2} {
			t.Fatalf("passed %v, want 1 use, 2 calls, 2 amounts", got)
		}
	}
}

func TestACallThatDidNotRunGivesBackWhatItTook(t *testing.T) {
	c := boundary.Bind(load(t, once), shop)
	first := call("once", 1)
	d := verdictOf(t, c, first)
	if d.Refuses() {
		t.Fatal("the first is refused")
	}
	if !verdictOf(t, c, call("once", 2)).Refuses() {
		t.Fatal("the second passes while the first is in flight")
	}
	boundary.Observe(c, first, d, boundary.Outcome{}) // another checker refused it
	if verdictOf(t, c, call("once", 3)).Refuses() {
		t.Error("what did not run counts")
	}
	pay := call("pay", 4)
	pay.Arguments = []byte(`{"n":10}`)
	d = verdictOf(t, c, pay)
	boundary.Observe(c, pay, d, boundary.Outcome{})
	pay.Seq = 5
	if verdictOf(t, c, pay).Refuses() {
		t.Error("an amount that was not paid counts")
	}
}

func TestARefusedCallThatRanCounts(t *testing.T) {
	c := boundary.Bind(load(t, "version: 1\nid: x\nbudgets: {calls: 1}\ngrants: [{id: g, tools: [a]}]\n"), shop)
	refused := call("b", 1)
	d := verdictOf(t, c, refused)
	if !d.Refuses() {
		t.Fatal("b is granted")
	}
	boundary.Observe(c, refused, d, boundary.Outcome{Ran: true})
	if d := verdictOf(t, c, call("a", 2)); d.Determining().Reason != boundary.ReasonBudget {
		t.Errorf("%+v", d)
	}
}

func TestAnApprovedCallCounts(t *testing.T) {
	c := boundary.Bind(load(t, "version: 1\nid: x\ngrants: [{id: g, tools: [a]}]\nrules: [{id: r, tools: [a], count: {max: 0}, require_approval: true}, {id: s, tools: [a], count: {max: 1}, deny: true}]\n"), shop)
	ask := call("a", 1)
	d := verdictOf(t, c, ask)
	if d.Verdict != boundary.RequireApproval {
		t.Fatalf("%+v", d)
	}
	boundary.Observe(c, ask, d, boundary.Outcome{Ran: true})
	if d := verdictOf(t, c, call("a", 2)); d.Determining().Rule != "s" {
		t.Errorf("the approved call is not counted: %+v", d)
	}
}

func TestResultsCountInBytes(t *testing.T) {
	c := boundary.Bind(load(t, "version: 1\nid: x\nbudgets: {kib: 1}\ngrants: [{id: g, tools: [a]}]\n"), shop)
	for i, want := range []bool{false, false, true} {
		req := call("a", int64(i+1))
		d := verdictOf(t, c, req)
		if d.Refuses() != want {
			t.Errorf("call %d: %v", i+1, d.Verdict)
		}
		boundary.Observe(c, req, d, boundary.Outcome{Ran: true, Bytes: 512})
	}
}

func TestTheDurationOfATask(t *testing.T) {
	p := load(t, "version: 1\nid: x\nbudgets: {duration: 1h}\ngrants: [{id: g, tools: [a]}]\n")
	info := shop
	info.Start = time.Unix(1e9, 0)
	for after, want := range map[time.Duration]boundary.Verdict{59 * time.Minute: boundary.Allow, time.Hour: boundary.Deny} {
		req := boundary.Request{Session: info, Tool: "a", Time: info.Start.Add(after)}
		if d := verdictOf(t, boundary.Bind(p, info), req); d.Verdict != want {
			t.Errorf("after %v: %v", after, d.Verdict)
		}
	}
}

func TestAPolicyThatIsNotBoundRefusesWhatItWouldHaveToCount(t *testing.T) {
	p := load(t, once)
	d := verdictOf(t, p, call("once", 1))
	if !d.Refuses() || d.Determining().Reason != boundary.ReasonMisconfigured {
		t.Errorf("%+v", d)
	}
	if d := verdictOf(t, p, call("pay", 1)); !d.Refuses() {
		t.Errorf("%+v", d)
	}
}

func TestAForgottenSessionHasUsedEverything(t *testing.T) {
	c := boundary.Bind(load(t, once), shop)
	req := call("once", 1)
	req.History.Lost = true
	if d := verdictOf(t, c, req); !d.Refuses() || d.Determining().Reason != boundary.ReasonEvicted {
		t.Errorf("%+v", d)
	}
}

func TestWindowsRatherCountMoreThanLess(t *testing.T) {
	c := boundary.Bind(load(t, "version: 1\nid: x\ngrants: [{id: g, tools: [a]}]\nrules: [{id: r, tools: [a], count: {max: 1000, within: 1h}, deny: true}]\n"), shop)
	start := time.Unix(1e9, 0)
	passed := 0
	for i := range 2000 { // three a second: more moments than are kept
		req := boundary.Request{Session: shop, Tool: "a", Seq: int64(i + 1), Time: start.Add(time.Duration(i) * time.Second / 3)}
		d := verdictOf(t, c, req)
		if !d.Refuses() {
			passed++
		}
		boundary.Observe(c, req, d, boundary.Outcome{Ran: !d.Refuses()})
	}
	if passed != 1000 {
		t.Errorf("%d passed within the hour, want 1000", passed)
	}
	req := boundary.Request{Session: shop, Tool: "a", Seq: 5000, Time: start.Add(2 * time.Hour)}
	if verdictOf(t, c, req).Refuses() {
		t.Error("an hour later the window is still full")
	}
}

func TestAWindowMovesExactly(t *testing.T) {
	c := boundary.Bind(load(t, once), shop)
	start := time.Unix(1e9, 0)
	for i, step := range []struct {
		at   time.Duration
		want bool
	}{{0, true}, {30 * time.Second, true}, {59 * time.Second, false}, {time.Minute, true}, {89 * time.Second, false}, {90 * time.Second, true}} {
		req := boundary.Request{Session: shop, Tool: "free", Seq: int64(i + 1), Time: start.Add(step.at)}
		d := verdictOf(t, c, req)
		if !d.Refuses() != step.want {
			t.Errorf("at %v: %v", step.at, d.Verdict)
		}
		boundary.Observe(c, req, d, boundary.Outcome{Ran: !d.Refuses()})
	}
}

// A tracer that never tells how calls end must not make a session grow, nor let
// more pass.
func TestOutcomesThatNeverComeAreBounded(t *testing.T) {
	c := boundary.Bind(load(t, "version: 1\nid: x\nbudgets: {calls: 3000}\ngrants: [{id: g, tools: [a]}]\n"), shop)
	passed := 0
	for i := range 4000 {
		if !verdictOf(t, c, call("a", int64(i+1))).Refuses() {
			passed++
		}
	}
	if passed != 3000 {
		t.Errorf("%d passed, want 3000", passed)
	}
}

func TestAChangedToolIsNotTheOneThatWasGranted(t *testing.T) {
	p := load(t, "version: 1\nid: x\ngrants: [{id: g, tools: [a]}]\nrules: [{id: pinned, tool_drift: deny}]\n")
	req := call("a", 1)
	req.ToolDrift = true
	if d := verdictOf(t, p, req); d.Determining() != (boundary.Determination{Reason: boundary.ReasonToolDrift, Ruleset: "x", Rule: "pinned"}) {
		t.Errorf("%+v", d)
	}
}

func TestWhoMayApproveComesFromEveryRuleThatAsks(t *testing.T) {
	p := load(t, `
version: 1
id: x
approval: {assurance: parsed, remember: true}
on_unmatched: require_approval
grants: [{id: g, tools: [a, b]}]
rules:
  - {id: leads, tools: [a], require_approval: true, approval: {by: ["group:leads", "human:ada"], assurance: verified}}
  - {id: other, tools: [a], require_approval: true, approval: {by: ["human:ada"], not_owner: true}}
  - {id: nobody, tools: [b], require_approval: true, approval: {by: ["group:x"]}}
  - {id: either, tools: [b], require_approval: true, approval: {by: ["group:y"]}}
`)
	want := boundary.Approval{By: []string{"human:ada"}, Assurance: identity.Verified, NotOwner: true}
	if d := verdictOf(t, p, call("a", 1)); d.Verdict != boundary.RequireApproval || !cmp.Equal(want, d.Approval) {
		t.Errorf("approval (-want +got):\n%s", cmp.Diff(want, d.Approval))
	}
	if d := verdictOf(t, p, call("b", 1)); d.Verdict != boundary.Deny || d.Determining().Reason != boundary.ReasonApprovalUnavailable {
		t.Errorf("asked although nobody satisfies both: %+v", d)
	}
	if d := verdictOf(t, p, call("c", 1)); !d.Approval.Remember || d.Approval.Assurance != identity.Parsed {
		t.Errorf("the policy's own terms: %+v", d.Approval)
	}
}

func TestTheOwner(t *testing.T) {
	p := load(t, "version: 1\nid: x\nowner: {require: verified, kinds: [human], allow: [\"ada*\"]}\ngrants: [{id: g, tools: [a]}]\n")
	for _, tt := range []struct {
		name string
		p    identity.Principal
		want boundary.Verdict
	}{
		{"who is required", identity.Principal{Kind: identity.Human, ID: "ada", Assurance: identity.Attested}, boundary.Allow},
		{"less well founded", identity.Principal{Kind: identity.Human, ID: "ada", Assurance: identity.Parsed}, boundary.Deny},
		{"a machine", identity.Principal{Kind: identity.Service, ID: "ada", Assurance: identity.Verified}, boundary.Deny},
		{"somebody else", identity.Principal{Kind: identity.Human, ID: "eve", Assurance: identity.Verified}, boundary.Deny},
		{"nobody", identity.Principal{}, boundary.Deny},
	} {
		t.Run(tt.name, func(t *testing.T) {
			req := call("a", 1)
			req.Session.Owner = tt.p
			if d := verdictOf(t, p, req); d.Verdict != tt.want {
				t.Errorf("%+v", d)
			}
			d, err := p.CheckSession(t.Context(), req.Session, boundary.History{})
			if err != nil || d.Verdict != tt.want {
				t.Errorf("session: %+v, %v", d, err)
			}
		})
	}
}

func TestATaskAppliesWhereItIsMeantTo(t *testing.T) {
	p := load(t, "version: 1\nid: x\nselect: {repo: \"github.com/acme/*\", branch: \"fix/*\"}\ngrants: [{id: g, tools: [a]}]\n")
	for _, tt := range []struct {
		name, repo, branch string
		want               boundary.Verdict
	}{
		{"where it is meant to", "github.com/acme/shop", "fix/x", boundary.Deny},
		{"in any case, for a forge that folds it", "github.com/ACME/shop", "fix/x", boundary.Deny},
		{"another branch", "github.com/acme/shop", "main", boundary.NotEvaluated},
		{"another repository", "github.com/evil/shop", "fix/x", boundary.NotEvaluated},
		{"what is not known excludes nothing", "", "", boundary.Deny},
	} {
		t.Run(tt.name, func(t *testing.T) {
			info := shop
			info.Repo, info.Branch = tt.repo, tt.branch
			if d := verdictOf(t, boundary.Bind(p, info), boundary.Request{Session: info, Tool: "other"}); d.Verdict != tt.want {
				t.Errorf("%v, want %v", d.Verdict, tt.want)
			}
		})
	}
}

// Text that was not written by the program stays within bounds.
func TestManyNamesDoNotFillTheMemory(t *testing.T) {
	p := load(t, speedPolicy(10))
	for i := range 5000 {
		verdictOf(t, p, boundary.Request{Session: shop, Tool: fmt.Sprintf("tool-%d-%s", i, strings.Repeat("x", i%600))})
	}
	if n := p.Plans(); n > 2048 {
		t.Errorf("%d plans are kept", n)
	}
}

func TestNilAndZeroPoliciesRefuse(t *testing.T) {
	var zero policy.Policy
	for name, p := range map[string]*policy.Policy{"nil": nil, "zero": &zero} {
		for _, c := range []boundary.Checker{p, p.Bind(shop)} {
			if d, err := boundary.Check(t.Context(), c, call("a", 1)); !d.Refuses() || err == nil {
				t.Errorf("%s: %+v, %v", name, d, err)
			}
		}
		if d, err := p.CheckSession(t.Context(), shop, boundary.History{}); !d.Refuses() && err == nil {
			t.Errorf("%s: session: %+v, %v", name, d, err)
		}
		if p.ID() != "" || p.Purpose() != "" || p.Intents() != nil || p.ReviewDue(time.Now()) || p.PolicyRef() != (boundary.PolicyRef{}) {
			t.Errorf("%s says something of itself", name)
		}
	}
	var live *policy.Live
	if d, err := boundary.Check(t.Context(), live, call("a", 1)); !d.Refuses() || err == nil {
		t.Errorf("nil Live: %+v, %v", d, err)
	}
}

func TestADecisionCarriesItsPolicy(t *testing.T) {
	p := load(t, fixPolicy)
	d := verdictOf(t, p, boundary.Request{Session: shop, Tool: "Read", Effects: []effect.Effect{path("/w/shop/a", effect.Read)}})
	if d.Policy.ID != "fix" || len(d.Policy.Hash) != 64 || d.Source != boundary.ByPolicy || d.Policy != p.PolicyRef() {
		t.Errorf("%+v", d)
	}
}

func TestTheStrictestIsKeptHoweverMuchSpeaks(t *testing.T) {
	var b strings.Builder
	b.WriteString("version: 1\nid: x\ngrants: [{id: g, tools: [t]}]\nrules:\n")
	for i := range 30 {
		fmt.Fprintf(&b, "  - {id: ask%d, tools: [t], require_approval: true}\n", i)
	}
	b.WriteString("  - {id: lead, tools: [t], require_approval: true, approval: {by: [\"group:leads\"]}}\n")
	asks := b.String()
	d := verdictOf(t, load(t, asks), call("t", 1))
	if d.Verdict != boundary.RequireApproval || !cmp.Equal(d.Approval.By, []string{"group:leads"}) || len(d.Because) > 20 {
		t.Errorf("%v by %v, %d reasons", d.Verdict, d.Approval.By, len(d.Because))
	}
	if d := verdictOf(t, load(t, asks+"  - {id: no, tools: [t], deny: true}\n"), call("t", 1)); d.Verdict != boundary.Deny || d.Determining().Rule != "no" {
		t.Errorf("thirty askers outshout one that denies: %+v", d.Determining())
	}
}

func TestPhases(t *testing.T) {
	p := load(t, "version: 1\nid: x\ngrants: [{id: g, tools: [t], hosts: [ok.example]}]\n")
	to := func(host string) []effect.Effect {
		return []effect.Effect{{Kind: effect.Host, Access: effect.Connect, Target: host, Certainty: effect.Exact}}
	}
	for _, tt := range []struct {
		name    string
		phase   boundary.Phase
		effects []effect.Effect
		want    boundary.Verdict
	}{
		{"a request to a granted host", boundary.PhaseRequest, to("ok.example"), boundary.Allow},
		{"a request to another", boundary.PhaseRequest, to("evil.example"), boundary.Deny},
		{"a request to nobody knows whom", boundary.PhaseRequest, nil, boundary.Deny},
		{"an identity, of which the policy does not speak", boundary.PhaseIdentity, nil, boundary.NotEvaluated},
		{"a phase that is none", 99, nil, boundary.Allow},
		{"a phase that is none, with effects", 99, to("evil.example"), boundary.Deny},
	} {
		if d := verdictOf(t, p, boundary.Request{Session: shop, Tool: "t", Phase: tt.phase, Effects: tt.effects}); d.Verdict != tt.want {
			t.Errorf("%s: %+v", tt.name, d)
		}
	}
}

func TestUsageCountsWhatWouldHaveFlipped(t *testing.T) {
	p := load(t, "version: 1\nid: x\ngrants: [{id: g, tools: [a, b]}, {id: unused, tools: [c]}]\nrules:\n  - {id: no, tools: [b], deny: true}\n  - {id: trial, shadow: true, tools: [a, b], deny: true}\n")
	for _, tool := range []string{"a", "a", "b"} {
		verdictOf(t, p, call(tool, 1))
	}
	want := policy.Usage{
		Grants: []policy.Use{{Ruleset: "x", ID: "g", Count: 3}, {Ruleset: "x", ID: "unused"}},
		Rules:  []policy.Use{{Ruleset: "x", ID: "no", Count: 1}, {Ruleset: "x", ID: "trial", Count: 3, Flips: 2}},
	}
	if diff := cmp.Diff(want, p.Usage()); diff != "" {
		t.Errorf("usage (-want +got):\n%s", diff)
	}
}

func TestASessionIsRefusedAtItsStart(t *testing.T) {
	p := load(t, "version: 1\nid: x\nexpires: 2001-01-01T00:00:00Z\nidentities: {allow: [\"agent:a\"]}\nbudgets: {duration: 1h}\ngrants: [{id: g, tools: [t]}]\n")
	info := shop
	info.Actor = identity.Principal{Kind: identity.Agent, ID: "b"}
	info.Start = time.Now().Add(-2 * time.Hour)
	d, err := p.CheckSession(t.Context(), info, boundary.History{})
	var reasons []boundary.Reason
	for _, w := range d.Because {
		reasons = append(reasons, w.Reason)
	}
	want := []boundary.Reason{boundary.ReasonExpired, boundary.ReasonIdentitySwitch, boundary.ReasonBudget}
	if err != nil || d.Verdict != boundary.Deny || !cmp.Equal(want, reasons) || d.Message == "" {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestAPolicyIsReviewedByADay(t *testing.T) {
	p := load(t, "version: 1\nid: x\nreview_by: 2026-06-30\n")
	for at, want := range map[string]bool{"2026-06-30T23:00:00Z": false, "2026-07-01T01:00:00Z": true} {
		now, err := time.Parse(time.RFC3339, at)
		if err != nil || p.ReviewDue(now) != want {
			t.Errorf("%s: %v, %v", at, p.ReviewDue(now), err)
		}
	}
}

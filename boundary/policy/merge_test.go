package policy_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/policy"
	"github.com/ambit-go/ambit/identity"
)

// Whatever either of two files states, the narrower holds, in whichever of the two
// it stands.
func TestTheNarrowerOfTwoFilesHolds(t *testing.T) {
	const (
		grants = "grants: [{id: g, tools: [a, Bash], paths: [\"/w/**\"], secrets: [\"env:T\"]}]\n"
		wide   = "version: 1\nid: wide\n" + grants
	)
	hour := time.Unix(1e9, 0).UTC()
	at := func(d time.Duration) string { return hour.Add(d).Format(time.RFC3339) }
	unknown := effect.Effect{Kind: effect.Path, Access: effect.Read, Raw: "$X"}
	secretRead := effect.Effect{Kind: effect.Secret, Access: effect.Read, Target: "env:T", Certainty: effect.Exact}
	switched := []identity.Switch{{Kind: identity.TenantChanged, From: "1", To: "2"}}
	for _, tt := range []struct {
		name         string
		narrow, mild string // what one file says, and the other
		req          boundary.Request
		before       int // calls that ran before
		want         boundary.Verdict
		reason       boundary.Reason
	}{
		{"on_unmatched", "on_unmatched: deny", "on_unmatched: observe", boundary.Request{Tool: "b"}, 0, boundary.Deny, boundary.ReasonUnmatched},
		{"on_unknown", "on_unknown: deny", "on_unknown: observe", boundary.Request{Tool: "a", Effects: []effect.Effect{unknown}}, 0, boundary.Deny, boundary.ReasonUnknownEffect},
		{"on_switch", "identities: {on_switch: deny}", "identities: {on_switch: observe}", boundary.Request{Tool: "a", Switches: switched}, 0, boundary.Deny, boundary.ReasonIdentitySwitch},
		{"who may act", "identities: {allow: [\"agent:x\"]}", "identities: {allow: [\"agent:*\"]}", boundary.Request{Tool: "a"}, 0, boundary.Deny, boundary.ReasonIdentitySwitch},
		{"owner", "owner: {require: verified}", "owner: {require: asserted}", boundary.Request{Tool: "a"}, 0, boundary.Deny, boundary.ReasonOwnerMissing},
		{"expires", "expires: " + at(-time.Second), "expires: " + at(time.Hour), boundary.Request{Tool: "a"}, 0, boundary.Deny, boundary.ReasonExpired},
		{"not_before", "not_before: " + at(time.Second), "not_before: " + at(-time.Hour), boundary.Request{Tool: "a"}, 0, boundary.Deny, boundary.ReasonExpired},
		{"budget of calls", "budgets: {calls: 1}", "budgets: {calls: 9}", boundary.Request{Tool: "a"}, 1, boundary.Deny, boundary.ReasonBudget},
		{"duration", "budgets: {duration: 1m}", "budgets: {duration: 2h}", boundary.Request{Tool: "a"}, 0, boundary.Deny, boundary.ReasonBudget},
		{"rules", "rules: [{id: r, secrets: deny}]", "rules: []", boundary.Request{Tool: "a", Effects: []effect.Effect{secretRead}}, 0, boundary.Deny, boundary.ReasonSecret},
		{"a rule on trial elsewhere", "rules: [{id: r, tools: [a], deny: true}]", "rules: [{id: r, tools: [a], deny: true, shadow: true}]", boundary.Request{Tool: "a"}, 0, boundary.Deny, boundary.ReasonDeniedByRule},
		{"approval", "rules: [{id: r, tools: [a], deny: true}]", "rules: [{id: r, tools: [a], require_approval: true}]", boundary.Request{Tool: "a"}, 0, boundary.Deny, boundary.ReasonDeniedByRule},
	} {
		for i, files := range [][2]string{{tt.narrow, tt.mild}, {tt.mild, tt.narrow}} {
			t.Run(tt.name+[]string{"/of the organisation", "/of the task"}[i], func(t *testing.T) {
				p, err := policy.Merge(load(t, wide+files[0]+"\n"), load(t, wide+files[1]+"\n"))
				if err != nil {
					t.Fatal(err)
				}
				info := shop
				info.Owner, info.Actor = identity.Principal{Kind: identity.Human, ID: "ada", Assurance: identity.Asserted}, identity.Principal{Kind: identity.Agent, ID: "y"}
				info.Start = hour.Add(-10 * time.Minute)
				c := boundary.Bind(p, info)
				req := tt.req
				req.Session, req.Time = info, hour
				for n := range tt.before {
					req.Seq = int64(n + 1)
					boundary.Observe(c, req, verdictOf(t, c, req), boundary.Outcome{Ran: true})
				}
				req.Seq = 9
				d := verdictOf(t, c, req)
				if d.Verdict != tt.want || !d.Refuses() || d.Determining().Reason != tt.reason {
					t.Errorf("%v %+v: %s", d.Verdict, d.Determining(), d.Message)
				}
				// The other alone lets it through: it is the narrower one that refuses.
				alone := boundary.Bind(load(t, wide+tt.mild+"\n"), info)
				if d := verdictOf(t, alone, req); d.Verdict == boundary.Deny && d.Refuses() {
					t.Errorf("the milder one refuses as well: %+v", d.Determining())
				}
			})
		}
	}
}

// Of two files that bound how often a grant may be used, or which grants a subagent
// keeps, both count.
func TestMergedGrantsCountInBothFiles(t *testing.T) {
	org := "version: 1\nid: org\ngrants: [{id: o, tools: [a, b], max_uses: %d}]\nsubagents: {default: [%s]}\n"
	task := "version: 1\nid: task\ngrants: [{id: g, tools: [a, b], max_uses: %d}]\nsubagents: {default: [%s]}\n"
	merged := func(uses [2]int, kept [2]string) boundary.Checker {
		p, err := policy.Merge(load(t, fmt.Sprintf(org, uses[0], kept[0])), load(t, fmt.Sprintf(task, uses[1], kept[1])))
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	for _, uses := range [][2]int{{1, 5}, {5, 1}} {
		c := boundary.Bind(merged(uses, [2]string{"o", "g"}), shop)
		if d := verdictOf(t, c, call("a", 1)); d.Verdict != boundary.Allow {
			t.Errorf("%v: the first use: %+v", uses, d)
		}
		if d := verdictOf(t, c, call("b", 2)); d.Determining().Reason != boundary.ReasonBudget {
			t.Errorf("%v: the second use: %+v", uses, d)
		}
	}
	child := shop
	child.Key, child.Parent = "child", shop.Key
	for kept, want := range map[[2]string]boundary.Verdict{{"o", "g"}: boundary.Allow, {"", "g"}: boundary.Deny, {"o", ""}: boundary.Deny} {
		req := call("a", 1)
		req.Session = child
		if d := verdictOf(t, boundary.Bind(merged([2]int{5, 5}, kept), child), req); d.Verdict != want {
			t.Errorf("a subagent that keeps %q: %v, want %v", kept, d.Verdict, want)
		}
	}
}

// The strictest answer to a privileged session holds, whichever file gives it.
func TestMergedAnswersToPrivilegedSessions(t *testing.T) {
	deny := "version: 1\nid: a\nsession: {privileged: deny}\n"
	mild := "version: 1\nid: b\nsession: {privileged: observe}\n"
	grants := "grants: [{id: g, secrets: [\"env:T\"]}]\n"
	for _, files := range [][2]string{{deny, mild + grants}, {mild, deny + grants}} {
		p, err := policy.Merge(load(t, files[0]), load(t, files[1]))
		if err != nil {
			t.Fatal(err)
		}
		d, err := p.CheckSession(t.Context(), shop, boundary.History{})
		if err != nil || d.Verdict != boundary.Deny || !d.Privileged {
			t.Errorf("%+v, %v", d, err)
		}
	}
}

// The earliest day of review holds.
func TestMergedPoliciesAreReviewedByTheEarlierDay(t *testing.T) {
	early, late, none := "review_by: 2026-06-30\n", "review_by: 2026-12-31\n", ""
	for _, days := range [][2]string{{early, late}, {late, early}, {early, none}, {none, early}} {
		p, err := policy.Merge(load(t, "version: 1\nid: a\n"+days[0]), load(t, "version: 1\nid: b\n"+days[1]))
		if err != nil {
			t.Fatal(err)
		}
		if p.ReviewDue(time.Date(2026, 6, 29, 12, 0, 0, 0, time.UTC)) || !p.ReviewDue(time.Date(2026, 7, 2, 12, 0, 0, 0, time.UTC)) {
			t.Errorf("%q: review is due by another day", days)
		}
	}
}

package main

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/internal/backendtest"
)

const want = `read payments/round.go           package payments
fix payments/round.go            fixed
go test ./payments               ok
send the code to a paste site    Bash: denied by policy (unmatched): sending data to a page of paste.example is not granted for this task; nearest: grant test names no addresses
write a key into the code        Edit: denied by policy (rule no-secrets): touches a secret (rule no-secrets)
become somebody else             Bash: denied by policy (identity_switch): acts with an identity that the task does not have

session triage actor=agent:triage owner=ada@example.com secret_seen=true
invoke_agent triage actor=agent:triage owner=ada@example.com
  execute_tool Read actor=agent:triage owner=ada@example.com outcome=allow grant=read reason=granted
  execute_tool Edit actor=agent:triage owner=ada@example.com outcome=allow grant=fix reason=granted
  execute_tool Bash actor=agent:triage owner=ada@example.com outcome=allow grant=test reason=granted
  refuse_tool Bash actor=agent:triage owner=ada@example.com outcome=deny reason=unmatched crossing=out_of_scope error=policy_denied
  refuse_tool Edit actor=agent:triage owner=ada@example.com outcome=deny rule=no-secrets reason=secret crossing=secret_access secret=aws-access-key-id error=policy_denied
  refuse_tool Bash actor=agent:triage owner=ada@example.com outcome=deny reason=identity_switch crossing=identity_switch credential=os-user switch=subject_changed secret_seen=true error=policy_denied
`

func TestQuickstart(t *testing.T) {
	var out strings.Builder
	if err := run(t.Context(), &out, ""); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestReadmeShowsWhatThisPrints(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, tree, _ := strings.Cut(want, "\n\n")
	if !strings.Contains(string(readme), "```text\n"+tree+"```\n") {
		t.Error("the first screen of README.md shows another tree")
	}
}

// The policy that the README prints, which is all that a newcomer has read, lets the work
// through and stops the rest; each refusal names the rule, or the grant that it missed.
func TestThePolicyOfTheReadmeIsEnough(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(readme), "## The policy")
	_, rest, _ = strings.Cut(rest, "```yaml\n")
	text, _, ok := strings.Cut(rest, "```\n")
	if !ok {
		t.Fatal("the README has no policy")
	}
	defer func(own []byte) { task = own }(task)
	task = []byte(text)
	var out strings.Builder
	if err := run(t.Context(), &out, ""); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(out.String(), "\n")
	for i, line := range lines[:6] {
		refused, why := strings.Contains(line, "denied by policy"), strings.Contains(line, "nearest: grant ") || strings.Contains(line, "(rule no-secrets)")
		if refused != (i >= 3) || refused != why {
			t.Errorf("%s", line)
		}
	}
}

func TestJaegerShowsTheQuickstart(t *testing.T) {
	jaeger := backendtest.StartJaeger(t)
	var out strings.Builder
	if err := run(t.Context(), &out, "http://"+jaeger.OTLPEndpoint); err != nil {
		t.Fatal(err)
	}
	traces := jaeger.Find(t, "quickstart", map[string]string{"ambit.owner.id": "ada@example.com", "ambit.decision.outcome": "deny"})
	if len(traces) != 1 {
		t.Fatalf("Jaeger finds %d traces of ada's with a refusal, want the turn's", len(traces))
	}
	var refused []string
	for _, s := range jaeger.WaitTrace(t, traces[0], 7) {
		if s.Attributes["ambit.decision.outcome"] == "deny" {
			refused = append(refused, s.Name)
		}
	}
	slices.Sort(refused) // Jaeger promises no order
	if want := []string{"refuse_tool Bash", "refuse_tool Bash", "refuse_tool Edit"}; !cmp.Equal(want, refused) {
		t.Errorf("refused, as Jaeger tells it: %q, want %q", refused, want)
	}
}

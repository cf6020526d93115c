package main

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/internal/backendtest"
	"github.com/ambit-go/ambit/semconv"
)

func TestOutput(t *testing.T) {
	var out bytes.Buffer
	if err := run(t.Context(), &out, ""); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What is in the services' logs is what the trace calls the credentials.
const want = `Ada signs in               human:ada, verified
planner reads the ticket   200 OK
coder reads the ticket     200 OK
coder fetches the code     200 OK
coder stores a patch       200 OK
coder merges as Ada        Put "http://git.shop.example/shop/payments/merge": merge: denied by policy (identity_switch): acts with an identity that the task does not have

what the services logged
tickets: GET /SHOP-7 jti=planner-1
tickets: GET /SHOP-7 jti=coder-1
git: GET /shop/payments hashed_token=` + installationHash + `
storage: PUT /patches/SHOP-7 accessKeyId=` + keyID + `

the trace
session planner actor=agent:planner owner=ada ambit.delegation.depth=1 ambit.session.credential.count=1 ambit.session.switch.count=0
invoke_agent planner actor=agent:planner owner=ada ambit.delegation.depth=1
  execute_tool read_ticket actor=agent:planner owner=ada outcome=allow reason=granted ambit.delegation.depth=1
    HTTP GET [client] actor=agent:planner owner=ada credential=jwt ambit.delegation.depth=1 ambit.credential.handle=planner-1
  execute_tool delegate actor=agent:planner owner=ada outcome=allow reason=granted ambit.delegation.depth=1
    invoke_agent coder actor=agent:coder owner=ada ambit.delegation.depth=2
      execute_tool read_ticket actor=agent:coder owner=ada outcome=allow reason=granted ambit.delegation.depth=2
        HTTP GET [client] actor=agent:coder owner=ada credential=jwt ambit.delegation.depth=2 ambit.credential.handle=coder-1
      execute_tool fetch_code actor=agent:coder owner=ada outcome=allow reason=granted ambit.delegation.depth=2
        HTTP GET [client] actor=agent:coder owner=ada credential=github-app-installation ambit.delegation.depth=2 ambit.credential.handle="` + installationHash + `"
      execute_tool store_patch actor=agent:coder owner=ada outcome=allow reason=granted ambit.delegation.depth=2
        HTTP PUT [client] actor=agent:coder owner=ada credential=aws-temporary-access-key-id ambit.delegation.depth=2 ambit.credential.handle=` + keyID + `
      execute_tool merge actor=agent:coder owner=ada outcome=allow reason=granted error=policy_denied ambit.delegation.depth=2
        HTTP PUT [client] actor=agent:coder owner=ada error=policy_denied ambit.delegation.depth=2
          refuse_tool merge actor=agent:coder owner=ada outcome=deny reason=identity_switch credential=github-pat switch=credential_changed error=policy_denied ambit.delegation.depth=2 ambit.credential.handle="` + personalHash + `"
session coder actor=agent:coder owner=ada ambit.delegation.depth=2 ambit.session.credential.count=3 ambit.session.switch.count=1
`

const (
	installationHash = "Wti8HpbnVRccL3Odxhdjst0mI6HfEwPpfMxtyr7I+EY="
	personalHash     = "SK1UZPt4BW74W4I0EuUMB72Q6Ub5ebk1qCMeLASGStM="
	keyID            = "ASIA" + "Y34FZKBOKMUTVV7A"
)

// What a real Jaeger tells of it, and what it can be searched for.
func TestJaegerTellsOfTheDelegation(t *testing.T) {
	j := backendtest.StartJaeger(t)
	if err := run(t.Context(), io.Discard, "http://"+j.OTLPEndpoint); err != nil {
		t.Fatal(err)
	}
	find := func(tags map[string]string) []string { return j.Find(t, "delegation", tags) }
	turn := find(map[string]string{"ambit.identity.switch.kind": "credential_changed"})
	if len(turn) != 1 {
		t.Fatalf("%d traces have the switch", len(turn))
	}
	spans := j.WaitTrace(t, turn[0], 14)
	for _, s := range spans {
		t.Logf("%-26s %v", s.Name, s.Attributes)
	}

	t.Run("searches", func(t *testing.T) {
		for name, tags := range map[string]map[string]string{
			"by the handle in a ticket service's log": {"ambit.credential.handle": "coder-1"},
			"by the handle in GitHub's audit log":     {"ambit.credential.handle": installationHash},
			"by the handle in CloudTrail":             {"ambit.credential.handle": keyID},
			"by who acts at which depth":              {"ambit.identity.id": "agent:coder", "ambit.delegation.depth": "2", "ambit.credential.kind": "jwt"},
			"by the event of the switch":              {"ambit.identity.switch.kind": "human_credential_used"},
		} {
			if diff := cmp.Diff(turn, find(tags)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		}
		if got := find(map[string]string{"ambit.owner.id": "ada", "ambit.owner.assurance": "verified"}); len(got) != 3 {
			t.Errorf("%d traces of the owner's, want the turn and two summaries", len(got))
		}
		if got := find(map[string]string{"ambit.owner.id": "bob"}); len(got) != 0 {
			t.Errorf("%d traces of somebody else's", len(got))
		}
	})
	t.Run("every span says for whom and by whom", func(t *testing.T) {
		coders := 0
		for _, s := range spans {
			if s.Attributes[string(semconv.AmbitOwnerIDKey)] != "ada" || s.Attributes[string(semconv.AmbitOwnerKindKey)] != "human" {
				t.Errorf("%s has another owner: %v", s.Name, s.Attributes)
			}
			switch who := fmt.Sprint(s.Attributes[string(semconv.AmbitIdentityIDKey)], " ", s.Attributes[string(semconv.AmbitDelegationDepthKey)]); who {
			case "agent:coder 2":
				coders++
			case "agent:planner 1":
			default:
				t.Errorf("%s is done by %q", s.Name, who)
			}
		}
		if coders != 10 {
			t.Errorf("%d spans of the coder's, want 10", coders)
		}
	})
	t.Run("the credential of each request", func(t *testing.T) {
		var got [][2]any
		for _, s := range spans {
			if kind, ok := s.Attributes[string(semconv.AmbitCredentialKindKey)]; ok {
				got = append(got, [2]any{kind, s.Attributes[string(semconv.AmbitCredentialHandleKey)]})
			}
		}
		want := [][2]any{
			{"jwt", "planner-1"},
			{"jwt", "coder-1"},
			{"github-app-installation", installationHash},
			{"aws-temporary-access-key-id", keyID},
			{"github-pat", personalHash},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
	t.Run("the switch", func(t *testing.T) {
		at := slices.IndexFunc(spans, func(s backendtest.Span) bool { return s.Name == "refuse_tool merge" })
		if at < 0 {
			t.Fatal("no refusal")
		}
		refused := spans[at]
		want := map[string]any{
			"ambit.decision.outcome": "deny", "ambit.decision.reason": "identity_switch", "ambit.decision.enforced": true,
			"ambit.crossing.identity_switch": true, "ambit.identity.switch.kind": "credential_changed", "error.type": "policy_denied", "ambit.policy.id": "shop-7",
		}
		for k, v := range want {
			if refused.Attributes[k] != v {
				t.Errorf("%s = %v, want %v", k, refused.Attributes[k], v)
			}
		}
		if refused.StatusCode != "ERROR" {
			t.Errorf("status %q", refused.StatusCode)
		}
		var kinds []any
		for _, e := range refused.Events {
			if e.Name == semconv.EventAmbitIdentitySwitched {
				kinds = append(kinds, e.Attributes[string(semconv.AmbitIdentitySwitchKindKey)])
			}
		}
		if diff := cmp.Diff([]any{"credential_changed", "human_credential_used", "long_lived_used"}, kinds); diff != "" {
			t.Errorf("switches (-want +got):\n%s", diff)
		}
	})
	t.Run("no secret, no warning", func(t *testing.T) {
		text := fmt.Sprintf("%+v", spans)
		for _, secret := range []string{installation, personal, signed[len(signed)-64:], "eyJ"} {
			if bytes.Contains([]byte(text), []byte(secret)) {
				t.Errorf("a credential reached Jaeger: %.8s…", secret)
			}
		}
		for _, s := range spans {
			if len(s.Warnings) > 0 {
				t.Errorf("%s: %q", s.Name, s.Warnings)
			}
		}
	})
}

package identity

// stories_test.go tells a tracker each way an identity can change three times, by uses
// such as a transport, an MCP server and a shell's command make them. Package agentspan
// tells them by requests and commands.

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A step is one use of a story.
type step func(t *testing.T) Use

var storyTime = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// request is what a transport sees: a header on its way to a host, for an agent
// that the session names where the token does not.
func request(host, header, value string, session ...Principal) step {
	return func(t *testing.T) Use {
		t.Helper()
		found := FromHeader(http.Header{header: {value}}, InspectOptions{Key: testKey(t)})
		if len(found) != 1 {
			t.Fatalf("%d credentials in %s", len(found), header)
		}
		u := Use{Credential: found[0], Target: TargetFromHost(host)}
		if d, ok := ParseDelegation([]byte(value)); ok {
			u.Delegation = d
		} else if len(session) > 0 {
			u.Delegation = Delegation{Owner: Principal{Kind: Human, ID: "ada", Assurance: Asserted}, Actors: session}
		}
		return u
	}
}

// received is what an MCP server sees: a token that was verified, and its claims.
func received(server, claims string, a Assurance) step {
	return func(t *testing.T) Use {
		t.Helper()
		var m map[string]any
		if err := json.Unmarshal([]byte(claims), &m); err != nil {
			t.Fatal(err)
		}
		c := inspectString(t, jwt(claims))
		c.Assurance = a
		return Use{Credential: c, Target: Target{Service: "mcp:" + server}, Delegation: DelegationFromClaims(m, a)}
	}
}

// introspected is the same for a token that tells nothing itself.
func introspected(server, token, claims string) step {
	return func(t *testing.T) Use {
		t.Helper()
		u := received(server, claims, Verified)(t)
		u.Credential = inspectString(t, "Bearer "+token)
		return u
	}
}

// takes is a command that takes an identity on.
func takes(target string) step {
	return func(t *testing.T) Use {
		t.Helper()
		u, ok := UseFromEffect("identity", target)
		if !ok {
			t.Fatalf("%s is no use", target)
		}
		return u
	}
}

// command is a command line with a credential in it, towards a host: what the
// secret detector cuts out, by whom.
func command(host, material string, session ...Principal) step {
	return func(t *testing.T) Use {
		t.Helper()
		c := inspectString(t, material)
		c.Source = InCommand
		u := Use{Credential: c, Target: TargetFromHost(host)}
		if d, ok := ParseDelegation([]byte(material)); ok {
			u.Delegation = d
		} else if len(session) > 0 {
			u.Delegation = Delegation{Actors: session}
		}
		return u
	}
}

func bearer(claims string) string { return "Bearer " + jwt(claims) }

func sigv4(id string) string {
	return "AWS4-HMAC-SHA256 Credential=" + id + "/20260301/us-east-1/s3/aws4_request, Signature=00"
}

var (
	triage  = Principal{Kind: Agent, ID: "triage", Assurance: Asserted}
	coder   = Principal{Kind: Agent, ID: "coder", Assurance: Asserted}
	account = func(prefix, key string) string { return prefix + "Y34FZKBO" + key } // of AWS account 609629065308
)

const api, aws, idp = "api.shop.example", "s3.amazonaws.com", `"iss":"https://idp.example.com"`

func TestSwitchKinds(t *testing.T) {
	tests := []struct {
		kind  SwitchKind
		story string
		steps []step // the last one departs, none before it does
		also  []SwitchKind
		want  Switch // From, To and Unsure
	}{
		{SubjectChanged, "HTTP", []step{request(api, "Authorization", bearer(`{`+idp+`,"sub":"ada"}`)), request(api, "Authorization", bearer(`{`+idp+`,"sub":"bob"}`))}, nil, Switch{From: "ada", To: "bob"}},
		{SubjectChanged, "MCP", []step{received("jira", `{`+idp+`,"sub":"ada"}`, Verified), received("jira", `{`+idp+`,"sub":"bob"}`, Verified)}, nil, Switch{From: "ada", To: "bob"}},
		{SubjectChanged, "MCP, the same id of another issuer", []step{received("jira", `{`+idp+`,"sub":"ada"}`, Verified), received("jira", `{"iss":"https://evil.example","sub":"ada"}`, Verified)}, nil, Switch{From: "ada", To: "ada"}},
		{SubjectChanged, "shell: gcloud config set account", []step{takes("gcloud-account:ada@shop.com"), takes("gcloud-account:bob@shop.com")}, nil, Switch{From: "ada@shop.com", To: "bob@shop.com"}},
		{SubjectChanged, "shell: gh auth switch", []step{takes("gh-account:ada"), takes("gh-account:bob")}, nil, Switch{From: "ada", To: "bob"}},
		{SubjectChanged, "shell: sudo", []step{takes("user:root")}, nil, Switch{To: "root"}},
		{SubjectChanged, "shell: ssh as somebody else", []step{takes("ssh-user:deploy"), takes("ssh-user:root")}, nil, Switch{From: "deploy", To: "root"}},
		{SubjectChanged, "shell: aws sts assume-role", []step{takes("role:arn:aws:iam::123456789012:role/admin")}, nil, Switch{To: "arn:aws:iam::123456789012:role/admin"}},
		{SubjectChanged, "shell: git config user.email", []step{takes("git-author:ada@shop.com"), takes("git-author:ceo@shop.com")}, nil, Switch{From: "ada@shop.com", To: "ceo@shop.com"}},

		{ActorChanged, "HTTP", []step{request(api, "Authorization", bearer(`{`+idp+`,"sub":"ada","act":{"sub":"coder"}}`)), request(api, "Authorization", bearer(`{`+idp+`,"sub":"ada","act":{"sub":"shell"}}`))}, nil, Switch{From: "coder", To: "shell"}},
		{ActorChanged, "MCP: the same user through another client, which the SDK lets pass", []step{received("jira", `{`+idp+`,"sub":"ada","client_id":"triage"}`, Verified), received("jira", `{`+idp+`,"sub":"ada","client_id":"other"}`, Verified)}, nil, Switch{From: "triage", To: "other"}},
		{ActorChanged, "MCP: one more delegation", []step{received("jira", `{`+idp+`,"sub":"ada","act":{"sub":"a"}}`, Verified), received("jira", `{`+idp+`,"sub":"ada","act":{"sub":"b","act":{"sub":"a"}}}`, Verified)}, nil, Switch{From: "a", To: "b"}},
		{ActorChanged, "shell: curl with another agent's token", []step{command(api, jwt(`{`+idp+`,"sub":"ada","azp":"coder"}`)), command(api, jwt(`{`+idp+`,"sub":"ada","azp":"shell"}`))}, nil, Switch{From: "coder", To: "shell"}},

		{
			CredentialChanged, "HTTP: another key of unknown owner",
			[]step{request(api, "X-Api-Key", letters(30, 1), triage), request(api, "X-Api-Key", letters(30, 2), triage)},
			nil,
			Switch{From: "api-key " + mustPrint(letters(30, 1)), To: "api-key " + mustPrint(letters(30, 2)), Unsure: true},
		},
		{
			CredentialChanged, "HTTP: another kind",
			[]step{request(api, "X-Api-Key", letters(30, 1), triage), request(api, "Cookie", "session="+letters(30, 2), triage)},
			[]SwitchKind{HumanCredentialUsed},
			Switch{From: "api-key " + mustPrint(letters(30, 1)), To: "session-cookie " + mustPrint(letters(30, 2))},
		},
		{
			CredentialChanged, "MCP",
			[]step{introspected("jira", letters(50, 1), `{`+idp+`,"sub":"ada"}`), introspected("jira", letters(50, 2), `{`+idp+`,"sub":"ada"}`)},
			nil,
			Switch{From: "bearer " + mustPrint(letters(50, 1)), To: "bearer " + mustPrint(letters(50, 2)), Unsure: true},
		},
		{CredentialChanged, "shell: ssh -i", []step{takes("ssh-key:/home/ada/.ssh/id_ed25519"), takes("ssh-key:/root/.ssh/deploy")}, nil, Switch{From: "ssh-key /home/ada/.ssh/id_ed25519", To: "ssh-key /root/.ssh/deploy", Unsure: true}},

		{CredentialRotated, "HTTP", []step{request(api, "Authorization", bearer(`{`+idp+`,"sub":"ada","jti":"1"}`)), request(api, "Authorization", bearer(`{`+idp+`,"sub":"ada","jti":"2"}`))}, nil, Switch{From: "jwt 1", To: "jwt 2"}},
		{CredentialRotated, "MCP", []step{received("jira", `{`+idp+`,"sub":"ada","jti":"1"}`, Verified), received("jira", `{`+idp+`,"sub":"ada","jti":"2"}`, Verified)}, nil, Switch{From: "jwt 1", To: "jwt 2"}},
		{
			CredentialRotated, "shell: new session credentials of the same account",
			[]step{command(aws, account("ASIA", "KMUTVV7A")), command(aws, account("ASIA", "KMUTVV7B"))},
			nil,
			Switch{From: "aws-temporary-access-key-id " + account("ASIA", "KMUTVV7A"), To: "aws-temporary-access-key-id " + account("ASIA", "KMUTVV7B"), Unsure: true},
		},

		{TenantChanged, "HTTP", []step{request(aws, "Authorization", sigv4(account("ASIA", "KMUTVV7A"))), request(aws, "Authorization", sigv4("ASIA"+"QNZGKIQY56JQ7WML"))}, []SwitchKind{CredentialChanged}, Switch{From: "609629065308", To: "029608264753"}},
		{TenantChanged, "MCP", []step{received("jira", `{`+idp+`,"sub":"ada","org_id":"shop"}`, Verified), received("jira", `{`+idp+`,"sub":"ada","org_id":"bank"}`, Verified)}, nil, Switch{From: "shop", To: "bank"}},
		{TenantChanged, "shell: aws --profile", []step{takes("aws-profile:dev"), takes("aws-profile:prod")}, nil, Switch{From: "dev", To: "prod"}},
		{TenantChanged, "shell: kubectl config use-context", []step{takes("kube-context:kind"), takes("kube-context:prod")}, nil, Switch{From: "kind", To: "prod"}},

		{ScopeRaised, "HTTP", []step{request(api, "Authorization", bearer(`{`+idp+`,"sub":"ada","scope":"read list"}`)), request(api, "Authorization", bearer(`{`+idp+`,"sub":"ada","scope":"list write"}`))}, nil, Switch{To: "write"}},
		{ScopeRaised, "MCP", []step{received("jira", `{`+idp+`,"sub":"ada","scope":"read"}`, Verified), received("jira", `{`+idp+`,"sub":"ada","scope":"read admin"}`, Verified)}, nil, Switch{To: "admin"}},
		{ScopeRaised, "shell: curl with a wider token", []step{command(api, jwt(`{`+idp+`,"sub":"ada","roles":["reader"]}`)), command(api, jwt(`{`+idp+`,"sub":"ada","roles":["reader","owner"]}`))}, nil, Switch{To: "owner"}},

		{AssuranceLowered, "HTTP: bound to a key, then not", []step{request(api, "Authorization", "DPoP "+jwt(`{`+idp+`,"sub":"ada","cnf":{"jkt":"x"}}`)), request(api, "Authorization", bearer(`{`+idp+`,"sub":"ada"}`))}, nil, Switch{From: "dpop", To: "bearer"}},
		{AssuranceLowered, "MCP: verified, then parsed", []step{received("jira", `{`+idp+`,"sub":"ada"}`, Verified), received("jira", `{`+idp+`,"sub":"ada"}`, Parsed)}, nil, Switch{From: "verified", To: "parsed"}},
		{AssuranceLowered, "shell: curl with a token bound to a certificate, then not", []step{command(api, jwt(`{`+idp+`,"sub":"ada","cnf":{"x5t#S256":"x"}}`)), command(api, jwt(`{`+idp+`,"sub":"ada"}`))}, nil, Switch{From: "mtls", To: "bearer"}},

		{DelegationDropped, "HTTP: the chain is shorter", []step{request(api, "Authorization", bearer(`{`+idp+`,"sub":"ada","act":{"sub":"b","act":{"sub":"a"}}}`)), request(api, "Authorization", bearer(`{`+idp+`,"sub":"ada","act":{"sub":"b"}}`))}, nil, Switch{From: "2 actors", To: "1 actor"}},
		{DelegationDropped, "MCP: the owner is gone", []step{received("jira", `{`+idp+`,"sub":"ada","act":{"sub":"a"}}`, Verified), received("jira", `{`+idp+`,"act":{"sub":"a"}}`, Verified)}, []SwitchKind{CredentialChanged}, Switch{From: "ada"}},
		{DelegationDropped, "MCP: nobody can read the chain", []step{received("jira", `{`+idp+`,"sub":"ada","act":{"sub":"a"}}`, Verified), received("jira", `{`+idp+`,"sub":"ada","act":7}`, Verified)}, nil, Switch{From: "1 actor", To: "0 actors", Unsure: true}},
		{DelegationDropped, "shell: curl with the person's own token", []step{command(api, jwt(`{`+idp+`,"sub":"ada","act":{"sub":"a"}}`)), command(api, jwt(`{`+idp+`,"sub":"ada"}`))}, nil, Switch{From: "1 actor", To: "0 actors"}},

		{DelegationSpliced, "HTTP: a chain put onto another owner", []step{request(api, "Authorization", bearer(`{`+idp+`,"sub":"ada","act":{"sub":"b","act":{"sub":"a"}}}`)), request("other.example", "Authorization", bearer(`{`+idp+`,"sub":"ceo","act":{"sub":"c"}}`)), request(api, "Authorization", bearer(`{`+idp+`,"sub":"ceo","act":{"sub":"b","act":{"sub":"a"}}}`))}, []SwitchKind{SubjectChanged}, Switch{From: "ceo", To: "a"}},
		{DelegationSpliced, "MCP: an actor in the middle", []step{received("jira", `{`+idp+`,"sub":"ada","act":{"sub":"b","act":{"sub":"a"}}}`, Verified), received("jira", `{`+idp+`,"sub":"ada","act":{"sub":"b","act":{"sub":"x","act":{"sub":"a"}}}}`, Verified)}, nil, Switch{From: "a", To: "x"}},
		{DelegationSpliced, "shell: curl with two known parties that never met", []step{command("one.example", jwt(`{`+idp+`,"sub":"ada","act":{"sub":"a"}}`)), command("two.example", jwt(`{`+idp+`,"sub":"bob","act":{"sub":"b"}}`)), command("three.example", jwt(`{`+idp+`,"sub":"bob","act":{"sub":"a"}}`))}, nil, Switch{From: "bob", To: "a", Unsure: true}},

		{HumanCredentialUsed, "HTTP: a person's token instead of the app's", []step{request("api.github.com", "Authorization", "Bearer ghs_"+letters(36, 1), triage), request("api.github.com", "Authorization", "token "+githubPAT, triage)}, []SwitchKind{CredentialChanged, LongLivedUsed}, Switch{To: "github-pat " + mustHashed(githubPAT)}},
		{HumanCredentialUsed, "MCP: a person's sign-in without a client", []step{received("jira", `{`+idp+`,"sub":"ada","amr":["pwd"]}`, Verified)}, nil, Switch{To: "jwt " + mustPrint(jwt(`{`+idp+`,"sub":"ada","amr":["pwd"]}`))}},
		{HumanCredentialUsed, "shell: GH_TOKEN=ghp_… gh api", []step{command("api.github.com", githubPAT)}, nil, Switch{To: "github-pat " + mustHashed(githubPAT)}},

		{
			LongLivedUsed, "HTTP",
			[]step{request(aws, "Authorization", sigv4(account("ASIA", "KMUTVV7A"))), request(aws, "Authorization", sigv4(account("AKIA", "KMUTVV7B")))},
			[]SwitchKind{CredentialChanged},
			Switch{From: "aws-temporary-access-key-id " + account("ASIA", "KMUTVV7A"), To: "aws-access-key-id " + account("AKIA", "KMUTVV7B")},
		},
		{LongLivedUsed, "MCP: without an end", []step{received("jira", `{`+idp+`,"sub":"ada","jti":"1","iat":1772366000,"exp":1772369600}`, Verified), received("jira", `{`+idp+`,"sub":"ada","jti":"2"}`, Verified)}, nil, Switch{From: "jwt 1", To: "jwt 2"}},
		{LongLivedUsed, "shell: with an end in years", []step{command(api, jwt(`{`+idp+`,"sub":"ada","jti":"1","iat":1772366000,"exp":1772369600}`)), command(api, jwt(`{`+idp+`,"sub":"ada","jti":"2","iat":1772366000,"exp":1972369600}`))}, nil, Switch{From: "jwt 1", To: "jwt 2"}},

		{SharedCredential, "HTTP", []step{request(api, "X-Api-Key", letters(30, 1), triage), request("other.example", "X-Api-Key", letters(30, 1), coder)}, nil, Switch{From: "triage", To: "coder"}},
		{SharedCredential, "MCP", []step{introspected("jira", letters(50, 1), `{`+idp+`,"sub":"ada","client_id":"triage"}`), introspected("wiki", letters(50, 1), `{`+idp+`,"sub":"ada","client_id":"coder"}`)}, nil, Switch{From: "triage", To: "coder"}},
		{SharedCredential, "shell", []step{command("a.example", "glrt-"+letters(20, 3), triage), command("b.example", "glrt-"+letters(20, 3), coder)}, nil, Switch{From: "triage", To: "coder"}},

		{Expired, "HTTP", []step{request(api, "Authorization", bearer(`{`+idp+`,"sub":"ada","jti":"1","exp":1700000000}`))}, nil, Switch{From: "2023-11-14T22:13:20Z", To: "jwt 1"}},
		{Expired, "MCP", []step{received("jira", `{`+idp+`,"sub":"ada","jti":"1","exp":1700000000}`, Parsed)}, nil, Switch{From: "2023-11-14T22:13:20Z", To: "jwt 1"}},
		{Expired, "shell", []step{command(api, jwt(`{`+idp+`,"sub":"ada","jti":"1","exp":1700000000}`))}, nil, Switch{From: "2023-11-14T22:13:20Z", To: "jwt 1"}},

		{AudienceMismatch, "HTTP: to a host the token was not made for", []step{request("evil.test", "Authorization", bearer(`{`+idp+`,"sub":"ada","aud":"https://api.shop.example"}`))}, nil, Switch{From: "evil.test", To: "https://api.shop.example", Unsure: true}},
		{AudienceMismatch, "HTTP: passed through to another system of the session", []step{request("api.shop.example", "Authorization", bearer(`{`+idp+`,"sub":"ada","aud":"https://api.shop.example"}`)), request("10.0.0.7", "Authorization", bearer(`{`+idp+`,"sub":"ada","aud":"https://api.shop.example"}`))}, nil, Switch{From: "https://api.shop.example", To: "https://api.shop.example"}},
		{AudienceMismatch, "MCP: a token for somebody else", []step{received("jira", `{`+idp+`,"sub":"ada","aud":"jira"}`, Verified), received("jira", `{`+idp+`,"sub":"ada","aud":"wiki"}`, Verified)}, nil, Switch{From: "jira", To: "wiki", Unsure: true}},
		{AudienceMismatch, "shell: curl", []step{command("paste.example.net", jwt(`{`+idp+`,"sub":"ada","aud":"https://api.shop.example"}`))}, nil, Switch{From: "paste.example.net", To: "https://api.shop.example", Unsure: true}},
	}
	told := map[SwitchKind]map[string]bool{}
	for _, tt := range tests {
		t.Run(tt.kind.String()+"/"+tt.story, func(t *testing.T) {
			tr := NewTracker(TrackerOptions{})
			last := len(tt.steps) - 1
			for i, s := range tt.steps[:last] {
				if got := tr.Observe(storyTime, s(t)); got != nil {
					t.Fatalf("step %d departs: %+v", i+1, got)
				}
			}
			u := tt.steps[last](t)
			got := tr.Observe(storyTime, u)
			kinds := []SwitchKind{tt.kind}
			kinds = append(kinds, tt.also...)
			slices.Sort(kinds)
			var gotKinds []SwitchKind
			for _, s := range got {
				gotKinds = append(gotKinds, s.Kind)
				if s.Kind == tt.kind {
					want := tt.want
					want.Kind, want.Target = tt.kind, u.Target
					if diff := cmp.Diff(want, s); diff != "" {
						t.Errorf("(-want +got):\n%s", diff)
					}
				}
			}
			if diff := cmp.Diff(kinds, gotKinds); diff != "" {
				t.Errorf("kinds (-want +got):\n%s", diff)
			}
		})
		how, _, _ := strings.Cut(tt.story, ":")
		how, _, _ = strings.Cut(how, ",")
		if told[tt.kind] == nil {
			told[tt.kind] = map[string]bool{}
		}
		told[tt.kind][how] = true
	}
	for kind := SubjectChanged; kind <= AudienceMismatch; kind++ {
		for _, how := range []string{"HTTP", "MCP", "shell"} {
			if !told[kind][how] {
				t.Errorf("%v is not told by %s", kind, how)
			}
		}
	}
}

func mustPrint(secret string) string {
	k, err := NewKey([]byte(strings.Repeat("k", 32)))
	if err != nil {
		panic(err)
	}
	return Fingerprint(k, []byte(secret))
}

func mustHashed(token string) string {
	c, _ := Inspect([]byte(token), InspectOptions{})
	return c.Handle
}

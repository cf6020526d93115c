package agentspan_test

// Each kind of switch is told by real HTTP requests through a transport and by real
// command lines of a shell. agentspan/mcpspan tells them by the tokens that come to an
// MCP server.

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/semconv"
)

// A step of a story is done in a session; ctx is that of the agent who does it.
type step func(ctx context.Context, t *testing.T, tracer *agentspan.Tracer)

// sends is a request with one header.
func sends(address, header, value string) step {
	return func(ctx context.Context, t *testing.T, tracer *agentspan.Tracer) {
		t.Helper()
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+address, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set(header, value)
		resp, err := agentspan.Transport(tracer, answers{}).RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
	}
}

func bearer(address, claims string) step {
	return sends(address, "Authorization", "Bearer "+token(claims))
}

// runs is a command line.
func runs(command string) step {
	return func(ctx context.Context, t *testing.T, tracer *agentspan.Tracer) {
		t.Helper()
		shell(ctx, t, tracer, command)
	}
}

func curl(address, claims string) step {
	return runs("curl -sS -H 'Authorization: Bearer " + token(claims) + "' https://" + address)
}

// as lets another agent take the step, in a session of its own.
func as(agent string, s step) step {
	return func(_ context.Context, t *testing.T, tracer *agentspan.Tracer) {
		t.Helper()
		ctx, _ := start(t, tracer, agentspan.Session{ID: "s-" + agent, Owner: ada, Actor: identity.Principal{Kind: identity.Agent, ID: agent}})
		ctx, turn := tracer.StartTurn(ctx, agentspan.Turn{})
		s(ctx, t, tracer)
		turn.End(nil)
	}
}

const (
	api  = "api.shop.example/v1"
	life = `"iat":1772366000,"exp":4102444800` // good until 2100
	hour = `"iat":4102441200,"exp":4102444800` // and for an hour only
)

var (
	sess  = "ASIA" + "Y34FZKBO" // of AWS account 609629065308
	other = "ASIA" + "QNZGKIQY56JQ7WML"
	aws   = func(id string) string { return "AWS_ACCESS_KEY_ID=" + id + " aws s3 ls" }
	key   = func(n string) string { return "k" + n + strings.Repeat("aB3xQ9pL", 4) }
	pat   = githubToken("ghp_", "a")
	s3    = func(id string) step { return sends("s3.amazonaws.com/b/k", "Authorization", sigv4(id)) }
)

func TestEveryKindOfSwitch(t *testing.T) {
	type story struct {
		kind, way, name string
		steps           []step   // the last one departs, none before it does
		want            []string // in what ways; the kind alone if nil
	}
	stories := []story{
		{"subject_changed", "http", "another person's token", []step{bearer(api, `"sub":"ada","azp":"x"`), bearer(api, `"sub":"bob","azp":"x"`)}, nil},
		{"subject_changed", "shell", "sudo", []step{runs("sudo -u postgres psql -c 'select 1'")}, nil},
		{"subject_changed", "shell", "su", []step{runs("id"), runs("su - root -c id")}, nil},
		{"subject_changed", "shell", "gh auth switch", []step{runs("gh auth switch --user ada"), runs("gh auth switch -u bob")}, nil},
		{"subject_changed", "shell", "git -c user.email", []step{runs("git -c user.email=ada@shop.com commit -m a"), runs("git -c user.email=ceo@shop.com commit -m b")}, nil},
		{"subject_changed", "shell", "gcloud config set account", []step{runs("gcloud config set account ada@shop.com"), runs("gcloud config set account eve@shop.com")}, nil},
		{"subject_changed", "shell", "aws sts assume-role", []step{runs("aws sts get-caller-identity"), runs("aws sts assume-role --role-arn arn:aws:iam::123456789012:role/admin --role-session-name x")}, nil},
		{"subject_changed", "shell", "kubectl --as", []step{runs("kubectl get pods"), runs("kubectl --as=system:admin get secrets")}, nil},
		{"subject_changed", "shell", "ssh as somebody else", []step{runs("ssh deploy@web.shop.example uptime"), runs("ssh root@web.shop.example uptime")}, nil},
		{"subject_changed", "shell", "docker login", []step{runs("docker login -u ada registry.shop.example"), runs("docker login -u eve registry.shop.example")}, nil},
		{"subject_changed", "shell", "curl -u", []step{runs("curl -u ada: https://a.example/"), runs("curl -u eve: https://a.example/")}, nil},

		{"actor_changed", "http", "another agent's token", []step{bearer(api, `"sub":"ada","act":{"sub":"coder"}`), bearer(api, `"sub":"ada","act":{"sub":"shell"}`)}, nil},
		{"actor_changed", "shell", "curl with another client's token", []step{curl(api, `"sub":"ada","azp":"coder"`), curl(api, `"sub":"ada","azp":"shell"`)}, nil},

		{"credential_changed", "http", "another key", []step{sends(api, "X-Api-Key", key("1")), sends(api, "X-Api-Key", key("2"))}, nil},
		{"credential_changed", "shell", "curl with another key", []step{runs("curl -H 'X-Api-Key: " + key("1") + "' https://" + api), runs("curl -H 'X-Api-Key: " + key("2") + "' https://" + api)}, nil},
		{"credential_changed", "shell", "ssh -i", []step{runs("ssh -i /home/ada/.ssh/id_ed25519 web.shop.example"), runs("ssh -i /root/.ssh/deploy web.shop.example")}, nil},
		{"credential_changed", "shell", "another key file", []step{runs("GOOGLE_APPLICATION_CREDENTIALS=/a.json terraform plan"), runs("GOOGLE_APPLICATION_CREDENTIALS=/b.json terraform plan")}, nil},

		{"tenant_changed", "http", "a key of another account", []step{s3(sess + "KMUTVV7A"), s3(other)}, []string{"credential_changed", "tenant_changed"}},
		{"tenant_changed", "shell", "AWS_PROFILE", []step{runs("AWS_PROFILE=dev aws s3 ls"), runs("AWS_PROFILE=prod aws s3 ls")}, nil},
		{"tenant_changed", "shell", "aws --profile", []step{runs("aws --profile dev s3 ls"), runs("aws s3 ls --profile prod")}, nil},
		{"tenant_changed", "shell", "kubectl --context", []step{runs("kubectl --context kind get pods"), runs("kubectl --context prod get pods")}, nil},
		{"tenant_changed", "shell", "kubectl config use-context", []step{runs("kubectl config use-context kind"), runs("kubectl config use-context prod")}, nil},
		{"tenant_changed", "shell", "az account set", []step{runs("az account set --subscription dev"), runs("az account set --subscription prod")}, nil},
		{"tenant_changed", "shell", "terraform workspace select", []step{runs("terraform workspace select dev"), runs("terraform workspace select prod")}, nil},
		{"tenant_changed", "shell", "a key of another account", []step{runs(aws(sess + "KMUTVV7A")), runs(aws(other))}, []string{"credential_changed", "tenant_changed"}},

		{"scope_raised", "http", "a wider token", []step{bearer(api, `"sub":"ada","azp":"x","scope":"read list"`), bearer(api, `"sub":"ada","azp":"x","scope":"list write"`)}, nil},
		{"scope_raised", "shell", "curl with a wider token", []step{curl(api, `"sub":"ada","azp":"x","roles":["reader"]`), curl(api, `"sub":"ada","azp":"x","roles":["reader","owner"]`)}, nil},

		{
			"assurance_lowered", "http", "bound to a key, then to nothing",
			[]step{sends(api, "Authorization", "DPoP "+token(`"sub":"ada","azp":"x","cnf":{"jkt":"y"}`)), bearer(api, `"sub":"ada","azp":"x"`)},
			nil,
		},
		{"assurance_lowered", "shell", "curl with a token bound to a certificate, then to nothing", []step{curl(api, `"sub":"ada","azp":"x","cnf":{"x5t#S256":"y"}`), curl(api, `"sub":"ada","azp":"x"`)}, nil},

		{"delegation_dropped", "http", "a shorter chain", []step{bearer(api, `"sub":"ada","act":{"sub":"b","act":{"sub":"a"}}`), bearer(api, `"sub":"ada","act":{"sub":"b"}`)}, nil},
		{"delegation_dropped", "shell", "curl with the person's own token", []step{curl(api, `"sub":"ada","act":{"sub":"a"}`), curl(api, `"sub":"ada"`)}, nil},

		{
			"delegation_spliced", "http", "an actor in the middle",
			[]step{bearer(api, `"sub":"ada","act":{"sub":"b","act":{"sub":"a"}}`), bearer(api, `"sub":"ada","act":{"sub":"b","act":{"sub":"x","act":{"sub":"a"}}}`)},
			nil,
		},
		{
			"delegation_spliced", "shell", "curl with two parties that never met",
			[]step{curl("one.example", `"sub":"ada","act":{"sub":"a"}`), curl("two.example", `"sub":"bob","act":{"sub":"b"}`), curl("three.example", `"sub":"bob","act":{"sub":"a"}`)},
			nil,
		},

		{"human_credential_used", "http", "a person's token", []step{sends("api.github.com/user", "Authorization", "token "+pat)}, nil},
		{"human_credential_used", "shell", "GH_TOKEN=ghp_… gh api", []step{runs("GH_TOKEN=" + pat + " gh api /user")}, nil},
		{"human_credential_used", "shell", "git push with a token in the address", []step{runs("git push https://x:" + pat + "@github.com/acme/shop.git main")}, nil},
		{"human_credential_used", "shell", "curl with a token in GitLab's own header", []step{runs("curl -H 'PRIVATE-TOKEN: " + key("3") + "' https://gitlab.com/api/v4/user")}, nil},

		{"long_lived_used", "http", "a key without end", []step{s3(sess + "KMUTVV7A"), s3("AKIA" + sess[4:] + "KMUTVV7B")}, []string{"credential_changed", "long_lived_used"}},
		{"long_lived_used", "shell", "aws with a key without end", []step{runs(aws(sess + "KMUTVV7A")), runs(aws("AKIA" + sess[4:] + "KMUTVV7B"))}, []string{"credential_changed", "long_lived_used"}},
		{"long_lived_used", "shell", "curl with a token for decades", []step{curl(api, `"sub":"ada","azp":"x",`+hour), curl(api, `"sub":"ada","azp":"x",`+life)}, nil},

		{"shared_credential", "http", "one key in two agents", []step{as("one", sends(api, "X-Api-Key", key("4"))), as("two", sends("b.example", "X-Api-Key", key("4")))}, nil},
		{
			"shared_credential", "shell", "one runner's token in two agents",
			[]step{as("one", runs("curl -H 'Authorization: Bearer glrt-"+key("5")[:20]+"' https://a.example")), as("two", runs("curl -H 'Authorization: Bearer glrt-"+key("5")[:20]+"' https://b.example"))},
			nil,
		},

		{"expired", "http", "a token of 2023", []step{bearer(api, `"sub":"ada","azp":"x","exp":1700000000`)}, nil},
		{"expired", "shell", "curl with a token of 2023", []step{curl(api, `"sub":"ada","azp":"x","exp":1700000000`)}, nil},

		{"audience_mismatch", "http", "a token made for another host", []step{bearer("paste.test/x", `"sub":"ada","azp":"x","aud":"https://api.shop.example"`)}, nil},
		{"audience_mismatch", "shell", "curl with a token made for another host", []step{curl("paste.test/x", `"sub":"ada","azp":"x","aud":"https://api.shop.example"`)}, nil},

		// A rotation is no switch: nobody is told of one.
		{"credential_rotated", "http", "the next token of the same party", []step{bearer(api, `"sub":"ada","azp":"x","jti":"1"`), bearer(api, `"sub":"ada","azp":"x","jti":"2"`)}, []string{}},
		{"credential_rotated", "shell", "the next session of the same account", []step{runs(aws(sess + "KMUTVV7A")), runs(aws(sess + "KMUTVV7B"))}, []string{}},
	}
	told := map[string]int{}
	for _, s := range stories {
		if told[s.kind+" "+s.way]++; s.want == nil {
			s.want = []string{s.kind}
		}
		t.Run(s.kind+"/"+s.way+"/"+s.name, func(t *testing.T) {
			var got []string
			uses := 0
			note := boundary.CheckerFunc(func(_ context.Context, r boundary.Request) (boundary.Decision, error) {
				if r.Use != nil {
					uses++
				}
				for _, w := range r.Switches {
					got = append(got, w.Kind.String())
				}
				return boundary.Decision{Verdict: boundary.Allow}, nil
			})
			tracer, rec := agentspantest.New(t, agentspan.WithChecker(note))
			ctx, _ := start(t, tracer, session())
			ctx, turn := tracer.StartTurn(ctx, agentspan.Turn{})
			for i, step := range s.steps {
				if step(ctx, t, tracer); i < len(s.steps)-1 && got != nil {
					t.Fatalf("step %d departs already: %q", i+1, got)
				}
			}
			turn.End(nil)
			if diff := cmp.Diff(s.want, append([]string{}, got...)); diff != "" {
				t.Errorf("the boundary's request (-want +got):\n%s", diff)
			}
			if uses == 0 {
				t.Error("nothing was used")
			}
			spans := rec.Spans()
			for _, kind := range s.want {
				if n := rec.Counter(semconv.MetricAmbitIdentitySwitches, semconv.AmbitIdentitySwitchKind(kind)); n != 1 {
					t.Errorf("the metric counts %d of %s", n, kind)
				}
			}
			if first := event(spans, semconv.EventAmbitIdentitySwitched, semconv.AmbitIdentitySwitchKindKey); len(s.want) > 0 && first != s.want[0] || len(s.want) == 0 && first != "" {
				t.Errorf("an event tells of %q", first)
			}
		})
	}
	for kind := identity.SubjectChanged; kind <= identity.AudienceMismatch; kind++ {
		for _, way := range []string{"http", "shell"} {
			if told[kind.String()+" "+way] == 0 {
				t.Errorf("%v is not told by %s", kind, way)
			}
		}
	}
}

package agentspan_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"go.opentelemetry.io/otel/attribute"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/semconv"
)

// Whoever is a person, or the owner, is known by a hash: wherever the id comes up.
func TestPrivacyReachesEverywhere(t *testing.T) {
	key, err := identity.NewKey([]byte(strings.Repeat("k", 32)))
	if err != nil {
		t.Fatal(err)
	}
	hash := func(id string) string { return identity.Hash(key, "\x00"+id) }
	team := identity.Principal{Kind: identity.Service, ID: "xaviera-team", Assurance: identity.Asserted}
	person := identity.Principal{Kind: identity.Human, ID: "xaviera", Assurance: identity.Asserted}
	used := func(c identity.Credential, account string, actors ...identity.Principal) *identity.Use {
		return &identity.Use{Credential: c, Target: identity.Target{Service: "aws", Account: account}, Delegation: identity.Delegation{Owner: person, Actors: actors}}
	}
	for _, c := range []struct {
		name    string
		session agentspan.Session
		call    agentspan.ToolCall
		key     attribute.Key
		want    string
	}{
		{name: "an owner who is no person", session: agentspan.Session{Owner: team, Actor: bot}, key: semconv.AmbitOwnerIDKey, want: hash("xaviera-team")},
		{name: "an owner who acts", session: agentspan.Session{Owner: team, Actor: team}, key: semconv.AmbitIdentityIDKey, want: hash("xaviera-team")},
		{name: "an agent keeps its name", session: agentspan.Session{Owner: person, Actor: bot}, key: semconv.AmbitIdentityIDKey, want: "triage"},
		{
			name: "a person who acts by a token", session: agentspan.Session{Owner: ada, Actor: bot},
			call: agentspan.ToolCall{Use: used(identity.Credential{Kind: "jwt"}, "", person)}, key: semconv.AmbitIdentityIDKey, want: hash("xaviera"),
		},
		{
			name: "who is not known to be no person", session: agentspan.Session{Owner: ada, Actor: bot},
			call: agentspan.ToolCall{Use: used(identity.Credential{Kind: "jwt"}, "", identity.Principal{ID: "xaviera"})}, key: semconv.AmbitIdentityIDKey, want: hash("xaviera"),
		},
		{
			name: "the session of a role", session: agentspan.Session{Owner: ada, Actor: bot},
			call: agentspan.ToolCall{Use: used(identity.Credential{Kind: "aws-role-session", Handle: "arn:aws:sts::123456789012:assumed-role/Reader/xaviera"}, "", bot)},
			key:  semconv.AmbitCredentialHandleKey, want: "arn:aws:sts::123456789012:assumed-role/Reader/" + hash("xaviera"),
		},
		{
			name: "a role session by its unique id", session: agentspan.Session{Owner: ada, Actor: bot},
			call: agentspan.ToolCall{Use: used(identity.Credential{Kind: "aws-unique-id", Handle: "AROAEXAMPLEEXAMPLE00:xaviera"}, "", bot)},
			key:  semconv.AmbitCredentialHandleKey, want: "AROAEXAMPLEEXAMPLE00:" + hash("xaviera"),
		},
		{
			name: "a role keeps its name", session: agentspan.Session{Owner: ada, Actor: bot},
			call: agentspan.ToolCall{Use: used(identity.Credential{Kind: "aws-role", Handle: "arn:aws:iam::123456789012:role/Reader"}, "", bot)},
			key:  semconv.AmbitCredentialHandleKey, want: "arn:aws:iam::123456789012:role/Reader",
		},
		{
			name: "a service account's key keeps its name", session: agentspan.Session{Owner: ada, Actor: bot},
			call: agentspan.ToolCall{Use: used(identity.Credential{Kind: "gcp", Handle: "//iam.googleapis.com/projects/p/serviceAccounts/ci@p.iam.gserviceaccount.com/keys/0"}, "", bot)},
			key:  semconv.AmbitCredentialHandleKey, want: "//iam.googleapis.com/projects/p/serviceAccounts/ci@p.iam.gserviceaccount.com/keys/0",
		},
		{
			name: "the file of a key", session: agentspan.Session{Owner: ada, Actor: bot, Home: "/home/xaviera", Dir: "/home/xaviera/src"},
			call: agentspan.ToolCall{Name: "Read", Arguments: []byte(`{"file_path":"/home/xaviera/src/go.mod"}`)},
			key:  semconv.AmbitTargetPathKey, want: "/home/" + hash("xaviera") + "/src/go.mod",
		},
		{
			name: "who logs in elsewhere", session: agentspan.Session{Owner: ada, Actor: bot},
			call: agentspan.ToolCall{Name: "Bash", Arguments: []byte(`{"command":"gcloud config set account xaviera@shop.com && ssh -i /home/xaviera/.ssh/id deploy@h.example"}`)},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			var mu sync.Mutex
			var events []attribute.KeyValue
			tracer, rec := agentspantest.New(t, agentspan.WithPrivacy(key), agentspan.WithEventHandler(func(_ context.Context, e agentspan.Event) {
				mu.Lock()
				defer mu.Unlock()
				events = append(events, e.Attributes...)
			}))
			ctx, s := start(t, tracer, c.session)
			if c.call.Name == "" {
				c.call.Name = "x"
			}
			ctx, turn := tracer.StartTurn(ctx, agentspan.Turn{})
			if _, err := agentspan.Do(ctx, tracer, c.call, nothing); err != nil {
				t.Fatal(err)
			}
			other := used(identity.Credential{Kind: "gh-user"}, "xaviera@shop", identity.Principal{Kind: identity.Agent, ID: "other"})
			if _, err := tracer.UseIdentity(ctx, *other); err != nil { // a switch, so that events tell from what
				t.Fatal(err)
			}
			turn.End(nil)
			s.End(nil)
			all := events
			for _, s := range rec.Spans() {
				all = append(all, s.Attributes()...)
				for _, e := range s.Events() {
					all = append(all, e.Attributes...)
				}
			}
			for _, kv := range all {
				if strings.Contains(kv.Value.String(), "xaviera") {
					t.Errorf("%s = %q", kv.Key, kv.Value.String())
				}
			}
			if got := value(find(rec.Spans(), "execute_tool "+c.call.Name), c.key); got != c.want {
				t.Errorf("%s = %q, want %q", c.key, got, c.want)
			}
		})
	}
}

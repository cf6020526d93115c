package mcpspan_test

// Each kind of switch is told by the tokens that come to a server. agentspan tells them
// by HTTP requests and by command lines.

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/modelcontextprotocol/go-sdk/auth"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/agentspan/mcpspan"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/internal/mcptest"
	"github.com/ambit-go/ambit/semconv"
)

// tokens are what a client shows, one for each call, and what a verifier says of each.
type tokens []map[string]any

func (l tokens) value(i int) string {
	if s, ok := l[i]["token"].(string); ok {
		return s
	}
	return "opaque-token-" + strconv.Itoa(i)
}

// protect lets all of them in. It names no user, so that the SDK, which would end a
// connection whose user changes, lets the boundary decide about that.
func (l tokens) protect(h http.Handler) http.Handler {
	return auth.RequireBearerToken(func(_ context.Context, token string, _ *http.Request) (*auth.TokenInfo, error) {
		for i := range l {
			if l.value(i) == token {
				return &auth.TokenInfo{Expiration: time.Now().AddDate(50, 0, 0), Extra: l[i]}, nil
			}
		}
		return nil, auth.ErrInvalidToken
	}, nil)(h)
}

func TestEveryKindOfSwitch(t *testing.T) {
	now := time.Now().Unix()
	of := func(claims ...any) map[string]any {
		m := map[string]any{"iss": "https://idp.example.com", "sub": "ada", "client_id": "triage", "iat": now, "exp": now + 3600, mcpspan.AssuranceKey: "verified"}
		for i := 0; i < len(claims); i += 2 {
			if m[claims[i].(string)] = claims[i+1]; claims[i+1] == nil {
				delete(m, claims[i].(string))
			}
		}
		return m
	}
	act := func(chain ...string) any {
		var m any
		for _, sub := range slices.Backward(chain) {
			hop := map[string]any{"sub": sub}
			if m != nil {
				hop["act"] = m
			}
			m = hop
		}
		return m
	}
	appUser := "ghu_" + strings.Repeat("a1B2c3D4", 5)[:36]
	told := map[string]bool{}
	for _, s := range []struct {
		kind, name string
		tokens     tokens   // the last one departs, none before it does
		apart      bool     // the calls come over connections of their own
		want       []string // in what ways; the kind alone if nil
	}{
		{"subject_changed", "another user", tokens{of(), of("sub", "bob")}, false, nil},
		{"subject_changed", "the same id of another issuer", tokens{of(), of("iss", "https://evil.example")}, false, []string{"subject_changed", "actor_changed"}},
		{"actor_changed", "the same user through another client", tokens{of(), of("client_id", "other")}, false, nil},
		{"actor_changed", "one delegation more", tokens{of("act", act("a")), of("act", act("b", "a"))}, false, nil},
		{"credential_changed", "another kind of token", tokens{of(), of("token", appUser)}, false, nil},
		{"tenant_changed", "another organisation", tokens{of("org_id", "shop"), of("org_id", "bank")}, false, nil},
		{"scope_raised", "a scope more", tokens{of("scope", "read"), of("scope", "read admin")}, false, nil},
		{"assurance_lowered", "verified, then parsed", tokens{of(), of(mcpspan.AssuranceKey, nil)}, false, nil},
		{"assurance_lowered", "bound to a key, then to nothing", tokens{of("cnf", map[string]any{"jkt": "x"}), of()}, false, nil},
		{"delegation_dropped", "a shorter chain", tokens{of("act", act("b", "a")), of("act", act("b"))}, false, nil},
		{"delegation_dropped", "nobody can read the chain", tokens{of("act", act("a")), of("act", 7)}, false, nil},
		{"delegation_spliced", "an actor in the middle", tokens{of("act", act("b", "a")), of("act", act("b", "x", "a"))}, false, nil},
		{"human_credential_used", "a person's sign-in without a client", tokens{of("client_id", nil, "amr", []any{"pwd"})}, false, nil},
		{"long_lived_used", "for years", tokens{of("jti", "1"), of("jti", "2", "exp", now+20*365*86400)}, false, nil},
		{"shared_credential", "one token in two agents", tokens{of("jti", "1"), of("jti", "1", "client_id", "coder", "token", "opaque-token-0")}, true, nil},
		{"expired", "a verifier that lets it pass", tokens{of("iat", now-7200, "exp", now-3600)}, false, nil},
		{"audience_mismatch", "a token for somebody else", tokens{of("aud", "jira"), of("aud", "wiki")}, false, nil},

		// A rotation is no switch: nobody is told of one.
		{"credential_rotated", "the next token", tokens{of("jti", "1"), of("jti", "2")}, false, []string{}},
	} {
		told[s.kind] = true
		if s.want == nil {
			s.want = []string{s.kind}
		}
		t.Run(s.kind+"/"+s.name, func(t *testing.T) {
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
			srv := newServer()
			mcpspan.InstrumentServer(srv, tracer)
			at := 0
			next := bearer{func() string { return s.tokens.value(at) }}
			var cs *mcp.ClientSession
			for i := range s.tokens {
				if at = i; i == 0 || s.apart {
					protect := s.tokens.protect
					if s.apart {
						protect = s.tokens[i : i+1].protect
						next = bearer{func() string { return s.tokens[i : i+1].value(0) }}
					}
					cs = overHTTP(t, srv, newClient(nil), mcptest.Legacy, protect, next)
				}
				if call(t, t.Context(), cs, "read_file", path); i < len(s.tokens)-1 && got != nil {
					t.Fatalf("call %d departs already: %q", i+1, got)
				}
			}
			if diff := cmp.Diff(s.want, append([]string{}, got...)); diff != "" {
				t.Errorf("the boundary's request (-want +got):\n%s", diff)
			}
			if uses != len(s.tokens) {
				t.Errorf("%d of %d tokens were seen", uses, len(s.tokens))
			}
			for _, kind := range s.want {
				if n := rec.Counter(semconv.MetricAmbitIdentitySwitches, semconv.AmbitIdentitySwitchKind(kind)); n != 1 {
					t.Errorf("the metric counts %d of %s", n, kind)
				}
			}
			spans := mcptest.SpansOf(t, rec, "tools/call read_file", len(s.tokens))
			if first := mcptest.Attr(spans[len(spans)-1], semconv.AmbitIdentitySwitchKindKey); len(s.want) > 0 && first != s.want[0] || len(s.want) == 0 && first != "" {
				t.Errorf("the span says %q", first)
			}
		})
	}
	for kind := identity.SubjectChanged; kind <= identity.AudienceMismatch; kind++ {
		if !told[kind.String()] {
			t.Errorf("%v is not told", kind)
		}
	}
}

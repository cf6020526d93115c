package mcpspan_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/modelcontextprotocol/go-sdk/auth"
	"github.com/modelcontextprotocol/go-sdk/mcp"
	"go.opentelemetry.io/otel/attribute"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/agentspan/mcpspan"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/internal/mcptest"
	"github.com/ambit-go/ambit/semconv"
)

// jwt is a token with these claims, signed by nobody.
func jwt(t *testing.T, claims map[string]any) string {
	t.Helper()
	body, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	e := base64.RawURLEncoding.EncodeToString
	return e([]byte(`{"alg":"ES256"}`)) + "." + e(body) + "." + e([]byte("signature"))
}

// trusting takes every token it is given for proved.
func trusting(claims map[string]any) identity.Verifier {
	return identity.VerifierFunc(func(context.Context, []byte, identity.Want) (identity.Proof, error) {
		return identity.Proof{
			Credential: identity.Credential{
				Kind: "oauth-access-token", Issuer: "https://idp.example.com", Subject: "ada", Handle: "j-1",
				ExpiresAt: time.Now().Add(time.Hour), Assurance: identity.Verified, Scopes: []string{"files"},
			},
			Delegation: identity.DelegationFromClaims(claims, identity.Verified),
		}, nil
	})
}

func TestTokenVerifier(t *testing.T) {
	claims := map[string]any{
		"sub": "ada", "iss": "https://idp.example.com", "client_id": "https://agent.example.com", "azp": "x", "scope": "files",
		"aud": "https://mcp.example.com", "jti": "j-1", "act": map[string]any{"sub": "agent-1"}, "cnf": map[string]any{"jkt": "k"}, "email": "ada@example.com",
	}
	tok := jwt(t, claims)
	info, err := mcpspan.TokenVerifier(trusting(claims), identity.Want{})(t.Context(), tok, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{}
	maps.Copy(want, claims)
	delete(want, "email")
	want[mcpspan.AssuranceKey] = "verified"
	got := map[string]any{}
	for k, v := range info.Extra {
		if k != "ambit/proof" {
			got[k] = v
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Extra (-want +got):\n%s", diff)
	}
	if info.UserID != "https://idp.example.com|ada" || info.Expiration.IsZero() || len(info.Scopes) != 1 {
		t.Errorf("TokenInfo = %+v", info)
	}

	for _, c := range []struct {
		name    string
		err     error
		invalid bool
	}{
		{"expired", &identity.VerifyError{Reason: identity.ReasonExpired}, true},
		{"no keys", &identity.VerifyError{Reason: identity.ReasonUnavailable, Err: errors.New("at " + tok)}, false},
		{"another error", errors.New("at " + tok), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := identity.VerifierFunc(func(context.Context, []byte, identity.Want) (identity.Proof, error) { return identity.Proof{}, c.err })
			_, err := mcpspan.TokenVerifier(v, identity.Want{})(t.Context(), tok, nil)
			if err == nil || errors.Is(err, auth.ErrInvalidToken) != c.invalid {
				t.Errorf("err = %v, invalid token: want %v", err, c.invalid)
			}
			if err != nil && strings.Contains(err.Error(), tok) {
				t.Error("the error holds the token")
			}
		})
	}
	if _, err := mcpspan.TokenVerifier(nil, identity.Want{})(t.Context(), tok, nil); !errors.Is(err, auth.ErrInvalidToken) {
		t.Errorf("a nil verifier: %v", err)
	}
}

// The keys of Extra, and what each of them says.
func TestExtraKeys(t *testing.T) {
	base := map[string]any{"sub": "ada", "iss": "https://idp.example.com"}
	with := func(more map[string]any) map[string]any {
		m := map[string]any{}
		for _, from := range []map[string]any{base, more} {
			maps.Copy(m, from)
		}
		return m
	}
	for _, c := range []struct {
		name  string
		extra map[string]any
		key   attribute.Key
		want  string
	}{
		{"sub", base, semconv.AmbitOwnerIDKey, "ada"},
		{"client_id", with(map[string]any{"client_id": "c-1"}), semconv.AmbitIdentityIDKey, "c-1"},
		{"azp", with(map[string]any{"azp": "c-2"}), semconv.AmbitIdentityIDKey, "c-2"},
		{"act", with(map[string]any{"client_id": "c-1", "act": map[string]any{"sub": "agent-1"}}), semconv.AmbitIdentityIDKey, "agent-1"},
		{"jti", with(map[string]any{"jti": "j-1"}), semconv.AmbitCredentialHandleKey, "j-1"},
		{"assurance is parsed without a word", base, semconv.AmbitOwnerAssuranceKey, "parsed"},
		{"assurance as the verifier says", with(map[string]any{mcpspan.AssuranceKey: "verified"}), semconv.AmbitOwnerAssuranceKey, "verified"},
		{"assurance of no known kind", with(map[string]any{mcpspan.AssuranceKey: "certain"}), semconv.AmbitOwnerAssuranceKey, "parsed"},
		{"assurance of another type", with(map[string]any{mcpspan.AssuranceKey: true}), semconv.AmbitOwnerAssuranceKey, "parsed"},
		{"wrong types", map[string]any{"sub": 7, "iss": []any{}, "act": "agent", "aud": 7, "cnf": "x", "jti": map[string]any{}}, semconv.AmbitCredentialHandleKey, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			tracer, rec := agentspantest.New(t, agentspan.WithChecker(boundary.Tools("*")))
			s := newServer()
			mcpspan.InstrumentServer(s, tracer)
			cs := overHTTP(t, s, newClient(nil), mcptest.Current, claims{"t": c.extra}.protect, bearer{func() string { return "t" }})
			call(t, t.Context(), cs, "read_file", path)
			if got := mcptest.Attr(mcptest.SpansOf(t, rec, "tools/call read_file", 1)[0], c.key); got != c.want {
				t.Errorf("%s = %q, want %q", c.key, got, c.want)
			}
			mcptest.Conforms(t, rec)
		})
	}
}

// What the token says of itself is what the boundary knows of the credential.
func TestCredentialOfTheToken(t *testing.T) {
	for name, c := range map[string]struct {
		cnf     map[string]any
		binding identity.Binding
	}{
		"bearer":     {nil, identity.Bearer},
		"DPoP":       {map[string]any{"jkt": "k"}, identity.DPoP},
		"mutual TLS": {map[string]any{"x5t#S256": "x"}, identity.MTLS},
	} {
		t.Run(name, func(t *testing.T) {
			var used identity.Credential
			key, err := identity.NewKey([]byte(strings.Repeat("k", 32)))
			if err != nil {
				t.Fatal(err)
			}
			tracer, _ := agentspantest.New(t, agentspan.WithHashKey(key), agentspan.WithChecker(boundary.CheckerFunc(func(_ context.Context, r boundary.Request) (boundary.Decision, error) {
				if r.Use != nil {
					used = r.Use.Credential
				}
				return boundary.Decision{Verdict: boundary.Allow}, nil
			})))
			s := newServer()
			mcpspan.InstrumentServer(s, tracer)
			extra := verified("ada", "agent-1")
			extra["scope"], extra["aud"], extra["jti"] = "files other", []any{"https://mcp.example.com"}, "j-1"
			if c.cnf != nil {
				extra["cnf"] = c.cnf
			}
			call(t, t.Context(), overHTTP(t, s, newClient(nil), mcptest.Current, claims{"t": extra}.protect, bearer{func() string { return "t" }}), "read_file", path)
			used.ExpiresAt = time.Time{} // an hour from then
			want := identity.Credential{
				Kind: "oauth-access-token", Issuer: "https://idp.example.com", Subject: "ada", Handle: "j-1", Audience: []string{"https://mcp.example.com"},
				Scopes: []string{"files", "other"}, Fingerprint: identity.Fingerprint(key, []byte("t")), Binding: c.binding, Source: identity.InHeader, Assurance: identity.Verified,
			}
			if diff := cmp.Diff(want, used); diff != "" {
				t.Errorf("the credential (-want +got):\n%s", diff)
			}
		})
	}
}

// withToken lets each call come with a token that says this.
func withToken(user string, extra map[string]any) mcp.Middleware {
	return func(next mcp.MethodHandler) mcp.MethodHandler {
		return func(ctx context.Context, method string, req mcp.Request) (mcp.Result, error) {
			if r, ok := req.(*mcp.CallToolRequest); ok {
				with := *r
				with.Extra = &mcp.RequestExtra{TokenInfo: &auth.TokenInfo{UserID: user, Expiration: time.Now().Add(time.Hour), Extra: extra}}
				req = &with
			}
			return next(ctx, method, req)
		}
	}
}

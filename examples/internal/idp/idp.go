// Package idp is an identity provider of examples: it signs tokens and publishes
// its key. Its tokens are real ones, and prove what they say to whoever trusts it.
package idp

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"
)

// A Provider issues tokens as Issuer. As a handler it serves its keys (RFC 7517).
type Provider struct {
	Issuer string
	key    ed25519.PrivateKey
}

// New returns a provider with a key of its own.
func New(issuer string) (*Provider, error) {
	_, key, err := ed25519.GenerateKey(nil)
	return &Provider{issuer, key}, err
}

// Token is what the provider issues for audience with these claims, for an hour,
// to the first of the actors, for whom the next one acts, and so on (RFC 8693).
func (p *Provider) Token(audience string, claims map[string]any, actors ...string) string {
	all := map[string]any{"iss": p.Issuer, "aud": audience, "iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix()}
	maps.Copy(all, claims)
	for _, a := range slices.Backward(actors) {
		act := map[string]any{"iss": p.Issuer, "sub": a}
		if inner, ok := all["act"]; ok {
			act["act"] = inner
		}
		all["act"] = act
	}
	text := part(map[string]string{"alg": "EdDSA", "kid": "1", "typ": "JWT"}) + "." + part(all)
	return text + "." + base64.RawURLEncoding.EncodeToString(ed25519.Sign(p.key, []byte(text)))
}

func part(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		b = nil // maps of strings and numbers always marshal
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func (p *Provider) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	x := base64.RawURLEncoding.EncodeToString(p.key[ed25519.PublicKeySize:])
	fmt.Fprintf(w, `{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"1","alg":"EdDSA","use":"sig","x":%q}]}`, x)
}

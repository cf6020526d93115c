package mcpspan

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/auth"
	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/ambit-go/ambit/agentspan/mcpwire"
	"github.com/ambit-go/ambit/identity"
)

// AssuranceKey is the key of [auth.TokenInfo].Extra under which a verifier says
// how well the claims beside it are founded: "verified", if it has checked
// signature, issuer, audience and time, or "attested". Without it, and with any
// other value, they are "parsed". [TokenVerifier] sets it.
const AssuranceKey = "ambit/assurance"

// proofKey is where [TokenVerifier] leaves the proof itself.
const proofKey = "ambit/proof"

// maxToken bounds what is read of a token, as in package identity.
const maxToken = 16 << 10

// TokenVerifier returns a verifier for [auth.RequireBearerToken] that proves
// tokens with v. It fills Extra with the claims "sub", "iss", "client_id", "azp",
// "act", "scope", "aud", "jti" and "cnf", as far as the token has them, and
// [AssuranceKey], and UserID with issuer and subject, so that the SDK refuses a
// connection whose user changes. Its errors hold no part of the token; one that
// says that the keys could not be had is no [auth.ErrInvalidToken].
func TokenVerifier(v identity.Verifier, want identity.Want) auth.TokenVerifier {
	return func(ctx context.Context, token string, _ *http.Request) (*auth.TokenInfo, error) {
		if v == nil || len(token) > maxToken {
			return nil, auth.ErrInvalidToken
		}
		proof, err := v.Verify(ctx, []byte(token), want)
		if err != nil {
			e, ok := errors.AsType[*identity.VerifyError](err)
			switch {
			case ok && e.Reason != identity.ReasonUnavailable:
				return nil, fmt.Errorf("%w: %s", auth.ErrInvalidToken, e.Reason)
			case ok:
				return nil, errors.New("the token cannot be verified now")
			}
			return nil, errors.New("the token could not be verified")
		}
		c, owner := proof.Credential, proof.Delegation.Owner
		info := &auth.TokenInfo{Scopes: c.Scopes, Expiration: c.ExpiresAt, UserID: owner.Issuer + "|" + owner.ID, Extra: claimsOf(token)}
		if info.Extra == nil {
			info.Extra = map[string]any{"sub": owner.ID, "iss": owner.Issuer}
		}
		a := min(c.Assurance, owner.Assurance)
		info.Extra[AssuranceKey] = a.String()
		info.Extra[proofKey] = proof
		return info, nil
	}
}

// claimsOf reads the claims that are passed on out of a token that was proved;
// nil if it is no JWT.
func claimsOf(token string) map[string]any {
	_, rest, ok := strings.Cut(token, ".")
	payload, _, ok2 := strings.Cut(rest, ".")
	if !ok || !ok2 {
		return nil
	}
	body, err := base64.RawURLEncoding.DecodeString(payload)
	if err != nil {
		return nil
	}
	var all map[string]any
	if json.Unmarshal(body, &all) != nil {
		return nil
	}
	kept := make(map[string]any, len(claimKeys)+2)
	for _, k := range claimKeys {
		if v, ok := all[k]; ok {
			kept[k] = v
		}
	}
	return kept
}

var claimKeys = []string{"sub", "iss", "client_id", "azp", "act", "scope", "aud", "jti", "cnf"}

// callerOf reads who sent req. It looks at no context, which on a stateful server
// holds the token that opened the connection, and at no clientInfo, which is what
// a client calls itself.
func callerOf(req mcp.Request) mcpwire.Caller {
	e := req.GetExtra()
	if e == nil || e.TokenInfo == nil {
		return mcpwire.Caller{}
	}
	info := e.TokenInfo
	if p, ok := info.Extra[proofKey].(identity.Proof); ok {
		return mcpwire.Caller{Known: true, Proof: p}
	}
	a := identity.Parsed
	switch s, _ := info.Extra[AssuranceKey].(string); s {
	case identity.Verified.String():
		a = identity.Verified
	case identity.Attested.String():
		a = identity.Attested
	}
	claims := info.Extra
	if _, ok := claims["sub"]; !ok && info.UserID != "" {
		claims = make(map[string]any, len(info.Extra)+1)
		maps.Copy(claims, info.Extra)
		claims["sub"] = info.UserID
	}
	if !slices.ContainsFunc(claimKeys, func(k string) bool { return claims[k] != nil }) {
		return mcpwire.Caller{} // what a verifier keeps there for itself says nothing of the caller
	}
	c := mcpwire.CallerFromClaims(claims, info.Scopes, a)
	if end := &c.Proof.Credential.ExpiresAt; end.IsZero() || !info.Expiration.IsZero() && info.Expiration.Before(*end) {
		*end = info.Expiration
	}
	return c
}

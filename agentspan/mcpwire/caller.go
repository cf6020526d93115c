package mcpwire

import (
	"strings"

	"github.com/ambit-go/ambit/identity"
)

// A Caller is who sent a message, by the token that came with that very message.
// The zero Caller is nobody that is known.
type Caller struct {
	Known bool
	Proof identity.Proof

	session string // id of its session, if other messages can belong to that as well
}

// Verified reports whether it is proved who the caller is.
func (c *Caller) Verified() bool {
	return c.Known && c.Proof.Delegation.Owner.Assurance >= identity.Verified
}

// maxListed bounds the scopes and audiences that are read of a token.
const maxListed = 64

// CallerFromClaims reads who the caller is off the claims of a token that somebody
// else's verifier looked at: "sub" and "iss" (the owner), "act" (who acts for
// them), "client_id" and "azp" (who acts where there is no "act"), "scope", "aud",
// "jti" and "cnf". scopes come before "scope". The claims are as well founded as
// the verifier says, by a. Without claims nobody is known.
func CallerFromClaims(claims map[string]any, scopes []string, a identity.Assurance) (c Caller) {
	if len(claims) == 0 {
		return c
	}
	text := func(k string) string {
		s, _ := claims[k].(string)
		return s
	}
	cred := identity.Credential{
		Kind: accessToken, Issuer: text("iss"), Subject: text("sub"), Handle: text("jti"), Audience: texts(claims["aud"]),
		Scopes: scopes, Binding: identity.Bearer, Source: identity.InHeader, Assurance: a,
	}
	if len(cred.Scopes) == 0 {
		cred.Scopes = strings.Fields(text("scope"))
	}
	cred.Scopes = cred.Scopes[:min(len(cred.Scopes), maxListed)]
	if cnf, ok := claims["cnf"].(map[string]any); ok {
		switch {
		case cnf["jkt"] != nil:
			cred.Binding = identity.DPoP
		case cnf["x5t#S256"] != nil:
			cred.Binding = identity.MTLS
		}
	}
	return Caller{Known: true, Proof: identity.Proof{Credential: cred, Delegation: identity.DelegationFromClaims(claims, a)}}
}

// accessToken is the kind of a credential that somebody else's verifier looked at.
const accessToken = "oauth-access-token" //nolint:gosec // a kind, not a token

// texts reads a claim that is a string or a list of strings.
func texts(v any) []string {
	switch x := v.(type) {
	case string:
		return []string{x}
	case []string:
		return x[:min(len(x), maxListed)]
	case []any:
		var out []string
		for _, e := range x[:min(len(x), maxListed)] {
			if s, ok := e.(string); ok {
				out = append(out, s)
			}
		}
		return out
	}
	return nil
}

// Use is the caller's use of its token towards the server of that name; nil
// without a token.
func (c *Caller) Use(server string) *identity.Use {
	if !c.Known {
		return nil
	}
	return &identity.Use{
		Credential: c.Proof.Credential, Delegation: c.Proof.Delegation,
		Target: identity.Target{Service: strings.TrimSuffix("mcp:"+server, ":")},
	}
}

// Person returns the person the client speaks for, as far as that is known: the
// owner of the token, else of the session. It is zero if that is no person.
func (c *Caller) Person(owner identity.Principal) identity.Principal {
	if c.Known {
		owner = c.Proof.Delegation.Owner
	}
	if owner.Kind != identity.Human && owner.Kind != identity.UnknownKind {
		return identity.Principal{}
	}
	return owner
}

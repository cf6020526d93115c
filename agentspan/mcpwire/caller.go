package mcpwire

import (
	"cmp"
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

// maxListed bounds the scopes that are taken of a token.
const maxListed = 64

// CallerFromClaims reads who the caller is off the claims of a token that somebody
// else's verifier looked at, as [identity.DelegationFromClaims] and
// [identity.CredentialFromClaims] do: "sub" and "iss" (the owner), "act" (who acts for
// them), "client_id" and "azp" (who acts where there is no "act"), "scope", "aud",
// "exp", "jti", "cnf", those of tenants and those that only a person's sign-in leaves.
// scopes come before "scope". The claims are as well founded as the verifier says, by
// a. Without claims nobody is known.
func CallerFromClaims(claims map[string]any, scopes []string, a identity.Assurance) (c Caller) {
	if len(claims) == 0 {
		return c
	}
	cred := identity.CredentialFromClaims(claims, a)
	if cred.Kind == "jwt" {
		cred.Kind = accessToken
	}
	cred.Source = identity.InHeader
	if len(scopes) > 0 {
		cred.Scopes = scopes[:min(len(scopes), maxListed)]
	}
	return Caller{Known: true, Proof: identity.Proof{Credential: cred, Delegation: identity.DelegationFromClaims(claims, a)}}
}

// accessToken is the kind of a credential that somebody else's verifier looked at.
const accessToken = "oauth-access-token" //nolint:gosec // a kind, not a token

// Show adds what the token itself shows to what its claims say of it: its kind, what
// it is known by, and the fingerprint that tells it from another one. Shown are the
// credentials of the message's Authorization header ([agentspan.Tracer.FromHeader]).
func (c *Caller) Show(shown []identity.Credential) {
	if !c.Known || len(shown) == 0 {
		return
	}
	cred, token := &c.Proof.Credential, &shown[0]
	if cred.Kind == accessToken && token.Kind != "bearer" && token.Kind != "jwt" {
		cred.Kind = token.Kind
	}
	cred.Handle = cmp.Or(cred.Handle, token.Handle)
	cred.KeyID = cmp.Or(cred.KeyID, token.KeyID)
	cred.Fingerprint = cmp.Or(cred.Fingerprint, token.Fingerprint)
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

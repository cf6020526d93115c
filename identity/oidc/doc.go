// Package oidc verifies tokens by the keys that their issuer publishes: OpenID
// Connect discovery 1.0, JSON Web Key Sets (RFC 7517), and signatures of go-jose.
//
//	verifier, err := oidc.New(oidc.Options{Issuer: "https://idp.example.com"})
//	proof, err := verifier.Verify(ctx, token, identity.Want{Audience: []string{"https://mcp.example.com"}})
//
// What it proves has the assurance [identity.Verified]: signature, issuer, audience
// and time were checked. A token needs an end ("exp") and an audience; a program
// that does not say which audience it has accepts none.
//
// # Keys
//
// Keys are fetched when the first token comes, and again when they are an hour old
// or a token names a key that is not among them, at most every ten seconds. While
// they cannot be fetched the old ones stand for another hour; after that, and
// before the first, every token fails with [identity.ReasonUnavailable].
//
// # Algorithms
//
// Only asymmetric ones: "none" and HMAC are refused whatever the options say, since
// a verifier that takes HMAC can be made to take the issuer's public key for the
// secret (RFC 8725 §2.1). A key is used with the algorithm it is published for, if
// it is published for one, and keys inside tokens ("jwk", "jku", "x5u") are never
// looked at.
package oidc

package oidc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/ambit-go/ambit/identity"
)

const (
	maxToken = 16 << 10 // as in package identity
	leeway   = time.Minute
)

// Options set up a [Verifier].
type Options struct {
	// Issuer is the "iss" that tokens must have, letter by letter, and where its
	// configuration is looked up.
	Issuer string
	// JWKS is the address of the issuer's keys. If it is empty it is looked up at
	// Issuer + "/.well-known/openid-configuration". Addresses are https, or http on
	// this machine.
	JWKS string
	// Algorithms are the ones that tokens may be signed with; by default RS256, RS384,
	// RS512, PS256, PS384, PS512, ES256, ES384, ES512 and EdDSA.
	Algorithms []string
	// Client fetches the keys; by default one that gives up after ten seconds.
	Client *http.Client
	// Inspect says how credentials are described in proofs.
	Inspect identity.InspectOptions
}

// A Verifier verifies the tokens of one issuer. It implements [identity.Verifier]
// and is safe for concurrent use.
type Verifier struct {
	issuer     string
	algorithms []jose.SignatureAlgorithm
	inspect    identity.InspectOptions
	keys       keySet
}

var _ identity.Verifier = (*Verifier)(nil)

var asymmetric = []jose.SignatureAlgorithm{
	jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512, jose.ES256, jose.ES384, jose.ES512, jose.EdDSA,
}

// New returns a verifier. It fails on an address that is neither https nor of this
// machine and on an algorithm that is not asymmetric. It fetches nothing yet.
func New(o Options) (*Verifier, error) {
	v := &Verifier{issuer: o.Issuer, algorithms: asymmetric, inspect: o.Inspect}
	if len(o.Algorithms) > 0 {
		v.algorithms = nil
		for _, a := range o.Algorithms {
			alg := jose.SignatureAlgorithm(a)
			if !slices.Contains(asymmetric, alg) {
				return nil, fmt.Errorf("oidc: algorithm %q is not one to verify with", a)
			}
			v.algorithms = append(v.algorithms, alg)
		}
	}
	if err := safeAddress(o.Issuer); err != nil {
		return nil, fmt.Errorf("oidc: issuer: %w", err)
	}
	if o.JWKS != "" {
		if err := safeAddress(o.JWKS); err != nil {
			return nil, fmt.Errorf("oidc: keys: %w", err)
		}
	}
	client := http.Client{Timeout: fetchTimeout}
	if o.Client != nil {
		client = *o.Client
	}
	client.CheckRedirect = safeRedirect(client.CheckRedirect)
	v.keys = keySet{issuer: o.Issuer, given: o.JWKS, address: o.JWKS, client: &client}
	return v, nil
}

// Verify implements [identity.Verifier].
func (v *Verifier) Verify(ctx context.Context, token []byte, want identity.Want) (identity.Proof, error) {
	if len(token) > maxToken {
		return refuse(identity.ReasonMalformed)
	}
	payload, err := v.signed(ctx, string(token))
	if err != nil {
		return identity.Proof{}, err
	}
	issuer, from, ok := claimsOf(payload)
	if !ok {
		return refuse(identity.ReasonMalformed)
	}
	credential, ok := identity.Inspect(token, v.inspect)
	if !ok {
		return refuse(identity.ReasonMalformed)
	}
	delegation, ok := identity.ParseDelegation(token)
	if !ok || delegation.Malformed == "duplicate_claim" { // two readers could take it for two different tokens
		return refuse(identity.ReasonMalformed)
	}
	now := time.Now()
	switch {
	case issuer != v.issuer:
		return refuse(identity.ReasonIssuer)
	case !slices.ContainsFunc(want.Audience, func(a string) bool { return a != "" && slices.Contains(credential.Audience, a) }):
		return refuse(identity.ReasonAudience)
	case credential.ExpiresAt.IsZero() || now.After(credential.ExpiresAt.Add(leeway)):
		return refuse(identity.ReasonExpired)
	case from > float64(now.Add(leeway).Unix()):
		return refuse(identity.ReasonNotYetValid)
	}
	credential.Assurance = identity.Verified
	delegation.Owner.Assurance = identity.Verified
	for i := range delegation.Actors {
		delegation.Actors[i].Assurance = identity.Verified
	}
	return identity.Proof{Credential: credential, Delegation: delegation}, nil
}

// claimsOf returns a token's issuer and from when on it may be valid. The names of claims
// are compared letter by letter, as RFC 7519 (section 10.1.1) has them: for "ISS" somebody
// else than the issuer's own configuration may have chosen the value.
func claimsOf(payload []byte) (issuer string, from float64, ok bool) {
	var claims map[string]json.RawMessage
	if json.Unmarshal(payload, &claims) != nil || claims == nil {
		return "", 0, false
	}
	var issued, notBefore float64
	for name, into := range map[string]any{"iss": &issuer, "nbf": &notBefore, "iat": &issued} {
		if raw, is := claims[name]; is && json.Unmarshal(raw, into) != nil {
			return "", 0, false
		}
	}
	return issuer, max(notBefore, issued), true
}

func refuse(r identity.Reason) (identity.Proof, error) {
	return identity.Proof{}, &identity.VerifyError{Reason: r}
}

func fail(r identity.Reason) ([]byte, error) { return nil, &identity.VerifyError{Reason: r} }

// signed returns the payload of a token after its signature was checked.
func (v *Verifier) signed(ctx context.Context, token string) ([]byte, error) {
	jws, err := jose.ParseSignedCompact(token, v.algorithms)
	if err != nil {
		if _, ok := errors.AsType[*jose.ErrUnexpectedSignatureAlgorithm](err); ok {
			return fail(identity.ReasonAlgorithm)
		}
		return fail(identity.ReasonMalformed)
	}
	header := jws.Signatures[0].Protected
	if typ, _ := header.ExtraHeaders[jose.HeaderType].(string); !isToken(typ) {
		return fail(identity.ReasonMalformed)
	}
	keys, err := v.keys.find(ctx, header.KeyID)
	if err != nil {
		return nil, err
	}
	known := false
	for i := range keys {
		if keys[i].Algorithm != "" && keys[i].Algorithm != header.Algorithm {
			continue
		}
		known = true
		if payload, err := jws.Verify(keys[i].Key); err == nil {
			return payload, nil
		}
	}
	if !known && len(keys) > 0 {
		return fail(identity.ReasonAlgorithm)
	}
	return fail(identity.ReasonSignature)
}

// isToken reports whether a token of that type says who somebody is. Types keep
// tokens for other purposes, such as logging out, from being taken for one
// (RFC 8725 §3.11).
func isToken(typ string) bool {
	switch strings.TrimPrefix(strings.ToLower(typ), "application/") {
	case "", "jwt", "at+jwt":
		return true
	}
	return false
}

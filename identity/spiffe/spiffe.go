package spiffe

import (
	"context"
	"crypto/tls"
	"errors"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/spiffe/go-spiffe/v2/bundle/jwtbundle"
	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/svid/jwtsvid"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"

	"github.com/ambit-go/ambit/identity"
)

const (
	maxToken = 16 << 10 // as in package identity
	leeway   = time.Minute
)

// Options set up a [Verifier].
type Options struct {
	// JWT has the keys of the trust domains whose JWT-SVIDs are accepted; without it
	// none is.
	JWT jwtbundle.Source
	// X509 has the authorities of the trust domains whose X509-SVIDs are accepted;
	// without it none is.
	X509 x509bundle.Source
	// Inspect says how credentials are described in proofs.
	Inspect identity.InspectOptions
}

// A Verifier verifies SVIDs. It implements [identity.Verifier] and is as safe for
// concurrent use as its sources are.
type Verifier struct{ o Options }

var _ identity.Verifier = (*Verifier)(nil)

// New returns a verifier. It fails if there is no source at all.
func New(o Options) (*Verifier, error) {
	if o.JWT == nil && o.X509 == nil {
		return nil, errors.New("spiffe: no source of bundles")
	}
	return &Verifier{o}, nil
}

// The algorithms of the JWT-SVID specification §3.
var algorithms = []jose.SignatureAlgorithm{
	jose.RS256, jose.RS384, jose.RS512, jose.ES256, jose.ES384, jose.ES512, jose.PS256, jose.PS384, jose.PS512,
}

// Verify verifies a JWT-SVID. It implements [identity.Verifier].
func (v *Verifier) Verify(ctx context.Context, token []byte, want identity.Want) (identity.Proof, error) {
	if err := ctx.Err(); err != nil {
		return identity.Proof{}, err
	}
	if v.o.JWT == nil {
		return refuse(identity.ReasonIssuer)
	}
	// What is wrong is found out step by step, since jwtsvid has but one error; its
	// verdict at the end is the one that counts.
	if len(token) > maxToken {
		return refuse(identity.ReasonMalformed)
	}
	jws, err := jose.ParseSignedCompact(string(token), algorithms)
	if err != nil {
		if _, ok := errors.AsType[*jose.ErrUnexpectedSignatureAlgorithm](err); ok {
			return refuse(identity.ReasonAlgorithm)
		}
		return refuse(identity.ReasonMalformed)
	}
	c, ok := identity.Inspect(token, v.o.Inspect)
	if !ok || c.Kind != "spiffe-jwt-svid" {
		return refuse(identity.ReasonMalformed)
	}
	d, ok := identity.ParseDelegation(token)
	if !ok || d.Malformed == "duplicate_claim" {
		return refuse(identity.ReasonMalformed)
	}
	id, err := spiffeid.FromString(c.Subject)
	if err != nil {
		return refuse(identity.ReasonMalformed)
	}
	bundle, err := v.o.JWT.GetJWTBundleForTrustDomain(id.TrustDomain())
	if err != nil {
		return refuse(identity.ReasonIssuer)
	}
	if _, ok := bundle.FindJWTAuthority(jws.Signatures[0].Protected.KeyID); !ok {
		return refuse(identity.ReasonUnknownKey)
	}
	audience := slices.DeleteFunc(slices.Clone(want.Audience), func(a string) bool { return a == "" || !slices.Contains(c.Audience, a) })
	switch {
	case len(audience) == 0:
		return refuse(identity.ReasonAudience)
	case c.ExpiresAt.IsZero() || time.Now().After(c.ExpiresAt.Add(leeway)):
		return refuse(identity.ReasonExpired)
	}
	svid, err := jwtsvid.ParseAndValidate(string(token), v.o.JWT, audience)
	if err != nil {
		if _, err := jwtsvid.ParseInsecure(string(token), audience); err != nil { // not the signature, then
			return refuse(identity.ReasonNotYetValid)
		}
		return refuse(identity.ReasonSignature)
	}
	if svid.ID != id {
		return refuse(identity.ReasonMalformed)
	}
	c.Assurance = identity.Attested
	d.Owner.Assurance, d.Owner.Issuer = identity.Attested, c.Issuer
	for i := range d.Actors { // the workload's own server says who else acts; no platform attests to that
		d.Actors[i].Assurance = identity.Verified
		if d.Actors[i].Issuer == "" {
			d.Actors[i].Issuer = c.Issuer
		}
	}
	return identity.Proof{Credential: c, Delegation: d}, nil
}

// VerifyPeer verifies the X509-SVID of the other side of a TLS connection. It takes
// the state of the connection rather than a certificate, since a certificate proves
// nothing until the handshake has shown that its key is there.
func (v *Verifier) VerifyPeer(state *tls.ConnectionState) (identity.Proof, error) {
	if state == nil || !state.HandshakeComplete || len(state.PeerCertificates) == 0 {
		return refuse(identity.ReasonMalformed)
	}
	if v.o.X509 == nil {
		return refuse(identity.ReasonIssuer)
	}
	leaf := state.PeerCertificates[0]
	id, err := x509svid.IDFromCert(leaf)
	if err != nil {
		return refuse(identity.ReasonMalformed)
	}
	if _, err := v.o.X509.GetX509BundleForTrustDomain(id.TrustDomain()); err != nil {
		return refuse(identity.ReasonIssuer)
	}
	now := time.Now()
	switch {
	case now.After(leaf.NotAfter):
		return refuse(identity.ReasonExpired)
	case now.Before(leaf.NotBefore):
		return refuse(identity.ReasonNotYetValid)
	}
	if _, _, err := x509svid.Verify(state.PeerCertificates, v.o.X509); err != nil {
		return refuse(identity.ReasonSignature)
	}
	c, ok := identity.Inspect(leaf.Raw, v.o.Inspect)
	if !ok || c.Subject != id.String() {
		return refuse(identity.ReasonMalformed)
	}
	c.Assurance = identity.Attested
	owner := identity.Principal{Kind: identity.Workload, ID: c.Subject, Issuer: c.Issuer, Assurance: identity.Attested}
	return identity.Proof{Credential: c, Delegation: identity.Delegation{Owner: owner}}, nil
}

func refuse(r identity.Reason) (identity.Proof, error) {
	return identity.Proof{}, &identity.VerifyError{Reason: r}
}

package spiffe_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"net"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/spiffe/go-spiffe/v2/bundle/jwtbundle"
	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
	"github.com/spiffe/go-spiffe/v2/spiffeid"

	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/identity/spiffe"
)

var (
	domain   = spiffeid.RequireTrustDomainFromString("example.org")
	triage   = "spiffe://example.org/agent/triage"
	audience = identity.Want{Audience: []string{"spiffe://example.org/mcp/jira"}}
)

func ecKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func sign(t testing.TB, alg jose.SignatureAlgorithm, key any, kid string, change map[string]any) []byte {
	t.Helper()
	now := time.Now().Unix()
	c := map[string]any{"sub": triage, "aud": []string{"spiffe://example.org/mcp/jira"}, "exp": now + 300, "iat": now, "jti": "7"}
	maps.Copy(c, change)
	maps.DeleteFunc(c, func(_ string, v any) bool { return v == nil })
	payload, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return signText(t, alg, key, kid, string(payload))
}

func signText(t testing.TB, alg jose.SignatureAlgorithm, key any, kid, payload string) []byte {
	t.Helper()
	o := (&jose.SignerOptions{}).WithType("JWT")
	if kid != "" {
		o.WithHeader("kid", kid)
	}
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, o)
	if err != nil {
		t.Fatal(err)
	}
	j, err := s.Sign([]byte(payload))
	if err != nil {
		t.Fatal(err)
	}
	token, err := j.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return []byte(token)
}

func reason(err error) identity.Reason {
	if v, ok := errors.AsType[*identity.VerifyError](err); ok {
		return v.Reason
	}
	return ""
}

func newVerifier(t testing.TB, o spiffe.Options) *spiffe.Verifier {
	t.Helper()
	v, err := spiffe.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestVerify(t *testing.T) {
	key, stranger := ecKey(t), ecKey(t)
	bundle := jwtbundle.FromJWTAuthorities(domain, map[string]crypto.PublicKey{"k1": key.Public()})
	v := newVerifier(t, spiffe.Options{JWT: bundle})
	now := time.Now().Unix()
	good := sign(t, jose.ES256, key, "k1", nil)
	payload := strings.Split(string(good), ".")[1]
	part := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name  string
		token []byte
		want  identity.Want
		err   identity.Reason
	}{
		{"good", good, audience, ""},
		{"one of several audiences", good, identity.Want{Audience: []string{"x", "spiffe://example.org/mcp/jira"}}, ""},
		{"wrong issuer: another trust domain", sign(t, jose.ES256, key, "k1", map[string]any{"sub": "spiffe://evil.example/agent"}), audience, identity.ReasonIssuer},
		{"wrong audience", good, identity.Want{Audience: []string{"spiffe://example.org/db"}}, identity.ReasonAudience},
		{"no audience wanted", good, identity.Want{}, identity.ReasonAudience},
		{"no audience in the token", sign(t, jose.ES256, key, "k1", map[string]any{"aud": nil}), audience, identity.ReasonAudience},
		{"expired", sign(t, jose.ES256, key, "k1", map[string]any{"exp": now - 120}), audience, identity.ReasonExpired},
		{"without end", sign(t, jose.ES256, key, "k1", map[string]any{"exp": nil}), audience, identity.ReasonExpired},
		{"not yet valid", sign(t, jose.ES256, key, "k1", map[string]any{"nbf": now + 120}), audience, identity.ReasonNotYetValid},
		{"alg none", []byte(part(`{"alg":"none","kid":"k1"}`) + "." + payload + "."), audience, identity.ReasonAlgorithm},
		{"key confusion: HMAC with the public key", sign(t, jose.HS256, public, "k1", nil), audience, identity.ReasonAlgorithm},
		{"another algorithm than the key's", sign(t, jose.RS256, rsaKey, "k1", nil), audience, identity.ReasonSignature},
		{"unknown key", sign(t, jose.ES256, stranger, "k9", nil), audience, identity.ReasonUnknownKey},
		{"no key id", sign(t, jose.ES256, key, "", nil), audience, identity.ReasonUnknownKey},
		{"a stranger's signature", sign(t, jose.ES256, stranger, "k1", nil), audience, identity.ReasonSignature},
		{"subject that is no SPIFFE id", sign(t, jose.ES256, key, "k1", map[string]any{"sub": "ada"}), audience, identity.ReasonMalformed},
		{"subject that only begins like one", sign(t, jose.ES256, key, "k1", map[string]any{"sub": "spiffe://example.org/a b"}), audience, identity.ReasonMalformed},
		{"duplicate subject", signText(t, jose.ES256, key, "k1", fmt.Sprintf(`{"sub":%q,"sub":%q,"aud":"spiffe://example.org/mcp/jira","exp":%d}`, triage, triage, now+300)), audience, identity.ReasonMalformed},
		{"changed payload", []byte(strings.Replace(string(good), payload, part(fmt.Sprintf(`{"sub":"spiffe://example.org/admin","aud":"spiffe://example.org/mcp/jira","exp":%d}`, now+300)), 1)), audience, identity.ReasonSignature},
		{"no token", []byte("hello"), audience, identity.ReasonMalformed},
		{"longer than 16 KiB", append(slices.Clip(good), make([]byte, 16<<10)...), audience, identity.ReasonMalformed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			proof, err := v.Verify(t.Context(), tt.token, tt.want)
			if got := reason(err); got != tt.err || (err == nil) != (tt.err == "") {
				t.Fatalf("%v, want %q", err, tt.err)
			}
			if err != nil {
				if proof.Credential.Kind != "" {
					t.Errorf("a proof beside an error: %+v", proof)
				}
				return
			}
			if c := proof.Credential; c.Kind != "spiffe-jwt-svid" || c.Assurance != identity.Attested || c.Binding != identity.Bearer || c.Account != "example.org" {
				t.Errorf("%+v", c)
			}
			want := identity.Principal{Kind: identity.Workload, ID: triage, Issuer: "spiffe://example.org", Assurance: identity.Attested}
			if proof.Delegation.Owner != want {
				t.Errorf("%+v", proof.Delegation.Owner)
			}
		})
	}
}

func TestRotatedAuthority(t *testing.T) {
	one, two := ecKey(t), ecKey(t)
	bundle := jwtbundle.FromJWTAuthorities(domain, map[string]crypto.PublicKey{"k1": one.Public()})
	v := newVerifier(t, spiffe.Options{JWT: bundle})
	if err := bundle.AddJWTAuthority("k2", two.Public()); err != nil {
		t.Fatal(err)
	}
	bundle.RemoveJWTAuthority("k1")
	if _, err := v.Verify(t.Context(), sign(t, jose.ES256, two, "k2", nil), audience); err != nil {
		t.Error(err)
	}
	if _, err := v.Verify(t.Context(), sign(t, jose.ES256, one, "k1", nil), audience); reason(err) != identity.ReasonUnknownKey {
		t.Error(err)
	}
}

func TestActorsAreNotAttested(t *testing.T) {
	key := ecKey(t)
	v := newVerifier(t, spiffe.Options{JWT: jwtbundle.FromJWTAuthorities(domain, map[string]crypto.PublicKey{"k1": key.Public()})})
	proof, err := v.Verify(t.Context(), sign(t, jose.ES256, key, "k1", map[string]any{"act": map[string]any{"sub": "coder"}}), audience)
	if err != nil {
		t.Fatal(err)
	}
	want := identity.Principal{ID: "coder", Issuer: "spiffe://example.org", Assurance: identity.Verified}
	if got := proof.Delegation.Actor(); got != want {
		t.Errorf("%+v", got)
	}
}

func TestVerifyEndsWithItsContext(t *testing.T) {
	v := newVerifier(t, spiffe.Options{JWT: jwtbundle.New(domain)})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := v.Verify(ctx, nil, audience); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// An authority signs certificates.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t testing.TB) authority {
	t.Helper()
	key := ecKey(t)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "CA"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), URIs: []*url.URL{domain.ID().URL()},
	}
	return authority{parse(t, template, template, key, key), key}
}

func parse(t testing.TB, template, parent *x509.Certificate, key, signer *ecdsa.PrivateKey) *x509.Certificate {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (a authority) issue(t testing.TB, id string, edit func(*x509.Certificate)) tls.Certificate {
	t.Helper()
	u, err := url.Parse(id)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), NotBefore: time.Now().Add(-time.Minute), NotAfter: time.Now().Add(time.Minute), URIs: []*url.URL{u},
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth},
	}
	if edit != nil {
		edit(template)
	}
	key := ecKey(t)
	c := parse(t, template, a.cert, key, a.key)
	return tls.Certificate{Certificate: [][]byte{c.Raw}, PrivateKey: key, Leaf: c}
}

// handshake connects as client and returns what the server sees.
func handshake(t testing.TB, server, client tls.Certificate) *tls.ConnectionState {
	t.Helper()
	near, far := net.Pipe()
	s := tls.Server(near, &tls.Config{Certificates: []tls.Certificate{server}, ClientAuth: tls.RequireAnyClientCert})
	c := tls.Client(far, &tls.Config{Certificates: []tls.Certificate{client}, InsecureSkipVerify: true}) // the server is no part of the test
	done := make(chan error, 1)
	go func() { done <- c.HandshakeContext(t.Context()) }()
	if err := s.HandshakeContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { near.Close(); far.Close() })
	state := s.ConnectionState()
	return &state
}

func TestVerifyPeer(t *testing.T) {
	ca, other := newAuthority(t), newAuthority(t)
	bundle := x509bundle.FromX509Authorities(domain, []*x509.Certificate{ca.cert})
	v := newVerifier(t, spiffe.Options{X509: bundle})
	server := ca.issue(t, "spiffe://example.org/server", nil)
	for _, tt := range []struct {
		name   string
		client tls.Certificate
		err    identity.Reason
	}{
		{"good", ca.issue(t, triage, nil), ""},
		{"of another authority", other.issue(t, triage, nil), identity.ReasonSignature},
		{"of another trust domain", ca.issue(t, "spiffe://evil.example/x", nil), identity.ReasonIssuer},
		{"expired", ca.issue(t, triage, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Second) }), identity.ReasonExpired},
		{"not yet valid", ca.issue(t, triage, func(c *x509.Certificate) {
			c.NotBefore, c.NotAfter = time.Now().Add(time.Minute), time.Now().Add(time.Hour)
		}), identity.ReasonNotYetValid},
		{"two ids", ca.issue(t, triage, func(c *x509.Certificate) { c.URIs = append(c.URIs, c.URIs[0]) }), identity.ReasonMalformed},
		{"no id", ca.issue(t, triage, func(c *x509.Certificate) { c.URIs, c.DNSNames = nil, []string{"example.org"} }), identity.ReasonMalformed},
		{"one that may sign others", ca.issue(t, triage, func(c *x509.Certificate) { c.KeyUsage |= x509.KeyUsageCertSign }), identity.ReasonSignature},
	} {
		t.Run(tt.name, func(t *testing.T) {
			proof, err := v.VerifyPeer(handshake(t, server, tt.client))
			if got := reason(err); got != tt.err || (err == nil) != (tt.err == "") {
				t.Fatalf("%v, want %q", err, tt.err)
			}
			if err != nil {
				return
			}
			if c := proof.Credential; c.Kind != "spiffe-x509-svid" || c.Assurance != identity.Attested || c.Binding != identity.SPIFFE || !strings.HasPrefix(c.Handle, "X509SHA256=") {
				t.Errorf("%+v", c)
			}
			want := identity.Principal{Kind: identity.Workload, ID: triage, Issuer: "spiffe://example.org", Assurance: identity.Attested}
			if proof.Delegation.Owner != want {
				t.Errorf("%+v", proof.Delegation.Owner)
			}
		})
	}
	t.Run("no handshake", func(t *testing.T) {
		certs := []*x509.Certificate{ca.issue(t, triage, nil).Leaf}
		for _, state := range []*tls.ConnectionState{nil, {}, {HandshakeComplete: true}, {PeerCertificates: certs}} {
			if _, err := v.VerifyPeer(state); reason(err) != identity.ReasonMalformed {
				t.Errorf("%v", err)
			}
		}
	})
}

func TestWithoutSources(t *testing.T) {
	if v, err := spiffe.New(spiffe.Options{}); err == nil || v != nil {
		t.Error("a verifier that trusts nobody is taken")
	}
	ca := newAuthority(t)
	jwtOnly := newVerifier(t, spiffe.Options{JWT: jwtbundle.New(domain)})
	if _, err := jwtOnly.VerifyPeer(handshake(t, ca.issue(t, triage, nil), ca.issue(t, triage, nil))); reason(err) != identity.ReasonIssuer {
		t.Error(err)
	}
	x509Only := newVerifier(t, spiffe.Options{X509: x509bundle.New(domain)})
	if _, err := x509Only.Verify(t.Context(), sign(t, jose.ES256, ecKey(t), "k1", nil), audience); reason(err) != identity.ReasonIssuer {
		t.Error(err)
	}
}

func FuzzVerify(f *testing.F) {
	key := ecKey(f)
	v := newVerifier(f, spiffe.Options{JWT: jwtbundle.FromJWTAuthorities(domain, map[string]crypto.PublicKey{"k1": key.Public()})})
	good := string(sign(f, jose.ES256, key, "k1", nil))
	f.Add(good)
	f.Add(good[:len(good)-4])
	f.Fuzz(func(t *testing.T, token string) {
		proof, err := v.Verify(t.Context(), []byte(token), audience)
		if (err == nil) != (proof.Credential.Assurance == identity.Attested) {
			t.Errorf("%v, %+v", err, proof)
		}
		if err == nil && token[:len(token)-1] != good[:len(good)-1] {
			t.Errorf("forged: %q", token)
		}
	})
}

func Example() {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		fmt.Println(err)
		return
	}
	bundle := jwtbundle.FromJWTAuthorities(domain, map[string]crypto.PublicKey{"k1": key.Public()})
	verifier, err := spiffe.New(spiffe.Options{JWT: bundle})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = verifier.Verify(context.Background(), []byte("hello"), audience)
	fmt.Println(err)
	// Output: identity: token not verified: malformed
}

package main

// The shop: an identity provider and three services on one loopback server, each
// with a host name of its own, and the credentials they take.

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/ambit-go/ambit/examples/internal/idp"
	"github.com/ambit-go/ambit/identity/oidc"
)

const issuer = "https://idp.shop.example"

// Credentials of nobody, made from parts so that no scanner takes this program for a
// leak.
var (
	installation = "ghs_" + strings.Repeat("aB3xQ9pL", 4) + "m2Zt"
	personal     = "ghp_" + strings.Repeat("vK5wY7cR", 4) + "n8Ud"
	signed       = "AWS4-HMAC-SHA256 Credential=" + "ASIA" + "Y34FZKBOKMUTVV7A" +
		"/20261201/eu-central-1/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=" + strings.Repeat("0f", 32)
)

type shop struct {
	provider *idp.Provider
	verifier *oidc.Verifier
	server   *http.Server
	address  string

	mu      sync.Mutex
	entries []string
}

// open starts the shop.
func open(ctx context.Context) (*shop, error) {
	provider, err := idp.New(issuer)
	if err != nil {
		return nil, err
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &shop{provider: provider, address: l.Addr().String()}
	s.verifier, err = oidc.New(oidc.Options{Issuer: issuer, JWKS: "http://" + s.address + "/keys"})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /keys", provider)
	mux.HandleFunc("tickets.shop.example/", s.service("tickets", "jti", tokenID))
	mux.HandleFunc("git.shop.example/", s.service("git", "hashed_token", hashedToken))
	mux.HandleFunc("storage.shop.example/", s.service("storage", "accessKeyId", accessKey))
	s.server = &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = s.server.Serve(l) }() // it ends with close
	return s, nil
}

func (s *shop) close() { _ = s.server.Close() }

// dial returns a transport on which all hosts are the shop's.
func (s *shop) dial() http.RoundTripper {
	return &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, network, s.address)
	}}
}

// token is what the identity provider issues for a service: to the first of the
// actors, for whom the next one acts, and so on, on behalf of subject (RFC 8693).
func (s *shop) token(id, audience, subject string, actors ...string) string {
	return s.provider.Token("https://"+audience, map[string]any{"sub": subject, "jti": id}, actors...)
}

// service answers, and logs each request with what its kind of system calls the
// credential that came with it.
func (s *shop) service(name, field string, known func(authorization string) string) http.HandlerFunc {
	return func(_ http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.entries = append(s.entries, fmt.Sprintf("%s: %s %s %s=%s", name, r.Method, r.URL.Path, field, known(r.Header.Get("Authorization"))))
	}
}

func (s *shop) log() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.entries, "\n") + "\n"
}

// tokenID is how a service that takes JWTs names them.
func tokenID(authorization string) string {
	_, claims, _ := strings.Cut(authorization, ".")
	claims, _, _ = strings.Cut(claims, ".")
	b, _ := base64.RawURLEncoding.DecodeString(claims)
	var c struct{ JTI string }
	_ = json.Unmarshal(b, &c)
	return c.JTI
}

// hashedToken is how GitHub's audit log names a token.
func hashedToken(authorization string) string {
	sum := sha256.Sum256([]byte(strings.TrimPrefix(authorization, "Bearer ")))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// accessKey is how CloudTrail names the key that signed a request.
func accessKey(authorization string) string {
	_, scope, _ := strings.Cut(authorization, "Credential=")
	id, _, _ := strings.Cut(scope, "/")
	return id
}

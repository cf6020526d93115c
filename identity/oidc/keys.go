package oidc

// keys.go fetches and keeps the keys an issuer publishes.

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/ambit-go/ambit/identity"
)

const (
	fetchTimeout = 10 * time.Second
	maxAge       = time.Hour        // after which keys are fetched again, so that one withdrawn is not used for longer
	maxStale     = 2 * time.Hour    // after which keys that could not be fetched again no longer count
	minPause     = 10 * time.Second // between fetches, whatever keys tokens name
	maxDocument  = 1 << 20          // bytes of what the issuer sends
	maxKeys      = 64
	minModulus   = 2048 // bits of an RSA key (RFC 7518 §3.3)
)

// A keySet holds the keys of one issuer.
type keySet struct {
	issuer string
	given  string // address of the keys; empty if it is to be looked up
	client *http.Client

	mu      sync.Mutex
	address string // given, or looked up
	keys    []jose.JSONWebKey
	fetched time.Time     // when keys came
	tried   time.Time     // when they were last asked for
	failure error         // of that try
	pending chan struct{} // closed when the try under way has ended; nil if there is none
}

// find returns the keys of that id. A token without an id gets all keys, if they
// are few.
func (s *keySet) find(ctx context.Context, id string) ([]jose.JSONWebKey, error) {
	for range 2 {
		s.mu.Lock()
		now := time.Now()
		age := now.Sub(s.fetched)
		known := s.fetched != time.Time{} && age < maxStale
		found := s.named(id)
		wanted := !known || age >= maxAge || len(found) == 0
		if !wanted || s.pending == nil && !s.tried.IsZero() && now.Sub(s.tried) < minPause {
			failure := s.failure
			s.mu.Unlock()
			switch {
			case !known:
				return nil, &identity.VerifyError{Reason: identity.ReasonUnavailable, Err: failure}
			case len(found) == 0:
				return nil, &identity.VerifyError{Reason: identity.ReasonUnknownKey}
			}
			return found, nil
		}
		wait := s.start(ctx, now)
		s.mu.Unlock()
		if known && len(found) > 0 {
			return found, nil // old, but good until the new ones come
		}
		select {
		case <-wait:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return nil, &identity.VerifyError{Reason: identity.ReasonUnavailable}
}

// named returns the keys of that id. s.mu is held.
func (s *keySet) named(id string) []jose.JSONWebKey {
	if id == "" {
		if len(s.keys) > 4 { // a signature would have to be tried with each
			return nil
		}
		return s.keys
	}
	var found []jose.JSONWebKey
	for _, k := range s.keys {
		if k.KeyID == id {
			found = append(found, k)
		}
	}
	return found
}

// start begins to fetch the keys unless that is under way, and returns what is
// closed when it has ended. The fetch outlives the request that asked for it, since
// others wait for it too. s.mu is held.
func (s *keySet) start(ctx context.Context, now time.Time) <-chan struct{} {
	if s.pending != nil {
		return s.pending
	}
	done := make(chan struct{})
	s.pending, s.tried = done, now
	address := s.address
	go func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), fetchTimeout)
		defer cancel()
		keys, address, err := s.fetch(ctx, address)
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.failure = err; err == nil {
			s.keys, s.address, s.fetched = keys, address, time.Now()
		} else {
			s.address = s.given // which may have moved: the next try looks it up again
		}
		s.pending = nil
		close(done)
	}()
	return done
}

// fetch gets the keys, and their address first if it is not known.
func (s *keySet) fetch(ctx context.Context, address string) ([]jose.JSONWebKey, string, error) {
	if address == "" {
		var document struct {
			Issuer string `json:"issuer"`
			JWKS   string `json:"jwks_uri"`
		}
		if err := s.get(ctx, strings.TrimSuffix(s.issuer, "/")+"/.well-known/openid-configuration", &document); err != nil {
			return nil, "", err
		}
		if document.Issuer != s.issuer { // OpenID Connect Discovery 1.0 §4.3
			return nil, "", errors.New("oidc: the configuration is of another issuer")
		}
		if err := safeAddress(document.JWKS); err != nil {
			return nil, "", fmt.Errorf("oidc: keys: %w", err)
		}
		address = document.JWKS
	}
	var document struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := s.get(ctx, address, &document); err != nil {
		return nil, "", err
	}
	var keys []jose.JSONWebKey
	for _, raw := range document.Keys {
		var k jose.JSONWebKey
		if len(keys) == maxKeys || k.UnmarshalJSON(raw) != nil || !usable(&k) {
			continue // a key for something else, or of a kind that is newer than this
		}
		keys = append(keys, k)
	}
	if len(keys) == 0 {
		return nil, "", errors.New("oidc: the issuer publishes no key to verify with")
	}
	return keys, address, nil
}

// usable reports whether signatures may be verified with k: a public key, meant
// for signatures, and long enough.
func usable(k *jose.JSONWebKey) bool {
	if k.Use != "" && k.Use != "sig" || !k.Valid() {
		return false
	}
	switch key := k.Key.(type) {
	case *rsa.PublicKey:
		return key.N.BitLen() >= minModulus
	case *ecdsa.PublicKey, ed25519.PublicKey:
		return true
	}
	return false
}

func (s *keySet) get(ctx context.Context, address string, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return fmt.Errorf("oidc: %w", err)
	}
	req.Header.Set("Accept", "application/json")
	resp, err := s.client.Do(req)
	if err != nil {
		return fmt.Errorf("oidc: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("oidc: %s answered %d", req.URL.Host, resp.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxDocument+1))
	switch {
	case err != nil:
		return fmt.Errorf("oidc: %w", err)
	case len(body) > maxDocument:
		return fmt.Errorf("oidc: %s answered with more than 1 MiB", req.URL.Host)
	case json.Unmarshal(body, into) != nil:
		return fmt.Errorf("oidc: %s answered no JSON", req.URL.Host)
	}
	return nil
}

// safeAddress fails for an address from which keys could be exchanged on the way.
func safeAddress(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil {
		return errors.New("not an address")
	}
	return safeURL(u)
}

func safeURL(u *url.URL) error {
	if u.Scheme == "https" {
		return nil
	}
	host := u.Hostname()
	if ip := net.ParseIP(host); u.Scheme == "http" && (host == "localhost" || ip != nil && ip.IsLoopback()) {
		return nil
	}
	return errors.New("not https")
}

// safeRedirect holds redirects to the same.
func safeRedirect(then func(*http.Request, []*http.Request) error) func(*http.Request, []*http.Request) error {
	return func(r *http.Request, via []*http.Request) error {
		if err := safeURL(r.URL); err != nil {
			return err
		}
		if then != nil {
			return then(r, via)
		}
		if len(via) >= 3 {
			return errors.New("too many redirects")
		}
		return nil
	}
}

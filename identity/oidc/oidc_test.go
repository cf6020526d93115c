package oidc

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/ambit-go/ambit/identity"
)

// A provider is an OpenID provider on this machine.
type provider struct {
	*httptest.Server
	mu      sync.Mutex
	keys    []jose.JSONWebKey
	fetches atomic.Int32
	down    atomic.Bool
}

func newProvider(t testing.TB, keys ...jose.JSONWebKey) *provider {
	t.Helper()
	p := &provider{keys: keys}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"issuer":%q,"jwks_uri":%q}`, p.URL, p.URL+"/keys")
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		p.fetches.Add(1)
		if p.down.Load() {
			http.Error(w, "down", http.StatusServiceUnavailable)
			return
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		if err := json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: p.keys}); err != nil {
			t.Error(err)
		}
	})
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

func (p *provider) publish(keys ...jose.JSONWebKey) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keys = keys
}

func rsaKey(t testing.TB) *rsa.PrivateKey {
	t.Helper()
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func public(k crypto.Signer, kid, alg string) jose.JSONWebKey {
	return jose.JSONWebKey{Key: k.Public(), KeyID: kid, Algorithm: alg, Use: "sig"}
}

func sign(t testing.TB, alg jose.SignatureAlgorithm, key any, header map[jose.HeaderKey]any, claims any) []byte {
	t.Helper()
	o := &jose.SignerOptions{}
	for k, v := range header {
		o.WithHeader(k, v)
	}
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, o)
	if err != nil {
		t.Fatal(err)
	}
	payload, ok := claims.(string)
	if !ok {
		b, err := json.Marshal(claims)
		if err != nil {
			t.Fatal(err)
		}
		payload = string(b)
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

func kid(id string) map[jose.HeaderKey]any { return map[jose.HeaderKey]any{"kid": id} }

func claims(issuer string, change map[string]any) map[string]any {
	now := time.Now().Unix()
	c := map[string]any{
		"iss": issuer, "sub": "ada", "aud": []string{"shop", "other"}, "jti": "7", "iat": now, "nbf": now, "exp": now + 300,
		"act": map[string]any{"sub": "coder", "sub_profile": "ai_agent"},
	}
	maps.Copy(c, change)
	maps.DeleteFunc(c, func(_ string, v any) bool { return v == nil })
	return c
}

var shop = identity.Want{Audience: []string{"shop"}}

func reason(err error) identity.Reason {
	if v, ok := errors.AsType[*identity.VerifyError](err); ok {
		return v.Reason
	}
	return ""
}

func newVerifier(t testing.TB, o Options) *Verifier {
	t.Helper()
	v, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestVerify(t *testing.T) {
	key, stranger := rsaKey(t), rsaKey(t)
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	encryption := public(key, "enc", "")
	encryption.Use = "enc"
	p := newProvider(t, public(key, "k1", "RS256"), public(curve, "k2", ""), encryption,
		jose.JSONWebKey{Key: []byte("a symmetric key that nobody should publish"), KeyID: "oct", Algorithm: "HS256"})
	v := newVerifier(t, Options{Issuer: p.URL})
	now := time.Now().Unix()
	good := sign(t, jose.RS256, key, kid("k1"), claims(p.URL, nil))
	der := []byte(`-----BEGIN PUBLIC KEY-----`) // what a confused verifier would take for the secret
	part := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	payload := strings.Split(string(good), ".")[1]
	for _, tt := range []struct {
		name  string
		token []byte
		want  identity.Want
		err   identity.Reason
	}{
		{"good", good, shop, ""},
		{"good, by another algorithm", sign(t, jose.ES256, curve, kid("k2"), claims(p.URL, nil)), shop, ""},
		{"good, typed as access token", sign(t, jose.RS256, key, map[jose.HeaderKey]any{"kid": "k1", "typ": "at+jwt"}, claims(p.URL, nil)), shop, ""},
		{"good, a key without id among few", sign(t, jose.RS256, key, nil, claims(p.URL, nil)), shop, ""},
		{"wrong issuer", sign(t, jose.RS256, key, kid("k1"), claims("https://evil.example", nil)), shop, identity.ReasonIssuer},
		{"issuer with a slash more", sign(t, jose.RS256, key, kid("k1"), claims(p.URL+"/", nil)), shop, identity.ReasonIssuer},
		{"no issuer", sign(t, jose.RS256, key, kid("k1"), claims(p.URL, map[string]any{"iss": nil})), shop, identity.ReasonIssuer},
		{"wrong audience", good, identity.Want{Audience: []string{"bank"}}, identity.ReasonAudience},
		{"no audience in the token", sign(t, jose.RS256, key, kid("k1"), claims(p.URL, map[string]any{"aud": nil})), shop, identity.ReasonAudience},
		{"no audience wanted", good, identity.Want{}, identity.ReasonAudience},
		{"empty audience on both sides", sign(t, jose.RS256, key, kid("k1"), claims(p.URL, map[string]any{"aud": ""})), identity.Want{Audience: []string{""}}, identity.ReasonAudience},
		{"expired", sign(t, jose.RS256, key, kid("k1"), claims(p.URL, map[string]any{"exp": now - 120})), shop, identity.ReasonExpired},
		{"expired within the leeway", sign(t, jose.RS256, key, kid("k1"), claims(p.URL, map[string]any{"exp": now - 20})), shop, ""},
		{"without end", sign(t, jose.RS256, key, kid("k1"), claims(p.URL, map[string]any{"exp": nil})), shop, identity.ReasonExpired},
		{"an end that is no date", sign(t, jose.RS256, key, kid("k1"), claims(p.URL, map[string]any{"exp": 1e300})), shop, identity.ReasonExpired},
		{"not yet valid", sign(t, jose.RS256, key, kid("k1"), claims(p.URL, map[string]any{"nbf": now + 120})), shop, identity.ReasonNotYetValid},
		{"issued in the future", sign(t, jose.RS256, key, kid("k1"), claims(p.URL, map[string]any{"iat": now + 120})), shop, identity.ReasonNotYetValid},
		{"alg none", []byte(part(`{"alg":"none","kid":"k1"}`) + "." + payload + "."), shop, identity.ReasonAlgorithm},
		{"alg None", []byte(part(`{"alg":"None","kid":"k1"}`) + "." + payload + "."), shop, identity.ReasonAlgorithm},
		{"key confusion: HMAC with the public key", sign(t, jose.HS256, append(der, make([]byte, 64)...), kid("k1"), claims(p.URL, nil)), shop, identity.ReasonAlgorithm},
		{"HMAC with the symmetric key that is published", sign(t, jose.HS256, []byte("a symmetric key that nobody should publish"), kid("oct"), claims(p.URL, nil)), shop, identity.ReasonAlgorithm},
		{"another algorithm than the key is for", sign(t, jose.PS256, key, kid("k1"), claims(p.URL, nil)), shop, identity.ReasonAlgorithm},
		{"a key of another kind than the algorithm needs", sign(t, jose.RS256, key, kid("k2"), claims(p.URL, nil)), shop, identity.ReasonSignature},
		{"a key that is for encryption", sign(t, jose.RS256, key, kid("enc"), claims(p.URL, nil)), shop, identity.ReasonUnknownKey},
		{"unknown key", sign(t, jose.RS256, stranger, kid("k9"), claims(p.URL, nil)), shop, identity.ReasonUnknownKey},
		{"a stranger's signature under a known id", sign(t, jose.RS256, stranger, kid("k1"), claims(p.URL, nil)), shop, identity.ReasonSignature},
		{"a key inside the token", sign(t, jose.RS256, stranger, map[jose.HeaderKey]any{"kid": "k1", "jwk": public(stranger, "k1", "RS256")}, claims(p.URL, nil)), shop, identity.ReasonSignature},
		{"a critical header nobody knows", sign(t, jose.RS256, key, map[jose.HeaderKey]any{"kid": "k1", "crit": []string{"exp"}, "exp": 1}, claims(p.URL, nil)), shop, identity.ReasonSignature},
		{"a token for logging out", sign(t, jose.RS256, key, map[jose.HeaderKey]any{"kid": "k1", "typ": "logout+jwt"}, claims(p.URL, nil)), shop, identity.ReasonMalformed},
		{"changed payload", []byte(strings.Replace(string(good), payload, part(`{"sub":"ceo"}`), 1)), shop, identity.ReasonSignature},
		{"duplicate claims", sign(t, jose.RS256, key, kid("k1"), fmt.Sprintf(`{"iss":%q,"aud":"shop","exp":%d,"sub":"ada","sub":"ceo"}`, p.URL, now+300)), shop, identity.ReasonMalformed},
		{"another issuer, and ours in another spelling", sign(t, jose.RS256, key, kid("k1"), fmt.Sprintf(`{"iss":"https://evil.example","ISS":%q,"aud":"shop","exp":%d,"sub":"ada"}`, p.URL, now+300)), shop, identity.ReasonIssuer},
		{"not yet valid, and in another spelling", sign(t, jose.RS256, key, kid("k1"), fmt.Sprintf(`{"iss":%q,"aud":"shop","exp":%d,"sub":"ada","nbf":%d,"Nbf":1}`, p.URL, now+300, now+200)), shop, identity.ReasonNotYetValid},
		{"a beginning that is no date", sign(t, jose.RS256, key, kid("k1"), claims(p.URL, map[string]any{"nbf": "soon"})), shop, identity.ReasonMalformed},
		{"good, with claims of similar names", sign(t, jose.RS256, key, kid("k1"), claims(p.URL, map[string]any{"Iss": "https://evil.example", "NBF": now + 900})), shop, ""},
		{"payload that is no object", sign(t, jose.RS256, key, kid("k1"), `"x"`), shop, identity.ReasonMalformed},
		{"five parts", []byte(string(good) + ".x.y"), shop, identity.ReasonMalformed},
		{"no token", []byte("hello"), shop, identity.ReasonMalformed},
		{"nothing", nil, shop, identity.ReasonMalformed},
		{"longer than 16 KiB", append(slices.Clip(good), make([]byte, 16<<10)...), shop, identity.ReasonMalformed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			proof, err := v.Verify(t.Context(), tt.token, tt.want)
			if got := reason(err); got != tt.err || (err == nil) != (tt.err == "") {
				t.Fatalf("%v, want %q", err, tt.err)
			}
			if err != nil {
				if proof.Credential.Kind != "" || !proof.Delegation.Owner.IsZero() {
					t.Errorf("a proof beside an error: %+v", proof)
				}
				for i := 0; i+8 <= len(tt.token); i += 8 {
					if strings.Contains(err.Error(), string(tt.token[i:i+8])) {
						t.Errorf("the error holds a part of the token: %v", err)
					}
				}
				return
			}
			c, d := proof.Credential, proof.Delegation
			if c.Assurance != identity.Verified || c.Subject != "ada" || c.Handle != "7" {
				t.Errorf("%+v", c)
			}
			if d.Owner.ID != "ada" || d.Owner.Assurance != identity.Verified || len(d.Actors) != 1 || d.Actor().Kind != identity.Agent || d.Actor().Assurance != identity.Verified {
				t.Errorf("%+v", d)
			}
		})
	}
}

func TestMalformedChainIsRecorded(t *testing.T) {
	key := rsaKey(t)
	p := newProvider(t, public(key, "k1", ""))
	v := newVerifier(t, Options{Issuer: p.URL, JWKS: p.URL + "/keys"})
	proof, err := v.Verify(t.Context(), sign(t, jose.RS256, key, kid("k1"), claims(p.URL, map[string]any{"act": "coder"})), shop)
	if err != nil || proof.Delegation.Malformed != "act_not_object" || len(proof.Delegation.Actors) != 0 {
		t.Errorf("%v, %+v", err, proof.Delegation)
	}
}

func TestAlgorithmsCanBeNarrowed(t *testing.T) {
	key := rsaKey(t)
	p := newProvider(t, public(key, "k1", ""))
	v := newVerifier(t, Options{Issuer: p.URL, Algorithms: []string{"ES256"}})
	if _, err := v.Verify(t.Context(), sign(t, jose.RS256, key, kid("k1"), claims(p.URL, nil)), shop); reason(err) != identity.ReasonAlgorithm {
		t.Error(err)
	}
}

func TestShortKeysAreNotUsed(t *testing.T) {
	t.Setenv("GODEBUG", "rsa1024min=0")
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	p := newProvider(t, public(short, "k1", ""), public(rsaKey(t), "k2", ""))
	v := newVerifier(t, Options{Issuer: p.URL})
	if _, err := v.Verify(t.Context(), sign(t, jose.RS256, short, kid("k1"), claims(p.URL, nil)), shop); reason(err) != identity.ReasonUnknownKey {
		t.Error(err)
	}
}

func TestNew(t *testing.T) {
	for _, o := range []Options{
		{},
		{Issuer: "idp.example.com"},
		{Issuer: "http://idp.example.com"},
		{Issuer: "https://user:pass@idp.example.com"},
		{Issuer: "ftp://idp.example.com"},
		{Issuer: "https://idp.example.com", JWKS: "http://idp.example.com/keys"},
		{Issuer: "https://idp.example.com", Algorithms: []string{"HS256"}},
		{Issuer: "https://idp.example.com", Algorithms: []string{"none"}},
	} {
		if v, err := New(o); err == nil || v != nil {
			t.Errorf("%+v is taken", o)
		}
	}
	for _, issuer := range []string{"https://idp.example.com", "http://localhost:8080", "http://127.0.0.1:8080", "http://[::1]:8080"} {
		newVerifier(t, Options{Issuer: issuer})
	}
}

// memory answers requests without a network, so that time can be made up.
type memory struct {
	mu      sync.Mutex
	keys    []jose.JSONWebKey
	down    bool
	fetches int
	delay   time.Duration
}

func (m *memory) RoundTrip(r *http.Request) (*http.Response, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fetches++
	select {
	case <-time.After(m.delay):
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	if m.down {
		return nil, errors.New("no route to host")
	}
	body, err := json.Marshal(jose.JSONWebKeySet{Keys: m.keys})
	if err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(string(body))), Request: r}, nil
}

const idp = "https://idp.example.com"

func TestRotation(t *testing.T) {
	one, two := rsaKey(t), rsaKey(t)
	synctest.Test(t, func(t *testing.T) {
		m := &memory{keys: []jose.JSONWebKey{public(one, "k1", "")}}
		v := newVerifier(t, Options{Issuer: idp, JWKS: idp + "/keys", Client: &http.Client{Transport: m}})
		check := func(step string, key *rsa.PrivateKey, id string, want identity.Reason) {
			t.Helper()
			_, err := v.Verify(t.Context(), sign(t, jose.RS256, key, kid(id), claims(idp, nil)), shop)
			if reason(err) != want {
				t.Errorf("%s: %v, want %q", step, err, want)
			}
			synctest.Wait()
		}
		check("first key", one, "k1", "")
		m.keys = []jose.JSONWebKey{public(one, "k1", ""), public(two, "k2", "")}
		check("a new key, asked for too soon", two, "k2", identity.ReasonUnknownKey)
		time.Sleep(minPause)
		check("a new key is fetched when a token names it", two, "k2", "")
		check("the old one still counts", one, "k1", "")
		m.keys = []jose.JSONWebKey{public(two, "k2", "")}
		check("withdrawn, but not yet noticed", one, "k1", "")
		time.Sleep(maxAge)
		check("the first use after an hour fetches again", two, "k2", "")
		check("withdrawn", one, "k1", identity.ReasonUnknownKey)
	})
}

func TestKeysThatCannotBeFetched(t *testing.T) {
	key := rsaKey(t)
	synctest.Test(t, func(t *testing.T) {
		m := &memory{keys: []jose.JSONWebKey{public(key, "k1", "")}, down: true}
		v := newVerifier(t, Options{Issuer: idp, JWKS: idp + "/keys", Client: &http.Client{Transport: m}})
		check := func(step string, want identity.Reason) {
			t.Helper()
			_, err := v.Verify(t.Context(), sign(t, jose.RS256, key, kid("k1"), claims(idp, nil)), shop)
			if reason(err) != want {
				t.Errorf("%s: %v, want %q", step, err, want)
			}
			synctest.Wait()
		}
		check("never had any", identity.ReasonUnavailable)
		check("does not ask again at once", identity.ReasonUnavailable)
		if m.fetches != 1 {
			t.Errorf("%d fetches", m.fetches)
		}
		m.down = false
		time.Sleep(minPause)
		check("back", "")
		m.down = true
		time.Sleep(maxAge + time.Minute)
		check("old keys stand", "")
		time.Sleep(maxStale - maxAge)
		check("but not for ever", identity.ReasonUnavailable)
	})
}

func TestForgedIdsDoNotFloodTheIssuer(t *testing.T) {
	key := rsaKey(t)
	synctest.Test(t, func(t *testing.T) {
		m := &memory{keys: []jose.JSONWebKey{public(key, "k1", "")}}
		v := newVerifier(t, Options{Issuer: idp, JWKS: idp + "/keys", Client: &http.Client{Transport: m}})
		for i := range 100 {
			if _, err := v.Verify(t.Context(), sign(t, jose.RS256, key, kid(fmt.Sprint("forged", i)), claims(idp, nil)), shop); reason(err) != identity.ReasonUnknownKey {
				t.Error(err)
			}
			time.Sleep(100 * time.Millisecond)
		}
		if m.fetches > 2 {
			t.Errorf("%d fetches in ten seconds", m.fetches)
		}
	})
}

func TestVerifyConcurrentSafe(t *testing.T) {
	key := rsaKey(t)
	synctest.Test(t, func(t *testing.T) {
		m := &memory{keys: []jose.JSONWebKey{public(key, "k1", "")}, delay: time.Second}
		v := newVerifier(t, Options{Issuer: idp, JWKS: idp + "/keys", Client: &http.Client{Transport: m}})
		token := sign(t, jose.RS256, key, kid("k1"), claims(idp, nil))
		gone, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() { // the one who asked first goes away; the others still get the keys
			if _, err := v.Verify(gone, token, shop); !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		})
		synctest.Wait()
		for range 20 {
			wg.Go(func() {
				if _, err := v.Verify(t.Context(), token, shop); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		cancel()
		wg.Wait()
		if m.fetches != 1 {
			t.Errorf("%d fetches", m.fetches)
		}
	})
}

func TestUnfriendlyProviders(t *testing.T) {
	key := rsaKey(t)
	keys, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{public(key, "k1", "")}})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name          string
		configuration string // %s is the server's address
		keys          func(w http.ResponseWriter, r *http.Request)
		want          identity.Reason
	}{
		{"honest", `{"issuer":"%[1]s","jwks_uri":"%[1]s/keys"}`, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, "%s", keys) }, ""},
		{"of another issuer", `{"issuer":"https://evil.example","jwks_uri":"%[1]s/keys"}`, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, "%s", keys) }, identity.ReasonUnavailable},
		{"keys at an address without TLS", `{"issuer":"%[1]s","jwks_uri":"http://evil.example/keys"}`, nil, identity.ReasonUnavailable},
		{"no JSON", `hello %[1]s`, nil, identity.ReasonUnavailable},
		{"redirects out of TLS", `{"issuer":"%[1]s","jwks_uri":"%[1]s/keys"}`, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://evil.example/keys", http.StatusFound)
		}, identity.ReasonUnavailable},
		{"redirects in circles", `{"issuer":"%[1]s","jwks_uri":"%[1]s/keys"}`, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/keys", http.StatusFound)
		}, identity.ReasonUnavailable},
		{"more than 1 MiB", `{"issuer":"%[1]s","jwks_uri":"%[1]s/keys"}`, func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, strings.Repeat(" ", maxDocument+1))
			fmt.Fprintf(w, "%s", keys)
		}, identity.ReasonUnavailable},
		{"keys nobody can use, one that can be used", `{"issuer":"%[1]s","jwks_uri":"%[1]s/keys"}`, func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, `{"keys":[{"kty":"new"},7,{"kty":"RSA","n":"AQAB"},%s`, string(keys)[len(`{"keys":[`):])
		}, ""},
		{"no key at all", `{"issuer":"%[1]s","jwks_uri":"%[1]s/keys"}`, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"keys":[]}`) }, identity.ReasonUnavailable},
	} {
		t.Run(tt.name, func(t *testing.T) {
			mux := http.NewServeMux()
			s := httptest.NewServer(mux)
			t.Cleanup(s.Close)
			mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, tt.configuration, s.URL) })
			if tt.keys != nil {
				mux.HandleFunc("/keys", tt.keys)
			}
			v := newVerifier(t, Options{Issuer: s.URL})
			_, err := v.Verify(t.Context(), sign(t, jose.RS256, key, kid("k1"), claims(s.URL, nil)), shop)
			if reason(err) != tt.want {
				t.Errorf("%v, want %q", err, tt.want)
			}
		})
	}
}

func TestProviderComesBack(t *testing.T) {
	key := rsaKey(t)
	p := newProvider(t, public(key, "k1", ""))
	p.down.Store(true)
	v := newVerifier(t, Options{Issuer: p.URL})
	token := sign(t, jose.RS256, key, kid("k1"), claims(p.URL, nil))
	if _, err := v.Verify(t.Context(), token, shop); reason(err) != identity.ReasonUnavailable {
		t.Error(err)
	}
	p.down.Store(false)
	p.publish(public(key, "k1", "RS256"))
	v.keys.tried = time.Time{} // as after the pause
	if _, err := v.Verify(t.Context(), token, shop); err != nil {
		t.Error(err)
	}
}

// roundTrip is a function as a transport.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestKeysThatMove holds that an issuer which publishes its keys elsewhere is found again.
func TestKeysThatMove(t *testing.T) {
	key := rsaKey(t)
	synctest.Test(t, func(t *testing.T) {
		path := "/old"
		v := newVerifier(t, Options{Issuer: idp, Client: &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			var body any
			switch r.URL.Path {
			case "/.well-known/openid-configuration":
				body = map[string]string{"issuer": idp, "jwks_uri": idp + path}
			case path:
				body = jose.JSONWebKeySet{Keys: []jose.JSONWebKey{public(key, "k1", "")}}
			default:
				return &http.Response{StatusCode: http.StatusNotFound, Body: http.NoBody, Request: r}, nil
			}
			text, err := json.Marshal(body)
			return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(string(text))), Request: r}, err
		})}})
		for range 6 { // some hours
			if _, err := v.Verify(t.Context(), sign(t, jose.RS256, key, kid("k1"), claims(idp, nil)), shop); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			path = "/new"
			time.Sleep(maxAge)
		}
	})
}

func FuzzVerify(f *testing.F) {
	key := rsaKey(f)
	v := newVerifier(f, Options{Issuer: idp, JWKS: idp + "/keys", Client: &http.Client{Transport: &memory{keys: []jose.JSONWebKey{public(key, "k1", "")}}}})
	good := string(sign(f, jose.RS256, key, kid("k1"), claims(idp, nil)))
	f.Add(good)
	f.Add(good[:len(good)-4])
	f.Add("eyJhbGciOiJub25lIn0.e30.")
	f.Fuzz(func(t *testing.T, token string) {
		proof, err := v.Verify(t.Context(), []byte(token), shop)
		if (err == nil) != (proof.Credential.Assurance == identity.Verified) {
			t.Errorf("%v, %+v", err, proof)
		}
		// The last character of a signature of 256 bytes has two bits that do not count.
		if err == nil && token[:len(token)-1] != good[:len(good)-1] {
			t.Errorf("forged: %q", token)
		}
	})
}

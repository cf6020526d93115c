package oidc

import (
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/ambit-go/ambit/identity"
)

// BenchmarkRead reads a token of about 1 KiB without verifying it: what package
// identity does beside the nearest that go-jose offers.
func BenchmarkRead(b *testing.B) {
	token := sign(b, jose.RS256, rsaKey(b), kid("k1"), claims("https://idp.shop.example/realms/main", map[string]any{
		"scope": "openid profile tickets:read tickets:write", "groups": []string{"engineering", "payments", "on-call"}, "client_id": "triage-agent",
		"auth_time": 1772365990, "amr": []string{"pwd", "mfa"},
	}))
	b.Run("lib=identity/Inspect", func(b *testing.B) {
		b.SetBytes(int64(len(token)))
		b.ReportAllocs()
		for b.Loop() {
			if _, ok := identity.Inspect(token, identity.InspectOptions{}); !ok {
				b.Fatal("not recognised")
			}
		}
	})
	b.Run("lib=identity/ParseDelegation", func(b *testing.B) {
		b.SetBytes(int64(len(token)))
		b.ReportAllocs()
		for b.Loop() {
			if _, ok := identity.ParseDelegation(token); !ok {
				b.Fatal("not recognised")
			}
		}
	})
	b.Run("lib=go-jose/ParseSigned", func(b *testing.B) {
		b.SetBytes(int64(len(token)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := jwt.ParseSigned(string(token), asymmetric); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("lib=go-jose/ParseSigned+Claims", func(b *testing.B) {
		b.SetBytes(int64(len(token)))
		b.ReportAllocs()
		for b.Loop() {
			t, err := jwt.ParseSigned(string(token), asymmetric)
			if err != nil {
				b.Fatal(err)
			}
			var c jwt.Claims
			var more struct {
				Scope string         `json:"scope"`
				Act   map[string]any `json:"act"`
			}
			if err := t.UnsafeClaimsWithoutVerification(&c, &more); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	key := rsaKey(b)
	p := newProvider(b, public(key, "k1", "RS256"))
	v := newVerifier(b, Options{Issuer: p.URL})
	token := sign(b, jose.RS256, key, kid("k1"), claims(p.URL, nil))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := v.Verify(b.Context(), token, shop); err != nil {
			b.Fatal(err)
		}
	}
}

package identity

import (
	"encoding/base64"
	"fmt"
	"testing"
)

// kibiJWT is a token of about 1 KiB with the claims of an access token.
func kibiJWT() string {
	return jwt(`{"iss":"https://idp.shop.example/realms/main","sub":"00u1a2b3c4d5e6f7g8h9","aud":["https://api.shop.example","https://mcp.shop.example"],` +
		`"client_id":"triage-agent","client_profile":"ai_agent","scope":"openid profile tickets:read tickets:write","jti":"dbe39bf3a3ba4238a513f51d6e1691c4",` +
		`"iat":1772366000,"exp":1772369600,"auth_time":1772365990,"amr":["pwd","mfa"],"groups":["engineering","payments","on-call","contractors"],` +
		`"act":{"sub":"coder","iss":"https://idp.shop.example/realms/agents","sub_profile":"ai_agent","act":{"sub":"planner","sub_profile":"ai_agent"}},` +
		`"cnf":{"jkt":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}}`)
}

func BenchmarkInspect(b *testing.B) {
	key := testKey(b)
	cases := []struct{ name, material string }{
		{"jwt", kibiJWT()},
		{"k8s", jwt(`{"aud":["https://kubernetes.default.svc"],"exp":1731613413,"iat":1700077413,"iss":"https://kubernetes.default.svc","jti":"ea28ed49","kubernetes.io":{"namespace":"kube-system","pod":{"name":"coredns"},"serviceaccount":{"name":"coredns"}},"sub":"system:serviceaccount:kube-system:coredns"}`)},
		{"github", githubPAT},
		{"gitlab", "glpat-" + letters(20, 1)},
		{"anthropic", "sk-ant-api03-" + letters(95, 1)},
		{"openai", "sk-proj-" + letters(74, 1) + "T3BlbkFJ" + letters(74, 2)},
		{"vault", "hvs." + letters(90, 1)},
		{"google", "ya29." + letters(120, 1)},
		{"stripe", "sk_live_" + letters(24, 1)},
		{"aws", awsKeyID},
		{"arn", "arn:aws:sts::123456789012:assumed-role/Role/Session"},
		{"sigv4", sigv4(awsKeyID)},
		{"basic", "Basic " + base64.StdEncoding.EncodeToString([]byte("ada:"+letters(24, 1)))},
		{"url", "https://ada:" + letters(24, 1) + "@git.example.net/a/b"},
		{"ssh-key", githubEd25519},
		{"ssh-cert", sshCert},
		{"nothing", "the quick brown fox jumps over the lazy dog"},
	}
	for _, c := range cases {
		b.Run("kind="+c.name, func(b *testing.B) {
			m, o := []byte(c.material), InspectOptions{Key: key}
			b.SetBytes(int64(len(m)))
			b.ReportAllocs()
			for b.Loop() {
				Inspect(m, o)
			}
		})
	}
}

func BenchmarkParseDelegation(b *testing.B) {
	m := []byte(kibiJWT())
	b.SetBytes(int64(len(m)))
	b.ReportAllocs()
	for b.Loop() {
		ParseDelegation(m)
	}
}

func BenchmarkFromHeader(b *testing.B) {
	h := map[string][]string{"Authorization": {"Bearer " + kibiJWT()}, "Accept": {"*/*"}, "User-Agent": {"agent"}, "Content-Type": {"application/json"}}
	b.ReportAllocs()
	for b.Loop() {
		FromHeader(h, InspectOptions{})
	}
}

func BenchmarkTrackerObserve(b *testing.B) {
	c, _ := Inspect([]byte(kibiJWT()), InspectOptions{Key: testKey(b)})
	d, _ := ParseDelegation([]byte(kibiJWT()))
	u := Use{Credential: c, Target: Target{Host: "api.shop.example"}, Delegation: d}
	b.Run("unchanged", func(b *testing.B) {
		var tr Tracker
		tr.Observe(storyTime, u)
		b.ReportAllocs()
		for b.Loop() {
			tr.Observe(storyTime, u)
		}
	})
	b.Run("unchanged/services=32", func(b *testing.B) {
		var tr Tracker
		for i := range maxBaselines - 1 {
			tr.Observe(storyTime, chainUse(fmt.Sprint("s", i), "ada"))
		}
		tr.Observe(storyTime, u)
		b.ReportAllocs()
		for b.Loop() {
			tr.Observe(storyTime, u)
		}
	})
	b.Run("departs", func(b *testing.B) {
		var tr Tracker
		tr.Observe(storyTime, u)
		v := u
		v.Delegation.Owner.ID = "ceo"
		b.ReportAllocs()
		for b.Loop() {
			tr.Observe(storyTime, v)
		}
	})
}

func BenchmarkFingerprint(b *testing.B) {
	key, secret := testKey(b), []byte(githubPAT)
	b.ReportAllocs()
	for b.Loop() {
		Fingerprint(key, secret)
	}
}

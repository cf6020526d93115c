package identity

// build_test.go makes credentials for the tests, from parts and at run time, so
// that no file of this repository holds anything a scanner takes for a secret.

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	mrand "math/rand/v2"
	"net/url"
	"strings"
	"testing"
	"time"
)

// jwt returns a token with these claims and 86 random characters for a signature.
func jwt(claims string) string { return jwtHeader(`{"alg":"RS256","kid":"k1","typ":"JWT"}`, claims) }

func jwtHeader(header, claims string) string {
	enc := base64.RawURLEncoding
	return enc.EncodeToString([]byte(header)) + "." + enc.EncodeToString([]byte(claims)) + "." + letters(86, 7)
}

const alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// letters returns n characters that look random and are the same for the same seed.
func letters(n int, seed uint64) string { return from(alphanumeric, n, seed) }

func from(set string, n int, seed uint64) string {
	r := mrand.New(mrand.NewPCG(seed, 1))
	b := make([]byte, n)
	for i := range b {
		b[i] = set[r.IntN(len(set))]
	}
	return string(b)
}

func testKey(t testing.TB) Key {
	t.Helper()
	k, err := NewKey([]byte(strings.Repeat("k", 32)))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func inspectString(t testing.TB, material string) Credential {
	t.Helper()
	c, ok := Inspect([]byte(material), InspectOptions{Key: testKey(t)})
	if !ok {
		t.Fatalf("not recognised: %.40q", material)
	}
	return c
}

// certificate returns a self-signed certificate in DER form.
func certificate(t testing.TB, subject pkix.Name, uri string, edit func(*x509.Certificate)) ([]byte, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(7), Subject: subject,
		NotBefore: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2026, 1, 1, 1, 0, 0, 0, time.UTC),
	}
	if uri != "" {
		u, err := url.Parse(uri)
		if err != nil {
			t.Fatal(err)
		}
		c.URIs = []*url.URL{u}
	}
	if edit != nil {
		edit(c)
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return der, key
}

func pemBlock(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// A GitHub token, an AWS key id of account 609629065308, and others.
var (
	githubPAT = "ghp_" + letters(36, 1)
	// From awsteele.com/blog/2020/09/26/aws-access-key-format.html.
	awsKeyID = "ASIA" + "Y34FZKBOKMUTVV7A"
)

// Public keys of github.com and their fingerprints, as GitHub publishes both
// (docs.github.com, "GitHub's SSH key fingerprints"), and a certificate that
// ssh-keygen 9.6 made, with what ssh-keygen -L says of it.
const (
	githubEd25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"
	githubECDSA   = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBEmKSENjQEezOmxkZMy7opKgwFB9nkt5YRrYMjNuG5N87uRgg6CLrbo5wAdT/y6v0mKV0U2w0WZ2YB/++Tpockg="
	githubRSA     = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQCj7ndNxQowgcQnjshcLrqPEiiphnt+VTTvDP6mHBL9j1aNUkY4Ue1gvwnGLVlOhGeYrnZaMgRK6+PKCUXaDbC7qtbW8gIkhL7aGCsOr/C56SJMy/BCZfxd1nWzAOxSDPgVsmerOBYfNqltV9/hWCqBywINIR+5dIg6JTJ72pcEpEjcYgXkE2YEFXV1JHnsKgbLWNlhScqb2UmyRkQyytRLtL+38TGxkxCflmO+5Z8CSSNY7GidjMIZ7Q4zMjA2n1nGrlTDkzwDCsw+wqFPGQA179cnfGWOWRVruj16z6XyvxvjJwbz0wQZ75XK5tKSb7FNyeIEs4TT4jk+S4dhPeAUC5y+bDYirYgM4GC7uEnztnZyaVWQ7B381AK4Qdrwt51ZqExKbQpTUNn+EjqoTwvqNj4kqx5QUCI0ThS/YkOxJCXmPUWZbhjpCg56i+2aB6CmK2JGhn57K5mj0MNdBXA4/WnwH6XoPWJzK5Nyu2zB3nAZp+S5hpQs+p1vN1/wsjk="

	// From openssl x509 -req … -set_serial 0x2688201D…, for ada, by an authority made for it; with
	// -noout -serial -fingerprint -sha256 -issuer -subject openssl prints what the test wants.
	adaCert = `-----BEGIN CERTIFICATE-----
MIIBujCCAV+gAwIBAgIUJoggHbp3QC6ocRiHby4bJM+LA5UwCgYIKoZIzj0EAwIw
KDENMAsGA1UECgwEc2hvcDEXMBUGA1UEAwwOc2hvcCBjbGllbnQgQ0EwHhcNMjYx
MTMwMjAwODAyWhcNMjcxMTMwMjAwODAyWjAiMRIwEAYDVQQKDAlkZXZlbG9wZXIx
DDAKBgNVBAMMA2FkYTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABFBE54Xi6dY9
B3Vala8dzT8CT6kQsoK08l1p+pw2BnACrVrByzamQcgDKfMQ/bun9G5KzV7DAdmT
t52SEPXkPnmjbTBrMCkGA1UdEQQiMCCBEGFkYUBzaG9wLmV4YW1wbGWGDHVybjpz
aG9wOmFkYTAdBgNVHQ4EFgQUumVS9G1l2Umkd4ehQ97RYa3TY6cwHwYDVR0jBBgw
FoAUueO+sJddoOnpoIQc2/9sX1kB9a4wCgYIKoZIzj0EAwIDSQAwRgIhAIWY4nPX
PkhdaCqXyQw4BgUXUjbeR7AqNWfBJcD2hRZuAiEAh3F19Nj+aULgIIGiXCPcdD/3
Z/QrqTEcVya4CCEEnsg=
-----END CERTIFICATE-----
`

	sshCert = "ssh-ed25519-cert-v01@openssh.com AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAIOT2wCbJvRYr1PhzsnZqXFx4H1M2sa5KObD2y4Si5RAhAAAAIIEq2sRC0Yo79+/zpDzrSQTq/KnO6oPYQBlqIf8UbP4sAAAAAAAAACoAAAABAAAACmFkYUBsYXB0b3AAAAARAAAAA2FkYQAAAAZkZXBsb3kAAAAAaVW5AAAAAABpVwqAAAAAAAAAAIIAAAAVcGVybWl0LVgxMS1mb3J3YXJkaW5nAAAAAAAAABdwZXJtaXQtYWdlbnQtZm9yd2FyZGluZwAAAAAAAAAWcGVybWl0LXBvcnQtZm9yd2FyZGluZwAAAAAAAAAKcGVybWl0LXB0eQAAAAAAAAAOcGVybWl0LXVzZXItcmMAAAAAAAAAAAAAADMAAAALc3NoLWVkMjU1MTkAAAAgVOQpc8DmB9pT/3pdir7I61LUGHNaawlFGzbtEjeNXp4AAABTAAAAC3NzaC1lZDI1NTE5AAAAQGiXN527VaK+7I1K5bc9uxJIKjR1Qrki8waeQ4jlSfox/r8yXwShFltLWbuP7uBcv1ZvKcS7ofc6lUSFXAjLWws= x"
	// The same with principals of a host and no end.
	sshHostCert = "ecdsa-sha2-nistp256-cert-v01@openssh.com AAAAKGVjZHNhLXNoYTItbmlzdHAyNTYtY2VydC12MDFAb3BlbnNzaC5jb20AAAAg5PgwVAh440OHHIgRKlAagduE4k1bViZ1U9IYyHKzHiwAAAAIbmlzdHAyNTYAAABBBP6z/3ukWSxHh9cBADXArpDWyRLKN7rB1IgOzL2imXDRm5xs6Y4NnqiwwBX6rIwSUnR8dyvQZuBpJ9QAEydC2IcAAAAAAAAAAAAAAAIAAAAHZm9yZXZlcgAAABIAAAAOaDEuZXhhbXBsZS5uZXQAAAAAAAAAAP//////////AAAAAAAAAAAAAAAAAAAAMwAAAAtzc2gtZWQyNTUxOQAAACBU5ClzwOYH2lP/el2KvsjrUtQYc1prCUUbNu0SN41engAAAFMAAAALc3NoLWVkMjU1MTkAAABAU2EXFgmVG/y6px35QQ0BwsuU/byHQl/HZzre0diAUzwk4jRn/h59o1+4AFKug7CaXCDfWVJD7m3504KxjS8hDw== c"
)

func bigE(k *rsa.PrivateKey) *big.Int { return big.NewInt(int64(k.E)) }

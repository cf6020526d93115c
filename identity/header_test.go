package identity

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFromHeader(t *testing.T) {
	key := testKey(t)
	print := func(s string) string { return Fingerprint(key, []byte(s)) }
	opaque := letters(30, 3)
	token := jwt(`{"iss":"https://idp.example.com","sub":"ada","jti":"7"}`)
	ada := Credential{Kind: "jwt", Issuer: "https://idp.example.com", Subject: "ada", Handle: "7", KeyID: "k1", Fingerprint: print(token), Binding: Bearer, Source: InHeader, Assurance: Parsed}
	bound := ada
	bound.Binding = DPoP
	one := func(kind CredentialKind, secret string) Credential {
		return Credential{Kind: kind, Fingerprint: print(secret), Binding: Bearer, Source: InHeader, Assurance: Parsed}
	}
	for _, tt := range []struct {
		name string
		h    http.Header
		want []Credential
	}{
		{"none", http.Header{"Accept": {"*/*"}}, nil},
		{"bearer JWT", http.Header{"Authorization": {"Bearer " + token}}, []Credential{ada}},
		{"scheme and name in other cases", http.Header{"aUTHORIZATION": {"bEARER  " + token + " "}}, []Credential{ada}},
		{"DPoP: the proof is no credential", http.Header{"Authorization": {"DPoP " + token}, "Dpop": {jwtHeader(`{"typ":"dpop+jwt","alg":"ES256"}`, `{"jti":"x"}`)}}, []Credential{bound}},
		{"opaque bearer", http.Header{"Authorization": {"Bearer " + opaque}}, []Credential{one("bearer", opaque)}},
		{"a token alone", http.Header{"Authorization": {opaque}}, []Credential{one("bearer", opaque)}},
		{"basic", http.Header{"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte("ada:"+opaque))}}, []Credential{
			{Kind: "basic", Subject: "ada", Fingerprint: print(opaque), Binding: Bearer, Source: InHeader, Assurance: Parsed},
		}},
		{"Signature Version 4 and its session token", http.Header{
			"Authorization":        {"AWS4-HMAC-SHA256 Credential=" + awsKeyID + "/20130524/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=" + opaque},
			"X-Amz-Security-Token": {letters(400, 4)},
		}, []Credential{{Kind: "aws-temporary-access-key-id", Issuer: "aws", Account: "609629065308", Handle: awsKeyID, Source: InHeader, Assurance: Parsed}}},
		{
			"Signature Version 4 of another store",
			http.Header{"Authorization": {"AWS4-HMAC-SHA256 Credential=minio/20130524/us-east-1/s3/aws4_request, Signature=" + opaque}},
			[]Credential{{Kind: "s3-access-key", Handle: "minio", Source: InHeader, Assurance: Parsed}},
		},
		{"vendor headers, in a fixed order", http.Header{"Private-Token": {opaque}, "X-Api-Key": {"sk-ant-api03-" + letters(95, 1)}, "X-Vault-Token": {opaque}}, []Credential{
			{Kind: "anthropic-api-key", Issuer: "anthropic", Fingerprint: print("sk-ant-api03-" + letters(95, 1)), Binding: Bearer, Source: InHeader, Assurance: Parsed},
			one("gitlab-pat", opaque), one("vault-service-token", opaque),
		}},
		{
			"cookies that carry a session",
			http.Header{"Cookie": {"theme=dark; sessionid=" + opaque + "; csrftoken=" + opaque + "; sso=" + letters(20, 9)}},
			[]Credential{one("session-cookie", opaque), one("session-cookie", letters(20, 9))},
		},
		{"digest", http.Header{"Authorization": {`Digest username="ada", realm="r", response="` + opaque + `"`}}, []Credential{{Kind: "digest", Subject: "ada", Source: InHeader, Assurance: Parsed}}},
		{"header injection is passed over", http.Header{"Authorization": {"Bearer x\r\nX-Admin: 1", "Bearer " + opaque + "\x00"}}, nil},
		{"too long is passed over", http.Header{"Authorization": {"Bearer " + strings.Repeat("a", 17<<10)}}, nil},
		{"empty values", http.Header{"Authorization": {"", "Bearer", "Basic !"}, "X-Api-Key": {""}, "Cookie": {"session"}}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, FromHeader(tt.h, InspectOptions{Key: key})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestFromHeaderIsBounded(t *testing.T) {
	h := map[string][]string{}
	for range 100 {
		h["Authorization"] = append(h["Authorization"], "Bearer "+letters(30, 1))
		h["Cookie"] = append(h["Cookie"], strings.Repeat("session="+letters(30, 1)+";", 50))
	}
	if n := len(FromHeader(h, InspectOptions{})); n != maxCredentials {
		t.Errorf("%d credentials", n)
	}
}

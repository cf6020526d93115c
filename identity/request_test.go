package identity

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What the address and the endpoint of a request tell of its credentials.
func TestFromRequest(t *testing.T) {
	key := testKey(t)
	print := func(s string) string { return Fingerprint(key, []byte(s)) }
	app := jwt(`{"iss":"Iv23liQ0ab","iat":1772366000,"exp":1772366600}`)
	opaque := letters(30, 3)
	google := "AIza" + letters(35, 1)
	read := func(material string) Credential {
		c, ok := Inspect([]byte(material), InspectOptions{Key: key, Source: InHeader})
		if !ok {
			t.Fatalf("not recognised: %s", material)
		}
		return c
	}
	asApp := read(app)
	asApp.Kind, asApp.Subject, asApp.Issuer = "github-app-jwt", "Iv23liQ0ab", "github"
	installed := asApp
	installed.Account = "installation/7"
	bearer := func(token string) http.Header { return http.Header{"Authorization": {"Bearer " + token}} }
	for _, tt := range []struct {
		name, url string
		h         http.Header
		want      []Credential
	}{
		{"nothing", "https://api.github.com/app", nil, nil},
		{"GitHub: an app", "https://api.github.com/app", bearer(app), []Credential{asApp}},
		{"GitHub: an app asks for an installation's token", "https://api.github.com/app/installations/7/access_tokens", bearer(app), []Credential{installed}},
		{"GitHub Enterprise Server", "https://git.shop.example/api/v3/app/installations/7/access_tokens", bearer(app), []Credential{installed}},
		{"GitHub: an installation that is no number", "https://api.github.com/app/installations/..%2f7", bearer(app), []Credential{asApp}},
		{"GitHub: a token of unknown make at an endpoint for installations", "https://api.github.com/installation/repositories", bearer(opaque), []Credential{
			{Kind: "github-app-installation", Issuer: "github", Fingerprint: print(opaque), Binding: Bearer, Source: InHeader, Assurance: Parsed},
		}},
		{"GitHub: a token of known make stays what it is", "https://api.github.com/installation/repositories", bearer(githubPAT), []Credential{read(githubPAT)}},
		{"GitHub: another endpoint tells nothing", "https://api.github.com/apps/x", bearer(app), []Credential{read(app)}},
		{"somebody else's /app", "https://shop.example/app/installations/7", bearer(app), []Credential{read(app)}},
		{"a host that ends like GitHub's", "https://api.github.com.evil.example/app", bearer(app), []Credential{read(app)}},
		{"user information beside a header", "https://ada:" + opaque + "@git.example.net/", bearer(app), []Credential{
			read(app), {Kind: "basic", Subject: "ada", Fingerprint: print(opaque), Binding: Bearer, Source: InHeader, Assurance: Parsed},
		}},
		{"user information beside a query", "https://ada:" + opaque + "@maps.googleapis.com/?key=" + google, nil, []Credential{
			{Kind: "basic", Subject: "ada", Fingerprint: print(opaque), Binding: Bearer, Source: InHeader, Assurance: Parsed}, read(google),
		}},
		{
			"AWS: presigned", "https://b.s3.amazonaws.com/k?X-Amz-Credential=" + awsKeyID + "%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Signature=aeee", nil,
			[]Credential{read(awsKeyID)},
		},
		{
			"AWS: presigned by Signature Version 2", "https://b.s3.amazonaws.com/k?AWSAccessKeyId=" + awsKeyID + "&Signature=x&Expires=1", nil,
			[]Credential{read(awsKeyID)},
		},
		{
			"Google: signed", "https://storage.googleapis.com/b/o?X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Credential=agent%40my-project.iam.gserviceaccount.com%2F20260301%2Fauto%2Fstorage%2Fgoog4_request", nil,
			[]Credential{{Kind: "gcp-signed-url", Issuer: "google", Subject: "agent@my-project.iam.gserviceaccount.com", Account: "my-project", Source: InHeader, Assurance: Parsed}},
		},
		{"Google: a key in the query", "https://generativelanguage.googleapis.com/v1/models?key=" + google, nil, []Credential{read(google)}},
		{"several in one query", "https://maps.example/?key=" + google + "&lang=en&token=" + githubPAT + "&key=" + opaque + "&access_token=" + opaque, nil, []Credential{
			read(google), read(githubPAT),
			{Kind: "bearer", Fingerprint: print(opaque), Binding: Bearer, Source: InHeader, Assurance: Parsed},
		}},
		{"a parameter that is none before one that is", "https://b.s3.amazonaws.com/k?X-Amz-Credential=&access_token=&key=" + google, nil, []Credential{read(google)}},
		{"a server's own address", "/maps?key=" + google, nil, []Credential{read(google)}},
		{"a key that is none", "https://shop.example/?key=" + opaque, nil, nil},
		{"an address that is too long", "https://shop.example/?key=" + google + "&x=" + strings.Repeat("a", maxMaterial), nil, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			u, err := url.Parse(tt.url)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, FromRequest(u, tt.h, InspectOptions{Key: key})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	flood := &url.URL{Scheme: "https", Host: "shop.example", RawQuery: strings.Repeat("key="+google+"&", 2*maxCredentials)}
	if n := len(FromRequest(flood, bearer(app), InspectOptions{})); n != maxCredentials {
		t.Errorf("a query of many keys: %d credentials, want %d", n, maxCredentials)
	}
	h := http.Header{"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte("ada:"+opaque))}}
	if diff := cmp.Diff(FromHeader(h, InspectOptions{}), FromRequest(nil, h, InspectOptions{})); diff != "" {
		t.Errorf("without an address (-header +request):\n%s", diff)
	}
}

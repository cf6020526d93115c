package identity

// rows_test.go holds a test for each sort of credential that a program can hold:
// how it is recognised, whom it names, and the handle that joins with the
// downstream's own log.

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

type row struct {
	name     string
	material string
	want     Credential
}

func checkRows(t *testing.T, rows []row) {
	t.Helper()
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			got, ok := Inspect([]byte(r.material), InspectOptions{})
			if !ok {
				t.Fatal("not recognised")
			}
			if r.want.Assurance == NoAssurance {
				r.want.Assurance = Parsed
			}
			if diff := cmp.Diff(r.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestRowJWT(t *testing.T) {
	day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	checkRows(t, []row{
		{
			name: "access token of RFC 9068",
			material: jwtHeader(`{"typ":"at+jwt","alg":"RS256","kid":"RjEwOwOA"}`,
				`{"iss":"https://authorization-server.example.com/","sub":"5ba552d67","aud":"https://rs.example.com/","exp":1772326800,"iat":1772323200,"jti":"dbe39bf3a3ba4238a513f51d6e1691c4","client_id":"s6BhdRkqt3","scope":"openid profile reademail"}`),
			want: Credential{
				Kind: "jwt", Issuer: "https://authorization-server.example.com/", Subject: "5ba552d67", Handle: "dbe39bf3a3ba4238a513f51d6e1691c4", KeyID: "RjEwOwOA",
				Audience: []string{"https://rs.example.com/"}, Scopes: []string{"openid", "profile", "reademail"},
				IssuedAt: day, ExpiresAt: day.Add(time.Hour), Binding: Bearer,
			},
		},
		{
			name:     "bound to a DPoP key, as in RFC 9449 section 6.1",
			material: jwt(`{"sub":"someone@example.com","iss":"https://server.example.com","cnf":{"jkt":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}}`),
			want:     Credential{KeyID: "k1", Kind: "jwt", Issuer: "https://server.example.com", Subject: "someone@example.com", Binding: DPoP},
		},
		{
			name:     "bound to a certificate, as in RFC 8705 section 3.1",
			material: jwt(`{"iss":"https://server.example.com","sub":"ty.webb@example.com","cnf":{"x5t#S256":"bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2"}}`),
			want:     Credential{KeyID: "k1", Kind: "jwt", Issuer: "https://server.example.com", Subject: "ty.webb@example.com", Binding: MTLS},
		},
		{
			name:     "bound to a key in a way that is not known, as in RFC 7800 section 3.2",
			material: jwt(`{"iss":"https://server.example.com","sub":"a","cnf":{"jwk":{"kty":"EC"}}}`),
			want:     Credential{KeyID: "k1", Kind: "jwt", Issuer: "https://server.example.com", Subject: "a"},
		},
		{
			name:     "scopes and audiences as lists, and roles",
			material: jwt(`{"iss":"https://idp.example.com","sub":"a","aud":["one","two","one"],"scp":["read","write"],"roles":["admin"],"org_id":"org_7"}`),
			want: Credential{
				KeyID: "k1", Kind: "jwt", Issuer: "https://idp.example.com", Subject: "a", Account: "org_7",
				Audience: []string{"one", "two"}, Scopes: []string{"read", "write", "admin"}, Binding: Bearer,
			},
		},
		{
			name:     "GitHub Actions",
			material: jwt(`{"iss":"https://token.actions.githubusercontent.com","sub":"repo:octo-org/octo-repo:environment:prod","aud":"https://github.com/octo-org","jti":"example-id"}`),
			want: Credential{
				KeyID: "k1", Kind: "github-actions-token", Issuer: "https://token.actions.githubusercontent.com", Subject: "repo:octo-org/octo-repo:environment:prod",
				Handle: "example-id", Audience: []string{"https://github.com/octo-org"}, Binding: Bearer,
			},
		},
		{
			name:     "encrypted",
			material: strings.Replace(jwtHeader(`{"alg":"RSA-OAEP","enc":"A256GCM"}`, `{}`), ".e30.", "."+letters(40, 3)+".", 1) + ".AxY8.XFBo",
			want:     Credential{Kind: "jwe", Binding: Bearer},
		},
	})
}

func TestRowKubernetesServiceAccount(t *testing.T) {
	checkRows(t, []row{
		{
			name: "bound token, as in the Kubernetes documentation",
			material: jwt(`{"aud":["https://kubernetes.default.svc"],"exp":1731613413,"iat":1700077413,"iss":"https://kubernetes.default.svc","jti":"ea28ed49-2e11-4280-9ec5-bc3d1d84661a",
				"kubernetes.io":{"namespace":"kube-system","node":{"name":"127.0.0.1","uid":"58456cb0"},"pod":{"name":"coredns-69cbfb9798-jv9gn","uid":"778a530c"},"serviceaccount":{"name":"coredns","uid":"a087d5a0"},"warnafter":1700081020},
				"nbf":1700077413,"sub":"system:serviceaccount:kube-system:coredns"}`),
			want: Credential{
				KeyID: "k1", Kind: "k8s-service-account", Issuer: "https://kubernetes.default.svc", Subject: "system:serviceaccount:kube-system:coredns",
				Instance: "coredns-69cbfb9798-jv9gn", Handle: "JTI=ea28ed49-2e11-4280-9ec5-bc3d1d84661a", Audience: []string{"https://kubernetes.default.svc"},
				IssuedAt: time.Unix(1700077413, 0).UTC(), ExpiresAt: time.Unix(1731613413, 0).UTC(), Binding: Bearer,
			},
		},
		{
			name:     "token of a secret, without end",
			material: jwt(`{"iss":"kubernetes/serviceaccount","kubernetes.io/serviceaccount/namespace":"ci","kubernetes.io/serviceaccount/service-account.name":"deployer"}`),
			want:     Credential{KeyID: "k1", Kind: "k8s-service-account", Issuer: "kubernetes/serviceaccount", Subject: "system:serviceaccount:ci:deployer", Binding: Bearer},
		},
	})
}

func TestRowClientCertificate(t *testing.T) {
	der, key := certificate(t, pkix.Name{CommonName: "ada", Organization: []string{"developer", "system:authenticated"}}, "", nil)
	sum := sha256.Sum256(der)
	want := Credential{
		Kind: "x509-client-cert", Issuer: "CN=ada,O=developer+O=system:authenticated", Subject: "ada", Handle: "X509SHA256=" + hex.EncodeToString(sum[:]),
		KeyID: "07", Scopes: []string{"developer", "system:authenticated"}, Binding: MTLS,
		IssuedAt: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), ExpiresAt: time.Date(2026, 1, 1, 1, 0, 0, 0, time.UTC),
	}
	private, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	nameless, _ := certificate(t, pkix.Name{}, "", func(c *x509.Certificate) { c.EmailAddresses = []string{"bob@corp.example"} })
	nsum := sha256.Sum256(nameless)
	checkRows(t, []row{
		{name: "with issuer, serial number and other name, as openssl x509 prints them", material: adaCert, want: Credential{
			Kind: "x509-client-cert", Issuer: "CN=shop client CA,O=shop", Subject: "ada", Instance: "ada@shop.example",
			Handle: "X509SHA256=31b5669edac71678457df3f1f5eebebbbbc55db740f428fa81ccc40735af55e2", KeyID: "2688201dba77402ea87118876f2e1b24cf8b0395",
			Scopes: []string{"developer"}, Binding: MTLS,
			IssuedAt: time.Date(2026, 11, 30, 20, 8, 2, 0, time.UTC), ExpiresAt: time.Date(2027, 11, 30, 20, 8, 2, 0, time.UTC),
		}},
		{name: "DER", material: string(der), want: want},
		{name: "PEM", material: pemBlock("CERTIFICATE", der), want: want},
		{name: "PEM with trailing junk", material: pemBlock("CERTIFICATE", der) + "junk\n-----BEGIN NOTHING", want: want},
		{name: "behind its private key", material: pemBlock("EC PRIVATE KEY", private) + pemBlock("CERTIFICATE", der), want: want},
		{name: "named by its alternative name alone", material: string(nameless), want: Credential{
			Kind: "x509-client-cert", Subject: "bob@corp.example", Handle: "X509SHA256=" + hex.EncodeToString(nsum[:]), KeyID: "07", Binding: MTLS,
			IssuedAt: want.IssuedAt, ExpiresAt: want.ExpiresAt,
		}},
	})
}

// A certificate is binary: a last byte that looks like a line end belongs to it.
func TestRowClientCertificateEndsLikeText(t *testing.T) {
	for range 20_000 {
		der, _ := certificate(t, pkix.Name{CommonName: "ada"}, "", nil)
		if last := der[len(der)-1]; last != '\n' && last != ' ' {
			continue
		}
		if c, ok := Inspect(der, InspectOptions{}); !ok || c.Subject != "ada" {
			t.Errorf("not recognised: %v", c)
		}
		return
	}
	t.Fatal("no such certificate came up")
}

func TestRowSPIFFE(t *testing.T) {
	der, _ := certificate(t, pkix.Name{Organization: []string{"SPIRE"}}, "spiffe://example.org/agent/triage", nil)
	sum := sha256.Sum256(der)
	checkRows(t, []row{
		{name: "X509-SVID", material: string(der), want: Credential{
			Kind: "spiffe-x509-svid", Issuer: "spiffe://example.org", Subject: "spiffe://example.org/agent/triage", Account: "example.org",
			Handle: "X509SHA256=" + hex.EncodeToString(sum[:]), KeyID: "07", Scopes: []string{"SPIRE"}, Binding: SPIFFE,
			IssuedAt: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), ExpiresAt: time.Date(2026, 1, 1, 1, 0, 0, 0, time.UTC),
		}},
		{name: "JWT-SVID", material: jwt(`{"sub":"spiffe://example.org/agent/triage","aud":["spiffe://example.org/db"],"exp":1767229200,"jti":"7"}`), want: Credential{
			KeyID: "k1", Kind: "spiffe-jwt-svid", Issuer: "spiffe://example.org", Subject: "spiffe://example.org/agent/triage", Account: "example.org", Handle: "7",
			Audience: []string{"spiffe://example.org/db"}, ExpiresAt: time.Unix(1767229200, 0).UTC(), Binding: Bearer,
		}},
	})
}

func TestRowAWS(t *testing.T) {
	checkRows(t, []row{
		{name: "temporary key, account decoded", material: awsKeyID, want: Credential{Kind: "aws-temporary-access-key-id", Issuer: "aws", Account: "609629065308", Handle: awsKeyID}},
		{name: "temporary key, account with a leading zero", material: "ASIA" + "QNZGKIQY56JQ7WML", want: Credential{Kind: "aws-temporary-access-key-id", Issuer: "aws", Account: "029608264753", Handle: "ASIA" + "QNZGKIQY56JQ7WML"}},
		{name: "key of a user", material: "AKIA" + "RZPUZDIKGB2VALC4", want: Credential{Kind: "aws-access-key-id", Issuer: "aws", Account: "123456789012", Handle: "AKIA" + "RZPUZDIKGB2VALC4"}},
		{name: "key made before 2019 holds no account", material: "AKIA" + "IOSFODNN7EXAMPLE", want: Credential{Kind: "aws-access-key-id", Issuer: "aws", Handle: "AKIA" + "IOSFODNN7EXAMPLE"}},
		{name: "role's unique id with a session", material: "AROADBQP57FF2AEXAMPLE:Role-Session-Name", want: Credential{
			Kind: "aws-unique-id", Issuer: "aws", Subject: "AROADBQP57FF2AEXAMPLE", Instance: "Role-Session-Name", Handle: "AROADBQP57FF2AEXAMPLE:Role-Session-Name",
		}},
		{name: "user's unique id", material: "AIDAJ45Q7YFFAREXAMPLE", want: Credential{Kind: "aws-unique-id", Issuer: "aws", Subject: "AIDAJ45Q7YFFAREXAMPLE", Handle: "AIDAJ45Q7YFFAREXAMPLE"}},
		{name: "role session", material: "arn:aws:sts::123456789012:assumed-role/Role/Session", want: Credential{
			Kind: "aws-role-session", Issuer: "aws", Subject: "arn:aws:sts::123456789012:assumed-role/Role", Account: "123456789012", Instance: "Session",
			Handle: "arn:aws:sts::123456789012:assumed-role/Role/Session", Assurance: Asserted,
		}},
		{name: "user", material: "arn:aws:iam::123456789012:user/Alice", want: Credential{
			Kind: "aws-user", Issuer: "aws", Subject: "arn:aws:iam::123456789012:user/Alice", Account: "123456789012", Handle: "arn:aws:iam::123456789012:user/Alice", Assurance: Asserted,
		}},
		{
			name: "Signature Version 4, as in the AWS documentation", material: "AWS4-HMAC-SHA256 Credential=" + awsKeyID + "/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;range;x-amz-date, Signature=fe5f80f77d5fa3beca038a248ff027d0445342fe2855ddc963176630326f1024",
			want: Credential{Kind: "aws-temporary-access-key-id", Issuer: "aws", Account: "609629065308", Handle: awsKeyID},
		},
		{
			name: "Signature Version 4A", material: "AWS4-ECDSA-P256-SHA256 Credential=" + awsKeyID + "/20130524/s3/aws4_request, SignedHeaders=host;x-amz-region-set, Signature=fe5f",
			want: Credential{Kind: "aws-temporary-access-key-id", Issuer: "aws", Account: "609629065308", Handle: awsKeyID},
		},
		{
			name: "presigned address", material: "https://b.s3.amazonaws.com/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" + awsKeyID + "%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Signature=aeee",
			want: Credential{Kind: "aws-temporary-access-key-id", Issuer: "aws", Account: "609629065308", Handle: awsKeyID},
		},
		{
			name: "output of a credential process", material: `{"Version":1,"AccessKeyId":"` + awsKeyID + `","SecretAccessKey":"` + letters(40, 2) + `","SessionToken":"` + letters(200, 4) + `","Expiration":"2026-03-01T12:00:00Z"}`,
			want: Credential{Kind: "aws-temporary-access-key-id", Issuer: "aws", Account: "609629065308", Handle: awsKeyID, ExpiresAt: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)},
		},
		{
			name: "output of assume-role", material: `{"Credentials":{"AccessKeyId":"` + awsKeyID + `","SecretAccessKey":"` + letters(40, 2) + `","Expiration":"2026-03-01T12:00:00+00:00"},"AssumedRoleUser":{"AssumedRoleId":"AROA","Arn":"arn:aws:sts::609629065308:assumed-role/reader/triage"}}`,
			want: Credential{
				Kind: "aws-temporary-access-key-id", Issuer: "aws", Subject: "arn:aws:sts::609629065308:assumed-role/reader", Instance: "triage", Account: "609629065308",
				Handle: awsKeyID, ExpiresAt: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
			},
		},
	})
}

func TestRowGCP(t *testing.T) {
	const email = "my-service-account@my-project.iam.gserviceaccount.com"
	const keyName = "//iam.googleapis.com/projects/my-project/serviceAccounts/my-service-account@my-project.iam.gserviceaccount.com/keys/c71e040fb4b71d798ce4baca14e15ab62115aaef"
	access := "ya29." + letters(120, 5)
	checkRows(t, []row{
		{
			name: "service account key, named as in authenticationInfo.serviceAccountKeyName",
			material: `{"type":"service_account","project_id":"my-project","private_key_id":"c71e040fb4b71d798ce4baca14e15ab62115aaef","private_key":"` +
				strings.ReplaceAll(pemBlock("PRIVATE KEY", []byte(letters(300, 6))), "\n", `\n`) + `","client_email":"` + email + `","client_id":"1"}`,
			want: Credential{Kind: "gcp-service-account-key", Issuer: "google", Subject: email, Account: "my-project", Handle: keyName, KeyID: "c71e040fb4b71d798ce4baca14e15ab62115aaef"},
		},
		{name: "access token", material: access, want: Credential{Kind: "google-oauth-access-token", Issuer: "google", Binding: Bearer}},
		{
			name:     "identity token of a service account",
			material: jwt(`{"iss":"https://accounts.google.com","azp":"1034","aud":"https://run.example","sub":"103456789","email":"` + email + `","email_verified":true,"exp":1772326800}`),
			want: Credential{
				KeyID: "k1", Kind: "gcp-identity-token", Issuer: "https://accounts.google.com", Subject: email, Account: "my-project", Audience: []string{"https://run.example"},
				ExpiresAt: time.Unix(1772326800, 0).UTC(), Binding: Bearer,
			},
		},
		{
			name:     "self-signed token",
			material: jwtHeader(`{"alg":"RS256","kid":"c71e040fb4b71d798ce4baca14e15ab62115aaef"}`, `{"iss":"`+email+`","sub":"`+email+`","aud":"https://pubsub.googleapis.com/"}`),
			want: Credential{
				Kind: "gcp-self-signed-jwt", Issuer: email, Subject: email, Account: "my-project", Handle: keyName, KeyID: "c71e040fb4b71d798ce4baca14e15ab62115aaef", Audience: []string{"https://pubsub.googleapis.com/"}, Binding: Bearer,
			},
		},
		{
			name: "credentials of a person", material: `{"type":"authorized_user","client_id":"764086051850.apps.googleusercontent.com","client_secret":"` + letters(24, 8) + `","refresh_token":"` + letters(100, 9) + `"}`,
			want: Credential{Kind: "gcp-user-credentials", Issuer: "google", Binding: Bearer},
		},
		{
			name: "workload identity federation", material: `{"type":"external_account","audience":"//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q","service_account_impersonation_url":"https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/` + email + `:generateAccessToken"}`,
			want: Credential{Kind: "gcp-external-account", Issuer: "google", Subject: email, Account: "my-project", Audience: []string{"//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q"}},
		},
	})
}

func TestRowAzure(t *testing.T) {
	const tenant = "aaaabbbb-0000-cccc-1111-dddd2222eeee"
	const resource = "/subscriptions/7f3b/resourcegroups/shop/providers/Microsoft.ManagedIdentity/userAssignedIdentities/agent"
	checkRows(t, []row{
		{
			name:     "managed identity, v1",
			material: jwt(`{"aud":"https://management.azure.com/","iss":"https://sts.windows.net/` + tenant + `/","appid":"11112222-aaaa","idtyp":"app","oid":"oid-1","sub":"oid-1","tid":"` + tenant + `","uti":"IkU0sd8o6kCfDAASp1ucAA","xms_mirid":"` + resource + `"}`),
			want: Credential{
				KeyID: "k1", Kind: "azure-access-token", Issuer: "https://sts.windows.net/" + tenant + "/", Subject: "oid-1", Account: tenant, Instance: resource,
				Handle: "IkU0sd8o6kCfDAASp1ucAA", Audience: []string{"https://management.azure.com/"}, Binding: Bearer,
			},
		},
		{
			name:     "person, v2: oid rather than the pairwise sub",
			material: jwt(`{"aud":"6e74172b","iss":"https://login.microsoftonline.com/` + tenant + `/v2.0","azp":"6e74172b","oid":"690222be","sub":"HKZpfaHyWadeOouYlitjrI","preferred_username":"abeli@example.com","scp":"access_as_user","tid":"` + tenant + `","uti":"fqiBqXLPj0eQa82S"}`),
			want: Credential{
				KeyID: "k1", Kind: "azure-access-token", Issuer: "https://login.microsoftonline.com/" + tenant + "/v2.0", Subject: "690222be", Account: tenant,
				Handle: "fqiBqXLPj0eQa82S", Audience: []string{"6e74172b"}, Scopes: []string{"access_as_user"}, Binding: Bearer,
			},
		},
		{
			name: "client secret in a file", material: `{"clientId":"11112222","clientSecret":"` + letters(40, 4) + `","subscriptionId":"s","tenantId":"` + tenant + `"}`,
			want: Credential{Kind: "azure-client-secret", Issuer: "azure", Subject: "11112222", Account: tenant},
		},
	})
	c := inspectString(t, jwt(`{"iss":"https://sts.windows.net.evil.example/","oid":"1","uti":"x"}`))
	if c.Kind != "jwt" {
		t.Errorf("an issuer that only begins like Entra ID's: %s", c.Kind)
	}
}

func TestRowGitHub(t *testing.T) {
	var rows []row
	for _, r := range []struct{ kind, token string }{
		{"github-pat", githubPAT},
		{"github-oauth", "gho_" + letters(36, 2)},
		{"github-app-user", "ghu_" + letters(36, 3)},
		{"github-app-installation", "ghs_" + letters(36, 4)},
		{"github-refresh-token", "ghr_" + letters(76, 5)},
		{"github-fine-grained-pat", "github_pat_" + letters(22, 6) + "_" + letters(59, 7)},
	} {
		sum := sha256.Sum256([]byte(r.token))
		rows = append(rows, row{r.kind, r.token, Credential{
			// docs.github.com: echo -n TOKEN | openssl dgst -sha256 -binary | base64
			Kind: CredentialKind(r.kind), Issuer: "github", Handle: base64.StdEncoding.EncodeToString(sum[:]), Binding: Bearer,
		}})
	}
	// The form since April 2026, ghs_APPID_JWT.
	stateless := "ghs_1234567_" + jwt(`{"a":"`+letters(200, 8)+`"}`)
	sum := sha256.Sum256([]byte(stateless))
	installation := Credential{
		Kind: "github-app-installation", Issuer: "github", Subject: "1234567", Handle: base64.StdEncoding.EncodeToString(sum[:]), Binding: Bearer,
	}
	answered := installation
	answered.ExpiresAt, answered.Scopes = time.Date(2026, 7, 11, 22, 14, 10, 0, time.UTC), []string{"issues:write", "contents:read"}
	legacy := "v1." + from("0123456789abcdef", 40, 9)
	rows = append(rows,
		row{"installation, by its app", stateless, installation},
		row{"installation, as the endpoint that makes its tokens answers", `{"token":"` + stateless + `","expires_at":"2026-07-11T22:14:10Z","permissions":{"issues":"write","contents":"read"},"repository_selection":"selected"}`, answered},
		row{"installation, by the user's name beside an older token", "https://x-access-token:" + legacy + "@github.com/a/b", Credential{
			Kind: "github-app-installation", Issuer: "github", Handle: hashedToken([]byte(legacy)), Binding: Bearer,
		}},
		// echo -n ghp_n0BodYsT0kenTh4tN0SystemTakes012345x | openssl dgst -sha256 -binary | base64
		row{"hashed_token by the documented command", "ghp_" + "n0BodYsT0kenTh4tN0SystemTakes012345x", Credential{
			Kind: "github-pat", Issuer: "github", Handle: "undrnRI8TJYPXT9b2+4/dV5n0FeCHDlRn/2CJoXDuaU=", Binding: Bearer,
		}},
	)
	checkRows(t, rows)
	if c := inspectString(t, "ghp_"+strings.Repeat("a", 36)); c.Handle != "" {
		t.Errorf("a plain hash of what can be guessed: %s", c.Handle)
	}
}

func TestRowVendors(t *testing.T) {
	const hexes, upper = "0123456789abcdef", "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	for _, r := range []struct{ name, kind, vendor, token string }{
		{"GitLab", "gitlab-pat", "gitlab", "glpat-" + letters(20, 1)},
		{"Slack bot", "slack-bot-token", "slack", "xoxb-" + from("0123456789", 12, 1) + "-" + from("0123456789", 12, 2) + "-" + letters(24, 3)},
		{"Slack user", "slack-user-token", "slack", "xoxp-" + from("0123456789", 12, 1) + "-" + from("0123456789", 12, 2) + "-" + from("0123456789", 12, 3) + "-" + from(hexes, 32, 3)},
		{"Slack app", "slack-app-token", "slack", "xapp-1-A" + from(upper, 10, 1) + "-" + from("0123456789", 13, 2) + "-" + from(hexes, 64, 3)},
		{"Slack workspace", "slack-workspace-token", "slack", "xoxa-2-" + letters(40, 4)},
		{"Slack refresh of a workspace", "slack-workspace-token", "slack", "xoxr-" + letters(40, 5)},
		{"Slack legacy", "slack-legacy-token", "slack", "xoxs-" + from("0123456789", 10, 1) + "-" + from("0123456789", 10, 2) + "-" + from("0123456789", 10, 3) + "-" + from(hexes, 10, 4)},
		{"npm", "npm-access-token", "npm", "npm_" + letters(36, 1)},
		{"PyPI", "pypi-upload-token", "pypi", "pypi-AgEIcHlwaS5vcmc" + letters(150, 1)},
		{"Hugging Face", "huggingface-token", "huggingface", "hf_" + from(alphanumeric[:52], 34, 1)},
		{"Stripe secret", "stripe-secret-key", "stripe", "sk_live_" + letters(24, 1)},
		{"Stripe restricted", "stripe-restricted-key", "stripe", "rk_live_" + letters(24, 1)},
		{"Google API key", "google-api-key", "google", "AIza" + letters(35, 1)},
		{"Google client secret", "google-oauth-client-secret", "google", "GOCSPX-" + letters(28, 1)},
		{"Databricks", "databricks-token", "databricks", "dapi" + from(hexes, 32, 1)},
		{"Vault service", "vault-service-token", "hashicorp", "hvs." + letters(90, 1)},
		{"Vault batch", "vault-batch-token", "hashicorp", "hvb." + letters(140, 1)},
		{"Vault recovery", "vault-recovery-token", "hashicorp", "hvr." + letters(90, 1)},
		{"Tailscale API", "tailscale-key", "tailscale", "tskey-api-" + letters(12, 1) + "-" + letters(32, 2)},
		{"Tailscale client", "tailscale-key", "tailscale", "tskey-client-" + letters(12, 1) + "-" + letters(32, 2)},
		{"Stripe test", "stripe-secret-key", "stripe", "sk_test_" + letters(24, 1)},
		{"Tailscale", "tailscale-key", "tailscale", "tskey-auth-" + letters(12, 1) + "-" + letters(32, 2)},
	} {
		t.Run(r.name, func(t *testing.T) { checkVendor(t, r.kind, r.vendor, r.token) })
	}
}

// A token of Vault's does not hold its accessor. Vault's answers do, as in its API
// documentation: to a login, and to a look-up of the token itself.
func TestRowVaultAccessor(t *testing.T) {
	token, key := "hvs."+letters(90, 1), testKey(t)
	want := Credential{
		Kind: "vault-service-token", Issuer: "hashicorp", Subject: "7d2e3179-f69b-450c-7179-ac8ee8bd8ca9", Handle: "0e9e354a-520f-df04-6867-ee81cae3d42d",
		Fingerprint: Fingerprint(key, []byte(token)), Scopes: []string{"default", "web"}, Binding: Bearer, Assurance: Parsed,
	}
	login := `{"request_id":"1","lease_id":"","data":null,"auth":{"client_token":"` + token + `","accessor":"0e9e354a-520f-df04-6867-ee81cae3d42d","policies":["default","web"],"token_policies":["default"],"metadata":{"username":"ada"},"lease_duration":2764800,"renewable":true,"entity_id":"7d2e3179-f69b-450c-7179-ac8ee8bd8ca9","token_type":"service"}}`
	if diff := cmp.Diff(want, inspectString(t, login)); diff != "" {
		t.Errorf("login (-want +got):\n%s", diff)
	}
	want.ExpiresAt = time.Date(2026, 5, 19, 11, 35, 54, 466476215, time.UTC)
	lookup := `{"data":{"accessor":"0e9e354a-520f-df04-6867-ee81cae3d42d","creation_time":1523979354,"display_name":"userpass-ada","entity_id":"7d2e3179-f69b-450c-7179-ac8ee8bd8ca9","expire_time":"2026-05-19T07:35:54.466476215-04:00","id":"` + token + `","policies":["default","web"],"ttl":2764790}}`
	if diff := cmp.Diff(want, inspectString(t, lookup)); diff != "" {
		t.Errorf("look-up (-want +got):\n%s", diff)
	}
	if c := inspectString(t, token); c.Handle != "" || c.Fingerprint != want.Fingerprint {
		t.Errorf("the token alone: handle %q, fingerprint %q", c.Handle, c.Fingerprint)
	}
	for _, s := range []string{`{"data":{"accessor":"x"}}`, `{"data":{"id":"` + token + `"}}`, `{"auth":[{"accessor":"x","client_token":"y"}]}`, `{"auth":{"accessor":7,"client_token":"y"}}`} {
		if c, ok := Inspect([]byte(s), InspectOptions{}); ok {
			t.Errorf("%s is %v", s, c)
		}
	}
}

func TestRowModelKeys(t *testing.T) {
	for _, r := range []struct{ name, kind, vendor, token string }{
		{"Anthropic API", "anthropic-api-key", "anthropic", "sk-ant-api03-" + letters(95, 1)},
		{"Anthropic admin", "anthropic-admin-key", "anthropic", "sk-ant-admin01-" + letters(95, 1)},
		{"Anthropic OAuth", "anthropic-oauth-token", "anthropic", "sk-ant-oat01-" + letters(95, 1)},
		{"Anthropic OAuth refresh", "anthropic-oauth-token", "anthropic", "sk-ant-ort01-" + letters(95, 1)},
		{"OpenAI admin", "openai-admin-key", "openai", "sk-admin-" + letters(74, 1) + "T3BlbkFJ" + letters(74, 2)},
		{"OpenAI project", "openai-project-key", "openai", "sk-proj-" + letters(74, 1) + "T3BlbkFJ" + letters(74, 2)},
		{"OpenAI service account", "openai-service-account-key", "openai", "sk-svcacct-" + letters(74, 1) + "T3BlbkFJ" + letters(74, 2)},
	} {
		t.Run(r.name, func(t *testing.T) { checkVendor(t, r.kind, r.vendor, r.token) })
	}
}

// checkVendor wants kind, vendor and a fingerprint of the whole token, and no handle.
func checkVendor(t *testing.T, kind, vendor, token string) {
	t.Helper()
	want := Credential{
		Kind: CredentialKind(kind), Issuer: vendor, Fingerprint: Fingerprint(testKey(t), []byte(token)), Binding: Bearer, Assurance: Parsed,
	}
	if diff := cmp.Diff(want, inspectString(t, token)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRowSSH(t *testing.T) {
	day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	public := sshNumber(sshNumber(sshString(nil, []byte("ssh-rsa")), bigE(key)), key.N)
	blob, _ := base64.StdEncoding.DecodeString(strings.Fields(githubEd25519)[1])
	private := []byte(sshMagic)
	for _, s := range []string{"aes256-ctr", "bcrypt", letters(24, 1)} {
		private = sshString(private, []byte(s))
	}
	private = sshString(sshString(append(private, 0, 0, 0, 1), blob), []byte(letters(160, 2)))
	checkRows(t, []row{
		{name: "Ed25519 key of github.com", material: githubEd25519 + " comment", want: Credential{Kind: "ssh-public-key", Handle: "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU"}},
		{name: "ECDSA key of github.com", material: githubECDSA, want: Credential{Kind: "ssh-public-key", Handle: "SHA256:p2QAMXNIC1TJYWeIOttrVc98/R1BUFWu3/LiyKgUfQM"}},
		{name: "RSA key of github.com", material: githubRSA, want: Credential{Kind: "ssh-public-key", Handle: "SHA256:uNiVztksCsDhcc0u9e8BujQXVUpKZIDTMczCvj3tD2s"}},
		{
			name: "key in the form of RFC 4716", material: "---- BEGIN SSH2 PUBLIC KEY ----\nComment: \"256-bit \\\nED25519\"\n" + strings.Fields(githubEd25519)[1] + "\n---- END SSH2 PUBLIC KEY ----",
			want: Credential{Kind: "ssh-public-key", Handle: "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU"},
		},
		{name: "certificate", material: sshCert, want: Credential{
			Kind: "ssh-certificate", Issuer: "SHA256:OOza7sUaD91r3+vfaXMfA1AKafNjmj0phVtqa4bqecY", Subject: "ada@laptop", KeyID: "42",
			Handle: "SHA256:LwzP4fX88ujhXh8udqAofAEnOxMkoGjgxyyKUStsqCU", Scopes: []string{"ada", "deploy"}, IssuedAt: day, ExpiresAt: day.AddDate(0, 0, 1),
		}},
		{name: "certificate of a host, without end", material: sshHostCert, want: Credential{
			Kind: "ssh-certificate", Issuer: "SHA256:OOza7sUaD91r3+vfaXMfA1AKafNjmj0phVtqa4bqecY", Subject: "forever",
			Handle: "SHA256:3svVGlS8V3K2SeZr6qkKEGDZlY77wIer8xQ66qM3hDA", Scopes: []string{"h1.example.net"},
		}},
		{name: "encrypted private key of OpenSSH", material: pemBlock("OPENSSH PRIVATE KEY", private), want: Credential{Kind: "ssh-private-key", Handle: "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU"}},
		{name: "RSA private key, PKCS 1", material: pemBlock("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key)), want: Credential{Kind: "private-key", Handle: sshFingerprint(public)}},
		{name: "RSA private key, PKCS 8", material: pemBlock("PRIVATE KEY", pkcs8), want: Credential{Kind: "private-key", Handle: sshFingerprint(public)}},
		{name: "encrypted private key, PKCS 8", material: pemBlock("ENCRYPTED PRIVATE KEY", []byte(letters(300, 3))), want: Credential{Kind: "private-key"}},
	})
}

func TestRowBasicAndUserinfo(t *testing.T) {
	secret := letters(24, 9)
	installation := "ghs_" + letters(36, 4)
	sum := sha256.Sum256([]byte(installation))
	handle := base64.StdEncoding.EncodeToString(sum[:])
	basic := func(pair string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(pair)) }
	checkRows(t, []row{
		{name: "header", material: basic("ada:" + secret), want: Credential{Kind: "basic", Subject: "ada", Binding: Bearer}},
		{name: "header with colons in the password", material: basic("ada:" + secret + ":x"), want: Credential{Kind: "basic", Subject: "ada", Binding: Bearer}},
		{name: "address", material: "https://ada:" + secret + "@git.example.net/shop.git", want: Credential{Kind: "basic", Subject: "ada", Binding: Bearer}},
		{name: "address with an escaped name", material: "postgres://ada%40shop:" + secret + "@db:5432/x", want: Credential{Kind: "basic", Subject: "ada@shop", Binding: Bearer}},
		{name: "address with an @ in the password", material: "https://ada:p@ss" + secret + "@host/", want: Credential{Kind: "basic", Subject: "ada", Binding: Bearer}},
		{name: "user alone", material: "ssh://git@github.com/a/b", want: Credential{Kind: "basic", Subject: "git", Binding: Bearer}},
		{name: "token for a password", material: "https://x-access-token:" + installation + "@github.com/a/b", want: Credential{Kind: "github-app-installation", Issuer: "github", Handle: handle, Binding: Bearer}},
		{name: "token for a password, and whose it is", material: "https://ada:" + installation + "@github.com/a/b", want: Credential{Kind: "github-app-installation", Issuer: "github", Subject: "ada", Handle: handle, Binding: Bearer}},
		{name: "token of unknown make for a password", material: "https://oauth2:" + secret + "@git.example.net/", want: Credential{Kind: "basic", Binding: Bearer}},
		{name: "token for a user", material: "https://" + installation + ":x-oauth-basic@github.com/a/b", want: Credential{Kind: "github-app-installation", Issuer: "github", Handle: handle, Binding: Bearer}},
		{name: "token of unknown make for a user", material: "https://" + secret + "@git.example.net/", want: Credential{Kind: "basic", Binding: Bearer}},
		{name: "the same with a word for a password", material: basic(secret + ":x-oauth-basic"), want: Credential{Kind: "basic", Binding: Bearer}},
		{name: "user's name for a password", material: basic("administrator:administrator"), want: Credential{Kind: "basic", Binding: Bearer}},
	})
}

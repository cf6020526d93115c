package identity

// header.go finds the credentials in the headers of a request.

import (
	"bytes"
	"strings"
)

// maxCredentials bounds how many credentials of one request are described.
const maxCredentials = 16

// FromHeader describes the credentials in the headers of a request, the
// Authorization header's first: Bearer, DPoP, Basic, AWS Signature Version 4 and
// the schemes of vendors, the headers in which vendors take keys, and cookies
// whose name says that they carry a session. Names are matched in any case. A
// token of unknown make is described as "bearer", "api-key" or "session-cookie".
//
// Values longer than 16 KiB and values with control characters are passed over,
// as is everything after the first 16 credentials. The source is [InHeader]
// unless o says otherwise.
func FromHeader(h map[string][]string, o InspectOptions) []Credential {
	if o.Source == UnknownSource {
		o.Source = InHeader
	}
	var found [maxHeaders][]string
	any := false
	for name, values := range h {
		if i := headerIndex(name); i >= 0 && len(values) > 0 {
			found[i] = append(found[i], values...)
			any = true
		}
	}
	if !any {
		return nil
	}
	var out []Credential
	for i, values := range found {
		for _, v := range values {
			if len(out) == maxCredentials {
				return out
			}
			if len(v) > maxMaterial || !oneLine(v) {
				continue
			}
			out = headers[i].read(out, []byte(strings.TrimSpace(v)), &o)
		}
	}
	return out
}

func oneLine(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}

// A header is one in which credentials stand. One with a kind carries nothing but
// a key, of that kind if it tells of no other.
type header struct {
	name string
	kind CredentialKind
}

// headers are in the order of the result.
var headers = [...]header{
	{name: "authorization"},
	{name: "proxy-authorization"},
	{name: "x-serverless-authorization"}, // Google Cloud Run
	{name: "x-goog-iap-jwt-assertion", kind: "bearer"},
	{name: "x-api-key", kind: "api-key"},
	{name: "api-key", kind: "api-key"}, // Azure OpenAI
	{name: "x-goog-api-key", kind: "google-api-key"},
	{name: "x-auth-token", kind: "bearer"},
	{name: "x-access-token", kind: "bearer"},
	{name: "private-token", kind: "gitlab-pat"},
	{name: "job-token", kind: "gitlab-cicd-job-token"},
	{name: "deploy-token", kind: "gitlab-deploy-token"},
	{name: "x-vault-token", kind: "vault-service-token"},
	{name: "x-consul-token", kind: "consul-token"},
	{name: "x-nomad-token", kind: "nomad-token"},
	{name: "dd-api-key", kind: "datadog-api-key"},
	{name: "dd-application-key", kind: "datadog-application-key"},
	{name: "ocp-apim-subscription-key", kind: "azure-apim-key"},
	{name: "x-figma-token", kind: "figma-pat"},
	{name: "x-shopify-access-token", kind: "shopify-access-token"},
	{name: "cookie", kind: sessionCookie},
}

const (
	maxHeaders                   = len(headers)
	sessionCookie CredentialKind = "session-cookie"
)

func headerIndex(name string) int {
	for i := range headers {
		if len(headers[i].name) == len(name) && strings.EqualFold(headers[i].name, name) {
			return i
		}
	}
	return -1
}

// read appends the credentials in one value of h.
func (h header) read(out []Credential, v []byte, o *InspectOptions) []Credential {
	switch {
	case h.kind == sessionCookie:
		for pair := range bytes.SplitSeq(v, []byte(";")) {
			name, value, _ := bytes.Cut(bytes.TrimSpace(pair), []byte("="))
			value = bytes.Trim(value, `"`)
			if len(out) == maxCredentials {
				break
			}
			if len(value) >= 16 && carriesSession(name) {
				out = append(out, o.finish(h.key(value, o)))
			}
		}
	case h.kind != "":
		if v = bare(v); len(v) > 0 {
			out = append(out, o.finish(h.key(v, o)))
		}
	default:
		scheme, value := authorization(v)
		if scheme == "" { // a token alone, or behind a word of the vendor's own
			scheme, value = "bearer", v[bytes.LastIndexByte(v, ' ')+1:]
		}
		if c, ok := inspectScheme(scheme, value, o); ok {
			out = append(out, o.finish(c))
		}
	}
	return out
}

// key describes a key that stands alone in a header or a cookie.
func (h header) key(v []byte, o *InspectOptions) Credential {
	if c, ok := inspectToken(v, o); ok {
		return c
	}
	return o.sealed(Credential{Kind: h.kind, Binding: Bearer}, v)
}

// carriesSession reports whether a cookie of that name stands for a signed-in
// person: "sessionid", "connect.sid", "__Secure-next-auth.session-token", "SSO" …
func carriesSession(name []byte) bool {
	n := strings.ToLower(string(name))
	if strings.Contains(n, "csrf") || strings.Contains(n, "xsrf") {
		return false
	}
	for _, part := range []string{"sess", "sso", "auth", "token", "jwt"} {
		if strings.Contains(n, part) {
			return true
		}
	}
	return n == "sid" || strings.HasSuffix(n, ".sid") || strings.HasSuffix(n, "_sid")
}

// schemes are the words that may stand before a credential (the HTTP
// Authentication Scheme Registry, and those of vendors).
var schemes = [...]string{
	"bearer", "basic", "dpop", "token", "aws4-hmac-sha256", "aws4-ecdsa-p256-sha256", "digest", "negotiate", "ntlm",
	"apikey", "api-key", "key", "bot", "ssws", "splunk", "api-token", "genietoken", "sharedkey", "sharedkeylite",
	"sharedaccesssignature", "aws", "googlelogin", "signature",
}

// authorization splits the value of an Authorization header (RFC 9110 §11.4) into
// its scheme, in lower case, and the rest; the scheme is empty if it is not known.
func authorization(v []byte) (scheme string, rest []byte) {
	for _, s := range schemes {
		if len(v) >= len(s) && bytes.EqualFold(v[:len(s)], []byte(s)) && (len(v) == len(s) || v[len(s)] == ' ') {
			return s, bytes.TrimSpace(v[len(s):])
		}
	}
	return "", nil
}

// inspectScheme describes a credential by its authorization scheme.
func inspectScheme(scheme string, v []byte, o *InspectOptions) (Credential, bool) {
	switch scheme {
	case "basic":
		return inspectBasic(v, o)
	case "aws4-hmac-sha256", "aws4-ecdsa-p256-sha256":
		return inspectSigV4(v)
	case "aws", "sharedkey", "sharedkeylite": // "id:signature"
		id, _, ok := bytes.Cut(v, []byte(":"))
		if !ok || len(id) == 0 || !printable(id) {
			return Credential{}, false
		}
		if c, ok := inspectAWS(id); ok {
			return c, true
		}
		return Credential{Kind: CredentialKind(scheme), Handle: clean(string(id))}, true
	case "digest":
		return Credential{Kind: "digest", Subject: parameter(v, "username")}, len(v) > 0
	case "signature": // draft-cavage-http-signatures
		return Credential{Kind: "http-signature", Handle: parameter(v, "keyId")}, len(v) > 0
	case "negotiate", "ntlm": // a ticket, another one each time
		return Credential{Kind: CredentialKind(scheme)}, len(v) > 0
	case "sharedaccesssignature":
		return o.sealed(Credential{Kind: "azure-sas", Binding: Bearer}, v), len(v) > 0
	case "dpop":
		c, ok := inspectOpaque(v, o)
		c.Binding = DPoP
		return c, ok
	case "googlelogin":
		v = bytes.TrimPrefix(v, []byte("auth="))
	}
	return inspectOpaque(v, o)
}

// parameter returns the quoted parameter of that name.
func parameter(v []byte, name string) string {
	for part := range bytes.SplitSeq(v, []byte(",")) {
		k, s, ok := bytes.Cut(bytes.TrimSpace(part), []byte("="))
		if ok && string(k) == name {
			return clean(string(bytes.Trim(s, `"`)))
		}
	}
	return ""
}

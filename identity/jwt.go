package identity

// jwt.go reads JSON Web Tokens in compact form, without verifying them.

import (
	"bytes"
	"encoding/base64"
	"strings"
)

const (
	spiffeScheme       = "spiffe://"
	gcpServiceAccounts = ".gserviceaccount.com"
	githubActions      = "https://token.actions.githubusercontent.com"
	kubernetesSubject  = "system:serviceaccount:"
)

// parts splits a compact serialisation (RFC 7515 §3.1, RFC 7516 §3.1) into three
// parts, or five; it returns the first two and how many there are, 0 if token is
// none.
func parts(token []byte) (header, payload []byte, n int) {
	if len(token) < 20 || token[0] != 'e' || token[1] != 'y' { // {" in base64url
		return nil, nil, 0
	}
	for _, c := range token {
		if c == '.' {
			n++
		} else if !base64URL(c) {
			return nil, nil, 0
		}
	}
	if n++; n != 3 && n != 5 {
		return nil, nil, 0
	}
	header, rest, _ := bytes.Cut(token, []byte("."))
	payload, _, _ = bytes.Cut(rest, []byte("."))
	return header, payload, n
}

// base64URL reports whether c is a digit of base64url (RFC 4648 §5).
func base64URL(c byte) bool { return digits64[c] }

var digits64 = func() (table [256]bool) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") {
		table[c] = true
	}
	return table
}()

// readJWT reads the claims of a token; chain asks for its act claim as well.
func readJWT(token []byte, c *claims) (n int, ok bool) {
	header, payload, n := parts(token)
	if n == 0 {
		return 0, false
	}
	// One buffer does for both, since walk copies what it keeps.
	var stack [2048]byte
	buf := stack[:0]
	if need := base64.RawURLEncoding.DecodedLen(max(len(header), len(payload))); need > len(stack) {
		buf = make([]byte, 0, need)
	}
	text, err := base64.RawURLEncoding.AppendDecode(buf, header)
	if err != nil || !walk(text, placeHeader, c.visit) || c.alg == "" {
		return 0, false
	}
	if n == 5 {
		return n, true
	}
	text, err = base64.RawURLEncoding.AppendDecode(buf, payload)
	if err != nil {
		return 0, false
	}
	if !walk(text, placeClaims, c.visit) {
		return 0, false
	}
	return n, true
}

func inspectJWT(token []byte, o *InspectOptions) (Credential, bool) {
	var c claims
	n, ok := readJWT(token, &c)
	if !ok || strings.EqualFold(c.typ, "dpop+jwt") { // a DPoP proof shows a key and is no credential (RFC 9449 §4.2)
		return Credential{}, false
	}
	if n == 5 {
		return o.sealed(Credential{Kind: "jwe", Binding: Bearer}, token), true
	}
	return o.sealed(c.credential(), token), true
}

// credential returns what the claims say of the token that holds them.
func (c *claims) credential() Credential {
	owner := c.owner()
	cred := Credential{
		Kind: "jwt", Issuer: owner.Issuer, Subject: owner.ID, Handle: clean(c.jti), KeyID: clean(c.kid),
		Audience: c.audience, Scopes: c.scopes, IssuedAt: c.issued, ExpiresAt: c.expires,
		Binding: c.binding(),
	}
	switch {
	case c.kubernetes():
		cred.Kind = "k8s-service-account"
		cred.Instance = clean(c.pod)
		if c.jti != "" {
			// As k8s.io/apiserver's CredentialIDForJTI writes authentication.kubernetes.io/credential-id.
			cred.Handle = "JTI=" + clean(c.jti)
		}
	case strings.HasPrefix(c.sub, spiffeScheme):
		cred.Kind = "spiffe-jwt-svid"
		cred.Account, _, _ = strings.Cut(clean(c.sub)[len(spiffeScheme):], "/")
		if cred.Issuer == "" {
			cred.Issuer = spiffeScheme + cred.Account
		}
	case c.entra():
		cred.Kind = "azure-access-token"
		cred.Account = clean(c.tid)
		cred.Instance = clean(c.mirid)
		if c.uti != "" {
			cred.Handle = clean(c.uti) // SignInActivityId in MicrosoftGraphActivityLogs, UniqueTokenIdentifier in SigninLogs
		}
	case c.iss == "https://accounts.google.com" || c.iss == "accounts.google.com":
		cred.Kind = "gcp-identity-token"
		cred.Account = gcpProject(c.email)
	case strings.HasSuffix(c.iss, gcpServiceAccounts):
		// Signed by the account itself with the key that "kid" names.
		cred.Kind = "gcp-self-signed-jwt"
		cred.Account = gcpProject(c.iss)
		if c.kid != "" && cred.Handle == "" {
			cred.Handle = gcpKeyName(cred.Account, c.iss, c.kid)
		}
	case c.iss == githubActions:
		cred.Kind = "github-actions-token"
	}
	if cred.Account == "" {
		for _, s := range []string{c.tid, c.organization, c.tenant} {
			if s != "" {
				cred.Account = clean(s)
				break
			}
		}
	}
	return cred
}

func (c *claims) binding() Binding {
	switch {
	case !c.confirmed:
		return Bearer
	case c.keyBound:
		return DPoP
	case c.certain:
		return MTLS
	}
	return NoBinding // bound to a key, and how it is shown is not known (RFC 7800)
}

func (c *claims) kubernetes() bool {
	return strings.HasPrefix(c.sub, kubernetesSubject) || c.namespace != "" && c.account != "" || c.twoNames()
}

func (c *claims) twoNames() bool { return c.legacyNamespace != "" && c.legacyName != "" }

func (c *claims) serviceAccount() string {
	return clean(kubernetesSubject + c.legacyNamespace + ":" + c.legacyName)
}

// entra reports whether the issuer is Microsoft Entra ID, of any cloud.
func (c *claims) entra() bool {
	rest, ok := strings.CutPrefix(c.iss, "https://")
	if !ok {
		return false
	}
	host, _, _ := strings.Cut(rest, "/")
	switch host {
	case "sts.windows.net", "login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn", "sts.chinacloudapi.cn", "login.chinacloudapi.cn":
		return true
	}
	return false
}

// gcpProject returns the project in a service account's address; empty if there
// is none (the addresses of Google's own agents have a number instead).
func gcpProject(email string) string {
	_, domain, ok := strings.Cut(email, "@")
	if !ok {
		return ""
	}
	project, ok := strings.CutSuffix(domain, ".iam"+gcpServiceAccounts)
	if !ok || strings.Contains(project, ".") {
		return ""
	}
	return clean(project)
}

// gcpKeyName returns a key's name as Cloud Audit Logs print it in
// authenticationInfo.serviceAccountKeyName.
func gcpKeyName(project, email, id string) string {
	if project == "" || email == "" {
		return clean(id)
	}
	return clean("//iam.googleapis.com/projects/" + project + "/serviceAccounts/" + email + "/keys/" + id)
}

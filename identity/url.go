package identity

// url.go reads what addresses and Basic authorization hold: a user's name and a
// password, or a token in place of either.

import (
	"bytes"
	"encoding/base64"
	"iter"
	"net/url"
	"strings"
)

// inspectURL reads the user information of an address, else the first credential of
// its query.
func inspectURL(b []byte, o *InspectOptions) (Credential, bool) {
	scheme, rest, ok := bytes.Cut(b, []byte("://"))
	if !ok || len(scheme) == 0 || len(scheme) > 32 || !word(scheme) {
		return Credential{}, false
	}
	authority := rest
	if i := bytes.IndexAny(rest, "/?#\\ \t\r\n"); i >= 0 {
		authority = rest[:i]
	}
	if i := bytes.LastIndexByte(authority, '@'); i > 0 {
		user, password, _ := bytes.Cut(authority[:i], []byte(":"))
		return inspectPair(unescape(user), unescape(password), o)
	}
	_, query, _ := bytes.Cut(rest, []byte("?"))
	for c := range inQuery(query, o) {
		return c, true
	}
	return Credential{}, false
}

// inQuery yields the credentials that a query carries, in its order.
func inQuery(query []byte, o *InspectOptions) iter.Seq[Credential] {
	return func(yield func(Credential) bool) {
		for pair := range bytes.SplitSeq(query, []byte("&")) {
			name, v, _ := bytes.Cut(pair, []byte("="))
			if c, ok := inParameter(string(name), v, o); ok && !yield(c) {
				return
			}
		}
	}
}

// inParameter describes the credential in one parameter of a query.
func inParameter(name string, v []byte, o *InspectOptions) (Credential, bool) {
	switch name {
	case "X-Amz-Credential":
		return inspectCredentialScope(unescape(v))
	case "X-Goog-Credential": // "account/date/region/storage/goog4_request"
		email, _, _ := bytes.Cut(unescape(v), []byte("/"))
		c := Credential{Kind: "gcp-signed-url", Issuer: "google", Subject: clean(string(email))}
		if strings.HasSuffix(c.Subject, gcpServiceAccounts) {
			c.Account = gcpProject(c.Subject)
			return c, true
		}
	case "AWSAccessKeyId": // Signature Version 2
		if c, ok := inspectAWS(unescape(v)); ok && c.Kind != awsUniqueID {
			return c, true
		}
	case "access_token": // RFC 6750 §2.3
		return inspectOpaque(unescape(v), o)
	case "key", "api_key", "apikey", "token", "private_token", "auth":
		return inspectToken(unescape(v), o)
	}
	return Credential{}, false
}

func word(b []byte) bool {
	for _, c := range b {
		if !(base64URL(c) || c == '+' || c == '.') {
			return false
		}
	}
	return true
}

func unescape(b []byte) []byte {
	if s, err := url.PathUnescape(string(b)); err == nil {
		return []byte(s)
	}
	return b
}

// inspectBasic reads the value of a Basic authorization (RFC 7617).
func inspectBasic(value []byte, o *InspectOptions) (Credential, bool) {
	pair, err := base64.StdEncoding.AppendDecode(nil, value)
	if err != nil {
		return Credential{}, false
	}
	user, password, ok := bytes.Cut(pair, []byte(":"))
	if !ok {
		return Credential{}, false
	}
	return inspectPair(user, password, o)
}

// inspectPair describes a user and a password, either of which may be a token
// with a word beside it ("x-access-token:ghs_…", "glpat-…:", "sk_live_…:x").
func inspectPair(user, password []byte, o *InspectOptions) (Credential, bool) {
	if len(user)+len(password) == 0 {
		return Credential{}, false
	}
	if c, ok := inspectToken(password, o); ok {
		if c.Subject == "" && nameBeside(user, password) && !placeholder(user) {
			c.Subject = clean(string(user))
		}
		return c, true
	}
	if c, ok := inspectToken(user, o); ok {
		return c, true
	}
	c := Credential{Kind: "basic", Binding: Bearer}
	if legacyInstallation(user, password) {
		return o.sealed(Credential{Kind: githubInstallation, Issuer: "github", Handle: hashedToken(password), Binding: Bearer}, password), true
	}
	if longRun(user) && (len(password) < 4 || placeholder(password)) {
		return o.sealed(c, user), true
	}
	if nameBeside(user, password) && (len(password) == 0 || !placeholder(user)) {
		c.Subject = clean(string(user))
	}
	return o.sealed(c, password), true
}

// nameBeside reports whether user can be shown: it is a name, and tells nothing
// of the password.
func nameBeside(user, password []byte) bool {
	if len(user) == 0 || len(user) > 128 {
		return false
	}
	return len(password) == 0 || !bytes.Contains(user, password) && !bytes.Contains(password, user)
}

// placeholder reports whether s is the word some vendors want where a token has
// taken the place of the other half.
func placeholder(s []byte) bool {
	switch string(bytes.ToLower(s)) {
	case "x", "x-access-token", "x-oauth-basic", "x-token-auth", "oauth", "oauth2", "oauth2accesstoken", "token",
		"_token", "__token__", "_json_key", "_json_key_base64", "api", "api_token", "apikey", "aws", "gitlab-ci-token",
		"git", "user", "username", "unused", "none", "nobody", "anonymous":
		return true
	}
	return false
}

// opaque reports whether s looks like a token rather than a name: 16 characters
// or more in one piece, digits among them.
func opaque(s []byte) bool {
	return longRun(s) && bytes.ContainsAny(s, "0123456789")
}

// longRun reports whether s has 16 characters or more in one piece. With nothing
// beside it, or a word that says nothing, that is a token more often than a name.
func longRun(s []byte) bool {
	run := 0
	for _, c := range s {
		if !base64URL(c) {
			run = 0
			continue
		}
		if run++; run >= 16 {
			return true
		}
	}
	return false
}

// inspectOpaque describes a bearer token of whatever kind.
func inspectOpaque(token []byte, o *InspectOptions) (Credential, bool) {
	if len(token) == 0 {
		return Credential{}, false
	}
	if c, ok := inspectToken(token, o); ok {
		return c, true
	}
	return o.sealed(Credential{Kind: "bearer", Binding: Bearer}, token), true
}

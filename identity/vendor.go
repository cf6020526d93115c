package identity

// vendor.go reads tokens that have a vendor's prefix, and vendors' key files.

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"time"

	"github.com/ambit-go/ambit/internal/credshape"
)

// inspectVendor recognises a token by the table of shapes.
func inspectVendor(b []byte, o *InspectOptions) (Credential, bool) {
	if c, ok := inspectAWS(b); ok {
		return c, true
	}
	s, ok := credshape.Match(b)
	if !ok {
		return Credential{}, false
	}
	switch s.Kind {
	case "jwt", "jwe", "jwt-base64", "ntlm-message":
		return Credential{}, false // jwt.go and header.go know these better
	}
	c := Credential{Kind: CredentialKind(s.Kind), Issuer: s.Vendor}
	switch s.Class {
	case credshape.Identifier:
		c.Subject = clean(string(b))
		return c, true
	case credshape.Public:
		return c, true
	case credshape.Secret:
		c.Binding = Bearer
	}
	if s.Vendor == "github" {
		c.Handle = hashedToken(b)
		if c.Kind == githubInstallation {
			c.Subject = installedApp(b)
		}
	}
	return o.sealed(c, b), true
}

// hashedToken returns what GitHub's audit log calls "hashed_token" (docs.github.com,
// "Identifying audit log events performed by an access token"). It is a plain hash,
// so there is one only of what nobody can guess.
func hashedToken(token []byte) string {
	if !random(token) {
		return ""
	}
	sum := sha256.Sum256(token)
	return base64.StdEncoding.EncodeToString(sum[:])
}

// installedApp returns the id of the app that an installation's token names,
// "ghs_APPID_JWT", the form since April 2026; empty for the form before. What the
// JWT says GitHub keeps to itself.
func installedApp(token []byte) string {
	id, _, ok := bytes.Cut(token[len("ghs_"):], []byte("_"))
	if !ok {
		return ""
	}
	return string(id)
}

// random reports whether a token of a vendor's shape was drawn at random rather
// than typed: its last 30 characters hold 12 different ones. One drawn from 62
// fails that less than once in a billion.
func random(token []byte) bool {
	var seen [256]bool
	n := 0
	for _, c := range token[max(0, len(token)-30):] {
		if !seen[c] {
			seen[c] = true
			n++
		}
	}
	return n >= 12
}

// A file is what the key files of clouds hold: the fields that matter, of any
// vendor, and those that tell whose file it is.
type file struct {
	kind, project, keyID, privateKey, email       string // Google
	refresh, impersonation, stsAudience, clientID string
	accessKey, secretKey, arn, expiration         string // AWS: credential_process, assume-role
	azClient, azSecret, azTenant                  string // Azure: --sdk-auth and its successor
	accessToken, scope                            string // RFC 6749 §5.1
	token, expires                                string // GitHub: an installation's token
	vaultToken, accessor, entity, vaultExpires    string // Vault: a login's answer, a look-up's
	scopes                                        []string
}

const (
	placeFile place = iota + 1
	placeFileCredentials
	placeFileVault
	placeFileScopes
)

func (f *file) visit(at place, _ int, name []byte, v value) place {
	var to *string
	switch at {
	case placeFileVault:
		return f.visitVault(name, v)
	case placeFileScopes: // a list of names, or an object of what may be done to each
		if s, ok := v.text(); ok {
			if len(name) > 0 {
				s = string(name) + ":" + s
			}
			f.scopes = appendName(f.scopes, s)
		}
		return placeNowhere
	}
	switch string(name) {
	case "type":
		to = &f.kind
	case "project_id":
		to = &f.project
	case "private_key_id":
		to = &f.keyID
	case "private_key":
		to = &f.privateKey
	case "client_email":
		to = &f.email
	case "refresh_token":
		to = &f.refresh
	case "service_account_impersonation_url":
		to = &f.impersonation
	case "audience":
		to = &f.stsAudience
	case "client_id":
		to = &f.clientID
	case "AccessKeyId":
		to = &f.accessKey
	case "SecretAccessKey":
		to = &f.secretKey
	case "Arn":
		to = &f.arn
	case "Expiration":
		to = &f.expiration
	case "clientId", "appId":
		to = &f.azClient
	case "clientSecret", "password":
		to = &f.azSecret
	case "tenantId", "tenant":
		to = &f.azTenant
	case "access_token":
		to = &f.accessToken
	case "scope":
		to = &f.scope
	case "token":
		to = &f.token
	case "expires_at":
		to = &f.expires
	case "permissions":
		return within(v, '{', placeFileScopes)
	case "Credentials", "AssumedRoleUser":
		return within(v, '{', placeFileCredentials)
	case "auth", "data":
		return within(v, '{', placeFileVault)
	default:
		return placeNowhere
	}
	if s, ok := v.text(); ok {
		*to = s
	}
	return placeNowhere
}

// visitVault reads what Vault answers to a login ("auth") or to a look-up of a token
// ("data").
func (f *file) visitVault(name []byte, v value) place {
	var to *string
	switch string(name) {
	case "client_token", "id":
		to = &f.vaultToken
	case "accessor":
		to = &f.accessor
	case "entity_id":
		to = &f.entity
	case "expire_time":
		to = &f.vaultExpires
	case "policies":
		return within(v, '[', placeFileScopes)
	default:
		return placeNowhere
	}
	if s, ok := v.text(); ok {
		*to = s
	}
	return placeNowhere
}

func inspectJSON(b []byte, o *InspectOptions) (Credential, bool) {
	var f file
	if !walk(b, placeFile, f.visit) {
		return Credential{}, false
	}
	switch {
	case f.kind == "service_account" && f.email != "":
		project := f.project
		if project == "" {
			project = gcpProject(f.email)
		}
		c := Credential{Kind: "gcp-service-account-key", Issuer: "google", Subject: clean(f.email), Account: clean(project), Binding: NoBinding}
		if f.keyID != "" {
			c.Handle, c.KeyID = gcpKeyName(project, f.email, f.keyID), clean(f.keyID)
		}
		return o.sealed(c, []byte(f.privateKey)), true
	case f.kind == "authorized_user" && f.refresh != "":
		return o.sealed(Credential{Kind: "gcp-user-credentials", Issuer: "google", Binding: Bearer}, []byte(f.refresh)), true
	case f.kind == "external_account" && f.stsAudience != "":
		c := Credential{Kind: "gcp-external-account", Issuer: "google", Audience: []string{clean(f.stsAudience)}}
		c.Subject = impersonated(f.impersonation)
		c.Account = gcpProject(c.Subject)
		return c, true
	case f.accessKey != "":
		c, ok := inspectAWS([]byte(f.accessKey))
		if !ok || c.Kind == awsUniqueID {
			return Credential{}, false
		}
		if named, ok := inspectARN([]byte(f.arn)); ok && (c.Account == "" || c.Account == named.Account) {
			c.Account, c.Subject, c.Instance = named.Account, named.Subject, named.Instance
		}
		c.ExpiresAt = timestamp(f.expiration)
		return o.sealed(c, []byte(f.secretKey)), true
	case f.azClient != "" && f.azSecret != "" && f.azTenant != "":
		return o.sealed(Credential{Kind: "azure-client-secret", Issuer: "azure", Subject: clean(f.azClient), Account: clean(f.azTenant)}, []byte(f.azSecret)), true
	case f.accessor != "" && (f.vaultToken != "" || f.entity != ""):
		return f.vault(o), true
	case f.token != "":
		c, ok := inspectVendor([]byte(f.token), o)
		if c.Kind == githubInstallation {
			c.ExpiresAt, c.Scopes = timestamp(f.expires), f.scopes
		}
		return c, ok
	case f.accessToken != "":
		c, ok := inspectToken([]byte(f.accessToken), o)
		if !ok {
			c = o.sealed(Credential{Kind: "bearer", Binding: Bearer}, []byte(f.accessToken))
		}
		if len(c.Scopes) == 0 {
			for word := range strings.FieldsSeq(f.scope) {
				c.Scopes = appendName(c.Scopes, word)
			}
		}
		return c, true
	}
	return Credential{}, false
}

// vault describes a token by what Vault says of it. Its accessor, which no token
// holds, is what the audit log has, as an HMAC unless the audit device is set not to
// (developer.hashicorp.com: "hmac_accessor", "sys/audit-hash").
func (f *file) vault(o *InspectOptions) Credential {
	c, ok := inspectVendor([]byte(f.vaultToken), o)
	if !ok || c.Issuer != "hashicorp" {
		c = o.sealed(Credential{Kind: "vault-service-token", Issuer: "hashicorp", Binding: Bearer}, []byte(f.vaultToken))
	}
	c.Handle, c.Subject = clean(f.accessor), clean(f.entity)
	c.Scopes, c.ExpiresAt = f.scopes, timestamp(f.vaultExpires)
	return c
}

// timestamp reads a time of RFC 3339; the zero time if s is none.
func timestamp(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}

// inspectToken recognises a token that stands alone: no file, key or address.
func inspectToken(b []byte, o *InspectOptions) (Credential, bool) {
	if c, ok := inspectJWT(b, o); ok {
		return c, true
	}
	return inspectVendor(b, o)
}

// impersonated returns the account in a service_account_impersonation_url.
func impersonated(url string) string {
	_, rest, ok := strings.Cut(url, "/serviceAccounts/")
	if !ok {
		return ""
	}
	email, _, _ := strings.Cut(rest, ":")
	if !strings.HasSuffix(email, gcpServiceAccounts) || strings.ContainsAny(email, "/ ") {
		return ""
	}
	return clean(email)
}

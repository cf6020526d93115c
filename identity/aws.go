package identity

// aws.go reads AWS identifiers: access key ids, unique ids, role ARNs and
// Signature Version 4 (docs.aws.amazon.com/IAM/latest/UserGuide: "IAM
// identifiers", "Authentication methods").

import (
	"bytes"
	"encoding/base32"
	"fmt"
	"strings"
)

const (
	awsLongKey      CredentialKind = "aws-access-key-id"
	awsTemporaryKey CredentialKind = "aws-temporary-access-key-id"
	awsUniqueID     CredentialKind = "aws-unique-id"
)

// inspectAWS recognises an access key id, which names the key and is no secret,
// and a unique id, with a role session's name behind it ("AROA…:session", the
// principalId of CloudTrail).
func inspectAWS(b []byte) (Credential, bool) {
	if len(b) < 20 || b[0] != 'A' {
		return Credential{}, false
	}
	id, session, _ := bytes.Cut(b, []byte(":"))
	if len(id) < 20 || len(id) > 21 || !upperDigits(id) {
		return Credential{}, false
	}
	c := Credential{Issuer: "aws", Handle: string(id)}
	switch string(id[:4]) {
	case "AKIA", "ABIA", "ACCA":
		c.Kind = awsLongKey
	case "ASIA":
		c.Kind = awsTemporaryKey
	case "AROA", "AIDA", "AGPA", "AIPA":
		if len(session) > 64 || !awsName(session) {
			return Credential{}, false
		}
		c.Kind, c.Subject, c.Instance = awsUniqueID, string(id), string(session)
		c.Handle = string(b[:len(id)+min(1, len(session))+len(session)])
		return c, true
	default:
		return Credential{}, false
	}
	if len(id) != len(b) || len(id) != 20 {
		return Credential{}, false
	}
	c.Account = awsAccount(c.Handle)
	return c, true
}

func upperDigits(b []byte) bool {
	for _, c := range b {
		if !('A' <= c && c <= 'Z' || '0' <= c && c <= '9') {
			return false
		}
	}
	return true
}

// awsName reports whether b has the characters of a role session's name: [\w+=,.@-]*.
func awsName(b []byte) bool {
	for _, c := range b {
		if !(base64URL(c) || bytes.IndexByte([]byte("+=,.@"), c) >= 0) {
			return false
		}
	}
	return true
}

// awsAccount returns the account id inside an access key id, "" for keys made
// before March 2019, which hold none. Behind the prefix stand 80 bits in base32:
// a one, 40 bits of account id, and the key's own number. AWS does not document
// this; sts:GetAccessKeyInfo gives the same answers.
func awsAccount(id string) string {
	raw, err := base32.StdEncoding.DecodeString(id[4:])
	if err != nil || raw[0]&0x80 == 0 {
		return ""
	}
	n := uint64(0)
	for _, b := range raw[:6] {
		n = n<<8 | uint64(b)
	}
	n = n >> 7 & (1<<40 - 1)
	if n > 999_999_999_999 {
		return ""
	}
	return fmt.Sprintf("%012d", n)
}

// inspectARN reads an ARN that names a principal. A name proves nothing: the
// result is [Asserted].
func inspectARN(b []byte) (Credential, bool) {
	if len(b) > 2048 || !printable(b) {
		return Credential{}, false
	}
	// arn:partition:service:region:account:resource
	f := strings.SplitN(string(b), ":", 6)
	if len(f) != 6 || f[0] != "arn" || !strings.HasPrefix(f[1], "aws") || !accountID(f[4]) {
		return Credential{}, false
	}
	what, rest, _ := strings.Cut(f[5], "/")
	c := Credential{Issuer: "aws", Account: f[4], Subject: clean(string(b)), Handle: clean(string(b)), Assurance: Asserted}
	switch f[2] + ":" + what {
	case "sts:assumed-role":
		role, session, ok := strings.Cut(rest, "/")
		if !ok || role == "" {
			return Credential{}, false
		}
		// The session is of this run; the role is what lasts.
		c.Kind, c.Instance = "aws-role-session", clean(session)
		c.Subject = clean(strings.Join(f[:5], ":") + ":assumed-role/" + role)
	case "sts:federated-user":
		c.Kind = "aws-federated-user"
	case "iam:user":
		c.Kind = "aws-user"
	case "iam:role":
		c.Kind = "aws-role"
	case "iam:root":
		c.Kind = "aws-root"
		return c, rest == ""
	default:
		return Credential{}, false
	}
	return c, rest != ""
}

func accountID(s string) bool {
	if len(s) != 12 {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

func printable(b []byte) bool {
	for _, c := range b {
		if c <= ' ' || c >= 0x7f {
			return false
		}
	}
	return true
}

// inspectSigV4 reads the value of an Authorization header behind its algorithm:
// "Credential=AKIA…/20130524/us-east-1/s3/aws4_request, SignedHeaders=…, Signature=…".
// The secret is not in it.
func inspectSigV4(value []byte) (Credential, bool) {
	for part := range bytes.SplitSeq(value, []byte(",")) {
		scope, ok := bytes.CutPrefix(bytes.TrimSpace(part), []byte("Credential="))
		if !ok {
			continue
		}
		return inspectCredentialScope(scope)
	}
	return Credential{}, false
}

func inspectCredentialScope(scope []byte) (Credential, bool) {
	id, _, _ := bytes.Cut(scope, []byte("/"))
	if c, ok := inspectAWS(id); ok && c.Kind != awsUniqueID {
		return c, true
	}
	// Stores that speak the protocol of S3 have access keys of any form.
	if len(id) == 0 || len(id) > 128 || !printable(id) {
		return Credential{}, false
	}
	return Credential{Kind: "s3-access-key", Handle: clean(string(id))}, true
}

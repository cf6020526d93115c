package identity

// inspect.go tells what sort of credential something is and hands it to the file
// that reads that sort: jwt.go, x509.go, ssh.go, aws.go, vendor.go, url.go.

import "bytes"

// maxMaterial bounds what is looked at, in bytes. The longest credentials in use
// are JWTs with group lists and RSA keys of 8,192 bits, both below 8 KiB.
const maxMaterial = 16 << 10

// InspectOptions say how a credential is described. The zero value describes it
// without a fingerprint.
type InspectOptions struct {
	// Key makes fingerprints. Without it opaque tokens whose vendor logs no handle
	// cannot be told apart, and a [Tracker] cannot notice that one replaced another.
	Key Key
	// NoHandles leaves handles and key ids out, for where it must not be known which
	// credential of an account was used.
	NoHandles bool
	// Source is where the program got the credential from.
	Source Source
}

// Inspect says what material is: a token, a key, a certificate, an address with
// user information or a query, or the value of an Authorization header. The result is
// [Parsed]: read, not verified. It reports false for what it does not recognise
// and for what is longer than 16 KiB. Of an address with several credentials it is the
// first; [FromRequest] tells all of them.
//
// Nothing of the secret part is in the result. Inspect keeps no reference to
// material and is safe for concurrent use.
func Inspect(material []byte, o InspectOptions) (Credential, bool) {
	if len(material) > maxMaterial {
		return Credential{}, false
	}
	if len(material) > 2 && material[0] == 0x30 && material[1] >= 0x80 { // DER, whose last byte may look like white space
		if c, ok := inspectDER(material); ok {
			return o.finish(c), true
		}
		return Credential{}, false
	}
	material = bytes.TrimSpace(material)
	c, ok := inspect(material, &o)
	if !ok {
		c, ok = inspectValue(material, &o)
	}
	if !ok {
		return Credential{}, false
	}
	return o.finish(c), true
}

// inspect tries the forms a credential can have, the most telling first.
func inspect(b []byte, o *InspectOptions) (Credential, bool) {
	if len(b) < 8 {
		return Credential{}, false
	}
	switch {
	case b[0] == 'e' && b[1] == 'y':
		if c, ok := inspectJWT(b, o); ok {
			return c, true
		}
	case b[0] == '{':
		return inspectJSON(b, o)
	case b[0] == '-' && bytes.HasPrefix(b, []byte("-----BEGIN ")):
		return inspectPEM(b, o)
	case b[0] == '-' && bytes.HasPrefix(b, []byte("---- BEGIN SSH2 ")):
		return inspectSSH2(b)
	case bytes.HasPrefix(b, []byte("arn:")):
		return inspectARN(b)
	case sshAlgorithm(b):
		return inspectSSH(b)
	}
	if c, ok := inspectVendor(b, o); ok {
		return c, true
	}
	return inspectURL(b, o)
}

// inspectValue recognises the value of an Authorization header. Words that also
// begin sentences ("key", "token") count only before a token of known make.
func inspectValue(b []byte, o *InspectOptions) (Credential, bool) {
	scheme, v := authorization(b)
	switch scheme {
	case "":
		return Credential{}, false
	case "bearer", "dpop":
		if len(v) < 8 || !printable(v) {
			return Credential{}, false
		}
	case "basic", "digest", "sharedkey", "sharedkeylite", "sharedaccesssignature", "aws4-hmac-sha256", "aws4-ecdsa-p256-sha256":
	default:
		return inspectToken(v, o)
	}
	return inspectScheme(scheme, v, o)
}

// sealed adds the fingerprint of the secret.
func (o *InspectOptions) sealed(c Credential, secret []byte) Credential {
	c.Fingerprint = Fingerprint(o.Key, secret)
	return c
}

// finish sets what is the same for every credential.
func (o *InspectOptions) finish(c Credential) Credential {
	if o.NoHandles {
		c.Handle, c.KeyID = "", ""
	}
	c.Source = o.Source
	if c.Assurance == NoAssurance {
		c.Assurance = Parsed
	}
	return c
}

// bare returns token without white space around it and without the word of an
// authorization scheme.
func bare(token []byte) []byte {
	token = bytes.TrimSpace(token)
	if scheme, value := authorization(token); scheme != "" {
		return value
	}
	return token
}

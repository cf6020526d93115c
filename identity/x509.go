package identity

// x509.go reads certificates and the PEM files that hold them and private keys.

import (
	"bytes"
	"cmp"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"strings"
)

// maxBlocks bounds how many PEM blocks of one file are looked at.
const maxBlocks = 16

// inspectPEM describes the first certificate of a PEM file, else its first
// private key. What stands between and behind the blocks does not count.
func inspectPEM(b []byte, o *InspectOptions) (Credential, bool) {
	var key Credential
	for range maxBlocks {
		var block *pem.Block
		if block, b = pem.Decode(b); block == nil {
			break
		}
		switch block.Type {
		case "CERTIFICATE":
			if c, ok := inspectDER(block.Bytes); ok {
				return c, true
			}
		case "OPENSSH PRIVATE KEY":
			if key.Kind == "" {
				key = inspectOpenSSH(block.Bytes, o)
			}
		case "PGP PRIVATE KEY BLOCK":
			if key.Kind == "" {
				key = o.sealed(Credential{Kind: "pgp-private-key"}, block.Bytes)
			}
		default:
			if key.Kind == "" && strings.HasSuffix(block.Type, "PRIVATE KEY") {
				key = o.sealed(Credential{Kind: "private-key"}, block.Bytes)
				if public := publicKey(block); public != nil {
					key.Handle = sshFingerprint(public)
				}
			}
		}
	}
	return key, key.Kind != ""
}

// inspectDER describes an X.509 certificate (RFC 5280): a SPIFFE SVID if its only
// URI name is a SPIFFE id (SPIFFE X509-SVID §2), a client certificate otherwise.
func inspectDER(der []byte) (Credential, bool) {
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return Credential{}, false
	}
	sum := sha256.Sum256(cert.Raw)
	c := Credential{
		Kind: "x509-client-cert", Issuer: clean(cert.Issuer.String()), Subject: clean(cert.Subject.CommonName),
		// As k8s.io/apiserver writes authentication.kubernetes.io/credential-id.
		Handle:   "X509SHA256=" + hex.EncodeToString(sum[:]),
		KeyID:    hex.EncodeToString(cert.SerialNumber.Bytes()), // as Envoy logs it; nginx and OpenSSL in capitals
		IssuedAt: cert.NotBefore.UTC(), ExpiresAt: cert.NotAfter.UTC(), Binding: MTLS,
	}
	for _, group := range cert.Subject.Organization { // Kubernetes takes the organisations as groups
		c.Scopes = appendName(c.Scopes, group)
	}
	if len(cert.URIs) == 1 && cert.URIs[0].Scheme == "spiffe" && cert.URIs[0].Host != "" {
		c.Kind, c.Binding = "spiffe-x509-svid", SPIFFE
		c.Subject, c.Account = clean(cert.URIs[0].String()), clean(cert.URIs[0].Host)
		c.Issuer = spiffeScheme + c.Account
		return c, true
	}
	switch other := alternativeName(cert); {
	case c.Subject != "" && c.Subject != other:
		c.Instance = other
	case c.Subject == "":
		c.Subject = cmp.Or(other, clean(cert.Subject.String()))
	}
	return c, true
}

// alternativeName returns the most telling of a certificate's other names.
func alternativeName(cert *x509.Certificate) string {
	switch {
	case len(cert.EmailAddresses) > 0:
		return clean(cert.EmailAddresses[0])
	case len(cert.URIs) > 0:
		return clean(cert.URIs[0].String())
	case len(cert.DNSNames) > 0:
		return clean(cert.DNSNames[0])
	}
	return ""
}

// publicKey returns the public half of a private key in SSH's wire form, nil if
// it is encrypted, of another kind or not readable. It reads the numbers that are
// public where they stand, and does not check the key as crypto/x509 would: that
// takes as long as whoever made the key likes.
func publicKey(block *pem.Block) []byte {
	switch block.Type {
	case "RSA PRIVATE KEY":
		return rsaPublic(block.Bytes)
	case "EC PRIVATE KEY":
		return ecPublic(block.Bytes, nil)
	case "PRIVATE KEY":
		var k struct { // RFC 5958 §2
			Version   int
			Algorithm struct {
				OID   asn1.ObjectIdentifier
				Curve asn1.RawValue `asn1:"optional"`
			}
			Key  []byte
			Rest asn1.RawValue `asn1:"optional"`
		}
		if _, err := asn1.Unmarshal(block.Bytes, &k); err != nil {
			return nil
		}
		switch {
		case k.Algorithm.OID.Equal(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}):
			return rsaPublic(k.Key)
		case k.Algorithm.OID.Equal(asn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1}):
			var curve asn1.ObjectIdentifier
			if _, err := asn1.Unmarshal(k.Algorithm.Curve.FullBytes, &curve); err != nil {
				return nil
			}
			return ecPublic(k.Key, curve)
		case k.Algorithm.OID.Equal(asn1.ObjectIdentifier{1, 3, 101, 112}):
			var seed []byte
			if _, err := asn1.Unmarshal(k.Key, &seed); err != nil || len(seed) != ed25519.SeedSize {
				return nil
			}
			key := ed25519.NewKeyFromSeed(seed) // the seed, and the public key behind it
			return sshString(sshString(nil, []byte("ssh-ed25519")), key[ed25519.SeedSize:])
		}
	}
	return nil
}

func rsaPublic(der []byte) []byte {
	var k struct { // RFC 8017 §A.1.2
		Version        int
		N, E           *big.Int
		D, P, Q        asn1.RawValue
		Dp, Dq, Qinv   asn1.RawValue
		OtherPrimeInfo asn1.RawValue `asn1:"optional"`
	}
	if _, err := asn1.Unmarshal(der, &k); err != nil || k.N.Sign() <= 0 || k.E.Sign() <= 0 {
		return nil
	}
	return sshNumber(sshNumber(sshString(nil, []byte("ssh-rsa")), k.E), k.N)
}

func ecPublic(der []byte, curve asn1.ObjectIdentifier) []byte {
	var k struct { // RFC 5915 §3
		Version int
		Private []byte
		Curve   asn1.ObjectIdentifier `asn1:"optional,explicit,tag:0"`
		Public  asn1.BitString        `asn1:"optional,explicit,tag:1"`
	}
	if _, err := asn1.Unmarshal(der, &k); err != nil || len(k.Public.Bytes) == 0 {
		return nil
	}
	if len(k.Curve) > 0 {
		curve = k.Curve
	}
	for _, known := range []struct {
		oid  asn1.ObjectIdentifier
		name string
	}{
		{asn1.ObjectIdentifier{1, 2, 840, 10045, 3, 1, 7}, "nistp256"},
		{asn1.ObjectIdentifier{1, 3, 132, 0, 34}, "nistp384"},
		{asn1.ObjectIdentifier{1, 3, 132, 0, 35}, "nistp521"},
	} {
		if curve.Equal(known.oid) {
			b := sshString(nil, []byte("ecdsa-sha2-"+known.name))
			return sshString(sshString(b, []byte(known.name)), bytes.Clone(k.Public.Bytes))
		}
	}
	return nil
}

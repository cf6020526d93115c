package identity

// ssh.go reads SSH public keys, certificates and private key files: the wire
// form of RFC 4251 §5 and OpenSSH's PROTOCOL.certkeys and PROTOCOL.key.

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"
)

// sshKeys lists how many strings make up the public key of each algorithm.
var sshKeys = []struct {
	name   string
	fields int
}{
	{"ssh-ed25519", 1},
	{"ssh-rsa", 2},
	{"ssh-dss", 4},
	{"ecdsa-sha2-nistp256", 2},
	{"ecdsa-sha2-nistp384", 2},
	{"ecdsa-sha2-nistp521", 2},
	{"sk-ssh-ed25519@openssh.com", 2},
	{"sk-ecdsa-sha2-nistp256@openssh.com", 3},
}

const (
	sshCertSuffix = "-cert-v01@openssh.com"
	sshMagic      = "openssh-key-v1\x00"
)

// sshAlgorithm reports whether b begins like a line of a public key file.
func sshAlgorithm(b []byte) bool {
	return bytes.HasPrefix(b, []byte("ssh-")) || bytes.HasPrefix(b, []byte("ecdsa-sha2-")) ||
		bytes.HasPrefix(b, []byte("sk-ssh-")) || bytes.HasPrefix(b, []byte("sk-ecdsa-sha2-"))
}

// plainAlgorithm returns the algorithm whose key a certificate's certifies.
func plainAlgorithm(name []byte) (algorithm string, fields int, cert bool) {
	base, cert := bytes.CutSuffix(name, []byte(sshCertSuffix))
	for _, k := range sshKeys {
		plain := k.name
		if cert { // the domain of a name stands behind "-cert-v01" there
			plain, _, _ = strings.Cut(plain, "@")
		}
		if string(base) == plain {
			return k.name, k.fields, cert
		}
	}
	return "", 0, false
}

// inspectSSH reads a line "algorithm base64 comment". The comment is free text
// and stays out.
func inspectSSH(b []byte) (Credential, bool) {
	algorithm, rest, _ := bytes.Cut(b, []byte(" "))
	text, _, _ := bytes.Cut(bytes.TrimLeft(rest, " "), []byte(" "))
	text, _, _ = bytes.Cut(text, []byte("\n"))
	blob, err := base64.StdEncoding.AppendDecode(nil, bytes.TrimSpace(text))
	if err != nil {
		return Credential{}, false
	}
	c, ok := inspectBlob(blob)
	if name, _, _ := sshNext(blob); !ok || !bytes.Equal(name, algorithm) {
		return Credential{}, false
	}
	return c, true
}

// inspectSSH2 reads the public key file form of RFC 4716.
func inspectSSH2(b []byte) (Credential, bool) {
	var text []byte
	continued := false
	for line := range bytes.Lines(b) {
		line = bytes.TrimSpace(line)
		switch {
		case bytes.HasPrefix(line, []byte("---- END")):
			blob, err := base64.StdEncoding.AppendDecode(nil, text)
			if err != nil {
				return Credential{}, false
			}
			return inspectBlob(blob)
		case bytes.HasPrefix(line, []byte("----")):
		case continued || bytes.Contains(line, []byte(":")): // a header, which goes on behind a backslash
			continued = bytes.HasSuffix(line, []byte(`\`))
		default:
			text = append(text, line...)
		}
	}
	return Credential{}, false
}

// inspectBlob reads a public key or certificate in wire form.
func inspectBlob(blob []byte) (Credential, bool) {
	name, rest, ok := sshNext(blob)
	algorithm, fields, cert := plainAlgorithm(name)
	if !ok || algorithm == "" {
		return Credential{}, false
	}
	if cert {
		if _, rest, ok = sshNext(rest); !ok { // nonce
			return Credential{}, false
		}
	}
	body := rest
	for range fields {
		if _, rest, ok = sshNext(rest); !ok {
			return Credential{}, false
		}
	}
	if !cert {
		if len(rest) > 0 {
			return Credential{}, false
		}
		return Credential{Kind: "ssh-public-key", Handle: sshFingerprint(blob)}, true
	}
	body = body[:len(body)-len(rest)]
	c, ok := sshCertificate(rest)
	if !ok {
		return Credential{}, false
	}
	// sshd logs the fingerprint of the key the certificate is for, then its key id
	// and the fingerprint of the CA.
	plain := append(sshString(nil, []byte(algorithm)), body...)
	c.Handle = sshFingerprint(plain)
	return c, true
}

// sshCertificate reads what follows the key in a certificate.
func sshCertificate(b []byte) (Credential, bool) {
	if len(b) < 12 {
		return Credential{}, false
	}
	serial := binary.BigEndian.Uint64(b)
	b = b[12:] // serial number and type
	id, b, ok := sshNext(b)
	if !ok {
		return Credential{}, false
	}
	principals, b, ok := sshNext(b)
	if !ok || len(b) < 16 {
		return Credential{}, false
	}
	after, before := binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:])
	b = b[16:]
	var authority []byte
	for i := range 5 { // critical options, extensions, reserved, signature key, signature
		var s []byte
		if s, b, ok = sshNext(b); !ok {
			return Credential{}, false
		}
		if i == 3 {
			authority = s
		}
	}
	if len(b) > 0 {
		return Credential{}, false
	}
	c := Credential{
		Kind: "ssh-certificate", Issuer: sshFingerprint(authority), Subject: clean(string(id)),
		IssuedAt: sshTime(after), ExpiresAt: sshTime(before),
	}
	if serial != 0 { // 0 is what authorities that do not count give; sshd logs "ID ada@laptop (serial 7)"
		c.KeyID = strconv.FormatUint(serial, 10)
	}
	for len(principals) > 0 {
		var p []byte
		if p, principals, ok = sshNext(principals); !ok {
			return Credential{}, false
		}
		c.Scopes = appendName(c.Scopes, string(p)) // who it lets its holder log in as
	}
	return c, true
}

// sshTime returns a certificate's time; zero and "forever" are no time.
func sshTime(t uint64) time.Time {
	if t == 0 || t == math.MaxUint64 || t > maxTime {
		return time.Time{}
	}
	return time.Unix(int64(t), 0).UTC()
}

// inspectOpenSSH reads a private key file by its public half, which stands in it
// in clear even if the key is encrypted.
func inspectOpenSSH(b []byte, o *InspectOptions) Credential {
	c := o.sealed(Credential{Kind: "ssh-private-key"}, b)
	b, ok := bytes.CutPrefix(b, []byte(sshMagic))
	for range 3 { // cipher, key derivation, its options
		if ok {
			_, b, ok = sshNext(b)
		}
	}
	if !ok || len(b) < 4 {
		return c
	}
	if blob, _, ok := sshNext(b[4:]); ok {
		if public, ok := inspectBlob(blob); ok {
			c.Handle = public.Handle
		}
	}
	return c
}

// sshFingerprint returns a key's fingerprint as sshd and ssh-keygen print it.
func sshFingerprint(blob []byte) string {
	sum := sha256.Sum256(blob)
	return "SHA256:" + base64.RawStdEncoding.EncodeToString(sum[:])
}

// sshNext reads a string: four bytes of length and as many bytes as they say.
func sshNext(b []byte) (s, rest []byte, ok bool) {
	if len(b) < 4 {
		return nil, nil, false
	}
	n := binary.BigEndian.Uint32(b)
	if uint64(n) > uint64(len(b)-4) {
		return nil, nil, false
	}
	return b[4 : 4+n], b[4+n:], true
}

func sshString(b, s []byte) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(s)))
	return append(b, s...)
}

// sshNumber appends a positive number: big-endian, with a zero byte before a
// first bit that is set.
func sshNumber(b []byte, n *big.Int) []byte {
	raw := n.Bytes()
	if len(raw) > 0 && raw[0]&0x80 != 0 {
		raw = append([]byte{0}, raw...)
	}
	return sshString(b, raw)
}

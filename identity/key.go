package identity

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
)

// minKey is the shortest key [NewKey] takes: 128 bits, below which a key can be
// searched for.
const minKey = 16

// A Key is the deployment's key for [Fingerprint] and [Hash]. Whoever has it can
// check a guess at a secret against its fingerprint, so it belongs in a secret
// store. A Key never prints: every fmt verb shows "identity.Key". The zero Key
// makes empty fingerprints and hashes. Keys are safe for concurrent use.
type Key struct {
	// A function, so that nothing that prints or walks a struct around a Key can reach
	// its bytes: fmt follows the pointers of unexported fields under verbs that do not
	// fit them.
	mac func(domain string, message []byte) [sha256.Size]byte
}

// NewKey returns the key for secret: 16 bytes or more, 32 random ones at best,
// the same in every process whose records are to be joined. It keeps no
// reference to secret.
func NewKey(secret []byte) (Key, error) {
	if len(secret) < minKey {
		return Key{}, fmt.Errorf("identity: a key has %d bytes or more", minKey)
	}
	secret = slices.Clone(secret)
	return Key{func(domain string, message []byte) (sum [sha256.Size]byte) {
		m := hmac.New(sha256.New, secret)
		m.Write([]byte(domain))
		m.Write(message)
		m.Sum(sum[:0])
		return sum
	}}, nil
}

// IsZero reports whether k is no key at all.
func (k Key) IsZero() bool { return k.mac == nil }

// Format implements [fmt.Formatter]: whatever the verb, it shows no key.
func (k Key) Format(s fmt.State, _ rune) { io.WriteString(s, "identity.Key") }

// Fingerprint returns HMAC-SHA-256 of secret under key, cut to 8 bytes, as 16 hex
// digits: two fingerprints are equal if the secrets are, and nobody without the
// key can test a guess. It is empty if key or secret is.
func Fingerprint(key Key, secret []byte) string {
	if key.IsZero() || len(secret) == 0 {
		return ""
	}
	sum := key.mac("", secret)
	return hex.EncodeToString(sum[:8])
}

// Hash returns a pseudonym for an id, for user.hash and wherever the id itself
// must not leave the process: HMAC-SHA-256 of "id", a zero byte and the id, cut
// to 16 bytes, as 32 hex digits. It is empty if key or id is.
func Hash(key Key, id string) string {
	if key.IsZero() || id == "" {
		return ""
	}
	sum := key.mac("id\x00", []byte(id))
	return hex.EncodeToString(sum[:16])
}

package identity

import (
	"strings"
	"testing"
)

func TestFingerprintAndHash(t *testing.T) {
	// printf %s hunter2 | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef
	// printf 'id\0ada' | openssl dgst -sha256 -hmac …
	for _, tt := range []struct {
		name, key, print, hash string
	}{
		{"32 bytes", "0123456789abcdef0123456789abcdef", "3920d54ec70f500e", "34bd441bcf848e35e23e104a6107a050"},
		{"longer than HMAC's block", strings.Repeat("0123456789abcdef", 5), "8b10eee38ffc3a5f", "b40f8b2d7482819b878b4d27203b771c"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k, err := NewKey([]byte(tt.key))
			if err != nil {
				t.Fatal(err)
			}
			if got := Fingerprint(k, []byte("hunter2")); got != tt.print {
				t.Errorf("fingerprint %s", got)
			}
			if got := Hash(k, "ada"); got != tt.hash {
				t.Errorf("hash %s", got)
			}
		})
	}
}

func TestKeyDoesNotChangeWithItsSource(t *testing.T) {
	b := []byte(strings.Repeat("k", 32))
	k, err := NewKey(b)
	if err != nil {
		t.Fatal(err)
	}
	before := Fingerprint(k, []byte("x"))
	clear(b)
	if Fingerprint(k, []byte("x")) != before {
		t.Error("the key keeps a reference to its source")
	}
}

func TestNoKey(t *testing.T) {
	if k, err := NewKey([]byte(strings.Repeat("k", 15))); err == nil || !k.IsZero() {
		t.Error("15 bytes are taken for a key")
	}
	var none Key
	if Fingerprint(none, []byte("x")) != "" || Hash(none, "x") != "" || Fingerprint(testKey(t), nil) != "" || Hash(testKey(t), "") != "" {
		t.Error("something is made of nothing")
	}
}

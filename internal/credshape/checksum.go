package credshape

import (
	"bytes"
	"encoding/base32"
	"hash/crc32"
)

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// crc62 verifies the checksum GitHub introduced in 2021 and npm uses too: after
// a prefix of n bytes, 30 random characters and the CRC-32 of those in six
// base62 digits, 0-9 A-Z a-z
// (https://github.blog/2021-04-05-behind-githubs-new-authentication-token-formats/).
func crc62(n int) func([]byte) Check {
	return func(token []byte) Check {
		if len(token) != n+36 {
			return NoCheck
		}
		var want [6]byte
		putBase(want[:], crc32.ChecksumIEEE(token[n:n+30]), base62)
		return verdict(bytes.Equal(want[:], token[n+30:]))
	}
}

// gitlabRoutable verifies the checksum of GitLab's routable tokens: everything
// before the last seven characters, prefix included, and its CRC-32 in base 36
// (https://handbook.gitlab.com/handbook/engineering/architecture/design-documents/cells/routable_tokens/).
func gitlabRoutable(token []byte) Check {
	if len(token) < 10 || token[len(token)-10] != '.' {
		return NoCheck
	}
	var want [7]byte
	cut := len(token) - len(want)
	putBase(want[:], crc32.ChecksumIEEE(token[:cut]), base62[:10]+"abcdefghijklmnopqrstuvwxyz")
	return verdict(bytes.Equal(want[:], token[cut:]))
}

// nkey verifies the CRC-16 (XMODEM) at the end of a NATS key, little-endian.
func nkey(token []byte) Check {
	var raw [36]byte
	if n, err := base32.StdEncoding.WithPadding(base32.NoPadding).Decode(raw[:], token); err != nil || n != len(raw) {
		return Invalid
	}
	var crc uint16
	for _, c := range raw[:34] {
		crc ^= uint16(c) << 8
		for range 8 {
			if crc&0x8000 != 0 {
				crc = crc<<1 ^ 0x1021
			} else {
				crc <<= 1
			}
		}
	}
	return verdict(crc == uint16(raw[34])|uint16(raw[35])<<8)
}

// putBase writes v into dst in the base of digits, with leading zeros.
func putBase(dst []byte, v uint32, digits string) {
	base := uint32(len(digits))
	for i := len(dst) - 1; i >= 0; i-- {
		dst[i] = digits[v%base]
		v /= base
	}
}

func verdict(ok bool) Check {
	if ok {
		return Valid
	}
	return Invalid
}

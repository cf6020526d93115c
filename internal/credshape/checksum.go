package credshape

import (
	"bytes"
	"encoding/base32"
	"hash/crc32"
)

const (
	base36 = "0123456789abcdefghijklmnopqrstuvwxyz"
	base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

// A checksum is how a vendor lets a token be told from a made-up one.
type checksum struct {
	// sum writes the checksum of token's other bytes into dst, as long as the
	// checksum is, and returns false if this format of token has none.
	sum func(dst, token []byte) bool
	n   int // length of the checksum, at the end of the token
}

func (c *checksum) check(token []byte) Check {
	var want [8]byte
	if len(token) < c.n || !c.sum(want[:c.n], token) {
		return NoCheck
	}
	if bytes.Equal(want[:c.n], token[len(token)-c.n:]) {
		return Valid
	}
	return Invalid
}

// crc62 is the checksum GitHub introduced in 2021 and npm uses too: after a prefix of
// four bytes 30 random characters and the CRC-32 of those in six base62 digits, 0-9 A-Z a-z
// (https://github.blog/2021-04-05-behind-githubs-new-authentication-token-formats/).
var crc62 = checksum{n: 6, sum: func(dst, token []byte) bool {
	if len(token) != 40 {
		return false
	}
	putBase(dst, crc32.ChecksumIEEE(token[4:34]), base62)
	return true
}}

// routable is the checksum of GitLab's routable tokens: the CRC-32 in base 36 of
// everything before it, the prefix included
// (https://handbook.gitlab.com/handbook/engineering/architecture/design-documents/cells/routable_tokens/).
var routable = checksum{n: 7, sum: func(dst, token []byte) bool {
	if len(token) < 10 || token[len(token)-10] != '.' {
		return false
	}
	putBase(dst, crc32.ChecksumIEEE(token[:len(token)-7]), base36)
	return true
}}

// nkey is the checksum of a NATS key: the CRC-16 (XMODEM), little-endian, of the 34
// bytes before it, all in base32. It shares a character with what it is made of, so
// the last four are compared.
var nkey = checksum{n: 4, sum: func(dst, token []byte) bool {
	var raw [36]byte
	enc := base32.StdEncoding.WithPadding(base32.NoPadding)
	if n, err := enc.Decode(raw[:], token); err != nil || n != len(raw) {
		return false
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
	raw[34], raw[35] = byte(crc), byte(crc>>8)
	var text [58]byte
	enc.Encode(text[:], raw[:])
	copy(dst, text[54:])
	return true
}}

// putBase writes v into dst in the base of digits, with leading zeros.
func putBase(dst []byte, v uint32, digits string) {
	base := uint32(len(digits))
	for i := len(dst) - 1; i >= 0; i-- {
		dst[i] = digits[v%base]
		v /= base
	}
}

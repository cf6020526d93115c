package assign

import (
	"github.com/ambit-go/ambit/internal/credshape"
)

// A class is what a name says about the value it is given to.
type class uint8

const (
	none     class = iota
	password       // password, passwd, pwd, passphrase …
	secret
	token
	key     // a key that opens something: api_key, secretKey, signing-key …
	weakKey // a key of which the name does not say what it is for
	auth
	credential
	salt // salt, nonce: random, and of use to who breaks a hash or a session
)

// kinds names the findings of a class, on the wire.
var kinds = [...]string{
	none:       "secret",
	password:   "password",
	secret:     "generic-secret",
	token:      "generic-token",
	key:        "generic-api-key",
	weakKey:    "generic-api-key",
	auth:       "generic-token",
	credential: "generic-secret",
	salt:       "generic-secret",
}

// Generic reports whether a kind says no more than that a name told the secret.
func Generic(kind string) bool {
	for _, k := range kinds {
		if k == kind {
			return true
		}
	}
	return false
}

// A name is the identifier in front of a value, taken apart.
type name struct {
	class  class
	plural bool  // tokens, keys: a list of them or a number of them
	test   bool  // says of itself that it is not meant seriously
	shout  bool  // in capitals, as environment variables are
	words  uint8 // how many words it has
}

// maxName bounds an identifier; what is longer is data.
const maxName = 80

// parseName takes text[start:end] apart. Only the last words decide: a
// passwordField, a token_type or a keyId is no secret.
func parseName(id []byte) name {
	var n name
	var buf [maxName]byte // words in lower case, one after the other
	var ends [12]uint8    // where each of them ends in buf
	k, w := 0, 0
	lower := false
	for i, c := range id[:min(len(id), maxName)] {
		up := c >= 'A' && c <= 'Z'
		sep := !isAlnum(c)
		switch {
		case sep, up && i > 0 && isLower(id[i-1]), up && i > 0 && isUpper(id[i-1]) && i+1 < len(id) && isLower(id[i+1]):
			if k > 0 && (w == 0 || int(ends[w-1]) < k) {
				if w == len(ends)-1 {
					copy(ends[:], ends[1:])
					w--
				}
				ends[w] = uint8(k)
				w++
			}
		}
		lower = lower || isLower(c)
		if !sep {
			buf[k] = c | 0x20
			if c >= '0' && c <= '9' {
				buf[k] = c
			}
			k++
		}
	}
	if k > 0 && (w == 0 || int(ends[w-1]) < k) {
		if w == len(ends)-1 {
			copy(ends[:], ends[1:])
			w--
		}
		ends[w] = uint8(k)
		w++
	}
	n.words, n.shout = uint8(w), !lower
	word := func(i int) []byte {
		if i < 0 || i >= w {
			return nil
		}
		from := 0
		if i > 0 {
			from = int(ends[i-1])
		}
		return buf[from:ends[i]]
	}
	for i := range w {
		if isJest(word(i)) {
			n.test = true
		}
	}
	last := w - 1
	for last > 0 && (isNeutral(word(last)) || digitsOnly(word(last))) {
		last--
	}
	n.class, n.plural = classOf(trimDigits(word(last)), word(last-1))
	return n
}

// mayBeSecret is a quick look at the last word of an identifier: most names that have
// a keyword in them end in another word.
func mayBeSecret(id []byte) bool {
	to := len(id)
	if to > 0 && isDigit(id[to-1]) {
		return true // secretB64
	}
	for to > 0 && !isLower(id[to-1]) && !isUpper(id[to-1]) {
		to--
	}
	from := to
	for from > 0 && to-from < 24 && (isLower(id[from-1]) || isUpper(id[from-1])) {
		from--
		if isUpper(id[from]) && from+1 < to && isLower(id[from+1]) {
			break // Word
		}
	}
	w := id[from:to]
	if len(w) == 0 {
		return false
	}
	var buf [24]byte
	low := buf[:0]
	for _, c := range w[:min(len(w), len(buf))] {
		low = append(low, c|0x20)
	}
	if isLast(low) {
		return true
	}
	if hasTail(low) {
		return true
	}
	return len(low) > 1 && low[len(low)-1] == 's' && hasTail(low[:len(low)-1])
}

func hasTail(w []byte) bool {
	for _, t := range tailsOf(w[len(w)-1]) {
		if len(w) >= len(t.word) && string(w[len(w)-len(t.word):]) == t.word {
			return true
		}
	}
	return false
}

// isLast reports whether a name with a secret behind it may end in w.
func isLast(w []byte) bool {
	if headOf(w) != none || isNeutral(w) || string(w) == "word" { // PassWord
		return true
	}
	return len(w) > 1 && w[len(w)-1] == 's' && headOf(w[:len(w)-1]) != none
}

// classOf says what the last word of a name means, given the one before it.
func classOf(w, before []byte) (class, bool) {
	if string(w) == "word" && string(before) == "pass" {
		return password, false
	}
	plural := false
	c := headOf(w)
	if c == none && len(w) > 3 && w[len(w)-1] == 's' {
		c, plural = headOf(w[:len(w)-1]), true
	}
	if c == weakKey {
		switch {
		case isStrong(before):
			c = key
		case isDull(before):
			return none, false
		}
	}
	if c != none || plural && len(w) > 3 && headOf(w[:len(w)-1]) != none {
		return c, plural
	}
	for _, t := range tailsOf(lastByte(w)) { // dbpassword, authtoken, apikey
		if len(w) > len(t.word) && string(w[len(w)-len(t.word):]) == t.word {
			if t.class == weakKey {
				if isStrong(w[:len(w)-len(t.word)]) {
					return key, false
				}
				return none, false
			}
			if t.class == password && isNoPass(w) {
				return none, false
			}
			return t.class, false
		}
	}
	return none, false
}

// headOf returns what a name is about whose last word is w, none if w says nothing.
func headOf(w []byte) class {
	switch string(w) {
	case "password", "passwd", "passwort", "pass", "pwd", "pw", "pswd", "passwrd", "passphrase", "passcode", "passkey", "userpass", "rootpw", "keypass":
		return password
	case "secret", "sharedsecret", "clientsecret", "appsecret", "sas", "sig", "verifier":
		return secret
	case "token", "jwt", "bearer", "pat", "authtoken", "accesstoken":
		return token
	case "key":
		return weakKey
	case "apikey", "accesskey", "secretkey", "privatekey", "authkey":
		return key
	case "auth", "authorization":
		return auth
	case "credential", "cred", "creds":
		return credential
	case "salt", "nonce":
		return salt
	}
	return none
}

// tailsOf returns what a word without separators may end in, of those with that last byte.
func tailsOf(last byte) []tail {
	if last < 'a' || last > 'z' {
		return nil
	}
	return tails[last-'a']
}

var tails = [...][]tail{
	'd' - 'a': {{"password", password}, {"passwd", password}, {"pwd", password}},
	'e' - 'a': {{"passphrase", password}},
	'l' - 'a': {{"credential", credential}},
	'n' - 'a': {{"token", token}},
	's' - 'a': {{"pass", password}, {"credentials", credential}},
	't' - 'a': {{"secret", secret}},
	'y' - 'a': {{"apikey", key}, {"accesskey", key}, {"secretkey", key}, {"privatekey", key}, {"key", weakKey}},
	'z' - 'a': nil,
}

type tail struct {
	word  string
	class class
}

func lastByte(w []byte) byte {
	if len(w) == 0 {
		return 0
	}
	return w[len(w)-1]
}

// isNoPass reports whether w is an English word that ends like a password.
func isNoPass(w []byte) bool {
	switch string(w) {
	case "bypass", "compass", "trespass", "surpass", "overpass", "underpass", "encompass", "multipass", "singlepass", "askpass":
		return true
	}
	return false
}

// isStrong reports whether w is what a key opens or whose it is; any other key may be one
// of a map, a table or a keyboard.
func isStrong(w []byte) bool {
	switch string(w) {
	case "api", "access", "secret", "private", "priv", "auth", "authentication", "authorization", "encryption", "encrypt", "encrypted", "decrypt", "decryption",
		"signing", "sign", "signature", "master", "account", "storage", "shared", "service", "license", "licence", "admin", "application", "client", "consumer",
		"deploy", "deployment", "hmac", "jwt", "crypt", "crypto", "cipher", "integration", "ssh", "root", "aes", "des", "rsa", "session", "subscription", "server",
		"live", "sandbox", "webhook", "security", "management", "write", "ingest", "secure", "push", "sas", "oauth", "bot", "tls", "ssl", "gpg", "pgp",
		"provisioning", "activation", "registration", "recovery", "seed", "wallet", "app", "sdk", "personal":
		return true
	}
	return false
}

// isDull reports whether a key of w opens nothing.
func isDull(w []byte) bool {
	switch string(w) {
	case "public", "pub", "cache", "caching", "primary", "foreign", "partition", "sort", "sorting", "index", "composite", "unique", "lookup", "map", "dict",
		"dictionary", "object", "row", "column", "field", "property", "json", "yaml", "config", "setting", "settings", "translation", "i18n", "message", "locale",
		"routing", "partitioning", "idempotency", "dedupe", "hot", "arrow", "enter", "return", "escape", "shift", "control", "ctrl", "alt", "meta", "function",
		"modifier", "keyboard", "bucket", "group", "attribute", "label", "tag", "metric", "environment", "variable", "header", "context", "state", "store", "redis",
		"query", "param", "parameter", "sharding", "shard", "natural", "surrogate", "join":
		return true
	}
	return false
}

// isNeutral reports whether w says nothing new behind the word that counts.
func isNeutral(w []byte) bool {
	switch string(w) {
	case "value", "val", "str", "string", "text", "raw", "plain", "plaintext", "default", "env", "prod", "production", "dev", "development", "staging", "stage",
		"local", "old", "new", "current", "prev", "previous", "next", "test", "base64", "b64", "hex", "bytes", "encoded", "main", "primary", "secondary", "backup",
		"temp", "tmp", "here", "confirmation", "confirm", "again", "repeat", "repeated", "retype", "verify", "base":
		return true
	}
	return false
}

// isJest reports whether a name says by w that its value is made up.
func isJest(w []byte) bool {
	switch string(w) {
	case "test", "tests", "testing", "fake", "dummy", "example", "mock", "sample", "demo", "invalid", "bogus", "wrong", "bad", "expected", "stub", "fixture":
		return true
	}
	return false
}

// nearShape returns the shape that value has and that a word in the identifier
// vouches for.
func nearShape(id, value []byte) *credshape.Shape {
	var buf [maxName]byte
	k := 0
	for _, c := range id[:min(len(id), maxName)] {
		if isUpper(c) {
			c |= 0x20
		}
		if isAlnum(c) {
			buf[k] = c
			k++
		}
	}
	return credshape.MatchNear(buf[:k], value)
}

// SecretName reports whether a variable of that name holds a secret, by the words of
// the name.
func SecretName(id []byte) bool {
	if len(id) > maxName {
		return false
	}
	n := parseName(id)
	return n.class != none && n.class != weakKey && n.class != salt && !(n.class == auth && n.words > 1) && !(n.plural && n.class != credential)
}

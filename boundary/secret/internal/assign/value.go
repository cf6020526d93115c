package assign

import (
	"bytes"
	"math"

	"github.com/ambit-go/ambit/internal/credshape"
)

// A shape of a value, as far as one pass over its bytes tells.
type stats struct {
	n                            int
	uppers, lowers, digits, syms int     // syms: everything else, blanks included
	blanks, dashes, unders, dots int     //
	hexes, base64s               int     // bytes that hexadecimal and base64 have
	turns                        int     // changes between kinds of bytes
	longest                      int     // the longest run of one byte
	steps                        int     // bytes that are the next after the one before: abc, 123
	distinct                     int     // different bytes
	entropy                      float64 // bits per byte
	words                        float64 // mean log2 probability of its letters as a word, 0 the most likely
	first, last                  byte
}

// maxStats bounds how much of a value is measured: no token needs more to be told from prose.
const maxStats = 256

func measure(v []byte) stats {
	v = v[:min(len(v), maxStats)]
	s := stats{n: len(v), entropy: credshape.Entropy(v)}
	if len(v) == 0 {
		return s
	}
	s.first, s.last = v[0], v[len(v)-1]
	var seen [4]uint64
	var before uint8
	run, pairs := 0, 0
	sum := 0
	prev := 0 // the beginning of a word
	for i, c := range v {
		k := classes[c] & (upper | lower | digit)
		switch k {
		case upper:
			s.uppers++
		case lower:
			s.lowers++
		case digit:
			s.digits++
		default:
			s.syms++
			switch c {
			case ' ', '\t':
				s.blanks++
			case '-':
				s.dashes++
			case '_':
				s.unders++
			case '.':
				s.dots++
			}
		}
		if classes[c]&hex != 0 {
			s.hexes++
		}
		if classes[c]&base64Byte != 0 {
			s.base64s++
		}
		if i > 0 && k != before && !(before == upper && k == lower) { // Word and word are one kind
			s.turns++
		}
		before = k
		if i > 0 && c == v[i-1] {
			run++
		} else {
			run = 1
		}
		s.longest = max(s.longest, run)
		if i > 0 && (c == v[i-1]+1 || c == '0' && v[i-1] == '9') {
			s.steps++
		}
		if seen[c>>6]&(1<<(c&63)) == 0 {
			seen[c>>6] |= 1 << (c & 63)
			s.distinct++
		}
		// Letters pair by pair; a capital behind a small letter begins a word.
		next := symbol(c)
		if k == upper && i > 0 && isLower(v[i-1]) {
			prev = 0
		}
		if next != 0 || prev != 0 {
			sum += int(bigrams[prev*symbols+next])
			pairs++
		}
		prev = next
	}
	if pairs > 0 {
		s.words = -float64(sum) / bigramScale / float64(pairs)
	}
	return s
}

// symbols is the alphabet of the table of pairs: 0 for what is no letter or digit,
// then a to z, then any digit.
const symbols = 28

func symbol(c byte) int {
	switch {
	case isLower(c):
		return int(c-'a') + 1
	case isUpper(c):
		return int(c-'A') + 1
	case isDigit(c):
		return 27
	}
	return 0
}

// bigramScale is what one bit is in the table of pairs.
const bigramScale = 16

// refers reports whether v stands for a value that is somewhere else: a variable, a
// template, a path in a secret store, or a call. Such a text shows where a
// secret is used; there is none in it.
func refers(v []byte, quoted bool) bool {
	switch v[0] {
	case '$':
		return len(v) > 1 && (v[1] == '{' || v[1] == '(' || v[1] == '$' || isVariable(v[1:]))
	case '%':
		return len(v) > 2 && (v[1] == '(' || v[len(v)-1] == '%' || v[1] == 's' && len(v) <= 3)
	case '{':
		return !quoted || len(v) > 1 && (v[1] == '{' || v[1] == '%') || v[len(v)-1] == '}'
	case '<':
		return v[len(v)-1] == '>' || bytes.IndexByte(v, '>') > 0 || len(v) > 1 && v[1] == '%'
	case '#':
		return len(v) > 1 && v[1] == '{'
	case '@':
		return !quoted || len(v) > 1 && v[1] == '{'
	case '[':
		return !quoted || v[len(v)-1] == ']'
	case '&', '*', '!', '(', '|':
		return !quoted
	}
	for _, p := range referencePrefixes {
		if len(v) > len(p) && string(v[:len(p)]) == p {
			return true
		}
	}
	if !quoted && (bytes.Contains(v, []byte("{{")) || bytes.Contains(v, []byte("${"))) {
		return true
	}
	for _, p := range templates {
		if i := bytes.Index(v, p[0]); i >= 0 && bytes.Contains(v[i:], p[1]) {
			return true
		}
	}
	return false
}

// isVariable reports whether a shell takes all of v as the name of a variable.
func isVariable(v []byte) bool {
	for _, c := range v {
		if !isAlnum(c) && c != '_' && c != '.' && c != '-' && c != ':' && c != '>' && c != '[' && c != ']' && c != '\'' {
			return false
		}
	}
	return len(v) > 0 && (digitsOnly(v) || !hasBoth(v))
}

// hasBoth reports whether v has small letters, capitals and digits: $GITHUB_TOKEN has
// not, $2b$12$R9h and pa$$W0rd have.
func hasBoth(v []byte) bool {
	var k uint8
	for _, c := range v {
		k |= classes[c]
	}
	return k&(upper|lower|digit) == upper|lower|digit
}

var referencePrefixes = []string{
	"process.env", "os.environ", "os.getenv", "os.Getenv", "System.getenv", "ENV[", "env.", "env(", "getenv", "import.meta.env",
	"secrets.", "var.", "local.", "data.", "module.", "config.", "settings.", "self.", "this.", "params.", "props.", "req.", "request.",
	"ctx.", "args.", "options.", "opts.", "vars.", "steps.", "inputs.", "github.", "matrix.", "context.", "user.", "cfg.", "conf.",
	"op://", "vault:", "vault://", "ref+", "sm://", "secretsmanager:", "arn:aws:secretsmanager", "arn:aws:ssm", "aws-sm:", "gcp-sm:",
	"keyvault:", "azurekeyvault", "projects/", "kms:", "ENC[", "env:", "file:", "file://", "@Microsoft.KeyVault", "{cipher}", "!Ref", "!Sub",
	"/run/secrets/", "/var/run/secrets/", "/etc/", "~/",
}

var templates = [][2][]byte{
	{[]byte("${"), []byte("}")},
	{[]byte("{{"), []byte("}}")},
	{[]byte("$("), []byte(")")},
	{[]byte("#{"), []byte("}")},
	{[]byte("<%"), []byte("%>")},
	{[]byte("%{"), []byte("}")},
	{[]byte("%("), []byte(")s")},
	{[]byte("@{"), []byte("}")},
	{[]byte("<your"), []byte(">")},
}

// digest reports whether v is an identifier of a kind that is never secret: a digest,
// a timestamp, a version, an address, a path.
func digest(v []byte, s stats) bool {
	for _, p := range digestPrefixes {
		if len(v) > len(p) && string(v[:len(p)]) == p {
			return true
		}
	}
	if s.n >= 8 && isDigit(v[0]) && isDigit(v[3]) && v[4] == '-' && isDigit(v[5]) { // 2026-08-26T16:11:36Z
		return true
	}
	if (v[0] == '/' || v[0] == '.') && (len(v) < 2 || v[1] != '/') && bytes.IndexByte(v[1:], '/') > 0 && s.words < 4.6 {
		return true
	}
	if i := bytes.Index(v, []byte("://")); i > 0 && i < 12 {
		return true // a URL: userinfo and parameters are looked at by themselves
	}
	return s.digits+s.dots == s.n && s.dots > 0 || bytes.HasPrefix(v, []byte("www."))
}

var digestPrefixes = []string{"sha1:", "sha1-", "sha256:", "sha256-", "sha384-", "sha512:", "sha512-", "md5:", "md5-", "h1:", "urn:", "arn:", "oid:", "mailto:", "http:", "https:"}

// hashed reports whether v is a password's hash in the form of crypt(3), LDAP or a
// framework: what it was made from cannot be read off it.
func hashed(v []byte) bool {
	for _, p := range hashPrefixes {
		if len(v) > len(p)+16 && string(v[:len(p)]) == p {
			return true
		}
	}
	return false
}

var hashPrefixes = []string{
	"$1$", "$2a$", "$2b$", "$2y$", "$5$", "$6$", "$7$", "$y$", "$apr1$", "$argon2", "$pbkdf2", "$scrypt$",
	"{SHA}", "{SSHA}", "{SSHA512}", "{CRYPT}", "{MD5}", "pbkdf2_sha", "bcrypt$", "scrypt:", "pbkdf2:", "argon2$",
}

// isUUID reports whether v has the form 8-4-4-4-12 in hexadecimal.
func isUUID(v []byte) bool {
	if len(v) != 36 {
		return false
	}
	for i, c := range v {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if c != '-' {
				return false
			}
		} else if classes[c]&(digit|hex) == 0 {
			return false
		}
	}
	return true
}

// placeholder reports whether v says of itself that something is to be put here, or
// shows that something was taken away.
func placeholder(v []byte, s stats) bool {
	if s.longest >= 5 && s.longest*2 >= s.n || s.n > 3 && s.distinct <= 2 { // xxxxxxxx, ********, ababab
		return true
	}
	if s.steps*4 >= 3*(s.n-1) && s.n >= 6 { // abcdef, 123456
		return true
	}
	if s.longest >= 8 {
		switch {
		case bytes.Contains(v, []byte("xxxxxxxx")), bytes.Contains(v, []byte("XXXXXXXX")), bytes.Contains(v, []byte("********")), bytes.Contains(v, []byte("........")):
			return true
		}
	}
	if bytes.Contains(v, []byte("...")) || bytes.Contains(v, []byte("***")) || bytes.Contains(v, []byte("…")) || bytes.Contains(v, []byte(`\x1b`)) || bytes.Contains(v, []byte(`\033`)) || bytes.Contains(v, []byte("•")) {
		return true
	}
	if s.n > 64 {
		return false
	}
	var buf [64]byte
	low := buf[:0]
	for _, c := range v {
		if isUpper(c) {
			c |= 0x20
		}
		low = append(low, c)
	}
	for _, p := range placeholders {
		if bytes.Contains(low, []byte(p)) {
			return true
		}
	}
	for _, p := range lonePlaceholders {
		if i := bytes.Index(low, []byte(p)); i >= 0 && (i == 0 || !isLower(low[i-1])) && (i+len(p) == len(low) || !isLower(low[i+len(p)])) {
			return true
		}
	}
	return false
}

// placeholders hold words no generator puts into a secret, and few people do.
var placeholders = [...]string{
	"[0-9", "[a-z", `\w`, `\d`, // an expression that matches them
	"example", "placeholder", "changeme", "change-me", "change_me", "change this", "changethis", "replace", "yourpass", "yoursecret", "yourtoken",
	"yourkey", "yourapi", "redacted", "insert", "dummy", "sample", "notasecret", "not-a-secret", "not_a_secret", "my-token", "my_token", "mytoken",
	"my-api", "my_api", "myapi", "foobar", "foo-bar", "lorem", "xxxx", "masked", "hidden", "removed", "undefined", "<",
}

// lonePlaceholders are short: they count as words of their own.
var lonePlaceholders = [...]string{"your", "todo", "fixme", "tbd", "enter", "here", "fake", "some", "none", "null"}

// isTypeWord reports whether w stands behind the colon where a language declares a type,
// or a configuration a switch.
func isTypeWord(w []byte) bool {
	switch string(w) {
	case "string", "str", "String", "bytes", "byte", "Buffer", "number", "int", "integer", "Integer", "int64", "bool", "boolean", "Boolean", "any", "object",
		"Object", "unknown", "never", "void", "null", "nil", "None", "none", "true", "false", "True", "False", "undefined", "optional", "Optional", "required",
		"readonly", "const", "static", "char", "text", "Text", "varchar", "json", "yaml", "password", "Password", "secret", "Secret", "token", "Token", "key", "Key",
		"auth", "type", "Type", "list", "List", "map", "Map", "dict", "array", "Array", "set", "Set", "function", "func", "async", "await", "new", "return", "yes",
		"no", "on", "off", "enabled", "disabled", "default", "auto", "basic", "bearer", "Bearer", "Basic":
		return true
	}
	return false
}

// isPlainType reports whether w is a type word nobody takes for a password.
func isPlainType(w []byte) bool {
	switch string(w) {
	case "bool", "boolean", "string", "str", "int", "integer", "number", "value", "null", "none", "nil", "true", "false", "text", "object", "any", "required",
		"optional", "undefined":
		return true
	}
	return false
}

func log2(n int) float64 { return math.Log2(float64(n)) }

// Value judges a text that stands where only a secret stands: in front of the @ of
// a URL, behind Bearer, as the argument of a command that takes a password. kind is the
// shape it has, empty if none.
func Value(v []byte, quoted bool) (kind string, ok bool) {
	if len(v) == 0 {
		return "", false
	}
	if s, ok := credshape.Match(v); ok && s.Class == credshape.Secret && s.Plausible(v) {
		return s.Kind, true
	}
	if refers(v, quoted) || v[0] == '$' || bytes.IndexByte(v, '>') >= 0 {
		return "", false
	}
	s := measure(v)
	if placeholder(v, s) || standIn(v) {
		return "", false
	}
	return "", true
}

// Random reports whether v looks like the work of a generator, not of a person who
// writes words.
func Random(v []byte) bool { return random(measure(v)) }

func random(s stats) bool {
	if s.n < 12 || s.longest > 6 {
		return false
	}
	letters := s.uppers + s.lowers
	switch {
	case s.blanks > 0:
		return false
	case s.uppers > 0 && s.lowers > 0 && s.digits > 0:
		return s.entropy > 3 && s.words > 4
	case letters > 0 && s.digits > 0:
		return s.entropy > 2.8 && s.words > 4.5 && s.turns*6 > s.n
	}
	return s.words > 5.2 && s.entropy > 3
}

// Mixed reports whether v has both letters and digits: a word of a language has not.
func Mixed(v []byte) bool {
	s := measure(v)
	return s.digits > 0 && s.uppers+s.lowers > 0
}

// standIn reports whether v is a word people write where a password would stand.
func standIn(v []byte) bool {
	if len(v) > 16 {
		return false
	}
	var buf [16]byte
	low := append(buf[:0], v...)
	for i, c := range low {
		if isUpper(c) {
			low[i] = c | 0x20
		}
	}
	return isStandIn(low)
}

// isStandIn reports whether w stands for a password, as people write it.
func isStandIn(w []byte) bool {
	switch string(w) {
	case "p", "pw", "pwd", "pass", "passwd", "password", "passphrase", "secret", "token", "key", "apikey", "api_key", "user", "username", "test", "tests",
		"testing", "xxx", "yyy", "zzz", "abc", "foo", "bar", "baz", "foobar", "mypassword", "mypass", "my_password", "userpass", "user_password", "[password]",
		"[token]", "changeit", "changeme", "admin_password", "db_password":
		return true
	}
	return false
}

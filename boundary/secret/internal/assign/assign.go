package assign

import (
	"bytes"
	"cmp"
	"iter"
	"slices"

	"github.com/ambit-go/ambit/internal/credshape"
)

// Keywords are the words, in lower case, at which an assignment may be looked for.
// Vendors are words too: a name with one of them counts only with a value of that vendor's form.
func Keywords() (names, vendors []string) {
	names = []string{
		"pass", "pwd", "pswd", "pw:", "pw=", "pw\"", "pw'", "pw)", "pw ", "secret", "token", "key", "auth", "cred", "bearer", "jwt", "salt", "nonce", "sig=",
	}
	for _, w := range credshape.NearWords() {
		if len(w) >= 4 {
			vendors = append(vendors, w)
		}
	}
	return names, vendors
}

// A Hit is a secret that is assigned to a name.
type Hit struct {
	Start, End int
	Kind       string
}

// At looks at text[at:end], where one of the keywords stands, for a name and a value.
// vendor says that the keyword is one of the vendors.
func At(text []byte, at, end int, vendor bool) (Hit, bool) {
	c, ok := parse(text, at, end, vendor)
	if !ok {
		return Hit{}, false
	}
	return c.judge(text)
}

// A candidate is an assignment that parsed, before it is judged.
type candidate struct {
	spot
	name   name
	scheme string // kind of a value that has a scheme in front
}

func parse(text []byte, at, end int, vendor bool) (candidate, bool) {
	if b := text[end-1]; !isAlnum(b) {
		end-- // pw: and its like
	}
	from, to, ok := findName(text, at, end)
	if !ok || !vendor && !mayBeSecret(text[from:to]) {
		return candidate{}, false
	}
	s, ok := findValue(text, from, to)
	if !ok || s.nameFrom >= s.nameTo {
		return candidate{}, false
	}
	c := candidate{spot: s, name: parseName(text[s.nameFrom:s.nameTo])}
	if c.name.class == weakKey && c.name.words == 1 {
		var buf [16]byte
		switch w := wordBefore(buf[:0], text, s.nameFrom); {
		case isDull(w):
			c.name.class = none // cache key: …
		case isStrong(w):
			c.name.class = key // API key: …
		}
	}
	if c.name.class == none && !vendor {
		return c, false
	}
	if s.op == colon && string(text[s.nameFrom:s.nameTo]) == "PASS" && (from == 0 || text[from-1] == '\n' || text[from-1] == ' ') {
		return c, false // the outcome of a test
	}
	return c, c.trim(text)
}

// wordBefore appends the word in front of a name, one blank between, in lower case.
func wordBefore(dst, text []byte, at int) []byte {
	if at < 2 || text[at-1] != ' ' {
		return nil
	}
	from := at - 1
	for from > 0 && at-from <= cap(dst) && (isLower(text[from-1]) || isUpper(text[from-1])) {
		from--
	}
	for _, c := range text[from : at-1] {
		dst = append(dst, c|0x20)
	}
	return dst
}

// schemes are the words in front of credentials in a header, and the kind of what follows.
var schemes = []struct{ word, kind string }{
	{"bearer", "bearer-token"}, {"basic", "basic-auth"}, {"token", ""}, {"apikey", ""}, {"digest", ""}, {"bearer:", "bearer-token"},
}

// trim takes a scheme off the value, as in Authorization: Bearer.
func (c *candidate) trim(text []byte) bool {
	v := text[c.from:c.to]
	word, _, _ := bytes.Cut(v, []byte(" "))
	for _, s := range schemes {
		if len(word) != len(s.word) || !bytes.EqualFold(word, []byte(s.word)) {
			continue
		}
		switch {
		case len(word) < len(v):
			c.scheme = s.kind
			c.from += len(word)
		case c.quote == 0 && c.to < len(text) && text[c.to] == ' ': // the value is the word behind
			next, ok := c.value(text, c.to)
			if !ok {
				return false
			}
			c.spot, c.scheme = next, s.kind
		}
		break
	}
	for c.from < c.to && isBlank(text[c.from]) {
		c.from++
	}
	for c.to > c.from && isBlank(text[c.to-1]) {
		c.to--
	}
	return c.to > c.from
}

// judge decides whether the value is a secret.
func (c *candidate) judge(text []byte) (Hit, bool) {
	var f Features
	h, v := c.decide(text, &f)
	return h, v == yes || v == ask && f.score() >= threshold
}

// A verdict is what rules alone say.
type verdict uint8

const (
	no verdict = iota
	yes
	ask // the model
)

// decide returns what rules alone say; where they say nothing it describes the
// candidate in f, to ask the model with.
func (c *candidate) decide(text []byte, f *Features) (Hit, verdict) {
	v := text[c.from:c.to]
	h := Hit{Start: c.from, End: c.to, Kind: cmp.Or(c.scheme, kinds[c.name.class])}
	if len(v) < c.least() || bytes.HasPrefix(v, []byte("-----BEGIN")) {
		return h, no
	}
	if s, ok := credshape.Match(v); ok && s.Class == credshape.Secret {
		h.Kind = s.Kind
		if s.Plausible(v) {
			return h, yes
		}
		return h, no
	}
	if refers(v, c.quote != 0) {
		return h, no
	}
	s := measure(v)
	if placeholder(v, s) || digest(v, s) || hashed(v) {
		return h, no
	}
	if len(v) >= 14 && s.blanks == 0 && s.entropy > 2.3 {
		if n := nearShape(text[c.nameFrom:c.nameTo], v); n != nil && !wordy(v, s) {
			h.Kind = n.Kind
			return h, yes
		}
	}
	if c.name.class == none || c.excluded(text, v, s) {
		return h, no
	}
	c.features(f, text, v, s)
	return h, ask
}

// Asked yields every assignment in text about which rules alone do not decide, with
// what the model sees of it: what its weights are trained on.
func Asked(text []byte) iter.Seq2[Hit, *Features] {
	return func(yield func(Hit, *Features) bool) {
		names, vendors := Keywords()
		low := bytes.ToLower(text)
		done := -1
		for at := range text {
			for i, w := range slices.Concat(names, vendors) {
				if !bytes.HasPrefix(low[at:], []byte(w)) {
					continue
				}
				c, ok := parse(text, at, at+len(w), i >= len(names))
				if !ok || c.from <= done {
					continue
				}
				f := new(Features)
				if h, v := c.decide(text, f); v == ask {
					done = c.from
					if !yield(h, f) {
						return
					}
				}
			}
		}
	}
}

// threshold is where the model says yes.
const threshold = 0

// least is how short a value may be.
func (c *candidate) least() int {
	switch c.name.class {
	case password:
		return 4
	case weakKey:
		return 12
	}
	return 6
}

// excluded reports whether a value is out of the question, whatever the model
// would say of it: its features are those of a secret, its meaning is not.
func (c *candidate) excluded(text, v []byte, s stats) bool {
	if len(v) <= 16 && (isPlainType(v) || isTypeWord(v) && (c.quote == 0 || c.name.class != password)) {
		return true
	}
	if c.name.plural && digitsOnly(v) || c.name.class != password && s.digits == s.n && s.n < 16 {
		return true // a number of them, or a one-time code
	}
	if c.quote == 0 && s.digits > 0 && isNumber(v) || (c.quote == 0 || c.quote == '`') && isExpression(v) {
		return true
	}
	if c.quote == 0 && c.op == equals && within(v, text[c.nameFrom:c.nameTo]) {
		return true // s.apiKey = apiKey
	}
	if c.op == call && c.argument(text) {
		return true // setPassword("ada", …): the first of several is the user
	}
	if c.name.class == weakKey && (!random(s) || publicNear(text, c.nameFrom)) {
		return true // "key": "APP-12"
	}
	if c.op == option && c.quote == 0 && !c.dashes && (s.digits == 0 || s.uppers+s.lowers == 0) {
		return true
	}
	if c.op == colon && c.quote == 0 && s.lowers == s.n && c.to+1 < len(text) && text[c.to] == ' ' && isLower(text[c.to+1]) {
		return true // first pass: assign the addresses
	}
	if c.op == cell && !random(s) && !(c.name.class == password && s.digits > 0 && s.uppers > 0 && s.lowers > 0) {
		return true // printenv TOKEN | sort
	}
	if c.op == prose && (s.digits == 0 || s.uppers+s.lowers == 0) {
		return true // the password is absent
	}
	return s.uppers+s.lowers == 0 && s.digits < 4
}

// within reports whether the letters and digits of v are part of those of the name,
// whatever the case.
func within(v, id []byte) bool {
	squeeze := func(dst, b []byte) []byte {
		for _, c := range b[:min(len(b), cap(dst))] {
			if isUpper(c) {
				c |= 0x20
			}
			if isAlnum(c) {
				dst = append(dst, c)
			}
		}
		return dst
	}
	var a, b [maxName]byte
	return len(v) <= maxName && bytes.Contains(squeeze(b[:0], id), squeeze(a[:0], v))
}

// argument reports whether another argument follows the value.
func (c *candidate) argument(text []byte) bool {
	p := skipBlank(text, c.next)
	return p < len(text) && text[p] == ','
}

// publicNear reports whether a public key is spoken of before the name.
func publicNear(text []byte, at int) bool {
	lead := text[max(0, at-60):at]
	i := bytes.LastIndex(lead, []byte("ublic"))
	if i < 0 {
		return false
	}
	rest := lead[i+len("ublic"):]
	if len(rest) > 0 && (rest[0] == '_' || rest[0] == '-') {
		rest = rest[1:]
	}
	return len(rest) >= 3 && (rest[0]|0x20) == 'k' && rest[1] == 'e' && rest[2] == 'y'
}

// isNumber reports whether v is a hexadecimal number of up to 64 bits: 0x10ac.
func isNumber(v []byte) bool {
	if v[0] == '-' {
		v = v[1:]
	}
	if len(v) > 2 && v[0] == '0' && (v[1] == 'x' || v[1] == 'X') && len(v) <= 18 {
		for _, c := range v[2:] {
			if classes[c]&(hex|digit) == 0 && c != '_' {
				return false
			}
		}
		return true
	}
	return false
}

// isExpression reports whether v, which is not quoted, is a call, an index or a member:
// f(x), tokens[1:], a->b, std::string.
func isExpression(v []byte) bool {
	for i, c := range v {
		switch {
		case isAlnum(c) && (i > 0 || !isDigit(c)), c == '_', c == '.' && i > 0, c == '&' && i == 0, c == '*' && i == 0:
			continue
		case i == 0:
			return false
		case c == '(', c == '{':
			return true
		case c == '[':
			return bytes.IndexByte(v[i:], ']') > 0
		case c == '-':
			if i+1 < len(v) && v[i+1] == '>' {
				return true
			}
		case c == ':':
			return i+1 < len(v) && v[i+1] == ':'
		}
		return false
	}
	return false
}

// wordy reports whether a value is put together from words, which no generator does.
func wordy(v []byte, s stats) bool {
	return s.digits == 0 && s.words < 4.8 && !(len(v) >= 20 && s.dashes+s.unders == 0 && s.words > 4.2)
}

// features describes the candidate to the model.
func (c *candidate) features(f *Features, text, v []byte, s stats) {
	*f = Features{bias: 1}
	f.set(isPassword, c.name.class == password)
	f.set(isSecret, c.name.class == secret)
	f.set(isToken, c.name.class == token)
	f.set(isKey, c.name.class == key)
	f.set(isWeakKey, c.name.class == weakKey)
	f.set(isAuth, c.name.class == auth)
	f.set(isCredential, c.name.class == credential)
	f.set(isSalt, c.name.class == salt)
	f.set(isPlural, c.name.plural)
	f.set(isTest, c.name.test)
	f.set(isShout, c.name.shout)
	f.set(isOneWord, c.name.words == 1)
	f.set(opColon, c.op == colon)
	f.set(opArrow, c.op == arrow)
	f.set(opCompare, c.op == compare)
	f.set(opArgument, c.op == comma || c.op == call)
	f.set(opElement, c.op == element || c.op == attribute)
	f.set(opOption, c.op == option)
	f.set(opProse, c.op == prose || c.op == cell)
	f.set(nameQuoted, c.quoted)
	f.set(valueQuoted, c.quote != 0)
	f.set(valueBare, c.quote == 0)
	c.line(text, f)

	n := float32(s.n)
	letters := s.uppers + s.lowers
	f.set(short, s.n < 8)
	f.set(middling, s.n >= 8 && s.n < 16)
	f.set(long, s.n >= 16 && s.n < 40)
	f.set(veryLong, s.n >= 40)
	f[length] = float32(log2(s.n)) / 4
	f[digitShare] = float32(s.digits) / n
	f[upperShare] = float32(s.uppers) / n
	f[symbolShare] = float32(s.syms-s.dashes-s.unders-s.dots-s.blanks) / n
	f.set(letterDigit, letters > 0 && s.digits > 0)
	f.set(threeKinds, s.uppers > 0 && s.lowers > 0 && s.digits > 0)
	f.set(onlyLower, s.lowers == s.n)
	f.set(onlyUpper, s.uppers == s.n)
	f.set(onlyDigits, s.digits == s.n)
	f.set(onlyHex, s.hexes == s.n && s.digits > 0 && s.n >= 12)
	f.set(uuidForm, isUUID(v))
	f[wordiness] = float32(min(s.words, 8)) / 4
	f.set(randomness, s.words > 5)
	f[turnShare] = float32(s.turns) / n
	f[entropyShare] = float32(s.entropy) / 4
	f.set(hasBlank, s.blanks > 0)
	f.set(manyBlanks, s.blanks > 1)
	word := s.digits*4 <= s.n && s.words < 4.6 && s.syms-s.dashes-s.unders-s.dots-s.blanks == 0
	f.set(slugForm, s.dashes > 0 && word)
	f.set(snakeForm, s.unders > 0 && word)
	f.set(camelForm, s.uppers > 0 && s.lowers > 0 && s.syms == 0 && word)
	f.set(dottedForm, s.dots > 0 && word)
	f.set(pathForm, bytes.IndexByte(v, '/') >= 0 && word)
	f.set(holdsKeyword, holdsWord(v))
	f.set(passWord, c.name.class == password && word)
	f.set(passBareWord, c.name.class == password && word && c.quote == 0)
	f.set(secretWord, (c.name.class == secret || c.name.class == token) && word)
	ident := c.quote == 0 && word && s.dashes+s.blanks == 0
	f.set(bareIdent, ident)
	f.set(bareIdentCode, ident && f[codeLine] > 0)
	f.set(keyWord, (c.name.class == key || c.name.class == weakKey) && word)
}

// lineReach bounds how far around an assignment its line is looked at.
const lineReach = 120

// line describes where in its line the assignment stands.
func (c *candidate) line(text []byte, f *Features) {
	from := c.nameFrom
	for from > 0 && c.nameFrom-from < lineReach && text[from-1] != '\n' {
		from--
	}
	to := c.next
	for to < len(text) && to-c.next < lineReach && text[to] != '\n' {
		to++
	}
	lead, tail := bytes.TrimSpace(text[from:c.nameFrom]), bytes.TrimSpace(text[c.next:to])
	if len(lead) > 0 {
		f.set(comment, lead[0] == '#' || lead[0] == '*' || lead[0] == ';' || bytes.HasPrefix(lead, []byte("//")) || bytes.HasPrefix(lead, []byte("--")) || bytes.HasPrefix(lead, []byte("<!--")))
		w := lead[bytes.LastIndexAny(lead, " \t")+1:]
		f.set(declared, isDeclaration(w))
	}
	switch {
	case len(tail) == 0, tail[0] == '#', bytes.HasPrefix(tail, []byte(`\n`)), bytes.HasPrefix(tail, []byte(`\r`)):
		f[endsLine] = 1
	case tail[0] == ';':
		f[endsStatement] = 1
	case tail[0] == ',':
		f[inList] = 1
	}
	f.set(codeLine, isCode(lead) || isCode(tail))
}

// isDeclaration reports whether a declaration begins with w.
func isDeclaration(w []byte) bool {
	switch string(w) {
	case "const", "let", "var", "val", "final", "static", "String", "string", "private", "public", "protected", "export", "def", "auto", "char", "readonly", "my",
		"our", "local", "mut", "self.", "this.", "$", "@":
		return true
	}
	return false
}

// isCode reports whether a part of a line is in a programming language rather than in a configuration.
func isCode(b []byte) bool {
	return bytes.IndexByte(b, '(') >= 0 || bytes.IndexByte(b, ';') >= 0 || bytes.Contains(b, []byte("=>")) || bytes.Contains(b, []byte("->")) ||
		bytes.HasPrefix(b, []byte("const ")) || bytes.HasPrefix(b, []byte("let ")) || bytes.HasPrefix(b, []byte("var ")) || bytes.HasPrefix(b, []byte("return "))
}

// holdsWord reports whether a value says what it is: "mypassword", "secret2".
func holdsWord(v []byte) bool {
	if len(v) > 64 {
		return false
	}
	var buf [64]byte
	low := append(buf[:0], v...)
	for i, c := range low {
		if isUpper(c) {
			low[i] = c | 0x20
		}
	}
	for _, w := range [...]string{"pass", "secret", "token", "key", "auth", "cred", "pwd", "user", "admin", "test"} {
		if bytes.Contains(low, []byte(w)) {
			return true
		}
	}
	return false
}

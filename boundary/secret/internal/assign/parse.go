package assign

import "bytes"

// An op is what stands between a name and its value.
type op uint8

const (
	noOp      op = iota
	equals       // name = value, name := value, name += value, %define name value
	colon        // name: value
	arrow        // name => value, name -> value
	compare      // name == value
	comma        // set("name", "value")
	call         // name("value")
	element      // <name>value</name>
	option       // --name value
	attribute    // name="password" value="…"
	prose        // password for x: value
	cell         // | password | value |
)

// A spot is a name and where its value stands.
type spot struct {
	nameFrom, nameTo int
	from, to         int  // the value, quotes left out
	next             int  // behind the value and its quote
	op               op   //
	quote            byte // 0: none
	quoted           bool // the name is quoted
	dashes           bool // the name is an option of a command
	query            bool // the name is a parameter of a URL
}

// Bounds that keep the work at one name constant.
const (
	maxBlank = 40   // blanks on either side of an operator
	maxValue = 4096 // bytes of a value that are looked at; a longer one is no password and no token
)

// findName widens text[at:end], a word found in the text, to the identifier it is part of.
func findName(text []byte, at, end int) (from, to int, ok bool) {
	from = at
	for from > 0 && at-from < maxName && isName(text[from-1]) {
		from--
	}
	if from > 0 && text[from-1] == '\\' && from < at && (text[from] == 'n' || text[from] == 't' || text[from] == 'r') {
		from++ // the end of an escape, not the beginning of a name
	}
	to = end
	for to < len(text) && to-end < maxName {
		c := text[to]
		if isAlnum(c) || c == '_' || (c == '-' || c == '.') && to+1 < len(text) && isAlnum(text[to+1]) {
			to++
			continue
		}
		break
	}
	return from, to, to-from <= maxName && to-end < maxName && at-from < maxName
}

// findValue looks for an operator and a value behind the name text[from:to].
func findValue(text []byte, from, to int) (spot, bool) {
	s := spot{nameFrom: from, nameTo: to}
	for s.nameFrom < to && (text[s.nameFrom] == '-' || text[s.nameFrom] == '.') {
		s.dashes = s.dashes || text[s.nameFrom] == '-'
		s.nameFrom++
	}
	if from > 0 {
		switch text[from-1] {
		case '?', '&', ';':
			s.query = true
		}
	}
	p := to
	if p < len(text) && bytes.IndexByte([]byte(":})`"), text[p]) >= 0 && s.variable(text) {
		return s, false // $PWD:/src
	}
	// What closes the name: a quote, a bracket, the ? of an optional field, emphasis.
closing:
	for n := 0; n < 6 && p < len(text); n++ {
		switch c := text[p]; {
		case c == '"' || c == '\'' || c == '`':
			if s.quoted { // a second quote is the value's
				break closing
			}
			if from > 0 && !closesQuote(text, from, c) {
				break closing
			}
			s.quoted = c != '`'
		case c == '\\' && p+1 < len(text) && (text[p+1] == '"' || text[p+1] == '\''):
			if s.quoted {
				break closing
			}
			s.quoted = true
			p++
		case c == ']' || c == '}' || c == '?' || c == '*' || c == ')' && n == 0:
		case c == ')':
		default:
			break closing
		}
		p++
	}
	tight := p
	p = skipBlank(text, p)
	if p >= len(text) {
		return s, false
	}
	switch c := text[p]; c {
	case '=':
		s.op, p = equals, p+1
		for p < len(text) && text[p] == '=' {
			s.op, p = compare, p+1
		}
		if p < len(text) && text[p] == '>' {
			s.op, p = arrow, p+1
		} else if p < len(text) && text[p] == '~' {
			return s, false
		}
	case ':':
		s.op, p = colon, p+1
		n := 1
		for p < len(text) && text[p] == ':' && n < 3 {
			n, p = n+1, p+1
		}
		if p < len(text) && text[p] == '=' {
			s.op, p = equals, p+1
		} else if n > 1 {
			return s, false // a scope, or a Haskell type
		}
	case '+', '.', '?', '|', '!', '~', '&':
		if c == '|' && p+1 < len(text) && isBlank(text[p+1]) {
			s.op, p = cell, p+1
			break
		}
		q := p + 1
		if q < len(text) && text[q] == c {
			q++
		}
		if q >= len(text) || text[q] != '=' {
			return s, false
		}
		s.op, p = equals, q+1
		if c == '!' {
			s.op = compare
		}
		for p < len(text) && text[p] == '=' {
			p++
		}
	case '-':
		if p+1 >= len(text) || text[p+1] != '>' {
			return s, false
		}
		s.op, p = arrow, p+2
	case '<':
		if q, ok := afterKeyElement(text, p); ok {
			s.op, p = element, q
			break
		}
		if p+1 >= len(text) || text[p+1] != '-' {
			return s, false
		}
		s.op, p = arrow, p+2
	case ',', '\n', '\r':
		if q, ok := afterPair(text, p); ok {
			s.op, p = colon, q
			break
		}
		if !s.quoted || c != ',' {
			return s, false
		}
		s.op, p = comma, p+1
	case '(':
		if p == to {
			s.op, p = call, p+1
			break
		}
		// api key (production): …
		i := bytes.IndexByte(text[p:min(len(text), p+maxBlank)], ')')
		if i < 0 || p+i+1 >= len(text) || text[p+i+1] != ':' {
			return s, false
		}
		s.op, p = prose, p+i+2
	case '>':
		if p != to || from == 0 || text[from-1] != '<' && text[from-1] != ':' {
			return s, false
		}
		s.op, p = element, p+1
	default:
		if p == tight {
			return s, false
		}
		return s.afterBlank(text, p)
	}
	return s.value(text, p)
}

// afterKeyElement returns where the value of a property list's element begins:
// <key>name</key> <string>value</string>.
func afterKeyElement(text []byte, p int) (int, bool) {
	if !bytes.HasPrefix(text[p:], []byte("</key>")) {
		return 0, false
	}
	p += len("</key>")
	for n := 0; n < maxBlank && p < len(text) && (isBlank(text[p]) || text[p] == '\n' || text[p] == '\r'); n++ {
		p++
	}
	if !bytes.HasPrefix(text[p:], []byte("<string>")) {
		return 0, false
	}
	return p + len("<string>"), true
}

// afterPair returns where the value begins when the name is itself the value of a field
// and the next field holds what it stands for: {"name": "DB_PASSWORD", "value": "…"}.
func afterPair(text []byte, p int) (int, bool) {
	for n := 0; n < maxBlank && p < len(text); n++ {
		switch text[p] {
		case ',', ' ', '\t', '\n', '\r', '"', '\'', '\\':
			p++
			continue
		}
		break
	}
	if p+len("value") > len(text) || !bytes.EqualFold(text[p:p+len("value")], []byte("value")) {
		return 0, false
	}
	p += len("value")
	for n := 0; n < 3 && p < len(text) && (text[p] == '"' || text[p] == '\'' || text[p] == '\\'); n++ {
		p++
	}
	p = skipBlank(text, p)
	if p >= len(text) || text[p] != ':' && text[p] != '=' {
		return 0, false
	}
	return p + 1, true
}

// variable reports whether the name is that of a variable whose value is asked for:
// $PWD, ${PWD}, $(pwd), `pwd`.
func (s spot) variable(text []byte) bool {
	i := s.nameFrom - 1
	if i >= 0 && (text[i] == '{' || text[i] == '(') {
		i--
	}
	return i >= 0 && (text[i] == '$' || text[i] == '`')
}

// closesQuote reports whether the byte before a name is the quote c.
func closesQuote(text []byte, from int, c byte) bool {
	for i := from - 1; i >= 0 && from-i < 48; i-- {
		switch text[i] {
		case c:
			return true
		case '\n', '=', ':', ',', '"', '\'':
			return false
		}
	}
	return false
}

func skipBlank(text []byte, p int) int {
	for n := 0; n < maxBlank && p < len(text) && isBlank(text[p]); n++ {
		p++
	}
	return p
}

// afterBlank handles a name with nothing but blanks behind it: an option of a
// command, a directive, a declaration with its type between, or prose.
func (s spot) afterBlank(text []byte, p int) (spot, bool) {
	rest := text[p:]
	if s.quoted {
		for _, w := range []string{"value=", "content=", "Value=", "VALUE="} { // <add key="password" value="…"/>
			if bytes.HasPrefix(rest, []byte(w)) {
				s.op = attribute
				return s.value(text, p+len(w))
			}
		}
		return s, false
	}
	if s.dashes || s.directive(text) || s.statement(text, rest[0] == '"' || rest[0] == '\'') {
		s.op = option
		return s.value(text, p)
	}
	// A type, then the assignment: password string = "…".
	q := p
	for q < len(text) && q-p < 24 && (isAlnum(text[q]) || bytes.IndexByte([]byte("_.*&[]<>?"), text[q]) >= 0) {
		q++
	}
	if r := skipBlank(text, q); q > p && r < len(text) && text[r] == '=' && (r+1 >= len(text) || text[r+1] != '=') {
		s.op = equals
		return s.value(text, r+1)
	}
	return s.words(text, p)
}

// statement reports whether the name is PASSWORD in a statement of SQL:
// CREATE USER x WITH PASSWORD 'v', ALTER ROLE x PASSWORD v.
func (s spot) statement(text []byte, quoted bool) bool {
	id := text[s.nameFrom:s.nameTo]
	if string(id) != "PASSWORD" && !(quoted && string(id) == "password") {
		return false
	}
	lead := text[max(0, s.nameFrom-160):s.nameFrom]
	for _, w := range [...]string{"user", "role", "login", "with", "identified"} {
		if bytes.Contains(bytes.ToLower(lead), []byte(w)) {
			return true
		}
	}
	return false
}

// words handles prose: up to five small words and a colon, or "is".
func (s spot) words(text []byte, p int) (spot, bool) {
	for range 6 {
		q := p
		for q < len(text) && q-p < 16 && (isLower(text[q]) || isUpper(text[q])) {
			q++
		}
		if q == p || q >= len(text) {
			return s, false
		}
		if w := text[p:q]; string(w) == "is" && isBlank(text[q]) {
			s.op = prose
			return s.value(text, q+1)
		}
		if text[q] == ':' && q+1 < len(text) && isBlank(text[q+1]) {
			s.op = prose
			return s.value(text, q+1)
		}
		if text[q] != ' ' {
			return s, false
		}
		p = q + 1
	}
	return s, false
}

// directive reports whether the name is an argument whose value stands behind it:
// "aws configure set aws_secret_access_key v", "%define token v", "_authToken v".
func (s spot) directive(text []byte) bool {
	id := text[s.nameFrom:s.nameTo]
	if bytes.HasSuffix(id, []byte("_authToken")) || bytes.HasSuffix(id, []byte("_password")) && bytes.HasPrefix(id, []byte("_")) {
		return true
	}
	if string(id) == "password" && bytes.Contains(text[max(0, s.nameFrom-maxBlank):s.nameFrom], []byte("login ")) {
		return true // netrc
	}
	p := s.nameFrom
	for p > 0 && isBlank(text[p-1]) && s.nameFrom-p < maxBlank {
		p--
	}
	if p == s.nameFrom {
		return false
	}
	q := p
	for q > 0 && p-q < 16 && (isAlnum(text[q-1]) || text[q-1] == '%' || text[q-1] == '#' || text[q-1] == '-') {
		q--
	}
	switch string(text[q:p]) {
	case "set", "SET", "define", "%define", "%global", "#define", "ENV", "ARG", "setx", "login", "setenv":
		return true
	}
	return false
}

// value parses what stands at p as the value.
func (s spot) value(text []byte, p int) (spot, bool) {
	p = skipBlank(text, p)
	if s.op == element {
		for n := 0; n < maxBlank && p < len(text) && (text[p] == '\n' || text[p] == '\r' || isBlank(text[p])); n++ {
			p++
		}
	}
	if p >= len(text) {
		return s, false
	}
	if (s.op == colon || s.op == equals) && s.typed(text, &p) {
		s.op = equals
	}
	if p >= len(text) { // a type, and nothing behind it
		return s, false
	}
	p = skipWrapper(text, p)
	if p+1 < len(text) && text[p] == '!' && text[p+1] == '!' { // a type of YAML
		for n := 0; n < 16 && p < len(text) && text[p] != ' '; n++ {
			p++
		}
		p = skipBlank(text, p)
	}
	if p >= len(text) {
		return s, false
	}
	switch c := text[p]; {
	case c == '"' || c == '\'' || c == '`':
		for n := 0; n < 2 && p+1 < len(text) && text[p+1] == c; n++ { // """
			p++
		}
		s.quote, s.from = c, p+1
		return s.untilQuote(text)
	case c == '\\' && p+1 < len(text) && (text[p+1] == '"' || text[p+1] == '\''):
		s.quote, s.from = '\\', p+2
		return s.untilEscapedQuote(text, text[p+1])
	case c == '&' && bytes.HasPrefix(text[p:], []byte("&quot;")):
		s.quote, s.from = '&', p+len("&quot;")
		return s.untilEntity(text)
	}
	if s.op == comma || s.op == call || s.op == attribute {
		return s, false // code, unless quoted
	}
	s.from = p
	return s.untilEnd(text)
}

// typed skips a type between a name and its value: password: string = "…".
func (s spot) typed(text []byte, p *int) bool {
	q := *p
	for q < len(text) && q-*p < 32 && (isAlnum(text[q]) || bytes.IndexByte([]byte("_.*&[]<>?|"), text[q]) >= 0) {
		q++
	}
	r := skipBlank(text, q)
	if q == *p || r == q || r+1 >= len(text) || text[r] != '=' || text[r+1] == '=' || text[r+1] == '>' {
		return false
	}
	*p = skipBlank(text, r+1)
	return true
}

// wrappers lists calls and prefixes around a literal that leave it a literal.
var wrappers = [...]string{
	"new String(", "String(", "string(", "str(", "bytes(", "[]byte(", "Buffer.from(", "SecretStr(", "SecureString(",
	"PASSWORD(", "password(", "b\"", "r\"", "f\"", "u\"", "b'", "r'", "f'", "u'", "@\"", "$\"", "L\"", "N'", "String.valueOf(", "[", "Some(", "(",
}

func skipWrapper(text []byte, p int) int {
	if c := text[p]; c == '"' || c == '\'' || isDigit(c) { // nothing to skip, which is usual
		return p
	}
	for _, w := range wrappers {
		if text[p] != w[0] || !bytes.HasPrefix(text[p:], []byte(w)) {
			continue
		}
		q := p + len(w)
		if w[len(w)-1] == '"' || w[len(w)-1] == '\'' {
			return q - 1
		}
		if q < len(text) && (text[q] == '"' || text[q] == '\'') {
			return q
		}
	}
	return p
}

// untilQuote ends the value at its closing quote, or at the end of a text that was cut.
func (s spot) untilQuote(text []byte) (spot, bool) {
	stop := min(len(text), s.from+maxValue)
	for i := s.from; i < stop; i++ {
		switch c := text[i]; {
		case c == s.quote:
			s.to, s.next = i, i+1
			return s, s.to > s.from
		case c == '\\':
			i++
		case c == '\n':
			return s, false
		}
	}
	s.to, s.next = stop, stop
	return s, stop == len(text) && s.to > s.from
}

// untilEscapedQuote ends the value at \" or \', as in JSON within JSON.
func (s spot) untilEscapedQuote(text []byte, quote byte) (spot, bool) {
	stop := min(len(text), s.from+maxValue)
	for i := s.from; i < stop; i++ {
		switch text[i] {
		case '\\':
			if i+1 < len(text) && text[i+1] == quote {
				s.to, s.next = i, i+2
				return s, s.to > s.from
			}
			i++
		case quote, '\n':
			s.to, s.next = i, i
			return s, text[i] == quote && s.to > s.from
		}
	}
	s.to, s.next = min(stop, len(text)), stop
	return s, stop == len(text) && s.to > s.from
}

// untilEntity ends the value at &quot;.
func (s spot) untilEntity(text []byte) (spot, bool) {
	i := bytes.Index(text[s.from:min(len(text), s.from+maxValue)], []byte("&quot;"))
	s.to = s.from + max(i, 0)
	s.next = s.to
	return s, i > 0
}

// untilEnd ends an unquoted value: at a blank, a quote, or what closes the thing it is part of.
func (s spot) untilEnd(text []byte) (spot, bool) {
	stop := min(len(text), s.from+maxValue)
	i := s.from
	depth, colons := 0, 0
loop:
	for ; i < stop; i++ {
		switch c := text[i]; c {
		case ' ', '\t', '\n', '\r', '"', '\'', '`', '<':
			if c == '<' && i == s.from {
				continue // <placeholder>, for the judge to see
			}
			break loop
		case '\\':
			if i+1 < stop {
				switch text[i+1] {
				case 'n', 'r', 't', '"', '\'', '\n', '\\':
					break loop
				}
			}
		case '&', '#':
			if s.query {
				break loop
			}
		case ',', ';':
			break loop
		case '>':
			if i > s.from && text[s.from] != '<' {
				break loop
			}
		case '=': // only padding is part of a value
			if i > s.from && i+1 < stop && isName(text[i+1]) {
				break loop
			}
		case ':':
			if colons++; colons > 4 {
				return s, false
			}
		case '(', '{', '[':
			if depth++; depth > 4 {
				return s, false
			}
		case ')', '}', ']':
			if depth == 0 {
				break loop
			}
			depth--
		}
	}
	if i == s.from+maxValue {
		return s, false
	}
	s.to = i
	if s.op == prose && s.to > s.from && (text[s.to-1] == '.' || text[s.to-1] == '!' || text[s.to-1] == '?') {
		s.to--
	}
	s.next = s.to
	return s, s.to > s.from
}

package analyze

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Arguments are read by a scanner of our own, since [encoding/json] would have
// to decode the content of every written file to find its path, and keeps only
// one of two members with the same name: servers differ in which one they take,
// and in whether "Path" is "path". All of them are looked at here.

// A field is one member of the arguments, or one element of an array in them.
type field struct {
	key   string // as written, unescaped
	name  string // folded, see [fold]
	raw   []byte // its JSON value
	at    string // JSON pointer
	list  bool   // an element of an array under key
	prose bool   // surely a string of several lines or more than maxShort bytes; others may be such, too
}

// maxFields bounds the members and elements looked at, maxNesting how deep, and maxKey
// how much of a member's name is in a pointer, in bytes.
const (
	maxFields  = 512
	maxNesting = 6
	maxKey     = 128
)

// fold is how names of arguments are compared: without case, "_" and "-", so
// that file_path, filePath and FilePath are one.
func fold(name string) string {
	plain := true
	for i := range len(name) {
		if c := name[i]; c < 'a' || c > 'z' {
			plain = false
			break
		}
	}
	if plain {
		return name
	}
	return string(appendName(make([]byte, 0, len(name)), name))
}

// appendName appends name as [fold] returns it.
func appendName[T string | []byte](dst []byte, name T) []byte {
	for i := range len(name) {
		switch c := name[i]; {
		case c == '_' || c == '-' || c == ' ':
		case 'A' <= c && c <= 'Z':
			dst = append(dst, c+'a'-'A')
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

// isString reports whether the field's value is a JSON string.
func (f *field) isString() bool { return len(f.raw) > 0 && f.raw[0] == '"' }

// text returns a string's value, or a scalar as it is written.
func (f *field) text() string {
	if !f.isString() {
		return string(f.raw)
	}
	return unquote(f.raw)
}

// truth reports whether the value is true, or the string "true".
func (f *field) truth() bool { return strings.EqualFold(f.text(), "true") }

// unquote decodes a JSON string; what cannot be decoded becomes U+FFFD.
func unquote(raw []byte) string {
	in := raw[1 : len(raw)-1]
	at := bytes.IndexByte(in, '\\')
	if at < 0 {
		return string(in)
	}
	out := make([]byte, 0, len(in))
	for at >= 0 && at+1 < len(in) {
		c := byte(0)
		switch in[at+1] {
		case '"', '\\', '/':
			c = in[at+1]
		case 'n':
			c = '\n'
		case 't':
			c = '\t'
		case 'r':
			c = '\r'
		}
		if c != 0 {
			out = append(append(out, in[:at]...), c)
			in = in[at+2:]
		} else if r, ok := hexRune(in[at:]); ok {
			out = utf8.AppendRune(append(out, in[:at]...), r)
			in = in[at+6:]
		} else {
			break
		}
		at = bytes.IndexByte(in, '\\')
	}
	if at < 0 {
		return string(append(out, in...))
	}
	var v string // surrogates, and what is rare
	if json.Unmarshal(raw, &v) != nil {
		return string(utf8.RuneError)
	}
	return v
}

// hexRune reads \uXXXX, surrogates excepted.
func hexRune(in []byte) (rune, bool) {
	if len(in) < 6 || in[1] != 'u' {
		return 0, false
	}
	r := rune(0)
	for _, c := range in[2:6] {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, r < 0xD800 || r > 0xDFFF
}

// readFields appends the members of the JSON object in data, in their order. It
// reports false for what is not one whole JSON object, with the members read
// until then.
func readFields(dst []field, data []byte, at string) ([]field, bool) {
	i := skipSpace(data, 0)
	if i >= len(data) || data[i] != '{' {
		return dst, false
	}
	i = skipSpace(data, i+1)
	if i < len(data) && data[i] == '}' {
		return dst, skipSpace(data, i+1) == len(data)
	}
	for {
		start := i
		if i >= len(data) || data[i] != '"' {
			return dst, false
		}
		if i, _ = skipString(data, i); i < 0 {
			return dst, false
		}
		k := keyOf(data[start:i], at)
		if i = skipSpace(data, i); i >= len(data) || data[i] != ':' {
			return dst, false
		}
		i = skipSpace(data, i+1)
		f := field{key: k.text, name: k.name, at: k.at}
		if i = f.read(data, i); i < 0 || len(dst) >= maxFields {
			return dst, false
		}
		dst = append(dst, f)
		i = skipSpace(data, i)
		switch {
		case i < len(data) && data[i] == ',':
			i = skipSpace(data, i+1)
		case i < len(data) && data[i] == '}':
			return dst, skipSpace(data, i+1) == len(data)
		default:
			return dst, false
		}
	}
}

// read takes the value that begins at data[i], and returns the index behind it, or -1.
func (f *field) read(data []byte, i int) int {
	start := i
	if i < len(data) && data[i] == '"' {
		i, f.prose = skipString(data, i)
	} else {
		i = skipValue(data, i)
	}
	if i >= 0 {
		f.raw = data[start:i]
	}
	return i
}

// readElements appends the elements of the JSON array that f holds.
func readElements(dst []field, f field) ([]field, bool) {
	data := f.raw
	if len(data) == 0 || data[0] != '[' {
		return dst, false
	}
	i := skipSpace(data, 1)
	if i < len(data) && data[i] == ']' {
		return dst, true
	}
	for n := 0; ; n++ {
		e := field{key: f.key, name: f.name, at: f.at + "/" + strconv.Itoa(n), list: true}
		if i = e.read(data, i); i < 0 || len(dst) >= maxFields {
			return dst, false
		}
		dst = append(dst, e)
		i = skipSpace(data, i)
		switch {
		case i < len(data) && data[i] == ',':
			i = skipSpace(data, i+1)
		case i < len(data) && data[i] == ']':
			return dst, true
		default:
			return dst, false
		}
	}
}

// A key is what is needed of a member's name.
type key struct{ text, name, at string }

// usualKey returns what keyOf does of the members that most calls have at the top, so that
// nothing is built for them: the pointer, and the folded name.
func usualKey(name []byte) (at, folded string) {
	switch string(name) {
	case "command":
		return "/command", "command"
	case "cmd":
		return "/cmd", "cmd"
	case "file_path":
		return "/file_path", "filepath"
	case "path":
		return "/path", "path"
	case "url":
		return "/url", "url"
	case "query":
		return "/query", "query"
	case "pattern":
		return "/pattern", "pattern"
	case "glob":
		return "/glob", "glob"
	case "content":
		return "/content", "content"
	case "code":
		return "/code", "code"
	case "script":
		return "/script", "script"
	case "target_file":
		return "/target_file", "targetfile"
	case "absolute_path":
		return "/absolute_path", "absolutepath"
	case "description":
		return "/description", "description"
	case "timeout":
		return "/timeout", "timeout"
	case "limit":
		return "/limit", "limit"
	case "offset":
		return "/offset", "offset"
	case "output_mode":
		return "/output_mode", "outputmode"
	case "notebook_path":
		return "/notebook_path", "notebookpath"
	case "old_string":
		return "/old_string", "oldstring"
	case "new_string":
		return "/new_string", "newstring"
	case "replace_all":
		return "/replace_all", "replaceall"
	case "source":
		return "/source", "source"
	case "destination":
		return "/destination", "destination"
	case "uri":
		return "/uri", "uri"
	case "repo":
		return "/repo", "repo"
	case "owner":
		return "/owner", "owner"
	case "sql":
		return "/sql", "sql"
	case "prompt":
		return "/prompt", "prompt"
	case "input":
		return "/input", "input"
	case "patch":
		return "/patch", "patch"
	case "workdir":
		return "/workdir", "workdir"
	case "cwd":
		return "/cwd", "cwd"
	case "name":
		return "/name", "name"
	case "id":
		return "/id", "id"
	case "title":
		return "/title", "title"
	case "body":
		return "/body", "body"
	}
	return "", ""
}

// keyOf reads the member name in data, quotes included.
func keyOf(data []byte, at string) key {
	name := data[1 : len(data)-1]
	if p, folded := usualKey(name); p != "" {
		k := key{p[1:], folded, p}
		if at != "" {
			k.at = pointer(at, k.text)
		}
		return k
	}
	if at == "" && plainKey(name) {
		var buf [2*maxKey + 1]byte
		n := 1 + len(name)
		all := string(appendName(append(append(buf[:0], '/'), name...), name)) // one string for all three
		return key{all[1:n], all[n:], all[:n]}
	}
	text := unquote(data)
	return key{text, fold(text), pointer(at, text)}
}

// plainKey reports whether a member's name is its own JSON pointer, but for the slash.
func plainKey(name []byte) bool {
	for _, c := range name {
		if c != '_' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return len(name) <= maxKey
}

// pointer returns the JSON pointer (RFC 6901) of the member key under at.
func pointer(at, key string) string {
	if len(key) > maxKey {
		key = key[:maxKey]
	}
	if strings.ContainsAny(key, "~/") {
		key = strings.NewReplacer("~", "~0", "/", "~1").Replace(key)
	}
	return at + "/" + strings.ToValidUTF8(key, "\uFFFD")
}

func skipSpace(data []byte, i int) int {
	for i < len(data) && (data[i] == ' ' || data[i] == '\n' || data[i] == '\t' || data[i] == '\r') {
		i++
	}
	return i
}

// skipString returns the index behind the string that begins at i, or -1, and whether it
// is surely one of several lines or more than [maxShort] bytes: of one with an escape that
// is no usual byte, this is not told.
func skipString(data []byte, i int) (end int, prose bool) {
	quote := i // the next quote at or after i, once it was looked for: looked at once, whatever lies between
	i++
	start, escapes, lines, plain := i, 0, false, true
	for i < len(data) {
		if quote < i {
			n := bytes.IndexByte(data[i:], '"')
			if n < 0 {
				return -1, false
			}
			quote = i + n
		}
		n := bytes.IndexByte(data[i:quote], '\\')
		if n < 0 {
			return quote + 1, plain && (lines || quote-start-escapes > maxShort)
		}
		if i += n + 1; i < len(data) {
			switch data[i] {
			case 'n':
				lines = true
			case '"', '\\', '/', 't', 'r':
			default:
				plain = false
			}
		}
		escapes++
		i++
	}
	return -1, false
}

// skipValue returns the index behind the value that begins at i, or -1. Nesting
// costs a counter, not a stack; brackets need not match in kind, since nothing
// is read out of a value that a later look finds malformed.
func skipValue(data []byte, i int) int {
	depth := 0
	for i < len(data) {
		switch c := data[i]; c {
		case '"':
			if i, _ = skipString(data, i); i < 0 {
				return -1
			}
			i--
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth < 0 {
				return -1
			}
		case ',', ':', ' ', '\n', '\t', '\r':
			if depth == 0 {
				return -1
			}
			i++
			continue
		default:
			for i+1 < len(data) && !delimiter(data[i+1]) {
				i++
			}
		}
		i++
		if depth == 0 {
			return i
		}
	}
	return -1
}

// delimiter reports whether c ends a number or a word of JSON.
func delimiter(c byte) bool {
	switch c {
	case ',', ':', ']', '}', '[', '{', '"', ' ', '\n', '\t', '\r':
		return true
	}
	return false
}

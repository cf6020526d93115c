package payload

// The JSON scanner: one validating pass over a payload that copies nothing.
// encoding/json would copy every value it hands out, and a tool response may be
// 20 MiB; here a field is a slice of the input.

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth bounds nesting. The scanner recurses once for each level.
const maxDepth = 512

var (
	errSyntax = errors.New("invalid JSON")
	errDepth  = errors.New("JSON nested too deeply")
)

type scanner struct {
	data []byte
	pos  int
}

func (s *scanner) fail(err error) error {
	if s.pos >= len(s.data) && errors.Is(err, errSyntax) {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("payload: byte %d: %w", s.pos, err)
}

func (s *scanner) space() {
	for s.pos < len(s.data) {
		switch s.data[s.pos] {
		case ' ', '\t', '\n', '\r':
			s.pos++
		default:
			return
		}
	}
}

// peek returns the next byte, 0 at the end.
func (s *scanner) peek() byte {
	if s.pos < len(s.data) {
		return s.data[s.pos]
	}
	return 0
}

// value skips one value and returns it as it stands in the input.
func (s *scanner) value(depth int) ([]byte, error) {
	if depth > maxDepth {
		return nil, s.fail(errDepth)
	}
	start := s.pos
	var err error
	switch c := s.peek(); {
	case c == '{':
		err = s.object(depth, nil)
	case c == '[':
		err = s.array(depth, nil)
	case c == '"':
		_, err = s.str()
	case c == '-' || c >= '0' && c <= '9':
		err = s.number()
	case c == 't':
		err = s.literal("true")
	case c == 'f':
		err = s.literal("false")
	case c == 'n':
		err = s.literal("null")
	default:
		err = s.fail(errSyntax)
	}
	if err != nil {
		return nil, err
	}
	return s.data[start:s.pos:s.pos], nil
}

// object reads an object and hands each member to f: the key with its quotes and
// the value, both as they stand in the input.
func (s *scanner) object(depth int, f func(key, value []byte)) error {
	if s.peek() != '{' {
		return s.fail(errSyntax)
	}
	s.pos++
	s.space()
	if s.peek() == '}' {
		s.pos++
		return nil
	}
	for {
		s.space()
		key, err := s.str()
		if err != nil {
			return err
		}
		s.space()
		if s.peek() != ':' {
			return s.fail(errSyntax)
		}
		s.pos++
		s.space()
		v, err := s.value(depth + 1)
		if err != nil {
			return err
		}
		if f != nil {
			f(key, v)
		}
		s.space()
		switch s.peek() {
		case ',':
			s.pos++
		case '}':
			s.pos++
			return nil
		default:
			return s.fail(errSyntax)
		}
	}
}

// array reads an array and hands each element to f.
func (s *scanner) array(depth int, f func(value []byte)) error {
	if s.peek() != '[' {
		return s.fail(errSyntax)
	}
	s.pos++
	s.space()
	if s.peek() == ']' {
		s.pos++
		return nil
	}
	for {
		s.space()
		v, err := s.value(depth + 1)
		if err != nil {
			return err
		}
		if f != nil {
			f(v)
		}
		s.space()
		switch s.peek() {
		case ',':
			s.pos++
		case ']':
			s.pos++
			return nil
		default:
			return s.fail(errSyntax)
		}
	}
}

// str skips a string and returns it with its quotes. Bytes that are no UTF-8 and
// lone surrogates are let through: real logs hold both.
func (s *scanner) str() ([]byte, error) {
	start := s.pos
	if s.peek() != '"' {
		return nil, s.fail(errSyntax)
	}
	s.pos++
	for s.pos < len(s.data) {
		switch c := s.data[s.pos]; {
		case c == '"':
			s.pos++
			return s.data[start:s.pos:s.pos], nil
		case c == '\\':
			s.pos++
			switch s.peek() {
			case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
				s.pos++
			case 'u':
				s.pos++
				for range 4 {
					if !isHex(s.peek()) {
						return nil, s.fail(errSyntax)
					}
					s.pos++
				}
			default:
				return nil, s.fail(errSyntax)
			}
		case c < 0x20:
			return nil, s.fail(errSyntax)
		default:
			s.pos++
		}
	}
	return nil, s.fail(errSyntax)
}

func (s *scanner) number() error {
	if s.peek() == '-' {
		s.pos++
	}
	if s.peek() == '0' {
		s.pos++
	} else if !s.digits() {
		return s.fail(errSyntax)
	}
	if s.peek() == '.' {
		s.pos++
		if !s.digits() {
			return s.fail(errSyntax)
		}
	}
	if c := s.peek(); c == 'e' || c == 'E' {
		s.pos++
		if c := s.peek(); c == '+' || c == '-' {
			s.pos++
		}
		if !s.digits() {
			return s.fail(errSyntax)
		}
	}
	return nil
}

func (s *scanner) digits() bool {
	start := s.pos
	for c := s.peek(); c >= '0' && c <= '9'; c = s.peek() {
		s.pos++
	}
	return s.pos > start
}

func (s *scanner) literal(word string) error {
	for i := range len(word) {
		if s.peek() != word[i] {
			return s.fail(errSyntax)
		}
		s.pos++
	}
	return nil
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// members calls f for each member of the object in data, until the end or the
// first error. What follows the object is an error, white space apart.
func members(data []byte, f func(key, value []byte)) error {
	s := scanner{data: data}
	s.space()
	if err := s.object(0, f); err != nil {
		return err
	}
	s.space()
	if s.pos < len(data) {
		return s.fail(errSyntax)
	}
	return nil
}

// elements calls f for each element of the array in data. It reports whether
// data is an array.
func elements(data []byte, f func(value []byte)) bool {
	s := scanner{data: data}
	s.space()
	return s.array(0, f) == nil
}

// member returns one member of an object, nil if there is none.
func member(data []byte, name string) (found []byte) {
	if len(data) == 0 {
		return nil
	}
	_ = members(data, func(k, v []byte) {
		if string(k[1:len(k)-1]) == name {
			found = v
		}
	})
	return found
}

// isObject and isString look at a value's first byte; the scanner left no space
// before it.
func isObject(v []byte) bool { return len(v) > 0 && v[0] == '{' }
func isString(v []byte) bool { return len(v) > 1 && v[0] == '"' }
func isNull(v []byte) bool   { return len(v) == 0 || v[0] == 'n' }

// text returns the Go string of a JSON string, "" for any other value.
func text(v []byte) string {
	if !isString(v) {
		return ""
	}
	return unquote(v[1 : len(v)-1])
}

// unquote undoes the escapes of a string's inner bytes. Lone surrogates and bytes
// that are no UTF-8 become U+FFFD.
func unquote(in []byte) string {
	plain := true
	for _, c := range in {
		if c == '\\' || c >= utf8.RuneSelf {
			plain = false
			break
		}
	}
	if plain {
		return string(in)
	}
	out := make([]byte, 0, len(in))
	for i := 0; i < len(in); {
		c := in[i]
		switch {
		case c == '\\' && i+1 < len(in):
			r, n := escape(in[i:])
			out = utf8.AppendRune(out, r)
			i += n
		case c < utf8.RuneSelf:
			out = append(out, c)
			i++
		default:
			r, n := utf8.DecodeRune(in[i:])
			out = utf8.AppendRune(out, r)
			i += n
		}
	}
	return string(out)
}

// escape decodes the escape sequence in starts with and says how long it is.
func escape(in []byte) (rune, int) {
	switch in[1] {
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	case 'u':
		r := unit(in)
		if !utf16.IsSurrogate(r) {
			return r, 6
		}
		if len(in) >= 12 && in[6] == '\\' && in[7] == 'u' {
			if both := utf16.DecodeRune(r, unit(in[6:])); both != utf8.RuneError {
				return both, 12
			}
		}
		return utf8.RuneError, 6
	}
	return rune(in[1]), 2
}

// unit reads \uXXXX.
func unit(in []byte) rune {
	if len(in) < 6 {
		return utf8.RuneError
	}
	n, err := strconv.ParseUint(string(in[2:6]), 16, 16)
	if err != nil {
		return utf8.RuneError
	}
	return rune(n)
}

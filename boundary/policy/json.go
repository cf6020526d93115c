package policy

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ambit-go/ambit/internal/jsonscan"
)

// This file reads the arguments of calls. encoding/json would keep one of two
// members with the same name and take "Amount" for "amount" or not, as the type
// says; the tool's own reader may choose otherwise. Here a name that occurs twice,
// or in two spellings, is told apart from one that occurs once.

const (
	maxArguments = 1 << 20 // bytes of arguments that constraints look at; beyond it nothing can be told
	maxJSONDepth = 64
)

// found says what a search for a member came to.
type found uint8

const (
	absent    found = iota // no such member
	present                // once
	ambiguous              // twice, or in another spelling too, or the text is not JSON
)

// member finds the value under a path of names in a JSON object.
func member(args []byte, path []string) (value []byte, is found) {
	if len(args) > maxArguments {
		return nil, ambiguous
	}
	value = bytes.TrimLeft(args, " \t\r\n")
	if len(value) == 0 {
		return nil, absent
	}
	for i, name := range path {
		if value[0] != '{' {
			if i == 0 {
				return nil, ambiguous // arguments that are no object
			}
			return nil, absent
		}
		// The whole text is read at the top, so that a cut-off one is seen.
		if value, is = memberOf(value, name, i == 0); is != present {
			return nil, is
		}
	}
	return value, present
}

func memberOf(obj []byte, name string, alone bool) (value []byte, is found) {
	i := jsonscan.Space(obj, 1)
	if i < len(obj) && obj[i] == '}' {
		if alone && jsonscan.Space(obj, i+1) != len(obj) {
			return nil, ambiguous
		}
		return nil, absent
	}
	for {
		if i >= len(obj) || obj[i] != '"' {
			return nil, ambiguous
		}
		end := jsonscan.String(obj, i)
		if end < 0 {
			return nil, ambiguous
		}
		key := obj[i:end]
		i = jsonscan.Space(obj, end)
		if i >= len(obj) || obj[i] != ':' {
			return nil, ambiguous
		}
		start := jsonscan.Space(obj, i+1)
		if end = skipValue(obj, start, 0); end < 0 {
			return nil, ambiguous
		}
		switch sameKey(key, name) {
		case present:
			if is != absent {
				return nil, ambiguous
			}
			value, is = obj[start:end], present
		case ambiguous:
			return nil, ambiguous
		case absent:
		}
		i = jsonscan.Space(obj, end)
		if i >= len(obj) {
			return nil, ambiguous
		}
		if obj[i] == '}' {
			if alone && jsonscan.Space(obj, i+1) != len(obj) {
				return nil, ambiguous
			}
			return value, is
		}
		if obj[i] != ',' {
			return nil, ambiguous
		}
		i = jsonscan.Space(obj, i+1)
	}
}

// sameKey compares a member's name, in quotes, with the one asked for. A name
// that differs in case alone is ambiguous: some readers take it.
func sameKey(quoted []byte, name string) found {
	in := quoted[1 : len(quoted)-1]
	if bytes.IndexByte(in, '\\') >= 0 {
		s, ok := unquote(quoted)
		if !ok {
			return ambiguous
		}
		if s == name {
			return present
		}
		if strings.EqualFold(s, name) {
			return ambiguous
		}
		return absent
	}
	if len(in) == len(name) && string(in) == name {
		return present
	}
	if equalFold(in, name) {
		return ambiguous
	}
	return absent
}

func equalFold(b []byte, s string) bool {
	if len(b) != len(s) {
		// Only letters outside ASCII fold into others of another length.
		return !asciiBytes(b) && strings.EqualFold(string(b), s)
	}
	for i := range b {
		if b[i] >= utf8.RuneSelf {
			return strings.EqualFold(string(b), s)
		}
		if lower(b[i]) != lower(s[i]) {
			return false
		}
	}
	return true
}

func asciiBytes(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// skipValue returns the index behind the value that starts at i, or -1.
func skipValue(b []byte, i, depth int) int {
	if i >= len(b) || depth > maxJSONDepth {
		return -1
	}
	switch b[i] {
	case '{', '[':
		isObject := b[i] == '{'
		closing := b[i] + 2 // '}' and ']' follow '{' and '[' in ASCII with one between
		i = jsonscan.Space(b, i+1)
		if i < len(b) && b[i] == closing {
			return i + 1
		}
		for {
			if isObject {
				if i >= len(b) || b[i] != '"' {
					return -1
				}
				if i = jsonscan.String(b, i); i < 0 {
					return -1
				}
				if i = jsonscan.Space(b, i); i >= len(b) || b[i] != ':' {
					return -1
				}
				i = jsonscan.Space(b, i+1)
			}
			if i = skipValue(b, i, depth+1); i < 0 {
				return -1
			}
			if i = jsonscan.Space(b, i); i >= len(b) {
				return -1
			}
			if b[i] == closing {
				return i + 1
			}
			if b[i] != ',' {
				return -1
			}
			i = jsonscan.Space(b, i+1)
		}
	}
	end, _ := jsonscan.Scalar(b, i)
	return end
}

// isNumber reports whether s is a number by the grammar of JSON.
func isNumber(s string) bool { return jsonscan.Number([]byte(s), 0) == len(s) }

// parseFloat reads a JSON number.
func parseFloat(b []byte) (float64, bool) {
	f, err := strconv.ParseFloat(string(b), 64)
	return f, err == nil
}

// unquote decodes a JSON string.
func unquote(quoted []byte) (string, bool) {
	in := quoted[1 : len(quoted)-1]
	if bytes.IndexByte(in, '\\') < 0 {
		return string(in), utf8.Valid(in)
	}
	var s string
	if json.Unmarshal(quoted, &s) != nil {
		return "", false
	}
	return s, true
}

// elements calls f with each element of a JSON array until f returns false.
func elements(array []byte, f func([]byte) bool) {
	for i := jsonscan.Space(array, 1); i < len(array) && array[i] != ']'; {
		end := skipValue(array, i, 0)
		if end < 0 || !f(array[i:end]) {
			return
		}
		if i = jsonscan.Space(array, end); i < len(array) && array[i] == ',' {
			i = jsonscan.Space(array, i+1)
		}
	}
}

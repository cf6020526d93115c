// Package jsonscan finds where the tokens of a JSON text (RFC 8259) end, for readers that
// untrusted parties write for: strict, linear, without allocating. What follows a
// token, and how deep containers nest, is for the reader to judge.
package jsonscan

// Space returns the index of the first byte at or behind i that is no white space.
func Space(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\t' || b[i] == '\n' || b[i] == '\r') {
		i++
	}
	return i
}

// Scalar returns where the string, number or word that begins at i ends, and its kind:
// its first byte, with 't' for both booleans and '0' for all numbers. It returns -1 if
// none begins there.
func Scalar(b []byte, i int) (int, byte) {
	switch c := b[i]; {
	case c == '"':
		return String(b, i), '"'
	case c == '-' || '0' <= c && c <= '9':
		return Number(b, i), '0'
	case c == 't':
		return wordEnd(b, i, "true"), 't'
	case c == 'f':
		return wordEnd(b, i, "false"), 't'
	case c == 'n':
		return wordEnd(b, i, "null"), 'n'
	}
	return -1, 0
}

func wordEnd(b []byte, i int, word string) int {
	if len(b)-i < len(word) || string(b[i:i+len(word)]) != word {
		return -1
	}
	return i + len(word)
}

// String returns where the string that begins at i ends, behind its closing quote; -1 if
// none does. Whether its bytes are UTF-8 is for whoever decodes it to see.
func String(b []byte, i int) int {
	if i >= len(b) || b[i] != '"' {
		return -1
	}
	for i++; i < len(b); i++ {
		switch c := b[i]; {
		case c == '"':
			return i + 1
		case c < ' ':
			return -1
		case c == '\\':
			i++
			if i >= len(b) {
				return -1
			}
			switch b[i] {
			case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
			case 'u':
				for range 4 {
					if i++; i >= len(b) || !hexDigit(b[i]) {
						return -1
					}
				}
			default:
				return -1
			}
		}
	}
	return -1
}

func hexDigit(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// Number returns where the number that begins at i ends; -1 if none does.
func Number(b []byte, i int) int {
	digits := func() bool {
		from := i
		for i < len(b) && '0' <= b[i] && b[i] <= '9' {
			i++
		}
		return i > from
	}
	if i < len(b) && b[i] == '-' {
		i++
	}
	switch {
	case i < len(b) && b[i] == '0':
		i++
	case !digits():
		return -1
	}
	if i < len(b) && b[i] == '.' {
		i++
		if !digits() {
			return -1
		}
	}
	if i < len(b) && (b[i] == 'e' || b[i] == 'E') {
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		if !digits() {
			return -1
		}
	}
	return i
}

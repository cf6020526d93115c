package assign

// Sets of bytes, by what a text uses them for.
const (
	upper uint8 = 1 << iota
	lower
	digit
	nameByte // may stand in an identifier: letters, digits, _ - .
	blank    // space or tab
	hex
	base64Byte // + and / too
)

var classes = func() (t [256]uint8) {
	for c := range 256 {
		b := byte(c)
		switch {
		case b >= 'A' && b <= 'Z':
			t[c] = upper | nameByte | base64Byte
		case b >= 'a' && b <= 'z':
			t[c] = lower | nameByte | base64Byte
		case b >= '0' && b <= '9':
			t[c] = digit | nameByte | hex | base64Byte
		case b == '_', b == '-', b == '.':
			t[c] = nameByte
		case b == ' ', b == '\t':
			t[c] = blank
		case b == '+', b == '/':
			t[c] = base64Byte
		}
		if b >= 'a' && b <= 'f' || b >= 'A' && b <= 'F' {
			t[c] |= hex
		}
	}
	return t
}()

func isUpper(c byte) bool { return classes[c]&upper != 0 }
func isLower(c byte) bool { return classes[c]&lower != 0 }
func isDigit(c byte) bool { return classes[c]&digit != 0 }
func isAlnum(c byte) bool { return classes[c]&(upper|lower|digit) != 0 }
func isBlank(c byte) bool { return classes[c]&blank != 0 }
func isName(c byte) bool  { return classes[c]&nameByte != 0 }

func digitsOnly(w []byte) bool {
	for _, c := range w {
		if !isDigit(c) {
			return false
		}
	}
	return len(w) > 0
}

// trimDigits cuts the digits off the end of w, unless it has nothing else.
func trimDigits(w []byte) []byte {
	for i := len(w); i > 0; i-- {
		if !isDigit(w[i-1]) {
			return w[:i]
		}
	}
	return w
}

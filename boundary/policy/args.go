package policy

import (
	"bytes"
	"math/big"
	"regexp"
	"strconv"
	"strings"
)

// An argument is a constraint on one argument of a call.
type argument struct {
	name  string
	path  []string
	tests []test
	each  []test // for every element of an array
}

// A truth is an answer that may be "cannot tell".
type truth uint8

const (
	no truth = iota
	doubt
	yes
)

// A test is one condition on a JSON value. The value is a scalar.
type test struct {
	op     testOp
	texts  []textValue // equals, in
	text   string      // prefix, suffix, contains
	param  int         // 1 + index of the parameter that text is; 0 for none
	re     *regexp.Regexp
	limit  *big.Rat // min, max
	near   float64
	length int
	kind   byte     // type: the first letter of JSON's word for it
	from   []source // where the value may come from
}

type textValue struct {
	json  byte   // 's', 'n', 'b' or '0': string, number, boolean, null
	text  string // unquoted, or as a number is written
	param int    // 1 + index; matches a string or the text of any scalar
}

type testOp uint8

const (
	opIn testOp = iota
	opPrefix
	opSuffix
	opContains
	opMatches
	opMin
	opMax
	opMaxLength
	opType
	opAbsent
	opFrom
)

var opNames = [...]string{"equals", "prefix", "suffix", "contains", "matches", "min", "max", "max_length", "type", "absent", "from"}

// maxRegexpInput bounds the text a regular expression is tried on.
const maxRegexpInput = 64 << 10

// holds says whether all constraints hold for the arguments of a call.
func holds(constraints []argument, args []byte, e *env) (truth, *argument) {
	result := yes
	var at *argument
	for i := range constraints {
		c := &constraints[i]
		t := c.holds(args, e)
		if t == no {
			return no, c
		}
		if t < result {
			result, at = t, c
		}
	}
	return result, at
}

func (a *argument) holds(args []byte, e *env) truth {
	value, is := member(args, a.path)
	switch is {
	case absent:
		return truthOf(len(a.tests) == 1 && a.tests[0].op == opAbsent)
	case ambiguous:
		return doubt
	case present:
	}
	for i := range a.tests {
		if t := a.tests[i].holds(value, e); t != yes {
			return t
		}
	}
	if len(a.each) == 0 {
		return yes
	}
	if value[0] != '[' {
		return no
	}
	result := yes
	elements(value, func(v []byte) bool {
		for i := range a.each {
			result = min(result, a.each[i].holds(v, e))
		}
		return result != no
	})
	return result
}

// some is holds for a rule that looks for a value: of an array it takes any
// element.
func (a *argument) some(args []byte, e *env) truth {
	value, is := member(args, a.path)
	if is != present || value[0] != '[' || len(a.each) > 0 {
		return a.holds(args, e)
	}
	result := no
	elements(value, func(v []byte) bool {
		t := yes
		for i := range a.tests {
			t = min(t, a.tests[i].holds(v, e))
		}
		result = max(result, t)
		return result != yes
	})
	return result
}

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

// kindOf returns the first letter of a value's type in JSON's words: s, n, b, a,
// o, or 0 for null.
func kindOf(value []byte) byte {
	switch value[0] {
	case '"':
		return 's'
	case '{':
		return 'o'
	case '[':
		return 'a'
	case 't', 'f':
		return 'b'
	case 'n':
		return '0'
	}
	return 'n'
}

func (t *test) holds(value []byte, e *env) truth {
	kind := kindOf(value)
	switch t.op {
	case opAbsent:
		return no
	case opType:
		if t.kind == 'i' {
			return truthOf(kind == 'n' && !bytes.ContainsAny(value, ".eE"))
		}
		return truthOf(kind == t.kind)
	case opIn:
		result := no
		for i := range t.texts {
			result = max(result, t.texts[i].equals(kind, value, e))
		}
		return result
	case opMin, opMax:
		return t.compare(kind, value)
	case opMaxLength:
		return t.short(kind, value)
	case opFrom:
		return t.came(kind, value, e)
	case opPrefix, opSuffix, opContains, opMatches:
		if kind != 's' {
			return no
		}
		return t.textual(value, e)
	}
	return no
}

func (t *test) short(kind byte, value []byte) truth {
	n := 0
	switch kind {
	case 's':
		s, ok := unquote(value)
		if !ok {
			return doubt
		}
		n = len(s)
	case 'a':
		elements(value, func([]byte) bool { n++; return n <= t.length })
	default:
		return no
	}
	return truthOf(n <= t.length)
}

func (t *test) textual(value []byte, e *env) truth {
	if t.op == opMatches && len(value) > maxRegexpInput {
		return doubt
	}
	in := value[1 : len(value)-1]
	if bytes.IndexByte(in, '\\') >= 0 {
		s, ok := unquote(value)
		if !ok {
			return doubt
		}
		in = []byte(s)
	}
	want := t.text
	if t.param > 0 {
		p, ok := e.param(t.param - 1)
		if !ok {
			return doubt
		}
		want = p
	}
	switch t.op {
	case opPrefix:
		return truthOf(len(in) >= len(want) && string(in[:len(want)]) == want)
	case opSuffix:
		if len(want) > 0 && want[0] == '@' && (bytes.Count(in, []byte("@")) > 1 || bytes.ContainsAny(in, ",;<> \t\r\n")) {
			return doubt // several addresses in one text, or a name before one: who knows who gets it
		}
		return truthOf(len(in) >= len(want) && string(in[len(in)-len(want):]) == want)
	case opContains:
		return truthOf(want != "" && bytes.Contains(in, []byte(want)))
	case opMatches:
		return truthOf(t.re.Match(in))
	default:
		return no
	}
}

// param returns the text of a parameter, if the session has one.
func (e *env) param(i int) (string, bool) {
	if e == nil || i >= len(e.params) || !e.params[i].set || e.params[i].text == "" {
		return "", false
	}
	return e.params[i].text, true
}

func (v *textValue) equals(kind byte, value []byte, e *env) truth {
	want := v.text
	if v.param > 0 {
		var ok bool
		if want, ok = e.param(v.param - 1); !ok {
			return doubt
		}
		if kind == 'n' && !isNumber(want) {
			return no
		}
	} else if kind != v.json {
		return no
	}
	switch kind {
	case 's':
		return truthOf(equalString(value, want))
	case 'n':
		return sameNumber(value, want)
	case 'b', '0':
		return truthOf(string(value) == want && (kind == 'b' || v.param == 0))
	}
	return no
}

func equalString(quoted []byte, want string) bool {
	in := quoted[1 : len(quoted)-1]
	if bytes.IndexByte(in, '\\') < 0 {
		return string(in) == want
	}
	s, ok := unquote(quoted)
	return ok && s == want
}

// sameNumber compares numbers that are written differently, as 100 and 1e2: exactly, or
// where one is too long for that by the floats they are read as.
func sameNumber(a []byte, b string) truth {
	if string(a) == b {
		return yes
	}
	x, ok1 := exact(a)
	y, ok2 := exact([]byte(b))
	if ok1 && ok2 {
		return truthOf(x.Cmp(y) == 0)
	}
	f, _ := parseFloat(a) // infinite past what floats hold
	g, _ := parseFloat([]byte(b))
	if f != g {
		return no
	}
	return doubt
}

// exact reads a number of reasonable size without rounding it.
func exact(b []byte) (*big.Rat, bool) {
	if len(b) > 64 {
		return nil, false
	}
	if i := bytes.IndexAny(b, "eE"); i >= 0 {
		if exp, err := strconv.Atoi(strings.TrimPrefix(string(b[i+1:]), "+")); err != nil || exp > 64 || exp < -64 {
			return nil, false // 1e999999999 would fill the memory
		}
	}
	return new(big.Rat).SetString(string(b))
}

// compare tests a number against a limit: on floats first, exactly when they are
// close.
func (t *test) compare(kind byte, value []byte) truth {
	if kind != 'n' {
		return no
	}
	f, ok := parseFloat(value)
	if !ok {
		return doubt
	}
	d := f - t.near
	if d > 1e-6*(1+abs(t.near)) || d < -1e-6*(1+abs(t.near)) {
		return truthOf((d > 0) == (t.op == opMin))
	}
	x, ok := exact(value)
	if !ok {
		return doubt
	}
	c := x.Cmp(t.limit)
	return truthOf(c == 0 || (c > 0) == (t.op == opMin))
}

func abs(f float64) float64 {
	if f < 0 {
		return -f
	}
	return f
}

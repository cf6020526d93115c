package policy

import (
	"errors"
	"strings"
)

// This file holds the matcher of patterns. A pattern is a list of elements that
// is walked once, with at most two places to come back to; the time is bounded by
// the product of the lengths of pattern and text, and patterns are short.

// An elem is one element of a pattern: a byte below 256, or one of these.
type elem uint16

const (
	anyByte  elem = 256 + iota // "?": one byte that is no separator
	anyRun                     // "*": any run of bytes without a separator
	deepHead                   // "**/" at the start: nothing, or anything that ends in a separator
	deepMid                    // "/**/": a separator, or anything between two
	deepTail                   // "/**" at the end, or "**" alone: nothing, or anything from a separator on
	anyText                    // "**" alone: anything
	param0                     // and above: the text of a parameter
)

// maxPattern bounds a pattern, in bytes, so that matching is linear in the text.
const maxPattern = 512

// A glob is a compiled pattern.
type glob struct {
	elems    []elem
	sep      byte // separator that "*" and "?" do not cross; 0 for none
	variable int  // 1 + index of the variable it starts with; 0 for none
	params   bool // elems has parameters
	literal  bool // no wildcard, no parameter, no variable: elems are the text
	text     string
}

// What a pattern may start with. The values belong to a session.
const (
	varCwd = iota
	varRepo
	varHome
	varCount
)

var varNames = [varCount]string{"cwd", "repo", "home"}

// An env holds what patterns are filled with for one session.
type env struct {
	vars   [varCount]string // without a slash at the end
	set    [varCount]bool
	params []paramValue // in the order of the policy's parameters
	heard  *heard       // nil where nobody listens
	sample bool         // of an example
}

type paramValue struct {
	text string
	set  bool
}

var (
	errEmptyPattern  = errors.New("the pattern is empty")
	errLongPattern   = errors.New("the pattern is longer than 512 bytes")
	errControl       = errors.New("the pattern has control characters")
	errDeepStar      = errors.New(`"**" must stand between slashes`)
	errVariable      = errors.New(`not a variable: want ${cwd}, ${repo}, ${home} or ${param.NAME}`)
	errVariablePlace = errors.New("${cwd}, ${repo} and ${home} must stand at the start of a path")
	errParam         = errors.New("a parameter that params does not list")
)

// compileGlob compiles a pattern. params are the names of parameters; variables
// says whether ${cwd}, ${repo} and ${home} may start it.
func compileGlob(text string, sep byte, params []string, variables bool) (glob, error) {
	g := glob{sep: sep, text: text}
	if text == "" {
		return g, errEmptyPattern
	}
	if len(text) > maxPattern {
		return g, errLongPattern
	}
	g.literal = true
	rest := text
	for first := true; rest != ""; first = false {
		switch c := rest[0]; {
		case c < ' ' || c == 0x7f:
			return g, errControl
		case c == '$' && strings.HasPrefix(rest, "${"):
			end := strings.IndexByte(rest, '}')
			if end < 0 {
				return g, errVariable
			}
			name := rest[2:end]
			rest = rest[end+1:]
			g.literal = false
			if p, ok := strings.CutPrefix(name, "param."); ok {
				i := indexOf(params, p)
				if i < 0 {
					return g, errParam
				}
				g.elems = append(g.elems, param0+elem(i))
				g.params = true
				continue
			}
			v := indexOf(varNames[:], name)
			if v < 0 {
				return g, errVariable
			}
			if !variables || !first || rest != "" && rest[0] != '/' {
				return g, errVariablePlace
			}
			g.variable = v + 1
		case c == '?':
			g.elems = append(g.elems, anyByte)
			g.literal = false
			rest = rest[1:]
		case c == '*':
			g.literal = false
			n := len(rest) - len(strings.TrimLeft(rest, "*"))
			if n == 1 || sep == 0 {
				g.elems = append(g.elems, anyRun)
				rest = rest[n:]
				continue
			}
			before := len(g.elems)
			starts := before == 0 && g.variable == 0
			if n != 2 || !starts && (before == 0 || g.elems[before-1] != elem(sep)) || len(rest) > 2 && rest[2] != sep {
				return g, errDeepStar
			}
			rest = rest[2:]
			switch {
			case starts && rest == "":
				g.elems = append(g.elems, anyText)
			case starts:
				g.elems = append(g.elems, deepHead)
				rest = rest[1:]
			case rest == "":
				g.elems[before-1] = deepTail
			default:
				g.elems[before-1] = deepMid
				rest = rest[1:]
			}
			for rest == "**" || strings.HasPrefix(rest, "**"+string(sep)) { // "/**/**" says no more than "/**"
				if rest == "**" {
					last := len(g.elems) - 1
					if rest = ""; g.elems[last] == deepMid {
						g.elems[last] = deepTail
					} else {
						g.elems[last] = anyText
					}
					break
				}
				rest = rest[3:]
			}
		default:
			g.elems = append(g.elems, elem(c))
			rest = rest[1:]
		}
	}
	return g, nil
}

func indexOf(list []string, s string) int {
	for i := range list {
		if list[i] == s {
			return i
		}
	}
	return -1
}

// How a text is compared with a pattern.
type compare uint8

const (
	whole    compare = iota // the text is all there is
	every                   // the text is how the real one begins: does every continuation match?
	possible                // the same: may some continuation match?
)

// open reports whether the pattern ends in a way that any continuation fits.
func (g *glob) open() bool {
	if len(g.elems) == 0 {
		return false
	}
	switch last := g.elems[len(g.elems)-1]; last {
	case deepTail, anyText:
		return true
	case anyRun:
		return g.sep == 0
	default:
		return false
	}
}

// match reports whether s matches g in e. An unset variable or parameter matches
// nothing.
func (g *glob) match(s string, e *env, how compare, fold bool) bool {
	if how == every && !g.open() {
		return false
	}
	if g.variable > 0 {
		v := g.variable - 1
		if e == nil || !e.set[v] {
			return false
		}
		dir := e.vars[v]
		if !hasPrefix(s, dir, fold) {
			return how == possible && hasPrefix(dir, s, fold)
		}
		s = s[len(dir):]
	}
	if !g.params {
		return walk(g.elems, s, g.sep, how, fold)
	}
	var buf [maxPattern]elem
	elems, ok := g.fill(buf[:0], e)
	return ok && walk(elems, s, g.sep, how, fold)
}

// fill appends g's elements with the parameters' texts to dst.
func (g *glob) fill(dst []elem, e *env) ([]elem, bool) {
	for _, x := range g.elems {
		if x < param0 {
			dst = append(dst, x)
			continue
		}
		i := int(x - param0)
		if e == nil || i >= len(e.params) || !e.params[i].set || e.params[i].text == "" {
			return dst, false
		}
		for _, c := range []byte(e.params[i].text) {
			dst = append(dst, elem(c))
		}
	}
	return dst, true
}

// matchUnset is match for a prohibition: a variable that is not known may be
// anything that ends before a separator, and so does a parameter.
func (g *glob) matchUnset(s string, e *env, how compare, fold bool) bool {
	if g.variable > 0 && (e == nil || !e.set[g.variable-1]) {
		rest := glob{elems: g.elems, sep: g.sep, params: g.params}
		for i := 0; i <= len(s); i++ {
			if (i == len(s) || s[i] == g.sep) && rest.matchUnset(s[i:], e, how, fold) {
				return true
			}
		}
		return false
	}
	if g.match(s, e, how, fold) {
		return true
	}
	if !g.params {
		return false
	}
	if _, ok := g.fill(nil, e); ok {
		return false
	}
	loose := glob{sep: g.sep, variable: g.variable}
	for _, x := range g.elems {
		if x >= param0 && (e == nil || int(x-param0) >= len(e.params) || !e.params[x-param0].set) {
			x = anyRun
		}
		loose.elems = append(loose.elems, x)
		loose.params = loose.params || x >= param0
	}
	return loose.match(s, e, how, fold)
}

func hasPrefix(s, prefix string, fold bool) bool {
	if len(s) < len(prefix) {
		return false
	}
	if !fold {
		return s[:len(prefix)] == prefix
	}
	return strings.EqualFold(s[:len(prefix)], prefix)
}

// behind stands for what follows the known part of a text.
const behind = elem(0xffff)

func at(s string, i int) elem {
	if i >= len(s) {
		return behind
	}
	return elem(s[i])
}

// walk matches s against elems. For every, one byte that nothing but a wildcard
// takes stands behind the end of s, in place of what is not known.
func walk(elems []elem, s string, sep byte, how compare, fold bool) bool {
	n := len(s)
	if how == every {
		n++
	}
	const none = -1
	var (
		p, i  int
		starP = none // where to go on after "*", and from which byte
		starI int
		deepP = none // the same for "**"
		deepI int
	)
	for {
		if p == len(elems) && i == n {
			return true
		}
		if how == possible && i == n {
			return true
		}
		if p < len(elems) {
			switch x := elems[p]; x {
			case anyText:
				return true
			case deepHead:
				p++
				starP, deepP, deepI = none, p, i
				continue
			case deepMid:
				if i < n && at(s, i) == elem(sep) {
					i++
					p++
					starP, deepP, deepI = none, p, i
					continue
				}
			case deepTail:
				if i == n || at(s, i) == elem(sep) {
					return true
				}
			case anyRun:
				p++
				starP, starI = p, i
				continue
			case anyByte:
				if i < n && at(s, i) != behind && (sep == 0 || at(s, i) != elem(sep)) {
					i++
					p++
					continue
				}
			default:
				if i < n && same(x, at(s, i), fold) {
					if x == elem(sep) && sep != 0 {
						starP = none // no "*" crosses a separator
					}
					i++
					p++
					continue
				}
			}
		}
		// Go back: first to the last "*", which takes one byte more.
		if starP != none && starI < n && (sep == 0 || at(s, starI) != elem(sep)) {
			starI++
			p, i = starP, starI
			continue
		}
		starP = none
		if deepP == none {
			return false
		}
		if how == possible {
			return true // "**" takes all that is known, and what follows is not known
		}
		for deepI < n && at(s, deepI) != elem(sep) {
			deepI++
		}
		if deepI >= n {
			return false
		}
		deepI++
		p, i = deepP, deepI
	}
}

func same(a, b elem, fold bool) bool {
	if a == b {
		return true
	}
	return fold && a < 256 && b < 256 && lower(byte(a)) == lower(byte(b))
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

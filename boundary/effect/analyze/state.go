package analyze

import (
	"mvdan.cc/sh/v3/syntax"

	"github.com/ambit-go/ambit/boundary/effect"
)

// A value is what is known of a string that is put together at run time.
type value struct {
	text  string // the whole of it, or how it begins
	exact bool   // text is the whole
	tame  bool   // what follows text cannot climb: no "..", and no leading "/" if text is empty
	glob  bool   // text is a file name pattern, known whole
	plain bool   // cannot be an option, though no text is known
}

func known(text string) value { return value{text: text, exact: true} }

// sure grades the value as a target.
func (v value) sure() effect.Certainty {
	switch {
	case v.exact && !v.glob:
		return effect.Exact
	case v.text != "":
		return effect.Prefix
	}
	return effect.Unknown
}

// lit returns the value's text if all of it is known.
func (v value) lit() (string, bool) { return v.text, v.exact && !v.glob }

// is reports whether the value is known to be text.
func (v value) is(text string) bool { return v.exact && !v.glob && v.text == text }

// begins reports whether the value is known to begin with prefix.
func (v value) begins(prefix string) bool {
	return len(v.text) >= len(prefix) && v.text[:len(prefix)] == prefix
}

// after returns the value without its first n known bytes.
func (v value) after(n int) value {
	v.text = v.text[n:]
	return v
}

// mayDash reports whether the value may turn out to be an option.
func (v value) mayDash() bool {
	if v.text == "" {
		return !v.exact && !v.plain
	}
	return v.text[0] == '-'
}

// either is what is known of a string that is a or b.
func either(a, b value) value {
	if a == b {
		return a
	}
	n := 0
	for n < len(a.text) && n < len(b.text) && a.text[n] == b.text[n] {
		n++
	}
	return value{text: a.text[:n], tame: a.cannotClimb(n) && b.cannotClimb(n), plain: !a.mayDash() && !b.mayDash()}
}

// cannotClimb reports whether what follows the first n bytes is tame.
func (v value) cannotClimb(n int) bool {
	if !v.exact && !v.tame {
		return false
	}
	rest := v.text[n:]
	if n == 0 && rest != "" && rest[0] == '/' {
		return false
	}
	for i := 0; i+1 < len(rest); i++ {
		if rest[i] == '.' && rest[i+1] == '.' {
			return false
		}
	}
	return n == 0 || v.text[n-1] != '.'
}

// A word is one argument of a command.
type word struct {
	value
	many bool  // may be no argument, or several
	proc *feed // the word is a process substitution with this behind it
	raw  string
}

// A feed is what a command reads from its standard input, or writes to its output.
type feed struct {
	kind feedKind
	val  value
}

type feedKind uint8

const (
	feedNone  feedKind = iota // nothing, or the terminal
	feedText                  // val
	feedToken                 // one short name or number
	feedNames                 // one path per line, each beginning with val
	feedFile                  // the content of the file val
	feedNet                   // something that came over the network
	feedAny                   // not known
)

// asValue is what a command substitution makes of f.
func (f feed) asValue() value {
	switch f.kind {
	case feedText, feedNames:
		return f.val
	case feedToken:
		return value{tame: true, plain: true}
	case feedNone:
		return value{exact: true}
	}
	return value{}
}

// A state is what a shell has changed about itself up to some command.
type state struct {
	dead    bool     // control does not get here
	errexit bool     // set -e
	away    *machine // commands run elsewhere
	dir     string   // absolute, as the shell writes it
	alt     string   // the folder instead, if a cd failed
	lost    bool     // the folder is not known
	vars    *binding
}

// A binding is one variable or function; later ones hide earlier ones.
type binding struct {
	name  string
	val   value
	list  []word       // of an array, or of "@"
	isArr bool         // list counts, not val
	fn    *syntax.Stmt // of a function
	src   string       // the text fn was read from
	local bool         // of the function that runs
	next  *binding
	depth int
}

// maxBindings bounds how many assignments one call follows.
const maxBindings = 256

func (st *state) lookup(name string) *binding {
	for b := st.vars; b != nil; b = b.next {
		if b.name == name {
			return b
		}
	}
	return nil
}

// bind sets name in st. Past the limit variables are forgotten, which makes
// them unknown: [state.lookup] then finds the marker.
func (s *scan) bind(st *state, b binding) {
	if st.vars != nil {
		b.depth = st.vars.depth + 1
	}
	if b.depth > maxBindings {
		s.limit()
		return
	}
	b.next = st.vars
	st.vars = &b
}

// merge is the state after a or b.
func (s *scan) merge(a, b state) state {
	if a.dead {
		return b
	}
	if b.dead {
		return a
	}
	out := a
	out.errexit = a.errexit && b.errexit
	out.lost = a.lost || b.lost
	if !out.lost && (a.dir != b.dir || a.alt != b.alt) {
		dirs := [4]string{a.dir}
		n := 1
		for _, d := range [...]string{a.alt, b.dir, b.alt} {
			if d != "" && d != dirs[0] && d != dirs[1] && d != dirs[2] {
				dirs[n] = d
				n++
			}
		}
		out.dir, out.alt = dirs[0], dirs[1]
		out.lost = n > 2
	}
	out.vars = s.mergeVars(a, b)
	return out
}

func (s *scan) mergeVars(a, b state) *binding {
	if a.vars == b.vars {
		return a.vars
	}
	// Both grew from one list: find it, then settle every name that was set since.
	x, y := a.vars, b.vars
	for x != y {
		if y == nil || x != nil && x.depth > y.depth {
			x = x.next
		} else if x == nil || y.depth > x.depth {
			y = y.next
		} else {
			x, y = x.next, y.next
		}
	}
	out := state{vars: x}
	settle := func(from *binding) {
		for p := from; p != x; p = p.next {
			if !settled(out.vars, x, p.name) {
				s.bind(&out, mergeBinding(p.name, a.lookup(p.name), b.lookup(p.name)))
			}
		}
	}
	settle(a.vars)
	settle(b.vars)
	return out.vars
}

func settled(from, to *binding, name string) bool {
	for p := from; p != to; p = p.next {
		if p.name == name {
			return true
		}
	}
	return false
}

// blanks is what separates words unless IFS was set.
const blanks = " \t\n"

func mergeBinding(name string, a, b *binding) binding {
	if name == "IFS" && (a == nil) != (b == nil) {
		usual := binding{name: name, val: known(blanks)}
		if a == nil {
			a = &usual
		} else {
			b = &usual
		}
	}
	if a == nil || b == nil || a.fn != b.fn || a.isArr != b.isArr || a.isArr && !sameWords(a.list, b.list) {
		return binding{name: name, local: a != nil && a.local || b != nil && b.local}
	}
	if a.isArr || a.fn != nil {
		return *a
	}
	return binding{name: name, val: either(a.val, b.val), local: a.local || b.local}
}

func sameWords(a, b []word) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

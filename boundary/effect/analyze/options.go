package analyze

import (
	"slices"
	"strings"
)

// An optionValue is one option and what it was given.
type optionValue struct {
	name string // without dashes
	val  value
	has  bool // there was a value
	raw  string
}

// parsedArgs are arguments of the tools of clouds and clusters, which agree on
// GNU options: operands in their order, options in theirs, and what follows "--".
type parsedArgs struct {
	ops  []word
	opts []optionValue
	tail []word
	open bool // some word may be an option or not
}

// parseOptions sorts args. Options in flags take no value; all other long
// options do, unless another option follows. Of the short options, those in
// shorts take one. With stop the operands end at that many, and the rest,
// options or not, is the tail.
func parseOptions(args []word, flags, shorts string, stop int) parsedArgs {
	var p parsedArgs
	for i := 0; i < len(args); i++ {
		w := args[i]
		t := w.text
		if stop > 0 && len(p.ops) == stop {
			p.tail = args[i:]
			break
		}
		if w.is("--") {
			p.tail = args[i+1:]
			break
		}
		if t == "" || t[0] != '-' || t == "-" {
			p.open = p.open || t == "" && !w.exact && w.mayDash()
			p.ops = append(p.ops, w)
			continue
		}
		if name, ok := strings.CutPrefix(t, "--"); ok {
			o := optionValue{name: name, raw: w.raw}
			if eq := strings.IndexByte(name, '='); eq >= 0 {
				o.name, o.val, o.has = name[:eq], w.after(eq+3), true
			} else if !isOneOf(name, flags) && i+1 < len(args) && (args[i+1].text == "" || args[i+1].text[0] != '-' || args[i+1].text == "-") {
				i++
				o.val, o.has, o.raw = args[i].value, true, args[i].raw
			}
			p.opts = append(p.opts, o)
			continue
		}
		for j := 1; j < len(t); j++ {
			o := optionValue{name: t[j : j+1], raw: w.raw}
			if strings.IndexByte(shorts, t[j]) >= 0 {
				if j+1 < len(t) {
					o.val, o.has = w.after(j+1), true
					if strings.HasPrefix(o.val.text, "=") {
						o.val = o.val.after(1)
					}
				} else if i+1 < len(args) {
					i++
					o.val, o.has, o.raw = args[i].value, true, args[i].raw
				}
				p.opts = append(p.opts, o)
				break
			}
			p.opts = append(p.opts, o)
		}
	}
	return p
}

// get returns the last value of any of the names.
func (p *parsedArgs) get(names ...string) (value, bool) {
	for _, v := range slices.Backward(p.opts) {
		for _, n := range names {
			if v.name == n && v.has {
				return v.val, true
			}
		}
	}
	return value{}, false
}

// has reports whether any of the options is there.
func (p *parsedArgs) has(names ...string) bool {
	for _, o := range p.opts {
		if slices.Contains(names, o.name) {
			return true
		}
	}
	return false
}

// op returns the text of operand i if it is known, else "".
func (p *parsedArgs) op(i int) string {
	if i >= len(p.ops) {
		return ""
	}
	t, ok := p.ops[i].lit()
	if !ok {
		return ""
	}
	return t
}

package policy

import (
	"encoding/json"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// arguments reads constraints by argument. A name that begins with a slash is a
// JSON pointer into the arguments.
func (d *decoder) arguments(n node) []argument {
	if n.Kind != yaml.MappingNode {
		d.fail(n, "want a mapping of arguments to constraints")
		return nil
	}
	var list []argument
	f := fields{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name := n.Content[i].Value
		f[name] = func(n node) {
			a := argument{name: name, path: pathOf(name)}
			a.tests, a.each = d.tests(n, true)
			list = append(list, a)
		}
	}
	if d.object(n, f) && len(list) == 0 {
		d.fail(n, "names no argument")
	}
	return list
}

// pathOf is where an argument stands: its name, or what a JSON pointer says (RFC 6901).
func pathOf(name string) []string {
	if !strings.HasPrefix(name, "/") {
		return []string{name}
	}
	path := strings.Split(name[1:], "/")
	for i, p := range path {
		path[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(p)
	}
	return path
}

func (d *decoder) tests(n node, each bool) (tests, every []test) {
	add := func(t test) { tests = append(tests, t) }
	textual := func(op testOp) func(node) {
		return func(n node) {
			s, ok := d.str(n)
			if !ok {
				return
			}
			t := test{op: op, text: s}
			if t.param, ok = d.wholeParam(n, s); ok {
				add(t)
			}
		}
	}
	limit := func(op testOp) func(node) {
		return func(n node) {
			x, ok := exact([]byte(n.Value))
			if tag := n.ShortTag(); n.Kind != yaml.ScalarNode || tag != "!!int" && tag != "!!float" || !ok || !isNumber(n.Value) {
				d.fail(n, "want a number")
				return
			}
			near, _ := x.Float64()
			add(test{op: op, limit: new(big.Rat).Set(x), near: near})
		}
	}
	f := fields{
		"equals": func(n node) {
			if v, ok := d.value(n); ok {
				add(test{op: opIn, texts: []textValue{v}})
			}
		},
		"in": func(n node) {
			t := test{op: opIn}
			d.some(n, func(n node) {
				if v, ok := d.value(n); ok {
					t.texts = append(t.texts, v)
				}
			})
			add(t)
		},
		"prefix":   textual(opPrefix),
		"suffix":   textual(opSuffix),
		"contains": textual(opContains),
		"matches": func(n node) {
			s, ok := d.str(n)
			if !ok {
				return
			}
			if len(s) > maxPattern {
				d.fail(n, errLongPattern.Error())
				return
			}
			re, err := regexp.Compile(`\A(?:` + s + `)\z`)
			if _, alone := regexp.Compile(s); err == nil && alone != nil {
				err = alone
			}
			if err != nil {
				d.fail(n, "not a regular expression of RE2")
				return
			}
			add(test{op: opMatches, re: re, text: s})
		},
		"min": limit(opMin),
		"max": limit(opMax),
		"max_length": func(n node) {
			t := test{op: opMaxLength}
			d.number(&t.length, 0, 1<<30)(n)
			add(t)
		},
		"type": func(n node) {
			t := test{op: opType}
			oneOf(d, &t.kind, "string", byte('s'), "number", byte('n'), "integer", byte('i'), "boolean", byte('b'), "array", byte('a'), "object", byte('o'), "null", byte('0'))(n)
			add(t)
		},
		"from": func(n node) {
			t := test{op: opFrom}
			d.some(n, func(n node) {
				s, ok := d.str(n)
				switch {
				case !ok:
				case s == "prompt":
					t.from = append(t.from, fromPrompt)
				case s == "" || strings.ContainsAny(s, "*?$ ") || strings.Count(s, "/") > 1:
					d.fail(n, "want prompt, or a tool by its name: TOOL, or SERVER/TOOL")
				default:
					server, tool, ok := strings.Cut(s, "/")
					if !ok {
						server, tool = "", s
					}
					t.from = append(t.from, sourceOf(nameOf(server, tool)))
				}
				t.texts = append(t.texts, textValue{json: 's', text: s})
			})
			add(t)
		},
		"absent": func(n node) {
			var on bool
			if d.boolean(&on)(n); !on {
				d.fail(n, "want true")
				return
			}
			add(test{op: opAbsent})
		},
	}
	if each {
		f["each"] = func(n node) {
			every, _ = d.tests(n, false)
		}
	}
	if !d.object(n, f) {
		return nil, nil
	}
	if len(tests) == 0 && len(every) == 0 {
		d.fail(n, "names no constraint: equals, in, prefix, suffix, contains, matches, min, max, max_length, type, from, absent or each")
	}
	if len(tests)+len(every) > 1 && slices.ContainsFunc(tests, func(t test) bool { return t.op == opAbsent }) {
		d.fail(n, "an absent argument has nothing else to hold")
	}
	return tests, every
}

// wholeParam reports which parameter s stands for; 0 for none. A parameter in
// the middle of a text is an error.
func (d *decoder) wholeParam(n node, s string) (int, bool) {
	if !strings.Contains(s, "${") {
		return 0, true
	}
	if name, ok := strings.CutPrefix(s, "${param."); ok {
		if name, ok = strings.CutSuffix(name, "}"); ok {
			if i := slices.Index(d.params, name); i >= 0 {
				return i + 1, true
			}
			d.fail(n, errParam.Error())
			return 0, false
		}
	}
	d.fail(n, "a parameter must be the whole value, as in ${param.ticket}")
	return 0, false
}

// value reads what an argument may be equal to.
func (d *decoder) value(n node) (textValue, bool) {
	if n.Kind == yaml.ScalarNode {
		switch n.ShortTag() {
		case "!!str":
			p, ok := d.wholeParam(n, n.Value)
			return textValue{json: 's', text: n.Value, param: p}, ok
		case "!!int", "!!float":
			if isNumber(n.Value) {
				return textValue{json: 'n', text: n.Value}, true
			}
			d.fail(n, "want a number as JSON writes it")
			return textValue{}, false
		case "!!bool":
			return textValue{json: 'b', text: strconv.FormatBool(strings.EqualFold(n.Value, "true"))}, true
		case "!!null":
			return textValue{json: '0', text: "null"}, true
		}
	}
	d.fail(n, "want text, a number, true, false or null")
	return textValue{}, false
}

// examples reads what a grant or rule must match, and what it must not.
func (d *decoder) examples(into *[]example) func(node) {
	return func(n node) {
		read := func(match bool) func(node) {
			return func(n node) {
				d.some(n, func(n node) { *into = append(*into, d.example(n, example{match: match})) })
			}
		}
		d.object(n, fields{"match": read(true), "not_match": read(false)})
	}
}

// example reads one call: a text, which is the main argument of the grant's first
// tool, or a mapping that says all of it.
func (d *decoder) example(n node, x example) example {
	x.pos, x.field = position{n.Line, n.Column}, n.field
	if n.Kind == yaml.ScalarNode {
		if x.whole {
			d.fail(n, "want a mapping with tool and args")
			return x
		}
		x.text, _ = d.str(n)
		return x
	}
	d.object(n, fields{
		"tool":   d.text(&x.tool),
		"server": d.text(&x.server),
		"args": func(n node) {
			v, err := plainValue(n.Node)
			if n.Kind != yaml.MappingNode || err != nil {
				d.fail(n, "want a mapping of arguments")
				return
			}
			x.args, _ = json.Marshal(v)
		},
		"text": d.text(&x.text),
		"params": func(n node) {
			if n.Kind != yaml.MappingNode {
				d.fail(n, "want a mapping of parameters to values")
				return
			}
			x.params = map[string]string{}
			for i := 0; i+1 < len(n.Content); i += 2 {
				if !slices.Contains(d.params, n.Content[i].Value) {
					d.fail(node{n.Content[i], n.field}, errParam.Error())
				}
				x.params[n.Content[i].Value] = n.Content[i+1].Value
			}
		},
	})
	return x
}

// plainValue turns a node into what encoding/json writes.
func plainValue(n *yaml.Node) (any, error) {
	switch n.Kind {
	case yaml.MappingNode:
		m := make(map[string]any, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			v, err := plainValue(n.Content[i+1])
			if err != nil {
				return nil, err
			}
			m[n.Content[i].Value] = v
		}
		return m, nil
	case yaml.SequenceNode:
		list := make([]any, 0, len(n.Content))
		for _, c := range n.Content {
			v, err := plainValue(c)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		return list, nil
	case yaml.ScalarNode:
		switch n.ShortTag() {
		case "!!int", "!!float":
			if isNumber(n.Value) {
				return json.Number(n.Value), nil
			}
			return nil, fmt.Errorf("not a number of JSON")
		case "!!bool":
			return strings.EqualFold(n.Value, "true"), nil
		case "!!null":
			return nil, nil
		}
		return n.Value, nil
	}
	return nil, fmt.Errorf("not a value")
}

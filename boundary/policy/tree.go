package policy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// This file turns the text of a policy into a tree whose nodes know their line
// and column, from YAML or JSON, and refuses what makes a text mean something
// other than it says: anchors, merges, tags, several documents.

const (
	maxFile  = 8 << 20 // bytes; 10,000 rules take about two million
	maxNodes = 1 << 20
	maxDepth = 32
)

// A node is one value of the tree with the field it is found under.
type node struct {
	*yaml.Node
	field string
}

// parseTree reads data as YAML, or as JSON if it begins as that does.
func parseTree(file string, data []byte) (root *yaml.Node, err error) {
	whole := func(problem string) error { return Errors{{File: file, Problem: problem}} }
	if len(data) > maxFile {
		return nil, whole("the file is larger than 8 MiB")
	}
	if !utf8.Valid(data) {
		return nil, whole("the file is not UTF-8")
	}
	text := bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if t := bytes.TrimLeft(text, " \t\r\n"); len(t) > 0 && t[0] == '{' && json.Valid(t) {
		return parseJSON(file, text)
	}
	defer func() {
		if r := recover(); r != nil { // the YAML reader is not ours
			root, err = nil, whole("not readable as YAML")
		}
	}()
	dec := yaml.NewDecoder(bytes.NewReader(text))
	var doc yaml.Node
	switch err := dec.Decode(&doc); {
	case err == io.EOF: //nolint:errorlint // Decode returns it as it is
		return nil, whole("the file is empty")
	case err != nil:
		return nil, yamlError(file, err)
	}
	var more yaml.Node
	if err := dec.Decode(&more); err != io.EOF { //nolint:errorlint // Decode returns it as it is
		return nil, Errors{{File: file, Line: more.Line, Column: more.Column, Problem: "a file holds one policy: remove the second document"}}
	}
	if len(doc.Content) != 1 {
		return nil, whole("the file is empty")
	}
	left := maxNodes
	if errs := plain(file, doc.Content[0], 0, &left); len(errs) > 0 {
		return nil, errs
	}
	return doc.Content[0], nil
}

// yamlError gives an error of the YAML reader our form. Its texts name tokens,
// not values.
func yamlError(file string, err error) error {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	e := &Error{File: file}
	if rest, ok := strings.CutPrefix(text, "line "); ok {
		if n, tail, ok := strings.Cut(rest, ": "); ok {
			if line, err := strconv.Atoi(n); err == nil {
				e.Line, e.Column, text = line, 1, tail
			}
		}
	}
	if i := strings.IndexByte(text, '\''); i >= 0 && strings.Contains(text, "anchor") {
		text = "anchors and aliases are not supported; a pattern that starts with * must be quoted"
	}
	e.Problem = "not readable as YAML: " + text
	return Errors{e}
}

// plain refuses what a policy must not use.
func plain(file string, n *yaml.Node, depth int, left *int) (errs Errors) {
	fail := func(problem string) {
		errs = append(errs, &Error{File: file, Line: n.Line, Column: n.Column, Problem: problem})
	}
	*left--
	switch {
	case *left < 0:
		fail("the file has too many values")
		return errs
	case depth > maxDepth:
		fail("nested too deeply")
		return errs
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		fail("anchors and aliases are not supported; a pattern that starts with * must be quoted")
		return errs
	case n.Style&yaml.TaggedStyle != 0 || n.Tag == "!!merge":
		fail("tags and merge keys are not supported")
		return errs
	}
	for _, c := range n.Content {
		if errs = append(errs, plain(file, c, depth+1, left)...); len(errs) >= maxErrors || *left < 0 {
			return errs
		}
	}
	return errs
}

// parseJSON builds the tree from valid JSON: YAML's reader knows neither tabs
// nor all escapes of JSON.
func parseJSON(file string, data []byte) (*yaml.Node, error) {
	r := jsonReader{dec: json.NewDecoder(bytes.NewReader(data)), data: data, left: maxNodes}
	r.dec.UseNumber()
	root, err := r.value(0)
	if err != nil {
		line, col := r.position(r.last)
		return nil, Errors{{File: file, Line: line, Column: col, Problem: err.Error()}}
	}
	return root, nil
}

type jsonReader struct {
	dec  *json.Decoder
	data []byte
	left int
	last int // where the newest token starts
	line int // lines counted so far, for position
	seen int
	bol  int
}

// token returns the next token and where it starts.
func (r *jsonReader) token() (json.Token, error) {
	start := int(r.dec.InputOffset())
	for start < len(r.data) && strings.IndexByte(" \t\r\n,:", r.data[start]) >= 0 {
		start++
	}
	r.last = start
	return r.dec.Token()
}

// position returns line and column of an offset; offsets only grow.
func (r *jsonReader) position(off int) (line, col int) {
	for ; r.seen < off && r.seen < len(r.data); r.seen++ {
		if r.data[r.seen] == '\n' {
			r.line++
			r.bol = r.seen + 1
		}
	}
	return r.line + 1, off - r.bol + 1
}

func (r *jsonReader) value(depth int) (*yaml.Node, error) {
	if r.left--; r.left < 0 {
		return nil, fmt.Errorf("the file has too many values")
	}
	if depth > maxDepth {
		return nil, fmt.Errorf("nested too deeply")
	}
	t, err := r.token()
	if err != nil {
		return nil, fmt.Errorf("not readable as JSON")
	}
	n := &yaml.Node{Kind: yaml.ScalarNode}
	n.Line, n.Column = r.position(r.last)
	switch t := t.(type) {
	case json.Delim:
		n.Kind, n.Tag = yaml.SequenceNode, "!!seq"
		if t == '{' {
			n.Kind, n.Tag = yaml.MappingNode, "!!map"
		}
		for r.dec.More() {
			c, err := r.value(depth + 1)
			if err != nil {
				return nil, err
			}
			n.Content = append(n.Content, c)
		}
		if _, err := r.token(); err != nil {
			return nil, fmt.Errorf("not readable as JSON")
		}
	case string:
		n.Tag, n.Value, n.Style = "!!str", t, yaml.DoubleQuotedStyle
	case json.Number:
		n.Tag, n.Value = "!!int", t.String()
		if strings.ContainsAny(n.Value, ".eE") {
			n.Tag = "!!float"
		}
	case bool:
		n.Tag, n.Value = "!!bool", strconv.FormatBool(t)
	case nil:
		n.Tag, n.Value = "!!null", "null"
	}
	return n, nil
}

// A fields is what a mapping may hold: a reader for each key.
type fields map[string]func(node)

// object reads a mapping strictly: an unknown or repeated key is an error. It
// reports whether all went well, so that what follows from a mistake is not
// reported as another one.
func (d *decoder) object(n node, f fields) bool {
	if n.Kind != yaml.MappingNode {
		d.fail(n, "want a mapping")
		return false
	}
	before := len(d.errs)
	seen := make(map[string]bool, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, val := n.Content[i], n.Content[i+1]
		name := key.Value
		at := node{key, join(n.field, name)}
		read := f[name]
		switch {
		case key.Kind != yaml.ScalarNode || key.ShortTag() != "!!str":
			d.fail(node{key, n.field}, "keys must be text")
		case read == nil:
			at.field = n.field
			d.fail(at, "unknown key "+quoteKey(name)+suggest(name, f))
		case seen[name]:
			d.fail(at, "the key occurs twice")
		default:
			seen[name] = true
			read(node{val, at.field})
		}
	}
	return len(d.errs) == before && !d.full()
}

// join names a member of a mapping.
func join(field, name string) string {
	if field == "" {
		return name
	}
	return field + "." + name
}

// list reads a sequence; of names it, element by element.
func (d *decoder) list(n node, read func(node)) {
	if n.Kind != yaml.SequenceNode {
		if n.Kind == yaml.ScalarNode && n.Tag != "!!null" {
			d.fail(n, "want a list: put [ ] around it")
			return
		}
		d.fail(n, "want a list")
		return
	}
	for i, c := range n.Content {
		if d.full() {
			return
		}
		read(node{c, n.field + "[" + strconv.Itoa(i) + "]"})
	}
}

// str reads text. Numbers and booleans must be quoted, so that no value changes
// on its way through YAML.
func (d *decoder) str(n node) (string, bool) {
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!str" {
		d.fail(n, "want text; put quotes around it")
		return "", false
	}
	if n.Value == "" {
		d.fail(n, "must not be empty")
		return "", false
	}
	return n.Value, true
}

func (d *decoder) text(into *string) func(node) {
	return func(n node) {
		if s, ok := d.str(n); ok {
			*into = s
		}
	}
}

func (d *decoder) boolean(into *bool) func(node) {
	return func(n node) {
		if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!bool" {
			d.fail(n, "want true or false")
			return
		}
		*into = n.Value == "true" || n.Value == "True" || n.Value == "TRUE"
	}
}

// number reads a whole number from least to most.
func (d *decoder) number(into *int, least, most int) func(node) {
	return func(n node) {
		v, err := strconv.Atoi(n.Value)
		if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!int" || err != nil || v < least || v > most {
			d.fail(n, fmt.Sprintf("want a whole number from %d to %d", least, most))
			return
		}
		*into = v
	}
}

// share reads a number from 0 to 1.
func (d *decoder) share(into *float64) func(node) {
	return func(n node) {
		v, err := strconv.ParseFloat(n.Value, 64)
		if tag := n.ShortTag(); n.Kind != yaml.ScalarNode || tag != "!!int" && tag != "!!float" || err != nil || !(v >= 0 && v <= 1) {
			d.fail(n, "want a number from 0 to 1")
			return
		}
		*into = v
	}
}

func (d *decoder) texts(into *[]string) func(node) {
	return func(n node) {
		d.list(n, func(n node) {
			if s, ok := d.str(n); ok {
				*into = append(*into, s)
			}
		})
		if len(*into) == 0 && len(n.Content) == 0 && n.Kind == yaml.SequenceNode {
			d.fail(n, "an empty list matches nothing; leave the key out or name something")
		}
	}
}

// quoteKey makes a key fit for an error: the wrong file may have been named, so
// little of it is shown.
func quoteKey(s string) string {
	const most = 40
	s = strings.ToValidUTF8(s, "?")
	if len(s) > most {
		s = s[:most]
		for !utf8.ValidString(s) {
			s = s[:len(s)-1]
		}
		s += "…"
	}
	return strconv.Quote(s)
}

// suggest names the known key that is nearest to a mistyped one.
func suggest(name string, f fields) string {
	best, distance := "", 3
	keys := make([]string, 0, len(f))
	for k := range f {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		if n := edits(name, k, distance); n < distance {
			best, distance = k, n
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + best + "?"
}

// edits counts the changes between two words, up to most.
func edits(a, b string, most int) int {
	if len(a)-len(b) >= most || len(b)-len(a) >= most {
		return most
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			next := row[j+1]
			if a[i] != b[j] {
				diagonal = 1 + min(diagonal, row[j], next)
			}
			row[j+1], diagonal = diagonal, next
		}
	}
	return row[len(b)]
}

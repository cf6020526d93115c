package main

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// root is the one namespace that is ours.
const root = "ambit."

var (
	// nameRule is the conventions' rule for names (semantic-conventions v1.44.0,
	// docs/general/naming.md): lower case, dots between namespaces, snake case
	// within, a letter first, a letter or digit last.
	nameRule = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*(\.[a-z][a-z0-9]*(_[a-z0-9]+)*)+$`)
	idRule   = regexp.MustCompile(`^[a-z][a-z0-9]*([._][a-z0-9]+)*$`)

	schemaURLRule = regexp.MustCompile(`^https://[^\s/]+/\S+/\d+\.\d+\.\d+(-[0-9A-Za-z.]+)?$`)

	types       = []string{"string", "int", "double", "boolean", "string[]", "int[]", "double[]", "boolean[]", "any", "enum"}
	stabilities = []string{"development", "alpha", "beta", "release_candidate", "stable"}
	kinds       = []string{"client", "server", "producer", "consumer", "internal"}
	instruments = []string{"counter", "updowncounter", "gauge", "histogram"}
)

// personal are the keys whose values are, or may be, about a person or content.
// Each must say so in a `pii` annotation, which the documentation repeats.
var personal = []string{
	"ambit.credential.fingerprint",
	"ambit.credential.handle",
	"ambit.identity.id",
	"ambit.identity.previous.id",
	"ambit.owner.id",
	"ambit.prompt.hash",
	"ambit.target.account",
	"ambit.target.path",
	"client.address",
	"gen_ai.input.messages",
	"gen_ai.output.messages",
	"gen_ai.system_instructions",
	"gen_ai.tool.call.arguments",
	"gen_ai.tool.call.result",
	"user.hash",
	"user.id",
}

// A checker gathers what is wrong with a registry.
type checker struct {
	*registry
	problems []string
}

func (c *checker) fail(where, format string, args ...any) {
	c.problems = append(c.problems, where+": "+fmt.Sprintf(format, args...))
}

// check reports everything that breaks a rule, sorted by where it is.
func (r *registry) check() []string {
	c := &checker{registry: r}
	c.manifest()
	c.documents()
	c.attributes()
	c.namespaces()
	c.groups()
	c.signals()
	c.coverage()
	c.identifiers()
	return c.problems
}

func (c *checker) manifest() {
	m := c.registry.manifest
	if !schemaURLRule.MatchString(m.SchemaURL) {
		c.fail(manifestFile, "schema_url %q must be an https URL that ends in a version", m.SchemaURL)
	}
	c.text(manifestFile, m.Description, m.Stability)
	if len(m.Dependencies) == 0 {
		c.fail(manifestFile, "no dependencies: the conventions our names build on must be pinned")
	}
	for _, d := range m.Dependencies {
		if d.SchemaURL == "" {
			c.fail(manifestFile, "dependency %q has no schema_url", d.RegistryPath)
		}
		if !regexp.MustCompile(`@\S+\[\S+\]$`).MatchString(d.RegistryPath) {
			c.fail(manifestFile, "dependency %q is not pinned: the path must end in @version[folder]", d.RegistryPath)
		}
	}
}

func (c *checker) documents() {
	for _, d := range c.registry.documents {
		if d.FileFormat != "definition/2" {
			c.fail(d.file, "file_format is %q, want definition/2", d.FileFormat)
		}
	}
}

// text is what every definition needs.
func (c *checker) text(where, brief, stability string) {
	brief = strings.TrimSpace(brief)
	switch {
	case brief == "":
		c.fail(where, "no brief")
	case !strings.HasSuffix(brief, ".") && !strings.HasSuffix(brief, "?"):
		c.fail(where, "the brief is not a sentence: it must end in a full stop")
	}
	if !slices.Contains(stabilities, stability) {
		c.fail(where, "stability is %q, want one of %s", stability, strings.Join(stabilities, ", "))
	}
}

// ours reports whether a name of ours stays under our root, and a pinned one
// out of it.
func (c *checker) ours(where, name string, pinned bool) {
	if !nameRule.MatchString(name) {
		c.fail(where, "the name breaks the naming rule %s", nameRule)
	}
	switch inRoot := strings.HasPrefix(name, root); {
	case !pinned && !inRoot:
		c.fail(where, "a name of ours must be under %s: other namespaces are not ours to add to", root)
	case pinned && inRoot:
		c.fail(where, "a pinned name cannot be under %s: those are ours", root)
	}
}

func (c *checker) attributes() {
	seen := make(map[string]string)
	for _, a := range c.registry.attributes {
		where := a.file + ": " + a.Key
		if first, ok := seen[a.Key]; ok {
			c.fail(where, "declared before, in %s", first)
		}
		seen[a.Key] = a.file
		if a.Key == "event.name" {
			c.fail(where, "the name of an event is no attribute of it")
		}
		c.ours(where, a.Key, a.pinned)
		c.text(where, a.Brief, a.Stability)
		c.valueType(where, a)
		if len(a.Examples) == 0 {
			c.fail(where, "no example")
		}
		if a.Annotations.PII == "" && slices.Contains(personal, a.Key) {
			c.fail(where, "no pii annotation: say what the value tells about a person, or that it is content")
		}
		if d := a.Deprecated; d != nil {
			c.deprecation(where, *d)
		}
	}
}

func (c *checker) deprecation(where string, d deprecation) {
	switch d.Reason {
	case "renamed":
		if _, ok := c.attribute(d.RenamedTo); !ok {
			c.fail(where, "renamed to %q, which is not declared", d.RenamedTo)
		}
	case "obsoleted", "uncategorized":
		if d.Note == "" {
			c.fail(where, "deprecated without a note")
		}
	default:
		c.fail(where, "deprecated for reason %q, want renamed, obsoleted or uncategorized", d.Reason)
	}
}

func (c *checker) valueType(where string, a attribute) {
	if !slices.Contains(types, a.Type.Name) {
		c.fail(where, "type is %q, want one of %s", a.Type.Name, strings.Join(types, ", "))
		return
	}
	array := strings.HasSuffix(a.Type.Name, "[]")
	if !a.pinned && (array || a.Type.Name == "any") {
		c.fail(where, "type %s: facts of ours are scalars, since backends cannot search in lists and maps", a.Type.Name)
	}
	if a.Type.Name != "enum" {
		if a.Annotations.Closed || a.Annotations.Ordered || a.Annotations.Flags != "" {
			c.fail(where, "closed, ordered and flags are for enumerations")
		}
		for _, ex := range a.Examples {
			if !exampleFits(a.Type.Name, ex) {
				c.fail(where, "example %v is no %s", ex, a.Type.Name)
			}
		}
		return
	}
	c.members(where, a)
}

func (c *checker) members(where string, a attribute) {
	if len(a.Type.Members) == 0 {
		c.fail(where, "an enumeration without members")
	}
	ids, values := make(map[string]bool), make(map[string]bool)
	for _, m := range a.Type.Members {
		at := where + "=" + m.ID
		if !idRule.MatchString(m.ID) {
			c.fail(at, "the member's id breaks the naming rule %s", idRule)
		}
		if ids[m.ID] || values[m.Value] {
			c.fail(at, "the member's id or value is there twice")
		}
		ids[m.ID], values[m.Value] = true, true
		if m.Value == "" {
			c.fail(at, "no value")
		}
		c.text(at, m.Brief, m.Stability)
		if ns := a.Annotations.Flags; ns != "" {
			if flag, ok := c.attribute(ns + "." + m.ID); !ok || flag.Type.Name != "boolean" {
				c.fail(at, "no boolean %s.%s beside the member", ns, m.ID)
			}
		}
	}
	for _, ex := range a.Examples {
		if s, ok := ex.(string); !ok || a.Annotations.Closed && !values[s] {
			c.fail(where, "example %v is no member", ex)
		}
	}
}

func exampleFits(typ string, ex any) bool {
	elem, array := strings.CutSuffix(typ, "[]")
	if array {
		list, ok := ex.([]any)
		return ok && !slices.ContainsFunc(list, func(e any) bool { return !exampleFits(elem, e) })
	}
	switch ex.(type) {
	case string:
		return typ == "string" || typ == "any"
	case int:
		return typ == "int" || typ == "double"
	case float64:
		return typ == "double"
	case bool:
		return typ == "boolean"
	}
	return false
}

// namespaces refuses a key that is another key's namespace: backends that show
// attributes as a tree could show only one of the two.
func (c *checker) namespaces() {
	keys := make(map[string]bool, len(c.registry.attributes))
	for _, a := range c.registry.attributes {
		keys[a.Key] = true
	}
	for _, a := range c.registry.attributes {
		for i, r := range a.Key {
			if r == '.' && keys[a.Key[:i]] {
				c.fail(a.file+": "+a.Key, "%s is an attribute and cannot be a namespace", a.Key[:i])
			}
		}
	}
	for _, e := range c.registry.events {
		if keys[e.Name] {
			c.fail(e.file+": event "+e.Name, "an attribute has the same name")
		}
	}
	for _, m := range c.registry.metrics {
		for _, n := range c.registry.metrics {
			if strings.HasPrefix(n.Name, m.Name+".") {
				c.fail(n.file+": metric "+n.Name, "%s is a metric and cannot be a namespace", m.Name)
			}
		}
	}
}

func (c *checker) groups() {
	seen := make(map[string]bool)
	for _, g := range c.registry.groups {
		where := g.file + ": group " + g.ID
		if seen[g.ID] {
			c.fail(where, "declared twice")
		}
		seen[g.ID] = true
		switch g.Visibility {
		case "public":
			c.text(where, g.Brief, g.Stability)
		case "internal":
		default:
			c.fail(where, "visibility is %q, want public or internal", g.Visibility)
		}
		if slices.ContainsFunc(g.Attributes, func(x ref) bool { return x.RefGroup != "" }) {
			c.fail(where, "a group of groups is hard to read; name the attributes")
		}
		c.refs(where, g.Attributes)
		c.noSampling(where, g.Attributes)
	}
}

// noSampling refuses the mark where the format has none: it is for the
// references of a span.
func (c *checker) noSampling(where string, refs []ref) {
	for _, x := range refs {
		if x.SamplingRelevant {
			c.fail(where, "attribute %s: sampling_relevant is for the references of spans", x.Ref)
		}
	}
}

func (c *checker) signals() {
	seen := make(map[string]bool)
	once := func(where string) {
		if seen[where] {
			c.fail(where, "declared twice")
		}
		seen[where] = true
	}
	for _, s := range c.registry.spans {
		where := s.file + ": span " + s.Type
		once(where)
		c.ours(where, s.Type, false)
		c.text(where, s.Brief, s.Stability)
		if !slices.Contains(kinds, s.Kind) {
			c.fail(where, "kind is %q, want one of %s", s.Kind, strings.Join(kinds, ", "))
		}
		if s.Name.Note == "" {
			c.fail(where, "nothing says how the span is named")
		}
		c.refs(where, s.Attributes)
	}
	for _, e := range c.registry.events {
		where := e.file + ": event " + e.Name
		once(where)
		c.ours(where, e.Name, e.pinned)
		c.text(where, e.Brief, e.Stability)
		c.refs(where, e.Attributes)
		c.noSampling(where, e.Attributes)
	}
	for _, m := range c.registry.metrics {
		where := m.file + ": metric " + m.Name
		once(where)
		c.ours(where, m.Name, m.pinned)
		c.text(where, m.Brief, m.Stability)
		c.instrument(where, m)
		c.refs(where, m.Attributes)
		c.noSampling(where, m.Attributes)
	}
	c.imports()
}

// imports holds what our model takes from the conventions against what is pinned.
func (c *checker) imports() {
	pinned := make(map[string]string)
	for _, e := range c.registry.events {
		if e.pinned {
			pinned["event "+e.Name] = e.file
		}
	}
	for _, m := range c.registry.metrics {
		if m.pinned {
			pinned["metric "+m.Name] = m.file
		}
	}
	for _, name := range c.imported {
		if pinned[name] == "" {
			c.fail("imports", "%s is not pinned", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(pinned)) {
		if !slices.Contains(c.imported, name) {
			c.fail(pinned[name]+": "+name, "pinned and not imported by our model")
		}
	}
}

func (c *checker) instrument(where string, m metric) {
	if !slices.Contains(instruments, m.Instrument) {
		c.fail(where, "instrument is %q, want one of %s", m.Instrument, strings.Join(instruments, ", "))
	}
	if m.Unit == "" {
		c.fail(where, "no unit")
	}
	if t := m.Annotations.CodeGeneration.MetricValueType; t != "int" && t != "double" {
		c.fail(where, "code_generation.metric_value_type is %q, want int or double", t)
	}
	b := m.Annotations.Buckets
	if (m.Instrument == "histogram") != (len(b) > 0) {
		c.fail(where, "buckets go with histograms, and histograms have buckets")
	}
	for i := 1; i < len(b); i++ {
		if b[i] <= b[i-1] {
			c.fail(where, "buckets must ascend: %v after %v", b[i], b[i-1])
		}
	}
	for _, x := range c.flat(m.Attributes) {
		if a, ok := c.attribute(x.Ref); ok && a.Type.Name == "any" {
			c.fail(where, "%s is of type any, which metrics cannot carry", x.Ref)
		}
	}
}

func (c *checker) refs(where string, refs []ref) {
	for _, x := range refs {
		switch {
		case (x.Ref == "") == (x.RefGroup == ""):
			c.fail(where, "a reference names an attribute or a group, one of both")
		case x.RefGroup != "":
			if !slices.ContainsFunc(c.registry.groups, func(g group) bool { return g.ID == x.RefGroup }) {
				c.fail(where, "group %s is not declared", x.RefGroup)
			}
		default:
			if _, ok := c.attribute(x.Ref); !ok {
				c.fail(where, "attribute %s is not declared", x.Ref)
			}
			c.level(where, x)
		}
	}
	seen := make(map[string]bool)
	for _, x := range c.flat(refs) {
		if seen[x.Ref] {
			c.fail(where, "attribute %s is there twice", x.Ref)
		}
		seen[x.Ref] = true
	}
}

func (c *checker) level(where string, x ref) {
	switch {
	case x.Level.Name == "":
		c.fail(where, "attribute %s has no requirement level", x.Ref)
	case !slices.Contains(levels, x.Level.Name):
		c.fail(where, "attribute %s has requirement level %q, want one of %s", x.Ref, x.Level.Name, strings.Join(levels, ", "))
	case x.Level.Name == "conditionally_required" && x.Level.When == "":
		c.fail(where, "attribute %s is conditionally required without a condition", x.Ref)
	}
}

// coverage refuses an attribute that no signal carries: it would have no
// requirement level.
func (c *checker) coverage() {
	uses := c.uses()
	for _, a := range c.registry.attributes {
		if len(uses[a.Key]) == 0 && a.Deprecated == nil {
			c.fail(a.file+": "+a.Key, "no span, event or metric carries it, so it has no requirement level")
		}
	}
}

func (c *checker) identifiers() {
	seen := make(map[string]string)
	for _, id := range c.registry.identifiers() {
		if first, ok := seen[id.name]; ok && first != id.from {
			c.fail(id.from, "its Go name %s is that of %s already", id.name, first)
		}
		seen[id.name] = id.from
	}
}

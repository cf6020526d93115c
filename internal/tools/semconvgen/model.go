package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"

	"go.yaml.in/yaml/v3"
)

// A document is one file of a registry, in the definition language of
// OpenTelemetry's registry tool (weaver, schemas/semconv-syntax.v2.md).
type document struct {
	FileFormat string      `yaml:"file_format"`
	Imports    imports     `yaml:"imports"`
	Attributes []attribute `yaml:"attributes"`
	Groups     []group     `yaml:"attribute_groups"`
	Spans      []span      `yaml:"spans"`
	Events     []event     `yaml:"events"`
	Metrics    []metric    `yaml:"metrics"`

	file   string // slash path under the semconv folder, for messages
	pinned bool   // names of the conventions, not ours
}

type imports struct {
	Events  []string `yaml:"events"`
	Metrics []string `yaml:"metrics"`
}

type attribute struct {
	Key         string       `yaml:"key"`
	Type        attrType     `yaml:"type"`
	Brief       string       `yaml:"brief"`
	Note        string       `yaml:"note"`
	Stability   string       `yaml:"stability"`
	Examples    []any        `yaml:"examples"`
	Deprecated  *deprecation `yaml:"deprecated"`
	Annotations annotations  `yaml:"annotations"`

	file   string
	pinned bool
}

// annotations are free by the format. These are the ones the generator reads;
// any other is an error, so that a misspelt one is noticed.
type annotations struct {
	PII            string         `yaml:"pii"`             // why the value is personal or content
	Closed         bool           `yaml:"closed"`          // no value but the members
	Ordered        bool           `yaml:"ordered"`         // the order of the members means something
	Flags          string         `yaml:"flags"`           // namespace with a boolean for each member
	Prefix         string         `yaml:"prefix"`          // what the span's name begins with
	Buckets        []float64      `yaml:"buckets"`         // explicit bucket boundaries
	CodeGeneration codeGeneration `yaml:"code_generation"` // as the conventions have it
}

type codeGeneration struct {
	MetricValueType string `yaml:"metric_value_type"`
}

type deprecation struct {
	Reason    string `yaml:"reason"`
	RenamedTo string `yaml:"renamed_to"`
	Note      string `yaml:"note"`
}

// attrType is a plain type by name, or an enumeration by its members.
type attrType struct {
	Name    string
	Members []member
}

type member struct {
	ID        string `yaml:"id"`
	Value     string `yaml:"value"`
	Brief     string `yaml:"brief"`
	Note      string `yaml:"note"`
	Stability string `yaml:"stability"`
}

func (t *attrType) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		return n.Decode(&t.Name)
	}
	var enum struct {
		Members []member `yaml:"members"`
	}
	if err := decodeStrict(n, &enum); err != nil {
		return err
	}
	t.Name, t.Members = "enum", enum.Members
	return nil
}

// ref is a use of an attribute, or of a group of them, by a signal.
type ref struct {
	Ref              string `yaml:"ref"`
	RefGroup         string `yaml:"ref_group"`
	Level            level  `yaml:"requirement_level"`
	SamplingRelevant bool   `yaml:"sampling_relevant"`
}

// level is a requirement level and, for some, the condition.
type level struct {
	Name string
	When string
}

var levels = []string{"required", "conditionally_required", "recommended", "opt_in"}

func (l *level) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		return n.Decode(&l.Name)
	}
	var conditional map[string]string
	if err := n.Decode(&conditional); err != nil {
		return err
	}
	if len(conditional) != 1 {
		return fmt.Errorf("line %d: a requirement level has one name", n.Line)
	}
	for name, when := range conditional {
		l.Name, l.When = name, when
	}
	return nil
}

type group struct {
	ID         string `yaml:"id"`
	Visibility string `yaml:"visibility"`
	Brief      string `yaml:"brief"`
	Stability  string `yaml:"stability"`
	Attributes []ref  `yaml:"attributes"`

	file string
}

type span struct {
	Type string `yaml:"type"`
	Kind string `yaml:"kind"`
	Name struct {
		Note string `yaml:"note"`
	} `yaml:"name"`
	Brief       string      `yaml:"brief"`
	Note        string      `yaml:"note"`
	Stability   string      `yaml:"stability"`
	Attributes  []ref       `yaml:"attributes"`
	Annotations annotations `yaml:"annotations"`

	file string
}

type event struct {
	Name       string `yaml:"name"`
	Brief      string `yaml:"brief"`
	Note       string `yaml:"note"`
	Stability  string `yaml:"stability"`
	Attributes []ref  `yaml:"attributes"`

	file   string
	pinned bool
}

type metric struct {
	Name        string      `yaml:"name"`
	Instrument  string      `yaml:"instrument"`
	Unit        string      `yaml:"unit"`
	Brief       string      `yaml:"brief"`
	Note        string      `yaml:"note"`
	Stability   string      `yaml:"stability"`
	Attributes  []ref       `yaml:"attributes"`
	Annotations annotations `yaml:"annotations"`

	file   string
	pinned bool
}

type manifest struct {
	SchemaURL    string       `yaml:"schema_url"`
	Description  string       `yaml:"description"`
	Stability    string       `yaml:"stability"`
	Dependencies []dependency `yaml:"dependencies"`
}

type dependency struct {
	SchemaURL    string `yaml:"schema_url"`
	RegistryPath string `yaml:"registry_path"`
}

const manifestFile = "model/manifest.yaml"

// load reads the manifest, our definitions (model/*.yaml) and the pinned part
// of the conventions (pinned/*.yaml) from the semconv folder.
func load(fsys fs.FS) (*registry, error) {
	var m manifest
	if err := decodeFile(fsys, manifestFile, &m); err != nil {
		return nil, err
	}
	r := &registry{manifest: m}
	for _, dir := range []string{"model", "pinned"} {
		files, err := fs.Glob(fsys, dir+"/*.yaml")
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			if file == manifestFile {
				continue
			}
			var d document
			if err := decodeFile(fsys, file, &d); err != nil {
				return nil, err
			}
			d.file, d.pinned = file, dir == "pinned"
			r.add(d)
		}
	}
	r.sort()
	return r, nil
}

func decodeFile(fsys fs.FS, file string, v any) error {
	data, err := fs.ReadFile(fsys, file)
	if err != nil {
		return err
	}
	var n yaml.Node
	if err := yaml.Unmarshal(data, &n); err != nil {
		return fmt.Errorf("%s: %w", path.Base(file), err)
	}
	if len(n.Content) == 0 {
		return fmt.Errorf("%s: empty", path.Base(file))
	}
	if err := expand(&n, nil); err != nil {
		return fmt.Errorf("%s: %w", path.Base(file), err)
	}
	if err := decodeStrict(n.Content[0], v); err != nil {
		return fmt.Errorf("%s: %w", path.Base(file), err)
	}
	return nil
}

// expand puts a copy of the anchored node in the place of each alias, so that a
// part of the tree can be decoded by itself.
func expand(n *yaml.Node, open []*yaml.Node) error {
	if n.Kind == yaml.AliasNode {
		target := n.Alias
		if slices.Contains(open, target) {
			return fmt.Errorf("line %d: alias of a node that holds it", n.Line)
		}
		*n = *target
	}
	n.Anchor = ""
	n.Content = slices.Clone(n.Content)
	for i, c := range n.Content {
		copied := *c
		n.Content[i] = &copied
		if err := expand(&copied, append(open, c)); err != nil {
			return err
		}
	}
	return nil
}

// decodeStrict refuses unknown fields, which yaml's Node.Decode lets pass.
func decodeStrict(n *yaml.Node, v any) error {
	data, err := yaml.Marshal(n)
	if err != nil {
		return err
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	err = dec.Decode(v)
	if te, ok := errors.AsType[*yaml.TypeError](err); ok {
		return errors.New(te.Errors[0])
	}
	return err
}

package semconv_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

const importPath = "github.com/ambit-go/ambit/semconv"

// A usage is what a tree of Go code does with our names.
type usage struct {
	emitted  map[string]bool // Go names of this package that the SDK's own code refers to
	literals []string        // "file:line: text" for names written out instead of taken from here
}

// wireName is what a name of ours looks like. A file name looks the same and is
// told by its extension.
var (
	wireName = regexp.MustCompile(`^ambit(\.[a-z0-9]+(_[a-z0-9]+)*)+$`)
	fileExts = []string{".db", ".go", ".json", ".jsonl", ".lock", ".log", ".md", ".sock", ".toml", ".txt", ".yaml", ".yml"}
)

// scan reads every Go file that is neither a test nor generated, those of all
// modules included. What examples and test packages refer to does not count as
// emitted: they read telemetry, or show how to write it.
func scan(fsys fs.FS) (usage, error) {
	u := usage{emitted: make(map[string]bool)}
	fset := token.NewFileSet()
	err := fs.WalkDir(fsys, ".", func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if base := path.Base(file); file != "." && (base[0] == '.' || base[0] == '_' || base == "testdata" || base == "node_modules") ||
				file == "semconv" || file == "internal/tools" {
				return fs.SkipDir
			}
			return nil
		}
		if path.Ext(file) != ".go" || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		src, err := fs.ReadFile(fsys, file)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(fset, file, src, parser.SkipObjectResolution|parser.ParseComments)
		if err != nil {
			return err
		}
		if !ast.IsGenerated(f) {
			u.add(fset, file, f)
		}
		return nil
	})
	return u, err
}

func (u *usage) add(fset *token.FileSet, file string, f *ast.File) {
	name := localName(f)
	emits := !slices.ContainsFunc(strings.Split(path.Dir(file), "/"), func(dir string) bool {
		return dir == "examples" || strings.HasSuffix(dir, "test")
	})
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && emits && name != "" && x.Name == name {
				u.emitted[n.Sel.Name] = true
			}
		case *ast.BasicLit:
			if n.Kind != token.STRING {
				return true
			}
			if s, err := strconv.Unquote(n.Value); err == nil && wireName.MatchString(s) && !slices.Contains(fileExts, path.Ext(s)) {
				u.literals = append(u.literals, fset.Position(n.Pos()).String()+": "+s)
			}
		}
		return true
	})
}

// localName is what a file calls this package; empty if it does not import it.
func localName(f *ast.File) string {
	for _, spec := range f.Imports {
		if p, err := strconv.Unquote(spec.Path.Value); err == nil && p == importPath {
			if spec.Name != nil {
				return spec.Name.Name
			}
			return "semconv"
		}
	}
	return ""
}

// ourNames maps each name of ours on the wire to the Go names that stand for it.
// Attributes, events and metrics each have a space of their own, so the kind is
// part of the key: "attribute ambit.session.id". Deprecated ones are left out.
func ourNames(t *testing.T, fsys fs.FS) map[string][]string {
	t.Helper()
	all := make(map[string][]string)
	for _, file := range []string{"attributes_gen.go", "names_gen.go", "metrics_gen.go"} {
		src, err := fs.ReadFile(fsys, file)
		if err != nil {
			t.Fatal(err)
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, src, parser.SkipObjectResolution|parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		keys := make(map[string]string) // Go name of a key: its wire name
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GenDecl:
				return !strings.Contains(n.Doc.Text(), "Deprecated:")
			case *ast.ValueSpec:
				declare(all, keys, n)
			case *ast.FuncDecl:
				name := n.Name.Name
				if key, ok := keys[name+"Key"]; ok {
					all[key] = append(all[key], name)
				}
				if made, ok := strings.CutPrefix(name, "New"); ok {
					if key, ok := keys["Metric"+made]; ok {
						all[key] = append(all[key], name)
					}
				}
				return false
			}
			return true
		})
	}
	return all
}

// declare records what one const or var of a generated file stands for.
func declare(all map[string][]string, keys map[string]string, spec *ast.ValueSpec) {
	name := spec.Names[0].Name
	switch v := spec.Values[0].(type) {
	case *ast.BasicLit: // EventX = "…", MetricX = "…"
		s, err := strconv.Unquote(v.Value)
		if err != nil {
			return
		}
		for _, kind := range []string{"Event", "Metric"} {
			if strings.HasPrefix(name, kind+"Ambit") {
				key := strings.ToLower(kind) + " " + s
				keys[name], all[key] = key, append(all[key], name)
			}
		}
	case *ast.CallExpr: // XKey = attribute.Key("…"), XMember = XKey.String("…")
		sel, ok := v.Fun.(*ast.SelectorExpr)
		if !ok {
			return
		}
		if x, ok := sel.X.(*ast.Ident); ok && x.Name != "attribute" {
			if key, ok := keys[x.Name]; ok {
				all[key] = append(all[key], name)
			}
			return
		}
		if lit, ok := v.Args[0].(*ast.BasicLit); ok && sel.Sel.Name == "Key" {
			if s, err := strconv.Unquote(lit.Value); err == nil {
				key := "attribute " + s
				keys[name], all[key] = key, append(all[key], name)
			}
		}
	}
}

func TestScan(t *testing.T) {
	const usesKey = "package p\nimport \"" + importPath + "\"\nvar _ = semconv."
	fsys := fstest.MapFS{
		"agentspan/a.go":           {Data: []byte(usesKey + "AmbitSessionID")},
		"agentspan/alias.go":       {Data: []byte("package p\nimport conv \"" + importPath + "\"\nvar _ = conv.AmbitTaskIDKey")},
		"agentspan/other.go":       {Data: []byte("package p\nimport semconv \"go.opentelemetry.io/otel/semconv/v1.43.0\"\nvar _ = semconv.ErrorTypeKey")},
		"agentspan/a_test.go":      {Data: []byte(usesKey + "AmbitTest\nvar s = \"ambit.test.literal\"")},
		"agentspan/z_gen.go":       {Data: []byte("// Code generated by x; DO NOT EDIT.\n\n" + usesKey + "AmbitGenerated")},
		"agentspan/testdata/t.go":  {Data: []byte(usesKey + "AmbitTestdata")},
		"agentspan/spantest/t.go":  {Data: []byte(usesKey + "AmbitTestPackage")},
		"agentspan/mcpspan/m.go":   {Data: []byte(usesKey + "AmbitModule")},
		"examples/one/main.go":     {Data: []byte(usesKey + "AmbitExample\nvar s = \"ambit.example.literal\"")},
		"semconv/attributes.go":    {Data: []byte("package semconv\nvar s = \"ambit.session.id\"")},
		"internal/tools/gen/g.go":  {Data: []byte("package main\nvar s = \"ambit.owner.id\"")},
		".git/hooks/g.go":          {Data: []byte("not Go")},
		"boundary/b.go":            {Data: []byte("package b\nconst a, b, c, d, e = \"ambit.decision.outcome\", \"ambit.\", \"ambit.yaml\", `ambit.decisions`, \"no ambit.key here\"")},
		"boundary/tag.go":          {Data: []byte("package b\ntype t struct { A int `json:\"ambit.session.id\"` }")},
		"boundary/import.go":       {Data: []byte("package b\nimport _ \"ambit.example\"")},
		"agentspan/hook/README.md": {Data: []byte("ambit.session.id")},
	}
	u, err := scan(fsys)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]bool{"AmbitSessionID": true, "AmbitTaskIDKey": true, "AmbitModule": true}, u.emitted); diff != "" {
		t.Errorf("emitted (-want +got)\n%s", diff)
	}
	want := []string{
		"boundary/b.go:2:23: ambit.decision.outcome",
		"boundary/b.go:2:73: ambit.decisions",
		"examples/one/main.go:4:9: ambit.example.literal",
	}
	if diff := cmp.Diff(want, u.literals); diff != "" {
		t.Errorf("literals (-want +got)\n%s", diff)
	}
}

func TestScanSaysWhatItCannotRead(t *testing.T) {
	if _, err := scan(fstest.MapFS{"boundary/b.go": {Data: []byte("package")}}); err == nil {
		t.Error("a file that does not parse passes")
	}
}

func TestOurNames(t *testing.T) {
	got := ourNames(t, fstest.MapFS{
		"attributes_gen.go": {Data: []byte(`package semconv
const AmbitCallRanKey = attribute.Key("ambit.call.ran")
func AmbitCallRan(v bool) attribute.KeyValue { return AmbitCallRanKey.Bool(v) }
const AmbitOwnerKindKey = attribute.Key("ambit.owner.kind")
var (
	AmbitOwnerKindHuman = AmbitOwnerKindKey.String("human")
)
func AmbitOwnerKind(v string) attribute.KeyValue { return AmbitOwnerKindKey.String(v) }
// AmbitOldKey is "ambit.old".
//
// Deprecated: renamed to ambit.call.ran.
const AmbitOldKey = attribute.Key("ambit.old")
func AmbitOld(v string) attribute.KeyValue { return AmbitOldKey.String(v) }
`)},
		"names_gen.go": {Data: []byte(`package semconv
const (
	EventAmbitLineCrossed = "ambit.line.crossed"
)
`)},
		"metrics_gen.go": {Data: []byte(`package semconv
const (
	MetricAmbitCalls = "ambit.calls"
	MetricToolDuration = "tool.duration"
)
func NewAmbitCalls(m metric.Meter) (metric.Int64Counter, error) { return nil, nil }
func NewToolDuration(m metric.Meter) (metric.Float64Histogram, error) { return nil, nil }
`)},
	})
	want := map[string][]string{
		"attribute ambit.call.ran":   {"AmbitCallRanKey", "AmbitCallRan"},
		"attribute ambit.owner.kind": {"AmbitOwnerKindKey", "AmbitOwnerKindHuman", "AmbitOwnerKind"},
		"event ambit.line.crossed":   {"EventAmbitLineCrossed"},
		"metric ambit.calls":         {"MetricAmbitCalls", "NewAmbitCalls"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

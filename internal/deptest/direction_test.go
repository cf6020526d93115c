package deptest

import (
	"cmp"
	"encoding/json"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

const (
	ambit = "github.com/ambit-go/ambit"
	otel  = "go.opentelemetry.io/otel"
)

// own returns the import paths of packages of this module.
func own(pkgs ...string) []string {
	paths := make([]string, 0, len(pkgs))
	for _, p := range pkgs {
		paths = append(paths, ambit+"/"+p)
	}
	return paths
}

// Reasons that several arrows share.
const (
	noOTel      = "plug-in authors must not need OpenTelemetry"
	noSDK       = "libraries use the API, applications choose the SDK"
	noExporters = "importing the SDK must never bump a user's gRPC or protobuf"
	noYAML      = "a program with a Checker of its own needs no parser of policy files"
	noTesting   = "the flags and helpers of tests must not reach a program"
)

// What no package below agentspan may need, and what no package of the module may, whichever
// way it gets there.
var (
	belowOTel = Deny{"go.opentelemetry.io": noOTel}
	anywhere  = Deny{
		"google.golang.org/grpc":     noExporters,
		"google.golang.org/protobuf": noExporters,
		otel + "/exporters":          noExporters,
		otel + "/log":                "its API moves between releases: agentspan/otellog takes it, in a module of its own",
	}
)

// noAssertions keeps what our own tests use out of the suites that others run.
var noAssertions = Deny{"github.com/google/go-cmp": "a suite must not add a requirement to the module that runs it"}

// An arrow is what one package may import: the standard library, only these, and no way to deny.
type arrow struct {
	pkg  string // below the module's path, or a pattern; empty for the package at its root
	why  string // no more than this
	only []string
	deny []Deny
}

// arrows is the package table of the design, lowest first.
var arrows = []arrow{
	{
		why:  "it is documentation, and costs a reader nothing",
		deny: []Deny{belowOTel},
	},
	{
		pkg:  "internal/publicsuffix",
		why:  "a table must not bring what the package it is taken from brings",
		deny: []Deny{belowOTel, {"net/http": "it starts with every hook", "golang.org/x/net": "the list is ours to look things up in"}},
	},
	{
		pkg:  "internal/credshape",
		why:  "one table of credential shapes for identity and the detector must cost neither a dependency",
		deny: []Deny{belowOTel},
	},
	{
		pkg:  "internal/jsonscan",
		why:  "whoever reads hostile JSON reads it alike, and takes nothing else with it",
		deny: []Deny{belowOTel},
	},
	{
		pkg:  "internal/spanid",
		why:  "the tracer asks for an id and the generator answers; what they share must not join them",
		deny: []Deny{belowOTel},
	},
	{
		pkg:  "internal/reach",
		why:  "tracer and hooks describe alike what a credential is used towards, and share no more",
		only: own("boundary/effect", "identity"),
		deny: []Deny{belowOTel},
	},
	{
		pkg: "internal/backendtest",
		why: "the tests of any module of the repository may start a backend",
	},
	{
		pkg:  "internal/mcptest",
		why:  "the tests of the integrations of MCP hold both SDKs against the same things",
		only: append(own("agentspan", "agentspan/agentspantest", "agentspan/mcpwire", "boundary", "identity", "internal/backendtest", "semconv"), otel+"/..."),
	},
	{
		pkg: "internal/deptest",
		why: "what checks imports should have few",
	},
	{
		pkg: "internal/duel",
		why: "what measures a package must not be what it measures",
	},
	{
		pkg: "internal/heaptest",
		why: "what measures a package must not be what it measures",
	},
	{
		pkg:  "internal/eval/...",
		why:  "programs that count how often the SDK is right use it as anybody would",
		only: []string{ambit + "/..."},
	},
	{
		pkg:  "internal/intentmodel",
		why:  "training measures exactly what the classifier runs, and neither decides",
		only: own("boundary/effect", "boundary/secret", "identity"),
		deny: []Deny{belowOTel},
	},
	{
		pkg:  "identity",
		why:  "verifiers, gateways and agents describe who acts with these words and share nothing else",
		only: own("internal/credshape", "internal/jsonscan"),
		deny: []Deny{belowOTel},
	},
	{
		pkg:  "boundary/effect",
		why:  "every checker and classifier reads effects: their authors take nothing else with them",
		deny: []Deny{belowOTel},
	},
	{
		pkg:  "boundary/effect/analyze",
		why:  "facts come before judgement: the analyzer parses shells and hosts and knows no policy",
		only: append(own("boundary/effect", "boundary/secret", "internal/publicsuffix"), "mvdan.cc/sh/v3/...", "golang.org/x/net/..."),
		deny: []Deny{belowOTel},
	},
	{
		pkg:  "boundary/secret",
		why:  "a detector also serves where nothing is traced or decided, in a redactor for one",
		only: own("internal/credshape"),
		deny: []Deny{belowOTel},
	},
	{
		pkg:  "intent",
		why:  "intent informs the boundary and must not be able to ask it",
		only: own("boundary/effect", "boundary/secret", "identity", "internal/intentmodel"),
		deny: []Deny{belowOTel},
	},
	{
		pkg:  "boundary",
		why:  "a decision is the same with and without telemetry, and says nothing of how policy is written",
		only: own("boundary/effect", "boundary/secret", "identity", "intent"),
		deny: []Deny{belowOTel, {"go.yaml.in": noYAML}},
	},
	{
		pkg:  "boundary/policy",
		why:  "a policy is compiled, linted and tested where no agent runs",
		only: append(own("boundary", "boundary/effect", "boundary/secret", "identity", "intent", "internal/jsonscan", "internal/publicsuffix"), "go.yaml.in/yaml/v3", "golang.org/x/net/..."),
		deny: []Deny{belowOTel},
	},
	{
		pkg:  "semconv",
		why:  "whoever reads or writes telemetry uses these names, with or without the rest of the SDK",
		only: []string{otel + "/attribute", otel + "/metric/..."},
		deny: []Deny{{otel + "/sdk": noSDK}},
	},
	{
		pkg: "agentspan",
		why: "the tracer brings together what is below it and writes through OpenTelemetry's API",
		only: append(
			own("boundary", "boundary/effect", "boundary/effect/analyze", "boundary/secret", "identity", "intent", "internal/reach", "internal/jsonscan", "internal/spanid", "semconv"),
			otel, otel+"/attribute", otel+"/baggage", otel+"/codes", otel+"/propagation",
			otel+"/metric", otel+"/metric/noop", otel+"/trace", otel+"/trace/embedded", otel+"/trace/noop",
		),
		deny: []Deny{{otel + "/sdk": noSDK, "go.yaml.in": noYAML, "testing": noTesting}},
	},
	{
		pkg:  "agentspan/pipeline",
		why:  "a processor, a sampler and ids for the SDK: it reads sessions and decides nothing",
		only: append(own("agentspan", "internal/spanid", "semconv"), otel+"/..."),
		deny: []Deny{{"testing": noTesting}},
	},
	{
		pkg:  "agentspan/ocsf",
		why:  "a SIEM's form of events must cost nothing that a tracer does not cost already",
		only: append(own("agentspan", "semconv"), otel+"/attribute", otel+"/trace"),
		deny: []Deny{{otel + "/sdk": noSDK, "testing": noTesting}},
	},
	{
		pkg: "agentspan/mcpwire",
		why: "what governing MCP has in common for its SDKs must need none of them",
		only: append(
			own("agentspan", "boundary", "boundary/effect", "identity", "internal/jsonscan", "semconv"),
			otel+"/attribute", otel+"/baggage", otel+"/codes", otel+"/propagation", otel+"/metric", otel+"/trace",
		),
		deny: []Deny{{otel + "/sdk": noSDK, "testing": noTesting}},
	},
	{
		pkg:  "agentspan/hookspan/payload",
		why:  "whoever reads what a coding agent tells its hooks may use this, and trace nothing",
		deny: []Deny{belowOTel},
	},
	{
		pkg:  "agentspan/hookspan/recording",
		why:  "a recording is read before anything is known about tracing it",
		only: own("agentspan/hookspan/payload"),
		deny: []Deny{belowOTel},
	},
	{
		pkg:  "agentspan/hookspan/journal",
		why:  "what one process wrote down another one reads: neither decides here, nor traces",
		only: own("boundary", "boundary/effect", "boundary/secret", "identity", "intent"),
		deny: []Deny{belowOTel},
	},
	{
		pkg: "agentspan/hookspan/gate",
		why: "the agent waits for a hook: it decides and writes down, and what makes spans of it is another program",
		only: own(
			"agentspan/hookspan/journal", "agentspan/hookspan/payload", "boundary", "boundary/effect", "boundary/effect/analyze",
			"boundary/policy", "boundary/secret", "identity", "intent", "internal/reach",
		),
		deny: []Deny{belowOTel, {"net/http": "it starts with every hook", "crypto/tls": "it starts with every hook"}},
	},
	{
		pkg: "agentspan/hookspan",
		why: "a hook program is an ordinary user of the tracer, and says nothing of where spans go",
		only: append(
			own(
				"agentspan", "agentspan/hookspan/journal", "agentspan/hookspan/payload", "agentspan/hookspan/recording", "agentspan/pipeline",
				"boundary", "boundary/effect", "boundary/effect/analyze", "boundary/secret", "identity", "intent", "internal/spanid", "semconv",
			),
			otel+"/...",
		),
		deny: []Deny{{"testing": noTesting}},
	},
	{
		pkg:  "agentspan/agentspantest",
		why:  "a recorder and a linter over spans, whoever made them",
		only: append(own("agentspan", "agentspan/pipeline", "boundary/secret", "semconv"), otel+"/..."),
	},
	{
		pkg:  "boundary/boundarytest",
		why:  "the authors of a checker run this, and " + noOTel,
		only: own("boundary", "boundary/effect", "boundary/secret", "identity", "intent"),
		deny: []Deny{belowOTel, noAssertions},
	},
	{
		pkg:  "intent/intenttest",
		why:  "the authors of a classifier run this, and " + noOTel,
		only: own("boundary/effect", "boundary/secret", "identity", "intent"),
		deny: []Deny{belowOTel, noAssertions},
	},
}

// arrowOf returns the arrow of a package, and whether there is one. What lies in the internal
// folder of a package is a part of it and shares its arrow.
func arrowOf(pkg string) (arrow, bool) {
	for _, a := range arrows {
		if matches(a.pkg, pkg) || a.pkg != "" && matches(a.pkg+"/internal/...", pkg) {
			a.only = append(slices.Clone(a.only), own(a.pkg, a.pkg+"/internal/...")...)
			return a, true
		}
	}
	return arrow{}, false
}

// TestDirection holds every arrow of the design's package table. A package that has no arrow is
// a failure too: whoever adds one says where it stands, and why.
func TestDirection(t *testing.T) {
	root := moduleRoot(t)
	for _, pkg := range packages(t, root) {
		name := strings.TrimPrefix(strings.TrimPrefix(pkg, ambit), "/")
		t.Run(cmp.Or(name, "root"), func(t *testing.T) {
			a, ok := arrowOf(name)
			if !ok {
				t.Fatalf("%s has no arrow: add one, with its reason, to arrows", pkg)
			}
			Only(t, pkg, a.why, a.only...)
			for _, deny := range append(slices.Clone(a.deny), anywhere) {
				Check(t, pkg, deny)
			}
		})
	}
}

// TestIntegrationsUseThePublicAPI holds that no nested module imports an internal package: what
// an integration of ours needs, an integration of somebody else needs too.
func TestIntegrationsUseThePublicAPI(t *testing.T) {
	root := moduleRoot(t)
	for _, dir := range modules(t, root) {
		name, err := filepath.Rel(root, dir)
		if err != nil {
			t.Fatal(err)
		}
		name = filepath.ToSlash(name)
		if name == "." || strings.HasPrefix(name, "internal/") {
			continue // the module itself; and what is internal may use what is internal
		}
		t.Run(name, func(t *testing.T) {
			for file, imports := range sources(t, dir) {
				for _, path := range imports {
					if strings.HasPrefix(path, ambit+"/internal/") {
						t.Errorf("%s imports %s: an integration uses what everybody can use", file, path)
					}
				}
			}
		})
	}
}

// apart are modules outside of internal that go.work leaves out: what they need would be in the
// build of everybody's tests.
var apart = []string{"examples/observability/schemas"}

// TestWorkspaceHoldsEveryModule holds that go.work has what is developed together, so that no
// module is left out of the workspace's tests.
func TestWorkspaceHoldsEveryModule(t *testing.T) {
	root := moduleRoot(t)
	cmd := exec.Command("go", "work", "edit", "-json", filepath.Join(root, "go.work"))
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var work struct{ Use []struct{ DiskPath string } }
	if err := json.Unmarshal(out, &work); err != nil {
		t.Fatal(err)
	}
	var got, want []string
	for _, u := range work.Use {
		got = append(got, filepath.Join(root, u.DiskPath))
	}
	for _, dir := range modules(t, root) {
		name, err := filepath.Rel(root, dir)
		if err != nil {
			t.Fatal(err)
		}
		if name = filepath.ToSlash(name); !strings.HasPrefix(name, "internal/") && !slices.Contains(apart, name) {
			want = append(want, dir)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("modules in go.work (-want +got):\n%s", diff)
	}
}

// requirements is every module that importing ambit may add to a user's build, and what for. A
// new one needs a proposal.
var requirements = map[string]string{
	"go.opentelemetry.io/otel":            "attributes, codes, propagation",
	"go.opentelemetry.io/otel/metric":     "the metric API",
	"go.opentelemetry.io/otel/trace":      "the trace API",
	"go.opentelemetry.io/otel/sdk":        "agentspan/pipeline and agentspan/agentspantest, nothing else",
	"go.opentelemetry.io/otel/sdk/metric": "agentspan/agentspantest reads metrics back",
	"github.com/google/go-cmp":            "tests",
	"go.yaml.in/yaml/v3":                  "policy files",
	"golang.org/x/net":                    "host names in one spelling, registrable domains",
	"mvdan.cc/sh/v3":                      "shell commands are parsed, not guessed at",
}

// TestRequirements holds the list of direct requirements of the root module.
func TestRequirements(t *testing.T) {
	cmd := exec.Command("go", "mod", "edit", "-json")
	cmd.Dir = moduleRoot(t)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var mod struct {
		Go        string
		Toolchain string
		Require   []struct {
			Path     string
			Indirect bool
		}
	}
	if err := json.Unmarshal(out, &mod); err != nil {
		t.Fatal(err)
	}
	for _, r := range mod.Require {
		if _, ok := requirements[r.Path]; !ok && !r.Indirect {
			t.Errorf("go.mod requires %s, which has no reason here: a new dependency needs a proposal", r.Path)
		}
	}
	if mod.Go != "1.26.0" || mod.Toolchain != "" {
		t.Errorf("go.mod has go %s and toolchain %q, want the older of the two supported releases, 1.26.0, and none", mod.Go, mod.Toolchain)
	}
}

// moduleRoot returns the directory of this module.
func moduleRoot(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-f", "{{.Module.Dir}}", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// packages returns the import paths of the module's packages.
func packages(t *testing.T, root string) []string {
	t.Helper()
	cmd := exec.Command("go", "list", "-find", "./...")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(string(out))
}

// modules returns the directories of all modules in the repository.
func modules(t *testing.T, root string) []string {
	t.Helper()
	var dirs []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && path != root) {
			return fs.SkipDir
		}
		if d.Name() == "go.mod" {
			dirs = append(dirs, filepath.Dir(path))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return dirs
}

// sources returns what each Go file of a module imports, tests left out. The files are parsed
// rather than listed by the go command, which would want the requirements of the nested module.
func sources(t *testing.T, dir string) map[string][]string {
	t.Helper()
	imports := make(map[string][]string)
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			_, err := os.Stat(filepath.Join(path, "go.mod"))
			if d.Name() == "testdata" || err == nil && path != dir {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			p, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			imports[path] = append(imports[path], p)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return imports
}

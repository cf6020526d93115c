package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const semconvDir = "../../../semconv"

func committed(t *testing.T) *registry {
	t.Helper()
	r, err := load(os.DirFS(semconvDir))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestCommittedOutputsAreUpToDate(t *testing.T) {
	if err := run(semconvDir, true); err != nil {
		t.Fatal(err)
	}
}

func TestGoNames(t *testing.T) {
	for _, tt := range []struct{ key, want string }{
		{"ambit.session.id", "AmbitSessionID"},
		{"ambit.approval.latency_ms", "AmbitApprovalLatencyMS"},
		{"gen_ai.tool.call.id", "GenAIToolCallID"},
		{"mcp.resource.uri", "MCPResourceURI"},
		{"jsonrpc.request.id", "JSONRPCRequestID"},
		{"rpc.response.status_code", "RPCResponseStatusCode"},
		{"error.type", "ErrorType"},
		{"aws.bedrock", "AWSBedrock"},
		{"x_ai", "XAI"},
	} {
		t.Run(tt.key, func(t *testing.T) {
			if got := goName(tt.key); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// TestOutputs shows what is made from one enumeration and one metric.
func TestOutputs(t *testing.T) {
	outputs, err := generate(with(t, "pinned/core.yaml", "tool.name", "tool.name"))
	if err != nil {
		t.Fatal(err)
	}
	text := make(map[string]string)
	for _, o := range outputs {
		text[o.name] = string(o.data)
	}
	for _, tt := range []struct{ file, want string }{
		{"attributes_gen.go", `// AmbitCrossingKindKey is "ambit.crossing.kind". What kind of line.
//
// Type: enum, closed. Stability: development. Example: "flow".
//
// Required on event ambit.line.crossed.
//
// Conditionally required on span ambit.call.
const AmbitCrossingKindKey = attribute.Key("ambit.crossing.kind")

// Values of [AmbitCrossingKindKey].
var (
	// AmbitCrossingKindFlow is "flow". Data moves.
	AmbitCrossingKindFlow = AmbitCrossingKindKey.String("flow")
	// AmbitCrossingKindBudget is "budget". Too much.
	AmbitCrossingKindBudget = AmbitCrossingKindKey.String("budget")
)

// AmbitCrossingKind returns "ambit.crossing.kind" with value v.
func AmbitCrossingKind(v string) attribute.KeyValue { return AmbitCrossingKindKey.String(v) }
`},
		{"attributes_gen.go", "// Privacy: Names a person.\n"},
		{"conventions_gen.go", `func ToolArguments(v attribute.Value) attribute.KeyValue {
	return attribute.KeyValue{Key: ToolArgumentsKey, Value: v}
}
`},
		{"metrics_gen.go", `func NewToolDuration(m metric.Meter) (metric.Float64Histogram, error) {
	if m == nil {
		return nil, errNoMeter
	}
	return m.Float64Histogram(MetricToolDuration,
		metric.WithUnit("s"),
		metric.WithDescription("How long it took."),
		metric.WithExplicitBucketBoundaries(0.1, 1, 10),
	)
}
`},
		{"names_gen.go", `	case AmbitCrossingKindKey:
		return declaration{kind: attribute.STRING, closed: []string{"flow", "budget"}}, true
`},
		{"names_gen.go", `{Type: "ambit.call", Kind: "internal", Prefix: "call", Required: []attribute.Key{AmbitSessionIDKey, ToolNameKey, AmbitCrossingBudgetKey}},`},
		{"schema_gen.go", `const SchemaURL = "https://example.org/schemas/0.1.0"`},
		{"keys.md", "| `ambit.owner.id` | string | The owner. | `\"ada\"` | development | Names a person. |\n"},
		{"keys.md", "| all of `crossing` | | |\n"},
		{"model/enums.lock", "ambit.crossing.kind budget budget\nambit.crossing.kind flow flow\n"},
	} {
		if !strings.Contains(text[tt.file], tt.want) {
			t.Errorf("%s lacks\n%s\nit is\n%s", tt.file, tt.want, text[tt.file])
		}
	}
}

// TestDeprecatedNames stay, marked the way Go's tools read it, and need no signal
// that carries them.
func TestDeprecatedNames(t *testing.T) {
	fsys := with(t, "model/names.yaml", "attributes:\n", `attributes:
  - key: ambit.session.key
    type: string
    stability: development
    brief: The session.
    examples: ["s-1"]
    deprecated: {reason: renamed, renamed_to: ambit.session.id}
  - key: ambit.session.mood
    type: string
    stability: development
    brief: The mood.
    examples: ["fine"]
    deprecated: {reason: obsoleted, note: Nothing tells it.}
`)
	outputs, err := generate(fsys)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range outputs {
		if o.name != "attributes_gen.go" {
			continue
		}
		for _, want := range []string{
			"//\n// Deprecated: renamed to ambit.session.id.\nconst AmbitSessionKeyKey =",
			"//\n// Deprecated: renamed to ambit.session.id.\nfunc AmbitSessionKey(",
			"//\n// Deprecated: Nothing tells it.\nconst AmbitSessionMoodKey =",
		} {
			if !strings.Contains(string(o.data), want) {
				t.Errorf("lacks\n%s\nit is\n%s", want, o.data)
			}
		}
	}
}

func TestSameOutputsEveryTime(t *testing.T) {
	first, err := generate(os.DirFS(semconvDir))
	if err != nil {
		t.Fatal(err)
	}
	second, err := generate(os.DirFS(semconvDir))
	if err != nil {
		t.Fatal(err)
	}
	for i := range first {
		if !bytes.Equal(first[i].data, second[i].data) {
			t.Errorf("%s differs: (-first +second)\n%s", first[i].name, cmp.Diff(string(first[i].data), string(second[i].data)))
		}
	}
}

// TestCheckFailsWhenStale runs the command the way a change does: generate,
// check, edit the registry, check again, generate again.
func TestCheckFailsWhenStale(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range small {
		write(name, text)
	}
	if err := run(dir, true); err == nil {
		t.Error("check passes before anything was generated")
	}
	if err := run(dir, false); err != nil {
		t.Fatal(err)
	}
	if err := run(dir, true); err != nil {
		t.Errorf("check fails on fresh outputs: %v", err)
	}

	added := strings.Replace(small["model/names.yaml"], "id: budget, value: budget", "id: budget, value: budget, note: Over the limit.", 1)
	write("model/names.yaml", strings.Replace(added, "brief: The session.", "brief: The session of an agent.", 1))
	if err := run(dir, true); err == nil || !strings.Contains(err.Error(), "attributes_gen.go") || !strings.Contains(err.Error(), "keys.md") {
		t.Errorf("got %v, want the stale outputs named", err)
	}
	if err := run(dir, false); err != nil {
		t.Fatal(err)
	}

	// A value that was added is recorded, and cannot go again.
	recorded, err := os.ReadFile(filepath.Join(dir, lockFile))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(recorded), "ambit.crossing.kind budget budget\n") {
		t.Errorf("the new value is not recorded:\n%s", recorded)
	}
	gone := strings.Replace(small["model/names.yaml"], "        - {id: budget, value: budget, brief: Too much., stability: development}\n", "", 1)
	write("model/names.yaml", gone)
	if err := run(dir, false); err == nil || !strings.Contains(err.Error(), "recorded and no longer declared") {
		t.Errorf("got %v, want the missing value named", err)
	}
}

func TestAliases(t *testing.T) {
	fsys := with(t, "model/names.yaml", "key: ambit.effect.count\n", "key: ambit.effect.count\n    note: &words Words of a note.\n")
	data := string(fsys["model/names.yaml"].Data)
	// An alias stands behind its anchor: one in front of it is an error.
	fsys["model/names.yaml"].Data = []byte(strings.Replace(data, "brief: The session.", "brief: *words", 1))
	if _, err := generate(fsys); err == nil || !strings.Contains(err.Error(), "unknown anchor") {
		t.Errorf("got %v, want an unknown anchor", err)
	}
	data = strings.Replace(data, "brief: What kind of line.", "brief: *words", 1)
	fsys["model/names.yaml"].Data = []byte(data)
	outputs, err := generate(fsys)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range outputs {
		if o.name == "keys.md" && !strings.Contains(string(o.data), "| `ambit.crossing.kind` | enum, closed | Words of a note. |") {
			t.Errorf("the alias is not expanded:\n%s", o.data)
		}
	}
}

// TestAliasOfItself: a node that holds an alias of itself has no end.
func TestAliasOfItself(t *testing.T) {
	fsys := with(t, "model/names.yaml", "    type:\n      members:\n", "    type: &self\n      members: [*self]\n    unused:\n")
	if _, err := generate(fsys); err == nil {
		t.Error("the generator does not mind")
	}
}

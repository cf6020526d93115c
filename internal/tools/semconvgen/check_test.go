package main

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestSmallRegistryBreaksNoRule(t *testing.T) {
	if _, err := generate(with(t, "pinned/core.yaml", "tool.name", "tool.name")); err != nil {
		t.Fatal(err)
	}
}

// TestRules breaks each rule once in an otherwise sound registry.
func TestRules(t *testing.T) {
	const manifest, names, core, enums = "model/manifest.yaml", "model/names.yaml", "pinned/core.yaml", "model/enums.lock"
	for _, tt := range []struct {
		name     string
		file     string
		old, new string
		want     string // part of what the generator says
	}{
		{"manifest: schema URL without version", manifest, "schemas/0.1.0", "schemas", "must be an https URL that ends in a version"},
		{"manifest: no description", manifest, "A registry for tests.", `""`, "manifest.yaml: no brief"},
		{"manifest: dependency without schema URL", manifest, "- schema_url: https://opentelemetry.io/schemas/1.44.0\n    registry_path", "- registry_path", "has no schema_url"},
		{"manifest: dependency not pinned", manifest, "@v1.44.0", "", "is not pinned"},
		{"manifest: no dependencies", manifest, "dependencies:\n  - schema_url: https://opentelemetry.io/schemas/1.44.0\n    registry_path: https://example.org/conventions.git@v1.44.0[model]\n", "", "no dependencies"},

		{"file: other format", names, "definition/2", "definition/1", `file_format is "definition/1"`},
		{"file: unknown field", names, "brief: The session.", "breif: The session.", "field breif not found"},
		{"file: unknown field within an enumeration", names, "value: flow, brief: Data", "valeu: flow, brief: Data", "field valeu not found"},
		{"file: unknown annotation", names, "{pii: Names a person.}", "{ppi: Names a person.}", "field ppi not found"},
		{"file: broken YAML", names, "attributes:\n", "attributes: [\n", "names.yaml: yaml"},

		{"attribute: declared twice", names, "key: ambit.effect.count", "key: ambit.session.id", "declared before, in model/names.yaml"},
		{"attribute: capitals in the name", names, "key: ambit.session.id", "key: ambit.session.ID", "breaks the naming rule"},
		{"attribute: name without namespace", names, "key: ambit.session.id", "key: ambit", "breaks the naming rule"},
		{"attribute: name that ends in an underscore", names, "key: ambit.session.id", "key: ambit.session.id_", "breaks the naming rule"},
		{"attribute: ours in a foreign namespace", names, "key: ambit.session.id", "key: gen_ai.session.id", "must be under ambit."},
		{"attribute: pinned under our root", core, "key: tool.arguments", "key: ambit.arguments", "cannot be under ambit."},
		{"attribute: a key that is a namespace", names, "key: ambit.effect.count", "key: ambit.session.id.count", "ambit.session.id is an attribute and cannot be a namespace"},
		{"attribute: the name of an event", names, "name: ambit.line.crossed", "name: ambit.crossing.kind", "an attribute has the same name"},
		{"attribute: event.name", core, "key: tool.arguments", "key: event.name", "the name of an event is no attribute of it"},
		{"attribute: no brief", names, "brief: The session.", `brief: ""`, "ambit.session.id: no brief"},
		{"attribute: brief that is no sentence", names, "brief: The session.", "brief: the session", "must end in a full stop"},
		{"attribute: no stability", names, "type: string\n    stability: development", "type: string", `stability is ""`},
		{"attribute: no type", names, "    type: string\n", "", `type is ""`},
		{"attribute: unknown type", names, "type: int", "type: integer", `type is "integer"`},
		{"attribute: list of ours", names, "type: int\n    stability: development\n    brief: How many.\n    examples: [3]", "type: int[]\n    stability: development\n    brief: How many.\n    examples: [[3]]", "facts of ours are scalars"},
		{"attribute: no example", names, `    examples: ["s-1"]`, "", "no example"},
		{"attribute: example of another type", names, "examples: [3]", `examples: ["3"]`, "example 3 is no int"},
		{"attribute: personal without a note", names, "    annotations: {pii: Names a person.}\n", "", "no pii annotation"},
		{"attribute: no requirement level anywhere", names, "      - {ref: ambit.effect.count, requirement_level: recommended}\n", "", "it has no requirement level"},
		{"attribute: renamed to nothing", names, "brief: The session.", "brief: The session.\n    deprecated: {reason: renamed, renamed_to: ambit.none}", `renamed to "ambit.none", which is not declared`},
		{"attribute: obsolete without a note", names, "brief: The session.", "brief: The session.\n    deprecated: {reason: obsoleted}", "deprecated without a note"},
		{"attribute: deprecated for no reason", names, "brief: The session.", "brief: The session.\n    deprecated: {note: Gone.}", `deprecated for reason ""`},
		{"attribute: closed without members", names, "{pii: Names a person.}", "{pii: Names a person., closed: true}", "closed, ordered and flags are for enumerations"},

		{"enumeration: no members", names, "      members:\n        - {id: flow, value: flow, brief: Data moves., stability: development}\n        - {id: budget, value: budget, brief: Too much., stability: development}\n", "      members: []\n", "an enumeration without members"},
		{"enumeration: id twice", names, "id: budget, value: budget", "id: flow, value: budget", "id or value is there twice"},
		{"enumeration: value twice", names, "id: budget, value: budget", "id: budget, value: flow", "id or value is there twice"},
		{"enumeration: bad id", names, "id: budget, value", "id: Budget, value", "the member's id breaks the naming rule"},
		{"enumeration: no value", names, "value: budget", `value: ""`, "=budget: no value"},
		{"enumeration: no brief", names, "value: budget, brief: Too much.", `value: budget, brief: ""`, "=budget: no brief"},
		{"enumeration: example that is no member", names, `examples: ["flow"]`, `examples: ["tide"]`, "example tide is no member"},
		{"enumeration: no flag beside a member", names, "id: budget, value: budget", "id: size, value: size", "no boolean ambit.crossing.size"},
		{"enumeration: a value is gone", enums, "kind flow flow", "kind flow flow\nambit.crossing.kind tide tide", "ambit.crossing.kind tide: recorded and no longer declared"},
		{"enumeration: a value changed", enums, "kind flow flow", "kind flow flows", "ambit.crossing.kind flow: recorded as flows, now flow"},
		{"enumeration: broken record", enums, "kind flow flow", "kind flow", "enums.lock:3: want key, id and value"},

		{"group: no visibility", names, "    visibility: internal\n", "", `visibility is ""`},
		{"group: public without a brief", names, "visibility: internal", "visibility: public", "group crossing: no brief"},
		{"group: of groups", names, "      - {ref: ambit.crossing.flow, requirement_level: recommended}\n", "      - {ref: ambit.crossing.flow, requirement_level: recommended}\n      - ref_group: crossing\n", "a group of groups"},
		{"group: declared twice", names, "spans:\n", "  - id: crossing\n    visibility: internal\nspans:\n", "group crossing: declared twice"},
		{"group: sampling mark", names, "{ref: ambit.crossing.flow, requirement_level: recommended}", "{ref: ambit.crossing.flow, requirement_level: recommended, sampling_relevant: true}", "sampling_relevant is for the references of spans"},

		{"reference: to nothing declared", names, "{ref: ambit.owner.id,", "{ref: ambit.owner.key,", "attribute ambit.owner.key is not declared"},
		{"reference: to no group", names, "ref_group: crossing", "ref_group: crossings", "group crossings is not declared"},
		{"reference: empty", names, "ref_group: crossing", "requirement_level: required", "names an attribute or a group"},
		{"reference: no level", names, "{ref: ambit.owner.id, requirement_level: recommended}", "{ref: ambit.owner.id}", "attribute ambit.owner.id has no requirement level"},
		{"reference: unknown level", names, "{ref: ambit.owner.id, requirement_level: recommended}", "{ref: ambit.owner.id, requirement_level: nice}", `requirement level "nice"`},
		{"reference: condition not given", names, "{conditionally_required: If it crosses.}", "conditionally_required", "conditionally required without a condition"},
		{"reference: two levels", names, "{conditionally_required: If it crosses.}", "{conditionally_required: If it crosses., recommended: If not.}", "a requirement level has one name"},
		{"reference: twice", names, "{ref: ambit.owner.id, requirement_level: recommended}", "{ref: ambit.session.id, requirement_level: recommended}", "attribute ambit.session.id is there twice"},
		{"reference: twice within a group", names, "{ref: ambit.crossing.flow, requirement_level: recommended}", "{ref: ambit.crossing.budget, requirement_level: recommended}", "attribute ambit.crossing.budget is there twice"},

		{"span: unknown kind", names, "kind: internal", "kind: inner", `kind is "inner"`},
		{"span: no name", names, `    name: {note: "call {tool.name}"}` + "\n", "", "nothing says how the span is named"},
		{"span: not ours", names, "type: ambit.call", "type: gen_ai.call", "must be under ambit."},
		{"event: not ours", names, "name: ambit.line.crossed", "name: gen_ai.line.crossed", "must be under ambit."},
		{"event: sampling mark", names, "{ref: ambit.effect.count, requirement_level: recommended}", "{ref: ambit.effect.count, requirement_level: recommended, sampling_relevant: true}", "sampling_relevant is for the references of spans"},
		{"signal: declared twice", names, "metrics:\n  - name: ambit.calls", "  - {name: ambit.line.crossed, stability: development, brief: Again.}\nmetrics:\n  - name: ambit.calls", "event ambit.line.crossed: declared twice"},

		{"metric: unknown instrument", names, "instrument: counter", "instrument: meter", `instrument is "meter"`},
		{"metric: no unit", names, `    unit: "{call}"` + "\n", "", "no unit"},
		{"metric: no value type", names, "metric_value_type: int", `metric_value_type: ""`, "metric_value_type"},
		{"metric: a name that is a namespace", names, "name: ambit.calls\n", "name: ambit.line\n    instrument: gauge\n    unit: s\n    stability: stable\n    brief: A.\n    annotations: {code_generation: {metric_value_type: int}}\n  - name: ambit.line.calls\n", "ambit.line is a metric and cannot be a namespace"},
		{"metric: histogram without buckets", core, "      buckets: [0.1, 1, 10]\n", "", "histograms have buckets"},
		{"metric: counter with buckets", names, "{code_generation: {metric_value_type: int}}", "{code_generation: {metric_value_type: int}, buckets: [1]}", "buckets go with histograms"},
		{"metric: buckets that do not ascend", core, "[0.1, 1, 10]", "[0.1, 10, 1]", "buckets must ascend: 1 after 10"},
		{"metric: attribute not declared", core, "    attributes:\n      - {ref: tool.name,", "    attributes:\n      - {ref: tool.size,", "metric tool.duration: attribute tool.size is not declared"},
		{"metric: sampling mark", core, "    attributes:\n      - {ref: tool.name,", "    attributes:\n      - {sampling_relevant: true, ref: tool.name,", "sampling_relevant is for the references of spans"},
		{"metric: attribute of any type", core, "    attributes:\n      - {ref: tool.name,", "    attributes:\n      - {ref: tool.arguments,", "type any, which metrics cannot carry"},
		{"metric: imported and not pinned", names, "[tool.duration]", "[tool.duration, tool.size]", "metric tool.size is not pinned"},
		{"event: imported and not pinned", names, "[tool.details]", "[tool.details, tool.size]", "event tool.size is not pinned"},
		{"event: pinned and not imported", names, "[tool.details]", "[]", "event tool.details: pinned and not imported"},
		{"metric: pinned and not imported", names, "[tool.duration]", "[]", "pinned and not imported"},

		{"names: two keys of one Go name", names, "key: ambit.effect.count", "key: ambit.session_id", "its Go name AmbitSessionIDKey is that of"},
		{"names: a key and a value of one Go name", names, "key: ambit.effect.count", "key: ambit.crossing.kind_flow", "its Go name AmbitCrossingKindFlow is that of"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := generate(with(t, tt.file, tt.old, tt.new))
			if err == nil {
				t.Fatal("the generator does not mind")
			}
			if !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got:\n%v\nwant it to contain %q", err, tt.want)
			}
		})
	}
}

// TestEveryProblemIsReported: one run names all that is wrong, not the first of it.
func TestEveryProblemIsReported(t *testing.T) {
	fsys := with(t, "model/names.yaml", "brief: The session.", `brief: ""`)
	text := strings.Replace(string(fsys["model/names.yaml"].Data), "examples: [3]", "", 1)
	fsys["model/names.yaml"] = &fstest.MapFile{Data: []byte(text)}
	_, err := generate(fsys)
	if err == nil || !strings.Contains(err.Error(), "no brief") || !strings.Contains(err.Error(), "no example") {
		t.Errorf("got %v, want both problems", err)
	}
}

func TestPersonalKeysAreDeclared(t *testing.T) {
	r := committed(t)
	for _, key := range personal {
		if _, ok := r.attribute(key); !ok {
			t.Errorf("%s is listed as personal and is not declared", key)
		}
	}
	if !slices.IsSorted(personal) {
		t.Error("the list is not sorted")
	}
}

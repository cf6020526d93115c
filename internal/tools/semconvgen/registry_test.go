package main

import (
	"strings"
	"testing"
	"testing/fstest"
)

// small is a registry that breaks no rule: one of each thing.
var small = map[string]string{
	"model/manifest.yaml": `
schema_url: https://example.org/schemas/0.1.0
description: A registry for tests.
stability: development
dependencies:
  - schema_url: https://opentelemetry.io/schemas/1.44.0
    registry_path: https://example.org/conventions.git@v1.44.0[model]
`,
	"model/names.yaml": `
file_format: definition/2
imports:
  events: [tool.details]
  metrics: [tool.duration]
attributes:
  - key: ambit.session.id
    type: string
    stability: development
    brief: The session.
    examples: ["s-1"]
  - key: ambit.owner.id
    type: string
    stability: development
    brief: The owner.
    examples: ["ada"]
    annotations: {pii: Names a person.}
  - key: ambit.effect.count
    type: int
    stability: development
    brief: How many.
    examples: [3]
  - key: ambit.crossing.kind
    type:
      members:
        - {id: flow, value: flow, brief: Data moves., stability: development}
        - {id: budget, value: budget, brief: Too much., stability: development}
    stability: development
    brief: What kind of line.
    examples: ["flow"]
    annotations: {closed: true, flags: ambit.crossing}
  - {key: ambit.crossing.flow, type: boolean, stability: development, brief: Data moves., examples: [true]}
  - {key: ambit.crossing.budget, type: boolean, stability: development, brief: Too much., examples: [true]}
attribute_groups:
  - id: crossing
    visibility: internal
    attributes:
      - ref: ambit.crossing.kind
        requirement_level: {conditionally_required: If it crosses.}
      - {ref: ambit.crossing.flow, requirement_level: recommended}
      - {ref: ambit.crossing.budget, requirement_level: recommended}
spans:
  - type: ambit.call
    kind: internal
    stability: development
    brief: A call.
    name: {note: "call {tool.name}"}
    annotations: {prefix: call}
    attributes:
      - {ref: ambit.session.id, requirement_level: required, sampling_relevant: true}
      - {ref: ambit.owner.id, requirement_level: recommended}
      - {ref: tool.name, requirement_level: required}
      - {ref: tool.arguments, requirement_level: opt_in}
      - ref_group: crossing
      - {ref: ambit.crossing.budget, requirement_level: required}
events:
  - name: ambit.line.crossed
    stability: development
    brief: A line was crossed.
    attributes:
      - {ref: ambit.crossing.kind, requirement_level: required}
      - {ref: ambit.effect.count, requirement_level: recommended}
metrics:
  - name: ambit.calls
    instrument: counter
    unit: "{call}"
    stability: development
    brief: Calls.
    annotations: {code_generation: {metric_value_type: int}}
    attributes:
      - {ref: tool.name, requirement_level: required}
`,
	"pinned/core.yaml": `
file_format: definition/2
attributes:
  - {key: tool.name, type: string, stability: stable, brief: The tool., examples: ["read"]}
  - {key: tool.arguments, type: any, stability: development, brief: Its arguments., examples: ['{}']}
events:
  - name: tool.details
    stability: development
    brief: Content of a call.
    attributes:
      - {ref: tool.arguments, requirement_level: opt_in}
metrics:
  - name: tool.duration
    instrument: histogram
    unit: s
    stability: development
    brief: How long it took.
    annotations:
      code_generation: {metric_value_type: double}
      buckets: [0.1, 1, 10]
    attributes:
      - {ref: tool.name, requirement_level: required}
`,
	"model/enums.lock": `
# header
ambit.crossing.kind flow flow
`,
}

// with returns small with the first old in the file replaced.
func with(t *testing.T, file, old, new string) fstest.MapFS {
	t.Helper()
	if !strings.Contains(small[file], old) {
		t.Fatalf("%s does not contain %q", file, old)
	}
	fsys := fstest.MapFS{}
	for name, text := range small {
		if name == file {
			text = strings.Replace(text, old, new, 1)
		}
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

// Package semconv holds every telemetry name that Ambit writes: attribute keys
// with their values, events, spans and metrics.
//
// A name on the wire is API: queries, alerts and dashboards are written against
// it. So names are declared once, in the registry under semconv/model, and this
// package is generated from it:
//
//	span.SetAttributes(
//		semconv.AmbitDecisionOutcomeDeny,       // a value of an enumeration
//		semconv.AmbitSessionID("s-1"),          // any other value
//		semconv.AmbitOwnerKindKey.String(kind), // the key alone
//	)
//
// The Go name is the whole key: gen_ai.tool.call.id is [GenAIToolCallIDKey], and
// the value deny of ambit.decision.outcome is [AmbitDecisionOutcomeDeny]. The
// comment of each key says its type, what is required where, and what it tells
// about a person; keys.md beside this file is the same as one table.
//
// # Whose names
//
// Names under "ambit." are ours. They say what the conventions have no word
// for: owner, identity, delegation, task, decision, effect, secret, intent. The
// rest is the part of OpenTelemetry's conventions that we write: the core at
// v1.44.0 and the GenAI and MCP conventions at a pinned commit
// (semconv/model/manifest.yaml). OpenTelemetry's own Go packages have no gen_ai
// and mcp keys since v1.42.0. All of "ambit." is in development: before version
// 1 a name may still change, with a line in the changelog under "Conventions".
//
// Facts of governance are scalars: Tempo and Jaeger search in no list and no
// map. Some booleans are only ever true ("ambit.owner.missing"), since a backend
// can often not search for what is absent.
//
// # Events, spans, metrics
//
// [EventAmbitBoundaryCrossed] and the like name events. For each metric there is
// a function that makes its instrument with the unit, the description and the
// buckets of the conventions:
//
//	decisions, err := semconv.NewAmbitDecisions(meter)
//
// Tracers, meters and loggers carry [SchemaURL].
//
// # Checking
//
// [Declared] and [Validate] hold what was recorded against the registry;
// [Spans] lists the spans with what each must have. They are meant for tests and
// linters.
//
// # Changing a name
//
// Edit the registry, then run go generate in this folder. The generator refuses
// a registry that breaks the rules of the conventions: naming, no key that is
// also a namespace, nothing of ours outside "ambit.", a brief, type, example,
// stability and requirement level for each key, a privacy note where one is due.
// It keeps every value of every enumeration in semconv/model/enums.lock and
// refuses to lose or change one.
//
// The registry is written in the definition language of OpenTelemetry's registry
// tool (weaver), "definition/2". Three things go beyond it, as annotations:
// closed (no value but the members), ordered (their order means something) and
// pii. The pinned part is kept apart, in semconv/pinned, where that tool would
// read the conventions themselves.
package semconv

//go:generate env GOWORK=off go -C ../internal/tools run ./semconvgen

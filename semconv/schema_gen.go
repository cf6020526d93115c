// Code generated from semconv/model by semconvgen; DO NOT EDIT.

package semconv

// SchemaURL names this version of the conventions. It goes onto the tracer, the meter and the
// logger, not onto the resource, since resources with different schema URLs cannot be merged.
const SchemaURL = "https://ambit-go.github.io/ambit/schemas/0.1.0"

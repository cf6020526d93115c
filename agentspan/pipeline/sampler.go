package pipeline

import (
	"slices"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/semconv"
)

// KeepRefusals returns a sampler that keeps every refused call and every call
// that crosses a line, whatever base or the parent say, and asks base about all
// else. Refusals have their attributes at the start; crossings of calls that were
// allowed show only with [agentspan.WithStartAttributes]. A nil base is
// [sdktrace.AlwaysSample] under the parent's decision, the SDK's own default.
//
// [agentspan.WithStartAttributes]: https://pkg.go.dev/github.com/ambit-go/ambit/agentspan#WithStartAttributes
func KeepRefusals(base sdktrace.Sampler) sdktrace.Sampler {
	if base == nil {
		base = sdktrace.ParentBased(sdktrace.AlwaysSample())
	}
	return keepRefusals{base}
}

type keepRefusals struct{ base sdktrace.Sampler }

func (k keepRefusals) ShouldSample(p sdktrace.SamplingParameters) sdktrace.SamplingResult {
	if slices.ContainsFunc(p.Attributes, telling) {
		return sdktrace.SamplingResult{
			Decision:   sdktrace.RecordAndSample,
			Tracestate: trace.SpanContextFromContext(p.ParentContext).TraceState(),
		}
	}
	return k.base.ShouldSample(p)
}

// telling reports whether an attribute says that a span must not be lost.
func telling(kv attribute.KeyValue) bool {
	switch kv.Key {
	case semconv.AmbitDecisionOutcomeKey:
		return kv == semconv.AmbitDecisionOutcomeDeny || kv == semconv.AmbitDecisionOutcomeRequireApproval
	case semconv.AmbitCrossingKindKey, semconv.AmbitIdentitySwitchKindKey:
		return true
	case semconv.AmbitSecretFoundKey:
		return kv.Value.AsBool()
	}
	return false
}

func (k keepRefusals) Description() string { return "KeepRefusals{" + k.base.Description() + "}" }

package pipeline

import (
	"slices"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/semconv"
)

// KeepRefusals returns a sampler that keeps every span that starts with something
// [Vital], whatever base or the parent say: refusals, and the summary of a session,
// which begin with all that they say. Base is asked about all else. What was
// allowed and is vital all the same, a crossing or a secret, shows at the start only
// with [agentspan.WithStartAttributes]. A nil base is [sdktrace.AlwaysSample] under the
// parent's decision, the SDK's own default.
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
	if slices.ContainsFunc(p.Attributes, Vital) {
		return sdktrace.SamplingResult{
			Decision:   sdktrace.RecordAndSample,
			Tracestate: trace.SpanContextFromContext(p.ParentContext).TraceState(),
		}
	}
	return k.base.ShouldSample(p)
}

// Vital reports whether an attribute says that its span must not be lost: a refusal, a
// line that was crossed, a switch of identity, a secret in arguments or a result, or the
// summary of a session, by which a reader knows that nothing is missing. [KeepRefusals]
// samples by it, and agentspan/otlp keeps room for such spans in its queue; a sampler or
// a processor of your own can ask it too.
func Vital(kv attribute.KeyValue) bool {
	switch kv.Key {
	case semconv.AmbitDecisionOutcomeKey:
		return kv == semconv.AmbitDecisionOutcomeDeny || kv == semconv.AmbitDecisionOutcomeRequireApproval
	case semconv.AmbitCrossingKindKey, semconv.AmbitIdentitySwitchKindKey, semconv.AmbitSessionBlastRadiusKey:
		return true
	case semconv.AmbitSecretFoundKey:
		return kv.Value.AsBool()
	}
	return false
}

func (k keepRefusals) Description() string { return "KeepRefusals{" + k.base.Description() + "}" }

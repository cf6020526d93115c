package semconv_test

import (
	"fmt"

	"go.opentelemetry.io/otel/attribute"

	"github.com/ambit-go/ambit/semconv"
)

func Example() {
	for _, kv := range []attribute.KeyValue{
		semconv.GenAIToolName("delete_file"),
		semconv.AmbitDecisionOutcomeDeny,
		semconv.AmbitDecisionReasonNoGrant,
		semconv.AmbitCrossingOutOfScope(true),
	} {
		fmt.Println(kv.Key, "=", kv.Value.String())
	}
	// Output:
	// gen_ai.tool.name = delete_file
	// ambit.decision.outcome = deny
	// ambit.decision.reason = no_grant
	// ambit.crossing.out_of_scope = true
}

func ExampleValidate() {
	fmt.Println(semconv.Validate(semconv.AmbitEffectAccess("write")))
	fmt.Println(semconv.Validate(semconv.AmbitEffectAccess("scribble")))
	fmt.Println(semconv.Validate(semconv.AmbitEffectCountKey.String("three")))
	fmt.Println(semconv.Validate(attribute.String("ambit.mood", "fine")))
	// Output:
	// <nil>
	// semconv: ambit.effect.access: not a value of its closed enumeration
	// semconv: ambit.effect.count: value of type STRING, want INT64
	// semconv: ambit.mood: not declared
}

func ExampleSpans() {
	for _, s := range semconv.Spans() {
		if s.Prefix == "refuse_tool" {
			fmt.Println(s.Kind, s.Required)
		}
	}
	// Output:
	// internal [gen_ai.tool.name ambit.decision.outcome error.type ambit.decision.enforced ambit.decision.reason]
}

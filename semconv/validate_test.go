package semconv_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"

	"github.com/ambit-go/ambit/semconv"
)

func TestValidate(t *testing.T) {
	for _, tt := range []struct {
		name string
		kv   attribute.KeyValue
		want string // part of the error; empty for none
	}{
		{"string", semconv.AmbitSessionID("s-1"), ""},
		{"int", semconv.AmbitSessionSeq(3), ""},
		{"double", semconv.AmbitIntentScore(0.5), ""},
		{"boolean", semconv.AmbitOwnerMissing(true), ""},
		{"list", semconv.GenAIResponseFinishReasons("stop"), ""},
		{"member of a closed enumeration", semconv.AmbitDecisionOutcomeAllow, ""},
		{"member of the conventions' enumeration", semconv.GenAIOperationNameExecuteTool, ""},
		{"value of one's own in an open enumeration", semconv.AmbitIntentLabel("gardening"), ""},
		{"method of a newer MCP", semconv.MCPMethodName("server/discover"), ""},
		{"content as text", semconv.GenAIToolCallArguments(attribute.StringValue("{}")), ""},
		{"content as a list", semconv.GenAIToolCallArguments(attribute.StringSliceValue([]string{"a"})), ""},

		{"empty", attribute.KeyValue{}, "not declared"},
		{"namespace of a key", attribute.String("ambit.session", "s-1"), "not declared"},
		{"another's key", attribute.String("http.request.method", "GET"), "not declared"},
		{"wrong type", semconv.AmbitSessionSeqKey.String("3"), "value of type STRING, want INT64"},
		{"no value", attribute.KeyValue{Key: semconv.AmbitSessionIDKey}, "want STRING"},
		{"no member", semconv.AmbitDecisionOutcome("perhaps"), "not a value of its closed enumeration"},
		{"empty member", semconv.AmbitDecisionOutcome(""), "not a value of its closed enumeration"},
		{"invented operation", semconv.GenAIOperationName("refuse_tool"), "not a value of its closed enumeration"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := semconv.Validate(tt.kv)
			if tt.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want it to contain %q", err, tt.want)
			}
			if undeclared := errors.Is(err, semconv.ErrUndeclared); undeclared == semconv.Declared(tt.kv.Key) {
				t.Errorf("Is(err, ErrUndeclared) is %t and Declared is %t", undeclared, !undeclared)
			}
		})
	}
}

// TestErrorsHoldNoValue: what was recorded may be anything, a secret included.
func TestErrorsHoldNoValue(t *testing.T) {
	const value = "v-a-l-u-e"
	for _, kv := range []attribute.KeyValue{
		semconv.AmbitDecisionOutcome(value),
		semconv.AmbitSessionSeqKey.String(value),
		attribute.String("ambit.mood", value),
	} {
		if err := semconv.Validate(kv); err == nil || strings.Contains(err.Error(), value) {
			t.Errorf("%s: got %v, want an error without the value", kv.Key, err)
		}
	}
}

func TestSpansNameDeclaredKeys(t *testing.T) {
	kinds := []string{"client", "server", "internal"}
	for _, s := range semconv.Spans() {
		if mcp := strings.HasPrefix(s.Type, "ambit.mcp."); mcp != (s.Prefix == "") {
			t.Errorf("%s: prefix %q", s.Type, s.Prefix)
		}
		if !slices.Contains(kinds, s.Kind) {
			t.Errorf("%s: kind %q", s.Type, s.Kind)
		}
		if len(s.Required) == 0 {
			t.Errorf("%s: requires nothing", s.Type)
		}
		for _, key := range s.Required {
			if !semconv.Declared(key) {
				t.Errorf("%s: requires %s, which is not declared", s.Type, key)
			}
		}
	}
}

// TestSpansAreACopy: what one caller does to the list, another does not see.
func TestSpansAreACopy(t *testing.T) {
	semconv.Spans()[0].Required[0] = "changed"
	if got := semconv.Spans()[0].Required[0]; got == "changed" {
		t.Error("two calls share a list")
	}
}

// TestOurOwnStepsAreNoOperations: a refusal is no operation of the conventions,
// so its span has no gen_ai.operation.name, and its name is none of the values.
func TestOurOwnStepsAreNoOperations(t *testing.T) {
	for _, name := range []string{"refuse_tool", "session"} {
		if err := semconv.Validate(semconv.GenAIOperationName(name)); err == nil {
			t.Errorf("%s is an operation", name)
		}
	}
}

func TestDeclaredDoesNotAllocate(t *testing.T) {
	var ok bool
	if n := testing.AllocsPerRun(100, func() { ok = semconv.Declared(semconv.AmbitSessionSeqKey) }); n != 0 || !ok {
		t.Errorf("%v allocations (declared: %t), want 0", n, ok)
	}
}

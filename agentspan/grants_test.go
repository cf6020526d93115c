package agentspan_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/boundary/policy"
	"github.com/ambit-go/ambit/semconv"
)

// A grant that nothing uses is there with 0: what is absent could not be found.
func TestAGrantThatNothingUsesCountsZero(t *testing.T) {
	scope, err := policy.Parse("task.yaml", []byte(`
version: 1
id: shop
purpose: read and search
grants:
  - {id: read, tools: [Read], paths: ["/w/**"]}
  - {id: search, tools: [Grep], paths: ["/w/**"]}
  - {id: push, tools: [Bash], commands: ["git push *"]}
rules:
  - {id: no-env, deny: {paths: ["/w/.env"]}}
`), policy.Options{})
	if err != nil {
		t.Fatal(err)
	}
	reader := sdkmetric.NewManualReader()
	tracer, err := agentspan.New(agentspan.WithChecker(scope), agentspan.WithMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))))
	if err != nil {
		t.Fatal(err)
	}
	ctx, session, err := tracer.StartSession(t.Context(), agentspan.Session{ID: "s-1", Dir: "/w"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []agentspan.ToolCall{
		{Name: "Read", Arguments: []byte(`{"file_path":"/w/a.go"}`)},
		{Name: "Read", Arguments: []byte(`{"file_path":"/w/b.go"}`)},
		{Name: "Read", Arguments: []byte(`{"file_path":"/w/.env"}`)}, // refused: carried by nothing
		{Name: "Grep", Arguments: []byte(`{"pattern":"x","path":"/w/src"}`)},
	} {
		// One of them is refused, as it should be.
		_, _ = agentspan.Do(ctx, tracer, c, func(context.Context) (string, error) { return "", nil })
	}
	session.End(nil)

	var all metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	uses, rules := map[string]int64{}, map[string]int64{}
	for _, s := range all.ScopeMetrics {
		for _, m := range s.Metrics {
			sum, ok := m.Data.(metricdata.Sum[int64])
			for _, p := range sum.DataPoints {
				ruleset, _ := p.Attributes.Value(semconv.SecurityRuleRulesetNameKey)
				grant, _ := p.Attributes.Value(semconv.AmbitDecisionGrantKey)
				rule, named := p.Attributes.Value(semconv.SecurityRuleNameKey)
				switch {
				case ok && m.Name == semconv.MetricAmbitGrantUses:
					uses[ruleset.AsString()+"/"+grant.AsString()] = p.Value
				case ok && m.Name == semconv.MetricAmbitDecisions && named:
					rules[rule.AsString()] = p.Value
				}
			}
		}
	}
	if diff := cmp.Diff(map[string]int64{"shop/read": 2, "shop/search": 1, "shop/push": 0}, uses); diff != "" {
		t.Errorf("uses of grants (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int64{"no-env": 1}, rules); diff != "" {
		t.Errorf("decisions by rule (-want +got):\n%s", diff)
	}
}

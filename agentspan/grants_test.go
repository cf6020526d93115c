package agentspan_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
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

// A rule on trial counts where it would have changed what came of a call, and nowhere
// else: not where the call was refused anyhow, nor where a person was asked anyhow.
func TestFlipsCountWhatWouldHaveChanged(t *testing.T) {
	scope, err := policy.Parse("task.yaml", []byte(`
version: 1
id: shop
grants:
  - {id: all, tools: [a, b, c]}
rules:
  - {id: no-b, tools: [b], deny: true}
  - {id: ask-c, tools: [c], require_approval: true}
  - {id: trial-deny, shadow: true, tools: [a, b], deny: true}
  - {id: trial-ask, shadow: true, tools: [a, b, c], require_approval: true}
`), policy.Options{})
	if err != nil {
		t.Fatal(err)
	}
	observing, err := policy.Parse("task.yaml", []byte("version: 1\nid: x\nmode: observe\ngrants: [{id: g, tools: [a]}]\n"), policy.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name    string
		checker *policy.Policy
		want    map[string]int64
	}{
		{"rules on trial", scope, map[string]int64{"trial-deny allow deny": 1, "trial-ask allow require_approval": 1}},
		{"a policy that observes", observing, map[string]int64{" not_evaluated deny": 2}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			reader := sdkmetric.NewManualReader()
			tracer, err := agentspan.New(agentspan.WithChecker(tt.checker), agentspan.WithMeterProvider(sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))),
				agentspan.WithApprover(answer(agentspan.Answer{Approved: true}, nil), 0))
			if err != nil {
				t.Fatal(err)
			}
			ctx, _ := start(t, tracer, session())
			for _, name := range []string{"a", "b", "c"} {
				_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: name}, nothing) // one is refused
			}
			var all metricdata.ResourceMetrics
			if err := reader.Collect(t.Context(), &all); err != nil {
				t.Fatal(err)
			}
			got := map[string]int64{}
			for _, s := range all.ScopeMetrics {
				for _, m := range s.Metrics {
					sum, ok := m.Data.(metricdata.Sum[int64])
					if !ok || m.Name != semconv.MetricAmbitDecisionFlips {
						continue
					}
					for _, p := range sum.DataPoints {
						text := func(k attribute.Key) string { v, _ := p.Attributes.Value(k); return v.AsString() }
						got[text(semconv.SecurityRuleNameKey)+" "+text(semconv.AmbitDecisionOutcomeKey)+" "+text(semconv.AmbitDecisionWouldKey)] += p.Value
					}
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("flips (-want +got):\n%s", diff)
			}
			_ = tracer.Close(t.Context())
		})
	}
}

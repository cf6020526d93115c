package semconv_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/ambit-go/ambit/semconv"
)

type instrument struct {
	Unit   string
	Bounds []float64
}

// TestInstruments records once with every helper and looks at what the SDK
// collected. The bounds of the conventions are those of the pinned revisions.
func TestInstruments(t *testing.T) {
	reader := sdkmetric.NewManualReader()
	m := sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader)).Meter("test", metric.WithSchemaURL(semconv.SchemaURL))
	recordAll(t, m)

	var rm metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &rm); err != nil {
		t.Fatal(err)
	}
	got := make(map[string]instrument)
	for _, scope := range rm.ScopeMetrics {
		if scope.Scope.SchemaURL != semconv.SchemaURL {
			t.Errorf("schema URL %q", scope.Scope.SchemaURL)
		}
		for _, md := range scope.Metrics {
			if md.Description == "" {
				t.Errorf("%s has no description", md.Name)
			}
			i := instrument{Unit: md.Unit}
			switch data := md.Data.(type) {
			case metricdata.Histogram[float64]:
				i.Bounds = data.DataPoints[0].Bounds
			case metricdata.Sum[int64]:
				if want := md.Name != semconv.MetricAmbitSessionCount; data.IsMonotonic != want {
					t.Errorf("%s: monotonic is %t", md.Name, data.IsMonotonic)
				}
			default:
				t.Errorf("%s: data of type %T", md.Name, data)
			}
			got[md.Name] = i
		}
	}
	check := []float64{
		0.000001, 0.0000025, 0.000005, 0.00001, 0.000025, 0.00005,
		0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 1,
	}
	agent := []float64{0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4, 204.8, 409.6}
	tool := []float64{0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92}
	mcp := []float64{0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300}
	want := map[string]instrument{
		"ambit.decisions":               {Unit: "{decision}"},
		"ambit.decision.flips":          {Unit: "{decision}"},
		"ambit.crossings":               {Unit: "{crossing}"},
		"ambit.identity.switches":       {Unit: "{switch}"},
		"ambit.secret.accesses":         {Unit: "{access}"},
		"ambit.effects.indeterminate":   {Unit: "{effect}"},
		"ambit.sessions.unowned":        {Unit: "{session}"},
		"ambit.session.count":           {Unit: "{session}"},
		"ambit.export.dropped":          {Unit: "{span}"},
		"ambit.grant.uses":              {Unit: "{call}"},
		"ambit.check.duration":          {"s", check},
		"gen_ai.invoke_agent.duration":  {"s", agent},
		"gen_ai.execute_tool.duration":  {"s", tool},
		"mcp.client.operation.duration": {"s", mcp},
		"mcp.server.operation.duration": {"s", mcp},
		"mcp.client.session.duration":   {"s", mcp},
		"mcp.server.session.duration":   {"s", mcp},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for name := range ourNames(t, os.DirFS(".")) {
		if metric, ok := strings.CutPrefix(name, "metric "); ok && got[metric].Unit == "" {
			t.Errorf("%s is not recorded here", metric)
		}
	}
}

func TestNilMeterIsAnError(t *testing.T) {
	if counter, err := semconv.NewAmbitDecisions(nil); counter != nil || err == nil {
		t.Errorf("got %v, %v, want an error alone", counter, err)
	}
	if histogram, err := semconv.NewAmbitCheckDuration(nil); histogram != nil || err == nil {
		t.Errorf("got %v, %v, want an error alone", histogram, err)
	}
}

func recordAll(t *testing.T, m metric.Meter) {
	t.Helper()
	for _, make := range []func(metric.Meter) (metric.Int64Counter, error){
		semconv.NewAmbitDecisions, semconv.NewAmbitDecisionFlips, semconv.NewAmbitCrossings, semconv.NewAmbitIdentitySwitches,
		semconv.NewAmbitSecretAccesses, semconv.NewAmbitEffectsIndeterminate, semconv.NewAmbitSessionsUnowned, semconv.NewAmbitExportDropped,
		semconv.NewAmbitGrantUses,
	} {
		counter, err := make(m)
		if err != nil {
			t.Fatal(err)
		}
		counter.Add(t.Context(), 1)
	}
	for _, make := range []func(metric.Meter) (metric.Float64Histogram, error){
		semconv.NewAmbitCheckDuration, semconv.NewGenAIInvokeAgentDuration, semconv.NewGenAIExecuteToolDuration,
		semconv.NewMCPClientOperationDuration, semconv.NewMCPServerOperationDuration,
		semconv.NewMCPClientSessionDuration, semconv.NewMCPServerSessionDuration,
	} {
		histogram, err := make(m)
		if err != nil {
			t.Fatal(err)
		}
		histogram.Record(t.Context(), 0.5)
	}
	held, err := semconv.NewAmbitSessionCount(m)
	if err != nil {
		t.Fatal(err)
	}
	held.Add(t.Context(), 1)
	held.Add(t.Context(), -1)
}

package collector

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/internal/backendtest"
)

// TestJaegerKeepsWhatOtherSDKsSent sends spans as SDKs for Python and TypeScript do to
// a real Collector with this processor, and asks a real Jaeger for them.
func TestJaegerKeepsWhatOtherSDKsSent(t *testing.T) {
	jaeger := backendtest.StartJaeger(t)
	t.Setenv("AMBIT_JAEGER", jaeger.OTLPEndpoint)
	collector := backendtest.StartCollector(t, "testdata/collector.yaml")
	for _, name := range []string{"python", "typescript", "openinference", "traceloop"} {
		doc, err := os.ReadFile(filepath.Join("testdata", name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.Post(collector.OTLPURL+"/v1/traces", "application/json", bytes.NewReader(doc))
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s", name, res.Status)
		}
	}
	for _, tt := range []struct {
		service, trace, session, owner string
		spans                          int
		would                          map[string]string // by the target that tells calls apart
	}{
		{"weather-agent", "5f000000000000000000000000000001", "conv-py-1", "ada@example.com", 6, map[string]string{"/srv/weather/.env": "deny", "api.weather.example": "allow", "paste.example": "deny"}},
		{"report-bot", "5f000000000000000000000000000002", "conv-ts-1", "bob", 4, map[string]string{"/srv/weather/reports/w48.md": "allow", "/etc/shadow": "deny"}},
		{"chain", "5f000000000000000000000000000003", "conv-oi-1", "eve", 4, map[string]string{"/srv/weather/reports": "allow", "/home/eve/.ssh/id_ed25519": "deny"}},
		{"flow", "5f000000000000000000000000000004", "conv-tl-1", "mallory", 2, map[string]string{"169.254.169.254": "deny"}},
	} {
		t.Run(tt.service, func(t *testing.T) {
			would := map[string]string{}
			for _, s := range jaeger.WaitTrace(t, tt.trace, tt.spans) {
				if s.Name == "POST" {
					continue // no span of an agent's
				}
				if s.Attributes["ambit.session.id"] != tt.session || s.Attributes["ambit.owner.id"] != tt.owner || s.Attributes["ambit.session.claimed"] != true {
					t.Errorf("%s belongs to %v of %v", s.Name, s.Attributes["ambit.session.id"], s.Attributes["ambit.owner.id"])
				}
				for k, v := range s.Attributes {
					if text, _ := v.(string); k != "ambit.credential.handle" && strings.Contains(text, key) {
						t.Errorf("%s: %s holds a secret", s.Name, k)
					}
				}
				if s.Attributes["ambit.decision.outcome"] == nil {
					continue
				}
				if s.Attributes["ambit.decision.outcome"] != "not_evaluated" || s.Attributes["ambit.decision.enforced"] != false {
					t.Errorf("%s was decided: %v", s.Name, s.Attributes["ambit.decision.outcome"])
				}
				for _, k := range []string{"ambit.target.host", "ambit.target.path"} {
					if target, ok := s.Attributes[k].(string); ok {
						would[target], _ = s.Attributes["ambit.decision.would"].(string)
						break
					}
				}
			}
			if diff := cmp.Diff(tt.would, would); diff != "" {
				t.Errorf("what the policy would have said (-want +got):\n%s", diff)
			}
			if found := jaeger.Find(t, tt.service, map[string]string{"ambit.decision.would": "deny", "ambit.session.id": tt.session}); !slices.Contains(found, tt.trace) {
				t.Errorf("a search for calls that would have been refused finds %q", found)
			}
		})
	}
	// A conversation that nobody goes on with is summed up.
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for len(jaeger.Find(t, "weather-agent", map[string]string{"ambit.session.call.count": "3", "ambit.session.id": "conv-py-1"})) == 0 {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatal("no summary")
		}
	}
}

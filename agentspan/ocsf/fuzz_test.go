package ocsf_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/ambit-go/ambit/agentspan/ocsf"
	"github.com/ambit-go/ambit/semconv"
)

// Names and targets are what models and peers make of them: whatever an event says,
// its object is JSON that follows the schema.
func FuzzObjectFollowsTheSchema(f *testing.F) {
	s := readSchema(f)
	names := []string{
		semconv.EventAmbitBoundaryCrossed, semconv.EventAmbitSecretAccessed, semconv.EventAmbitIdentitySwitched, semconv.EventAmbitIdentityUsed,
		semconv.EventAmbitIntentChanged, semconv.EventAmbitIntentDrifted, semconv.EventAmbitApprovalResolved, semconv.EventAmbitSignalRaised,
	}
	f.Add(uint8(0), "out_of_scope", "deny", "Bash", "paste.example", "ada", 0.9, true)
	f.Add(uint8(3), "\x00\u202e", "\xff", "", "", "", -1.0, false)
	f.Add(uint8(2), "", "", "", "0", "", math.NaN(), false)
	f.Fuzz(func(t *testing.T, n uint8, kind, outcome, tool, host, owner string, score float64, flag bool) {
		e := event(names[int(n)%len(names)],
			semconv.AmbitCrossingKind(kind), semconv.AmbitDecisionOutcome(outcome), semconv.AmbitDecisionEnforced(flag), semconv.AmbitSecretKind(kind),
			semconv.AmbitIdentitySwitchKind(kind), semconv.AmbitIdentityID(owner), semconv.AmbitIdentityKind(kind), semconv.AmbitIntentLabel(kind),
			semconv.AmbitIntentScore(score), semconv.AmbitIntentDrift(score), semconv.AmbitPolicyHash(kind), semconv.AmbitIntentAnomalous(flag), semconv.AmbitApprovalOutcome(outcome), semconv.AmbitSignalKind(kind),
			semconv.GenAIToolName(tool), semconv.AmbitTargetHost(host), semconv.AmbitTargetPath(host), semconv.AmbitOwnerID(owner), semconv.AmbitOwnerKind(kind),
			semconv.GenAIAgentName(tool), semconv.AmbitCredentialHandle(host), semconv.AmbitSessionSeq(int(n)))
		object := ocsf.Object(t.Context(), e)
		if object == nil {
			return // a signal that has an event of its own
		}
		b, err := json.Marshal(object)
		if err != nil {
			t.Fatal(err)
		}
		var o map[string]any
		if err := json.Unmarshal(b, &o); err != nil {
			t.Fatal(err)
		}
		for _, w := range s.check(o) {
			t.Errorf("%s in %s", w, b)
		}
	})
}

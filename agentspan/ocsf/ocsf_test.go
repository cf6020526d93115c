package ocsf_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/agentspan/ocsf"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/intent"
	"github.com/ambit-go/ambit/semconv"
)

// kinds of everything that a signal may be about.
var signals = []agentspan.SignalKind{
	agentspan.SignalOwnerMissing, agentspan.SignalRefusalIgnored, agentspan.SignalArgumentsChanged, agentspan.SignalApprovalFatigue,
	agentspan.SignalToolChanged, agentspan.SignalPolicyReload, agentspan.SignalPostWithoutPre, agentspan.SignalBypassPermissions,
	agentspan.SignalConfigChanged, agentspan.SignalSessionSuspended, agentspan.SignalSessionPrivileged, agentspan.SignalHistoryLost,
	agentspan.SignalMalformed, agentspan.SignalDropped,
}

// hostile takes the first action for debugging, and all later ones for worse.
type hostile struct{}

func (hostile) Classify(_ context.Context, window []intent.Action) (intent.Result, error) {
	if len(window) < 2 {
		return intent.Result{Label: intent.Debug, Score: 0.7}, nil
	}
	return intent.Result{Label: intent.Exfiltration, Score: 0.95, Anomalous: true, Drift: 0.9, Departed: 1}, nil
}

// Every event that a tracer makes of a session with everything in it follows the schema.
func TestWhatATracerTellsFollowsTheSchema(t *testing.T) {
	s := readSchema(t)
	var out bytes.Buffer
	checker := boundary.CheckerFunc(func(_ context.Context, r boundary.Request) (boundary.Decision, error) {
		d := boundary.Decision{Verdict: boundary.Allow, Policy: boundary.PolicyRef{ID: "shop", Hash: "abc"}}
		switch {
		case strings.Contains(string(r.Arguments), "paste.example"):
			d.Verdict = boundary.Deny
			d.Because = []boundary.Determination{{Reason: boundary.ReasonDeniedByRule, Rule: "no-egress", Ruleset: "shop"}}
			d.Crossings = []boundary.Crossing{{Kind: boundary.OutOfScope}}
		case strings.Contains(string(r.Arguments), "deploy"):
			d.Verdict = boundary.RequireApproval
		case r.Tool == "Watch":
			d.Verdict, d.Observed, d.Crossings = boundary.Deny, true, []boundary.Crossing{{Kind: boundary.Flow}}
		}
		return d, nil
	})
	tracer, spans := agentspantest.New(t, agentspan.WithChecker(checker), agentspan.WithClassifier(hostile{}), agentspan.WithEventHandler(ocsf.Handler(&out)),
		agentspan.WithContent(agentspan.Prompts, agentspan.Arguments, agentspan.Results),
		agentspan.WithApprover(func(context.Context, agentspan.Ask) (agentspan.Answer, error) {
			return agentspan.Answer{Approved: true}, nil
		}, time.Minute))
	ctx, session, err := tracer.StartSession(t.Context(), agentspan.Session{
		ID: "s-1", Agent: "triage", AgentVersion: "2", Owner: identity.Principal{Kind: identity.Human, ID: "ada", Assurance: identity.Verified},
		Actor: identity.Principal{Kind: identity.Agent, ID: "agent:triage", Assurance: identity.Asserted}, Task: agentspan.Task{ID: "T-1", Intents: []intent.Label{intent.Debug}},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, turn := tracer.StartTurn(ctx, agentspan.Turn{Prompt: "the prompt"})
	for i, arguments := range []string{`{"command":"curl https://paste.example/new"}`, `{"command":"sudo -u deploy id"}`, `{"command":"echo AKIA` + `QYLPMN5HFIQR7XYA"}`} {
		// One of them is refused, as it should be.
		_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "Bash", ID: fmt.Sprint("call_", i), Arguments: []byte(arguments)}, func(context.Context) (string, error) { return "the result", nil })
	}
	_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "Watch"}, func(context.Context) (string, error) { return "", nil })
	for _, k := range signals {
		tracer.Signal(ctx, agentspan.Signal{Kind: k, Tool: "Bash"})
	}
	turn.End(nil)
	session.End(nil)

	seen := map[string]int{}
	for line := range strings.Lines(out.String()) {
		var o map[string]any
		if err := json.Unmarshal([]byte(line), &o); err != nil {
			t.Fatal(err)
		}
		for _, w := range s.check(o) {
			t.Errorf("%s\n\tin %s", w, line)
		}
		code := o["metadata"].(map[string]any)["event_code"].(string)
		seen[fmt.Sprintf("%s %v", code, o["class_uid"])]++
		for _, content := range []string{"the prompt", "the result", "AKIA"} {
			if strings.Contains(line, content) {
				t.Errorf("content %q in %s", content, line)
			}
		}
		if o["metadata"].(map[string]any)["correlation_uid"] != "s-1" {
			t.Errorf("no session in %s", line)
		}
	}
	for _, want := range []string{
		semconv.EventAmbitBoundaryCrossed + " 2004", semconv.EventAmbitSecretAccessed + " 2004", semconv.EventAmbitIdentitySwitched + " 2004", semconv.EventAmbitIdentityUsed + " 3002",
		semconv.EventAmbitIntentChanged + " 0", semconv.EventAmbitIntentDrifted + " 2004", semconv.EventAmbitApprovalResolved + " 6003", semconv.EventAmbitSignalRaised + " 2004",
	} {
		if seen[want] == 0 {
			t.Errorf("no object of %s, among %v", want, seen)
		}
	}
	if len(spans.Spans()) == 0 {
		t.Error("no spans: the events were made of nothing")
	}
}

func event(name string, attrs ...attribute.KeyValue) agentspan.Event {
	return agentspan.Event{Name: name, Time: time.Unix(1800000000, 0), Session: "s-1", Attributes: attrs}
}

// What became of a call is OCSF's action and disposition.
func TestACrossingSaysWhatBecameOfTheCall(t *testing.T) {
	for _, tt := range []struct {
		outcome  string
		enforced bool
		want     string
	}{
		{"deny", true, "2 Denied, 2 Blocked"},
		{"require_approval", true, "2 Denied, 2 Blocked"},
		{"allow", true, "1 Allowed, 1 Allowed"},
		{"allow", false, "3 Observed, 15 Detected"},
		{"not_evaluated", false, "3 Observed, 15 Detected"},
	} {
		o := ocsf.Object(t.Context(), event(semconv.EventAmbitBoundaryCrossed,
			semconv.AmbitCrossingKind("out_of_scope"), semconv.AmbitDecisionOutcome(tt.outcome), semconv.AmbitDecisionEnforced(tt.enforced)))
		if got := fmt.Sprintf("%v %v, %v %v", o["action_id"], o["action"], o["disposition_id"], o["disposition"]); got != tt.want {
			t.Errorf("%s, enforced %v: %s, want %s", tt.outcome, tt.enforced, got, tt.want)
		}
	}
}

func TestASwitchNamesBothIdentities(t *testing.T) {
	o := ocsf.Object(t.Context(), event(semconv.EventAmbitIdentitySwitched,
		semconv.AmbitIdentitySwitchKind("subject_changed"), semconv.AmbitIdentityID("deploy"), semconv.AmbitIdentityPreviousID("agent:triage"),
		semconv.AmbitCredentialHandle("SHA256:abc"), semconv.GenAIAgentName("triage"), semconv.AmbitOwnerID("ada"), semconv.AmbitOwnerKind("human")))
	evidence := o["evidences"].([]any)[0].(map[string]any)
	if diff := cmp.Diff(map[string]any{"uid": "deploy", "credential_uid": "SHA256:abc"}, evidence["user"]); diff != "" {
		t.Errorf("turned to (-want +got):\n%s", diff)
	}
	want := map[string]any{"user": map[string]any{"uid": "ada", "type_id": 1, "type": "User"}, "session": map[string]any{"uid": "s-1"}}
	if diff := cmp.Diff(want, evidence["actor"]); diff != "" {
		t.Errorf("who answers for it (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]any{"ambit.identity.previous.id": "agent:triage"}, o["unmapped"]); diff != "" {
		t.Errorf("unmapped (-want +got):\n%s", diff)
	}
}

// Whatever is missing or strange, an object follows the schema, or there is none.
func TestBareEventsFollowTheSchema(t *testing.T) {
	s := readSchema(t)
	for _, name := range []string{
		semconv.EventAmbitBoundaryCrossed, semconv.EventAmbitSecretAccessed, semconv.EventAmbitIdentitySwitched, semconv.EventAmbitIdentityUsed,
		semconv.EventAmbitIntentChanged, semconv.EventAmbitIntentDrifted, semconv.EventAmbitApprovalResolved, semconv.EventAmbitSignalRaised,
	} {
		for _, e := range []agentspan.Event{event(name), {Name: name, Time: time.Unix(1800000000, 0)}} {
			b, err := json.Marshal(ocsf.Object(t.Context(), e))
			if err != nil {
				t.Fatal(err)
			}
			var o map[string]any
			if err := json.Unmarshal(b, &o); err != nil {
				t.Fatal(err)
			}
			for _, w := range s.check(o) {
				t.Errorf("%s: %s\n\tin %s", name, w, b)
			}
		}
	}
	for _, name := range []string{semconv.EventGenAIClientInferenceOperationDetails, "something.else", ""} {
		if o := ocsf.Object(t.Context(), event(name)); o != nil {
			t.Errorf("%q is an event for a SIEM: %v", name, o)
		}
	}
	// An event of its own says more.
	if o := ocsf.Object(t.Context(), event(semconv.EventAmbitSignalRaised, semconv.AmbitSignalKind("secret_accessed"))); o != nil {
		t.Errorf("a secret is told twice: %v", o)
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("the disk is full") }

func TestAWriterThatFailsHurtsNobody(t *testing.T) {
	if ocsf.Handler(nil) != nil {
		t.Error("a nil writer gives a handler that loses everything")
	}
	ocsf.Handler(broken{})(t.Context(), event(semconv.EventAmbitSecretAccessed))
}

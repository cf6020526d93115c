package schemas

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/valllabh/ocsf-schema-golang/ocsf/v1_2_0/events/application"
	"github.com/valllabh/ocsf-schema-golang/ocsf/v1_2_0/events/findings"
	"github.com/valllabh/ocsf-schema-golang/ocsf/v1_2_0/events/iam"
	"github.com/valllabh/ocsf-schema-golang/ocsf/v1_2_0/events/other"
	validate "github.com/valllabh/ocsf-schema-golang/ocsfvalidate/1.2"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/ocsf"
	"github.com/ambit-go/ambit/semconv"
)

// classes are what OCSF's server and its generated types call the classes we write.
var classes = map[float64]struct {
	name string
	make func() proto.Message
}{
	0:    {"base_event", func() proto.Message { return new(other.BaseEvent) }},
	2004: {"detection_finding", func() proto.Message { return new(findings.DetectionFinding) }},
	3002: {"authentication", func() proto.Message { return new(iam.Authentication) }},
	6003: {"api_activity", func() proto.Message { return new(application.ApiActivity) }},
}

// since12 is what objects have that OCSF 1.2 did not know: ai_agent, of evidences and of
// the profile ai_operation, came with 1.9.0; is_alert, policy, the user of evidences and
// the profile trace between the two. Of enumerations it is the values, which go back to 0.
var (
	since12  = []string{"ai_agent", "evidences.ai_agent", "evidences.user", "is_alert", "policy", "trace"}
	values12 = map[string]float64{"action_id": 3, "finding_info.analytic.type_id": 4}
)

// take takes out of an object what OCSF 1.2 did not know.
func take(at string, v any, taken map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			where := strings.TrimPrefix(at+"."+k, ".")
			if slices.Contains(since12, where) {
				delete(v, k)
				taken[where] = true
				continue
			}
			if value, ok := values12[where]; ok && e == value {
				v[k] = 0.0
				taken[where] = true
				continue
			}
			take(where, e, taken)
		}
	case []any:
		for _, e := range v {
			take(at, e, taken)
		}
	}
}

// full are the attributes that events may have, all at once.
func full() []attribute.KeyValue {
	return []attribute.KeyValue{
		semconv.AmbitSessionID("s-1"), semconv.AmbitSessionSeq(7), semconv.AmbitOwnerID("ada"), semconv.AmbitOwnerKind("human"), semconv.UserID("ada"),
		semconv.AmbitIdentityID("agent:triage"), semconv.AmbitIdentityKind("agent"), semconv.AmbitIdentityPreviousID("agent:was"), semconv.AmbitIdentitySwitchKind("subject_changed"),
		semconv.GenAIAgentName("triage"), semconv.GenAIAgentVersion("2"), semconv.GenAIToolName("Bash"), semconv.GenAIToolCallID("call_1"),
		semconv.AmbitPolicyID("shop"), semconv.AmbitPolicyHash("abc"), semconv.SecurityRuleName("no-egress"), semconv.AmbitDecisionReason("denied_by_rule"),
		semconv.AmbitDecisionOutcome("deny"), semconv.AmbitDecisionEnforced(true), semconv.AmbitCrossingKind("out_of_scope"),
		semconv.AmbitTargetHost("paste.example"), semconv.AmbitTargetPath("/srv/a"), semconv.AmbitTargetRepository("github.com/acme/shop"), semconv.AmbitTargetService("github"),
		semconv.AmbitTargetAccount("42"), semconv.AmbitTargetCommand("curl"), semconv.AmbitSecretKind("jwt"), semconv.AmbitSecretPlace("argument"),
		semconv.AmbitCredentialKind("ssh-key"), semconv.AmbitCredentialHandle("SHA256:abc"), semconv.AmbitCredentialFingerprint("0123"),
		semconv.AmbitIntentLabel("exfiltration"), semconv.AmbitIntentScore(0.9), semconv.AmbitIntentDrift(0.8), semconv.AmbitIntentAnomalous(true),
		semconv.AmbitApprovalOutcome("approved"), semconv.AmbitApprovalLatencyMS(12), semconv.AmbitSignalKind("refusal_ignored"),
	}
}

// Objects are held against the JSON schemas that OCSF's own server gives out, and read
// by types that are generated from its schema, which know no other names. The newest of
// which both are to be had is version 1.2.0, so what came later is taken out before,
// name by name.
func TestObjectsFollowOCSF(t *testing.T) {
	ctx := trace.ContextWithSpanContext(t.Context(), trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}}))
	taken := map[string]bool{}
	n := map[float64]int{}
	for _, name := range []string{
		semconv.EventAmbitBoundaryCrossed, semconv.EventAmbitSecretAccessed, semconv.EventAmbitIdentitySwitched, semconv.EventAmbitIdentityUsed,
		semconv.EventAmbitIntentChanged, semconv.EventAmbitIntentDrifted, semconv.EventAmbitApprovalResolved, semconv.EventAmbitSignalRaised,
	} {
		for _, attrs := range [][]attribute.KeyValue{full(), nil, full()[:len(full())/2], {semconv.AmbitIntentLabel("debug"), semconv.AmbitIntentScore(0.4)}} {
			e := agentspan.Event{Name: name, Time: time.Unix(1_800_000_000, 0), Session: "s-1", Attributes: attrs}
			text, err := json.Marshal(ocsf.Object(ctx, e))
			if err != nil {
				t.Fatal(err)
			}
			var o map[string]any
			if err := json.Unmarshal(text, &o); err != nil {
				t.Fatal(err)
			}
			class := classes[o["class_uid"].(float64)]
			n[o["class_uid"].(float64)]++
			take("", o, taken)
			if o["unmapped"] != nil {
				o["unmapped"] = map[string]any{} // anything: it is for what has no field
			}
			for _, w := range wrong(o, class.name, class.make()) {
				t.Errorf("%s: %s", name, w)
			}
		}
	}
	for _, k := range slices.AppendSeq(slices.Clone(since12), maps.Keys(values12)) {
		if !taken[k] {
			t.Errorf("no object has %s", k)
		}
	}
	if len(n) != len(classes) {
		t.Errorf("objects of the classes %v", n)
	}
}

// wrong is what OCSF says of an object.
func wrong(o map[string]any, name string, as proto.Message) (all []string) {
	text, err := json.Marshal(o)
	if err != nil {
		return []string{err.Error()}
	}
	if err := protojson.Unmarshal(text, as); err != nil {
		all = append(all, fmt.Sprintf("%v in %s", err, text))
	}
	// Of the profiles "cloud" and "security_control", which this edition of the schemas asks of everybody.
	o["cloud"] = map[string]any{"provider": "none"}
	if _, ok := o["action_id"]; !ok && name == "detection_finding" {
		o["action_id"] = 0
	}
	if text, err = json.Marshal(o); err != nil {
		return []string{err.Error()}
	}
	if err := validate.Validate(name, text); err != nil {
		all = append(all, fmt.Sprintf("%#v in %s", err, text))
	}
	return all
}

// What OCSF says is heard.
func TestOCSFRefusesWhatIsNone(t *testing.T) {
	e := agentspan.Event{Name: semconv.EventAmbitSecretAccessed, Time: time.Unix(1_800_000_000, 0), Session: "s-1", Attributes: full()}
	text, err := json.Marshal(ocsf.Object(t.Context(), e))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range [][2]string{
		{"", ""},
		{`"severity_id":4`, `"severity_id":7`},
		{`"class_uid":2004`, `"class_uid":"2004"`},
		{`"finding_info"`, `"finding"`},
		{`"time":`, `"tiem":`},
		{`"evidences":[`, `"evidences":[1,`},
		{`"hostname"`, `"hostnames"`},
		{`"type_id":1,`, `"type_id":77,`},
	} {
		var o map[string]any
		changed := strings.Replace(string(text), tt[0], tt[1], 1)
		if err := json.Unmarshal([]byte(changed), &o); err != nil {
			t.Fatal(err)
		}
		take("", o, map[string]bool{})
		delete(o, "unmapped")
		if all := wrong(o, "detection_finding", new(findings.DetectionFinding)); (len(all) > 0) != (tt[0] != "") || tt[0] != "" && changed == string(text) {
			t.Errorf("%q in the place of %q: %v", tt[1], tt[0], all)
		}
	}
}

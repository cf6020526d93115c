package ocsf

import (
	"cmp"
	"strings"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/semconv"
)

// A found is what makes a finding.
type found struct {
	kind     string // a short code
	title    string
	severity severity
	rule     string // what found it
	ruleType int    // OCSF's analytic type: 1 a rule, 4 a model
	user     map[string]any
	more     []any // further attributes of the finding, in pairs
}

var ruleTypes = map[int]string{1: "Rule", 4: "Learning (ML/DL)"}

// finding makes a Detection Finding.
func (b *builder) finding(f found) map[string]any {
	o := b.start(finding, 1, "Create", f.severity, f.title)
	info := map[string]any{
		"uid": b.uid(f.kind), "title": f.title, "types": []any{f.kind}, "created_time": b.event.Time.UnixMilli(),
		"analytic": map[string]any{"name": cmp.Or(f.rule, f.kind), "type_id": f.ruleType, "type": ruleTypes[f.ruleType]},
	}
	o["finding_info"], o["is_alert"], o["status_id"], o["status"] = info, true, 1, "New"
	if evidence := b.evidence(f.user); evidence != nil {
		o["evidences"] = evidence
	}
	if resources := b.resources(); resources != nil {
		o["resources"] = resources
	}
	return b.finish(set(set(o, f.more...), "policy", b.policy()))
}

// uid names a finding: the same event, handed over twice, is one finding.
func (b *builder) uid(kind string) string {
	return strings.Join([]string{cmp.Or(b.event.Session, "no-session"), kind, b.event.Time.UTC().Format("20060102T150405.000000000Z"), b.span.SpanID().String()}, "/")
}

// crossing is a call that stepped over a line, or would have.
func (b *builder) crossing() map[string]any {
	kind, outcome := b.text(semconv.AmbitCrossingKindKey), b.text(semconv.AmbitDecisionOutcomeKey)
	enforced, reason := b.boolean(semconv.AmbitDecisionEnforcedKey), b.text(semconv.AmbitDecisionReasonKey)
	// What became of it: refused, allowed by somebody, or looked at only.
	action, disposition := []any{3, "Observed"}, []any{15, "Detected"}
	switch {
	case outcome == "deny" || outcome == "require_approval":
		action, disposition = []any{2, "Denied"}, []any{2, "Blocked"}
	case enforced:
		action, disposition = []any{1, "Allowed"}, []any{1, "Allowed"}
	}
	f := found{
		kind: "boundary." + kind, title: "A call crossed its task's boundary: " + strings.ReplaceAll(kind, "_", " "), severity: medium,
		rule: cmp.Or(b.text(semconv.SecurityRuleNameKey), reason), ruleType: 1,
		more: []any{
			"action_id", action[0], "action", action[1], "disposition_id", disposition[0], "disposition", disposition[1],
			"status_detail", reason,
		},
	}
	switch kind {
	case "secret_access", "identity_switch", "governance_tamper", "flow":
		f.severity = high
	}
	return b.finding(f)
}

// secret is a secret in what a call says, touches or returns.
func (b *builder) secret() map[string]any {
	kind, place := b.text(semconv.AmbitSecretKindKey), b.text(semconv.AmbitSecretPlaceKey)
	return b.finding(found{
		kind: "secret", title: "An agent touched a secret: " + kind, severity: high, rule: "secret detector: " + kind, ruleType: 1,
		more: []any{"status_detail", place},
	})
}

// identitySwitch is a use that departed from what its session began as: the user of
// the evidence is who it turned to, while ai_agent stays who it was.
func (b *builder) identitySwitch() map[string]any {
	kind := b.text(semconv.AmbitIdentitySwitchKindKey)
	id, credential := b.text(semconv.AmbitIdentityIDKey), b.credential()
	if id == "" && credential != "" {
		id = "unknown" // a credential that does not say whom it names: OCSF wants a user to have an id
	}
	user := set(map[string]any{}, "uid", id, "credential_uid", credential)
	return b.finding(found{
		kind: "identity_switch." + kind, title: "An agent departed from its identity: " + strings.ReplaceAll(kind, "_", " "), severity: high,
		rule: "identity baseline", ruleType: 1, user: user,
	})
}

// credential is what a credential is known by in the target's own audit log, or else
// here.
func (b *builder) credential() string {
	handle := b.text(semconv.AmbitCredentialHandleKey)
	if handle != "" {
		return handle
	}
	return b.text(semconv.AmbitCredentialFingerprintKey)
}

// intent is what a session's actions add up to: a finding if no honest task is after
// it, or the task is not.
func (b *builder) intent() map[string]any {
	label, score, anomalous := b.text(semconv.AmbitIntentLabelKey), b.number(semconv.AmbitIntentScoreKey), b.boolean(semconv.AmbitIntentAnomalousKey)
	drifted := b.event.Name == semconv.EventAmbitIntentDrifted
	if !anomalous && !drifted {
		o := b.start(baseEvent, 99, "Intent Changed", informational, "What an agent does adds up to: "+label)
		return b.finish(o)
	}
	f := found{kind: "intent." + label, title: "What an agent does adds up to: " + label, severity: medium, rule: "intent classifier", ruleType: 4}
	if drifted {
		f.kind, f.title = "intent_drift", "What an agent does departs from its task, towards: "+label
	}
	confidence := []any{1, "Low"}
	switch {
	case score >= 0.9:
		confidence = []any{3, "High"}
	case score >= 0.6:
		confidence = []any{2, "Medium"}
	}
	f.more = []any{"confidence_id", confidence[0], "confidence", confidence[1]}
	if score >= 0 && score <= 1 {
		f.more = append(f.more, "confidence_score", int(score*100))
	}
	return b.finding(f)
}

// use is a credential that is used towards a target.
func (b *builder) use() map[string]any {
	id, kind := b.text(semconv.AmbitIdentityIDKey), b.text(semconv.AmbitIdentityKindKey)
	name, service, endpoint := b.text(semconv.GenAIAgentNameKey), b.text(semconv.AmbitTargetServiceKey), b.endpoint()
	o := b.start(authn, 1, "Logon", informational, "An agent used a credential towards "+cmp.Or(service, "a system"))
	user := set(map[string]any{"uid": cmp.Or(id, name, "unknown")}, "credential_uid", b.credential())
	user["type_id"], user["type"] = userType(kind)
	if service == "" && len(endpoint) == 0 {
		service = "unknown" // OCSF wants one of the two
	}
	set(o, "user", user, "service", set(map[string]any{}, "name", service), "dst_endpoint", endpoint,
		"actor", b.actor(), "ai_agent", b.agentOf(id, name), "status_id", 0, "status", "Unknown")
	return b.finish(o)
}

// approval is an answer of a person, or that there was none.
func (b *builder) approval() map[string]any {
	outcome := b.text(semconv.AmbitApprovalOutcomeKey)
	o := b.start(api, 99, "Approval", informational, "An approval was asked for: "+outcome)
	operation := b.operation()
	if operation == nil {
		operation = map[string]any{"operation": "start_session"}
	}
	status, caption := 2, "Failure"
	if outcome == "approved" {
		status, caption = 1, "Success"
	}
	agent := b.agent()
	name := "agent"
	if agent != nil {
		name = cmp.Or(b.name(agent), name)
	}
	actor := b.actor()
	if len(actor) == 0 {
		actor = map[string]any{"user": map[string]any{"uid": "unknown", "type_id": 0, "type": "Unknown"}} // OCSF wants one
	}
	set(o, "api", operation, "actor", actor, "ai_agent", agent, "dst_endpoint", b.endpoint(), "src_endpoint", map[string]any{"name": name},
		"trace", b.trace(), "status_id", status, "status", caption, "status_detail", outcome)
	if resources := b.resources(); resources != nil {
		o["resources"] = resources
	}
	return b.finish(o)
}

// name is how an agent is called.
func (*builder) name(agent map[string]any) string {
	name, _ := agent["name"].(string)
	return name
}

// signal is a thing somebody should look at, where no event of its own says more.
func (b *builder) signal() map[string]any {
	kind := agentspan.SignalKind(b.text(semconv.AmbitSignalKindKey))
	f := found{kind: "signal." + string(kind), title: "A signal about an agent: " + strings.ReplaceAll(string(kind), "_", " "), severity: medium, rule: "signal", ruleType: 1}
	switch kind {
	case agentspan.SignalSecretAccessed, agentspan.SignalIdentitySwitched, agentspan.SignalIntentAnomalous, agentspan.SignalIntentDrifted, agentspan.SignalGovernanceTamper:
		return nil
	case agentspan.SignalRefusalIgnored, agentspan.SignalArgumentsChanged, agentspan.SignalPostWithoutPre, agentspan.SignalDropped:
		f.severity = high
	default:
	}
	return b.finding(f)
}

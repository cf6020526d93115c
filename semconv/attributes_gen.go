// Code generated from semconv/model by semconvgen; DO NOT EDIT.

package semconv

import (
	"go.opentelemetry.io/otel/attribute"
)

// AmbitAgentMCPServerCountKey is "ambit.agent.mcp_server.count". How many MCP servers the agent was
// configured with when the session began.
//
// Type: int. Stability: development. Example: 2.
//
// Recommended on spans ambit.invoke_agent, ambit.session.
const AmbitAgentMCPServerCountKey = attribute.Key("ambit.agent.mcp_server.count")

// AmbitAgentMCPServerCount returns "ambit.agent.mcp_server.count" with value v.
func AmbitAgentMCPServerCount(v int) attribute.KeyValue { return AmbitAgentMCPServerCountKey.Int(v) }

// AmbitAgentMCPServerNamesKey is "ambit.agent.mcp_server.names". The MCP servers the agent was
// configured with when the session began, sorted, with a comma between two of them.
//
// Cut after a whole name; ambit.agent.mcp_server.count counts all of them.
//
// Type: string. Stability: development. Example: "github,jira".
//
// Recommended on spans ambit.invoke_agent, ambit.session.
const AmbitAgentMCPServerNamesKey = attribute.Key("ambit.agent.mcp_server.names")

// AmbitAgentMCPServerNames returns "ambit.agent.mcp_server.names" with value v.
func AmbitAgentMCPServerNames(v string) attribute.KeyValue {
	return AmbitAgentMCPServerNamesKey.String(v)
}

// AmbitAgentPermissionModeKey is "ambit.agent.permission_mode". By which of its own rules the agent
// asks before it acts, in its own words, as the session began.
//
// Type: string. Stability: development. Example: "default".
//
// Recommended on spans ambit.invoke_agent, ambit.session.
const AmbitAgentPermissionModeKey = attribute.Key("ambit.agent.permission_mode")

// AmbitAgentPermissionMode returns "ambit.agent.permission_mode" with value v.
func AmbitAgentPermissionMode(v string) attribute.KeyValue {
	return AmbitAgentPermissionModeKey.String(v)
}

// AmbitApprovalAssuranceKey is "ambit.approval.assurance". How well it is founded who answered; the
// values are listed from the weakest to the strongest.
//
// Type: enum, closed, ordered. Stability: development. Example: "asserted".
//
// Recommended on event ambit.approval.resolved.
const AmbitApprovalAssuranceKey = attribute.Key("ambit.approval.assurance")

// Values of [AmbitApprovalAssuranceKey].
var (
	// AmbitApprovalAssuranceNone is "none". Nothing is known of who answered.
	AmbitApprovalAssuranceNone = AmbitApprovalAssuranceKey.String("none")
	// AmbitApprovalAssuranceAsserted is "asserted". The agent's own client says that somebody agreed.
	AmbitApprovalAssuranceAsserted = AmbitApprovalAssuranceKey.String("asserted")
	// AmbitApprovalAssuranceParsed is "parsed". The approver was read from a credential that nobody
	// verified.
	AmbitApprovalAssuranceParsed = AmbitApprovalAssuranceKey.String("parsed")
	// AmbitApprovalAssuranceVerified is "verified". The approver was verified.
	AmbitApprovalAssuranceVerified = AmbitApprovalAssuranceKey.String("verified")
	// AmbitApprovalAssuranceAttested is "attested". The platform vouches for the approver.
	AmbitApprovalAssuranceAttested = AmbitApprovalAssuranceKey.String("attested")
)

// AmbitApprovalAssurance returns "ambit.approval.assurance" with value v.
func AmbitApprovalAssurance(v string) attribute.KeyValue { return AmbitApprovalAssuranceKey.String(v) }

// AmbitApprovalLatencyMSKey is "ambit.approval.latency_ms". Milliseconds from the question to the
// answer; waiting is no part of the tool's time.
//
// Type: int. Stability: development. Example: 5200.
//
// Conditionally required on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client,
// ambit.mcp.server.
//
// Recommended on event ambit.approval.resolved.
const AmbitApprovalLatencyMSKey = attribute.Key("ambit.approval.latency_ms")

// AmbitApprovalLatencyMS returns "ambit.approval.latency_ms" with value v.
func AmbitApprovalLatencyMS(v int) attribute.KeyValue { return AmbitApprovalLatencyMSKey.Int(v) }

// AmbitApprovalOutcomeKey is "ambit.approval.outcome". What came of asking.
//
// Where the agent itself asks, it tells nobody of the answer, and ambit.decision.reason says so: a
// call that ran was agreed to (approval_inferred), of one that did not nobody knows why
// (approval_unanswered).
//
// Type: enum, closed. Stability: development. Example: "approved".
//
// Required on event ambit.approval.resolved.
//
// Conditionally required on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client,
// ambit.mcp.server.
const AmbitApprovalOutcomeKey = attribute.Key("ambit.approval.outcome")

// Values of [AmbitApprovalOutcomeKey].
var (
	// AmbitApprovalOutcomeApproved is "approved". A person said yes.
	AmbitApprovalOutcomeApproved = AmbitApprovalOutcomeKey.String("approved")
	// AmbitApprovalOutcomeDeclined is "declined". A person said no.
	AmbitApprovalOutcomeDeclined = AmbitApprovalOutcomeKey.String("declined")
	// AmbitApprovalOutcomeTimeout is "timeout". Nobody answered in time.
	AmbitApprovalOutcomeTimeout = AmbitApprovalOutcomeKey.String("timeout")
	// AmbitApprovalOutcomeUnavailable is "unavailable". Nobody could be asked, or asking failed.
	AmbitApprovalOutcomeUnavailable = AmbitApprovalOutcomeKey.String("unavailable")
	// AmbitApprovalOutcomeUnanswered is "unanswered". The agent asked its user, and the call did not
	// run: declined, or cut off.
	AmbitApprovalOutcomeUnanswered = AmbitApprovalOutcomeKey.String("unanswered")
)

// AmbitApprovalOutcome returns "ambit.approval.outcome" with value v.
func AmbitApprovalOutcome(v string) attribute.KeyValue { return AmbitApprovalOutcomeKey.String(v) }

// AmbitCallRanKey is "ambit.call.ran". The tool ran.
//
// True together with a refusal that was enforced is the signal refusal_ignored.
//
// Type: boolean. Stability: development. Example: true.
//
// Recommended on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client, ambit.mcp.server.
const AmbitCallRanKey = attribute.Key("ambit.call.ran")

// AmbitCallRan returns "ambit.call.ran" with value v.
func AmbitCallRan(v bool) attribute.KeyValue { return AmbitCallRanKey.Bool(v) }

// AmbitCallReroutedKey is "ambit.call.rerouted". Another call of the session was refused for
// something that this one reaches for.
//
// The same file, host, address, repository, data, secret or resource, to do no less with it; the
// call may run or be refused again (ambit.call.ran). The very same call once more is none. Of a
// session and its subagents the last 16 things that calls were refused for are remembered.
//
// Type: boolean. Stability: development. Example: true.
//
// Conditionally required on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client,
// ambit.mcp.server.
const AmbitCallReroutedKey = attribute.Key("ambit.call.rerouted")

// AmbitCallRerouted returns "ambit.call.rerouted" with value v.
func AmbitCallRerouted(v bool) attribute.KeyValue { return AmbitCallReroutedKey.Bool(v) }

// AmbitCallResultSizeKey is "ambit.call.result.size". Bytes of the tool's result.
//
// Type: int. Stability: development. Example: 2048.
//
// Recommended on spans ambit.execute_tool, ambit.mcp.client, ambit.mcp.server.
const AmbitCallResultSizeKey = attribute.Key("ambit.call.result.size")

// AmbitCallResultSize returns "ambit.call.result.size" with value v.
func AmbitCallResultSize(v int) attribute.KeyValue { return AmbitCallResultSizeKey.Int(v) }

// AmbitCredentialCountKey is "ambit.credential.count". How many credentials a call uses, where it
// is more than one.
//
// The span names the first; each of them, up to eight, has its event ambit.identity.used.
//
// Type: int. Stability: development. Example: 2.
//
// Conditionally required on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client,
// ambit.mcp.server.
const AmbitCredentialCountKey = attribute.Key("ambit.credential.count")

// AmbitCredentialCount returns "ambit.credential.count" with value v.
func AmbitCredentialCount(v int) attribute.KeyValue { return AmbitCredentialCountKey.Int(v) }

// AmbitCredentialFingerprintKey is "ambit.credential.fingerprint". Keyed fingerprint of the
// credential (HMAC, 8 bytes, hex).
//
// Type: string. Stability: development. Example: "9f86d081884c7d65".
//
// Recommended on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client, ambit.mcp.server;
// event ambit.identity.used.
//
// Privacy: Tells one account's activity within a deployment.
const AmbitCredentialFingerprintKey = attribute.Key("ambit.credential.fingerprint")

// AmbitCredentialFingerprint returns "ambit.credential.fingerprint" with value v.
func AmbitCredentialFingerprint(v string) attribute.KeyValue {
	return AmbitCredentialFingerprintKey.String(v)
}

// AmbitCredentialHandleKey is "ambit.credential.handle". The credential as the audit log of the
// system it was used on prints it.
//
// Never the credential itself. It can be switched off.
//
// Type: string. Stability: development. Example: "JTI=ea28ed49-2e11-4280-9ec5-bc3d1d84661a".
//
// Recommended on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client, ambit.mcp.server;
// event ambit.identity.used.
//
// Privacy: Tells one account's activity across systems.
const AmbitCredentialHandleKey = attribute.Key("ambit.credential.handle")

// AmbitCredentialHandle returns "ambit.credential.handle" with value v.
func AmbitCredentialHandle(v string) attribute.KeyValue { return AmbitCredentialHandleKey.String(v) }

// AmbitCredentialKeyIDKey is "ambit.credential.key_id". The second name by which logs know a
// credential, where it has one.
//
// A JWT's kid; the serial number of a certificate, X.509's in hex and SSH's in decimal; the id of a
// Google service account's key. Switched off with handles.
//
// Type: string. Stability: development. Example: "2688201dba77402ea87118876f2e1b24cf8b0395".
//
// Recommended on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client, ambit.mcp.server;
// event ambit.identity.used.
//
// Privacy: Tells one account's activity across systems.
const AmbitCredentialKeyIDKey = attribute.Key("ambit.credential.key_id")

// AmbitCredentialKeyID returns "ambit.credential.key_id" with value v.
func AmbitCredentialKeyID(v string) attribute.KeyValue { return AmbitCredentialKeyIDKey.String(v) }

// AmbitCredentialKindKey is "ambit.credential.kind". What kind of credential was used.
//
// Type: string. Stability: development. Example: "github-pat".
//
// Required on event ambit.identity.used.
//
// Recommended on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client, ambit.mcp.server;
// event ambit.identity.switched.
const AmbitCredentialKindKey = attribute.Key("ambit.credential.kind")

// AmbitCredentialKind returns "ambit.credential.kind" with value v.
func AmbitCredentialKind(v string) attribute.KeyValue { return AmbitCredentialKindKey.String(v) }

// AmbitCrossingBudgetKey is "ambit.crossing.budget". The call would overrun a budget.
//
// Type: boolean. Stability: development. Example: true.
//
// Conditionally required on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client,
// ambit.mcp.server.
const AmbitCrossingBudgetKey = attribute.Key("ambit.crossing.budget")

// AmbitCrossingBudget returns "ambit.crossing.budget" with value v.
func AmbitCrossingBudget(v bool) attribute.KeyValue { return AmbitCrossingBudgetKey.Bool(v) }

// AmbitCrossingDriftKey is "ambit.crossing.drift". The call departs from the task's intents, or its
// tool from the pinned definition.
//
// Type: boolean. Stability: development. Example: true.
//
// Conditionally required on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client,
// ambit.mcp.server.
const AmbitCrossingDriftKey = attribute.Key("ambit.crossing.drift")

// AmbitCrossingDrift returns "ambit.crossing.drift" with value v.
func AmbitCrossingDrift(v bool) attribute.KeyValue { return AmbitCrossingDriftKey.Bool(v) }

// AmbitCrossingExpiredKey is "ambit.crossing.expired". The call comes after the end of its grant or
// task.
//
// Type: boolean. Stability: development. Example: true.
//
// Conditionally required on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client,
// ambit.mcp.server.
const AmbitCrossingExpiredKey = attribute.Key("ambit.crossing.expired")

// AmbitCrossingExpired returns "ambit.crossing.expired" with value v.
func AmbitCrossingExpired(v bool) attribute.KeyValue { return AmbitCrossingExpiredKey.Bool(v) }

// AmbitCrossingFlowKey is "ambit.crossing.flow". The call would move data where it may not go.
//
// Type: boolean. Stability: development. Example: true.
//
// Conditionally required on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client,
// ambit.mcp.server.
const AmbitCrossingFlowKey = attribute.Key("ambit.crossing.flow")

// AmbitCrossingFlow returns "ambit.crossing.flow" with value v.
func AmbitCrossingFlow(v bool) attribute.KeyValue { return AmbitCrossingFlowKey.Bool(v) }

// AmbitCrossingGovernanceTamperKey is "ambit.crossing.governance_tamper". The call would change
// policy, hooks, settings or state of the governance.
//
// Type: boolean. Stability: development. Example: true.
//
// Conditionally required on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client,
// ambit.mcp.server.
const AmbitCrossingGovernanceTamperKey = attribute.Key("ambit.crossing.governance_tamper")

// AmbitCrossingGovernanceTamper returns "ambit.crossing.governance_tamper" with value v.
func AmbitCrossingGovernanceTamper(v bool) attribute.KeyValue {
	return AmbitCrossingGovernanceTamperKey.Bool(v)
}

// AmbitCrossingIdentitySwitchKey is "ambit.crossing.identity_switch". The call would switch
// identity.
//
// Type: boolean. Stability: development. Example: true.
//
// Conditionally required on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client,
// ambit.mcp.server.
const AmbitCrossingIdentitySwitchKey = attribute.Key("ambit.crossing.identity_switch")

// AmbitCrossingIdentitySwitch returns "ambit.crossing.identity_switch" with value v.
func AmbitCrossingIdentitySwitch(v bool) attribute.KeyValue {
	return AmbitCrossingIdentitySwitchKey.Bool(v)
}

// AmbitCrossingIndeterminateKey is "ambit.crossing.indeterminate". Nobody can tell what the call
// would touch.
//
// Type: boolean. Stability: development. Example: true.
//
// Conditionally required on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client,
// ambit.mcp.server.
const AmbitCrossingIndeterminateKey = attribute.Key("ambit.crossing.indeterminate")

// AmbitCrossingIndeterminate returns "ambit.crossing.indeterminate" with value v.
func AmbitCrossingIndeterminate(v bool) attribute.KeyValue {
	return AmbitCrossingIndeterminateKey.Bool(v)
}

// AmbitCrossingInjectionKey is "ambit.crossing.injection". The call follows from content that a
// tool returned, not from the owner's prompt.
//
// Type: boolean. Stability: development. Example: true.
//
// Conditionally required on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client,
// ambit.mcp.server.
const AmbitCrossingInjectionKey = attribute.Key("ambit.crossing.injection")

// AmbitCrossingInjection returns "ambit.crossing.injection" with value v.
func AmbitCrossingInjection(v bool) attribute.KeyValue { return AmbitCrossingInjectionKey.Bool(v) }

// AmbitCrossingKindKey is "ambit.crossing.kind". What kind of line the call would step over; the
// first of this list where there are several.
//
// Type: enum, closed. Stability: development. Example: "secret_access".
//
// Required on event ambit.boundary.crossed; metric ambit.crossings.
//
// Conditionally required on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client,
// ambit.mcp.server.
const AmbitCrossingKindKey = attribute.Key("ambit.crossing.kind")

// Values of [AmbitCrossingKindKey].
var (
	// AmbitCrossingKindOutOfScope is "out_of_scope". Outside the task.
	AmbitCrossingKindOutOfScope = AmbitCrossingKindKey.String("out_of_scope")
	// AmbitCrossingKindSecretAccess is "secret_access". To a secret.
	AmbitCrossingKindSecretAccess = AmbitCrossingKindKey.String("secret_access")
	// AmbitCrossingKindIdentitySwitch is "identity_switch". Into another identity.
	AmbitCrossingKindIdentitySwitch = AmbitCrossingKindKey.String("identity_switch")
	// AmbitCrossingKindSequence is "sequence". In an order that is not allowed.
	AmbitCrossingKindSequence = AmbitCrossingKindKey.String("sequence")
	// AmbitCrossingKindFlow is "flow". Data from one place into another.
	AmbitCrossingKindFlow = AmbitCrossingKindKey.String("flow")
	// AmbitCrossingKindBudget is "budget". Over a budget.
	AmbitCrossingKindBudget = AmbitCrossingKindKey.String("budget")
	// AmbitCrossingKindExpired is "expired". After the end.
	AmbitCrossingKindExpired = AmbitCrossingKindKey.String("expired")
	// AmbitCrossingKindDrift is "drift". Away from the task, or from the tool's pinned definition.
	AmbitCrossingKindDrift = AmbitCrossingKindKey.String("drift")
	// AmbitCrossingKindIndeterminate is "indeterminate". Nobody can tell where to.
	AmbitCrossingKindIndeterminate = AmbitCrossingKindKey.String("indeterminate")
	// AmbitCrossingKindUnowned is "unowned". Without an owner.
	AmbitCrossingKindUnowned = AmbitCrossingKindKey.String("unowned")
	// AmbitCrossingKindGovernanceTamper is "governance_tamper". Into the governance itself.
	AmbitCrossingKindGovernanceTamper = AmbitCrossingKindKey.String("governance_tamper")
	// AmbitCrossingKindInjection is "injection". At the word of content, not of the owner.
	AmbitCrossingKindInjection = AmbitCrossingKindKey.String("injection")
)

// AmbitCrossingKind returns "ambit.crossing.kind" with value v.
func AmbitCrossingKind(v string) attribute.KeyValue { return AmbitCrossingKindKey.String(v) }

// AmbitCrossingOutOfScopeKey is "ambit.crossing.out_of_scope". The call would leave the task.
//
// Type: boolean. Stability: development. Example: true.
//
// Conditionally required on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client,
// ambit.mcp.server.
const AmbitCrossingOutOfScopeKey = attribute.Key("ambit.crossing.out_of_scope")

// AmbitCrossingOutOfScope returns "ambit.crossing.out_of_scope" with value v.
func AmbitCrossingOutOfScope(v bool) attribute.KeyValue { return AmbitCrossingOutOfScopeKey.Bool(v) }

// AmbitCrossingSecretAccessKey is "ambit.crossing.secret_access". The call would touch a secret.
//
// Type: boolean. Stability: development. Example: true.
//
// Conditionally required on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client,
// ambit.mcp.server.
const AmbitCrossingSecretAccessKey = attribute.Key("ambit.crossing.secret_access")

// AmbitCrossingSecretAccess returns "ambit.crossing.secret_access" with value v.
func AmbitCrossingSecretAccess(v bool) attribute.KeyValue {
	return AmbitCrossingSecretAccessKey.Bool(v)
}

// AmbitCrossingSequenceKey is "ambit.crossing.sequence". The call may not follow what went before.
//
// Type: boolean. Stability: development. Example: true.
//
// Conditionally required on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client,
// ambit.mcp.server.
const AmbitCrossingSequenceKey = attribute.Key("ambit.crossing.sequence")

// AmbitCrossingSequence returns "ambit.crossing.sequence" with value v.
func AmbitCrossingSequence(v bool) attribute.KeyValue { return AmbitCrossingSequenceKey.Bool(v) }

// AmbitCrossingUnownedKey is "ambit.crossing.unowned". The session has no owner and needs one.
//
// Type: boolean. Stability: development. Example: true.
//
// Conditionally required on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client,
// ambit.mcp.server.
const AmbitCrossingUnownedKey = attribute.Key("ambit.crossing.unowned")

// AmbitCrossingUnowned returns "ambit.crossing.unowned" with value v.
func AmbitCrossingUnowned(v bool) attribute.KeyValue { return AmbitCrossingUnownedKey.Bool(v) }

// AmbitDecisionEnforcedKey is "ambit.decision.enforced". The decision took effect; false means that
// it was only observed.
//
// Type: boolean. Stability: development. Example: true.
//
// Required on span ambit.refuse_tool; event ambit.boundary.crossed; metric ambit.decisions.
//
// Conditionally required on spans ambit.execute_tool, ambit.mcp.client, ambit.mcp.server.
const AmbitDecisionEnforcedKey = attribute.Key("ambit.decision.enforced")

// AmbitDecisionEnforced returns "ambit.decision.enforced" with value v.
func AmbitDecisionEnforced(v bool) attribute.KeyValue { return AmbitDecisionEnforcedKey.Bool(v) }

// AmbitDecisionGrantKey is "ambit.decision.grant". The grant that covers the call, or the one that
// would if its condition held.
//
// Type: string. Stability: development. Example: "run-tests".
//
// Required on metric ambit.grant.uses.
//
// Recommended on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client, ambit.mcp.server.
const AmbitDecisionGrantKey = attribute.Key("ambit.decision.grant")

// AmbitDecisionGrant returns "ambit.decision.grant" with value v.
func AmbitDecisionGrant(v string) attribute.KeyValue { return AmbitDecisionGrantKey.String(v) }

// AmbitDecisionNearestKey is "ambit.decision.nearest". The grant that came closest to a call that
// none covers, and the one condition that failed. No content of the call.
//
// Type: string. Stability: development. Example: "grant run-tests names no addresses".
//
// Recommended on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client, ambit.mcp.server.
const AmbitDecisionNearestKey = attribute.Key("ambit.decision.nearest")

// AmbitDecisionNearest returns "ambit.decision.nearest" with value v.
func AmbitDecisionNearest(v string) attribute.KeyValue { return AmbitDecisionNearestKey.String(v) }

// AmbitDecisionOutcomeKey is "ambit.decision.outcome". What took effect for the call.
//
// What policy said where it was only observed is ambit.decision.would.
//
// Type: enum, closed. Stability: development. Example: "deny".
//
// Required on spans ambit.execute_tool, ambit.refuse_tool; event ambit.boundary.crossed; metrics
// ambit.check.duration, ambit.decision.flips, ambit.decisions.
//
// Conditionally required on spans ambit.mcp.client, ambit.mcp.server.
const AmbitDecisionOutcomeKey = attribute.Key("ambit.decision.outcome")

// Values of [AmbitDecisionOutcomeKey].
var (
	// AmbitDecisionOutcomeAllow is "allow". The call may run.
	AmbitDecisionOutcomeAllow = AmbitDecisionOutcomeKey.String("allow")
	// AmbitDecisionOutcomeDeny is "deny". The call may not run.
	AmbitDecisionOutcomeDeny = AmbitDecisionOutcomeKey.String("deny")
	// AmbitDecisionOutcomeRequireApproval is "require_approval". A person must agree first, and nobody
	// has.
	AmbitDecisionOutcomeRequireApproval = AmbitDecisionOutcomeKey.String("require_approval")
	// AmbitDecisionOutcomeNotEvaluated is "not_evaluated". Nothing had a say, and the call ran.
	AmbitDecisionOutcomeNotEvaluated = AmbitDecisionOutcomeKey.String("not_evaluated")
)

// AmbitDecisionOutcome returns "ambit.decision.outcome" with value v.
func AmbitDecisionOutcome(v string) attribute.KeyValue { return AmbitDecisionOutcomeKey.String(v) }

// AmbitDecisionReasonKey is "ambit.decision.reason". Why, as a code of low cardinality.
//
// Type: enum, closed. Stability: development. Example: "no_grant".
//
// Required on span ambit.refuse_tool.
//
// Conditionally required on spans ambit.execute_tool, ambit.mcp.client, ambit.mcp.server.
//
// Recommended on event ambit.boundary.crossed.
const AmbitDecisionReasonKey = attribute.Key("ambit.decision.reason")

// Values of [AmbitDecisionReasonKey].
var (
	// AmbitDecisionReasonGranted is "granted". A grant covers every effect.
	AmbitDecisionReasonGranted = AmbitDecisionReasonKey.String("granted")
	// AmbitDecisionReasonNoGrant is "no_grant". No grant covers an effect.
	AmbitDecisionReasonNoGrant = AmbitDecisionReasonKey.String("no_grant")
	// AmbitDecisionReasonDeniedByRule is "denied_by_rule". A rule denies it.
	AmbitDecisionReasonDeniedByRule = AmbitDecisionReasonKey.String("denied_by_rule")
	// AmbitDecisionReasonApprovalRequiredByRule is "approval_required_by_rule". A rule asks for
	// approval.
	AmbitDecisionReasonApprovalRequiredByRule = AmbitDecisionReasonKey.String("approval_required_by_rule")
	// AmbitDecisionReasonUnmatched is "unmatched". The answer for what no grant or rule matches.
	AmbitDecisionReasonUnmatched = AmbitDecisionReasonKey.String("unmatched")
	// AmbitDecisionReasonUnknownEffect is "unknown_effect". An effect cannot be told.
	AmbitDecisionReasonUnknownEffect = AmbitDecisionReasonKey.String("unknown_effect")
	// AmbitDecisionReasonSecret is "secret". It would touch a secret.
	AmbitDecisionReasonSecret = AmbitDecisionReasonKey.String("secret")
	// AmbitDecisionReasonIdentitySwitch is "identity_switch". It would switch identity.
	AmbitDecisionReasonIdentitySwitch = AmbitDecisionReasonKey.String("identity_switch")
	// AmbitDecisionReasonSequence is "sequence". It may not follow what went before.
	AmbitDecisionReasonSequence = AmbitDecisionReasonKey.String("sequence")
	// AmbitDecisionReasonBudgetExhausted is "budget_exhausted". A budget or a number of uses is spent.
	AmbitDecisionReasonBudgetExhausted = AmbitDecisionReasonKey.String("budget_exhausted")
	// AmbitDecisionReasonExpired is "expired". The grant or the task has ended.
	AmbitDecisionReasonExpired = AmbitDecisionReasonKey.String("expired")
	// AmbitDecisionReasonSuspended is "suspended". The session is suspended.
	AmbitDecisionReasonSuspended = AmbitDecisionReasonKey.String("suspended")
	// AmbitDecisionReasonPrivileged is "privileged". The session is privileged and may not be.
	AmbitDecisionReasonPrivileged = AmbitDecisionReasonKey.String("privileged")
	// AmbitDecisionReasonGovernanceTamper is "governance_tamper". It would change policy, hooks,
	// settings or state.
	AmbitDecisionReasonGovernanceTamper = AmbitDecisionReasonKey.String("governance_tamper")
	// AmbitDecisionReasonToolDrift is "tool_drift". The tool's definition is not the pinned one.
	AmbitDecisionReasonToolDrift = AmbitDecisionReasonKey.String("tool_drift")
	// AmbitDecisionReasonIntent is "intent". The intent is not one the task allows.
	AmbitDecisionReasonIntent = AmbitDecisionReasonKey.String("intent")
	// AmbitDecisionReasonDrift is "drift". The session drifted from its task.
	AmbitDecisionReasonDrift = AmbitDecisionReasonKey.String("drift")
	// AmbitDecisionReasonRuleOfTwo is "rule_of_two". Untrusted input, sensitive access and change in
	// one session.
	AmbitDecisionReasonRuleOfTwo = AmbitDecisionReasonKey.String("rule_of_two")
	// AmbitDecisionReasonNoSession is "no_session". The call has no session.
	AmbitDecisionReasonNoSession = AmbitDecisionReasonKey.String("no_session")
	// AmbitDecisionReasonEvictedHistory is "evicted_history". The history a rule needs was evicted.
	AmbitDecisionReasonEvictedHistory = AmbitDecisionReasonKey.String("evicted_history")
	// AmbitDecisionReasonCheckerError is "checker_error". A checker failed.
	AmbitDecisionReasonCheckerError = AmbitDecisionReasonKey.String("checker_error")
	// AmbitDecisionReasonCheckerPanic is "checker_panic". A checker panicked.
	AmbitDecisionReasonCheckerPanic = AmbitDecisionReasonKey.String("checker_panic")
	// AmbitDecisionReasonCheckerTimeout is "checker_timeout". A checker was too late.
	AmbitDecisionReasonCheckerTimeout = AmbitDecisionReasonKey.String("checker_timeout")
	// AmbitDecisionReasonApprovalDeclined is "approval_declined". A person said no.
	AmbitDecisionReasonApprovalDeclined = AmbitDecisionReasonKey.String("approval_declined")
	// AmbitDecisionReasonApprovalTimeout is "approval_timeout". Nobody answered in time.
	AmbitDecisionReasonApprovalTimeout = AmbitDecisionReasonKey.String("approval_timeout")
	// AmbitDecisionReasonApprovalUnavailable is "approval_unavailable". There is nobody to ask.
	AmbitDecisionReasonApprovalUnavailable = AmbitDecisionReasonKey.String("approval_unavailable")
	// AmbitDecisionReasonApproved is "approved". A person said yes.
	AmbitDecisionReasonApproved = AmbitDecisionReasonKey.String("approved")
	// AmbitDecisionReasonApprovalInferred is "approval_inferred". The agent asked its user and the call
	// ran, so somebody agreed.
	AmbitDecisionReasonApprovalInferred = AmbitDecisionReasonKey.String("approval_inferred")
	// AmbitDecisionReasonApprovalUnanswered is "approval_unanswered". The agent asked its user and the
	// call did not run.
	AmbitDecisionReasonApprovalUnanswered = AmbitDecisionReasonKey.String("approval_unanswered")
	// AmbitDecisionReasonNotEvaluated is "not_evaluated". No checker had a vote.
	AmbitDecisionReasonNotEvaluated = AmbitDecisionReasonKey.String("not_evaluated")
	// AmbitDecisionReasonOwnerMissing is "owner_missing". The policy needs an owner and the session has
	// none.
	AmbitDecisionReasonOwnerMissing = AmbitDecisionReasonKey.String("owner_missing")
	// AmbitDecisionReasonMisconfigured is "misconfigured". The tracer or the policy could not be set
	// up.
	AmbitDecisionReasonMisconfigured = AmbitDecisionReasonKey.String("misconfigured")
	// AmbitDecisionReasonChecker is "checker". A plain checker says so.
	AmbitDecisionReasonChecker = AmbitDecisionReasonKey.String("checker")
)

// AmbitDecisionReason returns "ambit.decision.reason" with value v.
func AmbitDecisionReason(v string) attribute.KeyValue { return AmbitDecisionReasonKey.String(v) }

// AmbitDecisionSourceKey is "ambit.decision.source". Who decided.
//
// Type: enum, closed. Stability: development. Example: "policy".
//
// Conditionally required on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client,
// ambit.mcp.server.
const AmbitDecisionSourceKey = attribute.Key("ambit.decision.source")

// Values of [AmbitDecisionSourceKey].
var (
	// AmbitDecisionSourcePolicy is "policy". A policy file.
	AmbitDecisionSourcePolicy = AmbitDecisionSourceKey.String("policy")
	// AmbitDecisionSourceChecker is "checker". A checker that is code.
	AmbitDecisionSourceChecker = AmbitDecisionSourceKey.String("checker")
	// AmbitDecisionSourceHuman is "human". A person who was asked.
	AmbitDecisionSourceHuman = AmbitDecisionSourceKey.String("human")
	// AmbitDecisionSourceDefault is "default". Nobody: the rule for what nothing covers.
	AmbitDecisionSourceDefault = AmbitDecisionSourceKey.String("default")
)

// AmbitDecisionSource returns "ambit.decision.source" with value v.
func AmbitDecisionSource(v string) attribute.KeyValue { return AmbitDecisionSourceKey.String(v) }

// AmbitDecisionWouldKey is "ambit.decision.would". What an observed policy or a shadowed checker
// would have decided.
//
// Only there when it differs from what took effect.
//
// Type: enum, closed. Stability: development. Example: "deny".
//
// Required on metric ambit.decision.flips.
//
// Conditionally required on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client,
// ambit.mcp.server.
const AmbitDecisionWouldKey = attribute.Key("ambit.decision.would")

// Values of [AmbitDecisionWouldKey].
var (
	// AmbitDecisionWouldAllow is "allow". It would have been allowed.
	AmbitDecisionWouldAllow = AmbitDecisionWouldKey.String("allow")
	// AmbitDecisionWouldDeny is "deny". It would have been denied.
	AmbitDecisionWouldDeny = AmbitDecisionWouldKey.String("deny")
	// AmbitDecisionWouldRequireApproval is "require_approval". It would have needed approval.
	AmbitDecisionWouldRequireApproval = AmbitDecisionWouldKey.String("require_approval")
)

// AmbitDecisionWould returns "ambit.decision.would" with value v.
func AmbitDecisionWould(v string) attribute.KeyValue { return AmbitDecisionWouldKey.String(v) }

// AmbitDelegationDepthKey is "ambit.delegation.depth". Actors between the owner and the credential
// used, 0 when the owner acts.
//
// Type: int. Stability: development. Example: 1.
//
// Recommended on spans ambit.invoke_agent, ambit.chat, ambit.execute_tool, ambit.refuse_tool,
// ambit.mcp.client, ambit.mcp.server, ambit.session; event ambit.identity.used.
const AmbitDelegationDepthKey = attribute.Key("ambit.delegation.depth")

// AmbitDelegationDepth returns "ambit.delegation.depth" with value v.
func AmbitDelegationDepth(v int) attribute.KeyValue { return AmbitDelegationDepthKey.Int(v) }

// AmbitEffectAccessKey is "ambit.effect.access". The strongest access among the call's effects; the
// values are listed from the mildest to the strongest.
//
// Type: enum, closed, ordered. Stability: development. Example: "write".
//
// Recommended on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client, ambit.mcp.server;
// event ambit.boundary.crossed.
const AmbitEffectAccessKey = attribute.Key("ambit.effect.access")

// Values of [AmbitEffectAccessKey].
var (
	// AmbitEffectAccessUnknown is "unknown". Nobody can tell.
	AmbitEffectAccessUnknown = AmbitEffectAccessKey.String("unknown")
	// AmbitEffectAccessRead is "read". It looks at something.
	AmbitEffectAccessRead = AmbitEffectAccessKey.String("read")
	// AmbitEffectAccessConnect is "connect". It reaches something over a network.
	AmbitEffectAccessConnect = AmbitEffectAccessKey.String("connect")
	// AmbitEffectAccessWrite is "write". It creates or changes something.
	AmbitEffectAccessWrite = AmbitEffectAccessKey.String("write")
	// AmbitEffectAccessDelete is "delete". It removes something.
	AmbitEffectAccessDelete = AmbitEffectAccessKey.String("delete")
	// AmbitEffectAccessExec is "exec". It runs something, or changes what something else will run.
	AmbitEffectAccessExec = AmbitEffectAccessKey.String("exec")
	// AmbitEffectAccessGrant is "grant". It changes who may do what, or takes on rights.
	AmbitEffectAccessGrant = AmbitEffectAccessKey.String("grant")
)

// AmbitEffectAccess returns "ambit.effect.access" with value v.
func AmbitEffectAccess(v string) attribute.KeyValue { return AmbitEffectAccessKey.String(v) }

// AmbitEffectCertaintyKey is "ambit.effect.certainty". The lowest certainty among the call's
// effects; the values are listed from the lowest to the highest.
//
// Type: enum, closed, ordered. Stability: development. Example: "exact".
//
// Recommended on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client, ambit.mcp.server;
// event ambit.boundary.crossed.
const AmbitEffectCertaintyKey = attribute.Key("ambit.effect.certainty")

// Values of [AmbitEffectCertaintyKey].
var (
	// AmbitEffectCertaintyUnknown is "unknown". The target cannot be told.
	AmbitEffectCertaintyUnknown = AmbitEffectCertaintyKey.String("unknown")
	// AmbitEffectCertaintyPrefix is "prefix". The beginning of the target is known, the rest is decided
	// at run time.
	AmbitEffectCertaintyPrefix = AmbitEffectCertaintyKey.String("prefix")
	// AmbitEffectCertaintyExact is "exact". The whole target is known.
	AmbitEffectCertaintyExact = AmbitEffectCertaintyKey.String("exact")
)

// AmbitEffectCertainty returns "ambit.effect.certainty" with value v.
func AmbitEffectCertainty(v string) attribute.KeyValue { return AmbitEffectCertaintyKey.String(v) }

// AmbitEffectCountKey is "ambit.effect.count". Effects that the analysis found in the call.
//
// Type: int. Stability: development. Example: 3.
//
// Recommended on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client, ambit.mcp.server.
const AmbitEffectCountKey = attribute.Key("ambit.effect.count")

// AmbitEffectCount returns "ambit.effect.count" with value v.
func AmbitEffectCount(v int) attribute.KeyValue { return AmbitEffectCountKey.Int(v) }

// AmbitIdentityAssuranceKey is "ambit.identity.assurance". How well it is founded who acts; the
// values are listed from the weakest to the strongest.
//
// Type: enum, closed, ordered. Stability: development. Example: "attested".
//
// Conditionally required on spans ambit.invoke_agent, ambit.chat, ambit.execute_tool,
// ambit.refuse_tool, ambit.mcp.client, ambit.mcp.server, ambit.session.
//
// Recommended on events ambit.identity.switched, ambit.identity.used.
const AmbitIdentityAssuranceKey = attribute.Key("ambit.identity.assurance")

// Values of [AmbitIdentityAssuranceKey].
var (
	// AmbitIdentityAssuranceNone is "none". Nothing is known.
	AmbitIdentityAssuranceNone = AmbitIdentityAssuranceKey.String("none")
	// AmbitIdentityAssuranceAsserted is "asserted". The program says so.
	AmbitIdentityAssuranceAsserted = AmbitIdentityAssuranceKey.String("asserted")
	// AmbitIdentityAssuranceParsed is "parsed". Read from a credential that nobody verified.
	AmbitIdentityAssuranceParsed = AmbitIdentityAssuranceKey.String("parsed")
	// AmbitIdentityAssuranceVerified is "verified". Signature, issuer, audience and time were verified.
	AmbitIdentityAssuranceVerified = AmbitIdentityAssuranceKey.String("verified")
	// AmbitIdentityAssuranceAttested is "attested". Vouched for by the platform (SVID, mTLS, workload
	// API).
	AmbitIdentityAssuranceAttested = AmbitIdentityAssuranceKey.String("attested")
)

// AmbitIdentityAssurance returns "ambit.identity.assurance" with value v.
func AmbitIdentityAssurance(v string) attribute.KeyValue { return AmbitIdentityAssuranceKey.String(v) }

// AmbitIdentityIDKey is "ambit.identity.id". The non-human identity that acts, stable over its
// runs.
//
// Type: string. Stability: development. Example: "agent:triage".
//
// Conditionally required on spans ambit.invoke_agent, ambit.chat, ambit.execute_tool,
// ambit.refuse_tool, ambit.mcp.client, ambit.mcp.server, ambit.session.
//
// Recommended on events ambit.identity.switched, ambit.identity.used.
//
// Privacy: May name a person where an agent acts with a person's account; hashed then in privacy
// mode.
const AmbitIdentityIDKey = attribute.Key("ambit.identity.id")

// AmbitIdentityID returns "ambit.identity.id" with value v.
func AmbitIdentityID(v string) attribute.KeyValue { return AmbitIdentityIDKey.String(v) }

// AmbitIdentityIssuerKey is "ambit.identity.issuer". Who issued the acting identity; with the id it
// makes the stable name of the principal.
//
// Type: string. Stability: development. Example: "https://idp.example.com".
//
// Recommended on spans ambit.invoke_agent, ambit.chat, ambit.execute_tool, ambit.refuse_tool,
// ambit.mcp.client, ambit.mcp.server, ambit.session; event ambit.identity.used.
const AmbitIdentityIssuerKey = attribute.Key("ambit.identity.issuer")

// AmbitIdentityIssuer returns "ambit.identity.issuer" with value v.
func AmbitIdentityIssuer(v string) attribute.KeyValue { return AmbitIdentityIssuerKey.String(v) }

// AmbitIdentityKindKey is "ambit.identity.kind". What kind of principal acts.
//
// Type: enum, closed. Stability: development. Example: "agent".
//
// Conditionally required on spans ambit.invoke_agent, ambit.chat, ambit.execute_tool,
// ambit.refuse_tool, ambit.mcp.client, ambit.mcp.server, ambit.session.
//
// Recommended on event ambit.identity.used.
const AmbitIdentityKindKey = attribute.Key("ambit.identity.kind")

// Values of [AmbitIdentityKindKey].
var (
	// AmbitIdentityKindUnknown is "unknown". Nobody can tell.
	AmbitIdentityKindUnknown = AmbitIdentityKindKey.String("unknown")
	// AmbitIdentityKindHuman is "human". A person.
	AmbitIdentityKindHuman = AmbitIdentityKindKey.String("human")
	// AmbitIdentityKindAgent is "agent". An AI agent.
	AmbitIdentityKindAgent = AmbitIdentityKindKey.String("agent")
	// AmbitIdentityKindWorkload is "workload". A program, such as a job or a pod.
	AmbitIdentityKindWorkload = AmbitIdentityKindKey.String("workload")
	// AmbitIdentityKindService is "service". A service account or OAuth client.
	AmbitIdentityKindService = AmbitIdentityKindKey.String("service")
	// AmbitIdentityKindDevice is "device". A device.
	AmbitIdentityKindDevice = AmbitIdentityKindKey.String("device")
)

// AmbitIdentityKind returns "ambit.identity.kind" with value v.
func AmbitIdentityKind(v string) attribute.KeyValue { return AmbitIdentityKindKey.String(v) }

// AmbitIdentityPreviousIDKey is "ambit.identity.previous.id". The identity the session acted as
// before the switch.
//
// Type: string. Stability: development. Example: "agent:triage".
//
// Recommended on event ambit.identity.switched.
//
// Privacy: As ambit.identity.id.
const AmbitIdentityPreviousIDKey = attribute.Key("ambit.identity.previous.id")

// AmbitIdentityPreviousID returns "ambit.identity.previous.id" with value v.
func AmbitIdentityPreviousID(v string) attribute.KeyValue {
	return AmbitIdentityPreviousIDKey.String(v)
}

// AmbitIdentitySwitchKindKey is "ambit.identity.switch.kind". How a use departed from the session's
// identity baseline.
//
// Where several departures meet, the first of this list.
//
// Type: enum, closed. Stability: development. Example: "subject_changed".
//
// Required on event ambit.identity.switched; metric ambit.identity.switches.
//
// Conditionally required on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client,
// ambit.mcp.server.
const AmbitIdentitySwitchKindKey = attribute.Key("ambit.identity.switch.kind")

// Values of [AmbitIdentitySwitchKindKey].
var (
	// AmbitIdentitySwitchKindSubjectChanged is "subject_changed". Somebody else is acted as.
	AmbitIdentitySwitchKindSubjectChanged = AmbitIdentitySwitchKindKey.String("subject_changed")
	// AmbitIdentitySwitchKindActorChanged is "actor_changed". Somebody else acts.
	AmbitIdentitySwitchKindActorChanged = AmbitIdentitySwitchKindKey.String("actor_changed")
	// AmbitIdentitySwitchKindCredentialChanged is "credential_changed". The same subject with a
	// credential of another kind or key; a rotation is none.
	AmbitIdentitySwitchKindCredentialChanged = AmbitIdentitySwitchKindKey.String("credential_changed")
	// AmbitIdentitySwitchKindTenantChanged is "tenant_changed". Another account, tenant or project.
	AmbitIdentitySwitchKindTenantChanged = AmbitIdentitySwitchKindKey.String("tenant_changed")
	// AmbitIdentitySwitchKindScopeRaised is "scope_raised". Scopes that the baseline did not have.
	AmbitIdentitySwitchKindScopeRaised = AmbitIdentitySwitchKindKey.String("scope_raised")
	// AmbitIdentitySwitchKindAssuranceLowered is "assurance_lowered". A less sure identity than the
	// baseline.
	AmbitIdentitySwitchKindAssuranceLowered = AmbitIdentitySwitchKindKey.String("assurance_lowered")
	// AmbitIdentitySwitchKindDelegationDropped is "delegation_dropped". The chain became shorter or
	// lost its owner.
	AmbitIdentitySwitchKindDelegationDropped = AmbitIdentitySwitchKindKey.String("delegation_dropped")
	// AmbitIdentitySwitchKindDelegationSpliced is "delegation_spliced". A pair of hops that no token of
	// this session held.
	AmbitIdentitySwitchKindDelegationSpliced = AmbitIdentitySwitchKindKey.String("delegation_spliced")
	// AmbitIdentitySwitchKindHumanCredentialUsed is "human_credential_used". An agent used a person's
	// credential.
	AmbitIdentitySwitchKindHumanCredentialUsed = AmbitIdentitySwitchKindKey.String("human_credential_used")
	// AmbitIdentitySwitchKindLongLivedUsed is "long_lived_used". A credential without an end or with a
	// far one.
	AmbitIdentitySwitchKindLongLivedUsed = AmbitIdentitySwitchKindKey.String("long_lived_used")
	// AmbitIdentitySwitchKindSharedCredential is "shared_credential". The same credential in the hands
	// of two agents.
	AmbitIdentitySwitchKindSharedCredential = AmbitIdentitySwitchKindKey.String("shared_credential")
	// AmbitIdentitySwitchKindExpired is "expired". A credential past its end.
	AmbitIdentitySwitchKindExpired = AmbitIdentitySwitchKindKey.String("expired")
	// AmbitIdentitySwitchKindAudienceMismatch is "audience_mismatch". A credential sent to whom it was
	// not issued for.
	AmbitIdentitySwitchKindAudienceMismatch = AmbitIdentitySwitchKindKey.String("audience_mismatch")
)

// AmbitIdentitySwitchKind returns "ambit.identity.switch.kind" with value v.
func AmbitIdentitySwitchKind(v string) attribute.KeyValue {
	return AmbitIdentitySwitchKindKey.String(v)
}

// AmbitIntentAnomalousKey is "ambit.intent.anomalous". The label is one that no honest task has.
//
// Type: boolean. Stability: development. Example: false.
//
// Recommended on spans ambit.invoke_agent, ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client,
// ambit.mcp.server, ambit.session; event ambit.intent.changed.
const AmbitIntentAnomalousKey = attribute.Key("ambit.intent.anomalous")

// AmbitIntentAnomalous returns "ambit.intent.anomalous" with value v.
func AmbitIntentAnomalous(v bool) attribute.KeyValue { return AmbitIntentAnomalousKey.Bool(v) }

// AmbitIntentDriftKey is "ambit.intent.drift". How far the actions departed from the task's
// intents, from 0 to 1.
//
// Type: double. Stability: development. Example: 0.7.
//
// Required on event ambit.intent.drifted.
//
// Recommended on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client, ambit.mcp.server.
const AmbitIntentDriftKey = attribute.Key("ambit.intent.drift")

// AmbitIntentDrift returns "ambit.intent.drift" with value v.
func AmbitIntentDrift(v float64) attribute.KeyValue { return AmbitIntentDriftKey.Float64(v) }

// AmbitIntentLabelKey is "ambit.intent.label". What the actions so far seem to be after; a
// classifier of one's own may name others.
//
// Type: enum, open. Stability: development. Example: "debug".
//
// Required on events ambit.intent.changed, ambit.intent.drifted.
//
// Recommended on spans ambit.invoke_agent, ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client,
// ambit.mcp.server, ambit.session.
const AmbitIntentLabelKey = attribute.Key("ambit.intent.label")

// Values of [AmbitIntentLabelKey].
var (
	// AmbitIntentLabelRefactor is "refactor". Changing the shape of code and not what it does.
	AmbitIntentLabelRefactor = AmbitIntentLabelKey.String("refactor")
	// AmbitIntentLabelDebug is "debug". Finding and mending a fault.
	AmbitIntentLabelDebug = AmbitIntentLabelKey.String("debug")
	// AmbitIntentLabelExplore is "explore". Reading to understand.
	AmbitIntentLabelExplore = AmbitIntentLabelKey.String("explore")
	// AmbitIntentLabelTest is "test". Running or writing tests.
	AmbitIntentLabelTest = AmbitIntentLabelKey.String("test")
	// AmbitIntentLabelBuild is "build". Building.
	AmbitIntentLabelBuild = AmbitIntentLabelKey.String("build")
	// AmbitIntentLabelDependency is "dependency". Adding or changing dependencies.
	AmbitIntentLabelDependency = AmbitIntentLabelKey.String("dependency")
	// AmbitIntentLabelDocs is "docs". Writing documentation.
	AmbitIntentLabelDocs = AmbitIntentLabelKey.String("docs")
	// AmbitIntentLabelFeature is "feature". Adding what was not there.
	AmbitIntentLabelFeature = AmbitIntentLabelKey.String("feature")
	// AmbitIntentLabelReview is "review". Reviewing changes.
	AmbitIntentLabelReview = AmbitIntentLabelKey.String("review")
	// AmbitIntentLabelDeploy is "deploy". Bringing software to where it runs.
	AmbitIntentLabelDeploy = AmbitIntentLabelKey.String("deploy")
	// AmbitIntentLabelDataAnalysis is "data_analysis". Analysing data.
	AmbitIntentLabelDataAnalysis = AmbitIntentLabelKey.String("data_analysis")
	// AmbitIntentLabelConfig is "config". Changing configuration.
	AmbitIntentLabelConfig = AmbitIntentLabelKey.String("config")
	// AmbitIntentLabelVCS is "vcs". Commits, pushes and pull requests.
	AmbitIntentLabelVCS = AmbitIntentLabelKey.String("vcs")
	// AmbitIntentLabelSecretHarvesting is "secret_harvesting". Anomalous: gathering secrets.
	AmbitIntentLabelSecretHarvesting = AmbitIntentLabelKey.String("secret_harvesting")
	// AmbitIntentLabelReconnaissance is "reconnaissance". Anomalous: finding out what can be reached.
	AmbitIntentLabelReconnaissance = AmbitIntentLabelKey.String("reconnaissance")
	// AmbitIntentLabelExfiltration is "exfiltration". Anomalous: sending data out.
	AmbitIntentLabelExfiltration = AmbitIntentLabelKey.String("exfiltration")
	// AmbitIntentLabelPrivilegeEscalation is "privilege_escalation". Anomalous: gaining rights.
	AmbitIntentLabelPrivilegeEscalation = AmbitIntentLabelKey.String("privilege_escalation")
	// AmbitIntentLabelPersistence is "persistence". Anomalous: staying.
	AmbitIntentLabelPersistence = AmbitIntentLabelKey.String("persistence")
	// AmbitIntentLabelDestruction is "destruction". Anomalous: destroying.
	AmbitIntentLabelDestruction = AmbitIntentLabelKey.String("destruction")
	// AmbitIntentLabelDefenseEvasion is "defense_evasion". Anomalous: hiding from those who watch.
	AmbitIntentLabelDefenseEvasion = AmbitIntentLabelKey.String("defense_evasion")
	// AmbitIntentLabelLateralMovement is "lateral_movement". Anomalous: moving on to other systems.
	AmbitIntentLabelLateralMovement = AmbitIntentLabelKey.String("lateral_movement")
	// AmbitIntentLabelForeignCode is "foreign_code". Anomalous: running code from elsewhere, or opening
	// a channel to be commanded through.
	AmbitIntentLabelForeignCode = AmbitIntentLabelKey.String("foreign_code")
	// AmbitIntentLabelInjection is "injection". Anomalous: following instructions in content.
	AmbitIntentLabelInjection = AmbitIntentLabelKey.String("injection")
	// AmbitIntentLabelUnknown is "unknown". The classifier would have to guess.
	AmbitIntentLabelUnknown = AmbitIntentLabelKey.String("unknown")
)

// AmbitIntentLabel returns "ambit.intent.label" with value v.
func AmbitIntentLabel(v string) attribute.KeyValue { return AmbitIntentLabelKey.String(v) }

// AmbitIntentPreviousLabelKey is "ambit.intent.previous_label". The label before the change.
//
// Type: string. Stability: development. Example: "explore".
//
// Conditionally required on event ambit.intent.changed.
const AmbitIntentPreviousLabelKey = attribute.Key("ambit.intent.previous_label")

// AmbitIntentPreviousLabel returns "ambit.intent.previous_label" with value v.
func AmbitIntentPreviousLabel(v string) attribute.KeyValue {
	return AmbitIntentPreviousLabelKey.String(v)
}

// AmbitIntentScoreKey is "ambit.intent.score". How sure the label is, from 0 to 1.
//
// Type: double. Stability: development. Example: 0.82.
//
// Recommended on spans ambit.invoke_agent, ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client,
// ambit.mcp.server, ambit.session; events ambit.intent.changed, ambit.intent.drifted.
const AmbitIntentScoreKey = attribute.Key("ambit.intent.score")

// AmbitIntentScore returns "ambit.intent.score" with value v.
func AmbitIntentScore(v float64) attribute.KeyValue { return AmbitIntentScoreKey.Float64(v) }

// AmbitMCPInputRequiredKey is "ambit.mcp.input_required". The answer to an MCP request asks for
// input, and the request will come again.
//
// One call of a client is several requests then, a server's span each: all but the last have this.
//
// Type: boolean. Stability: development. Example: true.
//
// Conditionally required on spans ambit.mcp.client, ambit.mcp.server.
const AmbitMCPInputRequiredKey = attribute.Key("ambit.mcp.input_required")

// AmbitMCPInputRequired returns "ambit.mcp.input_required" with value v.
func AmbitMCPInputRequired(v bool) attribute.KeyValue { return AmbitMCPInputRequiredKey.Bool(v) }

// AmbitOwnerAssuranceKey is "ambit.owner.assurance". How well it is founded who the owner is; the
// values are listed from the weakest to the strongest.
//
// Type: enum, closed, ordered. Stability: development. Example: "verified".
//
// Conditionally required on spans ambit.invoke_agent, ambit.chat, ambit.execute_tool,
// ambit.refuse_tool, ambit.mcp.client, ambit.mcp.server, ambit.session.
const AmbitOwnerAssuranceKey = attribute.Key("ambit.owner.assurance")

// Values of [AmbitOwnerAssuranceKey].
var (
	// AmbitOwnerAssuranceNone is "none". Nothing is known.
	AmbitOwnerAssuranceNone = AmbitOwnerAssuranceKey.String("none")
	// AmbitOwnerAssuranceAsserted is "asserted". The program says so.
	AmbitOwnerAssuranceAsserted = AmbitOwnerAssuranceKey.String("asserted")
	// AmbitOwnerAssuranceParsed is "parsed". Read from a credential that nobody verified.
	AmbitOwnerAssuranceParsed = AmbitOwnerAssuranceKey.String("parsed")
	// AmbitOwnerAssuranceVerified is "verified". Signature, issuer, audience and time were verified.
	AmbitOwnerAssuranceVerified = AmbitOwnerAssuranceKey.String("verified")
	// AmbitOwnerAssuranceAttested is "attested". Vouched for by the platform (SVID, mTLS, workload
	// API).
	AmbitOwnerAssuranceAttested = AmbitOwnerAssuranceKey.String("attested")
)

// AmbitOwnerAssurance returns "ambit.owner.assurance" with value v.
func AmbitOwnerAssurance(v string) attribute.KeyValue { return AmbitOwnerAssuranceKey.String(v) }

// AmbitOwnerIDKey is "ambit.owner.id". The principal accountable for the session.
//
// In privacy mode the keyed hash of the id.
//
// Type: string. Stability: development. Example: "ada@example.com".
//
// Conditionally required on spans ambit.invoke_agent, ambit.chat, ambit.execute_tool,
// ambit.refuse_tool, ambit.mcp.client, ambit.mcp.server, ambit.session.
//
// Privacy: Names a person; hashed with a key in privacy mode.
const AmbitOwnerIDKey = attribute.Key("ambit.owner.id")

// AmbitOwnerID returns "ambit.owner.id" with value v.
func AmbitOwnerID(v string) attribute.KeyValue { return AmbitOwnerIDKey.String(v) }

// AmbitOwnerKindKey is "ambit.owner.kind". What kind of principal the owner is.
//
// Type: enum, closed. Stability: development. Example: "human".
//
// Conditionally required on spans ambit.invoke_agent, ambit.chat, ambit.execute_tool,
// ambit.refuse_tool, ambit.mcp.client, ambit.mcp.server, ambit.session.
const AmbitOwnerKindKey = attribute.Key("ambit.owner.kind")

// Values of [AmbitOwnerKindKey].
var (
	// AmbitOwnerKindUnknown is "unknown". Nobody can tell.
	AmbitOwnerKindUnknown = AmbitOwnerKindKey.String("unknown")
	// AmbitOwnerKindHuman is "human". A person.
	AmbitOwnerKindHuman = AmbitOwnerKindKey.String("human")
	// AmbitOwnerKindAgent is "agent". An AI agent.
	AmbitOwnerKindAgent = AmbitOwnerKindKey.String("agent")
	// AmbitOwnerKindWorkload is "workload". A program, such as a job or a pod.
	AmbitOwnerKindWorkload = AmbitOwnerKindKey.String("workload")
	// AmbitOwnerKindService is "service". A service account or OAuth client.
	AmbitOwnerKindService = AmbitOwnerKindKey.String("service")
	// AmbitOwnerKindDevice is "device". A device.
	AmbitOwnerKindDevice = AmbitOwnerKindKey.String("device")
)

// AmbitOwnerKind returns "ambit.owner.kind" with value v.
func AmbitOwnerKind(v string) attribute.KeyValue { return AmbitOwnerKindKey.String(v) }

// AmbitOwnerMissingKey is "ambit.owner.missing". The session has no owner.
//
// A positive indicator only; it is there because some backends cannot search for an absent
// attribute.
//
// Type: boolean. Stability: development. Example: true.
//
// Conditionally required on spans ambit.invoke_agent, ambit.chat, ambit.execute_tool,
// ambit.refuse_tool, ambit.mcp.client, ambit.mcp.server, ambit.session.
const AmbitOwnerMissingKey = attribute.Key("ambit.owner.missing")

// AmbitOwnerMissing returns "ambit.owner.missing" with value v.
func AmbitOwnerMissing(v bool) attribute.KeyValue { return AmbitOwnerMissingKey.Bool(v) }

// AmbitPolicyHashKey is "ambit.policy.hash". Canonical hash of the policy that decided.
//
// Type: string. Stability: development. Example: "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e".
//
// Conditionally required on spans ambit.invoke_agent, ambit.chat, ambit.execute_tool,
// ambit.refuse_tool, ambit.mcp.client, ambit.mcp.server, ambit.session.
const AmbitPolicyHashKey = attribute.Key("ambit.policy.hash")

// AmbitPolicyHash returns "ambit.policy.hash" with value v.
func AmbitPolicyHash(v string) attribute.KeyValue { return AmbitPolicyHashKey.String(v) }

// AmbitPolicyIDKey is "ambit.policy.id". The policy that scopes the session.
//
// Type: string. Stability: development. Example: "payments-rounding".
//
// Conditionally required on spans ambit.invoke_agent, ambit.chat, ambit.execute_tool,
// ambit.refuse_tool, ambit.mcp.client, ambit.mcp.server, ambit.session.
const AmbitPolicyIDKey = attribute.Key("ambit.policy.id")

// AmbitPolicyID returns "ambit.policy.id" with value v.
func AmbitPolicyID(v string) attribute.KeyValue { return AmbitPolicyIDKey.String(v) }

// AmbitPromptHashKey is "ambit.prompt.hash". Keyed hash of the prompt that opened the turn.
//
// Type: string. Stability: development. Example: "b94d27b9934d3e08".
//
// Recommended on span ambit.invoke_agent.
//
// Privacy: Tells that two prompts are the same; keyed, so that short prompts cannot be guessed.
const AmbitPromptHashKey = attribute.Key("ambit.prompt.hash")

// AmbitPromptHash returns "ambit.prompt.hash" with value v.
func AmbitPromptHash(v string) attribute.KeyValue { return AmbitPromptHashKey.String(v) }

// AmbitSecretFoundKey is "ambit.secret.found". A secret was found in what the call says, touches or
// returns.
//
// Type: boolean. Stability: development. Example: true.
//
// Conditionally required on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client,
// ambit.mcp.server.
const AmbitSecretFoundKey = attribute.Key("ambit.secret.found")

// AmbitSecretFound returns "ambit.secret.found" with value v.
func AmbitSecretFound(v bool) attribute.KeyValue { return AmbitSecretFoundKey.Bool(v) }

// AmbitSecretKindKey is "ambit.secret.kind". What kind of secret was found; detectors name their
// own kinds.
//
// Type: string. Stability: development. Example: "github-pat".
//
// Required on event ambit.secret.accessed; metric ambit.secret.accesses.
//
// Conditionally required on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client,
// ambit.mcp.server.
const AmbitSecretKindKey = attribute.Key("ambit.secret.kind")

// AmbitSecretKind returns "ambit.secret.kind" with value v.
func AmbitSecretKind(v string) attribute.KeyValue { return AmbitSecretKindKey.String(v) }

// AmbitSecretPlaceKey is "ambit.secret.place". Where the secret was found.
//
// Type: enum, closed. Stability: development. Example: "argument".
//
// Required on event ambit.secret.accessed.
const AmbitSecretPlaceKey = attribute.Key("ambit.secret.place")

// Values of [AmbitSecretPlaceKey].
var (
	// AmbitSecretPlaceAnywhere is "anywhere". Nobody knows.
	AmbitSecretPlaceAnywhere = AmbitSecretPlaceKey.String("anywhere")
	// AmbitSecretPlaceArgument is "argument". In the arguments of the call.
	AmbitSecretPlaceArgument = AmbitSecretPlaceKey.String("argument")
	// AmbitSecretPlaceResult is "result". In what the tool returned.
	AmbitSecretPlaceResult = AmbitSecretPlaceKey.String("result")
	// AmbitSecretPlacePrompt is "prompt". In what a person wrote.
	AmbitSecretPlacePrompt = AmbitSecretPlaceKey.String("prompt")
	// AmbitSecretPlacePath is "path". In a path the call touches.
	AmbitSecretPlacePath = AmbitSecretPlaceKey.String("path")
	// AmbitSecretPlaceEnv is "env". In the name of an environment variable.
	AmbitSecretPlaceEnv = AmbitSecretPlaceKey.String("env")
	// AmbitSecretPlaceHost is "host". In a host's name or address.
	AmbitSecretPlaceHost = AmbitSecretPlaceKey.String("host")
)

// AmbitSecretPlace returns "ambit.secret.place" with value v.
func AmbitSecretPlace(v string) attribute.KeyValue { return AmbitSecretPlaceKey.String(v) }

// AmbitSessionAccountCountKey is "ambit.session.account.count". Distinct accounts, tenants and
// projects the session reached.
//
// Type: int. Stability: development. Example: 1.
//
// Recommended on span ambit.session.
const AmbitSessionAccountCountKey = attribute.Key("ambit.session.account.count")

// AmbitSessionAccountCount returns "ambit.session.account.count" with value v.
func AmbitSessionAccountCount(v int) attribute.KeyValue { return AmbitSessionAccountCountKey.Int(v) }

// AmbitSessionBlastRadiusKey is "ambit.session.blast_radius". How far the session reached, the sum
// of its distinct identities, credentials, accounts, hosts, repositories, data domains, secrets and
// places of secrets.
//
// Counters are bounded, so a very wide session shows the bound.
//
// Type: int. Stability: development. Example: 13.
//
// Required on span ambit.session.
const AmbitSessionBlastRadiusKey = attribute.Key("ambit.session.blast_radius")

// AmbitSessionBlastRadius returns "ambit.session.blast_radius" with value v.
func AmbitSessionBlastRadius(v int) attribute.KeyValue { return AmbitSessionBlastRadiusKey.Int(v) }

// AmbitSessionCallCountKey is "ambit.session.call.count". Tool calls that were tried in the
// session, refused ones included.
//
// Type: int. Stability: development. Example: 58.
//
// Required on span ambit.session.
const AmbitSessionCallCountKey = attribute.Key("ambit.session.call.count")

// AmbitSessionCallCount returns "ambit.session.call.count" with value v.
func AmbitSessionCallCount(v int) attribute.KeyValue { return AmbitSessionCallCountKey.Int(v) }

// AmbitSessionClaimedKey is "ambit.session.claimed". The session id came from a peer (baggage or a
// request) and nobody vouches for it.
//
// A positive indicator only; it is never set to false.
//
// Type: boolean. Stability: development. Example: true.
//
// Conditionally required on spans ambit.invoke_agent, ambit.chat, ambit.execute_tool,
// ambit.refuse_tool, ambit.mcp.client, ambit.mcp.server, ambit.session.
const AmbitSessionClaimedKey = attribute.Key("ambit.session.claimed")

// AmbitSessionClaimed returns "ambit.session.claimed" with value v.
func AmbitSessionClaimed(v bool) attribute.KeyValue { return AmbitSessionClaimedKey.Bool(v) }

// AmbitSessionCredentialCountKey is "ambit.session.credential.count". Distinct credentials the
// session used.
//
// Type: int. Stability: development. Example: 3.
//
// Recommended on span ambit.session.
const AmbitSessionCredentialCountKey = attribute.Key("ambit.session.credential.count")

// AmbitSessionCredentialCount returns "ambit.session.credential.count" with value v.
func AmbitSessionCredentialCount(v int) attribute.KeyValue {
	return AmbitSessionCredentialCountKey.Int(v)
}

// AmbitSessionDataDomainCountKey is "ambit.session.data_domain.count". Distinct data domains
// (databases, buckets, tables, mailboxes) the session reached.
//
// Type: int. Stability: development. Example: 2.
//
// Recommended on span ambit.session.
const AmbitSessionDataDomainCountKey = attribute.Key("ambit.session.data_domain.count")

// AmbitSessionDataDomainCount returns "ambit.session.data_domain.count" with value v.
func AmbitSessionDataDomainCount(v int) attribute.KeyValue {
	return AmbitSessionDataDomainCountKey.Int(v)
}

// AmbitSessionHostCountKey is "ambit.session.host.count". Distinct hosts the session reached.
//
// Type: int. Stability: development. Example: 4.
//
// Recommended on span ambit.session.
const AmbitSessionHostCountKey = attribute.Key("ambit.session.host.count")

// AmbitSessionHostCount returns "ambit.session.host.count" with value v.
func AmbitSessionHostCount(v int) attribute.KeyValue { return AmbitSessionHostCountKey.Int(v) }

// AmbitSessionIDKey is "ambit.session.id". The session this span belongs to, one run of an agent
// for one owner and one task.
//
// The id the application gave, or one of our making when it gave none. A made-up id stays out of
// gen_ai.conversation.id.
//
// Type: string. Stability: development. Example: "s-1".
//
// Required on span ambit.session.
//
// Conditionally required on spans ambit.invoke_agent, ambit.chat, ambit.execute_tool,
// ambit.refuse_tool, ambit.mcp.client, ambit.mcp.server.
const AmbitSessionIDKey = attribute.Key("ambit.session.id")

// AmbitSessionID returns "ambit.session.id" with value v.
func AmbitSessionID(v string) attribute.KeyValue { return AmbitSessionIDKey.String(v) }

// AmbitSessionIdentityCountKey is "ambit.session.identity.count". Distinct identities the session
// acted as.
//
// Type: int. Stability: development. Example: 2.
//
// Recommended on span ambit.session.
const AmbitSessionIdentityCountKey = attribute.Key("ambit.session.identity.count")

// AmbitSessionIdentityCount returns "ambit.session.identity.count" with value v.
func AmbitSessionIdentityCount(v int) attribute.KeyValue { return AmbitSessionIdentityCountKey.Int(v) }

// AmbitSessionIdentityGapCountKey is "ambit.session.identity_gap.count". Uses of credentials in
// which a switch could not have been told.
//
// A credential that shows neither name nor handle nor fingerprint, a chain of actors that cannot be
// read whole, a service forgotten to stay within bounds. Left out if there were none.
//
// Type: int. Stability: development. Example: 2.
//
// Conditionally required on span ambit.session.
const AmbitSessionIdentityGapCountKey = attribute.Key("ambit.session.identity_gap.count")

// AmbitSessionIdentityGapCount returns "ambit.session.identity_gap.count" with value v.
func AmbitSessionIdentityGapCount(v int) attribute.KeyValue {
	return AmbitSessionIdentityGapCountKey.Int(v)
}

// AmbitSessionIdentitySwitchedKey is "ambit.session.identity_switched". The session had departed
// from its identity baseline before this call.
//
// Sticky, as ambit.session.secret_seen.
//
// Type: boolean. Stability: development. Example: false.
//
// Conditionally required on spans ambit.invoke_agent, ambit.chat, ambit.execute_tool,
// ambit.refuse_tool, ambit.mcp.client, ambit.mcp.server, ambit.session.
const AmbitSessionIdentitySwitchedKey = attribute.Key("ambit.session.identity_switched")

// AmbitSessionIdentitySwitched returns "ambit.session.identity_switched" with value v.
func AmbitSessionIdentitySwitched(v bool) attribute.KeyValue {
	return AmbitSessionIdentitySwitchedKey.Bool(v)
}

// AmbitSessionIntentCountKey is "ambit.session.intent.count". Distinct intent labels the session
// was given, unknown left out.
//
// Type: int. Stability: development. Example: 3.
//
// Recommended on span ambit.session.
const AmbitSessionIntentCountKey = attribute.Key("ambit.session.intent.count")

// AmbitSessionIntentCount returns "ambit.session.intent.count" with value v.
func AmbitSessionIntentCount(v int) attribute.KeyValue { return AmbitSessionIntentCountKey.Int(v) }

// AmbitSessionPrivilegedKey is "ambit.session.privileged". The session reaches secrets, production
// resources, or external tools that change state.
//
// Type: boolean. Stability: development. Example: true.
//
// Recommended on spans ambit.invoke_agent, ambit.chat, ambit.execute_tool, ambit.refuse_tool,
// ambit.mcp.client, ambit.mcp.server, ambit.session.
const AmbitSessionPrivilegedKey = attribute.Key("ambit.session.privileged")

// AmbitSessionPrivileged returns "ambit.session.privileged" with value v.
func AmbitSessionPrivileged(v bool) attribute.KeyValue { return AmbitSessionPrivilegedKey.Bool(v) }

// AmbitSessionPrivilegedReasonKey is "ambit.session.privileged_reason". What made the session
// privileged first; a checker of one's own may name other reasons.
//
// Type: enum, open. Stability: development. Example: "secrets".
//
// Conditionally required on span ambit.session.
const AmbitSessionPrivilegedReasonKey = attribute.Key("ambit.session.privileged_reason")

// Values of [AmbitSessionPrivilegedReasonKey].
var (
	// AmbitSessionPrivilegedReasonSecrets is "secrets". Its grants, identities or effects reach
	// secrets.
	AmbitSessionPrivilegedReasonSecrets = AmbitSessionPrivilegedReasonKey.String("secrets")
	// AmbitSessionPrivilegedReasonProduction is "production". They reach a resource declared to be
	// production.
	AmbitSessionPrivilegedReasonProduction = AmbitSessionPrivilegedReasonKey.String("production")
	// AmbitSessionPrivilegedReasonExternalChange is "external_change". They reach an external tool that
	// changes state.
	AmbitSessionPrivilegedReasonExternalChange = AmbitSessionPrivilegedReasonKey.String("external_change")
)

// AmbitSessionPrivilegedReason returns "ambit.session.privileged_reason" with value v.
func AmbitSessionPrivilegedReason(v string) attribute.KeyValue {
	return AmbitSessionPrivilegedReasonKey.String(v)
}

// AmbitSessionRefusalCountKey is "ambit.session.refusal.count". What was refused in the session:
// tool calls, and requests and uses of credentials within them. Each has a span of its own.
//
// Type: int. Stability: development. Example: 2.
//
// Required on span ambit.session.
const AmbitSessionRefusalCountKey = attribute.Key("ambit.session.refusal.count")

// AmbitSessionRefusalCount returns "ambit.session.refusal.count" with value v.
func AmbitSessionRefusalCount(v int) attribute.KeyValue { return AmbitSessionRefusalCountKey.Int(v) }

// AmbitSessionRepositoryCountKey is "ambit.session.repository.count". Distinct repositories the
// session reached.
//
// Type: int. Stability: development. Example: 1.
//
// Recommended on span ambit.session.
const AmbitSessionRepositoryCountKey = attribute.Key("ambit.session.repository.count")

// AmbitSessionRepositoryCount returns "ambit.session.repository.count" with value v.
func AmbitSessionRepositoryCount(v int) attribute.KeyValue {
	return AmbitSessionRepositoryCountKey.Int(v)
}

// AmbitSessionSecretCountKey is "ambit.session.secret.count". Distinct secrets that stood in the
// arguments and results of calls that ran.
//
// The same value counts once, wherever it stands. What a secret is kept in counts in
// ambit.session.secret_place.count.
//
// Type: int. Stability: development. Example: 0.
//
// Recommended on span ambit.session.
const AmbitSessionSecretCountKey = attribute.Key("ambit.session.secret.count")

// AmbitSessionSecretCount returns "ambit.session.secret.count" with value v.
func AmbitSessionSecretCount(v int) attribute.KeyValue { return AmbitSessionSecretCountKey.Int(v) }

// AmbitSessionSecretPlaceCountKey is "ambit.session.secret_place.count". Distinct places that hold
// secrets (files, environment variables, metadata services) which the session reached for.
//
// Type: int. Stability: development. Example: 1.
//
// Recommended on span ambit.session.
const AmbitSessionSecretPlaceCountKey = attribute.Key("ambit.session.secret_place.count")

// AmbitSessionSecretPlaceCount returns "ambit.session.secret_place.count" with value v.
func AmbitSessionSecretPlaceCount(v int) attribute.KeyValue {
	return AmbitSessionSecretPlaceCountKey.Int(v)
}

// AmbitSessionSecretSeenKey is "ambit.session.secret_seen". The session had seen a secret before
// this call.
//
// Sticky. A query over one span can so ask what came after, which no query over several traces can.
//
// Type: boolean. Stability: development. Example: true.
//
// Conditionally required on spans ambit.invoke_agent, ambit.chat, ambit.execute_tool,
// ambit.refuse_tool, ambit.mcp.client, ambit.mcp.server, ambit.session.
const AmbitSessionSecretSeenKey = attribute.Key("ambit.session.secret_seen")

// AmbitSessionSecretSeen returns "ambit.session.secret_seen" with value v.
func AmbitSessionSecretSeen(v bool) attribute.KeyValue { return AmbitSessionSecretSeenKey.Bool(v) }

// AmbitSessionSeqKey is "ambit.session.seq". Number of this governed action within its session,
// counted from 1 without gaps.
//
// A missing number means that a span was sampled out or lost on its way.
//
// Type: int. Stability: development. Example: 1.
//
// Conditionally required on spans ambit.invoke_agent, ambit.chat, ambit.execute_tool,
// ambit.refuse_tool, ambit.mcp.client, ambit.mcp.server, ambit.session.
const AmbitSessionSeqKey = attribute.Key("ambit.session.seq")

// AmbitSessionSeq returns "ambit.session.seq" with value v.
func AmbitSessionSeq(v int) attribute.KeyValue { return AmbitSessionSeqKey.Int(v) }

// AmbitSessionSwitchCountKey is "ambit.session.switch.count". Identity switches in the session.
//
// Type: int. Stability: development. Example: 1.
//
// Recommended on span ambit.session.
const AmbitSessionSwitchCountKey = attribute.Key("ambit.session.switch.count")

// AmbitSessionSwitchCount returns "ambit.session.switch.count" with value v.
func AmbitSessionSwitchCount(v int) attribute.KeyValue { return AmbitSessionSwitchCountKey.Int(v) }

// AmbitSessionTurnCountKey is "ambit.session.turn.count". Turns of the session, from one prompt to
// the agent's answer each.
//
// Type: int. Stability: development. Example: 3.
//
// Recommended on span ambit.session.
const AmbitSessionTurnCountKey = attribute.Key("ambit.session.turn.count")

// AmbitSessionTurnCount returns "ambit.session.turn.count" with value v.
func AmbitSessionTurnCount(v int) attribute.KeyValue { return AmbitSessionTurnCountKey.Int(v) }

// AmbitSessionUntrustedSeenKey is "ambit.session.untrusted_seen". The session had taken in
// untrusted content before this call.
//
// Sticky, as ambit.session.secret_seen.
//
// Type: boolean. Stability: development. Example: true.
//
// Conditionally required on spans ambit.invoke_agent, ambit.chat, ambit.execute_tool,
// ambit.refuse_tool, ambit.mcp.client, ambit.mcp.server, ambit.session.
const AmbitSessionUntrustedSeenKey = attribute.Key("ambit.session.untrusted_seen")

// AmbitSessionUntrustedSeen returns "ambit.session.untrusted_seen" with value v.
func AmbitSessionUntrustedSeen(v bool) attribute.KeyValue {
	return AmbitSessionUntrustedSeenKey.Bool(v)
}

// AmbitSignalKindKey is "ambit.signal.kind". A thing somebody should look at.
//
// Where one span raises several signals, the first.
//
// Type: enum, closed. Stability: development. Example: "refusal_ignored".
//
// Required on event ambit.signal.raised.
//
// Recommended on spans ambit.invoke_agent, ambit.chat, ambit.execute_tool, ambit.refuse_tool,
// ambit.mcp.client, ambit.mcp.server, ambit.session.
const AmbitSignalKindKey = attribute.Key("ambit.signal.kind")

// Values of [AmbitSignalKindKey].
var (
	// AmbitSignalKindOwnerMissing is "owner_missing". A session without an owner.
	AmbitSignalKindOwnerMissing = AmbitSignalKindKey.String("owner_missing")
	// AmbitSignalKindRefusalIgnored is "refusal_ignored". A refused call ran.
	AmbitSignalKindRefusalIgnored = AmbitSignalKindKey.String("refusal_ignored")
	// AmbitSignalKindArgumentsChanged is "arguments_changed". The call ran with other arguments than
	// were decided.
	AmbitSignalKindArgumentsChanged = AmbitSignalKindKey.String("arguments_changed")
	// AmbitSignalKindIdentitySwitched is "identity_switched". The session departed from its identity
	// baseline.
	AmbitSignalKindIdentitySwitched = AmbitSignalKindKey.String("identity_switched")
	// AmbitSignalKindSecretAccessed is "secret_accessed". A secret was touched.
	AmbitSignalKindSecretAccessed = AmbitSignalKindKey.String("secret_accessed")
	// AmbitSignalKindIntentAnomalous is "intent_anomalous". The actions add up to something hostile.
	AmbitSignalKindIntentAnomalous = AmbitSignalKindKey.String("intent_anomalous")
	// AmbitSignalKindIntentDrifted is "intent_drifted". The actions depart from the task.
	AmbitSignalKindIntentDrifted = AmbitSignalKindKey.String("intent_drifted")
	// AmbitSignalKindGovernanceTamper is "governance_tamper". A call reached for the governance itself.
	AmbitSignalKindGovernanceTamper = AmbitSignalKindKey.String("governance_tamper")
	// AmbitSignalKindApprovalFatigue is "approval_fatigue". Too many asks or declines in a short time.
	AmbitSignalKindApprovalFatigue = AmbitSignalKindKey.String("approval_fatigue")
	// AmbitSignalKindToolDefinitionChanged is "tool_definition_changed". A tool's definition is not the
	// pinned one.
	AmbitSignalKindToolDefinitionChanged = AmbitSignalKindKey.String("tool_definition_changed")
	// AmbitSignalKindPolicyReloadFailed is "policy_reload_failed". A new policy did not load and the
	// last valid one is kept.
	AmbitSignalKindPolicyReloadFailed = AmbitSignalKindKey.String("policy_reload_failed")
	// AmbitSignalKindPolicyReviewDue is "policy_review_due". The day to review the policy has passed.
	AmbitSignalKindPolicyReviewDue = AmbitSignalKindKey.String("policy_review_due")
	// AmbitSignalKindPostWithoutPre is "post_without_pre". A call ran without having been decided.
	AmbitSignalKindPostWithoutPre = AmbitSignalKindKey.String("post_without_pre")
	// AmbitSignalKindBypassPermissions is "bypass_permissions". The agent runs with its own permission
	// checks off.
	AmbitSignalKindBypassPermissions = AmbitSignalKindKey.String("bypass_permissions")
	// AmbitSignalKindConfigChanged is "config_changed". A setting that governance rests on changed.
	AmbitSignalKindConfigChanged = AmbitSignalKindKey.String("config_changed")
	// AmbitSignalKindSessionSuspended is "session_suspended". The session was suspended.
	AmbitSignalKindSessionSuspended = AmbitSignalKindKey.String("session_suspended")
	// AmbitSignalKindSessionPrivileged is "session_privileged". The session became privileged.
	AmbitSignalKindSessionPrivileged = AmbitSignalKindKey.String("session_privileged")
	// AmbitSignalKindHistoryLost is "history_lost". A session came back after its history was evicted.
	AmbitSignalKindHistoryLost = AmbitSignalKindKey.String("history_lost")
	// AmbitSignalKindDelegationMalformed is "delegation_malformed". A delegation chain could not be
	// read.
	AmbitSignalKindDelegationMalformed = AmbitSignalKindKey.String("delegation_malformed")
	// AmbitSignalKindExportDropped is "export_dropped". Spans did not arrive.
	AmbitSignalKindExportDropped = AmbitSignalKindKey.String("export_dropped")
)

// AmbitSignalKind returns "ambit.signal.kind" with value v.
func AmbitSignalKind(v string) attribute.KeyValue { return AmbitSignalKindKey.String(v) }

// AmbitTargetAccountKey is "ambit.target.account". The account, tenant or project the call would
// use.
//
// Type: string. Stability: development. Example: "123456789012".
//
// Recommended on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client, ambit.mcp.server;
// event ambit.identity.used.
//
// Privacy: May name a person's account.
const AmbitTargetAccountKey = attribute.Key("ambit.target.account")

// AmbitTargetAccount returns "ambit.target.account" with value v.
func AmbitTargetAccount(v string) attribute.KeyValue { return AmbitTargetAccountKey.String(v) }

// AmbitTargetCommandKey is "ambit.target.command". The most telling command of the call, as program
// and subcommand, without arguments.
//
// Type: string. Stability: development. Example: "git push".
//
// Recommended on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client, ambit.mcp.server.
const AmbitTargetCommandKey = attribute.Key("ambit.target.command")

// AmbitTargetCommand returns "ambit.target.command" with value v.
func AmbitTargetCommand(v string) attribute.KeyValue { return AmbitTargetCommandKey.String(v) }

// AmbitTargetHostKey is "ambit.target.host". The most telling host the call would contact,
// canonical and without userinfo.
//
// Type: string. Stability: development. Example: "api.example.com".
//
// Recommended on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client, ambit.mcp.server;
// event ambit.identity.used.
const AmbitTargetHostKey = attribute.Key("ambit.target.host")

// AmbitTargetHost returns "ambit.target.host" with value v.
func AmbitTargetHost(v string) attribute.KeyValue { return AmbitTargetHostKey.String(v) }

// AmbitTargetPathKey is "ambit.target.path". The most telling path the call would touch, canonical
// and capped.
//
// Left out where a secret was found in it.
//
// Type: string. Stability: development. Example: "/src/shop/payments/round.go".
//
// Recommended on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client, ambit.mcp.server.
//
// Privacy: Home folders carry user names.
const AmbitTargetPathKey = attribute.Key("ambit.target.path")

// AmbitTargetPath returns "ambit.target.path" with value v.
func AmbitTargetPath(v string) attribute.KeyValue { return AmbitTargetPathKey.String(v) }

// AmbitTargetRepositoryKey is "ambit.target.repository". The most telling repository the call would
// touch, as host, owner and name.
//
// Type: string. Stability: development. Example: "github.com/acme/shop".
//
// Recommended on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client, ambit.mcp.server.
const AmbitTargetRepositoryKey = attribute.Key("ambit.target.repository")

// AmbitTargetRepository returns "ambit.target.repository" with value v.
func AmbitTargetRepository(v string) attribute.KeyValue { return AmbitTargetRepositoryKey.String(v) }

// AmbitTargetServiceKey is "ambit.target.service". The service the call would use.
//
// Type: string. Stability: development. Example: "aws.s3".
//
// Recommended on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client, ambit.mcp.server;
// events ambit.identity.switched, ambit.identity.used.
const AmbitTargetServiceKey = attribute.Key("ambit.target.service")

// AmbitTargetService returns "ambit.target.service" with value v.
func AmbitTargetService(v string) attribute.KeyValue { return AmbitTargetServiceKey.String(v) }

// AmbitTaskIDKey is "ambit.task.id". The task the session works on.
//
// Type: string. Stability: development. Example: "PAY-7".
//
// Conditionally required on spans ambit.invoke_agent, ambit.chat, ambit.execute_tool,
// ambit.refuse_tool, ambit.mcp.client, ambit.mcp.server, ambit.session.
const AmbitTaskIDKey = attribute.Key("ambit.task.id")

// AmbitTaskID returns "ambit.task.id" with value v.
func AmbitTaskID(v string) attribute.KeyValue { return AmbitTaskIDKey.String(v) }

// AmbitToolDefinitionHashKey is "ambit.tool.definition.hash". Hash of the tool's name, description,
// schema and annotations, as it is pinned.
//
// Type: string. Stability: development. Example: "sha256:5891b5b522d5df086d0ff0b110fbd9d2".
//
// Recommended on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client, ambit.mcp.server.
const AmbitToolDefinitionHashKey = attribute.Key("ambit.tool.definition.hash")

// AmbitToolDefinitionHash returns "ambit.tool.definition.hash" with value v.
func AmbitToolDefinitionHash(v string) attribute.KeyValue {
	return AmbitToolDefinitionHashKey.String(v)
}

// AmbitToolRiskLevelKey is "ambit.tool.risk_level". Risk by the tool's own annotations; a tool can
// raise it by them and not lower what is known otherwise.
//
// Type: enum, closed, ordered. Stability: development. Example: "medium".
//
// Recommended on spans ambit.execute_tool, ambit.refuse_tool, ambit.mcp.client, ambit.mcp.server.
const AmbitToolRiskLevelKey = attribute.Key("ambit.tool.risk_level")

// Values of [AmbitToolRiskLevelKey].
var (
	// AmbitToolRiskLevelLow is "low". It says that it only reads, and nothing beyond what it is given.
	AmbitToolRiskLevelLow = AmbitToolRiskLevelKey.String("low")
	// AmbitToolRiskLevelMedium is "medium". It reads from the open world, or changes without
	// destroying.
	AmbitToolRiskLevelMedium = AmbitToolRiskLevelKey.String("medium")
	// AmbitToolRiskLevelHigh is "high". It may destroy, or change things in the open world.
	AmbitToolRiskLevelHigh = AmbitToolRiskLevelKey.String("high")
)

// AmbitToolRiskLevel returns "ambit.tool.risk_level" with value v.
func AmbitToolRiskLevel(v string) attribute.KeyValue { return AmbitToolRiskLevelKey.String(v) }

// AmbitWorkspaceAuthorKey is "ambit.workspace.author". Whom the version control of the workspace
// names as author of what is committed there.
//
// Where that is not the owner, commits of the session bear the name of somebody who does not answer
// for it. In privacy mode the keyed hash of the id.
//
// Type: string. Stability: development. Example: "ada@example.com".
//
// Recommended on spans ambit.invoke_agent, ambit.session.
//
// Privacy: Names a person; hashed with a key in privacy mode.
const AmbitWorkspaceAuthorKey = attribute.Key("ambit.workspace.author")

// AmbitWorkspaceAuthor returns "ambit.workspace.author" with value v.
func AmbitWorkspaceAuthor(v string) attribute.KeyValue { return AmbitWorkspaceAuthorKey.String(v) }

// AmbitWorkspaceBranchKey is "ambit.workspace.branch". The branch that was checked out there when
// the session began.
//
// Type: string. Stability: development. Example: "fix/rounding".
//
// Recommended on spans ambit.invoke_agent, ambit.session.
const AmbitWorkspaceBranchKey = attribute.Key("ambit.workspace.branch")

// AmbitWorkspaceBranch returns "ambit.workspace.branch" with value v.
func AmbitWorkspaceBranch(v string) attribute.KeyValue { return AmbitWorkspaceBranchKey.String(v) }

// AmbitWorkspaceRepositoryKey is "ambit.workspace.repository". The repository the session works in,
// as host/owner/name, as it was when the session began.
//
// What a call reaches is ambit.target.repository.
//
// Type: string. Stability: development. Example: "github.com/acme/shop".
//
// Recommended on spans ambit.invoke_agent, ambit.session.
const AmbitWorkspaceRepositoryKey = attribute.Key("ambit.workspace.repository")

// AmbitWorkspaceRepository returns "ambit.workspace.repository" with value v.
func AmbitWorkspaceRepository(v string) attribute.KeyValue {
	return AmbitWorkspaceRepositoryKey.String(v)
}

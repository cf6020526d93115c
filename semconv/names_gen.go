// Code generated from semconv/model by semconvgen; DO NOT EDIT.

package semconv

import (
	"go.opentelemetry.io/otel/attribute"
)

// Names of the events.
const (
	// EventAmbitApprovalResolved is "ambit.approval.resolved". Somebody answered, or nobody did.
	EventAmbitApprovalResolved = "ambit.approval.resolved"
	// EventAmbitBoundaryCrossed is "ambit.boundary.crossed". A call would step over a line of its task,
	// refused or not.
	EventAmbitBoundaryCrossed = "ambit.boundary.crossed"
	// EventAmbitIdentitySwitched is "ambit.identity.switched". A use departed from the session's
	// identity baseline.
	EventAmbitIdentitySwitched = "ambit.identity.switched"
	// EventAmbitIdentityUsed is "ambit.identity.used". A credential was used towards a target.
	EventAmbitIdentityUsed = "ambit.identity.used"
	// EventAmbitIntentChanged is "ambit.intent.changed". The label of the session's actions changed.
	EventAmbitIntentChanged = "ambit.intent.changed"
	// EventAmbitIntentDrifted is "ambit.intent.drifted". The actions depart from the task's intents.
	EventAmbitIntentDrifted = "ambit.intent.drifted"
	// EventAmbitSecretAccessed is "ambit.secret.accessed". A secret was found in what a call says,
	// touches or returns.
	EventAmbitSecretAccessed = "ambit.secret.accessed"
	// EventAmbitSignalRaised is "ambit.signal.raised". Something somebody should look at. Handed to the
	// event handler and written onto no span.
	EventAmbitSignalRaised = "ambit.signal.raised"
	// EventGenAIClientInferenceOperationDetails is "gen_ai.client.inference.operation.details". Content
	// of a model call, handed over apart from its span.
	EventGenAIClientInferenceOperationDetails = "gen_ai.client.inference.operation.details"
)

// Spans lists the spans of the conventions that carry governance, with what each must have.
func Spans() []Span {
	return []Span{
		{Type: "ambit.invoke_agent", Kind: "internal", Prefix: "invoke_agent", Required: []attribute.Key{GenAIOperationNameKey}},
		{Type: "ambit.chat", Kind: "client", Prefix: "chat", Required: []attribute.Key{GenAIOperationNameKey, GenAIProviderNameKey}},
		{Type: "ambit.execute_tool", Kind: "internal", Prefix: "execute_tool", Required: []attribute.Key{GenAIOperationNameKey, GenAIToolNameKey, AmbitDecisionOutcomeKey}},
		{Type: "ambit.refuse_tool", Kind: "internal", Prefix: "refuse_tool", Required: []attribute.Key{GenAIToolNameKey, AmbitDecisionOutcomeKey, ErrorTypeKey, AmbitDecisionEnforcedKey, AmbitDecisionReasonKey}},
		{Type: "ambit.mcp.client", Kind: "client", Prefix: "", Required: []attribute.Key{MCPMethodNameKey}},
		{Type: "ambit.mcp.server", Kind: "server", Prefix: "", Required: []attribute.Key{MCPMethodNameKey}},
		{Type: "ambit.session", Kind: "internal", Prefix: "session", Required: []attribute.Key{AmbitSessionIDKey, AmbitSessionCallCountKey, AmbitSessionRefusalCountKey, AmbitSessionBlastRadiusKey}},
	}
}

// lookup finds what is declared about key.
func lookup(key attribute.Key) (declaration, bool) {
	switch key {
	case AmbitAgentMCPServerCountKey:
		return declaration{kind: attribute.INT64}, true
	case AmbitAgentMCPServerNamesKey:
		return declaration{kind: attribute.STRING}, true
	case AmbitAgentPermissionModeKey:
		return declaration{kind: attribute.STRING}, true
	case AmbitApprovalAssuranceKey:
		return declaration{kind: attribute.STRING, closed: []string{"none", "asserted", "parsed", "verified", "attested"}}, true
	case AmbitApprovalLatencyMSKey:
		return declaration{kind: attribute.INT64}, true
	case AmbitApprovalOutcomeKey:
		return declaration{kind: attribute.STRING, closed: []string{"approved", "declined", "timeout", "unavailable", "unanswered"}}, true
	case AmbitCallRanKey:
		return declaration{kind: attribute.BOOL}, true
	case AmbitCallReroutedKey:
		return declaration{kind: attribute.BOOL}, true
	case AmbitCallResultSizeKey:
		return declaration{kind: attribute.INT64}, true
	case AmbitCredentialCountKey:
		return declaration{kind: attribute.INT64}, true
	case AmbitCredentialFingerprintKey:
		return declaration{kind: attribute.STRING}, true
	case AmbitCredentialHandleKey:
		return declaration{kind: attribute.STRING}, true
	case AmbitCredentialKeyIDKey:
		return declaration{kind: attribute.STRING}, true
	case AmbitCredentialKindKey:
		return declaration{kind: attribute.STRING}, true
	case AmbitCrossingBudgetKey:
		return declaration{kind: attribute.BOOL}, true
	case AmbitCrossingDriftKey:
		return declaration{kind: attribute.BOOL}, true
	case AmbitCrossingExpiredKey:
		return declaration{kind: attribute.BOOL}, true
	case AmbitCrossingFlowKey:
		return declaration{kind: attribute.BOOL}, true
	case AmbitCrossingGovernanceTamperKey:
		return declaration{kind: attribute.BOOL}, true
	case AmbitCrossingIdentitySwitchKey:
		return declaration{kind: attribute.BOOL}, true
	case AmbitCrossingIndeterminateKey:
		return declaration{kind: attribute.BOOL}, true
	case AmbitCrossingInjectionKey:
		return declaration{kind: attribute.BOOL}, true
	case AmbitCrossingKindKey:
		return declaration{kind: attribute.STRING, closed: []string{"out_of_scope", "secret_access", "identity_switch", "sequence", "flow", "budget", "expired", "drift", "indeterminate", "unowned", "governance_tamper", "injection"}}, true
	case AmbitCrossingOutOfScopeKey:
		return declaration{kind: attribute.BOOL}, true
	case AmbitCrossingSecretAccessKey:
		return declaration{kind: attribute.BOOL}, true
	case AmbitCrossingSequenceKey:
		return declaration{kind: attribute.BOOL}, true
	case AmbitCrossingUnownedKey:
		return declaration{kind: attribute.BOOL}, true
	case AmbitDecisionEnforcedKey:
		return declaration{kind: attribute.BOOL}, true
	case AmbitDecisionGrantKey:
		return declaration{kind: attribute.STRING}, true
	case AmbitDecisionNearestKey:
		return declaration{kind: attribute.STRING}, true
	case AmbitDecisionOutcomeKey:
		return declaration{kind: attribute.STRING, closed: []string{"allow", "deny", "require_approval", "not_evaluated"}}, true
	case AmbitDecisionReasonKey:
		return declaration{kind: attribute.STRING, closed: []string{"granted", "no_grant", "denied_by_rule", "approval_required_by_rule", "unmatched", "unknown_effect", "secret", "identity_switch", "sequence", "budget_exhausted", "expired", "suspended", "privileged", "governance_tamper", "tool_drift", "intent", "drift", "rule_of_two", "no_session", "evicted_history", "checker_error", "checker_panic", "checker_timeout", "approval_declined", "approval_timeout", "approval_unavailable", "approved", "approval_inferred", "approval_unanswered", "not_evaluated", "owner_missing", "misconfigured", "checker"}}, true
	case AmbitDecisionSourceKey:
		return declaration{kind: attribute.STRING, closed: []string{"policy", "checker", "human", "default"}}, true
	case AmbitDecisionWouldKey:
		return declaration{kind: attribute.STRING, closed: []string{"allow", "deny", "require_approval"}}, true
	case AmbitDelegationDepthKey:
		return declaration{kind: attribute.INT64}, true
	case AmbitEffectAccessKey:
		return declaration{kind: attribute.STRING, closed: []string{"unknown", "read", "connect", "write", "delete", "exec", "grant"}}, true
	case AmbitEffectCertaintyKey:
		return declaration{kind: attribute.STRING, closed: []string{"unknown", "prefix", "exact"}}, true
	case AmbitEffectCountKey:
		return declaration{kind: attribute.INT64}, true
	case AmbitIdentityAssuranceKey:
		return declaration{kind: attribute.STRING, closed: []string{"none", "asserted", "parsed", "verified", "attested"}}, true
	case AmbitIdentityIDKey:
		return declaration{kind: attribute.STRING}, true
	case AmbitIdentityIssuerKey:
		return declaration{kind: attribute.STRING}, true
	case AmbitIdentityKindKey:
		return declaration{kind: attribute.STRING, closed: []string{"unknown", "human", "agent", "workload", "service", "device"}}, true
	case AmbitIdentityPreviousIDKey:
		return declaration{kind: attribute.STRING}, true
	case AmbitIdentitySwitchKindKey:
		return declaration{kind: attribute.STRING, closed: []string{"subject_changed", "actor_changed", "credential_changed", "tenant_changed", "scope_raised", "assurance_lowered", "delegation_dropped", "delegation_spliced", "human_credential_used", "long_lived_used", "shared_credential", "expired", "audience_mismatch"}}, true
	case AmbitIntentAnomalousKey:
		return declaration{kind: attribute.BOOL}, true
	case AmbitIntentDriftKey:
		return declaration{kind: attribute.FLOAT64}, true
	case AmbitIntentLabelKey:
		return declaration{kind: attribute.STRING}, true
	case AmbitIntentPreviousLabelKey:
		return declaration{kind: attribute.STRING}, true
	case AmbitIntentScoreKey:
		return declaration{kind: attribute.FLOAT64}, true
	case AmbitMCPInputRequiredKey:
		return declaration{kind: attribute.BOOL}, true
	case AmbitOwnerAssuranceKey:
		return declaration{kind: attribute.STRING, closed: []string{"none", "asserted", "parsed", "verified", "attested"}}, true
	case AmbitOwnerIDKey:
		return declaration{kind: attribute.STRING}, true
	case AmbitOwnerKindKey:
		return declaration{kind: attribute.STRING, closed: []string{"unknown", "human", "agent", "workload", "service", "device"}}, true
	case AmbitOwnerMissingKey:
		return declaration{kind: attribute.BOOL}, true
	case AmbitPolicyHashKey:
		return declaration{kind: attribute.STRING}, true
	case AmbitPolicyIDKey:
		return declaration{kind: attribute.STRING}, true
	case AmbitPromptHashKey:
		return declaration{kind: attribute.STRING}, true
	case AmbitSecretFoundKey:
		return declaration{kind: attribute.BOOL}, true
	case AmbitSecretKindKey:
		return declaration{kind: attribute.STRING}, true
	case AmbitSecretPlaceKey:
		return declaration{kind: attribute.STRING, closed: []string{"anywhere", "argument", "result", "prompt", "path", "env", "host"}}, true
	case AmbitSessionAccountCountKey:
		return declaration{kind: attribute.INT64}, true
	case AmbitSessionBlastRadiusKey:
		return declaration{kind: attribute.INT64}, true
	case AmbitSessionCallCountKey:
		return declaration{kind: attribute.INT64}, true
	case AmbitSessionClaimedKey:
		return declaration{kind: attribute.BOOL}, true
	case AmbitSessionCredentialCountKey:
		return declaration{kind: attribute.INT64}, true
	case AmbitSessionDataDomainCountKey:
		return declaration{kind: attribute.INT64}, true
	case AmbitSessionHostCountKey:
		return declaration{kind: attribute.INT64}, true
	case AmbitSessionIDKey:
		return declaration{kind: attribute.STRING}, true
	case AmbitSessionIdentityCountKey:
		return declaration{kind: attribute.INT64}, true
	case AmbitSessionIdentityGapCountKey:
		return declaration{kind: attribute.INT64}, true
	case AmbitSessionIdentitySwitchedKey:
		return declaration{kind: attribute.BOOL}, true
	case AmbitSessionIntentCountKey:
		return declaration{kind: attribute.INT64}, true
	case AmbitSessionPrivilegedKey:
		return declaration{kind: attribute.BOOL}, true
	case AmbitSessionPrivilegedReasonKey:
		return declaration{kind: attribute.STRING}, true
	case AmbitSessionRefusalCountKey:
		return declaration{kind: attribute.INT64}, true
	case AmbitSessionRepositoryCountKey:
		return declaration{kind: attribute.INT64}, true
	case AmbitSessionSecretCountKey:
		return declaration{kind: attribute.INT64}, true
	case AmbitSessionSecretPlaceCountKey:
		return declaration{kind: attribute.INT64}, true
	case AmbitSessionSecretSeenKey:
		return declaration{kind: attribute.BOOL}, true
	case AmbitSessionSeqKey:
		return declaration{kind: attribute.INT64}, true
	case AmbitSessionSwitchCountKey:
		return declaration{kind: attribute.INT64}, true
	case AmbitSessionTurnCountKey:
		return declaration{kind: attribute.INT64}, true
	case AmbitSessionUntrustedSeenKey:
		return declaration{kind: attribute.BOOL}, true
	case AmbitSignalKindKey:
		return declaration{kind: attribute.STRING, closed: []string{"owner_missing", "refusal_ignored", "arguments_changed", "identity_switched", "secret_accessed", "intent_anomalous", "intent_drifted", "governance_tamper", "approval_fatigue", "tool_definition_changed", "policy_reload_failed", "policy_review_due", "post_without_pre", "bypass_permissions", "config_changed", "session_suspended", "session_privileged", "history_lost", "delegation_malformed", "export_dropped"}}, true
	case AmbitTargetAccountKey:
		return declaration{kind: attribute.STRING}, true
	case AmbitTargetCommandKey:
		return declaration{kind: attribute.STRING}, true
	case AmbitTargetHostKey:
		return declaration{kind: attribute.STRING}, true
	case AmbitTargetPathKey:
		return declaration{kind: attribute.STRING}, true
	case AmbitTargetRepositoryKey:
		return declaration{kind: attribute.STRING}, true
	case AmbitTargetServiceKey:
		return declaration{kind: attribute.STRING}, true
	case AmbitTaskIDKey:
		return declaration{kind: attribute.STRING}, true
	case AmbitToolDefinitionHashKey:
		return declaration{kind: attribute.STRING}, true
	case AmbitToolRiskLevelKey:
		return declaration{kind: attribute.STRING, closed: []string{"low", "medium", "high"}}, true
	case AmbitWorkspaceAuthorKey:
		return declaration{kind: attribute.STRING}, true
	case AmbitWorkspaceBranchKey:
		return declaration{kind: attribute.STRING}, true
	case AmbitWorkspaceRepositoryKey:
		return declaration{kind: attribute.STRING}, true
	case ClientAddressKey:
		return declaration{kind: attribute.STRING}, true
	case ClientPortKey:
		return declaration{kind: attribute.INT64}, true
	case ErrorTypeKey:
		return declaration{kind: attribute.STRING}, true
	case GenAIAgentDescriptionKey:
		return declaration{kind: attribute.STRING}, true
	case GenAIAgentIDKey:
		return declaration{kind: attribute.STRING}, true
	case GenAIAgentNameKey:
		return declaration{kind: attribute.STRING}, true
	case GenAIAgentVersionKey:
		return declaration{kind: attribute.STRING}, true
	case GenAIConversationIDKey:
		return declaration{kind: attribute.STRING}, true
	case GenAIInputMessagesKey:
		return declaration{any: true}, true
	case GenAIOperationNameKey:
		return declaration{kind: attribute.STRING, closed: []string{"chat", "generate_content", "text_completion", "embeddings", "retrieval", "fetch_response", "create_agent", "invoke_agent", "execute_tool", "invoke_workflow", "plan", "search_memory", "create_memory", "update_memory", "upsert_memory", "delete_memory", "create_memory_store", "delete_memory_store"}}, true
	case GenAIOutputMessagesKey:
		return declaration{any: true}, true
	case GenAIOutputTypeKey:
		return declaration{kind: attribute.STRING}, true
	case GenAIPromptNameKey:
		return declaration{kind: attribute.STRING}, true
	case GenAIProviderNameKey:
		return declaration{kind: attribute.STRING}, true
	case GenAIRequestMaxTokensKey:
		return declaration{kind: attribute.INT64}, true
	case GenAIRequestModelKey:
		return declaration{kind: attribute.STRING}, true
	case GenAIRequestStreamKey:
		return declaration{kind: attribute.BOOL}, true
	case GenAIRequestTemperatureKey:
		return declaration{kind: attribute.FLOAT64}, true
	case GenAIRequestTopPKey:
		return declaration{kind: attribute.FLOAT64}, true
	case GenAIResponseFinishReasonsKey:
		return declaration{kind: attribute.STRINGSLICE}, true
	case GenAIResponseIDKey:
		return declaration{kind: attribute.STRING}, true
	case GenAIResponseModelKey:
		return declaration{kind: attribute.STRING}, true
	case GenAIResponseTimeToFirstChunkKey:
		return declaration{kind: attribute.FLOAT64}, true
	case GenAISystemInstructionsKey:
		return declaration{any: true}, true
	case GenAIToolCallArgumentsKey:
		return declaration{any: true}, true
	case GenAIToolCallIDKey:
		return declaration{kind: attribute.STRING}, true
	case GenAIToolCallResultKey:
		return declaration{any: true}, true
	case GenAIToolDefinitionsKey:
		return declaration{any: true}, true
	case GenAIToolDescriptionKey:
		return declaration{kind: attribute.STRING}, true
	case GenAIToolNameKey:
		return declaration{kind: attribute.STRING}, true
	case GenAIToolTypeKey:
		return declaration{kind: attribute.STRING}, true
	case GenAIUsageCacheCreationInputTokensKey:
		return declaration{kind: attribute.INT64}, true
	case GenAIUsageCacheReadInputTokensKey:
		return declaration{kind: attribute.INT64}, true
	case GenAIUsageCacheWriteInputTokensKey:
		return declaration{kind: attribute.INT64}, true
	case GenAIUsageInputTokensKey:
		return declaration{kind: attribute.INT64}, true
	case GenAIUsageOutputTokensKey:
		return declaration{kind: attribute.INT64}, true
	case GenAIUsageReasoningOutputTokensKey:
		return declaration{kind: attribute.INT64}, true
	case JSONRPCProtocolVersionKey:
		return declaration{kind: attribute.STRING}, true
	case JSONRPCRequestIDKey:
		return declaration{kind: attribute.STRING}, true
	case MCPMethodNameKey:
		return declaration{kind: attribute.STRING}, true
	case MCPProtocolVersionKey:
		return declaration{kind: attribute.STRING}, true
	case MCPResourceURIKey:
		return declaration{kind: attribute.STRING}, true
	case MCPSessionIDKey:
		return declaration{kind: attribute.STRING}, true
	case NetworkProtocolNameKey:
		return declaration{kind: attribute.STRING}, true
	case NetworkProtocolVersionKey:
		return declaration{kind: attribute.STRING}, true
	case NetworkTransportKey:
		return declaration{kind: attribute.STRING}, true
	case ProcessExecutableNameKey:
		return declaration{kind: attribute.STRING}, true
	case ProcessExitCodeKey:
		return declaration{kind: attribute.INT64}, true
	case RPCResponseStatusCodeKey:
		return declaration{kind: attribute.STRING}, true
	case SecurityRuleNameKey:
		return declaration{kind: attribute.STRING}, true
	case SecurityRuleRulesetNameKey:
		return declaration{kind: attribute.STRING}, true
	case ServerAddressKey:
		return declaration{kind: attribute.STRING}, true
	case ServerPortKey:
		return declaration{kind: attribute.INT64}, true
	case UserHashKey:
		return declaration{kind: attribute.STRING}, true
	case UserIDKey:
		return declaration{kind: attribute.STRING}, true
	}
	return declaration{}, false
}

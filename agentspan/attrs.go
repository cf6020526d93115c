package agentspan

import (
	"cmp"
	"slices"
	"strings"

	"go.opentelemetry.io/otel/attribute"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/semconv"
)

// Everything that is written onto spans is gathered here, in one slice that is
// handed over at once: each further SetAttributes makes the SDK grow and copy
// what it has. What is false or not known is left out, except where its absence
// could not be searched for.

// A wire is what a session says of itself on spans: cleaned, and hashed where
// privacy asks for it, once.
type wire struct {
	conversation, agent, version string
	owner, actor, issuer         string
	task                         string
}

// wireOf returns what n says of itself; nil if that is n to the letter.
func (t *Tracer) wireOf(n *Session) *wire {
	w := wire{
		conversation: t.clean(n.ConversationID), agent: t.clean(n.Agent), version: t.clean(n.AgentVersion),
		owner: t.person(n.Owner, n), actor: t.person(n.Actor, n), issuer: t.clean(n.Actor.Issuer), task: t.clean(n.Task.ID),
	}
	if w == n.wire() {
		return nil
	}
	return &w
}

// wire is what a session says of itself if none of it needs cleaning or hashing.
func (n *Session) wire() wire {
	return wire{n.ConversationID, n.Agent, n.AgentVersion, n.Owner.ID, n.Actor.ID, n.Actor.Issuer, n.Task.ID}
}

// onWire returns what the session says of itself, in own if it is not kept.
func (s *state) onWire(own *wire) *wire {
	if s.wire != nil {
		return s.wire
	}
	*own = s.noun.wire()
	return own
}

// agent is the name of the session's agent, as it is written; s may be nil.
func (s *state) agent() string {
	if s == nil {
		return ""
	}
	if s.wire != nil {
		return s.wire.agent
	}
	return s.noun.Agent
}

// appendSession appends what every governed span says of its session.
func (s *state) appendSession(dst []attribute.KeyValue, seq int64, bits uint32) []attribute.KeyValue {
	var own wire
	w := s.onWire(&own)
	dst = appendKnown(dst, semconv.GenAIConversationIDKey, w.conversation)
	dst = appendKnown(dst, semconv.GenAIAgentNameKey, w.agent)
	dst = appendKnown(dst, semconv.GenAIAgentVersionKey, w.version)
	if n := s.noun; n.Owner.Kind == identity.Human && n.Owner.ID != "" {
		if s.tracer.privacyKey.IsZero() {
			dst = append(dst, semconv.UserID(w.owner))
		} else {
			dst = append(dst, semconv.UserHash(w.owner))
		}
	}
	return s.appendOurs(dst, w, seq, bits)
}

// appendBeginning appends what turns and the summary say of how the session began.
// Calls leave it out: it is the same for all of them.
func (s *state) appendBeginning(dst []attribute.KeyValue) []attribute.KeyValue {
	n, t := s.noun, s.tracer
	dst = appendText(dst, t, semconv.AmbitWorkspaceRepositoryKey, n.Repo)
	dst = appendText(dst, t, semconv.AmbitWorkspaceBranchKey, n.Branch)
	if n.Author != "" {
		dst = append(dst, semconv.AmbitWorkspaceAuthor(t.person(identity.Principal{Kind: identity.Human, ID: n.Author, Issuer: gitIssuer}, n)))
	}
	dst = appendText(dst, t, semconv.AmbitAgentPermissionModeKey, n.PermissionMode)
	if len(n.MCPServers) > 0 {
		dst = append(dst, semconv.AmbitAgentMCPServerNames(t.names(n.MCPServers)), semconv.AmbitAgentMCPServerCount(len(n.MCPServers)))
	}
	return dst
}

// gitIssuer is the issuer of whom git names: the same person has the same hash there
// and as the owner (see [identity.OwnerFromGit]).
const gitIssuer = "git"

// maxList bounds a list that is written as one string: backends cut what is longer
// (Tempo at 2 KiB), and half a name is none.
const maxList = 1000

// names writes a list of names, sorted.
func (t *Tracer) names(list []string) string {
	list = slices.Clone(list)
	slices.Sort(list)
	var b strings.Builder
	for _, name := range list {
		if name = t.clean(strings.ReplaceAll(name, ",", "")); name == "" {
			continue
		}
		if b.Len()+1+len(name) > maxList {
			break
		}
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		b.WriteString(name)
	}
	return b.String()
}

// appendGovernance appends the part of a session that is ours alone: what a
// processor may write onto spans of others.
func (s *state) appendGovernance(dst []attribute.KeyValue, seq int64, bits uint32) []attribute.KeyValue {
	var own wire
	return s.appendOurs(dst, s.onWire(&own), seq, bits)
}

func (s *state) appendOurs(dst []attribute.KeyValue, w *wire, seq int64, bits uint32) []attribute.KeyValue {
	n := s.noun
	dst = append(dst, semconv.AmbitSessionID(s.id))
	if n.Claimed {
		dst = append(dst, semconv.AmbitSessionClaimed(true))
	}
	if n.Owner.IsZero() {
		dst = append(dst, semconv.AmbitOwnerMissing(true))
	} else {
		dst = append(dst,
			semconv.AmbitOwnerID(w.owner),
			semconv.AmbitOwnerKind(n.Owner.Kind.String()),
			semconv.AmbitOwnerAssurance(n.Owner.Assurance.String()))
	}
	if !n.Actor.IsZero() {
		dst = append(dst,
			semconv.AmbitIdentityID(w.actor),
			semconv.AmbitIdentityKind(n.Actor.Kind.String()),
			semconv.AmbitIdentityAssurance(n.Actor.Assurance.String()))
		dst = appendKnown(dst, semconv.AmbitIdentityIssuerKey, w.issuer)
		dst = append(dst, semconv.AmbitDelegationDepth(1+len(n.Actors)))
	}
	dst = appendKnown(dst, semconv.AmbitTaskIDKey, w.task)
	if p := s.policy.Load(); p != nil {
		dst = appendText(dst, s.tracer, semconv.AmbitPolicyIDKey, p.ID)
		dst = appendText(dst, s.tracer, semconv.AmbitPolicyHashKey, p.Hash)
	}
	if seq > 0 {
		dst = append(dst, semconv.AmbitSessionSeq(int(seq)))
	}
	if bits&labelPrivileged != 0 {
		dst = append(dst, semconv.AmbitSessionPrivileged(true))
	}
	if bits&labelSecret != 0 {
		dst = append(dst, semconv.AmbitSessionSecretSeen(true))
	}
	if bits&labelUntrusted != 0 {
		dst = append(dst, semconv.AmbitSessionUntrustedSeen(true))
	}
	if bits&labelSwitched != 0 {
		dst = append(dst, semconv.AmbitSessionIdentitySwitched(true))
	}
	return dst
}

// appendKnown appends a string that is clean already, unless it is empty.
func appendKnown(dst []attribute.KeyValue, key attribute.Key, s string) []attribute.KeyValue {
	if s == "" {
		return dst
	}
	return append(dst, key.String(s))
}

// reason returns a reason's code as it may be written. The list is closed: a checker's
// own invention is its say, and no more.
func (t *Tracer) reason(r boundary.Reason) string {
	if r == boundary.ReasonGranted {
		return string(r)
	}
	return t.reasons.get(string(r), func(s string) string {
		if semconv.Validate(semconv.AmbitDecisionReasonKey.String(s)) != nil {
			return string(boundary.ReasonChecker)
		}
		return s
	})
}

// appendText appends any other string of a caller's.
func appendText(dst []attribute.KeyValue, t *Tracer, key attribute.Key, s string) []attribute.KeyValue {
	if s == "" {
		return dst
	}
	return append(dst, key.String(t.clean(s)))
}

// appendCall appends what a tool call's span says of the call and the decision.
func (c *call) appendCall(dst []attribute.KeyValue, refused bool) []attribute.KeyValue {
	t, tc := c.tracer, &c.noun
	if !refused {
		dst = append(dst, semconv.GenAIOperationNameExecuteTool)
	}
	dst = append(dst, semconv.GenAIToolName(c.name))
	dst = appendText(dst, t, semconv.GenAIToolCallIDKey, tc.ID)
	dst = appendText(dst, t, semconv.GenAIToolTypeKey, c.toolType)
	dst = c.appendDecision(dst, refused)
	dst = c.appendTargets(dst)
	if tc.Definition != "" {
		dst = appendText(dst, t, semconv.AmbitToolDefinitionHashKey, tc.Definition)
	}
	if risk, ok := riskOf(&tc.Annotations); ok {
		dst = append(dst, risk)
	}
	if r := c.intent; r.Label != "" {
		dst = append(dst, semconv.AmbitIntentLabel(t.word(string(r.Label))), semconv.AmbitIntentScore(share(r.Score)))
		if r.Anomalous {
			dst = append(dst, semconv.AmbitIntentAnomalous(true))
		}
	}
	if r := c.intent; r.Drift > 0 {
		dst = append(dst, semconv.AmbitIntentDrift(share(r.Drift)))
	}
	if len(c.findings) > 0 {
		dst = append(dst, semconv.AmbitSecretFound(true), semconv.AmbitSecretKind(t.word(c.findings[0].Kind)))
	}
	if u := c.acting(); u != nil {
		dst = t.appendUse(dst, c.state, u)
	}
	if n := len(c.carried); n > 0 {
		dst = append(dst, semconv.AmbitCredentialCount(1+n))
	}
	if len(c.switches) > 0 {
		dst = append(dst, semconv.AmbitIdentitySwitchKind(c.switches[0].Kind.String()))
	}
	return dst
}

// riskOf grades what a tool says of itself; false if it says nothing. What it
// leaves out counts as the worse (MCP: destructive and open world by default).
func riskOf(a *boundary.Annotations) (attribute.KeyValue, bool) {
	switch {
	case *a == boundary.Annotations{}:
		return attribute.KeyValue{}, false
	case a.ReadOnly == effect.Yes && a.OpenWorld == effect.No:
		return semconv.AmbitToolRiskLevelLow, true
	case a.ReadOnly == effect.Yes, a.Destructive == effect.No && a.OpenWorld == effect.No:
		return semconv.AmbitToolRiskLevelMedium, true
	}
	return semconv.AmbitToolRiskLevelHigh, true
}

// appendDecision appends what the boundary said, and what came of it.
func (c *call) appendDecision(dst []attribute.KeyValue, refused bool) []attribute.KeyValue {
	t, d := c.tracer, &c.decision
	if !c.evaluated {
		dst = append(dst, semconv.AmbitDecisionOutcomeNotEvaluated)
	} else {
		why := d.Determining()
		dst = append(dst,
			semconv.AmbitDecisionOutcome(d.Outcome().String()),
			semconv.AmbitDecisionEnforced(!d.Observed && d.Verdict != boundary.NotEvaluated),
			semconv.AmbitDecisionSource(d.Source.String()))
		if d.Observed {
			dst = append(dst, semconv.AmbitDecisionWould(d.Verdict.String()))
		} else if len(d.Shadowed) > 0 && d.Shadowed[0].Verdict != d.Verdict {
			dst = append(dst, semconv.AmbitDecisionWould(d.Shadowed[0].Verdict.String()))
		}
		dst = append(dst, semconv.AmbitDecisionReason(t.reason(cmp.Or(why.Reason, boundary.ReasonChecker))))
		dst = appendText(dst, t, semconv.SecurityRuleNameKey, why.Rule)
		dst = appendText(dst, t, semconv.SecurityRuleRulesetNameKey, why.Ruleset)
		dst = appendText(dst, t, semconv.AmbitDecisionGrantKey, why.Grant)
		dst = appendText(dst, t, semconv.AmbitDecisionNearestKey, d.Nearest)
		dst = appendText(dst, t, semconv.AmbitPolicyIDKey, c.ownPolicy(d.Policy.ID))
		dst = appendText(dst, t, semconv.AmbitPolicyHashKey, c.ownPolicy(d.Policy.Hash))
	}
	dst = append(dst, semconv.AmbitCallRan(!refused))
	if c.rerouted {
		dst = append(dst, semconv.AmbitCallRerouted(true))
	}
	var seen uint32
	for _, x := range d.Crossings {
		if seen == 0 {
			dst = append(dst, semconv.AmbitCrossingKind(x.Kind.String()))
		}
		if bit := uint32(1) << x.Kind; seen&bit == 0 {
			seen |= bit
			dst = append(dst, crossingKey(x.Kind).Bool(true))
		}
	}
	if c.approval != "" {
		dst = append(c.appendApproval(dst), semconv.AmbitApprovalAssurance(c.approver.String()))
	}
	return dst
}

// appendApproval appends what came of asking, and how long that took where it is known.
func (c *call) appendApproval(dst []attribute.KeyValue) []attribute.KeyValue {
	dst = append(dst, semconv.AmbitApprovalOutcome(c.approval))
	if c.approvalTime >= 0 {
		dst = append(dst, semconv.AmbitApprovalLatencyMS(int(c.approvalTime.Milliseconds())))
	}
	return dst
}

// ownPolicy returns s unless the session's part of the span says the same.
func (c *call) ownPolicy(s string) string {
	if p := c.state.policyRef(); p != nil && (p.ID == s || p.Hash == s) {
		return ""
	}
	return s
}

func crossingKey(k boundary.CrossingKind) attribute.Key {
	if int(k) < len(crossingKeys) {
		return crossingKeys[k]
	}
	return semconv.AmbitCrossingIndeterminateKey
}

var crossingKeys = [...]attribute.Key{
	boundary.OutOfScope:       semconv.AmbitCrossingOutOfScopeKey,
	boundary.SecretAccess:     semconv.AmbitCrossingSecretAccessKey,
	boundary.IdentitySwitch:   semconv.AmbitCrossingIdentitySwitchKey,
	boundary.Sequence:         semconv.AmbitCrossingSequenceKey,
	boundary.Flow:             semconv.AmbitCrossingFlowKey,
	boundary.Budget:           semconv.AmbitCrossingBudgetKey,
	boundary.Expired:          semconv.AmbitCrossingExpiredKey,
	boundary.Drift:            semconv.AmbitCrossingDriftKey,
	boundary.Indeterminate:    semconv.AmbitCrossingIndeterminateKey,
	boundary.Unowned:          semconv.AmbitCrossingUnownedKey,
	boundary.GovernanceTamper: semconv.AmbitCrossingGovernanceTamperKey,
	boundary.Injected:         semconv.AmbitCrossingInjectionKey,
}

// appendTargets appends what the call would touch.
func (c *call) appendTargets(dst []attribute.KeyValue) []attribute.KeyValue {
	effects := c.effects
	if len(effects) == 0 {
		return dst
	}
	dst = append(dst,
		semconv.AmbitEffectAccess(effect.Strongest(effects).String()),
		semconv.AmbitEffectCount(len(effects)),
		semconv.AmbitEffectCertainty(effect.Certain(effects).String()))
	return c.appendReached(dst)
}

// appendReached appends the most telling of what the call would touch.
func (c *call) appendReached(dst []attribute.KeyValue) []attribute.KeyValue {
	t, to := c.tracer, targetOf(c.effects)
	dst = appendText(dst, t, semconv.AmbitTargetHostKey, to.host)
	dst = appendText(dst, t, semconv.AmbitTargetRepositoryKey, to.repository)
	dst = appendText(dst, t, semconv.AmbitTargetServiceKey, to.service)
	dst = appendKnown(dst, semconv.AmbitTargetAccountKey, t.account(to.account))
	dst = appendKnown(dst, semconv.AmbitTargetPathKey, t.path(to.path))
	dst = appendText(dst, t, semconv.AmbitTargetCommandKey, to.command)
	return dst
}

// appendCredential appends what a credential is known by, never the credential.
func (t *Tracer) appendCredential(dst []attribute.KeyValue, c identity.Credential) []attribute.KeyValue {
	dst = appendKnown(dst, semconv.AmbitCredentialKindKey, t.word(string(c.Kind)))
	if !t.noHandles {
		dst = appendKnown(dst, semconv.AmbitCredentialHandleKey, t.handle(c.Handle))
		dst = appendKnown(dst, semconv.AmbitCredentialKeyIDKey, t.handle(c.KeyID))
	}
	return appendText(dst, t, semconv.AmbitCredentialFingerprintKey, c.Fingerprint)
}

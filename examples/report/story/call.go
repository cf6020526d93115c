package story

import (
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"

	"github.com/ambit-go/ambit/examples/report/spans"
	"github.com/ambit-go/ambit/semconv"
)

// read reads a call off its span.
func (c *Call) read(s *spans.Span) {
	c.Tool = s.Str(semconv.GenAIToolNameKey)
	if c.Tool == "" {
		c.Tool = s.Name
	}
	c.Agent = s.Str(semconv.GenAIAgentNameKey)
	c.Seq, _ = s.Int(semconv.AmbitSessionSeqKey)
	c.Access, c.Certainty = s.Str(semconv.AmbitEffectAccessKey), s.Str(semconv.AmbitEffectCertaintyKey)
	for _, t := range [...]struct {
		kind string
		key  attribute.Key
	}{
		{"command", semconv.AmbitTargetCommandKey},
		{"path", semconv.AmbitTargetPathKey},
		{"host", semconv.AmbitTargetHostKey},
		{"repository", semconv.AmbitTargetRepositoryKey},
		{"service", semconv.AmbitTargetServiceKey},
		{"account", semconv.AmbitTargetAccountKey},
	} {
		if name := s.Str(t.key); name != "" {
			c.Targets = append(c.Targets, Target{t.kind, name})
		}
	}
	c.Cred = Credential{
		Kind: s.Str(semconv.AmbitCredentialKindKey), Handle: s.Str(semconv.AmbitCredentialHandleKey), Fingerprint: s.Str(semconv.AmbitCredentialFingerprintKey),
	}
	c.Intent = Intent{
		Label: s.Str(semconv.AmbitIntentLabelKey), Score: s.Num(semconv.AmbitIntentScoreKey), Anomalous: s.True(semconv.AmbitIntentAnomalousKey),
		Time: s.Start, Call: c,
	}
	c.Approval = s.Str(semconv.AmbitApprovalOutcomeKey)
	c.Waited = -1
	if ms, ok := s.Int(semconv.AmbitApprovalLatencyMSKey); ok {
		c.Waited = time.Duration(ms) * time.Millisecond
	}
	c.Rerouted = s.True(semconv.AmbitCallReroutedKey)
	c.Risk = s.Str(semconv.AmbitToolRiskLevelKey)
	c.Size, _ = s.Int(semconv.AmbitCallResultSizeKey)
	c.judge(s)
	c.events(s)
}

// judge reads the decision, and what became of it.
func (c *Call) judge(s *spans.Span) {
	c.Would, c.Reason, c.Source = s.Str(semconv.AmbitDecisionWouldKey), s.Str(semconv.AmbitDecisionReasonKey), s.Str(semconv.AmbitDecisionSourceKey)
	c.Rule, c.Grant, c.Nearest = s.Str(semconv.SecurityRuleNameKey), s.Str(semconv.AmbitDecisionGrantKey), s.Str(semconv.AmbitDecisionNearestKey)
	for key, v := range s.Attrs {
		if name, ok := strings.CutPrefix(key, "ambit.crossing."); ok && v == true {
			c.Crossings = append(c.Crossings, name)
		}
	}
	slices.Sort(c.Crossings)
	outcome := s.Str(semconv.AmbitDecisionOutcomeKey)
	enforced := s.Attrs[string(semconv.AmbitDecisionEnforcedKey)] != false
	ran := !strings.HasPrefix(s.Name, "refuse_tool")
	if s.Has(semconv.AmbitCallRanKey) {
		ran = s.True(semconv.AmbitCallRanKey)
	}
	refuses := outcome == "deny" || outcome == "require_approval"
	switch {
	case refuses && ran && enforced:
		c.Verdict = Ignored
	case refuses && !ran && outcome == "require_approval":
		c.Verdict = Waiting
	case !ran:
		c.Verdict = Denied
	case refuses, c.Would == "deny", c.Would == "require_approval":
		c.Verdict = Against
	case outcome == "allow", c.Would == "allow": // decided, or only looked at
		c.Verdict = Allowed
	default:
		c.Verdict = Unjudged
	}
	if ran {
		c.Failed = s.Str(semconv.ErrorTypeKey)
	}
}

// decide takes the decision of a refusal that was told below.
func (c *Call) decide(below *Call) {
	c.Verdict, c.Would, c.Reason, c.Source, c.Rule, c.Grant, c.Nearest = below.Verdict, below.Would, below.Reason, below.Source, below.Rule, below.Grant, below.Nearest
	c.Crossings, c.Failed = below.Crossings, ""
	c.Secrets = append(c.Secrets, below.Secrets...)
	c.Switches = append(c.Switches, below.Switches...)
	for i := range c.Switches {
		c.Switches[i].Call = c
	}
	if len(c.Targets) == 0 {
		c.Targets = below.Targets
	}
}

// events reads the moments of a call.
func (c *Call) events(s *spans.Span) {
	for i := range s.Events {
		e := &s.Events[i]
		switch e.Name {
		case semconv.EventAmbitSecretAccessed:
			sec := Secret{e.Str(semconv.AmbitSecretKindKey), e.Str(semconv.AmbitSecretPlaceKey)}
			if !slices.Contains(c.Secrets, sec) {
				c.Secrets = append(c.Secrets, sec)
			}
		case semconv.EventAmbitIdentitySwitched:
			c.Switches = append(c.Switches, switchOf(e, c))
		case semconv.EventAmbitIntentChanged:
			if i := intentOf(e); i.Sure() {
				i.Call = c
				c.Turned = &i
			}
		case semconv.EventAmbitIntentDrifted:
			c.Drifted = true
		}
	}
	if len(c.Secrets) == 0 && s.True(semconv.AmbitSecretFoundKey) {
		c.Secrets = append(c.Secrets, Secret{Kind: s.Str(semconv.AmbitSecretKindKey)})
	}
	if kind := s.Str(semconv.AmbitIdentitySwitchKindKey); kind != "" && len(c.Switches) == 0 {
		c.Switches = append(c.Switches, Switch{Kind: kind, Time: s.Start, Call: c, To: s.Str(semconv.AmbitIdentityIDKey), Again: true})
	}
}

func switchOf(e *spans.Event, c *Call) Switch {
	return Switch{
		Kind: e.Str(semconv.AmbitIdentitySwitchKindKey), From: e.Str(semconv.AmbitIdentityPreviousIDKey), To: e.Str(semconv.AmbitIdentityIDKey),
		Credential: e.Str(semconv.AmbitCredentialKindKey), Service: e.Str(semconv.AmbitTargetServiceKey), Time: e.Time, Call: c,
	}
}

// Target returns the most telling thing the call would touch: what it runs, or
// where it goes.
func (c *Call) Target() Target {
	for _, kind := range [...]string{"host", "repository", "account", "service", "path", "command"} {
		for _, t := range c.Targets {
			if t.Kind == kind {
				return t
			}
		}
	}
	return Target{}
}

// Notable reports whether the call is more than routine.
func (c *Call) Notable() bool {
	return c.Verdict != Allowed && c.Verdict != Unjudged || len(c.Crossings) > 0 || len(c.Secrets) > 0 || len(c.Switches) > 0 ||
		c.Drifted || c.Rerouted || c.Turned != nil && c.Turned.Anomalous || c.Approval != ""
}

// Took is how long the call ran.
func (c *Call) Took() time.Duration { return c.Span.End.Sub(c.Span.Start) }

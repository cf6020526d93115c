package boundary

import (
	"slices"

	"github.com/ambit-go/ambit/identity"
)

// A Verdict is what the boundary says about a call. Verdicts are ordered from
// the strictest to the mildest; the zero Verdict denies, so a forgotten one is safe.
type Verdict uint8

const (
	Deny            Verdict = iota // the call must not run
	RequireApproval                // a person must agree first
	Allow                          // the call may run
	NotEvaluated                   // no opinion: neither an allow nor a refusal; takes no part in [All] and [Any]
)

var verdictNames = [...]string{"deny", "require_approval", "allow", "not_evaluated"}

// known returns v, or [Deny] for a value that is no verdict.
func (v Verdict) known() Verdict {
	if v > NotEvaluated {
		return Deny
	}
	return v
}

// String returns the verdict's name on the wire. A value that is none denies.
func (v Verdict) String() string {
	if int(v) < len(verdictNames) {
		return verdictNames[v]
	}
	return "deny"
}

// A Source is who a decision comes from.
type Source uint8

const (
	ByDefault Source = iota // nobody in particular: a missing session, a checker that could not tell
	ByChecker               // code
	ByPolicy                // a policy file
	ByHuman                 // a person's approval or refusal
)

var sourceNames = [...]string{"default", "checker", "policy", "human"}

// String returns the source's name on the wire.
func (s Source) String() string {
	if int(s) < len(sourceNames) {
		return sourceNames[s]
	}
	return "default"
}

// A Decision is what a [Checker] says about a [Request]. The zero Decision
// denies, and takes effect: Observed is false.
type Decision struct {
	Verdict    Verdict
	Observed   bool // said and recorded, and not enforced: the call runs
	Source     Source
	Policy     PolicyRef
	Because    []Determination // what led to the verdict, the decisive one first
	Shadowed   []Determination // what checkers that are not enforced would have said
	Crossings  []Crossing
	Privileged bool     // for the session as a whole: it reaches secrets, production or external state
	Nearest    string   // the grant that came closest, and the one condition that failed; no content
	Message    string   // a sentence a model or a person can act on; no content
	Approval   Approval // for RequireApproval: who may give it
	Suspend    bool     // with a denial that takes effect: the session, with its subagents, ends here
}

// Suspends reports whether every later call of the session, and of all that are one
// tree with it, must be refused.
func (d Decision) Suspends() bool { return d.Suspend && d.Verdict == Deny && !d.Observed }

// Refuses reports whether a call with this decision must not run.
func (d Decision) Refuses() bool {
	return !d.Observed && d.Verdict != Allow && d.Verdict != NotEvaluated
}

// Outcome returns what takes effect: the verdict if it is enforced, else
// [NotEvaluated].
func (d Decision) Outcome() Verdict {
	if d.Observed {
		return NotEvaluated
	}
	return d.Verdict
}

// Determining returns the determination that decided, or a zero one.
func (d Decision) Determining() Determination {
	if len(d.Because) > 0 {
		return d.Because[0]
	}
	if d.Observed && len(d.Shadowed) > 0 {
		return d.Shadowed[0]
	}
	return Determination{}
}

// A PolicyRef names the policy behind a decision. Hash is canonical: it does not
// change with the order or layout of the file.
type PolicyRef struct{ ID, Hash string }

// A Determination is one reason for a decision.
type Determination struct {
	Verdict Verdict
	Reason  Reason
	Checker string // name given by [Named]
	Ruleset string // the policy's id, for a rule or grant of a policy
	Rule    string
	Grant   string
	Effect  int // number of the effect it is about, counted from 1; 0 for the call as a whole
}

// A Reason is why, as a code from a closed list.
type Reason string

const (
	ReasonUnstated            Reason = ""
	ReasonChecker             Reason = "checker" // a checker's own say
	ReasonGranted             Reason = "granted"
	ReasonNoGrant             Reason = "no_grant"
	ReasonDeniedByRule        Reason = "denied_by_rule"
	ReasonApprovalByRule      Reason = "approval_required_by_rule"
	ReasonUnmatched           Reason = "unmatched"
	ReasonUnknownEffect       Reason = "unknown_effect"
	ReasonSecret              Reason = "secret"
	ReasonIdentitySwitch      Reason = "identity_switch"
	ReasonSequence            Reason = "sequence"
	ReasonRuleOfTwo           Reason = "rule_of_two"
	ReasonBudget              Reason = "budget_exhausted"
	ReasonExpired             Reason = "expired"
	ReasonSuspended           Reason = "suspended"
	ReasonPrivileged          Reason = "privileged"
	ReasonTamper              Reason = "governance_tamper"
	ReasonToolDrift           Reason = "tool_drift"
	ReasonIntent              Reason = "intent"
	ReasonDrift               Reason = "drift"
	ReasonNoSession           Reason = "no_session"
	ReasonEvicted             Reason = "evicted_history"
	ReasonCheckerError        Reason = "checker_error"
	ReasonCheckerPanic        Reason = "checker_panic"
	ReasonCheckerTimeout      Reason = "checker_timeout"
	ReasonApproved            Reason = "approved"
	ReasonApprovalInferred    Reason = "approval_inferred"   // the agent asked its user and the call ran: nobody told of the answer
	ReasonApprovalUnanswered  Reason = "approval_unanswered" // the agent asked its user and the call did not run
	ReasonApprovalDeclined    Reason = "approval_declined"
	ReasonApprovalTimeout     Reason = "approval_timeout"
	ReasonApprovalUnavailable Reason = "approval_unavailable"
	ReasonOwnerMissing        Reason = "owner_missing"
	ReasonMisconfigured       Reason = "misconfigured"
)

// A CrossingKind is what sort of line a call would step over.
type CrossingKind uint8

const (
	OutOfScope       CrossingKind = iota // outside what the task was granted
	SecretAccess                         // touches a secret
	IdentitySwitch                       // acts as somebody else
	Sequence                             // harmless alone, not after what came before
	Flow                                 // untrusted input, private data and a way out meet
	Budget                               // more than the task was given
	Expired                              // after its time
	Drift                                // a tool's definition, or the intent, is not what it was
	Indeterminate                        // cannot be told
	Unowned                              // nobody answers for it
	GovernanceTamper                     // touches what governs the agent
	Injected                             // follows from a tool's result rather than from the owner
	crossingKinds
)

var crossingNames = [crossingKinds]string{
	"out_of_scope", "secret_access", "identity_switch", "sequence", "flow", "budget", "expired", "drift",
	"indeterminate", "unowned", "governance_tamper", "injection",
}

// String returns the kind's name on the wire.
func (k CrossingKind) String() string {
	if int(k) < len(crossingNames) {
		return crossingNames[k]
	}
	return "indeterminate"
}

// A Crossing is a line that a call would step over.
type Crossing struct {
	Kind   CrossingKind
	Effect int // number of the effect that crosses, counted from 1; 0 for the call as a whole
}

// An Approval says who may approve. The zero Approval takes anybody's.
type Approval struct {
	By        []string           // principals ("human:ada") or groups ("group:leads"); empty for anybody
	Assurance identity.Assurance // at least this well founded
	NotOwner  bool               // somebody other than the session's owner
	Remember  bool               // an approval may stand for the rest of the session
}

// And returns who may approve where both a and b are asked for: whoever satisfies
// the two. It reports false if that is nobody, which then is a denial.
func (a Approval) And(b Approval) (Approval, bool) {
	ok := true
	switch {
	case len(a.By) == 0:
		a.By = b.By
	case len(b.By) > 0:
		var by []string
		for _, p := range a.By {
			if slices.Contains(b.By, p) {
				by = append(by, p)
			}
		}
		a.By, ok = by, len(by) > 0
	}
	a.Assurance = max(a.Assurance, b.Assurance)
	a.NotOwner = a.NotOwner || b.NotOwner
	a.Remember = a.Remember && b.Remember
	return a, ok
}

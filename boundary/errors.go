package boundary

import (
	"errors"
	"strings"
)

// Sentinels for [errors.Is].
var (
	ErrDenied           = errors.New("denied by policy")
	ErrApprovalRequired = errors.New("approval required")
)

// A RefusedError says that a call must not run, and why. Its text holds no
// content of the call.
type RefusedError struct {
	Tool     string
	Decision Decision
	Err      error // why the checker could not tell, if that is the reason
}

// Error names the tool, the rule or reason, and what would help. It does not
// include the text of Err, which a plug-in may have filled with content.
func (e *RefusedError) Error() string {
	var b strings.Builder
	b.WriteString(e.Tool)
	b.WriteString(": ")
	b.WriteString(e.sentinel().Error())
	why := e.Decision.Determining()
	switch {
	case why.Rule != "":
		b.WriteString(" (rule " + why.Rule + ")")
	case why.Checker != "":
		b.WriteString(" (checker " + why.Checker + ")")
	case why.Reason != ReasonUnstated:
		b.WriteString(" (" + string(why.Reason) + ")")
	}
	if e.Decision.Message != "" {
		b.WriteString(": " + e.Decision.Message)
	}
	return b.String()
}

func (e *RefusedError) sentinel() error {
	if e.Decision.Verdict == RequireApproval {
		return ErrApprovalRequired
	}
	return ErrDenied
}

// Is reports whether target is the sentinel of e's verdict.
func (e *RefusedError) Is(target error) bool { return target == e.sentinel() }

// Unwrap returns why the checker could not tell; nil if it could.
func (e *RefusedError) Unwrap() error { return e.Err }

// ErrorType returns the value of error.type for the refusal, in the way the
// OpenTelemetry conventions for Go ask errors (semconv v1.43.0).
func (e *RefusedError) ErrorType() string {
	if e.Decision.Verdict == RequireApproval {
		return "approval_required"
	}
	return "policy_denied"
}

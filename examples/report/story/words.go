package story

// Codes of the record in words.

import (
	"fmt"
	"strconv"
	"strings"
)

// reasons are those of semconv/keys.md, as the end of a sentence.
var reasons = map[string]string{
	"granted": "a grant covers it", "no_grant": "no grant covers it", "denied_by_rule": "a rule denies it",
	"approval_required_by_rule": "a rule asks for approval", "unmatched": "no grant or rule speaks of it", "unknown_effect": "nobody can tell what it touches",
	"secret": "it would touch a secret", "identity_switch": "it would act as somebody else", "sequence": "it may not follow what went before",
	"budget_exhausted": "a budget is spent", "expired": "the task or grant has ended", "suspended": "the session is suspended",
	"privileged": "the session is privileged and may not be", "governance_tamper": "it would change what governs the agent",
	"tool_drift": "the tool is not the one that was pinned", "intent": "the task is not for this", "drift": "the session drifted from its task",
	"rule_of_two": "outside content, private access and change in one session", "no_session": "it belongs to no session",
	"evicted_history": "what went before is not known any more", "checker_error": "the checker failed", "checker_panic": "the checker broke down",
	"checker_timeout": "the checker was too late", "approval_declined": "a person said no", "approval_timeout": "nobody answered in time",
	"approval_unavailable": "there was nobody to ask", "approved": "a person said yes", "not_evaluated": "no checker had a vote",
	"owner_missing": "the session has no owner", "misconfigured": "the boundary is not set up", "checker": "a checker says so",
}

// Words writes a code as words.
func Words(code string) string { return strings.ReplaceAll(code, "_", " ") }

// Line names the line that a call stepped over.
func (c *Call) Line() string {
	if len(c.Crossings) > 0 {
		words := make([]string, len(c.Crossings))
		for i, x := range c.Crossings {
			words[i] = Words(x)
		}
		return strings.Join(words, ", ")
	}
	if c.Reason != "" {
		return Words(c.Reason)
	}
	return "without a reason"
}

// Because says why the call was decided as it was.
func (c *Call) Because() string {
	var parts []string
	switch why := reasons[c.Reason]; {
	case c.Reason == "":
	case why != "":
		parts = append(parts, why)
	default:
		parts = append(parts, Words(c.Reason))
	}
	if c.Rule != "" {
		parts = append(parts, "rule "+c.Rule)
	}
	if c.Grant != "" {
		parts = append(parts, "grant "+c.Grant)
	}
	if c.Source == "human" && !strings.HasPrefix(c.Reason, "approv") {
		parts = append(parts, "a person decided")
	}
	return strings.Join(parts, "; ")
}

// Headline says in a sentence what happened.
func (s *Story) Headline() string {
	n := s.Counts
	switch {
	case n.Calls == 0 && s.Missing() > 0:
		return "Nothing is left but the numbers of what is missing"
	case n.Calls == 0:
		return "No call was made"
	case n.Ignored > 0:
		return of(n.Ignored, n.Calls, "ran although refused")
	case n.Against > 0 && n.Refused() > 0:
		return of(n.Against, n.Calls, "ran that policy would refuse") + "; " + fmt.Sprintf("%s more %s refused", Number(int64(n.Refused())), was(n.Refused()))
	case n.Against > 0:
		return of(n.Against, n.Calls, "ran that policy would refuse")
	case n.Refused() > 0 && n.Ran() > 0 && n.Unjudged == n.Ran():
		return of(n.Refused(), n.Calls, was(n.Refused())+" refused; of the others no policy had a say")
	case n.Refused() > 0:
		return of(n.Refused(), n.Calls, was(n.Refused())+" stopped at the boundary")
	case n.Unjudged == n.Calls:
		return count(n.Calls, "call") + ", and no policy had a say"
	case n.Unjudged > 0:
		return of(n.Allowed, n.Calls, was(n.Allowed)+" inside the task; of the others no policy had a say")
	default:
		return of(n.Calls, n.Calls, "stayed inside the task")
	}
}

// of says what became of n calls among all.
func of(n, all int, what string) string {
	switch {
	case n == all && n == 1:
		return "The only call " + what
	case n == all:
		return fmt.Sprintf("All %s calls %s", Number(int64(all)), what)
	}
	return fmt.Sprintf("%s of %s calls %s", Number(int64(n)), Number(int64(all)), what)
}

// Number writes a number as people read it.
func Number(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func was(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}

// Grade is the gravest of the findings; Note if there are none.
func (s *Story) Grade() Grade {
	if len(s.Findings) == 0 {
		return Note
	}
	return s.Findings[0].Grade
}

package policy

import (
	"errors"
	"fmt"
)

// Merge puts policies over each other: those of organisations, the outermost
// first, and the task's last. The narrower always wins:
//
//   - a call must be covered by the grants of every file that has grants, so an
//     organisation's are a ceiling; a file without the key "grants" bounds nothing;
//   - the rules of all files hold, and so do their budgets, times, owners and
//     identities;
//   - the strictest mode, on_unmatched and on_unknown that any file states hold.
//
// The result has the task's id, and a hash of all of them.
func Merge(policies ...*Policy) (*Policy, error) {
	if len(policies) == 0 {
		return nil, errors.New("policy: nothing to merge")
	}
	if len(policies) == 1 && policies[0] != nil && len(policies[0].layers) > 0 {
		return policies[0], nil
	}
	var layers []*layer
	var protect []pathPattern
	for i, p := range policies {
		if p == nil || len(p.layers) == 0 {
			return nil, fmt.Errorf("policy: policy %d of %d to merge is nil", i+1, len(policies))
		}
		for _, l := range p.layers {
			own := *l
			own.usage = newUsage(l.document)
			own.answers = newAnswers()
			layers = append(layers, &own)
		}
		protect = append(protect, p.protect...)
	}
	p := newPolicy(layers, protect)
	p.heardKey = policies[len(policies)-1].heardKey
	return p, nil
}

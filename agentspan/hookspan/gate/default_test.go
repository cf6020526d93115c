package gate

import (
	"testing"

	"github.com/ambit-go/ambit/boundary/policy"
)

func TestDefaultPolicy(t *testing.T) {
	p, err := policy.Parse("default.yaml", defaultPolicy, policy.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if p.Counts() {
		t.Error("the default policy counts: each hook would have to read the whole session")
	}
	for _, f := range p.Lint(policy.LintOptions{}) {
		if f.Code != "open" { // that what it does not name runs is what it is for
			t.Error(f)
		}
	}
}

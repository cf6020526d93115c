package policy_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/boundary/policy"
)

func TestNamesAreAClosedList(t *testing.T) {
	p, err := policy.Parse("task.yaml", []byte(`
version: 1
id: shop
purpose: fix it
grants:
  - {id: read, tools: [Read, "Gre*"], paths: ["${repo}/**"]}
  - {id: tracker, servers: [jira], tools: [get_issue]}
rules:
  - {id: no-secrets, secrets: deny}
  - {id: trial, tools: [Read], shadow: true, deny: {paths: ["**/infra/**"]}}
`), policy.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"Read", "get_issue", "jira", "no-secrets", "trial"}, p.Names()); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	var grants []string
	for ruleset, grant := range p.Grants() {
		grants = append(grants, ruleset+"/"+grant)
	}
	if diff := cmp.Diff([]string{"shop/read", "shop/tracker"}, grants); diff != "" {
		t.Errorf("grants (-want +got):\n%s", diff)
	}
	var none *policy.Policy
	if none.Names() != nil {
		t.Error("a nil policy has names")
	}
	for range none.Grants() {
		t.Error("a nil policy has grants")
	}
}

package observability_test

import (
	"testing"

	"github.com/ambit-go/ambit/internal/backendtest"
)

// answers are what the questions of docs/queries.md are answered with, after
// quickstart and agents have run: for each search the agents it finds, for each
// PromQL query its table. They follow from what agents/stories.go says happens.
var answers = map[string]struct{ jaeger, promql []string }{
	"Who owned this session?": {
		[]string{"worker"}, []string{" 1; ada@example.com 12; grace@example.com 4"},
	},
	"Which sessions had nobody to answer for them?":          {[]string{"orphan"}, []string{"orphan 1"}},
	"Which identities did it use, and towards what?":         {[]string{"twin-a"}, nil},
	"Which credential is in the hands of two agents?":        {[]string{"twin-b", "twin-a twin-b"}, []string{"shared_credential 1"}},
	"Which agents used a person's credential?":               {[]string{"borrower"}, []string{"borrower 1"}},
	"What did it touch?":                                     {[]string{"exfiltrator", "exfiltrator leaker"}, []string{"borrower 3; exfiltrator 3; impostor 4; twin-a 3; twin-b 3"}},
	"Was it inside the task?":                                {[]string{"hurried trial"}, []string{"governance_tamper deny 1; identity_switch deny 1; indeterminate deny 1; out_of_scope allow 2; out_of_scope deny 2; secret_access deny 1"}},
	"What was it after?":                                     {[]string{"exfiltrator"}, []string{"exfiltrator 2"}},
	"Which sessions need step-up?":                           {[]string{"triage"}, []string{"triage 1"}},
	"What was refused, and by which rule?":                   {[]string{"curious"}, []string{"governance_tamper 1; identity_switch 1; secret no-secrets 1; unknown_effect 1; unmatched 2"}},
	"What would change if the observed rules were enforced?": {[]string{"trial"}, []string{"deny trial 1"}},
	"After which identity switch did something leave?":       {[]string{"impostor"}, []string{"deny subject_changed 1; not_evaluated subject_changed 1"}},
	"After which secret did something leave?":                {[]string{"exfiltrator"}, []string{"aws-access-key-id 1"}},
	"Which grants are never used?":                           {nil, []string{"publish shop 0"}},
	"Whose policy is not the current one?":                   {nil, []string{"shop 2"}},
	"Of which calls can nobody tell what they would touch?":  {[]string{"guesser"}, []string{"Bash 1"}},
	"Which approvals were given without reading?":            {[]string{"hurried"}, []string{"hurried release 1"}},
	"What was refused and then tried another way?":           {[]string{"insistent", "insistent"}, []string{"allow insistent 1"}},
	"Who reached for the governance itself?":                 {[]string{"meddler"}, []string{"meddler 1"}},
	"Is the record complete?":                                {nil, []string{" 0"}},
}

func (s *stack) answersQuestions(t *testing.T) {
	asked := map[string]bool{}
	for _, q := range questions(t) {
		asked[q.title] = true
		t.Run(q.title, func(t *testing.T) {
			want, ok := answers[q.title]
			if !ok || len(want.jaeger) != len(q.jaeger) || len(want.promql) != len(q.promql) {
				t.Fatalf("%d searches and %d PromQL queries, and answers are known to %d and %d", len(q.jaeger), len(q.promql), len(want.jaeger), len(want.promql))
			}
			for i, text := range q.jaeger {
				if got := s.found(t, text); got != want.jaeger[i] {
					t.Errorf("Jaeger finds %q, want %q, by\n%s", got, want.jaeger[i], text)
				}
			}
			for i, text := range q.promql {
				// The metrics are scraped every second, so that an answer may be one behind.
				got := ""
				s.prometheus.WaitQuery(t, text, func(samples []backendtest.Sample) bool {
					got = table(samples)
					return got == want.promql[i]
				})
				if got != want.promql[i] {
					t.Errorf("Prometheus answers %q, want %q, to\n%s", got, want.promql[i], text)
				}
			}
		})
	}
	for title := range answers {
		if !asked[title] {
			t.Errorf("docs/queries.md does not ask: %s", title)
		}
	}
}

// One stack for everything that only looks.
func TestAfterADayOfAgents(t *testing.T) {
	s := start(t)
	s.run(t, "quickstart")
	s.run(t, "observability/agents")
	s.prometheus.WaitQuery(t, `sum(ambit_span_sessions_total)`, func(samples []backendtest.Sample) bool {
		return len(samples) == 1 && samples[0].Value == 18
	})
	t.Run("questions", s.answersQuestions)
	t.Run("dashboards", s.fillsDashboards)
	t.Run("sigma", s.firesSigma)
}

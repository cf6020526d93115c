package intent_test

import (
	"strings"
	"testing"

	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/intent"
	"github.com/ambit-go/ambit/internal/duel"
)

// work is what a coding agent does all day, with the effects an analyzer finds.
var work = []intent.Action{
	{Tool: "Grep", Text: `{"pattern":"func Round","path":"/home/dev/shop/payments","output_mode":"content"}`, Effects: []effect.Effect{
		{Kind: effect.Path, Access: effect.Read, Target: "/home/dev/shop/payments", Certainty: effect.Exact, At: "/path"},
	}},
	{Tool: "Read", Text: `{"file_path":"/home/dev/shop/payments/total.go","offset":120,"limit":80}`, Effects: []effect.Effect{
		{Kind: effect.Path, Access: effect.Read, Target: "/home/dev/shop/payments/total.go", Certainty: effect.Exact, At: "/file_path"},
	}},
	{
		Tool: "Edit",
		Text: `{"file_path":"/home/dev/shop/payments/total.go","old_string":"return math.Round(x*100) / 100","new_string":"cents := decimal.NewFromFloat(x).Shift(2).RoundBank(0)\n\treturn cents.Shift(-2)"}`,
		Effects: []effect.Effect{
			{Kind: effect.Path, Access: effect.Write, Target: "/home/dev/shop/payments/total.go", Certainty: effect.Exact, At: "/file_path"},
		},
	},
	{Tool: "Bash", Text: `{"command":"cd /home/dev/shop && go test ./payments/... -run TestTotal -count=1 2>&1 | tail -30","description":"Run the payment tests"}`, Effects: []effect.Effect{
		{Kind: effect.Command, Access: effect.Exec, Target: "go test", Certainty: effect.Exact, At: "/command"},
		{Kind: effect.Code, Access: effect.Exec, Target: "workspace", Certainty: effect.Exact, At: "/command"},
		{Kind: effect.Path, Access: effect.Read, Target: "/home/dev/shop/payments", Certainty: effect.Exact, At: "/command"},
		{Kind: effect.Command, Access: effect.Exec, Target: "tail", Certainty: effect.Exact, At: "/command"},
	}},
	{Tool: "Bash", Text: `{"command":"git add -A payments && git commit -m \"payments: round half to even\" && git push -u origin fix/rounding"}`, Effects: []effect.Effect{
		{Kind: effect.Command, Access: effect.Exec, Target: "git add", Certainty: effect.Exact, At: "/command"},
		{Kind: effect.Command, Access: effect.Exec, Target: "git commit", Certainty: effect.Exact, At: "/command"},
		{Kind: effect.Command, Access: effect.Exec, Target: "git push", Certainty: effect.Exact, At: "/command"},
		{Kind: effect.Repo, Access: effect.Write, Target: "github.com/acme/shop:refs/heads/fix/rounding", Certainty: effect.Exact, At: "/command"},
	}},
}

// BenchmarkObserve is one action taken in, effects already computed.
func BenchmarkObserve(b *testing.B) {
	run := func(name string, actions ...intent.Action) {
		b.Run(name, func(b *testing.B) {
			s := intent.Default().NewStream(nil)
			i := 0
			b.ReportAllocs()
			for b.Loop() {
				if _, err := s.Observe(b.Context(), actions[i]); err != nil {
					b.Fatal(err)
				}
				if i++; i == len(actions) {
					i = 0
				}
			}
		})
	}
	run("action=mix", work...)
	for i, name := range []string{"grep", "read", "edit", "test", "commit"} {
		run("action="+name, work[i])
	}
	run("action=output/size=4096", intent.Action{Role: intent.Output, Text: strings.Repeat("ok  github.com/acme/shop/payments 0.412s\n", 100)})
	run("action=output/sentences=4096", intent.Action{Role: intent.Output, Text: strings.Repeat("Ask ria7@post.example.net, she keeps the list of part-12 for all of us.\n", 57)})
}

// BenchmarkObserveDuel compares processor time with a version that counts words
// and targets in maps, on the same actions in the same run.
func BenchmarkObserveDuel(b *testing.B) {
	ctx := b.Context()
	ours, theirs := intent.Default().NewStream(nil), newPlain()
	i, j := 0, 0
	duel.Run(b, []string{"maps", "default"},
		func() { theirs.observe(work[i%len(work)]); i++ },
		func() { _, _ = ours.Observe(ctx, work[j%len(work)]); j++ },
	)
}

// plain is how one would write it first: actions kept, words and targets counted
// in maps, a score summed over all of them at each step.
type plain struct {
	actions []intent.Action
	words   map[string]int
	targets map[string]int
	weights map[string]float64
}

func newPlain() *plain {
	return &plain{
		words: map[string]int{}, targets: map[string]int{},
		weights: map[string]float64{"curl": 1, "base64": 1, "shadow": 3, "crontab": 2, "test": -1, "commit": -1},
	}
}

func (p *plain) observe(a intent.Action) float64 {
	p.actions = append(p.actions, a)
	if len(p.actions) > 64 {
		p.actions = p.actions[1:]
	}
	for _, w := range strings.FieldsFunc(strings.ToLower(a.Text), func(r rune) bool { return strings.ContainsRune(" \t\n\"{}:,;|&()<>'/", r) }) {
		p.words[w]++
	}
	for _, e := range a.Effects {
		p.targets[e.Kind.String()+" "+e.Access.String()+" "+e.Target]++
	}
	score := 0.0
	for w, n := range p.words {
		score += p.weights[w] * float64(n)
	}
	return score
}

// TestObserveAllocs holds that a session in its stride allocates nothing.
func TestObserveAllocs(t *testing.T) {
	s := intent.Default().NewStream([]intent.Label{intent.Debug})
	ctx := t.Context()
	_, _ = s.Observe(ctx, intent.Action{Role: intent.Prompt, Text: "the totals are rounded wrongly, fix it please"})
	i := 0
	n := testing.AllocsPerRun(200, func() {
		if _, err := s.Observe(ctx, work[i%len(work)]); err != nil {
			t.Fatal(err)
		}
		i++
	})
	if n != 0 {
		t.Errorf("Observe allocates %v times, want 0", n)
	}
}

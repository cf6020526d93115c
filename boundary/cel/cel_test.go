package cel_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/cel"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/policy"
	"github.com/ambit-go/ambit/boundary/secret"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/intent"
)

var request = boundary.Request{
	Tool: "refund", Server: "crm", Time: time.Date(2026, 3, 1, 21, 30, 0, 0, time.UTC),
	Arguments: []byte(`{"amount": 40, "customer": {"id": "c-1"}, "to": ["a@x.example", "b@x.example"]}`),
	Session: boundary.SessionInfo{
		ID: "s-1", Agent: "support", Branch: "main", Owner: identity.Principal{Kind: identity.Human, ID: "ada", Assurance: identity.Verified},
		Task: boundary.Task{ID: "T-1", Params: map[string]string{"customer": "c-1"}},
	},
	Effects: []effect.Effect{
		{Kind: effect.Data, Access: effect.Write, Target: "crm:refunds", Certainty: effect.Exact, Direction: effect.Out},
		{Kind: effect.Host, Access: effect.Connect, Target: "mcp:crm", Certainty: effect.Exact},
	},
	Findings: []secret.Finding{{Kind: "github-pat"}},
	Switches: []identity.Switch{{Kind: identity.TenantChanged}},
	Intent:   intent.Result{Label: intent.Debug, Score: 0.8},
	History:  boundary.History{Calls: 3, UntrustedSeen: true},
}

func TestConditions(t *testing.T) {
	for text, want := range map[string]bool{
		`tool == "refund" && server == "crm"`:                        true,
		`args.amount <= 40`:                                          true,
		`args.amount > 40.5`:                                         false,
		`args.customer.id == session.task.params.customer`:           true,
		`has(args.cc)`:                                               false,
		`args.to.all(x, x.endsWith("@x.example"))`:                   true,
		`effects.exists(e, e.kind == "data" && e.access == "write")`: true,
		`effects.all(e, e.certainty == "exact")`:                     true,
		`session.owner.assurance == "verified"`:                      true,
		`session.subagent`:                                           false,
		`time.getHours("Europe/Berlin") >= 22`:                       true,
		`time < timestamp("2026-03-01T22:00:00Z")`:                   true,
		`history.untrusted_seen && history.calls < 5`:                true,
		`intent.label == "debug" && intent.score > 0.5`:              true,
		`"github-pat" in secrets`:                                    true,
		`switches.exists(s, s == "tenant_changed")`:                  true,
		`phase == "call" && annotations.destructive != "yes"`:        true,
		`tool.matches("^re[a-z]+$")`:                                 true,
	} {
		c, err := cel.Compile(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got, err := c(t.Context(), request); err != nil || got != want {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
}

func TestMistakesAreFoundWhenAPolicyLoads(t *testing.T) {
	for name, text := range map[string]string{
		"no expression":          `tool ==`,
		"a name that is none":    `tol == "x"`,
		"a field that is none":   `session.brunch == "x"`,
		"types that differ":      `tool == 1`,
		"not true or false":      `tool`,
		"an expression of RE2":   `tool.matches("(")`,
		"a moment that is none":  `time < timestamp("yesterday")`,
		"too much work":          `effects.all(a, effects.all(b, effects.all(c, a.target == b.target || b.target == c.target)))`,
		"more text than is read": `tool == "` + strings.Repeat("x", 5000) + `"`,
		"nested without end":     strings.Repeat("(", 500) + "true" + strings.Repeat(")", 500),
		"nothing":                ``,
	} {
		if c, err := cel.Compile(text); err == nil || c != nil {
			t.Errorf("%s compiles", name)
		} else if strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: an error of several lines: %v", name, err)
		}
	}
	_, err := policy.Parse("task.yaml", []byte("version: 1\nid: x\ngrants:\n  - id: a\n    tools: [t]\n    when: tool == 1\n"), policy.Options{When: cel.Compile})
	if err == nil || !strings.HasPrefix(err.Error(), "task.yaml:6:11: grants[0].when: not a condition: ") {
		t.Errorf("error %v", err)
	}
}

func TestWhatCannotBeToldIsAnError(t *testing.T) {
	for name, tt := range map[string]struct{ text, args string }{
		"an argument that is not there": {`args.x == 1`, `{}`},
		"another type":                  {`args.x < 1`, `{"x": "0"}`},
		"not JSON":                      {`args.x == 1`, `{"x": 1`},
		"no object":                     {`args.x == 1`, `[1]`},
		"a name twice":                  {`args.x == 1`, `{"x": 1, "x": 2}`},
		"a name twice, further in":      {`args.y == 1`, `{"y": 1, "x": [{"a": 1, "A": 2}]}`},
		"more than is read":             {`args.x == 1`, `{"x": 1, "y": "` + strings.Repeat("y", 70000) + `"}`},
	} {
		c, err := cel.Compile(tt.text)
		if err != nil {
			t.Fatal(err)
		}
		_, err = c(t.Context(), boundary.Request{Arguments: []byte(tt.args)})
		if err == nil {
			t.Errorf("%s can be told", name)
		} else if strings.Contains(err.Error(), "x") && strings.Contains(err.Error(), "args") {
			t.Errorf("%s: the error repeats content: %v", name, err)
		}
	}
	c, _ := cel.Compile(`effects.all(e, e.certainty == "exact")`)
	if ok, err := c(t.Context(), boundary.Request{Effects: make([]effect.Effect, 1000)}); err == nil {
		t.Errorf("of a thousand effects: %v", ok)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c(ctx, request); err == nil {
		t.Error("a cancelled context is told")
	}
}

func TestTheZeroRequest(t *testing.T) {
	for _, text := range []string{`tool == ""`, `session.owner.id == ""`, `size(effects) == 0`, `!has(args.x)`, `size(session.task.params) == 0`, `intent.label == ""`} {
		c, err := cel.Compile(text)
		if err != nil {
			t.Fatal(err)
		}
		if ok, err := c(t.Context(), boundary.Request{}); !ok || err != nil {
			t.Errorf("%s: %v, %v", text, ok, err)
		}
	}
}

func TestConditionsConcurrentSafe(t *testing.T) {
	c, err := cel.Compile(`args.amount <= 40 && effects.exists(e, e.kind == "data")`)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	for range 8 {
		go func() {
			var failed error
			for range 200 {
				if ok, err := c(context.Background(), request); !ok || err != nil {
					failed = fmt.Errorf("%v, %w", ok, err)
				}
			}
			done <- failed
		}()
	}
	for range 8 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func Example() {
	p, err := policy.Parse("task.yaml", []byte(`
version: 1
id: refunds
grants:
  - {id: small, servers: [crm], tools: [refund], when: "args.amount <= 50 && !history.untrusted_seen"}
`), policy.Options{When: cel.Compile})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, args := range []string{`{"amount": 40}`, `{"amount": 400}`, `{}`} {
		d, err := p.Check(context.Background(), boundary.Request{Tool: "refund", Server: "crm", Arguments: []byte(args)})
		fmt.Println(d.Verdict, d.Determining().Reason, err)
	}
	// Output:
	// allow granted <nil>
	// deny unmatched <nil>
	// deny unmatched <nil>
}

func FuzzCompile(f *testing.F) {
	f.Add(`args.amount <= 40 && tool == "x"`)
	f.Add(`effects.exists(e, e.kind == "data")`)
	f.Fuzz(func(t *testing.T, text string) {
		c, err := cel.Compile(text)
		if err != nil {
			return
		}
		start := time.Now()
		_, _ = c(t.Context(), request)
		if took := time.Since(start); took > 30*time.Second {
			t.Errorf("%q took %v", text, took)
		}
	})
}

func BenchmarkCondition(b *testing.B) {
	c, err := cel.Compile(`tool == "refund" && session.branch == "main" && intent.score > 0.5`)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if ok, err := c(b.Context(), request); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}

// TestWhoActs holds that conditions see the actor whom the policy's identities see: of a
// chain that cannot be read nobody, and not who stands beside it.
func TestWhoActs(t *testing.T) {
	c, err := cel.Compile(`session.actor.id == "bot"`)
	if err != nil {
		t.Fatal(err)
	}
	bot, ada := identity.Principal{Kind: identity.Agent, ID: "bot"}, identity.Principal{Kind: identity.Human, ID: "ada"}
	for name, tt := range map[string]struct {
		d    identity.Delegation
		want bool
	}{
		"nothing is known of the call": {identity.Delegation{}, true},
		"an owner alone":               {identity.Delegation{Owner: ada}, true},
		"another actor":                {identity.Delegation{Owner: ada, Actors: []identity.Principal{{ID: "other"}, bot}}, false},
		"an actor without a name":      {identity.Delegation{Owner: ada, Actors: []identity.Principal{{}}}, false},
		"a chain that is malformed":    {identity.Delegation{Owner: ada, Malformed: "act_not_object"}, false},
	} {
		req := request
		req.Session.Actor, req.Delegation = bot, tt.d
		if got, err := c(t.Context(), req); err != nil || got != tt.want {
			t.Errorf("%s: %v %v, want %v", name, got, err, tt.want)
		}
	}
}

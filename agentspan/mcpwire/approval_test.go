package mcpwire

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/identity"
)

func verified(sub string) Caller {
	return CallerFromClaims(map[string]any{"iss": "https://idp.example.com", "sub": sub, "client_id": "ide"}, nil, identity.Verified)
}

// asked is a question by one rule.
func asked(change func(*agentspan.Ask)) *agentspan.Ask {
	a := &agentspan.Ask{
		Tool: "delete_file", Message: "deleting needs a person", Effects: []string{"delete /srv/a"}, Terms: boundary.Approval{By: []string{"human:ada"}},
		Decision: boundary.Decision{Because: []boundary.Determination{
			{Verdict: boundary.Allow, Rule: "reads"},
			{Verdict: boundary.RequireApproval, Reason: boundary.ReasonApprovalByRule, Rule: "ask-delete"},
		}},
	}
	if change != nil {
		change(a)
	}
	return a
}

func TestStatesCountOnceForOneCallAndEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := NewStates([]byte("0123456789abcdef"), nil)
		ada, bob := verified("ada"), verified("bob")
		n := agentspan.Session{Owner: identity.Principal{ID: "ada"}}
		binding := bindingOf("tools/call", "delete_file", "h1", []byte(`{"path":"a","n":1}`), &n, &ada, asked(nil))
		if !bytes.Equal(binding, bindingOf("tools/call", "delete_file", "h1", []byte(`{ "n": 1, "path": "a" }`), &n, &ada, asked(nil))) {
			t.Error("the order of members makes other arguments")
		}
		state := s.issue(binding, time.Now(), time.Time{})
		if !isState(state) || isState("state of a tool") {
			t.Errorf("IsState is wrong about %q", state)
		}
		for name, b := range map[string][]byte{
			"another tool":       bindingOf("tools/call", "drop_table", "h1", []byte(`{"path":"a","n":1}`), &n, &ada, asked(nil)),
			"another definition": bindingOf("tools/call", "delete_file", "h2", []byte(`{"path":"a","n":1}`), &n, &ada, asked(nil)),
			"other arguments":    bindingOf("tools/call", "delete_file", "h1", []byte(`{"path":"b","n":1}`), &n, &ada, asked(nil)),
			"another caller":     bindingOf("tools/call", "delete_file", "h1", []byte(`{"path":"a","n":1}`), &n, &bob, asked(nil)),
		} {
			if s.redeem(t.Context(), state, b, time.Now()) {
				t.Errorf("it counts for %s", name)
			}
		}
		about := func(change func(*agentspan.Ask)) []byte {
			return bindingOf("tools/call", "delete_file", "h1", []byte(`{"path":"a","n":1}`), &n, &ada, asked(change))
		}
		for name, change := range map[string]func(*agentspan.Ask){
			"another rule":                func(a *agentspan.Ask) { a.Decision.Because[1].Rule = "production" },
			"one rule more":               func(a *agentspan.Ask) { a.Decision.Because = append(a.Decision.Because, a.Decision.Because[1]) },
			"no rule":                     func(a *agentspan.Ask) { a.Decision.Because = nil },
			"another effect":              func(a *agentspan.Ask) { a.Effects[0] = "delete /srv/b" },
			"others who may say yes":      func(a *agentspan.Ask) { a.Terms.By[0] = "group:leads" },
			"more assurance":              func(a *agentspan.Ask) { a.Terms.Assurance = identity.Verified },
			"anybody but the owner":       func(a *agentspan.Ask) { a.Terms.NotOwner = true },
			"a yes that is to stand":      func(a *agentspan.Ask) { a.Terms.Remember = true },
			"the session, and not a call": func(a *agentspan.Ask) { a.Tool = "" },
		} {
			if s.redeem(t.Context(), state, about(change), time.Now()) {
				t.Errorf("it counts for a question about %s", name)
			}
		}
		if !bytes.Equal(binding, about(func(a *agentspan.Ask) { a.Message, a.Decision.Because[0].Rule = "in other words", "lists" })) {
			t.Error("the same reason in other words, or by what allows besides, is another question")
		}
		wordy := func(words string) []byte {
			return about(func(a *agentspan.Ask) { a.Decision.Because, a.Message = nil, words })
		}
		if bytes.Equal(wordy("this costs 5"), wordy("this costs 5000")) {
			t.Error("a reason that is given in words alone is none")
		}
		for _, edited := range []string{"", "ambit1.", state[:len(state)-1], state + "A", strings.ToUpper(state), "ambit1." + strings.Repeat("A", len(state)-7)} {
			if s.redeem(t.Context(), edited, binding, time.Now()) {
				t.Errorf("%q counts", edited)
			}
		}
		if NewStates(nil, nil).redeem(t.Context(), state, binding, time.Now()) {
			t.Error("it counts for a server with another key")
		}
		if !s.redeem(t.Context(), state, binding, time.Now()) {
			t.Error("it does not count for its call")
		}
		if s.redeem(t.Context(), state, binding, time.Now()) {
			t.Error("it counts twice")
		}
		late := s.issue(binding, time.Now(), time.Time{})
		time.Sleep(5 * time.Minute)
		if s.redeem(t.Context(), late, binding, time.Now()) {
			t.Error("it counts after its end")
		}
	})
}

// Where processes share what was used, a state counts once in all of them, and not where
// they cannot tell.
func TestProcessesShareWhatWasUsed(t *testing.T) {
	key, now := bytes.Repeat([]byte("k"), 32), time.Now()
	seen := map[string]bool{}
	first := func(_ context.Context, id string, until time.Time) bool {
		if seen[id] || !until.After(now) || len(id) < 32 {
			return false
		}
		seen[id] = true
		return true
	}
	one, two, broken := NewStates(key, first), NewStates(key, first), NewStates(key, func(context.Context, string, time.Time) bool { return false })
	state := one.issue([]byte("call"), now, time.Time{})
	if broken.redeem(t.Context(), state, []byte("call"), now) {
		t.Error("it counts where nobody can tell")
	}
	if two.redeem(t.Context(), state, []byte("another call"), now) || len(seen) > 0 {
		t.Error("a state of another call was used up")
	}
	if !two.redeem(t.Context(), state, []byte("call"), now) {
		t.Error("it does not count in another process")
	}
	if one.redeem(t.Context(), state, []byte("call"), now) {
		t.Error("it counts in two processes")
	}
}

// What a person agreed to is one call. Arguments that a tool can tell apart are other
// arguments, however Go would read them; those it cannot are the same.
func TestArgumentsOfAQuestion(t *testing.T) {
	binding := func(arguments string) string {
		return string(bindingOf("tools/call", "pay", "h1", []byte(arguments), &agentspan.Session{}, &Caller{}, &agentspan.Ask{}))
	}
	for _, tt := range []struct {
		name, a, b string
		same       bool
	}{
		{"order and space", `{"a":[1,{"c":2,"b":3}],"d":"\u0061"}`, "{\"d\": \"a\",\n\"a\": [1, {\"b\": 3, \"c\": 2}]}", true},
		{"one name in two objects", `{"a":{"n":1},"b":{"n":1}}`, `{"b":{"n":1},"a":{"n":1}}`, true},
		{"numbers that are one float64", `{"to":9007199254740992}`, `{"to":9007199254740993}`, false},
		{"a name twice", `{"path":"b"}`, `{"path":"a","path":"b"}`, false},
		{"a name twice, deep", `{"x":[{"path":"b"}]}`, `{"x":[{"path":"a","path":"b"}]}`, false},
		{"halves of characters", `{"path":"\ud800"}`, `{"path":"\uDbff"}`, false},
		{"bytes that are no text", "{\"path\":\"\xff\"}", "{\"path\":\"\xfe\"}", false},
		{"something behind", `{"a":1}`, `{"a":1}{}`, false},
		{"something broken behind", `{"a":1}`, `{"a":1}]`, false},
	} {
		if got := binding(tt.a) == binding(tt.b); got != tt.same {
			t.Errorf("%s: %s and %s are the same: %v", tt.name, tt.a, tt.b, got)
		}
	}
}

func TestAnAnswerIsTheClientsWord(t *testing.T) {
	ada := identity.Principal{Kind: identity.Human, ID: "ada", Assurance: identity.Verified}
	for _, tt := range []struct {
		action  string
		content map[string]any
		want    bool
	}{
		{"accept", map[string]any{"approve": true}, true},
		{"accept", map[string]any{"approve": "true"}, false},
		{"accept", nil, false},
		{"decline", map[string]any{"approve": true}, false},
		{"", map[string]any{"approve": true}, false},
	} {
		a := answer(tt.action, tt.content, ada)
		if a.Approved != tt.want || a.By.Assurance != identity.Asserted {
			t.Errorf("%s %v: approved %v by %v", tt.action, tt.content, a.Approved, a.By.Assurance)
		}
	}
}

// No state counts but the one that was issued, for the call that it was issued for.
func FuzzState(f *testing.F) {
	f.Add("ambit1.AAAA", []byte("call"))
	f.Add("", []byte{})
	f.Add("ambit1."+string(bytes.Repeat([]byte("A"), 75)), []byte("another"))
	key := bytes.Repeat([]byte("k"), 32)
	f.Fuzz(func(t *testing.T, state string, binding []byte) {
		now := time.Now()
		if NewStates(key, nil).redeem(t.Context(), state, binding, now) {
			t.Errorf("a made-up state counts: %q", state)
		}
		s := NewStates(key, nil)
		issued := s.issue([]byte("call"), now, time.Time{})
		if got := s.redeem(t.Context(), issued, binding, now); got != bytes.Equal(binding, []byte("call")) {
			t.Errorf("for the call %q it counts: %v", binding, got)
		}
		at := len(state) % len(issued)
		edited := []byte(issued)
		edited[at] ^= 1 + byte(len(binding))&0x7e
		if string(edited) != issued && NewStates(key, nil).redeem(t.Context(), string(edited), []byte("call"), now) {
			t.Errorf("edited at %d it counts: %s", at, edited)
		}
	})
}

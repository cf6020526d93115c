package cel

import (
	"bytes"
	"encoding/json"
	"strings"
	"sync"
	"time"

	"cel.dev/cel-go/interpreter"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/identity"
)

// What conditions see. Each fact is made when a condition asks for it.

type session struct {
	ID     string     `cel:"id"`
	Agent  string     `cel:"agent"`
	Owner  *principal `cel:"owner"`
	Actor  *principal `cel:"actor"`
	Task   *task      `cel:"task"`
	Dir    string     `cel:"dir"`
	Root   string     `cel:"root"`
	Repo   string     `cel:"repo"`
	Branch string     `cel:"branch"`
	Start  time.Time  `cel:"start"`
	Child  bool       `cel:"subagent"`
}

type principal struct {
	Kind      string `cel:"kind"`
	ID        string `cel:"id"`
	Issuer    string `cel:"issuer"`
	Assurance string `cel:"assurance"`
}

type task struct {
	ID      string            `cel:"id"`
	Purpose string            `cel:"purpose"`
	Params  map[string]string `cel:"params"`
}

type effectFact struct {
	Kind      string `cel:"kind"`
	Access    string `cel:"access"`
	Target    string `cel:"target"`
	Certainty string `cel:"certainty"`
	Direction string `cel:"direction"`
}

type history struct {
	Secret    bool `cel:"secret_seen"`
	Untrusted bool `cel:"untrusted_seen"`
	Private   bool `cel:"private_seen"`
	Switched  bool `cel:"identity_switched"`
	Lost      bool `cel:"lost"`
	Calls     int  `cel:"calls"`
	Refused   int  `cel:"refused"`
}

type intentFact struct {
	Label     string  `cel:"label"`
	Score     float64 `cel:"score"`
	Anomalous bool    `cel:"anomalous"`
	Drift     float64 `cel:"drift"`
	Injected  bool    `cel:"injected"`
}

type hints struct {
	ReadOnly    string `cel:"read_only"` // yes, no, or empty
	Destructive string `cel:"destructive"`
	OpenWorld   string `cel:"open_world"`
}

// activation hands a request's facts to CEL by name.
type activation struct{ req *boundary.Request }

var variables = sync.Pool{New: func() any { return new(activation) }}

func (a *activation) release() {
	a.req = nil
	variables.Put(a)
}

// Parent is part of CEL's interface: there is none.
func (*activation) Parent() interpreter.Activation { return nil }

// ResolveName returns the fact of a name.
func (a *activation) ResolveName(name string) (any, bool) {
	r := a.req
	switch name {
	case "tool":
		return r.Tool, true
	case "server":
		return r.Server, true
	case "phase":
		return phases[min(int(r.Phase), len(phases)-1)], true
	case "time":
		if r.Time.IsZero() {
			return time.Now(), true
		}
		return r.Time, true
	case "args":
		return arguments(r.Arguments)
	case "session":
		return sessionOf(&r.Session, &r.Delegation), true
	case "effects":
		if len(r.Effects) > maxEffects {
			return nil, false // of all of them nothing could be said
		}
		return effectsOf(r.Effects), true
	case "history":
		h := &r.History
		return &history{h.SecretSeen, h.UntrustedSeen, h.PrivateSeen, h.IdentitySwitched, h.Lost, h.Calls, h.Refused}, true
	case "intent":
		in := &r.Intent
		return &intentFact{string(in.Label), in.Score, in.Anomalous, in.Drift, in.Injected}, true
	case "annotations":
		n := r.Annotations
		return &hints{hint(n.ReadOnly), hint(n.Destructive), hint(n.OpenWorld)}, true
	case "secrets":
		list := make([]string, len(r.Findings))
		for i := range r.Findings {
			list[i] = r.Findings[i].Kind
		}
		return list, true
	case "switches":
		list := make([]string, len(r.Switches))
		for i := range r.Switches {
			list[i] = r.Switches[i].Kind.String()
		}
		return list, true
	}
	return nil, false
}

var phases = [...]string{"call", "identity", "request", "unknown"}

func hint(h effect.Hint) string {
	switch h {
	case effect.Yes:
		return "yes"
	case effect.No:
		return "no"
	default:
		return ""
	}
}

func sessionOf(s *boundary.SessionInfo, d *identity.Delegation) *session {
	owner, actor := d.Owner, s.Actor
	if owner.IsZero() {
		owner = s.Owner
	}
	switch { // as the policy's own identities see it
	case len(d.Actors) > 0:
		actor = d.Actors[0]
	case d.Malformed != "":
		actor = identity.Principal{} // of a chain that cannot be read: nobody
	}
	return &session{
		ID: s.ID, Agent: s.Agent, Owner: principalOf(owner), Actor: principalOf(actor),
		Task: &task{s.Task.ID, s.Task.Purpose, s.Task.Params},
		Dir:  s.Dir, Root: s.Root, Repo: s.Repo, Branch: s.Branch, Start: s.Start, Child: s.Parent != "",
	}
}

func principalOf(p identity.Principal) *principal {
	return &principal{p.Kind.String(), p.ID, p.Issuer, p.Assurance.String()}
}

func effectsOf(list []effect.Effect) []*effectFact {
	facts := make([]*effectFact, len(list))
	for i := range list {
		e := &list[i]
		facts[i] = &effectFact{e.Kind.String(), e.Access.String(), e.Target, e.Certainty.String(), e.Direction.String()}
	}
	return facts
}

// arguments decodes a call's arguments. What is no object, or too large, or says
// one thing twice, is not there: asking for it fails, and a condition that fails
// cannot be told.
func arguments(data []byte) (any, bool) {
	if len(data) == 0 {
		return map[string]any{}, true
	}
	if len(data) > maxArguments || twice(data) {
		return nil, false
	}
	var m map[string]any
	if json.Unmarshal(data, &m) != nil {
		return nil, false
	}
	return m, true
}

// twice reports whether an object has a member twice, in any spelling: readers
// differ in which one they take.
func twice(data []byte) bool {
	dec := json.NewDecoder(bytes.NewReader(data))
	type level struct {
		names map[string]bool // nil for an array
		value bool            // a value comes next
	}
	var stack []level
	for {
		t, err := dec.Token()
		if err != nil {
			return false
		}
		n := len(stack)
		key, isText := t.(string)
		if isText && n > 0 && stack[n-1].names != nil && !stack[n-1].value {
			name := strings.ToLower(key)
			if stack[n-1].names[name] {
				return true
			}
			stack[n-1].names[name], stack[n-1].value = true, true
			continue
		}
		if n > 0 {
			stack[n-1].value = false
		}
		switch t {
		case json.Delim('{'):
			stack = append(stack, level{names: map[string]bool{}})
		case json.Delim('['):
			stack = append(stack, level{})
		case json.Delim('}'), json.Delim(']'):
			stack = stack[:n-1]
		}
	}
}

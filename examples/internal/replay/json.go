package replay

// One JSON object per call, and one per session.

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/ambit-go/ambit/agentspan/hookspan/recording"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/secret"
	"github.com/ambit-go/ambit/identity"
)

// An action is one call. Outcome, rule and reason are what the boundary says of it:
// the policy, or whoever refused the call when it was recorded. Enforced says
// whether a refusal takes effect where the policy is in force.
type action struct {
	Session   string      `json:"session"`
	Turn      int         `json:"turn"`  // from 0
	Index     int         `json:"index"` // in its turn, from 0
	Tool      string      `json:"tool"`
	Server    string      `json:"server,omitempty"`
	Subagent  string      `json:"subagent,omitempty"`
	Ran       bool        `json:"ran"`
	Outcome   string      `json:"outcome"`
	Enforced  bool        `json:"enforced"`
	Rule      string      `json:"rule"`
	Grant     string      `json:"grant,omitempty"`
	Reason    string      `json:"reason"`
	Crossings []string    `json:"crossings"`
	Effects   []touch     `json:"effects"`
	Secrets   []sight     `json:"secrets"`
	Identity  actor       `json:"identity"`
	Switches  []turnabout `json:"switches"`
	Intent    purpose     `json:"intent"`
}

// A touch is an effect.
type touch struct {
	Kind      string `json:"kind"`
	Access    string `json:"access"`
	Target    string `json:"target"`
	Certainty string `json:"certainty"`
	Direction string `json:"direction,omitempty"`
	At        string `json:"at,omitempty"`
}

// A sight is a secret that was seen, or a place of one.
type sight struct {
	Kind  string `json:"kind"`
	Place string `json:"place"`
	At    string `json:"at,omitempty"`
}

type actor struct {
	ID          string `json:"id,omitempty"`
	Kind        string `json:"kind,omitempty"`
	Assurance   string `json:"assurance,omitempty"`
	Credential  string `json:"credential,omitempty"`
	Handle      string `json:"handle,omitempty"`
	Fingerprint string `json:"fingerprint,omitempty"`
	Service     string `json:"service,omitempty"`
	Account     string `json:"account,omitempty"`
}

// A turnabout is a switch of identity.
type turnabout struct {
	Kind    string `json:"kind"`
	From    string `json:"from,omitempty"`
	To      string `json:"to,omitempty"`
	Service string `json:"service,omitempty"`

	Repeated bool `json:"repeated,omitempty"` // the session made it before
}

type purpose struct {
	Label     string  `json:"label"`
	Score     float64 `json:"score"`
	Anomalous bool    `json:"anomalous"`
}

// json writes the calls of a session in their order, and its summary.
func (p *player) json(s recording.Session, calls []played) error {
	slices.SortFunc(calls, func(a, b played) int {
		return cmp.Or(cmp.Compare(a.Turn, b.Turn), cmp.Compare(a.Index, b.Index))
	})
	enc := json.NewEncoder(p.stdout)
	enc.SetEscapeHTML(false)
	for i := range calls {
		if err := enc.Encode(actionOf(clean(s.ID), &calls[i])); err != nil {
			return err
		}
	}
	return enc.Encode(map[string]any{"session": clean(s.ID), "summary": summarize(s, calls)})
}

func actionOf(session string, c *played) action {
	d, why := c.Decision, c.Decision.Determining()
	a := action{
		Session: session, Turn: c.Turn, Index: c.Index, Tool: clean(c.Tool), Server: clean(c.Server), Subagent: clean(c.AgentType), Ran: !c.Refused,
		Outcome: d.Verdict.String(), Enforced: !d.Observed && d.Verdict != boundary.NotEvaluated,
		Rule: clean(why.Rule), Grant: clean(why.Grant), Reason: string(why.Reason),
		Crossings: []string{}, Effects: []touch{}, Secrets: secrets(c), Identity: actorOf(c), Switches: []turnabout{},
		Intent: purpose{Label: cmp.Or(string(c.Intent.Label), "unknown"), Score: c.Intent.Score, Anomalous: c.Intent.Anomalous},
	}
	for _, x := range d.Crossings {
		if !slices.Contains(a.Crossings, x.Kind.String()) {
			a.Crossings = append(a.Crossings, x.Kind.String())
		}
	}
	for _, e := range c.Effects {
		a.Effects = append(a.Effects, touch{
			e.Kind.String(), e.Access.String(), clean(e.Target), e.Certainty.String(), e.Direction.String(), clean(e.At),
		})
	}
	for _, s := range c.Switches {
		a.Switches = append(a.Switches, turnabout{s.Kind.String(), clean(s.From), clean(s.To), clean(s.Target.Service), s.Repeated})
	}
	return a
}

// secrets returns what a call shows of secrets: those in its arguments and its
// result, and the places of secrets it reaches for.
func secrets(c *played) []sight {
	list := []sight{}
	for _, f := range slices.Concat(c.Findings, c.Found) {
		list = append(list, sight{clean(f.Kind), f.Place.String(), clean(f.At)})
	}
	for _, e := range c.Effects {
		if e.Kind == effect.Secret {
			kind, _, _ := strings.Cut(e.Target, ":")
			list = append(list, sight{cmp.Or(clean(kind), "unknown"), "target", clean(e.At)})
		}
	}
	return list
}

func actorOf(c *played) actor {
	a := actor{}
	who := c.Actor
	if u := c.Use; u != nil {
		a.Credential, a.Handle, a.Fingerprint = clean(string(u.Credential.Kind)), clean(u.Credential.Handle), clean(u.Credential.Fingerprint)
		a.Service, a.Account = clean(u.Target.Service), clean(u.Target.Account)
	}
	if who != (identity.Principal{}) {
		a.ID, a.Kind, a.Assurance = clean(who.ID), who.Kind.String(), who.Assurance.String()
	}
	return a
}

// maxText bounds each string that is written, in bytes.
const maxText = 2000

// clean returns s without secrets, and cut.
func clean(s string) string {
	s = secret.RedactString(secret.Default(), s, secret.Result)
	if len(s) > maxText {
		s = strings.ToValidUTF8(s[:maxText], "") + "…"
	}
	return s
}

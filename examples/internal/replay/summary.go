package replay

// What a session did and reached, its subagents included.

import (
	"cmp"
	"hash/maphash"
	"slices"
	"strconv"
	"strings"

	"github.com/ambit-go/ambit/agentspan/hookspan"
	"github.com/ambit-go/ambit/agentspan/hookspan/recording"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/secret"
)

// A summary says what a session adds up to. What it reached is counted once, however
// often it was reached, and as the session's own span counts it; a call that was
// refused when it was recorded reached nothing.
type summary struct {
	Agent       string   `json:"agent"`
	Version     string   `json:"version,omitempty"`
	Format      string   `json:"format"`
	Turns       int      `json:"turns"`
	Calls       int      `json:"calls"`
	Failed      int      `json:"failed"`
	Refusals    int      `json:"refusals"`     // when it was recorded
	WouldRefuse int      `json:"would_refuse"` // the policy, of calls that ran
	Unknown     int      `json:"unknown"`      // calls with an effect that cannot be told
	Anomalous   int      `json:"anomalous"`    // calls under an alarm of the classifier
	Switches    int      `json:"switches"`
	Subagents   int      `json:"subagents"`
	Identities  int      `json:"identities"`
	Credentials int      `json:"credentials"`
	Accounts    int      `json:"accounts"`
	Hosts       int      `json:"hosts"`
	Repos       int      `json:"repositories"`
	Data        int      `json:"data_domains"`
	Secrets     int      `json:"secrets"`       // distinct values in arguments and results
	Places      int      `json:"secret_places"` // distinct files, variables and services that hold some
	BlastRadius int      `json:"blast_radius"`
	Intents     []string `json:"intents"`
	Privileged  bool     `json:"privileged"`
}

// A played call is one with hashes of the secrets in its arguments and its result: the
// texts themselves are not kept.
type played struct {
	hookspan.Replayed
	values []string
}

var seed = maphash.MakeSeed()

func valuesIn(text string, found []secret.Finding) (values []string) {
	for _, f := range found {
		if f.Length > 0 && f.Offset >= 0 && f.Offset <= len(text) {
			values = append(values, strconv.FormatUint(maphash.String(seed, text[f.Offset:min(len(text), f.Offset+f.Length)]), 36))
		}
	}
	return values
}

func summarize(s recording.Session, calls []played) summary {
	sum := summary{Agent: clean(s.Agent), Version: clean(s.Version), Format: string(s.Format), Turns: len(s.Turns), Calls: len(calls), Intents: []string{}}
	seen := map[string]bool{}
	reach := func(n *int, kind, name string) {
		if key := kind + "\x00" + name; name != "" && !seen[key] {
			seen[key] = true
			*n++
		}
	}
	for i := range calls {
		c := &calls[i]
		sum.count(c)
		reach(&sum.Subagents, "subagent", c.Agent)
		if c.Refused {
			continue
		}
		for _, v := range c.values {
			reach(&sum.Secrets, "secret", v)
		}
		if l := string(c.Intent.Label); l != "" && !slices.Contains(sum.Intents, l) {
			sum.Intents = append(sum.Intents, l)
		}
		for _, e := range c.Effects {
			switch e.Kind {
			case effect.Host:
				reach(&sum.Hosts, "host", e.Target)
			case effect.URL:
				reach(&sum.Hosts, "host", hostOf(e.Target))
			case effect.Repo:
				reach(&sum.Repos, "repository", e.Target)
			case effect.Data:
				reach(&sum.Data, "data", e.Target)
			case effect.Secret:
				reach(&sum.Places, "place", e.Target)
			case effect.Identity:
				reach(&sum.Identities, "identity", e.Target)
			case effect.Resource:
				reach(&sum.Accounts, "account", accountOf(e.Target))
			default:
			}
		}
		if u := c.Use; u != nil {
			reach(&sum.Identities, "identity", u.Delegation.Actor().ID)
			reach(&sum.Credentials, "credential", cmp.Or(u.Credential.Handle, u.Credential.Fingerprint, string(u.Credential.Kind)))
			reach(&sum.Accounts, "account", u.Target.Account)
			reach(&sum.Hosts, "host", u.Target.Host)
			reach(&sum.Repos, "repository", u.Target.Repository)
		}
	}
	sum.BlastRadius = sum.Identities + sum.Credentials + sum.Accounts + sum.Hosts + sum.Repos + sum.Data + sum.Secrets + sum.Places
	return sum
}

func (s *summary) count(c *played) {
	s.Switches += switched(c)
	s.Privileged = s.Privileged || c.Privileged
	for _, n := range []struct {
		counter *int
		yes     bool
	}{
		{&s.Refusals, c.Refused},
		{&s.Failed, c.Failed && !c.Refused},
		{&s.WouldRefuse, !c.Refused && c.Decision.Refuses()},
		{&s.Unknown, effect.Certain(c.Effects) == effect.Unknown},
		{&s.Anomalous, c.Intent.Anomalous},
	} {
		if n.yes {
			*n.counter++
		}
	}
}

// switched returns how many switches of identity a call made that its session had
// not made before.
func switched(c *played) (n int) {
	for _, w := range c.Switches {
		if !w.Repeated {
			n++
		}
	}
	return n
}

// hostOf returns the host of a canonical URL.
func hostOf(url string) string {
	_, rest, _ := strings.Cut(url, "://")
	host, _, _ := strings.Cut(rest, "/")
	return host
}

// accountOf returns what sets apart whose resource it is.
func accountOf(target string) string {
	r, _ := effect.ParseResource(target)
	for _, f := range []string{"account", "project", "subscription", "cluster", "context"} {
		if v := r.Fields[f]; v != "" {
			return r.Provider + ":" + v
		}
	}
	return ""
}

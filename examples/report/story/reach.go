package story

import (
	"cmp"
	"slices"
	"strings"

	"go.opentelemetry.io/otel/attribute"

	"github.com/ambit-go/ambit/semconv"
)

// kinds are the groups of what a session reaches, those that count first.
var kinds = [...]struct {
	kind, plural string
	counted      attribute.Key
}{
	{"identity", "identities", semconv.AmbitSessionIdentityCountKey},
	{"credential", "credentials", semconv.AmbitSessionCredentialCountKey},
	{"secret", "secrets", semconv.AmbitSessionSecretCountKey},
	{"host", "hosts and servers", semconv.AmbitSessionHostCountKey},
	{"repository", "repositories", semconv.AmbitSessionRepositoryCountKey},
	{"account", "accounts", semconv.AmbitSessionAccountCountKey},
	{"data", "data", semconv.AmbitSessionDataDomainCountKey},
	{"service", "services", ""},
	{"path", "files and folders", ""},
	{"command", "commands", ""},
}

// reached gathers what calls reached, and what refused ones named.
func (b *builder) reached() {
	r := reacher{at: map[Target]*thing{}}
	for _, c := range b.Calls {
		for _, t := range c.Targets {
			if t.Kind == "service" && strings.HasPrefix(t.Name, "mcp:") {
				t.Kind = "host" // as the session counts it
			}
			r.add(t, c)
		}
		for _, s := range c.Secrets {
			r.add(Target{"secret", s.Kind}, c)
		}
		for _, s := range c.Switches {
			r.add(Target{"identity", s.To}, c)
		}
		if who := c.Span.Str(semconv.AmbitIdentityIDKey); who != b.Actor.ID {
			r.add(Target{"identity", who}, c)
		}
		r.add(Target{"credential", cmp.Or(c.Cred.Handle, c.Cred.Fingerprint, c.Cred.Kind)}, c)
	}
	for _, k := range kinds {
		g := Group{Kind: k.kind, Plural: k.plural, Counted: -1}
		if b.Summary != nil && k.counted != "" {
			if n, ok := b.Summary.Int(k.counted); ok {
				g.Counted = n
			}
			if n, ok := b.Summary.Int(semconv.AmbitSessionSecretPlaceCountKey); ok && k.kind == "secret" {
				g.Counted = max(g.Counted, 0) + n // spans do not name the places
			}
		}
		for _, t := range r.order {
			switch {
			case t.target.Kind != k.kind:
			case t.ran:
				g.Reached = append(g.Reached, t.Thing)
			default:
				g.Tried = append(g.Tried, t.Thing)
			}
		}
		if len(g.Reached)+len(g.Tried) > 0 || g.Counted > 0 {
			b.Reach = append(b.Reach, g)
		}
	}
}

type thing struct {
	Thing
	target Target
	ran    bool
}

type reacher struct {
	at    map[Target]*thing
	order []*thing
}

func (r *reacher) add(t Target, c *Call) {
	if t.Name == "" {
		return
	}
	it := r.at[t]
	if it == nil {
		it = &thing{Thing: Thing{Name: t.Name}, target: t}
		r.at[t] = it
		r.order = append(r.order, it)
	}
	if n := len(it.Calls); n == 0 || it.Calls[n-1] != c {
		it.Calls = append(it.Calls, c)
	}
	it.ran = it.ran || !c.Verdict.Stopped()
}

// Ran returns the calls on the thing that ran.
func (t *Thing) Ran() (list []*Call) {
	return slices.DeleteFunc(slices.Clone(t.Calls), func(c *Call) bool { return c.Verdict.Stopped() })
}

// Against reports whether a call that policy would refuse reached it.
func (t *Thing) Against() bool {
	return slices.ContainsFunc(t.Calls, func(c *Call) bool { return c.Verdict == Against || c.Verdict == Ignored })
}

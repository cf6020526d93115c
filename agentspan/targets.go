package agentspan

import (
	"strings"

	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/internal/reach"
)

// A target is the most telling of each kind of thing a call touches: what its
// span can hold in short attributes.
type target struct {
	host, repository, service, account, path, command string
}

// targetOf picks what a call's span says of its effects: of each kind the first
// with the strongest access, and no effect that is not certain before one that is.
func targetOf(effects []effect.Effect) target {
	var t target
	var best [effect.Data + 1]int // 1 + index into effects
	for i := range effects {
		e := &effects[i]
		if e.Target == "" || e.Kind > effect.Data {
			continue
		}
		if b := best[e.Kind]; b == 0 || telling(e) > telling(&effects[b-1]) {
			best[e.Kind] = i + 1
		}
	}
	of := func(k effect.Kind) string {
		if best[k] == 0 {
			return ""
		}
		return effects[best[k]-1].Target
	}
	t.path, t.repository, t.command = of(effect.Path), of(effect.Repo), of(effect.Command)
	if t.host = of(effect.Host); t.host == "" {
		t.host = reach.Host(of(effect.URL))
	}
	if strings.HasPrefix(t.host, "mcp:") {
		t.host, t.service = "", t.host
	}
	if r, ok := effect.ParseResource(of(effect.Resource)); ok {
		t.service, t.account = r.Provider, accountOf(r)
	}
	return t
}

func telling(e *effect.Effect) int { return int(e.Certainty)<<4 | int(e.Access) }

// accountOf returns what sets apart whose resource it is.
func accountOf(r effect.ResourceID) string {
	for _, f := range [...]string{"account", "project", "subscription", "cluster", "context"} {
		if v := r.Fields[f]; v != "" {
			return r.Provider + ":" + v
		}
	}
	return ""
}

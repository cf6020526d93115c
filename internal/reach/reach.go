// Package reach says which system the effects of a call reach, for those who describe
// the use of a credential towards it.
package reach

import (
	"strings"

	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/identity"
)

// Target returns the system that a call with these effects reaches first; false if
// it reaches none that has a name.
func Target(effects []effect.Effect) (identity.Target, bool) {
	var to identity.Target
	for i := range effects {
		e := &effects[i]
		switch e.Kind {
		case effect.URL:
			to = identity.TargetFromHost(Host(e.Target))
		case effect.Host:
			// What an MCP server gets in arguments it is told, and not shown to prove
			// who asks.
			if !strings.HasPrefix(e.Target, "mcp:") {
				to = identity.TargetFromHost(e.Target)
			}
		case effect.Repo:
			host, _, _ := strings.Cut(e.Target, "/")
			to = identity.TargetFromHost(host)
			to.Repository, _, _ = strings.Cut(e.Target, ":")
		case effect.Resource:
			if r, ok := effect.ParseResource(e.Target); ok {
				to.Service, to.Account = r.Provider, r.Fields["account"]
			}
		default:
		}
		if to != (identity.Target{}) {
			return to, true
		}
	}
	return to, false
}

// Host returns the host of an address, with its port; empty if it is none.
func Host(url string) string {
	_, rest, ok := strings.Cut(url, "://")
	if !ok {
		return ""
	}
	host, _, _ := strings.Cut(rest, "/")
	return host
}

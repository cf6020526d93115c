package agentspan

import (
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/internal/reach"
)

// maxCarried bounds the credentials that are recognised in the arguments of one
// call.
const maxCarried = 4

// carry recognises the credentials in a call's arguments where the call reaches a
// system with them: "curl -H 'Authorization: Bearer …'" uses one, writing it into a
// file does not. c.findings say where they stand.
func (c *call) carry() {
	to, ok := reach.Target(c.effects)
	if !ok {
		return
	}
	args, before := c.noun.Arguments, len(c.carried)
	for i := range c.findings {
		f := &c.findings[i]
		if f.Length <= 0 || f.Offset < 0 || f.Length > len(args)-min(f.Offset, len(args)) {
			continue
		}
		material := args[f.Offset : f.Offset+f.Length]
		found, ok := identity.Inspect(material, identity.InspectOptions{Key: c.tracer.hashKey, Source: identity.InCommand})
		if !ok {
			continue
		}
		u := identity.Use{Credential: found, Target: to}
		if d, ok := identity.ParseDelegation(material); ok {
			u.Delegation = d
		} else {
			u.Delegation = c.delegation()
		}
		if c.carried = append(c.carried, u); len(c.carried) == before+maxCarried || len(c.carried) >= maxTold {
			break
		}
	}
	if len(c.carried) > 0 && c.noun.Use == nil {
		// The tracker sees it as what the call uses, once.
		u := c.carried[0]
		c.noun.Use, c.carried = &u, c.carried[1:]
	}
}

package agentspan

import (
	"bytes"

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
		o := identity.InspectOptions{Key: c.tracer.hashKey, Source: identity.InCommand}
		found, ok := identity.Inspect(material, o)
		if !ok {
			if found, ok = inContext(args[:f.Offset+f.Length], f.Length, o); !ok {
				continue
			}
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

// maxBefore bounds how far before a credential what it stands in is looked for.
const maxBefore = 128

// inContext describes a credential of unknown make by what it is the end of: a header
// ("X-Api-Key: …", "Authorization: Bearer …") or an address ("https://ada:…"). Its last
// n bytes are the credential.
func inContext(args []byte, n int, o identity.InspectOptions) (identity.Credential, bool) {
	from := max(0, len(args)-n-maxBefore)
	before := args[from : len(args)-n]
	if i := bytes.LastIndexAny(before, "'\"\n"); i >= 0 {
		from, before = from+i+1, before[i+1:]
	}
	if name, _, ok := bytes.Cut(before, []byte(":")); ok {
		value := args[from+len(name)+1:]
		if found := identity.FromHeader(map[string][]string{string(name): {string(value)}}, o); len(found) == 1 {
			return found[0], true
		}
	}
	from += bytes.LastIndexByte(before, ' ') + 1
	if bytes.Contains(args[from:len(args)-n], []byte("://")) {
		return identity.Inspect(append(bytes.Clone(args[from:]), '@'), o)
	}
	return identity.Credential{}, false
}

package boundarytest

import (
	"maps"
	"slices"

	"github.com/ambit-go/ambit/boundary"
)

// clone copies a request with everything it points to.
func clone(r boundary.Request) boundary.Request {
	r.Arguments = slices.Clone(r.Arguments)
	r.Effects = slices.Clone(r.Effects)
	r.Findings = slices.Clone(r.Findings)
	r.Switches = slices.Clone(r.Switches)
	r.Delegation.Actors = slices.Clone(r.Delegation.Actors)
	r.Intent.Evidence = slices.Clone(r.Intent.Evidence)
	r.Session.Task.Intents = slices.Clone(r.Session.Task.Intents)
	r.Session.Task.Params = maps.Clone(r.Session.Task.Params)
	if r.Use != nil {
		u := *r.Use
		u.Credential.Audience = slices.Clone(u.Credential.Audience)
		u.Credential.Scopes = slices.Clone(u.Credential.Scopes)
		u.Delegation.Actors = slices.Clone(u.Delegation.Actors)
		r.Use = &u
	}
	return r
}

// ruin overwrites everything a request points to.
func ruin(r *boundary.Request) {
	for i := range r.Arguments {
		r.Arguments[i] = 'X'
	}
	clear(r.Effects)
	clear(r.Findings)
	clear(r.Switches)
	clear(r.Delegation.Actors)
	clear(r.Intent.Evidence)
	clear(r.Session.Task.Intents)
	clear(r.Session.Task.Params)
	if r.Use != nil {
		clear(r.Use.Credential.Audience)
		clear(r.Use.Credential.Scopes)
		clear(r.Use.Delegation.Actors)
	}
}

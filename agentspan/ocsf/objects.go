package ocsf

import (
	"cmp"

	"go.opentelemetry.io/otel/attribute"

	"github.com/ambit-go/ambit/semconv"
)

// actor is who answers for what happened: OCSF has the principal there, and the
// agent that acts for it in ai_agent.
func (b *builder) actor() map[string]any {
	user := set(map[string]any{}, "uid", b.text(semconv.AmbitOwnerIDKey))
	if kind := b.text(semconv.AmbitOwnerKindKey); len(user) > 0 {
		user["type_id"], user["type"] = userType(kind)
	}
	return set(map[string]any{}, "user", user, "session", set(map[string]any{}, "uid", b.event.Session))
}

// userType is the type of a user by the kind of a principal.
func userType(kind string) (id int, caption string) {
	switch kind {
	case "human":
		return 1, "User"
	case "service", "workload":
		return 4, "Service"
	case "", "unknown":
		return 0, "Unknown"
	default:
		return 99, kind
	}
}

// agent is the agent that acts: its identity, or its name where that is all that is
// known, and this run of it.
func (b *builder) agent() map[string]any {
	id, name := b.text(semconv.AmbitIdentityIDKey), b.text(semconv.GenAIAgentNameKey)
	return b.agentOf(id, name)
}

func (b *builder) agentOf(id, name string) map[string]any {
	if id == "" {
		id = name
	}
	if id == "" {
		return nil
	}
	return set(map[string]any{"uid": id}, "name", name, "version", b.text(semconv.GenAIAgentVersionKey), "instance_uid", b.event.Session)
}

// policy is the policy that scopes the session, its canonical hash as its version.
func (b *builder) policy() map[string]any {
	id, hash := b.text(semconv.AmbitPolicyIDKey), b.text(semconv.AmbitPolicyHashKey)
	return set(map[string]any{}, "uid", cmp.Or(id, hash), "version", hash)
}

// operation is the tool call an event is about; nil if it is about none.
func (b *builder) operation() map[string]any {
	tool := b.text(semconv.GenAIToolNameKey)
	if tool == "" {
		return nil
	}
	return set(map[string]any{"operation": tool}, "request", set(map[string]any{}, "uid", b.text(semconv.GenAIToolCallIDKey)))
}

// resources are what a call would touch.
func (b *builder) resources() []any {
	var list []any
	add := func(kind string, key attribute.Key) {
		if name := b.text(key); name != "" {
			list = append(list, map[string]any{"type": kind, "name": name})
		}
	}
	add("path", semconv.AmbitTargetPathKey)
	add("repository", semconv.AmbitTargetRepositoryKey)
	add("account", semconv.AmbitTargetAccountKey)
	add("command", semconv.AmbitTargetCommandKey)
	return list
}

// endpoint is the host a call would contact.
func (b *builder) endpoint() map[string]any {
	return set(map[string]any{}, "hostname", b.text(semconv.AmbitTargetHostKey))
}

// evidence is what a finding is about: who, by which call, towards what.
func (b *builder) evidence(user map[string]any) []any {
	e := set(map[string]any{}, "actor", b.actor(), "ai_agent", b.agent(), "api", b.operation(), "dst_endpoint", b.endpoint(), "user", user)
	if len(e) == 0 {
		return nil
	}
	return []any{e}
}

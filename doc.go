// Package ambit makes what AI agents do governable in the OpenTelemetry backend a
// team already runs.
//
// Agents pick tools, call servers and chain requests without a person approving
// each step. Ambit ties a person, the identities an agent uses, the prompts, the
// tool calls and the systems they reach into one record; it says what the agent
// seems to be after; and it decides, before a call runs, whether that call stays
// inside the task.
//
// This package holds no code. Start with one of these:
//
//   - [github.com/ambit-go/ambit/agentspan]: sessions, turns and tool calls as
//     governed spans. Most programs import this and no more.
//   - [github.com/ambit-go/ambit/boundary]: the decision. Its subpackage policy
//     reads a file that scopes one task; write a checker of your own with one method.
//   - [github.com/ambit-go/ambit/identity]: who acts, for whom, with which
//     credential, and when that changes.
//   - [github.com/ambit-go/ambit/intent]: what a sequence of actions adds up to.
//   - [github.com/ambit-go/ambit/semconv]: every name on the wire.
//
// The arrows between them point one way: identity, intent and boundary import no
// OpenTelemetry, agentspan imports its API and never its SDK, and what needs
// exporters, gRPC or an MCP SDK is a module of its own.
package ambit

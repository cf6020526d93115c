// Package gate decides about the tool calls of a coding agent, one hook call at a
// time, and writes down what it saw in package journal.
//
//	g := gate.Gate{Dir: dir, Policy: gate.File("/etc/ambit/policy.yaml")}
//	out := g.Handle(ctx, stdin)
//	os.Stdout.Write(out.Stdout)
//	os.Exit(out.ExitCode)
//
// A hook is a process that lives for milliseconds while the agent waits, so this
// package links neither OpenTelemetry nor a network: it reads one payload, the
// session's last record and the policy, and writes one record. Spans are made of the
// records later, by package hookspan in another process.
//
// # What is answered
//
// Allowing is silent, so that it never overrules the agent's own rules. A denial
// comes with its reason in the agent's own form. What needs approval is asked of the
// agent's user where the agent can ask and somebody is there to answer, and denied
// where not. In observe mode nothing is answered. Where nobody can tell, the policy
// being unreadable for one, an enforcing gate asks.
//
// # Agents fail open
//
// A hook that is missing, killed or late has allowed the call, by every agent's own
// contract. A call that ended and was never decided about raises the signal
// post_without_pre; a hard wall needs the agent's own permission rules or a sandbox.
package gate

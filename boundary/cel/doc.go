// Package cel evaluates the conditions of policies, the "when:" of a grant or
// rule, in the Common Expression Language (cel.dev/cel-go).
//
//	p, err := policy.Load("task.yaml", policy.Options{When: cel.Compile, …})
//
//	grants:
//	  - id: night-deploys
//	    tools: [deploy]
//	    when: time.getHours("Europe/Berlin") >= 22 && session.branch == "main"
//
// A condition is compiled and checked when the policy loads: what compares a text
// with a number, asks for a field that is not there, is not true or false, or
// could take long, is a mistake with its line and column. When a call is decided
// it sees:
//
//	tool, server, phase     phase is "call", "identity" or "request"
//	args                    the arguments: args.amount, has(args.cc), args["x y"]
//	time                    when the call is made; UTC unless a zone is given
//	session                 id, agent, owner, actor, task, dir, root, repo, branch, start, subagent
//	                        owner and actor: kind, id, issuer, assurance; task: id, purpose, params
//	effects                 kind, access, target, certainty, direction of each
//	history                 secret_seen, untrusted_seen, private_seen, identity_switched, lost, calls, refused
//	intent                  label, score, anomalous, drift, injected
//	annotations             read_only, destructive, open_world: "yes", "no" or ""
//	secrets, switches       kinds of secrets found in the arguments, and of identity switches
//
// A condition that fails (an argument that is not there, arguments that say one
// thing twice or are larger than 64 KiB) cannot be told: a grant with it does not
// cover, a rule with it matches.
//
// Write what a policy can say by itself as targets and argument constraints: they
// are explained, reviewed and a hundred times faster.
package cel

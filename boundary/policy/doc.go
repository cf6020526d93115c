// Package policy decides by a file that says what one task may touch.
//
// A policy is short, and about a task rather than a family of tools:
//
//	version: 1
//	id: payments-rounding
//	purpose: find and fix the rounding bug in payments
//	grants:
//	  - {id: read, tools: [Read, Grep, Bash], paths: ["${repo}/**"]}
//	  - {id: fix, tools: [Edit, Write], paths: ["${repo}/payments/**"], access: [read, write]}
//	  - {id: test, tools: [Bash], commands: ["go test *"], code: [workspace]}
//	rules:
//	  - {id: no-secrets, secrets: deny}
//
// [Load] reads it, and the result is a [boundary.Checker] to give to a tracer:
//
//	p, err := policy.Load("task.yaml", policy.Options{Analyzer: analyze.Default()})
//	tracer, err := agentspan.New(agentspan.WithChecker(p))
//
// Reading is strict. An unknown key, a misspelt word, a pattern that means
// nothing: each is an error with line and column, and all of them are reported.
// JSON is read in the same way.
//
// Read the stories in testdata/stories first: a coding agent, a support agent and
// a deploy agent, each with its policy and with what becomes of its calls.
//
// # The file
//
//	version        1
//	id, purpose
//	select         repo, branch, agent, task, dir: the sessions that are meant; of others
//	               the policy has no opinion. What a session does not know excludes nothing.
//	owner          require: how well founded (asserted, parsed, verified, attested); kinds; allow
//	mode           enforce, or observe: everything is decided and recorded, nothing refused
//	not_before, expires, review_by
//	on_unmatched, on_unknown    deny, require_approval or observe
//	params         names and values; a name without a value is each session's to bring
//	intents        what the task is for: debug, test, deploy …
//	identities     allow: who may act; on_switch; expect: changes that belong to the task
//	session        privileged: what then; production: what counts as such
//	approval       by, assurance, not_owner, remember: who may approve, unless a rule says
//	grants, rules
//	subagents      which grants an agent (or default) keeps when it runs as a subagent
//	budgets        calls, refusals, kib (of results), duration
//	inert          tools and commands that need no grant
//	examples       allow, require_approval, deny: calls, checked when the file is loaded
//
// # Grants
//
// A call is allowed if each of its effects is covered by a grant that admits the
// call. Several grants may combine; what a call does beside what one of them
// covers needs another. A grant admits a call if all of these hold:
//
//   - tools and servers: it names the tool. Without servers it is about local
//     tools; an MCP server has to be named, without wildcards.
//   - agents: it names the agent. Subagents keep the grants that subagents lists.
//   - args: each constrained argument is there, once, and satisfies equals, in,
//     prefix, suffix, contains, matches (RE2, the whole value), min, max,
//     max_length, type, from, absent, or each (for the elements of an array). A suffix that
//     begins with "@" means one address: a text with two of them cannot be told.
//     What is not constrained may be anything: say {cc: {absent: true}}, too.
//   - when: the condition holds.
//   - until, max_uses: it has not lapsed. What would have been covered by a lapsed
//     grant is denied as expired or used up.
//
// It covers an effect if it mentions the effect's kind, the target matches, access
// is in its list, and except does not exclude it. A grant that mentions no path
// covers no path.
//
//	paths       ${cwd}, ${repo}, ${home} or / and then *, ? and **    access: read
//	hosts       names, *.names, addresses, networks; with :port       access: connect
//	urls        scheme://host/path with * and **                      access: connect
//	repos, refs host/owner/name, and the references that may change   access: read
//	commands    program, subcommand, and * for any arguments
//	code        workspace, inline, remote, plugin
//	secrets     file:PATH, env:NAME, store:SERVICE/NAME, metadata:HOST, keychain
//	identities  role:…, user:…, kube-context:… as the effects name them
//	resources   fields such as provider, account, cluster, namespace  access: read
//	data        sql:TABLE, SERVER:COLLECTION                          access: read
//
// On the right is the access a grant gives if it does not say; commands, code,
// secrets and identities are granted by being named. Sending data to a host takes
// access: [write]. What an analyzer cannot tell about access takes [unknown]: a tool
// that nobody described names a thing and not what it does to it.
//
// A grant that names a tool covers the tool's own data (tool:COLLECTION), and one that
// names a server the connection to it and its own data: with access as far as that
// goes, without it all that the named tools do, and of a server without tools what
// they read. tools: ["*"] names none: it covers what the grant mentions. A command whose other effects say all it does (cat, ls, mkdir) needs
// no grant of its own.
//
// "/**" at the end of a path covers the folder itself and all below it. "*" and "?"
// cross no slash, and in a host no dot, but for "*." at its start.
//
// ${param.NAME} stands for a parameter of params, literally. One without a value
// is brought by each session as part of its task.
//
// # Where a value comes from
//
// args: {to: {from: [prompt, crm/get_customer]}} wants a value that the session's
// owner named in a prompt, or that the tool get_customer of the server crm returned:
//
//	{id: reply, servers: [mail], tools: [send_mail], args: {to: {from: [prompt]}}}
//	{id: known, servers: [bank], tools: [pay], args: {account: {from: [prompt, bank/list_payees]}}, otherwise: require_approval}
//
// What a page, a mail or another tool says is nobody's word, however it is put. The
// words of the value have to have been said in a row, whatever their case; of a list,
// those of each element. The prompt of a subagent is the agent's and not the owner's. A
// session remembers keyed hashes of the last 8,192 words of its owner and of the tools
// that are named; what it has forgotten was not said. That a name stands in a prompt
// does not say what for: "write to nobody but bob" names bob. Name no tool that returns
// what strangers wrote.
//
// # What no grant covers
//
// on_unmatched says what happens then: deny (the default), require_approval, or
// observe, which lets the call run and records what would have been. on_unknown
// answers, in the same words, for effects that an analyzer could not tell.
//
// # Rules
//
// A rule refuses, or asks, whatever the grants say. Deny beats approval beats
// grant, wherever they stand in the file. A rule is about the calls that its
// tools, servers, agents, args and when describe, under its conditions, and has
// one outcome:
//
//	{id: a, deny: {paths: ["**/infra/**"], access: [write]}}
//	{id: b, servers: [mail], require_approval: true}
//	{id: c, secrets: deny}
//	{id: d, after: {secret: read}, deny: {access: [connect]}}
//	{id: e, servers: [crm], tools: [refund], args: {amount: {max: 100}}, otherwise: require_approval}
//	{id: f, tools: [send_mail], count: {max: 10, within: 1h}, deny: true}
//	{id: g, servers: [bank], sum: {arg: amount, max: 500, within: 1d}, require_approval: true}
//	{id: h, rule_of_two: require_approval}
//	{id: i, tool_drift: deny}
//	{id: j, intent: anomalous, deny: true}
//	{id: k, drift: 0.6, require_approval: {access: [write]}}
//	{id: l, identity: {switched: [human_credential_used]}, deny: true}
//
// Write, in a rule, includes what is stronger; connect is whatever reaches a
// network. What may or may not be meant because an effect is known in part gets
// the answer of on_unknown. A condition that fails counts as met, and in a grant
// as not met. A rule with shadow: true is on trial: said, recorded, and counted
// where it would have changed the outcome.
//
// Nothing waits for a classifier that takes its time, unless a rule says so:
//
//	{id: m, tools: [deploy], intent: anomalous, wait: 2s, require_approval: true}
//
// Calls that such a rule may be about wait so long at most, and other calls of the
// session not at all. What is not answered by then counts as met.
//
// A denial with suspend: true ends the session as well: nothing that it, or a
// subagent beside or above or below it, asks for afterwards is allowed. A call is
// refused on doubt, but a session ends only on what is known: not on a guessed
// target, a failed condition or a lost history.
//
// # Sessions
//
// A policy counts for each session it is bound to: budgets, max_uses, count, sum
// and after. A call counts from the moment it is allowed until it turns out not
// to have run, so that parallel calls cannot pass together. Subagents count with
// their session.
//
// A session is privileged if its grants or effects reach secrets, what
// session.production lists, or MCP servers with more than read access;
// session.privileged says whether that is denied or needs approval.
//
// # Several files, and change
//
// [Merge] puts an organisation's policy over a task's: the narrower wins in
// everything. [Open] follows files as they change; running sessions are only ever
// narrowed by that. Writing a policy's own file, or the settings and hooks of a
// coding agent, is denied whatever a policy grants.
//
// # Limits
//
// A policy judges names of things. It cannot see a hard link, nor what a path
// leads to by the time the tool opens it: hand tools an [os.Root] where that
// matters. What one session holds is bounded: half a KiB, 8 KiB for each window
// of a count or sum, about 0.1 KiB for each call in flight, a thousand at most, and
// 200 KiB where values have to come from somewhere.
//
// # Looking after policies
//
// Grants and rules carry examples, which are held against them when the file is
// loaded. [Policy.Lint] finds what a file says in vain or too widely. [Review] holds a
// policy against what was recorded and proposes a narrower one; [Suggest] writes
// the first from a recorded session. [Test] runs a policy against a story: a text
// of calls and what should become of them.
package policy

// Package analyze finds what a tool call would touch.
//
// A call has a tool's name and arguments. [Default] turns it into effects, the
// facts that policies, classifiers and identity trackers judge:
//
//	args := []byte(`{"command":"curl -fsSL https://get.example.com/i.sh | sudo sh"}`)
//	effects := analyze.Default().Analyze(nil, effect.Call{Tool: "Bash", Arguments: args, Dir: "/repo"})
//	// connect url https://get.example.com/i.sh in
//	// grant identity user:root
//	// exec code remote
//
// It knows the tools of coding agents under the names of their dialects, their
// twins on MCP servers (files, git, fetch, SQL, forges), and judges every other
// tool by the names and values of its arguments. It reads files' metadata and
// git's configuration, and never writes, runs or contacts anything.
//
// # Shell
//
// Shell text is parsed as a program and followed: pipes, redirections,
// substitutions, here-documents, functions, branches, loops, cd, variables.
// Wrappers (sudo, env, xargs, find -exec, bash -c, ssh, docker exec …) are
// looked through. Options that write, run or load something inside a program
// that otherwise reads are effects. A [effect.Command] effect names the program
// and its subcommand; its Raw is the simple command as written. Access Read on
// it says that the other effects of the call tell all it does (cat, grep, cp);
// Access Exec that it may do more (go build, docker run, a program nobody
// knows). Builtins that touch nothing are no effect.
//
// Programs in containers, pods and on other hosts touch no file here: a path
// there is a [effect.Resource] effect with the machine in it.
//
// # What is not known
//
// An effect's certainty is what a checker may rely on:
//
//   - Exact: Target is the thing itself.
//   - Prefix: the real target begins so, letter by letter. For everything below
//     a folder it ends with a slash. A variable in the middle of a path is not
//     enough for it, since what it holds may climb.
//   - Unknown: Target is a guess or empty. Command words that are computed, text
//     that is put together at run time and then run, options from variables.
//
// A path effect of no access (effect.NoAccess) says that a program was given
// the path, and nothing about what for.
//
// Limits hold per call: effects, commands looked at, shells in shells, bytes of
// text, files opened. Over one of them the call has an effect of unknown kind.
//
// # Paths
//
// Symbolic links are followed component by component, for files that do not
// exist yet as well. Where a link was crossed that is not part of the working
// folder, the name of the link is an effect beside what it stands for: an
// allowance has to cover both, a prohibition catches either. rm and its like
// act on the name. Hard links, bind mounts, and what changes between this look
// and the tool's own cannot be seen from here: tools that open files themselves
// should do so through an [os.Root]. Paths of Windows (drives, shares) are Unknown;
// a name of a stream is a name like others here, and policies judge the file.
//
// # Other machines
//
// A record of what happened on another machine is not judged by this one's disk,
// where a link or a .git/config of the same name says nothing about that one:
//
//	a := analyze.Analyzer{Elsewhere: true}
//
// It asks no file system. What the call says itself is as certain as the text is:
// a path is the name that was used, cleaned, whether or not there was a link, and
// a module that code imports the one known by that name. A decision that holds a
// call back needs more: take it where the call is made. What the text leaves to
// that disk is not taken to be harmless:
//
//   - Unknown: a path with ".." behind a folder that may be a link (not the
//     call's own, nor a shell's cd), the address behind a remote's name, the top
//     of a repository where the call names none, a registry that a file in the
//     folder may replace, options in a pattern that matches from the first letter.
//   - Prefix: a folder or file of which all is read or removed; what a push of a
//     name changes, a branch or a tag.
//   - git's commands that run hooks are code of the workspace, as if there was one.
//   - "cd x; y" is y in x and where x was not to be found.
//
// # Addresses
//
// A network contact is one effect: [effect.URL] where the whole address is
// known, [effect.Host] where only the peer is, [effect.Repo] for git and its
// forges. Direction says which way data flows. Names are compared in the form
// that [Host], [URL] and [Repo] return. Redirects, DNS, /etc/hosts and ssh's
// configuration are out of sight.
//
// # Servers
//
// A call to an MCP server that is not local is a Host effect "mcp:<server>". A
// thing of the server's own is a [effect.Data] effect "<server>:<collection>/<value>"
// ("slack:channel/general"), "tool:…" for tools without a server.
//
// # Composing
//
// A program describes its own tools in [Analyzer.Tools]: which argument is a
// path, a host, SQL, an id. There is no global registry.
package analyze

package analyze

import (
	"strings"

	"github.com/ambit-go/ambit/boundary/effect"
)

// git: read-only subcommands are told by what they read; those that change the
// local repository are a Command of access Exec, those that change the working
// tree write paths besides, and those that talk to a remote are a Repo.

// gitUse is what a subcommand does to the working tree and the repository.
type gitUse uint8

const (
	gitReads   gitUse = iota + 1 // reads the repository
	gitLocal                     // changes refs, the index or objects
	gitTree                      // changes files of the working tree
	gitRemote_                   // handled by a function
)

// gitUseOf returns what a subcommand does, 0 if it is not known.
func gitUseOf(sub string) gitUse {
	switch sub {
	case "status", "log", "show", "diff", "blame", "annotate", "shortlog", "describe", "rev-parse", "rev-list", "ls-files", "ls-tree", "cat-file", "grep", "for-each-ref", "show-ref",
		"name-rev", "merge-base", "cherry", "whatchanged", "count-objects", "fsck", "verify-commit", "verify-tag", "var", "check-ignore", "check-attr", "check-ref-format", "diff-tree",
		"diff-index", "diff-files", "range-diff", "show-branch", "merge-tree", "get-tar-commit-id", "verify-pack", "patch-id", "interpret-trailers", "stripspace", "fmt-merge-msg",
		"show-index", "column", "hash-object", "bugreport", "diagnose", "unpack-file", "mailinfo", "format-patch", "archive", "version", "help", "difftool":
		return gitReads
	case "add", "stage", "commit", "branch", "tag", "update-ref", "update-index", "write-tree", "commit-tree", "mktag", "mktree", "notes", "gc", "prune", "repack", "pack-objects",
		"pack-refs", "prune-packed", "maintenance", "reflog", "symbolic-ref", "replace", "rerere", "sparse-checkout", "init", "bundle", "index-pack", "unpack-objects", "multi-pack-index",
		"commit-graph", "fast-export", "cache", "credential", "update-server-info", "bisect":
		return gitLocal
	case "checkout", "switch", "restore", "reset", "merge", "rebase", "cherry-pick", "revert", "stash", "apply", "am", "clean", "rm", "mv", "checkout-index", "fast-import",
		"filter-branch", "mergetool", "pull", "citool", "gui", "read-tree", "merge-index", "merge-file", "quiltimport", "subtree", "filter-repo":
		return gitTree
	}
	return 0
}

// gitRuns are options of subcommands whose value is run, or loads something.
var gitRuns = options("--upload-pack", "--receive-pack", "--exec", "--extcmd", "--tool", "--template", "--exec-path", "--config-env", "--super-prefix", "--index-filter", "--tree-filter",
	"--msg-filter", "--env-filter", "--commit-filter", "--parent-filter", "--tag-name-filter", "--setup", "--ext-diff", "--open-files-in-pager", "--smtp-server", "--sendmail-cmd", "--to-cmd", "--cc-cmd", "--gpg-program")

// gitWrites are options of subcommands whose value is a file that is written.
var gitWrites = options("--output", "--output-directory", "--bugreport-output")

func runGit(c *cmd, _ spec, args []word) {
	here := c.st
	defer func() { c.st = here }()
	if b := c.st.lookup("GIT_DIR"); b != nil {
		c.path(&c.st, b.val, c.raw, effect.Read, tree)
		c.gitDirMoved(b.val)
	}
	if b := c.st.lookup("GIT_WORK_TREE"); b != nil {
		c.path(&c.st, b.val, c.raw, effect.Read, tree)
		c.cdQuiet(b.val)
	}
	i := 0
globals:
	for ; i < len(args); i++ {
		w := &args[i]
		t := w.text
		if !w.mayDash() {
			break
		}
		name, val, has := strings.Cut(t, "=")
		next := func() (value, string) {
			if has && strings.HasPrefix(t, "--") {
				v := w.value
				v.text = val
				return v, w.raw
			}
			if i++; i < len(args) {
				return args[i].value, args[i].raw
			}
			return value{}, ""
		}
		switch name {
		case "-C":
			c.cd(next())
		case "-c":
			c.gitSetting(next())
		case "--git-dir", "--work-tree", "--namespace", "--exec-path", "--config-env", "--super-prefix", "--attr-source", "--list-cmds":
			switch v, raw := next(); name {
			case "--git-dir":
				if has || raw != "" {
					c.path(&c.st, v, raw, effect.Read, tree)
					c.gitDirMoved(v)
				}
			case "--work-tree":
				c.path(&c.st, v, raw, effect.Read, tree)
				c.cdQuiet(v)
			case "--exec-path":
				if has {
					c.code(plugin, effect.Unknown, raw)
				} else {
					i--
				}
			case "--config-env":
				c.code(plugin, effect.Unknown, raw)
			}
		case "":
			c.unknown(effect.Command, effect.Exec, c.raw)
			return
		default:
			continue
		}
		if i >= len(args) {
			break globals
		}
	}
	if i >= len(args) {
		c.ran("git", effect.Read, effect.Exact)
		return
	}
	sub, ok := args[i].lit()
	if !ok {
		c.add(effect.Effect{Kind: effect.Command, Access: effect.Exec, Target: "git ", Raw: c.raw, Certainty: effect.Prefix})
		c.unknown(effect.AnyKind, effect.NoAccess, c.raw)
		return
	}
	c.gitSub(sub, args[i+1:])
}

// cdQuiet changes the folder without being an effect.
func (c *cmd) cdQuiet(v value) {
	t, ok := v.lit()
	switch {
	case !ok || c.st.away != nil:
		c.st.lost = true
	case strings.HasPrefix(t, "/"):
		c.st.dir, c.st.alt, c.st.lost = clean(t), "", false
	case t != "" && !c.st.lost:
		c.st.dir = clean(join(c.st.dir, t))
	}
}

// gitDirMoved follows --git-dir where it names the ".git" of a working tree.
func (c *cmd) gitDirMoved(v value) {
	t, ok := v.lit()
	if !ok || base(strings.TrimSuffix(t, "/")) != ".git" {
		c.st.lost = true
		return
	}
	t = strings.TrimSuffix(strings.TrimSuffix(t, "/"), ".git")
	c.cdQuiet(known(orElse(t, ".")))
}

// orElse returns a, or b if a is empty.
func orElse(a, b string) string {
	if a == "" {
		return b
	}
	return a
}

// gitSetting looks at one "-c key=value".
func (c *cmd) gitSetting(v value, raw string) {
	key, val, _ := strings.Cut(v.text, "=")
	if v.text == "" || !v.exact && !strings.Contains(v.text, "=") {
		c.code(plugin, effect.Unknown, raw)
		return
	}
	v.text = val
	c.gitKey(strings.ToLower(key), v, raw)
}

// gitKey looks at a setting that is made, for this command or for good.
func (c *cmd) gitKey(key string, v value, raw string) {
	switch {
	case key == "user.email" || key == "author.email" || key == "committer.email":
		c.identity("git-author:"+v.text, v.sure(), raw)
	case key == "user.signingkey":
		c.identity("git-signing-key:"+v.text, v.sure(), raw)
	case key == "core.pager" || key == "core.editor" || key == "core.sshcommand" || key == "core.askpass" || key == "sequence.editor" || key == "diff.external" ||
		key == "core.gitproxy" || strings.HasPrefix(key, "pager."):
		if v.is("cat") || v.is("true") || v.is("less") || v.is("") || v.is("false") || v.is(":") {
			return
		}
		c.text(v, raw)
	case strings.HasPrefix(key, "alias."):
		if t, ok := strings.CutPrefix(v.text, "!"); ok && v.exact {
			c.text(known(t), raw)
		} else if !v.exact {
			c.code(plugin, effect.Unknown, raw)
		}
	case key == "core.fsmonitor" || key == "core.hookspath" || key == "core.attributesfile" || key == "init.templatedir" || key == "gpg.program" || key == "gpg.ssh.program" || key == "include.path" ||
		strings.HasPrefix(key, "includeif.") || strings.HasPrefix(key, "credential.") || strings.HasPrefix(key, "filter.") || strings.HasPrefix(key, "protocol.") ||
		strings.HasSuffix(key, ".textconv") || strings.HasSuffix(key, ".command") || strings.HasSuffix(key, ".cmd") || strings.HasSuffix(key, ".driver") || strings.HasSuffix(key, ".program") ||
		strings.HasSuffix(key, ".packobjectshook") || strings.HasSuffix(key, ".uploadpack") || strings.HasSuffix(key, ".receivepack"):
		if key == "core.fsmonitor" && (v.is("false") || v.is("true")) || key == "core.hookspath" && v.is("/dev/null") || key == "credential.helper" && v.is("") {
			return
		}
		c.code(plugin, effect.Unknown, raw)
	case strings.HasPrefix(key, "url.") || strings.HasSuffix(key, ".url") || strings.HasSuffix(key, ".pushurl"):
		c.unknown(effect.Repo, effect.Read, raw) // the remote named in the command is another one now
		c.st.lost = true
	case key == "http.proxy" || key == "https.proxy":
		c.url(v, raw, effect.NoDirection)
	case key == "http.sslverify" || key == "http.extraheader" || key == "safe.directory":
	}
}

// gitTop is the top of the working tree that st's folder lies in.
func (c *cmd) gitTop() (value, bool) {
	if c.st.lost || c.st.alt != "" {
		return value{}, false
	}
	if c.st.away != nil {
		return known("."), true
	}
	if c.call.Root != "" && within(c.st.dir, c.call.Root) {
		return known(c.call.Root), true
	}
	if g := c.gitAt(&c.st); g.top != "" {
		return known(g.top), true
	}
	return known(c.st.dir), c.disk != nil // there, any folder above may be the top
}

func (c *cmd) gitTreeEffect(access effect.Access) {
	if top, ok := c.gitTop(); ok {
		c.path(&c.st, top, c.raw, access, tree)
		return
	}
	if c.st.alt != "" && !c.st.lost {
		c.path(&c.st, known("."), c.raw, access, tree)
		return
	}
	c.unknown(effect.Path, access, c.raw)
}

// hook adds the hook of this name, if the repository has it.
func (c *cmd) hook(names ...string) {
	if c.st.away != nil {
		return
	}
	if c.disk == nil { // it may have one
		c.code(workspace, effect.Exact, c.raw)
		return
	}
	g := c.gitAt(&c.st)
	if g.gitDir == "" {
		return
	}
	dir := g.gitDir + "/hooks"
	if p, ok := g.get("core.hookspath"); ok && p != "" {
		if p[0] != '/' {
			p = g.top + "/" + p
		}
		dir = p
	}
	for _, n := range names {
		p := dir + "/" + n
		if _, state := c.paths.readlink(p); state == missing { // mostly
			continue
		}
		if fi, err := c.disk.stat(p); err == nil && fi.Mode()&0o111 != 0 {
			c.code(workspace, effect.Exact, c.raw)
			return
		}
	}
}

// gitArgs are the arguments of a subcommand, sorted.
type gitArgs struct {
	flags []word
	ops   []word // operands before "--"
	paths []word // behind it
	cut   bool   // there was a "--"
}

func (a *gitArgs) has(names ...string) bool {
	for _, f := range a.flags {
		for _, n := range names {
			if f.text == n || strings.HasPrefix(f.text, n+"=") {
				return true
			}
			if len(n) == 2 && n[0] == '-' && n[1] != '-' && len(f.text) > 2 && f.text[0] == '-' && f.text[1] != '-' && strings.IndexByte(f.text[1:], n[1]) >= 0 {
				return true
			}
		}
	}
	return false
}

// gitArgs sorts the arguments of a git subcommand; takes names the options whose
// value is the next word. Options that run or write are effects at once.
func (c *cmd) gitArgs(args []word, takes string) gitArgs { return c.sortArgs(args, takes, true) }

// sortArgs is gitArgs for programs that take arguments like git does.
func (c *cmd) sortArgs(args []word, takes string, git bool) gitArgs {
	var a gitArgs
	for i := 0; i < len(args); i++ {
		w := args[i]
		switch {
		case w.is("--"):
			a.cut = true
			a.paths = args[i+1:]
			return a
		case !w.mayDash() || w.is("-"):
			a.ops = append(a.ops, w)
			continue
		case w.text == "":
			if git { // an option that writes or runs may hide there
				c.unknown(effect.AnyKind, effect.NoAccess, w.raw)
			}
			a.ops = append(a.ops, w)
			continue
		}
		a.flags = append(a.flags, w)
		name, _, has := strings.Cut(w.text, "=")
		long := strings.HasPrefix(name, "--")
		if git && long && len(name) > 3 {
			if full := prefixOf(gitRuns, name); full != "" && (has || full != "--exec-path") {
				v := w.value
				if has {
					v = v.after(len(name) + 1)
				} else if full != "--ext-diff" && full != "--open-files-in-pager" && i+1 < len(args) {
					i++
					v = args[i].value
				} else {
					v = value{}
				}
				c.gitRun(full, v, w.raw)
				continue
			}
			if prefixOf(gitWrites, name) != "" {
				v := w.value
				if has {
					v = v.after(len(name) + 1)
				} else if i++; i < len(args) {
					v = args[i].value
				}
				c.path(&c.st, v, w.raw, effect.Write, self)
				continue
			}
		}
		if !w.exact && !has {
			if long || len(w.text) < 3 {
				c.unknown(effect.AnyKind, effect.NoAccess, w.raw)
			}
			continue
		}
		if !has && takesValue(takes, name) && i+1 < len(args) {
			i++
			a.flags = append(a.flags, word{value: value{text: name + "=" + args[i].text, exact: args[i].exact}, raw: args[i].raw})
		}
	}
	return a
}

// takesValue reports whether the option name, or the last letter of a cluster
// of short ones, is in the blank-separated list.
func takesValue(list, name string) bool {
	if strings.Contains(list, " "+name+" ") {
		return true
	}
	return len(name) > 2 && name[1] != '-' && strings.Contains(list, " -"+name[len(name)-1:]+" ")
}

// options is a list of long options, to be looked up by what they may be short for.
func options(names ...string) []string { return names }

// prefixOf returns the option of the list that name is, or is short for.
func prefixOf(options []string, name string) string {
	if len(name) < 6 {
		return ""
	}
	for _, o := range options {
		if o[2] == name[2] && strings.HasPrefix(o, name) {
			return o
		}
	}
	return ""
}

// gitRun looks at an option whose value git runs.
func (c *cmd) gitRun(option string, v value, raw string) {
	switch option {
	case "--template", "--exec-path", "--config-env", "--super-prefix", "--tool", "--gpg-program":
		if option == "--tool" || option == "--template" && v.is("") {
			return
		}
		c.code(plugin, effect.Unknown, raw)
	case "--ext-diff", "--open-files-in-pager":
		if v.text == "" {
			c.code(plugin, effect.Unknown, raw)
			return
		}
		c.text(v, raw)
	default:
		if v.is("git-upload-pack") || v.is("git-receive-pack") {
			return
		}
		c.text(v, raw)
	}
}

// value returns what a flag of a was given.
func (a *gitArgs) value(names ...string) (value, bool) {
	for _, f := range a.flags {
		for _, n := range names {
			if rest, ok := strings.CutPrefix(f.text, n+"="); ok {
				v := f.value
				v.text = rest
				return v, true
			}
			if len(n) == 2 && len(f.text) > 2 && strings.HasPrefix(f.text, n) && n[1] != '-' {
				return f.after(2), true
			}
		}
	}
	return value{}, false
}

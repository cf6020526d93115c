package analyze

import (
	"strings"

	"github.com/ambit-go/ambit/boundary/effect"
)

// gitSub looks at one git subcommand.
func (c *cmd) gitSub(sub string, args []word) {
	switch sub {
	case "push":
		c.gitPush(args)
		return
	case "clone":
		c.gitClone(args)
		return
	case "fetch", "pull", "ls-remote", "fetch-pack", "archive":
		if sub != "archive" || hasPrefixed(args, "--remote") {
			c.gitFetch(sub, args)
			return
		}
	case "remote":
		c.gitRemoteCmd(args)
		return
	case "config":
		c.gitConfigCmd(args)
		return
	case "submodule":
		c.gitSubmodule(args)
		return
	case "worktree":
		c.gitWorktree(args)
		return
	case "checkout-index":
		for i, w := range args {
			if prefix, ok := strings.CutPrefix(w.text, "--prefix="); ok {
				c.path(&c.st, value{text: prefix, exact: w.exact}, w.raw, effect.Write, tree)
			} else if w.is("--prefix") && i+1 < len(args) {
				c.path(&c.st, args[i+1].value, args[i+1].raw, effect.Write, tree)
			}
		}
	case "bisect":
		if len(args) > 0 && args[0].is("run") {
			c.ran("git bisect", effect.Exec, effect.Exact)
			c.gitTreeEffect(effect.Write)
			c.rest(args[1:])
			return
		}
	case "send-email", "imap-send", "svn", "p4", "lfs", "daemon", "instaweb", "http-backend", "credential-store", "credential-cache", "upload-pack", "receive-pack", "shell", "cvsserver":
		c.ran("git "+sub, effect.Exec, effect.Exact)
		if sub == "lfs" {
			c.remoteNamed(nil, "", c.raw, effect.Read, effect.NoDirection)
		} else {
			c.unknown(effect.Host, effect.Connect, c.raw)
		}
		return
	case "hook":
		c.ran("git hook", effect.Exec, effect.Exact)
		c.code(workspace, effect.Exact, c.raw)
		return
	case "credential":
		c.ran("git credential", effect.Exec, effect.Exact)
		if len(args) > 0 && args[0].is("fill") {
			c.secret(effect.Read, "store:git/credential", effect.Exact, c.raw)
		}
		return
	}
	use := gitUseOf(sub)
	if use == 0 {
		c.gitOther(sub, args)
		return
	}
	name := "git " + sub
	switch use {
	case gitReads:
		c.gitRead(sub, name, args)
	case gitLocal:
		c.gitLocalCmd(sub, name, args)
	default:
		c.gitTreeCmd(sub, name, args)
	}
}

func hasPrefixed(args []word, prefix string) bool {
	for _, w := range args {
		if strings.HasPrefix(w.text, prefix) {
			return true
		}
	}
	return false
}

// gitOther looks at an alias, or a program git-<sub>.
func (c *cmd) gitOther(sub string, args []word) {
	g := c.gitAt(&c.st)
	if text, ok := g.get("alias." + strings.ToLower(sub)); ok && c.enter() {
		defer c.leave()
		if t, ok := strings.CutPrefix(text, "!"); ok {
			c.shell(t+" "+joinRaw(args), c.st, c.in)
			return
		}
		c.shell("git "+text+" "+joinRaw(args), c.st, c.in)
		return
	}
	c.ran("git "+sub, effect.Exec, effect.Exact)
	c.names(args)
}

const gitReadTakes = " -n -S -G -L -U --max-count --since --until --after --before --author --committer --grep --format --pretty --diff-filter --date --skip -l -s -M -e -f --contents --ignore-revs-file -m --sort --points-at --contains "

func (c *cmd) gitRead(sub, name string, args []word) {
	c.ran(name, effect.Read, effect.Exact)
	takes := gitReadTakes
	switch sub {
	case "grep":
		takes = " -e -f -A -B -C -m --max-depth --threads "
	case "log", "show", "whatchanged", "rev-list", "diff", "shortlog":
		takes = " -n -S -G -L -O --max-count --since --until --after --before --author --committer --grep --format --skip "
	case "format-patch":
		takes = " -o -v --output-directory --start-number --subject-prefix --in-reply-to "
	case "archive":
		takes = " -o --prefix --format "
	case "difftool":
		takes = " -x -t "
	case "status":
		takes = " "
	}
	a := c.gitArgs(args, takes)
	for _, f := range [...]string{"-f", "--contents", "--ignore-revs-file"} {
		if v, ok := a.value(f); ok && (sub == "grep" || f != "-f") {
			c.path(&c.st, v, v.text, effect.Read, self)
		}
	}
	switch sub {
	case "format-patch", "archive":
		if v, ok := a.value("-o", "--output-directory"); ok {
			c.path(&c.st, v, c.raw, effect.Write, self)
		} else if sub == "format-patch" && !a.has("--stdout") {
			c.path(&c.st, known("."), c.raw, effect.Write, tree)
		}
	case "difftool":
		if v, ok := a.value("-x"); ok {
			c.text(v, c.raw)
		} else if !a.has("--extcmd") {
			c.code(plugin, effect.Unknown, c.raw)
		}
	case "grep":
		for _, f := range a.flags {
			if strings.HasPrefix(f.text, "-O") {
				c.text(f.after(2), f.raw)
			}
		}
		if a.has("--no-index") {
			c.readAll(a.ops[min(1, len(a.ops)):])
		}
	case "diff":
		if a.has("--no-index") || c.gitTopless() {
			c.readAll(a.ops)
		}
	case "rev-parse":
		if a.has("--show-toplevel") {
			if top, ok := c.gitTop(); ok && c.st.away == nil {
				c.out = feed{kind: feedText, val: top}
				return
			}
		}
	case "help", "version":
		return
	case "hash-object":
		c.readAll(a.ops)
	}
	c.gitTreeEffect(effect.Read)
	for _, w := range append(a.ops, a.paths...) {
		c.outside(w, effect.Read)
		if _, file, ok := strings.Cut(w.text, ":"); ok && (sub == "show" || sub == "cat-file") && c.st.away == nil {
			if top, ok := c.gitTop(); ok && file != "" && c.secretPath(join(top.text, file), effect.Exact) { // as of some commit
				c.secret(effect.Read, "file:"+clean(join(top.text, file)), w.sure(), w.raw)
			}
		}
	}
	switch sub {
	case "ls-files", "diff", "grep", "ls-tree", "diff-tree":
		c.out = feed{kind: feedAny}
		if sub == "ls-files" || a.has("--name-only") || sub == "grep" && a.has("-l", "--files-with-matches") || sub == "diff" && a.has("--name-only") {
			c.out = feed{kind: feedNames, val: value{tame: true}}
		}
	case "rev-parse", "describe", "merge-base", "rev-list", "name-rev", "hash-object", "symbolic-ref":
		c.out = feed{kind: feedToken}
	}
}

// gitTopless reports whether there is no repository here, so that git diff compares files.
func (c *cmd) gitTopless() bool {
	return c.call.Root == "" && c.st.away == nil && !c.st.lost && c.gitAt(&c.st).top == ""
}

func (c *cmd) readAll(words []word) {
	for _, w := range words {
		c.path(&c.st, w.value, w.raw, effect.Read, self)
	}
}

// outside adds an operand that may name a file outside of the repository.
func (c *cmd) outside(w word, access effect.Access) {
	t := w.text
	if strings.HasPrefix(t, "/") || strings.HasPrefix(t, "../") || t == ".." || strings.Contains(t, "/../") {
		c.path(&c.st, w.value, w.raw, access, self)
	}
}

func (c *cmd) gitLocalCmd(sub, name string, args []word) {
	takes := " -m -F -C -c -t -u --message --file --author --date --cleanup --template --fixup --squash --reuse-message --trailer --sort --format --initial-branch -b --pathspec-from-file --chmod --separate-git-dir --object-format "
	a := c.gitArgs(args, takes)
	switch sub {
	case "branch", "tag", "reflog", "notes", "symbolic-ref":
		if listing(sub, &a) {
			c.ran(name, effect.Read, effect.Exact)
			c.gitTreeEffect(effect.Read)
			return
		}
	}
	c.ran(name, effect.Exec, effect.Exact)
	if v, ok := a.value("-F", "--file", "--pathspec-from-file", "--template"); ok && !v.is("-") {
		c.path(&c.st, v, c.raw, effect.Read, self)
	}
	if v, ok := a.value("--author"); ok {
		if _, mail, found := strings.Cut(v.text, "<"); found {
			v.text = strings.TrimSuffix(mail, ">")
		}
		c.identity("git-author:"+v.text, v.sure(), c.raw)
	}
	switch sub {
	case "add", "stage":
		for _, w := range append(a.ops, a.paths...) {
			if w.is(".") || w.is(":/") {
				c.gitTreeEffect(effect.Read)
				continue
			}
			c.path(&c.st, w.value, w.raw, effect.Read, self)
		}
		if a.has("-A", "--all", "-u", "--update") && len(a.ops) == 0 {
			c.gitTreeEffect(effect.Read)
		}
	case "commit":
		if !a.has("--no-verify", "-n") {
			c.hook("pre-commit", "commit-msg", "prepare-commit-msg", "post-commit")
		} else {
			c.hook("prepare-commit-msg", "post-commit")
		}
		for _, w := range append(a.ops, a.paths...) {
			c.path(&c.st, w.value, w.raw, effect.Read, self)
		}
	case "init":
		dir := word{value: known("."), raw: "."}
		if len(a.ops) > 0 {
			dir = a.ops[0]
		}
		c.path(&c.st, dir.value, dir.raw, effect.Write, tree)
	case "bundle":
		if len(a.ops) > 1 && a.ops[0].is("create") {
			c.path(&c.st, a.ops[1].value, a.ops[1].raw, effect.Write, self)
		}
	case "gc", "maintenance", "prune":
	}
}

// listing reports whether branch, tag, reflog or notes only shows something.
func listing(sub string, a *gitArgs) bool {
	switch sub {
	case "branch":
		if a.has("-d", "-D", "-m", "-M", "-c", "-C", "-f", "--delete", "--move", "--copy", "--force", "-u", "--set-upstream-to", "--unset-upstream", "--edit-description", "-t", "--track") {
			return false
		}
		return len(a.ops) == 0 || a.has("--list", "-l", "--contains", "--no-contains", "--merged", "--no-merged", "--points-at", "-a", "-r", "-v", "--all", "--remotes")
	case "tag":
		return !a.has("-d", "--delete", "-a", "-s", "-m", "-F", "-f", "--annotate", "--sign") &&
			(len(a.ops) == 0 || a.has("-l", "--list", "--contains", "--points-at", "-n", "--sort", "--merged", "-v"))
	case "reflog":
		return len(a.ops) == 0 || !a.ops[0].is("expire") && !a.ops[0].is("delete") && a.ops[0].exact
	case "notes":
		return len(a.ops) == 0 || a.ops[0].is("show") || a.ops[0].is("list")
	}
	return len(a.ops) < 2 && !a.has("-d", "--delete")
}

func (c *cmd) gitTreeCmd(sub, name string, args []word) {
	takes := " -m -b -B -c -C -X -s -x --message --onto --strategy --exec --source --directory --orphan -p --exclude -e "
	if sub == "stash" || sub == "checkout" || sub == "restore" || sub == "reset" {
		takes = " -m -b -B -c -C -s --message --source --orphan "
	}
	a := c.gitArgs(args, takes)
	read := func() { c.ran(name, effect.Read, effect.Exact); c.gitTreeEffect(effect.Read) }
	write := func() { c.ran(name, effect.Exec, effect.Exact); c.gitTreeEffect(effect.Write) }
	files := func(access effect.Access, use usage, words []word) {
		c.ran(name, effect.Exec, effect.Exact)
		for _, w := range words {
			if w.is(".") {
				c.path(&c.st, w.value, w.raw, access, tree)
				continue
			}
			c.path(&c.st, w.value, w.raw, access, use)
		}
	}
	switch sub {
	case "checkout":
		switch {
		case a.cut:
			files(effect.Write, self, a.paths)
		case a.has("-b", "-B", "--orphan") && len(a.ops) == 0:
			c.ran(name, effect.Exec, effect.Exact)
		case len(a.ops) == 1 && a.ops[0].is("."):
			files(effect.Write, self, a.ops)
		default:
			write()
			c.hook("post-checkout")
		}
	case "switch":
		if a.has("-c", "-C", "--create", "--force-create", "--orphan") && len(a.ops) == 0 {
			c.ran(name, effect.Exec, effect.Exact)
			return
		}
		write()
		c.hook("post-checkout")
	case "restore":
		if a.has("--staged", "-S") && !a.has("--worktree", "-W") {
			c.ran(name, effect.Exec, effect.Exact)
			return
		}
		files(effect.Write, self, append(a.ops, a.paths...))
	case "reset":
		if a.has("--hard", "--merge", "--keep") {
			write()
			return
		}
		c.ran(name, effect.Exec, effect.Exact)
	case "stash":
		if len(a.ops) > 0 {
			switch a.ops[0].text {
			case "list", "show":
				read()
				return
			case "drop", "clear", "create", "store":
				c.ran(name, effect.Exec, effect.Exact)
				return
			}
		}
		write()
	case "rm":
		if a.has("--cached") {
			c.ran(name, effect.Exec, effect.Exact)
			return
		}
		use := entry
		if a.has("-r") {
			use = tree
		}
		files(effect.Delete, use, append(a.ops, a.paths...))
	case "mv":
		c.ran(name, effect.Exec, effect.Exact)
		words := append(a.ops, a.paths...)
		for i, w := range words {
			if i == len(words)-1 {
				c.path(&c.st, w.value, w.raw, effect.Write, self)
			} else {
				c.path(&c.st, w.value, w.raw, effect.Delete, entry)
			}
		}
	case "clean":
		if a.has("-n", "--dry-run") {
			read()
			return
		}
		c.ran(name, effect.Exec, effect.Exact)
		words := append(a.ops, a.paths...)
		if len(words) == 0 {
			c.path(&c.st, known("."), c.raw, effect.Delete, tree)
		}
		for _, w := range words {
			c.path(&c.st, w.value, w.raw, effect.Delete, tree)
		}
	case "apply", "am":
		c.readAll(append(a.ops, a.paths...))
		if a.has("--check", "--stat", "--numstat", "--summary") && !a.has("--apply") {
			read()
			return
		}
		write()
	case "rebase", "merge", "cherry-pick", "revert":
		if v, ok := a.value("-x"); ok && sub == "rebase" {
			c.text(v, c.raw)
		}
		write()
		c.hook("pre-rebase", "post-checkout", "post-merge", "post-rewrite", "pre-commit", "commit-msg", "prepare-commit-msg", "post-commit", "pre-merge-commit")
	case "mergetool":
		write()
		c.code(plugin, effect.Unknown, c.raw)
	default:
		write()
	}
}

// gitPush looks at git push: which repository, which references.
func (c *cmd) gitPush(args []word) {
	c.ran("git push", effect.Exec, effect.Exact)
	a := c.gitArgs(args, " -o --push-option --repo ")
	if !a.has("--no-verify") {
		c.hook("pre-push")
	}
	access := effect.Write
	if a.has("--delete", "-d", "--force", "-f", "--mirror", "--prune") {
		access = effect.Delete // what was there is gone
	}
	if a.has("--dry-run", "-n") {
		access = effect.Read
	}
	refs, sure := []string(nil), effect.Exact
	var remote *word
	ops := append(a.ops, a.paths...)
	if len(ops) > 0 {
		remote = &ops[0]
		ops = ops[1:]
	} else if v, ok := a.value("--repo"); ok {
		remote = &word{value: v, raw: v.text}
	}
	g := c.gitAt(&c.st)
	switch {
	case a.has("--mirror"):
		refs, sure = []string{"refs/"}, effect.Prefix
	case a.has("--all", "--branches"):
		refs, sure = []string{"refs/heads/"}, effect.Prefix
	case a.has("--tags") && len(ops) == 0:
		refs, sure = []string{"refs/tags/"}, effect.Prefix
	case len(ops) == 0:
		refs, sure = c.defaultRef(g, remote)
	}
	for i := 0; i < len(ops); i++ {
		if ops[i].is("tag") && i+1 < len(ops) {
			i++
			refs = append(refs, "refs/tags/"+ops[i].text)
			continue
		}
		t, ok := ops[i].lit()
		if !ok {
			refs, sure = append(refs, ""), effect.Unknown
			continue
		}
		forced := strings.HasPrefix(t, "+")
		src, dst, has := strings.Cut(strings.TrimPrefix(t, "+"), ":")
		if !has {
			dst = src
		}
		if (forced || has && src == "") && access == effect.Write {
			access = effect.Delete
		}
		ref := c.fullRef(g, dst)
		switch {
		case ref == "":
			sure = effect.Unknown
		case strings.HasSuffix(ref, "/"):
			sure = min(sure, effect.Prefix)
		}
		refs = append(refs, ref)
	}
	if a.has("--follow-tags") || a.has("--tags") && len(ops) > 0 {
		c.pushTo(remote, "refs/tags/", access, effect.Prefix)
	}
	for _, ref := range refs {
		c.pushTo(remote, ref, access, sure)
	}
	c.out = feed{kind: feedAny}
}

// defaultRef is what a push without a refspec changes: the branch one is on,
// unless the configuration says otherwise.
func (c *cmd) defaultRef(g *gitConfig, remote *word) ([]string, effect.Certainty) {
	head := c.gitHead(g)
	if head == "" || !g.readable {
		return []string{""}, effect.Unknown
	}
	branch := strings.TrimPrefix(head, "refs/heads/")
	mode, set := g.get("push.default")
	if set && mode != "simple" && mode != "current" && mode != "upstream" {
		return []string{""}, effect.Unknown
	}
	for _, e := range g.entries {
		if strings.HasPrefix(e.key, "remote.") && (strings.HasSuffix(e.key, ".push") || strings.HasSuffix(e.key, ".mirror")) {
			return []string{""}, effect.Unknown
		}
	}
	if up, ok := g.get("branch." + branch + ".merge"); ok && up != head {
		if mode == "upstream" && remote == nil {
			return []string{up}, effect.Exact
		}
		return []string{""}, effect.Unknown
	}
	return []string{head}, effect.Exact
}

// fullRef is the full name of the destination of a refspec, or how it begins, up to a slash; "" if not known.
func (c *cmd) fullRef(g *gitConfig, name string) string {
	switch {
	case strings.HasPrefix(name, "refs/"):
		return name
	case name == "HEAD" || name == "@":
		return c.gitHead(g)
	case name == "" || strings.ContainsAny(name, "*^~@{"):
		return ""
	}
	if c.disk == nil {
		return "refs/" // a branch or a tag
	}
	if g.gitDir != "" {
		if c.exists(g.gitDir + "/refs/heads/" + name) {
			return "refs/heads/" + name
		}
		if c.exists(g.gitDir + "/refs/tags/" + name) {
			return "refs/tags/" + name
		}
		if packed, ok := c.readFile(g.gitDir + "/packed-refs"); ok && strings.Contains(packed, " refs/tags/"+name+"\n") && !strings.Contains(packed, " refs/heads/"+name+"\n") {
			return "refs/tags/" + name
		}
	}
	return "refs/heads/" + name
}

func (c *cmd) pushTo(remote *word, ref string, access effect.Access, sure effect.Certainty) {
	before := len(c.dst)
	c.remoteNamed(remote, ref, c.raw, access, effect.Out)
	for i := before; i < len(c.dst); i++ {
		if c.dst[i].Kind == effect.Repo {
			c.dst[i].Certainty = min(c.dst[i].Certainty, sure)
		}
	}
}

// remoteNamed adds the repository that a remote's name, or its address, leads
// to; without one, the one git would take.
func (c *cmd) remoteNamed(remote *word, ref, raw string, access effect.Access, d effect.Direction) {
	name := "origin"
	g := c.gitAt(&c.st)
	if remote != nil {
		t, ok := remote.lit()
		if !ok {
			c.repo(&c.st, value{}, ref, raw, access, d)
			return
		}
		if r := parseRemote(t); r.repo != "" || r.runs || strings.ContainsAny(t, ":/.~") && len(g.urls(t, false)) == 0 {
			c.repo(&c.st, known(g.rewrite(t, d == effect.Out)), ref, raw, access, d)
			return
		}
		name = t
	} else if head := c.gitHead(g); head != "" {
		branch := strings.TrimPrefix(head, "refs/heads/")
		keys := []string{"branch." + branch + ".remote"}
		if d == effect.Out {
			keys = []string{"branch." + branch + ".pushremote", "remote.pushdefault", keys[0]}
		}
		for _, k := range keys {
			if v, ok := g.get(k); ok && v != "" && v != "." {
				name = v
				break
			}
		}
	}
	urls := g.urls(name, d == effect.Out)
	if len(urls) == 0 || !g.readable {
		c.add(effect.Effect{Kind: effect.Repo, Access: access, Raw: raw, Direction: d})
		return
	}
	for _, u := range urls {
		c.repo(&c.st, known(u), ref, raw, access, d)
	}
}

func (c *cmd) gitFetch(sub string, args []word) {
	access := effect.Read
	if sub == "ls-remote" {
		c.ran("git "+sub, effect.Read, effect.Exact)
	} else {
		c.ran("git "+sub, effect.Exec, effect.Exact)
	}
	a := c.gitArgs(args, " -o --depth --deepen --shallow-since -j --jobs --refmap --negotiation-tip -s -X --filter -u --recurse-submodules-default ")
	if v, ok := a.value("-u"); ok && sub != "pull" && sub != "fetch" {
		c.text(v, c.raw)
	}
	if v, ok := a.value("--remote"); ok {
		c.repo(&c.st, v, "", c.raw, access, effect.In)
	} else {
		var remote *word
		if len(a.ops) > 0 {
			remote = &a.ops[0]
		}
		if a.has("--all", "--multiple") {
			for _, e := range c.gitAt(&c.st).entries {
				if n, ok := strings.CutSuffix(strings.TrimPrefix(e.key, "remote."), ".url"); ok && strings.HasPrefix(e.key, "remote.") {
					c.remoteNamed(&word{value: known(n), raw: n}, "", c.raw, access, effect.In)
				}
			}
		} else {
			c.remoteNamed(remote, "", c.raw, access, effect.In)
		}
	}
	if sub == "pull" {
		c.gitTreeEffect(effect.Write)
		c.hook("post-merge", "post-checkout", "post-rewrite")
	}
	if a.has("--recurse-submodules") && sub != "ls-remote" {
		c.submoduleRepos()
	}
	c.out = feed{kind: feedNet}
	if sub == "ls-remote" {
		c.out = feed{kind: feedAny}
	}
}

func (c *cmd) gitClone(args []word) {
	c.ran("git clone", effect.Exec, effect.Exact)
	a := c.gitArgs(args, " -o -b -u -c -j --origin --branch --config --depth --reference --reference-if-able --separate-git-dir --shallow-since --jobs --filter --bundle-uri ")
	if v, ok := a.value("-u"); ok {
		c.text(v, c.raw)
	}
	if v, ok := a.value("-c", "--config"); ok {
		st := c.st
		c.gitSetting(v, c.raw)
		c.st = st
	}
	if v, ok := a.value("--separate-git-dir"); ok {
		c.path(&c.st, v, c.raw, effect.Write, tree)
	}
	ops := append(a.ops, a.paths...)
	if len(ops) == 0 {
		return
	}
	g := c.gitAt(&c.st)
	if t, ok := ops[0].lit(); ok {
		c.repo(&c.st, known(g.rewrite(t, false)), "", c.raw, effect.Read, effect.In)
	} else {
		c.repo(&c.st, value{}, "", c.raw, effect.Read, effect.In)
	}
	if a.has("--recurse-submodules", "--recursive") {
		c.add(effect.Effect{Kind: effect.Repo, Access: effect.Read, Raw: c.raw, Direction: effect.In})
	}
	if len(ops) > 1 {
		c.path(&c.st, ops[1].value, ops[1].raw, effect.Write, tree)
		return
	}
	name := strings.TrimSuffix(base(strings.TrimRight(strings.ReplaceAll(ops[0].text, ":", "/"), "/")), ".git")
	if !ops[0].exact || name == "" || name == ".." {
		c.path(&c.st, known("."), c.raw, effect.Write, tree)
		return
	}
	c.path(&c.st, known(name), c.raw, effect.Write, tree)
}

func (c *cmd) gitRemoteCmd(args []word) {
	a := c.gitArgs(args, " -t -m ")
	if len(a.ops) == 0 {
		c.ran("git remote", effect.Read, effect.Exact)
		c.gitTreeEffect(effect.Read)
		return
	}
	switch a.ops[0].text {
	case "get-url":
		c.ran("git remote", effect.Read, effect.Exact)
		c.gitTreeEffect(effect.Read)
	case "show", "update", "prune":
		c.ran("git remote", effect.Exec, effect.Exact)
		var remote *word
		if len(a.ops) > 1 {
			remote = &a.ops[1]
		}
		c.remoteNamed(remote, "", c.raw, effect.Read, effect.In)
	default:
		c.ran("git remote", effect.Exec, effect.Exact)
		c.gitConfigFile("")
		if a.ops[0].is("add") && a.has("-f") && len(a.ops) > 2 {
			c.repo(&c.st, a.ops[2].value, "", c.raw, effect.Read, effect.In)
		}
		if (a.ops[0].is("add") || a.ops[0].is("set-url")) && len(a.ops) > 2 {
			if t, ok := a.ops[2].lit(); ok && parseRemote(t).runs {
				c.code(inline, effect.Unknown, c.raw)
			}
		}
	}
}

// gitConfigFile adds the configuration file that a command changes.
func (c *cmd) gitConfigFile(scope string) {
	switch scope {
	case "--global":
		c.path(&c.st, value{text: c.call.Home + "/.gitconfig", exact: c.call.Home != ""}, c.raw, effect.Write, self)
		return
	case "--system":
		c.path(&c.st, known("/etc/gitconfig"), c.raw, effect.Write, self)
		return
	}
	if g := c.gitAt(&c.st); g.gitDir != "" {
		c.path(&c.st, known(g.gitDir+"/config"), c.raw, effect.Write, self)
		return
	}
	top, ok := c.gitTop()
	if !ok {
		c.unknown(effect.Path, effect.Exec, c.raw)
		return
	}
	c.path(&c.st, known(under(top.text)+".git/config"), c.raw, effect.Write, self)
}

func (c *cmd) gitConfigCmd(args []word) {
	a := c.gitArgs(args, " -f --file --blob --type --default --comment --value ")
	scope := ""
	for _, s := range [...]string{"--global", "--system"} {
		if a.has(s) {
			scope = s
		}
	}
	ops := a.ops
	verb := ""
	if len(ops) > 0 {
		switch ops[0].text {
		case "get", "list", "set", "unset", "rename-section", "remove-section", "edit":
			verb = ops[0].text
			ops = ops[1:]
		}
	}
	reads := verb == "get" || verb == "list" || a.has("--get", "--get-all", "--get-regexp", "--get-urlmatch", "--list", "-l", "--name-only", "--get-color", "--get-colorbool") ||
		verb == "" && len(ops) == 1 && !a.has("--unset", "--unset-all", "--remove-section", "--edit", "-e")
	if reads {
		c.ran("git config", effect.Read, effect.Exact)
		if v, ok := a.value("-f", "--file"); ok {
			c.path(&c.st, v, c.raw, effect.Read, self)
		}
		c.out = feed{kind: feedAny}
		return
	}
	c.ran("git config", effect.Exec, effect.Exact)
	if v, ok := a.value("-f", "--file"); ok {
		c.path(&c.st, v, c.raw, effect.Write, self)
	} else {
		c.gitConfigFile(scope)
	}
	if len(ops) > 1 {
		st := c.st
		c.gitKey(strings.ToLower(ops[0].text), ops[1].value, c.raw)
		c.st = st
	} else if len(ops) == 1 && !ops[0].exact {
		c.code(plugin, effect.Unknown, c.raw)
	}
}

func (c *cmd) gitSubmodule(args []word) {
	a := c.gitArgs(args, " -b --branch --name --reference --depth -j ")
	verb := ""
	if len(a.ops) > 0 {
		verb = a.ops[0].text
	}
	switch verb {
	case "", "status", "summary":
		c.ran("git submodule", effect.Read, effect.Exact)
		c.gitTreeEffect(effect.Read)
	case "foreach":
		c.ran("git submodule", effect.Exec, effect.Exact)
		for i, w := range args {
			if w.is("foreach") {
				rest := args[i+1:]
				for len(rest) > 0 && strings.HasPrefix(rest[0].text, "--") {
					rest = rest[1:]
				}
				if len(rest) == 1 {
					c.text(rest[0].value, rest[0].raw)
				} else if len(rest) > 1 {
					c.rest(rest)
				}
				break
			}
		}
	case "add":
		c.ran("git submodule", effect.Exec, effect.Exact)
		if len(a.ops) > 1 {
			c.repo(&c.st, a.ops[1].value, "", c.raw, effect.Read, effect.In)
		}
		c.gitTreeEffect(effect.Write)
	case "update", "sync", "init", "deinit", "absorbgitdirs", "set-url", "set-branch":
		c.ran("git submodule", effect.Exec, effect.Exact)
		c.gitTreeEffect(effect.Write)
		if verb == "update" {
			c.submoduleRepos()
		}
	default:
		c.ran("git submodule", effect.Exec, effect.Exact)
		c.unknown(effect.AnyKind, effect.NoAccess, c.raw)
	}
}

// submoduleRepos adds the repositories that .gitmodules names.
func (c *cmd) submoduleRepos() {
	g := c.gitAt(&c.st)
	found := false
	if g.top != "" {
		m := gitConfig{readable: true}
		n := 0
		c.readGitConfig(&m, g.top+"/.gitmodules", &n)
		for _, e := range append(m.entries, g.entries...) {
			if strings.HasPrefix(e.key, "submodule.") && strings.HasSuffix(e.key, ".url") {
				found = true
				if strings.HasPrefix(e.value, ".") {
					c.add(effect.Effect{Kind: effect.Repo, Access: effect.Read, Raw: c.raw, Direction: effect.In})
					continue
				}
				c.repo(&c.st, known(g.rewrite(e.value, false)), "", c.raw, effect.Read, effect.In)
			}
		}
		if m.readable && len(m.entries) > 0 {
			return
		}
	}
	if !found {
		c.add(effect.Effect{Kind: effect.Repo, Access: effect.Read, Raw: c.raw, Direction: effect.In})
	}
}

func (c *cmd) gitWorktree(args []word) {
	a := c.gitArgs(args, " -b -B --reason --expire ")
	if len(a.ops) == 0 || a.ops[0].is("list") {
		c.ran("git worktree", effect.Read, effect.Exact)
		c.gitTreeEffect(effect.Read)
		return
	}
	c.ran("git worktree", effect.Exec, effect.Exact)
	if len(a.ops) < 2 {
		return
	}
	switch a.ops[0].text {
	case "add":
		c.path(&c.st, a.ops[1].value, a.ops[1].raw, effect.Write, tree)
	case "remove":
		c.path(&c.st, a.ops[1].value, a.ops[1].raw, effect.Delete, tree)
	case "move":
		c.path(&c.st, a.ops[1].value, a.ops[1].raw, effect.Delete, tree)
		if len(a.ops) > 2 {
			c.path(&c.st, a.ops[2].value, a.ops[2].raw, effect.Write, tree)
		}
	}
}

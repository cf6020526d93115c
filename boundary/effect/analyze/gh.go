package analyze

import (
	"strings"

	"github.com/ambit-go/ambit/boundary/effect"
)

// gh (GitHub) and glab (GitLab): what a command does to which repository.

// forgeVerb returns what a subcommand does. One that is not known, NoAccess, may do anything.
func forgeVerb(verb string) effect.Access {
	switch verb {
	case "list", "ls", "view", "show", "status", "diff", "checks", "watch", "verify", "search", "browse", "note-list", "trace", "events", "ci-status", "board", "blame", "raw":
		return effect.Read
	case "create", "new", "edit", "close", "reopen", "comment", "review", "merge", "ready", "lock", "unlock", "transfer", "pin", "unpin", "update", "sync", "rename", "upload", "develop",
		"note", "approve", "revoke", "rebase", "run", "rerun", "retry", "cancel", "enable", "disable", "add", "set", "import", "mark-template", "copy", "link", "unlink", "item-add",
		"item-create", "item-edit", "item-archive", "field-create", "star", "unstar", "subscribe", "unsubscribe", "update-branch", "revert", "lint", "todo", "resolve", "stop", "play",
		"trigger", "publish", "fork":
		return effect.Write
	case "delete", "remove", "archive", "unarchive", "clear", "item-delete", "field-delete", "delete-asset", "purge":
		return effect.Delete
	}
	return effect.NoAccess
}

// forgeGroups are the groups of subcommands that gh and glab bring themselves.
const forgeGroups = " pr issue repo release run workflow gist label project cache ruleset org attestation mr ci pipeline job incident iteration milestone schedule cluster changelog user securefile stack duo snippet check-update discussion agent-task "

// forgeTakes are the options of gh and glab that take a value.
const forgeTakes = " " +
	"-R --repo -b --body -t --title -F --body-file -B --base -H --head -l --label -a --assignee -r --reviewer -m --milestone -p --project -L --limit -q --jq -T --template " +
	"--json -s --state -S --search -A --author -f --raw-field --field -X --method -i --input --hostname -h --ref --branch -n --notes --notes-file --target -d --description -v --visibility -c --comment " +
	"-w --workflow -e --env --env-file -u --user -o --org -D --dir -O --output --color --add-label --remove-label --add-assignee --remove-assignee --add-reviewer --remove-reviewer --match-head-commit --subject --job --log --app --clone --source --remote " +
	"--cache --preview --header --template --interval "

func runForge(c *cmd, sp spec, args []word) {
	host, tool := "github.com", sp.name
	if tool == "glab" {
		host = "gitlab.com"
	}
	a := c.sortArgs(args, forgeTakes, false)
	if len(a.ops) == 0 {
		c.ran(tool, effect.Read, effect.Exact)
		return
	}
	group, ok := a.ops[0].lit()
	verb := ""
	if len(a.ops) > 1 {
		verb, _ = a.ops[1].lit()
	}
	if !ok {
		c.add(effect.Effect{Kind: effect.Command, Access: effect.Exec, Target: tool + " ", Raw: c.raw, Certainty: effect.Prefix})
		c.unknown(effect.AnyKind, effect.NoAccess, c.raw)
		return
	}
	if v, ok := a.value("--hostname"); ok {
		var sure effect.Certainty
		if host, sure = Host(v.text); !v.exact || sure != effect.Exact {
			host = ""
			c.unknown(effect.Host, effect.Connect, c.raw)
		}
	}
	for _, f := range [...]string{"-F", "--body-file", "--notes-file", "--env-file", "--input", "-i"} {
		if group == "api" && f == "-F" {
			continue
		}
		if v, ok := a.value(f); ok && !v.is("-") && v.text != "" {
			c.path(&c.st, v, c.raw, effect.Read, self)
		}
	}
	switch group {
	case "api":
		c.forgeAPI(tool, host, &a)
		return
	case "auth":
		c.forgeAuth(tool, host, verb, &a)
		return
	case "secret", "variable", "ssh-key", "gpg-key", "deploy-key", "token":
		c.ran(tool+" "+group, effect.Exec, effect.Exact)
		access := effect.Read
		if verb != "list" && verb != "get" {
			access = effect.Grant
		}
		c.forgeRepo(host, &a, access, effect.Out)
		return
	case "alias", "config", "extension", "ext", "plugin":
		c.ran(tool+" "+group, effect.Exec, effect.Exact)
		switch {
		case group == "alias" && verb == "set" && len(a.ops) > 3:
			if t, ok := strings.CutPrefix(a.ops[3].text, "!"); ok {
				c.text(known(t), c.raw)
			}
		case (group == "extension" || group == "ext") && (verb == "install" || verb == "upgrade" || verb == "exec"):
			c.code(remote, effect.Exact, c.raw)
			if len(a.ops) > 2 {
				c.forgeNamed(host, a.ops[2].value, c.raw, effect.Read, effect.In)
			}
		case group == "config" && verb == "set":
			c.path(&c.st, value{text: c.call.Home + "/.config/gh/config.yml", exact: c.call.Home != ""}, c.raw, effect.Write, self)
		}
		return
	case "status", "search", "browse", "help", "version", "completion":
		c.ran(tool+" "+group, effect.Read, effect.Exact)
		if group == "status" || group == "search" {
			c.peer(effect.Host, "api."+host, "", c.raw, effect.Exact, effect.In)
		}
		return
	case "gist", "snippet":
		c.forgeGist(tool, host, verb, &a)
		return
	case "codespace", "cs":
		c.ran(tool+" codespace", effect.Exec, effect.Exact)
		c.unknown(effect.AnyKind, effect.NoAccess, c.raw)
		return
	case "copilot", "models", "preview":
		c.ran(tool+" "+group, effect.Exec, effect.Exact)
		c.peer(effect.Host, "api."+host, "", c.raw, effect.Exact, effect.Out)
		return
	}
	access := forgeVerb(verb)
	told := access != effect.NoAccess
	switch {
	case verb == "" && !isOneOf(group, forgeGroups): // an extension: code of whoever wrote it
		c.ran(tool+" "+group, effect.Exec, effect.Exact)
		c.code(plugin, effect.Unknown, c.raw)
		return
	case verb == "":
		c.ran(tool+" "+group, effect.Read, effect.Exact)
		return
	case group == "repo" && verb == "clone":
		c.ran(tool+" repo clone", effect.Exec, effect.Exact)
		if len(a.ops) > 2 {
			c.forgeNamed(host, a.ops[2].value, c.raw, effect.Read, effect.In)
			c.path(&c.st, value{text: base(a.ops[2].text), exact: a.ops[2].exact}, c.raw, effect.Write, tree)
		}
		return
	case (group == "pr" || group == "mr") && verb == "checkout":
		c.ran(tool+" "+group+" checkout", effect.Exec, effect.Exact)
		c.forgeRepo(host, &a, effect.Read, effect.In)
		c.gitTreeEffect(effect.Write)
		return
	case verb == "download":
		c.ran(tool+" "+group+" download", effect.Exec, effect.Exact)
		c.forgeRepo(host, &a, effect.Read, effect.In)
		dir, ok := a.value("-D", "--dir", "-O", "--output")
		if !ok {
			dir = value{text: ".", exact: true}
		}
		c.path(&c.st, dir, c.raw, effect.Write, tree)
		return
	case group == "repo" && (verb == "edit" || verb == "rename" || verb == "transfer" || verb == "deploy-key"), group == "ruleset", group == "org":
		access = max(access, effect.Grant)
	case group == "repo" && (verb == "delete" || verb == "archive"):
		access = effect.Delete
	case group == "release" && verb == "upload", group == "release" && verb == "create":
		for _, w := range a.ops[min(3, len(a.ops)):] {
			v := w.value
			v.text, _, _ = strings.Cut(v.text, "#")
			c.path(&c.st, v, w.raw, effect.Read, self)
		}
	}
	if !isOneOf(group, forgeGroups) {
		c.ran(tool+" "+group+" "+verb, effect.Exec, effect.Exact)
		c.code(plugin, effect.Unknown, c.raw)
		return
	}
	if !told {
		c.ran(tool+" "+group+" "+verb, effect.Exec, effect.Exact)
		c.forgeRepo(host, &a, effect.Write, effect.Out)
		return
	}
	d := effect.In
	use := effect.Read
	if access != effect.Read {
		d, use = effect.Out, effect.Exec
	}
	c.ran(tool+" "+group+" "+verb, use, effect.Exact)
	if group == "repo" && len(a.ops) > 2 {
		c.forgeNamed(host, a.ops[2].value, c.raw, access, d)
		return
	}
	c.forgeRepo(host, &a, access, d)
}

// forgeRepo adds the repository of -R, of an address among the operands, or of
// the working folder.
func (c *cmd) forgeRepo(host string, a *gitArgs, access effect.Access, d effect.Direction) {
	if v, ok := a.value("-R", "--repo"); ok {
		c.forgeNamed(host, v, c.raw, access, d)
		return
	}
	for _, w := range a.ops {
		if rest, ok := strings.CutPrefix(w.text, "https://"); ok {
			if parts := strings.Split(rest, "/"); len(parts) >= 3 {
				c.forgeNamed(host, value{text: strings.Join(parts[:3], "/"), exact: w.exact || len(parts) > 3}, w.raw, access, d)
				return
			}
		}
	}
	if b := c.st.lookup("GH_REPO"); b != nil {
		c.forgeNamed(host, b.val, c.raw, access, d)
		return
	}
	g := c.gitAt(&c.st)
	name := word{value: known("origin"), raw: c.raw}
	if len(g.urls("upstream", false)) > 0 { // gh asks people which one they mean, and takes upstream first
		name.text = "upstream"
	}
	c.remoteNamed(&name, "", c.raw, access, d)
}

// forgeNamed adds a repository given as owner/name, host/owner/name or by address.
func (c *cmd) forgeNamed(host string, v value, raw string, access effect.Access, d effect.Direction) {
	t, ok := v.lit()
	if !ok || host == "" {
		c.add(effect.Effect{Kind: effect.Repo, Access: access, Raw: raw, Direction: d})
		return
	}
	if owner, _, ok := strings.Cut(t, "/"); ok && !strings.ContainsAny(t, ":") && !strings.Contains(owner, ".") {
		t = host + "/" + t
	}
	r := parseRemote(t)
	if r.repo == "" {
		c.add(effect.Effect{Kind: effect.Repo, Access: access, Raw: raw, Direction: d})
		return
	}
	c.repoNamed(r.repo, "", raw, access, r.sure, d)
}

// forgeAPI looks at gh api and glab api.
func (c *cmd) forgeAPI(tool, host string, a *gitArgs) {
	method := "GET"
	if a.has("-f", "-F", "--field", "--raw-field", "--input") {
		method = "POST"
	}
	if v, ok := a.value("-X", "--method"); ok {
		method = strings.ToUpper(v.text)
		if !v.exact {
			method = "DELETE"
		}
	}
	for _, f := range a.flags { // -F key=@file sends the file
		_, rest, _ := strings.Cut(f.text, "=")
		if _, file, ok := strings.Cut(rest, "=@"); ok && (strings.HasPrefix(f.text, "-F=") || strings.HasPrefix(f.text, "--field=")) && file != "-" {
			v := f.value
			v.text = file
			c.path(&c.st, v, f.raw, effect.Read, self)
		}
	}
	access, d, use := effect.Write, effect.Out, effect.Exec
	switch method {
	case "GET", "HEAD":
		access, d, use = effect.Read, effect.In, effect.Read
	case "DELETE":
		access = effect.Delete
	}
	if len(a.ops) < 2 {
		c.ran(tool+" api", use, effect.Exact)
		return
	}
	v := a.ops[1].value
	path := strings.TrimPrefix(v.text, "/")
	if path == "graphql" {
		query := value{}
		for _, f := range a.flags {
			if _, q, ok := strings.Cut(f.text, "=query="); ok {
				query = value{text: q, exact: f.exact}
			}
		}
		text := strings.TrimSpace(query.text)
		if text != "" && !strings.HasPrefix(text, "mutation") && !strings.Contains(text, "mutation") && (query.exact || strings.HasPrefix(text, "query") || strings.HasPrefix(text, "{")) {
			c.ran(tool+" api", effect.Read, effect.Exact)
			c.peer(effect.URL, "https://api."+host+"/graphql", "", c.raw, effect.Exact, effect.In)
			return
		}
		c.ran(tool+" api", effect.Exec, effect.Exact)
		c.peer(effect.URL, "https://api."+host+"/graphql", "", c.raw, effect.Exact, effect.Out)
		c.add(effect.Effect{Kind: effect.Repo, Access: effect.Write, Raw: c.raw, Direction: effect.Out})
		return
	}
	c.ran(tool+" api", use, effect.Exact)
	path, _, _ = strings.Cut(path, "?")
	parts := strings.Split(path, "/")
	if len(parts) >= 3 && parts[0] == "repos" {
		if (len(parts) > 3 || v.exact) && parts[1] != "" && parts[2] != "" {
			if strings.HasPrefix(parts[1], "{") || strings.HasPrefix(parts[1], ":") {
				c.forgeRepo(host, &gitArgs{}, access, d)
				return
			}
			if access == effect.Write && len(parts) > 3 && (parts[3] == "collaborators" || parts[3] == "keys" || parts[3] == "hooks" || strings.Contains(path, "secrets") || strings.Contains(path, "protection") || strings.Contains(path, "permissions")) {
				access = effect.Grant
			}
			c.forgeNamed(host, known(parts[1]+"/"+parts[2]), c.raw, access, d)
			return
		}
		c.add(effect.Effect{Kind: effect.Repo, Access: access, Raw: c.raw, Direction: d})
		return
	}
	if parts[0] == "projects" && len(parts) > 1 && tool == "glab" {
		c.forgeNamed(host, known(strings.NewReplacer("%2F", "/", "%2f", "/").Replace(parts[1])), c.raw, access, d)
		return
	}
	if strings.Contains(path, "://") {
		c.url(v, c.raw, d)
		return
	}
	v.text = "https://api." + host + "/" + path
	c.url(v, c.raw, d)
}

func (c *cmd) forgeAuth(tool, host, verb string, a *gitArgs) {
	c.ran(tool+" auth "+verb, effect.Exec, effect.Exact)
	switch verb {
	case "token":
		c.secret(effect.Read, "store:"+tool+"/token", effect.Exact, c.raw)
	case "status":
		if a.has("-t", "--show-token") {
			c.secret(effect.Read, "store:"+tool+"/token", effect.Exact, c.raw)
		}
	case "switch", "login", "refresh", "setup-git", "logout":
		user, sure := "", effect.Unknown
		if v, ok := a.value("-u", "--user"); ok && v.exact {
			user, sure = v.text, effect.Exact
		}
		if verb == "setup-git" {
			c.gitConfigFile("--global")
			return
		}
		c.identity(tool+"-user:"+user, sure, c.raw)
		c.peer(effect.Host, host, "", c.raw, effect.Exact, effect.NoDirection)
	}
}

// forgeGist looks at gists and snippets: they leave the house.
func (c *cmd) forgeGist(tool, host, verb string, a *gitArgs) {
	name, at := " gist ", "gist."+host
	if tool == "glab" {
		name, at = " snippet ", host
	}
	access := forgeVerb(verb)
	if access == effect.Read || verb == "clone" {
		c.ran(tool+name+verb, effect.Read, effect.Exact)
		c.peer(effect.Host, at, "", c.raw, effect.Exact, effect.In)
		return
	}
	c.ran(tool+name+verb, effect.Exec, effect.Exact)
	c.peer(effect.Host, at, "", c.raw, effect.Exact, effect.Out)
	if verb == "create" {
		for _, w := range a.ops[min(2, len(a.ops)):] {
			if !w.is("-") {
				c.path(&c.st, w.value, w.raw, effect.Read, self)
			}
		}
	}
}

package analyze

import (
	"strings"

	"github.com/ambit-go/ambit/boundary/effect"
)

// docker and podman: what of this machine a container gets, and what it runs.

const dockerFlags = " interactive tty rm detach privileged init read-only publish-all no-cache pull-flag force all quiet follow no-trunc size volumes build remove-orphans wait no-deps push load squash digests latest debug sig-proxy oom-kill-disable help version tls tlsverify "

const dockerShort = "acehlmpuvw"

func runDocker(c *cmd, sp spec, args []word) {
	name := sp.name
	if sp.name == "docker-compose" {
		c.compose(args)
		return
	}
	g := parseOptions(args, " debug D tls tlsverify help version ", "Hcl", 1)
	if len(g.ops) == 0 {
		c.ran(name, effect.Read, effect.Exact)
		return
	}
	if v, ok := g.get("context", "c"); ok {
		c.identity("docker-context:"+v.text, v.sure(), c.raw)
	}
	if v, ok := g.get("host", "H"); ok {
		c.dockerHost(v)
	}
	if v, ok := g.get("config"); ok {
		c.path(&c.st, v, c.raw, effect.Read, tree)
	}
	verb, rest := g.op(0), g.tail
	if verb == "" {
		c.add(effect.Effect{Kind: effect.Command, Access: effect.Exec, Target: name + " ", Raw: c.raw, Certainty: effect.Prefix})
		c.unknown(effect.AnyKind, effect.NoAccess, c.raw)
		return
	}
	kind := "container"
	switch verb {
	case "container", "image", "volume", "network", "system", "builder", "buildx", "context", "manifest", "plugin", "secret", "config", "service", "stack", "swarm", "node", "trust", "pod", "machine":
		if len(rest) == 0 {
			c.ran(name+" "+verb, effect.Read, effect.Exact)
			return
		}
		kind = verb
		verb, _ = rest[0].lit()
		rest = rest[1:]
		if kind == "buildx" || kind == "builder" {
			kind = "image"
		}
		name += " " + g.op(0)
	case "compose":
		c.compose(rest)
		return
	case "images", "rmi", "build", "pull", "push", "tag", "save", "load", "import", "history", "search", "login", "logout", "commit":
		kind = "image"
	}
	switch verb {
	case "run", "create":
		if kind == "container" {
			c.dockerRun(name+" "+verb, rest)
			return
		}
	case "exec":
		c.dockerExec(name+" exec", rest)
		return
	case "cp":
		c.dockerCopy(name+" cp", rest)
		return
	case "build", "bake":
		c.dockerBuild(name+" "+verb, rest)
		return
	}
	shorts := "nosiu"
	if verb == "ps" || verb == "ls" || verb == "list" || verb == "images" || verb == "search" || verb == "events" {
		shorts += "f" // elsewhere it forces, or follows
	}
	p := parseOptions(rest, dockerFlags, shorts, 0)
	access := effect.Write
	switch verb {
	case "ps", "ls", "list", "images", "inspect", "logs", "stats", "top", "port", "info", "version", "history", "search", "df", "events", "diff", "wait", "show", "help", "":
		access = effect.Read
	case "rm", "rmi", "remove", "prune", "kill", "stop", "down", "leave":
		access = effect.Delete
	case "start", "restart", "attach", "unpause":
		access = effect.Exec
	}
	c.ran(strings.TrimSpace(name+" "+verb), cloudUse(access), effect.Exact)
	switch {
	case verb == "pull" || verb == "push":
		for _, w := range p.ops {
			d := effect.In
			if verb == "push" {
				d = effect.Out
			}
			c.image(w, map[bool]effect.Access{true: effect.Write, false: effect.Read}[verb == "push"], d)
		}
		return
	case verb == "login" || verb == "logout":
		v, _ := p.get("u", "username")
		c.identity("docker-user:"+v.text, v.sure(), c.raw)
		registry := known("docker.io")
		if len(p.ops) > 0 {
			registry = p.ops[0].value
		}
		c.host(registry, c.raw, effect.Out)
		return
	case kind == "context" && verb == "use":
		v := value{}
		if len(p.ops) > 0 {
			v = p.ops[0].value
		}
		c.identity("docker-context:"+v.text, v.sure(), c.raw)
		return
	case verb == "save" || verb == "export":
		if v, ok := p.get("o", "output"); ok {
			c.path(&c.st, v, c.raw, effect.Write, self)
		}
	case verb == "load" || verb == "import":
		if v, ok := p.get("i", "input"); ok {
			c.path(&c.st, v, c.raw, effect.Read, self)
		} else if verb == "import" && len(p.ops) > 0 {
			c.named(p.ops[0].value, c.raw)
		}
	case kind == "plugin" && (verb == "install" || verb == "enable"):
		c.code(remote, effect.Exact, c.raw)
	case verb == "deploy" || verb == "up":
		if v, ok := p.get("c", "compose-file"); ok {
			c.path(&c.st, v, c.raw, effect.Read, self)
		}
	}
	if len(p.ops) == 0 {
		sure := effect.Exact
		if access > effect.Read {
			sure = effect.Prefix
		}
		c.resource(access, "docker", map[string]string{"kind": kind}, sure, effect.NoDirection)
		return
	}
	for _, w := range p.ops {
		f := map[string]string{"kind": kind}
		if t, ok := w.lit(); ok {
			f["name"] = t
		}
		sure := effect.Exact
		if !w.exact {
			sure = effect.Prefix
		}
		c.resource(access, "docker", f, sure, effect.NoDirection)
		if kind == "secret" && verb == "create" {
			break
		}
	}
}

func (c *cmd) dockerHost(v value) {
	switch {
	case v.begins("unix://"):
		v.text = strings.TrimPrefix(v.text, "unix://")
		c.path(&c.st, v, c.raw, effect.Write, self)
	default:
		_, rest, ok := strings.Cut(v.text, "://")
		if ok {
			v.text = rest
		}
		c.host(v, c.raw, effect.NoDirection)
	}
}

// image adds an image and the registry it comes from or goes to.
func (c *cmd) image(w word, access effect.Access, d effect.Direction) {
	t, ok := w.lit()
	host := "docker.io"
	if i := strings.IndexByte(t, '/'); i > 0 && (strings.ContainsAny(t[:i], ".:") || t[:i] == "localhost") {
		host = t[:i]
	}
	if !ok {
		c.unknown(effect.Host, effect.Connect, w.raw)
		c.resource(access, "docker", map[string]string{"kind": "image"}, effect.Prefix, d)
		return
	}
	c.host(known(host), w.raw, d)
	c.resource(access, "docker", map[string]string{"kind": "image", "name": t}, effect.Exact, d)
}

// dockerRun looks at docker run: an image, its mounts, its rights, its command.
func (c *cmd) dockerRun(name string, args []word) {
	p := parseOptions(args, dockerFlags, dockerShort, 1)
	c.ran(name, effect.Exec, effect.Exact)
	f := map[string]string{"kind": "container"}
	sure := effect.Exact
	if len(p.ops) > 0 {
		if t, ok := p.ops[0].lit(); ok {
			f["image"] = t
		} else {
			sure = effect.Prefix
		}
	}
	if v, ok := p.get("name"); ok && v.exact {
		f["name"] = v.text
	}
	access := effect.Exec
	for _, o := range p.opts {
		switch o.name {
		case "v", "volume":
			c.mount(o.val, o.raw)
		case "mount":
			c.mountSpec(o.val, o.raw)
		case "env-file", "label-file", "cidfile":
			c.path(&c.st, o.val, o.raw, map[bool]effect.Access{true: effect.Write, false: effect.Read}[o.name == "cidfile"], self)
		case "e", "env":
			if n, _, ok := strings.Cut(o.val.text, "="); !ok && c.secretEnv(n) {
				c.secret(effect.Read, "env:"+n, effect.Exact, o.raw)
			}
		case "privileged", "cap-add", "device", "security-opt", "device-cgroup-rule", "runtime":
			if !o.val.is("false") {
				access = effect.Grant
			}
		case "pid", "ipc", "userns", "uts", "cgroupns":
			if o.val.is("host") {
				access = effect.Grant
			}
		case "network", "net":
			if o.val.is("host") {
				c.unknown(effect.Host, effect.Connect, o.raw)
			}
		case "add-host":
			c.unknown(effect.Host, effect.Connect, o.raw)
		case "u", "user":
			c.identity("container-user:"+o.val.text, o.val.sure(), o.raw)
		}
	}
	c.resource(access, "docker", f, sure, effect.NoDirection)
	c.code(remote, effect.Exact, c.raw)
	tail := p.tail
	if ep, ok := p.get("entrypoint"); ok && ep.text != "" {
		tail = append([]word{{value: ep, raw: ep.text}}, tail...)
	}
	if len(tail) > 0 {
		c.awayWords(tail, &machine{provider: "docker", fields: f, sure: sure})
	}
}

// mount adds a folder of this machine that a container gets: host:container[:ro].
func (c *cmd) mount(v value, raw string) {
	src, rest, ok := strings.Cut(v.text, ":")
	if !ok || src == "" || src[0] != '/' && src[0] != '.' && src[0] != '~' {
		if v.text == "" || !ok && !v.exact {
			c.unknown(effect.Path, effect.Write, raw)
		}
		return // a named volume
	}
	access := effect.Write
	if strings.HasSuffix(rest, ":ro") || strings.Contains(rest, ":ro,") {
		access = effect.Read
	}
	c.path(&c.st, known(src), raw, access, tree)
	if access == effect.Write {
		c.path(&c.st, known(src), raw, effect.Read, tree)
	}
}

func (c *cmd) mountSpec(v value, raw string) {
	src, kind, access := "", "volume", effect.Write
	for kv := range strings.SplitSeq(v.text, ",") {
		switch k, val, _ := strings.Cut(kv, "="); k {
		case "type":
			kind = val
		case "source", "src":
			src = val
		case "readonly", "ro":
			access = effect.Read
		}
	}
	if kind != "bind" {
		return
	}
	if !v.exact || src == "" {
		c.unknown(effect.Path, access, raw)
		return
	}
	c.path(&c.st, known(src), raw, access, tree)
}

func (c *cmd) dockerExec(name string, args []word) {
	p := parseOptions(args, dockerFlags, "euw", 1)
	c.ran(name, effect.Read, effect.Exact)
	f := map[string]string{"kind": "container"}
	sure := effect.Exact
	if len(p.ops) > 0 {
		if t, ok := p.ops[0].lit(); ok {
			f["name"] = t
		} else {
			sure = effect.Prefix
		}
	}
	if v, ok := p.get("u", "user"); ok {
		c.identity("container-user:"+v.text, v.sure(), c.raw)
	}
	if len(p.tail) == 0 {
		c.resource(effect.Exec, "docker", f, sure, effect.NoDirection)
		return
	}
	c.awayWords(p.tail, &machine{provider: "docker", fields: f, sure: sure})
}

func (c *cmd) dockerCopy(name string, args []word) {
	c.ran(name, effect.Read, effect.Exact)
	p := parseOptions(args, dockerFlags, "", 0)
	for i, w := range p.ops {
		access, d := effect.Read, effect.In
		if i == len(p.ops)-1 && i > 0 {
			access, d = effect.Write, effect.Out
		}
		box, path, ok := strings.Cut(w.text, ":")
		if !ok || strings.ContainsAny(box, "/.") {
			if !w.is("-") {
				c.path(&c.st, w.value, w.raw, access, tree)
			}
			continue
		}
		c.resource(access, "docker", map[string]string{"kind": "container", "name": box, "path": path}, w.sure(), d)
	}
}

// dockerBuild looks at docker build: instructions of the workspace run, with
// whatever they fetch.
func (c *cmd) dockerBuild(name string, args []word) {
	p := parseOptions(args, dockerFlags, "ftom", 0)
	c.ran(name, effect.Exec, effect.Exact)
	c.code(workspace, effect.Exact, c.raw)
	if v, ok := p.get("f", "file"); ok && !v.is("-") {
		c.path(&c.st, v, c.raw, effect.Read, self)
	}
	for _, o := range p.opts {
		switch o.name {
		case "secret", "ssh":
			for kv := range strings.SplitSeq(o.val.text, ",") {
				if k, v, _ := strings.Cut(kv, "="); k == "src" || k == "source" {
					c.path(&c.st, value{text: v, exact: o.val.exact}, o.raw, effect.Read, self)
				} else if k == "env" {
					c.secret(effect.Read, "env:"+v, effect.Exact, o.raw)
				}
			}
		case "o", "output":
			for kv := range strings.SplitSeq(o.val.text, ",") {
				if k, v, ok := strings.Cut(kv, "="); k == "dest" {
					c.path(&c.st, value{text: v, exact: o.val.exact}, o.raw, effect.Write, tree)
				} else if !ok && k != "" && k != "-" {
					c.path(&c.st, value{text: k, exact: o.val.exact}, o.raw, effect.Write, tree)
				}
			}
		case "push":
			if v, ok := p.get("t", "tag"); ok {
				c.image(word{value: v, raw: o.raw}, effect.Write, effect.Out)
			}
		}
	}
	for _, w := range p.ops {
		if w.is("-") {
			continue
		}
		if strings.Contains(w.text, "://") || strings.HasPrefix(w.text, "git@") {
			c.repo(&c.st, w.value, "", w.raw, effect.Read, effect.In)
			c.code(remote, effect.Exact, w.raw)
			continue
		}
		c.path(&c.st, w.value, w.raw, effect.Read, tree)
	}
}

// compose looks at docker compose: services as a file of the workspace says.
func (c *cmd) compose(args []word) {
	g := parseOptions(args, " compatibility dry-run all-resources verbose ", "fp", 1)
	for _, o := range g.opts {
		if o.name == "f" || o.name == "file" || o.name == "env-file" || o.name == "project-directory" {
			c.path(&c.st, o.val, o.raw, effect.Read, self)
		}
	}
	verb := g.op(0)
	name := strings.TrimSpace("docker compose " + verb)
	rest := g.tail
	switch verb {
	case "ps", "ls", "logs", "config", "images", "top", "version", "port", "events", "":
		c.ran(name, effect.Read, effect.Exact)
		if !strings.Contains(" version ls ", " "+verb+" ") {
			c.resource(effect.Read, "docker", map[string]string{"kind": "compose"}, effect.Exact, effect.NoDirection)
		}
		c.out = feed{kind: feedAny}
	case "exec", "run":
		p := parseOptions(rest, dockerFlags+" T no-TTY ", "euwvp", 1)
		c.ran(name, effect.Exec, effect.Exact)
		if verb == "run" {
			c.code(workspace, effect.Exact, c.raw)
		}
		f := map[string]string{"kind": "service", "name": p.op(0)}
		if v, ok := p.get("v", "volume"); ok {
			c.mount(v, c.raw)
		}
		if len(p.tail) > 0 {
			c.awayWords(p.tail, &machine{provider: "docker", fields: f, sure: effect.Exact})
			return
		}
		c.resource(effect.Exec, "docker", f, effect.Exact, effect.NoDirection)
	case "down", "rm", "stop", "kill":
		c.ran(name, effect.Exec, effect.Exact)
		c.resource(effect.Delete, "docker", map[string]string{"kind": "compose"}, effect.Prefix, effect.NoDirection)
	default: // up, build, start, restart, pull, push, create
		c.ran(name, effect.Exec, effect.Exact)
		c.code(workspace, effect.Exact, c.raw)
		c.resource(effect.Exec, "docker", map[string]string{"kind": "compose"}, effect.Prefix, effect.NoDirection)
		if verb == "push" {
			c.unknown(effect.Host, effect.Connect, c.raw)
		}
	}
}

package analyze

import (
	"strings"

	"github.com/ambit-go/ambit/boundary/effect"
)

// runMise looks at mise: tasks are code of the workspace, exec is a wrapper.
func runMise(c *cmd, sp spec, args []word) {
	i := 0
	for i < len(args) && args[i].text != "" && args[i].text[0] == '-' {
		if args[i].is("-C") || args[i].is("--cd") {
			i++
		}
		i++
	}
	if i >= len(args) {
		c.ran(sp.name, effect.Read, effect.Exact)
		return
	}
	verb, ok := args[i].lit()
	rest := args[i+1:]
	switch {
	case !ok:
		c.unknown(effect.Command, effect.Exec, c.raw)
	case verb == "exec" || verb == "x":
		c.ran(sp.name+" exec", effect.Read, effect.Exact)
		if tail := tailOf(rest); len(tail) > 0 {
			c.rest(tail)
		} else {
			c.unknown(effect.Command, effect.Exec, c.raw)
		}
	case verb == "ls" || verb == "list" || verb == "current" || verb == "tasks" || verb == "version" || verb == "doctor" || verb == "where" || verb == "which" || verb == "outdated" || verb == "env" || verb == "--version":
		c.ran(sp.name+" "+verb, effect.Read, effect.Exact)
		c.out = feed{kind: feedAny}
	case verb == "install" || verb == "i" || verb == "use" || verb == "upgrade" || verb == "up" || verb == "plugins":
		c.ran(sp.name+" "+verb, effect.Exec, effect.Exact)
		c.code(remote, effect.Exact, c.raw)
	case verb == "trust" || verb == "set" || verb == "unset" || verb == "settings" || verb == "uninstall" || verb == "prune" || verb == "cache":
		c.ran(sp.name+" "+verb, effect.Exec, effect.Exact)
	default: // run, watch, or the name of a task
		name := sp.name + " " + verb
		if (verb == "run" || verb == "r" || verb == "watch") && len(rest) > 0 {
			if t, ok := rest[0].lit(); ok && t != "" && t[0] != '-' {
				name += " " + t
			}
		}
		c.ran(name, effect.Exec, effect.Exact)
		c.code(workspace, effect.Exact, c.raw)
		c.names(rest)
	}
}

// runDeno looks at deno, whose subcommands come first.
func runDeno(c *cmd, sp spec, args []word) {
	if len(args) == 0 {
		c.ran("deno", effect.Read, effect.Exact)
		c.fedInline("deno")
		return
	}
	verb, _ := args[0].lit()
	rest := operandsOf(args[1:])
	switch verb {
	case "eval":
		c.ran("deno eval", effect.Read, effect.Exact)
		if len(rest) > 0 {
			c.inlineCode("deno", rest[0].value, rest[0].raw)
		}
	case "run", "test", "bench", "task", "serve", "x", "install", "cache", "compile", "bundle", "repl":
		c.ran("deno "+verb, effect.Exec, effect.Exact)
		if len(rest) > 0 {
			w := rest[0]
			if strings.Contains(w.text, "://") || strings.HasPrefix(w.text, "npm:") || strings.HasPrefix(w.text, "jsr:") {
				c.code(remote, effect.Exact, w.raw)
				if strings.Contains(w.text, "://") {
					c.url(w.value, w.raw, effect.In)
				}
				return
			}
			if verb == "run" || verb == "serve" {
				c.script(w.value, w.raw)
				return
			}
		}
		c.code(workspace, effect.Exact, c.raw)
	case "fmt", "lint", "check", "doc", "info", "types", "--version", "help", "completions":
		c.ran("deno "+verb, map[bool]effect.Access{true: effect.Exec, false: effect.Read}[verb == "fmt"], effect.Exact)
		if verb == "fmt" && len(rest) == 0 {
			c.path(&c.st, known("."), c.raw, effect.Write, tree)
		}
		for _, w := range rest {
			c.path(&c.st, w.value, w.raw, effect.Read, tree)
			if verb == "fmt" {
				c.path(&c.st, w.value, w.raw, effect.Write, tree)
			}
		}
	default:
		c.ran("deno "+verb, effect.Exec, effect.Exact)
		c.names(args[1:])
	}
}

// runSocat looks at socat: both ends say what they are.
func runSocat(c *cmd, _ spec, args []word) {
	c.ran("socat", effect.Exec, effect.Exact)
	for _, w := range operandsOf(args) {
		kind, rest, _ := strings.Cut(w.text, ":")
		target, _, _ := strings.Cut(rest, ",")
		v := value{text: target, exact: w.exact || strings.Contains(rest, ",")}
		switch k := strings.ToUpper(kind); {
		case k == "EXEC" || k == "SYSTEM" || k == "SHELL":
			c.text(v, w.raw)
		case strings.HasSuffix(k, "-LISTEN") || strings.HasSuffix(k, "-L") || strings.HasPrefix(k, "TCP-L"):
			c.unknown(effect.Host, effect.Connect, w.raw)
		case strings.HasPrefix(k, "TCP") || strings.HasPrefix(k, "UDP") || strings.HasPrefix(k, "OPENSSL") || strings.HasPrefix(k, "SSL") || strings.HasPrefix(k, "SOCKS") || strings.HasPrefix(k, "PROXY") || strings.HasPrefix(k, "SCTP"):
			c.host(v, w.raw, effect.Out) // both ends send
		case strings.HasPrefix(k, "UNIX") || strings.HasPrefix(k, "FILE") || strings.HasPrefix(k, "OPEN") || strings.HasPrefix(k, "GOPEN") || strings.HasPrefix(k, "CREATE") || strings.HasPrefix(k, "PIPE"):
			c.path(&c.st, v, w.raw, effect.Write, self)
		case k == "-" || k == "STDIO" || k == "STDIN" || k == "STDOUT" || k == "PTY" || k == "STDERR":
		default:
			c.unknown(effect.AnyKind, effect.NoAccess, w.raw)
		}
	}
}

// runKubectx looks at kubectx: the first operand is the context that is taken.
func runKubectx(c *cmd, sp spec, args []word) {
	ops := operandsOf(args)
	if len(ops) == 0 {
		c.ran(sp.name, effect.Read, effect.Exact)
		return
	}
	c.ran(sp.name, effect.Exec, effect.Exact)
	c.identity("kube-context:"+ops[0].text, ops[0].sure(), c.raw)
}

// runDecode looks at base64 and xxd: what they decode is not what they read.
func runDecode(c *cmd, sp spec, args []word) {
	in := c.in
	c.plainly(sp, args)
	switch in.kind {
	case feedNet:
		c.out = in
	default:
		c.out = feed{kind: feedAny}
	}
}

package analyze

import (
	"strings"

	"github.com/ambit-go/ambit/boundary/effect"
)

// Programs whose arguments are commands for a shell or a terminal of their own.

// runWatch looks at watch, which hands its words to a shell unless told not to.
func runWatch(c *cmd, _ spec, args []word) {
	c.ran("watch", effect.Read, effect.Exact)
	direct := false
	for len(args) > 0 && args[0].mayDash() {
		if args[0].text == "" {
			c.unknown(effect.Command, effect.Exec, c.raw)
			return
		}
		t := args[0].text
		direct = direct || t == "-x" || t == "--exec"
		if (t == "-n" || t == "--interval" || t == "-q" || t == "--equexit") && len(args) > 1 {
			args = args[1:]
		}
		args = args[1:]
	}
	if len(args) == 0 {
		return
	}
	if direct {
		c.rest(args)
		return
	}
	c.joined(args)
}

// joined runs words, joined by blanks, as the text of a shell command.
func (c *cmd) joined(args []word) {
	var b strings.Builder
	exact := true
	for i := range args {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(args[i].text)
		if exact = exact && args[i].exact && !args[i].glob; !exact || b.Len() > maxShell {
			exact = false
			break
		}
	}
	c.text(value{text: b.String(), exact: exact}, c.raw)
}

// muxReads are subcommands of tmux and screen that only ask.
const muxReads = " ls list-sessions lsw list-windows lsp list-panes lsc list-clients capture-pane capturep has-session has show-options show display-message display info list-keys list-commands kill-session kill-server kill-window kill-pane attach attach-session a detach detach-client select-window select-pane resize-pane rename-session rename-window switch-client -ls -list -V -h -v "

// runMultiplexer looks at tmux, screen and their kin: the command that a new
// window runs, and keys that somebody else's window gets.
func runMultiplexer(c *cmd, sp spec, args []word) {
	c.ran(sp.name, effect.Exec, effect.Exact)
	i := 0
	for ; i < len(args) && args[i].text != "" && args[i].text[0] == '-' && !isOneOf(args[i].text, muxReads); i++ {
		switch t := args[i].text; {
		case len(t) != 2:
		case t == "-X" && sp.name == "screen": // typed into a session that runs
			c.code(inline, effect.Unknown, c.raw)
			return
		case t == "-f" || t == "-c":
			if i+1 < len(args) {
				c.script(args[i+1].value, args[i+1].raw)
			}
			i++
		case strings.ContainsAny(t, "LSTpt"):
			i++
		}
	}
	if i >= len(args) || isOneOf(args[i].text, muxReads) {
		return
	}
	verb, ok := args[i].lit()
	switch {
	case !ok:
		c.code(inline, effect.Unknown, c.raw)
	case sp.name == "tmux" && (verb == "new-session" || verb == "new" || verb == "new-window" || verb == "neww" || verb == "split-window" || verb == "splitw" || verb == "respawn-pane" || verb == "run-shell" || verb == "run" || verb == "if-shell"):
		rest := args[i+1:]
		for len(rest) > 0 && rest[0].text != "" && rest[0].text[0] == '-' {
			if t := rest[0].text; len(t) == 2 && strings.ContainsAny(t, "sntcexyFlp") && len(rest) > 1 {
				rest = rest[1:]
			}
			rest = rest[1:]
		}
		if len(rest) > 0 {
			c.joined(rest)
		}
	case sp.name == "screen" && verb != "-X":
		c.rest(args[i:])
	default: // send-keys, -X stuff: typed into whatever runs there
		c.code(inline, effect.Unknown, c.raw)
	}
}

// runDebugger looks at gdb, expect and others that have a language of their own.
func runDebugger(c *cmd, sp spec, args []word) {
	c.plainly(sp, args)
	for i := range args {
		switch t := args[i].text; {
		case t == "--version" || t == "-v" || t == "--help":
			return
		case strings.HasPrefix(t, "-ex") || strings.HasPrefix(t, "--ex") || strings.HasPrefix(t, "--eval-command") || t == "-c" || t == "-o" || t == "--one-line" || strings.HasPrefix(t, "--batch") || strings.HasPrefix(t, "-batch"):
			c.code(inline, effect.Unknown, c.raw)
			return
		}
	}
}

// runHTTPie looks at http, https and xh: [METHOD] URL [item …].
func runHTTPie(c *cmd, sp spec, args []word) {
	c.ran(sp.name, effect.Read, effect.Exact)
	d, output := effect.In, false
	var ops []word
	for i := 0; i < len(args); i++ {
		w := args[i]
		name, _, has := strings.Cut(w.text, "=")
		switch {
		case !w.mayDash():
			ops = append(ops, w)
		case w.text == "":
			c.unknown(effect.AnyKind, effect.NoAccess, w.raw)
			return
		case name == "-o" || name == "--output":
			output = true
			v := w.after(len(name) + 1)
			if !has && i+1 < len(args) {
				i++
				v = args[i].value
			}
			c.path(&c.st, v, w.raw, effect.Write, self)
		case name == "-d" || name == "--download":
			output = true
			c.path(&c.st, known("."), w.raw, effect.Write, tree)
		case name == "--proxy" || name == "--session" || name == "--session-read-only" || name == "--cert" || name == "--cert-key" || name == "--raw":
			if !has {
				i++
			}
			switch name {
			case "--raw":
				d = effect.Out
			case "--proxy":
				c.unknown(effect.Host, effect.Connect, w.raw)
			default:
				c.unknown(effect.Path, effect.Write, w.raw)
			}
		case !has && (name == "-a" || name == "--auth" || name == "-A" || name == "--auth-type" || name == "-p" || name == "--print" || name == "--timeout" || name == "--verify" || name == "--pretty" || name == "-s" || name == "--style"):
			i++
		}
	}
	if len(ops) > 0 {
		if t := ops[0].text; t != "" && strings.ToUpper(t) == t && !strings.ContainsAny(t, ".:/") && ops[0].exact {
			if t != "GET" && t != "HEAD" && t != "OPTIONS" {
				d = effect.Out
			}
			ops = ops[1:]
		}
	}
	for i, w := range ops {
		if i == 0 {
			continue
		}
		if !strings.Contains(w.text, "==") {
			d = effect.Out
		}
		if at := strings.IndexByte(w.text, '@'); at >= 0 && (at == 0 || strings.IndexByte(w.text[:at], ':') < 0) {
			c.path(&c.st, w.after(at+1), w.raw, effect.Read, self)
		}
	}
	if c.in.kind != feedNone {
		d = effect.Out
	}
	if len(ops) > 0 {
		v := ops[0].value
		if rest, ok := strings.CutPrefix(v.text, ":"); ok { // ":3000/x" is this machine
			v.text = "localhost:" + rest
		}
		c.url(v, ops[0].raw, d)
	}
	c.out = feed{kind: feedNet}
	if output {
		c.out = feed{}
	}
}

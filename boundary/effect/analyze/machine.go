package analyze

import (
	"strings"

	"github.com/ambit-go/ambit/boundary/effect"
)

// Programs of the machine that run, install or open what they are given, and some
// whose options say more than a line of a table can.

// code adds code that runs. Builds and tests of another folder than the session's are
// code of that folder, whatever the program calls them.
func (c *cmd) code(what string, sure effect.Certainty, raw string) {
	c.scan.code(what, sure, raw)
	if what == workspace && c.st.away == nil && !c.st.lost && !c.atHome(c.st.dir) {
		c.path(&c.st, known("."), raw, effect.Exec, tree)
	}
}

// atHome reports whether the folder dir, which is absolute, lies in the session's
// repository, by its name and by what it leads to. A session without a folder is at home everywhere.
func (c *cmd) atHome(dir string) bool {
	root := c.call.Root
	if root == "" {
		root = c.call.Dir
	}
	if root == "" || dir == root {
		return true
	}
	top, at := c.paths.walk(root, 0).path, c.paths.walk(dir, 0).path
	return top != "" && within(at, top) || at == "" && within(clean(dir), clean(root))
}

// runsFile adds a file that decides what code runs: it lies in the workspace like the
// code itself, or is code of elsewhere.
func (c *cmd) runsFile(v value, raw string) {
	c.path(&c.st, v, raw, effect.Read, self)
	if t, ok := v.lit(); !ok || c.st.lost || c.st.away != nil || t != "" && !c.atHome(absolute(c.st.dir, t)) {
		c.path(&c.st, v, raw, effect.Exec, self)
	}
}

// runZip looks at zip, whose test of what it wrote may be a command.
func runZip(c *cmd, sp spec, args []word) {
	for i, w := range args {
		if !w.mayDash() || strings.HasPrefix(w.text, "--") {
			continue
		}
		if at := strings.Index(w.text, "TT"); at > 0 {
			if v := w.after(at + 2); v.text != "" || !v.exact {
				c.text(v, w.raw)
			} else if i+1 < len(args) {
				c.text(args[i+1].value, args[i+1].raw)
			}
		}
	}
	c.plainly(sp, args)
}

// runOpenssl looks at openssl: engines are loaded, and a connection takes what comes in.
func runOpenssl(c *cmd, sp spec, args []word) {
	verb := ""
	if len(args) > 0 {
		verb = args[0].text
	}
	before := len(c.dst)
	c.plainly(sp, args)
	switch {
	case verb == "engine" && len(args) > 1:
		c.scan.code(plugin, effect.Unknown, c.raw)
	case verb == "s_client" && c.in.kind != feedNone && !c.in.val.is("/dev/null"):
		for i := before; i < len(c.dst); i++ {
			if c.dst[i].Kind == effect.Host {
				c.dst[i].Direction = effect.Out
			}
		}
	}
}

// runOpen looks at open and its kin: what is opened may be a program.
func runOpen(c *cmd, sp spec, args []word) {
	c.ran(sp.name, effect.Exec, effect.Exact)
	for i := 0; i < len(args); i++ {
		w := args[i]
		switch {
		case w.is("-a") || w.is("-b"):
			i++
		case w.is("-e") || w.is("-t") || w.is("-R"), w.exact && w.text == "":
		case w.mayDash() && w.text != "" && w.text[0] == '-':
		case strings.Contains(w.text, "://") || strings.HasPrefix(w.text, "mailto:"):
			c.named(w.value, w.raw)
		default:
			c.path(&c.st, w.value, w.raw, effect.Exec, self)
		}
	}
}

// runSystemctl looks at systemctl: a unit given by its path becomes one of the machine's.
func runSystemctl(c *cmd, sp spec, args []word) {
	c.ran(sp.name, effect.Exec, effect.Exact)
	for _, w := range operandsOf(args) {
		if strings.Contains(w.text, "/") {
			c.path(&c.st, w.value, w.raw, effect.Exec, self)
		}
	}
}

// runPackageFile looks at dpkg and rpm: a package brings scripts, and rpm's macros run commands.
func runPackageFile(c *cmd, sp spec, args []word) {
	c.ran(sp.name, effect.Exec, effect.Exact)
	installs := false
	var ops []word
	for i := 0; i < len(args); i++ {
		w := args[i]
		name, rest, has := strings.Cut(w.text, "=")
		value := func() (value, string) {
			if has {
				v := w.value
				v.text = rest
				return v, w.raw
			}
			if i++; i < len(args) {
				return args[i].value, args[i].raw
			}
			return known(""), w.raw
		}
		switch {
		case !w.mayDash():
			ops = append(ops, w)
		case name == "--eval" || name == "-E" || name == "--define" || name == "-D" && sp.name == "rpm":
			_, raw := value()
			c.code(inline, effect.Unknown, raw)
		case name == "--pipe":
			c.text(value())
		case name == "--root" || name == "--instdir" || name == "--dbpath" || name == "--admindir":
			v, raw := value()
			c.path(&c.st, v, raw, effect.Write, tree)
		case name == "--install" || name == "--upgrade" || name == "--freshen" || name == "--unpack" || name == "--configure" || name == "--reinstall":
			installs = true
		case sp.name == "dpkg":
			installs = installs || w.is("-i")
		case !strings.HasPrefix(name, "--") && strings.ContainsAny(name, "iUF") && !strings.ContainsAny(name, "qVK"):
			installs = true
		}
	}
	for _, w := range ops {
		switch {
		case !installs:
			c.names([]word{w})
		case strings.Contains(w.text, "://"):
			c.code(remote, effect.Exact, w.raw)
			c.url(w.value, w.raw, effect.In)
		default:
			c.path(&c.st, w.value, w.raw, effect.Exec, self)
		}
	}
}

// runNix looks at nix and nix-shell, which fetch and build before they run something.
func runNix(c *cmd, sp spec, args []word) {
	verb, fetches := "", sp.name != "nix"
	for i, w := range args {
		switch {
		case w.is("--run") || w.is("--command") && sp.name == "nix-shell":
			if i+1 < len(args) {
				c.text(args[i+1].value, args[i+1].raw)
			}
		case (w.is("-c") || w.is("--command")) && sp.name == "nix":
			c.ran("nix "+verb, effect.Exec, effect.Exact)
			c.code(remote, effect.Exact, c.raw)
			c.rest(args[i+1:])
			return
		case w.is("-p") || w.is("--packages"):
			fetches = true
		case verb == "" && !w.mayDash():
			verb = w.text
			fetches = fetches || isOneOf(verb, " run shell develop build profile bundle env ")
		}
	}
	c.ran(strings.TrimSpace(sp.name+" "+strings.TrimSpace(verb)), effect.Exec, effect.Exact)
	if fetches {
		c.code(remote, effect.Exact, c.raw)
	}
	if verb != "" || sp.name != "nix" {
		c.code(workspace, effect.Exact, c.raw)
	}
}

// runMount looks at mount and its kin: a folder of another machine, or of elsewhere
// here, under a name of this one.
func runMount(c *cmd, sp spec, args []word) {
	c.ran(sp.name, effect.Exec, effect.Exact)
	ops := make([]word, 0, len(args))
	for i := 0; i < len(args); i++ {
		if w := args[i]; w.is("-o") || w.is("-t") || w.is("-O") {
			i++
		} else if !w.mayDash() {
			ops = append(ops, w)
		}
	}
	for n, w := range ops {
		host, rest, remote := strings.Cut(w.text, ":")
		unc := strings.HasPrefix(w.text, "//")
		switch {
		case n == len(ops)-1 && n > 0:
			c.path(&c.st, w.value, w.raw, effect.Write, tree)
		case unc:
			name, _, cut := strings.Cut(w.text[2:], "/")
			c.host(value{text: name, exact: w.exact || cut}, w.raw, effect.NoDirection)
		case remote && !strings.Contains(host, "/"):
			if _, at, ok := strings.Cut(host, "@"); ok {
				host = at
			}
			c.host(value{text: host, exact: w.exact || rest != ""}, w.raw, effect.NoDirection)
		default:
			c.path(&c.st, w.value, w.raw, effect.Read, tree)
			c.path(&c.st, w.value, w.raw, effect.Write, tree)
		}
	}
}

// runPowerShell looks at pwsh, whose options have any case and may be shortened.
func runPowerShell(c *cmd, sp spec, args []word) {
	c.ran(sp.name, effect.Exec, effect.Exact)
	for i := 0; i < len(args); i++ {
		w := args[i]
		if !w.mayDash() {
			if sp.name == "pwsh" {
				c.script(w.value, w.raw)
			} else {
				c.code(inline, effect.Exact, w.raw)
				c.named(w.value, w.raw)
			}
			c.names(args[i+1:])
			return
		}
		name := strings.ToLower(strings.TrimLeft(w.text, "-/"))
		switch {
		case name == "":
			c.code(inline, effect.Unknown, w.raw)
		case strings.HasPrefix("command", name), name == "cwa" || strings.HasPrefix(name, "commandwith"):
			for _, a := range args[i+1:] {
				c.code(inline, effect.Exact, a.raw)
				c.literals(a.text)
				for t := range strings.FieldsSeq(a.text) {
					if strings.Contains(t, "://") {
						c.named(known(strings.Trim(t, `"'();`)), a.raw)
					}
				}
			}
			return
		case name == "e" || name == "ec" || len(name) > 1 && strings.HasPrefix("encodedcommand", name):
			c.code(inline, effect.Unknown, w.raw)
			return
		case strings.HasPrefix("file", name):
			if i+1 < len(args) {
				c.script(args[i+1].value, args[i+1].raw)
				c.names(args[i+2:])
			}
			return
		case strings.HasPrefix("executionpolicy", name), name == "ep", strings.HasPrefix("workingdirectory", name), name == "wd", strings.HasPrefix("outputformat", name), strings.HasPrefix("windowstyle", name), strings.HasPrefix("configurationname", name):
			i++
		case strings.HasPrefix("settingsfile", name), strings.HasPrefix("psconsolefile", name):
			c.code(plugin, effect.Unknown, w.raw)
			i++
		}
	}
	c.fedCode(c.raw)
}

// runGetent looks at getent and resolvectl: a name that is looked up leaves the machine.
func runGetent(c *cmd, sp spec, args []word) {
	ops := operandsOf(args)
	verb := ""
	if len(ops) > 0 {
		verb, _ = ops[0].lit()
	}
	switch {
	case isOneOf(verb, " hosts ahosts ahostsv4 ahostsv6 networks query service openpgp tlsa "):
		c.ran(sp.name, effect.Read, effect.Exact)
		for _, w := range ops[1:] {
			c.host(w.value, w.raw, effect.Out)
		}
	case sp.name == "getent", isOneOf(verb, " status statistics show-cache show-server-state monitor "), len(args) == 0:
		c.ran(sp.name, effect.Read, effect.Exact)
	default:
		c.ran(sp.name, effect.Exec, effect.Exact)
	}
	c.out = feed{kind: feedAny}
}

// runIP looks at ip: it shows, changes, or runs a command in another network.
func runIP(c *cmd, sp spec, args []word) {
	for i, w := range args {
		if (w.is("-b") || w.is("-batch") || w.is("--batch")) && i+1 < len(args) {
			c.ran("ip", effect.Exec, effect.Exact)
			c.path(&c.st, args[i+1].value, args[i+1].raw, effect.Exec, self)
			return
		}
	}
	at := make([]int, 0, 8)
	for i, w := range args {
		if !w.mayDash() || w.text == "" {
			at = append(at, i)
		}
	}
	word := func(n int) string {
		if n < len(at) {
			return args[at[n]].text
		}
		return ""
	}
	object, verb := word(0), word(1)
	if (strings.HasPrefix("netns", object) || strings.HasPrefix("vrf", object)) && object != "" && verb != "" && strings.HasPrefix("exec", verb) && len(at) > 3 {
		c.ran("ip "+object+" exec", effect.Exec, effect.Exact)
		c.rest(args[at[3]:])
		return
	}
	access := effect.Exec
	if verb == "" || isOneOf(verb, " show list ls lst sh s l get g help monitor ") && args[at[1]].exact && args[at[0]].exact {
		access = effect.Read
	}
	c.ran("ip", access, effect.Exact)
	c.out = feed{kind: feedAny}
}

// runAddress looks at route, ifconfig and arp: they show, unless they are told more.
func runAddress(c *cmd, sp spec, args []word) {
	access := effect.Read
	for _, w := range args {
		if isOneOf(w.text, " -d -s -f add del delete change flush up down ") || !w.exact {
			access = effect.Exec
		}
	}
	if len(operandsOf(args)) > 1 {
		access = effect.Exec
	}
	c.ran(sp.name, access, effect.Exact)
	c.out = feed{kind: feedAny}
}

// runPs looks at ps, which can show what variables other processes have.
func runPs(c *cmd, sp spec, args []word) {
	c.plainly(sp, args)
	for i, w := range args {
		bsd := w.text != "" && w.text[0] != '-' && !strings.Contains(w.text, "=") && (i == 0 || len(args[i-1].text) != 2 || args[i-1].text[0] != '-') && strings.Contains(w.text, "e")
		if w.is("-E") || bsd && len(w.text) < 8 && strings.Trim(w.text, "aAcCeEfghjklLmnNOrsSTtuUvwxXZ") == "" || !w.exact {
			c.secret(effect.Read, "env:", effect.Prefix, w.raw)
			return
		}
	}
}

// runDc looks at dc, whose programs can run commands.
func runDc(c *cmd, sp spec, args []word) {
	c.plainly(sp, args)
	for _, w := range args {
		if !w.exact || strings.Contains(w.text, "!") {
			c.code(inline, effect.Exact, w.raw)
		}
	}
	if c.in.kind != feedNone && len(args) == 0 && !(c.in.kind == feedText && c.in.val.exact && !strings.Contains(c.in.val.text, "!")) {
		c.code(inline, effect.Unknown, c.raw)
	}
}

// runNumactl looks at numactl: behind its options comes a command.
func runNumactl(c *cmd, sp spec, args []word) {
	c.ran("numactl", effect.Read, effect.Exact)
	for i := 0; i < len(args); i++ {
		w := args[i]
		switch {
		case w.is("--"):
			c.rest(args[i+1:])
			return
		case !w.mayDash():
			c.rest(args[i:])
			return
		case len(w.text) == 2 && strings.ContainsAny(w.text[1:], "iNCmpPwLSI") || w.text == "":
			i++
		}
	}
}

// runEnvsubst looks at envsubst, which puts variables into what it reads.
func runEnvsubst(c *cmd, sp spec, args []word) {
	c.plainly(sp, args)
	text := c.in.val.text
	if c.in.kind != feedText {
		return
	}
	for i := strings.IndexByte(text, '$'); i >= 0; i = strings.IndexByte(text, '$') {
		text = strings.TrimPrefix(text[i+1:], "{")
		n := 0
		for n < len(text) && (text[n] == '_' || letter(text[n]) || text[n] >= '0' && text[n] <= '9') {
			n++
		}
		if name := text[:n]; c.secretEnv(name) {
			c.secret(effect.Read, "env:"+name, effect.Exact, c.raw)
		}
	}
}

// runJournal looks at journalctl and dmesg: they show, and some options remove what
// they would have shown.
func runJournal(c *cmd, sp spec, args []word) {
	c.plainly(sp, args)
	for _, w := range args {
		t := w.text
		clears := strings.HasPrefix(t, "--vacuum") || strings.HasPrefix(t, "--rot") || strings.HasPrefix(t, "--fl") || strings.HasPrefix(t, "--relinq") || strings.HasPrefix(t, "--cl") || strings.HasPrefix(t, "--read-c") || strings.HasPrefix(t, "--console-o")
		if clears || sp.name == "dmesg" && !strings.HasPrefix(t, "--") && w.mayDash() && strings.ContainsAny(t, "cCDEn") || w.mayDash() && !w.exact {
			c.ran(sp.name, effect.Exec, effect.Exact)
			return
		}
	}
}

// runDate looks at date, which sets the clock as well.
func runDate(c *cmd, sp spec, args []word) {
	c.plainly(sp, args)
	for i, w := range args {
		set := w.mayDash() && (strings.HasPrefix(w.text, "-s") || strings.HasPrefix(w.text, "--set"))
		bare := i == len(args)-1 && len(w.text) >= 8 && digits(w.text) && (i == 0 || len(args[i-1].text) != 2)
		if set || bare {
			c.ran(sp.name, effect.Exec, effect.Exact)
			return
		}
	}
}

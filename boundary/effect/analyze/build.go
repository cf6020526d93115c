package analyze

import (
	"slices"
	"strings"

	"github.com/ambit-go/ambit/boundary/effect"
)

// Build tools, test runners and package managers: what runs code of the
// workspace, what fetches code of strangers, and where from.

// goSub says what a subcommand of go does: its access, whether it runs code of the
// workspace, and whether it changes go.mod, source files or caches.
func goSub(name string) (access effect.Access, code, write bool) {
	switch name {
	case "list", "doc", "env", "version", "help", "bug":
		return effect.Read, false, false
	case "test", "run":
		return effect.Exec, true, false
	case "generate":
		return effect.Exec, true, true
	case "fmt", "fix", "mod", "get", "work":
		return effect.Exec, false, true
	}
	return effect.Exec, false, false
}

// goLoads reports whether the value of a flag of go loads or runs something else.
func goLoads(flag string) bool {
	switch flag {
	case "-toolexec", "-exec", "-vettool", "-overlay", "-modfile", "-fixtool", "-compiler", "-gccgoflags", "-pkgdir":
		return true
	}
	return false
}

// goWrites reports whether the value of a flag of go is a file that is written.
func goWrites(flag string) bool {
	switch flag {
	case "-o", "-coverprofile", "-cpuprofile", "-memprofile", "-blockprofile", "-mutexprofile", "-trace", "-outputdir", "-debug-trace", "-debug-actiongraph", "-test.coverprofile":
		return true
	}
	return false
}

// goTakes reports whether a flag of go takes a value that does not matter.
func goTakes(flag string) bool {
	switch flag {
	case "-run", "-bench", "-benchtime", "-count", "-cpu", "-timeout", "-tags", "-ldflags", "-gcflags", "-asmflags", "-p", "-parallel", "-covermode", "-coverpkg", "-mod", "-f", "-fuzz",
		"-fuzztime", "-skip", "-shuffle", "-vet", "-C", "-buildmode", "-installsuffix", "-list", "-fuzzminimizetime", "-pgo", "-blockprofilerate", "-mutexprofilefraction", "-memprofilerate",
		"-reuse", "-m":
		return true
	}
	return false
}

func runGo(c *cmd, _ spec, args []word) {
	here := c.st
	defer func() { c.st = here }()
	if len(args) > 1 && args[0].is("-C") {
		c.cd(args[1].value, args[1].raw)
		args = args[2:]
	}
	if len(args) == 0 {
		c.ran("go", effect.Read, effect.Exact)
		return
	}
	sub, ok := args[0].lit()
	if !ok {
		c.add(effect.Effect{Kind: effect.Command, Access: effect.Exec, Target: "go ", Raw: c.raw, Certainty: effect.Prefix})
		c.unknown(effect.AnyKind, effect.NoAccess, c.raw)
		return
	}
	args = args[1:]
	ran, code, write := goSub(sub)
	name := "go " + sub
	var ops []word
	tail := false
	for i := 0; i < len(args); i++ {
		w := args[i]
		t := w.text
		if tail || !w.mayDash() {
			ops = append(ops, w)
			if sub == "run" || sub == "tool" { // what follows belongs to the program
				if !strings.HasSuffix(t, ".go") {
					break
				}
			}
			continue
		}
		if t == "" {
			c.unknown(effect.AnyKind, effect.NoAccess, w.raw)
			continue
		}
		if t == "-args" || t == "--args" {
			break
		}
		if t == "--" {
			tail = true
			continue
		}
		flag, _, has := strings.Cut(t, "=")
		flag = "-" + strings.TrimLeft(flag, "-")
		v, raw := value{}, w.raw
		if has {
			v = w.after(strings.IndexByte(t, '=') + 1)
		}
		loads := goLoads(flag)
		writes := goWrites(flag)
		takes := goTakes(flag)
		if sub == "env" && (flag == "-w" || flag == "-u") {
			ran = effect.Exec
			c.path(&c.st, value{text: c.call.Home + "/.config/go/env", exact: c.call.Home != ""}, w.raw, effect.Write, self)
			continue
		}
		if sub == "list" && flag == "-m" || sub == "doc" || sub == "mod" || sub == "clean" || sub == "version" || sub == "fmt" {
			takes = false
		}
		if (loads || writes || takes) && !has && i+1 < len(args) {
			i++
			v, raw = args[i].value, args[i].raw
		}
		switch {
		case loads:
			c.code(plugin, effect.Unknown, raw)
		case writes:
			c.path(&c.st, v, raw, effect.Write, self)
		case flag == "-C":
			c.cd(v, raw)
		case flag == "-ldflags" || flag == "-gcflags":
			if strings.Contains(v.text, "-extld") || strings.Contains(v.text, "-linkmode") && strings.Contains(v.text, "ext") || !v.exact && strings.HasPrefix(v.text, "-ext") {
				c.code(plugin, effect.Unknown, raw)
			}
		case !w.exact && !has:
			c.unknown(effect.AnyKind, effect.NoAccess, w.raw)
		}
	}
	switch sub {
	case "mod", "work":
		verb := ""
		if len(ops) > 0 {
			verb = ops[0].text
		}
		name += strings.TrimRight(" "+verb, " ")
		switch verb {
		case "graph", "verify", "why":
			ran = effect.Read
			c.ran(name, ran, effect.Exact)
			return
		case "download", "tidy", "vendor", "sync":
			c.ran(name, ran, effect.Exact)
			c.goProxy()
			if verb != "download" {
				c.path(&c.st, value{text: ".", exact: true}, c.raw, effect.Write, tree)
			}
			return
		}
		c.ran(name, ran, effect.Exact)
		c.path(&c.st, value{text: "go." + sub, exact: true}, c.raw, effect.Write, self)
		return
	case "tool":
		if len(ops) > 0 {
			name += " " + ops[0].text
			if !ops[0].exact {
				c.unknown(effect.Command, effect.Exec, c.raw)
			}
			switch ops[0].text {
			case "cover", "pprof", "trace", "compile", "vet", "nm", "objdump", "dist", "asm", "link", "test2json", "covdata", "buildid":
			default:
				c.code(workspace, effect.Exact, c.raw) // a tool of go.mod
			}
		}
		c.ran(name, ran, effect.Exact)
		return
	}
	c.ran(name, ran, effect.Exact)
	for _, w := range ops {
		t := w.text
		_, _, versioned := strings.Cut(t, "@")
		switch {
		case versioned && (sub == "run" || sub == "install" || sub == "get"):
			c.goProxy()
			if sub == "run" {
				c.code(remote, effect.Exact, w.raw)
				code = false
			}
		case !w.exact:
			c.path(&c.st, w.value, w.raw, effect.Read, self)
		case sub == "doc" || sub == "env" || sub == "help" || sub == "version":
			if strings.HasPrefix(t, "/") || strings.HasPrefix(t, ".") {
				c.path(&c.st, w.value, w.raw, effect.Read, self)
			}
		case t == "." || strings.HasPrefix(t, "./") || strings.HasPrefix(t, "../") || t == ".." || strings.HasPrefix(t, "/") || strings.HasSuffix(t, ".go"):
			c.goPackages(w, write)
		case strings.Contains(t, ".") && strings.Contains(t, "/") && sub == "get":
			c.goProxy()
		case strings.Contains(t, "/") && !strings.Contains(strings.SplitN(t, "/", 2)[0], "."):
			c.goPackages(w, write) // without a dot in front it is the standard library, or a mistake
		}
	}
	if code {
		c.code(workspace, effect.Exact, c.raw)
	}
	if sub == "get" {
		c.path(&c.st, value{text: "go.mod", exact: true}, c.raw, effect.Write, self)
		c.path(&c.st, value{text: "go.sum", exact: true}, c.raw, effect.Write, self)
	}
	if sub == "list" {
		c.out = feed{kind: feedAny}
	}
}

// goPackages adds a package pattern: "./..." is everything below.
func (c *cmd) goPackages(w word, write bool) {
	v, use := w.value, self
	if t, ok := strings.CutSuffix(v.text, "..."); ok {
		use = tree
		v.text = strings.TrimSuffix(t, "/")
		if v.text == "" {
			v.text = "."
		}
	}
	c.path(&c.st, v, w.raw, effect.Read, use)
	if write {
		c.path(&c.st, v, w.raw, effect.Write, tree)
	}
}

// goProxy adds where go gets modules from.
func (c *cmd) goProxy() { c.registry("proxy.golang.org", "GOPROXY") }

// registry adds the default source of packages: not certain if the environment
// or a file in the working folder names another one.
func (c *cmd) registry(host, variable string, files ...string) {
	if b := c.st.lookup(variable); b != nil && variable != "" {
		return // its assignment said where
	}
	sure := effect.Exact
	for _, f := range files {
		if c.st.lost || c.st.away != nil {
			break
		}
		for _, dir := range [...]string{c.st.dir, c.call.Root} {
			if c.disk == nil || dir != "" && c.exists(join(dir, f)) {
				sure = effect.Unknown
			}
		}
	}
	c.add(effect.Effect{Kind: effect.Host, Access: effect.Connect, Target: host, Raw: c.raw, Certainty: sure, Direction: effect.In})
}

// A manager is a package manager: which words do what.
type manager struct {
	host      string
	variable  string // that names another source
	files     string // that may
	install   string // fetch packages and run what they bring
	run       string // run code of the workspace: scripts, tests, builds
	exec      string // fetch and run a program, or run one of the workspace's
	read      string // look only
	local     string // change files of the workspace only
	publish   string // send away
	where     string // folder that is written
	takes     string // options with a value
	registryO string // options naming a source
}

// managerOf returns what is known of a package manager.
func managerOf(name string) (m manager, ok bool) {
	switch name {
	case "npm":
		return manager{"registry.npmjs.org", "NPM_CONFIG_REGISTRY", ".npmrc", " install i ci add update up upgrade audit dedupe rebuild install-test it ", " run run-script test t tst start stop restart build prepare ", " exec x create init ", " ls list view info show outdated search help config get root bin prefix why explain query fund doctor version whoami ping pkg -v --version ", " uninstall remove rm un unlink link prune dedupe shrinkwrap pack cache set ", " publish unpublish deprecate dist-tag access owner token login logout adduser team org profile ", "node_modules", " --prefix -C -w --workspace --loglevel --userconfig --globalconfig --cache --tag --omit --include --depth ", " --registry "}, true
	case "yarn":
		return manager{"registry.yarnpkg.com", "NPM_CONFIG_REGISTRY", ".yarnrc.yml .yarnrc .npmrc", " install add upgrade up dedupe import ", " run test start build workspace workspaces node ", " dlx create exec ", " list info outdated why config versions help --version -v ", " remove unlink link pack cache set autoclean ", " publish npm login logout tag owner ", "node_modules", " --cwd --modules-folder ", " --registry "}, true
	case "pnpm":
		return manager{"registry.npmjs.org", "NPM_CONFIG_REGISTRY", ".npmrc", " install i add update up upgrade import rebuild fetch ", " run test t start build ", " dlx exec create ", " list ls outdated why config root bin audit licenses --version -v ", " remove rm uninstall un unlink link prune pack store patch ", " publish login logout ", "node_modules", " -C --dir --filter -F ", " --registry "}, true
	case "bun":
		return manager{"registry.npmjs.org", "NPM_CONFIG_REGISTRY", "bunfig.toml .npmrc", " install i add update upgrade ", " run test build start dev lint typecheck ", " x create init ", " pm outdated info why --version -v --revision ", " remove rm link unlink patch ", " publish ", "node_modules", " --cwd -c --config ", " --registry "}, true
	case "pip":
		return manager{"pypi.org", "PIP_INDEX_URL", "pip.conf", " install download wheel ", " ", " ", " list show freeze check config debug index search cache inspect hash help --version -V ", " uninstall ", " ", "", " -r --requirement -c --constraint -t --target --prefix --root -e --editable -d --dest -w ", " -i --index-url --extra-index-url -f --find-links --trusted-host --proxy "}, true
	case "uv":
		return manager{"pypi.org", "UV_INDEX_URL", "uv.toml", " sync add lock pip ", " run build ", " ", " tree version cache help python --version ", " remove venv init format export ", " publish ", ".venv", " --project --directory --with --python -p --group --extra --package ", " --index-url --index --default-index --extra-index-url --find-links "}, true
	case "poetry":
		return manager{"pypi.org", "", "poetry.toml", " install add update lock self ", " run build shell ", " ", " show check config env version search about list ", " remove init new cache export ", " publish ", ".venv", " -C --directory --group -G --with --extras ", " --source "}, true
	case "pipenv":
		return manager{"pypi.org", "PIP_INDEX_URL", "Pipfile", " install update sync lock upgrade ", " run shell ", " ", " graph check verify --version --venv ", " uninstall clean ", " ", "", " --python ", " --index -i --pypi-mirror "}, true
	case "conda":
		return manager{"repo.anaconda.com", "", ".condarc", " install create update env ", " run ", " ", " list info search config --version ", " remove clean activate deactivate init ", " ", "", " -n --name -p --prefix -f --file ", " -c --channel "}, true
	case "cargo":
		return manager{"index.crates.io", "", ".cargo/config.toml .cargo/config", " install update fetch add ", " build b run r test t bench check c clippy doc rustc nextest tarpaulin llvm-cov miri expand ", " ", " tree metadata search version locate-project pkgid verify-project --version -V info ", " fmt clean remove rm init new fix generate-lockfile vendor package ", " publish login logout owner yank ", "target", " --manifest-path --target-dir --features -F --package -p --bin --example --test --bench --target --profile -j --message-format -Z --config --path --git --branch ", " --registry --index "}, true
	case "gem":
		return manager{"rubygems.org", "", ".gemrc", " install update fetch ", " ", " exec ", " list search info environment env which specification contents help ", " uninstall cleanup build pristine ", " push yank owner signin signout ", "", " -v --version -n -i --install-dir ", " -s --source "}, true
	case "bundle":
		return manager{"rubygems.org", "", ".bundle/config", " install update lock add ", " exec console rake ", " ", " list show info outdated check config platform env ", " remove clean init package ", " ", "vendor", " --gemfile --path ", " --source "}, true
	case "composer":
		return manager{"repo.packagist.org", "", "auth.json", " install update require create-project global ", " run run-script exec test ", " ", " show info search outdated validate why depends diagnose licenses ", " remove init dump-autoload clear-cache config ", " ", "vendor", " -d --working-dir ", " --repository --repository-url "}, true
	case "dotnet":
		return manager{"api.nuget.org", "", "nuget.config NuGet.Config", " restore add tool ", " build run test publish watch msbuild vstest fsi ", " ", " list --info --version sln ", " new clean format remove ", " nuget ", "bin", " -c --configuration -f -o --output -r --project ", " -s --source "}, true
	case "brew":
		return manager{"formulae.brew.sh", "", "", " install upgrade update tap reinstall bundle ", " ", " ", " list ls info search deps uses outdated config doctor leaves --prefix --version --cellar cat desc ", " uninstall remove rm cleanup unlink link pin untap ", " ", "", " ", " "}, true
	case "apt":
		return manager{"deb.debian.org", "", "", " install update upgrade full-upgrade dist-upgrade reinstall build-dep download source satisfy ", " ", " ", " list show search policy depends rdepends changelog --version ", " remove purge autoremove autoclean clean edit-sources mark hold ", " ", "", " -t --target-release -c --config-file ", " "}, true
	case "dnf":
		return manager{"mirrors.fedoraproject.org", "", "", " install update upgrade reinstall groupinstall builddep distro-sync localinstall makecache ", " ", " ", " list info search provides repolist repoquery check-update history --version ", " remove erase autoremove clean ", " ", "", " ", " --repofrompath "}, true
	case "apk":
		return manager{"dl-cdn.alpinelinux.org", "", "", " add update upgrade fetch ", " ", " ", " list info search policy stats version --version ", " del cache ", " ", "", " -t --virtual ", " -X --repository "}, true
	case "pacman":
		return manager{"archlinux.org", "", "", " ", " ", " ", " ", " ", " ", "", " ", " "}, true
	case "snap":
		return manager{"api.snapcraft.io", "", "", " install refresh ", " ", " run ", " list info find version ", " remove disable enable connect ", " ", "", " ", " "}, true
	case "flatpak":
		return manager{"dl.flathub.org", "", "", " install update ", " ", " run ", " list info search remotes history version --version ", " uninstall remove kill mask override ", " ", "", " ", " "}, true
	case "choco":
		return manager{"community.chocolatey.org", "", "", " install upgrade ", " ", " ", " list search info outdated ", " uninstall ", " push ", "", " ", " -s --source "}, true
	}
	return manager{}, false
}

// sameManager returns the name that managerOf knows of a package manager that works like another.
func sameManager(name string) string {
	switch name {
	case "pip3", "pipx":
		return "pip"
	case "apt-get", "aptitude", "nala":
		return "apt"
	case "yum", "microdnf", "zypper":
		return "dnf"
	case "mamba", "micromamba":
		return "conda"
	case "bundler":
		return "bundle"
	case "yarnpkg":
		return "yarn"
	case "winget":
		return "choco"
	case "paru", "yay":
		return "pacman"
	case "pdm", "rye", "hatch":
		return "poetry"
	}
	return name
}

func runManager(c *cmd, sp spec, args []word) {
	name := sp.name
	key := sameManager(name)
	m, _ := managerOf(key)
	here := c.st
	defer func() { c.st = here }()
	verb, at := word{}, -1
	source, way := false, effect.In
	if slices.ContainsFunc(args, func(w word) bool { return isOneOf(w.text, m.publish) }) {
		way = effect.Out
	}
	var ops []word
	for i := 0; i < len(args); i++ {
		w := args[i]
		t := w.text
		if !w.mayDash() {
			if at < 0 && key == "cargo" && strings.HasPrefix(t, "+") {
				continue // the toolchain
			}
			if at < 0 {
				verb, at = w, i
				if isOneOf(t, m.run) || isOneOf(t, m.exec) || key == "uv" && t == "tool" {
					break
				}
				continue
			}
			ops = append(ops, w)
			continue
		}
		if t == "" {
			c.unknown(effect.AnyKind, effect.NoAccess, w.raw)
			continue
		}
		if at < 0 && strings.Contains(m.read, " "+t+" ") {
			verb, at = w, i
			continue
		}
		flag, _, has := strings.Cut(t, "=")
		v, raw := value{}, w.raw
		if has {
			v = w.after(len(flag) + 1)
		}
		takes := strings.Contains(m.takes, " "+flag+" ")
		from := strings.Contains(m.registryO, " "+flag+" ")
		if (takes || from) && !has && i+1 < len(args) {
			i++
			v, raw = args[i].value, args[i].raw
		}
		switch {
		case from:
			source = true
			if pathLike(v.text+" ") && !strings.Contains(v.text, "://") {
				c.path(&c.st, v, raw, effect.Read, self)
			} else {
				c.url(v, raw, way)
			}
		case flag == "--prefix" || flag == "-C" || flag == "--cwd" || flag == "--dir" || flag == "--directory" || flag == "--working-dir" || flag == "-d" && key == "composer":
			c.cd(v, raw)
		case flag == "-r" && key == "pip" || flag == "--requirement" || flag == "-c" && key == "pip":
			c.named(v, raw)
		case flag == "--manifest-path" || flag == "--gemfile" || flag == "--project" && key == "uv":
			c.runsFile(v, raw)
		case flag == "-e" && key == "pip" || flag == "--editable":
			c.path(&c.st, v, raw, effect.Read, tree)
			c.code(workspace, effect.Exact, c.raw)
		case (flag == "-d" || flag == "--dest" || flag == "-w" || flag == "--wheel-dir") && key == "pip":
			c.path(&c.st, v, raw, effect.Write, tree)
		case flag == "--target-dir" || flag == "-t" && key == "pip" || flag == "--target" && key == "pip":
			c.path(&c.st, v, raw, effect.Write, tree)
		case flag == "--config" && key == "cargo" || flag == "--script-shell" || flag == "--node-options" || flag == "--global-option" || flag == "--config-settings" || flag == "-o" && key == "apt" || flag == "--option" && key == "apt":
			if key == "apt" && (strings.HasPrefix(v.text, "Dpkg::Options::=--force-conf") || strings.HasPrefix(v.text, "Debug::")) {
				continue
			}
			c.code(plugin, effect.Unknown, raw)
			if !has {
				i++
			}
		}
	}
	if at < 0 {
		if key == "yarn" || key == "pacman" && len(args) > 0 {
			c.ran(name, effect.Exec, effect.Exact)
			c.installs(m, name, nil, source)
			return
		}
		c.ran(name, effect.Read, effect.Exact)
		return
	}
	t, ok := verb.lit()
	if !ok {
		c.add(effect.Effect{Kind: effect.Command, Access: effect.Exec, Target: name + " ", Raw: c.raw, Certainty: effect.Prefix})
		c.unknown(effect.AnyKind, effect.NoAccess, c.raw)
		return
	}
	rest := args[at+1:]
	switch {
	case name == "pipx" && (t == "run" || t == "install" || t == "inject" || t == "upgrade"):
		c.ran("pipx "+t, effect.Exec, effect.Exact)
		c.fetchAndRun(m, rest)
	case key == "npm" && (t == "pkg" && len(ops) > 0 && isOneOf(ops[0].text, " set delete fix ") || t == "set-script"):
		c.ran(name+" "+t, effect.Exec, effect.Exact)
		c.path(&c.st, known("package.json"), c.raw, effect.Write, self)
	case key == "npm" && t == "explore":
		c.ran(name+" "+t, effect.Read, effect.Exact)
		if tail := tailOf(rest); len(tail) > 0 {
			c.st.lost = true // in the folder of a package
			c.rest(tail)
		}
	case key == "uv" && (t == "tool" || t == "pip"):
		c.uvSub(m, name, t, rest, source)
	case key == "bun" && t == "run" && len(rest) > 0 && strings.ContainsAny(rest[0].text, "./"):
		c.ran("bun run", effect.Exec, effect.Exact)
		c.script(rest[0].value, rest[0].raw)
	case isOneOf(t, m.exec):
		c.ran(name+" "+t, effect.Exec, effect.Exact)
		c.fetchAndRun(m, rest)
	case isOneOf(t, m.run):
		c.runsWorkspace(key, name, t, rest)
	case isOneOf(t, m.install):
		c.ran(name+" "+t, effect.Exec, effect.Exact)
		c.installs(m, t, ops, source)
	case isOneOf(t, m.publish):
		c.ran(name+" "+t, effect.Exec, effect.Exact)
		if !source {
			c.add(effect.Effect{Kind: effect.Host, Access: effect.Connect, Target: m.host, Raw: c.raw, Certainty: effect.Exact, Direction: effect.Out})
		}
		if t == "publish" {
			c.code(workspace, effect.Exact, c.raw)
		}
	case t == "config" && key == "conda" && slices.ContainsFunc(args, func(w word) bool { return isOneOf(w.text, " --add --append --prepend --set --remove --remove-key ") }):
		c.ran(name+" config", effect.Exec, effect.Exact)
		c.path(&c.st, value{text: c.call.Home + "/.condarc", exact: c.call.Home != ""}, c.raw, effect.Write, self)
	case t == "config" && len(ops) > 0 && isOneOf(ops[0].text, " set delete rm edit unset "):
		c.ran(name+" config "+ops[0].text, effect.Exec, effect.Exact)
		file := "/.npmrc"
		if key == "pip" {
			file = "/.config/pip/pip.conf"
		}
		c.path(&c.st, value{text: c.call.Home + file, exact: c.call.Home != ""}, c.raw, effect.Write, self)
	case isOneOf(t, m.read):
		c.ran(name+" "+t, effect.Read, effect.Exact)
		c.out = feed{kind: feedAny}
	case isOneOf(t, m.local):
		c.ran(name+" "+t, effect.Exec, effect.Exact)
		if key == "cargo" && t == "fmt" {
			c.path(&c.st, known("."), c.raw, effect.Write, tree)
		}
	case key == "yarn" || key == "bun" || key == "pnpm": // a script of package.json, or a file
		c.runsWorkspace(key, name, t, rest)
	default:
		c.ran(name+" "+t, effect.Exec, effect.Exact)
		c.names(rest)
	}
}

func isOneOf(t, list string) bool { return t != "" && strings.Contains(list, " "+t+" ") }

// installs fetches packages: their installation runs code of strangers.
func (c *cmd) installs(m manager, verb string, ops []word, source bool) {
	if !source {
		var files []string
		if m.files != "" {
			files = strings.Fields(m.files)
		}
		c.registry(m.host, m.variable, files...)
	}
	if verb != "update" && verb != "makecache" && verb != "lock" && verb != "fetch" || m.host != "deb.debian.org" && verb != "fetch" && verb != "lock" {
		c.code(remote, effect.Exact, c.raw)
	}
	if m.where != "" {
		c.path(&c.st, known(m.where), c.raw, effect.Write, tree)
	}
	for _, w := range ops {
		t := w.text
		switch {
		case strings.HasPrefix(t, "git+"), strings.HasPrefix(t, "git@"), strings.HasPrefix(t, "github:"), strings.HasPrefix(t, "gitlab:"):
			v := w.value
			v.text = strings.TrimPrefix(t, "git+")
			v.text, _, _ = strings.Cut(v.text, "#")
			if i := strings.LastIndexByte(v.text, '@'); i > strings.Index(v.text, "://")+3 && strings.Contains(v.text, "://") && strings.Contains(v.text[:i], "/") && strings.Count(v.text[:i], "/") > 3 {
				v.text = v.text[:i]
			}
			if rest, ok := strings.CutPrefix(v.text, "github:"); ok {
				v.text = "github.com/" + rest
			}
			if rest, ok := strings.CutPrefix(v.text, "gitlab:"); ok {
				v.text = "gitlab.com/" + rest
			}
			c.repo(&c.st, v, "", w.raw, effect.Read, effect.In)
		case strings.Contains(t, "://"):
			c.url(w.value, w.raw, effect.In)
		case strings.HasPrefix(t, "."), strings.HasPrefix(t, "/"), strings.HasPrefix(t, "file:"):
			v := w.value
			v.text = strings.TrimPrefix(t, "file:")
			c.path(&c.st, v, w.raw, effect.Read, tree)
		}
	}
}

// fetchAndRun looks at npx and its kin: a program of the workspace if it has
// it, else one that is fetched.
func (c *cmd) fetchAndRun(m manager, args []word) {
	for i := 0; i < len(args); i++ {
		w := args[i]
		t := w.text
		if t != "" && t[0] == '-' && w.exact {
			if t == "-p" || t == "--package" || t == "-w" || t == "--workspace" || t == "--from" || t == "--with" || t == "--python" {
				i++
			}
			if (t == "-c" || t == "--call") && i+1 < len(args) {
				c.text(args[i+1].value, args[i+1].raw)
				break
			}
			continue
		}
		c.registry(m.host, m.variable, strings.Fields(m.files)...)
		c.code(remote, effect.Exact, c.raw)
		c.names(args[i+1:])
		return
	}
}

// elsewhere looks at the options behind a verb that say where the project lies, and
// returns the other arguments.
func (c *cmd) elsewhere(args []word) []word {
	kept := make([]word, 0, len(args))
	for i := 0; i < len(args); i++ {
		flag, _, has := strings.Cut(args[i].text, "=")
		if args[i].is("--") {
			return append(kept, args[i:]...)
		}
		if !isOneOf(flag, " --manifest-path --gemfile --prefix --cwd --dir --working-dir ") || !has && i+1 == len(args) {
			kept = append(kept, args[i])
			continue
		}
		v, raw := args[i].after(min(len(flag)+1, len(args[i].text))), args[i].raw
		if !has {
			i++
			v, raw = args[i].value, args[i].raw
		}
		if flag == "--manifest-path" || flag == "--gemfile" {
			c.runsFile(v, raw)
		} else {
			c.cd(v, raw)
		}
	}
	return kept
}

// runsWorkspace looks at "npm run x", "cargo test", "uv run pytest".
func (c *cmd) runsWorkspace(key, name, verb string, rest []word) {
	if key == "cargo" && slices.ContainsFunc(rest, func(w word) bool { return strings.HasPrefix(w.text, "--config") || !w.exact && w.mayDash() }) {
		c.code(plugin, effect.Unknown, c.raw)
	}
	rest = c.elsewhere(rest)
	wraps := verb == "run" && (key == "uv" || key == "poetry" || key == "pipenv" || key == "conda") || verb == "exec" && key == "bundle"
	if !wraps {
		target := name + " " + verb
		if (verb == "run" || verb == "run-script") && key != "cargo" && len(rest) > 0 {
			if t, ok := rest[0].lit(); ok && t != "" && t[0] != '-' {
				target += " " + t
			}
		}
		c.ran(target, effect.Exec, effect.Exact)
		c.code(workspace, effect.Exact, c.raw)
		c.names(rest)
		return
	}
	c.ran(name+" "+verb, effect.Read, effect.Exact)
	i := 0
	for i < len(rest) && rest[i].text != "" && rest[i].text[0] == '-' {
		t := rest[i].text
		if t == "--" {
			i++
			break
		}
		if t == "--with" || t == "--python" || t == "-p" || t == "--group" || t == "--extra" || t == "-n" || t == "--project" || t == "--directory" || t == "--package" || t == "--env-file" || t == "--with-requirements" {
			if t == "--with" {
				c.code(remote, effect.Exact, c.raw)
			}
			if i++; i < len(rest) && t == "--directory" {
				c.cd(rest[i].value, rest[i].raw)
			} else if i < len(rest) && t == "--project" {
				c.runsFile(rest[i].value, rest[i].raw)
			}
		}
		if t == "-m" || t == "--module" {
			c.ran(name+" run", effect.Exec, effect.Exact)
			c.code(workspace, effect.Exact, c.raw)
			return
		}
		i++
	}
	if i < len(rest) {
		if key == "uv" && strings.HasSuffix(rest[i].text, ".py") {
			c.script(rest[i].value, rest[i].raw)
			return
		}
		c.code(workspace, effect.Exact, c.raw) // programs of the project's own environment
		c.rest(rest[i:])
	}
}

// uvSub looks at uv tool and uv pip.
func (c *cmd) uvSub(m manager, name, sub string, rest []word, source bool) {
	verb := ""
	if len(rest) > 0 {
		verb, _ = rest[0].lit()
		rest = rest[1:]
	}
	target := strings.TrimRight(name+" "+sub+" "+verb, " ")
	switch {
	case verb == "list" || verb == "show" || verb == "freeze" || verb == "check" || verb == "tree" || verb == "dir":
		c.ran(target, effect.Read, effect.Exact)
	case verb == "run":
		c.ran(target, effect.Exec, effect.Exact)
		c.fetchAndRun(m, rest)
	default:
		c.ran(target, effect.Exec, effect.Exact)
		if verb != "uninstall" {
			c.installs(m, verb, operandsOf(rest), source)
		}
	}
}

// runNpx looks at npx, bunx and uvx.
func runNpx(c *cmd, sp spec, args []word) {
	c.ran(sp.name, effect.Exec, effect.Exact)
	key := "npm"
	if sp.name == "uvx" {
		key = "uv"
	}
	m, _ := managerOf(key)
	c.fetchAndRun(m, args)
}

// runMake looks at make and its kin: targets are code of the workspace.
func runMake(c *cmd, sp spec, args []word) {
	here := c.st
	c.ran(sp.name, effect.Exec, effect.Exact)
	for i := 0; i < len(args); i++ {
		w := args[i]
		t := w.text
		next := func(n int) (value, string) {
			if len(t) > n {
				return w.after(n), w.raw
			}
			if i++; i < len(args) {
				return args[i].value, args[i].raw
			}
			return value{}, ""
		}
		switch {
		case sp.name == "just" && (t == "-f" || t == "--justfile"):
			c.runsFile(next(len(t)))
		case sp.name == "just" && strings.HasPrefix(t, "--justfile="):
			c.runsFile(w.after(len("--justfile=")), w.raw)
		case strings.HasPrefix(t, "-C"), sp.name == "just" && t == "-d":
			c.cd(next(2))
		case t == "--working-directory":
			c.cd(next(len(t)))
		case strings.HasPrefix(t, "--working-directory="):
			c.cd(w.after(len("--working-directory=")), w.raw)
		case strings.HasPrefix(t, "--directory="):
			c.cd(w.after(len("--directory=")), w.raw)
		case strings.HasPrefix(t, "-f") && sp.name != "just":
			if v, raw := next(2); v.is("-") {
				c.code(inline, effect.Exact, raw)
			} else {
				c.path(&c.st, v, raw, effect.Exec, self)
			}
		case strings.HasPrefix(t, "--file=") || strings.HasPrefix(t, "--makefile="):
			c.path(&c.st, w.after(strings.IndexByte(t, '=')+1), w.raw, effect.Exec, self)
		case strings.HasPrefix(t, "--eval") || strings.HasPrefix(t, "SHELL="):
			c.code(inline, effect.Unknown, w.raw)
		case isAssignment(t):
			n, _, _ := strings.Cut(t, "=")
			c.setenv(&c.st, n, w.after(len(n)+1), w.raw)
		}
	}
	c.code(workspace, effect.Exact, c.raw)
	c.st = here
}

package analyze

import (
	"strings"

	"github.com/ambit-go/ambit/boundary/effect"
)

// Programs that move data over a network, and which way.

// runCurl looks at curl.
func runCurl(c *cmd, _ spec, args []word) {
	c.ran("curl", effect.Read, effect.Exact)
	d := effect.In
	var urls []word
	output, named := false, false // to a file; one named like the address
	for i := 0; i < len(args); i++ {
		w := args[i]
		t := w.text
		if !w.mayDash() {
			urls = append(urls, w)
			continue
		}
		if t == "" {
			if w.many {
				c.unknown(effect.AnyKind, effect.NoAccess, w.raw)
			}
			urls = append(urls, w)
			continue
		}
		name := t
		var v value
		var raw string
		has := false
		next := func() {
			if has {
				return
			}
			has = true
			if i++; i < len(args) {
				v, raw = args[i].value, args[i].raw
			}
		}
		if !strings.HasPrefix(t, "--") && len(t) > 2 { // a cluster: the first letter that takes a value ends it
			at := strings.IndexAny(t[1:], curlShortValues)
			if at >= 0 {
				name = "-" + t[1+at:2+at]
				if len(t) > 2+at || !w.exact {
					v, raw, has = w.after(2+at), w.raw, true
				}
			}
			if strings.IndexByte(t[1:max(at, 0)+1], 'O') >= 0 || at < 0 && strings.IndexByte(t, 'O') >= 0 {
				output, named = true, true
			}
			if at < 0 {
				continue
			}
		} else if !w.exact {
			c.unknown(effect.AnyKind, effect.NoAccess, w.raw)
			continue
		}
		switch name {
		case "-d", "--data", "--data-ascii", "--data-binary", "--data-raw", "--data-urlencode", "--json", "-F", "--form", "--form-string":
			next()
			d = effect.Out
			if name != "--data-raw" && name != "--form-string" {
				c.sentFile(name, v, raw)
			}
		case "-T", "--upload-file":
			next()
			d = effect.Out
			if !v.is("-") && !v.is(".") {
				c.path(&c.st, v, raw, effect.Read, self)
			}
		case "-X", "--request":
			next()
			if m := strings.ToUpper(v.text); m != "GET" && m != "HEAD" && m != "OPTIONS" {
				d = effect.Out
			}
		case "-Q", "--quote", "--prequote", "--postquote": // commands to the server: it may delete and rename by them
			next()
			d = effect.Out
		case "-G", "--get":
		case "-o", "--output":
			next()
			output = true
			c.path(&c.st, v, raw, effect.Write, self)
		case "-O", "--remote-name", "--remote-name-all":
			output, named = true, true
		case "-J", "--remote-header-name":
			output = true
			c.path(&c.st, known("."), w.raw, effect.Write, tree)
		case "--output-dir":
			next()
			c.path(&c.st, v, raw, effect.Write, tree)
		case "-D", "--dump-header", "-c", "--cookie-jar", "--trace", "--trace-ascii", "--stderr", "--hsts", "--alt-svc", "--libcurl", "--etag-save":
			next()
			if !v.is("-") {
				c.path(&c.st, v, raw, effect.Write, self)
			}
		case "-w", "--write-out":
			next()
			if f, ok := strings.CutPrefix(v.text, "@"); ok && f != "-" {
				v.text = f
				c.path(&c.st, v, raw, effect.Read, self)
			}
			for rest := v.text; ; { // %output{file} sends what follows into the file
				_, after, ok := strings.Cut(rest, "%output{")
				if !ok {
					break
				}
				file, tail, closed := strings.Cut(after, "}")
				c.path(&c.st, value{text: strings.TrimPrefix(file, ">>"), exact: closed}, raw, effect.Write, self)
				rest = tail
			}
		case "--variable": // name@file, and the address it goes to is made of it
			next()
			if _, f, ok := strings.Cut(v.text, "@"); ok && f != "-" && !strings.Contains(v.text, "=") {
				d = effect.Out
				v.text = f
				c.path(&c.st, v, raw, effect.Read, self)
			}
		case "--url-query":
			next()
			d = effect.Out
			c.sentFile("--data-urlencode", v, raw)
		case "-b", "--cookie":
			next()
			d = effect.Out
			if !strings.Contains(v.text, "=") {
				c.path(&c.st, v, raw, effect.Read, self)
			}
		case "-K", "--config":
			next()
			c.path(&c.st, v, raw, effect.Read, self)
			c.unknown(effect.AnyKind, effect.NoAccess, raw)
		case "-x", "--proxy", "--preproxy", "--socks5", "--socks5-hostname", "--socks4", "--socks4a":
			next()
			c.url(v, raw, effect.NoDirection)
		case "--url":
			next()
			urls = append(urls, word{value: v, raw: raw})
		case "--connect-to", "--resolve":
			next()
			if p := strings.Split(v.text, ":"); len(p) > 2 && v.exact {
				host := p[2]
				if host != "" {
					c.host(known(host), raw, effect.NoDirection)
				}
			} else {
				c.unknown(effect.Host, effect.Connect, raw)
			}
		case "--unix-socket", "--abstract-unix-socket":
			next()
			c.path(&c.st, v, raw, effect.Write, self)
		case "-u", "--user", "--oauth2-bearer", "-U", "--proxy-user":
			next()
			if u, _, ok := strings.Cut(v.text, ":"); ok && u != "" {
				c.identity("http-user:"+u, effect.Exact, "")
			}
		case "-n", "--netrc", "--netrc-optional":
			c.secret(effect.Read, "file:"+c.call.Home+"/.netrc", effect.Exact, w.raw)
		case "--netrc-file":
			next()
			c.path(&c.st, v, raw, effect.Read, self)
		case "-E", "--cert", "--key", "--cacert", "--capath", "--pubkey":
			next()
			v.text, _, _ = strings.Cut(v.text, ":")
			c.path(&c.st, v, raw, effect.Read, self)
		case "-H", "--header":
			next()
			if f, ok := strings.CutPrefix(v.text, "@"); ok {
				d = effect.Out
				v.text = f
				c.path(&c.st, v, raw, effect.Read, self)
			}
		case "--engine":
			next()
			c.code(plugin, effect.Unknown, raw)
		default:
			if rest, ok := strings.CutPrefix(name, "--expand-"); ok { // what it says is made of variables
				next()
				if rest == "url" {
					urls = append(urls, word{value: value{text: firstOf(v.text, "{{")}, raw: raw})
				} else {
					c.unknown(effect.AnyKind, effect.NoAccess, raw)
				}
			} else if curlTakes(name) {
				next()
			}
		}
	}
	for _, u := range urls {
		c.curlURL(u, d)
		if named {
			c.downloaded(u)
		}
	}
	c.out = feed{kind: feedNet}
	if output {
		c.out = feed{}
	}
}

// firstOf is what stands before sep.
func firstOf(t, sep string) string {
	t, _, _ = strings.Cut(t, sep)
	return t
}

// downloaded adds the file that is named like the end of an address.
func (c *cmd) downloaded(w word) {
	t, ok := w.lit()
	_, t, _ = strings.Cut(t, "://")
	name := base(t)
	if !ok || !strings.Contains(t, "/") || name == "" || strings.ContainsAny(name, "?#%*[{") || strings.HasPrefix(name, ".") {
		c.path(&c.st, known("."), w.raw, effect.Write, tree)
		return
	}
	c.path(&c.st, known(name), w.raw, effect.Write, self)
}

// curlURL adds an address; curl itself expands "{a,b}" and "[1-9]" in it.
func (c *cmd) curlURL(w word, d effect.Direction) {
	v := w.value
	if v.glob { // the shell leaves it alone unless a file is named so
		v.glob = false
	}
	if i := strings.IndexAny(v.text, "{["); i >= 0 && v.exact && !strings.Contains(v.text, "://[") {
		v = value{text: v.text[:i]}
	}
	c.url(v, w.raw, d)
}

// sentFile adds a file that -d @file or -F name=@file sends.
func (c *cmd) sentFile(option string, v value, raw string) {
	t := v.text
	if option == "-F" || option == "--form" || option == "--data-urlencode" {
		if i := strings.IndexAny(t, "=@"); i >= 0 && t[i] == '=' {
			t = t[i+1:]
		} else if i > 0 {
			t = t[i:]
		}
	}
	if t == "" || t[0] != '@' && t[0] != '<' || option != "-F" && option != "--form" && t[0] == '<' {
		return
	}
	t = t[1:]
	if i := strings.IndexByte(t, ';'); i >= 0 && (option == "-F" || option == "--form") {
		t = t[:i]
	}
	for f := range strings.SplitSeq(t, ",") {
		if f == "-" || f == "" && v.exact {
			continue
		}
		v.text = f
		c.path(&c.st, v, raw, effect.Read, self)
	}
}

const curlShortValues = "dFTXoDcbKxuUEHAeCmrwyYzPQt"

// curlTakes reports whether an option without effects takes a value.
func curlTakes(name string) bool {
	if len(name) == 2 {
		return strings.IndexByte(curlShortValues, name[1]) >= 0
	}
	switch name {
	case "--user-agent", "--referer", "--max-time", "--connect-timeout", "--retry", "--retry-delay", "--retry-max-time", "--range", "--limit-rate", "--max-redirs", "--continue-at",
		"--max-filesize", "--interface", "--local-port", "--tls-max", "--ciphers", "--proto", "--proto-redir", "--speed-limit", "--speed-time", "--time-cond", "--cert-type", "--key-type",
		"--pass", "--quote", "--telnet-option", "--proto-default", "--keepalive-time", "--dns-servers", "--parallel-max", "--rate", "--aws-sigv4", "--etag-compare", "--request-target",
		"--noproxy", "--expect100-timeout":
		return true
	}
	return false
}

// runWget looks at wget.
func runWget(c *cmd, _ spec, args []word) {
	c.ran("wget", effect.Read, effect.Exact)
	d := effect.In
	var urls []word
	toFile, out := true, ""
	for i := 0; i < len(args); i++ {
		w := args[i]
		t := w.text
		if !w.mayDash() || t == "" {
			if t == "" && w.many {
				c.unknown(effect.AnyKind, effect.NoAccess, w.raw)
			}
			urls = append(urls, w)
			continue
		}
		name, _, has := strings.Cut(t, "=")
		v, raw := value{}, w.raw
		if !strings.HasPrefix(t, "--") {
			name, has = t, false
			if at := strings.IndexAny(t[1:], "OPoaitTUeQwlDIXARn"); at >= 0 {
				name = "-" + t[1+at:2+at]
				if len(t) > 2+at {
					v, has = w.after(2+at), true
				}
			}
		} else if has {
			v = w.after(len(name) + 1)
		}
		next := func() {
			if !has && i+1 < len(args) {
				i++
				v, raw = args[i].value, args[i].raw
			}
		}
		switch name {
		case "-O", "--output-document":
			next()
			if v.is("-") {
				toFile, out = false, "-"
				continue
			}
			toFile = false
			c.path(&c.st, v, raw, effect.Write, self)
		case "-P", "--directory-prefix":
			next()
			toFile = false
			c.path(&c.st, v, raw, effect.Write, tree)
		case "-o", "-a", "--output-file", "--append-output", "--save-cookies", "--rejected-log", "--warc-file", "--hsts-file":
			next()
			if !v.is("-") && !v.is("/dev/null") {
				c.path(&c.st, v, raw, effect.Write, self)
			}
		case "-i", "--input-file":
			next()
			c.path(&c.st, v, raw, effect.Read, self)
			urls = append(urls, word{})
		case "--post-data", "--body-data":
			next()
			d = effect.Out
		case "--post-file", "--body-file":
			next()
			d = effect.Out
			c.path(&c.st, v, raw, effect.Read, self)
		case "--method":
			next()
			if m := strings.ToUpper(v.text); m != "GET" && m != "HEAD" {
				d = effect.Out
			}
		case "-e", "--execute", "--config", "--use-askpass":
			next()
			c.unknown(effect.AnyKind, effect.NoAccess, raw)
		case "--spider":
			toFile = false
		case "-n": // -nv, -nc, -nd
		case "-t", "-T", "-U", "-Q", "-w", "-l", "-D", "-I", "-X", "-A", "-R", "--tries", "--timeout", "--user-agent", "--quota", "--wait", "--level", "--header", "--user", "--password", "--limit-rate", "--accept", "--reject", "--domains":
			next()
		case "--load-cookies", "--ca-certificate", "--certificate", "--private-key":
			next()
			c.path(&c.st, v, raw, effect.Read, self)
		}
	}
	for _, u := range urls {
		c.url(u.value, u.raw, d)
		if u.text == "" && !u.exact {
			c.add(effect.Effect{Kind: effect.URL, Access: effect.Connect, Raw: u.raw, Direction: d})
		}
	}
	for _, u := range urls {
		if toFile {
			c.downloaded(u)
		}
	}
	c.out = feed{}
	if out == "-" {
		c.out = feed{kind: feedNet}
	}
}

// runSSH looks at ssh: a host, an identity, and a command over there.
func runSSH(c *cmd, _ spec, args []word) {
	c.ran("ssh", effect.Read, effect.Exact)
	i := 0
	var host *word
	port := ""
	for ; i < len(args); i++ {
		w := &args[i]
		t := w.text
		if !w.mayDash() {
			if host != nil {
				break
			}
			host = w
			continue
		}
		if t == "" && w.many {
			c.unknown(effect.Command, effect.Exec, w.raw)
		}
		if t == "" {
			if host != nil {
				break
			}
			host = w
			continue
		}
		if t == "--" {
			if host != nil {
				i++
				break
			}
			continue
		}
		at := strings.IndexAny(t[1:], "BbcDEeFIiJLlmOopQRSWw")
		if at < 0 {
			continue
		}
		letter := t[1+at]
		v, raw := w.after(2+at), w.raw
		if len(t) == 2+at && w.exact {
			if i++; i >= len(args) {
				break
			}
			v, raw = args[i].value, args[i].raw
		}
		switch letter {
		case 'i', 'I':
			c.sshKey(v, raw)
			if letter == 'I' {
				c.code(plugin, effect.Unknown, raw)
			}
		case 'l':
			c.identity("ssh-user:"+v.text, v.sure(), raw)
		case 'o':
			c.sshOption(v, raw)
		case 'F':
			c.path(&c.st, v, raw, effect.Exec, self)
		case 'J':
			for h := range strings.SplitSeq(v.text, ",") {
				c.host(value{text: h, exact: v.exact}, raw, effect.NoDirection)
			}
		case 'p':
			port = v.text
		case 'E', 'S':
			c.path(&c.st, v, raw, effect.Write, self)
		case 'L', 'R', 'D', 'w':
			c.unknown(effect.Host, effect.Connect, raw) // a tunnel
		case 'W':
			c.host(v, raw, effect.NoDirection)
		}
	}
	if host == nil {
		return
	}
	c.sshHost(host, port)
	if i < len(args) {
		c.awayShell(args[i:], &machine{provider: "ssh", fields: map[string]string{"host": sshHostName(host.text)}, sure: host.sure()})
		return
	}
	if c.in.kind != feedNone {
		c.awayFed(&machine{provider: "ssh", fields: map[string]string{"host": sshHostName(host.text)}, sure: host.sure()})
		return
	}
	c.add(effect.Effect{Kind: effect.Resource, Access: effect.Exec, Target: "ssh:host=" + sshHostName(host.text), Raw: c.raw, Certainty: host.sure()})
}

func sshHostName(t string) string {
	t = strings.TrimPrefix(t, "ssh://")
	if i := strings.LastIndexByte(t, '@'); i >= 0 {
		t = t[i+1:]
	}
	h, _ := Host(t)
	return h
}

func (c *cmd) sshHost(w *word, port string) {
	v := w.value
	v.text = strings.TrimPrefix(v.text, "ssh://")
	if u, _, ok := strings.Cut(v.text, "@"); ok && v.exact {
		c.identity("ssh-user:"+u, effect.Exact, w.raw)
	}
	if port != "" && port != "22" && v.exact && !strings.Contains(v.text, ":") {
		v.text += ":" + port
	}
	c.host(v, w.raw, effect.NoDirection)
}

// sshKey adds the key that a connection is made with.
func (c *cmd) sshKey(v value, raw string) {
	t := v.text
	if v.exact && t != "" && t[0] != '/' && !c.st.lost {
		t = clean(join(c.st.dir, t))
	}
	c.identity("ssh-key:"+t, v.sure(), raw)
}

// sshOption looks at "-o Name=value".
func (c *cmd) sshOption(v value, raw string) {
	name, val, ok := strings.Cut(v.text, "=")
	if !ok {
		name, val, _ = strings.Cut(v.text, " ")
	}
	v.text = val
	switch strings.ToLower(strings.TrimSpace(name)) {
	case "proxycommand", "localcommand", "knownhostscommand":
		if !v.is("none") {
			c.text(v, raw)
		}
	case "userknownhostsfile", "controlpath":
		if !v.is("none") && !v.is("/dev/null") && !strings.Contains(v.text, "%") {
			c.path(&c.st, v, raw, effect.Write, self)
		}
	case "proxyjump":
		c.host(v, raw, effect.NoDirection)
	case "hostname":
		c.host(v, raw, effect.NoDirection)
	case "identityfile", "certificatefile":
		c.sshKey(v, raw)
	case "user":
		c.identity("ssh-user:"+val, v.sure(), raw)
	case "pkcs11provider", "securitykeyprovider":
		c.code(plugin, effect.Unknown, raw)
	case "remotecommand":
		c.unknown(effect.Command, effect.Exec, raw)
	case "localforward", "remoteforward", "dynamicforward", "tunnel":
		c.unknown(effect.Host, effect.Connect, raw)
	case "":
		c.unknown(effect.AnyKind, effect.NoAccess, raw)
	}
}

// awayShell runs words on another machine, where they go through a shell again.
func (c *cmd) awayShell(words []word, m *machine) {
	var b strings.Builder
	for i, w := range words {
		t, ok := w.lit()
		if !ok {
			c.add(effect.Effect{Kind: effect.Resource, Access: effect.Exec, Target: machineID(m), Raw: c.raw, Certainty: min(m.sure, effect.Prefix)})
			c.unknown(effect.Command, effect.Exec, c.raw)
			return
		}
		if i > 0 {
			b.WriteByte(' ')
		}
		if b.WriteString(t); b.Len() > maxShell {
			c.limit()
			return
		}
	}
	c.away(m, func(st state) result { return c.shell(b.String(), st, c.in) })
}

func machineID(m *machine) string {
	return effect.ResourceID{Provider: m.provider, Fields: m.fields}.String()
}

// awayFed runs what comes in on another machine.
func (c *cmd) awayFed(m *machine) {
	if t, ok := c.in.val.lit(); ok && c.in.kind == feedText {
		c.away(m, func(st state) result { return c.shell(t, st, feed{}) })
		return
	}
	c.away(m, func(st state) result { c.code(inline, effect.Unknown, c.raw); return unchanged(st, feed{}) })
}

// awayWords runs words on another machine as they are.
func (c *cmd) awayWords(words []word, m *machine) {
	c.away(m, func(st state) result { return c.exec(words, joinRaw(words), st, c.in) })
}

func (c *cmd) away(m *machine, run func(state) result) {
	c.add(effect.Effect{Kind: effect.Resource, Access: effect.Exec, Target: machineID(m), Raw: c.raw, Certainty: m.sure})
	if !c.enter() {
		return
	}
	r := run(state{away: m, dir: "/", lost: true})
	c.leave()
	c.out = r.out
	if c.out.kind == feedText || c.out.kind == feedNames || c.out.kind == feedFile {
		c.out = feed{kind: feedNet}
	}
}

// runCopy looks at scp, sftp and rsync: host:path on either side.
func runCopy(c *cmd, sp spec, args []word) {
	c.ran(sp.name, effect.Read, effect.Exact)
	takes := "cFiJloPSDX"
	switch sp.name {
	case "rsync":
		takes = "efBMT"
	case "sftp":
		takes += "bBRs"
	}
	var ops []word
	remove := false
	for i := 0; i < len(args); i++ {
		w := args[i]
		t := w.text
		if !w.mayDash() {
			ops = append(ops, w)
			continue
		}
		if t == "" {
			if w.many {
				c.unknown(effect.AnyKind, effect.NoAccess, w.raw)
			}
			ops = append(ops, w)
			continue
		}
		name, _, has := strings.Cut(t, "=")
		v, raw := value{}, w.raw
		switch {
		case strings.HasPrefix(t, "--"):
			if has {
				v = w.after(len(name) + 1)
			}
		default:
			name = "-"
			if at := strings.IndexAny(t[1:], takes); at >= 0 {
				name = "-" + t[1+at:2+at]
				if v = w.after(2 + at); len(t) == 2+at && w.exact {
					if i++; i < len(args) {
						v, raw = args[i].value, args[i].raw
					}
				}
			}
		}
		long := func() {
			if !has && i+1 < len(args) {
				i++
				v, raw = args[i].value, args[i].raw
			}
		}
		switch {
		case name == "-e" || name == "--rsh":
			if name == "--rsh" {
				long()
			}
			if f := strings.Fields(v.text); len(f) > 0 && f[0] == "ssh" {
				c.sshFlags(f[1:], v.exact, raw)
			} else {
				c.text(v, raw)
			}
		case name == "--rsync-path" || name == "-S" && sp.name != "rsync" || name == "-D" && sp.name == "sftp":
			if strings.HasPrefix(name, "--") {
				long()
			}
			c.text(v, raw)
		case name == "-i" && sp.name != "rsync":
			c.sshKey(v, raw)
		case name == "-o" && sp.name != "rsync":
			c.sshOption(v, raw)
		case name == "-F" && sp.name != "rsync":
			c.path(&c.st, v, raw, effect.Exec, self)
		case name == "-J" && sp.name != "rsync":
			c.host(v, raw, effect.NoDirection)
		case name == "-b" && sp.name == "sftp": // commands, "!cmd" among them
			if !v.is("-") {
				c.path(&c.st, v, raw, effect.Read, self)
			}
			c.code(inline, effect.Unknown, raw)
		case strings.HasPrefix(t, "--del"):
			remove = true
		case name == "--files-from" || name == "--include-from" || name == "--exclude-from" || name == "--password-file":
			long()
			c.path(&c.st, v, raw, effect.Read, self)
		case name == "--log-file" || name == "--write-batch" || name == "--backup-dir" || name == "--partial-dir" || name == "-T" && sp.name == "rsync" || name == "--temp-dir":
			if strings.HasPrefix(name, "--") {
				long()
			}
			c.path(&c.st, v, raw, effect.Write, self)
		case name == "--exclude" || name == "--include" || name == "--filter" || name == "--port" || name == "--bwlimit" || name == "--chmod" || name == "--chown" || name == "--timeout":
			long()
		}
	}
	for i, w := range ops {
		last := i == len(ops)-1 && len(ops) > 1
		if host, path, ok := remoteSide(w.text); ok {
			d, access := effect.In, effect.Read
			if last {
				d, access = effect.Out, effect.Write
			}
			if sp.name == "sftp" {
				d, access = effect.NoDirection, effect.Write
			}
			c.copyHost(host, path, w, d, access)
			continue
		}
		switch {
		case sp.name == "sftp" && i == 0:
			c.copyHost(w.text, "", w, effect.NoDirection, effect.Write)
		case last:
			c.path(&c.st, w.value, w.raw, effect.Write, tree)
			if remove {
				c.path(&c.st, w.value, w.raw, effect.Delete, tree)
			}
		default:
			c.path(&c.st, w.value, w.raw, effect.Read, tree)
		}
	}
}

// sshFlags reads the options of ssh inside of rsync -e.
func (c *cmd) sshFlags(f []string, exact bool, raw string) {
	if !exact {
		c.code(inline, effect.Unknown, raw)
	}
	for i := 0; i+1 < len(f); i++ {
		v := known(strings.Trim(f[i+1], `'"`))
		switch f[i] {
		case "-i":
			c.sshKey(v, raw)
		case "-o":
			c.sshOption(v, raw)
		case "-J":
			c.host(v, raw, effect.NoDirection)
		case "-l":
			c.identity("ssh-user:"+v.text, effect.Exact, raw)
		}
	}
}

// remoteSide cuts [user@]host:path, rsync's host::module and its URLs.
func remoteSide(t string) (host, path string, ok bool) {
	for _, scheme := range [...]string{"rsync://", "scp://", "sftp://", "ssh://"} {
		if rest, found := strings.CutPrefix(t, scheme); found {
			host, path, _ = strings.Cut(rest, "/")
			return host, "/" + path, true
		}
	}
	if strings.HasPrefix(t, "[") || strings.Contains(t, "@[") {
		if i := strings.Index(t, "]:"); i > 0 {
			return t[:i+1], t[i+2:], true
		}
	}
	i := strings.IndexByte(t, ':')
	if i <= 0 || strings.IndexByte(t[:i], '/') >= 0 {
		return "", "", false
	}
	return t[:i], strings.TrimPrefix(t[i+1:], ":"), true
}

func (c *cmd) copyHost(host, path string, w word, d effect.Direction, access effect.Access) {
	exact := w.exact || strings.Contains(w.text, ":")
	v := value{text: host, exact: exact}
	if u, _, ok := strings.Cut(host, "@"); ok {
		c.identity("ssh-user:"+u, effect.Exact, w.raw)
	}
	c.host(v, w.raw, d)
	id := effect.ResourceID{Provider: "ssh", Fields: map[string]string{"host": sshHostName(host)}}
	sure := effect.Prefix
	if strings.HasPrefix(path, "/") && w.exact && !w.glob {
		id.Fields["path"] = clean(path)
		sure = effect.Exact
	}
	c.add(effect.Effect{Kind: effect.Resource, Access: access, Target: id.String(), Raw: w.raw, Certainty: sure, Direction: d})
}

// runNetcat looks at nc, ncat and telnet.
func runNetcat(c *cmd, sp spec, args []word) {
	c.ran(sp.name, effect.Exec, effect.Exact)
	var ops []word
	listen := false
	for i := 0; i < len(args); i++ {
		t := args[i].text
		switch {
		case !args[i].mayDash() || t == "":
			ops = append(ops, args[i])
		case t == "-e" || t == "-c" || t == "--exec" || t == "--sh-exec" || t == "--lua-exec":
			if i++; i < len(args) {
				c.text(args[i].value, args[i].raw)
			}
		case !strings.HasPrefix(t, "--") && (strings.HasSuffix(t, "e") || strings.HasSuffix(t, "c")):
			if i++; i < len(args) {
				c.text(args[i].value, args[i].raw)
			}
		default:
			listen = listen || t == "--listen" || !strings.HasPrefix(t, "--") && strings.Contains(t, "l")
			if t == "-w" || t == "-i" || t == "-p" || t == "-s" || t == "-q" || t == "-X" || t == "-x" || t == "-T" {
				if i++; t == "-x" && i < len(args) {
					c.host(args[i].value, args[i].raw, effect.NoDirection)
				}
			}
		}
	}
	d := effect.NoDirection
	if c.in.kind != feedNone {
		d = effect.Out
	}
	c.out = feed{kind: feedNet}
	if listen {
		c.add(effect.Effect{Kind: effect.Host, Access: effect.Connect, Raw: c.raw, Direction: effect.NoDirection})
		return
	}
	if len(ops) == 0 {
		return
	}
	v := ops[0].value
	if len(ops) > 1 && ops[1].exact && digits(ops[1].text) && v.exact {
		if strings.Contains(v.text, ":") {
			v.text = "[" + v.text + "]"
		}
		v.text += ":" + ops[1].text
	}
	c.host(v, ops[0].raw, d)
}

// runResolve looks at programs that ask the domain name system: the name asked
// for goes out.
func runResolve(c *cmd, sp spec, args []word) {
	c.ran(sp.name, effect.Read, effect.Exact)
	for i := 0; i < len(args); i++ {
		w := args[i]
		t := w.text
		switch {
		case strings.HasPrefix(t, "@"):
			c.host(w.after(1), w.raw, effect.NoDirection)
		case t == "-f":
			if i++; i < len(args) {
				c.path(&c.st, args[i].value, args[i].raw, effect.Read, self)
				c.unknown(effect.Host, effect.Connect, w.raw)
			}
		case t == "-h" && sp.name == "whois":
			if i++; i < len(args) {
				c.host(args[i].value, args[i].raw, effect.Out)
			}
		case t == "-t" || t == "-p" || t == "-c" || t == "-y" || t == "-k" || t == "-b" || t == "-q":
			i++
		case t == "-x":
		case t != "" && (t[0] == '-' || t[0] == '+'):
		case w.exact && !strings.ContainsAny(t, ".:"): // a type or a class, or a host of this net
			if strings.ToUpper(t) != t && sp.name != "whois" {
				c.host(w.value, w.raw, effect.Out)
			}
		default:
			c.host(w.value, w.raw, effect.Out)
		}
	}
	c.out = feed{kind: feedAny}
}

// runCrontab looks at crontab: what is installed will run.
func runCrontab(c *cmd, _ spec, args []word) {
	list := false
	var files []word
	for i := 0; i < len(args); i++ {
		switch t := args[i].text; {
		case t == "-l":
			list = true
		case t == "-u":
			if i++; i < len(args) {
				c.identity("user:"+args[i].text, args[i].sure(), c.raw)
			}
		case t == "-" || t == "" || t[0] != '-':
			files = append(files, args[i])
		}
	}
	if list {
		c.ran("crontab", effect.Read, effect.Exact)
		c.out = feed{kind: feedAny}
		return
	}
	c.ran("crontab", effect.Exec, effect.Exact)
	c.add(effect.Effect{Kind: effect.Path, Access: effect.Exec, Target: "/var/spool/cron/", Raw: c.raw, Certainty: effect.Prefix})
	for _, w := range files {
		if w.is("-") {
			c.fedCode(c.raw)
			continue
		}
		c.path(&c.st, w.value, w.raw, effect.Read, self)
	}
}

// runAt looks at at and batch: what comes in will run later.
func runAt(c *cmd, sp spec, args []word) {
	c.ran(sp.name, effect.Exec, effect.Exact)
	for i, w := range args {
		if w.is("-f") && i+1 < len(args) {
			c.script(args[i+1].value, args[i+1].raw)
			return
		}
		if w.is("-l") || w.is("-r") || w.is("-d") || w.is("-c") {
			return
		}
	}
	c.fedShell()
}

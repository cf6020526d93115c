package intentmodel

import (
	"strings"

	"github.com/ambit-go/ambit/boundary/effect"
)

// maxPath is how many bytes of a path are looked at. Longer ones lie deep in some
// tree, whose beginning has been seen by then.
const maxPath = 512

// path adds the signs of the path p, for what kind k says is done to it.
func (t *table) path(s *signs, k kind, p string) {
	if len(p) > maxPath {
		p = p[:maxPath]
	}
	p = strings.TrimSuffix(p, "/.")
	if len(p) > 1 {
		p = strings.TrimSuffix(p, "/")
	}
	if p == "" {
		p = "/"
	}
	t.walk(s, k, p, 0, offset)
	if rest, ok := belowHome(p); ok {
		t.walk(s, k, rest, 0, hashTilde)
	}
	t.name(s, k, p)
}

// hashTilde is the hash of a home folder, whosever it is.
var hashTilde = hash("~")

// walk looks up every tree that holds p, and p itself. h is the hash of what
// stands before p.
func (t *table) walk(s *signs, k kind, p string, from int, h uint64) {
	last, lastTwo := offset, offset // hashes of the last folder's name, and of the last two
	for i := from; i < len(p); i++ {
		c := p[i]
		if c == '/' && i > from {
			if i != len("/usr") || !hasDir(p, "/usr/local") { // which belongs to the machine's owner
				t.find(s, key(k, shapeTree, h, 0))
			}
			t.find(s, key(k, shapeDir, last, 0))
			t.find(s, key(k, shapeDir, lastTwo, 0))
		}
		if c == '/' {
			// "/proc/12/" and "/proc/self/" are one place
			if j := process(p, i); j > 0 {
				h = hashOn(h, "/*")
				i = j - 1
				last, lastTwo = offset, offset
				continue
			}
			lastTwo = (last ^ '/') * prime
			last = offset
			h = (h ^ '/') * prime
			continue
		}
		h = (h ^ uint64(c)) * prime
		last = (last ^ uint64(c)) * prime
		lastTwo = (lastTwo ^ uint64(c)) * prime
	}
	t.find(s, key(k, shapeExact, h, 0))
	t.find(s, key(k, shapeTree, h, 0))
	t.find(s, key(k, shapeDir, last, 0))
	t.find(s, key(k, shapeDir, lastTwo, 0))
}

// process returns where a process's number ends in a path below /proc, whose
// slash is at i; 0 if it is none.
func process(p string, i int) int {
	if i != len("/proc") || !strings.HasPrefix(p, "/proc/") {
		return 0
	}
	end := i + 1
	for end < len(p) && p[end] != '/' {
		end++
	}
	switch n := p[i+1 : end]; {
	case n == "self", n == "*", n == "thread-self", n != "" && n[0] >= '0' && n[0] <= '9', strings.HasPrefix(n, "$"):
		return end
	}
	return 0
}

func hashOn(h uint64, s string) uint64 {
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * prime
	}
	return h
}

// name looks up the last element of p and its extensions.
func (t *table) name(s *signs, k kind, p string) {
	name := p[strings.LastIndexByte(p, '/')+1:]
	if name == "" || len(name) > 128 {
		return
	}
	t.find(s, key(k, shapeName, hash(name), 0))
	if i := strings.LastIndexByte(name, '.'); i >= 0 && i < len(name)-1 {
		t.find(s, key(k, shapeExt, hash(name[i+1:]), 0))
		if j := strings.LastIndexByte(name[:i], '.'); j > 0 {
			t.find(s, key(k, shapeExt, hash(name[j+1:]), 0))
		}
	}
}

// belowHome returns what stands behind a home folder in p, with its slash; empty
// for the folder itself.
func belowHome(p string) (string, bool) {
	switch {
	case strings.HasPrefix(p, "/home/"):
		return afterUser(p[len("/home/"):])
	case strings.HasPrefix(p, "/Users/"):
		return afterUser(p[len("/Users/"):])
	case p == "/root" || strings.HasPrefix(p, "/root/"):
		return p[len("/root"):], true
	case p == "/var/root" || strings.HasPrefix(p, "/var/root/"):
		return p[len("/var/root"):], true
	case p == "~" || strings.HasPrefix(p, "~/"):
		return p[1:], true
	case p == "$HOME" || strings.HasPrefix(p, "$HOME/"):
		return p[len("$HOME"):], true
	}
	return "", false
}

func afterUser(rest string) (string, bool) {
	i := strings.IndexByte(rest, '/')
	if i < 0 {
		return "", rest != ""
	}
	return rest[i:], i > 0
}

// host adds the signs of the host name h, which may have a port.
func (t *table) host(s *signs, k kind, h string) {
	if len(h) > 253 {
		return
	}
	if i := strings.LastIndexByte(h, ':'); i > 0 && !strings.Contains(h[:i], ":") {
		h = h[:i]
	}
	t.find(s, key(k, shapeExact, hash(h), 0))
	for {
		t.find(s, key(k, shapeTree, hash(h), 0))
		i := strings.IndexByte(h, '.')
		if i < 0 {
			return
		}
		h = h[i+1:]
	}
}

// rawIP reports whether h is an address rather than a name, and not one of this
// machine.
func rawIP(h string) bool {
	if i := strings.LastIndexByte(h, ':'); i > 0 && !strings.Contains(h[:i], ":") {
		h = h[:i]
	}
	if h == "" || strings.HasPrefix(h, "127.") || h == "0.0.0.0" || h == "[::1]" || h == "::1" {
		return false
	}
	if h[0] == '[' || strings.Count(h, ":") > 1 {
		return true
	}
	dots := 0
	for i := range len(h) {
		switch {
		case h[i] == '.':
			dots++
		case h[i] < '0' || h[i] > '9':
			return false
		}
	}
	return dots == 3 || dots == 0
}

// installs reports whether all that is fetched comes from the makers of a common
// tool, whose own instructions are to give it to a shell.
func installs(effects []effect.Effect) bool {
	any := false
	for i := range effects {
		e := &effects[i]
		if e.Kind != effect.URL && e.Kind != effect.Host {
			continue
		}
		if e.Direction == effect.Out || e.Certainty != effect.Exact || strings.HasPrefix(e.Target, "http://") || !maker(hostOf(e.Target)) {
			return false
		}
		any = true
	}
	return any
}

func maker(host string) bool {
	switch host {
	case "sh.rustup.rs", "get.pnpm.io", "astral.sh", "bun.sh", "deno.land", "get.docker.com", "deb.nodesource.com", "rpm.nodesource.com", "install.python-poetry.org",
		"get.sdkman.io", "starship.rs", "get.helm.sh", "mise.run", "mise.jdx.dev", "cli.github.com", "nixos.org", "get.volta.sh", "fnm.vercel.app", "pyenv.run", "get.k3s.io",
		"sh.brew.sh", "ollama.com", "tailscale.com", "claude.ai", "cursor.com", "get.opentofu.org":
		return true
	}
	return false
}

// linkLocal reports whether h is one of the addresses by which a cloud tells a
// machine about itself: it is asked, even where the asking is a PUT.
func linkLocal(h string) bool {
	return strings.HasPrefix(h, "169.254.") || h == "metadata.google.internal" || h == "100.100.100.200"
}

// local reports whether h is this machine or a name that never leaves a house.
func local(h string) bool {
	if strings.HasPrefix(h, "mcp:") {
		return true
	}
	if i := strings.LastIndexByte(h, ':'); i > 0 && !strings.Contains(h[:i], ":") {
		h = h[:i]
	}
	return h == "localhost" || strings.HasPrefix(h, "127.") || h == "0.0.0.0" || h == "::1" || h == "[::1]" || strings.HasSuffix(h, ".localhost")
}

package analyze

import (
	"net/url"
	"strings"

	"github.com/ambit-go/ambit/boundary/effect"
)

// Repo returns the canonical form of a git remote: "host/owner/name". It knows
// the scp form (git@host:owner/name.git), URLs with and without user, token and
// port, and the plain canonical form itself. Case folds where the host folds it
// (github.com); ".git" and slashes at the end do not count, and ssh.github.com
// is github.com. The certainty is Unknown for transports that run programs
// ("ext::"), for ".." in the path, and for what cannot be read; local paths are
// no remote: they give "" and Unknown.
func Repo(s string) (string, effect.Certainty) {
	r := parseRemote(s)
	return r.repo, r.sure
}

// A gitRemote is what a remote's text says.
type gitRemote struct {
	repo  string // canonical; "" if none
	sure  effect.Certainty
	local string // a path on this machine instead
	runs  bool   // a transport that runs a program
}

func parseRemote(s string) gitRemote {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > 2048 || strings.ContainsAny(s, "\x00\n\r\\") || strings.HasPrefix(s, "-") {
		return gitRemote{}
	}
	if i := strings.Index(s, "::"); i > 0 && schemeLike(s[:i]) && !strings.Contains(s[:i], ":") {
		switch helper := s[:i]; helper {
		case "http", "https", "ftp", "ftps": // the helper of the same name
			return parseRemote(s[i+2:])
		}
		return gitRemote{runs: true}
	}
	if scheme, _, ok := strings.Cut(s, "://"); ok {
		return remoteURL(strings.ToLower(scheme), s)
	}
	if s[0] == '/' || s[0] == '.' || s[0] == '~' {
		return gitRemote{local: s}
	}
	colon := strings.IndexByte(s, ':')
	slash := strings.IndexByte(s, '/')
	if strings.HasPrefix(s, "[") || strings.Contains(s, "@[") { // [::1]:path, user@[::1]:path
		end := strings.IndexByte(s, ']')
		if end < 0 || end+1 >= len(s) || strings.IndexByte(s, '[') > end {
			return gitRemote{}
		}
		host, rest := s[strings.IndexByte(s, '[')+1:end], s[end+1:]
		if port, path, ok := strings.Cut(strings.TrimPrefix(rest, ":"), "/"); ok && s[0] == '[' && (rest[0] == '/' || portLike(port)) {
			return remoteOf(host, port, path) // the canonical form
		}
		if rest[0] != ':' {
			return gitRemote{}
		}
		return remoteOf(host, "", rest[1:])
	}
	switch {
	case colon == 1 && letter(s[0]): // C:\repo or a host called C: a path on Windows, and nobody's host elsewhere
		return gitRemote{}
	case colon > 0 && slash > colon && strings.IndexByte(s[:colon], '.') > 0 && strings.IndexByte(s[:colon], '@') < 0 && portLike(s[colon+1:slash]):
		return remoteOf(s[:colon], s[colon+1:slash], s[slash+1:]) // the canonical form; to git a folder that is called like a port
	case colon > 0 && (slash < 0 || colon < slash):
		host := s[:colon]
		if defaultPort(strings.ToLower(host)) != "" || host == "file" {
			return gitRemote{} // a URL that lost a slash
		}
		user, at, ok := cutLast(host, "@")
		if !ok {
			return remoteOf(host, "", s[colon+1:])
		}
		r := remoteOf(at, "", s[colon+1:])
		if posesAsHost(user) {
			r.sure = effect.Unknown
		}
		return r
	}
	if slash > 0 && strings.IndexByte(s[:slash], '.') > 0 { // the canonical form
		return remoteOf(s[:slash], "", s[slash+1:])
	}
	return gitRemote{local: s}
}

func remoteURL(scheme, s string) gitRemote {
	u, err := url.Parse(s)
	if err != nil {
		return gitRemote{}
	}
	switch scheme {
	case "file":
		if u.Host != "" && u.Host != "localhost" {
			return gitRemote{}
		}
		return gitRemote{local: u.Path}
	case "ssh", "git+ssh", "ssh+git", "http", "https", "git", "ftp", "ftps", "git+https", "git+http":
	default:
		return gitRemote{runs: true} // git runs git-remote-<scheme>
	}
	port := u.Port()
	if port == defaultPort(scheme) {
		port = ""
	}
	host := u.Hostname()
	switch {
	case host == "ssh.github.com" && (port == "443" || port == ""):
		host, port = "github.com", ""
	case host == "altssh.gitlab.com" && port == "443":
		host, port = "gitlab.com", ""
	}
	r := remoteOf(host, port, u.Path)
	if u.User != nil && posesAsHost(u.User.Username()) {
		r.sure = effect.Unknown
	}
	return r
}

// remoteOf puts a canonical form together.
func remoteOf(host, port, path string) gitRemote {
	name, sure := hostName(host)
	if name == "" || strings.HasPrefix(host, "-") {
		return gitRemote{}
	}
	if name == "ssh.github.com" || name == "www.github.com" {
		name = "github.com"
	}
	if strings.IndexByte(name, ':') >= 0 {
		name = "[" + name + "]"
	}
	if port != "" {
		if !portLike(port) {
			return gitRemote{}
		}
		name += ":" + port
	}
	path = strings.Trim(path, "/")
	path = strings.TrimSuffix(path, ".git")
	path = strings.TrimRight(path, "/")
	if path == "" || strings.HasPrefix(path, "-") {
		return gitRemote{}
	}
	for part := range strings.SplitSeq(path, "/") {
		if part == ".." || part == "." || part == "" {
			return gitRemote{}
		}
	}
	for i := range len(path) {
		if c := path[i]; c < 0x20 || c == 0x7f || c == ':' || c == '?' || c == '#' || c == ' ' {
			return gitRemote{}
		}
	}
	if name == "github.com" {
		path = strings.ToLower(path)
	}
	return gitRemote{repo: name + "/" + path, sure: sure}
}

// repo adds a repository that data flows from or to. ref is a full reference
// that changes, or "".
func (s *scan) repo(st *state, v value, ref string, raw string, access effect.Access, d effect.Direction) {
	text, ok := v.lit()
	if !ok {
		s.add(effect.Effect{Kind: effect.Repo, Access: access, Raw: raw, Direction: d})
		return
	}
	r := parseRemote(text)
	switch {
	case r.runs:
		s.code(inline, effect.Unknown, raw)
		s.add(effect.Effect{Kind: effect.Repo, Access: access, Raw: raw, Direction: d})
	case r.local != "":
		use := effect.Read
		if access >= effect.Write {
			use = effect.Write
		}
		s.path(st, known(r.local), raw, use, tree)
	case r.repo == "":
		s.add(effect.Effect{Kind: effect.Repo, Access: access, Raw: raw, Direction: d})
	default:
		s.repoNamed(r.repo, ref, raw, access, r.sure, d)
	}
}

func (s *scan) repoNamed(repo, ref, raw string, access effect.Access, sure effect.Certainty, d effect.Direction) {
	if ref != "" {
		repo += ":" + ref
	}
	s.add(effect.Effect{Kind: effect.Repo, Access: access, Target: repo, Raw: raw, Certainty: sure, Direction: d})
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

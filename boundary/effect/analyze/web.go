package analyze

import (
	"net/url"
	pathpkg "path"
	"strings"

	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/internal/publicsuffix"
)

// URL returns the canonical form of an address with a scheme: scheme and host
// in lower case, the host as [Host] has it, the scheme's own port left out, the
// path cleaned of dots; no userinfo, query or fragment. The certainty is that of
// the host, and Unknown for what parsers or readers disagree about: backslashes, control
// characters, a missing host or scheme, escapes in the host, a user called as a host is.
func URL(s string) (string, effect.Certainty) {
	target, _, sure := parseURL(s)
	return target, sure
}

// defaultPort returns the port of a scheme, which is left out of URLs and remotes; "" if
// it has none.
func defaultPort(scheme string) string {
	switch scheme {
	case "http", "ws":
		return "80"
	case "https", "wss", "git+https":
		return "443"
	case "ssh", "git+ssh", "ssh+git":
		return "22"
	case "git":
		return "9418"
	case "ftp":
		return "21"
	}
	return ""
}

// parseURL returns the canonical address and the host it leads to.
func parseURL(raw string) (target, host string, sure effect.Certainty) {
	s := strings.Trim(raw, " \t\r\n")
	for i := range len(s) {
		if s[i] < 0x20 || s[i] == 0x7f || s[i] == '\\' {
			return "", "", effect.Unknown
		}
	}
	if target, host, ok := plainURL(s); ok {
		return target, host, effect.Exact
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme == "" || u.Host == "" || u.Opaque != "" {
		return "", "", effect.Unknown
	}
	authority := s[strings.Index(s, "://")+3:]
	if i := strings.IndexAny(authority, "/?#"); i >= 0 {
		authority = authority[:i]
	}
	if i := strings.LastIndexByte(authority, '@'); i >= 0 {
		authority = authority[i+1:]
	}
	if strings.ContainsAny(authority, "% ") && !strings.HasPrefix(authority, "[") {
		return "", "", effect.Unknown
	}
	scheme := strings.ToLower(u.Scheme)
	port := u.Port()
	if port == defaultPort(scheme) {
		port = ""
	}
	name, sure := hostName(u.Hostname())
	if name == "" || port != "" && !portLike(port) {
		return "", "", effect.Unknown
	}
	host = name
	bracketed := name
	if strings.IndexByte(name, ':') >= 0 {
		bracketed = "[" + name + "]"
	}
	if port != "" {
		host = bracketed + ":" + port
		bracketed = host
	}
	if strings.Contains(u.Path, "/..;") || strings.Contains(u.Path, "/.;") { // some servers leave out what follows the semicolon
		sure = effect.Unknown
	}
	if u.User != nil && posesAsHost(u.User.Username()) {
		sure = effect.Unknown
	}
	return scheme + "://" + bracketed + cleanURLPath(u), host, sure
}

// posesAsHost reports whether the name of a user in an address reads as the host that
// it is not: "github.com@evil.example". Nobody is called so who does not want to be
// taken for it, and some programs do.
func posesAsHost(user string) bool {
	name, sure := hostName(user)
	return sure == effect.Exact && publicsuffix.Below(name)
}

func cleanURLPath(u *url.URL) string {
	p := u.Path
	if p == "" || p == "/" {
		return "/"
	}
	cleaned := pathpkg.Clean("/" + p)
	if strings.HasSuffix(p, "/") && cleaned != "/" {
		cleaned += "/"
	}
	return (&url.URL{Path: cleaned}).EscapedPath()
}

// plainURL reads http(s)://host/path made of nothing but what is canonical
// already, without a copy.
func plainURL(s string) (target, host string, ok bool) {
	rest, ok := strings.CutPrefix(s, "https://")
	if !ok {
		if rest, ok = strings.CutPrefix(s, "http://"); !ok {
			return "", "", false
		}
	}
	n := strings.IndexByte(rest, '/')
	if n < 0 || !simpleHost(rest[:n]) {
		return "", "", false
	}
	p := rest[n:]
	end := len(p)
	for i := range len(p) {
		switch c := p[i]; {
		case letter(c), '0' <= c && c <= '9', c == '-', c == '_', c == '~':
		case c == '/' && (i == 0 || p[i-1] != '/'):
		case c == '.' && p[i-1] != '/':
		case c == '?' || c == '#':
			end = i
		default:
			return "", "", false
		}
		if end < len(p) {
			break
		}
	}
	return s[:len(s)-len(p)+end], rest[:n], true
}

// url adds an address that is contacted; data flows in direction d.
func (s *scan) url(v value, raw string, d effect.Direction) {
	text := v.text
	if text == "" && v.exact || s.full {
		return
	}
	scheme, rest, has := strings.Cut(text, "://")
	if !has {
		if strings.HasPrefix(text, "data:") || strings.HasPrefix(text, "about:") {
			return
		}
		s.bareURL(v, raw, d)
		return
	}
	switch strings.ToLower(scheme) {
	case "file":
		if v.exact {
			st := s.start()
			s.path(&st, known(text), raw, map[bool]effect.Access{true: effect.Write, false: effect.Read}[d == effect.Out], self)
			return
		}
		s.unknown(effect.Path, effect.Read, raw)
		return
	case "s3", "gs", "az", "abfs", "abfss", "wasbs":
		s.bucket(strings.ToLower(scheme), rest, v, raw, d)
		return
	}
	if v.exact {
		target, host, sure := parseURL(text)
		s.peer(effect.URL, target, host, raw, sure, d)
		return
	}
	// The beginning is worth something once the host has ended, and a path
	// that may climb cannot leave the host.
	if i := strings.IndexAny(rest, "/?#"); i > 0 && !strings.ContainsAny(rest[:i], "@\\%") {
		target, host, sure := parseURL(scheme + "://" + rest[:i] + "/")
		if v.tame && rest[i] == '/' && !strings.ContainsAny(rest[i:], "?#%") && !strings.Contains(rest[i:], "/.") {
			target += rest[i+1:]
		}
		s.peer(effect.URL, target, host, raw, min(sure, effect.Prefix), d)
		return
	}
	s.add(effect.Effect{Kind: effect.URL, Access: effect.Connect, Raw: raw, Direction: d})
}

// bareURL adds an address without a scheme: the host is what is known of it.
func (s *scan) bareURL(v value, raw string, d effect.Direction) {
	text := v.text
	if strings.HasPrefix(text, "/") || strings.Contains(text, "\\") || strings.HasPrefix(text, "http:") || strings.HasPrefix(text, "https:") {
		s.add(effect.Effect{Kind: effect.URL, Access: effect.Connect, Raw: raw, Direction: d})
		return
	}
	i := strings.IndexAny(text, "/?#")
	if i < 0 && !v.exact {
		s.add(effect.Effect{Kind: effect.URL, Access: effect.Connect, Raw: raw, Direction: d})
		return
	}
	authority := text
	if i >= 0 {
		authority = text[:i]
	}
	if j := strings.LastIndexByte(authority, '@'); j >= 0 {
		authority = authority[j+1:]
	}
	target, sure := Host(authority)
	s.peer(effect.Host, target, target, raw, sure, d)
}

// bucket adds an object store that a command addresses by URL.
func (s *scan) bucket(scheme, rest string, v value, raw string, d effect.Direction) {
	provider, service := "aws", "s3"
	switch scheme {
	case "gs":
		provider, service = "gcp", "storage"
	case "az", "abfs", "abfss", "wasbs":
		provider, service = "azure", "storage"
	}
	name, _, whole := strings.Cut(rest, "/")
	id := effect.ResourceID{Provider: provider, Fields: map[string]string{"service": service}}
	sure := effect.Unknown
	if name != "" && (whole || v.exact) {
		id.Fields["bucket"] = name
		sure = effect.Exact
	}
	access := effect.Read
	if d == effect.Out {
		access = effect.Write
	}
	s.add(effect.Effect{Kind: effect.Resource, Access: access, Target: id.String(), Raw: raw, Certainty: sure, Direction: d})
}

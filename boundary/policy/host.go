package policy

import (
	"errors"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/idna"

	"github.com/ambit-go/ambit/internal/publicsuffix"
)

// A hostPattern matches the targets of host effects, and the host part of URLs
// and repositories. "*" stands for a run of characters within one label, but
// "*." at the start for any number of labels, at least one.
type hostPattern struct {
	text  string
	exact string // a name without wildcards, an address or "mcp:<server>"
	net   netip.Prefix
	deep  bool // "*." at the start: glob is what follows
	name  glob
	port  string // "" for the ports of the web, "*" for any
	any   bool   // "*": prohibitions only
}

var (
	errHost         = errors.New("not a host: want a name, an address, a network or a pattern, without scheme and path")
	errHostAddress  = errors.New("not an address, and no name ends in a number: write a network for several, as in 10.0.0.0/8")
	errHostWildcard = errors.New("the wildcard reaches a name that anybody can register; write the registered domain out, as in *.example.com")
)

// compileHost compiles a host pattern. wide allows wildcards that reach public
// suffixes: right for a prohibition, never for a grant.
func compileHost(text string, params []string, wide bool) (hostPattern, error) {
	h := hostPattern{text: text}
	if text == "" {
		return h, errEmptyPattern
	}
	if len(text) > maxPattern {
		return h, errLongPattern
	}
	if server, ok := strings.CutPrefix(text, "mcp:"); ok {
		if server == "" || strings.ContainsAny(server, "*?") && !wide {
			return h, errHost
		}
		g, err := compileGlob(text, 0, params, false)
		h.name = g
		if err == nil && g.literal {
			h.exact = text
		}
		return h, err
	}
	if text == "*" {
		if !wide {
			return h, errHostWildcard
		}
		h.any = true
		return h, nil
	}
	if p, err := netip.ParsePrefix(text); err == nil {
		if addr := p.Addr(); addr.Is4In6() && p.Bits() >= 96 { // addresses are matched in their short form
			p = netip.PrefixFrom(addr.Unmap(), p.Bits()-96)
		}
		h.net = p.Masked()
		return h, nil
	}
	name, port, ok := splitHost(text)
	if !ok || name == "" || strings.ContainsAny(name, "/@:\\ \t") && !isAddr(name) {
		return h, errHost
	}
	h.port = port
	if addr, err := netip.ParseAddr(name); err == nil {
		h.exact = addr.Unmap().String()
		return h, nil
	}
	name = strings.TrimSuffix(lowerHost(name), ".")
	if rest, ok := strings.CutPrefix(name, "*."); ok {
		h.deep, name = true, rest
	}
	if !ascii(name) {
		mapped, err := idna.Lookup.ToASCII(name)
		if err != nil {
			return h, errHost
		}
		name = mapped
	}
	if strings.Contains(name, "**") || strings.Contains(name, "..") || strings.HasPrefix(name, ".") {
		return h, errHost
	}
	if likeAddress(name) {
		return h, errHostAddress
	}
	g, err := compileGlob(name, '.', params, false)
	if err != nil {
		return h, err
	}
	h.name = g
	if !wide && tooWide(name, h.deep) {
		return h, errHostWildcard
	}
	if g.literal && !h.deep {
		h.exact = name
	}
	return h, nil
}

// lowerHost returns name in lower case, but for the names of parameters.
func lowerHost(name string) string {
	head, rest, ok := strings.Cut(name, "${")
	param, tail, ends := strings.Cut(rest, "}")
	if !ok || !ends {
		return strings.ToLower(name)
	}
	return strings.ToLower(head) + "${" + param + "}" + lowerHost(tail)
}

// likeAddress reports whether a pattern is meant for addresses, none of which it would
// match: it ends in a number, or has nothing but numbers and wildcards.
func likeAddress(name string) bool {
	const digits = "0123456789"
	last := name[strings.LastIndexByte(name, '.')+1:]
	return strings.ContainsAny(name, digits) && (strings.Trim(last, digits) == "" || strings.Trim(name, digits+"*?.") == "")
}

// tooWide reports whether the wildcards of a pattern, "*." at the start or one in
// a label, reach a name that anybody can register.
func tooWide(name string, deep bool) bool {
	fixed := name // what follows the last label with a wildcard
	wild := deep
	for rest := name; ; {
		label, tail, more := strings.Cut(rest, ".")
		if strings.ContainsAny(label, "*?$") {
			fixed, wild = tail, true
		}
		if !more {
			break
		}
		rest = tail
	}
	if !wild {
		return false
	}
	if fixed == "" {
		return true
	}
	return publicsuffix.Is(fixed)
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

func isAddr(s string) bool {
	_, err := netip.ParseAddr(s)
	return err == nil
}

// splitHost splits "host:port", "[v6]:port" and what has no port.
func splitHost(s string) (host, port string, ok bool) {
	if rest, ok := strings.CutPrefix(s, "["); ok {
		host, tail, ok := strings.Cut(rest, "]")
		if !ok {
			return "", "", false
		}
		if tail == "" {
			return host, "", true
		}
		port, ok := strings.CutPrefix(tail, ":")
		return host, port, ok && goodPort(port)
	}
	i := strings.IndexByte(s, ':')
	if i < 0 || strings.IndexByte(s[i+1:], ':') >= 0 {
		return s, "", true // no port, or an IPv6 address without brackets
	}
	return s[:i], s[i+1:], goodPort(s[i+1:])
}

func goodPort(p string) bool {
	if p == "*" {
		return true
	}
	if strings.Trim(p, "0123456789") != "" {
		return false
	}
	_, err := strconv.ParseUint(p, 10, 16)
	return err == nil
}

// webPort reports whether a pattern without a port means port.
func webPort(port string) bool { return port == "" || port == "443" || port == "80" }

// maxHost bounds the names that are matched, in bytes, with the port: DNS takes 253.
const maxHost = 512

// match reports whether target is one of the pattern's. forbids makes a pattern
// without a port match every port.
func (h *hostPattern) match(target string, e *env, forbids bool) bool {
	if h.any {
		return true
	}
	if len(target) > maxHost {
		return forbids
	}
	if strings.HasPrefix(target, "mcp:") {
		if h.exact != "" {
			return h.exact == target
		}
		return strings.HasPrefix(h.text, "mcp:") && h.name.match(target, e, whole, false)
	}
	if strings.HasPrefix(h.text, "mcp:") {
		return false
	}
	if h.name.params {
		if f, ok := h.filled(e); ok {
			return f.match(target, e, forbids)
		}
		if _, known := h.name.fill(nil, e); !known && forbids {
			return h.endsAs(target)
		}
	}
	host, port, ok := splitHost(target)
	if !ok {
		return false
	}
	switch h.port {
	case "":
		if !forbids && !webPort(port) {
			return false
		}
	case "*":
	default:
		if h.port != port && (port != "" || !webPort(h.port)) {
			return false
		}
	}
	if h.exact != "" && h.exact == host {
		return true
	}
	if len(host) > 0 && (host[0] >= '0' && host[0] <= '9' || strings.IndexByte(host, ':') >= 0) {
		if addr, err := netip.ParseAddr(host); err == nil { // no wildcard stands for an address
			addr = addr.Unmap().WithZone("")
			return h.net.IsValid() && h.net.Contains(addr) || h.exact != "" && h.exact == addr.String()
		}
	}
	if h.exact != "" || h.net.IsValid() {
		return false
	}
	if !h.deep {
		return h.name.match(host, e, whole, false)
	}
	for i := strings.IndexByte(host, '.'); i >= 0; {
		if h.name.match(host[i+1:], e, whole, false) {
			return true
		}
		next := strings.IndexByte(host[i+1:], '.')
		if next < 0 {
			return false
		}
		i += 1 + next
	}
	return false
}

// endsAs reports whether target may be the pattern's for some value of its parameters:
// whether it ends in what follows them.
func (h *hostPattern) endsAs(target string) bool {
	host, _, _ := splitHost(target)
	for _, x := range slices.Backward(h.name.elems) {
		if x > 0xff {
			return true
		}
		if host == "" || host[len(host)-1] != byte(x) {
			return false
		}
		host = host[:len(host)-1]
	}
	return host == ""
}

// filled returns the pattern with the values of its parameters in place: a value may be
// an address, or have a port of its own. A value is literal, whatever it looks like.
func (h *hostPattern) filled(e *env) (hostPattern, bool) {
	elems, ok := h.name.fill(nil, e)
	if !ok {
		return hostPattern{}, false
	}
	text := make([]byte, 0, len(elems)+8)
	if h.deep {
		text = append(text, "*."...)
	}
	for _, x := range elems {
		if x > 0xff || x == '*' || x == '?' || x == '$' {
			return hostPattern{}, false
		}
		text = append(text, byte(x))
	}
	if h.port != "" {
		if strings.IndexByte(string(text), ':') >= 0 && text[0] != '[' {
			return hostPattern{}, false
		}
		text = append(append(text, ':'), h.port...)
	}
	f, err := compileHost(string(text), nil, true)
	return f, err == nil && !f.name.params && !f.net.IsValid() && !f.any
}

// A urlPattern matches the targets of URL effects.
type urlPattern struct {
	text   string
	scheme string // "*" for any
	host   hostPattern
	path   glob
}

var errURL = errors.New("not a URL pattern: want scheme://host/path, as in https://api.example.com/v1/**")

func compileURL(text string, params []string, wide bool) (urlPattern, error) {
	u := urlPattern{text: text}
	scheme, rest, ok := strings.Cut(text, "://")
	if !ok || scheme == "" || scheme == "*" && !wide || strings.ContainsAny(rest, "#@\\") {
		return u, errURL
	}
	host, path, slash := strings.Cut(rest, "/")
	u.scheme = strings.ToLower(scheme)
	var err error
	if u.host, err = compileHost(host, params, wide); err != nil {
		return u, err
	}
	if !slash {
		return u, errURL
	}
	u.path, err = compileGlob("/"+path, '/', params, false)
	return u, err
}

// splitURL splits a canonical target.
func splitURL(target string) (scheme, host, path string, ok bool) {
	scheme, rest, ok := strings.Cut(target, "://")
	if !ok {
		return "", "", "", false
	}
	i := strings.IndexByte(rest, '/')
	if i < 0 {
		return scheme, rest, "/", true
	}
	return scheme, rest[:i], rest[i:], true
}

// match reports whether target is one of the pattern's. A path that climbs, in
// any spelling, is none of a grant's: servers differ in what they make of it.
func (u *urlPattern) match(target string, e *env, how compare, forbids bool) bool {
	scheme, host, path, ok := splitURL(target)
	if !ok || u.scheme != "*" && u.scheme != scheme {
		return false
	}
	if !u.host.match(host, e, forbids) {
		return false
	}
	if !forbids && climbs(path) {
		return false
	}
	if forbids {
		return u.path.matchUnset(path, e, how, false)
	}
	return u.path.match(path, e, how, false)
}

func climbs(path string) bool {
	if !strings.ContainsAny(path, ".%\\") {
		return false
	}
	for seg := range strings.SplitSeq(path, "/") {
		if seg == ".." || strings.Contains(seg, "%2") && (strings.Contains(seg, "%2e") || strings.Contains(seg, "%2E") || strings.Contains(seg, "%2f") || strings.Contains(seg, "%2F")) || strings.ContainsAny(seg, "\\") || strings.Contains(seg, "%5") {
			return true
		}
	}
	return false
}

// hostOfURL returns the host, with its port, of a URL target.
func hostOfURL(target string) string {
	_, host, _, _ := splitURL(target)
	return host
}

// splitRepo splits "host/owner/name:ref".
func splitRepo(target string) (repo, ref string) {
	slash := strings.IndexByte(target, '/')
	if slash < 0 {
		return target, ""
	}
	if i := strings.IndexByte(target[slash:], ':'); i >= 0 {
		return target[:slash+i], target[slash+i+1:]
	}
	return target, ""
}

// foldsCase reports whether a forge takes repository names without regard to case.
func foldsCase(repo string) bool {
	return strings.HasPrefix(repo, "github.com/") || strings.HasPrefix(repo, "gitlab.com/") || strings.HasPrefix(repo, "bitbucket.org/")
}

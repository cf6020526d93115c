package analyze

import (
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/net/idna"

	"github.com/ambit-go/ambit/boundary/effect"
)

// Host returns the canonical form of a host, with or without a port: lower
// case, IDNA ASCII (UTS #46, as a browser looks names up), no trailing dot,
// IPv6 in brackets only before a port. The certainty is Exact if every client
// would reach the same peer. It is Unknown, and the text a guess, for numbers
// that only some resolvers take for an address ("127.1", "0x7f.1",
// "2130706433"), for names that mapping changes in more than case, and for what
// is no host at all.
func Host(s string) (string, effect.Certainty) {
	host, port, ok := splitPort(s)
	if !ok {
		return "", effect.Unknown
	}
	host, sure := hostName(host)
	if host == "" {
		return "", effect.Unknown
	}
	if port == "" {
		return host, sure
	}
	if strings.IndexByte(host, ':') >= 0 {
		host = "[" + host + "]"
	}
	return host + ":" + port, sure
}

// splitPort cuts host:port, [v6]:port and [v6].
func splitPort(s string) (host, port string, ok bool) {
	if strings.HasPrefix(s, "[") {
		end := strings.IndexByte(s, ']')
		if end < 0 {
			return "", "", false
		}
		host, rest := s[1:end], s[end+1:]
		if rest == "" {
			return host, "", true
		}
		if rest[0] != ':' || !portLike(rest[1:]) {
			return "", "", false
		}
		return host, strings.TrimLeft(rest[1:], "0"), true
	}
	i := strings.IndexByte(s, ':')
	if i < 0 || strings.IndexByte(s[i+1:], ':') >= 0 { // none, or an IPv6 address without brackets
		return s, "", true
	}
	if s[i+1:] == "" {
		return s[:i], "", true
	}
	if !portLike(s[i+1:]) {
		return "", "", false
	}
	return s[:i], strings.TrimLeft(s[i+1:], "0"), true
}

func portLike(s string) bool {
	n, err := strconv.ParseUint(s, 10, 16)
	return err == nil && n > 0 && s[0] != '+'
}

// hostName is Host without a port.
func hostName(h string) (string, effect.Certainty) {
	if h == "" || len(h) > 253+1 {
		return "", effect.Unknown
	}
	if simpleHost(h) {
		return h, effect.Exact
	}
	if a, err := netip.ParseAddr(h); err == nil {
		return a.Unmap().String(), effect.Exact
	}
	sure := effect.Exact
	ascii := strings.ToLower(strings.TrimSuffix(h, "."))
	if !asciiHost(ascii) {
		mapped, err := idna.Lookup.ToASCII(ascii)
		if err != nil || mapped == "" || !asciiHost(mapped) {
			return "", effect.Unknown
		}
		if back, err := idna.Lookup.ToUnicode(mapped); err != nil || back != ascii {
			sure = effect.Unknown // a look-alike dot, an invisible character, a compatibility form
		}
		ascii = strings.TrimSuffix(mapped, ".")
	}
	if ascii == "" || strings.HasPrefix(ascii, ".") || strings.HasPrefix(ascii, "-") || strings.HasSuffix(ascii, ".") || strings.Contains(ascii, "..") {
		return "", effect.Unknown
	}
	if last := ascii[strings.LastIndexByte(ascii, '.')+1:]; numeric(last) {
		a, ok := numericHost(ascii)
		if !ok {
			return "", effect.Unknown
		}
		return a.Unmap().String(), effect.Unknown
	}
	return ascii, sure
}

// simpleHost reports whether h is canonical as it stands: the common case.
func simpleHost(h string) bool {
	label, dots := 0, 0
	for i := range len(h) {
		switch c := h[i]; {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '-' && label > 0, c == '_':
			label++
		case c == '.' && label > 0:
			label = 0
			dots++
		default:
			return false
		}
		if label > 63 {
			return false
		}
	}
	if label == 0 {
		return false
	}
	last := h[strings.LastIndexByte(h, '.')+1:]
	return !numeric(last) && !strings.Contains(h, "xn--")
}

func asciiHost(h string) bool {
	for i := range len(h) {
		switch c := h[i]; {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '-', c == '_', c == '.':
		default:
			return false
		}
	}
	return h != ""
}

// numeric reports whether a last label makes a resolver take the host for an
// address: all digits, or hexadecimal (WHATWG URL, "ends in a number").
func numeric(label string) bool {
	if digits(label) {
		return true
	}
	rest, ok := strings.CutPrefix(label, "0x")
	if !ok {
		return false
	}
	for i := range len(rest) {
		if c := rest[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// numericHost reads an address the way inet_aton does: one to four numbers,
// decimal, octal or hexadecimal, the last one filling what is left.
func numericHost(h string) (netip.Addr, bool) {
	parts := strings.Split(h, ".")
	if len(parts) > 4 {
		return netip.Addr{}, false
	}
	var n uint64
	for i, p := range parts {
		v, err := strconv.ParseUint(p, 0, 32)
		if err != nil && strings.HasPrefix(p, "0") {
			v, err = strconv.ParseUint(p, 10, 32)
		}
		if p == "0x" {
			v, err = 0, nil
		}
		room := uint(8)
		if i == len(parts)-1 {
			room = uint(8 * (5 - len(parts)))
		}
		if err != nil || v >= 1<<room {
			return netip.Addr{}, false
		}
		n = n<<room | v
	}
	return netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}), true
}

// host adds a network peer.
func (s *scan) host(v value, raw string, d effect.Direction) {
	if v.text == "" {
		s.add(effect.Effect{Kind: effect.Host, Access: effect.Connect, Raw: raw, Direction: d})
		return
	}
	text := v.text
	if _, rest, ok := strings.Cut(text, "://"); ok {
		text, _, _ = strings.Cut(rest, "/")
	}
	if i := strings.LastIndexByte(text, '@'); i >= 0 {
		text = text[i+1:]
	}
	if !v.exact {
		// A host is decided by its end, which is not known.
		s.add(effect.Effect{Kind: effect.Host, Access: effect.Connect, Raw: raw, Direction: d})
		return
	}
	target, sure := Host(text)
	s.peer(effect.Host, target, target, raw, sure, d)
}

// peer adds a Host or URL effect; host is where it leads.
func (s *scan) peer(kind effect.Kind, target, host, raw string, sure effect.Certainty, d effect.Direction) {
	if target == "" || strings.HasSuffix(target, ".") || strings.HasPrefix(target, "https://api./") { // of a host that is not known
		target, sure = "", effect.Unknown
	}
	s.add(effect.Effect{Kind: kind, Access: effect.Connect, Target: target, Raw: raw, Certainty: sure, Direction: d})
	if host != "" && s.secretHost(host) {
		name, _, _ := splitPort(host)
		s.secret(effect.Read, "metadata:"+name, sure, raw)
	}
}

package identity

// audience.go tells whether a token goes to somebody it was not made for, where
// that can be told: an audience is any string its issuer likes (RFC 7519 §4.1.3).

import (
	"net/netip"
	"slices"
	"strings"
)

// passedThrough reports whether a token's audience is another system than its
// target: one that this session uses besides (sure), or one whose address has
// nothing in common with the target's. It says whose audience it is.
func (d *departures) passedThrough(b *baseline) (from string, sure, ok bool) {
	u := d.use
	target := bareHost(strings.ToLower(u.Target.Host))
	if len(u.Credential.Audience) == 0 {
		return "", false, false
	}
	hosts := make([]string, 0, len(u.Credential.Audience))
	for _, a := range u.Credential.Audience {
		host := audienceHost(a)
		if host == "" || related(host, target) {
			return "", false, false // a name that says nothing of addresses, or the target's own
		}
		hosts = append(hosts, host)
	}
	elsewhere := ""
	for i := range d.t.base {
		switch other := &d.t.base[i]; {
		case !d.meets(other.audience):
		case other.key == b.key:
			return "", false, false // accepted beside b
		case slices.Contains(hosts, audienceHost(other.audienceLabel)):
			elsewhere = other.audienceLabel
		}
	}
	if elsewhere != "" {
		return elsewhere, true, true
	}
	if target == "" || private(target) {
		return "", false, false
	}
	return target, false, true
}

// audienceHost returns the host in an audience that is an address; empty if it is
// none, or one inside a cluster, which its API server has beside its public one.
func audienceHost(audience string) string {
	rest, ok := strings.CutPrefix(audience, "https://")
	if !ok {
		if rest, ok = strings.CutPrefix(audience, "http://"); !ok {
			return ""
		}
	}
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		rest = rest[:i]
	}
	host := bareHost(strings.ToLower(rest))
	if private(host) {
		return ""
	}
	return host
}

// private reports whether a name means something in one network only.
func private(host string) bool {
	if _, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return true
	}
	return !strings.Contains(host, ".") || strings.HasSuffix(host, ".svc") || strings.HasSuffix(host, ".local") ||
		strings.HasSuffix(host, ".internal") || strings.HasSuffix(host, ".localhost")
}

// related reports whether two hosts belong to one owner, as far as their names
// tell: the last two labels are the same, or three under a country's "co.uk".
func related(a, b string) bool {
	return a == b || b != "" && family(a) == family(b)
}

func family(host string) string {
	labels := strings.Split(host, ".")
	n := 2
	if len(labels) > 2 && len(labels[len(labels)-1]) == 2 {
		switch labels[len(labels)-2] {
		case "co", "com", "org", "net", "gov", "ac", "edu":
			n = 3
		}
	}
	if n >= len(labels) {
		n = len(labels)
	}
	name := strings.Join(labels[len(labels)-n:], ".")
	switch name { // Entra ID's audiences are names of one of these for services under another
	case "azure.com", "azure.net", "windows.net", "microsoft.com", "microsoftonline.com":
		return "microsoft"
	}
	return name
}

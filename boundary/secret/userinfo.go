package secret

import (
	"bytes"
	"cmp"

	"github.com/ambit-go/ambit/boundary/secret/internal/assign"
)

// maxAuthority bounds how far the @ of a URL is looked for.
const maxAuthority = 512

// userinfo handles a URL whose :// stands before text[end:]: a password in front of
// the host is found, and so is a token that stands there alone.
func (s *scan) userinfo(at, end int) {
	t := s.text
	if at == 0 || !isWordByte(t[at-1]) {
		return
	}
	stop := min(len(t), end+maxAuthority)
	if from := max(end, s.noAt); from < stop {
		if i := bytes.IndexByte(t[from:stop], '@'); i >= 0 {
			stop = from + i + 1
		} else {
			s.noAt = stop
		}
	}
	if stop <= s.noAt {
		return
	}
	colon, slash := -1, -1
	for i := end; i < stop; i++ {
		switch c := t[i]; {
		case c == ':' && colon < 0 && slash < 0:
			colon = i
		case c == '/' && slash < 0:
			if colon < 0 {
				return
			}
			slash = i
		case c == '@':
			s.credentials(end, colon, slash, i)
			return
		case c <= ' ', c == '"', c == '\'', c == '<', c == '>', c == '`', c == '\\':
			return
		case (c == '?' || c == '#') && colon < 0:
			return
		}
	}
}

// credentials judges user:password@, with from at the user and at at the @.
func (s *scan) credentials(from, colon, slash, at int) {
	t := s.text
	if colon < 0 { // https://token@host
		v := t[from:at]
		if len(v) < 20 || bytes.HasPrefix(t[at:], []byte("@sentry")) {
			return
		}
		if k, ok := assign.Value(v, false); ok && (k != "" || assign.Random(v)) {
			s.add(cmp.Or(k, "url-credentials"), from, at)
		}
		return
	}
	v := t[colon+1 : at]
	if len(v) < 3 || len(v) > 256 || bytes.Equal(v, t[from:colon]) {
		return
	}
	if slash >= 0 && (digits(t[colon+1:slash]) || !assign.Random(v)) {
		return // host:port/path@version
	}
	if k, ok := assign.Value(v, false); ok {
		s.add(cmp.Or(k, "url-credentials"), colon+1, at)
	}
}

func digits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

func isWordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}

// scheme handles "Basic " and "Bearer " (RFC 7617, RFC 6750) with their credentials
// behind, wherever they stand.
func (s *scan) scheme(at, end int) {
	t := s.text
	if at > 0 && isWordByte(t[at-1]) {
		return
	}
	to := end
	for to < len(t) && to-end < 4096 && (isToken(t[to]) || t[to] == '~' || t[to] == '=') {
		to++
	}
	v := t[end:to]
	if len(v) < 8 || t[at] != 'B' && t[at] != 'b' {
		return
	}
	basic := t[at+1] == 'a' || t[at+1] == 'A'
	k, ok := assign.Value(v, false)
	switch {
	case !ok:
		return
	case k != "":
	case basic && (v[len(v)-1] == '=' || assign.Random(v)):
		k = "basic-auth"
	case !basic && len(v) >= 16 && assign.Random(v):
		k = "bearer-token"
	default:
		return
	}
	s.add(k, end, to)
}

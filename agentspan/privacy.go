package agentspan

import (
	"strings"

	"github.com/ambit-go/ambit/identity"
)

// In privacy mode people are known by keyed hashes. An id is hashed if it is a
// person's, or may be, and if it is the session's owner's, whatever that is said to
// be: where it comes up again, in a token, in a switch, as the actor, it has the
// same hash. Agents and services keep their names.

// person returns the id of p as it may be written, in the session n, which may be nil.
func (t *Tracer) person(p identity.Principal, n *Session) string {
	if t.privacyKey.IsZero() || p.ID == "" {
		return t.clean(p.ID)
	}
	if p.Kind == identity.Human || p.Kind == identity.UnknownKind || n != nil && p.Same(n.Owner) {
		return identity.Hash(t.privacyKey, p.Issuer+"\x00"+p.ID)
	}
	return t.clean(p.ID)
}

// session is the session of st, which may be nil.
func (st *state) session() *Session {
	if st == nil {
		return nil
	}
	return st.noun
}

// handle returns a credential's handle as it may be written. Most are numbers; a
// few have somebody's name in them, which is what comes last.
func (t *Tracer) handle(s string) string {
	if t.privacyKey.IsZero() || s == "" {
		return t.cleanHandle(s)
	}
	at := nameIn(s)
	if at < 0 {
		return t.cleanHandle(s)
	}
	return t.cleanHandle(s[:at]) + identity.Hash(t.privacyKey, "\x00"+s[at:])
}

// nameIn returns where in a handle, or in the name of an account, the part that may
// be a person's begins; -1 if there is none.
func nameIn(s string) int {
	switch {
	case strings.HasPrefix(s, "arn:") && (strings.Contains(s, ":assumed-role/") || strings.Contains(s, ":user/") || strings.Contains(s, ":federated-user/")):
		return strings.LastIndexByte(s, '/') + 1 // the session's name is often the person's
	case strings.HasPrefix(s, "AROA") || strings.HasPrefix(s, "AIDA"):
		if i := strings.IndexByte(s, ':'); i > 0 {
			return i + 1
		}
		return -1
	case strings.Contains(s, "/serviceAccounts/"):
		return -1
	case strings.IndexByte(s, '@') >= 0, strings.HasPrefix(s, "/"), strings.HasPrefix(s, "~"), strings.Contains(s, "/users/"):
		return 0 // a mail address, the file of a key in somebody's home, the address of a person
	}
	return -1
}

// account returns the name of an account as it may be written.
func (t *Tracer) account(s string) string {
	if !t.privacyKey.IsZero() {
		if at := nameIn(s); at >= 0 {
			return t.clean(s[:at]) + identity.Hash(t.privacyKey, "\x00"+s[at:])
		}
	}
	return t.clean(s)
}

// path returns a path as it may be written: in privacy mode without the name of the
// person whose home it is in.
func (t *Tracer) path(s string) string {
	if !t.privacyKey.IsZero() {
		for _, homes := range [...]string{"/home/", "/Users/", "C:/Users/"} {
			if rest, ok := strings.CutPrefix(s, homes); ok {
				name, rest, _ := strings.Cut(rest, "/")
				return t.clean(homes + identity.Hash(t.privacyKey, "\x00"+name) + "/" + rest)
			}
		}
	}
	return t.clean(s)
}

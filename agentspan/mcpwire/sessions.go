package mcpwire

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"sync"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/identity"
)

// Sessions tells which session a message belongs to, and remembers what a session
// was when it was first seen. A later message of the same session that comes
// through another agent is then a switch within it; taken by its own word it would
// be a session of its own, and nobody would notice. It is safe for concurrent use.
type Sessions struct {
	configured agentspan.Session

	mu       sync.Mutex
	now, old map[sessionKey]*agentspan.Session
}

// A sessionKey is what makes messages one session: whoever owns it and the id
// claimed for it, or the connection.
type sessionKey struct {
	owner, issuer string
	verified      bool
	id            string
	conn          any
}

// maxSessions bounds the sessions that are remembered: between this many and twice
// as many, the latest ones.
const maxSessions = 8192

// NewSessions returns the sessions of one server. configured is what is known of
// those whose callers do not bring it.
func NewSessions(configured agentspan.Session) *Sessions {
	return &Sessions{configured: configured, now: map[sessionKey]*agentspan.Session{}}
}

// Of returns the session that a message belongs to, by who sent it, by the id it
// claims, and by the connection it came over: a comparable value, or nil where
// there is no connection that lasts, as on a stateless HTTP server. It reports
// whether other messages can belong to that session as well.
func (s *Sessions) Of(c *Caller, claimed string, conn any) (n agentspan.Session, lasts bool) {
	n, lasts = s.of(c, claimed, conn)
	if lasts {
		c.session = n.ID
	}
	return n, lasts
}

func (s *Sessions) of(c *Caller, claimed string, conn any) (n agentspan.Session, lasts bool) {
	owner := c.Proof.Delegation.Owner
	k := sessionKey{owner: owner.ID, issuer: owner.Issuer, verified: c.Verified(), id: claimed}
	switch {
	case claimed != "":
		return s.first(k, func() agentspan.Session {
			n := s.fill(c, claimed)
			n.Claimed = true
			return n
		}), true
	case s.configured.ID != "" && !c.Known:
		return s.fill(c, ""), true
	case conn == nil && c.Verified():
		// The messages of one party are all that holds together.
		return s.first(k, func() agentspan.Session { return s.fill(c, newID()) }), true
	case conn == nil:
		return s.fill(c, newID()), false
	}
	return s.first(sessionKey{conn: conn}, func() agentspan.Session {
		if s.configured.ID != "" {
			return s.fill(c, "")
		}
		return s.fill(c, newID())
	}), true
}

// fill is the configured session with the caller's owner and agent, if they are
// known, and with an id, if there is one.
func (s *Sessions) fill(c *Caller, id string) agentspan.Session {
	n := s.configured
	d := c.Proof.Delegation
	if c.Known {
		n.Owner, n.Actor, n.Actors = d.Owner, identity.Principal{}, nil
		if len(d.Actors) > 0 {
			n.Actor, n.Actors = d.Actors[0], d.Actors[1:]
		}
	}
	if id != "" {
		n.ID = id
	}
	if c.Known && !c.Verified() && n.ID != "" {
		// The core tells sessions of verified parties apart. These may be anybody,
		// and two of them still must not meet in one session.
		n.ID += "~" + short(d.Owner.Issuer, d.Owner.ID)
	}
	return n
}

// first returns what the session was when it was first seen; made says what it is
// if this is the time.
func (s *Sessions) first(k sessionKey, made func() agentspan.Session) agentspan.Session {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, ok := s.now[k]
	if !ok {
		if n, ok = s.old[k]; !ok {
			m := made()
			n = &m
		}
		if len(s.now) >= maxSessions {
			s.now, s.old = make(map[sessionKey]*agentspan.Session), s.now
		}
		s.now[k] = n
	}
	return *n
}

func newID() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	return hex.EncodeToString(b[:])
}

func short(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:4])
}

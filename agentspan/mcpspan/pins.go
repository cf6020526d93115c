package mcpspan

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"sync"
	"weak"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/identity"
)

// pins remember what a session was when it was first seen. A later request of the
// same session that comes through another agent is then a switch within it; taken
// by its own word it would be a session of its own, and nobody would notice.
type pins struct {
	mu       sync.Mutex
	now, old map[pinKey]*agentspan.Session
}

// A pinKey is what makes requests one session: whoever owns it and the id claimed
// for it, or the connection.
type pinKey struct {
	owner, issuer string
	verified      bool
	id            string
	conn          weak.Pointer[mcp.ServerSession]
}

// maxPins bounds the sessions that are remembered: between this many and twice as
// many, the latest ones.
const maxPins = 8192

func newPins() *pins { return &pins{now: map[pinKey]*agentspan.Session{}} }

// get returns what the session was when it was first seen; first says what it is
// if this is the time.
func (p *pins) get(k pinKey, first func() agentspan.Session) agentspan.Session {
	p.mu.Lock()
	defer p.mu.Unlock()
	s, ok := p.now[k]
	if !ok {
		if s, ok = p.old[k]; !ok {
			made := first()
			s = &made
		}
		if len(p.now) >= maxPins {
			p.now, p.old = make(map[pinKey]*agentspan.Session), p.now
		}
		p.now[k] = s
	}
	return *s
}

// session returns the session that a request belongs to, by who sent it and what
// it claims. It reports whether other requests can belong to it as well.
func (s *serverSide) session(req mcp.Request, c *caller, claimed string) (n agentspan.Session, lasts bool) {
	d := c.proof.Delegation
	fill := func(id string) agentspan.Session {
		n := s.config.session
		if c.known {
			n.Owner, n.Actor, n.Actors = d.Owner, identity.Principal{}, nil
			if len(d.Actors) > 0 {
				n.Actor, n.Actors = d.Actors[0], d.Actors[1:]
			}
		}
		if id != "" {
			n.ID = id
		}
		if c.known && !c.verified() && n.ID != "" {
			// The core tells sessions of verified parties apart. These may be anybody,
			// and two of them still must not meet in one session.
			n.ID += "~" + short(d.Owner.Issuer, d.Owner.ID)
		}
		return n
	}
	k := pinKey{owner: d.Owner.ID, issuer: d.Owner.Issuer, verified: c.verified(), id: claimed}
	if claimed != "" {
		return s.pins.get(k, func() agentspan.Session {
			n := fill(claimed)
			n.Claimed = true
			return n
		}), true
	}
	ss, _ := req.GetSession().(*mcp.ServerSession)
	e := req.GetExtra()
	overHTTP := e != nil && e.Header != nil
	switch {
	case s.config.session.ID != "" && !c.known:
		return fill(""), true
	case overHTTP && (ss == nil || ss.ID() == "") && c.verified():
		// A stateless server: requests of one party are all that holds together.
		return s.pins.get(k, func() agentspan.Session { return fill(newID()) }), true
	case overHTTP && (ss == nil || ss.ID() == ""), ss == nil:
		return fill(newID()), false
	}
	return s.pins.get(pinKey{conn: weak.Make(ss)}, func() agentspan.Session {
		if s.config.session.ID != "" {
			return fill("")
		}
		return fill(newID())
	}), true
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

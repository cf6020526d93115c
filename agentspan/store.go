package agentspan

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"hash/maphash"
	"strconv"
	"sync"
	"time"

	"github.com/ambit-go/ambit/identity"
)

// A sessionID sets sessions apart: by who was verified to be behind them, and
// only then by an id that anybody can claim. Two teams may both say "s-1", and a
// peer that says it does not get into a session of the program's own.
type sessionID struct {
	claimed            bool
	owner, ownerIssuer string // if verified
	actor, actorIssuer string // if verified
	id, subagent       string
}

func identify(s *Session) sessionID {
	k := sessionID{claimed: s.Claimed, id: s.ID, subagent: s.Subagent}
	if s.Owner.Assurance >= identity.Verified {
		k.owner, k.ownerIssuer = s.Owner.ID, s.Owner.Issuer
	}
	if s.Actor.Assurance >= identity.Verified {
		k.actor, k.actorIssuer = s.Actor.ID, s.Actor.Issuer
	}
	return k
}

// sessionID is what s is known by: its noun's, or the id made for it.
func (s *state) sessionID() sessionID {
	k := identify(s.noun)
	if k.id == "" {
		k.id = s.id
	}
	return k
}

// party is whose quota a session counts against.
type party struct{ owner, ownerIssuer, actor, actorIssuer string }

func (k sessionID) party() party { return party{k.owner, k.ownerIssuer, k.actor, k.actorIssuer} }

// A store holds the sessions of a tracer, bounded in number, per party and in
// time. It also remembers, in a few bytes each, which sessions it had to drop:
// one that comes back has a history nobody knows.
type store struct {
	tracer  *Tracer
	mu      sync.Mutex
	live    map[sessionID]*state
	all     list
	parties map[party]*list
	timer   *time.Timer
	seed    maphash.Seed
	lost    map[uint64]uint32 // labels of dropped sessions
	order   []uint64          // keys of lost, as a ring
	next    int
	closed  bool
}

// maxLost bounds what is remembered of dropped sessions: about 2 MiB.
const maxLost = 1 << 16

// A list is a doubly linked list of sessions, the one used longest ago first.
// Each session is in two, so it has two pairs of links.
type list struct {
	link        int
	first, last *state
	n           int
}

const (
	linkAll = iota
	linkParty
)

type links struct{ prev, next *state }

func (l *list) push(s *state) {
	s.links[l.link] = links{prev: l.last}
	if l.last != nil {
		l.last.links[l.link].next = s
	} else {
		l.first = s
	}
	l.last = s
	l.n++
}

func (l *list) remove(s *state) {
	at := s.links[l.link]
	if at.prev != nil {
		at.prev.links[l.link].next = at.next
	} else {
		l.first = at.next
	}
	if at.next != nil {
		at.next.links[l.link].prev = at.prev
	} else {
		l.last = at.prev
	}
	s.links[l.link] = links{}
	l.n--
}

// refresh makes s the one used last.
func (l *list) refresh(s *state) {
	if l.last != s {
		l.remove(s)
		l.push(s)
	}
}

func newStore(t *Tracer) *store {
	return &store{tracer: t, live: map[sessionID]*state{}, parties: map[party]*list{}, seed: maphash.MakeSeed()}
}

// open returns the session that a describes, a new one if it is not there. hold
// counts a user who will release it.
func (st *store) open(a *ActiveSession, parent *state, hold bool) *state {
	now := time.Now()
	k := identify(&a.noun)
	if k.id == "" {
		k.id = a.made
	}
	st.mu.Lock()
	found, ok := st.live[k]
	if ok {
		st.touch(found, now)
		if hold {
			found.refs++
		}
		st.mu.Unlock()
		found.begin()
		return found
	}
	fresh, lost := st.add(k, a, parent, now)
	if hold {
		fresh.refs++
	}
	dropped := st.trim(fresh)
	st.mu.Unlock()

	for _, d := range dropped {
		d.finish(time.Time{}, nil, true)
	}
	fresh.begin()
	if lost {
		st.tracer.signal(context.Background(), fresh, Signal{Kind: SignalHistoryLost})
	}
	return fresh
}

func randomID() string {
	var b [8]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// add makes a session, and reports whether it was there before and had to be
// dropped; the lock is held.
func (st *store) add(k sessionID, a *ActiveSession, parent *state, now time.Time) (_ *state, lost bool) {
	t, s := st.tracer, &a.noun
	h := st.hash(k)
	id := k.id
	if s.ID != "" {
		id = t.clean(id)
	}
	fresh := &state{
		tracer: t, noun: s, id: id, key: strconv.FormatUint(h, 36), wire: t.wireOf(s),
		start: s.Start.UnixNano(), used: now.UnixNano(),
	}
	fresh.labels = &fresh.own
	if s.Start.IsZero() {
		fresh.start = now.UnixNano()
	}
	if parent != nil {
		fresh.labels, fresh.parent = parent.labels, parent.key
	}
	bits, lost := st.lost[h]
	if old := a.state.Load(); old != nil && old.tracer == t {
		if old.parent != "" && parent == nil {
			fresh.labels, fresh.parent = old.labels, old.parent
		}
		bits, lost = bits|old.labels.bits.Load(), true
	}
	if lost {
		fresh.labels.set(bits&^labelSuspended | labelLost)
	}
	if bits&labelSuspended != 0 {
		fresh.suspended.Store(&wasSuspended)
	}
	if st.closed {
		fresh.gone.Store(true)
		return fresh, lost // decides, and is kept by nobody
	}
	st.live[k] = fresh
	l := st.parties[k.party()]
	if l == nil {
		l = &list{link: linkParty}
		st.parties[k.party()] = l
	}
	l.push(fresh)
	st.all.push(fresh)
	if st.timer == nil {
		st.timer = time.AfterFunc(t.idle, st.expire)
	}
	return fresh, lost
}

func (st *store) hash(k sessionID) uint64 { return maphash.Comparable(st.seed, k) }

func (st *store) touch(s *state, now time.Time) {
	s.used = now.UnixNano()
	st.all.refresh(s)
	st.parties[s.sessionID().party()].refresh(s)
}

// trim drops what is over the bounds, never fresh itself; the lock is held. A
// party that is over its quota makes room among its own.
func (st *store) trim(fresh *state) (dropped []*state) {
	if l := st.parties[fresh.sessionID().party()]; l != nil && l.n > st.tracer.maxPerParty && l.first != fresh {
		dropped = append(dropped, st.drop(l.first))
	}
	if st.all.n > st.tracer.maxSessions && st.all.first != fresh {
		dropped = append(dropped, st.drop(st.all.first))
	}
	return dropped
}

// drop removes a session and remembers that it was there; the lock is held.
func (st *store) drop(s *state) *state {
	st.remove(s)
	h := st.hash(s.sessionID())
	if st.lost == nil {
		st.lost = map[uint64]uint32{}
	}
	if _, ok := st.lost[h]; !ok {
		if len(st.order) < maxLost {
			st.order = append(st.order, h)
		} else {
			delete(st.lost, st.order[st.next])
			st.order[st.next] = h
			st.next = (st.next + 1) % maxLost
		}
	}
	bits := s.labels.bits.Load()
	if s.suspended.Load() != nil {
		bits |= labelSuspended
	}
	st.lost[h] = bits
	return s
}

func (st *store) remove(s *state) {
	k := s.sessionID()
	s.gone.Store(true)
	delete(st.live, k)
	st.all.remove(s)
	l := st.parties[k.party()]
	l.remove(s)
	if l.n == 0 {
		delete(st.parties, k.party())
	}
}

// release ends one use of a session, and the session with the last one.
func (st *store) release(s *state, at time.Time, cause error) {
	st.mu.Lock()
	s.refs--
	last := s.refs <= 0 && !s.gone.Load()
	if last {
		st.remove(s)
	}
	st.mu.Unlock()
	if last {
		s.finish(at, cause, false)
	}
}

// expire drops the sessions that were idle for too long, and sets the timer for
// the next one. A session that somebody holds and will end counts as used.
func (st *store) expire() {
	st.mu.Lock()
	now := time.Now()
	var dropped []*state
	for range st.all.n {
		s := st.all.first
		if now.UnixNano()-s.used < int64(st.tracer.idle) {
			break
		}
		if s.refs > 0 {
			st.touch(s, now)
			continue
		}
		dropped = append(dropped, st.drop(s))
	}
	st.timer = nil
	if st.all.first != nil && !st.closed {
		st.timer = time.AfterFunc(st.tracer.idle-time.Duration(now.UnixNano()-st.all.first.used), st.expire)
	}
	st.mu.Unlock()
	for _, d := range dropped {
		d.finish(time.Time{}, nil, true)
	}
}

// close ends all sessions.
func (st *store) close() {
	st.mu.Lock()
	st.closed = true
	if st.timer != nil {
		st.timer.Stop()
	}
	open := make([]*state, 0, len(st.live))
	for _, s := range st.live {
		open = append(open, s)
	}
	for _, s := range open {
		st.remove(s)
	}
	st.mu.Unlock()
	for _, s := range open {
		s.finish(time.Time{}, nil, false)
	}
}

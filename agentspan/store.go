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

// party is whose quota a session counts against. What peers claim has a quota apart
// from what the program begins itself: they can make up as many ids as they like.
type party struct {
	claimed                                bool
	owner, ownerIssuer, actor, actorIssuer string
}

func (k sessionID) party() party {
	return party{k.claimed, k.owner, k.ownerIssuer, k.actor, k.actorIssuer}
}

// A store holds the sessions of a tracer, bounded in number, per party and in
// time. It also remembers, in a few bytes each, which sessions it had to drop:
// one that comes back has a history nobody knows.
type store struct {
	tracer  *Tracer
	mu      sync.Mutex
	live    map[uint64]*state // by the hash of what each is known by: the ids themselves take ten times the room
	all     list
	parties map[party]*list
	timer   *time.Timer
	seed    maphash.Seed
	lost    [memories]memory
	closed  bool
}

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
	return &store{tracer: t, live: map[uint64]*state{}, parties: map[party]*list{}, seed: maphash.MakeSeed()}
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
	h := st.hash(k)
	found, dropped := st.find(h, k)
	if found != nil {
		st.touch(found, now)
		if hold {
			found.refs++
		}
		st.mu.Unlock()
		found.begin()
		return found
	}
	fresh, lost := st.add(h, k, a, parent, now)
	if hold {
		fresh.refs++
	}
	dropped = append(dropped, st.trim(fresh)...)
	kept := !st.closed
	st.mu.Unlock()

	if kept {
		st.tracer.metrics.session(1) // finish takes it back
	}
	dropped.finish()
	fresh.begin()
	if lost {
		st.tracer.signal(context.Background(), fresh, Signal{Kind: SignalHistoryLost})
	}
	return fresh
}

// find returns the session that is known by k, whose hash is h. One that has the
// same hash by chance has to go: no two may ever be taken for one. The lock is held.
func (st *store) find(h uint64, k sessionID) (*state, leavers) {
	found := st.live[h]
	if found == nil || found.sessionID() == k {
		return found, nil
	}
	return nil, leavers{st.drop(found)}
}

func randomID() string {
	var b [8]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// add makes a session, and reports whether it was there before and had to be
// dropped; the lock is held.
func (st *store) add(h uint64, k sessionID, a *ActiveSession, parent *state, now time.Time) (_ *state, lost bool) {
	t, s := st.tracer, &a.noun
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
		fresh.labels, fresh.parent, fresh.above = parent.labels, parent.key, parent
	}
	bits, lost := st.recall(h)
	if old := a.state.Load(); old != nil && old.tracer == t {
		if old.parent != "" && parent == nil {
			fresh.labels, fresh.parent, fresh.above = old.labels, old.parent, old.above
		}
		bits, lost = bits|old.labels.bits.Load(), true
	}
	if lost {
		fresh.labels.set(bits&^labelSuspended | labelLost)
		fresh.revived = fresh.used
	}
	if bits&labelSuspended != 0 {
		fresh.suspended.Store(&wasSuspended)
	}
	if st.closed {
		fresh.gone.Store(true)
		return fresh, lost // decides, and is kept by nobody
	}
	st.keep(h, k, fresh)
	return fresh, lost
}

// keep makes s one of those that are kept; the lock is held.
func (st *store) keep(h uint64, k sessionID, s *state) {
	st.live[h] = s
	l := st.parties[k.party()]
	if l == nil {
		l = &list{link: linkParty}
		st.parties[k.party()] = l
	}
	l.push(s)
	st.all.push(s)
	if s.above != nil {
		s.above.subagents++
	}
	if st.timer == nil {
		st.timer = time.AfterFunc(st.tracer.idle, st.expire)
	}
}

// again returns what is kept of a session whose state s had to be dropped while
// somebody still held it: s itself, so that nothing of it is lost, unless the
// session was begun anew by its id meanwhile. Nil if it was ended.
func (st *store) again(s *state) *state {
	k := s.sessionID()
	h, now := st.hash(k), time.Now()
	st.mu.Lock()
	found, dropped := st.find(h, k)
	switch {
	case found != nil:
		st.touch(found, now)
	case st.closed || s.over:
		st.mu.Unlock()
		dropped.finish()
		return nil
	default:
		s.used = now.UnixNano()
		s.revived = max(s.used, s.revived+1)
		s.gone.Store(false)
		st.forget(h)
		st.keep(h, k, s)
		dropped = append(dropped, st.trim(s)...)
		st.tracer.metrics.session(1)
	}
	st.mu.Unlock()
	dropped.finish()
	if found == nil || found == s {
		return s
	}
	if bits := s.labels.bits.Load(); bits&^found.labels.bits.Load() != 0 {
		found.labels.set(bits)
	}
	if reason := s.stopped(); reason != nil {
		found.suspended.CompareAndSwap(nil, reason)
	}
	found.begin()
	return found
}

func (st *store) hash(k sessionID) uint64 { return maphash.Comparable(st.seed, k) }

func (st *store) touch(s *state, now time.Time) {
	s.used = now.UnixNano()
	st.all.refresh(s)
	st.parties[s.sessionID().party()].refresh(s)
}

// trim drops what is over the bounds, never fresh itself; the lock is held. A
// party that is over its quota makes room among its own.
func (st *store) trim(fresh *state) (dropped leavers) {
	if l := st.parties[fresh.sessionID().party()]; l != nil && l.n > st.tracer.maxPerParty {
		if s := l.spare(fresh); s != nil {
			dropped = append(dropped, st.drop(s))
		}
	}
	if st.all.n > st.tracer.maxSessions {
		if s := st.all.spare(fresh); s != nil {
			dropped = append(dropped, st.drop(s))
		}
	}
	return dropped
}

// spare returns the session to do without: of those used longest ago the first that
// nobody holds, or the very first if there is none among them. Nil if that leaves
// only fresh.
func (l *list) spare(fresh *state) *state {
	s := l.first
	for range maxLook {
		if s == nil {
			break
		}
		if s != fresh && !s.held() {
			return s
		}
		s = s.links[l.link].next
	}
	if l.first == fresh {
		return nil
	}
	return l.first
}

// maxLook bounds the search for a session to do without.
const maxLook = 64

// held reports whether somebody would miss s; the store's lock is held.
func (s *state) held() bool { return s.refs > 0 || s.subagents > 0 || s.inFlight.Load() > 0 }

// leavers are sessions that were dropped, with when they were used last, as nothing
// happened since, and what they were then: they may come back before that is written.
type leavers []leaver

type leaver struct {
	state         *state
	used, revived int64
}

// finish writes their summaries; the store's lock is not held.
func (l leavers) finish() {
	for _, d := range l {
		d.state.finish(time.Unix(0, d.used), d.revived, nil)
	}
}

// drop removes a session and remembers that it was there; the lock is held.
func (st *store) drop(s *state) leaver {
	st.remove(s)
	k, bits := s.sessionID(), s.labels.bits.Load()
	h := st.hash(k)
	switch {
	case s.stopped() != nil:
		st.lost[memorySuspended].add(h, bits|labelSuspended)
	case k.claimed:
		st.lost[memoryClaimed].add(h, bits)
	default:
		st.lost[memoryOwn].add(h, bits)
	}
	return leaver{s, s.used, s.revived}
}

func (st *store) remove(s *state) {
	k := s.sessionID()
	s.gone.Store(true)
	delete(st.live, st.hash(k))
	if s.above != nil {
		s.above.subagents--
	}
	st.all.remove(s)
	l := st.parties[k.party()]
	l.remove(s)
	if l.n == 0 {
		delete(st.parties, k.party())
	}
}

// hold counts one more user of s who will release it.
func (st *store) hold(s *state) {
	st.mu.Lock()
	defer st.mu.Unlock()
	s.refs++
}

// release ends one use of a session, and the session with the last one.
func (st *store) release(s *state, at time.Time, cause error) {
	st.mu.Lock()
	s.refs--
	last := s.refs <= 0 && !s.gone.Load()
	if last {
		st.remove(s)
		s.over = true
	}
	revived := s.revived
	st.mu.Unlock()
	if last {
		s.finish(at, revived, cause)
	}
}

// expire drops the sessions that were idle for too long, and sets the timer for
// the next one. A session that somebody holds and will end counts as used.
func (st *store) expire() {
	st.mu.Lock()
	now := time.Now()
	var dropped leavers
	for range st.all.n {
		s := st.all.first
		if now.UnixNano()-s.used < int64(st.tracer.idle) {
			break
		}
		if s.refs > 0 || s.subagents > 0 {
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
	dropped.finish()
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
		s.finish(time.Time{}, s.revived, nil) // nothing comes back any more
	}
}

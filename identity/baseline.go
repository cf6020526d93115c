package identity

// baseline.go holds what a tracker remembers of a session, in hashes where it is
// only compared and in short names where it is shown.

import (
	"hash/maphash"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// A mark is a name to compare and to show. The zero mark is not known.
type mark struct {
	id, issuer uint64
	label      string
}

// A baseline is what one service is used with.
type baseline struct {
	key      uint64 // of the service; see [Tracker.key]
	used     uint64 // when, by the tracker's clock
	same     uint64 // the sign of the last use that did not depart; 0 if there was none
	declared bool

	owner, actor, subject mark
	depth                 int
	kind                  CredentialKind
	issuer                uint64
	fingerprint, handle   uint64
	credential            string // kind and handle, to show
	account, tenant       mark   // the target's, the credential's own
	scopes, audience      []uint64
	audienceLabel         string
	assurance             [3]Assurance // of credential, owner and actor
	binding               Binding
	shortLived            bool
}

// hash returns the hash of s; 0 for the empty string, so that 0 is "not known".
func (t *Tracker) hash(s string) uint64 {
	if s == "" {
		return 0
	}
	return maphash.String(t.seed, s) | 1
}

// key returns the hash of what u's baseline is for: the service, else the host.
// Names that commands take on have baselines of their own, since a profile's name
// and a token's subject cannot be compared.
func (t *Tracker) key(u *Use) uint64 {
	k := t.hash(u.Target.Service)
	if k == 0 {
		k = t.hash(u.Target.Host) * 3
	}
	if s := u.Credential.Source; u.Credential.Assurance == Asserted && (s == InCommand || s == FromEnv || s == FromMetadata) {
		k = k*31 + t.hash(string(u.Credential.Kind))
		if s == FromEnv {
			k += t.hash(u.Credential.Instance)
		}
	}
	return k
}

// sign returns a hash of everything in u that [departures.compare] and the other
// checks look at: equal signs, equal answers. It is never 0.
func (t *Tracker) sign(u *Use) uint64 {
	var h maphash.Hash
	h.SetSeed(t.seed)
	text := func(s string) {
		h.WriteString(s)
		h.WriteByte(0xff) // not in UTF-8
	}
	c, d := &u.Credential, &u.Delegation
	text(string(c.Kind))
	text(c.Issuer)
	text(c.Subject)
	text(c.Account)
	text(handleOf(c))
	text(c.Fingerprint)
	for _, s := range c.Audience {
		text(s)
	}
	h.WriteByte(1)
	for _, s := range c.Scopes {
		text(s)
	}
	maphash.WriteComparable(&h, [2]int64{c.IssuedAt.Unix(), c.ExpiresAt.Unix()})
	maphash.WriteComparable(&h, [4]uint8{uint8(c.Binding), uint8(c.Assurance), uint8(c.Source)})
	text(u.Target.Account)
	text(u.Target.Host)
	party := func(p *Principal) {
		text(p.ID)
		text(p.Issuer)
		h.WriteByte(byte(p.Kind))
		h.WriteByte(byte(p.Assurance))
	}
	party(&d.Owner)
	for i := range d.Actors {
		party(&d.Actors[i])
	}
	h.WriteByte(byte(d.Truncated))
	text(d.Malformed)
	return h.Sum64() | 1
}

// remember adds an empty baseline, at the cost of the one used longest ago if
// there are too many.
func (t *Tracker) remember(key uint64) *baseline {
	fresh := baseline{key: key, used: t.clock}
	if len(t.base) < maxBaselines {
		t.base = append(t.base, fresh)
		return &t.base[len(t.base)-1]
	}
	oldest := 0
	for i := range t.base {
		b, o := &t.base[i], &t.base[oldest]
		if o.declared && !b.declared || o.declared == b.declared && b.used < o.used {
			oldest = i
		}
	}
	t.gaps.Evicted++
	t.base[oldest] = fresh
	return &t.base[oldest]
}

// learn fills in what b does not know yet from u. A rotated credential takes the
// old one's place. The audience stays out where it is in doubt.
func (t *Tracker) learn(b *baseline, u *Use, now time.Time, audience bool) {
	c, d := &u.Credential, &u.Delegation
	t.fill(&b.owner, d.Owner)
	if len(d.Actors) > 0 {
		t.fill(&b.actor, d.Actors[0])
		b.assurance[2] = orElse(b.assurance[2], d.Actors[0].Assurance)
	}
	if b.depth == 0 {
		b.depth = d.Depth()
	}
	if b.subject.id == 0 && c.Subject != "" && (b.declared || !inherent(c.Kind)) {
		b.subject = mark{t.hash(c.Subject), t.hash(c.Issuer), label(c.Subject)}
	}
	if b.kind == "" {
		b.kind = c.Kind
	}
	b.issuer = orElse(b.issuer, t.hash(c.Issuer))
	if f, h := t.hash(c.Fingerprint), t.hash(handleOf(c)); f|h != 0 {
		b.fingerprint, b.handle, b.credential = f, h, credentialLabel(c)
	} else if b.credential == "" {
		b.credential = credentialLabel(c)
	}
	if b.account.id == 0 && u.Target.Account != "" {
		b.account = mark{id: t.hash(u.Target.Account), label: label(u.Target.Account)}
	}
	if b.tenant.id == 0 && c.Account != "" {
		b.tenant = mark{id: t.hash(c.Account), label: label(c.Account)}
	}
	if b.scopes == nil && len(c.Scopes) > 0 {
		b.scopes = t.hashes(c.Scopes)
	}
	if audience && b.audience == nil && len(c.Audience) > 0 {
		b.audience, b.audienceLabel = t.hashes(c.Audience), label(c.Audience[0])
	}
	b.assurance[0] = orElse(b.assurance[0], c.Assurance)
	b.assurance[1] = orElse(b.assurance[1], d.Owner.Assurance)
	b.binding = orElse(b.binding, c.Binding)
	b.shortLived = b.shortLived || lifetime(now, c) == short
}

func orElse[T comparable](known, now T) T {
	var zero T
	if known == zero {
		return now
	}
	return known
}

func (t *Tracker) fill(m *mark, p Principal) {
	if m.id == 0 && p.ID != "" {
		m.id, m.label = t.hash(p.ID), label(p.ID)
	}
	if m.issuer == 0 && m.id == t.hash(p.ID) {
		m.issuer = t.hash(p.Issuer)
	}
}

func (t *Tracker) hashes(list []string) []uint64 {
	out := make([]uint64, 0, min(len(list), maxList))
	for _, s := range list[:min(len(list), maxList)] {
		out = append(out, t.hash(s))
	}
	return out
}

// handleOf returns what tells one credential from another beside its fingerprint:
// its handle, or the file that a command takes it from.
func handleOf(c *Credential) string {
	if c.Handle == "" && c.Subject == "" && c.Assurance == Asserted {
		return c.Instance
	}
	return c.Handle
}

// label returns a copy of s that is short enough to keep.
func label(s string) string {
	if len(s) > maxLabel {
		cut := maxLabel - len("…")
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		return s[:cut] + "…"
	}
	return strings.Clone(s)
}

// credentialLabel returns how a credential is shown in a switch.
func credentialLabel(c *Credential) string {
	id := handleOf(c)
	if id == "" {
		id = c.Fingerprint
	}
	if id == "" {
		return label(string(c.Kind))
	}
	return label(string(c.Kind) + " " + id)
}

// A ring is a set of hashes that forgets the oldest when it is full.
type ring struct {
	sums []uint64
	next int
	full bool // something was forgotten
}

func (r *ring) has(sum uint64) bool { return slices.Contains(r.sums, sum) }

func (r *ring) add(sum uint64, limit int) {
	switch {
	case r.has(sum):
	case len(r.sums) < limit:
		r.sums = append(r.sums, sum)
	default:
		r.sums[r.next] = sum
		r.next = (r.next + 1) % limit
		r.full = true
	}
}

// A holding is a credential and the agent that used it first.
type holding struct{ credential, actor mark }

// Holders remembers which agent uses which credential, across the sessions of a
// process: two agents with one credential cannot be told apart in anybody's audit
// log (OWASP NHI9). It remembers at most 2,048 credentials, the latest ones, by hash.
// It is safe for concurrent use; a nil Holders remembers nothing.
type Holders struct {
	mu       sync.Mutex
	seed     maphash.Seed
	now, old map[uint64]mark
}

// NewHolders returns an empty Holders.
func NewHolders() *Holders {
	return &Holders{seed: maphash.MakeSeed(), now: map[uint64]mark{}}
}

// maxHolders is how many credentials one of the two generations remembers.
const maxHolders = 1024

// claim returns who else used the credential first, "" if nobody did.
func (h *Holders) claim(credential string, p Principal) string {
	if h == nil || h.now == nil {
		return ""
	}
	key := maphash.String(h.seed, credential)
	actor := maphash.Comparable(h.seed, [2]string{p.Issuer, p.ID})
	h.mu.Lock()
	defer h.mu.Unlock()
	first, ok := h.now[key]
	if !ok {
		if first, ok = h.old[key]; !ok {
			first = mark{id: actor, label: label(p.ID)}
		}
		if len(h.now) == maxHolders {
			h.old, h.now = h.now, make(map[uint64]mark, maxHolders)
		}
		h.now[key] = first
	}
	if first.id == actor {
		return ""
	}
	return first.label
}

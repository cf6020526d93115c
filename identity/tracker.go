package identity

// tracker.go compares the uses of one session with its baseline. What the
// comparison is stands in compare.go, what is remembered in baseline.go.

import (
	"hash/maphash"
	"slices"
	"time"
)

// Bounds of what one session remembers.
const (
	maxBaselines = 32  // services, and alternatives that were declared or accepted
	maxPairs     = 64  // neighbours in chains
	maxReported  = 64  // switches reported, to tell the first from the repeated
	maxHeld      = 32  // credentials with the agent that first used them
	maxLabel     = 128 // bytes of a name kept to show it in From
)

// skew is how far two clocks may differ before an end counts as passed.
const skew = time.Minute

// TrackerOptions set up a [Tracker].
type TrackerOptions struct {
	// Baseline declares what the session is expected to use, one [Use] for each
	// target service, or several where any of them will do. A field left empty is
	// learned from the first use. A use without a target declares the delegation for
	// every service. Declare a party only by the id and issuer that its credentials
	// will show: a login name never equals a token's "sub".
	Baseline []Use
	// Holders lets the trackers of several sessions notice that two agents use one
	// credential; without it that is noticed within a session only.
	Holders *Holders
}

// A Tracker notices when the identity a session works with changes. The first use
// of each target service is its baseline unless one was declared; every later use
// that departs from it is a [Switch], as often as it happens, until [Tracker.Accept]
// makes it part of the baseline.
//
// The zero Tracker works, with nothing declared. A Tracker belongs to one session
// and is not safe for concurrent use. It holds hashes and short names: about 2 KiB
// for a session with three services, at most 96 KiB.
type Tracker struct {
	seed    maphash.Seed
	ready   bool
	holders *Holders
	base    []baseline
	clock   uint64

	pairs    ring // of neighbours in chains
	parties  ring // seen in chains
	reported ring // switches
	held     []holding
	gaps     Gaps
}

// Gaps counts what a [Tracker] could not tell.
type Gaps struct {
	Evicted   int // baselines forgotten to stay within bounds: the service counts as new when it comes back
	Opaque    int // uses of a credential that shows neither name, handle nor fingerprint: another one in its place would not be noticed
	Malformed int // uses whose chain of actors could not be read whole
}

// NewTracker returns the tracker of a session that begins.
func NewTracker(o TrackerOptions) *Tracker {
	t := &Tracker{holders: o.Holders}
	t.init()
	for i := range o.Baseline {
		t.Accept(o.Baseline[i])
	}
	return t
}

func (t *Tracker) init() {
	if !t.ready {
		t.seed, t.ready = maphash.MakeSeed(), true
	}
}

// Accept makes u part of the baseline of its target service, beside what is there:
// a switch that somebody approved, or an identity that a policy expects.
func (t *Tracker) Accept(u Use) {
	t.init()
	b := t.remember(t.key(&u))
	b.declared = true
	t.learn(b, &u, time.Time{}, true)
	t.learnChain(&u.Delegation)
}

// Gaps returns what could not be told so far.
func (t *Tracker) Gaps() Gaps { return t.gaps }

// Observe compares a use with the baseline and returns how it departs, nil if it
// does not; now decides what is expired, and the zero time nothing. The switches
// come in the order of their kinds. An unchanged use allocates nothing.
//
// [CredentialRotated] tells of a new credential of the same party, issuer and
// kind and is no crossing: the session goes on with the new one. Some kinds need
// no baseline: [Expired], [HumanCredentialUsed], [SharedCredential] and, towards a
// host that has nothing in common with the token's audience, [AudienceMismatch].
// An identity that a command takes on beside the agent's own ("sudo", "assume-role")
// departs from the first use on.
func (t *Tracker) Observe(now time.Time, u Use) []Switch {
	t.init()
	t.clock++
	key := t.key(&u)
	sign := t.sign(&u)
	for i := range t.base {
		if b := &t.base[i]; b.key == key && b.same == sign && !expired(now, &u) {
			b.used = t.clock
			return nil
		}
	}
	departing := u // a copy for the slow way, or u would be on the heap from the start
	return t.observe(now, key, sign, &departing)
}

// observe is the rest of Observe, for a use that is not the same as before.
func (t *Tracker) observe(now time.Time, key, sign uint64, u *Use) []Switch {
	if u.Delegation.Malformed != "" {
		t.gaps.Malformed++
	}
	if c := &u.Credential; c.Kind != "" && c.Subject == "" && c.Fingerprint == "" && handleOf(c) == "" && u.Target.Account == "" && c.Kind != "instance-identity" {
		t.gaps.Opaque++
	}
	d := departures{now: now, use: u, t: t}
	b := t.closest(key, false, &d)
	first := b == nil
	if first {
		b = t.firstUse(key, &d)
	}
	departs := d.crossed()
	d.chain()
	departs = departs || d.crossed()
	d.properties(b)
	// What is wrong with a first use by itself does not keep it from being the baseline.
	if !d.crossed() || first && !departs {
		t.learn(b, u, now, !d.has(AudienceMismatch))
	}
	if b.used = t.clock; !d.crossed() {
		b.same = sign
		t.learnChain(&u.Delegation)
	} else { // that the credential is another one goes without saying
		d.found = slices.DeleteFunc(d.found, func(s Switch) bool { return s.Kind == CredentialRotated })
	}
	return t.report(d.found, key)
}

// closest compares d's use with each baseline of that key, or each that was
// declared, and returns the one it departs least from, with those departures in d;
// nil if there is none.
func (t *Tracker) closest(key uint64, declared bool, d *departures) *baseline {
	var best *baseline
	var found []Switch
	for i := range t.base {
		b := &t.base[i]
		if b.key != key || declared && !b.declared {
			continue
		}
		d.found = nil
		d.compare(b)
		w := weight(d.found)
		if best == nil || w < weight(found) || w == weight(found) && b.declared && !best.declared {
			best, found = b, d.found
		}
	}
	d.found = found
	return best
}

// weight orders departures: the rotation of a credential is less than any other.
func weight(found []Switch) int {
	n := 0
	for i := range found {
		if found[i].Kind == CredentialRotated {
			n++
		} else {
			n += 16
		}
	}
	return n
}

// firstUse begins the baseline of a service with what was declared for every
// service, if anything was, and leaves the departures from that in d.
func (t *Tracker) firstUse(key uint64, d *departures) *baseline {
	var begin baseline
	if all := t.key(&Use{}); key != all {
		if common := t.closest(all, true, d); common != nil {
			begin = *common
		}
	}
	b := t.remember(key)
	begin.key, begin.used, begin.same, begin.declared = b.key, b.used, 0, false
	*b = begin
	return b
}

// inherent reports whether taking on an identity of that kind is a change by
// itself: the process had another one.
func inherent(k CredentialKind) bool {
	switch k {
	case osUser, awsRole, "kube-user":
		return true
	}
	return false
}

// report marks the switches that were reported before, and keeps the new ones.
func (t *Tracker) report(found []Switch, key uint64) []Switch {
	for i := range found {
		s := &found[i]
		var h maphash.Hash
		h.SetSeed(t.seed)
		h.WriteByte(byte(s.Kind))
		h.WriteString(s.From)
		h.WriteByte(0)
		h.WriteString(s.To)
		sum := h.Sum64() ^ key
		if s.Repeated = t.reported.has(sum); !s.Repeated {
			t.reported.add(sum, maxReported)
		}
	}
	return found
}

package agentspan

import (
	"hash/maphash"
	"sync/atomic"
)

// harmless remembers strings that were found fit to be written as they are: an
// agent says the same paths, hosts, tools and rules again and again, and looking
// for secrets costs more than all else that is done with one. It holds hashes of
// theirs under a seed nobody knows, of all bits: that another string has one of
// them is as likely as guessing a key. It is used with the detector of package
// secret alone, which always says the same; one of a program's own may learn.
type harmless struct {
	seed  maphash.Seed
	slots *[1 << harmlessBits]atomic.Uint64 // nil: not used
}

func (k *harmless) init() {
	k.seed, k.slots = maphash.MakeSeed(), new([1 << harmlessBits]atomic.Uint64)
}

const (
	harmlessBits = 10  // 8 KiB a tracer
	maxHarmless  = 256 // bytes; longer strings seldom come twice
)

// knows reports whether s was found harmless before, and its hash.
func (k *harmless) knows(s string) (h uint64, known bool) {
	if k.slots == nil || len(s) > maxHarmless {
		return 0, false
	}
	h = maphash.String(k.seed, s)
	return h, k.slots[h>>(64-harmlessBits)].Load() == h
}

// learn remembers s, whose hash is h. One that has the same place is forgotten.
func (k *harmless) learn(s string, h uint64) {
	if k.slots != nil && len(s) <= maxHarmless {
		k.slots[h>>(64-harmlessBits)].Store(h)
	}
}

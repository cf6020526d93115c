package agentspan

// A memory is what is remembered of sessions that had to be dropped: their labels,
// by a hash of what they are known by, for the last maxLost of them.
type memory struct {
	labels map[uint64]dropped
	order  []uint64 // the keys of labels, as a ring; those of sessions that came back have no entry there
	next   int
}

// A dropped session is known by its labels, and has a place in the ring.
type dropped struct {
	bits  uint32
	place int32
}

// maxLost bounds one memory: about 2 MiB.
const maxLost = 1 << 16

// There are three, so that nobody can make the store forget by what he does
// himself: whoever claims ids fills the memory of claimed ones, and a session that
// was suspended is forgotten only for others that were.
const (
	memorySuspended = iota
	memoryOwn
	memoryClaimed
	memories
)

func (m *memory) add(h uint64, bits uint32) {
	if m.labels == nil {
		m.labels = map[uint64]dropped{}
	}
	d, ok := m.labels[h]
	if !ok {
		d.place = int32(m.next) // below maxLost
		if len(m.order) < maxLost {
			m.order = append(m.order, h)
		} else {
			if old := m.order[m.next]; m.labels[old].place == d.place {
				delete(m.labels, old)
			}
			m.order[m.next] = h
		}
		m.next = (m.next + 1) % maxLost
	}
	d.bits = bits
	m.labels[h] = d
}

// recall returns what is remembered of a session; the lock is held.
func (st *store) recall(h uint64) (bits uint32, lost bool) {
	for i := range st.lost {
		if b, ok := st.lost[i].labels[h]; ok {
			bits, lost = bits|b.bits, true
		}
	}
	return bits, lost
}

// forget takes back that a session was dropped, where nothing of it is lost after
// all; the lock is held.
func (st *store) forget(h uint64) {
	for i := range st.lost {
		delete(st.lost[i].labels, h)
	}
}

package collector

import (
	"sync"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// A memory remembers something of the last so many keys: those of two generations,
// the older of which is forgotten when the newer is full. It is safe for concurrent
// use.
type memory[K comparable, V any] struct {
	mu       sync.Mutex
	size     int
	now, old map[K]V
}

func newMemory[K comparable, V any](size int) *memory[K, V] {
	return &memory[K, V]{size: max(size/2, 1), now: map[K]V{}, old: map[K]V{}}
}

func (m *memory[K, V]) get(k K) (v V, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if v, ok = m.now[k]; ok {
		return v, ok
	}
	if v, ok = m.old[k]; ok {
		m.put(k, v)
	}
	return v, ok
}

func (m *memory[K, V]) set(k K, v V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.put(k, v)
}

func (m *memory[K, V]) put(k K, v V) {
	if _, there := m.now[k]; !there && len(m.now) >= m.size {
		m.old, m.now = m.now, make(map[K]V, m.size)
	}
	m.now[k] = v
}

// A conversation is what spans say of one, gathered over the batch.
type conversation struct {
	id     string // as the spans say; empty if they do not
	owner  string
	agent  string
	dir    string // where the agent works
	traces pcommon.TraceID
}

// session is what the session is called: a conversation that has no name is that of
// its trace, which is no conversation id and never written as one.
func (c *conversation) session() string {
	if c.id != "" {
		return c.id
	}
	return "trace:" + c.traces.String()
}

package agentspan

import (
	"strings"
	"sync"
	"sync/atomic"
)

// spanNames keeps the names of spans, so that a call need not join its own: an
// operation and a tool. Reading takes no lock; what is read is never changed.
type spanNames struct {
	mu    sync.Mutex
	names atomic.Pointer[map[spanNameKey]string]
}

type spanNameKey struct{ op, target string }

// maxSpanNames bounds the names kept. A model that makes up tools cannot fill
// memory with them.
const maxSpanNames = 512

// spanName joins an operation and its target.
func (t *Tracer) spanName(op, target string) string {
	if target == "" {
		return op
	}
	k := spanNameKey{op, target}
	known := t.names.names.Load()
	if known != nil {
		if n, ok := (*known)[k]; ok {
			return n
		}
	}
	n := op + " " + target
	if known == nil || len(*known) < maxSpanNames {
		t.names.add(spanNameKey{op, strings.Clone(target)}, n)
	}
	return n
}

func (s *spanNames) add(k spanNameKey, n string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fresh := map[spanNameKey]string{k: n}
	if known := s.names.Load(); known != nil {
		for k, v := range *known {
			fresh[k] = v
		}
	}
	s.names.Store(&fresh)
}

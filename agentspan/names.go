package agentspan

import (
	"maps"
	"strings"
	"sync"
	"sync/atomic"
)

// known keeps what was made of names before: of tools, rules, grants and
// policies there are few, and each call says several. Reading takes no lock; what
// is read is never changed.
type known struct {
	mu    sync.Mutex
	names atomic.Pointer[map[knownKey]string]
}

// A knownKey is a name, and the operation it is joined to; empty for the name
// alone.
type knownKey struct{ op, name string }

// maxKnown bounds the names kept, and maxKnownName the length of each: a model
// that makes up tools cannot fill memory with them.
const (
	maxKnown     = 1024
	maxKnownName = 128
)

// cleanName is [Tracer.clean] for a name that comes again and again.
func (t *Tracer) cleanName(s string) string {
	if s == "" {
		return ""
	}
	k := knownKey{name: s}
	if n, ok := t.names.get(k); ok {
		return n
	}
	n := t.clean(s)
	t.names.add(k, n)
	return n
}

// spanName joins an operation and its target, which is clean already.
func (t *Tracer) spanName(op, target string) string {
	if target == "" {
		return op
	}
	k := knownKey{op, target}
	if n, ok := t.names.get(k); ok {
		return n
	}
	n := op + " " + target
	t.names.add(k, n)
	return n
}

func (s *known) get(k knownKey) (string, bool) {
	m := s.names.Load()
	if m == nil {
		return "", false
	}
	n, ok := (*m)[k]
	return n, ok
}

func (s *known) add(k knownKey, n string) {
	old := s.names.Load()
	if len(k.name) > maxKnownName || old != nil && len(*old) >= maxKnown {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	fresh := map[knownKey]string{{k.op, strings.Clone(k.name)}: strings.Clone(n)}
	if old := s.names.Load(); old != nil {
		maps.Copy(fresh, *old)
	}
	s.names.Store(&fresh)
}

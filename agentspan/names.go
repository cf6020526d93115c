package agentspan

import (
	"maps"
	"strings"
	"sync"
	"sync/atomic"
)

// known keeps what was made of names before, of which there are few. Reading takes
// no lock; what is read is never changed.
type known struct {
	mu    sync.Mutex
	names atomic.Pointer[map[string]string]
}

// maxKnown bounds the names kept, and maxKnownName the length of each: a model
// that makes up tools cannot fill memory with them.
const (
	maxKnown     = 1024
	maxKnownName = 128
)

// executes names the span of an allowed call of a tool, whose name is clean.
func (t *Tracer) executes(tool string) string {
	return t.toolSpans.get(tool, func(tool string) string { return spanName("execute_tool", tool) })
}

// spanName joins an operation and its target, which is clean already.
func spanName(op, target string) string {
	if target == "" {
		return op
	}
	return op + " " + target
}

// get returns what is made of s.
func (k *known) get(s string, make func(string) string) string {
	if m := k.names.Load(); m != nil {
		if n, ok := (*m)[s]; ok {
			return n
		}
	}
	n := make(s)
	k.add(s, n)
	return n
}

func (k *known) add(s, n string) {
	old := k.names.Load()
	if len(s) > maxKnownName || old != nil && len(*old) >= maxKnown {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	fresh := map[string]string{strings.Clone(s): strings.Clone(n)}
	if old := k.names.Load(); old != nil {
		maps.Copy(fresh, *old)
	}
	k.names.Store(&fresh)
}

package collector

// What is taken off spans: what others say in our name, and content.

import (
	"strings"
	"unsafe"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/ambit-go/ambit/boundary/secret"
)

// forged takes off what only we may say, and returns how much that was.
func forged(m pcommon.Map) (n int) {
	m.RemoveIf(func(key string, _ pcommon.Value) bool {
		if !strings.HasPrefix(key, "ambit.") {
			return false
		}
		n++
		return true
	})
	return n
}

func forgedSpan(s ptrace.Span) (n int) {
	n = forged(s.Attributes())
	s.Events().RemoveIf(func(e ptrace.SpanEvent) bool {
		if strings.HasPrefix(e.Name(), "ambit.") {
			n++
			return true
		}
		n += forged(e.Attributes())
		return false
	})
	for _, l := range s.Links().All() {
		n += forged(l.Attributes())
	}
	return n
}

// contents does with a span's content what the configuration says, and returns how
// many values it changed.
func (g *governor) contents(s ptrace.Span) (n int) {
	if g.cfg.Content == keep {
		return 0
	}
	n = g.contentsOf(s.Attributes())
	for _, e := range s.Events().All() {
		n += g.contentsOf(e.Attributes())
		if clean, changed := g.clean(e.Name()); changed {
			e.SetName(clean)
			n++
		}
	}
	for i := range s.Links().Len() {
		n += g.contentsOf(s.Links().At(i).Attributes())
	}
	if clean, changed := g.clean(s.Name()); changed {
		s.SetName(clean)
		n++
	}
	if clean, changed := g.clean(s.Status().Message()); changed {
		s.Status().SetMessage(clean)
		n++
	}
	return n
}

func (g *governor) contentsOf(m pcommon.Map) (n int) {
	if g.cfg.Content == drop {
		m.RemoveIf(func(key string, _ pcommon.Value) bool {
			if !g.isContent(key) {
				return false
			}
			n++
			return true
		})
	}
	return n + g.redactAll(m)
}

// redactAll takes the secrets out of what was not dropped: one may stand in any string.
func (g *governor) redactAll(m pcommon.Map) (n int) {
	for key, v := range m.All() {
		if !strings.HasPrefix(key, "ambit.") {
			n += g.redact(v, 0)
		}
	}
	return n
}

// without takes the content off a span that nobody could look at.
func (g *governor) without(s ptrace.Span) {
	content := func(key string, _ pcommon.Value) bool { return g.isContent(key) }
	s.Attributes().RemoveIf(content)
	for _, e := range s.Events().All() {
		e.Attributes().RemoveIf(content)
	}
	for _, l := range s.Links().All() {
		l.Attributes().RemoveIf(content)
	}
}

// maxDepth bounds the way into values.
const maxDepth = 32

// redact takes the secrets out of a value.
func (g *governor) redact(v pcommon.Value, depth int) (n int) {
	dirty := false
	switch v.Type() {
	case pcommon.ValueTypeStr:
		if clean, changed := g.clean(v.Str()); changed {
			v.SetStr(clean)
			n++
		}
	case pcommon.ValueTypeSlice:
		if depth > maxDepth {
			v.SetStr(hidden)
			return 1
		}
		for i := range v.Slice().Len() {
			n += g.redact(v.Slice().At(i), depth+1)
		}
	case pcommon.ValueTypeMap:
		if depth > maxDepth {
			v.SetStr(hidden)
			return 1
		}
		for key, v := range v.Map().All() {
			dirty = dirty || len(g.find(key)) > 0
			n += g.redact(v, depth+1)
		}
		if dirty { // a name is all that a secret needs
			v.SetStr(hidden)
			n++
		}
	case pcommon.ValueTypeBytes:
		if b := v.Bytes().AsRaw(); len(g.find(unsafe.String(unsafe.SliceData(b), len(b)))) > 0 { //nolint:gosec // read, and not kept
			v.SetStr(hidden)
			n++
		}
	default:
	}
	return n
}

// hidden stands for what cannot be shown.
const hidden = "[redacted]"

// minSecret is the length below which no string is looked at: the shortest
// credential any vendor issues is longer.
const minSecret = 12

// find looks for secrets. A detector that panics cannot tell, so all of it is one.
func (g *governor) find(s string) (found []secret.Finding) {
	if len(s) < minSecret {
		return nil
	}
	defer func() {
		if recover() != nil {
			found = []secret.Finding{{Kind: "detector-failed", Place: secret.Anywhere, Length: len(s)}}
		}
	}()
	return g.detector.Detect(nil, unsafe.Slice(unsafe.StringData(s), len(s)), secret.Argument) //nolint:gosec // nobody who gets it may write to it
}

// clean returns s without the secrets in it.
func (g *governor) clean(s string) (string, bool) {
	found := g.find(s)
	if len(found) == 0 {
		return s, false
	}
	return string(secret.Redact(nil, []byte(s), found)), true
}

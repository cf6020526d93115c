package agentspan

import (
	"hash/maphash"
	"strings"
	"sync"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/internal/reach"
)

// A denied is what calls of a session and its subagents were refused for: the last so
// many things. Calls are judged without it; it is there so that a span can say that
// what it reaches for was refused to another call before, which no query over several
// spans could tell. A session without a refusal has none.
type denied struct {
	mu   sync.Mutex
	last [maxDenied]denial
	next int // where the next one goes
}

// maxDenied bounds what is remembered of refusals, some 400 bytes.
const maxDenied = 16

// A denial is one thing that one call was refused for.
type denial struct {
	thing  uint64 // hash of its kind and name; 0 if there is none
	call   uint64 // hash of the tool and its arguments: the same call again is no other way
	access effect.Access
}

// deny remembers what a call was refused for: of all that it would touch, what the
// decision names, since the rest may be had.
func (l *labels) deny(c *call) {
	remember := func(number int) {
		if number < 1 || number > len(c.effects) {
			return
		}
		e := &c.effects[number-1]
		thing := thingOf(e.Kind, e.Target)
		if thing == 0 {
			return
		}
		d := l.denied.Load()
		if d == nil {
			l.denied.CompareAndSwap(nil, new(denied))
			d = l.denied.Load()
		}
		d.mu.Lock()
		defer d.mu.Unlock()
		d.last[d.next%maxDenied] = denial{thing, c.same(), e.Access}
		d.next++
	}
	for i := range c.decision.Because {
		if b := &c.decision.Because[i]; b.Verdict != boundary.Allow {
			remember(b.Effect)
		}
	}
	for _, x := range c.decision.Crossings {
		remember(x.Effect)
	}
}

// rerouted reports whether another call was refused for something that this one
// reaches for, to do no less with it.
func (l *labels) rerouted(c *call) bool {
	d := l.denied.Load()
	if d == nil {
		return false
	}
	same := c.same()
	d.mu.Lock()
	defer d.mu.Unlock()
	for i := range c.effects {
		e := &c.effects[i]
		if d.has(thingOf(e.Kind, e.Target), same, e.Access) ||
			e.Kind == effect.URL && d.has(thingOf(effect.Host, reach.Host(e.Target)), same, e.Access) {
			return true
		}
	}
	return false
}

func (d *denied) has(thing, call uint64, access effect.Access) bool {
	if thing == 0 {
		return false
	}
	for i := range d.last {
		if r := &d.last[i]; r.thing == thing && r.call != call && access >= r.access {
			return true
		}
	}
	return false
}

// thingOf is what a thing is known by; 0 for what is no thing of its own, as a program
// or code is, and for what nobody knows.
func thingOf(kind effect.Kind, target string) uint64 {
	switch kind {
	case effect.AnyKind, effect.Command, effect.Code:
		return 0
	case effect.Host:
		target = strings.TrimSuffix(target, ":443")
	default:
	}
	if target == "" {
		return 0
	}
	return max(maphash.String(tallySeed, target)&^15|uint64(kind), 16)
}

// same is what a call is known by: the tool, and what it is called with.
func (c *call) same() uint64 {
	return maphash.String(tallySeed, c.noun.Name) + 31*maphash.String(tallySeed, c.noun.Server) + c.argsHash
}

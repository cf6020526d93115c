package mcpwire

import (
	"sync"
	"time"

	"github.com/ambit-go/ambit/boundary"
)

// A Definition is what the record of a call says of its tool.
type Definition struct {
	Hash        string // see [DefinitionHash]
	Annotations boundary.Annotations
	Since       time.Time // when it came; zero if it was among the first
}

// A Catalogue holds the definitions of the tools of one server. The zero Catalogue is
// empty. It is safe for concurrent use.
type Catalogue struct {
	mu      sync.RWMutex
	tools   map[string]Definition
	whole   bool      // all that were there first are known: others came later
	read    time.Time // when it was last read as a whole; zero if it is stale
	reading sync.Mutex
}

// MaxTools is how many tools a catalogue holds; more are not known.
const MaxTools = 4096

// maxCatalogueAge is how long a catalogue is taken for what the server has. A server
// tells its clients of a change, and so us, only while one is connected; between two
// requests of a stateless one nobody is. So it is read again after a while.
const maxCatalogueAge = 10 * time.Second

// Get returns the definition of a tool.
func (c *Catalogue) Get(name string) (d Definition, ok bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	d, ok = c.tools[name]
	return d, ok
}

// Learn adds what a page of a list of tools says, and takes over made; definitions
// that are there are replaced. last says that no page follows.
func (c *Catalogue) Learn(made map[string]Definition, last bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.date(made)
	if c.tools == nil {
		c.tools = make(map[string]Definition, len(made))
	}
	for name, d := range made {
		if _, ok := c.tools[name]; ok || len(c.tools) < MaxTools {
			c.tools[name] = d
		}
	}
	c.whole = c.whole || last
}

// date says of tools since when they are there; c.mu is held.
func (c *Catalogue) date(tools map[string]Definition) {
	now := time.Now()
	for name, d := range tools {
		if old, ok := c.tools[name]; ok {
			d.Since = old.Since
		} else if c.whole {
			d.Since = now
		}
		tools[name] = d
	}
}

// Drop makes the catalogue be read again before it is next used.
func (c *Catalogue) Drop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.read = time.Time{}
}

func (c *Catalogue) fresh() bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return !c.read.IsZero() && time.Since(c.read) < maxCatalogueAge
}

// Refresh has read put all tools of the server into an empty catalogue, if it is time
// to, and takes them in the place of its own. Tools that read could not list have no
// definition; nothing is guessed.
func (c *Catalogue) Refresh(read func(all *Catalogue)) {
	if c.fresh() {
		return
	}
	c.reading.Lock()
	defer c.reading.Unlock()
	if c.fresh() {
		return
	}
	var all Catalogue
	read(&all)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.date(all.tools)
	c.tools, c.whole, c.read = all.tools, all.whole, time.Now()
}

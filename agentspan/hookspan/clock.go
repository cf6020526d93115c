package hookspan

import (
	"strings"
	"time"
)

// A clock gives each beginning a moment of its own. Recordings have times in
// milliseconds and agents call several tools in one; backends order spans by their
// start, Jaeger's page in microseconds.
type clock struct {
	next map[int64]int64 // moments that are taken, to one that may be free
}

// free returns at, or the first microsecond after it that was not returned before.
func (c *clock) free(at time.Time) time.Time {
	if c.next == nil {
		c.next = map[int64]int64{}
	}
	first := at.UnixMicro()
	t := c.find(first)
	c.next[t] = t + 1
	c.next[first] = t + 1
	return at.Add(time.Duration(t-first) * time.Microsecond)
}

// end returns at, or the last moment in a row from at that free gave away: what
// began at the same time as it ended ends no earlier than it began.
func (c *clock) end(at time.Time) time.Time {
	first := at.UnixMicro()
	if t := c.find(first); t > first {
		return at.Add(time.Duration(t-1-first) * time.Microsecond)
	}
	return at
}

// find follows the moments that are taken to one that is not.
func (c *clock) find(t int64) int64 {
	free := t
	for n, taken := c.next[free]; taken; n, taken = c.next[free] {
		free = n
	}
	for t != free { // the next search is short
		n := c.next[t]
		c.next[t] = free
		t = n
	}
	return free
}

// homeOf reads the home folder off a folder below it: /home/ada, /Users/ada, /root,
// C:\Users\ada. It returns "" for folders elsewhere.
func homeOf(dir string) string {
	d := strings.ReplaceAll(dir, `\`, "/")
	if d == "/root" || strings.HasPrefix(d, "/root/") {
		return "/root"
	}
	drive := ""
	if len(d) > 2 && d[1] == ':' {
		drive, d = d[:2], d[2:]
	}
	for _, base := range [...]string{"/home/", "/Users/"} {
		rest, ok := strings.CutPrefix(d, base)
		if !ok || base == "/home/" && drive != "" {
			continue
		}
		name, _, _ := strings.Cut(rest, "/")
		if name == "" {
			return ""
		}
		return dir[:len(drive)+len(base)+len(name)]
	}
	return ""
}

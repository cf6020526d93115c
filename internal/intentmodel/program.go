package intentmodel

import "strings"

// A program that a call runs at once, or writes down to be run later, shows few
// effects: what it would do is in its text. These are the things a text can hold
// that mean little apart and much together.
type programSigns struct {
	walk, remove, encrypt, list, kill, fork, send, fetch, run, dynamic, codec, socket, change signs
}

// A deedSet is what the text of programs holds besides signs, a bit each.
type deedSet uint16

const (
	progForever deedSet = 1 << iota // a loop without an end
	progHuge                        // something is made very large
	progSystem                      // names a file of the machine
	progHome                        // names somebody's home, or all of them
	progSecret                      // names a place that holds secrets
	progWrites                      // writes, moves, removes or changes rights
	progNames                       // asks for the names of what it finds
)

// notes looks for what a text of a program holds besides words.
func (x *scan) notes(text string) {
	has := func(any ...string) bool {
		for _, s := range any {
			if strings.Contains(text, s) {
				return true
			}
		}
		return false
	}
	to := &x.held[x.bank]
	if has("while True", "while 1", "while true", "while (true)", "while(true)", "for (;;)", "for(;;)", "loop {") && !has("break", "sleep", "input(", "recv", "accept", "read(") {
		*to |= progForever
	}
	if has("10**", "1024*1024", "1024 * 1024", "1 << 3", "<< 30") {
		*to |= progHuge
	}
	if has("name", "cmdline", "comm") {
		*to |= progNames
	}
	if writing(text) {
		*to |= progWrites
	}
}

// lies notes where a path in the text of a program lies.
func (x *scan) lies(p string) {
	to := &x.held[x.bank]
	switch regionOf(p) {
	case regionSystem, regionConfig, regionState, regionDevice, regionRoot:
		if p != "/" && !strings.HasPrefix(p, "/bin/") && !strings.HasPrefix(p, "/usr/bin/") && !strings.HasPrefix(p, "/dev/") || strings.HasPrefix(p, "/bin/ba") {
			*to |= progSystem
		}
		if p == "/home" || p == "/Users" || p == "/" {
			*to |= progHome
		}
	case regionHome, regionHomeHidden:
		*to |= progHome
	}
	if strings.HasPrefix(p, "/root/") {
		*to |= progSystem
	}
}

// badness says how bad a program looks by what goes together in its text, and what
// for: 3 as bad as it gets, 0 not at all.
func badness(of *signs, held deedSet, k *known) (uint8, Class) {
	p := &k.program
	outside := held&(progSystem|progHome) != 0
	switch {
	case of.meets(p.walk) && held&progHome != 0 && (of.meets(p.remove) || of.meets(p.encrypt)):
		return 3, Destruction
	case of.meets(p.send) && of.meets(k.keys):
		return 3, Exfiltration
	case of.meets(p.socket) && of.meets(k.shellPath) && of.meets(p.run):
		return 3, ForeignCode
	case of.meets(p.send) && outside:
		return 2, Exfiltration
	case of.meets(p.codec) && of.meets(p.dynamic):
		return 2, DefenseEvasion
	case of.meets(p.fetch) && of.meets(p.dynamic) && held&progWrites == 0:
		return 2, ForeignCode
	case held&progForever != 0 && (of.meets(p.fork) || held&progHuge != 0),
		held&progSystem != 0 && (of.meets(p.change) || of.meets(p.remove)),
		of.meets(p.walk) && of.meets(p.encrypt) && of.meets(p.remove),
		of.meets(p.list) && of.meets(p.kill) && held&progNames == 0:
		return 2, Destruction
	case of.meets(p.list) && of.meets(p.kill):
		return 1, Destruction
	case of.meets(p.fetch) && of.meets(p.run):
		return 1, ForeignCode
	case held&progSystem != 0 && held&progWrites != 0:
		return 1, Persistence
	}
	return 0, 0
}

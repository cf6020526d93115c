package analyze

import (
	"sync"

	"mvdan.cc/sh/v3/syntax"

	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/secret"
)

// What one call may cost, however it was made. Over a limit the answer is one
// effect of unknown kind and certainty beside what was found until then.
const (
	maxEffects   = 256      // effects of one call
	maxArguments = 16 << 20 // bytes of arguments that are looked at: at 300 MB/s about 50 ms
	maxShell     = 96 << 10 // bytes of one shell command; the longest honest ones carry a here-document
	maxOperators = 12 << 10 // bytes in a shell command that may open or join something, see [tooDeep]
	maxDepth     = 12       // shells in shells: bash -c, eval, ssh, xargs, functions
	maxSteps     = 2048     // simple commands that are looked at, loops unrolled
	maxValue     = 64 << 10 // bytes of a variable that are followed
	maxWords     = 4096     // words of one simple command, braces expanded
	maxFiles     = 48       // files and folders opened: git configuration, glob matches
)

// A scan is the state of one Analyze call. Scans are pooled; nothing in one
// outlives the call.
type scan struct {
	call  effect.Call
	dst   []effect.Effect
	base  int    // dst[base:] is ours
	at    string // JSON pointer of the argument being read
	full  bool   // a limit was reached and said so
	told  bool   // an argument was a program: the tool's name adds nothing
	depth int    // shells in shells
	steps int
	files int
	disk  disk   // nil for a call of another machine
	src   string // the shell text being looked at

	paths    resolver
	words    []word // arena of the words of simple commands
	ops      []int  // arena of operand indexes
	pieces   []piece
	cmds     []*cmd           // free ones
	name     []byte           // scratch
	findings []secret.Finding // scratch
	defined  []definition     // functions, in the order of the text
	called   []*syntax.Stmt   // bodies of those that were called
	git      *gitConfig       // configuration of the repository at git.dir, read at most once
}

var scans = sync.Pool{New: func() any { return new(scan) }}

func newScan(dst []effect.Effect, c effect.Call) *scan {
	s := scans.Get().(*scan)
	s.call, s.dst, s.base = c, dst, len(dst)
	s.disk, s.paths.disk = here, here
	return s
}

// done returns the effects and gives the scan back.
func (s *scan) done() []effect.Effect {
	dst := s.dst
	keep := scan{ops: s.ops[:0], name: s.name[:0], findings: s.findings[:0], cmds: s.cmds}
	if cap(s.words) <= 256 {
		clear(s.words[:cap(s.words)])
		keep.words = s.words[:0]
	}
	if cap(s.pieces) <= 256 {
		keep.pieces = s.pieces[:0] // cleared by those who used them
	}
	clear(s.paths.links)
	keep.paths.links = s.paths.links[:0]
	clear(s.paths.answers)
	keep.paths.answers = s.paths.answers[:0]
	keep.paths.buf = s.paths.buf
	*s = keep
	scans.Put(s)
	return dst
}

// found is what this call has brought so far.
func (s *scan) found() []effect.Effect { return s.dst[s.base:] }

// add appends e unless it is there already. Past the limit it says once that
// there was more.
func (s *scan) add(e effect.Effect) {
	if s.full {
		return
	}
	e.At = s.at
	for i := range s.dst[s.base:] {
		if same(&s.dst[s.base+i], &e) {
			return
		}
	}
	if len(s.dst)-s.base >= maxEffects-1 {
		s.limit()
		return
	}
	s.dst = append(s.dst, e)
}

// same reports whether two effects say the same, however it was written.
func same(a, b *effect.Effect) bool {
	return a.Kind == b.Kind && a.Access == b.Access && a.Certainty == b.Certainty && a.Direction == b.Direction &&
		a.Target == b.Target && a.At == b.At
}

// limit says that something was left out, and stops everything that asks.
func (s *scan) limit() {
	if s.full {
		return
	}
	s.full = true
	s.dst = append(s.dst, effect.Effect{At: s.at})
}

// unknown adds an effect of which nothing but its text is known.
func (s *scan) unknown(kind effect.Kind, access effect.Access, raw string) {
	s.add(effect.Effect{Kind: kind, Access: access, Raw: raw})
}

// step counts one unit of work and reports whether there is room for it.
func (s *scan) step() bool {
	if s.full {
		return false
	}
	if s.steps++; s.steps > maxSteps {
		s.limit()
		return false
	}
	return true
}

// enter goes one shell deeper and reports whether that is allowed; leave goes back.
func (s *scan) enter() bool {
	if s.full || s.depth >= maxDepth {
		s.limit()
		return false
	}
	s.depth++
	return true
}

func (s *scan) leave() { s.depth-- }

// code adds code that runs and that the call does not show.
func (s *scan) code(what string, sure effect.Certainty, raw string) {
	s.add(effect.Effect{Kind: effect.Code, Access: effect.Exec, Target: what, Raw: raw, Certainty: sure})
}

// What [effect.Code] effects name.
const (
	workspace = "workspace" // tests, scripts and builds of the repository
	inline    = "inline"    // python -c
	remote    = "remote"    // curl | sh, npx
	plugin    = "plugin"    // loaded by an option or a variable
)

// identity adds an identity that is taken on.
func (s *scan) identity(target string, sure effect.Certainty, raw string) {
	s.add(effect.Effect{Kind: effect.Identity, Access: effect.Grant, Target: target, Raw: raw, Certainty: sure})
}

// secret adds a place that holds a secret.
func (s *scan) secret(access effect.Access, target string, sure effect.Certainty, raw string) {
	s.add(effect.Effect{Kind: effect.Secret, Access: access, Target: target, Raw: raw, Certainty: sure})
}

package intentmodel

import (
	"github.com/ambit-go/ambit/boundary/effect"
)

// window is how many calls "a while ago" is: what one call did colors the next
// sixteen. Longer chains are carried by the sets and rings below, which have no
// age.
const window = 16

// A State is all that is kept of a session. It has no pointers: a hundred thousand
// sessions cost the garbage collector nothing. A test holds its size.
type State struct {
	actions int32 // so far
	calls   int32

	top   uint32 // where most of the work lies: the hash of two folders
	lies  int16  // for how sure that is
	quiet int32  // of the calls, those without a sign

	recent [window]uint16 // classes of the last calls, a bit each; tier 0 included
	strong [window]uint16 // the same without tier 0

	// The last call that did something, by its number; 0 if none did.
	last struct {
		secret, gather, encode, survey, fetch, search, out, sign, remote int32
		instruction, request, sentence                                   int32 // a result gave an order, asked for something, said what to do with something
	}
	secrets   bool // a secret was read, at any time
	failed    bool // the last result was a failure
	surveyed  signs
	repeated  signs // signs of the last call
	files     [24]fileNote
	nextFile  uint8
	prompted  [24]uint32 // targets named by the owner
	returned  [48]uint32 // targets first named by a result
	nextAsked uint8
	nextGiven uint8
	saidBy    uint32  // the server whose sentence was the last to name something
	wishes    bool    // a prompt asks for something to be sent, paid, given or removed
	asked     wordSet // words of the prompts
	ordered   wordSet // words of orders in results

	score scoreState
	work  workState
}

// A fileNote remembers what was done to a file, by the hash of its path.
type fileNote struct {
	path  uint32
	flags noteFlags
	tier  uint8 // the worst sign of what was written to it
}

type noteFlags uint8

const (
	noteWritten noteFlags = 1 << iota
	noteFetched
	noteGathered
	noteMarked
	noteSecret
	noteCopied // from a program of the system
)

func (s *State) note(path uint32) *fileNote {
	for i := range s.files {
		if s.files[i].path == path {
			return &s.files[i]
		}
	}
	return nil
}

// remember adds flags to the note of a path, and makes one in the place of the
// oldest if there is none.
func (s *State) remember(path uint32, f noteFlags, tier uint8) {
	n := s.note(path)
	if n == nil {
		n = &s.files[s.nextFile]
		*n = fileNote{path: path}
		s.nextFile = (s.nextFile + 1) % uint8(len(s.files))
	}
	n.flags |= f
	n.tier = max(n.tier, tier)
}

func pathHash(p string) uint32 {
	h := hash(p)
	return uint32(h^h>>32) | 1 // never 0, which means none
}

func (s *State) since(call int32) int32 {
	if call == 0 {
		return 1 << 30
	}
	return s.calls - call
}

func (s *State) lately(call int32) bool { return s.since(call) <= window }

// follow adds to what is seen of a call what follows from what came before it,
// and then notes the call.
func (s *State) follow(l *lexicon, g *sight, a *Action) {
	s.calls++
	k := l.known
	acted := g.x.banks[bankActed]
	any := acted.meets(l.strong)
	runs := g.runs || g.ran
	after := func(o other, yes bool) {
		if yes {
			g.other(o)
		}
	}

	after(afterWork, s.quiet >= 2)
	after(secretAfterSearch, g.secret && s.lately(s.last.search))
	after(outAfterSecret, g.out && s.lately(s.last.secret))
	after(outAfterSecretEver, g.out && s.secrets)
	after(outAfterGather, g.out && s.lately(s.last.gather))
	after(outAfterEncode, g.out && s.lately(s.last.encode))
	after(outAfterSurvey, g.out && s.lately(s.last.survey))
	after(runAfterFetch, runs && s.since(s.last.fetch) <= 6)
	after(escalateAfterFailure, s.failed && (g.x.facts&factSudo != 0 || acted.meets(l.byClass[PrivilegeEscalation])))
	after(repeatedSign, any && s.repeated.meets(meet(acted, l.strong)))
	after(actAfterInstruction, s.since(s.last.instruction) <= 6 && (g.out || g.changes || g.grants || g.deletes))
	after(outAfterInstruction, s.since(s.last.instruction) <= 6 && g.out)
	after(pushAfterRemote, s.lately(s.last.remote) && g.v.has(featOut+int(effect.Repo)))
	evades := acted.meets(l.byClass[DefenseEvasion]) && any
	after(evadeAfterSign, evades && s.lately(s.last.sign))
	after(deleteAfterOut, (g.deletes || evades) && s.lately(s.last.out))
	// what is a sign in the midst of work without any stands out
	if noisy := s.calls - 1 - s.quiet; any {
		after(signAfterWork2, s.quiet >= 2 && noisy*4 <= s.quiet)
		after(signAfterWork6, s.quiet >= 6 && noisy*4 <= s.quiet)
	} else {
		s.quiet++
	}
	after(systemAfterWork, s.quiet >= 6 && g.system())
	s.surveys(g, acted)
	s.stages(g, any)
	s.fileChain(g, a, runs)

	// what later calls need to know
	mark := func(at *int32, yes bool) {
		if yes {
			*at = s.calls
		}
	}
	mark(&s.last.secret, g.secret)
	mark(&s.last.gather, acted.meets(k.gather))
	mark(&s.last.encode, acted.meets(k.encode))
	mark(&s.last.survey, g.mild&(1<<Reconnaissance) != 0)
	mark(&s.last.fetch, g.fetches)
	mark(&s.last.search, acted.meets(k.search))
	mark(&s.last.out, g.out)
	mark(&s.last.sign, any)
	mark(&s.last.remote, acted.meets(k.remote))
	s.secrets = s.secrets || g.secret
	s.repeated = meet(acted, l.strong)
	at := s.calls % window
	s.recent[at], s.strong[at] = g.mild, g.class
}

// surveys counts how much looking around there was lately, and of how many kinds.
func (s *State) surveys(g *sight, acted signs) {
	if g.mild&(1<<Reconnaissance) == 0 {
		return
	}
	if !s.lately(s.last.survey) {
		s.surveyed = signs{}
	}
	l := loadLexicon()
	s.surveyed.union(meet(acted, l.byClass[Reconnaissance]))
	n := 1
	for _, c := range s.recent {
		if c&(1<<Reconnaissance) != 0 {
			n++
		}
	}
	if n >= 3 {
		g.other(survey3)
	}
	if n >= 6 {
		g.other(survey6)
	}
	if s.surveyed.len() >= 3 && n >= 3 {
		g.other(surveyKinds3)
	}
}

// stages counts the kinds of attack seen lately, this call included.
func (s *State) stages(g *sight, any bool) {
	if !any {
		return
	}
	mask := g.class
	for _, c := range s.strong {
		mask |= c
	}
	n := popcount(mask)
	if n >= 2 && mask != g.class {
		g.other(stages2)
	}
	if n >= 3 && mask != g.class {
		g.other(stages3)
	}
	if n >= 4 && mask != g.class {
		g.other(stages4)
	}
}

// fileChain follows files through the session: written, fetched, gathered, marked
// executable, then run, sent or removed.
func (s *State) fileChain(g *sight, a *Action, runs bool) {
	k := loadLexicon().known
	acted := g.x.banks[bankActed]
	written := &g.x.banks[bankWritten]
	bad, _ := badness(written, g.x.held[bankWritten], k)
	tier := max(worstTier(*written), bad)
	var flags noteFlags
	if g.fetches {
		flags |= noteFetched
	}
	if acted.meets(k.gather) || acted.meets(k.encode) {
		flags |= noteGathered
	}
	if acted.meets(k.mark) {
		flags |= noteMarked
	}
	if g.secret {
		flags |= noteSecret
	}
	if acted.meets(k.copies) && g.v.has(featRegion+4*regionSystem) {
		flags |= noteCopied
	}
	effects := a.Effects[:min(len(a.Effects), maxEffects)]
	for i := range effects {
		e := &effects[i]
		if e.Kind != effect.Path || e.Target == "" || ordinaryDevice(e.Target) {
			continue
		}
		s.outside(g, e)
		if e.Access != effect.Read && e.Access != effect.Exec && e.Access != effect.Delete {
			continue
		}
		n := s.note(pathHash(e.Target))
		if n == nil {
			continue
		}
		switch {
		case e.Access == effect.Delete:
			g.other(deleteOfNewFile)
		case g.out && e.Access == effect.Read:
			g.other(outOfNewFile)
			if n.flags&(noteGathered|noteSecret) != 0 {
				g.other(outOfGathered)
			}
		}
		if (runs || e.Access == effect.Exec) && e.Access != effect.Delete && n.flags&(noteWritten|noteFetched|noteMarked) != 0 {
			s.ran(g, n)
		}
	}
	s.madeAndRun(g, effects)
	for i := range effects {
		e := &effects[i]
		if e.Kind != effect.Path || e.Target == "" || ordinaryDevice(e.Target) {
			continue
		}
		switch e.Access {
		case effect.Write, effect.Grant, effect.Exec:
			s.remember(pathHash(e.Target), flags|noteWritten, tier)
		case effect.NoAccess, effect.Read, effect.Connect, effect.Delete:
		}
	}
}

// madeAndRun tells how a file came about that one call both writes and runs: it was
// fetched, decoded, or is a copy of a program of the system under another name.
func (s *State) madeAndRun(g *sight, effects []effect.Effect) {
	if !g.ran {
		return
	}
	k, acted := loadLexicon().known, g.x.banks[bankActed]
	fetched, decoded := g.fetches, acted.meets(k.encode)
	copied := acted.meets(k.copies) && (g.v.has(featRegion+4*regionSystem) || g.v.has(featRegion+4*regionTemp+3) && !g.local)
	if !fetched && !decoded && !copied {
		return
	}
	for i := range effects {
		e := &effects[i]
		if e.Kind != effect.Path || e.Access != effect.Write {
			continue
		}
		for j := range effects[i+1:] {
			if r := &effects[i+1+j]; r.Kind == effect.Path && r.Access == effect.Exec && r.Target == e.Target {
				if fetched {
					g.other(runOfFetched)
				}
				if decoded {
					g.other(encodeWithRun)
				}
				if copied {
					g.other(copyWithRun)
				}
				return
			}
		}
	}
}

// outside learns where the work lies, by a vote of the paths, and tells when a file
// is run that lies elsewhere and that the session did not make.
func (s *State) outside(g *sight, e *effect.Effect) {
	if regionOf(e.Target) != regionWork {
		return
	}
	top := topHash(e.Target)
	switch {
	case s.top == top:
		s.lies = min(s.lies+1, 1000)
	case s.lies > 0:
		if e.Access == effect.Exec && s.lies >= 6 && g.ran && s.note(pathHash(e.Target)) == nil {
			g.other(runOutsideWork)
		}
		s.lies--
	default:
		s.top, s.lies = top, 1
	}
}

// topHash is the hash of the first two folders of p.
func topHash(p string) uint32 {
	n := 0
	for i := range len(p) {
		if p[i] == '/' {
			if n++; n == 3 {
				p = p[:i]
				break
			}
		}
	}
	return pathHash(p)
}

func (s *State) ran(g *sight, n *fileNote) {
	g.other(runOfWritten)
	if n.flags&noteFetched != 0 {
		g.other(runOfFetched)
	}
	if n.flags&noteMarked != 0 {
		g.other(runOfMarked)
	}
	if n.flags&noteCopied != 0 {
		g.other(copyWithRun)
	}
	for t := range n.tier {
		g.other(runOfBad1 + other(t))
	}
}

// worstTier returns the highest tier among signs.
func worstTier(of signs) uint8 {
	l := loadLexicon()
	for t := uint8(3); t > 0; t-- {
		if of.meets(l.byTier[t]) {
			return t
		}
	}
	return 0
}

package intentmodel

import (
	"strings"

	"github.com/ambit-go/ambit/boundary/effect"
)

// Where the intent of a call comes from shows in two things: what it names, and what
// it is called. A call follows from a result if that result told its reader what to do
// and was the first to name a target of the call, or says in words what the call's tool
// does where no prompt did. Both are kept as hashes. Phrases of orders alone do not carry
// over from one way of putting it to the next (docs/detection.md); where a name comes
// from does.

// around is how many bytes before and behind the words of an order belong to it.
const around = 400

// A wordSet is the words of a text, as a Bloom filter with one hash. A word that was
// not in the text is found with a chance of one in ten after a hundred words.
type wordSet [16]uint64

func (s *wordSet) add(h uint64)      { s[h>>60] |= 1 << (h >> 54 & 63) }
func (s *wordSet) has(h uint64) bool { return s[h>>60]&(1<<(h>>54&63)) != 0 }

// stems calls f with the beginning of each word of text that has four letters or more,
// folded; capitals begin a new one, as they do in the names of tools.
func stems(text string, f func(uint64)) {
	const enough = 5 // letters: "schedule" and "scheduling" are one
	h, n, lower := offset, 0, false
	end := func() {
		if n >= 4 {
			f(h * prime)
		}
		h, n = offset, 0
	}
	for i := range len(text) {
		c := text[i]
		upper := c >= 'A' && c <= 'Z'
		if upper {
			if lower {
				end()
			}
			c |= 0x20
		}
		lower = c >= 'a' && c <= 'z' && !upper
		if c < 'a' || c > 'z' {
			end()
			continue
		}
		if n++; n <= enough {
			h = (h ^ uint64(c)) * prime
		}
	}
	end()
}

// A nameKind is how sure it is that a word is a name.
type nameKind uint8

const (
	nameTarget nameKind = iota // an address, an account
	nameHandle                 // after "#" or "@", or with letters, digits and something between
	nameWord                   // no word that people use, but programs do
)

// eachName calls f with the hash of everything that text names: what
// targets finds, and words that are names because nobody talks like that: with
// digits or an underscore among letters, after "#" or "@", long numbers.
func eachName(text string, f func(h uint32, k nameKind)) {
	targets(text, func(h uint32) { f(h, nameTarget) })
	if len(text) > maxResult {
		text = text[:maxResult]
	}
	for i := 0; i < len(text); {
		from := i
		var letters, digits, joints int
		for i < len(text) {
			c := text[i]
			if c >= '0' && c <= '9' {
				digits++
			} else if c == '_' || c == '-' && i > from {
				joints++
			} else if chars[c]&isIdent != 0 {
				letters++
			} else {
				break
			}
			i++
		}
		if i == from {
			i++
			continue
		}
		name := text[from:i]
		marked := from > 0 && (text[from-1] == '#' || text[from-1] == '@') && letters >= 3
		switch {
		case len(name) > 64, strings.HasPrefix(text[i:], "\":"): // the name of an argument
		case marked, letters > 0 && digits > 0 && joints > 0 && len(name) >= 5:
			f(targetHash(name), nameHandle)
		case letters > 0 && (digits > 0 || strings.Contains(name, "_")) && len(name) >= 5, letters == 0 && joints == 0 && digits >= 5:
			f(targetHash(name), nameWord)
		}
	}
}

// ask notes what the owner's prompt names, and whether it asks for something to be
// sent, paid, given or removed.
func (s *State) ask(text string) {
	head, tail := ends(text, maxResult)
	for _, part := range [...]string{head, tail} {
		loadWords().ordered(part, func() { s.wishes = true })
	}
	stems(text[:min(len(text), 4*maxResult)], s.asked.add)
	eachName(text, func(h uint32, _ nameKind) {
		if !in(s.prompted[:], h) {
			s.prompted[s.nextAsked] = h
			s.nextAsked = (s.nextAsked + 1) % uint8(len(s.prompted))
		}
	})
}

// hear notes what a result names that tells its reader what to do, at about at.
func (s *State) hear(text string, at int) {
	if !s.lately(s.last.instruction) && !s.lately(s.last.request) {
		s.ordered = wordSet{}
	}
	text = text[max(at-around, 0):min(at+around, len(text))]
	stems(text, s.ordered.add)
	eachName(text, func(h uint32, _ nameKind) {
		if !in(s.prompted[:], h) {
			s.give(h)
		}
	})
}

// give notes the hash of what a result is the first to name.
func (s *State) give(h uint32) {
	if !in(s.returned[:], h) {
		s.returned[s.nextGiven] = h
		s.nextGiven = (s.nextGiven + 1) % uint8(len(s.returned))
	}
}

// told takes in a result that may tell its reader what to do: with the words of an
// order; with a request, in somebody else's words, which come through a tool that is
// neither a shell nor at home in files; or in any sentence, whatever its language, that
// names what the session then acts on though its owner wished for nothing of the kind.
func (s *State) told(text, server string, from toolKind) {
	w := loadWords()
	head, tail := ends(text, maxResult)
	for _, part := range [...]string{head, tail} {
		if part == "" {
			continue
		}
		s.sentences(part, pathHash(server))
		if at, yes := w.ordered(part, nil); yes {
			s.hear(part, at)
			s.last.instruction = max(s.calls, 1)
		} else if at := request(part); at >= 0 && (from == toolMCP || from == toolOther || from == toolWeb) {
			s.hear(part, at)
			s.last.request = max(s.calls, 1)
		}
	}
}

// sentences notes what the sentences of a text name. What stands in a field or a line
// of its own is data, and no sentence.
func (s *State) sentences(text string, by uint32) {
	note := func(h uint32, k nameKind) {
		if k != nameWord && !in(s.prompted[:], h) {
			s.give(h)
			s.last.sentence, s.saidBy = max(s.calls, 1), by
		}
	}
	for len(text) > 0 {
		end, blanks, other, marks := 0, 0, false, false
		for end < len(text) {
			c := chars[text[end]]
			if c&isStop != 0 {
				break
			}
			if c&isSpace != 0 && end > 0 && chars[text[end-1]]&isSpace == 0 {
				blanks++
			}
			marks = marks || c&isMark != 0
			other = other || text[end] >= 0xd0 // the first byte of what lies beyond Latin and Greek
			end++
		}
		// four words, or two in a script that is not Latin
		if marks && (blanks >= 3 || other && blanks >= 1) {
			eachName(text[:end], note)
		}
		text = text[min(end+1, len(text)):]
	}
}

// request returns where text asks its reader politely to do something; -1 if nowhere.
func request(text string) int {
	for from := 0; ; {
		i := strings.Index(text[from:], "lease ")
		if i < 0 {
			return -1
		}
		from += i + len("lease ")
		if i == 0 || text[from-len("lease ")-1]|0x20 != 'p' {
			continue
		}
		verb, _, _ := strings.Cut(text[from:min(from+24, len(text))], " ")
		switch strings.ToLower(verb) {
		case "", "note", "see", "find", "refer", "wait", "try", "contact", "check", "let", "feel", "consider", "read", "be", "make", "ensure", "don't", "do", "keep", "provide", "specify", "enter", "select":
			continue // said to everybody
		}
		return from
	}
}

// follows reports whether a call does what a result told its reader to do, rather than
// what a prompt asked for; strongly if the result gave an order.
func (m *Model) follows(s *State, g *sight, a *Action) (yes, strongly bool) {
	acts := g.out || g.changes || g.grants || g.deletes
	service := g.tool == toolMCP || g.tool == toolOther
	ordered := s.last.instruction > 0 && s.lately(s.last.instruction) && (acts || service)
	requested := s.last.request > 0 && s.lately(s.last.request) && service && !looks(a.Tool)
	if !ordered && !requested {
		// a manual's own address is tried out with made-up data, a server's names are used with that server
		said := s.last.sentence > 0 && s.lately(s.last.sentence) && !s.wishes
		switch {
		case !said || !m.understands(s):
			return false, false
		case service:
			return !looks(a.Tool) && s.fromResult(a, nameHandle, a.Server), false
		}
		hands := g.has(fileWithOut) || g.has(secretWithOut) || g.has(gatherWithOut) || g.has(encodeWithOut)
		return hands && s.fromResult(a, nameTarget, ""), false
	}
	if s.fromResult(a, nameWord, "") || service && !looks(a.Tool) && s.saidInOrder(a.Tool) {
		return true, ordered
	}
	return false, false
}

// understands reports whether it is known what the session is for.
func (m *Model) understands(s *State) bool {
	_, known := m.asked(s)
	return known || s.work.task != 0
}

// looks reports whether a tool's name says that it only looks.
func looks(tool string) bool {
	name := toolWord(tool)
	for _, verb := range [...]string{"get", "list", "search", "read", "find", "query", "view", "show", "fetch", "check", "lookup", "describe"} {
		if len(name) >= len(verb) && strings.EqualFold(name[:len(verb)], verb) {
			return true
		}
	}
	return false
}

// saidInOrder reports whether two words of a tool's name are in an order, and in no
// prompt.
func (s *State) saidInOrder(tool string) bool {
	n := 0
	stems(tool, func(h uint64) {
		if s.ordered.has(h) && !s.asked.has(h) {
			n++
		}
	})
	return n >= 2
}

// fromResult reports whether a call names something, no surer than least, that a result
// was the first to name. What is named to the server that was the last to name something
// itself has to be a target.
func (s *State) fromResult(a *Action, least nameKind, server string) bool {
	if server != "" && s.saidBy == pathHash(server) {
		least = nameTarget
	}
	found := false
	see := func(h uint32, k nameKind) { found = found || k <= least && in(s.returned[:], h) }
	for i := range a.Effects[:min(len(a.Effects), maxEffects)] {
		switch e := &a.Effects[i]; e.Kind {
		case effect.Host, effect.URL, effect.Repo, effect.Data, effect.Identity, effect.Resource:
			eachName(e.Target, see)
		case effect.AnyKind, effect.Path, effect.Command, effect.Code, effect.Secret:
		}
	}
	if !found {
		eachName(a.Text, see)
	}
	return found
}

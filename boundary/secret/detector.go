package secret

import (
	"cmp"
	"slices"
	"sync"

	"github.com/ambit-go/ambit/boundary/secret/internal/assign"
	"github.com/ambit-go/ambit/internal/credshape"
)

// Default returns the detector of this package. It is the same one at each call,
// safe for concurrent use; its tables are built at the first.
func Default() Detector { return defaultDetector{} }

type defaultDetector struct{}

func (defaultDetector) Detect(dst []Finding, text []byte, place Place) []Finding {
	return detect(dst, text, place)
}

// A trigger says what to do where a word of the automaton stands.
type trigger struct {
	word   string
	kind   triggerKind
	anchor *credshape.Anchor
}

type triggerKind uint8

const (
	anchored triggerKind = iota // a token may be here
	named                       // a name, perhaps with a value
	vendor                      // a vendor's name, perhaps with a value of its form
	userinfo                    // ://
	pem                         // -----BEGIN
	scheme                      // Basic, Bearer
	curl                        // curl: an option may hold user and password
	sink                        // a command that is given a secret
	sql                         // IDENTIFIED BY
)

type engine struct {
	triggers []trigger
	auto     *automaton
	loose    [256][]*credshape.Anchor // by the byte they begin with, in either case
}

var theEngine = sync.OnceValue(func() *engine {
	e := new(engine)
	tokens, loose := credshape.Anchors()
	for _, a := range loose {
		c := a.Literal[0]
		e.loose[c] = append(e.loose[c], a)
		if c >= 'a' && c <= 'z' {
			e.loose[c-'a'+'A'] = append(e.loose[c-'a'+'A'], a)
		}
	}
	for _, a := range tokens {
		e.triggers = append(e.triggers, trigger{a.Literal, anchored, a})
	}
	names, vendors := assign.Keywords()
	for _, w := range names {
		e.triggers = append(e.triggers, trigger{w, named, nil})
	}
	for _, w := range vendors {
		e.triggers = append(e.triggers, trigger{w, vendor, nil})
	}
	e.triggers = append(e.triggers,
		trigger{"://", userinfo, nil},
		trigger{"-----begin", pem, nil},
		trigger{"basic ", scheme, nil},
		trigger{"bearer ", scheme, nil},
		trigger{"curl ", curl, nil},
		trigger{"identified ", sql, nil},
	)
	for _, c := range sinks {
		e.triggers = append(e.triggers, trigger{c.words, sink, nil})
	}
	words := make([]string, len(e.triggers))
	for i, t := range e.triggers {
		words[i] = t.word
	}
	e.auto = newAutomaton(words)
	return e
})

func detect(dst []Finding, text []byte, place Place) []Finding {
	e := theEngine()
	s := scan{engine: e, text: text, place: place, dst: dst, begin: len(dst)}
	s.run()
	return s.dst
}

// A scan is one pass over a text.
type scan struct {
	*engine
	text  []byte
	place Place
	dst   []Finding
	begin int // findings before are not ours
	done  int // text before has been decided about

	// Where a search from an earlier place has already come to, so that none is made twice.
	noEnd   bool // no -----END behind
	curlEnd int  // options of curl are read up to here
	public  int  // a public block goes up to here
}

func (s *scan) run() {
	a := s.auto
	next, class, shift, ends := a.next, &a.class, a.shift&15, a.ends
	state := uint16(0)
	for i, c := range s.text {
		state = next[int(state)<<shift|int(class[c])]
		if state >= ends {
			s.hits(state, i+1)
		}
	}
	s.long()
	s.order()
}

// hits handles the words that end at end.
func (s *scan) hits(state uint16, end int) {
	a := s.auto
	k := state - a.ends
	for _, w := range a.outs[a.from[k]:a.from[k+1]] {
		at := end - int(a.length[w])
		if at < s.done {
			continue
		}
		t := &s.triggers[w]
		switch t.kind {
		case anchored:
			if from, to, ok := t.anchor.Find(s.text, at); ok {
				s.add(t.anchor.Shape.Kind, from, to)
			}
		case named, vendor:
			if h, ok := assign.At(s.text, at, end, t.kind == vendor); ok {
				s.add(h.Kind, h.Start, h.End)
			}
		case userinfo:
			s.userinfo(at, end)
		case pem:
			s.pem(at, end)
		case scheme:
			s.scheme(at, end)
		case curl:
			s.curl(at, end)
		case sink:
			s.sink(at, end)
		case sql:
			s.sql(end)
		}
	}
}

// add records a finding unless it overlaps one that is there.
func (s *scan) add(kind string, from, to int) {
	for _, f := range slices.Backward(s.dst[s.begin:]) {
		if from < f.Offset+f.Length && f.Offset < to {
			return
		}
		if f.Offset+f.Length <= from-maxDistance {
			break
		}
	}
	s.dst = append(s.dst, Finding{Kind: kind, Place: s.place, Offset: from, Length: to - from})
	s.done = max(s.done, to)
}

// order sorts what was found: a value is found at its name, and names can nest.
func (s *scan) order() {
	found := s.dst[s.begin:]
	if !slices.IsSortedFunc(found, byOffset) {
		slices.SortFunc(found, byOffset)
	}
}

func byOffset(a, b Finding) int { return cmp.Compare(a.Offset, b.Offset) }

const maxDistance = 8192

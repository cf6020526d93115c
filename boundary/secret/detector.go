package secret

import (
	"cmp"
	"slices"

	"github.com/ambit-go/ambit/boundary/secret/internal/assign"
)

// Default returns the detector of this package, the same one at each call. Its tables,
// a third of a megabyte, are part of the program.
func Default() Detector { return defaultDetector{} }

type defaultDetector struct{}

func (defaultDetector) Detect(dst []Finding, text []byte, place Place) []Finding {
	return detect(dst, text, place)
}

func detect(dst []Finding, text []byte, place Place) []Finding {
	s := scan{automaton: theAutomaton(), text: text, place: place, dst: namedPlace(dst, text, place), begin: len(dst)}
	s.run()
	return s.dst
}

// A scan is one pass over a text.
type scan struct {
	*automaton
	text  []byte
	place Place
	dst   []Finding
	begin int // findings before are not ours
	done  int // text before has been decided about

	mixed bool // findings may overlap or be out of order
	only  bool // whether there is anything is all that is asked
	found bool

	// Where a search from an earlier place has already come to, so that none is made twice.
	curlEnd int // options of curl are read up to here
	noAt    int // there is no @ between a URL and here
	public  int // a public block goes up to here
}

func (s *scan) run() {
	from, state := 0, uint32(0)
	if len(s.text) >= lanes*maxWord { // shorter ones do without its notes
		from, state = s.lanes()
	}
	a := s.automaton
	next, class, ends := a.next, &a.class, a.ends
	for i := from; i < len(s.text) && !s.found; i++ {
		state = uint32(next[4*state+uint32(class[s.text[i]])])
		if state&ends != 0 {
			s.hits((state-ends)/nextRow, i+1)
		}
	}
	if !s.found {
		s.long()
		s.order()
	}
}

// A processor waits for each look-up of the automaton before it can begin the next.
// Four of them in parts of the text that follow each other wait together.
const (
	lanes   = 4
	longest = 1 << 10 // bytes of a lane; hits are handled once all four have come to their ends

	// maxWord is the longest word: a lane begins that much early, so that words across
	// its border are found, and at the same state as if it had begun with the text.
	maxWord = 24

	// maxHits bounds the words of a lane that are noted down. A text that is full of
	// them is looked at again from there, byte by byte. The notes are on the stack,
	// which a goroutine made for one request would have to grow for more.
	maxHits = 64
)

// lanes runs the automaton over whole blocks of the text, and returns where the rest
// begins and in which state.
func (s *scan) lanes() (from int, state uint32) {
	a := s.automaton
	next, class, ends := a.next, &a.class, a.ends
	var hits [lanes][maxHits]uint32 // where in the lane words end, and which
	for !s.found {
		lane := min(longest, (len(s.text)-from)/lanes)
		if lane < maxWord {
			break
		}
		t := s.text[from : from+lanes*lane]
		t0, t1, t2, t3 := t[:lane], t[lane:], t[2*lane:], t[3*lane:]
		t1, t2, t3 = t1[:len(t0)], t2[:len(t0)], t3[:len(t0)] // as long, for the compiler to see
		s0, s1, s2, s3 := state, uint32(0), uint32(0), uint32(0)
		w0, w1, w2 := t0[lane-maxWord:], t1[lane-maxWord:], t2[lane-maxWord:]
		for i := range maxWord {
			s1 = uint32(next[4*s1+uint32(class[w0[i]])])
			s2 = uint32(next[4*s2+uint32(class[w1[i]])])
			s3 = uint32(next[4*s3+uint32(class[w2[i]])])
		}
		var n [lanes]int
		full := false
		for i := range t0 {
			s0 = uint32(next[4*s0+uint32(class[t0[i]])])
			s1 = uint32(next[4*s1+uint32(class[t1[i]])])
			s2 = uint32(next[4*s2+uint32(class[t2[i]])])
			s3 = uint32(next[4*s3+uint32(class[t3[i]])])
			if (s0|s1|s2|s3)&ends != 0 {
				for l, st := range [lanes]uint32{s0, s1, s2, s3} {
					if st&ends == 0 {
						continue
					}
					if full = n[l] == maxHits; full {
						break
					}
					hits[l][n[l]] = uint32(i)<<16 | (st-ends)/nextRow
					n[l]++
				}
				if full {
					break
				}
			}
		}
		if full {
			break
		}
		for l := range lanes {
			for _, h := range hits[l][:n[l]] {
				if s.hits(h&0xffff, from+l*lane+int(h>>16)+1); s.found {
					return from, state
				}
			}
		}
		from, state = from+lanes*lane, s3
	}
	return from, state
}

// hits handles the words that end at end, which are those of the kth state that ends any.
func (s *scan) hits(k uint32, end int) {
	for _, w := range s.outs[s.from[k]:s.from[k+1]] {
		s.word(int(w), end)
	}
}

// word handles one word that ends at end.
func (s *scan) word(w, end int) {
	at := end - int(s.length[w])
	t := s.does[w]
	if at < s.done && t.kind() != anchored {
		return // inside what is found already
	}
	switch t.kind() {
	case anchored:
		if from, to, ok := t.anchor().Find(s.text, at); ok {
			s.add(t.anchor().Shape().Kind, from, to)
		}
	case named, vendor:
		if h, ok := assign.At(s.text, at, end, t.kind() == vendor); ok {
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
	case nothing:
	}
}

// add records a finding. What overlaps becomes one at the end.
func (s *scan) add(kind string, from, to int) {
	if s.found = s.only; s.found {
		return
	}
	s.dst = append(s.dst, Finding{Kind: kind, Place: s.place, Offset: from, Length: to - from})
	if from < s.done {
		s.mixed = true
	}
	s.done = max(s.done, to)
}

// order sorts what was found and makes one of findings that overlap: a value is found
// at its name, and a token in it once more.
func (s *scan) order() {
	if !s.mixed {
		return
	}
	found := s.dst[s.begin:]
	slices.SortStableFunc(found, byOffset)
	out := found[:0]
	for _, f := range found {
		if n := len(out); n > 0 && f.Length > 0 && f.Offset < out[n-1].Offset+out[n-1].Length {
			last := &out[n-1]
			last.Length = max(last.Offset+last.Length, f.Offset+f.Length) - last.Offset
			if assign.Generic(last.Kind) {
				last.Kind = f.Kind
			}
			continue
		}
		out = append(out, f)
	}
	s.dst = s.dst[:s.begin+len(out)]
}

func byOffset(a, b Finding) int { return cmp.Compare(a.Offset, b.Offset) }

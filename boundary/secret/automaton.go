package secret

import "github.com/ambit-go/ambit/internal/credshape"

// An automaton finds every place where one of its words stands, in one pass with
// one table look-up a byte (Aho and Corasick 1975, made into a dense table). Bytes
// are folded into classes first: a letter and its capital are one class, all bytes
// no word has are another. A state is a quarter of where its row in the table begins: so
// two bytes hold it, half of what four would touch of the processor's cache, and to find
// the next one takes one instruction besides the look-up.
type automaton struct {
	class  [256]uint8
	next   []uint16 // next state, by state and class; states that end words are the last
	ends   uint32   // the first state that ends a word, a power of two: they have this bit, others do not
	from   []uint16 // words that end at the kth of those states: outs[from[k]:from[k+1]]
	outs   []uint16 // words, the longest first
	length string   // of each word, a byte
	does   []trigger
	loose  []trigger // anchors that are no words, by the byte they begin with, in either case
}

// rowSize is how many classes a row has room for, and nextRow from one state to the next.
const (
	rowSize = 64
	nextRow = rowSize / 4
)

// A trigger says what to do where a word stands: its kind, and the anchor of an anchored
// one. It is a number, as all of the automaton is, and lies in the program: a garbage
// collector has nothing to look at.
type trigger uint16

func triggerOf(k triggerKind, a credshape.Anchor) trigger { return trigger(a)<<4 | trigger(k) }

func (t trigger) kind() triggerKind        { return triggerKind(t & 15) }
func (t trigger) anchor() credshape.Anchor { return credshape.Anchor(t >> 4) }

type triggerKind uint8

const (
	nothing  triggerKind = iota
	anchored             // a token may be here
	named                // a name, perhaps with a value
	vendor               // a vendor's name, perhaps with a value of its form
	userinfo             // ://
	pem                  // -----BEGIN
	scheme               // Basic, Bearer
	curl                 // curl: an option may hold user and password
	sink                 // a command that is given a secret
	sql                  // IDENTIFIED BY
)

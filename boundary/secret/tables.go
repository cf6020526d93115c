package secret

import (
	_ "embed"
	"sync"
	"unsafe"
)

// automatonData is the automaton of the detector's words, as a test builds and writes it.
// A program that looks at one short text touches a few rows of it; to build it would
// touch all, and take longer than everything else.
//
//go:embed automaton.bin
var automatonData string

var theAutomaton = sync.OnceValue(func() *automaton { return readAutomaton(automatonData) })

// headNumbers is how many numbers there are before the tables.
const headNumbers = 5

// readAutomaton reads the tables of an automaton. On machines whose numbers lie as in the
// file they are used where they are.
func readAutomaton(data string) *automaton {
	n := take[uint32](&data, headNumbers)
	a := &automaton{ends: n[0]}
	a.next = take[uint16](&data, int(n[1]))
	a.from = take[uint16](&data, int(n[2]))
	a.outs = take[uint16](&data, int(n[3]))
	a.does = take[trigger](&data, int(n[4]))
	a.loose = take[trigger](&data, len(a.class))
	a.length, data = data[:n[4]], data[n[4]:]
	copy(a.class[:], data[:len(a.class)])
	return a
}

// take cuts n numbers off the beginning of data, which has the lowest byte of each first.
// Nobody writes to them.
func take[T ~uint16 | ~uint32](data *string, n int) []T {
	size := int(unsafe.Sizeof(T(0)))
	own := (*data)[:n*size]
	*data = (*data)[n*size:]
	one := uint16(1)
	low := *(*byte)(unsafe.Pointer(&one)) == 1   //nolint:gosec // the order of bytes
	at := unsafe.Pointer(unsafe.StringData(own)) //nolint:gosec // read only, and as long as the program
	if low && uintptr(at)%uintptr(size) == 0 {
		return unsafe.Slice((*T)(at), n) //nolint:gosec // see above
	}
	out := make([]T, n)
	for i := range out {
		for k := range size {
			out[i] |= T(own[i*size+k]) << (8 * k)
		}
	}
	return out
}

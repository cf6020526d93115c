package secret

import (
	_ "embed"
	"encoding/binary"
	"unsafe"
)

// automatonData is the automaton of the detector's words, as [automaton.appendTables]
// writes it. A program that looks at one short text touches a few rows of it; to build
// it would touch all, and take longer than everything else.
//
//go:embed automaton.bin
var automatonData string

// automatonOf returns the automaton of words: the one that is part of the program, if it
// is of these words, else one that is built.
func automatonOf(words []string) *automaton {
	if a := readAutomaton(automatonData, words); a != nil {
		return a
	}
	return newAutomaton(words)
}

// sumOf is a hash of words, in their order (FNV-1a).
func sumOf(words []string) uint64 {
	h := uint64(14695981039346656037)
	for _, w := range words {
		for i := range len(w) {
			h = (h ^ uint64(w[i])) * 1099511628211
		}
		h = (h ^ 0xff) * 1099511628211
	}
	return h
}

// appendTables appends a, the automaton of words: a hash of them, sizes, and the tables,
// the largest first so that its numbers lie at even places.
func (a *automaton) appendTables(dst []byte, words []string) []byte {
	dst = binary.LittleEndian.AppendUint64(dst, sumOf(words))
	for _, n := range [...]int{int(a.shift), int(a.ends), len(a.next), len(a.from), len(a.outs), len(a.length)} {
		dst = binary.LittleEndian.AppendUint32(dst, uint32(n))
	}
	for _, v := range a.next {
		dst = binary.LittleEndian.AppendUint32(dst, v)
	}
	for _, v := range a.from {
		dst = binary.LittleEndian.AppendUint32(dst, v)
	}
	for _, v := range a.outs {
		dst = binary.LittleEndian.AppendUint16(dst, v)
	}
	return append(append(dst, a.length...), a.class[:]...)
}

// readAutomaton returns what appendTables wrote of the automaton of words; nil if data is
// not that. On machines whose numbers lie as in the file the large table is used where it
// is.
func readAutomaton(data string, words []string) *automaton {
	const head = 8 + 6*4
	if len(data) < head || binary.LittleEndian.Uint64([]byte(data[:8])) != sumOf(words) {
		return nil
	}
	var n [6]int
	for i := range n {
		n[i] = int(binary.LittleEndian.Uint32([]byte(data[8+4*i : 12+4*i])))
	}
	a := &automaton{shift: uint(n[0]), ends: uint32(n[1])}
	if len(data) != head+4*n[2]+4*n[3]+2*n[4]+n[5]+len(a.class) {
		return nil
	}
	data = data[head:]
	a.next = numbers(data[:4*n[2]])
	data = data[4*n[2]:]
	a.from = make([]uint32, n[3])
	for i := range a.from {
		a.from[i] = binary.LittleEndian.Uint32([]byte(data[4*i : 4*i+4]))
	}
	data = data[4*n[3]:]
	a.outs = make([]uint16, n[4])
	for i := range a.outs {
		a.outs[i] = uint16(data[2*i]) | uint16(data[2*i+1])<<8
	}
	data = data[2*n[4]:]
	a.length = []byte(data[:n[5]])
	copy(a.class[:], data[n[5]:])
	return a
}

// numbers is data as numbers of four bytes, the lowest first. Nobody writes to them.
func numbers(data string) []uint32 {
	one := uint16(1)
	low := *(*byte)(unsafe.Pointer(&one)) == 1    //nolint:gosec // the order of bytes
	at := unsafe.Pointer(unsafe.StringData(data)) //nolint:gosec // read only, and as long as the program
	if low && uintptr(at)%4 == 0 {
		return unsafe.Slice((*uint32)(at), len(data)/4) //nolint:gosec // see above
	}
	out := make([]uint32, len(data)/4)
	for i := range out {
		b := data[4*i : 4*i+4]
		out[i] = uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
	}
	return out
}
